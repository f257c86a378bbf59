"""Changing a dashboard: one at a time, against the version that was seen, and each change kept as a version."""

from collections.abc import Sequence
from dataclasses import dataclass

from storage.kernel.actor import Permission
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.kernel.ids import new_id
from storage.models.foundry import Dashboard, DashboardVersion, Widget
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.foundry.history import summary
from tools.foundry.schemas import DashboardContent, DashboardView, WidgetContent, WidgetView
from tools.foundry.views import content_of, dashboard_view, widget_view, write_widget


@dataclass(frozen=True, slots=True)
class Opened:
    """A dashboard that is being changed: `before` is what it was."""

    row: Dashboard
    widgets: list[Widget]
    before: DashboardContent

    @property
    def views(self) -> list[WidgetView]:
        return [widget_view(widget) for widget in self.widgets]

    def widget(self, widget_id: str) -> Widget:
        """Raises CopilotError (not found)."""
        found = next((widget for widget in self.widgets if widget.id == widget_id), None)
        if found is None:
            raise not_found("The widget")
        return found


async def open_to_change(uow: WriteUnitOfWork, dashboard_id: str, version: int | None = None) -> Opened:
    """A dashboard, which nobody else changes until the unit ends. `version` is the one that the caller saw. Raises
    CopilotError: forbidden, not found, or conflict where it is another version by now."""
    require_writer(uow)
    row = await uow.dashboards.get(dashboard_id, to_change=True)
    if version is not None and version != row.version:
        raise CopilotError(
            ErrorKind.CONFLICT,
            f"The dashboard was changed since: it is at version {row.version}, and not at {version}.",
            hint="Load it again, and make your change to what it is now.",
        )
    widgets = list(await uow.dashboards.widgets([row.id]))
    return Opened(row, widgets, content_of(row, widgets))


async def close(uow: WriteUnitOfWork, opened: Opened, widgets: Sequence[Widget], *, opening: str = "") -> DashboardView:
    """Keeps what the dashboard is now as a version, if that is another than before."""
    said = summary(opened.before, content_of(opened.row, widgets))
    if said:
        opened.row.version += 1
        keep_version(uow, opened.row, widgets, opening + said)
    await uow.flush()
    return view_of(uow, opened.row, widgets)


def keep_version(uow: WriteUnitOfWork, row: Dashboard, widgets: Sequence[Widget], said: str) -> None:
    uow.add(
        DashboardVersion(
            dashboard_id=row.id,
            version=row.version,
            changed_by=uow.actor.user_id,
            summary=said,
            content=content_of(row, widgets).model_dump(mode="json"),
        )
    )


def view_of(uow: ReadUnitOfWork, row: Dashboard, widgets: Sequence[Widget]) -> DashboardView:
    return dashboard_view(row, widgets, is_own=uow.dashboards.is_own(row))


def numbered(content: WidgetContent) -> WidgetView:
    """A new widget, with an id."""
    return WidgetView.model_validate(content.model_dump() | {"id": new_id()})


def new_widget(dashboard_id: str, view: WidgetView) -> Widget:
    row = Widget(id=view.id, dashboard_id=dashboard_id)
    write_widget(row, view)
    return row


def require_writer(uow: ReadUnitOfWork) -> None:
    """Raises CopilotError (forbidden) for a role that may look only."""
    if not uow.actor.may(Permission.DASHBOARDS_WRITE):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role “{uow.actor.role.value}” may not change dashboards.")


def require_owner(uow: ReadUnitOfWork, row: Dashboard) -> None:
    """Raises CopilotError (forbidden) for whoever is neither the maker nor an admin."""
    if not uow.dashboards.is_own(row) and not uow.actor.may(Permission.MEMBERS_MANAGE):
        raise CopilotError(ErrorKind.FORBIDDEN, "Only its maker or an admin may do this to a dashboard.")
