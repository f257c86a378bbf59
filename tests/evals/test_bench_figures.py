"""What the bench shows of its measurements."""

from io import StringIO

import pytest
from rich.console import Console

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.report import WIDTH, Machine, as_json, print_report

MACHINE = Machine("3.11.7", "Linux", 2, (0.1, 1.9))


def test_percentiles_are_values_that_were_measured() -> None:
    sample = Sample([float(n) for n in range(100, 0, -1)])
    assert (sample.p50, sample.p95, sample.runs) == (50, 95, 100)
    assert Sample([3.0, 1.0]).p95 == 3.0


def test_a_sample_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        Sample([])


def test_the_ratio_says_how_many_times_slower_the_product_is() -> None:
    assert Figure("turn", "ms", Sample([30.0]), Sample([20.0])).ratio == pytest.approx(1.5)
    assert Figure("import", "rows/s", Sample([2_000.0]), Sample([30_000.0])).ratio == pytest.approx(15)
    assert Figure("planning", "ms", Sample([30.0])).ratio is None
    assert Figure("nothing", "ms", Sample([30.0]), Sample([0.0])).ratio is None


@pytest.mark.parametrize(
    ("budget", "within"),
    [
        (None, None),
        (Budget("p50", 10), True),
        (Budget("p95", 10), False),
        (Budget("ratio", 2), True),
        (Budget("ratio", 1.9), False),
    ],
)
def test_a_figure_is_held_against_its_budget(budget: Budget | None, within: bool | None) -> None:
    assert Figure("turn", "ms", Sample([10.0, 10.0, 12.0]), Sample([5.0]), budget=budget).within_budget is within


def test_a_ratio_without_a_reference_is_neither_within_nor_over() -> None:
    assert Figure("turn", "ms", Sample([10.0]), budget=Budget("ratio", 2)).within_budget is None


def test_the_table_holds_each_figure_beside_its_reference_and_budget() -> None:
    console = Console(width=WIDTH, file=StringIO(), record=True)
    figures = [
        Figure("turn", "ms", Sample([1234.5]), Sample([617.25]), "a bare turn", Budget("ratio", 1.5)),
        Figure("wording", "ms", Sample([0.123])),
    ]
    print_report(figures, MACHINE, console)
    shown = console.export_text()
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    turn, wording = lines["turn"], lines["wording"]
    for cell in ("1,234", "617", "2.00 ×", "≤ 1.5 × over"):
        assert cell in turn
    assert "a bare turn" in shown
    assert "0.12" in wording
    assert "load 0.1 before and 1.9 after" in shown
    assert "…" not in shown


def test_the_json_holds_every_run() -> None:
    figure = Figure("turn", "ms", Sample([3.0, 1.0, 2.0]), Sample([1.0]), "a bare turn", Budget("p95", 5))
    written = as_json([figure], MACHINE)
    assert written["machine"]["cores"] == 2
    (entry,) = written["figures"]
    assert entry["ours"] == {"p50": 2.0, "p95": 3.0, "values": [3.0, 1.0, 2.0]}
    assert entry["reference"]["values"] == [1.0]
    assert (entry["ratio"], entry["budget"], entry["within_budget"]) == (2.0, {"of": "p95", "most": 5}, True)
