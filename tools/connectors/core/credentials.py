"""Credentials of connections at rest: sealed, renewed under a lease, forgotten when the owner says so."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, SecretStr

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector, Disconnection
from storage.models.webhooks import VendorSubscription
from storage.resealing import reseal_rows
from storage.scope import SystemPurpose
from storage.secret_box import SecretBox
from storage.uow import WriteUnitOfWork

ACTIVE: Final = "active"
NEEDS_RECONNECT: Final = "needs_reconnect"
DISCONNECTED: Final = "disconnected"
LEASE: Final = timedelta(seconds=90)
"""Longer than the calls that are made under it may take."""
KEPT: Final = timedelta(days=1)
"""How long what a vendor needs to be told of an end is kept where it cannot be told: then it is forgotten too."""
TRIED_AFTER: Final = timedelta(minutes=1)
TRIED_WITHIN: Final = timedelta(hours=1)
"""Between two tries of it: a minute, doubled each time, at most an hour."""
STRAY: Final = timedelta(days=30)
"""No vendor keeps a subscription that it does not list for so long."""
_AT_ONCE: Final = 20


class Credentials(BaseModel):
    """What opens one connection. `expires_at` is the access token's end; None where it has none."""

    model_config = ConfigDict(frozen=True)

    access_token: SecretStr
    refresh_token: SecretStr | None = None
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None

    def plain(self) -> str:
        """As JSON, to be sealed and for nothing else."""
        return json.dumps(
            {
                "access_token": self.access_token.get_secret_value(),
                "refresh_token": self.refresh_token.get_secret_value() if self.refresh_token else None,
                "expires_at": self.expires_at.isoformat() if self.expires_at else None,
                "refresh_expires_at": self.refresh_expires_at.isoformat() if self.refresh_expires_at else None,
            }
        )


class Predecessor(BaseModel):
    """The refresh token that was replaced, and when."""

    model_config = ConfigDict(frozen=True)

    refresh_token: SecretStr
    replaced_at: datetime

    def plain(self) -> str:
        token = self.refresh_token.get_secret_value()
        return json.dumps({"refresh_token": token, "replaced_at": self.replaced_at.isoformat()})


