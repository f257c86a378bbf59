"""From what the words may mean to what is asked: which date counts, what a noun is named for, what is counted or added up.
A reading in which something finds no place is none."""

from dataclasses import replace
from typing import Literal

from tools.language.annotation import SpanKind
from tools.sources.plain.asked import Asked, Kind, Making
from tools.sources.plain.dating import AFTER, BEFORE
from tools.sources.plain.ground import Way, does_role, has_role
from tools.sources.plain.measuring import goods_of
from tools.sources.plain.parting import Parting
from tools.sources.plain.presence import present
from tools.sources.plain.question import NEGATIONS, Words
from tools.sources.plain.roots import PERSONS, root
from tools.sources.plain.search import are_told_apart, is_added_up
from tools.sources.plain.state import Bound, Condition, Group, Noun, Operator, State
from tools.sources.scheme import SchemeColumn

_EXTREMES = frozenset(["highest", "lowest", "maximum", "minimum", "max", "min", "largest", "smallest", "biggest", "longest", "shortest", "heaviest"])  # fmt: skip
_BESIDE = frozenset(["with", "and", "plus"])
_COMPARING = frozenset(["more_than", "less_than", "at_least", "at_most", "equals"])
_SIDES = frozenset(["before", "after", "since", "until", "till", "between", "or"])
_ARTICLES, _INTO = frozenset(["the", "a", "an", "our", "all", "those", "these"]), frozenset(["on", "in", "into", "for", "with", "at", "during", "from"])  # fmt: skip
_KINDS = frozenset(["kind", "type", "sort", "category", "variety", "grade", "class"])


