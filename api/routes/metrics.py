"""What can be asked: the product's metrics, and those of the tenant's own."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.deps import ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing
from storage.kernel.actor import Actor, Module, Permission
from tools.metrics.schemas import MetricDraft, MetricView

router = APIRouter(prefix="/api/modules/mini-foundry/metrics", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]


@router.get("", responses=problems(400, 401, 403))
async def list_metrics(services: ServicesDep, actor: Reader) -> Listing[MetricView]:
    """All of them: the tenant's own, newest first, then the product's. There are never more than fit on a page."""
    async with services.database.read(actor) as uow:
        return Listing(items=await services.metrics.all(uow))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def define_metric(services: ServicesDep, actor: Maker, body: MetricDraft, response: Response) -> MetricView:
    """A metric of the tenant's own: arithmetic over others. It can be asked for like any other."""
    async with services.database.write(actor) as uow:
        made = await services.metrics.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.get("/{metric_id}", responses=problems(400, 401, 403, 404))
async def get_metric(services: ServicesDep, actor: Reader, metric_id: str) -> MetricView:
    """One metric: its definition and unit, and what it cannot be split by."""
    async with services.database.read(actor) as uow:
        return await services.metrics.get(uow, metric_id)


@router.put("/{metric_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_metric(services: ServicesDep, actor: Maker, metric_id: str, body: MetricDraft) -> MetricView:
    """Define it anew. What is made of it must still hold."""
    async with services.database.write(actor) as uow:
        return await services.metrics.replace(uow, metric_id, body)


@router.delete("/{metric_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def delete_metric(services: ServicesDep, actor: Maker, metric_id: str) -> None:
    """Delete a metric that no other and no widget uses."""
    async with services.database.write(actor) as uow:
        await services.metrics.delete(uow, metric_id)
