"""Zoho's stand-in, CRM and Books, over plain HTTP."""

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.zoho import ZohoStandIn
from evals.standins.vendors.zoho.render import ORG
from tests.standins.receiver import Receiver

SCOPES = "ZohoCRM.modules.READ,ZohoCRM.notifications.ALL,ZohoBooks.fullaccess.all"
FIELDS = "Last_Name,Amount,Stage,Currency,$currency_symbol,Modified_Time,Account_Name"


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[ZohoStandIn]:
    with ZohoStandIn(world, limits=()) as standing:
        yield standing


def get(
    server: ZohoStandIn, path: str, *, token: str | None = None, since: str | None = None, **query: str
) -> httpx.Response:
    token = token or server.oauth.issue(ORG, SCOPES).access_token
    headers = {"authorization": f"Zoho-oauthtoken {token}"}
    if since:
        headers["if-modified-since"] = since
    return httpx.get(f"{server.origin}{path}", params=query, headers=headers)


def exact(answer: httpx.Response) -> Any:
    return json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)


def records(server: ZohoStandIn, module: str, size: int = 10, **query: str) -> list[Any]:
    found: list[Any] = []
    place: dict[str, str] = {}
    while True:
        answer = get(server, f"/crm/v8/{module}", fields=FIELDS, per_page=str(size), **place, **query)
        if answer.status_code == 204:
            assert answer.content == b""
            return found
        body = exact(answer)
        found += body["data"]
        if not body["info"]["more_records"]:
            return found
        place = {"page_token": body["info"]["next_page_token"]}


def books(server: ZohoStandIn, path: str, **query: str) -> list[Any]:
    found: list[Any] = []
    page = 1
    while True:
        answer = get(server, f"/books/v3/{path}", organization_id=ORG, page=str(page), per_page="10", **query)
        body = exact(answer)
        assert body["code"] == 0
        found += body[path]
        if not body["page_context"]["has_more_page"]:
            return found
        page += 1


def test_the_crm_comes_to_what_is_true_of_the_business(world: World, server: ZohoStandIn) -> None:
    true = truth(world, "zoho")
    names = {"Contacts": "contacts", "Accounts": "companies", "Deals": "deals", "Products": "products"}
    for module, name in names.items():
        assert len(records(server, module)) == true.counts[name]
    deals = records(server, "Deals")
    assert sum(deal["Stage"] == "Closed Won" for deal in deals) == true.counts["deals_won"]
    # The org has one currency: every amount counts as in it, and none names it.
    assert {deal["Currency"] for deal in deals} == {None}
    amounts = [deal["Amount"] for deal in deals if deal["Amount"] is not None]
    assert sum(amounts, Decimal(0)) == sum((money["all"] for money in true.money.values()), Decimal(0))
    assert get(server, "/crm/v8/org").json()["org"][0]["iso_code"] == "EUR"


def test_the_books_come_to_what_is_true_of_the_business(world: World, server: ZohoStandIn) -> None:
    true = truth(world, "zohobooks")
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    sizes: dict[str, int] = {}
    for path, single, name in (
        ("invoices", "invoice", "invoiced"),
        ("creditnotes", "creditnote", "credited"),
        ("bills", "bill", "billed"),
    ):
        papers = books(server, path)
        sizes[path] = len(papers)
        for paper in papers:
            assert "line_items" not in paper
            if paper["status"] in {"draft", "void"}:
                continue
            detail = exact(get(server, f"/books/v3/{path}/{paper[single + '_id']}", organization_id=ORG))[single]
            assert sum((line["item_total"] for line in detail["line_items"]), Decimal(0)) == detail["sub_total"]
            money = sums[paper["currency_code"]]
            money[f"{name}_net"] += detail["sub_total"]
            money[f"{name}_tax"] += paper["total"] - detail["sub_total"]
    for path, name in (("customerpayments", "received"), ("vendorpayments", "paid")):
        for payment in books(server, path):
            sums[payment["currency_code"]][name] += payment["amount"]
    found = {currency: {name: amount for name, amount in m.items() if amount} for currency, m in sums.items()}
    assert found == true.money
    counts = true.counts
    assert sizes == {"invoices": counts["invoices"], "creditnotes": counts["credits"], "bills": counts["bills"]}
    assert len(books(server, "contacts")) == counts["customers"] + counts["suppliers"]
    assert len(books(server, "items")) == counts["items"]


