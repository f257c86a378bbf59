"""Answers a question about the tenant's figures: plan, compile, run, word."""

import asyncio
import time
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial

from storage.database import Database
from storage.kernel.errors import not_found
from storage.metrics.compiler import Compiler
from storage.metrics.exchange import Exchange
from storage.metrics.model import ClosingMetric, ConversionMetric, Mappers, SemanticModel
from storage.metrics.query import Grain, MetricQuery, TimeRange
from storage.metrics.render import readable
from storage.metrics.rollup import Coverage
from storage.models.identity import Tenant
from storage.repositories.metrics import DataBounds, MetricRows
from storage.uow import ReadUnitOfWork
from tools.ingestion.mapping.terms import withheld_sources
from tools.kit.blocks import Column
from tools.language.annotator import Annotator
from tools.language.dictionary import NO_WORDS, Dictionary
from tools.language.periods import Calendar
from tools.query.added_up import as_one_figure
from tools.query.analysis_answers import answered
from tools.query.analysis_words import AnalysisWords
from tools.query.answers import answer_to_why, together
from tools.query.atlas.places import countries_of
from tools.query.changes import Days
from tools.query.chart_drawing import drawn, drawn_as_asked
from tools.query.chart_kinds import not_shown_as
from tools.query.clocks import told_apart, without_a_time
from tools.query.conversations import Conversations
from tools.query.conversion import Converted, Need, apart, converted, need_of, several
from tools.query.currencies import Currencies
from tools.query.defining import how_to_define, read_definition
from tools.query.draft import UNANSWERED, Context
from tools.query.drawn import ChartKind, Drawn
from tools.query.drill import RowsAnswer, RowsRequest
from tools.query.explaining import Explainer, refuse_unexplained
from tools.query.extents import bounds_of, facts_of
from tools.query.figures import Figures, mean, tabulate
from tools.query.filling import Filler, Read
from tools.query.foreign.asking import Asked, Languages, refused_in
from tools.query.foreign.speech import Unworded
from tools.query.happenings import Happening, how_to_note, with_days
from tools.query.helping import Helper
from tools.query.interpretation import interpretation
from tools.query.knowledge import TENANTS_KEPT, Knowledge, KnowledgeStore, day_of
from tools.query.layer import Layer, LayerStore
from tools.query.left_out import of_which_nothing_is_known, told
from tools.query.measures import Counted, in_units, may_be_measured
from tools.query.opener import Opener
from tools.query.opening import Opening, read_opening
from tools.query.order_lookup import looked_up
from tools.query.origin import Origin, origin_of
from tools.query.others import OtherSources
from tools.query.planner import Plan, Planner
from tools.query.questions import QuestionReader, context_of
from tools.query.results import ResultCache, Version
from tools.query.rollup import RollupKeeper
from tools.query.rows import RowsBehind, no_rows_behind
from tools.query.schemas import (
    Clarification,
    ClarificationOption,
    DrillThrough,
    QueryAnswer,
    QueryRequest,
)
from tools.query.shown import by_shown_titles
from tools.query.shown_as import as_before, read_shown, shown_again
from tools.query.single_orders import with_day_and_customer
from tools.query.slots import Unclear, Unsupported, may_be_elsewhere
from tools.query.times import until_today
from tools.query.trust import tables_of
from tools.query.voices import AnswerWriter, Voice, voices_of
from tools.query.windows import name_unfinished, with_full_windows
from tools.rates.service import RateBook

LONGEST_QUESTION = 1_000
"""Characters beyond which a text is no question: it is answered with how to ask, not planned."""


@dataclass(slots=True)
class Timings:
    """Seconds spent per stage of one answer, for the bench."""

    planning: float = 0.0
    sql: float = 0.0
    wording: float = 0.0


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer rests on: whose figures, what can be asked and is known of them, and which day is taken for today."""

    tenant: Tenant
    layer: Layer
    knowledge: Knowledge
    days: Days
    coverage: Coverage
    """The months whose sums are kept."""
    happenings: tuple[Happening, ...] = ()

    @property
    def version(self) -> Version:
        tenant = self.tenant
        return Version(tenant.id, self.knowledge.version, tenant.metrics_version, tenant.week_start)

    @property
    def model(self) -> SemanticModel:
        return self.layer.model

    @property
    def compiler(self) -> Compiler:
        return self.layer.compilers[self.tenant.week_start]

    @property
    def currencies(self) -> Currencies:
        used = self.knowledge.bounds.currencies
        return Currencies(self.tenant.currency or (used[0] if len(used) == 1 else None), used)

    def bounds_of(self, query: MetricQuery) -> DataBounds:
        """From when to when, and in which currencies, there is what a query's figures are made of."""
        return bounds_of(query, self.model, self.knowledge.bounds)

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.tenant.week_start, self.tenant.fiscal_year_start, self.tenant.country)


