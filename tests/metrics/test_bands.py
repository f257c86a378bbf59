"""Bands part amounts without gap or overlap, in their order; what an order comes to is the order's and not the line's."""

from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Date, create_engine, literal, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.bands import age_band_of, band_of, edges_of, labels
from storage.metrics.model import Bands
from tests.metrics.shop import MILLION, Line, Shop, write_shop
from tests.query.asking import AS_OF, ask
from tools.query.service import QueryService
from tools.semantics.loader import COMMERCE, load_semantics

pytestmark = pytest.mark.anyio
SQLITE = create_engine("sqlite://")
EDGES = st.lists(st.integers(1, 10**7).map(lambda cents: cents / 100), min_size=1, max_size=8, unique=True).map(sorted)


def money(edges: list[float], *, exact: bool = True) -> Bands:
    return Bands(
        unit="money", edges=tuple(edges), exact=exact, entity="order_line", expression="net_micros", seen_from={}
    )


@settings(max_examples=60, deadline=None)
@given(EDGES, st.lists(st.integers(-(10**9), 10**13), min_size=1, max_size=20))
def test_every_amount_lies_in_the_one_band_that_its_edges_say(edges: list[float], amounts: list[int]) -> None:
    bands = money(edges)
    limits = [int(Decimal(str(edge)) * MILLION) for edge in edges]
    tried = [*amounts, *limits, *(limit - 1 for limit in limits)]
    with SQLITE.connect() as connection:
        found = connection.execute(select(*(band_of(literal(one, BigInteger), bands, None).label(f"v{i}") for i, one in enumerate(tried)))).one()  # fmt: skip
    assert list(found) == [bisect_right(limits, one) for one in tried]
    assert len(set(labels(bands, "GBP"))) == len(edges) + 1


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2010, 1, 1), date(2030, 12, 31)), st.integers(0, 2000))
def test_ages_are_whole_months_of_the_calendar(as_of: date, days: int) -> None:
    months = [1, 3, 6, 12, 24]
    bands = Bands(unit="months", edges=(1, 3, 6, 12, 24), entity="order_line", per="order.customer_id", seen_from={})
    first = as_of - timedelta(days=days)
    last = (as_of + timedelta(days=1)).day == 1  # the last of a short month ends months that began on a later day
    whole = (as_of.year - first.year) * 12 + as_of.month - first.month - (as_of.day < first.day and not last)
    with SQLITE.connect() as connection:
        found = connection.execute(select(age_band_of(literal(first, Date), bands, as_of))).scalar_one()
    assert found == bisect_right(months, whole)


def test_bands_are_called_what_they_hold_in_the_currency_of_the_business() -> None:
    bands = money([20, 50, 1000], exact=False)
    assert labels(bands, "GBP") == ("under £20", "£20 to £50", "£50 to £1,000", "£1,000 and over")
    assert labels(bands, "CHF")[1] == "20 CHF to 50 CHF"
    assert labels(bands, "JPY")[0] == "under ¥2,000"
    assert edges_of(bands.model_copy(update={"exact": True}), "JPY")[0] == 20
    ages = Bands(unit="months", edges=(1, 6, 12, 24), entity="order_line", per="order.customer_id", seen_from={})
    assert labels(ages, "EUR") == (
        "under 1 month",
        "1 to 6 months",
        "6 to 12 months",
        "1 to 2 years",
        "2 years and over",
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("[50, 20]", "ascend"),
        ("[0, 20]", "above 0"),
        ("[]", "at least 1 item"),
        ("[20, 20]", "ascend"),
        ("[x]", "valid number"),
    ],
)
def test_a_wrong_edge_is_told_with_its_line(tmp_path: Path, typed: str, says: str) -> None:
    text = COMMERCE.read_text(encoding="utf-8")
    at = text.index("  price_band:")
    wrong = text[:at] + text[at:].replace("[5, 10, 20, 50, 100, 200, 500]", typed, 1)
    path = tmp_path / "commerce.yaml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(ValueError, match=says) as problem:
        load_semantics(path)
    line = int(str(problem.value).split(":")[1])
    assert text.splitlines()[line - 1].strip().split(":")[0] in ("bands", "edges")


# ── figures, by loops over the lines ─────────────────────────────────────────────────────────────────────


@pytest.fixture
async def shop(database: Database, actor: Actor) -> Shop:
    return await write_shop(database, actor, seed=33)


@pytest.fixture
def service(database: Database) -> QueryService:
    from storage.metrics.model import mapped_classes
    from storage.models.base import Base

    return QueryService(load_semantics(), mapped_classes(Base), database)


def order_values(shop: Shop) -> dict[int, int]:
    values: dict[int, int] = defaultdict(int)
    for line in shop.lines:
        values[line.order] += 0 if line.refund or line.cancelled else line.gross - line.discount
    return values


def named(limits: list[int], names: tuple[str, ...], value: float) -> str:
    return names[bisect_right(limits, value)]


SIZES = ("under €20", "€20 to €50", "€50 to €100", "€100 to €250", "€250 to €500", "€500 to €1,000", "€1,000 and over")
PRICES = ("under €5", "€5 to €10", "€10 to €20", "€20 to €50", "€50 to €100", "€100 to €200", "€200 to €500", "€500 and over")  # fmt: skip


