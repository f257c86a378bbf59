"""People, their households and employers, and what eight systems hold of them: the practice data.

Who there is: of the households 48 % are one person, 24 % couples, 22 % families with a child or two that buy themselves and
6 % flat shares; in a third of the houses several households live. A company comes to fifteen persons, and a fifth of the
adults are contacts of one. Somebody has 2 records on average, a company 1.8. Names follow a long tail (people.yaml), towns
are few, since a small business sells around itself: persons of one name in one town occur.

How often what goes wrong is in RATES. No register counts such slips for small businesses: the rates are judgement, set so
that a common slip (a nickname, capitals, another mailbox) touches some percent of the records and a rare one some per mille.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, TypeVar
from unicodedata import combining, normalize

from pydantic import BaseModel, BeforeValidator, ConfigDict

from evals.demo.draws import Draws, Weighted
from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.records import Kind, LabelledRecord
from tools.kit.yaml_text import parse_yaml

RATES: Final = {
    # of the records with a name
    "nickname": 0.16,  # of those whose given name has one
    "initial": 0.035,
    "reversed": 0.045,
    "given name only": 0.02,
    "no name": 0.03,
    "capitals": 0.05,
    "small letters": 0.03,
    "middle name": 0.06,
    "second surname left out": 0.35,  # of the Spanish ones
    "accents dropped": 0.4,  # of those that have any
    "transliterated": 0.2,  # of the German ones with an umlaut
    "name mistyped": 0.03,
    "company in the name": 0.02,  # of those with a company
    # of those with an e-mail
    "tag": 0.02,
    "dots": 0.08,  # of Google's mailboxes
    "capitals in the e-mail": 0.04,
    "e-mail mistyped": 0.012,
    "relay": 0.03,  # of the shops' and files'
    "house e-mail": 0.005,
    # of those with a telephone
    "extension": 0.04,  # of switchboards
    "wrong country prefix": 0.015,
    "telephone mistyped": 0.01,
    "placeholder telephone": 0.012,
    # of those with an address
    "flat left out": 0.25,  # of those with one
    "postcode only": 0.08,
    "somebody else's address": 0.012,
    "street abbreviated": 0.3,
    "street mistyped": 0.02,
    "postcode mistyped": 0.008,
}
"""How often each happens to a record that it can happen to."""

BARE, PLACEHOLDER, JOINT = 0.012, 0.01, 0.015
"""Records, per person, that say nearly nothing; that stand for nobody; and, per couple, that name both."""

_SINGLE, _COUPLE, _FAMILY, _SHARED = range(4)
_HOUSEHOLDS = Weighted((_SINGLE, _COUPLE, _FAMILY, _SHARED), (48, 24, 22, 6))
_RECORDS = Weighted((1, 2, 3, 4, 5, 6), (44, 28, 15, 8, 3, 2))
_OF_A_COMPANY = Weighted((1, 2, 3, 4), (48, 32, 14, 6))
_PERSONS_PER_COMPANY = 15
_NEIGHBOURS = {
    "a": "sqz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok", "j": "hku",
    "k": "jli", "l": "ko", "m": "nj", "n": "bmh", "o": "ipl", "p": "ol", "q": "wa", "r": "etf", "s": "adw", "t": "ryg",
    "u": "yij", "v": "cbf", "w": "qes", "x": "zcs", "y": "tuh", "z": "xa",
}  # fmt: skip
_WRONG_DOMAINS = {"gmail.com": ("gmial.com", "gmail.con", "gmail.co"), "hotmail.com": ("hotmial.com", "hotmail.con")}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_NO_SHARED_SURNAME = frozenset({"spanish", "chinese", "vietnamese"})
_SUFFIXED = frozenset({"english", "irish"})
_MAILBOXES = Weighted((0, 1, 2, 3), (5, 56, 30, 9))
_HANDLES = "blue sky moon fox star dancing happy rock lucky dark sunny wild tiger cat river music soccer surf gamer bike".split()
_SHORT_STREETS = {
    "Street": "St", "Avenue": "Ave", "Drive": "Dr", "Road": "Rd", "Lane": "Ln", "Boulevard": "Blvd", "Court": "Ct",
    "Close": "Cl", "Terrace": "Ter", "Gardens": "Gdns", "straße": "str.", "avenue": "av.", "boulevard": "bd", "Calle": "C/",
    "Avenida": "Avda.", "Plaza": "Pza.", "ulica": "ul.", "aleja": "al.", "Caddesi": "Cad.", "Sokak": "Sk.",
}  # fmt: skip
_ADDRESS_FORMS = {
    "DE": "{street}{kind} {number}",
    "FR": "{number} {kind} {street}",
    "ES": "{kind} {street} {number}",
    "PL": "{kind} {street} {number}",
    "TR": "{street} {kind} No: {number}",
}
_FIRST, _DAYS = datetime(2021, 1, 4, 8, tzinfo=UTC), 2100
_NO_NUMBERS = ("000-000-0000", "0000000000", "1111111111", "123456789", "n/a", "999-999-9999")
_NOBODIES = (
    "Guest", "guest", "Test Test", "test", "Unknown", "Unknown Customer", "Walk-in Customer", "Cash Sale", "N/A", "xxx",
)  # fmt: skip
_NO_MAILBOXES = ("noreply@example.com", "test@test.com", "none@none.com", "guest@guest.com", "no@email.com", "a@a.com")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tongue(_Strict):
    women: Words
    men: Words
    rare: Words
    surnames: Words
    head: float
    starts: Words
    ends: Words


class Country(_Strict):
    weight: int
    names: tuple[str, ...]
    tongues: tuple[tuple[str, int], ...]
    dial: str
    trunk: str
    mobile: tuple[str, ...]
    landline: tuple[str, ...]
    cities: tuple[tuple[str, int, str, str, str], ...]
    streets: Words
    kinds: Words
    flats: tuple[str, ...]
    mail: Words
    endings: Words
    forms: Words
    shops: Words


class PeopleFile(_Strict):
    tongues: dict[str, Tongue]
    nicknames: dict[str, Words]
    countries: dict[str, Country]
    firms: Words


@dataclass(frozen=True)
class _Mailbox:
    local: str
    domain: str

    @property
    def fact(self) -> str:
        return f"mail {self.local}@{self.domain}"


@dataclass(frozen=True)
class _Line:
    """A telephone by its national number, in groups parted by spaces."""

    groups: str
    dial: str
    trunk: str
    switchboard: bool = False

    @property
    def fact(self) -> str:
        return f"line {self.dial} {self.groups}"


@dataclass(frozen=True)
class _Home:
    number: int
    street: str
    kind: str
    flat: str | None
    city: str
    state: str
    state_code: str
    postcode: str
    country: str

    @property
    def fact(self) -> str:
        """The house: flats are often left out."""
        return f"house {self.number} {self.street} {self.kind} {self.city}"


_Thing = TypeVar("_Thing", _Mailbox, _Home)


@dataclass
class _Company:
    truth: str
    country: str
    name: str
    form: str
    domain: str
    line: _Line
    home: _Home
    contacts: "list[_Person]" = field(default_factory=list["_Person"])

    @property
    def fact(self) -> str:
        """The name as it is read: other companies may have it too."""
        return f"company {folded(self.name)}"

    def mailbox(self, local: str) -> _Mailbox:
        return _Mailbox(local, self.domain)


@dataclass
class _Person:
    truth: str
    country: str
    tongue: str
    given: str
    middle: str
    surnames: list[str]
    nicknames: tuple[str, ...]
    changed: float
    """When, as a fraction of all time, house, provider and surname changed for those in whom they did."""
    suffix: str = ""
    mailboxes: list[_Mailbox] = field(default_factory=list[_Mailbox])
    lines: list[_Line] = field(default_factory=list[_Line])
    homes: list[_Home] = field(default_factory=list[_Home])
    company: _Company | None = None

    def known_as(self) -> set[str]:
        """Folded: whole, shortened, with an initial, with another surname, and the given name alone."""
        givens = {folded(one) for one in (self.given, *self.nicknames)}
        names = set(givens)
        short = [one.split(" ")[0] for one in self.surnames if self.tongue == "spanish"]
        for surname in map(folded, self.surnames + short):
            names |= {f"{given} {surname}" for given in givens} | {f"{folded(self.given)[0]} {surname}"}
            names |= {f"{folded(self.given)} {surname} {folded(self.suffix)}"} if self.suffix else set()
        return names


@dataclass(frozen=True)
class _System:
    """How often a source holds each field, and what its ids look like (see `_source_id`)."""

    name: str
    kind: Kind
    email: float
    phone: float
    address: float
    company: float
    repeats: bool
    """Whether it makes a new record for somebody it holds: a guest at the checkout, a row of a file."""


_SYSTEMS = (
    _System("shopify", "customer", 0.94, 0.45, 0.85, 0.15, repeats=True),
    _System("stripe", "customer", 0.96, 0.2, 0.35, 0.0, repeats=True),
    _System("square", "customer", 0.5, 0.62, 0.15, 0.1, repeats=True),
    _System("hubspot", "contact", 0.93, 0.45, 0.3, 0.8, repeats=False),
    _System("zoho", "contact", 0.82, 0.55, 0.4, 0.8, repeats=False),
    _System("quickbooks", "customer", 0.72, 0.5, 0.75, 0.3, repeats=False),
    _System("xero", "customer", 0.7, 0.4, 0.6, 0.1, repeats=False),
    _System("file", "customer", 0.62, 0.5, 0.55, 0.2, repeats=True),
)
_FOR_PERSONS = Weighted(_SYSTEMS, (26, 16, 14, 11, 6, 9, 7, 11))
_FOR_COMPANIES = Weighted(_SYSTEMS, (8, 6, 3, 0, 0, 36, 36, 11))


@dataclass
class _Draft:
    """A record that is being written."""

    system: _System
    at: float
    trace: Trace
    kind: Kind = "customer"
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
    country: str | None = None
    mess: list[str] = field(default_factory=list[str])


def generate_people(seed: int, persons: int) -> list[LabelledRecord]:
    """The records, in no order, of so many persons and of the companies they work for: about 2.1 per person. The same for
    the same arguments on every machine."""
    people = PeopleFile.model_validate(parse_yaml(Path(__file__).with_name("people.yaml").read_text("utf-8")))
    town = _Town(seed, people)
    town.settle(persons)
    drafts = _Clerk(seed, people, town).drafts()
    known_as = {person.truth: person.known_as() for person in town.persons}
    known_as |= {company.truth: {folded(company.name)} for company in town.companies}
    verdicts = decided([draft.trace for draft in drafts], known_as)
    ids = _Ids(seed)
    return [
        LabelledRecord(
            source=draft.system.name,
            source_id=ids.next(draft.system.name),
            kind=draft.kind,
            name=draft.name,
            contact_name=draft.contact_name,
            company=draft.company,
            email=draft.email,
            phone=draft.phone,
            line1=draft.line1,
            line2=draft.line2,
            city=draft.city,
            state=draft.state,
            postal_code=draft.postal_code,
            country=draft.country,
            created_at=_FIRST + timedelta(seconds=int(draft.at * _DAYS * 86400)),
            truth=draft.trace.truth,
            decidable=verdict,
            mess=tuple(draft.mess),
        )
        for draft, verdict in zip(drafts, verdicts, strict=True)
    ]


class _Town:
    """Who lives where and works for whom."""

    def __init__(self, seed: int, people: PeopleFile) -> None:
        self._draws = Draws(seed, "practice town")
        self._people = people
        self._countries = Weighted(list(people.countries), [one.weight for one in people.countries.values()])
        self._tongues = {code: _pairs(one.tongues) for code, one in people.countries.items()}
        self._cities = {
            code: Weighted(one.cities, [city[1] for city in one.cities]) for code, one in people.countries.items()
        }
        self._mail = {code: _pairs([_with_weight(one) for one in one.mail]) for code, one in people.countries.items()}
        self._given = {
            (name, woman): _given_names(one, woman) for name, one in people.tongues.items() for woman in (0, 1)
        }
        self._surnames = {
            name: Weighted(one.surnames, _by_rank(one.surnames, 2.5)) for name, one in people.tongues.items()
        }
        self._postcodes: dict[tuple[str, str, int], str] = {}
        self._houses: list[_Home] = []
        self._mailboxes: set[str] = set()
        self._domains: set[str] = set()
        self.persons: list[_Person] = []
        self.companies: list[_Company] = []
        self._firms: dict[str, list[_Company]] = {}
        self.couples: list[tuple[_Person, _Person]] = []

    def settle(self, persons: int) -> None:
        while len(self.companies) < persons // _PERSONS_PER_COMPANY:
            self._found()
        while len(self.persons) < persons:
            self._household(persons - len(self.persons))

    def _found(self) -> None:
        draws, code = self._draws, self._draws.weighted(self._countries)
        country = self._people.countries[code]
        owner = self._surname(draws.weighted(self._tongues[code])).split(" ")[0]
        first = owner if draws.chance(0.55) else draws.one_of(self._people.firms)
        if draws.chance(0.12):
            first = f"{first} & {self._surname(draws.weighted(self._tongues[code])).split(' ')[0]}"
        name = f"{first} {draws.one_of(country.shops)}"
        stem, ending = folded(name).replace(" ", ""), draws.one_of(country.endings)
        domain, number = f"{stem}.{ending}", 1
        while domain in self._domains:
            number += 1
            domain = f"{stem}{number}.{ending}"
        self._domains.add(domain)
        line = _Line(self._digits(draws.one_of(country.landline)), country.dial, country.trunk, switchboard=True)
        truth = f"company-{len(self.companies)}"
        company = _Company(truth, code, name, draws.one_of(country.forms), domain, line, self._home(code))
        self.companies.append(company)
        self._firms.setdefault(code, []).append(company)

    def _household(self, most: int) -> None:
        draws, code = self._draws, self._draws.weighted(self._countries)
        sort = draws.weighted(_HOUSEHOLDS)
        home, later = self._home(code), self._home(code) if draws.chance(0.13) else None
        size = {_SINGLE: 1, _COUPLE: 2, _FAMILY: draws.whole(3, 4), _SHARED: draws.whole(2, 3)}[sort]
        members = [self._person(code, draws.chance(0.5) if n == 0 else n % 2 == 1) for n in range(min(size, most))]
        changed, landline = draws.unit(), self._line(code, mobile=False) if draws.chance(0.35) else None
        for member in members:
            member.changed = changed
            member.homes = [home, later] if later and (sort != _SHARED or draws.chance(0.5)) else [home]
        if sort in (_COUPLE, _FAMILY):
            self._marry(members)
        for number, member in enumerate(members):
            is_child = number > 1 and sort == _FAMILY
            self._reach(member, members[0] if is_child and member.given != members[0].given else None)
            if landline and draws.chance(0.6):
                member.lines.append(landline)
            if not is_child and draws.chance(0.22):
                self._employ(member)
        if sort in (_COUPLE, _FAMILY) and len(members) > 1:
            self._share_mailbox(members[0], members[1])
            self.couples.append((members[0], members[1]))
        self.persons += members

    def _person(self, code: str, woman: bool) -> _Person:
        draws = self._draws
        tongue = draws.weighted(self._tongues[code])
        given = self._first_name(tongue, woman)
        surname = _of_sex(self._surname(tongue), tongue, woman)
        person = _Person(
            truth=f"person-{len(self.persons)}-{draws.whole(0, 10**9)}",
            country=code,
            tongue=tongue,
            given=given,
            middle=self._first_name(tongue, woman),
            surnames=[surname],
            nicknames=self._people.nicknames.get(given, ()),
            changed=0.0,
        )
        if woman and tongue not in _NO_SHARED_SURNAME and draws.chance(0.05):
            person.surnames.append(_of_sex(self._surname(tongue), tongue, woman))
        return person

    def _marry(self, members: Sequence[_Person]) -> None:
        """One surname in seven of ten families; children bear their parents', and one first child in ten the whole name."""
        draws, head = self._draws, members[0]
        for number, member in enumerate(members[1:], 1):
            member.tongue = head.tongue
            member.given = self._unlike(members[:number], head.tongue, number % 2 == 1)
            member.nicknames = self._people.nicknames.get(member.given, ())
            if number == 1 and (head.tongue in _NO_SHARED_SURNAME or draws.chance(0.3)):
                member.surnames = [_of_sex(self._surname(head.tongue), head.tongue, woman=True)]
            elif head.tongue == "spanish":
                member.surnames = [f"{head.surnames[-1].split(' ')[0]} {members[1].surnames[0].split(' ')[0]}"]
            else:
                member.surnames = [_of_sex(head.surnames[-1], head.tongue, number % 2 == 1)]
        for child in members[2:3]:
            if draws.chance(0.1):
                child.given, child.nicknames, child.surnames = head.given, head.nicknames, list(head.surnames)
                if head.tongue in _SUFFIXED:
                    head.suffix, child.suffix = "Sr", "Jr"

    def _unlike(self, others: Sequence[_Person], tongue: str, woman: bool) -> str:
        """A given name that none of the others bears."""
        while (given := self._first_name(tongue, woman)) in {one.given for one in others}:
            pass
        return given

    def _reach(self, person: _Person, parent: _Person | None) -> None:
        draws = self._draws
        if parent and draws.chance(0.55):
            person.mailboxes = parent.mailboxes[:1]
            person.lines = parent.lines[:1]
            return
        for _ in range(draws.weighted(_MAILBOXES)):
            person.mailboxes.append(self._mailbox(person))
        if draws.chance(0.9):
            person.lines.append(self._line(person.country, mobile=True))
        if draws.chance(0.14):
            person.lines.append(self._line(person.country, mobile=True))

    def _share_mailbox(self, one: _Person, other: _Person) -> None:
        draws = self._draws
        if draws.chance(0.1):
            local = draws.one_of((f"{_local(one.surnames[0])}family", f"{_local(one.given)}and{_local(other.given)}"))
            shared = self._own(local, draws.weighted(self._mail[one.country]))
            one.mailboxes.append(shared)
            other.mailboxes.append(shared)
        elif draws.chance(0.07) and one.mailboxes:
            other.mailboxes = [one.mailboxes[0], *other.mailboxes]

    def _employ(self, person: _Person) -> None:
        draws = self._draws
        near = self._firms.get(person.country)
        if not near:
            return
        person.company = company = draws.one_of(near)
        company.contacts.append(person)
        if draws.chance(0.85):
            local = draws.one_of((f"{_local(person.given)}.{_local(person.surnames[0])}", _local(person.given)))
            person.mailboxes.append(self._own(local, company.domain))
        if draws.chance(0.5):
            person.lines.append(company.line)

    def _mailbox(self, person: _Person) -> _Mailbox:
        draws = self._draws
        given, surname = _local(person.given), _local(person.surnames[0])
        year = f"{draws.whole(50, 105) % 100:02}"
        nick = _local(draws.one_of(person.nicknames)) if person.nicknames else given
        local = draws.one_of(
            (
                f"{given}.{surname}",
                f"{given}{surname}",
                f"{given[0]}{surname}",
                f"{given}_{surname}",
                f"{surname}.{given}",
                f"{given}{year}",
                f"{nick}{surname}{year}",
                f"{nick}.{surname}",
                f"{surname}{year}",
                f"{draws.one_of(_HANDLES)}{draws.one_of(_HANDLES)}{draws.whole(1, 999)}",
            )
        )
        return self._own(local, draws.weighted(self._mail[person.country]))

    def _own(self, local: str, domain: str) -> _Mailbox:
        """A mailbox that nobody has, by as small a change of `local` as providers propose."""
        wanted = local
        while (key := _mailbox_key(wanted, domain)) in self._mailboxes:
            wanted = (
                f"{local}{self._draws.whole(1, 99)}"
                if len(wanted) < len(local) + 2
                else f"{wanted}{self._draws.whole(0, 9)}"
            )
        self._mailboxes.add(key)
        return _Mailbox(wanted, domain)

    def _line(self, code: str, *, mobile: bool) -> _Line:
        country = self._people.countries[code]
        return _Line(
            self._digits(self._draws.one_of(country.mobile if mobile else country.landline)),
            country.dial,
            country.trunk,
        )

    def _home(self, code: str) -> _Home:
        draws, country = self._draws, self._people.countries[code]
        if self._houses and draws.chance(0.3):
            near = draws.one_of(self._houses)
            if near.flat and near.country == code:
                return replace(near, flat=draws.one_of(country.flats).format(draws.whole(1, 24)))
        city, _, state, state_code, pattern = draws.weighted(self._cities[code])
        street, kind, number = (
            draws.one_of(country.streets),
            draws.one_of(country.kinds),
            1 + int(240 * draws.unit() ** 1.7),
        )
        flat = draws.one_of(country.flats).format(draws.whole(1, 24)) if draws.chance(0.35) else None
        block = (city, f"{street} {kind}", number // 30)
        if block not in self._postcodes:
            self._postcodes[block] = self._digits(pattern)
        home = _Home(number, street, kind, flat, city, state, state_code, self._postcodes[block], code)
        self._houses.append(home)
        return home

    def _first_name(self, tongue: str, woman: bool) -> str:
        return self._draws.weighted(self._given[tongue, int(woman)])

    def _surname(self, tongue: str) -> str:
        draws, one = self._draws, self._people.tongues[tongue]

        def single() -> str:
            if draws.chance(one.head):
                return draws.weighted(self._surnames[tongue])
            return draws.one_of(one.starts) + draws.one_of(one.ends)

        if tongue == "spanish" and draws.chance(0.6):
            return f"{single()} {single()}"
        if tongue == "english" and draws.chance(0.02):
            return f"{single()}-{single()}"
        return single()

    def _digits(self, pattern: str) -> str:
        whole = self._draws.whole
        return "".join(str(whole(0, 9)) if c == "#" else str(whole(2, 9)) if c == "@" else c for c in pattern)


class _Clerk:
    """Writes down what the systems hold."""

    def __init__(self, seed: int, people: PeopleFile, town: _Town) -> None:
        self._draws = Draws(seed, "practice clerk")
        self._people = people
        self._town = town
        self._house_email = self._draws.one_of(("office@ourshop.example", "shop@ourshop.example"))

    def drafts(self) -> list[_Draft]:
        town, draws = self._town, self._draws
        drafts = [draft for person in town.persons for draft in self._of_person(person)]
        drafts += [draft for company in town.companies for draft in self._of_company(company)]
        drafts += [self._joint(*couple, number) for number, couple in enumerate(town.couples) if draws.chance(JOINT)]
        drafts += [self._bare(draws.one_of(town.persons), n) for n in range(round(BARE * len(town.persons)))]
        drafts += [self._placeholder(n) for n in range(round(PLACEHOLDER * len(town.persons)))]
        return sorted(drafts, key=lambda _: draws.unit())

    def _happens(self, what: str, draft: _Draft) -> bool:
        happens = self._draws.chance(RATES[what])
        if happens:
            draft.mess.append(what)
        return happens

    def _of_person(self, person: _Person) -> list[_Draft]:
        drafts: list[_Draft] = []
        held: set[str] = set()
        for _ in range(self._draws.weighted(_RECORDS)):
            system = self._draws.weighted(_FOR_PERSONS)
            if system.name in held and not system.repeats:
                continue
            draft = _Draft(system, self._draws.unit(), Trace(person.truth, "", ""), system.kind)
            if system.name in held:
                draft.mess.append("twice in one system")
            held.add(system.name)
            self._fill(draft, person)
            drafts.append(draft)
        return drafts

    def _fill(self, draft: _Draft, person: _Person) -> None:
        draws, system = self._draws, draft.system
        self._name(draft, person)
        if draws.chance(system.email) and person.mailboxes:
            self._email(draft, self._current(draft, person.mailboxes, person.changed, "another mailbox"))
        if draws.chance(system.phone) and person.lines:
            line = person.lines[0] if draws.chance(0.7) else draws.one_of(person.lines)
            self._phone(draft, line)
        if draws.chance(system.address):
            home = self._current(draft, person.homes, person.changed, "moved house")
            if self._happens("somebody else's address", draft):
                home = draws.one_of(self._town.persons).homes[0]
            self._address(draft, home, known="somebody else's address" not in draft.mess)
        if person.company and draws.chance(system.company):
            draft.company = self._company_name(person.company)
            draft.trace.facts.append(Fact(person.company.fact, strong=False))
        if draft.name is None and draft.email is None and draft.phone is None:
            draft.name = person.given
            draft.trace.called = folded(person.given)
            draft.mess.append("given name only")

    def _current(self, draft: _Draft, things: Sequence[_Thing], changed: float, mess: str) -> _Thing:
        """The first before the change and the last after it, or any where there are more."""
        if len(things) == 1:
            return things[0]
        if len(things) > 2 and self._draws.chance(0.3):
            thing = self._draws.one_of(things)
        else:
            thing = things[0] if draft.at < changed else things[-1]
        if thing is not things[0]:
            draft.mess.append(mess)
        return thing

    def _name(self, draft: _Draft, person: _Person) -> None:
        draws = self._draws
        if draft.system.kind == "customer" and self._happens("no name", draft):
            return
        given, surname = person.given, person.surnames[0]
        if len(person.surnames) > 1 and draft.at >= person.changed:
            surname = person.surnames[-1]
            draft.mess.append("married name")
        suffix = f" {person.suffix}" if person.suffix and draws.chance(0.5) else ""
        if person.suffix:
            draft.mess.append("junior and senior")
        if person.tongue == "spanish" and " " in surname and self._happens("second surname left out", draft):
            surname = surname.split(" ")[0]
        if self._happens("given name only", draft):
            draft.name, draft.trace.called = given, folded(given)
            return
        if person.nicknames and self._happens("nickname", draft):
            given, suffix = draws.one_of(person.nicknames), ""
        draft.trace.called, draft.trace.family = folded(f"{given} {surname}{suffix}"), folded(surname)
        if self._happens("initial", draft):
            draft.trace.called = f"{folded(person.given)[0]} {folded(surname)}"
            given, suffix = person.given[0] + draws.one_of((".", "")), ""
        elif self._happens("middle name", draft):
            given = f"{given} {person.middle}" if draws.chance(0.4) else f"{given} {person.middle[0]}."
        in_family_order = person.tongue in ("chinese", "vietnamese") and draws.chance(0.5)
        if self._happens("reversed", draft):
            draft.name = f"{surname}, {given}{suffix}"
        else:
            draft.name = f"{surname} {given}" if in_family_order else f"{given} {surname}{suffix}"
        draft.name = self._scrawled(draft, draft.name, person.tongue)
        if person.company and self._happens("company in the name", draft):
            draft.name = f"{draft.name} ({self._company_name(person.company)})"

    def _scrawled(self, draft: _Draft, name: str, tongue: str) -> str:
        if tongue == "german" and name.translate(_UMLAUTS) != name and self._happens("transliterated", draft):
            name = name.translate(_UMLAUTS)
        elif (plain := _plain(name)) != name and self._happens("accents dropped", draft):
            name = plain
        if self._happens("name mistyped", draft):
            name = self._mistyped(name)
        if self._happens("capitals", draft):
            return name.upper()
        return name.lower() if self._happens("small letters", draft) else name

    def _email(self, draft: _Draft, mailbox: _Mailbox) -> None:
        draws, trace = self._draws, draft.trace
        if draft.name and self._happens("house e-mail", draft):
            draft.email = self._house_email
            return
        if draft.system.name in ("shopify", "file") and self._happens("relay", draft):
            stem = f"{Draws(0, trace.truth).whole(16**9, 16**10):x}"
            domain = draws.one_of(("marketplace.amazon.com", "privaterelay.appleid.com"))
            draft.email = f"{stem}@{domain}"
            trace.facts.append(Fact(f"mail {draft.email}", strong=True))
            return
        local, domain = mailbox.local, mailbox.domain
        mistyped = False
        if domain in ("gmail.com", "googlemail.com"):
            if self._happens("dots", draft):
                local = local.replace(".", "") if "." in local else f"{local[:3]}.{local[3:]}"
            if self._happens("tag", draft):
                local = f"{local}+{draws.one_of(('shop', 'orders', 'news', 'store', '2024'))}"
        if self._happens("e-mail mistyped", draft):
            mistyped = True
            if domain in _WRONG_DOMAINS and draws.chance(0.6):
                domain = draws.one_of(_WRONG_DOMAINS[domain])
            else:
                local = self._mistyped(local)
        draft.email = f"{local}@{domain}"
        if self._happens("capitals in the e-mail", draft):
            draft.email = draft.email.upper() if draws.chance(0.3) else draft.email[0].upper() + draft.email[1:]
        trace.facts.append(Fact(mailbox.fact, strong=not mistyped))

    def _phone(self, draft: _Draft, line: _Line) -> None:
        draws = self._draws
        if self._happens("placeholder telephone", draft):
            draft.phone = draws.one_of(_NO_NUMBERS)
            return
        groups, strong = line.groups, True
        if self._happens("telephone mistyped", draft):
            groups, strong = self._mistyped_digit(groups), False
        compact, dial = groups.replace(" ", ""), line.dial
        if self._happens("wrong country prefix", draft):
            dial, strong = ("44" if dial == "1" else "1"), False
            draft.phone = f"+{dial}{compact}"
        else:
            draft.phone = draws.one_of(
                (f"+{dial}{compact}", f"+{dial} {groups}", f"{line.trunk}{groups}", f"{line.trunk}{compact}")
                + (
                    (f"00{dial}{compact}", f"+{dial} (0){groups}", f"{line.trunk}{groups.replace(' ', '-')}")
                    if line.trunk
                    else ()
                )
                + (_american(groups) if dial == "1" else ())
            )
        if line.switchboard and self._happens("extension", draft):
            draft.phone += draws.one_of((" ext {}", " x{}", " ext. {}")).format(draws.whole(10, 499))
        draft.trace.facts.append(Fact(line.fact, strong=strong))

    def _address(self, draft: _Draft, home: _Home, *, known: bool = True) -> None:
        draws, country = self._draws, self._people.countries[home.country]
        draft.country = draws.one_of(country.names[:2]) if draws.chance(0.85) else draws.one_of(country.names)
        draft.postal_code = home.postcode
        if draws.chance(0.3):
            draft.postal_code = (
                home.postcode.replace(" ", "").lower() if draws.chance(0.3) else home.postcode.replace(" ", "")
            )
        facts = [Fact(f"postcode {home.postcode}", strong=False, among=f"town {home.city}")] if known else []
        if not self._happens("postcode only", draft):
            facts += [Fact(home.fact, strong=False)] if known else []
            self._street(draft, home)
            draft.city = home.city if draws.chance(0.9) else _plain(home.city).upper()
            draft.state = draws.one_of((home.state, home.state_code, None))
            if self._happens("postcode mistyped", draft):
                draft.postal_code = self._mistyped_digit(draft.postal_code)
        draft.trace.facts += facts

    def _street(self, draft: _Draft, home: _Home) -> None:
        street, kind = home.street, home.kind
        if kind in _SHORT_STREETS and self._happens("street abbreviated", draft):
            kind = _SHORT_STREETS[kind]
        if self._happens("street mistyped", draft):
            street = self._mistyped(street)
        line1 = _ADDRESS_FORMS.get(home.country, "{number} {street} {kind}").format(
            number=home.number, street=street, kind=kind
        )
        if home.flat and not self._happens("flat left out", draft):
            if self._draws.chance(0.6):
                draft.line2 = home.flat
            else:
                line1 = f"{home.flat}, {line1}" if home.country in ("GB", "IE") else f"{line1}, {home.flat}"
        draft.line1 = line1 if self._draws.chance(0.95) else line1.upper()

    def _of_company(self, company: _Company) -> list[_Draft]:
        draws = self._draws
        drafts: list[_Draft] = []
        for _ in range(draws.weighted(_OF_A_COMPANY)):
            system = draws.weighted(_FOR_COMPANIES)
            name = folded(company.name)
            trace = Trace(company.truth, name, name, [Fact(company.fact, strong=False)])
            draft = _Draft(system, draws.unit(), trace, "customer", mess=["company"])
            draft.name = self._company_name(company)
            if draws.chance(0.04):
                draft.name, draft.mess = self._mistyped(draft.name), [*draft.mess, "name mistyped"]
            if company.contacts and draws.chance(0.45):
                contact = draws.one_of(company.contacts)
                draft.contact_name = f"{contact.given} {contact.surnames[0]}"
            if draws.chance(0.3):
                draft.company = self._company_name(company)
            if draws.chance(0.8):
                self._company_email(draft, company)
            if draws.chance(0.6):
                self._phone(draft, company.line)
            if draws.chance(0.72):
                self._address(draft, company.home)
            drafts.append(draft)
        return drafts

    def _company_email(self, draft: _Draft, company: _Company) -> None:
        draft.trace.facts.append(Fact(f"domain {company.domain}", strong=False))
        at_work = [box for one in company.contacts for box in one.mailboxes if box.domain == company.domain]
        if at_work and self._draws.chance(0.35):
            draft.mess.append("contact's mailbox")
            self._email(draft, self._draws.one_of(at_work))
        else:
            draft.mess.append("shared mailbox")
            self._email(draft, company.mailbox(self._draws.one_of(("info", "info", "accounts", "sales", "office"))))

    def _company_name(self, company: _Company) -> str:
        name = f"{company.name} {company.form}" if self._draws.chance(0.55) else company.name
        return name if self._draws.chance(0.93) else name.upper()

    def _joint(self, one: _Person, other: _Person, number: int) -> _Draft:
        draft = _Draft(
            self._draws.weighted(_FOR_PERSONS), self._draws.unit(), Trace(f"joint-{number}", "", ""), mess=["joint"]
        )
        draft.name = f"{one.given} & {other.given} {one.surnames[0]}"
        if one.mailboxes and self._draws.chance(0.7):
            draft.email = f"{one.mailboxes[0].local}@{one.mailboxes[0].domain}"
        self._address(draft, one.homes[0])
        draft.trace.facts.clear()
        return draft

    def _bare(self, person: _Person, number: int) -> _Draft:
        draft = _Draft(
            self._draws.weighted(_FOR_PERSONS), self._draws.unit(), Trace(f"bare-{number}", "", ""), mess=["bare"]
        )
        draft.name = self._draws.one_of((person.given, f"{person.given} {person.surnames[0][0]}.", person.surnames[0]))
        if self._draws.chance(0.3):
            draft.city = person.homes[0].city
        return draft

    def _placeholder(self, number: int) -> _Draft:
        draws = self._draws
        trace = Trace(f"nobody-{number}", "", "")
        draft = _Draft(draws.weighted(_FOR_PERSONS), draws.unit(), trace, mess=["placeholder"])
        draft.name = draws.one_of(_NOBODIES) if draws.chance(0.8) else None
        if draws.chance(0.5) or draft.name is None:
            draft.email = draws.one_of(_NO_MAILBOXES)
        if draws.chance(0.3):
            draft.phone = draws.one_of(_NO_NUMBERS)
        return draft

    def _mistyped(self, text: str) -> str:
        """One slip on a keyboard: a neighbouring key, a letter left out, doubled, or two turned round."""
        letters = [at for at, letter in enumerate(text) if letter.lower() in _NEIGHBOURS and at]
        if len(letters) < 3:
            return text
        at, slip = self._draws.one_of(letters), self._draws.whole(0, 3)
        if slip == 0:
            return text[:at] + self._draws.one_of(_NEIGHBOURS[text[at].lower()]) + text[at + 1 :]
        if slip == 1:
            return text[:at] + text[at + 1 :]
        if slip == 2:
            return text[:at] + text[at] + text[at:]
        return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]

    def _mistyped_digit(self, text: str) -> str:
        at = self._draws.one_of([at for at, letter in enumerate(text) if letter.isdigit()])
        return text[:at] + str((int(text[at]) + self._draws.whole(1, 9)) % 10) + text[at + 1 :]


