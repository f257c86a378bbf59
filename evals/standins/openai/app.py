"""The stand-in's routes: chat completions (streamed or whole), models, embeddings."""

import asyncio
import json
import math
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from evals.standins.openai.replies import Answer, Broken, Failure, Reply
from evals.standins.serving import CutError

CREATED = 1_750_000_000
DIMENSIONS = 64


class ChatRequest(BaseModel):
    """One request as it came in, for a test to look at."""

    model_config = ConfigDict(extra="allow")

    model: str
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]] = []
    tool_choice: Any = None
    stream: bool = False
    stream_options: dict[str, Any] | None = None

    @property
    def last_user_text(self) -> str:
        return next((str(m["content"]) for m in reversed(self.messages) if m.get("role") == "user"), "")


class EmbeddingRequest(BaseModel):
    model_config = ConfigDict(extra="allow")

    model: str
    input: str | list[str]


Responder = Callable[[ChatRequest, int], Reply]
Silence = Callable[[], Awaitable[None]]
"""Waits, saying nothing, until the client has left."""


@dataclass(slots=True)
class Recorder:
    """What the server was asked, in order."""

    chats: list[ChatRequest] = field(default_factory=list[ChatRequest])
    authorizations: list[str | None] = field(default_factory=list[str | None])
    left: int = 0
    """How many clients closed the connection while the server was silent."""


def build_app(respond: Responder, recorder: Recorder, models: tuple[str, ...]) -> Starlette:
    async def chat(request: Request) -> Response:
        try:
            asked = ChatRequest.model_validate_json(await request.body())
        except ValidationError as error:
            return _failure(Failure(400, str(error)))
        index = len(recorder.chats)
        recorder.chats.append(asked)
        recorder.authorizations.append(request.headers.get("authorization"))

        async def silence() -> None:
            try:
                while not await request.is_disconnected():  # noqa: ASYNC110  the client's leaving can only be polled
                    await asyncio.sleep(0.02)
            finally:
                # While a response streams, the framework notices first and cancels us.
                recorder.left += 1

        if problem := transcript_problem(asked.messages):
            return _failure(Failure(400, problem))
        return await _respond(respond(asked, index), asked, silence)

    async def list_models(_: Request) -> Response:
        data = [{"id": name, "object": "model", "created": CREATED, "owned_by": "stand-in"} for name in models]
        return JSONResponse({"object": "list", "data": data})

    async def embeddings(request: Request) -> Response:
        try:
            asked = EmbeddingRequest.model_validate_json(await request.body())
        except ValidationError as error:
            return _failure(Failure(400, str(error)))
        texts = [asked.input] if isinstance(asked.input, str) else asked.input
        data = [{"object": "embedding", "index": i, "embedding": bag_of_words(t)} for i, t in enumerate(texts)]
        tokens = sum(_tokens(text) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return JSONResponse({"object": "list", "model": asked.model, "data": data, "usage": usage})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/models", list_models, methods=["GET"]),
            Route("/v1/embeddings", embeddings, methods=["POST"]),
        ]
    )


async def _respond(reply: Reply, asked: ChatRequest, silence: Silence) -> Response:
    if isinstance(reply, Failure):
        return _failure(reply)
    answer, stop = (reply.answer, reply) if isinstance(reply, Broken) else (reply, None)
    if stop and (stop.after == 0 or not asked.stream):
        await _break(stop, silence)
    if asked.stream:
        return StreamingResponse(_stream(answer, asked, stop, silence), media_type="text/event-stream")
    return JSONResponse(_completion(answer, asked))


async def _break(stop: Broken, silence: Silence) -> NoReturn:
    if stop.how == "hang":
        await silence()
    raise CutError


async def _stream(answer: Answer, asked: ChatRequest, stop: Broken | None, silence: Silence) -> AsyncIterator[str]:
    head = {"id": "chatcmpl-stand-in", "object": "chat.completion.chunk", "created": CREATED, "model": asked.model}

    def event(delta: dict[str, Any], finish_reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"

    yield event({"role": "assistant", "content": "" if answer.text else None})
    for sent, delta in enumerate(_deltas(answer)):
        if stop and sent >= stop.after:
            await _break(stop, silence)
        if answer.delay:
            await asyncio.sleep(answer.delay)
        yield event(delta)
    if stop:
        await _break(stop, silence)
    yield event({}, _finish_reason(answer))
    if answer.usage and (asked.stream_options or {}).get("include_usage"):
        yield f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(answer, asked)})}\n\n"
    yield "data: [DONE]\n\n"