@pytest.mark.parametrize(("count", "sizes"), [(0, [204]), (1, [1]), (5, [5]), (6, [5, 1])])
def test_no_data_is_204_without_a_body(count: int, sizes: list[int]) -> None:
    with ZohoStandIn(build_world(customers=count, orders=0)) as server:
        seen: list[int] = []
        page = 1
        while True:
            answer = get(server, "/crm/v8/Contacts", fields="Last_Name", per_page="5", page=str(page))
            if answer.status_code == 204:
                seen.append(204)
                break
            seen.append(len(answer.json()["data"]))
            page += 1
            if not answer.json()["info"]["more_records"]:
                break
        assert seen == sizes


def test_page_reaches_so_far_and_a_token_goes_on(server: ZohoStandIn) -> None:
    server.paged_rows = 20
    token = get(server, "/crm/v8/Contacts", fields="id", per_page="10", page="2").json()["info"]["next_page_token"]
    refused = get(server, "/crm/v8/Contacts", fields="id", per_page="10", page="3")
    assert refused.status_code == 400
    third = get(server, "/crm/v8/Contacts", fields="id", per_page="10", page_token=token).json()
    assert third["info"]["page"] == 3
    server.faults.dead_cursor()
    assert get(server, "/crm/v8/Contacts", fields="id", per_page="10", page_token=token).status_code == 400


def test_fields_must_be_named_and_times_have_the_orgs_offset(server: ZohoStandIn) -> None:
    assert get(server, "/crm/v8/Deals").json()["code"] == "REQUIRED_PARAM_MISSING"
    row = get(server, "/crm/v8/Deals", fields="Modified_Time,Account_Name").json()["data"][0]
    assert set(row) == {"id", "Modified_Time", "Account_Name"}
    assert row["Modified_Time"][-6:] in {"+01:00", "+02:00"}
    assert set(row["Account_Name"]) == {"name", "id"}
    assert len(row["id"]) == 19
    assert get(server, "/crm/v8/Nothings", fields="id").json()["code"] == "INVALID_MODULE"


def test_only_newer_records_come_304_if_there_are_none_and_the_deleted_elsewhere(
    world: World, server: ZohoStandIn
) -> None:
    since = world.clock.now().isoformat()
    assert get(server, "/crm/v8/Deals", fields="id", since=since).status_code == 304
    world.clock.advance(1)
    world.change(world.deals[0], stage="won")
    world.delete(world.deals[1])
    changed = get(server, "/crm/v8/Deals", fields="Stage", since=since).json()["data"]
    assert [row["Stage"] for row in changed] == ["Closed Won"]
    gone = get(server, "/crm/v8/Deals/deleted", since=since, type="all").json()["data"]
    assert [row["display_name"] for row in gone] == [world.every(type(world.deals[0]))[1].title]
    assert get(server, "/crm/v8/Accounts/deleted", type="all").status_code == 204


def test_bearer_is_the_wrong_word_and_a_scope_is_needed(server: ZohoStandIn) -> None:
    token = server.oauth.issue(ORG, SCOPES).access_token
    bearer = {"authorization": f"Bearer {token}"}
    wrong = httpx.get(f"{server.origin}/crm/v8/Deals?fields=id", headers=bearer)
    assert (wrong.status_code, wrong.json()["code"]) == (401, "INVALID_TOKEN")
    few = server.oauth.issue(ORG, "ZohoBooks.fullaccess.all").access_token
    assert get(server, "/crm/v8/Deals", token=few, fields="id").json()["code"] == "OAUTH_SCOPE_MISMATCH"
    assert get(server, "/books/v3/invoices", organization_id="1").status_code == 401


