"""What is remembered of a person's other conversations, by meaning."""

import asyncio
from typing import Protocol

import structlog

from agents.state import RunContext
from memory.semantic import LONGEST_MEMORY, MemoryKind, SemanticMemory
from storage.kernel.errors import CopilotError

log = structlog.get_logger(__name__)

MOST_RECALLED = 3
LEAST_SCORE = 0.6
"""Cosine similarity below which two questions are about different things, for the embedded embeddings."""


class Recollection(Protocol):
    """Neither raises: a conversation goes on when what was said in others cannot be reached."""

    async def recall(self, context: RunContext, question: str) -> list[str]:
        """What the same person asked and was told elsewhere, best first."""
        ...

    async def remember(self, context: RunContext, question: str, answer: str) -> None:
        """Keeps it soon: nobody has to wait for that."""
        ...


class NoRecollection:
    """Remembers nothing beyond the thread: for a process that has no semantic memory."""

    async def recall(self, context: RunContext, question: str) -> list[str]:  # noqa: ARG002 - the protocol's
        return []

    async def remember(self, context: RunContext, question: str, answer: str) -> None:
        """Nothing is kept."""


class SemanticRecollection:
    """Over the semantic memory, each person's apart: a machine's key has no person, so nothing is kept for it.

    What is to be remembered is written behind the answer; `settle` before the memory is closed."""

    def __init__(self, memory: SemanticMemory) -> None:
        self._memory = memory
        self._writing: set[asyncio.Task[None]] = set()

    async def recall(self, context: RunContext, question: str) -> list[str]:
        if (user_id := context.actor.user_id) is None:
            return []
        try:
            found = await self._memory.recall(
                context.actor.tenant_id, question, MOST_RECALLED, user_id=user_id, kind=MemoryKind.THREAD
            )
        except CopilotError as error:
            log.warning("nothing recalled", run_id=context.run_id, reason=error.message)
            return []
        return [one.text for one in found if one.score >= LEAST_SCORE and one.reference != context.thread_id]

    async def remember(self, context: RunContext, question: str, answer: str) -> None:
        if context.actor.user_id is None:
            return
        text = f"Asked: {question}\nAnswered: {answer}"[:LONGEST_MEMORY]
        writing = asyncio.create_task(self._write(context, question, text), name=f"remember:{context.run_id}")
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _write(self, context: RunContext, question: str, text: str) -> None:
        tenant_id, user_id = context.actor.tenant_id, context.actor.user_id
        try:
            await self._memory.remember(
                tenant_id, text, kind=MemoryKind.THREAD, reference=context.thread_id, user_id=user_id, about=question
            )
        except CopilotError as error:
            log.warning("nothing remembered", run_id=context.run_id, reason=error.message)
        except Exception:
            log.exception("memory fault", run_id=context.run_id)

    async def settle(self) -> None:
        """Returns when all that was to be remembered is written."""
        while self._writing:
            await asyncio.wait(set(self._writing))
