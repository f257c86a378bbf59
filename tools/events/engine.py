"""The rules by which something is an event: when a price has changed, stock has run out, refunds have spiked. Pure."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from math import exp, lgamma, log, log1p
from typing import Final, Literal

from storage.kernel.money import MICROS, minor_digits
from storage.repositories.signals.goods import PriceStep, StockStep

Grain = Literal["day", "week"]
CAMPAIGN_OVER_AFTER: Final = timedelta(days=14)
"""A campaign that no order came with for so long, while others did, is over."""
LEAST_CAMPAIGN_ORDERS: Final = 3
"""A code that fewer orders came with is one person's."""
_SAME_CHANGE: Final = timedelta(days=7)
"""Within so long two sources that tell the same change of a price tell one change."""
_NOISE: Final = 0.01
_FAILED: Final = frozenset("failed failure returned rejected error".split())
_NOT_YET: Final = frozenset("pending scheduled in_transit sent processing unpaid created draft".split()) | {
    "in transit"
}
_CALLED_OFF: Final = frozenset("cancelled canceled void voided".split())


# ── payouts ──────────────────────────────────────────────────────────────────────────────────────────────────


def payout_outcome(status: str | None) -> Literal["arrived", "failed"] | None:
    """What a payout's status says; None while it is under way, and where it was called off. Without a status it is one of a
    file or of the books, which list what was paid."""
    word = (status or "").strip().lower()
    if word in _FAILED:
        return "failed"
    return None if word in _NOT_YET or word in _CALLED_OFF else "arrived"


# ── campaigns ────────────────────────────────────────────────────────────────────────────────────────────────


def campaign_end(last_on: date, shop_last_on: date | None) -> date | None:
    """The last day of a campaign that is over by the shop's latest order."""
    over = shop_last_on is not None and shop_last_on - last_on > CAMPAIGN_OVER_AFTER
    return last_on if over else None


# ── prices ───────────────────────────────────────────────────────────────────────────────────────────────────


def is_price_change(before: int, after: int, currency: str) -> bool:
    """Whether a price is another one, and not the same one rounded: it is, where it differs by half of the currency's
    smallest unit or more, or by 1 % or more (the price of a screw has more decimals than its currency). Micro-units."""
    half = MICROS // 10 ** minor_digits(currency) // 2
    difference = abs(after - before)
    return difference >= max(half, 1) or difference >= max(_NOISE * abs(before), 1)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A change of a price. Where all variants of a product changed alike it is one of the product."""

    step: PriceStep
    rows: tuple[tuple[str, str], ...]
    """(table, id) of the rows that show it."""

    @property
    def key(self) -> str:
        return "|".join(
            (
                "price_change",
                self.step.product_key,
                self.step.variant_key or "",
                self.step.batch_id,
                str(self.step.after),
            )
        )


@dataclass(frozen=True, slots=True)
class ToldPrice:
    """A change of a price that one source's row of a product has told. `change`: product, before, after."""

    change: tuple[str, int, int]
    own_key: str
    on: date

    @classmethod
    def of(cls, step: PriceStep) -> "ToldPrice":
        return cls((step.product_id, step.before, step.after), step.own_key, step.at.date())

    def repeats(self, other: "ToldPrice") -> bool:
        """Whether two sources tell one change."""
        return self.own_key != other.own_key and abs(self.on - other.on) <= _SAME_CHANGE


def price_changes(steps: Iterable[PriceStep], currency: str, earlier: Iterable[ToldPrice] = ()) -> list[PriceChange]:
    """The changes that steps come to. Several steps of one row in one batch are one from the first price to the last; a
    change of currency is none of the price; what a second source tells of the same product within a week is told already.
    `currency` is of products that name none. `earlier` are changes that are known."""
    net: dict[tuple[str, str], PriceStep] = {}
    recurrent: set[tuple[str, str]] = set()
    for step in steps:
        place = step.batch_id, step.row_id
        first = net.get(place)
        net[place] = step if first is None else replace(step, before=first.before)
        if step.currency_changed:
            recurrent.add((step.batch_id, step.product_id))
    real = [
        step
        for step in net.values()
        if (step.batch_id, step.product_id) not in recurrent
        and is_price_change(step.before, step.after, step.currency or currency)
    ]
    told: dict[tuple[str, int, int], list[ToldPrice]] = {}
    for one in earlier:
        told.setdefault(one.change, []).append(one)
    found: list[PriceChange] = []
    real.sort(key=lambda one: (one.at, one.batch_id, one.product_id))
    for _, group in groupby(real, key=lambda one: (one.batch_id, one.product_id)):
        for change in _of_one_product(list(group)):
            one = ToldPrice.of(change.step)
            if not any(one.repeats(other) for other in told.get(one.change, ())):
                told.setdefault(one.change, []).append(one)
                found.append(change)
    return found


