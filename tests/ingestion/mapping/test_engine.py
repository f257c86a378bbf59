"""What the mapping engine promises, whatever the vendor: exact amounts, moments in UTC, no leaf lost, no exception."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.kernel.errors import CopilotError
from storage.kernel.money import from_micros
from tools.ingestion.mapping.moments import read_moment
from tools.ingestion.mapping.paths import Scope, compiled, find
from tools.ingestion.mapping.payload import exact_json, leaves, parse_payload, version_of
from tools.ingestion.mapping.rosetta import Account, MappedObject, Rosetta
from tools.ingestion.mapping.shown import money
from tools.ingestion.mapping.spec import MappingError, parse_mapping

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
SHOP = """
vendor: stripe
version: 3
objects:
  sale:
    names: [receipt]
    id: id
    where: {kind: [sale, null]}
    makes:
    - row: order
      unless: {state: [draft]}
      fields:
        number: number
        at: at
        currency: totals.currency
        status: {path: state, map: {PAID: completed, VOID: cancelled}, default: pending}
        tax_included: taxed
        discount: reduction
        shipping: totals.shipping
        tax: {sum: "taxes[*].amount"}
        total: totals.total
      parts:
        lines:
          each: "lines[*]"
          fields: {key: id, title: name, quantity: qty, unit_price: price, discount: {sum: "cuts[*]"}, tax: tax}
          parts:
            product: {fields: {id: sku, title: name}}
        customer: {fields: {id: buyer.id, name: {join: [buyer.first, buyer.last]}, email: buyer.mail}}
    keeps: [links.**, note]
  ping: {}
