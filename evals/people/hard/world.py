"""Who there is: persons in their households, and companies with their staff. Nothing is written down yet."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final, TypeVar

from evals.demo.draws import Draws, Weighted
from evals.people.deciding import Fact
from evals.people.hard.data import COUNTRIES, WORDS, Country

_CALLED: Final[dict[str, str]] = WORDS.called
T = TypeVar("T")

SPAN: Final = 3500
"""Days over which the records were made."""
HOUSEHOLDS: Final = (
    ("single", 47), ("couple", 27), ("family", 11), ("namesakes", 3), ("siblings", 3), ("flatmates", 6), ("alike", 3),
)  # fmt: skip
_DOTLESS: Final = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ø": "o", "đ": "d", "Đ": "D", "ß": "ss"})
_ENGLISH: Final = ("US", "GB")
_ENGLISH_NAMES: Final = frozenset(
    " ".join(f"{COUNTRIES[code].men} {COUNTRIES[code].women}" for code in _ENGLISH).split()
)
_TWO_WORDS: Final = {"ES", "VN"}
"""Where the hyphens of given names in the data stand for spaces."""


def ranked(values: Sequence[T], offset: float = 6.0) -> Weighted[T]:
    """Values in falling order of how common they are, by Zipf's law with an offset."""
    return Weighted(values, [1 / (rank + offset) for rank in range(len(values))])


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as its groups of digits, without the trunk prefix."""

    country: str
    groups: tuple[str, ...]
    own: bool
    """Whether one person answers it; others ring a house or an office."""

    @property
    def id(self) -> str:
        return f"phone {DIALLED[self.country][0]}{''.join(self.groups)}"


@dataclass(frozen=True, slots=True)
class Home:
    """A house or flat; a house of flats is one `house`."""

    country: str
    house: str
    number: str
    street: str
    kind: str
    unit: str
    city: str
    state: str
    postcode: str
    landline: Phone


@dataclass(slots=True)
class Company:
    truth: str
    country: str
    core: str
    """The name without its legal form, and without the town of an outlet."""
    form: str
    town: str
    """By which outlets of one name are told apart, else empty."""
    domain: str
    mail: str
    home: Home
    former: str = ""
    staff: list["Person"] = field(default_factory=list["Person"])


@dataclass(slots=True)
class Person:
    truth: str
    country: str
    sex: str
    given: str
    family: str
    homes: list[Home]
    middle: str = ""
    second: str = ""
    """The mother's surname, where people bear both."""
    former: str = ""
    suffix: str = ""
    scripts: tuple[str, ...] = ()
    """The whole name in other scripts, family name first."""
    changes: dict[str, int] = field(default_factory=dict[str, int])
    """When "home", "name" and "mail" changed, in days."""
    mails: list[str] = field(default_factory=list[str])
    mobile: Phone | None = None
    shared_mail: str = ""
    work: Company | None = None
    work_mail: str = ""
    partner: "Person | None" = None
    friend: "Person | None" = None
    """Who now and then takes her parcels, or gives her presents."""

    @property
    def called(self) -> list[str]:
        """What else she is called; in English only where English is spoken."""
        foreign = self.country not in _ENGLISH and self.given in _ENGLISH_NAMES
        return [] if foreign else _CALLED.get(self.given.replace(" ", "-"), "").split()


DIALLED: Final = {code: (at.dial[0], at.dial[1], at.dial[2].split()) for code, at in COUNTRIES.items()}
"""Country → its calling code, its trunk prefix, and how numbers are written."""


def plain(text: str) -> str:
    """Without accents, in ASCII where there is any."""
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFKD", text.translate(_DOTLESS))
    return "".join(one for one in bare if not unicodedata.combining(one))