def _of_one_product(steps: Sequence[PriceStep]) -> list[PriceChange]:
    """A product and its variants: what is the same is told once, of the product; the list price of a product with variants
    is that of one of them, and is told with it."""
    own = [step for step in steps if step.variant_key is None]
    variants = [step for step in steps if step.variant_key is not None]
    rows = tuple((step.table, step.row_id) for step in steps)
    if len({(step.before, step.after) for step in steps}) == 1:
        return [PriceChange((own or variants)[0], rows)]
    of_variants = {(step.before, step.after) for step in variants}
    kept = [step for step in own if (step.before, step.after) not in of_variants][:1] + variants
    return [PriceChange(step, ((step.table, step.row_id),)) for step in kept]


# ── stock ────────────────────────────────────────────────────────────────────────────────────────────────────


def stock_turns(steps: Iterable[StockStep], was_out: Mapping[tuple[str, str | None], bool]) -> list[StockStep]:
    """Steps of what several sources keep of one product, each turn once: what is out cannot run out. `was_out`: how things
    stood before the first step, by (product, variant)."""
    out = dict(was_out)
    found: list[StockStep] = []
    for step in sorted(steps, key=lambda one: (one.on, one.after > 0, one.row_id)):
        thing, gone = (step.product_id, step.variant_key), step.after <= 0
        if out.get(thing) is not gone:
            out[thing] = gone
            found.append(step)
    return found


# ── refunds ──────────────────────────────────────────────────────────────────────────────────────────────────

RETURNED_WITHIN: Final = 28
"""Days over which orders come back: those of so many days can be refunded on a day."""


@dataclass(frozen=True, slots=True)
class SpikeRule:
    """How a stretch is held against those before it: against up to `back` of them and not fewer than `least_back`, with not
    fewer than `least` refunded orders. `alpha`: how often chance alone may make a spike of a stretch."""

    grain: Grain
    days: int
    back: int
    least_back: int
    least: int
    alpha: float


SPIKE_RULES: Final = (
    SpikeRule("day", days=1, back=56, least_back=28, least=5, alpha=0.0002),
    SpikeRule("week", days=7, back=12, least_back=8, least=5, alpha=0.001),
)
"""365 × 0.0002 + 52 × 0.001 = 0.125: by chance alone a shop gets one spike in eight years. It is the expected number of
false ones that is kept, and not their share (Benjamini and Hochberg's rate): which of a shop's days are spikes then does not
depend on how many days it has."""
LOOKS_BACK: Final = timedelta(days=12 * 7 + RETURNED_WITHIN)
"""What lies farther before a stretch does not bear on it."""
_AT_LEAST_TIMES: Final = 2.0
_NEGLIGIBLE: Final = 1e-15


@dataclass(frozen=True, slots=True)
class Spike:
    """A stretch in which more orders were refunded than its past leads to expect. `p`: how often chance alone comes to as
    many or more."""

    grain: Grain
    start: date
    end: date
    refunded: int
    expected: float
    p: float


