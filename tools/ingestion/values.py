"""How a source writes numbers, dates and flags: told from samples, then read exactly. Pure functions, no I/O.

A number is read into 10⁻⁶ units (storage.kernel.money), never through a float.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final, Literal

from storage.kernel.money import MICROS, to_micros

DecimalMark = Literal[".", ","]
DateOrder = Literal["dmy", "mdy", "ymd"]

_CACHE_SIZE: Final = 100_000
_NO_TEXT: Final = frozenset(
    ["null", "n/a", "#n/a", "nan", "none", "\\n", "(null)", "(blank)", "#ref!", "#value!", "#name?"]
)
_NO_VALUE: Final = _NO_TEXT | {"-", "--", "–", "—", "na", "nil", "?", "."}
_TRUE: Final = frozenset(
    [
        "true",
        "yes",
        "y",
        "1",
        "t",
        "ja",
        "j",
        "wahr",
        "oui",
        "o",
        "vrai",
        "si",
        "sí",
        "s",
        "sim",
        "verdadero",
        "returned",
        "x",
        "v",
    ]
)
_FALSE: Final = frozenset(
    [
        "false",
        "no",
        "n",
        "0",
        "f",
        "nein",
        "falsch",
        "non",
        "faux",
        "nao",
        "não",
        "falso",
        "nee",
        "not",
        "not returned",
        "none",
    ]
)


def clean_text(cell: str) -> str | None:
    """A cell as text, or None where it says nothing. Excel's ="007" and '007 lose their wrapping."""
    text = cell.strip()
    if not text:
        return None
    if text[0] == "=" and text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    elif text[0] == "'" and len(text) > 1 and (text[1].isdigit() or text[1] in "=+-@"):
        text = text[1:]
    if len(text) <= 8 and text.casefold() in _NO_TEXT:  # noqa: PLR2004 - no word of the set is longer
        return None
    return text or None


def is_blank(cell: str) -> bool:
    """Whether a cell that should hold a number, date or flag says "none" in any usual way."""
    text = cell.strip()
    return not text or (len(text) <= 8 and text.casefold() in _NO_VALUE)  # noqa: PLR2004 - no word of the set is longer


def read_flag(cell: str) -> bool | None:
    """Yes or no in the usual languages; None for a blank. Raises ValueError for anything else."""
    text = cell.strip().casefold()
    if not text or text in ("n/a", "na", "null", "-"):
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(f"neither yes nor no: {cell!r}")


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────

_CURRENCY_SIGNS: Final = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "฿": "THB",
    "₫": "VND", "₦": "NGN", "₴": "UAH", "zł": "PLN", "R$": "BRL", "US$": "USD", "A$": "AUD", "C$": "CAD",
    "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "kr": "", "kr.": "", "$": "", "Fr.": "CHF", "Rs.": "INR",
    "Rs": "INR", "Ft": "HUF", "Kč": "CZK", "R": "ZAR", "RM": "MYR",
}  # fmt: skip
_BODY: Final = re.compile(r"^\d+(?:[.,]\d+)*[.,]?$|^[.,]\d+$")
_SIMPLE: Final = re.compile(r"-?\d{1,12}(?:\.\d{0,6})?")
_SCIENTIFIC: Final = re.compile(r"^[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,3}$")
_AFFIX: Final = re.compile(r"^(?P<head>[^\d.,+\-−(]*)(?P<body>.*?)(?P<tail>[^\d.,)\-−]*)$", re.DOTALL)
_MINUS: Final = "-−"
_SPACES: Final = re.compile(r"(?<=\d)[\s\u00a0\u202f\u2009'’](?=\d{3}(?:\D|$))")


@dataclass(frozen=True, slots=True)
class NumberParts:
    """A cell taken apart: `body` holds digits and marks only."""

    body: str
    negative: bool
    percent: bool
    currency: str | None
    """An ISO code where the sign says which; "" for a sign that several currencies share ($, kr)."""


def take_number_apart(cell: str) -> NumberParts | None:
    """None where the cell is no number in any notation."""
    text, negative = _without_sign(_unwrapped(cell))
    match = _AFFIX.match(text)
    if match is None:
        return None
    head, body, tail = (part.strip() for part in match.group("head", "body", "tail"))
    body, inner = _without_sign(body)
    if body and body[-1] in _MINUS:
        body, inner = body[:-1].rstrip(), not inner
    currency: str | None = None
    for affix in (head, tail):
        if affix and affix != "%":
            currency = _currency(affix)
            if currency is None:
                return None
    body = _SPACES.sub("", body)
    if not _BODY.match(body):
        return None
    return NumberParts(body, negative != inner, "%" in (head, tail), currency)


def _unwrapped(cell: str) -> str:
    """Excel's ="12" is 12."""
    text = cell.strip()
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text


