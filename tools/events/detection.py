"""Detection after imports, syncs and undoing: which events the data has, kept on the timeline."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.ingestion import IngestionBatch
from storage.models.intelligence import BusinessEvent
from storage.models.watching import Notification
from storage.repositories.signals.reach import Reach
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.events.findings import Ways
from tools.events.looking import concern, findings_of
from tools.events.schemas import EventView
from tools.events.views import view_of

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("events")
_TRIES: Final = 3
EVENT: Final = "event"
"""Notification.kind of warnings."""
_NEWS_FOR: Final = timedelta(days=7)
"""What is older is no news: a first sync tells of years."""
MOST_TOLD: Final = 20
"""New events of one run that are told one by one."""


@dataclass(slots=True)
class Told:
    """What a run has found that was not there before: how many, the latest of them, and what everybody is told of."""

    count: int = 0
    latest: tuple[EventView, ...] = ()
    notifications: list[Notification] = field(default_factory=list[Notification])


class DetectionService:
    """One per process. A run looks at what committed batches have brought since the last one, and can be broken off at any
    moment: what it has not noted as done the next one does again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns: dict[str, asyncio.Lock] = {}

    async def detect(self, actor: Actor) -> Told:
        """Looks at what is new. It reads without holding anybody up, and writes where nothing has come in meanwhile."""
        async with self._turns.setdefault(actor.tenant_id, asyncio.Lock()):
            for _ in range(_TRIES):
                if (told := await self._detect(actor)) is not None:
                    return told
            _logger.info("events left to the next run", tenant=actor.tenant_id)
            return Told()

    async def _detect(self, actor: Actor) -> Told | None:
        async with self._database.read(actor) as uow:
            pending = await uow.events.pending()
            if pending.is_empty:
                return Told()
            ways = await _ways(uow)
            concerned = await concern(uow, Reach(pending.batches), ways)
            found = await findings_of(uow, concerned, ways)
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            if (await uow.events.pending()).state != pending.state:
                return None
            new = await uow.events.settle(concerned.scope, found)
            told = await _told(uow, new)
            await uow.events.done(pending.batches)
            return told

    async def taken_back(self, uow: WriteUnitOfWork, batch: IngestionBatch) -> None:
        """Called in the transaction that hides a batch's rows: what happened by them did not happen."""
        ways = await _ways(uow)
        with uow.including_batch(batch.id):
            concerned = await concern(uow, Reach((batch.id,), is_taken_back=True), ways)
        found = await findings_of(uow, concerned, ways)
        with uow.including_batch(batch.id):
            await uow.events.settle(concerned.scope, found)


async def _ways(uow: ReadUnitOfWork) -> Ways:
    tenant = await uow.tenants.current()
    return Ways(tenant.currency or "USD", tenant.timezone, tenant.week_start)


async def _told(uow: WriteUnitOfWork, new: list[str]) -> Told:
    if not new:
        return Told()
    latest: list[BusinessEvent] = await uow.events.latest(new, MOST_TOLD)
    oldest = uow.clock.now() - _NEWS_FOR
    notices = [
        Notification(id=new_id(), kind=EVENT, title=event.title[:200], text=event.title, subject_id=event.id)
        for event in reversed(latest)
        if event.severity == "warning" and event.occurred_at >= oldest
    ]
    uow.add(*notices)
    await uow.flush()
    return Told(len(new), tuple(view_of(event) for event in latest), notices)
