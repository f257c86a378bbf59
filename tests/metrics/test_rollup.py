"""Kept sums give the figures that the facts give, whatever is asked and whatever comes in later; else they are not read."""

import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from storage.database import Database, DatabaseConfig, owner_engine
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.metrics.compiler import Compiler
from storage.metrics.model import mapped_classes
from storage.metrics.pieces import Span
from storage.metrics.query import Filter, Grain, Member, MetricQuery, Operator, TimeRange, Window
from storage.metrics.rollup import Coverage, Rollup, next_month, portions_of
from storage.models.base import Base
from storage.models.commerce import Customer
from tests.conftest import registered
from tests.metrics.shop import CATEGORIES, CHANNELS, COUNTRIES, FIRST, write_shop
from tools.imports.service import ImportService
from tools.ingestion.catalogue import load_catalogue
from tools.query.rollup import RollupKeeper
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MODEL, MAPPERS = load_semantics(), mapped_classes(Base)
ROLLUP = Rollup(MODEL)
GRAINS: tuple[Grain | None, ...] = (None, None, "day", "week", "month", "quarter", "year")
METRICS = (
    "revenue", "gross_sales", "refunds", "refund_count", "orders", "units", "average_order_value", "profit_margin",
    "shipping", "total_sales", "customers", "new_customers", "median_order_value", "first_order", "category_count",
)  # fmt: skip
MEMBERS = {
    "country": (*COUNTRIES, "Nowhere"),
    "category": CATEGORIES,
    "channel": CHANNELS,
    "product": ("Product 1", "Product 2"),
    "city": ("Germany City",),
    "weekday": ("Monday", "Sunday"),
    "customer": ("Customer 1", "Customer 8"),
}


@pytest.fixture
def keeper(database: Database) -> RollupKeeper:
    return RollupKeeper(MODEL, MAPPERS, database, worth_from=1)


@cache
def compiler(week_start: int = 1) -> Compiler:
    """One for many queries, as the product keeps them."""
    return Compiler(MODEL, MAPPERS, week_start=week_start, rollup=ROLLUP)


async def assert_the_same(
    database: Database, actor: Actor, queries: Iterable[MetricQuery], coverage: Coverage | None = None
) -> float:
    """The share of the queries that read kept sums; of each, both ways give the same rows."""
    served = asked = 0
    async with database.read(actor) as uow:
        kept = coverage or await uow.rollup.coverage(ROLLUP.definition)
        for number, query in enumerate(queries):
            one = compiler(week_start=number % 7 + 1)
            facts = await uow.metrics.run(one.compile(query))
            sums = await uow.metrics.run(one.compile(query, kept))
            assert (sums.rows, sums.row_count) == (facts.rows, facts.row_count), query
            served += "rollup_rows" in sums.sql
            asked += 1
    return served / asked


def random_queries(seed: int, count: int) -> list[MetricQuery]:
    draw = random.Random(seed)
    queries: list[MetricQuery] = []
    while len(queries) < count:
        dimensions = tuple(draw.sample(list(MEMBERS), draw.choice((0, 0, 1, 1, 1, 2))))
        start = FIRST + timedelta(days=draw.randrange(-20, 120))
        period = TimeRange(
            start=draw.choice((None, start, start)), end=draw.choice((None, start + timedelta(draw.randrange(1, 130))))
        )
        grain = draw.choice(GRAINS)
        compare = period.start and period.end and draw.random() < 0.3
        query = MetricQuery(
            metrics=tuple(draw.sample(METRICS, draw.choice((1, 1, 2)))),
            dimensions=dimensions,
            filters=tuple(_filter(draw, name) for name in draw.sample(list(MEMBERS), draw.choice((0, 0, 1, 1, 2)))),
            members=(Member(dimension="customer", negated=True),) if draw.random() < 0.05 else (),
            time=period,
            grain=grain,
            compare=TimeRange(start=date(2025, 11, 1), end=date(2025, 12, 24)) if compare else None,
            window=Window(kind="change") if grain and not compare and draw.random() < 0.2 else None,
        )
        if _can_be_asked(query):
            queries.append(query)
    return queries


def _filter(draw: random.Random, dimension: str) -> Filter:
    operator: Operator = draw.choice(("eq", "eq", "ne", "in", "not_in", "is_null", "contains"))
    wanted = {"in": 2, "not_in": 1, "is_null": 0}.get(operator, 1)
    return Filter(dimension=dimension, operator=operator, values=tuple(draw.choices(MEMBERS[dimension], k=wanted)))


def _can_be_asked(query: MetricQuery) -> bool:
    split = (*query.dimensions, *(item.dimension for item in query.filters))
    if any(MODEL.obstacle(metric, split) for metric in query.metrics):
        return False
    return "first_order" not in query.metrics or not (query.compare or query.window)


