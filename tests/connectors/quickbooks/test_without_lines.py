"""Invoices of QuickBooks whose lines say nothing of what was sold."""

from typing import Any

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped, rows

INVOICE: dict[str, Any] = {
    "Id": "42", "DocNumber": "1013", "TxnDate": "2026-03-27", "CurrencyRef": {"value": "USD"}, "TotalAmt": 81.0, "Balance": 0,
    "CustomerRef": {"value": "26", "name": "Travis Waldron"}, "TxnTaxDetail": {"TotalTax": 6.0},
    "LinkedTxn": [{"TxnId": "29", "TxnType": "StatementCharge"}],
    "Line": [{"Amount": 75.0, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}],
}  # fmt: skip
POSTAGE = {
    "Amount": 5.0,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "SHIPPING_ITEM_ID"}},
}
GOODS = {
    "Id": "1",
    "Amount": 70.0,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "4"}, "Qty": 1},
}


@pytest.mark.parametrize("lines", [INVOICE["Line"], None], ids=["of charges on a statement", "left out of the query"])
def test_the_whole_stands_for_the_lines(lines: list[dict[str, Any]] | None) -> None:
    payload = {key: value for key, value in {**INVOICE, "Line": lines}.items() if value is not None}
    report = mapped("quickbooks", "invoice", {"QueryResponse": {"Invoice": [payload]}})
    [order] = rows(report, "unified_orders")
    assert [order[name]["amount"] for name in ("amount", "tax", "total")] == ["75.00", "6.00", "81.00"]
    assert_nothing_lost(report, {"QueryResponse": {"Invoice": [payload]}})


def test_where_goods_stand_among_the_lines_they_are_the_sale() -> None:
    report = mapped("quickbooks", "invoice", {**INVOICE, "Line": [GOODS, POSTAGE]})
    [order], [line] = rows(report, "unified_orders"), rows(report, "order_lines")
    assert ("amount" in order, order["shipping"]["amount"], line["net"]["amount"]) == (False, "5.00", "70.00")
