"""Accounts at vendors over the API: begun, come back from, connected by key, listed, ended."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.settings import Settings
from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Module, Role, Surface
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.repositories.base import PageRequest
from tests.api.conftest import Caller, client_of, register, running, settings_for, sign_in
from tests.connectors.core.vendor import LoopbackVendor
from tools.connections.schemas import DisconnectRequest
from tools.connectors.core.credentials import Credentials, NewConnection
from tools.kit.invocation import CallContext, invoke

pytestmark = pytest.mark.anyio
CLIENTS = {name: {"client_id": f"id-of-{name}", "client_secret": "client-secret-0001"} for name in ("shopify", "xero", "stripe")}  # fmt: skip
CALLBACK = "/api/connectors/oauth/callback"
XERO = [{"tenantId": "0f0e7f7a-6f5c-4d6e-9d36-6c9c7d7f0001", "tenantName": "Corner <b>Shop</b>"}]


@pytest.fixture
def vendor(clock: FixedClock) -> Iterator[LoopbackVendor]:
    with LoopbackVendor(clock).serving() as vendor:
        yield vendor


@pytest.fixture
def settings(database_config: DatabaseConfig, tmp_path: Path, vendor: LoopbackVendor) -> Settings:
    return settings_for(
        tmp_path / "home",
        database_config,
        public_url="https://smb.example/",
        connector_clients=CLIENTS,
        connector_base_urls=dict.fromkeys(("shopify", "xero", "stripe", "square"), vendor.url),
    )


async def authorized(owner: Caller, name: str = "xero", **settings: str) -> dict[str, str]:
    """The query that the owner's browser goes to the vendor with."""
    response = await owner.post(f"/api/connectors/{name}/authorize", {"settings": settings})
    assert response.status_code == 200, response.text
    query = parse_qs(urlsplit(response.json()["authorization_url"]).query)
    return {key: values[0] for key, values in query.items()}


async def xero_connected(owner: Caller, vendor: LoopbackVendor) -> httpx.Response:
    query = await authorized(owner)
    vendor.codes["c-1"], vendor.script = None, [(200, {}, XERO)]
    return await owner.client.get(CALLBACK, params={"code": "c-1", "state": query["state"]})


async def listed(owner: Caller) -> dict[str, dict[str, Any]]:
    items = (await owner.get("/api/connectors")).json()["items"]
    return {item["type"]: item for item in items}


async def test_all_vendors_and_files_are_listed_with_how_they_can_be_connected(owner: Caller) -> None:
    found = await listed(owner)
    assert list(found) == ["file", "shopify", "stripe", "square", "hubspot", "zoho", "zohobooks", "quickbooks", "xero", "gmail", "outlook"]  # fmt: skip
    ways = {name: item["ways"] for name, item in found.items()}
    assert ways["shopify"] == ways["stripe"] == ["oauth", "key"]
    assert (ways["square"], ways["xero"], ways["gmail"], ways["file"]) == (["key"], ["oauth"], [], [])
    assert [one["name"] for one in found["shopify"]["settings"]] == ["shop"]
    assert {one["name"]: one["secret"] for one in found["shopify"]["key"]} == {"shop": False, "token": True}


async def test_an_account_is_connected_by_its_owners_permission(owner: Caller, vendor: LoopbackVendor) -> None:
    query = await authorized(owner)
    assert query["redirect_uri"] == "https://smb.example/api/connectors/oauth/callback"
    page = await xero_connected(owner, vendor)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Corner &lt;b&gt;Shop&lt;/b&gt; is connected to Corner Shop." in page.text
    assert "<b>" not in page.text
    xero = (await listed(owner))["xero"]
    (connection,) = xero["connections"]
    assert (connection["name"], connection["status"], connection["account"]) == ("Corner <b>Shop</b>", "active", XERO[0]["tenantId"])  # fmt: skip
    assert [source["id"] for source in xero["sources"]] == [connection["id"]]


