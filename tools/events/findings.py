"""Facts → events: which kind, whose, when, how much, what shows it, and the sentence. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from storage.models.commerce import Order, OrderLine, Product, ProductVariant, Refund, StockLevel, Transaction
from storage.repositories.events import Detected
from storage.repositories.signals.goods import BACK_IN_STOCK, PRICE_CHANGE, STOCK_OUT, StockStep
from storage.repositories.signals.money import PAYOUT, DayOfTrade, PayoutMade
from storage.repositories.signals.sales import CAMPAIGN, FIRST_SALE, NEW_CHANNEL, Promoted, SaleMade
from tools.events.engine import PriceChange, Spike, payout_outcome
from tools.events.wording import change, count, cut, day, money, order, thing

REFUND_SPIKE: Final = "refund_spike"
PAYOUT_FAILED: Final = "payout_failed"
KINDS: Final = (
    FIRST_SALE, NEW_CHANNEL, CAMPAIGN, PRICE_CHANGE, STOCK_OUT, BACK_IN_STOCK, REFUND_SPIKE, PAYOUT, PAYOUT_FAILED,
)  # fmt: skip
OF_PRODUCTS: Final = (PRICE_CHANGE, STOCK_OUT, BACK_IN_STOCK)
SHOP_KEY: Final = f"{FIRST_SALE}|shop"
_PROMOTIONS: Final = {"discount_code": "discount code", "campaign": "campaign"}


@dataclass(frozen=True, slots=True)
class Ways:
    """A tenant's currency, time zone and first day of the week (ISO weekday)."""

    currency: str
    timezone: str
    week_start: int

    def start_of(self, on: date) -> datetime:
        return datetime.combine(on, time(), ZoneInfo(self.timezone)).astimezone(UTC)


def shown_by(table: str, id_: str, role: str) -> dict[str, str]:
    """One row that shows an event."""
    return {"table": table, "id": id_, "role": role}


def _of_sale(sale: SaleMade, **rest: Any) -> Detected:
    table, id_ = (OrderLine.__tablename__, sale.line_id) if sale.line_id else (Order.__tablename__, sale.order_id)
    evidence = [shown_by(Order.__tablename__, sale.order_id, "first order")]
    if sale.line_id:
        evidence.insert(0, shown_by(table, sale.line_id, "what was sold"))
    given: dict[str, Any] = {
        "occurred_at": sale.at,
        "occurred_on": sale.on,
        "time_known": sale.minute is not None,
        "source_offset_minutes": sale.offset_minutes,
        "basis_id": id_,
        "currency": sale.currency,
        "amount_micros": sale.amount_micros,
        "evidence": evidence,
        "created_by_batch_id": sale.batch_id,
        "data": {"order": sale.number} if sale.number else {},
    }
    return Detected(**(given | rest))


def first_sale_of_shop(sale: SaleMade) -> Detected:
    return _of_sale(
        sale, key=SHOP_KEY, kind=FIRST_SALE, title=cut(f"The shop's first sale: {order(sale)}."), severity="notice", entity_type="shop"
    )  # fmt: skip


def first_sale_of_product(sale: SaleMade) -> Detected:
    return _of_sale(
        sale,
        key=f"{FIRST_SALE}|product|{sale.key}",
        kind=FIRST_SALE,
        title=cut(f"{sale.name} was sold for the first time: {order(sale)}."),
        entity_type=Product.__tablename__,
        entity_id=sale.product_id,
        subject=sale.name,
        evidence=[
            shown_by(OrderLine.__tablename__, sale.line_id or "", "what was sold"),
            shown_by(Order.__tablename__, sale.order_id, "its order"),
            shown_by(Product.__tablename__, sale.product_id or "", "the product"),
        ],
    )


def new_channel(sale: SaleMade) -> Detected:
    return _of_sale(
        sale,
        key=f"{NEW_CHANNEL}|{sale.key}",
        kind=NEW_CHANNEL,
        title=cut(f"First sale through {sale.name}: {order(sale)}."),
        severity="notice",
        entity_type="channel",
        subject=sale.name,
    )


def campaign(found: Promoted, ends_on: date | None) -> Detected:
    """Its amount is that of the only currency that it was sold in."""
    sale, word = found.first, _PROMOTIONS[found.kind]
    span = f"until {day(ends_on)}" if ends_on else "so far"
    single = next(iter(found.amounts.items())) if len(found.amounts) == 1 else None
    sold = f", {money(single[1], single[0])}" if single else ""
    return _of_sale(
        sale,
        key=f"{CAMPAIGN}|{found.kind}|{found.name}",
        kind=CAMPAIGN,
        title=cut(
            f"The {word} {found.name} came with an order for the first time on {day(sale.on)}; {found.orders:,} orders {span}{sold}."
        ),
        severity="notice",
        ends_on=ends_on,
        entity_type="campaign",
        subject=found.name,
        currency=single[0] if single else None,
        amount_micros=single[1] if single else None,
        data={
            "source": found.kind,
            "orders": found.orders,
            "last_on": found.last_on.isoformat(),
            "sales_micros": found.amounts,
        },
        evidence=[
            shown_by(Order.__tablename__, id_, "first order" if place == 0 else "an order")
            for place, id_ in enumerate(found.shown)
        ],
    )


