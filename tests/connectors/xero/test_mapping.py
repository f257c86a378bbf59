"""What Xero's objects become: sales, claims and movements of money as a bookkeeper would book them."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.connectors.damage import damaged_by_name
from tests.connectors.mapping import assert_nothing_lost, mapped, rows
from tests.connectors.xero.payloads import (
    ADA,
    BANKED,
    BILL,
    CONTACT,
    CREDIT,
    ENTRY,
    FULL,
    INVOICE,
    ITEM,
    PAYMENT,
    SUPPLIER,
    TRANSFER,
    answer,
    line,
)


def nzd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "NZD"}


def one(object_: str, payload: Any, table: str, **account: Any) -> dict[str, Any]:
    report = mapped("xero", object_, payload, **account)
    assert_nothing_lost(report, payload)
    (row,) = rows(report, table)
    return row


@pytest.mark.parametrize("name", FULL)
def test_all_that_the_specification_names_is_known(name: str) -> None:
    report = mapped("xero", name, FULL[name])
    assert report.coverage.unknown == 0
    assert report.problems == ()
    assert_nothing_lost(report, FULL[name])


def test_the_rows_may_train_no_model() -> None:
    assert mapped("xero", "contacts", CONTACT).licence == "no_training"


# ── sales ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sales_invoice_is_a_claim_and_an_order_of_its_own_day_wherever_the_shop_is() -> None:
    report = mapped("xero", "Invoices", answer("Invoices", INVOICE), zone="America/New_York")
    assert rows(report, "unified_transactions") == [
        {
            "key": f"invoice:{INVOICE['InvoiceID']}:invoice",
            "kind": "invoice",
            "occurred_at": "2026-03-02T05:00:00Z",
            "occurred_on": "2026-03-02",
            "currency": "NZD",
            "amount": nzd("115.00"),
            "counterparty": "City Library 📚",
            "description": "PO 7",
            "status": "open",
            "order": f"invoice:{INVOICE['InvoiceID']}",
        }
    ]
    assert rows(report, "unified_orders") == [
        {
            "key": f"invoice:{INVOICE['InvoiceID']}",
            "number": "INV-0042",
            "ordered_at": "2026-03-02T05:00:00Z",
            "ordered_on": "2026-03-02",
            "currency": "NZD",
            "status": "pending",
            "due_on": "2026-04-01",
            "tax": nzd("15.00"),
            "total": nzd("115.00"),
            "amount": nzd("100.00"),
        }
    ]


def test_a_line_s_amount_is_after_its_discount_and_a_line_of_text_is_none() -> None:
    report = mapped("xero", "invoice", INVOICE)
    assert [
        (row["title"], row.get("sku"), row["gross"], row["discount"], row["net"], row["tax"])
        for row in rows(report, "order_lines")
    ] == [
        ("Atlas", "ATL", nzd("100.00"), nzd("10.00"), nzd("90.00"), nzd("13.50")),
        ("Engraving", None, nzd("10.00"), nzd("0.00"), nzd("10.00"), nzd("1.50")),
    ]


def test_a_discount_in_money_is_the_price_less_the_amount() -> None:
    lines = [line("x", DiscountRate=None, DiscountAmount=12.5, LineAmount=87.5, TaxAmount=13.13)]
    found = one("invoice", {**INVOICE, "LineItems": lines}, "order_lines")
    assert (found["gross"], found["discount"], found["net"]) == (nzd("100.00"), nzd("12.50"), nzd("87.50"))


def test_tax_is_taken_out_of_prices_that_hold_it() -> None:
    """2 × 57.50 − 10 % = 103.50 with 13.50 GST: what one with exclusive prices comes to."""
    inclusive = {
        **INVOICE,
        "LineAmountTypes": "Inclusive",
        "LineItems": [line("l1", UnitAmount=57.5, LineAmount=103.5, TaxAmount=13.5)],
        "SubTotal": 90.0,
    }
    found = one("invoice", inclusive, "order_lines")
    assert (found["gross"], found["discount"], found["net"], found["unit_price"]) == (
        nzd("100.00"), nzd("10.00"), nzd("90.00"), nzd("50.00"),
    )  # fmt: skip


def test_figures_say_where_they_came_from_and_the_twin_of_a_date_stays_raw() -> None:
    report = mapped("xero", "invoices", answer("Invoices", INVOICE))
    order = next(row for row in report.rows if row.table == "unified_orders")
    assert order.provenance["ordered_at"].pointers == ("/Invoices/0/DateString",)
    assert order.provenance["total"].pointers == ("/Invoices/0/Total",)
    sold = next(row for row in report.rows if row.table == "order_lines")
    assert sold.provenance["gross"].pointers == ("/Invoices/0/LineItems/0/UnitAmount", "/Invoices/0/LineItems/0/Quantity",
                                                 "/Invoices/0/LineItems/0/LineAmount", "/Invoices/0/LineItems/0/TaxAmount")  # fmt: skip
    why = {leaf.pointer: leaf.why for leaf in report.unmapped}
    assert (why["/Invoices/0/Date"], why["/pagination/page"]) == ("kept_raw", "kept_raw")


def test_a_summary_without_lines_has_its_amount() -> None:
    summary = {key: value for key, value in INVOICE.items() if key not in ("LineItems", "DateString", "DueDateString")}
    order = one("invoice", summary, "unified_orders", zone="Pacific/Auckland")
    assert (order["amount"], order["ordered_on"], order["due_on"]) == (nzd("100.00"), "2026-03-02", "2026-04-01")


@pytest.mark.parametrize("day", ["/Date(-62135596800000+0000)/", "/Date(-62135596800000)/", "0001-01-01T00:00:00"])
def test_a_day_that_was_never_set_is_none(day: str) -> None:
    """.NET writes it as the first of the year 1: no invoice is overdue since then."""
    without = {key: value for key, value in INVOICE.items() if not key.startswith("DueDate")}
    assert "due_on" not in one("invoice", {**without, "DueDate": day}, "unified_orders")


@pytest.mark.parametrize(
    ("status", "order", "claim"),
    [
        ("DRAFT", [], "draft"),
        ("SUBMITTED", [], "draft"),
        ("AUTHORISED", ["pending"], "open"),
        ("PAID", ["completed"], "paid"),
        ("VOIDED", ["cancelled"], "cancelled"),
        ("DELETED", ["cancelled"], "cancelled"),
    ],
)
def test_an_invoice_counts_once_it_is_issued_and_until_it_is_voided(status: str, order: list[str], claim: str) -> None:
    report = mapped("xero", "invoice", {**INVOICE, "Status": status})
    assert_nothing_lost(report, {**INVOICE, "Status": status})
    assert report.coverage.unknown == 0
    assert [row["status"] for row in rows(report, "unified_orders")] == order
    assert [row["status"] for row in rows(report, "unified_transactions")] == [claim]


def test_a_credit_note_takes_back_what_it_is_allocated_to() -> None:
    report = mapped("xero", "credit_notes", answer("CreditNotes", CREDIT))
    assert_nothing_lost(report, answer("CreditNotes", CREDIT))
    (note,), (back,) = rows(report, "unified_orders"), rows(report, "refunds")
    assert (note["number"], note["originals"]) == ("CN-0002", [f"invoice:{INVOICE['InvoiceID']}"])
    assert (back["amount"], back["tax"], back["quantity"], back["reason"]) == (
        nzd("20.00"),
        nzd("3.00"),
        "1",
        "damaged",
    )
    (claim,) = rows(report, "unified_transactions")
    assert (claim["kind"], claim["amount"]) == ("invoice", nzd("-23.00"))


@pytest.mark.parametrize("style", ["Inclusive", "Exclusive"])
def test_a_summary_of_a_credit_note_takes_back_as_much_as_its_lines(style: str) -> None:
    summary = {key: value for key, value in CREDIT.items() if key != "LineItems"} | {"LineAmountTypes": style}
    back = one("credit_note", summary, "refunds")
    whole = one("credit_note", CREDIT, "refunds")
    assert (back["key"], back["amount"], back["tax"]) == (whole["key"], nzd("20.00"), nzd("3.00"))


def test_a_voided_credit_note_gives_nothing_back() -> None:
    report = mapped("xero", "credit_note", {**CREDIT, "Status": "VOIDED"})
    assert rows(report, "unified_orders")[0]["status"] == "cancelled"
    (back,) = rows(report, "refunds")
    assert (back["amount"], back["tax"], back["quantity"]) == (nzd("0.00"), nzd("0.00"), "0")


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bill_is_a_claim_on_us_and_its_seller_no_customer() -> None:
    report = mapped("xero", "bills", BILL)
    (claim,) = rows(report, "unified_transactions")
    assert (claim["kind"], claim["amount"], claim["category"], claim["description"]) == (
        "bill", nzd("-103.50"), "310", "SUP-9",
    )  # fmt: skip
    assert not rows(report, "unified_customers")
    assert not rows(report, "unified_orders")
    credit = {**CREDIT, "Type": "ACCPAYCREDIT"}
    assert one("credit_note", credit, "unified_transactions")["amount"] == nzd("23.00")


@pytest.mark.parametrize(
    ("type_", "kind", "amount", "order"),
    [
        ("ACCRECPAYMENT", "payment", "15.00", True),
        ("ACCPAYPAYMENT", "bill_payment", "-15.00", False),
        ("ARCREDITPAYMENT", "refund", "-15.00", False),
        ("AROVERPAYMENTPAYMENT", "refund", "-15.00", False),
        ("ARPREPAYMENTPAYMENT", "refund", "-15.00", False),
        ("APCREDITPAYMENT", "bill_payment", "15.00", False),
        ("APOVERPAYMENTPAYMENT", "bill_payment", "15.00", False),
        ("APPREPAYMENTPAYMENT", "bill_payment", "15.00", False),
        (None, "payment", "15.00", True),
    ],
)
def test_which_way_a_payment_goes_is_told_by_its_type(type_: str | None, kind: str, amount: str, order: bool) -> None:
    row = one("payments", {**PAYMENT, "PaymentType": type_}, "unified_transactions")
    assert (row["kind"], row["amount"], "order" in row) == (kind, nzd(amount), order)


def test_a_payment_of_a_foreign_invoice_is_settled_in_the_bank_s_currency() -> None:
    foreign = {**PAYMENT, "Amount": 15.0, "BankAmount": 24.75, "Invoice": {**PAYMENT["Invoice"], "CurrencyCode": "USD"}}
    row = one("payment", foreign, "unified_transactions")
    assert row["amount"] == {"amount": "15.00", "currency": "USD"}
    assert row["settled"] == nzd("24.75")
    assert one("payment", {**foreign, "Status": "DELETED"}, "unified_transactions")["status"] == "cancelled"


@pytest.mark.parametrize(
    ("type_", "kind", "amount"),
    [
        ("SPEND", "expense", "-20.00"),
        ("RECEIVE", "other", "20.00"),
        ("SPEND-PREPAYMENT", "bill_payment", "-20.00"),
        ("RECEIVE-OVERPAYMENT", "payment", "20.00"),
        ("SPEND-TRANSFER", "transfer", "-20.00"),
        ("RECEIVE-TRANSFER", "transfer", "20.00"),
    ],
)
def test_a_bank_transaction_goes_where_its_type_says(type_: str, kind: str, amount: str) -> None:
    row = one("BankTransactions", {**BANKED, "Type": type_}, "unified_transactions")
    assert (row["kind"], row["amount"], row["account"], row["description"]) == (
        kind,
        nzd(amount),
        "Business Bank",
        "Paper",
    )


def test_what_is_over_or_prepaid_is_counted_in_the_bank_only() -> None:
    over = {"OverpaymentID": "o", "Type": "RECEIVE-OVERPAYMENT", "Total": 10.0, "RemainingCredit": 10.0}
    report = mapped("xero", "overpayments", answer("Overpayments", over))
    assert (report.rows, report.coverage.unknown) == ((), 0)


def test_a_transfer_and_a_journal_come_to_nothing() -> None:
    moved = rows(mapped("xero", "bank_transfers", TRANSFER, currency="NZD"), "unified_transactions")
    assert [(row["account"], row["amount"]) for row in moved] == [
        ("Business Bank", nzd("-500.00")),
        ("Savings", nzd("500.00")),
    ]
    posted = rows(mapped("xero", "manual-journal", ENTRY, currency="NZD"), "unified_transactions")
    assert [(row["account"], row["amount"], row["description"]) for row in posted] == [
        ("416", nzd("100.50"), "shelves"),
        ("711", nzd("-100.50"), "depreciation of March"),
    ]
    assert len({row["key"] for row in (*moved, *posted)}) == 4


# ── people and goods ─────────────────────────────────────────────────────────────────────────────────────────


def test_who_buys_is_a_customer_and_who_sells_a_contact() -> None:
    assert one("contact", CONTACT, "unified_customers") == {
        "id": f"xero:{ADA}",
        "name": "City Library 📚",
        "contact_name": "Ada Byron",
        "email": "books@library.example",
        "phone": "64 4 555 1234",
        "segment": "Trade",
    }
    assert one("contact", CONTACT, "addresses")["line1"] == "P O Box 123"
    report = mapped("xero", "contact", SUPPLIER)
    assert not rows(report, "unified_customers")
    assert (rows(report, "contacts")[0]["stage"], rows(report, "contacts")[0]["deleted"]) == ("supplier", True)
    both = mapped("xero", "contact", {**CONTACT, "IsSupplier": True})
    assert len(rows(both, "unified_customers")) == len(rows(both, "contacts")) == 1


def test_an_item_has_the_key_that_lines_name_it_by() -> None:
    report = mapped("xero", "items", answer("Items", ITEM), currency="NZD")
    (product,) = rows(report, "unified_products")
    assert product["id"] == rows(mapped("xero", "invoice", INVOICE), "unified_products")[0]["id"] == "xero:ATL"
    assert rows(report, "product_costs") == [{"cost": nzd("21.50")}]
    assert [row["on_hand"] for row in rows(report, "stock_levels")] == ["10"]
    assert not rows(mapped("xero", "item", {**ITEM, "IsTrackedAsInventory": False}), "stock_levels")


def test_a_quote_is_a_hope_and_no_sale() -> None:
    report = mapped("xero", "quotes", FULL["Quotes"])
    (deal,) = rows(report, "deals")
    assert (deal["status"], deal["amount"], deal["expected_on"]) == ("open", nzd("103.50"), "2026-04-01")
    assert not rows(report, "unified_orders")


# ── how it comes ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("object_", "payload"),
    [
        ("invoices", answer("Invoices")),
        ("contacts", {"Id": "x", "Status": "OK", "ProviderName": "p", "DateTimeUTC": "/Date(1772480100000)/", "Contacts": []}),
        ("invoice", {"ErrorNumber": 10, "Type": "ValidationException", "Message": "m", "Elements": [{"Type": "ACCREC", "Total": 5}]}),
        ("payments", {"Title": "Unauthorized", "Status": 401, "Detail": "TokenExpired", "Instance": "i", "Extensions": {}}),
        ("quotes", {"Title": "Forbidden", "Status": 403, "Detail": "AuthorizationUnsuccessful"}),
        ("bank_transfers", {"Title": "Forbidden", "Status": 403, "Detail": "AuthorizationUnsuccessful"}),
        ("webhook", {"events": [{"resourceId": "r", "eventCategory": "INVOICE"}], "firstEventSequence": 1, "entropy": "e"}),
        ("invoices", {"events": [{"resourceId": "r", "eventCategory": "INVOICE"}], "lastEventSequence": 1, "entropy": "e"}),
        ("Organisation", {"Organisations": [{"OrganisationID": "o", "BaseCurrency": "NZD"}]}),
        ("journals", {"Journals": [{"JournalID": "j", "JournalLines": [{"NetAmount": 5}]}]}),
    ],
)  # fmt: skip
def test_empty_answers_errors_hints_and_the_ledger_make_no_rows_and_stay_raw(object_: str, payload: Any) -> None:
    report = mapped("xero", object_, payload)
    assert_nothing_lost(report, payload)
    assert (report.rows, report.problems, report.coverage.unknown) == ((), (), 0)


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("JPY", 1500, "1500"), ("KWD", 1.1255, "1.1255"), ("EUR", "1234.5", "1234.50"), ("NZD", -0.5, "-0.50")],
)
def test_money_is_exact_in_the_currency_of_the_document(currency: str, amount: Any, shown: str) -> None:
    row = one(
        "invoice", {**INVOICE, "CurrencyCode": currency, "CurrencyRate": 0.6131, "Total": amount}, "unified_orders"
    )
    assert row["total"] == {"amount": shown, "currency": currency}


def test_a_field_that_is_new_to_us_is_told() -> None:
    report = mapped("xero", "invoice", {**INVOICE, "CarbonTax": 4.2})
    assert [(leaf.pointer, leaf.value) for leaf in report.unmapped if leaf.why == "unknown"] == [("/CarbonTax", "4.2")]


@settings(deadline=None)  # the first example also reads the mapping file
@given(case=damaged_by_name({name: [value, answer(name, value), [value]] for name, value in FULL.items()}))
def test_whatever_is_missing_or_of_another_kind_no_xero_payload_breaks_or_loses_anything(case: tuple[str, Any]) -> None:
    assert_nothing_lost(mapped("xero", *case), case[1])
