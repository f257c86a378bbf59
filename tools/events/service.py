"""Events of a tenant's own: noted, listed and forgotten. Questions count from them ("since we changed the price")."""

from storage.kernel.clock import today
from storage.kernel.errors import invalid
from storage.kernel.ids import new_id
from storage.models.intelligence import BusinessEvent
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.events.schemas import MOST_EVENTS, EventDraft, EventView, NoteEvent
from tools.events.telling import read_note
from tools.language.periods import Calendar


class EventService:
    """Stateless."""

    async def all(self, uow: ReadUnitOfWork) -> tuple[EventView, ...]:
        """The latest first."""
        return tuple(_view(row) for row in await uow.events.all())

    async def create(self, uow: WriteUnitOfWork, draft: EventDraft) -> EventView:
        """Raises CopilotError (invalid) beyond the most that are kept."""
        if len(await uow.events.all()) >= MOST_EVENTS:
            raise invalid(f"A tenant has {MOST_EVENTS} events at most.", hint="Delete one first.")
        row = BusinessEvent(
            id=new_id(), kind=draft.kind, title=draft.title, occurred_on=draft.occurred_on, ends_on=draft.ends_on
        )
        uow.add(row)
        await uow.events.changed()
        await uow.flush()
        return _view(row)

    async def delete(self, uow: WriteUnitOfWork, event_id: str) -> None:
        """Raises CopilotError (not found)."""
        await uow.delete(await uow.events.get(event_id))
        await uow.events.changed()

    async def note(self, uow: WriteUnitOfWork, request: NoteEvent) -> EventView:
        """An event from plain words. Raises CopilotError (invalid) where they tell no day, or nothing that happened."""
        tenant = await uow.tenants.current()
        calendar = Calendar(tenant.week_start, tenant.fiscal_year_start, tenant.country)
        return await self.create(uow, read_note(request.note, today(uow.clock, tenant.timezone), calendar))


def _view(row: BusinessEvent) -> EventView:
    return EventView(
        id=row.id,
        title=row.title,
        kind=row.kind,
        occurred_on=row.occurred_on,
        ends_on=row.ends_on,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