def _without_sign(text: str) -> tuple[str, bool]:
    """The text without parentheses or a sign before it, and whether these said "negative"."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text and text[0] in _MINUS:
        return text[1:].lstrip(), True
    return (text[1:].lstrip(), False) if text.startswith("+") else (text, False)


def _currency(affix: str) -> str | None:
    if affix in _CURRENCY_SIGNS:
        return _CURRENCY_SIGNS[affix]
    code = affix.strip(" $€£").upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None  # noqa: PLR2004 - ISO 4217 codes


@dataclass(slots=True)
class MarkVotes:
    """How often samples can only be read with one of the two decimal marks."""

    dot: int = 0
    comma: int = 0

    def add(self, body: str) -> None:
        """`body` as in NumberParts."""
        dots, commas = body.count("."), body.count(",")
        if dots and commas:
            if body.rfind(".") > body.rfind(","):
                self.dot += 1
            else:
                self.comma += 1
        elif dots == 1 or commas == 1:
            mark = "." if dots else ","
            whole, _, fraction = body.partition(mark)
            # Three digits after a single mark may be thousands, except after nothing, a zero or four digits.
            if len(fraction) != 3 or whole in ("", "0") or len(whole) > 3:  # noqa: PLR2004 - groups of three
                self._vote(mark)
        elif dots > 1:
            self.comma += 1
        elif commas > 1:
            self.dot += 1

    def _vote(self, mark: str) -> None:
        if mark == ".":
            self.dot += 1
        else:
            self.comma += 1

    @property
    def winner(self) -> DecimalMark | None:
        if self.dot == self.comma:
            return None
        return "." if self.dot > self.comma else ","


@dataclass(slots=True)
class NumberReader:
    """Reads numbers with one decimal mark; remembers what it has read, as columns repeat themselves."""

    mark: DecimalMark = "."
    _known: dict[str, int] = field(default_factory=dict[str, int])

    def micros(self, cell: str) -> int:
        """10⁻⁶ units. "12 %" is 0.12. Raises ValueError where the cell is no number."""
        found = self._known.get(cell)
        if found is None:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            found = self._known[cell] = self._read(cell)
        return found

    def _read(self, cell: str) -> int:
        if self.mark == "." and _SIMPLE.fullmatch(cell):
            whole, _, fraction = cell.partition(".")
            sign = -1 if whole[0] == "-" else 1
            return int(whole) * MICROS + sign * int(fraction.ljust(6, "0")) if fraction else int(whole) * MICROS
        return to_micros(self.decimal(cell))

    def decimal(self, cell: str) -> Decimal:
        """The exact number. "12 %" is 0.12. Raises ValueError where the cell is no number."""
        text = cell.strip()
        if _SCIENTIFIC.match(text):
            return Decimal(text.replace(",", "."))
        parts = take_number_apart(text)
        if parts is None:
            raise ValueError(f"not a number: {cell!r}")
        try:
            number = Decimal(self._plain(parts.body))
        except InvalidOperation as error:
            raise ValueError(f"not a number: {cell!r}") from error
        if parts.percent:
            number /= 100
        return -number if parts.negative else number

    def _plain(self, body: str) -> str:
        thousands = "," if self.mark == "." else "."
        whole, mark, fraction = body.partition(self.mark)
        if self.mark in fraction or thousands in fraction:
            raise ValueError(f"not a number with the decimal mark {self.mark!r}: {body!r}")
        if thousands in whole:
            first, *groups = whole.split(thousands)
            # 1,234,567 and the Indian 12,34,567; anything else is a decimal mark read as thousands.
            if not first or len(groups[-1]) != 3 or any(len(group) not in (2, 3) for group in groups):  # noqa: PLR2004 - groups of two or three
                raise ValueError(f"not a number with the decimal mark {self.mark!r}: {body!r}")
            whole = first + "".join(groups)
        return f"{whole or '0'}.{fraction}" if mark and fraction else whole or "0"


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────

_MONTH_NAMES: Final = (
    "jan january januar janvier janv enero ene janeiro gennaio gen januari",
    "feb february februar fevrier fev fevr febrero fevereiro febbraio februari",
    "mar march marz maerz mars marzo marco maart mrt mrz",
    "apr april avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei",
    "jun june juni juin junio junho giugno giu",
    "jul july juli juillet juil julio julho luglio lug",
    "aug august aout aou agosto ago augustus",
    "sep sept september septembre septiembre setembro set settembre",
    "oct october oktober okt octobre octubre outubro out ottobre ott",
    "nov november novembre noviembre novembro",
    "dec december dezember dez decembre diciembre dic dezembro dicembre",
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_TIME: Final = (
    r"(?:[T ,]+|\s+(?:um|at|à|a|alle)\s+|\s*-\s+)(?P<h>\d{1,2})(?:[:.h](?P<min>\d{2}))(?:[:.](?P<s>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<ampm>[aApP]\.?\s?[mM]\.?)?\s*(?:Uhr)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2}|[A-Z]{2,4})?"
)
_NUMERIC: Final = re.compile(
    rf"^(?P<a>\d{{1,4}})(?P<sep>[-/. ])\s?(?P<b>\d{{1,2}})(?P=sep)\s?(?P<c>\d{{1,4}})\.?(?:{_TIME})?$"
)
_COMPACT: Final = re.compile(
    r"^(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?:T?(?P<h>[0-2]\d)(?P<min>[0-5]\d)(?P<s>[0-5]\d)?Z?)?$"
)
_MONTH_ONLY: Final = re.compile(r"^(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})$")
_MONTH_FIRST_ONLY: Final = re.compile(r"^(?P<m>\d{1,2})[-/.](?P<y>(?:19|20)\d\d)$")
_WORDS: Final = re.compile(
    rf"^(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er)?[\s\-/.]*(?:de\s+)?(?P<mon1>[a-z]{{3,}})\.?[\s\-/.,]*(?:de\s+|del\s+)?(?P<y1>\d{{4}}|\d{{2}})"
    rf"|(?P<mon2>[a-z]{{3,}})\.?[\s\-/.]*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.,]+(?P<y2>\d{{4}}|\d{{2}})"
    rf"|(?P<y3>\d{{4}})[\s\-/.]*(?P<mon3>[a-z]{{3,}})\.?[\s\-/.]*(?P<d3>\d{{1,2}})"
    rf"|(?P<mon4>[a-z]{{3,}})\.?[\s\-/.,]*(?P<y4>\d{{4}})"
    rf")(?:{_TIME})?$",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mie|jue|vie|sab|dom)[a-z]*\.?,?\s+(?=\d|[a-z]{3})",
    re.IGNORECASE,
)
_ZONES: Final = {"Z": 0, "UTC": 0, "GMT": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120, "BST": 60}  # fmt: skip
_FEWEST_DATES: Final = 8
_FEWEST_DAYS: Final = 4
_SLIPS: Final = 0.01
"""Share of steps back in time that a sorted file may have."""
_CENTURY: Final = 70
"""Two-digit years up to this one are 20xx."""
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)
_EXCEL_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a day count, in no zone


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell says about when. `at` is naive: the clock on the wall. `offset` is given where the cell has one."""

    at: datetime
    has_time: bool
    offset: timedelta | None = None


