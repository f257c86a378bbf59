"""Tokens of one connection: renewed ahead of their end and once when the vendor does not take one, by one worker at a time."""

import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pydantic import SecretStr

from storage.kernel.actor import Actor
from tools.connectors.core.budget import Sleep
from tools.connectors.core.config import RefreshRule
from tools.connectors.core.credentials import ACTIVE, LEASE, CredentialStore, Held, lease_owner
from tools.connectors.core.errors import VendorRefused, VendorUnavailable
from tools.connectors.core.http import AccessToken
from tools.connectors.core.token_calls import Granted, TokenCalls

AHEAD: Final = timedelta(seconds=60)
"""A token with less left is renewed before it is used (vendor-facts.md §0)."""
_SEEN: Final = timedelta(seconds=2)
"""How long a token that was looked up is used for further requests: pages follow one another faster than the store is
asked, and one whose connection is ended meanwhile opens no door for longer."""
_POLL_SECONDS: Final = 0.1
_POLLS: Final = round(LEASE.total_seconds() * 1.5 / _POLL_SECONDS)
_TRIES: Final = 2
"""Of one renewal, where a lost answer does no harm."""


@dataclass(slots=True)
class ConnectionTokens:
    """The tokens of one connection, as its client asks for them. `calls` is None for a connection by key: its one token is
    never renewed."""

    store: CredentialStore
    actor: Actor
    connection_id: str
    title: str
    calls: TokenCalls | None
    sleep: Sleep
    _seen: Held | None = field(default=None, init=False)
    _seen_at: datetime | None = field(default=None, init=False)

    async def current(self) -> AccessToken:
        """A token with at least a minute to live, as it was stored a moment ago. Raises VendorRefused where the owner must
        connect again, and VendorUnavailable where it cannot be renewed now."""
        now = self.store.database.clock.now()
        if self._seen is not None and self._seen_at is not None and now - self._seen_at < _SEEN and self._is_fresh(self._seen):  # fmt: skip
            return _token(self._seen)
        held = self._usable(await self.store.read(self.actor, self.connection_id))
        if not self._is_fresh(held):
            return await self._renew(held.version)
        if held.predecessor is None:  # else whoever opens a door with it is to say so
            self._seen, self._seen_at = held, now
        return _token(held)

    async def renewed(self, stale: AccessToken) -> AccessToken:
        """The token that follows the one the vendor did not take."""
        self._seen = None
        held = self._usable(await self.store.read(self.actor, self.connection_id))
        if held.version != stale.version and self._is_fresh(held):
            return _token(held)
        return await self._renew(held.version)

    async def worked(self, token: AccessToken) -> None:
        await self.store.proven(self.actor, self.connection_id, token.version)

    async def refused(self, token: AccessToken, reason: str) -> None:  # noqa: ARG002 - the vendor's words are not the owner's
        self._seen = None
        await self.store.refuse(self.actor, self.connection_id, token.version, self._told())

    # ── one renewal at a time ────────────────────────────────────────────────────────────────────────────

    async def _renew(self, version: int) -> AccessToken:
        """Renews what is stored as `version`, or waits for whoever does."""
        owner = lease_owner()
        for _ in range(_POLLS):
            held = await self.store.lease(self.actor, self.connection_id, owner)
            if held is None:
                await self.sleep(_POLL_SECONDS)
                held = self._usable(await self.store.read(self.actor, self.connection_id))
                if held.version != version and self._is_fresh(held):
                    return _token(held)
                continue
            try:
                self._usable(held)
                if held.version != version and self._is_fresh(held):
                    return _token(held)
                return await self._renew_held(held)
            finally:
                await self.store.release(self.actor, self.connection_id, owner)
        raise VendorUnavailable(self.title, "its access is being renewed", retry_after=LEASE.total_seconds())

    async def _renew_held(self, held: Held) -> AccessToken:
        try:
            granted = await self._granted(held)
        except VendorRefused:
            await self.store.refuse(self.actor, self.connection_id, held.version, self._told())
            raise
        stored = await self.store.renew(self.actor, held, granted.credentials)
        if stored is None:  # somebody else was faster, or the owner ended it
            now = await self.store.read(self.actor, self.connection_id)
            if now.credentials is None and self.calls is not None:
                with contextlib.suppress(VendorUnavailable):
                    await self.calls.revoke(granted.credentials, held.connection.settings)
            stored = self._usable(now)
        return _token(stored)

    async def _granted(self, held: Held) -> Granted:
        """Asks with the newest refresh token, and where the vendor allows it with the one before. Raises VendorRefused."""
        current = held.credentials
        if self.calls is None or current is None or current.refresh_token is None:
            raise VendorRefused(self.title, "the key or the permission has ended")
        rule = self.calls.oauth.refresh
        try:
            return await self._asked(self.calls, current.refresh_token, held, rule)
        except VendorRefused:
            before = held.predecessor
            grace = timedelta(seconds=rule.grace_seconds)
            if before is None or before.replaced_at + grace <= self.store.database.clock.now():
                raise
            return await self._asked(self.calls, before.refresh_token, held, rule)

    async def _asked(self, calls: TokenCalls, token: SecretStr, held: Held, rule: RefreshRule) -> Granted:
        """A lost answer is asked for again only where the vendor takes a refresh token twice: elsewhere that looks like theft
        and ends the grant."""
        tries = _TRIES if rule.kind == "same" or rule.grace_seconds else 1
        while True:
            tries -= 1
            try:
                return await calls.refresh(token, held.connection.settings)
            except VendorUnavailable:
                if tries == 0:
                    raise
                await self.sleep(_POLL_SECONDS)

    # ── what is held ─────────────────────────────────────────────────────────────────────────────────────

    def _usable(self, held: Held) -> Held:
        if held.credentials is None or held.connection.status != ACTIVE:
            raise VendorRefused(self.title, "it is not connected")
        return held

    def _is_fresh(self, held: Held) -> bool:
        expires_at = held.credentials.expires_at if held.credentials else None
        return expires_at is None or expires_at - self.store.database.clock.now() > AHEAD

    def _told(self) -> str:
        return f"{self.title} no longer lets us in: the permission has ended or was withdrawn. Connect it again."


class StaticTokens:
    """A token that is tried before its connection is stored."""

    def __init__(self, token: SecretStr, title: str) -> None:
        self._token = token
        self._title = title

    async def current(self) -> AccessToken:
        return AccessToken(self._token)

    async def renewed(self, stale: AccessToken) -> AccessToken:  # noqa: ARG002 - there is no other
        raise VendorRefused(self._title, "it does not take these credentials", status=401)

    async def worked(self, token: AccessToken) -> None: ...

    async def refused(self, token: AccessToken, reason: str) -> None: ...


def _token(held: Held) -> AccessToken:
    if held.credentials is None:
        raise VendorRefused(held.connection.vendor, "it is not connected")
    return AccessToken(held.credentials.access_token, held.version, is_unproven=held.predecessor is not None)
