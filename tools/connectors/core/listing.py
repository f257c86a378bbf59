"""Pages of a vendor's objects, one after another, from wherever the last run stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import takewhile
from typing import Any, Protocol, cast

from storage.kernel.errors import CopilotError
from tools.connectors.core.errors import VendorRejected, VendorUnavailable
from tools.connectors.core.graphql import body_of, denials, is_too_dear
from tools.connectors.core.resources import Fetch, ForEach, Listing, Nested, Paging, Resource, Since, Value, filled
from tools.ingestion.mapping.paths import Found, Member, Scope, Step, compiled, find
from tools.ingestion.mapping.payload import parse_payload, version_of

PageState = dict[str, Any]
"""What the next page is asked with: JSON that can be kept between processes. Empty for the first page."""
_FORBIDDEN = 403
_WITHOUT_CONTENT = (204, 304)
"""Answers that have no body: there is nothing, or nothing that is new (RFC 9110 §15.3.5, §15.4.5)."""


class _Nothing(dict[str, Any]):
    """What an answer without content comes to."""


class Answer(Protocol):
    """What a vendor answered."""

    @property
    def status(self) -> int: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def body(self) -> Any:
        """What was parsed of it, exactly; None where it does not look like JSON."""
        ...


class Client(Protocol):
    """The one HTTP client (see tools.connectors.core.http)."""

    @property
    def title(self) -> str: ...

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


class EndlessError(Exception):
    """There is more than the vendor lets be read: more objects share one place in the list, or an answer is full to the
    brim."""


class Trail:
    """The pages of one list, as they are asked for. A page that leads back to one before is no end of the list: what is
    behind it was not seen, and must not pass for deleted."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._seen: set[str] = set()

    def comes_to(self, state: PageState) -> None:
        """Raises VendorRejected where the page was asked for before: the list would be read for ever."""
        mark = version_of(state)
        if mark in self._seen:
            raise VendorRejected(self._title, "its pages lead in a circle")
        self._seen.add(mark)


@dataclass(slots=True)
class Page:
    """Objects of one answer, each with its address in it. `next` is None after the last page; `token` is what the answer
    hands out for the next run; `denied` are the vendor's words about fields that we may not read."""

    items: list[Found]
    next: PageState | None
    token: str | None
    denied: tuple[str, ...] = ()


async def read_page(
    client: Client,
    listing: Listing,
    state: PageState,
    *,
    since: str | None,
    settings: Mapping[str, Value],
    kept: Since | None,
) -> Page:
    """One page. Raises the client's errors (VendorUnavailable, VendorRejected, …), VendorUnavailable too for an answer that
    is no JSON, or has no such list, and EndlessError."""
    count = int(state.get("count", listing.paging.start if listing.paging else 1))
    size = cast("int | None", state.get("size", listing.size))
    while True:
        values: dict[str, Value] = {
            **settings,
            "since": since,
            "token": state.get("token"),
            "count": str(count),
            "size": size,
            "reached": state.get("reached"),
            "from": state.get("token") or since,
            "begin": state.get("reached") or since,
        }
        body = await _asked(client, listing, state.get("url"), values)
        if listing.graphql is None or not is_too_dear(listing.graphql, body) or size is None or size <= 1:
            break
        size //= 2
    scope = Scope(body, "")
    items = find(scope, listing.items) if listing.items is not None else [Found(body, "")]
    denied = denials(listing.graphql, body, client.title) if listing.graphql is not None else ()
    if denied and not items:
        raise VendorRejected(client.title, denied[0], status=_FORBIDDEN)
    if not items and not _may_be_empty(listing, scope):
        raise VendorUnavailable(client.title, "its answer is not what was asked for")
    if listing.brim is not None and len(find(scope, listing.brim.path)) >= listing.brim.count:
        raise EndlessError
    path = kept.path if kept is not None and kept.by == "token" else None
    handed = find(scope, path)[:1] if path is not None else []
    following = _next(listing.paging, scope, items, count) if listing.paging is not None else None
    if listing.paging is not None and following is not None:
        following = _within_reach(listing.paging, following, items, state, since)
        if size != listing.size:
            following["size"] = size
    return Page(items, following, str(handed[0].value) if handed else None, denied)


async def _asked(client: Client, listing: Listing, url: str | None, values: Mapping[str, Value]) -> Any:
    json = filled(listing.body, values) if listing.body is not None else None
    if listing.graphql is not None:
        json = body_of(listing.graphql, values)
    answer = await client.request(
        "POST" if listing.graphql is not None else listing.method,
        url or cast("str", filled(listing.path, values)),
        params=None if url else filled(dict(listing.params), values),
        json=json,
        content=filled(listing.text, values) if listing.text is not None else None,
        headers=filled(dict(listing.headers), values) or None,
        cost=listing.cost,
        repeatable=True,
    )
    if answer.body is not None:
        return answer.body
    if answer.status in _WITHOUT_CONTENT:
        return _Nothing()
    try:
        return parse_payload(answer.raw)
    except CopilotError:
        raise VendorUnavailable(client.title, "its answer cannot be read") from None


def _may_be_empty(listing: Listing, scope: Scope) -> bool:
    """Whether an answer in which no object was found says that there is none: its list is there, if only empty; or what the
    list stands in, which may leave out an empty one."""
    if listing.may_be_missing or listing.items is None or isinstance(scope.value, _Nothing):
        return True
    return any(_is_there(scope.value, steps) for steps in compiled(listing.items))


