"""Shopify's stand-in over plain HTTP: no official Python SDK speaks its GraphQL."""

import base64
import hashlib
import hmac
import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evals.standins.vendors.kit.oauth import Tokens
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.shopify.render import SHOP
from evals.standins.vendors.world import World, build_world, truth
from tests.standins.receiver import Receiver

SCOPES = "read_orders,read_all_orders,read_customers,read_products"

ORDERS = """
query Orders($first: Int!, $after: String, $query: String, $key: OrderSortKeys = UPDATED_AT) {
  orders(first: $first, after: $after, query: $query, sortKey: $key) {
    nodes {
      id legacyResourceId name updatedAt cancelledAt currencyCode presentmentCurrencyCode
      subtotalPriceSet { ...Both } totalTaxSet { ...Both } totalPriceSet { ...Both } totalShippingPriceSet { ...Both }
      currentTotalPriceSet { ...Both } totalRefundedSet { ...Both }
      customer { id email }
      lineItems(first: 20) { nodes { quantity isGiftCard taxLines { priceSet { ...Both } } originalTotalSet { ...Both } totalDiscountSet { ...Both } } }
      transactions(first: 5) { status fees { amount { amount currencyCode } } }
      refunds(first: 5) {
        id
        refundLineItems(first: 20) { nodes { lineItem { isGiftCard } subtotalSet { ...Both } totalTaxSet { ...Both } } }
        refundShippingLines(first: 2) { nodes { subtotalAmountSet { ...Both } } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
fragment Both on MoneyBag { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
"""
IDS = """query ($first: Int!, $after: String, $query: String, $key: OrderSortKeys = UPDATED_AT) {
  orders(first: $first, after: $after, query: $query, sortKey: $key) {
    edges { cursor node { id updatedAt } } pageInfo { hasNextPage hasPreviousPage endCursor }
  }
}"""


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[ShopifyStandIn]:
    with ShopifyStandIn(world, plan="enterprise") as standing:
        yield standing


def ask(
    server: ShopifyStandIn, text: str, /, *, token: str | None = None, version: str = "2026-10", **variables: Any
) -> httpx.Response:
    return httpx.post(
        f"{server.origin}/admin/api/{version}/graphql.json",
        json={"query": text, "variables": variables},
        headers={"x-shopify-access-token": token or server.key},
    )


def pages(server: ShopifyStandIn, text: str, first: int, /, **variables: Any) -> list[list[Any]]:
    found: list[list[Any]] = []
    after: str | None = None
    while True:
        answer = ask(server, text, first=first, after=after, **variables).json()
        assert "errors" not in answer, answer["errors"]
        page = answer["data"]["orders"]
        found.append(page.get("nodes") or [edge["node"] for edge in page.get("edges", [])])
        after = page["pageInfo"]["endCursor"]
        server.clock.advance(20)
        if not page["pageInfo"]["hasNextPage"]:
            return found


def home(bag: dict[str, Any]) -> Decimal:
    assert bag["shopMoney"]["currencyCode"] == "EUR"
    return Decimal(bag["shopMoney"]["amount"])


