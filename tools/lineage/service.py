"""The use cases of lineage, for routes, the chat and jobs."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import SemanticModel
from storage.repositories.base import Page, PageRequest
from storage.repositories.ingestion import UNIFIED
from storage.uow import ReadUnitOfWork
from tools.kit.watched import Watched
from tools.lineage.asking import meant
from tools.lineage.counting import Counting
from tools.lineage.entities import lineage_of
from tools.lineage.flow import Metrics, flow_of, health_of
from tools.lineage.openlineage.events import InputDataset, OutputDataset
from tools.lineage.openlineage.naming import SUMS, TOPIC, table_facets
from tools.lineage.openlineage.views import LineageEvent, event_view
from tools.lineage.openlineage.watching import RunTeller
from tools.lineage.own.service import RuleService
from tools.lineage.pace import kept_scores
from tools.lineage.quality import keep_scores, quality_of, trends_of
from tools.lineage.schemas import (
    AnswerRequest,
    AnswerTrace,
    EntityLineage,
    EntityRequest,
    FlowGraph,
    FlowRequest,
    HealthRequest,
    OriginOfFigure,
    PartOfFigure,
    QualityReport,
    QualityRequest,
    SourceHealth,
    Spell,
    SpellList,
    TableOfSource,
    TraceFound,
    TraceRequest,
    TrendList,
    TrendsRequest,
)
from tools.lineage.watching import watched_after, watched_fresh, watched_sources
from tools.lineage.words import word_of
from tools.query.conversations import Conversations
from tools.query.drill import RowsAnswer
from tools.query.origin import Origin
from tools.query.service import QueryService

_OFFERED: Final = 6


class LineageService:
    """One per process. Figures are followed to their rows by the query engine."""

    def __init__(self, database: Database, query: QueryService, teller: RunTeller | None = None) -> None:
        self._database = database
        self._query = query
        self._teller = teller or RunTeller()
        self._conversations = Conversations(database)
        self._counting = Counting()
        self.rules = RuleService()

    async def entity(self, uow: ReadUnitOfWork, request: EntityRequest) -> EntityLineage:
        """Where each field of a row comes from. Raises CopilotError(NOT_FOUND)."""
        return await lineage_of(uow, request.type, request.id)

    async def quality(self, uow: ReadUnitOfWork, request: QualityRequest) -> QualityReport:
        """How good the data is. Raises CopilotError(NOT_FOUND) for a source that there is none of."""
        return await quality_of(uow, request, self._counting)

    async def trends(self, uow: ReadUnitOfWork, request: TrendsRequest) -> TrendList:
        """The scores of each day with an import or a sync."""
        return await trends_of(uow, request)

    async def flow(self, uow: ReadUnitOfWork, _request: FlowRequest) -> FlowGraph:
        """From the sources to the metrics."""
        return await flow_of(uow, metrics_by_table(self._query.layers.base.model))

    async def health(self, uow: ReadUnitOfWork, request: HealthRequest) -> SourceHealth:
        """Whether sources are up to date. Raises CopilotError(NOT_FOUND) for a source that there is none of."""
        return await health_of(uow, request.source)

    async def keep(self, actor: Actor, batch_id: str | None = None) -> list[Watched]:
        """Keeps today's scores: called when an import or a sync has ended. Returns how all that is watched stands."""
        report, before = await keep_scores(self._database, actor, self._teller, batch_id, self._counting)
        async with self._database.read(actor) as uow:
            return await watched_after(uow, report, before)

    async def watch(self, actor: Actor) -> list[Watched]:
        """How that stands which comes about while nothing runs: sources that are late, data that is no longer fresh."""
        async with self._database.read(actor) as uow:
            return [*await watched_sources(uow), *await watched_fresh(uow)]

    async def spells(self, uow: ReadUnitOfWork) -> SpellList:
        """What everybody was told of the data's quality, and whether it still is so; what lasts comes first."""
        rows = [row for row in await uow.quality.watches() if row.fired_at is not None]
        items = [
            Spell(subject=row.subject, lasts=row.state == "firing", since=row.fired_at, evidence=row.evidence)
            for row in rows
            if row.fired_at is not None
        ]
        return SpellList(items=tuple(sorted(items, key=lambda one: (not one.lasts, one.subject))))

    async def summed(
        self, actor: Actor, batch_id: str, entities: Sequence[str], sum_up: Callable[[Actor], Awaitable[int]]
    ) -> None:
        """Sums up the facts of these entities after an import or a sync, and tells of it where there was something to do."""
        began = self._database.clock.now()
        try:
            kept = await sum_up(actor)
        except Exception:
            await self._told_sums(actor, batch_id, entities, began, failed=True)
            raise
        if kept:
            await self._told_sums(actor, batch_id, entities, began, failed=False)

    async def _told_sums(
        self, actor: Actor, batch_id: str, entities: Sequence[str], began: datetime, *, failed: bool
    ) -> None:
        names = self._teller.names(actor.tenant_id)
        tables = entity_tables(self._query.layers.base.model, entities)
        inputs = [
            InputDataset(namespace=names.store, name=names.table(table), facets=table_facets(table, names, None))
            for table in sorted(tables)
        ]
        facets = table_facets(SUMS, names, batch_id)
        outputs = [OutputDataset(namespace=names.store, name=names.table(SUMS), facets=facets)]
        async with self._database.write(actor) as uow:
            await self._teller.told_after(uow, "sums", began, batch_id, inputs=inputs, outputs=outputs, failed=failed)

    # ── OpenLineage ──────────────────────────────────────────────────────────────────────────────────────

    async def events(self, uow: ReadUnitOfWork, request: PageRequest, run_id: str | None = None) -> Page[LineageEvent]:
        """What was told of all runs, or of one and of what followed it, the newest first."""
        found = await uow.outbox.page_of(TOPIC, request, run_id)
        return Page(tuple(map(event_view, found.items)), found.next_cursor)

    # ── the chat ─────────────────────────────────────────────────────────────────────────────────────────

    async def trace(self, uow: ReadUnitOfWork, request: TraceRequest) -> TraceFound:
        """The lineage of the thing that a question names."""
        asked = meant(request.question)
        for name in asked.names:
            for table in asked.tables:
                found = await uow.lineage.named(table, name, _OFFERED)
                if len(found) == 1:
                    made = await lineage_of(uow, table, found[0][0])
                    return TraceFound(entity=made, fields=asked.columns, wanted=name)
                if found:
                    return TraceFound(entity=None, others=tuple(label for _, label in found), wanted=name)
        return TraceFound(entity=None, wanted=asked.names[0] if asked.names else "")

    async def answer(self, uow: ReadUnitOfWork, request: AnswerRequest) -> AnswerTrace:
        """Where the last figure of the conversation comes from: the imports and syncs that its records came in with."""
        before = await self._conversations.recall(uow, request.conversation_id)
        if before is None or before.unanswered or before.source is not None:
            return AnswerTrace(metric=None, label=None)
        origin = await self._query.origin(uow, before.query)
        found = _told(origin, await self._score(uow, frozenset(origin.tables)))
        return found if origin.parts else found.model_copy(update={"rests_on": await self._rests_on(uow, origin)})

    async def _rests_on(self, uow: ReadUnitOfWork, origin: Origin) -> tuple[TableOfSource, ...]:
        """What sources have told of the tables of a figure that has no records of its own, most first."""
        connectors = {one.id: one for one in await uow.ingestion.connectors()}
        rows: Counter[tuple[str, str]] = Counter()
        for connector_id, table, count in await uow.lineage.told_volumes(origin.tables):
            if connector_id in connectors:
                rows[connector_id, table] += count
        return tuple(
            TableOfSource(
                source_id=id_, source=connectors[id_].name, vendor=connectors[id_].type, type=word_of(table), rows=count
            )
            for (id_, table), count in rows.most_common()
        )

    async def _score(self, uow: ReadUnitOfWork, tables: frozenset[str]) -> float | None:
        """The weakest of the kept scores of these tables."""
        kept = await kept_scores(uow)
        return min((kept[table] for table in tables if table in kept), default=None)


