"""What the rules of the period grammar share: looking at words, counts, units and years, and naming what was read."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from tools.language.numbers import number_at
from tools.language.periods import words
from tools.language.periods.calendars import (
    YEARS,
    Calendar,
    OutOfRangeError,
    Period,
    Unit,
    add_units,
    fiscal_number,
    fiscal_year,
    unit_start,
)
from tools.language.text import Token, TokenKind

Prefer = Literal["past", "future"]

LONGEST_COUNT = 100_000
# "The first week of the last month of the second quarter of 2018" is four deep.
_DEEPEST = 5
_LAST_DAY = 31
_PART_OF_YEAR = re.compile(r"[qh][1-4]")
_AMOUNT_SIGNS = ("%", "€", "$", "£", "k")
_CENTURY = 100
_TEENS = 9
_RECENT = 4
_PARTS_OF_YEAR = frozenset(("quarter", "half", "spring", "summer", "autumn", "fall", "winter", "year"))
_FUTURE_SHORT_YEARS = 20
_YEARS_BACK = 80
_YEARS_AHEAD = 60
BEYOND = f"Only the years {YEARS.start} to {YEARS.stop - 1} can be counted."
# No yearless day comes less often than 29 February around a year that is divisible by 100 but not by 400.
_RAREST = 8


@dataclass(frozen=True, slots=True)
class Offset:
    """How a relative phrase counts from today: "last month" is one month back, "next year" one year on."""

    unit: Unit
    count: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one rule read up to token `stop`: a period, or the problem why there is none.

    `year` is the year that was said; where none was, `in_year` reads the same words with one.
    """

    stop: int
    period: Period | None
    problem: str | None = None
    alternatives: tuple[Period, ...] = ()
    offset: Offset | None = None
    year: int | None = None
    in_year: Callable[[int], "Reading"] | None = None


InYear = Callable[[int], Period | str]
"""A name in a year: its period, or the problem that the year has none (31 February; 29 February 2019)."""

Rule = Callable[["Reader", int], Reading | None]


@dataclass(frozen=True, slots=True)
class Words:
    """A view of a text's tokens that does not mind looking beyond its ends."""

    tokens: Sequence[Token]
    norms: Sequence[str]

    def word(self, at: int) -> str:
        """The norm at a place; empty beyond the ends and for a quoted phrase, which is nobody's grammar."""
        return self.norms[at] if 0 <= at < len(self.norms) else ""

    def lemma(self, at: int) -> str:
        return self.tokens[at].lemma if self.word(at) else ""

    def kind(self, at: int) -> TokenKind | None:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else None

    def skip(self, at: int, *optional: str) -> int:
        """The place after any of the words that may stand here."""
        while self.word(at) in optional:
            at += 1
        return at

    def phrase(self, at: int, *phrases: str) -> int | None:
        """The place after the first of the phrases that stands here."""
        word = self.word(at)
        if not word:
            return None
        for phrase in phrases:
            if phrase.startswith(word):
                parts = phrase.split()
                if all(self.word(at + n) == part for n, part in enumerate(parts)):
                    return at + len(parts)
        return None

    def touching(self, at: int) -> bool:
        """Whether nothing stands between the token and the one before it."""
        return 0 < at < len(self.tokens) and self.tokens[at - 1].end == self.tokens[at].start

    def hyphenated(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].hyphenated

    def closed(self, at: int) -> bool:
        """Whether a noun phrase cannot go on here."""
        return self.kind(at) in (None, TokenKind.SYMBOL) or self.word(at) in words.CLOSING

    def count(self, at: int) -> tuple[int, Decimal] | None:
        """The place after a plain number, and the number: "3", "twelve", "a dozen", "a few"."""
        place = self.skip(at, "a") if self.word(at + 1) in words.VAGUE_COUNTS else at
        if (vague := words.VAGUE_COUNTS.get(self.word(place))) is not None:
            return self.skip(place + 1, "of"), Decimal(vague)
        span = number_at(self.tokens, at)
        if span is None or span.unit is not None or span.ordinal or span.value < 0:
            return None
        stop = span.tokens.stop
        # "30m" after "last" is thirty months, no thirty million.
        if stop - at > 1 and self.word(stop - 1) in words.LETTER_UNITS and self.touching(stop - 1):
            return stop - 1, Decimal(self.word(at)) if self.word(at).isdecimal() else span.value
        return stop, span.value

    def unit(self, at: int, *, letters: bool = False) -> tuple[int, Unit, int] | None:
        """The place after a unit word, the unit, and how many of it: a fortnight is two weeks."""
        word = self.word(at)
        if letters and word in words.LETTER_UNITS and self.touching(at):
            return at + 1, words.LETTER_UNITS[word], 1
        if word == "half" and self.word(at + 1) in ("year", "years"):
            return at + 2, "half", 1
        if word in words.UNITS:
            unit, size = words.UNITS[word]
            return at + 1, unit, size
        return None

    def fiscal(self, at: int) -> tuple[int, bool]:
        """The place after "full", "calendar", "fiscal"…, and whether the unit that follows is a fiscal one."""
        fiscal = False
        while (word := self.word(at)) in words.WHOLE or word in words.FISCAL:
            fiscal = fiscal or word in words.FISCAL
            at += 1
        return at, fiscal


