"""What two goods are compared by: barcode, stock keeping unit, the words of the title, and what tells a good from its
siblings (amounts, packs, sizes), each in one form. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from tools.kit.yaml_text import parse_yaml
from tools.resolution.folding import folded
from tools.resolution.goods_vocabulary import in_one_form, singular

_NUMBER: Final = r"\d+(?:[.,]\d+)?"
_PLAIN: Final = re.compile(r"[^0-9a-z]")
_GTIN_LENGTHS: Final = range(11, 15)
"""A GTIN-12, -13 or -14, or one whose leading zero a spreadsheet has dropped."""
_GTIN_8: Final = 8
_IN_BRACKETS: Final = re.compile(r"\[[^\[\]]+\]|\([^()]+\)")
_ISBN_10: Final = re.compile(r"\d{9}[\dXx]")
_AROUND_CODE: Final = re.compile(
    r"(?i)^\W*(?:gtin|ean|upc|isbn|jan|barcode)(?:-?(?:a|8|12|13|14)(?=\W))?|\.0+$|[\s'\"():#\u00a0.-]"
)
"""What people and spreadsheets write around a code: its kind, an apostrophe, spaces, ".0"."""
_LONGEST_TITLE: Final = 300
_MOST_PAIRED: Final = 8
"""Words of a title that are compared by in pairs and threes."""
_SHORTEST_SKU: Final = 4
_SHORTEST_NUMBER: Final = 6
_SHORTEST_PART: Final = 3
_LONG_SKU: Final = 8
_FEWEST_OF_A_MAKER: Final = 2
_FEWEST_MAKERS_OF_A_SHOP: Final = 3
_FEWEST_OF_A_CATEGORY: Final = 3


@dataclass(frozen=True, slots=True)
class Good:
    """Something that is sold, as one source knows it: a variant, or a product without any. `id` is its row's, `key` its
    product's source key, which stays the same when the row is made anew; `price_micros` is in 10⁻⁶ of the currency."""

    id: str
    product_id: str
    key: str
    source: str
    title: str
    variant: str | None = None
    sku: str | None = None
    gtin: str | None = None
    brand: str | None = None
    price_micros: int | None = None
    currency: str | None = None
    is_whole: bool = False
    """Whether it stands for a product with variants as a whole: another source may not tell them apart."""
    is_gone: bool = False
    """Whether its source has deleted it: another of the same source may be the same made anew."""


@dataclass(frozen=True, slots=True)
class GoodFeatures:
    """The same, as it is compared. Empty texts are not known."""

    good: Good
    gtin: str
    """14 digits."""
    sku: str
    """Letters and digits alone; see `is_plain_sku`."""
    is_plain_sku: bool
    """Whether the SKU is so short or plain a number that another source may well use it for something else."""
    sku_cores: tuple[str, ...]
    """The SKU, without a word of the source's own before or behind it ("SH-MUG-BLU-12", "MUG-BLU-12-UK"), and turned round."""
    sku_rest: tuple[str, ...]
    """Those of them that leave out nothing of which the title says that it is the good's (FJO of Fjord)."""
    sku_parts: frozenset[str]
    words: frozenset[str]
    """Of title and variant, without amounts, sizes and brand."""
    brand: str
    """Folded; of the title, where it names one that any good of the tenant's says it is of."""
    amounts: Mapping[str, frozenset[float]]
    """Kind (g, ml, cm, pack, size, …) → what is said of it."""
    keys: Mapping[str, tuple[str, ...]]
    """What goods that may be one have in common (see `_keys`); each by its name."""

    @property
    def named(self) -> tuple[frozenset[str], frozenset[tuple[str, frozenset[float]]]]:
        """All that a title says but the brand."""
        return self.words, frozenset(self.amounts.items())

    @property
    def id(self) -> str:
        return self.good.id

    @property
    def key(self) -> str:
        return self.good.key


