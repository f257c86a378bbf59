"""What two records of a buyer are compared by: names, addresses and numbers brought to one form. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from tools.kit.yaml_text import parse_yaml
from tools.resolution.mailboxes import FAMILY, is_provider, mailboxes

_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "a", "œ": "o", "þ": "th", "ð": "d"}
)
_UMLAUTS: Final = (("ue", "u"), ("oe", "o"), ("ae", "a"))
_WORDS: Final = re.compile(r"[^\W_]+")
_BOTH: Final = re.compile(r"(?i)(?<=\w)\.?\s*(?:&|\+|/|\b(?:and|und|et|y|e|och|ve)\b)\s*(?=\w)")
_TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam dame rev herr frau hr fr mme mlle monsieur madame mademoiselle sra srta don "
    "the dona senor senora lic ing arq dipl mag dott signor signora pan pani bay hanim sayin phd md mba esq dkfm mister missus sayin".split()
)
_ADDRESSES: Final = frozenset(
    "mr mrs ms miss herr frau hr fr monsieur madame mme mlle mademoiselle sr sra senor senora signor signora pan pani".split()
)
_PARTICLES: Final = frozenset(
    "von van vom zu zum zur der den ter ten de del della di da la le los las dos das af av bin ibn al el".split()
)
_SPACE_TOO_LATE: Final = re.compile(r"(?<=[^\W\d_])([^\W\d_]) (?=[^\W\d_])")
_GLUED: Final = re.compile(r"\b([vV]on|[vV]an|[dD]e|[dD]el|[dD]i)(?=[A-Z])")
_GENERATIONS: Final = {
    "jr": "jr",
    "junior": "jr",
    "jnr": "jr",
    "senior": "sr",
    "snr": "sr",
    "sr": "sr",
    "ii": "ii",
    "iii": "iii",
    "iv": "iv",
}
_LEGAL: Final = frozenset(
    "ltd limited llc llp inc incorporated corp corporation co company plc gmbh ag kg ohg ug gbr ek eg se sa sas sarl sl slu srl spa "
    "gesmbh eu rl cv sp zoo incorporated bv nv oy ab as aps pty pte pvt private kft zrt sro zoo spzoo dac clg ulc cic pllc lllp eurl sasu snc sci eirl sprl bvba kgaa srls oyj doo bhd anonim sirketi sti lda ltda".split()
)
_AND_THE: Final = frozenset("and und y et e och ve i the".split())
_ABBREVIATED: Final = {
    "bros": "brothers", "intl": "international", "svc": "service", "svcs": "services", "mfg": "manufacturing", "grp": "group",
    "assoc": "associates", "mgmt": "management", "centre": "center", "dept": "department", "natl": "national", "univ": "university",
    "gebr": "gebruder", "hnos": "hermanos", "ets": "etablissements", "ste": "societe",
}  # fmt: skip
_FORMS: Final = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "limitada": "lda", "slu": "sl"}
_ANY_FORM: Final = frozenset("co company eu rl cv sp".split())
"""Words of which a legal form may be made, or that any company may put behind its name."""
_NAMELESS: Final = frozenset(
    "guest test unknown customer anonymous none null na nan walkin tester gast kunde testkunde cliente invitado client "
    "valued cash member private".split()
)
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
EDITION: Final = 4
"""Of the rules by which keys are made. To be raised with them: what was kept by others is then made anew."""
COUNTED: Final = frozenset(["domain", "postal", "town", "employer", "initial", "first", "last"])
_FEWEST_DIGITS: Final = 4
_FEWEST_LETTERS: Final = 3
_FEWEST_DIFFERENT: Final = 3
_LONGEST_BEGINNING: Final = 4
_SHORTEST_LOCAL: Final = 6
"""Different digits a telephone number has at least, or it stands for none ("000-000-0000")."""


@dataclass(frozen=True, slots=True)
class Party:
    """A customer or contact as one source knows it. `id` is its row's, `key` stays the same when the row is made anew."""

    id: str
    key: str
    source: str
    name: str | None = None
    contact_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    line1: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


