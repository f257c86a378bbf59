"""Embeddings: unit rows, no network, nothing said about an empty text, and clear words when a provider fails."""

import logging
import subprocess
import sys

import numpy as np
import pytest

from evals.standins.openai import StandInModel
from memory.embeddings import (
    EMBEDDED,
    EmbeddingConfig,
    LiteLLMEmbedder,
    WordLlamaEmbedder,
    make_embedder,
)
from memory.providers import Target
from storage.kernel.errors import CopilotError, ErrorKind

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def wordllama() -> WordLlamaEmbedder:
    return WordLlamaEmbedder()


async def test_rows_have_unit_length_and_follow_the_texts(wordllama: WordLlamaEmbedder) -> None:
    texts = ["revenue by month", "who are my best customers", "ünïcödé ☃"]
    vectors = await wordllama.embed(texts)
    assert vectors.shape == (3, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.allclose(vectors[1], (await wordllama.embed([texts[1]]))[0], atol=1e-5)


async def test_near_in_meaning_is_near_in_space(wordllama: WordLlamaEmbedder) -> None:
    sales, turnover, weather = await wordllama.embed(
        ["sales last month", "turnover of the past month", "it is raining"]
    )
    assert sales @ turnover > sales @ weather


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
async def test_a_text_without_content_is_a_row_of_zeros(wordllama: WordLlamaEmbedder, text: str) -> None:
    vectors = await wordllama.embed(["revenue", text])
    assert not vectors[1].any()
    assert np.isfinite(vectors).all()


async def test_a_very_long_text_beside_short_ones_is_bounded(wordllama: WordLlamaEmbedder) -> None:
    vectors = await wordllama.embed(["short", "\0 long " * 100_000, *["x"] * 40])
    assert np.isfinite(vectors).all()


async def test_no_texts_give_no_rows(wordllama: WordLlamaEmbedder) -> None:
    assert (await wordllama.embed([])).shape == (0, 256)


def test_loading_leaves_the_root_logger_alone_and_needs_no_network() -> None:
    program = (
        "import logging, socket\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "from memory.embeddings import WordLlamaEmbedder\n"
        "WordLlamaEmbedder().vectors(['hello'])\n"
        "assert logging.getLogger().handlers == [] and logging.getLogger().level == logging.WARNING\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_importing_the_module_loads_no_heavy_library() -> None:
    program = (
        "import sys, memory.embeddings, memory.semantic, memory.cache, agents.models\n"
        "heavy = {'litellm', 'wordllama', 'qdrant_client', 'redis', 'langchain_litellm'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


async def test_a_provider_is_asked_over_http_and_its_rows_are_put_to_unit_length() -> None:
    with StandInModel([]) as server:
        embedder = make_embedder(EmbeddingConfig(Target("openai/text-embedding-3-small", server.base_url, "k")))
        red, crimson, blue = await embedder.embed(["red red apple", "red apple", "blue sky"])
        assert red @ crimson > red @ blue
        assert np.isclose(np.linalg.norm(red), 1.0, atol=1e-5)
        assert not (await embedder.embed(["a", " "]))[1].any()
        assert embedder.name == "openai/text-embedding-3-small"


async def test_a_provider_that_is_not_there_is_one_clear_error() -> None:
    with StandInModel([]) as server:
        gone = server.base_url
    embedder = LiteLLMEmbedder(EmbeddingConfig(Target("openai/x", gone, "k"), seconds=5))
    with pytest.raises(CopilotError) as caught:
        await embedder.embed(["hello"])
    assert caught.value.kind in (ErrorKind.UNAVAILABLE, ErrorKind.TIMEOUT)
    assert "127.0.0.1" not in caught.value.message


@pytest.mark.parametrize("base", [None, "https://api.example.com/v1", "http://127.0.0.1.example.com/v1"])
def test_a_live_call_is_refused_unless_allowed(base: str | None) -> None:
    with pytest.raises(CopilotError, match="switched off"):
        LiteLLMEmbedder(EmbeddingConfig(Target("openai/text-embedding-3-small", base)))


def test_the_default_is_the_embedded_model() -> None:
    assert isinstance(make_embedder(EmbeddingConfig()), WordLlamaEmbedder)
    assert EmbeddingConfig().target == EMBEDDED


def test_keys_do_not_show_in_a_repr() -> None:
    assert "hunter2" not in repr(EmbeddingConfig(Target("openai/x", None, "hunter2"), allow_live_calls=True))


def test_the_logging_level_of_the_test_process_is_untouched(wordllama: WordLlamaEmbedder) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers))
    wordllama.vectors(["hello"])
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
