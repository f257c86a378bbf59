"""Semantic memory: recalled by meaning, by its own tenant and user only, over restarts, by one process at a time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.standins.openai import StandInModel
from memory.embeddings import EmbeddingConfig, WordLlamaEmbedder, make_embedder
from memory.providers import Target
from memory.semantic import LONGEST_MEMORY, MemoryKind, SemanticConfig, SemanticMemory
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind

pytestmark = pytest.mark.anyio
CLOCK = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))


@pytest.fixture
async def memory() -> AsyncIterator[SemanticMemory]:
    store = await SemanticMemory.open(SemanticConfig(), WordLlamaEmbedder(), CLOCK)
    yield store
    await store.aclose()


async def test_the_nearest_in_meaning_comes_first(memory: SemanticMemory) -> None:
    await memory.remember("t1", "We close the shop every Sunday.", reference="thread-1")
    await memory.remember("t1", "Our supplier for candles is Lumière in Lyon.", reference="thread-2")
    first, second = await memory.recall("t1", "where do the candles come from?")
    assert first.text.startswith("Our supplier")
    assert (first.reference, first.kind, first.remembered_at) == ("thread-2", MemoryKind.FACT, CLOCK.now())
    assert 1 >= first.score > second.score


async def test_a_tenant_never_sees_what_another_one_remembers(memory: SemanticMemory) -> None:
    await memory.remember("t1", "The margin on vases is 40 percent.")
    await memory.remember("t2", "The margin on vases is 12 percent.")
    assert [m.text for m in await memory.recall("t1", "margin on vases", k=50)] == [
        "The margin on vases is 40 percent."
    ]
    assert [m.text for m in await memory.recall("t2", "margin on vases", k=50)] == [
        "The margin on vases is 12 percent."
    ]
    assert await memory.recall("t3", "margin on vases") == ()


async def test_forgetting_stays_inside_the_tenant(memory: SemanticMemory) -> None:
    own = await memory.remember("t1", "A secret of the first shop.", reference="r")
    await memory.remember("t2", "A secret of the second shop.", reference="r")
    await memory.forget("t2", memory_id=own)
    assert len(await memory.recall("t1", "secret")) == 1
    await memory.forget("t1", reference="r")
    assert await memory.recall("t1", "secret") == ()
    assert len(await memory.recall("t2", "secret")) == 1


@pytest.mark.parametrize("tenant", ["", None])
async def test_nothing_works_without_a_tenant(memory: SemanticMemory, tenant: str) -> None:
    with pytest.raises(ValueError, match="without a tenant"):
        await memory.remember(tenant, "text")
    with pytest.raises(ValueError, match="without a tenant"):
        await memory.recall(tenant, "text")
    with pytest.raises(ValueError, match="without a tenant"):
        await memory.forget(tenant)


async def test_what_one_user_said_is_not_recalled_for_another(memory: SemanticMemory) -> None:
    await memory.remember("t1", "Ann wants reports on Monday.", user_id="ann")
    await memory.remember("t1", "Everyone wants reports on Friday.")
    seen_by_bob = await memory.recall("t1", "reports", user_id="bob")
    assert [m.text for m in seen_by_bob] == ["Everyone wants reports on Friday."]
    assert len(await memory.recall("t1", "reports", user_id="ann")) == 2
    assert len(await memory.recall("t1", "reports")) == 1


async def test_the_same_thing_twice_is_one_memory(memory: SemanticMemory) -> None:
    first = await memory.remember("t1", "The fiscal year starts in April.")
    again = await memory.remember("t1", " The fiscal year starts in April. ")
    other = await memory.remember("t1", "The fiscal year starts in April.", kind=MemoryKind.THREAD)
    assert first == again != other
    assert len(await memory.recall("t1", "fiscal year")) == 2
    assert [m.id for m in await memory.recall("t1", "fiscal year", kind=MemoryKind.THREAD)] == [other]


async def test_all_of_a_tenant_can_be_forgotten(memory: SemanticMemory) -> None:
    await asyncio.gather(*(memory.remember("t1", f"fact number {n}") for n in range(10)))
    await memory.forget("t1")
    assert await memory.recall("t1", "fact", k=50) == ()


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST_MEMORY + 1)])
async def test_a_text_of_the_wrong_length_is_refused(memory: SemanticMemory, text: str) -> None:
    with pytest.raises(CopilotError) as caught:
        await memory.remember("t1", text)
    assert caught.value.kind is ErrorKind.INVALID


async def test_an_empty_query_recalls_nothing(memory: SemanticMemory) -> None:
    await memory.remember("t1", "something")
    assert await memory.recall("t1", " ") == ()


async def test_a_folder_survives_a_restart_and_has_one_owner(tmp_path: Path) -> None:
    config, embedder = SemanticConfig(path=tmp_path / "qdrant"), WordLlamaEmbedder()
    first = await SemanticMemory.open(config, embedder, CLOCK)
    await first.remember("t1", "The shop opened in 1998.")
    with pytest.raises(CopilotError) as caught:
        await SemanticMemory.open(config, embedder, CLOCK)
    assert caught.value.kind is ErrorKind.CONFLICT
    assert "another process" in caught.value.message
    assert str(tmp_path) not in caught.value.message
    await first.aclose()
    second = await SemanticMemory.open(config, embedder, CLOCK)
    assert [m.text for m in await second.recall("t1", "when did it open?")] == ["The shop opened in 1998."]
    await second.aclose()


async def test_vectors_of_two_embedders_are_never_compared(tmp_path: Path) -> None:
    config = SemanticConfig(path=tmp_path / "qdrant")
    first = await SemanticMemory.open(config, WordLlamaEmbedder(), CLOCK)
    await first.remember("t1", "an old fact")
    await first.aclose()
    with StandInModel([]) as server:
        other = make_embedder(EmbeddingConfig(Target("openai/e", server.base_url, "k")))
        second = await SemanticMemory.open(config, other, CLOCK)
        assert await second.recall("t1", "an old fact") == ()
        await second.remember("t1", "a new fact")
        assert [m.text for m in await second.recall("t1", "a new fact", k=9)] == ["a new fact"]
        await second.forget("t1")
        await second.aclose()
    third = await SemanticMemory.open(config, WordLlamaEmbedder(), CLOCK)
    assert await third.recall("t1", "an old fact") == ()
    await third.aclose()


async def test_a_server_that_is_not_there_is_one_clear_error() -> None:
    store = await SemanticMemory.open(SemanticConfig(url="http://127.0.0.1:1", seconds=2), WordLlamaEmbedder(), CLOCK)
    with pytest.raises(CopilotError) as caught:
        await store.recall("t1", "anything")
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    await store.aclose()


async def test_a_local_store_keeps_each_owner_apart_and_forgets_everywhere(tmp_path: Path) -> None:
    store = await SemanticMemory.open(SemanticConfig(path=tmp_path / "qdrant"), WordLlamaEmbedder(), CLOCK)
    for user in (None, "ann", "bob"):
        await store.remember("t1", "The shelf is full.", reference="thread", user_id=user)
    await store.remember("t2", "The shelf is full.", reference="thread", user_id="ann")
    names = [each.name for each in (tmp_path / "qdrant" / "collection").iterdir()]
    assert len(names) == 4
    assert not any(word in name for name in names for word in ("t1", "t2", "ann", "bob"))
    assert len(await store.recall("t1", "shelf", user_id="ann")) == 2
    await store.forget("t1", reference="thread")
    assert await store.recall("t1", "shelf", user_id="ann") == await store.recall("t1", "shelf", user_id="bob") == ()
    assert len(await store.recall("t2", "shelf", user_id="ann")) == 1
    await store.aclose()
