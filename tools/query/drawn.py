"""The kinds in which figures can be shown, and what drawing gives."""

from dataclasses import dataclass
from typing import Any, Literal

ChartKind = Literal["figure", "table", "line", "bar", "stacked", "pie", "scatter", "heatmap", "cohort", "funnel", "map"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A Vega-Lite specification, None where there is nothing to draw; `note` tells what of the figures is not in it."""

    spec: dict[str, Any] | None = None
    note: str = ""
