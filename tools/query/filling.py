"""A language model may fill the MetricQuery of a question that the planner could not read: what it is shown, and what
of its answer is believed.

It is shown the semantic layer, and of the tenant's data only the values and periods that our own linker finds in the
question. What it fills passes the checks of every query and these: every name, number and period of the question is in
the query, the query holds no value, number or period that the question does not, and of every word that nothing explains
it says what it took it for, which is told with the answer. So it can choose, and not invent.
"""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.compiler import Compiler
from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery, TimeRange
from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.language.periods import PeriodSpan
from tools.language.text import tokenize
from tools.language.values import Value, ValueIndex
from tools.query.changes import Days
from tools.query.checking import checked_query
from tools.query.draft import Context
from tools.query.leftovers import ARTICLES, FILTER_PREPOSITIONS
from tools.query.slots import DEFAULT_RANKING

LONGEST_ANSWER = 20_000
_MOST_CANDIDATES = 12
_MOST_PROBLEMS = 5
_A_VALUE, _NOTHING = "a value", "nothing"
_SPLITTING = "by"
_NEGATIVE = frozenset(["ne", "not_in"])
_POSITIVE = frozenset(["eq", "in"])
_BOUNDS = frozenset(["more_than", "at_least", "less_than", "at_most", "equals"])
_NEVER_FILLED = ("analysis", "offset", "as_of")
_UNREADABLE = frozenset(["outside", "average", "slips"])
"""Cues whose sense no check could hold a query to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a model is shown it: JSON that holds data only, and the schema of the one call that it may make."""

    actor: Actor
    question: str
    shown: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that was not believed, and why."""

    arguments: str
    problem: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A query that is believed, and what the unread words were taken for: (typed, meant), or for nothing."""

    query: MetricQuery
    corrections: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")

    query: MetricQuery
    words: dict[str, str] = {}


class QueryModel(Protocol):
    """A model that fills queries."""

    async def ready(self) -> None:
        """Loads what the first question would otherwise wait for."""
        ...

    async def fill(self, asked: Asked, before: Attempt | None) -> str | None:
        """The arguments of its call as JSON text; None where it made no such call, is out of budget or cannot be
        reached. Never raises for what a provider does."""
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """A question as far as the annotator read it. `words` are the real words of the language."""

    annotation: Annotation
    values: ValueIndex
    words: Container[str]
    days: Days


