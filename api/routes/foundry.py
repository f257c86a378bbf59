"""Dashboards: pages of figures, tables and charts that move with the day."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.files import as_download, files
from api.idempotency import IdempotentRoute
from api.listing import Listing
from storage.kernel.actor import Actor, Module, Permission
from tools.foundry.exports import WidgetFormat
from tools.foundry.schemas import (
    CreateDashboard,
    DashboardData,
    DashboardSummary,
    DashboardView,
    ListDashboards,
    ReplaceDashboard,
    ReplaceLayout,
    RestoreDashboard,
    VersionView,
    WidgetAdded,
    WidgetData,
    WidgetDraft,
    WidgetReplacement,
    WidgetView,
)
from tools.query.drill import RowsAnswer, RowsWanted

router = APIRouter(prefix="/api/modules/mini-foundry/dashboards", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]
AsOf = Annotated[date | None, Query(description="Show it as if this day were today.")]
SeenVersion = Annotated[int | None, Query(ge=1, description="The dashboard's version that the caller has seen.")]


@router.get("", responses=problems(400, 401, 403, 422))
async def list_dashboards(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[DashboardSummary]:
    """The caller's own dashboards and those that are shared, the newest first."""
    async with services.database.read(actor) as uow:
        found = await services.foundry.dashboards.page(uow, ListDashboards(limit=page.limit, cursor=page.cursor))
    return Listing(items=found.items, next_cursor=found.next_cursor)


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def create_dashboard(
    services: ServicesDep, actor: Maker, body: CreateDashboard, response: Response
) -> DashboardView:
    """A new dashboard: empty, with a widget for each question, or ready-made by what a sentence says it is for."""
    async with services.database.write(actor) as uow:
        made = await services.foundry.dashboards.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.get("/{dashboard_id}", responses=problems(400, 401, 403, 404))
async def get_dashboard(services: ServicesDep, actor: Reader, dashboard_id: str) -> DashboardView:
    """A dashboard and its widgets, without their figures."""
    async with services.database.read(actor) as uow:
        return await services.foundry.dashboards.get(uow, dashboard_id)


@router.put("/{dashboard_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_dashboard(
    services: ServicesDep, actor: Maker, dashboard_id: str, body: ReplaceDashboard
) -> DashboardView:
    """Name, description, filters, period and visibility anew. A stale version is a conflict."""
    async with services.database.write(actor) as uow:
        return await services.foundry.dashboards.replace(uow, dashboard_id, body)


