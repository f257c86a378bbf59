"""People, firms and what their systems hold of them: the studied data.

Who there is: of the dwellings 43 % hold one person, 31 % a pair, 20 % a family, 5 % a house of unrelated tenants (three to
six), 1 % are places where many live or work behind one door and one telephone (a home, a hall, a business centre). A firm comes to twelve
persons.
Somebody has 2.2 records on average. ODDS says how often what goes wrong; they are judgement, and of other kinds than in the
practice data: what is heard wrong rather than mistyped, what spreadsheets and encodings do, titles, notes in fields,
telephones that change hands, mailboxes that belong to somebody else, parcel lockers, reception desks, twins, chains.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar
from unicodedata import combining, normalize

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws, Weighted
from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.records import Kind, LabelledRecord
from tools.kit.yaml_text import parse_yaml

ODDS: Final = {
    "goes by another name": 0.2,  # of those with a forename for which there is one
    "title": 0.05,
    "second forename": 0.07,
    "two initials": 0.02,
    "surname first": 0.05,
    "part of the surname": 0.4,  # of double ones
    "prefix written otherwise": 0.35,  # O'Brien, OBrien, O Brien
    "heard wrong": 0.035,
    "ASCII": 0.45,  # of the names that are not
    "wrong encoding": 0.04,  # of the same
    "shouted": 0.07,
    "e-mail for a name": 0.012,
    "nameless": 0.035,
    "surname alone": 0.012,
    "forename alone": 0.02,
    "firm behind the name": 0.03,  # of those with a firm
    "signs around the e-mail": 0.02,
    "two e-mails": 0.012,
    "subaddress": 0.03,
    "e-mail heard wrong": 0.01,
    "somebody else's e-mail": 0.006,
    "marketplace": 0.05,  # of the customers of shop, till and file
    "staff's telephone": 0.012,
    "telephone with a note": 0.02,
    "two telephones": 0.015,
    "telephone as a number": 0.04,  # of the files': the zero is gone, or ".0" has come
    "telephone by the wrong country": 0.012,
    "filler telephone": 0.01,
    "digit wrong": 0.012,
    "locker": 0.02,
    "care of": 0.012,
    "all in one line": 0.05,
    "lines changed about": 0.02,
    "house number gone": 0.02,
    "unit gone": 0.3,  # of those with one
    "road shortened": 0.35,
    "road heard wrong": 0.02,
    "town alone": 0.06,
}
"""How often each happens to a record that it can happen to."""

EMPTY, NOBODY, BOTH = 0.015, 0.014, 0.03
"""Records, per person, that say nearly nothing; that stand for nobody; and, per pair, that name both."""

_DWELLINGS = Weighted(("one", "pair", "family", "tenants", "many"), (41, 30, 19, 5.2, 0.8))
_COUNTS = Weighted((1, 2, 3, 4, 5, 6, 8), (38, 29, 17, 9, 4, 2, 1))
_FIRM_COUNTS = Weighted((1, 2, 3, 4, 5), (40, 32, 16, 8, 4))
_PERSONS_PER_FIRM = 12
_HEARD = (
    ("ph", "f"), ("ck", "k"), ("th", "t"), ("ie", "y"), ("ei", "ie"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"),
    ("mm", "m"), ("c", "k"), ("z", "s"), ("y", "i"), ("v", "w"), ("ai", "ay"), ("ee", "ea"), ("ou", "u"), ("dt", "t"),
    ("sch", "sh"), ("er", "ar"), ("en", "an"), ("s", "ss"), ("l", "ll"), ("n", "nn"), ("i", "e"), ("a", "e"),
)  # fmt: skip
_TITLES = {
    "anglo": (("Mr", "Mr.", "Dr"), ("Mrs", "Ms", "Miss", "Dr")),
    "german": (("Herr", "Dr.", "Dipl.-Ing."), ("Frau", "Dr.")),
    "french": (("M.", "Monsieur"), ("Mme", "Madame")),
    "hispanic": (("Sr.", "Lic."), ("Sra.", "Lic.")),
}
"""What is put before the names of men and of women; elsewhere as in English."""
_NAMES_OF_NOBODY = (
    "Kunde", "Laufkundschaft", "Barverkauf", "Client comptoir", "Consumidor Final", "Público en General", "Gast",
    "No Name", "asdf", "DO NOT USE", "Customer", "Misc Customer", "POS Customer", "Online Order", "Test Customer", "-", ".",
)  # fmt: skip
_MAILBOXES_OF_NOBODY = (
    "no-reply@mail.example",
    "keine@mail.de",
    "customer@noemail.com",
    "na@na.com",
    "asdf@asdf.com",
    "test@example.com",
    "x@x.x",
)
_NUMBERS_OF_NOBODY = ("0", "000", "555-555-5555", "1234567890", "0123456789", "99999999", "none", "keine", "+1")
_NOTES = (" (after 5pm)", " mobile", " - ask for reception", " (wife)", " privat", " WhatsApp", " home")
_START, _SECONDS = datetime(2019, 3, 1, tzinfo=UTC), 7 * 365 * 86_400
_LETTERS = "ABCDEFGHJLNPRSTUVWXYZ"
_OF_LAND = {
    "US": "en",
    "CA": "en",
    "GB": "en",
    "AU": "en",
    "DE": "de",
    "AT": "de",
    "FR": "fr",
    "MX": "es",
    "PL": "pl",
    "TR": "tr",
    "VN": "vn",
}
_LINES = {
    "en": "{number} {stem} {road}",
    "de": "{stem}{road} {number}",
    "fr": "{number} {road} {stem}",
    "es": "{road} {stem} {number}",
    "pl": "{road} {stem} {number}",
    "tr": "{stem} {road} {number}",
    "vn": "{number} {road} {stem}",
}


T = TypeVar("T")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class People(_Strict):
    spread: float
    listed: float
    female: str
    male: str
    surname: str
    parts: tuple[str, ...]


class Land(_Strict):
    share: int
    written: tuple[str, ...]
    peoples: dict[str, int]
    code: str
    zero: str
    numbers: tuple[str, ...]
    towns: tuple[tuple[str, int, str, str], ...]
    providers: tuple[str, ...]
    tops: tuple[str, ...]
    forms: tuple[str, ...]
    trades: tuple[str, ...]


class NamesFile(_Strict):
    peoples: dict[str, People]
    also: dict[str, str]
    alike: tuple[tuple[str, str], ...]
    lands: dict[str, Land]
    roads: dict[str, tuple[tuple[str, str, str], ...]]
    stems: dict[str, tuple[str, ...]]
    firms: tuple[str, ...]


@dataclass(frozen=True)
class _Number:
    code: str
    zero: str
    grouped: str


@dataclass(frozen=True)
class _Place:
    land: str
    number: str
    stem: str
    road: tuple[str, str, str]
    unit: str
    town: str
    region: str
    postcode: str

    @property
    def door(self) -> str:
        return f"door {self.number} {self.stem} {self.road[0]} {self.town} {self.postcode}"


@dataclass
class _Firm:
    truth: str
    land: str
    name: str
    form: str
    outlet: str
    domain: str
    number: _Number
    place: _Place
    staff: "list[_Someone]" = field(default_factory=list["_Someone"])

    @property
    def called(self) -> str:
        return folded(f"{self.name} {self.outlet}")


@dataclass
class _Someone:
    truth: str
    land: str
    people: str
    woman: bool
    forename: str
    second: str
    surnames: tuple[str, ...]
    """The one borne now, and before it any that was borne earlier."""
    also: tuple[str, ...]
    tail: str = ""
    mails: list[str] = field(default_factory=list[str])
    numbers: list[_Number] = field(default_factory=list[_Number])
    places: list[_Place] = field(default_factory=list[_Place])
    firm: _Firm | None = None

    def known_as(self) -> frozenset[str]:
        fores = [folded(one) for one in (self.forename, *self.also)]
        lasts = {last for surname in self.surnames for last in (folded(surname), *map(folded, _halves(surname)))}
        names = {*fores, *lasts, *(f"{fore} {last}" for fore in fores for last in lasts)}
        names |= {f"{fores[0][0]} {last}" for last in lasts}
        names |= {f"{fores[0]} {last} {folded(self.tail)}" for last in lasts} if self.tail else set()
        return frozenset(names)


@dataclass
class _Card:
    """A record before it is labelled."""

    system: str
    kind: Kind
    trace: Trace
    when: float
    fields: dict[str, str] = field(default_factory=dict[str, str])
    mess: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class _Habit:
    """Which systems hold somebody, and how full their fields are there."""

    weight: int
    firm_weight: int
    kind: Kind
    mail: float
    number: float
    place: float
    firm: float


_HABITS: Final = {
    "shopify": _Habit(22, 5, "customer", 0.9, 0.55, 0.9, 0.12),
    "stripe": _Habit(13, 5, "customer", 0.97, 0.12, 0.25, 0.0),
    "square": _Habit(20, 4, "customer", 0.38, 0.7, 0.1, 0.06),
    "hubspot": _Habit(9, 14, "contact", 0.88, 0.4, 0.25, 0.75),
    "zoho": _Habit(5, 8, "contact", 0.8, 0.6, 0.35, 0.8),
    "quickbooks": _Habit(9, 28, "customer", 0.65, 0.45, 0.7, 0.2),
    "xero": _Habit(7, 24, "customer", 0.75, 0.35, 0.55, 0.1),
    "file": _Habit(15, 12, "customer", 0.55, 0.6, 0.6, 0.2),
}


def generate_people(seed: int, persons: int) -> list[LabelledRecord]:
    """The records, in no order, of so many persons and of the firms they work for: about 2.3 per person. The same for the
    same arguments on every machine."""
    names = NamesFile.model_validate(parse_yaml(Path(__file__).with_name("names.yaml").read_text("utf-8")))
    world = _World(Draws(seed, "blind world"), names, persons)
    cards = _Desk(Draws(seed, "blind desk"), names, world).cards()
    known_as: dict[str, frozenset[str]] = {one.truth: one.known_as() for one in world.people}
    known_as |= {firm.truth: frozenset({firm.called, folded(firm.name)}) for firm in world.firms}
    verdicts = decided([card.trace for card in cards], known_as)
    stamp = Draws(seed, "blind ids")
    return [_labelled(card, verdict, at, stamp) for at, (card, verdict) in enumerate(zip(cards, verdicts, strict=True))]


def _labelled(card: _Card, decidable: bool, at: int, stamp: Draws) -> LabelledRecord:
    value = card.fields.get
    return LabelledRecord(
        source=card.system,
        source_id=_source_id(card.system, at, stamp),
        kind=card.kind,
        name=value("name"),
        contact_name=value("contact_name"),
        company=value("company"),
        email=value("email"),
        phone=value("phone"),
        line1=value("line1"),
        line2=value("line2"),
        city=value("city"),
        state=value("state") or None,
        postal_code=value("postal_code"),
        country=value("country"),
        created_at=_START + timedelta(seconds=int(card.when * _SECONDS)),
        truth=card.trace.truth,
        decidable=decidable,
        mess=tuple(card.mess),
    )


class _World:
    """Who lives and works where."""

    def __init__(self, draws: Draws, names: NamesFile, persons: int) -> None:
        self._draws = draws
        self._names = names
        self._lands = Weighted(list(names.lands), [land.share for land in names.lands.values()])
        self._peoples = {
            code: Weighted(list(land.peoples), list(land.peoples.values())) for code, land in names.lands.items()
        }
        self._towns = {
            code: Weighted(land.towns, [town[1] for town in land.towns]) for code, land in names.lands.items()
        }
        self._lists = {
            (people, sort): _ranked(getattr(one, sort), one.spread)
            for people, one in names.peoples.items()
            for sort in ("female", "male", "surname")
        }
        self._parts = {people: [part.split() for part in one.parts] for people, one in names.peoples.items()}
        self._taken: set[str] = set()
        self._codes: dict[str, str] = {}
        self._at_work: dict[str, list[_Firm]] = {}
        self.people: list[_Someone] = []
        self.firms: list[_Firm] = []
        self.pairs: list[tuple[_Someone, _Someone]] = []
        for _ in range(max(1, persons // _PERSONS_PER_FIRM)):
            self._set_up()
        while len(self.people) < persons:
            self._move_in(persons - len(self.people))
        self._hand_on_numbers()

    def _set_up(self) -> None:
        """A firm; one in twenty-five is a chain of two to four outlets."""
        draws, land = self._draws, self._draws.weighted(self._lands)
        here = self._names.lands[land]
        owner = self._surname(draws.weighted(self._peoples[land])).split(" ")[-1]
        head = draws.one_of((owner, owner, f"{owner} & Sons", f"{owner} Bros.", draws.one_of(self._names.firms)))
        name = f"{head} {draws.one_of(here.trades)}"
        form = draws.one_of(here.forms)
        stem = folded(head if draws.chance(0.3) else name).replace(" ", "-" if draws.chance(0.3) else "")
        domain = self._unused(stem, lambda: f".{draws.one_of(here.tops)}")
        towns = (
            list(dict.fromkeys(draws.weighted(self._towns[land])[0] for _ in range(draws.whole(2, 4))))
            if draws.chance(0.04)
            else []
        )
        for outlet in towns or [""]:
            firm = _Firm(
                f"firm-{len(self.firms)}", land, name, form, outlet, domain, self._number(land), self._place(land)
            )
            self.firms.append(firm)
            self._at_work.setdefault(land, []).append(firm)

    def _move_in(self, most: int) -> None:
        draws, land = self._draws, self._draws.weighted(self._lands)
        sort = draws.weighted(_DWELLINGS)
        size = {
            "one": 1,
            "pair": 2,
            "family": draws.whole(3, 5),
            "tenants": draws.whole(3, 6),
            "many": draws.whole(12, 40),
        }[sort]
        people = draws.weighted(self._peoples[land])
        place, shared = self._place(land), self._number(land)
        lodgers = [
            self._someone(land, people if sort in ("pair", "family") else draws.weighted(self._peoples[land]))
            for _ in range(min(size, most))
        ]
        if sort in ("pair", "family"):
            self._relate(lodgers)
        moves = self._place(land) if draws.chance(0.16) else None
        for at, one in enumerate(lodgers):
            unit = (
                place.unit
                if sort in ("one", "pair", "family")
                else f"{draws.one_of(('Room', 'Unit', 'Suite'))} {at + 1}"
            )
            one.places = [replace(place, unit=unit), *([moves] if moves else [])]
            elder = lodgers[0] if sort == "family" and at > 1 else None
            self._equip(one, elder if elder and elder.forename != one.forename else None)
            if (sort == "many" and draws.chance(0.5)) or (sort in ("pair", "family") and draws.chance(0.2)):
                one.numbers.append(shared)
            if elder is None and draws.chance(0.26):
                self._hire(one)
        if sort in ("pair", "family") and len(lodgers) > 1:
            self.pairs.append((lodgers[0], lodgers[1]))
            if draws.chance(0.14):
                lodgers[1].mails.insert(draws.whole(0, len(lodgers[1].mails)), lodgers[0].mails[0])
        self.people += lodgers

    def _someone(self, land: str, people: str) -> _Someone:
        draws, sort = self._draws, self._draws.one_of(("female", "male"))
        forename = draws.weighted(self._lists[people, sort])
        surname = self._surname(people)
        if people == "hispanic" and draws.chance(0.7) and " " not in surname:
            surname = f"{surname} {self._surname(people)}"
        elif draws.chance(0.03):
            surname = f"{surname}-{self._surname(people)}"
        surnames = (surname,)
        if sort == "female" and people in ("anglo", "gaelic", "german", "polish", "french") and draws.chance(0.06):
            surnames = (self._surname(people), surname)
        if people == "polish" and sort == "female":
            surnames = tuple(f"{one[:-1]}a" if one.endswith(("ski", "cki")) else one for one in surnames)
        also = tuple(self._names.also.get(forename, "").split())
        second = draws.weighted(self._lists[people, sort])
        return _Someone(
            f"p{draws.whole(0, 10**12):012}", land, people, sort == "female", forename, second, surnames, also
        )

    def _relate(self, family: list[_Someone]) -> None:
        """Three in four pairs bear one surname, all children do; now and then they are namesakes or nearly."""
        draws, head = self._draws, family[0]
        for at, one in enumerate(family[1:], 1):
            while one.forename in {other.forename for other in family[:at]}:
                one.forename = draws.weighted(self._lists[one.people, "female" if one.woman else "male"])
                one.also = tuple(self._names.also.get(one.forename, "").split())
            if at > 1 or draws.chance(0.75 if head.people not in ("hispanic", "chinese", "vietnamese") else 0.03):
                one.surnames = (_matched(head.surnames[-1], one),)
        if len(family) > 2 and draws.chance(0.05):
            family[2].forename, family[2].also, family[2].surnames = head.forename, head.also, head.surnames
            if head.people in ("anglo", "gaelic"):
                family[2].tail = draws.one_of(("Jr.", "Jnr", "II"))
        elif len(family) > 3 and head.people in ("anglo", "gaelic", "german", "french") and draws.chance(0.25):
            for one, forename in zip(family[2:4], draws.one_of(self._names.alike), strict=True):
                one.forename, one.also = forename, ()

    def _equip(self, one: _Someone, elder: _Someone | None) -> None:
        draws = self._draws
        if elder and draws.chance(0.5):
            one.mails, one.numbers = list(elder.mails[:1]), list(elder.numbers[:1])
            return
        for _ in range(draws.weighted(_HOW_MANY)):
            one.mails.append(self._mail(one))
        one.numbers = [self._number(one.land) for _ in range(draws.whole(1, 6) // 5 + 1)]

    def _hire(self, one: _Someone) -> None:
        """Half of those who change their employer leave a mailbox behind that is still in somebody's system."""
        draws, near = self._draws, self._at_work.get(one.land)
        if not near:
            return
        for _ in range(2 if draws.chance(0.12) else 1):
            firm = draws.one_of(near)
            one.firm = firm
            if draws.chance(0.8):
                local = draws.one_of(
                    (
                        f"{one.forename[0]}.{one.surnames[-1]}",
                        f"{one.forename}.{one.surnames[-1]}",
                        one.forename,
                        f"{one.forename[0]}{one.surnames[-1]}",
                    )
                )
                one.mails.append(self._unused(_letters(local), lambda domain=firm.domain: f"@{domain}"))
        if one.firm:
            one.firm.staff.append(one)
            if draws.chance(0.4):
                one.numbers.append(one.firm.number)
            if draws.chance(0.25):
                one.places.append(one.firm.place)

    def _hand_on_numbers(self) -> None:
        """One telephone in sixty has gone to somebody who is no relation."""
        for one, other in pairwise(self.people):
            if self._draws.chance(1 / 60) and one.land == other.land:
                other.numbers.append(one.numbers[0])

    def _mail(self, one: _Someone) -> str:
        draws = self._draws
        fore, last = _letters(one.forename), _letters(one.surnames[0])
        fond = _letters(draws.one_of(one.also)) if one.also else fore
        local = draws.one_of(
            (
                f"{fore}.{last}",
                f"{fore}{last}",
                f"{fore}-{last}",
                f"{last}{fore[0]}",
                f"{fore[0]}.{last}",
                f"{fond}.{last}",
                f"{last}.{draws.whole(10, 99)}",
                f"{fore}{draws.whole(1950, 2006)}",
                f"{fond}_{last[:4]}",
                f"the{last}s",
                f"{draws.one_of(_ADJECTIVES)}{draws.one_of('.-_')}{draws.one_of(_ANIMALS)}{draws.whole(1, 99)}",
            )
        )
        return self._unused(local, lambda: f"@{draws.one_of(self._names.lands[one.land].providers)}")

    def _unused(self, stem: str, ending: Callable[[], str]) -> str:
        wanted, end = stem, ending()
        while f"{wanted.replace('.', '')}{end}" in self._taken:
            wanted, end = f"{stem}{self._draws.whole(2, 9999)}", ending()
        self._taken.add(f"{wanted.replace('.', '')}{end}")
        return wanted + end

    def _number(self, land: str) -> _Number:
        here = self._names.lands[land]
        return _Number(here.code, here.zero, self._filled(self._draws.one_of(here.numbers)))

    def _place(self, land: str) -> _Place:
        draws = self._draws
        tongue = _OF_LAND[land]
        town, _, region, pattern = draws.weighted(self._towns[land])
        stem, road = draws.one_of(self._names.stems[tongue]), draws.one_of(self._names.roads[tongue])
        number = draws.whole(1, 180) if draws.chance(0.8) else draws.whole(181, 2400)
        block = f"{town} {stem} {road[0]} {number // 40}"
        code = self._codes.setdefault(block, self._filled(pattern))
        unit = (
            f"{draws.one_of(('Apt', 'Flat', 'Unit', 'No.', 'Top'))} {draws.whole(1, 30)}" if draws.chance(0.3) else ""
        )
        return _Place(
            land, f"{number}{draws.one_of('abc') if draws.chance(0.06) else ''}", stem, road, unit, town, region, code
        )

    def _surname(self, people: str) -> str:
        if self._draws.chance(self._names.peoples[people].listed):
            return self._draws.weighted(self._lists[people, "surname"])
        made = "".join(self._draws.one_of(part) for part in self._parts[people]).replace("~", "").replace("_", " ")
        return (
            made[0].upper() + made[1:]
            if " " not in made
            else made.split(" ")[0] + " " + made.split(" ")[1].capitalize()
        )

    def _filled(self, pattern: str) -> str:
        draws, fill = self._draws, {"d": "0123456789", "p": "23456789", "X": _LETTERS}
        return "".join(draws.one_of(fill[sign]) if sign in fill else sign for sign in pattern)


