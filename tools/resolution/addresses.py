"""Telephone numbers, streets and towns as they are compared. Pure."""

import re
from functools import lru_cache
from typing import Final

from tools.resolution.folding import words

_STREETS: Final = {
    "street": "st", "str": "st", "strasse": "st", "road": "rd", "avenue": "av", "ave": "av", "drive": "dr", "lane": "ln",
    "boulevard": "bd", "blvd": "bd", "court": "ct", "place": "pl", "square": "sq", "calle": "c", "platz": "pl", "terrace": "ter",
    "apartment": "apt", "flat": "apt", "unit": "apt", "suite": "apt", "ste": "apt", "highway": "hwy", "parkway": "pkwy",
    "way": "wy", "circle": "cir", "trail": "trl", "grove": "gr", "grv": "gr", "gardens": "gdns", "gdn": "gdns", "heights": "hts",
    "terr": "ter", "cr": "cres", "crs": "cres", "bvd": "bd", "bld": "bd", "avda": "av", "avd": "av", "avenida": "av", "allee": "all",
    "chemin": "ch", "impasse": "imp", "route": "rte", "plaza": "pl", "pza": "pl", "plza": "pl", "paseo": "pso", "carretera": "ctra",
    "privada": "priv", "pvda": "priv", "camino": "cno", "calzada": "calz", "viale": "vle", "piazza": "pza", "corso": "cso", "caddesi": "cad",
    "cadde": "cad", "cd": "cad", "sokak": "sk", "sokagi": "sk", "sok": "sk", "aleja": "al", "plac": "pl", "osiedle": "os", "duong": "d",
    "mount": "mt", "saint": "st", "room": "apt", "no": "apt", "top": "apt", "wohnung": "apt", "whg": "apt", "piso": "apt",
    "rue": "r", "ulica": "ul", "north": "n", "south": "s", "east": "e", "west": "w", "close": "cl", "crescent": "cres",
}  # fmt: skip
_FEWEST_DIGITS: Final = 4
_FEWEST_DIFFERENT: Final = 3
"""Different digits a telephone number has at least, or it stands for none ("000-000-0000")."""


@lru_cache(maxsize=65_536)
def telephone(text: str | None, country: str) -> str:
    """A number in E.164 (libphonenumber's rules), without its extension; its last nine digits where it is no valid one of
    the country; empty for none."""
    if not text:
        return ""
    import phonenumbers

    head = re.split(r"(?:ext|x|durchwahl|#)", text.casefold(), maxsplit=1)[0]
    digits = re.sub(r"\D", "", head)
    if len(digits) < _FEWEST_DIGITS or len(set(digits)) < _FEWEST_DIFFERENT or digits in "01234567890123456789":
        return ""
    try:
        number = phonenumbers.parse(head, country or None)
        if phonenumbers.is_possible_number(number):
            return f"+{number.country_code}{number.national_number}"
    except phonenumbers.NumberParseException:
        pass
    return digits[-9:]


_BETWEEN_NUMBERS: Final = re.compile(r"(?i)\s*(?:[,;|]|\s/\s|\bor\b|\boder\b|\band\b|\bund\b|\bou\b|\by\b)\s*")


def telephones(text: str | None, country: str) -> tuple[str, ...]:
    """The numbers of a field that should hold one ("020 7946 0000 / 0161 496 0000")."""
    found = (telephone(one, country) for one in _BETWEEN_NUMBERS.split(text or ""))
    return tuple(dict.fromkeys(one for one in found if one)) or tuple(filter(None, [telephone(text, country)]))


_LONG_ROADS: Final = re.compile(r"(?i)(?<=\w)(?:gasse\b|weg\b|g\.|w\.)(?=\s)")
_ROADS: Final = {"g": "gasse", "w": "weg"}
"""Behind a name in one word with it: Lessinggasse, Lessingg."""


@lru_cache(maxsize=65_536)
def street(line1: str | None) -> str:
    """Street and number without regard to how either is abbreviated."""
    line1 = _LONG_ROADS.sub(lambda road: f" {_ROADS[road[0].casefold()[0]]} ", line1) if line1 else line1
    found = words(re.sub(r"(?i)stra(?:ß|ss)e\b|str\.", " st ", line1) if line1 else line1)
    parts = [_STREETS.get(word, word) for word in found]
    numbers = [word for word in parts if word[0].isdigit()]
    return " ".join(sorted(set(parts))) if numbers else ""


@lru_cache(maxsize=16_384)
def town(city: str | None) -> str:
    return " ".join(words(city))


def address_of(
    line1: str | None, city: str | None, postal_code: str | None
) -> tuple[str | None, str | None, str | None]:
    """Street, town and postcode, also where all are in the first line: "12 High St, Leeds, LS1 2AB", "Hauptstr. 5, 50667 Köln"."""
    parts = [part.strip() for part in (line1 or "").split(",") if part.strip()]
    if city or postal_code or len(parts) < 2:  # noqa: PLR2004 - a street and a town
        return line1, city, postal_code
    if found := _POSTCODE_AND_TOWN.fullmatch(parts[-1]):
        return ", ".join(parts[:-1]), found["town"], found["code"]
    if len(parts) > 2 and _POSTCODE.fullmatch(parts[-1]) and not re.search(r"\d", parts[-2]):  # noqa: PLR2004 - and a postcode
        return ", ".join(parts[:-2]), parts[-2], parts[-1]
    return line1, city, postal_code


_POSTCODE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 -]{2,9}")
_POSTCODE_AND_TOWN: Final = re.compile(r"(?P<code>\d{4,6}|\d{2}-\d{3}) (?P<town>[^\d]+)")
