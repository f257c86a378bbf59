"""What the mapping tests of all vendors ask: a payload under its mapping, its rows, and whether anything got lost."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tools.ingestion.mapping.payload import leaves, parse_payload
from tools.ingestion.mapping.report import MappingReport, map_payload
from tools.ingestion.mapping.rosetta import Account


def mapped(vendor: str, object_: str, payload: Any, **account: Any) -> MappingReport:
    """What a payload comes to. `account` overrides the account's facts: today, zone, currency, source_zone, namespace."""
    facts: dict[str, Any] = {
        "today": date(2026, 11, 29),
        "zone": ZoneInfo("Europe/Berlin"),
        "currency": "EUR",
        **account,
    }
    text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    return map_payload(vendor, object_, text, Account(**facts))


def rows(report: MappingReport, table: str) -> list[dict[str, Any]]:
    """The fields of the rows of one unified table."""
    return [row.fields for row in report.rows if row.table == table]


def assert_nothing_lost(report: MappingReport, payload: Any) -> None:
    """Every leaf of the payload is the origin of a field, or is told as unmapped, and never both."""
    text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    held = {pointer for row in report.rows for origin in row.provenance.values() for pointer in origin.pointers}
    told = [leaf.pointer for leaf in report.unmapped]
    assert len(told) == len(set(told))
    assert held.isdisjoint(told)
    assert held | set(told) == {leaf.pointer for leaf in leaves(parse_payload(text))}