class World:
    """Persons and companies, drawn until there are as many as asked for."""

    def __init__(self, rng: Draws, persons: int) -> None:
        self.rng = rng
        self.persons: list[Person] = []
        self.companies: list[Company] = []
        self._countries = Weighted(list(COUNTRIES), [at.share for at in COUNTRIES.values()])
        self._nations = {code: _Nation(at) for code, at in COUNTRIES.items()}
        self._taken: set[str] = set()
        self._numbers = count()
        self._houses: defaultdict[str, list[Home]] = defaultdict(list)
        self._by_city: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_country: defaultdict[str, list[Person]] = defaultdict(list)
        kinds = Weighted([kind for kind, _ in HOUSEHOLDS], [share for _, share in HOUSEHOLDS])
        while len(self.persons) < persons:
            self._settle(rng.weighted(kinds), persons - len(self.persons))
        while len(self.companies) * 11 < persons:
            self._found()
        for one in self.persons:
            if rng.unit() < 0.25:
                other = rng.one_of(self._by_country[one.country])
                one.friend = other if other is not one else None

    # Households

    def _settle(self, kind: str, room: int) -> None:
        country = self.rng.weighted(self._countries)
        members = self._members(kind, country, self.home(country))[:room]
        if self.rng.unit() < 0.28:
            day, new = self.rng.whole(0, SPAN - 1), self.home(country)
            for one in members:
                one.homes.append(new)
                one.changes["home"] = day
        for one in members:
            self._live(one)
        if len(members) > 1 and kind != "flatmates" and self.rng.unit() < 0.13:
            self._share_a_mailbox(members)
        self.persons += members
        self._by_country[country] += members
        self._by_city[members[0].homes[0].city].append(members[0])

    def _members(self, kind: str, country: str, home: Home) -> list[Person]:
        rng = self.rng
        one = self._person(country, home, rng.one_of("mf"))
        if kind == "single":
            there = self._by_city[home.city]
            if there and rng.unit() < 0.05:
                self._name_alike(one, rng.one_of(there))
            return [one]
        if kind == "flatmates":
            return [one, *(self._person(country, home, rng.one_of("mf")) for _ in range(rng.whole(1, 2)))]
        other = self._person(country, home, "f" if one.sex == "m" else "m")
        self._marry(one, other)
        members = [one, other]
        if kind in ("family", "namesakes", "siblings"):
            child = self._person(country, home, one.sex if kind == "namesakes" else rng.one_of("mf"))
            child.family, child.second = _ending(one.family, child), other.family if one.second else ""
            if kind == "namesakes" and not one.scripts:
                child.given, child.middle = one.given, one.middle
                one.suffix, child.suffix = ("Sr", "Jr") if country == "US" else ("", rng.one_of(["jun.", "II", "Jr"]))
            members = [one, child] if kind == "siblings" else [*members, child]
        if kind == "alike":
            other.given = self._begins_alike(country, other.sex, one.given)
        return members

    def _marry(self, one: Person, other: Person) -> None:
        """Of wives 79 % took the husband's name and 5 % joined both (Pew Research Center, 2023); not so in Spain and Vietnam."""
        one.partner, other.partner = other, one
        if one.country in ("ES", "VN"):
            return
        wife, husband = (one, other) if one.sex == "f" else (other, one)
        fate = self.rng.unit()
        if fate < 0.84:
            maiden = wife.family
            joined = f"{maiden}-{husband.family}"
            wife.family = joined if fate > 0.79 and not wife.scripts else _ending(husband.family, wife)
            if husband.scripts:
                wife.scripts = tuple(
                    f"{theirs.split(' ')[0]} {hers.split(' ')[1]}"
                    for theirs, hers in zip(husband.scripts, wife.scripts, strict=True)
                )
            if self.rng.unit() < 0.17:
                wife.former, wife.changes["name"] = maiden, self.rng.whole(0, SPAN - 1)

    def _person(self, country: str, home: Home, sex: str) -> Person:
        rng, nation = self.rng, self._nations[country]
        given, family = rng.weighted(nation.given[sex]), nation.family(rng)
        one = Person(f"person-{next(self._numbers)}", country, sex, given, family, [home])
        if country == "JP":
            theirs, ours = family.split("/"), given.split("/")
            one.given, one.family = ours[2], theirs[2]
            one.scripts = (f"{theirs[0]} {ours[0]}", f"{theirs[1]} {ours[1]}")
        elif country in _TWO_WORDS:
            one.given = given.replace("-", " ")
        if country == "ES":
            one.second = nation.family(rng)
        elif country in ("US", "GB") and rng.unit() < 0.6:
            one.middle = rng.weighted(nation.given[sex])
        one.family = _ending(one.family.replace("-", " "), one)
        return one

    def _name_alike(self, one: Person, other: Person) -> None:
        """A stranger in the same town who bears the same name."""
        if one.country == other.country:
            one.given, one.family, one.second, one.scripts = other.given, other.family, other.second, other.scripts
            one.sex = other.sex

    def _begins_alike(self, country: str, sex: str, given: str) -> str:
        drawn = [self.rng.weighted(self._nations[country].given[sex]) for _ in range(60)]
        drawn = [name.split("/")[-1].replace("-", " ") for name in drawn]
        return next((name for name in drawn if name[:2] == given[:2] and name != given), drawn[0])

    def _live(self, one: Person) -> None:
        """Gives a person what she is reached by, and what changed over the years."""
        rng = self.rng
        if len(one.homes) == 1 and rng.unit() < 0.08:
            one.homes.append(self.home(one.country))
            one.changes["home"] = rng.whole(0, SPAN - 1)
        if rng.unit() < 0.93:
            one.mails.append(self._mailbox(one))
            if rng.unit() < 0.28:
                one.mails.append(self._mailbox(one))
                one.changes["mail"] = rng.whole(0, SPAN - 1)
        if rng.unit() < 0.88:
            mobiles = COUNTRIES[one.country].mobiles or [rng.one_of(COUNTRIES[one.country].cities)[3]]
            one.mobile = self._phone(one.country, rng.one_of(mobiles), own=True)

    def _share_a_mailbox(self, members: list[Person]) -> None:
        head = members[0]
        name = _ascii(head.family)
        local = self.rng.one_of([f"the{name}s", f"{name}family", f"{name}s", f"familie.{name}", f"{name}home"])
        shared = self._unused(local, self._provider(head))
        for one in members:
            one.shared_mail = shared
            if self.rng.unit() < 0.25:
                one.mails.clear()
                one.changes.pop("mail", None)

    def _mailbox(self, one: Person) -> str:
        rng = self.rng
        given, family = _ascii(one.given), _ascii(one.former or one.family)
        called = _ascii(rng.one_of([one.given, *one.called]))
        year = str(rng.whole(50, 99) if rng.unit() < 0.8 else rng.whole(0, 9)).zfill(2)
        local = rng.one_of(
            [
                f"{given}.{family}", f"{given}.{family}", f"{given}.{family}", f"{given}{family}", f"{given}{family}",
                f"{given[:1]}{family}", f"{given[:1]}.{family}", f"{given}_{family}", f"{family}.{given}", f"{called}{family}",
                f"{called}.{family}", f"{given}{family}{year}", f"{called}{year}", f"{family}{year}", f"{given}{family[:1]}{year}",
                f"{rng.one_of(_HOBBIES)}{rng.one_of(_HANDLES)}{year}", f"{given}{rng.one_of(_HOBBIES)}",
            ]
        )  # fmt: skip
        return self._unused(local, self._provider(one))

    def _provider(self, one: Person) -> str:
        return self.rng.weighted(self._nations[one.country].mails)

    def _unused(self, local: str, domain: str) -> str:
        """An address that no other mailbox has; Gmail takes no notice of dots."""
        while (key := mailbox(f"{local}@{domain}")) in self._taken:
            local = f"{local}{self.rng.whole(1, 99)}"
        self._taken.add(key)
        return f"{local}@{domain}"

    # Companies

    def _found(self) -> None:
        rng = self.rng
        country = rng.weighted(self._countries)
        if (kind := rng.unit()) < 0.06:
            self._chain(country)
        elif kind < 0.11:
            self._sisters(country)
        elif kind < 0.2:
            self._sole_trader()
        else:
            core = self.firm_name(country)
            if rng.unit() < 0.04 and self.companies:
                core = rng.one_of(self.companies).core
            one = self._company(country, core, self.home(country), self._domain(core, country))
            if rng.unit() < 0.05:
                one.former = self.firm_name(country)
            self._hire(one)

    def _company(self, country: str, core: str, home: Home, domain: str, mail: str = "") -> Company:
        form = self.rng.one_of(COUNTRIES[country].forms)
        if not mail:
            mail = f"{self.rng.one_of(['info', 'info', 'office', 'contact', 'hello', 'accounts'])}@{domain}"
        one = Company(f"firm-{len(self.companies)}", country, core, form, "", domain, mail, home)
        self.companies.append(one)
        return one

    def _domain(self, core: str, country: str) -> str:
        end = {"US": "com", "GB": "co.uk", "JP": "co.jp", "VN": "vn", "TR": "com.tr"}.get(country, country.lower())
        name = _ascii(core.replace(" ", self.rng.one_of(["", "", "-"])), keep="-") or "firm"
        while (domain := f"{name}.{self.rng.one_of([end, end, 'com'])}") in self._taken:
            name += str(self.rng.whole(1, 9))
        self._taken.add(domain)
        return domain

    def firm_name(self, country: str) -> str:
        rng, nation = self.rng, self._nations[country]
        trade = rng.one_of(COUNTRIES[country].trades)
        first = rng.unit()
        if first < 0.45:
            return f"{rng.one_of(_FIRMS)} {trade}"
        family = nation.family(rng).split("/")[-1].replace("-", " ")
        if first < 0.75:
            return f"{trade} {family}" if country in ("DE", "FR", "ES", "PL") else f"{family} {trade}"
        if first < 0.88:
            return f"{family} {rng.one_of(WORDS.suites)}"
        return f"{rng.one_of(_FIRMS)} {rng.one_of(WORDS.suites)}"

    def _hire(self, one: Company) -> None:
        rng = self.rng
        there = self._by_country[one.country]
        for _ in range(min(8, 1 + int(rng.exponential(1 / 0.55))) if there else 0):
            person = rng.one_of(there)
            if person.work is None:
                person.work = one
                one.staff.append(person)
                given, family = _ascii(person.given), _ascii(person.family)
                local = rng.one_of([f"{given}.{family}", f"{given[:1]}{family}", given, f"{given[:1]}.{family}"])
                person.work_mail = self._unused(local, one.domain) if rng.unit() < 0.8 else ""

    def _chain(self, country: str) -> None:
        core = self.firm_name(country)
        domain = self._domain(core, country)
        for _ in range(self.rng.whole(2, 4)):
            home = self.home(country)
            own = f"{_ascii(home.city)}{self.rng.whole(1, 99)}@{domain}" if self.rng.unit() < 0.6 else ""
            one = self._company(country, core, home, domain, own or f"info@{domain}")
            one.town = home.city
            self._hire(one)

    def _sisters(self, country: str) -> None:
        """Two companies of one owner, under one roof, with one telephone and one domain."""
        family = self._nations[country].family(self.rng).split("/")[-1].replace("-", " ")
        home = self.home(country)
        domain = self._domain(family, country)
        for trade in self.rng.sample(COUNTRIES[country].trades, 2):
            self._hire(self._company(country, f"{family} {trade}", home, domain, f"info@{domain}"))

    def _sole_trader(self) -> None:
        """A trade under the owner's name, run from her home and often by her own mailbox."""
        owner = self.rng.one_of(self.persons)
        if owner.work is not None or not owner.mails:
            return
        trade = self.rng.one_of(COUNTRIES[owner.country].trades)
        core = f"{owner.given} {owner.family} {trade}"
        domain = self._domain(core, owner.country)
        mail = owner.mails[-1] if self.rng.unit() < 0.6 else f"info@{domain}"
        one = self._company(owner.country, core, owner.homes[-1], domain, mail)
        one.form, owner.work = "", one
        one.staff.append(owner)

    # Places

    def home(self, country: str) -> Home:
        rng, nation = self.rng, self._nations[country]
        city, postcode, state, *lines = rng.weighted(nation.cities)
        known = self._houses[f"{country} {city}"]
        if known and rng.unit() < 0.07:
            beside = rng.one_of(known)
            unit = str(rng.whole(1, 12))
            landline = self._phone(country, rng.one_of(lines), own=False)
            return Home(
                country,
                beside.house,
                beside.number,
                beside.street,
                beside.kind,
                unit,
                city,
                state,
                beside.postcode,
                landline,
            )
        top = COUNTRIES[country].numbers
        number = f"{rng.whole(1, 6)}-{rng.whole(1, 30)}-{rng.whole(1, 20)}"
        if top:
            number = str(1 + int(top * rng.unit() ** 2.2))
        found = Home(
            country, f"house {len(self._houses[''])}", number, rng.weighted(nation.streets).replace("-", " "), rng.weighted(nation.kinds),
            str(rng.whole(1, 12)) if rng.unit() < 0.3 else "", city, state, self._postcode(postcode),
            self._phone(country, rng.one_of(lines), own=False),
        )  # fmt: skip
        self._houses[""].append(found)
        known.append(found)
        return found

    def _postcode(self, pattern: str) -> str:
        """Few to a town, as postcodes are: the digits left open are small."""
        rng = self.rng
        return "".join(
            rng.one_of("12345679") if one == "#" else rng.one_of("ABDEFHLNT") if one == "@" else one for one in pattern
        )

    def _phone(self, country: str, pattern: str, *, own: bool) -> Phone:
        rng = self.rng
        while True:
            groups = tuple(
                "".join(
                    str(rng.whole(0, 9)) if one == "#" else str(rng.whole(2, 9)) if one == "%" else one for one in group
                )
                for group in pattern.split()
            )
            phone = Phone(country, groups, own)
            if phone.id not in self._taken and not (country == "US" and groups[1][1:] == "11"):
                self._taken.add(phone.id)
                return phone


