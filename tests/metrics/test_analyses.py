"""Cohorts, baskets and funnels are those that loops over the same rows give, on both databases."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from pydantic import ValidationError

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.compiler import Compiler
from storage.metrics.model import SemanticModel, mapped_classes
from storage.metrics.query import (
    BasketAnalysis,
    CohortAnalysis,
    Filter,
    FunnelAnalysis,
    Grain,
    Member,
    MetricQuery,
    TimeRange,
)
from storage.models.base import Base
from storage.repositories.metrics import MetricRows
from tests.metrics.shop import FIRST, MILLION, Line, Shop, write_shop
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
AS_OF = FIRST + timedelta(days=110)
GERMANY = Filter(dimension="country", operator="eq", values=("Germany",))
TEA = Filter(dimension="category", operator="eq", values=("Tea",))


@pytest.fixture(scope="module")
def model() -> SemanticModel:
    return load_semantics()


async def run(database: Database, actor: Actor, model: SemanticModel, query: MetricQuery) -> MetricRows:
    async with database.read(actor) as uow:
        found = await uow.metrics.run(Compiler(model, mapped_classes(Base)).compile(query))
    assert found.sql.startswith("SELECT")
    return found


# ── loops ────────────────────────────────────────────────────────────────────────────────────────────────


def sold(shop: Shop) -> list[Line]:
    return [line for line in shop.lines if not line.refund and not line.cancelled]


def first_days(shop: Shop, keep: dict[str, str] | None = None) -> dict[int, date]:
    """Of each customer the day of the first order ever, where that has a line which is kept."""
    first: dict[int, date] = {}
    for line in sold(shop):
        first[line.customer] = min(first.get(line.customer, line.day), line.day)
    kept = {
        line.customer
        for line in sold(shop)
        if line.day == first[line.customer] and all(getattr(line, k) == v for k, v in (keep or {}).items())
    }
    return {customer: day for customer, day in first.items() if customer in kept}


def start_of(day: date, grain: Grain) -> date:
    match grain:
        case "week":
            return day - timedelta(days=day.weekday())
        case "quarter":
            return date(day.year, day.month - (day.month - 1) % 3, 1)
        case "month":
            return day.replace(day=1)
        case _:
            return day.replace(month=1, day=1) if grain == "year" else day


def steps_between(start: date, end: date, grain: Grain) -> int:
    """How many buckets later, by walking."""
    steps = 0
    while start_of(end, grain) > start:
        end, steps = start_of(end, grain) - timedelta(days=1), steps + 1
    return steps


def triangle(shop: Shop, grain: Grain, keep: dict[str, str]) -> dict[tuple[date, int], set[int]]:
    first = first_days(shop, keep)
    cells: dict[tuple[date, int], set[int]] = defaultdict(set)
    for line in sold(shop):
        if line.customer in first and line.day <= AS_OF:
            start = start_of(first[line.customer], grain)
            cells[start, steps_between(start, line.day, grain)].add(line.customer)
    return cells


# ── cohorts ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
async def test_a_cohort_is_who_ordered_first_then_and_its_share_is_who_ordered_later(
    database: Database, actor: Actor, model: SemanticModel, grain: Grain
) -> None:
    shop = await write_shop(database, actor, seed=4, orders=50)
    for filters, keep in (((), {}), ((GERMANY,), {"country": "Germany"}), ((TEA,), {"category": "Tea"})):
        query = MetricQuery(
            metrics=("customers",), grain=grain, filters=filters, analysis=CohortAnalysis(), as_of=AS_OF,
            time=TimeRange(end=AS_OF + timedelta(days=1)),
        )  # fmt: skip
        cells = triangle(shop, grain, keep)
        sizes = {start: len(who) for (start, later), who in cells.items() if later == 0}
        want = sorted((start, sizes[start], later, len(who), len(who) / sizes[start]) for (start, later), who in cells.items())  # fmt: skip
        rows = (await run(database, actor, model, query)).rows
        assert [row[:4] for row in rows] == [row[:4] for row in want], keep
        assert [row[4] for row in rows] == pytest.approx([row[4] for row in want])
        assert any(row[2] for row in rows), "somebody came back"


async def test_what_cohorts_came_to_since_is_all_that_their_customers_did_refunds_taken_off(
    database: Database, actor: Actor, model: SemanticModel
) -> None:
    shop = await write_shop(database, actor, seed=5)
    start, end = FIRST + timedelta(days=10), FIRST + timedelta(days=60)
    first = {who: day for who, day in first_days(shop).items() if start <= day < end}
    lines = [line for line in shop.lines if line.customer in first and not line.cancelled and line.day <= AS_OF]
    amounts = [(line.gross - line.discount) * (-1 if line.refund else 1) / MILLION for line in lines]
    query = MetricQuery(
        metrics=("revenue", "orders"), time=TimeRange(start=start, end=end), as_of=AS_OF,
        analysis=CohortAnalysis(shows="since"),
    )  # fmt: skip
    ((size, revenue, each, orders, orders_each),) = (await run(database, actor, model, query)).rows
    assert first
    assert (size, orders) == (len(first), len({line.order for line in lines if not line.refund}))
    assert revenue == pytest.approx(sum(amounts))
    assert each == pytest.approx(sum(amounts) / len(first))
    assert orders_each == pytest.approx(orders / len(first))
    split = query.model_copy(update={"grain": "month", "analysis": CohortAnalysis()})
    rows = (await run(database, actor, model, split)).rows
    assert sum(row[3] for row in rows) == pytest.approx(revenue)
    nobody = query.model_copy(update={"time": TimeRange(start=date(2020, 1, 1), end=date(2020, 2, 1))})
    assert (await run(database, actor, model, nobody)).rows[0][0] == 0


# ── funnels ──────────────────────────────────────────────────────────────────────────────────────────────

CUSTOMERS = ("repeat_rate", "third_order_rate", "fourth_order_rate")


def later_days(shop: Shop, keep: dict[str, str]) -> Iterator[tuple[date, list[date]]]:
    for customer, first in first_days(shop, keep).items():
        days = {line.day for line in sold(shop) if line.customer == customer and first < line.day <= AS_OF}
        yield first, sorted(days)


@pytest.mark.parametrize("within", [None, 14, 45])
async def test_a_funnel_counts_who_took_each_step_and_nobody_as_lost_before_the_time_is_over(
    database: Database, actor: Actor, model: SemanticModel, within: int | None
) -> None:
    shop = await write_shop(database, actor, seed=6)
    for filters, keep in (((), {}), ((GERMANY,), {"country": "Germany"})):
        query = MetricQuery(
            metrics=("repeat_rate",), filters=filters, as_of=AS_OF, time=TimeRange(end=AS_OF + timedelta(days=1)),
            analysis=FunnelAnalysis(steps=CUSTOMERS, within_days=within),
        )  # fmt: skip
        everybody = list(later_days(shop, keep))
        known = [one for one in everybody if within is None or one[0] + timedelta(days=within) <= AS_OF]
        took = [[day for day in days if within is None or (day - first).days <= within] for first, days in known]
        want = (len(everybody), len(known), *(sum(len(days) >= n for days in took) for n in (1, 2, 3)))
        assert (await run(database, actor, model, query)).rows == (want,)
        metric = model.metrics["repeat_rate"].model_copy(update={"within_days": within})
        changed = model.model_copy(update={"metrics": model.metrics | {"repeat_rate": metric}})
        plain = query.model_copy(update={"analysis": None})
        ((rate,),) = (await run(database, actor, changed, plain)).rows
        assert rate == pytest.approx(want[2] / want[1])


async def test_orders_go_from_placed_to_shipped_and_may_be_refunded(
    database: Database, actor: Actor, model: SemanticModel
) -> None:
    shop = await write_shop(database, actor, seed=7)
    orders = {line.order: line for line in sold(shop)}
    refunded = {line.order for line in shop.lines if line.refund and not line.cancelled}
    by_month: dict[date, list[Line]] = defaultdict(list)
    for line in orders.values():
        by_month[line.day.replace(day=1)].append(line)
    everything = FIRST + timedelta(days=400)
    monthly = MetricQuery(metrics=("shipped_rate", "refunded_rate"), grain="month", as_of=everything)
    rows = (await run(database, actor, model, monthly)).rows
    assert [row[0] for row in rows] == sorted(by_month)
    for month, shipped, back in rows:
        lines = by_month[month]
        assert shipped == pytest.approx(sum(line.shipped is not None for line in lines) / len(lines))
        assert back == pytest.approx(sum(line.order in refunded for line in lines) / len(lines))
    soon = MetricQuery(
        metrics=("shipped_rate",), filters=(GERMANY,), grain="month", as_of=AS_OF,
        time=TimeRange(end=AS_OF + timedelta(days=1)),
        analysis=FunnelAnalysis(steps=("shipped_rate",), within_days=2),
    )  # fmt: skip
    for month, placed, known, shipped in (await run(database, actor, model, soon)).rows:
        here = [line for line in by_month[month] if line.country == "Germany" and line.day <= AS_OF]
        old = [line for line in here if line.day + timedelta(days=2) <= AS_OF]
        in_time = [line for line in old if line.shipped and (line.shipped - line.day).days <= 2]
        assert (placed, known, shipped) == (len(here), len(old), len(in_time))


async def test_who_came_back_in_a_later_month_is_asked_of_that_month_alone(
    database: Database, actor: Actor, model: SemanticModel
) -> None:
    shop = await write_shop(database, actor, seed=9)
    december, february = TimeRange(start=date(2025, 12, 1), end=date(2026, 1, 1)), TimeRange(start=date(2026, 2, 1), end=date(2026, 3, 1))  # fmt: skip
    new = {who for who, day in first_days(shop).items() if day.month == 12}
    back = {line.customer for line in sold(shop) if line.day.month == 2} & new
    query = MetricQuery(
        metrics=("repeat_rate",), time=december, as_of=AS_OF,
        analysis=FunnelAnalysis(steps=("repeat_rate",), then_in=february),
    )  # fmt: skip
    assert new
    assert (await run(database, actor, model, query)).rows == ((len(new), len(new), len(back)),)


# ── baskets ──────────────────────────────────────────────────────────────────────────────────────────────


def baskets(shop: Shop, thing: str, keep: dict[str, str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for line in sold(shop):
        if all(getattr(line, key) == value for key, value in keep.items()):
            found[line.order].add(getattr(line, thing))
    return found


def orders_by(dimension: str, **fields: Any) -> MetricQuery:
    return MetricQuery.model_validate({"metrics": ("orders",), "dimensions": (dimension,)} | fields)


@pytest.mark.parametrize("thing", ["product", "category"])
async def test_pairs_are_of_one_order_with_shares_of_either_and_lift(
    database: Database, actor: Actor, model: SemanticModel, thing: str
) -> None:
    shop = await write_shop(database, actor, seed=10, orders=80)
    for filters, keep in (((), {}), ((GERMANY,), {"country": "Germany"})):
        found = baskets(shop, thing, keep)
        single = Counter(name for names in found.values() for name in names)
        pairs = Counter(pair for names in found.values() for pair in combinations(sorted(names), 2))
        want = {
            (*pair, n): (n / single[pair[0]], n / single[pair[1]], n * len(found) / single[pair[0]] / single[pair[1]])
            for pair, n in pairs.items()
            if n >= 4
        }
        query = orders_by(thing, filters=filters, analysis=BasketAnalysis(least=4))
        result = await run(database, actor, model, query)
        assert want
        assert [row[2] for row in result.rows] == sorted((n for *_, n in want), reverse=True)
        assert {row[:3]: row[3:6] for row in result.rows} == {pair: pytest.approx(figures) for pair, figures in want.items()}  # fmt: skip
        assert result.row_count == len(found)


async def test_what_goes_with_something_is_held_against_how_often_it_is_bought_anyway(
    database: Database, actor: Actor, model: SemanticModel
) -> None:
    shop = await write_shop(database, actor, seed=11, orders=80)
    anchors: tuple[tuple[Filter, dict[str, str]], ...] = (
        (Filter(dimension="product", operator="eq", values=("Product 1",)), {"product": "Product 1"}),
        (TEA, {"category": "Tea"}),
    )
    for of, is_of in anchors:
        for thing in ("product", "category"):
            ((key, name),) = is_of.items()
            orders = baskets(shop, "order", {})
            asked = {line.order for line in sold(shop) if getattr(line, key) == name}
            others: dict[str, set[int]] = defaultdict(set)
            for line in sold(shop):
                if getattr(line, key) != name:
                    others[getattr(line, thing)].add(line.order)
            want = {
                (other, len(found & asked)): (len(found & asked) / len(asked), len(found & asked) / len(asked) * len(orders) / len(found))
                for other, found in others.items()
                if len(found & asked) >= 3
            }  # fmt: skip
            query = orders_by(thing, analysis=BasketAnalysis(of=(of,)))
            rows = (await run(database, actor, model, query)).rows
            assert {row[:2]: row[2:4] for row in rows} == {pair: pytest.approx(figures) for pair, figures in want.items()}  # fmt: skip
            assert {row[4] for row in rows} == {len(asked)}


async def test_a_coincidence_is_no_pair_and_a_huge_order_makes_none(
    database: Database, actor: Actor, model: SemanticModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await write_shop(database, actor, seed=12, orders=40)
    never = orders_by("product", analysis=BasketAnalysis(least=1_000))
    result = await run(database, actor, model, never)
    assert [row[:3] for row in result.rows] == [(None, None, None)], "what there is to tell beside the rows stays"
    monkeypatch.setattr("storage.metrics.analyses.MOST_PAIRED", 2)
    found = baskets(shop, "product", {})
    small = {order: names for order, names in found.items() if len(names) <= 2}
    pairs = Counter(pair for names in small.values() for pair in combinations(sorted(names), 2))
    rows = (await run(database, actor, model, orders_by("product", analysis=BasketAnalysis(least=1)))).rows
    assert {row[:2]: row[2] for row in rows} == pairs
    assert {row[6] for row in rows} == {len(found) - len(small)}


# ── what does not go together ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "fields",
    [
        {"metrics": ("customers",), "analysis": {"kind": "cohorts"}},
        {"metrics": ("customers",), "grain": "month", "dimensions": ("country",), "analysis": {"kind": "cohorts"}},
        {"metrics": ("customers",), "grain": "month", "share_of_total": True, "analysis": {"kind": "cohorts"}},
        {"metrics": ("orders",), "analysis": {"kind": "baskets"}},
        {"metrics": ("revenue",), "dimensions": ("product",), "analysis": {"kind": "baskets"}},
        {"metrics": ("repeat_rate",), "grain": "month", "analysis": {"kind": "funnel", "steps": CUSTOMERS}},
        {"metrics": ("repeat_rate",), "analysis": {"kind": "funnel", "steps": ()}},
        {"metrics": ("revenue",), "analysis": {"kind": "funnel", "steps": CUSTOMERS}},
        {"metrics": ("repeat_rate",), "analysis": {"kind": "funnel", "steps": CUSTOMERS, "within_days": 0}},
    ],
)
def test_an_analysis_that_means_nothing_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MetricQuery.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"metrics": ("orders",), "dimensions": ("channel",), "analysis": BasketAnalysis()}, "one channel"),
        ({"metrics": ("orders",), "dimensions": ("customer",), "analysis": BasketAnalysis()}, "one customer"),
        ({"metrics": ("shipping",), "grain": "month", "analysis": CohortAnalysis(first="orders")}, "first order"),
        ({"metrics": ("orders",), "analysis": FunnelAnalysis(steps=("orders",))}, "no step"),
        ({"metrics": ("shipped_rate",), "analysis": FunnelAnalysis(steps=("shipped_rate", "repeat_rate"))}, "same things"),
        ({"metrics": ("shipped_rate",), "analysis": FunnelAnalysis(steps=("shipped_rate",), within_days=3)}, "last day"),
        (
            {"metrics": ("orders",), "dimensions": ("product",), "members": (Member(dimension="customer", metric="revenue"),), "analysis": BasketAnalysis()},
            "no rows of its own",
        ),
    ],
)  # fmt: skip
def test_what_the_layer_does_not_know_is_refused(model: SemanticModel, fields: dict[str, Any], says: str) -> None:
    with pytest.raises(CopilotError, match=says):
        Compiler(model, mapped_classes(Base)).compile(MetricQuery.model_validate(fields))


async def test_another_tenants_rows_are_in_none_of_them(
    database: Database, actor: Actor, other_actor: Actor, model: SemanticModel
) -> None:
    await write_shop(database, actor, seed=13, orders=30)
    asked = (
        MetricQuery(metrics=("customers",), grain="month", filters=(GERMANY,), analysis=CohortAnalysis(), as_of=AS_OF),
        MetricQuery(metrics=("repeat_rate",), analysis=FunnelAnalysis(steps=CUSTOMERS, within_days=30), as_of=AS_OF),
        MetricQuery(metrics=("shipped_rate", "refunded_rate"), dimensions=("country",), as_of=AS_OF),
        orders_by("product", analysis=BasketAnalysis(of=(TEA,))),
        orders_by("product", analysis=BasketAnalysis()),
    )
    alone = [(await run(database, actor, model, query)).rows for query in asked]
    await write_shop(database, other_actor, seed=14, orders=30)
    assert [(await run(database, actor, model, query)).rows for query in asked] == alone
