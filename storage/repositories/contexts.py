"""The last question of each user's conversations, for follow-ups."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select

from storage.models.conversations import QueryContext
from storage.repositories.base import Repository


class ContextRepository(Repository):
    async def get(self, conversation_id: str) -> dict[str, Any] | None:
        """The MetricQuery last put under a conversation, as JSON."""
        found = await self._find(conversation_id)
        return found.query if found is not None else None

    async def put(self, conversation_id: str, query: dict[str, Any]) -> None:
        """Keeps the MetricQuery that the next question of the conversation may refer to."""
        row = {"user_id": self._user_id, "conversation_id": conversation_id, "query": query}
        if not await self.session.bulk_insert(QueryContext, [row], ignore_conflicts=True):
            found = await self._find(conversation_id)
            if found is not None:
                found.query = query

    async def forget(self, conversation_id: str) -> None:
        await self.session.execute(delete(QueryContext).where(*self._own(conversation_id)))

    async def _find(self, conversation_id: str) -> QueryContext | None:
        return await self.session.scalar(select(QueryContext).where(*self._own(conversation_id)))

    def _own(self, conversation_id: str) -> tuple[ColumnElement[bool], ...]:
        return QueryContext.user_id == self._user_id, QueryContext.conversation_id == conversation_id

    @property
    def _user_id(self) -> str:
        actor = self.session.scope.actor
        return (actor.user_id if actor else None) or ""
