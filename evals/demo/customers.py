"""Who buys: customers with names and places, how often they come, and when they stop."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp
from pathlib import Path
from typing import Literal
from unicodedata import combining, normalize

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws, Weighted
from tools.kit.yaml_text import parse_yaml

_AT_START = 760
"""Customers who had bought before the first day."""
_EAGEREST = 3.2
"""How much oftener than the median the keenest regular comes."""
_TRIES = 6
_BOTH_CHANNELS = 0.2
"""Share of the customers in Ireland who buy online and in the store."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Country(_Strict):
    name: str
    code: str
    weight: int
    cities: tuple[tuple[str, int], ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    domains: tuple[str, ...]


class Store(_Strict):
    cities: tuple[tuple[str, int], ...]
    staff: tuple[tuple[str, float, date | None, date | None], ...]


class PeopleFile(_Strict):
    countries: tuple[Country, ...]
    store: Store
    companies: tuple[str, ...]


Channel = Literal["Online", "Store"]
CustomerKind = Literal["regular", "once", "churner"]


@dataclass(frozen=True)
class Customer:
    """`rate` is how much likelier than others to be the buyer of an order; active from `since` until `until`."""

    id: str
    name: str
    email: str
    city: str
    country: str
    segment: Literal["Consumer", "Trade"]
    channels: tuple[Channel, ...]
    favourites: tuple[str, ...]
    rate: float
    since: date
    until: date
    kind: CustomerKind


def load_people() -> PeopleFile:
    return PeopleFile.model_validate(parse_yaml(Path(__file__).with_name("people.yaml").read_text("utf-8")))


class Customers:
    """The customers of the shop: those of the first day, and a newcomer whenever one is asked for."""

    def __init__(self, seed: int, people: PeopleFile, categories: tuple[str, ...], first: date, last: date) -> None:
        self._draws = Draws(seed, "customers")
        self._people = people
        self._categories = categories
        self._first, self._last = first, last
        self._countries = Weighted(people.countries, [country.weight for country in people.countries])
        self._names: set[str] = set()
        self._emails: set[str] = set()
        self._regulars: dict[Channel, tuple[date, Weighted[Customer]]] = {}
        self.all: list[Customer] = []
        for _ in range(_AT_START):
            channel: Channel = "Store" if self._draws.chance(0.3) else "Online"
            since = first - timedelta(days=self._draws.whole(5, 900))
            self._add(channel, since, "churner" if self._draws.chance(0.1) else "regular")

    def newcomer(self, channel: Channel, day: date) -> Customer:
        """Somebody who buys for the first time."""
        kind: CustomerKind = "once" if self._draws.chance(0.35) else "regular"
        if kind == "regular" and self._draws.chance(0.04) and (self._last - day).days > 400:
            kind = "churner"
        return self._add(channel, day, kind)

    def regular(self, channel: Channel, day: date, draws: Draws) -> Customer:
        """One of those who bought before and still come."""
        monday = day - timedelta(days=day.weekday())
        if channel not in self._regulars or self._regulars[channel][0] != monday:
            self._regulars[channel] = monday, self._known(channel, monday)
        known = self._regulars[channel][1]
        while True:
            customer = draws.weighted(known)
            if customer.since <= day <= customer.until:
                return customer

    def _known(self, channel: Channel, monday: date) -> Weighted[Customer]:
        known = [
            customer
            for customer in self.all
            if channel in customer.channels and customer.kind != "once" and customer.since <= monday <= customer.until
        ]
        return Weighted(known, [customer.rate for customer in known])

    def _add(self, channel: Channel, since: date, kind: CustomerKind) -> Customer:
        draws = self._draws
        country = draws.weighted(self._countries)
        local = channel == "Store" and draws.chance(0.94)
        home = next(one for one in self._people.countries if one.code == "IE")
        country = home if local else country
        places = self._people.store.cities if local else country.cities
        city = draws.weighted(Weighted([name for name, _ in places], [weight for _, weight in places]))
        trade = draws.chance(0.07) and kind != "once"
        name, first_name, last_name = self._name(country, trade)
        both = draws.chance(_BOTH_CHANNELS) and country is home
        rate = (
            min(exp(0.75 * draws.normal()), _EAGEREST) * (1.8 if trade else 1.0) * (1.6 if kind == "churner" else 1.0)
        )
        customer = Customer(
            id=f"C{len(self.all) + 10001}",
            name=name,
            email=self._email(first_name, last_name, draws.one_of(country.domains)),
            city=city,
            country=country.name,
            segment="Trade" if trade else "Consumer",
            channels=("Online", "Store") if both else (channel,),
            favourites=tuple(draws.sample(self._categories, 2)),
            rate=rate,
            since=since,
            until=self._until(since, kind),
            kind=kind,
        )
        self.all.append(customer)
        return customer

    def _name(self, country: Country, trade: bool) -> tuple[str, str, str]:
        """The name of the customer, and of the person who writes the mails. Namesakes are few, as in life."""
        draws = self._draws
        name = first_name = last_name = ""
        for _ in range(_TRIES):
            first_name, last_name = draws.one_of(country.first), draws.one_of(country.last)
            name = f"{draws.one_of(self._people.companies) if trade else first_name} {last_name}"
            if name not in self._names:
                break
        self._names.add(name)
        return name, first_name, last_name

    def _until(self, since: date, kind: CustomerKind) -> date:
        start = max(since, self._first)
        if kind == "once":
            return since
        if kind == "churner":
            return start + timedelta(days=self._draws.whole(150, max(151, (self._last - start).days - 150)))
        return self._last

    def _email(self, first_name: str, last_name: str, domain: str) -> str:
        local = f"{_plain(first_name)}.{_plain(last_name)}"
        email, number = f"{local}@{domain}", 2
        while email in self._emails:
            email, number = f"{local}{number}@{domain}", number + 1
        self._emails.add(email)
        return email


class Staff:
    """Who serves in the store on a day."""

    def __init__(self, store: Store) -> None:
        self._staff = store.staff

    def on(self, day: date) -> Weighted[str]:
        present = [
            (name, share)
            for name, share, start, end in self._staff
            if (start is None or start <= day) and (end is None or day <= end)
        ]
        return Weighted([name for name, _ in present], [share for _, share in present])


def _plain(name: str) -> str:
    """The name in the letters of a mail address."""
    letters = normalize("NFKD", name.lower().replace("ß", "ss"))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum() and not combining(letter))
