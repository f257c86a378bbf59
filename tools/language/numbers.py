"""Numbers in a question: digits, words, scales, percentages and amounts of money."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.language.text import Token, TokenKind, listed


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A number at the token positions `tokens`.

    `value` is exact, in the unit as it was said: "12.5 %" is 12.5 with unit "%", "£2k" is 2000 with unit "GBP".
    `unit` is "%", an ISO 4217 code, or None. `ordinal` marks a place in a row ("third"). `alternatives` holds other
    values that the same digits have elsewhere: "1.250" is one and a quarter here, twelve hundred and fifty there.
    """

    tokens: range
    value: Decimal
    unit: str | None = None
    ordinal: bool = False
    alternatives: tuple[Decimal, ...] = ()


def find_numbers(tokens: Sequence[Token], currency: str | None = None) -> list[NumberSpan]:
    """All number expressions, left to right, none overlapping. `currency` is the reader's own: it settles signs that
    several currencies share ("$", "kr", "pounds"). Dates in digits are no numbers; a bare year is one as well."""
    spans: list[NumberSpan] = []
    at = 0
    while at < len(tokens):
        span = number_at(tokens, at, currency)
        if span is None:
            at += 1
        else:
            spans.append(span)
            at = span.tokens.stop
    return spans


def number_at(tokens: Sequence[Token], at: int, currency: str | None = None) -> NumberSpan | None:
    """The number expression that begins at token `at`, with sign, currency, scale and unit; None if there is none."""
    if not 0 <= at < len(tokens):
        return None
    negative, at_sign = _sign(tokens, at)
    unit, at_value = _currency_before(tokens, at_sign, currency)
    if unit is not None and not negative:
        negative, at_value = _sign(tokens, at_value)
    read = _digits(tokens, at_value) or _words(tokens, at_value)
    if read is None:
        return None
    value, stop, ordinal, alternatives = read
    if negative:
        value, alternatives = value.copy_negate(), tuple(other.copy_negate() for other in alternatives)
    if unit is None and not ordinal:
        unit, stop = _unit_after(tokens, stop, currency)
    return NumberSpan(range(at, stop), value, unit, ordinal, alternatives)


_Read = tuple[Decimal, int, bool, tuple[Decimal, ...]]

_ONES = {
    word: number
    for number, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
}
_TENS = {word: 10 * (n + 2) for n, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"))}
_SMALL = _ONES | _TENS
_HUNDRED = 100
_TEN = 10
_SCALES = {
    "thousand": 10**3,
    "grand": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "mio": 10**6,
    "mn": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
}
_LETTER_SCALES = {"k": 10**3, "m": 10**6, "mm": 10**6, "b": 10**9}
_GROUPS = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "couple": 2}
_ORDINALS = {
    word: number + 1
    for number, word in enumerate(
        listed(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        )
    )
} | {"thirtieth": 30}
NUMBER_WORDS = frozenset((*_SMALL, *_GROUPS, "a", "an", "half"))
"""The words that a number in words begins with, "few" and ordinals apart."""
# Before or after these "one" stands for a thing, not for a number.
_PRONOUN_BEFORE = frozenset(listed("this that which the each every no any another last next previous other"))

