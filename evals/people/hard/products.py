"""Writes down what there is to be sold, as shops, tills, books and suppliers' lists hold it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from evals.demo.draws import Draws
from evals.people.deciding import Fact, Trace, decided
from evals.people.hard.assortment import Assortment, Good
from evals.people.hard.data import GOODS
from evals.people.hard.slips import misdialled, mistyped
from evals.people.hard.world import plain
from evals.people.records import LabelledProduct

MESS: Final[dict[str, float]] = {
    # titles
    "without brand": 1.0, "words in another order": 0.12, "noun left out": 0.06, "short noun": 0.1, "foreign words": 0.02, "plural": 0.03, "written in capitals": 0.05, "mistyped title": 0.025,
    "value left out": 0.05, "value otherwise": 0.3, "values in title": 1.0, "adorned": 0.05, "category before": 0.04, "retired": 0.035,
    "renamed": 0.5, "title cut off": 0.012, "no accents": 0.35, "pack": 1.0, "edition left out": 0.1, "bundle": 1.0, "number as title": 0.008,
    # numbers
    "mistyped sku": 0.008, "sku with prefix": 0.07, "sku without signs": 0.05, "sku in lower case": 0.03, "sku of the line": 1.0,
    "number by the supplier": 0.7, "mistyped barcode": 0.008, "padded barcode": 0.08, "one barcode for the line": 1.0,
    "barcode of the predecessor": 1.0, "barcode stand-in": 0.01, "scientific": 0.006,
    # the rest
    "another price": 0.2, "wholesale price": 0.45, "another currency": 0.02, "shop as brand": 0.1, "listed twice": 0.04, "nothing": 1.0,
}  # fmt: skip
"""Kind of mess → of which share of the records that can have it they do, before the system's own habits."""
_STORES: Final = GOODS.stores
_LENGTHS: Final = {"xero": 50, "quickbooks": 100}
_PREFIXES: Final = {
    "shopify": "SH-",
    "square": "SQ",
    "quickbooks": "QB-",
    "xero": "X-",
    "zohobooks": "ZB_",
    "stripe": "prod_",
    "file": "W",
}


@dataclass(slots=True)
class _Draft:
    rng: Draws
    source: str
    good: Good
    title: str = ""
    variant: str | None = None
    sku: str | None = None
    gtin: str | None = None
    brand: str | None = None
    mess: list[str] = field(default_factory=list[str])
    shown: dict[str, str] = field(default_factory=dict[str, str])
    marks: tuple[str, ...] = ()
    facts: list[Fact] = field(default_factory=list[Fact])

    def has(self, kind: str, factor: float = 1.0) -> bool:
        if self.rng.unit() >= MESS[kind] * factor:
            return False
        self.mess.append(kind)
        return True

    def fills(self, what: str) -> bool:
        return self.rng.unit() < getattr(_STORES[self.source], what)


def generate_products(seed: int, products: int) -> list[LabelledProduct]:
    """Records of exactly so many goods, in no order; the same for the same arguments."""
    rng = Draws(seed, "unseen products")
    assortment = Assortment(rng, products)
    drafts = sorted((draft for good in assortment.goods for draft in _written(rng, good)), key=lambda _: rng.unit())
    known_as: defaultdict[str, set[str]] = defaultdict(set)
    for good in assortment.goods:
        known_as[good.truth] = {_signature(dict(some), good.marks) for some in _subsets(good.values)}
    for draft in drafts:
        known_as[draft.good.truth].add(_signature(draft.shown, draft.marks))
    traces = [Trace(draft.good.truth, _signature(draft.shown, draft.marks), "goods", draft.facts) for draft in drafts]
    counts: defaultdict[str, int] = defaultdict(int)
    records: list[LabelledProduct] = []
    for draft, known in zip(drafts, decided(traces, known_as), strict=True):
        counts[draft.source] += 1
        records.append(_record(draft, f"{draft.source[:2]}-{counts[draft.source]:06}", known))
    return records


def _written(rng: Draws, good: Good) -> Iterator[_Draft]:
    if not good.words:
        source = rng.one_of(["square", "quickbooks", "stripe", "xero"])
        yield _Draft(rng, source, good, title=rng.one_of(GOODS.nothing), mess=["nothing"])
        return
    held = [source for source, at in _STORES.items() if rng.unit() < at.held]
    for source in held or ["shopify"]:
        draft = _write(_Draft(rng, source, good))
        yield draft
        if draft.has("listed twice"):
            yield _write(_Draft(rng, source, good, mess=["listed twice"]))


def _write(draft: _Draft) -> _Draft:
    _title(draft)
    _sku(draft)
    _barcode(draft)
    if draft.fills("brand"):
        draft.brand = draft.good.brand
        if not draft.good.own and draft.has("shop as brand"):
            draft.brand = draft.rng.one_of(GOODS.shops)
    _facts(draft)
    return draft


