"""The names, places, words and habits that the generators draw from, as their files say them."""

from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, RootModel

from tools.kit.yaml_text import parse_yaml


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rare(_Data):
    """Beginnings and ends of uncommon surnames."""

    heads: str
    tails: str


class Country(_Data):
    """Names and ways of writing of a country; `cities` are name, pattern of postcodes, state, and patterns of landlines."""

    share: float
    men: str
    women: str
    families: str
    rare: Rare = Rare(heads="", tails="")
    streets: str
    kinds: dict[str, str]
    line1: str
    unit: list[str]
    box: str = ""
    numbers: int
    cities: list[list[str]]
    states: dict[str, str] = {}
    otherwise: dict[str, str] = {}
    dial: tuple[str, str, str]
    mobiles: list[str]
    countries: list[str]
    mails: dict[str, float]
    forms: list[str]
    trades: list[str]


class System(_Data):
    """How a system fills its fields."""

    kind: Literal["customer", "contact"]
    share: float
    entered: Literal["typed", "dictated", "scanned"]
    slips: float
    name: float
    company: float
    mail: float
    phone: float
    address: float
    capitals: float
    lower: float
    comma: float
    international: float


class Own(_Data):
    mails: list[str]
    phones: list[str]


class Words(_Data):
    """What is the same in every country."""

    firms: str
    suites: list[str]
    called: dict[str, str]
    keys: dict[str, str]
    heard: list[tuple[str, str]]
    read: list[tuple[str, str]]
    misdomains: dict[str, list[str]]
    notes: list[str]
    degrees: list[str]
    nobody: list[str]
    nomails: list[str]
    nophones: list[str]
    own: Own
    departments: list[str]
    titles: dict[str, dict[Literal["m", "f"], list[str]]]
    systems: dict[str, System]
    forms: dict[str, list[str]]


class Trade(_Data):
    """What one kind of shop sells; `price` is from and to."""

    share: float
    own: float
    category: list[str]
    brands: list[str]
    words: list[str]
    nouns: dict[str, list[str]]
    axes: list[list[str]]
    packs: str = "2 3 6 12"
    price: tuple[float, float]


class Store(_Data):
    """How a system fills the fields of goods."""

    held: float
    variant: float
    branded: float
    sku: float
    gtin: float
    brand: float
    category: float
    price: float
    short: float
    dropped: float


class Goods(_Data):
    """What small shops sell; an axis has for each value the ways in which it is written."""

    axes: dict[str, dict[str, list[str]]]
    trades: dict[str, Trade]
    packs: dict[str, list[str]]
    editions: list[str]
    bundles: list[str]
    retired: list[str]
    adornments: list[str]
    renames: dict[str, str]
    abroad: dict[str, list[str]]
    nothing: list[str]
    nobarcodes: list[str]
    shops: list[str]
    stores: dict[str, Store]


class _Countries(RootModel[dict[str, Country]]):
    pass


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


COUNTRIES: Final = _Countries.model_validate(parse_yaml(_text("people.yaml"))).root
WORDS: Final = Words.model_validate(parse_yaml(_text("words.yaml")))
GOODS: Final = Goods.model_validate(parse_yaml(_text("goods.yaml")))
