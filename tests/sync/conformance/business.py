"""A business at a vendor's stand-in, followed by a connection over a real store."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from evals.standins.vendors.kit.budget import Violation
from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.oauth import fields_of
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.world import World, build_world, truth
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.ids import new_id
from tests.conftest import registered
from tests.sync.conformance.books import Rows, answers, content, loose_ends, money_of
from tests.sync.conformance.deeds import Deed
from tests.sync.conformance.table import Vendor
from tests.sync.conftest import SharedSleep, Synced, authorized, service_over, vendors_at
from tools.connectors.core.credentials import Connection
from tools.connectors.core.vendors import Vendors
from tools.sync.schemas import SyncRun

CUSTOMERS, ORDERS, MAILS = 12, 20, 24
"""Of the business that is followed: small, and two pages of orders at Shopify. Its invoices, deals and the like are as many
as ever."""


@dataclass
class Worker:
    """What one process has: a database of its own over the shared store, clients, a service."""

    database: Database
    vendors: Vendors
    synced: Synced

    async def aclose(self) -> None:
        await self.vendors.http.aclose()
        await self.database.dispose()


@dataclass(frozen=True)
class Account:
    """Of a business: counts and sums by the truth's names; rows that hang on no raw record; requests over a limit."""

    counts: dict[str, int]
    money: dict[str, dict[str, Decimal]]
    loose_ends: dict[str, int] = field(default_factory=dict[str, int])
    violations: list[Violation] = field(default_factory=list[Violation])


@dataclass
class Business:
    """`sync` is the work of the process that is there now; `restart` puts another in its place."""

    vendor: Vendor
    world: World
    server: VendorServer
    clock: FixedClock
    config: DatabaseConfig
    actor: Actor
    connection: Connection
    worker: Worker

    async def sync(self, batch_id: str | None = None, **how: Any) -> SyncRun:
        return await self.worker.synced.sync(batch_id or new_id(), **how)

    async def restart(self) -> None:
        """The process dies; a new one knows what is in the store, and nothing else. It finds the store's pool open, which
        knows nothing of syncs. It takes more than a second to come up: what was sent in the last one counts no more."""
        self.pass_time(1.5)
        await self.worker.vendors.http.aclose()
        self.worker = _worker(self.worker.database, self.server, self.clock, self.actor, self.connection)

    async def move_in(self, name: str) -> None:
        """Another tenant connects the same account, and is followed from now on. Whatever limits were reached before are
        those of the past."""
        self.pass_time(120)
        self.server.budget.renew()  # the day's too
        self.actor = await registered(self.worker.database, name)
        self.connection = await authorized(
            self.worker.vendors, self.actor, self.vendor.name, dict(self.vendor.settings)
        )
        await self.restart()

    def another(self) -> Worker:
        """A process beside it, with a database of its own over the same store."""
        return _worker(Database(self.config, self.clock), self.server, self.clock, self.actor, self.connection)

    def do(self, these: Iterable[Deed], *, within: float = 3660.0) -> None:
        """So many seconds later these things have happened, and every index of the vendor's has seen them."""
        self.pass_time(within - 60)
        for deed in these:
            deed(self.world)
        self.pass_time(60)

    def pass_time(self, seconds: float) -> None:
        self.server.clock.advance(seconds)
        self.clock.at = self.server.clock.now()

    @property
    def renewals(self) -> list[Asked]:
        """The calls by which tokens were renewed."""
        return [asked for asked in self.server.requests if {"grant_type", "refresh_token"} <= set(fields_of(asked))]

    @property
    def token_life(self) -> float:
        """Seconds after which an access token ends."""
        oauth = self.worker.vendors.config(self.vendor.name).oauth
        assert oauth is not None
        return oauth.access_life_seconds

    async def content(self) -> Rows:
        return await content(self.worker.database, self.actor, self.connection.id)

    async def told(self) -> Account:
        return await told(self.vendor, self.server, self.worker.database, self.actor)

    def true(self) -> Account:
        return true(self.vendor, self.world)


async def told(vendor: Vendor, server: VendorServer, database: Database, actor: Actor) -> Account:
    """What the store says of a business, and how it was come by."""
    return Account(
        await answers(database, actor, vendor.counts),
        await money_of(database, actor, vendor.sums),
        await loose_ends(database, actor),
        list(server.violations),
    )


def true(vendor: Vendor, world: World) -> Account:
    """What is true of it, as the vendor's rows can tell it: no row is lost or doubled, and the vendor was never asked for
    more than it allows."""
    expected = truth(world, vendor.truth)
    money: dict[str, dict[str, Decimal]] = {}
    for currency, measures in expected.money.items():
        sums = money.setdefault("EUR" if vendor.one_currency else currency, {})
        for name, amount in measures.items():
            if name not in vendor.untold:
                sum_ = vendor.with_tax.get(name, name)
                sums[sum_] = sums.get(sum_, Decimal(0)) + amount
    counts = {name: expected.counts[name] for name in vendor.counts}
    return Account(counts, {currency: sums for currency, sums in money.items() if sums})


def small_world(clock: VirtualClock | None = None) -> World:
    return build_world(clock, customers=CUSTOMERS, orders=ORDERS, mails=MAILS)


@asynccontextmanager
async def followed(vendor: Vendor, config: DatabaseConfig) -> AsyncGenerator[Business]:
    """The business at the vendor, connected by its owner's consent and not yet read."""
    world = small_world()
    clock = FixedClock(world.clock.now())
    with vendor.stand_in(world) as server:
        database = Database(config, clock)
        vendors = _vendors(database, server, clock)
        actor = await registered(database)
        connection = await authorized(vendors, actor, vendor.name, dict(vendor.settings))
        await vendors.http.aclose()
        server.requests.clear()
        worker = _worker(database, server, clock, actor, connection)
        business = Business(vendor, world, server, clock, config, actor, connection, worker)
        try:
            yield business
        finally:
            await business.worker.aclose()


def _worker(
    database: Database, server: VendorServer, clock: FixedClock, actor: Actor, connection: Connection
) -> Worker:
    vendors = _vendors(database, server, clock)
    return Worker(database, vendors, Synced(actor, connection, service_over(database, vendors), database))


def _vendors(database: Database, server: VendorServer, clock: FixedClock) -> Vendors:
    return vendors_at(database, server, clock, sleep=UnhurriedSleep(clock, server))


class UnhurriedSleep(SharedSleep):
    """Lets the others really do something meanwhile: who waits for one of them would else have waited for hours."""

    async def __call__(self, seconds: float) -> None:
        await super().__call__(seconds)
        await asyncio.sleep(0.002)
