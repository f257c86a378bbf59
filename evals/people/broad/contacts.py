"""Mailboxes, telephones and houses: new ones, and the ways of writing them."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from evals.people.broad.data import Bag, data, filled, ranked
from evals.people.deciding import folded

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "a", "ø": "o", "Ö": "oe", "Ü": "ue"})


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    rules: dict[str, Any]
    cultures: Bag[str]
    cities: Bag[str]
    streets: Bag[str]
    providers: Bag[str]


@cache
def country(code: str) -> Country:
    rules = data("places")[code]
    mail = data("shops")["mail"]
    return Country(
        code=code,
        rules=rules,
        cultures=Bag(rules["names"]),
        cities=ranked(rules["cities"].split("; "), 2),
        streets=ranked(rules["streets"].split("|"), 12),
        providers=Bag(mail["everywhere"] | mail.get(code, {})),
    )


@dataclass(frozen=True, slots=True)
class Phone:
    """`national` are the digits without the country's code and the leading nought."""

    country: str
    national: str


@dataclass(frozen=True, slots=True)
class House:
    country: str
    number: str
    street: str
    unit: str
    city: str
    state: str
    postcode: str


@dataclass(slots=True)
class Directory:
    """Gives out mailboxes and telephones, none of them twice."""

    rng: random.Random
    _given: set[str] = field(default_factory=set[str])
    _reached: set[str] = field(default_factory=set[str])

    def mailbox(self, local: str, domain: str) -> str:
        address = f"{local}@{domain}"
        while address in self._given:
            address = f"{local}{self.rng.randint(1, 999)}@{domain}"
        if _reached(address) in self._reached:
            address = f"{local}{len(self._given)}@{domain}"
        self._given.add(address)
        self._reached.add(_reached(address))
        return address

    def personal(self, given: str, family: str, code: str) -> str:
        """A person's mailbox with one of the large providers; half of them have a number in it."""
        first, last = letters(given), letters(family)
        rng = self.rng
        patterns = [f"{first}.{last}", f"{first}{last}", f"{first[0]}{last}", f"{first}_{last}", f"{last}.{first}"]
        local = rng.choices([*patterns, f"{first}{last[0]}"], (34, 24, 14, 7, 7, 6))[0]
        if rng.random() < 0.06:
            local = rng.choice(data("shops")["pastimes"].split())
            return self.mailbox(f"{local}{rng.randint(1, 99)}", country(code).providers.draw(rng))
        if rng.random() < 0.42:
            local += rng.choice((f"{rng.randint(50, 99)}", f"{rng.randint(1, 99)}", f"{rng.randint(1955, 2004)}"))
        return self.mailbox(local, country(code).providers.draw(rng))

    def phone(self, code: str, area: str = "") -> Phone:
        """A mobile number, or a landline of the area given."""
        while (number := _number(self.rng, country(code), area)) in self._given:
            pass
        self._given.add(number)
        return Phone(code, number)


def _number(rng: random.Random, where: Country, area: str) -> str:
    rules = where.rules
    if rules["dial"] == "1":
        area = area or where.cities.draw(rng).split("|")[3]
        return area + filled(f"{rng.randint(2, 9)}{rng.randint(2, 9)}#####", rng)
    if not area and where.code == "BR":
        return where.cities.draw(rng).split("|")[3] + filled(f"9{rng.randint(6, 9)}#######", rng)
    start = area + str(rng.randint(2, 7)) if area else rng.choice(rules["mobile"].split())
    length = rules["landline" if area else "length"] - (where.code == "DE" and start[:2] == "17")
    return start + filled("#" * (length - len(start)), rng)


def letters(text: str) -> str:
    """As it may stand in a mailbox."""
    return re.sub(r"[^a-z]", "", folded(text.lower().translate(_UMLAUTS))) or "x"


