"""A business at a vendor's stand-in, a connection to it, and a sync service over a real store."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, build_world
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector
from tests.connectors.core.conftest import INSTALLATION, REDIRECT, VirtualSleep, vendors_over
from tools.connectors.core.config import OAuthClient
from tools.connectors.core.credentials import Connection
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.vendors import Vendors
from tools.ingestion.batches import Batches
from tools.sync.run import OpenConnection
from tools.sync.schemas import SyncRun
from tools.sync.service import SyncService

on_both_databases = pytest.mark.parametrize("database_config", ["sqlite", "postgres"], indirect=True)
"""For what the two may differ in: the rows that a vendor's whole account makes. How it is kept up to date is code over them,
proved on PostgreSQL too (make prove)."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.prove)])
def database_config(request: pytest.FixtureRequest) -> DatabaseConfig:
    return request.getfixturevalue("embedded_config" if request.param == "sqlite" else "postgres_config")


class SharedSleep(VirtualSleep):
    """The vendor's time passes with ours."""

    def __init__(self, clock: FixedClock, server: VendorServer) -> None:
        super().__init__(clock)
        self._server = server

    async def __call__(self, seconds: float) -> None:
        self._server.clock.advance(seconds)
        await super().__call__(seconds)


@pytest.fixture
def sleep(clock: FixedClock) -> VirtualSleep:
    return VirtualSleep(clock)


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def stripe(world: World) -> Iterator[StripeStandIn]:
    with StripeStandIn(world, limits=()) as server:
        yield server


@dataclass
class Synced:
    """A connection that can be synchronised."""

    actor: Actor
    connection: Connection
    service: SyncService
    database: Database

    async def sync(self, batch_id: str | None = None, **how: Any) -> SyncRun:
        return await self.service.sync(self.actor, self.connection.id, batch_id or new_id(), **how)

    async def rows(self, statement: Any) -> list[Any]:
        async with self.database.read(self.actor) as uow:
            return list((await uow.session.execute(statement)).all())


def service_over(database: Database, vendors: Vendors) -> SyncService:
    @asynccontextmanager
    async def opened(actor: Actor, connector: Connector) -> AsyncGenerator[OpenConnection]:
        connection = Connection.of(connector)
        yield OpenConnection(vendors.client(actor, connection), connection.settings)

    return SyncService(database, Batches(database), opened)


@pytest.fixture
async def vendors(
    database: Database, stripe: StripeStandIn, clock: FixedClock, sleep: VirtualSleep
) -> AsyncIterator[Vendors]:
    # The business lives in the virtual clock's time: what is "now" there is now here.
    clock.at = stripe.clock.now()
    vendors = vendors_over(database, stripe.origin, sleep, clock)
    yield vendors
    await vendors.http.aclose()


async def authorized(vendors: Vendors, actor: Actor, vendor: str, settings: dict[str, str] | None = None) -> Connection:
    """A connection by the owner's consent: her browser is sent to the vendor, and comes back with a code."""
    connecting = Connecting(vendors, secret=INSTALLATION, redirect_uri=REDIRECT)
    begun = await connecting.begin(actor, vendor, settings or {})
    async with httpx.AsyncClient(follow_redirects=False) as browser:
        sent_back = await browser.get(begun.authorization_url)
    return await connecting.complete(dict(parse_qsl(urlsplit(sent_back.headers["location"]).query)))


def vendors_at(
    database: Database, server: VendorServer, clock: FixedClock, sleep: SharedSleep | None = None, **changes: Any
) -> Vendors:
    """All vendors at one stand-in, which knows us as its client; its time and ours are one."""
    clock.at = server.clock.now()
    client = OAuthClient(client_id=server.oauth.client.id, client_secret=SecretStr(server.oauth.client.secret))
    parts: dict[str, Any] = {"clients": {server.vendor: client}, **changes}
    return vendors_over(database, server.origin, sleep or SharedSleep(clock, server), clock, **parts)


@pytest.fixture
async def shop(database: Database, actor: Actor, vendors: Vendors, stripe: StripeStandIn) -> Synced:
    """A tenant whose Stripe account is connected by a restricted key."""
    connecting = Connecting(vendors, secret=INSTALLATION, redirect_uri=REDIRECT)
    connection = await connecting.connect_with_key(actor, "stripe", {"token": SecretStr(stripe.key)})
    return Synced(actor, connection, service_over(database, vendors), database)
