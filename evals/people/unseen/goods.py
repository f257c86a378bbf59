"""What goods there are: lines of several brands with their variants, packs, sets and successors, of several shops."""

import random
from dataclasses import dataclass, replace
from typing import Any

from evals.people.deciding import folded
from evals.people.unseen.data import data, early, filled, weighted

KINDS = ("pack", "reconditioned", "set of two", "successor", "another season")


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sells it; `systems` are what the shop has."""

    at: int
    name: str
    currency: str
    systems: tuple[str, ...]
    styles: tuple[str, str]


@dataclass(slots=True)
class Good:
    """One good as it is bought. `values` are ways of writing each of its variant's values, `mark` what else tells it from its
    twin ("refurbished", "3 pack")."""

    truth: str
    shop: Shop
    trade: str
    brand: str
    model: str
    nouns: list[str]
    values: list[list[str]]
    mark: list[str]
    kind: str
    sku: str
    supplier: str
    gtin: str | None
    cents: int
    former: str = ""

    def called(self, model: str, *, brand: bool, values: int, mark: bool) -> str:
        """The folded name of which these parts are said; of `values` the first so many."""
        told = [value[0] for value in self.values[:values]] + (self.mark[:1] if mark else [])
        return folded(" ".join([self.brand if brand else "", model, self.nouns[0], *told]))

    def known_as(self) -> set[str]:
        return {
            self.called(model, brand=brand, values=values, mark=mark)
            for model in (self.model, self.former) if model
            for brand in (True, False) for values in range(len(self.values) + 1) for mark in (True, False)
        }  # fmt: skip


class Catalogue:
    """`products` goods."""

    def __init__(self, rng: random.Random, products: int) -> None:
        self._rng = rng
        self._lines: set[tuple[str, str, str]] = set()
        self._prefixes: dict[str, str] = {}
        self.goods: list[Good] = []
        shops = [self._shop(at) for at in range(max(1, products // 400))]
        trades: dict[str, dict[str, Any]] = data("goods")["trades"]
        stock = [
            (shop, weighted(rng, {name: trade["share"] for name, trade in trades.items()}))
            for shop in shops
            for _ in "abc"
        ]
        while len(self.goods) < products:
            shop, trade = rng.choice(stock)
            self._line(shop, trade, trades[trade])
        del self.goods[products:]

    def _shop(self, at: int) -> Shop:
        rng, words = self._rng, data("goods")
        currency = weighted(rng, words["currencies"])
        systems = ["square", "file", rng.choice(("quickbooks", "xero")) if currency in {"USD", "EUR"} else "xero"]
        systems.append("woocommerce" if rng.random() < 0.2 else "shopify")
        styles = rng.choice(("B M N", "M N", "N M", "M N by B", "B M N")), rng.choice((" - ", " / ", ", ", " ", " | "))
        return Shop(at, rng.choice(words["own"]), currency, tuple(sorted(systems)), styles)

    def _line(self, shop: Shop, name: str, trade: dict[str, Any]) -> None:
        """One line with some of the variants that there might be, and what is derived from them."""
        rng = self._rng
        brand = (
            early(rng, trade["brands"].split()).replace("-", " ").replace("&", " & ")
            if rng.random() < 0.85
            else shop.name
        )
        model = rng.choice(trade["models"].split()).replace("-", " ")
        nouns = rng.choice(trade["nouns"]).split("/")
        while (brand, model, nouns[0]) in self._lines:
            model += f" {rng.randint(2, 90)}"
        self._lines.add((brand, model, nouns[0]))
        axes = [[value.split("/") for value in axis] for axis in trade["axes"]]
        first = rng.sample(axes[0], rng.randint(1, len(axes[0])))
        second = rng.sample(axes[1], rng.randint(1, len(axes[1]))) if rng.random() < 0.6 else []
        combos = [[one, other] for one in first for other in second] if second else [[one] for one in first]
        if len(combos) == 1 and rng.random() < 0.5:
            combos = [[]]
        has_codes = rng.random() < trade["gtin"] and brand != shop.name
        line_code = self._gtin(brand) if has_codes and rng.random() < 0.06 else None
        base = int(rng.uniform(*trade["price"]) * rng.uniform(0.5, 1)) * 100 + rng.choice((0, 50, 95, 99))
        stem = self._stem(trade["shape"], brand, model)
        former = rng.choice(trade["models"].split()).replace("-", " ") if rng.random() < 0.04 else ""
        running = rng.randrange(100, 900)
        twins: list[Good] = []
        for at, values in enumerate(combos):
            code = line_code or (self._gtin(brand) if has_codes else None)
            sku = self._sku(stem, values, running + at)
            supplier = f"{folded(brand)[:2].upper()}{rng.randrange(10000, 99999)}" if rng.random() < 0.5 else sku
            step = rng.choice((0, 0, 100, 250)) * at
            twin = Good(
                self._truth(), shop, name, brand, model, nouns, values, [], "", sku, supplier, code, base + step, former
            )
            self.goods.append(twin)
            twins.append(twin)
        for twin in twins:
            if rng.random() < 0.09:
                self._derive(twin, stem, has_codes=has_codes)

    def _derive(self, twin: Good, stem: str, *, has_codes: bool) -> None:
        """A pack, a second-hand one, a set, a successor or another season of a good."""
        rng = self._rng
        kind = weighted(rng, dict(zip(KINDS, (5, 3, 2, 3, 3), strict=True)))
        count = rng.choice((2, 3, 4, 6, 12))
        mark = {
            "pack": [f"{count} pack", f"pack of {count}", f"x{count}", f"{count}er Pack"],
            "reconditioned": ["refurbished", "refurb", "B-Ware", "used - very good"],
            "set of two": [f"+ {rng.choice(('pouch', 'cleaning kit', 'gift box', 'spare set'))}"] * 2,
            "successor": ["II", "v2", "Mk2", "Gen 2"],
            "another season": [f"SS{rng.choice((23, 24, 25))}", "summer edition"],
        }[kind]
        share = {"pack": count * 0.9, "reconditioned": 0.7, "set of two": 1.2}.get(kind, 1.05)
        tail = {
            "pack": f"-{count}",
            "reconditioned": "-R",
            "set of two": "-SET",
            "successor": "-2",
            "another season": "S",
        }[kind]
        sku = twin.sku if rng.random() < 0.12 else f"{twin.sku}{tail}"
        code = None
        if has_codes and kind != "set of two":
            code = twin.gtin if kind == "reconditioned" and rng.random() < 0.6 else self._gtin(twin.brand)
        self.goods.append(replace(
            twin, truth=self._truth(), mark=mark, kind=kind, sku=sku, supplier=f"{stem}{tail}{twin.supplier[-3:]}", gtin=code,
            cents=int(twin.cents * share), former="",
        ))  # fmt: skip

    def _truth(self) -> str:
        return f"g{len(self.goods):06}"

    def _stem(self, shape: str, brand: str, model: str) -> str:
        short = "".join(word[:3] for word in folded(model).split())[:4].upper()
        return filled(shape.replace("B", folded(brand)[:2].upper()).replace("M", short), self._rng)

    def _sku(self, stem: str, values: list[list[str]], running: int) -> str:
        """Told by the variant's letters, or, as spare parts are, by a running number."""
        if "V" not in stem:
            return f"{stem}{running}"
        shorts = [value[0] if len(value[0]) < 3 else value[min(1, len(value) - 1)] for value in values]
        told = [folded(short).replace(" ", "").upper()[:5] for short in shorts]
        parts = "-".join(told) or "STD"
        return f"{stem.replace('-V', '').replace('V', '')}-{parts}"

    def _gtin(self, brand: str) -> str:
        """A barcode under the brand's prefix: mostly of 13 digits, at times of 12 or 8."""
        rng = self._rng
        length = weighted(rng, {13: 70, 12: 25, 8: 5})
        prefix = self._prefixes.setdefault(
            f"{brand} {length}", filled(rng.choice(("40#####", "50#####", "84#####")), rng)
        )
        body = prefix if length == 13 else f"{rng.choice('678')}{prefix[2:]}"
        return with_check((body + filled("#" * 12, rng))[: length - 1] if length > 8 else filled("4######", rng))


def with_check(body: str) -> str:
    """`body` with the check digit of GS1 behind it."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"
