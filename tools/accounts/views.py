"""Rows as the outside sees them."""

from storage.kernel.actor import Module, Role
from storage.models.audit import AuditEntry
from storage.models.identity import ApiKey, Membership, Tenant, User
from tools.accounts.schemas import ApiKeyView, AuditView, MemberView, TenantView, UserView


def user_view(user: User) -> UserView:
    return UserView(id=user.id, email=user.email, name=user.name)


def tenant_view(tenant: Tenant) -> TenantView:
    return TenantView(
        id=tenant.id,
        name=tenant.name,
        plan=tenant.plan,
        modules=tuple(Module(module) for module in tenant.modules),
        currency=tenant.currency,
        timezone=tenant.timezone,
        country=tenant.country,
        week_start=tenant.week_start,
        fiscal_year_start=tenant.fiscal_year_start,
        clock=tenant.clock,
        keeps_restricted_data=tenant.keeps_restricted_data,
        created_at=tenant.created_at,
    )


def member_view(membership: Membership, user: User) -> MemberView:
    return MemberView(
        user_id=user.id, email=user.email, name=user.name, role=Role(membership.role), created_at=membership.created_at
    )


def api_key_view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        role=Role(key.role),
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
    )


def audit_view(entry: AuditEntry) -> AuditView:
    return AuditView(
        id=entry.id,
        at=entry.occurred_at,
        user_id=entry.user_id,
        surface=entry.surface,
        action=entry.action,
        entity_type=entry.entity_type,
        entity_id=entry.entity_id,
        before=entry.before,
        after=entry.after,
        request_id=entry.request_id,
    )
