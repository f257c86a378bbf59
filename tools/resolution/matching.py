"""Which records of several sources are one sale or one payment. Pure.

A record of a source that repeats (an invoice, a booked payment) is another's where both have the same number or the same
customer, the same amount to the minor unit, and days that lie close; each record is the fellow of one other only, the
nearest in time. The same customer is also who has the same mailbox: the books hold a company of which the processor knows
who paid. What the books hold as one sum for a day is that day's sales where it is their exact sum.
"""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

_SAME_NUMBER_WITHIN: Final = timedelta(days=45)
_SAME_CUSTOMER_WITHIN: Final = timedelta(days=4)
_SAME_AMOUNT_WITHIN: Final = timedelta(days=1, hours=12)
_AT_THE_SAME_MOMENT: Final = timedelta(seconds=1)
_AT_ONCE: Final = timedelta(minutes=15)
_SHORTEST_NUMBER: Final = 3
_FEWEST_SUMMED: Final = 2
_MOST_COMPARED: Final = 300
"""Records of another source, the nearest before one in time, that it is compared with: a till sells the same thing a
thousand times a day."""
_LETTERS: Final = re.compile(r"[^0-9a-z]")


@dataclass(frozen=True, slots=True)
class Record:
    """A sale or a payment as one source tells it. `rank` says whose record counts, the lowest first. Amounts are 10⁻⁶
    units; `amounts` are what it may be compared by: with tax and shipping, and without."""

    id: str
    source: str
    rank: int
    at: datetime
    currency: str
    amounts: tuple[int, ...]
    customer: str | None = None
    mailbox: str | None = None
    number: str | None = None
    day: date | None = None
    """The day in the tenant's time zone, where that of `at` may be another one."""
    goods: tuple[str, ...] = ()
    """What was sold, sorted, where that and the time of day are known: records of two shops are one sale only where both
    are the same."""
    is_for_all: bool = False
    """Whether its customer is nobody in particular: none, or the shop itself in the books."""

    @property
    def short_number(self) -> str:
        found = _LETTERS.sub("", (self.number or "").casefold()).lstrip("0")
        return found if len(found) >= _SHORTEST_NUMBER else ""

    @property
    def local_day(self) -> date:
        return self.day or self.at.date()

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """By what its customer is known."""
        known = ("customer", self.customer), ("mailbox", self.mailbox)
        return tuple((how, who) for how, who in known if who)

    @property
    def is_of_nothing(self) -> bool:
        """Whether it came to nothing, as a sample does: of its like there are too many for more than a number to say which."""
        return not any(self.amounts)


@dataclass(frozen=True, slots=True)
class Match:
    """`repeats` is told once more of what `counts` tells."""

    repeats: str
    counts: str
    why: str


def match(records: Sequence[Record]) -> list[Match]:
    """What repeats something, each once. Records of one source never repeat each other."""
    ordered = sorted(records, key=lambda one: (one.rank, one.at, one.id))
    found: list[Match] = []
    has_fellow: set[tuple[str, str]] = set()
    repeating: set[str] = set()
    for _, _, _, one, two, why in sorted(_pairs(ordered), key=lambda pair: (pair[0], pair[1], pair[2])):
        if one.id in repeating or two.id in repeating:
            continue
        if (one.id, two.source) in has_fellow or (two.id, one.source) in has_fellow:
            continue
        has_fellow |= {(one.id, two.source), (two.id, one.source)}
        repeating.add(two.id)
        found.append(Match(two.id, one.id, why))
    free = [one for one in ordered if one.id not in repeating]
    found += _sums_of_days(free, has_fellow)
    return found


_Pair = tuple[int, timedelta, str, Record, Record, str]


def _pairs(records: Sequence[Record]) -> Iterable[_Pair]:
    """(strength, distance in time, an order to rely on, what counts, what repeats, why)."""
    seen: set[tuple[str, str]] = set()
    for within, block in _blocks(records):
        block.sort(key=lambda one: one.at)
        near: dict[tuple[str, bool], deque[Record]] = defaultdict(lambda: deque(maxlen=_MOST_COMPARED))
        for later in block:
            for (source, _), before in near.items():
                while before and later.at - before[0].at > within:
                    before.popleft()
                for earlier in before if source != later.source else ():
                    one, two = sorted((earlier, later), key=lambda one: (one.rank, one.at, one.id))
                    if (one.id, two.id) in seen or not set(one.amounts) & set(two.amounts):
                        continue
                    seen.add((one.id, two.id))
                    strength, why = _strength(one, two)
                    if strength:
                        yield -strength, later.at - earlier.at, one.id + two.id, one, two, why
            near[later.source, later.is_for_all].append(later)


