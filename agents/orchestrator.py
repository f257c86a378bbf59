"""The graph of a turn: recall → route → agents → answer → remember.

The agents are the router's tools: each is a graph of its own (`create_agent`) that the `agents` node enters, with the
checkpointer inherited, so that one which waits for an approval is resumed where it stood. Nodes are entered again on
a resume, so they do nothing but call their agent. Which model it is, nothing here asks.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType] - generics of its own
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.runnables import Runnable
from langchain_core.tools import StructuredTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from agents.embedded.cards import ASKS_SOURCES, EXAMPLES, TRACES_ANSWERS, WORKS
from agents.history import as_agent_reads, as_router_reads
from agents.middleware import middleware_of, told_of_sources
from agents.models import ModelInterruptedError
from agents.recollection import Recollection
from agents.registry import AGENTS
from agents.spec import AgentSpec
from agents.state import AgentTask, Delegation, Reply, RunContext, TurnState
from agents.untraced import ask_langsmith_inline
from agents.withholding import for_remote, marked, may_leave
from prompts.loader import PromptLibrary
from storage.database import Database
from storage.kernel.actor import Module
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.tracing import spanned
from tools.kit.capability import AnyCapability
from tools.kit.catalogue import Catalogue
from tools.kit.langchain import langchain_tools

log = structlog.get_logger(__name__)

MOST_DELEGATIONS = 4
_MOST_ALTERNATIVES = 4
_ABOUT_SOURCES = "data-sources"
_REQUEST_SCHEMA = {
    "type": "object",
    "properties": {
        "request": {
            "type": "string",
            "description": "The part of the user's message that is for this specialist, in the user's own words.",
        }
    },
    "required": ["request"],
}

AgentGraph = CompiledStateGraph[Any, RunContext, Any, Any]
TurnGraph = CompiledStateGraph[TurnState, RunContext, TurnState, TurnState]


class Orchestrator:
    """Built once per process. `graph` is called with a TurnState and a RunContext; agents and routers are built when
    they are first needed and kept, one for each set of tools that some actor may use. `local` is the
    model that reads what the tenant keeps from remote ones."""

    def __init__(
        self,
        *,
        model: BaseChatModel,
        local: BaseChatModel | None = None,
        catalogue: Catalogue,
        database: Database,
        prompts: PromptLibrary,
        recollection: Recollection,
        checkpointer: BaseCheckpointSaver[Any],
        agents: Sequence[AgentSpec] = AGENTS,
    ) -> None:
        self._model = model
        self._local = local or model
        self._catalogue = catalogue
        self._database = database
        self._prompts = prompts
        self._recollection = recollection
        self._specs = {spec.module: spec for spec in agents}
        self._routers: dict[tuple[tuple[Module, tuple[str, ...]], ...], Runnable[LanguageModelInput, AIMessage]] = {}
        self._agents: dict[tuple[str, ...], AgentGraph] = {}
        ask_langsmith_inline()
        self.graph = self._compile(checkpointer)

    def _compile(self, checkpointer: BaseCheckpointSaver[Any]) -> TurnGraph:
        graph: StateGraph[TurnState, RunContext, TurnState, TurnState] = StateGraph(
            TurnState, context_schema=RunContext
        )
        graph.add_node("recall", self._recall)
        graph.add_node("route", self._route)
        graph.add_node("agents", self._delegate, input_schema=AgentTask)
        graph.add_node("answer", self._answer)
        graph.add_node("remember", self._remember)
        graph.add_edge(START, "recall")
        graph.add_edge("recall", "route")
        graph.add_conditional_edges("route", _fan_out, ["agents", "answer"])
        graph.add_edge("agents", "answer")
        graph.add_edge("answer", "remember")
        graph.add_edge("remember", END)
        return graph.compile(checkpointer=checkpointer, name="orchestrator")

    async def _recall(self, state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
        if runtime.context.withheld and self._model is not self._local:
            return {"recalled": []}  # of other conversations it is not known what their answers came from
        return {"recalled": await self._recollection.recall(runtime.context, state["question"])}

    async def _route(self, state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
        specs = self._listed(runtime.context)
        last = state["history"][-1]["agents"] if state["history"] else []
        previous = ", ".join(spec.tool_name for spec in specs if spec.module in last)
        prompt = self._prompts["route"].render(
            today=runtime.context.today.isoformat(),
            previous=previous or "nobody yet",
            recalled="\n".join(f"- {one}" for one in state["recalled"]) or "None.",
        )
        if any(capability.asks_sources for spec in specs for capability in self._allowed(runtime.context, spec)):
            prompt += told_of_sources(self._prompts[_ABOUT_SOURCES], runtime.context)
        messages: list[AnyMessage] = [SystemMessage(prompt), *as_router_reads(state["history"], specs)]
        messages.append(HumanMessage(state["question"]))
        messages = self._readable(messages, runtime.context) or messages
        router = self._router(runtime.context, specs)
        reply = await _speak(router, messages)
        delegations, mistakes = _read(reply, state["question"], specs)
        if mistakes:
            reply = await _speak(router, [*messages, reply, *mistakes])
            delegations, mistakes = _read(reply, state["question"], specs)
        if mistakes or not (delegations or reply.text.strip()):
            raise CopilotError(
                ErrorKind.UNAVAILABLE,
                "The language model did not come to a decision about who should answer.",
                hint="Ask again, perhaps in other words.",
            )
        return {"delegations": delegations, "answer": "" if delegations else reply.text}

    async def _delegate(self, state: AgentTask, runtime: Runtime[RunContext]) -> dict[str, Any]:
        spec = self._specs[Module(state["delegation"]["agent"])]
        capabilities = self._allowed(runtime.context, spec)
        if not capabilities:
            text = self._cannot_yet(runtime.context, spec)
            return {"replies": [Reply(delegation=state["delegation"], text=text, grounded=False, withheld=False)]}
        messages: list[AnyMessage] = as_agent_reads(state["history"], spec.module)
        messages.append(HumanMessage(state["delegation"]["request"]))
        with spanned(
            f"agent.{spec.module}", gen_ai__operation__name="invoke_agent", gen_ai__agent__name=spec.module.value
        ):
            result = await self._agent(spec, capabilities).ainvoke({"messages": messages})
        said: Sequence[AnyMessage] = result["messages"][len(messages) :]
        if not (text := said[-1].text.strip() if said else ""):
            raise CopilotError(ErrorKind.UNAVAILABLE, "The language model gave no answer.", hint="Ask again.")
        grounded = any(isinstance(one, ToolMessage) and one.status == "success" for one in said)
        withheld = not all(may_leave(one, runtime.context.withheld) for one in said)
        return {"replies": [Reply(delegation=state["delegation"], text=text, grounded=grounded, withheld=withheld)]}

    async def _answer(self, state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
        # Agents that ran at the same time end in any order; the answer keeps the order in which they were asked.
        order = {one["id"]: place for place, one in enumerate(state["delegations"])}
        replies = sorted(state["replies"], key=lambda reply: order[reply["delegation"]["id"]])
        match replies:
            case []:
                return {}
            case [only]:
                return {"answer": only["text"]}
            case _:
                return {"answer": await self._join(state["question"], replies, runtime.context)}

    async def _join(self, question: str, replies: Sequence[Reply], context: RunContext) -> str:
        calls = [
            {"id": one["delegation"]["id"], "name": self._specs[Module(one["delegation"]["agent"])].tool_name}
            | {"args": {"request": one["delegation"]["request"]}}
            for one in replies
        ]
        messages: list[AnyMessage] = [
            SystemMessage(self._prompts["answer"].render(today=context.today.isoformat())),
            HumanMessage(question),
            AIMessage("", tool_calls=calls),
            *(
                ToolMessage(
                    one["text"],
                    tool_call_id=one["delegation"]["id"],
                    additional_kwargs=marked(withheld=one["withheld"]),
                )
                for one in replies
            ),
        ]
        model = self._model if self._readable(messages, context) else self._local
        reply = await _speak(model, messages)
        return reply.text.strip() or "\n\n".join(one["text"] for one in replies)

    async def _remember(self, state: TurnState, runtime: Runtime[RunContext]) -> None:
        if any(reply["grounded"] for reply in state["replies"]):
            await self._recollection.remember(runtime.context, state["question"], state["answer"])

    def _readable(self, messages: list[AnyMessage], context: RunContext) -> list[AnyMessage] | None:
        """The messages as the model may read them; None where it may not read what this turn has found."""
        return messages if self._model is self._local else for_remote(messages, context.withheld)

    def _listed(self, context: RunContext) -> tuple[AgentSpec, ...]:
        """The agents of the modules that are switched on: also those without a tool, which say so themselves."""
        return tuple(spec for spec in self._specs.values() if spec.module in context.modules)

    def _allowed(self, context: RunContext, spec: AgentSpec) -> tuple[AnyCapability, ...]:
        allowed = self._catalogue.allowed(context.actor, context.modules)
        return tuple(one for one in allowed if one.module == spec.module)

    def _router(self, context: RunContext, specs: tuple[AgentSpec, ...]) -> Runnable[LanguageModelInput, AIMessage]:
        allowed = [(spec, self._allowed(context, spec)) for spec in specs]
        key = tuple((spec.module, tuple(one.id for one in capabilities)) for spec, capabilities in allowed)
        if key not in self._routers:
            self._routers[key] = self._model.bind_tools([self._as_tool(*one) for one in allowed])
        return self._routers[key]

    def _as_tool(self, spec: AgentSpec, capabilities: tuple[AnyCapability, ...]) -> StructuredTool:
        """An agent as the router sees it. It is never run as a tool: the graph sends it its task. One that has nothing
        to work with says so, lest the router promise what nobody can do."""
        description = self._prompts[spec.route_prompt].text
        if not capabilities:
            description = f"{description} {self._prompts['not-yet'].text}"
        examples = (*spec.examples(), *(example for one in capabilities for example in one.examples))
        return StructuredTool(
            name=spec.tool_name,
            description=description,
            args_schema=_REQUEST_SCHEMA,
            extras={
                EXAMPLES: examples,
                WORKS: bool(capabilities),
                ASKS_SOURCES: any(one.asks_sources for one in capabilities),
                TRACES_ANSWERS: any(one.traces_answers for one in capabilities),
            },
        )

    def _agent(self, spec: AgentSpec, capabilities: tuple[AnyCapability, ...]) -> AgentGraph:
        key = tuple(one.id for one in capabilities)
        if key not in self._agents:
            self._agents[key] = create_agent(
                self._model,
                tools=langchain_tools(capabilities, self._database),
                middleware=middleware_of(
                    self._prompts[spec.system_prompt], self._prompts[_ABOUT_SOURCES], capabilities, self._local
                ),
                context_schema=RunContext,
                checkpointer=_checkpointed(capabilities),
                name=spec.module.value,
            )
        return self._agents[key]

    def _cannot_yet(self, context: RunContext, spec: AgentSpec) -> str:
        working = self._catalogue.allowed(context.actor, context.modules)
        asking = [one for one in working if not one.effect.needs_approval]
        # One example of each before a second of any.
        ranked = sorted(((n, text) for one in asking for n, text in enumerate(one.examples)), key=lambda pair: pair[0])
        examples = "\n".join(f"- {example}" for _, example in ranked[:_MOST_ALTERNATIVES])
        alternatives = (
            self._prompts["alternatives"].render(examples=examples)
            if examples
            else self._prompts["no-alternatives"].text
        )
        return self._prompts["cannot-yet"].render(field=spec.field, alternatives=alternatives)


def _checkpointed(capabilities: Sequence[AnyCapability]) -> bool | None:
    """An agent is kept with the turn it belongs to where it may stop in the middle and wait for an approval (None: by
    the turn's own checkpointer). One that never does is run again from the start, if at all."""
    return None if any(one.effect.needs_approval for one in capabilities) else False


async def _fan_out(state: TurnState) -> list[Send] | str:  # asynchronous, else LangGraph takes it to a thread
    delegations = state["delegations"]
    if not delegations:
        return "answer"
    alone = len(delegations) == 1
    return [Send("agents", AgentTask(delegation=one, history=state["history"], alone=alone)) for one in delegations]


def _read(reply: AIMessage, question: str, specs: Sequence[AgentSpec]) -> tuple[list[Delegation], list[ToolMessage]]:
    """Whom the router called, and what was wrong with its calls: any mistake sends all of them back to it."""
    by_name = {spec.tool_name: spec for spec in specs}
    mistakes = [
        _mistake(call["id"], call["name"], "Its arguments were not valid JSON.") for call in reply.invalid_tool_calls
    ]
    delegations: dict[tuple[str, str], Delegation] = {}
    for call in reply.tool_calls:
        request = call["args"].get("request")
        if (spec := by_name.get(call["name"])) is None:
            mistakes.append(_mistake(call["id"], call["name"], f"There is only: {', '.join(by_name)}."))
        elif not isinstance(request, str) or not request.strip():
            mistakes.append(_mistake(call["id"], call["name"], 'It needs the text "request".'))
        else:
            delegation = Delegation(id=call["id"] or f"call_{new_id()}", agent=spec.module.value, request=request)
            delegations.setdefault((spec.module, request), delegation)
    if len(delegations) > MOST_DELEGATIONS:
        mistakes = [_mistake(call["id"], call["name"], "Too many calls at once.") for call in reply.tool_calls]
    if len(delegations) == 1:
        # The one who is asked alone hears the user's own words, not the router's.
        next(iter(delegations.values()))["request"] = question
    return ([], mistakes) if mistakes else (list(delegations.values()), [])


def _mistake(call_id: str | None, name: str | None, problem: str) -> ToolMessage:
    return ToolMessage(f"{name or 'This call'} was not made. {problem}", tool_call_id=call_id or "", status="error")


async def _speak(model: Runnable[LanguageModelInput, AIMessage], messages: list[AnyMessage]) -> AIMessage:
    """One model call; a second when the first broke off in the middle of what it said."""
    try:
        return await model.ainvoke(messages)
    except ModelInterruptedError:
        log.warning("model broke off, asking again")
        return await model.ainvoke(messages)
