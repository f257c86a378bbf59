"""Orders out of the daily process: the buyers, baskets, discounts and returns behind each day's count of orders.

All amounts are whole cents without VAT unless their name says otherwise.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from evals.demo.assortment import Assortment, Product, Shelf
from evals.demo.customers import Channel, Customer, Customers, PeopleFile, Staff
from evals.demo.draws import Draws, Weighted
from evals.demo.process import DailyProcess
from evals.demo.promotions import Promotion

VAT_PCT = 23
"""Ireland's standard rate, charged on every sale."""

_NEWCOMERS = 0.05
"""Share of orders that are somebody's first."""
_FREE_SHIPPING_FROM = 7500
_SHIPPING_HOME, _SHIPPING_ABROAD = 495, 895
_TRADE_DISCOUNT_PCT, _VOUCHER_PCT = 10, 10
_CANCELLED = 0.012
_RETURNED: dict[Channel, float] = {"Online": 0.034, "Store": 0.014}
_REASONS = Weighted(
    ("Changed mind", "Damaged in transit", "Faulty", "Not as described", "Arrived too late"), (38, 22, 14, 16, 10)
)
_REASONS_OF_BAD_GOODS = Weighted(("Faulty", "Damaged in transit", "Not as described", "Changed mind"), (52, 22, 18, 8))
_BASKET = Weighted((1, 2, 3, 4, 5, 6), (33, 27, 18, 11, 7, 4))
_QUANTITY = Weighted((1, 2, 3, 4), (76, 17, 3, 4))
_QUANTITY_OF_TRADE = Weighted((1, 2, 4, 6, 8, 12), (30, 22, 18, 16, 7, 7))
_QUANTITY_OF_TABLEWARE = Weighted((1, 2, 4, 6, 8), (34, 28, 22, 12, 4))
# Nobody orders between two and six at night: the hour that the clocks skip or repeat never occurs.
_ONLINE_HOURS = Weighted(
    (0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23),
    (1, 0.4, 0.8, 2, 3.5, 5, 6, 6, 7, 6.5, 5.5, 5, 5, 5.5, 6, 8, 10, 10, 7, 3),
)
_STORE_HOURS = Weighted((10, 11, 12, 13, 14, 15, 16, 17), (8, 12, 15, 14, 13, 14, 13, 11))
_PAYMENT: dict[Channel, Weighted[str]] = {
    "Online": Weighted(("Card", "PayPal", "Klarna"), (62, 28, 10)),
    "Store": Weighted(("Card", "Cash"), (84, 16)),
}


@dataclass(frozen=True)
class Line:
    product: Product
    quantity: int
    unit_price: int
    discount: int

    @property
    def net(self) -> int:
        return self.unit_price * self.quantity - self.discount

    @property
    def vat(self) -> int:
        return _percent(self.net, VAT_PCT)


@dataclass(frozen=True)
class Order:
    number: str
    at: datetime
    cancelled: bool
    channel: Channel
    salesperson: str | None
    customer: Customer
    payment: str
    shipping: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Refund:
    number: str
    on: date
    order: Order
    line: Line
    quantity: int
    amount: int
    reason: str

    @property
    def vat(self) -> int:
        return _percent(self.amount, VAT_PCT)


@dataclass(frozen=True)
class Trade:
    """`orders` by time, `refunds` by day."""

    orders: tuple[Order, ...]
    refunds: tuple[Refund, ...]
    customers: tuple[Customer, ...]


def trade(
    seed: int,
    process: DailyProcess,
    assortment: Assortment,
    promotions: tuple[Promotion, ...],
    people: PeopleFile,
) -> Trade:
    """As many orders on each day and channel as the daily process says."""
    customers = Customers(seed, people, assortment.categories, process.days[0], process.days[-1])
    clerk = _Clerk(seed, customers, Staff(people.store))
    counts: tuple[tuple[Channel, list[float]], ...] = (
        ("Online", process.values["online_orders"]),
        ("Store", process.values["store_orders"]),
    )
    orders: list[Order] = []
    for index, day in enumerate(process.days):
        shelf = Shelf(assortment, promotions, day)
        wanted: list[tuple[time, Channel]] = [
            (clerk.time_of(channel), channel) for channel, series in counts for _ in range(int(series[index]))
        ]
        for moment, channel in sorted(wanted):
            orders.append(clerk.order(datetime.combine(day, moment), channel, shelf))
    refunds = _Returns(seed, assortment, process.days[-1]).of(orders)
    return Trade(tuple(orders), refunds, tuple(customers.all))


