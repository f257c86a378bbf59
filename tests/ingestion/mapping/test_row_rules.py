"""What the rules of a mapping file can say, beyond a path: tried in turn, guarded, subtracted from, nested, shared."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tools.ingestion.mapping.paths import Scope
from tools.ingestion.mapping.payload import parse_payload
from tools.ingestion.mapping.rosetta import Account, Rosetta
from tools.ingestion.mapping.shown import UnifiedRow
from tools.ingestion.mapping.spec import MappingError, parse_mapping

_ACCOUNT = Account(today=date(2026, 11, 29), zone=ZoneInfo("UTC"))


def _rosetta(objects: str, head: str = "") -> Rosetta:
    return Rosetta(parse_mapping(f"vendor: example\nversion: 1\n{head}\nobjects:\n{objects}", "example.yaml"), _ACCOUNT)


def _rows(rosetta: Rosetta, object_: str, payload: Any) -> list[UnifiedRow]:
    parsed = parse_payload(json.dumps(payload))
    return [
        row
        for one in rosetta.items(object_, parsed)
        for mapped in rosetta.map_all(object_, one.value, one.pointer, around=Scope(parsed, ""))
        for row in mapped.rows()
    ]


_SALE = """
  sale:
    id: id
    makes:
    - row: order
      fields:
        at: at
        currency: currency
        status: [{const: cancelled, unless: {cancelled_at: [null]}}, {path: state, map: {PAID: completed}, default: pending}]
        shipping: {sum: [postage, packing], less: [rebate, "taxes[*]"], when: {postage: ["*"]}}
        total: total
"""


@pytest.mark.parametrize(
    ("given", "status"),
    [({"state": "PAID"}, "completed"), ({"state": "new"}, "pending"), ({"state": "PAID", "cancelled_at": "2026-01-02"}, "cancelled")],
)  # fmt: skip
def test_rules_are_tried_in_turn_until_one_says_something(given: dict[str, Any], status: str) -> None:
    (row,) = _rows(_rosetta(_SALE), "sale", {"id": 1, "at": "2026-01-01", "total": "5", **given})
    assert row.fields["status"] == status


def test_amounts_are_added_up_and_others_taken_off_again() -> None:
    sale = {
        "id": 1,
        "at": "2026-01-01",
        "currency": "EUR",
        "postage": "5.95",
        "packing": "1.00",
        "rebate": "0.50",
        "taxes": ["0.95", "0.05"],
    }
    (row,) = _rows(_rosetta(_SALE), "sale", sale)
    assert row.fields["shipping"] == {"amount": "5.45", "currency": "EUR"}
    assert row.provenance["shipping"].pointers == ("/postage", "/packing", "/rebate", "/taxes/0", "/taxes/1")


def test_a_rule_whose_condition_fails_says_nothing() -> None:
    (row,) = _rows(_rosetta(_SALE), "sale", {"id": 1, "at": "2026-01-01", "packing": "1.00", "total": "5"})
    assert "shipping" not in row.fields


def test_a_row_without_a_currency_has_that_of_its_first_amount_and_no_other() -> None:
    sale = {
        "id": 1,
        "at": "2026-01-01",
        "postage": {"amount": "5", "currency": "CAD"},
        "total": {"amount": "9", "currency_code": "CAD"},
    }
    (row,) = _rows(_rosetta(_SALE), "sale", sale)
    assert row.fields["currency"] == "CAD"
    assert row.provenance["currency"].pointers == ("/postage/currency",)
    mixed = _rosetta(_SALE).map(
        "sale", parse_payload(json.dumps({**sale, "total": {"amount": "9", "currency": "USD"}}))
    )
    assert [problem.pointer for problem in mixed.reading.problems] == ["/total"]


def test_paths_of_each_nest_and_the_way_back_leads_to_the_one_before() -> None:
    rosetta = _rosetta("""
  sale:
    id: id
    makes:
    - row: order
      fields: {at: at, currency: {const: USD}}
      parts:
        refunds:
          each: ["back[*]", "goods[*]"]
          fields: {key: id, at: ^.on, reason: ^.^.note, amount: price}
""")
    sale = {
        "id": 1,
        "at": "2026-01-01",
        "note": "n",
        "back": [
            {"on": "2026-01-02", "goods": [{"id": 7, "price": 1}]},
            {"on": "2026-01-03", "goods": [{"id": 8, "price": 2}]},
        ],
    }
    refunds = [row.fields for row in _rows(rosetta, "sale", sale) if row.table == "refunds"]
    assert [(row["key"], row["refunded_on"], row["reason"]) for row in refunds] == [
        ("sale:1:back:7", "2026-01-02", "n"),
        ("sale:1:back:8", "2026-01-03", "n"),
    ]


def test_two_objects_may_make_the_same_row() -> None:
    rosetta = _rosetta("""
  payment: &payment
    id: id
    makes: [{row: transaction, fields: {kind: {const: charge}, at: at, amount: amount, currency: {const: USD}}}]
  sale:
    id: id
    makes: [{row: transaction, of: payment, each: "paid[*]", fields: {key: id, kind: {const: charge}, at: at, amount: amount, currency: {const: USD}}}]
