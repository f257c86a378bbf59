"""The compiler's figures are those that loops over the same rows give, whatever is combined."""

import itertools
from collections import Counter
from datetime import date, timedelta
from functools import cache
from statistics import quantiles
from typing import Any

import pytest
from pydantic import ValidationError

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.compiler import Compiler
from storage.metrics.model import mapped_classes
from storage.metrics.query import Filter, Grain, Having, Member, MetricQuery, OrderBy, TimeRange, Window
from storage.models.base import Base
from storage.repositories.metrics import MetricRows
from tests.metrics.shop import COUNTRIES, FIRST, Shop, expected, write_shop
from tools.semantics.loader import load_semantics

METRICS = (
    "revenue", "gross_sales", "refunds", "orders", "units", "customers", "new_customers", "profit", "median_order_value",
)  # fmt: skip
pytestmark = pytest.mark.anyio


@cache
def compiler(week_start: int) -> Compiler:
    """One for many queries, as the product keeps them."""
    return Compiler(load_semantics(), mapped_classes(Base), week_start=week_start)


async def run(database: Database, actor: Actor, query: MetricQuery, week_start: int = 1) -> MetricRows:
    compiled = compiler(week_start).compile(query)
    async with database.read(actor) as uow:
        return await uow.metrics.run(compiled)


async def test_every_metric_by_every_kind_of_dimension_equals_the_loops(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=1)
    windows = ((None, None), (FIRST + timedelta(days=30), FIRST + timedelta(days=75)))
    filters: tuple[dict[str, str], ...] = ({}, {"country": "Germany"})
    for metric, dimension, (start, end), keep in itertools.product(
        METRICS, (None, "country", "category", "product", "channel"), windows, filters
    ):
        query = MetricQuery(
            metrics=(metric,),
            dimensions=(dimension,) if dimension else (),
            time=TimeRange(start=start, end=end),
            filters=tuple(Filter(dimension=k, operator="eq", values=(v,)) for k, v in keep.items()),
        )
        rows = await run(database, actor, query)
        # A group that only the other fact has (a refund without a sale) is a zero to the loops and no row here.
        got = {row[0] if dimension else None: row[-1] for row in rows.rows if row[-1]}
        want = {k: v for k, v in expected(shop, metric, dimension, start, end, keep).items() if v}
        assert got == pytest.approx(want), (metric, dimension, start, keep)


async def test_percentiles_are_those_of_what_the_orders_came_to(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=9)
    values: dict[int, int] = {}
    for line in shop.lines:
        if not line.refund and not line.cancelled:
            values[line.order] = values.get(line.order, 0) + line.gross - line.discount
    cuts = quantiles([value / 1_000_000 for value in values.values()], n=100, method="inclusive")
    levels = (10, 25, 75, 90, 95, 99)
    ((*found,),) = (await run(database, actor, MetricQuery(metrics=tuple(f"order_value_p{at}" for at in levels)))).rows
    assert found == pytest.approx([cuts[at - 1] for at in levels])


async def test_a_median_stands_beside_other_figures_and_against_another_period(
    database: Database, actor: Actor
) -> None:
    shop = await write_shop(database, actor, seed=8)
    middle, end = FIRST + timedelta(days=60), FIRST + timedelta(days=120)
    metrics = ("orders", "median_order_value", "refunds", "average_order_value")
    query = MetricQuery(
        metrics=metrics,
        dimensions=("country",),
        time=TimeRange(start=middle, end=end),
        compare=TimeRange(start=FIRST, end=middle),
    )
    rows = (await run(database, actor, query)).rows
    assert len(rows) == len(COUNTRIES)
    for i, metric in enumerate(metrics):
        now = expected(shop, metric, "country", middle, end, {})
        before = expected(shop, metric, "country", FIRST, middle, {})
        assert {row[0]: row[1 + 4 * i] for row in rows} == pytest.approx(now), metric
        assert {row[0]: row[2 + 4 * i] for row in rows} == pytest.approx(before), metric
    growing = MetricQuery(metrics=("median_order_value",), grain="month", window=Window(kind="change"))
    monthly = (await run(database, actor, growing)).rows
    assert [row[2] for row in monthly[1:]] == [row[1] for row in monthly[:-1]]
    with pytest.raises(CopilotError, match="cannot be added up"):
        await run(database, actor, growing.model_copy(update={"window": Window(kind="running")}))


