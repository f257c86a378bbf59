"""Vendors' webhooks over real HTTP, brought by the stand-ins' couriers: what is taken, refused, and written down."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.bootstrap import Services
from api.settings import Settings
from evals.standins.vendors.hubspot.render import PORTAL
from evals.standins.vendors.hubspot.server import HubSpotStandIn
from evals.standins.vendors.kit.webhooks import Courier
from evals.standins.vendors.quickbooks.render import REALM
from evals.standins.vendors.quickbooks.server import QuickBooksStandIn, cloud_events
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.shopify import webhooks as shopify
from evals.standins.vendors.shopify.render import SHOP
from evals.standins.vendors.square import SquareStandIn
from evals.standins.vendors.square import events as square
from evals.standins.vendors.square.render import MERCHANT
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.stripe.render import ACCOUNT
from evals.standins.vendors.world import Change, World, build_world
from evals.standins.vendors.xero.render import TENANT
from evals.standins.vendors.xero.server import XeroStandIn
from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.models.webhooks import WebhookDelivery
from storage.scope import SystemPurpose
from tests.api.conftest import Caller, settings_for
from tests.api.live import live
from tools.connectors.core.credentials import Connection, Credentials, NewConnection

pytestmark = pytest.mark.anyio
PUBLIC = "https://smb.example"
CLIENT = {"client_id": "id", "client_secret": "the-client-secret-0001"}
SECRETS = {
    "stripe": "whsec_of_the_platform_1",
    "square": ["square-key-new", "square-key-old"],
    "quickbooks": "verifier-token-1",
    "xero": "xero-webhook-key-1",
}
VENDORS = ("shopify", "stripe", "square", "hubspot", "quickbooks", "xero")


@pytest.fixture(scope="module")
def world() -> World:
    world = build_world()
    world.change(world.customers[1], email="first@mail.example")
    world.clock.advance(60)
    world.change(world.customers[0], email="second@mail.example")
    return world


@dataclass(frozen=True)
class Hook:
    """One vendor's webhooks: how they are signed, whose account they tell of, and what their body is."""

    vendor: str
    account: str
    courier: Courier
    body: Callable[[Change], Any]
    topic: str = ""

    def path(self, connection_id: str | None = None) -> str:
        return f"/api/webhooks/{self.vendor}" + (f"/{connection_id}" if connection_id else "")


@pytest.fixture(scope="module")
def hooks(world: World) -> dict[str, Hook]:
    def key(vendor: str) -> str:
        secret = SECRETS.get(vendor, CLIENT["client_secret"])
        return secret if isinstance(secret, str) else secret[0]

    def hook(server: Any, account: str, body: Callable[[Change], Any], topic: str = "") -> Hook:
        server.webhooks.key = key(server.vendor)
        return Hook(server.vendor, account, server.webhooks, body, topic)

    hubspot, xero, stripe = HubSpotStandIn(world), XeroStandIn(world), StripeStandIn(world)
    made = (
        hook(ShopifyStandIn(world), SHOP, lambda change: shopify.body_of(world, change), "customers/update"),
        hook(stripe, ACCOUNT, lambda change: {**stripe.event_of(change), "account": ACCOUNT}),
        hook(SquareStandIn(world), MERCHANT, lambda change: square.event(world, change)),
        hook(hubspot, str(PORTAL), lambda change: hubspot.notices([change])),
        hook(QuickBooksStandIn(world), REALM, lambda change: cloud_events([(REALM, change)])),
        hook(xero, TENANT, lambda change: xero.notice([change])),
    )
    return {one.vendor: one for one in made}


@pytest.fixture
def settings(database_config: DatabaseConfig, tmp_path: Path) -> Settings:
    return settings_for(
        tmp_path / "home",
        database_config,
        public_url=PUBLIC,
        webhook_secrets=SECRETS,
        connector_clients={"shopify": CLIENT, "hubspot": CLIENT},
    )


@pytest.fixture
def services(app: FastAPI) -> Services:
    return app.state.services


@pytest.fixture
async def url(app: FastAPI, clock: FixedClock, world: World) -> AsyncIterator[str]:
    clock.at = world.clock.now()
    async with live(app) as url:
        yield url


@pytest.fixture(params=VENDORS)
def hook(request: pytest.FixtureRequest, hooks: dict[str, Hook]) -> Hook:
    return hooks[request.param]


