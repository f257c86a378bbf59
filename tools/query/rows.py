"""Opens the rows behind a figure: checks which figure is meant, lists its records, and reckons the figure from them."""

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.metrics.cells import period_of
from storage.metrics.model import ClosingMetric, ConversionMetric, SemanticModel
from storage.metrics.pieces import Cut
from storage.metrics.query import Filter, MetricQuery
from storage.metrics.records import GroupMember, Records
from storage.metrics.render import readable
from storage.metrics.windows import looked_at
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column
from tools.query.checking import checked_filters, checked_query
from tools.query.drill import (
    FigureKey,
    RecordListView,
    RowsAnswer,
    RowsRequest,
)
from tools.query.figures import plural, tabulate
from tools.query.listing import Opened, Read, exact, listed, next_offset, told
from tools.query.times import until_today
from tools.query.trust import tables_of

if TYPE_CHECKING:
    from tools.query.service import Basis


class RowsBehind:
    """Opens figures of one tenant, in one unit of work."""

    def __init__(self, uow: ReadUnitOfWork, basis: "Basis", records: Records) -> None:
        self._uow = uow
        self._basis = basis
        self._records = records

    async def of(self, request: RowsRequest) -> RowsAnswer:
        """Raises CopilotError (invalid) for a query that names what there is not, and for a figure that its answer does
        not have."""
        started = time.perf_counter()
        query = until_today(checked_query(request.query, self._basis.model, "/query"), self._basis.days)
        if reason := no_rows_behind(query, request.figure.metric or query.metrics[0], self._basis.model):
            raise CopilotError(ErrorKind.INVALID, reason)
        if query.count_groups and request.figure.group is None and request.figure.bucket is None:
            return await self._groups(query, request, started)
        opened = await self._opened(query.model_copy(update={"count_groups": False}), request.figure)
        bases = self._basis.model.base_metrics(opened.metric)
        cut = Cut(query.dimensions, query.filters, query.members, opened.period, 0, None)
        compiled = tuple(self._records.lists(bases, cut, opened.members, request.level))
        wanted = [one for one in compiled if request.list in (None, one.entity)]
        if not wanted:
            known = ", ".join(one.entity for one in compiled)
            raise invalid(f"There is no such list behind this figure. There are: {known}.", pointer="/list")
        totals: dict[str, Fraction | None] = {}
        lists: list[RecordListView] = []
        for one in compiled:
            summary = await self._uow.records.summary(one)
            totals |= {name: exact(raw) for name, raw in summary.totals.items()}
            if one in wanted:
                page = await self._uow.records.page(one, request.limit, request.offset)
                origins = await self._uow.records.origins(one)
                lists.append(listed(Read(one, summary, page, origins), opened, request))
        return told(opened, totals, lists, started)

    # ── which figure ─────────────────────────────────────────────────────────────────────────────────────

    async def _opened(self, query: MetricQuery, figure: FigureKey) -> Opened:
        basis = self._basis
        metric = query.metrics[0] if figure.metric is None else figure.metric
        if metric not in query.metrics:
            raise invalid(f"The answer has no figure {metric!r}.", pointer="/figure/metric")
        filters = _group_filters(basis.model, query, figure)
        _refuse_parts_of_a_choice(query, figure)
        before = figure.side == "previous"
        week_start = basis.tenant.week_start
        period = period_of(query, figure.bucket, week_start, before=before)
        members = tuple(
            GroupMember(one.dimension, one.values[0] if one.values else None, figure.keys.get(one.dimension))
            for one in filters
        )
        currency = _currency(basis, query, members, metric)
        window = query.window
        buckets = window.size if window and window.kind == "rolling" and figure.bucket else 1
        opened = Opened(basis, query, metric, figure, members, period, currency, buckets)
        if members or query.having:
            await self._refuse_no_row(opened, filters)
        return opened

    async def _refuse_no_row(self, opened: Opened, filters: Sequence[Filter]) -> None:
        """The answer's own statement, narrowed to the group, says whether there is such a row, and only one."""
        query, figure = opened.query, opened.figure
        narrowed: dict[str, Any] = {
            "filters": (*query.filters, *filters), "order": (), "limit": None, "offset": 0, "per": None, "share_of_total": False,
            "window": None, "placed": None, "grain": None, "count_groups": False,
        }  # fmt: skip
        if query.grain:
            # What fell to nothing has a row in which nothing is left of it.
            time = looked_at(query, opened.basis.tenant.week_start) if query.changes else opened.period
            narrowed |= {"compare": None, "time": time}
        rows = await self._uow.metrics.run(opened.basis.compiler.compile(query.model_copy(update=narrowed)))
        found = [key for key in (rows.keys or ({},) * len(rows.rows)) if figure.keys.items() <= key.items()]
        if not found:
            raise invalid("The answer has no such row.", pointer="/figure/group")
        if len(found) > 1:
            names = ", ".join(str(member.value) for member in opened.members if member.value is not None)
            raise invalid(
                f"Several are called {names}.", pointer="/figure/keys", hint="Send what `drill.keys` gives for the row."
            )

    async def _groups(self, query: MetricQuery, request: RowsRequest, started: float) -> RowsAnswer:
        """Of how many groups there are: the groups."""
        basis = self._basis
        for metric in (*query.metrics, *(having.metric for having in query.having)):
            _currency(basis, query, (), metric)
        compiler = basis.compiler
        counted = await self._uow.metrics.run(compiler.compile(query))
        total = int(counted.rows[0][0] or 0)
        named = tuple(Filter(dimension=name, operator="not_null") for name in query.dimensions)
        listed = query.model_copy(update={"count_groups": False, "filters": (*query.filters, *named)})
        compiled = compiler.compile(listed)
        found = await self._uow.metrics.run(compiled.cut(request.limit, request.offset))
        currencies = basis.bounds_of(query).currencies
        figures = tabulate(found, listed, basis.model, currencies[0] if len(currencies) == 1 else None)
        thing = plural(query.dimensions[0] if query.dimensions else query.grain or "", basis.model)
        view = RecordListView(
            entity="groups",
            label=thing,
            columns=figures.columns,
            rows=figures.rows,
            total_rows=total,
            records=found.row_count,
            next_offset=next_offset(request, total),
            measures=(),
            sql=readable(found.sql, found.parameters),
        )
        column = Column(name="count", type="integer", label=thing.capitalize())
        return RowsAnswer(
            answer=f"There are {total:,} {thing}.",
            metric=query.metrics[0],
            label=thing.capitalize(),
            figure=total,
            column=column,
            formula=f"How many {thing} there are",
            lists=(view,),
            provenance=basis.knowledge.provenance(found.row_count, tables=tables_of(query, basis.model)),
            elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
        )