@dataclass(slots=True)
class _Draft:
    basis: Basis
    plan: Plan
    started: float
    notes: list[str] = field(default_factory=list[str])
    exchange: Exchange | None = None
    rates: tuple[str, ...] = ()
    """What is told of the rates at which amounts were converted."""
    kind: ChartKind | None = None
    """What it is to be drawn as; by the shape of the figures where it is None."""


_RECORDED = {
    "refunds": "refunds", "refund_count": "refunds", "refund_rate": "refunds", "returned_units": "refunds",
    "shipped_rate": "shipped_rate", "refunded_rate": "refunds",
    "tax": "tax", "shipping": "shipping", "discounts": "discounts", "discount_rate": "discounts",
    "stock_on_hand": "stock_on_hand", "last_stock_count": "stock_on_hand",
    "payments_received": "payments_received", "payment_count": "payment_count", "average_payment": "payment_count",
    "processing_fees": "processing_fees", "fees_on_payments": "fees_on_payments", "separate_fees": "separate_fees",
    "fee_rate": "processing_fees", "payouts": "payouts", "payout_count": "payout_count", "expenses": "expenses",
    "expense_count": "expense_count", "bills": "bills", "bill_count": "bill_count", "bill_payments": "bill_payments", "invoices_issued": "invoices_issued",
}  # fmt: skip
"""Figures that not every source knows, and the one that tells whether it does."""


_NO_SALES = "There is no sales data yet. Import a file or connect a source first."
_NEED_COST = frozenset(["profit", "profit_margin", "cost_of_goods"])
"""Figures over goods whose cost is known."""


