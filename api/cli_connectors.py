"""`smb connectors`: what a vendor's payload becomes."""

import asyncio
import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from api.cli_output import emit, note
from storage.kernel.clock import SystemClock
from storage.kernel.errors import invalid
from storage.kernel.money import CurrencyCode
from tools.ingestion.cells import zone_of
from tools.ingestion.mapping.report import map_payload
from tools.ingestion.mapping.rosetta import Account


async def map_file(vendor: str, object_: str, path: Path, *, currency: str | None, timezone: str, as_json: bool) -> int:
    """Prints a payload's unified rows with their origin and the leaves that no row holds, as JSON in any case: on one
    line with `as_json`, else for reading. What could not be read is told on standard error too."""
    try:
        code = TypeAdapter(CurrencyCode).validate_python(currency.upper()) if currency else None
    except ValidationError:
        raise invalid(f"{currency!r} is no ISO 4217 currency code.") from None
    zone = zone_of(timezone, "/timezone")
    try:
        payload = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise invalid(f"{path} cannot be read: {error.strerror}.") from None
    account = Account(today=SystemClock().now().astimezone(zone).date(), zone=zone, currency=code)
    report = map_payload(vendor, object_, payload, account)
    for line in (*report.notes, *(f"{problem.pointer or '/'}: {problem.message}" for problem in report.problems)):
        note(f"! {line}")
    document = report.model_dump(mode="json")
    emit(document, json.dumps(document, ensure_ascii=False, indent=2), as_json=as_json)
    return 0
