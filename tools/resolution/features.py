"""What two records of a buyer are compared by: names, addresses and numbers brought to one form. Pure."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tools.resolution.addresses import address_of, street, telephones, town
from tools.resolution.company_names import company_name, has_legal_form, legal_forms, names_a_trade, without_aside
from tools.resolution.folding import folded, scripts_of, words
from tools.resolution.given_names import full_forms, initials_of, short_forms, usual_form
from tools.resolution.mailboxes import FAMILY, is_provider, mailboxes
from tools.resolution.person_names import bare_name, is_joint, person_name

EDITION: Final = 6
"""Of the rules by which keys are made. To be raised with them: what was kept by others is then made anew."""
COUNTED: Final = frozenset(["domain", "postal", "town", "employer", "initial", "first", "last"])
_FEWEST_LETTERS: Final = 3
_LONGEST_BEGINNING: Final = 4
_SHORTEST_LOCAL: Final = 6


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
    scripts: frozenset[str]
    """What the name is written in other than Latin letters."""
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


def features_of(party: Party, *, country: str = "") -> Features:
    """`country` is the tenant's own: numbers without a prefix are of it where the record names no country."""
    address = party.email or (party.name if party.name and "@" in party.name else None)
    name, aside = without_aside(party.name, party.company, address)
    company, named = company_name(party.company or aside), company_name(name)
    given, family, generation = person_name(name)
    is_two = is_joint(name)
    is_company = bool(named) and (has_legal_form(name) or names_a_trade(name) or (bool(company) and named == company))
    is_company = is_company or _is_of_contact(named, company_name(party.contact_name))
    legal = legal_forms(name) | legal_forms(party.company)
    is_contacts = not is_company and not family and not given and "@" not in (name or "")
    if is_contacts:
        is_company = bool(company) and not party.contact_name and not _is_persons(address)
        given, family, generation = person_name(party.contact_name)
    if is_company:
        given, family, generation, company = (), "", "", _with_branch(named, aside, party.contact_name) or company
        is_two = False
    boxes = mailboxes(address)
    email, is_role = boxes[0] if boxes else ("", False)
    is_role = is_role or _is_households(email, family)
    emails = tuple(box for box, _ in boxes)
    given = _spelled_out(given, family, email)
    code = (party.country_code or "").upper()
    phones = telephones(party.phone, code or country.upper())
    line1, place, postal_code = address_of(party.line1, party.city, party.postal_code)
    postal = "".join(words(postal_code))
    postal = postal[:5] if code == "US" else postal
    house, city = street(line1), town(place)
    found = Features(
        party,
        given,
        family,
        generation,
        scripts_of(bare_name((party.name if is_company or not is_contacts else party.contact_name) or "")),
        is_two,
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


def _is_of_contact(named: str, contact: str) -> bool:
    """Whether a name is that of the person to ask for and something more behind it, which is what she does: "Gary Clegg Framing"."""
    return len(contact.split()) > 1 and named.startswith(f"{contact} ")


def _with_branch(named: str, aside: str | None, contact: str | None) -> str:
    """A company's name with what stands behind it, which tells one of its outlets from another."""
    behind = company_name(bare_name(aside or ""))
    if not named or not behind or set(words(contact)) & set(behind.split()):
        return named
    return f"{named} {behind}"


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
    return usual_form(first), one.family


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
