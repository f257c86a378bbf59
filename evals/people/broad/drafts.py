"""Records as the systems hold them, each with what it shows of whom."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from evals.people.broad import slips, wording
from evals.people.broad.contacts import House, Phone, country, house, written_house, written_phone
from evals.people.broad.data import Bag, data
from evals.people.broad.mess import MESS
from evals.people.broad.wording import Written
from evals.people.broad.world import START, Firm, Person
from evals.people.deciding import Fact, Trace


@dataclass(slots=True)
class Draft:
    """A record in the making. `facts` are what it shows."""

    source: str
    kind: str
    truth: str
    when: datetime
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
    """Writes drafts as a system would have them filled in."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._systems: dict[str, dict[str, Any]] = data("shops")["systems"]
        plain = {name: 100 - sum(system["names"].values()) for name, system in self._systems.items()}
        self._styles = {name: Bag({"": plain[name], **system["names"]}) for name, system in self._systems.items()}

    def _odds(self, kind: str, draft: Draft, *, care: float = 1) -> bool:
        """Whether that mess comes to be, which is noted."""
        if self._rng.random() >= MESS[kind] * care:
            return False
        draft.mess.append(kind)
        return True

    def of_person(self, one: Person, source: str, when: datetime, *, again: bool) -> Draft:
        rng, system = self._rng, self._systems[source]
        draft = Draft(source, system["kind"], one.truth, when, one.country, mess=list(one.mess))
        stale = one.changed(when) and self._odds("out of date", draft)
        at = one.since if stale else when
        if rng.random() < system["name"]:
            self._show_name(draft, self._named(one, source, at, draft))
        if rng.random() < system["email"]:
            self._person_mail(draft, one, at, again=again)
        if rng.random() < system["phone"]:
            self._person_phone(draft, one, at)
        at_work = (one.employer and system["kind"] == "contact") or source in {"file", "zohobooks"}
        if one.employer and rng.random() < system["company"]:
            written = wording.firm(one.employer.called, rng, care=system["care"])
            draft.company = written.text
            draft.facts.append(Fact(f"works at {one.employer.truth}", strong=False))
        home = one.house if at >= one.moved else one.old_house
        place = one.employer.house if one.employer and at_work and rng.random() < 0.75 else home
        if source in {"shopify", "stripe"} and self._odds("sent elsewhere", draft):
            place = house(rng, one.country)
        self._address(draft, place, system)
        if not (draft.name or draft.email or draft.phone):
            self._show_name(draft, self._named(one, source, at, draft))
        self._adorn(draft, one)
        return draft

    def of_firm(self, one: Firm, source: str, when: datetime) -> Draft:
        rng, system = self._rng, self._systems[source]
        draft = Draft(source, system["kind"], one.truth, when, one.country, mess=["company"])
        stale = one.moved > START and self._odds("out of date", draft)
        written = wording.firm(one.called, rng, care=system["care"])
        self._show_name(draft, written)
        if system["company"] and rng.random() < 0.5:
            draft.company = draft.name
        who = rng.choice(one.staff)
        if rng.random() < 0.5:
            plain = wording.person(who.name, "", rng, care=system["care"])
            draft.contact_name = plain.text
            draft.facts.append(Fact(f"contact {who.truth}", strong=False))
        if rng.random() < system["email"]:
            generic = one.second_mail if one.second_mail and rng.random() < 0.3 else one.mail
            self._mail(draft, who.work_mail if who.work_mail and rng.random() < 0.35 else generic, system["care"])
            if one.domain and not one.called.outlet:
                draft.facts.append(Fact(f"domain {one.truth}", strong=False))
        if rng.random() < max(system["phone"], 0.5):
            self._phone(draft, who.mobile if rng.random() < 0.12 else one.phone, system["care"])
        self._address(draft, one.old_house if stale or when < one.moved else one.house, system)
        return draft

    def _named(self, one: Person, source: str, at: datetime, draft: Draft) -> Written:
        system, name = self._systems[source], one.name
        if name.former and (at < one.married or self._odds("still under the former name", draft)):
            name = replace(name, families=(name.former,))
        return wording.person(name, self._styles[source].draw(self._rng), self._rng, care=system["care"])

    def _show_name(self, draft: Draft, written: Written) -> None:
        draft.name, draft.called, draft.family = written.text, written.called, written.family
        draft.mess += written.mess

    def _person_mail(self, draft: Draft, one: Person, at: datetime, *, again: bool) -> None:
        rng, care = self._rng, self._systems[draft.source]["care"]
        private = one.mail if at >= one.mailed else one.old_mail
        work = one.work_mail and rng.random() < (0.45 if draft.source in {"shopify", "stripe", "square"} else 0.88)
        mail = one.work_mail if work else private
        if again and one.other_mails and self._systems[draft.source]["once"] == "email":
            mail = rng.choice(one.other_mails)
            draft.mess.append("other mailbox")
        elif one.second_mail and not work and self._odds("other mailbox", draft, care=2 if again else 1):
            mail = one.second_mail
        elif one.joint_mail and self._odds("mailbox of the household", draft):
            mail = one.joint_mail
        elif one.mates and self._odds("mailbox of the partner", draft):
            mail = one.mates[0].mail
        elif one.employer and self._odds("mailbox of the company", draft):
            mail = one.employer.mail
        self._mail(draft, mail, care)
        if one.employer and one.employer.domain and mail.endswith(f"@{one.employer.domain}"):
            draft.facts.append(Fact(f"works at {one.employer.truth}", strong=False))

    def _person_phone(self, draft: Draft, one: Person, at: datetime) -> None:
        phone = one.mobile if at >= one.numbered else one.old_mobile
        if one.employer and one.employer.phone != one.mobile and self._odds("telephone of the company", draft):
            phone = one.employer.phone
        elif one.landline and self._odds("telephone of the household", draft):
            phone = one.landline
        elif one.mates and self._odds("telephone of the partner", draft):
            phone = one.mates[0].mobile
        self._phone(draft, phone, self._systems[draft.source]["care"])

    def _mail(self, draft: Draft, mail: str, care: float) -> None:
        rng = self._rng
        draft.facts.append(Fact(f"like {mail}", strong=False))
        typed = draft.kind == "customer" or draft.source in {"hubspot", "zoho"}
        if typed and self._odds("mailbox mistyped", draft, care=care):
            draft.email = slips.mailbox(mail, rng)
            return
        draft.facts.append(Fact(f"mail {mail}", strong=True))
        draft.email = mail
        if typed and self._odds("mailbox otherwise", draft):
            local, _, domain = mail.partition("@")
            other = (
                mail.upper(),
                f"{local.title()}@{domain}",
                f"{local}@{domain.capitalize()}",
                f"{local}+shop@{domain}",
            )
            draft.email = rng.choices(other, (1, 6, 2, 1 if domain == "gmail.com" else 0))[0]

    def _phone(self, draft: Draft, phone: Phone, care: float) -> None:
        own = draft.source in {"shopify", "square", "stripe"}
        style = "international" if own and self._rng.random() < 0.8 else "typed"
        draft.phone = written_phone(phone, self._rng, style)
        number = f"{phone.country} {phone.national}"
        draft.facts.append(Fact(f"like {number}", strong=False))
        if self._odds("number mistyped", draft, care=care):
            draft.phone = slips.digits(draft.phone, self._rng)
        else:
            draft.facts.append(Fact(f"phone {number}", strong=True))

    def _address(self, draft: Draft, place: House, system: dict[str, Any]) -> None:
        rng, care = self._rng, system["care"]
        among = f"town {place.country} {place.city}"
        post = Fact(f"postcode {place.country} {place.postcode}", strong=False, among=among)
        written = country(place.country).rules["written"]
        style = system["country"]
        if rng.random() >= system["address"]:
            if rng.random() < system.get("postcode only", 0):
                draft.postal_code = place.postcode
                draft.country = written[0]
                draft.facts.append(post)
            elif rng.random() < 0.1:
                draft.city = place.city
            else:
                draft.country = written[0] if style < 2 and rng.random() < 0.5 else ""
            return
        draft.line1, draft.line2 = written_house(place, rng, typed=system["kind"] == "customer")
        draft.city, draft.state = place.city, place.state or None
        draft.postal_code = place.postcode
        draft.country = rng.choice(written) if style == 2 else written[style]
        if style == 2 and rng.random() < 0.3:
            draft.country = ""
        if self._odds("no address at all", draft):
            draft.line1 = draft.line2 = None
            draft.facts.append(post)
            return
        self._blur(draft, place, post, care)

    def _blur(self, draft: Draft, place: House, post: Fact, care: float) -> None:
        """Shows the house, with mistakes: where both number and postcode are wrong nothing of it is left."""
        rng = self._rng
        wrong = self._odds("house number mistyped", draft, care=care)
        if wrong and draft.line1:
            number = slips.digits(place.number, rng)
            draft.line1 = draft.line1.replace(place.number, number, 1)
        if rng.random() < 0.05:
            draft.postal_code = None
        elif self._odds("wrong digit in the postcode", draft, care=care):
            draft.postal_code = slips.digits(place.postcode, rng)
            if wrong:
                return
        else:
            draft.facts.append(post)
            draft.postal_code = place.postcode.replace(" ", "") if rng.random() < 0.06 else place.postcode
        draft.facts.append(Fact(f"house {place}", strong=False))
        if draft.city and rng.random() < 0.06:
            draft.city = draft.city.upper()

    def _adorn(self, draft: Draft, one: Person) -> None:
        """What people add to a name, or put in its place."""
        rng = self._rng
        if draft.kind == "contact" and draft.email and self._odds("mailbox in the name", draft):
            draft.name, draft.called, draft.family = draft.email, "", ""
        elif draft.name and one.employer and self._odds("employer in the name", draft):
            form = rng.choice(("{} ({})", "{} - {}", "{} / {}"))
            draft.name = form.format(draft.name, one.employer.called.core)
            draft.facts.append(Fact(f"works at {one.employer.truth}", strong=False))
        elif draft.name and self._odds("note in the name", draft):
            draft.name = rng.choice(("{} ({})", "{} - {}")).format(draft.name, rng.choice(data("shops")["notes"]))
        foreign = draft.source == "file" and draft.name and slips.has_accents(draft.name)
        if foreign and self._odds("read with the wrong encoding", draft):
            draft.name = slips.misread(draft.name or "")
            draft.city = slips.misread(draft.city) if draft.city else None
