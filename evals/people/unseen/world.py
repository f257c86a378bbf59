"""Who there is: persons, their households, employers and businesses, and what of theirs changes in the seven years."""

import random
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from evals.people.deciding import folded
from evals.people.unseen.data import data, early, filled, weighted


@dataclass(frozen=True, slots=True)
class House:
    """A dwelling or the premises of a firm; `flat` is "" where it has none."""

    country: str
    number: str
    street: str
    kind: str
    flat: str
    town: str
    region: str
    postcode: str

    @property
    def key(self) -> str:
        return f"house {self.country} {self.town} {self.postcode} {self.street} {self.number} {self.flat}"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number: `code` is the country's, `national` the rest without the leading nought; `own` where one person answers."""

    country: str
    code: str
    national: str
    own: bool


@dataclass(slots=True)
class Firm:
    """A company, one branch of a chain or a sole trader's business."""

    truth: str
    country: str
    core: str
    trade: str
    legal: str
    branch: str
    house: House
    phone: Phone
    mails: list[str]
    domain: str
    head: str = ""
    staff: list["Person"] = field(default_factory=list["Person"])

    @property
    def called(self) -> str:
        return " ".join(filter(None, (self.core, self.trade, self.branch)))


@dataclass(slots=True)
class Person:
    """`givens` and `families` are spellings of one name, the formal first. `turn` is when, from 0 to 1, mailbox, house or
    surname change, and 2 where they never do. Of Spanish names `middle` is the second surname."""

    truth: str
    country: str
    culture: str
    sex: str
    givens: list[str]
    shorts: list[str]
    middle: str
    families: list[str]
    suffix: str
    mails: list[str]
    mobiles: list[Phone]
    houses: list[House]
    landline: Phone | None
    turns: dict[str, float]
    before: list[str] = field(default_factory=list[str])
    shared_mail: str = ""
    employer: Firm | None = None
    work_mail: str = ""
    business: Firm | None = None
    mate: "Person | None" = None
    short_always: bool = False


