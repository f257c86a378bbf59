"""Text to vectors: static embeddings that ship with the program, or any provider's through litellm.

Beside agents/models.py the only module that imports litellm.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from memory.model_spans import ModelSpan, Usage
from memory.providers import Target, read_fault, refuse_live_call, timed_out
from storage.kernel.errors import CopilotError, ErrorKind

Vectors = NDArray[np.float32]

EMBEDDED = Target("embedded")
# Meaning is in the first page of a text; a batch is padded to its longest member, so this bounds memory too.
LONGEST_TEXT = 4_000
_BATCH = 16
_TEXTS_KEPT = 128


class Embedder(Protocol):
    """`name` says which space the vectors live in: those of two names must never be compared."""

    @property
    def name(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, of unit length; a text without content gives a row of zeros. Only the first
        `LONGEST_TEXT` characters count. Raises CopilotError when the model cannot be asked."""
        ...


class WordLlamaEmbedder:
    """wordllama's static embeddings (MIT, weights inside the package): no network, about 0.1 ms a sentence.

    The first use loads the weights, about a second; `load` does so ahead of time. Thread-safe.
    """

    name = "wordllama-l2-supercat-256"

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()
        # A question is embedded for the memory of other conversations and again for the choice of an agent.
        self._of_one = lru_cache(maxsize=_TEXTS_KEPT)(self._embed_one)

    def load(self) -> None:
        with self._lock:
            if self._model is None:
                self._model = _load_wordllama()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """`embed` for callers that are not asynchronous."""
        return self._of_one(texts[0]).copy() if len(texts) == 1 else self._embed(texts)

    def _embed_one(self, text: str) -> Vectors:
        return self._embed([text])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        self.load()
        if not texts:
            return np.zeros((0, 256), dtype=np.float32)
        shortened = [text[:LONGEST_TEXT].strip() for text in texts]
        # The library divides by the number of tokens: an empty text would become NaN.
        raw: Vectors = self._model.embed([text or "." for text in shortened], batch_size=_BATCH)
        raw[[not text for text in shortened]] = 0.0
        return _unit_rows(raw)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        if self._model is None:
            await asyncio.to_thread(self.load)
        return self.vectors(texts)


@dataclass(frozen=True, slots=True)
class EmbeddingConfig:
    """`target.name` is "embedded" or litellm's "provider/model". `seconds` bounds one call."""

    target: Target = EMBEDDED
    seconds: float = 20.0
    allow_live_calls: bool = False
    """Off unless the composition root switches it on, so that no test can reach a provider by accident."""


class LiteLLMEmbedder:
    """Any embedding model that litellm knows."""

    def __init__(self, config: EmbeddingConfig) -> None:
        if not config.allow_live_calls:
            refuse_live_call(config.target)
        self._config = config

    @property
    def name(self) -> str:
        return self._config.target.name

    async def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        litellm: Any = await asyncio.to_thread(load_litellm)
        target, shortened = self._config.target, [text[:LONGEST_TEXT].strip() for text in texts]
        try:
            async with asyncio.timeout(self._config.seconds):
                with ModelSpan("embeddings", target) as call:
                    response = await litellm.aembedding(
                        model=target.name,
                        # Providers refuse an empty text.
                        input=[text or "." for text in shortened],
                        api_base=target.api_base,
                        api_key=target.api_key,
                        timeout=self._config.seconds,
                        max_retries=1,
                    )
                    tokens: Any = getattr(response.usage, "prompt_tokens", None)
                    call.used(Usage(int(tokens)) if tokens else None)
        except TimeoutError as error:
            raise timed_out() from error
        except Exception as error:
            raise read_fault(error, target.name).error from error
        rows = _parse_rows(response.model_dump(), len(texts))
        rows[[not text for text in shortened]] = 0.0
        return _unit_rows(rows)


def make_embedder(config: EmbeddingConfig) -> WordLlamaEmbedder | LiteLLMEmbedder:
    """The embedder that a setting names."""
    return WordLlamaEmbedder() if config.target == EMBEDDED else LiteLLMEmbedder(config)


def load_litellm() -> ModuleType:
    """Import litellm (seconds: call it off the event loop) so that neither the import nor a call phones home."""
    # litellm reads these two while it is imported and has no other switch for them: without the first it fetches its
    # price list from the network, without the second it loads any .env file that lies about into our environment.
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    os.environ.setdefault("LITELLM_MODE", "PRODUCTION")
    import litellm

    litellm.suppress_debug_info = True
    return litellm


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    index: int = Field(ge=0)
    embedding: list[float] = Field(min_length=1)


class _Response(BaseModel):
    model_config = ConfigDict(extra="ignore")

    data: list[_Row]


def _parse_rows(response: dict[str, Any], count: int) -> Vectors:
    try:
        rows = sorted(_Response.model_validate(response).data, key=lambda row: row.index)
    except ValidationError as error:
        raise _nonsense() from error
    widths = {len(row.embedding) for row in rows}
    if [row.index for row in rows] != list(range(count)) or len(widths) != 1:
        raise _nonsense()
    vectors = np.array([row.embedding for row in rows], dtype=np.float32)
    if not np.isfinite(vectors).all():
        raise _nonsense()
    return vectors


def _nonsense() -> CopilotError:
    message = "The embedding model answered with something that is not one vector a text."
    return CopilotError(ErrorKind.UNAVAILABLE, message, hint="An administrator can choose another embedding model.")


def _unit_rows(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _load_wordllama() -> Any:
    # Importing the library configures the root logger (logging.basicConfig): put it back as it was.
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        import wordllama
    finally:
        root.handlers[:], root.level = handlers, level
    # Left alone, its loader looks into the home directory and then downloads: the weights are in the package.
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