async def test_two_facts_in_one_answer_do_not_multiply_each_other(database: Database, actor: Actor) -> None:
    """The chasm trap: sales and refunds of one product, many rows each, side by side."""
    shop = await write_shop(database, actor, seed=2)
    rows = await run(
        database, actor, MetricQuery(metrics=("gross_sales", "refunds", "orders"), dimensions=("product",))
    )
    sales = expected(shop, "gross_sales", "product", None, None, {})
    refunds = expected(shop, "refunds", "product", None, None, {})
    assert {row[0]: row[1] for row in rows.rows} == pytest.approx(sales)
    assert {row[0]: row[2] for row in rows.rows} == pytest.approx(refunds)


async def test_customers_of_one_name_stay_apart(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=3)
    rows = await run(database, actor, MetricQuery(metrics=("gross_sales",), dimensions=("customer",)))
    assert sorted(row[1] for row in rows.rows) == pytest.approx(
        sorted(expected(shop, "gross_sales", "customer", None, None, {}).values())
    )


@pytest.mark.parametrize("week_start", [1, 7])
@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
async def test_buckets_begin_where_the_calendar_says(
    database: Database, actor: Actor, grain: str, week_start: int
) -> None:
    shop = await write_shop(database, actor, seed=4)

    def bucket(day: date) -> date:
        match grain:
            case "week":
                return day - timedelta(days=(day.isoweekday() - week_start) % 7)
            case "month":
                return day.replace(day=1)
            case "quarter":
                return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            case "year":
                return day.replace(month=1, day=1)
            case _:
                return day

    query = MetricQuery.model_validate({"metrics": ["units"], "grain": grain})
    rows = await run(database, actor, query, week_start)
    for line in shop.lines:
        line.bucket = bucket(line.day)  # type: ignore[attr-defined]
    want = {k: v for k, v in expected(shop, "units", "bucket", None, None, {}).items() if v}
    assert {row[0]: row[1] for row in rows.rows} == want
    assert [row[0] for row in rows.rows] == sorted(row[0] for row in rows.rows)


async def test_a_comparison_holds_both_periods_change_and_rate(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=5)
    middle, end = FIRST + timedelta(days=60), FIRST + timedelta(days=120)
    query = MetricQuery(
        metrics=("revenue",),
        dimensions=("country",),
        time=TimeRange(start=middle, end=end),
        compare=TimeRange(start=FIRST, end=middle),
    )
    rows = await run(database, actor, query)
    now = expected(shop, "revenue", "country", middle, end, {})
    before = expected(shop, "revenue", "country", FIRST, middle, {})
    for country, current, previous, change, rate in rows.rows:
        assert current == pytest.approx(now[country])
        assert previous == pytest.approx(before[country])
        assert change == pytest.approx(current - previous)
        assert rate == pytest.approx(change / previous)


async def test_shares_are_of_the_whole_even_when_one_part_is_asked_for(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=6)
    everything = await run(
        database, actor, MetricQuery(metrics=("units",), dimensions=("country",), share_of_total=True)
    )
    assert sum(row[2] for row in everything.rows) == pytest.approx(1)
    one = MetricQuery(
        metrics=("units",),
        dimensions=("country",),
        share_of_total=True,
        filters=(Filter(dimension="country", operator="eq", values=(COUNTRIES[0],)),),
    )
    ((_, units, share),) = (await run(database, actor, one)).rows
    want = expected(shop, "units", "country", None, None, {})
    assert share == pytest.approx(units / sum(want.values()))


async def test_ranking_conditions_and_order(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=7)
    want = sorted(expected(shop, "gross_sales", "product", None, None, {}).items(), key=lambda kv: -kv[1])
    top = await run(database, actor, MetricQuery(metrics=("gross_sales",), dimensions=("product",), limit=3))
    assert [row[0] for row in top.rows] == [name for name, _ in want[:3]]
    least = MetricQuery(
        metrics=("gross_sales",), dimensions=("product",), limit=2, order=(OrderBy(by="gross_sales", descending=False),)
    )
    assert [row[0] for row in (await run(database, actor, least)).rows] == [name for name, _ in want[:-3:-1]]
    bar = want[2][1]
    above = MetricQuery(
        metrics=("gross_sales",),
        dimensions=("product",),
        having=(Having(metric="gross_sales", operator="gt", values=(bar,)),),
    )
    assert {row[0] for row in (await run(database, actor, above)).rows} == {name for name, _ in want[:2]}


