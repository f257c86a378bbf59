"""Goods as shops, tills, books and price lists hold them: the practice data.

A line ("Northway Organic Earl Grey Tea") has one to eight goods, which differ in size, colour, flavour or number in the pack
and are each a truth of their own. Of the goods 80 % have a barcode and a good is held by 1.7 systems on average. How often
what goes wrong is in RATES; the rates are judgement, as in evals.people.practice.people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws, Weighted
from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.practice.people import Words
from evals.people.records import LabelledProduct
from tools.kit.yaml_text import parse_yaml

RATES: Final = {
    "brand left out": 0.3,
    "abbreviated": 0.12,
    "words turned round": 0.12,
    "capitals": 0.08,
    "title mistyped": 0.02,
    "quality left out": 0.04,
    "difference left out": 0.04,  # "Mug", of the goods of a line of several
    "unit written otherwise": 0.4,  # of the goods with a size or pack
    "SKU left out": 0.2,
    "SKU rewritten": 0.3,
    "SKU of the system's own": 0.12,  # "1042", which is another good elsewhere
    "SKU of the line": 0.03,  # one for all the goods of it
    "barcode left out": 0.35,
    "barcode with other zeros": 0.25,
    "barcode mistyped": 0.01,  # its check digit is wrong then
    "barcode of the line": 0.02,  # one for all the goods of it
    "barcode as a power of ten": 0.01,  # a spreadsheet's "5.01E+12"
    "barcode in the SKU": 0.04,
}
"""How often each happens to a record that it can happen to."""

_RECORDS = Weighted((1, 2, 3, 4), (40, 34, 18, 8))
_SYSTEMS = Weighted(("shopify", "square", "quickbooks", "xero", "zoho", "stripe", "file"), (26, 22, 15, 11, 6, 6, 14))
_WITH_VARIANTS = frozenset({"shopify", "square"})
_WITHOUT_BARCODES = frozenset({"quickbooks", "xero", "stripe"})
_UNITS = {
    "1 kg": ("1kg", "1000g"), "500 g": ("500g", "0.5kg"), "250 g": ("250g", "250gr"), "1 l": ("1L", "1000ml"),
    "500 ml": ("500ml", "0.5 L"), "3-pack": ("pack of 3", "x3", "3pk"), "6-pack": ("pack of 6", "x6", "6 pk"),
    "12-pack": ("pack of 12", "x12", "12pk"), "S": ("Small",), "M": ("Medium",), "L": ("Large",), "XL": ("X-Large",),
}  # fmt: skip
_KEYS_BESIDE = {"a": "s", "e": "r", "i": "o", "o": "p", "r": "t", "t": "y", "n": "m", "l": "k", "s": "d"}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shelf(_Strict):
    category: str
    nouns: Words
    qualities: Words
    differ: tuple[str, ...]
    price: int


class ProductsFile(_Strict):
    brands: Words
    currencies: Words
    axes: dict[str, tuple[str, ...]]
    shelves: tuple[Shelf, ...]
    shorter: dict[str, str]


@dataclass
class _Good:
    truth: str
    brand: str
    quality: str
    noun: str
    differences: tuple[str, ...]
    category: str
    currency: str
    price: int
    sku: str
    gtin: str | None
    line: str
    siblings: "list[_Good]"

    def known_as(self) -> set[str]:
        """Folded titles, with and without what titles leave out."""
        ends = ("", " ".join(self.differences))
        starts = (f"{self.brand} ", "")
        qualities = (f"{self.quality} ", "")
        return {folded(f"{b}{q}{self.noun} {end}") for b in starts for q in qualities for end in ends}


@dataclass
class _Draft:
    system: str
    trace: Trace
    title: str = ""
    sku: str | None = None
    gtin: str | None = None
    brand: str | None = None
    category: str | None = None
    price: int | None = None
    currency: str | None = None
    variant: str | None = None
    mess: list[str] = field(default_factory=list[str])


def generate_products(seed: int, products: int) -> list[LabelledProduct]:
    """The records, in no order, of so many goods: about 1.7 for each. The same for the same arguments on every machine."""
    shop = ProductsFile.model_validate(parse_yaml(Path(__file__).with_name("products.yaml").read_text("utf-8")))
    goods = _Stock(seed, shop).goods(products)
    drafts = _Clerk(seed, shop).drafts(goods)
    verdicts = decided([draft.trace for draft in drafts], {good.truth: good.known_as() for good in goods})
    return [
        LabelledProduct(
            source=draft.system,
            source_id=f"{draft.system[:2]}-{number:07}",
            title=draft.title,
            sku=draft.sku,
            gtin=draft.gtin,
            brand=draft.brand,
            category=draft.category,
            price_micros=draft.price,
            currency=draft.currency,
            variant=draft.variant,
            truth=draft.trace.truth,
            decidable=verdict,
            mess=tuple(draft.mess),
        )
        for number, (draft, verdict) in enumerate(zip(drafts, verdicts, strict=True))
    ]


class _Stock:
    """The goods that there are."""

    def __init__(self, seed: int, shop: ProductsFile) -> None:
        self._draws = Draws(seed, "practice stock")
        self._shop = shop
        self._prefixes = {
            brand: f"{self._draws.whole(10, 79)}{self._draws.whole(0, 99999):05}" for brand in shop.brands
        }
        self._items = 0

    def goods(self, count: int) -> list[_Good]:
        goods: list[_Good] = []
        number = 0
        taken: set[tuple[str, str, str]] = set()
        while len(goods) < count:
            number += 1
            shelf = self._draws.one_of(self._shop.shelves)
            named = tuple(self._draws.one_of(words) for words in (self._shop.brands, shelf.qualities, shelf.nouns))
            brand, quality, noun = named
            while (brand, quality, noun) in taken:
                noun = f"{noun} No. {number}" if "No." not in noun else f"{noun}a"
            taken.add((brand, quality, noun))
            goods += self._line(f"line-{number}", shelf, brand, quality, noun)
        return goods[:count]

    def _line(self, line: str, shelf: Shelf, brand: str, quality: str, noun: str) -> list[_Good]:
        draws = self._draws
        first = draws.sample(self._shop.axes[shelf.differ[0]], draws.whole(1, 3))
        second = draws.sample(self._shop.axes[shelf.differ[1]], draws.whole(1, 3)) if draws.chance(0.4) else [""]
        siblings: list[_Good] = []
        stem = "".join(word[:3] for word in folded(f"{noun} {quality}").split()).upper()
        base, currency = shelf.price * draws.between(0.6, 2.2), draws.one_of(self._shop.currencies)
        for one in first:
            for other in second:
                differences = tuple(value for value in (one, other) if value and value != "single")
                self._items += 1
                tail = "".join(word[:3] for word in folded(" ".join(differences)).upper().split())
                siblings.append(
                    _Good(
                        truth=f"good-{self._items}-{draws.whole(0, 10**9)}",
                        brand=brand,
                        quality=quality,
                        noun=noun,
                        differences=differences,
                        category=shelf.category,
                        currency=currency,
                        price=round(base * _dearer(differences) * 100) * 10_000 - 10_000,
                        sku=f"{stem[:7]}-{tail or 'STD'}-{self._items % 1000:03}",
                        gtin=self._gtin(brand, differences, siblings),
                        line=line,
                        siblings=siblings,
                    )
                )
        return siblings

    def _gtin(self, brand: str, differences: Sequence[str], siblings: Sequence[_Good]) -> str | None:
        """GTIN-13, of American brands GTIN-12, of small packs GTIN-8; the case of six of a sibling has that one's item number
        behind an indicator in a GTIN-14 (GS1 General Specifications, 2.1.7)."""
        draws = self._draws
        if not draws.chance(0.8):
            return None
        if "6-pack" in differences and siblings and (inner := siblings[0].gtin) and draws.chance(0.5):
            return _with_check_digit(f"1{inner.zfill(13)[:12]}")
        if draws.chance(0.04):
            return _with_check_digit(f"4{self._items % 1_000_000:06}")
        prefix = self._prefixes[brand]
        if int(prefix[:2]) < 30:
            return _with_check_digit(f"0{prefix[1:6]}{self._items % 100_000:05}")
        return _with_check_digit(f"{prefix}{self._items % 100_000:05}")


class _Clerk:
    """Writes down what the systems hold."""

    def __init__(self, seed: int, shop: ProductsFile) -> None:
        self._draws = Draws(seed, "practice goods clerk")
        self._shop = shop
        self._numbers: dict[str, int] = {}

    def drafts(self, goods: Sequence[_Good]) -> list[_Draft]:
        drafts = [draft for good in goods for draft in self._of(good)]
        return sorted(drafts, key=lambda _: self._draws.unit())

    def _happens(self, what: str, draft: _Draft) -> bool:
        happens = self._draws.chance(RATES[what])
        if happens:
            draft.mess.append(what)
        return happens

    def _of(self, good: _Good) -> list[_Draft]:
        draws = self._draws
        drafts: list[_Draft] = []
        for system in dict.fromkeys(draws.weighted(_SYSTEMS) for _ in range(draws.weighted(_RECORDS))):
            draft = _Draft(system, Trace(good.truth, "", ""))
            self._name(draft, good)
            self._sku(draft, good)
            if system not in _WITHOUT_BARCODES and good.gtin:
                self._barcode(draft, good, good.gtin)
            if draws.chance(0.85):
                draft.price = (
                    good.price if draws.chance(0.7) else round(good.price * draws.between(0.85, 1.2) / 10_000) * 10_000
                )
                draft.currency = good.currency
            if draws.chance(0.6):
                draft.category = good.category if draws.chance(0.8) else good.category.split(" ")[0].upper()
            drafts.append(draft)
        return drafts

    def _name(self, draft: _Draft, good: _Good) -> None:
        draws = self._draws
        brand = "" if self._happens("brand left out", draft) else good.brand
        quality = "" if self._happens("quality left out", draft) else good.quality
        told = good.differences
        if told and len(good.siblings) > 1 and self._happens("difference left out", draft):
            told = ()
        draft.trace.called = folded(f"{brand} {quality} {good.noun} {' '.join(told)}")
        draft.trace.family = good.line
        draft.trace.facts.append(Fact(f"noun {good.noun}", strong=False))
        differences = [self._written(draft, one) for one in told]
        if brand and draws.chance(0.4):
            draft.brand = brand
            brand = brand if draws.chance(0.5) else ""
        words = [word for word in (brand, quality, good.noun) if word]
        if self._happens("words turned round", draft):
            words = [good.noun, *(word for word in (quality, brand) if word)]
        if self._happens("abbreviated", draft):
            words = [self._shop.shorter.get(word, word) for word in words]
            differences = [self._shop.shorter.get(word, word) for word in differences]
        if differences and draft.system in _WITH_VARIANTS and draws.chance(0.6):
            draft.variant, differences = " / ".join(differences), []
        ends = f" - {', '.join(differences)}" if draws.chance(0.3) else f" {' '.join(differences)}"
        draft.title = " ".join(words) + (ends if differences else "")
        if self._happens("title mistyped", draft):
            draft.title = self._mistyped(draft.title)
        if self._happens("capitals", draft):
            draft.title = draft.title.upper()

    def _written(self, draft: _Draft, difference: str) -> str:
        if difference in _UNITS and self._happens("unit written otherwise", draft):
            return self._draws.one_of(_UNITS[difference])
        return difference.replace(" ", "") if difference[0].isdigit() and self._draws.chance(0.6) else difference

    def _sku(self, draft: _Draft, good: _Good) -> None:
        draws = self._draws
        if self._happens("SKU left out", draft):
            return
        if self._happens("SKU of the system's own", draft):
            number = self._numbers[draft.system] = self._numbers.get(draft.system, 1000) + 1
            draft.sku = str(number)
            return
        if len(good.siblings) > 1 and self._happens("SKU of the line", draft):
            draft.sku = good.sku.split("-")[0]
            draft.trace.facts.append(Fact(f"line {good.line}", strong=False))
            return
        draft.sku = good.sku
        draft.trace.facts.append(Fact(f"sku {good.sku}", strong=True))
        if self._happens("SKU rewritten", draft):
            plain = good.sku.replace("-", "")
            draft.sku = draws.one_of(
                (
                    good.sku.lower(),
                    plain,
                    plain.lower(),
                    good.sku.replace("-", "_"),
                    good.sku.replace("-", " "),
                    f"{draft.system[:2].upper()}-{good.sku}",
                    f"{good.brand[:3].upper()}-{good.sku}",
                    f"{good.sku}-UK",
                )
            )

    def _barcode(self, draft: _Draft, good: _Good, gtin: str) -> None:
        draws = self._draws
        if self._happens("barcode left out", draft):
            return
        if len(good.siblings) > 1 and self._happens("barcode of the line", draft):
            gtin = good.siblings[0].gtin or gtin
        strong, shown = True, gtin
        if self._happens("barcode mistyped", draft):
            at, strong = draws.whole(1, len(gtin) - 1), False
            shown = gtin[:at] + str((int(gtin[at]) + draws.whole(1, 9)) % 10) + gtin[at + 1 :]
        if self._happens("barcode with other zeros", draft):
            shown = draws.one_of((shown.zfill(13), shown.zfill(14), shown.lstrip("0")))
        if self._happens("barcode as a power of ten", draft):
            draft.gtin = f"{int(gtin):.5E}"
            return
        if draft.sku is None and self._happens("barcode in the SKU", draft):
            draft.sku = shown
        else:
            draft.gtin = shown
        draft.trace.facts.append(Fact(f"gtin {gtin}", strong=strong))

    def _mistyped(self, text: str) -> str:
        letters = [at for at, letter in enumerate(text) if letter in _KEYS_BESIDE]
        if not letters:
            return text
        at = self._draws.one_of(letters)
        return text[:at] + (_KEYS_BESIDE[text[at]] if self._draws.chance(0.6) else "") + text[at + 1 :]


def _dearer(differences: Sequence[str]) -> float:
    """How many times as dear a size or pack is as the plainest good."""
    factors = {"3-pack": 2.7, "6-pack": 5.0, "12-pack": 9.5, "1 kg": 6.0, "500 g": 3.4, "250 g": 1.9, "50 g": 0.6}
    factors |= {
        "1 l": 5.0,
        "500 ml": 3.0,
        "250 ml": 1.8,
        "30 ml": 0.6,
        "256 GB": 2.4,
        "128 GB": 1.5,
        "60 cm": 2.2,
        "45 cm": 1.7,
    }
    dearer = 1.0
    for one in differences:
        dearer *= factors.get(one, 1.0)
    return dearer


def _with_check_digit(digits: str) -> str:
    """GS1's modulo 10: from the right, odd places count three times (General Specifications, 7.9)."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"
