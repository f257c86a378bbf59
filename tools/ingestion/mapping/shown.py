"""Records as the unified rows they become, for people and programs to look at: each field with where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from storage.kernel.money import from_micros, minor_digits
from tools.ingestion.mapping.node import Node
from tools.ingestion.mapping.values import NO_CURRENCY
from tools.ingestion.records import (
    AddressRecord,
    CalendarEventRecord,
    CatalogueRecord,
    ContactRecord,
    CustomerFileRecord,
    CustomerRecord,
    DealRecord,
    MessageRecord,
    OrderRecord,
    ProductRecord,
    Record,
    TransactionRecord,
    VariantRecord,
    When,
)

_HIDDEN: Final = frozenset(
    ["source", "lines", "refunds", "others", "customer", "address", "product", "variant", "stock", "has_own_key", "is_named_by_id",
     "original_numbers"]
)  # fmt: skip
_TOLD_FALSE: Final = frozenset(["is_read"])
"""Flags that say something also where they are false; of others it is what goes without saying."""
DERIVED: Final = {
    "gross": ("gross", "unit_price", "quantity", "net", "discount", "tax"),
    "net": ("net", "unit_net", "gross", "unit_price", "quantity", "discount", "tax"),
    "discount": ("discount", "gross", "net", "unit_net", "unit_price", "quantity"),
    "unit_price": ("unit_price", "gross", "net", "quantity"),
}
"""Of which fields of the mapping a field of the row is worked out where the mapping does not name it."""
_RENAMED: Final = {"original_keys": "originals", "contact_keys": "contacts", "order_key": "order", "line_key": "line"}
MOMENTS: Final = {"unified_orders": "ordered", "refunds": "refunded", "unified_transactions": "occurred"}
"""Table → the verb of its moment, which mappings call `at`."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The leaves that a field was read from (RFC 6901), and the rule of the mapping that read them. No leaves: the
    mapping, or the account, says it."""

    pointers: tuple[str, ...]
    rule: str


@dataclass(slots=True)
class UnifiedRow:
    """A row as it will be. Amounts are exact decimals with their currency, moments UTC, days the tenant's."""

    table: str
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    provenance: dict[str, Provenance] = field(default_factory=dict[str, Provenance])


def money(micros: int, currency: str) -> dict[str, str]:
    """An amount exactly: with the currency's decimals, and more only where it has more."""
    exact = from_micros(micros).normalize()
    least = Decimal(1).scaleb(-minor_digits(currency))
    digits = max(-int(exact.as_tuple().exponent), minor_digits(currency), 0)
    return {"amount": str(exact.quantize(least if digits == minor_digits(currency) else Decimal(1).scaleb(-digits))),
            "currency": currency}  # fmt: skip


def rows_of(record: Record, node: Node) -> list[UnifiedRow]:
    """The unified rows of one record; `node` is what it was built from."""
    return list(_rows(record, node))


def _rows(record: Record, node: Node) -> Iterator[UnifiedRow]:
    match record:
        case OrderRecord():
            yield _row("unified_orders", record, node, record.currency)
            yield from _people(record.customer, record.address, node)
            for line, part in zip(record.lines, node.parts.get("lines", ()), strict=True):
                yield _row("order_lines", line, part, record.currency)
                yield from _goods(line.product, line.variant, part, record.currency)
            for refund, part in zip(record.refunds, node.parts.get("refunds", ()), strict=True):
                yield _row("refunds", refund, part, record.currency)
        case TransactionRecord():
            yield _row("unified_transactions", record, node, record.currency)
            yield from _people(record.customer, None, node)
        case CustomerFileRecord():
            yield from _person(record.customer, node)
        case CatalogueRecord():
            yield from _catalogue(record, node)
        case ContactRecord():
            yield _row("contacts", record, node, NO_CURRENCY)
            yield from _people(None, record.address, node)
        case DealRecord():
            yield _row("deals", record, node, record.currency or NO_CURRENCY)
        case MessageRecord():
            yield _row("messages", record, node, NO_CURRENCY)
        case CalendarEventRecord():
            yield _row("calendar_events", record, node, NO_CURRENCY)
        case _:
            return


