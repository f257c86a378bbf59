"""How a good is called, numbered and priced in one system."""

import random
import re
from dataclasses import dataclass, field

from evals.people.broad import slips
from evals.people.broad.data import data
from evals.people.broad.goods import Good, check_digit
from evals.people.deciding import Fact, folded

MESS = {
    "letter wrong in the title": 0.012, "called otherwise": 0.12, "variant left out": 0.07, "variant shortened": 0.16,
    "shop's name for a brand": 0.06, "mark left out": 0.04, "title in capitals": 0.12, "title cut off": 0.06,
    "number written otherwise": 0.14, "number of its own": 0.10, "number of the supplier": 0.3, "barcode for a number": 0.12,
    "barcode mistyped": 0.012, "barcode of a sibling": 0.006, "barcode of the carton": 0.03, "barcode in another form": 0.3, "barcode spoilt by a spreadsheet": 0.07,
    "reduced": 0.06, "without tax": 0.35, "other price": 0.08, "title misread": 0.03,
}  # fmt: skip
"""How probable each kind of mess is where it is possible; "number of the supplier" in a file, "without tax" in the books."""
BOOKS = {"quickbooks", "xero", "zohobooks"}


@dataclass(slots=True)
class Listing:
    """A record in the making. `called` and `family` are as in Trace."""

    good: Good
    source: str
    title: str = ""
    sku: str | None = None
    gtin: str | None = None
    brand: str | None = None
    category: str | None = None
    micros: int | None = None
    variant: str | None = None
    called: str = ""
    family: str = ""
    facts: list[Fact] = field(default_factory=list[Fact])
    mess: list[str] = field(default_factory=list[str])


