"""Transactions of Shopify's balance, which its REST answers call by the same name as those of an order."""

from typing import Any

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped, rows

ADJUSTED: dict[str, Any] = {
    "id": 11, "type": "adjustment", "test": False, "payout_id": 5, "payout_status": "paid", "currency": "USD", "amount": "-1.50", "fee": "0.00",
    "net": "-1.50", "source_id": 9, "source_type": "adjustment", "source_order_id": None, "source_order_transaction_id": None,
    "processed_at": "2025-11-05T19:52:08-05:00",
}  # fmt: skip
CHARGED: dict[str, Any] = {
    **ADJUSTED, "id": 12, "type": "charge", "amount": "3.45", "fee": "0.65", "net": "2.80", "source_type": "charge", "source_order_id": 71,
    "source_order_transaction_id": 72,
}  # fmt: skip
CAPTURED: dict[str, Any] = {
    "id": 72, "order_id": 71, "kind": "capture", "gateway": "shopify_payments", "status": "success", "amount": "3.45", "currency": "USD",
    "processed_at": "2025-11-05T19:52:08-05:00", "test": False,
}  # fmt: skip


@pytest.mark.parametrize("word", ["transactions", "Transaction", "balance_transactions"])
def test_a_list_of_the_balance_is_told_from_one_of_an_order(word: str) -> None:
    payload = {"transactions": [ADJUSTED, CHARGED]}
    report = mapped("shopify", word, payload)
    assert [
        (row["kind"], row["amount"]["amount"], row["occurred_at"]) for row in rows(report, "unified_transactions")
    ] == [
        ("other", "-1.50", "2025-11-06T00:52:08Z"),
        ("fee", "-0.65", "2025-11-06T00:52:08Z"),
    ]
    assert report.object == "balance_transaction"
    assert report.coverage.unknown == 0
    assert_nothing_lost(report, payload)


def test_an_orders_own_transactions_stay_what_they_are() -> None:
    report = mapped("shopify", "transactions", {"transactions": [CAPTURED]})
    [row] = rows(report, "unified_transactions")
    assert (report.object, row["kind"], row["amount"]["amount"], row["order"]) == (
        "transaction",
        "charge",
        "3.45",
        "order:71",
    )
