"""How good the data is: measured by a few statements, scored by the engine, kept once a day."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import today
from storage.models.ingestion import Connector
from storage.models.intelligence import DataQualityScore
from storage.repositories.quality import Compared, Counts
from storage.uow import ReadUnitOfWork
from tools.lineage import engine
from tools.lineage.counting import Counting, count
from tools.lineage.openlineage.events import (
    Assertion,
    AssertionsFacet,
    ColumnMetrics,
    InputDataset,
    InputFacets,
    QualityMetricsFacet,
)
from tools.lineage.openlineage.naming import Names, table_facets
from tools.lineage.openlineage.watching import RunTeller
from tools.lineage.own.checking import verdicts
from tools.lineage.own.schemas import RuleVerdict, Score
from tools.lineage.own.service import active_rules
from tools.lineage.pace import chosen, rhythms
from tools.lineage.rules import Rules, TableRules, load_rules
from tools.lineage.schemas import (
    FieldQuality,
    QualityReport,
    QualityRequest,
    QualityScore,
    RuleResult,
    TrendList,
    TrendPoint,
    TrendsRequest,
)
from tools.lineage.words import field_name, word_of

_PLACES: Final = 4
_EARLIER: Final = timedelta(days=400)
"""Scores that are older are held against nothing."""


async def quality_of(uow: ReadUnitOfWork, request: QualityRequest, counting: Counting | None = None) -> QualityReport:
    """Scores of each table that holds rows, over all and by source; from counts that are kept where `counting` is given.
    Raises CopilotError(NOT_FOUND) for an unknown source."""
    connectors = {one.id: one for one in await uow.ingestion.connectors()}
    only = chosen(list(connectors.values()), request.source) if request.source is not None else None
    fresh = {
        key: one.freshness(uow.clock.now()) for key, one in (await rhythms(uow, list(connectors.values()))).items()
    }
    day = today(uow.clock, (await uow.tenants.current()).timezone)
    rules = load_rules()
    own = await active_rules(uow) if only is None else []
    held = await verdicts(uow, [rule for rule in own if not isinstance(rule.check, Score)])
    items: list[QualityScore] = []
    counted = await (count(uow, day) if counting is None else counting.of(uow, day))
    for table, found in counted.items():
        asked, each, whole = rules.tables[table], found.each, found.whole
        ages = {one.connector_id: fresh.get(one.connector_id or "", 0.0) for one in each}
        # A row that stands for several sources' is as old as theirs, and has none of its own.
        of_sources = [one for one in each if one.connector_id in connectors] or each
        mean = sum(ages[one.connector_id] * one.rows for one in of_sources) / sum(one.rows for one in of_sources)
        scored = _Scored(table, asked, rules, found.compared, fields=request.detail == "fields")
        items.append(
            scored.score(whole, None, mean, [one for one in held if one.checked and one.type == word_of(table)])
        )
        items += [scored.score(one, source, ages[one.connector_id])
                  for one in each if (source := connectors.get(one.connector_id or "")) is not None]  # fmt: skip
    shown = [one for one in items if only is None or one.source_id in only]
    scores = {one.table: one.score for one in items if one.source_id is None}
    held += await verdicts(uow, [rule for rule in own if isinstance(rule.check, Score)], scores)
    return QualityReport(
        score=_overall(shown, rules, by_source=only is not None),
        measured_at=uow.clock.now(),
        weights=rules.weights,
        formulas=engine.FORMULAS,
        items=tuple(shown),
        own_rules=tuple(held),
    )


def _overall(items: Sequence[QualityScore], rules: Rules, *, by_source: bool) -> float | None:
    """Weighted by how much metrics rest on a table; of one source also by the rows that it made."""
    parts = [(one.score, rules.tables[one.table].importance) for one in items if by_source or one.source_id is None]
    weight = sum(part[1] for part in parts)
    return round(sum(score * share for score, share in parts) / weight, _PLACES) if weight else None


class _Scored:
    """Turns the counts of one table into scores."""

    def __init__(
        self, table: str, asked: TableRules, rules: Rules, compared: Sequence[Compared], *, fields: bool
    ) -> None:
        self._table = table
        self._asked = asked
        self._rules = rules
        self._compared = compared
        self._fields = fields

    def score(
        self, counts: Counts, source: Connector | None, freshness: float, own: Sequence[RuleVerdict] = ()
    ) -> QualityScore:
        """`own`: the tenant's own rules over single rows of the table, which count in its validity."""
        of_source = [one for one in self._compared if source is None or source.id in (one.maker, one.teller)]
        compared = sum(one.rows for one in of_source)
        agreed = engine.accuracy(compared, sum(one.disputed for one in of_source))
        validity = engine.validity(
            {**counts.checked, **{one.rule_id or "": one.checked for one in own}},
            {**counts.broken, **{one.rule_id or "": one.broken for one in own}},
        )
        by: Literal["sources", "rules"] = "sources" if agreed is not None else "rules"
        measures = {
            "completeness": engine.completeness(counts.filled, self._asked.fields, counts.rows),
            "validity": validity,
            "accuracy": agreed if agreed is not None else validity,
            "freshness": freshness,
            "uniqueness": engine.uniqueness(counts.present, counts.distinct),
        }
        return QualityScore(
            table=self._table,
            type=word_of(self._table),
            source_id=source.id if source is not None else None,
            source=source.name if source is not None else None,
            rows=counts.rows,
            accuracy_by=by,
            compared=compared,
            score=round(engine.overall(measures, self._rules.weights), _PLACES),
            rules=tuple(
                RuleResult(id=rule.id, says=rule.says, checked=counts.checked[rule.id], broken=counts.broken[rule.id])
                for rule in self._asked.rules
            )
            + tuple(
                RuleResult(id=one.rule_id or "", says=one.says, checked=one.checked, broken=one.broken) for one in own
            ),
            fields=self._by_field(counts, of_source) if self._fields else (),
            **{name: round(value, _PLACES) for name, value in measures.items()},
        )

    def _by_field(self, counts: Counts, compared: Sequence[Compared]) -> tuple[FieldQuality, ...]:
        return tuple(
            FieldQuality(
                name=field_name(column),
                column=column,
                filled=round(counts.filled[column] / counts.rows, _PLACES),
                weight=weight,
                disputed=sum(one.fields.get(column, 0) for one in compared),
            )
            for column, weight in self._asked.fields.items()
        )


