"""A single order by its number: looked up as the data spells it, told with its day, its customer and its value, and what was
in it where that is asked."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Table

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Customer, Order, OrderLine
from tests.facts import Facts
from tests.query.asking import ask, statements
from tools.language.dictionary import Dictionary
from tools.query.order_lookup import read_lookup
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MILLION = 1_000_000
ORDERS = (
    ("40017", "completed", date(2026, 1, 5), "Orla Finn", (("Rope", 3, 40), ("Kettle", 1, 25))),
    ("KX-2026-118", "completed", date(2026, 2, 3), "Pim Aalto", (("Kettle", 2, 50),)),
    ("#7731", "completed", date(2026, 2, 9), "Orla Finn", (("Rope", 1, 14),)),
    ("40018", "cancelled", date(2026, 2, 9), "Orla Finn", (("Rope", 1, 14),)),
)
"""Number, status, day, customer, and of each line what, how many pieces and the amount."""
O40017 = ("40017", "2026-01-05", "Orla Finn", 65)
KX118 = ("KX-2026-118", "2026-02-03", "Pim Aalto", 50)
O7731 = ("#7731", "2026-02-09", "Orla Finn", 14)


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


@pytest.fixture
async def till(database: Database, actor: Actor) -> None:
    facts = Facts()
    async with database.write(actor) as uow:
        people = {name: Customer(source_key=name, name=name) for name in ("Orla Finn", "Pim Aalto")}
        uow.add(*people.values())
        await uow.flush()
        for number, status, day, who, lines in ORDERS:
            at = datetime.combine(day, datetime.min.time(), UTC)
            order = facts.add(Order, source_key=number, number=number, status=status, ordered_at=at, ordered_on=day, currency="EUR", customer_id=people[who].id)  # fmt: skip
            for n, (title, pieces, amount) in enumerate(lines):
                facts.add(
                    OrderLine,
                    source_key=f"{number}-{n}", order_id=order, ordered_on=day, line_no=n + 1, title=title, currency="EUR",
                    quantity_e6=pieces * MILLION, gross_micros=amount * MILLION, net_micros=amount * MILLION,
                )  # fmt: skip
        await facts.write(uow)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("what did order 40017 come to", O40017),
        ("whose was order 40017?", O40017),
        ("Order 40017: who placed it, when was it and for how much?", O40017),
        ("order 40017 - whose was it, and the total", O40017),
        ("please look up order number 40017", O40017),
        ("when was receipt #40017 placed", O40017),
        ("could you tell me what order #7731 came to", O7731),
        ("how much was order 7731", O7731),
        ("the value of order kx-2026-118, please", KX118),
        ("KX-2026-118, what did the order come to?", KX118),
        ("look up #7731", O7731),
    ],
)
@pytest.mark.usefixtures("till")
async def test_an_order_is_told_with_its_day_its_customer_and_its_value(
    database: Database, actor: Actor, service: QueryService, question: str, row: tuple[str, str, str, float]
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered", answer.answer
    shown = {column.label: i for i, column in enumerate(answer.columns)}
    assert [tuple(one[shown[name]] for name in ("Order", "Day", "Customer", "Net sales")) for one in answer.rows] == [
        row
    ]


@pytest.mark.parametrize(
    "question",
    [
        "what was in order 40017",
        "order 40017, what goods were in it?",
        "which items did order 40017 contain",
        "the contents of order 40017",
        "ok then, what's inside order #40017 and who was the customer",
    ],
)
@pytest.mark.usefixtures("till")
async def test_what_was_in_it_is_told_line_by_line_and_then_the_order(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered", answer.answer
    assert {row[0] for row in answer.rows} == {"Rope", "Kettle"}
    (itself,) = answer.parts
    assert "40017" in itself.answer
    assert "Orla Finn" in itself.answer


@pytest.mark.parametrize(
    "question", ["what did order 99999 come to", "look up order KX-2026-999", "whose was order 4001?"]
)
@pytest.mark.usefixtures("till")
async def test_a_number_that_no_order_bears_is_said_not_to_be_there(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "cannot_answer"
    assert answer.answer.startswith("There is no order ")


@pytest.mark.usefixtures("till")
async def test_a_cancelled_order_counts_for_nothing(database: Database, actor: Actor, service: QueryService) -> None:
    answer = await ask(database, actor, service, "what did order 40018 come to")
    assert answer.status == "cannot_answer"
    assert "40018 was cancelled" in answer.answer


@pytest.mark.usefixtures("till")
async def test_an_order_is_found_by_an_index(database: Database, actor: Actor, service: QueryService) -> None:
    with statements() as seen:
        await ask(database, actor, service, "whose was order 40017")
    lookups = [statement for statement, _ in seen if "number IN" in statement]
    assert len(lookups) == 1
    table = Order.__table__
    assert isinstance(table, Table)
    assert ("tenant_id", "number") in {tuple(index.columns.keys()) for index in table.indexes}


@pytest.mark.parametrize(
    "question",
    [
        "who packed order 40017",  # more than the figures tell
        "when was order 40017 shipped",
        "the profit of order 40017",
        "order 40017 with tax",
        "what else did the customer of order 40017 buy",
        "what was in order 40017 and in order 40018",
        "orders over 40017",
        "what did we order in 2026",
        "how many items were in order 40017",
        "order value above 40017",
        "was order 40017 refunded?",
    ],
)
def test_what_asks_for_more_or_for_another_thing_is_left_to_the_planner(question: str) -> None:
    assert read_lookup(question) is None


@pytest.mark.parametrize("question", ["show order 2026", "what was in #KX99"])
@pytest.mark.usefixtures("till")
async def test_what_may_be_no_number_of_an_order_is_not_said_to_be_missing(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status != "answered"
    assert "There is no order" not in answer.answer
