"""What the tests of all vendors' mapping files share."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tools.ingestion.mapping.payload import leaves, parse_payload
from tools.ingestion.mapping.report import MappingReport, map_payload
from tools.ingestion.mapping.rosetta import Account


def mapped(vendor: str, object_: str, payload: Any, **account: Any) -> MappingReport:
    """What a payload becomes: a Python value is written as JSON first, a text is taken as it is. Zones are names."""
    text = payload if isinstance(payload, str) else json.dumps(payload, default=_number)
    today, zone = account.pop("today", date(2026, 11, 29)), ZoneInfo(account.pop("zone", "UTC"))
    return map_payload(vendor, object_, text, Account(today=today, zone=zone, **account))


def rows(report: MappingReport, table: str) -> list[dict[str, Any]]:
    return [row.fields for row in report.rows if row.table == table]


def assert_nothing_lost(report: MappingReport, payload: Any) -> None:
    """Every leaf of the payload is where a field came from, or is listed as unmapped with its reason; none is both."""
    text = payload if isinstance(payload, str) else json.dumps(payload, default=_number)
    held = {pointer for row in report.rows for origin in row.provenance.values() for pointer in origin.pointers}
    listed = [leaf.pointer for leaf in report.unmapped]
    assert len(listed) == len(set(listed))
    assert not held & set(listed)
    assert held | set(listed) == {leaf.pointer for leaf in leaves(parse_payload(text))}


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)
