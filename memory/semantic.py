"""What the platform remembers by meaning: facts and conversations as vectors in Qdrant, each tenant's apart."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import NAMESPACE_OID, uuid5

from pydantic import BaseModel, ConfigDict, ValidationError

from memory.embeddings import Embedder
from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind, invalid

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import Filter

T = TypeVar("T")

LONGEST_MEMORY = 4_000
MOST_RECALLED = 50


class MemoryKind(StrEnum):
    FACT = "fact"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class SemanticConfig:
    """A Qdrant server's `url`, else a folder for the local store, else memory alone."""

    path: Path | None = None
    url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    seconds: int = 10


class Memory(BaseModel):
    """Something remembered. `score` is the cosine similarity to the query, at most 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: MemoryKind
    text: str
    reference: str | None
    """What it is about or where it was said: an entity's or a thread's id."""
    remembered_at: datetime
    score: float


class SemanticMemory:
    """Every point carries its tenant, and no search, count or deletion exists without one.

    A memory of one user (`user_id`) is recalled for that user alone; without one it is the whole tenant's.
    """

    def __init__(self, client: "QdrantClient", embedder: Embedder, clock: Clock, *, local: bool) -> None:
        self._client = client
        self._embedder = embedder
        self._clock = clock
        self._local = local
        self._collections: set[str] = set()
        # The local store is SQLite and a linear scan: one thread serialises it and keeps it off the event loop.
        self._threads = ThreadPoolExecutor(1 if local else 8, thread_name_prefix="semantic-memory")

    @classmethod
    async def open(cls, config: SemanticConfig, embedder: Embedder, clock: Clock) -> "SemanticMemory":
        """Raises CopilotError when another process has the local folder open."""
        client = await asyncio.to_thread(_connect, config)
        return cls(client, embedder, clock, local=config.url is None)

    async def aclose(self) -> None:
        await self._run(self._client.close)
        self._threads.shutdown()

    async def remember(
        self,
        tenant_id: str,
        text: str,
        *,
        kind: MemoryKind = MemoryKind.FACT,
        reference: str | None = None,
        user_id: str | None = None,
    ) -> str:
        """Keep a text (at most `LONGEST_MEMORY` characters) and return its id. The same text again, of the same
        kind, reference and user, is the same memory with a new date."""
        _require_tenant(tenant_id)
        text = text.strip()
        if not text or len(text) > LONGEST_MEMORY:
            raise invalid(f"A memory has between 1 and {LONGEST_MEMORY} characters.", pointer="/text")
        vector = (await self._embedder.embed([text]))[0].tolist()
        memory_id = str(uuid5(NAMESPACE_OID, "\0".join([tenant_id, user_id or "", kind, reference or "", text])))
        payload = {
            "tenant_id": tenant_id,
            "user_id": user_id,
            "kind": kind.value,
            "text": text,
            "reference": reference,
            "remembered_at": self._clock.now().isoformat(),
        }
        await self._run(lambda: self._upsert(memory_id, vector, payload))
        return memory_id

    async def recall(
        self,
        tenant_id: str,
        query: str,
        k: int = 5,
        *,
        user_id: str | None = None,
        kind: MemoryKind | None = None,
    ) -> tuple[Memory, ...]:
        """The memories nearest in meaning, best first: the tenant's own and, with `user_id`, that user's."""
        _require_tenant(tenant_id)
        if not 1 <= k <= MOST_RECALLED:
            raise invalid(f"Between 1 and {MOST_RECALLED} memories can be recalled.", pointer="/k")
        if not query.strip():
            return ()
        vector = (await self._embedder.embed([query]))[0].tolist()
        return await self._run(lambda: self._search(vector, _visible_to(tenant_id, user_id, kind), k))

    async def forget(
        self, tenant_id: str, *, memory_id: str | None = None, reference: str | None = None, user_id: str | None = None
    ) -> None:
        """Forget one memory, all with a reference, or all of a user; without any of the three, all of the tenant.
        What is not there, or is another tenant's, is left as it is."""
        _require_tenant(tenant_id)
        chosen = _matching(tenant_id, memory_id=memory_id, reference=reference, user_id=user_id)
        await self._run(lambda: self._delete(chosen))

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except CopilotError:
            raise
        except Exception as error:
            if self._local:
                raise
            raise _unreachable() from error

    def _upsert(self, memory_id: str, vector: list[float], payload: dict[str, Any]) -> None:
        from qdrant_client.models import PointStruct

        collection = self._collection(len(vector), create=True)
        self._client.upsert(collection, [PointStruct(id=memory_id, vector=vector, payload=payload)], wait=True)

    def _search(self, vector: list[float], visible: "Filter", k: int) -> tuple[Memory, ...]:
        collection = self._collection(len(vector), create=False)
        if collection is None:
            return ()
        found = self._client.query_points(collection, query=vector, query_filter=visible, limit=k, with_payload=True)
        return tuple(
            memory
            for point in found.points
            if (memory := _parse(str(point.id), point.score, point.payload)) is not None
        )

    def _delete(self, chosen: "Filter") -> None:
        from qdrant_client.models import FilterSelector

        # Also in the spaces of embedders used before: what is forgotten is gone everywhere.
        for collection in self._client.get_collections().collections:
            if collection.name.startswith(_PREFIX):
                self._client.delete(collection.name, FilterSelector(filter=chosen), wait=True)

    def _collection(self, dimensions: int, *, create: bool) -> Any:
        """The collection of this embedder's space, None where it does not exist and is not to be made."""
        from qdrant_client.models import Distance, KeywordIndexParams, KeywordIndexType, VectorParams

        space = hashlib.sha256(self._embedder.name.encode()).hexdigest()[:12]
        name = f"{_PREFIX}{space}-{dimensions}"
        if name in self._collections:
            return name
        if not self._client.collection_exists(name):
            if not create:
                return None
            self._client.create_collection(name, VectorParams(size=dimensions, distance=Distance.COSINE))
            if not self._local:
                index = KeywordIndexParams(type=KeywordIndexType.KEYWORD, is_tenant=True)
                self._client.create_payload_index(name, "tenant_id", index)
        self._collections.add(name)
        return name


