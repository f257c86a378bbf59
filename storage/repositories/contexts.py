"""The last question of each conversation, for follow-ups."""

from typing import Any

from sqlalchemy import delete, select

from storage.models.conversations import QueryContext
from storage.repositories.base import Repository


class ContextRepository(Repository):
    async def get(self, conversation_id: str) -> dict[str, Any] | None:
        """The MetricQuery last put under a conversation, as JSON."""
        found = await self._find(conversation_id)
        return found.query if found is not None else None

    async def put(self, conversation_id: str, query: dict[str, Any]) -> None:
        """Keeps the MetricQuery that the next question of the conversation may refer to."""
        row = {"conversation_id": conversation_id, "query": query}
        if not await self.session.bulk_insert(QueryContext, [row], ignore_conflicts=True):
            found = await self._find(conversation_id)
            if found is not None:
                found.query = query

    async def forget(self, conversation_id: str) -> None:
        await self.session.execute(delete(QueryContext).where(QueryContext.conversation_id == conversation_id))

    async def _find(self, conversation_id: str) -> QueryContext | None:
        return await self.session.scalar(select(QueryContext).where(QueryContext.conversation_id == conversation_id))