_SYMBOLS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD"),
    "£": ("GBP", "EGP"),
    "€": ("EUR",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₺": ("TRY",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "₫": ("VND",),
    "₴": ("UAH",),
    "₦": ("NGN",),
    "₱": ("PHP",),
    "฿": ("THB",),
}
_DOLLAR_PREFIXES = {"us": "USD", "ca": "CAD", "c": "CAD", "au": "AUD", "a": "AUD", "nz": "NZD", "hk": "HKD", "s": "SGD"}
_CROWNS = ("SEK", "NOK", "DKK", "ISK")
_CURRENCY_WORDS = {
    "dollar": _SYMBOLS["$"],
    "buck": ("USD", "CAD", "AUD", "NZD"),
    "euro": ("EUR",),
    "pound": _SYMBOLS["£"],
    "quid": ("GBP",),
    "sterling": ("GBP",),
    "yen": ("JPY",),
    "yuan": ("CNY",),
    "rupee": ("INR", "PKR", "LKR", "NPR"),
    "franc": ("CHF",),
    "kr": _CROWNS,
    "krona": _CROWNS,
    "krone": _CROWNS,
    "kroner": _CROWNS,
    "kronor": _CROWNS,
    "koruna": ("CZK",),
    "forint": ("HUF",),
    "lira": ("TRY",),
    "peso": ("MXN", "PHP", "ARS", "CLP", "COP"),
    "rand": ("ZAR",),
    "renminbi": ("CNY",),
    "shekel": ("ILS",),
    "zl": ("PLN",),
    "zloty": ("PLN",),
}
_WHOSE = {
    "us": "USD", "american": "USD", "canadian": "CAD", "australian": "AUD", "british": "GBP", "uk": "GBP", "english": "GBP",
    "swiss": "CHF", "japanese": "JPY", "chinese": "CNY", "swedish": "SEK", "norwegian": "NOK", "danish": "DKK",
    "icelandic": "ISK", "czech": "CZK", "polish": "PLN", "turkish": "TRY", "indian": "INR", "mexican": "MXN",
    "philippine": "PHP", "hungarian": "HUF",
}  # fmt: skip
"""Whose the dollars, pounds or crowns are."""
_CODES = frozenset(
    listed(
        "AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HUF IDR ILS INR ISK JPY KES KRW KWD "
        "LKR MAD MXN MYR NGN NOK NPR NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD TZS UAH UGX USD "
        "UYU VND XAF XOF ZAR"
    )
)
# Codes that are words as well count only in capitals.
_CODES_IN_CAPITALS = frozenset(listed("MAD PEN TRY RON COP"))

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}")
_ONE_POINT_THREE_DIGITS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
# Nobody writes "5.000" for five: it is five thousand in most of Europe.
_ROUND_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.[05]00")
_POINT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")


def _word(tokens: Sequence[Token], at: int) -> str:
    """The lemma at a place; empty beyond the ends and for a quoted phrase."""
    if not 0 <= at < len(tokens) or tokens[at].kind is TokenKind.QUOTED:
        return ""
    return tokens[at].lemma


def _sign(tokens: Sequence[Token], at: int) -> tuple[bool, int]:
    word = _word(tokens, at)
    if word == "minus":
        return True, at + 1
    if word != "-":
        return False, at
    touches_next = at + 1 < len(tokens) and tokens[at].end == tokens[at + 1].start
    touches_last = at > 0 and tokens[at - 1].end == tokens[at].start
    if touches_next and (not touches_last or tokens[at - 1].norm in _SYMBOLS):
        return True, at + 1
    return False, at


def _currency_before(tokens: Sequence[Token], at: int, own: str | None) -> tuple[str | None, int]:
    word = _word(tokens, at)
    if word in _SYMBOLS:
        return _settle(_SYMBOLS[word], own), at + 1
    if word in _DOLLAR_PREFIXES and _word(tokens, at + 1) == "$" and tokens[at].end == tokens[at + 1].start:
        return _DOLLAR_PREFIXES[word], at + 2
    code = _code(tokens, at)
    if code is not None and at + 1 < len(tokens) and tokens[at + 1].kind is TokenKind.NUMBER:
        return code, at + 1
    return None, at


def _code(tokens: Sequence[Token], at: int) -> str | None:
    if at >= len(tokens) or tokens[at].kind is not TokenKind.WORD:
        return None
    code = tokens[at].norm.upper()
    if code not in _CODES or (code in _CODES_IN_CAPITALS and tokens[at].text != code):
        return None
    return code