@dataclass(frozen=True, slots=True)
class Features:
    """The same, as it is compared. Empty texts are not known."""

    party: Party
    given: tuple[str, ...]
    """Given names in order; an initial is one letter."""
    family: str
    generation: str
    """Of two of one name: jr, sr, ii, …"""
    is_joint: bool
    """Whether the name is that of two ("Mr & Mrs Smith")."""
    is_company: bool
    company: str
    """Without legal form; of a person, where she is at."""
    legal: frozenset[str]
    """The legal forms that a company's name shows."""
    named: str
    """The name's words as a company's would be."""
    email: str
    emails: tuple[str, ...]
    """All that its field holds."""
    is_role: bool
    """Whether the mailbox is an office's (info@) or a household's, not a person's."""
    phone: str
    """E.164, else its digits."""
    phones: tuple[str, ...]
    """All that its field holds."""
    house: str
    """Street and number."""
    city: str
    postal: str
    country: str
    keys: dict[str, int]
    """Hashes by what they are of (see `keys_of`)."""

    @property
    def id(self) -> str:
        return self.party.id

    @property
    def key(self) -> str:
        return self.party.key

    @property
    def tokens(self) -> tuple[str, ...]:
        return (*self.given, self.family) if self.family else self.given

    @property
    def is_nameless(self) -> bool:
        return not self.family and not self.given and not self.company


def mended(text: str) -> str:
    """A text that was read in the wrong encoding, read in the right one: UTF-8 taken for Windows-1252. What was read rightly
    is hardly ever UTF-8 when it is written so."""
    if text.isascii():
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def folded(text: str) -> str:
    """Lower case without accents; ü, ue and u are one."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", mended(text).casefold().translate(_LETTERS))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    for long, short in _UMLAUTS:
        plain = plain.replace(long, short)
    return plain


def words(text: str | None) -> list[str]:
    return _WORDS.findall(folded(text.replace("'", "").replace("’", ""))) if text else []


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, frozenset[str]]:
    groups: list[list[str]] = parse_yaml(Path(__file__).with_name("nicknames.yaml").read_text("utf-8"))
    found: dict[str, frozenset[str]] = {}
    for names in groups:
        for short in names:
            found[folded(short)] = found.get(folded(short), frozenset()) | {folded(names[0])}
    return found


@lru_cache(maxsize=65_536)
def full_forms(given: str) -> frozenset[str]:
    """The names that a given name may be short for, and itself."""
    return _nicknames().get(given, frozenset()) | {given}


@lru_cache(maxsize=65_536)
def short_forms(given: str) -> frozenset[str]:
    """What a given name may be shortened to."""
    return frozenset(short for short, full in _nicknames().items() if given in full)


def is_given_name(word: str) -> bool:
    """Whether nicknames.yaml has it: a name, and none that somebody mistyped."""
    return word in _nicknames()


@lru_cache(maxsize=65_536)
def initials_of(given: str) -> frozenset[str]:
    """The letters that a given name may be cut down to: Elizabeth's are E, L and B."""
    full = full_forms(given)
    return frozenset({name[0] for name in full} | {short[0] for short, forms in _nicknames().items() if forms & full})


_ASIDE: Final = re.compile(r"^\s*(?P<name>[^()]*\w[^()]*?)\s*\((?P<aside>[^()]+)\)\s*$")
_BESIDE: Final = re.compile(
    r"(?i)^\s*(?P<name>\S+\s.*?)(?:\s+[-–/|]\s+|\s+c/o\s+|,\s*(?=[^,]*(?:&|\band\b|\bund\b)))(?P<aside>\S.*)$"
)


def without_aside(
    name: str | None, company: str | None = None, email: str | None = None
) -> tuple[str | None, str | None]:
    """A name and what stands behind it in brackets, after a dash or a comma: where somebody works, mostly. What follows a
    comma is the given name else ("Lee, Ann"): it is a company where it says so by its form, is the record's own or its
    mailbox's, or the mailbox has both names from before the comma."""
    if not name:
        return name, None
    if found := _ASIDE.match(name) or _BESIDE.match(name):
        return found["name"], found["aside"]
    before, comma, after = name.partition(",")
    if comma and len(before.split()) > 1 and _is_company(after, before, company, email):
        return before.strip(), after.strip()
    return name, None


