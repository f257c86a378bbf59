"""When something happened, and which days are held against each other: the dates of one question, settled."""

from collections.abc import Mapping, Sequence
from typing import Literal

from tools.language.annotation import SpanKind
from tools.sources.plain.asked import Making
from tools.sources.plain.ground import Ground, Way, column_core
from tools.sources.plain.keeping import is_set, kept
from tools.sources.plain.measuring import Measuring
from tools.sources.plain.question import Word, Words
from tools.sources.plain.roots import root
from tools.sources.plain.search import BEGINNINGS, STATE
from tools.sources.plain.state import Bound, Condition, Event, State
from tools.sources.scheme import SchemeColumn, SchemeTable

AFTER, BEFORE = frozenset(["after", "later"]), frozenset(["before", "earlier"])
_FROM_TO = frozenset(["from", "between", "after", "since", "until", "till"])
_BEGINS = frozenset(root(word) for word in ("opened", "created", "ordered", "requested", "registered", "enrolled", "received", "reported", "logged", "submitted", "booked", "raised", "placed", "admitted", "entered", "reported"))  # fmt: skip
_TAKES = frozenset(["take", "takes", "took", "taken", "need", "needs", "needed"])
_DONE_LATER = frozenset(root(word) for word in ("paid", "returned", "completed", "finished", "delivered", "settled", "closed", "received"))  # fmt: skip


