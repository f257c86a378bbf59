"""One figure that is watched by a target or an alert: a metric with filters, read from words or checked as it is given,
and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from storage.kernel.errors import invalid
from storage.metrics.query import Filter, Grain, MetricQuery, TimeRange
from storage.uow import ReadUnitOfWork
from tools.foundry.planning import Planner
from tools.foundry.schemas import Filters
from tools.kit.blocks import Column
from tools.kit.capability import Contract
from tools.query.checking import checked_filters
from tools.query.conversion import in_its_own, several
from tools.query.figures import metric_column
from tools.query.service import Basis, known_to
from tools.query.slots import Unclear, Unsupported
from tools.query.voices import WHAT_CAN_BE_ASKED
from tools.query.wording import filter_phrase

_NOT_NAMED = "You named no figure"


class SingleFigure(Contract):
    """A metric, and what it is narrowed to."""

    metric: str
    filters: Filters = ()


def read_figure(words: str, basis: Basis, planner: Planner, pointer: str) -> SingleFigure:
    """The one figure that words name: "net sales in Germany". Raises CopilotError (invalid) where they name none, several,
    or anything that a figure alone does not hold."""
    try:
        plan = planner(basis, words)
    except Unclear as unclear:
        could = "; ".join(question for _, question in unclear.options)
        raise invalid(unclear.question, pointer=pointer, hint=f"You could say: {could}" if could else None) from unclear
    except Unsupported as problem:
        raise invalid(str(problem), pointer=pointer, hint=WHAT_CAN_BE_ASKED) from problem
    query = plan.query
    only = query.model_copy(update={"filters": ()}) == MetricQuery(metrics=query.metrics[:1])
    if plan.ignored or not only or plan.mean_over or any(note.startswith(_NOT_NAMED) for note in plan.notes):
        left = f" I could not use: {', '.join(plan.ignored)}." if plan.ignored else ""
        raise invalid(
            f"“{words}” is not one figure.{left}",
            pointer=pointer,
            hint="Name one figure, such as net sales in Germany.",
        )
    return checked_figure(SingleFigure(metric=query.metrics[0], filters=query.filters), basis, pointer)


def checked_figure(figure: SingleFigure, basis: Basis, pointer: str) -> SingleFigure:
    """The figure with values of its filters' types. Raises CopilotError (invalid) where it names what there is not, cannot
    be narrowed so, or would add amounts of several currencies."""
    model = basis.model
    metric = model.metrics.get(figure.metric)
    if metric is None or metric.unit == "date":
        known = ", ".join(name for name, one in model.metrics.items() if one.unit != "date")
        raise invalid(f"There is no figure {figure.metric[:80]!r}. There are: {known}.", pointer=f"{pointer}/metric")
    filters = checked_filters(figure.filters, model, f"{pointer}/filters")
    if obstacle := model.obstacle(figure.metric, [one.dimension for one in filters]):
        label = model.dimensions[obstacle].label.lower()
        raise invalid(f"{metric.label} is not known per {label}.", pointer=f"{pointer}/filters")
    checked = figure.model_copy(update={"filters": filters})
    query = MetricQuery(metrics=(figure.metric,), filters=filters)
    if _in_its_own_currency(query, basis) is None:
        raise invalid(_in_several(query, basis), pointer=pointer)
    return checked


def figure_name(figure: SingleFigure, basis: Basis) -> str:
    """How it is called: "Net sales for Germany"."""
    label = basis.model.metrics[figure.metric].label
    narrowed = [filter_phrase(basis.model, one) for one in figure.filters]
    return " ".join((label, ", ".join(narrowed))).rstrip()


def figure_column(figure: SingleFigure, basis: Basis) -> Column:
    """The column of its figures, with their unit."""
    query = _in_its_own_currency(MetricQuery(metrics=(figure.metric,), filters=figure.filters), basis)
    return metric_column(figure.metric, basis.model, query.currency if query else None)


def _in_its_own_currency(query: MetricQuery, basis: Basis) -> MetricQuery | None:
    """None where amounts of several currencies would be added: what is watched is never converted, since the newest rates
    come days after the figures."""
    return in_its_own(query, basis.model, basis.bounds_of(query), basis.currencies)


def _in_several(query: MetricQuery, basis: Basis) -> str:
    return f"{several(basis.bounds_of(query)).removesuffix('.')}: filter by the one that is meant."


def adds_up(figure: SingleFigure, basis: Basis) -> bool:
    """Whether its days can be added up to longer times."""
    return basis.model.adds_over_time(figure.metric) and not basis.model.is_ratio(figure.metric)


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Reads what a figure came to, never anything after the day that is taken for today."""

    uow: ReadUnitOfWork
    basis: Basis
    figure: SingleFigure

    async def within(self, start: date, end: date) -> float | None:
        """From `start` up to but not with `end`; None where there is nothing to divide by."""
        rows = await self._rows(start, end, None)
        value = rows[0][0] if rows else None
        return float(value) if value is not None else self._nothing

    async def by(self, grain: Grain, starts: Sequence[date], end: date) -> list[float | None]:
        """In each of these buckets, the last of which ends with `end`."""
        if not starts:
            return []
        at = {row[0]: row[1] for row in await self._rows(starts[0], end, grain)}
        return [float(at[day]) if at.get(day) is not None else self._nothing for day in starts]

    @property
    def _nothing(self) -> float | None:
        return 0.0 if adds_up(self.figure, self.basis) else None

    async def _rows(self, start: date, end: date, grain: Grain | None) -> Sequence[Sequence[Any]]:
        end = min(end, self.basis.days.today + timedelta(days=1))
        if end <= start:
            return ()
        query = MetricQuery(
            metrics=(self.figure.metric,),
            filters=self.figure.filters,
            grain=grain,
            time=TimeRange(start=start, end=end),
        )
        if (settled := _in_its_own_currency(query, self.basis)) is None:
            raise invalid(_in_several(query, self.basis))
        compiled = self.basis.compiler.compile(known_to(self.basis, settled))
        return (await self.uow.metrics.run(compiled)).rows


def stored(figure: SingleFigure) -> list[dict[str, object]]:
    """Its filters as JSON."""
    return [one.model_dump(mode="json") for one in figure.filters]


def restored(metric: str, filters: Sequence[object]) -> SingleFigure:
    return SingleFigure(metric=metric, filters=tuple(Filter.model_validate(one) for one in filters))
