"""One first sync of a Stripe account in a fresh process: `python -m evals.bench.sync_once JSON` prints what it took."""
# ruff: noqa: T201 - a command

import asyncio
import resource
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pydantic import BaseModel, SecretStr

from storage.database import Database, DatabaseConfig
from storage.kernel import collector
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import SystemClock
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector
from storage.secret_box import SecretBox
from tools.connectors.core.budget import InProcessLedgers
from tools.connectors.core.config import VendorConfig, load_vendors
from tools.connectors.core.credentials import Connection, CredentialStore
from tools.connectors.core.endpoints import ROLES
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.vendors import Vendors
from tools.connectors.core.wire import open_http
from tools.ingestion.batches import Batches
from tools.sync.run import OpenConnection
from tools.sync.service import SyncService

_SECRET = "the secret of an installation that lives for a minute"  # noqa: S105 - of a store that is thrown away
_REDIRECT = "https://smb.example/api/connectors/oauth/callback"
_PLENTY = 1_000_000
"""Requests in each window: the vendor's limits are not what is measured."""


class Task(BaseModel):
    """`database` is a migrated store with that tenant in it."""

    database: str
    tenant_id: str
    user_id: str
    origin: str
    key: str


class Taken(BaseModel):
    """Seconds by the clock and of processors, and how many objects of the vendor were read."""

    seconds: float
    cpu_seconds: float
    objects: int


async def sync_once(task: Task) -> Taken:
    """Connects the account, then measures the product's own sync from its first request to the flip."""
    database = Database(DatabaseConfig(task.database), SystemClock())
    actor = Actor(task.tenant_id, task.user_id, Role.OWNER, Surface.SYSTEM)
    http = open_http()
    try:
        vendors = Vendors(
            configs={"stripe": _unlimited(load_vendors()["stripe"])},
            http=http,
            ledgers=InProcessLedgers(database.clock),
            store=CredentialStore(database, SecretBox([_SECRET], "connectors")),
            clock=database.clock,
            overrides={"stripe": dict.fromkeys(ROLES, task.origin)},
        )
        connecting = Connecting(vendors, secret=_SECRET, redirect_uri=_REDIRECT)
        connection = await connecting.connect_with_key(actor, "stripe", {"token": SecretStr(task.key)})

        @asynccontextmanager
        async def opened(actor: Actor, connector: Connector) -> AsyncGenerator[OpenConnection]:
            of = Connection.of(connector)
            yield OpenConnection(vendors.client(actor, of), of.settings)

        service = SyncService(database, Batches(database), opened)
        collector.settle()  # as the server does when it is warm
        before, started = cpu_seconds(), time.perf_counter()
        run = await service.sync(actor, connection.id, new_id())
        return Taken(
            seconds=time.perf_counter() - started,
            cpu_seconds=cpu_seconds() - before,
            objects=sum(run.objects.values()),
        )
    finally:
        await http.aclose()
        await database.dispose()


def _unlimited(config: VendorConfig) -> VendorConfig:
    windows = tuple(window.model_copy(update={"amount": _PLENTY}) for window in config.throttle.windows)
    return config.model_copy(update={"throttle": config.throttle.model_copy(update={"windows": windows})})


def cpu_seconds() -> float:
    """What this process has used, in all its threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(asyncio.run(sync_once(Task.model_validate_json(sys.argv[1]))).model_dump_json())
