"""Conversations: threads, their messages and runs, feedback, and what a follow-up refers to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Id, Identified, Stamped, TenantOwned, Unaudited


class ChatThread(Identified, TenantOwned, Stamped, Unaudited, Base):
    """One conversation of one person. The id may come from the client, as AG-UI has it; the owner never does."""

    __tablename__ = "chat_threads"
    __table_args__ = (Index(None, "tenant_id", "user_id", "last_active_at"),)

    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    """Its owner; None for a machine's key, whose threads belong to the tenant's machines."""
    title: Mapped[str] = mapped_column(String(200), default="")
    last_active_at: Mapped[datetime]
    forked_from_thread_id: Mapped[str | None] = mapped_column(Id)
    forked_from_message_id: Mapped[str | None] = mapped_column(Id)


class ChatRun(Identified, TenantOwned, Stamped, Unaudited, Base):
    """One turn of a thread. States: running → succeeded, failed, cancelled, or interrupted (waiting for an approval);
    an interrupted run is continued by a later run, and is then resolved. At most one run of a thread is running."""

    __tablename__ = "chat_runs"
    __table_args__ = (
        Index(None, "tenant_id", "thread_id"),
        Index(
            "uq_chat_runs_running_thread_id",
            "thread_id",
            unique=True,
            sqlite_where=text("status = 'running'"),
            postgresql_where=text("status = 'running'"),
        ),
        Index(None, "status", "heartbeat_at"),
    )

    thread_id: Mapped[str] = mapped_column(Id, ForeignKey("chat_threads.id", ondelete="CASCADE"))
    user_id: Mapped[str | None] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(20))
    heartbeat_at: Mapped[datetime]
    """Renewed by the worker that executes the run; a running run whose heartbeat is old was left by a crash."""
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    """Asked for from any worker; the one that executes the run sees it with its next heartbeat."""
    finished_at: Mapped[datetime | None]
    as_of: Mapped[date | None]
    interrupts: Mapped[list[Any]] = mapped_column(default=list)
    """What the run waits for: id, tool call, capability, the exact arguments and their hash."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(Text)
    prompt_hash: Mapped[str] = mapped_column(String(64), default="")
    """Which wording of the prompts the run used (see prompts.loader)."""
    usage: Mapped[list[Any]] = mapped_column(default=list)
    """Tokens per model."""


class ChatMessage(Identified, TenantOwned, Stamped, Unaudited, Base):
    """What was said, as it was shown: the user's words, or an answer with its tool calls and result blocks."""

    __tablename__ = "chat_messages"
    __table_args__ = (Index(None, "tenant_id", "thread_id", "id"),)

    thread_id: Mapped[str] = mapped_column(Id, ForeignKey("chat_threads.id", ondelete="CASCADE"))
    run_id: Mapped[str | None] = mapped_column(Id)
    role: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    agent: Mapped[str | None] = mapped_column(String(40))
    """Who answered: a Module value; None for the user and for the orchestrator itself."""
    blocks: Mapped[list[Any]] = mapped_column(default=list)
    """tools.kit.blocks as JSON."""
    tool_calls: Mapped[list[Any]] = mapped_column(default=list)
    """id, name, arguments, result text and whether it failed."""
    context: Mapped[dict[str, Any] | None]
    """The thread's query context after this answer: the next turn goes on from here, as does a fork."""


class MessageFeedback(Identified, TenantOwned, Stamped, Base):
    """A person's verdict on an answer: rating 1 (helpful) or -1 (not)."""

    __tablename__ = "message_feedback"
    __table_args__ = (UniqueConstraint("tenant_id", "message_id", "user_id"),)

    message_id: Mapped[str] = mapped_column(Id, ForeignKey("chat_messages.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id, default="")
    """Empty for a machine's key, so that the uniqueness holds for it too."""
    rating: Mapped[int]
    comment: Mapped[str | None] = mapped_column(Text)


class ToolExecution(Identified, TenantOwned, Stamped, Unaudited, Base):
    """A call with an effect that has been carried out, written with the effect itself, so that a resumed run
    finds it and does not do it twice."""

    __tablename__ = "tool_executions"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)

    key: Mapped[str] = mapped_column(String(120))
    capability: Mapped[str] = mapped_column(String(120))
    arguments_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]]


class QueryContext(Identified, TenantOwned, Stamped, Unaudited, Base):
    """The last question that a user asked outside the chat under a conversation id, as a MetricQuery, for "and the year
    before?". The id is the caller's own choice, and two users may choose the same one: neither reads nor changes the
    other's. A chat's is with its messages."""

    __tablename__ = "query_contexts"
    __table_args__ = (UniqueConstraint("tenant_id", "user_id", "conversation_id"),)

    user_id: Mapped[str] = mapped_column(Id, default="")
    """Empty for the operator and for keys."""
    conversation_id: Mapped[str] = mapped_column(String(120))
    query: Mapped[dict[str, Any]]
