"""Customers and contacts of a business that sells in nine countries."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from evals.people.deciding import decided, folded
from evals.people.records import Kind, LabelledRecord
from evals.people.unseen.clerk import Clerk, Draft
from evals.people.unseen.data import data, filled
from evals.people.unseen.world import Firm, Person, World

_FIRST = datetime(2018, 9, 3, 8, tzinfo=UTC)
_YEARS = timedelta(days=365 * 7)


def generate_people(seed: int, persons: int) -> list[LabelledRecord]:
    """The records of about that many persons and of their firms, the oldest first. The same for the same arguments."""
    rng = random.Random(f"fifth people {seed}")
    world = World(rng, persons)
    drafts = sorted(_Books(rng).all(world), key=lambda draft: draft.at)
    known_as = {one.truth: _names_of(one) for one in world.persons}
    known_as |= {one.truth: {folded(one.called), folded(one.core)} for one in world.firms}
    for draft in drafts:
        known_as.setdefault(draft.truth, set()).update({draft.called} - {""})
    can = decided([draft.trace() for draft in drafts], known_as)
    numbers = _numbers(rng, drafts)
    return [_record(*each) for each in zip(drafts, numbers, can, strict=True)]


def _names_of(one: Person) -> set[str]:
    """What may be written for a person, folded."""
    families = [folded(family) for family in one.families + one.before]
    firsts = [folded(given) for given in one.givens + one.shorts]
    firsts += [first[0] for first in firsts[:1]]
    return {*firsts, *(f"{first} {family}" for first in firsts for family in families)}


class _Books:
    """Has everybody written down in the systems."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._clerk = Clerk(rng)
        self._systems: dict[str, dict[str, Any]] = data("firms")["systems"]
        self._taken: defaultdict[str, set[str]] = defaultdict(set)
        self._nobody = 0

    def all(self, world: World) -> Iterator[Draft]:
        rng = self._rng
        for one in (*world.persons, *world.firms):
            yield from self._written(one)
            if rng.random() < 0.03:
                yield self._filler(one.country)
            if isinstance(one, Person) and one.mate and rng.random() < 0.05:
                self._nobody += 1
                draft = self._clerk.couple(one, self._somewhere(), rng.random(), f"n{self._nobody:06}")
                if self._room(draft):
                    yield draft

    def _somewhere(self) -> str:
        return self._rng.choice([name for name in self._systems if name not in {"gmail", "hubspot"}])

    def _written(self, one: Person | Firm) -> Iterator[Draft]:
        """In each system with its own chance, in one at least, now and then again."""
        rng = self._rng
        column = 2 if isinstance(one, Firm) else 1 if one.employer else 0
        books = "quickbooks" if one.country in {"US", "CA"} else "xero"
        odds = {
            name: system["in"][column]
            for name, system in self._systems.items()
            if name not in {"quickbooks", "xero"} - {books}
        }
        met = [name for name, chance in odds.items() if rng.random() < chance]
        for source in met or [rng.choices(list(odds), list(odds.values()))[0]]:
            again = False
            while True:
                of = self._clerk.of_firm if isinstance(one, Firm) else self._clerk.of_person
                draft = of(cast(Any, one), source, rng.random())
                if again:
                    draft.mess.append("there a second time")
                if self._room(draft):
                    yield draft
                if (again and rng.random() < 0.7) or (not again and rng.random() >= self._systems[source]["again"]):
                    break
                again = True

    def _room(self, draft: Draft) -> bool:
        """Whether the system takes the record, changed to be unique where it insists on that."""
        once: str = self._systems[draft.source]["once"]
        value: str | None = getattr(draft, once) if once else None
        if not value:
            return True
        taken = self._taken[draft.source]
        if value.lower() in taken:
            if once == "email":
                return False
            while (
                value := f"{draft.name} {self._rng.choice(('(2)', '-1', '(new)', '2', '- b', '(3)'))}"
            ).lower() in taken:
                draft.name = value
            draft.name = value
        taken.add(value.lower())
        return True

    def _filler(self, country: str) -> Draft:
        """A record that somebody in a hurry made of nobody."""
        rng, words = self._rng, data("firms")
        self._nobody += 1
        source = self._somewhere()
        draft = Draft(source, self._systems[source]["kind"], f"n{self._nobody:06}", rng.random(), "", mess=["filler"])
        draft.name = rng.choice(words["fillers"])
        if rng.random() < 0.4:
            draft.email = rng.choice(words["filler_mail"])
        if rng.random() < 0.15:
            draft.phone = rng.choice(("0000000000", "1234567890", "9999999999"))
        if rng.random() < 0.3:
            draft.country = country
        return draft


def _numbers(rng: random.Random, drafts: list[Draft]) -> Iterator[str]:
    """Numbers in the manner of each system, none of them twice."""
    given: set[tuple[str, str]] = set()
    for draft in drafts:
        pattern: str = data("firms")["systems"][draft.source]["id"]
        while (key := (draft.source, filled(pattern, rng))) in given:
            pass
        given.add(key)
        yield key[1]


def _record(draft: Draft, number: str, decidable: bool) -> LabelledRecord:
    return LabelledRecord(
        source=draft.source, source_id=number, kind=cast(Kind, draft.kind), name=draft.name, contact_name=draft.contact_name,
        company=draft.company, email=draft.email, phone=draft.phone, line1=draft.line1, line2=draft.line2, city=draft.city,
        state=draft.state, postal_code=draft.postal_code, country=draft.country or None,
        created_at=(_FIRST + _YEARS * draft.at).replace(microsecond=0), truth=draft.truth, decidable=decidable,
        mess=tuple(dict.fromkeys(draft.mess)),
    )  # fmt: skip
