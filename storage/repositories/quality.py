"""Counts that say how good the data is, each by one statement over a table, and the scores that are kept of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, true
from sqlalchemy.orm import aliased

from storage.kernel.errors import not_found
from storage.models.commerce import Order, OrderLine, Product, ProductVariant
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, IngestionBatch, RecordLink
from storage.models.intelligence import DataQualityScore, QualityRule, QualityWatch
from storage.repositories.base import Page, PageRequest, Repository
from storage.repositories.ingestion import UNIFIED

CheckKind = Literal[
    "email", "phone", "currency", "positive", "not_negative", "not_future", "not_before", "difference", "adds_up"
]
_CENT: Final = 10_000
"""Micro-units."""
_SHORTEST_PHONE: Final = 5
_LAST_DIGITS: Final = 7
"""Of a telephone number: what stands before them is written in many ways."""
_CODE: Final = 3


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over columns of one row. difference: the first is the second less the third; not_before: the first day is not
    before the second; adds_up: an order's total is what its lines, tax and shipping come to."""

    id: str
    how: CheckKind
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted of a table: filled fields, distinct keys, and rules."""

    table: str
    fields: tuple[str, ...]
    keys: tuple[str, ...]
    checks: tuple[Check, ...]
    today: date
    within_source: bool = False
    """Whether keys say nothing of what another source calls by the same."""


@dataclass(slots=True)
class Counts:
    """Counts over the rows that one source made (None: no source did), or over all. By field, key and rule: `filled`,
    `present` and `distinct`, `checked` and `broken`."""

    connector_id: str | None
    rows: int = 0
    filled: dict[str, int] = field(default_factory=dict[str, int])
    present: int = 0
    distinct: int = 0
    checked: dict[str, int] = field(default_factory=dict[str, int])
    broken: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows that `maker` made and `teller` told of too; how many of them it told differently, in all and by field."""

    maker: str
    teller: str
    rows: int
    disputed: int
    fields: dict[str, int]


@dataclass(frozen=True, slots=True)
class KeptQuality:
    """A table's overall score as it was kept last, and its measures by name. `kind`: the plain word for its records."""

    table: str
    kind: str
    score: float
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """A tenant's own rule over one column of each row. `values`: what it may say; `low` and `high`: what it lies between,
    both included. Values are as the column holds them."""

    how: Literal["not_empty", "one_of", "between"]
    column: str
    values: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None


