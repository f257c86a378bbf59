"""What a reading has made of the words so far."""

from dataclasses import dataclass, replace
from typing import Literal

from tools.sources.plain.ground import Way
from tools.sources.scheme import SchemeColumn, SchemeTable

Operator = Literal["eq", "in", "ne", "not_in", "is_null", "not_null", "gt", "lt", "ge", "le"]
Pace = Literal["late", "punctual", "early"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a column, or on a link where `column` is None. `at` is the word that said it."""

    way: Way
    column: SchemeColumn | None
    operator: Operator
    values: tuple[str, ...] = ()
    at: int = 0
    as_flag: bool = False
    as_figure: bool = False
    link: str | None = None
    """Of a link: its column."""

    @property
    def place(self) -> tuple[object, ...]:
        return (self.way.table.name, self.way.columns, self.column.name if self.column else self.link)


@dataclass(frozen=True, slots=True)
class Event:
    """A date that a verb or a participle names. `done` False: it has not happened yet."""

    way: Way
    column: SchemeColumn
    at: int
    done: bool = True
    verb: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A row each: for what a way leads to, or for the values of a column there."""

    way: Way
    column: SchemeColumn | None
    at: int
    which: bool = False


@dataclass(frozen=True, slots=True)
class Noun:
    """Something that is only named. It must be about what is asked in another way too."""

    way: Way
    column: SchemeColumn | None
    at: int
    negated: bool = False
    has: bool = False
    is_role: bool = False
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Having:
    """Only what has, or has no, rows of another table; these may have to meet conditions of their own."""

    table: SchemeTable
    link: str
    at: int
    negated: bool = False
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that a column is held against, of what is counted or one step away. `attribute` is what is held against it
    where that is no column itself, in words `said`."""

    column: SchemeColumn
    operator: Operator
    value: float
    at: int
    way: Way
    attribute: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition on an attribute, of what is counted itself or at the end of a way: days from one date to another, a date
    against today, a figure against a number. `at` is the word that said it."""

    attribute: str
    operator: Operator
    value: str | int | float
    label: str
    way: Way | None = None
    at: int = -1


@dataclass(frozen=True, slots=True)
class State:
    """One way to read the words up to some place, and what speaks against it (`cost`)."""

    root: SchemeTable
    cost: float = 0.0
    root_said: float = 0.0
    root_at: int = -1
    measure: SchemeColumn | None = None
    measure_at: int = -1
    conditions: tuple[Condition, ...] = ()
    events: tuple[Event, ...] = ()
    groups: tuple[Group, ...] = ()
    nouns: tuple[Noun, ...] = ()
    havings: tuple[Having, ...] = ()
    limits: tuple[Limit, ...] = ()
    bounds: tuple[Bound, ...] = ()
    pace: Pace | None = None
    """How what was done keeps to the day that was set for it, which is `due` where it is named."""
    pace_at: int = -1
    due: SchemeColumn | None = None
    spent: frozenset[int] = frozenset()
    """Words that say something only together, of which none may be passed over: "more than", "on time"."""
    now: bool = False
    new: bool = False
    """Whether what began in the time that is asked for is meant: "new customers"."""
    money: bool = False
    """Whether an amount of money is asked for without saying of which kind: "how much", "worth", "total value"."""
    money_at: int = -1
    of_a_part: bool = False
    """Whether "revenue" is said where money comes in by something else as well."""
    price: SchemeColumn | None = None
    """By which stock is valued."""
    left_out: int = 0
    """How many times it is said that deleted rows are left out, which they are."""
    needs_verb: bool = False
    """Whether what is counted is called by a word that may only mean it beside a verb of its own."""

    def plus(self, cost: float = 0.0, **changes: object) -> "State":
        return replace(self, cost=self.cost + cost, **changes)  # pyright: ignore[reportArgumentType] — its own fields
