"""The last question of each user's conversations, for follow-ups."""

from typing import Any

from sqlalchemy import select

from storage.models.conversations import QueryContext
from storage.repositories.base import Repository


class ContextRepository(Repository):
    """By the id that the caller gave the conversation. That of a chat's turn is with the turn (see TurnMemory)."""

    async def get(self, conversation_id: str) -> dict[str, Any] | None:
        if (turn := self.session.scope.turn) is not None and turn.conversation_id == conversation_id:
            return turn.query
        found = await self._find(conversation_id)
        return found.query if found is not None else None

    def put_in_turn(self, conversation_id: str, query: dict[str, Any]) -> bool:
        """Leaves the MetricQuery that the next question may refer to with the turn. False when the conversation is not
        that of a turn: then it has to be put into the store."""
        turn = self.session.scope.turn
        if turn is None or turn.conversation_id != conversation_id:
            return False
        turn.query = query
        return True

    async def put(self, conversation_id: str, query: dict[str, Any]) -> None:
        """Stores the MetricQuery that the next question of the conversation may refer to."""
        row = {"user_id": self._user_id, "conversation_id": conversation_id, "query": query}
        if not await self.session.bulk_insert(QueryContext, [row], ignore_conflicts=True):
            found = await self._find(conversation_id)
            if found is not None:
                found.query = query

    async def _find(self, conversation_id: str) -> QueryContext | None:
        own = QueryContext.user_id == self._user_id, QueryContext.conversation_id == conversation_id
        return await self.session.scalar(select(QueryContext).where(*own))

    @property
    def _user_id(self) -> str:
        actor = self.session.scope.actor
        return (actor.user_id if actor else None) or ""
