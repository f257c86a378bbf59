"""What holds for every vendor's stand-in, whatever its protocol."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.registry import STAND_INS
from evals.standins.vendors.world import build_world
from evals.standins.vendors.world.truth import TRUTHS

SCOPES = {
    "shopify": "read_products",
    "square": "MERCHANT_PROFILE_READ",
    "hubspot": "crm.objects.contacts.read",
    "zoho": "ZohoBooks.fullaccess.all",
    "zohobooks": "ZohoBooks.fullaccess.all",
    "xero": "accounting.settings",
    "gmail": "https://www.googleapis.com/auth/gmail.readonly",
    "outlook": "User.Read",
}


@dataclass(frozen=True)
class Call:
    """One cheap request with a token."""

    path: str
    header: Callable[[str], dict[str, str]] = field(default=lambda token: {"authorization": f"Bearer {token}"})
    body: str | None = None


def _xero(token: str) -> dict[str, str]:
    from evals.standins.vendors.xero.render import TENANT

    return {"authorization": f"Bearer {token}", "xero-tenant-id": TENANT, "accept": "application/json"}


def _zoho(token: str) -> dict[str, str]:
    return {"authorization": f"Zoho-oauthtoken {token}"}


CALLS = {
    "shopify": Call(
        "/admin/api/2026-10/graphql.json",
        lambda token: {"x-shopify-access-token": token},
        '{"query": "{ shop { name } }"}',
    ),
    "stripe": Call("/v1/account"),
    "square": Call("/v2/locations"),
    "hubspot": Call("/account-info/v3/details"),
    "zoho": Call("/crm/v8/org", _zoho),
    "zohobooks": Call("/books/v3/organizations", _zoho),
    "quickbooks": Call("/v3/company/9341452873647291/preferences"),
    "xero": Call("/api.xro/2.0/Organisation", _xero),
    "gmail": Call("/gmail/v1/users/me/profile"),
    "outlook": Call("/v1.0/me"),
}

every_vendor = pytest.mark.parametrize("kind", STAND_INS, ids=lambda kind: kind.vendor)


def issued(server: VendorServer) -> str:
    accounts = {"quickbooks": "9341452873647291"}
    tokens = server.oauth.issue(accounts.get(server.vendor, "account"), SCOPES.get(server.vendor, ""))
    return tokens.access_token


def ask(server: VendorServer, token: str) -> httpx.Response:
    call = CALLS[server.vendor]
    method = "GET" if call.body is None else "POST"
    return httpx.request(method, f"{server.origin}{call.path}", headers=call.header(token), content=call.body)


@every_vendor
def test_a_good_token_is_let_in_and_any_other_is_401(kind: type[VendorServer]) -> None:
    with kind(build_world(customers=3, orders=3)) as server:
        token = issued(server)
        assert ask(server, token).status_code == 200
        assert ask(server, "no such token").status_code == 401
        server.faults.expire_access_tokens()
        assert ask(server, token).status_code == 401


@every_vendor
def test_a_revoked_consent_ends_its_tokens(kind: type[VendorServer]) -> None:
    with kind(build_world(customers=3, orders=3)) as server:
        token = issued(server)
        assert server.oauth.revoke(token)
        assert ask(server, token).status_code == 401


@every_vendor
def test_faults_come_as_often_as_asked_for_and_then_no_more(kind: type[VendorServer]) -> None:
    with kind(build_world(customers=3, orders=3)) as server:
        token = issued(server)
        server.faults.outage(times=2, status=502)
        assert [ask(server, token).status_code for _ in range(3)] == [502, 502, 200]
        for mode in server.throttle_modes:
            server.faults.throttle(mode=mode)
            refused = ask(server, token)
            throttled = refused.status_code in {403, 429} or "THROTTLED" in refused.text
            assert throttled
            assert ask(server, token).status_code == 200


@every_vendor
def test_a_cut_connection_breaks_the_answer(kind: type[VendorServer]) -> None:
    with kind(build_world(customers=3, orders=3)) as server:
        token = issued(server)
        server.faults.drop_connection_after(5)
        with pytest.raises(httpx.RemoteProtocolError):
            ask(server, token)
        assert ask(server, token).status_code == 200


@every_vendor
def test_no_secret_is_in_the_record_of_requests(kind: type[VendorServer]) -> None:
    with kind(build_world(customers=3, orders=3)) as server:
        token = issued(server)
        ask(server, token)
        app = server.oauth.client
        secrets = {"client_id": app.id, "client_secret": app.secret, "refresh_token": "planted-refresh-token"}
        for path in ("/oauth/token", "/oauth2/token", "/common/oauth2/v2.0/token", "/token", "/oauth/v2/token"):
            httpx.post(f"{server.origin}{path}", data={"grant_type": "refresh_token", **secrets})
            httpx.post(f"{server.origin}{path}", json={"grant_type": "refresh_token", **secrets})
        assert server.requests
        record = repr(server.requests)
        assert token not in record
        assert app.secret not in record
        assert "planted-refresh-token" not in record


@every_vendor
def test_a_world_can_be_read_while_it_is_empty(kind: type[VendorServer]) -> None:
    with kind(build_world(customers=0, orders=0)) as server:
        assert ask(server, issued(server)).status_code == 200


def test_there_is_a_truth_for_every_vendor() -> None:
    assert set(TRUTHS) == {kind.vendor for kind in STAND_INS}
