"""Dimensions of a tenant's own. What is built of them is built of her figures too: both count their changes together
(see TenantDimensionRepository.changed)."""

from collections.abc import Sequence

from sqlalchemy import select

from storage.kernel.errors import not_found
from storage.models.foundry import TenantDimension
from storage.repositories.base import Repository


class TenantDimensionRepository(Repository):
    async def all(self) -> Sequence[TenantDimension]:
        """In the order in which they were made."""
        return (await self.session.scalars(select(TenantDimension).order_by(TenantDimension.id))).all()

    async def get(self, dimension_id: str) -> TenantDimension:
        """Raises CopilotError (not found)."""
        found = await self.session.scalar(select(TenantDimension).where(TenantDimension.id == dimension_id))
        if found is None:
            raise not_found("The dimension")
        return found