def house(rng: random.Random, code: str, city: str = "") -> House:
    """A house in the city given ("name|state|postcode|area code"), or in any."""
    where = country(code)
    name, state, postcode, _ = (city or where.cities.draw(rng)).split("|")
    number = str(rng.choices((rng.randint(1, 60), rng.randint(60, 400), rng.randint(400, 9999)), _lengths(code))[0])
    if code in {"DE", "NL", "IT", "GB"} and rng.random() < 0.08:
        number += rng.choice("abc")
    kinds = data("shops")["units"].get(code)
    unit = f"{rng.choice(kinds)} {rng.randint(1, 40)}" if kinds and rng.random() < 0.2 else ""
    return House(code, number, where.streets.draw(rng), unit, name, state, filled(postcode, rng))


def _lengths(code: str) -> tuple[int, int, int]:
    """How long streets are: numbers up to 60, up to 400, and beyond."""
    return (20, 40, 40) if code in {"US", "CA"} else (70, 28, 2)


def written_phone(phone: Phone, rng: random.Random, style: str) -> str:
    """`style` is "international", which the systems themselves write, or "typed"."""
    rules = country(phone.country).rules
    if style == "international":
        return f"+{rules['dial']}{phone.national}"
    if rng.random() < 0.25:
        gap = rng.choice(("", " "))
        middle = len(phone.national) - 6
        parts = (phone.national[:middle], phone.national[middle:-3], phone.national[-3:])
        return f"{rng.choice(('+', '+', '00'))}{rules['dial']} {gap.join(parts)}"
    digits = f"{rules['trunk']}{phone.national}"
    fitting = [shape for shape in rules["shapes"] if shape.count("#") == len(digits)]
    if not fitting:
        return digits
    rest = iter(digits)
    return "".join(next(rest) if one == "#" else one for one in rng.choice(fitting))


def written_house(one: House, rng: random.Random, *, typed: bool) -> tuple[str, str | None]:
    """The two lines of an address; where people type it they shorten it."""
    order = country(one.country).rules["address"]
    street = _shortened(one.street, rng) if typed and rng.random() < 0.35 else one.street
    first = {"number first": "{0} {1}", "number last": "{1} {0}", "street, number": "{1}, {0}"}[order]
    line = first.format(one.number, street)
    if not one.unit or rng.random() < 0.08:
        return line, None
    if rng.random() < 0.5:
        return line, one.unit
    return (f"{one.unit}, {line}" if one.country in {"GB", "IE", "IN"} else f"{line}, {one.unit}"), None


def _shortened(street: str, rng: random.Random) -> str:
    short = rng.choice(_SHORT)
    for long, brief in short:
        if street != (shorter := re.sub(long, brief, street)):
            return shorter
    return street


def _pairs(text: str) -> Sequence[tuple[str, str]]:
    return [(rf"{long}\b", brief) for long, brief in (pair.split(":") for pair in text.split("|"))]


_SHORT = (
    _pairs(
        "Street:St|Road:Rd|Avenue:Ave|Lane:Ln|Close:Cl|Drive:Dr|straße:str.|Straße:Str.|Calle:C/|Avenida:Av.|avenue:av.|rue:r."
        "|boulevard:bd|Via:V.|Rua:R.|Paseo:Pº|Terrace:Tce|gatan:g.|ul\\.:ul"
    ),
    _pairs(
        "St:Street|Ave:Avenue|Rd:Road|Ln:Lane|Dr:Drive|Blvd:Boulevard|Ct:Court|Street:St.|Road:Rd.|straße:strasse|Straße:Strasse"
        "|Avenida:Avda.|Calle:C.|Via:via|Rua:rua"
    ),
)


def _reached(address: str) -> str:
    """The mailbox that an address reaches: at Gmail dots do not count, so that no two people have j.doe@ and jdoe@ there."""
    local, _, domain = address.partition("@")
    return f"{local.replace('.', '')}@{domain}" if domain == "gmail.com" else address
