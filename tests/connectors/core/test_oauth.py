"""Connecting accounts: the state, the callback, keys, and the end."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from storage.database import Database
from storage.kernel.actor import Actor, Role
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.identity import Membership
from storage.scope import SystemPurpose
from tests.connectors.core.conftest import CLIENT_SECRET, INSTALLATION, REDIRECT, connected
from tests.connectors.core.vendor import LoopbackVendor, OAuthRule
from tools.connectors.core.errors import VendorRefused, VendorUnavailable
from tools.connectors.core.folders import VENDORS
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.state import challenge_of
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio
BEGUN = {"shopify": {"shop": "Corner.myshopify.com"}}
SHOWN: dict[str, Any] = {
    "shopify": {"data": {"shop": {"name": "Corner Shop", "myshopifyDomain": "corner.myshopify.com"}}},
    "stripe": {"id": "acct_1", "settings": {"dashboard": {"display_name": "Corner Shop"}}},
    "square": {"merchant": {"id": "MLR1", "business_name": "Corner Shop"}},
    "zoho": {"org": [{"id": "5501", "company_name": "Corner Shop"}]},
    "zohobooks": {"organizations": [{"organization_id": "5502", "name": "Corner Shop"}]},
    "quickbooks": {"CompanyInfo": {"CompanyName": "Corner Shop"}},
    "xero": [{"tenantId": "0f0e7f7a-6f5c-4d6e-9d36-6c9c7d7f0001", "tenantName": "Corner Shop"}],
    "gmail": {"emailAddress": "corner@shop.example"},
    "outlook": {"id": "u-1", "userPrincipalName": "corner@shop.example"},
    "hubspot": {"portalId": 6251, "uiDomain": "app.hubspot.com"},
}
ACCOUNTS = {
    "shopify": "corner.myshopify.com",
    "stripe": "acct_1",
    "square": "MLR1",
    "hubspot": "6251",
    "zoho": "5501",
    "zohobooks": "5502",
    "quickbooks": "4620816365",
    "xero": "0f0e7f7a-6f5c-4d6e-9d36-6c9c7d7f0001",
    "gmail": "corner@shop.example",
    "outlook": "u-1",
}
NAMES = {"hubspot": "HubSpot 6251", "gmail": "corner@shop.example", "outlook": "corner@shop.example"}


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def begun(connecting: Connecting, actor: Actor, name: str) -> dict[str, str]:
    request = await connecting.begin(actor, name, BEGUN.get(name, {}))
    return query_of(request.authorization_url)


def came_back(vendor: LoopbackVendor, name: str, query: dict[str, str], **changes: str) -> dict[str, str]:
    """What the vendor sends the browser back with."""
    code = f"code-{len(vendor.codes)}-{name}"
    vendor.codes[code] = query.get("code_challenge")
    params = {"code": code, "state": query["state"]}
    match name:
        case "shopify":
            params |= {"shop": "corner.myshopify.com", "timestamp": "1764400000", "host": "YWRtaW4"}
        case "quickbooks":
            params |= {"realmId": "4620816365"}
        case "zoho" | "zohobooks":
            params |= {"location": "eu", "accounts-server": "https://accounts.zoho.eu"}
        case _:
            pass
    params |= changes
    if name == "shopify" and "hmac" not in params:
        params["hmac"] = signed(params)
    return params


def signed(params: dict[str, str]) -> str:
    said = "&".join(f"{name}={value}" for name, value in sorted(params.items()) if name != "hmac")
    return hmac.new(CLIENT_SECRET.encode(), said.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize("name", VENDORS)
async def test_each_vendor_is_connected_by_its_owner(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, name: str) -> None:  # fmt: skip
    vendor.checks_tokens = True
    vendor.rule = OAuthRule(extra={"hub_id": 6251, "api_domain": "https://www.zohoapis.eu", "scope": "x"})
    vendor.script = [] if name == "hubspot" else [(200, {}, SHOWN[name])]  # HubSpot's token says whose it is
    query = await begun(connecting, actor, name)
    assert query["redirect_uri"] == REDIRECT
    assert query["client_id"] == f"client-of-{name}"
    assert ("code_challenge" in query) == (name in ("gmail", "outlook", "hubspot"))
    made = await connecting.complete(came_back(vendor, name, query))
    assert (made.vendor, made.account, made.status, made.tenant_id) == (name, ACCOUNTS[name], "active", actor.tenant_id)
    assert made.name == NAMES.get(name, "Corner Shop")
    assert (await vendors.client(actor, made).request("GET", "/x")).body == {"ok": True}
    if name == "zoho":
        assert made.settings == {"accounts_server": "https://accounts.zoho.eu", "api_domain": "https://www.zohoapis.eu"}
    (call,) = vendor.token_calls
    assert call.form["redirect_uri"] == REDIRECT
    has_basic = call.headers.get("authorization", "").startswith("Basic ")
    assert has_basic == (name in ("quickbooks", "xero", "stripe"))
    assert (call.form.get("client_secret") == CLIENT_SECRET) == (not has_basic)


async def test_a_verifier_is_sent_only_with_the_code_and_fits_its_challenge(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    query = await begun(connecting, actor, "gmail")
    vendor.script = [(200, {}, SHOWN["gmail"])]
    await connecting.complete(came_back(vendor, "gmail", query))
    verifier = vendor.token_calls[0].form["code_verifier"]
    assert len(verifier) >= 43
    assert challenge_of(verifier) == query["code_challenge"]
    # RFC 7636, appendix B
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_connecting_again_renews_the_same_connection(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    made: list[str] = []
    for _ in range(2):
        vendor.script = [(200, {}, SHOWN["xero"])]
        made.append((await connecting.complete(came_back(vendor, "xero", await begun(connecting, actor, "xero")))).id)
    assert made[0] == made[1]


async def test_two_tenants_may_connect_the_same_account(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, other_actor: Actor) -> None:  # fmt: skip
    made = []
    for one in (actor, other_actor):
        vendor.script = [(200, {}, SHOWN["xero"])]
        made.append(await connecting.complete(came_back(vendor, "xero", await begun(connecting, one, "xero"))))
    assert [one.tenant_id for one in made] == [actor.tenant_id, other_actor.tenant_id]
    assert made[0].id != made[1].id


# ── the state ────────────────────────────────────────────────────────────────────────────────────────────


async def refused(connecting: Connecting, params: dict[str, str]) -> CopilotError:
    with pytest.raises(CopilotError) as found:
        await connecting.complete(params)
    return found.value


async def test_a_state_is_used_once(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:
    query = await begun(connecting, actor, "xero")
    vendor.script = [(200, {}, SHOWN["xero"])]
    params = came_back(vendor, "xero", query)
    await connecting.complete(params)
    calls = len(vendor.seen)
    assert (await refused(connecting, came_back(vendor, "xero", query))).kind is ErrorKind.FORBIDDEN
    assert len(vendor.seen) == calls


async def test_of_two_who_come_back_at_once_one_is_let_in(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    query = await begun(connecting, actor, "gmail")
    vendor.script = [(200, {}, SHOWN["gmail"])] * 4
    many = [came_back(vendor, "gmail", query) for _ in range(4)]
    done = await asyncio.gather(*map(connecting.complete, many), return_exceptions=True)
    assert [isinstance(one, CopilotError) and one.kind is ErrorKind.FORBIDDEN for one in done].count(True) == 3
    assert len(vendor.token_calls) == 1


@pytest.mark.parametrize("minutes", [10, 60])
async def test_a_state_ends_after_ten_minutes(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, minutes: int) -> None:  # fmt: skip
    query = await begun(connecting, actor, "xero")
    clock.at += timedelta(minutes=minutes)
    assert (await refused(connecting, came_back(vendor, "xero", query))).kind is ErrorKind.FORBIDDEN
    assert vendor.seen == []


async def test_a_longer_life_cannot_be_written_into_a_state(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    query = await begun(connecting, actor, "xero")
    nonce, seconds, mark, signature = query["state"].split(".")
    for forged in (
        f"{nonce}.{int(seconds) + 9999}.{mark}.{signature}",
        f"{nonce}.{seconds}.{mark}.{signature[:-1]}-",
        f"{nonce}.{seconds}.{mark[:-1]}-.{signature}",
        f"{nonce}.{seconds}.{mark}.{mark}",
        f"{nonce}.{seconds}.{mark}.{signature}A",
        f"{nonce}.{seconds}.{mark}",
        f"{nonce}.{seconds}.{mark}.",
        f"{nonce}.-1.{mark}.{signature}",
        f"{nonce}.²³.{mark}.{signature}",
        f"{nonce}.{'9' * 30}.{mark}.{signature}",
        f"{nonce}.99999999999.{mark}.{signature}",
        "x" * 10_000,
        "\0.1.x.y",
        "",
    ):
        assert (await refused(connecting, {"code": "c", "state": forged})).kind is ErrorKind.FORBIDDEN
    assert vendor.seen == []
    # And guessing has not used up the true one.
    vendor.script = [(200, {}, SHOWN["xero"])]
    await connecting.complete(came_back(vendor, "xero", query))


async def test_a_state_of_another_installation_is_none(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    stranger = Connecting(vendors, secret=INSTALLATION + "!", redirect_uri=REDIRECT)
    query = await begun(stranger, actor, "xero")
    assert (await refused(connecting, came_back(vendor, "xero", query))).kind is ErrorKind.FORBIDDEN


async def test_who_lost_the_right_meanwhile_connects_nothing(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database) -> None:  # fmt: skip
    query = await begun(connecting, actor, "xero")
    async with database.system(SystemPurpose.REGISTRATION) as uow:
        membership = await uow.memberships.find(actor.tenant_id, actor.user_id or "")
        assert isinstance(membership, Membership)
        membership.role = Role.VIEWER.value
    assert (await refused(connecting, came_back(vendor, "xero", query))).kind is ErrorKind.FORBIDDEN
    assert vendor.seen == []


async def test_a_viewer_begins_nothing(connecting: Connecting, actor: Actor) -> None:
    with pytest.raises(CopilotError) as found:
        await connecting.begin(replace(actor, role=Role.VIEWER), "xero", {})
    assert found.value.kind is ErrorKind.FORBIDDEN


# ── the callback ─────────────────────────────────────────────────────────────────────────────────────────


async def test_an_owner_who_declines_is_told_so(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:
    query = await begun(connecting, actor, "xero")
    error = await refused(connecting, {"error": "access_denied", "error_description": "<b>x</b>", "state": query["state"]})  # fmt: skip
    assert error.message == "Xero was not connected: it was declined."
    assert vendor.seen == []


async def test_a_callback_that_shopify_has_not_signed_is_refused(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    for change in ({"hmac": "0" * 64}, {"hmac": ""}, {"hmac": "ü"}):
        query = await begun(connecting, actor, "shopify")
        assert "Shopify" in (await refused(connecting, came_back(vendor, "shopify", query, **change))).message
    query = await begun(connecting, actor, "shopify")
    params = came_back(vendor, "shopify", query)
    assert (await refused(connecting, {**params, "code": "another"})).kind is ErrorKind.INVALID
    assert vendor.seen == []


@pytest.mark.parametrize("shop", ["evil.com/.myshopify.com", "other.myshopify.com", "corner.myshopify.com.evil.com"])
async def test_a_signed_callback_for_another_shop_is_refused(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, shop: str) -> None:  # fmt: skip
    query = await begun(connecting, actor, "shopify")
    assert (await refused(connecting, came_back(vendor, "shopify", query, shop=shop))).kind is ErrorKind.INVALID
    assert vendor.seen == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("zoho", {"accounts-server": "https://evil.example"}),
        ("zoho", {"accounts-server": "https://accounts.zoho.com@evil.example"}),
        ("quickbooks", {"realmId": "12/../../x"}),
        ("quickbooks", {"realmId": "١٢"}),
    ],
)
async def test_what_comes_back_leads_to_no_other_server(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, name: str, change: dict[str, str]) -> None:  # fmt: skip
    query = await begun(connecting, actor, name)
    assert (await refused(connecting, came_back(vendor, name, query, **change))).kind is ErrorKind.INVALID
    assert vendor.seen == []


async def test_a_token_answer_leads_to_no_other_server_either(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    vendor.rule = OAuthRule(extra={"api_domain": "https://www.zohoapis.com.evil.example"})
    query = await begun(connecting, actor, "zoho")
    assert (await refused(connecting, came_back(vendor, "zoho", query))).kind is ErrorKind.INVALID
    assert [one.path for one in vendor.seen] == ["/oauth/v2/token"]


@pytest.mark.parametrize("change", [{"code": ""}, {"code": "x" * 5000}])
async def test_a_callback_without_a_code_is_refused(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, change: dict[str, str]) -> None:  # fmt: skip
    query = await begun(connecting, actor, "xero")
    assert (await refused(connecting, came_back(vendor, "xero", query, **change))).kind is ErrorKind.INVALID


async def test_a_code_that_the_vendor_does_not_take_connects_nothing(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database) -> None:  # fmt: skip
    query = await begun(connecting, actor, "xero")
    assert isinstance(await refused(connecting, {"state": query["state"], "code": "stolen"}), VendorRefused)
    async with database.read(actor) as uow:
        assert await uow.connections.all() == []


FIRST, SECOND = "0f0e7f7a-6f5c-4d6e-9d36-6c9c7d7f0001", "0f0e7f7a-6f5c-4d6e-9d36-6c9c7d7f0002"
SEVERAL: dict[str, Any] = {
    "xero": [
        {"tenantId": FIRST, "tenantName": "First", "updatedDateUtc": "2026-03-01T10:00:00.0000000"},
        {"tenantId": SECOND, "tenantName": "Second", "updatedDateUtc": "2026-11-02T10:00:00.0000000"},
    ],
    "zohobooks": {
        "organizations": [
            {"organization_id": "1", "name": "First", "is_default_org": False},
            {"organization_id": "2", "name": "Second", "is_default_org": True},
        ]
    },
}


@pytest.mark.parametrize(
    ("name", "chosen", "account"),
    [
        ("xero", {}, "Second"),
        ("xero", {"tenant_id": FIRST.upper()}, "First"),
        ("zohobooks", {}, "Second"),
        ("zohobooks", {"organization": "1"}, "First"),
    ],
)
async def test_of_several_organisations_the_one_that_is_meant_is_connected(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, name: str, chosen: dict[str, str], account: str) -> None:  # fmt: skip
    """The chosen one, else that which was permitted last, else the vendor's default."""
    vendor.script = [(200, {}, SEVERAL[name])]
    query = query_of((await connecting.begin(actor, name, chosen)).authorization_url)
    assert (await connecting.complete(came_back(vendor, name, query))).name == account


