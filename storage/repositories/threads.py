"""Threads, messages and feedback of the person who acts: nobody, not even an owner, reads another's conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, delete, select, update

from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage, ChatThread, MessageFeedback
from storage.repositories.base import Page, PageRequest, Repository
from storage.statements import prepared

_OWN = prepared(
    # A machine's threads have no person: NULL is the same as NULL here.
    select(ChatThread).where(
        ChatThread.id == bindparam("thread_id"), ChatThread.user_id.is_not_distinct_from(bindparam("user_id"))
    )
)
_TOUCH = prepared(
    update(ChatThread).where(ChatThread.id == bindparam("thread_id")).execution_options(synchronize_session=False)
)
_LATEST = prepared(
    select(ChatMessage)
    .where(ChatMessage.thread_id == bindparam("thread_id"))
    .order_by(ChatMessage.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_LOOKED_THROUGH = 200
"""Messages in which a question is looked for."""


class ThreadRepository(Repository):
    """Only the actor's own threads exist here; any other id is not found."""

    @property
    def _user_id(self) -> str | None:
        actor = self.session.scope.actor
        return actor.user_id if actor else None

    async def find(self, thread_id: str) -> ChatThread | None:
        return await self.session.scalar(_OWN, {"thread_id": thread_id, "user_id": self._user_id})

    async def get(self, thread_id: str) -> ChatThread:
        """Raises CopilotError (not found)."""
        if (thread := await self.find(thread_id)) is None:
            raise not_found("The conversation")
        return thread

    async def list(self, request: PageRequest) -> Page[ChatThread]:
        """The last active first."""
        own = select(ChatThread).where(ChatThread.user_id == self._user_id)
        return await self.page(own, request, ChatThread.last_active_at, ChatThread.id)

    async def all_ids(self) -> tuple[str, ...]:
        """Of all the tenant's people."""
        return tuple(await self.session.scalars(select(ChatThread.id)))

    async def begin(self, thread_id: str, title: str) -> None:
        """Makes the actor's thread of this id. Raises CopilotError: conflict when it was made a moment ago, not found
        when the id is another's: that it exists stays unsaid."""
        row = {"id": thread_id, "user_id": self._user_id, "title": title, "last_active_at": self.clock.now()}
        if not await self.session.bulk_insert(ChatThread, [row], ignore_conflicts=True):
            await self.get(thread_id)
            raise CopilotError(
                ErrorKind.CONFLICT,
                "This conversation was begun a moment ago.",
                hint="Wait for its answer, then ask again.",
            )

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

    async def touch(self, thread_id: str, at: datetime, **changes: str) -> None:
        """Notes when a thread was last active, and what else changes of it."""
        await self.session.execute(_TOUCH, {"thread_id": thread_id, "last_active_at": at, **changes})

    async def delete(self, thread: ChatThread) -> None:
        """With its messages, runs and feedback, by the database's own cascade."""
        await self.session.execute(delete(ChatThread).where(ChatThread.id == thread.id))

    async def messages(self, thread_id: str, request: PageRequest) -> Page[ChatMessage]:
        """In the order they were said."""
        of_thread = select(ChatMessage).where(ChatMessage.thread_id == thread_id)
        return await self.page(of_thread, request, ChatMessage.id, descending=False)

    async def latest_messages(self, thread_id: str, limit: int) -> Sequence[ChatMessage]:
        """The last few, in the order they were said."""
        latest = await self.session.scalars(_LATEST, {"thread_id": thread_id, "most": limit})
        return tuple(reversed(latest.all()))

    async def context_of(self, thread_id: str, question: str) -> dict[str, Any] | None:
        """What the actor's thread knew of the last question after it answered these words, or where they were never
        said, after its last answer. None where there is no such thread, or it has answered nothing."""
        if await self.find(thread_id) is None:
            return None
        latest = await self.latest_messages(thread_id, _LOOKED_THROUGH)
        said = [i for i, one in enumerate(latest) if one.role == "user" and one.content.strip() == question.strip()]
        answers = [one.context for one in latest[said[-1] + 1 :]] if said else [one.context for one in reversed(latest)]
        return next((context for context in answers if context is not None), None)

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

    async def say(self, *messages: ChatMessage) -> None:
        """Writes new messages."""
        await self.session.insert(*messages)

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
