"""Subscriptions of connections at their vendors, kept as they should be: made, renewed, adopted, made anew, taken away.

Nothing here is done twice. Of two who look at a connection at once one does (the rows say so before the vendor is asked),
and what a crash left behind at the vendor is found in its list by its address, which holds the connection's id. Where there is
no list (a calendar's channel) the id that is asked for is written down before the vendor is asked, and whatever may be there
by such an id is ended once another is there. A connection
that ends while somebody looks at it keeps its rows until that look is over: whoever ends it waits for that, and whoever looks
takes away what it made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from pydantic import SecretStr

from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.models.ingestion import Connector
from storage.models.webhooks import VendorSubscription
from storage.scope import SystemPurpose
from storage.uow import WriteUnitOfWork
from tools.connectors.core.credentials import ACTIVE, STRAY, Connection, Subscribed
from tools.connectors.core.errors import VendorError, VendorRefused, VendorRejected
from tools.connectors.core.http import AccessToken, Tokens
from tools.connectors.core.subscriptions.calls import Asked, Known, SubscriptionCalls
from tools.connectors.core.subscriptions.leaving import Leaving
from tools.connectors.core.subscriptions.rules import SubscriptionKind
from tools.connectors.core.wire import scrubbed

LOOKED_AT_EVERY: Final = timedelta(days=1)
"""Vendors drop what they could not deliver to (Shopify within hours, vendor-facts.md §1); Google advises a day (§8)."""
SOONEST: Final = timedelta(minutes=5)
LATEST: Final = timedelta(hours=6)
"""Between two tries of what fails: five minutes, doubled each time, at most six hours."""
LEASE: Final = timedelta(minutes=10)
_FORBIDDEN: Final = (401, 403)
_HALF: Final = 2
_TELLING: Final = 3
"""So many characters of a secret tell nothing."""
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.subscriptions")


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a look: how many subscriptions there are, and how many of them are new, so that what changed before
    them is to be fetched."""

    active: int = 0
    made: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Claim:
    """A connection that is ours to look at, as it was."""

    connection: Connection
    connected_at: datetime | None
    rows: dict[str, Known | None]
    """Name → what was known of it."""
    strays: dict[str, dict[str, str]]
    """Name → VendorSubscription.strays, as they are now."""
    has_secret: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    known: Known | None
    is_new: bool = False
    error: VendorError | None = None


@dataclass(slots=True)
class _Result:
    outcomes: dict[str, _Outcome] = field(default_factory=dict[str, _Outcome])
    secret: SecretStr | None = None
    """One that the vendor gave."""
    told: list[str] = field(default_factory=list[str])
    """Secrets that the vendor was told: its words about a refusal may repeat them."""


