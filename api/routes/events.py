"""What happened to the business: detected in its data, or noted, so that questions can count from it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import StringConstraints

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Module, Permission
from tools.events.schemas import EventDraft, EventsRequest, EventView

router = APIRouter(prefix="/api/modules/mini-foundry/events", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]
Kinds = Annotated[
    list[Annotated[str, StringConstraints(max_length=60)]] | None,
    Query(max_length=20, description="Only of these kinds: first_sale, price_change, stock_out, …"),
]
Since = Annotated[date | None, Query(description="The first day; what lasts into it is told too.")]
Until = Annotated[date | None, Query(description="The last day, counted.")]
Entity = Annotated[
    str | None,
    Query(max_length=120, description="A kind of subject, or one of them: product, product/{id}, channel, shop."),
]
Origin = Annotated[Literal["noted", "detected"] | None, Query(description="Only what was noted, or detected.")]


def wanted_of(
    kind: Kinds = None, since: Since = None, until: Until = None, entity: Entity = None, origin: Origin = None
) -> EventsRequest:
    return EventsRequest(kind=tuple(kind or ()), since=since, until=until, entity=entity, origin=origin)


@router.get("", responses=problems(400, 401, 403, 422))
async def list_business_events(
    services: ServicesDep, actor: Reader, page: PageDep, wanted: Annotated[EventsRequest, Depends(wanted_of)]
) -> Listing[EventView]:
    """The timeline, the latest first. New events come over /api/events too."""
    async with services.database.read(actor) as uow:
        return listed(await services.events.timeline(uow, wanted, page))


@router.get("/{event_id}", responses=problems(400, 401, 403, 404))
async def get_business_event(services: ServicesDep, actor: Reader, event_id: str) -> EventView:
    """One event, with the sources' records of the rows that show it."""
    async with services.database.read(actor) as uow:
        return await services.events.get(uow, event_id)


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def note_business_event(services: ServicesDep, actor: Maker, body: EventDraft, response: Response) -> EventView:
    """Something that happened. Questions can count from it: "sales since we changed the price"."""
    async with services.database.write(actor) as uow:
        made = await services.events.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.delete("/{event_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def forget_business_event(services: ServicesDep, actor: Maker, event_id: str) -> None:
    """Forget a note. What was detected stays as long as the data that shows it."""
    async with services.database.write(actor) as uow:
        await services.events.delete(uow, event_id)
