"""What is watched in a tenant's figures, and what of it a person put aside."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from storage.kernel.errors import not_found
from storage.models.watching import InsightMark, Kpi, KpiVersion
from storage.repositories.base import Page, PageRequest, Repository


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


class KpiRepository(Repository):
    async def get(self, kpi_id: str, *, to_change: bool = False) -> Kpi:
        """Raises CopilotError (not found). `to_change`: of two writers the second waits, and sees what the first did."""
        statement = select(Kpi).where(Kpi.id == kpi_id)
        found = await self.session.scalar(statement.with_for_update() if to_change else statement)
        if found is None:
            raise not_found("The target")
        return found

    async def all(self) -> Sequence[Kpi]:
        """The newest first."""
        return (await self.session.scalars(select(Kpi).order_by(Kpi.id.desc()))).all()

    async def list(self, request: PageRequest) -> Page[Kpi]:
        """The newest first."""
        return await self.page(select(Kpi), request, Kpi.id)

    async def versions(self, kpi_id: str, request: PageRequest) -> Page[KpiVersion]:
        """The newest first."""
        return await self.page(select(KpiVersion).where(KpiVersion.kpi_id == kpi_id), request, KpiVersion.version)
