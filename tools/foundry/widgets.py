"""Widgets: added, replaced and removed, each a change of their dashboard."""

from storage.database import Database
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.uow import WriteUnitOfWork
from tools.foundry.building import Built, WidgetBuilder
from tools.foundry.changes import close, new_widget, numbered, open_to_change, require_writer, view_of
from tools.foundry.naming import NEWEST, find_named
from tools.foundry.planning import Page
from tools.foundry.schemas import (
    MOST_WIDGETS,
    AddWidget,
    DashboardView,
    NamedWidgetAdded,
    WidgetAdded,
    WidgetDraft,
    WidgetReplacement,
)
from tools.foundry.views import widget_view, write_widget
from tools.foundry.wishes import read_widget_wish
from tools.query.service import QueryService


class WidgetService:
    def __init__(self, query: QueryService, database: Database) -> None:
        self._builder = WidgetBuilder(query, database)

    async def add(
        self, uow: WriteUnitOfWork, dashboard_id: str, draft: WidgetDraft, *, refers: bool = True
    ) -> WidgetAdded:
        """Raises CopilotError (invalid) in the words of the answer that its question does not get. For `refers` see
        WidgetBuilder.build."""
        built = await self._built(uow, dashboard_id, draft, refers=refers)
        opened = await open_to_change(uow, dashboard_id)
        if len(opened.widgets) >= MOST_WIDGETS:
            raise invalid(
                f"A dashboard holds {MOST_WIDGETS} widgets at most.", hint="Remove one, or make another dashboard."
            )
        widget = new_widget(dashboard_id, numbered(built.beside(opened.views)))
        uow.add(widget)
        view = await close(uow, opened, [*opened.widgets, widget])
        return WidgetAdded(widget=widget_view(widget), version=view.version, notes=built.notes)

    async def add_named(self, uow: WriteUnitOfWork, request: AddWidget) -> NamedWidgetAdded:
        """To the dashboard that the words name; without a name to the one that was made last."""
        wish = read_widget_wish(request.question)
        said = request.dashboard or wish.dashboard
        async with self._builder.reading(uow) as read:
            newest = await read.dashboards.newest(NEWEST)
        if not newest:
            raise CopilotError(ErrorKind.NOT_FOUND, "You have no dashboard yet.", hint="Make one first.")
        dashboard_id = find_named(said, newest) if said else newest[0].id
        draft = WidgetDraft(
            question=wish.question,
            kind=request.kind or wish.kind,
            as_of=request.as_of,
            conversation_id=request.conversation_id,
        )
        added = await self.add(uow, dashboard_id, draft, refers=False)
        name = next(row.name for row in newest if row.id == dashboard_id)
        return NamedWidgetAdded(dashboard_id=dashboard_id, dashboard=name, added=added)

    async def replace(
        self, uow: WriteUnitOfWork, dashboard_id: str, widget_id: str, request: WidgetReplacement
    ) -> WidgetAdded:
        """Without a place it stays where it is."""
        built = await self._built(uow, dashboard_id, request, refers=True)
        opened = await open_to_change(uow, dashboard_id, request.version)
        widget = opened.widget(widget_id)
        if request.place is None:
            built = built.at(widget_view(widget).place)
        write_widget(widget, built.beside([view for view in opened.views if view.id != widget_id]))
        view = await close(uow, opened, opened.widgets)
        return WidgetAdded(widget=widget_view(widget), version=view.version, notes=built.notes)

    async def remove(
        self, uow: WriteUnitOfWork, dashboard_id: str, widget_id: str, version: int | None
    ) -> DashboardView:
        """The dashboard without it; a version brings it back."""
        opened = await open_to_change(uow, dashboard_id, version)
        widget = opened.widget(widget_id)
        await uow.delete(widget)
        return await close(uow, opened, [one for one in opened.widgets if one is not widget])

    async def _built(self, uow: WriteUnitOfWork, dashboard_id: str, draft: WidgetDraft, *, refers: bool) -> Built:
        require_writer(uow)
        async with self._builder.reading(uow) as read:
            row = await read.dashboards.get(dashboard_id)
            page = Page.of(view_of(read, row, []))
            return await self._builder.build(read, draft, page, refers=refers)