class QualityRepository(Repository):
    """Reads of one tenant, and its kept scores."""

    # ── a tenant's own rules ─────────────────────────────────────────────────────────────────────────────

    async def rules(self) -> Sequence[QualityRule]:
        """The oldest first."""
        return (await self.session.scalars(select(QualityRule).order_by(QualityRule.id))).all()

    async def rules_page(self, request: PageRequest) -> Page[QualityRule]:
        """The newest first."""
        return await self.page(select(QualityRule), request, QualityRule.id)

    async def rule(self, rule_id: str, *, to_change: bool = False) -> QualityRule:
        """Raises CopilotError (not found). `to_change`: of two writers the second waits, and sees what the first did."""
        statement = select(QualityRule).where(QualityRule.id == rule_id)
        found = await self.session.scalar(statement.with_for_update() if to_change else statement)
        if found is None:
            raise not_found("The rule")
        return found

    async def rows(self, table: str) -> int:
        return int(await self.session.scalar(select(func.count()).select_from(UNIFIED[table])) or 0)

    async def holding(self, table: str, conditions: Sequence[Condition]) -> list[tuple[int, int]]:
        """(rows looked at, rows that break it) of each condition, all of them by one statement."""
        if not conditions:
            return []
        model: Any = UNIFIED[table]
        columns: list[Any] = []
        for one in conditions:
            looked, holds = _condition(model, one)
            columns += [func.sum(case((looked, 1), else_=0)), func.sum(case((and_(looked, ~holds), 1), else_=0))]
        found = [int(value or 0) for value in (await self.session.execute(select(*columns).select_from(model))).one()]
        return list(zip(found[::2], found[1::2], strict=True))

    async def breaking(self, table: str, condition: Condition, limit: int) -> list[str]:
        """The ids of some rows that break a condition."""
        model: Any = UNIFIED[table]
        looked, holds = _condition(model, condition)
        return list(await self.session.scalars(select(model.id).where(looked, ~holds).order_by(model.id).limit(limit)))

    async def repeated(self, table: str, column: str) -> tuple[int, int]:
        """(filled, distinct) of a column; case is no matter in texts."""
        value: Any = getattr(UNIFIED[table], column)
        one = _key(value) if value.type.python_type is str else value
        filled, distinct = (await self.session.execute(select(func.count(one), func.count(one.distinct())))).one()
        return int(filled), int(distinct)

    async def texts(self, table: str, column: str, after: str | None, limit: int) -> list[tuple[str, int]]:
        """Each text of a column and in how many rows it stands, in their order, a piece at a time."""
        value: Any = getattr(UNIFIED[table], column)
        statement = select(value, func.count()).where(value.is_not(None)).group_by(value).order_by(value).limit(limit)
        found = await self.session.execute(statement if after is None else statement.where(value > after))
        return [(str(text), int(rows)) for text, rows in found.all()]

    async def with_text(self, table: str, column: str, texts: Sequence[str], limit: int) -> list[str]:
        """The ids of some rows in which a column reads one of these."""
        model: Any = UNIFIED[table]
        statement = select(model.id).where(getattr(model, column).in_(texts)).order_by(model.id).limit(limit)
        return list(await self.session.scalars(statement))

    async def total(self, table: str, column: str) -> int | float | None:
        """The sum of a column; None where no row has a value."""
        value = await self.session.scalar(select(func.sum(getattr(UNIFIED[table], column))))
        return int(value) if isinstance(value, Decimal) else value

    async def makers(self, table: str) -> list[str]:
        """The sources that made rows of a table."""
        model: Any = UNIFIED[table]
        statement = (
            select(IngestionBatch.connector_id)
            .join(model, model.created_by_batch_id == IngestionBatch.id)
            .where(IngestionBatch.connector_id.is_not(None))
            .distinct()
        )
        return [str(one) for one in await self.session.scalars(statement)]

    async def watches(self) -> Sequence[QualityWatch]:
        """What is watched of the tenant's data, and was told of at least once."""
        return (await self.session.scalars(select(QualityWatch).order_by(QualityWatch.subject))).all()

    # ── what is asked of everybody's data ────────────────────────────────────────────────────────────────

    async def counts(self, what: Measured) -> tuple[list[Counts], Counts]:
        """(by source, over all) of one table. No rows: an empty list."""
        model: Any = UNIFIED[what.table]
        columns = _columns(model, what)
        if what.keys:
            statement = (
                select(IngestionBatch.connector_id, *columns)
                .select_from(model)
                .outerjoin(IngestionBatch, IngestionBatch.id == model.created_by_batch_id)
                .group_by(IngestionBatch.connector_id)
            )
            found = (await self.session.execute(_with_sums(statement, model, what))).all()
            each = [_counted(row, what) for row in found]
        else:
            each = await self._by_batch(select(model.created_by_batch_id, *columns), model, what)
        whole = _added(each)
        if len(each) > 1 and what.keys and not what.within_source:
            # Distinct over all is not the sum of distinct over each, and what turned out to be another is that one.
            values = [_key(getattr(model, key)) for key in what.keys]
            statement = select(*(count for one in values for count in (func.count(one), func.count(one.distinct()))))
            if (merged := getattr(model, "merged_into_id", None)) is not None:
                statement = statement.where(merged.is_(None))
            found = (await self.session.execute(statement.select_from(model))).one()
            whole.present, whole.distinct = sum(found[::2]), sum(found[1::2])
        return each, whole

    async def _by_batch(self, statement: Any, model: Any, what: Measured) -> list[Counts]:
        """The same without a join, which costs a big table half as much again: batches are few."""
        found = (await self.session.execute(statement.group_by(model.created_by_batch_id))).all()
        batches = await self.session.execute(select(IngestionBatch.id, IngestionBatch.connector_id))
        sources: dict[str, str | None] = {row.id: row.connector_id for row in batches}
        groups: dict[str | None, list[Counts]] = defaultdict(list)
        for row in found:
            one = _counted(row, what)
            groups[sources.get(one.connector_id or "")].append(one)
        return [replace(_added(group), connector_id=source) for source, group in groups.items()]

    async def compared(self, table: str, fields: Sequence[str]) -> list[Compared]:
        """Rows of a table that a source other than their maker told of."""
        model: Any = UNIFIED[table]
        made, told = aliased(IngestionBatch), aliased(IngestionBatch)
        pair = (made.connector_id, told.connector_id)
        other = and_(told.status.in_(VISIBLE_BATCH_STATES), made.connector_id != told.connector_id)
        links = (
            select(*pair, func.count(RecordLink.unified_id.distinct()))
            .select_from(RecordLink)
            .join(model, model.id == RecordLink.unified_id)
            .join(made, made.id == model.created_by_batch_id)
            .join(told, told.id == RecordLink.batch_id)
            .where(RecordLink.unified_type == table, other)
            .group_by(*pair)
        )
        found = (await self.session.execute(links)).all()
        rows: dict[tuple[str, str], int] = {(str(a), str(b)): int(n) for a, b, n in found}
        if not rows:
            return []
        differs = {
            name: and_(
                BatchChange.before[name].as_string().is_not(None),
                BatchChange.after[name].as_string().is_not(None),
                BatchChange.before[name].as_string() != BatchChange.after[name].as_string(),
            )
            for name in fields
        }
        changes = (
            select(
                *pair,
                func.count(BatchChange.unified_id.distinct()).filter(or_(*differs.values())),
                *(func.count(BatchChange.unified_id.distinct()).filter(one) for one in differs.values()),
            )
            .select_from(BatchChange)
            .join(model, model.id == BatchChange.unified_id)
            .join(made, made.id == model.created_by_batch_id)
            .join(told, told.id == BatchChange.batch_id)
            .where(BatchChange.unified_type == table, other)
            .group_by(*pair)
        )
        disputed: dict[tuple[str, str], tuple[int, dict[str, int]]] = {}
        for maker, teller, count, *each in (await self.session.execute(changes)).all():
            disputed[str(maker), str(teller)] = (int(count), dict(zip(differs, map(int, each), strict=True)))
        return [Compared(a, b, n, *disputed.get((a, b), (0, {}))) for (a, b), n in rows.items()]

    async def merged(self, table: str, fields: Sequence[str]) -> list[Compared]:
        """Rows of a source that turned out to be the same as those of others, and how many of them say otherwise than the row
        that stands for all. `maker` and `teller` are the source."""
        model: Any = UNIFIED[table]
        whole, batch = aliased(model), IngestionBatch
        several = (
            select(model.merged_into_id)
            .join(batch, batch.id == model.created_by_batch_id)
            .where(model.merged_into_id.is_not(None))
            .group_by(model.merged_into_id)
            .having(func.count(batch.connector_id.distinct()) > 1)
        )
        if model is Product:
            # Sizes have each their own price and number, and what one source holds as sizes another does as goods.
            sized = select(Product.merged_into_id).join(ProductVariant, ProductVariant.product_id == Product.id)
            sized = sized.where(Product.merged_into_id.is_not(None)).group_by(Product.id, Product.merged_into_id)
            several = several.having(
                func.count(model.id) == func.count(batch.connector_id.distinct()),
                model.merged_into_id.not_in(sized.having(func.count(ProductVariant.id) > 1)),
            )
        differs = {name: _differs(model, whole, name) for name in fields}
        statement = (
            select(
                batch.connector_id,
                func.count(model.id),
                func.count(model.id).filter(or_(*differs.values())),
                *(func.count(model.id).filter(one) for one in differs.values()),
            )
            .select_from(model)
            .join(whole, whole.id == model.merged_into_id)
            .join(batch, batch.id == model.created_by_batch_id)
            .where(model.merged_into_id.in_(several), batch.connector_id.is_not(None))
            .group_by(batch.connector_id)
        )
        return [
            Compared(
                str(source), str(source), int(rows), int(disputed), dict(zip(differs, map(int, each), strict=True))
            )
            for source, rows, disputed, *each in (await self.session.execute(statement)).all()
        ]

    async def keep(self, day: date, rows: Iterable[dict[str, Any]]) -> None:
        """Keeps a day's scores in place of those that it had."""
        await self.session.execute(
            delete(DataQualityScore)
            .where(DataQualityScore.measured_on == day)
            .execution_options(synchronize_session=False)
        )
        await self.session.bulk_insert(DataQualityScore, [{**row, "measured_on": day} for row in rows])

    async def newest_kept(self, since: date) -> dict[str, KeptQuality]:
        """Unified table → its score of the last day on which scores were kept, where that is not before `since`."""
        newest = select(func.max(DataQualityScore.measured_on)).where(DataQualityScore.measured_on >= since)
        day = await self.session.scalar(newest)
        if day is None:
            return {}
        overall = DataQualityScore.measured_on == day, DataQualityScore.connector_id.is_(None)
        rows = await self.session.scalars(select(DataQualityScore).where(*overall))
        return {table: _as_kept(row, table) for row in rows if (table := row.details.get("table")) is not None}

    async def kept_since(self, day: date) -> list[DataQualityScore]:
        """Kept scores from a day on, the oldest first."""
        statement = (
            select(DataQualityScore)
            .where(DataQualityScore.measured_on >= day)
            .order_by(DataQualityScore.measured_on, DataQualityScore.entity_type, DataQualityScore.id)
        )
        return list(await self.session.scalars(statement))