def _subsets(values: dict[str, str]) -> Iterator[tuple[tuple[str, str], ...]]:
    for size in range(len(values) + 1):
        yield from combinations(values.items(), size)


def _signature(values: dict[str, str], marks: tuple[str, ...]) -> str:
    """By what somebody would tell a good from its siblings; never empty."""
    return "|".join(["good", *(f"{axis}={values[axis]}" for axis in sorted(values)), *marks])


def _facts(draft: _Draft) -> None:
    """Which line the words name: with the noun and the brand as far as they are shown."""
    good = draft.good
    if "number as title" in draft.mess:
        return
    words = good.renamed if "renamed" in draft.mess else good.words
    lines = [words] if "noun left out" in draft.mess else [words, f"{words}|{good.noun}"]
    branded = draft.brand == good.brand or "without brand" not in draft.mess
    for line in lines:
        draft.facts.append(Fact(f"line {line}", strong=False))
        if branded:
            draft.facts.append(Fact(f"line {line} of {good.brand}", strong=False))


# Titles


def _title(draft: _Draft) -> None:
    rng, good = draft.rng, draft.good
    at = GOODS.trades[good.trade]
    draft.marks = good.marks
    if good.sku and draft.has("number as title", 2.0 if draft.source in ("xero", "quickbooks") else 0.3):
        draft.title, draft.marks = good.sku, ()
        draft.facts.append(Fact(f"sku {good.sku}", strong=True))
        return
    words = good.renamed if good.renamed and draft.has("renamed") else good.words
    parts = [words]
    if good.bundle or not draft.has("noun left out"):
        parts.append(_noun(draft, good.noun, at.nouns[good.noun]))
    if draft.has("words in another order", 3.0 if draft.source == "file" else 1.0):
        parts.reverse()
    if draft.fills("branded"):
        parts.insert(0 if rng.unit() < 0.7 else len(parts), good.brand)
    else:
        draft.mess.append("without brand")
    title = " ".join(parts)
    if draft.has("mistyped title", 2.0 if draft.source in ("square", "quickbooks") else 1.0):
        title = _one_word_mistyped(rng, title)
    draft.title = _finished(draft, _with_marks(draft, _with_values(draft, title)))


def _noun(draft: _Draft, noun: str, ways: list[str]) -> str:
    if noun in GOODS.abroad and draft.has("foreign words", 4.0 if draft.source == "file" else 1.0):
        return draft.rng.one_of(GOODS.abroad[noun])
    if draft.has("short noun", _STORES[draft.source].short):
        return draft.rng.one_of(ways)
    return f"{noun}s" if noun[-1] not in "szx" and draft.has("plural") else noun


def _one_word_mistyped(rng: Draws, title: str) -> str:
    words = title.split(" ")
    at = rng.whole(0, len(words) - 1)
    words[at] = mistyped(rng, words[at], "typed")
    return " ".join(words)


def _with_values(draft: _Draft, title: str) -> str:
    """Puts what tells siblings apart into the variant or the title, or leaves some of it out."""
    rng, good, at = draft.rng, draft.good, _STORES[draft.source]
    values: list[str] = []
    for axis, value in good.values.items():
        if draft.has("value left out", at.dropped):
            continue
        draft.shown[axis] = value
        ways: list[str] = GOODS.axes[axis][value]
        values.append(rng.one_of(ways) if draft.has("value otherwise", min(3.0, at.short + 0.3)) else value)
    if not values:
        draft.variant = (
            {"shopify": "Default Title", "square": "Regular"}.get(draft.source) if rng.unit() < 0.4 else None
        )
        return title
    if rng.unit() < at.variant:
        draft.variant = (" / " if draft.source == "shopify" else rng.one_of([", ", " / ", " "])).join(values)
        return title
    draft.mess.append("values in title")
    if rng.unit() < 0.3:
        values.reverse()
    joined = rng.one_of([" ", " ", ", ", " / "]).join(values)
    return rng.one_of(
        [f"{title} {joined}", f"{title} {joined}", f"{title} - {joined}", f"{title} ({joined})", f"{joined} {title}"]
    )


def _with_marks(draft: _Draft, title: str) -> str:
    rng, good = draft.rng, draft.good
    if good.edition:
        if draft.has("edition left out"):
            draft.marks = tuple(mark for mark in draft.marks if mark != good.edition)
        else:
            title = f"{title} {good.edition}"
    if good.bundle:
        draft.mess.append("bundle")
        title = f"{title} {good.bundle}"
    if good.pack:
        draft.mess.append("pack")
        pack = rng.one_of(GOODS.packs[good.pack])
        title = (
            f"{pack} {title}"
            if rng.unit() < 0.2
            else rng.one_of([f"{title} {pack}", f"{title} ({pack})", f"{title}, {pack}"])
        )
    return title


