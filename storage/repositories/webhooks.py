"""Deliveries of vendors' webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select, update

from storage.kernel.ids import new_id
from storage.models.webhooks import WebhookDelivery
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
