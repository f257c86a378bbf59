"""What belongs to one tenant: its settings, its members, its machines' keys. Each use case runs in the unit of work
it is handed; who may call it is decided where it is called from."""

from storage.kernel.actor import Actor, Role
from storage.kernel.errors import CopilotError, ErrorKind, invalid, not_found
from storage.models.identity import ApiKey, Membership
from storage.repositories.audit import AuditFilter
from storage.repositories.base import Page, PageRequest
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.accounts.engine import API_KEY_PREFIX, hash_secret, may_grant, new_secret, shown_prefix
from tools.accounts.schemas import (
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyView,
    AuditView,
    MemberView,
    TenantPatch,
    TenantView,
    UserView,
)
from tools.accounts.views import api_key_view, audit_view, member_view, tenant_view

_CLEARABLE = frozenset({"currency", "country"})


async def current_tenant(uow: ReadUnitOfWork) -> TenantView:
    return tenant_view(await uow.tenants.current())


async def patch_tenant(uow: WriteUnitOfWork, request: TenantPatch) -> TenantView:
    """Changes the settings that were sent."""
    tenant = await uow.tenants.current()
    for field in request.model_fields_set:
        value = getattr(request, field)
        if value is None and field not in _CLEARABLE:
            raise invalid("cannot be cleared", pointer=f"/{field}")
        setattr(tenant, field, [module.value for module in request.modules] if field == "modules" else value)
    await uow.flush()
    return tenant_view(tenant)


async def list_members(uow: ReadUnitOfWork, page: PageRequest) -> Page[MemberView]:
    found, people = await uow.memberships.people(page)
    return Page(tuple(member_view(one, people[one.user_id]) for one in found.items), found.next_cursor)


async def add_member(uow: WriteUnitOfWork, person: UserView, role: Role) -> MemberView:
    """Lets somebody in who has an account. Raises conflict for one who is in already."""
    check_grant(uow.actor, role)
    if await uow.memberships.find(uow.tenant_id, person.id) is not None:
        raise CopilotError(ErrorKind.CONFLICT, "This person is a member already.")
    membership = Membership(user_id=person.id, role=role.value)
    uow.add(membership)
    await uow.flush()
    return MemberView(
        user_id=person.id, email=person.email, name=person.name, role=role, created_at=membership.created_at
    )


async def change_role(uow: WriteUnitOfWork, user_id: str, role: Role) -> MemberView:
    membership = await _member(uow, user_id)
    check_grant(uow.actor, Role(membership.role))
    check_grant(uow.actor, role)
    if role is not Role.OWNER:
        await _keep_an_owner(uow, membership)
    membership.role = role.value
    await uow.flush()
    return member_view(membership, await uow.users.get(user_id))


async def remove_member(uow: WriteUnitOfWork, user_id: str) -> None:
    membership = await _member(uow, user_id)
    check_grant(uow.actor, Role(membership.role))
    await _keep_an_owner(uow, membership)
    await uow.delete(membership)


async def list_keys(uow: ReadUnitOfWork, page: PageRequest) -> Page[ApiKeyView]:
    found = await uow.api_keys.page_of(page)
    return Page(tuple(map(api_key_view, found.items)), found.next_cursor)


async def create_key(uow: WriteUnitOfWork, request: ApiKeyCreate) -> ApiKeyCreated:
    """A machine's key. It names its tenant, so that a protocol that can carry nothing but a key finds it."""
    check_grant(uow.actor, request.role)
    if request.expires_at is not None and (request.expires_at.tzinfo is None or request.expires_at <= uow.clock.now()):
        raise invalid("must be a moment in the future, with its time zone", pointer="/expires_at")
    prefix = f"{API_KEY_PREFIX}{uow.tenant_id.replace('-', '')}_"
    secret = new_secret(prefix)
    key = ApiKey(
        name=request.name,
        prefix=API_KEY_PREFIX + "…" + shown_prefix(secret, prefix).removeprefix(prefix),
        key_hash=hash_secret(secret),
        role=request.role.value,
        created_by=uow.actor.user_id,
        expires_at=request.expires_at,
    )
    uow.add(key)
    await uow.flush()
    return ApiKeyCreated(key=secret, **api_key_view(key).model_dump())


async def revoke_key(uow: WriteUnitOfWork, key_id: str) -> None:
    key = await uow.api_keys.get(key_id)
    if key.revoked_at is not None:
        raise not_found("The API key")
    key.revoked_at = uow.clock.now()


async def list_audit(uow: ReadUnitOfWork, page: PageRequest, where: AuditFilter) -> Page[AuditView]:
    found = await uow.audit_log.entries(page, where)
    return Page(tuple(map(audit_view, found.items)), found.next_cursor)


async def _member(uow: WriteUnitOfWork, user_id: str) -> Membership:
    membership = await uow.memberships.find(uow.tenant_id, user_id)
    if membership is None:
        raise not_found("The member")
    return membership


def check_grant(actor: Actor, role: Role) -> None:
    """Raises forbidden for a role that has more rights than the actor's own."""
    if not may_grant(actor.role, role):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role may not give or take the role “{role.value}”.")


async def _keep_an_owner(uow: WriteUnitOfWork, membership: Membership) -> None:
    # Locked: of two owners who remove each other at the same moment one has to stay.
    await uow.tenants.lock()
    if membership.role == Role.OWNER.value and await uow.memberships.count_role(Role.OWNER) == 1:
        raise CopilotError(
            ErrorKind.CONFLICT, "A tenant keeps at least one owner.", hint="Make somebody else owner first."
        )
