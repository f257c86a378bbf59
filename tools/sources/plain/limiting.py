"""Single rows held against a number or against another figure of theirs: "longer than 16 metres", "a total above $300", "built
before 1990", "below their minimum quantity"."""

from collections.abc import Callable, Iterator

from tools.sources.plain.comparing import Compared, Side, compared, compared_year, held_against, more_of
from tools.sources.plain.ground import Ground, Way, names_column, names_unit
from tools.sources.plain.measuring import Measuring
from tools.sources.plain.question import CURRENCIES, Word, Words
from tools.sources.plain.state import Condition, Having, Limit, State
from tools.sources.scheme import SchemeColumn, SchemeTable

LEAST_LIKE = 0.5
STEP = 0.22
"""What every step away from the root speaks against a reading."""
_LONGEST = 3
_OF = frozenset(["of", "is", "was", "are", "were", "a", "an", "from", "in"])
_TOTALS = frozenset(["total", "totals", "totalling", "worth", "amount", "value", "costing", "charging"])
"""Words for what something comes to, of which the number tells that it is money."""
_OF_TIME = frozenset(["days", "day", "weeks", "hours", "minutes", "time"])
_LEAST = frozenset(["minimum", "min", "reorder", "threshold", "safety", "least", "target", "par", "alarm", "alert"])
_MOST = frozenset(["maximum", "max", "limit", "capacity", "target"])
_THERE = frozenset(["stock", "stk", "inventory", "quantity", "qty", "hand", "onhand", "oh", "level", "count", "available", "current", "left", "pieces", "units"])  # fmt: skip
"""Words of a column that says how much there is."""
_OPPOSITE: dict[Side, Side] = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}

Run = Callable[[int, int], tuple[tuple[str, ...], int] | None]
"""So many words of a name from a place on, and where they end."""


def is_year(column: SchemeColumn) -> bool:
    """Whether numbers are years: a vintage, a year of building. They are no figures."""
    return column.is_whole and column.low is not None and column.high is not None and 1900 <= column.low <= column.high <= 2100  # fmt: skip  # noqa: PLR2004 — years that a business may speak of


