"""Questions about the time of day: by the shop's clock, and refused where only dates came in."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Order, OrderLine, Refund
from tests.query.asking import ask
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
MONDAY, MILLION = date(2026, 3, 2), 1_000_000
MINUTES = (7 * 60 + 5, 11 * 60 + 59, 12 * 60, 17 * 60 + 30, 18 * 60, 20 * 60 + 59, 23 * 60 + 15, 60, None)
"""Of one order each, of 10, 20, … 90 euro; the last came without a time. The first was given back for 4 in the evening."""


@pytest.fixture
async def clocked(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        for n, minute in enumerate(MINUTES):
            day = MONDAY + timedelta(days=n % 3)
            at = datetime.combine(day, datetime.min.time(), UTC)
            order = Order(source_key=f"o{n}", number=str(n), ordered_at=at, ordered_on=day, ordered_minute=minute, currency="EUR", channel="Store")  # fmt: skip
            uow.add(order)
            await uow.flush()
            amount = 10 * (n + 1) * MILLION
            uow.add(
                OrderLine(
                    source_key=f"l{n}", order_id=order.id, ordered_on=day, line_no=1, title="Tea", currency="EUR",
                    quantity_e6=MILLION, gross_micros=amount, net_micros=amount,
                )
            )  # fmt: skip
            if n == 0:
                uow.add(
                    Refund(
                        source_key="r", order_id=order.id, refunded_at=at, refunded_on=day, refunded_minute=19 * 60,
                        currency="EUR", amount_micros=4 * MILLION, quantity_e6=MILLION,
                    )
                )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "figure", "said"),
    [
        ("orders before noon", 3, "before 12:00"),
        ("how many orders after 8pm", 2, "from 20:00 on"),
        ("revenue between 6 and 9 pm", 50 + 60 - 4, "between 18:00 and 21:00"),
        ("orders in the morning", 2, "Morning is from 6:00 to 12:00."),
        ("orders at night", 2, "Night is from 22:00 to 6:00."),
        ("revenue at lunchtime", 30, "between 12:00 and 14:00"),
        ("orders between 10pm and 2am", 2, "22:00, 23:00, 00:00 and 01:00"),
        ("orders on mondays before 6 pm", 2, "for Monday before 18:00"),
    ],
)
@pytest.mark.usefixtures("clocked")
async def test_a_stretch_of_the_day_is_counted_and_said(
    database: Database, actor: Actor, service: QueryService, question: str, figure: float, said: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.rows == ((figure,),)
    assert said in answer.answer
    # The one without a time is told of wherever its day counts.
    assert ("1 order came without a time of day and is left out." in answer.answer) == ("monday" not in question)


@pytest.mark.usefixtures("clocked")
async def test_hours_and_parts_of_the_day_are_shown_in_their_order_with_what_has_no_time(
    database: Database, actor: Actor, service: QueryService
) -> None:
    hours = await ask(database, actor, service, "orders by hour")
    assert hours.rows[:3] == (("01:00", 1), ("07:00", 1), ("11:00", 1))
    parts = await ask(database, actor, service, "revenue by part of the day")
    assert parts.rows == (("Morning", 30), ("Afternoon", 70), ("Evening", 106), ("Night", 150), (None, 90))
    busiest = await ask(database, actor, service, "busiest part of the day")
    assert busiest.rows[0][0] in ("Morning", "Afternoon", "Evening", "Night")


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "question", ["orders by hour", "orders before noon", "sales in the evening", "busiest hour", "sales this morning"]
)
async def test_where_only_dates_came_in_the_time_of_day_is_refused(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "cannot_answer"
    assert "dates only" in answer.answer
