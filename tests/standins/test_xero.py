"""Xero's stand-in over plain HTTP."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.xero import XeroStandIn
from evals.standins.vendors.xero.render import TENANT
from tests.standins.receiver import Receiver

SCOPES = "offline_access accounting.invoices.read accounting.payments.read accounting.contacts.read accounting.settings"


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[XeroStandIn]:
    with XeroStandIn(world, limits=()) as standing:
        yield standing


def get(
    server: XeroStandIn, path: str, *, token: str | None = None, since: str | None = None, **query: str
) -> httpx.Response:
    token = token or server.oauth.issue(TENANT, SCOPES).access_token
    headers = {"authorization": f"Bearer {token}", "xero-tenant-id": TENANT, "accept": "application/json"}
    if since:
        headers["if-modified-since"] = since
    return httpx.get(f"{server.origin}/api.xro/2.0/{path}", params=query, headers=headers)


def exact(answer: httpx.Response) -> Any:
    return json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)


def rows(server: XeroStandIn, name: str, size: int = 25, **query: str) -> list[Any]:
    found: list[Any] = []
    page = 1
    while True:
        answer = exact(get(server, name, page=str(page), pageSize=str(size), **query))
        found += answer[name]
        if page >= answer["pagination"]["pageCount"]:
            assert len(found) == answer["pagination"]["itemCount"]
            return found
        page += 1


def moment(text: str) -> datetime:
    match = re.fullmatch(r"/Date\((\d+)\+0000\)/", text)
    assert match
    return datetime.fromtimestamp(int(match[1]) / 1000, UTC)


def test_what_is_read_comes_to_what_is_true_of_the_business(world: World, server: XeroStandIn) -> None:
    true = truth(world, "xero")
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    papers, notes = rows(server, "Invoices"), rows(server, "CreditNotes")
    for paper in papers:
        if paper["Status"] in {"AUTHORISED", "PAID"}:
            name = "invoiced" if paper["Type"] == "ACCREC" else "billed"
            sums[paper["CurrencyCode"]][f"{name}_net"] += paper["SubTotal"]
            sums[paper["CurrencyCode"]][f"{name}_tax"] += paper["TotalTax"]
    for note in notes:
        sums[note["CurrencyCode"]]["credited_net"] += note["SubTotal"]
        sums[note["CurrencyCode"]]["credited_tax"] += note["TotalTax"]
    payments = rows(server, "Payments")
    for payment in payments:
        name = {"ACCRECPAYMENT": "received", "ACCPAYPAYMENT": "paid"}[payment["PaymentType"]]
        sums[payment["Invoice"]["CurrencyCode"]][name] += payment["Amount"]
    found = {currency: {name: amount for name, amount in m.items() if amount} for currency, m in sums.items()}
    assert found == true.money
    counts = true.counts
    sales = [paper for paper in papers if paper["Type"] == "ACCREC"]
    assert (len(sales), len(papers) - len(sales)) == (counts["invoices"], counts["bills"])
    assert sum(len(sale["LineItems"]) for sale in sales) == counts["invoice_lines"]
    assert (len(notes), len(payments)) == (counts["credits"], counts["invoice_payments"] + counts["bill_payments"])
    assert len(rows(server, "Contacts")) == counts["customers"] + counts["suppliers"]
    assert len(get(server, "Items").json()["Items"]) == counts["items"]


def test_the_lines_of_a_paper_add_up(server: XeroStandIn) -> None:
    for paper in rows(server, "Invoices"):
        assert sum((line["LineAmount"] for line in paper["LineItems"]), Decimal(0)) == paper["SubTotal"]
        assert sum((line["TaxAmount"] for line in paper["LineItems"]), Decimal(0)) == paper["TotalTax"]
        assert paper["SubTotal"] + paper["TotalTax"] == paper["Total"]


def test_dates_come_twice_and_money_as_numbers_with_their_digits(server: XeroStandIn) -> None:
    paper = rows(server, "Invoices")[0]
    assert moment(paper["Date"]).strftime("%Y-%m-%dT00:00:00") == paper["DateString"]
    kuwaiti = [paper for paper in rows(server, "Invoices", where='CurrencyCode=="KWD"') if paper["LineItems"]]
    two = {line["UnitAmount"].as_tuple().exponent for paper in kuwaiti for line in paper["LineItems"]}
    four = {
        line["UnitAmount"].as_tuple().exponent
        for paper in rows(server, "Invoices", where='CurrencyCode=="KWD"', unitdp="4")
        for line in paper["LineItems"]
    }
    assert (two, four) == ({-2}, {-4})


def test_without_a_page_everything_comes_at_once_as_a_summary(world: World, server: XeroStandIn) -> None:
    answer = get(server, "Invoices").json()
    assert "pagination" not in answer
    assert len(answer["Invoices"]) == len(world.invoices) + len(world.bills)
    assert {len(paper["LineItems"]) for paper in answer["Invoices"]} == {0}


@pytest.mark.parametrize(("count", "pages"), [(0, 0), (1, 1), (5, 1), (6, 2)])
def test_the_pagination_counts_pages_and_rows(count: int, pages: int) -> None:
    with XeroStandIn(build_world(customers=count, orders=0)) as server:
        suppliers = 4 if count else 0
        size = 5 + suppliers if count else 5
        answer = get(server, "Contacts", page="1", pageSize=str(size)).json()
        total = count + suppliers
        expected = {"page": 1, "pageSize": size, "pageCount": pages, "itemCount": total}
        assert answer["pagination"] == expected
        assert len(answer["Contacts"]) == min(size, total)


def test_only_what_changed_since_comes_and_archived_contacts_only_when_asked_for(
    world: World, server: XeroStandIn
) -> None:
    world.clock.advance(60)
    since = world.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    world.clock.advance(1)
    customer = world.customers[0]
    world.delete(customer)
    world.change(world.invoices[0], due_on=world.clock.now().date())
    assert get(server, "Contacts", since=since, page="1").json()["Contacts"] == []
    gone = get(server, "Contacts", since=since, page="1", includeArchived="true").json()["Contacts"]
    assert [row["ContactStatus"] for row in gone] == ["ARCHIVED"]
    changed = get(server, "Invoices", since=since, page="1").json()["Invoices"]
    assert [row["InvoiceNumber"] for row in changed] == [world.invoices[0].code]


def test_a_deleted_invoice_says_so_in_its_status(world: World, server: XeroStandIn) -> None:
    invoice = world.invoices[2]
    world.delete(invoice)
    found = [row for row in rows(server, "Invoices") if row["InvoiceNumber"] == invoice.code]
    assert [(row["Status"], row["AmountDue"]) for row in found] == [("DELETED", 0)]


def test_json_must_be_asked_for_and_the_tenant_named(server: XeroStandIn) -> None:
    token = server.oauth.issue(TENANT, SCOPES).access_token
    bare = {"authorization": f"Bearer {token}", "xero-tenant-id": TENANT}
    assert httpx.get(f"{server.origin}/api.xro/2.0/Items", headers=bare).headers["content-type"].startswith("text/xml")
    nameless = {"authorization": f"Bearer {token}", "accept": "application/json"}
    assert httpx.get(f"{server.origin}/api.xro/2.0/Items", headers=nameless).status_code == 403
    few = server.oauth.issue(TENANT, "accounting.contacts.read").access_token
    assert get(server, "Invoices", token=few).status_code == 401
    assert get(server, "Invoices", where="nonsense(").status_code == 400


def test_the_sixty_first_request_of_a_minute_is_told_how_long_to_wait(world: World) -> None:
    with XeroStandIn(world) as server:
        token = server.oauth.issue(TENANT, SCOPES).access_token
        world.clock.advance(15)
        server.budget.spend(world.clock.now(), "GET", "/api.xro", cost=58)
        answers = [get(server, "Organisation", token=token) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["x-minlimit-remaining"] for answer in answers] == ["1", "0", "0"]
        assert answers[0].headers["x-daylimit-remaining"] == "4941"
        assert answers[2].headers["x-rate-limit-problem"] == "minute"
        assert answers[2].headers["retry-after"] == "45"
        world.clock.advance(45)
        assert get(server, "Organisation", token=token).status_code == 200


def test_the_sixth_request_at_once_is_refused_without_a_wait(world: World) -> None:
    with XeroStandIn(world) as server:
        token = server.oauth.issue(TENANT, SCOPES).access_token
        server.faults.close_gate()
        held = [threading.Thread(target=lambda: get(server, "Items", token=token)) for _ in range(5)]
        for thread in held:
            thread.start()
        deadline = time.monotonic() + 10
        while server.budget.in_flight < 5 and time.monotonic() < deadline:
            time.sleep(0.005)
        refused = get(server, "Items", token=token)
        server.faults.open_gate()
        for thread in held:
            thread.join()
        assert (refused.status_code, refused.headers["x-rate-limit-problem"]) == (429, "concurrent")
        assert "retry-after" not in refused.headers


def test_each_limit_can_be_the_problem(server: XeroStandIn) -> None:
    for mode in server.throttle_modes:
        server.faults.throttle(mode=mode)
        assert get(server, "Items").headers["x-rate-limit-problem"] == mode


def token(server: XeroStandIn, **fields: str) -> httpx.Response:
    app = server.oauth.client
    return httpx.post(f"{server.origin}/connect/token", data=fields, auth=(app.id, app.secret))


def renewed(server: XeroStandIn, value: str) -> httpx.Response:
    return token(server, grant_type="refresh_token", refresh_token=value)


def test_a_refresh_token_rotates_with_half_an_hour_of_grace(server: XeroStandIn) -> None:
    query = {
        "client_id": server.oauth.client.id,
        "redirect_uri": "http://127.0.0.1:1/cb",
        "state": "s",
        "scope": SCOPES,
    }
    location = httpx.get(f"{server.origin}/identity/connect/authorize", params=query).headers["location"]
    first = token(server, grant_type="authorization_code", code=parse_qs(urlsplit(location).query)["code"][0]).json()
    assert first["expires_in"] == 1800
    second = renewed(server, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    server.clock.advance(1799)
    assert renewed(server, first["refresh_token"]).status_code == 200
    server.clock.advance(1)
    assert renewed(server, first["refresh_token"]).json() == {"error": "invalid_grant"}
    assert get(server, "Items", token=second["access_token"]).status_code == 401
    server.clock.advance(60 * 86_400)
    assert renewed(server, second["refresh_token"]).json() == {"error": "invalid_grant"}


def test_without_offline_access_there_is_no_refresh_token(server: XeroStandIn) -> None:
    assert server.oauth.issue(TENANT, "accounting.contacts").refresh_token is None


def test_tenants_are_listed_and_can_be_let_go(server: XeroStandIn) -> None:
    token = server.oauth.issue(TENANT, SCOPES).access_token
    headers = {"authorization": f"Bearer {token}"}
    connections = httpx.get(f"{server.origin}/connections", headers=headers).json()
    assert [(each["tenantId"], each["tenantType"]) for each in connections] == [(TENANT, "ORGANISATION")]
    gone = httpx.delete(f"{server.origin}/connections/{connections[0]['id']}", headers=headers)
    assert gone.status_code == 204
    assert get(server, "Items", token=token).status_code == 403


def test_webhooks_are_signed_and_the_intent_to_receive_has_wrong_ones_among_them(
    world: World, server: XeroStandIn, receiver: Receiver
) -> None:
    world.change(world.invoices[1], due_on=world.clock.now().date())
    body = server.notice(world.journal[-1:])
    assert (body["events"][0]["eventCategory"], body["events"][0]["eventType"]) == ("INVOICE", "UPDATE")
    server.webhooks.post(receiver.url, body)
    server.intent_to_receive(receiver.url)

    def good(content: bytes, mark: str) -> bool:
        digest = hmac.new(server.webhooks.key.encode(), content, hashlib.sha256).digest()
        return base64.b64encode(digest).decode() == mark

    verdicts = [good(each.body, each.headers["x-xero-signature"]) for each in receiver.seen]
    assert verdicts == [True, True, False, True, False]
    assert json.loads(receiver.seen[1].body)["events"] == []


def test_an_outage_and_a_slow_answer_are_seen_on_the_virtual_clock(world: World, server: XeroStandIn) -> None:
    server.faults.outage(status=503)
    assert get(server, "Items").status_code == 503
    before = world.clock.now()
    server.faults.slow(12)
    assert get(server, "Items").status_code == 200
    assert world.clock.now() - before == timedelta(seconds=12)
