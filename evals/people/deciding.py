"""Which records somebody who reads them with care could assign at all.

A generator knows what lies behind a record: which mailbox, telephone, house or barcode it shows, through typing errors and
ways of writing, and which name was meant. Such a fact is evidence of a record's truth where no other truth that bears the
name shown also shows the fact. A strong fact (mailbox, own telephone, barcode) tells without a name; a weak one (house,
employer, a mistyped address) only together with a whole name. A postcode tells still less: only with a name that nobody else
bears in the whole town. Placeholders are no facts.

Records of one truth that share evidence are connected. The largest connected part of a truth (the earliest of equals) can
be decided; its other records cannot, nor can a record without evidence: nothing in the data says that they belong together.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple


class Fact(NamedTuple):
    """Something that a record shows; equal `what` is the same thing. Others who bear the name are looked for among those
    who show a fact of the same `among`, which is `what` where it is empty."""

    what: str
    strong: bool
    among: str = ""


@dataclass(slots=True)
class Trace:
    """What a record shows. `called` is the folded name that was meant, "" where there is none, and `family` the part of it
    by which a weak fact tells ("" where the name is not whole)."""

    truth: str
    called: str
    family: str
    facts: list[Fact] = field(default_factory=list[Fact])


def decided(traces: Sequence[Trace], known_as: Mapping[str, AbstractSet[str]]) -> list[bool]:
    """Whether each record can be decided. `known_as` has for each truth the folded names that may stand for it."""
    showing = _Showing(traces, known_as)
    parts = _Parts(len(traces))
    first: dict[tuple[str, str, str], int] = {}
    has_evidence = [False] * len(traces)
    for at, trace in enumerate(traces):
        for what, strong, among in trace.facts:
            if (strong or trace.family) and showing.only(trace, among or what):
                has_evidence[at] = True
                parts.join(first.setdefault((trace.truth, what, "" if strong else trace.family), at), at)
    sizes = Counter(parts.root(at) for at in range(len(traces)))
    main: dict[str, int] = {}
    for at, trace in enumerate(traces):
        root = parts.root(at)
        if has_evidence[at] and (trace.truth not in main or sizes[root] > sizes[main[trace.truth]]):
            main[trace.truth] = root
    return [has_evidence[at] and parts.root(at) == main[trace.truth] for at, trace in enumerate(traces)]


@lru_cache(1 << 16)
def folded(text: str) -> str:
    """Lower case, without accents and signs, words parted by single spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS).casefold())
    return " ".join("".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one)).split())


_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "İ": "I", "ø": "o", "đ": "d", "Đ": "D", "'": None, "’": None})


class _Showing:
    """Which truths show a fact, and by which names they are known."""

    def __init__(self, traces: Sequence[Trace], known_as: Mapping[str, AbstractSet[str]]) -> None:
        self._known_as = known_as
        self._truths: defaultdict[str, set[str]] = defaultdict(set)
        for trace in traces:
            for fact in trace.facts:
                self._truths[fact.among or fact.what].add(trace.truth)
        self._names: dict[str, Counter[str]] = {}

    def only(self, trace: Trace, among: str) -> bool:
        """Whether no truth but the record's bears the name shown among those; any does where there is none."""
        truths = self._truths[among]
        if len(truths) == 1 or not trace.called:
            return len(truths) == 1
        if among not in self._names:
            self._names[among] = Counter(name for truth in truths for name in self._known_as[truth])
        return self._names[among][trace.called] <= (trace.called in self._known_as[trace.truth])


class _Parts:
    """Disjoint sets of positions."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def root(self, at: int) -> int:
        while self._above[at] != at:
            self._above[at] = self._above[self._above[at]]
            at = self._above[at]
        return at

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._above[second] = first
