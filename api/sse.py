"""Server-sent events: numbered, kept alive, resumable, and closed when the server stops."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import Header
from sse_starlette import EventSourceResponse, ServerSentEvent

from storage.kernel.errors import invalid

PING_SECONDS = 15
_SEND_TIMEOUT = 30.0
"""A client that reads nothing for so long is gone, though its connection may not know it."""

_LINE_END = "\n"
"""The standard allows others, which not every client reads: the official AG-UI one looks for two of these."""

LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", max_length=100, description="Resume after this event.")
]

SSE_RESPONSE = {
    200: {
        "description": "A stream of server-sent events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def sent(data: str, *, name: str | None = None, number: int | str | None = None) -> ServerSentEvent:
    """One event, and the number that a client resumes after."""
    return ServerSentEvent(data=data, event=name, id=None if number is None else str(number), sep=_LINE_END)


async def stream(events: AsyncGenerator[ServerSentEvent]) -> EventSourceResponse:
    """A response over events that begin at once. The first is awaited before the response begins, so that a request
    that cannot be served gets its problem document and not a broken stream."""
    first = await anext(events, None)
    return endless(_chain(first, events))


def endless(events: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    """A response over events that may be a long time in coming."""
    return EventSourceResponse(events, ping=PING_SECONDS, send_timeout=_SEND_TIMEOUT, sep=_LINE_END)


async def _chain(
    first: ServerSentEvent | None, rest: AsyncGenerator[ServerSentEvent]
) -> AsyncIterator[ServerSentEvent]:
    async with aclosing(rest):
        if first is not None:
            yield first
            async for event in rest:
                yield event


def number_of(last_event_id: str | None) -> int:
    """The number to resume after; 0 for the beginning. Raises invalid for an id that no stream of ours gave out."""
    if last_event_id is None:
        return 0
    if not last_event_id.isascii() or not last_event_id.isdigit() or len(last_event_id) > 15:  # noqa: PLR2004  beyond any event's number
        raise invalid("Last-Event-ID is no event of this stream.")
    return int(last_event_id)