def _is_there(body: Any, steps: Sequence[Step]) -> bool:
    names = [step.name for step in takewhile(lambda step: isinstance(step, Member), steps) if isinstance(step, Member)]
    *around, _ = names or [""]
    for name in around or names:
        body = cast("dict[str, Any]", body).get(name) if isinstance(body, dict) else None
    return isinstance(body, dict if around else list if len(steps) > len(names) else dict | list)


async def read_resource(
    client: Client,
    resource: Resource,
    listing: Listing,
    state: PageState,
    *,
    since: str | None,
    settings: Mapping[str, Value],
) -> Page:
    """One page of a resource, with its objects and the lists inside them whole. Raises as `read_page`."""
    if resource.for_each is None:
        page = await read_page(client, listing, state, since=since, settings=settings, kept=resource.since)
    else:
        page = await _read_for_each(client, resource.for_each, listing, state, since=since, settings=settings)
    if resource.fetch is not None:
        page.items = await _fetched(client, resource.fetch, page.items, settings)
    for nested in resource.nested:
        for one in page.items:
            await make_whole(client, one.value, nested, settings)
    return page


async def _read_for_each(
    client: Client,
    each: ForEach,
    listing: Listing,
    state: PageState,
    *,
    since: str | None,
    settings: Mapping[str, Value],
) -> Page:
    """A page of the list of one key, or of one group of keys. Which there are is found out once, and kept in the state."""
    groups: list[list[str]] = state["groups"] if "groups" in state else await _groups(client, each, settings)
    place = int(state.get("place", 0))
    if place >= len(groups):
        return Page([], None, None)
    key: Value = groups[place] if each.group is not None else groups[place][0]
    page = await read_page(
        client, listing, state.get("page", {}), since=since, settings={**settings, each.name: key}, kept=None
    )
    if page.next is not None:
        page.next = {"groups": groups, "place": place, "page": page.next}
    elif place + 1 < len(groups):
        page.next = {"groups": groups, "place": place + 1, "page": {}}
    return page


async def _groups(client: Client, each: ForEach, settings: Mapping[str, Value]) -> list[list[str]]:
    keys = [
        str(key.value)
        for one in await _whole(client, each.list, settings)
        for key in find(Scope(one.value, one.pointer), each.id)[:1]
    ]
    size = each.group or 1
    return [keys[start : start + size] for start in range(0, len(keys), size)]


async def _whole(client: Client, listing: Listing, settings: Mapping[str, Value]) -> list[Found]:
    """All pages of a list."""
    found: list[Found] = []
    state: PageState | None = {}
    trail = Trail(client.title)
    while state is not None:
        trail.comes_to(state)
        page = await read_page(client, listing, state, since=None, settings=settings, kept=None)
        found += page.items
        state = page.next
    return found


async def _fetched(client: Client, fetch: Fetch, items: list[Found], settings: Mapping[str, Value]) -> list[Found]:
    """The objects of a page that is a list of keys, each once."""
    keys = dict.fromkeys(str(key.value) for one in items for key in find(Scope(one.value, one.pointer), fetch.id)[:1])
    found: list[Found] = []
    for key in keys:
        try:
            page = await read_page(client, fetch.call, {}, since=None, settings={**settings, "id": key}, kept=None)
        except VendorRejected as error:
            if error.status not in fetch.gone_statuses:
                raise
            continue
        found += page.items
    return found


async def make_whole(client: Client, item: Any, nested: Nested, settings: Mapping[str, Value]) -> None:
    """Puts the whole of a list, or of an object, into one whose answer had only its beginning, or its key. Raises the
    client's errors."""
    scope = Scope(item, "")
    for holder in find(scope, nested.each) if nested.each is not None else [Found(item, "")]:
        await _make_whole(client, Scope(holder.value, holder.pointer), nested, settings)


async def _make_whole(client: Client, scope: Scope, nested: Nested, settings: Mapping[str, Value]) -> None:
    more, key = find(scope, nested.more)[:1], find(scope, nested.id)[:1]
    if not key or not more or more[0].value in (False, "false", 0):
        return
    *outer, name = nested.at.split(".")
    holder: Any = scope.value
    for step in outer:  # what leads to the list may be left out with it
        if isinstance(holder, dict) and holder.get(step) is None:  # pyright: ignore[reportUnknownMemberType]
            holder[step] = {}
        holder = holder.get(step) if isinstance(holder, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(holder, dict):
        return
    whole = await _whole(client, nested.list, {**settings, "id": str(key[0].value)})
    holder[name] = whole[0].value if nested.one else [one.value for one in whole]


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


def _within_reach(
    paging: Paging, following: PageState, items: list[Found], state: PageState, since: str | None
) -> PageState:
    """The next page; or, where the vendor would not go so deep, the first one behind what has been reached."""
    if paging.most is None or paging.reached is None:
        return following
    read = int(state.get("read", 0)) + len(items)
    if read + len(items) <= paging.most:
        begun = {"reached": state["reached"]} if "reached" in state else {}
        return {**following, **begun, "read": read}
    found = find(Scope(items[-1].value, items[-1].pointer), paging.reached)[:1] if items else []
    if not found or str(found[0].value) == (state.get("reached") or since):
        raise EndlessError
    return {"reached": str(found[0].value)}


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