async def test_an_organisation_that_was_not_permitted_is_not_connected(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database) -> None:  # fmt: skip
    vendor.script = [(200, {}, SEVERAL["zohobooks"])]
    query = query_of((await connecting.begin(actor, "zohobooks", {"organization": "3"})).authorization_url)
    error = await refused(connecting, came_back(vendor, "zohobooks", query))
    assert (error.kind, error.message) == (ErrorKind.INVALID, "Zoho Books was not permitted for this organisation.")
    async with database.read(actor) as uow:
        assert await uow.connections.all() == []


@pytest.mark.parametrize("shown", [{}, [], [{"tenantId": None}], [{"tenantId": "../../x"}], [{"tenantId": {"a": 1}}]])
async def test_an_account_that_cannot_be_told_is_not_connected(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database, shown: Any) -> None:  # fmt: skip
    vendor.script = [(200, {}, shown)]
    query = await begun(connecting, actor, "xero")
    assert (await refused(connecting, came_back(vendor, "xero", query))).kind is ErrorKind.INVALID
    async with database.read(actor) as uow:
        assert await uow.connections.all() == []


@pytest.mark.parametrize("settings", [{}, {"shop": ""}, {"shop": "evil.com/.myshopify.com"}, {"shop": "a.myshopify.com", "api": "x"}])  # fmt: skip
async def test_settings_are_checked_before_anybody_is_sent_anywhere(connecting: Connecting, actor: Actor, settings: dict[str, str]) -> None:  # fmt: skip
    with pytest.raises(CopilotError) as found:
        await connecting.begin(actor, "shopify", settings)
    assert found.value.kind is ErrorKind.INVALID
    assert found.value.problems[0].pointer.startswith("/settings/")


