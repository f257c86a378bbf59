"""How addresses are written."""

from typing import Final

from evals.people.deciding import Fact
from evals.people.hard.data import COUNTRIES
from evals.people.hard.drafts import Draft
from evals.people.hard.slips import misdialled, mistyped
from evals.people.hard.world import Company, Home, Person, home_of, plain

_SPARE: Final = {"stripe": 4.0, "hubspot": 3.0, "gmail": 3.0, "square": 2.0}
"""Systems that often know a town or a postcode and no street."""


def lay_down(draft: Draft, one: Person | Company) -> None:
    """Writes the address of that day, and notes what of it tells where somebody lives."""
    home = one.home if isinstance(one, Company) else _home(draft, one)
    at = COUNTRIES[home.country]
    draft.fields["country"] = draft.rng.one_of(at.countries) if draft.rng.unit() < 0.9 else None
    town = f"town {home.country} {home.city}"
    spare = _SPARE.get(draft.system, 0.3)
    if draft.has("postcode alone", spare):
        draft.fields["postal_code"] = _postcode(draft, home, town)
        return
    draft.fields["city"] = _city(draft, home)
    if home.state and draft.rng.unit() < 0.8:
        full = at.states.get(home.state, home.state)
        draft.fields["state"] = full if draft.rng.unit() < 0.15 else home.state
    if draft.has("no more than a town", spare):
        return
    if draft.rng.unit() < 0.95:
        draft.fields["postal_code"] = _postcode(draft, home, town)
    _street(draft, home)


def _home(draft: Draft, one: Person) -> Home:
    if one.work and draft.has("office address", 2.0 if draft.fields.get("company") else 0.5):
        return one.work.home
    if one.friend and draft.has("sent to a friend", 2.0 if draft.system == "shopify" else 0.5):
        return home_of(one.friend, draft.day)
    now = home_of(one, draft.day)
    if len(one.homes) > 1 and now is one.homes[-1] and draft.has("old home"):
        return one.homes[0]
    return now


def _postcode(draft: Draft, home: Home, town: str) -> str:
    code = home.postcode
    if draft.has("wrong postcode", draft.at.slips):
        return misdialled(draft.rng, code)
    draft.facts.append(Fact(f"postcode {home.country} {code}", strong=False, among=town))
    if draft.system == "file" and code[0] == "0" and draft.has("lost zero"):
        return code[1:]
    if home.country == "GB" and draft.rng.unit() < 0.2:
        return draft.rng.one_of([code.replace(" ", ""), code.lower()])
    return code


def _city(draft: Draft, home: Home) -> str:
    others = COUNTRIES[home.country].otherwise
    city = home.city
    if city in others and draft.has("other town name"):
        city = others[city]
    elif not city.isascii() and draft.rng.unit() < 0.3:
        city = plain(city)
    chance = draft.rng.unit()
    return city.upper() if chance < 0.06 else city.lower() if chance < 0.1 else city


def _street(draft: Draft, home: Home) -> None:
    rng, at = draft.rng, COUNTRIES[home.country]
    if at.box and draft.has("post box"):
        number = int(home.house.removeprefix("house ")) % 9000 + 10
        draft.fields["line1"] = at.box.format(number=number)
        draft.facts.append(Fact(f"box {number} {home.postcode}", strong=False))
        return
    street, kind, number = home.street, home.kind, home.number
    wrong = draft.has("wrong house", draft.at.slips)
    if wrong:
        number = str(rng.whole(1, 150))
    if draft.has("mistyped street", draft.at.slips):
        street = mistyped(rng, street, draft.at.entered)
    if draft.has("short street"):
        kind = at.kinds[kind]
    if not street.isascii() and rng.unit() < 0.3:
        street, kind = plain(street), plain(kind)
    line = at.line1.format(number=number, street=street, kind=kind)
    if home.unit and rng.unit() < 0.8:
        ways = at.unit
        unit = (ways[int(home.unit) % len(ways)] if rng.unit() < 0.8 else rng.one_of(ways)).format(unit=home.unit)
        if draft.has("unit apart"):
            draft.fields["line2"] = unit
        else:
            line = f"{line}{unit}" if unit.startswith("/") else f"{line}, {unit}"
    draft.fields["line1"] = line.upper() if rng.unit() < 0.07 else line
    if not wrong:
        draft.facts.append(Fact(home.house, strong=False))
