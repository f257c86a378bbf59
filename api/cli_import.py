"""`smb import`: a file in, with the detected mapping or an edited one."""

import asyncio
import json
from pathlib import Path
from typing import Any, cast

import httpx
import orjson

from api.cli_client import answered, connected
from api.cli_output import FAILED, Progress, emit, note, table
from api.settings import load_settings
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id

_PATH = "/api/connectors/files"


async def import_file(path: Path, tenant: str, mapping: Path | None, *, profile_only: bool, as_json: bool) -> int:
    edited = await asyncio.to_thread(_read_mapping, mapping) if mapping else None
    progress = Progress()
    async with connected(load_settings(), tenant) as client:
        progress.show(0, f"reading {path.name}")
        profile = await _upload(client, path)
        progress.done()
        if profile_only:
            _show_profile(profile, as_json=as_json)
            return 0
        if not as_json:
            _say_what_was_found(profile)
        report = await _commit(client, profile["file_id"], edited, progress)
    emit(report, _summary(report), as_json=as_json)
    return FAILED if report["rows"] and report["rejected"] == report["rows"] else 0


def _read_mapping(path: Path) -> dict[str, Any]:
    """A mapping, or a whole profile as --profile --json prints it."""
    try:
        content: Any = orjson.loads(path.read_bytes())
    except ValueError:
        raise invalid(f"{path} holds no JSON.") from None
    if not isinstance(content, dict):
        raise invalid(f"{path} holds no mapping.")
    parsed = cast("dict[str, Any]", content)
    return parsed.get("mapping", parsed)


async def _upload(client: httpx.AsyncClient, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return await answered(await client.post(_PATH, files={"file": (path.name, file)}))


async def _commit(
    client: httpx.AsyncClient, file_id: str, mapping: dict[str, Any] | None, progress: Progress
) -> dict[str, Any]:
    headers = {"Idempotency-Key": new_id()}
    job = await answered(await client.post(f"{_PATH}/{file_id}/commit", json={"mapping": mapping}, headers=headers))
    async with client.stream("GET", f"/api/jobs/{job['id']}/events") as response:
        async for text in response.aiter_lines():
            if text.startswith("data:"):
                job = json.loads(text.removeprefix("data:"))
                progress.show(job["progress"], job["message"] or "")
    progress.done()
    if job["state"] == "succeeded":
        return job["result"]
    error: dict[str, Any] = job["error"] or {"kind": "unavailable", "message": "The import broke off."}
    raise CopilotError(ErrorKind(error["kind"]), error["message"], hint=error.get("hint"))


def _show_profile(profile: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        emit(profile, "", as_json=True)
        return
    print(f"{profile['filename']}: {profile['rows']:,} rows, {profile['entity_label']}")
    rows = [
        (one["column"], one["label"] or "–", f"{one['confidence']:.0%}", ", ".join(one["samples"][:2]))
        for one in profile["columns"]
    ]
    table(("column", "means", "sure", "for example"), rows)
    _say_what_was_found(profile)


def _say_what_was_found(profile: dict[str, Any]) -> None:
    for problem in profile["problems"]:
        note(f"! {problem['message']}")
    for question in profile["questions"]:
        note(f"? {question['question']} (now: {question['default']})")


def _summary(report: dict[str, Any]) -> str:
    counts = ", ".join(f"{report[name]:,} {name}" for name in ("created", "updated", "unchanged", "rejected"))
    rejects = f"\nRejected rows with their reasons: GET {report['rejects']}" if report["rejects"] else ""
    return f"{report['filename']}: {counts}.{rejects}"
