"""Databases of the tenant's own that can be asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.kernel.errors import not_found
from storage.models.foundry import DataSource
from storage.repositories.base import Page, PageRequest, Repository
from storage.statements import prepared


@dataclass(frozen=True, slots=True)
class KnownSource:
    """`status` as of DataSource; `updated_at` changes with what it holds."""

    id: str
    name: str
    status: str
    updated_at: datetime


_KNOWN = prepared(
    select(DataSource.id, DataSource.name, DataSource.status, DataSource.updated_at).order_by(DataSource.id)
)


class DataSourceRepository(Repository):
    async def get(self, source_id: str) -> DataSource:
        """Raises CopilotError (not found)."""
        found = await self.session.scalar(select(DataSource).where(DataSource.id == source_id))
        if found is None:
            raise not_found("The data source")
        return found

    async def known(self) -> list[KnownSource]:
        """All of them, the oldest first, without what they hold."""
        found = await self.session.execute(_KNOWN)
        return [KnownSource(*row) for row in found.all()]

    async def by_name(self, name: str) -> DataSource | None:
        """Whatever the case of its letters."""
        return await self.session.scalar(select(DataSource).where(func.lower(DataSource.name) == name.lower()))

    async def page_of(self, request: PageRequest) -> Page[DataSource]:
        """Newest first."""
        return await self.page(select(DataSource), request, DataSource.id)

    async def sealed_after(self, source_id: str, limit: int) -> list[DataSource]:
        """Sources that hold a password, by id, those after the one named. For system units: all tenants'."""
        statement = select(DataSource).where(DataSource.credentials.is_not(None), DataSource.id > source_id)
        return list(await self.session.scalars(statement.order_by(DataSource.id).limit(limit).with_for_update()))

    async def count(self) -> int:
        return await self.session.scalar(select(func.count()).select_from(DataSource)) or 0