@dataclass(slots=True)
class OrderVotes:
    """Evidence for the order of day and month over a whole sample of numeric dates."""

    dmy: int = 0
    mdy: int = 0
    ymd: int = 0
    ambiguous: int = 0
    _pairs: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])

    def add(self, cell: str) -> None:
        match = _NUMERIC.match(cell.strip())
        if match is None:
            return
        a, b, c = (int(match[name]) for name in "abc")
        if len(match["a"]) == 4:  # noqa: PLR2004 - a year
            return
        if a > 31:  # noqa: PLR2004 - more than any day, so a two-digit year
            self.ymd += 1
        elif a > 12 >= b:  # noqa: PLR2004 - months
            self.dmy += 1
        elif b > 12 >= a:  # noqa: PLR2004 - months
            self.mdy += 1
        else:
            self.ambiguous += 1
        self._pairs.append((a, b, c))

    @property
    def winner(self) -> DateOrder | None:
        """The order that the cells themselves show; None where every one can be read both ways."""
        votes: dict[DateOrder, int] = {"dmy": self.dmy, "mdy": self.mdy, "ymd": self.ymd}
        best = max(votes, key=lambda order: votes[order])
        return best if votes[best] else None

    @property
    def sorted_order(self) -> DateOrder | None:
        """The order that the dates show together: the one under which the file runs in one direction of time, where
        the other does not; or in which not all dates fall on the same, odd day of different months."""
        if len(self._pairs) < _FEWEST_DATES:
            return None
        first, second = ({pair[i] for pair in self._pairs} for i in (0, 1))
        # Monthly figures do stand on the first.
        if len(first) == 1 and first != {1} and len(second) >= _FEWEST_DAYS:
            return "mdy"
        if len(second) == 1 and second != {1} and len(first) >= _FEWEST_DAYS:
            return "dmy"
        breaks: dict[DateOrder, int] = {}
        orders: tuple[tuple[DateOrder, tuple[int, int, int]], ...] = (("dmy", (2, 1, 0)), ("mdy", (2, 0, 1)))
        for order, key in orders:
            steps = list(pairwise(tuple(pair[i] for i in key) for pair in self._pairs))
            up, down = sum(a > b for a, b in steps), sum(a < b for a, b in steps)
            breaks[order] = min(up, down)
        if breaks["dmy"] == breaks["mdy"]:
            return None
        better: DateOrder = "dmy" if breaks["dmy"] < breaks["mdy"] else "mdy"
        worse: DateOrder = "mdy" if better == "dmy" else "dmy"
        is_sorted = breaks[better] <= _SLIPS * len(self._pairs)
        return better if is_sorted and breaks[worse] >= 3 * max(1, breaks[better]) else None


