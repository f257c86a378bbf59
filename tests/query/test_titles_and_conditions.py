"""The title of an answer never claims a filter that its SQL lacks, and its SQL has none that is not said: checked for
all questions of the readings, on the statement that ran."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlglot
from sqlglot import exp

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.metrics.model import SemanticModel, mapped_classes
from storage.metrics.query import Filter, Having, Member, TimeRange
from storage.models.base import Base
from tests.query.asking import ask
from tests.query.test_readings import TODAY, conversations
from tests.query.thinned import write_few
from tools.query.schemas import Interpretation, MemberView, QueryAnswer
from tools.query.service import QueryService
from tools.query.single_orders import ORDER
from tools.query.wording import filter_phrase, having_phrase, member_phrase
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
ENTITIES = {"order_lines": "order_line", "refunds": "refund", "unified_orders": "order"}
Condition = tuple[frozenset[str], str, frozenset[str]]
"""The columns it looks at, how, and for which values."""
_COMPARED: dict[type[exp.Expression], str] = {exp.GT: "gt", exp.GTE: "ge", exp.LT: "lt", exp.LTE: "le", exp.EQ: "eq"}


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


@dataclass
class Fact:
    """What one SELECT over a table is narrowed by, beyond its tenant, its cancelled orders and what repeats a row of another
    source."""

    table: str
    conditions: set[Condition] = field(default_factory=set[Condition])
    bounds: list[date | None] = field(default_factory=lambda: [None, None])
    looks_for_first: bool = False
    members: set[tuple[bool, frozenset[Condition], tuple[date | None, ...]]] = field(
        default_factory=set[tuple[bool, frozenset[Condition], tuple[date | None, ...]]]
    )
    """Whether those who are found are left out, and what they are looked for by."""


@dataclass
class Ran:
    """A statement, taken apart."""

    facts: list[Fact]
    compared: list[tuple[str, float]]
    """Conditions on the figures of groups: how, and with what raw number."""


def taken_apart(sql: str) -> Ran:
    """Raises AssertionError for a condition of a form that is not known here."""
    tree = sqlglot.parse_one(sql, dialect="sqlite").transform(_plainly)
    facts: list[Fact] = []
    compared: list[tuple[str, float]] = []
    for select in tree.find_all(exp.Select):
        if isinstance(select.parent, exp.In) or select.find_ancestor(exp.In):
            continue  # who is looked for: part of the fact that it narrows
        if [one.alias_or_name for one in select.expressions] == ["key", "value"]:
            continue  # how large each whole order is, of whatever period
        source, where = select.args["from_"].this, select.args.get("where")
        conjuncts = list(where.this.flatten() if isinstance(where.this, exp.And) else [where.this]) if where else []
        if isinstance(source, exp.Table) and source.name in ENTITIES:
            facts.append(_fact(source.name, conjuncts))
        elif (first := _first_days(source)) is not None:
            facts.append(_fact(first, conjuncts))
        else:
            compared += list(_of_groups(conjuncts))
    return Ran(facts, compared)


def _plainly(node: exp.Expression) -> exp.Expression:
    """A condition without the word to SQLite that few rows meet it; "the row says so, or it says nothing and what it
    belongs to does" is the condition on what the row says."""
    if not (isinstance(node, exp.Anonymous) and str(node.this).lower() == "unlikely"):
        return node
    condition = node.expressions[0].unnest()
    if not isinstance(condition, exp.Or):
        return condition
    own, reached = condition.left, condition.right.unnest()
    assert isinstance(reached, exp.And)
    assert isinstance(reached.left, exp.Is)
    assert isinstance(reached.right, exp.In)
    return own


def _fact(table: str, conjuncts: list[exp.Expression]) -> Fact:
    fact = Fact(table)
    negated = any(_looks_for(conjunct)[1] for conjunct in conjuncts)
    for conjunct in conjuncts:
        node = conjunct.unnest()
        columns = frozenset(column.name for column in node.find_all(exp.Column))
        values = frozenset(str(value.this) for value in node.find_all(exp.Literal))
        inner, left_out = _looks_for(conjunct)
        if inner is not None:
            where = [part for part in inner.args["where"].this.flatten() if not _is_not_null(part)]
            found = _fact(table, where)
            fact.members.add((left_out, frozenset(found.conditions), tuple(found.bounds)))
        elif _is_not_null(node) and negated and columns in ({"id"}, {"customer_id"}):
            continue  # whoever is nobody is not left out either
        elif node.find(exp.Case):
            named = node.expressions if isinstance(node, exp.In) else [node.expression]
            fact.conditions.add((columns, _operator(node), frozenset(str(value.this) for value in named)))
        elif columns <= {"ordered_on", "refunded_on", "day"}:
            assert isinstance(node, exp.GTE | exp.LT), node
            fact.bounds[isinstance(node, exp.LT)] = date.fromisoformat(*values)
        elif isinstance(node, exp.Not) and isinstance(node.this.unnest(), exp.Is) and not values:
            fact.looks_for_first = columns == {"customer_id"}
            assert fact.looks_for_first, node
        elif columns not in ({"tenant_id"}, {"duplicate_of_id"}, {"merged_into_id"}) and (columns, values) != (
            {"status"},
            {"cancelled"},
        ):
            fact.conditions.add((columns, _operator(node), values))
    return fact


