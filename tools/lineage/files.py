"""Rows of files read again, as the import read them: the records they make, each field with its columns."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Final, cast

import orjson

from tools.ingestion.catalogue import Entity
from tools.ingestion.cells import Cells, Defaults, RowError
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.lists import CatalogueReader, CustomerReader, ObservationReader, RefundReader
from tools.ingestion.mapping.fields import Traced
from tools.ingestion.mapping.payload import pointer_to
from tools.ingestion.mapping.reader import Node
from tools.ingestion.mapping.shown import Provenance, UnifiedRow, rows_of
from tools.ingestion.movements import MovementReader
from tools.ingestion.records import ObservationRecord, OrderRecord, Record
from tools.ingestion.sales import SaleRow, SalesReader
from tools.ingestion.values import is_blank
from tools.kit.yaml_text import parse_yaml

_RULE: Final = "file"


@lru_cache(maxsize=1)
def column_groups() -> dict[str, dict[str, list[str]]]:
    """Table → field of its records → groups of meanings."""
    return parse_yaml(resources.files("tools.lineage").joinpath("columns.yaml").read_text("utf-8"))


def rows_of_file(payloads: Sequence[str], mapping: FileMapping, defaults: Defaults, today: date) -> list[UnifiedRow]:
    """The unified rows that rows of one file make together. `payloads` are the raw records of one order, or of one row of
    a list; the addresses are those of the first. Empty where they cannot be read any more."""
    parsed = [cast("dict[str, Any]", orjson.loads(payload)) for payload in payloads]
    columns = tuple(parsed[0])
    rows = [[str(row.get(column) or "") for column in columns] for row in parsed]
    cells = Cells(columns, mapping, defaults)
    try:
        records = _records(cells, rows, today)
    except RowError:
        return []
    trace = _Trace(cells, rows[0])
    found: list[UnifiedRow] = []
    for record in records:
        if isinstance(record, ObservationRecord):
            found.append(trace.observation(record))
        else:
            found += [trace.named(row) for row in rows_of(record, trace.node(record))]
    return found


def _records(cells: Cells, rows: Sequence[list[str]], today: date) -> list[Record]:
    first = rows[0]
    match cells.mapping.entity:
        case Entity.ORDER_LINE:
            return _sale(SalesReader(cells), rows)
        case Entity.CUSTOMER:
            return [CustomerReader(cells).read(0, first, 0)]
        case Entity.PRODUCT | Entity.STOCK:
            return [CatalogueReader(cells, today).read(0, first, 0)]
        case Entity.OBSERVATION:
            return list(ObservationReader(cells).read(0, first, 0))
        case Entity.REFUND:
            return [RefundReader(cells).read(0, first, 0)]
        case Entity.TRANSACTION:
            return [MovementReader(cells).read(0, first, 0)]


def _sale(reader: SalesReader, rows: Sequence[list[str]]) -> list[Record]:
    """The order of these rows, and the credit note of those of them that take something back."""
    found: list[Record] = []
    for back, build in ((False, reader.order), (True, reader.credit_note)):
        read: list[SaleRow] = [reader.read(0, row, 0) for row in rows if reader.is_refund(row) is back]
        record = build(read)[0] if read else None
        if record is not None:
            found.append(record)
    return found


class _Trace:
    """Names the columns behind the fields of what one row of a file became."""

    def __init__(self, cells: Cells, row: Sequence[str]) -> None:
        self._mapping = cells.mapping
        self._filled = {
            meaning: column
            for column, cell in zip(cells.columns, row, strict=True)
            if (meaning := cells.mapping.columns.get(column)) is not None and not is_blank(cell)
        }

    def _fields(self, table: str) -> dict[str, Traced]:
        found: dict[str, Traced] = {}
        for name, groups in column_groups().get(table, {}).items():
            group = next((g.split() for g in groups if g.split()[0] in self._filled), ())
            pointers = tuple(pointer_to("", self._filled[meaning]) for meaning in group if meaning in self._filled)
            if pointers:
                found[name] = Traced(None, pointers)
        return found

    def _node(self, table: str, **parts: list[Node]) -> Node:
        return Node(table, _RULE, self._fields(table), parts)

    def node(self, record: Record) -> Node:
        """What a record was built from, in the shape that a vendor's mapping gives it."""
        place = self._node("addresses")
        person = self._node("unified_customers", address=[place])
        goods = {"product": [self._node("unified_products")], "variant": [self._node("product_variants")]}
        if isinstance(record, OrderRecord):
            lines = [self._node("order_lines", **goods) for _ in record.lines]
            refunds = [self._node("refunds", **goods) for _ in record.refunds]
            return self._node("unified_orders", lines=lines, refunds=refunds, customer=[person], address=[place])
        match self._mapping.entity:
            case Entity.CUSTOMER:
                return person
            case Entity.PRODUCT | Entity.STOCK:
                facts = {**self._fields("stock_levels"), **self._fields("product_costs")}
                variant = self._fields("product_variants")
                node = Node("product", _RULE, {**facts, **self._fields("unified_products")})
                node.parts["variants"] = [Node("variant", _RULE, {**facts, **variant})]
                return node
            case _:
                return self._node("unified_transactions", customer=[person])

    def named(self, row: UnifiedRow) -> UnifiedRow:
        """The same row; as rules the meanings of the columns."""
        row.provenance = {
            name: Provenance(traced.pointers, self._meanings(traced.pointers))
            for name, traced in row.provenance.items()
        }
        return row

    def _meanings(self, pointers: Sequence[str]) -> str:
        return ", ".join(meaning for meaning, column in self._filled.items() if pointer_to("", column) in pointers)

    def observation(self, record: ObservationRecord) -> UnifiedRow:
        """A figure of a series, which may be called after its column."""
        fields = {"series": record.series, "value": record.value, "unit": record.unit, "observed_on": record.when.on}
        row = UnifiedRow("metric_observations", {name: value for name, value in fields.items() if value is not None})
        row.fields["observed_at"] = record.when.at
        traced = self._fields("metric_observations")
        named = next((c for c in self._mapping.columns_of("value") if record.series.endswith(c)), None)
        value = (pointer_to("", named),) if named is not None else traced["value"].pointers
        sources = {"observed_at": "at", "observed_on": "at", "series": "series", "unit": "unit"}
        row.provenance["value"] = Provenance(value, "value")
        for name, source in sources.items():
            if source in traced:
                pointers = traced[source].pointers
                row.provenance[name] = Provenance(pointers, self._meanings(pointers))
        return row