def goods(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the gift cards, which are no sale."""
    return [line for line in lines if not line["isGiftCard"]]


def test_orders_read_page_by_page_come_to_what_is_true_of_the_business(world: World, server: ShopifyStandIn) -> None:
    orders = [order for page in pages(server, ORDERS, 8) for order in page]
    counts, money = truth(world, "shopify").counts, truth(world, "shopify").money["EUR"]
    kept = [order for order in orders if order["cancelledAt"] is None]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for order in kept:
        for line in goods(order["lineItems"]["nodes"]):
            sums["gross"] += home(line["originalTotalSet"])
            sums["discounts"] += home(line["totalDiscountSet"])
            sums["net"] += home(line["originalTotalSet"]) - home(line["totalDiscountSet"])
            sums["tax"] += sum((home(tax["priceSet"]) for tax in line["taxLines"]), Decimal(0))
        sums["shipping"] += home(order["totalShippingPriceSet"])
    for order in orders:
        for transaction in order["transactions"]:
            for fee in transaction["fees"]:
                sums["fees"] += Decimal(fee["amount"]["amount"])
        for refund in order["refunds"]:
            for line in refund["refundLineItems"]["nodes"]:
                if line["lineItem"]["isGiftCard"]:
                    continue
                sums["refunded_net"] += home(line["subtotalSet"])
                sums["refunded_tax"] += home(line["totalTaxSet"])
            for line in refund["refundShippingLines"]["nodes"]:
                sums["refunded_shipping"] += home(line["subtotalAmountSet"])
    assert len(orders) == counts["orders"]
    assert len(orders) - len(kept) == counts["cancelled"]
    assert sum(len(goods(order["lineItems"]["nodes"])) for order in orders) == counts["lines"]
    assert sum(len(order["refunds"]) for order in orders) == counts["refunds"]
    assert dict(sums) == {name: value for name, value in money.items() if name != "paid_out"}


def test_payouts_come_to_what_was_paid_out(world: World, server: ShopifyStandIn) -> None:
    text = "query { shopifyPaymentsAccount { payouts(first: 250) { nodes { status net { amount currencyCode } } } } }"
    nodes = ask(server, text).json()["data"]["shopifyPaymentsAccount"]["payouts"]["nodes"]
    true = truth(world, "shopify")
    assert len(nodes) == true.counts["payouts"]
    assert sum((Decimal(one["net"]["amount"]) for one in nodes), Decimal(0)) == true.money["EUR"]["paid_out"]
    assert {one["status"] for one in nodes} <= {"PAID", "IN_TRANSIT"}


def test_every_order_adds_up_in_both_moneys(server: ShopifyStandIn) -> None:
    currencies: set[str] = set()
    for order in (order for page in pages(server, ORDERS, 8) for order in page):
        for side in ("shopMoney", "presentmentMoney"):

            def amount(name: str, order: dict[str, Any] = order, side: str = side) -> Decimal:
                return Decimal(order[name][side]["amount"])

            parts = amount("subtotalPriceSet") + amount("totalTaxSet") + amount("totalShippingPriceSet")
            assert amount("totalPriceSet") == parts
            if order["cancelledAt"] is None:
                assert amount("currentTotalPriceSet") == parts - amount("totalRefundedSet")
        currencies.add(order["presentmentCurrencyCode"])
    assert currencies == {"EUR", "USD", "JPY", "KWD"}


def test_amounts_end_in_no_zeros_but_prices_have_all_their_digits(server: ShopifyStandIn) -> None:
    query = "{ productVariants(first: 3) { nodes { price inventoryItem { unitCost { amount } } } } }"
    nodes = ask(server, query).json()["data"]["productVariants"]["nodes"]
    assert nodes[0]["price"] == "6.90"
    assert [node["inventoryItem"]["unitCost"]["amount"] for node in nodes] == ["3.8", "12.38", "4.1"]


@pytest.mark.parametrize(("rows", "sizes"), [(0, [0]), (1, [1]), (5, [5]), (6, [5, 1])])
def test_pages_end_where_the_rows_do(rows: int, sizes: list[int]) -> None:
    with ShopifyStandIn(build_world(customers=3, orders=rows)) as server:
        assert [len(page) for page in pages(server, IDS, 5)] == sizes


def test_equal_stamps_on_a_page_edge_lose_and_double_nothing() -> None:
    world = build_world(customers=5, orders=24)
    at = world.clock.now()
    for order in world.orders[5:15]:
        order.updated_at = at
    with ShopifyStandIn(world) as server:
        for size in (1, 3, 7):
            seen = [order["id"] for page in pages(server, IDS, size) for order in page]
            assert len(seen) == len(set(seen)) == len(world.orders)


def test_an_order_that_changes_during_paging_is_seen_again_at_the_end(world: World, server: ShopifyStandIn) -> None:
    answer = ask(server, IDS, first=50).json()["data"]["orders"]
    first = [edge["node"]["id"] for edge in answer["edges"]]
    world.clock.advance(5)
    world.change(world.orders[0], status="completed")
    after = answer["pageInfo"]["endCursor"]
    rest = ask(server, IDS, first=250, after=after).json()["data"]["orders"]["edges"]
    moved = f"gid://shopify/Order/{5_450_000_000_000 + 32_768}"
    assert moved in first
    assert [edge["node"]["id"] for edge in rest][-1] == moved
    assert {edge["node"]["id"] for edge in rest} | set(first) >= {moved}


def test_a_page_can_be_read_backwards(server: ShopifyStandIn) -> None:
    query = """query ($last: Int!, $before: String) {
      orders(last: $last, before: $before, sortKey: ID) { edges { cursor node { id } } pageInfo { hasPreviousPage } }
    }"""
    page = ask(server, query, last=3).json()["data"]["orders"]
    earlier = ask(server, query, last=200, before=page["edges"][0]["cursor"]).json()["data"]["orders"]
    assert len(page["edges"]) + len(earlier["edges"]) == len(server.world.orders)
    assert (page["pageInfo"]["hasPreviousPage"], earlier["pageInfo"]["hasPreviousPage"]) == (True, False)


def test_the_updated_at_filter_is_kept_and_an_unknown_field_is_only_warned_about(
    world: World, server: ShopifyStandIn
) -> None:
    edge = sorted(order.updated_at for order in world.orders)[70]
    stamp = edge.isoformat().replace("+00:00", "Z")
    found = pages(server, IDS, 250, query=f"updated_at:>='{stamp}'")[0]
    assert len(found) == sum(order.updated_at >= edge for order in world.orders)
    between = pages(server, IDS, 250, query=f"updated_at:>='{stamp}' AND updated_at:<'{stamp}'")[0]
    assert between == []
    answer = ask(server, IDS, first=1, query="upadted_at:>2026").json()
    assert answer["extensions"]["search"][0]["warnings"][0]["code"] == "invalid_field"
    assert len(answer["data"]["orders"]["edges"]) == 1


def test_a_field_that_does_not_exist_is_refused_by_name(server: ShopifyStandIn) -> None:
    answer = ask(server, "{ orders(first: 1) { nodes { totalPrice } } }")
    assert answer.status_code == 200
    error = answer.json()["errors"][0]
    assert error["message"] == "Field 'totalPrice' doesn't exist on type 'Order'"
    assert error["extensions"] == {"code": "undefinedField", "typeName": "Order", "fieldName": "totalPrice"}
    assert "syntax error" in ask(server, "{ orders(").json()["errors"][0]["message"]


def test_a_connection_needs_its_size_and_a_cursor_its_sort(server: ShopifyStandIn) -> None:
    assert "first or last" in ask(server, "{ orders { nodes { id } } }").json()["errors"][0]["message"]
    assert "250" in ask(server, "{ orders(first: 251) { nodes { id } } }").json()["errors"][0]["message"]
    cursor = ask(server, IDS, first=1).json()["data"]["orders"]["pageInfo"]["endCursor"]
    wrong = ask(server, IDS, first=1, after=cursor, key="ID").json()
    assert wrong["errors"][0]["message"] == "Invalid cursor for current pagination sort."
    server.faults.dead_cursor()
    assert ask(server, IDS, first=1, after=cursor).json()["errors"]
    assert "errors" not in ask(server, IDS, first=1, after=cursor).json()


def test_paging_deeper_than_the_limit_is_refused(server: ShopifyStandIn) -> None:
    server.cursors.max_depth = 60
    first = ask(server, IDS, first=50).json()["data"]["orders"]["pageInfo"]["endCursor"]
    assert ask(server, IDS, first=50, after=first).json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_query_costs_points_that_come_back_with_time() -> None:
    with ShopifyStandIn(build_world(customers=3, orders=10)) as server:
        cost = ask(server, IDS, first=250).json()["extensions"]["cost"]
        # One point for each order, less than linear in their number; ten came, so less was taken.
        assert cost["requestedQueryCost"] == 12
        assert cost["actualQueryCost"] == 6
        assert cost["throttleStatus"] == {"maximumAvailable": 2000, "currentlyAvailable": 1994, "restoreRate": 100}
        server.clock.advance(1)
        shop = ask(server, "{ shop { name } }").json()["extensions"]["cost"]
        assert (shop["actualQueryCost"], shop["throttleStatus"]["currentlyAvailable"]) == (1, 1999)


def test_the_published_example_costs_what_it_is_said_to_cost(server: ShopifyStandIn) -> None:
    query = """{ product(id: "gid://shopify/Product/1") {
      variants(first: 250) { nodes { inventoryItem { id tracked } } } } }"""
    cost = ask(server, query).json()["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (25, 1)


def test_an_empty_bucket_answers_200_with_throttled_and_the_wait_can_be_computed(world: World) -> None:
    with ShopifyStandIn(world) as server:
        server.bucket.take(server.bucket.size - 10)
        answer = ask(server, IDS, first=250)
        assert answer.status_code == 200
        body = answer.json()
        assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert "data" not in body
        cost = body["extensions"]["cost"]
        status = cost["throttleStatus"]
        wait = (cost["requestedQueryCost"] - status["currentlyAvailable"]) / status["restoreRate"]
        assert len(server.violations) == 1
        server.clock.advance(wait)
        assert "errors" not in ask(server, IDS, first=250).json()


def test_a_query_over_a_thousand_points_is_never_run(server: ShopifyStandIn) -> None:
    deep = """{ customers(first: 250) { nodes { orders(first: 250) { nodes { lineItems(first: 250) { nodes {
        product { variants(first: 5) { nodes { id } } } } } } } } } }"""
    error = ask(server, deep).json()["errors"][0]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["cost"] > 1000


def test_an_expired_version_is_answered_by_another_and_says_so(server: ShopifyStandIn) -> None:
    good = ask(server, "{ shop { currencyCode } }")
    assert good.headers["x-shopify-api-version"] == "2026-10"
    old = ask(server, "{ shop { currencyCode } }", version="2025-01")
    assert old.json()["data"] == {"shop": {"currencyCode": "EUR"}}
    assert old.headers["x-shopify-api-version"] == "2026-01"
    assert old.headers["x-shopify-api-version-warning"]


def test_without_its_scope_a_field_is_denied_and_old_orders_are_hidden(world: World, server: ShopifyStandIn) -> None:
    few = server.oauth.issue(SHOP, "read_orders").access_token
    denied = ask(server, "{ customers(first: 1) { nodes { id } } }", token=few).json()
    assert denied["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    seen = ask(server, IDS, token=few, first=250).json()["data"]["orders"]["edges"]
    since = world.clock.now() - timedelta(days=60)
    assert len(seen) == sum(order.created_at >= since for order in world.orders) < len(world.orders)


def test_a_deleted_customer_is_in_no_list(world: World, server: ShopifyStandIn) -> None:
    query = "{ customersCount { count precision } }"
    before = ask(server, query).json()["data"]["customersCount"]["count"]
    world.delete(world.customers[0])
    assert ask(server, query).json()["data"]["customersCount"] == {"count": before - 1, "precision": "EXACT"}


def exchanged(server: ShopifyStandIn, **fields: str) -> httpx.Response:
    client = {"client_id": server.oauth.client.id, "client_secret": server.oauth.client.secret}
    return httpx.post(f"{server.origin}/admin/oauth/access_token", data={**client, **fields})


def renewed(server: ShopifyStandIn, token: str) -> httpx.Response:
    return exchanged(server, grant_type="refresh_token", refresh_token=token)


def consented(server: ShopifyStandIn) -> dict[str, list[str]]:
    query = {
        "client_id": server.oauth.client.id,
        "redirect_uri": "http://127.0.0.1:1/cb",
        "scope": SCOPES,
        "state": "x",
    }
    answer = httpx.get(f"{server.origin}/admin/oauth/authorize", params=query)
    return parse_qs(urlsplit(answer.headers["location"]).query)


def expiring(server: ShopifyStandIn) -> Tokens:
    return server.oauth.issue(SHOP, SCOPES, expiring="1")


def test_the_callback_is_signed_and_its_code_buys_an_expiring_token(server: ShopifyStandIn) -> None:
    callback = {name: values[0] for name, values in consented(server).items()}
    message = "&".join(f"{key}={callback[key]}" for key in sorted(callback) if key != "hmac")
    assert (
        callback["hmac"] == hmac.new(server.oauth.client.secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    )
    assert (callback["shop"], callback["state"]) == (SHOP, "x")
    answer = exchanged(server, code=callback["code"], expiring="1").json()
    assert (answer["expires_in"], answer["refresh_token_expires_in"]) == (3600, 90 * 86_400)
    assert answer["scope"] == SCOPES
    assert "errors" not in ask(server, IDS, token=answer["access_token"], first=1).json()
    server.clock.advance(3600)
    assert ask(server, IDS, token=answer["access_token"], first=1).status_code == 401


def test_without_expiring_the_token_lasts_and_cannot_be_refreshed(server: ShopifyStandIn) -> None:
    answer = exchanged(server, code=consented(server)["code"][0]).json()
    assert set(answer) == {"access_token", "scope"}
    server.clock.advance(500 * 86_400)
    assert ask(server, IDS, token=answer["access_token"], first=1).status_code == 200


def test_a_refresh_token_may_be_tried_again_until_its_replacement_is_used(server: ShopifyStandIn) -> None:
    old = expiring(server).refresh_token or ""
    renewed(server, old)  # this answer is lost
    server.clock.advance(7 * 86_400)
    second = renewed(server, old).json()
    assert second["refresh_token"] != old
    third = renewed(server, second["refresh_token"])
    assert third.status_code == 200
    refused = renewed(server, old)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


def test_the_second_chance_ends_thirty_days_after_the_first_use(server: ShopifyStandIn) -> None:
    old = expiring(server).refresh_token or ""
    renewed(server, old)
    server.clock.advance(30 * 86_400)
    assert renewed(server, old).json()["error"] == "invalid_grant"


def test_an_unused_refresh_token_dies_after_ninety_days(server: ShopifyStandIn) -> None:
    old = expiring(server).refresh_token or ""
    server.clock.advance(90 * 86_400)
    assert renewed(server, old).json()["error"] == "invalid_grant"


def test_of_two_parallel_refreshes_only_one_pair_survives_its_first_use(server: ShopifyStandIn) -> None:
    old = expiring(server).refresh_token or ""
    answers: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(renewed(server, old))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = [answer.json()["refresh_token"] for answer in answers]
    assert pairs[0] != pairs[1]
    assert renewed(server, pairs[0]).status_code == 200
    assert renewed(server, pairs[1]).json()["error"] == "invalid_grant"


def test_access_tokens_can_be_expired_at_once(server: ShopifyStandIn) -> None:
    tokens = expiring(server)
    server.faults.expire_access_tokens()
    assert ask(server, IDS, token=tokens.access_token, first=1).status_code == 401
    assert renewed(server, tokens.refresh_token or "").status_code == 200


def good(headers: dict[str, str], body: bytes, secret: str) -> bool:
    mark = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(mark, headers["x-shopify-hmac-sha256"])


def test_webhooks_arrive_signed_wrongly_signed_doubled_and_rewritten(
    world: World, server: ShopifyStandIn, receiver: Receiver
) -> None:
    from evals.standins.vendors.shopify.webhooks import body_of, topic_of

    order = world.orders[4]
    world.change(order, cancelled_at=world.clock.now(), status="cancelled")
    change = world.journal[-1]
    assert topic_of(change) == "orders/cancelled"
    url, body = f"http://127.0.0.1:{receiver.port}/hook", body_of(world, change)
    courier, secret = server.webhooks, server.oauth.client.secret
    courier.post(url, body, topic="orders/cancelled")
    courier.post(url, body, topic="orders/cancelled")
    courier.post(url, body, topic="orders/cancelled", key="another secret")
    courier.post(url, body, topic="orders/cancelled", reserialised=True)
    assert [good(each.headers, each.body, secret) for each in receiver.seen] == [True, True, False, False]
    names = [each.headers for each in receiver.seen]
    assert names[0]["x-shopify-event-id"] == names[1]["x-shopify-event-id"]
    assert names[0]["x-shopify-shop-domain"] == SHOP


def test_a_delete_webhook_carries_nothing_but_the_id(world: World, server: ShopifyStandIn) -> None:
    from evals.standins.vendors.shopify.webhooks import body_of, topic_of

    world.delete(world.products[0])
    change = world.journal[-1]
    assert topic_of(change) == "products/delete"
    assert body_of(world, change) == {"id": 8_330_000_000_000 + 32_768}
