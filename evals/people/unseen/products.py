"""Goods as a shop, the till, the books and the supplier's list have them."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.records import LabelledProduct
from evals.people.unseen.data import data, filled, slipped
from evals.people.unseen.goods import Catalogue, Good, with_check

MESS = {
    "noun of another": 0.14, "name of before": 0.3, "value shortened": 0.3, "value dropped": 0.06, "brand dropped": 0.3, "mark dropped": 0.06,
    "mark in other words": 0.4, "finger slipped in the title": 0.02, "all capitals": 0.1, "till's short title": 0.12, "words of the seller": 0.06,
    "supplier's number": 0.3, "number without signs": 0.14, "finger slipped in the number": 0.01, "barcode as the number": 0.08,
    "made-up number": 0.1, "barcode of another": 0.008, "barcode with a wrong digit": 0.012, "carton's barcode": 0.03,
    "nought before the barcode": 0.2, "price of the sale": 0.08, "price without tax": 0.3, "price of before": 0.1,
}  # fmt: skip
"""How probable each kind of mess is where it is possible: the supplier's number in a file, the tax in the books."""
BOOKS = {"quickbooks", "xero"}


@dataclass(slots=True)
class Listing:
    """A record in the making. `called`, `family` and `facts` are as in Trace."""

    good: Good
    source: str
    title: str = ""
    variant: str | None = None
    sku: str | None = None
    gtin: str | None = None
    cents: int | None = None
    brand: str | None = None
    category: str | None = None
    called: str = ""
    family: str = ""
    facts: list[Fact] = field(default_factory=list[Fact])
    mess: list[str] = field(default_factory=list[str])


def generate_products(seed: int, products: int) -> list[LabelledProduct]:
    """The records of that many goods. The same for the same arguments."""
    rng = random.Random(f"fifth goods {seed}")
    catalogue = Catalogue(rng, products)
    listings = list(_Lister(rng).all(catalogue.goods))
    rng.shuffle(listings)
    known_as = {good.truth: good.known_as() for good in catalogue.goods}
    can = decided([Trace(one.good.truth, one.called, one.family, one.facts) for one in listings], known_as)
    return [_record(*each) for each in zip(listings, _numbers(rng, listings), can, strict=True)]


