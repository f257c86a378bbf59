"""Days that were set beforehand, and how what was done keeps to them: "later than promised", "on time", "past their best-before
date", "expired"."""

from collections.abc import Iterator, Sequence

from tools.language.text import listed
from tools.sources.plain.ground import Ground, Way, names_column
from tools.sources.plain.question import NEGATIONS, Word, Words
from tools.sources.plain.roots import MEANS_THE_SAME, root
from tools.sources.plain.state import Bound, Event, Operator, Pace, State
from tools.sources.scheme import SchemeColumn, SchemeTable

_SET = frozenset(listed("due promised promise prom deadline expected expect planned plan scheduled schedule estimated estimate agreed target eta required needed"))  # fmt: skip
"""Words of a day by which something is to be done."""
_ENDS = frozenset(["expiry", "expires", "expire", "expiration", "expired", "exp"])
_UNTIL = (("valid", "until"), ("valid", "to"), ("valid", "till"), ("valid", "thru"), ("best", "before"), ("use", "by"), ("sell", "by"))  # fmt: skip
_PHRASES: tuple[tuple[tuple[str, ...], Pace], ...] = (
    (("too", "late"), "late"), (("late",), "late"), (("behind", "schedule"), "late"), (("with", "a", "delay"), "late"),
    (("on", "time"), "punctual"), (("in", "time"), "punctual"), (("on", "schedule"), "punctual"), (("punctually",), "punctual"),
    (("too", "early"), "early"), (("ahead", "of", "schedule"), "early"), (("ahead", "of", "time"), "early"),
)  # fmt: skip
_THAN: tuple[tuple[tuple[str, ...], Pace], ...] = (
    (("later", "than"), "late"), (("after",), "late"),
    (("earlier", "than"), "early"), (("sooner", "than"), "early"), (("before",), "early"), (("by",), "punctual"), (("within",), "punctual"),
)  # fmt: skip
"""What stands before the day that was set."""
_BETWEEN = frozenset(listed("the a its their his her our we i they it he she you had have has was were been did is are date day originally"))  # fmt: skip
_MOST_BETWEEN = 4
_DONE = frozenset(root(word) for word in ("paid", "returned", "completed", "finished", "delivered", "settled", "closed", "received", "arrived", "ready", "shipped", "resolved", "collected"))  # fmt: skip
OPERATORS: dict[Pace, Operator] = {"late": "gt", "punctual": "le", "early": "lt"}
"""What the days from the one that was set to the one on which it was done are."""
_TURNED: dict[Pace, Pace] = {"late": "punctual", "punctual": "late"}


def is_set(column: SchemeColumn) -> bool:
    """Whether a date is one that was set beforehand."""
    return column.kind == "date" and bool({*column.words, *column.raw} & _SET)


def is_end(column: SchemeColumn) -> bool:
    """Whether a date is the last on which something is good."""
    pairs = [*zip(column.words, column.words[1:], strict=False), *zip(column.raw, column.raw[1:], strict=False)]
    return column.kind == "date" and (bool({*column.words, *column.raw} & _ENDS) or any(pair in pairs for pair in _UNTIL))  # fmt: skip


def done_column(table: SchemeTable) -> SchemeColumn | None:
    """The only day on which what was set is done."""
    found = [c for c in table.columns if c.kind == "date" and c.is_nullable and not is_set(c) and {root(w) for w in (*c.words, *c.raw)} & _DONE]  # fmt: skip
    return found[0] if len(found) == 1 else None


