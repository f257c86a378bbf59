"""What people ask of the data about them: erased, or told."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response

from api.deps import ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing
from api.privacy import begin_fulfilling
from memory.jobs import JobView
from storage.kernel.actor import Actor, Permission
from storage.models.privacy import PrivacyRequest
from tools.kit.capability import Contract
from tools.privacy.erasure import ACCESS, ERASE_PERSON

router = APIRouter(prefix="/api/privacy", tags=["privacy"], route_class=IdempotentRoute)
Owner = Annotated[Actor, Depends(permitted(Permission.TENANT_MANAGE))]


class PrivacyRequestView(Contract):
    """Something that a person asked, through a vendor or the owner. `due_at`: by when it has to be answered."""

    id: str
    kind: Literal["erase_person", "erase_account", "access"]
    status: Literal["received", "done"]
    connection_id: str | None
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None


class PersonRequest(Contract):
    """A customer, by her id here."""

    customer_id: str


@router.get("/requests", responses=problems(401, 403))
async def list_privacy_requests(services: ServicesDep, actor: Owner) -> Listing[PrivacyRequestView]:
    """What was asked, the newest first: the last 200."""
    async with services.database.read(actor) as uow:
        return Listing(items=tuple(map(_shown, await uow.erasing.requests())), next_cursor=None)


@router.post("/erase", status_code=HTTPStatus.ACCEPTED, responses=problems(400, 401, 403, 404, 409, 422))
async def erase_customer(services: ServicesDep, actor: Owner, body: PersonRequest, response: Response) -> JobView:
    """Erase a person, whichever source told of her: what she was sold and paid stays, as figures of nobody. It cannot be
    undone."""
    return await _begun(services, actor, ERASE_PERSON, body, response)


@router.post("/access", status_code=HTTPStatus.ACCEPTED, responses=problems(400, 401, 403, 404, 409, 422))
async def gather_customer(services: ServicesDep, actor: Owner, body: PersonRequest, response: Response) -> JobView:
    """Gather what is known of a person, to be told."""
    return await _begun(services, actor, ACCESS, body, response)


@router.get("/requests/{request_id}/data", responses=problems(401, 403, 404, 409))
async def gathered_data(services: ServicesDep, actor: Owner, request_id: str) -> dict[str, Any]:
    """What was gathered of a person who asked: unified rows, and records as the vendor sent them. The audit notes who
    looked."""
    async with services.database.write(actor) as uow:
        found = await services.erasure.found(uow, request_id)
        uow.audit("export", "privacy_requests", request_id)
        return found


async def _begun(services: ServicesDep, actor: Actor, kind: str, body: PersonRequest, response: Response) -> JobView:
    request = await services.erasure.ask(actor, kind, body.customer_id)
    job = await begin_fulfilling(services.jobs, actor, request.id)
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job


def _shown(row: PrivacyRequest) -> PrivacyRequestView:
    return PrivacyRequestView(
        id=row.id,
        kind=row.kind,  # pyright: ignore[reportArgumentType] - the table's kinds are these
        status=row.status,  # pyright: ignore[reportArgumentType] - and so are its states
        connection_id=row.connector_id,
        asked_at=row.created_at,
        due_at=row.due_at,
        done_at=row.done_at,
    )
