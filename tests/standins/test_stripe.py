"""Stripe's stand-in, driven by Stripe's own SDK and over plain HTTP."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import stripe

from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import Customer

DIGITS = {"jpy": 0, "kwd": 3}


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[StripeStandIn]:
    with StripeStandIn(world, limits=()) as standing:
        yield standing


def sdk(server: StripeStandIn, key: str | None = None, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(key or server.key, base_addresses={"api": server.origin}, max_network_retries=retries)


def ask(server: StripeStandIn, path: str, **query: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {server.key}"}
    return httpx.get(f"{server.origin}{path}", params=query, headers=headers)


def major(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-DIGITS.get(currency, 2))


def sums(rows: list[Any], field: str) -> dict[str, Decimal]:
    total: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        total[row.currency.upper()] += major(getattr(row, field), row.currency)
    return {currency: amount for currency, amount in total.items() if amount}


def expected(world: World, measure: str) -> dict[str, Decimal]:
    money = truth(world, "stripe").money
    return {currency: measures[measure] for currency, measures in money.items() if measure in measures}


def test_the_official_sdk_reads_back_what_is_true_of_the_business(world: World, server: StripeStandIn) -> None:
    client, counts = sdk(server), truth(world, "stripe").counts
    charges = list(client.v1.charges.list({"limit": 100}).auto_paging_iter())
    succeeded = [charge for charge in charges if charge.status == "succeeded"]
    moves = list(client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())
    refunds = list(client.v1.refunds.list({"limit": 3}).auto_paging_iter())
    payouts = list(client.v1.payouts.list({"limit": 7}).auto_paging_iter())
    invoices = list(client.v1.invoices.list({"limit": 10}).auto_paging_iter())
    assert (len(charges), len(succeeded)) == (counts["charges"], counts["charges_succeeded"])
    assert len(list(client.v1.customers.list({"limit": 13}).auto_paging_iter())) == counts["customers"]
    assert len(list(client.v1.products.list().auto_paging_iter())) == counts["products"]
    assert len(list(client.v1.prices.list({"limit": 36}).auto_paging_iter())) == counts["prices"]
    assert (len(refunds), len(payouts), len(invoices)) == (counts["refunds"], counts["payouts"], counts["invoices"])
    assert sums(succeeded, "amount") == expected(world, "charged")
    assert sums([move for move in moves if move.type == "charge"], "fee") == expected(world, "fees")
    assert sums(refunds, "amount") == expected(world, "refunded") == sums(succeeded, "amount_refunded")
    assert sums(payouts, "amount") == expected(world, "paid_out")
    owed = [invoice for invoice in invoices if invoice.status in {"open", "paid"}]
    assert sums(owed, "total") == expected(world, "invoiced")
    assert all(move.amount - move.fee == move.net for move in moves)
    assert {"JPY", "KWD"} <= sums(succeeded, "amount").keys()


def test_an_invoice_adds_up_in_its_lines_discounts_and_taxes(server: StripeStandIn) -> None:
    for invoice in sdk(server).v1.invoices.list({"limit": 100}).auto_paging_iter():
        lines = invoice.lines.data
        taxes = sum(tax.amount for tax in invoice.total_taxes or [])
        discounts = sum(discount.amount for discount in invoice.total_discount_amounts or [])
        assert sum(line.amount for line in lines) == invoice.subtotal
        assert invoice.subtotal - discounts + taxes == invoice.total


@pytest.mark.parametrize(("rows", "pages"), [(0, [0]), (1, [1]), (5, [5]), (6, [5, 1])])
def test_pages_end_where_the_rows_do(rows: int, pages: list[int]) -> None:
    with StripeStandIn(build_world(customers=rows, orders=0)) as server:
        seen: list[int] = []
        after: dict[str, str] = {}
        while True:
            page = ask(server, "/v1/customers", limit=5, **after).json()
            assert page["object"] == "list"
            assert page["url"] == "/v1/customers"
            seen.append(len(page["data"]))
            if not page["has_more"]:
                break
            after = {"starting_after": page["data"][-1]["id"]}
        assert seen == pages


def test_rows_of_one_second_are_neither_lost_nor_doubled_on_a_page_edge(world: World, server: StripeStandIn) -> None:
    stamps = [customer.created_at for customer in world.customers]
    assert len(set(stamps)) < len(stamps)
    for limit in (2, 3, 7):
        seen = [row.id for row in sdk(server).v1.customers.list({"limit": limit}).auto_paging_iter()]
        assert len(seen) == len(set(seen)) == len(world.customers)


def test_a_row_that_comes_or_changes_during_paging_leaves_the_later_pages_alone(
    world: World, server: StripeStandIn
) -> None:
    first = ask(server, "/v1/customers", limit=10).json()["data"]
    world.clock.advance(1)
    sdk(server).v1.customers.create({"name": "Late Comer"})
    world.change(world.get(Customer, 1), note="changed between the pages")
    second = ask(server, "/v1/customers", limit=10, starting_after=first[-1]["id"]).json()["data"]
    assert not {row["id"] for row in first} & {row["id"] for row in second}


def test_a_page_before_a_row_is_read_backwards(server: StripeStandIn) -> None:
    rows = ask(server, "/v1/charges", limit=6).json()["data"]
    back = ask(server, "/v1/charges", limit=3, ending_before=rows[5]["id"]).json()
    assert [row["id"] for row in back["data"]] == [row["id"] for row in rows[2:5]]
    assert back["has_more"] is True


def test_created_bounds_are_kept(world: World, server: StripeStandIn) -> None:
    edge = world.payments[60].paid_at
    after = sdk(server).v1.charges.list({"limit": 100, "created": {"gte": int(edge.timestamp())}})
    assert len(list(after.auto_paging_iter())) == sum(payment.paid_at >= edge for payment in world.payments)


def test_events_tell_of_changes_with_what_was_before_and_die_after_thirty_days(
    world: World, server: StripeStandIn
) -> None:
    world.change(world.customers[0], email="new@mail.example")
    world.delete(world.customers[1])
    newest = sdk(server).v1.events.list({"limit": 2}).data
    assert [event.type for event in newest] == ["customer.deleted", "customer.updated"]
    changed = newest[1].to_dict()
    assert changed["data"]["object"]["email"] == "new@mail.example"
    assert changed["data"]["previous_attributes"] == {"email": "c1@mail.example"}
    world.clock.advance(timedelta(days=30, seconds=1).total_seconds())
    assert sdk(server).v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk(server).v1.events.list({"starting_after": newest[1].id})
    assert refused.value.code == "resource_missing"


def test_a_deleted_customer_is_gone_from_the_list_and_says_so_when_asked_for(server: StripeStandIn) -> None:
    client = sdk(server)
    ident = client.v1.customers.list({"limit": 1}).data[0].id
    assert client.v1.customers.delete(ident).deleted is True
    assert ident not in [row.id for row in client.v1.customers.list({"limit": 100}).data]
    assert ask(server, f"/v1/customers/{ident}").json() == {"id": ident, "object": "customer", "deleted": True}


def test_a_write_is_done_once_for_its_idempotency_key(world: World, server: StripeStandIn) -> None:
    before, client = len(world.customers), sdk(server)
    made = [client.v1.customers.create({"name": "Ann Once"}, {"idempotency_key": "k1"}).id for _ in range(2)]
    assert made[0] == made[1]
    assert len(world.customers) == before + 1
    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"name": "Another"}, {"idempotency_key": "k1"})


def test_expansion_puts_the_object_in_the_place_of_its_identifier(server: StripeStandIn) -> None:
    charges = sdk(server).v1.charges.list({"limit": 5, "expand": ["data.balance_transaction", "data.refunds"]}).data
    paid = next(charge for charge in charges if charge.paid)
    assert paid.balance_transaction.amount == paid.amount  # type: ignore[union-attr]
    assert paid.refunds is not None


@pytest.mark.parametrize("reason", StripeStandIn.throttle_modes)
def test_a_throttled_request_is_429_without_retry_after(server: StripeStandIn, reason: str) -> None:
    server.faults.throttle(mode=reason)
    refused = ask(server, "/v1/charges")
    assert refused.status_code == 429
    assert "retry-after" not in refused.headers
    assert refused.headers["stripe-rate-limited-reason"] == reason
    assert ask(server, "/v1/charges").status_code == 200


def test_the_sdk_knows_a_throttled_answer_and_comes_through_when_it_may_retry(server: StripeStandIn) -> None:
    server.faults.throttle()
    with pytest.raises(stripe.RateLimitError):
        sdk(server).v1.charges.list()
    server.faults.outage()
    assert sdk(server, retries=1).v1.charges.list({"limit": 1}).data


def test_the_request_over_the_published_limit_is_refused_and_recorded(world: World) -> None:
    with StripeStandIn(world) as server:
        answers = [ask(server, "/v1/payouts", limit=1).status_code for _ in range(26)]
        assert answers == [200] * 25 + [429]
        assert [violation.limit.name for violation in server.violations] == ["endpoint-rate/payouts"]
        world.clock.advance(1)
        assert ask(server, "/v1/payouts", limit=1).status_code == 200


def test_bad_requests_are_refused_by_name(server: StripeStandIn) -> None:
    client = sdk(server)
    with pytest.raises(stripe.AuthenticationError):
        sdk(server, "rk_test_wrong").v1.charges.list()
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.v1.customers.retrieve("cus_none")
    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)
    assert ask(server, "/v1/charges", limit=101).json()["error"]["param"] == "limit"
    assert ask(server, "/v1/charges", updated=1).json()["error"]["code"] == "parameter_unknown"
    server.denied.add("payouts")
    with pytest.raises(stripe.PermissionError):
        client.v1.payouts.list()


def test_the_version_asked_for_is_the_version_echoed(server: StripeStandIn) -> None:
    headers = {"authorization": f"Bearer {server.key}", "stripe-version": "2026-10-28.endive"}
    assert httpx.get(f"{server.origin}/v1/account", headers=headers).headers["stripe-version"] == "2026-10-28.endive"


def test_a_connection_that_breaks_mid_body_is_seen_by_the_client(server: StripeStandIn) -> None:
    server.faults.drop_connection_after(40)
    with pytest.raises(httpx.RemoteProtocolError):
        ask(server, "/v1/charges")
    assert ask(server, "/v1/charges").status_code == 200


def test_secrets_are_cut_in_what_is_recorded(server: StripeStandIn) -> None:
    ask(server, "/v1/charges")
    assert server.key not in repr(server.requests)
    assert server.requests[-1].headers["authorization"] == f"Bearer …{server.key[-4:]}"


def test_a_webhook_passes_the_sdks_own_check_only_when_it_is_right(world: World, server: StripeStandIn) -> None:
    world.change(world.customers[0], email="hook@mail.example")
    courier, body = server.webhooks, server.event_of(world.journal[-1])

    def verify(content: bytes, headers: dict[str, str], tolerance: int | None = None) -> stripe.Event:
        return stripe.Webhook.construct_event(content, headers["Stripe-Signature"], courier.key, tolerance)  # type: ignore[arg-type]

    content, headers = courier.draft("", body)
    assert verify(content, headers).type == "customer.updated"
    with pytest.raises(stripe.SignatureVerificationError):
        verify(*courier.draft("", body, key="whsec_other"))
    with pytest.raises(stripe.SignatureVerificationError):
        verify(content.replace(b"hook@", b"hack@"), headers)
    rolled = courier.draft("", body, keys=("whsec_old", courier.key))
    assert rolled[1]["Stripe-Signature"].count("v1=") == 2
    assert verify(*rolled).type == "customer.updated"


def test_a_stale_webhook_is_refused_by_the_sdk(
    world: World, server: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", world.clock.time)
    world.change(world.customers[0], email="hook@mail.example")
    body = server.event_of(world.journal[-1])
    for age, good in ((299, True), (301, False)):
        content, headers = server.webhooks.draft("", body, age=age)
        try:
            stripe.Webhook.construct_event(content, headers["Stripe-Signature"], server.webhooks.key)  # type: ignore[arg-type]
            assert good
        except stripe.SignatureVerificationError:
            assert not good


def authorized(server: StripeStandIn, path: str, **extra: str) -> str:
    query = {"client_id": server.oauth.client.id, "redirect_uri": "http://127.0.0.1:1/cb", "state": "s-1", **extra}
    to = httpx.get(f"{server.origin}{path}", params={"response_type": "code", **query}).headers["location"]
    answer = parse_qs(urlsplit(to).query)
    assert answer["state"] == ["s-1"]
    return answer["code"][0]


def app_token(server: StripeStandIn, **fields: str) -> httpx.Response:
    return httpx.post(f"{server.origin}/v1/oauth/token", data=fields, auth=(server.oauth.client.secret, ""))


def test_an_apps_access_token_lives_an_hour_and_its_refresh_token_is_rolled(
    world: World, server: StripeStandIn
) -> None:
    code = authorized(server, "/oauth/v2/authorize")
    first = app_token(server, grant_type="authorization_code", code=code).json()
    assert sdk(server, first["access_token"]).v1.accounts.retrieve_current().id == first["stripe_user_id"]
    world.clock.advance(3600)
    with pytest.raises(stripe.AuthenticationError):
        sdk(server, first["access_token"]).v1.charges.list()
    second = app_token(server, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    again = app_token(server, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert app_token(server, grant_type="authorization_code", code=code).json()["error"] == "invalid_grant"


def test_a_connect_token_does_not_expire_and_dies_when_the_account_takes_it_back(
    world: World, server: StripeStandIn
) -> None:
    code = authorized(server, "/oauth/authorize", scope="read_only")
    fields = {"grant_type": "authorization_code", "code": code, "client_secret": server.connect.client.secret}
    answer = httpx.post(f"{server.origin}/oauth/token", data=fields).json()
    assert "expires_in" not in answer
    world.clock.advance(400 * 86_400)
    assert sdk(server, answer["access_token"]).v1.charges.list({"limit": 1}).data
    gone = {"client_id": server.connect.client.id, "stripe_user_id": answer["stripe_user_id"]}
    httpx.post(f"{server.origin}/oauth/deauthorize", data=gone).raise_for_status()
    with pytest.raises(stripe.AuthenticationError):
        sdk(server, answer["access_token"]).v1.charges.list()


def test_the_owner_may_say_no(server: StripeStandIn) -> None:
    server.oauth.deny_next()
    query = {"client_id": server.oauth.client.id, "redirect_uri": "http://127.0.0.1:1/cb", "state": "s-1"}
    to = httpx.get(f"{server.origin}/oauth/v2/authorize", params=query).headers["location"]
    assert parse_qs(urlsplit(to).query)["error"] == ["access_denied"]
