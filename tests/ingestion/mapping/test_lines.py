"""Files of objects: an answer as it came, or an object a line."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.kernel.errors import CopilotError
from tests.connectors.mapping import assert_nothing_lost, mapped, rows
from tools.ingestion.mapping.payload import parse_file
from tools.ingestion.mapping.report import map_payload
from tools.ingestion.mapping.rosetta import Account

FIRST: dict[str, Any] = {
    "id": "ch_1",
    "object": "charge",
    "amount": 100,
    "currency": "kwd",
    "created": 1767225600,
    "note\u2028": "one line",
}
SECOND: dict[str, Any] = {
    "id": "ch_2",
    "object": "charge",
    "amount": 250,
    "currency": "jpy",
    "created": 1767225600,
    "a/b~c": {"": []},
}


def lines(*objects: object) -> str:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in objects)


def test_objects_a_line_are_mapped_as_a_list_of_them() -> None:
    report = mapped("stripe", "charges", [FIRST, SECOND])
    assert [row["amount"] for row in rows(report, "unified_transactions")] == [
        {"amount": "0.100", "currency": "KWD"},
        {"amount": "250", "currency": "JPY"},
    ]
    assert_nothing_lost(report, [FIRST, SECOND])
    assert parse_file(lines(FIRST, SECOND)) == parse_file(lines(FIRST, SECOND).encode()) == [FIRST, SECOND]


def test_a_vendor_may_be_written_as_it_writes_itself() -> None:
    account = Account(today=date(2026, 11, 30), zone=ZoneInfo("UTC"))
    report = map_payload("QuickBooks", "SalesReceipts", '{"QueryResponse": {}}', account)
    assert (report.vendor, report.object) == ("quickbooks", "sales_receipt")


@pytest.mark.parametrize("text", ["{}\n\n{}\r\n", "{}\n{}", "\n{}\n{}\n\n"])
def test_blank_lines_say_nothing(text: str) -> None:
    assert parse_file(text) == [{}, {}]


def test_one_value_over_many_lines_stays_one() -> None:
    assert parse_file(json.dumps({"total": 1.10, "lines": [1, 2]}, indent=2)) == {
        "total": Decimal("1.1"),
        "lines": [1, 2],
    }
    assert parse_file('{"a": 1}\n') == {"a": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1}\n\n{"b": 2', "Line 3: This is no JSON"),
        ('{"a": 1}\n{"b": 2, "b": 3}', "Line 2: The key “b” stands twice"),
        ('{\n"a": 1,\n}', "This is no JSON: "),
        ("[1,\n2", "This is no JSON: "),
        ('{"a": 1} x', "This is no JSON: extra data"),
        ("", "This is no JSON: it is empty"),
        (" \n", "This is no JSON: it is empty"),
    ],
)
def test_what_is_neither_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(CopilotError, match=said):
        parse_file(text)


@pytest.mark.parametrize("ids", [[], ["5", "6"], None], ids=["none", "some", "null"])
def test_a_list_that_a_record_has_of_its_own_is_no_answer(ids: list[str] | None) -> None:
    record = {"id": "1", "properties": {"name": "Acme"}, "createdAt": "2026-01-01T00:00:00Z", "contacts": ids}
    report = mapped("hubspot", "companies", record)
    assert [row["key"] for row in rows(report, "contacts")] == ["company:1"]
    assert_nothing_lost(report, record)


@pytest.mark.parametrize("answer", [{"contacts": [], "has-more": False, "vid-offset": 0}, {"results": []}])
def test_an_answer_without_objects_has_none(answer: dict[str, object]) -> None:
    report = mapped("hubspot", "contacts", answer)
    assert (report.objects, report.rows, report.coverage.unknown) == (0, (), 0)
    assert_nothing_lost(report, answer)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (2**63 - 1, "amount: 9223372036854775807 is too large"),
        (10**30, f"amount: {10**30} is too large"),
        (Decimal("1e-300"), "amount: 1E-300 is too small"),
        ("a lot", "amount: a lot is no number"),
    ],
)
def test_an_amount_that_no_column_holds_is_told_for_what_it_is(amount: Any, said: str) -> None:
    report = mapped("stripe", "charge", {**FIRST, "amount": amount})
    assert [problem.message for problem in report.problems][:1] == [said]