async def test_the_connection_belongs_to_whoever_began(owner: Caller, rival: Caller, vendor: LoopbackVendor) -> None:
    await xero_connected(owner, vendor)
    assert (await listed(rival))["xero"]["connections"] == []


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({}, 403),
        ({"state": "x"}, 403),
        ({"state": "a.1.b.c", "code": "c"}, 403),
        ({"state": "a.1.b.c", "redirect_uri": "https://evil.example", "next": "//evil.example"}, 403),
        ({"state": "a.1.b.c\0"}, 422),
    ],
)
async def test_a_callback_without_a_state_of_ours_is_a_page_and_leads_nowhere(client: httpx.AsyncClient, params: dict[str, str], status: int) -> None:  # fmt: skip
    response = await client.get(CALLBACK, params=params)
    assert response.status_code == status
    assert "location" not in response.headers
    assert "evil.example" not in response.text


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "sec-fetch-site": "cross-site"}
"""What a browser says when a vendor sends it back."""


def posted_to(page: str) -> str:
    """Where the page's button leads."""
    found = re.search(r'<form method="post" action="([^"]*)">', page)
    assert found is not None, page
    return CALLBACK + html.unescape(found[1])


async def test_a_browser_that_comes_back_is_shown_for_whom_it_gives_the_permission_before_anything_is_connected(
    owner: Caller, vendor: LoopbackVendor
) -> None:
    query = await authorized(owner)
    vendor.codes["c-1"], vendor.script = None, [(200, {}, XERO)]
    came = {"code": "c-1", "state": query["state"], "more": '"><script>&amp;'}
    for _ in range(2):  # looked at again, it is the same
        page = await owner.client.get(CALLBACK, params=came, headers=BROWSER)
        assert page.status_code == 200
        assert "Connect Xero to Corner Shop?" in page.text
        assert "ana@example.com has asked to read this Xero account for Corner Shop" in page.text
        assert "<script" not in page.text
        assert vendor.token_calls == []
        assert (await listed(owner))["xero"]["connections"] == []
    agreed = await owner.client.post(posted_to(page.text), headers={**BROWSER, "sec-fetch-site": "same-origin"})
    assert (agreed.status_code, "is connected to Corner Shop" in agreed.text) == (200, True)
    assert len((await listed(owner))["xero"]["connections"]) == 1
    again = await owner.client.get(CALLBACK, params=came, headers=BROWSER)
    assert (again.status_code, "Not connected" in again.text) == (403, True)


async def test_no_other_site_agrees_in_its_readers_place(owner: Caller, vendor: LoopbackVendor) -> None:
    query = await authorized(owner)
    vendor.codes["c-1"], vendor.script = None, [(200, {}, XERO)]
    for site in ("cross-site", "same-site", "none"):
        came = {"code": "c-1", "state": query["state"]}
        page = await owner.client.post(CALLBACK, params=came, headers={**BROWSER, "sec-fetch-site": site})
        assert page.status_code == 403
    assert vendor.token_calls == []
    assert (await listed(owner))["xero"]["connections"] == []


async def test_a_browser_that_was_told_no_is_asked_nothing(owner: Caller) -> None:
    query = await authorized(owner)
    page = await owner.client.get(CALLBACK, params={"error": "access_denied", **query}, headers=BROWSER)
    assert (page.status_code, "declined" in page.text, "<form" in page.text) == (409, True, False)


async def test_a_browser_with_a_state_that_is_over_is_asked_nothing(owner: Caller, clock: FixedClock) -> None:
    query = await authorized(owner)
    clock.at += timedelta(minutes=11)
    page = await owner.client.get(CALLBACK, params={"code": "c", "state": query["state"]}, headers=BROWSER)
    assert (page.status_code, "<form" in page.text) == (403, False)


async def test_a_second_visit_with_the_same_state_connects_nothing(owner: Caller, vendor: LoopbackVendor) -> None:
    query = await authorized(owner)
    vendor.codes["c-1"] = vendor.codes["c-2"] = None
    vendor.script = [(200, {}, XERO)]
    first = await owner.client.get(CALLBACK, params={"code": "c-1", "state": query["state"]})
    again = await owner.client.get(CALLBACK, params={"code": "c-2", "state": query["state"]})
    assert (first.status_code, again.status_code) == (200, 403)


