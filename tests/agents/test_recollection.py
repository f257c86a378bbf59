"""What a person asked in one conversation is known in the next one, and nobody waits for its writing."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from agents.recollection import SemanticRecollection
from agents.state import RunContext
from memory.embeddings import WordLlamaEmbedder
from memory.semantic import SemanticConfig, SemanticMemory
from storage.kernel.actor import Actor, Module, Role, Surface
from storage.kernel.clock import FixedClock

pytestmark = pytest.mark.anyio
CLOCK = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


def context(thread_id: str, user_id: str | None = "ann", tenant_id: str = "t1") -> RunContext:
    actor = Actor(tenant_id, user_id, Role.OWNER, Surface.CHAT)
    return RunContext(
        actor=actor,
        modules=frozenset(Module),
        run_id="r",
        turn_id="r",
        conversation_id=thread_id,
        today=date(2026, 3, 1),
    )


@pytest.fixture
async def memory() -> AsyncIterator[SemanticMemory]:
    store = await SemanticMemory.open(SemanticConfig(), WordLlamaEmbedder(), CLOCK)
    yield store
    await store.aclose()


async def test_another_conversation_recalls_it_and_the_same_one_does_not(memory: SemanticMemory) -> None:
    kept = SemanticRecollection(memory)
    await kept.remember(context("one"), "revenue in may", "It was $5.")
    await kept.settle()
    assert await kept.recall(context("two"), "revenue in may?") == ["Asked: revenue in may\nAnswered: It was $5."]
    assert await kept.recall(context("one"), "revenue in may?") == []


async def test_nobody_else_recalls_it(memory: SemanticMemory) -> None:
    kept = SemanticRecollection(memory)
    await kept.remember(context("one"), "revenue in may", "It was $5.")
    await kept.remember(context("key", user_id=None), "revenue in may", "It was $6.")
    await kept.settle()
    for stranger in (context("two", "bob"), context("two", None), context("two", "ann", "t2")):
        assert await kept.recall(stranger, "revenue in may") == []


async def test_a_memory_that_cannot_be_written_troubles_nobody(
    memory: SemanticMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any, **__: Any) -> str:
        raise RuntimeError("disk full")

    monkeypatch.setattr(memory, "remember", refuse)
    kept = SemanticRecollection(memory)
    await kept.remember(context("one"), "revenue in may", "It was $5.")
    await kept.settle()
    assert await kept.recall(context("two"), "revenue in may") == []
