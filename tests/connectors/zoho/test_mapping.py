"""What the records of Zoho CRM and of Zoho Books become, and how the two are told apart."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.connectors.damage import damaged_by_name
from tests.connectors.mapping import assert_nothing_lost, mapped, rows
from tests.connectors.zoho.payloads import (
    ACCOUNT,
    ADA,
    BANKED,
    BILL,
    BOOKS,
    BOOKS_INVOICE,
    BOOKS_ORDER,
    BOUGHT,
    CONTACT,
    CREDIT,
    CRM,
    CUSTOMER,
    DEAL,
    ENTRY,
    ESTIMATE,
    EVENT,
    EXPENSE,
    INVOICE,
    ITEM,
    LEAD,
    MAREN,
    ORDER,
    PAID,
    PRODUCT,
    QUOTE,
    RECEIVED,
    V2_LINE,
    V8_LINE,
    VENDOR_CREDIT,
    books,
    crm,
)


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def one(object_: str, payload: Any, table: str, **account: Any) -> dict[str, Any]:
    report = mapped("zoho", object_, payload, **account)
    assert_nothing_lost(report, payload)
    (row,) = rows(report, table)
    return row


ANSWERS: dict[str, Any] = {name: crm(value) for name, value in CRM.items()} | {
    f"books_{name}": books(name, value) for name, value in BOOKS.items()
}


@pytest.mark.parametrize("name", ANSWERS)
def test_all_that_the_references_name_is_known(name: str) -> None:
    report = mapped("zoho", name, ANSWERS[name])
    assert report.coverage.unknown == 0
    assert report.problems == ()
    assert report.rows
    assert_nothing_lost(report, ANSWERS[name])


# ── which of the two ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("object_", "payload", "meant"),
    [
        ("Invoices", crm(INVOICE), "invoice"),
        ("invoices", books("invoices", BOOKS_INVOICE), "books_invoice"),
        ("invoice", {"code": 0, "message": "success", "invoice": BOOKS_INVOICE}, "books_invoice"),
        ("invoice", BOOKS_INVOICE, "books_invoice"),
        ("invoice", INVOICE, "invoice"),
        ("invoices", books("invoices"), "books_invoice"),
        ("contacts", crm(CONTACT), "contact"),
        ("contacts", books("contacts", CUSTOMER), "books_contact"),
        ("products", crm(PRODUCT), "product"),
        ("products", books("items", ITEM), "books_item"),
        ("salesorder", {"salesorder": BOOKS_ORDER}, "books_sales_order"),
        ("Sales_Orders", crm(ORDER), "sales_order"),
        ("estimates", books("estimates", ESTIMATE), "books_estimate"),
        ("Quotes", crm(QUOTE), "quote"),
        ("Potentials", crm(DEAL), "deal"),
        ("payments", books("customerpayments", RECEIVED), "books_customer_payment"),
        ("payments", books("vendorpayments", PAID), "books_vendor_payment"),
        ("crm_invoices", crm(INVOICE), "invoice"),
        ("Books Invoices", books("invoices", BOOKS_INVOICE), "books_invoice"),
        ("books_salesorders", books("salesorders", BOOKS_ORDER), "books_sales_order"),
        ("bankTransactions", books("banktransactions", BANKED), "books_bank_transaction"),
        ("Purchase_Orders", crm({"id": "1", "Subject": "x"}), "purchase_order"),
        ("purchaseorders", books("purchaseorders", {"purchaseorder_id": "1"}), "books_purchase_order"),
    ],
)
def test_one_name_means_the_object_that_the_payload_holds(object_: str, payload: Any, meant: str) -> None:
    report = mapped("zoho", object_, payload)
    assert (report.object, report.coverage.unknown) == (meant, 0)
    assert_nothing_lost(report, payload)


# ── CRM ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_contact_works_for_a_company_and_times_have_the_organisation_s_offset() -> None:
    assert one("Contacts", crm(CONTACT), "contacts") == {
        "key": f"contact:{MAREN['id']}",
        "name": "Maren Holt",
        "email": "maren@cafe.example",
        "phone": "+254 20 555 0101",
        "company": "Café Ada 🌱",
        "title": "Buyer",
        "owner": "Bo Ek",
        "created_at": "2026-03-01T22:30:00Z",
    }


def test_a_lead_has_a_stage_unless_nothing_was_picked() -> None:
    assert one("Leads", crm(LEAD), "contacts")["stage"] == "Attempted to Contact"
    assert "stage" not in one("Leads", crm({**LEAD, "Lead_Status": "-None-"}), "contacts")


def test_an_account_is_the_customer_that_orders_name() -> None:
    customer = one("accounts", crm(ACCOUNT), "unified_customers")
    assert (customer["id"], customer["name"], customer["segment"]) == (f"zoho:{ADA['id']}", ADA["name"], "Customer")
    assert one("sales_orders", crm(ORDER), "unified_customers")["id"] == customer["id"]


@pytest.mark.parametrize(
    ("stage", "status", "closed"),
    [("Closed Won", "won", True), ("Closed Lost to Competition", "lost", True), ("Qualification", "open", False)],
)
def test_a_deal_is_open_until_its_stage_closes_it(stage: str, status: str, closed: bool) -> None:
    deal = one("Deals", crm({**DEAL, "Stage": stage}), "deals", currency="KES")
    assert (deal["stage"], deal["status"], "closed_at" in deal, deal["expected_on"]) == (
        stage,
        status,
        closed,
        "2026-04-15",
    )
    assert deal["amount"] == {"amount": "5000.50", "currency": "KES"}
    assert (deal["probability"], deal["contacts"]) == (1.0, [f"contact:{MAREN['id']}"])


@pytest.mark.parametrize(
    "lines", [{"Product_Details": [V2_LINE]}, {"Product_Details": None, "Ordered_Items": [V8_LINE]}]
)
def test_lines_of_all_versions_come_to_the_grand_total(lines: dict[str, Any]) -> None:
    """250 − 25 of the line − 22.50 of the whole + 18 + 2.50 tax = 223."""
    report = mapped("zoho", "sales_order", crm({**ORDER, **lines}))
    assert_nothing_lost(report, crm({**ORDER, **lines}))
    (order,), (line,) = rows(report, "unified_orders"), rows(report, "order_lines")
    assert (order["number"], order["status"], order["tax"], order["total"]) == (
        "SO-17",
        "pending",
        usd("20.50"),
        usd("223.00"),
    )
    assert (line["title"], line["sku"], line["quantity"]) == ("Rock Fountain", "RF-1", "2")
    assert (line["gross"], line["discount"], line["net"]) == (usd("250.00"), usd("47.50"), usd("202.50"))


def test_an_order_is_billed_where_nothing_says_where_it_is_shipped() -> None:
    assert one("sales_order", crm(ORDER), "addresses")["city"] == "Mombasa"


def test_an_invoice_of_a_sales_order_is_a_claim_on_it_and_no_second_sale() -> None:
    made = {**INVOICE, "Sales_Order": {"name": "Spring order", "id": ORDER["id"]}}
    report = mapped("zoho", "invoices", crm(made))
    assert not rows(report, "unified_orders")
    (claim,) = rows(report, "unified_transactions")
    assert claim["order"] == rows(mapped("zoho", "sales_orders", crm(ORDER)), "unified_orders")[0]["key"]
    alone = mapped("zoho", "invoices", crm(INVOICE))
    (order,), (claim,) = rows(alone, "unified_orders"), rows(alone, "unified_transactions")
    assert (claim["order"], claim["amount"], order["ordered_on"]) == (order["key"], usd("223.00"), "2026-03-05")


def test_a_quote_of_a_deal_is_counted_as_that_deal() -> None:
    assert one("quotes", crm(QUOTE), "deals")["amount"] == usd("223.00")
    assert not mapped("zoho", "quotes", crm({**QUOTE, "Deal_Name": {"name": "x", "id": DEAL["id"]}})).rows


def test_a_product_has_a_stock_with_what_is_on_its_way() -> None:
    report = mapped("zoho", "Products", crm(PRODUCT), currency="USD")
    (product,), (stock,) = rows(report, "unified_products"), rows(report, "stock_levels")
    assert (product["list_price"], product["status"], product["supplier"]) == (
        usd("275.125"),
        "active",
        "Norton Lumber",
    )
    assert (stock["on_hand"], stock["reorder_level"], stock["on_order"]) == ("8", "3", "4")


def test_an_event_stands_in_the_calendar() -> None:
    event = one("Events", crm(EVENT), "calendar_events")
    assert (event["starts_at"], event["attendees"]) == ("2026-03-10T06:00:00Z", ["maren@cafe.example"])


@pytest.mark.parametrize(
    ("module", "table"), [("Contacts", "contacts"), ("Deals", "deals"), ("Accounts", "unified_customers")]
)
def test_what_was_deleted_is_told(module: str, table: str) -> None:
    gone = {
        "deleted_by": {"name": "Bo Ek", "id": "1"},
        "id": "4876876000000555001",
        "display_name": "Fountains",
        "type": "recycle",
        "created_by": {"name": "Bo Ek", "id": "1"},
        "deleted_time": "2026-03-05T01:00:00+03:00",
    }
    assert one(module, crm(gone), table)["deleted"] is True
    report = mapped("zoho", "Invoices", crm(gone))
    assert [row["status"] for row in rows(report, "unified_orders")] == ["cancelled"]
    assert [row["amount"]["amount"] for row in rows(report, "unified_transactions")] == ["0.00"]


# ── Books ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_invoice_of_books_is_a_claim_and_an_order() -> None:
    """240 − 10 % + 27 VAT + 7.50 shipping = 250.50."""
    report = mapped("zoho", "books_invoice", {"code": 0, "message": "success", "invoice": BOOKS_INVOICE})
    (order,), (line,) = rows(report, "unified_orders"), rows(report, "order_lines")
    assert (order["number"], order["status"], order["due_on"], order["salesperson"]) == (
        "INV-00003",
        "pending",
        "2026-03-20",
        "Bo",
    )
    assert (order["shipping"], order["tax"], order["total"]) == (usd("7.50"), usd("27.00"), usd("250.50"))
    assert (line["gross"], line["discount"], line["net"], line["tax"]) == (
        usd("240.00"),
        usd("24.00"),
        usd("216.00"),
        usd("27.00"),
    )
    (claim,) = rows(report, "unified_transactions")
    assert (claim["kind"], claim["amount"], claim["order"]) == ("invoice", usd("250.50"), order["key"])
    assert {row["line1"] for row in rows(report, "addresses")} == {"12 Ocean Dr.", "7 Dock Rd"}


def test_a_discount_of_the_whole_is_spread_and_one_of_lines_is_not_taken_twice() -> None:
    whole = {
        **BOOKS_INVOICE,
        "discount_type": "entity_level",
        "discount": "10.00%",
        "discount_total": 24.0,
        "line_items": [{**BOUGHT, "discount": 0.0, "discount_amount": 0.0, "item_total": 240.0}],
        "sub_total": 240.0,
    }
    line = one("invoice", {"invoice": whole}, "order_lines")
    assert (line["gross"], line["discount"], line["net"]) == (usd("240.00"), usd("24.00"), usd("216.00"))


def test_a_price_with_tax_in_it_is_no_price_of_the_line() -> None:
    inclusive = {
        **BOOKS_INVOICE,
        "is_inclusive_tax": True,
        "line_items": [{**BOUGHT, "rate": 135.0, "item_total": 216.0, "item_total_inclusive_of_tax": 243.0}],
    }
    line = one("invoice", {"invoice": inclusive}, "order_lines")
    assert (line["unit_price"], line["net"]) == (usd("120.00"), usd("216.00"))


@pytest.mark.parametrize(
    ("status", "order", "claim"),
    [
        ("draft", [], "draft"),
        ("sent", ["pending"], "open"),
        ("overdue", ["pending"], "open"),
        ("partially_paid", ["pending"], "open"),
        ("paid", ["completed"], "paid"),
        ("void", ["cancelled"], "cancelled"),
    ],
)
def test_an_invoice_of_books_counts_once_it_is_issued(status: str, order: list[str], claim: str) -> None:
    report = mapped("zoho", "invoices", books("invoices", {**BOOKS_INVOICE, "status": status}))
    assert [row["status"] for row in rows(report, "unified_orders")] == order
    assert [row["status"] for row in rows(report, "unified_transactions")] == [claim]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "pending"),
        ({"status": "invoiced", "invoiced_status": "invoiced"}, "cancelled"),
        ({"invoiced_status": "partially_invoiced"}, "cancelled"),
        ({"status": "void"}, "cancelled"),
    ],
)
def test_a_sales_order_of_books_counts_until_its_invoice_does(change: dict[str, str], status: str) -> None:
    assert one("salesorders", books("salesorders", {**BOOKS_ORDER, **change}), "unified_orders")["status"] == status


def test_a_credit_note_of_books_takes_back_from_its_invoice_and_a_voided_one_nothing() -> None:
    report = mapped("zoho", "creditnotes", books("creditnotes", CREDIT))
    (note,), (back,) = rows(report, "unified_orders"), rows(report, "refunds")
    assert note["originals"] == [f"books_invoice:{BOOKS_INVOICE['invoice_id']}"]
    assert (back["amount"], back["tax"], back["quantity"]) == (usd("108.00"), usd("13.50"), "1")
    assert rows(report, "unified_transactions")[0]["amount"] == usd("-121.50")
    void = mapped("zoho", "creditnote", {"creditnote": {**CREDIT, "status": "void"}})
    assert [(row["amount"], row["quantity"]) for row in rows(void, "refunds")] == [(usd("0.00"), "0")]


@pytest.mark.parametrize(
    ("object_", "payload", "expected"),
    [
        ("customerpayments", RECEIVED, ("payment", "250.50", "Petty Cash", "check", "Bowman and Co")),
        ("bills", BILL, ("bill", "-243.00", None, "Cost of Goods Sold", "Nimble Spares")),
        ("vendor_credits", VENDOR_CREDIT, ("bill", "43.00", None, "Cost of Goods Sold", "Nimble Spares")),
        ("vendorpayments", PAID, ("bill_payment", "-243.00", "Petty Cash", "cash", "Nimble Spares")),
        ("expenses", EXPENSE, ("expense", "-12.35", "Petty Cash", "Office Supplies", None)),
        ("banktransactions", BANKED, ("transfer", "500.00", "Petty Cash", "transfer_fund", None)),
    ],
)
def test_money_comes_in_and_goes_out(object_: str, payload: Any, expected: tuple[str | None, ...]) -> None:
    row = one(object_, books(object_, payload), "unified_transactions")
    kind, amount, account, category, counterparty = expected
    assert (row["kind"], row["amount"]) == (kind, usd(amount or ""))
    assert (row.get("account"), row.get("category"), row.get("counterparty")) == (account, category, counterparty)


def test_a_payment_s_bank_charges_are_its_fee_and_its_only_invoice_its_order() -> None:
    row = one("customerpayment", {"payment": RECEIVED}, "unified_transactions")
    assert (row["fee"], row["order"]) == (usd("10.00"), f"books_invoice:{BOOKS_INVOICE['invoice_id']}")
    several = {**RECEIVED, "bank_charges": 0, "invoices": [{"invoice_id": "1"}, {"invoice_id": "2"}]}
    row = one("customerpayment", {"payment": several}, "unified_transactions")
    assert not {"fee", "order"} & set(row)


def test_the_bank_s_list_repeats_no_payment() -> None:
    repeated = {**BANKED, "transaction_type": "customer_payment", "customer_name": "Bowman and Co"}
    report = mapped("zoho", "banktransactions", books("banktransactions", repeated))
    assert (report.rows, report.coverage.unknown) == ((), 0)


def test_the_lines_of_a_journal_of_books_come_to_nothing() -> None:
    posted = rows(mapped("zoho", "journals", {"journal": ENTRY}), "unified_transactions")
    assert [(row["account"], row["amount"], row["description"]) for row in posted] == [
        ("Depreciation", usd("75.25"), "depreciation"),
        ("Truck", usd("-75.25"), "truck"),
    ]


def test_a_contact_of_books_is_a_customer_or_a_vendor() -> None:
    customer = one("contacts", books("contacts", CUSTOMER), "unified_customers")
    assert (customer["contact_name"], customer["first_seen_at"]) == ("Will Smith", "2026-03-02T05:30:00Z")
    vendor = {**CUSTOMER, "contact_type": "vendor", "status": "inactive"}
    row = one("contacts", books("contacts", vendor), "contacts")
    assert (row["stage"], row["deleted"]) == ("vendor", True)
    assert not rows(mapped("zoho", "contacts", books("contacts", vendor)), "unified_customers")


def test_an_item_of_books_has_a_cost_and_a_stock_where_it_is_inventory() -> None:
    report = mapped("zoho", "items", books("items", ITEM), currency="USD")
    assert rows(report, "product_costs") == [{"cost": usd("80.50")}]
    assert [(row["on_hand"], row["reorder_level"]) for row in rows(report, "stock_levels")] == [("12", "5")]
    service = mapped("zoho", "items", books("items", {**ITEM, "item_type": "sales", "purchase_rate": 0}))
    assert {row.table for row in service.rows} == {"unified_products"}


# ── how it comes ─────────────────────────────────────────────────────────────────────────────────────────────

NO_OBJECTS: list[tuple[str, Any]] = [
    ("deals", {"data": [], "info": {"per_page": 200, "count": 0, "page": 1, "more_records": False}}),
    ("invoices", books("invoices")),
    ("webhook", {"server_time": 1, "module": "Deals", "ids": ["1"], "operation": "update", "token": "t", "channel_id": "1"}),
    ("Tasks", crm({"id": "1", "Subject": "call", "Due_Date": "2026-03-05"})),
    ("org", {"org": [{"id": "1", "iso_code": "KES", "currency": "Kenyan Shilling"}]}),
    ("chartofaccounts", books("chartofaccounts", {"account_id": "1", "account_name": "Sales"})),
]  # fmt: skip


@pytest.mark.parametrize(("object_", "payload"), NO_OBJECTS)
def test_what_makes_no_rows_stays_raw(object_: str, payload: Any) -> None:
    report = mapped("zoho", object_, payload)
    assert_nothing_lost(report, payload)
    assert (report.rows, report.problems, report.coverage.unknown) == ((), (), 0)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "INVALID_TOKEN", "details": {}, "message": "invalid oauth token", "status": "error"},
        {"code": 57, "message": "You are not authorized to perform this operation"},
        {"data": [{"code": "SUCCESS", "details": {"id": "1"}, "message": "record added", "status": "success"}]},
    ],
)
def test_an_error_is_no_record_and_is_told(error: Any) -> None:
    report = mapped("zoho", "contacts", error)
    assert_nothing_lost(report, error)
    assert (report.rows, report.coverage.unknown) == ((), 0)
    assert [problem.message for problem in report.problems] == ["is no contact, and kept raw"]


@pytest.mark.parametrize(
    ("currency", "amount", "shown"), [("JPY", 1500, "1500"), ("KWD", 1.125, "1.125"), ("USD", "12.5", "12.50")]
)
def test_money_is_exact_in_the_currency_of_the_record(currency: str, amount: Any, shown: str) -> None:
    assert one("deal", {**DEAL, "Currency": currency, "Amount": amount}, "deals")["amount"] == {
        "amount": shown,
        "currency": currency,
    }
    foreign = {**BOOKS_INVOICE, "currency_code": currency, "total": amount, "exchange_rate": 0.0067, "bcy_total": 10.05}
    assert one("invoice", foreign, "unified_orders")["total"] == {"amount": shown, "currency": currency}


def test_a_field_of_the_organisation_s_own_is_told_as_new() -> None:
    report = mapped("zoho", "deal", {**DEAL, "Stone_Colour": "grey"})
    assert [leaf.pointer for leaf in report.unmapped if leaf.why == "unknown"] == ["/Stone_Colour"]


@settings(deadline=None)  # the first example also reads the mapping file
@given(
    case=damaged_by_name(
        {name: [value, crm(value), [value]] for name, value in CRM.items()}
        | {name: [value, books(name, value), {name.removesuffix("s"): value}] for name, value in BOOKS.items()}
    )
)
def test_whatever_is_missing_or_of_another_kind_no_zoho_payload_breaks_or_loses_anything(case: tuple[str, Any]) -> None:
    assert_nothing_lost(mapped("zoho", *case), case[1])
