"""The persons and companies behind the records: who lives and works with whom, and what of it changes."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from evals.people.broad import firms, naming
from evals.people.broad.contacts import Directory, House, Phone, country, house, letters
from evals.people.broad.data import Bag, data, ranked
from evals.people.broad.naming import Name

START = datetime(2019, 1, 7, 8, tzinfo=UTC)
DAYS = 2700
MOVES, NEW_MAIL, NEW_NUMBER, MARRIES = 0.10, 0.05, 0.06, 0.012
"""What happens to a person in a year (a marriage that changes the name: to a woman)."""
HOUSEHOLDS = Bag(
    {"alone": 90.4, "couple": 6.0, "parent and child": 1.5, "namesakes": 0.7, "twins": 0.5, "flatmates": 0.9}
)
STAFF = Bag({1: 56.0, 2: 24, 3: 11, 4: 5, 6: 3, 9: 1})


@dataclass(slots=True, eq=False)
class Firm:
    truth: str
    shop: str
    country: str
    called: firms.Called
    house: House
    old_house: House
    moved: datetime
    mail: str
    second_mail: str
    domain: str
    phone: Phone
    since: datetime
    until: datetime
    staff: list["Person"] = field(default_factory=list["Person"])


@dataclass(slots=True, eq=False)
class Person:
    """What is `old_` was so until the day beside it; where the two are equal nothing has changed."""

    truth: str
    shop: str
    country: str
    name: Name
    married: datetime
    house: House
    old_house: House
    moved: datetime
    mail: str
    old_mail: str
    second_mail: str
    mailed: datetime
    mobile: Phone
    old_mobile: Phone
    numbered: datetime
    landline: Phone | None
    since: datetime
    until: datetime
    employer: Firm | None = None
    work_mail: str = ""
    joint_mail: str = ""
    mates: list["Person"] = field(default_factory=list["Person"])
    mess: tuple[str, ...] = ()

    @property
    def other_mails(self) -> list[str]:
        """What the person uses besides the private mailbox of today."""
        others = {one: None for one in (self.second_mail, self.old_mail, self.work_mail, self.joint_mail) if one}
        return [one for one in others if one != self.mail]

    def changed(self, when: datetime) -> bool:
        """Whether anything was otherwise before that day."""
        return any(self.since < day <= when for day in (self.moved, self.mailed, self.numbered, self.married))


class World:
    """Everybody whom the shops know: as many persons as are asked for, or a few more, and the companies that they work for."""

    def __init__(self, rng: random.Random, persons: int) -> None:
        self._rng = rng
        self._directory = Directory(rng)
        self._domains: set[str] = set()
        self._namesakes: dict[str, Person] = {}
        shops: dict[str, dict[str, Any]] = data("shops")["shops"]
        self._shops = Bag({name: shop["weight"] for name, shop in shops.items()})
        self._countries = {name: Bag(shop["countries"]) for name, shop in shops.items()}
        self.persons: list[Person] = []
        self.firms: list[Firm] = []
        while len(self.persons) < persons:
            shop = self._shops.draw(rng)
            code = self._countries[shop].draw(rng)
            share = shops[shop]["business"]
            if rng.random() < share / (share + (1 - share) * 1.75):
                self._add_firm(shop, code)
            else:
                self._add_household(shop, code)

    def _span(self) -> tuple[datetime, datetime]:
        length = min(self._rng.expovariate(1 / 600), 2200)
        since = START + timedelta(days=self._rng.uniform(0, DAYS - length), minutes=self._rng.randrange(600))
        return since, since + timedelta(days=length)

    def _when(self, yearly: float, since: datetime, until: datetime) -> datetime:
        """When it happens between the two, or the very beginning where it does not."""
        years = (until - since).days / 365
        if self._rng.random() > 1 - (1 - yearly) ** years:
            return START
        return since + (until - since) * self._rng.random()

    def _person(self, shop: str, code: str, name: Name, home: House, landline: Phone | None) -> Person:
        rng, directory = self._rng, self._directory
        since, until = self._span()
        if name.female and not name.former and name.culture not in naming.TWO_FAMILIES and rng.random() < 0.12:
            name = replace(name, former=naming.borne(naming.family_name(rng, name.culture), name.culture, female=True))
        moved, mailed, numbered, married = (
            self._when(yearly, since, until) for yearly in (MOVES, NEW_MAIL, NEW_NUMBER, MARRIES)
        )
        if married > START and name.female and not name.former and name.culture not in naming.TWO_FAMILIES:
            former, new = name.main, naming.borne(naming.family_name(rng, name.culture), name.culture, female=True)
            name = replace(name, former=former, families=(f"{former}-{new}" if rng.random() < 0.06 else new,))
        elif not name.former:
            married = START
        early = name.former if name.former and rng.random() < 0.5 else name.main
        mail = directory.personal(name.given, early, code)
        mobile = directory.phone(code)
        self.persons.append(
            Person(
                truth=f"p{len(self.persons):06}", shop=shop, country=code, name=name, married=married,
                house=home, old_house=house(rng, code) if moved > START else home, moved=moved,
                mail=directory.personal(name.nick or name.given, name.main, code) if mailed > START else mail,
                old_mail=mail, mailed=mailed,
                second_mail=directory.personal(name.given, name.main, code) if rng.random() < 0.2 else "",
                mobile=directory.phone(code) if numbered > START else mobile, old_mobile=mobile, numbered=numbered,
                landline=landline, since=since, until=until,
            )
        )  # fmt: skip
        return self.persons[-1]

    def _landline(self, code: str, home: House) -> Phone:
        city = next(one for one in country(code).cities.things if one.startswith(f"{home.city}|"))
        return self._directory.phone(code, city.split("|")[3])

    def _add_household(self, shop: str, code: str) -> None:
        rng = self._rng
        kind = HOUSEHOLDS.draw(rng)
        of = country(code).cultures.draw(rng)
        home = house(rng, code)
        landline = self._landline(code, home) if rng.random() < 0.35 else None
        female = rng.random() < 0.53
        known = self._namesakes.get(f"{shop} {code}")
        if kind == "alone" and known and rng.random() < 0.015:
            home = house(
                rng, code, next(one for one in country(code).cities.things if one.startswith(f"{known.house.city}|"))
            )
            name = replace(known.name, former="", nick="", middle="", suffix="")
            self._person(shop, code, name, home, landline).mess = ("same name in the town",)
            return
        first = self._person(shop, code, naming.name(rng, of, female=female), home, landline)
        self._namesakes[f"{shop} {code}"] = first
        if kind == "alone":
            return
        if kind == "namesakes":
            first.name = replace(first.name, suffix="Sr" if code in {"US", "CA"} else "")
            name = replace(first.name, suffix="Jr" if code in {"US", "CA"} else "", middle="", nick="", former="")
        else:
            same = kind != "flatmates" and rng.random() < (0.45 if of in naming.TWO_FAMILIES else 0.8)
            other = not female if kind == "couple" and rng.random() < 0.96 else rng.random() < 0.5
            family = first.name.main if same or kind == "twins" else ""
            name = naming.name(rng, of, female=female if kind == "twins" else other, family=family)
            while name.given == first.name.given:
                name = naming.name(rng, of, female=name.female, family=family)
        second = self._person(shop, code, name, home, landline)
        first.mates, second.mates = [second], [first]
        first.mess = second.mess = {"namesakes": ("parent of one name",), "twins": ("twins",)}.get(kind, ("household",))
        if kind == "couple" and rng.random() < 0.14:
            local = f"{rng.choice(('', 'the', 'family', 'fam'))}{letters(first.name.main)}{rng.choice(('', 's', '2'))}"
            first.joint_mail = second.joint_mail = self._directory.mailbox(local, country(code).providers.draw(rng))

    def _add_firm(self, shop: str, code: str) -> None:
        rng, directory = self._rng, self._directory
        place = house(rng, code)
        since, until = self._span()
        owner: Person | None = None
        phone = self._landline(code, place)
        if rng.random() < firms.CHAIN:
            called = firms.outlet(rng, code, place.city)
        elif rng.random() < firms.SOLE:
            name = naming.name(rng, country(code).cultures.draw(rng), female=rng.random() < 0.35)
            owner = self._person(shop, code, name, place, None)
            owner.mess = ("sole trader",)
            called, phone = firms.sole_trader(rng, code, name.given, name.main), owner.mobile
        else:
            called = firms.company(rng, code)
        domain = "" if rng.random() < (0.75 if owner else 0.14) else firms.domain(called, rng, code)
        if domain in self._domains and not called.outlet:
            domain = f"{letters(place.city)}-{domain}" if f"{letters(place.city)}-{domain}" not in self._domains else ""
        self._domains |= {domain} - {""}
        tongue = firms.language(code)
        boxes = data("firms")["generic"][tongue].split()
        box = f"{letters(place.city)}" if called.outlet else ranked(boxes, 1).draw(rng)
        at = domain or country(code).providers.draw(rng)
        local = (
            box if domain else "".join(letters(word) for word in called.core.split() if word[0].isalpha()) or "firma"
        )
        mail = owner.mail if owner and not domain else directory.mailbox(local, at)
        moved = self._when(0.05, since, until)
        firm = Firm(
            truth=f"c{len(self.firms):06}", shop=shop, country=code, called=called, house=place,
            old_house=house(rng, code, "") if moved > START else place, moved=moved, mail=mail,
            second_mail=directory.mailbox(rng.choice(boxes[1:]), domain) if domain and rng.random() < 0.4 else "",
            domain=domain, phone=phone, since=since, until=until,
        )  # fmt: skip
        self.firms.append(firm)
        for _ in range(0 if owner else STAFF.draw(rng)):
            name = naming.name(rng, country(code).cultures.draw(rng), female=rng.random() < 0.48)
            firm.staff.append(self._person(shop, code, name, house(rng, code), None))
        if owner:
            firm.staff.append(owner)
        for one in firm.staff:
            one.employer = firm
            if domain:
                first, last = letters(one.name.given), letters(one.name.main)
                patterns = (f"{first}.{last}", f"{first[0]}.{last}", first, f"{first[0]}{last}", f"{last}")
                style = sum(map(ord, domain)) % 10
                one.work_mail = directory.mailbox(patterns[(0, 0, 0, 0, 1, 2, 2, 3, 3, 4)[style]], domain)