def refund_spikes(
    orders: Mapping[date, int],
    refunded: Mapping[date, int],
    since: date,
    week_start: int,
    known: Iterable[tuple[Grain, date]] = (),
) -> list[Spike]:
    """The spikes from `since` on, the first day of a week that begins on the ISO weekday `week_start`. `known` are those
    before it. `orders` and `refunded` count by day, from LOOKS_BACK before `since` on.

    A stretch depends on what lies before its end alone, so that it never becomes a spike, or ceases to be one, by what
    comes later. Earlier spikes are left out of what a stretch is held against; a week with a spike of a day in it is none of
    its own."""
    days = sorted(orders.keys() | refunded.keys())
    if not days:
        return []
    day_rule, week_rule = SPIKE_RULES
    spiked_days = {start for grain, start in known if grain == "day"}
    spiked_weeks = {start for grain, start in known if grain == "week"} | {
        week_of(day, week_start) for day in spiked_days
    }
    could = _Exposure(orders)
    last = days[-1]
    found: list[Spike] = []
    for rule, spiked in ((day_rule, spiked_days), (week_rule, spiked_weeks)):
        step = timedelta(days=rule.days)
        start = days[0] if rule.grain == "day" else week_of(days[0], week_start)
        past: list[tuple[date, int, int]] = []
        while start <= last:
            span = [start + timedelta(days=n) for n in range(rule.days)]
            count, exposure = sum(refunded.get(day, 0) for day in span), sum(could.on(day) for day in span)
            if start >= since and start not in spiked and count >= rule.least and exposure:
                lead = [(c, e) for on, c, e in past[-rule.back :] if e and on not in spiked]
                spike = _held_against(rule, lead, count, exposure)
                if spike is not None:
                    found.append(Spike(rule.grain, start, span[-1], count, *spike))
                    spiked.add(start)
                    if rule.grain == "day":
                        spiked_weeks.add(week_of(start, week_start))
            past.append((start, count, exposure))
            start += step
    return sorted(found, key=lambda one: (one.start, one.grain))


def _held_against(
    rule: SpikeRule, lead: Sequence[tuple[int, int]], count: int, exposure: int
) -> tuple[float, float] | None:
    """(expected, p) where the count is a spike.

    Refunds are counts of Poisson with a rate per order that could come back. The rate is not known but estimated from the
    stretches before: with Jeffreys' prior a new count has a negative binomial distribution of mean m = (R + ½) · e / E and
    variance m · (1 + e / E), R refunds having come of E orders before (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.6
    to 2.8). Real counts spread wider; the variance grows by φ, Pearson's χ² of the stretches before over their degrees of
    freedom, not less than 1, as in the detection of outbreaks (Farrington et al., A statistical algorithm for the early
    detection of outbreaks of infectious disease, J. R. Statist. Soc. A 159, 1996). p is the upper tail."""
    if len(lead) < rule.least_back:
        return None
    back, of = sum(c for c, _ in lead), sum(e for _, e in lead)
    rate = back / of
    spread = sum((c - rate * e) ** 2 / (rate * e) for c, e in lead) / (len(lead) - 1) if back else 1.0
    mean = (back + 0.5) * exposure / of
    if count < _AT_LEAST_TIMES * mean:
        return None
    variance = max(spread, 1.0) * mean * (1 + exposure / of)
    p = negative_binomial_tail(count, mean, variance)
    return (mean, p) if p < rule.alpha else None


def negative_binomial_tail(count: int, mean: float, variance: float) -> float:
    """How often a negative binomial variable of this mean and (larger) variance is `count` or more, `count` lying above the
    mean: the sum of Γ(i + k) / (Γ(k) i!) · (k / (k + m))^k · (m / (k + m))^i from `count` on, k = m² / (v − m) (Johnson,
    Kemp and Kotz, Univariate Discrete Distributions, 3rd ed., 5.1). There each term is smaller than the one before."""
    size = mean * mean / (variance - mean)
    more = mean / (size + mean)
    term = exp(lgamma(count + size) - lgamma(size) - lgamma(count + 1) - size * log1p(mean / size) + count * log(more))
    total, place = term, count
    while term > total * _NEGLIGIBLE:
        term *= (place + size) / (place + 1) * more
        total += term
        place += 1
    return min(total, 1.0)


class _Exposure:
    """How many orders could come back on a day: those of it and of the days before, RETURNED_WITHIN in all."""

    def __init__(self, orders: Mapping[date, int]) -> None:
        self._days = sorted(orders)
        self._sums = [0]
        for day in self._days:
            self._sums.append(self._sums[-1] + orders[day])

    def on(self, day: date) -> int:
        return self._until(day) - self._until(day - timedelta(days=RETURNED_WITHIN))

    def _until(self, day: date) -> int:
        return self._sums[bisect_left(self._days, day + timedelta(days=1))]


def week_of(day: date, week_start: int) -> date:
    """The first day of a day's week; weeks begin on the ISO weekday `week_start`."""
    return day - timedelta(days=(day.isoweekday() - week_start) % 7)