class Lister:
    """Writes goods as a system would have them."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._siblings: dict[str, str] = {}

    def write(self, good: Good, source: str) -> Listing:
        rng, system = self._rng, data("goods")["systems"][source]
        out = Listing(good, source, mess=[good.kind] if good.kind else [])
        style = rng.choices(list(system["title"]), list(system["title"].values()))[0]
        copied = bool(good.shop.copied) and source != "file" and rng.random() < 0.8
        if good.brand and rng.random() < system["brand"]:
            out.brand = good.shop.own_name if self._odds("shop's name for a brand", out) else good.brand
        own_field = rng.random() < system["variant"]
        self._name(out, good.shop.copied if copied else style, own_field=own_field, copied=copied)
        if rng.random() < system["sku"]:
            self._number(out, copied=copied)
        if good.gtin and rng.random() < system["gtin"]:
            self._barcode(out)
        self._siblings[f"{good.shop.at} {good.line}"] = good.gtin
        if rng.random() < system["category"]:
            out.category = good.trade.capitalize() if source not in BOOKS else rng.choice(("Sales", "Stock", "Goods"))
        if rng.random() < system["price"]:
            out.micros = self._price(out) * 10_000
        return out

    def _odds(self, kind: str, out: Listing, by: float = 1) -> bool:
        if self._rng.random() >= MESS[kind] * by:
            return False
        out.mess.append(kind)
        return True

    def _name(self, out: Listing, style: str, *, own_field: bool, copied: bool) -> None:
        rng, good = self._rng, out.good
        noun = good.noun
        if good.noun_elsewhere and not copied and self._odds("called otherwise", out):
            noun = good.noun_elsewhere
        mark = "" if good.mark and self._odds("mark left out", out) else good.mark
        shown = good.variant
        if good.alone and rng.random() < 0.35:
            shown = ()
        elif not own_field and not copied and self._odds("variant left out", out, 2 if style == "till" else 1):
            shown = rng.sample(good.variant, len(good.variant) - 1)
        shown = tuple(one for one in good.variant if one in shown)
        title = self._title(good, style, noun, copied=copied)
        title = f"{title} ({mark})" if mark and rng.random() < 0.4 else f"{title} {mark}".strip()
        values = list(shown) if copied else [self._value(one, out) for one in shown]
        if own_field and values:
            out.variant = " / ".join(values)
        elif values:
            joint = " - {}" if copied else rng.choice((" - {}", ", {}", " {}", " ({})"))
            title += joint.format((" / " if copied else rng.choice((" / ", " ", ", "))).join(values))
        out.title = title if copied and out.source not in BOOKS else self._spoilt(out, title, style)
        self._tell(out, style, shown, mark)

    def _tell(self, out: Listing, style: str, shown: tuple[str, ...], mark: str) -> None:
        """What the title says: it is a fact where nothing of it is missing or past reading, and a strong one with the brand."""
        good = out.good
        out.called = good.meant(shown, mark)
        branded = bool(good.brand) and (out.brand == good.brand or style.startswith("brand"))
        complete = shown == good.variant or good.alone
        puzzling = (
            style == "till" or (style == "short" and "called otherwise" in out.mess) or "title cut off" in out.mess
        )
        if not complete or puzzling or not (good.words or branded):
            return
        whole = good.meant(good.variant, mark)
        out.family = folded(good.line)
        out.facts.append(Fact(f"title {whole}", strong=False))
        if branded and style != "short":
            out.facts.append(Fact(f"whole {good.brand} {whole}", strong=True))

    def _title(self, good: Good, style: str, noun: str, *, copied: bool) -> str:
        rng, words = self._rng, good.words
        if good.trade == "books":
            by = "{0}" if copied else rng.choice(("{0}", "{0}", "{0} - {1}", "{0} by {1}", "{1}: {0}"))
            return by.format(words, noun)
        if style == "brand first" and good.brand:
            return f"{good.brand} {words} {noun}".replace("  ", " ")
        if style == "brand last" and good.brand:
            return f"{words} {noun} {rng.choice(('by', '|', '-'))} {good.brand}".strip()
        if style == "turned":
            turned = f"{noun} {words}".strip()
            return f"{good.brand} {turned}".strip() if rng.random() < 0.4 else turned
        if style in {"short", "till"}:
            long = f"{words} {noun}".split()
            return " ".join(shortened(one, 4 if style == "till" else 5) if rng.random() < 0.7 else one for one in long)
        if style == "dressed up":
            return f"{words} {noun} – {rng.choice(data('goods')['descriptions'].split())} Quality".strip()
        return f"{words} {noun}".strip() if copied or rng.random() < 0.93 else f"{noun} {words}".strip()

    def _value(self, value: str, out: Listing) -> str:
        rng = self._rng
        if value[0].isdigit() and rng.random() < 0.4:
            value = value.replace(" ", "")
        other = data("goods")["otherwise"].get(value) or [value.lower()]
        if other == [value] or not self._odds("variant shortened", out):
            return value
        return rng.choice(other)

    def _spoilt(self, out: Listing, title: str, style: str) -> str:
        rng = self._rng
        if style == "till" or (out.source in {"file", "quickbooks"} and self._odds("title in capitals", out, 2)):
            title = title.upper()
        if (out.source in BOOKS or style == "till") and len(title) > 26 and self._odds("title cut off", out, 2):
            title = title[: rng.choice((20, 24, 26))].rstrip(" -,/(")
        if out.source == "file" and slips.has_accents(title) and self._odds("title misread", out):
            title = slips.misread(title)
        if self._odds("letter wrong in the title", out):
            title = slips.typed(title, rng)
        return title

    def _number(self, out: Listing, *, copied: bool) -> None:
        rng, good = self._rng, out.good
        number = good.sku
        if out.source == "file" and self._odds("number of the supplier", out):
            number = good.supplier_sku
        elif good.gtin and out.source in {"square", "shopify"} and self._odds("barcode for a number", out):
            out.sku = good.gtin.removeprefix("0")
            out.facts.append(Fact(f"barcode {good.gtin}", strong=True))
            return
        elif out.source in BOOKS and not copied and self._odds("number of its own", out):
            out.sku = f"{rng.choice(('ITEM', 'P', 'STK', ''))}{rng.randint(1, 2500)}"
            out.facts.append(Fact(f"number {out.sku}", strong=True))
            return
        out.facts.append(Fact(f"like number {plain_number(number)}", strong=False))
        out.sku = number
        strong = True
        if not copied and self._odds("number written otherwise", out):
            ways = {
                number.replace("-", ""): True, number.lower(): True, number.replace("-", " "): True, number.replace("-", "/"): True,
                number.lstrip("0"): True, number.partition("-")[2] or number: False, f"{good.shop.currency[:2]}-{number}": False,
            }  # fmt: skip
            out.sku = rng.choice(list(ways))
            strong = ways[out.sku]
        if strong:
            out.facts.append(Fact(f"number {plain_number(number)}", strong=True))

    def _barcode(self, out: Listing) -> None:
        rng, good = self._rng, out.good
        code = good.gtin
        sibling = self._siblings.get(f"{good.shop.at} {good.line}")
        if sibling and sibling != code and self._odds("barcode of a sibling", out, 2):
            out.gtin = sibling
            out.facts.append(Fact(f"barcode {sibling}", strong=True))
            return
        out.facts.append(Fact(f"like barcode {code}", strong=False))
        if out.source == "file" and len(code) == 13 and self._odds("barcode of the carton", out):
            out.gtin = case_code(code)
            return
        upc = len(code) == 13 and code.startswith("0")
        out.gtin = code[1:] if upc and rng.random() < 0.7 else code
        if self._odds("barcode mistyped", out):
            out.gtin = slips.digits(out.gtin, rng)
            return
        if out.source == "file" and self._odds("barcode spoilt by a spreadsheet", out):
            if rng.random() < 0.4:
                out.gtin = f"{float(code):.5E}"
                return
            out.gtin = code.lstrip("0") if upc else f"'{code}"
        elif len(code) == 13 and self._odds("barcode in another form", out, 0.5):
            out.gtin = rng.choice((f"0{code}", code, f"{code[0]} {code[1:7]} {code[7:]}", code.zfill(14)))
        out.facts.append(Fact(f"barcode {code}", strong=True))

    def _price(self, out: Listing) -> int:
        rng, good = self._rng, out.good
        cents: float = good.cents * (30 if good.shop.currency == "INR" else 1)
        if out.source in BOOKS and good.shop.tax and self._odds("without tax", out):
            cents /= 1 + good.shop.tax / 100
        elif out.source == "file" and rng.random() < 0.55:
            cents *= rng.uniform(0.42, 0.62)
        elif self._odds("reduced", out):
            cents *= rng.choice((0.8, 0.85, 0.7, 0.9))
        elif self._odds("other price", out):
            cents *= rng.uniform(0.9, 1.15)
        return max(1, round(cents))


def shortened(word: str, length: int) -> str:
    """ "Plt" for "Plate": without vowels after the first letter, and no longer than `length`."""
    if len(word) <= length:
        return word
    return (word[0] + re.sub(r"[aeiouäöüéèíó]", "", word[1:]))[:length]


def plain_number(number: str) -> str:
    """As it is compared: without signs, case and leading noughts."""
    return re.sub(r"[^A-Z0-9]", "", number.upper()).lstrip("0")


def case_code(code: str) -> str:
    """The barcode of a carton of the good, of 14 digits."""
    body = f"1{code[:-1]}"
    return body + check_digit(body)
