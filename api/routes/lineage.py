"""Data lineage: where figures and fields come from, how data flows, and how good it is."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Module, Permission
from tools.imports.schemas import ListSourcesRequest, SourceList
from tools.lineage.openlineage.views import LineageEvent
from tools.lineage.own.schemas import ReplaceRule, RuleDraft, RuleVerdict, RuleView
from tools.lineage.schemas import (
    EntityLineage,
    EntityRequest,
    FlowGraph,
    FlowRequest,
    QualityReport,
    QualityRequest,
    SpellList,
    TrendList,
    TrendsRequest,
)
from tools.resolution.schemas import (
    DuplicateList,
    DuplicatesRequest,
    Identity,
    MergeRequest,
    ProductIdentity,
    SplitProductRequest,
    SplitRequest,
)

lineage = APIRouter(prefix="/api/data-lineage", tags=["data-lineage"], route_class=IdempotentRoute)
Keeper = Annotated[Actor, Depends(permitted(Permission.DATA_IMPORT, Module.DATA_LINEAGE))]
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.DATA_LINEAGE))]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="Where the list goes on.")]
Detail = Annotated[Literal["tables", "fields"], Query(description="`fields`: also field by field.")]
SourceName = Annotated[str | None, Query(max_length=200, description="Only of this source: its name, type or id.")]
Of = Annotated[Literal["customers", "products"], Query(description="Of what.")]
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


@lineage.get("/duplicates", responses=problems(400, 401, 403, 422))
async def list_duplicates(
    services: ServicesDep, actor: Reader, limit: Limit = 20, cursor: Cursor = None, of: Of = "customers"
) -> DuplicateList:
    """Pairs of customers, or of products, that may be one and were not sure enough to be put together, the likeliest
    first."""
    async with services.database.read(actor) as uow:
        return await services.resolution.duplicates(uow, DuplicatesRequest(of=of, limit=limit, cursor=cursor))


@lineage.get("/customers/{customer_id}/identity", responses=problems(400, 401, 403, 404, 422))
async def get_identity(services: ServicesDep, actor: Reader, customer_id: str) -> Identity:
    """The rows of sources that a customer is made of, and what spoke for their being one."""
    async with services.database.read(actor) as uow:
        return await services.resolution.identity(uow, customer_id[:36])


@lineage.post("/customers/merge", responses=problems(400, 401, 403, 404, 409, 422))
async def merge_customers(services: ServicesDep, actor: Keeper, body: MergeRequest) -> Identity:
    """Makes two customers one, for good: later imports and syncs keep to it. 422 where they are one already."""
    async with services.database.write(actor) as uow:
        return await services.resolution.merge(uow, body)


@lineage.post("/customers/split", responses=problems(400, 401, 403, 404, 409, 422))
async def split_customer(services: ServicesDep, actor: Keeper, body: SplitRequest) -> Identity:
    """Parts one source's customer from those it was merged with, or all of a merged one, for good. 422 where nothing was
    merged."""
    async with services.database.write(actor) as uow:
        return await services.resolution.split(uow, body)


@lineage.get("/products/{product_id}/identity", responses=problems(400, 401, 403, 404, 422))
async def get_product_identity(services: ServicesDep, actor: Reader, product_id: str) -> ProductIdentity:
    """The rows of sources that a product is made of, and what spoke for their being one."""
    async with services.database.read(actor) as uow:
        return await services.resolution.product_identity(uow, product_id[:36])


@lineage.post("/products/merge", responses=problems(400, 401, 403, 404, 409, 422))
async def merge_products(services: ServicesDep, actor: Keeper, body: MergeRequest) -> ProductIdentity:
    """Makes two products one, for good: later imports and syncs keep to it. 422 where they are one already."""
    async with services.database.write(actor) as uow:
        return await services.resolution.merge_products(uow, body)


@lineage.post("/products/split", responses=problems(400, 401, 403, 404, 409, 422))
async def split_product(services: ServicesDep, actor: Keeper, body: SplitProductRequest) -> ProductIdentity:
    """Parts one source's product from those it was merged with, or all of a merged one, for good. 422 where nothing was
    merged."""
    async with services.database.write(actor) as uow:
        return await services.resolution.split_product(uow, body)


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


@lineage.get("/spells", responses=problems(400, 401, 403))
async def list_spells(services: ServicesDep, actor: Reader) -> SpellList:
    """What was told of the data's quality, with what was seen when it began: scores that fell, sources that are late, rules
    that are broken. Each is told once, as a notification, and anew only after it was over."""
    async with services.database.read(actor) as uow:
        return await services.lineage.spells(uow)


# ── a tenant's own rules ─────────────────────────────────────────────────────────────────────────────────────


@lineage.get("/rules", responses=problems(400, 401, 403, 422))
async def list_rules(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[RuleView]:
    """The tenant's own rules of data quality, the newest first. Whether they hold is told with the quality scores."""
    async with services.database.read(actor) as uow:
        return listed(await services.lineage.rules.page(uow, page))


@lineage.post("/rules", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def create_rule(services: ServicesDep, actor: Keeper, body: RuleDraft, response: Response) -> RuleView:
    """Ask something of the data: a field that is never empty, unique, one of some values, of a pattern or between bounds;
    data that is fresh; sums that are equal; a number of records; a score."""
    async with services.database.write(actor) as uow:
        made = await services.lineage.rules.create(uow, body)
    response.headers["Location"] = f"{lineage.prefix}/rules/{made.id}"
    return made


@lineage.post("/rules/test", responses=problems(400, 401, 403, 422))
async def try_rule(services: ServicesDep, actor: Reader, body: RuleDraft) -> RuleVerdict:
    """Whether a rule would hold now, and some records that break it. Nothing is kept."""
    async with services.database.read(actor) as uow:
        return await services.lineage.rules.tried(uow, body)


@lineage.get("/rules/{rule_id}", responses=problems(400, 401, 403, 404))
async def get_rule(services: ServicesDep, actor: Reader, rule_id: str) -> RuleView:
    """One rule."""
    async with services.database.read(actor) as uow:
        return await services.lineage.rules.get(uow, rule_id)


@lineage.put("/rules/{rule_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_rule(services: ServicesDep, actor: Keeper, rule_id: str, body: ReplaceRule) -> RuleView:
    """Make it anew. A stale version is a conflict."""
    async with services.database.write(actor) as uow:
        return await services.lineage.rules.replace(uow, rule_id, body)


@lineage.delete("/rules/{rule_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404))
async def delete_rule(services: ServicesDep, actor: Keeper, rule_id: str) -> None:
    """Delete a rule."""
    async with services.database.write(actor) as uow:
        await services.lineage.rules.delete(uow, rule_id)
