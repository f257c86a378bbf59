"""Periods in a question of another language, said in the terms of the period grammar."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from tools.language.text import TokenKind
from tools.query.foreign.lexicon import Tongue
from tools.query.foreign.words import Word

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth"}
_LAST_DAY = 31
_MOST_UNITS = 400
_ARTICLES_SKIPPED = 2
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT_YEAR = re.compile(r"'?(\d\d)")
_NO_DAY = 32
"""What a number of two digits is at least that is no day of a month."""
_LAST_OF_THIS_CENTURY = 69
_QUARTER = re.compile(r"[qt]([1-4])|([1-4])[qt]")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d\d)")
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})[./-](\d{4})|(\d{4})[./-](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Moment:
    """Words [start, end) say a period: `english` in the words of the period grammar. `shift`: said of the period before;
    `alone` is what that is where there is nothing to shift, if it is anything."""

    start: int
    end: int
    english: str
    shift: bool = False
    alone: str = ""


def find_moments(words: tuple[Word, ...], tongue: Tongue, blocked: Container[int]) -> list[Moment]:
    """In the order of the text, none over another; of two that begin alike the longer. `blocked` words are names."""
    simple = _Simple(words, tongue, blocked)
    found: dict[int, Moment] = {}
    for at in range(len(words)):
        options = [
            Moment(at, match[0], match[1], shift, match[2])
            for patterns, shift in ((tongue.shifts, True), (tongue.periods, False))
            for pattern in patterns
            if (match := pattern.matches(words, at, simple.read)) is not None
        ]
        options = [moment for moment in options if not any(i in blocked for i in range(moment.start, moment.end))]
        if options:
            found[at] = max(options, key=lambda moment: (moment.end, moment.shift))
    _drop_covered(found)

    def joined(name: str, at: int) -> Iterator[tuple[int, str]]:
        if name != "p":
            yield from simple.read(name, at)
            return
        for skipped in range(_ARTICLES_SKIPPED + 1):
            if (moment := found.get(at + skipped)) is not None and not moment.shift:
                yield moment.end, moment.english
                return
            if at + skipped >= len(words) or words[at + skipped].norm not in tongue.articles:
                return

    for at in range(len(words)):
        matches = (pattern.matches(words, at, joined) for pattern in tongue.ranges)
        longest = max((match for match in matches if match is not None), key=lambda match: match[0], default=None)
        if longest is not None and not any(i in blocked for i in range(at, longest[0])):
            inside = found.get(at)
            if inside is None or longest[0] > inside.end:
                found[at] = Moment(at, longest[0], longest[1])
    _drop_covered(found)
    return sorted(found.values(), key=lambda moment: moment.start)


def _drop_covered(found: dict[int, Moment]) -> None:
    end = 0
    for at in sorted(found):
        if at < end:
            del found[at]
        else:
            end = found[at].end


class _Simple:
    """Reads the placeholders that are no period by themselves."""

    def __init__(self, words: tuple[Word, ...], tongue: Tongue, blocked: Container[int]) -> None:
        self._words = words
        self._tongue = tongue
        self._blocked = blocked

    def read(self, name: str, at: int) -> Iterator[tuple[int, str]]:
        if at >= len(self._words) or at in self._blocked:
            return
        word = self._words[at]
        match name:
            case "n" | "d" | "o":
                yield from ((at + 1, said) for said in self._number(name, word))
            case "year" | "yy":
                year = self._short_year(at) if name == "yy" else self._year(word)
                yield from ((at + 1, str(number)) for number in (year,) if number is not None)
            case "q" if match := _QUARTER.fullmatch(word.norm):
                yield at + 1, f"Q{match.group(1) or match.group(2)}"
            case "date" if word.kind is TokenKind.DATE:
                if (day := _as_day(word.norm)) is not None:
                    yield at + 1, day
            case "unit":
                yield from ((at + 1, sense) for sense in self._of(word, "unit"))
            case "month":
                for length in (2, 1):
                    pair = self._words[at : at + length]
                    if len(pair) == length and (numbers := self._of_phrase(pair, "month")):
                        yield at + length, MONTHS[int(numbers[0]) - 1]
                        return
            case "weekday":
                yield from ((at + 1, WEEKDAYS[int(number) - 1]) for number in self._of(word, "weekday"))
            case _:
                return

    def _year(self, word: Word) -> int | None:
        return int(word.norm) if word.kind is TokenKind.NUMBER and _YEAR.fullmatch(word.norm) else None

    def _short_year(self, at: int) -> int | None:
        """ "März 98", "'25". What may be a day or a count is a year only where nothing follows that could be counted."""
        word = self._words[at]
        if (match := _SHORT_YEAR.fullmatch(word.norm)) is None or word.ordinal:
            return None
        year = int(match.group(1))
        following = self._words[at + 1] if at + 1 < len(self._words) else None
        if year < _NO_DAY and following is not None and following.norm[:1].isalnum() and not word.norm.startswith("'"):
            senses = self._tongue.senses((following,))
            if not senses or any(sense.kind not in ("filler", "cue") for sense in senses):
                return None
        return year + (2000 if year <= _LAST_OF_THIS_CENTURY else 1900)

    def _number(self, name: str, word: Word) -> Iterator[str]:
        value = int(word.number) if word.number is not None and word.number == word.number.to_integral_value() else None
        if name == "o":
            ordinal = value if word.ordinal else next((int(number) for number in self._of(word, "ordinal")), None)
            if ordinal in ORDINALS:
                yield ORDINALS[ordinal]
            return
        if value is None and name == "n":
            value = next((int(number) for number in self._of(word, "number")), None)
        if value is None:
            value = next((int(number) for number in self._of(word, "ordinal")), None) if name == "d" else None
        if value is not None and 0 < value <= (_LAST_DAY if name == "d" else _MOST_UNITS):
            yield str(value)

    def _of(self, word: Word, kind: str) -> tuple[str, ...]:
        return self._of_phrase((word,), kind)

    def _of_phrase(self, words: tuple[Word, ...], kind: str) -> tuple[str, ...]:
        return tuple(sense.id for sense in self._tongue.senses(words) if sense.kind == kind)


def _as_day(text: str) -> str | None:
    """Day first, as all three languages write it; None for what is no date."""
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0  # noqa: PLR2004 — two digits
        return f"{day} {MONTHS[month - 1]} {year}" if 1 <= month <= len(MONTHS) and 1 <= day <= _LAST_DAY else None
    if match := _MONTH_OF_YEAR.fullmatch(text):
        month, year = int(match.group(1) or match.group(4)), match.group(2) or match.group(3)
        return f"{MONTHS[month - 1]} {year}" if 1 <= month <= len(MONTHS) else None
    return text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