@dataclass(frozen=True, slots=True)
class Connection:
    """One account at one vendor, without its secrets. `status` is active, needs_reconnect or disconnected."""

    id: str
    tenant_id: str
    vendor: str
    account: str
    name: str
    status: str
    settings: Mapping[str, str]
    way: str
    """"oauth" or "key"."""

    @classmethod
    def of(cls, row: Connector) -> "Connection":
        settings: dict[str, str] = row.config.get("settings", {})
        return cls(
            row.id, row.tenant_id, row.type, row.external_key, row.name, row.status, settings, row.config.get("way", "")
        )


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A webhook subscription that the vendor may have of a connection; no id where it was not heard of again."""

    name: str
    id: str | None
    resource_id: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds of a connection at one version; no credentials once they are forgotten."""

    connection: Connection
    version: int
    credentials: Credentials | None
    predecessor: Predecessor | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection that was ended, and what its vendor may be told with. `id` is that of the disconnection; `is_last` says
    that it is not tried again."""

    id: str
    connection: Connection
    credentials: Credentials
    subscriptions: tuple[Subscribed, ...]
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class NewConnection:
    """An account that has just let us in. `way` is how: "oauth" or "key"."""

    vendor: str
    account: str
    name: str
    settings: Mapping[str, str]
    way: str


class CredentialStore:
    """The only one who seals and opens them. Every change is one transaction over a locked row, and takes effect only where
    `version` still is what its maker had seen: whoever was late changes nothing."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    @property
    def database(self) -> Database:
        return self._database

    async def read(self, actor: Actor, connection_id: str) -> Held:
        """Raises not found."""
        async with self._database.read(actor) as uow:
            return self._held(await uow.connections.get(connection_id))

    async def connect(self, actor: Actor, new: NewConnection, credentials: Credentials) -> Connection:
        """Stores a new connection, or renews the one that the tenant has with that account."""
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()  # two who connect one account at once make one row
            row = await uow.connections.of_account(new.vendor, new.account)
            if row is None:
                row = Connector(type=new.vendor, external_key=new.account, name=new.name, config={})
                uow.add(row)
            row.name, row.status, row.status_message = new.name, ACTIVE, None
            row.config = {**row.config, "settings": dict(new.settings), "way": new.way}
            row.credentials, row.previous_credentials = self._box.seal(credentials.plain()), None
            row.credential_version = (row.credential_version or 0) + 1
            row.connected_at = uow.clock.now()
            row.lease_owner = row.lease_until = None
            await uow.flush()
            await self._taken_back(uow, row.id)
            await uow.vendor_subscriptions.look_again(row.id)
            uow.audit("connect", "connectors", row.id, after={"vendor": new.vendor, "account": new.account, "way": new.way})  # fmt: skip
            return Connection.of(row)

    # ── renewal ──────────────────────────────────────────────────────────────────────────────────────────

    async def lease(self, actor: Actor, connection_id: str, owner: str) -> Held | None:
        """Lets `owner` alone renew the credentials for LEASE; None while somebody else does."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection_id)
            taken = await uow.connections.take_lease(row, owner, LEASE)
            return self._held(row) if taken else None

    async def release(self, actor: Actor, connection_id: str, owner: str) -> None:
        """Ends the lease, where it is still the owner's."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection_id)
            if row.lease_owner == owner:
                row.lease_owner = row.lease_until = None

    async def renew(self, actor: Actor, held: Held, fresh: Credentials) -> Held | None:
        """Stores what the vendor gave in exchange for what was held, before anybody uses it; the refresh token of before is
        kept. None where another version is stored meanwhile, or the connection was ended."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(held.connection.id)
            if row.credential_version != held.version or row.credentials is None:
                return None
            before = held.credentials.refresh_token if held.credentials else None
            if before is not None and before != fresh.refresh_token:
                row.previous_credentials = self._box.seal(
                    Predecessor(refresh_token=before, replaced_at=uow.clock.now()).plain()
                )
            row.credentials = self._box.seal(fresh.plain())
            row.credential_version = held.version + 1
            row.status, row.status_message = ACTIVE, None
            row.lease_owner = row.lease_until = None
            return self._held(row)

    async def proven(self, actor: Actor, connection_id: str, version: int) -> None:
        """The credentials of that version have opened a door: those before them are forgotten."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection_id)
            if row.credential_version == version:
                row.previous_credentials = None

    async def refuse(self, actor: Actor, connection_id: str, version: int, message: str) -> None:
        """The vendor no longer takes the credentials of that version. They stay: a late renewal may yet come."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection_id)
            if row.credential_version == version and row.credentials is not None:
                row.status, row.status_message = NEEDS_RECONNECT, message
                row.lease_owner = row.lease_until = None

    # ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────

    async def webhook_secret(self, actor: Actor, connection_id: str, given: SecretStr | None = None) -> SecretStr:
        """What the vendor proves webhooks of this connection alone with: the one that it gave, else one of ours, made when
        it is first asked for: 43 characters, since Zoho takes 50 and Graph 128 (vendor-facts.md §5, §9). Raises not found,
        and CONFLICT for a connection that was ended."""
        async with self._database.write(actor) as uow:
            row = await uow.connections.locked(connection_id)
            if row.credentials is None:
                raise CopilotError(
                    ErrorKind.CONFLICT, f"{row.name} is not connected.", hint=f"Connect {row.name} again."
                )
            if given is None and row.webhook_secret is not None:
                return SecretStr(self._box.open(row.webhook_secret))
            secret = given or SecretStr(secrets.token_urlsafe(32))
            row.webhook_secret = self._box.seal(secret.get_secret_value())
            return secret

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────

    async def forget(self, uow: WriteUnitOfWork, connection_id: str) -> str | None:
        """Ends a connection inside the caller's unit of work: its credentials are gone with it, its data stays. Returns the
        id of what is kept for telling the vendor, None where there is nothing to tell. Raises not found."""
        row = await uow.connections.locked(connection_id)
        held = self._held(row, lenient=True)
        row.status, row.status_message = DISCONNECTED, None
        row.credentials = row.previous_credentials = row.webhook_secret = None
        row.credential_version += 1
        row.lease_owner = row.lease_until = None
        if held.credentials is not None:
            uow.audit("disconnect", "connectors", row.id, before={"vendor": row.type, "account": row.external_key})
        kept = await uow.vendor_subscriptions.of(connection_id)
        for one in kept:
            if one.busy_until is None or one.busy_until <= uow.clock.now():
                await uow.delete(one)  # else whoever is looking at it does, once what they made is taken away
        if held.credentials is None or (held.connection.way != "oauth" and not kept):
            return None
        now = uow.clock.now()
        untold = Disconnection(
            id=new_id(),
            connector_id=row.id,
            sealed=self._box.seal(held.credentials.plain()),
            subscriptions=[_listed(each) for one in kept for each in subscribed(one)],
            due_at=now + TRIED_AFTER,
            ends_at=now + KEPT,
        )
        uow.add(untold)
        return untold.id

    async def untold(self) -> list[tuple[str, str, str]]:
        """Tenant, connection and disconnection of those whose vendors are to be told now, some at a time."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            return [(one.tenant_id, one.connector_id, one.id) for one in await uow.disconnections.due(_AT_ONCE)]

    async def take_up(self, actor: Actor, connection_id: str, disconnection_id: str) -> Ended | None:
        """Lets the caller alone tell the vendor for LEASE. None where that is no longer to be done, or somebody is at it; what
        was kept for too long, or cannot be opened, is forgotten. Waits for a unit of work that is just ending the connection.
        Raises not found."""
        async with self._database.write(actor) as uow:
            connection = Connection.of(await uow.connections.locked(connection_id))
            row, now = await uow.disconnections.find(disconnection_id), uow.clock.now()
            if row is None or (row.busy_until is not None and row.busy_until > now):
                return None
            try:
                credentials = Credentials.model_validate_json(self._box.open(row.sealed))
            except CopilotError:
                credentials = None
            if credentials is None or row.ends_at <= now:
                await uow.delete(row)
                return None
            row.tries, row.busy_until = row.tries + 1, now + LEASE
            row.due_at = now + min(TRIED_AFTER * 2 ** min(row.tries, 10), TRIED_WITHIN)
            subscriptions = tuple(Subscribed(*one) for one in row.subscriptions)
            return Ended(row.id, connection, credentials, subscriptions, is_last=row.due_at >= row.ends_at)

    async def note(self, ended: Ended) -> bool:
        """Writes down what has changed of it, before anything is done with that: credentials that were renewed for it, or
        what more was subscribed. False where it is no longer to be told."""
        async with self._database.write(_system(ended.connection)) as uow:
            await uow.connections.locked(ended.connection.id)
            if (row := await uow.disconnections.find(ended.id)) is None:
                return False
            row.sealed = self._box.seal(ended.credentials.plain())
            row.subscriptions = [_listed(one) for one in ended.subscriptions]
            return True

    async def let_go(self, ended: Ended, *, is_told: bool) -> None:
        """Ends what `take_up` began: what was told is forgotten, and what could not be is tried again."""
        async with self._database.write(_system(ended.connection)) as uow:
            await uow.connections.locked(ended.connection.id)
            if (row := await uow.disconnections.find(ended.id)) is None:
                return
            row.busy_until = None
            if is_told or ended.is_last:
                await uow.delete(row)

    async def _taken_back(self, uow: WriteUnitOfWork, connection_id: str) -> None:
        """The account is connected again: nothing is told of the end before. The vendor may take the end of that permission
        for the end of this one. What it may still send webhooks by is ended with the next look."""
        rows = {one.name: one for one in await uow.vendor_subscriptions.of(connection_id)}
        until = (uow.clock.now() + STRAY).isoformat()
        for untold in await uow.disconnections.of(connection_id):
            for name, id_, _ in untold.subscriptions:
                if name not in rows:
                    rows[name] = VendorSubscription(connector_id=connection_id, name=name, status="pending", due_at=uow.clock.now())  # fmt: skip
                    uow.add(rows[name])
                rows[name].strays = {**(rows[name].strays or {}), **({id_: until} if id_ is not None else {})}
            await uow.delete(untold)

    # ── the installation's secret ────────────────────────────────────────────────────────────────────────

    def seal(self, text: str) -> str:
        return self._box.seal(text)

    def open(self, sealed: str) -> str:
        return self._box.open(sealed)

    async def reseal_all(self) -> int:
        """Seals everything anew with the newest secret of the installation, so that the ones before it can go. Returns of
        how many connections. Raises CONFLICT where something was sealed with a secret that is gone."""
        await reseal_rows(
            self._database,
            self._box,
            lambda uow, after, limit: uow.disconnections.sealed_after(after, limit),
            ("sealed",),
        )
        return await reseal_rows(
            self._database,
            self._box,
            lambda uow, after, limit: uow.connections.sealed_after(after, limit),
            ("credentials", "previous_credentials", "webhook_secret"),
        )

    def _held(self, row: Connector, *, lenient: bool = False) -> Held:
        """`lenient`: what can no longer be opened counts as forgotten."""
        credentials, predecessor = row.credentials, row.previous_credentials
        try:
            return Held(
                Connection.of(row),
                row.credential_version,
                Credentials.model_validate_json(self._box.open(credentials)) if credentials else None,
                Predecessor.model_validate_json(self._box.open(predecessor)) if predecessor else None,
            )
        except CopilotError:
            if not lenient:
                raise
            return Held(Connection.of(row), row.credential_version, None, None)


def subscribed(row: VendorSubscription) -> list[Subscribed]:
    """All that the vendor may have of one subscription."""
    one = Subscribed(row.name, row.external_id, row.resource_id)
    return [one, *(Subscribed(row.name, stray, None) for stray in row.strays if stray != row.external_id)]


def _listed(one: Subscribed) -> list[str | None]:
    return [one.name, one.id, one.resource_id]


def _system(connection: Connection) -> Actor:
    return Actor(connection.tenant_id, None, Role.OWNER, Surface.SYSTEM)


def lease_owner() -> str:
    """A name for one renewal."""
    return new_id()
