"""What is remembered of a person's other conversations, by meaning."""

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

    async def remember(self, context: RunContext, question: str, answer: str) -> None: ...


class NoRecollection:
    """Remembers nothing beyond the thread: for a process that has no semantic memory."""

    async def recall(self, context: RunContext, question: str) -> list[str]:  # noqa: ARG002 - the protocol's
        return []

    async def remember(self, context: RunContext, question: str, answer: str) -> None:
        """Nothing is kept."""


class SemanticRecollection:
    """Over the semantic memory, each person's apart: a machine's key has no person, so nothing is kept for it."""

    def __init__(self, memory: SemanticMemory) -> None:
        self._memory = memory

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
        if (user_id := context.actor.user_id) is None:
            return
        text = f"Asked: {question}\nAnswered: {answer}"[:LONGEST_MEMORY]
        try:
            await self._memory.remember(
                context.actor.tenant_id, text, kind=MemoryKind.THREAD, reference=context.thread_id, user_id=user_id
            )
        except CopilotError as error:
            log.warning("nothing remembered", run_id=context.run_id, reason=error.message)