async def test_without_the_operators_client_the_owner_is_told_whom_to_ask(vendors: Vendors, actor: Actor) -> None:
    without = Connecting(replace(vendors, clients={}), secret=INSTALLATION, redirect_uri=REDIRECT)
    with pytest.raises(CopilotError) as found:
        await without.begin(actor, "stripe", {})
    assert found.value.kind is ErrorKind.CONFLICT
    assert "SMB_CONNECTOR_CLIENTS" in (found.value.hint or "")
    assert "Restricted key" in (found.value.hint or "")


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────


def fields(**given: str) -> dict[str, SecretStr]:
    return {name: SecretStr(value) for name, value in given.items()}


KEYS = {
    "stripe": {"token": "rk_live_planted0001"},
    "square": {"token": "EAAAl-planted-0001"},
    "hubspot": {"token": "pat-na1-planted-0001"},
    "shopify": {"token": "shpat_planted00000000001", "shop": "corner.myshopify.com"},
}


@pytest.mark.parametrize("name", KEYS)
async def test_a_key_is_tried_and_kept(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, name: str) -> None:  # fmt: skip
    vendor.checks_tokens, vendor.keys = True, {KEYS[name]["token"]}
    vendor.script = [(200, {}, SHOWN[name])]
    made = await connecting.connect_with_key(actor, name, fields(**KEYS[name]))
    assert (made.account, made.way) == (ACCOUNTS[name], "key")
    assert len(vendor.seen) == 1
    assert (await vendors.client(actor, made).request("GET", "/x")).status == 200


