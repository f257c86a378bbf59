"""All that the words of a question can mean with one table as what is counted, the likeliest first."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.language.text import listed, tokenize
from tools.sources.kinds import AHEAD, HAPPENINGS, TIMELESS
from tools.sources.phrases import REVENUE, SOLD
from tools.sources.plain.ground import (
    STOCK,
    Ground,
    Way,
    column_core,
    core_of,
    does_role,
    has_role,
    measures,
    names_column,
    names_table,
    names_unit,
    names_way,
)
from tools.sources.plain.keeping import Keeping
from tools.sources.plain.limiting import LEAST_LIKE, STEP, Limiting, is_year
from tools.sources.plain.question import Word, Words, is_light
from tools.sources.plain.roots import MEANS_THE_SAME, PEOPLE, grouped, likeness, root
from tools.sources.plain.state import Condition, Event, Group, Having, Noun, State
from tools.sources.revenue import SPENT
from tools.sources.scheme import SchemeColumn, SchemeTable

_BEAM = 60
MOST_STATES = 40_000
"""Looked at for one question: one that would need more, over a hundred tables or in two hundred words, is read no further."""
_LONGEST = 4
_OF = frozenset(["of", "is", "was", "a", "an"])
_APART = 0.05
"""What an article inside of a name speaks against a reading."""
_INSIDE = frozenset(["the", "a", "an", "of", "our", "their", "per"])
_SYNONYM = 0.3
"""What speaks against another word for a table where there is one that bears the very word."""
_NOT_ITS_NAME = 0.1
"""What speaks against a column where another one beside it bears the very words."""
_IN_PART = 0.4
"""What speaks against a column that is named by a part of its words."""
_ADJECTIVES = (
    "ed",
    "ing",
    "ive",
    "al",
    "ous",
    "ful",
    "less",
    "able",
    "ible",
    "ish",
    "ese",
    "ic",
    "ant",
    "ent",
    "ary",
    "y",
)
_FOREIGN = 0.45
"""What a word that nothing bears speaks against a reading that passes it over before what it describes."""
_MONEY = frozenset(
    listed("money value worth amount amounts revenue sales turnover income takings spend sum total totals")
)
_SIZES = frozenset(["expensive", "costly", "big", "large", "cheap"])
_COMING_IN = frozenset(["received", "receive", "collected", "collect", "took", "take", "taken"])
"""Verbs of money that comes in, which is when it is paid."""
_PAID = root("payment")
_BUYING = frozenset(root(word) for word in ("buy", "purchase", "sell"))
_EARNING = frozenset(root(word) for word in ("earn", "fetch"))
_MAKING = frozenset(["made", "make", "makes", "brought", "bring", "brings"])
"""Verbs of money that comes in, where it is said that it does to us."""
_SPENDING = frozenset(["spend", "spent", "spending"])
_GAINING = frozenset(
    root(word) for word in ("win", "gain", "get", "join", "acquire", "sign", "add", "welcome", "attract")
)
BEGINNINGS = frozenset(root(word) for word in ("since", "joined", "created", "registered", "started", "opened", "signed", "enrolled", "hired", "added", "admitted"))  # fmt: skip
"""Words of the day since when somebody or something is there."""
_OPENING = frozenset(root(word) for word in ("open", "create", "log", "raise", "file", "receive", "enter", "get"))  # fmt: skip
"""Verbs by which something begins, and that say nothing of what happens to it later."""
STATE = frozenset(["status", "state", "stage", "st"])
_DROPPED = frozenset(root(word) for word in ("cancelled", "rejected", "declined", "withdrawn", "void", "lost", "abandoned", "storniert", "abgelehnt"))  # fmt: skip
_SENT = frozenset(["invoice", "bill", "quote", "quotation", "offer", "estimate"])
"""What one sends to others, mostly: received are those of somebody else."""
_TAKINGS = frozenset(["takings", "income", "turnover", "earnings"])
_FREQUENT = frozenset(["common", "frequent", "popular", "used", "frequently", "often", "booked", "ordered", "typical"])
_KEYS = frozenset(["id", "key", "uuid"])
_NUMBERS = frozenset(["number", "no", "nr", "num", "code", "ref", "reference"])
_DEEDS = grouped("""arrive receive; arrive deliver; ship dispatch send; repair fix; resolve fix; reply answer respond; collect pickup; finish complete;
    finish ready; finish end; resolve close; settle pay; start begin; hand submit; sign approve; release publish; create add; complete ready""")  # fmt: skip
"""Deeds that are the same where a day bears one of the names."""
_ABSENT = {"absent": "present", "unpaid": "paid", "uninsured": "insured", "inactive": "active", "unavailable": "available", "incomplete": "complete", "unsigned": "signed", "unshipped": "shipped", "undelivered": "delivered", "uncompleted": "completed", "unfinished": "finished", "unconfirmed": "confirmed", "unfunded": "funded", "unread": "read", "unreturned": "returned", "unapproved": "approved", "unvaccinated": "vaccinated", "unresolved": "resolved", "outstanding": "paid", "unsold": "sold", "uninstalled": "installed", "unassigned": "assigned", "unlicensed": "licensed", "unverified": "verified", "unlisted": "listed", "unoccupied": "occupied", "vacant": "occupied", "open": "closed"}  # fmt: skip
_ABSENT_ROOTS = {root(word): other for word, other in _ABSENT.items()}


def handle_of(table: SchemeTable) -> SchemeColumn | None:
    """What rows without a name go by: a number or a reference of their own."""
    told = next((c for c in table.columns if c.linked and c.kind == "text" and c.distinct >= 0.99 * table.rows), None)
    return told or next((c for c in table.columns if c.name == table.key and c.text is not None and c.kind == "number"), None)  # fmt: skip


def are_told_apart(table: SchemeTable) -> bool:
    """Whether rows have something by which an owner knows them: a name, a reference, a number of their own."""
    key = next((column for column in table.columns if column.name == table.key), None)
    numbered = key is not None and bool({*key.words, *key.raw} & _NUMBERS)
    return bool(table.label) or handle_of(table) is not None or numbered


def is_added_up(column: SchemeColumn) -> bool:
    """Whether figures are made of a column."""
    return column.measure is not None and not is_year(column)


def _does(said: str, named: str) -> float:
    """How well a verb names a day that is called by another one."""
    return max(likeness(said, named), MEANS_THE_SAME * bool(_DEEDS.get(root(said), frozenset()) & _DEEDS.get(root(named), frozenset())))  # fmt: skip


def _makes(verb: str, table: SchemeTable) -> bool:
    """Whether a verb makes rows of a table: by the table's own name, or by that of the day on which it is done."""
    dates = [column for column in table.columns if column.kind == "date" and not column.is_nullable]
    parts = [part for column in dates for pair in column_core(column) for part in (pair[0], *pair[1].split())]
    return names_table((verb,), table) >= MEANS_THE_SAME or any(likeness(verb, part) == 1 for part in parts)


