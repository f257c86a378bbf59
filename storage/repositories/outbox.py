"""Events that must leave the house: written with what caused them, sent in the order of their ids, kept for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select, update

from storage.models.system import OutboxMessage
from storage.repositories.base import Page, PageRequest, Repository


class OutboxRepository(Repository):
    """Of a tenant's unit: its own events. Claiming and settling are for system units."""

    async def of(self, topic: str, key: str) -> Sequence[OutboxMessage]:
        """The events of one key, the oldest first."""
        own = OutboxMessage.topic == topic, OutboxMessage.key == key
        return (await self.session.scalars(select(OutboxMessage).where(*own).order_by(OutboxMessage.id))).all()

    async def page_of(self, topic: str, request: PageRequest, key: str | None = None) -> Page[OutboxMessage]:
        """Events of a topic, or of one of its keys, the newest first."""
        statement = select(OutboxMessage).where(OutboxMessage.topic == topic)
        if key is not None:
            statement = statement.where(OutboxMessage.key == key)
        return await self.page(statement, request, OutboxMessage.id)

    async def claim(self, topic: str, limit: int, lasting: timedelta) -> list[OutboxMessage]:
        """The oldest events of a topic that are still to be sent, for one relay at a time: none while another one has
        claimed some. A claim of a process that died ends by itself."""
        now = self.clock.now()
        waiting = (
            OutboxMessage.topic == topic,
            OutboxMessage.published_at.is_(None),
            OutboxMessage.refused_at.is_(None),
        )
        head = select(OutboxMessage.id).where(*waiting).order_by(OutboxMessage.id).limit(1)
        if await self.session.scalar(head.with_for_update(skip_locked=True)) is None:
            return []
        claimed = select(exists().where(*waiting, OutboxMessage.claimed_until > now)).select_from(OutboxMessage)
        if await self.session.scalar(claimed.limit(1)):
            return []
        found = list(
            await self.session.scalars(select(OutboxMessage).where(*waiting).order_by(OutboxMessage.id).limit(limit))
        )
        for one in found:
            one.claimed_until = now + lasting
        return found

    async def settle(self, ids: Sequence[str], *, published: bool = False, refused: bool = False, error: str | None) -> None:  # fmt: skip
        """Ends a claim: published, refused for good, or (with neither) to be tried again."""
        now = self.clock.now()
        values = {
            "claimed_until": None,
            "error": error,
            **({"published_at": now} if published else {}),
            **({"refused_at": now} if refused else {}),
        }
        statement = update(OutboxMessage).where(OutboxMessage.id.in_(ids))
        await self.session.execute(
            statement.values(attempts=OutboxMessage.attempts + 1, **values).execution_options(synchronize_session=False)
        )

    async def release(self, ids: Sequence[str]) -> None:
        """Ends a claim of events whose turn did not come."""
        statement = update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(claimed_until=None)
        await self.session.execute(statement.execution_options(synchronize_session=False))

    async def forget(self, topic: str, before: datetime, most: int) -> tuple[int, int]:
        """Deletes the events of a topic that were written before a moment, and of each tenant those beyond its `most`
        newest. Returns how many went, and how many of them had not been sent."""
        rank = func.row_number().over(partition_by=OutboxMessage.tenant_id, order_by=OutboxMessage.id.desc())
        ranked = select(OutboxMessage.id, rank.label("place")).where(OutboxMessage.topic == topic).subquery()
        beyond = select(ranked.c.id).where(ranked.c.place > most)
        old = (OutboxMessage.created_at < before) | OutboxMessage.id.in_(beyond)
        gone = (
            await self.session.execute(
                select(OutboxMessage.id, OutboxMessage.published_at).where(OutboxMessage.topic == topic, old)
            )
        ).all()
        for start in range(0, len(gone), 500):
            ids = [id_ for id_, _ in gone[start : start + 500]]
            statement = delete(OutboxMessage).where(OutboxMessage.id.in_(ids))
            await self.session.execute(statement.execution_options(synchronize_session=False))
        return len(gone), sum(published is None for _, published in gone)
