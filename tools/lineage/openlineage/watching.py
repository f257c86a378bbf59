"""Runs told as OpenLineage events: each transition of an import, a sync or an undoing goes into the outbox with the change that
it is, and so does what is worked out after one. What is told holds names of columns, ids and counts, and nothing of a row.

A run never fails on it: an event that cannot be made is logged and left out.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import structlog

from storage.kernel.ids import new_id
from storage.models.ingestion import Connector, IngestionBatch
from storage.models.system import OutboxMessage
from storage.uow import WriteUnitOfWork
from tools.connectors.core.resources import load_resources
from tools.ingestion.batches import Transition
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.mapping.rosetta import mapping_of
from tools.lineage.openlineage.columns import Columns, columns_of_file, columns_of_vendor
from tools.lineage.openlineage.events import (
    TERMINAL,
    DatasetFacets,
    DatasetTypeFacet,
    ErrorFacet,
    EventType,
    InputDataset,
    InputFacets,
    InputStatisticsFacet,
    Job,
    JobFacets,
    JobName,
    JobTypeFacet,
    NominalTimeFacet,
    OutputDataset,
    OutputFacets,
    OutputStatisticsFacet,
    ParentFacet,
    ParentRun,
    Run,
    RunEvent,
    RunFacets,
    VersionFacet,
)
from tools.lineage.openlineage.naming import TOPIC, Names, lineage_facet, schema_of, source_facet, table_facets

_FILE: Final = "file"
_EVERY: Final = timedelta(minutes=1)
"""How often a long run is told to be running."""
_EVENTS: Final[Mapping[Transition, EventType]] = {
    "began": "START",
    "resumed": "RUNNING",
    "went_on": "RUNNING",
    "committed": "COMPLETE",
    "failed": "FAIL",
    "interrupted": "ABORT",
    "undoing": "START",
    "undone": "COMPLETE",
}
_UNDO: Final = frozenset[Transition](["undoing", "undone"])
_SYNC_JOB: Final = "connector.sync"
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("openlineage")


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset that a run reads, and what unified columns are made of its fields."""

    dataset: InputDataset
    tables: Mapping[str, Columns]


class RunTeller:
    """Watches the life of batches (tools.ingestion.batches). `namespace` tells this installation from others; `on_event` is
    called when something was written, before it is committed."""

    def __init__(self, namespace: str = "smb", on_event: Callable[[], None] = lambda: None) -> None:
        self._namespace = namespace
        self._on_event = on_event
        self._told: dict[str, datetime] = {}

    async def told(self, uow: WriteUnitOfWork, batch: IngestionBatch, transition: Transition, reason: str = "") -> None:
        """Writes the event of a transition into the caller's unit of work. `reason`: the kind of error of one that broke."""
        if transition == "went_on" and uow.clock.now() - self._told.get(batch.id, batch.created_at) < _EVERY:
            return
        await uow.flush()  # what the run itself has to write is no fault of an event
        try:
            async with uow.apart():
                await self._tell(uow, batch, transition, reason)
        except Exception:
            _logger.exception("event not written", batch_id=batch.id, transition=transition)

    async def _tell(self, uow: WriteUnitOfWork, batch: IngestionBatch, transition: Transition, reason: str) -> None:
        if batch.connector_id is None:
            return
        connector = await uow.ingestion.connector(batch.connector_id)
        event_type = _EVENTS[transition]
        kind = "undo" if transition in _UNDO else "import" if connector.type == _FILE else "sync"
        names = Names(self._namespace, uow.tenant_id)
        job = names.job(kind, connector.id)
        before = await uow.outbox.of(TOPIC, batch.id)
        run_id = _run_id(before, job, batch.id, begins=event_type == "START", first=kind != "undo")
        if run_id is None:
            return
        sources = _sources(names, connector, batch) if kind != "undo" else ()
        outputs: tuple[OutputDataset, ...] = ()
        if event_type == "COMPLETE" or transition == "undoing":
            outputs = _outputs(names, batch, sources)
        facets = RunFacets(
            nominal_time=await _nominal(uow, batch) if kind == "sync" else None,
            error_message=_error(kind, reason) if event_type in ("FAIL", "ABORT") else None,
        )
        event = RunEvent(
            event_type=event_type,
            event_time=uow.clock.now(),
            run=Run(run_id=UUID(run_id), facets=facets),
            job=_job(self._namespace, job, kind),
            inputs=tuple(one.dataset for one in sources),
            outputs=outputs,
        )
        self._put(uow, batch.id, event)
        self._told[batch.id] = uow.clock.now()
        if event_type in TERMINAL:
            self._told.pop(batch.id, None)

    async def told_after(
        self,
        uow: WriteUnitOfWork,
        kind: str,
        began: datetime,
        batch_id: str | None,
        *,
        inputs: Sequence[InputDataset] = (),
        outputs: Sequence[OutputDataset] = (),
        failed: bool = False,
    ) -> None:
        """A whole run of something that follows an import or a sync (its parent, where there is one) and is over now."""
        try:
            async with uow.apart():
                before = await uow.outbox.of(TOPIC, batch_id) if batch_id is not None else ()
                parent = next((one.payload for one in before if ".undo." not in one.payload["job"]["name"]), None)
                names = Names(self._namespace, uow.tenant_id)
                facets = RunFacets(
                    parent=_parent(parent) if parent is not None else None,
                    error_message=_error(kind, "") if failed else None,
                )
                run_id = new_id()
                done: EventType = "FAIL" if failed else "COMPLETE"
                moments: tuple[tuple[EventType, datetime], ...] = (("START", began), (done, uow.clock.now()))
                for event_type, at in moments:
                    is_over = event_type != "START"
                    event = RunEvent(
                        event_type=event_type,
                        event_time=at,
                        run=Run(
                            run_id=UUID(run_id),
                            facets=facets if is_over else facets.model_copy(update={"error_message": None}),
                        ),
                        job=_job(self._namespace, names.job(kind), kind),
                        inputs=tuple(inputs) if is_over else (),
                        outputs=tuple(outputs) if is_over else (),
                    )
                    self._put(uow, batch_id or run_id, event)
        except Exception:
            _logger.exception("event not written", kind=kind)

    def names(self, tenant_id: str) -> Names:
        return Names(self._namespace, tenant_id)

    def _put(self, uow: WriteUnitOfWork, key: str, event: RunEvent) -> None:
        uow.add(OutboxMessage(id=new_id(), topic=TOPIC, key=key, payload=event.as_json()))
        self._on_event()


