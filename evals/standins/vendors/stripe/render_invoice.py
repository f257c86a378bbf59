"""Invoices and their lines in Stripe's shapes (vendor-facts §2 [V], from the published fixtures)."""

from datetime import date, datetime
from decimal import Decimal

from evals.standins.vendors.kit.wire import Json, minor, unix
from evals.standins.vendors.stripe.idents import ident
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import Customer, Invoice, Line

EMBEDDED_LINES = 10
"""How many lines come inside an invoice; the rest is a list of its own."""


def lines(thing: Invoice) -> list[Json]:
    return [_line(thing, line) for line in thing.lines]


def _line(thing: Invoice, line: Line) -> Json:
    currency = line.currency
    # Stripe's quantity is a whole number: what is sold by weight is one piece of that weight.
    whole = line.quantity == line.quantity.to_integral_value()
    unit = line.unit_price if whole else line.gross
    discount = minor(line.discount, currency)
    at = _midnight(thing.issued_on, thing.created_at)
    return {
        "id": ident("il", line.number),
        "object": "line_item",
        "amount": minor(line.gross, currency),
        "currency": currency.lower(),
        "description": line.title if whole else f"{line.title} ({line.quantity} kg)",
        "discount_amounts": [{"amount": discount, "discount": ident("di", line.number)}] if discount else [],
        "discountable": True,
        "discounts": [ident("di", line.number)] if discount else [],
        "invoice": ident("in", thing.number),
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": {
                "invoice_item": ident("ii", line.number),
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "period": {"end": at, "start": at},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {
                "price": ident("price", f"{line.variant}-{currency}"),
                "product": ident("prod", line.product),
            },
            "type": "price_details",
            "unit_amount_decimal": str(minor(unit, currency)),
        },
        "quantity": int(line.quantity) if whole else 1,
        "quantity_decimal": str(int(line.quantity) if whole else 1),
        "subtotal": minor(line.gross, currency),
        "taxes": [_tax(line.tax, line.net, currency, line.tax_rate)] if line.tax_rate else [],
    }


def _tax(amount: Decimal, on: Decimal, currency: str, rate: Decimal) -> Json:
    return {
        "amount": minor(amount, currency),
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": ident("txr", rate)},
        "taxability_reason": "standard_rated",
        "taxable_amount": minor(on, currency),
        "type": "tax_rate_details",
    }


def invoice(world: World, thing: Invoice) -> Json:
    buyer = world.find(Customer, thing.customer)
    currency = thing.currency
    gross = minor(sum((line.gross for line in thing.lines), Decimal(0)), currency)
    discount = minor(sum((line.discount for line in thing.lines), Decimal(0)), currency)
    total, paid = minor(thing.total, currency), minor(thing.paid, currency)
    due = 0 if thing.status == "void" else total
    drafted = thing.status == "draft"
    rates = sorted({line.tax_rate for line in thing.lines if line.tax_rate})
    taxes = [_taxes_at(thing, rate) for rate in rates]
    made = lines(thing)
    number = ident("in", thing.number)
    finalized = None if drafted else unix(thing.created_at)
    embedded = {
        "data": made[:EMBEDDED_LINES],
        "has_more": len(made) > EMBEDDED_LINES,
        "object": "list",
        "url": f"/v1/invoices/{number}/lines",
    }
    return {
        "id": number,
        "object": "invoice",
        "account_country": "DE",
        "account_name": "Rösthaus",
        "account_tax_ids": None,
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": paid,
        "amount_remaining": due - paid,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0 if drafted else 1,
        "attempted": not drafted,
        "auto_advance": False,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": "manual",
        "collection_method": "send_invoice",
        "created": unix(thing.created_at),
        "currency": currency.lower(),
        "custom_fields": None,
        "customer": ident("cus", thing.customer),
        "customer_account": None,
        "customer_address": None,
        "customer_email": buyer.email if buyer else None,
        "customer_name": buyer.name if buyer else None,
        "customer_phone": buyer.phone if buyer else None,
        "customer_shipping": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": unix(_at_midnight(thing.due_on, thing.created_at)),
        "effective_at": finalized,
        "ending_balance": None if drafted else 0,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": embedded,
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None if drafted else thing.code,
        "on_behalf_of": None,
        "parent": None,
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": unix(thing.created_at),
        "period_start": unix(thing.created_at),
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": 0,
        "statement_descriptor": None,
        "status": thing.status,
        "status_transitions": {
            "finalized_at": finalized,
            "marked_uncollectible_at": None,
            "paid_at": unix(thing.updated_at) if thing.status == "paid" else None,
            "voided_at": unix(thing.updated_at) if thing.status == "void" else None,
        },
        "subscription": None,
        "subtotal": gross,
        "subtotal_excluding_tax": gross,
        "test_clock": None,
        "total": total,
        "total_discount_amounts": [entry for line in made for entry in line["discount_amounts"]],
        "total_excluding_tax": gross - discount,
        "total_pretax_credit_amounts": [],
        "total_taxes": taxes,
        "webhooks_delivered_at": finalized,
    }


def _taxes_at(thing: Invoice, rate: Decimal) -> Json:
    of_rate = [line for line in thing.lines if line.tax_rate == rate]
    tax = sum((line.tax for line in of_rate), Decimal(0))
    return _tax(tax, sum((line.net for line in of_rate), Decimal(0)), thing.currency, rate)


def _at_midnight(day: date, like: datetime) -> datetime:
    return datetime.combine(day, datetime.min.time(), like.tzinfo)


def _midnight(day: date, like: datetime) -> int:
    return unix(_at_midnight(day, like))
