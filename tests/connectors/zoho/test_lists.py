"""What lists of Zoho's tell of sales: sums, and no lines."""

from typing import Any

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped, rows

INVOICE: dict[str, Any] = {
    "invoice_id": "9", "invoice_number": "INV-9", "status": "sent", "date": "2026-06-09", "customer_id": "7", "currency_code": "KWD",
    "total": 149.975, "balance": 149.975, "shipping_charge": 9.975,
}  # fmt: skip
CREDIT: dict[str, Any] = {
    "creditnote_id": "3", "creditnote_number": "CN-3", "status": "open", "date": "2026-06-10", "customer_id": "7", "currency_code": "USD",
    "total": 110.00, "balance": 110.00,
}  # fmt: skip
ORDER: dict[str, Any] = {
    "id": "5", "SO_Number": "SO-5", "Status": "Created", "Created_Time": "2026-06-10T09:00:00+05:30", "Currency": "EUR", "Grand_Total": 119.0,
    "Tax": 19.0, "Account_Name": {"id": "8", "name": "Acme"},
}  # fmt: skip


def test_an_invoice_of_a_list_is_a_sale_of_its_sum() -> None:
    report = mapped("zoho", "invoices", {"code": 0, "invoices": [INVOICE]})
    [order] = rows(report, "unified_orders")
    assert [order[name]["amount"] for name in ("amount", "shipping", "total")] == ["140.000", "9.975", "149.975"]
    assert_nothing_lost(report, {"code": 0, "invoices": [INVOICE]})


def test_its_lines_have_the_say_where_they_stand() -> None:
    line = {"line_item_id": "1", "name": "Beans", "quantity": 2, "rate": 70, "item_total": 140}
    report = mapped("zoho", "invoice", {"invoice": {**INVOICE, "line_items": [line]}})
    [order], [sold] = rows(report, "unified_orders"), rows(report, "order_lines")
    assert ("amount" in order, sold["net"]["amount"]) == (False, "140.000")


@pytest.mark.parametrize(("status", "back"), [("open", ["110.00"]), ("closed", ["110.00"]), ("void", [])])
def test_a_credit_note_of_a_list_takes_its_sum_back(status: str, back: list[str]) -> None:
    report = mapped("zoho", "creditnotes", {"creditnotes": [{**CREDIT, "status": status}]})
    assert [row["amount"]["amount"] for row in rows(report, "refunds")] == back


@pytest.mark.parametrize("lines", [{}, {"Ordered_Items": []}, {"Ordered_Items": None}], ids=["none", "empty", "null"])
def test_an_order_of_the_crm_without_its_lines_is_its_sum(lines: dict[str, Any]) -> None:
    report = mapped("zoho", "Sales_Orders", {"data": [{**ORDER, **lines}]})
    [order] = rows(report, "unified_orders")
    assert [order[name]["amount"] for name in ("amount", "tax", "total")] == ["100.00", "19.00", "119.00"]
    assert order["ordered_at"] == "2026-06-10T03:30:00Z"


def test_a_discount_of_the_whole_is_taken_off_once_where_lines_tell_their_part() -> None:
    line = {
        "line_item_id": "1",
        "name": "Drive",
        "rate": 120,
        "quantity": 1.5,
        "discount_amount": 18.0,
        "item_total": 180.0,
    }
    payload = {"invoice": {**INVOICE, "currency_code": "EUR", "discount_type": "entity_level", "discount_total": 18.0,
                           "shipping_charge": 0, "total": 162.0, "line_items": [line]}}  # fmt: skip
    report = mapped("zohobooks", "invoice", payload)
    [sold] = rows(report, "order_lines")
    assert [sold[name]["amount"] for name in ("gross", "discount", "net")] == ["180.00", "18.00", "162.00"]
    assert_nothing_lost(report, payload)
