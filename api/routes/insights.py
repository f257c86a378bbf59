"""What stands out in the figures, found without a question."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from storage.kernel.actor import Actor, Module, Permission
from storage.kernel.clock import AsOf
from tools.insights.schemas import (
    MOST_SHOWN,
    FindInsights,
    HiddenInsight,
    HideInsight,
    InsightId,
    InsightList,
)

router = APIRouter(prefix="/api/modules/mini-foundry/insights", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]


@router.get("", responses=problems(400, 401, 403, 422, 503, 504))
async def find_insights(
    services: ServicesDep,
    actor: Reader,
    limit: Annotated[int, Query(ge=1, le=MOST_SHOWN)] = 10,
    hidden: Annotated[bool, Query(description="Also those that the caller dismissed or put off.")] = False,
    as_of: Annotated[AsOf | None, Query(description="Look as if this day were today.")] = None,
) -> InsightList:
    """Changes, outliers, records, concentration, and members that fade or rise, as of a day: tested together, so that of
    what is shown at most a tenth is expected to be chance."""
    async with services.database.read(actor) as uow:
        return await services.insights.find(uow, FindInsights(limit=limit, hidden=hidden, as_of=as_of))


@router.put("/{insight_id}/hidden", responses=problems(400, 401, 403, 422))
async def hide_insight(services: ServicesDep, actor: Reader, insight_id: InsightId, body: HideInsight) -> HiddenInsight:
    """Dismiss an insight for yourself, or put off all about its figure until a day."""
    async with services.database.write(actor) as uow:
        return await services.insights.hide(uow, insight_id, body)


@router.delete("/{insight_id}/hidden", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 422))
async def show_insight_again(services: ServicesDep, actor: Reader, insight_id: InsightId) -> None:
    """Take back a dismissal or a putting off."""
    async with services.database.write(actor) as uow:
        await services.insights.show_again(uow, insight_id)