def no_rows_behind(query: MetricQuery, metric: str, model: SemanticModel) -> str | None:
    """Why a figure is not that of records which add up to it; None where it is."""
    if query.analysis is not None:
        return "Figures of who came back, of steps, and of what goes together relate records to each other: none has rows of its own."
    if metric in model.metrics and any(
        isinstance(one, ConversionMetric) for one in model.base_metrics(metric).values()
    ):
        return f"{model.metrics[metric].label} tells what came later of each: there are no records that add up to it."
    if metric in model.metrics and any(isinstance(one, ClosingMetric) for one in model.base_metrics(metric).values()):
        return f"{model.metrics[metric].label} is what was there at the end: there are no records that add up to it."
    if query.converts:
        return "These amounts are converted from several currencies: name the one whose records are meant."
    filters = (*query.filters, *(item for member in query.members for item in member.filters))
    named = (*query.dimensions, *(item.dimension for item in filters))
    known = [model.dimensions[name] for name in named if name in model.dimensions]
    if formed := next((one for one in known if one.bands or one.groups), None):
        return f"The records behind figures by {formed.label.lower()} cannot be listed yet."
    return None


def _refuse_parts_of_a_choice(query: MetricQuery, figure: FigureKey) -> None:
    """The first few, or those that meet a condition, are no whole that could be opened at once."""
    chosen = query.having or query.limit or query.per
    if chosen and query.dimensions and figure.group is None:
        raise invalid("Say of which row: the answer shows some groups only.", pointer="/figure/group")
    if chosen and query.grain and figure.bucket is None:
        raise invalid(f"Say of which {query.grain}: the answer shows some only.", pointer="/figure/bucket")


def _group_filters(model: SemanticModel, query: MetricQuery, figure: FigureKey) -> tuple[Filter, ...]:
    """The group as conditions, with values of their dimension's type."""
    if figure.group is None:
        return ()
    if len(figure.group) != len(query.dimensions):
        raise invalid(f"The answer is split by {len(query.dimensions)} dimensions.", pointer="/figure/group")
    named = [
        Filter(dimension=name, operator="is_null")
        if value is None
        else Filter(dimension=name, operator="eq", values=(value,))
        for name, value in zip(query.dimensions, figure.group, strict=True)
    ]
    return checked_filters(named, model, "/figure/group")


def _currency(basis: "Basis", query: MetricQuery, members: Sequence[GroupMember], metric: str) -> str | None:
    """The currency of amounts. Raises INVALID where amounts of several would be added."""
    bounds = basis.bounds_of(query)
    currencies = bounds.currencies
    named = [str(f.values[0]) for f in query.filters if f.dimension == "currency" and f.operator == "eq"]
    named += [str(one.value) for one in members if one.dimension == "currency"]
    if named:
        return named[0]
    if len(currencies) > 1 and basis.model.metrics[metric].unit == "money":
        raise CopilotError(
            ErrorKind.INVALID,
            f"Name the currency: there are {'orders' if 'orders' in bounds.of else 'transactions'} in {', '.join(currencies)}.",
        )
    return currencies[0] if len(currencies) == 1 else None