# ── one event's parts ────────────────────────────────────────────────────────────────────────────────────────


def _run_id(before: Sequence[OutboxMessage], job: str, batch_id: str, *, begins: bool, first: bool) -> str | None:
    """The run that an event belongs to. The first run of a batch has its id; a failed import that is tried again, and what
    takes it back, have ids of their own. None for the end of what was never begun."""
    own = [one.payload for one in before if one.payload["job"]["name"] == job]
    if begins:
        return new_id() if own or not first else batch_id
    if not own:
        return batch_id if first else None
    return own[-1]["run"]["runId"]


def _job(namespace: str, name: str, kind: str) -> Job:
    return Job(namespace=namespace, name=name, facets=JobFacets(job_type=JobTypeFacet(job_type=kind.upper())))


def _error(kind: str, reason: str) -> ErrorFacet:
    return ErrorFacet(message=f"The {kind} ended early: {(reason or 'fault').replace('_', ' ')}.")


def _parent(event: Mapping[str, Any]) -> ParentFacet:
    job = JobName(namespace=event["job"]["namespace"], name=event["job"]["name"])
    return ParentFacet(run=ParentRun(run_id=UUID(event["run"]["runId"])), job=job)


async def _nominal(uow: WriteUnitOfWork, batch: IngestionBatch) -> NominalTimeFacet | None:
    """When a sync on schedule was due; None for one that somebody asked for."""
    job = await uow.jobs.latest(_SYNC_JOB, "run_id", batch.id)
    due = job.arguments.get("due_at") if job is not None else None
    return NominalTimeFacet(nominal_start_time=datetime.fromisoformat(due)) if due is not None else None


def _sources(names: Names, connector: Connector, batch: IngestionBatch) -> tuple[Source, ...]:
    return (_file(names, connector, batch),) if connector.type == _FILE else _objects(names, connector, batch)


def _file(names: Names, connector: Connector, batch: IngestionBatch) -> Source:
    mapping = FileMapping.model_validate(batch.mapping)
    namespace, name = names.file(connector.id)
    rows = batch.created + batch.updated + batch.unchanged + batch.rejected
    facets = DatasetFacets(
        schema=schema_of(batch.profile.get("shape", {}).get("columns", list(mapping.columns)), "VARCHAR"),
        data_source=source_facet(namespace),
        version=VersionFacet(dataset_version=batch.content_hash) if batch.content_hash else None,
        dataset_type=DatasetTypeFacet(dataset_type="FILE"),
    )
    statistics = InputStatisticsFacet(row_count=rows or batch.rows_read, size=batch.size_bytes, file_count=1)
    dataset = InputDataset(
        namespace=namespace, name=name, facets=facets, input_facets=InputFacets(input_statistics=statistics)
    )
    return Source(dataset, columns_of_file(mapping))


def _objects(names: Names, connector: Connector, batch: IngestionBatch) -> tuple[Source, ...]:
    """The kinds of objects that a sync asks for, with how many of each it has read."""
    mapping = mapping_of(connector.type)
    counts: dict[str, int] = batch.profile.get("objects", {})
    kinds = dict.fromkeys((*(one.object for one in load_resources(connector.type).resources), *counts))
    found: list[Source] = []
    for kind in kinds:
        namespace, name = names.object(connector.type, connector.id, kind)
        tables = columns_of_vendor(mapping.objects[kind]) if kind in mapping.objects else {}
        fields = {one.field: None for columns in tables.values() for needed in columns.values() for one in needed}
        dataset = InputDataset(
            namespace=namespace,
            name=name,
            facets=DatasetFacets(
                schema=schema_of(sorted(fields)) if fields else None,
                data_source=source_facet(namespace),
                version=VersionFacet(dataset_version=f"mapping-{mapping.version}"),
                dataset_type=DatasetTypeFacet(dataset_type="JOB_OUTPUT"),
            ),
            input_facets=InputFacets(input_statistics=InputStatisticsFacet(row_count=counts.get(kind, 0))),
        )
        found.append(Source(dataset, tables))
    return tuple(found)


def _outputs(names: Names, batch: IngestionBatch, sources: Sequence[Source]) -> tuple[OutputDataset, ...]:
    """The unified tables that the batch made rows of, or changed rows in, each with how many."""
    lineage: dict[str, list[tuple[InputDataset, Columns]]] = defaultdict(list)
    for one in sources:
        if one.dataset.input_facets is not None and _was_read(one.dataset.input_facets):
            for table, columns in one.tables.items():
                lineage[table].append((one.dataset, columns))
    return tuple(
        OutputDataset(
            namespace=names.store,
            name=names.table(table),
            facets=table_facets(table, names, batch.id, lineage_facet(lineage[table])),
            output_facets=OutputFacets(output_statistics=OutputStatisticsFacet(row_count=rows)),
        )
        for table, rows in sorted(batch.written.items())
    )


def _was_read(facets: InputFacets) -> bool:
    return facets.input_statistics is not None and bool(facets.input_statistics.row_count)
