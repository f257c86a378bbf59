"""The timeline of a business: what was noted and what was detected. Questions count from notes ("since we changed the
price")."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from storage.kernel.clock import today
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id
from storage.models.intelligence import BusinessEvent
from storage.repositories.base import Page, PageRequest
from storage.repositories.events import EventFilter
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.events.asking import meant
from tools.events.schemas import (
    MOST_EVENTS,
    AskEvents,
    EventDraft,
    EventEvidence,
    EventsFound,
    EventsRequest,
    EventView,
    NoteEvent,
)
from tools.events.telling import read_note
from tools.events.views import WORDS, evidence_of, record_of, view_of
from tools.language.periods import Calendar

_RECORDS: Final = 10
"""Raw records that are listed for a row."""
_SHOWN: Final = 20
"""Events that an answer in the chat shows."""
_TABLES: Final = {word: table for table, word in WORDS.items()}


class EventService:
    """Stateless."""

    async def timeline(self, uow: ReadUnitOfWork, request: EventsRequest, page: PageRequest) -> Page[EventView]:
        """The latest first."""
        found = await uow.events.timeline(_filter(request), page)
        return Page(tuple(map(view_of, found.items)), found.next_cursor)

    async def get(self, uow: ReadUnitOfWork, event_id: str) -> EventView:
        """One event with the sources' records of what shows it. Raises CopilotError (not found)."""
        row = await uow.events.get(event_id)
        evidence: list[EventEvidence] = []
        for one in row.evidence:
            linked = await uow.lineage.records_of(one["table"], one["id"], _RECORDS)
            versions = await uow.lineage.versions_of([record.raw for record in linked])
            records = [
                record_of(
                    record,
                    versions[record.raw.connector_id, record.raw.object, record.raw.source_id],
                    row.created_by_batch_id,
                )
                for record in linked
            ]
            evidence.append(evidence_of(one, records))
        return view_of(row).model_copy(update={"evidence": tuple(evidence)})

    async def ask(self, uow: ReadUnitOfWork, request: AskEvents) -> EventsFound:
        """The events that a question is about. Of a thing's first sale there is one, however long ago."""
        tenant = await uow.tenants.current()
        latest = await uow.sale_signals.last_day() if tenant.clock == "latest_data" else None
        day = request.as_of or latest or today(uow.clock, tenant.timezone)
        calendar = Calendar(tenant.week_start, tenant.fiscal_year_start, tenant.country)
        asked = meant(request.question, day, calendar)
        wanted = EventFilter(
            kinds=asked.kinds,
            since=asked.since,
            until=asked.until or (day + timedelta(days=1) if request.as_of else None),
            entity_type=asked.entity_type,
            words=asked.name,
        )
        found = await uow.events.timeline(wanted, PageRequest(_SHOWN))
        return EventsFound(
            items=tuple(map(view_of, found.items)),
            counts=await uow.events.counts(wanted),
            kinds=asked.kinds,
            name=asked.name,
            since=asked.since,
            until=asked.until - timedelta(days=1) if asked.until else None,
        )

    # ── notes ────────────────────────────────────────────────────────────────────────────────────────────

    async def create(self, uow: WriteUnitOfWork, draft: EventDraft) -> EventView:
        """Raises CopilotError (invalid) beyond the most that are kept."""
        if len(await uow.events.notes()) >= MOST_EVENTS:
            raise invalid(f"A tenant has {MOST_EVENTS} events at most.", hint="Delete one first.")
        zone = ZoneInfo((await uow.tenants.current()).timezone)
        row = BusinessEvent(
            id=new_id(),
            kind=draft.kind,
            title=draft.title,
            occurred_at=datetime.combine(draft.occurred_on, time(), zone).astimezone(UTC),
            time_known=False,
            occurred_on=draft.occurred_on,
            ends_on=draft.ends_on,
            severity="info",
            data={},
            evidence=[],
        )
        uow.add(row)
        await uow.events.changed()
        await uow.flush()
        return view_of(row)

    async def delete(self, uow: WriteUnitOfWork, event_id: str) -> None:
        """Forgets a note. Raises CopilotError: not found, or CONFLICT for what was detected: it stays as long as the data
        that shows it."""
        row = await uow.events.get(event_id)
        if row.key is not None:
            raise CopilotError(
                ErrorKind.CONFLICT,
                "This was detected in your data, and stays as long as that does.",
                hint="Undo the import that brought it.",
            )
        await uow.delete(row)
        await uow.events.changed()

    async def note(self, uow: WriteUnitOfWork, request: NoteEvent) -> EventView:
        """An event from plain words. Raises CopilotError (invalid) where they tell no day, or nothing that happened."""
        tenant = await uow.tenants.current()
        calendar = Calendar(tenant.week_start, tenant.fiscal_year_start, tenant.country)
        return await self.create(uow, read_note(request.note, today(uow.clock, tenant.timezone), calendar))


def _filter(request: EventsRequest) -> EventFilter:
    kind, _, id_ = (request.entity or "").partition("/")
    return EventFilter(
        kinds=request.kind,
        since=request.since,
        until=request.until + timedelta(days=1) if request.until else None,
        entity_type=_TABLES.get(kind, kind) or None,
        entity_id=id_ or None,
        detected=None if request.origin is None else request.origin == "detected",
    )