async def connected(services: Services, owner: Caller, vendor: str, account: str, *, waits: bool = True) -> Connection:
    """A connection; with `waits` its owner has to connect it again, so that nothing is fetched."""
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    new = NewConnection(vendor, account, f"{vendor} of {owner.email}", {}, "key")
    store = services.vendors.store
    made = await store.connect(actor, new, Credentials(access_token=SecretStr("token-of-a-test")))
    if waits:
        await store.refuse(actor, made.id, 1, "Connect it again.")
    return made


async def post(url: str, hook: Hook, body: Any, connection_id: str | None = None, **how: Any) -> httpx.Response:
    """Through a proxy: signed for the public address, arriving at the inner one."""
    path = hook.path(connection_id)
    how = {"topic": hook.topic, "signed_url": PUBLIC + path} | how
    return await asyncio.to_thread(lambda: hook.courier.post(url + path, body, **how))


async def deliveries(services: Services, connection: Connection) -> list[WebhookDelivery]:
    async with services.database.system(SystemPurpose.WEBHOOK) as uow:
        return await uow.webhooks.of(connection.id)


# ── six vendors, one behaviour ───────────────────────────────────────────────────────────────────────────


async def test_a_valid_webhook_is_written_down_once_and_answered_with_nothing(
    services: Services, owner: Caller, url: str, hook: Hook, world: World
) -> None:
    connection = await connected(services, owner, hook.vendor, hook.account)
    answers = [await post(url, hook, hook.body(world.journal[-1])) for _ in range(2)]
    assert [(one.status_code, one.content) for one in answers] == [(200, b""), (200, b"")]
    assert "set-cookie" not in answers[0].headers
    (kept,) = await deliveries(services, connection)
    assert (kept.tenant_id, kept.kind) == (owner.tenant_id, "change")
    assert kept.occurred_at is not None


async def test_what_is_not_the_vendors_is_refused_and_leaves_nothing(
    services: Services, owner: Caller, url: str, hook: Hook, world: World
) -> None:
    connection = await connected(services, owner, hook.vendor, hook.account)
    body = hook.body(world.journal[-1])
    unsigned = await asyncio.to_thread(lambda: httpx.post(url + hook.path(), json=body))
    answers = [await post(url, hook, body, key="another key"), await post(url, hook, body, reserialised=True), unsigned]
    if hook.vendor in ("stripe", "hubspot"):
        answers.append(await post(url, hook, body, age=301))
    if hook.vendor in ("square", "hubspot"):
        answers.append(await post(url, hook, body, signed_url=url + hook.path()))
    assert {(one.status_code, one.content) for one in answers} == {(401, b"")}
    assert await deliveries(services, connection) == []


async def test_events_out_of_order_are_all_kept_with_their_own_time(
    services: Services, owner: Caller, url: str, hook: Hook, world: World
) -> None:
    connection = await connected(services, owner, hook.vendor, hook.account)
    later, earlier = world.journal[-1], world.journal[-2]
    for change, age in ((later, 0.0), (earlier, 60.0)):
        assert (await post(url, hook, hook.body(change), age=age)).status_code == 200
    told = [one.occurred_at for one in await deliveries(services, connection)]
    assert told == [later.at, earlier.at]


async def test_an_account_that_nobody_connected_is_passed_over(
    services: Services, owner: Caller, url: str, hook: Hook, world: World
) -> None:
    connection = await connected(services, owner, hook.vendor, "another account")
    assert (await post(url, hook, hook.body(world.journal[-1]))).status_code == 200
    assert await deliveries(services, connection) == []


async def test_a_path_of_another_tenants_connection_tells_it_nothing(
    services: Services, owner: Caller, rival: Caller, url: str, hook: Hook, world: World
) -> None:
    own = await connected(services, owner, hook.vendor, hook.account)
    foreign = await connected(services, rival, hook.vendor, "another account")
    body = hook.body(world.journal[-1])
    answers = [await post(url, hook, body, where) for where in (foreign.id, "no-such-id")]
    assert [one.status_code for one in answers] == [200, 200]
    assert await deliveries(services, foreign) == await deliveries(services, own) == []
    assert (await post(url, hook, body, own.id)).status_code == 200
    assert len(await deliveries(services, own)) == 1


# ── what is particular ───────────────────────────────────────────────────────────────────────────────────


