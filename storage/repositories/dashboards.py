"""Dashboards that the person who acts may see: their own, and those that are shared with the tenant."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from storage.kernel.errors import not_found
from storage.models.foundry import Dashboard, DashboardVersion, Widget
from storage.repositories.base import Page, PageRequest, Repository

SHARED = "shared"


class DashboardRepository(Repository):
    """A private dashboard of somebody else does not exist here, whoever asks."""

    @property
    def _user_id(self) -> str | None:
        actor = self.session.scope.actor
        return actor.user_id if actor else None

    def is_own(self, dashboard: Dashboard) -> bool:
        return dashboard.created_by == self._user_id

    @property
    def _seen(self) -> ColumnElement[bool]:
        # What a machine made has no person: NULL is the same as NULL here.
        return or_(Dashboard.visibility == SHARED, Dashboard.created_by.is_not_distinct_from(self._user_id))

    async def get(self, dashboard_id: str, *, to_change: bool = False) -> Dashboard:
        """Raises CopilotError (not found). `to_change`: of two writers the second waits, and sees what the first did."""
        statement = select(Dashboard).where(Dashboard.id == dashboard_id, self._seen)
        found = await self.session.scalar(statement.with_for_update() if to_change else statement)
        if found is None:
            raise not_found("The dashboard")
        return found

    async def list(self, request: PageRequest) -> Page[Dashboard]:
        """The newest first."""
        return await self.page(select(Dashboard).where(self._seen), request, Dashboard.id)

    async def newest(self, most: int) -> Sequence[Dashboard]:
        """The newest few, to find one by its name among."""
        return (
            await self.session.scalars(select(Dashboard).where(self._seen).order_by(Dashboard.id.desc()).limit(most))
        ).all()

    async def widgets(self, dashboard_ids: Sequence[str]) -> Sequence[Widget]:
        """Of dashboards, in the order in which they were made."""
        statement = select(Widget).where(Widget.dashboard_id.in_(dashboard_ids)).order_by(Widget.id)
        return (await self.session.scalars(statement)).all()

    async def every_widget(self) -> Sequence[tuple[Widget, Dashboard]]:
        """Of the whole tenant, also what the actor may not see: to find out what a change would break."""
        statement = select(Widget, Dashboard).join(Dashboard, Dashboard.id == Widget.dashboard_id).order_by(Widget.id)
        return [(widget, dashboard) for widget, dashboard in await self.session.execute(statement)]

    def is_seen(self, dashboard: Dashboard) -> bool:
        """Whether the actor may see a dashboard that was loaded without asking so."""
        return dashboard.visibility == SHARED or self.is_own(dashboard)

    async def versions(self, dashboard_id: str, request: PageRequest) -> Page[DashboardVersion]:
        """The newest first."""
        statement = select(DashboardVersion).where(DashboardVersion.dashboard_id == dashboard_id)
        return await self.page(statement, request, DashboardVersion.version)

    async def version(self, dashboard_id: str, version: int) -> DashboardVersion:
        """Raises CopilotError (not found)."""
        own = DashboardVersion.dashboard_id == dashboard_id, DashboardVersion.version == version
        found = await self.session.scalar(select(DashboardVersion).where(*own))
        if found is None:
            raise not_found("The version")
        return found
