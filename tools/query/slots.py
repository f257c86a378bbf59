"""What reading a question fills, and the two ways in which a question can end without figures."""

from dataclasses import dataclass, field

from storage.metrics.query import Filter, Grain, Having, OrderBy, Window
from tools.language.numbers import NumberSpan

DEFAULT_METRIC = "revenue"
DEFAULT_RANKING = 10
LONGEST_RANKING = 1_000


class Unclear(Exception):  # noqa: N818 — an outcome, not an error
    """The question must be asked back: `question`, and (label, full question) to choose from, worded in `language`, or
    in English where that is None."""

    def __init__(
        self,
        question: str,
        options: tuple[tuple[str, str], ...] = (),
        *,
        language: str | None = None,
        unread: bool = False,
    ) -> None:
        super().__init__(question)
        self.question = question
        self.options = options
        self.language = language
        self.unread = unread
        """Whether words stayed unread, so that who knows more words may answer."""


class Unsupported(Exception):  # noqa: N818 — an outcome, not an error
    """The question cannot be answered from the data, or not yet; the text says why, in words for the owner, worded in
    `language`, or in English where that is None. `unread` as in Unclear."""

    def __init__(
        self, reason: str, *, language: str | None = None, unread: bool = False, not_held: bool = False
    ) -> None:
        super().__init__(reason)
        self.language = language
        self.unread = unread
        self.not_held = not_held
        """Whether it is about something that the shop's figures do not hold at all: stock, visits, ratings."""


def may_be_elsewhere(problem: Unclear | Unsupported) -> bool:
    """Whether other figures than the shop's may answer it."""
    return problem.unread or (isinstance(problem, Unsupported) and problem.not_held)


@dataclass(slots=True)
class Ranking:
    descending: bool = True
    limit: int | None = None
    place: int | None = None
    """Of which the one row is asked for: "the second best product"."""
    implied: bool = False
    """Whether the number of rows was not said: a follow-up keeps the one before."""
    metric: str | None = None
    judged: bool = False
    """Whether it is by "best" or "worst", which the figure of the question before gives its direction."""


@dataclass(frozen=True, slots=True)
class BareCondition:
    """ "and above 25,000?": a bound whose figure was named in the question before. `spans` are its words."""

    operator: str
    values: tuple[float, ...]
    spans: frozenset[int]


@dataclass(slots=True)
class Reading:
    """The slots. `used` are the spans (by position in the annotation) that found their place in one of them."""

    metrics: list[str] = field(default_factory=list[str])
    groups: list[str] = field(default_factory=list[str])
    each: list[str] = field(default_factory=list[str])
    """Those of `groups` that are said with "each", "per" or "by": what the first few of something may be shown within."""
    window: Window | None = None
    grain_target: Grain | None = None
    grain: Grain | None = None
    """A unit of time at the end of a list of things to group by: "by channel and quarter"."""
    ranking: Ranking | None = None
    ranks_change: bool = False
    """Whether what is ranked is how much a figure has changed: "which region grew the most"."""
    in_rates: bool = False
    """Whether the change that is ranked is meant in percent: "the highest growth rate"."""
    of_a_range: bool = False
    """Whether products are ranked only because a part of the range is named: "the worst 5 in Cookware"."""
    order: list[OrderBy] = field(default_factory=list[OrderBy])
    filters: list[Filter] = field(default_factory=list[Filter])
    replaced: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """(dimension, value) of what is no longer asked: "Spain instead of France"."""
    having: list[Having] = field(default_factory=list[Having])
    bounded: set[int] = field(default_factory=set[int])
    """The spans of the things whose figure a condition is on."""
    bare_condition: BareCondition | None = None
    implied_amount: str | None = None
    """Of single orders or refunds that are listed, what a bound without a figure is about: "refunds over 50"."""
    share: bool = False
    part: list[str] = field(default_factory=list[str])
    """The dimension of the part, where a share names both a part and a whole."""
    average: bool = False
    corrections: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    used: set[int] = field(default_factory=set[int])
    understood: set[int] = field(default_factory=set[int])
    """Tokens without a meaning of their own that were read with others: "came back"."""
    counts: bool = False
    """Whether the groups are to be counted, not listed: "how many customers ordered more than 5 times"."""
    implied: str | None = None
    """The figure that a verb of selling stands for where none is named."""
    new_limit: int | None = None
    """How many rows a follow-up asks for instead: "make it ten"."""
    place: int | None = None
    """Which row of the ranking before a follow-up asks for: "and the second?"."""
    in_money: bool = False
    """Whether the figure is asked for "in money" and none is named: what a follow-up may want instead of pieces."""
    placed: set[str] = field(default_factory=set[str])
    """The kinds of what is named whose place among its like is asked."""
    wants_count: bool = False
    wants_sum: bool = False
    wants_figures: bool = False
    """Whether "the numbers" are asked for, and none by name."""


def whole(number: NumberSpan | None) -> int | None:
    """A number that can say how many rows to show."""
    if number is None or number.unit is not None or number.value != number.value.to_integral_value():
        return None
    return int(number.value) if 0 < number.value <= LONGEST_RANKING else None