class _Clerk:
    """Writes orders down, one after the other."""

    def __init__(self, seed: int, customers: Customers, staff: Staff) -> None:
        self._draws = Draws(seed, "orders")
        self._customers = customers
        self._staff = staff
        self._count = 0

    def time_of(self, channel: Channel) -> time:
        hours = _ONLINE_HOURS if channel == "Online" else _STORE_HOURS
        return time(self._draws.weighted(hours), self._draws.whole(0, 59))

    def order(self, at: datetime, channel: Channel, shelf: Shelf) -> Order:
        draws, day = self._draws, at.date()
        self._count += 1
        first_time = draws.chance(_NEWCOMERS)
        customer = (
            self._customers.newcomer(channel, day) if first_time else self._customers.regular(channel, day, draws)
        )
        voucher = first_time and channel == "Online" and draws.chance(0.6)
        lines = self._basket(customer, shelf, voucher)
        net = sum(line.net for line in lines)
        return Order(
            number=f"{self._count + 100000}",
            at=at,
            cancelled=channel == "Online" and draws.chance(_CANCELLED),
            channel=channel,
            salesperson=draws.weighted(self._staff.on(day)) if channel == "Store" else None,
            customer=customer,
            payment=draws.weighted(_PAYMENT[channel]),
            shipping=0 if channel == "Store" or net >= _FREE_SHIPPING_FROM else _shipping(customer),
            lines=lines,
        )

    def _basket(self, customer: Customer, shelf: Shelf, voucher: bool) -> tuple[Line, ...]:
        draws = self._draws
        lines: dict[str, Line] = {}
        for _ in range(draws.weighted(_BASKET)):
            favourite = draws.one_of(customer.favourites)
            product = draws.weighted(shelf.by_category[favourite] if draws.chance(0.4) else shelf.all)
            quantity = draws.weighted(self._quantities(customer, product))
            if product.sku in lines:
                continue
            price = shelf.prices[product.sku]
            cut = max(
                shelf.discounts[product.category],
                _TRADE_DISCOUNT_PCT if customer.segment == "Trade" else 0,
                _VOUCHER_PCT if voucher else 0,
            )
            lines[product.sku] = Line(product, quantity, price, _percent(price * quantity, cut))
        return tuple(lines.values())

    def _quantities(self, customer: Customer, product: Product) -> Weighted[int]:
        if customer.segment == "Trade":
            return _QUANTITY_OF_TRADE
        return _QUANTITY_OF_TABLEWARE if product.category == "Tableware" else _QUANTITY


class _Returns:
    """What comes back, some days after it was sold."""

    def __init__(self, seed: int, assortment: Assortment, last: date) -> None:
        self._draws = Draws(seed, "returns")
        self._bad = assortment.bad_supplier
        self._last = last

    def of(self, orders: list[Order]) -> tuple[Refund, ...]:
        drawn = [
            (on, quantity, reason, order, line)
            for order in orders
            if not order.cancelled
            for line in order.lines
            if (back := self._draw(order, line))
            for on, quantity, reason in [back]
            if on <= self._last
        ]
        drawn.sort(key=lambda one: (one[0], one[3].number, one[4].product.sku))
        return tuple(
            Refund(f"R{count + 5001}", on, order, line, quantity, line.net * quantity // line.quantity, reason)
            for count, (on, quantity, reason, order, line) in enumerate(drawn)
        )

    def _draw(self, order: Order, line: Line) -> tuple[date, int, str] | None:
        draws = self._draws
        bad = line.product.supplier == self._bad.supplier
        if not draws.chance(_RETURNED[order.channel] * (self._bad.times if bad else 1.0)):
            return None
        on = order.at.date() + timedelta(days=draws.whole(2, 24))
        quantity = line.quantity if draws.chance(0.7) else draws.whole(1, line.quantity)
        return on, quantity, draws.weighted(_REASONS_OF_BAD_GOODS if bad else _REASONS)


def _shipping(customer: Customer) -> int:
    return _SHIPPING_HOME if customer.country == "Ireland" else _SHIPPING_ABROAD


def _percent(cents: int, percent: int) -> int:
    """Half a cent is rounded up."""
    return (cents * percent + 50) // 100
