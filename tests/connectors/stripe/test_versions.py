"""Stripe's objects as its versions write them: what was captured, taxes that prices hold, credits without lines, old words."""

from typing import Any

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped, rows

CHARGE: dict[str, Any] = {
    "id": "ch_7", "object": "charge", "amount": 5000, "currency": "jpy", "created": 1767225600, "captured": True, "paid": True,
    "status": "succeeded", "refunded": False, "amount_captured": 5000, "amount_refunded": 0,
}  # fmt: skip
CREDIT: dict[str, Any] = {
    "id": "cn_1", "object": "credit_note", "number": "A-0007-CN-01", "status": "issued", "created": 1767225600, "effective_at": 1767225600,
    "currency": "eur", "customer": "cus_9", "invoice": "in_1", "amount": 11900, "total": 11900, "total_excluding_tax": 10000,
    "subtotal": 10000, "total_taxes": [{"amount": 1900, "tax_behavior": "exclusive"}], "shipping_cost": None, "reason": "duplicate",
    "lines": {"object": "list", "data": [], "has_more": False},
}  # fmt: skip


def invoice(**given: Any) -> dict[str, Any]:
    return {
        "id": "in_1", "object": "invoice", "status": "paid", "created": 1767225600, "currency": "eur", "customer": "cus_9",
        "number": "A-0007", "total": 11900, "lines": {"object": "list", "data": []}, **given,
    }  # fmt: skip


def money(row: dict[str, Any], *names: str) -> list[str]:
    return [row[name]["amount"] for name in names]


REST_OF_IT: dict[str, Any] = {
    "id": "re_7", "object": "refund", "amount": 1500, "currency": "jpy", "created": 1767225700, "charge": "ch_7", "status": "succeeded",
    "balance_transaction": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "succeeded"),
        ({"captured": False, "amount_captured": 0}, "pending"),
        ({"captured": False, "amount_captured": 0, "status": "failed", "paid": False}, "failed"),
    ],
    ids=["captured", "waiting", "declined"],
)
def test_an_authorisation_that_waits_has_paid_nothing(given: dict[str, Any], status: str) -> None:
    payload = {**CHARGE, **given}
    report = mapped("stripe", "charge", payload)
    [charge] = rows(report, "unified_transactions")
    assert (charge["amount"], charge["status"]) == ({"amount": "5000", "currency": "JPY"}, status)
    assert_nothing_lost(report, payload)


@pytest.mark.parametrize(
    ("given", "rest", "paid"),
    [({"amount_captured": 3500, "amount_refunded": 1500}, 1500, 3500),
     ({"captured": False, "amount_captured": 0, "amount_refunded": 5000, "refunded": True}, 5000, 0)],
    ids=["captured in part", "let go"],
)  # fmt: skip
def test_with_stripes_refund_of_the_rest_it_comes_to_what_was_paid(given: dict[str, Any], rest: int, paid: int) -> None:
    charges = rows(mapped("stripe", "charge", {**CHARGE, **given}), "unified_transactions")
    refunds = rows(mapped("stripe", "refund", {**REST_OF_IT, "amount": rest}), "unified_transactions")
    assert {row["status"] for row in [*charges, *refunds]} == {"succeeded"}
    assert sum(int(row["amount"]["amount"]) for row in [*charges, *refunds]) == paid


@pytest.mark.parametrize(
    ("given", "status"),
    [({"status": "paid"}, "succeeded"), ({"status": None}, "succeeded"), ({"status": None, "paid": False}, "failed")],
)
def test_what_old_versions_say_of_a_charge_is_understood(given: dict[str, Any], status: str) -> None:
    [charge] = rows(mapped("stripe", "charge", {**CHARGE, **given}), "unified_transactions")
    assert charge["status"] == status


def test_a_refund_without_a_status_is_done() -> None:
    refund = {
        "id": "re_1",
        "object": "refund",
        "amount": 555,
        "currency": "usd",
        "created": 1409167284,
        "charge": "ch_7",
    }
    [row] = rows(mapped("stripe", "refund", refund), "unified_transactions")
    assert (row["amount"]["amount"], row["status"]) == ("-5.55", "succeeded")


@pytest.mark.parametrize(
    "taxes",
    [
        {"taxes": [{"amount": 1900, "tax_behavior": "inclusive"}]},
        {"tax_amounts": [{"amount": 1900, "inclusive": True, "tax_rate": "txr_1"}]},
    ],
    ids=["since 2025", "before"],
)
def test_tax_that_a_price_holds_is_no_revenue(taxes: dict[str, Any]) -> None:
    line = {
        "id": "il_1",
        "object": "line_item",
        "amount": 11900,
        "currency": "eur",
        "description": "Plan",
        "quantity": 1,
        **taxes,
    }
    report = mapped(
        "stripe",
        "invoice",
        invoice(lines={"data": [line]}, total_taxes=[{"amount": 1900, "tax_behavior": "inclusive"}]),
    )
    [order] = rows(report, "unified_orders")
    [sold] = rows(report, "order_lines")
    assert money(order, "tax", "total") == ["19.00", "119.00"]
    assert money(sold, "gross", "net", "tax") == ["100.00", "100.00", "19.00"]


def test_an_invoice_without_its_lines_is_still_a_sale() -> None:
    report = mapped("stripe", "invoice", invoice(total_taxes=[{"amount": 1900, "tax_behavior": "exclusive"}]))
    [order] = rows(report, "unified_orders")
    assert money(order, "amount", "tax", "total") == ["100.00", "19.00", "119.00"]


