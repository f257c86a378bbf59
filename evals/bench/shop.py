"""Stores that are measured: the demo shop as `smb demo` fills it, or a new one for one import."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from evals.bench.processes import run_smb
from evals.tenants import TenantSettings
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor, Module, Role, Surface
from storage.kernel.clock import SystemClock
from storage.migrate import upgrade
from storage.models.identity import Membership, Tenant, User
from storage.repositories.base import PageRequest
from storage.scope import SystemPurpose

_STORE = "smb.sqlite3"


@dataclass(frozen=True)
class Shop:
    """A tenant in an embedded store of its own; `owner` may do everything there."""

    home: Path
    owner: Actor

    @property
    def store(self) -> Path:
        return self.home / _STORE


async def demo_shop(home: Path) -> Shop:
    """Fills a new data directory with the demo shop, the way the product itself does at its first start."""
    await run_smb("demo", home=home)
    async with opened(home) as database:
        async with database.system(SystemPurpose.MAINTENANCE) as uow:
            (tenant,) = await uow.tenants.all()
        async with database.read(Actor(tenant.id, None, Role.OWNER, Surface.SYSTEM)) as uow:
            people, _ = await uow.memberships.people(PageRequest(limit=1, cursor=None))
    return Shop(home, Actor(tenant.id, people.items[0].user_id, Role.OWNER, Surface.SYSTEM))


async def new_shop(home: Path, settings: TenantSettings) -> Shop:
    """A migrated store with one tenant and its owner, and nothing in it yet."""
    await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
    await upgrade(_config(home))
    async with opened(home) as database:
        return Shop(home, await register_owner(database, settings))


async def register_owner(database: Database, settings: TenantSettings) -> Actor:
    """A new tenant's owner, who cannot sign in."""
    async with database.system(SystemPurpose.REGISTRATION) as uow:
        tenant = Tenant(
            name=settings.tenant_name,
            currency=settings.currency,
            country=settings.country,
            timezone=settings.timezone,
            clock=settings.clock,
            modules=[module.value for module in Module],
        )
        # No password has this hash.
        user = User(email="owner@bench.test", password_hash="-")  # noqa: S106
        uow.add(tenant, user)
        await uow.flush()
        uow.add(Membership(tenant_id=tenant.id, user_id=user.id, role=Role.OWNER.value))
        return Actor(tenant.id, user.id, Role.OWNER, Surface.SYSTEM)


@asynccontextmanager
async def opened(home: Path) -> AsyncGenerator[Database]:
    """The product's own door to a store."""
    database = Database(_config(home), SystemClock())
    try:
        yield database
    finally:
        await database.dispose()


def _config(home: Path) -> DatabaseConfig:
    return DatabaseConfig(f"sqlite:///{home / _STORE}")