def norms_of(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple("" if token.kind is TokenKind.QUOTED else token.norm for token in tokens)


def view_of(tokens: Sequence[Token]) -> Words:
    return Words(tokens, norms_of(tokens))


@dataclass(frozen=True, slots=True)
class Opener:
    """A rule, and the tokens that its readings can begin with: words, kinds of tokens, and with `coded` words that
    hold digits ("q1")."""

    rule: Rule
    words: Iterable[str] = ()
    kinds: frozenset[TokenKind] = frozenset()
    coded: bool = False


class Grammar:
    """Rules by the token that a reading begins with, in their order."""

    def __init__(self, openers: Sequence[Opener]) -> None:
        by_word: dict[str, list[Rule]] = {}
        by_kind: dict[TokenKind, list[Rule]] = {}
        for opener in openers:
            for word in frozenset(opener.words):
                by_word.setdefault(word, []).append(opener.rule)
            for kind in opener.kinds:
                by_kind.setdefault(kind, []).append(opener.rule)
        self._by_word = {word: tuple(rules) for word, rules in by_word.items()}
        self._by_kind = {kind: tuple(rules) for kind, rules in by_kind.items()}
        self._coded = tuple(opener.rule for opener in openers if opener.coded)

    def rules_for(self, token: Token) -> tuple[Rule, ...]:
        if token.kind is not TokenKind.WORD:
            return self._by_kind.get(token.kind, ())
        return self._by_word.get(token.norm) or (() if token.norm.isalpha() else self._coded)


@dataclass(frozen=True, slots=True)
class Reader(Words):
    """A text read on one day. `prefer` is where a name without a year lies: "March" is the last one that has
    begun, or the next one that has not ended."""

    today: date
    calendar: Calendar
    prefer: Prefer
    grammar: Grammar
    known: dict[tuple[int, int], Reading | None] = field(default_factory=dict[tuple[int, int], "Reading | None"])
    """What was read before, by place and depth: time grows with the length of the text alone."""
    depth: int = 0

    def read(self, at: int) -> Reading | None:
        """The single period that begins at token `at`: the longest reading, the earlier rule among equals."""
        if self.depth > _DEEPEST or at >= len(self.tokens):
            return None
        rules = self.grammar.rules_for(self.tokens[at])
        if not rules:
            return None
        key = (at, self.depth)
        if key not in self.known:
            self.known[key] = self._longest(at, rules)
        return self.known[key]

    def _longest(self, at: int, rules: tuple[Rule, ...]) -> Reading | None:
        inner = replace(self, depth=self.depth + 1)
        best: Reading | None = None
        for rule in rules:
            try:
                reading = rule(inner, at)
            except OutOfRangeError:
                reading = self.beyond(at)
            if reading is not None and (best is None or reading.stop > best.stop):
                best = reading
        return best

    def beyond(self, at: int) -> Reading:
        """What is left to say of a phrase that leaves the years that are understood."""
        stop = self.skip(at, *words.DIRECTIONS) if self.word(at) in words.DIRECTIONS else at
        if count := self.count(stop):
            stop = count[0]
        if unit := self.unit(stop, letters=True):
            stop = unit[0]
        return Reading(max(stop, at + 1), None, BEYOND)

    # Years

    def year_token(self, at: int) -> int | None:
        """The year that stands in digits at a place: "2018" or "'18"."""
        word = self.word(at)
        if self.kind(at) is TokenKind.DATE and not word[0].isdigit():
            return self.full_year(word[1:])
        if self.kind(at) is TokenKind.NUMBER and len(word) == len("2018") and word.isdecimal() and int(word) in YEARS:
            return int(word)
        if self._is_short_year(at):
            return self.full_year(word)
        return None

    def _is_short_year(self, at: int) -> bool:
        """ "in 97", "December 97", "Q4 97": two digits that can be no day, behind what a year stands behind."""
        word, before = self.word(at), self.word(at - 1)
        if self.kind(at) is not TokenKind.NUMBER or not word.isdecimal() or not _TEENS < int(word) < _CENTURY:
            return False
        if int(word) <= _LAST_DAY:
            return self._is_recent_short_year(at)
        named = before in words.MONTHS or before in words.YEARS_NOUN or _PART_OF_YEAR.fullmatch(before)
        alone = (before in words.BEFORE_SHORT_YEAR or before in words.FIGURES) and self.word(
            at + 1
        ) in words.AFTER_SHORT_YEAR
        near = abs(self.full_year(word) - self.today.year) <= _RECENT
        closing = self.kind(at - 1) is not TokenKind.NUMBER and self.word(at + 1) in ("", ",") and near
        return bool(named or alone or closing) and not self._amount(at) and self.word(at + 1) not in _AMOUNT_SIGNS

    def _is_recent_short_year(self, at: int) -> bool:
        """ "Q3 26", "first half of 26", "autumn of 24", "in 25": digits that could be a day, where no day stands."""
        before = self.word(at - 2) if self.word(at - 1) == "of" else self.word(at - 1)
        part = before in _PARTS_OF_YEAR or _PART_OF_YEAR.fullmatch(before)
        alone = self.word(at - 1) in ("in", "during") and self.word(at + 1) in words.AFTER_SHORT_YEAR
        near = abs(self.full_year(self.word(at)) - self.today.year) <= _RECENT
        return bool(part or alone) and near and not self._amount(at) and self.word(at + 1) not in _AMOUNT_SIGNS

    def plausible(self, year: int) -> bool:
        """Whether a bare number could be meant as a year."""
        return -_YEARS_BACK <= year - self.today.year <= _YEARS_AHEAD

    def full_year(self, digits: str) -> int:
        """Two digits to the year within 80 years back and 20 ahead; four digits as they stand."""
        year = int(digits)
        if len(digits) > len("18"):
            return year
        year += self.today.year // _CENTURY * _CENTURY
        return year - _CENTURY if year > self.today.year + _FUTURE_SHORT_YEARS else year

    def year_after(self, at: int) -> tuple[int, int] | None:
        """The place after a year that belongs to the name before it, and the year: "2018", ", 2018", "of last year",
        "two years ago"."""
        comma = self.skip(at, ",") if self.word(at + 1) != "," else at
        if comma > at and self.word(comma) == "of":
            comma += 1
        if (year := self.year_token(comma)) is not None and not self._amount(comma):
            return comma + 1, year
        at = self.skip(at, "of", "in", "from", "the", "year", "de", "del", "von", "des", "calendar")
        if (year := self.year_token(at)) is not None and not self._amount(at):
            return at + 1, year
        return self._relative_year(at)

    def _amount(self, at: int) -> bool:
        """ "98 units" are counted; but in "feb 98 units sold" no day is called 98."""
        word = self.word(at)
        year = self.word(at - 1) in words.MONTHS and word.isdecimal() and _LAST_DAY < int(word) < _CENTURY
        return self.word(at + 1) in words.COUNTED_AFTER and not year

    def _relative_year(self, at: int) -> tuple[int, int] | None:
        direction = words.DIRECTIONS.get(self.word(at))
        if (
            direction is not None
            and self.word(at + 1) in ("year", "yr", "years", "jahr", "jahres")
            and (self.word(at + 2) != "to" or self.word(at + 3) != "date" or self._begins_a_range(at))
        ):
            return at + 2, self.today.year + direction
        count = (at + 1, Decimal(1)) if self.word(at) in ("a", "one") else self.count(at)
        if count and self.word(count[0]) in ("year", "years") and self.word(count[0] + 1) == "ago":
            return count[0] + 2, self.today.year - int(min(count[1], LONGEST_COUNT))
        return None

    def _begins_a_range(self, at: int) -> bool:
        """Whether the name of a month or a day that ends at `at` is one from which on is counted: "from 3 January this
        year to date" is no year to date beside a day."""
        return not {"from", "since", "beginning", "starting"}.isdisjoint(self.word(at - back) for back in (2, 3, 4))

    def fiscal_year_after(self, at: int) -> tuple[int, int] | None:
        """The place after a fiscal year that belongs to the name before it: "FY18", "of fiscal year 2018/19"."""
        at = self.skip(at, "of", "in", ",", "the")
        word = self.word(at)
        if word.startswith("fy") and word[2:].isdecimal() and len(word) in (len("fy18"), len("fy2018")):
            ending = self.word(at + 1) if self.hyphenated(at + 1) else ""
            if ending.isdecimal() and len(ending) == len("18"):
                return at + 2, self.full_year(ending)
            if self.word(at + 1) == "/" and self.touching(at + 1) and self.word(at + 2).isdecimal():
                return at + 3, self.full_year(self.word(at + 2)[-2:])
            return at + 1, self.full_year(word[2:])
        if word != "fy" and word not in words.FISCAL and word not in words.DIRECTIONS:
            return None
        return self._fiscal_number(at, word)

    def _fiscal_number(self, at: int, word: str) -> tuple[int, int] | None:
        here = fiscal_number(self.today, self.calendar)
        if word in words.DIRECTIONS:
            named = self.word(at + 1) == "fy" or (self.word(at + 1) in words.FISCAL and self.word(at + 2) == "year")
            return (at + (2 if self.word(at + 1) == "fy" else 3), here + words.DIRECTIONS[word]) if named else None
        if word in words.OWN_YEAR and self.word(at + 1) != "year":
            return None
        at = self.skip(at + 1, "year")
        if (year := self.year_token(at)) is not None:
            slash = self.word(at + 1) == "/" or self.hyphenated(at + 1)
            ending = at + 2 if self.word(at + 1) == "/" else at + 1
            if slash and self.year_token(ending) == year + 1:
                return ending + 1, year + 1
            return at + 1, year
        digits = self.word(at)
        if self.kind(at) is TokenKind.DATE and digits[:4].isdecimal() and digits[5:].isdecimal():
            ending = self.full_year(digits[5:])
            return (at + 1, ending) if ending == int(digits[:4]) + 1 else None
        if self.kind(at) is TokenKind.NUMBER and digits.isdecimal() and len(digits) == len("18"):
            tied = at + 1 if self.hyphenated(at + 1) else at + 2 if self.word(at + 1) == "/" else None
            if tied is not None and self.word(tied).isdecimal() and int(self.word(tied)) == int(digits) + 1:
                return tied + 1, self.full_year(self.word(tied))  # "FY 25/26"
            return at + 1, self.full_year(digits)
        return None

    # Readings

    def named(self, stop: int, year: int | None, in_year: InYear) -> Reading:
        """The reading of a name with the year that was said, or else the nearest one on the preferred side."""

        def read(number: int) -> Reading:
            found = in_year(number)
            if isinstance(found, Period):
                return Reading(stop, found, year=number)
            return Reading(stop, None, found, year=number)

        return read(year) if year is not None else replace(self._nearest(read), year=None, in_year=read)

    def _nearest(self, read: Callable[[int], Reading]) -> Reading:
        """The last one that has begun by today, or the next one that has not ended."""
        # A fiscal year or a winter may bear the number of the year before or after most of its days.
        if self.prefer == "past":
            years = range(self.today.year + 1, self.today.year - _RAREST - 1, -1)
        else:
            years = range(self.today.year - 1, self.today.year + _RAREST + 1)
        first: Reading | None = None
        for year in years:
            reading = read(year)
            first = first or reading
            period = reading.period
            if period is None or period.start is None or period.end is None:
                continue
            if period.start <= self.today if self.prefer == "past" else period.end > self.today:
                return reading
        return first or read(self.today.year)

    def units_from(self, day: date, unit: Unit, count: int, *, fiscal: bool = False) -> date:
        """The start of the unit that lies `count` units from the one that holds `day`."""
        return add_units(unit_start(day, unit, self.calendar, fiscal=fiscal), unit, count)

    def fiscal_year_start(self, year: int) -> date:
        return fiscal_year(year, self.calendar)
