"""Earlier turns as the messages that a model reads."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from agents.spec import AgentSpec
from agents.state import Turn
from agents.withholding import is_withheld, marked
from storage.models.conversations import ChatMessage
from tools.kit.langchain import tool_content

TURNS = 8
"""How many earlier turns a model is given: follow-ups refer to the last one or two."""
_LONGEST = 2_000
"""Characters of an earlier question or answer that are passed on."""


def turns_of(messages: Sequence[ChatMessage], withheld: frozenset[str] = frozenset()) -> list[Turn]:
    """A thread's last turns, oldest first. Answers that belong to one question are put together. `withheld`: the sources
    whose data remote models may not read."""
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user":
            turns.append(Turn(question=_cut(message.content), answer="", agents=[], tools=[], withheld=False))
        elif turns:
            turn = turns[-1]
            turn["answer"] = _cut(f"{turn['answer']}\n\n{message.content}".strip())
            turn["tools"] += message.tool_calls
            turn["withheld"] |= bool(message.tool_calls) and is_withheld(message.blocks, withheld)
            agents = [message.agent] if message.agent else [use["agent"] for use in message.tool_calls]
            turn["agents"] = list(dict.fromkeys([*turn["agents"], *agents]))
    return turns[-TURNS:]


def as_router_reads(turns: Sequence[Turn], agents: Sequence[AgentSpec]) -> list[AnyMessage]:
    """Earlier turns with the agents as the tools that were called, so that a follow-up finds whom it follows."""
    names = {spec.module.value: spec.tool_name for spec in agents}
    messages: list[AnyMessage] = []
    for number, turn in enumerate(turns):
        messages.append(HumanMessage(turn["question"]))
        mark = marked(withheld=turn["withheld"])
        calls = [(f"turn{number}_{agent}", names[agent]) for agent in turn["agents"] if agent in names]
        if calls:
            request = {"request": turn["question"]}
            messages.append(AIMessage("", tool_calls=[{"id": i, "name": n, "args": request} for i, n in calls]))
            messages += [
                ToolMessage(turn["answer"], tool_call_id=call_id, name=name, additional_kwargs=mark)
                for call_id, name in calls
            ]
        if turn["answer"]:
            messages.append(AIMessage(turn["answer"], additional_kwargs=mark))
    return messages


def as_agent_reads(turns: Sequence[Turn], agent: str) -> list[AnyMessage]:
    """Earlier turns with this agent's own calls in the last one, so that it sees what its answer came from."""
    messages: list[AnyMessage] = []
    for turn in turns:
        messages.append(HumanMessage(turn["question"]))
        mark = marked(withheld=turn["withheld"])
        uses = [use for use in turn["tools"] if use["agent"] == agent] if turn is turns[-1] else []
        if uses:
            calls = [{"id": use["id"], "name": use["name"], "args": use["arguments"]} for use in uses]
            messages.append(AIMessage("", tool_calls=calls))
            messages += [
                ToolMessage(
                    tool_content(use["text"], {}), tool_call_id=use["id"], name=use["name"], additional_kwargs=mark
                )
                for use in uses
            ]
        if turn["answer"]:
            messages.append(AIMessage(turn["answer"], additional_kwargs=mark))
    return messages


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
