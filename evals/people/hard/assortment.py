"""What there is to be sold: lines of goods with their siblings, packs, successors and bundles. Nothing is written down yet."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

from evals.demo.draws import Draws, Weighted
from evals.people.hard.data import GOODS, Trade
from evals.people.hard.world import plain

_AXES: Final[dict[str, dict[str, list[str]]]] = GOODS.axes
_MIXED: Final = 0.11
"""Share of lines that are also sold by the pack."""
_FOLLOWED: Final = 0.08
"""Share of lines one of whose goods has a successor."""
_BUNDLED: Final = 0.06
_NOTHING: Final = 0.035


@dataclass(frozen=True, slots=True)
class Good:
    """One good as it is bought. `values` are what tells it from its siblings, by axis."""

    truth: str
    trade: str
    brand: str
    own: bool
    """Whether the shop makes or labels it itself."""
    words: str
    noun: str
    values: dict[str, str] = field(default_factory=dict[str, str])
    pack: str = ""
    edition: str = ""
    bundle: str = ""
    sku: str = ""
    shared_sku: bool = False
    gtin: str = ""
    shared_gtin: str = ""
    """What "one barcode for the line" or "barcode of the predecessor" calls it where others bear the barcode too."""
    price: float = 0.0
    renamed: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """What it has beyond its values: number in the pack, edition, bundle."""
        return tuple(mark for mark in (self.pack and f"pack {self.pack}", self.edition, self.bundle) if mark)


class Assortment:
    """Exactly so many goods as asked for; a few of them stand for nothing that is sold."""

    def __init__(self, rng: Draws, count: int) -> None:
        self._rng = rng
        self._trades = Weighted(list(GOODS.trades), [at.share for at in GOODS.trades.values()])
        self._lines: set[tuple[str, str, str]] = set()
        self._skus: set[str] = set()
        self._numbers: list[str] = []
        self._barcodes: dict[str, int] = {}
        self.goods: list[Good] = []
        while len(self.goods) < count:
            if rng.unit() < _NOTHING:
                self.goods.append(Good(f"nothing-{len(self.goods)}", "", "", own=False, words="", noun=""))
                continue
            self._add(self._line(), count)

    def _add(self, goods: Iterator[Good], count: int) -> None:
        for good in goods:
            if len(self.goods) < count:
                self.goods.append(replace(good, truth=f"good-{len(self.goods)}"))

    def _line(self) -> Iterator[Good]:
        rng = self._rng
        trade = rng.weighted(self._trades)
        at = GOODS.trades[trade]
        own = rng.unit() < at.own
        brand, words, noun = self._name(at, own=own)
        base = Good(
            "", trade, brand, own, words, noun, price=round(rng.between(*at.price)), renamed=self._renamed(words)
        )
        axes: list[str] = rng.one_of(at.axes)
        offered = [self._some(_AXES[axis]) for axis in axes]
        coded = rng.unit() < (0.35 if own else 0.82)
        shared_sku, shared_gtin = rng.unit() < 0.04, rng.unit() < 0.04
        numbering = self._numbering(base)
        siblings: list[Good] = []
        for rank, combination in enumerate(product(*offered)):
            good = replace(base, values=dict(zip(axes, combination, strict=True)), price=self._price(base.price, rank))
            sku = siblings[0].sku if shared_sku and siblings else self._sku(numbering, good)
            good = replace(good, sku=sku, shared_sku=shared_sku)
            if coded:
                code = siblings[0].gtin if shared_gtin and siblings else ""
                good = self._coded(good, code, "one barcode for the line" if shared_gtin else "")
            siblings.append(good)
        yield from siblings
        yield from self._relatives(rng.one_of(siblings), numbering)

    def _relatives(self, of: Good, numbering: tuple[int, str]) -> Iterator[Good]:
        """The pack, the successor and the bundle that a good comes in."""
        rng = self._rng
        if rng.unit() < _MIXED:
            pack = rng.one_of(GOODS.trades[of.trade].packs.split())
            gtin = ""
            if len(of.gtin) in (12, 13) and rng.unit() < 0.7:
                gtin = checked("1" + of.gtin.zfill(13)[:12])
            price = round(of.price * int(pack) * (0.9 if int(pack) < 50 else 0.3), 2)
            yield replace(
                of, pack=pack, sku=self._sku(numbering, of, f"-{pack}"), gtin=gtin, shared_gtin="", price=price
            )
        if rng.unit() < _FOLLOWED:
            edition = rng.one_of(GOODS.editions)
            again = replace(
                of, edition=edition, sku=self._sku(numbering, of, "-2"), price=round(of.price * 1.08, 2), renamed=""
            )
            reused = bool(of.gtin) and rng.unit() < 0.25
            yield replace(again, shared_gtin="barcode of the predecessor") if reused else self._coded(again, "", "")
        if rng.unit() < _BUNDLED:
            bundle = rng.one_of(GOODS.bundles)
            yield replace(of, bundle=bundle, values={}, gtin="", shared_gtin="", sku=self._sku(numbering, of, f"-{bundle[:3].upper()}"), price=round(of.price * 2.4, 2), renamed="")  # fmt: skip

    def _name(self, at: Trade, *, own: bool) -> tuple[str, str, str]:
        """Brand, words and noun of a line that there is not yet."""
        rng = self._rng
        tries = 0
        while True:
            brand = rng.one_of(GOODS.shops) if own else rng.one_of(at.brands)
            words = rng.one_of(at.words)
            if tries > 8 or rng.unit() < 0.5:
                words = " ".join(sorted({words, rng.one_of(at.words)}, key=at.words.index))
            if tries > 30:
                words = f"{words} No. {rng.whole(2, 10 * tries)}"
            line = brand, words, rng.one_of(list(at.nouns))
            if line not in self._lines:
                self._lines.add(line)
                return line
            tries += 1

    def _renamed(self, words: str) -> str:
        new = " ".join(GOODS.renames.get(word, word) for word in words.split(" "))
        return new if new != words and self._rng.unit() < 0.2 else ""

    def _some(self, values: dict[str, list[str]]) -> list[str]:
        """A run of neighbours for sizes, and any for the rest; few, as a small shop has them."""
        names = list(values)
        count = min(len(names), 1 + int(self._rng.exponential(1 / 0.62)))
        start = self._rng.whole(0, len(names) - count + 1 - 1)
        return names[start : start + count] if self._rng.unit() < 0.6 else sorted(self._rng.sample(names, count))

    def _price(self, base: float, rank: int) -> float:
        return round(base * (1 + 0.18 * (rank % 4)) - self._rng.one_of([0.01, 0.05, 0.0, 0.01]), 2)

    def _numbering(self, line: Good) -> tuple[int, str]:
        """How the shop numbers a line: a serial number, and the letters before it."""
        letters = "".join(word[0] for word in plain(f"{line.brand} {line.words}").split() if word[0].isalnum()).upper()
        kind = self._rng.unit()
        if kind < 0.3:
            return self._rng.whole(1000, 99999), ""
        if kind < 0.6:
            return self._rng.whole(1, 999), letters[:3]
        return 0, f"{plain(line.noun)[:3]}-{plain(line.words)[:4].strip()}".upper().replace(" ", "")

    def _sku(self, numbering: tuple[int, str], good: Good, end: str = "") -> str:
        """A number that no other good has, but for one in seventy that bears a retired one's again."""
        rng, (serial, letters) = self._rng, numbering
        if self._numbers and rng.unit() < 0.014:
            return rng.one_of(self._numbers)
        codes = "-".join(_AXES[axis][value][-1].upper().replace(" ", "")[:4] for axis, value in good.values.items())
        sku = f"{letters}{serial or ''}{end}" if serial else f"{letters}-{codes}{end}".strip("-")
        if serial and letters and codes:
            sku = f"{letters}{serial:03}-{codes}{end}"
        while sku in self._skus:
            serial += 1
            sku = f"{letters}{serial:03}{end}" if not codes or not letters else f"{letters}{serial:03}-{codes}{end}"
        self._skus.add(sku)
        self._numbers.append(sku)
        return sku

    def _coded(self, good: Good, gtin: str, shared: str) -> Good:
        """With a barcode: the one given, or the next of its brand's."""
        if not gtin:
            prefix = sum(ord(letter) * (at + 7) for at, letter in enumerate(good.brand)) % 900
            self._barcodes[good.brand] = number = self._barcodes.get(good.brand, 10) + 1
            if prefix % 9 == 0:
                gtin = checked(f"{prefix % 90 + 10}{number % 100_000:05}")
            elif prefix % 3 == 0:
                gtin = checked(f"8{prefix:03}4{number:06}")
            else:
                gtin = checked(f"{40 + prefix % 50}{prefix:03}21{number:05}")
        return replace(good, gtin=gtin, shared_gtin=shared)


def checked(digits: str) -> str:
    """A barcode's digits with the check digit behind (GS1 General Specifications, 7.9)."""
    total = sum(int(one) * (3 - 2 * (at % 2)) for at, one in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"
