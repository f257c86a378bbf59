"""What is said of events, in plain sentences."""

from datetime import date
from decimal import Decimal

from storage.kernel.money import from_micros, minor_digits, round_micros, shown
from storage.repositories.signals.sales import SaleMade


def money(micros: int, currency: str) -> str:
    """A price keeps the decimals that it has beyond its currency's."""
    exact = from_micros(micros).normalize()
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > minor_digits(currency):
        return f"{exact:f} {currency}"
    return shown(round_micros(micros, currency), currency)


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def count(e6: int) -> str:
    """A quantity of 10⁻⁶ units."""
    return f"{from_micros(e6).normalize():f}"


def change(before: int, after: int) -> str:
    """ "+20 %"; empty where there was nothing before."""
    if not before:
        return ""
    share = Decimal(after - before) / abs(before) * 100
    return f" ({share:+.1f} %)".replace(".0 %", " %")


def order(sale: SaleMade) -> str:
    named = f"order {sale.number.removeprefix('#')}" if sale.number else "an order"
    amount = f", {money(sale.amount_micros, sale.currency)}" if sale.amount_micros is not None else ""
    return f"{named} on {day(sale.on)}{amount}"


def thing(product: str, variant: str | None) -> str:
    return f"{product} ({variant})" if variant else product


def cut(sentence: str) -> str:
    """As much as a title may hold."""
    return sentence if len(sentence) <= 300 else f"{sentence[:299]}…"  # noqa: PLR2004 - the column's length
