"""Money, exact: 64-bit integers of 10⁻⁶ major units beside an ISO 4217 code, rounded only when shown."""

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MICROS = 1_000_000
_LIMIT = 2**63 - 1
_MOST_DIGITS = 18

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

# ISO 4217 exponents other than 2 (list one, 2026-01-01).
_ZERO = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_FOUR = frozenset("CLF UYW".split())


def minor_digits(currency: str) -> int:
    """The number of decimals ISO 4217 gives a currency."""
    if currency in _ZERO:
        return 0
    if currency in _THREE:
        return 3
    return 4 if currency in _FOUR else 2


def to_micros(value: Decimal | int | str) -> int:
    """Major units to micro-units, half-even beyond the sixth decimal. Raises ValueError when it is no
    finite number or does not fit 64 bits. Floats are refused: they have already lost what they were."""
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {value!r}") from error
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    if number.adjusted() > _MOST_DIGITS:
        raise ValueError(f"too large: {value!r}")
    micros = int((number * MICROS).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    if abs(micros) > _LIMIT:
        raise ValueError(f"too large: {value!r}")
    return micros


def from_micros(micros: int) -> Decimal:
    """Micro-units to exact major units."""
    return Decimal(micros).scaleb(-6)


def round_micros(micros: int | Decimal, currency: str) -> Decimal:
    """Micro-units to major units with the currency's own decimals, half-even: for showing, never for storing."""
    return Decimal(micros).scaleb(-6).quantize(Decimal(1).scaleb(-minor_digits(currency)), rounding=ROUND_HALF_EVEN)


SIGNS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "BRL": "R$", "CAD": "CA$", "AUD": "A$"}


def shown(amount: Decimal, currency: str) -> str:
    """A round amount as it is written: "£20", "9.50 CHF"; decimals only where it has any."""
    whole = amount == amount.to_integral_value()
    number = f"{amount:,.0f}" if whole else f"{amount:,.{max(minor_digits(currency), 2)}f}"
    return f"{SIGNS[currency]}{number}" if currency in SIGNS else f"{number} {currency}"


class Money(BaseModel):
    """An amount as the outside sees it: a decimal string with the currency's decimals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$", examples=["1234.50"])]
    currency: Annotated[CurrencyCode, Field(examples=["EUR"])]

    @classmethod
    def of(cls, micros: int, currency: str) -> "Money":
        return cls(amount=str(round_micros(micros, currency)), currency=currency)