async def test_words_of_a_callback_are_never_repeated(owner: Caller) -> None:
    query = await authorized(owner)
    evil = {"error": "<script>alert(1)</script>", "error_description": "<img src=x>", "state": query["state"]}
    page = await owner.client.get(CALLBACK, params=evil)
    assert page.status_code == 409
    assert "<script" not in page.text
    assert "<img" not in page.text


async def test_what_the_operator_has_not_set_up_says_whom_to_ask(owner: Caller) -> None:
    response = await owner.post("/api/connectors/gmail/authorize", {})
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert "SMB_CONNECTOR_CLIENTS" in response.json()["hint"]


@pytest.mark.parametrize(
    ("path", "body", "status", "pointer"),
    [
        ("nobody/authorize", {}, 404, None),
        ("file/authorize", {}, 404, None),
        ("shopify/authorize", {}, 422, "/settings/shop"),
        ("shopify/authorize", {"settings": {"shop": "evil.com/.myshopify.com"}}, 422, "/settings/shop"),
        ("shopify/authorize", {"redirect_uri": "https://evil.example"}, 422, "/redirect_uri"),
        ("stripe/connect", {"fields": {"token": "pk_live_12345678"}}, 422, "/fields/token"),
        ("xero/connect", {"fields": {"token": "12345678"}}, 409, None),
        ("nobody/connect", {"fields": {"token": "12345678"}}, 404, None),
    ],
)
async def test_what_cannot_be_used_is_named(owner: Caller, vendor: LoopbackVendor, path: str, body: Any, status: int, pointer: str | None) -> None:  # fmt: skip
    response = await owner.post(f"/api/connectors/{path}", body)
    assert response.status_code == status, response.text
    assert [one["pointer"] for one in response.json().get("errors", [])] == ([pointer] if pointer else [])
    assert vendor.seen == []


async def test_a_key_is_connected_and_never_shown(owner: Caller, vendor: LoopbackVendor, settings: Settings, app: FastAPI) -> None:  # fmt: skip
    vendor.checks_tokens, vendor.keys = True, {"rk_live_planted0001"}
    vendor.script = [(200, {}, {"id": "acct_1"})]
    body = {"fields": {"token": "rk_live_planted0001"}}
    response = await owner.post("/api/connectors/stripe/connect", body, headers={"Idempotency-Key": "k-1"})
    assert response.status_code == 201, response.text
    again = await owner.post("/api/connectors/stripe/connect", body, headers={"Idempotency-Key": "k-1"})
    assert again.json() == response.json()
    assert len(vendor.seen) == 1
    assert response.json()["name"] == "Stripe acct_1"
    audit = [json.dumps(one.after) for one in await audited(app, owner)]
    for text in (response.text, (await owner.get("/api/connectors")).text, *audit):
        assert "planted" not in text
    vendor.keys.clear()
    wrong = await owner.post("/api/connectors/stripe/connect", {"fields": {"token": "rk_live_planted0002"}})
    assert wrong.status_code == 422
    assert "planted" not in wrong.text


async def audited(app: FastAPI, owner: Caller) -> list[Any]:
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    async with app.state.services.database.read(actor) as uow:
        return list((await uow.audit_log.entries(PageRequest())).items)


async def test_a_connection_is_ended_once_and_its_sources_stay(owner: Caller, rival: Caller, vendor: LoopbackVendor) -> None:  # fmt: skip
    await xero_connected(owner, vendor)
    (connection,) = (await listed(owner))["xero"]["connections"]
    path = f"/api/connectors/{connection['id']}"
    assert (await rival.delete(path)).status_code == 404
    assert (await owner.delete(path)).status_code == 204
    assert [one.form["token"] for one in vendor.calls("/connect/revocation")] == ["refresh-secret-0001"]
    (after,) = (await listed(owner))["xero"]["connections"]
    assert (after["id"], after["status"]) == (connection["id"], "disconnected")
    assert (await owner.delete(path)).status_code == 204  # nothing is left to be done
    assert len(vendor.calls("/connect/revocation")) == 1


