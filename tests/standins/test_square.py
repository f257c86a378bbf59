"""Square's stand-in, driven by Square's own SDK and over plain HTTP."""

import base64
import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from square import Square
from square.core.api_error import ApiError
from square.utils.webhooks_helper import verify_signature

from evals.standins.vendors.square import SquareStandIn
from evals.standins.vendors.square.events import event, revoked
from evals.standins.vendors.world import World, build_world, truth
from tests.standins.receiver import Receiver

DIGITS = {"JPY": 0, "KWD": 3}
SCOPES = "CUSTOMERS_READ+ORDERS_READ+PAYMENTS_READ+ITEMS_READ+MERCHANT_PROFILE_READ"


@pytest.fixture
def world() -> World:
    world = build_world()
    world.clock.advance(60)
    return world


@pytest.fixture
def server(world: World) -> Iterator[SquareStandIn]:
    with SquareStandIn(world) as standing:
        yield standing


def sdk(server: SquareStandIn, token: str | None = None) -> Square:
    return Square(base_url=server.origin, token=token or server.key)


def post(server: SquareStandIn, path: str, body: dict[str, Any], token: str | None = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or server.key}"}
    return httpx.post(f"{server.origin}{path}", json=body, headers=headers)


def major(money: Any) -> Decimal:
    return Decimal(money.amount).scaleb(-DIGITS.get(money.currency, 2))


def places(server: SquareStandIn) -> list[str]:
    return [location.id or "" for location in sdk(server).locations.list().locations or []]


def all_orders(server: SquareStandIn, limit: int = 50) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        answer = sdk(server).orders.search(location_ids=places(server), limit=limit, cursor=cursor)
        found += answer.orders or []
        if not answer.cursor:
            return found
        cursor = answer.cursor


def test_the_official_sdk_reads_back_what_is_true_of_the_business(world: World, server: SquareStandIn) -> None:
    true, client = truth(world, "square"), sdk(server)
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    orders = all_orders(server)
    for order in (order for order in orders if order.state != "CANCELED"):
        money = sums[order.total_money.currency]
        for line in order.line_items:
            money["gross"] += major(line.gross_sales_money)
        money["discounts"] += major(order.total_discount_money)
        money["net"] += major(order.total_money) - major(order.total_tax_money)
        money["net"] -= major(order.total_service_charge_money)
        money["tax"] += major(order.total_tax_money)
        money["shipping"] += major(order.total_service_charge_money)
    payments = [each for place in places(server) for each in client.payments.list(location_id=place, limit=30)]
    for payment in (payment for payment in payments if payment.status == "COMPLETED"):
        money = sums[payment.amount_money.currency]  # type: ignore[union-attr,index]
        money["paid"] += major(payment.amount_money)
        money["fees"] += sum((major(fee.amount_money) for fee in payment.processing_fee or []), Decimal(0))
    refunds = list(client.refunds.list(limit=4))
    for refund in refunds:
        sums[str(refund.amount_money.currency)]["refunded"] += major(refund.amount_money)
    found = {currency: {name: amount for name, amount in m.items() if amount} for currency, m in sums.items()}
    assert found == true.money
    assert len(orders) == true.counts["orders"]
    assert sum(len(order.line_items) for order in orders) == true.counts["lines"]
    assert (len(payments), len(refunds)) == (true.counts["payments"], true.counts["refunds"])
    assert len(list(client.customers.list(limit=7))) == true.counts["customers"]
    items = list(client.catalog.list(types="ITEM"))
    assert len(items) == true.counts["products"]
    assert sum(len(each.item_data.variations or []) for each in items) == true.counts["variants"]  # type: ignore[union-attr]
    invoices = [each for place in places(server) for each in client.invoices.list(location_id=place, limit=200)]
    assert len(invoices) == len(world.invoices)


def test_every_order_adds_up_and_weights_are_strings(server: SquareStandIn) -> None:
    weights: set[str] = set()
    for order in all_orders(server, 1000):
        lines = sum((major(line.total_money) for line in order.line_items), Decimal(0))
        assert lines + major(order.total_service_charge_money) == major(order.total_money)
        weights |= {line.quantity for line in order.line_items if "." in line.quantity}
    assert weights


@pytest.mark.parametrize(("rows", "sizes"), [(0, [0]), (1, [1]), (5, [5]), (6, [5, 1])])
def test_pages_end_without_a_cursor_and_nothing_is_an_empty_object(rows: int, sizes: list[int]) -> None:
    world = build_world(customers=rows, orders=0)
    world.clock.advance(60)
    with SquareStandIn(world) as server:
        seen: list[int] = []
        cursor: str | None = None
        while True:
            body: dict[str, Any] = {"limit": 5, **({"cursor": cursor} if cursor else {})}
            answer = post(server, "/v2/customers/search", body).json()
            seen.append(len(answer.get("customers", [])))
            cursor = answer.get("cursor")
            if cursor is None:
                break
        assert seen == sizes
        assert rows or post(server, "/v2/customers/search", {"limit": 5}).json() == {}