def _first_days(source: exp.Expression) -> str | None:
    """The table whose customers' first days a SELECT counts by themselves."""
    inner = source.this if isinstance(source, exp.Subquery) else None
    if not isinstance(inner, exp.Select) or [one.alias_or_name for one in inner.expressions] != ["key", "day"]:
        return None
    table = inner.args["from_"].this
    return table.name if isinstance(table, exp.Table) else None


def _is_not_null(node: exp.Expression) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Not) and isinstance(node.this.unnest(), exp.Is)


def _looks_for(conjunct: exp.Expression) -> tuple[exp.Select | None, bool]:
    """The SELECT of those who are looked for, and whether they are left out."""
    node = conjunct.unnest()
    left_out = isinstance(node, exp.Not)
    node = node.this.unnest() if isinstance(node, exp.Not) else node
    query = node.args.get("query") if isinstance(node, exp.In) else None
    inner = query.find(exp.Select) if query is not None else None
    return inner, inner is not None and left_out


def _operator(node: exp.Expression) -> str:
    if isinstance(node, exp.EQ):
        return "eq"
    if isinstance(node, exp.In):
        return "in"
    if isinstance(node, exp.Escape | exp.Like):
        return "contains"
    if isinstance(node, exp.Or) and node.find(exp.In):
        return "not_in"
    assert isinstance(node, exp.Not | exp.NullSafeNEQ | exp.Is), repr(node)
    return "ne"


def _of_groups(conjuncts: list[exp.Expression]) -> Iterator[tuple[str, float]]:
    for conjunct in conjuncts:
        node = conjunct.unnest()
        is_null = isinstance(node, exp.Not) and isinstance(node.this.unnest(), exp.Is)
        columns = {column.name for column in node.find_all(exp.Column)}
        if is_null or columns <= {"t", "after", "newest", "place_in_each"}:
            continue  # things without a name, buckets before the period or in which nothing is left, rows beyond the first few
        assert type(node) in _COMPARED, repr(node)
        yield _COMPARED[type(node)], float(node.expression.this)


