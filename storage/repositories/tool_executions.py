"""Calls with an effect that have been carried out, so that none is carried out twice."""

from typing import Any

from sqlalchemy import select

from storage.models.conversations import ToolExecution
from storage.repositories.base import Repository


class ToolExecutionRepository(Repository):
    """Within the unit of work that carries out the effect itself: both are kept, or neither."""

    async def find(self, key: str) -> ToolExecution | None:
        return await self.session.scalar(select(ToolExecution).where(ToolExecution.key == key))

    def record(self, key: str, capability: str, arguments_hash: str, result: dict[str, Any]) -> None:
        """Raises nothing here; a concurrent record of the same key fails the commit, and with it the effect."""
        self.session.add(ToolExecution(key=key, capability=capability, arguments_hash=arguments_hash, result=result))
