"""What another source repeats in another shape is counted once: payouts that the books hold as deposits, refunds that they
hold as credit notes, invoices of one sale; and what only looks alike is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.repositories.sales import StoredSale
from tests.resolution.sources import Sources, customer, order, payment, product, source_row, when
from tests.resolution.test_sales import ANN, BEN, figure, service
from tools.ingestion.records import OrderRecord, TransactionRecord, When
from tools.resolution.repeats import billed_twice
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio
__all__ = ["service"]


def credit(number: str, *, at: str, goods: dict[str, int], **said: Any) -> OrderRecord:
    """A credit note of the books over these goods; it names no sale unless `original_keys` do."""
    made = order(number, said.pop("buyer", None), at=at, goods={}, back=goods, **said)
    return replace(made, key=f"credit:{number}", is_credit_note=True, total_micros=None)


def deposit(key: str, *amounts: int, at: str, kinds: tuple[str, ...] = ("other",)) -> list[TransactionRecord]:
    """One deposit of the books, a line each."""
    source = source_row("deposit", key, (amounts, at, kinds))
    kind_of = [*kinds, *(kinds[-1] for _ in amounts)]
    return [
        replace(payment(f"{key}:{place}", amount, at=at, kind=kind_of[place], status="succeeded"), source=source)
        for place, amount in enumerate(amounts)
    ]


# ── payouts ──────────────────────────────────────────────────────────────────────────────────────────────────


async def paid_through_stripe(sources: Sources) -> None:
    await sources.sync(
        "stripe", payment("ch_1", 100, at="2026-05-04T10:00"), payment("fee_1", -3, at="2026-05-04T10:00", kind="fee"),
        payment("po_1", -97, at="2026-05-06T00:10", kind="payout"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "booked",
    [
        pytest.param({"amounts": (97,), "at": "2026-05-08"}, id="as one sum"),
        pytest.param({"amounts": (100, -3), "at": "2026-05-08"}, id="as takings less the fee"),
        pytest.param({"amounts": (97,), "at": "2026-05-05"}, id="on the day before by the clock of the books"),
    ],
)
@pytest.mark.parametrize("books_first", [False, True])
async def test_a_payout_that_the_books_hold_as_a_deposit_is_no_new_money(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, booked: dict[str, Any], books_first: bool
) -> None:  # fmt: skip
    async def books() -> None:
        await sources.sync("quickbooks", *deposit("d1", *booked["amounts"], at=booked["at"]))

    async def processor() -> None:
        await paid_through_stripe(sources)

    for brings in (books, processor) if books_first else (processor, books):
        await brings()
        await service.resolve(actor)
    assert await figure(database, actor, "net_movement") == 100 - 3
    assert await figure(database, actor, "payouts") == 97


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"amounts": (98,), "at": "2026-05-08"}, id="another sum"),
        pytest.param({"amounts": (97,), "at": "2026-05-27"}, id="three weeks later"),
        pytest.param({"amounts": (97,), "at": "2026-05-02"}, id="days before it was sent"),
    ],
)
async def test_what_only_looks_like_a_payout_is_new_money(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, other: dict[str, Any]
) -> None:
    await paid_through_stripe(sources)
    await sources.sync("quickbooks", *deposit("d1", *other["amounts"], at=other["at"]))
    await service.resolve(actor)
    assert await figure(database, actor, "net_movement") == 100 - 3 + sum(other["amounts"])


async def test_one_payout_is_brought_to_the_bank_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await paid_through_stripe(sources)
    # A grant that happens to be as much as the payout, whose deposit was only moved from the clearing account.
    await sources.sync(
        "quickbooks", *deposit("d1", 97, at="2026-05-07", kinds=("transfer",)), *deposit("d2", 97, at="2026-05-09")
    )
    await service.resolve(actor)
    assert await figure(database, actor, "net_movement") == 100 - 3 + 97


async def test_a_deposit_counts_again_when_the_processor_is_undone(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("quickbooks", *deposit("d1", 97, at="2026-05-08"))
    await paid_through_stripe(sources)
    await service.resolve(actor)
    assert await figure(database, actor, "net_movement") == 97
    await sources.undo()
    await service.resolve(actor)
    assert await figure(database, actor, "net_movement") == 97


# ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("books_first", [False, True])
@pytest.mark.parametrize("has_invoice", [False, True])
async def test_a_credit_note_that_names_no_sale_repeats_the_refund_of_the_shop(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, books_first: bool, has_invoice: bool
) -> None:  # fmt: skip
    """Whether goods and customers are known to be one before it comes or after, and whether the books hold each sale or
    a day's takings as one sum."""
    shop = await sources.connector("shopify")
    books = await sources.connector("quickbooks")
    ann, booked = customer("1", **ANN), customer("7", **ANN)

    async def sold() -> None:
        mug = product("m", "Blue Mug", barcode="4006381333931")
        await sources.sync(
            shop, ann, mug,
            order("1001", ann, goods={"Blue Mug": 10}, listed=[mug], back={"Blue Mug": 10}, back_at="2026-05-20T10:00"),
        )  # fmt: skip
        await service.resolve(actor)

    async def booked_in() -> None:
        mug = product("q", "Blue Mug", barcode="4006381333931")
        invoice = order("INV-1", booked, at="2026-05-05", goods={"Blue Mug": 10}, listed=[mug])
        await sources.sync(books, booked, mug, *([invoice] if has_invoice else []))
        await service.resolve(actor)
        note = credit("CN-1", at="2026-05-21", buyer=booked, goods={"Blue Mug": 10})
        named = [replace(one, product=mug.product) for one in note.refunds]
        await sources.sync(books, replace(note, refunds=named))
        await service.resolve(actor)

    for brings in (booked_in, sold) if books_first else (sold, booked_in):
        await brings()
    assert await figure(database, actor, "refunds") == 10
    assert await figure(database, actor, "revenue") == 0