async def test_one_post_of_several_accounts_reaches_each_of_them(
    services: Services, owner: Caller, rival: Caller, url: str, hooks: dict[str, Hook], world: World
) -> None:
    """Two tenants, one of which has also connected the other's company: nobody else's is told."""
    first = await connected(services, owner, "quickbooks", REALM)
    shared = await connected(services, rival, "quickbooks", REALM)
    second = await connected(services, rival, "quickbooks", "77")
    change = world.journal[-1]
    body = cloud_events([(REALM, change), ("77", change), ("unknown", change)])
    assert (await post(url, hooks["quickbooks"], body)).status_code == 200
    assert [len(await deliveries(services, one)) for one in (first, shared, second)] == [1, 1, 1]


async def test_while_a_secret_is_replaced_the_old_one_still_opens(
    url: str, hooks: dict[str, Hook], world: World
) -> None:
    for vendor, keys in (("square", ("square-key-old",)), ("stripe", ("whsec_not_ours", SECRETS["stripe"]))):
        hook = hooks[vendor]
        assert (await post(url, hook, hook.body(world.journal[-1]), keys=keys)).status_code == 200


async def test_xeros_intent_to_receive_is_understood(url: str, world: World, hooks: dict[str, Hook]) -> None:
    server = XeroStandIn(world)
    server.webhooks.key = hooks["xero"].courier.key
    assert await asyncio.to_thread(server.intent_to_receive, url + "/api/webhooks/xero") == [200, 401, 200, 401]


async def test_graph_is_answered_with_its_own_token_as_plain_text(url: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{url}/api/webhooks/outlook/x", params={"validationToken": "a b <script>&é"})
        assert (answer.status_code, answer.text) == (200, "a b <script>&é")
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["x-content-type-options"] == "nosniff"
        too_long = await client.post(f"{url}/api/webhooks/outlook/x", params={"validationToken": "x" * 3_000})
        assert too_long.status_code == 400
        other = await client.post(f"{url}/api/webhooks/zoho/x", params={"validationToken": "x"})
        assert other.status_code == 401


@pytest.mark.parametrize(
    ("vendor", "body", "status"),
    [
        ("outlook", {"value": [{"subscriptionId": "s", "changeType": "updated", "resource": "r", "clientState": "%s"}]}, 202),
        ("zoho", {"module": "Contacts", "operation": "update", "ids": ["1"], "channel_id": "7", "token": "%s"}, 200),
    ],
)  # fmt: skip
async def test_a_secret_of_a_connections_own_opens_its_own_address_only(
    services: Services, owner: Caller, rival: Caller, url: str, vendor: str, body: dict[str, Any], status: int
) -> None:
    own, other = [await connected(services, one, vendor, f"account of {one.email}") for one in (owner, rival)]
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    secret = await services.vendors.store.webhook_secret(actor, own.id)
    assert await services.vendors.store.webhook_secret(actor, own.id) == secret
    assert len(secret.get_secret_value()) <= 50
    content = json.dumps(body) % secret.get_secret_value()
    async with httpx.AsyncClient(base_url=url) as client:
        places = (f"{vendor}/{own.id}", f"{vendor}/{other.id}", vendor, f"{vendor}/unknown", f"stripe/{own.id}")
        found = [(await client.post(f"/api/webhooks/{place}", content=content)).status_code for place in places]
        assert found == [status, 401, 401, 401, 401]
        wrong = await client.post(f"/api/webhooks/{vendor}/{own.id}", content=json.dumps(body) % "guessed")
        assert wrong.status_code == 401
    assert len(await deliveries(services, own)) == 1
    assert await deliveries(services, other) == []
    await services.connections.disconnect(actor, own.id)
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.post(f"/api/webhooks/{vendor}/{own.id}", content=content)).status_code == 401


async def test_what_is_too_large_or_no_json_or_no_vendor_is_refused(url: str, hooks: dict[str, Hook]) -> None:
    xero = hooks["xero"]
    assert (await post(url, xero, b"{ no json")).status_code == 400
    assert (await post(url, xero, b"\x00\xff")).status_code == 400
    assert (await post(url, xero, b'{"events": [{"tenantId": "a\\u0000b"}]}')).status_code == 200
    assert (await post(url, xero, b" " * (1024**2 + 1))).status_code == 413
    async with httpx.AsyncClient(base_url=url) as client:
        assert (await client.post("/api/webhooks/nobody", content=b"{}")).status_code == 404
        assert (await client.get("/api/webhooks/xero")).status_code == 405


