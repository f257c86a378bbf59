"""What is watched in a tenant's figures, and what of it a person put aside."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from storage.models.watching import InsightMark
from storage.repositories.base import Repository


class InsightMarkRepository(Repository):
    """Of the person who acts."""

    async def of(self, day: date) -> Sequence[InsightMark]:
        """Those that hold on a day."""
        holds = or_(InsightMark.until.is_(None), InsightMark.until > day)
        return (await self.session.scalars(select(InsightMark).where(self._own, holds))).all()

    async def put(self, subject: str, finding: str, until: date | None) -> None:
        """Puts a mark, or moves one that is there."""
        row = {"user_id": self._user_id, "subject": subject, "finding": finding, "until": until}
        if not await self.session.bulk_insert(InsightMark, [row], ignore_conflicts=True):
            same = InsightMark.subject == subject, InsightMark.finding == finding
            found = await self.session.scalar(select(InsightMark).where(self._own, *same))
            if found is not None:
                found.until = until

    async def forget(self, subject: str, finding: str) -> None:
        """Takes back both marks of an insight: that on itself and that on what it is about."""
        either = InsightMark.finding.in_(["", finding])
        for row in await self.session.scalars(
            select(InsightMark).where(self._own, InsightMark.subject == subject, either)
        ):
            await self.session.delete(row)

    @property
    def _user_id(self) -> str:
        actor = self.session.scope.actor
        return (actor.user_id if actor else None) or ""

    @property
    def _own(self) -> ColumnElement[bool]:
        return InsightMark.user_id == self._user_id