async def test_a_credit_note_over_nothing_that_is_sold_repeats_a_refund_too(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    ann, booked = customer("1", **ANN), customer("7", **ANN)
    await sources.sync("shopify", order("1001", ann, goods={"Mug": 30}, back={"Mug": 30}, back_at="2026-05-20T10:00"))
    await sources.sync("xero", booked, credit("CN-1", at="2026-05-21", buyer=booked, goods={"Returned goods": 30}))
    await service.resolve(actor)
    assert await figure(database, actor, "refunds") == 30


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"buyer": customer("8", **BEN), "goods": {"Returned": 30}}, id="of another customer"),
        pytest.param({"buyer": customer("7", **ANN), "goods": {"Returned": 29}}, id="of another sum"),
    ],
)
async def test_a_credit_note_of_something_else_takes_back_something_else(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, other: dict[str, Any]
) -> None:
    ann = customer("1", **ANN)
    await sources.sync("shopify", order("1001", ann, goods={"Mug": 30}, back={"Mug": 30}, back_at="2026-05-20T10:00"))
    await sources.sync("xero", other["buyer"], credit("CN-1", at="2026-05-21", **other))
    await service.resolve(actor)
    assert await figure(database, actor, "refunds") == 30 + sum(other["goods"].values())


async def test_postage_on_a_credit_note_goes_with_its_goods(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    """A line that names no goods belongs to the sale that the others of its note take back."""
    ann, booked, mug = customer("1", **ANN), customer("7", **ANN), product("q", "Blue Mug")
    await sources.sync("shopify", order("1001", ann, goods={"Mug": 10}, back={"Mug": 10}, back_at="2026-05-20T10:00"))
    books = await sources.connector("xero")
    await sources.sync(books, booked, mug, order("1001", booked, at="2026-05-05", goods={"Blue Mug": 10}, listed=[mug]))
    note = credit("CN-1", at="2026-05-21", buyer=booked, goods={"Blue Mug": 10, "Postage": 5})
    goods, postage = note.refunds
    await sources.sync(books, replace(note, refunds=[replace(goods, product=mug.product), postage]))
    await service.resolve(actor)
    assert await figure(database, actor, "refunds") == 10


# ── invoices, samples, companies, days ───────────────────────────────────────────────────────────────────────


async def test_an_invoice_that_processor_and_books_hold_is_issued_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    ann = customer("1", **ANN)
    for vendor, number in (("quickbooks", "INV-7"), ("stripe", "INV-7")):
        await sources.sync(
            vendor, ann, order(number, ann, goods={"Advice": 200}),
            payment("i1", 200, ann, kind="invoice", order_key=f"order:{number}"),
        )  # fmt: skip
    await sources.sync("xero", payment("i2", 50, customer("8", **BEN), kind="invoice"))
    await service.resolve(actor)
    assert await figure(database, actor, "invoices_issued") == 200 + 50


async def test_a_sample_that_cost_nothing_is_one_order_in_shop_and_books(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    ann, ben = customer("1", **ANN), customer("2", **BEN)
    await sources.sync("shopify", order("1001", ann, goods={"Sample": 0}), order("1002", ben, goods={"Sample": 0}))
    await sources.sync(
        "quickbooks", order("1001", customer("7", **ANN), at="2026-05-05", goods={"Sample": 0}),
        order("1009", customer("7", **ANN), at="2026-05-05", goods={"Sample": 0}),
    )  # fmt: skip
    await service.resolve(actor)
    assert await figure(database, actor, "orders") == 3


async def test_what_a_person_paid_and_her_company_is_booked_for_is_received_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    """A company and who works there are two customers, with one mailbox."""
    await sources.sync("stripe", payment("ch_1", 120, customer("cus_1", **ANN)))
    firm = customer("x1", name="Flores & Daughters Ltd", company="Flores & Daughters Ltd", email="ann@flores.ie")
    await sources.sync(
        "xero", payment("p1", 120, firm, kind="payment", at="2026-05-05"),
        payment("p2", 120, firm, kind="payment", at="2026-05-06"),
    )  # fmt: skip
    await service.resolve(actor)
    assert await figure(database, actor, "payments_received") == 120 + 120


async def test_a_days_takings_are_those_of_the_day_where_the_business_is(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    """Evenings in California are the next day in UTC."""
    sold = [order(str(n), None, at=f"2026-05-05T0{n}:00", goods={"Latte": 4 + n}) for n in range(5)]
    there = [
        replace(one, when=When(when(f"2026-05-05T0{n}:00").at, date(2026, 5, 4), 0, 0)) for n, one in enumerate(sold)
    ]
    await sources.sync("square", *there)
    await sources.sync(
        "xero", order("INV-9", customer("x", name="Square Sales"), at="2026-05-04", goods={"Takings": 30})
    )
    await service.resolve(actor)
    assert await figure(database, actor, "gross_sales") == 30


# ── bills ────────────────────────────────────────────────────────────────────────────────────────────────────


def bill(key: str, amount: int, *, by: str = "Bean Importers", number: str | None = "B-17", at: str = "2026-05-04", **said: Any) -> TransactionRecord:  # fmt: skip
    return payment(key, -amount, at=at, kind=said.pop("kind", "bill"), counterparty=by, description=number, **said)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(bill("x1", 80), id="alike"),
        pytest.param(bill("x1", 80, by="Bean Importers Ltd.", number="b 17"), id="written otherwise"),
        pytest.param(bill("x1", 80, at="2026-05-29"), id="dated on the day of its entry"),
        pytest.param(bill("x1", 80, number=None), id="without a number"),
        pytest.param(bill("x1", 80, number="Beans for the second quarter"), id="with a remark in place of a number"),
    ],
)
@pytest.mark.parametrize("first", ["quickbooks", "xero"])
async def test_a_bill_that_two_books_hold_is_owed_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, other: TransactionRecord, first: str
) -> None:  # fmt: skip
    second = {"quickbooks": "xero", "xero": "quickbooks"}[first]
    await sources.sync(first, bill("q1", 80))
    await service.resolve(actor)
    await sources.sync(second, other)
    await service.resolve(actor)
    assert await figure(database, actor, "bills") == 80
    assert await figure(database, actor, "bill_count") == 1
    assert await figure(database, actor, "expenses") == 80
    await sources.undo()
    await service.resolve(actor)
    assert await figure(database, actor, "bills") == 80


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(bill("x1", 81), id="another sum"),
        pytest.param(bill("x1", 80, by="Cup Makers"), id="another supplier"),
        pytest.param(bill("x1", 80, number="B-18"), id="another number"),
        pytest.param(bill("x1", 80, number=None, at="2026-05-05"), id="without a number on another day"),
        pytest.param(bill("x1", 80, at="2026-07-05"), id="the same number months later"),
        pytest.param(bill("x1", -80), id="what the supplier took back"),
    ],
)
async def test_a_bill_that_only_looks_alike_is_owed_too(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, other: TransactionRecord
) -> None:
    await sources.sync("quickbooks", bill("q1", 80))
    await sources.sync("xero", other)
    await service.resolve(actor)
    assert await figure(database, actor, "bill_count") == 2