def _is_company(after: str, before: str, company: str | None, email: str | None) -> bool:
    whole = company_name(after)
    if not whole or whole in _GENERATIONS:
        return False
    if ((has_legal_form(after) or names_a_trade(after)) and len(after.split()) > 1) or whole == company_name(company):
        return True
    local, _, domain = (email or "").casefold().partition("@")
    if len(whole) > _FEWEST_LETTERS and whole.replace(" ", "") in re.sub(r"\W", "", domain.partition(".")[0]):
        return True
    spelled = [word for word in words(local.replace("_", " ")) if not word.isdigit()]
    return len(spelled) > 1 and set(spelled) <= set(words(before))


def person_name(text: str | None) -> tuple[tuple[str, ...], str, str]:
    """Given names, family name and generation of a written name. "Smith, John" is turned; titles and particles (von, de la)
    are left out, and so is what is said twice."""
    if not text or "@" in text:
        return (), "", ""
    text = _SPACE_TOO_LATE.sub(_space_before_capital, _GLUED.sub(r"\1 ", mended(text)))
    before, comma, after = text.partition(",")
    behind = words(after)
    turned = f"{after} {before}" if comma and behind and behind[0] not in _GENERATIONS else text
    parts = words(turned)
    generation = next((_GENERATIONS[word] for word in parts[1:] if word in _GENERATIONS), "")
    parts = [word for word in parts if word not in _TITLES and word not in _GENERATIONS and not word.isdigit()]
    if not parts or all(word in _NAMELESS for word in parts):
        return (), "", ""
    whole = [word for word in parts if word not in _PARTICLES]
    parts = list(dict.fromkeys(whole if len(whole) > 1 else parts))
    if _is_family_alone(turned, parts):
        return (), parts[-1], generation
    if len(parts) == 1:
        return (parts[0],), "", generation
    return tuple(parts[:-1]), parts[-1], generation


def _space_before_capital(found: re.Match[str]) -> str:
    """ "SeánK elly" is Seán Kelly."""
    text, at = found.string, found.start()
    slipped = text[at].isupper() and text[at - 1].islower() and text[found.end()].islower()
    return f" {text[at]}" if slipped else found[0]


def _is_family_alone(text: str, parts: list[str]) -> bool:
    """Whether a name is a form of address and a family's name: "Madame Ladrochet-Martin", "Sr. Aguilar Ruiz"."""
    address, _, rest = text.strip().partition(" ")
    title = "".join(words(address))
    if title not in _ADDRESSES:
        return False
    return len(rest.split()) == 1 or (title in ("sr", "sra", "senor", "senora") and len(parts) == 2)  # noqa: PLR2004 - of both parents


_LEGAL_PHRASES: Final = re.compile(r"(?i)\b(?:s\.?\s?a\.? de c\.?\s?v|s\.? de r\.?\s?l|sp\.? z\s?o\.?\s?o)\b\.?")


def company_name(text: str | None) -> str:
    """A company's name without its legal form and article."""
    parts = _company_words(text)
    core = [_ABBREVIATED.get(word, word) for word in parts if word not in _LEGAL and word not in _AND_THE]
    return " ".join(core or parts)


def legal_forms(text: str | None) -> frozenset[str]:
    """What a company's name says of its legal form; none where it is of several words, which are cut short in many ways."""
    if not text or _LEGAL_PHRASES.search(text):
        return frozenset()
    return frozenset(_FORMS.get(word, word) for word in _company_words(text)[1:] if word in _LEGAL - _ANY_FORM)


def has_legal_form(text: str | None) -> bool:
    return any(word in _LEGAL for word in _company_words(text)[1:])


