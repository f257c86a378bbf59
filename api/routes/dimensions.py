"""What figures can be split by beside what the product knows: groups and bands of the tenant's own."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.deps import ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing
from storage.kernel.actor import Actor, Module, Permission
from tools.metrics.dimension_schemas import DimensionDraft, DimensionView

router = APIRouter(prefix="/api/modules/mini-foundry/dimensions", tags=["mini-foundry"], route_class=IdempotentRoute)
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]
Maker = Annotated[Actor, Depends(permitted(Permission.DASHBOARDS_WRITE, Module.MINI_FOUNDRY))]


@router.get("", responses=problems(400, 401, 403))
async def list_dimensions(services: ServicesDep, actor: Reader) -> Listing[DimensionView]:
    """The tenant's own, newest first. There are never more than fit on a page."""
    async with services.database.read(actor) as uow:
        return Listing(items=await services.dimensions.all(uow))


@router.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def define_dimension(
    services: ServicesDep, actor: Maker, body: DimensionDraft, response: Response
) -> DimensionView:
    """Groups of a dimension's members, or other edges for its bands. Figures can be split by it like by any other."""
    async with services.database.write(actor) as uow:
        made = await services.dimensions.create(uow, body)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return made


@router.get("/{dimension_id}", responses=problems(400, 401, 403, 404))
async def get_dimension(services: ServicesDep, actor: Reader, dimension_id: str) -> DimensionView:
    """One of them: its groups, or its bands as they are called."""
    async with services.database.read(actor) as uow:
        return await services.dimensions.get(uow, dimension_id)


@router.put("/{dimension_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def replace_dimension(
    services: ServicesDep, actor: Maker, dimension_id: str, body: DimensionDraft
) -> DimensionView:
    """Define it anew."""
    async with services.database.write(actor) as uow:
        return await services.dimensions.replace(uow, dimension_id, body)


@router.delete("/{dimension_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def delete_dimension(services: ServicesDep, actor: Maker, dimension_id: str) -> None:
    """Delete groups that no widget uses; bands are the product's again."""
    async with services.database.write(actor) as uow:
        await services.dimensions.delete(uow, dimension_id)
