"""Small words of the wire that vendors share: JSON with exact decimals, moments, minor units, stable identifiers.

Written apart from the product on purpose: a stand-in that used the product's own code could not contradict it.
"""

import hashlib
import json
import re
import string
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

Json = dict[str, Any]

MINOR_DIGITS = {"JPY": 0, "KWD": 3}
"""ISO 4217 exponents of the world's currencies where they are not 2."""

BASE62 = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
DIGITS = string.digits
UPPER = string.ascii_uppercase + string.digits

_DECIMAL = re.compile(r'"\\u0001(-?[0-9.]+)\\u0001"')


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return f"\x01{value:f}\x01"
    raise TypeError(f"{type(value).__name__} is not JSON")


def encode(body: object) -> bytes:
    """JSON in which a Decimal is a number with exactly its digits: 19.90 stays 19.90."""
    return _DECIMAL.sub(r"\1", json.dumps(body, default=_exact, separators=(",", ":"))).encode()


def part(body: Json, *names: str) -> Json:
    """The object under the names, one in the other; empty where there is none."""
    for name in names:
        inner = body.get(name)
        body = cast("Json", inner) if isinstance(inner, dict) else {}
    return body


def digits_of(currency: str) -> int:
    return MINOR_DIGITS.get(currency, 2)


def minor(amount: Decimal, currency: str) -> int:
    """The amount in the currency's smallest unit. Raises ValueError where it is no whole number of them."""
    scaled = amount.scaleb(digits_of(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} {currency} has more digits than the currency")
    return int(scaled)


def unix(at: datetime) -> int:
    return int(at.timestamp())


def millis(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def iso(at: datetime, timespec: str = "seconds") -> str:
    """RFC 3339 in UTC, ending in Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


def moment(text: str) -> datetime:
    """Reads RFC 3339. Raises ValueError."""
    at = datetime.fromisoformat(text.strip())
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def identifier(*parts: object, length: int, alphabet: str = BASE62) -> str:
    """The same opaque identifier for the same parts, on every machine."""
    number = int.from_bytes(hashlib.sha512("/".join(map(str, parts)).encode()).digest(), "big")
    letters: list[str] = []
    while len(letters) < length:
        number, digit = divmod(number, len(alphabet))
        letters.append(alphabet[digit])
    return "".join(letters)


def guid(*parts: object) -> str:
    """A GUID made from the parts, in the form of a random one (version 4)."""
    raw = identifier(*parts, length=32, alphabet=HEX)
    return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"
