"""What happened to a tenant's business."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.kernel.errors import not_found
from storage.models.identity import Tenant
from storage.models.intelligence import BusinessEvent
from storage.repositories.base import Repository


class EventRepository(Repository):
    async def all(self) -> Sequence[BusinessEvent]:
        """The latest first."""
        newest = select(BusinessEvent).order_by(BusinessEvent.occurred_on.desc(), BusinessEvent.id.desc())
        return (await self.session.scalars(newest)).all()

    async def get(self, event_id: str) -> BusinessEvent:
        """Raises CopilotError (not found)."""
        found = await self.session.scalar(select(BusinessEvent).where(BusinessEvent.id == event_id))
        if found is None:
            raise not_found("The event")
        return found

    async def changed(self) -> None:
        """Counts a change, so that what is kept of them is read anew."""
        statement = select(Tenant).where(Tenant.id == self.tenant_id).with_for_update()
        tenant = (await self.session.scalars(statement, execution_options={"populate_existing": True})).one()
        tenant.events_version += 1
