"""What a column is for, by its name, its values, and the table it stands in."""

import re
from dataclasses import dataclass
from typing import Literal

from storage.metrics.model import Unit
from storage.sources.catalogue import ColumnFacts, TableFacts
from tools.language.text import listed
from tools.sources.naming import words_of

MOST_MEMBERS = 500
"""Different values beyond which a column of words is no longer a way to split figures, unless it is a name."""
LONGEST_MEMBER = 80
FEW_NUMBERS = 40
LONGEST_LIST = 200
"""Rows of a table that only says what codes stand for."""
LONGEST_DESCRIBED = 40
"""Characters of a description that is as good as a name."""

_MONEY = frozenset(listed("target goal quota allowance amount total price cost fee revenue sale sales payment paid tax vat discount charge salary wage budget balance value subtotal deposit refund tip freight premium turnover income spend expense gross net commission bonus rent fare profit margin eur usd gbp chf euro dollar sum toll fine earnings spent"))  # fmt: skip
_RATES = frozenset(listed("price rate rating score age percent percentage ratio temperature height speed stars star grade index level average margin bmi pressure gpa share factor probability width length depth size latency humidity year balance priority"))  # fmt: skip
_AMOUNTS = frozenset(listed("quantity units unit items item count hours minutes days nights distance kilometers kilometres miles km weight volume stock points guests passengers pages seats visitors tickets pieces views clicks downloads steps calories duration mileage consumption litres liters kg adults children persons attendees copies tons bytes words"))  # fmt: skip
_NEVER = frozenset(listed("id number code zip postcode phone telephone mobile fax version latitude longitude lat lng lon year iban isbn ean sku barcode vin pin key uuid hash extension plate registration microchip chip reference sequence order position rank line row index"))  # fmt: skip
_PRIVATE = frozenset(listed("password passwd secret token hash salt iban ssn pin"))
_FREE = frozenset(listed("email mail phone telephone mobile fax url website link note notes comment comments remark remarks description text body message address street image photo path file json xml html iban bio token guid uuid hash"))  # fmt: skip
_UNITS: dict[str, Unit | None] = {
    "eur": "money", "usd": "money", "gbp": "money", "chf": "money", "euro": "money", "euros": "money", "dollars": "money",
    "cents": "money", "kg": None, "g": None, "km": None, "mi": None, "m": None, "cm": None, "l": None, "minutes": None,
    "min": None, "std": None, "months": None, "weeks": None, "years": None, "hours": None, "h": None, "days": "days", "seconds": None, "sec": None, "percent": None, "mm": None,
    "lbs": None, "sqm": None, "sqft": None, "ha": None, "ml": None, "mb": None, "gb": None, "kw": None, "tons": None, "ms": None, "miles": None, "kwh": None, "m2": None, "m3": None, "c": None,
}  # fmt: skip
_CURRENCIES = {"eur": "EUR", "euro": "EUR", "euros": "EUR", "usd": "USD", "dollars": "USD", "gbp": "GBP", "chf": "CHF"}
_GROUPING_NUMBERS = frozenset(listed("year month quarter floor grade level stars star rating class score semester week priority size capacity bedrooms beds age hour"))  # fmt: skip

