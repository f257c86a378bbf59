"""Each test is named after a failure that other products of the kind are known for. The figures are held against
loops over the same rows, on both databases. Totals that joins multiply: tests/metrics/test_fan_out.py; questions and
names that are code: test_hostile_words.py."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Address, Order, OrderLine
from tests.metrics.shop import FIRST, MILLION, Line, Shop, expected
from tests.query.asking import ask
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
TODAY = date(2026, 2, 10)
DAY = timedelta(days=1)


def kept(shop: Shop, keep: Callable[[Line], bool]) -> Shop:
    """The shop with only the lines that are kept."""
    return Shop([line for line in shop.lines if keep(line)])


def total(shop: Shop, metric: str, start: date, end: date) -> float:
    """A figure over the days from `start` to the one before `end`."""
    return expected(shop, metric, None, start, end, {}).get(None, 0.0)


def days(answer: QueryAnswer, which: str = "time") -> tuple[date, date]:
    """The days that an answer says it counted: from the first to the one after the last."""
    assert answer.interpretation is not None
    time = getattr(answer.interpretation, which)
    assert time.from_
    assert time.to
    return time.from_, time.to + DAY


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("revenue in the last 7 days", TODAY - 7 * DAY, TODAY),
        ("revenue over the past 30 days", TODAY - 30 * DAY, TODAY),
        ("revenue in the last 2 weeks", date(2026, 1, 26), date(2026, 2, 9)),
        ("revenue in the last 2 months", date(2025, 12, 1), FEBRUARY),
    ],
)
async def test_the_last_days_are_completed_ones_and_today_is_none_of_them(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str, start: date, end: date
) -> None:
    async with database.write(actor) as uow:
        order = Order(source_key="today", ordered_at=uow.clock.now(), ordered_on=TODAY, currency="EUR")
        uow.add(order)
        await uow.flush()
        uow.add(
            OrderLine(
                source_key="today", order_id=order.id, ordered_on=TODAY, line_no=1, currency="EUR",
                gross_micros=10**12, net_micros=10**12,
            )
        )  # fmt: skip
    answer = await ask(database, actor, service, question, as_of=TODAY)
    assert answer.rows == ((pytest.approx(total(shop, "revenue", start, end)),),)
    assert days(answer) == (start, end)


@pytest.mark.parametrize(
    "question",
    [
        "revenue month to date compared with last month",
        "sales this month vs last month",
        "sales so far this month against the same days of last month",
        "revenue this week compared with last week",
        "week to date vs last week",
    ],
)
async def test_a_part_of_a_month_is_held_against_an_equal_part_or_it_is_said(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str
) -> None:
    answer = await ask(database, actor, service, question, as_of=TODAY)
    now, before = days(answer), days(answer, "compare")
    assert now[1] == TODAY + DAY
    assert now[1] - now[0] == before[1] - before[0] or "not over yet" in answer.answer
    assert answer.rows[0][:2] == pytest.approx((total(shop, "revenue", *now), total(shop, "revenue", *before)))


@pytest.mark.parametrize(
    ("words", "keep"),
    [
        ("in Germany", lambda line: line.country == "Germany"),
        ("without Germany", lambda line: line.country != "Germany"),
        ("in the store", lambda line: line.channel == "store"),
        ("of Product 3", lambda line: line.product == "Product 3"),
    ],
)
@pytest.mark.parametrize("by", [None, "category", "month"])
async def test_a_filter_holds_in_both_periods_of_a_comparison(
    database: Database,
    actor: Actor,
    service: QueryService,
    shop: Shop,
    words: str,
    keep: Callable[[Line], bool],
    by: str | None,
) -> None:
    question = f"revenue {words} {f'by {by} ' if by else ''}in February 2026 compared with January 2026"
    answer = await ask(database, actor, service, question)
    few = kept(shop, keep)
    at = {column.name: i for i, column in enumerate(answer.columns)}
    now, before = (
        expected(few, "revenue", "category" if by == "category" else None, *period, {})
        for period in ((JANUARY, FEBRUARY), (FEBRUARY, MARCH))[::-1]
    )
    for row in answer.rows:
        key = row[at["category"]] if by == "category" else None
        assert row[at["revenue"]] == pytest.approx(now[key])
        assert row[at["revenue_previous"]] == pytest.approx(before.get(key, 0.0))
    assert len(answer.rows) == len(now)


@pytest.mark.parametrize(
    "question",
    [
        "revenue in December 2025 and in February 2026",
        "revenue in December 2025 or February 2026",
        "revenue in february 2026 and in december 2025",
    ],
)
async def test_two_months_are_both_counted_and_never_their_empty_intersection(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered"
    found = {value for row in answer.rows for value in row if isinstance(value, float)}
    for month, end in ((date(2025, 12, 1), JANUARY), (FEBRUARY, MARCH)):
        assert any(value == pytest.approx(total(shop, "revenue", month, end)) for value in found), answer.answer


async def test_a_moving_mean_is_not_lost_when_it_is_held_against_an_earlier_one(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    both = "7-day moving average of revenue in February 2026 compared with January 2026"
    at_once = await ask(database, actor, service, both)
    await ask(database, actor, service, "7-day moving average of revenue in February 2026", "m")
    later = await ask(database, actor, service, "compared with January 2026", "m")
    day = timedelta(days=1)

    def mean(last: date) -> float:
        return total(shop, "revenue", last - 6 * day, last + day) / 7

    for answer in (at_once, later):
        assert answer.interpretation is not None
        assert answer.interpretation.window is not None
        assert answer.interpretation.window.kind == "rolling"
        at = [column.name for column in answer.columns].index("revenue")
        before = [column.name for column in answer.columns].index("revenue_previous")
        assert answer.rows
        for row in answer.rows:
            shown = date.fromisoformat(str(row[0]))
            assert row[at] == pytest.approx(mean(shown)), shown
            if row[before] is not None:
                assert row[before] == pytest.approx(mean(JANUARY + (shown - FEBRUARY))), shown


async def test_a_fault_is_an_error_and_never_a_question_back(
    database: Database, actor: Actor, service: QueryService, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("revenue")

    for place in ("tools.query.planner.read", "tools.query.service.tabulate", "tools.query.service.readable"):
        with monkeypatch.context() as patch:
            patch.setattr(place, broken)
            with pytest.raises(KeyError):
                await ask(database, actor, service, "revenue in January 2026")


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("shipping by product in January 2026", "product"),
        ("shipping for Mugs in January 2026", "category"),
        ("revenue and shipping by category", "category"),
        ("shipping by category in February 2026 compared with January 2026", "category"),
    ],
)
async def test_a_figure_that_cannot_be_split_so_is_refused_in_words(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str, thing: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert (answer.status, answer.rows, answer.sql) == ("cannot_answer", (), None)
    assert f"Shipping charged is not known per {thing}: it belongs to the whole order." in answer.answer


async def test_where_another_figure_is_meant_instead_it_is_shown_and_said(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "total sales by category in January 2026")
    assert dict(answer.rows) == pytest.approx(expected(shop, "revenue", "category", JANUARY, FEBRUARY, {}))
    assert "Total sales is not known per category, so this is net sales." in answer.answer
    assert [column.label for column in answer.columns] == ["Category", "Net sales"]
    top = await ask(database, actor, service, "top 2 categories by total sales in January 2026")
    assert top.rows == answer.rows[:2]
    assert "Total sales is not known per category, so this is net sales." in top.answer


async def test_the_top_cities_by_orders_are_ranked_by_orders_and_ties_stand_in_order_of_name(
    database: Database, actor: Actor, service: QueryService
) -> None:
    orders = {"Ulm": 4, "Bern": 2, "Graz": 2, "Aachen": 2, "Lyon": 1}
    async with database.write(actor) as uow:
        for city, count in orders.items():
            address = Address(content_hash=city, city=city)
            uow.add(address)
            await uow.flush()
            for n in range(count):
                order = Order(source_key=f"{city}{n}", ordered_at=uow.clock.now(), ordered_on=FIRST, currency="EUR", address_id=address.id)  # fmt: skip
                uow.add(order)
                await uow.flush()
                # The fewer the orders, the greater their lines, and two lines to each: neither may count.
                uow.add(
                    *(
                        OrderLine(source_key=f"{city}{n}{i}", order_id=order.id, ordered_on=FIRST, line_no=i, currency="EUR", gross_micros=MILLION * 10**count, net_micros=MILLION * 10 ** (9 - count))
                        for i in range(1 + (city == "Lyon") * 5)
                    )
                )  # fmt: skip
    top = await ask(database, actor, service, "top 3 cities by orders")
    assert top.rows == (("Ulm", 4), ("Aachen", 2), ("Bern", 2))
    assert top.rows == (await ask(database, actor, service, "top 3 cities by orders")).rows
    money = await ask(database, actor, service, "top 3 cities by revenue")
    assert money.rows[0][0] == "Lyon"
    bottom = await ask(database, actor, service, "bottom 2 cities by orders")
    assert bottom.rows == (("Lyon", 1), ("Aachen", 2))
