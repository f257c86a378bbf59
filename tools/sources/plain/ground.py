"""The tables of a source as a question walks over them: what can be reached from where, and how well a few words of a
question name a table, a column or a role."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from storage.metrics.model import SemanticModel
from tools.language.text import listed
from tools.sources.naming import words_of
from tools.sources.plain.roots import MEANS_THE_SAME, PEOPLE, PERSONS, STAFF, likeness, may_be_staff, root
from tools.sources.scheme import SchemeColumn, SchemeLink, SchemeTable

MOST_STEPS = 3
MOST_WAYS = 400
"""From one root: a source in which everything leads to everything has millions."""
_BARE = frozenset(
    listed(
        "header head master record records entry info data list main hdr mst detail details stock inventory catalogue catalog register"
    )
)
"""What a table's name says beside what its rows are."""
_MARKS = frozenset(listed("ct cts is has was with can did are flag yn ind indicator bool id code cd key at on am um dt date datetime time timestamp ts day name nm text txt descr description desc number no num cents eur usd gbp chf in"))  # fmt: skip
_UNITS = frozenset(listed("kg g km m cm mm l ml kwp kw kwh ha sqm m2 m3 cents eur usd gbp chf hours hrs h mins minutes min pct percent days c t lbs miles pieces pcs"))  # fmt: skip
_MARKS_AND_UNITS = _MARKS | _UNITS
_SUMS = frozenset(listed("amount amounts total value sum charge charges"))
SIDE = frozenset(listed("freight frt tax vat discount disc tip deposit refund shipping ship carriage postage handling paid balance commission rounding surcharge"))  # fmt: skip
_LASTING = frozenset(["time", "duration"])
_TIME_UNITS = frozenset(["days", "hours", "minutes", "mins", "weeks", "months"])
"""Of what lasts: "lead time" is what is kept as lead days."""
STOCK = frozenset(["stock", "stk", "inventory", "hand", "onhand", "inv"])
_NAMING = frozenset(listed("name names number numbers id code title address field entry"))


@dataclass(frozen=True, slots=True)
class Way:
    """Many-to-one steps from a root; none for the root itself."""

    links: tuple[SchemeLink, ...]
    table: SchemeTable

    @property
    def columns(self) -> tuple[str, ...]:
        """What tells it apart from all others of its root."""
        return tuple(link.column for link in self.links)

    def begins_with(self, other: "Way") -> bool:
        return self.columns[: len(other.columns)] == other.columns


def shown(tables: Sequence[SchemeTable], model: SemanticModel) -> list[SchemeTable]:
    """The tables and columns that a layer still shows: one of which its owner took out all that was drafted from it is
    read no more."""
    names = {*model.metrics, *model.dimensions}
    return [
        table.model_copy(update={"columns": tuple(c for c in table.columns if not c.drafted or names & {*c.drafted})})
        for table in tables
        if table.entity in model.entities
    ]


class Ground:
    """The tables of one source."""

    def __init__(self, tables: Sequence[SchemeTable]) -> None:
        self.tables = {table.name: table for table in tables}
        self._ways: dict[str, tuple[Way, ...]] = {}

    def ways(self, table: SchemeTable) -> tuple[Way, ...]:
        """From a root to everything that each of its rows belongs to one of, the nearest first; the root before all."""
        if table.name not in self._ways:
            found, pending = [Way((), table)], [Way((), table)]
            while pending:
                at = pending.pop(0)
                if len(at.links) == MOST_STEPS:
                    continue
                passed = {table.name, *(link.target for link in at.links)}
                for link in at.table.links:
                    own = link.target == table.name and not at.links  # a block inside a block
                    if len(found) < MOST_WAYS and link.target in self.tables and (link.target not in passed or own):
                        way = Way((*at.links, link), self.tables[link.target])
                        found.append(way)
                        if not own:
                            pending.append(way)
            self._ways[table.name] = tuple(found)
        return self._ways[table.name]

    @cached_property
    def linked(self) -> dict[str, tuple[str, str]]:
        """ "table.column" → (table, attribute) of every column that questions are matched with the values of."""
        return {
            f"{table.name}.{column.name}": (table.name, column.text)
            for table in self.tables.values()
            for column in table.columns
            if column.linked and column.text
        }

    def bears(self, word: str) -> bool:
        """Whether a table or a column has a form of a word in its name."""
        return root(word) in self._roots

    @cached_property
    def _roots(self) -> frozenset[str]:
        names = [pair for table in self.tables.values() for raw in (table.raw, *(c.raw for c in table.columns), *(link.raw for link in table.links)) for pair in _paired(raw)]  # fmt: skip
        return frozenset(root(part) for written, out in names for part in (written, *out.split()))

    @cached_property
    def referring(self) -> dict[str, tuple[tuple[SchemeTable, SchemeLink], ...]]:
        """Table → the tables whose rows belong to one of its, by which link."""
        found: dict[str, list[tuple[SchemeTable, SchemeLink]]] = {}
        for table in self.tables.values():
            for link in table.links:
                found.setdefault(link.target, []).append((table, link))
        return {name: tuple(each) for name, each in found.items()}