def test_books_tell_what_is_left_of_the_day_in_seconds(world: World) -> None:
    with ZohoStandIn(world) as server:
        token = server.oauth.issue(ORG, SCOPES).access_token
        server.budget.spend(world.clock.now(), "GET", "/books", cost=98)
        answers = [get(server, "/books/v3/organizations", token=token) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[0].headers["x-rate-limit-remaining"] == "901"
        assert answers[0].headers["x-rate-limit-reset"] == str(16 * 3600)


def token(server: ZohoStandIn, **fields: str) -> dict[str, Any]:
    app = server.oauth.client
    answer = httpx.post(
        f"{server.origin}/oauth/v2/token", data={"client_id": app.id, "client_secret": app.secret, **fields}
    )
    assert answer.status_code == 200
    return answer.json()


def consented(server: ZohoStandIn) -> dict[str, list[str]]:
    query = {
        "client_id": server.oauth.client.id,
        "redirect_uri": "http://127.0.0.1:1/cb",
        "scope": SCOPES,
        "state": "s",
    }
    location = httpx.get(f"{server.origin}/oauth/v2/auth", params=query).headers["location"]
    return parse_qs(urlsplit(location).query)


def test_the_hosts_are_told_and_the_refresh_token_stays(server: ZohoStandIn) -> None:
    callback = consented(server)
    assert (callback["location"], callback["accounts-server"]) == (["eu"], [server.origin])
    first = token(server, grant_type="authorization_code", code=callback["code"][0])
    assert first["api_domain"] == server.origin
    second = token(server, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert "refresh_token" not in second
    assert get(server, "/crm/v8/Deals", token=second["access_token"], fields="id").status_code == 200
    server.clock.advance(3600)
    assert get(server, "/crm/v8/Deals", token=second["access_token"], fields="id").status_code == 401


def test_errors_of_the_token_endpoint_come_with_200(server: ZohoStandIn) -> None:
    assert token(server, grant_type="refresh_token", refresh_token="none") == {"error": "invalid_code"}
    late = consented(server)["code"][0]
    server.clock.advance(180)
    assert token(server, grant_type="authorization_code", code=late) == {"error": "invalid_code"}
    value = server.oauth.issue(ORG, SCOPES).refresh_token or ""
    answers = [token(server, grant_type="refresh_token", refresh_token=value) for _ in range(11)]
    assert ["access_token" in answer for answer in answers] == [True] * 10 + [False]
    assert answers[10]["error"] == "Access Denied"
    server.clock.advance(600)
    assert "access_token" in token(server, grant_type="refresh_token", refresh_token=value)


def test_the_twenty_first_refresh_token_ends_the_first(server: ZohoStandIn) -> None:
    issued = [server.oauth.issue(ORG, SCOPES) for _ in range(21)]
    assert get(server, "/crm/v8/Deals", token=issued[0].access_token, fields="id").status_code == 401
    gone = token(server, grant_type="refresh_token", refresh_token=issued[0].refresh_token or "")
    assert "error" in gone
    assert "access_token" in token(server, grant_type="refresh_token", refresh_token=issued[1].refresh_token or "")


def test_a_watch_tells_of_changes_by_id_until_it_expires(world: World, server: ZohoStandIn, receiver: Receiver) -> None:
    token = server.oauth.issue(ORG, SCOPES).access_token
    watch = {"channel_id": "1000000068001", "events": ["Deals.all"], "notify_url": receiver.url, "token": "secret-1"}
    headers = {"authorization": f"Zoho-oauthtoken {token}"}
    answer = httpx.post(f"{server.origin}/crm/v8/actions/watch", json={"watch": [watch]}, headers=headers)
    assert answer.json()["watch"][0]["status"] == "success"
    world.change(world.deals[0], stage="lost")
    for notice in server.notices(world.journal[-1]):
        server.webhooks.post(receiver.url, notice)
    body = json.loads(receiver.seen[0].body)
    assert (body["token"], body["operation"], body["module"], len(body["ids"])) == ("secret-1", "update", "Deals", 1)
    world.clock.advance(3600)
    assert server.notices(world.journal[-1]) == []
