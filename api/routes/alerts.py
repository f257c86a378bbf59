"""Alerts on figures, and the notifications that they leave."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Module, Permission
from storage.kernel.clock import AsOf
from tools.alerts.schemas import AlertDraft, AlertTested, AlertView, CheckView, NotificationView, ReplaceAlert

router = APIRouter(prefix="/api/modules/mini-foundry/alerts", tags=["mini-foundry"], route_class=IdempotentRoute)
notifications = APIRouter(prefix="/api/notifications", tags=["notifications"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]
Member = Annotated[Actor, Depends(permitted(Permission.DATA_READ))]


@router.get("", responses=problems(400, 401, 403, 422))
async def list_alerts(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[AlertView]:
    """The tenant's alerts with their states, the newest first."""
    async with services.database.read(actor) as uow:
        return listed(await services.alerts.page(uow, page))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def create_alert(services: ServicesDep, actor: Maker, body: AlertDraft, response: Response) -> AlertView:
    """Watch a metric, or the figure that a question names: against a bound, its change, or its own history."""
    async with services.database.write(actor) as uow:
        made = await services.alerts.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.get("/{alert_id}", responses=problems(400, 401, 403, 404))
async def get_alert(services: ServicesDep, actor: Reader, alert_id: str) -> AlertView:
    """One alert and its state."""
    async with services.database.read(actor) as uow:
        return await services.alerts.get(uow, alert_id)


@router.put("/{alert_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_alert(services: ServicesDep, actor: Maker, alert_id: str, body: ReplaceAlert) -> AlertView:
    """Make it anew: it is armed again. A stale version is a conflict."""
    async with services.database.write(actor) as uow:
        return await services.alerts.replace(uow, alert_id, body)


@router.delete("/{alert_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404))
async def delete_alert(services: ServicesDep, actor: Maker, alert_id: str) -> None:
    """Delete an alert with its history. What it told stays among the notifications."""
    async with services.database.write(actor) as uow:
        await services.alerts.delete(uow, alert_id)


@router.post("/{alert_id}/test", responses=problems(400, 401, 403, 404, 422))
async def try_alert(
    services: ServicesDep,
    actor: Reader,
    alert_id: str,
    as_of: Annotated[AsOf | None, Query(description="Look as if this day were today.")] = None,
) -> AlertTested:
    """What it would do now. Nothing is sent or kept."""
    async with services.database.read(actor) as uow:
        return await services.alerts.test(uow, alert_id, as_of)


@router.get("/{alert_id}/checks", responses=problems(400, 401, 403, 404, 422))
async def list_checks(services: ServicesDep, actor: Reader, alert_id: str, page: PageDep) -> Listing[CheckView]:
    """What it saw day by day, the newest first."""
    async with services.database.read(actor) as uow:
        return listed(await services.alerts.checks(uow, alert_id, page))


@notifications.get("", responses=problems(400, 401, 403, 422))
async def list_notifications(
    services: ServicesDep,
    actor: Member,
    page: PageDep,
    unread: Annotated[bool, Query(description="Only what the caller has not read.")] = False,
) -> Listing[NotificationView]:
    """What everybody of the tenant shall know, the newest first. New ones come over /api/events too."""
    async with services.database.read(actor) as uow:
        return listed(await services.alerts.notifications(uow, page, unread=unread))


@notifications.put("/{notification_id}/read", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404))
async def mark_read(services: ServicesDep, actor: Member, notification_id: str) -> None:
    """Note that the caller has read it."""
    async with services.database.write(actor) as uow:
        await uow.notifications.mark_read(notification_id)