class _Ids:
    """Ids as the systems give them, none twice."""

    def __init__(self, seed: int) -> None:
        self._draws = Draws(seed, "practice ids")
        self._count: dict[str, int] = {}

    def next(self, system: str) -> str:
        number = self._count[system] = self._count.get(system, 0) + 1
        scramble = self._draws.whole(0, 16**8 - 1)
        return {
            "shopify": f"{6_204_000_000_000 + number * 32_768 + scramble % 32_768}",
            "stripe": f"cus_{_BASE36[number % 36]}{scramble:08X}{number:05}",
            "square": f"{scramble:08X}{number:018}",
            "hubspot": f"{100_000 + number * 50 + scramble % 50}",
            "zoho": f"{5_725_767_000_000_000_000 + number * 1_000 + scramble % 1_000}",
            "quickbooks": f"{number}",
            "xero": f"{scramble:08x}-{number:04x}-4{number % 4096:03x}-a000-{scramble:012x}",
            "file": f"row {number}",
        }[system]


_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _pairs(choices: Sequence[tuple[str, int]]) -> Weighted[str]:
    return Weighted([one for one, _ in choices], [weight for _, weight in choices])


def _with_weight(text: str) -> tuple[str, int]:
    value, _, weight = text.partition(":")
    return value, int(weight)


