"""What dashboards and widgets show as of a day. A widget that cannot be shown says why in its place."""

from datetime import date

import structlog

from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.uow import ReadUnitOfWork
from tools.foundry.changes import view_of
from tools.foundry.planning import Page, plan_widget
from tools.foundry.schemas import DashboardData, DashboardView, WidgetData, WidgetProblem, WidgetView
from tools.query.drill import RowsAnswer, RowsRequest, RowsWanted
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService

log = structlog.get_logger(__name__)
_FAULT = "Something went wrong on our side."


class RenderingService:
    def __init__(self, query: QueryService) -> None:
        self._query = query

    async def dashboard(self, uow: ReadUnitOfWork, dashboard_id: str, as_of: date | None) -> DashboardData:
        """Every widget, in reading order. Raises CopilotError (not found)."""
        view = await self._view(uow, dashboard_id)
        basis = await self._query.basis(uow, as_of)
        widgets = [await self._shown(uow, widget, view, as_of) for widget in view.widgets]
        return DashboardData(dashboard=view, as_of=basis.days.today, widgets=tuple(map(_cut, widgets)))

    async def widget(self, uow: ReadUnitOfWork, dashboard_id: str, widget_id: str, as_of: date | None) -> WidgetData:
        """Raises CopilotError (not found)."""
        return _cut(await self.whole_widget(uow, dashboard_id, widget_id, as_of))

    async def whole_widget(
        self, uow: ReadUnitOfWork, dashboard_id: str, widget_id: str, as_of: date | None
    ) -> WidgetData:
        """With all of its rows, for a file."""
        view = await self._view(uow, dashboard_id)
        found = next((widget for widget in view.widgets if widget.id == widget_id), None)
        if found is None:
            raise not_found("The widget")
        return await self._shown(uow, found, view, as_of)

    async def rows(self, uow: ReadUnitOfWork, dashboard_id: str, widget_id: str, wanted: RowsWanted) -> RowsAnswer:
        """The rows behind a figure that a widget shows. Raises CopilotError: not found, or invalid where the widget shows
        nothing or no such figure."""
        data = await self.whole_widget(uow, dashboard_id, widget_id, wanted.as_of)
        if data.answer is None or data.answer.drill is None:
            raise shows_nothing(data)
        request = RowsRequest.model_validate({**wanted.model_dump(), "query": data.answer.drill.query.model_dump()})
        return await self._query.rows(uow, request)

    async def _view(self, uow: ReadUnitOfWork, dashboard_id: str) -> DashboardView:
        row = await uow.dashboards.get(dashboard_id)
        return view_of(uow, row, await uow.dashboards.widgets([row.id]))

    async def _shown(
        self, uow: ReadUnitOfWork, widget: WidgetView, view: DashboardView, as_of: date | None
    ) -> WidgetData:
        page = Page.of(view)
        try:
            async with uow.apart():
                answer = await self._query.answer(
                    uow,
                    as_of,
                    lambda basis: plan_widget(widget, page, basis, self._query.plan),
                    widget.kind,
                )
        except CopilotError as error:
            return WidgetData(widget=widget, problem=WidgetProblem(kind=error.kind, message=error.message))
        except Exception:
            log.exception("widget fault", widget=widget.id)
            return WidgetData(widget=widget, problem=WidgetProblem(kind=ErrorKind.UNAVAILABLE, message=_FAULT))
        if answer.status != "answered":
            return WidgetData(widget=widget, problem=_problem(answer))
        chart = answer.chart | {"title": widget.title} if answer.chart else None
        return WidgetData(
            widget=widget, answer=answer.model_copy(update={"chart": chart}), rows_in_all=len(answer.rows)
        )


def _problem(answer: QueryAnswer) -> WidgetProblem:
    options = answer.clarification.options if answer.clarification else ()
    return WidgetProblem(kind=answer.status, message=answer.answer, options=options)


def shows_nothing(data: WidgetData) -> CopilotError:
    message = data.problem.message if data.problem else "It shows nothing."
    return CopilotError(ErrorKind.INVALID, f"“{data.widget.title}” shows nothing: {message}")


def _cut(data: WidgetData) -> WidgetData:
    """To as many rows as the widget shows."""
    if data.answer is None:
        return data
    most = data.widget.options.rows
    changed: dict[str, object] = {"rows": data.answer.rows[:most]}
    if (drill := data.answer.drill) is not None:
        changed["drill"] = drill.model_copy(update={"keys": drill.keys[:most]})
    return data.model_copy(update={"answer": data.answer.model_copy(update=changed)})
