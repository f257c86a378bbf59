"""What the mapping tests of all vendors share."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from tools.ingestion.mapping.payload import leaves, parse_payload
from tools.ingestion.mapping.report import MappingReport, map_payload
from tools.ingestion.mapping.rosetta import Account


def mapped(vendor: str, object_: str, payload: Any, **account: Any) -> MappingReport:
    """The report on a payload (JSON text, or what `json.dumps` takes), for an account in UTC unless it says otherwise."""
    text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    given: dict[str, Any] = {"today": date(2026, 11, 29), "zone": ZoneInfo("UTC"), **account}
    return map_payload(vendor, object_, text, Account(**given))


def rows(report: MappingReport, table: str) -> list[dict[str, Any]]:
    """The fields of the rows of one table, in their order."""
    return [row.fields for row in report.rows if row.table == table]


def assert_nothing_lost(report: MappingReport, payload: Any) -> None:
    """Every leaf is in a row's provenance or among the unmapped, and none of them twice among the unmapped."""
    text = payload if isinstance(payload, str | bytes) else json.dumps(payload)
    everything = {leaf.pointer for leaf in leaves(parse_payload(text))}
    held = {pointer for row in report.rows for origin in row.provenance.values() for pointer in origin.pointers}
    unmapped = [one.pointer for one in report.unmapped]
    assert held | set(unmapped) == everything
    assert not held & set(unmapped)
    assert len(unmapped) == len(set(unmapped))
