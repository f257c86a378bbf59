"""What imports offer to models, routes and MCP."""

from pathlib import Path
from typing import Any

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connectors.core.config import called_at
from tools.imports.schemas import (
    ImportList,
    ImportReport,
    ListImportsRequest,
    ListSourcesRequest,
    SourceList,
    UndoImportRequest,
)
from tools.imports.service import ImportService
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_SHOWN = 20


def capabilities(service: ImportService) -> tuple[AnyCapability, ...]:
    """Sources, imports, and taking an import back."""

    async def sources(uow: ReadUnitOfWork, request: ListSourcesRequest) -> SourceList:
        return await service.list_sources(uow, request)

    async def imports(uow: ReadUnitOfWork, request: ListImportsRequest) -> ImportList:
        return await service.list_imports(uow, request)

    async def undo(uow: WriteUnitOfWork, request: UndoImportRequest) -> ImportReport:
        return await service.undo_named(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="data-lineage.list-sources",
            module=Module.DATA_LINEAGE,
            title="Data sources",
            description="Lists where the shop's data comes from: each source with its rows and when it was last updated.",
            request=ListSourcesRequest,
            result=SourceList,
            handler=sources,
            present=present_sources,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.list-sources"]),
        ),
        Capability(
            id="data-lineage.list-imports",
            module=Module.DATA_LINEAGE,
            title="Imports",
            description="Lists the files that were imported, newest first: rows new, changed, unchanged and rejected.",
            request=ListImportsRequest,
            result=ImportList,
            handler=imports,
            present=present_imports,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.list-imports"]),
        ),
        Capability(
            id="data-lineage.undo-import",
            module=Module.DATA_LINEAGE,
            title="Undo an import",
            description=(
                "Takes one imported file back: its rows disappear and what it changed is as before. "
                "Names the file, or says 'last' for the newest import."
            ),
            request=UndoImportRequest,
            result=ImportReport,
            handler=undo,
            present=present_undone,
            permission=Permission.DATA_IMPORT,
            effect=Effect.WRITE,
            examples=tuple(examples["data-lineage.undo-import"]),
        ),
    )


def present_sources(result: SourceList) -> Presentation:
    if not result.items:
        return Presentation(text="No data has come in yet. Import a file of orders to begin.", facts={"sources": []})
    columns = (
        Column(name="source", type="string", label="Source"),
        Column(name="holds", type="string", label="Holds"),
        Column(name="rows", type="integer", label="Rows"),
        Column(name="updated", type="datetime", label="Last update"),
    )
    rows = tuple(
        (called_at(s.name, s.type), _plain(s.entity), s.rows, s.last_sync_at.isoformat() if s.last_sync_at else None)
        for s in result.items
    )
    count = len(result.items)
    text = f"Your data comes from {count} source{'s' if count > 1 else ''}: " + ", ".join(
        f"{called_at(s.name, s.type)} ({s.rows:,} rows)" for s in result.items[:_SHOWN]
    )
    facts: dict[str, Any] = {"sources": [s.model_dump(mode="json") for s in result.items[:_SHOWN]]}
    return Presentation(text=text + ".", facts=facts, blocks=(TableBlock(title="Sources", columns=columns, rows=rows),))


def present_imports(result: ImportList) -> Presentation:
    if not result.items:
        return Presentation(text="No file has been imported yet.", facts={"imports": []})
    columns = (
        Column(name="file", type="string", label="File"),
        Column(name="status", type="string", label="Status"),
        Column(name="created", type="integer", label="New rows"),
        Column(name="updated", type="integer", label="Changed"),
        Column(name="unchanged", type="integer", label="Unchanged"),
        Column(name="rejected", type="integer", label="Rejected"),
        Column(name="imported", type="datetime", label="Imported"),
    )
    rows = tuple(
        (
            i.filename,
            i.status,
            i.created,
            i.updated,
            i.unchanged,
            i.rejected,
            i.imported_at.isoformat() if i.imported_at else None,
        )
        for i in result.items
    )
    newest = result.items[0]
    text = f"The newest import is {newest.filename} ({_outcome(newest)})."
    if len(result.items) > 1:
        text += f" {len(result.items)} imports are listed."
    facts: dict[str, Any] = {"imports": [i.model_dump(mode="json") for i in result.items[:_SHOWN]]}
    return Presentation(
        text=text,
        facts=facts,
        blocks=(TableBlock(title="Imports", columns=columns, rows=rows, truncated=result.next_cursor is not None),),
    )


def present_undone(result: ImportReport) -> Presentation:
    text = f"The import of {result.filename} is undone: its {result.created:,} new rows are gone and its {result.updated:,} changes taken back."
    return Presentation(text=text, facts=result.model_dump(mode="json"))


def _outcome(report: ImportReport) -> str:
    if report.status != "committed":
        return report.status
    counts = (
        (report.created, "new"),
        (report.updated, "changed"),
        (report.unchanged, "unchanged"),
        (report.rejected, "rejected"),
    )
    return ", ".join(f"{count:,} {word}" for count, word in counts if count) or "no rows"


def _plain(entity: str | None) -> str:
    return entity.replace("_", " ") + "s" if entity else ""