async def test_files_are_no_connection(owner: Caller) -> None:
    assert (await owner.delete("/api/connectors/files")).status_code == 404


async def test_a_viewer_may_look_and_no_more(client: httpx.AsyncClient, owner: Caller) -> None:
    await register(client, "vera@example.com", "Vera's Own")
    made = await owner.post("/api/tenants/current/members", {"email": "vera@example.com", "role": "viewer"})
    assert made.status_code == 201, made.text
    viewer = await sign_in(client, "vera@example.com", owner.tenant_id)
    assert (await viewer.get("/api/connectors")).status_code == 200
    assert (await viewer.post("/api/connectors/xero/authorize", {})).status_code == 403
    assert (await viewer.post("/api/connectors/stripe/connect", {"fields": {"token": "rk_live_12345678"}})).status_code == 403  # fmt: skip
    assert (await viewer.delete("/api/connectors/x")).status_code == 403


# ── in the chat ──────────────────────────────────────────────────────────────────────────────────────────


async def called(app: FastAPI, owner: Caller, capability: str, arguments: dict[str, Any]) -> Any:
    services = app.state.services
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.CHAT)
    context = CallContext(actor, frozenset(Module), run_id="run", turn_id="run")
    return await invoke(services.database, services.catalogue.get(capability), context, arguments, "call")


async def test_the_state_of_connectors_can_be_asked_for(app: FastAPI, owner: Caller, vendor: LoopbackVendor) -> None:
    none = await called(app, owner, "data-lineage.list-connectors", {})
    assert none.text.startswith("No account is connected. Can be connected: Shopify, Stripe, Square, HubSpot, Xero.")
    assert "Not set up in this installation: Zoho CRM, Zoho Books, QuickBooks Online, Gmail, Outlook." in none.text
    await xero_connected(owner, vendor)
    some = await called(app, owner, "data-lineage.list-connectors", {})
    assert some.text.startswith("Connected: Corner <b>Shop</b> (Xero).")
    assert some.blocks[0].rows == (("Xero", "Corner <b>Shop</b>", "connected", None),)


@pytest.fixture
async def two(app: FastAPI, owner: Caller) -> dict[str, str]:
    """One business, of one name at two vendors, and its ids here."""
    store = app.state.services.vendors.store
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    made = [
        await store.connect(
            actor,
            NewConnection(vendor, f"{vendor}-1", "Corner Shop", {}, "oauth"),
            Credentials(access_token=SecretStr("a-token"), refresh_token=SecretStr("r-token")),
        )
        for vendor in ("zoho", "zohobooks")
    ]
    return {one.vendor: one.id for one in made}


@pytest.mark.parametrize("said", ["zohobooks", "Zoho Books", "“zohobooks-1”", '"ZOHOBOOKS-1"'])
async def test_a_connection_is_found_by_what_its_owner_calls_it(
    app: FastAPI, owner: Caller, two: dict[str, str], said: str
) -> None:
    await called(app, owner, "data-lineage.disconnect", {"connection": said})
    states = {name: (await listed(owner))[name]["connections"][0]["status"] for name in two}
    assert states == {"zoho": "active", "zohobooks": "disconnected"}


@pytest.mark.parametrize("said", ["Corner Shop", "Zoho"])
async def test_where_it_may_be_several_they_are_told_apart(
    app: FastAPI, owner: Caller, two: dict[str, str], said: str
) -> None:
    with pytest.raises(CopilotError) as refused:
        await called(app, owner, "data-lineage.disconnect", {"connection": said})
    both = "Corner Shop (Zoho Books, “zohobooks-1”), Corner Shop (Zoho CRM, “zoho-1”)"
    assert refused.value.message == f"'{said}' may be any of {both}."
    assert {one["status"] for name in two for one in (await listed(owner))[name]["connections"]} == {"active"}