async def test_leaving_out_a_value_keeps_rows_that_have_none(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=8)
    query = MetricQuery(
        metrics=("units",), filters=(Filter(dimension="country", operator="not_in", values=("France", "Austria")),)
    )
    ((units,),) = (await run(database, actor, query)).rows
    assert units == expected(shop, "units", None, None, None, {"country": "Germany"})[None]
    nowhere = MetricQuery(
        metrics=("units",), filters=(Filter(dimension="salesperson", operator="ne", values=("Ann",)),)
    )
    ((all_units,),) = (await run(database, actor, nowhere)).rows
    assert all_units == expected(shop, "units", None, None, None, {})[None]


async def test_what_belongs_to_the_whole_order_cannot_be_split_by_product(database: Database, actor: Actor) -> None:
    with pytest.raises(CopilotError, match="Shipping charged cannot be split by product"):
        await run(database, actor, MetricQuery(metrics=("shipping",), dimensions=("product",)))


async def test_another_tenants_sales_are_not_counted(database: Database, actor: Actor, other_actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=9, orders=10)
    await write_shop(database, other_actor, seed=10, orders=30)
    ((revenue, new),) = (await run(database, actor, MetricQuery(metrics=("revenue", "new_customers")))).rows
    assert revenue == pytest.approx(expected(shop, "revenue", None, None, None, {})[None])
    assert new == expected(shop, "new_customers", None, None, None, {})[None]


async def test_the_sql_that_is_shown_is_one_select_that_runs_as_it_stands(database: Database, actor: Actor) -> None:
    import sqlglot

    from storage.metrics.render import readable

    await write_shop(database, actor, seed=11, orders=5)
    query = MetricQuery(
        metrics=("revenue",),
        dimensions=("city",),
        grain="week",
        filters=(Filter(dimension="product", operator="contains", values=("it's 100%",)),),
        time=TimeRange(start=FIRST, end=FIRST + timedelta(days=9)),
    )
    rows = await run(database, actor, query)
    text = readable(rows.sql, rows.parameters)
    dialect = "sqlite" if database.config.embedded_path else "postgres"
    (statement,) = sqlglot.parse(text, dialect=dialect)
    assert isinstance(statement, sqlglot.exp.Select)
    assert "?" not in text.replace("it''s", "")
    assert actor.tenant_id in text


def _buckets(start: date, end: date, grain: str) -> list[date]:
    """First days of the buckets that the days of a period lie in, weeks from Monday on."""
    found: dict[date, None] = {}
    for n in range((end - start).days):
        day = start + timedelta(days=n)
        match grain:
            case "week":
                day -= timedelta(days=day.weekday())
            case "month":
                day = day.replace(day=1)
            case "quarter":
                day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            case "year":
                day = day.replace(month=1, day=1)
            case _:
                pass
        found[day] = None
    return list(found)


def _ends(buckets: list[date], end: date) -> list[tuple[date, date]]:
    return list(zip(buckets, [*buckets[1:], end], strict=True))


@pytest.mark.parametrize("dimension", [None, "country", "customer"])
@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("metric", ["gross_sales", "orders", "new_customers", "average_order_value"])
async def test_a_running_total_holds_all_from_the_beginning_of_the_period(
    database: Database, actor: Actor, metric: str, grain: Grain, dimension: str | None
) -> None:
    shop = await write_shop(database, actor, seed=31)
    start, end = FIRST + timedelta(days=17), FIRST + timedelta(days=100)
    query = MetricQuery(
        metrics=(metric,),
        dimensions=(dimension,) if dimension else (),
        time=TimeRange(start=start, end=end),
        grain=grain,
        window=Window(kind="running"),
    )
    rows = (await run(database, actor, query)).rows
    assert rows
    ends = dict(_ends(_buckets(start, end, grain), end))
    for bucket in {row[0] for row in rows}:
        want = expected(shop, metric, dimension, start, min(ends[bucket], end), {})
        got = [(row[1] if dimension else None, row[-1]) for row in rows if row[0] == bucket]
        if dimension == "customer":  # two of one name, who stay apart
            known = Counter(round(value, 4) for value in want.values())
            assert Counter(round(value, 4) for _, value in got) <= known, bucket
        else:
            assert dict(got) == pytest.approx({name: want[name] for name, _ in got}), bucket


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("metric", ["gross_sales", "orders", "average_order_value"])
async def test_a_rolling_mean_looks_back_beyond_the_period_and_over_empty_buckets(
    database: Database, actor: Actor, metric: str, grain: Grain, size: int
) -> None:
    shop = await write_shop(database, actor, seed=32)
    start, end = FIRST + timedelta(days=50), FIRST + timedelta(days=111)
    query = MetricQuery(
        metrics=(metric,), time=TimeRange(start=start, end=end), grain=grain, window=Window(kind="rolling", size=size)
    )
    rows = (await run(database, actor, query)).rows
    every = _buckets(date(2018, 1, 1), end, grain)
    ends = dict(_ends(every, end))
    assert rows
    assert rows[0][0] >= _buckets(start, start + timedelta(days=1), grain)[0]
    for bucket, value in rows:
        first = every[every.index(bucket) - size + 1]
        want = expected(shop, metric, None, first, min(ends[bucket], end), {})[None]
        assert value == pytest.approx(want if metric == "average_order_value" else want / size), bucket