def currency_at(tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int] | None:
    """The currencies that a name, sign or code at token `at` may mean, the likeliest first, and the token after it: "US
    dollars", "pounds sterling", "kr", "EUR". None where there is none."""
    word, following = _word(tokens, at), _word(tokens, at + 1)
    if word in _DOLLAR_PREFIXES and following == "$":
        return (_DOLLAR_PREFIXES[word],), at + 2
    if (whose := _WHOSE.get(word)) is not None and (found := currency_at(tokens, at + 1)) is not None:
        return ((whose,), found[1]) if whose in found[0] else None
    if word in _SYMBOLS:
        return _SYMBOLS[word], at + 1
    if word in _CURRENCY_WORDS:
        return (("GBP",), at + 2) if word == "pound" and following == "sterling" else (_CURRENCY_WORDS[word], at + 1)
    code = _code(tokens, at)
    return ((code,), at + 1) if code is not None else None


def _settle(candidates: tuple[str, ...], own: str | None) -> str:
    return own if own in candidates else candidates[0]


def _unit_after(tokens: Sequence[Token], at: int, own: str | None) -> tuple[str | None, int]:
    word = _word(tokens, at)
    if word in ("%", "percent", "pct"):
        return "%", at + 1
    if word == "per" and _word(tokens, at + 1) == "cent":
        return "%", at + 2
    if word in _SYMBOLS and not _starts_amount(tokens, at):
        return _settle(_SYMBOLS[word], own), at + 1
    if word in _CURRENCY_WORDS:
        return _settle(_CURRENCY_WORDS[word], own), at + 1
    code = _code(tokens, at)
    if code is not None:
        return code, at + 1
    if word in ("us", "canadian", "australian") and _word(tokens, at + 1) == "dollar":
        return {"us": "USD", "canadian": "CAD", "australian": "AUD"}[word], at + 2
    return None, at


def _starts_amount(tokens: Sequence[Token], at: int) -> bool:
    """Whether the sign at `at` belongs to a number after it: "between 5 $10"."""
    return at + 1 < len(tokens) and tokens[at + 1].kind is TokenKind.NUMBER and tokens[at].end == tokens[at + 1].start


def _digits(tokens: Sequence[Token], at: int) -> _Read | None:
    if at >= len(tokens):
        return None
    token = tokens[at]
    if token.kind is TokenKind.ORDINAL:
        return Decimal(token.norm[:-2]), at + 1, True, ()
    if token.kind is not TokenKind.NUMBER:
        return None
    if _spaced_thousands(tokens, at):
        return Decimal(token.norm + tokens[at + 1].norm), at + 2, False, ()
    value, alternatives = _value(token.norm)
    stop = at + 1
    letter = _word(tokens, stop)
    if letter in _LETTER_SCALES and (tokens[stop].start == token.end or letter == "k"):
        scale, stop = _LETTER_SCALES[letter], stop + 1
    else:
        scale, stop = _scales(tokens, stop)
    if scale > 1:
        return value * scale, stop, False, ()
    return value, stop, False, alternatives


def _spaced_thousands(tokens: Sequence[Token], at: int) -> bool:
    """ "30 000": a group of three zeros behind one to three digits."""
    if (
        at + 1 >= len(tokens)
        or tokens[at + 1].norm not in ("000", "500")
        or tokens[at + 1].kind is not TokenKind.NUMBER
    ):
        return False
    return (
        tokens[at].norm.isdecimal()
        and len(tokens[at].norm) <= len("300")
        and tokens[at + 1].start - tokens[at].end == 1
    )


def _value(digits: str) -> tuple[Decimal, tuple[Decimal, ...]]:
    """Digits as typed to their value: both notations are read; where a point could part thousands, that is the
    alternative."""
    plain = re.sub(r"[\s']", "", digits)
    if "," in plain and "." in plain:
        thousands, decimal = (",", ".") if plain.rindex(".") > plain.rindex(",") else (".", ",")
        return Decimal(plain.replace(thousands, "").replace(decimal, ".")), ()
    if _THOUSANDS.fullmatch(plain):
        return Decimal(plain.replace(",", "")), ()
    if _POINT_GROUPS.fullmatch(plain):
        return Decimal(plain.replace(".", "")), ()
    value = Decimal(plain.replace(",", "."))
    if _ROUND_THOUSANDS.fullmatch(plain):
        return Decimal(plain.replace(".", "")), (value,)
    return value, (Decimal(plain.replace(".", "")),) if _ONE_POINT_THREE_DIGITS.fullmatch(plain) else ()


