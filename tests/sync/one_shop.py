"""One shop that three systems hold: it sells at Shopify, is paid through Stripe, and is booked in QuickBooks order by order, as
the apps do that sync a shop into the books. One sale is not the shop's: Stripe invoiced it."""

from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.kit.wire import Json
from evals.standins.vendors.quickbooks import QuickBooksStandIn
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import (
    HOME,
    Credit,
    Customer,
    Invoice,
    Line,
    Order,
    Payment,
    Payout,
    Refund,
    Settlement,
)
from evals.standins.vendors.world.truth import GIFT_CARD
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from tests.conftest import registered
from tests.processes import kept_workers
from tests.resolution.test_sales import figure
from tests.sync.conformance.table import VENDORS
from tests.sync.conftest import Synced, authorized, service_over, vendors_at
from tools.resolution.service import ResolutionService

SETTINGS = {vendor.name: dict(vendor.settings) for vendor in VENDORS}
_COUNTER = 900
"""In the books, the customer of what was sold to nobody who is known."""
_BOOKED_FROM = 5_000


class Books(QuickBooksStandIn):
    """The books also know what the processor paid to the bank."""

    def _rows(self, entity: str) -> list[Json]:
        if entity.lower() == "deposit":
            return [_deposit(one) for one in self.world.every(Payout)]
        return super()._rows(entity)


def _deposit(payout: Payout) -> Json:
    at = payout.created_at.isoformat()
    return {
        "Id": str(payout.number),
        "SyncToken": "0",
        "domain": "QBO",
        "sparse": False,
        "MetaData": {"CreateTime": at, "LastUpdatedTime": at},
        "TxnDate": payout.arrives_on.isoformat(),
        "CurrencyRef": {"value": payout.currency},
        "DepositToAccountRef": {"value": "35", "name": "Checking"},
        "TotalAmt": payout.amount,
        "Line": [
            {
                "Id": "1",
                "LineNum": 1,
                "Amount": payout.amount,
                "Description": "STRIPE PAYOUT",
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": {"value": "90", "name": "Stripe clearing"}},
            }
        ],
    }


def shop(clock: VirtualClock | None = None) -> World:
    """The shop, as it itself and its processor know it: nothing but orders, payments and what follows them."""
    world = build_world(clock, customers=12, orders=40, shop_only=True)
    for one in world.every(Customer):
        # Mailboxes of .example reach nobody, and nobody is known by them.
        one.email = one.email and one.email.replace("mail.example", "postbox.ie")
    order = next(one for one in world.orders if one.customer is not None and one.status == "completed")
    lines = [
        replace(line, number=70_000 + line.number, quantity=Decimal(9), discount=Decimal("0.00"))
        for line in order.lines
    ]
    at = world.clock.now() - timedelta(days=40)
    invoice = Invoice(1, at, at, "INV-7001", order.customer or 0, HOME, lines, at.date(), at.date(), "paid")
    invoice.settlements = [Settlement(10, at.date() + timedelta(days=1), invoice.total)]
    world.settle([invoice])
    world.sort_journal()
    return world


def books_of(world: World) -> World:
    """The same in the books: an invoice for each order with the order's number, its payment, and a credit note for each
    refund. What was cancelled is not booked."""
    booked = shop(world.clock)
    counter = replace(
        world.customers[0], number=_COUNTER, first="Shop", last="Customer", email=None, phone=None, company=None, street="", city="",
        postcode="", region=None,
    )  # fmt: skip
    booked.settle([counter])
    invoices: dict[int, Invoice] = {}
    for order in world.orders:
        if order.status == "cancelled":
            continue
        lines = [*order.lines, *_shipping(order)]
        invoice = Invoice(
            _BOOKED_FROM + order.number, order.placed_at, order.placed_at, str(1000 + order.number), order.customer or _COUNTER,
            order.currency, lines, order.placed_at.date(), order.placed_at.date(), "open",
        )  # fmt: skip
        for payment in world.payments:
            if payment.order == order.number and payment.status == "succeeded":
                invoice.status = "paid"
                invoice.settlements = [
                    Settlement(_BOOKED_FROM + payment.number, payment.paid_at.date(), payment.amount)
                ]
        invoices[order.number] = invoice
        booked.settle([invoice])
    for refund in world.refunds:
        invoice = invoices[refund.order]
        booked.settle([_credit(refund, world.get(Order, refund.order), invoice)])
    booked.sort_journal()
    return booked