class _Lister:
    """Writes goods down in the systems of their shop."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._before: dict[str, str] = {}

    def all(self, goods: list[Good]) -> Iterator[Listing]:
        rng, systems = self._rng, data("goods")["systems"]
        for good in goods:
            met = [name for name in good.shop.systems if rng.random() < systems[name]["in"]]
            for source in met or [rng.choice(good.shop.systems)]:
                yield self._write(good, source)
                if rng.random() < systems[source]["again"]:
                    yield self._write(good, source)
            if good.gtin:
                self._before[f"{good.shop.at}"] = good.gtin

    def _write(self, good: Good, source: str) -> Listing:
        rng, system = self._rng, data("goods")["systems"][source]
        out = Listing(good, source, mess=[good.kind] if good.kind else [])
        self._name(out, own_field=rng.random() < system["variant"])
        if rng.random() < system["sku"]:
            self._number(out)
        if good.gtin and rng.random() < system["gtin"]:
            out.gtin = self._barcode(out, good.gtin)
        if rng.random() < system["brand"]:
            out.brand = good.brand if rng.random() < 0.9 else good.shop.name
        if rng.random() < system["category"]:
            out.category = (
                good.trade.capitalize() if source not in BOOKS else rng.choice(("Inventory", "200 - Sales", "Retail"))
            )
        if rng.random() < system["price"]:
            out.cents = self._price(out)
        return out

    def _odds(self, kind: str, out: Listing, by: float = 1) -> bool:
        if self._rng.random() >= MESS[kind] * by:
            return False
        out.mess.append(kind)
        return True

    def _name(self, out: Listing, *, own_field: bool) -> None:
        rng, good = self._rng, out.good
        pattern, sign = good.shop.styles if out.source != "file" else ("B M N", ", ")
        model = good.former if good.former and self._odds("name of before", out) else good.model
        noun = good.nouns[0]
        if len(good.nouns) > 1 and self._odds("noun of another", out, by=2 if out.source == "file" else 1):
            noun = rng.choice(good.nouns[1:])
        if "B" in pattern and self._odds("brand dropped", out, by=2 if out.source in BOOKS else 0.8):
            pattern = pattern.replace(" by B", "").replace("B ", "")
        shown = len(good.values)
        if shown and not own_field and self._odds("value dropped", out):
            shown -= 1
        values = [self._value(out, ways) for ways in good.values[:shown]]
        mark = ""
        if good.mark and not self._odds("mark dropped", out):
            mark = rng.choice(good.mark) if self._odds("mark in other words", out) else good.mark[0]
        title = " ".join({"B": good.brand, "M": model, "N": noun}.get(one, one) for one in pattern.split())
        if mark:
            title += f" {mark}" if rng.random() < 0.6 else f" ({mark})"
        if own_field:
            out.variant = " / ".join(values) or ("Default Title" if out.source == "shopify" else "Regular")
        elif values:
            title += sign + sign.join(values) if rng.random() < 0.7 else f" ({', '.join(values)})"
        out.called = good.called(model, brand="B" in pattern, values=shown, mark=bool(mark))
        out.family = folded(model)
        out.facts.append(Fact("goods of that name", strong=False))
        out.title = self._typed(out, title)

    def _typed(self, out: Listing, title: str) -> str:
        rng = self._rng
        if self._odds("finger slipped in the title", out):
            title = slipped(title, rng)
        if out.source in {"square", *BOOKS} and self._odds("till's short title", out):
            title = " ".join(
                word if len(word) < 6 or any(map(str.isdigit, word)) else word[: rng.randint(3, 4)]
                for word in title.split(" ")
            )
        if out.source in {"shopify", "woocommerce"} and self._odds("words of the seller", out):
            title += rng.choice((" - NEW!", " | Free shipping", " (bestseller)", " *last few*", " – perfect gift"))
        return (
            title.upper() if self._odds("all capitals", out, by=2 if out.source in {"file", *BOOKS} else 0.4) else title
        )

    def _value(self, out: Listing, ways: list[str]) -> str:
        by = {"square": 1.4, "xero": 1.2, "quickbooks": 1.2, "file": 1.0}.get(out.source, 0.3)
        return self._rng.choice(ways[1:]) if len(ways) > 1 and self._odds("value shortened", out, by=by) else ways[0]

    def _number(self, out: Listing) -> None:
        rng, good = self._rng, out.good
        if out.source == "file" and good.supplier != good.sku and self._odds("supplier's number", out):
            out.sku = good.supplier
            out.facts.append(Fact(f"number {good.supplier}", strong=True))
            return
        if good.gtin and self._odds("barcode as the number", out):
            out.sku = good.gtin
            out.facts.append(Fact(f"gtin {good.gtin}", strong=True))
            return
        if self._odds("made-up number", out, by=2 if out.source == "square" else 0.7):
            out.sku = str(rng.randrange(1, 400)) if rng.random() < 0.5 else filled("@@##", rng)
            return
        out.sku = good.sku
        if self._odds("finger slipped in the number", out):
            out.sku = slipped(good.sku, rng)
            return
        if self._odds("number without signs", out):
            out.sku = rng.choice(
                (good.sku.replace("-", ""), good.sku.lower(), good.sku.replace("-", " "), good.sku.replace("-", "_"))
            )
        out.facts.append(Fact(f"number {good.sku}", strong=True))

    def _barcode(self, out: Listing, code: str) -> str:
        rng = self._rng
        other = self._before.get(f"{out.good.shop.at}")
        if other and self._odds("barcode of another", out):
            return other
        if self._odds("barcode with a wrong digit", out):
            at = rng.randrange(len(code))
            return code[:at] + str((int(code[at]) + rng.randint(1, 9)) % 10) + code[at + 1 :]
        if len(code) == 13 and out.source == "file" and self._odds("carton's barcode", out, by=3):
            return with_check(f"1{code[:12]}")
        out.facts.append(Fact(f"gtin {code}", strong=True))
        if len(code) == 12 and self._odds("nought before the barcode", out):
            return f"0{code}"
        return code

    def _price(self, out: Listing) -> int:
        cents = out.good.cents
        if out.source in BOOKS and self._odds("price without tax", out):
            return round(cents / 1.2)
        if self._odds("price of the sale", out):
            return round(cents * self._rng.choice((0.5, 0.7, 0.8, 0.85)))
        if self._odds("price of before", out):
            return round(cents * self._rng.uniform(0.88, 0.98))
        return round(cents * 0.55) if out.source == "file" and self._rng.random() < 0.3 else cents


def _numbers(rng: random.Random, listings: list[Listing]) -> Iterator[str]:
    """Numbers in the manner of each system, none of them twice."""
    given: defaultdict[str, set[str]] = defaultdict(set)
    for one in listings:
        pattern: str = data("goods")["systems"][one.source]["id"]
        while (number := filled(pattern, rng)) in given[one.source]:
            pass
        given[one.source].add(number)
        yield number


def _record(one: Listing, number: str, decidable: bool) -> LabelledProduct:
    return LabelledProduct(
        source=one.source, source_id=number, title=one.title, sku=one.sku, gtin=one.gtin, brand=one.brand, category=one.category,
        price_micros=one.cents * 10_000 if one.cents else None, currency=one.good.shop.currency if one.cents else None,
        variant=one.variant, truth=one.good.truth, decidable=decidable, mess=tuple(dict.fromkeys(one.mess)),
    )  # fmt: skip