def _blocks(records: Sequence[Record]) -> Iterable[tuple[timedelta, list[Record]]]:
    """Records that may be one, and how far in time two of them may lie apart: few enough to compare them all."""
    blocks: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    days: dict[tuple[object, ...], list[Record]] = defaultdict(list)
    for one in records:
        if one.short_number:
            blocks[_SAME_NUMBER_WITHIN, one.currency, one.short_number].append(one)
        for amount in set(one.amounts) if not one.is_of_nothing else ():
            for who in one.people:
                blocks[_SAME_CUSTOMER_WITHIN, one.currency, amount, who].append(one)
            if one.goods:
                blocks[_AT_ONCE, one.currency, amount, one.goods].append(one)
            days[_SAME_AMOUNT_WITHIN, one.currency, amount].append(one)
    blocks.update({key: block for key, block in days.items() if any(one.is_for_all for one in block)})
    for key, block in blocks.items():
        if len(block) > 1:
            within = key[0]
            assert isinstance(within, timedelta)  # noqa: S101 - as they were made
            yield within, block


def _strength(one: Record, two: Record) -> tuple[int, str]:
    apart = abs(one.at - two.at)
    numbered = bool(one.short_number) and one.short_number == two.short_number
    if one.rank == two.rank:
        # Two tills may well sell the same at the same time: a customer who buys the same twice in a quarter of an hour, at
        # two of them, does not.
        known = _are_of_one(one, two)
        if numbered and known and apart <= _SAME_NUMBER_WITHIN:
            return 4, "the same number, customer and amount"
        same = (
            one.goods and one.goods == two.goods and (known or (apart <= _AT_THE_SAME_MOMENT and not _differ(one, two)))
        )
        return (3, "the same goods at the same time") if same and apart <= _AT_ONCE else (0, "")
    if numbered and apart <= _SAME_NUMBER_WITHIN:
        return 4, "the same number and amount"
    if one.is_of_nothing:
        return 0, ""
    if _are_of_one(one, two) and apart <= _SAME_CUSTOMER_WITHIN:
        same = one.customer is not None and one.customer == two.customer
        return (3, "the same customer and amount") if same else (2, "the same mailbox and amount")
    if (two.is_for_all or one.is_for_all) and apart <= _SAME_AMOUNT_WITHIN:
        return 1, "the same amount on the same day"
    return 0, ""


def _are_of_one(one: Record, two: Record) -> bool:
    """Whether two records are of one customer."""
    return not set(one.people).isdisjoint(two.people)


def _differ(one: Record, two: Record) -> bool:
    """Whether two records are of two customers."""
    return one.customer is not None and two.customer is not None and not _are_of_one(one, two)


def _sums_of_days(free: Sequence[Record], has_fellow: Set[tuple[str, str]]) -> list[Match]:
    """Books that hold a day's sales as one sum. A second sum of the same day is another sale, and so is one beside records
    of single sales. `has_fellow`: records and the sources that hold another of them."""
    days: dict[tuple[str, date], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for one in free:
        days[one.currency, one.local_day][one.source].append(one)
    sums = {
        (day, source): {sum(one.amounts[0] for one in sold), sum(one.amounts[-1] for one in sold)}
        for day, by_source in days.items()
        for source, sold in by_source.items()
    }
    counting = {id_ for id_, _ in has_fellow}
    summed: set[tuple[date, str, str]] = set()
    found: list[Match] = []
    for two in free:
        if not two.is_for_all or two.id in counting:
            continue
        for source, sold in days[two.currency, two.local_day].items():
            if source == two.source or len(sold) < _FEWEST_SUMMED or sold[0].rank >= two.rank:
                continue
            day = (two.local_day, source, two.source)
            if day in summed or any((one.id, two.source) in has_fellow for one in sold):
                continue
            if sums[(two.currency, two.local_day), source] & set(two.amounts):
                summed.add(day)
                found.append(Match(two.id, sold[0].id, "the sum of the day's sales"))
                break
    return found
