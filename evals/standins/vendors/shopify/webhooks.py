"""Webhook bodies in the REST shapes that they still have: numeric ids, decimal strings, the shop's offset
(vendor-facts §1 [S])."""

import base64
import hashlib
import hmac
from datetime import datetime
from decimal import Decimal

from evals.standins.vendors.kit.webhooks import Draft
from evals.standins.vendors.kit.wire import Json, digits_of, identifier
from evals.standins.vendors.shopify.render import SHOP, ZONE, gid, number
from evals.standins.vendors.shopify.render_order import buyer_of, financial_status, pieces, refunds_of
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import HOME, Customer, Order, Product, Refund, Thing, at_home

API_VERSION = "2026-10"
TOPICS = {"customer": "customers", "product": "products", "order": "orders"}
ACTIONS = {"created": "create", "updated": "update", "deleted": "delete"}


def topic_of(change: Change) -> str | None:
    """`orders/updated`, but `customers/update`: orders have a word of their own."""
    if change.kind == "refund" and change.action == "created":
        return "refunds/create"
    if change.kind not in TOPICS:
        return None
    if change.kind == "order" and change.action == "updated":
        return "orders/cancelled" if "cancelled_at" in change.before else "orders/updated"
    return f"{TOPICS[change.kind]}/{ACTIONS[change.action]}"


def body_of(world: World, change: Change) -> Json:
    """Raises KeyError for things that Shopify has no webhook for."""
    thing = change.thing
    if change.action == "deleted":
        return {"id": number(type(thing).__name__, thing.number)}  # vendor-facts §1 [K]
    if isinstance(thing, Order):
        return _order(world, thing)
    if isinstance(thing, Customer):
        return _customer(thing)
    if isinstance(thing, Product):
        return _product(thing)
    if isinstance(thing, Refund):
        return _refund(world, thing)
    raise KeyError(change.kind)


def _identity(kind: str, thing: Thing) -> Json:
    return {
        "id": number(kind, thing.number),
        "admin_graphql_api_id": gid(kind, thing.number),
        "created_at": local(thing.created_at),
        "updated_at": local(thing.updated_at),
    }


def local(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def _text(amount: Decimal, currency: str) -> str:
    return f"{amount:.{digits_of(currency)}f}"


def _set(amount: Decimal, currency: str) -> Json:
    return {
        "shop_money": {"amount": _text(at_home(amount, currency), HOME), "currency_code": HOME},
        "presentment_money": {"amount": _text(amount, currency), "currency_code": currency},
    }


def _order(world: World, order: Order) -> Json:
    buyer = buyer_of(world, order)
    lines = [
        {
            "id": number("LineItem", line.number),
            "admin_graphql_api_id": gid("LineItem", line.number),
            "title": line.title,
            "sku": line.sku,
            "quantity": pieces(line),
            "price": _text(at_home(line.unit_price, line.currency), HOME),
            "price_set": _set(line.unit_price, line.currency),
            "total_discount": _text(at_home(line.discount, line.currency), HOME),
            "product_id": number("Product", line.product),
            "variant_id": number("ProductVariant", line.variant),
            "tax_lines": [{"rate": float(line.tax_rate), "price_set": _set(line.tax, line.currency), "title": "Tax"}],
        }
        for line in order.lines
    ]
    return {
        **_identity("Order", order),
        "name": f"#{1000 + order.number}",
        "order_number": 1000 + order.number,
        "currency": HOME,
        "presentment_currency": order.currency,
        "cancelled_at": local(order.cancelled_at) if order.cancelled_at else None,
        "processed_at": local(order.placed_at),
        "financial_status": financial_status(world, order).lower(),
        "total_price": _text(at_home(order.total, order.currency), HOME),
        "total_price_set": _set(order.total, order.currency),
        "subtotal_price_set": _set(order.subtotal, order.currency),
        "total_tax_set": _set(order.tax, order.currency),
        "total_discounts_set": _set(order.discount, order.currency),
        "total_shipping_price_set": _set(order.shipping, order.currency),
        "customer": _customer(buyer) if buyer else None,
        "line_items": lines,
        "refunds": [_refund(world, refund) for refund in refunds_of(world, order)],
        "test": False,
    }


def _customer(thing: Customer) -> Json:
    return {
        **_identity("Customer", thing),
        "email": thing.email,
        "first_name": thing.first,
        "last_name": thing.last,
        "phone": thing.phone,
        "note": thing.note,
        "default_address": {
            "address1": thing.street,
            "city": thing.city,
            "zip": thing.postcode,
            "country_code": thing.country,
        },
    }


def _product(thing: Product) -> Json:
    return {
        **_identity("Product", thing),
        "title": thing.title,
        "vendor": thing.brand,
        "product_type": thing.category,
        "status": "active" if thing.active else "archived",
        "variants": [
            {
                "id": number("ProductVariant", each.number),
                "title": each.title,
                "sku": each.sku,
                "price": _text(each.prices[HOME], HOME),
            }
            for each in thing.variants
        ],
    }


def _refund(world: World, thing: Refund) -> Json:
    del world
    return {
        **_identity("Refund", thing),
        "order_id": number("Order", thing.order),
        "note": thing.reason,
        "refund_line_items": [
            {
                "line_item_id": number("LineItem", part.line),
                "quantity": int(part.quantity) or 1,
                "subtotal_set": _set(part.net, thing.currency),
                "total_tax_set": _set(part.tax, thing.currency),
            }
            for part in thing.lines
        ],
    }


def sign(draft: Draft) -> dict[str, str]:
    """base64(HMAC-SHA256(client secret, raw body)) (vendor-facts §1 [S]). The event's id is the same for a duplicate."""
    mark = hmac.new(draft.keys[0].encode(), draft.body, hashlib.sha256).digest()
    event = identifier(draft.topic, draft.body.hex(), length=32, alphabet="0123456789abcdef")
    return {
        "X-Shopify-Topic": draft.topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(mark).decode(),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Webhook-Id": identifier("webhook", event, length=32, alphabet="0123456789abcdef"),
        "X-Shopify-Event-Id": event,
        "X-Shopify-Triggered-At": datetime.fromtimestamp(draft.at, ZONE).isoformat(),
    }
