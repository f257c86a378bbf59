"""Goods and what systems hold of them: the studied data.

A range ("Falkner Ridge running shoe") has one to nine goods, which differ in size, shade, vintage, side, box or state; each
is a truth of its own, a refurbished machine is another good than a new one, and so are the volumes of models that are named
nearly alike. Of the goods 74 % have a barcode and a good is held by 1.8 systems on average. ODDS says how often what goes
wrong: translated words, other units, a supplier's number for the own, codes that each till gives out itself, an ISBN of ten
digits, the carton's barcode.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws, Weighted
from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.records import LabelledProduct
from tools.kit.yaml_text import parse_yaml

ODDS: Final = {
    "maker unsaid": 0.38,
    "model unsaid": 0.05,
    "difference unsaid": 0.05,  # of the goods of a range of several
    "another word": 0.3,  # of each word that has one
    "other order": 0.2,
    "sales talk": 0.07,
    "number in the title": 0.05,
    "shouted": 0.06,
    "letters lost": 0.025,
    "cut off": 0.04,  # at the width of a till's display
    "no number": 0.25,
    "supplier's number": 0.12,
    "number given out by the system": 0.1,  # another good's elsewhere
    "channel behind the number": 0.1,
    "number tidied": 0.2,
    "zero for O": 0.015,
    "number as in a spreadsheet": 0.04,
    "no barcode": 0.3,
    "barcode padded or bared": 0.3,
    "barcode with gaps": 0.04,
    "barcode slipped": 0.012,
    "sibling's barcode": 0.015,
    "barcode of the till": 0.04,
    "carton's barcode": 0.01,
    "ISBN of ten digits": 0.25,  # of the books
}
"""How often each happens to a record that it can happen to."""

_COUNTS = Weighted((1, 2, 3, 4, 5), (38, 32, 18, 9, 3))
_SYSTEMS = Weighted(("shopify", "square", "file", "quickbooks", "xero", "zoho", "hubspot"), (24, 24, 20, 12, 10, 7, 3))
_TALK = ("NEW! {}", "{} - SALE", "{} (special offer)", "{} | free shipping", "*{}*", "{} - best seller")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Aisle(_Strict):
    name: str
    things: tuple[str, ...]
    models: tuple[str, ...]
    axes: tuple[str, ...]
    price: int
    books: bool


class GoodsFile(_Strict):
    makers: tuple[str, ...]
    money: tuple[str, ...]
    axes: dict[str, tuple[str, ...]]
    aisles: tuple[Aisle, ...]
    other: dict[str, tuple[str, ...]]


@dataclass
class _Article:
    truth: str
    maker: str
    model: str
    thing: str
    marks: tuple[str, ...]
    aisle: Aisle
    micros: int
    money: str
    number: str
    suppliers: str
    barcode: str
    """Empty where there is none."""
    kin: "list[_Article]"

    @property
    def range(self) -> str:
        return f"{self.model} {self.thing}"

    def known_as(self) -> frozenset[str]:
        marks = (" ".join(self.marks), "")
        return frozenset(
            folded(f"{maker} {model} {self.thing} {mark}")
            for maker in (self.maker, "")
            for model in (self.model, "")
            for mark in marks
        )


@dataclass
class _Entry:
    system: str
    trace: Trace
    title: str = ""
    variant: str | None = None
    sku: str | None = None
    gtin: str | None = None
    brand: str | None = None
    category: str | None = None
    micros: int | None = None
    mess: list[str] = field(default_factory=list[str])


def generate_products(seed: int, products: int) -> list[LabelledProduct]:
    """The records, in no order, of so many goods: about 1.8 for each. The same for the same arguments on every machine."""
    goods = GoodsFile.model_validate(parse_yaml(Path(__file__).with_name("goods.yaml").read_text("utf-8")))
    articles = list(_articles(Draws(seed, "blind articles"), goods, products))
    desk = _Desk(Draws(seed, "blind entries"), goods)
    written = [(article, entry) for article in articles for entry in desk.entries(article)]
    order = Draws(seed, "blind order")
    written.sort(key=lambda _: order.unit())
    verdicts = decided(
        [entry.trace for _, entry in written], {article.truth: article.known_as() for article in articles}
    )
    return [
        LabelledProduct(
            source=entry.system,
            source_id=f"{at * 13 + 500_000}",
            title=entry.title,
            sku=entry.sku,
            gtin=entry.gtin,
            brand=entry.brand,
            category=entry.category,
            price_micros=entry.micros,
            currency=article.money if entry.micros is not None else None,
            variant=entry.variant,
            truth=article.truth,
            decidable=verdict,
            mess=tuple(entry.mess),
        )
        for at, ((article, entry), verdict) in enumerate(zip(written, verdicts, strict=True))
    ]


def _articles(draws: Draws, goods: GoodsFile, count: int) -> Iterator[_Article]:
    made, ranges = 0, dict[tuple[str, str, str], int]()
    while made < count:
        aisle = draws.one_of(goods.aisles)
        maker, model, thing = draws.one_of(goods.makers), draws.one_of(aisle.models), draws.one_of(aisle.things)
        series = ranges[maker, model, thing] = ranges.get((maker, model, thing), 0) + 1
        if series > 1:
            model = f"{model} {series * 10}"
        kin: list[_Article] = []
        for marks in _marks(draws, goods, aisle)[: count - made]:
            made += 1
            stem = f"{folded(model).replace(' ', '')[:4]}{folded(thing).replace(' ', '')[:2]}".upper()
            kin.append(
                _Article(
                    truth=f"a{draws.whole(0, 10**12):012}",
                    maker=maker,
                    model=model,
                    thing=thing,
                    marks=marks,
                    aisle=aisle,
                    micros=round(aisle.price * draws.between(0.5, 2.5)) * 1_000_000 - draws.one_of((10_000, 50_000, 0)),
                    money=draws.one_of(goods.money),
                    number=f"{maker[:1]}{stem}/{made:05}",
                    suppliers=f"{draws.whole(0, 9_999_999):07}",
                    barcode=_barcode(made, goods.makers.index(maker), aisle) if draws.chance(0.74) else "",
                    kin=kin,
                )
            )
        yield from kin


def _marks(draws: Draws, goods: GoodsFile, aisle: Aisle) -> list[tuple[str, ...]]:
    """What the goods of a range are told by: some values of each axis."""
    marks: list[tuple[str, ...]] = [()]
    for axis in aisle.axes:
        values = draws.sample(goods.axes[axis], min(draws.whole(1, 3), len(goods.axes[axis])))
        marks = [(*mark, value) if value else mark for mark in marks for value in values]
    return marks[: draws.whole(1, 9)]


def _barcode(item: int, maker: int, aisle: Aisle) -> str:
    if aisle.books:
        return _checked(f"9780{item % 100_000_000:08}")
    if maker % 3 == 0:
        return _checked(f"08{maker:02}{item % 10_000_000:07}")
    return _checked(f"{40 + maker}{item % 10_000_000_000:010}")


class _Desk:
    """Who enters goods where."""

    def __init__(self, draws: Draws, goods: GoodsFile) -> None:
        self._draws = draws
        self._goods = goods
        self._given_out: dict[str, int] = {}

    def _so(self, what: str, entry: _Entry) -> bool:
        if self._draws.chance(ODDS[what]):
            entry.mess.append(what)
            return True
        return False

    def entries(self, article: _Article) -> Iterator[_Entry]:
        draws, seen = self._draws, set[str]()
        for _ in range(draws.weighted(_COUNTS)):
            system = draws.weighted(_SYSTEMS)
            if system in seen and (system != "file" or draws.chance(0.6)):
                continue
            entry = _Entry(system, Trace(article.truth, "", ""))
            if system in seen:
                entry.mess.append("again in one system")
            seen.add(system)
            self._title(entry, article)
            if not self._so("no number", entry):
                self._number(entry, article)
            if article.barcode and system not in ("quickbooks", "xero") and not self._so("no barcode", entry):
                self._scan(entry, article)
            if draws.chance(0.8):
                entry.micros = (
                    article.micros
                    if draws.chance(0.6)
                    else round(article.micros * draws.between(0.8, 1.25) / 100_000) * 100_000
                )
            entry.category = article.aisle.name if draws.chance(0.5) else None
            yield entry

    def _title(self, entry: _Entry, article: _Article) -> None:
        draws, trace = self._draws, entry.trace
        maker = "" if self._so("maker unsaid", entry) else article.maker
        model = "" if maker and self._so("model unsaid", entry) else article.model
        marks = () if len(article.kin) > 1 and self._so("difference unsaid", entry) else article.marks
        trace.called, trace.family = folded(f"{maker} {model} {article.thing} {' '.join(marks)}"), article.range
        trace.facts.append(Fact(f"thing {article.thing}", strong=False))
        if maker and draws.chance(0.45):
            entry.brand = maker
            maker = "" if draws.chance(0.6) else maker
        words = [self._word(entry, word) for word in (maker, model, article.thing) if word]
        ends = [self._word(entry, mark) for mark in marks]
        if entry.system in ("shopify", "square") and ends and draws.chance(0.5):
            entry.variant, ends = draws.one_of((" / ", ", ", " ")).join(ends), []
        if self._so("other order", entry):
            words, ends = [*words[::-1], *ends[::-1]], []
        title = " ".join([*words, *ends])
        if self._so("number in the title", entry):
            title = draws.one_of(("[{0}] {1}", "{1} ({0})", "{0} {1}")).format(article.number, title)
            trace.facts.append(Fact(f"number {article.number}", strong=True))
        if self._so("letters lost", entry):
            at = draws.whole(1, len(title) - 2)
            title = title[:at] + title[at + 1 :]
        if self._so("sales talk", entry):
            title = draws.one_of(_TALK).format(title)
        if entry.system == "square" and len(title) > 24 and self._so("cut off", entry):
            title = title[:24]
            trace.called = trace.family = ""
        entry.title = title.upper() if self._so("shouted", entry) else title[0].upper() + title[1:]

    def _word(self, entry: _Entry, word: str) -> str:
        other = self._goods.other.get(word)
        return self._draws.one_of(other) if other and self._so("another word", entry) else word

    def _number(self, entry: _Entry, article: _Article) -> None:
        draws, facts = self._draws, entry.trace.facts
        if self._so("number given out by the system", entry):
            given = self._given_out[entry.system] = self._given_out.get(entry.system, 0) + 1
            entry.sku = f"{given:05}" if draws.chance(0.5) else f"ITEM{given}"
            return
        if self._so("supplier's number", entry):
            entry.sku = (
                article.suppliers
                if not self._so("number as in a spreadsheet", entry)
                else f"{int(article.suppliers)}.0"
            )
            facts.append(Fact(f"supplier {article.maker} {article.suppliers}", strong=True))
            return
        sku = article.number
        if self._so("channel behind the number", entry):
            sku += draws.one_of(("-FBA", "_B2B", "-web", ".2", "/POS", "-DE"))
        if self._so("number tidied", entry):
            sku = draws.one_of(
                (
                    sku.replace("/", "-"),
                    sku.replace("/", ""),
                    sku.lower(),
                    sku.replace("/0", "/"),
                    sku.replace("/", " / "),
                )
            )
        if self._so("zero for O", entry):
            sku = sku.replace("O", "0")
        entry.sku = sku
        facts.append(Fact(f"number {article.number}", strong=True))

    def _scan(self, entry: _Entry, article: _Article) -> None:
        draws, code, facts = self._draws, article.barcode, entry.trace.facts
        if self._so("barcode of the till", entry):
            given = self._given_out["barcode"] = self._given_out.get("barcode", 0) + draws.whole(0, 1)
            entry.gtin = _checked(f"20{given % 5000:010}")
            return
        if self._so("carton's barcode", entry):
            entry.gtin = _checked(f"1{code.zfill(13)[:12]}")
            entry.trace.facts.append(Fact(f"code {code}", strong=False))
            return
        if len(article.kin) > 1 and self._so("sibling's barcode", entry):
            code = draws.one_of(article.kin).barcode or code
        strong = not self._so("barcode slipped", entry)
        shown = code if strong else self._swapped(code)
        if article.aisle.books and strong and self._so("ISBN of ten digits", entry):
            shown = _isbn10(code)
        elif self._so("barcode padded or bared", entry):
            shown = draws.one_of((shown.zfill(14), shown.zfill(13), shown.lstrip("0"), f"'{shown}"))
        elif self._so("barcode with gaps", entry):
            shown = f"{shown[0]} {shown[1:7]} {shown[7:]}"
        entry.gtin = shown
        facts.append(Fact(f"code {code}", strong=strong))

    def _swapped(self, code: str) -> str:
        """Two unlike neighbours the other way round, or another last digit where all are alike."""
        places = [at for at in range(len(code) - 1) if code[at] != code[at + 1]]
        if not places:
            return f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
        at = self._draws.one_of(places)
        return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def _checked(digits: str) -> str:
    """With the check digit of the GS1 General Specifications, 7.9."""
    odd = sum(map(int, digits[::-1][::2]))
    even = sum(map(int, digits[::-1][1::2]))
    return f"{digits}{(10 - (3 * odd + even) % 10) % 10}"


def _isbn10(isbn13: str) -> str:
    """The same book's number before 2007, with its own check digit (ISO 2108)."""
    stem = isbn13[3:12]
    check = sum(place * int(digit) for place, digit in enumerate(stem, 1)) % 11
    return f"{stem}{'X' if check == 10 else check}"
