"""What happened to the business: noted, so that questions can count from it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.deps import ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing
from storage.kernel.actor import Actor, Module, Permission
from tools.events.schemas import EventDraft, EventView

router = APIRouter(prefix="/api/modules/mini-foundry/events", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]


@router.get("", responses=problems(400, 401, 403))
async def list_business_events(services: ServicesDep, actor: Reader) -> Listing[EventView]:
    """All of them, the latest first. There are never more than fit on a page."""
    async with services.database.read(actor) as uow:
        return Listing(items=await services.events.all(uow))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def note_business_event(services: ServicesDep, actor: Maker, body: EventDraft, response: Response) -> EventView:
    """Something that happened. Questions can count from it: "sales since we changed the price"."""
    async with services.database.write(actor) as uow:
        made = await services.events.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.delete("/{event_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def forget_business_event(services: ServicesDep, actor: Maker, event_id: str) -> None:
    """Forget one."""
    async with services.database.write(actor) as uow:
        await services.events.delete(uow, event_id)
