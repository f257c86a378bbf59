"""The chat: runs as AG-UI events, and the conversations they belong to."""

from collections.abc import AsyncGenerator, AsyncIterator
from http import HTTPStatus
from typing import Annotated

from ag_ui.core import RunAgentInput
from fastapi import APIRouter, Depends
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import sse
from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from memory.events import LoggedEvent
from memory.threads import FeedbackView, MessageList, ThreadList, ThreadView
from storage.kernel.actor import Actor, Permission
from tools.kit.capability import Contract

runs = APIRouter(prefix="/api/chat/runs", tags=["chat"])
threads = APIRouter(prefix="/api/chat", tags=["chat"], route_class=IdempotentRoute)
Chatter = Annotated[Actor, Depends(permitted(Permission.CHAT_USE))]
Title = Annotated[str, Field(max_length=200, examples=["Revenue in 2025"])]


class ThreadCreate(Contract):
    title: Title = ""


class ThreadPatch(Contract):
    title: Title


class ForkRequest(Contract):
    """The new conversation holds everything up to this message."""

    message_id: str = Field(max_length=64)


@runs.post(
    "", response_class=EventSourceResponse, responses=sse.SSE_RESPONSE | problems(400, 401, 403, 404, 409, 422, 503)
)
async def start_run(services: ServicesDep, actor: Chatter, body: RunAgentInput) -> EventSourceResponse:
    """Start a turn and follow it. The run goes on when this connection ends; its events can be read again."""
    chat = await services.chat()
    run_id = await chat.runs.start(actor, body)
    return await sse.stream(_events(chat.runs.events(actor, run_id)))


@runs.get(
    "/{run_id}/events",
    response_class=EventSourceResponse,
    responses=sse.SSE_RESPONSE | problems(400, 401, 403, 404, 422),
)
async def run_events(
    services: ServicesDep, actor: Chatter, run_id: str, last_event_id: sse.LastEventId = None
) -> EventSourceResponse:
    """A run's events, from its first or after Last-Event-ID, to its last."""
    chat = await services.chat()
    return await sse.stream(_events(chat.runs.events(actor, run_id, sse.number_of(last_event_id))))


@runs.post("/{run_id}/cancel", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404))
async def cancel_run(services: ServicesDep, actor: Chatter, run_id: str) -> None:
    """Stop a run. Its stream ends with the outcome cancelled; a run that has ended stays as it is."""
    await (await services.chat()).runs.cancel(actor, run_id)


@threads.get("/threads", responses=problems(400, 401, 403, 422))
async def list_threads(services: ServicesDep, actor: Chatter, page: PageDep) -> ThreadList:
    """The caller's conversations, the last active first."""
    return await (await services.chat()).threads.list(actor, page)


@threads.post("/threads", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def create_thread(services: ServicesDep, actor: Chatter, body: ThreadCreate) -> ThreadView:
    """A new conversation."""
    return await (await services.chat()).threads.create(actor, body.title)


@threads.get("/threads/{thread_id}", responses=problems(400, 401, 403, 404))
async def get_thread(services: ServicesDep, actor: Chatter, thread_id: str) -> ThreadView:
    """A conversation, and what it waits for."""
    return await (await services.chat()).threads.get(actor, thread_id)


@threads.patch("/threads/{thread_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def rename_thread(services: ServicesDep, actor: Chatter, thread_id: str, body: ThreadPatch) -> ThreadView:
    """Give a conversation another title."""
    return await (await services.chat()).threads.rename(actor, thread_id, body.title)


@threads.delete("/threads/{thread_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def delete_thread(services: ServicesDep, actor: Chatter, thread_id: str) -> None:
    """Delete a conversation, and what was remembered of it."""
    await (await services.chat()).threads.delete(actor, thread_id)


@threads.get("/threads/{thread_id}/messages", responses=problems(400, 401, 403, 404, 422))
async def list_messages(services: ServicesDep, actor: Chatter, thread_id: str, page: PageDep) -> MessageList:
    """What was said, in order, with tables, charts and sources as they were shown."""
    return await (await services.chat()).threads.messages(actor, thread_id, page)


@threads.post(
    "/threads/{thread_id}/fork", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 404, 409, 422)
)
async def fork_thread(services: ServicesDep, actor: Chatter, thread_id: str, body: ForkRequest) -> ThreadView:
    """A new conversation that begins as this one was after a message."""
    return await (await services.chat()).threads.fork(actor, thread_id, body.message_id)


@threads.post(
    "/messages/{message_id}/feedback",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def rate_message(services: ServicesDep, actor: Chatter, message_id: str, body: FeedbackView) -> None:
    """Say whether an answer helped; a later verdict replaces an earlier one."""
    await (await services.chat()).threads.rate(actor, message_id, body)


async def _events(source: AsyncIterator[LoggedEvent]) -> AsyncGenerator[ServerSentEvent]:
    async for event in source:
        yield sse.sent(event.data, number=event.number)
