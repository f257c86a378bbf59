"""What a question asks, settled; and a reading while it is being settled."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tools.sources.plain.ground import Way
from tools.sources.plain.state import Bound, Condition, Group, Having, State
from tools.sources.scheme import SchemeColumn, SchemeTable

Kind = Literal["count", "sum", "average", "days", "worth", "highest", "lowest"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, settled. `time` None: by the day that the drafted layer takes for these rows."""

    root: SchemeTable
    kind: Kind
    measure: SchemeColumn | None = None
    price: SchemeColumn | None = None
    """What each piece of `measure` is worth, where `kind` is that."""
    days: tuple[SchemeColumn, SchemeColumn] | None = None
    time: tuple[Way, SchemeColumn] | None = None
    conditions: tuple[Condition, ...] = ()
    bounds: tuple[Bound, ...] = ()
    groups: tuple[Group, ...] = ()
    havings: tuple[Having, ...] = ()
    part: tuple[Condition | Bound, ...] = ()
    """Of a percentage: what the part meets and the whole need not."""
    grain: Literal["day", "month"] | None = None
    """By which a date that is named as what to split by is told: "per fee month"."""
    ratio: Way | None = None
    """Of an average: not over the rows, but over what they belong to ("bottles per order")."""
    unclear: bool = False
    """Whether the words are right and still mean two things: no reading that is further off may answer then."""
    is_dated: bool = False
    ranks: bool = False
    is_ahead: bool = False
    """Whether what is still to come is asked for."""
    spent: frozenset[int] = frozenset()
    """Words that a comparison is made of."""
    cost: float = 0.0

    @property
    def signature(self) -> tuple[object, ...]:
        """What two readings must have in common to be the same."""
        return (
            self.root.name,
            self.kind,
            self.measure.name if self.measure else None,
            self.price.name if self.price else None,
            tuple(column.name for column in self.days or ()),
            (self.time[0].columns, self.time[1].name) if self.time and self.is_dated else None,
            frozenset((item.place, item.operator, item.values) for item in self.conditions),
            frozenset(
                (bound.attribute, bound.operator, bound.value, bound.way.columns if bound.way else ())
                for bound in self.bounds
            ),
            tuple((group.way.columns, group.column.name if group.column else None) for group in self.groups),
            frozenset(
                (h.table.name, h.link, h.negated, tuple((c.place, c.operator, c.values) for c in h.conditions))
                for h in self.havings
            ),
            frozenset(item.attribute if isinstance(item, Bound) else item.place for item in self.part),
            self.ratio.columns if self.ratio else None,
        )


@dataclass(slots=True)
class Making:
    """A reading while it is settled."""

    state: State
    conditions: list[Condition] = field(default_factory=list[Condition])
    bounds: list[Bound] = field(default_factory=list[Bound])
    groups: list[Group] = field(default_factory=list[Group])
    cost: float = 0.0
    unclear: bool = False


def several(asked: list[Asked]) -> Iterator[Asked]:
    """Different readings, the likeliest of each."""
    seen: set[tuple[object, ...]] = set()
    for item in sorted(asked, key=lambda item: item.cost):
        if item.signature not in seen:
            seen.add(item.signature)
            yield item
