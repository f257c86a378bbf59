"""The hashes by which rows are found that may be one, how often each occurs, and how far the comparing has come."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, String, bindparam, delete, func, select

from storage.models.commerce import Customer
from storage.models.relations import Contact
from storage.models.resolution import ResolutionCount, ResolutionKey
from storage.repositories.base import Repository, parts
from storage.statements import prepared

ALL: Final = 0
"""The key that stands for all rows in what is counted."""
STALE: Final = 1
"""The key that stands for the rows whose keys have changed since all were counted: what they held before counts on."""
UNSOLD: Final = 2
"""The key that says that customers were merged or parted whose sales were not compared since."""
RULES: Final = 3
"""The key under which it is counted by which rules the others were made."""

_KEYS = bindparam("keys", expanding=True, type_=BigInteger)
_IDS = bindparam("ids", expanding=True, type_=String)
_SILENT: Final = {"synchronize_session": False}
_KEYS_OF = prepared(select(ResolutionKey.subject_id, ResolutionKey.key).where(ResolutionKey.subject_id.in_(_IDS)))
_DROP_KEYS = prepared(delete(ResolutionKey).where(ResolutionKey.subject_id.in_(_IDS)).execution_options(**_SILENT))
_HELD = prepared(
    select(ResolutionKey.key, func.count()).where(ResolutionKey.key.in_(_KEYS)).group_by(ResolutionKey.key)
)
_SHARING = prepared(select(ResolutionKey.subject_id).where(ResolutionKey.key.in_(_KEYS)))
_COUNTED = prepared(select(ResolutionCount.key, ResolutionCount.times).where(ResolutionCount.key.in_(_KEYS)))
_DROP_COUNTS = prepared(delete(ResolutionCount).where(ResolutionCount.key.in_(_KEYS)).execution_options(**_SILENT))


class ResolutionKeys(Repository):
    """Of rows of sources only: what stands for several has no keys."""

    async def add_keys(self, keys: Mapping[str, Iterable[int]]) -> None:
        """What each subject shares with others."""
        rows = sorted((key, id_) for id_, own in keys.items() for key in set(own))
        await self.session.bulk_insert(ResolutionKey, [{"key": key, "subject_id": id_} for key, id_ in rows])

    async def keys_of(self, subject_ids: Iterable[str]) -> dict[str, set[int]]:
        """What is kept of each of these subjects; absent where nothing is."""
        found: dict[str, set[int]] = {}
        for part in parts(subject_ids):
            for id_, key in await self.session.execute(_KEYS_OF, {"ids": part}):
                found.setdefault(id_, set()).add(key)
        return found

    async def drop_keys(self, subject_ids: Iterable[str]) -> None:
        for part in parts(subject_ids):
            await self.session.execute(_DROP_KEYS, {"ids": part})

    async def forget_keys(self) -> None:
        """All of them, and how often they occur. What is said of the tenant's sales stays."""
        await self._run(delete(ResolutionKey))
        await self._run(delete(ResolutionCount).where(ResolutionCount.key != UNSOLD))

    async def add_counts(self, counted: Mapping[int, int], before: Mapping[int, int] | None = None) -> None:
        """So many rows more hold these keys. `before`: how many did, where the caller has just read it."""
        known = await self.counted(counted) if before is None else before
        for part in parts(key for key in counted if key in known):
            await self.session.execute(_DROP_COUNTS, {"keys": part})
        rows = [{"key": key, "times": known.get(key, 0) + times} for key, times in sorted(counted.items())]
        await self.session.bulk_insert(ResolutionCount, rows)

    async def drop_counts(self, keys: Iterable[int]) -> None:
        for part in parts(keys):
            await self.session.execute(_DROP_COUNTS, {"keys": part})

    async def counted(self, keys: Iterable[int]) -> dict[int, int]:
        """How many rows hold each of these."""
        found: dict[int, int] = {}
        for part in parts(keys):
            found.update((await self.session.execute(_COUNTED, {"keys": part})).all())
        return found

    async def key_counts(self, keys: Iterable[int]) -> dict[int, int]:
        """How many subjects hold each key that they are compared by."""
        counts: dict[int, int] = {}
        for part in parts(keys):
            counts.update((await self.session.execute(_HELD, {"keys": part})).all())
        return counts

    async def sharing(self, keys: Iterable[int]) -> set[str]:
        """Subjects that hold any of these keys."""
        found: set[str] = set()
        for part in parts(keys):
            found.update(await self.session.scalars(_SHARING, {"keys": part}))
        return found

    async def gone(self) -> set[str]:
        """Subjects that were compared and are no more."""
        statement = select(ResolutionKey.subject_id).distinct()
        for model in (Customer, Contact):
            statement = statement.where(~select(model.id).where(model.id == ResolutionKey.subject_id).exists())
        return set(await self.session.scalars(statement))

    async def _run(self, statement: Any) -> None:
        await self.session.execute(statement.execution_options(**_SILENT))