@dataclass(slots=True)
class DateReader:
    """Reads dates and moments; `order` settles what 03/04/2024 means."""

    order: DateOrder = "dmy"
    _known: dict[str, Moment] = field(default_factory=dict[str, Moment])

    def moment(self, cell: str) -> Moment:
        """Raises ValueError where the cell is no possible date (31 April is none)."""
        found = self._known.get(cell)
        if found is None:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            found = self._known[cell] = self._read(cell)
        return found

    def _read(self, cell: str) -> Moment:
        text = _unwrapped(cell)
        moment = self._numeric(text) or _iso(text) or _compact(text) or _words(text) or _counted(text) or _month(text)
        if moment is None:
            raise ValueError(f"not a date: {cell!r}")
        if not _EARLIEST <= moment.at.date() < _LATEST:
            raise ValueError(f"not a date of our time: {cell!r}")
        return moment

    def _numeric(self, text: str) -> Moment | None:
        match = _NUMERIC.match(text)
        if match is None:
            return None
        a, b, c = match["a"], match["b"], match["c"]
        if len(a) == 4:  # noqa: PLR2004 - a year
            year, month, day = int(a), int(b), int(c)
        elif len(c) not in (2, 4):
            raise ValueError(f"not a date: {text!r}")
        elif self.order == "ymd" and len(c) != 4:  # noqa: PLR2004 - a year
            year, month, day = _full_year(a), int(b), int(c)
        else:
            first, second = int(a), int(b)
            day, month = (second, first) if self.order == "mdy" else (first, second)
            year = _full_year(c)
        return _moment(year, month, day, match)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - written out
        return year
    return year + (2000 if year <= _CENTURY else 1900)


def _moment(year: int, month: int, day: int, match: "re.Match[str]") -> Moment:
    hours = match["h"]
    if hours is None:
        return Moment(datetime(year, month, day), has_time=False)  # noqa: DTZ001 - the wall's clock; its zone is agreed per file
    hour = int(hours)
    ampm = (match["ampm"] or "").lower() if "ampm" in match.re.groupindex else ""
    if ampm:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a twelve-hour clock
            raise ValueError(f"not a time: {match.string!r}")
        hour = hour % 12 + (12 if ampm[0] == "p" else 0)
    extra = timedelta()
    if hour == 24 and not int(match["min"] or 0):  # noqa: PLR2004 - ISO 8601 ends a day so
        hour, extra = 0, timedelta(days=1)
    at = datetime(year, month, day, hour, int(match["min"] or 0), min(59, int(match["s"] or 0))) + extra  # noqa: DTZ001 - as above
    zone = match["zone"] if "zone" in match.re.groupindex else None
    return Moment(at, has_time=True, offset=_offset(zone) if zone else None)


def _offset(zone: str) -> timedelta | None:
    zone = zone.upper()
    if zone in _ZONES:
        return timedelta(minutes=_ZONES[zone])
    if zone[0] not in "+-":
        return None
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