_PREFIX = "memory-"


def _connect(config: SemanticConfig) -> "QdrantClient":
    from qdrant_client import QdrantClient

    if config.url is not None:
        return QdrantClient(url=config.url, api_key=config.api_key, timeout=config.seconds, check_compatibility=False)
    # One thread does all the work, though not the one that opens the store: SQLite's own check is in the way.
    if config.path is None:
        return QdrantClient(":memory:", force_disable_check_same_thread=True)
    try:
        return QdrantClient(path=str(config.path), force_disable_check_same_thread=True)
    except RuntimeError as error:
        if "already accessed" not in str(error):
            raise
        raise CopilotError(
            ErrorKind.CONFLICT,
            "The semantic memory is in use by another process.",
            hint="Let that process do the work, or configure a Qdrant server, which any number can share.",
        ) from error


def _require_tenant(tenant_id: str) -> None:
    # Not a user's mistake: an empty tenant would make a filter that means nothing.
    if not tenant_id:
        raise ValueError("semantic memory was used without a tenant")


def _matching(tenant_id: str, *, memory_id: str | None = None, **fields: str | None) -> "Filter":
    from qdrant_client.models import FieldCondition, Filter, HasIdCondition, MatchValue

    conditions: list[Any] = [FieldCondition(key="tenant_id", match=MatchValue(value=tenant_id))]
    conditions += [
        FieldCondition(key=name, match=MatchValue(value=value)) for name, value in fields.items() if value is not None
    ]
    if memory_id is not None:
        conditions.append(HasIdCondition(has_id=[memory_id]))
    return Filter(must=conditions)


def _visible_to(tenant_id: str, user_id: str | None, kind: MemoryKind | None) -> "Filter":
    from qdrant_client.models import FieldCondition, Filter, IsNullCondition, MatchValue, PayloadField

    owners: list[Any] = [IsNullCondition(is_null=PayloadField(key="user_id"))]
    if user_id is not None:
        owners.append(FieldCondition(key="user_id", match=MatchValue(value=user_id)))
    return Filter(must=[_matching(tenant_id, kind=kind), Filter(should=owners)])


def _parse(memory_id: str, score: float, payload: dict[str, Any] | None) -> Memory | None:
    """A point of ours; None for one that an older or other program wrote, which is no reason to fail a recall."""
    fields = {name: (payload or {}).get(name) for name in ("kind", "text", "reference", "remembered_at")}
    try:
        return Memory(id=memory_id, score=score, **fields)  # pyright: ignore[reportArgumentType]: pydantic checks them
    except ValidationError:
        return None


def _unreachable() -> CopilotError:
    return CopilotError(ErrorKind.UNAVAILABLE, "The semantic memory cannot be reached.", hint="Try again in a moment.")