async def test_an_account_is_called_by_what_can_be_read_of_its_name(
    connecting: Connecting, vendor: LoopbackVendor, actor: Actor
) -> None:
    vendor.script = [
        (200, {}, {"id": "acct_1", "settings": {"dashboard": {"display_name": "Corner\x1b[31m \ud800 \0Shop\n"}}}),
        (200, {}, {"id": "acct_1", "settings": {"dashboard": {"display_name": "\n"}}}),
        (200, {}, {"id": "acct_\0"}),
    ]
    names = [(await connecting.connect_with_key(actor, "stripe", fields(**KEYS["stripe"]))).name for _ in range(2)]
    assert names == ["Corner\ufffd[31m \ufffd \ufffdShop", "Stripe acct_1"]
    with pytest.raises(CopilotError, match="does not take this key"):
        await connecting.connect_with_key(actor, "stripe", fields(**KEYS["stripe"]))


async def test_stripes_test_mode_is_another_account_of_the_same_id(
    connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database
) -> None:
    """Its customers and charges are made up: neither are they the business's, nor does it have the others."""
    vendor.checks_tokens, vendor.keys = True, {"rk_test_planted0001", "rk_live_planted0001", "rk_live_planted0002"}
    vendor.script = [(200, {}, SHOWN["stripe"])] * 3
    made = [await connecting.connect_with_key(actor, "stripe", fields(token=token)) for token in sorted(vendor.keys)]
    live, again, test = made
    assert (live.id, live.account) == (again.id, ACCOUNTS["stripe"])
    assert (test.account, test.name) == (f"{live.account}:test", f"{live.name} (test)")
    async with database.read(actor) as uow:
        assert len(await uow.connections.all()) == 2


