"""Stripe's objects become unified rows: each movement once, in the currency it moved in."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from tests.connectors.damage import damaged_by_name
from tests.connectors.mapping import assert_nothing_lost, mapped, rows
from tools.ingestion.mapping.report import MappingReport

ADDRESS = {"city": "Köln", "country": "DE", "line1": "Domplatz 1", "line2": None, "postal_code": "50667", "state": None}
CHARGE: dict[str, Any] = {
    "id": "ch_1", "object": "charge", "amount": 4250, "amount_captured": 4250, "amount_refunded": 0, "application": None,
    "balance_transaction": {"id": "txn_1", "object": "balance_transaction", "amount": 4612, "currency": "usd", "fee": 164, "net": 4448,
                            "exchange_rate": 1.08529, "fee_details": [{"amount": 164, "type": "stripe_fee"}], "type": "charge"},
    "billing_details": {"address": ADDRESS, "email": "Ann@Example.org", "name": "Ann Lee", "phone": "+49 221 1", "tax_id": None},
    "captured": True, "created": 1767225600, "currency": "eur", "customer": "cus_9", "description": "Order 1001", "disputed": False,
    "failure_code": None, "fraud_details": {}, "invoice": None, "livemode": True, "metadata": {"order": "1001"}, "outcome": {"type": "authorized"},
    "paid": True, "payment_intent": "pi_1", "payment_method": "pm_1", "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}, "type": "card"},
    "receipt_email": None, "refunded": False, "refunds": {"object": "list", "data": [], "has_more": False, "url": "/v1/charges/ch_1/refunds"},
    "shipping": None, "source": None, "status": "succeeded", "transfer_group": None,
}  # fmt: skip
INVOICE: dict[str, Any] = {
    "id": "in_1", "object": "invoice", "number": "A-0007", "status": "paid", "created": 1767139200, "currency": "kwd", "customer": "cus_9",
    "customer_name": "Ann Lee", "customer_email": "ann@example.org", "customer_address": ADDRESS, "billing_reason": "subscription_cycle",
    "status_transitions": {"finalized_at": 1767225600, "paid_at": 1767225700, "voided_at": None, "marked_uncollectible_at": None},
    "total": 22050, "subtotal": 22000, "total_taxes": [{"amount": 1050, "tax_behavior": "exclusive", "taxability_reason": "standard_rated"}],
    "due_date": None, "amount_due": 22050, "amount_paid": 22050, "livemode": True,
    "lines": {"object": "list", "has_more": False, "url": "/v1/invoices/in_1/lines", "data": [
        {"id": "il_1", "object": "line_item", "amount": 20000, "subtotal": 22000, "currency": "kwd", "description": "Plan, 2 seats", "quantity": 2,
         "discount_amounts": [{"amount": 1000, "discount": "di_1"}], "pricing": {"price_details": {"price": "price_1", "product": "prod_1"}, "type": "price_details"},
         "taxes": [{"amount": 1050, "tax_behavior": "exclusive"}], "period": {"start": 1, "end": 2}},
    ]},
}  # fmt: skip
BALANCE: dict[str, Any] = {
    "id": "txn_1", "object": "balance_transaction", "amount": 4612, "available_on": 1767830400, "created": 1767225600, "currency": "usd",
    "description": "Order 1001", "exchange_rate": 1.08529, "fee": 164, "fee_details": [{"amount": 164, "currency": "usd", "type": "stripe_fee"}],
    "net": 4448, "reporting_category": "charge", "source": "ch_1", "status": "available", "type": "charge",
}  # fmt: skip


def stripe(object_: str, payload: Any) -> MappingReport:
    return mapped("stripe", object_, payload)


def test_a_charge_is_what_the_customer_paid_in_her_currency_beside_what_was_settled() -> None:
    report = stripe("charge", CHARGE)
    [charge] = rows(report, "unified_transactions")
    assert charge == {
        "key": "charge:ch_1:charge", "kind": "charge", "occurred_at": "2026-01-01T00:00:00Z", "occurred_on": "2026-01-01",
        "currency": "EUR", "amount": {"amount": "42.50", "currency": "EUR"}, "account": "Stripe", "category": "card",
        "counterparty": "Ann Lee", "description": "Order 1001", "status": "succeeded", "settled_currency": "USD",
        "settled": {"amount": "46.12", "currency": "USD"},
    }  # fmt: skip
    [customer] = rows(report, "unified_customers")
    assert customer == {"id": "stripe:cus_9", "name": "Ann Lee", "email": "ann@example.org", "phone": "+49 221 1"}
    assert (report.coverage.unknown, report.problems) == (0, ())
    assert_nothing_lost(report, CHARGE)


def test_the_fee_is_a_row_of_its_own_so_that_it_is_counted_once() -> None:
    [fee] = rows(
        stripe("balance_transactions", {"object": "list", "data": [BALANCE], "has_more": False}), "unified_transactions"
    )
    assert (fee["kind"], fee["amount"], fee["description"]) == (
        "fee",
        {"amount": "-1.64", "currency": "USD"},
        "fee of ch_1",
    )
    assert rows(stripe("balance_transaction", {**BALANCE, "fee": 0}), "unified_transactions") == []


@pytest.mark.parametrize(
    ("type_", "category", "amount", "kind"),
    [
        ("stripe_fee", "fee", -200, "fee"),
        ("adjustment", "dispute", -4250, "refund"),
        ("adjustment", "other_adjustment", 100, "other"),
        ("topup", "topup", 50000, "transfer"),
        ("transfer", "transfer", -9000, "transfer"),
        ("issuing_transaction", "issuing_transaction", -1250, "expense"),
    ],
)
def test_what_stripe_books_by_itself_is_a_movement(type_: str, category: str, amount: int, kind: str) -> None:
    own = {**BALANCE, "type": type_, "reporting_category": category, "amount": amount, "fee": 0, "source": None}
    [row] = rows(stripe("balance_transaction", own), "unified_transactions")
    assert (row["kind"], Decimal(row["amount"]["amount"])) == (kind, Decimal(amount) / 100)


@pytest.mark.parametrize(
    "type_", ["payment_network_reserve_hold", "payment_network_reserve_release", "reserve_transaction"]
)
def test_what_is_only_held_moves_nowhere(type_: str) -> None:
    held = {**BALANCE, "type": type_, "amount": -5000, "fee": 0}
    assert rows(stripe("balance_transaction", held), "unified_transactions") == []


def test_a_disputes_fee_stands_beside_what_was_taken_back() -> None:
    dispute = {
        **BALANCE,
        "type": "adjustment",
        "reporting_category": "dispute",
        "amount": -4250,
        "fee": 1500,
        "source": "dp_1",
    }
    found = {
        row["kind"]: row["amount"]["amount"]
        for row in rows(stripe("balance_transaction", dispute), "unified_transactions")
    }
    assert found == {"refund": "-42.50", "fee": "-15.00"}


@pytest.mark.parametrize(
    ("currency", "shown"), [("usd", "42.50"), ("jpy", "4250"), ("kwd", "4.250"), ("mga", "4250.00"), ("isk", "42.50")]
)
def test_smallest_units_are_those_that_stripe_counts_in(currency: str, shown: str) -> None:
    [charge] = rows(
        stripe("charge", {**CHARGE, "currency": currency, "balance_transaction": None}), "unified_transactions"
    )
    assert Decimal(charge["amount"]["amount"]) == Decimal(shown)


def test_refunds_and_payouts_go_out() -> None:
    refund = {
        "id": "re_1",
        "object": "refund",
        "amount": 1000,
        "charge": "ch_1",
        "created": 1767225600,
        "currency": "eur",
        "reason": "requested_by_customer",
        "status": "succeeded",
    }
    payout = {
        "id": "po_1",
        "object": "payout",
        "amount": 110000,
        "arrival_date": 1767312000,
        "created": 1767225600,
        "currency": "usd",
        "status": "in_transit",
        "type": "bank_account",
    }
    [back], [out] = (
        rows(stripe("refund", refund), "unified_transactions"),
        rows(stripe("payouts", payout), "unified_transactions"),
    )
    assert (back["kind"], back["amount"]["amount"], back["description"]) == ("refund", "-10.00", "refund of ch_1")
    assert (out["kind"], out["amount"]["amount"], out["status"]) == ("payout", "-1100.00", "in transit")


def test_an_invoice_is_a_claim_and_a_sale_with_its_lines() -> None:
    report = stripe("invoice", INVOICE)
    [claim], [order], [line] = (rows(report, t) for t in ("unified_transactions", "unified_orders", "order_lines"))
    assert (claim["kind"], claim["amount"], claim["order"]) == (
        "invoice",
        {"amount": "22.050", "currency": "KWD"},
        "invoice:in_1",
    )
    assert (order["key"], order["number"], order["ordered_at"], order["status"]) == (
        "invoice:in_1",
        "A-0007",
        "2026-01-01T00:00:00Z",
        "completed",
    )
    assert (order["tax"]["amount"], order["total"]["amount"]) == ("1.050", "22.050")
    assert [line[name]["amount"] for name in ("gross", "discount", "net", "tax")] == [
        "22.000",
        "1.000",
        "21.000",
        "1.050",
    ]
    assert line["quantity"] == "2"
    assert rows(report, "unified_products") == [{"id": "stripe:prod_1", "title": "Plan, 2 seats"}]
    assert report.coverage.unknown <= 1  # the line's own shape grows with Stripe's releases
    assert_nothing_lost(report, INVOICE)


def test_a_draft_is_no_sale_and_a_void_one_is_cancelled() -> None:
    assert stripe("invoice", {**INVOICE, "status": "draft"}).rows == ()
    assert rows(stripe("invoice", {**INVOICE, "status": "void"}), "unified_orders")[0]["status"] == "cancelled"


def test_a_deleted_customer_is_marked_and_keeps_her_id() -> None:
    [customer] = rows(stripe("customer", {"id": "cus_9", "object": "customer", "deleted": True}), "unified_customers")
    assert customer == {"id": "stripe:cus_9", "deleted": True}


def test_an_event_is_mapped_as_the_object_it_holds() -> None:
    event = {"id": "evt_1", "object": "event", "api_version": "2026-10-28.endive", "created": 1767225601, "type": "charge.succeeded",
             "livemode": True, "pending_webhooks": 1, "request": {"id": None}, "data": {"object": CHARGE}}  # fmt: skip
    for word in ("event", "webhook", "charge", "charge.succeeded"):
        report = stripe(word, event)
        assert rows(report, "unified_transactions") == rows(stripe("charge", CHARGE), "unified_transactions")
        assert report.rows[0].source.pointer == "/data/object"
        assert_nothing_lost(report, event)
        listed = stripe(word, {"object": "list", "data": [event], "has_more": False})
        assert rows(listed, "unified_transactions") == rows(report, "unified_transactions")
    assert stripe("refund", event).rows == ()


def test_what_is_unknown_to_us_is_kept_and_said() -> None:
    report = stripe("charge", {**CHARGE, "brand_new": {"x": 1}})
    assert [leaf.pointer for leaf in report.unmapped if leaf.why == "unknown"] == ["/brand_new/x"]
    whole = stripe("climate.orders", {"id": "climorder_1", "amount": 5})
    assert (whole.rows, whole.coverage.unknown) == ((), 2)
    assert "no mapping for “climate.orders”" in whole.notes[0]


@given(damaged_by_name({"charge": [CHARGE], "invoice": [INVOICE], "balance_transaction": [BALANCE]}))
def test_no_payload_breaks_it_and_none_loses_a_leaf(case: tuple[str, Any]) -> None:
    name, payload = case
    report = stripe(name, payload)
    assert_nothing_lost(report, payload)
    report.model_dump_json()