def gtin(text: str | None) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits; empty for what is none by its length or check digit (GS1 General
    Specifications, sections 3.3.2 and 7.9), or stands for none ("0000000000000")."""
    digits = _AROUND_CODE.sub("", text or "")
    if _ISBN_10.fullmatch(digits) and _is_isbn(digits):
        digits = _with_check_digit(f"978{digits[:-1]}")
    if not digits.isascii() or not digits.isdigit() or (len(digits) not in _GTIN_LENGTHS and len(digits) != _GTIN_8):
        return ""
    whole = digits.zfill(14)
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(whole))
    is_filler = len(set(digits.lstrip("0")[:-1])) <= 1 or digits in "1234567890123"
    return "" if total % 10 or is_filler else whole


def _is_isbn(digits: str) -> bool:
    """Whether ten digits are a book's number of before 2007 by their check digit, of which X is ten (ISO 2108)."""
    return sum((10 - at) * (10 if digit in "Xx" else int(digit)) for at, digit in enumerate(digits)) % 11 == 0


def _with_check_digit(digits: str) -> str:
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def are_one_item(one: str, two: str) -> bool:
    """Whether two GTINs are of one item number, one of them with a packing indicator: of a good, and of the carton that holds
    several of it (GS1 General Specifications, 2.1.7)."""
    return one == two or (one[1:13] == two[1:13] and "0" in (one[0], two[0]))


def is_inhouse(code: str) -> bool:
    """Whether a GTIN is one that a shop gives for use within its own walls: prefixes 02, 04 and 20 to 29 (GS1 General
    Specifications, 1.4.2: restricted circulation numbers). Another shop's is another thing."""
    return code[0] == "0" and (code[1] == "2" or code[1:3] in ("02", "04"))


def is_common_word(word: str) -> bool:
    """Whether a word is one that goods.yaml has a common form of: colours and the commonest things."""
    return word in _writing().common


def sku_of(text: str | None) -> str:
    return _PLAIN.sub("", folded(text)) if text else ""


def sku_parts(text: str | None) -> list[str]:
    return [part for part in re.split(r"[^0-9a-z]+", folded(text or "")) if part]


@dataclass(frozen=True, slots=True)
class _Writing:
    units: Mapping[str, tuple[str, float]]
    """Unit as it is written → its kind, and how many of the kind's unit it is."""
    packs: frozenset[str]
    sizes: Mapping[str, str]
    same: Mapping[str, str]
    common: frozenset[str]
    idle: frozenset[str]
    told: Mapping[str, Mapping[str, float]]
    """What else tells goods apart (a side, a state) → the words for it → the place of what they say."""
    channels: frozenset[str]
    talk: re.Pattern[str]
    shoes: re.Pattern[str]
    measured: re.Pattern[str]
    by: re.Pattern[str]
    """Measures without a unit: 26 x 2.1."""
    packed: re.Pattern[str]


@lru_cache(maxsize=1)
def _writing() -> _Writing:
    told: dict[str, Any] = parse_yaml(Path(__file__).with_name("goods.yaml").read_text("utf-8"))
    units = {name: (kind, float(factor)) for kind, names in told["units"].items() for name, factor in names.items()}
    packs = "|".join(sorted(told["packs"], key=len, reverse=True))
    names = "|".join(sorted(units, key=len, reverse=True))
    return _Writing(
        units=units,
        packs=frozenset(told["packs"]),
        sizes={form: size for size, forms in told["sizes"].items() for form in forms},
        same={form: forms[0] for forms in told["same"] for form in forms},
        common=frozenset(forms[0] for forms in told["same"]),
        idle=frozenset(told["idle"]),
        told={
            kind: {form: float(place) for place, forms in enumerate(told[name]) for form in forms}
            for kind, name in (("side", "sides"), ("state", "states"), ("bundle", "bundles"))
        },
        talk=re.compile(rf"(?<!\w)(?:{'|'.join(sorted(told['talk'], key=len, reverse=True))})(?!\w)"),
        channels=frozenset(told["channels"]),
        shoes=re.compile(rf"\b(?:{'|'.join(told['shoes'])})\b"),
        measured=re.compile(rf"(?<![\w.])({_NUMBER})\s*({names})(?![a-z0-9])"),
        by=re.compile(
            rf"(?<![\w.,])({_NUMBER}) x ({_NUMBER}[a-z]?(?: x {_NUMBER}[a-z]?)?)(?!\w|[.,]\d|\s?-?\s?(?:{packs})(?!\w))"
        ),
        packed=re.compile(
            rf"(?<!\w)(?:(?:{packs})\s+(?:of|de|a|mit|zu)\s+(\d+)|(?:{packs})\s*(\d+)(?!\s*(?:{names})\b)"
            rf"|(\d+)\s*-?\s*(?:{packs})(?!\w|\s+(?:of|de|a|mit|zu)\s+\d)|x\s*(\d+)(?!\w)|(?<!\d[.,])(\d+)\s*x(?!\w))"
        ),
    )  # fmt: skip


