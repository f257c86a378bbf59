"""A capability as a LangChain tool: what a model sees, and what comes back to it."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from langgraph.prebuilt import ToolRuntime

from storage.database import Database
from storage.kernel.errors import CopilotError
from tools.kit.capability import AnyCapability
from tools.kit.invocation import CallContext, arguments_schema, invoke

_RESERVED = frozenset({"runtime", "config", "callbacks", "run_manager"})
"""Names that LangChain passes to a tool's function itself."""


def langchain_tool(capability: AnyCapability, database: Database) -> BaseTool:
    """The tool for a capability. It takes the run's CallContext from the graph's runtime, never from the model.

    Its message holds {"text", "facts"} as JSON, its artifact the blocks as JSON. A CopilotError becomes an error
    text that the model can act on; anything else is a fault and ends the run. Raises ValueError when a request
    field has a name that LangChain keeps for itself.
    """
    if clash := _RESERVED & capability.request.model_fields.keys():
        raise ValueError(f"{capability.id}: {sorted(clash)} cannot be request fields")

    async def call(runtime: ToolRuntime[CallContext, Any], **arguments: Any) -> tuple[str, list[dict[str, Any]]]:
        try:
            shown = await invoke(database, capability, runtime.context, arguments, runtime.tool_call_id or "")
        except CopilotError as error:
            raise ToolException(error_text(error)) from error
        return tool_content(shown.text, shown.facts), [block.model_dump(mode="json") for block in shown.blocks]

    return StructuredTool.from_function(
        coroutine=call,
        name=capability.tool_name,
        description=capability.description,
        args_schema=arguments_schema(capability),
        response_format="content_and_artifact",
        handle_tool_error=True,
        extras={
            "examples": capability.examples,
            "waits": capability.effect.needs_approval,
            "asks_sources": capability.asks_sources,
            "traces_answers": capability.traces_answers,
        },
    )


def langchain_tools(capabilities: Collection[AnyCapability], database: Database) -> tuple[BaseTool, ...]:
    return tuple(langchain_tool(one, database) for one in capabilities)


def tool_content(text: str, facts: Mapping[str, Any]) -> str:
    """The form of every result that a model reads: what to say, and what may be quoted."""
    return orjson.dumps({"text": text, "facts": facts}).decode()


def error_text(error: CopilotError) -> str:
    """An error as one paragraph: what happened, each bad field, and what to do."""
    parts = [error.message, *(f"{one.pointer}: {one.message}" for one in error.problems)]
    return " ".join([*parts, error.hint] if error.hint else parts)