class Filler:
    """Holds a model's query to one question. Raises nothing for what a model may say."""

    def __init__(self, model: SemanticModel, compiler: Compiler, read: Read) -> None:
        self._model = model
        self._compiler = compiler
        self.annotation = read.annotation
        self._words = read.words
        self._days = read.days
        self._linked = tuple(_linked(read.annotation, read.values))
        self._periods = tuple(
            _range(span.period)
            for span in self.annotation.of(SpanKind.PERIOD)
            if span.period and not span.period.problem
        )
        self._unread = {self.annotation.tokens[i].norm: i for i in self.annotation.unknown}

    @property
    def can_help(self) -> bool:
        """Whether every part of the question that is understood can be looked for in a query."""
        spans = self.annotation.spans
        periods = self.annotation.of(SpanKind.PERIOD)
        shifted = self.annotation.shifts or any(s.kind in (SpanKind.SHIFT, SpanKind.COMPARISON) for s in spans)
        ahead = any(one.start and one.start > self._days.today for one in self._periods)
        unsure = any(span.period and span.period.alternatives for span in periods)
        return not (
            shifted
            or ahead
            or unsure
            or any(one.only for one in self._periods)
            or any(span.kind is SpanKind.CLOCK for span in spans)
            or len(periods) > len(self._periods)
            or any(s.is_cue(*_UNREADABLE) for s in spans)
        )

    def asked(self, actor: Actor, question: str, previous: Context | None) -> Asked:
        model = self._model
        shown: dict[str, Any] = {
            "question": question,
            "today": self._days.today.isoformat(),
            "metrics": {name: f"{one.label}: {one.definition}" for name, one in model.metrics.items()},
            "dimensions": {name: one.label for name, one in model.dimensions.items()},
            "values": [{"dimension": one.dimension, "value": one.text} for one in self._linked],
            "periods": [one.model_dump(mode="json", exclude_defaults=True) for one in self._periods],
            "unread_words": {word: self._may_mean(i) for word, i in self._unread.items()},
            "query_before": previous.query.model_dump(mode="json", exclude_defaults=True) if previous else None,
        }
        return Asked(actor, question, json.dumps(shown, ensure_ascii=False), self._schema())

    def _schema(self) -> dict[str, Any]:
        """MetricQuery's own, narrowed to the names, values and periods that there are."""
        schema = MetricQuery.model_json_schema()
        for part in _NEVER_FILLED:
            del schema["properties"][part]
        metrics, dimensions = sorted(self._model.metrics), sorted(self._model.dimensions)
        texts = sorted({one.text for one in self._linked})
        for part in (schema, *schema["$defs"].values()):
            fields = part.get("properties", {})
            for name, known in (("metrics", metrics), ("dimensions", dimensions)):
                if name in fields:
                    fields[name]["items"] = {"type": "string", "enum": known}
            for name, known in (("metric", metrics), ("dimension", dimensions)):
                if name in fields:
                    fields[name] = {"type": "string", "enum": known}
        filters = schema["$defs"]["Filter"]["properties"]
        filters["values"]["items"] = {"type": "string", "enum": texts} if texts else {"type": "string"}
        filters["operator"]["enum"] = sorted(_POSITIVE | _NEGATIVE)
        said = {word: {"type": "string", "enum": self._may_mean(i)} for word, i in self._unread.items()}
        words = {"type": "object", "properties": said, "required": list(said), "additionalProperties": False}
        definitions = schema.pop("$defs")
        properties = {"query": schema, "words": words}
        return {"type": "object", "properties": properties, "required": ["query", "words"], "$defs": definitions}

    def _may_mean(self, at: int) -> list[str]:
        """What an unread word may be taken for. A name, and what stands where a filter would, can only be a value: it
        must not vanish, nor become a figure; after "by" it may be what things are split by."""
        tokens = self.annotation.tokens
        word = tokens[at]
        before = next((t.norm for t in reversed(tokens[:at]) if t.norm not in ARTICLES), "")
        if not word.text.islower() or word.norm not in self._words:
            return [_A_VALUE]
        if before in FILTER_PREPOSITIONS:
            return [_A_VALUE, *(sorted(self._model.dimensions) if before == _SPLITTING else ())]
        return [_A_VALUE, _NOTHING, *sorted(self._model.metrics), *sorted(self._model.dimensions)]

    def believed(self, arguments: str | None) -> Filled | str:
        """What is taken from a call, or what is wrong with it in words that a model can act on."""
        if arguments is None:
            return "Call the tool: nothing else is read."
        if len(arguments) > LONGEST_ANSWER:
            return "The arguments are too long."
        try:
            said = _Arguments.model_validate_json(arguments)
            query = checked_query(said.query, self._model, "/query")
            self._compiler.compile(query)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)[:_MOST_PROBLEMS]
            return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
        except CopilotError as error:
            parts = (f"{one.pointer}: {one.message}" for one in error.problems[:_MOST_PROBLEMS])
            return " ".join([error.message, *parts])
        problem = next(self._problems(query, said.words), None)
        if problem is not None:
            return problem
        taken = tuple((self._text(word), self._meant(word, meant, query)) for word, meant in said.words.items() if meant != _NOTHING)  # fmt: skip
        ignored = tuple(self._text(word) for word, meant in said.words.items() if meant == _NOTHING)
        return Filled(self._as_linked(query), taken, ignored)

    def _text(self, word: str) -> str:
        return self.annotation.tokens[self._unread[word]].text

    def _meant(self, word: str, meant: str, query: MetricQuery) -> str:
        if meant == _A_VALUE:
            return " and ".join(value.text for value in self._values_of(word) if value in _used(query))
        return (self._model.metrics.get(meant) or self._model.dimensions[meant]).label.lower()

    def _values_of(self, word: str) -> list[Value]:
        """The linked values that a word is part of."""
        return [one for one in self._linked if word in {t.lemma for t in tokenize(one.text)} | {t.norm for t in tokenize(one.text)}]  # fmt: skip

    def _word_problems(self, query: MetricQuery, words: Mapping[str, str]) -> Iterator[str]:
        if unknown := words.keys() - self._unread.keys():
            yield f"`words` holds what was not asked about: {min(unknown)[:80]!r}."
        named = {*query.dimensions, *(one.dimension for one in _filters(query)), *(m.dimension for m in query.members)}
        for word, at in self._unread.items():
            meant = words.get(word)
            if meant is None or meant not in self._may_mean(at):
                yield f"Say in `words` what {word!r} means: one of {', '.join(self._may_mean(at)[:4])} …."
            elif meant == _A_VALUE and not any(value in _used(query) for value in self._values_of(word)):
                yield f"No value of the query is called {word!r}."
            elif meant in self._model.metrics and meant not in query.names:
                yield f"{word!r} means {meant}, and the query does not show it."
            elif meant in self._model.dimensions and meant not in named:
                yield f"{word!r} means {meant}, and the query does not use it."

    def _as_linked(self, query: MetricQuery) -> MetricQuery:
        """With periods named as we name them."""

        def named(time: TimeRange | None) -> TimeRange | None:
            return next((one for one in self._periods if time and _same(one, time)), None)

        members = tuple(one.model_copy(update={"time": named(one.time)}) for one in query.members)
        changed = {"time": named(query.time), "compare": named(query.compare), "members": members}
        return query.model_copy(update=changed)

    # ── what a query may not leave out ───────────────────────────────────────────────────────────────────

    def _problems(self, query: MetricQuery, words: Mapping[str, str]) -> Iterator[str]:
        yield from self._invented(query)
        yield from self._word_problems(query, words)
        filters = list(_filters(query))
        ranges = [one for one in (query.time, query.compare, *(m.time for m in query.members)) if one]
        numbers = self._numbers_of(query)
        for span in self.annotation.spans:
            said = self.annotation.said(span.start, span.end)
            metrics, dimensions = span.ids(Meaning.METRIC), span.ids(Meaning.DIMENSION)
            if span.values and not any(
                (f.dimension, value) in {(v.dimension, v.text) for v in span.values}
                for f in filters
                for value in f.values
            ):
                yield f"The query leaves out “{said}”."
            elif span.period and not any(_same(_range(span.period), one) for one in ranges):
                yield f"The query leaves out the period “{said}”."
            elif span.grain and span.grain.grain != query.grain:
                yield f"The query is not split by {span.grain.grain}, as “{said}” asks."
            elif span.number is not None and float(span.number.value) not in numbers:
                yield f"The query leaves out the number “{said}”."
            elif (metrics or dimensions) and not span.ids(Meaning.CUE) and not self._names(query, metrics, dimensions):
                yield f"The query leaves out “{said}”."
            else:
                yield from self._cue_problems(
                    query, filters, said, {t.id for t in span.terms if t.meaning is Meaning.CUE}
                )

    def _names(self, query: MetricQuery, metrics: Sequence[str], dimensions: Sequence[str]) -> bool:
        filtered = {one.dimension for one in _filters(query)} | {one.dimension for one in query.members}
        return bool(set(metrics) & query.names or set(dimensions) & {*query.dimensions, *filtered})

    def _cue_problems(self, query: MetricQuery, filters: Sequence[Filter], said: str, cues: set[str]) -> Iterator[str]:
        held = {
            "share": query.share_of_total,
            "running": query.window is not None and query.window.kind == "running",
            "rolling": query.window is not None and query.window.kind == "rolling",
            "compare": query.compare is not None or any(f.operator == "in" for f in filters),
            "change": query.compare is not None or query.changes,
            "trend": query.grain is not None,
            "negation": _excludes(query, filters),
            "grouping": bool(query.dimensions or query.grain),
            "rank_high": bool(query.order) and query.order[0].descending,
            "rank_low": bool(query.order) and not query.order[0].descending,
            "ascending": bool(query.order) and not query.order[0].descending,
            "descending": bool(query.order) and query.order[0].descending,
        } | dict.fromkeys(_BOUNDS, bool(query.having))
        if any(cue in held and not held[cue] for cue in cues):
            yield f"The query does not do what “{said}” asks."

    # ── what a query may not make up ─────────────────────────────────────────────────────────────────────

    def _invented(self, query: MetricQuery) -> Iterator[str]:
        known = {(one.dimension, one.text) for one in self._linked}
        filters = list(_filters(query))
        if query.analysis is not None or query.offset or query.as_of is not None:
            yield "Leave `analysis`, `offset` and `as_of` alone."
        for one in filters:
            if one.operator not in _POSITIVE | _NEGATIVE:
                yield f"Filters are one of eq, in, ne, not_in, and not {one.operator}."
            for value in one.values:
                if (one.dimension, value) not in known:
                    yield f"{str(value)[:80]!r} is none of the values of {one.dimension} that the question names."
        for time in (query.time, query.compare, *(member.time for member in query.members)):
            if time is not None and not any(_same(time, one) for one in self._periods):
                yield "A period is none of those that the question names: take one of `periods`, or none."
        if _excludes(query, filters) and self.annotation.cue("negation") is None:
            yield "The question leaves nothing out."
        said = {float(span.number.value) for span in self.annotation.spans if span.number}
        if not {value for having in query.having for value in having.values} <= said:
            yield "A condition holds a number that the question does not."
        ranks = self.annotation.cue("rank_high", "rank_low", "rank_metric", "ascending", "descending")
        if query.limit is not None and query.limit not in {*said, *({1, DEFAULT_RANKING} if ranks else ())}:
            yield "`limit` is a number that the question does not hold."
        if query.window and query.window.kind == "rolling" and query.window.size not in said:
            yield "`window.size` is a number that the question does not hold."

    def _numbers_of(self, query: MetricQuery) -> set[float]:
        found = {value for having in query.having for value in having.values}
        found |= {float(query.limit)} if query.limit is not None else set[float]()
        return found | ({float(query.window.size)} if query.window else set[float]())


def _linked(annotation: Annotation, values: ValueIndex) -> Iterator[Value]:
    """Values that words of the question name, and those that words which mean nothing known are part of."""
    found: dict[Value, None] = {}
    for span in annotation.spans:
        found |= dict.fromkeys(span.values)
    for i in annotation.unknown:
        token = annotation.tokens[i]
        word = values.mend(token.lemma) or token.lemma
        found |= dict.fromkeys(values.part((word,), most=_MOST_CANDIDATES))
    yield from found


def _filters(query: MetricQuery) -> Iterator[Filter]:
    yield from query.filters
    for member in query.members:
        yield from member.filters


def _excludes(query: MetricQuery, filters: Sequence[Filter]) -> bool:
    return any(one.operator in _NEGATIVE for one in filters) or any(one.negated for one in query.members)


def _same(one: TimeRange, other: TimeRange) -> bool:
    return (one.start, one.end, one.only) == (other.start, other.end, other.only)


def _used(query: MetricQuery) -> set[Value]:
    return {Value(one.dimension, str(value)) for one in _filters(query) for value in one.values}


def _range(period: PeriodSpan) -> TimeRange:
    return TimeRange(start=period.start, end=period.end, label=period.label, only=period.only)