def _deltas(answer: Answer) -> list[dict[str, Any]]:
    """The pieces of an answer as OpenAI streams them: arguments come in fragments, and the fragments of
    parallel calls alternate, told apart by their index."""
    deltas: list[dict[str, Any]] = [{"content": piece} for piece in _pieces(answer.text, answer.fragment)]
    if answer.refusal:
        deltas += [{"refusal": piece} for piece in _pieces(answer.refusal, answer.fragment)]
    for index, call in enumerate(answer.calls):
        function = {"name": call.name, "arguments": ""}
        deltas.append(
            {"tool_calls": [{"index": index, "id": f"call_{index}", "type": "function", "function": function}]}
        )
    fragments = [_pieces(call.raw, answer.fragment) for call in answer.calls]
    for position in range(max(map(len, fragments), default=0)):
        for index, pieces in enumerate(fragments):
            if position < len(pieces):
                deltas.append({"tool_calls": [{"index": index, "function": {"arguments": pieces[position]}}]})
    return deltas


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _completion(answer: Answer, asked: ChatRequest) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None, "refusal": answer.refusal}
    if answer.calls:
        message["tool_calls"] = [
            {"id": f"call_{index}", "type": "function", "function": {"name": call.name, "arguments": call.raw}}
            for index, call in enumerate(answer.calls)
        ]
    body: dict[str, Any] = {
        "id": "chatcmpl-stand-in",
        "object": "chat.completion",
        "created": CREATED,
        "model": asked.model,
        "choices": [{"index": 0, "message": message, "finish_reason": _finish_reason(answer)}],
    }
    return body | ({"usage": _usage(answer, asked)} if answer.usage else {})


def _finish_reason(answer: Answer) -> str:
    return answer.finish_reason or ("tool_calls" if answer.calls else "stop")


def _usage(answer: Answer, asked: ChatRequest) -> dict[str, int]:
    prompt = sum(_tokens(str(message.get("content") or "")) for message in asked.messages)
    completion = _tokens(answer.text) + sum(_tokens(call.raw) for call in answer.calls)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _tokens(text: str) -> int:
    return math.ceil(len(text) / 4)


def _failure(failure: Failure) -> JSONResponse:
    kinds = {401: "authentication_error", 429: "rate_limit_error"}
    kind = kinds.get(failure.status, "invalid_request_error" if failure.status < 500 else "server_error")
    error = {"message": failure.message, "type": kind, "param": None, "code": failure.code}
    headers = {} if failure.retry_after is None else {"retry-after": f"{failure.retry_after:g}"}
    return JSONResponse({"error": error}, status_code=failure.status, headers=headers)


def transcript_problem(messages: list[dict[str, Any]]) -> str | None:
    """Why OpenAI would refuse this transcript: every tool call needs its tool message right after it, every tool
    message a call, and arguments must be JSON."""
    open_calls: set[str] = set()
    for position, message in enumerate(messages):
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in open_calls:
                return f"messages[{position}] answers no tool call."
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            return f"messages[{position}] comes before the tool messages of {sorted(open_calls)}."
        calls: list[dict[str, Any]] = message.get("tool_calls") or []
        for call in calls:
            open_calls.add(call["id"])
            try:
                json.loads(call["function"]["arguments"])
            except ValueError:
                return f"messages[{position}] has a tool call whose arguments are not JSON."
    return f"The tool messages of {sorted(open_calls)} are missing." if open_calls else None


def bag_of_words(text: str) -> list[float]:
    """A unit vector in which texts that share words lie close together; the same on every machine."""
    vector = [0.0] * DIMENSIONS
    for word in text.casefold().split():
        vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in vector))
    return [value / length for value in vector] if length else [1.0, *vector[1:]]