def test_a_cursor_belongs_to_its_query_and_can_die(server: SquareStandIn) -> None:
    cursor = post(server, "/v2/customers/search", {"limit": 5}).json()["cursor"]
    assert (
        post(server, "/v2/customers/search", {"limit": 6, "cursor": cursor}).json()["errors"][0]["code"]
        == "INVALID_CURSOR"
    )
    server.faults.dead_cursor()
    assert post(server, "/v2/customers/search", {"limit": 5, "cursor": cursor}).status_code == 400
    assert post(server, "/v2/customers/search", {"limit": 5, "cursor": cursor}).status_code == 200


def test_an_order_changed_during_paging_comes_again_and_none_is_lost(world: World, server: SquareStandIn) -> None:
    query = {"sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"}}
    body: dict[str, Any] = {"location_ids": places(server), "limit": 60, "query": query}
    first = post(server, "/v2/orders/search", body).json()
    world.clock.advance(1)
    world.change(world.orders[0], status="completed")
    seen = [order["id"] for order in first["orders"]]
    answer = first
    while "cursor" in answer:
        answer = post(server, "/v2/orders/search", {**body, "cursor": answer["cursor"]}).json()
        seen += [order["id"] for order in answer["orders"]]
    assert len(set(seen)) == len(world.orders)
    assert len(seen) == len(world.orders) + 1
    assert seen[-1] in [order["id"] for order in first["orders"]]


def test_a_filter_by_update_needs_the_sort_by_update(world: World, server: SquareStandIn) -> None:
    edge = world.orders[90].updated_at.isoformat()
    window = {"filter": {"date_time_filter": {"updated_at": {"start_at": edge}}}}
    body: dict[str, Any] = {"location_ids": places(server), "limit": 1000, "query": window}
    assert post(server, "/v2/orders/search", body).json()["errors"][0]["field"] == "query.sort"
    body["query"] = {**window, "sort": {"sort_field": "UPDATED_AT"}}
    found = post(server, "/v2/orders/search", body).json()["orders"]
    assert len(found) == sum(order.updated_at >= world.orders[90].updated_at for order in world.orders)


def test_payments_are_of_the_main_location_and_the_last_year_unless_asked_otherwise(
    world: World, server: SquareStandIn
) -> None:
    euros = [payment for payment in world.payments if payment.currency == "EUR"]
    assert len(list(sdk(server).payments.list())) == len(euros)
    world.clock.advance(366 * 86_400)
    assert list(sdk(server).payments.list()) == []
    old = sdk(server).payments.list(begin_time="2020-01-01T00:00:00Z")
    assert len(list(old)) == len(euros)


def test_a_new_customer_takes_a_while_to_be_found(world: World, server: SquareStandIn) -> None:
    before = len(list(sdk(server).customers.list()))
    customer = world.customers[0]
    world.change(customer, note="changed")
    assert len(list(sdk(server).customers.list())) == before - 1
    world.clock.advance(30)
    assert len(list(sdk(server).customers.list())) == before


def test_deleted_catalogue_objects_show_only_when_asked_for_and_begin_time_is_exclusive(
    world: World, server: SquareStandIn
) -> None:
    world.delete(world.products[0])
    found = sdk(server).catalog.search(object_types=["ITEM"], include_deleted_objects=True, limit=1000)
    gone = [each for each in found.objects or [] if each.is_deleted]
    assert len(gone) == 1
    assert not [each for each in sdk(server).catalog.list(types="ITEM") if each.is_deleted]
    later = sdk(server).catalog.search(
        object_types=["ITEM"], include_deleted_objects=True, begin_time=found.latest_time
    )
    assert not later.objects


def test_throttling_is_429_and_the_sdk_names_it(server: SquareStandIn) -> None:
    server.faults.throttle(times=1)
    answer = post(server, "/v2/customers/search", {})
    assert answer.status_code == 429
    assert answer.json()["errors"][0]["category"] == "RATE_LIMIT_ERROR"
    assert "retry-after" not in answer.headers


def test_bad_requests_are_refused_by_code(server: SquareStandIn) -> None:
    with pytest.raises(ApiError) as refused:
        sdk(server, "wrong").locations.list()
    assert refused.value.status_code == 401
    assert post(server, "/v2/orders/search", {}).json()["errors"][0]["field"] == "location_ids"
    assert post(server, "/v2/customers/search", {"limit": 101}).json()["errors"][0]["code"] == "VALUE_TOO_HIGH"
    few = server.oauth.issue("M", "CUSTOMERS_READ").access_token
    with pytest.raises(ApiError) as denied:
        sdk(server, few).locations.list()
    assert denied.value.status_code == 403


