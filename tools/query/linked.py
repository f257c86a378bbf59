"""The values of a tenant's data that questions may name, kept from one version of the data to the next."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage.metrics.model import Mappers, SemanticModel
from storage.repositories.tallies import CURRENCIES, TALLIED_SOURCES, TIMES_OF_DAY, TITLES_OF_WHOLES, Step
from storage.uow import ReadUnitOfWork
from tools.language.packs import Held
from tools.language.shelf import Shelf
from tools.language.values import ValueIndex
from tools.query.aliases import NAMED_OTHERWISE, value_aliases

_SMALL = 2_000
"""Values up to which they are packed at once: it takes no longer than handing the work over."""


@dataclass(frozen=True, slots=True)
class _Kept:
    step: Step
    shelf: Shelf
    currencies: Mapping[str, int]
    """How many orders and refunds are in each."""
    timed: int
    """Orders that came with their time of day."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What there is at one version of a tenant's data."""

    values: ValueIndex
    currencies: tuple[str, ...] | None
    """Of orders and refunds; None where they are not tallied."""


class LinkedValues:
    """Of each tenant, as of the newest tallies that were read. What came since is added and taken away; all values are
    read only where nothing is kept yet, or the tallies are out of date."""

    def __init__(self, model: SemanticModel, mappers: Mappers) -> None:
        self._model = model
        self._mappers = mappers
        self._order = tuple(name for name, dimension in model.dimensions.items() if dimension.values == "linked")
        self._dimensions: dict[str, list[str]] = {}
        for name in self._order:
            for source in self._sources(name):
                self._dimensions.setdefault(source, []).append(name)
        self._kept: dict[str, tuple[_Kept, ...]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def of(self, uow: ReadUnitOfWork, own: Mapping[str, Iterable[str]]) -> Linked:
        """All linked values of the unit's tenant, and the members of the dimensions that it has defined."""
        # Packing many values takes seconds: whoever asks meanwhile waits for the first to be done.
        async with self._turns.setdefault(uow.tenant_id, asyncio.Lock()):
            kept = await self._newest(uow)
        shelf = kept.shelf if kept is not None else await _packed(Shelf(), await self._read(uow))
        values = {name: await self._others(uow, name, kept) for name in self._order if not self._sources(name)}
        values |= {name: list(members) for name, members in own.items()}
        index = ValueIndex(values, None, shelf.packs, self._order)
        index.call(value_aliases({name: [v.text for v in index.members(name)] for name in NAMED_OTHERWISE}))
        return Linked(index, tuple(kept.currencies) if kept is not None else None)

    def forget(self, tenant_id: str) -> None:
        self._kept.pop(tenant_id, None)
        self._turns.pop(tenant_id, None)

    async def _newest(self, uow: ReadUnitOfWork) -> _Kept | None:
        """As of the tallies that the unit sees; None where these are out of date."""
        step = await uow.tallies.step()
        if step is None:
            return None
        earlier = self._kept.get(uow.tenant_id, ())
        usable = [one for one in earlier if one.step.first == step.first and one.step.last <= step.last]
        kept = max(usable, key=lambda one: one.step.last, default=_Kept(Step(step.first, 0), Shelf(), {}, 0))
        if kept.step == step:
            return kept
        changes, currencies, timed = Counter[Held](), Counter(kept.currencies), kept.timed
        async for source, text, times in uow.tallies.changes(kept.step.last):
            if source in CURRENCIES:
                currencies[text] += times
            elif source == TIMES_OF_DAY:
                timed += times
            for name in self._dimensions.get(source, ()):
                changes[name, text] += times
        kept = _Kept(step, await _packed(kept.shelf, changes), +currencies, timed)
        # The one before serves whoever began before the newest import was in; it shares most of its memory.
        self._kept[uow.tenant_id] = (*earlier[-1:], kept)
        return kept

    async def _read(self, uow: ReadUnitOfWork) -> Counter[Held]:
        """Every value, from the facts themselves."""
        names = [name for name in self._order if self._sources(name)]
        return Counter({(name, text): 1 for name in names for text in await self._from_facts(uow, name)})

    async def _others(self, uow: ReadUnitOfWork, dimension: str, kept: _Kept | None) -> Iterable[str]:
        """The values of a dimension that is not tallied."""
        if kept is not None and (members := self._model.clock_values.get(dimension)) is not None:
            return members if kept.timed else ()
        return await self._from_facts(uow, dimension)

    async def _from_facts(self, uow: ReadUnitOfWork, dimension: str) -> list[str]:
        return await uow.metrics.values(self._model, self._mappers, dimension)

    def _sources(self, dimension: str) -> list[str]:
        """What a dimension's values are tallied by; nothing where it is not all of its columns."""
        definition = self._model.dimensions[dimension]
        if dimension in self._model.fixed_values or definition.of_clock:
            return []
        named = (f"{table}.{column}" for table, column in self._model.columns_of(dimension))
        sources = [one for one in named if one not in TITLES_OF_WHOLES]
        return sources if TALLIED_SOURCES.issuperset(sources) else []


async def _packed(shelf: Shelf, changes: Mapping[Held, int]) -> Shelf:
    return shelf.changed(changes) if len(changes) <= _SMALL else await asyncio.to_thread(shelf.changed, changes)
