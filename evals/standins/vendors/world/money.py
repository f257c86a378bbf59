"""Payments of the orders with the processor's fees, and its weekly payouts."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from evals.standins.vendors.world.things import Order, Payment, Payout, Refund, rounded
from evals.standins.vendors.world.world import World

FEE_SHARE = Decimal("0.0145")
FEE_FIXED = {"EUR": Decimal("0.25"), "USD": Decimal("0.30"), "JPY": Decimal(0), "KWD": Decimal("0.075")}
CARDS = (("visa", "4242"), ("mastercard", "4444"), ("amex", "0005"), ("jcb", "0505"))


def settle_money(world: World, chance: random.Random) -> None:
    for order in world.orders:
        if not order.total or order.status != "completed":
            # What was cancelled had only been authorised: no money moved.
            continue
        brand, last4 = chance.choice(CARDS)
        if order.number % 19 == 0:
            # A card that was declined first: an attempt that moved no money.
            world.settle([_payment(world, order, brand, last4, failed=True)])
        world.settle([_payment(world, order, brand, last4, failed=False)])
    _settle_payouts(world)


def _payment(world: World, order: Order, brand: str, last4: str, *, failed: bool) -> Payment:
    at = order.placed_at + timedelta(seconds=20 if failed else 40)
    currency = order.currency
    fee = Decimal(0) if failed else rounded(order.total * FEE_SHARE + FEE_FIXED[currency], currency)
    refunded = [refund.refunded_at for refund in world.refunds if refund.order == order.number and not failed]
    return Payment(
        world.next_number(Payment),
        at,
        max((at, *refunded)),
        order.number,
        order.customer,
        currency,
        order.total,
        fee,
        "failed" if failed else "succeeded",
        brand,
        last4,
        at,
    )


def _settle_payouts(world: World) -> None:
    """One payout a week and currency, of what the week moved; nothing of the last days, which is still pending."""
    until = world.clock.now() - timedelta(days=7)
    weeks: dict[tuple[date, str], tuple[list[Payment], list[Refund]]] = defaultdict(lambda: ([], []))
    for payment in world.payments:
        if payment.status == "succeeded" and payment.paid_at < until:
            weeks[_week(payment.paid_at.date()), payment.currency][0].append(payment)
    for refund in world.refunds:
        if refund.refunded_at < until:
            weeks[_week(refund.refunded_at.date()), refund.currency][1].append(refund)
    for (week, currency), (payments, refunds) in sorted(weeks.items(), key=lambda item: item[0]):
        amount = sum((payment.amount - payment.fee for payment in payments), Decimal(0))
        amount -= sum((refund.total for refund in refunds), Decimal(0))
        latest = max([payment.paid_at for payment in payments] + [refund.refunded_at for refund in refunds])
        at = latest + timedelta(hours=6)
        world.settle(
            [
                Payout(
                    world.next_number(Payout),
                    at,
                    at,
                    currency,
                    [payment.number for payment in payments],
                    [refund.number for refund in refunds],
                    amount,
                    week + timedelta(days=9),
                )
            ]
        )


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())
