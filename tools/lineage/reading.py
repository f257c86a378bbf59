"""Raw records read again: what each of them says for the columns of one unified row. Pure, and always the same: a raw
record under the mapping of its batch gives the values that the batch wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from storage.kernel.money import from_micros
from tools.ingestion.mapping.payload import leaves, parse_payload
from tools.ingestion.mapping.rosetta import Account, Rosetta, mapping_of
from tools.ingestion.mapping.shown import Provenance, UnifiedRow, money
from tools.ingestion.mapping.values import NO_CURRENCY

PLUMBING: Final = frozenset(
    [
        "id", "tenant_id", "created_at", "updated_at", "created_by_batch_id", "merged_into_id", "source_customer_id",
        "source_product_id", "duplicate_of_id",
    ]
)  # fmt: skip
"""Columns that say nothing of the thing itself."""
REFERENCES: Final = {
    "customer_id": "unified_customers",
    "address_id": "addresses",
    "product_id": "unified_products",
    "variant_id": "product_variants",
    "order_id": "unified_orders",
    "order_line_id": "order_lines",
}
"""Columns that hold the id of another unified row."""
_RENAMED: Final = {
    "deleted_at": ("deleted",),
    "contact_created_at": ("created_at",),
    "source_key": ("key", "id", "email", "name", "title"),
    "contact_keys": ("contacts",),
    "order_id": ("order",),
    "order_line_id": ("line",),
    "observed_on": ("observed_on", "on"),
    "ordered_minute": ("ordered_at",),
    "refunded_minute": ("refunded_at",),
    "source_offset_minutes": ("source_offset_minutes", "ordered_at"),
    "country_code": ("country",),
    "content_hash": ("line1", "city", "postal_code", "country"),
}
"""Columns that a row of the mapping calls otherwise, or that are worked out from another field of it."""
_WORKED_OUT: Final = frozenset(
    ["deleted_at", "source_key", "order_id", "order_line_id", "ordered_minute", "refunded_minute", "country_code", "content_hash",
     "contact_keys"]
)  # fmt: skip
"""Of these the field tells where they come from, not what they are."""
_BY_ITSELF: Final = "said by the mapping, the account or the tenant, and by no place of the record"
OF_THE_ORDER: Final = {"currency": "currency", "ordered_on": "ordered_at", "refunded_on": "ordered_at"}
"""What lines and refunds have from their order."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a raw record says for one column. `comparable` is False where only the leaves are told, and not the value."""

    value: Any
    pointers: tuple[str, ...]
    rule: str
    comparable: bool = True


def shown(column: str, value: Any, currency: str | None) -> Any:
    """A column's value for people: amounts and quantities as exact decimals, moments UTC (ISO 8601), days ISO."""
    if isinstance(value, int) and not isinstance(value, bool):
        if column.endswith("_micros"):
            return money(value, currency or NO_CURRENCY)["amount"]
        if column.endswith("_e6"):
            return f"{from_micros(value).normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value


def currency_of(column: str, row: Mapping[str, Any]) -> str | None:
    """The currency of an amount of a row."""
    own = row.get("settled_currency") if column == "settled_micros" else None
    return own or row.get("currency")


def same(one: Any, other: Any) -> bool:
    """Whether two shown values say the same; 5.0 and 5 do."""
    if one == other:
        return True
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return False
    try:
        return Decimal(str(one)) == Decimal(str(other))
    except InvalidOperation:
        return False


def rows_of_vendor(
    vendor: str, external_key: str, object_: str, payload: str, *, agreed: Mapping[str, Any], today: date
) -> list[UnifiedRow]:
    """The unified rows of one object of a vendor. `agreed` is the mapping of its batch: the account's currency and zones.
    Empty for a kind of object that the mapping no longer knows."""
    mapping = mapping_of(vendor)
    if object_ not in mapping.objects:
        return []
    account = Account(
        today=today,
        zone=ZoneInfo(agreed.get("timezone") or "UTC"),
        currency=agreed.get("currency"),
        source_zone=agreed.get("source_timezone"),
        namespace=f"{vendor}:{external_key}",
    )
    return Rosetta(mapping, account).map(object_, parse_payload(payload)).rows()


def leaf_values(payload: str, pointers: Sequence[str]) -> dict[str, Any]:
    """Pointer → what stands there in a raw record."""
    wanted = set(pointers)
    return {
        leaf.pointer: float(leaf.value) if isinstance(leaf.value, Decimal) else leaf.value
        for leaf in leaves(parse_payload(payload))
        if leaf.pointer in wanted
    }