@lru_cache(maxsize=1)
def _trades() -> frozenset[str]:
    found: dict[str, str] = parse_yaml(Path(__file__).with_name("trades.yaml").read_text("utf-8"))
    return frozenset(folded(word) for words_ in found.values() for word in words_.split())


def names_a_trade(text: str | None) -> bool:
    """Whether a name of several words says what a business does ("Sterling Roofing"), the first of them aside: some families
    are called Bau."""
    return any(word in _trades() for word in _company_words(text)[1:])


def _company_words(text: str | None) -> list[str]:
    return words(_LEGAL_PHRASES.sub(" ltd ", text).replace(".", "")) if text else []


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
def _town(city: str | None) -> str:
    return " ".join(words(city))


def _address(party: Party) -> tuple[str | None, str | None, str | None]:
    """Street, town and postcode, also where all are in the first line: "12 High St, Leeds, LS1 2AB", "Hauptstr. 5, 50667 Köln"."""
    parts = [part.strip() for part in (party.line1 or "").split(",") if part.strip()]
    if party.city or party.postal_code or len(parts) < 2:  # noqa: PLR2004 - a street and a town
        return party.line1, party.city, party.postal_code
    if found := _POSTCODE_AND_TOWN.fullmatch(parts[-1]):
        return ", ".join(parts[:-1]), found["town"], found["code"]
    if len(parts) > 2 and _POSTCODE.fullmatch(parts[-1]) and not re.search(r"\d", parts[-2]):  # noqa: PLR2004 - and a postcode
        return ", ".join(parts[:-2]), parts[-2], parts[-1]
    return party.line1, party.city, party.postal_code


_POSTCODE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9 -]{2,9}")
_POSTCODE_AND_TOWN: Final = re.compile(r"(?P<code>\d{4,6}|\d{2}-\d{3}) (?P<town>[^\d]+)")


def features_of(party: Party, *, country: str = "") -> Features:
    """`country` is the tenant's own: numbers without a prefix are of it where the record names no country."""
    name, aside = without_aside(party.name, party.company, party.email)
    company, named = company_name(party.company or aside), company_name(name)
    given, family, generation = person_name(name)
    is_joint = bool(name) and _BOTH.search(name or "") is not None
    is_company = bool(named) and (has_legal_form(name) or names_a_trade(name) or (bool(company) and named == company))
    legal = legal_forms(name) | legal_forms(party.company)
    if not is_company and not family and not given and "@" not in (name or ""):
        is_company = bool(company) and not party.contact_name and not _is_persons(party.email)
        given, family, generation = person_name(party.contact_name)
    if is_company:
        given, family, generation, company = (), "", "", named or company
        is_joint = False
    boxes = mailboxes(party.email)
    email, is_role = boxes[0] if boxes else ("", False)
    is_role = is_role or _is_households(email, family)
    emails = tuple(box for box, _ in boxes)
    given = _spelled_out(given, family, email)
    code = (party.country_code or "").upper()
    phones = telephones(party.phone, code or country.upper())
    line1, place, postal_code = _address(party)
    postal = "".join(words(postal_code))
    postal = postal[:5] if code == "US" else postal
    house, city = street(line1), _town(place)
    found = Features(
        party,
        given,
        family,
        generation,
        is_joint,
        is_company,
        company,
        legal if is_company else frozenset(),
        named,
        email,
        emails,
        is_role,
        phones[0] if phones else "",
        phones,
        house,
        city,
        postal,
        code,
        {},
    )
    found.keys.update(keys_of(found))
    return found


def _is_persons(email: str | None) -> bool:
    """Whether a mailbox is a person's: a record without a name is hers, wherever she works."""
    return any(not is_role for _, is_role in mailboxes(email)[:1])


def _is_households(email: str, family: str) -> bool:
    """Whether a mailbox bears the family's name as that of all of them: thesmiths@, the.smith@."""
    bare = re.sub(r"[^a-z]", "", folded(email.partition("@")[0]))
    return bool(family) and bare in {f"the{family}", f"the{family}s", f"the{family}es", f"{family}s"}


