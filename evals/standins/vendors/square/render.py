"""The world in Square's shapes; what is empty is left out, as Square does (vendor-facts §3 [V], api.json)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from evals.standins.vendors.kit.wire import UPPER, Json, identifier, iso, millis, minor
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import (
    RATES,
    Customer,
    Invoice,
    Line,
    Order,
    Payment,
    Payout,
    Product,
    Refund,
    Thing,
    Variant,
)

MERCHANT = "MLSTANDIN7ROAST"
MAIN_CURRENCY = "EUR"
ZERO = Decimal(0)


def ident(kind: str, key: object, length: int = 22) -> str:
    return identifier("square", kind, key, length=length, alphabet=UPPER)


def location_id(currency: str) -> str:
    return ident("location", currency, 13)


MAIN_LOCATION = location_id(MAIN_CURRENCY)


def stamp(at: datetime) -> str:
    return iso(at, "milliseconds")


def money(amount: Decimal, currency: str) -> Json:
    return {"amount": minor(amount, currency), "currency": currency}


def filled(**fields: Any) -> Json:
    """Without the fields that have nothing in them."""
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}


def version(world: World, thing: Thing) -> int:
    """How often the thing has changed, counting from one."""
    return world.changes(thing)


def location(world: World, currency: str) -> Json:
    return {
        "id": location_id(currency),
        "name": f"Rösthaus {currency}",
        "address": {"address_line_1": "Königstraße 1a", "locality": "Köln", "postal_code": "50667", "country": "DE"},
        "timezone": {"JPY": "Asia/Tokyo", "USD": "America/New_York", "KWD": "Asia/Kuwait"}.get(
            currency, "Europe/Berlin"
        ),
        "capabilities": ["CREDIT_CARD_PROCESSING"],
        "status": "ACTIVE",
        "created_at": stamp(world.clock.now() - timedelta(days=400)),
        "merchant_id": MERCHANT,
        "country": {"JPY": "JP", "USD": "US", "KWD": "KW"}.get(currency, "DE"),
        "language_code": "de-DE",
        "currency": currency,
        "business_name": "Rösthaus ☕",
        "type": "PHYSICAL",
        "mcc": "5499",
    }


def merchant() -> Json:
    return {
        "id": MERCHANT,
        "business_name": "Rösthaus ☕",
        "country": "DE",
        "language_code": "de-DE",
        "currency": MAIN_CURRENCY,
        "status": "ACTIVE",
        "main_location_id": MAIN_LOCATION,
    }


def address(thing: Customer) -> Json:
    return filled(
        address_line_1=thing.street,
        locality=thing.city,
        administrative_district_level_1=thing.region,
        postal_code=thing.postcode,
        country=thing.country,
        first_name=thing.first,
        last_name=thing.last,
    )


def customer(world: World, thing: Customer) -> Json:
    return filled(
        id=ident("customer", thing.number, 26),
        created_at=stamp(thing.created_at),
        updated_at=stamp(thing.updated_at),
        given_name=thing.first,
        family_name=thing.last,
        company_name=thing.company,
        email_address=thing.email,
        address=address(thing),
        phone_number=thing.phone,
        note=thing.note,
        reference_id=str(thing.number),
        preferences={"email_unsubscribed": False},
        creation_source="THIRD_PARTY",
        version=version(world, thing),
    )


def order(world: World, thing: Order) -> Json:
    currency = thing.currency
    state = {"completed": "COMPLETED", "pending": "OPEN", "cancelled": "CANCELED"}[thing.status]
    payments = [p for p in world.payments if p.order == thing.number and p.status == "succeeded"]
    back = [refund for refund in world.refunds if refund.order == thing.number] if payments else []
    returned = sum((refund.total for refund in back), ZERO)
    rates = [rate for rate in sorted({line.tax_rate for line in thing.lines}) if rate]
    none, total = money(ZERO, currency), money(thing.total, currency)
    return filled(
        id=ident("order", thing.number),
        location_id=location_id(currency),
        reference_id=str(1000 + thing.number),
        source={"name": "Point of Sale" if thing.source == "pos" else "Online"},
        customer_id=ident("customer", thing.customer, 26) if thing.customer else None,
        line_items=[_line(line) for line in thing.lines],
        taxes=[
            {
                "uid": f"tax-{rate}",
                "name": "VAT",
                "type": "ADDITIVE",
                "percentage": f"{(rate * 100).normalize():f}",
                "applied_money": money(sum((x.tax for x in thing.lines if x.tax_rate == rate), ZERO), currency),
                "scope": "LINE_ITEM",
            }
            for rate in rates
        ],
        discounts=[
            {
                "uid": f"discount-{line.number}",
                "name": "Discount",
                "type": "FIXED_AMOUNT",
                "amount_money": money(line.discount, currency),
                "applied_money": money(line.discount, currency),
                "scope": "LINE_ITEM",
            }
            for line in thing.lines
            if line.discount
        ],
        service_charges=[_shipping(thing)] if thing.shipping else None,
        net_amounts={
            "total_money": money(thing.total - returned, currency),
            "tax_money": money(thing.tax, currency),
            "discount_money": money(thing.discount, currency),
            "tip_money": none,
            "service_charge_money": money(thing.shipping, currency),
        },
        tenders=[_tender(payment) for payment in payments],
        refunds=[_order_refund(refund, payments[0]) for refund in back],
        created_at=stamp(thing.created_at),
        updated_at=stamp(thing.updated_at),
        closed_at=stamp(thing.cancelled_at or thing.placed_at) if state != "OPEN" else None,
        state=state,
        version=version(world, thing),
        total_money=total,
        total_tax_money=money(thing.tax, currency),
        total_discount_money=money(thing.discount, currency),
        total_tip_money=none,
        total_service_charge_money=money(thing.shipping, currency),
        net_amount_due_money=none if payments or state == "CANCELED" else total,
    )


def _line(line: Line) -> Json:
    currency = line.currency
    by_weight = line.quantity != line.quantity.to_integral_value()
    unit = {"measurement_unit": {"weight_unit": "METRIC_KILOGRAM", "type": "TYPE_WEIGHT"}, "precision": 3}
    tax = {
        "uid": f"applied-tax-{line.number}",
        "tax_uid": f"tax-{line.tax_rate}",
        "applied_money": money(line.tax, currency),
    }
    discount = {
        "uid": f"applied-discount-{line.number}",
        "discount_uid": f"discount-{line.number}",
        "applied_money": money(line.discount, currency),
    }
    return filled(
        uid=ident("line", line.number),
        name=line.title,
        quantity=str(line.quantity),
        quantity_unit=unit if by_weight else None,
        catalog_object_id=ident("variation", line.variant, 24),
        variation_name=None,
        item_type="ITEM",
        applied_taxes=[tax] if line.tax_rate else None,
        applied_discounts=[discount] if line.discount else None,
        base_price_money=money(line.unit_price, currency),
        variation_total_price_money=money(line.gross, currency),
        gross_sales_money=money(line.gross, currency),
        total_tax_money=money(line.tax, currency),
        total_discount_money=money(line.discount, currency),
        total_money=money(line.net + line.tax, currency),
        total_service_charge_money=money(ZERO, currency),
    )


def _shipping(thing: Order) -> Json:
    amount = money(thing.shipping, thing.currency)
    return {
        "uid": f"shipping-{thing.number}",
        "name": "Shipping",
        "amount_money": amount,
        "applied_money": amount,
        "total_money": amount,
        "total_tax_money": money(ZERO, thing.currency),
        "calculation_phase": "SUBTOTAL_PHASE",
        "taxable": False,
        "type": "CUSTOM",
    }


def _tender(thing: Payment) -> Json:
    return filled(
        id=ident("payment", thing.number),
        location_id=location_id(thing.currency),
        transaction_id=ident("order", thing.order),
        created_at=stamp(thing.paid_at),
        amount_money=money(thing.amount, thing.currency),
        processing_fee_money=money(thing.fee, thing.currency),
        customer_id=ident("customer", thing.customer, 26) if thing.customer else None,
        type="CARD",
        card_details={"status": "CAPTURED", "entry_method": "KEYED"},
        payment_id=ident("payment", thing.number),
    )


def _order_refund(thing: Refund, payment: Payment) -> Json:
    return {
        "id": ident("refund", thing.number),
        "location_id": location_id(thing.currency),
        "transaction_id": ident("order", thing.order),
        "tender_id": ident("payment", payment.number),
        "created_at": stamp(thing.refunded_at),
        "reason": thing.reason or "Returned Goods",
        "amount_money": money(thing.total, thing.currency),
        "status": "APPROVED",
    }


def refunds_of(world: World, thing: Payment) -> list[Refund]:
    if thing.status != "succeeded":
        return []
    return [refund for refund in world.refunds if refund.order == thing.order]


def payment(world: World, thing: Payment) -> Json:
    currency, good = thing.currency, thing.status == "succeeded"
    back = refunds_of(world, thing)
    amount = money(thing.amount, currency)
    fee = {"effective_at": stamp(thing.paid_at), "type": "INITIAL", "amount_money": money(thing.fee, currency)}
    card = {
        "card_brand": {"amex": "AMERICAN_EXPRESS"}.get(thing.brand, thing.brand.upper()),
        "last_4": thing.last4,
        "exp_month": 8,
        "exp_year": 2030,
        "fingerprint": identifier("sq-1", thing.last4, length=44),
        "card_type": "CREDIT",
        "prepaid_type": "NOT_PREPAID",
        "bin": "411111",
    }
    details = filled(
        status="CAPTURED" if good else "FAILED",
        card=card,
        entry_method="KEYED",
        cvv_status="CVV_ACCEPTED",
        avs_status="AVS_ACCEPTED",
        statement_description="SQ *ROESTHAUS",
        card_payment_timeline={"authorized_at": stamp(thing.paid_at), "captured_at": stamp(thing.paid_at)}
        if good
        else {},
        errors=[]
        if good
        else [{"category": "PAYMENT_METHOD_ERROR", "code": "GENERIC_DECLINE", "detail": "Authorization error."}],
    )
    return filled(
        id=ident("payment", thing.number),
        created_at=stamp(thing.created_at),
        updated_at=stamp(thing.updated_at),
        amount_money=amount,
        total_money=amount,
        approved_money=amount if good else money(ZERO, currency),
        processing_fee=[fee] if good and thing.fee else None,
        refunded_money=money(sum((refund.total for refund in back), ZERO), currency) if back else None,
        status="COMPLETED" if good else "FAILED",
        delay_duration="PT168H",
        delay_action="CANCEL",
        source_type="CARD",
        card_details=details,
        location_id=location_id(currency),
        order_id=ident("order", thing.order),
        customer_id=ident("customer", thing.customer, 26) if thing.customer else None,
        refund_ids=[ident("refund", refund.number) for refund in back],
        application_details={"square_product": "ECOMMERCE_API"},
        receipt_number=ident("receipt", thing.number, 4),
        version_token=ident("token", f"{thing.number}-{version(world, thing)}", 45),
    )


def refund(world: World, thing: Refund) -> Json:
    paid = next(p for p in world.payments if p.order == thing.order and p.status == "succeeded")
    return filled(
        id=ident("refund", thing.number),
        status="COMPLETED",
        location_id=location_id(thing.currency),
        unlinked=False,
        destination_type="CARD",
        amount_money=money(thing.total, thing.currency),
        payment_id=ident("payment", paid.number),
        order_id=ident("order", thing.order),
        reason=thing.reason,
        created_at=stamp(thing.refunded_at),
        updated_at=stamp(thing.updated_at),
    )


def payout(world: World, thing: Payout) -> Json:
    return {
        "id": f"po_{ident('payout', thing.number, 32)}",
        "status": "PAID" if thing.arrives_on <= world.clock.now().date() else "SENT",
        "location_id": location_id(thing.currency),
        "created_at": stamp(thing.created_at),
        "updated_at": stamp(thing.updated_at),
        "amount_money": money(thing.amount, thing.currency),
        "destination": {"type": "BANK_ACCOUNT", "id": f"bact:{ident('bank', thing.currency, 20)}"},
        "version": 1,
        "type": "BATCH",
        "arrival_date": thing.arrives_on.isoformat(),
    }


def _catalog(kind: str, ident_: str, thing: Thing, **data: Any) -> Json:
    return {
        "type": kind,
        "id": ident_,
        "updated_at": stamp(thing.updated_at),
        "created_at": stamp(thing.created_at),
        "version": millis(thing.updated_at),
        "is_deleted": thing.deleted_at is not None,
        "present_at_all_locations": True,
        **data,
    }


def category_id(name: str) -> str:
    return ident("category", name, 24)


def item(thing: Product) -> Json:
    data = filled(
        name=thing.title,
        description=thing.description,
        description_plaintext=thing.description,
        is_taxable=True,
        variations=[variation(thing, each) for each in thing.variants],
        product_type="REGULAR",
        categories=[{"id": category_id(thing.category)}],
        reporting_category={"id": category_id(thing.category)},
        is_archived=not thing.active,
    )
    return _catalog("ITEM", ident("item", thing.number, 24), thing, item_data=data)


def variation(thing: Product, each: Variant) -> Json:
    overrides = [
        {
            "location_id": location_id(currency),
            "price_money": money(each.prices[currency], currency),
            "pricing_type": "FIXED_PRICING",
        }
        for currency in RATES
        if currency != MAIN_CURRENCY
    ]
    data = filled(
        item_id=ident("item", thing.number, 24),
        name=each.title,
        sku=each.sku,
        upc=each.barcode,
        ordinal=thing.variants.index(each) + 1,
        pricing_type="FIXED_PRICING",
        price_money=money(each.prices[MAIN_CURRENCY], MAIN_CURRENCY),
        location_overrides=overrides,
        track_inventory=True,
        sellable=True,
        stockable=True,
    )
    return _catalog("ITEM_VARIATION", ident("variation", each.number, 24), thing, item_variation_data=data)


def inventory(thing: Product, each: Variant) -> Json:
    return {
        "catalog_object_id": ident("variation", each.number, 24),
        "catalog_object_type": "ITEM_VARIATION",
        "state": "IN_STOCK",
        "location_id": MAIN_LOCATION,
        "quantity": str(each.stock),
        "calculated_at": stamp(thing.updated_at),
    }


def category(thing: Product) -> Json:
    data = {"name": thing.category, "category_type": "REGULAR_CATEGORY", "is_top_level": True}
    return _catalog("CATEGORY", category_id(thing.category), thing, category_data=data) | {"is_deleted": False}


def invoice(world: World, thing: Invoice) -> Json:
    buyer = world.find(Customer, thing.customer)
    currency = thing.currency
    status = {"draft": "DRAFT", "open": "UNPAID", "paid": "PAID", "void": "CANCELED"}[thing.status]
    request = {
        "uid": ident("request", thing.number, 36),
        "request_type": "BALANCE",
        "due_date": thing.due_on.isoformat(),
        "tipping_enabled": False,
        "automatic_payment_source": "NONE",
        "computed_amount_money": money(thing.total, currency),
        "total_completed_amount_money": money(thing.paid, currency),
    }
    recipient = filled(
        customer_id=ident("customer", thing.customer, 26),
        given_name=buyer.first if buyer else None,
        family_name=buyer.last if buyer else None,
        email_address=buyer.email if buyer else None,
        company_name=buyer.company if buyer else None,
    )
    return filled(
        id=f"inv:0-{ident('invoice', thing.number)}",
        version=version(world, thing),
        location_id=location_id(currency),
        order_id=ident("invoice-order", thing.number),
        primary_recipient=recipient,
        payment_requests=[request],
        delivery_method="EMAIL",
        invoice_number=thing.code,
        title="Invoice",
        status=status,
        timezone="Europe/Berlin",
        created_at=stamp(thing.created_at),
        updated_at=stamp(thing.updated_at),
        accepted_payment_methods={"card": True, "bank_account": False},
        sale_or_service_date=thing.issued_on.isoformat(),
    )
