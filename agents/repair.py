"""A tool call whose arguments are no JSON is handed back to the model once, with what is wrong with it."""

from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, AnyMessage, ToolMessage

from storage.kernel.errors import CopilotError, ErrorKind

Handler = Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]

_NOT_MADE = "This call was not made, because the arguments of {name} were not a whole JSON object. Make it again."


class RepairCalls(AgentMiddleware[Any, Any, Any]):
    """Left alone, an agent whose only call is malformed ends with nothing said. No call of a reply is made while one of
    them is malformed, so that nothing is done twice. Raises CopilotError (unavailable) when the model cannot mend it.
    """

    async def awrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        response = await handler(request)
        if (reply := _malformed(response)) is None:
            return response
        mended = await handler(request.override(messages=[*request.messages, reply, *_corrections(reply)]))
        if _malformed(mended) is not None:
            raise CopilotError(
                ErrorKind.UNAVAILABLE,
                "The language model did not manage to call a tool correctly.",
                hint="Ask again, perhaps in other words.",
            )
        return mended


def _malformed(response: ModelResponse[Any]) -> AIMessage | None:
    last = response.result[-1] if response.result else None
    return last if isinstance(last, AIMessage) and last.invalid_tool_calls else None


def _corrections(reply: AIMessage) -> list[AnyMessage]:
    malformed = [(call["id"], _NOT_MADE.format(name=call["name"])) for call in reply.invalid_tool_calls]
    others = [(call["id"], "This call was not made, because another one was malformed.") for call in reply.tool_calls]
    return [ToolMessage(text, tool_call_id=call_id or "", status="error") for call_id, text in [*malformed, *others]]
