"""Vendors' accounts, their credentials' lease, and authorizations that are under way."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from storage.kernel.errors import not_found
from storage.models.ingestion import Connector, Disconnection, OAuthState
from storage.repositories.base import Repository


class ConnectionRepository(Repository):
    """Connectors of vendors. Whoever changes credentials loads the row by `locked`: on PostgreSQL that locks it, on SQLite
    there is one writer, so a look and the change that rests on it are one step on both."""

    async def get(self, connector_id: str) -> Connector:
        """Raises CopilotError (not found), also for a family of files."""
        statement = select(Connector).where(Connector.id == connector_id, Connector.type != "file")
        return _found(await self.session.scalar(statement))

    async def locked(self, connector_id: str) -> Connector:
        """The same, as it stands now, and until the unit of work ends nobody else's to change."""
        statement = select(Connector).where(Connector.id == connector_id, Connector.type != "file").with_for_update()
        return _found(await self.session.scalar(statement, execution_options={"populate_existing": True}))

    async def of_account(self, vendor: str, account: str) -> Connector | None:
        """The tenant's connection to one account of a vendor, locked."""
        statement = select(Connector).where(Connector.type == vendor, Connector.external_key == account)
        return await self.session.scalar(statement.with_for_update())

    async def of_accounts(self, vendor: str, accounts: Collection[str]) -> list[Connector]:
        """Connections to these accounts, ended ones too. For system units: all tenants'."""
        statement = select(Connector).where(Connector.type == vendor, Connector.external_key.in_(accounts))
        return list(await self.session.scalars(statement.order_by(Connector.id)))

    async def of_vendor(self, vendor: str, connector_id: str) -> Connector | None:
        """A connection by its id, where it is that vendor's."""
        statement = select(Connector).where(Connector.id == connector_id, Connector.type == vendor)
        return await self.session.scalar(statement)

    async def all(self) -> list[Connector]:
        """The tenant's connections, oldest first."""
        return list(
            await self.session.scalars(select(Connector).where(Connector.type != "file").order_by(Connector.id))
        )

    async def due(self, before: datetime) -> list[Connector]:
        """Active connections that were not synchronised since a moment. For system units: all tenants'."""
        statement = select(Connector).where(
            Connector.type != "file",
            Connector.status == "active",
            or_(Connector.last_sync_at.is_(None), Connector.last_sync_at < before),
        )
        return list(await self.session.scalars(statement.order_by(Connector.id)))

    async def with_rows(self) -> list[Connector]:
        """Connections whose rows a mapping made, ended ones too. For system units: all tenants'."""
        statement = select(Connector).where(Connector.mapping_version.is_not(None), Connector.erased_at.is_(None))
        return list(await self.session.scalars(statement.order_by(Connector.id)))

    async def sealed_after(self, connector_id: str, limit: int) -> list[Connector]:
        """Connections that hold secrets, by id, those after the one named. For system units: all tenants'."""
        statement = (
            select(Connector)
            .where(
                or_(Connector.credentials.is_not(None), Connector.webhook_secret.is_not(None)),
                Connector.id > connector_id,
            )
            .order_by(Connector.id)
            .limit(limit)
            .with_for_update()
        )
        return list(await self.session.scalars(statement))

    async def take_lease(self, row: Connector, owner: str, length: timedelta) -> bool:
        """Lets `owner` renew the credentials of a locked row, unless somebody else is at it."""
        now = self.clock.now()
        if row.lease_owner not in (None, owner) and row.lease_until is not None and row.lease_until > now:
            return False
        row.lease_owner, row.lease_until = owner, now + length
        return True


class DisconnectionRepository(Repository):
    """Whoever changes a row has locked its connection first."""

    async def find(self, disconnection_id: str) -> Disconnection | None:
        """None where the vendor was told, or the account was connected again."""
        return await self.session.scalar(select(Disconnection).where(Disconnection.id == disconnection_id))

    async def of(self, connector_id: str) -> list[Disconnection]:
        """Those of a connection, oldest first."""
        statement = select(Disconnection).where(Disconnection.connector_id == connector_id)
        return list(await self.session.scalars(statement.order_by(Disconnection.id)))

    async def due(self, most: int) -> list[Disconnection]:
        """Those that are to be tried now, or forgotten, and that nobody is at, oldest first. For system units: all tenants'."""
        now = self.clock.now()
        statement = select(Disconnection).where(
            Disconnection.due_at <= now,
            or_(Disconnection.busy_until.is_(None), Disconnection.busy_until <= now),
        )
        return list(await self.session.scalars(statement.order_by(Disconnection.id).limit(most)))

    async def sealed_after(self, disconnection_id: str, limit: int) -> list[Disconnection]:
        """By id, those after the one named. For system units: all tenants'."""
        statement = select(Disconnection).where(Disconnection.id > disconnection_id).order_by(Disconnection.id)
        return list(await self.session.scalars(statement.limit(limit).with_for_update()))


class OAuthStateRepository(Repository):
    async def find(self, nonce_hash: str) -> OAuthState | None:
        """The state of a nonce, left as it is."""
        return await self.session.scalar(select(OAuthState).where(OAuthState.nonce_hash == nonce_hash))

    async def take(self, nonce_hash: str) -> OAuthState | None:
        """The state of a nonce, deleted with the end of the unit of work: the second who asks finds none."""
        statement = select(OAuthState).where(OAuthState.nonce_hash == nonce_hash).with_for_update()
        found = await self.session.scalar(statement)
        if found is not None:
            await self.session.delete(found)
        return found

    async def forget_expired(self, before: datetime) -> int:
        """Deletes states whose time was over before a moment."""
        found = (await self.session.scalars(select(OAuthState).where(OAuthState.expires_at < before))).all()
        for state in found:
            await self.session.delete(state)
        return len(found)


def _found(row: Connector | None) -> Connector:
    if row is None:
        raise not_found("The connection")
    return row
