"""Answers a question about the tenant's figures: plan, compile, run, word."""

import asyncio
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from storage.database import Database
from storage.kernel.errors import not_found
from storage.metrics.compiler import Compiler
from storage.metrics.exchange import Exchange
from storage.metrics.model import Mappers, SemanticModel
from storage.metrics.query import Grain, MetricQuery, TimeRange
from storage.metrics.render import readable
from storage.models.identity import Tenant
from storage.repositories.metrics import MetricRows
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column
from tools.language.annotator import Annotator
from tools.language.periods import Calendar
from tools.query.changes import Days
from tools.query.chart import chart
from tools.query.chart_drawing import Drawn, drawn
from tools.query.chart_kinds import ChartKind
from tools.query.conversion import SEVERAL, Converted, Need, apart, converted, need_of
from tools.query.currencies import Currencies
from tools.query.defining import how_to_define, read_definition
from tools.query.draft import UNANSWERED, Context
from tools.query.figures import Figures, mean, tabulate
from tools.query.interpretation import interpretation
from tools.query.knowledge import Knowledge, KnowledgeStore, day_of
from tools.query.layer import Layer, LayerStore
from tools.query.planner import Plan, Planner
from tools.query.schemas import (
    Clarification,
    ClarificationOption,
    QueryAnswer,
    QueryRequest,
)
from tools.query.slots import Unclear, Unsupported
from tools.query.times import until_today
from tools.query.windows import name_unfinished, with_full_windows
from tools.query.wording import Writer, show
from tools.rates.service import RateBook

LONGEST_QUESTION = 1_000
"""Characters beyond which a text is no question: it is answered with how to ask, not planned."""

WHAT_CAN_BE_ASKED = "You can ask for sales, orders, units, customers, refunds, discounts or profit, by product, category, customer, place, channel, salesperson or date."


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
    "tax": "tax", "shipping": "shipping", "discounts": "discounts", "discount_rate": "discounts",
}  # fmt: skip
"""Figures that not every source knows, and the one that tells whether it does."""


_NEED_COST = frozenset(["profit", "profit_margin", "cost_of_goods"])
"""Figures over goods whose cost is known."""


class OtherSources(Protocol):
    """Answers questions that name a database of the tenant's own (see tools.sources)."""

    async def ask(self, uow: ReadUnitOfWork, request: QueryRequest) -> QueryAnswer: ...


