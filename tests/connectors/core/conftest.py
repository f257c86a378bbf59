"""A vendor on loopback, virtual time, and everything that speaks with it, over both databases."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.secret_box import SecretBox
from tests.connectors.core.vendor import LoopbackVendor
from tools.connectors.core.budget import InProcessLedgers
from tools.connectors.core.config import OAuthClient, load_vendors
from tools.connectors.core.credentials import Connection, Credentials, CredentialStore, NewConnection
from tools.connectors.core.endpoints import ROLES
from tools.connectors.core.folders import VENDORS
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.vendors import Vendors
from tools.connectors.core.wire import open_http

INSTALLATION = "an installation's own secret, 40 letters long"
CLIENT_SECRET = "client-secret-0001"
REDIRECT = "https://smb.example/api/connectors/oauth/callback"


class VirtualSleep:
    """Time passes when somebody sleeps, and at no other moment."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture
def sleep(clock: FixedClock) -> VirtualSleep:
    return VirtualSleep(clock)


@pytest.fixture
def vendor(clock: FixedClock) -> Iterator[LoopbackVendor]:
    with LoopbackVendor(clock).serving() as vendor:
        yield vendor


def vendors_over(database: Database, url: str, sleep: Any, clock: Any, **changes: Any) -> Vendors:
    """All vendors, with the loopback one in place of each."""
    parts: dict[str, Any] = {
        "configs": load_vendors(),
        "http": open_http(),
        "ledgers": InProcessLedgers(clock),
        "store": CredentialStore(database, SecretBox([INSTALLATION], "connectors")),
        "clock": clock,
        "clients": {
            name: OAuthClient(client_id=f"client-of-{name}", client_secret=SecretStr(CLIENT_SECRET)) for name in VENDORS
        },
        "overrides": {name: dict.fromkeys(ROLES, url) for name in VENDORS},
        "sleep": sleep,
        "jitter": random.Random(7),
    }
    return Vendors(**{**parts, **changes})


@pytest.fixture
async def vendors(
    database: Database, vendor: LoopbackVendor, clock: FixedClock, sleep: VirtualSleep
) -> AsyncIterator[Vendors]:
    vendors = vendors_over(database, vendor.url, sleep, clock)
    yield vendors
    await vendors.http.aclose()


@pytest.fixture
def connecting(vendors: Vendors) -> Connecting:
    return Connecting(vendors, secret=INSTALLATION, redirect_uri=REDIRECT)


SETTINGS: dict[str, dict[str, str]] = {
    "shopify": {"shop": "corner.myshopify.com"},
    "quickbooks": {"realm_id": "4620816365"},
    "xero": {"tenant_id": "0f0e7f7a-6f5c-4d6e-9d36-6c9c7d7f0001"},
}


async def connected(
    vendors: Vendors, actor: Actor, vendor: LoopbackVendor, name: str = "xero", *, way: str = "oauth", **changes: Any
) -> Connection:
    """A connection whose tokens the vendor has issued."""
    pair = vendor.issue()
    fields: dict[str, Any] = {
        "access_token": SecretStr(pair["access_token"]),
        "refresh_token": SecretStr(pair["refresh_token"]),
        "expires_at": vendors.clock.now() + timedelta(seconds=pair["expires_in"]),
    }
    new = NewConnection(name, f"account of {name}", f"Shop at {name}", SETTINGS.get(name, {}), way)
    return await vendors.store.connect(actor, new, Credentials(**{**fields, **changes}))