async def test_what_has_to_be_connected_again_is_not_said_to_be_synchronised(
    app: FastAPI, owner: Caller, two: dict[str, str]
) -> None:
    store = app.state.services.vendors.store
    actor = Actor(owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    await store.refuse(actor, two["zoho"], 1, "Zoho CRM no longer lets us in.")
    with pytest.raises(CopilotError, match="Corner Shop is not connected"):
        await called(app, owner, "data-lineage.sync-now", {"connection": "Zoho CRM"})
    refused = await owner.post(f"/api/connectors/{two['zoho']}/sync", {})
    assert (refused.status_code, refused.json()["hint"]) == (409, "Connect Corner Shop again.")
    await owner.delete(f"/api/connectors/{two['zohobooks']}")
    assert (await owner.post(f"/api/connectors/{two['zohobooks']}/sync", {})).status_code == 409


async def test_ending_a_connection_waits_for_approval_and_is_told_to_the_vendor(app: FastAPI, owner: Caller, vendor: LoopbackVendor) -> None:  # fmt: skip
    services = app.state.services
    assert services.catalogue.get("data-lineage.disconnect").effect.needs_approval
    await xero_connected(owner, vendor)
    shown = await called(app, owner, "data-lineage.disconnect", {"connection": "xero"})
    assert "is disconnected" in shown.text
    await services.connections.aclose()
    assert len(vendor.calls("/connect/revocation")) == 1
    assert (await listed(owner))["xero"]["connections"][0]["status"] == "disconnected"


async def test_an_end_that_is_not_written_down_is_not_told_to_the_vendor(app: FastAPI, owner: Caller, vendor: LoopbackVendor) -> None:  # fmt: skip
    services = app.state.services
    await xero_connected(owner, vendor)
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.CHAT)

    async def end_and_fail() -> None:
        async with services.database.write(actor) as uow:
            await services.connections.disconnect_named(uow, DisconnectRequest(connection="xero"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await end_and_fail()
    await services.connections.aclose()
    assert vendor.calls("/connect/revocation") == []
    assert (await listed(owner))["xero"]["connections"][0]["status"] == "active"


async def test_an_end_that_a_crash_kept_from_the_vendor_is_told_by_whoever_runs_next(
    app: FastAPI, owner: Caller, vendor: LoopbackVendor, clock: FixedClock
) -> None:
    services = app.state.services
    await xero_connected(owner, vendor)
    (connection,) = (await listed(owner))["xero"]["connections"]
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    async with services.database.write(actor) as uow:  # and then it died
        await services.vendors.store.forget(uow, connection["id"])
    clock.at += timedelta(minutes=1)
    looking = asyncio.create_task(services.disconnection_clock.run())
    async with asyncio.timeout(10):
        while True:
            if vendor.calls("/connect/revocation"):
                break
            await asyncio.sleep(0.01)
    looking.cancel()
    await services.connections.aclose()
    assert [one.form["token"] for one in vendor.calls("/connect/revocation")] == ["refresh-secret-0001"]
    assert await services.vendors.store.untold() == []


async def test_settings_that_name_no_vendor_stop_the_start(tmp_path: Path) -> None:
    config = DatabaseConfig(f"sqlite:///{tmp_path / 'x.db'}")
    for wrong in (
        {"connector_clients": {"shopfy": {"client_id": "a", "client_secret": "planted"}}},
        {"connector_base_urls": {"stripe": "ftp://x"}},
        {"connector_base_urls": {"stripe": {"apis": "https://x.example"}}},
        {"public_url": "smb.example"},
    ):
        with pytest.raises(CopilotError, match="SMB_") as refused:
            settings_for(tmp_path, config, **wrong)
        assert "planted" not in refused.value.message


@pytest.fixture
async def elsewhere(embedded_config: DatabaseConfig, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Caller]:
    """An installation whose operator has set nothing up."""
    async with running(settings_for(tmp_path / "plain", embedded_config), clock) as app, client_of(app) as client:
        yield await register(client, "otto@example.com", "Plain Shop")


async def test_without_settings_keys_can_be_connected_and_nothing_else(elsewhere: Caller) -> None:
    ways = {name: item["ways"] for name, item in (await listed(elsewhere)).items() if item["ways"]}
    assert ways == {name: ["key"] for name in ("shopify", "stripe", "square", "hubspot")}