class QueryService:
    """One per process. `words` are real words, which are never mended into others; `foreign_words` those of each other
    language."""

    def __init__(
        self,
        model: SemanticModel,
        mappers: Mappers,
        database: Database,
        *,
        words: Dictionary = NO_WORDS,
        foreign_words: Mapping[str, Container[str]] | None = None,
        others: OtherSources | None = None,
        rollup: RollupKeeper | None = None,
        results: ResultCache | None = None,
        helper: Helper | None = None,
    ) -> None:
        self.layers = LayerStore(model, mappers)
        self._results = results or ResultCache()
        self._rollup = rollup
        self._others = others
        self._helper = helper
        self.rates = RateBook()
        self._conversations = Conversations(database)
        self._words = words
        self._languages = Languages(self.layers.base.lexicon, foreign_words or {})
        self._knowledge = KnowledgeStore(model, mappers)
        self._noted: dict[str, tuple[int, tuple[Happening, ...]]] = {}

    async def warm(self) -> None:
        """Loads the words, which the first question would otherwise wait for."""
        await asyncio.to_thread(self._words.__contains__, "")
        await asyncio.to_thread(self._languages.load)

    async def ask(self, uow: ReadUnitOfWork, request: QueryRequest, timings: Timings | None = None) -> QueryAnswer:
        """Never raises for what a person may type: what cannot be answered is said in the answer. A question about a
        data source raises what `OtherSources` does."""
        if request.data_source_id is not None:
            if self._others is None:
                raise not_found("The data source")
            return await self._others.ask(uow, request)
        started = time.perf_counter()
        timings = timings if timings is not None else Timings()
        basis = await self.basis(uow, request.as_of)
        before = await self._conversations.recall(uow, request.conversation_id)
        if self._others is not None:
            changes = partial(self._changes, basis, request.question)
            if (answer := await self._others.meant(uow, request, before, changes)) is not None:
                return answer
        previous = _own(before, basis.model)
        opening = read_opening(request.question) if previous is not None else None
        if previous is not None and opening is not None:
            opened = await self._open(uow, basis, previous, opening, started)
            if opened is not None:
                return opened
        planning = time.perf_counter()
        try:
            plans = await self._planned(uow, basis, request.question, previous)
            settled = [(plan, *self._settled(_told_apart(plan, basis), basis)) for plan in plans]
        except (Unclear, Unsupported) as problem:
            kept = previous.model_copy(update={"stale": True}) if previous is not None else UNANSWERED
            refused = self._without_figures(problem, basis, started)
            return await self._refused(uow, request, refused, kept, elsewhere=may_be_elsewhere(problem))
        timings.planning = time.perf_counter() - planning
        answers: list[QueryAnswer] = []
        for plan, query, notes in settled:
            answering = self._explained if plan.why else self._figures
            draft = _Draft(basis, plan, started, notes)
            try:
                answers.append(await answering(uow, draft, query, timings))
            except Unsupported as problem:
                named = Unsupported(f"“{plan.said}”: {problem}") if plan.said else self._in_language(problem, draft)
                if before is not None and before.source is not None:
                    await self._conversations.keep(uow, request.conversation_id, UNANSWERED)
                return self._without_figures(named, basis, started)
        await self._conversations.keep(uow, request.conversation_id, context_of(plans))
        return together(answers, [plan.said for plan in plans])

    async def answer(
        self, uow: ReadUnitOfWork, as_of: date | None, plan: Callable[[Basis], Plan], kind: ChartKind | None = None
    ) -> QueryAnswer:
        """The answer to a query that `plan` makes, or to a question that it changes (see `plan` below), drawn as `kind`
        where one is named. No conversation remembers it. Raises CopilotError (invalid) for a query that names what there
        is not; what `plan` finds Unclear or Unsupported is said in the answer."""
        started = time.perf_counter()
        basis = await self.basis(uow, as_of)
        try:
            planned = plan(basis)
            query, notes = self._settled(planned, basis)
            draft = _Draft(basis, planned, started, notes, kind=kind)
            return await self._figures(uow, draft, query, Timings())
        except (Unclear, Unsupported) as problem:
            return self._without_figures(problem, basis, started)

    async def rows(self, uow: ReadUnitOfWork, request: RowsRequest) -> RowsAnswer:
        """The rows behind a figure of an answer. Raises CopilotError like RowsBehind.of."""
        return await self._behind(uow, await self.basis(uow, request.as_of)).of(request)

    async def origin(self, uow: ReadUnitOfWork, query: MetricQuery) -> Origin:
        """Where the first figure of an answer comes from."""
        basis = await self.basis(uow, None)
        return await origin_of(uow, basis, self._behind(uow, basis), self.rates, query)

    def _behind(self, uow: ReadUnitOfWork, basis: Basis) -> RowsBehind:
        return RowsBehind(uow, basis, self.layers.records(basis.layer, basis.tenant.week_start))

    async def _open(
        self, uow: ReadUnitOfWork, basis: Basis, previous: Context, opening: Opening, started: float
    ) -> QueryAnswer | None:
        """The rows behind the answer before; None where the words rather change the question (see Opener)."""
        try:
            query, _ = self._settled(Plan(previous.query, to_date=previous.to_date), basis)
            return await Opener(self._behind(uow, basis), uow, basis).answer(opening, previous, query, started)
        except (Unclear, Unsupported) as problem:
            return self._without_figures(problem, basis, started)

    async def basis(self, uow: ReadUnitOfWork, as_of: date | None) -> Basis:
        """What is known of the unit's tenant, and the day that is taken for today."""
        tenant = await uow.tenants.current()
        layer = await self.layers.of(uow, tenant)
        knowledge = await self._knowledge.of(uow, tenant, layer.own_members)
        day = day_of(uow, tenant, knowledge.bounds, as_of)
        coverage = await uow.rollup.coverage(self.layers.rollup.definition)
        if self._rollup is not None:
            self._rollup.look_after(uow.actor, knowledge.version)
        happenings = await self._happenings(uow, tenant)
        return Basis(tenant, layer, knowledge, _days(day, knowledge), coverage, happenings)

    async def _happenings(self, uow: ReadUnitOfWork, tenant: Tenant) -> tuple[Happening, ...]:
        """What was noted to have happened; a tenant that never noted anything is not asked."""
        if tenant.events_version == 0:
            return ()
        version, known = self._noted.get(tenant.id, (0, ()))
        if version != tenant.events_version:
            rows = await uow.events.notes()
            known = tuple(Happening(row.title, row.occurred_on, row.ends_on or row.occurred_on) for row in rows)
            self._noted[tenant.id] = (tenant.events_version, known)
            while len(self._noted) > TENANTS_KEPT:
                self._noted.pop(next(iter(self._noted)))
        return known

    def _settled(self, plan: Plan, basis: Basis) -> tuple[MetricQuery, list[str]]:
        """What is run of a plan, and what is to be told of the difference. Raises Unsupported."""
        notes: list[str] = []
        if basis.knowledge.bounds.last is None and "orders" in facts_of(plan.query, basis.model):
            raise Unsupported(_NO_SALES, not_held=True)
        query = with_full_windows(until_today(plan.query, basis.days), basis.days, basis.tenant.week_start, notes)
        query = known_to(basis, query)
        name_unfinished(query, basis.days, basis.tenant.week_start, notes)
        return query, notes

    async def _figures(self, uow: ReadUnitOfWork, draft: _Draft, query: MetricQuery, timings: Timings) -> QueryAnswer:
        """Compiles, runs and words a settled query. Raises Unsupported where the data does not hold its figures."""
        query = await self._in_one_currency(uow, draft, await by_shown_titles(uow, query))
        result = await self._run(uow, query, draft, timings)
        counted = [i for i, column in enumerate(result.columns) if column.role not in ("size", "aside")]
        if not any(isinstance(row[i], (int, float, Decimal)) and row[i] for row in result.rows for i in counted):
            is_known = any(row[i] is not None for row in result.rows for i in counted)
            await self._refuse_unrecorded(uow, query, draft, timings, is_known=is_known)
        draft.notes += await self._coverage(uow, query, draft, timings)
        draft.notes += await self._without_a_time(uow, query, draft, timings)
        draft.notes += await self._counted_on(uow, query, draft, timings)
        for unknown in of_which_nothing_is_known(query, draft.basis.model):
            counted = await self._run(uow, unknown, draft, timings)
            draft.notes += told(unknown, draft.basis.model, counted.rows[0])
        worded = time.perf_counter()
        answer = self._answer(draft, query, result)
        timings.wording = time.perf_counter() - worded
        return answer

    async def _run(self, uow: ReadUnitOfWork, query: MetricQuery, draft: _Draft, timings: Timings) -> MetricRows:
        """The rows of a query, as they were found before where the data is still the same. Those of amounts that are
        converted are found anew: rates may have come since."""
        started, basis = time.perf_counter(), draft.basis
        result = None if query.converts else self._results.get(basis.version, query)
        exchange = draft.exchange if query.converts else None
        compiled = None if result else basis.compiler.compile(query, basis.coverage, exchange)
        timings.planning += time.perf_counter() - started
        if result is None and compiled is not None:
            result = await uow.metrics.run(compiled)
            timings.sql += result.seconds
            if not query.converts:
                self._results.put(basis.version, query, result)
        assert result is not None  # noqa: S101 - found or run
        return result

    async def _explained(self, uow: ReadUnitOfWork, draft: _Draft, query: MetricQuery, timings: Timings) -> QueryAnswer:
        """Takes the change of a figure apart. Raises Unsupported where that cannot be done."""
        basis, statements = draft.basis, list[str]()
        query = await self._in_one_currency(uow, draft, await by_shown_titles(uow, query), looks_back=True)
        refuse_unexplained(query, basis.bounds_of(query))

        async def run(one: MetricQuery) -> MetricRows:
            result = await self._run(uow, one, draft, timings)
            statements.append(readable(result.sql, result.parameters))
            return result

        by = draft.plan.why.by if draft.plan.why else None
        plain = query.model_copy(update={"dimensions": ()})
        explainer = Explainer(basis.model, basis.knowledge.values, basis.bounds_of(query).first, run)
        change = await explainer.change(plain, by)
        if not (change.before or change.after):
            await self._refuse_unrecorded(uow, plain, draft, timings)
        draft.notes += await self._coverage(uow, plain, draft, timings)
        draft.notes += [note] if (note := not_shown_as(draft.plan, basis.model)) else []
        worded = time.perf_counter()
        answer = answer_to_why(
            draft.plan, change, basis.model, basis.knowledge,
            told=draft.notes, statements=statements, rates=draft.rates,
        )  # fmt: skip
        timings.wording = time.perf_counter() - worded
        return answer.model_copy(update={"elapsed_ms": _elapsed(draft.started)})

    async def _in_one_currency(
        self, uow: ReadUnitOfWork, draft: _Draft, query: MetricQuery, *, looks_back: bool = False
    ) -> MetricQuery:
        """Amounts of different currencies are never added as they are: they are converted, else shown apart. `looks_back`:
        days before the periods of the query are looked at too. Raises Unsupported where neither can be done."""
        basis, mean = draft.basis, bool(draft.plan.mean_over)
        bounds = basis.bounds_of(query)
        need = need_of(query, basis.model, bounds, basis.currencies)
        if not isinstance(need, Need):
            return need
        if need.into is None:
            reason = several(bounds)
            draft.notes.append(f"{reason} They are shown apart: your business has no currency of its own yet.")
            return apart(query, basis.model, reason, mean=mean)
        found = await converted(uow, need, basis.model, bounds, self.rates, looks_back=looks_back)
        if isinstance(found, Converted):
            draft.exchange, draft.rates = found.exchange, (found.note,) if found.note else ()
            draft.notes += draft.rates
            return found.query
        if need.asked:
            raise Unsupported(found)
        draft.notes.append(f"{found} {several(bounds)} They are shown apart, not converted.")
        return apart(query, basis.model, found, mean=mean)

    # ── before ───────────────────────────────────────────────────────────────────────────────────────────

    async def _refused(
        self, uow: ReadUnitOfWork, request: QueryRequest, refused: QueryAnswer, kept: Context, *, elsewhere: bool
    ) -> QueryAnswer:
        """What is said of a question that cannot be planned, unless another source holds what it asks for."""
        if self._others is not None and elsewhere:
            other = await self._others.instead(uow, request, refused, kept)
            if other is not None:
                return other
        await self._conversations.keep(uow, request.conversation_id, kept)
        return refused

    def _changes(self, basis: Basis, question: str) -> bool:
        """Whether a question only makes sense as a change to one before it, as far as the shop's words tell."""
        try:
            return self._reader(basis, question).changes(question)
        except (Unclear, Unsupported):
            return True

    def plan(self, basis: Basis, question: str, previous: Context | None = None) -> Plan:
        """One query. Raises Unclear where the question must be asked back, Unsupported where it cannot be answered, or not
        with one query."""
        plan, *others = self.read(basis, question, previous)
        if others:
            raise Unsupported("That asks for two things: please ask for one at a time.")
        if plan.why is not None:
            raise Unsupported("What a change is made of takes more than one query: please ask it in a conversation.")
        return plan

    def read(self, basis: Basis, question: str, previous: Context | None = None) -> tuple[Plan, ...]:
        """The plans of a question: several where it asks for several things, or what a change is made of."""
        shown = read_shown(question, basis.knowledge.values)
        if shown.kind is None:
            return tuple(as_before(plan, previous, basis.model) for plan in self._read(basis, question, previous))
        if shown.is_bare:
            return shown_again(previous, shown.kind)
        return tuple(replace(plan, kind=shown.kind) for plan in self._read(basis, shown.question, previous))

    def _read(self, basis: Basis, question: str, previous: Context | None) -> tuple[Plan, ...]:
        reader, values = self._reader(basis, question), basis.knowledge.values
        before = previous.language if previous is not None else None
        language = self._languages.of(question, values, before)
        if language is not None and self._languages.of(reader.in_standard_english(question), values, before) is None:
            language = None  # "da sales" and "nicht" are words of some Englishes too
        if language is not None:
            asked = Asked(
                question, basis.model, basis.layer.lexicon, basis.days, values, previous, basis.tenant.country
            )
            return (self._languages.plan(language, asked, reader.planner),)
        dated = with_days(question, basis.happenings, basis.days.today, basis.calendar)
        try:
            first, *others = reader.read(dated.question, previous)
        except Unclear:
            if dated.unknown is None:
                raise
            raise Unclear(how_to_note(dated.unknown)) from None
        return (replace(first, notes=(*dated.notes, *first.notes)), *others)

    def _reader(self, basis: Basis, question: str) -> QuestionReader:
        if len(question) > LONGEST_QUESTION:
            raise Unsupported("That is too long for one question. Please ask for one figure at a time.")
        if basis.days.last is None:
            raise Unsupported(_NO_SALES, not_held=True)
        if (definition := read_definition(question)) is not None:
            raise Unclear(how_to_define(definition, basis.model, basis.layer.metric_phrases, basis.knowledge.values))
        annotator = Annotator(basis.layer.lexicon, basis.calendar, self._words)
        planner = Planner(basis.model, annotator, basis.currencies)
        return QuestionReader(basis.model, planner, annotator, basis.days, basis.knowledge.values)

    async def _planned(
        self, uow: ReadUnitOfWork, basis: Basis, question: str, previous: Context | None
    ) -> tuple[Plan, ...]:
        """Like `read`; an order that is asked for by its number is looked up, and what leaves words unread a language model
        may read, where there is one."""
        if basis.days.last and (plans := await looked_up(uow, question, basis.model)) is not None:
            return plans
        try:
            counted = await self._in_units(uow, basis, question)
            first, *others = self.read(basis, counted.question, previous)
            return (replace(first, notes=(*counted.notes, *first.notes)), *others)
        except (Unclear, Unsupported) as problem:
            if self._helper is None or not problem.unread or problem.language is not None:
                raise
            if await withheld_sources(uow):  # what is shown of the data may be of any of them
                raise
            shown = read_shown(question, basis.knowledge.values)
            dated = with_days(shown.question, basis.happenings, basis.days.today, basis.calendar)
            reader = self._reader(basis, shown.question)
            if dated.unknown is not None or not reader.may_be_one_query(dated.question, previous):
                raise
            annotation = reader.annotator.annotate(dated.question, today=basis.days.today, values=reader.values)
            filler = Filler(basis.model, basis.compiler, Read(annotation, reader.values, self._words, basis.days))
            plan = await self._helper.plan(filler, uow.actor, dated.question, previous)
            if plan is None:
                raise
            return (replace(plan, notes=(*dated.notes, *plan.notes), kind=shown.kind),)

    async def _in_units(self, uow: ReadUnitOfWork, basis: Basis, question: str) -> Counted:
        """With the words of measure that count goods put into units. Raises Unclear."""
        if not may_be_measured(question) or len(question) > LONGEST_QUESTION:
            return Counted(question)
        reader = self._reader(basis, question)
        return await in_units(uow, reader.annotator.annotate(question, today=basis.days.today, values=reader.values))

    async def _refuse_unrecorded(
        self, uow: ReadUnitOfWork, query: MetricQuery, draft: _Draft, timings: Timings, *, is_known: bool = False
    ) -> None:
        """A figure that is nothing everywhere is none: "0 refunds" of a file that knows no refunds would be a guess."""
        asked = [name for name in query.metrics if name in _RECORDED]
        if not asked or len(asked) < len(query.metrics) or query.count_groups:
            return
        base, basis = _RECORDED[asked[0]], draft.basis
        ever = await self._run(uow, MetricQuery(metrics=(base,), as_of=basis.days.today), draft, timings)
        if not any(value for row in ever.rows for value in row):
            metric = basis.model.metrics[base]
            if isinstance(metric, ConversionMetric):
                raise Unsupported(f"Your data does not say which {metric.things} {metric.taken}.")
            raise Unsupported(f"Your data holds no {basis.model.metrics[base].label.lower()}.")
        if isinstance(basis.model.metrics[base], ClosingMetric) and not is_known:
            raise Unsupported("Your data holds no count of it by then.")

    async def _counted_on(self, uow: ReadUnitOfWork, query: MetricQuery, draft: _Draft, timings: Timings) -> list[str]:
        """What is in stock is as true as the count is new."""
        if "stock_on_hand" not in query.metrics or query.grain:
            return []
        until = TimeRange(end=query.time.end) if query.time and query.time.end else None
        count = MetricQuery(metrics=("last_stock_count",), filters=query.filters, time=until)
        day = (await self._run(uow, count, draft, timings)).rows[0][0]
        return [f"By the last count, of {day.day} {day:%B %Y}."] if isinstance(day, date) else []

    async def _coverage(self, uow: ReadUnitOfWork, query: MetricQuery, draft: _Draft, timings: Timings) -> list[str]:
        """Profit is over goods whose cost is known: how much of the sales that is, is said where it is not all."""
        basis = draft.basis
        if not any(_NEED_COST & basis.model.made_of(metric) for metric in query.metrics):
            return []
        share = MetricQuery(
            metrics=("sold_with_cost", "sold_net_of_discount"),
            filters=query.filters,
            members=query.members,
            time=query.time,
            currency=query.currency,
            converts=query.converts,
            as_of=query.as_of,
        )
        result = await self._run(uow, share, draft, timings)
        known, sold = (float(value or 0) for value in result.rows[0])
        if sold and not known:
            raise Unsupported("The cost of these goods is not known, so neither is the profit on them.")
        if not sold or known / sold > 0.995:  # noqa: PLR2004
            return []
        return [f"The cost is known for {known / sold * 100:.0f} % of these sales; the rest is left out."]

    async def _without_a_time(
        self, uow: ReadUnitOfWork, query: MetricQuery, draft: _Draft, timings: Timings
    ) -> list[str]:
        left_out = without_a_time(query, draft.basis.model)
        if left_out is None:
            return []
        result = await self._run(uow, left_out, draft, timings)
        return told_apart(left_out, result.rows[0])

    # ── after ────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, draft: _Draft, query: MetricQuery, result: MetricRows) -> QueryAnswer:
        """In the language of the question, as a whole or not at all."""
        plain = query.analysis is None and not query.offset
        *others, english = voices_of(draft.plan.language if plain else None, draft.basis.tenant.country)
        for voice in others:
            with suppress(Unworded):
                return self._told(voice, draft, query, result)
        return self._told(english, draft, query, result)

    def _told(self, voice: Voice, draft: _Draft, query: MetricQuery, result: MetricRows) -> QueryAnswer:
        """Raises Unworded where the voice has no words for it."""
        model, knowledge, plan = draft.basis.model, draft.basis.knowledge, draft.plan
        bounds = draft.basis.bounds_of(query)
        if result.row_count == 0 and not _overlaps(query.time, bounds) and bounds.first and bounds.last:
            return QueryAnswer(
                status="cannot_answer",
                answer=voice.beyond(bounds.first, bounds.last, query.time),
                interpretation=interpretation(plan, query),
                sql=readable(result.sql, result.parameters),
                provenance=knowledge.provenance(0, bounds=bounds),
                elapsed_ms=_elapsed(draft.started),
            )
        figures = Figures((), (), ()) if query.analysis else tabulate(result, query, model, query.currency)
        writer = voice.writer(model, query, figures, query.currency)
        title, found = writer.title(), tuple[str, ...]()
        if query.analysis is not None:
            days, week_start = draft.basis.days, draft.basis.tenant.week_start
            analysed = answered(AnalysisWords(model, query, days, week_start, query.currency), result)
            figures, text, title, found = analysed.figures, analysed.text, analysed.title, analysed.notes
        elif plan.mean_over:
            figures, text = averaged(figures, query, writer, plan.mean_over)
        elif plan.together and len(figures.rows) > 1:
            figures, text = as_one_figure(figures, query, writer)
        elif plan.held_to is not None:
            text = f"{writer.answer()} {writer.verdict(plan.held_to)}".strip()
        else:
            text = writer.answer()
        picture = self._drawn(draft, query, figures, title)
        notes = [voice.read_as(typed, meant) for typed, meant in plan.corrections]
        told = (*plan.notes, *draft.notes, *found, *((picture.note,) if picture.note else ()))
        notes += [note for sentence in told if (note := voice.put(sentence, model))]
        notes += [voice.not_used(plan.ignored)] if plan.ignored else []
        definitions = tuple(f"{model.metrics[m].label}: {model.metrics[m].definition}" for m in query.metrics)
        definitions += draft.rates
        tables = tables_of(query, model)
        trusted = knowledge.trust(tables)
        notes += [voice.low_quality(trusted.score)] if trusted is not None and trusted.is_low else []
        return QueryAnswer(
            status="answered",
            answer=" ".join((text, *notes)),
            columns=figures.columns,
            rows=figures.rows,
            interpretation=interpretation(plan, query),
            sql=readable(result.sql, result.parameters),
            chart=picture.spec,
            drill=_drill(plan, query, result, model),
            provenance=knowledge.provenance(result.row_count, definitions, bounds, tables),
            elapsed_ms=_elapsed(draft.started),
        )

    def _drawn(self, draft: _Draft, query: MetricQuery, figures: Figures, title: str) -> Drawn:
        basis = draft.basis
        countries = countries_of(query, basis.model, basis.knowledge.values, basis.tenant.country)
        if draft.kind is not None and not (draft.plan.mean_over or draft.plan.together):
            return drawn(draft.kind, figures, query, basis.model, title, countries=countries)
        return drawn_as_asked(draft.plan, figures, query, basis.model, title, countries=countries)

    def _in_language(self, problem: Unsupported, draft: _Draft) -> Unsupported:
        """What turned out only once the figures were there, in the language of the question."""
        language, model = draft.plan.language, draft.basis.model
        return problem if language is None else refused_in(problem, language, draft.basis.tenant.country, model)

    def _without_figures(self, problem: Unclear | Unsupported, basis: Basis, started: float) -> QueryAnswer:
        provenance = basis.knowledge.provenance(None)
        if isinstance(problem, Unclear):
            options = tuple(ClarificationOption(label=label, question=question) for label, question in problem.options)
            return QueryAnswer(
                status="needs_clarification",
                answer=problem.question,
                clarification=Clarification(question=problem.question, options=options),
                provenance=provenance,
                elapsed_ms=_elapsed(started),
            )
        voice = voices_of(problem.language, basis.tenant.country)[0]
        return QueryAnswer(
            status="cannot_answer",
            answer=f"{problem} {voice.what_can_be_asked()}",
            provenance=provenance,
            elapsed_ms=_elapsed(started),
        )


