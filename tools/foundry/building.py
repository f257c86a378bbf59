"""A widget as it is asked for → one that is known to work: its question gets an answer, its query compiles, its kind
suits what it shows, and it has a place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from storage.database import Database
from storage.kernel.errors import CopilotError, invalid
from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, FunnelAnalysis, MetricQuery
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.foundry.grid import first_free, overlap
from tools.foundry.periods import ALL_TIME, PREVIOUS_PERIOD, PREVIOUS_YEAR, as_comparison, as_phrase, moves, read_period
from tools.foundry.planning import Page, plan_widget, suggested, unsuited_plan
from tools.foundry.schemas import Place, WidgetContent, WidgetDraft, WidgetQuery, WidgetView
from tools.query.checking import check_names, checked_analysis, checked_filters, checked_members, checked_place
from tools.query.draft import Context
from tools.query.drawn import ChartKind
from tools.query.planner import Plan
from tools.query.schemas import QueryAnswer
from tools.query.service import Basis, QueryService
from tools.query.slots import Unclear, Unsupported
from tools.query.voices import WHAT_CAN_BE_ASKED

_TITLES = {"cohorts": "Customers by their first order", "baskets": "Bought together", "funnel": "From step to step"}


@dataclass(frozen=True, slots=True)
class Built:
    """A widget that works, but for its place. `notes` say what could not be kept as it was asked."""

    draft: WidgetDraft
    kind: ChartKind
    title: str
    shown: "Resolved"

    @property
    def notes(self) -> tuple[str, ...]:
        return self.shown.notes

    def at(self, place: Place) -> "Built":
        return replace(self, draft=self.draft.model_copy(update={"place": place}))

    def beside(self, others: Sequence[WidgetView]) -> WidgetContent:
        """The widget in the place that it was given, or in the first free one. Raises CopilotError (invalid) where
        another lies there."""
        return WidgetContent(
            kind=self.kind,
            title=self.title,
            question=self.shown.question,
            query=self.shown.query,
            period=self.shown.period,
            place=_placed(self.draft.place, self.kind, others),
            options=self.draft.options,
        )


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a widget of a draft shows."""

    question: str | None
    query: WidgetQuery | None
    period: str | None
    notes: tuple[str, ...] = ()
    kind: ChartKind | None = None
    """What an answer of the conversation was asked to be shown as."""


class WidgetBuilder:
    """Tries what is asked for in a read unit of its own: on SQLite a write unit that has begun keeps all other writers
    waiting, and questions may take seconds."""

    def __init__(self, query: QueryService, database: Database) -> None:
        self._query = query
        self._database = database

    def reading(self, uow: WriteUnitOfWork) -> ReadUnitOfWork:
        """A unit that sees what the actor of another sees, and his conversation."""
        return self._database.read(uow.actor, uow.scope.turn)

    async def build(
        self,
        uow: ReadUnitOfWork,
        draft: WidgetDraft,
        page: Page,
        *,
        pointer: str = "",
        refers: bool = True,
    ) -> Built:
        """Raises CopilotError (invalid), with pointers below `pointer` and in the words of the answer that there is none.
        `refers`: the question is one of the draft's conversation; else only where it says nothing by itself."""
        basis = await self._query.basis(uow, draft.as_of)
        if draft.query is not None:
            check_names(draft.query, basis.model, f"{pointer}/query")
            checked_filters(draft.query.filters, basis.model, f"{pointer}/query/filters")
            checked_members(draft.query.members, basis.model, f"{pointer}/query/members")
            checked_analysis(draft.query.analysis, basis.model, f"{pointer}/query/analysis")
            checked_place(draft.query.placed, basis.model, f"{pointer}/query/placed")
        check_period(draft.period, basis, f"{pointer}/period")
        shown = await self._resolved(uow, draft, basis, pointer, refers=refers)
        asked = f"{pointer}/{'question' if draft.question is not None else 'query'}"
        try:
            plan, answer = await self._answer(uow, shown, page, draft.as_of)
        except CopilotError as error:  # the compiler's: what does not go together
            raise error if error.problems else invalid(error.message, pointer=asked, hint=error.hint) from error
        if plan is None or answer.interpretation is None:
            raise refused(answer, asked)
        kind = draft.kind or shown.kind or plan.kind or suggested(plan, basis.model)
        if reason := unsuited_plan(kind, plan, basis.model):
            raise invalid(reason, pointer=f"{pointer}/kind", hint="Ask for a table, or leave the kind out.")
        title = draft.title or (shown.question or _titled(plan.query, basis.model))[:200]
        return Built(draft, kind, title, shown)

    def checked_filters(self, given: Sequence[Filter], pointer: str) -> tuple[Filter, ...]:
        """What can be filtered by is the same for every tenant."""
        return checked_filters(given, self._query.layers.base.model, pointer)

    async def _answer(
        self, uow: ReadUnitOfWork, shown: Resolved, page: Page, as_of: date | None
    ) -> tuple[Plan | None, QueryAnswer]:
        planned: list[Plan] = []

        def plan(basis: Basis) -> Plan:
            planned.append(plan_widget(shown, page, basis, self._query.plan))
            return planned[0]

        answer = await self._query.answer(uow, as_of, plan)
        return (planned[0] if planned else None), answer

    # ── what was said in a conversation ──────────────────────────────────────────────────────────────────

    async def _resolved(
        self, uow: ReadUnitOfWork, draft: WidgetDraft, basis: Basis, pointer: str, *, refers: bool
    ) -> Resolved:
        own = Resolved(draft.question, draft.query, draft.period)
        if draft.conversation_id is None or draft.question is None:
            return own
        alone = self._alone(basis, draft.question)
        if alone is not None and not refers:
            return own
        stored: dict[str, Any] | None = await uow.contexts.get(draft.conversation_id)
        stored = stored or await uow.threads.context_of(draft.conversation_id, draft.question)
        context = Context.model_validate(stored) if stored else None
        if context is None or context.stale:
            raise invalid(
                "This conversation has no answer that could be kept: its last question got none.",
                pointer=f"{pointer}/conversation_id",
            )
        if context.source is not None:
            raise invalid(
                "The last answer of this conversation came from a data source: a dashboard shows the shop's own figures.",
                pointer=f"{pointer}/conversation_id",
            )
        if alone is not None and (alone.query, alone.mean_over) == (context.query, context.mean_over):
            return replace(own, kind=context.kind)
        return _kept(context, draft, basis)

    def _alone(self, basis: Basis, question: str) -> Plan | None:
        """What the question asks without the conversation; None where it asks nothing by itself."""
        try:
            return self._query.plan(basis, question)
        except (Unclear, Unsupported):
            return None


