"""What a run looks at, and what it finds: first whose events may be others now, then which events these have.

The events of a tenant are a function of what can be seen of its data; a run works that function out anew, where batches have
changed what it depends on. So it does not matter how often a batch is looked at, or in which order batches came (but for
prices, whose changes are those from one batch to the next)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, get_args

from storage.models.commerce import Order
from storage.models.intelligence import BusinessEvent
from storage.repositories.events import Detected
from storage.repositories.signals.goods import BACK_IN_STOCK, PRICE_CHANGE, STOCK_OUT
from storage.repositories.signals.money import PAYOUT
from storage.repositories.signals.reach import Reach
from storage.repositories.signals.sales import CAMPAIGN, FIRST_SALE, NEW_CHANNEL, Promotion
from storage.uow import ReadUnitOfWork
from tools.events import findings
from tools.events.engine import (
    LEAST_CAMPAIGN_ORDERS,
    LOOKS_BACK,
    Grain,
    ToldPrice,
    campaign_end,
    price_changes,
    refund_spikes,
    stock_turns,
    week_of,
)
from tools.events.findings import OF_PRODUCTS, PAYOUT_FAILED, REFUND_SPIKE, SHOP_KEY, Ways

_STOCK: Final = (STOCK_OUT, BACK_IN_STOCK)
_PAYOUTS: Final = (PAYOUT, PAYOUT_FAILED)
_PROMOTIONS: Final[tuple[Promotion, ...]] = get_args(Promotion)
_WEEK: Final = timedelta(days=7)


@dataclass(slots=True)
class Concern:
    """Whose events are worked out anew. `scope` are the ids of those that are stored: what is not found again goes."""

    scope: set[str] = field(default_factory=set[str])
    products: set[str] = field(default_factory=set[str])
    channels: set[str] = field(default_factory=set[str])
    promotions: dict[Promotion, set[str]] = field(default_factory=dict["Promotion", "set[str]"])
    priced: set[str] = field(default_factory=set[str])
    """Batches."""
    stocked: set[str] = field(default_factory=set[str])
    stocked_since: date | None = None
    payouts: set[str] = field(default_factory=set[str])
    refunds_since: date | None = None

    def cover(self, events: Iterable[BusinessEvent]) -> None:
        self.scope.update(event.id for event in events)


async def concern(uow: ReadUnitOfWork, reach: Reach, ways: Ways) -> Concern:
    """What the batches of a reach concern."""
    found = Concern()
    await _sales(uow, reach, found)
    await _goods(uow, reach, found)
    payouts = await uow.money_signals.payout_keys(reach)
    found.payouts = set(payouts)
    keys = [f"{kind}|{key}" for key in payouts.values() for kind in _PAYOUTS]
    found.cover(await uow.events.stored(_PAYOUTS, keys=keys))
    first = await uow.money_signals.refund_days(reach)
    if first is not None:
        found.refunds_since = week_of(first, ways.week_start)
        found.cover(await uow.events.stored((REFUND_SPIKE,), since=found.refunds_since))
    return found


async def _sales(uow: ReadUnitOfWork, reach: Reach, found: Concern) -> None:
    found.products = await uow.sale_signals.products(reach)
    found.cover(await uow.events.stored((FIRST_SALE,), entities=found.products))
    found.cover(await uow.events.stored((FIRST_SALE,), keys=[SHOP_KEY]))
    known = {event.key: event for event in await uow.events.stored((NEW_CHANNEL,))}
    changed = await uow.sale_signals.changed(reach, Order)
    resting = {event.key for ids in changed for event in await uow.events.resting_on(NEW_CHANNEL, ids)}
    for name, at in (await uow.sale_signals.channels(reach)).items():
        event = known.get(f"{NEW_CHANNEL}|{name}")
        if event is None or at <= event.occurred_at or event.key in resting:
            found.channels.add(name)
    found.channels |= {key.partition("|")[2] for key in resting if key}
    found.cover(event for key, event in known.items() if key and key.partition("|")[2] in found.channels)
    for kind in _PROMOTIONS:
        names = await uow.sale_signals.promotions(reach, kind)
        found.promotions[kind] = set(names)
        keys = [f"{CAMPAIGN}|{kind}|{name}" for name in names]
        found.cover(await uow.events.stored((CAMPAIGN,), keys=keys))


async def _goods(uow: ReadUnitOfWork, reach: Reach, found: Concern) -> None:
    strays = await uow.goods_signals.strays(OF_PRODUCTS)
    found.cover(strays)
    found.priced = set(reach.ids) | {event.created_by_batch_id or "" for event in strays if event.kind == PRICE_CHANGE}
    for batch_id in reach.ids if reach.is_taken_back else ():
        found.priced |= await uow.goods_signals.priced_in(batch_id)
    found.cover(await uow.events.stored((PRICE_CHANGE,), batches=found.priced))
    stocked, since = await uow.goods_signals.stocked(reach)
    lost = [event for event in strays if event.kind in _STOCK]
    stocked |= {event.entity_id or "" for event in lost}
    days = [day for day in (since, *(event.occurred_on for event in lost)) if day is not None]
    if stocked and days:
        found.stocked, wholes = await uow.goods_signals.families(stocked)
        found.stocked_since = min(days)
        found.cover(await uow.events.stored(_STOCK, entities=found.stocked | wholes, since=found.stocked_since))


async def findings_of(uow: ReadUnitOfWork, concerned: Concern, ways: Ways) -> list[Detected]:
    """The events that what is concerned has, by what can be seen now. Adds campaigns that have ended, or go on after all."""
    found: list[Detected] = []
    first = await uow.sale_signals.first_of_all()
    if first is not None:
        found.append(findings.first_sale_of_shop(first))
    sales = uow.sale_signals
    found += [findings.first_sale_of_product(sale) for sale in await sales.first_sales(concerned.products)]
    found += [findings.new_channel(sale) for sale in await sales.first_by_channel(sorted(concerned.channels))]
    found += await _campaigns(uow, concerned)
    found += await _prices(uow, concerned, ways)
    found += await _stock(uow, concerned, ways)
    made = map(findings.payout, await uow.money_signals.payouts(concerned.payouts))
    found += [event for event in made if event is not None]
    found += await _refunds(uow, concerned, ways)
    return found


async def _campaigns(uow: ReadUnitOfWork, concerned: Concern) -> list[Detected]:
    last_on = await uow.sale_signals.last_day()
    for event in await uow.events.stored((CAMPAIGN,)):
        if event.ends_on != campaign_end(date.fromisoformat(event.data["last_on"]), last_on):
            concerned.scope.add(event.id)
            concerned.promotions.setdefault(event.data["source"], set()).add(event.subject or "")
    found: list[Detected] = []
    for kind, names in concerned.promotions.items():
        promoted = await uow.sale_signals.promoted(kind, sorted(names), LEAST_CAMPAIGN_ORDERS)
        found += [findings.campaign(one, campaign_end(one.last_on, last_on)) for one in promoted]
    return found


async def _prices(uow: ReadUnitOfWork, concerned: Concern, ways: Ways) -> list[Detected]:
    steps = await uow.goods_signals.price_steps(concerned.priced)
    if not steps:
        return []
    known = await uow.events.stored((PRICE_CHANGE,), entities={step.product_id for step in steps})
    earlier = [
        ToldPrice(
            (event.entity_id or "", event.data["before_micros"], event.data["after_micros"]),
            event.data["own_key"],
            event.occurred_at.date(),
        )
        for event in known
        if event.id not in concerned.scope
    ]
    return [findings.price_change(one, ways) for one in price_changes(steps, ways.currency, earlier)]


async def _stock(uow: ReadUnitOfWork, concerned: Concern, ways: Ways) -> list[Detected]:
    if concerned.stocked_since is None:
        return []
    steps = await uow.goods_signals.stock_steps(concerned.stocked, concerned.stocked_since)
    if not steps:
        return []
    before: dict[tuple[str, str | None], BusinessEvent] = {}
    for event in await uow.events.stored(_STOCK, entities={step.product_id for step in steps}):
        thing = event.entity_id or "", event.data["variant"]
        if event.occurred_on < concerned.stocked_since and (
            thing not in before or before[thing].occurred_on <= event.occurred_on
        ):
            before[thing] = event
    was_out = {thing: event.kind == STOCK_OUT for thing, event in before.items()}
    return [findings.stock_turn(step, ways) for step in stock_turns(steps, was_out)]


async def _refunds(uow: ReadUnitOfWork, concerned: Concern, ways: Ways) -> list[Detected]:
    since = concerned.refunds_since
    if since is None:
        return []
    days = await uow.money_signals.days(since - LOOKS_BACK)
    before = await uow.events.stored((REFUND_SPIKE,), since=since - LOOKS_BACK - _WEEK)
    known: list[tuple[Grain, date]] = [
        (event.data["grain"], event.occurred_on) for event in before if event.occurred_on < since
    ]
    spikes = refund_spikes(
        {day: one.orders for day, one in days.items()},
        {day: one.refunded for day, one in days.items()},
        since,
        ways.week_start,
        known,
    )
    return [
        findings.refund_spike(
            spike,
            [one for day, one in days.items() if spike.start <= day <= spike.end],
            await uow.money_signals.largest_refunds(spike.start, spike.end),
            ways,
        )
        for spike in spikes
    ]
