"""From a verified person or key, and a tenant, to an actor. Runs on every request: one read, no lock."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind
from tools.accounts.engine import API_KEY_PREFIX, hash_secret

_TOUCH_AFTER = timedelta(hours=1)
"""How exact a key's last use is: each request would otherwise be a write."""


async def actor_of_person(database: Database, user_id: str, tenant_id: str, surface: Surface) -> Actor:
    """A signed-in person in a tenant. Raises forbidden for one who is no member, also where there is no such tenant."""
    # Until the role is known the least one stands in; the session sees this tenant and no other.
    candidate = Actor(tenant_id, user_id, Role.VIEWER, surface)
    async with database.read(candidate) as uow:
        membership = await uow.memberships.find(tenant_id, user_id)
        if membership is None or not (await uow.users.get(user_id)).is_active:
            raise CopilotError(ErrorKind.FORBIDDEN, "You are no member of this tenant.")
        return replace(candidate, role=Role(membership.role))


async def actor_of_key(database: Database, key: str, tenant_id: str, surface: Surface) -> Actor:
    """A machine in the tenant that its key names. Raises unauthenticated for a key that is unknown, revoked or expired."""
    if tenant_of_key(key) != tenant_id:
        raise CopilotError(ErrorKind.FORBIDDEN, "This key belongs to another tenant.")
    candidate = Actor(tenant_id, None, Role.VIEWER, surface)
    now = database.clock.now()
    async with database.read(candidate) as uow:
        found = await uow.api_keys.by_hash(hash_secret(key))
        if found is None or found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
            raise unknown_key()
        key_id, role, last_used = found.id, Role(found.role), found.last_used_at
    actor = replace(candidate, role=role)
    if last_used is None or now - last_used > _TOUCH_AFTER:
        async with database.write(actor) as uow:
            (await uow.api_keys.get(key_id)).last_used_at = now
    return actor


def tenant_of_key(key: str) -> str:
    """The tenant that a key names. Raises unauthenticated for what is no key."""
    tenant, separator, _ = key.removeprefix(API_KEY_PREFIX).partition("_")
    try:
        if not key.startswith(API_KEY_PREFIX) or not separator:
            raise ValueError("not a key")
        return str(UUID(hex=tenant))
    except ValueError:
        raise unknown_key() from None


def unknown_key() -> CopilotError:
    return CopilotError(ErrorKind.UNAUTHENTICATED, "The API key is unknown, revoked or expired.")
