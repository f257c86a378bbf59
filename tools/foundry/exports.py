"""Widgets and dashboards as files."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.metrics.query import Grain
from storage.uow import ReadUnitOfWork
from tools.foundry.drawing import Report, ReportWidget, as_pdf, as_png, as_svg
from tools.foundry.rendering import RenderingService, shows_nothing
from tools.foundry.schemas import DashboardData, WidgetData
from tools.foundry.tables import as_csv, as_xlsx
from tools.kit.blocks import Cell, Column
from tools.kit.workers import Workers
from tools.query.drill import MOST_EXPORTED, RowsAnswer
from tools.query.listing import side_by_side
from tools.query.schemas import QueryAnswer
from tools.query.wording import show, show_date

WidgetFormat = Literal["csv", "xlsx", "json", "svg", "png"]
RowsFormat = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}
_ROWS_ON_PAPER = 40
_GRAINS: dict[str, Grain] = {grain: grain for grain in get_args(Grain)}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    name: str
    media_type: str
    body: bytes


class ExportService:
    """Reading is done in the unit of work; what is read becomes a file in a process of its own."""

    def __init__(self, rendering: RenderingService, workers: Workers) -> None:
        self._rendering = rendering
        self._workers = workers

    async def widget(self, uow: ReadUnitOfWork, dashboard_id: str, widget_id: str, as_of: date | None) -> WidgetData:
        """All that a file of a widget holds. Raises CopilotError: not found, or invalid where the widget shows nothing."""
        data = await self._rendering.whole_widget(uow, dashboard_id, widget_id, as_of)
        if data.answer is None:
            raise shows_nothing(data)
        return data

    async def widget_file(self, data: WidgetData, wanted: WidgetFormat) -> ExportedFile:
        """Raises CopilotError (invalid) for a picture of what has no chart."""
        if data.answer is None:
            raise shows_nothing(data)
        answer, title = data.answer, data.widget.title
        match wanted:
            case "csv":
                body = await self._workers.run(as_csv, answer.columns, answer.rows)
            case "xlsx":
                body = await self._workers.run(as_xlsx, answer.columns, answer.rows, title)
            case "json":
                body = await self._workers.run(as_json, data)
            case "svg":
                body = (await self._workers.run(as_svg, _chart(answer, title))).encode()
            case "png":
                body = await self._workers.run(as_png, _chart(answer, title))
        return ExportedFile(file_name(title, wanted), MEDIA_TYPES[wanted], body)

    async def rows_file(self, found: RowsAnswer, wanted: RowsFormat) -> ExportedFile:
        """The rows behind a figure. Raises CopilotError (too large) where there are more than a file holds."""
        if any(one.next_offset is not None for one in found.lists):
            raise CopilotError(
                ErrorKind.TOO_LARGE,
                f"There are more than {MOST_EXPORTED:,} rows behind this figure.",
                hint="Take the figure of a shorter period or of one group.",
            )
        columns, rows = side_by_side(found.lists)
        if wanted == "csv":
            body = await self._workers.run(as_csv, columns, rows)
        else:
            body = await self._workers.run(as_xlsx, columns, rows, found.label)
        return ExportedFile(file_name(f"{found.label} rows", wanted), MEDIA_TYPES[wanted], body)

    async def report(self, data: DashboardData) -> ExportedFile:
        """A dashboard as PDF."""
        body = await self._workers.run(as_pdf, report_of(data))
        return ExportedFile(file_name(data.dashboard.name, "pdf"), MEDIA_TYPES["pdf"], body)


def as_json(data: WidgetData) -> bytes:
    return data.model_dump_json(by_alias=True).encode()


def report_of(data: DashboardData) -> Report:
    """What stands on paper: figures as a reader expects them, and where they come from."""
    view = data.dashboard
    facts = [("As of", show_date(data.as_of.isoformat()))]
    facts += [("Period", view.period)] if view.period else []
    facts += (
        [("Only", "; ".join(_filter(one.dimension, one.operator, one.values) for one in view.filters))]
        if view.filters
        else []
    )
    sources: dict[str, str] = {}
    for widget in data.widgets:
        for source in widget.answer.provenance.sources if widget.answer else ():
            synced = f", last updated {source.last_sync_at:%-d %b %Y}" if source.last_sync_at else ""
            sources[source.id] = f"{source.name}: {source.rows:,} rows{synced}"
    return Report(
        title=view.name,
        description=view.description or "",
        facts=tuple(facts),
        widgets=tuple(map(_on_paper, data.widgets)),
        sources=tuple(sources.values()) or ("None is recorded.",),
    )


def _on_paper(data: WidgetData) -> ReportWidget:
    title, answer = data.widget.title, data.answer
    if answer is None:
        return ReportWidget(title=title, text=data.problem.message if data.problem else "")
    if data.widget.kind == "figure":
        return ReportWidget(title=title, text=answer.answer)
    rows = answer.rows[:_ROWS_ON_PAPER]
    left = data.rows_in_all - len(rows)
    return ReportWidget(
        title=title,
        text=answer.answer,
        chart=answer.chart,
        heading=tuple(column.label or column.name for column in answer.columns),
        numeric=tuple(column.type in ("number", "integer") for column in answer.columns),
        rows=tuple(
            tuple(_cell(cell, column) for cell, column in zip(row, answer.columns, strict=True)) for row in rows
        ),
        more=f"… and {left:,} more rows." if left > 0 else "",
    )


def _cell(cell: Cell, column: Column) -> str:
    """As a reader names it: a bucket of time by its month or year, and not by its first day."""
    if isinstance(cell, str) and column.type == "date" and (grain := _GRAINS.get(column.name)):
        return show_date(cell, grain)
    return show(cell, column)


def _filter(dimension: str, operator: str, values: tuple[object, ...]) -> str:
    return " ".join([dimension, operator.replace("_", " "), ", ".join(map(str, values))]).strip()


def _chart(answer: QueryAnswer, title: str) -> dict[str, object]:
    if answer.chart is None:
        raise invalid(f"“{title}” has no chart.", pointer="/format", hint="Take its rows as CSV, XLSX or JSON.")
    return answer.chart


def file_name(title: str, ending: str) -> str:
    """A name that every file system takes."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-").lower()[:60]
    return f"{plain or 'export'}.{ending}"