# ── how well words name something ────────────────────────────────────────────────────────────────────────────


def core_of(table: SchemeTable) -> tuple[tuple[str, str], ...]:
    """The words of a table's name that say what its rows are: (as written, written out)."""
    return _core(table.raw, _BARE)


def column_core(column: SchemeColumn) -> tuple[tuple[str, str], ...]:
    """The words of a column's name without what only says how it is kept."""
    return _core(column.raw, _MARKS_AND_UNITS)


@lru_cache(maxsize=20_000)
def _core(raw: tuple[str, ...], without: frozenset[str]) -> tuple[tuple[str, str], ...]:
    pairs = _paired(raw)
    return tuple(pair for pair in pairs if not {*pair} & without) or pairs


@lru_cache(maxsize=20_000)
def _paired(raw: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, " ".join(words_of(word)) if word not in _UNITS else word) for word in raw)


@lru_cache(maxsize=100_000)
def _alike(said: str, pair: tuple[str, str], *, weak: bool = False) -> float:
    written, out = pair
    return max(likeness(said, written, weak=weak), *(likeness(said, word, weak=weak) for word in out.split()))


def names_table(said: Sequence[str], table: SchemeTable, *, weak: bool = False) -> float:
    """How well words name the rows of a table; 0 where they do not."""
    core = core_of(table)
    bare = {root(part) for pair in _paired(table.raw) if pair not in core for part in pair}
    covered: set[int] = set()
    total = 0.0
    for word in said:
        if word in _NAMING and len(said) > 1:
            total += 1
            continue
        scores = [_alike(word, pair, weak=weak) for pair in core]
        best = max(scores, default=0.0)
        if best == 0 and root(word) in bare:
            total += 1 if len(said) > 1 else 0.8
            covered |= {len(core) - 1} if len(said) == 1 else set()
            continue
        if best == 0 and (person := _as_person(word, table)):
            covered |= set(range(len(core)))
            total += person
            continue
        if best == 0:
            return 0.0
        covered |= {i for i, score in enumerate(scores) if score == best}
        total += best
    mean = total / len(said)
    if len(covered) == len(core):
        return mean
    return mean * 0.8 if len(core) - 1 in covered else 0.0


def _as_person(word: str, table: SchemeTable) -> float:
    roots = {root(part) for pair in core_of(table) for part in (pair[0], *pair[1].split())}
    if word in PEOPLE and (table.is_person or roots & PERSONS):
        return 0.7
    return 0.75 if may_be_staff(word) and roots & STAFF | roots & {"employee"} else 0.0


def names_way(said: Sequence[str], way: Way) -> float:
    """How well words name what a link leads to, by the link's own words and those of the table it leads to."""
    if not way.links:
        return names_table(said, way.table)
    link = way.links[-1]
    core = core_of(way.table)
    role = _role(link, way.table)
    if not role:
        return names_table(said, way.table)
    by_role = 0.0
    rest: list[str] = []
    used: set[int] = set()
    for word in said:
        scores = [_alike(word, pair) for pair in role]
        best = max(scores, default=0.0)
        if best:
            used.add(scores.index(best))
            by_role += best
        else:
            rest.append(word)
    if not used:
        return 0.7 * names_table(said, way.table)
    fine = min(by_role / len(used), 1.0) * (1.0 if len(used) == len(role) else 0.85)
    if not rest:
        return fine
    kinds = [max((_alike(word, pair) for pair in core), default=0.0) or _as_person(word, way.table) or float(word in _NAMING) for word in rest]  # fmt: skip
    return fine if all(kinds) else 0.0


def _role(link: SchemeLink, table: SchemeTable) -> tuple[tuple[str, str], ...]:
    """The words by which a link calls what it leads to, where it calls it something of its own."""
    core = core_of(table)
    small = frozenset(["by", "to", "in", "on", "of", "for", "with", "the"])
    return tuple(pair for pair in _paired(link.raw) if pair[0] not in small and not any(pair == other or likeness(pair[1], other[1]) >= MEANS_THE_SAME for other in core))  # fmt: skip