@pytest.mark.parametrize("dimension", [None, "country"])
@pytest.mark.parametrize("window", [Window(kind="running"), Window(kind="rolling", size=3)])
@pytest.mark.parametrize("grain", ["day", "week", "month"])
async def test_two_periods_held_against_each_other_are_each_gathered_by_themselves(
    database: Database, actor: Actor, grain: Grain, window: Window, dimension: str | None
) -> None:
    await write_shop(database, actor, seed=35)
    begins, middle, end = (FIRST + timedelta(days=days) for days in (10, 45, 80))
    alone = MetricQuery(
        metrics=("gross_sales", "average_order_value"),
        dimensions=(dimension,) if dimension else (),
        time=TimeRange(start=middle, end=end),
        grain=grain,
        window=window,
    )
    before = alone.model_copy(update={"time": TimeRange(start=begins, end=middle)})
    both = alone.model_copy(update={"compare": before.time})
    found = (await run(database, actor, both)).rows
    for side, query in enumerate((alone, before)):
        want = (await run(database, actor, query)).rows
        assert want
        assert tuple(row[1:] for row in found if row[0] == side) == tuple(want), side


@pytest.mark.parametrize("dimension", [None, "country"])
@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("metric", ["revenue", "customers", "average_order_value", "new_customers"])
async def test_a_change_is_from_the_bucket_before_also_where_that_one_is_empty_or_before_the_period(
    database: Database, actor: Actor, metric: str, grain: Grain, dimension: str | None
) -> None:
    shop = await write_shop(database, actor, seed=33, orders=40)
    start, end = FIRST + timedelta(days=45), FIRST + timedelta(days=111)
    query = MetricQuery(
        metrics=(metric,),
        dimensions=(dimension,) if dimension else (),
        time=TimeRange(start=start, end=end),
        grain=grain,
        window=Window(kind="change"),
    )
    rows = (await run(database, actor, query)).rows
    every = _buckets(date(2018, 1, 1), end, grain)
    ends = dict(_ends(every, end))
    assert rows
    shown = {(row[0], row[1] if dimension else None) for row in rows}
    for row in rows:
        bucket, name, (value, previous, change, rate) = row[0], row[1] if dimension else None, row[-4:]
        earlier = every[every.index(bucket) - 1]
        now = expected(shop, metric, dimension, bucket, min(ends[bucket], end), {}).get(name)
        before = expected(shop, metric, dimension, earlier, bucket, {}).get(name)
        assert value == pytest.approx(now or 0) or (value is None and not now), row  # a mean of nothing is none
        following = every[every.index(bucket) + 1] if bucket != every[-1] else end
        assert not now or following >= end or (following, name) in shown, row  # what fell to nothing is shown too
        if previous is None or value is None:
            assert not before or not value, row  # nothing was sold yet, or a mean of nothing
            assert (change, rate) == (None, None)
        else:
            assert previous == pytest.approx(before or 0), row
            assert change == pytest.approx(value - previous)
            assert rate is None if not previous else rate == pytest.approx(change / abs(previous))


