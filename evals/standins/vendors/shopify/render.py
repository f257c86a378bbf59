"""Shop, customers and products as GraphQL nodes; a field with arguments is a function of them (vendor-facts §1)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from evals.standins.vendors.kit.wire import Json, digits_of, iso
from evals.standins.vendors.shopify.paging import Cursors, Row, paged, stamp
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import HOME, RATES, Customer, Product, Variant, at_home

SHOP = "roastery-stand-in.myshopify.com"
ZONE = ZoneInfo("Europe/Berlin")

BASE = {
    "Order": 5_450_000_000_000,
    "Customer": 7_120_000_000_000,
    "Product": 8_330_000_000_000,
    "ProductVariant": 44_100_000_000_000,
    "LineItem": 14_700_000_000_000,
    "Refund": 930_000_000_000,
    "OrderTransaction": 6_900_000_000_000,
    "InventoryItem": 46_200_000_000_000,
    "RefundLineItem": 510_000_000_000,
    "RefundShippingLine": 71_000_000_000,
    "ShippingLine": 4_800_000_000_000,
    "MailingAddress": 9_010_000_000_000,
    "TransactionFee": 2_400_000_000,
    "ShopifyPaymentsPayout": 98_000_000_000,
}


def number(kind: str, key: int) -> int:
    """The numeric tail of an id."""
    return BASE[kind] + 32_768 * key


def gid(kind: str, key: int) -> str:
    return f"gid://shopify/{kind}/{number(kind, key)}"


def identity(kind: str, key: int) -> Json:
    return {"id": gid(kind, key), "legacyResourceId": str(number(kind, key))}


def decimal(amount: Decimal) -> str:
    """MoneyV2.amount: no zeros at the end but one behind the point: `19.9`, `80.0` (vendor-facts §10.8)."""
    text = f"{amount.normalize():f}"
    return text if "." in text else f"{text}.0"


def money(amount: Decimal, currency: str) -> Json:
    return {"amount": decimal(amount), "currencyCode": currency}


def bag(home: Decimal, amount: Decimal, currency: str) -> Json:
    """The shop's money and the buyer's."""
    return {"shopMoney": money(home, HOME), "presentmentMoney": money(amount, currency)}


def bag_of(amount: Decimal, currency: str) -> Json:
    return bag(at_home(amount, currency), amount, currency)


def bare(amount: Decimal) -> str:
    """The Money scalar: all digits of the shop's currency, `729.95` (vendor-facts §1 [R])."""
    return f"{amount:.{digits_of(HOME)}f}"


