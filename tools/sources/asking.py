"""Answers a question about a data source: plan, compile, run on a connection of its own, word."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import ValidationError

from storage.kernel.clock import Clock, today
from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.compiler import Compiler
from storage.metrics.model import SemanticModel
from storage.metrics.output import CompiledQuery
from storage.metrics.query import MetricQuery
from storage.models.identity import Tenant
from storage.repositories.metrics import MetricRows
from storage.sources.binding import SourceClasses
from storage.sources.connection import Address, OpenedSource, opened
from storage.sources.reader import Extent, SourceReader
from tools.kit.blocks import Provenance, Source
from tools.language.annotator import Annotator
from tools.language.dictionary import NO_WORDS, Dictionary
from tools.language.lexicon import Lexicon
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.atlas.places import countries_of
from tools.query.changes import Days
from tools.query.chart_drawing import drawn_as_asked
from tools.query.draft import Context
from tools.query.figures import tabulate
from tools.query.interpretation import interpretation
from tools.query.planner import Plan
from tools.query.schemas import Clarification, ClarificationOption, QueryAnswer
from tools.query.service import LONGEST_QUESTION, averaged
from tools.query.shown_as import as_before, read_shown, shown_again
from tools.query.slots import Unclear, Unsupported
from tools.query.windows import with_full_windows
from tools.query.wording import Writer
from tools.sources.called import aliases_of, plain_names
from tools.sources.days import (
    counted_by,
    joint,
    labelled,
    lies_outside,
    refuse_another_date,
    refuse_those_deleted_since,
    up_to_today,
)
from tools.sources.german import in_english, is_german
from tools.sources.naming import plural
from tools.sources.plain.ground import Ground, shown
from tools.sources.plain.question import lexicon as plain_lexicon
from tools.sources.plain.reader import PlainPlan, PlainReader
from tools.sources.planner import SourcePlanner
from tools.sources.schemas import DraftLayer
from tools.sources.second import is_same, title_of, two_ways
from tools.sources.spoken import spelled_out
from tools.sources.vocabulary import lexicon_of

SOURCES_KEPT = 16
SECONDS_KEPT = 300.0
"""After which the values and the extent of a source are read again: it changes without telling."""


@dataclass(frozen=True, slots=True)
class AskedSource:
    """A source that can be asked, as it is stored. `version` changes with its layer."""

    id: str
    version: str
    name: str
    type: str
    address: Address
    layer: DraftLayer
    is_approved: bool
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, by whom, and what it may go on from."""

    text: str
    tenant: Tenant
    as_of: date | None = None
    previous: Context | None = None


