"""Targets: what is to be reached, how far it is, and whether that is on track."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Module, Permission
from storage.kernel.clock import AsOf
from tools.kpis.schemas import CheckTargets, KpiDraft, KpiVersionView, KpiView, Progress, ReplaceKpi, TargetsChecked

router = APIRouter(prefix="/api/modules/mini-foundry/kpis", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]
Day = Annotated[AsOf | None, Query(description="Look as if this day were today.")]


@router.get("", responses=problems(400, 401, 403, 422))
async def list_kpis(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[KpiView]:
    """The tenant's targets, the newest first."""
    async with services.database.read(actor) as uow:
        return listed(await services.kpis.page(uow, page))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def create_kpi(services: ServicesDep, actor: Maker, body: KpiDraft, response: Response) -> KpiView:
    """Set a target for a metric, or for the figure that a question names."""
    async with services.database.write(actor) as uow:
        made = await services.kpis.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.get("/progress", responses=problems(400, 401, 403, 422, 503, 504))
async def check_targets(services: ServicesDep, actor: Reader, as_of: Day = None) -> TargetsChecked:
    """How all targets stand."""
    async with services.database.read(actor) as uow:
        return await services.kpis.check(uow, CheckTargets(as_of=as_of))


@router.get("/{kpi_id}", responses=problems(400, 401, 403, 404))
async def get_kpi(services: ServicesDep, actor: Reader, kpi_id: str) -> KpiView:
    """One target, without its figures."""
    async with services.database.read(actor) as uow:
        return await services.kpis.get(uow, kpi_id)


@router.put("/{kpi_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_kpi(services: ServicesDep, actor: Maker, kpi_id: str, body: ReplaceKpi) -> KpiView:
    """Set it anew. A stale version is a conflict."""
    async with services.database.write(actor) as uow:
        return await services.kpis.replace(uow, kpi_id, body)


@router.delete("/{kpi_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404))
async def delete_kpi(services: ServicesDep, actor: Maker, kpi_id: str) -> None:
    """Delete a target with its versions."""
    async with services.database.write(actor) as uow:
        await services.kpis.delete(uow, kpi_id)


@router.get("/{kpi_id}/versions", responses=problems(400, 401, 403, 404, 422))
async def list_kpi_versions(
    services: ServicesDep, actor: Reader, kpi_id: str, page: PageDep
) -> Listing[KpiVersionView]:
    """What the target was after each change, the last one first."""
    async with services.database.read(actor) as uow:
        return listed(await services.kpis.versions(uow, kpi_id, page))


@router.get("/{kpi_id}/progress", responses=problems(400, 401, 403, 404, 422, 503, 504))
async def get_progress(services: ServicesDep, actor: Reader, kpi_id: str, as_of: Day = None) -> Progress:
    """How one target stands: what is reached, what usually is by then, and how the period ends on this course."""
    async with services.database.read(actor) as uow:
        return await services.kpis.progress(uow, kpi_id, as_of)