"""
SALE = {
    "id": "s1",
    "number": "1001",
    "kind": "sale",
    "state": "paid",
    "at": "2026-03-01T00:30:00+01:00",
    "totals": {"currency": "EUR", "total": "29.75", "shipping": 0},
    "taxes": [{"amount": "4.00"}, {"amount": 0.75}],
    "lines": [
        {"id": 7, "sku": "A", "name": "Mug", "qty": "2", "price": "10.00", "cuts": ["1.50", 0.5], "tax": None},
        {"id": 8, "sku": "B", "name": "Tea", "qty": 1, "price": 7, "cuts": [], "tax": None},
    ],
    "buyer": {"id": 5, "first": "Ann", "last": "Lee", "mail": "Ann Lee <Ann@X.org>"},
    "links": {"self": "https://x"},
    "note": "gift",
    "new_field": 1,
}


def account(**given: Any) -> Account:
    known: dict[str, Any] = {"today": date(2026, 11, 1), "zone": UTC, **given}
    return Account(**known)


def mapped(payload: Any, text: str = SHOP, **given: Any) -> MappedObject:
    rosetta = Rosetta(parse_mapping(text, "test"), account(**given))
    return rosetta.map("sale", parse_payload(json.dumps(payload)))


def fields(one: MappedObject, table: str) -> list[dict[str, Any]]:
    return [row.fields for row in one.rows() if row.table == table]


# ── payloads ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_decimals_keep_every_digit_and_the_raw_text_says_the_same() -> None:
    payload = parse_payload(
        '{"a": 19.90, "b": 1e2, "c": 0.10000000000000000001, "d": "\\ud83d\\ude00 \\ud800", "e": -0}'
    )
    assert payload["a"] == Decimal("19.90")
    assert exact_json(payload["c"]) == "0.10000000000000000001"
    assert parse_payload(exact_json(payload)) == payload
    exact_json(payload).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ('{"a": NaN}', "NaN"),
        ('{"a": Infinity}', "Infinity"),
        ('{"a": 1, "a": 2}', "twice"),
        (r'{"a": "\u0022", "\u0061": "\\u0022"}', "twice"),
        (r'{"\u0022": {"b": 1, "b": "\""}}', "twice"),
        ("[" * 5000 + "]" * 5000, "nested too deep"),
        ('{"a": ' + "9" * 5000 + "}", "too large"),
        (b"\xff\xfe\x00", "no JSON"),
    ],
)
def test_what_is_no_honest_json_is_refused_in_words(text: str | bytes, said: str) -> None:
    with pytest.raises(CopilotError, match=said):
        parse_payload(text)


def test_a_quotation_mark_may_be_written_in_every_way() -> None:
    text = r'{"\u0022": "\\u0022", "b": ["\u0022\"", {"\\\u0022": "\\\""}]}'
    assert parse_payload(text) == parse_payload(text.encode()) == {'"': "\\u0022", "b": ['""', {'\\"': '\\"'}]}


def test_a_version_changes_with_the_content_and_not_with_the_order_of_keys() -> None:
    assert version_of({"a": 1, "b": [1, 2]}) == version_of({"b": [1, 2], "a": 1})
    assert version_of({"a": 1, "b": [1, 2]}) != version_of({"a": 1, "b": [2, 1]})


@pytest.mark.parametrize("length", [1, 2_000, 2_039, 2_040, 6_000, 100_000])
def test_a_version_is_the_hash_of_the_whole_however_large(length: int) -> None:
    """Stored versions are compared with it: another hash of the same content would pass for a change."""
    text = f'{{"a":"{"x" * length}"}}'
    assert version_of({"a": "x" * length}) == hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_each_leaf_has_an_address_of_its_own(value: Any) -> None:
    pointers = [leaf.pointer for leaf in leaves(value)]
    assert len(pointers) == len(set(pointers)) >= 1


@given(JSON)
def test_raw_text_reads_back_as_what_it_was(value: Any) -> None:
    assert parse_payload(exact_json(value)) == value


# ── paths ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", ["/a/b"]),
        ("a.missing | a.b", ["/a/b"]),
        ("l[*].v", ["/l/0/v", "/l/1/v"]),
        ("l[k=Y].v", ["/l/1/v"]),
        ("l[1].k", ["/l/1/k"]),
        ("a.*", ["/a/b", "/a/c.d"]),
        ('a."c.d"', ["/a/c.d"]),
        ("a[*]", []),
        ("nothing.at.all", []),
    ],
)
def test_paths_lead_to_leaves(path: str, found: list[str]) -> None:
    value = {"a": {"b": 1, "c.d": 2, "empty": None}, "l": [{"k": "x", "v": 1}, {"k": "y", "v": 2}]}
    assert [one.pointer for one in find(Scope(value, ""), path)] == found


def test_an_inner_scope_sees_what_stands_around_it() -> None:
    outer = Scope({"currency": "EUR"}, "")
    assert find(Scope({"v": 1}, "/lines/0", outer), "^.currency")[0].value == "EUR"
    assert find(outer, "^.currency") == []


@pytest.mark.parametrize("path", ["", "a..b", "a[", "a[x]", ".a", "a.", "|"])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(ValueError, match=r"path|neither"):
        compiled(path)


# ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "style", "zone", "at", "offset"),
    [
        ("2026-03-01T10:00:00Z", "iso", None, "2026-03-01T10:00:00+00:00", 0),
        ("2026-03-01T10:00:00.123456789+05:30", "iso", None, "2026-03-01T04:30:00.123456+00:00", 330),
        ("2026-03-01T10:00:00-0700", "iso", None, "2026-03-01T17:00:00+00:00", -420),
        (1767225600, "unix", None, "2026-01-01T00:00:00+00:00", None),
        ("1767225600123", "unix_ms", None, "2026-01-01T00:00:00.123000+00:00", None),
        ("/Date(1767225600000+0000)/", "iso", None, "2026-01-01T00:00:00+00:00", 0),
        ("/Date(-1000)/", "iso", None, "1969-12-31T23:59:59+00:00", None),
        ("2026-06-15T10:00:00.0000000", "iso", "Europe/Berlin", "2026-06-15T08:00:00+00:00", 120),
        ({"dateTime": "2026-01-15T10:00:00.0000000", "timeZone": "Pacific Standard Time"}, "iso", None,
         "2026-01-15T18:00:00+00:00", -480),
    ],
)  # fmt: skip
def test_moments_of_every_kind_are_utc(value: Any, style: str, zone: str | None, at: str, offset: int | None) -> None:
    read = read_moment(value, style, zone)
    assert read.at is not None
    assert (read.at.isoformat(), read.offset_minutes) == (at, offset)


@pytest.mark.parametrize("value", ["2026-03-01", "20260301", {"date": "2026-03-01"}, "2026-03-01T00:00:00"])
def test_a_day_without_a_time_is_that_day_in_any_zone(value: Any) -> None:
    for zone in (UTC, BERLIN, ZoneInfo("Pacific/Auckland")):
        when = read_moment(value, "iso").when(zone)
        assert (when.on, when.minute) == (date(2026, 3, 1), None)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        True,
        [],
        {},
        "2026-13-01",
        "2026-02-30T10:00:00Z",
        "2026-03-01T10:00:00",
        10**17,
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_moment_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_moment(value, "unix").when(UTC)


# ── amounts ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("micros", "currency", "text"),
    [(19_900_000, "EUR", "19.90"), (19_000_000, "JPY", "19"), (1_234_000, "KWD", "1.234"), (1_234_567, "EUR", "1.234567"),
     (-500_000, "USD", "-0.50"), (0, "USD", "0.00"), (120_000_000_000, "JPY", "120000")],
)  # fmt: skip
def test_amounts_are_shown_exactly(micros: int, currency: str, text: str) -> None:
    assert money(micros, currency) == {"amount": text, "currency": currency}


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_smallest_units_come_back_as_they_went_in(amount: int, currency: str) -> None:
    text = "vendor: stripe\nversion: 1\nmoney: minor\nmoments: unix\nobjects: {sale: {id: id, makes: [{row: transaction, fields: {kind: {const: charge}, at: at, currency: c, amount: v}}]}}"
    [row] = fields(mapped({"id": 1, "at": 0, "c": currency.lower(), "v": amount}, text), "unified_transactions")
    digits = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4}[currency]
    assert Decimal(row["amount"]["amount"]) == Decimal(amount).scaleb(-digits)


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sale_becomes_an_order_with_its_lines_and_its_customer() -> None:
    one = mapped(SALE)
    [order] = fields(one, "unified_orders")
    assert order == {
        "key": "sale:s1", "number": "1001", "ordered_at": "2026-02-28T23:30:00Z", "ordered_on": "2026-02-28",
        "source_offset_minutes": 60, "currency": "EUR", "status": "completed",
        "shipping": {"amount": "0.00", "currency": "EUR"}, "tax": {"amount": "4.75", "currency": "EUR"},
        "total": {"amount": "29.75", "currency": "EUR"},
    }  # fmt: skip
    mug, tea = fields(one, "order_lines")
    assert [mug[name]["amount"] for name in ("gross", "discount", "net")] == ["20.00", "2.00", "18.00"]
    assert (tea["quantity"], tea["net"]["amount"], tea["key"]) == ("1", "7.00", "sale:s1:8")
    [customer] = fields(one, "unified_customers")
    assert customer == {"id": "stripe:5", "name": "Ann Lee", "email": "ann@x.org"}
    assert one.reading.problems == []


def test_days_are_the_tenants_and_moments_are_utc() -> None:
    [order] = fields(mapped(SALE, zone=BERLIN), "unified_orders")
    assert (order["ordered_at"], order["ordered_on"]) == ("2026-02-28T23:30:00Z", "2026-03-01")


def test_every_field_says_where_it_came_from() -> None:
    one = mapped(SALE)
    order = next(row for row in one.rows() if row.table == "unified_orders")
    assert order.provenance["total"].pointers == ("/totals/total",)
    assert order.provenance["tax"].pointers == ("/taxes/0/amount", "/taxes/1/amount")
    assert order.provenance["status"].rule == "sale.order.status"
    mug = next(row for row in one.rows() if row.table == "order_lines")
    assert set(mug.provenance["net"].pointers) == {
        "/lines/0/price",
        "/lines/0/qty",
        "/lines/0/cuts/0",
        "/lines/0/cuts/1",
    }


def test_leaves_that_no_row_holds_are_listed_with_the_reason() -> None:
    one = mapped(SALE)
    why = {leaf.pointer: leaf.why for leaf in one.unmapped(one.rows())}
    assert why["/links/self"] == why["/note"] == "kept_raw"
    assert why["/new_field"] == "unknown"
    assert why["/kind"] == "read"
    assert why["/lines/1/cuts"] == why["/lines/0/tax"] == "empty"
    assert "/totals/total" not in why


def test_tax_inside_the_prices_is_no_revenue() -> None:
    sale = {
        **SALE,
        "taxed": True,
        "lines": [{"id": 1, "sku": "A", "name": "Mug", "qty": 2, "price": "11.90", "cuts": ["2.38"], "tax": "3.42"}],
    }
    [line] = fields(mapped(sale), "order_lines")
    amounts = {name: Decimal(line[name]["amount"]) for name in ("gross", "discount", "net", "tax")}
    assert amounts["net"] == Decimal("18.00")
    assert amounts["gross"] - amounts["discount"] == amounts["net"]
    assert amounts["gross"] == pytest.approx(Decimal("20.00"), abs=Decimal("0.000001"))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.integers(0, 10**8))
def test_an_orders_own_discount_is_spread_to_the_last_micro_unit(prices: list[int], off: int) -> None:
    lines = [
        {"id": n, "sku": "A", "name": "x", "qty": 1, "price": str(from_micros(p)), "cuts": []}
        for n, p in enumerate(prices)
    ]
    found = fields(mapped({**SALE, "reduction": str(from_micros(off)), "lines": lines}), "order_lines")
    net = sum(Decimal(line["net"]["amount"]) for line in found)
    assert net == from_micros(sum(prices) - off)


def test_a_draft_makes_no_row_and_loses_nothing() -> None:
    one = mapped({**SALE, "state": "draft"})
    assert one.rows() == []
    why = {leaf.pointer: leaf.why for leaf in one.unmapped([])}
    assert why["/totals/total"] == "kept_raw"
    assert why["/new_field"] == "unknown"
    assert len(why) == sum(1 for _ in leaves(one.item))


def test_an_object_of_another_kind_is_kept_raw_and_said() -> None:
    one = mapped({**SALE, "kind": "visit"})
    assert one.rows() == []
    assert "is no sale" in one.reading.problems[0].message


def test_an_amount_in_another_currency_than_its_order_is_no_part_of_it() -> None:
    text = SHOP.replace("total: totals.total", "total: totals.money")
    one = mapped({**SALE, "totals": {"currency": "EUR", "money": {"amount": "5", "currencyCode": "USD"}}}, text)
    assert "total" not in fields(one, "unified_orders")[0]
    assert "is in USD, and its row in EUR" in one.reading.problems[0].message


@pytest.mark.parametrize(
    ("change", "said"),
    [({"at": "yesterday"}, "is no moment"), ({"at": None}, "has no at"), ({"totals": {"currency": "euro"}}, "no currency code"),
     ({"totals": {"currency": "EUR", "total": "12,50"}}, "is no number"), ({"lines": [{"qty": [1]}]}, "is no number")],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_with_its_address(change: dict[str, Any], said: str) -> None:
    one = mapped({**SALE, **change})
    assert any(said in problem.message for problem in one.reading.problems)


def test_without_a_currency_an_amount_says_that_it_has_none() -> None:
    sale = {**SALE, "totals": {"total": "5.00"}}
    assert fields(mapped(sale), "unified_orders")[0]["total"] == {"amount": "5.00", "currency": "XXX"}
    assert fields(mapped(sale, currency="CHF"), "unified_orders")[0]["total"] == {"amount": "5.00", "currency": "CHF"}


@given(st.data())
def test_no_payload_breaks_it_and_none_loses_a_leaf(data: st.DataObject) -> None:
    payload: dict[str, Any] = json.loads(json.dumps(SALE))
    for name in data.draw(st.lists(st.sampled_from(sorted(SALE)), max_size=5)):
        payload[name] = data.draw(
            st.sampled_from([None, "", 0, -1, True, [], {}, "x", [None], {"a": [{}]}, 1e300, "\x00", 10**30])
        )
    one = mapped(payload)
    rows = one.rows()
    held = {pointer for row in rows for traced in row.provenance.values() for pointer in traced.pointers}
    left = {leaf.pointer for leaf in one.unmapped(rows)}
    assert held | left == {leaf.pointer for leaf in leaves(one.item)}
    assert not held & left


# ── mapping files ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("number: number", "numbr: number", r"test:\d+: .*order has no field “numbr”"),
        ("row: order", "row: ordr", "there is no row “ordr”"),
        ("total: totals.total", "total: totals..total", "is no path"),
        ("lines:\n", "lins:\n", "order has no part “lins”"),
        ("version: 3", "version: 0", "greater than or equal to 1"),
        ("at: at", "at: {path: at, const: x}", "one of path, sum, join, const and first"),
        ("ping: {}", "ping: {}\n  'x': [", "test"),
    ],
)
def test_a_wrong_mapping_file_is_told_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        parse_mapping(SHOP.replace(old, new, 1), "test")


@pytest.mark.parametrize("word", ["sale", "Sales", "SALE", "receipts", "re-ceipt"])
def test_objects_are_known_by_any_spelling(word: str) -> None:
    assert parse_mapping(SHOP, "test").object_named(word) == "sale"
    assert parse_mapping(SHOP, "test").object_named("refund") is None


@pytest.mark.parametrize("amount", ["1e999999999", "-1e999999999", "1e-999999999", '"1e999999999"'])
def test_a_number_beyond_any_amount_is_a_problem_and_breaks_nothing(amount: str) -> None:
    rosetta = Rosetta(parse_mapping(SHOP, "test"), account())
    text = json.dumps({**SALE, "totals": {"currency": "EUR", "total": "@"}}).replace('"@"', amount)
    one = rosetta.map("sale", parse_payload(text))
    assert "total" not in fields(one, "unified_orders")[0]
    assert one.reading.problems


def test_a_key_that_stands_twice_is_found_in_one_pass() -> None:
    members = ", ".join(f'"{n}": {n}' for n in range(40_000))
    with pytest.raises(CopilotError, match="twice"):
        parse_payload(f'{{{members}, "39999": 0}}')
