"""Conversations as their owner sees them: listed, named, forked, judged, and deleted without a trace."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage, ChatThread, MessageFeedback
from storage.repositories.base import PageRequest
from storage.repositories.runs import RunStatus

if TYPE_CHECKING:
    # Their libraries take seconds to import; the views below are needed before the first request.
    from memory.checkpoints import Checkpoints
    from memory.semantic import SemanticMemory

LONGEST_TITLE = 80


class _View(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ThreadView(_View):
    """A conversation. `waiting_run_id` names the run that waits for an approval, if one does."""

    id: str
    title: str
    created_at: datetime
    last_active_at: datetime
    forked_from_thread_id: str | None = None
    forked_from_message_id: str | None = None
    waiting_run_id: str | None = None
    interrupts: tuple[dict[str, Any], ...] = ()
    """What that run waits for, as it was shown."""


class ThreadList(_View):
    items: tuple[ThreadView, ...]
    next_cursor: str | None


class ToolCallView(_View):
    id: str
    name: str
    agent: str
    arguments: dict[str, Any]
    text: str
    """What came back, for people."""
    failed: bool


class FeedbackView(_View):
    rating: Literal[-1, 1] = Field(description="1: helpful, -1: not.")
    comment: str | None = Field(default=None, max_length=4000)


class MessageView(_View):
    """What was said. `blocks` are tables, charts, sources and choices as the chat showed them."""

    id: str
    run_id: str | None
    role: Literal["user", "assistant"]
    content: str
    agent: str | None
    blocks: tuple[dict[str, Any], ...]
    tool_calls: tuple[ToolCallView, ...]
    created_at: datetime
    feedback: FeedbackView | None = None


class MessageList(_View):
    items: tuple[MessageView, ...]
    next_cursor: str | None


class ThreadService:
    """Every method acts on the actor's own conversations; any other is not found."""

    def __init__(
        self, database: Database, checkpoints: "Checkpoints", semantic: "SemanticMemory | None" = None
    ) -> None:
        self._database = database
        self._checkpoints = checkpoints
        self._semantic = semantic

    async def create(self, actor: Actor, title: str = "") -> ThreadView:
        async with self._database.write(actor) as uow:
            thread = uow.threads.add(_clean_title(title))
            await uow.flush()
            return _thread_view(thread)

    async def list(self, actor: Actor, request: PageRequest) -> ThreadList:
        """The last active first."""
        async with self._database.read(actor) as uow:
            page = await uow.threads.list(request)
            return ThreadList(items=tuple(map(_thread_view, page.items)), next_cursor=page.next_cursor)

    async def get(self, actor: Actor, thread_id: str) -> ThreadView:
        async with self._database.read(actor) as uow:
            view = _thread_view(await uow.threads.get(thread_id))
            waiting = await uow.runs.open(thread_id)
            if waiting is None or waiting.status != RunStatus.INTERRUPTED:
                return view
            return view.model_copy(update={"waiting_run_id": waiting.id, "interrupts": tuple(waiting.interrupts)})

    async def rename(self, actor: Actor, thread_id: str, title: str) -> ThreadView:
        """Raises CopilotError (invalid) for an empty title."""
        if not (cleaned := _clean_title(title)):
            raise CopilotError(ErrorKind.INVALID, "A conversation needs a title.")
        async with self._database.write(actor) as uow:
            thread = await uow.threads.get(thread_id)
            before, thread.title = thread.title, cleaned
            uow.audit("update", "chat_threads", thread.id, before={"title": before}, after={"title": cleaned})
            await uow.flush()
            return _thread_view(thread)

    async def delete(self, actor: Actor, thread_id: str) -> None:
        """With its messages, runs and feedback, and what was remembered of it. Raises CopilotError (conflict) while it
        is being answered."""
        async with self._database.write(actor) as uow:
            thread = await uow.threads.get(thread_id)
            run = await uow.runs.open(thread_id)
            if run is not None and run.status == RunStatus.RUNNING:
                raise CopilotError(
                    ErrorKind.CONFLICT, "This conversation is being answered.", hint="Cancel the answer first."
                )
            await uow.threads.delete(thread)
            uow.audit("delete", "chat_threads", thread_id, before={"title": thread.title})
        await self._checkpoints.forget(thread_id)
        if self._semantic is not None:
            await self._semantic.forget(actor.tenant_id, reference=thread_id)

    async def forget_words(self, actor: Actor, words: Collection[str]) -> None:
        """Forgets memories and checkpoints of the tenant's conversations that hold any of these texts."""
        from memory.checkpoints import thread_config

        async with self._database.read(actor) as uow:
            thread_ids = await uow.threads.all_ids()
        wanted = [word.casefold() for word in words]
        for thread_id in thread_ids:
            # Listed to the end first: the saver lets nobody else in meanwhile.
            kept = [one async for one in self._checkpoints.saver.alist(thread_config(thread_id))]
            told = repr([(one.checkpoint, one.metadata, one.pending_writes) for one in kept]).casefold()
            if any(word in told for word in wanted):
                await self._checkpoints.forget(thread_id)
        if self._semantic is not None and wanted:
            await self._semantic.forget_words(actor.tenant_id, wanted)

    async def messages(self, actor: Actor, thread_id: str, request: PageRequest) -> MessageList:
        """In the order they were said."""
        async with self._database.read(actor) as uow:
            await uow.threads.get(thread_id)
            page = await uow.threads.messages(thread_id, request)
            verdicts = await uow.threads.feedback([message.id for message in page.items])
            views = tuple(_message_view(one, verdicts.get(one.id)) for one in page.items)
            return MessageList(items=views, next_cursor=page.next_cursor)

    async def fork(self, actor: Actor, thread_id: str, message_id: str) -> ThreadView:
        """A new conversation that begins as the old one was after this message; both go on apart."""
        async with self._database.write(actor) as uow:
            origin = await uow.threads.get(thread_id)
            message = await uow.threads.message(message_id)
            if message.thread_id != thread_id:
                raise not_found("The message")
            thread = uow.threads.add(origin.title, forked_from=message)
            await uow.flush()
            await uow.threads.say(*(_copy(one, thread.id) for one in await uow.threads.messages_up_to(message)))
            return _thread_view(thread)

    async def rate(self, actor: Actor, message_id: str, feedback: FeedbackView) -> None:
        """Says whether an answer helped; a later verdict replaces an earlier one. Raises CopilotError (invalid) for
        a message that is no answer."""
        async with self._database.write(actor) as uow:
            message = await uow.threads.message(message_id)
            if message.role != "assistant":
                raise CopilotError(ErrorKind.INVALID, "Only answers can be rated.")
            await uow.threads.rate(message_id, feedback.rating, feedback.comment)