def _scales(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Scale words after digits ("2 million", "3 hundred thousand") multiplied together."""
    scale = 1
    while (word := _word(tokens, at)) in _SCALES or word in ("hundred", "dozen"):
        step = _SCALES.get(word) or _GROUPS[word]
        if scale >= step:
            break
        scale, at = scale * step, at + 1
    return scale, at


def _words(tokens: Sequence[Token], at: int) -> _Read | None:
    word = _word(tokens, at)
    if word in ("a", "an", "half"):
        return _article(tokens, at)
    if word in _ORDINALS:
        return Decimal(_ORDINALS[word]), at + 1, True, ()
    if word not in _SMALL and word != "dozen":
        return None
    if word == "one" and (_word(tokens, at - 1) in _PRONOUN_BEFORE or _word(tokens, at + 1) == "of"):
        return None
    if word == "dozen":
        return Decimal(_GROUPS[word]), at + 1, False, ()
    return _spelled(tokens, at)


def _article(tokens: Sequence[Token], at: int) -> _Read | None:
    """ "a hundred", "a dozen", "a couple of", "half a million", "half dozen"."""
    half = _word(tokens, at) == "half"
    at = at + 1 if half else at
    if half and _word(tokens, at) == "dozen":
        return Decimal(_GROUPS["dozen"]) / 2, at + 1, False, ()
    if _word(tokens, at) not in ("a", "an") or (group := _GROUPS.get(_word(tokens, at + 1))) is None:
        return None
    stop = at + 2
    if _word(tokens, at + 1) == "couple" and _word(tokens, stop) == "of":
        stop += 1
    scale, stop = _scales(tokens, stop)
    value = Decimal(group * scale)
    return value / 2 if half else value, stop, False, ()


def _spelled(tokens: Sequence[Token], at: int) -> _Read:
    """A number in English words, as far as the words fit together: "two hundred and five thousand"."""
    between = _word(tokens, at - 1) == "between"
    total, current, ceiling, stop = 0, _SMALL[_word(tokens, at)], 10**15, at + 1
    while True:
        if _word(tokens, stop) == "and" and _begins_another(tokens, stop + 1, between=between):
            return Decimal(total + current), stop, False, ()
        here = stop + 1 if _word(tokens, stop) == "and" and current % _HUNDRED == 0 and (total or current) else stop
        word = _word(tokens, here)
        if word in _SMALL and _fits(current, _SMALL[word], fresh=total > 0 and current == 0):
            current += _SMALL[word]
        elif word in _ORDINALS and _fits(current, _ORDINALS[word], fresh=False):
            return Decimal(total + current + _ORDINALS[word]), here + 1, True, ()
        elif here == stop and word == "hundred" and 0 < current < _HUNDRED:
            current *= _HUNDRED
        elif here == stop and word == "dozen" and total == 0:
            return Decimal(current * _GROUPS[word]), here + 1, False, ()
        elif here == stop and word in _SCALES and current and _SCALES[word] < ceiling:
            ceiling = _SCALES[word]
            total, current = total + current * ceiling, 0
        else:
            return Decimal(total + current), stop, False, ()
        stop = here + 1


def _begins_another(tokens: Sequence[Token], at: int, *, between: bool) -> bool:
    """Whether a number of its own stands behind "and": "one hundred and two hundred", "between one thousand and two"."""
    if _word(tokens, at) not in _SMALL:
        return False
    return _word(tokens, at + 1) == "hundred" or (between and "and" not in {_word(tokens, n) for n in (at + 1, at + 2)})


def _fits(current: int, small: int, *, fresh: bool) -> bool:
    """Whether a number under a hundred continues the one read so far ("twenty" + "five", not "two" + "three")."""
    if fresh:
        return True
    if current == 0:
        return False
    tail = current % _HUNDRED
    return tail == 0 or (tail >= 2 * _TEN and tail % _TEN == 0 and 0 < small < _TEN)
