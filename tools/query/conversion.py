"""Amounts of several currencies in one: which question needs it, whether the rates are there, and what is told of them.

Two currencies are never added up as they are. Where the rates of all days are known, each amount is converted at the
rate of its order's day into the currency that is asked for, else into the business's own; where one is missing the
figures are shown apart, or refused where apart they would mean nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.metrics.exchange import Exchange
from storage.metrics.model import SemanticModel
from storage.metrics.query import BasketAnalysis, CohortAnalysis, Filter, MetricQuery, TimeRange
from storage.repositories.metrics import DataBounds
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column
from tools.query.currencies import Currencies, involves_money
from tools.query.slots import Unsupported
from tools.query.wording import show
from tools.rates.engine import EURO, DatedRate
from tools.rates.service import RateBook

_CURRENCY = "currency"
_MOST_TOLD = 3


def several(bounds: DataBounds) -> str:
    """What is said of figures whose amounts are in several currencies."""
    return f"Your {_facts(bounds)} are in several currencies."


def _facts(bounds: DataBounds) -> str:
    return "transactions" if "orders" not in bounds.of else "orders"


@dataclass(frozen=True, slots=True)
class Need:
    """A query whose amounts of `foreign` currencies must become `into`, where the business has such a currency. `asked`:
    the question names it."""

    query: MetricQuery
    into: str | None
    foreign: tuple[str, ...]
    asked: bool


def need_of(query: MetricQuery, model: SemanticModel, bounds: DataBounds, currencies: Currencies) -> Need | MetricQuery:
    """What must be converted before a query can run; or the query itself, where its amounts are in one currency or are
    shown apart."""
    named = (*query.metrics, *(having.metric for having in query.having))
    if not (any(involves_money(model, name) for name in named) or _bands_money(query, model)):
        return query.model_copy(update={"currency": None})
    present = _left(query, bounds.currencies)
    alone = present[0] if len(present) == 1 else None
    chosen = alone is not None and len(bounds.currencies) > 1
    into = query.currency or (alone if chosen else currencies.main) or alone
    foreign = tuple(currency for currency in present if currency != into)
    if not foreign:
        return query.model_copy(update={"currency": into})
    if query.currency is None and _CURRENCY in query.dimensions and not _adds_up(query, model):
        return query
    return Need(query, into, foreign, asked=query.currency is not None)


def in_its_own(
    query: MetricQuery, model: SemanticModel, bounds: DataBounds, currencies: Currencies
) -> MetricQuery | None:
    """The query in the one currency that its conditions leave; None where amounts would have to be converted."""
    need = need_of(query, model, bounds, currencies)
    if not isinstance(need, Need):
        return need
    only, *more = need.foreign
    if more or need.into in _left(query, bounds.currencies) or _bands_money(query, model):
        return None
    return query.model_copy(update={"currency": only})


def _bands_money(query: MetricQuery, model: SemanticModel) -> bool:
    """Whether rows are parted or kept by bands of an amount of money."""
    of = query.analysis.of if isinstance(query.analysis, BasketAnalysis) else ()
    kept = (*query.filters, *of, *(item for member in query.members for item in member.filters))
    return any(_is_banded(name, model) for name in query.dimensions) or _are_banded(kept, model)


def _are_banded(filters: Iterable[Filter], model: SemanticModel) -> bool:
    return any(_is_banded(item.dimension, model) for item in filters)


def _is_banded(dimension: str, model: SemanticModel) -> bool:
    return (bands := model.bands_of(dimension)) is not None and bands.unit == "money"


def _left(query: MetricQuery, present: Iterable[str]) -> tuple[str, ...]:
    """The currencies that the query's own conditions leave."""
    left = list(present)
    for item in query.filters:
        if item.dimension == _CURRENCY and item.operator in ("eq", "in"):
            left = [one for one in left if one in item.values]
        elif item.dimension == _CURRENCY and item.operator in ("ne", "not_in"):
            left = [one for one in left if one not in item.values]
    return tuple(left)


def _adds_up(query: MetricQuery, model: SemanticModel) -> bool:
    """Whether amounts of several rows meet: in a share, or at a bound."""
    return query.share_of_total or any(involves_money(model, having.metric) for having in query.having)


def apart(query: MetricQuery, model: SemanticModel, reason: str, *, mean: bool = False) -> MetricQuery:
    """The query with a row for each currency. Raises Unsupported where rows of one would still meet those of another."""
    split = query if _CURRENCY in query.dimensions else None
    if (
        mean
        or query.count_groups
        or query.analysis is not None
        or query.per
        or query.limit
        or _adds_up(query, model)
        or (
            split is None and len(query.dimensions) > 2  # noqa: PLR2004 — with the currency three
        )
    ):
        raise Unsupported(f"{reason} Please name one: for example “orders placed in” and a currency, or “in euros”.")
    dimensions = query.dimensions if split else (*query.dimensions, _CURRENCY)
    return query.model_copy(update={"dimensions": dimensions, "currency": None})