async def test_of_two_bills_of_a_day_each_is_repeated_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    """A third set of books repeats them too, and a bill that it alone holds counts."""
    for vendor, count in (("quickbooks", 2), ("xero", 2), ("zohobooks", 3)):
        await sources.sync(vendor, *(bill(f"{vendor}{n}", 80, number=None) for n in range(count)))
    await service.resolve(actor)
    assert await figure(database, actor, "bill_count") == 3


async def test_what_was_paid_on_a_bill_is_settled_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    paid = bill("p1", 80, number="bank transfer", kind="bill_payment", at="2026-05-20")
    await sources.sync("quickbooks", paid)
    await sources.sync(
        "xero", replace(paid, when=when("2026-05-22")), bill("p2", 80, kind="bill_payment", at="2026-06-20")
    )
    await service.resolve(actor)
    assert await figure(database, actor, "bill_payments") == 80 + 80


def test_a_fee_of_always_the_same_sum_is_one_bill_a_day_in_either_book() -> None:
    """Thousands that differ in day and number alone, each with its fellow and with no other's."""
    days = [datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number // 5) for number in range(3_000)]
    bills = {
        book: [
            StoredSale(
                f"{book}{number}", book, book, at, at.date(), "EUR", (-9_000_000,), None, None, None, None, False, None,
                kind="bill", counterparty="Card Fees Ltd", description=f"F-{number}",
            )
            for number, at in enumerate(days)
        ]
        for book in ("quickbooks", "xero")
    }  # fmt: skip
    found = billed_twice([*bills["xero"], *bills["quickbooks"]], lambda _: 0)
    assert found == {f"xero{number}": f"quickbooks{number}" for number in range(3_000)}