class _Patient:
    """The tokens of a connection, for calls that its permission may not cover: some vendors answer 401 then (Zoho), which
    must not end what the permission does cover. `last` is the one that was used last, for when the connection has ended."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.worked = tokens.worked
        self.last: AccessToken | None = None

    async def current(self) -> AccessToken:
        self.last = await self._tokens.current()
        return self.last

    async def renewed(self, stale: AccessToken) -> AccessToken:
        self.last = await self._tokens.renewed(stale)
        return self.last

    async def refused(self, token: AccessToken, reason: str) -> None: ...


class SubscriptionKeeper(Leaving):
    """One per process."""

    async def due(self) -> list[tuple[str, str]]:
        """Tenant and connection of all that are to be looked at now."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            rows = await uow.vendor_subscriptions.due(self.vendors(), uow.clock.now())
            return [(row.tenant_id, row.id) for row in rows if self.kinds(Connection.of(row))]

    async def is_due(self, actor: Actor, connection_id: str) -> bool:
        async with self._database.read(actor) as uow:
            row = await uow.connections.get(connection_id)
            is_kept = row.status == ACTIVE and bool(self.kinds(Connection.of(row)))
            return is_kept and await uow.vendor_subscriptions.is_due(connection_id)

    async def keep(self, actor: Actor, connection_id: str) -> Kept:
        """Makes a connection's subscriptions what they should be. What cannot be had is written down with the reason and
        tried again later: nothing of the vendor's is raised. Raises not found."""
        claim = await self._claim(actor, connection_id)
        if claim is None:
            return Kept()
        tokens, result = _Patient(self._vendors.tokens(actor, claim.connection)), _Result()
        client = self._client(claim.connection, tokens)
        for kind in self.kinds(claim.connection):
            calls = SubscriptionCalls(kind, client, claim.connection.settings, self._database.clock)
            await self._keep_kind(actor, calls, claim, result)
        kept = await self._settle(actor, claim, result)
        if kept is None:
            await self._take_back(actor, claim, result, tokens.last)
        return kept or Kept()

    async def _is_still(self, actor: Actor, claim: _Claim) -> bool:
        """Whether the connection was not ended meanwhile, nor ended and made again."""
        async with self._database.read(actor) as uow:
            return _is_same(await uow.connections.get(claim.connection.id), claim)

    async def _claim(self, actor: Actor, connection_id: str) -> _Claim | None:
        """None where there is nothing to do, or somebody is at it."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection_id)
            connection = Connection.of(row)
            names = [name for kind in self.kinds(connection) for name in kind.each]
            if row.status != ACTIVE or row.credentials is None or not names:
                return None
            now = uow.clock.now()
            rows = {one.name: one for one in await uow.vendor_subscriptions.of(connection_id)}
            if any(one.busy_until is not None and one.busy_until > now for one in rows.values()):
                return None
            for name in rows.keys() - set(names):
                await uow.delete(rows.pop(name))
            known = {name: _of_row(rows[name]) if name in rows else None for name in names}
            unlisted = {name for kind in self.kinds(connection) if kind.is_unlisted for name in kind.each}
            strays = {name: _living(rows[name].strays, now) if name in unlisted & rows.keys() else {} for name in names}
            for name in names:
                if name not in rows:
                    rows[name] = VendorSubscription(connector_id=row.id, name=name, status="pending", due_at=now)
                    uow.add(rows[name])
                rows[name].busy_until = now + LEASE
            return _Claim(connection, row.connected_at, known, strays, row.webhook_secret is not None)

    async def _keep_kind(self, actor: Actor, calls: SubscriptionCalls, claim: _Claim, result: _Result) -> None:
        kind, connection = calls.kind, claim.connection
        try:
            secret = await self._store.webhook_secret(actor, connection.id) if kind.secret == "ours" else None  # noqa: S105 - not one
            listed = await calls.listed() if kind.list is not None else []
        except VendorError as error:
            result.outcomes |= {name: _Outcome(claim.rows[name], error=error) for name in kind.each}
            return
        except CopilotError:
            return  # it was ended meanwhile
        result.told += [secret.get_secret_value()] if secret is not None else []
        ours = [one for one in listed if self._is_ours(one, connection)]
        used: set[str] = set()
        for name, topics in kind.each.items():
            asked = self._asked(kind, connection, name, topics, secret)
            if not await (self._intend(actor, claim, asked) if kind.is_unlisted else self._is_still(actor, claim)):
                return
            before = claim.rows[name]
            found = before if kind.list is None else _match(ours, asked)
            outcome = await self._keep_one(calls, claim, asked, found)
            result.outcomes[name] = outcome
            if outcome.known is not None:
                used.add(outcome.known.id)
                result.secret = outcome.known.secret or result.secret
            if kind.is_unlisted:
                await self._end_strays(calls, claim, asked, outcome)
        if not any(result.outcomes[name].error for name in kind.each):
            await self._take_away(calls, [one for one in ours if one.id not in used])

    async def _intend(self, actor: Actor, claim: _Claim, asked: Asked) -> bool:
        """Writes down the id that is asked for before it is. False where the connection was ended meanwhile."""
        async with self._database.write(actor) as uow:
            if not _is_same(await uow.connections.locked(claim.connection.id), claim):
                return False
            strays = {**claim.strays[asked.name], asked.new_id: (uow.clock.now() + STRAY).isoformat()}
            for row in await uow.vendor_subscriptions.of(claim.connection.id):
                if row.name == asked.name:
                    claim.strays[asked.name] = row.strays = strays
        return True

    async def _end_strays(self, calls: SubscriptionCalls, claim: _Claim, asked: Asked, outcome: _Outcome) -> None:
        """Of what no list shows only the newest is to tell. What may be there beside it stays written down until it is ended."""
        strays, before = claim.strays[asked.name], claim.rows[asked.name]
        if isinstance(outcome.error, VendorRefused | VendorRejected) and outcome.error.status is not None:
            strays.pop(asked.new_id, None)  # it was not made
        if outcome.error is not None or outcome.known is None:
            return
        strays.pop(outcome.known.id, None)
        former = [before] if before is not None and before.id != outcome.known.id else []
        former += [Known(one, resource_id=outcome.known.resource_id) for one in strays]
        stay = await self._take_away(calls, former)
        until = (self._database.clock.now() + STRAY).isoformat()
        claim.strays[asked.name] = {one: strays.get(one, until) for one in stay}

    async def _keep_one(self, calls: SubscriptionCalls, claim: _Claim, asked: Asked, found: Known | None) -> _Outcome:
        kind, before = calls.kind, claim.rows[asked.name]
        now = self._database.clock.now()
        is_alive = found is not None and found.is_alive and (found.expires_at is None or found.expires_at > now)
        try:
            if found is not None and is_alive and self._is_provable(kind, claim, found, before):
                if kind.life_seconds is None:
                    return _Outcome(found)
                renewed = await calls.renew(asked, found) if kind.renew is not None else None
                if renewed is not None:
                    return _Outcome(renewed)
            made = await calls.create(asked)
            # Made over the one that there can be, which was alive, nothing was missed. Beside another that no list shows
            # something may have been: the vendor may have lost that, or its last words come when it is no longer known.
            return _Outcome(made, is_new=not (is_alive and kind.list is None and not kind.is_unlisted))
        except VendorError as error:
            return _Outcome(found if is_alive else None, error=error)

    @staticmethod
    def _is_provable(kind: SubscriptionKind, claim: _Claim, found: Known, before: Known | None) -> bool:
        """Whether what a subscription that is there delivers can be checked: by the secret that we gave it, or were given."""
        match kind.secret:
            case "none":
                return True
            case "ours":
                return claim.has_secret
            case "given":
                return found.secret is not None or (claim.has_secret and before is not None and before.id == found.id)

    # ── writing down ─────────────────────────────────────────────────────────────────────────────────────

    async def _settle(self, actor: Actor, claim: _Claim, result: _Result) -> Kept | None:
        """None, and nothing is written, where the connection was ended meanwhile."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(claim.connection.id)
            if not _is_same(row, claim):
                return None
            if result.secret is not None:
                row.webhook_secret = self._store.seal(result.secret.get_secret_value())
            await self._written(uow, claim, result)
        outcomes = result.outcomes.values()
        return Kept(
            active=sum(one.known is not None for one in outcomes),
            made=sum(one.is_new for one in outcomes),
            failed=sum(one.error is not None for one in outcomes),
        )

    async def _written(self, uow: WriteUnitOfWork, claim: _Claim, result: _Result) -> None:
        now = uow.clock.now()
        for row in await uow.vendor_subscriptions.of(claim.connection.id):
            row.busy_until, row.strays = None, claim.strays.get(row.name, row.strays)
            if (outcome := result.outcomes.get(row.name)) is None:
                continue
            known, error = outcome.known, outcome.error
            row.external_id = known.id if known is not None else None
            row.resource_id = known.resource_id if known is not None else None
            row.url = known.url if known is not None else None
            row.expires_at = known.expires_at if known is not None else None
            if error is None:
                row.status, row.message, row.failures = "active", None, 0
                row.due_at = now + _until_next(row.expires_at, now)
                continue
            row.failures += 1
            row.message = _said(error, result.told)
            is_forbidden = isinstance(error, VendorRefused) or error.status in _FORBIDDEN
            row.status = "active" if known is not None else "refused" if is_forbidden else "failed"
            pause = LOOKED_AT_EVERY if is_forbidden else min(SOONEST * 2 ** min(row.failures - 1, 10), LATEST)
            row.due_at = now + pause

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────

    async def _take_back(self, actor: Actor, claim: _Claim, result: _Result, token: AccessToken | None) -> None:
        """The connection ended while it was looked at: what it has at its vendor is taken away as long as our token works,
        and its rows go last, since whoever ended it waits for that. One that was made again meanwhile is looked at anew."""
        connection = claim.connection
        known = {name: one.known for name, one in result.outcomes.items() if one.known is not None}
        had = [Subscribed(name, one.id, one.resource_id) for name, one in known.items()]
        resources = {name: one.resource_id for name, one in {**claim.rows, **known}.items() if one is not None}
        had += [
            Subscribed(name, stray, resources.get(name)) for name, strays in claim.strays.items() for stray in strays
        ]
        try:
            if token is not None and await self._is_ended(actor, connection.id):
                await self._left(connection, token.value, had)
        except CopilotError as error:
            _logger.warning("subscriptions stay at their vendor", vendor=connection.vendor, error=type(error).__name__)
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection.id)
            for one in await uow.vendor_subscriptions.of(connection.id):
                if row.credentials is None:
                    await uow.delete(one)
                else:
                    one.busy_until, one.due_at = None, uow.clock.now()


