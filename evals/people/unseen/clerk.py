"""Persons and firms as a system has them written down, each record with what it shows of whom."""

import random
from dataclasses import dataclass, field
from typing import Any

from evals.people.deciding import Fact, Trace, folded
from evals.people.unseen.data import data, slipped
from evals.people.unseen.world import Firm, House, Person, Phone

MESS = {
    "goes by a short name": 0.22, "first letter only": 0.05, "surname in front": 0.05, "name in capital letters": 0.06, "whispered": 0.05,
    "middle letter": 0.06, "finger slipped in the name": 0.025, "first name only": 0.05, "courtesy title": 0.03,
    "spelt another way": 0.12, "surname of before, kept": 0.12, "two surnames": 0.05, "without a name": 0.04,
    "accents lost": 0.35, "another mailbox of hers": 0.1, "mailbox of the house": 0.3, "mailbox at work": 0.3, "mailbox of the desk": 0.1,
    "mailbox of the better half": 0.04, "finger slipped in the mailbox": 0.018, "plus tag": 0.015, "telephone of the house": 0.18,
    "telephone of the office": 0.3, "finger slipped in the telephone": 0.02, "delivered to work": 0.12, "street written out or short": 0.3,
    "no flat": 0.25, "finger slipped in the postcode": 0.02, "only the postcode": 0.4, "remark behind the name": 0.03,
    "legal form left out": 0.4, "trade left out": 0.18, "branch left out": 0.08, "mailbox of the head office": 0.2,
    "mailbox of the staff": 0.25,
}  # fmt: skip
"""How probable each kind of mess is where it is possible. "only the postcode" is of payments."""
CARELESS = {
    "file": 1.8,
    "square": 1.5,
    "gmail": 1.0,
    "hubspot": 0.7,
    "quickbooks": 0.8,
    "xero": 0.6,
    "stripe": 0.9,
    "shopify": 1.0,
}
"""How much oftener a system's records are mistyped."""


@dataclass(slots=True)
class Draft:
    """A record in the making; `at` is when, from 0 to 1. `called`, `family` and `facts` are as in Trace."""

    source: str
    kind: str
    truth: str
    at: float
    country: str
    name: str | None = None
    contact_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    called: str = ""
    family: str = ""
    facts: list[Fact] = field(default_factory=list[Fact])
    mess: list[str] = field(default_factory=list[str])

    def trace(self) -> Trace:
        return Trace(self.truth, self.called, self.family, self.facts)


