"""What the tests of all vendors' mapping files share."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tools.ingestion.mapping.payload import leaves, parse_payload
from tools.ingestion.mapping.report import MappingReport, map_payload
from tools.ingestion.mapping.rosetta import Account, Rosetta, mapping_of


def mapped(vendor: str, object_: str, payload: Any, **account: Any) -> MappingReport:
    """The report on a payload: JSON text, or what is written as JSON first. The account is in UTC unless it says otherwise;
    `zone` may be a name."""
    given: dict[str, Any] = {"today": date(2026, 11, 29), "zone": "UTC", **account}
    zone = given["zone"] if isinstance(given["zone"], ZoneInfo) else ZoneInfo(given["zone"])
    given["zone"] = zone
    report = map_payload(vendor, object_, _text(payload), Account(**given))
    assert_taken_as_mapped(vendor, object_, payload, Account(**given))
    return report


def assert_taken_as_mapped(vendor: str, object_: str, payload: Any, account: Account) -> None:
    """What a sync takes of a payload is what people are shown of it: the same records and the same problems."""
    rosetta, parsed = Rosetta(mapping_of(vendor), account), parse_payload(_text(payload))
    known = rosetta.named(object_, parsed)
    for one in rosetta.items(known, parsed) if known is not None else ():
        taken = rosetta.take_all(known, one.value, one.pointer)
        shown = rosetta.map_all(known, one.value, one.pointer)
        assert [(t.object, t.pointer, t.source, t.records, list(t.problems)) for t in taken] == [
            (s.reading.object, s.reading.pointer, s.source, [record for record, _ in s.records], s.reading.problems)
            for s in shown
        ]
        assert [t.mapped().rows() for t in taken] == [s.rows() for s in shown]


def mapped_in_berlin(vendor: str, object_: str, payload: Any, **account: Any) -> MappingReport:
    """The same for an account in Berlin that is kept in euros, unless it says otherwise."""
    return mapped(vendor, object_, payload, **{"zone": "Europe/Berlin", "currency": "EUR", **account})


def rows(report: MappingReport, table: str) -> list[dict[str, Any]]:
    """The fields of the rows of one table, in their order."""
    return [row.fields for row in report.rows if row.table == table]


def assert_nothing_lost(report: MappingReport, payload: Any) -> None:
    """Every leaf of the payload is where a field came from, or is listed as unmapped with its reason; none is both."""
    held = {pointer for row in report.rows for origin in row.provenance.values() for pointer in origin.pointers}
    listed = [leaf.pointer for leaf in report.unmapped]
    assert len(listed) == len(set(listed))
    assert not held & set(listed)
    assert held | set(listed) == {leaf.pointer for leaf in leaves(parse_payload(_text(payload)))}


def _text(payload: Any) -> str | bytes:
    return payload if isinstance(payload, str | bytes) else json.dumps(payload, default=_number)


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)
