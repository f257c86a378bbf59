"""Questions about the tenant's own figures."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.deps import ServicesDep, permitted
from api.errors import problems
from storage.kernel.actor import Actor, Module, Permission
from tools.query.schemas import QueryAnswer, QueryRequest

router = APIRouter(prefix="/api/modules/mini-foundry", tags=["mini-foundry"])
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]


@router.post("/query", responses=problems(400, 401, 403, 404, 409, 422, 503, 504))
async def query(services: ServicesDep, actor: Reader, body: QueryRequest) -> QueryAnswer:
    """One question, one answer: with its figures, what was understood, the SQL that ran, and its sources."""
    async with services.database.read(actor) as uow:
        return await services.query.ask(uow, body)
