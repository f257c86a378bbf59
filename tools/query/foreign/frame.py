"""What a question of another language asks for, before it is said in the planner's terms."""

from dataclasses import dataclass, field
from decimal import Decimal

from tools.language.values import Value

COUNTED = {"customer": "customers", "order_number": "orders"}
"""Things that are figures too when they are counted."""
RATIOS = frozenset(
    """average_order_value median_order_value units_per_order average_price revenue_per_customer orders_per_customer
    profit_per_order discount_per_order shipping_per_order units_per_customer profit_margin discount_rate
    refund_rate""".split()
)


class NotUnderstood(Exception):  # noqa: N818 — an outcome, not an error
    """What could not be read: `reason` is a key of the language's speech, `said` the words it is about; `options` are
    keys of choices, with what to put into them."""

    def __init__(self, reason: str, *said: str, options: tuple[str, ...] = (), refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said
        self.options = options
        self.refused = refused
        self.figure: str | None = None
        self.rest = ""
        """The names and periods of the question, as typed: what a question to choose says again."""


@dataclass(slots=True)
class Named:
    """A name of the data as it was said; `values` are what it may be. `kind`: the thing that it was said to be."""

    values: tuple[Value, ...]
    text: str
    whole: bool = True
    negated: bool = False
    kind: str | None = None
    instead: bool = False
    """Whether it is what is no longer asked."""

    def narrowed(self) -> tuple[Value, ...]:
        """The values of the kind that was said; all of them where none was."""
        return tuple(value for value in self.values if value.dimension == self.kind) or self.values


@dataclass(slots=True)
class Thing:
    """A dimension, or a unit of time. `many`: whether more than one of it is meant; None where that was not said."""

    id: str
    is_unit: bool
    many: bool | None = None


@dataclass(slots=True)
class Condition:
    """`metric` is None where an amount of money was said and no figure."""

    operator: str
    numbers: tuple[Decimal, ...]
    metric: str | None = None


@dataclass(slots=True)
class Ranked:
    descending: bool
    limit: int | None = None
    target: Thing | None = None
    whole: bool = False
    """Whether everything is shown, in order: "Rangliste aller Länder"."""
    several: bool = False
    """Whether the word itself says that there are several: "los peores"."""


@dataclass(slots=True)
class Frame:
    """One question. What does not apply is empty."""

    metrics: list[str] = field(default_factory=list[str])
    groups: list[Thing] = field(default_factory=list[Thing])
    within: list[Thing] = field(default_factory=list[Thing])
    """Of a ranking, what the first few are shown within each of."""
    names: list[Named] = field(default_factory=list[Named])
    periods: list[str] = field(default_factory=list[str])
    compare: str | None = None
    shift: str | None = None
    """A period before, said by itself: what it is depends on the question before."""
    side_by_side: bool = False
    """Whether two periods are to be held against each other."""
    rank: Ranked | None = None
    condition: Condition | None = None
    of: Thing | None = None
    """What a condition is on, or who bought."""
    counted: bool = False
    """Whether what meets the condition is to be counted."""
    share: bool = False
    average: bool = False
    change: bool = False
    rising: bool = True
    trend: bool = False
    running: bool = False
    lacking: bool = False
    """Whether what had no orders is asked for."""
    bought: bool = False
    follows: bool = False
    everything: bool = False
    replaced: str | None = None
    """The figure that is no longer asked."""
    latest: bool = False
    mended: dict[str, str] = field(default_factory=dict[str, str])
    implied: bool = False
    """Whether the figure is that of a verb of selling."""
