"""The figures as a table for people, and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from evals.bench.figures import Figure, Sample


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on. `load` is the one-minute load average before and after: beyond `cores`,
    other work took part of the time that is shown."""

    python: str
    platform: str
    cores: int
    load: tuple[float, float]

    def __str__(self) -> str:
        before, after = self.load
        return (
            f"Python {self.python}, {self.platform}, {self.cores} cores, load {before:.1f} before and {after:.1f} after"
        )


WIDTH = 104
"""Columns of text that the table takes; less would cut its figures off."""


def print_report(figures: Sequence[Figure], machine: Machine, console: Console) -> None:
    """One row per figure; the ratio says how many times slower than the reference the product is."""
    table = Table(title="make bench", caption=str(machine), box=box.SIMPLE_HEAD)
    table.add_column("figure")
    for heading in ("unit", "p50", "p95", "runs", "bare p50", "bare p95", "ratio", "budget"):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in figures:
        bare = _cells(figure.reference)[:2] if figure.reference else ("–", "–")
        ratio = "–" if figure.ratio is None else f"{figure.ratio:.2f} ×"
        name = f"{figure.name}\n  [dim]{figure.reference_is}[/]" if figure.reference_is else figure.name
        table.add_row(name, figure.unit, *_cells(figure.ours), *bare, ratio, _verdict(figure))
    console.print(table)


def as_json(figures: Sequence[Figure], machine: Machine) -> dict[str, Any]:
    """Every single run of every figure, and what the table shows of them."""
    return {
        "machine": {
            "python": machine.python,
            "platform": machine.platform,
            "cores": machine.cores,
            "load_before": machine.load[0],
            "load_after": machine.load[1],
        },
        "figures": [
            {
                "name": figure.name,
                "unit": figure.unit,
                "ours": _sample(figure.ours),
                "reference": _sample(figure.reference) if figure.reference else None,
                "reference_is": figure.reference_is or None,
                "ratio": figure.ratio,
                "budget": {"of": figure.budget.of, "most": figure.budget.most} if figure.budget else None,
                "within_budget": figure.within_budget,
            }
            for figure in figures
        ],
    }


def _cells(sample: Sample) -> tuple[str, str, str]:
    return _number(sample.p50), _number(sample.p95), str(sample.runs)


def _sample(sample: Sample) -> dict[str, Any]:
    return {"p50": sample.p50, "p95": sample.p95, "values": list(sample.values)}


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _verdict(figure: Figure) -> str:
    match figure.within_budget:
        case None:
            return "–"
        case True:
            return f"[green]{figure.budget} ok[/]"
        case False:
            return f"[red]{figure.budget} over[/]"
