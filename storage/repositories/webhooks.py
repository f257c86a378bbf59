"""Deliveries of vendors' webhooks, and the subscriptions that they come by."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, exists, or_, select, update

from storage.kernel.ids import new_id
from storage.models.ingestion import Connector
from storage.models.webhooks import VendorSubscription, WebhookDelivery
from storage.repositories.base import Repository

RECEIVED: Final = "received"
DONE: Final = "done"
_AT_ONCE: Final = 500


class WebhookDeliveryRepository(Repository):
    """For system units: a webhook has no tenant until its account is known."""

    async def keep(self, deliveries: Sequence[Mapping[str, Any]]) -> list[WebhookDelivery]:
        """Writes down those that were not there before, and returns these. Each holds tenant_id, connector_id, dedup_key,
        topic, kind, resource and occurred_at."""
        fixed = {"received_at": self.clock.now(), "status": RECEIVED}
        rows = [{"id": new_id(), **one, **fixed} for one in deliveries]
        kept: list[WebhookDelivery] = []
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            if await self.session.bulk_insert(WebhookDelivery, some, ignore_conflicts=True):
                ids = [row["id"] for row in some]
                kept += await self.session.scalars(select(WebhookDelivery).where(WebhookDelivery.id.in_(ids)))
        return kept

    async def done(self, connector_id: str, received_until: datetime) -> None:
        """Nothing of what a connection was told until then waits any more."""
        statement = update(WebhookDelivery).where(
            WebhookDelivery.connector_id == connector_id,
            WebhookDelivery.status == RECEIVED,
            WebhookDelivery.received_at <= received_until,
        )
        await self.session.execute(statement.values(status=DONE))

    async def waiting(self, before: datetime) -> list[tuple[str, str]]:
        """Tenant and connection of what was received before a moment, and nothing came of it: the process died."""
        statement = (
            select(WebhookDelivery.tenant_id, WebhookDelivery.connector_id)
            .where(WebhookDelivery.status == RECEIVED, WebhookDelivery.received_at < before)
            .distinct()
        )
        return [(tenant_id, connector_id) for tenant_id, connector_id in await self.session.execute(statement)]

    async def of(self, connector_id: str) -> list[WebhookDelivery]:
        """What a connection was told, oldest first."""
        statement = select(WebhookDelivery).where(WebhookDelivery.connector_id == connector_id)
        return list(await self.session.scalars(statement.order_by(WebhookDelivery.id)))

    async def forget(self, before: datetime) -> None:
        """Deletes what was received before a moment."""
        await self.session.execute(delete(WebhookDelivery).where(WebhookDelivery.received_at < before))


class VendorSubscriptionRepository(Repository):
    async def of(self, connector_id: str) -> list[VendorSubscription]:
        """A connection's subscriptions, oldest first."""
        statement = select(VendorSubscription).where(VendorSubscription.connector_id == connector_id)
        return list(await self.session.scalars(statement.order_by(VendorSubscription.id)))

    async def all(self) -> list[VendorSubscription]:
        """The tenant's subscriptions, oldest first."""
        return list(await self.session.scalars(select(VendorSubscription).order_by(VendorSubscription.id)))

    async def look_again(self, connector_id: str) -> None:
        """All of a connection are due now."""
        statement = update(VendorSubscription).where(VendorSubscription.connector_id == connector_id)
        await self.session.execute(statement.values(due_at=self.clock.now()))

    async def due(self, vendors: Collection[str], now: datetime) -> list[Connector]:
        """Active connections to these vendors, synchronised once at least, that have no subscriptions yet or any that is due.
        For system units: all tenants'."""
        mine = VendorSubscription.connector_id == Connector.id
        is_due = exists().where(
            mine,
            VendorSubscription.due_at <= now,
            or_(VendorSubscription.busy_until.is_(None), VendorSubscription.busy_until <= now),
        )
        statement = select(Connector).where(
            Connector.type.in_(vendors),
            Connector.status == "active",
            Connector.last_sync_at.is_not(None),
            or_(~exists().where(mine), is_due),
        )
        return list(await self.session.scalars(statement.order_by(Connector.id)))

    async def is_due(self, connector_id: str) -> bool:
        """Whether a connection has no subscriptions yet, or any that is due."""
        rows = await self.of(connector_id)
        now = self.clock.now()
        return not rows or any(row.due_at <= now and (row.busy_until is None or row.busy_until <= now) for row in rows)
