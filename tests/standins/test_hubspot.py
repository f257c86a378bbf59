"""HubSpot's stand-in over plain HTTP."""

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evals.standins.vendors.hubspot import HubSpotStandIn
from evals.standins.vendors.world import World, build_world, truth
from tests.standins.receiver import Receiver

SCOPES = "crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read e-commerce"


@pytest.fixture
def world() -> World:
    world = build_world()
    world.clock.advance(10)
    return world


@pytest.fixture
def server(world: World) -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(world, limits=()) as standing:
        yield standing


def get(server: HubSpotStandIn, path: str, token: str | None = None, **query: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or server.key}"}
    return httpx.get(f"{server.origin}{path}", params=query, headers=headers)


def search(server: HubSpotStandIn, kind: str, **body: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {server.key}"}
    return httpx.post(f"{server.origin}/crm/objects/2026-03/{kind}/search", json=body, headers=headers)


def rows(server: HubSpotStandIn, kind: str, limit: int = 10, **query: str) -> list[Any]:
    found: list[Any] = []
    while True:
        answer = get(server, f"/crm/objects/2026-03/{kind}", limit=str(limit), **query).json()
        found += answer["results"]
        if "paging" not in answer:
            return found
        query["after"] = answer["paging"]["next"]["after"]


def test_what_is_read_comes_to_what_is_true_of_the_business(world: World, server: HubSpotStandIn) -> None:
    true = truth(world, "hubspot")
    for kind in ("contacts", "companies", "deals", "products"):
        assert len(rows(server, kind)) == true.counts[kind]
    currency = get(server, "/account-info/v3/details").json()["companyCurrency"]
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for deal in rows(server, "deals", properties="amount,deal_currency_code,dealstage"):
        named = deal["properties"]
        if named["amount"] is not None:
            money = sums[named["deal_currency_code"] or currency]
            money["all"] += Decimal(named["amount"])
            if named["dealstage"] == "closedwon":
                money["won"] += Decimal(named["amount"])
    assert {name: dict(money) for name, money in sums.items()} == true.money


def test_only_named_properties_come_and_all_are_strings_or_null(server: HubSpotStandIn) -> None:
    row = rows(server, "deals", properties="amount,nothing")[0]
    assert set(row["properties"]) == {"amount", "createdate", "hs_lastmodifieddate", "hs_object_id"}
    every = [value for each in rows(server, "contacts") for value in each["properties"].values()]
    assert all(value is None or isinstance(value, str) for value in every)
    linked = get(server, "/crm/v3/objects/deals", associations="contacts,companies").json()["results"][0]
    assert set(linked["associations"]) == {"contacts", "companies"}


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (5, [5]), (6, [5, 1])])
def test_the_last_page_has_no_paging(count: int, sizes: list[int]) -> None:
    with HubSpotStandIn(build_world(customers=count, orders=0)) as server:
        seen: list[int] = []
        query: dict[str, str] = {}
        while True:
            answer = get(server, "/crm/objects/2026-03/contacts", limit="5", **query).json()
            seen.append(len(answer["results"]))
            if "paging" not in answer:
                break
            query = {"after": answer["paging"]["next"]["after"]}
        assert seen == sizes


def test_a_search_by_time_takes_milliseconds_or_iso_and_is_behind(world: World, server: HubSpotStandIn) -> None:
    deal = world.deals[3]
    world.change(deal, stage="won")
    ms = str(int(world.clock.now().timestamp() * 1000))
    for value in (ms, world.clock.now().isoformat()):
        condition = {"propertyName": "hs_lastmodifieddate", "operator": "GTE", "value": value}
        body = {"filterGroups": [{"filters": [condition]}], "limit": 200}
        found = search(server, "deals", **body).json()
        if value == ms:
            assert found["total"] == 0
            world.clock.advance(5)
            found = search(server, "deals", **body).json()
        assert [row["properties"]["dealname"] for row in found["results"]] == [deal.title]


def test_a_search_has_a_hard_end(server: HubSpotStandIn) -> None:
    server.search_end = 20
    page = search(server, "contacts", limit=10).json()
    assert page["total"] == len(server.world.customers)
    assert page["paging"]["next"]["after"] == "10"
    assert search(server, "contacts", limit=10, after="10").status_code == 200
    assert search(server, "contacts", limit=10, after="11").status_code == 400


def test_what_is_archived_shows_only_when_asked_for(world: World, server: HubSpotStandIn) -> None:
    company = world.companies[0]
    world.delete(company)
    assert company.name not in [row["properties"]["name"] for row in rows(server, "companies")]
    gone = rows(server, "companies", archived="true")
    assert [(row["archived"], "archivedAt" in row) for row in gone] == [(True, True)]


