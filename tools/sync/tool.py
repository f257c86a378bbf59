"""What syncs offer to models, routes and MCP."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import structlog

from storage.kernel.actor import Actor, Module, Permission
from storage.models.ingestion import Connector
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.sync.schemas import ListRunsRequest, RunList, SyncBegun, SyncNowRequest, SyncRun
from tools.sync.service import SyncService, require_connected

Find = Callable[[ReadUnitOfWork, str], Awaitable[Connector]]
"""A connection by its name, its vendor's, or its id."""
Begin = Callable[[Actor, str, bool], Awaitable[object]]
"""Submits the sync of a connection as a job, of all or of what changed."""
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.sync")


def capabilities(service: SyncService, find: Find, begin: Begin) -> tuple[AnyCapability, ...]:
    """Bringing a connection up to date, and what its runs did."""
    beginning: set[asyncio.Task[None]] = set()

    async def submit(actor: Actor, connection_id: str, *, everything: bool) -> None:
        try:
            await begin(actor, connection_id, everything)
        except Exception as error:
            _logger.warning("a sync was not begun", connection=connection_id, error=type(error).__name__)

    async def sync(uow: WriteUnitOfWork, request: SyncNowRequest) -> SyncBegun:
        row = await find(uow, request.connection)
        require_connected(row)
        # Beside the unit of work, which must end before another one can write.
        task = asyncio.create_task(submit(uow.actor, row.id, everything=request.everything))
        beginning.add(task)
        task.add_done_callback(beginning.discard)
        return SyncBegun(connection_id=row.id, name=row.name, everything=request.everything)

    async def runs(uow: ReadUnitOfWork, request: ListRunsRequest) -> RunList:
        row = await find(uow, request.connection)
        return await service.runs(uow, row.id, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="data-lineage.sync-now",
            module=Module.DATA_LINEAGE,
            title="Synchronise",
            description=(
                "Brings the data of one connected account (Shopify, Stripe, QuickBooks …) up to date now, or reads all "
                "of it again. Names the account or the vendor."
            ),
            request=SyncNowRequest,
            result=SyncBegun,
            handler=sync,
            present=present_begun,
            permission=Permission.DATA_IMPORT,
            effect=Effect.WRITE,
            examples=tuple(examples["data-lineage.sync-now"]),
        ),
        Capability(
            id="data-lineage.list-syncs",
            module=Module.DATA_LINEAGE,
            title="Syncs",
            description=(
                "Lists the sync runs of one connected account, newest first: what came in, what changed, what could not "
                "be read, and which fields are new. Names the account or the vendor."
            ),
            request=ListRunsRequest,
            result=RunList,
            handler=runs,
            present=present_runs,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.list-syncs"]),
        ),
    )


def present_begun(result: SyncBegun) -> Presentation:
    what = "All of it is read again" if result.everything else "What has changed is fetched"
    return Presentation(text=f"{result.name} is being synchronised. {what}.", facts=result.model_dump(mode="json"))


def present_runs(result: RunList) -> Presentation:
    """The newest run in words, and all of them as a table."""
    facts: dict[str, Any] = {"runs": [run.model_dump(mode="json") for run in result.items]}
    if not result.items:
        return Presentation(text="It has not been synchronised yet.", facts=facts)
    columns = (
        Column(name="began", type="datetime", label="Began"),
        Column(name="state", type="string", label="State"),
        Column(name="created", type="integer", label="New"),
        Column(name="updated", type="integer", label="Changed"),
        Column(name="unchanged", type="integer", label="Unchanged"),
        Column(name="problems", type="integer", label="Problems"),
    )
    rows = tuple(
        (run.started_at.isoformat(), _STATES[run.status], run.created, run.updated, run.unchanged, run.problem_count + run.rejected)
        for run in result.items
    )  # fmt: skip
    table = TableBlock(title="Syncs", columns=columns, rows=rows, truncated=result.next_cursor is not None)
    return Presentation(text=_told(result.items[0]), facts=facts, blocks=(table,))


_STATES = {
    "applying": "running",
    "committed": "done",
    "undoing": "being taken back",
    "undone": "taken back",
    "failed": "failed",
}


def _told(run: SyncRun) -> str:
    if run.status == "failed":
        return f"The last sync failed: {run.error or 'no reason is known'}"
    if run.status == "applying":
        return f"A sync is running: {sum(run.objects.values()):,} objects so far."
    text = f"The last sync brought {run.created:,} new and {run.updated:,} changed objects; {run.unchanged:,} were as known."
    if run.problem_count:
        text += f" {run.problem_count:,} values could not be read and are kept as they came."
    if run.unknown_fields:
        text += f" New fields: {', '.join(run.unknown_fields[:5])}."
    return text
