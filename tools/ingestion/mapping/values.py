"""One leaf of a payload → one value of a unified field, exactly or not at all."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from storage.kernel.money import minor_digits, to_micros
from tools.ingestion.mapping.mail import addresses

_TRUE: Final = frozenset(["true", "yes", "1", "y"])
_FALSE: Final = frozenset(["false", "no", "0", "n"])
_CODE_LENGTH: Final = 3
NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for "no currency is meant": amounts whose currency neither payload nor account tells."""
_AMOUNT_KEYS: Final = ("amount", "value")
_CURRENCY_KEYS: Final = ("currencyCode", "currency_code", "currency")
_MOST_DIGITS: Final = 40
"""Digits before or behind the point that any amount, quantity or rate may have: 1e999999999 is an attack."""
LONGEST: Final = 4_000
"""Characters of a text that are kept."""
_ADDRESS: Final = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
"""An address with nothing around it, and nothing in it that means something in a header."""
_CONTROL: Final = dict.fromkeys(c for c in range(32) if c not in (9, 10, 13))


@dataclass(frozen=True, slots=True)
class Ways:
    """How a vendor writes what it does not say each time, and what the account says in its place."""

    money: Literal["minor", "major"]
    moments: str
    minor_digits: dict[str, int]
    zone: ZoneInfo
    """The tenant's: days and minutes are counted in it."""
    currency: str | None
    """The account's, for amounts that come without one."""
    source_zone: str | None = None
    """The account's own zone, for local times that come without one."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Micro-units, and the currency where the amount itself names one; `used` are the members that were read."""

    micros: int
    currency: str | None
    used: tuple[str, ...] = ()


def read_amount(value: Any, ways: Ways, style: str | None, currency: str | None) -> Amount:
    """An amount: a number, its text, or an object of amount and currency. Raises ValueError for what is none."""
    own: str | None = None
    used: tuple[str, ...] = ()
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        amount_key = next((key for key in _AMOUNT_KEYS if members.get(key) is not None), None)
        if amount_key is None:
            raise ValueError("is no amount")
        used = (amount_key,)
        value = members[amount_key]
        if (code_key := next((key for key in _CURRENCY_KEYS if members.get(key)), None)) is not None:
            own, used = read_code(members[code_key]), (amount_key, code_key)
    number = read_number(value)
    if (style or ways.money) == "minor":
        code = own or currency or ways.currency
        if code is None:
            raise ValueError("is in the smallest unit of a currency that nothing names")
        number = number.scaleb(-ways.minor_digits.get(code, minor_digits(code)))
    try:
        return Amount(to_micros(number), own, used)
    except ValueError:
        raise ValueError("is too large") from None


def read_number(value: Any) -> Decimal:
    """An exact number. Raises ValueError for what is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise ValueError("is no number")
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise ValueError("is no number") from None
    if not number.is_finite():
        raise ValueError("is no number")
    if number and abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError("is too large" if number.adjusted() > 0 else "is too small")
    return number


def read_code(value: Any) -> str:
    """A currency's ISO 4217 code in capitals. Raises ValueError for what is none."""
    text = str(value).strip().upper()
    if len(text) != _CODE_LENGTH or not (text.isascii() and text.isalpha()):
        raise ValueError("is no currency code")
    return text


def read_text(value: Any) -> str | None:
    """A scalar as text that both databases keep: without control characters and half surrogate pairs."""
    if isinstance(value, dict | list):
        raise ValueError("is no text")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.translate(_CONTROL).encode("utf-8", "ignore").decode().strip()
    return text[:LONGEST] or None


def read_email(value: Any) -> str | None:
    """The address alone, in lower case, of "Ann <Ann@x.org>" too; None where there is no address in it."""
    text = read_text(value)
    if text is None or _ADDRESS.fullmatch(text) is not None:
        return text.lower() if text else None
    return next(iter(addresses(text)), None)


def read_flag(value: Any) -> bool:
    """True or false, also as text. Raises ValueError for anything else."""
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("is neither true nor false")