@pytest.mark.parametrize("name", KEYS)
async def test_a_key_that_does_not_work_is_not_kept(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database, name: str) -> None:  # fmt: skip
    vendor.checks_tokens = True
    with pytest.raises(CopilotError) as found:
        await connecting.connect_with_key(actor, name, fields(**KEYS[name]))
    assert [problem.pointer for problem in found.value.problems] == ["/fields/token"]
    async with database.read(actor) as uow:
        assert await uow.connections.all() == []


async def test_a_key_that_shopify_refuses_with_status_200_is_not_kept(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    vendor.script = [(200, {}, {"errors": [{"message": "Access denied"}]})]
    with pytest.raises(CopilotError, match="does not take this key"):
        await connecting.connect_with_key(actor, "shopify", fields(**KEYS["shopify"]))


async def test_a_vendor_that_is_down_says_nothing_about_a_key(connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    vendor.script = [(503, {}, {})] * 9
    with pytest.raises(VendorUnavailable):
        await connecting.connect_with_key(actor, "stripe", fields(**KEYS["stripe"]))


@pytest.mark.parametrize(
    ("name", "given", "pointer"),
    [
        ("stripe", {}, "/fields/token"),
        ("stripe", {"token": "pk_live_12345678"}, "/fields/token"),
        ("stripe", {"token": "rk_live_1234\r\nEvil: 1"}, "/fields/token"),
        ("stripe", {"token": "rk_live_planted0001", "url": "https://evil.example"}, "/fields/url"),
        ("shopify", {"token": "shpat_planted00000000001"}, "/fields/shop"),
        ("shopify", {"token": "shpat_planted00000000001", "shop": "evil.com/.myshopify.com"}, "/fields/shop"),
        ("shopify", {"token": "shpat_planted00000000001", "shop": "evil.example"}, "/fields/shop"),
    ],
)
async def test_fields_are_checked_before_a_key_goes_anywhere(connecting: Connecting, vendor: LoopbackVendor, actor: Actor, name: str, given: dict[str, str], pointer: str) -> None:  # fmt: skip
    with pytest.raises(CopilotError) as found:
        await connecting.connect_with_key(actor, name, fields(**given))
    assert [problem.pointer for problem in found.value.problems] == [pointer]
    assert vendor.seen == []


async def test_who_takes_no_keys_says_so(connecting: Connecting, actor: Actor) -> None:
    with pytest.raises(CopilotError, match="Xero takes no keys"):
        await connecting.connect_with_key(actor, "xero", fields(token="12345678"))


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "path", "token"),
    [
        ("shopify", "/admin/api_permissions/current.json", None),
        ("square", "/oauth2/revoke", "access"),
        ("hubspot", "/oauth/2026-03/token/revoke", "refresh"),
        ("zoho", "/oauth/v2/token/revoke", "refresh"),
        ("quickbooks", "/v2/oauth2/tokens/revoke", "refresh"),
        ("xero", "/connect/revocation", "refresh"),
        ("gmail", "/revoke", "refresh"),
    ],
)
async def test_a_connection_that_is_ended_is_revoked_and_forgotten(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, name: str, path: str, token: str | None) -> None:  # fmt: skip
    made = await connected(vendors, actor, vendor, name)
    assert (await connecting.disconnect(actor, made.id)).status == "disconnected"
    (call,) = vendor.seen
    assert call.path == path
    if token is not None:
        assert f"{token}-secret-0001" in json.dumps(call.form)
    else:
        assert call.headers["x-shopify-access-token"] == "access-secret-0001"
    if name == "square":
        assert call.headers["authorization"] == f"Client {CLIENT_SECRET}"
    held = await vendors.store.read(actor, made.id)
    assert (held.credentials, held.predecessor, held.connection.status) == (None, None, "disconnected")


