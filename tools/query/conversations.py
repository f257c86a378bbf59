"""What a conversation keeps of its last question."""

from storage.database import Database
from storage.uow import ReadUnitOfWork
from tools.query.draft import Context


class Conversations:
    """Keeps it with the turn of the chat that asks, else in the store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, uow: ReadUnitOfWork, conversation_id: str | None) -> Context | None:
        stored = await uow.contexts.get(conversation_id) if conversation_id else None
        return Context.model_validate(stored) if stored else None

    async def keep(self, uow: ReadUnitOfWork, conversation_id: str | None, context: Context) -> None:
        if conversation_id is None:
            return
        kept = context.model_dump(mode="json")
        if not uow.contexts.put_in_turn(conversation_id, kept):
            async with self._database.write(uow.actor) as write:
                await write.contexts.put(conversation_id, kept)
