"""Fixtures that every room's tests share: a real database of either kind, a clock, tenants and actors."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor, Module, Role, Surface
from storage.kernel.clock import FixedClock
from storage.models.base import Base
from storage.models.identity import Membership, Tenant, User
from storage.scope import SystemPurpose

TenantFactory = Callable[..., Awaitable[Actor]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))


@pytest.fixture(params=["sqlite"])
async def database(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Database]:
    path = tmp_path / "smb.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    database = Database(DatabaseConfig(f"sqlite:///{path}"), clock)
    yield database
    await database.dispose()


@pytest.fixture
def make_tenant(database: Database) -> TenantFactory:
    """Registers a tenant with its owner, as registration does, and returns the owner as an actor."""

    async def make(name: str = "Harbour Homeware", *, email: str | None = None, currency: str = "EUR") -> Actor:
        async with database.system(SystemPurpose.REGISTRATION) as uow:
            tenant = Tenant(name=name, currency=currency, modules=[module.value for module in Module])
            user = User(email=email or f"owner@{name.lower().replace(' ', '-')}.example", password_hash="x")
            uow.add(tenant, user)
            await uow.flush()
            uow.add(Membership(tenant_id=tenant.id, user_id=user.id, role=Role.OWNER.value))
        return Actor(tenant_id=tenant.id, user_id=user.id, role=Role.OWNER, surface=Surface.REST, request_id="req-1")

    return make


@pytest.fixture
async def actor(make_tenant: TenantFactory) -> Actor:
    """The owner of a fresh tenant."""
    return await make_tenant()


@pytest.fixture
async def tenant(actor: Actor) -> str:
    """The id of the actor's tenant."""
    return actor.tenant_id


@pytest.fixture
async def other_actor(make_tenant: TenantFactory) -> Actor:
    """The owner of another tenant, whose rows must never be seen."""
    return await make_tenant("Rival Rugs")


@pytest.fixture
async def other_tenant(other_actor: Actor) -> str:
    """The id of the other tenant."""
    return other_actor.tenant_id