def _iso(text: str) -> Moment | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if text.isdigit():
        return None
    return Moment(at.replace(tzinfo=None, microsecond=0), has_time=len(text) > 10, offset=at.utcoffset())  # noqa: PLR2004 - YYYY-MM-DD


def _compact(text: str) -> Moment | None:
    match = _COMPACT.match(text)
    return _moment(int(match["y"]), int(match["m"]), int(match["d"]), match) if match else None


def _month(text: str) -> Moment | None:
    match = _MONTH_ONLY.match(text) or _MONTH_FIRST_ONLY.match(text)
    if match is None:
        return None
    return Moment(datetime(int(match["y"]), int(match["m"]), 1), has_time=False)  # noqa: DTZ001 - the wall's clock


def _words(text: str) -> Moment | None:
    if text.isascii() and not any(char.isalpha() for char in text):
        return None
    plain = unicodedata.normalize("NFKD", text.replace("ä", "a")).encode("ascii", "ignore").decode()
    match = _WORDS.match(_WEEKDAY.sub("", plain, count=1)) or _WORDS.match(plain)
    if match is None:
        return None
    for suffix in "1234":
        name = match[f"mon{suffix}"]
        if name is None:
            continue
        month = _MONTHS.get(name.lower())
        if month is None:
            return None
        day = match[f"d{suffix}"] if suffix != "4" else "1"
        return _moment(_full_year(match[f"y{suffix}"]), month, int(day), match)
    return None


def _counted(text: str) -> Moment | None:
    """Seconds or milliseconds since 1970, or Excel's days since 1899."""
    whole, _, fraction = text.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    if len(whole) in (10, 13) and whole[0] in "123456789":
        seconds = int(whole) / (1000 if len(whole) == 13 else 1)  # noqa: PLR2004 - milliseconds
        return Moment(datetime(1970, 1, 1) + timedelta(seconds=int(seconds)), has_time=True, offset=timedelta())  # noqa: DTZ001 - offset is given
    if len(whole) == 5 and 20_000 <= int(whole) <= 80_000:  # noqa: PLR2004 - the years 1954 to 2119
        at = _EXCEL_DAY_ZERO + timedelta(days=int(whole), seconds=round(float(f"0.{fraction or 0}") * 86_400))
        return Moment(at, has_time=bool(fraction.strip("0")))
    return None


_CLOCK: Final = re.compile(
    r"^(?P<h>\d{1,2})(?:[:.h](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?)?\s*(?P<ampm>[ap]\.?\s?m\.?)?(?:\s*uhr)?$",
    re.IGNORECASE,
)


def read_clock(cell: str) -> time:
    """A time of day ("8:26", "1:08:00 PM", "14h30"). Raises ValueError for anything else."""
    text = cell.strip()
    match = _CLOCK.match(text)
    if match is None or (match["m"] is None and match["ampm"] is None and not text.isdigit()):
        moment = _iso(text)
        if moment is not None and moment.has_time:
            return moment.at.time()
        raise ValueError(f"not a time: {cell!r}")
    hour = int(match["h"])
    if match["ampm"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a twelve-hour clock
            raise ValueError(f"not a time: {cell!r}")
        hour = hour % 12 + (12 if match["ampm"][0] in "pP" else 0)
    return time(hour, int(match["m"] or 0), int(match["s"] or 0))


# ── what a column holds ──────────────────────────────────────────────────────────────────────────────────────


def is_number(cell: str) -> bool:
    text = cell.strip()
    return bool(_SCIENTIFIC.match(text)) or take_number_apart(text) is not None


def is_date(cell: str) -> bool:
    """Whether a cell reads as a date in either order; bare counts (45321) do not."""
    text = cell.strip()
    if text.isdigit() and not _COMPACT.match(text):
        return False
    if (
        take_number_apart(text) is not None
        and not _COMPACT.match(text)
        and not _NUMERIC.match(text)
        and not _MONTH_ONLY.match(text)
    ):
        return False
    for order in ("dmy", "mdy", "ymd"):
        try:
            DateReader(order).moment(text)
        except ValueError:
            continue
        return True
    return False


def is_clock(cell: str) -> bool:
    text = cell.strip()
    if text.isdigit() or (":" not in text and "h" not in text.lower() and "m" not in text.lower()):
        return False
    try:
        read_clock(text)
    except ValueError:
        return False
    return True


def is_flag(cell: str) -> bool:
    try:
        return read_flag(cell) is not None
    except ValueError:
        return False
