"""Questions about the tenant's own figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.deps import ServicesDep, permitted
from api.errors import problems
from api.files import as_download, files
from storage.kernel.actor import Actor, Module, Permission
from tools.foundry.exports import RowsFormat
from tools.query.drill import RowsAnswer, RowsRequest
from tools.query.schemas import QueryAnswer, QueryRequest

router = APIRouter(prefix="/api/modules/mini-foundry", tags=["mini-foundry"])
Reader = Annotated[Actor, Depends(permitted(Permission.DATA_READ, Module.MINI_FOUNDRY))]


@router.post("/query", responses=problems(400, 401, 403, 404, 409, 422, 503, 504))
async def query(services: ServicesDep, actor: Reader, body: QueryRequest) -> QueryAnswer:
    """One question, one answer: with its figures, what was understood, the SQL that ran, and its sources."""
    async with services.database.read(actor) as uow:
        return await services.query.ask(uow, body)


@router.post("/query/rows", responses=problems(400, 401, 403, 422, 503, 504))
async def rows_behind(services: ServicesDep, actor: Reader, body: RowsRequest) -> RowsAnswer:
    """The records that a figure was counted from: an answer's `drill.query`, and which of its figures. They add up to it."""
    async with services.database.read(actor) as uow:
        return await services.query.rows(uow, body)


@router.post(
    "/query/rows/export",
    response_class=Response,
    responses=files("csv", "xlsx") | problems(400, 401, 403, 413, 422, 503, 504),
)
async def export_rows(
    services: ServicesDep,
    actor: Reader,
    body: RowsRequest,
    *,
    format: RowsFormat,  # noqa: A002 - the parameter's name outside
) -> Response:
    """All records behind a figure as CSV or XLSX; several lists one after the other, with a column that tells them apart."""
    async with services.database.read(actor) as uow:
        found = await services.query.rows(uow, body.whole())
    return as_download(await services.foundry.exports.rows_file(found, format))