def consented(server: SquareStandIn, **extra: str) -> str:
    query = {"client_id": server.oauth.client.id, "scope": SCOPES, "state": "s", "session": "false", **extra}
    query["redirect_uri"] = "http://127.0.0.1:1/cb"
    text = "&".join(f"{key}={value}" for key, value in query.items())
    location = httpx.get(f"{server.origin}/oauth2/authorize?{text}").headers["location"]
    return parse_qs(urlsplit(location).query)["code"][0]


def test_the_code_flow_keeps_its_refresh_token_for_ever(world: World, server: SquareStandIn) -> None:
    client, app = sdk(server), server.oauth.client
    first = client.o_auth.obtain_token(
        client_id=app.id, client_secret=app.secret, grant_type="authorization_code", code=consented(server)
    )
    assert first.refresh_token_expires_at is None
    assert len(list(sdk(server, first.access_token).customers.list())) > 0
    assert sdk(server, first.access_token).o_auth.retrieve_token_status().merchant_id == first.merchant_id
    world.clock.advance(30 * 86_400)
    expired = post(server, "/v2/customers/search", {}, first.access_token)
    assert expired.json()["errors"][0]["code"] == "ACCESS_TOKEN_EXPIRED"
    again = first
    for _ in range(2):
        again = client.o_auth.obtain_token(
            client_id=app.id, client_secret=app.secret, grant_type="refresh_token", refresh_token=first.refresh_token
        )
        assert again.refresh_token == first.refresh_token
    assert len(list(sdk(server, again.access_token).customers.list())) > 0


def test_with_pkce_a_refresh_token_is_for_one_use_even_for_two_at_once(server: SquareStandIn) -> None:
    verifier = "v" * 60
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    app = server.oauth.client

    def token(**fields: str) -> httpx.Response:
        return httpx.post(f"{server.origin}/oauth2/token", json={"client_id": app.id, **fields})

    code = consented(server, code_challenge=challenge, code_challenge_method="S256")
    exchange = {"grant_type": "authorization_code", "code": code}
    assert token(**exchange, code_verifier="w" * 60).status_code == 400
    first = token(**exchange, code_verifier=verifier).json()
    assert first["refresh_token_expires_at"]
    answers: list[httpx.Response] = []
    renew = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    threads = [threading.Thread(target=lambda: answers.append(token(**renew))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 400]


def test_revoking_needs_the_applications_secret_and_ends_the_tokens(server: SquareStandIn) -> None:
    tokens = server.oauth.issue("MLSTANDIN7ROAST", SCOPES.replace("+", " "))
    body = {"client_id": server.oauth.client.id, "access_token": tokens.access_token}
    url = f"{server.origin}/oauth2/revoke"
    assert httpx.post(url, json=body, headers={"authorization": "Client wrong"}).status_code == 401
    good = {"authorization": f"Client {server.oauth.client.secret}"}
    assert httpx.post(url, json=body, headers=good).json() == {"success": True}
    assert post(server, "/v2/customers/search", {}, tokens.access_token).status_code == 401


def test_webhooks_are_checked_by_the_sdks_own_verifier(world: World, server: SquareStandIn, receiver: Receiver) -> None:
    world.change(world.customers[0], note="hooked ☕")
    body, courier = event(world, world.journal[-1]), server.webhooks
    courier.post(receiver.url, body)
    courier.post(receiver.url, body, key="another")
    courier.post(receiver.url, body, signed_url="https://elsewhere.example/hook")
    courier.post(receiver.url, body, reserialised=True)
    verdicts = [
        verify_signature(
            request_body=each.body.decode(),
            signature_header=each.headers["x-square-hmacsha256-signature"],
            signature_key=courier.key,
            notification_url=receiver.url,
        )
        for each in receiver.seen
    ]
    assert verdicts == [True, False, False, False]


def test_events_carry_hints_for_orders_and_the_last_profile_of_a_deleted_customer(
    world: World, server: SquareStandIn
) -> None:
    world.change(world.orders[0], status="completed")
    hint = event(world, world.journal[-1])["data"]["object"]["order_updated"]
    assert set(hint) == {"order_id", "version", "state", "location_id", "created_at", "updated_at"}
    customer = world.customers[0]
    world.delete(customer)
    gone = event(world, world.journal[-1])["data"]
    assert (gone["deleted"], gone["object"]["customer"]["given_name"]) == (True, customer.first)
    assert revoked("2026-11-02T08:00:00Z")["type"] == "oauth.authorization.revoked"
    listed = post(server, "/v2/events", {"query": {"filter": {"event_types": ["customer.deleted"]}}}).json()["events"]
    assert listed[0]["data"]["deleted"] is True
    world.clock.advance(29 * 86_400)
    assert post(server, "/v2/events", {}).json() == {}
