"""Bands of an amount: below the first edge, from each edge up to but without the next, from the last edge on. Every amount
lies in exactly one of them. In SQL a band is its number, so that bands come in their order and not in that of their names.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import BigInteger, Double, Integer, case, cast, literal, null
from sqlalchemy.sql.elements import ColumnElement

from storage.kernel.money import MICROS, shown
from storage.metrics.model import Bands

_MAGNITUDES = {
    10: "CZK DKK HKD MXN NOK PHP SEK THB TRY TWD ZAR CNY EGP MAD UAH",
    100: "HUF INR ISK JPY RUB RSD PKR KES DOP",
    1_000: "KRW CLP NGN LKR",
    10_000: "COP IDR VND UGX TZS",
}
_TIMES = {code: times for times, codes in _MAGNITUDES.items() for code in codes.split()}
"""How many units buy about as much as a euro or a dollar, to the nearest power of ten."""
_MONTHS = 12


def edges_of(bands: Bands, currency: str | None) -> tuple[Decimal, ...]:
    """The edges in major units of a currency: defaults are of the size of amounts in it, a tenant's own are as given."""
    times = _TIMES.get(currency or "", 1) if bands.unit == "money" and not bands.exact else 1
    return tuple(Decimal(str(edge)) * times for edge in bands.edges)


def labels(bands: Bands, currency: str | None) -> tuple[str, ...]:
    """What the bands are called, in their order: "under £20", "£20 to £50", "£50 and over"."""
    edges = edges_of(bands, currency)
    if bands.unit == "months":
        return _ages([int(edge) for edge in edges])
    between = " to under " if bands.unit == "quantity" else " to "
    said = [_said(edge, bands, currency) for edge in edges]
    inner = (
        f"{_bare(low) if bands.unit == 'quantity' else _said(low, bands, currency)}{between}{_said(high, bands, currency)}"
        for low, high in pairwise(edges)
    )
    return (f"under {said[0]}", *inner, f"{said[-1]} and over")


def _said(edge: Decimal, bands: Bands, currency: str | None) -> str:
    if bands.unit == "quantity":
        return f"{_bare(edge)} items"
    return shown(edge, currency) if currency else _bare(edge)


def _bare(edge: Decimal) -> str:
    return f"{edge.normalize():,f}"


def _ages(months: Sequence[int]) -> tuple[str, ...]:
    def span(count: int) -> tuple[int, str]:
        years = count % _MONTHS == 0
        number = count // _MONTHS if years else count
        return number, ("year" if years else "month") + "s" * (number != 1)

    names = [" ".join(map(str, span(count))) for count in months]
    inner: list[str] = []
    for low, high in pairwise(months):
        one_unit = high % _MONTHS == 0 and low % _MONTHS != 0
        upper = f"{high} months" if one_unit else " ".join(map(str, span(high)))
        inner.append(f"{span(low)[0]} to {upper}")
    return (f"under {names[0]}", *inner, f"{names[-1]} and over")


def band_of(value: ColumnElement[Any], bands: Bands, currency: str | None) -> ColumnElement[int | None]:
    """The number of the band that an amount lies in; NULL where there is none."""
    scaled = [edge * MICROS if bands.scale == "micros" else edge for edge in edges_of(bands, currency)]
    kind = (
        BigInteger if all(edge == edge.to_integral_value() for edge in scaled) and bands.scale == "micros" else Double
    )
    limits = [literal(int(edge) if kind is BigInteger else float(edge), kind) for edge in scaled]
    return case(
        (value.is_(None), cast(null(), Integer)),
        *((value < limit, number) for number, limit in enumerate(limits)),
        else_=len(limits),
    )


def age_band_of(first: ColumnElement[date], bands: Bands, as_of: date) -> ColumnElement[int | None]:
    """The band of the whole months from a day to `as_of`."""
    days = [_months_before(as_of, int(edge)) for edge in bands.edges]
    return case(
        (first.is_(None), cast(null(), Integer)),
        *((first > day, number) for number, day in enumerate(days)),
        else_=len(days),
    )


def _months_before(day: date, months: int) -> date:
    """The day so many months before; the last of that month where it has no such day."""
    total = day.year * _MONTHS + day.month - 1 - months
    year, month = divmod(total, _MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
