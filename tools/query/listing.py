"""The rows behind a figure in words and cells: what tools/query/rows.py found, as the outside sees it."""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from storage.metrics.cells import reckoned
from storage.metrics.model import DerivedMetric, QuantileMetric, SemanticModel
from storage.metrics.query import MetricQuery, TimeRange
from storage.metrics.records import CompiledList, GroupMember, RecordColumn
from storage.metrics.render import readable
from storage.repositories.records import Origin, RecordPage, RecordSummary
from tools.kit.blocks import Cell, Column, Provenance
from tools.query.drill import (
    FARTHEST,
    FigureKey,
    MeasureView,
    OriginView,
    RecordListView,
    RowsAnswer,
    RowsRequest,
    Unknown,
)
from tools.query.figures import figure_column
from tools.query.trust import tables_of
from tools.query.wording import filter_phrase, member_phrase, period_phrase, show, show_date

if TYPE_CHECKING:
    from tools.query.service import Basis

_NAME = re.compile(r"[A-Za-z_]\w*")
_SIGNS = str.maketrans({"*": "×", "/": "÷", "-": "−"})


@dataclass(frozen=True, slots=True)
class Opened:
    """One figure of a query: whose records, of which days, and the currency of its amounts."""

    basis: "Basis"
    query: MetricQuery
    metric: str
    figure: FigureKey
    members: tuple[GroupMember, ...]
    period: TimeRange
    currency: str | None
    buckets: int

    @property
    def model(self) -> SemanticModel:
        return self.basis.model


@dataclass(frozen=True, slots=True)
class Read:
    """One list as the database gave it."""

    compiled: CompiledList
    summary: RecordSummary
    page: RecordPage
    origins: Sequence[Origin]