async def test_buckets_are_ranked_by_their_change(database: Database, actor: Actor) -> None:
    await write_shop(database, actor, seed=34)
    every = MetricQuery(metrics=("revenue",), grain="week", window=Window(kind="change"))
    steps = [row for row in (await run(database, actor, every)).rows if row[3] is not None]
    best = every.model_copy(update={"order": (OrderBy(by="change"),), "limit": 3})
    assert [row[0] for row in (await run(database, actor, best)).rows] == [
        row[0] for row in sorted(steps, key=lambda row: -row[3])[:3]
    ]


async def test_what_would_count_twice_is_not_gathered(database: Database, actor: Actor) -> None:
    query = MetricQuery(metrics=("customers",), grain="month", window=Window(kind="running"))
    with pytest.raises(CopilotError, match="Active customers of several months cannot be added up"):
        await run(database, actor, query)


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize(
    ("metric", "dimension"),
    [("revenue", None), ("customers", "country"), ("orders", "category"), ("new_customers", None)],
)
async def test_members_narrow_every_fact_and_multiply_none(
    database: Database, actor: Actor, metric: str, dimension: str | None, negated: bool
) -> None:
    shop = await write_shop(database, actor, seed=35)
    start, end = FIRST + timedelta(days=30), FIRST + timedelta(days=70)
    member = Member(
        dimension="customer",
        filters=(Filter(dimension="category", operator="eq", values=("Tea",)),),
        time=TimeRange(start=start, end=end),
        negated=negated,
    )
    query = MetricQuery(metrics=(metric,), dimensions=(dimension,) if dimension else (), members=(member,))
    bought = {
        line.customer
        for line in shop.lines
        if not (line.refund or line.cancelled) and line.category == "Tea" and start <= line.day < end
    }
    kept = Shop([line for line in shop.lines if (line.customer in bought) is not negated])
    assert 0 < len(bought) < 10
    want = expected(kept, metric, dimension, None, None, {})
    rows = (await run(database, actor, query)).rows
    got = {row[0] if dimension else None: row[-1] for row in rows}
    assert got == pytest.approx({name: value for name, value in want.items() if name in got})
    assert sum(want.values()) == pytest.approx(sum(got.values()))


async def test_members_of_both_are_those_who_are_among_each(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=36, orders=25)
    kinds = ("Tea", "Mugs")
    members = tuple(
        Member(dimension="customer", filters=(Filter(dimension="category", operator="eq", values=(kind,)),))
        for kind in kinds
    )
    (row,) = (await run(database, actor, MetricQuery(metrics=("customers",), members=members))).rows
    sold = [line for line in shop.lines if not (line.refund or line.cancelled)]
    each = [{line.customer for line in sold if line.category == kind} for kind in kinds]
    assert row[0] == len(each[0] & each[1])


async def test_the_first_and_the_last_day_are_those_of_sales_that_count(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=37)
    query = MetricQuery(metrics=("first_order", "last_order", "orders"), dimensions=("country",))
    rows = (await run(database, actor, query)).rows
    assert len(rows) == len(COUNTRIES)
    for country, first, last, _ in rows:
        days = [x.day for x in shop.lines if x.country == country and not (x.refund or x.cancelled)]
        assert (first, last) == (min(days), max(days))


@pytest.mark.parametrize(
    "wrong",
    [
        {"compare": TimeRange(start=date(2025, 1, 1), end=date(2026, 1, 1)), "time": TimeRange(start=date(2026, 1, 1))},
        {"share_of_total": True, "dimensions": ("country",)},
        {"having": (Having(metric="last_order", operator="gt", values=(5,)),)},
        {"grain": "month", "window": Window(kind="change")},
    ],
)
async def test_a_day_is_not_reckoned_with(database: Database, actor: Actor, wrong: dict[str, Any]) -> None:
    with pytest.raises(CopilotError, match="is a day"):
        await run(database, actor, MetricQuery(metrics=("last_order",), **wrong))


@pytest.mark.parametrize("dimension", ["weekday", "part_of_week"])
async def test_days_of_the_week_stand_in_their_order(database: Database, actor: Actor, dimension: str) -> None:
    shop = await write_shop(database, actor, seed=38)
    for line in shop.lines:
        line.weekday = f"{line.day:%A}"  # type: ignore[attr-defined]
        line.part_of_week = "Weekend" if line.day.isoweekday() > 5 else "Working days"  # type: ignore[attr-defined]
    rows = (await run(database, actor, MetricQuery(metrics=("revenue",), dimensions=(dimension,)))).rows
    assert dict(rows) == pytest.approx(expected(shop, "revenue", dimension, None, None, {}))
    assert [row[0] for row in rows] == [name for name in load_semantics().fixed_values[dimension] if name in dict(rows)]
    one = Filter(dimension=dimension, operator="eq", values=(rows[0][0],))
    assert (await run(database, actor, MetricQuery(metrics=("revenue",), filters=(one,)))).rows[0][0] == rows[0][1]


