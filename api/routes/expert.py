"""SQL of one's own over one's own data, where the operator allows it."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.deps import ServicesDep, permitted
from api.errors import problems
from storage.kernel.actor import Actor, Module, Permission
from tools.expert.schemas import SqlAnswer, SqlRequest, SqlTables

router = APIRouter(prefix="/api/modules/mini-foundry/sql", tags=["mini-foundry"])
Expert = Annotated[Actor, Depends(permitted(Permission.DATA_SQL, Module.MINI_FOUNDRY))]


@router.get("", responses=problems(400, 401, 403))
async def sql_tables(services: ServicesDep, actor: Expert) -> SqlTables:
    """The tables and columns that a statement may read."""
    return services.expert.tables(actor)


@router.post("", responses=problems(400, 401, 403, 422, 503, 504))
async def run_sql(services: ServicesDep, actor: Expert, body: SqlRequest) -> SqlAnswer:
    """One SELECT, checked part by part, over the caller's tenant alone, read only and with an end to its time."""
    return await services.expert.run(actor, body)