LEFT: Final = frozenset([0.0])
LARGE: Final = frozenset([4.0])
"""The places of a left side, and of L among the sizes."""
_SIGNS: Final = re.compile(r"[^\w.,\-×]|_")
_COUNTED: Final = {
    "dozen": "12 pack",
    "pair": "2 pack",
    "twin pack": "2 pack",
    "twinpack": "2 pack",
    "trio": "3 pack",
    "dutzend": "12 pack",
}
_COUNT_WORDS: Final = re.compile(r"\b(?:(?:a |1 )?(dozen|twin pack|twinpack|pair|trio|dutzend))\b(?! of \d)")
_SIZE_WORDS: Final = re.compile(r"\b(extra|x)[\s-]+(small|large)\b")
_T_SHIRT: Final = re.compile(r"\bt[\s-]shirt")
_FLUID: Final = re.compile(r"\bfl\.?\s*oz\b")
_EUROPEAN: Final = re.compile(r"\beur?\s*(?=\d\d(?:[.,]5)?(?!\w|[.,]\d))")
"""Shoes are of European sizes where nothing else is said."""
_WORD: Final = re.compile(r"[^\W_]*\d[.,]\d+[a-z]?|[^\W_]+")
_STATES: Final = re.compile(
    r"\b(?:b[\s-]?(?:ware|stock|grade)|grade b|2nd hand|second hand|pre[\s-]owned|open box|ex[\s-]display|like new)\b"
)
_BRITISH: Final = re.compile(r"\buk\s*(\d\d?(?:[.,]5)?)(?!\w|[.,]\d)")
_TIMES: Final = re.compile(r"(?<=\d) +(?=x\d+(?!\w|[.,]\d))")
"""Before how many there are of something that ends in a number: No. 12 x3."""
_BESIDE_X: Final = re.compile(rf"(?<=\d)\s*[x×]\s*(?={_NUMBER})")
_FRACTION: Final = re.compile(r"(?<![\w/.,])(?:(\d+)[ -])?(\d{1,2})[/\u2044](2|3|4|8|16)(?![\w/]|[.,]\d)")
_WAIST_AND_LEG: Final = re.compile(r"(?<![\w/.,])w?(\d\d)\s?(?:/|(?=l))\s?l?(\d\d)(?![\w/]|[.,]\d)")
"""Of trousers, in inches: 34/32, W34 L32. The other way round it is another pair."""
_SIDES: Final = re.compile(
    rf"(?<![\w.])({_NUMBER}) x ((?:{_NUMBER} x )?{_NUMBER})\s*(mm|cm|m|in|inch|inches)(?![a-z0-9])"
)


def _european(found: re.Match[str]) -> str:
    """A British size of grown-ups' shoes as a European one, to the half: a last is 25 barleycorns (a third of an inch) longer
    than its size, and has so many Paris points (two thirds of a centimetre; ISO/TS 19407)."""
    return f"{round(2 * 1.27 * (float(found[1].replace(',', '.')) + 25)) / 2:g}"