def _shipping(order: Order) -> list[Line]:
    if not order.shipping:
        return []
    zero = Decimal("0.00")
    return [
        Line(80_000 + order.number, 0, 999, "Shipping", None, Decimal(1), order.shipping, zero, zero, order.currency)
    ]


def _credit(refund: Refund, order: Order, invoice: Invoice) -> Credit:
    by_number = {line.number: line for line in order.lines}
    zero = Decimal("0.00")
    lines = [
        replace(
            by_number[part.line], number=90_000 + part.line, quantity=Decimal(1), unit_price=part.net + part.tax, discount=zero,
            tax_rate=zero,
        )
        for part in refund.lines
    ]  # fmt: skip
    if refund.shipping:
        lines += [replace(_shipping(order)[0], number=95_000 + refund.number, unit_price=refund.shipping)]
    at = refund.refunded_at
    return Credit(
        _BOOKED_FROM + refund.number,
        at,
        at,
        invoice.code,
        invoice.number,
        invoice.customer,
        refund.currency,
        lines,
        at.date(),
    )


@dataclass
class OneShop:
    """The three systems, each with a connection of one tenant's."""

    world: World
    actor: Actor
    database: Database
    connections: dict[str, Synced]
    resolution: ResolutionService

    async def sync(self, vendor: str, *, everything: bool = False) -> None:
        """As the job does that follows a connection."""
        run = await self.connections[vendor].sync(everything=everything)
        assert run.problems == ()
        await self.resolution.resolve(self.actor)

    async def told(self) -> dict[str, float]:
        names = (
            "revenue",
            "refunds",
            "orders",
            "customers",
            "payments_received",
            "payment_count",
            "processing_fees",
            "payouts",
            "net_movement",
        )
        return {name: round(float(await figure(self.database, self.actor, name) or 0), 2) for name in names}

    def true(self) -> dict[str, float]:
        sums = truth(self.world, "shopify").money[HOME]
        paid = [one for one in self.world.payments if one.status == "succeeded"]
        counted = [one for one in self.world.orders if one.status != "cancelled"]
        sales = [one for one in counted if any(line.title != GIFT_CARD for line in one.lines)]
        (invoice,) = self.world.invoices
        fees = sum((one.fee for one in self.world.every(Payment)), Decimal(0))
        received = sum((one.amount for one in paid), invoice.paid)
        found = {
            "revenue": sums["net"] - sums["refunded_net"] + invoice.net,
            "refunds": sums["refunded_net"],
            "orders": len(sales) + 1,
            "customers": len({one.customer for one in counted if one.customer is not None}),
            "payments_received": received,
            "payment_count": len(paid) + 1,
            "processing_fees": fees,
            "payouts": sum((one.amount for one in self.world.payouts), Decimal(0)),
            "net_movement": received - sum((one.total for one in self.world.refunds), Decimal(0)) - fees,
        }
        return {name: round(float(value), 2) for name, value in found.items()}


@asynccontextmanager
async def one_shop(config: DatabaseConfig) -> AsyncGenerator[OneShop]:
    """A shop that was connected thrice, and not yet read."""
    world = shop()
    booked = books_of(world)
    clock = FixedClock(world.clock.now())
    database = Database(config, clock)
    actor = await registered(database, currency=HOME)
    connections: dict[str, Synced] = {}
    with ExitStack() as stack:
        servers: dict[str, VendorServer] = {
            "shopify": stack.enter_context(ShopifyStandIn(world, has_payments=False)),  # Stripe takes its money
            "stripe": stack.enter_context(StripeStandIn(world)),
            "quickbooks": stack.enter_context(Books(booked)),
        }
        clients = {name: vendors_at(database, server, clock) for name, server in servers.items()}
        try:
            for name, vendors in clients.items():
                connection = await authorized(vendors, actor, name, dict(SETTINGS[name]))
                connections[name] = Synced(actor, connection, service_over(database, vendors), database)
            yield OneShop(world, actor, database, connections, ResolutionService(database, kept_workers()))
        finally:
            for vendors in clients.values():
                await vendors.http.aclose()
            await database.dispose()