def _finished(draft: _Draft, title: str) -> str:
    rng, source = draft.rng, draft.source
    if source in ("shopify", "stripe") and draft.has("adorned"):
        title = f"{title} {rng.one_of(GOODS.adornments)}"
    if source in ("quickbooks", "xero", "square") and draft.has("retired"):
        mark = rng.one_of(GOODS.retired)
        title = f"{mark} {title}" if mark == "zz" else f"{title} {mark}"
    if source == "quickbooks" and draft.has("category before", 7.0):
        title = f"{rng.one_of(GOODS.trades[draft.good.trade].category)}:{title}"
    if not title.isascii() and draft.has("no accents"):
        title = plain(title)
    if draft.has("written in capitals", 14.0 if source == "file" else 1.0):
        title = title.upper()
    length = _LENGTHS.get(source, 255)
    if draft.variant and len(title) > 20 and draft.has("title cut off"):
        length = 20
    if len(title) > length:
        draft.mess.append("title cut off")
        _forget(draft)
    return title[:length].strip()


def _forget(draft: _Draft) -> None:
    """What stood at the end of a title is gone with it."""
    draft.marks = ()
    if "values in title" in draft.mess:
        draft.shown.clear()


# Numbers


def _sku(draft: _Draft) -> None:
    rng, good = draft.rng, draft.good
    if not draft.fills("sku"):
        return
    if draft.source == "file" and not good.own and draft.has("number by the supplier"):
        draft.sku = f"{sum(map(ord, good.brand)) % 90 + 10}-{int(good.truth.rpartition('-')[2]) * 7 + 10_013}"
        draft.facts.append(Fact(f"supplier {good.truth}", strong=True))
        return
    if good.shared_sku:
        draft.mess.append("sku of the line")
    sku = good.sku
    if draft.has("mistyped sku"):
        draft.facts.append(Fact(f"sku {sku}", strong=False))
        draft.sku = misdialled(rng, sku) if rng.unit() < 0.6 else mistyped(rng, sku, "typed")
        return
    draft.facts.append(Fact(f"sku {sku}", strong=True))
    if draft.has("sku with prefix"):
        sku = (
            f"{_PREFIXES[draft.source]}{sku}"
            if rng.unit() < 0.75
            else f"{sku}{rng.one_of(['-FBA', '-1', '_old', '-WEB'])}"
        )
    if "-" in sku and draft.has("sku without signs"):
        sku = sku.replace("-", rng.one_of(["", " ", "_", "."]))
    draft.sku = sku.lower() if draft.has("sku in lower case") else sku


def _barcode(draft: _Draft) -> None:
    rng, good = draft.rng, draft.good
    if not draft.fills("gtin"):
        return
    if draft.has("barcode stand-in", 1.0 if good.gtin else 4.0):
        draft.gtin = rng.one_of(GOODS.nobarcodes)
        return
    if not (gtin := good.gtin):
        return
    if good.shared_gtin:
        draft.mess.append(good.shared_gtin)
    if draft.has("mistyped barcode"):
        draft.facts.append(Fact(f"gtin {gtin.zfill(14)}", strong=False))
        draft.gtin = misdialled(rng, gtin)
        return
    if draft.source == "file" and draft.has("scientific", 4.0):
        draft.gtin = f"{gtin[0]}.{gtin[1:6]}E+{len(gtin) - 1}"
        return
    draft.facts.append(Fact(f"gtin {gtin.zfill(14)}", strong=True))
    if draft.has("padded barcode"):
        gtin = gtin.zfill(rng.one_of([13, 14]) if len(gtin) == 12 else 14)
    draft.gtin = gtin


def _record(draft: _Draft, source_id: str, decidable: bool) -> LabelledProduct:
    rng, good = draft.rng, draft.good
    categories = GOODS.trades[good.trade].category if good.trade else []
    price = good.price
    if draft.source == "file" and draft.has("wholesale price"):
        price = price * rng.between(0.48, 0.62)
    elif draft.has("another price"):
        price = price * rng.one_of([0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 0.8]) if rng.unit() < 0.6 else round(price)
    priced = price > 0 and draft.fills("price")
    currency = rng.one_of(["EUR", "GBP"]) if priced and draft.has("another currency") else "USD"
    return LabelledProduct(
        draft.source, source_id, draft.title, draft.sku, draft.gtin, draft.brand,
        rng.one_of(categories) if categories and draft.fills("category") else None,
        round(price * 100) * 10_000 if priced else None, currency if priced else None, draft.variant, good.truth, decidable,
        tuple(dict.fromkeys(draft.mess)),
    )  # fmt: skip
