"""Threads, messages and feedback of the person who acts: nobody, not even an owner, reads another's conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from storage.kernel.errors import not_found
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage, ChatThread, MessageFeedback
from storage.repositories.base import Page, PageRequest, Repository


class ThreadRepository(Repository):
    """Only the actor's own threads exist here; any other id is not found."""

    @property
    def _user_id(self) -> str | None:
        actor = self.session.scope.actor
        return actor.user_id if actor else None

    async def find(self, thread_id: str) -> ChatThread | None:
        own = select(ChatThread).where(ChatThread.id == thread_id, ChatThread.user_id == self._user_id)
        return await self.session.scalar(own)

    async def get(self, thread_id: str) -> ChatThread:
        """Raises CopilotError (not found)."""
        if (thread := await self.find(thread_id)) is None:
            raise not_found("The conversation")
        return thread

    async def list(self, request: PageRequest) -> Page[ChatThread]:
        """The last active first."""
        own = select(ChatThread).where(ChatThread.user_id == self._user_id)
        return await self.page(own, request, ChatThread.last_active_at, ChatThread.id)

    async def obtain(self, thread_id: str, title: str) -> ChatThread | None:
        """The actor's thread of this id; None when there was none, and then it has been made. Safe when several do so
        at once. Raises CopilotError (not found) when the id is another's: that it exists stays unsaid."""
        if (thread := await self.find(thread_id)) is not None:
            return thread
        row = {"id": thread_id, "user_id": self._user_id, "title": title, "last_active_at": self.clock.now()}
        made = await self.session.bulk_insert(ChatThread, [row], ignore_conflicts=True)
        return None if made else await self.get(thread_id)

    def add(self, title: str, *, forked_from: ChatMessage | None = None) -> ChatThread:
        """A new thread; flush before its messages are added."""
        thread = ChatThread(
            id=new_id(),
            user_id=self._user_id,
            title=title,
            last_active_at=self.clock.now(),
            forked_from_thread_id=forked_from.thread_id if forked_from else None,
            forked_from_message_id=forked_from.id if forked_from else None,
        )
        self.session.add(thread)
        return thread

    async def touch(self, thread_id: str, at: datetime) -> None:
        await self.session.execute(update(ChatThread).where(ChatThread.id == thread_id).values(last_active_at=at))

    async def delete(self, thread: ChatThread) -> None:
        """With its messages, runs and feedback, by the database's own cascade."""
        await self.session.execute(delete(ChatThread).where(ChatThread.id == thread.id))

    async def messages(self, thread_id: str, request: PageRequest) -> Page[ChatMessage]:
        """In the order they were said."""
        of_thread = select(ChatMessage).where(ChatMessage.thread_id == thread_id)
        return await self.page(of_thread, request, ChatMessage.id, descending=False)

    async def latest_messages(self, thread_id: str, limit: int) -> Sequence[ChatMessage]:
        """The last few, in the order they were said."""
        latest = select(ChatMessage).where(ChatMessage.thread_id == thread_id).order_by(ChatMessage.id.desc())
        return tuple(reversed((await self.session.scalars(latest.limit(limit))).all()))

    async def messages_up_to(self, message: ChatMessage) -> Sequence[ChatMessage]:
        """A thread's messages from its first to this one."""
        earlier = select(ChatMessage).where(ChatMessage.thread_id == message.thread_id, ChatMessage.id <= message.id)
        return (await self.session.scalars(earlier.order_by(ChatMessage.id))).all()

    async def message(self, message_id: str) -> ChatMessage:
        """Raises CopilotError (not found) also when it stands in another person's thread."""
        own = (
            select(ChatMessage)
            .join(ChatThread, ChatThread.id == ChatMessage.thread_id)
            .where(ChatMessage.id == message_id, ChatThread.user_id == self._user_id)
        )
        if (message := await self.session.scalar(own)) is None:
            raise not_found("The message")
        return message

    def add_message(self, message: ChatMessage) -> None:
        self.session.add(message)

    async def feedback(self, message_ids: Sequence[str]) -> dict[str, MessageFeedback]:
        """The actor's verdicts by message id."""
        own = select(MessageFeedback).where(
            MessageFeedback.message_id.in_(message_ids), MessageFeedback.user_id == (self._user_id or "")
        )
        return {one.message_id: one for one in await self.session.scalars(own)}

    async def rate(self, message_id: str, rating: int, comment: str | None) -> None:
        """Sets the actor's verdict, replacing an earlier one."""
        if (known := (await self.feedback([message_id])).get(message_id)) is None:
            verdict: dict[str, Any] = {"rating": rating, "comment": comment}
            self.session.add(MessageFeedback(message_id=message_id, user_id=self._user_id or "", **verdict))
        else:
            known.rating, known.comment = rating, comment
