"""QuickBooks Online's stand-in over plain HTTP."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evals.standins.vendors.quickbooks import QuickBooksStandIn
from evals.standins.vendors.quickbooks.render import REALM
from evals.standins.vendors.quickbooks.server import cloud_events, old_notifications
from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import Invoice
from tests.standins.receiver import Receiver


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[QuickBooksStandIn]:
    with QuickBooksStandIn(world) as standing:
        yield standing


def get(server: QuickBooksStandIn, path: str, token: str | None = None, **query: str) -> httpx.Response:
    token = token or server.oauth.issue(REALM).access_token
    url = f"{server.origin}/v3/company/{REALM}/{path}"
    return httpx.get(url, params=query, headers={"authorization": f"Bearer {token}", "accept": "application/json"})


def exact(answer: httpx.Response) -> Any:
    return json.loads(answer.content, parse_float=Decimal, parse_int=Decimal)


def rows(server: QuickBooksStandIn, entity: str, where: str = "", most: int = 10) -> list[Any]:
    found: list[Any] = []
    while True:
        text = f"SELECT * FROM {entity}{where} STARTPOSITION {len(found) + 1} MAXRESULTS {most}"  # noqa: S608  its query language
        page = exact(get(server, "query", query=text))["QueryResponse"]
        found += page.get(entity, [])
        if len(page.get(entity, [])) < most:
            return found


def test_what_is_read_comes_to_what_is_true_of_the_business(world: World, server: QuickBooksStandIn) -> None:
    true = truth(world, "quickbooks")
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    invoices, memos, bills = rows(server, "Invoice"), rows(server, "CreditMemo"), rows(server, "Bill")
    for name, papers in (("invoiced", invoices), ("credited", memos), ("billed", bills)):
        for paper in papers:
            money, tax = sums[paper["CurrencyRef"]["value"]], paper["TxnTaxDetail"]["TotalTax"]
            money[f"{name}_net"] += paper["TotalAmt"] - tax
            money[f"{name}_tax"] += tax
    for name, entity in (("received", "Payment"), ("paid", "BillPayment")):
        for payment in rows(server, entity):
            sums[payment["CurrencyRef"]["value"]][name] += payment["TotalAmt"]
    found = {currency: {name: amount for name, amount in m.items() if amount} for currency, m in sums.items()}
    assert found == true.money
    counts = true.counts
    assert (len(invoices), len(memos), len(bills)) == (counts["invoices"], counts["credits"], counts["bills"])
    assert len(rows(server, "Customer")) == counts["customers"]
    assert (len(rows(server, "Vendor")), len(rows(server, "Item"))) == (counts["suppliers"], counts["items"])
    assert len(rows(server, "Payment")) == counts["invoice_payments"]
    assert len(rows(server, "BillPayment")) == counts["bill_payments"]


def test_an_invoices_lines_its_discount_and_its_tax_add_up(server: QuickBooksStandIn) -> None:
    discounted = 0
    for invoice in rows(server, "Invoice"):
        of: dict[str, Decimal] = defaultdict(Decimal)
        for line in invoice["Line"]:
            of[line["DetailType"]] += line["Amount"]
        assert of["SalesItemLineDetail"] == of["SubTotalLineDetail"]
        tax = sum((part["Amount"] for part in invoice["TxnTaxDetail"]["TaxLine"]), Decimal(0))
        assert tax == invoice["TxnTaxDetail"]["TotalTax"]
        assert of["SubTotalLineDetail"] - of["DiscountLineDetail"] + tax == invoice["TotalAmt"]
        discounted += bool(of["DiscountLineDetail"])
    assert discounted


def test_numbers_keep_their_digits(server: QuickBooksStandIn) -> None:
    items = get(server, "query", query="select * from Item").text
    assert '"UnitPrice":6.90,' in items


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (5, [5, 0]), (6, [5, 1])])
def test_pages_end_where_the_rows_do_and_nothing_is_an_empty_answer(count: int, sizes: list[int]) -> None:
    with QuickBooksStandIn(build_world(customers=count, orders=0)) as server:
        seen: list[int] = []
        while not seen or seen[-1] == 5:
            text = f"select * from Customer startposition {sum(seen) + 1} maxresults 5"  # noqa: S608  its query language
            answer = get(server, "query", query=text).json()["QueryResponse"]
            seen.append(len(answer.get("Customer", [])))
            if not seen[-1]:
                assert answer == {}
        assert seen == sizes


def test_changes_are_found_by_their_time_with_its_offset(world: World, server: QuickBooksStandIn) -> None:
    world.clock.advance(100)
    world.change(world.invoices[5], due_on=world.clock.now().date())
    since = (world.clock.now() - timedelta(seconds=1)).isoformat()
    found = rows(server, "Invoice", f" WHERE MetaData.LastUpdatedTime >= '{since}' ORDERBY MetaData.LastUpdatedTime")
    assert [row["DocNumber"] for row in found] == [world.invoices[5].code]
    assert found[0]["MetaData"]["LastUpdatedTime"].endswith("-08:00")
    assert found[0]["SyncToken"] != "0"


def test_what_is_inactive_is_given_only_when_asked_for(world: World, server: QuickBooksStandIn) -> None:
    every = rows(server, "Customer", " WHERE Active IN (true, false)")
    assert len(every) > len(world.customers)
    gone = [row for row in every if not row["Active"]]
    assert all(row["DisplayName"].endswith("(deleted)") for row in gone)


def test_a_voided_invoice_stays_with_nothing_on_it(server: QuickBooksStandIn) -> None:
    voided = [row for row in rows(server, "Invoice") if row.get("PrivateNote") == "Voided"]
    assert voided
    assert {(row["TotalAmt"], row["Balance"]) for row in voided} == {(Decimal(0), Decimal(0))}


def test_captured_changes_name_the_deleted_and_go_back_thirty_days(world: World, server: QuickBooksStandIn) -> None:
    invoice = next(each for each in world.invoices if each.status == "open")
    world.clock.advance(10)
    world.delete(invoice)
    since = (world.clock.now() - timedelta(seconds=5)).isoformat()
    answer = get(server, "cdc", entities="Invoice,Customer", changedSince=since).json()
    parts = answer["CDCResponse"][0]["QueryResponse"]
    assert [(row["Id"], row["status"]) for row in parts[0]["Invoice"]] == [(str(invoice.number), "Deleted")]
    assert parts[1] == {}
    old = (world.clock.now() - timedelta(days=30, seconds=1)).isoformat()
    assert get(server, "cdc", entities="Invoice", changedSince=old).status_code == 400


def test_bad_queries_and_wrong_companies_are_faults(server: QuickBooksStandIn) -> None:
    for text, code in (("SELECT FROM Invoice", "4000"), ("SELECT * FROM Nothing", "4001"), ("drop table x", "4000")):
        fault = get(server, "query", query=text).json()["Fault"]
        assert (fault["type"], fault["Error"][0]["code"]) == ("ValidationFault", code)
    other = server.oauth.issue("another realm").access_token
    assert get(server, "query", token=other, query="select * from Item").status_code == 403
    assert get(server, "query", token="none", query="select * from Item").status_code == 401
    assert get(server, "query", query="select * from Item maxresults 1001").status_code == 400


def test_the_statement_may_be_posted_as_text(server: QuickBooksStandIn) -> None:
    headers = {"authorization": f"Bearer {server.oauth.issue(REALM).access_token}", "content-type": "application/text"}
    url = f"{server.origin}/v3/company/{REALM}/query"
    answer = httpx.post(url, content="select count(*) from Customer", headers=headers).json()
    assert answer["QueryResponse"] == {"totalCount": len(server.world.customers)}


def test_the_eleventh_request_at_once_is_refused(server: QuickBooksStandIn) -> None:
    token = server.oauth.issue(REALM).access_token
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(get(server, "query", token=token, query="select * from Vendor").status_code)

    server.faults.close_gate()
    held = [threading.Thread(target=ask) for _ in range(10)]
    for thread in held:
        thread.start()
    deadline = time.monotonic() + 10
    while server.budget.in_flight < 10 and time.monotonic() < deadline:
        time.sleep(0.005)
    ask()
    server.faults.open_gate()
    for thread in held:
        thread.join()
    assert statuses == [429] + [200] * 10
    assert [violation.limit.name for violation in server.violations] == ["concurrent"]


def test_more_than_five_hundred_a_minute_are_refused(server: QuickBooksStandIn) -> None:
    token = server.oauth.issue(REALM).access_token
    server.budget.spend(server.clock.now(), "GET", "/v3", cost=498)
    statuses = [get(server, "preferences", token=token).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    server.clock.advance(60)
    assert get(server, "preferences", token=token).status_code == 200


def token(server: QuickBooksStandIn, **fields: str) -> httpx.Response:
    app = server.oauth.client
    headers = {"x-include-refresh-token-hard-expires-in": "true"}
    url = f"{server.origin}/oauth2/v1/tokens/bearer"
    return httpx.post(url, data=fields, auth=(app.id, app.secret), headers=headers)


def renewed(server: QuickBooksStandIn, value: str) -> httpx.Response:
    return token(server, grant_type="refresh_token", refresh_token=value)


def test_the_redirect_names_the_company_and_the_refresh_token_changes_once_a_day(server: QuickBooksStandIn) -> None:
    query = {"client_id": server.oauth.client.id, "redirect_uri": "http://127.0.0.1:1/cb", "state": "s"}
    location = httpx.get(f"{server.origin}/connect/oauth2", params=query).headers["location"]
    callback = parse_qs(urlsplit(location).query)
    assert callback["realmId"] == [REALM]
    first = token(server, grant_type="authorization_code", code=callback["code"][0]).json()
    assert first["x_refresh_token_expires_in"] == 100 * 86_400
    assert first["x_refresh_token_hard_expires_in"] == 5 * 365 * 86_400
    same = renewed(server, first["refresh_token"]).json()
    assert same["refresh_token"] == first["refresh_token"]
    server.clock.advance(86_400)
    changed = renewed(server, first["refresh_token"]).json()
    assert changed["refresh_token"] != first["refresh_token"]
    server.clock.advance(86_400)
    assert renewed(server, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert renewed(server, changed["refresh_token"]).status_code == 200


def test_a_refresh_token_dies_unused_after_a_hundred_days_and_used_after_five_years(
    server: QuickBooksStandIn,
) -> None:
    unused = server.oauth.issue(REALM).refresh_token or ""
    server.clock.advance(100 * 86_400)
    assert renewed(server, unused).json()["error"] == "invalid_grant"
    current = server.oauth.issue(REALM).refresh_token or ""
    for _ in range(20):
        server.clock.advance(90 * 86_400)
        current = renewed(server, current).json()["refresh_token"]
    server.clock.advance(26 * 86_400)
    assert renewed(server, current).json()["error"] == "invalid_grant"


def test_webhooks_come_as_cloud_events_of_several_companies_and_in_the_old_form(
    world: World, server: QuickBooksStandIn, receiver: Receiver
) -> None:
    world.change(world.get(Invoice, 3), status="paid")
    change = world.journal[-1]
    mixed = cloud_events([(REALM, change), ("another", change)])
    assert [each["intuitaccountid"] for each in mixed] == [REALM, "another"]
    assert mixed[0]["type"] == "qbo.invoice.updated.v1"
    server.webhooks.post(receiver.url, mixed)
    server.webhooks.post(receiver.url, old_notifications([(REALM, change)]))
    server.webhooks.post(receiver.url, mixed, key="wrong")

    def good(body: bytes, mark: str) -> bool:
        digest = hmac.new(server.webhooks.key.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(digest).decode() == mark

    assert [good(each.body, each.headers["intuit-signature"]) for each in receiver.seen] == [True, True, False]
