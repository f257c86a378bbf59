"""A connection at a vendor's stand-in, and a keeper of its subscriptions over a real store."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from evals.standins.vendors.world import World, build_world
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.models.ingestion import Connector
from storage.models.webhooks import VendorSubscription
from tests.connectors.core.conftest import INSTALLATION, REDIRECT
from tests.connectors.subscriptions.table import Row
from tests.standins.receiver import Receiver
from tests.sync.conftest import authorized, vendors_at
from tools.connectors.core.credentials import Connection
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.subscriptions.keeping import Kept, SubscriptionKeeper
from tools.connectors.core.subscriptions.standing import Public, Subscription
from tools.connectors.core.vendors import Vendors


@dataclass
class Kit:
    """`keep` is a look at the connection, as the scheduler has it."""

    row: Row
    server: Any
    vendors: Vendors
    actor: Actor
    connection: Connection
    clock: FixedClock
    origin: str

    def keeper(
        self, origin: str | None = None, kind: type[SubscriptionKeeper] = SubscriptionKeeper
    ) -> SubscriptionKeeper:
        topic = self.row.installation.get("pubsub_topic", "")
        return kind(self.vendors, Public(origin or self.origin, pubsub_topic=topic))

    def connecting(self) -> Connecting:
        return Connecting(self.vendors, secret=INSTALLATION, redirect_uri=REDIRECT, subscriptions=self.keeper())

    async def keep(self) -> Kept:
        return await self.keeper().keep(self.actor, self.connection.id)

    @property
    def kept(self) -> dict[str, dict[str, Any]]:
        """What the vendor knows, by its id."""
        return self.server.subscriptions.kept

    @property
    def urls(self) -> set[str]:
        told = [str(one[name]) for one in self.kept.values() for name in self.row.url if name in one]
        return {one.partition("?")[0] for one in told}

    @property
    def own_url(self) -> str:
        return f"{self.origin}/api/webhooks/{self.row.vendor}/{self.connection.id}"

    @property
    def wanted_urls(self) -> set[str]:
        return {one.replace("{own}", self.own_url) for one in self.row.posts_to}

    async def stored(self) -> list[VendorSubscription]:
        async with self.vendors.store.database.read(self.actor) as uow:
            return await uow.vendor_subscriptions.of(self.connection.id)

    async def connector(self) -> Connector:
        async with self.vendors.store.database.read(self.actor) as uow:
            return await uow.connections.get(self.connection.id)

    async def shown(self) -> tuple[Subscription, ...]:
        """All but what needs a topic that the operator has not set."""
        every = self.keeper().shown(await self.connector(), await self.stored())
        return tuple(one for one in every if "SMB_PUBSUB_TOPIC" not in (one.message or ""))

    async def states(self) -> set[str]:
        return {one.state for one in await self.shown()}

    async def secret(self) -> str:
        return (await self.vendors.store.webhook_secret(self.actor, self.connection.id)).get_secret_value()

    async def was_synchronised(self) -> None:
        async with self.vendors.store.database.write(self.actor) as uow:
            (await uow.connections.locked(self.connection.id)).last_sync_at = uow.clock.now()

    async def is_due(self) -> bool:
        return (self.actor.tenant_id, self.connection.id) in await self.keeper().due()

    def wait(self, time: timedelta) -> None:
        """The vendor's time and ours go on."""
        self.server.clock.advance(time.total_seconds())
        self.clock.at = self.server.clock.now()


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where vendors post to: it gives a handshake back, as the product does."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def server(world: World, row: Row) -> Iterator[Any]:
    with row.server(world) as server:
        yield server


@pytest.fixture
async def kit(
    database: Database, actor: Actor, server: Any, row: Row, clock: FixedClock, receiver: Receiver
) -> AsyncIterator[Kit]:
    vendors = vendors_at(database, server, clock)
    if row.way == "key":
        connecting = Connecting(vendors, secret=INSTALLATION, redirect_uri=REDIRECT)
        made = await connecting.connect_with_key(actor, row.vendor, {"token": SecretStr(server.key)})
    else:
        made = await authorized(vendors, actor, row.vendor, row.settings)
    yield Kit(row, server, vendors, actor, made, clock, receiver.url.removesuffix("/hook"))
    await vendors.http.aclose()
