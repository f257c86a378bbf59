"""How a vendor's objects are listed, as data: `resources.yaml` of its folder.

Texts are templates: `{token}` is what the page before handed on, `{count}` the number of a page or row, `{size}` how many
objects a page is to have, `{since}` from when on changes are asked for, `{reached}` how far a list has come that had to be
begun anew, `{from}` the token or else `{since}`, `{begin}` what was reached or else `{since}`, and any setting of the
connection. A parameter whose template has nothing to put in is left out. A template that is one placeholder and nothing
else becomes the value itself, also where that is a number or a list.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tools.connectors.core.folders import folder_of
from tools.ingestion.mapping.paths import compiled
from tools.kit.yaml_text import parse_yaml

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_]\w*)\}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _checked(path: object) -> object:
    if isinstance(path, str):
        compiled(path)
    return path


Path = Annotated[str, BeforeValidator(_checked)]


class Paging(_Part):
    """How the next page is asked for. `token` is handed on as it is; `last` is the key of the page's last object; `url` is
    the whole address of the next page; `page` counts pages, and `row` counts objects."""

    by: Literal["token", "last", "first", "url", "page", "row"]
    """`first` is the key of the page's first object: for lists that are read towards their newest end."""
    path: Path | None = None
    """Where the token, the address or (of `last` and `first`) an object's key stands."""
    more: Path | None = None
    """Where the answer says whether there is more; without it there is more while there is a token, or pages are full."""
    start: int = 1
    """The first page or row."""
    size: int | None = None
    """Objects of a full page, where the answer does not say whether there is more."""
    most: int | None = None
    """How many objects deep the vendor lets a list be read. Before that it is begun anew behind what it has `reached`."""
    reached: Path | None = None
    """Where an object says how far the list has come. The list must be in this order, and asked from `{reached}` on; what
    is read twice at the edge is written once."""

    @model_validator(mode="after")
    def _told(self) -> "Paging":
        if self.by in ("token", "url", "last", "first") and self.path is None:
            raise ValueError(f"paging by {self.by} needs a path")
        if self.by in ("page", "row") and self.more is None and self.size is None:
            raise ValueError("counting pages needs `more` or `size`")
        if (self.most is None) != (self.reached is None):
            raise ValueError("`most` goes with `reached`")
        return self


class Since(_Part):
    """How changes are asked for. `moment`: all that changed since the last run began, less `overlap` seconds, since most
    sources are a little late with their own lists (vendor-facts.md §0, 4). `token`: what the last answer handed out."""

    by: Literal["moment", "token"] = "moment"
    style: Literal["iso", "unix", "unix_ms", "http"] = "iso"
    overlap: int = Field(default=300, ge=0)
    path: Path | None = None
    """Where the token stands."""
    first: "Listing | None" = None
    """A cheap call before everything is listed for the first time, whose answer holds the token to begin with."""
    expires_days: int | None = None
    """How far back the vendor remembers changes: beyond it everything is listed again."""
    dead_statuses: tuple[int, ...] = ()
    """Answers that say that the token is no longer known."""
    floor: dict[str, str] = {}
    """What stands for `{since}` before there is any, by its style."""


class GraphQL(_Part):
    """A query, which is no template: its braces are its own. Its variables are.

    GraphQL answers errors with status 200 and what data there is (spec, §7.1): with any but those of `denied` the answer
    is refused, since objects might be missing in it.
    """

    query: str
    variables: dict[str, Any] = {}
    denied: tuple[str, ...] = ()
    """Codes of errors that say that we may not read a field: it is null, and the rest is there."""
    too_dear: tuple[str, ...] = ()
    """Codes of errors that say that so large a page costs too much: half of it is asked for."""


class Brim(_Part):
    """An answer that is cut off without a word: with so many objects at the path it may not be all."""

    path: Path
    count: int = Field(ge=1)


class Listing(_Part):
    """One kind of call."""

    method: Literal["GET", "POST"] = "GET"
    path: str
    params: dict[str, str | int | bool] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] | None = None
    text: str | None = None
    graphql: GraphQL | None = None
    """In place of a body; the method is POST then."""
    size: int | None = Field(default=None, ge=1)
    """What `{size}` stands for."""
    cost: int | None = None
    items: Path | None = None
    """Where the objects stand in the answer; without it the answer is the one object."""
    may_be_missing: bool = False
    """Whether an answer leaves the list out where it has nothing in it. Else an answer without it is none: what it would
    have told must not be taken for nothing."""
    paging: Paging | None = None
    brim: Brim | None = None
    token: Path | None = None
    """Of a call for a `since`: where the token stands."""


class Nested(_Part):
    """A list inside an object that the answer may have cut short, and the call that lists the whole of it: `{id}` is the
    object's key. Or one object, in whose place the answer has only its key."""

    each: Path | None = None
    """Where the objects stand that have such a list, where it is not the whole object's own: `at`, `more` and `id` start
    from each of them."""
    at: str
    """The names that lead to the list, with dots between."""
    more: Path
    """Where the object says that there is more."""
    id: Path = "id"
    one: bool = False
    """Whether the call shows the one object that belongs there."""
    list: Listing


class Fetch(_Part):
    """The call that shows an object whole, where lists have only its key: `{id}` in its templates."""

    id: Path = "id"
    call: Listing
    gone_statuses: tuple[int, ...] = (404, 410)
    """Answers that say that the object is gone since it was listed: it is left out."""


