"""Single orders, one by one: with their number, their day, their customer and what they came to; how many there are; and the
first and the last of them."""

from datetime import UTC, date, datetime

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Customer, Order, OrderLine, Refund
from tests.facts import Facts
from tests.query.asking import ask
from tools.language.dictionary import Dictionary
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MILLION = 1_000_000
ORDERS = (
    ("A1", date(2026, 1, 5), "Anna Becker", "Tea", 3, 40, 0),
    ("A2", date(2026, 1, 20), None, "Mug", 1, 90, 0),
    ("A3", date(2026, 2, 3), "Anna Becker", "Mug", 2, 60, 10),
    ("A4", date(2026, 2, 14), "Ben Ode", "Tea", 5, 75, 0),
    ("A5", date(2026, 2, 14), "Ben Ode", "Mug", 4, 120, 0),
)
"""Number, day, customer if known, what, how many pieces, the amount and the tax on it."""


@pytest.fixture
def service(database: Database) -> QueryService:
    """With the words of the language, as it runs: else "last" would be mended."""
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


@pytest.fixture
async def till(database: Database, actor: Actor) -> None:
    """A5 was given back for 30 within its month, A1 for 5 a month after; Cora is on file and never ordered."""
    facts = Facts()
    async with database.write(actor) as uow:
        people = {name: Customer(source_key=name, name=name) for name in ("Anna Becker", "Ben Ode", "Cora Lund")}
        uow.add(*people.values())
        await uow.flush()
        for n, (number, day, who, title, pieces, amount, tax) in enumerate(ORDERS):
            at = datetime.combine(day, datetime.min.time(), UTC)
            customer_id = people[who].id if who else None
            order = facts.add(Order, source_key=number, number=number, ordered_at=at, ordered_on=day, currency="EUR", channel="Store", customer_id=customer_id, tax_micros=tax * MILLION)  # fmt: skip
            facts.add(
                OrderLine,
                source_key=f"l{n}", order_id=order, ordered_on=day, line_no=1, title=title, currency="EUR",
                quantity_e6=pieces * MILLION, gross_micros=amount * MILLION, net_micros=amount * MILLION,
            )  # fmt: skip
            back = {"A5": (date(2026, 2, 20), 30), "A1": (date(2026, 2, 10), 5)}.get(number)
            if back:
                on = datetime.combine(back[0], datetime.min.time(), UTC)
                facts.add(
                    Refund,
                    source_key=f"r{n}", order_id=order, customer_id=customer_id, refunded_at=on, refunded_on=back[0],
                    currency="EUR", amount_micros=back[1] * MILLION, quantity_e6=MILLION,
                )  # fmt: skip
        await facts.write(uow)


Row = tuple[str, str | None, str, float]
A1, A2, A3, A4 = (
    ("A1", "Anna Becker", "2026-01-05", 35),
    ("A2", None, "2026-01-20", 90),
    ("A3", "Anna Becker", "2026-02-03", 60),
    ("A4", "Ben Ode", "2026-02-14", 75),
)
A5 = ("A5", "Ben Ode", "2026-02-14", 90)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("the 3 biggest orders of 2026, who ordered and how much", [A2, A5, A4]),
        ("three largest orders ever, and who was the customer?", [A2, A5, A4]),
        ("name of the client and the value: which were the 3 orders of highest value", [A2, A5, A4]),
        ("the two orders with the highest value, VAT off, discount already taken off, with the name of the customer", [A2, A5]),
        ("the 3 most recent orders, with the client and the amount excl. VAT", [A5, A4, A3]),
        ("What were the last two orders? From whom, and which amount without VAT?", [A5, A4]),
        ("most recent 2 Anna Becker orders with their value", [("A3", "2026-02-03", 60), ("A1", "2026-01-05", 35)]),
        ("the smallest order in february 2026", [A3]),  # nothing of A1 but its refund lies in February
    ],
)  # fmt: skip
@pytest.mark.usefixtures("till")
async def test_orders_are_listed_as_an_owner_wants_to_see_them(
    database: Database, actor: Actor, service: QueryService, question: str, rows: list[Row]
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered", answer.answer
    shown = {column.label: i for i, column in enumerate(answer.columns)}
    wanted = ["Order", "Customer", "Day", "Net sales"] if len(rows[0]) == len(A1) else ["Order", "Day", "Net sales"]
    assert sorted(shown) == sorted(wanted)
    assert {tuple(row[shown[name]] for name in wanted) for row in answer.rows} == set(rows)
    assert "ctive customers" not in answer.answer
    assert all(str(row[0]) in answer.answer for row in rows)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("how many 2026 orders were worth more than 50", 4),
        ("show me how many tickets are more than 50 euro", 4),
        (
            "How many orders have passed 100 euros, in february 2026?",
            1,
        ),  # what was given back later makes it no smaller
        ("Kindly count the Store orders in february 2026 exceeding €70", 2),
        ("how many orders under 50 in february 2026", 0),
        ("customers who made order more than 1 times inside 2026, how many customer is this", 2),
        ("how many customer order from us more than 1 times, all the years", 2),
        ("in january 2026 some customers took tea but not any mug that month. how many customers is it", 1),
        ("Number of customers who bought Tea in 2026, but that same year no Mug at all?", 0),
        ("Anyone that bought Tea and not even once Mug, how many are they?", 0),
        ("customers with at least one Tea purchase on record and no Mug purchase whatsoever, how many", 0),
        ("how many customers have never ordered anything?", 1),
        ("clients on file w/ zero orders ever, how many we got?", 1),
        ("how many clients never placed an order", 1),
    ],
)
@pytest.mark.usefixtures("till")
async def test_how_many_there_are_is_one_figure(
    database: Database, actor: Actor, service: QueryService, question: str, count: int
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered", answer.answer
    assert answer.rows == ((count,),)


@pytest.mark.usefixtures("till")
async def test_who_never_ordered_is_named(database: Database, actor: Actor, service: QueryService) -> None:
    answer = await ask(database, actor, service, "which customers have never ordered")
    assert [row[0] for row in answer.rows] == ["Cora Lund"]
    dated = await ask(database, actor, service, "how many customers never ordered in february 2026")
    assert dated.rows == ((0,),)  # of those who ever did


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("The mug, what is the last day when we have sold some, and how many that day?", ("2026-02-14", 4)),
        ("On which date did the Mug go over the counter for the last time? Tell me also the number of pieces on that date.", ("2026-02-14", 4)),
        ("when did we first sell Tea and what was the revenue that day", ("2026-01-05", 40)),
        ("when was the 1st time Anna Becker bought from us and how much was that order w/o vat", ("A1", "2026-01-05", 35)),
        ("the date of the very first order by Anna Becker and its value", ("A1", "2026-01-05", 35)),
        ("Anna Becker buy last time which day, and how much the order?", ("A3", "2026-02-03", 60)),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("till")
async def test_the_first_and_the_last_time_come_with_the_figure_of_that_day_or_order(
    database: Database, actor: Actor, service: QueryService, question: str, row: tuple[str | float, ...]
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered", answer.answer
    assert answer.rows == (row,)
