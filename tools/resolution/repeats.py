"""What another source repeats in another shape: a processor's payout as a deposit in the books, a shop's refund as a credit
note that names no sale, an invoice of a sale that is told of twice, a supplier's bill in two books. Pure."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from storage.repositories.sales import StoredSale
from tools.resolution.company_names import company_name
from tools.resolution.matching import Record, match

_BOOKED_BEFORE: Final = timedelta(days=1)
"""The books' day may be that of another time zone."""
_ARRIVES_WITHIN: Final = timedelta(days=10)
"""How long a payout may be on its way to the bank, and lie there until somebody books it."""
_OTHER: Final = "other"
_BILL: Final = "bill"
_NUMBERED_WITHIN: Final = timedelta(days=45)
"""How far apart two books may date a bill of one number: on its own day, or on that of its entry."""
_PAID_WITHIN: Final = timedelta(days=4)
"""How long a payment may take from the day that one book notes to that of the other."""
_NUMBER: Final = re.compile(r"(?=.*\d)\S+(?: \S+)?")
"""What stands for a bill may be its number, or a remark."""

Rank = Callable[[StoredSale], int]
"""Whose word counts, the lowest first."""


def deposited(payouts: Sequence[StoredSale], lines: Iterable[StoredSale], rank: Rank) -> dict[str, str]:
    """Line of a deposit → the payout of a processor that it brought to the bank. All lines of a paper together are the payout
    (what was sold, and below it what the processor kept): those that would count as new money are its, and what was only
    moved counts nowhere. Each payout is brought to the bank once, by the paper nearest in days."""
    sent: dict[tuple[str, int], list[StoredSale]] = defaultdict(list)
    for one in payouts:
        if not one.is_out:
            sent[one.currency, -one.amounts[0]].append(one)
    pairs: list[tuple[timedelta, str, StoredSale, list[StoredSale]]] = []
    for paper in _papers(lines):
        first = paper[0]
        for one in sent.get((first.currency, sum(line.amounts[0] for line in paper)), ()):
            after = first.on - one.on
            if rank(one) < rank(first) and -_BOOKED_BEFORE <= after <= _ARRIVES_WITHIN:
                pairs.append((abs(after), one.id + first.id, one, paper))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, payout, paper in sorted(pairs, key=lambda pair: pair[:2]):
        if payout.id not in taken and paper[0].id not in taken:
            taken |= {payout.id, paper[0].id}
            found.update({line.id: payout.id for line in paper if line.kind == _OTHER})
    return found


def _papers(lines: Iterable[StoredSale]) -> Iterable[list[StoredSale]]:
    """Lines by the record of their source, each in one currency."""
    papers: dict[tuple[str | None, str | None, str], list[StoredSale]] = defaultdict(list)
    for line in lines:
        if not line.is_out:
            papers[line.connector_id, line.paper, line.currency].append(line)
    return papers.values()


def taken_back(
    notes: Sequence[StoredSale], refunds: Sequence[StoredSale], as_record: Callable[[StoredSale], Record]
) -> dict[str, str]:
    """Credit note that hangs on no sale → the order of another source whose refund it repeats. `refunds` are what was given
    back of an order in a day, by the order's id."""
    orders = {f"{one.id}|{one.on}": one for one in refunds if not one.is_out}
    records = [replace(as_record(one), id=id_) for id_, one in orders.items()]
    wanted = {one.id for one in notes}
    found = match([*records, *(as_record(_unsigned(one)) for one in notes if not one.is_out)])
    return {one.repeats: orders[one.counts].id for one in found if one.repeats in wanted and one.counts in orders}


def _unsigned(note: StoredSale) -> StoredSale:
    """A credit note counts below zero, a refund above."""
    return replace(note, amounts=tuple(-one for one in note.amounts))


def invoiced_twice(invoices: Sequence[StoredSale], twins: Mapping[str, str], rank: Rank) -> dict[str, str]:
    """Invoice → that of another source for the same sale, which counts. `twins`: order → the order that is counted for it."""
    by_sale: dict[str, list[StoredSale]] = defaultdict(list)
    for one in invoices:
        if one.order_id is not None and not one.is_out:
            by_sale[twins.get(one.order_id, one.order_id)].append(one)
    found: dict[str, str] = {}
    for same in by_sale.values():
        first = min(same, key=lambda one: (rank(one), one.at, one.id))
        found.update({one.id: first.id for one in same if one.connector_id != first.connector_id})
    return found


def billed_twice(papers: Sequence[StoredSale], rank: Rank) -> dict[str, str]:
    """Bill, or payment of one, → that of another source for the same, which counts: of one supplier and sum, and of one number
    or, where not both have one, of one day (a payment: some days apart). Each is that of one other only in a source, and of
    those the nearest in time; a bill that stands twice in one source is two bills."""
    alike: dict[tuple[str | None, str, int, str], list[StoredSale]] = defaultdict(list)
    for one in papers:
        supplier = company_name(one.counterparty)
        if supplier and not one.is_out:
            alike[one.kind, one.currency, one.amounts[0], supplier].append(one)
    pairs: list[tuple[bool, timedelta, str, StoredSale, StoredSale]] = []

    def standing(one: StoredSale) -> tuple[int, str, date, str]:
        # Books are of one rank mostly: it is those that were connected first whose word counts, for every bill.
        return rank(one), one.connector_id or "", one.on, one.id

    for same in alike.values():
        if len({one.connector_id for one in same}) > 1:
            for early, late in _near(sorted(same, key=lambda one: one.on)):
                one, two = sorted((early, late), key=standing)
                pairs.append((not _number(one), abs(one.on - two.on), one.id + two.id, one, two))
    found: dict[str, str] = {}
    has_fellow: set[tuple[str, str | None]] = set()
    for _, _, _, one, two in sorted(pairs, key=lambda pair: pair[:3]):
        fellows = {(one.id, two.connector_id), (two.id, one.connector_id)}
        if one.id not in found and two.id not in found and not fellows & has_fellow:
            has_fellow |= fellows
            found[two.id] = one.id
    return found


def _near(by_day: Sequence[StoredSale]) -> Iterator[tuple[StoredSale, StoredSale]]:
    """Pairs of two sources that may be one. A fee of always the same sum is looked at beside those of its own weeks only."""
    for place, one in enumerate(by_day):
        within = _NUMBERED_WITHIN if one.kind == _BILL else _PAID_WITHIN
        for two in islice(by_day, place + 1, None):
            if two.on - one.on > within:
                break
            if one.connector_id != two.connector_id and _may_be_one(one, two):
                yield one, two


def _may_be_one(one: StoredSale, two: StoredSale) -> bool:
    apart = abs(one.on - two.on)
    if one.kind != _BILL:
        return apart <= _PAID_WITHIN
    if _number(one) and _number(two):
        return _number(one) == _number(two) and apart <= _NUMBERED_WITHIN
    return not apart


def _number(bill: StoredSale) -> str:
    return _written(bill.description) if bill.kind == _BILL and bill.description else ""


@lru_cache(maxsize=65_536)
def _written(description: str) -> str:
    said = description.strip()
    return re.sub(r"[\W_]", "", said.casefold()).lstrip("0") if _NUMBER.fullmatch(said) else ""