@pytest.mark.parametrize(
    ("given", "claim", "sale"),
    [({"paid": True}, "paid", "completed"), ({"paid": False}, "open", "pending"), ({"paid": False, "forgiven": True}, "uncollectible", "cancelled")],
)  # fmt: skip
def test_until_2018_flags_told_what_had_become_of_an_invoice(given: dict[str, Any], claim: str, sale: str) -> None:
    old = {**invoice(**given), "status": None, "created": None, "date": 1514764800}
    report = mapped("stripe", "invoice", old)
    [transaction], [order] = rows(report, "unified_transactions"), rows(report, "unified_orders")
    assert (transaction["status"], order["status"], order["ordered_at"]) == (claim, sale, "2018-01-01T00:00:00Z")


def test_a_credit_of_an_amount_alone_takes_it_back() -> None:
    report = mapped("stripe", "credit_note", CREDIT)
    [note], [back] = rows(report, "unified_orders"), rows(report, "refunds")
    assert (note["is_credit_note"], note["originals"]) == (True, ["invoice:in_1"])
    assert (money(back, "amount", "tax"), back["reason"]) == (["100.00", "19.00"], "duplicate")
    assert_nothing_lost(report, CREDIT)


def test_a_credited_line_gives_back_what_was_paid_for_it_and_its_postage() -> None:
    line = {"id": "cnli_1", "object": "credit_note_line_item", "amount": 5950, "description": "Plan", "quantity": 1, "discount_amount": 595,
            "discount_amounts": [{"amount": 595, "discount": "di_1"}], "taxes": [{"amount": 855, "tax_behavior": "inclusive"}]}  # fmt: skip
    shipping = {"amount_subtotal": 400, "amount_tax": 76, "amount_total": 476}
    report = mapped("stripe", "credit_note", {**CREDIT, "lines": {"data": [line]}, "shipping_cost": shipping})
    goods, postage = rows(report, "refunds")
    assert money(goods, "amount", "tax") == ["45.00", "8.55"]
    assert money(postage, "amount", "shipping", "tax") == ["0.00", "4.00", "0.76"]


def test_a_voided_credit_gives_nothing_back() -> None:
    report = mapped("stripe", "credit_note", {**CREDIT, "status": "void", "voided_at": 1767225700})
    [note], [back] = rows(report, "unified_orders"), rows(report, "refunds")
    assert (note["status"], money(back, "amount", "tax")) == ("cancelled", ["0.00", "0.00"])


@pytest.mark.parametrize(
    ("given", "shown"),
    [({"unit_amount": 500}, "5.00"), ({"unit_amount": None, "unit_amount_decimal": "0.5"}, "0.005"), ({"amount": 300, "object": "plan"}, "3.00")],
)  # fmt: skip
def test_a_price_may_be_of_parts_of_a_cent_and_a_plans_is_its_amount(given: dict[str, Any], shown: str) -> None:
    price = {"id": "price_1", "object": "price", "currency": "usd", "product": "prod_1", "active": True, **given}
    [product] = rows(mapped("stripe", "price", price), "unified_products")
    assert product["list_price"] == {"amount": shown, "currency": "USD"}


@pytest.mark.parametrize(
    ("given", "discount", "net", "total"),
    [
        ({"total": 1980, "tax": 180}, "2.00", "18.00", "19.80"),
        ({"total": 1800, "total_tax_amounts": [{"amount": 163, "inclusive": True}], "tax": 163}, "2.00", "18.00", "18.00"),
        ({"total": 1962, "total_tax_amounts": [{"amount": 162, "inclusive": False}], "tax": 162}, "2.00", "18.00", "19.62"),
        ({"total": 1700, "total_discount_amounts": [{"amount": 200}, {"amount": 100}]}, "3.00", "17.00", "17.00"),
        ({"total": 2000, "discount": None}, "0.00", "20.00", "20.00"),
    ],
    ids=["before tax", "tax in prices", "tax by rates", "told of the whole", "none"],
)  # fmt: skip
def test_an_old_invoice_s_discount_stands_on_no_line(
    given: dict[str, Any], discount: str, net: str, total: str
) -> None:
    line = {"id": "sub_1", "object": "line_item", "amount": 2000, "quantity": 2, "description": "Gold"}
    coupon = {"object": "discount", "coupon": {"id": "TENTH", "percent_off": 10}}
    payload = invoice(subtotal=2000, discount=coupon, lines={"object": "list", "data": [line]}) | given
    report = mapped("stripe", "invoice", payload)
    [sold], [order] = rows(report, "order_lines"), rows(report, "unified_orders")
    assert [*money(sold, "gross", "discount", "net"), *money(order, "total")] == ["20.00", discount, net, total]
    assert_nothing_lost(report, payload)


@pytest.mark.parametrize(("moved", "fee"), [(None, {"amount": "180", "currency": "JPY"}), ("txn_7", None)])
def test_the_first_charges_said_their_own_fee(moved: str | None, fee: dict[str, str] | None) -> None:
    details = [{"amount": 180, "currency": "jpy", "type": "stripe_fee"}]
    payload = {**CHARGE, "balance_transaction": moved, "fee": 180, "fee_details": details}
    report = mapped("stripe", "charge", payload)
    [charge] = rows(report, "unified_transactions")
    assert (charge.get("fee"), report.coverage.unknown) == (fee, 0)
    assert_nothing_lost(report, payload)