class Limiting:
    """One question's comparisons."""

    def __init__(self, ground: Ground, words: Words, run: Run) -> None:
        self._ground = ground
        self._words = words
        self._run = run

    def at(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """What a comparison that begins at a word, or behind the name there, can mean, and where it ends."""
        if (more := more_of(self._words.norms, word.at)) is not None:
            yield from self._more_of(state, word, *more)
        if word.norm in _TOTALS and not (word.carries and word.grouped):
            yield from self._held(state, word, (word.norm,), word.at + 1)
        for width in range(_LONGEST + 1):
            run = self._name(word.at, width)
            if run is None or (width and word.grouped and not word.which):
                return
            yield from self._held(state, word, *run)

    def _name(self, at: int, width: int) -> tuple[tuple[str, ...], int] | None:
        """So many words from some place on that may be a name: "delivery days" too, though days are a unit of time."""
        words = self._words.words[at : at + width]
        plain = len(words) == width and all(word.cue == "unit" and word.norm in _OF_TIME for word in words[1:] if not word.carries)  # fmt: skip
        if width > 1 and plain and words[0].carries and not all(word.carries for word in words):
            return tuple(word.norm for word in words), at + width
        return self._run(at, width) if width else ((), at)

    def _held(self, state: State, word: Word, said: tuple[str, ...], at: int) -> Iterator[tuple[int, State]]:
        norms = self._words.norms
        while said and at < len(norms) - 1 and norms[at] in _OF and not self._words.words[at].cue:
            at += 1
        if at >= len(norms):
            return
        if (found := compared(self._words, at)) is not None and (said or found.of or found.unit):
            yield from self._against_a_number(state, word, said, found)
        if (year := compared_year(self._words, at)) is not None and said:
            yield from self._against_a_year(state, word, said, year)
        if (held := held_against(self._words, at)) is not None:
            yield from self._against_a_column(state, word, said, *held)

    # ── a number ─────────────────────────────────────────────────────────────────────────────────────────

    def _against_a_number(self, state: State, word: Word, said: tuple[str, ...], found: Compared) -> Iterator[tuple[int, State]]:  # fmt: skip
        for way in self._near(state.root):
            for column in way.table.columns:
                if (cost := self._cost(way, column, said, found)) is not None:
                    limits = self._limits(way, column, word, found)
                    yield (
                        found.end,
                        state.plus(
                            cost + STEP * len(way.links),
                            limits=(*state.limits, *limits),
                            spent=state.spent | {*range(word.at, found.end)},
                        ),
                    )
        yield from self._of_what_they_have(state, word, said, found)

    def _of_what_they_have(self, state: State, word: Word, said: tuple[str, ...], found: Compared) -> Iterator[tuple[int, State]]:  # fmt: skip
        """ "customers with an order over 300 euros": what has to be there has to be so too."""
        if not state.havings or found.upto is not None:
            return
        having = state.havings[-1]
        for column in having.table.columns:
            way = Way((), having.table)
            if (cost := self._cost(way, column, said, found)) is None or column.measure is None:
                continue
            value = found.value * column.measure.divisor
            inner = Condition(way, column, found.side, (str(value),), having.at, as_figure=True)
            held = Having(having.table, having.link, having.at, having.negated, (*having.conditions, inner))
            yield (
                found.end,
                state.plus(cost, havings=(*state.havings[:-1], held), spent=state.spent | {*range(word.at, found.end)}),
            )

    def _near(self, table: SchemeTable) -> Iterator[Way]:
        return (way for way in self._ground.ways(table) if len(way.links) <= 1)

    @staticmethod
    def _limits(way: Way, column: SchemeColumn, word: Word, found: Compared) -> tuple[Limit, ...]:
        first = Limit(column, found.side, found.value, word.at, way)
        return (first,) if found.upto is None else (first, Limit(column, "le", found.upto, word.at, way))

    def _cost(self, way: Way, column: SchemeColumn, said: tuple[str, ...], found: Compared) -> float | None:
        measure = column.measure
        if measure is None or column.figure is None or column.name == way.table.key or is_year(column):
            return None
        is_money = found.unit == "money" or found.unit in CURRENCIES
        fits_unit = found.unit is None or names_unit(found.unit, column) or (is_money and measure.is_money)
        is_part = found.unit in ("percent", "%") and bool({*column.words, *column.raw} & {"percent", "pct", "rate", "prozent"})  # fmt: skip
        named = names_column((found.unit,), column, way) if found.unit and not said and not is_money else 0.0
        if not fits_unit and not is_part and named < LEAST_LIKE:
            return None
        if (
            is_money
            and found.side in ("gt", "ge")
            and column.low is not None
            and found.value * measure.divisor < column.low
        ):
            return None  # all rows would meet it: it is rather kept in another unit than the one that is said
        if named:
            score = named
        elif said:
            score = self._score(way, column, said, is_money=is_money)
        elif found.of:
            score = max(names_column((of,), column, way) for of in found.of)
        elif way.links:
            return None  # what nothing names is the rows' own
        else:
            score = 0.8 if found.unit is not None and (not is_money or self._is_main(way.table, column)) else 0.0
        return 1 - score if score >= LEAST_LIKE else None

    def _score(self, way: Way, column: SchemeColumn, said: tuple[str, ...], *, is_money: bool) -> float:
        score = names_column(said, column, way)
        if way.links and not {*said} & {*column.words, *column.raw}:
            return 0.0
        if score < LEAST_LIKE and len(said) == 1 and said[0] in _TOTALS and is_money and not way.links:
            return 0.75 if self._is_main(way.table, column) else 0.0
        return score

    @staticmethod
    def _is_main(table: SchemeTable, column: SchemeColumn) -> bool:
        """Whether money that is not named is that of a column: the total, or the only one that there is."""
        main = Measuring.main(table)
        money = [c for c in table.columns if c.measure is not None and c.measure.is_money]
        return main is column or (main is None and len(money) == 1)

    # ── a year ───────────────────────────────────────────────────────────────────────────────────────────

    def _against_a_year(self, state: State, word: Word, said: tuple[str, ...], found: Compared) -> Iterator[tuple[int, State]]:  # fmt: skip
        for way in self._near(state.root):
            for column in way.table.columns:
                score = names_column(said, column, way) if is_year(column) and column.figure else 0.0
                if score >= LEAST_LIKE:
                    cost = 0.5 * (1 - score) + STEP * len(way.links)
                    yield (
                        found.end,
                        state.plus(
                            cost,
                            limits=(*state.limits, *self._limits(way, column, word, found)),
                            spent=state.spent | {*range(word.at, found.end)},
                        ),
                    )

    # ── another figure ───────────────────────────────────────────────────────────────────────────────────

    def _against_a_column(self, state: State, word: Word, said: tuple[str, ...], side: Side, at: int) -> Iterator[tuple[int, State]]:  # fmt: skip
        """ "hours over the estimate", "below their minimum": the row's own two figures."""
        table, way = state.root, Way((), state.root)
        for pair, attribute in table.differences.items():
            one, other = (next((c for c in table.columns if c.name == name), None) for name in pair.split("|"))
            if one is None or other is None:
                continue
            ways: tuple[tuple[SchemeColumn, SchemeColumn, Side], ...] = (
                (one, other, side),
                (other, one, _OPPOSITE[side]),
            )
            for left, right, looks in ways:
                first = names_column(said, left, way) if said else 0.8 * self._is_what_is_there(left, right)
                if first < LEAST_LIKE:
                    continue
                for end, second in self._named(right, way, at):
                    limit = Limit(left, looks, 0.0, word.at, way, attribute, f"{' '.join(left.words)} against {' '.join(right.words)}")  # fmt: skip
                    yield (
                        end,
                        state.plus(
                            2 - first - second,
                            limits=(*state.limits, limit),
                            spent=state.spent | {*range(word.at, end)},
                        ),
                    )

    def _more_of(self, state: State, word: Word, side: Side, than: int) -> Iterator[tuple[int, State]]:
        """ "more guests served than guests booked"."""
        said = tuple(
            norm for norm in self._words.norms[word.at + 1 : than] if norm not in ("in", "on", "of", "the", "a")
        )
        at = than + 1
        while at < len(self._words.norms) and self._words.norms[at] in ("the", "its", "their", "were", "was"):
            at += 1
        yield from self._against_a_column(state, word, said, side, at)

    def _named(self, column: SchemeColumn, way: Way, at: int) -> Iterator[tuple[int, float]]:
        """Where the words end that name a column from some place on, "minimum" among them though it is a superlative, and
        how well they do."""
        norms = self._words.norms
        for end in range(at + 1, min(at + _LONGEST, len(norms)) + 1):
            if any(word.number is not None for word in self._words.words[at:end]):
                return
            score = names_column(tuple(norms[at:end]), column, way)
            if score >= LEAST_LIKE:
                yield end, score

    @staticmethod
    def _is_what_is_there(column: SchemeColumn, against: SchemeColumn) -> bool:
        """Whether a column is what a least, or a most, of the same kind is for."""
        bounds = {*against.words, *against.raw} & (_LEAST | _MOST)
        own = {*column.words, *column.raw}
        return bool(bounds) and not own & (_LEAST | _MOST) and bool(own & _THERE)
