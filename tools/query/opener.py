"""Answers a wish to see the rows behind the answer before (see opening.py)."""

import time
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.query import Filter, MetricQuery
from storage.metrics.records import Level
from storage.uow import ReadUnitOfWork
from tools.language.text import normalize
from tools.query.draft import Context
from tools.query.drill import FigureKey, RowsAnswer, RowsRequest
from tools.query.figures import Figures, tabulate
from tools.query.interpretation import interpretation
from tools.query.listing import side_by_side
from tools.query.opening import Opening
from tools.query.planner import Plan
from tools.query.rows import RowsBehind
from tools.query.schemas import DrillThrough, QueryAnswer
from tools.query.slots import Unclear, Unsupported
from tools.query.wording import show_date

if TYPE_CHECKING:
    from tools.query.service import Basis

SHOWN = 100
_OFFERED = 5
_OF_CUSTOMERS = frozenset(["customers", "new_customers", "returning_customers"])


class Opener:
    def __init__(self, rows: RowsBehind, uow: ReadUnitOfWork, basis: "Basis") -> None:
        self._rows = rows
        self._uow = uow
        self._basis = basis

    async def answer(
        self, opening: Opening, previous: Context, query: MetricQuery, started: float
    ) -> QueryAnswer | None:
        """None where the words change the question instead: "which ones?" after a number of groups lists the groups.
        Raises Unclear where it is open of which figure, Unsupported where that figure has no such rows."""
        if previous.stale or previous.unanswered:
            raise Unclear("I had no answer to your last question. Of which figure would you like to see the rows?")
        if previous.why or previous.also:
            what = "what a change is made of" if previous.why else "several figures at once"
            raise Unclear(
                f"That told {what}. Please ask for the one figure that you mean, then for the rows behind it."
            )
        groups = query.count_groups or any(member.dimension == "customer" for member in query.members)
        named = opening.row is not None or opening.place is not None
        if not named and (
            (groups and opening.level in (None, "customer"))
            or (opening.level == "customer" and "customer" in query.dimensions)
        ):
            return None
        if query.count_groups:
            raise Unclear("Behind which of them? Ask who or what they are first, then for the rows behind one.")
        figure = await self._figure(opening, query)
        request = RowsRequest(
            query=query,
            figure=figure,
            level=opening.level or _level(query.metrics[0]),
            list=opening.entity,
            limit=SHOWN,
            as_of=self._basis.days.today,
        )
        try:
            found = await self._rows.of(request)
        except CopilotError as error:
            if error.kind is not ErrorKind.INVALID:
                raise
            raise Unsupported(error.message) from error
        return self._told(found, previous, query, figure, started)

    async def _figure(self, opening: Opening, query: MetricQuery) -> FigureKey:
        """The figure that is meant: the only one, the one that is named, or all of them together."""
        if not query.dimensions and not query.grain:
            if opening.row is not None:
                raise Unclear(f"The answer has one figure only, and none for “{opening.row}”.")
            return FigureKey()
        result = await self._uow.metrics.run(self._basis.compiler.compile(query, self._basis.coverage))
        currencies = self._basis.bounds_of(query).currencies
        figures = tabulate(result, query, self._basis.model, currencies[0] if len(currencies) == 1 else None)
        keys = result.keys if not (query.compare and query.grain) else ()
        cells = [_key(figures, query, i, keys[i] if keys else {}) for i in range(len(figures.rows))]
        names = [_name(one, query) for one in cells]
        if opening.place is not None:
            if not -len(cells) <= opening.place < len(cells):
                raise Unclear(f"The answer has {len(cells)} rows. Which one do you mean?")
            return cells[opening.place]
        if opening.row is not None:
            return cells[_named(opening.row, names)]
        if len(cells) == 1:
            return cells[0]
        if query.having or query.limit or query.per or "currency" in query.dimensions:
            options = tuple((name, f"show me the rows behind {name}") for name in names[:_OFFERED])
            raise Unclear("Behind which of them?", options)
        return FigureKey()

    def _told(
        self, found: RowsAnswer, previous: Context, query: MetricQuery, figure: FigureKey, started: float
    ) -> QueryAnswer:
        columns, rows = side_by_side(found.lists)
        cut = [f"the latest {len(one.rows):,} {one.label}" for one in found.lists if one.next_offset is not None]
        more = f" Shown are {' and '.join(cut)}." if cut else ""
        averaged = " These are the rows of all its parts, not of their mean." if previous.mean_over else ""
        group = tuple(
            Filter(dimension=name, operator="is_null")
            if value is None
            else Filter(dimension=name, operator="eq", values=(value,))
            for name, value in zip(query.dimensions, figure.group or (), strict=False)
        )
        shown = query.model_copy(update={"filters": (*query.filters, *group)})
        return QueryAnswer(
            status="answered",
            answer=f"{found.answer}{more}{averaged}",
            columns=columns,
            rows=rows,
            interpretation=interpretation(Plan(query, to_date=previous.to_date), shown),
            sql=found.lists[0].sql,
            drill=DrillThrough(query=query),
            provenance=found.provenance,
            elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
        )


def _level(metric: str) -> Level:
    if metric in _OF_CUSTOMERS:
        return "customer"
    return "order" if metric == "orders" else "record"


def _key(figures: Figures, query: MetricQuery, row: int, keys: dict[str, str | None]) -> FigureKey:
    cells = figures.rows[row]
    group = tuple(cells[figures.at("dimension", name)] for name in query.dimensions) if query.dimensions else None
    bucket = date.fromisoformat(str(cells[figures.at("time")])) if query.grain else None
    return FigureKey(group=group, keys=keys, bucket=bucket)


def _name(figure: FigureKey, query: MetricQuery) -> str:
    parts = [str(value) if value is not None else "none" for value in figure.group or ()]
    parts += [show_date(figure.bucket.isoformat(), query.grain)] if figure.bucket else []
    return ", ".join(parts)


def _named(said: str, names: Sequence[str]) -> int:
    """The row that is named: by its whole name, else by a part of it that no other has. Raises Unclear."""
    wanted = normalize(said)
    plain = [normalize(name) for name in names]
    for test in (
        lambda name: name == wanted,
        lambda name: wanted in name.replace(",", "").split(" ") or f" {wanted} " in f" {name} ",
    ):
        found = [i for i, name in enumerate(plain) if test(name)]
        if len(found) == 1:
            return found[0]
        if found:
            options = tuple((names[i], f"show me the rows behind {names[i]}") for i in found[:_OFFERED])
            raise Unclear(f"Which “{said}” do you mean?", options)
    options = tuple((name, f"show me the rows behind {name}") for name in names[:_OFFERED])
    raise Unclear(f"The answer has no row “{said}”. Behind which of them?", options)