def test_a_changed_contact_keeps_its_place_during_paging(world: World, server: HubSpotStandIn) -> None:
    first = get(server, "/crm/objects/2026-03/contacts", limit="20").json()
    world.change(world.customers[0], note="changed")
    rest = rows(server, "contacts", 20, after=first["paging"]["next"]["after"])
    assert len({row["id"] for row in first["results"]} | {row["id"] for row in rest}) == len(world.customers)


def test_the_window_of_ten_seconds_and_the_searches_of_a_second_are_kept(world: World) -> None:
    with HubSpotStandIn(world) as server:
        server.budget.spend(world.clock.now(), "GET", "/crm", cost=108)
        answers = [get(server, "/account-info/v3/details") for _ in range(2)]
        assert answers[-1].headers["x-hubspot-ratelimit-remaining"] == "0"
        over = get(server, "/account-info/v3/details")
        assert (over.status_code, over.json()["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
        assert "retry-after" not in over.headers
        world.clock.advance(10)
        statuses = [search(server, "deals").status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        assert len(server.violations) == 2


def test_bad_requests_name_their_category(server: HubSpotStandIn) -> None:
    assert get(server, "/crm/objects/2026-03/contacts", limit="101").json()["category"] == "VALIDATION_ERROR"
    assert get(server, "/crm/objects/2026-03/nothings").json()["category"] == "VALIDATION_ERROR"
    assert get(server, "/crm/objects/2026-03/deals/1").json()["category"] == "OBJECT_NOT_FOUND"
    assert get(server, "/crm/objects/2026-03/deals", token="x").json()["category"] == "INVALID_AUTHENTICATION"
    few = server.oauth.issue("1", "crm.objects.contacts.read").access_token
    assert get(server, "/crm/objects/2026-03/deals", token=few).json()["category"] == "MISSING_SCOPES"


def test_the_refresh_token_stays_the_same_and_only_a_form_is_taken(server: HubSpotStandIn) -> None:
    app = server.oauth.client
    query = {"client_id": app.id, "redirect_uri": "http://127.0.0.1:1/cb", "state": "s", "scope": SCOPES}
    location = httpx.get(f"{server.origin}/oauth/authorize", params=query).headers["location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    fields = {"grant_type": "authorization_code", "client_id": app.id, "client_secret": app.secret, "code": code}
    url = f"{server.origin}/oauth/2026-03/token"
    assert httpx.post(url, json=fields).status_code == 415
    first = httpx.post(url, data=fields).json()
    server.clock.advance(1800)
    expired = get(server, "/crm/objects/2026-03/deals", token=first["access_token"])
    assert (expired.status_code, expired.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    fields = {**fields, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = httpx.post(url, data=fields).json()
    assert second["refresh_token"] == first["refresh_token"]
    assert get(server, "/crm/objects/2026-03/deals", token=second["access_token"]).status_code == 200
    refused = httpx.post(url, data={**fields, "refresh_token": "none"}).json()
    assert (refused["error"], refused["status"]) == ("invalid_grant", "BAD_REFRESH_TOKEN")


def test_the_old_token_address_is_gone_after_its_day(server: HubSpotStandIn) -> None:
    tokens, app = server.oauth.issue("1", SCOPES), server.oauth.client
    fields = {"grant_type": "refresh_token", "client_id": app.id, "client_secret": app.secret}
    fields["refresh_token"] = tokens.refresh_token or ""
    assert httpx.post(f"{server.origin}/oauth/v1/token", data=fields).status_code == 200
    server.clock.advance((datetime(2027, 2, 16, tzinfo=UTC) - server.clock.now()).total_seconds())
    assert httpx.post(f"{server.origin}/oauth/v1/token", data=fields).status_code == 410
    assert httpx.post(f"{server.origin}/oauth/2026-03/token", data=fields).status_code == 200


def test_webhooks_are_signed_over_method_address_body_and_time(
    world: World, server: HubSpotStandIn, receiver: Receiver
) -> None:
    world.change(world.customers[0], email="new@mail.example", phone=None)
    body = server.notices(world.journal[-1:])
    assert [(each["subscriptionType"], each["propertyName"]) for each in body] == [
        ("contact.propertyChange", "email"),
        ("contact.propertyChange", "phone"),
    ]
    courier = server.webhooks
    courier.post(receiver.url, body)
    courier.post(receiver.url, body, key="wrong")
    courier.post(receiver.url, body, signed_url="http://inside.example/hook")
    courier.post(receiver.url, body, age=301)
    now = world.clock.time() * 1000

    def good(headers: dict[str, str], content: bytes) -> bool:
        at = headers["x-hubspot-request-timestamp"]
        source = b"POST" + receiver.url.encode() + content + at.encode()
        mark = base64.b64encode(hmac.new(courier.key.encode(), source, hashlib.sha256).digest()).decode()
        return mark == headers["x-hubspot-signature-v3"] and now - int(at) <= 300_000

    assert [good(each.headers, each.body) for each in receiver.seen] == [True, False, False, False]
    assert isinstance(json.loads(receiver.seen[0].body), list)
