"""What is in stock: the last count known by then, added up over goods and places and never over days."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.compiler import Compiler
from storage.metrics.model import mapped_classes
from storage.metrics.query import Filter, MetricQuery, TimeRange, Window
from storage.models.base import Base
from storage.models.commerce import Product, StockLevel
from tests.query.asking import ask, sell
from tools.language.dictionary import Dictionary
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MILLION = 1_000_000
GOODS = {"Tea": "Kitchen", "Mug": "Kitchen", "Rug": "Textiles", "Lamp": "Lighting"}
FIRST = date(2026, 1, 1)
Count = tuple[str, str, date, int]


def counts(seed: int) -> list[Count]:
    """(product, place, day, units): each place counts some goods, each on days of its own."""
    draw = random.Random(seed)
    told: list[Count] = []
    for product in GOODS:
        for place in ("Cork", "Galway"):
            days = sorted(draw.sample(range(120), draw.randint(0, 6)))
            told += [(product, place, FIRST + timedelta(days=day), draw.randint(0, 40)) for day in days]
    return told


def known(told: list[Count], until: date, product: str | None = None) -> dict[tuple[str, str], int]:
    """By the loops: of each of the goods and places the last count before a day."""
    last: dict[tuple[str, str], int] = {}
    for one, place, day, units in sorted(told, key=lambda count: count[2]):
        if day < until and product in (None, one):
            last[one, place] = units
    return last


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


async def write(database: Database, actor: Actor, told: list[Count]) -> None:
    async with database.write(actor) as uow:
        await sell(uow, "Tea", FIRST, 5)
        goods = {title: Product(source_key=title, title=title, category=kind) for title, kind in GOODS.items()}
        uow.add(*goods.values())
        await uow.flush()
        for product, place, day, units in told:
            uow.add(
                StockLevel(
                    product_id=goods[product].id,
                    counted_product_id=goods[product].id,
                    location=place,
                    observed_on=day,
                    on_hand_e6=units * MILLION,
                )
            )


async def rows(database: Database, actor: Actor, query: MetricQuery) -> list[tuple[object, ...]]:
    compiled = Compiler(load_semantics(), mapped_classes(Base)).compile(query)
    async with database.read(actor) as uow:
        found = await uow.metrics.run(compiled)
    return [tuple(row) for row in found.rows]


@pytest.mark.parametrize("seed", range(4))
async def test_it_is_the_last_count_of_each_thing_added_up(database: Database, actor: Actor, seed: int) -> None:
    told = counts(seed)
    await write(database, actor, told)
    for until in (None, date(2026, 2, 1), date(2026, 3, 15)):
        time = TimeRange(start=date(2026, 1, 10), end=until) if until else None
        by_product = await rows(
            database, actor, MetricQuery(metrics=("stock_on_hand",), dimensions=("product",), time=time)
        )
        expected = {product: sum(of.values()) for product in GOODS if (of := known(told, until or date.max, product))}
        assert {name: float(units) for name, units, *_ in by_product} == expected
        whole = await rows(database, actor, MetricQuery(metrics=("stock_on_hand",), time=time))
        assert float(whole[0][0] or 0) == sum(expected.values())


@pytest.mark.parametrize("seed", range(4))
async def test_at_the_end_of_a_month_it_is_what_was_counted_by_then(
    database: Database, actor: Actor, seed: int
) -> None:
    told = counts(seed)
    await write(database, actor, told)
    kitchen = Filter(dimension="category", operator="eq", values=("Kitchen",))
    query = MetricQuery(metrics=("stock_on_hand",), filters=(kitchen,), grain="month")
    mine = [count for count in told if GOODS[count[0]] == "Kitchen"]
    for month, units, *_ in await rows(database, actor, query):
        assert isinstance(month, date)
        end = (month + timedelta(days=32)).replace(day=1)
        assert float(str(units)) == sum(known(mine, end).values())


NEAR: list[Count] = [
    ("Tea", "Cork", date(2026, 2, 3), 12),
    ("Tea", "Galway", date(2026, 3, 1), 5),
    ("Mug", "Cork", date(2026, 3, 1), 0),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many Tea are in stock", lambda rows: rows == [(17,)]),
        ("stock by product", lambda rows: sorted(rows) == [("Mug", 0), ("Tea", 17)]),
        ("which products have less than 3 in stock", lambda rows: [row[0] for row in rows] == ["Mug"]),
        ("units in stock in february 2026", lambda rows: rows == [(12,)]),
    ],
)  # fmt: skip
async def test_an_owner_asks_for_it_in_her_words(
    service: QueryService,
    database: Database,
    actor: Actor,
    question: str,
    expected: Callable[[list[tuple[object, ...]]], bool],
) -> None:
    await write(database, actor, NEAR)
    answer = await ask(database, actor, service, question, as_of=date(2026, 5, 20))
    assert answer.status == "answered", answer.answer
    assert expected([tuple(row) for row in answer.rows]), answer.rows


async def test_the_day_of_the_count_is_told(service: QueryService, database: Database, actor: Actor) -> None:
    await write(database, actor, NEAR)
    assert (
        "By the last count, of 1 March 2026."
        in (await ask(database, actor, service, "stock of Tea", as_of=date(2026, 5, 20))).answer
    )


@pytest.mark.parametrize("question", ["running total of stock by month", "stock in january 2026", "stock by customer"])
async def test_what_cannot_be_told_of_it_is_refused(
    service: QueryService, database: Database, actor: Actor, question: str
) -> None:
    await write(database, actor, NEAR)
    assert (await ask(database, actor, service, question, as_of=date(2026, 5, 20))).status == "cannot_answer"


async def test_where_nothing_was_counted_nothing_is_guessed(
    service: QueryService, database: Database, actor: Actor
) -> None:
    await write(database, actor, [])
    answer = await ask(database, actor, service, "how many pieces are in stock", as_of=date(2026, 5, 20))
    assert (answer.status, answer.rows) == ("cannot_answer", ())


async def test_a_stock_is_never_added_up_over_time(database: Database, actor: Actor) -> None:
    model = load_semantics()
    assert not model.adds_over_time("stock_on_hand")
    await write(database, actor, NEAR)
    week = MetricQuery(
        metrics=("stock_on_hand",), grain="month", window=Window(kind="change", size=1), time=TimeRange(start=FIRST)
    )
    assert [row[0] for row in await rows(database, actor, week)]
