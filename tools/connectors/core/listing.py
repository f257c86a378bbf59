"""Pages of a vendor's objects, one after another, from wherever the last run stopped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Protocol, cast

from tools.connectors.core.resources import Listing, Nested, Paging, Since, filled
from tools.ingestion.mapping.paths import Found, Scope, find
from tools.ingestion.mapping.payload import parse_payload

PageState = dict[str, Any]
"""What the next page is asked with: JSON that can be kept between processes. Empty for the first page."""


class Answer(Protocol):
    """What a vendor answered."""

    @property
    def status(self) -> int: ...
    @property
    def raw(self) -> bytes: ...


class Client(Protocol):
    """The one HTTP client (see tools.connectors.core.http)."""

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        cost: int | None = None,
        repeatable: bool = False,
    ) -> Answer: ...


@dataclass(slots=True)
class Page:
    """Objects of one answer, each with its address in it. `next` is None after the last page; `token` is what the answer
    hands out for the next run."""

    items: list[Found]
    next: PageState | None
    token: str | None


async def read_page(
    client: Client,
    listing: Listing,
    state: PageState,
    *,
    since: str | None,
    settings: Mapping[str, str],
    kept: Since | None,
) -> Page:
    """One page. Raises the client's errors (VendorUnavailable, VendorRejected, …), and CopilotError(INVALID) for an answer
    that is no JSON."""
    count = int(state.get("count", listing.paging.start if listing.paging else 1))
    values: dict[str, str | None] = {
        **settings,
        "since": since,
        "token": state.get("token"),
        "count": str(count),
        "from": state.get("token") or since,
    }
    url = cast("str | None", state.get("url"))
    answer = await client.request(
        listing.method,
        url or cast("str", filled(listing.path, values)),
        params=None if url else filled(dict(listing.params), values),
        json=filled(listing.body, values) if listing.body is not None else None,
        content=filled(listing.text, values) if listing.text is not None else None,
        headers=filled(dict(listing.headers), values) or None,
        cost=listing.cost,
        repeatable=True,
    )
    body = parse_payload(answer.raw) if answer.raw.strip() else {}
    scope = Scope(body, "")
    items = find(scope, listing.items) if listing.items is not None else [Found(body, "")]
    path = kept.path if kept is not None and kept.by == "token" else None
    handed = find(scope, path)[:1] if path is not None else []
    following = _next(listing.paging, scope, items, count) if listing.paging is not None else None
    if following is not None and following == state:
        following = None  # a page that names itself as the next would be read for ever
    return Page(items, following, str(handed[0].value) if handed else None)


async def complete(client: Client, item: Any, nested: Nested, settings: Mapping[str, str]) -> None:
    """Puts the whole of a list into an object whose answer had only its beginning. Raises the client's errors."""
    scope = Scope(item, "")
    more, key = find(scope, nested.more)[:1], find(scope, nested.id)[:1]
    if not key or not more or more[0].value in (False, "false", 0):
        return
    *outer, name = nested.at.split(".")
    holder: Any = item
    for step in outer:
        holder = holder.get(step) if isinstance(holder, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(holder, dict):
        return
    whole: list[Any] = []
    state: PageState | None = {}
    while state is not None:
        page = await read_page(
            client, nested.list, state, since=None, settings={**settings, "id": str(key[0].value)}, kept=None
        )
        whole += [one.value for one in page.items]
        state = page.next
    holder[name] = whole


def _next(paging: Paging, scope: Scope, items: list[Found], count: int) -> PageState | None:
    if paging.more is not None:
        more = find(scope, paging.more)
        if not more or more[0].value in (False, "false", 0):
            return None
    match paging.by:
        case "token":
            found = find(scope, paging.path or "")
            return {"token": str(found[0].value)} if found else None
        case "url":
            found = find(scope, paging.path or "")
            return {"url": str(found[0].value)} if found else None
        case "last" | "first":
            if not items:
                return None
            item = items[-1 if paging.by == "last" else 0]
            found = find(Scope(item.value, item.pointer), paging.path or "")
            return {"token": str(found[0].value)} if found else None
        case "page" | "row":
            if paging.more is None and len(items) < (paging.size or 1):
                return None
            return {"count": count + (1 if paging.by == "page" else len(items))} if items else None


def moment_text(at: datetime, since: Since) -> str:
    """A moment, less the overlap, as the vendor wants it."""
    moment = (at - timedelta(seconds=since.overlap)).astimezone(UTC).replace(microsecond=0)
    match since.style:
        case "iso":
            return moment.isoformat().replace("+00:00", "Z")
        case "unix":
            return str(int(moment.timestamp()))
        case "unix_ms":
            return str(int(moment.timestamp()) * 1000)
        case "http":
            return format_datetime(moment, usegmt=True)
