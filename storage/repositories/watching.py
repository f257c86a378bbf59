"""What is watched in a tenant's figures, and what of it a person put aside."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select

from storage.kernel.errors import not_found
from storage.models.watching import (
    Alert,
    AlertCheck,
    InsightMark,
    Kpi,
    KpiVersion,
    Notification,
    NotificationRead,
)
from storage.repositories.base import Page, PageRequest, Repository
from storage.tenancy import TenantSession


class InsightMarkRepository(Repository):
    """Of the person who acts."""

    async def of(self, day: date) -> Sequence[InsightMark]:
        """Those that hold on a day."""
        holds = or_(InsightMark.until.is_(None), InsightMark.until > day)
        return (await self.session.scalars(select(InsightMark).where(self._own, holds))).all()

    async def put(self, subject: str, finding: str, until: date | None) -> None:
        """Puts a mark, or moves one that is there."""
        row = {"user_id": user_of(self.session), "subject": subject, "finding": finding, "until": until}
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
    def _own(self) -> ColumnElement[bool]:
        return InsightMark.user_id == user_of(self.session)


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


class AlertRepository(Repository):
    async def get(self, alert_id: str, *, to_change: bool = False) -> Alert:
        """Raises CopilotError (not found). `to_change`: of two writers the second waits, and sees what the first did."""
        statement = select(Alert).where(Alert.id == alert_id)
        found = await self.session.scalar(statement.with_for_update() if to_change else statement)
        if found is None:
            raise not_found("The alert")
        return found

    async def all(self) -> Sequence[Alert]:
        """The newest first. In a system unit: of all tenants."""
        return (await self.session.scalars(select(Alert).order_by(Alert.id.desc()))).all()

    async def active(self) -> Sequence[Alert]:
        """Those that are switched on. In a system unit: of all tenants."""
        return (await self.session.scalars(select(Alert).where(Alert.is_active.is_(True)).order_by(Alert.id))).all()

    async def list(self, request: PageRequest) -> Page[Alert]:
        """The newest first."""
        return await self.page(select(Alert), request, Alert.id)

    async def is_checked(self, alert_id: str, day: date) -> bool:
        own = AlertCheck.alert_id == alert_id, AlertCheck.day == day
        return await self.session.scalar(select(AlertCheck.id).where(*own)) is not None

    async def checks(self, alert_id: str, request: PageRequest) -> Page[AlertCheck]:
        """The newest first."""
        return await self.page(select(AlertCheck).where(AlertCheck.alert_id == alert_id), request, AlertCheck.id)


class NotificationRepository(Repository):
    async def list(self, request: PageRequest, *, unread: bool = False) -> Page[Notification]:
        """The newest first; `unread`: only what the person who acts has not read."""
        statement = select(Notification)
        if unread:
            statement = statement.where(Notification.id.not_in(self._read))
        return await self.page(statement, request, Notification.id)

    async def read_of(self, ids: Sequence[str]) -> set[str]:
        """Those of these that the person has read."""
        statement = self._read.where(NotificationRead.notification_id.in_(ids))
        return set(await self.session.scalars(statement))

    async def count_unread(self) -> int:
        statement = select(func.count(Notification.id)).where(Notification.id.not_in(self._read))
        return await self.session.scalar(statement) or 0

    async def mark_read(self, notification_id: str) -> None:
        """Raises CopilotError (not found)."""
        if await self.session.scalar(select(Notification.id).where(Notification.id == notification_id)) is None:
            raise not_found("The notification")
        row = {"user_id": user_of(self.session), "notification_id": notification_id}
        await self.session.bulk_insert(NotificationRead, [row], ignore_conflicts=True)

    @property
    def _read(self) -> Select[str]:
        return select(NotificationRead.notification_id).where(NotificationRead.user_id == user_of(self.session))


def user_of(session: TenantSession) -> str:
    """Who acts; empty for a machine."""
    actor = session.scope.actor
    return (actor.user_id if actor else None) or ""
