"""What Square's payloads become, read as the shop's bookkeeper would."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connectors.damage import damaged
from tests.connectors.mapping import assert_nothing_lost, mapped, rows

_PAYLOADS: dict[str, Any] = json.loads((Path(__file__).parent / "payloads.json").read_text("utf-8"))
ORDERS, RETURN, PAYMENTS, REFUND, PAYOUTS, ENTRIES, CUSTOMERS, CATALOG, COUNTS, INVOICES, EVENT = (
    _PAYLOADS[name]
    for name in "orders return payments refund payouts entries customers catalog counts invoices event".split()
)
EVERYTHING = [
    ("order", ORDERS), ("order", RETURN), ("payment", PAYMENTS), ("refund", REFUND), ("payout", PAYOUTS), ("payout_entry", ENTRIES), ("customer", CUSTOMERS), ("catalog", CATALOG),
    ("inventory_count", COUNTS), ("invoice", INVOICES), ("event", EVENT),
]  # fmt: skip


def _money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


@pytest.mark.parametrize(("object_", "payload"), EVERYTHING)
def test_every_leaf_of_square_is_accounted_for(object_: str, payload: Any) -> None:
    report = mapped("square", object_, payload)
    assert_nothing_lost(report, payload)
    assert (report.coverage.unknown, report.problems) == (0, ())


def test_a_leaf_that_square_has_added_since_is_unknown() -> None:
    report = mapped("square", "payment", {**PAYMENTS["payments"][0], "brand_new": {"thing": 1}})
    assert [one.pointer for one in report.unmapped if one.why == "unknown"] == ["/brand_new/thing"]


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_till_s_order_has_lines_after_all_discounts_and_without_tax() -> None:
    report = mapped("square", "orders", ORDERS)
    order = rows(report, "unified_orders")[0]
    assert order == {
        "key": "order:SQ-ORDER-1",
        "ordered_at": "2026-02-14T02:10:11.123000Z",
        "ordered_on": "2026-02-14",
        "source_offset_minutes": 0,
        "currency": "USD",
        "status": "completed",
        "channel": "Square Point of Sale",
        "payment_method": "CARD",
        "ship_method": "SHIPMENT",
        "shipping": _money("5.00"),
        "tax": _money("3.66"),
        "total": _money("52.94"),
    }
    lines = [line for line in rows(report, "order_lines") if line["key"].startswith("order:SQ-ORDER-1:")]
    assert lines == [
        {
            "key": "order:SQ-ORDER-1:line-1",
            "title": "Latte, Large",
            "quantity": "3",
            "unit_price": _money("5.50"),
            "gross": _money("16.50"),
            "discount": _money("1.65"),
            "net": _money("14.85"),
            "tax": _money("1.34"),
        },
        {
            "key": "order:SQ-ORDER-1:line-2",
            "title": "Beans",
            "quantity": "1.25",
            "unit_price": _money("20.00"),
            "gross": _money("25.00"),
            "discount": _money("2.50"),
            "net": _money("22.50"),
            "tax": _money("2.03"),
        },
        {
            "key": "order:SQ-ORDER-1:charge-fee-1",
            "title": "Large party",
            "gross": _money("3.20"),
            "discount": _money("0.00"),
            "net": _money("3.20"),
            "tax": _money("0.29"),
        },
    ]
    net = sum(Decimal(line["net"]["amount"]) for line in lines)
    tip, rounding = Decimal("3.70"), Decimal("0.03")
    whole = net + Decimal("5.00") + Decimal("3.66") + tip + rounding
    assert whole == Decimal(order["total"]["amount"])


def test_tax_that_european_prices_hold_is_taken_out_of_them() -> None:
    report = mapped("square", "orders", ORDERS)
    line = next(line for line in rows(report, "order_lines") if line["key"] == "order:SQ-ORDER-2:a")
    assert (line["gross"], line["discount"], line["net"], line["tax"]) == (
        _money("20.00", "GBP"),
        _money("5.00", "GBP"),
        _money("15.00", "GBP"),
        _money("3.00", "GBP"),
    )
    order = rows(report, "unified_orders")[1]
    assert (order["status"], order["total"], order["ordered_at"]) == (
        "pending",
        _money("18.00", "GBP"),
        "2026-06-30T23:30:00Z",
    )


def test_a_gift_card_that_is_sold_is_no_sale() -> None:
    report = mapped("square", "orders", ORDERS)
    assert not [line for line in rows(report, "order_lines") if "Gift" in line["title"]]
    assert rows(report, "unified_orders")[1]["key"] == "order:SQ-ORDER-2"


def test_yen_have_no_decimals_and_a_cancelled_order_is_none() -> None:
    report = mapped("square", "orders", ORDERS)
    order = rows(report, "unified_orders")[2]
    assert (order["status"], order["total"]) == ("cancelled", _money("1980", "JPY"))
    assert rows(report, "order_lines")[-1]["net"] == _money("1800", "JPY")


def test_a_draft_is_not_placed_yet() -> None:
    assert mapped("square", "order", {"order": {**ORDERS["orders"][0], "state": "DRAFT"}}).rows == ()


def test_the_buyer_and_the_place_come_from_the_fulfilment() -> None:
    report = mapped("square", "orders", ORDERS)
    assert rows(report, "unified_customers") == [
        {"id": "square:CUST-1", "name": "Zoë 🌷 Ong", "email": "zoe@example.com", "phone": "+15550100"}
    ]
    assert rows(report, "addresses") == [
        {"line1": "1 Main St", "city": "Oakland", "state": "CA", "postal_code": "94601", "country": "US"}
    ]
    assert rows(report, "unified_products")[0] == {"id": "square:VAR-LATTE-L", "title": "Latte, Large"}
    assert rows(report, "product_variants")[0] == {"title": "Large"}


def test_an_order_that_takes_goods_back_is_a_credit_note_of_the_one_that_sold_them() -> None:
    report = mapped("square", "order", RETURN)
    note = rows(report, "unified_orders")
    assert [(row["key"], row["is_credit_note"], row["originals"]) for row in note] == [
        ("order:SQ-RETURN-1", True, ["order:SQ-ORDER-1"])
    ]
    goods, charge = rows(report, "refunds")
    assert goods == {
        "key": "order:SQ-RETURN-1:back:ret-1",
        "refunded_at": "2026-02-15T10:00:00Z",
        "refunded_on": "2026-02-15",
        "source_offset_minutes": 0,
        "kind": "return",
        "amount": _money("4.95"),
        "title": "Latte, Large",
        "quantity": "1",
        "tax": _money("0.45"),
    }
    assert (charge["title"], charge["amount"], charge["shipping"]) == ("Shipping", _money("0.00"), _money("5.00"))


def test_an_exchange_is_a_sale_and_a_credit_note() -> None:
    given: dict[str, Any] = RETURN["order"]["returns"][0]["return_line_items"][0]
    line = {
        **given,
        "total_money": {"amount": 540, "currency": "JPY"},
        "total_tax_money": {"amount": 45, "currency": "JPY"},
    }
    order: dict[str, Any] = {
        **RETURN["order"],
        "line_items": ORDERS["orders"][2]["line_items"],
        "returns": [{"uid": "R", "source_order_id": "SQ-ORDER-1", "return_line_items": [line]}],
        "total_money": {"amount": 1980, "currency": "JPY"},
    }
    report = mapped("square", "order", order)
    assert [row.get("is_credit_note", False) for row in rows(report, "unified_orders")] == [False, True]
    assert len(rows(report, "order_lines")) == len(rows(report, "refunds")) == 1


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_payments_come_in_with_their_tip_and_fee() -> None:
    moved = rows(mapped("square", "payments", PAYMENTS), "unified_transactions")
    assert [(row["key"], row["amount"], row.get("fee"), row["status"]) for row in moved] == [
        ("payment:PAY-CARD:charge", _money("52.94"), _money("1.88"), "succeeded"),
        ("payment:PAY-CASH:payment", _money("12.345", "KWD"), None, "succeeded"),
        ("payment:PAY-GIFT:journal", _money("10.00"), None, "succeeded"),  # no money: it came in with the card's sale
        ("payment:PAY-GONE:charge", _money("9.00"), None, "cancelled"),
    ]  # an approved payment has not moved yet
    assert (moved[0]["order"], moved[0]["category"], moved[0]["account"]) == ("order:SQ-ORDER-1", "VISA", "Square")


def test_what_another_keeps_of_a_payment_that_came_through_it_is_its_fee() -> None:
    payment = {"id": "PAY-X", "status": "COMPLETED", "source_type": "EXTERNAL", "created_at": "2026-02-15T10:00:00Z",
               "amount_money": {"amount": 2000, "currency": "USD"}, "total_money": {"amount": 2000, "currency": "USD"},
               "external_details": {"type": "FOOD_DELIVERY", "source": "Rider", "source_fee_money": {"amount": 450, "currency": "USD"}}}  # fmt: skip
    report = mapped("square", "payment", {"payment": payment})
    [row] = rows(report, "unified_transactions")
    assert (row["kind"], row["amount"], row["fee"]) == ("payment", _money("20.00"), _money("4.50"))
    assert_nothing_lost(report, {"payment": payment})


def test_a_refund_goes_out_and_gives_its_fee_back() -> None:
    assert rows(mapped("square", "refund", REFUND), "unified_transactions") == [
        {
            "key": "refund:REF-1:refund",
            "kind": "refund",
            "occurred_at": "2026-02-15T10:00:01Z",
            "occurred_on": "2026-02-15",
            "source_offset_minutes": 0,
            "currency": "USD",
            "amount": _money("-10.40"),
            "fee": _money("-0.36"),
            "account": "Square",
            "category": "CARD",
            "description": "Cold",
            "status": "succeeded",
            "order": "order:SQ-RETURN-1",
        }
    ]


@pytest.mark.parametrize(
    ("given_back", "fee"), [([], "-0.20"), ([{"amount_money": {"amount": -36, "currency": "USD"}}], "-0.56")]
)
def test_what_an_application_gives_back_of_its_fee_is_given_back_with_square_s(given_back: list[Any], fee: str) -> None:
    refund = {"id": "REF-X", "status": "COMPLETED", "created_at": "2026-02-15T10:00:00Z", "payment_id": "PAY-X",
              "amount_money": {"amount": 1000, "currency": "USD"}, "app_fee_money": {"amount": 20, "currency": "USD"},
              "processing_fee": given_back}  # fmt: skip
    report = mapped("square", "refund", {"refund": refund})
    [row] = rows(report, "unified_transactions")
    assert (row["amount"], row["fee"]) == (_money("-10.00"), _money(fee))
    assert_nothing_lost(report, {"refund": refund})


def test_a_payout_leaves_the_account_and_what_it_costs_is_a_fee() -> None:
    moved = rows(mapped("square", "payouts", PAYOUTS), "unified_transactions")
    assert [(row["key"], row["amount"], row["status"]) for row in moved] == [
        ("payout:po_1:payout", _money("-62.59"), "paid"),
        ("payout:po_1:fee", _money("-0.95"), "paid"),
        ("payout:po_2:payout", _money("1.03"), "in transit"),  # taken from the bank
    ]


def test_payout_entries_tell_only_what_stands_nowhere_else() -> None:
    moved = rows(mapped("square", "payout_entries", ENTRIES), "unified_transactions")
    assert [(row["key"], row["amount"], row["category"]) for row in moved] == [
        ("payout_entry:poe_3:refund", _money("-25.00"), "DISPUTE"),
        ("payout_entry:poe_4:fee", _money("-1.20"), "TAX_ON_FEE"),
        ("payout_entry:poe_5:transfer", _money("-5.00"), "AUTOMATIC_SAVINGS"),
        ("payout_entry:poe_6:other", _money("-40.00"), "SQUARE_CAPITAL_PAYMENT"),
    ]


def test_an_invoice_is_a_claim_and_its_goods_are_its_order_s() -> None:
    report = mapped("square", "invoices", INVOICES)
    assert rows(report, "unified_orders") == []
    claims = rows(report, "unified_transactions")
    assert [(row["key"], row["amount"], row["status"], row["order"]) for row in claims] == [
        ("invoice:inv:1:invoice", _money("100.00"), "partially paid", "order:SQ-ORDER-9")
    ]  # the other is a draft
    assert claims[0]["counterparty"] == "Amelia Earhart"


# ── people and goods ─────────────────────────────────────────────────────────────────────────────────────────


def test_customers_have_their_name_company_and_address() -> None:
    report = mapped("square", "customers", CUSTOMERS)
    assert rows(report, "unified_customers") == [
        {"id": "square:CUST-1", "name": "Zoë 🌷 Ong", "company": "Ong Pte", "email": "zoe@example.com", "phone": "+15550100", "first_seen_at": "2024-05-06T07:08:09.100000Z"},
        {"id": "square:CUST-2", "name": "Bäckerei Ek", "company": "Bäckerei Ek", "first_seen_at": "2024-05-07T00:00:00Z"},
    ]  # fmt: skip
    assert rows(report, "addresses") == [
        {
            "line1": "1 Main St",
            "line2": "Apt 4",
            "city": "Oakland",
            "state": "CA",
            "postal_code": "94601",
            "country": "US",
        }
    ]


def test_customers_of_a_bulk_answer_stand_under_their_ids() -> None:
    answer = {
        "responses": {
            "CUST-1": {"customer": {"id": "CUST-1", "given_name": "Ann"}},
            "CUST-0": {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND"}]},
            "CUST-2": {"customer": {"id": "CUST-2", "email_address": "bo@example.com"}},
        }
    }
    report = mapped("square", "customers", answer)
    assert [row["id"] for row in rows(report, "unified_customers")] == ["square:CUST-1", "square:CUST-2"]
    assert report.coverage.unknown == 0
    assert_nothing_lost(report, answer)


def test_each_variation_is_a_product_with_its_price_and_cost() -> None:
    report = mapped("square", "catalog", CATALOG)
    products = rows(report, "unified_products")
    assert products[:2] == [
        {"id": "square:VAR-LATTE-R", "title": "Latte", "sku": "LAT-R", "status": "active", "currency": "USD", "list_price": _money("4.50")},
        {"id": "square:VAR-LATTE-L", "title": "Latte, Large", "sku": "LAT-L", "status": "active", "currency": "USD", "list_price": _money("5.50")},
    ]  # fmt: skip
    assert products[2] == {
        "id": "square:VAR-OLD",
        "title": "Old cake",
        "deleted": True,
        "currency": "USD",
        "list_price": _money("3.00"),
    }
    assert products[3] == {
        "id": "square:VAR-ALONE",
        "sku": "ALONE",
        "currency": "KWD",
        "list_price": _money("1.250", "KWD"),
    }
    assert rows(report, "product_variants")[1] == {
        "title": "Large",
        "sku": "LAT-L",
        "barcode": "4006381333931",
        "price": _money("5.50"),
    }
    assert rows(report, "product_costs") == [{"cost": _money("1.35")}]


def test_only_what_is_in_stock_is_counted() -> None:
    assert rows(mapped("square", "inventory_counts", COUNTS), "stock_levels") == [
        {"on": "2026-02-13", "on_hand": "53.5", "location": "LOC-1"}
    ]
    tokyo = mapped("square", "inventory", {"counts": COUNTS["counts"][:1]}, zone=ZoneInfo("Asia/Tokyo"))
    assert rows(tokyo, "stock_levels")[0]["on"] == "2026-02-14"


# ── webhooks and answers without objects ─────────────────────────────────────────────────────────────────────


def test_a_webhook_is_mapped_as_the_object_that_it_holds() -> None:
    report = mapped("square", "payment.updated", EVENT)
    assert [(row["key"], row["amount"]) for row in rows(report, "unified_transactions")] == [
        ("payment:PAY-CARD:charge", _money("52.94"))
    ]
    assert report.rows[0].source.pointer == "/data/object/payment"
    named = mapped("square", "payment", EVENT)
    assert rows(named, "unified_transactions") == rows(report, "unified_transactions")
    assert_nothing_lost(named, EVENT)


def test_a_terminal_s_request_for_a_refund_is_none_yet() -> None:
    refund = {
        "id": "T",
        "refund_id": "REF-1",
        "payment_id": "PAY-CARD",
        "amount_money": {"amount": 5, "currency": "USD"},
        "status": "PENDING",
        "deadline_duration": "PT5M",
        "device_id": "D",
        "created_at": "2026-01-01T00:00:00Z",
    }
    report = mapped("square", "refund", {"refund": refund})
    assert (report.rows, report.coverage.unknown) == ((), 0)
    assert [problem.message for problem in report.problems] == ["is no refund, and kept raw"]


def test_every_count_of_a_webhook_is_read() -> None:
    counts = [COUNTS["counts"][0], {**COUNTS["counts"][0], "catalog_object_id": "VAR-OTHER", "quantity": "0"}]
    event = {"merchant_id": "M", "type": "inventory.count.updated", "event_id": "e", "created_at": "2026-01-01T00:00:00Z",
             "data": {"type": "inventory_counts", "id": "x", "object": {"inventory_counts": counts}}}  # fmt: skip
    for payload in (event, {"events": [event]}):
        for word in ("event", "inventory.count.updated", "inventory_counts"):
            report = mapped("square", word, payload)
            assert [row["on_hand"] for row in rows(report, "stock_levels")] == ["53.5", "0"]
            assert_nothing_lost(report, payload)


@pytest.mark.parametrize("name", ["customer.deleted", "customer"])
def test_a_deleted_customer_s_webhook_deletes(name: str) -> None:
    event = {"merchant_id": "M", "type": "customer.deleted", "event_id": "e", "created_at": "2026-01-01T00:00:00Z",
             "data": {"type": "customer", "id": "CUST-1", "deleted": True, "object": {"customer": CUSTOMERS["customers"][0]}}}  # fmt: skip
    report = mapped("square", name, event)
    assert rows(report, "unified_customers")[0]["deleted"] is True
    assert_nothing_lost(report, event)


@pytest.mark.parametrize(
    "data",
    [
        {"type": "order", "id": "O", "object": {"order_updated": {"order_id": "O", "version": 2, "state": "OPEN", "location_id": "L", "updated_at": "2026-01-01T00:00:00Z"}}},
        {"type": "catalog", "id": "", "object": {"catalog_version": {"updated_at": "2026-01-01T00:00:00Z"}}},
        {"type": "oauth_authorization", "id": "r", "object": {"revocation": {"revoked_at": "2026-01-01T00:00:00Z"}}},
    ],
)  # fmt: skip
def test_a_webhook_that_only_hints_makes_no_row(data: dict[str, Any]) -> None:
    event = {"merchant_id": "M", "type": "x", "event_id": "e", "created_at": "2026-01-01T00:00:00Z", "data": data}
    report = mapped("square", "webhook", event)
    assert (report.rows, report.coverage.unknown) == ((), 0)
    assert_nothing_lost(report, event)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"payments": []},
        {"errors": [{"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED", "detail": "Slow down"}]},
        {"cursor": "abc"},
    ],
)
def test_an_answer_without_payments_makes_none(payload: dict[str, Any]) -> None:
    report = mapped("square", "payments", payload)
    assert (report.rows, report.problems, report.coverage.unknown) == ((), (), 0)
    assert_nothing_lost(report, payload)


@pytest.mark.parametrize("name", ["locations", "Merchant", "team_members", "disputes", "gift_card", "subscriptions"])
def test_other_objects_of_square_are_kept_raw(name: str) -> None:
    report = mapped("square", name, {"id": "L1", "name": "x", "amount_money": {"amount": 5, "currency": "USD"}})
    assert (report.rows, report.problems, report.coverage.unknown) == ((), (), 0)


def test_a_code_of_square_s_that_is_no_amount_stays_raw() -> None:
    payment = {**PAYMENTS["payments"][0], "total_money": {"amount": "lots", "currency": "USD"}}
    report = mapped("square", "payment", payment)
    assert report.problems[0].pointer == "/total_money"
    assert rows(report, "unified_transactions") == []
    assert_nothing_lost(report, payment)


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_no_payload_breaks_the_mapping_of_square_or_loses_a_leaf(data: st.DataObject) -> None:
    object_, payload = data.draw(st.sampled_from(EVERYTHING))
    changed = data.draw(damaged([payload]))
    assert_nothing_lost(mapped("square", object_, changed), changed)
