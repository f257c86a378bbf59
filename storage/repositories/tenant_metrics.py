"""Figures of a tenant's own."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.kernel.errors import not_found
from storage.models.foundry import TenantMetric
from storage.models.identity import Tenant
from storage.repositories.base import Repository


class TenantMetricRepository(Repository):
    async def all(self) -> Sequence[TenantMetric]:
        """In the order in which they were made."""
        return (await self.session.scalars(select(TenantMetric).order_by(TenantMetric.id))).all()

    async def get(self, metric_id: str) -> TenantMetric:
        """Raises CopilotError (not found)."""
        found = await self.session.scalar(select(TenantMetric).where(TenantMetric.id == metric_id))
        if found is None:
            raise not_found("The metric")
        return found

    async def changed(self) -> None:
        """Counts a change, so that what was built of them before is built anew. The tenant is read again: another unit
        may have counted since this one loaded it."""
        statement = select(Tenant).where(Tenant.id == self.tenant_id).with_for_update()
        tenant = (await self.session.scalars(statement, execution_options={"populate_existing": True})).one()
        tenant.metrics_version += 1