# ── kept scores ──────────────────────────────────────────────────────────────────────────────────────────────


async def keep_scores(
    database: Database,
    actor: Actor,
    teller: RunTeller | None = None,
    batch_id: str | None = None,
    counting: Counting | None = None,
) -> tuple[QualityReport, list[DataQualityScore]]:
    """Keeps today's scores, in place of those that were kept earlier today, and tells of them as what followed the batch.
    They are measured before anything is locked: a big store takes seconds. Returns them, and those of the days before, the
    oldest first."""
    began = database.clock.now()
    async with database.read(actor) as uow:
        report = await quality_of(uow, QualityRequest(detail="fields"), counting)
        day = today(uow.clock, (await uow.tenants.current()).timezone)
        before = [row for row in await uow.quality.kept_since(day - _EARLIER) if row.measured_on < day]
    async with database.write(actor) as uow:
        await uow.quality.keep(day, [_kept(one) for one in report.items])
        if teller is not None:
            names = teller.names(actor.tenant_id)
            inputs = [_measured(one, names) for one in report.items if one.source_id is None]
            await teller.told_after(uow, "quality", began, batch_id, inputs=inputs)
    return report, before


def _measured(one: QualityScore, names: Names) -> InputDataset:
    """A table as OpenLineage tells of its quality: empty fields, and rules that hold or do not."""
    filled = {field.column: round(field.filled * one.rows) for field in one.fields}
    metrics = QualityMetricsFacet(
        row_count=one.rows,
        column_metrics={
            column: ColumnMetrics(null_count=one.rows - count, count=count) for column, count in filled.items()
        },
    )
    assertions = AssertionsFacet(
        assertions=tuple(
            Assertion(assertion=rule.id, success=not rule.broken, expected="0", actual=str(rule.broken))
            for rule in one.rules
        )
    )
    return InputDataset(
        namespace=names.store,
        name=names.table(one.table),
        facets=table_facets(one.table, names, None),
        input_facets=InputFacets(data_quality_metrics=metrics, data_quality_assertions=assertions),
    )


def _kept(one: QualityScore) -> dict[str, Any]:
    return {
        "entity_type": one.type,
        "connector_id": one.source_id,
        "accuracy": one.accuracy,
        "completeness": one.completeness,
        "freshness": one.freshness,
        "score": one.score,
        "details": {"table": one.table, "validity": one.validity, "uniqueness": one.uniqueness, "rows": one.rows},
    }


async def trends_of(uow: ReadUnitOfWork, request: TrendsRequest) -> TrendList:
    """The kept scores of the last days."""
    day = today(uow.clock, (await uow.tenants.current()).timezone)
    rows = await uow.quality.kept_since(day - timedelta(days=request.days))
    return TrendList(items=tuple(_point(row) for row in rows))


def _point(row: DataQualityScore) -> TrendPoint:
    details: Mapping[str, Any] = row.details
    return TrendPoint(
        day=row.measured_on,
        type=row.entity_type,
        source_id=row.connector_id,
        completeness=row.completeness,
        accuracy=row.accuracy,
        freshness=row.freshness,
        validity=details.get("validity"),
        uniqueness=details.get("uniqueness"),
        score=row.score,
        rows=details.get("rows"),
    )