def _as_kept(row: DataQualityScore, table: str) -> KeptQuality:
    measures = {"completeness": row.completeness, "accuracy": row.accuracy, "freshness": row.freshness}
    measures |= {name: row.details[name] for name in ("validity", "uniqueness")}
    return KeptQuality(table, row.entity_type, row.score, measures)


# ── one table's columns of counts ────────────────────────────────────────────────────────────────────────────


def _columns(model: Any, what: Measured) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = [func.count(model.id)]
    columns += [func.count(getattr(model, name)) for name in what.fields]
    for key in what.keys:
        value = _key(getattr(model, key))
        columns += [func.count(value), func.count(value.distinct())]
    for check in what.checks:
        holds, looked = _holds(model, check, what.today)
        columns += [func.sum(case((looked, 1), else_=0)), func.sum(case((and_(looked, ~holds), 1), else_=0))]
    return columns


def _key(column: Any) -> Any:
    return func.lower(column)


def _plain(column: Any) -> Any:
    """What a text says, however it is written: e-mail without case, telephones by their last digits, SKUs without joints."""
    text = func.lower(column)
    if column.key in ("phone", "sku"):
        for joint in " -()./":
            text = func.replace(text, joint, "")
    return func.substr(text, func.length(text) - _LAST_DIGITS + 1) if column.key == "phone" else text


