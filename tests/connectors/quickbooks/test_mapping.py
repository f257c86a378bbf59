"""What QuickBooks Online's objects become: sales, claims and movements of money as a bookkeeper would book them."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.connectors.damage import damaged_by_name
from tests.connectors.mapping import assert_nothing_lost, mapped, rows
from tests.connectors.quickbooks.payloads import (
    BILL,
    CUSTOMER,
    DEPOSIT,
    FULL,
    INVOICE,
    ITEM,
    MEMO,
    PAYMENT,
    PURCHASE,
    RECEIPT,
    sold,
)


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def one(object_: str, payload: Any, table: str, **account: Any) -> dict[str, Any]:
    report = mapped("quickbooks", object_, payload, **account)
    assert_nothing_lost(report, payload)
    (row,) = rows(report, table)
    return row


@pytest.mark.parametrize("name", FULL)
def test_all_that_the_reference_names_is_known(name: str) -> None:
    report = mapped("quickbooks", name, FULL[name])
    assert report.coverage.unknown == 0
    assert report.problems == ()
    assert_nothing_lost(report, FULL[name])


# ── sales ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_invoice_is_a_claim_and_an_order() -> None:
    report = mapped("quickbooks", "invoices", INVOICE, zone="America/Los_Angeles")
    assert rows(report, "unified_transactions") == [
        {
            "key": "invoice:130:invoice",
            "kind": "invoice",
            "occurred_at": "2026-03-02T08:00:00Z",
            "occurred_on": "2026-03-02",
            "currency": "USD",
            "amount": usd("313.82"),
            "counterparty": "Ada's Café 🌱",
            "description": "second order this year",
            "status": "open",
            "order": "invoice:130",
        }
    ]
    assert rows(report, "unified_orders") == [
        {
            "key": "invoice:130",
            "number": "1037",
            "ordered_at": "2026-03-02T08:00:00Z",
            "ordered_on": "2026-03-02",
            "currency": "USD",
            "status": "pending",
            "shipped_on": "2026-03-05",
            "due_on": "2026-04-01",
            "ship_method": "UPS",
            "discount": usd("31.00"),
            "shipping": usd("12.50"),
            "tax": usd("22.32"),
            "total": usd("313.82"),
        }
    ]


def test_net_sales_with_tax_and_shipping_are_the_total_of_the_invoice() -> None:
    """(250 + 60 of the bundle − 10 %) + 12.50 shipping + 22.32 tax = 313.82."""
    lines = rows(mapped("quickbooks", "invoice", INVOICE), "order_lines")
    assert [(line["title"], line["quantity"], line["gross"], line["discount"], line["net"]) for line in lines] == [
        ("Landscaping:Rock Fountain", "2", usd("250.00"), usd("25.00"), usd("225.00")),
        ("Trowel", "2", usd("30.00"), usd("3.00"), usd("27.00")),
        ("Gloves", "4", usd("30.00"), usd("3.00"), usd("27.00")),
    ]


def test_a_bundle_without_its_lines_and_a_line_without_its_item_are_sold_too() -> None:
    bundle = {
        "Id": "3",
        "Amount": 60,
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": "201", "name": "Kit"}},
    }
    bare = {"Id": "4", "Amount": 5, "Description": "odds and ends", "DetailType": "SalesItemLineDetail"}
    report = mapped("quickbooks", "invoice", {**INVOICE, "Line": [bundle, bare]})
    assert [(line["title"], line["net"]) for line in rows(report, "order_lines")] == [
        ("odds and ends", usd("5.00")),
        ("Kit", usd("60.00")),
    ]
    back = rows(mapped("quickbooks", "credit_memo", {**MEMO, "Line": [bundle, bare], "TxnTaxDetail": {}}), "refunds")
    assert [(row["title"], row["amount"]) for row in back] == [("odds and ends", usd("5.00")), ("Kit", usd("60.00"))]


def test_an_order_goes_where_it_is_shipped_and_its_buyer_lives_where_the_bill_goes() -> None:
    report = mapped("quickbooks", "invoice", INVOICE)
    order = [row.fields for row in report.rows if row.table == "addresses" and row.fields["city"] == "Monterey"]
    assert order == [{"line1": "7 Dock Rd", "city": "Monterey", "state": "CA", "postal_code": "93940"}]
    assert rows(report, "unified_customers")[0] == {
        "id": "quickbooks:58",
        "name": "Ada's Café 🌱",
        "email": "ada@cafe.example",
    }


def test_each_figure_says_where_it_came_from() -> None:
    report = mapped("quickbooks", "invoice", {"Invoice": INVOICE, "time": "2026-03-05T00:00:00.000-08:00"})
    order = next(row for row in report.rows if row.table == "unified_orders")
    assert order.provenance["shipping"].pointers == ("/Invoice/Line/3/Amount",)
    assert order.provenance["discount"].pointers == ("/Invoice/Line/5/Amount",)
    assert order.provenance["tax"].pointers == ("/Invoice/TxnTaxDetail/TotalTax",)
    bundled = next(row for row in report.rows if row.fields.get("title") == "Trowel" and row.table == "order_lines")
    assert bundled.provenance["gross"].pointers == ("/Invoice/Line/1/GroupLineDetail/Line/0/Amount",)
    why = {leaf.pointer: leaf.why for leaf in report.unmapped}
    assert why["/Invoice/Line/4/Amount"] == "kept_raw"
    assert why["/time"] == "kept_raw"


def test_the_amount_of_a_line_is_without_tax_also_where_prices_were_entered_with_it() -> None:
    """What Intuit sends of an Australian invoice: the amount beside TaxInclusiveAmt is without GST, and the price has
    more decimals than the amount was rounded to."""
    line = sold("1", "206", "Wire", 3, 92.5633333, 277.69)
    line["SalesItemLineDetail"]["TaxInclusiveAmt"] = 305.46
    invoice = {**INVOICE, "GlobalTaxCalculation": "TaxInclusive", "Line": [line], "TotalAmt": 305.46,
               "TxnTaxDetail": {"TotalTax": 27.77}, "CurrencyRef": {"value": "AUD"}}  # fmt: skip
    found = one("invoice", invoice, "order_lines")
    assert found["gross"] == found["net"] == {"amount": "277.69", "currency": "AUD"}
    assert found["discount"] == {"amount": "0.00", "currency": "AUD"}
    assert found["unit_price"] == {"amount": "92.563333", "currency": "AUD"}


def test_a_sales_receipt_is_a_sale_and_its_payment() -> None:
    report = mapped("quickbooks", "SalesReceipt", RECEIPT)
    (order,), (payment,) = rows(report, "unified_orders"), rows(report, "unified_transactions")
    assert (order["key"], order["status"], order["payment_method"]) == ("sales_receipt:47", "completed", "Check")
    assert (payment["kind"], payment["amount"], payment["account"], payment["order"]) == (
        "payment", usd("147.32"), "Undeposited Funds", "sales_receipt:47",
    )  # fmt: skip


def test_a_credit_memo_takes_back_goods_tax_and_shipping_of_its_invoice() -> None:
    report = mapped("quickbooks", "credit-memos", MEMO)
    (note,) = rows(report, "unified_orders")
    assert (note["number"], note["originals"], note["is_credit_note"]) == ("1026", ["invoice:130"], True)
    back = rows(report, "refunds")
    assert [(row["title"], row["amount"], row.get("quantity")) for row in back] == [
        ("Landscaping:Rock Fountain", usd("112.50"), "1"),
        ("Tax", usd("0.00"), None),
        ("Shipping", usd("0.00"), None),
    ]
    assert (back[1]["tax"], back[2]["shipping"]) == (usd("22.32"), usd("12.50"))
    assert rows(report, "unified_transactions")[0]["amount"] == usd("-147.32")


def test_a_fee_kept_back_on_a_credit_memo_lowers_what_is_given_back() -> None:
    memo = {**MEMO, "Line": [sold("1", "11", "Fountain", 1, 100, 100), sold("2", "12", "Restocking", 1, -15, -15)]}
    back = rows(mapped("quickbooks", "credit_memo", memo), "refunds")
    assert [row["amount"] for row in back[:2]] == [usd("100.00"), usd("-15.00")]


def test_a_refund_receipt_gives_money_back() -> None:
    report = mapped("quickbooks", "RefundReceipt", FULL["RefundReceipt"])
    assert rows(report, "unified_orders")[0]["originals"] == ["sales_receipt:47"]
    (moved,) = rows(report, "unified_transactions")
    assert (moved["kind"], moved["amount"], moved["account"]) == ("refund", usd("-147.32"), "Checking")


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_payment_of_one_invoice_belongs_to_its_order_and_one_of_several_to_none() -> None:
    assert one("payment", PAYMENT, "unified_transactions")["order"] == "invoice:130"
    both = {
        **PAYMENT,
        "TotalAmt": 400.5,
        "UnappliedAmt": 0.5,
        "Line": [
            {"Amount": 300, "LinkedTxn": [{"TxnId": "130", "TxnType": "Invoice"}]},
            {"Amount": 100, "LinkedTxn": [{"TxnId": "131", "TxnType": "Invoice"}]},
        ],
    }
    row = one("payment", both, "unified_transactions")
    assert row["amount"] == usd("400.50")
    assert "order" not in row


@pytest.mark.parametrize(
    ("object_", "kind", "amount", "account", "category", "counterparty"),
    [
        ("bill", "bill", "-200.00", None, "Job Materials", "Norton Lumber"),
        ("vendor_credit", "bill", "50.00", None, "Job Materials", "Norton Lumber"),
        ("bill_payment", "bill_payment", "-200.00", "Checking", "Check", "Norton Lumber"),
        ("purchase", "expense", "-82.45", "Mastercard", None, "Tania's Nursery"),
    ],
)
def test_what_is_bought_goes_out(
    object_: str, kind: str, amount: str, account: str | None, category: str | None, counterparty: str
) -> None:
    payload = next(value for name, value in FULL.items() if name.lower() == object_.replace("_", ""))
    row = one(object_, payload, "unified_transactions")
    assert (row["kind"], row["amount"], row.get("account"), row.get("category"), row["counterparty"]) == (
        kind, usd(amount), account, category, counterparty,
    )  # fmt: skip


def test_a_credit_on_a_card_comes_in() -> None:
    assert one("purchases", {**PURCHASE, "Credit": True}, "unified_transactions")["amount"] == usd("82.45")


def test_a_deposit_moves_what_was_received_before_and_brings_what_was_not() -> None:
    moved = rows(mapped("quickbooks", "deposit", DEPOSIT), "unified_transactions")
    assert [(row["kind"], row["amount"], row["account"], row.get("category")) for row in moved] == [
        ("transfer", usd("313.82"), "Checking", None),
        ("other", usd("40.00"), "Checking", "Other Income"),
        ("transfer", usd("-20.00"), "Checking", "Petty Cash"),
    ]


def test_a_transfer_leaves_one_account_and_reaches_the_other() -> None:
    moved = rows(mapped("quickbooks", "transfer", FULL["Transfer"]), "unified_transactions")
    assert [(row["account"], row["counterparty"], row["amount"]) for row in moved] == [
        ("Checking", "Savings", usd("-500.00")),
        ("Savings", "Checking", usd("500.00")),
    ]
    assert len({row["key"] for row in moved}) == 2


def test_the_lines_of_a_journal_entry_come_to_nothing() -> None:
    posted = rows(mapped("quickbooks", "journal_entries", FULL["JournalEntry"]), "unified_transactions")
    assert [(row["key"], row["account"], row["amount"]) for row in posted] == [
        ("journal_entry:227:journal", "Depreciation", usd("75.25")),
        ("journal_entry:227:1:journal", "Truck", usd("-75.25")),
    ]


# ── people and goods ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_customer_is_known_by_its_id_and_since_its_first_day_in_utc() -> None:
    assert one("Customers", CUSTOMER, "unified_customers") == {
        "id": "quickbooks:58",
        "name": "Ada's Café 🌱",
        "contact_name": "Ada Byron",
        "company": "Café Ada LLC",
        "email": "ada@cafe.example",
        "phone": "(415) 444-6538",
        "segment": "Wholesale",
        "first_seen_at": "2026-03-02T17:15:00Z",
    }
    assert one("customer", {**CUSTOMER, "Active": False}, "unified_customers")["deleted"] is True


def test_a_vendor_is_a_contact() -> None:
    row = one("vendor", FULL["Vendor"], "contacts")
    assert (row["name"], row["stage"], row["deleted"]) == ("Norton Lumber", "vendor", True)


def test_an_item_has_a_price_a_cost_and_a_stock() -> None:
    report = mapped("quickbooks", "items", ITEM, currency="USD")
    assert rows(report, "unified_products") == [
        {
            "id": "quickbooks:11",
            "sku": "RF-1",
            "title": "Rock Fountain",
            "category": "Landscaping",
            "supplier": "Norton Lumber",
            "status": "active",
            "currency": "USD",
            "list_price": usd("275.125"),
        }
    ]
    assert rows(report, "product_costs") == [{"cost": usd("125.00")}]
    assert rows(report, "stock_levels") == [
        {"on": "2026-11-29", "on_hand": "-2.5", "location": "", "reorder_level": "10"}
    ]


def test_a_cost_that_nobody_entered_is_none_and_a_service_has_no_stock() -> None:
    service = {**ITEM, "Type": "Service", "PurchaseCost": 0, "TrackQtyOnHand": False, "QtyOnHand": 0}
    report = mapped("quickbooks", "item", service, currency="USD")
    assert rows(report, "unified_products")
    assert not rows(report, "product_costs")
    assert not rows(report, "stock_levels")
    assert not mapped("quickbooks", "item", {**ITEM, "Type": "Category", "QtyOnHand": None}).rows


def test_an_estimate_is_a_hope_and_no_sale() -> None:
    report = mapped("quickbooks", "estimate", FULL["Estimate"])
    (deal,) = rows(report, "deals")
    assert (deal["title"], deal["status"], deal["amount"], deal["closed_at"]) == (
        "Estimate 1001", "won", usd("270.00"), "2026-02-25T00:00:00Z",
    )  # fmt: skip
    assert not rows(report, "unified_orders")


# ── what is no more ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_voided_is_cancelled() -> None:
    nothing = [{**sold("1", "11", "Fountain", 0, None, 0)}]
    voided = {**INVOICE, "PrivateNote": "Voided - ordered twice", "TotalAmt": 0, "Balance": 0, "Line": nothing}
    report = mapped("quickbooks", "invoice", voided)
    assert rows(report, "unified_orders")[0]["status"] == "cancelled"
    assert rows(report, "unified_transactions")[0]["status"] == "cancelled"


def test_a_note_about_something_voided_cancels_no_invoice_that_has_an_amount() -> None:
    report = mapped("quickbooks", "invoice", {**INVOICE, "PrivateNote": "Voided cheque came back, billed again"})
    assert rows(report, "unified_orders")[0]["status"] == "pending"


@pytest.mark.parametrize("balance", [0, 0.0, "0"])
def test_an_invoice_without_a_balance_is_paid(balance: Any) -> None:
    report = mapped("quickbooks", "invoice", {**INVOICE, "Balance": balance})
    assert rows(report, "unified_orders")[0]["status"] == "completed"
    assert rows(report, "unified_transactions")[0]["status"] == "paid"


def test_the_change_feed_tells_of_changed_and_deleted_invoices_and_leaves_other_objects_raw() -> None:
    gone = {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "131",
        "MetaData": {"LastUpdatedTime": "2026-03-05T01:00:00-08:00"},
    }
    feed = {
        "CDCResponse": [
            {
                "QueryResponse": [
                    {"Customer": [CUSTOMER], "startPosition": 1, "maxResults": 1},
                    {"Invoice": [INVOICE, gone], "startPosition": 1, "maxResults": 2},
                ]
            }
        ],
        "time": "2026-03-05T02:00:00.000-08:00",
    }
    report = mapped("quickbooks", "invoice", feed)
    assert_nothing_lost(report, feed)
    assert report.objects == 2
    assert report.problems == ()
    assert [(row["key"], row["status"]) for row in rows(report, "unified_orders")] == [
        ("invoice:130", "pending"),
        ("invoice:131", "cancelled"),
    ]
    assert rows(report, "unified_transactions")[1] == {
        "key": "invoice:131:invoice",
        "kind": "invoice",
        "occurred_at": "2026-03-05T09:00:00Z",
        "occurred_on": "2026-03-05",
        "source_offset_minutes": -480,
        "currency": "XXX",
        "amount": {"amount": "0.00", "currency": "XXX"},
        "status": "cancelled",
        "order": "invoice:131",
    }


# ── how it comes ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "envelope",
    [
        {"QueryResponse": {"Invoice": [INVOICE], "startPosition": 1, "maxResults": 1, "totalCount": 1}, "time": "now"},
        {"Invoice": INVOICE, "time": "2026-03-05T00:00:00.000-08:00"},
        {"BatchItemResponse": [{"Invoice": INVOICE, "bId": "1"}], "time": "now"},
        {"BatchItemResponse": [{"QueryResponse": {"Invoice": [INVOICE]}, "bId": "1"}]},
        [INVOICE],
        INVOICE,
    ],
)
def test_an_invoice_is_found_in_every_envelope(envelope: Any) -> None:
    report = mapped("quickbooks", "Invoice", envelope)
    assert_nothing_lost(report, envelope)
    assert (report.objects, report.coverage.unknown) == (1, 0)
    assert [row["key"] for row in rows(report, "unified_orders")] == ["invoice:130"]


NO_OBJECTS: list[tuple[str, Any]] = [
        ("invoice", {"QueryResponse": {}, "time": "2026-03-05T00:00:00.000-08:00"}),
        ("customer", {"Fault": {"Error": [{"Message": "m", "Detail": "d", "code": "3200"}], "type": "AUTHENTICATION"}}),
        ("webhook", {"eventNotifications": [{"realmId": "1", "dataChangeEvent": {"entities": [{"name": "Invoice", "id": "1"}]}}]}),
        ("webhooks", [{"specversion": "1.0", "type": "qbo.invoice.created.v1", "intuitentityid": "1", "data": {}}]),
        ("Account", {"QueryResponse": {"Account": [{"Id": "1", "Name": "Checking", "CurrentBalance": 1201.0}]}}),
        ("invoices", [{"specversion": "1.0", "id": "x", "type": "qbo.invoice.created.v1", "intuitaccountid": "1"}]),
    ("cdc", {"CDCResponse": [{"QueryResponse": [{"Invoice": [INVOICE]}]}]}),
    ("JournalEntry", {"QueryResponse": {"maxResults": 0}}),
]  # fmt: skip


@pytest.mark.parametrize(("object_", "payload"), NO_OBJECTS)
def test_hints_errors_and_empty_answers_make_no_rows_and_stay_raw(object_: str, payload: Any) -> None:
    report = mapped("quickbooks", object_, payload)
    assert_nothing_lost(report, payload)
    assert (report.rows, report.problems, report.coverage.unknown) == ((), (), 0)


def test_a_partial_selection_gives_what_it_has() -> None:
    sparse = {"sparse": True, "Id": "130", "TotalAmt": 313.82, "TxnDate": "2026-03-02"}
    report = mapped("quickbooks", "invoice", sparse, currency="GBP")
    assert rows(report, "unified_transactions")[0]["amount"] == {"amount": "313.82", "currency": "GBP"}
    assert mapped("quickbooks", "invoice", {"sparse": True, "Id": "130"}).rows == ()


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("JPY", 1500, "1500"), ("KWD", 1.125, "1.125"), ("EUR", "1234.5", "1234.50"), ("USD", -0.005, "-0.005")],
)
def test_money_is_exact_in_the_currency_of_the_document(currency: str, amount: Any, shown: str) -> None:
    foreign = {
        **BILL,
        "CurrencyRef": {"value": currency},
        "ExchangeRate": 0.0067,
        "TotalAmt": amount,
        "HomeTotalAmt": 10.05,
    }
    row = one("bill", foreign, "unified_transactions", currency="USD")
    shown = shown.removeprefix("-") if shown.startswith("-") else f"-{shown}"
    assert row["amount"] == {"amount": shown, "currency": currency}


def test_a_field_that_is_new_to_us_is_told() -> None:
    report = mapped("quickbooks", "invoice", {**INVOICE, "CarbonTax": 4.2})
    assert [(leaf.pointer, leaf.value) for leaf in report.unmapped if leaf.why == "unknown"] == [("/CarbonTax", "4.2")]


@settings(deadline=None)  # the first example also reads the mapping file
@given(
    case=damaged_by_name(
        {name: [FULL[name], {"QueryResponse": {name: [FULL[name]]}}, {name: FULL[name]}] for name in FULL}
    )
)
def test_whatever_is_missing_or_of_another_kind_nothing_breaks_and_nothing_is_lost(case: tuple[str, Any]) -> None:
    assert_nothing_lost(mapped("quickbooks", *case), case[1])
