"""What can be told from a sample of a source's rows: what each column holds, and how numbers and dates are written."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from tools.ingestion.values import (
    DateOrder,
    DecimalMark,
    MarkVotes,
    OrderVotes,
    clean_text,
    is_blank,
    is_clock,
    is_date,
    is_flag,
    is_number,
    take_number_apart,
)

_BLOCK: Final = 60
_ROWS: Final = 6_000
_TESTED: Final = 300
"""Different values of a column that are tested for what they are."""
_EXAMPLES: Final = 5
_MOST: Final = 0.8
"""Share of a column's values."""


class BlockSampler:
    """Keeps blocks of neighbouring rows, spread evenly over a stream of unknown length, in bounded memory.

    Neighbours matter: the lines of one order usually stand together.
    """

    def __init__(self) -> None:
        self._blocks: list[list[list[str]]] = []
        self._stride = 1
        self.count = 0

    def add(self, cells: list[str]) -> None:
        block, position = divmod(self.count, _BLOCK)
        self.count += 1
        if block % self._stride:
            return
        if position == 0:
            self._blocks.append([])
            if len(self._blocks) * _BLOCK > _ROWS:
                self._blocks = self._blocks[::2]
                self._stride *= 2
                if block % self._stride:
                    return
        self._blocks[-1].append(cells)

    @property
    def blocks(self) -> list[list[list[str]]]:
        return self._blocks


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """Shares are of the column's filled cells (of its different values where so noted), 0 to 1."""

    name: str
    index: int
    filled: float
    """Share of all rows."""
    distinct: int
    rows: int
    number: float
    date: float
    clock: float
    flag: float
    email: float
    code: float
    """Looks like a key: has digits or is one upper-case word. Of different values, as the ones above."""
    integer: float
    negative: float
    leading_zero: float
    percent: float
    mean_length: float
    largest: float
    currencies: tuple[str, ...]
    """ISO codes of the signs beside its numbers; "" for $ and kr, which several share."""
    mark: DecimalMark | None
    """The decimal mark that its numbers show; None where they show none."""
    unique: bool
    examples: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return self.filled == 0


@dataclass(slots=True)
class Sample:
    """A source's columns and sampled rows, with what they show."""

    columns: tuple[str, ...]
    blocks: list[list[list[str]]]
    row_count: int
    """Of the whole source."""
    facts: tuple[ColumnFacts, ...] = ()
    decimal_mark: DecimalMark | None = None
    """None where nothing shows it."""
    date_order: DateOrder | None = None
    date_order_by_sorting: bool = False
    ambiguous_dates: bool = False
    """There are numeric dates, and none of them shows the order of day and month."""
    rows: list[list[str]] = field(default_factory=list[list[str]])

    def column(self, name: str) -> list[str]:
        index = self.columns.index(name)
        return [row[index] for row in self.rows]


def study(columns: tuple[str, ...], sampler: BlockSampler) -> Sample:
    """Looks at every column of a sample."""
    sample = Sample(columns=columns, blocks=sampler.blocks, row_count=sampler.count)
    sample.rows = [row for block in sampler.blocks for row in block]
    orders = OrderVotes()
    facts: list[ColumnFacts] = []
    for index, name in enumerate(columns):
        cells = [row[index] for row in sample.rows]
        column = _facts(name, index, cells)
        facts.append(column)
        distinct = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
        if column.date >= _MOST:
            own = OrderVotes()
            for cell in distinct:
                own.add(cell)
                orders.add(cell)
            # Sorting is told from one column at a time: two interleaved would look unsorted.
            if own.sorted_order is not None and sample.date_order is None:
                sample.date_order, sample.date_order_by_sorting = own.sorted_order, True
    if orders.winner is not None:
        sample.date_order, sample.date_order_by_sorting = orders.winner, False
    sample.ambiguous_dates = bool(orders.ambiguous) and orders.winner is None
    marks = Counter(column.mark for column in facts if column.mark is not None)
    if marks:
        sample.decimal_mark = "," if marks[","] > marks["."] else "."
    sample.facts = tuple(facts)
    return sample


def _facts(name: str, index: int, cells: list[str]) -> ColumnFacts:
    filled = [text for cell in cells if (text := clean_text(cell)) is not None]
    counts = Counter(filled)
    values = [value for value in counts if not is_blank(value)]
    step = max(1, len(values) // _TESTED)
    tested = values[::step][:_TESTED]
    parts = [part for value in tested if (part := take_number_apart(value)) is not None]
    number = _share(tested, is_number)
    return ColumnFacts(
        name=name,
        index=index,
        filled=len(filled) / len(cells) if cells else 0.0,
        distinct=len(counts),
        rows=len(cells),
        number=number,
        date=_share(tested, is_date),
        clock=_share(tested, is_clock),
        flag=_share(tested, is_flag),
        email=_share(tested, lambda value: "@" in value and "." in value.rpartition("@")[2] and " " not in value),
        code=_share(tested, _is_code),
        integer=_share(
            parts, lambda part: part.body.isdigit() or (part.body.endswith(".0") and part.body[:-2].isdigit())
        ),
        negative=_share(parts, lambda part: part.negative),
        leading_zero=_share(tested, lambda value: len(value) > 1 and value[0] == "0" and value.isdigit()),
        percent=_share(parts, lambda part: part.percent),
        mean_length=sum(map(len, tested)) / len(tested) if tested else 0.0,
        largest=max((_rough(part.body) for part in parts), default=0.0),
        currencies=tuple(sorted({part.currency for part in parts if part.currency is not None})),
        mark=_mark(values) if number >= _MOST else None,
        unique=len(filled) == len(cells) and len(counts) == len(filled) and len(filled) > 1,
        examples=tuple(value for value, _ in counts.most_common(_EXAMPLES)),
    )


def _mark(values: Iterable[str]) -> DecimalMark | None:
    votes = MarkVotes()
    for value in values:
        if (parts := take_number_apart(value)) is not None:
            votes.add(parts.body)
    return votes.winner


def _share(items: Iterable[object], test: Callable[..., bool]) -> float:
    listed = list(items)
    return sum(map(test, listed)) / len(listed) if listed else 0.0


def _is_code(value: str) -> bool:
    return " " not in value.strip("# ") and (
        any(char.isdigit() for char in value) or (value.isupper() and value.isascii())
    )


def _rough(body: str) -> float:
    """A number's size whatever its decimal mark; good enough to tell 0.15 from 15 and 1500."""
    mark = max(body.rfind("."), body.rfind(","))
    digits = body.replace(".", "").replace(",", "") or "0"
    decimals = len(body) - mark - 1 if mark >= 0 else 0
    return float(digits) / 10**decimals
