"""Companies: what they are called, and the forms in which a company's name goes about."""

import random
from dataclasses import dataclass

from evals.people.broad.contacts import country, letters
from evals.people.broad.data import data, ranked
from evals.people.broad.naming import culture, family_name
from evals.people.deciding import folded

CHAIN = 0.05
"""The share of companies that are outlets of a chain."""
SOLE = 0.16
"""The share that is one person's business without a legal form. Of British businesses most are sole proprietors, but few of
them are anybody's account."""


@dataclass(frozen=True, slots=True)
class Called:
    """`core` is the name without its legal form `form`; `also` another name that it trades under, or ""."""

    core: str
    form: str
    also: str
    outlet: str

    @property
    def full(self) -> str:
        return f"{self.core} {self.form}".strip()

    def known_as(self) -> set[str]:
        """All names, folded, that may stand for the company."""
        names = {
            self.core,
            self.full,
            self.also,
            f"{self.core} {self.outlet}",
            initials(self.core),
            shortened(self.core),
        }
        return {folded(one) for one in names if one}


def initials(core: str) -> str:
    """ "BFK" for a name of three words, and the name itself for one of fewer."""
    words = [word for word in core.split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in words) if len(words) > 2 else core


def shortened(core: str) -> str:
    """The name without its last word, where two are left."""
    words = core.split()
    return " ".join(words[:-1]).rstrip(" &") if len(words) > 2 else core


def language(code: str) -> str:
    return data("firms")["language"][code]


def company(rng: random.Random, code: str) -> Called:
    """A new company, often called like another one in another town."""
    words, tongue = data("firms"), language(code)
    form = ranked(words["forms"][code], 0.6).draw(rng)
    pattern = ranked(words["family"] if rng.random() < 0.5 else words["fancy"], 1).draw(rng)
    people = country(code).cultures.draw(rng)
    core = pattern.format(
        family=family_name(rng, people),
        other=family_name(rng, people),
        given=culture(people).male.draw(rng),
        trade=rng.choice(words["trades"][tongue].split("|")),
        son=rng.choice(words["son"][tongue]),
        word=rng.choice(words["words"][tongue].split()),
        noun=rng.choice(words["nouns"][tongue].split()),
        city=country(code).cities.draw(rng).split("|")[0],
    )
    if tongue != "english" and core.startswith("The "):
        core = core.removeprefix("The ")
    also = ""
    if rng.random() < 0.06:
        also = f"{rng.choice(words['words'][tongue].split())} {rng.choice(words['nouns'][tongue].split())}"
    return Called(core, form or (words["forms"][code][0] if core.count(" ") == 0 else ""), also, "")


def sole_trader(rng: random.Random, code: str, given: str, family: str) -> Called:
    """The business of one person, which may bear the person's name."""
    trade = rng.choice(data("firms")["trades"][language(code)].split("|"))
    if rng.random() < 0.65:
        return Called(rng.choice((f"{family} {trade}", f"{given} {family} {trade}")), "", "", "")
    word = rng.choice(data("firms")["words"][language(code)].split())
    return Called(f"{word} {trade}", "", "", "")


def outlet(rng: random.Random, code: str, city: str) -> Called:
    """One of a chain's outlets: the others are called the same."""
    chain = rng.choice(data("firms")["chains"].get(language(code), data("firms")["chains"]["english"]))
    return Called(chain, "", "", city)


def domain(called: Called, rng: random.Random, code: str) -> str:
    """The company's own domain, before it is seen whether it is taken."""
    base = "".join(letters(word) for word in called.core.split() if any(one.isalpha() for one in word))
    top = data("firms")["top"][code]
    if rng.random() < 0.2:
        base = "-".join(letters(word) for word in called.core.split() if any(one.isalpha() for one in word))
    return f"{base}.{'com' if rng.random() < 0.25 else top}"
