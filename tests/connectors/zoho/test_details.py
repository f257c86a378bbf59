"""What some answers of Zoho tell elsewhere than others, or leave out."""

from typing import Any

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped, rows
from tests.connectors.zoho.payloads import BANKED, CUSTOMER, INVOICE, ITEM, books, crm


@pytest.mark.parametrize(("contact_type", "table"), [("customer", "unified_customers"), ("vendor", "contacts")])
def test_a_contact_of_books_is_reached_by_its_main_person(contact_type: str, table: str) -> None:
    persons = [
        {"first_name": "Bo", "last_name": "Ek", "phone": "+46 8 555 01 02", "is_primary_contact": False},
        {
            "first_name": "Ann",
            "last_name": "Lee",
            "phone": "",
            "mobile": "+41 44 555 01 01",
            "is_primary_contact": True,
        },
    ]
    own = {"first_name": "", "last_name": "", "phone": "", "mobile": "", "contact_type": contact_type}
    contact = {**CUSTOMER, **own, "contact_persons": persons}
    report = mapped("zoho", "contact", {"contact": contact})
    [row] = rows(report, table)
    assert row["phone"] == "+41 44 555 01 01"
    assert row.get("contact_name") == ("Ann Lee" if contact_type == "customer" else None)
    assert_nothing_lost(report, {"contact": contact})


def test_an_item_of_books_without_a_count_has_no_stock_and_nothing_is_wrong_with_it() -> None:
    item = {
        key: value for key, value in ITEM.items() if key not in {"item_type", "stock_on_hand", "actual_available_stock"}
    }
    report = mapped("zoho", "items", books("items", item))
    assert (rows(report, "stock_levels"), report.problems) == ([], ())


@pytest.mark.parametrize(
    ("kind", "side", "row"),
    [
        ("card_payment", "credit", ("transfer", "-500.00")),
        ("refund", "debit", ("other", "500.00")),
        ("tax_refund", "debit", ("other", "500.00")),
        ("creditnote_refund", "credit", ("refund", "-500.00")),
        ("creditnote_refund", None, ("refund", "-500.00")),
    ],
)
def test_what_only_the_bank_s_list_tells_comes_in_or_goes_out(
    kind: str, side: str | None, row: tuple[str, str]
) -> None:
    answer = books("banktransactions", {**BANKED, "transaction_type": kind, "debit_or_credit": side})
    [moved] = rows(mapped("zoho", "banktransactions", answer), "unified_transactions")
    assert (moved["kind"], moved["amount"]["amount"]) == row


def test_the_deal_that_an_invoice_of_the_crm_is_for_is_kept() -> None:
    payload: Any = crm({**INVOICE, "Deal_Name__s": {"name": "Fleet", "id": "77"}})
    report = mapped("zoho", "Invoices", payload)
    assert report.coverage.unknown == 0
    assert_nothing_lost(report, payload)
