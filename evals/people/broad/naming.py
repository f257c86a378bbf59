"""What persons are called: names as common as they are, and the forms in which one name goes about."""

import random
from dataclasses import dataclass
from functools import cache
from itertools import product

from evals.people.broad.data import Bag, data, ranked
from evals.people.deciding import folded

FAMILY_LAST = {"brazilian"}
"""Where of two surnames the last one counts; elsewhere it is the first."""
TWO_FAMILIES = {"spanish": 0.8, "brazilian": 0.6}


@dataclass(frozen=True, slots=True)
class Culture:
    male: Bag[str]
    female: Bag[str]
    family: Bag[str]
    rare: float
    head: tuple[str, ...]
    tail: tuple[str, ...]
    nick: dict[str, tuple[str, ...]]


@cache
def culture(name: str) -> Culture:
    found = data("names")[name]
    return Culture(
        male=ranked(found["male"].split(), 14),
        female=ranked(found["female"].split(), 14),
        family=ranked((one.replace("^", " ") for one in found["family"].split()), 24),
        rare=found["rare"],
        head=tuple(found["head"].split()),
        tail=tuple(found["tail"].split()),
        nick={given: tuple(nicks.split()) for given, nicks in found["nick"].items()},
    )


@dataclass(frozen=True, slots=True)
class Name:
    """`families` are one or two surnames; `former` is the surname before a marriage, "" where there was none."""

    culture: str
    female: bool
    given: str
    middle: str
    families: tuple[str, ...]
    former: str
    nick: str
    suffix: str

    @property
    def main(self) -> str:
        """The surname that is never left out."""
        return self.families[-1 if self.culture in FAMILY_LAST else 0]

    @property
    def whole(self) -> str:
        return " ".join(self.families)

    def known_as(self) -> set[str]:
        """All names, folded, that may stand for the person."""
        nicks = culture(self.culture).nick.get(self.given, ())
        firsts = {self.given, *nicks, self.given[0], f"{self.given} {self.middle}", f"{self.given} {self.middle[:1]}"}
        first_part = {first.split("-")[0] for first in firsts if "-" in first}
        lasts = {self.main, self.whole, *self.families}
        if self.former:
            lasts |= {self.former, f"{self.former} {self.main}", f"{self.main} {self.former}"}
        both = {folded(f"{first} {last}") for first, last in product(firsts | first_part, lasts)}
        return both | {folded(one) for one in firsts | lasts} | {folded(f"{self.given} {self.main} {self.suffix}")}


def family_name(rng: random.Random, of: str) -> str:
    """A surname, as a man bears it."""
    names = culture(of)
    if rng.random() > names.rare:
        return names.family.draw(rng)
    first, last = rng.choice(names.head), rng.choice(names.tail)
    return first + (last[1:] if first[-1:] == last[:1] else last)


def borne(family: str, of: str, *, female: bool) -> str:
    """Polish surnames that are adjectives follow the bearer."""
    return f"{family[:-1]}a" if of == "polish" and female and family.endswith("ki") else family


def name(rng: random.Random, of: str, *, female: bool, family: str = "") -> Name:
    """A new name; `family` is the surname of the household, as a man bears it."""
    names = culture(of)
    given_names = names.female if female else names.male
    given = given_names.draw(rng)
    middle = given_names.draw(rng) if rng.random() < 0.6 else ""
    families = (borne(family or family_name(rng, of), of, female=female),)
    if rng.random() < TWO_FAMILIES.get(of, 0.02 if female else 0.01):
        second = borne(family_name(rng, of), of, female=female)
        joined = f"{families[0]}-{second}"
        families = (*families, second) if of in TWO_FAMILIES else (joined,)
    nicks = names.nick.get(given, ())
    nick = rng.choice(nicks) if nicks and rng.random() < 0.45 else ""
    return Name(of, female, given, "" if middle == given else middle, families, "", nick, "")
