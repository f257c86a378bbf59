"""What the platform remembers by meaning: facts and conversations as vectors in Qdrant, each tenant's apart.

On a server one collection holds everybody's, with the tenant indexed, and every search is filtered. The local store
filters point by point in Python (some 8 µs each), so there each owner has a collection of its own, searched whole.
"""

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import NAMESPACE_OID, uuid5

from pydantic import BaseModel, ConfigDict, ValidationError

from memory.embeddings import Embedder, Vectors
from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind, invalid

if TYPE_CHECKING:
    from qdrant_client import QdrantClient
    from qdrant_client.models import Filter, ScoredPoint

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
    """Every point carries its tenant, and no search or deletion exists without one.

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
        about: str | None = None,
    ) -> str:
        """Keep a text (at most `LONGEST_MEMORY` characters) and return its id. The same text again, of the same
        kind, reference and user, is the same memory with a new date. `about` is what it is found by: the text itself
        where nothing is said, but of an answer the question, since it is a question that asks for it."""
        _require_tenant(tenant_id)
        text = text.strip()
        if not text or len(text) > LONGEST_MEMORY:
            raise invalid(f"A memory has between 1 and {LONGEST_MEMORY} characters.", pointer="/text")
        vector = (await self._embedder.embed([about or text]))[0].tolist()
        memory_id = str(uuid5(NAMESPACE_OID, "\0".join([tenant_id, user_id or "", kind, reference or "", text])))
        payload = {
            "tenant_id": tenant_id,
            "user_id": user_id,
            "kind": kind.value,
            "text": text,
            "reference": reference,
            "remembered_at": self._clock.now().isoformat(),
        }
        owner = _Owner(tenant_id, user_id, kind)
        await self._run(lambda: self._upsert(owner, memory_id, vector, payload))
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
        vector = (await self._embedder.embed([query]))[0]
        owners = _owners(tenant_id, user_id, kind)
        if self._local:
            return await self._run(lambda: self._search_apart(vector, owners, k))
        return await self._run(lambda: self._search(vector, _visible_to(tenant_id, user_id, kind), k))

    async def forget(
        self, tenant_id: str, *, memory_id: str | None = None, reference: str | None = None, user_id: str | None = None
    ) -> None:
        """Forget one memory, all with a reference, or all of a user; without any of the three, all of the tenant.
        What is not there, or is another tenant's, is left as it is."""
        _require_tenant(tenant_id)
        chosen = _matching(tenant_id, memory_id=memory_id, reference=reference, user_id=user_id)
        await self._run(lambda: self._delete(tenant_id, chosen))

    async def forget_words(self, tenant_id: str, words: Collection[str]) -> None:
        """Forget all memories of the tenant whose text holds any of these, in any case."""
        _require_tenant(tenant_id)
        await self._run(lambda: self._delete_with(tenant_id, [word.casefold() for word in words]))

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except CopilotError:
            raise
        except Exception as error:
            if self._local:
                raise
            raise _unreachable() from error

    def _upsert(self, owner: "_Owner", memory_id: str, vector: list[float], payload: dict[str, Any]) -> None:
        from qdrant_client.models import PointStruct

        collection = self._collection(len(vector), owner, create=True)
        self._client.upsert(collection, [PointStruct(id=memory_id, vector=vector, payload=payload)], wait=True)

    def _search(self, vector: Vectors, visible: "Filter", k: int) -> tuple[Memory, ...]:
        collection = self._collection(len(vector), None, create=False)
        if collection is None:
            return ()
        found = self._client.query_points(collection, query=vector, query_filter=visible, limit=k, with_payload=True)
        return tuple(memory for _, memory in _parsed(found.points))

    def _search_apart(self, vector: Vectors, owners: Sequence["_Owner"], k: int) -> tuple[Memory, ...]:
        found: list[Memory] = []
        for owner in owners:
            if (collection := self._collection(len(vector), owner, create=False)) is not None:
                points = self._client.query_points(collection, query=vector, limit=k, with_payload=True).points
                found += [memory for payload, memory in _parsed(points) if owner.owns(payload)]
        return tuple(sorted(found, key=lambda memory: memory.score, reverse=True)[:k])

    def _delete(self, tenant_id: str, chosen: "Filter") -> None:
        from qdrant_client.models import FilterSelector

        # Also in the spaces of embedders used before: what is forgotten is gone everywhere.
        for collection in self._client.get_collections().collections:
            shared_or_own = collection.name.count("-") == _SHARED_DASHES or _digest(tenant_id) in collection.name
            if collection.name.startswith(_PREFIX) and shared_or_own:
                self._client.delete(collection.name, FilterSelector(filter=chosen), wait=True)

    def _delete_with(self, tenant_id: str, words: Sequence[str]) -> None:
        from qdrant_client.models import PointIdsList

        for collection in self._client.get_collections().collections:
            if not collection.name.startswith(_PREFIX):
                continue
            place: Any = None
            while True:
                points, place = self._client.scroll(
                    collection.name, _matching(tenant_id), limit=_SCROLLED_AT_ONCE, offset=place, with_payload=True
                )
                told = [(one.id, str((one.payload or {}).get("text", "")).casefold()) for one in points]
                gone = [id_ for id_, text in told if any(word in text for word in words)]
                if gone:
                    self._client.delete(collection.name, PointIdsList(points=gone), wait=True)
                if place is None:
                    break

    def _collection(self, dimensions: int, owner: "_Owner | None", *, create: bool) -> Any:
        """The collection of this embedder's space, in a local store that of the owner; None where it does not exist
        and is not to be made."""
        from qdrant_client.models import Distance, KeywordIndexParams, KeywordIndexType, VectorParams

        space = hashlib.sha256(self._embedder.name.encode()).hexdigest()[:12]
        name = f"{_PREFIX}{space}-{dimensions}"
        if self._local and owner is not None:
            name = f"{name}-{owner.digest}"
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


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose memories of a kind: a user's, or with `user_id` None the whole tenant's."""

    tenant_id: str
    user_id: str | None
    kind: MemoryKind

    @property
    def digest(self) -> str:
        return f"{_digest(self.tenant_id)}-{_digest(self.user_id or '')}-{self.kind}"

    def owns(self, payload: Mapping[str, Any]) -> bool:
        return (payload["tenant_id"], payload["user_id"], payload["kind"]) == (self.tenant_id, self.user_id, self.kind)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _owners(tenant_id: str, user_id: str | None, kind: MemoryKind | None) -> list[_Owner]:
    """All whose memories a user may recall; without a user the tenant's."""
    people = (None,) if user_id is None else (None, user_id)
    return [_Owner(tenant_id, one, each) for one in people for each in ([kind] if kind else MemoryKind)]


_PREFIX = "memory-"
_SCROLLED_AT_ONCE = 500
_SHARED_DASHES = 2
"""In the name of a collection that several owners share: memory-space-dimensions."""
_FIELDS = ("tenant_id", "user_id", "kind", "text", "reference", "remembered_at")


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


def _parsed(points: Sequence["ScoredPoint"]) -> Iterator[tuple[dict[str, Any], Memory]]:
    """Points of ours with their payloads. One that an older or other program wrote is no reason to fail a recall."""
    for point in points:
        payload = dict.fromkeys(_FIELDS) | (point.payload or {})
        fields = {name: payload[name] for name in ("kind", "text", "reference", "remembered_at")}
        with suppress(ValidationError):
            memory = Memory(id=str(point.id), score=point.score, **fields)  # pyright: ignore[reportArgumentType]: pydantic checks them
            yield payload, memory


def _unreachable() -> CopilotError:
    return CopilotError(ErrorKind.UNAVAILABLE, "The semantic memory cannot be reached.", hint="Try again in a moment.")
