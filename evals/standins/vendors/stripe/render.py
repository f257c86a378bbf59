"""The world in Stripe's shapes, with all the fields that its published fixtures carry (vendor-facts §2 [V])."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from evals.standins.vendors.kit.wire import Json, identifier, minor, unix
from evals.standins.vendors.stripe import render_invoice
from evals.standins.vendors.stripe.idents import ident
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import Customer, Payment, Payout, Product, Refund, Variant

ACCOUNT = "acct_1StandInRoastery"
SETTLES = timedelta(days=2)
"""How long a charge is pending before its money is available."""


def address(customer: Customer | None) -> Json:
    return {
        "city": customer.city if customer else None,
        "country": customer.country if customer else None,
        "line1": customer.street if customer else None,
        "line2": None,
        "postal_code": customer.postcode if customer else None,
        "state": customer.region if customer else None,
    }


def customer(world: World, thing: Customer) -> Json:
    del world
    return {
        "id": ident("cus", thing.number),
        "object": "customer",
        "address": address(thing),
        "balance": 0,
        "created": unix(thing.created_at),
        "currency": thing.currency.lower(),
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": thing.note,
        "discount": None,
        "email": thing.email,
        "invoice_prefix": identifier("prefix", thing.number, length=7, alphabet="0123456789ABCDEF"),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {"company": thing.company} if thing.company else {},
        "name": thing.name,
        "next_invoice_sequence": 1,
        "phone": thing.phone,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def product(world: World, thing: Product) -> Json:
    del world
    return {
        "id": ident("prod", thing.number),
        "object": "product",
        "active": thing.active,
        "created": unix(thing.created_at),
        "default_price": ident("price", f"{thing.variants[0].number}-EUR"),
        "description": thing.description,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {"category": thing.category, "brand": thing.brand},
        "name": thing.title,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "good",
        "unit_label": None,
        "updated": unix(thing.updated_at),
        "url": None,
    }


def price(thing: Product, variant: Variant, currency: str) -> Json:
    amount = minor(variant.prices[currency], currency)
    return {
        "id": ident("price", f"{variant.number}-{currency}"),
        "object": "price",
        "active": thing.active,
        "billing_scheme": "per_unit",
        "created": unix(thing.created_at),
        "currency": currency.lower(),
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": f"{variant.sku}-{currency}".lower() if variant.sku else None,
        "metadata": {"sku": variant.sku} if variant.sku else {},
        "nickname": variant.title,
        "product": ident("prod", thing.number),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def refunds_of(world: World, payment: Payment) -> list[Refund]:
    if payment.status != "succeeded":
        return []
    return [refund for refund in world.refunds if refund.order == payment.order]


def payment_of(world: World, refund: Refund) -> Payment | None:
    return next((p for p in world.payments if p.order == refund.order and p.status == "succeeded"), None)


def charge(world: World, thing: Payment) -> Json:
    """`refunds` is not in it: since version 2022-11-15 it comes only when it is expanded [K]."""
    payer = world.find(Customer, thing.customer) if thing.customer else None
    good = thing.status == "succeeded"
    back = sum((refund.total for refund in refunds_of(world, thing)), Decimal(0))
    amount, currency = minor(thing.amount, thing.currency), thing.currency
    return {
        "id": ident("ch", thing.number),
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if good else 0,
        "amount_refunded": minor(back, currency),
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": ident("txn", f"charge-{thing.number}") if good else None,
        "billing_details": {
            "address": address(payer),
            "email": payer.email if payer else None,
            "name": payer.name if payer else None,
            "phone": payer.phone if payer else None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "ROASTERY",
        "captured": good,
        "created": unix(thing.paid_at),
        "currency": currency.lower(),
        "customer": ident("cus", thing.customer) if thing.customer else None,
        "description": f"Order #{1000 + thing.order}",
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None if good else "card_declined",
        "failure_message": None if good else "Your card was declined.",
        "fraud_details": {},
        "livemode": False,
        "metadata": {"order_id": str(1000 + thing.order)},
        "on_behalf_of": None,
        "outcome": _outcome(good=good),
        "paid": good,
        "payment_intent": ident("pi", thing.order),
        "payment_method": ident("pm", thing.number),
        "payment_method_details": {"card": _card(thing), "type": "card"},
        "presentment_details": None,
        "radar_options": {},
        "receipt_email": payer.email if payer else None,
        "receipt_number": None,
        "receipt_url": f"https://pay.stripe.com/receipts/payment/{ident('rcpt', thing.number)}" if good else None,
        "refunded": good and bool(amount) and back == thing.amount,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": thing.status,
        "transfer_data": None,
        "transfer_group": None,
    }


def _outcome(*, good: bool) -> Json:
    return {
        "advice_code": None if good else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if good else "05",
        "network_status": "approved_by_network" if good else "declined_by_network",
        "reason": None if good else "generic_decline",
        "risk_level": "normal",
        "risk_score": 22,
        "seller_message": "Payment complete." if good else "The bank did not return any further details.",
        "type": "authorized" if good else "issuer_declined",
    }


def _card(thing: Payment) -> Json:
    unavailable = {"status": "unavailable"}
    return {
        "amount_authorized": minor(thing.amount, thing.currency),
        "authorization_code": None,
        "brand": thing.brand,
        "checks": {"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"},
        "country": "DE",
        "exp_month": 8,
        "exp_year": 2030,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": identifier("card", thing.last4, length=16),
        "funding": "credit",
        "incremental_authorization": unavailable,
        "installments": None,
        "last4": thing.last4,
        "mandate": None,
        "multicapture": unavailable,
        "network": thing.brand,
        "network_token": {"used": False},
        "network_transaction_id": identifier("network", thing.number, length=15, alphabet="0123456789"),
        "overcapture": {"maximum_amount_capturable": minor(thing.amount, thing.currency), **unavailable},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "transaction_link_id": None,
        "wallet": None,
    }


def refund(world: World, thing: Refund) -> Json:
    payment = payment_of(world, thing)
    return {
        "id": ident("re", thing.number),
        "object": "refund",
        "amount": minor(thing.total, thing.currency),
        "balance_transaction": ident("txn", f"refund-{thing.number}"),
        "charge": ident("ch", payment.number) if payment else None,
        "created": unix(thing.refunded_at),
        "currency": thing.currency.lower(),
        "customer": None,
        "customer_account": None,
        "destination_details": {
            "card": {
                "reference": identifier("reference", thing.number, length=14, alphabet="0123456789"),
                "reference_status": "available",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": {"note": thing.reason} if thing.reason else {},
        "payment_intent": ident("pi", thing.order),
        "payment_method": None,
        "reason": "requested_by_customer",
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def payout(world: World, thing: Payout) -> Json:
    arrives = datetime.combine(thing.arrives_on, datetime.min.time(), world.clock.now().tzinfo)
    return {
        "id": ident("po", thing.number),
        "object": "payout",
        "amount": minor(thing.amount, thing.currency),
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": unix(arrives),
        "automatic": True,
        "balance_transaction": ident("txn", f"payout-{thing.number}"),
        "created": unix(thing.created_at),
        "currency": thing.currency.lower(),
        "description": "STRIPE PAYOUT",
        "destination": ident("ba", thing.currency),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "completed",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "paid" if arrives <= world.clock.now() else "in_transit",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }


def balance_transactions(world: World) -> list[tuple[datetime, Json]]:
    """One for each charge that moved money, each refund and each payout: `amount - fee = net` (vendor-facts §2 [V])."""
    moved: list[tuple[datetime, Json]] = []
    for payment in world.payments:
        if payment.status == "succeeded":
            entry = _movement(
                "charge",
                payment.number,
                source=ident("ch", payment.number),
                currency=payment.currency,
                amount=payment.amount,
                fee=payment.fee,
                at=payment.paid_at,
            )
            moved.append((payment.paid_at, entry))
    backs = [("refund", "re", back, back.total, back.refunded_at) for back in world.refunds if payment_of(world, back)]
    outs = [("payout", "po", out, out.amount, out.created_at) for out in world.payouts]
    for kind, prefix, thing, amount, at in (*backs, *outs):
        source = ident(prefix, thing.number)
        entry = _movement(
            kind, thing.number, source=source, currency=thing.currency, amount=-amount, fee=Decimal(0), at=at
        )
        moved.append((at, entry))
    now = world.clock.now()
    for at, entry in moved:
        entry["status"] = "available" if at + SETTLES <= now else "pending"
    return moved


def _movement(
    kind: str, number: int, *, source: str, currency: str, amount: Decimal, fee: Decimal, at: datetime
) -> dict[str, Any]:
    cost = minor(fee, currency)
    detail = {
        "amount": cost,
        "application": None,
        "currency": currency.lower(),
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    return {
        "id": ident("txn", f"{kind}-{number}"),
        "object": "balance_transaction",
        "amount": minor(amount, currency),
        "available_on": unix(at + SETTLES),
        "balance_type": "payments",
        "created": unix(at),
        "currency": currency.lower(),
        "description": {"charge": f"Order #{number}", "refund": "REFUND FOR CHARGE", "payout": "STRIPE PAYOUT"}[kind],
        "exchange_rate": None,
        "fee": cost,
        "fee_details": [detail] if cost else [],
        "net": minor(amount - fee, currency),
        "reporting_category": kind,
        "source": source,
        "status": "available",
        "type": kind,
    }


def account(world: World) -> Json:
    return {
        "id": ACCOUNT,
        "object": "account",
        "business_profile": {
            "mcc": "5499",
            "name": "Rösthaus",
            "support_email": None,
            "url": "https://roastery.example",
        },
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "DE",
        "created": unix(world.clock.now() - timedelta(days=400)),
        "default_currency": "eur",
        "details_submitted": True,
        "email": "owner@roastery.example",
        "metadata": {},
        "payouts_enabled": True,
        "settings": {
            "dashboard": {"display_name": "Rösthaus", "timezone": "Europe/Berlin"},
            "payouts": {"debit_negative_balances": True, "schedule": {"delay_days": 2, "interval": "weekly"}},
        },
        "type": "standard",
    }


invoice = render_invoice.invoice
invoice_lines = render_invoice.lines
