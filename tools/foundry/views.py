"""Rows of dashboards and widgets as the outside sees them, and back."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from storage.models.foundry import Dashboard, DashboardVersion, Widget
from tools.foundry.schemas import (
    DashboardContent,
    DashboardSummary,
    DashboardView,
    Filters,
    VersionView,
    WidgetContent,
    WidgetView,
)

_FILTERS: TypeAdapter[Filters] = TypeAdapter(Filters)


def widget_view(row: Widget) -> WidgetView:
    return WidgetView.model_validate(
        {
            "id": row.id,
            "kind": row.kind,
            "title": row.title,
            "question": row.question,
            "query": row.query,
            "period": row.period,
            "place": row.layout,
            "options": row.options,
        }
    )


def write_widget(row: Widget, content: WidgetContent) -> None:
    """Makes a row hold this content."""
    plain: dict[str, Any] = content.model_dump(mode="json")
    row.kind, row.title, row.question = content.kind, content.title, content.question
    row.query, row.period = plain["query"], content.period
    row.layout, row.options = plain["place"], plain["options"]


def dashboard_view(row: Dashboard, widgets: Sequence[Widget], *, is_own: bool) -> DashboardView:
    """Widgets in reading order."""
    return DashboardView.model_validate(
        {
            **_own_fields(row, is_own=is_own),
            "filters": _FILTERS.validate_python(row.filters),
            "period": row.period,
            "widgets": tuple(sorted(map(widget_view, widgets), key=lambda one: (one.place.y, one.place.x))),
        }
    )


def summary_view(row: Dashboard, widget_count: int, *, is_own: bool) -> DashboardSummary:
    return DashboardSummary.model_validate({**_own_fields(row, is_own=is_own), "widget_count": widget_count})


def _own_fields(row: Dashboard, *, is_own: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "visibility": row.visibility,
        "version": row.version,
        "is_own": is_own,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def content_of(row: Dashboard, widgets: Sequence[Widget]) -> DashboardContent:
    """What a version keeps."""
    return DashboardContent.model_validate(
        {
            "name": row.name,
            "description": row.description,
            "filters": _FILTERS.validate_python(row.filters),
            "period": row.period,
            "visibility": row.visibility,
            "widgets": tuple(map(widget_view, widgets)),
        }
    )


def version_view(row: DashboardVersion) -> VersionView:
    return VersionView(version=row.version, changed_at=row.created_at, changed_by=row.changed_by, summary=row.summary)