def title_of(question: str) -> str:
    """A conversation's first title: its first question, cut at a word."""
    return _clean_title(question)


def _clean_title(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"


def _copy(message: ChatMessage, thread_id: str) -> ChatMessage:
    return ChatMessage(
        id=new_id(),
        thread_id=thread_id,
        run_id=message.run_id,
        role=message.role,
        content=message.content,
        agent=message.agent,
        blocks=message.blocks,
        tool_calls=message.tool_calls,
        context=message.context,
    )


def _thread_view(thread: ChatThread) -> ThreadView:
    return ThreadView(
        id=thread.id,
        title=thread.title,
        created_at=thread.created_at,
        last_active_at=thread.last_active_at,
        forked_from_thread_id=thread.forked_from_thread_id,
        forked_from_message_id=thread.forked_from_message_id,
    )


def _message_view(message: ChatMessage, verdict: MessageFeedback | None) -> MessageView:
    return MessageView.model_validate(
        {
            "id": message.id,
            "run_id": message.run_id,
            "role": message.role,
            "content": message.content,
            "agent": message.agent,
            "blocks": message.blocks,
            "tool_calls": message.tool_calls,
            "created_at": message.created_at,
            "feedback": None if verdict is None else {"rating": verdict.rating, "comment": verdict.comment},
        }
    )
