"""What a connector must find at each vendor: counts, and exact sums by currency, straight from the world's data.

Nothing here looks at how a vendor's stand-in renders the world: the two can contradict each other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from evals.standins.vendors.world.things import HOME, Bill, Credit, Invoice, Order, Refund, at_home
from evals.standins.vendors.world.world import World

GIFT_CARD = "Gift card"
"""The title of what is no goods, but money that was paid before."""
Money = dict[str, dict[str, Decimal]]


@dataclass(frozen=True)
class Truth:
    """`counts` by name; `money[currency][measure]` in major units, measures with nothing in them left out."""

    counts: dict[str, int]
    money: Money


def truth(world: World, vendor: str) -> Truth:
    """Raises KeyError for a vendor that is not known."""
    return TRUTHS[vendor](world)


def _stripe(world: World) -> Truth:
    """Charges that succeeded (failed attempts are counted, not summed), with refunds, fees, payouts and invoices."""
    paid = [payment for payment in world.payments if payment.status == "succeeded"]
    counts = {
        "customers": len(world.customers),
        "charges": len(world.payments),
        "charges_succeeded": len(paid),
        "refunds": len(_paid_back(world)),
        "payouts": len(world.payouts),
        "invoices": len(world.invoices),
        "products": len(world.products),
        "prices": sum(len(product.variants) for product in world.products) * 4,
    }
    money = _sums(
        [(payment.currency, "charged", payment.amount) for payment in paid],
        [(payment.currency, "fees", payment.fee) for payment in paid],
        [(refund.currency, "refunded", refund.total) for refund in _paid_back(world)],
        [(payout.currency, "paid_out", payout.amount) for payout in world.payouts],
        [
            (invoice.currency, "invoiced", invoice.total)
            for invoice in world.invoices
            if invoice.status in {"open", "paid"}
        ],
    )
    return Truth(counts, money)


def _paid_back(world: World) -> list[Refund]:
    paid = {payment.order for payment in world.payments if payment.status == "succeeded"}
    return [refund for refund in world.refunds if refund.order in paid]


def _order_counts(world: World) -> dict[str, int]:
    return {
        "customers": len(world.customers),
        "products": len(world.products),
        "variants": sum(len(product.variants) for product in world.products),
        "orders": len(world.orders),
        "cancelled": sum(order.status == "cancelled" for order in world.orders),
        "lines": sum(len(order.lines) for order in world.orders),
        "refunds": len(world.refunds),
    }


def _shopify(world: World) -> Truth:
    """In the shop's currency: every amount of a line is brought home and rounded for itself, then summed.
    Cancelled orders are counted and not summed. A gift card is no sale: what is bought with it is."""
    entries: list[tuple[str, str, Decimal]] = []
    cards = {line.number for order in world.orders for line in order.lines if line.title == GIFT_CARD}
    for order in world.orders:
        if order.status == "cancelled":
            continue
        for line in order.lines:
            if line.number in cards:
                continue
            gross, discount = at_home(line.gross, order.currency), at_home(line.discount, order.currency)
            entries += [(HOME, "gross", gross), (HOME, "discounts", discount), (HOME, "net", gross - discount)]
            entries.append((HOME, "tax", at_home(line.tax, order.currency)))
        entries.append((HOME, "shipping", at_home(order.shipping, order.currency)))
    for refund in world.refunds:
        for line in refund.lines:
            if line.line in cards:
                continue
            entries.append((HOME, "refunded_net", at_home(line.net, refund.currency)))
            entries.append((HOME, "refunded_tax", at_home(line.tax, refund.currency)))
        entries.append((HOME, "refunded_shipping", at_home(refund.shipping, refund.currency)))
    for payment in world.payments:
        entries.append((HOME, "fees", at_home(payment.fee, payment.currency)))
    entries += [(HOME, "paid_out", at_home(payout.amount, payout.currency)) for payout in world.payouts]
    counts = {**_order_counts(world), "payouts": len(world.payouts)}
    return Truth({**counts, "lines": counts["lines"] - len(cards)}, _sums(entries))


def _square(world: World) -> Truth:
    """In the currency of each order, with fees of the payments."""
    payments = [payment for payment in world.payments if payment.status == "succeeded"]
    counts = {**_order_counts(world), "payments": len(world.payments), "refunds": len(_paid_back(world))}
    money = _sums(
        *(_of_order(order) for order in world.orders if order.status != "cancelled"),
        [(refund.currency, "refunded", refund.total) for refund in _paid_back(world)],
        [(payment.currency, "paid", payment.amount) for payment in payments],
        [(payment.currency, "fees", payment.fee) for payment in payments],
    )
    return Truth(counts, money)


def _of_order(order: Order) -> list[tuple[str, str, Decimal]]:
    return [
        (order.currency, "gross", sum((line.gross for line in order.lines), Decimal(0))),
        (order.currency, "discounts", order.discount),
        (order.currency, "net", order.subtotal),
        (order.currency, "tax", order.tax),
        (order.currency, "shipping", order.shipping),
    ]


def _books(world: World) -> Truth:
    """Xero and Zoho Books: drafts and voided papers are counted, not summed."""
    invoices = [invoice for invoice in world.invoices if invoice.status in {"open", "paid"}]
    bills = [bill for bill in world.bills if bill.status != "void"]
    suppliers = {bill.supplier_number for bill in world.bills}
    counts = {
        "customers": len(world.customers),
        "suppliers": len(suppliers),
        "items": sum(len(product.variants) for product in world.products),
        "invoices": len(world.invoices),
        "invoice_lines": sum(len(invoice.lines) for invoice in world.invoices),
        "credits": len(world.credits),
        "bills": len(world.bills),
        "invoice_payments": sum(len(invoice.settlements) for invoice in world.invoices),
        "bill_payments": sum(len(bill.settlements) for bill in world.bills),
    }
    money = _sums(
        _of_papers(invoices, "invoiced"),
        _of_papers(world.credits, "credited"),
        _of_papers(bills, "billed"),
        [(invoice.currency, "received", invoice.paid) for invoice in invoices],
        [(bill.currency, "paid", bill.paid) for bill in bills],
    )
    return Truth(counts, money)


def _quickbooks(world: World) -> Truth:
    """QuickBooks knows no drafts, and a voided bill is a deleted one; what is inactive is not counted."""
    books = _books(world)
    counts = {
        **books.counts,
        "items": sum(len(product.variants) for product in world.products if product.active),
        "invoices": sum(invoice.status != "draft" for invoice in world.invoices),
        "invoice_lines": sum(len(invoice.lines) for invoice in world.invoices if invoice.status != "draft"),
        "bills": sum(bill.status != "void" for bill in world.bills),
    }
    return Truth(counts, books.money)


def _of_papers(papers: Iterable[Invoice | Credit | Bill], name: str) -> list[tuple[str, str, Decimal]]:
    entries: list[tuple[str, str, Decimal]] = []
    for paper in papers:
        entries += [(paper.currency, f"{name}_net", paper.net), (paper.currency, f"{name}_tax", paper.tax)]
    return entries


def _crm(world: World) -> Truth:
    """HubSpot and Zoho CRM. Deals without a currency are summed under the account's."""
    counts = {
        "contacts": len(world.customers),
        "companies": len(world.companies),
        "deals": len(world.deals),
        "deals_won": sum(deal.stage == "won" for deal in world.deals),
        "products": len(world.products),
    }
    money = _sums(
        [(deal.currency or HOME, "won", deal.amount) for deal in world.deals if deal.stage == "won" and deal.amount],
        [(deal.currency or HOME, "all", deal.amount) for deal in world.deals if deal.amount],
    )
    return Truth(counts, money)


def _mailbox(world: World) -> Truth:
    counts = {
        "mails": len(world.mails),
        "inbox": sum(mail.folder == "inbox" for mail in world.mails),
        "sent": sum(mail.folder == "sent" for mail in world.mails),
        "threads": len({mail.thread for mail in world.mails}),
        "unread": sum(not mail.read for mail in world.mails),
        "events": len(world.events),
    }
    return Truth(counts, {})


def _sums(*entries: Iterable[tuple[str, str, Decimal]]) -> Money:
    money: Money = defaultdict(lambda: defaultdict(Decimal))
    for part in entries:
        for currency, measure, amount in part:
            if amount:
                money[currency][measure] += amount
    return {currency: dict(measures) for currency, measures in money.items()}


TRUTHS = {
    "stripe": _stripe,
    "shopify": _shopify,
    "square": _square,
    "quickbooks": _quickbooks,
    "xero": _books,
    "zohobooks": _books,
    "hubspot": _crm,
    "zoho": _crm,
    "gmail": _mailbox,
    "outlook": _mailbox,
}
