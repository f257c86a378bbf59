"""How a mapping file says where a field comes from: alternatives, conditions, and what an answer calls its objects."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tools.ingestion.mapping.payload import parse_payload
from tools.ingestion.mapping.rosetta import Account, Rosetta
from tools.ingestion.mapping.spec import MappingError, parse_mapping

_HEAD = "{vendor: example, version: 1, objects: {sale: {id: id, makes: [{row: transaction, fields: {kind: {const: payment}, at: at, "
_ACCOUNT = Account(today=date(2026, 11, 29), zone=ZoneInfo("UTC"), currency="USD")


def fields(rules: str, payload: str) -> dict[str, Any]:
    """The fields of the one row that a sale makes by these rules."""
    rosetta = Rosetta(parse_mapping(f"{_HEAD}{rules_closed(rules)}", "example"), _ACCOUNT)
    (row,) = rosetta.map("sale", parse_payload(f'{{"id": 1, "at": "2026-03-02", {payload}}}')).rows()
    return row.fields


def rules_closed(rules: str) -> str:
    return f"{rules}}}}}]}}}}}}"


def amount(rules: str, payload: str) -> str:
    return fields(rules, payload)["amount"]["amount"]


def test_of_several_rules_the_first_that_says_something_counts() -> None:
    rule = "amount: {first: [net, {path: gross, negate: true}, {const: '0'}]}"
    assert amount(rule, '"net": 5, "gross": 6') == "5.00"
    assert amount(rule, '"net": null, "gross": 6') == "-6.00"
    assert amount(rule, '"net": ""') == "0.00"


def test_a_rule_applies_where_its_conditions_hold() -> None:
    rule = "amount: {first: [{path: total, when: {side: in}}, {path: total, negate: true, unless: {side: in}}]}"
    assert amount(rule, '"total": 5, "side": "IN"') == "5.00"
    assert amount(rule, '"total": 5, "side": "out"') == "-5.00"
    assert amount(rule, '"total": 5') == "-5.00"


@pytest.mark.parametrize("zero", ["0", "0.00", "0e3", "-0.0", '"0"'])
def test_conditions_compare_numbers_by_what_they_are_worth(zero: str) -> None:
    rule = "amount: total, status: {path: left, map: {'0': paid}, default: open}"
    assert fields(rule, f'"total": 5, "left": {zero}')["status"] == "paid"
    assert fields(rule, '"total": 5, "left": 0.01')["status"] == "open"
    assert fields(rule, '"total": 5, "left": 1e999999')["status"] == "open"


def test_a_star_stands_for_anything_and_null_for_nothing() -> None:
    rule = "amount: {first: [{const: '1', when: {note: '*'}}, {const: '2', when: {note: null}}]}"
    assert amount(rule, '"note": {"text": 1}') == "1.00"
    assert amount(rule, '"note": ""') == "2.00"


def test_what_leads_to_several_values_says_nothing_where_only_one_would_do() -> None:
    rule = "amount: total, category: {path: 'lines[*].account', only: true}"
    assert fields(rule, '"total": 1, "lines": [{"account": "Rent"}, {"account": "Rent"}]')["category"] == "Rent"
    assert "category" not in fields(rule, '"total": 1, "lines": [{"account": "Rent"}, {"account": "Tea"}]')


def test_what_a_pattern_takes_may_be_renamed() -> None:
    rule = "amount: total, status: {path: note, match: '(?i)^(void)', map: {void: cancelled}}"
    assert fields(rule, '"total": 1, "note": "VOIDED - twice"')["status"] == "cancelled"
    assert "status" not in fields(rule, '"total": 1, "note": "avoid"')


def test_elements_are_chosen_by_what_stands_deep_in_them() -> None:
    rule = "amount: {sum: 'lines[item.ref.id=SHIPPING].amount'}"
    lines = '"lines": [{"amount": 5, "item": {"ref": {"id": "shipping"}}}, {"amount": 7, "item": {"ref": 1}}, {"amount": 9}]'
    assert amount(rule, lines) == "5.00"


def test_a_field_with_two_sources_is_refused() -> None:
    with pytest.raises(MappingError, match="one of path, sum, join, const and first"):
        parse_mapping(f"{_HEAD}{rules_closed('amount: {path: a, first: [b]}')}", "example")


def test_objects_stand_under_the_name_that_the_answers_of_the_vendor_have_for_them() -> None:
    mapping = parse_mapping(
        "{vendor: example, version: 1, items: ['{key}[*]', '{key}'], "
        "objects: {sale: {key: Sales, id: id}, item: {key: Items, id: id}}}",
        "example",
    )
    found = Rosetta(mapping, _ACCOUNT).items("sale", {"Sales": [{"id": 1}, {"id": 2}], "Items": [{"id": 3}]})
    assert [one.pointer for one in found] == ["/Sales/0", "/Sales/1"]
    assert [leaf.pointer for leaf in found.around] == ["/Items/0/id"]


def test_lists_of_kept_leaves_may_be_shared() -> None:
    mapping = parse_mapping(
        "{vendor: e, version: 1, keeps: [a, [b, c.**]], objects: {sale: {keeps: &k [d]}, item: {keeps: [[*k, f], e]}}}",
        "e",
    )
    assert mapping.keeps == ("a", "b", "c.**")
    assert mapping.objects["item"].keeps == ("d", "f", "e")


def test_a_credit_note_gives_back_less_by_its_discount_and_by_lines_of_the_other_sign() -> None:
    note = (
        "{vendor: e, version: 1, objects: {note: {id: id, makes: [{row: credit_note, fields: {at: at, discount: less}, "
        "parts: {refunds: {each: 'lines[*]', fields: {amount: amount}}}}]}}}"
    )
    payload = '{"id": 1, "at": "2026-03-02", "less": 10, "lines": [{"amount": -60}, {"amount": -40}, {"amount": 15}]}'
    found = Rosetta(parse_mapping(note, "e"), _ACCOUNT).map("note", parse_payload(payload)).rows()
    back = [row.fields["amount"]["amount"] for row in found if row.table == "refunds"]
    assert back == ["54.00", "36.00", "-15.00"]


@pytest.mark.parametrize(
    "midnight", ['"/Date(1772409600000+0000)/"', '"/Date(1772409600000)/"', '"2026-03-02T00:00:00"', '"2026-03-02"']
)
def test_a_day_that_comes_as_midnight_in_utc_is_that_day_wherever_the_shop_is(midnight: str) -> None:
    text = "{vendor: e, version: 1, objects: {sale: {makes: [{row: order, fields: {at: {path: day, style: day}}}]}}}"
    account = Account(today=date(2026, 11, 29), zone=ZoneInfo("America/Los_Angeles"), source_zone="Asia/Tokyo")
    (row,) = Rosetta(parse_mapping(text, "e"), account).map("sale", parse_payload(f'{{"day": {midnight}}}')).rows()
    assert (row.fields["ordered_on"], row.fields["ordered_at"]) == ("2026-03-02", "2026-03-02T08:00:00Z")


def test_an_answer_without_objects_has_none_and_is_no_object_itself() -> None:
    mapping = parse_mapping("{vendor: e, version: 1, items: ['data[*]'], objects: {sale: {id: id}}}", "e")
    items = Rosetta(mapping, _ACCOUNT).items("sale", {"data": [], "next": None, "page": 3})
    assert (items.found, [(leaf.pointer, leaf.why) for leaf in items.around]) == (
        [],
        [("/data", "empty"), ("/next", "empty"), ("/page", "kept_raw")],
    )
    assert [leaf.pointer for leaf in Rosetta(mapping, _ACCOUNT).items("sale", [[], []]).around] == ["/0", "/1"]
    assert [leaf.pointer for leaf in Rosetta(mapping, _ACCOUNT).items("sale", []).around] == [""]


def test_what_several_paths_lead_to_is_added_up() -> None:
    rule = "amount: {sum: [tax, 'lines[*].tax']}"
    assert amount(rule, '"tax": 1, "lines": [{"tax": 0.2}, {"tax": 0.03}, {}]') == "1.23"
    assert amount(rule, '"tax": 1') == "1.00"


def test_of_two_objects_with_one_name_the_one_that_the_payload_holds_is_meant() -> None:
    mapping = parse_mapping(
        "{vendor: e, version: 1, items: ['data[*]', '{key}[*]'], objects: {"
        "sale: {where: {id: '*'}}, books_sale: {names: [sale], key: sales, where: {sale_id: '*'}}}}",
        "e",
    )
    rosetta = Rosetta(mapping, _ACCOUNT)
    assert rosetta.named("Sales", {"data": [{"id": 1}]}) == "sale"
    assert rosetta.named("Sales", {"sales": [{"sale_id": 1}]}) == "books_sale"
    assert rosetta.named("Sales", {"sale_id": 1}) == "books_sale"
    assert rosetta.named("Sales", {"sales": []}) == "books_sale"
    assert rosetta.named("Sales", {"error": 1}) == "sale"
    assert rosetta.named("sales", {"id": 1, "sale_id": 1}) == "sale"
    assert rosetta.named("purchase", {"id": 1}) is None


def test_what_the_mapping_itself_says_is_of_the_kind_of_its_field() -> None:
    text = (
        "{vendor: e, version: 1, objects: {sale: {makes: [{row: order, fields: {at: at, tax: {path: tax, default: '0.5'}, "
        "tax_included: {path: incl, default: 'true'}}, parts: {lines: {each: 'lines[*]', fields: {net: net, tax: {const: '1'}}}}}]}}}"
    )
    payload = parse_payload('{"at": "2026-03-02", "lines": [{"net": 6}]}')
    order, line = Rosetta(parse_mapping(text, "e"), _ACCOUNT).map("sale", payload).rows()
    assert (order.fields["tax"]["amount"], line.fields["net"]["amount"]) == ("0.50", "5.00")


def test_blank_text_says_nothing_and_what_a_rule_takes_nothing_of_is_read() -> None:
    rule = "amount: total, category: {first: [{path: a, when: {a: '*'}}, b]}, status: {path: c, map: {x: paid}}"
    rosetta = Rosetta(parse_mapping(f"{_HEAD}{rules_closed(rule)}", "example"), _ACCOUNT)
    mapped = rosetta.map(
        "sale", parse_payload('{"id": 1, "at": "2026-03-02", "total": 1, "a": " ", "b": "Tea", "c": "y"}')
    )
    (row,) = mapped.rows()
    assert (row.fields["category"], "status" in row.fields) == ("Tea", False)
    assert {leaf.pointer: leaf.why for leaf in mapped.unmapped([row])} == {"/id": "read", "/a": "empty", "/c": "read"}


def test_what_cannot_be_read_is_a_problem_and_no_news() -> None:
    rosetta = Rosetta(parse_mapping(f"{_HEAD}{rules_closed('amount: total, fee: fee')}", "example"), _ACCOUNT)
    mapped = rosetta.map("sale", parse_payload('{"id": 1, "at": "2026-03-02", "total": 1, "fee": "a lot"}'))
    (row,) = mapped.rows()
    assert [problem.message for problem in mapped.reading.problems] == ["fee: a lot is no number"]
    assert {leaf.pointer: leaf.why for leaf in mapped.unmapped([row])} == {"/id": "read", "/fee": "kept_raw"}


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("a", ["/a", "/a/0", "/0/a"]),
        ("a.**", ["/a", "/a/0", "/0/a", "/a/0/b", "/a/b/c"]),
        ("a.*", ["/a/0/b"]),
        ("a.b", ["/a/0/b"]),
        ("**.c", ["/a/b/c", "/c"]),
        ("x_*", ["/x_y", "/x_"]),
        ("*.$u", ["/q/$u"]),
        ("a/b", ["/a~1b"]),
    ],
)
def test_kept_leaves_are_named_by_patterns(pattern: str, kept: list[str]) -> None:
    mapping = parse_mapping(
        f"{{vendor: e, version: 1, objects: {{sale: {{keeps: ['{pattern}'], makes: [{{row: order, fields: {{at: at}}}}]}}}}}}",
        "e",
    )
    reader = Rosetta(mapping, _ACCOUNT).reader("sale")
    leaves = ["/a", "/a/0", "/0/a", "/a/0/b", "/a/b/c", "/c", "/x_y", "/x_", "/q/$u", "/a~1b"]
    assert [leaf for leaf in leaves if reader.keeps(leaf)] == kept