def told(opened: Opened, totals: dict[str, Fraction | None], lists: list[RecordListView], started: float) -> RowsAnswer:
    model, metric = opened.model, opened.metric
    raw = reckoned(model, metric, totals)
    column = figure_column(metric, model, opened.query, opened.currency)
    figure = _figure(raw, opened.basis.compiler.micros(metric), opened.buckets, column)
    label = model.metrics[metric].label
    scope = _scope(opened)
    parts = " and ".join(f"{one.total_rows:,} {one.label}" for one in lists)
    behind = f"Behind it {'is' if parts.startswith('1 ') else 'are'} {parts}." if lists else ""
    text = f"{label}{scope}: {show(figure, column)}. {behind}"
    return RowsAnswer(
        answer=" ".join((text, *_notes(lists))).strip(),
        metric=metric,
        label=label,
        figure=figure,
        column=column,
        formula=f"{label} = {formula(model, metric)}",
        buckets=opened.buckets,
        lists=tuple(lists),
        provenance=_provenance(opened, lists),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def formula(model: SemanticModel, metric: str) -> str:
    """What a metric is made of, in the labels of what is counted: "Sales after discounts − Refunds"."""
    definition = model.metrics[metric]
    if not isinstance(definition, DerivedMetric):
        return definition.label

    def part(match: re.Match[str]) -> str:
        inner = formula(model, match.group())
        return f"({inner})" if isinstance(model.metrics[match.group()], DerivedMetric) else inner

    return "".join(piece if named else piece.translate(_SIGNS) for named, piece in _pieces(definition.expression, part))


def _pieces(expression: str, part: Any) -> Iterable[tuple[bool, str]]:
    at = 0
    for match in _NAME.finditer(expression):
        yield False, expression[at : match.start()]
        yield True, part(match)
        at = match.end()
    yield False, expression[at:]


def listed(read: Read, opened: Opened, request: RowsRequest) -> RecordListView:
    compiled, summary, page, origins = read.compiled, read.summary, read.page, read.origins
    model = opened.model
    columns = tuple(_column(one, opened) for one in compiled.columns)
    measures: list[MeasureView] = []
    for one in compiled.measures:
        metric = model.metrics[one.metric]
        place = next(i for i, column in enumerate(compiled.columns) if column.name == one.name)
        total = _figure(exact(summary.totals[one.metric]), one.micros, 1, columns[place])
        at = metric.at if isinstance(metric, QuantileMetric) else None
        measures.append(
            MeasureView(metric=one.metric, label=metric.label, column=one.name, how=one.how, at=at, total=total)
        )
    unknown = [
        Unknown(
            dimension=name,
            label=model.dimensions[name].label,
            records=count,
            share=round(count / summary.records, 4),
        )
        for name, count in summary.unknown.items()
        if count
    ]
    return RecordListView(
        entity=compiled.entity,
        label=compiled.plural,
        columns=columns,
        rows=tuple(tuple(_cell(raw, one) for raw, one in zip(row, compiled.columns, strict=True)) for row in page.rows),
        total_rows=summary.rows,
        records=summary.records,
        next_offset=next_offset(request, summary.rows),
        measures=tuple(measures),
        not_counted=summary.idle,
        unknown=tuple(unknown),
        origins=tuple(
            OriginView(
                batch_id=one.batch_id,
                source_id=one.connector_id,
                source=one.name,
                type=one.type,
                filename=one.filename,
                records=one.records,
                rejected=one.rejected,
            )
            for one in origins
        ),
        sql=readable(page.sql, page.parameters),
    )


def next_offset(request: RowsRequest, total: int) -> int | None:
    after = request.offset + request.limit
    return after if after < min(total, FARTHEST) else None


def _column(one: RecordColumn, opened: Opened) -> Column:
    model = opened.model
    match one.role:
        case "day":
            return Column(name="day", type="date", label="Date")
        case "dimension":
            dimension = model.dimensions[one.subject]
            return Column(name=one.name, type=dimension.type, label=dimension.label)
        case "records":
            return Column(name="records", type="integer", label=one.subject.capitalize())
        case "amount":
            unit = opened.currency if one.subject == "Amount" else None
            return Column(name=one.name, type="number", unit=unit, label=one.subject)
        case "measure":
            found = figure_column(one.subject, model, MetricQuery(metrics=(one.subject,)), opened.currency)
            return found.model_copy(update={"name": one.name})


def _cell(raw: Any, column: RecordColumn) -> Cell:
    if isinstance(raw, date):
        return raw.isoformat()
    if column.micros and raw is not None:
        return float(Decimal(str(raw)).scaleb(-6 * column.micros))
    if isinstance(raw, Decimal):
        return int(raw) if raw == raw.to_integral_value() else float(raw)
    return raw


def exact(raw: Any) -> Any:
    """A total as an exact number; a day as it is."""
    return raw if raw is None or isinstance(raw, date) else Fraction(raw)


def _figure(raw: Any, micros: int, buckets: int, column: Column) -> Cell:
    if raw is None or isinstance(raw, date):
        return raw.isoformat() if raw else None
    value = raw / buckets / 10 ** (6 * micros)
    return int(value) if column.type == "integer" and value.denominator == 1 else float(value)


def _scope(opened: Opened) -> str:
    """The conditions that the rows meet, in words."""
    model, query, figure = opened.model, opened.query, opened.figure
    phrases = [f" {filter_phrase(model, one)}" for one in query.filters]
    for member in opened.members:
        label = model.dimensions[member.dimension].label.lower()
        phrases.append(f" without a {label}" if member.value is None else f" for {member.value}")
    if figure.bucket is None:
        phrases.append(period_phrase(opened.period))
    elif opened.buckets > 1 or (query.window and query.window.kind == "running"):
        last = (opened.period.end or date.max) - timedelta(days=1)
        since = f"{show_date(opened.period.start.isoformat())} to " if opened.period.start else "up to "
        phrases.append(f" ({since}{show_date(last.isoformat())})")
    elif opened.period.start:
        phrases.append(f" in {_bucket(opened)}")
    phrases += [member_phrase(model, one) for one in query.members]
    return "".join(phrases)


def _bucket(opened: Opened) -> str:
    """The bucket by its name, where it is whole."""
    first, end = opened.period.start, opened.period.end
    bucket = opened.figure.bucket
    if opened.figure.side == "current" and bucket == first:
        return show_date(bucket.isoformat(), opened.query.grain) if bucket else ""
    last = (end or date.max) - timedelta(days=1)
    return f"{show_date(first.isoformat()) if first else ''} to {show_date(last.isoformat())}"


def _notes(lists: Sequence[RecordListView]) -> Iterable[str]:
    for one in lists:
        if one.not_counted:
            noun = one.label if one.records == one.total_rows else "records"
            yield f"{one.not_counted:,} more {noun} count for nothing here, since what is added up is not known of them."


def _provenance(opened: Opened, lists: Sequence[RecordListView]) -> Provenance:
    """Of the sources that these very records came from; of all where rows do not tell."""
    tables = tables_of(opened.query, opened.model)
    whole = opened.basis.knowledge.provenance(sum(one.records for one in lists), tables=tables)
    counts: dict[str, int] = {}
    for origin in (origin for one in lists for origin in one.origins):
        if origin.source_id is not None:
            counts[origin.source_id] = counts.get(origin.source_id, 0) + origin.records
    if not counts:
        return whole
    sources = tuple(one.model_copy(update={"rows": counts[one.id]}) for one in whole.sources if one.id in counts)
    notes = tuple(
        f"{one.label} is not known of {one.records:,} of the {listed.records:,} records ({one.share * 100:.1f} %)."
        for listed in lists
        for one in listed.unknown
    )
    return whole.model_copy(update={"sources": sources, "notes": (*whole.notes, *notes)})


def side_by_side(lists: Sequence[RecordListView]) -> tuple[tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """Several lists as one table: what they share in the same columns, and first of all which list a row is of."""
    if len(lists) == 1:
        return lists[0].columns, lists[0].rows
    columns: dict[str, Column] = {"list": Column(name="list", type="string", label="Kind")}
    for i, one in enumerate(lists):
        for column in one.columns:
            columns.setdefault(_place(column, i), column)
    rows: list[tuple[Cell, ...]] = []
    for i, one in enumerate(lists):
        for row in one.rows:
            own = {_place(column, i): cell for column, cell in zip(one.columns, row, strict=True)}
            rows.append((one.label, *(own.get(name) for name in columns if name != "list")))
    named = [
        column if name in ("list", column.name) else column.model_copy(update={"name": name})
        for name, column in columns.items()
    ]
    return tuple(named), tuple(rows)


def _place(column: Column, number: int) -> str:
    """Columns of two lists are one where they mean the same; what a list is added up by is its own."""
    return f"{column.name}_{number}" if column.name.startswith("c") and column.name[1:].isdigit() else column.name
