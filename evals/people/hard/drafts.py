"""A record that is being written, and how often what makes records hard befalls one."""

from dataclasses import dataclass, field
from typing import Final

from evals.demo.draws import Draws
from evals.people.deciding import Fact
from evals.people.hard.data import System

MESS: Final[dict[str, float]] = {
    # names
    "mistyped name": 0.04, "called name": 0.13, "given name as a letter": 0.037, "middle": 0.13, "given name alone": 0.025, "only the surname": 0.012,
    "title before": 0.035, "turned round": 0.022, "comma": 1.0, "written in capitals": 1.0, "lower case": 1.0, "no accents": 0.3,
    "umlauts written out": 0.25, "mojibake": 0.012, "other script": 0.5, "former name": 0.12, "one surname": 0.55, "suffix": 0.3, "degree": 0.008, "particle joined": 0.25,
    "note": 0.015, "firm behind": 0.06, "mailbox as name": 0.012, "cut off": 0.006, "blanks": 0.03,
    # mailboxes
    "mistyped mail": 0.013, "tagged mail": 0.012, "dots moved": 0.02, "capitals in mail": 0.05, "second domain": 0.12,
    "relayed mail": 0.015, "work mail": 0.22, "office's mail": 0.06, "old mail": 0.15, "second mail": 0.3, "shared mail": 0.4, "partner's mail": 0.016,
    "shop's mail": 0.006, "no mailbox": 0.012,
    # telephones
    "mistyped phone": 0.013, "partner's phone": 0.018, "house phone": 0.18, "office phone": 0.3, "lost zero": 0.2, "extension dialled": 0.25,
    "shop's phone": 0.005, "no number": 0.008, "scientific": 0.004,
    # addresses
    "mistyped street": 0.03, "short street": 0.4, "wrong house": 0.007, "old home": 0.15, "office address": 0.12, "sent to a friend": 0.02, "post box": 0.012, "other town name": 0.25,
    "wrong postcode": 0.008, "unit apart": 0.45, "no more than a town": 0.12, "postcode alone": 0.15,
    # companies
    "company": 1.0, "legal form wrong": 0.01, "without form": 0.38, "form otherwise": 0.2, "acronym": 0.02, "abbreviated": 0.04, "former firm": 0.2, "branch": 0.55,
    "staff's mail": 0.3, "department": 0.035,
    # whole records
    "placeholder": 0.012, "joint": 0.01, "entered twice": 0.05,
}  # fmt: skip
"""Kind of mess → of which share of the records that can have it they do, before the system's own habits."""


@dataclass(slots=True)
class Draft:
    """A record that is being written, with what it shows."""

    rng: Draws
    system: str
    at: System
    day: int
    truth: str
    fields: dict[str, str | None] = field(default_factory=dict[str, str | None])
    mess: list[str] = field(default_factory=list[str])
    called: str = ""
    family: str = ""
    facts: list[Fact] = field(default_factory=list[Fact])
    undecidable: bool = False

    def has(self, kind: str, factor: float = 1.0) -> bool:
        """Whether this record has a kind of mess; noted where it has."""
        if self.rng.unit() >= MESS[kind] * factor:
            return False
        self.mess.append(kind)
        return True

    def fills(self, what: str) -> bool:
        """Whether the system has something in a field."""
        return self.rng.unit() < getattr(self.at, what)