async def test_the_vendors_word_of_an_end_asks_the_owner_to_connect_again_unless_it_is_older(
    services: Services, owner: Caller, url: str, hooks: dict[str, Hook], clock: FixedClock
) -> None:
    connection = await connected(services, owner, "square", MERCHANT, waits=False)

    async def status() -> tuple[str, str]:
        items = (await owner.get("/api/connectors")).json()["items"]
        [one] = next(item for item in items if item["type"] == "square")["connections"]
        return one["status"], one["message"]

    before, after = [(clock.at + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]
    await post(url, hooks["square"], square.revoked(before))
    assert await status() == ("active", None)
    await post(url, hooks["square"], square.revoked(after))
    found = await status()
    assert found[0] == "needs_reconnect"
    assert "Connect Square again" in found[1]
    assert [one.kind for one in await deliveries(services, connection)] == ["ended", "ended"]


async def test_a_privacy_request_becomes_a_notification_also_after_the_end(
    services: Services, owner: Caller, url: str, hooks: dict[str, Hook]
) -> None:
    connection = await connected(services, owner, "shopify", SHOP)
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    await services.connections.disconnect(actor, connection.id)
    body = {"shop_id": 1, "shop_domain": SHOP, "customer": {"id": 42, "email": "ana@mail.example"}}
    for topic in ("customers/data_request", "customers/redact", "orders/updated"):
        assert (await post(url, hooks["shopify"], body, topic=topic)).status_code == 200
    notices = (await owner.get("/api/notifications")).json()["items"]
    assert [one["kind"] for one in notices] == ["privacy", "privacy"]
    assert all("42" in one["text"] and "ana@mail" not in one["text"] for one in notices)
    assert [one.kind for one in await deliveries(services, connection)] == ["data_request", "redact"]


async def test_shopifys_three_are_answered_and_then_done(
    services: Services, owner: Caller, url: str, hooks: dict[str, Hook]
) -> None:
    connection = await connected(services, owner, "shopify", SHOP)
    person = {
        "shop_id": 1,
        "shop_domain": SHOP,
        "customer": {"id": 42, "email": "ana@mail.example", "phone": "+34600", "note": "half \ud83d"},
    }
    bodies: dict[str, Any] = {
        "customers/data_request": {**person, "orders_requested": [7], "data_request": {"id": 9}},
        "customers/redact": {**person, "orders_to_redact": [7]},
        "shop/redact": {"shop_id": 1, "shop_domain": SHOP},
    }
    for topic, body in bodies.items():
        for _ in range(2):  # sent again: asked once
            assert (await post(url, hooks["shopify"], body, topic=topic)).status_code == 200
        wrong = await post(url, hooks["shopify"], {**body, "more": 1}, topic=topic, key="another key")
        assert wrong.status_code == 401
    kinds = {"access", "erase_person", "erase_account"}
    asked: list[dict[str, Any]] = []
    for _ in range(300):
        asked = (await owner.get("/api/privacy/requests")).json()["items"]
        if {one["status"] for one in asked} == {"done"}:
            break
        await asyncio.sleep(0.1)
    assert {(one["kind"], one["status"]) for one in asked} == {(kind, "done") for kind in kinds}
    assert len(asked) == 3
    [access] = [one for one in asked if one["kind"] == "access"]
    found = (await owner.get(f"/api/privacy/requests/{access['id']}/data")).json()
    assert found["people"] == []
    async with services.database.system(SystemPurpose.WEBHOOK) as uow:
        row = await uow.connections.of_vendor("shopify", connection.id)
        assert row is not None
        assert (row.status, row.erased_at is not None) == ("disconnected", True)


async def test_old_deliveries_are_forgotten_after_thirty_days(
    services: Services, owner: Caller, url: str, hooks: dict[str, Hook], world: World, clock: FixedClock
) -> None:
    connection = await connected(services, owner, "xero", TENANT)
    await post(url, hooks["xero"], hooks["xero"].body(world.journal[-1]))
    for days, left in ((29, 1), (2, 0)):
        clock.at += timedelta(days=days)
        await services.webhooks.sweep()
        assert len(await deliveries(services, connection)) == left
