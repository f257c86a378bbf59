"""The goods behind the records: lines of goods with their variants, and what is sold beside them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from typing import Any

from evals.people.broad.data import Bag, data, filled, ranked
from evals.people.deciding import folded

NO_BRAND = 0.16
"""The share of goods that are the shop's own, or nobody's in particular."""
EXTRAS = {"used": 0.012, "successor": 0.03, "set": 0.02}
"""What a good is followed by: used or refurbished ones (more in trades that say so), a successor, a gift set of it."""
COPIED = 0.4
"""The share of shops in which an app copies goods from the shop to the till and the books."""
SHARED_NUMBER = 0.09
"""The share of lines whose variants bear one number."""


@dataclass(frozen=True, slots=True)
class Shop:
    """`style` is how it numbers its goods; `copied` how a title is written where one system fills the others, "" where each is
    filled by hand; `at` tells it from shops like it."""

    at: int
    currency: str
    tax: int
    sources: dict[str, float]
    style: str
    own_name: str
    copied: str


@dataclass(frozen=True, slots=True)
class Good:
    """`words` is what its line is called, `noun` what it is, `variant` its values on the line's axes; `mark` tells a used
    one, a successor or a set from the good itself. `alone` where its line has no other variant."""

    truth: str
    shop: Shop
    trade: str
    brand: str
    words: str
    noun: str
    noun_elsewhere: str
    variant: tuple[str, ...]
    mark: str
    alone: bool
    cents: int
    sku: str
    supplier_sku: str
    gtin: str
    kind: str = ""

    def meant(self, shown: tuple[str, ...], mark: str) -> str:
        """The name, folded, that a record means which shows these values of the variant and that mark. Many a book is
        called like another one, and seldom is the author shown."""
        return folded(" ".join((self.line, *shown, mark)))

    @property
    def line(self) -> str:
        """What the good and its siblings are called."""
        return self.words if self.trade == "books" else f"{self.words} {self.noun}"

    def known_as(self) -> set[str]:
        """Every name that may stand for it: one that shows less may stand for its siblings too."""
        shown = [some for size in range(len(self.variant) + 1) for some in combinations(self.variant, size)]
        return {self.meant(some, self.mark) for some in shown}


@cache
def _axis(name: str) -> tuple[str, ...]:
    return tuple(one.replace("^", " ") for one in str(data("goods")["axes"][name]).split())


class Catalogue:
    """Makes lines of goods until there are as many goods as asked for."""

    def __init__(self, rng: random.Random, products: int) -> None:
        self._rng = rng
        self._trades: dict[str, dict[str, Any]] = data("goods")["trades"]
        self._trade = Bag({name: trade["weight"] for name, trade in self._trades.items()})
        self._codes: set[str] = set()
        self._prefixes: dict[str, str] = {}
        self._counts: dict[int, int] = {}
        self._shops = [self._shop(at) for at in range(max(3, products // 220))]
        self.goods: list[Good] = []
        while len(self.goods) < products:
            for good in self._line(rng.choice(self._shops)):
                self.goods.append(replace(good, truth=f"g{len(self.goods):06}"))
        del self.goods[products:]

    def _shop(self, at: int) -> Shop:
        rng = self._rng
        found = rng.choices(data("goods")["shops"], [one["weight"] for one in data("goods")["shops"]])[0]
        style = rng.choices(("words", "number", "prefixed", "supplier", "padded"), (32, 18, 24, 16, 10))[0]
        self._counts[at] = rng.choice((100, 1000, 1000, 10000))
        name = f"{rng.choice(('Harbour', 'Corner', 'Market', 'Old Town', 'Hill'))} {rng.choice(('Store', 'Goods', 'Supply'))}"
        copied = rng.choice(("plain", "brand first")) if rng.random() < COPIED else ""
        return Shop(at, found["currency"], found["tax"], found["sources"], style, name, copied)

    def _line(self, shop: Shop) -> Iterator[Good]:
        rng = self._rng
        while self._trades[name := self._trade.draw(rng)].get("only", shop.currency) != shop.currency:
            pass
        trade = self._trades[name]
        noun, elsewhere, axes, prices = rng.choice(trade["goods"]).split("|")
        brand = "" if rng.random() < NO_BRAND and name != "books" else ranked(trade["brands"], 2).draw(rng)
        if name == "books":
            parts = {key: words.split("|") for key, words in data("goods")["book words"].items()}
            words, noun = f"{rng.choice(parts['first'])} {rng.choice(parts['second'])}", rng.choice(parts["family"])
        else:
            names = trade["lines"].split()
            words = rng.choice(names) if rng.random() < (0.9 if brand else 0.55) else ""
            if words and rng.random() < 0.12:
                words = f"{words} {rng.choice(names)}"
                words = words.split()[0] if len(set(words.split())) == 1 else words
        values = list(product(*(_axis(axis) for axis in axes.split(","))))
        count = min(len(values), rng.choices((1, 2, 3, 4, 6, 8), (26, 22, 19, 15, 11, 7))[0])
        fixed = rng.random() < 0.35 and "," in axes
        first = rng.choice(values)
        near = [one for one in values if one[0] == first[0]] if fixed else values
        variants = rng.sample(near, min(count, len(near)))
        coded = rng.random() < trade["coded"] * (1.0 if brand else 0.5)
        short = rng.random() < 0.05
        shared = self._sku(shop, brand, words or noun, noun, ()) if rng.random() < SHARED_NUMBER else ""
        low, high = map(int, prices.split())
        cents = round(rng.uniform(low, high)) * 100 - rng.choice((1, 1, 5, 0, 50))
        for variant in variants:
            price = cents + (rng.randint(0, 4) * 100 if len(axes.split(",")) > 1 else 0)
            good = Good(
                "", shop, name, brand, words, noun, elsewhere, variant, "", len(variants) == 1, price,
                shared or self._sku(shop, brand, words or noun, noun, variant), self._supplier(brand or noun),
                self._gtin(brand, short=short) if coded else "",
            )  # fmt: skip
            yield good
            yield from self._extras(good, trade.get("used", 0))

    def _extras(self, good: Good, used: float) -> Iterator[Good]:
        rng = self._rng
        if rng.random() < (used or EXTRAS["used"] * 0.2):
            mark = rng.choice(("Refurbished", "Used", "B-Stock", "Open Box"))
            sku = f"{good.sku}-{rng.choice(('R', 'REF', 'B', 'U'))}"
            gtin = good.gtin if rng.random() < 0.25 else ""
            yield replace(
                good, mark=mark, cents=round(good.cents * 0.7), sku=sku, gtin=gtin, kind="used or refurbished"
            )
        if rng.random() < EXTRAS["successor"] and good.trade != "books":
            mark = rng.choice(("II", "2.0", "V2", "2025", "New Recipe" if good.trade == "grocery" else "Gen 2"))
            gtin = good.gtin if rng.random() < 0.06 else self._gtin(good.brand, short=False) if good.gtin else ""
            sku = self._sku(good.shop, good.brand, good.words or good.noun, good.noun, (*good.variant, "2"))
            yield replace(good, mark=mark, sku=sku, gtin=gtin, cents=good.cents + 200, kind="successor")
        if rng.random() < EXTRAS["set"] and good.trade != "books":
            mark = rng.choice(("Gift Set", "Bundle", "Set of 2", "Twin Pack", "Set of 4"))
            sku = self._sku(good.shop, good.brand, good.words or good.noun, "Set", good.variant)
            gtin = self._gtin(good.brand, short=False) if good.gtin and rng.random() < 0.5 else ""
            yield replace(good, mark=mark, sku=sku, gtin=gtin, cents=good.cents * 2, kind="set or bundle")

    def _sku(self, shop: Shop, brand: str, words: str, noun: str, variant: tuple[str, ...]) -> str:
        self._counts[shop.at] += self._rng.randint(1, 3)
        number = self._counts[shop.at]
        if shop.style == "number":
            return str(number)
        if shop.style == "padded":
            return f"{number:07}"
        if shop.style == "prefixed":
            return f"{_letters(noun, 2)}-{number:05}"
        if shop.style == "supplier":
            return f"{_letters(brand or noun, 3)}{number}"
        return "-".join((_letters(words, 3), _letters(noun, 3), *(_code(one) for one in variant)))

    def _supplier(self, brand: str) -> str:
        return (
            filled(f"{_letters(brand, 2)}#####", self._rng)
            if self._rng.random() < 0.5
            else filled("####.###", self._rng)
        )

    def _gtin(self, brand: str, *, short: bool) -> str:
        """A barcode of 13 digits, of which those that are a UPC begin with a nought, or of 8."""
        rng = self._rng
        start = rng.choice(("0", "0", "0", "50", "40", "84", "32", "80", "93", "89", "79", "73", "59"))
        prefix = self._prefixes.setdefault(
            brand or f"none {rng.randint(0, 40)}", start + filled("######", rng)[: 8 - len(start)]
        )
        while True:
            body = (
                f"{rng.choice('4598')}{filled('######', rng)}"
                if short
                else prefix + filled("#" * (12 - len(prefix)), rng)
            )
            code = body + check_digit(body)
            if code not in self._codes:
                self._codes.add(code)
                return code


def check_digit(body: str) -> str:
    """By the rule of GS1: the digits from the right count three times and once in turn."""
    return str(-sum(int(one) * (3 - 2 * (at % 2)) for at, one in enumerate(reversed(body))) % 10)


def _letters(text: str, count: int) -> str:
    return folded(text).replace(" ", "").upper()[:count] or "X"


def _code(value: str) -> str:
    return value if len(value) < 3 and value.isalnum() else folded(value.replace(".", "")).replace(" ", "").upper()[:4]
