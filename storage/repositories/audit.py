"""Reads the append-only log."""

from dataclasses import dataclass

from sqlalchemy import select

from storage.models.audit import AuditEntry
from storage.repositories.base import Page, PageRequest, Repository


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; None means any."""

    user_id: str | None = None
    entity_type: str | None = None
    entity_id: str | None = None
    action: str | None = None
    surface: str | None = None


class AuditRepository(Repository):
    async def entries(self, request: PageRequest, where: AuditFilter | None = None) -> Page[AuditEntry]:
        """The tenant's entries, newest first."""
        wanted = where or AuditFilter()
        statement = select(AuditEntry).where(
            *(
                column == value
                for column, value in (
                    (AuditEntry.user_id, wanted.user_id),
                    (AuditEntry.entity_type, wanted.entity_type),
                    (AuditEntry.entity_id, wanted.entity_id),
                    (AuditEntry.action, wanted.action),
                    (AuditEntry.surface, wanted.surface),
                )
                if value is not None
            )
        )
        return await self.page(statement, request, AuditEntry.id)
