"""`smb lineage`: what was told of imports and syncs."""

from typing import Any
from urllib.parse import quote

from api.cli_client import answered, connected
from api.cli_output import line
from api.settings import load_settings


async def list_events(tenant: str, run: str | None, *, limit: int, as_json: bool) -> int:
    """Prints OpenLineage events, the newest first: a line each for reading, or as JSON lines."""
    path = f"/api/data-lineage/runs/{quote(run, safe='')}/events" if run else "/api/data-lineage/events"
    async with connected(load_settings(), tenant) as client:
        found = await answered(await client.get(path, params={"limit": limit}))
    for one in found["items"]:
        if as_json:
            line(one)
        else:
            print(_told(one))
    return 0


def _told(one: dict[str, Any]) -> str:
    event = one["event"]
    rows = sum(_rows(output) for output in event.get("outputs", ()))
    parts = [event["eventTime"], event["eventType"].ljust(8), event["job"]["name"], f"run {event['run']['runId']}"]
    if rows:
        parts.append(f"{rows:,} rows")
    parts.append(one["state"] if one["error"] is None else f"{one['state']}: {one['error']}")
    return "  ".join(parts)


def _rows(output: dict[str, Any]) -> int:
    return output.get("outputFacets", {}).get("outputStatistics", {}).get("rowCount", 0)