@pytest.mark.parametrize("descending", [True, False])
async def test_the_first_of_each_are_ranked_within_each(database: Database, actor: Actor, descending: bool) -> None:
    shop = await write_shop(database, actor, seed=33)
    query = MetricQuery(
        metrics=("gross_sales",),
        dimensions=("country", "product"),
        order=(OrderBy(by="gross_sales", descending=descending),),
        limit=2,
        per="country",
    )
    rows = (await run(database, actor, query)).rows
    assert [row[0] for row in rows] == [country for country in sorted(COUNTRIES) for _ in range(2)]
    for country in COUNTRIES:
        sold = expected(shop, "gross_sales", "product", None, None, {"country": country})
        ranked = sorted(((value, name) for name, value in sold.items() if value), reverse=descending)
        assert [row[2] for row in rows if row[0] == country] == pytest.approx([value for value, _ in ranked[:2]])


async def test_the_first_of_each_of_two_customers_of_one_name_are_two(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=35)
    query = MetricQuery(
        metrics=("gross_sales",),
        dimensions=("customer", "product"),
        order=(OrderBy(by="gross_sales"),),
        limit=1,
        per="customer",
    )
    rows = (await run(database, actor, query)).rows
    best = [
        max(expected(shop, "gross_sales", "product", None, None, {"customer": who}).values())
        for who in {line.customer for line in shop.lines if not line.cancelled and not line.refund}
    ]
    assert sorted(row[-1] for row in rows) == pytest.approx(sorted(best))


async def test_the_first_of_each_month(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=34)
    query = MetricQuery(
        metrics=("units",),
        dimensions=("product",),
        grain="month",
        order=(OrderBy(by="units"),),
        limit=1,
        per="time",
    )
    rows = (await run(database, actor, query)).rows
    months = [row[0] for row in rows]
    assert months == sorted(set(months))
    for month, _, value in rows:
        end = (month + timedelta(days=31)).replace(day=1)
        assert value == max(expected(shop, "units", "product", month, end, {}).values())


async def test_a_place_is_that_among_all_members_and_equals_share_one(database: Database, actor: Actor) -> None:
    shop = await write_shop(database, actor, seed=36)
    start, end = FIRST, FIRST + timedelta(days=60)
    figures = expected(shop, "orders", "product", start, end, {"country": "Germany"})
    shown = tuple(sorted(figures)[:4])
    query = MetricQuery(
        metrics=("orders",),
        dimensions=("product",),
        filters=(Filter(dimension="country", operator="eq", values=("Germany",)),),
        time=TimeRange(start=start, end=end),
        order=(OrderBy(by="orders"),),
        placed=Filter(dimension="product", operator="in", values=shown),
    )
    rows = (await run(database, actor, query)).rows
    places = {name: 1 + sum(other > value for other in figures.values()) for name, value in figures.items()}
    assert {tuple(row) for row in rows} == {(name, figures[name], places[name], len(figures)) for name in shown}


@pytest.mark.parametrize(
    "wrong",
    [
        {"placed": Filter(dimension="country", operator="eq", values=("Germany",))},
        {
            "placed": Filter(dimension="country", operator="ne", values=("Germany",)),
            "dimensions": ("country",),
            "order": (OrderBy(by="revenue"),),
        },
        {"per": "country"},
        {"per": "country", "dimensions": ("country",), "limit": 1, "order": (OrderBy(by="revenue"),)},
        {"per": "time", "dimensions": ("country",), "limit": 1, "order": (OrderBy(by="revenue"),)},
        {"per": "channel", "dimensions": ("country", "product"), "limit": 1, "order": (OrderBy(by="revenue"),)},
        {"window": Window(kind="running")},
        {"window": Window(kind="running"), "grain": "month", "limit": 3},
        {
            "window": Window(kind="change"),
            "grain": "month",
            "time": TimeRange(start=FIRST),
            "compare": TimeRange(end=FIRST),
        },
    ],
)
def test_a_query_that_makes_no_sense_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MetricQuery(metrics=("revenue",), **wrong)
