"""What a field's rule can say: choices, conditions, amounts less others, words of lists, headers of mails."""

import time
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tools.ingestion.mapping.rosetta import Account, MappedObject, Rosetta
from tools.ingestion.mapping.shown import UnifiedRow
from tools.ingestion.mapping.spec import MappingError, parse_mapping

_FILE = """
vendor: example
version: 1
value_in: value
items: ["things[*]"]
objects:
  thing:
    id: id
    makes:
    - row: {row}
      fields: {fields}
"""


def rosetta(row: str, fields: str) -> Rosetta:
    account = Account(today=date(2026, 11, 29), zone=ZoneInfo("America/New_York"), currency="EUR")
    text = _FILE.replace("{row}", row).replace("{fields}", fields)
    return Rosetta(parse_mapping(text, "example"), account)


def made(row: str, fields: str, payload: Any) -> MappedObject:
    return rosetta(row, fields).map("thing", payload)


def only(mapped: MappedObject) -> UnifiedRow:
    (row,) = mapped.rows()
    return row


CHOICE = (
    '{title: name, status: {first: [{path: won, map: {"true": won}}, {path: stage, map: {lost: lost}}], default: open}}'
)


@pytest.mark.parametrize(
    ("payload", "status", "pointers"),
    [
        ({"won": True, "stage": "lost"}, "won", ("/won",)),
        ({"won": False, "stage": "Lost"}, "lost", ("/stage",)),
        ({"won": None, "stage": "x"}, "open", ()),
        ({"won": [1], "stage": "lost"}, "lost", ("/stage",)),
    ],
)
def test_the_first_rule_that_says_something_counts(
    payload: dict[str, Any], status: str, pointers: tuple[str, ...]
) -> None:
    row = only(made("deal", CHOICE, {"name": "x", **payload}))
    assert row.fields["status"] == status
    assert row.provenance["status"].pointers == pointers


def test_what_a_rule_has_read_to_no_avail_was_read_and_is_not_unknown() -> None:
    mapped = made("deal", CHOICE, {"id": 1, "name": "x", "won": False, "stage": "lost"})
    assert {leaf.pointer: leaf.why for leaf in mapped.unmapped(mapped.rows())} == {"/id": "read", "/won": "read"}


def test_what_no_rule_of_several_can_read_is_a_problem() -> None:
    mapped = made("deal", "{title: name, amount: {first: [a, b]}}", {"name": "x", "a": "many", "b": "lots"})
    assert [(problem.pointer, problem.message) for problem in mapped.reading.problems] == [
        ("/a", "amount: many is no number")
    ]


def test_a_rule_says_something_only_where_its_conditions_hold() -> None:
    fields = "{title: name, closed_at: {path: date, when: {closed: true}}}"
    payload = {"name": "x", "date": "2026-07-01T00:00:00Z"}
    assert "closed_at" in only(made("deal", fields, {**payload, "closed": True})).fields
    assert "closed_at" not in only(made("deal", fields, {**payload, "closed": False})).fields


def test_an_amount_may_be_less_others_to_the_last_decimal() -> None:
    fields = "{at: {path: day}, amount: {path: total, less: [tax, shipping]}}"
    row = only(made("order", fields, {"day": "2026-07-01", "total": "119.000001", "tax": "19", "shipping": None}))
    assert row.fields["amount"] == {"amount": "100.000001", "currency": "EUR"}
    assert row.provenance["amount"].pointers == ("/total", "/tax")


def test_a_star_names_every_other_word_that_is_there_and_nothing_where_none_is() -> None:
    fields = '{subject: name, deleted: {path: removed.reason, map: {"no": "false", "*": "true"}}}'
    assert only(made("message", fields, {"name": "x", "removed": {"reason": "gone"}})).fields["deleted"] is True
    assert "deleted" not in only(made("message", fields, {"name": "x", "removed": {"reason": "no"}})).fields
    assert "deleted" not in only(made("message", fields, {"name": "x"})).fields


def test_elements_of_a_list_are_found_by_what_they_read() -> None:
    fields = '{subject: name, folder: {path: "tags[=trash] | tags[=inbox]"}}'
    row = only(made("message", fields, {"name": "x", "tags": ["INBOX", {"trash": 1}, "Trash"]}))
    assert (row.fields["folder"], row.provenance["folder"].pointers) == ("Trash", ("/tags/2",))


def test_a_value_may_stand_in_an_object_with_its_history() -> None:
    row = only(made("deal", "{title: name, amount: sum}", {"name": {"value": "x", "at": 1}, "sum": "5"}))
    assert (row.fields["title"], row.fields["amount"]) == ("x", {"amount": "5.00", "currency": "EUR"})
    assert row.provenance["title"].pointers == ("/name/value",)


