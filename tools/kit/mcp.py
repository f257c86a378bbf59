"""All capabilities as an MCP server: the same tools, permissions and audit as everywhere else.

What has an effect waits for the person here too: a client that can ask its user (elicitation) shows the exact
arguments and sends the answer; for a client that cannot, the call is refused. A model's own word is no approval.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.session import ServerSession

from storage.database import Database
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from tools.kit.blocks import Presentation
from tools.kit.capability import AnyCapability
from tools.kit.catalogue import Catalogue
from tools.kit.invocation import CallContext, arguments_schema, invoke, parse_arguments
from tools.kit.langchain import error_text

log = structlog.get_logger(__name__)

ContextOf = Callable[[Any], Awaitable[CallContext]]
"""Who calls: from the transport's request (Starlette's over HTTP, None over stdio). Raises CopilotError."""


def mcp_server(catalogue: Catalogue, database: Database, context_of: ContextOf, *, version: str) -> Server[Any, Any]:
    """A server to run on any transport. It keeps nothing between calls: every call asks anew who makes it."""
    server: Server[Any, Any] = Server("smb-command", version=version)

    async def context() -> CallContext:
        return await context_of(server.request_context.request)

    async def list_tools(_: types.ListToolsRequest) -> types.ListToolsResult:
        asking = await context()
        return types.ListToolsResult(tools=[_tool(one) for one in catalogue.allowed(asking.actor, asking.modules)])

    async def call_tool(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        try:
            asking = await context()
            capability = catalogue.by_tool_name(name)
            if capability is None or capability not in catalogue.allowed(asking.actor, asking.modules):
                raise not_found(f"The tool {name}")
            parse_arguments(capability, arguments, asking)
            if capability.effect.needs_approval:
                await _approved(
                    server.request_context.session, server.request_context.request_id, capability, arguments
                )
            return _result(
                await invoke(database, capability, asking, arguments, str(server.request_context.request_id))
            )
        except CopilotError as error:
            return _failure(error_text(error))
        except Exception:
            log.exception("mcp call fault", tool=name)
            return _failure("Something went wrong on our side.")

    server.list_tools()(list_tools)
    # The capability's own request model says what is wrong with arguments, in the words of every other surface.
    server.call_tool(validate_input=False)(call_tool)
    return server


async def _approved(
    session: ServerSession, request_id: types.RequestId, capability: AnyCapability, arguments: dict[str, Any]
) -> None:
    """Returns when the person at the client agrees to exactly this call. Raises CopilotError (forbidden) otherwise."""
    can_ask = types.ClientCapabilities(elicitation=types.ElicitationCapability())
    if not session.check_client_capability(can_ask):
        raise CopilotError(
            ErrorKind.FORBIDDEN,
            f"“{capability.title}” needs a person's approval, which this client cannot ask for.",
            hint="Do it in the chat or over the API.",
        )
    shown = orjson.dumps(arguments, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()
    answer = await session.elicit_form(
        f"{capability.title}?\n{shown}", {"type": "object", "properties": {}}, related_request_id=request_id
    )
    if answer.action != "accept":
        raise CopilotError(ErrorKind.FORBIDDEN, f"“{capability.title}” was not done: the person did not agree.")


def _tool(capability: AnyCapability) -> types.Tool:
    return types.Tool(
        name=capability.tool_name,
        title=capability.title,
        description=capability.description,
        inputSchema=arguments_schema(capability),
        annotations=types.ToolAnnotations(
            title=capability.title,
            readOnlyHint=not capability.effect.needs_approval,
            destructiveHint=capability.effect.needs_approval,
            openWorldHint=False,
        ),
    )


def _result(shown: Presentation) -> types.CallToolResult:
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=shown.text)], structuredContent=shown.model_dump(mode="json")
    )


def _failure(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], isError=True)