""")
    payment = {"id": 5, "at": "2026-01-01", "amount": "3"}
    assert [row.fields for row in _rows(rosetta, "payment", payment)] == [
        row.fields for row in _rows(rosetta, "sale", {"id": 1, "paid": [payment]})
    ]


@pytest.mark.parametrize(("amount", "kept"), [("20.00", "20.00"), ("-20.00", "-20.00")])
def test_a_signed_refund_keeps_its_sign(amount: str, kept: str) -> None:
    rosetta = _rosetta("""
  sale:
    id: id
    makes:
    - row: order
      fields: {at: at, currency: {const: USD}}
      parts: {refunds: [{each: "back[*]", fields: {amount: amount, signed: {const: "true"}}}]}
""")
    refund = _rows(rosetta, "sale", {"id": 1, "at": "2026-01-01", "back": [{"amount": amount}]})[-1]
    assert refund.fields["amount"]["amount"] == kept


def test_tax_inside_a_line_is_taken_out_of_gross_and_net_alike() -> None:
    rosetta = _rosetta("""
  sale:
    id: id
    makes:
    - row: order
      fields: {at: at, currency: {const: EUR}}
      parts: {lines: {each: "lines[*]", fields: {quantity: count, gross: gross, discount: rebate, tax: tax, tax_inside: inside}}}
""")
    line = _rows(
        rosetta,
        "sale",
        {
            "id": 1,
            "at": "2026-01-01",
            "lines": [{"count": 2, "gross": "24.00", "rebate": "6.00", "tax": "4.00", "inside": "3.00"}],
        },
    )[-1]
    assert {name: line.fields[name]["amount"] for name in ("gross", "discount", "net", "tax", "unit_price")} == {
        "gross": "20.00", "discount": "5.00", "net": "15.00", "tax": "4.00", "unit_price": "10.00",
    }  # fmt: skip


def test_each_of_several_words_goes_by_the_rule() -> None:
    rosetta = _rosetta("""
  person:
    id: id
    makes: [{row: deal, fields: {contacts: {path: "links[*].to", match: "([0-9]+)$", prefix: "person:"}}}]
""")
    (deal,) = _rows(rosetta, "person", {"id": 1, "links": [{"to": "person/7"}, {"to": "none"}, {"to": "person/8"}]})
    assert deal.fields["contacts"] == ["person:7", "person:8"]


def test_an_empty_list_is_an_answer_without_objects() -> None:
    rosetta = _rosetta(_SALE, head='items: ["data[*]", "page.sales[*].sale"]')
    empty: list[dict[str, Any]] = [{"data": []}, {"page": {"sales": []}}]
    for payload in empty:
        assert list(rosetta.items("sale", payload)) == []
    assert [one.pointer for one in rosetta.items("sale", {"id": 1})] == [""]


def test_what_is_around_an_object_is_one_step_out() -> None:
    rosetta = _rosetta("""
  person: {id: id, items: ["data.object"], makes: [{row: customer, fields: {id: id, deleted: ^.data.deleted}}]}
  event: {wraps: {path: data.object, by: type}, keeps: [type]}
""")
    event = {"type": "person", "data": {"deleted": True, "object": {"id": 5}}}
    for object_ in ("person", "event"):
        (row,) = _rows(rosetta, object_, event)
        assert row.fields == {"id": "example:5", "deleted": True}
        assert row.provenance["deleted"].pointers == ("/data/deleted",)
    mapped = rosetta.map("event", parse_payload(json.dumps(event)))
    assert [leaf.pointer for leaf in mapped.unmapped(mapped.rows())] == ["/type"]


def test_an_event_may_wrap_several_objects() -> None:
    rosetta = _rosetta("""
  person: {id: id, makes: [{row: customer, fields: {id: id, first_seen_at: ^.at}}]}
  event: {items: ["events[*]"], wraps: {path: "people[*]", by: type}, keeps: [type]}
""")
    rows = _rows(
        rosetta, "event", {"events": [{"type": "person", "at": "2026-01-01", "people": [{"id": 5}, {"id": 6}]}]}
    )
    assert [(row.fields["id"], row.provenance["first_seen_at"].pointers) for row in rows] == [
        ("example:5", ("/events/0/at",)),
        ("example:6", ("/events/0/at",)),
    ]


def test_what_is_kept_is_found_in_either_case() -> None:
    rosetta = _rosetta(
        "  sale: {id: id, makes: [{row: order, fields: {at: soldAt}}], keeps: [shopNote.**]}", head="either_case: true"
    )
    mapped = rosetta.map("sale", {"id": 1, "sold_at": "2026-01-01", "shop_note": {"text": "x"}, "odd": 1})
    assert {leaf.pointer: leaf.why for leaf in mapped.unmapped(mapped.rows())} == {
        "/id": "read", "/shop_note/text": "kept_raw", "/odd": "unknown",
    }  # fmt: skip


@pytest.mark.parametrize(
    "rule", ["{path: a, sum: [b]}", "{sum: []}", "[]", "{when: {a: [1]}}", "{path: a, less: ['b..c']}"]
)
def test_a_rule_with_no_source_or_two_is_refused(rule: str) -> None:
    with pytest.raises(MappingError):
        _rosetta(f"  sale: {{id: id, makes: [{{row: order, fields: {{at: at, total: {rule}}}}}]}}")