class Dating(Measuring):
    """The words of one question, asked for its days. `days` are the dates that count by entity."""

    def __init__(self, ground: Ground, words: Words, days: Mapping[str, str | None]) -> None:
        self._ground = ground
        super().__init__(words)
        self._default = days
        spans = words.annotation.spans
        self._period = next((span.start for span in spans if span.kind is SpanKind.PERIOD), None)
        self._dated = any(span.kind in (SpanKind.PERIOD, SpanKind.GRAIN, SpanKind.COMPARISON) for span in spans)

    def _days(self, state: State) -> tuple[SchemeColumn, SchemeColumn] | None:
        """ "average days from signing to installation": the two dates, in the order in which they are said. "How many days does
        it take to deliver an order" tells none: they follow each other as they do in the table."""
        if not self._says_days():
            return None
        if any(event.way.links or not event.done for event in state.events):
            return None
        timed = self._said_for_the_time(state.events)
        events = sorted((event for event in state.events if event is not timed), key=lambda event: event.at)
        found = list({event.column.name: event.column for event in events}.values())
        if len(found) == 1 and {*self._words.norms} & _TAKES and (begun := self._begun(state.root)) is not None and begun.name != found[0].name:  # fmt: skip
            found.insert(0, begun)  # "how many days does it take to deliver": from the day on which each was ordered
        if len(found) != 2 or f"{found[0].name}|{found[1].name}" not in state.root.days_between:  # noqa: PLR2004 — from one to the other
            return None
        if not _FROM_TO & {*self._words.norms}:
            places = [column.name for column in state.root.columns]
            found.sort(key=lambda column: places.index(column.name))
        return found[0], found[1]

    @staticmethod
    def _begun(table: SchemeTable) -> SchemeColumn | None:
        """The only day on which each row of a table begins."""
        found = [c for c in table.columns if c.kind == "date" and not c.is_nullable and not is_set(c) and {root(part) for part in (*c.words, *c.raw)} & _BEGINS]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def _says_days(self) -> bool:
        norms = {*self._words.norms}
        return bool(norms & {"days", "day", "long"}) and bool(norms & {"between", "from", "until", "till", "to"})

    def _events(self, making: Making, days: object) -> tuple[Way, SchemeColumn] | Literal[False] | None:
        """The date that counts. Other dates that are named say that they are known, or are not; False: neither can be."""
        done = self._done(making)
        if done is None:
            return False
        if days:
            return self._day_of_those(making, done)
        if making.state.pace is not None:
            head = next((word.at for word in self._words.words if word.carries), -1)
            said = [event for event in done if event.at != head]  # "hires" that are late were not hired late
            if (bound := kept(making.state, said, says_now=bool({"is", "are"} & {*self._words.norms}))) is None:
                return False
            making.bounds.append(bound)
        elif not self._dues(making, done):
            return False
        time = self._nearest(done) if self._dated and done else None
        for event in done:
            told = time is not None and event.column is time.column and event.way.columns == time.way.columns
            if not told and event.column.is_nullable and not self._is_due(event.column):
                making.conditions.append(Condition(event.way, event.column, "not_null", (), event.at))
        self._weigh_verbs(making)
        if time is None:
            return self._only_date(making)
        if self._is_default(making.state.root, time):
            return None
        return time.way, time.column

    def _day_of_those(self, making: Making, done: list[Event]) -> tuple[Way, SchemeColumn] | None:
        """ "Jobs finished in 2025: how many days from start to finish": a day that is said twice is once that of the time."""
        time = self._said_for_the_time(done)
        if time is None or self._is_default(making.state.root, time):
            return None
        return time.way, time.column

    def _said_for_the_time(self, events: Sequence[Event]) -> Event | None:
        """Of a day that is said twice the one that stands before the period."""
        said = [event.column.name for event in events]
        at = self._period if self._period is not None else -1
        twice = [event for event in events if said.count(event.column.name) > 1 and event.at < at]
        return max(twice, key=lambda event: event.at) if twice else None

    def _done(self, making: Making) -> list[Event] | None:
        """What has happened. What has not has no day; None where it always has one."""
        done: list[Event] = []
        for event in making.state.events:
            word = self._words.words[event.at]
            if event.way.links and self._is_anothers(making, event):
                return None
            is_state = not event.verb and self._is_state_here(making.state.root, word)
            if is_state and event.done and not self._is_date_said(event):
                making.cost += 0.4  # a state of that name is nearer than the day of it
            if event.done:
                done.append(event)
            elif event.column.is_nullable:
                making.conditions.append(Condition(event.way, event.column, "is_null", (), event.at))
            else:
                return None
        return done

    @staticmethod
    def _is_state_here(table: SchemeTable, word: Word) -> bool:
        """Whether a word is a value of the rows themselves, or of a list that they have it from: what is closed of
        something else is not what is closed of them."""
        near = {table.name, *(link.target for link in table.links if {*link.role, *link.raw} & STATE)}
        return any(value.dimension.partition(".")[0] in near for _, values, _ in word.values for value in values)

    def _is_anothers(self, making: Making, event: Event) -> bool:
        """Whether a day is one of something that is not spoken of, where what is spoken of has days of its own: that claims are
        closed says nothing of the end of a contract."""
        state = making.state
        own = any(column.kind == "date" for column in state.root.columns)
        spoken = [noun.way for noun in state.nouns] + [item.way for item in state.conditions if item.at < event.at] + [group.way for group in state.groups]  # fmt: skip
        return own and not any(way.links and way.begins_with(event.way) for way in spoken)

    def _newcomers(self, state: State) -> tuple[Way, SchemeColumn] | Literal[False]:
        """The only day since when somebody is there. What else is dated would be held to another one."""
        found = [c for c in state.root.columns if c.kind == "date" and {root(w) for w in (*c.words, *c.raw)} & BEGINNINGS]  # fmt: skip
        return (Way((), state.root), found[0]) if self._dated and len(found) == 1 and not state.events else False

    def _only_date(self, making: Making) -> tuple[Way, SchemeColumn] | None:
        """Of dates between which nothing decides the only one that is not asked to be empty, or that on which a thing
        begins where a verb says that it did: "tickets received last month"."""
        table = making.state.root
        if not self._dated or table.entity in self._default:
            return None
        empty = {item.column.name for item in making.conditions if item.column is not None and item.operator == "is_null"}  # fmt: skip
        left = [c for c in table.columns if c.kind == "date" and c.name not in empty]
        begun = [c for c in left if {root(part) for part in (*c.words, *c.raw)} & _BEGINS]
        if empty and len(left) == 1:
            return Way((), table), left[0]
        verbs = {root(norm) for norm in self._words.norms} & _BEGINS
        return (Way((), table), begun[0]) if verbs and len(begun) == 1 else None

    def _weigh_verbs(self, making: Making) -> None:
        """A verb for which there is a date is no state of that name."""
        for item in making.state.conditions:
            word = self._words.words[item.at]
            near = [way for way in self._ground.ways(making.state.root) if len(way.links) <= 1]
            named = any(
                _names_verb(word.norm, column) for way in near for column in way.table.columns if column.kind == "date"
            )
            if (
                word.verb
                and not item.as_flag
                and item.column is not None
                and named
                and item.operator in ("eq", "in", "ne", "not_in")
            ):
                making.cost += 0.4

    def _is_default(self, table: SchemeTable, event: Event) -> bool:
        """Whether a date is the one that counts anyway."""
        day = self._default.get(table.entity)
        return day is not None and day.count(".") == len(event.way.links) and day.rsplit(".", 1)[-1] == event.column.day

    def _is_date_said(self, event: Event) -> bool:
        following = self._words.norms[event.at + 1 : event.at + 2]
        return following == ["date"]

    def _nearest(self, done: list[Event]) -> Event | None:
        """The date that stands next to the period, or the last one. What is a part of the orders of a year, and what is said
        of "the orders of 2024" behind that, has another day."""
        at = self._period if self._period is not None else len(self._words.words)
        before = [event for event in done if event.at < at]
        if not before and "share" in self._cues:
            return None
        return max(before, key=lambda event: event.at) if before else done[0]

    def _dues(self, making: Making, done: list[Event]) -> bool:
        """ "past their due date", "paid after the due date"."""
        norms = set(self._words.norms)
        due = next((event for event in done if self._is_due(event.column) and not event.way.links), None)
        if due is None:
            return "past" not in {word.norm for word in self._words.words if word.at not in making.state.spent}
        others = [event for event in done if event.column is not due.column and not event.way.links]
        others.sort(key=lambda event: (event.at > due.at, -event.at))  # the nearest one before it
        table = making.state.root
        between = {*self._words.norms[others[0].at + 1 : due.at]} if others else set[str]()
        if between & (AFTER | BEFORE) and self._dated:
            # "jobs completed in May that were finished after their due date": the first is for the time.
            at = self._period if self._period is not None else -1
            if not any(event.at < at < others[0].at for event in others):
                return False
        if others and (between & (AFTER | BEFORE) or (norms & (AFTER | BEFORE) and not self._dated)):
            pair = f"{due.column.name}|{others[0].column.name}"
            if pair in table.days_between:
                later = bool(norms & AFTER)
                said = f"days from {' '.join(due.column.words)} to {' '.join(others[0].column.words)}"
                making.bounds.append(Bound(table.days_between[pair], "gt" if later else "lt", 0, said))
            return pair in table.days_between
        if "past" in norms or "overdue" in norms:
            making.bounds.append(Bound(due.column.day or "", "lt", "today", " ".join(due.column.words)))
            known = {item.column.name for item in making.conditions if item.column is not None}
            open_ = [c for c in table.columns if c.kind == "date" and c.is_nullable and {root(w) for w in c.words} & _DONE_LATER]  # fmt: skip
            if len(open_) == 1 and open_[0].name not in known:
                making.conditions.append(Condition(Way((), table), open_[0], "is_null", (), due.at))
        return True

    @staticmethod
    def _is_due(column: SchemeColumn) -> bool:
        return bool({"due", "deadline"} & {*column.words})


def _names_verb(norm: str, column: SchemeColumn) -> bool:
    return any(root(norm) == root(part) for pair in column_core(column) for part in (pair[0], *pair[1].split()))