class Settler(Parting):
    """One question's readings, each made into what is asked, or dropped."""

    def settle(self, state: State) -> Asked | None:
        """None where the reading does not hold together."""
        making = Making(
            state,
            list(state.conditions),
            list(state.bounds),
            groups=list(state.groups),
            cost=state.cost,
            unclear=state.of_a_part,
        )
        self._cues = {word.cue for word in self._words.words if word.cue and word.at not in state.spent}
        days = self._days(state)
        self._limits(making)
        steps = (self._head(making, days), self._roles(making), self._nouns(making), self._now(making))
        if not all(steps) or len(making.groups) > 2 or self._compares(state):  # noqa: PLR2004
            return None
        time = self._newcomers(state) if state.new else self._events(making, days)
        measure = self._measure(making, days)
        conditions = self._merged(making)
        holds = conditions is not None and self._negations_hold(making, conditions) and (days or self._orders_hold(making))  # fmt: skip
        if time is False or measure is False or conditions is None or not holds:
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
        if (listed := self._listed(making, measure)) is not None:
            measure = listed
            making.groups = [Group(Way((), state.root), None, -1, which=True)]
        part, price = self._part(making, conditions), self._price(state, measure)
        if part is None or price is False:
            return None
        kind = self._kind(making, days, measure, price)
        if kind is None:
            return None
        making.cost -= self._roles_said(making)
        if kind != "days" and self._says_days():
            making.cost += 0.6
        ranks = bool(self._cues & {"rank_high", "rank_low"}) and kind not in ("highest", "lowest")
        ratio = self._ratio(making, measure) if kind == "average" and not ranks else None
        if kind == "count" and any(not g.way.links and g.column is None and not g.which for g in making.groups):
            return None  # nothing is counted by itself
        if ranks and not making.groups:
            if measure is None or not are_told_apart(state.root):
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
            bounds=tuple(item for item in making.bounds if item not in part),
            groups=tuple(making.groups),
            havings=state.havings,
            part=part,
            ratio=ratio,
            grain=self._grain(state),
            unclear=making.unclear,
            is_dated=self._dated,
            ranks=ranks,
            is_ahead=self._words.is_ahead,
            spent=state.spent,
            cost=making.cost,
        )

    def _kind(self, making: Making, days: object, measure: SchemeColumn | None, price: object) -> Kind | None:
        """What is made of the rows; None where that is not what the words ask for."""
        if days:
            return "days"
        if price:
            return "worth"
        if measure is not None and (extreme := self._extreme(making)) is not None:
            return extreme
        averages = "average" in self._cues
        if measure is not None and self._ranks_rates(making, measure):
            return None
        if measure is None:
            return None if averages else "count"
        if not self._is_mean(making, measure):
            return "sum"
        # What something is worth is no price of a piece.
        return None if not averages and making.state.money_at >= 0 else "average"

    def _extreme(self, making: Making) -> Literal["highest", "lowest"] | None:
        """ "the highest price for each kind": of single rows, where nothing is asked for that has it."""
        cue = next((word for word in self._words.words if word.cue in ("rank_high", "rank_low")), None)
        if cue is None or making.state.root.key is None or cue.norm not in _EXTREMES:
            return None
        if {*self._words.norms} & {"total", "sum", "average", "mean", "by"} or any(group.which for group in making.groups):  # fmt: skip
            return None
        first = next((word for word in self._words.words[cue.at + 1 :] if word.carries), None)
        if first is None or first.at != making.state.measure_at or not making.groups:
            return None
        return "highest" if cue.cue == "rank_high" else "lowest"

    def _ratio(self, making: Making, measure: SchemeColumn | None) -> Way | None:
        """Of "guests per check" on average: a check is one row of it, or what several rows belong to."""
        per = next((g for g in making.groups if g.column is None and not g.which and self._is_per(g.at)), None)
        if per is None:
            return None
        making.groups.remove(per)
        of_a_kind = (
            bool(per.way.table.label) and not per.way.table.is_person
        )  # "cost per species" is that of each of them
        if per.way.links and (of_a_kind or not self._adds_up(measure)):
            making.groups.insert(0, per)
            return None
        return per.way if per.way.links else None

    def _negations_hold(self, making: Making, conditions: list[Condition]) -> bool:
        """Whether each "not" of the question became one of its conditions."""
        words, passed = self._words.words, making.state.spent | self._words.passed_over
        # The "no" of a state that is called "no-show" is none.
        passed |= {i for item in conditions for end, _, _ in words[item.at].values if item.values for i in range(item.at, end)}  # fmt: skip
        said = sum(word.norm in NEGATIONS and word.at not in passed for word in words)
        told = sum(len(item.values) or 1 for item in conditions if item.operator in ("ne", "not_in", "is_null") or (item.as_flag and words[item.at].negated))  # fmt: skip
        told += making.state.left_out
        return said <= told + len(making.bounds) + sum(having.negated for having in making.state.havings)

    def _orders_hold(self, making: Making) -> bool:
        """Whether an "after" or a "before" of the question holds one day against another, where it is none of a time."""
        if any(bound.attribute in making.state.root.days_between.values() for bound in making.bounds):
            return True
        timed = {i for span in self._words.annotation.spans if span.kind is not SpanKind.TERM for i in range(span.start, span.end)}  # fmt: skip
        spent = timed | making.state.spent
        return not any(word.norm in AFTER | BEFORE and word.at not in spent for word in self._words.words)

    def _compares(self, state: State) -> bool:
        """Whether something is compared, and nothing tells with what."""
        words = [word for word in self._words.words if word.at not in state.spent]
        numbers = {word.at for word in self._words.words if word.number is not None}
        return any(
            word.cue in _COMPARING or word.norm == "than" or (word.norm in _SIDES and word.at + 1 in numbers)
            for word in words
        )

    def _listed(self, making: Making, measure: SchemeColumn | None) -> SchemeColumn | None:
        """The figure for which things are to be named: "which boats are longer than 16 metres", each with its length;
        "suppliers whose … is over 10 days, with the …"; "which parts are …, and how many of each"."""
        state, words = making.state, self._words
        own = all(not group.way.links and group.column is None and group.which for group in making.groups)
        named = self._words.norms[:1] == ["which"] and not self._cues & {"rank_high", "rank_low"}
        if not own or not (state.limits or making.bounds) or not are_told_apart(state.root):
            return None
        if words.asks_each and not (self._cues & {"rank_high", "rank_low", "average", "share"}):
            return measure or self._stock(state.root)
        if measure is not None and self._counts is None and state.root_at < state.measure_at and words.norms[state.measure_at - 2] in _BESIDE:  # fmt: skip
            return measure
        if named and measure is None and self._counts is None and len(state.limits) == 1 and not state.limits[0].way.links:  # fmt: skip
            return state.limits[0].column
        return None

    @staticmethod
    def _limits(making: Making) -> None:
        for limit in making.state.limits:
            measure = limit.column.measure
            value = limit.value * (measure.divisor if measure else 1)
            said = limit.said or " ".join(limit.column.words)
            making.bounds.append(
                Bound(limit.attribute or limit.column.figure or "", limit.operator, value, said, limit.way, limit.at)
            )

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
            and (self.main(state.root) or (goods_of(state.root) if state.events else None)) is not None
        ):
            making.cost += 0.2
            return True
        if state.money and "how_much" in self._cues and state.events and self.main(state.root) is not None and not any(event.way.links for event in state.events):  # fmt: skip
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

    @staticmethod
    def _may_be_pieces(state: State, head: int) -> bool:
        """ "how many kegs did we deliver": pieces of that kind as well as rows of it, where a row tells how many they are."""
        kind = any(item.at == head and not item.way.links for item in state.conditions)
        pieces = any(
            is_added_up(c) and c.measure is not None and c.measure.unit == "quantity" for c in state.root.columns
        )
        return kind and pieces and not state.root_said and state.measure is None

    def _is_head(self, making: Making) -> bool:
        """ "how many customers …" counts customers, whatever else is named."""
        if self._counts is None:
            return True
        state = making.state
        head = next((word for word in self._words.words[self._counts + 1 :] if word.carries), None)
        if head is None or self._may_be_pieces(state, head.at):
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
        if (noun.negated or noun.has) and self._is_left(noun):
            side: Operator = "le" if noun.negated else "gt"
            making.bounds.append(Bound(noun.column.figure or "", side, 0, " ".join(noun.column.words), at=noun.at))  # pyright: ignore[reportOptionalMemberAccess] — as _is_left says
            return True
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

    @staticmethod
    def _is_left(noun: Noun) -> bool:
        """ "have jars left", "no rooms available": a number of what is there, which is always known and may be none."""
        column = noun.column
        return (
            column is not None
            and not noun.way.links
            and column.figure is not None
            and column.measure is not None
            and column.is_whole
            and not column.is_nullable
            and column.low == 0
        )

    def _now(self, making: Making) -> bool:
        found = present(self._words, making.state.root, making.conditions, making.state.events)
        if found is None:
            return False
        making.conditions += found
        return True

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────

    def _merged(self, making: Making) -> list[Condition] | None:
        """Several values of one column are any of them; said beside each other, they are a row each."""
        found: dict[tuple[object, ...], Condition] = {}
        compared = "compare" in self._cues or any(word.norm in ("vs", "versus") for word in self._words.words)
        for item in making.conditions:
            before = found.get(item.place)
            if before is None or (before.operator, before.values) == (item.operator, item.values):
                found[item.place] = before or item
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
        together = "only" in self._words.norms or self._words.annotation.of(SpanKind.GRAIN)
        if joined and not making.groups and (compared or (self._counts is None and not together)):
            making.groups.append(Group(joined[0].way, joined[0].column, joined[0].at))
        return list(found.values())


def _is_kind(item: Condition) -> bool:
    """Whether a value says what kind of thing the rows themselves are: "how many dogs", of animals of a species."""
    named = item.column is not None and item.column.name == item.way.table.label_column
    return not item.way.links or (len(item.way.links) == 1 and named and not item.way.table.is_person)


def _is_head_of(words: Words, head: int, at: int) -> bool:
    """Whether what is added up is named where "how many" asks for it: "late pickup minutes" begins with the first word."""
    return at == head or all(word.carries and word.number is None for word in words.words[head:at])
