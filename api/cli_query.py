"""`smb query`: one answer of /mini-foundry/query, or one for each line of a file."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TextIO, cast

import httpx

from api.cli_client import answered, connected
from api.cli_output import FAILED, emit, figures_table, line
from api.settings import load_settings
from storage.kernel.errors import CopilotError, not_found

PATH = "/api/modules/mini-foundry/query"
SOURCES = "/api/modules/mini-foundry/data-sources"
_FIELDS = ("question", "as_of", "conversation_id")
_MOST_SOURCES = 200


async def query(question: str, tenant: str, *, as_of: str | None, source: str | None, as_json: bool) -> int:
    async with connected(load_settings(), tenant) as client:
        asked = {"question": question, "as_of": as_of}
        if source is not None:
            asked["data_source_id"] = await _source_id(client, source)
        answer = await _ask(client, asked)
    if as_json:
        emit(answer, "", as_json=True)
    else:
        show(answer)
    return 0


async def query_batch(path: Path, tenant: str, *, source: str | None = None) -> int:
    """A line out for each line in, in order and as soon as it is there. A line that cannot be asked gets its error;
    the exit code says whether any did."""
    failures = 0
    async with connected(load_settings(), tenant) as client:
        fixed = {"data_source_id": await _source_id(client, source)} if source is not None else {}
        with closing(sys.stdin if str(path) == "-" else path.open(encoding="utf-8")) as lines:
            for text in await asyncio.to_thread(lambda: _lines(lines)):
                answer = await _answer_line(client, text, fixed)
                failures += "error" in answer
                line(answer)
    return FAILED if failures else 0


def _lines(source: TextIO) -> Iterator[str]:
    return (text for text in source if text.strip())


async def _source_id(client: httpx.AsyncClient, source: str) -> str:
    """The id of a data source that is named by its name or its id. Raises CopilotError where there is none."""
    listing = await answered(await client.get(SOURCES, params={"limit": _MOST_SOURCES}))
    for item in listing["items"]:
        if source == item["id"] or source.casefold() == item["name"].casefold():
            return str(item["id"])
    raise not_found(f"The data source “{source}”")


async def _answer_line(client: httpx.AsyncClient, text: str, fixed: dict[str, Any]) -> dict[str, Any]:
    identity: Any = None
    try:
        parsed: Any = json.loads(text)
        if not isinstance(parsed, dict):
            return {"id": None, "error": {"kind": "invalid", "message": "The line is no JSON object."}}
        request = cast("dict[str, Any]", parsed)
        identity = request.get("id")
        return {
            "id": identity,
            **await _ask(client, {key: request.get(key) for key in _FIELDS if key in request} | fixed),
        }
    except ValueError:
        return {"id": identity, "error": {"kind": "invalid", "message": "The line is no JSON."}}
    except CopilotError as error:
        return {"id": identity, "error": {"kind": error.kind.value, "message": error.message}}


async def _ask(client: httpx.AsyncClient, request: dict[str, Any]) -> dict[str, Any]:
    return await answered(await client.post(PATH, json=request))


def show(answer: dict[str, Any]) -> None:
    """An answer for people."""
    print(answer["answer"])
    clarification = answer.get("clarification")
    if clarification:
        for option in clarification["options"]:
            print(f"  · {option['question']}")
    for one in (answer, *answer.get("parts", ())):
        if len(one["rows"]) > 1:
            print()
            figures_table(one["columns"], one["rows"])
    sources = [source["name"] for source in answer["provenance"]["sources"]]
    if sources:
        print(f"\nFrom {', '.join(sources)}.")