def told_of(rows: Sequence[UnifiedRow], table: str, row: Mapping[str, Any]) -> dict[str, Told]:
    """What the unified rows of one raw record say for the columns of the stored `row`. Of several rows of its table that
    which has its key, else that which is most like it."""
    places = [place for place, one in enumerate(rows) if one.table == table]
    if not places:
        return {}
    place = max(places, key=lambda one: _likeness(rows[one], row))
    found = {column: told for column in row if (told := _told(rows, place, column)) is not None}
    return {column: told for column, told in found.items() if column not in PLUMBING}


def _likeness(one: UnifiedRow, row: Mapping[str, Any]) -> tuple[bool, int]:
    key = one.fields.get("key") or one.fields.get("id")
    stored = str(row.get("source_key") or "")
    named = key is not None and stored.partition("@")[0].endswith(f":{key}")
    alike = sum(
        same(value[0], shown(column, row[column], currency_of(column, row)))
        for column in row
        if column not in PLUMBING and (value := _value(one, column)) is not None
    )
    return named, alike


def names_of(column: str) -> Iterator[str]:
    """What a row of a mapping may call a column."""
    yield from _RENAMED.get(column, ())
    if column.endswith("_micros"):
        yield column.removesuffix("_micros")
    elif column.endswith("_e6"):
        yield column.removesuffix("_e6")
    else:
        yield column


def _value(one: UnifiedRow, column: str) -> tuple[Any, str] | None:
    """What a row of the mapping has for a column, and under which name."""
    for name in names_of(column):
        if name not in one.fields:
            continue
        value: Any = one.fields[name]
        if isinstance(value, dict):
            value = cast("dict[str, Any]", value)["amount"]
        return shown(column, value, None), name
    return None


def _traced(one: UnifiedRow, name: str) -> Provenance:
    """Where a field comes from: days are read from the moments they belong to."""
    for candidate in (name, name.removesuffix("_on") + "_at"):
        if (traced := one.provenance.get(candidate)) is not None:
            return traced
    return Provenance((), "")


def _told(rows: Sequence[UnifiedRow], place: int, column: str) -> Told | None:
    one = rows[place]
    if (found := _value(one, column)) is not None:
        value, name = found
        traced = _traced(one, name)
        return Told(value, traced.pointers, traced.rule or _BY_ITSELF, comparable=column not in _WORKED_OUT)
    if one.table in ("order_lines", "refunds") and column in OF_THE_ORDER:
        order = next((row for row in rows if row.table == "unified_orders"), None)
        traced = _traced(order, OF_THE_ORDER[column]) if order is not None else Provenance((), "")
        found = _value(order, column) if order is not None else None
        if found is not None or traced.pointers:
            value = found[0] if found is not None else None
            return Told(value, traced.pointers, traced.rule or _BY_ITSELF, comparable=found is not None)
    if column == "currency" and (code := _currency_inside(one)) is not None:
        return Told(code, (), _BY_ITSELF)
    if (table := REFERENCES.get(column)) is not None:
        other = _beside(rows, place, table) or (one if column == "product_id" else None)
        return _named(other) if other is not None else None
    return None


def _named(other: UnifiedRow) -> Told | None:
    """What a record calls another thing by."""
    for name in ("key", "id", "number", "email", "name", "title", "line1", "city", "country"):
        traced = other.provenance.get(name)
        if traced is not None and traced.pointers:
            return Told(other.fields.get(name), traced.pointers, traced.rule, comparable=False)
    return None


def _currency_inside(one: UnifiedRow) -> str | None:
    """The currency that a row's amounts are in, where the row does not name it."""
    for value in one.fields.values():
        if isinstance(value, dict) and (code := cast("dict[str, Any]", value).get("currency")) not in (
            None,
            NO_CURRENCY,
        ):
            return str(code)
    return None


def _beside(rows: Sequence[UnifiedRow], place: int, table: str) -> UnifiedRow | None:
    """The row of another table that belongs to the one at `place`: the next after it, as long as none of its own table
    comes first, else the nearest before it."""
    for other in rows[place + 1 :]:
        if other.table == rows[place].table:
            break
        if other.table == table:
            return other
    return next((other for other in reversed(rows[:place]) if other.table == table), None)