class World:
    """About `persons` persons, in households and firms."""

    def __init__(self, rng: random.Random, persons: int) -> None:
        self._rng = rng
        self._given: set[str] = set()
        self.persons: list[Person] = []
        self.firms: list[Firm] = []
        self._shares: dict[str, float] = {code: one["share"] for code, one in data("places").items()}
        while len(self.persons) < persons:
            country = weighted(rng, self._shares)
            weighted(rng, {self._alone: 46, self._household: 20, self._company: 16, self._trader: 7, self._chain: 1})(
                country
            )

    def _alone(self, country: str) -> None:
        person = self._person(country)
        if self._rng.random() < 0.05 and len(self.persons) > 3:  # a stranger of somebody's name in the same town
            other = self._rng.choice(self.persons[:-1])
            person.country, person.culture, person.sex = other.country, other.culture, other.sex
            person.givens, person.shorts, person.families = other.givens, other.shorts, other.families
            person.before, person.turns["family"] = [], 2.0
            person.mobiles = [self._mobile(other.country, other.houses[0].town)]
            person.houses = [self._house(other.country, other.houses[0].town) for _ in person.houses]
            person.mails = [self._mail(person) for _ in person.mails]
            person.landline = None

    def _household(self, country: str) -> None:
        rng = self._rng
        head = self._person(country)
        home, landline = head.houses[-1], self._landline(head.houses[-1])
        shared = self._free(f"{_plain(head.families[0])}family", country) if rng.random() < 0.35 else ""
        mates = [head]
        for kind in [
            "partner",
            *rng.choices(["child", "namesake", "flatmate"], [5, 3, 2], k=rng.choice((0, 0, 1, 1, 2))),
        ]:
            mate = self._person(country, culture=head.culture if kind != "flatmate" else "")
            mate.houses = [*mate.houses[:-1], home]
            if kind == "partner":
                mate.sex = "f" if head.sex == "m" else "m"
                mate.givens, mate.shorts = given_name(rng, mate.culture, mate.sex)
            if kind != "flatmate" and (kind != "partner" or rng.random() < 0.7):
                mate.families, mate.before = head.families, mate.families if kind == "partner" else []
                mate.turns["family"] = rng.uniform(-1.5, 1) if kind == "partner" else 2.0
            if kind == "namesake":
                mate.sex, mate.givens, mate.shorts = head.sex, head.givens, head.shorts
                mate.suffix = "Jr" if head.country in {"US", "CA"} else ""
            mate.mails = [self._mail(mate) for _ in mate.mails]
            mates.append(mate)
        for mate in mates:
            mate.landline, mate.shared_mail = landline, shared
        head.mate, mates[1].mate = mates[1], head

    def _company(self, country: str) -> None:
        firm = self._firm(country)
        self._hire(firm, self._rng.choice((1, 1, 2, 2, 3, 4, 6)))

    def _chain(self, country: str) -> None:
        first = self._firm(country)
        for branch in self._rng.sample(data("firms")["branches"], self._rng.randint(2, 5)):
            firm = self._firm(country, core=first.core, trade=first.trade, branch=branch, domain=first.domain)
            firm.head, firm.legal = first.mails[0], first.legal
            self._hire(firm, self._rng.randint(0, 2))

    def _trader(self, country: str) -> None:
        """Somebody with a business at home, often called after her."""
        rng = self._rng
        person = self._person(country)
        given, family = person.givens[0], person.families[0]
        core = rng.choice((f"{given} {family}", family, f"{family} & Daughters", given, f"{given[0]}. {family}", ""))
        firm = self._firm(country, core=core, trade=weighted(rng, data("firms")["trades"]), culture=person.culture)
        firm.legal, firm.house = firm.legal if rng.random() < 0.25 else "", person.houses[-1]
        if rng.random() < 0.75:
            firm.phone = person.mobiles[-1]
        if rng.random() < 0.5:
            firm.mails = [person.mails[-1]]
        firm.staff, person.business = [person], firm

    def _hire(self, firm: Firm, count: int) -> None:
        for _ in range(count):
            person = self._person(firm.country)
            given, family = _plain(person.givens[0]), _plain(person.families[0])
            local = self._rng.choice((given, f"{given}.{family}", f"{given[0]}{family}", f"{given}{family[0]}"))
            person.employer, person.work_mail = firm, self._unused(local, firm.domain)
            firm.staff.append(person)

    def _person(self, country: str, culture: str = "") -> Person:
        rng = self._rng
        culture = culture or weighted(rng, data("places")[country]["cultures"])
        sex = rng.choice("fm")
        givens, shorts = given_name(rng, culture, sex)
        middle = given_name(rng, culture, sex)[0][0] if rng.random() < 0.6 else ""
        if culture == "spanish":
            middle = family_name(rng, culture)[0]
        houses = [self._house(country) for _ in range(1 + (rng.random() < 0.36))]
        turns = {"house": rng.random() if len(houses) > 1 else 2.0, "mail": 2.0, "mobile": 2.0, "family": 2.0}
        person = Person(
            f"p{len(self.persons):06}", country, culture, sex, givens, shorts, middle, family_name(rng, culture), "", [], [],
            houses, None, turns, short_always=bool(shorts) and rng.random() < 0.3,
        )  # fmt: skip
        if sex == "f" and rng.random() < 0.07:
            person.before, turns["family"] = family_name(rng, culture), rng.random()
        person.mails = [self._mail(person) for _ in range(1 + (rng.random() < 0.28))]
        turns["mail"] = rng.random() if len(person.mails) > 1 else 2.0
        person.mobiles = [self._mobile(country, houses[0].town) for _ in range(1 + (rng.random() < 0.1))]
        turns["mobile"] = rng.random() if len(person.mobiles) > 1 else 2.0
        self.persons.append(person)
        return person

    def _firm(
        self,
        country: str,
        *,
        core: str = "",
        trade: str = "",
        branch: str = "",
        domain: str = "",
        culture: str = "english",
    ) -> Firm:
        rng, words = self._rng, data("firms")
        if not core:
            core = (
                rng.choice(words["cores"].split()).replace("-", " ")
                if rng.random() < 0.5
                else family_name(rng, culture)[0]
            )
            core += f" {rng.choice(words['second'].split())}" if rng.random() < 0.35 else ""
        trade = trade or (weighted(rng, words["trades"]) if rng.random() < 0.8 or " " not in core else "")
        endings = {
            "GB": "co.uk",
            "AU": "com.au",
            "DE": "de",
            "FR": "fr",
            "ES": "es",
            "IE": "ie",
            "CA": "ca",
            "IN": "in",
        }
        stem = _plain(core + (trade.split(" ")[0] if rng.random() < 0.6 else ""))
        while not domain or (domain in self._given and not branch):
            domain = f"{stem}.{endings.get(country, 'com') if rng.random() < 0.7 else 'com'}"
            stem += rng.choice("aeiou")
        self._given.add(domain)
        house = self._house(country)
        roles = rng.sample(words["roles"], rng.choice((1, 2, 2)))
        mails = [
            self._unused(f"{_plain(branch)}{'.' if branch else ''}{role}" if branch else role, domain) for role in roles
        ]
        legal = rng.choice(words["legal"][country]) if rng.random() < 0.7 else ""
        firm = Firm(
            f"f{len(self.firms):06}", country, core, trade, legal, branch, house, self._landline(house), mails, domain
        )
        self.firms.append(firm)
        return firm

    def _house(self, country: str, town: str = "") -> House:
        rng, place = self._rng, data("places")[country]
        rows = [row.split(";") for row in place["towns"]]
        name, region, postcode, _ = next(row for row in rows if row[0] == town) if town else early(rng, rows)
        flat = str(rng.randint(1, 24)) if place["flats"] and rng.random() < 0.2 else ""
        return House(
            country, str(rng.randint(1, 240)), rng.choice(place["streets"].split()), rng.choice(place["kinds"]), flat, name,
            region, filled(postcode, rng),
        )  # fmt: skip

    def _landline(self, house: House) -> Phone:
        rows = [row.split(";") for row in data("places")[house.country]["towns"]]
        return self._phone(house.country, next(row[3] for row in rows if row[0] == house.town), own=False)

    def _mobile(self, country: str, town: str) -> Phone:
        place: dict[str, Any] = data("places")[country]
        rows = [row.split(";") for row in place["towns"]]
        patterns: list[str] = place["mobile"] or [next(row[3] for row in rows if row[0] == town)]
        return self._phone(country, self._rng.choice(patterns), own=True)

    def _phone(self, country: str, pattern: str, *, own: bool) -> Phone:
        code: str = data("places")[country]["code"]
        while (national := filled(pattern, self._rng)) in self._given and self._rng.random() < 0.999:
            pass
        self._given.add(national)
        return Phone(country, code, national, own)

    def _mail(self, person: Person) -> str:
        """A mailbox at a provider, called after the person or not."""
        rng = self._rng
        given, family = _plain(rng.choice(person.givens + person.shorts)), _plain(person.families[0])
        local = weighted(rng, {
            f"{given}.{family}": 22, f"{given}{family}": 14, f"{given[0]}{family}": 12, f"{given}{rng.randint(2, 99)}": 9,
            f"{family}.{given}": 7, f"{given}_{family[:3]}": 4, f"{given}{rng.randint(1955, 2004)}": 8,
            rng.choice(("the", "mad", "happy", "little")) + rng.choice(("gardener", "otter", "potter", "sailor", "cyclist")): 6,
        })  # fmt: skip
        return self._free(local, person.country)

    def _free(self, local: str, country: str) -> str:
        words = data("firms")
        domain = weighted(self._rng, words["mail"])
        if self._rng.random() < 0.25:
            domain = self._rng.choice(words["mail_of"][country])
        return self._unused(local, domain)

    def _unused(self, local: str, domain: str) -> str:
        mail = f"{local}@{domain}"
        while mail in self._given:
            mail = f"{local}{self._rng.randrange(1, 9999)}@{domain}"
        self._given.add(mail)
        return mail


def given_name(rng: random.Random, culture: str, sex: str) -> tuple[list[str], list[str]]:
    """Spellings and short forms of one given name."""
    formal, *shorts = early(rng, _words(culture, sex)).split("|")
    return formal.split("/"), shorts


def family_name(rng: random.Random, culture: str) -> list[str]:
    """Spellings of a surname: a common one, or one that few bear."""
    if rng.random() < 0.45:
        return early(rng, _words(culture, "family")).split("/")
    return [rng.choice(_words(culture, "start")) + rng.choice(_words(culture, "end"))]


@cache
def _words(culture: str, kind: str) -> list[str]:
    return data("names")[culture][kind].split()


def _plain(text: str) -> str:
    return folded(text).replace(" ", "")