def _own(before: Context | None, model: SemanticModel) -> Context | None:
    """The question before, where it was about the shop's figures, and about none that is gone."""
    if before is None or before.source is not None or not before.names <= model.metrics.keys():
        return None
    return before.model_copy(update={"offer": None})


def _told_apart(plan: Plan, basis: Basis) -> Plan:
    """With what a reader tells single orders apart by; a question after it changes what was asked."""
    return replace(plan, query=with_day_and_customer(plan.query, basis.model, basis.knowledge.values.has))


def known_to(basis: Basis, query: MetricQuery) -> MetricQuery:
    """With the day that is taken for today, where a figure depends on how long ago something was."""
    model = basis.model
    bases = (metric for name in query.metrics for metric in model.base_metrics(name).values())
    filters = (*query.filters, *(item for member in query.members for item in member.filters))
    named = (*query.dimensions, *(item.dimension for item in filters))
    aged = any((bands := model.bands_of(name)) is not None and bands.unit == "months" for name in named)
    if query.analysis is None and not aged and not any(isinstance(metric, ConversionMetric) for metric in bases):
        return query
    return query.model_copy(update={"as_of": basis.days.today})


def averaged(figures: Figures, query: MetricQuery, writer: AnswerWriter, grain: Grain) -> tuple[Figures, str]:
    """The one figure that is the mean over buckets of time, and its sentence."""
    metric = query.metrics[0]
    value, count = mean(figures, metric)
    at = figures.at("metric", metric)
    source = figures.columns[at]
    name = f"average_{metric}_per_{grain}"
    column = Column(name=name, type="number", unit=source.unit, label=f"{source.label}, average per {grain}")
    return Figures((column,), ((value,),), (figures.roles[at],)), writer.mean(value, count, grain)


def _drill(plan: Plan, query: MetricQuery, result: MetricRows, model: SemanticModel) -> DrillThrough | None:
    """None where the figures are not those of records."""
    if all(no_rows_behind(query, metric, model) for metric in query.metrics):
        return None
    apart = plan.mean_over or plan.together or (query.compare and query.grain)
    return DrillThrough(query=query, keys=() if apart else result.keys)


def _days(today: date, knowledge: Knowledge) -> Days:
    bounds, money = knowledge.bounds, knowledge.bounds.transactions
    if money is None:
        return Days(today, bounds.first, bounds.last, bounds.last_refund)
    later = max(day for day in (bounds.last_refund, money.last) if day is not None)
    return Days(today, bounds.first or money.first, bounds.last or money.last, later)


def _overlaps(time: TimeRange | None, bounds: DataBounds) -> bool:
    first, last = bounds.first, bounds.last
    if time is None or first is None or last is None:
        return True
    return (time.end is None or time.end > first) and (time.start is None or time.start <= last)


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