def has_role(way: Way) -> bool:
    return bool(way.links) and bool(_role(way.links[-1], way.table))


def does_role(word: str, way: Way) -> float:
    """How well a verb says a link: "reported" of reported_by, "supervise" of a supervisor."""
    if not way.links:
        return 0.0
    role = _role(way.links[-1], way.table)
    above = root(word) in _ABOVE and any({*pair[1].split()} & _SUPERIORS for pair in role)
    return max((float(_alike(word, pair) == 1) for pair in role), default=0.0) or float(above)


_ABOVE = frozenset(root(word) for word in ("report", "supervise", "manage", "lead"))
_SUPERIORS = frozenset(["manager", "supervisor", "boss", "lead", "leader", "superior", "reports", "head", "line"])
"""Who somebody reports to, and who supervises them, is the same."""


def names_column(said: Sequence[str], column: SchemeColumn, way: Way) -> float:
    """How well words name a column, with the words of its table or its role beside it or without."""
    if _contradicts(said, column):
        return 0.0
    core = column_core(column)
    context = (*core_of(way.table), *_paired(column.raw), *(_paired(way.links[-1].raw) if way.links else ()))
    own = {*column.words, *column.raw}
    covered: set[int] = set()
    fits: list[float] = []
    beside = 0
    for word in said:
        scores = [_alike(word, pair) for pair in core]
        best = max(scores, default=0.0)
        if best:
            covered.add(scores.index(best))
            fits.append(best)
        elif any(_alike(word, pair) for pair in context) or word in _NAMING or (word in _LASTING and own & _TIME_UNITS):
            beside += 1
        else:
            return 0.0
    if not covered or _is_only_its_table(covered, core, way):
        return 0.0
    mean = sum(fits) / len(fits)
    units = {pair[0] for pair in _paired(column.raw)} & _UNITS
    if len(covered) == len(core):
        return mean
    written = {word for pair in core for word in pair}
    if len(core) - 1 in covered and {*said} & _SUMS and written & SIDE:
        return 0.0  # the freight of an order is not its amount
    if len(core) - 1 in covered:
        return mean * (0.9 if units else 0.85)
    return mean * 0.6 if column.measure is not None and len(core) == 2 else mean * 0.55  # noqa: PLR2004


def _contradicts(said: Sequence[str], column: SchemeColumn) -> bool:
    """Whether words say that an amount is with tax, and a column that it is without, or the tax itself; or the other way."""
    words = {*column.words, *column.raw}
    gross = "gross" in said and bool(words & {"net", *_TAXES}) and "gross" not in words
    return gross or ("net" in said and bool(words & {"gross", *_TAXES}) and "net" not in words)


_TAXES = frozenset(["vat", "tax"])


def _is_only_its_table(covered: set[int], core: tuple[tuple[str, str], ...], way: Way) -> bool:
    """Whether of a column's words just those are said that are its table's: no day of payment of an invoice is called
    "invoice", though the column is "invoice_paid_on". The month of a fee is, as "month" is read as a part of time."""
    table = {root(part) for pair in core_of(way.table) for part in pair}
    left = {part for i, pair in enumerate(core) if i not in covered for part in pair}
    return bool(left - _PERIODS) and all({root(part) for part in core[i]} & table for i in covered)


_PERIODS = frozenset(["month", "week", "quarter", "year"])


def measures(word: str, column: SchemeColumn) -> bool:
    """Whether a word says what is measured in the unit of a column that is called by nothing else: "weight" of "kg"."""
    units = _MEASURED.get(root(word), frozenset())
    return bool(units & {*column.raw}) and not {*column.words} - _UNITS - _BESIDE_UNITS


_MEASURED = {
    root("weight"): frozenset(["kg", "g", "lbs", "t", "tons"]),
    root("distance"): frozenset(["km", "miles"]),
    root("duration"): frozenset(["minutes", "min", "mins", "hours", "hrs", "h"]),
    root("volume"): frozenset(["l", "ml", "litres", "m3"]),
    root("length"): frozenset(["m", "cm", "mm"]),
}
_BESIDE_UNITS = frozenset(["net", "total"])


def names_unit(word: str, column: SchemeColumn) -> bool:
    """Whether a word is the unit of a column of figures: "kg", "kilos", "minutes"."""
    return any(likeness(word, unit) >= MEANS_THE_SAME for unit in column.raw if unit in _UNITS)
