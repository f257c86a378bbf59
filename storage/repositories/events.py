"""The timeline of a tenant's business: what was noted, and what was detected."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import delete, func, or_, select

from storage.kernel.errors import not_found
from storage.models.identity import Tenant
from storage.models.ingestion import VISIBLE_BATCH_STATES, IngestionBatch
from storage.models.intelligence import BusinessEvent, EventMark
from storage.repositories.base import Page, PageRequest, Repository, parts

_NAMESPACE: Final = UUID("6c9d0f5e-0b0e-5d0a-9a57-2f4f3b7f6c11")
_NOT_COMPARED: Final = ("id", "tenant_id", "created_at", "updated_at", "detected_at")


@dataclass(frozen=True, slots=True)
class Detected:
    """An event as it follows from the data. The fields are the columns of BusinessEvent."""

    key: str
    kind: str
    title: str
    occurred_at: datetime
    occurred_on: date
    time_known: bool = False
    source_offset_minutes: int | None = None
    ends_on: date | None = None
    description: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    subject: str | None = None
    basis_id: str | None = None
    severity: str = "info"
    currency: str | None = None
    amount_micros: int | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    evidence: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    created_by_batch_id: str | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None where it does not matter. `until` is the day after the last. `words` are in its name or sentence.
    `entity` is a unified table (or channel, campaign, shop), or that and an id. `detected`: only those, or only notes."""

    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    words: str | None = None
    detected: bool | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Committed batches that were not looked at, and how all of them and the marks stood when that was asked."""

    batches: tuple[str, ...]
    state: tuple[Any, ...]
    marks: int

    @property
    def is_empty(self) -> bool:
        return not self.batches and not self.marks


def event_id(tenant_id: str, key: str) -> str:
    """The id of a detected event: a version 5 UUID (RFC 9562, 5.5) of its tenant and key, so that it keeps its address
    however often it is detected."""
    return str(uuid5(_NAMESPACE, f"{tenant_id}:{key}"))


class EventRepository(Repository):
    # ── notes ────────────────────────────────────────────────────────────────────────────────────────────

    async def notes(self) -> Sequence[BusinessEvent]:
        """What was noted, the latest first."""
        newest = (
            select(BusinessEvent)
            .where(BusinessEvent.key.is_(None))
            .order_by(BusinessEvent.occurred_on.desc(), BusinessEvent.id.desc())
        )
        return (await self.session.scalars(newest)).all()

    async def changed(self) -> None:
        """Counts a change of the notes, so that what is kept of them is read anew."""
        statement = select(Tenant).where(Tenant.id == self.tenant_id).with_for_update()
        tenant = (await self.session.scalars(statement, execution_options={"populate_existing": True})).one()
        tenant.events_version += 1

    # ── the timeline ─────────────────────────────────────────────────────────────────────────────────────

    async def get(self, id_: str) -> BusinessEvent:
        """Raises CopilotError (not found)."""
        found = await self.session.scalar(select(BusinessEvent).where(BusinessEvent.id == id_))
        if found is None:
            raise not_found("The event")
        return found

    async def timeline(self, wanted: EventFilter, request: PageRequest) -> Page[BusinessEvent]:
        """The latest first."""
        return await self.page(
            select(BusinessEvent).where(*_conditions(wanted)), request, BusinessEvent.occurred_at, BusinessEvent.id
        )

    async def counts(self, wanted: EventFilter) -> dict[str, int]:
        """Kind → how many there are."""
        statement = select(BusinessEvent.kind, func.count()).where(*_conditions(wanted)).group_by(BusinessEvent.kind)
        return {kind: int(count) for kind, count in await self.session.execute(statement)}

    # ── what is to be looked at ──────────────────────────────────────────────────────────────────────────

    async def pending(self) -> Pending:
        committed = IngestionBatch.status.in_(VISIBLE_BATCH_STATES)
        waiting = select(IngestionBatch.id).where(committed, IngestionBatch.detected_at.is_(None))
        batches = tuple(await self.session.scalars(waiting.order_by(IngestionBatch.id)))
        marks = await self.session.scalar(select(func.count()).select_from(EventMark)) or 0
        every = select(func.count(), func.max(IngestionBatch.updated_at)).where(committed)
        state = (await self.session.execute(every)).one()
        return Pending(batches, (*state, marks), marks)

    async def done(self, batch_ids: Iterable[str]) -> None:
        """These batches, and all marks, were looked at."""
        for part in parts(batch_ids):
            for batch in await self.session.scalars(select(IngestionBatch).where(IngestionBatch.id.in_(part))):
                batch.detected_at = self.clock.now()
        await self.session.execute(delete(EventMark).execution_options(synchronize_session=False))

    # ── what was detected ────────────────────────────────────────────────────────────────────────────────

    async def stored(
        self,
        kinds: Sequence[str],
        *,
        entities: Iterable[str] | None = None,
        keys: Iterable[str] | None = None,
        batches: Iterable[str] | None = None,
        since: date | None = None,
    ) -> list[BusinessEvent]:
        """Detected events of these kinds, narrowed by one of: whose entity, key or batch is one of these; `since` a day."""
        own = select(BusinessEvent).where(BusinessEvent.kind.in_(kinds), BusinessEvent.key.is_not(None))
        if since is not None:
            own = own.where(BusinessEvent.occurred_on >= since)
        for column, values in (
            (BusinessEvent.entity_id, entities),
            (BusinessEvent.key, keys),
            (BusinessEvent.created_by_batch_id, batches),
        ):
            if values is not None:
                found: list[BusinessEvent] = []
                for part in parts(sorted(set(values))):
                    found += await self.session.scalars(own.where(column.in_(part)))
                return found
        return list(await self.session.scalars(own))

    async def resting_on(self, kind: str, rows: Any) -> list[BusinessEvent]:
        """Events of a kind that rest on one of these rows (a select of ids)."""
        statement = select(BusinessEvent).where(BusinessEvent.kind == kind, BusinessEvent.basis_id.in_(rows))
        return list(await self.session.scalars(statement))

    async def latest(self, ids: Iterable[str], limit: int) -> list[BusinessEvent]:
        """The latest of these."""
        found: list[BusinessEvent] = []
        newest = select(BusinessEvent).order_by(BusinessEvent.occurred_at.desc(), BusinessEvent.id.desc()).limit(limit)
        for part in parts(ids):
            found += await self.session.scalars(newest.where(BusinessEvent.id.in_(part)))
        return sorted(found, key=lambda one: (one.occurred_at, one.id), reverse=True)[:limit]

    async def settle(self, scope: Iterable[str], found: Sequence[Detected]) -> list[str]:
        """Puts what was found in the place of the events of a scope (their ids): an event that is found again keeps its id
        and when it was first detected. Returns the ids of those that were not there before."""
        wanted = {event_id(self.tenant_id, one.key): one for one in found}
        known: dict[str, BusinessEvent] = {}
        for part in parts(sorted({*scope, *wanted})):
            statement = select(BusinessEvent).where(BusinessEvent.id.in_(part))
            known.update({event.id: event for event in await self.session.scalars(statement)})
        now = self.clock.now()
        gone = [id_ for id_ in known if id_ not in wanted]
        new = [id_ for id_ in wanted if id_ not in known]
        other = [id_ for id_ in wanted if id_ in known and _values(known[id_]) != asdict(wanted[id_])]
        first = {id_: known[id_].detected_at for id_ in other}
        for event in known.values():
            self.session.expunge(event)
        for part in parts([*gone, *other]):
            statement = delete(BusinessEvent).where(BusinessEvent.id.in_(part))
            await self.session.execute(statement.execution_options(synchronize_session=False))
        rows = [{"id": id_, **asdict(wanted[id_]), "detected_at": first.get(id_) or now} for id_ in [*new, *other]]
        await self.session.bulk_insert(BusinessEvent, rows)
        return new


def _values(event: BusinessEvent) -> dict[str, Any]:
    return {
        column.key: getattr(event, column.key)
        for column in BusinessEvent.__table__.columns
        if column.key not in _NOT_COMPARED
    }


def _conditions(wanted: EventFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.kinds:
        conditions.append(BusinessEvent.kind.in_(wanted.kinds))
    if wanted.until is not None:
        conditions.append(BusinessEvent.occurred_on < wanted.until)
    if wanted.since is not None:
        # What lasts over several days is told of as long as it does.
        began = BusinessEvent.occurred_on >= wanted.since
        conditions.append(or_(began, BusinessEvent.ends_on >= wanted.since))
    if wanted.entity_type is not None:
        conditions.append(BusinessEvent.entity_type == wanted.entity_type)
    if wanted.entity_id is not None:
        conditions.append(BusinessEvent.entity_id == wanted.entity_id)
    if wanted.words is not None:
        named = (BusinessEvent.subject, BusinessEvent.title)
        conditions.append(or_(*(column.icontains(wanted.words, autoescape=True) for column in named)))
    if wanted.detected is not None:
        conditions.append(BusinessEvent.key.is_not(None) if wanted.detected else BusinessEvent.key.is_(None))
    return conditions