@dataclass(slots=True)
class _Known:
    """A source at one version of its layer, and what it held when it was last read."""

    version: str
    classes: SourceClasses
    compilers: dict[int, Compiler]
    lexicon: Lexicon
    values: ValueIndex
    extents: Mapping[str, Extent]
    read_at: float
    is_german: bool
    ground: Ground
    plain_values: ValueIndex

    def compiler(self, model: SemanticModel, week_start: int) -> Compiler:
        if week_start not in self.compilers:
            self.compilers[week_start] = Compiler(model, self.classes.mappers, week_start=week_start)
        return self.compilers[week_start]

    def compiled(self, settled: "_Settled", source: AskedSource, question: Question) -> CompiledQuery:
        """Raises CopilotError (invalid) where the layer cannot tell it."""
        week_start = question.tenant.week_start
        if settled.model is source.layer.model:
            return self.compiler(settled.model, week_start).compile(settled.query)
        return Compiler(settled.model, self.classes.mappers, week_start=week_start).compile(settled.query)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What is run of a plan, over which layer, and what is to be told of it."""

    plan: Plan
    model: SemanticModel
    query: MetricQuery
    days: Days
    notes: tuple[str, ...]


def _settled(plan: Plan, days: Days, model: SemanticModel, question: Question) -> _Settled:
    """Raises Unsupported."""
    notes: list[str] = []
    query = up_to_today(plan.query, days, model, as_of=question.as_of)
    query = labelled(with_full_windows(query, days, question.tenant.week_start, notes))
    return _Settled(plan, model, query, days, tuple(notes))


class SourceAnswers:
    """One per process. `words` are real words, which are never mended into others."""

    def __init__(self, clock: Clock, *, words: Dictionary = NO_WORDS) -> None:
        self._clock = clock
        self._words = words
        self._kept: OrderedDict[str, _Known] = OrderedDict()

    def forget(self, source_id: str) -> None:
        """Drops what is kept of a source. A question that is being answered right now still has its classes."""
        self._kept.pop(source_id, None)

    async def ask(self, source: AskedSource, question: Question) -> tuple[QueryAnswer, Context | None]:
        """The answer, and what a follow-up to it may change (None where there are no figures). Raises UNAVAILABLE or
        TIMEOUT where the source cannot be read; never for what a person may type."""
        started = time.perf_counter()
        async with opened(source.address) as connection:
            known = await self._known(source, connection)
            reader = SourceReader(connection, source.layer.model, known.classes.mappers)
            try:
                # Of many tables and words the reading takes its time: other requests go on meanwhile.
                settled = await asyncio.to_thread(self._settle, source, known, question)
                result = await reader.run(known.compiled(settled, source, question))
                if settled.model is source.layer.model and not source.is_approved:
                    await self._hold_against_tables(source, known, question, settled, result, reader=reader)
            except (Unclear, Unsupported) as problem:
                return _without_figures(problem, source, started), None
            except CopilotError as error:
                if error.kind not in (ErrorKind.INVALID, ErrorKind.TOO_LARGE):
                    raise
                return _without_figures(Unsupported(error.message), source, started), None
        countries = countries_of(settled.query, settled.model, known.values, question.tenant.country)
        answered = _Answered(source, settled, result, countries)
        # Nothing goes on from a plain reading: its names are those of a layer that is made for it alone.
        return _worded(answered, started), settled.plan.context if settled.model is source.layer.model else None

    def _settle(self, source: AskedSource, known: _Known, question: Question) -> _Settled:
        """Raises Unclear, Unsupported."""
        return _settled(*self._plan(source, known, question), question)

    async def _hold_against_tables(
        self,
        source: AskedSource,
        known: _Known,
        question: Question,
        settled: _Settled,
        result: MetricRows,
        *,
        reader: SourceReader,
    ) -> None:
        """Raises Unclear where the tables themselves, read plainly, tell other figures than the drafted layer. A layer that
        the owner approved needs no second opinion, and a change to a question before has none; nor is there one where it
        cannot be had in time."""
        try:
            other = await asyncio.to_thread(self._read_plainly, source, known, question)
            second = await reader.run(known.compiled(other, source, question)) if other is not None else None
        except (Unsupported, CopilotError):
            return
        if other is not None and second is not None and not is_same(result, second):
            currency = source.layer.currency
            titles = (title_of(settled.model, settled.query, result, currency), title_of(other.model, other.query, second, currency))  # fmt: skip
            raise two_ways(*titles)

    def _read_plainly(self, source: AskedSource, known: _Known, question: Question) -> _Settled | None:
        """None where there is no such reading, or the question only makes sense as a change to the one before. Raises
        Unsupported."""
        planner, text, days = self._planner(source, known, question)
        if question.previous is not None and planner.changes(text, days, known.values):
            return None
        plain = self._plain(source, known, question.tenant, text, days)
        if plain is None:
            return None
        own = known.extents.get(plain.entity or "", Extent(None, None))
        return _settled(plain.plan, Days(days.today, own.first, own.last), plain.model, question)

    async def covers(self, source: AskedSource, question: Question) -> bool:
        """Whether the source answers a question and knows every word of it, as it is written. Raises like `ask`."""
        async with opened(source.address) as connection:
            known = await self._known(source, connection)
        try:
            plan, _, model = await asyncio.to_thread(self._plan, source, known, question)
            known.compiler(source.layer.model, question.tenant.week_start).compile(plan.query)
        except (Unclear, Unsupported):
            return False
        except CopilotError as error:
            if error.kind is not ErrorKind.INVALID:
                raise
            return False
        return not plan.corrections and model is source.layer.model

    async def changes(self, source: AskedSource, question: Question) -> bool:
        """Whether a question only makes sense as a change to the one before. Raises like `ask`."""
        async with opened(source.address) as connection:
            known = await self._known(source, connection)
        if len(question.text) > LONGEST_QUESTION:
            return False
        planner, text, days = self._planner(source, known, question)
        return planner.changes(text, days, known.values)

    def _planner(self, source: AskedSource, known: _Known, question: Question) -> tuple[SourcePlanner, str, Days]:
        """What plans a question, the text that it reads, and the days of the whole source."""
        model, tenant = source.layer.model, question.tenant
        calendar = Calendar(tenant.week_start, tenant.fiscal_year_start, tenant.country)
        planner = SourcePlanner(model, Annotator(known.lexicon, calendar, self._words), source.layer.unsettled_days)
        whole = joint(known.extents.values())
        day = question.as_of or today(self._clock, tenant.timezone)
        if question.as_of is None and tenant.clock == "latest_data" and whole.last is not None:
            day = min(whole.last, day)
        text = spelled_out(question.text)
        text = in_english(text, known.values, plural) if known.is_german else text
        return planner, text, Days(day, whole.first, whole.last)

    def _plan(self, source: AskedSource, known: _Known, question: Question) -> tuple[Plan, Days, SemanticModel]:
        if len(question.text) > LONGEST_QUESTION:
            raise Unsupported("That is too long for one question. Please ask for one figure at a time.")
        shown = read_shown(question.text, known.values)
        planner, text, days = self._planner(source, known, replace(question, text=shown.question))
        model = source.layer.model
        if shown.kind is not None and shown.is_bare:
            plan, *_ = shown_again(question.previous, shown.kind)
        else:
            try:
                plan = planner.plan(text, days, known.values, question.previous)
                bases = (base for metric in plan.query.metrics for base in model.base_metrics(metric).values())
                counted = {base.entity for base in bases}
                refuse_another_date(source.layer, counted, plan.query, text)
                refuse_those_deleted_since(source.layer, counted, plan.query, text)
            except (Unclear, Unsupported) as problem:
                plain = self._plain(source, known, question.tenant, text, days)
                if plain is None or not (problem.unread or plain.is_by_a_named_date):
                    raise
                if plain.entity is not None:
                    refuse_another_date(source.layer, {plain.entity}, plain.plan.query, text)
                    refuse_those_deleted_since(source.layer, {plain.entity}, plain.plan.query, text)
                own = known.extents.get(plain.entity or "", Extent(None, None))
                return replace(plain.plan, kind=shown.kind), Days(days.today, own.first, own.last), plain.model
            plan = replace(plan, kind=shown.kind) if shown.kind else as_before(plan, question.previous, model)
        entities = {base.entity for metric in plan.query.metrics for base in model.base_metrics(metric).values()}
        own = joint(known.extents[entity] for entity in entities if entity in known.extents)
        return plan, Days(days.today, own.first, own.last), model

    def _plain(self, source: AskedSource, known: _Known, tenant: Tenant, text: str, days: Days) -> PlainPlan | None:
        """What words that the layer does not know say of the tables themselves; None where that is not clear either."""
        calendar = Calendar(tenant.week_start, tenant.fiscal_year_start, tenant.country)
        annotator = Annotator(plain_lexicon(), calendar, self._words)
        reader = PlainReader(known.ground, source.layer.model, annotator, source.layer.unsettled_days, source.name)
        try:
            return reader.read(text, days, known.plain_values)
        except (Unclear, Unsupported, ValidationError):  # the last: what is no query is no reading either
            return None

    async def _known(self, source: AskedSource, connection: OpenedSource) -> _Known:
        known = self._kept.get(source.id)
        if known is not None and known.version == source.version and time.monotonic() - known.read_at < SECONDS_KEPT:
            self._kept.move_to_end(source.id)
            return known
        if known is not None and known.version != source.version:
            self.forget(source.id)
            known = None
        layer = source.layer
        classes = known.classes if known is not None else await asyncio.to_thread(SourceClasses, layer.binding)
        reader = SourceReader(connection, layer.model, classes.mappers)
        values = await reader.values()
        extents = await reader.extents()
        ground = Ground(shown(layer.scheme, layer.model))
        plain_values = await reader.values_in(ground.linked)
        german = is_german([table.table for table in layer.binding.tables])
        fresh = _Known(
            version=source.version,
            classes=classes,
            compilers=known.compilers if known is not None else {},
            lexicon=await asyncio.to_thread(lexicon_of, layer.model, values, aliases_of(layer, values)),
            values=await asyncio.to_thread(ValueIndex, values, aliases_of(layer, values)),
            extents=extents,
            read_at=time.monotonic(),
            is_german=german,
            ground=ground,
            plain_values=await asyncio.to_thread(ValueIndex, plain_values, plain_names(plain_values, german=german)),
        )
        self._kept[source.id] = fresh
        while len(self._kept) > SOURCES_KEPT:
            self._kept.popitem(last=False)
        return fresh


@dataclass(frozen=True, slots=True)
class _Answered:
    source: AskedSource
    settled: _Settled
    result: MetricRows
    countries: frozenset[str]


def _worded(answered: _Answered, started: float) -> QueryAnswer:
    source, settled, result = answered.source, answered.settled, answered.result
    plan, query, model, currency = settled.plan, settled.query, settled.model, source.layer.currency
    definitions = tuple(f"{model.metrics[m].label}: {model.metrics[m].definition}" for m in query.metrics)
    provenance = _provenance(source, result.row_count, settled.days, definitions)
    if result.row_count == 0 and lies_outside(query, settled.days):
        extent = f"{source.name} runs from {settled.days.first} to {settled.days.last}"
        return QueryAnswer(
            status="cannot_answer",
            answer=f"{extent}: there is nothing in {query.time.label if query.time else 'that time'}.",
            interpretation=interpretation(plan, query),
            sql=result.sql,
            provenance=provenance,
            elapsed_ms=_elapsed(started),
        )
    figures = tabulate(result, query, model, currency)
    writer = Writer(model, query, figures, currency)
    if plan.mean_over:
        figures, text = averaged(figures, query, writer, plan.mean_over)
    else:
        text = writer.answer()
    told = [f"From “{source.name}”."]
    told += [f"“{typed}” was read as {meant}." for typed, meant in plan.corrections]
    picture = drawn_as_asked(plan, figures, query, model, writer.title(), countries=answered.countries)
    told += [*plan.notes, *counted_by(source.layer, model, plan.query, plan.notes)]
    told += [*settled.notes, *((picture.note,) if picture.note else ())]
    told += [] if source.is_approved else [_DRAFT]
    return QueryAnswer(
        status="answered",
        answer=" ".join((text, *told)),
        columns=figures.columns,
        rows=figures.rows,
        interpretation=interpretation(plan, query),
        sql=result.sql,
        chart=picture.spec,
        provenance=provenance,
        elapsed_ms=_elapsed(started),
    )


_DRAFT = "This reads a draft that is not yet approved."


def _provenance(source: AskedSource, rows: int | None, days: Days | None, notes: tuple[str, ...]) -> Provenance:
    named = Source(id=source.id, name=source.name, type=source.type, rows=rows or 0, last_sync_at=source.looked_at)
    return Provenance(
        sources=(named,),
        row_count=rows,
        data_from=days.first if days else None,
        data_to=days.last if days else None,
        notes=notes if source.is_approved else (*notes, _DRAFT),
    )


def _without_figures(problem: Unclear | Unsupported, source: AskedSource, started: float) -> QueryAnswer:
    provenance = _provenance(source, None, None, ())
    if isinstance(problem, Unclear):
        options = tuple(ClarificationOption(label=label, question=question) for label, question in problem.options)
        return QueryAnswer(
            status="needs_clarification",
            answer=f"In “{source.name}”: {problem.question}",
            clarification=Clarification(question=problem.question, options=options),
            provenance=provenance,
            elapsed_ms=_elapsed(started),
        )
    labels = [metric.label.lower() for metric in source.layer.model.metrics.values() if metric.type == "count"][:6]
    hint = f" You can ask for {', '.join(labels)} and more." if labels else ""
    told = f"In “{source.name}”: {problem}{hint}"
    return QueryAnswer(status="cannot_answer", answer=told, provenance=provenance, elapsed_ms=_elapsed(started))


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