class QueryService:
    """One per process. `words` are real words, which are never mended into others."""

    def __init__(
        self,
        model: SemanticModel,
        mappers: Mappers,
        database: Database,
        *,
        words: Container[str] = frozenset(),
        others: OtherSources | None = None,
    ) -> None:
        self.layers = LayerStore(model, mappers)
        self._others = others
        self.rates = RateBook()
        self._database = database
        self._words = words
        self._knowledge = KnowledgeStore(model, mappers)

    async def warm(self) -> None:
        """Loads the word list, which the first question would otherwise wait for."""
        await asyncio.to_thread(self._words.__contains__, "")

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
        previous = await self._context(uow, request.conversation_id, basis.model)
        planning = time.perf_counter()
        try:
            plan = self.plan(basis, request.question, previous)
            query, notes = self._settled(plan, basis)
        except (Unclear, Unsupported) as problem:
            if request.conversation_id and not (previous and previous.stale):
                stale = previous.model_copy(update={"stale": True}) if previous else UNANSWERED
                await self._remember(uow, request.conversation_id, stale.model_dump(mode="json"))
            return self._without_figures(problem, basis.knowledge, started)
        timings.planning = time.perf_counter() - planning
        draft = _Draft(basis, plan, started, notes)
        try:
            answer = await self._figures(uow, draft, query, timings)
        except Unsupported as problem:
            return self._without_figures(problem, basis.knowledge, started)
        if request.conversation_id:
            await self._remember(uow, request.conversation_id, plan.context.model_dump(mode="json"))
        return answer

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
            return self._without_figures(problem, basis.knowledge, started)

    async def basis(self, uow: ReadUnitOfWork, as_of: date | None) -> Basis:
        """What is known of the unit's tenant, and the day that is taken for today."""
        tenant = await uow.tenants.current()
        layer = await self.layers.of(uow, tenant)
        knowledge = await self._knowledge.of(uow, tenant, layer.own_members)
        day = day_of(uow, tenant, knowledge.bounds, as_of)
        return Basis(tenant, layer, knowledge, Days(day, knowledge.bounds.first, knowledge.bounds.last))

    def _settled(self, plan: Plan, basis: Basis) -> tuple[MetricQuery, list[str]]:
        """What is run of a plan, and what is to be told of the difference. Raises Unsupported."""
        notes: list[str] = []
        query = with_full_windows(until_today(plan.query, basis.days), basis.days, basis.tenant.week_start, notes)
        query = query.model_copy(update={"as_of": _last_day(query, basis.days)})
        name_unfinished(query, basis.days, basis.tenant.week_start, notes)
        return query, notes

    async def _figures(self, uow: ReadUnitOfWork, draft: _Draft, query: MetricQuery, timings: Timings) -> QueryAnswer:
        """Compiles, runs and words a settled query. Raises Unsupported where the data does not hold its figures."""
        query = await self._in_one_currency(uow, draft, query)
        compiling = time.perf_counter()
        compiled = draft.basis.compiler.compile(query, draft.exchange)
        timings.planning += time.perf_counter() - compiling
        result = await uow.metrics.run(compiled)
        timings.sql = result.seconds
        await self._refuse_unrecorded(uow, query, draft.basis, result, timings)
        draft.notes += await self._coverage(uow, query, draft, timings)
        worded = time.perf_counter()
        answer = self._answer(draft, query, result)
        timings.wording = time.perf_counter() - worded
        return answer

    async def _in_one_currency(self, uow: ReadUnitOfWork, draft: _Draft, query: MetricQuery) -> MetricQuery:
        """Amounts of different currencies are never added as they are: they are converted, else shown apart. Raises
        Unsupported where neither can be done."""
        basis, mean = draft.basis, bool(draft.plan.mean_over)
        need = need_of(query, basis.model, basis.knowledge.bounds, basis.currencies)
        if not isinstance(need, Need):
            return need
        if need.into is None:
            draft.notes.append(f"{SEVERAL} They are shown apart: your business has no currency of its own yet.")
            return apart(query, basis.model, SEVERAL, mean=mean)
        found = await converted(uow, need, basis.model, basis.knowledge.bounds, self.rates)
        if isinstance(found, Converted):
            draft.exchange, draft.rates = found.exchange, (found.note,) if found.note else ()
            draft.notes += draft.rates
            return found.query
        if need.asked:
            raise Unsupported(found)
        draft.notes.append(f"{found} {SEVERAL} They are shown apart, not converted.")
        return apart(query, basis.model, found, mean=mean)

    async def _remember(self, uow: ReadUnitOfWork, conversation_id: str, context: dict[str, Any]) -> None:
        if not uow.contexts.put_in_turn(conversation_id, context):
            async with self._database.write(uow.actor) as write:
                await write.contexts.put(conversation_id, context)

    # ── before ───────────────────────────────────────────────────────────────────────────────────────────

    async def _context(self, uow: ReadUnitOfWork, conversation_id: str | None, model: SemanticModel) -> Context | None:
        """The question before; None also where it was about a metric that is gone."""
        stored = await uow.contexts.get(conversation_id) if conversation_id else None
        context = Context.model_validate(stored) if stored else None
        return context if context is not None and context.query.names <= model.metrics.keys() else None

    def plan(self, basis: Basis, question: str, previous: Context | None = None) -> Plan:
        """Raises Unclear where the question must be asked back, Unsupported where it cannot be answered."""
        if len(question) > LONGEST_QUESTION:
            raise Unsupported("That is too long for one question. Please ask for one figure at a time.")
        if basis.knowledge.bounds.last is None:
            raise Unsupported("There is no sales data yet. Import a file or connect a source first.")
        if (definition := read_definition(question)) is not None:
            raise Unclear(how_to_define(definition, basis.model, basis.knowledge.values))
        annotator = Annotator(basis.layer.lexicon, basis.calendar, self._words)
        planner = Planner(basis.model, annotator, basis.currencies)
        return planner.plan(question, basis.days, basis.knowledge.values, previous)

    async def _refuse_unrecorded(
        self, uow: ReadUnitOfWork, query: MetricQuery, basis: Basis, result: MetricRows, timings: Timings
    ) -> None:
        """A figure that is nothing everywhere is none: "0 refunds" of a file that knows no refunds would be a guess."""
        asked = [name for name in query.metrics if name in _RECORDED]
        if not asked or len(asked) < len(query.metrics) or query.count_groups:
            return
        if any(isinstance(value, (int, float, Decimal)) and value for row in result.rows for value in row):
            return
        base = _RECORDED[asked[0]]
        ever = await uow.metrics.run(basis.compiler.compile(MetricQuery(metrics=(base,))))
        timings.sql += ever.seconds
        if not any(value for row in ever.rows for value in row):
            raise Unsupported(f"Your data holds no {basis.model.metrics[base].label.lower()}.")

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
        )
        result = await uow.metrics.run(basis.compiler.compile(share, draft.exchange))
        timings.sql += result.seconds
        known, sold = (float(value or 0) for value in result.rows[0])
        if sold and not known:
            raise Unsupported("The cost of these goods is not known, so neither is the profit on them.")
        if not sold or known / sold > 0.995:  # noqa: PLR2004
            return []
        return [f"The cost is known for {known / sold * 100:.0f} % of these sales; the rest is left out."]

    # ── after ────────────────────────────────────────────────────────────────────────────────────────────

    def _answer(self, draft: _Draft, query: MetricQuery, result: MetricRows) -> QueryAnswer:
        model, knowledge, plan = draft.basis.model, draft.basis.knowledge, draft.plan
        figures = tabulate(result, query, model, query.currency)
        writer = Writer(model, query, figures, query.currency)
        nothing = result.row_count == 0
        if nothing and not _overlaps(query.time, knowledge):
            text = f"{self._extent(knowledge)} There is nothing in {query.time.label if query.time else 'that period'}."
            return QueryAnswer(
                status="cannot_answer",
                answer=text,
                interpretation=interpretation(plan, query),
                sql=readable(result.sql, result.parameters),
                provenance=knowledge.provenance(0),
                elapsed_ms=_elapsed(draft.started),
            )
        if plan.mean_over:
            figures, text = averaged(figures, query, writer, plan.mean_over)
        else:
            text = writer.answer()
        notes = (*(f"“{typed}” was read as {meant}." for typed, meant in plan.corrections), *plan.notes, *draft.notes)
        ignored = f" Not used: {', '.join(plan.ignored)}." if plan.ignored else ""
        picture = self._drawn(draft, query, figures, writer.title())
        notes += (picture.note,) if picture.note else ()
        definitions = tuple(f"{model.metrics[m].label}: {model.metrics[m].definition}" for m in query.metrics)
        definitions += draft.rates
        return QueryAnswer(
            status="answered",
            answer=" ".join((text, *notes)) + ignored,
            columns=figures.columns,
            rows=figures.rows,
            interpretation=interpretation(plan, query),
            sql=readable(result.sql, result.parameters),
            chart=picture.spec,
            provenance=knowledge.provenance(result.row_count, definitions),
            elapsed_ms=_elapsed(draft.started),
        )

    def _drawn(self, draft: _Draft, query: MetricQuery, figures: Figures, title: str) -> Drawn:
        if draft.plan.mean_over:
            return Drawn()
        if draft.kind is not None:
            return drawn(draft.kind, figures, query, draft.basis.model, title)
        return Drawn(chart(figures, query, title))

    def _without_figures(self, problem: Unclear | Unsupported, knowledge: Knowledge, started: float) -> QueryAnswer:
        if isinstance(problem, Unclear):
            options = tuple(ClarificationOption(label=label, question=question) for label, question in problem.options)
            return QueryAnswer(
                status="needs_clarification",
                answer=problem.question,
                clarification=Clarification(question=problem.question, options=options),
                provenance=knowledge.provenance(None),
                elapsed_ms=_elapsed(started),
            )
        return QueryAnswer(
            status="cannot_answer",
            answer=f"{problem} {WHAT_CAN_BE_ASKED}",
            provenance=knowledge.provenance(None),
            elapsed_ms=_elapsed(started),
        )

    def _extent(self, knowledge: Knowledge) -> str:
        column = Column(name="day", type="date")
        first, last = knowledge.bounds.first, knowledge.bounds.last
        if first is None or last is None:
            return "There is no sales data yet."
        return f"Your data runs from {show(first.isoformat(), column)} to {show(last.isoformat(), column)}."


def averaged(figures: Figures, query: MetricQuery, writer: Writer, grain: Grain) -> tuple[Figures, str]:
    """The one figure that is the mean over buckets of time, and its sentence."""
    metric = query.metrics[0]
    value, count = mean(figures, metric)
    at = figures.at("metric", metric)
    source = figures.columns[at]
    name = f"average_{metric}_per_{grain}"
    column = Column(name=name, type="number", unit=source.unit, label=f"{source.label}, average per {grain}")
    return Figures((column,), ((value,),), (figures.roles[at],)), writer.mean(value, count, grain)


def _last_day(query: MetricQuery, days: Days) -> date:
    """The last day that is looked at: ages are counted up to it."""
    end = query.time.end if query.time else None
    return min(end - timedelta(days=1), days.today) if end else days.today


def _overlaps(time: TimeRange | None, knowledge: Knowledge) -> bool:
    first, last = knowledge.bounds.first, knowledge.bounds.last
    if time is None or first is None or last is None:
        return True
    return (time.end is None or time.end > first) and (time.start is None or time.start <= last)


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
