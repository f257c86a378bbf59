"""What a vendor was asked to send of a connection, taken away once that has ended."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr

from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from storage.scope import SystemPurpose
from tools.connectors.core.credentials import ACTIVE, Connection, Credentials, Ended, Subscribed
from tools.connectors.core.errors import VendorError, VendorUnavailable
from tools.connectors.core.http import Tokens, VendorClient
from tools.connectors.core.renewal import StaticTokens
from tools.connectors.core.subscriptions.calls import Asked, Known, SubscriptionCalls
from tools.connectors.core.subscriptions.rules import ApiSubscriptions, SubscriptionKind
from tools.connectors.core.subscriptions.standing import WEBHOOKS, Standing

LEAVING_SECONDS: Final = 15.0
"""How long a vendor is waited for when a connection ends."""
LOOK_SECONDS: Final = 8.0
"""Of these for a look that is under way: it stops before its next call, so what is waited for is one call."""
_POLL_SECONDS: Final = 0.1
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.subscriptions")


class Leaving(Standing):
    async def leave(self, ended: Ended) -> tuple[Ended, bool]:
        """Takes away what a connection that was ended had at its vendor, as well as that can be done in LEAVING_SECONDS.
        Raises nothing of the vendor's. Returns what is known of it now (its credentials may have been renewed), and False
        where the vendor could not be asked and may be later."""
        if not ended.subscriptions:
            return ended, True
        try:
            async with asyncio.timeout(LEAVING_SECONDS):
                ended = await self._opened(ended)
                if not await self._stays_ended(ended.connection):
                    return ended, True
                ended = await self._with_resources(ended)
                token, had = ended.credentials.access_token, ended.subscriptions
                return ended, await self._left(ended.connection, token, had)
        except (CopilotError, TimeoutError) as error:
            _logger.warning(
                "subscriptions stay at their vendor", vendor=ended.connection.vendor, error=type(error).__name__
            )
            return ended, isinstance(error, CopilotError) and error.kind is not ErrorKind.UNAVAILABLE

    async def _stays_ended(self, connection: Connection) -> bool:
        """Waits until whoever is looking at an ended connection has noticed; False where it was made again meanwhile. Where
        nobody notices they have died: their rows are deleted, and what they made is in the vendor's list."""
        actor = Actor(connection.tenant_id, None, Role.OWNER, Surface.SYSTEM)
        for _ in range(round(LOOK_SECONDS / _POLL_SECONDS)):
            async with self._database.read(actor) as uow:
                is_looked_at = bool(await uow.vendor_subscriptions.of(connection.id))
            if not is_looked_at or not await self._is_ended(actor, connection.id):
                break
            await asyncio.sleep(_POLL_SECONDS)
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection.id)
            if row.credentials is not None:
                return False
            for one in await uow.vendor_subscriptions.of(connection.id):
                await uow.delete(one)
            return True

    async def _is_ended(self, actor: Actor, connection_id: str) -> bool:
        async with self._database.read(actor) as uow:
            return (await uow.connections.get(connection_id)).credentials is None

    async def _opened(self, ended: Ended) -> Ended:
        """With a token that has not run out. The new pair is stored before it is used: the next try may need it."""
        credentials, now = ended.credentials, self._database.clock.now()
        has_ended = credentials.expires_at is not None and credentials.expires_at <= now
        if not has_ended or credentials.refresh_token is None or not self._vendors.has_client(ended.connection.vendor):
            return ended
        calls = self._vendors.token_calls(ended.connection.vendor)
        fresh: Credentials = (await calls.refresh(credentials.refresh_token, ended.connection.settings)).credentials
        ended = replace(ended, credentials=fresh)
        await self._store.note(ended)
        return ended

    async def _with_resources(self, ended: Ended) -> Ended:
        """With the resource's id beside each subscription that no list shows and that cannot be ended without it. Where no
        answer has told it (we died before), another is made to learn it: it is the same for all of a resource."""
        rule = self._vendors.config(ended.connection.vendor).subscriptions
        for kind in rule.kinds if isinstance(rule, ApiSubscriptions) else ():
            for name, topics in kind.each.items() if kind.is_unlisted and kind.created.resource_id is not None else ():
                of_name = [one for one in ended.subscriptions if one.name == name and one.id is not None]
                told = next((one.resource_id for one in of_name if one.resource_id is not None), None)
                if of_name and told is None:
                    secret = SecretStr(secrets.token_urlsafe(32))
                    asked = self._asked(kind, ended.connection, name, topics, secret)
                    of_name.append(Subscribed(name, asked.new_id, None))
                    ended = replace(ended, subscriptions=(*ended.subscriptions, of_name[-1]))
                    if not await self._store.note(ended):
                        return ended  # it was connected again
                    token = ended.credentials.access_token
                    told = (await self._calls(kind, ended.connection, token).create(asked)).resource_id
                ended = replace(
                    ended,
                    subscriptions=tuple(
                        replace(one, resource_id=told) if one in of_name and one.resource_id is None else one
                        for one in ended.subscriptions
                    ),
                )
        return ended

    async def _left(self, connection: Connection, token: SecretStr, had: Sequence[Subscribed]) -> bool:
        """False where something stays that may be taken away later. Raises the client's errors where it cannot be listed."""
        rule = self._vendors.config(connection.vendor).subscriptions
        if not isinstance(rule, ApiSubscriptions):
            return True
        others, stay = await self._others(connection), set[str]()
        for kind in rule.kinds:
            if kind.of_account and others:
                continue
            calls = self._calls(kind, connection, token)
            # Of which there can be but one, that has no id, is ended also where nobody heard of it again.
            named = [(one, one.id or (one.name if kind.created.id is None else None)) for one in had]
            mine = [Known(id_, resource_id=one.resource_id) for one, id_ in named if id_ and one.name in kind.each]
            if kind.list is not None:
                mine = [one for one in await calls.listed() if self._is_ours(one, connection)]
            stay |= await self._take_away(calls, mine)
        return not stay

    async def _others(self, connection: Connection) -> int:
        """How many other connections to the same account there are, of any tenant."""
        async with self._database.system(SystemPurpose.WEBHOOK) as uow:
            rows = await uow.connections.of_accounts(connection.vendor, [connection.account])
        return sum(row.id != connection.id and row.status == ACTIVE for row in rows)

    async def _take_away(self, calls: SubscriptionCalls, known: Sequence[Known]) -> set[str]:
        """Those that are doubled, or post to an address of before, or whose connection has ended. Returns the ids of those
        that stay though they may go later."""
        stay = set[str]()
        for one in known:
            try:
                await calls.remove(one)
            except VendorError as error:
                _logger.warning("a subscription stays at its vendor", vendor=error.vendor, status=error.status)
                stay |= {one.id} if isinstance(error, VendorUnavailable) else set()
        return stay

    # ── what both ends need ──────────────────────────────────────────────────────────────────────────────

    def _client(self, connection: Connection, tokens: Tokens) -> VendorClient:
        return self._vendors.client_with(connection.vendor, connection.settings, tokens, budget_of=connection.id)

    def _calls(self, kind: SubscriptionKind, connection: Connection, token: SecretStr) -> SubscriptionCalls:
        tokens = StaticTokens(token, self._vendors.config(connection.vendor).title)
        return SubscriptionCalls(kind, self._client(connection, tokens), connection.settings, self._database.clock)

    def _asked(
        self,
        kind: SubscriptionKind,
        connection: Connection,
        name: str,
        topics: tuple[str, ...],
        secret: SecretStr | None,
    ) -> Asked:
        url = self._posted_to(kind, connection, name)
        return Asked(name, topics, url, str(secrets.randbits(60)), secret, self._public.pubsub_topic)

    def _posted_to(self, kind: SubscriptionKind, connection: Connection, name: str) -> str:
        """The connection's address; with the name of what is told where nothing else in the vendor's list says that."""
        own = self.address(connection.vendor, connection.id)
        has_names = kind.list is not None and kind.listed.topics is None and len(kind.each) > 1
        return f"{own}?of={name}" if has_names else own

    def _is_ours(self, known: Known, connection: Connection) -> bool:
        """Whether it posts to this connection, at whatever address the installation had then."""
        return known.url is not None and urlsplit(known.url).path.endswith(
            f"{WEBHOOKS}/{connection.vendor}/{connection.id}"
        )
