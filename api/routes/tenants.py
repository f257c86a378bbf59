"""The tenant in the header: its settings, members, use and audit."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.deps import ActorDep, PageDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Permission
from storage.repositories.audit import AuditFilter
from tools.accounts import tenants
from tools.accounts.schemas import (
    AuditView,
    MemberAdded,
    MemberInvite,
    MemberPatch,
    MemberView,
    TenantPatch,
    TenantView,
    Usage,
)
from tools.accounts.usage import usage_between

router = APIRouter(prefix="/api/tenants/current", tags=["tenants"], route_class=IdempotentRoute)
Owner = Annotated[Actor, Depends(permitted(Permission.TENANT_MANAGE))]
MemberManager = Annotated[Actor, Depends(permitted(Permission.MEMBERS_MANAGE))]
Auditor = Annotated[Actor, Depends(permitted(Permission.AUDIT_READ))]
_USAGE_DAYS = 30


@router.get("", responses=problems(400, 401, 403))
async def get_tenant(services: ServicesDep, actor: ActorDep) -> TenantView:
    """Plan, modules and settings."""
    async with services.database.read(actor) as uow:
        return await tenants.current_tenant(uow)


@router.patch("", responses=problems(400, 401, 403, 409, 422))
async def patch_tenant(services: ServicesDep, actor: Owner, body: TenantPatch) -> TenantView:
    """Change the settings that are sent."""
    async with services.database.write(actor) as uow:
        return await tenants.patch_tenant(uow, body)


@router.get("/members", responses=problems(400, 401, 403))
async def list_members(services: ServicesDep, actor: ActorDep, page: PageDep) -> Listing[MemberView]:
    """Who belongs to the tenant, oldest first."""
    async with services.database.read(actor) as uow:
        return listed(await tenants.list_members(uow, page))


@router.post("/members", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def add_member(services: ServicesDep, actor: MemberManager, body: MemberInvite) -> MemberAdded:
    """Let somebody in. A new person gets a token to set a password with."""
    tenants.check_grant(actor, body.role)
    person, token = await services.accounts.invited(body.email, body.name)
    async with services.database.write(actor) as uow:
        member = await tenants.add_member(uow, person, body.role)
    return MemberAdded(password_token=token, **member.model_dump())


@router.patch("/members/{user_id}", responses=problems(400, 401, 403, 404, 409, 422))
async def change_role(services: ServicesDep, actor: MemberManager, user_id: str, body: MemberPatch) -> MemberView:
    """Give a member another role. A tenant keeps at least one owner."""
    async with services.database.write(actor) as uow:
        return await tenants.change_role(uow, user_id, body.role)


@router.delete("/members/{user_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404, 409))
async def remove_member(services: ServicesDep, actor: MemberManager, user_id: str) -> None:
    """Take a member's access away. A tenant keeps at least one owner."""
    async with services.database.write(actor) as uow:
        await tenants.remove_member(uow, user_id)


@router.get("/usage", responses=problems(400, 401, 403, 422))
async def usage(
    services: ServicesDep,
    actor: Auditor,
    from_: Annotated[date | None, Query(alias="from", description="First day; 30 days ago by default.")] = None,
    to: Annotated[date | None, Query(description="Last day; today by default.")] = None,
) -> Usage:
    """Requests, tokens and cost, per day, user and model, with the plan's limits."""
    last = to or services.clock.now().date()
    first = from_ or last - timedelta(days=min(_USAGE_DAYS, (last - date.min).days))
    async with services.database.read(actor) as uow:
        return await usage_between(uow, first, last, services.limits)


@router.get("/audit", responses=problems(400, 401, 403, 422))
async def audit(
    *,
    services: ServicesDep,
    actor: Auditor,
    page: PageDep,
    user_id: Annotated[str | None, Query(max_length=64)] = None,
    entity_type: Annotated[str | None, Query(max_length=60)] = None,
    entity_id: Annotated[str | None, Query(max_length=64)] = None,
    action: Annotated[str | None, Query(max_length=60)] = None,
    surface: Annotated[str | None, Query(max_length=20)] = None,
) -> Listing[AuditView]:
    """Who changed what, through which door, newest first."""
    where = AuditFilter(user_id, entity_type, entity_id, action, surface)
    async with services.database.read(actor) as uow:
        return listed(await tenants.list_audit(uow, page, where))
