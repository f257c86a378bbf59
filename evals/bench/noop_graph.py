"""The reference for a chat turn: a LangGraph of the orchestrator's shape in which nothing is done.

recall → route → agents → answer → remember, where `agents` enters a `create_agent` of its own with one tool and a
model that answers at once, over the same kind of checkpoint store.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

from langchain.agents import create_agent
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import StructuredTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Durability, Send

_TOOL = "nothing"


class TurnState(TypedDict):
    question: str
    recalled: list[str]
    delegations: list[str]
    replies: list[str]
    answer: str


class AgentTask(TypedDict):
    request: str


NoopGraph = CompiledStateGraph[TurnState, None, TurnState, TurnState]


class InstantModel(BaseChatModel):
    """Calls its tool once and then answers; asks nobody."""

    @property
    def _llm_type(self) -> str:
        return "instant"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=[tool.name for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - the base class's
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002 - the base class's
        **kwargs: Any,  # noqa: ARG002 - the base class's
    ) -> ChatResult:
        if isinstance(messages[-1], ToolMessage):
            return _said(AIMessage("Done."))
        return _said(AIMessage("", tool_calls=[{"id": "call", "name": _TOOL, "args": {"request": "nothing"}}]))


def noop_graph(checkpointer: BaseCheckpointSaver[Any]) -> NoopGraph:
    """Built once, run by `run_turn`."""
    agent = create_agent(InstantModel(), tools=[_tool()])

    async def recall(state: TurnState) -> dict[str, Any]:
        return {"recalled": [], "question": state["question"]}

    async def route(state: TurnState) -> dict[str, Any]:
        return {"delegations": [state["question"]]}

    async def delegate(state: AgentTask) -> dict[str, Any]:
        result = await agent.ainvoke({"messages": [HumanMessage(state["request"])]})
        return {"replies": [result["messages"][-1].text]}

    async def answer(state: TurnState) -> dict[str, Any]:
        return {"answer": state["replies"][0]}

    async def remember(state: TurnState) -> None:
        """Nothing is kept."""

    graph: StateGraph[TurnState, None, TurnState, TurnState] = StateGraph(TurnState)
    graph.add_node("recall", recall)
    graph.add_node("route", route)
    graph.add_node("agents", delegate, input_schema=AgentTask)
    graph.add_node("answer", answer)
    graph.add_node("remember", remember)
    graph.add_edge(START, "recall")
    graph.add_edge("recall", "route")
    graph.add_conditional_edges("route", _fan_out, ["agents"])
    graph.add_edge("agents", "answer")
    graph.add_edge("answer", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=checkpointer)


async def run_turn(graph: NoopGraph, thread_id: str, durability: Durability = "async") -> None:
    """One turn, streamed as a chat has to: every message and every step, also of the agent's graph. It calls LangGraph's
    stream itself, since agents.streaming is part of what is measured against it."""
    state = TurnState(question="nothing", recalled=[], delegations=[], replies=[], answer="")
    stream = graph.astream(
        state,
        {"configurable": {"thread_id": thread_id}},
        stream_mode=["messages", "tasks"],
        subgraphs=True,
        durability=durability,
    )
    async for _ in stream:
        pass


def _fan_out(state: TurnState) -> list[Send]:
    return [Send("agents", AgentTask(request=one)) for one in state["delegations"]]


def _tool() -> StructuredTool:
    async def nothing(request: str) -> str:
        """Does nothing."""
        return request

    return StructuredTool.from_function(coroutine=nothing, name=_TOOL)


def _said(message: AIMessage) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=message)])