@lru_cache(maxsize=65_536)
def read_title(text: str) -> tuple[frozenset[str], tuple[tuple[str, frozenset[float]], ...]]:
    """The words of a folded title and the amounts that it names, by kind. A size is an amount too: its place among the sizes."""
    writing = _writing()
    left = _FLUID.sub("floz", _T_SHIRT.sub("tshirt", _SIZE_WORDS.sub(r"x\2", in_one_form(text))))
    left = _STATES.sub("refurbished", left)
    if writing.shoes.search(left):
        left = _BRITISH.sub(_european, left)
    left = _TIMES.sub(" , ", _EUROPEAN.sub("", writing.talk.sub(" ", left)))
    left = _COUNT_WORDS.sub(lambda found: _COUNTED[found[1]], _BESIDE_X.sub(" x ", left))
    amounts: dict[str, set[float]] = {}

    def measured(found: re.Match[str]) -> str:
        kind, factor = writing.units[found[2]]
        amounts.setdefault(kind, set()).add(round(float(found[1].replace(",", ".")) * factor, 4))
        return " "

    def packed(found: re.Match[str]) -> str:
        count = int(next(one for one in found.groups() if one))
        if count > 1:
            amounts.setdefault("pack", set()).add(float(count))
        return " "

    left = _SIDES.sub(
        lambda found: f"{found[1]} {found[3]} {found[2].replace(' x ', f' {found[3]} ')} {found[3]}", left
    )
    kept: set[str] = set()

    def by(found: re.Match[str]) -> str:
        if found[1] == "1" and found[2].isdigit():
            return f" x {found[2]} "
        kept.add(f"{found[1]}x{found[2].replace(' ', '')}".replace(",", "."))
        return " "

    left = writing.packed.sub(packed, writing.by.sub(by, writing.measured.sub(measured, left)))
    places = list(dict.fromkeys(writing.sizes.values()))
    for found in _WORD.findall(left):
        word = found.replace(",", ".")
        kind = next((kind for kind, places_ in writing.told.items() if word in places_), "")
        if kind:
            amounts.setdefault(kind, set()).add(writing.told[kind][word])
        elif word in writing.sizes:
            amounts.setdefault("size", set()).add(float(places.index(writing.sizes[word])))
        elif word not in writing.idle and word not in writing.packs:
            kept.add(writing.same.get(word) or writing.same.get(one := singular(word), one))
    return frozenset(kept), tuple((kind, frozenset(values)) for kind, values in sorted(amounts.items()))


def _is_plain(sku: str) -> bool:
    return len(sku) < _SHORTEST_SKU or (sku.isdigit() and len(sku) < _SHORTEST_NUMBER)


def _cores(parts: list[str], named: Sequence[str] = ()) -> tuple[str, ...]:
    """Without a word before or behind, where what is left has a number to tell a good by; the parts in order; and its numbers
    without the zeros before them. What a word of `named` begins with is not left out: it is the good's."""
    if not parts:
        return ()
    whole = "".join(parts)
    found = [whole]
    for own, rest in ((parts[:1], parts[1:]), (parts[-1:], parts[:-1])):
        left = "".join(rest)
        is_own = len(rest) > 1 and own[0].isalpha() and own[0] not in _writing().sizes
        is_own = is_own and not (len(own[0]) >= _SHORTEST_PART and any(word.startswith(own[0]) for word in named))
        is_own = is_own or own[0] in _writing().channels
        if is_own and len(left) >= _SHORTEST_NUMBER and not left.isalpha():
            found.append(left)
    if len(parts) > 2:  # noqa: PLR2004 - what is left is to tell a good
        found.append("".join(sorted(parts)))
    bare = "".join(part.lstrip("0") if part.isdigit() else part for part in parts)
    if bare != whole and len(bare) >= _SHORTEST_NUMBER and not bare.isalpha():
        found.append(bare)
    return tuple(found)