def _told(origin: Origin, quality: float | None) -> AnswerTrace:
    opened = [part for _, part in origin.parts]
    origins: dict[str, OriginOfFigure] = {}
    for one in (one for part in opened for found in part.lists for one in found.origins):
        known = origins.get(one.batch_id)
        origins[one.batch_id] = OriginOfFigure(
            source_id=one.source_id,
            source=one.source,
            vendor=one.type,
            filename=one.filename,
            batch_id=one.batch_id,
            records=one.records + (known.records if known is not None else 0),
            rejected=one.rejected,
        )
    whole = opened[0] if len(opened) == 1 else None
    return AnswerTrace(
        metric=origin.metric,
        label=origin.label,
        definition=origin.definition,
        figure=whole.figure if whole is not None else None,
        unit=whole.column.unit if whole is not None else None,
        formula=opened[0].formula if opened else None,
        records=sum(map(_records, opened)),
        origins=tuple(sorted(origins.values(), key=lambda one: -one.records)),
        parts=tuple(
            PartOfFigure(currency=currency, figure=part.figure, records=_records(part))
            for currency, part in origin.parts
            if currency is not None
        ),
        converted=origin.converted,
        rates=origin.rates,
        without_records=origin.reason,
        quality=quality,
    )


def _records(part: RowsAnswer) -> int:
    return sum(one.records for one in part.lists)


def metrics_by_table(model: SemanticModel) -> Metrics:
    """Unified table → the metrics that are computed of it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, metric in model.metrics.items():
        for table in sorted(metrics_tables(model, name)):
            found[table].append((name, metric.label))
    return found


def metrics_tables(model: SemanticModel, name: str) -> frozenset[str]:
    """The tables that a metric rests on: of a derived one those of all that it is made of."""
    if name not in model.metrics:
        return frozenset()
    return entity_tables(model, {metric.entity for metric in model.base_metrics(name).values()})


def entity_tables(model: SemanticModel, entities: Iterable[str]) -> frozenset[str]:
    """The unified tables that hold these entities."""
    names = {class_.__name__: table for table, class_ in UNIFIED.items()}
    tables = {model.entities[entity].table for entity in entities}
    return frozenset(names[table] for table in tables if table in names)
