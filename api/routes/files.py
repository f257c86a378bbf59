"""Sources of data: the catalogue of connectors, and files, which are a connector like any other."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, File, Request, UploadFile
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import Field

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute, once
from api.imports import COMMIT, told
from api.listing import Listing
from memory.jobs import JobView
from storage.kernel.actor import Actor, Permission
from tools.connections.schemas import AskedField, ConnectionView, ListConnectorsRequest, Way
from tools.imports.schemas import (
    FileProfile,
    ImportReport,
    ListImportsRequest,
    ListSourcesRequest,
    SourceView,
)
from tools.ingestion.file_mapping import FileMapping
from tools.kit.capability import Contract

UPLOADS = "/api/connectors/files"
connectors = APIRouter(prefix="/api/connectors", tags=["connectors"])
files = APIRouter(prefix=UPLOADS, tags=["connectors"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ))]
Importer = Annotated[Actor, Depends(permitted(Permission.DATA_IMPORT))]
_CHUNK = 1024**2


class ConnectorView(Contract):
    """A kind of source, and the tenant's own sources of that kind. For vendors: how they can be connected, and the accounts
    that are."""

    type: str = Field(examples=["file"])
    title: str
    formats: tuple[str, ...] = ()
    sources: tuple[SourceView, ...]
    ways: tuple[Way, ...] = ()
    settings: tuple[AskedField, ...] = ()
    key: tuple[AskedField, ...] = ()
    connections: tuple[ConnectionView, ...] = ()


class MappingRequest(Contract):
    """The mapping to use; the proposed one where there is none."""

    mapping: FileMapping | None = None


class PreviewRequest(Contract):
    mapping: FileMapping


@connectors.get("", responses=problems(400, 401, 403))
async def list_connectors(services: ServicesDep, actor: Reader) -> Listing[ConnectorView]:
    """Where data can come from, and where it comes from now."""
    async with services.database.read(actor) as uow:
        found = (await services.imports.list_sources(uow, ListSourcesRequest())).items
        vendors = (await services.connections.list_connectors(uow, ListConnectorsRequest())).items

    def of(kind: str) -> tuple[SourceView, ...]:
        return tuple(source for source in found if source.type == kind)

    files = ConnectorView(type="file", title="Files", formats=("CSV", "TSV", "XLSX", "JSONL"), sources=of("file"))
    views = (
        ConnectorView(
            type=one.type,
            title=one.title,
            sources=of(one.type),
            ways=one.ways,
            settings=one.settings,
            key=one.key,
            connections=one.connections,
        )
        for one in vendors
    )
    return Listing(items=(files, *views))


@connectors.post(
    "/files",
    status_code=HTTPStatus.CREATED,
    response_model=FileProfile,
    responses=problems(400, 401, 403, 409, 413, 415, 422),
)
async def upload_file(
    request: Request,
    services: ServicesDep,
    actor: Importer,
    file: Annotated[UploadFile, File(description="CSV, TSV, XLSX or JSONL, up to the installation's limit.")],
) -> Response:
    """Read a file and propose what its columns mean. Nothing is imported before the mapping is committed."""
    incoming = services.settings.uploads / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=incoming) as kept:
        digest = await asyncio.to_thread(_copy, file.file, Path(kept.name))
        name = file.filename or "file"

        async def profile() -> Response:
            made = await services.imports.profile(actor, Path(kept.name), name)
            headers = {"Location": f"{UPLOADS}/{made.file_id}"}
            return JSONResponse(made.model_dump(mode="json"), HTTPStatus.CREATED, headers)

        return await once(request, actor, f"{name}\n{digest}", profile)


def _copy(source: BinaryIO, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


@files.get("", responses=problems(400, 401, 403, 422))
async def list_imports(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[ImportReport]:
    """Which files were uploaded and imported, newest first."""
    async with services.database.read(actor) as uow:
        found = await services.imports.list_imports(uow, ListImportsRequest(limit=page.limit, cursor=page.cursor))
    return Listing(items=found.items, next_cursor=found.next_cursor)


@files.get("/{file_id}", responses=problems(400, 401, 403, 404))
async def get_file(services: ServicesDep, actor: Reader, file_id: str) -> FileProfile:
    """What was detected in a file, the proposed mapping, and how its import stands."""
    return await services.imports.get_profile(actor, file_id)


@files.get("/{file_id}/report", responses=problems(400, 401, 403, 404))
async def get_report(services: ServicesDep, actor: Reader, file_id: str) -> ImportReport:
    """What the import of a file did."""
    return await services.imports.report(actor, file_id)


@files.post("/{file_id}/preview", responses=problems(400, 401, 403, 404, 409, 422))
async def preview_file(services: ServicesDep, actor: Importer, file_id: str, body: PreviewRequest) -> FileProfile:
    """The same file under an edited mapping. Changes nothing."""
    return await services.imports.preview(actor, file_id, body.mapping)


@files.post(
    "/{file_id}/commit",
    status_code=HTTPStatus.ACCEPTED,
    responses=problems(400, 401, 403, 404, 409, 422),
)
async def commit_file(
    services: ServicesDep, actor: Importer, file_id: str, body: MappingRequest, response: Response
) -> JobView:
    """Import a file. The job's result counts rows created, updated, unchanged and rejected."""
    profile = await services.imports.get_profile(actor, file_id)
    if body.mapping is not None and profile.status in ("profiled", "failed"):
        # A mapping that cannot be used is refused here, not by the job.
        await services.imports.preview(actor, file_id, body.mapping)
    mapping = body.mapping.model_dump(mode="json") if body.mapping else None
    job = await services.jobs.submit(actor, COMMIT, {"file_id": file_id, "mapping": mapping})
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job


@files.get(
    "/{file_id}/rejects",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}} | problems(400, 401, 403, 404),
)
async def download_rejects(services: ServicesDep, actor: Reader, file_id: str) -> StreamingResponse:
    """The rows that were not imported, with line, column and reason: to be mended and imported again."""
    lines = services.imports.rejects_csv(actor, file_id)
    head = await anext(lines)
    name = f'attachment; filename="rejects-{file_id}.csv"'
    return StreamingResponse(_after(head, lines), media_type="text/csv", headers={"Content-Disposition": name})


async def _after(head: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield head
    async for text in rest:
        yield text


@files.delete("/{file_id}", responses=problems(400, 401, 403, 404, 409))
async def undo_import(services: ServicesDep, actor: Importer, file_id: str) -> ImportReport:
    """Take an import back: its rows go, and what it changed is as before."""
    report = await services.imports.undo(actor, file_id)
    await services.afterwards.see_to_undone(actor, told(report))
    return report
