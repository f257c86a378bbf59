"""The OpenAI-compatible surface: chat completions over the same runs, with the same tools and permissions.

Requests, answers and errors have that protocol's shapes. The tenant comes from the key, or from X-Tenant-ID.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import JSONResponse

from api import sse
from api.completions import Completion, begin
from api.deps import CredentialDep, ServicesDep, protocol_actor, require
from api.errors import STATUS
from storage.kernel.actor import Actor, Permission, Surface
from storage.kernel.errors import CopilotError, ErrorKind

MODEL = "smb-copilot"
_MOST_MESSAGES = 200


class ProtocolRoute(APIRoute):
    """Errors in the protocol's own form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_in_protocol(request: Request) -> Response:
            try:
                return await handle(request)
            except CopilotError as error:
                headers = {"Retry-After": str(max(1, round(error.retry_after)))} if error.retry_after else None
                return JSONResponse(error_body(error), _status(error), headers)
            except RequestValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"][1:])
                message = CopilotError(ErrorKind.INVALID, f"{where}: {first['msg']}" if where else first["msg"])
                return JSONResponse(error_body(message, where or None), HTTPStatus.BAD_REQUEST)

        return handle_in_protocol


router = APIRouter(prefix="/v1", tags=["openai"], route_class=ProtocolRoute)


class _Wire(BaseModel):
    # Clients send settings of many models along; what has no meaning here is let pass, as the protocol has it.
    model_config = ConfigDict(frozen=True, extra="ignore")


class TextContent(_Wire):
    type: Literal["text"]
    text: str


class ChatMessage(_Wire):
    """One message of the conversation. System messages are not taken up: tools and manner are the server's."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextContent] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Wire):
    include_usage: bool = False


class CompletionRequest(_Wire):
    model: str = Field(default=MODEL, examples=[MODEL])
    messages: list[ChatMessage] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] = 1


async def completer(request: Request, services: ServicesDep, credential: CredentialDep) -> Actor:
    actor = await protocol_actor(request, services, credential, Surface.CHAT)
    require(actor, Permission.CHAT_USE)
    return actor


Completer = Annotated[Actor, Depends(completer)]


@router.get("/models")
async def list_models(actor: Completer) -> dict[str, Any]:  # noqa: ARG001  the dependency checks who asks
    """The one model there is: the copilot with all its tools."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "smb-command"}]}


@router.post("/chat/completions", response_model=None, responses={200: {"content": {"text/event-stream": {}}}})
async def create_completion(services: ServicesDep, actor: Completer, body: CompletionRequest) -> Response:
    """Answer the last message; with `stream`, as it is made."""
    spoken = [(one.role, one.text) for one in body.messages if one.role in ("user", "assistant")]
    completion = await begin(await services.chat(), actor, spoken, int(services.clock.now().timestamp()))
    if body.stream:
        include_usage = body.stream_options is not None and body.stream_options.include_usage
        return await _streamed(completion, include_usage=include_usage)
    text = "".join([delta async for delta in completion.deltas()])
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return JSONResponse(_envelope(completion, "chat.completion", [choice]) | {"usage": _usage(completion)})


async def _streamed(completion: Completion, *, include_usage: bool) -> EventSourceResponse:
    async def chunks() -> AsyncGenerator[ServerSentEvent]:
        async for choice in _choices(completion):
            yield _chunk(_envelope(completion, "chat.completion.chunk", [choice]))
        if include_usage:
            yield _chunk(_envelope(completion, "chat.completion.chunk", []) | {"usage": _usage(completion)})
        yield sse.sent("[DONE]")

    async def told() -> AsyncGenerator[ServerSentEvent]:
        try:
            async for chunk in chunks():
                yield chunk
        except CopilotError as error:
            # The stream has begun: the protocol's clients read an error object in place of a chunk.
            yield _chunk(error_body(error))

    return await sse.stream(told())


async def _choices(completion: Completion) -> AsyncIterator[dict[str, Any]]:
    yield {"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}
    async for delta in completion.deltas():
        yield {"index": 0, "delta": {"content": delta}, "finish_reason": None}
    yield {"index": 0, "delta": {}, "finish_reason": "stop"}


def _chunk(content: dict[str, Any]) -> ServerSentEvent:
    return sse.sent(orjson.dumps(content).decode())


def _envelope(completion: Completion, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{completion.run_id}",
        "object": kind,
        "created": completion.created,
        "model": MODEL,
        "choices": choices,
    }


def _usage(completion: Completion) -> dict[str, int]:
    return {
        "prompt_tokens": completion.input_tokens,
        "completion_tokens": completion.output_tokens,
        "total_tokens": completion.input_tokens + completion.output_tokens,
    }


def _status(error: CopilotError) -> HTTPStatus:
    """The protocol knows no 422."""
    return HTTPStatus.BAD_REQUEST if error.kind is ErrorKind.INVALID else STATUS[error.kind]


def error_body(error: CopilotError, parameter: str | None = None) -> dict[str, Any]:
    kind = "invalid_request_error" if STATUS[error.kind] < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
    message = f"{error.message} {error.hint}" if error.hint else error.message
    return {"error": {"message": message, "type": kind, "param": parameter, "code": error.kind.value}}