@pytest.mark.parametrize("count", [60, pytest.param(150, marks=pytest.mark.prove)])
async def test_any_query_gives_the_same_figures_from_kept_sums(
    database: Database, actor: Actor, keeper: RollupKeeper, count: int
) -> None:
    await write_shop(database, actor, seed=11, orders=90)
    assert await keeper.refresh(actor) == 5
    queries = random_queries(seed=5, count=count)
    assert await assert_the_same(database, actor, queries) > 0.3
    # With some months alone kept the rest comes from the facts.
    for months in ((date(2025, 12, 1), date(2026, 1, 1)), (date(2025, 12, 1), date(2026, 2, 1))):
        assert await assert_the_same(database, actor, queries[: count * 2 // 5], Coverage(months)) > 0.2


async def test_what_owners_ask_most_is_read_from_kept_sums(
    database: Database, actor: Actor, keeper: RollupKeeper
) -> None:
    await write_shop(database, actor, seed=12)
    await keeper.refresh(actor)
    period = TimeRange(start=date(2025, 12, 10), end=date(2026, 2, 20))
    asked = [
        MetricQuery(metrics=("revenue",), time=period),
        MetricQuery(metrics=("revenue", "orders"), time=period, grain="week"),
        MetricQuery(metrics=("average_order_value",), dimensions=("country",), time=period),
        MetricQuery(metrics=("orders",), dimensions=("category",), time=period, grain="month"),
        MetricQuery(metrics=("revenue",), dimensions=("product",), time=period),
        MetricQuery(metrics=("revenue",), dimensions=("weekday",), time=period),
        MetricQuery(
            metrics=("orders",),
            filters=(Filter(dimension="country", operator="in", values=("Germany", "France")),),
            time=period,
        ),
    ]
    assert await assert_the_same(database, actor, asked) == 1.0


async def test_an_order_of_two_categories_is_counted_once(
    database: Database, actor: Actor, keeper: RollupKeeper
) -> None:
    await write_shop(database, actor, seed=13)
    await keeper.refresh(actor)
    both = Filter(dimension="category", operator="in", values=("Tea", "Mugs"))
    assert await assert_the_same(database, actor, [MetricQuery(metrics=("orders",), filters=(both,))]) == 0.0


HEAD = "Order ID,Date,Customer,Country,Product,Category,Quantity,Unit Price\n"


def _orders(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


async def test_whatever_an_import_changes_is_no_longer_read_from_sums_until_they_are_made_anew(
    database: Database, actor: Actor, keeper: RollupKeeper, tmp_path: Path, clock: FixedClock
) -> None:
    imports = ImportService(database, tmp_path / "files", load_catalogue())
    queries = [
        MetricQuery(metrics=("revenue", "orders"), dimensions=(dimension,), time=time, grain=grain)
        for dimension in ("country", "category", "product")
        for time in (None, TimeRange(start=date(2026, 1, 15), end=date(2026, 4, 1)))
        for grain in (None, "month")
    ]

    async def months() -> set[int]:
        async with database.read(actor) as uow:
            return {month.month for month in (await uow.rollup.coverage(ROLLUP.definition)).months}

    async def bring(name: str, content: str, left: set[int]) -> str:
        """Imports a file; of the kept months these are left. Everything is kept anew then."""
        path = tmp_path / name
        path.write_text(content, "utf-8")
        clock.at += timedelta(minutes=1)
        report = await imports.import_file(actor, path, name)
        assert report.rejected == 0
        assert await months() == left, name
        await assert_the_same(database, actor, queries)
        await keeper.refresh(actor)
        assert await months() == {1, 2, 3, 4}
        assert await assert_the_same(database, actor, queries) == 1.0
        return report.file_id

    first = [
        "1,2026-01-05,Ann,Ireland,Mug,Kitchen,2,10.00", "1,2026-01-05,Ann,Ireland,Lamp,Light,1,30.00",
        "2,2026-02-10,Bob,Spain,Mug,Kitchen,1,10.00", "3,2026-03-15,Ann,Ireland,Rug,Floor,1,80.00",
        "4,2026-04-20,Cleo,France,Lamp,Light,3,30.00",
    ]  # fmt: skip
    await bring("orders.csv", _orders(*first), left=set())
    # A late order in February, and one line of March that has another quantity now.
    changed = [*first[:3], "3,2026-03-15,Ann,Ireland,Rug,Floor,2,80.00", first[4]]
    late = await bring("orders.csv", _orders(*changed, "5,2026-02-11,Dora,Spain,Rug,Floor,1,80.00"), left={1, 4})
    # The lamp was sold in January and in April.
    await bring("products.csv", "Product,Category,Price\nLamp,Lighting,30.00\n", left={2, 3})
    clock.at += timedelta(minutes=1)
    await imports.undo(actor, late)
    assert await months() == {1, 4}
    await assert_the_same(database, actor, queries)
    await keeper.refresh(actor)
    assert await assert_the_same(database, actor, queries) == 1.0


async def test_sums_of_data_that_changed_while_they_were_made_are_thrown_away(
    embedded_config: object, database: Database, actor: Actor, keeper: RollupKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write_shop(database, actor, seed=14)
    versions = iter(["before", "after", "same", "same", *["same"] * 20])

    async def version(_self: object) -> str:
        return next(versions)

    monkeypatch.setattr("storage.repositories.metrics.MetricsRepository.data_version", version)
    assert await keeper.refresh(actor) == 5


async def test_a_small_shop_keeps_nothing(database: Database, actor: Actor) -> None:
    await write_shop(database, actor, seed=15)
    assert await RollupKeeper(MODEL, MAPPERS, database, worth_from=10_000).refresh(actor) == 0


async def test_sums_of_another_definition_are_not_read(
    database: Database, actor: Actor, other_actor: Actor, keeper: RollupKeeper
) -> None:
    await write_shop(database, actor, seed=16)
    await keeper.refresh(actor)
    async with database.read(actor) as uow:
        assert (await uow.rollup.coverage("of another release")).months == ()
    async with database.read(other_actor) as uow:
        assert (await uow.rollup.coverage(ROLLUP.definition)).months == ()


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
covered = st.sets(st.integers(0, 23), max_size=24).map(
    lambda months: tuple(date(2025 + m // 12, m % 12 + 1, 1) for m in sorted(months))
)


@given(months=covered, last=st.integers(1, 28), start=st.none() | days, end=st.none() | days, by_day=st.booleans())
def test_the_portions_of_a_period_are_all_of_its_days_once(
    months: tuple[date, ...], last: int, start: date | None, end: date | None, by_day: bool
) -> None:
    if start is not None and end is not None and start >= end:
        return
    coverage = Coverage(months, months[-1].replace(day=last) if months else None)
    portions = portions_of(TimeRange(start=start, end=end), coverage, by_day=by_day, finest="day")
    if portions is None:
        return
    for offset in range(-40, 800):
        day = date(2025, 1, 1) + timedelta(days=offset)
        if coverage.last is not None and coverage.last < day < next_month(coverage.last):
            continue  # nothing lies on it
        asked = (start is None or start <= day) and (end is None or day < end)
        found = [span for span in (*portions.months, *portions.days, *portions.rest) if _holds(span, day)]
        assert len(found) == asked, day
    assert all(span.start and span.start.day == 1 and span.end and span.end.day == 1 for span in portions.months)


def _holds(span: Span, day: date) -> bool:
    return (span.start is None or span.start <= day) and (span.end is None or day < span.end)


async def test_a_store_learns_how_large_its_tables_are(database: Database, actor: Actor) -> None:
    await forget_pages(database)
    assert not await database.learn_sizes()  # nothing is there
    async with database.write(actor) as uow:
        await uow.bulk_insert(Customer, [{"source_key": str(n)} for n in range(1_200)])
    told = await database.learn_sizes()
    assert await known_rows(database) == 1_200
    assert told or database.config.embedded_path is None  # a server may have looked by itself in between
    assert not await database.learn_sizes()  # it knows now


async def test_a_server_learns_of_a_new_neighbour_among_many_rows(
    postgres_config: DatabaseConfig, clock: FixedClock
) -> None:
    for name, count in (("Harbour Homeware", 60_000), ("Rival Rugs", 3_000)):
        database = Database(postgres_config, clock)
        owner = await registered(database, name)
        async with database.write(owner) as uow:
            await uow.bulk_insert(Customer, [{"source_key": str(n)} for n in range(count)])
        await database.dispose()  # a connection that ends tells at once how much it wrote
        assert await database.learn_sizes()
        assert await rows_expected(postgres_config, owner) == pytest.approx(count, rel=0.3)


async def rows_expected(config: DatabaseConfig, owner: Actor) -> int:
    """How many customers a server's planner thinks that a tenant has."""
    engine = owner_engine(config)
    statement = text("EXPLAIN (FORMAT JSON) SELECT id FROM unified_customers WHERE tenant_id = :tenant")
    async with engine.connect() as connection:
        [plan] = await connection.scalar(statement, {"tenant": owner.tenant_id})
    await engine.dispose()
    return plan["Plan"]["Plan Rows"]


async def forget_pages(database: Database) -> None:
    """A server's database was emptied after another test, and its tables kept that one's pages and what was known of them."""
    if database.config.embedded_path is None:
        engine = owner_engine(database.config)
        async with engine.begin() as connection:
            await connection.execute(text("TRUNCATE unified_customers CASCADE"))
        await engine.dispose()


async def known_rows(database: Database) -> int:
    """How many customers the database's planner takes for granted."""
    if database.config.embedded_path is not None:
        with closing(sqlite3.connect(database.config.embedded_path)) as connection:
            (stat,) = connection.execute(
                "SELECT max(stat) FROM sqlite_stat1 WHERE tbl = 'unified_customers'"
            ).fetchone()
        return int(stat.split()[0])
    engine = owner_engine(database.config)
    async with engine.connect() as connection:
        counted = await connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'unified_customers'"))
    await engine.dispose()
    return int(counted or 0)