Additivity = Literal["sum", "average", "both"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of numbers that figures are made of. `said` are its words without its unit."""

    said: tuple[str, ...]
    additivity: Additivity
    unit: Unit
    in_words: str | None
    """The unit as people read it ("kg", "minutes"); None for money and plain numbers."""
    currency: str | None
    divisor: int
    confidence: float
    reason: str


def measure_of(column: ColumnFacts) -> Measure | None:
    """What figures a column of numbers gives; None where adding or averaging its values means nothing."""
    if column.kind != "number" or column.distinct == 0:
        return None
    words = words_of(column.name)
    said, unit_word = _without_unit(words)
    last, known = said[-1] if said else "", set(said)
    if last in _NEVER or (known & {"latitude", "longitude", "zip", "phone", "postcode", "version"}):
        return None
    money = bool(known & _MONEY) or (unit_word is not None and _UNITS.get(unit_word) == "money")
    unit: Unit = "money" if money else "days" if unit_word == "days" and "duration" in known else "number"
    divisor = 100 if unit_word == "cents" and column.is_whole else 1
    additivity, confidence, reason = _additivity(said, unit_word)
    if not money and additivity == "sum" and column.is_whole:
        unit = "quantity"
    percent = unit_word == "percent" or known & {"percent", "percentage", "ratio", "share", "factor", "probability"}
    if percent or ("rate" in known and not column.is_whole and (column.high or 0) <= 1):
        additivity, unit, reason = "average", "number", "A part of a whole is averaged, never added up."
    return Measure(tuple(said), additivity, unit, None if money else unit_word, _CURRENCIES.get(unit_word or ""), divisor, confidence, reason)  # fmt: skip


def _additivity(said: list[str], unit_word: str | None) -> tuple[Additivity, float, str]:
    last, known = said[-1] if said else "", set(said)
    if known & {"unit", "average", "hourly", "daily", "per"} and last != "units":
        return "average", 0.85, "A figure for one piece, or an average: adding it up means nothing."
    if said[:1] in (["total"], ["line"]) and len(said) > 1:
        return "sum", 0.9, "A total by its name."
    if last in ("price", "fare", "salary", "wage", "budget"):
        return "both", 0.7, "A price by its name: its average is meant more often than its sum."
    if known & {"stock", "inventory"}:
        return "sum", 0.85, "What is in stock is added up."
    if last in _RATES:
        return "average", 0.85, f"“{last}” is averaged, not added up."
    if known & {"duration", "weight", "distance", "mileage", "capacity"}:
        return "both", 0.8, "It can be added up and averaged."
    if known & _MONEY:
        return "sum", 0.9, "An amount of money by its name."
    if known & _AMOUNTS or unit_word is not None:
        return "sum", 0.85, "A quantity by its name."
    return "both", 0.5, "A number whose name does not tell whether it can be added up."


def _without_unit(words: list[str]) -> tuple[list[str], str | None]:
    """ "weight kg" → weight, kg. "hours" by itself is no unit of anything."""
    if len(words) > 1 and words[-1] in _UNITS:
        return words[:-1], words[-1]
    return words, None


def is_average_first(measure: Measure) -> bool:
    """Whether the bare name asks for the average: "price by category"."""
    return measure.additivity == "average" or (measure.additivity == "both" and measure.said[-1:] in (("price",), ("fare",), ("salary",), ("wage",)))  # fmt: skip


def groups_as_number(column: ColumnFacts) -> bool:
    """Whether figures are split by a column of numbers: floors, years, stars."""
    words, _ = _without_unit(words_of(column.name))
    return column.kind == "number" and column.is_whole and 0 < column.distinct <= FEW_NUMBERS and bool(words) and words[-1] in _GROUPING_NUMBERS  # fmt: skip


def splits(column: ColumnFacts) -> bool:
    """Whether a column of words is one to split figures by."""
    words = set(words_of(column.name))
    if column.kind != "text" or column.distinct == 0 or words & (_FREE | _PRIVATE):
        return False
    if column.longest > LONGEST_MEMBER or column.distinct > MOST_MEMBERS:
        return False
    small = column.distinct <= 12  # noqa: PLR2004 — of a small table every column may look unique
    return small or column.distinct <= 0.6 * max(column.filled, 1) or bool(words & {"city", "country", "region", "state", "name", "category", "type", "brand"})  # fmt: skip


def is_private(column: ColumnFacts) -> bool:
    """Whether a column by its name holds what nobody is to be shown."""
    return bool(set(words_of(column.name)) & _PRIVATE)


_NAMES = ("name", "title", "full name", "label", "display name", "company name", "company", "caption")
_TOLD = frozenset(["description", "text", "label"])
_PERSONS = (
    ("first name", "last name"),
    ("given name", "surname"),
    ("first name", "surname"),
    ("given name", "last name"),
    ("forename", "surname"),
    ("given name", "family name"),
    ("first", "last"),
)


def label_columns(table: TableFacts, singular: str) -> tuple[str, ...]:
    """The column that says what a row is called, or first and last name; none where rows have no name."""
    said = {" ".join(words_of(column.name)): column for column in table.columns if column.kind == "text" and column.distinct}  # fmt: skip
    for parts in _PERSONS:
        if all(part in said for part in parts):
            return tuple(said[part].name for part in parts)
    last = singular.rsplit(maxsplit=1)[-1]
    for name in (f"{singular} name", f"{last} name", *_NAMES, f"{singular} title", singular, f"{last} title"):
        if name in said and said[name].name != table.key and (name != "title" or said[name].distinct > 0.5 * said[name].filled):  # fmt: skip
            return (said[name].name,)
    # Codes and what they stand for: a short description is a name, a long one is not.
    bare = singular.removesuffix(" code").removesuffix(" type").removesuffix(" status")
    for name in ("description", f"{singular} description", f"{last} description", f"{bare} description"):
        if name in said and said[name].distinct == said[name].filled and (table.rows <= LONGEST_LIST or said[name].longest <= LONGEST_DESCRIBED):  # fmt: skip
            return (said[name].name,)
    if singular in said:
        return (said[singular].name,)
    told = [column for text, column in said.items() if text.split()[-1] in _TOLD and column.distinct == column.filled and column.name != table.key]  # fmt: skip
    if len(table.columns) <= 4 and table.rows <= LONGEST_LIST and len(told) == 1:  # noqa: PLR2004 — codes and what each stands for
        return (told[0].name,)
    named = [column for text, column in said.items() if text.endswith(" name") and "first" not in text and "last" not in text]  # fmt: skip
    if len(named) == 1 and named[0].distinct >= 0.9 * max(named[0].filled, 1):
        return (named[0].name,)
    only = [column for column in table.columns if column.kind == "text" and column.distinct == column.filled and column.name != table.key]  # fmt: skip
    if len(table.columns) <= 3 and len(only) == 1 and not set(words_of(only[0].name)) & _FREE:  # noqa: PLR2004 — a list of names
        return (only[0].name,)
    # A key in words is what people go by where there is nothing else: "2024-Spring".
    if table.key is not None and table.rows <= LONGEST_LIST and table.column(table.key).kind == "text":
        return (table.key,)
    return ()


def is_person(table: TableFacts) -> bool:
    """Whether the rows of a table are people: they have a first name, a birthday or a gender."""
    said = {" ".join(words_of(column.name)) for column in table.columns}
    return bool(said & {"first name", "birth date", "date of birth", "gender", "sex", "birthday", "surname"})


_HANDLES = frozenset(listed("plate registration number code sku reference serial tag barcode username login"))


def handle_column(table: TableFacts) -> ColumnFacts | None:
    """The column by which rows without a name are told apart by people: a plate, a room's number."""
    return next(
        (
            column
            for column in table.columns
            if column.name != table.key
            and column.kind in ("text", "number")
            and column.filled == table.looked_at > 0
            and column.distinct == column.filled
            and words_of(column.name)[-1:]
            and words_of(column.name)[-1] in _HANDLES
        ),
        None,
    )


HAPPENINGS = {
    "payment": "paid", "delivery": "delivered", "shipment": "shipped", "shipping": "shipped", "cancellation": "cancelled",
    "return": "returned", "discharge": "discharged", "completion": "completed", "closing": "closed", "approval": "approved",
    "due": "due", "end": "ended", "start": "started", "finish": "finished", "expiry": "expired", "expiration": "expired",
    "required": "required", "departure": "departed", "arrival": "arrived", "resolution": "resolved", "hire": "hired",
    "leaving": "left", "leave": "left", "resignation": "left", "quit": "left", "exit": "left", "termination": "left", "left": "left", "since": "joined", "join": "joined", "joining": "joined", "signup": "signed up", "sign": "signed", "creation": "created", "enrolment": "enrolled",
    "enrollment": "enrolled", "opening": "opened", "issue": "issued", "order": "ordered", "ship": "shipped", "receipt": "received",
    "pickup": "picked up", "registration": "registered", "admission": "admitted", "sent": "sent",
}  # fmt: skip
_MOMENT = frozenset(listed("am um at on date time day timestamp utc when datetime dt"))


def happening_of(column: ColumnFacts) -> str | None:
    """What happens on a date: "paid" of "paid_on", "delivered" of "delivery_date"; None where the name tells nothing."""
    words = [word for word in words_of(column.name) if word not in _MOMENT]
    if not words:
        return None
    if words[0] == "first" and len(words) > 1:
        return "joined"  # a first visit, a first order
    last = words[-1]
    if last in HAPPENINGS:
        return HAPPENINGS[last]
    return last if re.search(r"(?:ed|sent|paid|sold|made|due|lost|found|drawn|won|taken|given|written|built|begun)$", last) and last not in ("bed", "need", "speed", "feed", "seed", "breed", "shed", "wed", "red", "med") else None  # fmt: skip


TIMELESS = frozenset(listed("birth born birthday updated modified changed deleted expires expiry expiration valid until sync synced imported login seen"))  # fmt: skip
_SECOND = frozenset(listed("ship shipping due end ended delivered delivery paid payment returned return cancelled cancellation closed checkout out departure shipped completed finished discharged discharge resolved approved arrival required renewal confirmed reviewed last next planned expected eta promised estimated ready collected settled"))  # fmt: skip
_FIRST = frozenset(listed("ordered order booked booking issued start starts started begin begins began in checkin visited sold placed admission admitted occurred happened transaction event opened rental rented"))  # fmt: skip


AHEAD = frozenset(listed("due promised planned expected estimated target deadline eta forecast projected anticipated required"))  # fmt: skip


def is_ahead(column: ColumnFacts) -> bool:
    """Whether a date says by when something is to happen."""
    return bool({*words_of(column.name)} & AHEAD)


def time_score(column: ColumnFacts, singular: str) -> float | None:
    """How likely a date says when a row happened; None where it certainly does not."""
    words = words_of(column.name)
    known = set(words)
    if column.kind != "date" or column.filled == 0 or known & TIMELESS:
        return None
    score = 0.0
    score += 3 * bool(set(singular.split()) & known)
    score += 2 * bool(known & _FIRST or words in (["date"], ["day"])) - 2 * bool(
        known & _SECOND - set(singular.split())
    )
    score += 1 * bool(known & {"created", "registered", "joined", "hired", "signed"})
    score += 1 if column.first and column.last and (column.last - column.first).days >= 30 else 0  # noqa: PLR2004 — a month
    score -= 1 * column.mixed
    return score
