"""From what the words may mean to what is asked: which date counts, what a noun is named for, what is counted or added up.
A reading in which something finds no place is none."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from tools.language.annotation import SpanKind
from tools.sources.plain.asked import Asked, Bound, Kind, Making
from tools.sources.plain.ground import Ground, Way, column_core, does_role, has_role
from tools.sources.plain.measuring import Measuring, goods_of
from tools.sources.plain.presence import present
from tools.sources.plain.question import NEGATIONS, Word, Words
from tools.sources.plain.roots import PERSONS, root
from tools.sources.plain.search import BEGINNINGS, STATE, handle_of
from tools.sources.plain.state import Condition, Event, Group, Noun, Operator, State
from tools.sources.scheme import SchemeColumn, SchemeTable

_AFTER, _BEFORE = frozenset(["after", "later"]), frozenset(["before", "earlier"])
_ARTICLES, _INTO = frozenset(["the", "a", "an", "our", "all", "those", "these"]), frozenset(["on", "in", "into", "for", "with", "at", "during", "from"])  # fmt: skip
_KINDS = frozenset(["kind", "type", "sort", "category", "variety", "grade", "class"])
_FROM_TO = frozenset(["from", "between", "after", "since", "until", "till"])
_BEGINS = frozenset(root(word) for word in ("opened", "created", "ordered", "requested", "registered", "enrolled", "received", "reported", "logged", "submitted", "booked", "raised", "placed", "admitted", "entered", "reported"))  # fmt: skip
_DONE_LATER = frozenset(root(word) for word in ("paid", "returned", "completed", "finished", "delivered", "settled", "closed", "received"))  # fmt: skip


class Settler(Measuring):
    """One question's readings, each made into what is asked, or dropped. `days` are the dates that count by entity."""

    def __init__(self, ground: Ground, words: Words, days: Mapping[str, str | None]) -> None:
        self._ground = ground
        super().__init__(words)
        self._default = days
        spans = words.annotation.spans
        self._period = next((span.start for span in spans if span.kind is SpanKind.PERIOD), None)
        self._dated = any(span.kind in (SpanKind.PERIOD, SpanKind.GRAIN, SpanKind.COMPARISON) for span in spans)

    def settle(self, state: State) -> Asked | None:
        """None where the reading does not hold together."""
        making = Making(
            state, list(state.conditions), groups=list(state.groups), cost=state.cost, unclear=state.of_a_part
        )
        days = self._days(state)
        self._limits(making)
        steps = (self._head(making, days), self._roles(making), self._nouns(making), self._now(making))
        if not all(steps) or len(making.groups) > 2 or self._compares(state):  # noqa: PLR2004
            return None
        time = self._newcomers(state) if state.new else self._events(making, days)
        measure = self._measure(making, days)
        conditions = self._merged(making)
        if time is False or measure is False or conditions is None or not self._negations_hold(making, conditions):
            return None
        return self._as_asked(making, days, time, measure, conditions)

    def _as_asked(
        self,
        making: Making,
        days: tuple[SchemeColumn, SchemeColumn] | None,
        time: tuple[Way, SchemeColumn] | None,
        measure: SchemeColumn | None,
        conditions: list[Condition],
    ) -> Asked | None:
        state = making.state
        if measure is None and self._lists(making):
            # "which boats are longer than 16 metres": each with its length
            measure = state.limits[0].column
            making.groups.append(Group(Way((), state.root), None, -1, which=True))
        part, price = self._part(conditions, making.groups), self._price(state, measure)
        if part is None or price is False:
            return None
        kind = self._kind(making, days, measure, price)
        if kind is None:
            return None
        making.cost -= self._roles_said(making)
        if kind != "days" and self._says_days():
            making.cost += 0.6
        ranks = bool(self._cues & {"rank_high", "rank_low"})
        ratio = self._ratio(making, measure) if kind == "average" and not ranks else None
        if kind == "count" and any(not g.way.links and g.column is None and not g.which for g in making.groups):
            return None  # nothing is counted by itself
        if ranks and not making.groups:
            if measure is None or not (state.root.label_column or handle_of(state.root)):
                return None
            making.groups.append(Group(Way((), state.root), None, -1, which=True))
        return Asked(
            root=state.root,
            kind=kind,
            measure=measure,
            price=price or None,
            days=days,
            time=time or None,
            conditions=tuple(item for item in conditions if item not in part),
            bounds=tuple(making.bounds),
            groups=tuple(making.groups),
            havings=state.havings,
            part=part,
            ratio=ratio,
            grain=self._grain(state),
            unclear=making.unclear,
            is_dated=self._dated,
            ranks=ranks,
            cost=making.cost,
        )

    def _kind(self, making: Making, days: object, measure: SchemeColumn | None, price: object) -> Kind | None:
        """What is made of the rows; None where that is not what the words ask for."""
        if days:
            return "days"
        if price:
            return "worth"
        averages = "average" in self._cues
        if measure is None:
            return None if averages else "count"
        if not self._is_mean(making, measure):
            return "sum"
        # What something is worth is no price of a piece.
        return None if not averages and making.state.money_at >= 0 else "average"

    def _ratio(self, making: Making, measure: SchemeColumn | None) -> Way | None:
        """Of "guests per check" on average: a check is one row of it, or what several rows belong to."""
        per = next((g for g in making.groups if g.column is None and not g.which and self._is_per(g.at)), None)
        if per is None:
            return None
        making.groups.remove(per)
        if per.way.links and not self._adds_up(measure):
            making.groups.insert(0, per)
            return None
        return per.way if per.way.links else None

    def _negations_hold(self, making: Making, conditions: list[Condition]) -> bool:
        """Whether a "not" of the question became one of its conditions."""
        if not any(word.norm in NEGATIONS for word in self._words.words):
            return True
        words = self._words.words
        told = any(item.operator in ("ne", "not_in", "is_null") or (item.as_flag and words[item.at].negated) for item in conditions)  # fmt: skip
        return told or bool(making.bounds) or any(having.negated for having in making.state.havings)

    def _compares(self, state: State) -> bool:
        """Whether figures are compared, and nothing tells with what."""
        return bool(self._cues & {"more_than", "less_than", "at_least", "at_most", "equals"}) and not state.limits

    def _lists(self, making: Making) -> bool:
        """Whether things are to be named for one of their figures."""
        state = making.state
        asked = self._words.norms[:1] == ["which"] and self._counts is None and not making.groups
        return asked and len(state.limits) == 1 and state.root_at == 1 and state.root.label_column is not None

    @staticmethod
    def _limits(making: Making) -> None:
        for limit in making.state.limits:
            measure = limit.column.measure
            value = limit.value * (measure.divisor if measure else 1)
            making.bounds.append(Bound(limit.column.figure or "", limit.operator, value, " ".join(limit.column.words)))

    # ── what is counted ──────────────────────────────────────────────────────────────────────────────────

    def _head(self, making: Making, days: object) -> bool:
        """Whether what is counted or added up is really said."""
        state = making.state
        done = [event for event in state.events if not event.way.links]
        if state.needs_verb:
            making.cost += 0.15
            if not any(event.verb or self._words.words[event.at].norm.endswith("ed") for event in done):
                return False
        if self._words.leaves_out and not state.root_said and state.measure is None:
            return False  # nothing is counted that is not said
        if state.root_said or state.measure is not None:
            first = min((at for at in (state.root_at, state.measure_at) if at >= 0), default=0)
            named = [noun for noun in state.nouns if noun.at < first and not noun.is_role and not self._is_told(making, noun) and not self._is_what_it_holds(noun)]  # fmt: skip
            return not named and self._is_head(making)
        if days:
            return True
        flags = [item for item in state.conditions if item.as_flag and not item.way.links]
        if done and (self._dated or self._counts is not None) and not state.nouns:
            making.cost += 0.3
            return self._is_head(making)
        if (
            state.money_at >= 0
            and (self._main(state.root) or (goods_of(state.root) if state.events else None)) is not None
        ):
            making.cost += 0.2
            return True
        if state.money and "how_much" in self._cues and state.events and self._main(state.root) is not None and not any(event.way.links for event in state.events):  # fmt: skip
            making.cost += 0.3  # "how much is overdue"
            return True
        if flags and self._counts is None and flags[0].at == min((w.at for w in self._words.words if w.carries), default=-1):  # fmt: skip
            making.cost += 0.3
            return True
        first = state.conditions[0] if state.conditions else None
        if first is not None and first.column is not None and not first.way.links and first.column.name != state.root.label_column:  # fmt: skip
            # "average deposit", "boys and girls": what the rows are of a kind of.
            making.cost += 0.35
            heads = first.at == min((word.at for word in self._words.words if word.carries), default=-1)
            return heads and (
                state.money
                or "average" in self._cues
                or (self._counts is None and not first.as_flag)
                or bool({*first.column.words} & {"sex", "gender", "type", "kind", "category", "species"})
            )
        return False

    def _is_head(self, making: Making) -> bool:
        """ "how many customers …" counts customers, whatever else is named."""
        if self._counts is None:
            return True
        state = making.state
        head = next((word for word in self._words.words[self._counts + 1 :] if word.carries), None)
        if head is None:
            return False
        taken = {noun.at for noun in state.nouns if not noun.negated} | {group.at for group in state.groups}
        for item in state.conditions:
            if (
                item.at == head.at
                and not item.as_flag
                and item.column is not None
                and (not _is_kind(item) or self._is_elsewhere(state))
            ):
                taken.add(item.at)
        if state.measure is not None and not _is_head_of(self._words, head.at, state.measure_at):
            return False
        return head.at not in taken or head.at in (state.root_at, state.measure_at)

    def _is_elsewhere(self, state: State) -> bool:
        """ "how many batteries went into the repairs of May": what is counted is not the rows that it stands in."""
        at = state.root_at
        while at > 0 and self._words.norms[at - 1] in _ARTICLES:
            at -= 1
        return at > 0 and self._words.norms[at - 1] in _INTO and state.root_at > (self._counts or 0) + 2

    def _is_per(self, at: int) -> bool:
        """ "per order", "of each order", and not "by order"."""
        before = next((norm for norm in reversed(self._words.norms[:at]) if norm not in ("the", "a", "an", "our", "single")), "")  # fmt: skip
        return before != "by"

    def _days(self, state: State) -> tuple[SchemeColumn, SchemeColumn] | None:
        """ "average days from signing to installation": the two dates, in the order in which they are said. "How many days does
        it take to deliver an order" tells none: they follow each other as they do in the table."""
        if not self._says_days():
            return None
        found: list[SchemeColumn] = []
        for event in sorted(state.events, key=lambda event: event.at):
            if event.way.links or not event.done:
                return None
            found = [column for column in found if column.name != event.column.name] + [event.column]
        if len(found) != 2 or f"{found[0].name}|{found[1].name}" not in state.root.days_between:  # noqa: PLR2004
            return None
        if not _FROM_TO & {*self._words.norms}:
            places = [column.name for column in state.root.columns]
            found.sort(key=lambda column: places.index(column.name))
        return found[0], found[1]

    def _says_days(self) -> bool:
        norms = {*self._words.norms}
        return bool(norms & {"days", "day", "long"}) and bool(norms & {"between", "from", "until", "till", "to"})

    def _grain(self, state: State) -> Literal["day", "month"] | None:
        for event in state.events:
            if self._words.words[event.at].grouped:
                return "month" if "month" in self._words.norms[event.at : event.at + 3] else "day"
        return None

    def _roles_said(self, making: Making) -> float:
        """What a verb that says a role speaks for it: "shipped to customers in Bern" is about those shipped to."""
        deeds = [*making.state.events, *(noun for noun in making.state.nouns if noun.is_role)]
        verbs = [self._words.norms[deed.at] for deed in deeds if deed.at != making.state.root_at]
        ways = [item.way for item in making.conditions if has_role(item.way)] + [g.way for g in making.groups if has_role(g.way)]  # fmt: skip
        return 0.15 * bool(any(does_role(norm, way) for way in ways for norm in verbs))

    # ── what is only named ───────────────────────────────────────────────────────────────────────────────

    def _roles(self, making: Making) -> bool:
        """A verb that says a link ("supervises", "reported") tells which of several ways is meant."""
        for noun in [noun for noun in making.state.nouns if noun.is_role]:
            asked = [g for g in making.groups if g.which and g.way.table.name == noun.way.table.name]
            if asked and asked[0].way.columns != noun.way.columns:
                if asked[0].way.links and has_role(asked[0].way):
                    return False
                making.groups[making.groups.index(asked[0])] = replace(asked[0], way=noun.way)
        return True

    def _nouns(self, making: Making) -> bool:
        return all(self._place(making, noun) for noun in making.state.nouns)

    def _is_told(self, making: Making, noun: Noun) -> bool:
        """Whether something is said about what is named."""
        if noun.column is not None and noun.column is making.state.measure and not noun.way.links:
            return True
        if noun.column is not None:
            place = (noun.way.table.name, noun.way.columns, noun.column.name)
            grouped = any(g.way.columns == noun.way.columns and g.column is noun.column for g in making.groups)
            return grouped or any(item.place == place for item in making.conditions)
        told = [item.way for item in making.conditions] + [g.way for g in making.groups] + [e.way for e in making.state.events if e.way.links]  # fmt: skip
        return any(way.begins_with(noun.way) for way in told)

    def _place(self, making: Making, noun: Noun) -> bool:
        link = noun.way.links[-1] if noun.way.links else None
        nullable = noun.column.is_nullable if noun.column is not None else link is not None and link.is_nullable
        if self._is_told(making, noun) and not noun.negated:
            return True
        if noun.negated or noun.has:
            if not nullable or (noun.column is None and len(noun.way.links) != 1):
                return False
            operator: Operator = "is_null" if noun.negated else "not_null"
            held = Way((), making.state.root) if noun.column is None else noun.way
            making.conditions.append(Condition(held, noun.column, operator, (), noun.at, link=link.column if noun.column is None and link else None))  # fmt: skip
            return True
        if self._is_what_it_holds(noun):
            making.cost += 0.15
            return True
        if noun.is_role or noun.column is not None or nullable:
            return False
        making.cost += 0.3
        state = making.state
        if noun.way.table.is_person or {root(word) for word in noun.way.table.words} & PERSONS:
            # "how much did customers pay us": who else
            before, verbs = self._words.norms[noun.at - 1 : noun.at], {event.at for event in state.events}
            if before in (["did"], ["have"], ["do"], ["had"]) and noun.at + 1 in verbs:
                return True
        return noun.at > max(state.root_at, state.measure_at, state.money_at) or noun.at == state.money_at - 1

    def _is_what_it_holds(self, noun: Noun) -> bool:
        """ "kilos of honey", where each row is of a kind of honey and of nothing else."""
        words = noun.column.words if noun.column is not None and not noun.way.links else ()
        if len(words) < 2 or words[-1] not in _KINDS or noun.negated or noun.has:  # noqa: PLR2004
            return False
        return root(self._words.norms[noun.at]) in {root(word) for word in words[:-1]}

    def _now(self, making: Making) -> bool:
        found = present(self._words, making.state.root, making.conditions, making.state.events)
        if found is None:
            return False
        making.conditions += found
        return True

    # ── when ─────────────────────────────────────────────────────────────────────────────────────────────

    def _events(self, making: Making, days: object) -> tuple[Way, SchemeColumn] | Literal[False] | None:
        """The date that counts. Other dates that are named say that they are known, or are not; False: neither can be."""
        done: list[Event] = []
        for event in making.state.events:
            word = self._words.words[event.at]
            if (
                not event.verb
                and self._is_state_here(making.state.root, word)
                and event.done
                and not self._is_date_said(event)
            ):
                making.cost += 0.4  # a state of that name is nearer than the day of it
            if event.done:
                done.append(event)
            elif event.column.is_nullable:
                making.conditions.append(Condition(event.way, event.column, "is_null", (), event.at))
            else:
                return False
        if days:
            return None
        if not self._dues(making, done):
            return False
        time = None
        if self._dated and done:
            time = self._nearest(done)
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

    @staticmethod
    def _is_state_here(table: SchemeTable, word: Word) -> bool:
        """Whether a word is a value of the rows themselves, or of a list that they have it from: what is closed of
        something else is not what is closed of them."""
        near = {table.name, *(link.target for link in table.links if {*link.role, *link.raw} & STATE)}
        return any(value.dimension.partition(".")[0] in near for _, values, _ in word.values for value in values)

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
            if word.verb and not item.as_flag and item.column is not None and named and item.operator in ("eq", "in"):
                making.cost += 0.4

    def _is_default(self, table: SchemeTable, event: Event) -> bool:
        """Whether a date is the one that counts anyway."""
        day = self._default.get(table.entity)
        return day is not None and day.count(".") == len(event.way.links) and day.rsplit(".", 1)[-1] == event.column.day

    def _is_date_said(self, event: Event) -> bool:
        following = self._words.norms[event.at + 1 : event.at + 2]
        return following == ["date"]

    def _nearest(self, done: list[Event]) -> Event:
        """The date that stands next to the period, or the last one."""
        at = self._period if self._period is not None else len(self._words.words)
        before = [event for event in done if event.at < at]
        return max(before, key=lambda event: event.at) if before else done[0]

    def _dues(self, making: Making, done: list[Event]) -> bool:
        """ "past their due date", "paid after the due date"."""
        norms = set(self._words.norms)
        due = next((event for event in done if self._is_due(event.column) and not event.way.links), None)
        if due is None:
            return "past" not in norms
        others = [event for event in done if event.column is not due.column and not event.way.links]
        others.sort(key=lambda event: (event.at > due.at, -event.at))  # the nearest one before it
        table = making.state.root
        between = {*self._words.norms[others[0].at + 1 : due.at]} if others else set[str]()
        if between & (_AFTER | _BEFORE) and self._dated:
            # "jobs completed in May that were finished after their due date": the first is for the time.
            at = self._period if self._period is not None else -1
            if not any(event.at < at < others[0].at for event in others):
                return False
        if others and (between & (_AFTER | _BEFORE) or (norms & (_AFTER | _BEFORE) and not self._dated)):
            pair = f"{due.column.name}|{others[0].column.name}"
            if pair in table.days_between:
                later = bool(norms & _AFTER)
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
        return "due" in column.words

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────

    def _merged(self, making: Making) -> list[Condition] | None:
        """Several values of one column are any of them; said beside each other, they are a row each."""
        found: dict[tuple[object, ...], Condition] = {}
        compared = "compare" in self._cues or any(word.norm in ("vs", "versus") for word in self._words.words)
        for item in making.conditions:
            before = found.get(item.place)
            if before is None or before == item:
                found[item.place] = item
            elif {before.operator, item.operator} <= {"eq", "in"} and item.at != before.at:
                found[item.place] = replace(
                    item, operator="in", values=tuple(dict.fromkeys((*before.values, *item.values)))
                )
                if item.as_flag:
                    return None
            elif {before.operator, item.operator} <= {"ne", "not_in"}:
                found[item.place] = replace(
                    item, operator="not_in", values=tuple(dict.fromkeys((*before.values, *item.values)))
                )
            elif before.operator == item.operator:
                continue
            else:
                return None
        joined = [item for item in found.values() if item.operator == "in" and item.column is not None]
        if joined and not making.groups and (compared or self._counts is None):
            making.groups.append(Group(joined[0].way, joined[0].column, joined[0].at))
        return list(found.values())

    def _part(self, conditions: list[Condition], groups: list[Group]) -> tuple[Condition, ...] | None:
        """Of "what percent of the members are students": the students. None where it is not clear which."""
        if "share" not in self._cues:
            return ()
        told = [item for item in conditions if item.at >= 0 and self._words.words[item.at].predicate]
        if len(told) > 1:
            # "of the claims that are closed, what percentage was rejected"
            share = next((word.at for word in self._words.words if word.cue == "share"), -1)
            told = [item for item in told if item.at > share] or told
        found = told or (conditions if len(conditions) == 1 else [])
        return tuple(found) if len(found) == 1 and len(groups) <= 1 else None


def _is_kind(item: Condition) -> bool:
    """Whether a value says what kind of thing the rows themselves are: "how many dogs", of animals of a species."""
    named = item.column is not None and item.column.name == item.way.table.label_column
    return not item.way.links or (len(item.way.links) == 1 and named and not item.way.table.is_person)


def _is_head_of(words: Words, head: int, at: int) -> bool:
    """Whether what is added up is named where "how many" asks for it: "late pickup minutes" begins with the first word."""
    return at == head or all(word.carries and word.number is None for word in words.words[head:at])


def _names_verb(norm: str, column: SchemeColumn) -> bool:
    return any(root(norm) == root(part) for pair in column_core(column) for part in (pair[0], *pair[1].split()))
