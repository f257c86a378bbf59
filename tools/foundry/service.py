"""Dashboards: made, read, changed and taken back."""

from dataclasses import dataclass

from storage.database import Database
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid, not_found
from storage.kernel.ids import new_id
from storage.models.foundry import Dashboard, Widget
from storage.repositories.base import PageRequest
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.foundry.building import WidgetBuilder, check_period
from tools.foundry.changes import (
    close,
    keep_version,
    new_widget,
    numbered,
    open_to_change,
    require_owner,
    require_writer,
    view_of,
)
from tools.foundry.grid import first_clash
from tools.foundry.naming import NEWEST, find_named
from tools.foundry.planning import Page
from tools.foundry.schemas import (
    CreateDashboard,
    DashboardContent,
    DashboardList,
    DashboardView,
    LeftOut,
    ListDashboards,
    ReplaceDashboard,
    ReplaceLayout,
    RestoreDashboard,
    VersionList,
    WidgetDraft,
    WidgetView,
)
from tools.foundry.templates import Templates
from tools.foundry.views import summary_view, version_view, write_widget
from tools.foundry.wishes import read_wish
from tools.query.service import QueryService

_UNNAMED = "My dashboard"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a dashboard begins with, and where that was said. Parts of a template may be left out."""

    drafts: tuple[WidgetDraft, ...]
    name: str
    source: str

    def pointer(self, number: int) -> str:
        return f"/questions/{number}" if self.source == "questions" else "/sentence"


class DashboardService:
    """Private dashboards are their maker's alone. Shared ones are read by all of the tenant and changed by every role
    that may make dashboards; to delete one or to take it back from the others is for its maker and for admins."""

    def __init__(self, query: QueryService, templates: Templates, database: Database) -> None:
        self._query = query
        self._builder = WidgetBuilder(query, database)
        self._templates = templates

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    async def page(self, uow: ReadUnitOfWork, request: ListDashboards) -> DashboardList:
        """Those that the actor may see, the newest first."""
        found = await uow.dashboards.list(PageRequest(request.limit, request.cursor))
        widgets = await uow.dashboards.widgets([row.id for row in found.items])
        counts = dict.fromkeys((row.id for row in found.items), 0)
        for widget in widgets:
            counts[widget.dashboard_id] += 1
        items = tuple(summary_view(row, counts[row.id], is_own=uow.dashboards.is_own(row)) for row in found.items)
        return DashboardList(items=items, next_cursor=found.next_cursor)

    async def get(self, uow: ReadUnitOfWork, dashboard_id: str) -> DashboardView:
        """Raises CopilotError (not found)."""
        row = await uow.dashboards.get(dashboard_id)
        return view_of(uow, row, await uow.dashboards.widgets([row.id]))

    async def widget(self, uow: ReadUnitOfWork, dashboard_id: str, widget_id: str) -> WidgetView:
        """Raises CopilotError (not found)."""
        view = await self.get(uow, dashboard_id)
        if (found := next((one for one in view.widgets if one.id == widget_id), None)) is None:
            raise not_found("The widget")
        return found

    async def named(self, uow: ReadUnitOfWork, said: str) -> DashboardView:
        """The dashboard that somebody's words name. Raises CopilotError: not found, with those that there are; invalid
        where several are meant."""
        return await self.get(uow, find_named(said, await uow.dashboards.newest(NEWEST)))

    async def versions(self, uow: ReadUnitOfWork, dashboard_id: str, page: PageRequest) -> VersionList:
        """The newest first."""
        row = await uow.dashboards.get(dashboard_id)
        found = await uow.dashboards.versions(row.id, page)
        return VersionList(items=tuple(map(version_view, found.items)), next_cursor=found.next_cursor)

    # ── the dashboard ────────────────────────────────────────────────────────────────────────────────────

    async def create(self, uow: WriteUnitOfWork, request: CreateDashboard) -> DashboardView:
        """With a widget for each question, or those of the template that the sentence asks for. Raises CopilotError
        (invalid) where a question has no answer, and where no template fits."""
        require_writer(uow)
        wanted = self._wanted(request)
        page = Page(self._builder.checked_filters(request.filters, "/filters"), request.period)
        async with self._builder.reading(uow) as read:
            check_period(request.period, await self._query.basis(read, request.as_of), "/period")
            made, left_out = await self._made(read, wanted, page)
        row = Dashboard(
            id=new_id(),
            name=wanted.name,
            description=request.description,
            filters=[one.model_dump(mode="json") for one in page.filters],
            period=request.period,
            visibility=request.visibility,
            version=1,
            created_by=uow.actor.user_id,
        )
        widgets = [new_widget(row.id, one) for one in made]
        uow.add(row, *widgets)
        keep_version(uow, row, widgets, f"Made with {len(widgets)} widgets." if widgets else "Made.")
        await uow.flush()
        return view_of(uow, row, widgets).model_copy(update={"left_out": left_out})

    async def _made(
        self, uow: ReadUnitOfWork, wanted: _Wanted, page: Page
    ) -> tuple[list[WidgetView], tuple[LeftOut, ...]]:
        """The widgets, and which of a template's questions this data does not answer."""
        made: list[WidgetView] = []
        left_out: list[LeftOut] = []
        for i, draft in enumerate(wanted.drafts):
            try:
                built = await self._builder.build(uow, draft, page, pointer=wanted.pointer(i))
            except CopilotError as error:
                if wanted.source != "template":
                    raise _of_question(error, i) from error
                left_out.append(LeftOut(question=draft.question or "", reason=error.message))
            else:
                made.append(numbered(built.beside(made)))
        if left_out and not made:
            raise _nothing_left(left_out)
        return made, tuple(left_out)

    def _wanted(self, request: CreateDashboard) -> _Wanted:
        asked, name, source = request.questions, request.name, "questions"
        if request.sentence is not None:
            wish = read_wish(request.sentence)
            name = name or wish.name
            if not asked and not wish.questions:
                template = self._templates.chosen(request.sentence)
                parts = tuple(
                    WidgetDraft(question=one.question, title=one.title, kind=one.kind, as_of=request.as_of)
                    for one in template.widgets
                )
                return _Wanted(parts, name or template.name, "template")
            if not asked:
                asked, source = wish.questions, "sentence"
        drafts = tuple(WidgetDraft(question=question, as_of=request.as_of) for question in asked)
        return _Wanted(drafts, name or _UNNAMED, source)

    async def replace(self, uow: WriteUnitOfWork, dashboard_id: str, request: ReplaceDashboard) -> DashboardView:
        """Raises CopilotError: conflict for a version that is no longer the last."""
        opened = await open_to_change(uow, dashboard_id, request.version)
        row = opened.row
        if request.visibility != row.visibility:
            require_owner(uow, row)
        check_period(request.period, await self._query.basis(uow, None), "/period")
        row.name, row.description = request.name, request.description
        row.filters = [
            one.model_dump(mode="json") for one in self._builder.checked_filters(request.filters, "/filters")
        ]
        row.period, row.visibility = request.period, request.visibility
        return await close(uow, opened, opened.widgets)

    async def delete(self, uow: WriteUnitOfWork, dashboard_id: str) -> None:
        """With its widgets and versions."""
        require_writer(uow)
        row = await uow.dashboards.get(dashboard_id, to_change=True)
        require_owner(uow, row)
        await uow.delete(row)

    async def rearrange(self, uow: WriteUnitOfWork, dashboard_id: str, request: ReplaceLayout) -> DashboardView:
        """Raises CopilotError (invalid) where widgets would lie on each other."""
        opened = await open_to_change(uow, dashboard_id, request.version)
        pointers: dict[str, str] = {}
        for i, one in enumerate(request.places):
            opened.widget(one.widget_id).layout = one.place.model_dump(mode="json")
            pointers[one.widget_id] = f"/places/{i}/place"
        views = opened.views
        if clash := first_clash([widget.place for widget in views]):
            one, other = (views[i] for i in clash)
            moved = other if other.id in pointers else one
            raise invalid(
                f"“{one.title}” and “{other.title}” would lie on each other.", pointer=pointers.get(moved.id, "/places")
            )
        return await close(uow, opened, opened.widgets)

    async def restore(self, uow: WriteUnitOfWork, dashboard_id: str, request: RestoreDashboard) -> DashboardView:
        """All but who may see it becomes what it was."""
        opened = await open_to_change(uow, dashboard_id, request.version)
        row, then = opened.row, await uow.dashboards.version(dashboard_id, request.to)
        content = DashboardContent.model_validate(then.content)
        row.name, row.description, row.period = content.name, content.description, content.period
        row.filters = [one.model_dump(mode="json") for one in content.filters]
        known = {widget.id: widget for widget in opened.widgets}
        for gone in known.keys() - {one.id for one in content.widgets}:
            await uow.delete(known[gone])
        widgets: list[Widget] = []
        for one in content.widgets:
            if (widget := known.get(one.id)) is None:
                uow.add(widget := new_widget(row.id, one))
            else:
                write_widget(widget, one)
            widgets.append(widget)
        return await close(uow, opened, widgets, opening=f"Went back to version {request.to}. ")


def _of_question(error: CopilotError, number: int) -> CopilotError:
    """A refusal that says which of several questions it is about."""
    return CopilotError(error.kind, f"Question {number + 1}: {error.message}", hint=error.hint, problems=error.problems)


def _nothing_left(left_out: list[LeftOut]) -> CopilotError:
    problems = tuple(FieldProblem("/sentence", f"{one.question}: {one.reason}") for one in left_out)
    message = "Your data answers none of the questions of this dashboard."
    return CopilotError(ErrorKind.INVALID, message, problems=problems)
