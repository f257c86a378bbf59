"""Tenants, people, memberships, and the keys and tokens they sign in with."""

from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from storage.kernel.actor import Role
from storage.kernel.errors import not_found
from storage.models.identity import ApiKey, Membership, PasswordReset, RefreshToken, Tenant, User
from storage.repositories.base import Page, PageRequest, Repository
from storage.statements import prepared

_LIVING_TENANT = prepared(select(Tenant).where(Tenant.id == bindparam("tenant_id"), Tenant.deleted_at.is_(None)))

_LOCKED_TENANT = prepared(select(Tenant.id).where(Tenant.id == bindparam("tenant_id")).with_for_update())


class TenantRepository(Repository):
    async def current(self) -> Tenant:
        """The unit of work's own tenant. Raises not_found when it was deleted."""
        scope = self.session.scope
        if scope.turn is not None and not scope.writable:
            return scope.turn.tenant
        return await self.get(self.tenant_id)

    async def get(self, tenant_id: str) -> Tenant:
        """A tenant that is not deleted. In a tenant's unit of work only its own is found."""
        tenant = await self.session.scalar(_LIVING_TENANT, {"tenant_id": tenant_id})
        if tenant is None:
            raise not_found("The tenant")
        return tenant

    async def lock(self) -> None:
        """Keeps other units of work that ask for the same lock waiting until this one ends: for rules over several
        rows of a tenant, such as "at least one owner"."""
        await self.session.scalar(_LOCKED_TENANT, {"tenant_id": self.tenant_id})

    async def by_name(self, name: str) -> list[Tenant]:
        """Tenants of that name, oldest first: names are not unique."""
        statement = select(Tenant).where(Tenant.name == name, Tenant.deleted_at.is_(None)).order_by(Tenant.id)
        return list(await self.session.scalars(statement))

    async def all(self) -> list[Tenant]:
        """Every tenant that is not deleted, oldest first."""
        return list(await self.session.scalars(select(Tenant).where(Tenant.deleted_at.is_(None)).order_by(Tenant.id)))


class UserRepository(Repository):
    """In a tenant's unit of work only its members are found."""

    async def get(self, user_id: str) -> User:
        user = await self.session.scalar(select(User).where(User.id == user_id))
        if user is None:
            raise not_found("The user")
        return user

    async def by_email(self, email: str) -> User | None:
        """The user of an e-mail address, in any case of letters."""
        return await self.session.scalar(select(User).where(User.email == email.strip().lower()))


class MembershipRepository(Repository):
    async def of_user(self, user_id: str) -> list[tuple[Membership, Tenant]]:
        """Where a user belongs, oldest membership first; deleted tenants left out."""
        statement = (
            select(Membership, Tenant)
            .join(Tenant, Tenant.id == Membership.tenant_id)
            .where(Membership.user_id == user_id, Tenant.deleted_at.is_(None))
            .order_by(Membership.id)
        )
        return [(membership, tenant) for membership, tenant in await self.session.execute(statement)]

    async def find(self, tenant_id: str, user_id: str) -> Membership | None:
        """A user's membership of a tenant that is not deleted."""
        statement = (
            select(Membership)
            .join(Tenant, Tenant.id == Membership.tenant_id)
            .where(Membership.tenant_id == tenant_id, Membership.user_id == user_id, Tenant.deleted_at.is_(None))
        )
        return await self.session.scalar(statement)

    async def get(self, membership_id: str) -> Membership:
        membership = await self.session.scalar(select(Membership).where(Membership.id == membership_id))
        if membership is None:
            raise not_found("The member")
        return membership

    async def people(self, request: PageRequest) -> tuple[Page[Membership], dict[str, User]]:
        """A page of the tenant's memberships, oldest first, and their users by id."""
        page = await self.page(select(Membership), request, Membership.id, descending=False)
        ids = [membership.user_id for membership in page.items]
        users = await self.session.scalars(select(User).where(User.id.in_(ids)))
        return page, {user.id: user for user in users}

    async def of_role(self, tenant_id: str, role: Role) -> list[Membership]:
        """A tenant's members with a role, oldest first."""
        statement = (
            select(Membership)
            .where(Membership.tenant_id == tenant_id, Membership.role == role.value)
            .order_by(Membership.id)
        )
        return list(await self.session.scalars(statement))

    async def count_role(self, role: Role) -> int:
        """How many of the tenant's members have a role."""
        statement = select(func.count(Membership.id)).where(Membership.role == role.value)
        return await self.session.scalar(statement) or 0


class ApiKeyRepository(Repository):
    async def by_hash(self, key_hash: str) -> ApiKey | None:
        """The key of a hash, whatever its state. For system units: a key is what tells the tenant."""
        return await self.session.scalar(select(ApiKey).where(ApiKey.key_hash == key_hash))

    async def get(self, key_id: str) -> ApiKey:
        key = await self.session.scalar(select(ApiKey).where(ApiKey.id == key_id))
        if key is None:
            raise not_found("The API key")
        return key

    async def page_of(self, request: PageRequest) -> Page[ApiKey]:
        """The tenant's keys that are not revoked, newest first."""
        return await self.page(select(ApiKey).where(ApiKey.revoked_at.is_(None)), request, ApiKey.id)


class RefreshTokenRepository(Repository):
    async def by_hash(self, token_hash: str) -> RefreshToken | None:
        """The link of a hash, whatever its state, locked until the unit of work ends: two uses at once are seen."""
        return await self.session.scalar(
            select(RefreshToken).where(RefreshToken.token_hash == token_hash).with_for_update()
        )

    async def revoke_family(self, family_id: str, at: datetime) -> int:
        """Revokes every live link of a chain; returns how many there were."""
        return await self._revoke(select(RefreshToken).where(RefreshToken.family_id == family_id), at)

    async def revoke_user(self, user_id: str, at: datetime) -> int:
        """Signs a user out everywhere."""
        return await self._revoke(select(RefreshToken).where(RefreshToken.user_id == user_id), at)

    async def _revoke(self, statement: Select[RefreshToken], at: datetime) -> int:
        links = (await self.session.scalars(statement.where(RefreshToken.revoked_at.is_(None)))).all()
        for link in links:
            link.revoked_at = at
        return len(links)

    async def forget_expired(self, before: datetime) -> int:
        """Deletes links that expired before a moment."""
        links = (await self.session.scalars(select(RefreshToken).where(RefreshToken.expires_at < before))).all()
        for link in links:
            await self.session.delete(link)
        return len(links)


class PasswordResetRepository(Repository):
    async def by_hash(self, token_hash: str) -> PasswordReset | None:
        """The reset of a hash, whatever its state, locked until the unit of work ends."""
        return await self.session.scalar(
            select(PasswordReset).where(PasswordReset.token_hash == token_hash).with_for_update()
        )

    async def of_user(self, user_id: str) -> list[PasswordReset]:
        """A user's resets that were not used yet."""
        statement = select(PasswordReset).where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        return list(await self.session.scalars(statement))