class _Desk:
    """Where people are written down, by themselves and by others."""

    def __init__(self, draws: Draws, names: NamesFile, world: _World) -> None:
        self._draws = draws
        self._names = names
        self._world = world
        self._systems = Weighted(list(_HABITS), [habit.weight for habit in _HABITS.values()])
        self._for_firms = Weighted(list(_HABITS), [habit.firm_weight for habit in _HABITS.values()])
        self._staff = [f"+44 1632 960{draws.whole(100, 999)}" for _ in range(3)]

    def cards(self) -> list[_Card]:
        draws, world = self._draws, self._world
        cards = [card for one in world.people for card in self._of(one)]
        cards += [card for firm in world.firms for card in self._of_firm(firm)]
        cards += [self._of_both(at, *pair) for at, pair in enumerate(world.pairs) if draws.chance(BOTH)]
        cards += [self._nearly_empty(at) for at in range(round(EMPTY * len(world.people)))]
        cards += [self._of_nobody(at) for at in range(round(NOBODY * len(world.people)))]
        return sorted(cards, key=lambda _: draws.unit())

    def _so(self, what: str, card: _Card) -> bool:
        if self._draws.chance(ODDS[what]):
            card.mess.append(what)
            return True
        return False

    def _of(self, one: _Someone) -> Iterator[_Card]:
        draws, seen = self._draws, set[str]()
        for _ in range(draws.weighted(_COUNTS)):
            system = draws.weighted(self._systems)
            if system in seen and (system in ("hubspot", "quickbooks", "xero") or draws.chance(0.3)):
                continue
            habit = _HABITS[system]
            card = _Card(system, habit.kind, Trace(one.truth, "", ""), draws.unit())
            if system in seen:
                card.mess.append("again in one system")
            seen.add(system)
            self._write_name(card, one)
            if one.mails and draws.chance(habit.mail):
                self._write_mail(card, one)
            if draws.chance(habit.number):
                self._write_number(card, self._mostly_first(one.numbers))
            if draws.chance(habit.place):
                self._write_place(card, self._mostly_first(one.places))
            if one.firm and draws.chance(habit.firm):
                card.fields["company"] = self._firm_name(one.firm)
                card.trace.facts.append(Fact(f"firm {folded(one.firm.name)}", strong=False))
            if card.fields.keys().isdisjoint(("name", "email", "phone")):
                card.fields["name"], card.trace.called = one.forename, folded(one.forename)
                card.mess.append("forename alone")
            yield card

    def _mostly_first(self, things: Sequence[T]) -> T:
        return things[0] if self._draws.chance(0.66) else self._draws.one_of(things)

    def _write_name(self, card: _Card, one: _Someone) -> None:
        draws = self._draws
        if card.kind == "customer" and self._so("nameless", card):
            return
        surname = one.surnames[-1]
        if len(one.surnames) > 1 and draws.chance(0.45):
            surname = one.surnames[0]
            card.mess.append("earlier surname")
        if len(_halves(surname)) > 1 and self._so("part of the surname", card):
            surname = draws.one_of(_halves(surname)) if "-" in surname else _halves(surname)[0]
        if self._so("surname alone", card):
            title = self._title(one)
            card.fields["name"], card.trace.called = f"{title} {surname}", folded(surname)
            return
        if self._so("forename alone", card):
            card.fields["name"], card.trace.called = one.forename, folded(one.forename)
            return
        fore, tail = one.forename, one.tail if draws.chance(0.55) else ""
        if one.also and self._so("goes by another name", card):
            fore, tail = draws.one_of(one.also), ""
        card.trace.called, card.trace.family = folded(f"{fore} {surname} {tail}"), folded(surname)
        if self._so("two initials", card):
            fore, tail = f"{one.forename[0]}.{draws.one_of(('', ' '))}{one.second[0]}.", ""
            card.trace.called = folded(f"{one.forename[0]} {surname}")
        elif self._so("second forename", card):
            fore = f"{fore} {one.second}"
        card.fields["name"] = self._spoken(card, one, fore, surname, tail)
        if one.firm and self._so("firm behind the name", card):
            card.fields["name"] += draws.one_of((" - {}", " / {}", ", {}", " c/o {}")).format(self._firm_name(one.firm))

    def _spoken(self, card: _Card, one: _Someone, fore: str, surname: str, tail: str) -> str:
        draws = self._draws
        if surname.startswith(("O'", "Mac", "Mc", "De ", "Le ", "von ")) and self._so("prefix written otherwise", card):
            surname = draws.one_of(
                (
                    surname.replace("'", ""),
                    surname.replace("'", " "),
                    surname.replace(" ", ""),
                    surname.replace("Mac", "Mc"),
                )
            )
        if self._so("heard wrong", card):
            fore, surname = (fore, self._misheard(surname)) if draws.chance(0.6) else (self._misheard(fore), surname)
        eastern = one.people in ("chinese", "vietnamese") and draws.chance(0.4)
        if eastern or self._so("surname first", card):
            name = f"{surname} {fore}" if eastern or draws.chance(0.5) else f"{surname}, {fore}"
        else:
            name = " ".join(word for word in (fore, surname, tail) if word)
        if self._so("title", card):
            name = f"{self._title(one)} {name}"
        if not name.isascii():
            if self._so("wrong encoding", card):
                return name.encode().decode("cp1252", errors="replace")
            if self._so("ASCII", card):
                name = _ascii(name, spelt_out=one.people == "german" and draws.chance(0.6))
        return name.upper() if self._so("shouted", card) else name

    def _title(self, one: _Someone) -> str:
        men, women = _TITLES.get(one.people, _TITLES["anglo"])
        return self._draws.one_of(women if one.woman else men)

    def _write_mail(self, card: _Card, one: _Someone) -> None:
        draws, mail, facts = self._draws, self._mostly_first(one.mails), card.trace.facts
        if mail != one.mails[0]:
            card.mess.append("another mailbox")
        if card.system in ("shopify", "square", "file") and self._so("marketplace", card):
            number = Draws(0, f"relay {one.truth}").whole(10**9, 10**10)
            card.fields["email"] = draws.one_of(
                (
                    "{:x}@members.ebay.com",
                    "{:x}@marketplace.amazon.de",
                    "{:x}@privaterelay.appleid.com",
                    "{:x}@relay.walmart.com",
                )
            ).format(number)
            facts.append(Fact(card.fields["email"], strong=True))
            return
        if "name" in card.fields and self._so("somebody else's e-mail", card):
            card.fields["email"] = draws.one_of(draws.one_of(self._world.people).mails or ["hello@shop.example"])
            return
        local, domain = mail.split("@")
        strong = not self._so("e-mail heard wrong", card)
        if not strong:
            local = self._misheard(local)
        elif self._so("subaddress", card):
            local = f"{local}+{draws.one_of(('web', 'receipts', 'spam', '1', 'pos'))}"
        shown = f"{local}@{domain.replace('gmail.com', 'googlemail.com') if draws.chance(0.02) else domain}"
        if self._so("signs around the e-mail", card):
            shown = draws.one_of(("mailto:{}", " {} ", "{}.", "<{}>", "{},")).format(shown)
        elif len(one.mails) > 1 and self._so("two e-mails", card):
            second = draws.one_of(one.mails)
            shown = draws.one_of(("{}; {}", "{}, {}", "{} / {}")).format(shown, second)
            facts.append(Fact(second, strong=True))
        card.fields["email"] = shown.capitalize() if draws.chance(0.05) else shown
        facts.append(Fact(mail, strong=strong))
        if "name" in card.fields and strong and self._so("e-mail for a name", card):
            card.fields["name"], card.trace.called, card.trace.family = mail, "", ""

    def _write_number(self, card: _Card, number: _Number) -> None:
        draws = self._draws
        if "name" in card.fields and self._so("staff's telephone", card):
            card.fields["phone"] = draws.one_of(self._staff)
            return
        if self._so("filler telephone", card):
            card.fields["phone"] = draws.one_of(_NUMBERS_OF_NOBODY)
            return
        strong = not self._so("digit wrong", card)
        shown = self._dialled(card, number if strong else replace(number, grouped=self._slip(number.grouped)))
        if self._so("telephone with a note", card):
            shown += draws.one_of(_NOTES)
        elif self._so("two telephones", card):
            other = draws.one_of(self._world.firms).number
            shown = draws.one_of(("{} / {}", "{}, {}", "{} or {}")).format(
                shown, self._dialled(card, replace(other, grouped=self._slip(other.grouped)))
            )
        card.fields["phone"] = shown
        card.trace.facts.append(Fact(f"number {number.code} {number.grouped}", strong=strong))

    def _dialled(self, card: _Card, number: _Number) -> str:
        draws, plain = self._draws, number.grouped.replace(" ", "")
        if card.system == "file" and self._so("telephone as a number", card):
            return draws.one_of((plain, f"{number.code}{plain}.0", f"{number.code}{plain}"))
        if self._so("telephone by the wrong country", card):
            return f"+{'33' if number.code != '33' else '49'} {number.grouped}"
        if number.code == "1":
            area, middle, last = number.grouped.split(" ")
            return draws.one_of(
                (
                    f"({area}) {middle} {last}",
                    f"{area}/{middle}-{last}",
                    f"+1{plain}",
                    f"+1 ({area}) {middle}-{last}",
                    f"{area} {middle} {last}",
                    plain,
                )
            )
        dashed = number.grouped.replace(" ", "/", 1).replace(" ", "-")
        return draws.one_of(
            (
                f"+{number.code}{plain}",
                f"+{number.code} {number.grouped}",
                f"{number.zero}{plain}",
                f"{number.zero}{dashed}",
                f"{number.zero}{number.grouped}",
                f"+{number.code}({number.zero}){plain}" if number.zero else plain,
                f"{number.code}{plain}",
            )
        )

    def _write_place(self, card: _Card, place: _Place) -> None:
        draws, fields, facts = self._draws, card.fields, card.trace.facts
        fields["country"] = self._names.lands[place.land].written[
            0 if draws.chance(0.5) else draws.whole(1, 10) % len(self._names.lands[place.land].written)
        ]
        if self._so("town alone", card):
            fields["city"] = place.town
            return
        fields |= {
            "city": place.town,
            "state": place.region,
            "postal_code": place.postcode if draws.chance(0.75) else place.postcode.replace(" ", ""),
        }
        facts.append(Fact(f"postcode {place.postcode}", strong=False, among=f"town {place.town}"))
        if self._so("locker", card):
            name = draws.one_of(("Packstation {}", "PO Box {}", "Locker {}", "Pickup point {}")).format(
                draws.whole(100, 112)
            )
            fields["line1"] = name
            return
        facts.append(Fact(place.door, strong=False))
        line = self._line(card, place)
        if place.unit and not self._so("unit gone", card):
            fields["line2"] = place.unit
        if self._so("care of", card):
            fields["line2"] = f"c/o {self._draws.one_of(self._world.people).surnames[-1]}"
        fields["line1"] = line
        if self._so("all in one line", card):
            fields["line1"] = ", ".join(
                word for word in (line, fields.pop("line2", ""), fields.pop("city"), fields.pop("postal_code")) if word
            )
        elif "line2" in fields and self._so("lines changed about", card):
            fields["line1"], fields["line2"] = fields["line2"], line

    def _line(self, card: _Card, place: _Place) -> str:
        road = self._draws.one_of(place.road[1:]) if self._so("road shortened", card) else place.road[0]
        stem = self._misheard(place.stem) if self._so("road heard wrong", card) else place.stem
        number = "" if self._so("house number gone", card) else place.number
        form = _LINES[_OF_LAND[place.land]]
        return " ".join(form.format(number=number, stem=stem, road=road).split())

    def _of_firm(self, firm: _Firm) -> Iterator[_Card]:
        draws = self._draws
        for _ in range(draws.weighted(_FIRM_COUNTS)):
            trace = Trace(firm.truth, firm.called, firm.called, [Fact(f"firm {folded(firm.name)}", strong=False)])
            card = _Card(draws.weighted(self._for_firms), "customer", trace, draws.unit(), mess=["firm"])
            card.fields["name"] = self._firm_name(firm)
            if draws.chance(0.05):
                card.fields["name"] = self._misheard(card.fields["name"])
                card.mess.append("heard wrong")
            if firm.staff and draws.chance(0.5):
                clerk = draws.one_of(firm.staff)
                card.fields["contact_name"] = f"{clerk.forename} {clerk.surnames[-1]}"
            if draws.chance(0.78):
                self._write_firm_mail(card, firm)
            if draws.chance(0.55):
                self._write_number(card, firm.number)
            if draws.chance(0.65):
                self._write_place(card, firm.place)
            yield card

    def _write_firm_mail(self, card: _Card, firm: _Firm) -> None:
        draws = self._draws
        of_staff = [mail for clerk in firm.staff for mail in clerk.mails if mail.endswith(f"@{firm.domain}")]
        if of_staff and draws.chance(0.4):
            mail = draws.one_of(of_staff)
            card.mess.append("mailbox of the staff")
        elif firm.staff and firm.staff[0].mails and draws.chance(0.08):
            mail = firm.staff[0].mails[0]
            card.mess.append("private mailbox of the staff")
        else:
            mail = f"{draws.one_of(('info', 'office', 'hello', 'invoices', 'contact', 'orders'))}@{firm.domain}"
            card.mess.append("mailbox of the firm")
        card.fields["email"] = mail
        card.trace.facts.append(Fact(mail, strong=True))
        if mail.endswith(f"@{firm.domain}"):
            card.trace.facts.append(Fact(f"domain {firm.domain}", strong=False))

    def _firm_name(self, firm: _Firm) -> str:
        draws = self._draws
        name = f"The {firm.name}" if draws.chance(0.04) else firm.name
        if "&" in name and draws.chance(0.3):
            name = name.replace("&", "and")
        name = f"{name} {firm.form}" if draws.chance(0.5) else name
        name = f"{name} {firm.outlet}" if firm.outlet else name
        return name.upper() if draws.chance(0.1) else name

    def _of_both(self, at: int, one: _Someone, other: _Someone) -> _Card:
        card = _Card(
            self._draws.weighted(self._systems),
            "customer",
            Trace(f"both-{at}", "", ""),
            self._draws.unit(),
            mess=["both"],
        )
        title = self._draws.one_of(
            ("Mr & Mrs {}", "Mr and Mrs {}", "Familie {}", "The {} Family", f"{one.forename} and {other.forename} {{}}")
        )
        self._write_place(card, one.places[0])
        if one.mails and self._draws.chance(0.5):
            card.fields["email"] = one.mails[0]
        card.fields["name"] = title.format(one.surnames[-1])
        card.trace.facts.clear()
        return card

    def _nearly_empty(self, at: int) -> _Card:
        draws, like = self._draws, self._draws.one_of(self._world.people)
        card = _Card(
            draws.weighted(self._systems), "customer", Trace(f"empty-{at}", "", ""), draws.unit(), mess=["nearly empty"]
        )
        card.fields["name"] = draws.one_of(
            (
                like.forename,
                like.forename.lower(),
                f"{like.forename[0]}{like.surnames[-1][0]}",
                f"{like.forename} {like.surnames[-1][0]}",
            )
        )
        if draws.chance(0.4):
            card.fields["country"] = self._names.lands[like.land].written[0]
        return card

    def _of_nobody(self, at: int) -> _Card:
        draws = self._draws
        card = _Card(
            draws.weighted(self._systems), "customer", Trace(f"nobody-{at}", "", ""), draws.unit(), mess=["nobody"]
        )
        card.fields["name"] = draws.one_of(_NAMES_OF_NOBODY)
        if draws.chance(0.45):
            card.fields["email"] = draws.one_of(_MAILBOXES_OF_NOBODY)
        if draws.chance(0.35):
            card.fields["phone"] = draws.one_of(_NUMBERS_OF_NOBODY)
        return card

    def _misheard(self, text: str) -> str:
        """One sound written as another that is like it, behind the first letter."""
        places = [(text.find(sound, 1), sound, other) for sound, other in _HEARD if sound in text[1:]]
        if not places:
            return text
        at, sound, other = self._draws.one_of(places)
        return text[:at] + other + text[at + len(sound) :]

    def _slip(self, digits: str) -> str:
        at = self._draws.one_of([at for at, sign in enumerate(digits) if sign.isdigit() and at > 2])
        return digits[:at] + str((int(digits[at]) + self._draws.whole(1, 9)) % 10) + digits[at + 1 :]


