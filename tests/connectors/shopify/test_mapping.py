"""What Shopify's payloads become, read as the shop's bookkeeper would."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connectors.damage import damaged
from tests.connectors.mapping import assert_nothing_lost, mapped, rows

_HERE = Path(__file__).parent
ORDER: dict[str, Any] = json.loads((_HERE / "order.json").read_text("utf-8"))
WEBHOOK: dict[str, Any] = json.loads((_HERE / "webhook_order.json").read_text("utf-8"))


def _node() -> dict[str, Any]:
    return json.loads(json.dumps(ORDER["data"]["orders"]["edges"][0]["node"]))


def _usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def _bag(amount: str, currency: str = "USD") -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_graphql_order_has_its_figures_once() -> None:
    report = mapped("shopify", "Orders", ORDER)
    assert rows(report, "unified_orders") == [
        {
            "key": "order:5700000000450",
            "number": "#1001",
            "ordered_at": "2026-03-01T23:29:58Z",
            "ordered_on": "2026-03-01",
            "source_offset_minutes": 0,
            "currency": "USD",
            "status": "completed",
            "shipped_on": "2026-03-02",
            "channel": "Online Store",
            "ship_method": "Standard",
            "payment_method": "shopify_payments",
            "discount_code": "SPRING",
            "shipping": _usd("10.00"),
            "tax": _usd("8.15"),
            "total": _usd("118.15"),
        }
    ]
    assert rows(report, "order_lines") == [
        {
            "key": "order:5700000000450:11",
            "title": "Tea pot",
            "sku": "POT-B",
            "quantity": "2",
            "unit_price": _usd("50.00"),
            "gross": _usd("100.00"),
            "discount": _usd("16.67"),
            "net": _usd("83.33"),
            "tax": _usd("6.79"),
        },
        {
            "key": "order:5700000000450:12",
            "title": "Tea",
            "sku": "TEA",
            "quantity": "1",
            "unit_price": _usd("20.00"),
            "gross": _usd("20.00"),
            "discount": _usd("3.33"),
            "net": _usd("16.67"),
            "tax": _usd("1.36"),
        },
    ]
    assert rows(report, "unified_customers") == [
        {"id": "shopify:77", "name": "Ann Lee", "email": "ann@example.com", "phone": "+15550100"}
    ]
    assert rows(report, "product_variants")[0] == {"title": "Blue", "sku": "POT-B", "barcode": "4006381333931"}
    assert rows(report, "addresses")[0]["line1"] == "1 Main St"


def test_every_leaf_of_an_order_is_accounted_for() -> None:
    for payload in (ORDER, WEBHOOK):
        report = mapped("shopify", "order", payload)
        assert_nothing_lost(report, payload)
        assert report.coverage.unknown == 0
        assert report.problems == ()
    report = mapped("shopify", "order", {**_node(), "brandNew": {"thing": 1}})
    assert [one.pointer for one in report.unmapped if one.why == "unknown"] == ["/brandNew/thing"]


def test_fields_name_the_leaves_they_come_from() -> None:
    report = mapped("shopify", "order", _node())
    order, line = (next(row for row in report.rows if row.table == t) for t in ("unified_orders", "order_lines"))
    assert order.provenance["total"].pointers == (
        "/totalPriceSet/shopMoney/amount",
        "/totalPriceSet/shopMoney/currencyCode",
    )
    assert order.provenance["ordered_at"].pointers == ("/processedAt",)
    assert line.provenance["key"].pointers == ("/lineItems/edges/0/node/id",)
    assert order.source.source_id == "5700000000450"


def test_lines_shipping_tax_and_tips_add_up_to_the_total() -> None:
    for payload, tip in ((ORDER, "0"), (WEBHOOK, "3.00")):
        report = mapped("shopify", "order", payload)
        order = rows(report, "unified_orders")[0]
        net = sum(Decimal(line["net"]["amount"]) for line in rows(report, "order_lines"))
        parts = net + Decimal(order["shipping"]["amount"]) + Decimal(order["tax"]["amount"]) + Decimal(tip)
        assert parts == Decimal(order["total"]["amount"])


def test_refunds_are_goods_postage_and_what_was_kept_of_them() -> None:
    report = mapped("shopify", "order", ORDER)
    goods, postage, kept = rows(report, "refunds")
    assert goods == {
        "key": "order:5700000000450:back:71",
        "refunded_at": "2026-03-04T10:00:00Z",
        "refunded_on": "2026-03-04",
        "source_offset_minutes": 0,
        "kind": "return",
        "amount": _usd("41.66"),
        "title": "Tea pot",
        "quantity": "1",
        "tax": _usd("3.40"),
        "reason": "Broken spout",
        "line": "order:5700000000450:11",
    }
    assert (postage["amount"], postage["shipping"]) == (_usd("0.00"), _usd("10.00"))
    assert kept["amount"] == _usd("-1.00")
    back = sum(Decimal(row[name]["amount"]) for row in (goods, postage, kept) for name in ("amount", "tax"))
    assert back + Decimal("10.00") == Decimal("54.06")  # what the transaction gave back


def test_only_captured_money_moves_and_its_fee_is_a_row_of_its_own() -> None:
    moved = rows(mapped("shopify", "order", ORDER), "unified_transactions")
    assert [(row["key"], row["amount"]) for row in moved] == [
        ("transaction:802:charge", _usd("118.15")),
        ("transaction:803:refund", _usd("-54.06")),
        ("transaction:802:fee", _usd("-4.61")),
    ]
    assert {row["order"] for row in moved} == {"order:5700000000450"}
    assert all("fee" not in row for row in moved)


def test_tax_that_prices_hold_is_taken_out_and_gift_cards_and_tips_are_no_sales() -> None:
    report = mapped("shopify", "orders/create", WEBHOOK)
    assert rows(report, "order_lines") == [
        {
            "key": "order:820982911946154508:866550311766439020",
            "title": "Becher",
            "sku": "B-R",
            "quantity": "5",
            "unit_price": {"amount": "10.00", "currency": "EUR"},
            "gross": {"amount": "50.00", "currency": "EUR"},
            "discount": {"amount": "10.00", "currency": "EUR"},
            "net": {"amount": "40.00", "currency": "EUR"},
            "tax": {"amount": "7.60", "currency": "EUR"},
        }
    ]
    order = rows(report, "unified_orders")[0]
    assert order["shipping"] == {"amount": "5.00", "currency": "EUR"}
    assert (order["ordered_at"], order["source_offset_minutes"]) == ("2026-03-29T00:30:00Z", 60)


def test_the_day_of_an_order_is_the_shop_owner_s() -> None:
    report = mapped("shopify", "order", ORDER, zone=ZoneInfo("Asia/Tokyo"))
    order = rows(report, "unified_orders")[0]
    assert (order["ordered_at"], order["ordered_on"]) == ("2026-03-01T23:29:58Z", "2026-03-02")


_SHAPES: list[Callable[[Any], Any]] = [
    lambda node: node,
    lambda node: {"order": node},
    lambda node: {"orders": [node]},
    lambda node: [node],
    lambda node: {"data": {"order": node}},
    lambda node: {"data": {"node": node}},
    lambda node: {"data": {"nodes": [node]}},
    lambda node: {"data": {"orders": {"nodes": [node], "pageInfo": {"hasNextPage": False}}}},
    lambda node: {"data": {"recent": {"edges": [{"node": node}]}}},
    lambda node: {"data": {"customer": {"id": "gid://shopify/Customer/77", "orders": {"nodes": [node]}}}},
    lambda node: {"data": {"orderUpdate": {"order": node, "userErrors": []}}},
    lambda node: {"orders": {"edges": [{"node": node}]}},
]


@pytest.mark.parametrize("shape", _SHAPES)
def test_an_order_is_found_however_it_is_wrapped(shape: Callable[[Any], Any]) -> None:
    payload = shape(_node())
    report = mapped("shopify", "order", payload)
    assert [row["key"] for row in rows(report, "unified_orders")] == ["order:5700000000450"]
    assert_nothing_lost(report, payload)


@pytest.mark.parametrize(
    ("payload", "objects"),
    [
        ({"data": {"orders": {"edges": [], "pageInfo": {"hasNextPage": False}}}}, 0),
        ({"orders": []}, 0),
        ({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "data": None}, 1),
        ({"errors": "Not Found"}, 1),
        ({"data": {"order": None}}, 1),
    ],
)
def test_an_answer_without_orders_makes_none(payload: Any, objects: int) -> None:
    report = mapped("shopify", "order", payload)
    assert (report.rows, report.problems, report.objects, report.coverage.unknown) == ((), (), objects, 0)
    assert_nothing_lost(report, payload)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"cancelledAt": "2026-03-02T00:00:00Z"}, "cancelled"),
        ({"displayFinancialStatus": "VOIDED"}, "cancelled"),
        ({"displayFinancialStatus": "PENDING"}, "pending"),
        ({"displayFinancialStatus": "AUTHORIZED"}, "pending"),
        ({"displayFinancialStatus": "REFUNDED"}, "completed"),
        ({"displayFinancialStatus": None}, "completed"),
    ],
)
def test_an_order_is_completed_pending_or_cancelled(change: dict[str, Any], status: str) -> None:
    assert rows(mapped("shopify", "order", {**_node(), **change}), "unified_orders")[0]["status"] == status


def test_a_test_order_is_seen_and_never_counted() -> None:
    payload = {**_node(), "test": True}
    report = mapped("shopify", "order", payload)
    assert rows(report, "unified_orders")[0]["status"] == "cancelled"
    assert {row["status"] for row in rows(report, "unified_transactions")} == {"cancelled"}
    assert_nothing_lost(report, payload)


def test_an_order_s_discount_is_spread_only_where_its_lines_do_not_say_theirs() -> None:
    node = _node()
    for edge in node["lineItems"]["edges"]:
        del edge["node"]["discountAllocations"]
        edge["node"].pop("discountedTotalSet", None)
    report = mapped("shopify", "order", node)
    assert [line["discount"] for line in rows(report, "order_lines")] == [_usd("16.666667"), _usd("3.333333")]
    assert rows(report, "unified_orders")[0]["discount"] == _usd("20.00")  # 2 of the 22 are off the postage


def test_an_order_of_an_older_rest_version_holds_its_own_discount_beside_its_lines() -> None:
    order = {
        "id": 1, "created_at": "2017-01-01T00:00:00Z", "currency": "USD", "total_discounts": "13.00",
        "line_items": [{"id": 2, "title": "Tea", "price": "20.00", "quantity": 1, "total_discount": "3.00"}, {"id": 3, "title": "Pot", "price": "83.00", "quantity": 1, "total_discount": "0.00"}],
    }  # fmt: skip
    report = mapped("shopify", "order", order)
    assert [line["net"] for line in rows(report, "order_lines")] == [_usd("15.30"), _usd("74.70")]
    assert rows(report, "unified_orders")[0]["discount"] == _usd("10.00")


def test_a_price_after_discounts_is_enough() -> None:
    node = _node()
    for edge in node["lineItems"]["edges"]:
        line = edge["node"]
        del line["discountAllocations"]
        line.pop("discountedTotalSet", None)
        line["discountedUnitPriceAfterAllDiscountsSet"] = _bag("41.665" if line["quantity"] == 2 else "16.67")
    report = mapped("shopify", "order", node)
    assert [(line["net"], line["discount"]) for line in rows(report, "order_lines")] == [
        (_usd("83.33"), _usd("16.67")),
        (_usd("16.67"), _usd("3.33")),
    ]


def test_refunds_without_ids_of_their_own_have_keys() -> None:
    node = _node()
    refund = node["refunds"][0]
    for part in ("refundLineItems", "refundShippingLines", "orderAdjustments"):
        for one in refund[part]["nodes"]:
            del one["id"]
    again = {**refund, "id": "gid://shopify/Refund/80"}
    keys = [row["key"] for row in rows(mapped("shopify", "order", {**node, "refunds": [refund, again]}), "refunds")]
    assert len(set(keys)) == len(keys) == 6


def test_an_order_without_its_lines_stands_for_what_they_came_to() -> None:
    chosen = {
        key: value
        for key, value in _node().items()
        if key in ("id", "name", "createdAt", "currencyCode", "totalPriceSet", "totalTaxSet", "subtotalPriceSet")
    }
    assert rows(mapped("shopify", "order", chosen), "unified_orders")[0]["amount"] == _usd("100.00")
    del chosen["subtotalPriceSet"], chosen["currencyCode"]
    chosen["totalShippingPriceSet"] = _bag("10.00")
    order = rows(mapped("shopify", "order", chosen, currency="EUR"), "unified_orders")[0]
    assert (order["amount"], order["currency"]) == (_usd("100.00"), "USD")


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("JPY", "1980", "1980"), ("JPY", "1980.0", "1980"), ("KWD", "12.345", "12.345"), ("USD", "-7.1", "-7.10")],
)
def test_amounts_are_exact_in_every_currency(currency: str, amount: str, shown: str) -> None:
    payload = {
        "id": 1, "created_at": "2026-01-31T23:59:59-05:00", "currency": currency, "total_price": amount,
        "line_items": [{"id": 2, "title": "茶", "price": amount, "quantity": 1}],
    }  # fmt: skip
    report = mapped("shopify", "order", payload)
    assert rows(report, "unified_orders")[0]["total"] == {"amount": shown, "currency": currency}
    assert rows(report, "order_lines")[0]["net"] == {"amount": shown, "currency": currency}
    assert rows(report, "unified_orders")[0]["ordered_at"] == "2026-02-01T04:59:59Z"


def test_an_amount_in_another_currency_than_its_order_s_stays_raw() -> None:
    node = {**_node(), "totalTaxSet": _bag("8.15", "CAD")}
    report = mapped("shopify", "order", node)
    assert "tax" not in rows(report, "unified_orders")[0]
    assert report.problems[0].pointer == "/totalTaxSet/shopMoney"
    assert_nothing_lost(report, node)


def test_a_line_of_a_bulk_file_is_no_order() -> None:
    line = {
        "id": "gid://shopify/LineItem/11",
        "title": "Tea pot",
        "quantity": 2,
        "createdAt": "2026-03-01T00:00:00Z",
        "__parentId": "gid://shopify/Order/450",
    }
    report = mapped("shopify", "order", line)
    assert report.rows == ()
    assert "is no order" in report.problems[0].message
    assert_nothing_lost(report, line)


# ── refunds and transactions by themselves ───────────────────────────────────────────────────────────────────

REFUND: dict[str, Any] = {
    "id": 890088186047892319, "admin_graphql_api_id": "gid://shopify/Refund/890088186047892319", "order_id": 820982911946154508,
    "created_at": "2026-04-01T12:00:00-04:00", "processed_at": "2026-04-01T12:00:00-04:00", "note": "Things were damaged", "user_id": 548380009, "restock": False, "return": None,
    "duties": [], "total_duties_set": {"shop_money": {"amount": "0.00", "currency_code": "USD"}}, "additional_fees": [],
    "refund_line_items": [
        {"id": 487817672276298627, "line_item_id": 487817672276298554, "location_id": None, "quantity": 1, "restock_type": "no_restock", "subtotal": "89.99", "total_tax": "7.20",
         "subtotal_set": {"shop_money": {"amount": "89.99", "currency_code": "USD"}}, "total_tax_set": {"shop_money": {"amount": "7.20", "currency_code": "USD"}},
         "line_item": {"id": 487817672276298554, "title": "Aviator sunglasses", "product_id": 788032119674292922, "gift_card": False, "quantity": 1, "price": "89.99", "sku": "SKU-1"}},
    ],
    "refund_shipping_lines": [],
    "order_adjustments": [{"id": 1, "order_id": 820982911946154508, "refund_id": 890088186047892319, "amount": "-5.00", "tax_amount": "-0.40", "kind": "shipping_refund", "reason": "Shipping refund",
                           "amount_set": {"shop_money": {"amount": "-5.00", "currency_code": "USD"}}, "tax_amount_set": {"shop_money": {"amount": "-0.40", "currency_code": "USD"}}}],
    "transactions": [{"id": 245135271310201194, "order_id": 820982911946154508, "kind": "refund", "gateway": "bogus", "status": "success", "message": None, "created_at": "2026-04-01T12:00:01-04:00",
                      "processed_at": "2026-04-01T12:00:01-04:00", "test": False, "authorization": None, "location_id": None, "user_id": None, "parent_id": 7, "device_id": None, "receipt": {}, "error_code": None, "source_name": "web",
                      "amount": "102.59", "currency": "USD", "payment_id": None, "manual_payment_gateway": False}],
}  # fmt: skip


def test_a_refund_s_webhook_takes_back_its_order_s_sale() -> None:
    report = mapped("shopify", "refunds/create", REFUND)
    goods, postage = rows(report, "refunds")
    note = rows(report, "unified_orders")[0]
    assert (note["is_credit_note"], note["originals"]) == (True, ["order:820982911946154508"])
    assert (goods["key"], goods["amount"], goods["tax"]) == (
        "order:820982911946154508:back:487817672276298627",
        _usd("89.99"),
        _usd("7.20"),
    )
    assert (postage["amount"], postage["shipping"], postage["tax"]) == (_usd("0.00"), _usd("5.00"), _usd("0.40"))
    assert goods["refunded_at"] == "2026-04-01T16:00:00Z"
    money = rows(report, "unified_transactions")
    assert [(row["key"], row["amount"], row["order"]) for row in money] == [
        ("transaction:245135271310201194:refund", _usd("-102.59"), "order:820982911946154508")
    ]
    assert report.coverage.unknown == 0
    assert_nothing_lost(report, REFUND)


def test_a_refund_has_the_same_keys_alone_as_in_its_order() -> None:
    order = mapped(
        "shopify",
        "order",
        {
            "id": 820982911946154508,
            "created_at": "2026-03-01T00:00:00Z",
            "currency": "USD",
            "line_items": [],
            "refunds": [REFUND],
        },
    )
    alone = mapped("shopify", "refund", REFUND)
    for table in ("refunds", "unified_transactions"):
        inside = {row["key"] for row in rows(order, table)}
        assert inside
        assert inside <= {row["key"] for row in rows(alone, table)}


def test_refunds_and_transactions_are_found_inside_their_orders() -> None:
    node = _node()
    node["refunds"][0]["order"] = {"id": node["id"], "taxesIncluded": False, "currencyCode": "USD"}
    for payload in ({"data": {"orders": {"edges": [{"node": node}]}}}, {"data": {"order": node}}):
        notes = mapped("shopify", "order_refunds", payload)
        assert [row["originals"] for row in rows(notes, "unified_orders")] == [["order:5700000000450"]]
        assert [row["key"] for row in rows(notes, "refunds")] == [
            row["key"] for row in rows(mapped("shopify", "order", payload), "refunds")
        ]
        moved = rows(mapped("shopify", "order_transactions", payload), "unified_transactions")
        assert {row["key"] for row in moved} == {
            "transaction:802:charge",
            "transaction:803:refund",
            "transaction:802:fee",
        }


TRANSACTIONS: dict[str, Any] = {
    "transactions": [
        {"id": 1, "order_id": 450, "kind": "sale", "gateway": "shopify_payments", "status": "success", "created_at": "2026-01-01T10:00:00+09:00", "test": False, "amount": "500", "currency": "JPY"},
        {"id": 2, "order_id": 450, "kind": "sale", "gateway": "gift_card", "status": "success", "created_at": "2026-01-01T10:00:00+09:00", "amount": "100", "currency": "JPY", "receipt": {"gift_card_id": 9}},
        {"id": 3, "order_id": 450, "kind": "sale", "gateway": "cash", "status": "success", "created_at": "2026-01-01T10:00:00+09:00", "amount": "1000", "currency": "JPY"},
        {"id": 4, "order_id": 450, "kind": "change", "gateway": "cash", "status": "success", "created_at": "2026-01-01T10:00:00+09:00", "amount": "200", "currency": "JPY"},
        {"id": 5, "order_id": 450, "kind": "authorization", "gateway": "shopify_payments", "status": "success", "created_at": "2026-01-01T10:00:00+09:00", "amount": "500", "currency": "JPY"},
        {"id": 6, "order_id": 450, "kind": "void", "gateway": "shopify_payments", "status": "success", "created_at": "2026-01-01T10:00:00+09:00", "amount": "500", "currency": "JPY"},
        {"id": 7, "order_id": 450, "kind": "capture", "gateway": "shopify_payments", "status": "failure", "created_at": "2026-01-01T10:00:00+09:00", "amount": "500", "currency": "JPY", "error_code": "card_declined"},
        {"id": 8, "order_id": 450, "kind": "sale", "gateway": "bogus", "status": "success", "test": True, "created_at": "2026-01-01T10:00:00+09:00", "amount": "500", "currency": "JPY"},
        {"id": 9, "order_id": 450, "kind": "sale", "gateway": "Cash on Delivery (COD)", "status": "pending", "created_at": "2026-01-01T10:00:00+09:00", "amount": "500", "currency": "JPY"},
    ]
}  # fmt: skip


def test_what_each_kind_of_transaction_moves() -> None:
    report = mapped("shopify", "transactions", TRANSACTIONS)
    assert [(row["key"], row["amount"]["amount"], row["status"]) for row in rows(report, "unified_transactions")] == [
        ("transaction:1:charge", "500", "succeeded"),
        ("transaction:2:journal", "100", "succeeded"),  # a gift card pays: no money comes in
        ("transaction:3:payment", "1000", "succeeded"),
        ("transaction:4:payment", "-200", "succeeded"),  # the change that she was given
        ("transaction:7:charge", "500", "failed"),
        ("transaction:8:charge", "500", "cancelled"),  # a test
    ]
    assert_nothing_lost(report, TRANSACTIONS)
    assert report.coverage.unknown == 0


# ── people and goods ─────────────────────────────────────────────────────────────────────────────────────────

CUSTOMER: dict[str, Any] = {"data": {"customers": {"nodes": [{
    "id": "gid://shopify/Customer/544", "legacyResourceId": "544", "displayName": "Zoë 🌷 Ong", "firstName": "Zoë 🌷", "lastName": "Ong", "createdAt": "2024-05-06T07:08:09Z", "updatedAt": "2026-01-01T00:00:00Z",
    "defaultEmailAddress": {"emailAddress": "Zoe@Example.com", "marketingState": "SUBSCRIBED"}, "defaultPhoneNumber": {"phoneNumber": "+6591234567"}, "state": "ENABLED", "note": None, "tags": ["b2b"], "verifiedEmail": True,
    "numberOfOrders": "12", "amountSpent": {"amount": "1234.50", "currencyCode": "SGD"}, "locale": "en", "taxExempt": False, "taxExemptions": [],
    "defaultAddress": {"id": "gid://shopify/MailingAddress/1?model_name=CustomerAddress", "address1": "10 Bay Rd", "address2": None, "city": "Singapore", "province": None, "zip": "018956", "country": "Singapore", "countryCodeV2": "SG", "company": "Ong Pte", "phone": None},
    "addressesV2": {"nodes": [{"address1": "10 Bay Rd"}]}, "metafields": {"edges": []},
}]}}}  # fmt: skip


def test_a_customer_has_her_address_and_her_first_day() -> None:
    report = mapped("shopify", "customers", CUSTOMER)
    assert rows(report, "unified_customers") == [
        {
            "id": "shopify:544",
            "name": "Zoë 🌷 Ong",
            "company": "Ong Pte",
            "email": "zoe@example.com",
            "phone": "+6591234567",
            "first_seen_at": "2024-05-06T07:08:09Z",
        }
    ]
    assert rows(report, "addresses") == [
        {"line1": "10 Bay Rd", "city": "Singapore", "postal_code": "018956", "country": "Singapore"}
    ]
    assert report.coverage.unknown == 0
    assert_nothing_lost(report, CUSTOMER)


def test_a_customer_of_the_older_apis_is_the_same_customer() -> None:
    body: dict[str, Any] = {
        "id": 544,
        "first_name": "Zoë 🌷",
        "last_name": "Ong",
        "email": "zoe@example.com",
        "orders_count": 12,
        "total_spent": "1234.50",
        "created_at": "2024-05-06T15:08:09+08:00",
        "addresses": [],
        "accepts_marketing": True,
    }
    row = rows(mapped("shopify", "customers/update", body), "unified_customers")[0]
    assert (row["id"], row["name"], row["first_seen_at"]) == ("shopify:544", "Zoë 🌷 Ong", "2024-05-06T07:08:09Z")


def test_a_delete_topic_s_body_deletes() -> None:
    assert rows(mapped("shopify", "customers/delete", {"id": 544}), "unified_customers") == [
        {"id": "shopify:544", "deleted": True}
    ]
    assert rows(mapped("shopify", "products/delete", {"id": 900}), "unified_products") == [
        {"id": "shopify:900", "deleted": True}
    ]
    assert mapped("shopify", "orders/delete", {"id": 450}).rows == ()
    gone = {
        "id": 544,
        "deleted_at": "2026-09-05T13:50:04-07:00",
        "deleted_message": "Ann deleted a customer.",
        "shop_url": "x",
    }
    assert rows(mapped("shopify", "customers", gone), "unified_customers") == [{"id": "shopify:544", "deleted": True}]


PRODUCT: dict[str, Any] = {"data": {"products": {"edges": [{"cursor": "x", "node": {
    "id": "gid://shopify/Product/900", "legacyResourceId": "900", "title": "Tea pot", "handle": "tea-pot", "vendor": "Kahla", "productType": "Kitchen", "status": "ACTIVE", "tags": ["tea"], "descriptionHtml": "<p>" + "long " * 2000 + "</p>",
    "createdAt": "2025-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z", "publishedAt": None, "totalInventory": 7, "onlineStoreUrl": None, "category": {"id": "gid://shopify/TaxonomyCategory/hg", "name": "Teapots", "fullName": "Home > Teapots"},
    "priceRangeV2": {"minVariantPrice": {"amount": "45.0", "currencyCode": "USD"}, "maxVariantPrice": {"amount": "50.0", "currencyCode": "USD"}}, "options": [{"name": "Colour", "values": ["Blue", "Red"]}], "featuredMedia": None, "isGiftCard": False,
    "variants": {"nodes": [
        {"id": "gid://shopify/ProductVariant/901", "title": "Blue", "sku": "POT-B", "barcode": "4006381333931", "price": "50.00", "compareAtPrice": "60.00", "inventoryQuantity": 7, "inventoryPolicy": "DENY", "taxable": True,
         "inventoryItem": {"id": "gid://shopify/InventoryItem/1", "tracked": True, "unitCost": {"amount": "21.375", "currencyCode": "USD"}}, "selectedOptions": [{"name": "Colour", "value": "Blue"}]},
        {"id": "gid://shopify/ProductVariant/902", "title": "Red", "sku": None, "barcode": "", "price": "45.00", "compareAtPrice": None, "inventoryQuantity": -2, "inventoryItem": {"tracked": False, "unitCost": None}},
    ]},
}}], "pageInfo": {"hasNextPage": False}}}}  # fmt: skip


def test_a_product_has_its_variants_with_cost_and_stock() -> None:
    report = mapped("shopify", "product", PRODUCT)
    assert rows(report, "unified_products") == [
        {
            "id": "shopify:900",
            "title": "Tea pot",
            "category": "Kitchen",
            "brand": "Kahla",
            "status": "active",
            "currency": "USD",
            "list_price": _usd("50.00"),
        }
    ]
    assert rows(report, "product_variants") == [
        {"title": "Blue", "sku": "POT-B", "barcode": "4006381333931", "price": _usd("50.00")},
        {"title": "Red", "price": _usd("45.00")},
    ]
    assert rows(report, "product_costs") == [{"cost": _usd("21.375")}]
    assert rows(report, "stock_levels") == [{"on": "2026-11-29", "on_hand": "7", "location": ""}]  # Red is not counted
    assert report.coverage.unknown == 0
    assert_nothing_lost(report, PRODUCT)


def test_a_product_of_rest_without_variants_is_called_by_its_own_name() -> None:
    variant: dict[str, Any] = {
        "id": 911, "product_id": 900, "title": "Default Title", "price": "20.00", "sku": "TEA", "inventory_management": None, "inventory_quantity": 0, "inventory_item_id": 5,
    }  # fmt: skip
    body = {
        "product": {
            "id": 900,
            "title": "Tea",
            "vendor": "Ronne",
            "product_type": "",
            "status": "draft",
            "variants": [variant],
        }
    }
    report = mapped("shopify", "products", body, currency="USD")
    assert rows(report, "unified_products")[0] == {
        "id": "shopify:900",
        "title": "Tea",
        "brand": "Ronne",
        "status": "draft",
        "currency": "USD",
        "list_price": _usd("20.00"),
    }
    assert rows(report, "product_variants") == [{"title": "TEA", "sku": "TEA", "price": _usd("20.00")}]
    assert rows(report, "stock_levels") == []
    variant["inventory_management"] = "shopify"
    assert rows(mapped("shopify", "products", body), "stock_levels")[0]["on_hand"] == "0"


def test_a_variant_alone_belongs_to_its_product() -> None:
    bulk = {
        "id": "gid://shopify/ProductVariant/901",
        "title": "Blue",
        "price": "50.00",
        "inventoryItem": {"unitCost": {"amount": "21.00", "currencyCode": "USD"}},
        "__parentId": "gid://shopify/Product/900",
    }
    report = mapped("shopify", "product_variants", bulk)
    assert rows(report, "unified_products") == [{"id": "shopify:900", "currency": "USD"}]
    assert rows(report, "product_costs") == [{"cost": _usd("21.00")}]
    assert_nothing_lost(report, bulk)


LEVEL: dict[str, Any] = {"data": {"inventoryLevel": {
    "id": "gid://shopify/InventoryLevel/1?inventory_item_id=2", "updatedAt": "2026-02-03T04:05:06Z", "location": {"id": "gid://shopify/Location/3", "name": "Warehouse"},
    "quantities": [{"name": "available", "quantity": 5}, {"name": "on_hand", "quantity": 8}, {"name": "incoming", "quantity": 20}],
    "item": {"id": "gid://shopify/InventoryItem/2", "sku": "POT-B", "variant": {"title": "Blue", "product": {"id": "gid://shopify/Product/900"}}}}}}  # fmt: skip


def test_stock_is_told_by_place() -> None:
    report = mapped("shopify", "inventory_levels", LEVEL)
    assert rows(report, "stock_levels") == [
        {"on": "2026-02-03", "on_hand": "8", "location": "Warehouse", "on_order": "20"}
    ]
    assert report.coverage.unknown == 0
    raw = {
        "inventory_levels": [
            {
                "inventory_item_id": 2,
                "location_id": 3,
                "available": 5,
                "updated_at": "2026-02-03T04:05:06-05:00",
                "admin_graphql_api_id": "gid://shopify/InventoryLevel/1",
            }
        ]
    }
    report = mapped("shopify", "inventory_levels", raw)
    assert (report.rows, report.coverage.unknown) == ((), 0)
    assert_nothing_lost(report, raw)


# ── Shopify Payments ─────────────────────────────────────────────────────────────────────────────────────────

PAYOUTS: dict[str, Any] = {"data": {"shopifyPaymentsAccount": {"payouts": {"edges": [{"node": {
    "id": "gid://shopify/ShopifyPaymentsPayout/31", "legacyResourceId": "31", "issuedAt": "2026-03-06T00:00:00Z", "status": "PAID", "transactionType": "DEPOSIT", "net": {"amount": "61.88", "currencyCode": "USD"}, "externalTraceId": None,
    "summary": {"chargesGross": {"amount": "118.15", "currencyCode": "USD"}, "chargesFee": {"amount": "4.61", "currencyCode": "USD"}}}}]}}}}  # fmt: skip
BALANCE: dict[str, Any] = {"transactions": [
    {"id": 41, "type": "charge", "test": False, "payout_id": 31, "payout_status": "paid", "currency": "USD", "amount": "118.15", "fee": "4.61", "net": "113.54", "source_id": 1, "source_type": "charge", "source_order_id": 5700000000450,
     "source_order_transaction_id": 802, "processed_at": "2026-03-02T10:00:01-05:00", "adjustment_reason": None, "adjustment_order_transactions": None},
    {"id": 42, "type": "refund", "currency": "USD", "amount": "-54.06", "fee": "0.00", "net": "-54.06", "source_order_id": 5700000000450, "source_order_transaction_id": 803, "processed_at": "2026-03-04T05:00:02-05:00"},
    {"id": 43, "type": "dispute", "currency": "USD", "amount": "-20.00", "fee": "15.00", "net": "-35.00", "source_order_id": 9, "source_order_transaction_id": 802, "processed_at": "2026-03-05T05:00:02-05:00"},
    {"id": 44, "type": "adjustment", "currency": "USD", "amount": "2.50", "fee": "0.00", "net": "2.50", "source_order_id": None, "processed_at": "2026-03-05T06:00:02-05:00", "adjustment_reason": "goodwill"},
    {"id": 45, "type": "payout", "currency": "USD", "amount": "-61.88", "fee": "0.00", "net": "-61.88", "processed_at": "2026-03-06T00:00:00-05:00"},
    {"id": 46, "type": "reserve", "currency": "USD", "amount": "-10.00", "fee": "0.00", "net": "-10.00", "processed_at": "2026-03-06T00:00:00-05:00"},
]}  # fmt: skip


def test_a_payout_leaves_the_processor_s_account() -> None:
    report = mapped("shopify", "payouts", PAYOUTS)
    assert rows(report, "unified_transactions") == [
        {"key": "payout:31:payout", "kind": "payout", "occurred_at": "2026-03-06T00:00:00Z", "occurred_on": "2026-03-06", "source_offset_minutes": 0, "currency": "USD", "amount": _usd("-61.88"),
         "account": "shopify_payments", "category": "DEPOSIT", "status": "paid"}
    ]  # fmt: skip
    assert report.coverage.unknown == 0
    dated = rows(
        mapped(
            "shopify",
            "payout",
            {"payout": {"id": 32, "status": "in_transit", "date": "2026-03-07", "currency": "USD", "amount": "-3.00"}},
        ),
        "unified_transactions",
    )[0]
    assert (dated["occurred_on"], dated["amount"], dated["status"]) == ("2026-03-07", _usd("3.00"), "in transit")


def test_balance_transactions_tell_fees_and_chargebacks_and_nothing_twice() -> None:
    report = mapped("shopify", "balance_transactions", BALANCE)
    assert [(row["key"], row["amount"]["amount"], row["category"]) for row in rows(report, "unified_transactions")] == [
        ("transaction:802:fee", "-4.61", "charge"),
        ("transaction:balance-43:fee", "-15.00", "dispute"),
        ("balance_transaction:43:refund", "-20.00", "dispute"),
        ("balance_transaction:44:other", "2.50", "adjustment"),
    ]
    assert_nothing_lost(report, BALANCE)
    assert report.coverage.unknown == 0
    of_order = {row["key"]: row["amount"] for row in rows(mapped("shopify", "order", ORDER), "unified_transactions")}
    assert of_order["transaction:802:fee"] == _usd("-4.61")  # the same row, wherever it is read


@pytest.mark.parametrize(
    "name",
    [
        "draft_orders",
        "DraftOrder",
        "abandonedCheckout",
        "collections",
        "Locations",
        "shop",
        "event",
        "fulfillments",
        "orders/edited",
    ],
)
def test_other_objects_are_kept_raw(name: str) -> None:
    report = mapped("shopify", name, {"id": "gid://shopify/X/1", "name": "x", "total_price": "5.00"})
    assert (report.rows, report.problems, report.coverage.kept_raw) == ((), (), 2)


# ── whatever comes ───────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_no_payload_breaks_the_mapping_of_shopify_or_loses_a_leaf(data: st.DataObject) -> None:
    object_, payload = data.draw(
        st.sampled_from([
            ("order", ORDER), ("order", WEBHOOK), ("refund", REFUND), ("transaction", TRANSACTIONS), ("customer", CUSTOMER), ("product", PRODUCT), ("inventory_level", LEVEL), ("payout", PAYOUTS),
            ("balance_transaction", BALANCE),
        ])
    )  # fmt: skip
    changed = data.draw(damaged([payload]))
    assert_nothing_lost(mapped("shopify", object_, changed), changed)
