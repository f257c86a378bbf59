"""Bringing connections up to date, and what their runs did."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, StringConstraints

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing
from api.renormalising import begin_renormalising
from api.sync import begin_once
from memory.jobs import JobView
from storage.kernel.actor import Actor, Permission
from tools.kit.capability import Contract
from tools.sync.schemas import ListRunsRequest, SyncRun
from tools.sync.service import require_connected

router = APIRouter(prefix="/api/connectors", tags=["connectors"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ))]
Importer = Annotated[Actor, Depends(permitted(Permission.DATA_IMPORT))]


class SyncRequest(Contract):
    """Only what changed since the last run, unless everything is wanted."""

    everything: bool = False


@router.post("/{connection_id}/sync", status_code=HTTPStatus.ACCEPTED, responses=problems(400, 401, 403, 404, 409, 422))
async def sync_connector(
    services: ServicesDep, actor: Importer, connection_id: str, response: Response, body: SyncRequest | None = None
) -> JobView:
    """Bring a connection up to date; one that is under way already is given back. 409 where the owner has to connect it
    again first. The job's result counts objects created, updated, unchanged and rejected, names the values that could not be
    read, and the fields that are new."""
    async with services.database.read(actor) as uow:
        require_connected(await uow.connections.get(connection_id))
    everything = body.everything if body else False
    job = await begin_once(services.database, services.jobs, actor, connection_id, everything=everything)
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job


class RenormaliseRequest(Contract):
    """All that is stored, unless kinds of objects are named."""

    objects: tuple[Annotated[str, StringConstraints(max_length=60)], ...] = Field(default=(), max_length=100)


@router.post(
    "/{connection_id}/renormalise", status_code=HTTPStatus.ACCEPTED, responses=problems(400, 401, 403, 404, 409, 422)
)
async def renormalise_connector(
    services: ServicesDep,
    actor: Importer,
    connection_id: str,
    response: Response,
    body: RenormaliseRequest | None = None,
) -> JobView:
    """Make a connection's rows anew from what is stored raw of it, under the vendor's mapping as it is now. Nothing is asked
    of the vendor. It begins by itself where the mapping has changed; the job's result is that of a sync."""
    async with services.database.read(actor) as uow:
        await uow.connections.get(connection_id)
    job = await begin_renormalising(services.jobs, actor, connection_id, body.objects if body else ())
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job


@router.get("/{connection_id}/runs", responses=problems(400, 401, 403, 404, 422))
async def list_runs(services: ServicesDep, actor: Reader, connection_id: str, page: PageDep) -> Listing[SyncRun]:
    """What a connection's syncs did, newest first."""
    request = ListRunsRequest(connection=connection_id, limit=page.limit, cursor=page.cursor)
    async with services.database.read(actor) as uow:
        await uow.connections.get(connection_id)
        found = await services.syncs.runs(uow, connection_id, request)
    return Listing(items=found.items, next_cursor=found.next_cursor)