async def test_an_orders_size_is_the_orders_in_each_figure(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    values, limits = order_values(shop), [20, 50, 100, 250, 500, 1000]
    size = {order: named(limits, SIZES, value / MILLION) for order, value in values.items()}
    kept = [line for line in shop.lines if not line.cancelled and line.day <= AS_OF]
    orders = Counter(size[order] for order in {line.order for line in kept if not line.refund})
    answer = await ask(database, actor, service, "orders by order size")
    assert dict(answer.rows) == orders
    assert [row[0] for row in answer.rows] == [name for name in SIZES if name in orders]  # by edge, not by letter
    net: dict[str, float] = defaultdict(float)
    for line in kept:
        net[size[line.order]] += (line.gross - line.discount) / MILLION * (-1 if line.refund else 1)
    sales = await ask(database, actor, service, "net sales by order size")
    assert dict(sales.rows) == pytest.approx(net)
    units: dict[tuple[str, str], float] = defaultdict(float)
    for line in kept:
        if not line.refund:
            units[line.category, size[line.order]] += line.quantity
    split = await ask(database, actor, service, "units by category and order size")
    assert {(row[0], row[1]): row[2] for row in split.rows} == pytest.approx(units)
    pieces: Counter[int] = Counter()
    for line in kept:
        pieces[line.order] += 0 if line.refund else line.quantity
    held = Counter(bisect_right([2, 3, 6, 11, 21], count) for count in pieces.values() if count)
    answer = await ask(database, actor, service, "number of orders by items in the order")
    assert [row[1] for row in answer.rows] == [held[number] for number in sorted(held)]


async def test_a_line_lies_in_the_band_of_what_one_piece_cost(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    def price(line: Line) -> str:
        return named([5, 10, 20, 50, 100, 200, 500], PRICES, line.gross / line.quantity / MILLION)

    sold: dict[str, float] = defaultdict(float)
    for line in shop.lines:
        if not (line.refund or line.cancelled):
            sold[price(line)] += (line.gross - line.discount) / MILLION
    answer = await ask(database, actor, service, "sales by price band")
    assert dict(answer.rows) == pytest.approx(sold)
    assert "Net sales is not known per price band" in answer.answer  # a refund does not say what a piece had cost


async def test_customers_are_parted_by_how_long_they_have_been_there(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    first: dict[int, date] = {}
    for line in shop.lines:
        if not (line.refund or line.cancelled):
            first[line.customer] = min(first.get(line.customer, line.day), line.day)

    def months(day: date, until: date) -> int:
        return (until.year - day.year) * 12 + until.month - day.month - (until.day < day.day)

    for question, until, since in (
        ("customers by how long they have been with us", AS_OF, None),
        ("customers by customer age in January 2026", date(2026, 1, 31), date(2026, 1, 1)),
    ):
        active = {x.customer for x in shop.lines if not (x.refund or x.cancelled) and (since is None or since <= x.day <= until)}  # fmt: skip
        want = Counter(bisect_right([1, 3, 6, 12, 24], months(first[who], until)) for who in active)
        answer = await ask(database, actor, service, question)
        assert [row[1] for row in answer.rows] == [want[number] for number in sorted(want)], question
    refused = await ask(database, actor, service, "customers by customer age in January 2026 vs December 2025")
    assert refused.status != "answered"


async def test_amounts_between_two_bounds_keep_their_currency(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    net: dict[int, int] = defaultdict(int)
    for line in shop.lines:
        if not (line.cancelled or line.refund) and line.day <= AS_OF:  # what an order came to, before refunds
            net[line.order] += line.gross - line.discount
    sold = {line.order for line in shop.lines if not (line.refund or line.cancelled)}
    inside = sum(50 * MILLION <= net[order] <= 100 * MILLION for order in sold)
    for question in ("how many orders between €50 and €100", "how many orders between 50 and 100 euros"):
        assert (await ask(database, actor, service, question)).rows == ((inside,),)
    dollars = await ask(database, actor, service, "how many orders over $100")
    assert "into USD" in dollars.answer
    assert "$100.00" in dollars.answer


async def test_a_band_that_there_is_not_is_refused(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    from storage.metrics.query import Filter, MetricQuery

    layer = service.layers.base
    one = MetricQuery(metrics=("orders",), filters=(Filter(dimension="order_size", operator="in", values=SIZES[:3]),), currency="EUR")  # fmt: skip
    async with database.read(actor) as uow:
        (row,) = (await uow.metrics.run(layer.compilers[1].compile(one))).rows
    limits = 100 * MILLION
    values = order_values(shop)
    assert row[0] == sum(values[order] < limits for order in {x.order for x in shop.lines if not (x.refund or x.cancelled)})  # fmt: skip
    wrong = one.model_copy(update={"filters": (Filter(dimension="order_size", operator="eq", values=("huge",)),)})
    with pytest.raises(CopilotError, match="huge"):
        layer.compilers[1].compile(wrong)