def test_several_paths_of_addresses_are_all_of_them_each_once() -> None:
    payload = {"to": '"Lee, Ann" <Ann@x.org>, bo@y.org', "cc": ["BO@y.org", "c@z.org; d@z.org", "nobody"]}
    row = only(made("message", '{recipients: {join: [to, "cc[*]"]}}', payload))
    assert row.fields["recipients"] == ["ann@x.org", "bo@y.org", "c@z.org", "d@z.org"]
    assert row.provenance["recipients"].pointers == ("/to", "/cc/0", "/cc/1", "/cc/2")


def test_a_header_with_hundreds_of_addresses_is_read_to_its_end() -> None:
    everybody = [f"person{n}@example.org" for n in range(500)]
    row = only(made("message", "{recipients: to}", {"to": ", ".join(f"Person <{address}>" for address in everybody)}))
    assert row.fields["recipients"] == everybody


@pytest.mark.parametrize("header", ["a." * 50_000, "=?" * 50_000, "(" * 100_000, "a@" * 50_000, '"' * 100_000])
def test_a_header_that_is_an_attack_is_read_as_fast_as_any(header: str) -> None:
    started = time.process_time()
    assert made("message", "{folder: folder, recipients: to}", {"folder": "x", "to": header}).rows()
    assert time.process_time() - started < 5, "quadratic: a header of this length took 50 s"


@pytest.mark.parametrize(
    ("style", "text", "shown"),
    [
        ("header", "=?utf-8?B?w5x4?= und =?utf-8?Q?=C3=A4?=", "Üx und ä"),
        ("header", "=?broken?=", "=?broken?="),
        ("header", "=?x-sjis?B?kL+LgY+R?= 7", "請求書 7"),
        ("header", "=?ISO-8859-8-I?B?+ezl7Q==?=", "שלום"),
        ("header", "=?x-cp1252*de?Q?Gr=FC=DFe?=", "Grüße"),
        ("display_name", '"Lee, Ann" <ann@x.org>', "Lee, Ann"),
        ("display_name", "Lee, Ann <ann@x.org>", "Lee, Ann"),
        ("display_name", "Lee, Ann <ann@x.org>, Bo <bo@x.org>", None),
        ("display_name", "(" * 3000, None),
        ("html", "a &amp; b &#39;c&#39;", "a & b 'c'"),
    ],
)
def test_texts_of_mails_are_read_in_their_own_way(style: str, text: str, shown: str | None) -> None:
    row = only(
        made("message", f"{{folder: folder, subject: {{path: name, style: {style}}}}}", {"folder": "x", "name": text})
    )
    assert row.fields.get("subject") == shown


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("Fri, 27 Nov 2026 10:00:00 +0530 (IST)", "2026-11-27T04:30:00Z"),
        ("27 Nov 2026 10:00:00 -0000", "2026-11-27T10:00:00Z"),
        ("Fri, 99 Nov 2026", None),
    ],
)
def test_the_date_of_a_mail_is_a_moment(text: str, utc: str | None) -> None:
    mapped = made("message", "{subject: name, sent_at: date}", {"name": "x", "date": text})
    assert only(mapped).fields.get("sent_at") == utc
    assert bool(mapped.reading.problems) is (utc is None)


@pytest.mark.parametrize("whole", ["true", "false"])
def test_a_whole_day_is_the_day_that_is_written_and_any_other_moment_the_tenants(whole: str) -> None:
    fields = "{title: name, all_day: whole, starts_at: start}"
    start = {"dateTime": "2026-12-24T00:00:00", "timeZone": "UTC"}
    row = only(made("calendar_event", fields, {"name": "x", "whole": whole, "start": start}))
    assert row.fields["starts_on"] == ("2026-12-24" if whole == "true" else "2026-12-23")
    assert row.fields["starts_at"] == ("2026-12-24T05:00:00Z" if whole == "true" else "2026-12-24T00:00:00Z")


@pytest.mark.parametrize(
    ("payload", "around"),
    [({"things": [], "total": 0}, {"/things": "empty", "/total": "kept_raw"}), ([], {"": "empty"})],
)
def test_an_empty_page_is_no_object(payload: Any, around: dict[str, str]) -> None:
    items = rosetta("deal", "{title: name}").items("thing", payload)
    assert list(items) == []
    assert {leaf.pointer: leaf.why for leaf in items.around} == around


def test_a_field_has_one_source() -> None:
    with pytest.raises(MappingError, match="one of path, sum, join, const and first"):
        rosetta("deal", "{title: {path: a, first: [b]}}")
