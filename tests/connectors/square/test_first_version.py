"""Square's first version of payments, refunds and settlements: other names, and a currency_code beside each amount."""

from typing import Any

from tests.connectors.mapping import assert_nothing_lost, mapped, rows


def yen(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency_code": "JPY"}


PAYMENT: dict[str, Any] = {
    "id": "Jq74mCczmFXk1tC10GB", "merchant_id": "M", "created_at": "2016-01-20T22:57:56Z", "creator_id": "C", "device": {"name": "Till"},
    "payment_url": "https://squareup.com/dashboard/sales/transactions/x", "inclusive_tax_money": yen(0), "additive_tax_money": yen(80),
    "tax_money": yen(80), "tip_money": yen(100), "discount_money": yen(0), "total_collected_money": yen(1180), "processing_fee_money": yen(-38),
    "net_total_money": yen(1142), "refunded_money": yen(0), "gross_sales_money": yen(1000), "net_sales_money": yen(1000),
    "inclusive_tax": [], "additive_tax": [], "tender": [{"id": "T", "type": "CREDIT_CARD", "total_money": yen(1180)}], "refunds": [],
    "itemizations": [{"name": "Tea", "quantity": "1.00000000", "total_money": yen(1080)}],
}  # fmt: skip


def test_a_payment_is_what_was_collected_with_what_square_kept() -> None:
    report = mapped("square", "payments", [PAYMENT])
    [row] = rows(report, "unified_transactions")
    assert (row["amount"]["amount"], row["fee"]["amount"], row["currency"], row["status"]) == (
        "1180",
        "38",
        "JPY",
        "succeeded",
    )
    assert (report.coverage.unknown, report.problems) == (0, ())
    assert_nothing_lost(report, [PAYMENT])


def test_a_refund_is_below_zero_already() -> None:
    refund = {
        "type": "PARTIAL",
        "reason": "Cold",
        "refunded_money": yen(-500),
        "created_at": "2016-01-21T08:00:00Z",
        "payment_id": PAYMENT["id"],
    }
    report = mapped("square", "refunds", [refund])
    [row] = rows(report, "unified_transactions")
    assert (row["kind"], row["amount"]["amount"], row["status"]) == ("refund", "-500", "succeeded")
    assert_nothing_lost(report, [refund])


def test_a_settlement_is_a_payout() -> None:
    settlement = {
        "id": "S", "status": "SENT", "total_money": yen(1142), "initiated_at": "2016-01-22T01:00:00Z", "bank_account_id": "B",
        "entries": [{"payment_id": PAYMENT["id"], "type": "CHARGE", "amount_money": yen(1180), "fee_money": yen(-38)}],
    }  # fmt: skip
    report = mapped("square", "settlement", settlement)
    [row] = rows(report, "unified_transactions")
    assert (row["kind"], row["amount"]["amount"], row["status"]) == ("payout", "-1142", "paid")
    assert_nothing_lost(report, settlement)