class ForEach(_Part):
    """What a list is asked once for: the places of a shop, say. They are asked for at the list's beginning."""

    list: Listing
    id: Path = "id"
    name: str
    """What stands for it in templates: one key, or with `group` a list of so many keys."""
    group: int | None = Field(default=None, ge=1)


class Window(_Part):
    """The days around a run that a list is asked for: `{window_start}` and `{window_end}`, in UTC."""

    back_days: int = Field(ge=0)
    ahead_days: int = Field(ge=1)
    renew_days: int = Field(ge=1)
    """A token keeps the window it was begun with: after so many days all of the present one is listed."""

    def around(self, at: datetime) -> tuple[datetime, datetime]:
        """Where that of a run which began then begins and ends."""
        day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return day - timedelta(days=self.back_days), day + timedelta(days=self.ahead_days)


class Resource(_Part):
    """A kind of object, how all of it is listed, and how what changed is."""

    object: str
    """As the mapping names it. Objects of other kinds that wrap it (events) are mapped as what they wrap."""
    name: str | None = None
    """What tells two resources of one kind of object apart."""
    list: Listing | None = None
    """All of it. Without it there are only changes."""
    changes: Listing | None = None
    """What changed; without it `list` is asked with `{since}`."""
    since: Since | None = None
    """Without it everything is listed each time."""
    once: bool = False
    """Listed in full runs only: what changes afterwards comes with another resource (a vendor's events)."""
    for_each: ForEach | None = None
    window: Window | None = None
    complete: Literal["all", "recent", "window"] | None = None
    """That `list` has every object there is, so that what it no longer has was deleted: all of them, or (`recent`, of
    orders) those since the oldest that it has, where a permission may cover no more than that, or (of appointments) those
    that begin within the `window`, but for its first and last day. Where several resources
    list objects of one kind (folders of mail), it stands with the last of them and means what all of them have."""
    fetch: Fetch | None = None
    nested: tuple[Nested, ...] = ()
    missing_statuses: tuple[int, ...] = ()
    """Answers to the first page that say that this account has no such kind of object, besides 403 and 404."""
    newest_first: bool = False
    """Whether a page holds its newest object first: it is then written from its end."""

    @property
    def key(self) -> str:
        """What its place is kept under."""
        return self.name or self.object

    def window_at(self, at: datetime) -> dict[str, str]:
        """What the window's placeholders stand for in a run that began then."""
        if self.window is None:
            return {}
        start, end = self.window.around(at)
        return {"window_start": f"{start:%Y-%m-%dT%H:%M:%SZ}", "window_end": f"{end:%Y-%m-%dT%H:%M:%SZ}"}

    @model_validator(mode="after")
    def _fits(self) -> "Resource":
        if self.for_each is not None and self.since is not None and self.since.by == "token":
            raise ValueError("for_each: a token would be that of the last list only")
        if self.complete is not None and self.list is None:
            raise ValueError("complete: there is no `list`")
        if self.complete == "window" and self.window is None:
            raise ValueError("complete: there is no `window`")
        return self


class Resources(_Part):
    """A whole file, in the order in which the kinds are asked: people and goods before what refers to them."""

    vendor: str
    account: dict[str, Path] = {}
    """What the vendor's own description of the account says: currency, timezone."""
    account_call: Listing | None = None
    resources: tuple[Resource, ...]

    def completes(self, object_: str) -> bool:
        """Whether the lists of this kind of object are all there is of it."""
        return any(one.complete is not None for one in self.resources if one.object == object_)

    @model_validator(mode="after")
    def _are_told_apart(self) -> "Resources":
        keys = [resource.key for resource in self.resources]
        if len(set(keys)) < len(keys):
            raise ValueError("two resources of one object need names")
        return self


class ResourcesError(ValueError):
    """What is wrong in a file of resources."""


@lru_cache
def load_resources(vendor: str) -> Resources:
    """A vendor's resources. Raises ResourcesError where its file is wrong, LookupError where there is none."""
    file = folder_of(vendor) / "resources.yaml"
    if not file.is_file():
        raise LookupError(vendor)
    return parse_resources(file.read_text("utf-8"), f"{vendor}/resources.yaml")


def parse_resources(text: str, name: str) -> Resources:
    """The same from text."""
    try:
        return Resources.model_validate(parse_yaml(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise ResourcesError(f"{name}: {error}") from None


Value = str | int | list[str] | None


def filled(template: Any, values: Mapping[str, Value]) -> Any:
    """A template with its values put in; None where one of them is missing, and then left out of what holds it."""
    if isinstance(template, str):
        return _text(template, values)
    if isinstance(template, dict):
        parts = {key: filled(inner, values) for key, inner in template.items()}  # pyright: ignore[reportUnknownVariableType]
        kept = {key: part for key, part in parts.items() if part is not None}  # pyright: ignore[reportUnknownVariableType]
        return kept if kept or not template else None
    if isinstance(template, list):
        parts = [filled(inner, values) for inner in template]  # pyright: ignore[reportUnknownVariableType]
        return [part for part in parts if part is not None]
    return template


def _text(template: str, values: Mapping[str, Value]) -> Value:
    if (whole := _PLACEHOLDER.fullmatch(template)) is not None:
        return values.get(whole[1])
    if any(values.get(name) is None for name in _PLACEHOLDER.findall(template)):
        return None
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), template)
