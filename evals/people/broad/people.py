"""Customers and contacts of seven small businesses."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from evals.people.broad.data import data, filled
from evals.people.broad.drafts import Clerk, Draft
from evals.people.broad.mess import MESS
from evals.people.broad.world import Firm, Person, World
from evals.people.deciding import decided
from evals.people.records import Kind, LabelledRecord


def generate_people(seed: int, persons: int) -> list[LabelledRecord]:
    """The records of about that many persons and of their employers, the oldest first. The same for the same arguments."""
    rng = random.Random(f"fresh people {seed}")
    world = World(rng, persons)
    drafts = sorted(_Office(rng).all(world), key=lambda draft: draft.when)
    known_as = {one.truth: one.name.known_as() for one in world.persons}
    known_as |= {one.truth: one.called.known_as() for one in world.firms}
    known_as |= {draft.truth: set[str]() for draft in drafts if draft.truth not in known_as}
    for draft in drafts:
        if draft.called:
            known_as[draft.truth].add(draft.called)
    numbers = _Numbers(rng)
    can = decided([draft.trace() for draft in drafts], known_as)
    return [_record(draft, numbers.next(draft.source), decidable=one) for draft, one in zip(drafts, can, strict=True)]


class _Office:
    """Has everybody written down in the systems of their shop."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._clerk = Clerk(rng)
        self._shops: dict[str, dict[str, Any]] = data("shops")["shops"]
        self._systems: dict[str, dict[str, Any]] = data("shops")["systems"]
        self._taken: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._nobody = 0

    def all(self, world: World) -> Iterator[Draft]:
        for person in world.persons:
            yield from self._written(person)
            if self._rng.random() < MESS["stands for nobody"] * 2:
                yield self._placeholder(person)
            if person.mates and self._rng.random() < MESS["two in one"] * 10:
                yield self._couple(person)
        for firm in world.firms:
            yield from self._written(firm)

    def _written(self, one: Person | Firm) -> Iterator[Draft]:
        """In each system with its own chance, in one at least, and sometimes twice."""
        column = 2 if isinstance(one, Firm) else 1 if one.employer else 0
        odds = {source: chances[column] for source, chances in self._shops[one.shop]["sources"].items()}
        met = [source for source, chance in odds.items() if self._rng.random() < chance]
        met = met or [self._rng.choices(list(odds), list(odds.values()))[0]]
        for source in met:
            again = False
            while True:
                draft = self._draft(one, source, again=again)
                if self._free(one.shop, draft):
                    yield draft
                if again or self._rng.random() >= self._chance_of_another(one, source):
                    break
                again = True

    def _chance_of_another(self, one: Person | Firm, source: str) -> float:
        """Where a mailbox is there once, mostly those are there twice who have two."""
        system = self._systems[source]
        if system["once"] != "email" or isinstance(one, Firm):
            return system["duplicated"]
        return system["duplicated"] * (3 if one.other_mails else 0.4)

    def _draft(self, one: Person | Firm, source: str, *, again: bool) -> Draft:
        when = self._moment(one)
        if isinstance(one, Firm):
            draft = self._clerk.of_firm(one, source, when)
        else:
            draft = self._clerk.of_person(one, source, when, again=again)
        if again:
            draft.mess.append("in the system again")
        return draft

    def _moment(self, one: Person | Firm) -> datetime:
        return (one.since + (one.until - one.since) * self._rng.random()).replace(microsecond=0)

    def _free(self, shop: str, draft: Draft) -> bool:
        """Makes the record such that the system takes it beside those that it has; False where that cannot be."""
        once: str = self._systems[draft.source]["once"]
        value: str | None = getattr(draft, once) if once else None
        if value is None:
            return True
        taken = self._taken[shop, draft.source]
        if value.lower() in taken:
            if once == "name":
                draft.name = value = f"{value} {'(2)' if self._rng.random() < 0.3 else '2'}"
            elif not (draft.phone or draft.line1):
                return False
            else:
                draft.email = None
                draft.facts = [fact for fact in draft.facts if "@" not in fact.what]
                return True
        free = value.lower() not in taken
        taken.add(value.lower())
        return free

    def _placeholder(self, near: Person) -> Draft:
        """A record that the till or somebody in a hurry made."""
        rng, words = self._rng, data("shops")
        self._nobody += 1
        source = rng.choice([one for one in self._shops[near.shop]["sources"] if one not in {"gmail", "outlook"}])
        draft = Draft(source, self._systems[source]["kind"], f"n{self._nobody:06}", self._moment(near), "")
        draft.name = rng.choice(words["placeholders"])
        if rng.random() < 0.35:
            draft.email = rng.choice(words["placeholder mail"])
        if rng.random() < 0.25:
            draft.phone = rng.choice(words["placeholder phone"])
        draft.mess = ["stands for nobody"]
        return draft

    def _couple(self, one: Person) -> Draft:
        """Both of a household in one record."""
        rng = self._rng
        self._nobody += 1
        source = rng.choice(list(self._shops[one.shop]["sources"]))
        draft = self._clerk.of_person(one, source, self._moment(one), again=False)
        draft = replace(draft, truth=f"n{self._nobody:06}", facts=[], called="", family="", mess=["two in one"])
        both = f"{one.name.given} & {one.mates[0].name.given} {one.name.main}"
        pattern = data("shops")["couples"][one.name.culture]
        draft.name = pattern.format(one.name.main) if rng.random() < 0.6 else both
        return draft


class _Numbers:
    """Numbers in the manner of each system, none of them twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._patterns = {name: system["id"] for name, system in data("shops")["systems"].items()}
        self._given: set[tuple[str, str]] = set()
        self._counts: defaultdict[str, int] = defaultdict(lambda: 1000)

    def next(self, source: str) -> str:
        pattern = self._patterns[source]
        if len(pattern) < 6:
            self._counts[source] += self._rng.randint(1, 3)
            return str(self._counts[source])
        while (source, number := filled(pattern, self._rng)) in self._given:
            pass
        self._given.add((source, number))
        return number


def _record(draft: Draft, number: str, *, decidable: bool) -> LabelledRecord:
    return LabelledRecord(
        source=draft.source, source_id=number, kind=cast(Kind, draft.kind), name=draft.name, contact_name=draft.contact_name,
        company=draft.company, email=draft.email, phone=draft.phone, line1=draft.line1, line2=draft.line2, city=draft.city,
        state=draft.state, postal_code=draft.postal_code, country=draft.country or None, created_at=draft.when,
        truth=draft.truth, decidable=decidable, mess=tuple(dict.fromkeys(draft.mess)),
    )  # fmt: skip