_HOW_MANY = Weighted((1, 2, 3, 4), (50, 32, 14, 4))
_ADJECTIVES = "big crazy golden happy hidden iron lazy mighty purple quiet silent silver sleepy super tiny tropical urban velvet".split()
_ANIMALS = "badger bear cobra eagle falcon gecko hawk koala lynx otter panda raven salmon shark viper whale wolf wombat".split()


def _source_id(system: str, at: int, stamp: Draws) -> str:
    noise = stamp.whole(0, 10**6 - 1)
    match system:
        case "shopify":
            return f"gid://shopify/Customer/{7_000_000_000_000 + at * 1_000_003 + noise}"
        case "stripe":
            return f"cus_{noise:06X}{at:08X}"
        case "square":
            return f"{noise:06}K{at:08}ZQ"
        case "file":
            return f"K-{at:06}"
        case _:
            return f"{at * 7 + 10_001}{noise:06}"


def _ranked(words: str, spread: float) -> Weighted[str]:
    items = [word.replace("~", " ") for word in words.split()]
    return Weighted(items, [(rank + 3) ** -spread for rank in range(len(items))])


def _halves(surname: str) -> list[str]:
    return (
        surname.split("-")
        if "-" in surname
        else [part for part in surname.split(" ") if part not in ("De", "Le", "von")]
    )


def _matched(surname: str, one: _Someone) -> str:
    """The surname in the form that Polish gives a woman or man."""
    if one.people == "polish" and surname.endswith(("ski", "cki", "ska", "cka")):
        return surname[:-1] + ("a" if one.woman else "i")
    return surname


def _letters(text: str) -> str:
    return "".join(sign for sign in _ascii(text, spelt_out=True).lower() if sign.isalnum() or sign in ".-")


def _ascii(text: str, *, spelt_out: bool) -> str:
    if spelt_out:
        for letter, two in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ö", "Oe"), ("Ü", "Ue"), ("Ä", "Ae")):
            text = text.replace(letter, two)
    for letter, plain in (("ß", "ss"), ("ł", "l"), ("Ł", "L"), ("ı", "i"), ("đ", "d"), ("Đ", "D")):
        text = text.replace(letter, plain)
    return "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
