"""Payments, fees, payouts and expenses: asked for like any figure by whoever has them; to others their words say what they
said before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import SemanticModel, mapped_classes
from storage.models.base import Base
from storage.models.commerce import Customer, Order, Transaction
from storage.models.identity import Tenant
from storage.models.ingestion import IngestionBatch
from tests.query.asking import ask, sell
from tools.language.dictionary import Dictionary
from tools.query.drill import FigureKey, RowsRequest
from tools.query.lexicon import build_lexicon
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService
from tools.rates.service import import_rates
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MILLION = 1_000_000
AS_OF = date(2026, 5, 20)


@dataclass(frozen=True)
class Moved:
    """A transaction, in major units; positive comes in."""

    kind: str
    day: date
    amount: int
    fee: int | None = None
    account: str | None = "Stripe"
    counterparty: str | None = None
    category: str | None = None
    description: str | None = None
    status: str | None = "paid"
    currency: str = "EUR"
    customer: str | None = None


MONEY = [
    Moved("charge", date(2026, 3, 2), 100, 3, customer="Ann Lee"),
    Moved("charge", date(2026, 4, 5), 200, 6, customer="Bo Ek"),
    Moved("charge", date(2026, 4, 6), 900, 27, status="failed", customer="Bo Ek"),
    Moved("charge", date(2026, 4, 20), 50, 2, "PayPal", customer="Ann Lee"),
    Moved("refund", date(2026, 4, 21), -50, -1, "PayPal"),
    Moved("fee", date(2026, 4, 30), -10, description="Monthly fee"),
    Moved("payout", date(2026, 4, 10), -150, 5, description="Payout 1"),
    Moved("payout", date(2026, 5, 10), -80, description="Payout 2"),
    Moved("expense", date(2026, 4, 3), -500, None, "Main bank", "Landlord Ltd", "Rent", "Rent of April"),
    Moved("bill", date(2026, 4, 12), -120, None, "Books", "Boxes & Co", "Packaging", "Boxes"),
    Moved("bill_payment", date(2026, 5, 2), -120, None, "Main bank", "Boxes & Co", "Packaging"),
    Moved("payment", date(2026, 5, 3), 70, None, "Main bank", "Cy Ltd", description="Invoice 9"),
    Moved("transfer", date(2026, 5, 4), -1_000, None, "Main bank"),
]
"""Fees: 3 in March; 6 + 2 − 1 + 10 in April, without that of the charge that failed and without the total that the payout
repeats."""


async def book(database: Database, actor: Actor, moved: list[Moved], *, sells: bool = True) -> None:
    async with database.write(actor) as uow:
        if sells:
            await sell(uow, "Mug", date(2026, 3, 1), 60)
            await sell(uow, "Tea", date(2026, 4, 2), 40)
        people = {name: Customer(source_key=name, name=name) for name in {one.customer for one in moved} if name}
        uow.add(*people.values())
        await uow.flush()
        for i, one in enumerate(moved):
            uow.add(
                Transaction(
                    source_key=str(i), kind=one.kind, occurred_on=one.day, currency=one.currency, account=one.account,
                    occurred_at=datetime.combine(one.day, datetime.min.time(), UTC), amount_micros=one.amount * MILLION,
                    fee_micros=None if one.fee is None else one.fee * MILLION, counterparty=one.counterparty,
                    category=one.category, description=one.description, status=one.status,
                    customer_id=people[one.customer].id if one.customer else None,
                )
            )  # fmt: skip
        uow.add(IngestionBatch(status="committed", entity="transaction", committed_at=uow.clock.now()))


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


Say = Any


@pytest.fixture
def say(service: QueryService, database: Database, actor: Actor) -> Say:
    async def say(question: str, conversation: str | None = None) -> QueryAnswer:
        return await ask(database, actor, service, question, conversation, as_of=AS_OF)

    return say


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_she_asks_for_her_money_in_her_words(database: Database, actor: Actor, say: Say) -> None:
    await book(database, actor, MONEY)
    wrong: list[tuple[str, object]] = []
    for question, expected in (
        ("how much did I pay in fees last month", [(17,)]),
        ("fees by month this year", [("2026-03-01", 3), ("2026-04-01", 17)]),
        ("processing fees in april 2026", [(17,)]),
        ("fees by account", [("Stripe", 19), ("PayPal", 1)]),
        ("payouts in april", [(150,)]),
        ("how many payouts", [(2,)]),
        ("number of payouts per month", [("2026-04-01", 1), ("2026-05-01", 1)]),
        ("biggest payout", [("Payout 1", 150, "2026-04-10")]),
        ("payouts over 100", [("Payout 1", 150, "2026-04-10")]),
        ("list the payouts of may", [("Payout 2", 80, "2026-05-10")]),
        ("latest payment", [("Invoice 9", "2026-05-03", 70)]),
        ("payments received by account", [("Stripe", 300), ("Main bank", 70), ("PayPal", 50)]),
        ("payments by customer", [("Bo Ek", 200), ("Ann Lee", 150), (None, 70)]),
        ("how many payments did we receive in april", [(2,)]),
        ("average payment in april", [(125,)]),
        ("fees as a share of payments in april", [(0.068,)]),
        ("expenses by category", [("Rent", 500), ("Packaging", 120)]),
        ("expenses by supplier in april", [("Landlord Ltd", 500), ("Boxes & Co", 120)]),
        ("how much did we spend on rent this year", [(500,)]),
        ("what did we pay to Landlord Ltd", [(500,)]),
        ("who did we pay the most", [("Landlord Ltd", 500)]),
        ("bills in april", [(120,)]),
        ("how many bills", [(1,)]),
        ("net cash flow by month", [("2026-03-01", 97), ("2026-04-01", -317), ("2026-05-01", -50)]),
        ("compare fees in april with march", [(17, 3)]),
        ("net sales and fees by month", [("2026-03-01", 60, 3), ("2026-04-01", 40, 17)]),
        ("fees in percent of payments by account", [("Stripe", 19 / 300), ("PayPal", 0.02), ("Main bank", 0)]),
    ):  # fmt: skip
        answer = await say(question)
        width = len(expected[0])
        rows = [tuple(row[:width]) for row in answer.rows]
        if answer.status != "answered" or not all(map(_alike, rows, expected)) or len(rows) != len(expected):
            wrong.append((question, rows or answer.answer))
    assert not wrong


def _alike(row: tuple[object, ...], expected: tuple[object, ...]) -> bool:
    return all(
        one == other if not isinstance(other, float) else one == pytest.approx(other, abs=1e-4)
        for one, other in zip(row, expected, strict=True)
    )


async def test_both_databases_tell_the_same(database: Database, actor: Actor, say: Say) -> None:
    await book(database, actor, MONEY)
    assert (await say("fees by month this year")).rows == (("2026-03-01", 3), ("2026-04-01", 17))
    assert (await say("expenses by category")).rows == (("Rent", 500), ("Packaging", 120))
    assert [row[:2] for row in (await say("biggest payout")).rows] == [("Payout 1", 150)]


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("fees by product", "Fees is not known per product"),
        ("payouts by product", "Payouts is not known per product"),
        ("expenses of Mug", "not known per product"),
    ],
)
async def test_what_money_cannot_be_split_by_is_said(
    database: Database, actor: Actor, say: Say, question: str, said: str
) -> None:
    await book(database, actor, MONEY)
    answer = await say(question)
    assert (answer.status, said in answer.answer) == ("cannot_answer", True), answer.answer


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_a_follow_up_means_what_the_figure_before_it_can_be_split_by(
    database: Database, actor: Actor, say: Say
) -> None:
    await book(database, actor, MONEY)
    await say("fees last month", "c")
    assert (await say("by account", "c")).rows == (("Stripe", 16), ("PayPal", 1))
    assert (await say("and the month before?", "c")).rows == (("Stripe", 3),)


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_words_of_trade_stay_words_of_trade(database: Database, actor: Actor, say: Say) -> None:
    await book(database, actor, MONEY)
    async with database.write(actor) as uow:
        at = datetime(2026, 4, 2, tzinfo=UTC)
        paid = Order(
            source_key="x", number="x", ordered_at=at, ordered_on=at.date(), currency="EUR", payment_method="Cash"
        )
        uow.add(paid)
        uow.add(IngestionBatch(status="committed", entity="order_line", committed_at=datetime(2026, 11, 3, tzinfo=UTC)))
    assert next(column.name for column in (await say("net sales by payment method")).columns) == "payment_method"
    assert next(column.name for column in (await say("orders by payment")).columns) == "payment_method"
    assert "category" in (await say("sales by category")).answer, "that of goods, of which there is none"
    asked = await say("how many transactions in april")
    assert asked.status == "needs_clarification"
    assert asked.clarification is not None
    assert [option.label for option in asked.clarification.options] == ["Number of transactions", "Orders"]


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_the_rows_behind_are_the_transactions(
    service: QueryService, database: Database, actor: Actor, say: Say
) -> None:
    await book(database, actor, MONEY)
    answer = await say("fees by account in april")
    assert answer.drill is not None
    async with database.read(actor) as uow:
        request = RowsRequest(query=answer.drill.query, figure=FigureKey(group=("Stripe",)), as_of=AS_OF)
        behind = await service.rows(uow, request)
    (listed,) = behind.lists
    assert (behind.figure, listed.label) == (16, "transactions")
    day = [column.name for column in listed.columns].index("day")
    assert [row[day] for row in listed.rows] == ["2026-04-30", "2026-04-05"]


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_amounts_are_converted_at_the_rate_of_their_own_day(database: Database, actor: Actor, say: Say) -> None:
    await import_rates(database, b"Date,USD\n2026-04-05,2\n2026-04-20,4\n")
    dollars = [
        Moved("charge", date(2026, 4, 5), 100, 10, currency="USD"),
        Moved("charge", date(2026, 4, 20), 100, 20, currency="USD"),
        Moved("charge", date(2026, 4, 20), 5, 1),
    ]
    await book(database, actor, dollars)
    async with database.write(actor) as uow:
        (await uow.tenants.current()).currency = "EUR"
    fees = await say("fees in april")
    assert fees.rows == ((10 / 2 + 20 / 4 + 1,),)
    assert "of each transaction's day" in fees.answer
    sales = await say("net sales in april")
    assert (sales.rows, "USD" in sales.answer) == (((40,),), False), "no order is in dollars"


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_who_has_payments_alone_is_told_of_those_and_of_no_sales(
    database: Database, actor: Actor, say: Say
) -> None:
    await book(database, actor, [Moved("charge", date(2026, 4, 5), 200, 6)], sells=False)
    assert (await say("fees in april")).rows == ((6,),)
    assert (await say("net sales in april")).status == "cannot_answer"
    late = await say("fees in 2025")
    assert "from 5 Apr 2026" in late.answer, "from when on there are any"


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_of_what_she_has_none_of_nothing_is_told(database: Database, actor: Actor, say: Say) -> None:
    await book(database, actor, [Moved("expense", date(2026, 4, 5), -200)])
    assert (await say("expenses in april")).rows == ((200,),)
    for question in ("payouts in april", "fees in april", "payments in april", "fee rate in april"):
        answer = await say(question)
        assert (answer.status == "answered", answer.rows) == (False, ()), question


@pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
async def test_who_has_no_transactions_has_the_very_layer_of_before(
    service: QueryService, database: Database, actor: Actor, say: Say
) -> None:
    await book(database, actor, [])
    async with database.read(actor) as uow:
        tenant: Tenant = await uow.tenants.current()
        assert await service.layers.of(uow, tenant) is service.layers.base
    for question in ("fees last month", "payouts in april", "expenses by category", "what did we pay to Boxes & Co"):
        answer = await say(question)
        assert (answer.status == "answered", answer.rows) == (False, ()), question


def test_the_words_of_who_has_no_transactions_are_those_of_a_layer_without_any() -> None:
    model = load_semantics()
    of_money = {
        name for name in model.metrics if any(m.entity == "transaction" for m in model.base_metrics(name).values())
    }
    without = SemanticModel(
        version=model.version,
        entities={name: one for name, one in model.entities.items() if name != "transaction"},
        metrics={name: one for name, one in model.metrics.items() if name not in of_money},
        dimensions={
            name: one.model_copy(
                update={"per_entity": {of: paths for of, paths in one.per_entity.items() if of != "transaction"}}
            )
            for name, one in model.dimensions.items()
            if one.entity != "transaction"
        },
    )
    assert len(of_money) > 1
    for held in ((), ("stock",)):
        assert build_lexicon(model, held) == build_lexicon(without, held)