async def test_credentials_are_forgotten_also_where_the_vendor_is_down(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database) -> None:  # fmt: skip
    made = await connected(vendors, actor, vendor)
    gone = replace(vendors, overrides={"xero": dict.fromkeys(("api", "authorize", "token", "revoke"), "http://127.0.0.1:1")})  # fmt: skip
    await Connecting(gone, secret=INSTALLATION, redirect_uri=REDIRECT).disconnect(actor, made.id)
    async with database.read(actor) as uow:
        row = await uow.connections.get(made.id)
    assert (row.status, row.credentials) == ("disconnected", None)


async def test_credentials_are_forgotten_also_where_they_cannot_be_read_any_more(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, database: Database) -> None:  # fmt: skip
    made = await connected(vendors, actor, vendor)
    async with database.write(actor) as uow:
        (await uow.connections.get(made.id)).credentials = "sealed with a secret that is gone"
    await connecting.disconnect(actor, made.id)
    assert (await vendors.store.read(actor, made.id)).credentials is None


async def test_another_tenants_connection_cannot_be_ended(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, other_actor: Actor) -> None:  # fmt: skip
    made = await connected(vendors, actor, vendor)
    with pytest.raises(CopilotError) as found:
        await connecting.disconnect(other_actor, made.id)
    assert found.value.kind is ErrorKind.NOT_FOUND
    assert (await vendors.store.read(actor, made.id)).credentials is not None


async def test_what_was_ended_can_be_connected_again(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    vendor.script = [(200, {}, SHOWN["gmail"])]
    made = await connecting.complete(came_back(vendor, "gmail", await begun(connecting, actor, "gmail")))
    await connecting.disconnect(actor, made.id)
    with pytest.raises(VendorRefused):
        await vendors.client(actor, made).request("GET", "/x")
    vendor.script = [(200, {}, SHOWN["gmail"])]
    again = await connecting.complete(came_back(vendor, "gmail", await begun(connecting, actor, "gmail")))
    assert (again.id, again.status) == (made.id, "active")
    assert (await vendors.client(actor, again).request("GET", "/x")).status == 200