def _differs(model: Any, whole: Any, name: str) -> ColumnElement[bool]:
    """Whether a row says something else than the row that stands for it. Amounts of two currencies cannot be compared."""
    own, shown = getattr(model, name), getattr(whole, name)
    both = and_(own.is_not(None), shown.is_not(None))
    if own.type.python_type is str:
        return and_(both, _plain(own) != _plain(shown))
    return and_(both, own != shown, model.currency == whole.currency)


_SUMS: Final = (
    select(OrderLine.order_id, func.sum(OrderLine.net_micros).label("net"), func.count().label("lines"))
    .group_by(OrderLine.order_id)
    .subquery("sums")
)


def _with_sums(statement: Any, model: Any, what: Measured) -> Any:
    """With what the lines of each order come to, where a rule asks for it."""
    if model is not Order or all(check.how != "adds_up" for check in what.checks):
        return statement
    return statement.outerjoin(_SUMS, _SUMS.c.order_id == Order.id)


def _holds(model: Any, check: Check, today: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(whether a row keeps the rule, whether the rule looks at the row)."""
    columns = [getattr(model, name) for name in check.columns]
    one = columns[0]
    looked = and_(*(column.is_not(None) for column in columns))
    match check.how:
        case "email":
            return and_(one.like("_%@_%._%"), one.not_like("% %"), one.not_like("%@%@%")), looked
        case "phone":
            return func.length(one) >= _SHORTEST_PHONE, looked
        case "currency":
            return and_(func.length(one) == _CODE, func.upper(one) == one), looked
        case "positive":
            return one > 0, looked
        case "not_negative":
            return one >= 0, looked
        case "not_future":
            return one <= today, looked
        case "not_before":
            return one >= columns[1], looked
        case "difference":
            return func.abs(one - (columns[1] - columns[2])) <= _CENT, looked
        case "adds_up":
            tax, shipping = (func.coalesce(column, 0) for column in columns[1:])
            return (
                func.abs(one - _SUMS.c.net - tax - shipping) <= _CENT * _SUMS.c.lines,
                and_(one.is_not(None), _SUMS.c.net.is_not(None)),
            )


def _condition(model: Any, one: Condition) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(whether the condition looks at a row, whether the row keeps it)."""
    column = getattr(model, one.column)
    match one.how:
        case "not_empty":
            filled = column.is_not(None)
            return true(), and_(filled, func.trim(column) != "") if column.type.python_type is str else filled
        case "one_of":
            return column.is_not(None), column.in_(one.values)
        case "between":
            bounds = [column >= one.low] if one.low is not None else []
            return column.is_not(None), and_(*bounds, *([column <= one.high] if one.high is not None else []))


def _counted(row: Any, what: Measured) -> Counts:
    connector_id, rows, *rest = row
    values = [int(value or 0) for value in rest]
    filled, rest = values[: len(what.fields)], values[len(what.fields) :]
    keys, checks = rest[: 2 * len(what.keys)], rest[2 * len(what.keys) :]
    names = [check.id for check in what.checks]
    return Counts(
        connector_id=connector_id,
        rows=int(rows),
        filled=dict(zip(what.fields, filled, strict=True)),
        present=sum(keys[::2]),
        distinct=sum(keys[1::2]),
        checked=dict(zip(names, checks[::2], strict=True)),
        broken=dict(zip(names, checks[1::2], strict=True)),
    )


def _added(each: Sequence[Counts]) -> Counts:
    whole = Counts(None)
    for one in each:
        whole.rows += one.rows
        whole.present += one.present
        whole.distinct += one.distinct
        for mine, theirs in (
            (whole.filled, one.filled),
            (whole.checked, one.checked),
            (whole.broken, one.broken),
        ):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
    return whole