class Brands:
    """The brands that a tenant's goods say they are of, and the numbers that they bear: one source may write them into the
    title, and another leave them out."""

    def __init__(self, goods: Sequence[Good]) -> None:
        writing = _writing()
        names = {name for one in goods if one.brand and (name := _phrase(one.brand))}
        names -= writing.sizes.keys() | writing.same.keys() | writing.idle
        listed = sorted(names, key=lambda name: (-len(name), name))
        self._houses = _houses(goods)
        self._of_prefix = _brands_by_prefix(goods, self._houses)
        self._categories = _categories(goods)
        listed_skus = ((sku_of(one.sku), *_cores(sku_parts(one.sku))[1:]) for one in goods if one.sku)
        self._skus = {sku for forms in listed_skus for sku in forms if _tells_by_itself(sku)}
        self._found = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)") if listed else None

    def uncategorised(self, title: str) -> str:
        """A title without the category that stands before it: "Kitchen:Serving Tray"."""
        category, colon, rest = title.partition(":")
        return rest if colon and _phrase(category) in self._categories else title

    def split(self, title: str) -> tuple[str, str]:
        """The brand that a title names, and the rest of it."""
        plain = _phrase(title)
        found = self._found.search(plain) if self._found else None
        return (found[0], f"{plain[: found.start()]} {plain[found.end() :]}") if found else ("", plain)

    def numbered(self, title: str) -> tuple[str, str]:
        """A title without the SKU that it names, and that SKU."""
        for word in title.split():
            sku = sku_of(word) if len(word) >= _SHORTEST_NUMBER else ""
            if sku in self._skus or (_IN_BRACKETS.fullmatch(word) and _tells_by_itself(sku)):
                return " ".join(one for one in title.split() if one != word), sku
        return title, ""

    def of_field(self, brand: str | None) -> str:
        """The brand that a good's field names; empty for the shop's own name."""
        name = _phrase(brand) if brand else ""
        return "" if name in self._houses else name

    def of_code(self, code: str) -> str:
        """The brand whose maker gave a barcode, by the company prefix; empty where that is not known."""
        return self._of_prefix.get(_prefix(code), "") if code and not is_inhouse(code) else ""


def _categories(goods: Iterable[Good]) -> frozenset[str]:
    """What stands before a colon in the titles of several goods: books put a good's category there."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in goods:
        category, colon, rest = one.title.partition(":")
        if colon and rest.strip():
            found[_phrase(category)].add(_phrase(rest))
    return frozenset(category for category, those in found.items() if len(those) >= _FEWEST_OF_A_CATEGORY)


def _tells_by_itself(sku: str) -> bool:
    """Whether an SKU is none that could be a word or a number in a title."""
    return len(sku) >= _LONG_SKU and not sku.isalpha() and not sku.isdigit()


def _houses(goods: Iterable[Good]) -> frozenset[str]:
    """Names of shops that stand where the brand should: Shopify fills in the shop's own as the vendor. Other sources say of
    goods with the same barcode or SKU that they are of several brands, of which no maker's goods are."""
    told: dict[str, list[str]] = defaultdict(list)
    for one in goods:
        if one.brand:
            name = _phrase(one.brand)
            for code in (gtin(one.gtin), sku_of(one.sku)):
                if code and not _is_plain(code):
                    told[code].append(name)
    others: dict[str, Counter[str]] = defaultdict(Counter)
    alike: Counter[str] = Counter()
    for listed in told.values():
        names = set(listed)
        alike.update(names if len(names) == 1 < len(listed) else ())
        if len(names) == 2:  # noqa: PLR2004 - the shop's and the maker's
            for name in names:
                others[name].update(names - {name})
    houses: set[str] = set()
    while others:
        most = max(others, key=lambda name: (len(others[name]), name))
        if len(others[most]) < _FEWEST_MAKERS_OF_A_SHOP:
            break
        beside = others.pop(most)
        if beside.total() > alike[most]:  # barcodes are mistaken now and then
            houses.add(most)
            for name in beside:
                others[name].pop(most, None)  # a maker stands beside several shops' names, too
    return frozenset(houses)


