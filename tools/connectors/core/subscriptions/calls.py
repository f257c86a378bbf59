"""What is said to a vendor about subscriptions, and read from what it answers. Nothing is stored here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from pydantic import SecretStr

from storage.kernel.clock import Clock
from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.graphql import body_of, denials
from tools.connectors.core.http import VendorClient
from tools.connectors.core.listing import PageState, read_page
from tools.connectors.core.paths import found_at, text_at
from tools.connectors.core.resources import Value, filled
from tools.connectors.core.subscriptions.rules import SubscriptionCall, SubscriptionKind, SubscriptionPaths

GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MOST_PAGES: Final = 50
_LONGEST: Final = 500
"""Characters of an id or an address."""
_LAST_SECOND: Final = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Known:
    """A subscription as the vendor tells it. `topics` None where it does not say; `id` is the name where the vendor knows but
    one."""

    id: str
    url: str | None = None
    topics: frozenset[str] | None = None
    expires_at: datetime | None = None
    secret: SecretStr | None = None
    resource_id: str | None = None
    is_alive: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a subscription is asked for with."""

    name: str
    topics: tuple[str, ...]
    url: str
    new_id: str
    secret: SecretStr | None = field(default=None, repr=False)
    pubsub_topic: str = ""


class SubscriptionCalls:
    """One kind of subscription of one connection. All raise the client's errors; VendorRejected with status 403 where the
    vendor says in another way that a permission is missing."""

    def __init__(self, kind: SubscriptionKind, client: VendorClient, settings: Mapping[str, str], clock: Clock) -> None:
        self.kind = kind
        self._client = client
        self._settings = settings
        self._clock = clock

    async def listed(self) -> list[Known]:
        """All that the vendor knows, those of others too: one that it tells in several parts is one."""
        assert self.kind.list is not None  # noqa: S101 - the caller looked
        found: dict[str, Known] = {}
        state: PageState = {}
        for _ in range(_MOST_PAGES):
            page = await read_page(
                self._client, self.kind.list, state, since=None, settings=dict(self._settings), kept=None
            )
            for item in page.items:
                if (one := self._known(item.value, self.kind.listed)) is not None:
                    found[one.id] = _joined(found.get(one.id), one)
            if page.next is None:
                break
            state = page.next
        return list(found.values())

    async def create(self, asked: Asked) -> Known:
        """Raises VendorRejected also for an answer that names no subscription."""
        made = self._known(await self._send(self.kind.create, self._values(asked)), self.kind.created, asked)
        if made is None:
            raise VendorRejected(self._client.title, "it did not say what it made")
        return made

    async def renew(self, asked: Asked, known: Known) -> Known | None:
        """None where the vendor no longer knows it."""
        assert self.kind.renew is not None  # noqa: S101 - the caller looked
        try:
            answer = await self._send(self.kind.renew, {**self._values(asked), **_named(known)})
        except VendorRejected as error:
            if error.status in GONE:
                return None
            raise
        told = self._known(answer, self.kind.created, asked)
        return Known(
            known.id,
            asked.url,
            frozenset(asked.topics),
            (told.expires_at if told is not None else None) or self._until(),
            resource_id=known.resource_id,
        )

    async def remove(self, known: Known) -> None:
        """One that is gone already is as well removed."""
        if self.kind.remove is None:
            return
        try:
            await self._send(self.kind.remove, _named(known))
        except VendorRejected as error:
            if error.status not in GONE:
                raise

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────

    def _values(self, asked: Asked) -> dict[str, Value]:
        until = self._until()
        return {
            "url": asked.url,
            "name": asked.name,
            "topic": asked.topics[0] if asked.topics else None,
            "topics": list(asked.topics),
            "new_id": asked.new_id,
            "secret": asked.secret.get_secret_value() if asked.secret is not None else None,
            "pubsub_topic": asked.pubsub_topic or None,
            "expires": self._written(until) if until is not None else None,
        }

    def _until(self) -> datetime | None:
        life = self.kind.life_seconds
        return (self._clock.now() + timedelta(seconds=life)).replace(microsecond=0) if life is not None else None

    def _written(self, at: datetime) -> str:
        return at.strftime("%Y-%m-%dT%H:%M:%S+00:00") if self.kind.moment == "iso" else str(int(at.timestamp() * 1_000))

    async def _send(self, call: SubscriptionCall, values: Mapping[str, Value]) -> Any:
        every = {**self._settings, **values}
        path = filled(call.path, every)
        if path is None:
            raise VendorRejected(self._client.title, "a setting of the connection is missing")
        answer = await self._client.request(
            "POST" if call.graphql is not None else call.method,
            path,
            params=filled(call.params, every) or None,
            json=body_of(call.graphql, every) if call.graphql is not None else filled(call.body, every),
            form=filled(call.form, every),
        )
        if call.graphql is not None and (denied := denials(call.graphql, answer.body, self._client.title)):
            raise VendorRejected(self._client.title, denied[0], status=HTTPStatus.FORBIDDEN)
        said = [one for one in found_at(answer.body, call.refused_at) if one] if call.refused_at is not None else []
        if said:
            raise VendorRejected(self._client.title, str(said[0]), status=answer.status)
        return found_at(answer.body, call.item)[:1] if call.item is not None else [answer.body]

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────

    def _known(self, told: Any, paths: SubscriptionPaths, asked: Asked | None = None) -> Known | None:
        """What an answer tells of a subscription; what it leaves out is taken to be as it was asked for."""
        body = told[0] if isinstance(told, list) and told else told
        known_id = text_at(body, paths.id) if paths.id is not None else asked.name if asked is not None else None
        if not known_id or len(known_id) > _LONGEST:
            return None
        told_url = text_at(body, paths.url) if paths.url is not None else None
        secret = text_at(body, paths.secret) if paths.secret is not None else None
        topics = [str(one) for one in found_at(body, paths.topics)] if paths.topics is not None else None
        expires = text_at(body, paths.expires) if paths.expires is not None else None
        resource = text_at(body, paths.resource_id) if paths.resource_id is not None else None
        return Known(
            known_id,
            told_url or (asked.url if asked is not None else None),
            frozenset(topics) if topics is not None else None,
            _moment(expires) or (self._until() if asked is not None else None),
            SecretStr(secret) if secret else None,
            resource[:_LONGEST] if resource else None,
            all((found_at(body, path) or [None])[0] in good for path, good in paths.alive.items()),
        )


def _named(known: Known) -> dict[str, Value]:
    return {"id": known.id, "resource_id": known.resource_id}


def _joined(one: Known | None, other: Known) -> Known:
    """Two parts of one subscription."""
    if one is None or one.topics is None or other.topics is None:
        return other
    return Known(
        one.id,
        one.url,
        one.topics | other.topics,
        min(filter(None, (one.expires_at, other.expires_at)), default=None),
        one.secret,
        one.resource_id,
        one.is_alive and other.is_alive,
    )


def _moment(text: str | None) -> datetime | None:
    """ISO 8601, or milliseconds since 1970. None for what is neither."""
    if not text:
        return None
    try:
        if text.isdecimal():
            seconds = int(text) / 1_000
            return datetime.fromtimestamp(seconds, UTC) if seconds < _LAST_SECOND else None
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