def _is_same(row: Connector, claim: _Claim) -> bool:
    return row.credentials is not None and row.connected_at == claim.connected_at


def _of_row(row: VendorSubscription) -> Known | None:
    if row.external_id is None:
        return None
    return Known(row.external_id, row.url, None, row.expires_at, resource_id=row.resource_id)


def _match(ours: Sequence[Known], asked: Asked) -> Known | None:
    """The one of ours that posts here what is asked for: of several the one that lasts longest."""
    good = [
        one
        for one in ours
        if one.url == asked.url and one.is_alive and (one.topics is None or one.topics == frozenset(asked.topics))
    ]
    return max(good, key=lambda one: (one.expires_at.timestamp() if one.expires_at else 0.0, one.id), default=None)


def _living(strays: dict[str, Any], now: datetime) -> dict[str, str]:
    """Those that the vendor may still have."""
    return {name: until for name, until in strays.items() if datetime.fromisoformat(until) > now}


def _until_next(expires_at: datetime | None, now: datetime) -> timedelta:
    """Half of what is left, and a day at most."""
    if expires_at is None:
        return LOOKED_AT_EVERY
    return max(min(LOOKED_AT_EVERY, (expires_at - now) / _HALF), timedelta(minutes=1))


def _said(error: VendorError, told: Sequence[str]) -> str:
    text = error.message
    if isinstance(error, VendorRefused):
        text = f"{error.vendor} does not let us subscribe: a permission is missing. Connect it again to give it."
    elif isinstance(error, VendorRejected) and error.status in _FORBIDDEN:
        text = f"{error.vendor} does not let us subscribe: {error.reason}"
    text = scrubbed(text, *told)
    # The vendor's words were cut short, perhaps in the middle of a secret.
    for secret in told:
        cut = next((size for size in range(len(secret) - 1, _TELLING, -1) if text.endswith(secret[:size])), 0)
        text = f"{text[: len(text) - cut]}[redacted]" if cut else text
    return text