def _people(customer: CustomerRecord | None, address: AddressRecord | None, node: Node) -> Iterator[UnifiedRow]:
    if customer is not None and (part := node.part("customer")) is not None:
        yield from _person(customer, part)
    if address is not None and (part := node.part("address")) is not None:
        yield _row("addresses", address, part, NO_CURRENCY)


def _person(customer: CustomerRecord, node: Node) -> Iterator[UnifiedRow]:
    yield _row("unified_customers", customer, node, NO_CURRENCY)
    if customer.address is not None and (part := node.part("address")) is not None:
        yield _row("addresses", customer.address, part, NO_CURRENCY)


def _goods(
    product: ProductRecord | None, variant: VariantRecord | None, node: Node, currency: str
) -> Iterator[UnifiedRow]:
    if product is not None and (part := node.part("product")) is not None:
        yield _row("unified_products", product, part, product.currency or currency)
    if variant is not None and (part := node.part("variant")) is not None:
        yield _row("product_variants", variant, part, currency)


def _catalogue(record: CatalogueRecord, node: Node) -> Iterator[UnifiedRow]:
    """A product with one of its variants: `node` is the product's, its part the variant's (see build)."""
    product, currency = record.product, record.currency or NO_CURRENCY
    if node.row == "product":
        yield _row("unified_products", product, node, product.currency or currency)
    facts = node
    if record.variant is not None and (part := node.part("variants")) is not None:
        facts = part
        yield _row("product_variants", record.variant, part, currency)
    if record.cost_micros is not None:
        cost = UnifiedRow("product_costs", {"cost": money(record.cost_micros, currency)})
        _trace(cost, "cost", facts, "cost")
        yield cost
    if record.stock is not None:
        yield _row("stock_levels", record.stock, facts, currency)


def _row(table: str, record: object, node: Node, currency: str) -> UnifiedRow:
    row = UnifiedRow(table)
    for one in fields(record):  # pyright: ignore[reportArgumentType] - always one of the records
        value = getattr(record, one.name)
        if one.name in _HIDDEN or value is None or value == () or (value is False and one.name not in _TOLD_FALSE):
            continue
        if one.name == "discount_micros" and not value and isinstance(record, OrderRecord):
            continue
        name = _RENAMED.get(one.name, one.name)
        if isinstance(value, When):
            _moment(row, node, value, MOMENTS[table])
        elif name.endswith("_micros"):
            name = name.removesuffix("_micros")
            own = getattr(record, "settled_currency", None) if name == "settled" else None
            row.fields[name] = money(value, own or currency)
            _trace(row, name, node, name)
        elif name.endswith("_e6"):
            name = name.removesuffix("_e6")
            row.fields[name] = str(from_micros(value).normalize().__format__("f"))
            _trace(row, name, node, name)
        else:
            row.fields[name] = _plain(value)
            _trace(row, name, node, name.removesuffix("_on") + "_at" if name not in node.fields else name)
    return row


def _moment(row: UnifiedRow, node: Node, when: When, verb: str) -> None:
    row.fields[f"{verb}_at"] = _plain(when.at)
    row.fields[f"{verb}_on"] = _plain(when.on)
    if when.offset_minutes is not None:
        row.fields["source_offset_minutes"] = when.offset_minutes
    _trace(row, f"{verb}_at", node, "at")


def _trace(row: UnifiedRow, name: str, node: Node, source: str) -> None:
    sources = (source,) if source in node.fields else DERIVED.get(source, ())
    pointers = [p for one in sources if one in node.fields for p in node.fields[one].pointers]
    if pointers or source in node.fields:
        row.provenance[name] = Provenance(tuple(dict.fromkeys(pointers)), f"{node.rule}.{source}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - of words
    return value
