"""Imported exchange rates: the same for all tenants, who read them; a system unit writes them."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import delete, func, select

from storage.models.rates import ExchangeRate
from storage.repositories.base import Repository

Published = dict[str, dict[date, int]]
"""Currency → day of publication → units for one euro × 10⁶."""


class RateRepository(Repository):
    async def published(self, currencies: Collection[str], first: date, last: date) -> Published:
        """What was imported of `currencies` from `first` to `last`, both days included."""
        rate = ExchangeRate
        statement = select(rate.currency, rate.day, rate.per_euro_micros).where(
            rate.currency.in_(sorted(currencies)), rate.day >= first, rate.day <= last
        )
        found: Published = {}
        for currency, day, micros in (await self.session.execute(statement)).all():
            found.setdefault(currency, {})[day] = micros
        return found

    async def newest(self, currencies: Collection[str]) -> dict[str, date]:
        """The last day that was imported of each of `currencies`."""
        rate = ExchangeRate
        statement = select(rate.currency, func.max(rate.day)).group_by(rate.currency)
        found = (await self.session.execute(statement.where(rate.currency.in_(sorted(currencies))))).all()
        return {currency: day for currency, day in found}  # noqa: C416 - rows are no pairs to a type checker

    async def put(self, currency: str, rates: Mapping[date, int]) -> None:
        """Writes rates in the place of those of the same days. For a system unit."""
        rate = ExchangeRate
        kept = await self.published((currency,), min(rates), max(rates))
        changed = kept.get(currency, {}) | dict(rates)
        within = (rate.day >= min(rates), rate.day <= max(rates))
        await self.session.execute(delete(rate).where(rate.currency == currency, *within))
        rows = [{"currency": currency, "day": day, "per_euro_micros": micros} for day, micros in changed.items()]
        await self.session.bulk_insert(rate, rows)
