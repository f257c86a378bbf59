"""Long work as its caller follows it, and everything that happens in a tenant."""

from collections.abc import AsyncGenerator
from typing import Annotated

from fastapi import APIRouter, Depends
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import sse
from api.deps import ServicesDep, permitted
from api.errors import problems
from memory.events import LoggedEvent
from memory.feed import FeedEvent
from memory.jobs import JobView
from storage.kernel.actor import Actor, Permission

router = APIRouter(prefix="/api", tags=["jobs"])
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ))]


@router.get("/jobs/{job_id}", responses=problems(400, 401, 403, 404))
async def get_job(services: ServicesDep, actor: Reader, job_id: str) -> JobView:
    """How far a job is, and its result or error."""
    return await services.jobs.get(actor, job_id)


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses=sse.SSE_RESPONSE | problems(400, 401, 403, 404, 422),
)
async def job_events(
    services: ServicesDep, actor: Reader, job_id: str, last_event_id: sse.LastEventId = None
) -> EventSourceResponse:
    """The job's states as they come, until the final one. Each event's data is a job."""
    return await sse.stream(_jobs(services.jobs.follow(actor, job_id, sse.number_of(last_event_id))))


@router.get("/events", response_class=EventSourceResponse, responses=sse.SSE_RESPONSE | problems(400, 401, 403, 422))
async def events(services: ServicesDep, actor: Reader, last_event_id: sse.LastEventId = None) -> EventSourceResponse:
    """What happens in the tenant from now on: job progress and notifications. Resumable by Last-Event-ID."""
    place = await services.feed.place(actor.tenant_id, last_event_id)
    return sse.endless(_notices(services.feed.follow(actor.tenant_id, place)))


async def _jobs(source: AsyncGenerator[LoggedEvent]) -> AsyncGenerator[ServerSentEvent]:
    async for event in source:
        yield sse.sent(event.data, name="job", number=event.number)


async def _notices(source: AsyncGenerator[FeedEvent]) -> AsyncGenerator[ServerSentEvent]:
    async for event in source:
        yield sse.sent(event.data, name=event.type, number=event.id)
