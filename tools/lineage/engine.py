"""The formulas of data quality. Every measure lies between 0 (useless) and 1 (as good as can be); where there is nothing to
measure it is 1, since nothing is wrong. Pure.

- completeness = Σ weight · filled ÷ (Σ weight · rows), over the fields that metrics need; weights in rules.yaml
- validity = 1 − Σ broken ÷ Σ checked, over all rules and the rows that each looks at; a tenant's own rules over single rows
  count in the overall score of their table, and not in those of its sources
- uniqueness = Σ distinct ÷ Σ filled, over the columns by which a thing is one thing (e-mail, number, SKU; case is no matter);
  over all sources what was found to be one is one, and numbers of orders and contacts' mailboxes are held against those of
  their own source only
- freshness = 1 as long as the newest run is no older than the source usually leaves between two, then half for each
  further such interval: 2 ^ −max(0, age − usual) ÷ usual
- accuracy = 1 − disputed ÷ compared: of the rows that another source than their maker told of too, the share in which it
  did not replace what was known by something else, and of the rows that were found to be one with another source's the share
  that says nothing else than the row that stands for all; validity where no row was told of twice
- score = the weighted mean of the five
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

FORMULAS: Final = {
    "completeness": "Σ weight · filled ÷ (Σ weight · rows), over the fields that metrics need",
    "validity": "1 − broken ÷ checked, over all rules and the rows that each looks at; overall with the rules of one's own",
    "uniqueness": "distinct ÷ filled, over e-mail, number or SKU; what was found to be one is one, and order numbers and contacts' e-mail count within their source",
    "freshness": "1 until the newest run is older than the source's median interval, then half for each further one",
    "accuracy": "1 − disputed ÷ compared, over rows that two sources told of, or that were found to be one; validity where there are none",
    "score": "weighted mean of the five (see weights)",
}
USUAL_SYNC: Final = timedelta(days=1)
"""Taken for the rhythm of a connection that has run less than twice."""
USUAL_FILE: Final = timedelta(days=31)
"""The same of files: most are exported monthly."""
_SHORTEST: Final = timedelta(hours=1)
"""Runs that follow each other faster were asked for by hand, and are no rhythm."""
_RUNS: Final = 20
"""So many last intervals tell the rhythm: businesses change theirs."""


def completeness(filled: Mapping[str, int], weights: Mapping[str, int], rows: int) -> float:
    """`filled` counts by field; of fields without a weight nothing is expected."""
    whole = rows * sum(weights.values())
    return sum(weight * filled.get(name, 0) for name, weight in weights.items()) / whole if whole else 1.0


def validity(checked: Mapping[str, int], broken: Mapping[str, int]) -> float:
    looked = sum(checked.values())
    return 1.0 - sum(broken.values()) / looked if looked else 1.0


def uniqueness(present: int, distinct: int) -> float:
    return distinct / present if present else 1.0


def accuracy(compared: int, disputed: int) -> float | None:
    """None where no row was told of by two sources."""
    return 1.0 - min(disputed, compared) / compared if compared else None


def overall(measures: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weights[name] * value for name, value in measures.items()) / sum(weights[name] for name in measures)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source runs: `usual` is the median interval of its last runs (a default where it ran less than twice)."""

    last: datetime | None
    usual: timedelta
    is_known: bool

    def age(self, now: datetime) -> timedelta | None:
        return max(now - self.last, timedelta()) if self.last is not None else None

    def late(self, now: datetime) -> timedelta | None:
        """By how much the last run is older than usual; 0 for one that is not."""
        age = self.age(now)
        return max(age - self.usual, timedelta()) if age is not None else None

    def freshness(self, now: datetime) -> float:
        late = self.late(now)
        return 0.0 if late is None else 2.0 ** -(late / self.usual)


def rhythm(runs: Sequence[datetime], default: timedelta) -> Rhythm:
    """`runs`: when each ended well, the oldest first. Intervals below an hour count as one of an hour."""
    gaps = [max(after - before, _SHORTEST) for before, after in pairwise(runs[-_RUNS - 1 :])]
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps)) if gaps else default
    return Rhythm(runs[-1] if runs else None, usual, bool(gaps))