@dataclass(frozen=True, slots=True)
class _Named:
    """What words name where a way leads to: what it costs that they are its thing, and each of its columns."""

    way: Way
    thing: float | None
    is_role: bool
    columns: tuple[tuple[float, SchemeColumn], ...]


class TooManyStates(Exception):  # noqa: N818 — nothing is wrong with the question
    """A question can be read in too many ways over this source."""


class Search:
    """One question over one source."""

    def __init__(self, ground: Ground, words: Words) -> None:
        self._ground = ground
        self._words = words
        self._limiting = Limiting(ground, words, self._run)
        self._keeping = Keeping(ground, words)
        self._kept = self._keeping.says()
        self._left = MOST_STATES
        self._names_of: dict[tuple[str, tuple[str, ...]], tuple[_Named, ...]] = {}
        self._foreign: dict[int, bool] = {}
        self._bearers: dict[str, frozenset[str]] = {}
        self._ranks = any(word.cue in ("rank_high", "rank_low") for word in words.words)

    def readings(self, table: SchemeTable) -> list[State]:
        """Every word that carries something has a meaning in each of these. Raises TooManyStates."""
        beam: dict[int, list[State]] = {0: [State(table)]}
        total = len(self._words.words)
        for at in range(total):
            states = sorted(beam.pop(at, []), key=lambda state: state.cost)[:_BEAM]
            self._left -= len(states)
            if self._left < 0:
                raise TooManyStates
            for state in states:
                for end, following in self._next(state, at):
                    beam.setdefault(end, []).append(following)
        return sorted(beam.get(total, []), key=lambda state: state.cost)

    def _next(self, state: State, at: int) -> Iterator[tuple[int, State]]:
        word = self._words.words[at]
        yield from self._limiting.at(state, word)
        yield from self._keeping.at(state, word)
        if at in self._kept and at not in state.spent:
            return
        if not word.carries:
            yield at + 1, self._held_together(state, word)
            return
        if word.included:
            if self._may_count_as_well(state, word):
                yield at + 1, state
            return
        if word.negated and any(likeness(word.norm, mark) == 1 for mark in state.root.gone):
            yield at + 1, state.plus(left_out=state.left_out + 1)  # what is void is left out already
        if word.number is not None and not word.values:
            yield from self._number(state, word)
            return
        yield from self._values(state, word)
        yield from self._single(state, word)
        for width in range(1, _LONGEST + 1):
            found = self._run(at, width)
            if found is None:
                break
            said, end = found
            apart = state.plus(_APART) if end > at + width else state
            yield from ((end, each) for each in self._names(apart, word, said))
            if width > 1 and word.grouped and self._is_foreign(word):
                # "practice area", where areas are all that there is.
                yield from ((end, each) for each in self._names(apart.plus(_FOREIGN), word, said[1:]))

    @staticmethod
    def _may_count_as_well(state: State, word: Word) -> bool:
        """Whether a word is a state, or a yes, of what is counted: of those that are it and those that are not both count."""
        flags = any(c.kind == "boolean" and names_column((word.norm,), c, Way((), state.root)) >= LEAST_LIKE for c in state.root.columns)  # fmt: skip
        places = {f"{state.root.name}.{c.name}" for c in state.root.columns if {*c.words} & STATE}
        return flags or any(value.dimension in places for _, values, whole in word.values if whole for value in values)

    def _is_foreign(self, word: Word) -> bool:
        """Whether nothing in the whole source bears a word."""
        if word.at not in self._foreign:
            tables = self._ground.tables.values()
            tokens = self._words.annotation.tokens
            head = tokens[word.at + 1] if word.at + 1 < len(tokens) else None
            describes = (
                word.text[:1].isupper() or word.norm.endswith(_ADJECTIVES) or head is None or head.norm != head.lemma
            )
            known = bool(word.values) or describes or any(
                names_table((word.norm,), table) or any(names_column((word.norm,), column, Way((), table)) for column in table.columns)
                or any(likeness(word.norm, part) for link in table.links for part in link.role)
                for table in tables
            )  # fmt: skip
            self._foreign[word.at] = not known
        return self._foreign[word.at]

    def _run(self, at: int, width: int) -> tuple[tuple[str, ...], int] | None:
        """So many words of a name from some place on, and where they end: "missed the SLA" has an article inside."""
        found: list[Word] = []
        while at < len(self._words.words) and len(found) < width:
            word = self._words.words[at]
            if word.carries and word.number is None and not (found and word.grouped):
                found.append(word)
            elif not found or word.carries or word.norm not in _INSIDE or word.cue:
                return None
            at += 1
        return (tuple(word.norm for word in found), at) if len(found) == width else None

    def _held_together(self, state: State, word: Word) -> State:
        if word.cue == "how_much" and state.measure is None:
            return state.plus(money=True)
        return state

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────

    def _names(self, state: State, word: Word, said: tuple[str, ...]) -> Iterator[State]:
        yield from self._root(state, word, said)
        for named in self._named(state.root, said):
            way = named.way
            if named.thing is not None:
                yield from self._thing(state, word, way, named.thing)
            if named.is_role and not word.grouped:
                yield state.plus(STEP * len(way.links) + 0.05, nouns=(*state.nouns, Noun(way, None, word.at, word.negated, word.has, is_role=True)))  # fmt: skip
            for cost, column in named.columns:
                yield from self._column(state, word, said, way, column, cost)
        yield from self._referring(state, word, said)

    def _named(self, root_table: SchemeTable, said: tuple[str, ...]) -> tuple["_Named", ...]:
        """All that words name from a root. They do so in every state alike, and there may be thousands of columns."""
        key = (root_table.name, said)
        if key not in self._names_of:
            found = (self._named_there(way, said) for way in self._ground.ways(root_table))
            self._names_of[key] = tuple(named for named in found if named is not None)
        return self._names_of[key]

    def _named_there(self, way: Way, said: tuple[str, ...]) -> "_Named | None":
        far = STEP * len(way.links)
        strange = _SYNONYM if len(said) == 1 and self._is_anothers(said[0], way.table) else 0.0
        thing = names_way(said, way) if way.links else 0.0
        scored = [(names_column(said, column, way), column) for column in way.table.columns if column.name != way.table.key]  # fmt: skip
        exact = any(score == 1 for score, _ in scored)
        columns: list[tuple[float, SchemeColumn]] = []
        for score, column in scored:
            if score >= LEAST_LIKE:
                farther = _NOT_ITS_NAME if exact and score < 1 else 0.0
                farther += 0.0 if said[0] in (*column.words, *column.raw) else strange
                columns.append((far + farther + 1 - score, column))
        is_role = len(said) == 1 and bool(does_role(said[0], way))
        is_thing = thing >= LEAST_LIKE
        if not (columns or is_role or is_thing):
            return None
        return _Named(way, far + strange + 1 - thing if is_thing else None, is_role, tuple(columns))

    def _root(self, state: State, word: Word, said: tuple[str, ...]) -> Iterator[State]:
        score = names_table(said, state.root)
        weak = score < LEAST_LIKE
        if weak and len(said) == 1:
            score = names_table(said, state.root, weak=True)
        if score < LEAST_LIKE or (
            score < 1 and (self._repeats(state.root, said) or self._is_of_a_kind(state.root, word))
        ):
            return
        way = Way((), state.root)
        if word.grouped and word.cue is None and self._is_told_apart(state.root, word):
            yield state.plus(1 - score, groups=(*state.groups, Group(way, None, word.at, word.which)))
        if word.grouped and not word.which and not self._is_averaged(state, said):
            return
        if word.negated:
            return
        if said[-1] in _TAKINGS and not {said[-1]} & {part for pair in core_of(state.root) for part in pair}:
            state = state.plus(money=True)  # "fuel takings" of sales
        if len(said) == 1 and self._is_anothers(word.norm, state.root):
            state = state.plus(_SYNONYM)
        yield state.plus(1 - score, root_said=max(score, state.root_said), root_at=word.at if state.root_at < 0 else state.root_at, needs_verb=state.needs_verb or (weak and not state.root_said))  # fmt: skip

    @staticmethod
    def _is_of_a_kind(table: SchemeTable, word: Word) -> bool:
        """Whether a word says which of the rows: "nurses" of a staff with roles are not all of it."""
        return any(whole and value.dimension.partition(".")[0] == table.name for _, values, whole in word.values for value in values)  # fmt: skip

    @staticmethod
    def _repeats(table: SchemeTable, said: tuple[str, ...]) -> bool:
        """ "orders" of a file of sales in which each order has a number, and several rows: its rows are something else."""
        own = (column for column in table.columns if column.name != table.key and column.distinct < table.rows)
        return any(
            {*column.raw} & (_NUMBERS | _KEYS) and names_column(said, column, Way((), table)) == 1 for column in own
        )

    @staticmethod
    def _is_told_apart(table: SchemeTable, word: Word) -> bool:
        """Whether rows can be shown one by one; those that only have a number, where a few of them are asked for."""
        named = table.label_column or handle_of(table)
        return bool(named) or (word.which and are_told_apart(table))

    def _is_averaged(self, state: State, said: tuple[str, ...]) -> bool:
        """ "average nights per stay", where the nights are those of a stay, and a stay is nothing else."""
        others = any(way.links and names_way(said, way) >= LEAST_LIKE for way in self._ground.ways(state.root))
        return state.measure is not None and not others and any(word.cue == "average" for word in self._words.words)

    def _is_anothers(self, norm: str, table: SchemeTable) -> bool:
        """Whether a word is the very name of another table and not of this one."""
        if norm not in self._bearers:
            self._bearers[norm] = frozenset(t.name for t in self._ground.tables.values() if root(norm) in {root(part) for pair in core_of(t)[-1:] for part in (pair[0], pair[1])})  # fmt: skip
        found = self._bearers[norm]
        return bool(found) and table.name not in found

    def _thing(self, state: State, word: Word, way: Way, cost: float) -> Iterator[State]:
        if word.grouped:
            if self._is_told_apart(way.table, word):
                yield state.plus(cost, groups=(*state.groups, Group(way, None, word.at, word.which)))
            return
        yield state.plus(cost, nouns=(*state.nouns, Noun(way, None, word.at, word.negated, word.has)))

    def _column(  # noqa: PLR0917 — one place where they meet
        self, state: State, word: Word, said: tuple[str, ...], way: Way, column: SchemeColumn, cost: float
    ) -> Iterator[State]:
        if {*column.words} & STOCK and not ({*self._words.norms} & STOCK or {*said} & {*column.words, *column.raw}):
            return  # pieces are not those in stock
        if word.grouped and column.kind == "date" and self._is_a_date(word, said):
            yield state.plus(cost, events=(*state.events, Event(way, column, word.at, verb=False)))  # "by order date"
            return
        if word.grouped and column.groups:
            shown = None if column.name == way.table.label_column else column
            yield state.plus(cost, groups=(*state.groups, Group(way, shown, word.at, word.which)))
        if word.grouped and not word.which:
            if is_added_up(column) and not way.links and state.measure is None:
                yield state.plus(cost, measure=column, measure_at=word.at)  # "top five by hours"
            return
        is_part = len(said) < len(column_core(column))
        if column.kind in ("boolean", "date") and is_part and any(names_table(said, table) for table in self._ground.tables.values()):  # fmt: skip
            return  # a customer is no trade customer, and no day of one
        if column.kind == "boolean":
            value = (column.labels or ("Yes", "No"))[1 if word.negated else 0]
            yield state.plus(cost, conditions=(*state.conditions, Condition(way, column, "eq", (value,), word.at, as_flag=True)))  # fmt: skip
            return
        if column.kind == "date":
            if not self._is_a_state(word) and (word.verb or way.links or not self._repeats(way.table, said)):
                yield state.plus(cost + 0.1, events=(*state.events, Event(way, column, word.at, not word.negated, verb=False)))  # fmt: skip
            return
        yield from self._figure_or_noun(state, word, said, way, column, cost)

    def _figure_or_noun(  # noqa: PLR0917 — as above
        self, state: State, word: Word, said: tuple[str, ...], way: Way, column: SchemeColumn, cost: float
    ) -> Iterator[State]:
        if column is state.measure and not way.links:
            yield state.plus(0.5 * cost)  # "how many sheets are on hand", of the sheets on hand
        if (
            is_added_up(column)
            and not way.links
            and state.measure is None
            and not word.negated
            and not self._is_had(word)
        ):
            again = any(noun.column is column for noun in state.nouns)
            yield state.plus(0.4 * cost if again else cost, measure=column, measure_at=word.at)
        if column.measure is not None and column.measure.is_money and not way.links and state.measure is not column:
            yield state.plus(cost + 0.05, price=column)
        if (
            word.negated
            and not {*said} & {*column.words, *column.raw}
            and (cost >= _IN_PART or self._is_a_deed(way, word))
        ):
            return  # "not paid" says nothing of a payment method, and "not finished" of a finish
        yield state.plus(cost + 0.05, nouns=(*state.nouns, Noun(way, column, word.at, word.negated, word.has)))

    @staticmethod
    def _is_a_deed(way: Way, word: Word) -> bool:
        """Whether a day of a table tells when a verb was done."""
        dates = (column for column in way.table.columns if column.kind == "date")
        return any(likeness(word.norm, part) == 1 for c in dates for pair in column_core(c) for part in (pair[0], *pair[1].split()))  # fmt: skip

    def _is_had(self, word: Word) -> bool:
        """ "batches that still have jars left": they are not asked how many."""
        at = word.at
        while at and self._words.words[at - 1].carries:
            at -= 1
        before = self._words.norms[max(at - 2, 0) : at]
        return before[-1:] in (["have"], ["has"], ["had"]) and before[0] not in ("we", "i", "you", "they")

    def _is_a_state(self, word: Word) -> bool:
        """ "open tickets" are those that are not closed; only who opens them tells of the day."""
        before = self._words.norms[word.at - 1] if word.at else ""
        return word.norm == "open" and before not in ("we", "they", "i", "you")

    def _is_a_date(self, word: Word, said: tuple[str, ...]) -> bool:
        following = self._words.norms[word.at + len(said) : word.at + len(said) + 1]
        return bool({*said, *following} & {"date", "day", "month"})

    def _referring(self, state: State, word: Word, said: tuple[str, ...]) -> Iterator[State]:
        """ "children with a guardian", "without any orders"."""
        if not (word.has or word.negated):
            return
        for table, link in self._ground.referring.get(state.root.name, ()):
            score = names_table(said, table)
            if score >= LEAST_LIKE and state.root.key is not None and table.name != state.root.name:
                yield state.plus(0.3 + 1 - score, havings=(*state.havings, Having(table, link.column, word.at, word.negated)))  # fmt: skip

    def _undone(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """ "have not ordered any job", "never enrolled in a course": no row of what the verb makes."""
        able = [(t, link) for t, link in self._ground.referring.get(state.root.name, ()) if t.name != state.root.name and _makes(word.norm, t)]  # fmt: skip
        at = next((other.at for other in self._words.words[word.at + 1 :] if other.carries), None)
        for table, link in able:
            found = state.plus(0.2, havings=(*state.havings, Having(table, link.column, word.at, negated=True)))
            if at is None:
                yield word.at + 1, found.plus(0.2 * (len(able) - 1))
                continue
            for width in (1, 2):
                run = self._run(at, width)
                ways = self._ground.ways(table)
                if run is not None and any(
                    names_way(run[0], way) >= MEANS_THE_SAME for way in ways if len(way.links) <= 1
                ):
                    yield run[1], found

    # ── single words ─────────────────────────────────────────────────────────────────────────────────────

    def _single(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        end = word.at + 1
        norm = word.norm
        if norm in PEOPLE and word.grouped:
            yield from self._somebody(state, word)
        for way in self._ground.ways(state.root):
            if len(way.links) > 1:
                break
            for column in way.table.columns:
                yield from ((end, each) for each in self._happened(state, word, way, column))
        if (positive := _ABSENT_ROOTS.get(root(norm))) is not None:
            yield from ((end, each) for each in self._absent(state, word, positive))
        if word.negated and state.root_said and state.root.key is not None and not word.grouped:
            yield from self._undone(state, word)
        if norm == "overdue":
            yield from ((end, each) for each in self._overdue(state, word))
        yield from ((end, each) for each in self._amounts(state, word))
        before = self._words.words[word.at - 1].cue if word.at else None
        if norm in _FREQUENT and before in ("rank_high", "rank_low"):
            yield end, state  # "the most common": of which there are the most
        if norm in _SIZES or root(norm) in _SIZES:
            yield end, state
        yield from ((end, each) for each in self._said_along(state, word))

    def _said_along(self, state: State, word: Word) -> Iterator[State]:
        """Words that add nothing, or only that something is new."""
        norm = word.norm
        if root(norm) in _EARNING or (norm in _MAKING and self._words.norms[word.at + 1 : word.at + 2] == ["us"]):
            yield state.plus(0.1, money=True)
            return
        if (
            is_light(norm)
            and not word.grouped
            and not (root(norm) == root("receive") and {*state.root.singular.split()} & _SENT)
            and not self._is_paid_then(state, word)
            and not any(does_role(norm, way) for way in self._ground.ways(state.root))
        ):
            yield state.plus(0.25)
        if norm == "new" and not word.values and not word.negated and self._begins(state.root):
            yield state.plus(0.1, new=True)
        if state.new and root(norm) in _GAINING:
            yield state.plus(0.1)
        ours = self._is_done_by_us(word) and root(norm) != root("sell")
        if (
            root(norm) in _BUYING
            and not word.grouped
            and self._is_sold(state.root)
            and not (ours and self._comes_in_by(state.root))
        ):
            yield state.plus(0.25)

    def _is_done_by_us(self, word: Word) -> bool:
        """Whether what is done with money is done by who asks: "what did I spend on buying cars", "we paid"."""
        return bool({"i", "we"} & {*self._words.norms[max(word.at - 4, 0) : word.at]})

    def _amounts(self, state: State, word: Word) -> Iterator[State]:
        """Money without a name, and units: "how much is it worth", "in kg"."""
        norm = word.norm
        if (
            norm in _MONEY
            and not word.grouped
            and not (norm in _SPENDING and self._is_done_by_us(word) and self._comes_in_by(state.root))
            and (norm not in REVENUE or (self._is_sold(state.root) and not names_table((norm,), state.root)))
        ):
            part = norm in REVENUE and self._earns_elsewhere(state.root)
            yield state.plus(0.05, money=True, money_at=word.at, of_a_part=state.of_a_part or part)
        for column in state.root.columns:
            if not is_added_up(column):
                continue
            if (names_unit(norm, column) or measures(norm, column)) and (word.which or not word.grouped or self._ranks):
                if state.measure is None:
                    yield state.plus(0.15, measure=column, measure_at=word.at)
                elif state.measure is column:
                    yield state

    def _earns_elsewhere(self, table: SchemeTable) -> bool:
        """Whether money comes in by rows that have nothing to do with these: neither is the revenue by itself then."""
        linked = {way.table.name for way in self._ground.ways(table)}
        for other in self._ground.tables.values():
            near = other.name in linked or table.name in {way.table.name for way in self._ground.ways(other)}
            dated = any(column.kind == "date" for way in self._ground.ways(other)[:4] for column in way.table.columns)
            earns = any(c.measure is not None and c.measure.is_money and c.measure.additivity != "average" for c in other.columns)  # fmt: skip
            if not near and dated and earns and not {*other.singular.split()} & SPENT:
                return True
        return False

    def _comes_in_by(self, table: SchemeTable) -> bool:
        """Whether what is sold by rows of a table is sold to others."""
        return self._is_sold(table) and not {*table.singular.split()} & SPENT

    @staticmethod
    def _is_sold(table: SchemeTable) -> bool:
        return bool({*table.singular.split()} & SOLD)

    def _somebody(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """ "who", "top five people": whoever of those that are persons; what else is said tells whom."""
        for way in self._ground.ways(state.root):
            score = names_way(("people",), way) if not has_role(way) else 0.7 * names_table(("people",), way.table)
            if score:
                yield word.at + 1, state.plus(0.1 + STEP * len(way.links) + (0.7 - score), groups=(*state.groups, Group(way, None, word.at, which=True)))  # fmt: skip

    def _happened(self, state: State, word: Word, way: Way, column: SchemeColumn) -> Iterator[State]:
        """ "installed", "shipping", "signed": a date that bears the verb's name."""
        if column.kind != "date" or word.grouped or self._is_a_state(word):
            return
        if not word.verb and not way.links and self._repeats(state.root, (word.norm,)):
            return
        before = self._words.norms[word.at - 1] if word.at else ""
        if (
            word.norm in _COMING_IN
            and root(before) == _PAID
            and "paid" not in column.words
            and self._has_paid(way.table)
        ):
            return  # "payments received" are paid then, whatever else was received
        verbs = {part for pair in column_core(column) for part in (pair[0], *pair[1].split())}
        verbs |= {HAPPENINGS[verb] for verb in verbs if verb in HAPPENINGS}
        fit = max((_does(word.norm, verb) for verb in verbs), default=0.0)
        if not way.links and "paid" in {*verbs, *column.words} and self._comes_in(state, word):
            fit = 1.0
        if fit < MEANS_THE_SAME and not way.links and self._is_its_beginning(state.root, word, column):
            fit = MEANS_THE_SAME
        if fit >= MEANS_THE_SAME:
            event = Event(way, column, word.at, done=not word.negated, verb=word.verb)
            yield state.plus(STEP * len(way.links) + 1 - fit, events=(*state.events, event))

    @staticmethod
    def _is_its_beginning(table: SchemeTable, word: Word, column: SchemeColumn) -> bool:
        """ "how many tickets did we open": the only date that each of them has, where none bears the verb's name."""
        if root(word.norm) not in _OPENING or not word.verb or word.negated:
            return False
        if root(word.norm) == root("receive") and {*table.singular.split()} & _SENT:
            return False
        dates = [each for each in table.columns if each.kind == "date"]
        named = any(likeness(word.norm, part) == 1 for each in dates for pair in column_core(each) for part in (pair[0], *pair[1].split()))  # fmt: skip
        always = [each for each in dates if not each.is_nullable and not {*each.words} & (AHEAD | TIMELESS)]
        return not named and len(always) == 1 and always[0] is column

    @staticmethod
    def _overdue(state: State, word: Word) -> Iterator[State]:
        for column in state.root.columns:
            if column.kind == "date" and "due" in column.words:
                yield state.plus(0.05, events=(*state.events, Event(Way((), state.root), column, word.at, verb=False)))  # fmt: skip

    @staticmethod
    def _begins(table: SchemeTable) -> bool:
        """Whether a table tells since when each of its rows is there."""
        return any(column.kind == "date" and {root(word) for word in (*column.words, *column.raw)} & BEGINNINGS for column in table.columns)  # fmt: skip

    @staticmethod
    def _comes_in(state: State, word: Word) -> bool:
        """Whether a verb says that money comes in: "how much did we receive", "payments collected"."""
        is_payment = state.root_said > 0 and bool({*state.root.singular.split()} & {"payment", "instalment"})
        return (is_payment and word.norm in {*_COMING_IN, "made", "make"}) or (state.money and word.norm in _COMING_IN)

    def _is_paid_then(self, state: State, word: Word) -> bool:
        """Whether a light verb tells of a day here: money is received when it is paid."""
        return self._comes_in(state, word) and self._has_paid(state.root)

    @staticmethod
    def _has_paid(table: SchemeTable) -> bool:
        return any(column.kind == "date" and "paid" in column.words for column in table.columns)

    def _may_be_dropped(self, way: Way) -> bool:
        """Whether rows have states in which they come to no end of their own: cancelled, rejected."""
        near = [(way.table, column) for column in way.table.columns] + [(self._ground.tables[link.target], column) for link in way.table.links for column in self._ground.tables[link.target].columns if {*link.role, *link.raw} & STATE]  # fmt: skip
        found = [text for table, column in near if {*column.words} & STATE or table is not way.table for text in self._words.values.of(f"{table.name}.{column.name}")]  # fmt: skip
        return any(root(token.norm) in _DROPPED for text in found for token in tokenize(text))

    def _absent(self, state: State, word: Word, positive: str) -> Iterator[State]:
        """ "unpaid", "absent", "outstanding"."""
        for way in self._ground.ways(state.root)[:12]:
            for column in way.table.columns:
                fits = any(likeness(positive, part) >= (0.85 if positive == "closed" else 1) for pair in column_core(column) for part in (pair[0], *pair[1].split()))  # fmt: skip
                if not fits or (column.kind == "date" and not column.is_nullable):
                    continue
                if positive == "closed" and self._may_be_dropped(way):
                    continue  # what was cancelled is not closed, and not open either
                cost = ((0.4 if word.values else 0.2) if positive == "closed" else 0.05) + STEP * len(way.links)
                if column.kind == "boolean":
                    value = (column.labels or ("Yes", "No"))[0 if word.negated else 1]
                    yield state.plus(cost, conditions=(*state.conditions, Condition(way, column, "eq", (value,), word.at, as_flag=True)))  # fmt: skip
                elif column.kind == "date":
                    yield state.plus(cost, events=(*state.events, Event(way, column, word.at, done=word.negated, verb=False)))  # fmt: skip

    def _number(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        """ "2023 vintage", "3 bedrooms": a number beside the column that it is one of. Of a ranking it is how many."""
        before = self._words.words[word.at - 1] if word.at else None
        following = self._words.words[word.at + 1] if word.at + 1 < len(self._words.words) else None
        if (before is not None and before.cue in ("rank_high", "rank_low")) or (following is not None and following.cue in ("rank_high", "rank_low")):  # fmt: skip
            yield word.at + 1, state
        if word.number is None:
            return
        for width in (1, 2, -1):
            run = self._run(word.at + 1, width) if width > 0 else self._run(word.at - 1, 1)
            if run is None or (width < 0 and not word.at) or (width > 0 and run[1] != word.at + 1 + width):
                continue
            said = run[0]
            for way in self._ground.ways(state.root):
                for column in way.table.columns:
                    score = names_column(said, column, way) if column.kind == "number" and column.groups else 0
                    if score >= LEAST_LIKE:
                        found = Condition(way, column, "eq", (str(int(word.number)),), word.at)
                        yield word.at + 1 + max(width, 0), state.plus(1 - score + STEP * len(way.links), conditions=(*state.conditions, found))  # fmt: skip

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────

    def _values(self, state: State, word: Word) -> Iterator[tuple[int, State]]:
        if word.grouped and not word.which:
            return
        for end, values, whole in word.values:
            if not whole and end == word.at + 1 and self._ground.bears(word.norm):
                continue  # "parts" are those of the table, and not the "Auto Parts" of a customer's name
            texts: dict[str, list[str]] = {}
            for value in values:
                texts.setdefault(value.dimension, []).append(value.text)
            for place, found in texts.items():
                if whole or len(found) == 1:
                    yield from ((end, each) for each in self._value(state, word, place, tuple(found), 0.0 if whole else 0.5))  # fmt: skip

    def _value(self, state: State, word: Word, place: str, texts: tuple[str, ...], cost: float) -> Iterator[State]:
        table, _, name = place.partition(".")
        operator = ("ne" if len(texts) == 1 else "not_in") if word.negated else "eq" if len(texts) == 1 else "in"
        reached = False
        for way in self._ground.ways(state.root):
            if way.table.name != table:
                continue
            column = next((column for column in way.table.columns if column.name == name), None)
            if column is None:
                continue
            reached = True
            own = len(way.links) == 1 and {*way.links[0].role, *way.links[0].raw} & STATE
            if way.links and not own and {*column.words} & STATE and self._has_states(state.root):
                cost += 0.8  # what has states of its own is not in those of something else
            if word.negated and way.links and names_way((word.norm,), way) == 1:
                cost += 0.3  # "with no vet": none is there, rather than one who is something else
            found = Condition(way, column, operator, texts, word.at)
            role = 0.12 if has_role(way) else 0.0
            if word.which and way.links and way.table.is_person and column.name != way.table.label_column:
                # "which press operator": of those who are one
                group = Group(way, None, word.at, which=True)
                yield state.plus(cost + 0.7 * STEP * len(way.links) + role, conditions=(*state.conditions, found), groups=(*state.groups, group))  # fmt: skip
            yield state.plus(cost + 0.7 * STEP * len(way.links) + role, conditions=(*state.conditions, found))
        if not reached and state.root.key is not None and not cost and not state.money and state.measure is None:
            yield from self._value_behind(state, word, table, name, texts, cost)

    @staticmethod
    def _has_states(table: SchemeTable) -> bool:
        own = any({*column.words} & STATE for column in table.columns)
        return own or any({*link.role, *link.raw} & STATE for link in table.links)

    def _value_behind(  # noqa: PLR0917 — one place where they meet
        self, state: State, word: Word, table: str, name: str, texts: tuple[str, ...], cost: float
    ) -> Iterator[State]:
        """ "projects with a battery": a product of the project is one."""
        for referring, link in self._ground.referring.get(state.root.name, ()):
            for way in self._ground.ways(referring):
                if way.table.name != table or len(way.links) > 1 or link.column in way.columns:
                    continue
                column = next((column for column in way.table.columns if column.name == name), None)
                if column is not None:
                    inner = Condition(way, column, "eq" if len(texts) == 1 else "in", texts, word.at)
                    found = Having(referring, link.column, word.at, word.negated, (inner,))
                    yield state.plus(cost + 0.45, havings=(*state.havings, found))
