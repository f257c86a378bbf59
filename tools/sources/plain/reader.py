"""Reads a plain question against the tables of a source: every word has to find its place, and one reading has to be
clearly nearer than all others."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from storage.metrics.model import SemanticModel
from storage.metrics.query import Grain, MetricQuery, OrderBy, TimeRange
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.annotator import Annotator
from tools.language.text import TokenKind, tokenize
from tools.language.values import ValueIndex
from tools.query.planner import Plan
from tools.query.slots import DEFAULT_RANKING, Reading, whole
from tools.query.times import Days, TimeReader
from tools.sources.plain.asked import Asked, several
from tools.sources.plain.comparing import OF_A_YEAR
from tools.sources.plain.composing import Composed, Composer
from tools.sources.plain.ground import Ground, Way, names_column
from tools.sources.plain.limiting import LEAST_LIKE, is_year
from tools.sources.plain.presence import mark_ahead, mark_now
from tools.sources.plain.question import FUNCTION, Words
from tools.sources.plain.roots import root
from tools.sources.plain.search import Search, TooManyStates
from tools.sources.plain.settling import Settler
from tools.sources.plain.wording import plainly

_BEFORE_A_YEAR = frozenset(
    ["is", "was", "were", "are", "from", "of", "in", "a", "the", "year", "since", "before", "after"]
)
_UNITS_OF_TIME = frozenset(["month", "week", "quarter", "year"])
_DUE = frozenset(["due", "expiry", "expires", "expire", "expiration", "renewal", "renews", "next"])
_SAYS_WHICH = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:last|past|previous|ago|yesterday|were|was|since|expired|overdue)\b", re.IGNORECASE
)
_BY_ITS_DATE = re.compile(r"\bby (?:the )?\w+ dates?\b", re.IGNORECASE)
APART = 0.13
"""How much nearer one reading has to be than the next."""
WORST = 1.6
"""What may speak against a reading at most."""


@dataclass(frozen=True, slots=True)
class PlainPlan:
    """A query and the layer that it is over."""

    plan: Plan
    model: SemanticModel
    entity: str | None
    """That of the drafted layer by whose day the rows are told apart; None where it is by another date."""

    @property
    def is_by_a_named_date(self) -> bool:
        """Whether the time that is asked for is that of a date which the question names."""
        return self.entity is None and (self.plan.query.time is not None or self.plan.query.grain is not None)


class PlainReader:
    """Reads questions over one source. `unsettled` are the drafted entities of which nothing tells the day, `name` is what
    the source is called."""

    def __init__(
        self,
        ground: Ground,
        model: SemanticModel,
        annotator: Annotator,
        unsettled: Mapping[str, object],
        name: str = "",
    ) -> None:
        self._ground = ground
        self._model = model
        self._annotator = annotator
        self._unsettled = unsettled
        self._subject = frozenset(root(token.norm) for token in tokenize(name) if token.kind is TokenKind.WORD)

    def read(self, question: str, days: Days, values: ValueIndex) -> PlainPlan | None:
        """None where nothing fits, or several readings fit alike. Raises Unclear or Unsupported for a time that cannot be
        read."""
        annotation = self._annotator.annotate(plainly(question), today=days.today, values=values)
        annotation = self._without_years_of_things(self._without_cues_in_names(annotation))
        if not annotation.tokens or annotation.of(SpanKind.SHIFT) or annotation.of(SpanKind.CLOCK):
            return None
        found = self._readings(annotation, values)
        if (
            not found
            or found[0].unclear
            or found[0].cost > WORST
            or (len(found) > 1 and found[1].cost - found[0].cost < APART)
        ):
            return None
        return self._planned(annotation, found[0], days)

    def _readings(self, annotation: Annotation, values: ValueIndex) -> list[Asked]:
        words = Words(annotation, values)
        words.is_now, words.is_ahead = mark_now(words), mark_ahead(words)
        if words.splits_by_nothing:
            return []
        self._leave_out_the_subject(words)
        settler, search = (
            Settler(self._ground, words, self._days()),
            Search(self._ground, words),
        )
        try:
            found = [asked for table in self._ground.tables.values() for state in search.readings(table) if (asked := settler.settle(state)) is not None]  # fmt: skip
        except TooManyStates:
            return []
        return list(several(found))

    def _leave_out_the_subject(self, words: Words) -> None:
        """ "repair tickets" of "Phone repair", and "Samsung phones" there: what all of a source is about tells nothing apart
        in it, where neither a table nor a column nor a value bears the word."""
        for word, following in zip(words.words, [*words.words[1:], None], strict=True):
            if root(word.norm) not in self._subject or not word.carries or word.values or word.negated:
                continue
            before = words.words[word.at - 1] if word.at else None
            valued = before is not None and any(end == word.at for other in words.words for end, _, _ in other.values)
            if (valued or (following is not None and following.carries)) and not self._ground.bears(word.norm):
                word.carries, words.leaves_out = False, True
                if word.grouped and following is not None:
                    word.grouped, following.grouped, following.which = False, True, word.which

    def _days(self) -> dict[str, str | None]:
        """The date that counts for each entity, where that is settled."""
        return {name: entity.time for name, entity in self._model.entities.items() if name not in self._unsettled}

    def _without_cues_in_names(self, annotation: Annotation) -> Annotation:
        """ "weekly hours" may be what a column is called, and no hours per week; so may "price per piece" and "best before"."""
        names = {tuple(column.words) for table in self._ground.tables.values() for column in table.columns if len(column.words) > 1}  # fmt: skip
        norms = [token.norm for token in annotation.tokens]

        def is_in_a_name(span: Span) -> bool:
            if span.kind is SpanKind.PERIOD:
                return any(tuple(norms[max(span.start - len(name) + 1, 0) : span.start + 1]) == name for name in names)
            per = span.is_cue("grouping") and norms[span.start] == "per"
            if span.end != span.start + 1 or not (per or span.kind is SpanKind.GRAIN):
                return False
            first = span.start - per
            return first >= 0 and any(tuple(norms[first : first + len(name)]) == name for name in names if len(name) > 1 + per)  # fmt: skip

        return replace(annotation, spans=tuple(span for span in annotation.spans if not is_in_a_name(span)))

    def _without_years_of_things(self, annotation: Annotation) -> Annotation:
        """ "the 2023 vintage" is no time at which anything happens."""
        years = [(way, column) for table in self._ground.tables.values() for way in (Way((), table),) for column in table.columns if is_year(column)]  # fmt: skip
        tokens = annotation.tokens

        def is_of_a_thing(span: Span) -> bool:
            said = [token.norm for token in tokens[span.start : span.end]]
            if (
                span.kind is not SpanKind.PERIOD
                or not said[-1].isdecimal()
                or not {*said[:-1]} <= OF_A_YEAR | _BEFORE_A_YEAR
            ):
                return False
            before = next(
                (token.norm for token in reversed(tokens[: span.start]) if token.norm not in _BEFORE_A_YEAR), ""
            )
            after = tokens[span.end].norm if span.end < len(tokens) else ""
            year = int(said[-1])
            return any(
                names_column((norm,), column, way) >= LEAST_LIKE and column.low is not None and column.high is not None and column.low - 1 <= year <= column.high + 1
                for norm in (before, after) if norm and norm not in FUNCTION
                for way, column in years
            )  # fmt: skip

        return replace(annotation, spans=tuple(span for span in annotation.spans if not is_of_a_thing(span)))

    def _planned(self, annotation: Annotation, asked: Asked, days: Days) -> PlainPlan | None:
        composed = Composer(self._model, days.today).compose(asked)
        reading = Reading(metrics=[composed.metric])
        reading.grain_target = self._ranked_unit(annotation, asked)
        times = TimeReader(annotation, reading, days, self._annotator.calendar, None).read()
        grain = times.grain or reading.grain_target or asked.grain
        if grain is None and self._leaves_a_unit(annotation, asked):
            return None
        if asked.is_ahead:
            if times.current or times.compare or grain:
                return None
            times = replace(times, current=TimeRange(start=days.today, label="still to come"))
        dated = times.current or times.compare or grain
        members, current = composed.members, times.current
        if dated and members:
            # The time is that of what was, or was not, done: "customers without orders in 2025".
            if grain or times.compare or asked.time is not None or not self._all_dated(asked):
                return None
            members = tuple(member.model_copy(update={"time": current}) for member in members)
            dated = current = None
        if dated and (not composed.has_days or (asked.time is None and asked.root.entity in self._unsettled)):
            return None
        if _lies_behind_what_is_due(annotation.text, composed.day, current, days.today):
            return None
        if grain and composed.dimensions and _BY_ITS_DATE.search(annotation.text):
            return None  # "month by month, by invoice date": no row for each invoice
        if reading.grain_target and asked.ranks:
            asked = replace(asked, groups=tuple(group for group in asked.groups if group.at >= 0))
            composed = replace(composed, dimensions=composed.dimensions[: len(asked.groups)])
        query = MetricQuery(
            metrics=(composed.metric,),
            dimensions=composed.dimensions,
            filters=composed.filters,
            members=members,
            time=current,
            compare=times.compare,
            grain=grain,
            order=self._order(annotation, composed) if asked.ranks else (),
            limit=self._limit(annotation, asked) if asked.ranks else None,
        )
        notes = [*times.notes, *([f"By {composed.day}."] if composed.day else [])]
        return PlainPlan(Plan(query=query, notes=tuple(notes), corrections=tuple(annotation.mended.items()), to_date=times.to_date), composed.model, asked.root.entity if asked.time is None else None)  # fmt: skip

    @staticmethod
    def _leaves_a_unit(annotation: Annotation, asked: Asked) -> bool:
        """Whether a month or a week is said of which nothing was made: it may be what figures are to be told by."""
        named = {
            word for item in (*asked.conditions, *asked.groups) if item.column is not None for word in item.column.words
        }
        for span in annotation.spans:
            unit = annotation.tokens[span.start].lemma
            is_all = bool({"all", "which", "what"} & {token.norm for token in annotation.tokens[max(span.start - 2, 0) : span.start]})  # fmt: skip
            if (
                span.ids(Meaning.UNIT)
                and unit in _UNITS_OF_TIME - named
                and span.start not in asked.spent
                and not is_all
            ):
                return True
        return False

    def _all_dated(self, asked: Asked) -> bool:
        """Whether of all that is to be there, or not, the day is settled."""
        entities = [having.table.entity for having in asked.havings]
        return all(name not in self._unsettled and self._model.entities[name].time is not None for name in entities)

    @staticmethod
    def _ranked_unit(annotation: Annotation, asked: Asked) -> Grain | None:
        """ "which month had the most orders"."""
        if not asked.ranks:
            return None
        for span in annotation.spans:
            before = annotation.tokens[span.start - 1].norm if span.start else ""
            if (units := span.ids(Meaning.UNIT)) and before in ("which", "what", "best", "busiest", "worst"):
                return units[0]  # pyright: ignore[reportReturnType] — a Grain
        return None

    @staticmethod
    def _order(annotation: Annotation, composed: Composed) -> tuple[OrderBy, ...]:
        return (OrderBy(by=composed.metric, descending=annotation.cue("rank_high") is not None),)

    def _limit(self, annotation: Annotation, asked: Asked) -> int:
        for i, span in enumerate(annotation.spans):
            if not span.is_cue("rank_high", "rank_low"):
                continue
            for other in annotation.spans[max(0, i - 1) : i + 2]:
                number = whole(other.number)
                if number is not None and (other.start == span.end or other.end == span.start):
                    return number
        at = next((group.at for group in asked.groups if group.which), -1)
        token = annotation.tokens[at] if at >= 0 else None
        return DEFAULT_RANKING if token is not None and token.norm != token.lemma else 1


def _lies_behind_what_is_due(text: str, day: str | None, time: TimeRange | None, today: date) -> bool:
    """ "MOT due before the end of April", asked in March: the last April or the next would be a guess where no year is said."""
    if day is None or time is None or not isinstance(time.end, date) or _SAYS_WHICH.search(text):
        return False
    return time.end <= today and bool(_DUE & {*day.lower().split()})
