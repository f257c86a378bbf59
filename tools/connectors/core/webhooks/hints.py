"""What a webhook tells: that something changed in an account. Pure.

Hints are never mapped: what changed is fetched from the vendor, so that the order and the age of deliveries do not
matter. Of a body only what is here is kept.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Final, cast

import orjson

from storage.kernel.errors import CopilotError, invalid
from tools.connectors.core.paths import found_at, text_at
from tools.connectors.core.webhooks.post import Post
from tools.connectors.core.webhooks.rules import HintKind, Shape, WebhookRule
from tools.ingestion.mapping.payload import parse_payload, version_of

_LONGEST: Final = 200
"""Characters of a text that is kept."""
_NEEDS_SIGNED_ACCOUNT: Final[tuple[HintKind, ...]] = ("ended", "redact", "data_request")
_LAST_SECOND: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Hint:
    """One event. `account` is the vendor's id of it, None where only the address told whose it is; `key` is the same for
    the same event however often it is sent, 64 hex digits; `occurred_at` None where the vendor does not say."""

    account: str | None
    topic: str
    resource: str
    kind: HintKind
    key: str
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Event:
    """One event, with what it stands in."""

    item: Any
    group: Any
    inner: Any

    def text(self, path: str) -> str:
        found = (text_at(one, path) for one in (self.item, self.inner, self.group) if one is not None)
        return _clean(next((one for one in found if one), ""))


def hints_of(rule: WebhookRule, post: Post) -> tuple[Hint, ...]:
    """All events of a webhook that was verified: of several accounts, in any order, none where it only tries the address.
    Raises INVALID for what should be JSON and is none."""
    body: Any = {}
    if rule.has_body:
        try:
            body = parse_payload(post.body)
        except CopilotError:
            raise invalid("The body is no JSON.") from None
    for shape in rule.shapes:
        hints = (_hint(shape, event, post) for event in _events(shape, body))
        if found := tuple(one for one in hints if one.topic.lower() not in shape.ignored):
            return found
    return ()


def _events(shape: Shape, body: Any) -> Iterator[_Event]:
    for group in found_at(body, shape.groups) if shape.groups is not None else [None]:
        inside = body if group is None else group
        for item in found_at(inside, shape.items) if shape.items is not None else [inside]:
            if isinstance(item, dict):
                yield _Event(item, group, _decoded(item, shape.encoded) if shape.encoded is not None else None)


def _decoded(item: Any, path: str) -> Any:
    text = text_at(item, path) or ""
    try:
        return orjson.loads(base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        return None


def _hint(shape: Shape, event: _Event, post: Post) -> Hint:
    account = event.text(shape.account) if shape.account else _clean(post.header(shape.account_header or ""))
    account = account.lower() if shape.lower else account
    topic = _clean(post.header(shape.topic_header)) if shape.topic_header else ""
    topic = topic or ".".join(filter(None, (event.text(path) for path in shape.topic)))
    resource = next(filter(None, (event.text(path) for path in shape.resource)), "")
    told = event.text(shape.at) if shape.at else post.header(shape.at_header or "")
    return Hint(
        account=account or None,
        topic=topic,
        resource=resource,
        kind=_kind(shape, event, topic, account),
        key=_key(shape, event, post, (account, topic, resource, told)),
        occurred_at=_moment(shape, told),
    )


def _kind(shape: Shape, event: _Event, topic: str, account: str) -> HintKind:
    for pattern, kind in shape.kinds.items():
        if fnmatchcase(topic.lower(), pattern):
            return kind if kind not in _NEEDS_SIGNED_ACCOUNT or _is_signed(shape, event, account) else "change"
    return "change"


def _is_signed(shape: Shape, event: _Event, account: str) -> bool:
    """Whether the signed body says whose event it is, not a header alone."""
    return not shape.signed_account or account.lower() in {event.text(path).lower() for path in shape.signed_account}


def _key(shape: Shape, event: _Event, post: Post, told: tuple[str, ...]) -> str:
    """By the vendor's own id where it is unique; else by all that makes the event what it is."""
    named = (_clean(post.header(one)) for one in shape.event_id_headers)
    parts = [event.text(shape.event_id)] if shape.event_id else list(named)
    if own := ".".join(parts) if all(parts) else "":
        return hashlib.sha256(orjson.dumps(["id", told[0], own])).hexdigest()
    item = event.item
    if shape.retry_fields:
        item = {name: value for name, value in cast("dict[str, Any]", item).items() if name not in shape.retry_fields}
    return hashlib.sha256(orjson.dumps(["made", *map(_clean, told), version_of(item)])).hexdigest()


def _moment(shape: Shape, text: str) -> datetime | None:
    if not text:
        return None
    try:
        if shape.at_unit == "iso":
            at = datetime.fromisoformat(text)
            return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
        seconds = int(text) / (1_000 if shape.at_unit == "milliseconds" else 1)
        return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < _LAST_SECOND else None
    except (ValueError, OverflowError):
        return None


def _clean(text: str) -> str:
    """A text that every store can hold."""
    return "".join(one for one in text[:_LONGEST] if one.isprintable())