@router.delete("/{dashboard_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def delete_dashboard(services: ServicesDep, actor: Maker, dashboard_id: str) -> None:
    """Delete a dashboard with its widgets and versions."""
    async with services.database.write(actor) as uow:
        await services.foundry.dashboards.delete(uow, dashboard_id)


@router.put("/{dashboard_id}/layout", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_layout(services: ServicesDep, actor: Maker, dashboard_id: str, body: ReplaceLayout) -> DashboardView:
    """Move several widgets at once. None may lie on another."""
    async with services.database.write(actor) as uow:
        return await services.foundry.dashboards.rearrange(uow, dashboard_id, body)


@router.get("/{dashboard_id}/versions", responses=problems(400, 401, 403, 404, 422))
async def list_versions(services: ServicesDep, actor: Reader, dashboard_id: str, page: PageDep) -> Listing[VersionView]:
    """Who changed what and when, the last change first."""
    async with services.database.read(actor) as uow:
        found = await services.foundry.dashboards.versions(uow, dashboard_id, page)
    return Listing(items=found.items, next_cursor=found.next_cursor)


@router.post("/{dashboard_id}/restore", responses=problems(400, 401, 403, 404, 409, 422))
async def restore_dashboard(
    services: ServicesDep, actor: Maker, dashboard_id: str, body: RestoreDashboard
) -> DashboardView:
    """Take a dashboard to an earlier version of itself: a change like any other, that can be taken back."""
    async with services.database.write(actor) as uow:
        return await services.foundry.dashboards.restore(uow, dashboard_id, body)


@router.get("/{dashboard_id}/data", responses=problems(400, 401, 403, 404, 422))
async def dashboard_data(services: ServicesDep, actor: Reader, dashboard_id: str, as_of: AsOf = None) -> DashboardData:
    """What every widget shows. One that cannot be shown says why in its own place."""
    async with services.database.read(actor) as uow:
        return await services.foundry.rendering.dashboard(uow, dashboard_id, as_of)


@router.get(
    "/{dashboard_id}/export",
    response_class=Response,
    responses=files("pdf") | problems(400, 401, 403, 404, 422, 503, 504),
)
async def export_dashboard(services: ServicesDep, actor: Reader, dashboard_id: str, as_of: AsOf = None) -> Response:
    """The dashboard as a PDF document: charts, tables and sources."""
    async with services.database.read(actor) as uow:
        data = await services.foundry.rendering.dashboard(uow, dashboard_id, as_of)
    return as_download(await services.foundry.exports.report(data))


@router.get("/{dashboard_id}/widgets", responses=problems(400, 401, 403, 404))
async def list_widgets(services: ServicesDep, actor: Reader, dashboard_id: str) -> Listing[WidgetView]:
    """All widgets, in reading order: there are never more than fit on a page."""
    async with services.database.read(actor) as uow:
        return Listing(items=(await services.foundry.dashboards.get(uow, dashboard_id)).widgets)


@router.post(
    "/{dashboard_id}/widgets", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 404, 409, 422)
)
async def add_widget(
    services: ServicesDep, actor: Maker, dashboard_id: str, body: WidgetDraft, response: Response
) -> WidgetAdded:
    """A widget of a question or a query. A question that gets no answer is refused in the answer's own words."""
    async with services.database.write(actor) as uow:
        added = await services.foundry.widgets.add(uow, dashboard_id, body)
    response.headers["Location"] = f"{router.prefix}/{dashboard_id}/widgets/{added.widget.id}"
    return added


@router.get("/{dashboard_id}/widgets/{widget_id}", responses=problems(400, 401, 403, 404))
async def get_widget(services: ServicesDep, actor: Reader, dashboard_id: str, widget_id: str) -> WidgetView:
    """One widget, without its figures."""
    async with services.database.read(actor) as uow:
        return await services.foundry.dashboards.widget(uow, dashboard_id, widget_id)


@router.put("/{dashboard_id}/widgets/{widget_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_widget(
    services: ServicesDep, actor: Maker, dashboard_id: str, widget_id: str, body: WidgetReplacement
) -> WidgetAdded:
    """Another widget in its place. A stale version is a conflict."""
    async with services.database.write(actor) as uow:
        return await services.foundry.widgets.replace(uow, dashboard_id, widget_id, body)


@router.delete("/{dashboard_id}/widgets/{widget_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def remove_widget(
    services: ServicesDep, actor: Maker, dashboard_id: str, widget_id: str, version: SeenVersion = None
) -> DashboardView:
    """The dashboard without the widget. Its versions bring it back."""
    async with services.database.write(actor) as uow:
        return await services.foundry.widgets.remove(uow, dashboard_id, widget_id, version)


@router.get("/{dashboard_id}/widgets/{widget_id}/data", responses=problems(400, 401, 403, 404, 422))
async def widget_data(
    services: ServicesDep, actor: Reader, dashboard_id: str, widget_id: str, as_of: AsOf = None
) -> WidgetData:
    """What one widget shows."""
    async with services.database.read(actor) as uow:
        return await services.foundry.rendering.widget(uow, dashboard_id, widget_id, as_of)


@router.get(
    "/{dashboard_id}/widgets/{widget_id}/export",
    response_class=Response,
    responses=files("csv", "xlsx", "json", "svg", "png") | problems(400, 401, 403, 404, 413, 422, 503, 504),
)
async def export_widget(
    services: ServicesDep,
    actor: Reader,
    dashboard_id: str,
    widget_id: str,
    *,
    format: WidgetFormat,  # noqa: A002 - the parameter's name outside
    as_of: AsOf = None,
) -> Response:
    """All rows of a widget as CSV, XLSX or JSON, or its chart as SVG or PNG."""
    async with services.database.read(actor) as uow:
        data = await services.foundry.exports.widget(uow, dashboard_id, widget_id, as_of)
    return as_download(await services.foundry.exports.widget_file(data, format))


@router.post("/{dashboard_id}/widgets/{widget_id}/rows", responses=problems(400, 401, 403, 404, 422, 503, 504))
async def widget_rows(
    services: ServicesDep, actor: Reader, dashboard_id: str, widget_id: str, body: RowsWanted
) -> RowsAnswer:
    """The records behind a figure that a widget shows. They add up to it."""
    async with services.database.read(actor) as uow:
        return await services.foundry.rendering.rows(uow, dashboard_id, widget_id, body)
