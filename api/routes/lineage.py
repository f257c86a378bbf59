"""Data lineage: where figures and fields come from, how data flows, and how good it is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Module, Permission
from tools.imports.schemas import ListSourcesRequest, SourceList
from tools.lineage.openlineage.views import LineageEvent
from tools.lineage.schemas import (
    EntityLineage,
    EntityRequest,
    FlowGraph,
    FlowRequest,
    QualityReport,
    QualityRequest,
    TrendList,
    TrendsRequest,
)

lineage = APIRouter(prefix="/api/data-lineage", tags=["data-lineage"])
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.DATA_LINEAGE))]
Detail = Annotated[Literal["tables", "fields"], Query(description="`fields`: also field by field.")]
SourceName = Annotated[str | None, Query(max_length=200, description="Only of this source: its name, type or id.")]
Days = Annotated[int, Query(ge=1, le=730, description="How many days back.")]


@lineage.get("/sources", responses=problems(400, 401, 403))
async def list_sources(services: ServicesDep, actor: Reader) -> SourceList:
    """Which sources the figures come from, with their rows and last import."""
    async with services.database.read(actor) as uow:
        return await services.imports.list_sources(uow, ListSourcesRequest())


@lineage.get("/entity/{type}/{id}", responses=problems(400, 401, 403, 404, 422))
async def get_entity(services: ServicesDep, actor: Reader, type: str, id: str) -> EntityLineage:  # noqa: A002 - the contract's names
    """One row, field by field: its value, the raw record and the place in it, the rule, and what other records say."""
    async with services.database.read(actor) as uow:
        return await services.lineage.entity(uow, EntityRequest(type=type[:60], id=id[:64]))


@lineage.get("/flow", responses=problems(400, 401, 403))
async def get_flow(services: ServicesDep, actor: Reader) -> FlowGraph:
    """From the sources over their objects and the unified tables to the metrics: volumes, lags, failures."""
    async with services.database.read(actor) as uow:
        return await services.lineage.flow(uow, FlowRequest())


@lineage.get("/quality-scores", responses=problems(400, 401, 403, 404, 422))
async def get_quality_scores(
    services: ServicesDep, actor: Reader, detail: Detail = "tables", source: SourceName = None
) -> QualityReport:
    """Accuracy, completeness, freshness, uniqueness and validity of each table, over all and by source."""
    async with services.database.read(actor) as uow:
        return await services.lineage.quality(uow, QualityRequest(detail=detail, source=source))


@lineage.get("/trends", responses=problems(400, 401, 403, 422))
async def get_trends(services: ServicesDep, actor: Reader, days: Days = 90) -> TrendList:
    """The scores of the last days, one for each day with an import or a sync."""
    async with services.database.read(actor) as uow:
        return await services.lineage.trends(uow, TrendsRequest(days=days))


@lineage.get("/events", responses=problems(400, 401, 403, 422))
async def list_events(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[LineageEvent]:
    """What was told of imports, syncs and what follows them as OpenLineage events, the newest first."""
    async with services.database.read(actor) as uow:
        return listed(await services.lineage.events(uow, page))


@lineage.get("/runs/{run_id}/events", responses=problems(400, 401, 403, 422))
async def list_events_of_run(services: ServicesDep, actor: Reader, run_id: str, page: PageDep) -> Listing[LineageEvent]:
    """The same of one import (its file's id) or sync (its run's id), with what followed it and what took it back."""
    async with services.database.read(actor) as uow:
        return listed(await services.lineage.events(uow, page, run_id[:80]))
