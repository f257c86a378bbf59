"""How data flows: source → kinds of objects → unified tables → metrics and detected events; and whether sources are late."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from storage.models.ingestion import VISIBLE_BATCH_STATES, Connector
from storage.repositories.lineage import ObjectVolume
from storage.uow import ReadUnitOfWork
from tools.connectors.core.config import called_at
from tools.lineage.engine import Rhythm
from tools.lineage.pace import chosen, rhythms
from tools.lineage.schemas import FlowEdge, FlowGraph, FlowNode, SourceHealth
from tools.lineage.words import word_of

_LOOKED_AT: Final = timedelta(days=30)
_TOLERANCE: Final = 0.5
"""Share of the usual interval by which a run may be late and still be on time: schedules are not kept to the minute."""
_HOUR: Final = timedelta(hours=1)
Metrics = Mapping[str, Sequence[tuple[str, str]]]
"""Unified table → the metrics that are computed of it: (name, label)."""


@dataclass(slots=True)
class _Runs:
    ended: int = 0
    failed: int = 0
    error: str | None = None


async def flow_of(uow: ReadUnitOfWork, metrics: Metrics) -> FlowGraph:
    """Nodes and edges of all that the tenant has; tables without rows and what hangs on them are left out."""
    raw = await uow.lineage.raw_volumes()
    made = await uow.lineage.made_volumes()
    counts = {table: rows for table, rows in (await uow.lineage.row_counts()).items() if rows}
    nodes = [*await _sources(uow, raw)]
    nodes += [
        FlowNode(
            id=_object(one.connector_id, one.object),
            kind="object",
            label=one.object.replace("_", " "),
            volume=one.records,
            newest=one.newest,
        )
        for one in raw
    ]
    nodes += [
        FlowNode(id=f"table:{table}", kind="table", label=word_of(table).replace("_", " "), volume=rows)
        for table, rows in counts.items()
    ]
    known: dict[str, FlowNode] = {}
    edges = [
        FlowEdge(source=f"source:{one.connector_id}", target=_object(one.connector_id, one.object), volume=one.records)
        for one in raw
    ]
    edges += [
        FlowEdge(source=_object(connector, object_), target=f"table:{table}", volume=links)
        for connector, object_, table, links in made
        if table in counts
    ]
    for table, rows in counts.items():
        for name, label in metrics.get(table, ()):
            known[name] = FlowNode(id=f"metric:{name}", kind="metric", label=label, volume=1)
            edges.append(FlowEdge(source=f"table:{table}", target=f"metric:{name}", volume=rows))
    for kind, (count, shown) in (await uow.lineage.event_volumes()).items():
        nodes.append(FlowNode(id=f"event:{kind}", kind="event", label=kind.replace("_", " "), volume=count))
        edges += [
            FlowEdge(source=f"table:{table}", target=f"event:{kind}", volume=rows)
            for table, rows in shown.items()
            if table in counts
        ]
    return FlowGraph(nodes=(*nodes, *known.values()), edges=tuple(edges))


async def health_of(uow: ReadUnitOfWork, named: str | None) -> SourceHealth:
    """Whether sources are up to date. Raises CopilotError(NOT_FOUND) for a source that there is none of."""
    nodes = await _sources(uow, await uow.lineage.raw_volumes())
    if named is None:
        return SourceHealth(items=tuple(nodes))
    wanted = {f"source:{id_}" for id_ in chosen(await uow.ingestion.connectors(), named)}
    return SourceHealth(items=tuple(node for node in nodes if node.id in wanted))


async def _sources(uow: ReadUnitOfWork, raw: Sequence[ObjectVolume]) -> list[FlowNode]:
    connectors = await uow.ingestion.connectors()
    paces = await rhythms(uow, connectors)
    now = uow.clock.now()
    runs: dict[str, _Runs] = defaultdict(_Runs)
    for connector_id, status, _, _, error in await uow.lineage.runs_since(now - _LOOKED_AT):
        one = runs[connector_id]
        if status in VISIBLE_BATCH_STATES:
            one.ended += 1
        elif status == "failed":
            one.failed, one.error = one.failed + 1, error
    volumes: dict[str, int] = defaultdict(int)
    newest: dict[str, datetime] = {}
    for volume in raw:
        volumes[volume.connector_id] += volume.records
        if volume.newest is not None:
            newest[volume.connector_id] = max(volume.newest, newest.get(volume.connector_id, volume.newest))
    return [
        _source(one, pace=paces[one.id], runs=runs[one.id], volume=volumes[one.id], newest=newest.get(one.id), now=now)
        for one in connectors
    ]


def _source(
    one: Connector, *, pace: Rhythm, runs: _Runs, volume: int, newest: datetime | None, now: datetime
) -> FlowNode:
    age, late = pace.age(now), pace.late(now)
    return FlowNode(
        id=f"source:{one.id}",
        kind="source",
        label=called_at(one.name, one.type),
        volume=volume,
        newest=newest,
        last_run_at=pace.last,
        usual_hours=_hours(pace.usual) if pace.is_known else None,
        hours_since=_hours(age),
        hours_late=_hours(late),
        on_time=late <= pace.usual * _TOLERANCE if late is not None else None,
        runs=runs.ended,
        failures=runs.failed,
        last_error=runs.error or one.status_message,
    )


def _hours(span: timedelta | None) -> float | None:
    return round(span / _HOUR, 2) if span is not None else None


def _object(connector_id: str, object_: str) -> str:
    return f"object:{connector_id}:{object_}"
