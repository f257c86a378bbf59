"""What compiled queries gave, kept as long as the data stays what it was."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Final

from storage.metrics.query import MetricQuery
from storage.repositories.metrics import MetricRows

MOST_CELLS: Final = 500_000
"""Values that are kept in all; some tens of megabytes."""
_LARGEST: Final = 20_000
"""Values of one answer beyond which it is not kept."""


@dataclass(frozen=True, slots=True)
class Version:
    """What figures depend on beside the query: whose data at which state, and what her metrics mean."""

    tenant_id: str
    data: str
    metrics: int
    week_start: int


class ResultCache:
    """Least recently used answers go first; those to data that has changed are never given again."""

    def __init__(self, most_cells: int = MOST_CELLS) -> None:
        self._most = most_cells
        self._cells = 0
        self._kept: OrderedDict[tuple[Version, str], MetricRows] = OrderedDict()

    def get(self, version: Version, query: MetricQuery) -> MetricRows | None:
        """The rows that this very query gave, as if they had come at once."""
        key = (version, query.model_dump_json())
        if (found := self._kept.get(key)) is None:
            return None
        self._kept.move_to_end(key)
        return replace(found, seconds=0.0)

    def put(self, version: Version, query: MetricQuery, rows: MetricRows) -> None:
        size = _size(rows)
        if size > min(_LARGEST, self._most):
            return
        key = (version, query.model_dump_json())
        if (replaced := self._kept.pop(key, None)) is not None:
            self._cells -= _size(replaced)
        self._kept[key] = rows
        self._cells += size
        while self._cells > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._cells -= _size(oldest)


def _size(rows: MetricRows) -> int:
    return 1 + len(rows.rows) * len(rows.columns)