class Judge:
    """Compares what answers say with what ran."""

    def __init__(self, model: SemanticModel, today: date) -> None:
        self._model = model
        self._tomorrow = today + DAY

    def faults(self, answer: QueryAnswer) -> Iterator[str]:
        said, sql = answer.interpretation, answer.sql
        assert said is not None
        assert sql is not None
        ran = taken_apart(sql)
        whole_is_there = False
        for fact in ran.facts:
            asked = self._conditions(said, fact.table)
            rest = self._conditions(said, fact.table, without=said.dimensions)
            if fact.looks_for_first:
                if fact.conditions:
                    yield f"the first order ever is looked for only where {fact.conditions}"
                continue
            if fact.members != (whom := self._members(said)):
                yield f"said {whom}, ran {fact.members}"
            whole_is_there |= fact.conditions == asked
            if fact.conditions != asked and not (said.share_of_total and fact.conditions == rest):
                yield f"said {asked}, ran {fact.conditions}"
            if not said.window and tuple(fact.bounds) not in self._periods(said):
                yield f"said {self._periods(said)}, ran {fact.bounds}"
        if not whole_is_there:
            yield "nothing is counted where it is said"
        yield from self._conditions_on_figures(said, ran)
        yield from self._words(answer, said)

    def _conditions(self, said: Interpretation, table: str, without: tuple[str, ...] = ()) -> set[Condition]:
        found: set[Condition] = set()
        for item in said.filters:
            if item.dimension not in without:
                paths = self._model.paths(item.dimension, ENTITIES[table]) or ()
                values = frozenset(str(value) for value in item.values)
                if item.operator == "contains":
                    values = frozenset({"%", *(re.sub(r"([/%_])", r"/\1", value) for value in values), "/"})
                found.add((frozenset(path.rsplit(".", 1)[-1] for path in paths), item.operator, values))
        return found

    def _members(self, said: Interpretation) -> set[tuple[bool, frozenset[Condition], tuple[date | None, ...]]]:
        found: set[tuple[bool, frozenset[Condition], tuple[date | None, ...]]] = set()
        for member in said.members:
            conditions = self._conditions(Interpretation(filters=member.filters), "order_lines")
            end = member.time.to + DAY if member.time and member.time.to else None
            found.add((member.negated, frozenset(conditions), (member.time.from_ if member.time else None, end)))
        return found

    def _periods(self, said: Interpretation) -> set[tuple[date | None, date | None]]:
        """The bounds that facts may have. Nothing after today is ever counted."""
        found: set[tuple[date | None, date | None]] = set()
        for time in (said.time, said.compare):
            if time is not None:
                end = time.to + DAY if time.to else None
                found |= {(time.from_, end), (time.from_, min(end or self._tomorrow, self._tomorrow))}
        return found or {(None, None), (None, self._tomorrow)}

    def _conditions_on_figures(self, said: Interpretation, ran: Ran) -> Iterator[str]:
        # In micro-units, or as they stand.
        told = sorted((item.operator, value) for item in said.conditions for value in item.values)
        done = sorted(ran.compared)
        if [how for how, _ in told] != [how for how, _ in done] or not all(
            any(raw == pytest.approx(value * scale) for scale in (1, 10**6))
            for (_, value), (_, raw) in zip(told, done, strict=True)
        ):
            yield f"said {told}, ran {done}"

    def _words(self, answer: QueryAnswer, said: Interpretation) -> Iterator[str]:
        orders = ORDER in said.dimensions  # that those of a period were placed in it goes without saying
        told = [c for c in said.conditions if not (orders and c.metric == "orders" and (c.operator, c.values) == ("ge", (1.0,)))]  # fmt: skip
        phrases = [
            filter_phrase(
                self._model, Filter(dimension=f.dimension, operator=f.operator, values=tuple(map(str, f.values)))
            )
            for f in said.filters
        ]
        phrases += [
            having_phrase(self._model, Having(metric=c.metric, operator=c.operator, values=c.values), "EUR")
            for c in told
        ]
        lead = answer.answer.removeprefix("There is nothing to show for ")
        titles = [re.split(r": | came to | averaged |\. ", lead)[0]]
        titles += [answer.chart["title"]] if answer.chart else []
        for phrase, item in zip(phrases, [*said.filters, *told], strict=True):
            opens = answer.answer.startswith(phrase[:1].upper() + phrase[1:])
            is_part = said.share_of_total and getattr(item, "dimension", None) in said.dimensions
            if (
                phrase not in answer.answer
                and not opens
                and not (is_part and all(str(v) in answer.answer for v in item.values))
            ):
                yield f"{phrase!r} is not said: {answer.answer!r}"
        phrases += [member_phrase(self._model, _as_asked(member)).strip() for member in said.members]
        for title in titles:
            for phrase in sorted(phrases, key=len, reverse=True):
                title = re.sub(f"(?:^| )({re.escape(phrase)})", "", title, flags=re.IGNORECASE)  # noqa: PLW2901 — what is left
            if re.search(r"\b(for|without|where)\b", title):
                yield f"{title!r} claims what is no filter"


def _as_asked(member: MemberView) -> Member:
    filters = tuple(Filter(dimension=f.dimension, operator=f.operator, values=tuple(map(str, f.values))) for f in member.filters)  # fmt: skip
    end = member.time.to + DAY if member.time and member.time.to else None
    time = TimeRange(start=member.time.from_, end=end, label=member.time.label or "") if member.time else None
    return Member(dimension=member.dimension, metric=member.metric, filters=filters, time=time, negated=member.negated)


async def judged(database: Database, actor: Actor, shop: str, every: int) -> None:
    model = load_semantics()
    await write_few(database, actor, shop)
    service, judge = QueryService(model, mapped_classes(Base), database), Judge(model, TODAY[shop])
    wrong: list[str] = []
    asked = answered = 0
    for n, conversation in enumerate(list(conversations(shop))[::every]):
        for turn in conversation:
            answer = await ask(database, actor, service, turn["ask"], f"c-{n}", as_of=TODAY[shop])
            asked += 1
            if answer.status == "answered":
                answered += 1
                wrong += [f"{turn['id']} {turn['ask']!r}: {fault}" for fault in judge.faults(answer)]
    assert not wrong, "\n".join(wrong)
    assert answered > asked / 2


@pytest.mark.parametrize("shop", ["demo", "northwind"])
async def test_a_title_says_what_its_sql_is_narrowed_by(database: Database, actor: Actor, shop: str) -> None:
    await judged(database, actor, shop, every=5)


@pytest.mark.prove
@pytest.mark.timeout(600)
@pytest.mark.parametrize("shop", ["demo", "northwind"])
async def test_every_title_says_what_its_sql_is_narrowed_by(database: Database, actor: Actor, shop: str) -> None:
    await judged(database, actor, shop, every=1)
