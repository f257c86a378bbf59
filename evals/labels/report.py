"""What came of sets of labelled questions, printed."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from evals.labels.asking import LabelledRun
from evals.statistics import NOTHING, Proportion

_LONGEST_READ = 160


def print_runs(runs: Sequence[LabelledRun], out: Console) -> None:
    """A row for each set; then each answer that differs from its label, with how it was read."""
    table = Table("set", "answered", "agreeing with the label", "where the others differ")
    for run in runs:
        slots = Counter(doubt for one in run.held for doubt in one.doubts)
        differing = ", ".join(f"{slot} {count}" for slot, count in slots.most_common())
        table.add_row(run.name, _shown(run.coverage), _shown(run.agreeing), differing)
    covered, agreeing = (sum(parts, NOTHING) for parts in zip(*((r.coverage, r.agreeing) for r in runs), strict=True))
    table.add_row("all", _shown(covered), _shown(agreeing), "")
    for run in runs:
        for one in run.held:
            if one.doubts:
                said = f"{run.name}: [{', '.join(one.doubts)}] {one.label.question}\n    {one.answer.answer[:_LONGEST_READ]}"
                out.print(said, markup=False, highlight=False)
    out.print(table)


def _shown(proportion: Proportion) -> str:
    low, high = proportion.interval
    value = proportion.value
    return "–" if value is None else f"{proportion.hits}/{proportion.total} = {value:.1%} ({low:.1%} to {high:.1%})"