def price_change(found: PriceChange, ways: Ways) -> Detected:
    step = found.step
    currency = step.currency or ways.currency
    name = thing(step.product, step.variant)
    way = "up" if step.after > step.before else "down"
    on = step.at.astimezone(ZoneInfo(ways.timezone)).date()
    rows = dict.fromkeys([*found.rows, (Product.__tablename__, step.product_id)])
    return Detected(
        key=found.key,
        kind=PRICE_CHANGE,
        title=cut(
            f"The price of {name} went {way} from {money(step.before, currency)} to {money(step.after, currency)}"
            f"{change(step.before, step.after)}."
        ),
        occurred_at=step.at,
        occurred_on=on,
        time_known=True,
        severity="notice",
        entity_type=Product.__tablename__,
        entity_id=step.product_id,
        subject=name,
        basis_id=step.row_id,
        currency=currency,
        amount_micros=step.after,
        data={"before_micros": step.before, "after_micros": step.after, "own_key": step.own_key},
        evidence=[
            shown_by(
                table, id_, {Product.__tablename__: "the product", ProductVariant.__tablename__: "the variant"}[table]
            )
            for table, id_ in rows
        ],
        created_by_batch_id=step.batch_id,
    )


def stock_turn(step: StockStep, ways: Ways) -> Detected:
    name, out = thing(step.product, step.variant), step.after <= 0
    kind = STOCK_OUT if out else BACK_IN_STOCK
    said = (
        f"{name} is out of stock: {count(step.before)} were left before."
        if out
        else f"{name} is back in stock: {count(step.after)} on hand."
    )
    return Detected(
        key=f"{kind}|{step.product_key}|{step.variant_key or ''}|{step.on.isoformat()}",
        kind=kind,
        title=cut(said),
        occurred_at=ways.start_of(step.on),
        occurred_on=step.on,
        severity="warning" if out else "info",
        entity_type=Product.__tablename__,
        entity_id=step.product_id,
        subject=name,
        basis_id=step.row_id,
        data={"before_e6": step.before, "after_e6": step.after, "variant": step.variant_key},
        evidence=[
            shown_by(StockLevel.__tablename__, step.row_id, "the count"),
            shown_by(Product.__tablename__, step.product_id, "the product"),
        ],
        created_by_batch_id=step.batch_id,
    )


def refund_spike(
    spike: Spike, days: Iterable[DayOfTrade], refunds: Iterable[tuple[str, str | None]], ways: Ways
) -> Detected:
    """`days` are those of the spike, `refunds` its largest ones with their batches."""
    amounts: dict[str, int] = {}
    for one in days:
        for currency, amount in one.amounts:
            amounts[currency] = amounts.get(currency, 0) + amount
    single = next(iter(amounts.items())) if len(amounts) == 1 else None
    listed = list(refunds)
    when = f"on {day(spike.start)}" if spike.grain == "day" else f"in the week of {day(spike.start)}"
    sum_ = f" ({money(single[1], single[0])})" if single else ""
    return Detected(
        key=f"{REFUND_SPIKE}|{spike.grain}|{spike.start.isoformat()}",
        kind=REFUND_SPIKE,
        title=cut(
            f"{spike.refunded:,} orders were refunded {when}{sum_}; about {spike.expected:,.1f} were to be expected."
        ),
        occurred_at=ways.start_of(spike.start),
        occurred_on=spike.start,
        ends_on=spike.end if spike.end > spike.start else None,
        severity="warning",
        entity_type="shop",
        basis_id=listed[0][0] if listed else None,
        currency=single[0] if single else None,
        amount_micros=single[1] if single else None,
        data={
            "grain": spike.grain,
            "refunded": spike.refunded,
            "expected": round(spike.expected, 3),
            "p": float(f"{spike.p:.3g}"),
        },
        evidence=[shown_by(Refund.__tablename__, id_, "a refund") for id_, _ in listed],
        created_by_batch_id=max((batch for _, batch in listed if batch), default=None),
    )


def payout(found: PayoutMade) -> Detected | None:
    outcome = payout_outcome(found.status)
    if outcome is None:
        return None
    by = f" from {found.account}" if found.account else ""
    amount = money(found.amount, found.currency)
    fee = f", after {money(found.fee, found.currency)} of fees" if found.fee else ""
    failed = outcome == "failed"
    said = (
        f"A payout of {amount}{by} failed: the money did not reach the bank."
        if failed
        else f"A payout of {amount}{by} went to the bank{fee}."
    )
    kind = PAYOUT_FAILED if failed else PAYOUT
    return Detected(
        key=f"{kind}|{found.key}",
        kind=kind,
        title=cut(said),
        occurred_at=found.at,
        occurred_on=found.on,
        time_known=True,
        severity="warning" if failed else "info",
        entity_type=Transaction.__tablename__,
        entity_id=found.row_id,
        subject=found.account,
        basis_id=found.row_id,
        currency=found.currency,
        amount_micros=found.amount,
        data={"fee_micros": found.fee} if found.fee is not None else {},
        evidence=[shown_by(Transaction.__tablename__, found.row_id, "the payout")],
        created_by_batch_id=found.batch_id,
    )