class _Nation:
    """The names and places of a country, ready to be drawn from."""

    def __init__(self, at: Country) -> None:
        self.given = {"m": ranked(at.men.split()), "f": ranked(at.women.split())}
        self._families = ranked(at.families.split(), 4.0)
        self._heads, self._tails = at.rare.heads.split(), at.rare.tails.split()
        self.streets = ranked(at.streets.split(), 8.0)
        self.kinds = ranked(list(at.kinds), 1.5)
        self.cities = ranked(at.cities, 2.0)
        self.mails = Weighted(list(at.mails), list(at.mails.values()))

    def family(self, rng: Draws) -> str:
        """A surname: in a third of the draws an uncommon one."""
        if self._heads and rng.unit() < 0.34:
            return rng.one_of(self._heads) + rng.one_of(self._tails)
        return rng.weighted(self._families)


def mailbox(address: str) -> str:
    """What is delivered to: Gmail takes no notice of dots and of its second domain, and many of what follows a plus."""
    local, _, domain = address.lower().partition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        return f"mail {local.replace('.', '')}@gmail.com"
    return f"mail {local}@{domain}"


def mailbox_fact(address: str) -> Fact:
    """That a record shows the mailbox behind an address."""
    return Fact(mailbox(address), strong=True)


def home_of(one: Person, day: int) -> Home:
    """Where somebody lives on a day."""
    return one.homes[-1] if day >= one.changes.get("home", 0) else one.homes[0]


def _ending(family: str, one: Person) -> str:
    """Polish surnames in -ski and -cki end in -a for women."""
    if one.country == "PL" and one.sex == "f" and family.endswith(("ski", "cki", "dzki")):
        return family[:-1] + "a"
    if one.country == "PL" and one.sex == "m" and family.endswith(("ska", "cka", "dzka")):
        return family[:-1] + "i"
    return family


def _ascii(text: str, keep: str = "") -> str:
    return "".join(one for one in plain(text).lower() if (one.isascii() and one.isalnum()) or one in keep)


def everybody(world: World) -> Iterator[Person | Company]:
    """Persons and then companies, in the order in which they were drawn."""
    yield from world.persons
    yield from world.companies


_FIRMS: Final[list[str]] = WORDS.firms.split()
_HOBBIES: Final = (
    "sky star golf surf dance book run bike cook moon cat dog garden music photo sail snow tea wolf".split()
)
_HANDLES: Final = "girl lover guy fan rider mom dad queen king life addict ista".split()