def _spelled_out(given: tuple[str, ...], family: str, email: str) -> tuple[str, ...]:
    """ "J. Byrne" whose mailbox is john.byrne@ is John."""
    if not family or not given or len(given[0]) != 1 or not email:
        return given
    parts = words(email.partition("@")[0].replace("_", " "))
    if len(parts) != 2 or family not in parts:  # noqa: PLR2004 - given and family name
        return given
    other = parts[1 - parts.index(family)]
    return (other, *given[1:]) if len(other) > 1 and other.isalpha() and given[0] in initials_of(other) else given


def full_name(given: Iterable[str], family: str) -> str:
    """A name whatever the order of its parts."""
    return " ".join(sorted((*given, family))) if family else ""


def keys_of(one: Features) -> dict[str, int]:
    """Hashes of what records of one buyer have in common: the mailbox, its name at another provider, the number, the
    place, the name, the name's parts with the place, and a company's domain. Those of COUNTED are shared by too many to compare all of
    them, and only say how rare a value is."""
    found = _mail_keys(one)
    if one.phone:
        found["phone"] = (one.phone[-9:],)
    if one.house and (one.postal or one.city):
        found["place"] = (one.house, one.postal or one.city)
    if one.postal:
        found["postal"] = (one.postal,)
    if one.city:
        found["town"] = (one.city,)
    if one.company and not one.is_company:
        found["employer"] = (one.company,)
    first, last = _ends(one)
    if last:
        found["name"] = (full_name((first,), last),)
        found |= {"initial": (last, first[:1])}
        if not one.is_company:
            found |= {"first": (one.given[0] if one.given else "",), "last": (last,)}
        if one.postal:
            found["near"] = (last, first[:1], one.postal)
            if len(first) > 1 and not one.is_company:
                found["named here"] = (first, one.postal)
        if one.house:
            found["door"] = (last, one.house)
        if one.city:
            found["city"] = (full_name((first,), last), one.city)
    hashes = {kind: key_of(kind, *parts) for kind, parts in found.items()}
    hashes |= {f"phone {place}": key_of("phone", number[-9:]) for place, number in enumerate(one.phones[1:])}
    return hashes | {f"mail {place}": key_of("mail", box) for place, box in enumerate(one.emails[1:])}


def _mail_keys(one: Features) -> dict[str, tuple[str, ...]]:
    if not one.email:
        return {}
    local, _, domain = one.email.partition("@")
    found: dict[str, tuple[str, ...]] = {"mail": (one.email,), "domain": (domain,)}
    if one.is_company and not is_provider(one.email):
        found["site"] = (domain,)
    if len(local) >= _SHORTEST_LOCAL and not one.is_role and not _is_made_of(local, one) and not spells(local, one):
        found["local"] = (local,)
    return found


def _ends(one: Features) -> tuple[str, str]:
    """The given and family name; the first and last word of a company, which nobody may have taken for one."""
    if one.is_company:
        parts = one.company.split()
        return (parts[0], parts[-1]) if len(parts) > 1 else ("", one.company)
    first = next((name for name in one.given if len(name) > 1), one.given[0] if one.given else "")
    return min(_nicknames().get(first, (first,))), one.family


def spells(local: str, one: Features) -> bool:
    """Whether a mailbox's name says no more than whose it is: it may be anybody's of that name."""
    left = re.sub(r"[\W\d_]", "", folded(local))
    known = {form for word in one.tokens for form in full_forms(word) | short_forms(word)}
    known |= set(one.company.split()) | FAMILY
    for word in sorted(known, key=len, reverse=True):
        if len(word) > 1:
            left = left.replace(word, "", 1)
    return len(left) <= 2  # noqa: PLR2004 - initials


def _is_made_of(local: str, one: Features) -> bool:
    """Whether a mailbox's name holds a name of hers, or its beginning: what else is in it, another of that name may have too."""
    plain = folded(local)
    return any(word[:_LONGEST_BEGINNING] in plain for word in one.tokens if len(word) >= _FEWEST_LETTERS)


def key_of(*parts: str) -> int:
    """64 signed bits: what is stored tells nobody a name."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big", signed=True)
