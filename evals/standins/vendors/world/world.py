"""A business that changes: things by kind and number, and a journal of everything that happened to them."""

from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.world.things import (
    KINDS,
    Bill,
    Company,
    Credit,
    Customer,
    Deal,
    Event,
    Invoice,
    Kind,
    Mail,
    Order,
    Payment,
    Payout,
    Product,
    Refund,
    Thing,
)

KIND_OF: dict[type[Thing], Kind] = {
    Customer: "customer", Product: "product", Order: "order", Refund: "refund", Payment: "payment", Payout: "payout",
    Invoice: "invoice", Credit: "credit", Bill: "bill", Company: "company", Deal: "deal", Mail: "mail", Event: "event",
}  # fmt: skip

T = TypeVar("T", bound=Thing)


@dataclass(frozen=True)
class Change:
    """One entry of the journal. `thing` is a copy as it was then, `before` the former values of the changed fields."""

    sequence: int
    at: datetime
    kind: Kind
    number: int
    action: Literal["created", "updated", "deleted"]
    thing: Thing
    before: dict[str, Any] = field(default_factory=dict[str, Any])


class World:
    """Everything is stamped by the virtual clock. Things are found by kind and number; deleted ones stay findable."""

    def __init__(self, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.journal: list[Change] = []
        self.listeners: list[Callable[[Change], None]] = []
        """Called with every change as it happens."""
        self._changes: Counter[tuple[Kind, int]] = Counter()
        self._things: dict[Kind, dict[int, Thing]] = {kind: {} for kind in KINDS}

    @property
    def customers(self) -> list[Customer]:
        return self._live(Customer)

    @property
    def products(self) -> list[Product]:
        return self._live(Product)

    @property
    def orders(self) -> list[Order]:
        return self._live(Order)

    @property
    def refunds(self) -> list[Refund]:
        return self._live(Refund)

    @property
    def payments(self) -> list[Payment]:
        return self._live(Payment)

    @property
    def payouts(self) -> list[Payout]:
        return self._live(Payout)

    @property
    def invoices(self) -> list[Invoice]:
        return self._live(Invoice)

    @property
    def credits(self) -> list[Credit]:
        return self._live(Credit)

    @property
    def bills(self) -> list[Bill]:
        return self._live(Bill)

    @property
    def companies(self) -> list[Company]:
        return self._live(Company)

    @property
    def deals(self) -> list[Deal]:
        return self._live(Deal)

    @property
    def mails(self) -> list[Mail]:
        return self._live(Mail)

    @property
    def events(self) -> list[Event]:
        return self._live(Event)

    def every(self, kind: type[T]) -> list[T]:
        """All things of a kind in the order of their numbers, the deleted ones too."""
        return [thing for thing in self._things[KIND_OF[kind]].values() if isinstance(thing, kind)]

    def get(self, kind: type[T], number: int) -> T:
        """Raises KeyError."""
        thing = self._things[KIND_OF[kind]][number]
        assert isinstance(thing, kind)  # noqa: S101  the table is filled by kind
        return thing

    def find(self, kind: type[T], number: int) -> T | None:
        thing = self._things[KIND_OF[kind]].get(number)
        return thing if isinstance(thing, kind) else None

    def changes(self, thing: Thing) -> int:
        """How often the thing has changed, its making counted."""
        return self._changes[KIND_OF[type(thing)], thing.number]

    def next_number(self, kind: type[Thing]) -> int:
        return max(self._things[KIND_OF[kind]], default=0) + 1

    def add(self, thing: T) -> T:
        """Put a new thing in, stamped with now."""
        thing.created_at = thing.updated_at = self.clock.now()
        self.settle([thing])
        return thing

    def change(self, thing: T, **fields: Any) -> T:
        """Set fields of a thing and stamp it. Raises AttributeError for a field that it does not have."""
        before = {name: getattr(thing, name) for name in fields}
        for name, value in fields.items():
            setattr(thing, name, value)
        thing.updated_at = self.clock.now()
        self._note(thing, "updated", thing.updated_at, before)
        return thing

    def delete(self, thing: Thing) -> None:
        thing.deleted_at = thing.updated_at = self.clock.now()
        self._note(thing, "deleted", thing.updated_at, {})

    def settle(self, things: Iterable[Thing]) -> None:
        """Put in things that have their stamps already: the past of the business."""
        for thing in things:
            kind = KIND_OF[type(thing)]
            if thing.number in self._things[kind]:
                raise ValueError(f"there is a {kind} {thing.number} already")
            self._things[kind][thing.number] = thing
            self._note(thing, "created", thing.created_at, {})
            if thing.deleted_at is not None:
                self._note(thing, "deleted", thing.deleted_at, {})
            elif thing.updated_at > thing.created_at:
                self._note(thing, "updated", thing.updated_at, {})

    def sort_journal(self) -> None:
        """Bring the past into the order of its moments, and number it anew."""
        ordered = sorted(self.journal, key=lambda change: (change.at, change.sequence))
        self.journal = [
            Change(sequence, change.at, change.kind, change.number, change.action, change.thing, change.before)
            for sequence, change in enumerate(ordered, start=1)
        ]

    def _live(self, kind: type[T]) -> list[T]:
        return [thing for thing in self.every(kind) if thing.deleted_at is None]

    def _note(
        self, thing: Thing, action: Literal["created", "updated", "deleted"], at: datetime, before: dict[str, Any]
    ) -> None:
        entry = Change(len(self.journal) + 1, at, KIND_OF[type(thing)], thing.number, action, deepcopy(thing), before)
        self.journal.append(entry)
        self._changes[entry.kind, entry.number] += 1
        for listener in self.listeners:
            listener(entry)
