"""Databases of the tenant's own: connect, introspect, correct, approve. They are asked like the shop's figures."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.deps import PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from api.sources import INTROSPECT
from memory.jobs import JobView
from storage.kernel.actor import Actor, Module, Permission
from tools.sources.schemas import DataSourcePatch, DataSourceView, LayerView, NewDataSource
from tools.sources.service import parsed_model

router = APIRouter(prefix="/api/modules/mini-foundry/data-sources", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Importer = Annotated[Actor, Depends(permitted(Permission.DATA_IMPORT, Module.MINI_FOUNDRY))]


@router.get("", responses=problems(400, 401, 403, 422))
async def list_data_sources(services: ServicesDep, actor: Reader, page: PageDep) -> Listing[DataSourceView]:
    """The databases that can be asked, newest first."""
    async with services.database.read(actor) as uow:
        return listed(await services.sources.page(uow, page))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422, 503, 504))
async def connect_data_source(
    services: ServicesDep, actor: Importer, body: NewDataSource, response: Response
) -> DataSourceView:
    """Connect a database that the operator of this installation allows. It is opened once to see that it can be; it is
    only ever read."""
    made = await services.sources.create(actor, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.get("/{source_id}", responses=problems(400, 401, 403, 404))
async def get_data_source(services: ServicesDep, actor: Reader, source_id: str) -> DataSourceView:
    """One of them, without its password."""
    async with services.database.read(actor) as uow:
        return await services.sources.get(uow, source_id)


@router.patch("/{source_id}", responses=problems(400, 401, 403, 404, 409, 422, 503, 504))
async def change_data_source(
    services: ServicesDep, actor: Importer, source_id: str, body: DataSourcePatch
) -> DataSourceView:
    """Give it another name, or another connection: then it is to be introspected anew."""
    return await services.sources.patch(actor, source_id, body)


@router.delete("/{source_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def forget_data_source(services: ServicesDep, actor: Importer, source_id: str) -> None:
    """Forget it, its password and its semantic layer. The database itself stays as it is."""
    await services.sources.delete(actor, source_id)


@router.post(
    "/{source_id}/introspect", status_code=HTTPStatus.ACCEPTED, responses=problems(400, 401, 403, 404, 409, 422)
)
async def introspect_data_source(services: ServicesDep, actor: Importer, source_id: str, response: Response) -> JobView:
    """Look at its tables and values, and draft what can be asked. The draft takes the place of the one before."""
    async with services.database.read(actor) as uow:
        await services.sources.get(uow, source_id)
    job = await services.jobs.submit(actor, INTROSPECT, {"source_id": source_id})
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job


@router.get("/{source_id}/model", responses=problems(400, 401, 403, 404, 409))
async def get_semantic_layer(services: ServicesDep, actor: Reader, source_id: str) -> LayerView:
    """What can be asked of it, how sure each guess is and why, and what was left out."""
    async with services.database.read(actor) as uow:
        return await services.sources.layer(uow, source_id)


@router.put("/{source_id}/model", responses=problems(400, 401, 403, 404, 409, 422))
async def correct_semantic_layer(
    services: ServicesDep, actor: Importer, source_id: str, body: dict[str, Any]
) -> LayerView:
    """The corrected semantic layer, whole, in place of the one before. It is to be approved again."""
    return await services.sources.correct(actor, source_id, parsed_model(body))


@router.post("/{source_id}/approve", responses=problems(400, 401, 403, 404, 409))
async def approve_semantic_layer(services: ServicesDep, actor: Importer, source_id: str) -> DataSourceView:
    """Say that its semantic layer is right: answers no longer say that they read a draft."""
    return await services.sources.approve(actor, source_id)