async def converted(
    uow: ReadUnitOfWork,
    need: Need,
    model: SemanticModel,
    bounds: DataBounds,
    book: RateBook,
    *,
    looks_back: bool = False,
) -> "Converted | str":
    """The query with its amounts converted; or why that cannot be done. `looks_back`: the rates hold for days before its
    periods too."""
    days = _days(need, model, bounds, looks_back=looks_back)
    periods = _periods(need.query, model)
    if need.into is None:
        raise ValueError("nothing is converted into no currency")
    if not days:
        return Converted(need.query.model_copy(update={"currency": need.into}))
    first, last = min(day for day, _ in days.values()), max(day for _, day in days.values())
    known = await book.on_each_day(uow, {need.into, *days}, first, last)
    rates: list[tuple[str, date, int, int]] = []
    used: dict[str, list[DatedRate]] = {}
    for currency, (start, end) in days.items():
        lacking: list[date] = []
        for offset in range((end - start).days + 1):
            day = start + timedelta(days=offset)
            own, other = known[currency].get(day), known[need.into].get(day)
            if own is None or other is None:
                lacking.append(day)
                continue
            rates.append((currency, day, own.per_euro_micros, other.per_euro_micros))
            if _is_within(day, periods):
                used.setdefault(currency, []).append(own)
                used.setdefault(need.into, []).append(other)
        if lacking and (dated := await uow.metrics.days_in(currency, lacking[0], lacking[-1], bounds.of) & {*lacking}):
            day = min(dated)
            return await _reason(uow, book, currency if day not in known[currency] else need.into, day)
    query = need.query.model_copy(update={"currency": need.into, "converts": True})
    return Converted(query, Exchange(need.into, tuple(rates)), _told(need.into, used, bounds) if used else None)


@dataclass(frozen=True, slots=True)
class Converted:
    """A query in one currency, the rates that it needs, and what is told of them."""

    query: MetricQuery
    exchange: Exchange | None = None
    note: str | None = None


def _days(need: Need, model: SemanticModel, bounds: DataBounds, *, looks_back: bool) -> dict[str, tuple[date, date]]:
    """For each foreign currency the first and last day whose rates may be needed; those without orders are left out."""
    query = need.query
    entities = {base.entity for name in query.metrics for base in model.base_metrics(name).values()}
    looks_back = looks_back or query.window is not None or "refund" in entities
    if bounds.first is None or bounds.last is None:
        return {}
    found: dict[str, tuple[date, date]] = {}
    for currency in need.foreign:
        start, end = bounds.days_of.get(currency, (bounds.first, bounds.last))
        periods = _periods(query, model)
        starts = [start if looks_back or one.start is None else max(start, one.start) for one in periods]
        ends = [end if one.end is None else min(end, one.end - timedelta(days=1)) for one in periods]
        inside = [(a, b) for a, b in zip(starts, ends, strict=True) if a <= b]
        if inside:
            found[currency] = min(a for a, _ in inside), max(b for _, b in inside)
    return found


def _periods(query: MetricQuery, model: SemanticModel) -> list[TimeRange]:
    """The days that amounts are of: what cohorts come to lies after they began, what members did in a time of their own."""
    periods = [query.time or TimeRange(), *([query.compare] if query.compare else [])]
    if isinstance(query.analysis, CohortAnalysis):
        periods.append(TimeRange(start=query.time.start if query.time else None))
    banded = (member for member in query.members if _are_banded(member.filters, model))
    return [*periods, *(member.time or TimeRange() for member in banded)]


def _is_within(day: date, periods: Iterable[TimeRange]) -> bool:
    return any((one.start is None or day >= one.start) and (one.end is None or day < one.end) for one in periods)


async def _reason(uow: ReadUnitOfWork, book: RateBook, currency: str, day: date) -> str:
    newest = (await book.newest(uow, (currency,))).get(currency)
    if newest is None:
        return f"There is no exchange rate of {currency}."
    if day > newest:
        return f"Exchange rates of {currency} are known up to {_day(newest)} only."
    return f"There is no exchange rate of {currency} on {_day(day)}."


def _told(into: str, used: Mapping[str, Sequence[DatedRate]], bounds: DataBounds) -> str:
    """ "Amounts in USD are converted into EUR at the ECB reference rates of each order's day, 2 Jan 2025 to 31 Jan 2025:
    1 EUR = 1.0196 to 1.0437 USD."."""
    days = [rate.published_on for rates in used.values() for rate in rates]
    fact = _facts(bounds).removesuffix("s")
    first, last = min(days), max(days)
    of = (
        f"the ECB reference rate of {_day(first)}"
        if first == last
        else f"the ECB reference rates of each {fact}'s day, {_day(first)} to {_day(last)}"
    )
    said = [_rates(currency, rates) for currency, rates in used.items() if currency != EURO]
    more = f" and of {len(said) - _MOST_TOLD} more" if len(said) > _MOST_TOLD else ""
    foreign = _listed(currency for currency in used if currency != into)
    return f"Amounts in {foreign} are converted into {into} at {of}: 1 EUR = {'; '.join(said[:_MOST_TOLD])}{more}."


def _rates(currency: str, rates: Sequence[DatedRate]) -> str:
    low, high = (
        f"{end(rate.per_euro_micros for rate in rates) / 1_000_000:.6f}".rstrip("0").rstrip(".") for end in (min, max)
    )
    return f"{low} {currency}" if low == high else f"{low} to {high} {currency}"


def _listed(currencies: Iterable[str]) -> str:
    names = sorted(currencies)
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _day(day: date) -> str:
    return show(day.isoformat(), Column(name="day", type="date"))