def _by_rank(items: Sequence[str], offset: float) -> list[float]:
    """Zipf's law as Mandelbrot put it: the commonest names are near one another, the tail is long."""
    return [1 / (rank + offset) for rank in range(len(items))]


def _given_names(tongue: Tongue, woman: int) -> Weighted[str]:
    """The common names with 85 % of the weight, the rare ones all alike."""
    common = tongue.women if woman else tongue.men
    weights = _by_rank(common, 6)
    rare = sum(weights) * 0.15 / 0.85 / len(tongue.rare)
    return Weighted((*common, *tongue.rare), (*weights, *(rare for _ in tongue.rare)))


def _of_sex(surname: str, tongue: str, woman: bool) -> str:
    if tongue == "polish" and surname.endswith(("ski", "cki", "dzki", "ska", "cka", "dzka")):
        return surname[:-1] + ("a" if woman else "i")
    return surname


def _plain(text: str) -> str:
    return "".join(one for one in normalize("NFKD", text.translate(_NO_ACCENTS)) if not combining(one))


_NO_ACCENTS = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "ß": "ss"})


def _local(name: str) -> str:
    return folded(name.translate(_UMLAUTS)).replace(" ", "")


def _mailbox_key(local: str, domain: str) -> str:
    """Google's mailboxes are the same with and without dots, under both of its domains."""
    if domain in ("gmail.com", "googlemail.com"):
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def _american(groups: str) -> tuple[str, ...]:
    area, exchange, rest = groups.split(" ")
    return (
        f"({area}) {exchange}-{rest}",
        f"{area}-{exchange}-{rest}",
        f"{area}.{exchange}.{rest}",
        f"1-{area}-{exchange}-{rest}",
    )
