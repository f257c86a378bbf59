"""A tool as models see it: name, description, schema of its arguments, and requests that call for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

EXAMPLES = "examples"
"""The key in a tool's `extras` or `metadata` under which its examples are: requests in a user's own words."""
WORKS = "works"
"""The key under which False says that the tool can do nothing yet but say so; it is then not offered as help."""
WAITS = "waits"
"""The key under which True says that a call waits for the user's approval: a message that goes on with the answer before
("by month") then means another tool's."""

ASKS_SOURCES = "asks_sources"
"""The key under which True says that requests which name a database of the tenant's own are for this tool."""

TRACES_ANSWERS = "traces_answers"
"""The key under which True says that this tool tells where the answer comes from that was just given."""

AnyTool = dict[str, Any] | type | Callable[..., Any] | BaseTool


@dataclass(frozen=True, slots=True)
class ToolCard:
    name: str
    description: str
    parameters: Mapping[str, Any]
    """The JSON schema of the arguments."""
    examples: tuple[str, ...]
    works: bool = True
    waits: bool = False
    asks_sources: bool = False
    traces_answers: bool = False

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What routing learns from: two cards with the same key are routed to alike."""
        return self.name, self.description, self.examples


def to_wire(tool: AnyTool) -> dict[str, Any]:
    """A tool in OpenAI's form, with what is ours beside it: plain JSON, so that it can be bound, traced and hashed."""
    if isinstance(tool, dict) and EXAMPLES in tool:
        return cast("dict[str, Any]", tool)
    carried: dict[str, Any] = {}
    if isinstance(tool, BaseTool):
        carried = (tool.metadata or {}) | (tool.extras or {})
    schema = convert_to_openai_tool(tool)  # pyright: ignore[reportUnknownArgumentType]: a dict of anything is accepted
    examples = [str(example) for example in carried.get(EXAMPLES, ())]
    flags = {WORKS: carried.get(WORKS, True) is not False}
    flags |= {name: carried.get(name, False) is True for name in (WAITS, ASKS_SOURCES, TRACES_ANSWERS)}
    return {**schema, EXAMPLES: examples, **flags}


def to_openai(wire: Mapping[str, Any]) -> dict[str, Any]:
    """What a remote provider is sent: the same without what is ours, which it would refuse as unknown."""
    return {
        key: value for key, value in wire.items() if key not in (EXAMPLES, WORKS, WAITS, ASKS_SOURCES, TRACES_ANSWERS)
    }


def to_card(wire: Mapping[str, Any]) -> ToolCard:
    function = wire["function"]
    return ToolCard(
        name=function["name"],
        description=function.get("description", ""),
        parameters=function.get("parameters", {}),
        examples=tuple(wire.get(EXAMPLES, ())),
        works=wire.get(WORKS, True),
        waits=wire.get(WAITS, False),
        asks_sources=wire.get(ASKS_SOURCES, False),
        traces_answers=wire.get(TRACES_ANSWERS, False),
    )
