"""Answers a question about a data source: plan, compile, run on a connection of its own, word."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from storage.kernel.clock import Clock, today
from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.compiler import Compiler
from storage.metrics.query import MetricQuery
from storage.models.identity import Tenant
from storage.repositories.metrics import MetricRows
from storage.sources.binding import SourceClasses
from storage.sources.connection import Address, opened
from storage.sources.reader import Extent, SourceReader
from tools.kit.blocks import Provenance, Source
from tools.language.annotator import Annotator
from tools.language.lexicon import Lexicon
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.chart import chart
from tools.query.draft import Context
from tools.query.figures import tabulate
from tools.query.planner import Plan
from tools.query.schemas import Clarification, ClarificationOption, QueryAnswer
from tools.query.service import LONGEST_QUESTION, averaged, interpretation
from tools.query.slots import Unclear, Unsupported
from tools.query.times import Days, until_today
from tools.query.windows import with_full_windows
from tools.query.wording import Writer
from tools.sources.planner import SourcePlanner
from tools.sources.schemas import DraftLayer
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


class SourceAnswers:
    """One per process. `words` are real words, which are never mended into others."""

    def __init__(self, clock: Clock, *, words: Container[str] = frozenset()) -> None:
        self._clock = clock
        self._words = words
        self._kept: OrderedDict[str, _Known] = OrderedDict()

    def forget(self, source_id: str) -> None:
        """Drops what is kept of a source."""
        if (known := self._kept.pop(source_id, None)) is not None:
            known.classes.dispose()

    async def ask(
        self, source: AskedSource, tenant: Tenant, question: str, as_of: date | None, previous: Context | None
    ) -> tuple[QueryAnswer, Context | None]:
        """The answer, and what a follow-up to it may change (None where there are no figures). Raises UNAVAILABLE or
        TIMEOUT where the source cannot be read; never for what a person may type."""
        started = time.perf_counter()
        async with opened(source.address) as connection:
            known = await self._known(source, connection)
            reader = SourceReader(connection, source.layer.model, known.classes.mappers)
            try:
                if len(question) > LONGEST_QUESTION:
                    raise Unsupported("That is too long for one question. Please ask for one figure at a time.")
                plan, days = self._plan(source, known, tenant, question, as_of, previous)
                notes: list[str] = []
                query = until_today(plan.query, days)
                query = with_full_windows(query, days, tenant.week_start, notes)
            except (Unclear, Unsupported) as problem:
                return _without_figures(problem, source, started), None
            compiler = known.compilers.setdefault(tenant.week_start, Compiler(source.layer.model, known.classes.mappers, week_start=tenant.week_start))  # fmt: skip
            try:
                result = await reader.run(compiler.compile(query))
            except CopilotError as error:
                if error.kind not in (ErrorKind.INVALID, ErrorKind.TOO_LARGE):
                    raise
                return _without_figures(Unsupported(error.message), source, started), None
        return self._answer(source, plan, query, result, days, notes, started), plan.context

    def _plan(
        self, source: AskedSource, known: _Known, tenant: Tenant, question: str, as_of: date | None, previous: Context | None
    ) -> tuple[Plan, Days]:  # fmt: skip
        calendar = Calendar(tenant.week_start, tenant.fiscal_year_start, tenant.country)
        planner = SourcePlanner(source.layer.model, Annotator(known.lexicon, calendar, self._words))
        lasts = [extent.last for extent in known.extents.values() if extent.last]
        day = as_of or today(self._clock, tenant.timezone)
        if as_of is None and tenant.clock == "latest_data" and lasts:
            day = min(max(lasts), day)
        firsts = [extent.first for extent in known.extents.values() if extent.first]
        plan = planner.plan(question, Days(day, min(firsts, default=None), max(lasts, default=None)), known.values, previous)  # fmt: skip
        own = [extent for metric in plan.query.metrics for base in source.layer.model.base_metrics(metric).values() if (extent := known.extents.get(base.entity))]  # fmt: skip
        first = min((extent.first for extent in own if extent.first), default=None)
        last = max((extent.last for extent in own if extent.last), default=None)
        return plan, Days(day, first, last)

    async def _known(self, source: AskedSource, connection: object) -> _Known:
        known = self._kept.get(source.id)
        if known is not None and known.version == source.version and time.monotonic() - known.read_at < SECONDS_KEPT:
            self._kept.move_to_end(source.id)
            return known
        if known is not None and known.version != source.version:
            self.forget(source.id)
            known = None
        layer = source.layer
        classes = known.classes if known is not None else await asyncio.to_thread(SourceClasses, layer.binding)
        reader = SourceReader(connection, layer.model, classes.mappers)  # pyright: ignore[reportArgumentType] — a connection
        values = await reader.values()
        extents = await reader.extents()
        fresh = _Known(
            version=source.version,
            classes=classes,
            compilers=known.compilers if known is not None else {},
            lexicon=await asyncio.to_thread(lexicon_of, layer.model, values, _aliases(layer, values)),
            values=await asyncio.to_thread(ValueIndex, values, _aliases(layer, values)),
            extents=extents,
            read_at=time.monotonic(),
        )
        self._kept[source.id] = fresh
        while len(self._kept) > SOURCES_KEPT:
            _, oldest = self._kept.popitem(last=False)
            oldest.classes.dispose()
        return fresh

    def _answer(
        self,
        source: AskedSource,
        plan: Plan,
        query: MetricQuery,
        result: MetricRows,
        days: Days,
        notes: list[str],
        started: float,
    ) -> QueryAnswer:
        model, currency = source.layer.model, source.layer.currency
        figures = tabulate(result, query, model, currency)
        writer = Writer(model, query, figures, currency)
        definitions = tuple(f"{model.metrics[m].label}: {model.metrics[m].definition}" for m in query.metrics)
        provenance = _provenance(source, result.row_count, days, definitions)
        if result.row_count == 0 and _lies_outside(query, days):
            return QueryAnswer(
                status="cannot_answer",
                answer=f"{source.name} runs from {days.first} to {days.last}: there is nothing in {query.time.label if query.time else 'that time'}.",
                interpretation=interpretation(plan, query),
                sql=result.sql,
                provenance=provenance,
                elapsed_ms=_elapsed(started),
            )  # fmt: skip
        if plan.mean_over:
            figures, text = averaged(figures, query, writer, plan.mean_over)
        else:
            text = writer.answer()
        told = [f"“{typed}” was read as {meant}." for typed, meant in plan.corrections]
        told += [*plan.notes, *notes]
        told += [] if source.is_approved else [_DRAFT]
        return QueryAnswer(
            status="answered",
            answer=" ".join((text, *told)),
            columns=figures.columns,
            rows=figures.rows,
            interpretation=interpretation(plan, query),
            sql=result.sql,
            chart=None if plan.mean_over else chart(figures, query, writer.title()),
            provenance=provenance,
            elapsed_ms=_elapsed(started),
        )


_DRAFT = "This reads a draft that is not yet approved."


def _aliases(layer: DraftLayer, values: Mapping[str, list[str]]) -> dict[str, str]:
    """Other names of values that the source holds, of those no value bears itself."""
    held = {text.casefold() for texts in values.values() for text in texts}
    named = ((name, value) for names in layer.other_names.values() for name, value in names.items())
    return {name: value for name, value in named if value.casefold() in held and name not in held}


def _lies_outside(query: MetricQuery, days: Days) -> bool:
    if query.time is None or days.first is None or days.last is None:
        return False
    begins_later = query.time.start is not None and query.time.start > days.last
    return begins_later or (query.time.end is not None and query.time.end <= days.first)


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
            answer=problem.question,
            clarification=Clarification(question=problem.question, options=options),
            provenance=provenance,
            elapsed_ms=_elapsed(started),
        )
    labels = [metric.label.lower() for metric in source.layer.model.metrics.values() if metric.type == "count"][:6]
    hint = f" You can ask for {', '.join(labels)} and more." if labels else ""
    return QueryAnswer(status="cannot_answer", answer=f"{problem}{hint}", provenance=provenance, elapsed_ms=_elapsed(started))  # fmt: skip


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
