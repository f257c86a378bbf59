"""Goods of small shops, as the shop, the till, the books and the supplier's list have them."""

import random
from collections import defaultdict

from evals.people.broad.data import data, filled
from evals.people.broad.goods import Catalogue
from evals.people.broad.listing import Lister, Listing
from evals.people.deciding import Trace, decided
from evals.people.records import LabelledProduct


def generate_products(seed: int, products: int) -> list[LabelledProduct]:
    """The records of that many goods. The same for the same arguments."""
    rng = random.Random(f"fresh goods {seed}")
    catalogue, lister = Catalogue(rng, products), Lister(rng)
    listings: list[Listing] = []
    for good in catalogue.goods:
        odds = good.shop.sources
        met = [source for source, chance in odds.items() if rng.random() < chance]
        for source in met or [rng.choices(list(odds), list(odds.values()))[0]]:
            listings.append(lister.write(good, source))
            if rng.random() < data("goods")["systems"][source]["again"]:
                listings.append(lister.write(good, source))
                listings[-1].mess.append("in the system again")
    rng.shuffle(listings)
    known_as = {good.truth: good.known_as() for good in catalogue.goods}
    traces = [Trace(one.good.truth, one.called, one.family, one.facts) for one in listings]
    for trace in traces:
        known_as[trace.truth].add(trace.called)
    can = decided(traces, known_as)
    numbers = _numbers(rng, listings)
    return [
        LabelledProduct(
            source=one.source, source_id=number, title=one.title, sku=one.sku or None, gtin=one.gtin, brand=one.brand,
            category=one.category, price_micros=one.micros, currency=one.good.shop.currency if one.micros else None,
            variant=one.variant, truth=one.good.truth, decidable=decidable, mess=tuple(dict.fromkeys(one.mess)),
        )
        for one, number, decidable in zip(listings, numbers, can, strict=True)
    ]  # fmt: skip


def _numbers(rng: random.Random, listings: list[Listing]) -> list[str]:
    """Numbers in the manner of each system, none of them twice."""
    given: defaultdict[str, set[str]] = defaultdict(set)
    numbers: list[str] = []
    for one in listings:
        pattern: str = data("goods")["systems"][one.source]["id"]
        while (number := filled(pattern if len(pattern) > 5 else "#######", rng)) in given[one.source]:
            pass
        given[one.source].add(number)
        numbers.append(number)
    return numbers
