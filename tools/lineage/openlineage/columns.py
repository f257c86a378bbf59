"""Which fields of a source's objects each unified column is made of, by the mapping that a run used. Pure: mappings and names
in, names out; no row is looked at."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from storage.repositories.ingestion import UNIFIED
from tools.ingestion.catalogue import Entity
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.mapping.shown import DERIVED, MOMENTS
from tools.ingestion.mapping.spec import Made, ObjectSpec, Rule
from tools.lineage.files import column_groups
from tools.lineage.reading import OF_THE_ORDER, PLUMBING, REFERENCES, names_of

Use = Literal["TRANSFORMATION", "AGGREGATION", "CONDITIONAL"]
_MOST: Final = 60
"""Fields of one column: a mapping that tries many shapes of a vendor's answers in turn names them all."""
_NAMED_BY: Final = ("key", "id", "number", "email", "name", "title", "line1")
"""What a row refers to another one by."""
_ALSO: Final = {"unified_products": ("stock_levels", "product_costs"), "product_variants": ("stock_levels", "product_costs")}  # fmt: skip
"""Tables that are made of fields which mappings write beside a product's own."""
_OF_ENTITY: Final[dict[Entity, tuple[str, ...]]] = {
    Entity.ORDER_LINE: ("unified_orders", "order_lines", "refunds", "unified_customers", "addresses", "unified_products", "product_variants"),
    Entity.CUSTOMER: ("unified_customers", "addresses"),
    Entity.PRODUCT: ("unified_products", "product_variants", "product_costs", "stock_levels"),
    Entity.STOCK: ("unified_products", "product_variants", "product_costs", "stock_levels"),
    Entity.OBSERVATION: ("metric_observations",),
    Entity.REFUND: ("unified_orders", "refunds", "unified_products"),
    Entity.TRANSACTION: ("unified_transactions", "unified_customers"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Needed:
    """A field that a column is made of: its value goes in, is added up, or decides."""

    field: str
    use: Use


Columns = dict[str, tuple[Needed, ...]]
"""Unified column → the fields that it is made of."""
_Known = Mapping[str, Sequence[Needed]]
"""Field of a mapping's row → the same."""


def columns_of_file(mapping: FileMapping) -> dict[str, Columns]:
    """Unified table → its columns. Fields are headings of the file."""
    known: dict[str, dict[str, list[Needed]]] = {}
    for table in _OF_ENTITY[mapping.entity]:
        fields: dict[str, list[Needed]] = {}
        for name, groups in column_groups()[table].items():
            meanings = next((group.split() for group in groups if mapping.columns_of(group.split()[0])), ())
            headings = [column for meaning in meanings for column in mapping.columns_of(meaning)]
            if headings:
                fields[name] = [Needed(column, "TRANSFORMATION") for column in headings]
        known[table] = fields
    return _resolved(known)


def columns_of_vendor(spec: ObjectSpec) -> dict[str, Columns]:
    """The same of one kind of object of a vendor. Fields are paths as its mapping writes them."""
    known: dict[str, dict[str, list[Needed]]] = defaultdict(lambda: defaultdict(list))
    for made in spec.makes:
        _walk(made, [("",)], known)
    if spec.id is not None:
        named = list(_needed(spec.id, [("",)]))
        for made in spec.makes:
            fields = known[made.target.table]
            fields.setdefault("key" if "key" in made.target.fields else "id", named)
    for table, also in _ALSO.items():
        for other in also:
            for name, needed in list(known.get(table, {}).items()):
                known[other][name] += needed
    return _resolved(known)


# ── a vendor's mapping ───────────────────────────────────────────────────────────────────────────────────────


def _walk(made: Made, scopes: list[tuple[str, ...]], known: dict[str, dict[str, list[Needed]]]) -> None:
    """`scopes` are the places that paths begin at, the innermost last, each with the paths that lead there."""
    inner = list(scopes)
    for path in made.each:
        inner.append(tuple(_places(path, inner)))
    for name, rule in made.fields.items():
        known[made.target.table][name] += _needed(rule, inner)
    for parts in made.parts.values():
        for part in parts:
            _walk(part, inner, known)


def _needed(rule: Rule, scopes: Sequence[tuple[str, ...]]) -> Iterator[Needed]:
    for one in rule.first:
        yield from _needed(one, scopes)
    of_use: tuple[tuple[Use, Iterable[str | None]], ...] = (
        ("TRANSFORMATION", (rule.path, *rule.join, rule.per, rule.zone)),
        ("AGGREGATION", (*rule.sum, *rule.less)),
        ("CONDITIONAL", (*rule.when, *rule.unless)),
    )
    for use, paths in of_use:
        for path in filter(None, paths):
            for place in _places(path, scopes):
                yield Needed(place, use)


def _places(path: str, scopes: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Where a path leads, from the object on: one place for each of its alternatives."""
    for alternative in path.split("|"):
        rest, out = alternative.strip(), 0
        while rest.startswith("^"):
            rest, out = rest.removeprefix("^").removeprefix("."), out + 1
        for begun in scopes[max(0, len(scopes) - 1 - out)]:
            place = f"{begun}{rest}" if rest.startswith("[") else ".".join(filter(None, (begun, rest)))
            if place:
                yield place


# ── fields → columns ─────────────────────────────────────────────────────────────────────────────────────────


def _resolved(known: Mapping[str, _Known]) -> dict[str, Columns]:
    found: dict[str, Columns] = {}
    for table, fields in known.items():
        columns: Columns = {}
        for column in UNIFIED[table].__table__.columns.keys():  # noqa: SIM118 - a collection of columns
            if column in PLUMBING:
                continue
            needed = (
                _of_column(table, column, fields)
                or _of_order(column, table, known)
                or _of_reference(column, table, known)
            )
            if needed:
                columns[column] = tuple(dict.fromkeys(needed))[:_MOST]
        if columns:
            found[table] = columns
    return found


def _of_column(table: str, column: str, fields: _Known) -> Sequence[Needed]:
    """By the field that the column is read from, its moment, or those that it is worked out of."""
    names = tuple(names_of(column))
    verb = MOMENTS.get(table, "observed")
    for name in names:
        if fields.get(name):
            return fields[name]
    for name in names:
        moment = "at" if name.startswith(f"{verb}_") else name.removesuffix("_on") + "_at"
        if name.endswith(("_on", "_at")) and fields.get(moment):
            return fields[moment]
    return [needed for name in names for one in DERIVED.get(name, ()) for needed in fields.get(one, ())]


def _of_order(column: str, table: str, known: Mapping[str, _Known]) -> Sequence[Needed]:
    """What lines and refunds have from their order."""
    name = OF_THE_ORDER.get(column) if table in ("order_lines", "refunds") else None
    if name is None:
        return ()
    return known.get("unified_orders", {}).get("at" if name.endswith("_at") else name, ())


def _of_reference(column: str, table: str, known: Mapping[str, _Known]) -> Sequence[Needed]:
    """What the row that a column refers to is named by."""
    other = REFERENCES.get(column)
    if other is None or other == table:
        return ()
    fields = known.get(other, {})
    return next((fields[name] for name in _NAMED_BY if fields.get(name)), ())