def _kept(context: Context, draft: WidgetDraft, basis: Basis) -> Resolved:
    """The query of an answer, with its periods in words that move with the day where there are such."""
    today, calendar, query = basis.days.today, basis.calendar, context.query
    period, compare, notes = draft.period, None, list[str]()
    if query.time is not None and period is None:
        period = as_phrase(query.time, today, calendar, draft.question or "")
        if not moves(period, today, calendar):
            notes.append(
                f"The period stays {query.time.label or period}: the conversation names these days, and not how they move. "
                "Give a period, such as last month, to let it move."
            )
    if query.time is not None and query.compare is not None:
        compare = as_comparison(query.time, query.compare, today, calendar)
        if compare not in (PREVIOUS_PERIOD, PREVIOUS_YEAR) and not moves(compare, today, calendar):
            notes.append(f"What it is held against stays {query.compare.label or compare}.")
    if any(member.time for member in query.members):
        notes.append(
            "Who did or did not buy stays told by these very days: ask the question as a whole to let them move."
        )
    if isinstance(query.analysis, FunnelAnalysis) and query.analysis.then_in is not None:
        notes.append("When they came back stays these very days: ask the question as a whole to let it move.")
    plain = query.model_dump(exclude={"time", "compare", "converts", "as_of"})
    kept = WidgetQuery.model_validate(plain | {"compare": compare, "mean_over": context.mean_over})
    # Without a period it would take that of the dashboard, and the answer was over all days.
    return Resolved(None, kept, period or ALL_TIME, tuple(notes), context.kind)


def check_period(period: str | None, basis: Basis, pointer: str) -> None:
    """Raises CopilotError (invalid) for a phrase that says no period."""
    if period is None:
        return
    try:
        read_period(period, basis.days.today, basis.calendar)
    except Unsupported as problem:
        raise invalid(str(problem), pointer=pointer) from problem


def refused(answer: QueryAnswer, pointer: str) -> CopilotError:
    """The error for a question without an answer: in the answer's own words, with what could be asked instead."""
    options = answer.clarification.options if answer.clarification else ()
    could = "You could ask: " + "; ".join(option.question for option in options) if options else WHAT_CAN_BE_ASKED
    return invalid(answer.answer.removesuffix(WHAT_CAN_BE_ASKED).rstrip(), pointer=pointer, hint=could)


def _titled(query: MetricQuery, model: SemanticModel) -> str:
    if query.analysis is not None:
        return _TITLES[query.analysis.kind]
    figures = ", ".join(model.metrics[metric].label for metric in query.metrics)
    by = [model.dimensions[name].label.lower() for name in query.dimensions] + ([query.grain] if query.grain else [])
    kept = (*query.filters, *([query.placed] if query.placed else ()))
    only = [str(value) for one in kept if one.operator in ("eq", "in") for value in one.values[:3]]
    return ", ".join([f"{figures} by {' and '.join(by)}" if by else figures, *only])


def _placed(wanted: Place | None, kind: ChartKind, others: Sequence[WidgetView]) -> Place:
    if wanted is None:
        return first_free(kind, [widget.place for widget in others])
    under = next((widget for widget in others if overlap(widget.place, wanted)), None)
    if under is not None:
        hint = "Leave the place out to get a free one."
        raise invalid(f"There lies “{under.title}” already.", pointer="/place", hint=hint)
    return wanted
