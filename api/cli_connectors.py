"""`smb connectors`: what is connected, and what a vendor's payload becomes."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
from pydantic import TypeAdapter, ValidationError

from api.cli_client import answered, connected
from api.cli_output import emit, note
from api.settings import load_settings
from api.store import all_tenants, find_tenant, open_database
from storage.kernel.clock import SystemClock
from storage.kernel.errors import invalid, not_found
from storage.kernel.money import CurrencyCode
from tools.ingestion.cells import zone_of
from tools.ingestion.mapping.report import map_payload
from tools.ingestion.mapping.rosetta import Account

_LOOKED_AT_EVERY: Final = 0.3
"""Seconds between two looks at a job."""


_STATES: Final = {
    "active": "told at once",
    "pending": "not set up yet",
    "failed": "failed, tried again",
    "refused": "refused by the vendor",
    "at_vendor": "to be set up at the vendor",
    "unavailable": "not available",
    "no_public_url": "no public address",
}


async def list_connections(tenant: str | None, *, as_json: bool) -> None:
    """Prints each connection with its subscriptions, of one tenant or of all."""
    settings = load_settings()
    async with open_database(settings) as database:
        tenants = [await find_tenant(database, tenant)] if tenant else await all_tenants(database)
    found: list[dict[str, Any]] = []
    for tenant_id in tenants:
        async with connected(settings, tenant_id) as client:
            found += [{"tenant": tenant_id, **one} for one in await _connections(client, None)]
    lines = [line for one in found for line in _lines(one)]
    emit({"connections": found}, "\n".join(lines) or "No account is connected.", as_json=as_json)


def _lines(one: dict[str, Any]) -> Iterator[str]:
    synced = f", last read {one['last_sync_at']}" if one["last_sync_at"] else ""
    yield f"{one['name']} ({one['type']}), {one['status']}{synced}  {one['id']}"
    for kept in one["subscriptions"]:
        topics = ", ".join(kept["topics"]) or "webhooks"
        until = f", until {kept['expires_at']}" if kept["expires_at"] else ""
        yield f"  {topics}: {_STATES[kept['state']]}{until}"
        if kept["message"]:
            yield f"    {kept['message']}"


async def renormalise(tenant: str | None, connection: str | None, objects: tuple[str, ...], *, as_json: bool) -> int:
    """Begins the jobs, one connection after another, and waits for each. Returns 1 where one has failed."""
    settings = load_settings()
    async with open_database(settings) as database:
        tenants = [await find_tenant(database, tenant)] if tenant else await all_tenants(database)
    runs: list[dict[str, Any]] = []
    for tenant_id in tenants:
        async with connected(settings, tenant_id) as client:
            for one in await _connections(client, connection):
                job = await answered(
                    await client.post(f"/api/connectors/{one['id']}/renormalise", json={"objects": objects})
                )
                runs.append(
                    {"tenant": tenant_id, "connection": one["id"], "name": one["name"], **await _ended(client, job)}
                )
    if connection and not runs:
        raise not_found(f"A connection called {connection!r}")
    for run in runs:
        if (error := run["error"]) is not None:
            note(f"! {run['name']}: {error['message']}")
    lines = [
        f"{run['name']}: {run['result']['created']:,} new, {run['result']['updated']:,} changed, "
        f"{run['result']['unchanged']:,} as they were."
        for run in runs
        if run["result"]
    ]
    emit({"runs": runs}, "\n".join(lines) or "There is nothing to make anew.", as_json=as_json)
    return int(any(run["error"] for run in runs))


async def _connections(client: httpx.AsyncClient, named: str | None) -> list[dict[str, Any]]:
    listed = await answered(await client.get("/api/connectors"))
    found = [one for vendor in listed["items"] for one in vendor["connections"]]
    wanted = named.strip().casefold() if named else None
    return [one for one in found if wanted is None or wanted in (one["id"], one["name"].casefold(), one["type"])]


async def _ended(client: httpx.AsyncClient, job: dict[str, Any]) -> dict[str, Any]:
    """The job's state, result and error when it has ended; how far it is meanwhile is told on standard error."""
    told = ""
    while job["state"] not in ("succeeded", "failed", "cancelled"):
        if job["message"] and job["message"] != told:
            note(told := job["message"])
        await asyncio.sleep(_LOOKED_AT_EVERY)
        job = await answered(await client.get(f"/api/jobs/{job['id']}"))
    return {name: job[name] for name in ("state", "result", "error")}


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