class Clerk:
    """Writes drafts."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._systems: dict[str, dict[str, Any]] = data("firms")["systems"]

    def of_person(self, one: Person, source: str, at: float) -> Draft:
        rng, system = self._rng, self._systems[source]
        out = Draft(source, system["kind"], one.truth, at, one.country)
        house = one.houses[-1] if at > one.turns["house"] else one.houses[0]
        if not self._odds("without a name", out, by=4 if source == "stripe" else 1):
            self._name(out, one)
        if one.employer and rng.random() < system["company"]:
            out.company = self._firm_name(one.employer, out)
            out.facts.append(Fact(f"staff of {one.employer.domain}", strong=False))
        if rng.random() < system["email"]:
            self._mailbox(out, self._mail_of(one, out))
        if rng.random() < system["phone"]:
            self._phone(out, self._phone_of(one, out))
        if one.employer and self._odds("delivered to work", out):
            house = one.employer.house
        self._address(out, house, system)
        if not (out.name or out.email or out.phone):
            out.name, out.called, out.family = self._plain_name(one, at)
        return out

    def of_firm(self, one: Firm, source: str, at: float) -> Draft:
        rng, system = self._rng, self._systems[source]
        out = Draft(source, system["kind"], one.truth, at, one.country, mess=["firm"])
        out.name = self._firm_name(one, out)
        out.called, out.family = folded(out.called or one.called), folded(one.core)
        if rng.random() < 0.04 * CARELESS[source]:
            out.name = slipped(out.name, rng)
        if source == "hubspot" or rng.random() < system["company"] * 0.6:
            out.company = out.name
        if one.staff and source in {"quickbooks", "xero", "hubspot", "file"} and rng.random() < 0.5:
            out.contact_name = self._plain_name(rng.choice(one.staff), at)[0]
        if rng.random() < system["email"]:
            mail = rng.choice(one.mails)
            if one.head and "branch left out" not in out.mess and self._odds("mailbox of the head office", out):
                mail = one.head
            elif one.staff and self._odds("mailbox of the staff", out):
                clerk = rng.choice(one.staff)
                mail = clerk.work_mail or clerk.mails[-1]
            self._mailbox(out, mail)
        if rng.random() < system["phone"]:
            self._phone(out, one.phone)
        self._address(out, one.house, system, by=1.3)
        return out

    def couple(self, one: Person, source: str, at: float, truth: str) -> Draft:
        """Two of a household in one record."""
        out = self.of_person(one, source, at)
        mate = one.mate or one
        family = one.families[0]
        out.name = self._rng.choice((
            f"{one.givens[0]} & {mate.givens[0]} {family}", f"{mate.givens[-1]} and {one.givens[-1]} {family}", f"{family} Family",
        ))  # fmt: skip
        out.truth, out.called, out.family, out.facts, out.mess = truth, "", "", [], ["two on one line"]
        return out

    def _odds(self, kind: str, out: Draft, by: float = 1) -> bool:
        if self._rng.random() >= MESS[kind] * by:
            return False
        out.mess.append(kind)
        return True

    def _plain_name(self, one: Person, at: float) -> tuple[str, str, str]:
        """The name in full, as it is meant, and its surname."""
        family = one.before[0] if one.before and at < one.turns["family"] else one.families[0]
        text = f"{one.givens[0]} {family}"
        return text, folded(text), folded(family)

    def _name(self, out: Draft, one: Person) -> None:
        rng = self._rng
        given, family = one.givens[0], one.families[0]
        if one.before and (out.at < one.turns["family"] or self._odds("surname of before, kept", out)):
            family = one.before[0]
        elif one.before and one.culture != "spanish" and self._odds("two surnames", out):
            family = f"{one.before[0]}-{family}" if rng.random() < 0.6 else f"{one.before[0]} {family}"
        elif len(one.families) > 1 and self._odds("spelt another way", out):
            family = rng.choice(one.families[1:])
        if one.shorts and self._odds("goes by a short name", out, by=3 if one.short_always else 0.6):
            given = rng.choice(one.shorts)
        elif len(one.givens) > 1 and self._odds("spelt another way", out, by=2):
            given = rng.choice(one.givens[1:])
        elif self._odds("first letter only", out, by=2 if out.source == "stripe" else 1):
            given = f"{given[0]}." if rng.random() < 0.5 else given[0]
        if (
            one.middle
            and one.culture != "spanish"
            and self._odds("middle letter", out, by=3 if out.source == "stripe" else 1)
        ):
            given += f" {one.middle[0]}" if rng.random() < 0.6 else f" {one.middle}"
        out.family = folded(family) if len(given) > 2 else ""
        if one.culture == "spanish" and rng.random() < 0.35:
            family += f" {one.middle}"
        text = f"{given} {family}"
        if self._odds("first name only", out, by={"square": 4, "gmail": 2}.get(out.source, 0.6)):
            text, out.family = given, ""
        elif one.suffix and rng.random() < 0.5:
            text += f" {one.suffix}"
        out.called = folded(text)
        out.name = self._dressed(out, one, given, family, text)

    def _dressed(self, out: Draft, one: Person, given: str, family: str, text: str) -> str:
        """The same name as people type it."""
        rng = self._rng
        care = CARELESS[out.source]
        if family in text and self._odds("surname in front", out, by={"xero": 3, "file": 3}.get(out.source, 0.4)):
            text = f"{family}, {given}" if one.culture != "chinese" or rng.random() < 0.4 else f"{family} {given}"
        elif family in text and self._odds("courtesy title", out):
            text = f"{rng.choice(data('firms')['titles'][one.culture][one.sex])} {text}"
        if not text.isascii() and self._odds("accents lost", out):
            for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
                text = text.replace(letter, plain if rng.random() < 0.6 else folded(letter)[:1])
            text = " ".join(folded(word).capitalize() if not word.isascii() else word for word in text.split(" "))
        if self._odds("finger slipped in the name", out, by=care):
            text = slipped(text, rng)
        if self._odds("name in capital letters", out, by=3 if out.source == "stripe" else 1):
            return text.upper()
        if self._odds("whispered", out):
            return text.lower()
        if out.source in {"square", "quickbooks", "file"} and self._odds("remark behind the name", out):
            return text + rng.choice(data("firms")["notes"])
        return text

    def _firm_name(self, one: Firm, out: Draft) -> str:
        rng = self._rng
        parts = [one.core]
        owned = bool(one.staff) and one.staff[0].business is one  # without the trade the name would be the owner's
        if owned or not one.trade or " " not in one.core or not self._odds("trade left out", out):
            parts.append(one.trade)
        if one.branch and not self._odds("branch left out", out):
            parts.append(one.branch if rng.random() < 0.6 else f"- {one.branch}")
        if out.truth == one.truth:
            out.called = folded(" ".join(parts))
        text = " ".join(filter(None, parts))
        if one.legal and not self._odds("legal form left out", out):
            text += f" {one.legal}" if rng.random() < 0.9 else f", {rng.choice(data('firms')['legal'][one.country])}"
        if rng.random() < 0.25:
            text = text.replace(" & ", " and ")
        return text.upper() if rng.random() < 0.05 else text

    def _mail_of(self, one: Person, out: Draft) -> str:
        at_desk = 0.0 if out.source == "shopify" else 1.0
        if one.employer and self._odds("mailbox at work", out, by=2.4 if out.source in {"hubspot", "gmail"} else 1):
            return one.work_mail
        if one.employer and self._odds("mailbox of the desk", out, by=at_desk):
            return self._rng.choice(one.employer.mails)
        if one.business and self._rng.random() < 0.3:
            return self._rng.choice(one.business.mails)
        if one.shared_mail and self._odds("mailbox of the house", out):
            return one.shared_mail
        if one.mate and self._odds("mailbox of the better half", out):
            return one.mate.mails[0]
        if len(one.mails) > 1 and self._odds("another mailbox of hers", out):
            return self._rng.choice(one.mails)
        return one.mails[-1] if out.at > one.turns["mail"] else one.mails[0]

    def _mailbox(self, out: Draft, mail: str) -> None:
        rng = self._rng
        out.email = mail
        slip = self._odds("finger slipped in the mailbox", out, by=CARELESS[out.source] if out.source != "gmail" else 0)
        if slip:
            local, domain = mail.split("@")
            stem, dot, rest = domain.partition(".")
            out.email = (
                f"{slipped(local, rng)}@{domain}" if rng.random() < 0.5 else f"{local}@{slipped(stem, rng)}{dot}{rest}"
            )
        elif mail.endswith("@gmail.com") and self._odds("plus tag", out):
            out.email = mail.replace("@", rng.choice(("+shop@", "+orders@", "+spam@")))
        elif rng.random() < 0.03:
            out.email = mail.capitalize()
        out.facts.append(Fact(f"mail {mail}", strong=not slip))

    def _phone_of(self, one: Person, out: Draft) -> Phone:
        if one.employer and self._odds("telephone of the office", out):
            return one.employer.phone
        if one.landline and self._odds("telephone of the house", out):
            return one.landline
        return one.mobiles[-1] if out.at > one.turns["mobile"] else one.mobiles[0]

    def _phone(self, out: Draft, phone: Phone) -> None:
        rng, number = self._rng, phone.national
        slip = self._odds("finger slipped in the telephone", out, by=CARELESS[out.source])
        if slip:
            at = rng.randrange(3, len(number))
            number = number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]
        else:
            out.facts.append(Fact(f"phone {phone.code} {phone.national}", strong=phone.own))
        trunk = "" if phone.code in {"1", "34", "91"} else "0"
        split = f"{number[:3]} {number[3:6]} {number[6:]}"
        if out.source in {"shopify", "stripe", "square"}:
            out.phone = f"+{phone.code}{number}"
        elif phone.code == "1":
            area, exchange, line = split.split(" ")
            out.phone = rng.choice(
                (f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"{area}.{exchange}.{line}", number)
            )
        else:
            out.phone = rng.choice((
                f"{trunk}{split}", f"+{phone.code} {split}", f"{trunk}{number}", f"00{phone.code} {number}", f"+{phone.code} ({trunk or '0'}) {split}",
            ))  # fmt: skip

    def _address(self, out: Draft, house: House, system: dict[str, Any], by: float = 1) -> None:
        rng = self._rng
        out.country = {"name": data("places")[house.country]["name"], "code": house.country, "": ""}[system["country"]]
        if rng.random() >= system["address"] * by:
            if out.source == "stripe" and self._odds("only the postcode", out):
                self._postcode(out, house)
            elif out.source == "hubspot" and rng.random() < 0.4:
                out.city = house.town
            return
        place = data("places")[house.country]
        long, short = house.kind.split("/")
        kind = short if self._odds("street written out or short", out) else long
        if house.country == "DE":
            out.line1 = f"{house.street}{kind} {house.number}"
        elif house.country in {"FR", "ES"}:
            out.line1 = (
                f"{house.number} {kind} {house.street}"
                if house.country == "FR"
                else f"{kind} {house.street} {house.number}"
            )
        else:
            out.line1 = f"{house.number} {house.street} {kind}"
        if house.flat and not self._odds("no flat", out):
            flat = f"{place['flats']} {house.flat}"
            if rng.random() < 0.6:
                out.line2 = flat
            else:
                out.line1 = f"{flat}, {out.line1}"
        out.city, out.state = house.town, house.region or None
        out.facts.append(
            Fact(house.key if house.flat in (out.line1 + (out.line2 or "")) else house.key + "?", strong=False)
        )
        self._postcode(out, house, place="address")

    def _postcode(self, out: Draft, house: House, place: str = "town") -> None:
        code = house.postcode
        if self._odds("finger slipped in the postcode", out, by=CARELESS[out.source]):
            code = slipped(code, self._rng)
        elif place == "town" or out.source != "file":
            out.facts.append(
                Fact(f"post {house.country} {code}", strong=False, among=f"town {house.country} {house.town}")
            )
        out.postal_code = code.replace(" ", "") if self._rng.random() < 0.1 else code