def _brands_by_prefix(goods: Iterable[Good], houses: frozenset[str]) -> dict[str, str]:
    """A GS1 company prefix is one maker's: that of several goods that say which brand they are of, and all the same."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for one in goods:
        if one.brand and _phrase(one.brand) not in houses and (code := gtin(one.gtin)) and not is_inhouse(code):
            told[_prefix(code)][_phrase(one.brand)] += 1
    return {
        prefix: next(iter(brands))
        for prefix, brands in told.items()
        if len(brands) == 1 and brands.total() >= _FEWEST_OF_A_MAKER
    }


def _prefix(code: str) -> str:
    """The company prefix of a GTIN of 14 digits, without its packing indicator. It has 4 to 12 digits, which only GS1's own
    list could tell: seven are what most have (GS1 General Specifications, 1.4.4)."""
    return code[1:8]


def _phrase(text: str) -> str:
    """Folded, with all signs but those that amounts need as single spaces, and fractions as decimals."""
    plain = _FRACTION.sub(_decimal, folded(text[:_LONGEST_TITLE]).replace("'", "").replace("’", ""))
    return " ".join(_SIGNS.sub(" ", _WAIST_AND_LEG.sub(r"\1 x \2", plain)).split())


def _decimal(found: re.Match[str]) -> str:
    """A fraction below one as a decimal, with the whole before it: 1/2 is 0.5, 1 3/4 is 1.75."""
    over, under = int(found[2]), int(found[3])
    return f"{int(found[1] or 0) + over / under:g}" if over < under else found[0]


def features_of_good(good: Good, brands: Brands) -> GoodFeatures:
    title, told = brands.numbered(brands.uncategorised(good.title))
    named, rest = brands.split(f"{title} {good.variant or ''}")
    words, amounts = read_title(rest)
    sku = sku_of(good.sku)
    code, of_sku = gtin(good.gtin), gtin(good.sku)
    if of_sku:
        code, sku = code or of_sku, ""
    split = sku_parts(good.sku) if sku else []
    if sku and sku_of(title) == sku:
        words, amounts = frozenset[str](), ()  # a number for a title says nothing more
    if told and (_is_plain(sku) or told in sku):
        sku, split = told, []
    parts = frozenset(part for part in split if len(part) >= _SHORTEST_PART)
    brand = named or brands.of_field(good.brand) or brands.of_code(code)
    return GoodFeatures(
        good,
        code,
        sku,
        _is_plain(sku),
        _cores(split) + ((told,) if told else ()),
        _cores(split, rest.split()),
        parts,
        words,
        brand,
        dict(amounts),
        dict(_keys(code, sku, parts, words, amounts, brand))
        | ({"told": ("sku", told)} if told and told != sku else {}),
    )


def reworded(one: GoodFeatures, words: frozenset[str]) -> GoodFeatures:
    """The same with other words."""
    if words == one.words:
        return one
    amounts = tuple(one.amounts.items())
    told = {"told": one.keys["told"]} if "told" in one.keys else {}
    return replace(
        one, words=words, keys=dict(_keys(one.gtin, one.sku, one.sku_parts, words, amounts, one.brand)) | told
    )


def _keys(  # noqa: PLR0917 - what a good is compared by
    code: str,
    sku: str,
    parts: frozenset[str],
    words: frozenset[str],
    amounts: tuple[tuple[str, frozenset[float]], ...],
    brand: str,
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The barcode, the SKU, two parts of it (a source puts its own before or behind), two or three words of the title or
    amounts in it, whatever their order, and the brand with all words but one."""
    if code:
        yield "gtin", ("gtin", code)
    if sku:
        yield "sku", ("sku", sku)
    for pair in combinations(sorted(parts), 2):
        yield f"sku {pair}", ("part", *pair)
    told = [f"{kind}:{min(values):g}" for kind, values in amounts]
    listed = sorted(words, key=lambda word: (-len(word), word))[: _MOST_PAIRED - min(len(told), 2)] + told[:2]
    if len(listed) == 1:
        yield "title", ("title", *listed)
    if brand:
        for word in ("", *listed):
            yield f"brand {word}", ("brand", brand, *sorted({*listed} - {word}))
    for count in (2, 3):
        for some in combinations(sorted(listed), count):
            yield f"title {some}", ("title", *some)