class Keeping:
    """One question's words about days that were set."""

    def __init__(self, ground: Ground, words: Words) -> None:
        self._words = words
        written = {word for table in ground.tables.values() for column in table.columns for word in column.words}
        self._phrases_meant: tuple[tuple[tuple[str, ...], Pace], ...] = tuple((phrase, pace) for phrase, pace in _PHRASES if not (len(phrase) == 1 and phrase[0] in written))  # fmt: skip

    def at(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """What begins at a word, and where it ends."""
        if state.pace is None:
            yield from self._phrases(state, word)
            yield from self._than(state, word)
        yield from self._past(state, word)
        yield from self._expired(state, word)

    def says(self) -> frozenset[int]:
        """Where a question says how something keeps to a day: no reading may pass that over."""
        found = {at + i for word in self._words.words for at in (word.at,) for phrase, _ in self._phrases_meant if self._is(at, phrase) and not self._is_timed(at) for i in range(len(phrase))}  # fmt: skip
        return frozenset(found)

    def _is(self, at: int, phrase: Sequence[str]) -> bool:
        return tuple(self._words.norms[at : at + len(phrase)]) == tuple(phrase)

    def _is_timed(self, at: int) -> bool:
        """ "late in 2025" is a time of that year."""
        return any(span.start <= at < span.end and span.kind.name == "PERIOD" for span in self._words.annotation.spans)

    def _phrases(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        for phrase, pace in self._phrases_meant:
            if self._is(word.at, phrase) and not self._is_timed(word.at):
                end = word.at + len(phrase)
                before = self._words.norms[word.at - 1] if word.at else ""
                turned = _TURNED.get(pace) if word.negated or before in NEGATIONS else pace
                if turned is not None:
                    yield end, state.plus(pace=turned, pace_at=word.at, spent=state.spent | {*range(word.at, end)})

    def _than(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """ "later than we had promised", "after the due date"."""
        norms = self._words.norms
        for phrase, pace in _THAN:
            if not self._is(word.at, phrase):
                continue
            at = word.at + len(phrase)
            first = at
            while at < len(norms) and at - first < _MOST_BETWEEN and norms[at] in _BETWEEN:
                at += 1
            for column in state.root.columns:
                if is_set(column) and (end := self._names(column, state.root, at)) is not None:
                    yield end, state.plus(pace=pace, pace_at=word.at, due=column, spent=state.spent | {*range(word.at, end)})  # fmt: skip

    def _past(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """ "past their best-before date": held against today."""
        if word.norm not in ("past", "beyond", "over"):
            return
        at = word.at + 1
        while at < len(self._words.norms) and self._words.norms[at] in ("the", "their", "its", "a"):
            at += 1
        for column in state.root.columns:
            if is_end(column) and (end := self._names(column, state.root, at)) is not None:
                yield end, self._by_today(state, column, "ge" if word.negated else "lt", range(word.at, end))

    def _expired(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """ "have expired", "still valid"."""
        ends = [column for column in state.root.columns if is_end(column)]
        dated = any(span.kind.name == "PERIOD" for span in self._words.annotation.spans)
        if len(ends) != 1 or dated or word.grouped:
            return
        if word.norm in ("expired", "lapsed"):
            yield word.at + 1, self._by_today(state, ends[0], "ge" if word.negated else "lt", range(word.at, word.at + 1))  # fmt: skip
        elif word.norm == "valid" and not word.negated:
            yield word.at + 1, self._by_today(state, ends[0], "ge", range(word.at, word.at + 1))

    @staticmethod
    def _by_today(state: State, column: SchemeColumn, operator: Operator, spent: range) -> State:
        held = Bound(column.day or "", operator, "today", " ".join(column.words), at=spent.start)
        return state.plus(bounds=(*state.bounds, held), spent=state.spent | {*spent})

    def _names(self, column: SchemeColumn, table: SchemeTable, at: int) -> int | None:
        """Where the words end that name a day from some place on: "best before date"."""
        norms, way = self._words.norms, Way((), table)
        for width in (3, 2, 1):
            said = tuple(norm for norm in norms[at : at + width] if norm not in ("date", "day"))
            whole = len(norms[at : at + width]) == width and norms[at + width - 1 : at + width] != [","]
            written = tuple(column.raw[: len(said)]) == said or tuple(column.words[: len(said)]) == said
            if whole and said and (written or (len(said) == 1 and names_column(said, column, way) >= MEANS_THE_SAME)):
                end = at + width
                return end + 1 if norms[end : end + 1] in (["date"], ["day"]) else end
        return None


def kept(state: State, done: Sequence[Event], *, says_now: bool) -> Bound | None:
    """What a reading that says how something keeps to a day holds its rows to; None where it is not clear which days are
    meant."""
    table, pace = state.root, state.pace
    if pace is None:
        return None
    due = state.due
    if due is None:
        found = [column for column in table.columns if is_set(column)]
        due = found[0] if len(found) == 1 else None
    others = [event for event in done if not event.way.links and due is not None and event.column.name != due.name and not is_set(event.column)]  # fmt: skip
    before = [event for event in others if event.at < state.pace_at]
    actual = before[-1].column if before else others[0].column if others else None
    if actual is None and not says_now:  # "are late" may be those that are still to come, too
        actual = done_column(table)
    if due is None or actual is None or (pair := table.days_between.get(f"{due.name}|{actual.name}")) is None:
        return None
    said = f"days from {' '.join(due.words)} to {' '.join(actual.words)}"
    return Bound(pair, OPERATORS[pace], 0, said, at=state.pace_at)
