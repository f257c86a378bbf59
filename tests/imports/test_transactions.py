"""Payments, fees, payouts and expenses from files: what each row is, and which way the money went."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.kernel.actor import Actor
from storage.models.commerce import Customer, Transaction
from tests.imports.conftest import Ask
from tools.imports.service import ImportService
from tools.ingestion.catalogue import Entity

pytestmark = pytest.mark.anyio
Write = Callable[..., Path]
MOVED = select(Transaction.kind, Transaction.amount_micros / 1_000_000, Transaction.fee_micros / 1_000_000).order_by(
    Transaction.occurred_at, Transaction.kind
)
LEDGER = (
    "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Description\n"
    "txn_1,charge,ch_1,100.00,3.00,97.00,eur,2026-04-01 10:00,Order 1\n"
    "txn_2,refund,re_1,-40.00,0.00,-40.00,eur,2026-04-02 10:00,Refund 1\n"
    "txn_3,stripe_fee,,-5.00,0.00,-5.00,eur,2026-04-03 10:00,Radar\n"
    "txn_4,payout,po_1,-52.00,0.00,-52.00,eur,2026-04-04 10:00,Payout\n"
)


async def test_the_ledger_of_a_processor_keeps_its_signs(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    report = await imports.import_file(actor, write(LEDGER, "balance_history.csv"))
    assert (report.entity, report.created, report.rejected) == (Entity.TRANSACTION, 4, 0)
    assert await ask(MOVED) == [("charge", 100, 3), ("refund", -40, 0), ("fee", -5, None), ("payout", -52, 0)]
    assert await ask(select(Transaction.currency).distinct()) == [("EUR",)]


async def test_a_second_look_at_a_file_changes_what_changed_in_it(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    await imports.import_file(actor, write(LEDGER, "balance_history.csv"))
    again = await imports.import_file(actor, write(LEDGER.replace("3.00,97", "4.00,96"), "balance_history.csv"))
    assert (again.created, again.updated, again.unchanged) == (0, 1, 3)
    assert (await ask(MOVED))[0] == ("charge", 100, 4)


async def test_a_file_of_payouts_is_known_by_its_name(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    text = "Payout Date,Status,Total,Currency\n2026-04-04,paid,52.00,EUR\n2026-04-11,failed,10.00,EUR\n2026-04-18,paid,-3.00,EUR\n"
    report = await imports.import_file(actor, write(text, "payouts_2026.csv"))
    assert report.entity == Entity.TRANSACTION
    # What was paid out left the processor's account; what it took back came in.
    assert await ask(select(Transaction.kind, Transaction.amount_micros / 1_000_000, Transaction.status).order_by(Transaction.occurred_on)) == [
        ("payout", -52, "paid"),
        ("payout", -10, "cancelled"),
        ("payout", 3, "paid"),
    ]  # fmt: skip


async def test_expenses_go_out_whether_or_not_the_file_says_so_with_a_minus(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    plain = (
        "Date,Supplier,Category,Amount\n2026-04-03,Landlord Ltd,Rent,500.00\n2026-04-12,Boxes & Co,Packaging,120.00\n"
    )
    await imports.import_file(actor, write(plain, "expenses.csv"))
    minus = "Date,Payee,Kategorie,Betrag\n2026-05-03,Landlord Ltd,Rent,-500.00\n2026-05-09,Landlord Ltd,Rent,20.00\n2026-05-12,Boxes & Co,Packaging,-80.00\n"
    await imports.import_file(actor, write(minus, "ausgaben.csv"))
    rows = select(
        Transaction.kind, Transaction.amount_micros / 1_000_000, Transaction.counterparty, Transaction.category
    )
    assert await ask(rows.order_by(Transaction.occurred_on)) == [
        ("expense", -500, "Landlord Ltd", "Rent"),
        ("expense", -120, "Boxes & Co", "Packaging"),
        ("expense", -500, "Landlord Ltd", "Rent"),
        ("expense", 20, "Landlord Ltd", "Rent"),
        ("expense", -80, "Boxes & Co", "Packaging"),
    ]


async def test_fees_that_stand_with_a_minus_are_fees_all_the_same_and_payers_are_customers(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    text = (
        "Transaction ID,Date,Type,Customer Name,Customer Email,Gross,Fee,Currency\n"
        "A1,2026-04-01,Charge,Ann Lee,ann@x.com,100.00,-3.20,EUR\nA2,2026-04-02,Charge,Bo Ek,bo@x.com,50.00,-1.60,EUR\n"
        "A3,2026-04-03,Payout,,,-145.20,0.00,EUR\n"
    )
    report = await imports.import_file(actor, write(text, "processor.csv"))
    assert report.entity == Entity.TRANSACTION
    assert await ask(
        select(Customer.email, Transaction.fee_micros)
        .join(Customer, Customer.id == Transaction.customer_id)
        .order_by(Customer.email)
    ) == [("ann@x.com", 3_200_000), ("bo@x.com", 1_600_000)]


async def test_an_undone_import_takes_its_transactions_back(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    report = await imports.import_file(actor, write(LEDGER, "balance_history.csv"))
    await imports.undo(actor, report.file_id)
    assert await ask(MOVED) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("items.csv", "Date,Event Type,Transaction ID,Item,Qty,Gross Sales,Net Sales\n2026-04-01,Payment,T1,Mug,1,5.00,5.00\n2026-04-02,Refund,T2,Mug,-1,-5.00,-5.00\n"),
        ("orders.csv", "Order ID,Date,Product,Category,Amount,Type\n1,2026-04-01,Mug,Kitchen,5.00,Sale\n2,2026-04-02,Tea,Kitchen,4.00,Sale\n"),
        ("transactions.csv", "Transaction ID,Date,Customer ID,Product Category,Quantity,Price per Unit,Total Amount\n1,2026-04-01,C1,Beauty,3,50,150\n2,2026-04-02,C2,Clothing,2,500,1000\n"),
    ],
)  # fmt: skip
async def test_sales_are_no_movements_of_money(
    imports: ImportService, actor: Actor, write: Write, name: str, text: str
) -> None:
    assert (await imports.import_file(actor, write(text, name))).entity != Entity.TRANSACTION