def shop(world: World) -> Json:
    now = world.clock.now().astimezone(ZONE)
    return {
        "id": "gid://shopify/Shop/61234567",
        "name": "Rösthaus ☕",
        "email": "owner@roastery.example",
        "contactEmail": "hello@roastery.example",
        "myshopifyDomain": SHOP,
        "primaryDomain": {"host": "roastery.example", "url": "https://roastery.example", "sslEnabled": True},
        "currencyCode": HOME,
        "enabledPresentmentCurrencies": list(RATES),
        "ianaTimezone": ZONE.key,
        "timezoneAbbreviation": now.strftime("%Z"),
        "timezoneOffset": now.strftime("%z"),
        "timezoneOffsetMinutes": int((now.utcoffset() or timedelta()).total_seconds() // 60),
        "plan": {
            "displayName": "Basic",
            "publicDisplayName": "Basic",
            "partnerDevelopment": False,
            "shopifyPlus": False,
        },
        "url": "https://roastery.example",
        "taxesIncluded": False,
        "weightUnit": "KILOGRAMS",
        "createdAt": iso(world.clock.now() - timedelta(days=400)),
        "updatedAt": iso(world.clock.now() - timedelta(days=3)),
        "shopOwnerName": "Ola Owner",
    }


def address(thing: Customer) -> Json:
    lines = [thing.street, f"{thing.postcode} {thing.city}", thing.country]
    return {
        "id": gid("MailingAddress", thing.number),
        "address1": thing.street,
        "address2": None,
        "city": thing.city,
        "company": thing.company,
        "country": thing.country,
        "countryCodeV2": thing.country,
        "firstName": thing.first,
        "lastName": thing.last,
        "name": thing.name,
        "phone": thing.phone,
        "province": thing.region,
        "provinceCode": thing.region if thing.country == "US" else None,
        "zip": thing.postcode,
        "formatted": lines,
    }


def customer(world: World, cursors: Cursors, thing: Customer) -> Json:
    from evals.standins.vendors.shopify.render_order import order_rows

    mine = [order for order in world.orders if order.customer == thing.number]
    kept = [order for order in mine if order.status != "cancelled"]
    spent = sum((at_home(order.total, order.currency) for order in kept), Decimal(0))
    made = address(thing)
    return {
        **identity("Customer", thing.number),
        "firstName": thing.first,
        "lastName": thing.last,
        "displayName": thing.name,
        "email": thing.email,
        "phone": thing.phone,
        "note": thing.note,
        "tags": ["b2b"] if thing.company else [],
        "state": "DISABLED",
        "verifiedEmail": thing.email is not None,
        "taxExempt": False,
        "locale": "de",
        "createdAt": iso(thing.created_at),
        "updatedAt": iso(thing.updated_at),
        "numberOfOrders": str(len(mine)),
        "amountSpent": money(spent, HOME),
        "defaultAddress": made,
        "addressesV2": paged(lambda: [Row(number("MailingAddress", thing.number), {}, lambda: made)], cursors),
        "defaultEmailAddress": {"emailAddress": thing.email} if thing.email else None,
        "defaultPhoneNumber": {"phoneNumber": thing.phone} if thing.phone else None,
        "orders": paged(lambda: order_rows(world, cursors, mine), cursors),
    }


def customer_rows(world: World, cursors: Cursors) -> list[Row]:
    return [
        Row(
            number("Customer", thing.number),
            {
                "CREATED_AT": iso(thing.created_at),
                "UPDATED_AT": iso(thing.updated_at),
                "NAME": thing.name,
                "EMAIL": thing.email or "",
            },
            lambda thing=thing: customer(world, cursors, thing),
        )
        for thing in world.customers
    ]


def product(cursors: Cursors, thing: Product) -> Json:
    sold = thing.variants
    return {
        **identity("Product", thing.number),
        "title": thing.title,
        "handle": f"product-{thing.number}",
        "descriptionHtml": f"<p>{thing.description}</p>",
        "description": thing.description,
        "productType": thing.category,
        "vendor": thing.brand,
        "tags": [],
        "status": "ACTIVE" if thing.active else "ARCHIVED",
        "isGiftCard": thing.category == "Gift" and "card" in thing.title,
        "category": None,
        "totalInventory": sum(variant.stock for variant in sold),
        "tracksInventory": True,
        "hasOnlyDefaultVariant": len(sold) == 1,
        "createdAt": iso(thing.created_at),
        "updatedAt": iso(thing.updated_at),
        "publishedAt": iso(thing.created_at) if thing.active else None,
        "onlineStoreUrl": None,
        "variantsCount": {"count": len(sold), "precision": "EXACT"},
        "variants": paged(lambda: variant_rows(cursors, [thing]), cursors),
    }


def product_rows(cursors: Cursors, products: list[Product]) -> list[Row]:
    return [
        Row(
            number("Product", thing.number),
            {
                "CREATED_AT": stamp(thing.created_at) or "",
                "UPDATED_AT": stamp(thing.updated_at) or "",
                "TITLE": thing.title,
                "STATUS": "ACTIVE" if thing.active else "ARCHIVED",
                "VENDOR": thing.brand,
                "PRODUCT_TYPE": thing.category,
            },
            lambda thing=thing: product(cursors, thing),
        )
        for thing in products
    ]


def variant(cursors: Cursors, thing: Product, sold: Variant) -> Json:
    return {
        **identity("ProductVariant", sold.number),
        "title": sold.title,
        "displayName": f"{thing.title} - {sold.title}",
        "sku": sold.sku,
        "barcode": sold.barcode,
        "price": bare(sold.prices[HOME]),
        "compareAtPrice": None,
        "position": thing.variants.index(sold) + 1,
        "availableForSale": thing.active and sold.stock > 0,
        "inventoryQuantity": sold.stock,
        "taxable": True,
        "inventoryItem": {
            **identity("InventoryItem", sold.number),
            "sku": sold.sku,
            "tracked": True,
            "unitCost": money(sold.cost, HOME) if sold.cost else None,
            "requiresShipping": True,
            "createdAt": iso(thing.created_at),
            "updatedAt": iso(thing.updated_at),
        },
        "product": lambda _info: product(cursors, thing),
        "selectedOptions": [{"name": "Size", "value": sold.title}],
        "createdAt": iso(thing.created_at),
        "updatedAt": iso(thing.updated_at),
    }


def variant_rows(cursors: Cursors, products: list[Product]) -> list[Row]:
    def made(thing: Product, sold: Variant) -> Row:
        values: dict[str, Any] = {"SKU": sold.sku or "", "TITLE": sold.title}
        return Row(number("ProductVariant", sold.number), values, lambda: variant(cursors, thing, sold))

    return [made(thing, sold) for thing in products for sold in thing.variants]


def payout_rows(world: World) -> list[Row]:
    """What Shopify Payments paid to the bank, in the shop's currency."""
    now = world.clock.now().date()
    return [
        Row(
            number("ShopifyPaymentsPayout", thing.number),
            {"ISSUED_AT": stamp(thing.created_at) or ""},
            lambda thing=thing: {
                **identity("ShopifyPaymentsPayout", thing.number),
                "issuedAt": iso(thing.created_at),
                "net": money(at_home(thing.amount, thing.currency), HOME),
                "status": "PAID" if thing.arrives_on <= now else "IN_TRANSIT",
                "transactionType": "DEPOSIT",
                "externalTraceId": None,
            },
        )
        for thing in world.payouts
    ]
