"""Runs as people and machines read them: a table, JUnit XML, JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

from evals.baselines.store import Comparison
from evals.runner import SuiteRun, Tally, TurnResult
from evals.statistics import Proportion


@dataclass(frozen=True)
class ReportedRun:
    run: SuiteRun
    comparison: Comparison | None


def print_report(runs: Sequence[ReportedRun], console: Console, *, misses: int = 40) -> None:
    """The suites in one table, each by kind of question in another, then what was wrong with up to `misses` turns."""
    _print_suites(runs, console)
    for reported in runs:
        if not reported.run.skipped:
            _print_kinds(reported.run, console)
    wrong = [(one.run.suite, turn) for one in runs for turn in one.run.turns if not turn.score.right]
    for suite, turn in wrong[:misses]:
        console.print(f"[bold]{suite}/{turn.key}[/] ", turn.turn.ask, markup=True, highlight=False)
        for problem in turn.score.problems:
            console.print(f"    {problem.aspect}: {problem.what}", markup=False, highlight=False)
    if len(wrong) > misses:
        console.print(f"… and {len(wrong) - misses} more, all of them in the JSON report")


def as_json(runs: Sequence[ReportedRun]) -> dict[str, Any]:
    """Everything that was asked, answered and found, and the sums."""
    return {"suites": [_suite_json(reported) for reported in runs]}


def as_junit(runs: Sequence[ReportedRun]) -> bytes:
    """One test suite per suite, one test case per turn (the Jenkins/Ant dialect that CI servers read)."""
    root = ElementTree.Element("testsuites", name="smb eval")
    for reported in runs:
        run = reported.run
        wrong = [turn for turn in run.turns if not turn.score.right]
        failed = [turn for turn in wrong if turn.reply.status == "failed"]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=f"{run.suite}.{run.surface}.{run.model}",
            tests=str(len(run.turns)),
            failures=str(len(wrong) - len(failed)),
            errors=str(len(failed)),
            skipped=str(int(run.skipped is not None)),
            time=f"{run.seconds:.3f}",
            timestamp=run.at.isoformat(),
        )
        if run.skipped:
            case = ElementTree.SubElement(suite, "testcase", classname=run.suite, name="all cases")
            ElementTree.SubElement(case, "skipped", message=run.skipped)
        for turn in run.turns:
            _junit_case(suite, run.suite, turn)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _junit_case(suite: ElementTree.Element, name: str, turn: TurnResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{name}.{turn.case.kind}",
        name=turn.key,
        time=f"{turn.reply.elapsed_ms / 1000:.3f}",
    )
    if not turn.score.right:
        tag = "error" if turn.reply.status == "failed" else "failure"
        problems = "\n".join(f"{problem.aspect}: {problem.what}" for problem in turn.score.problems)
        element = ElementTree.SubElement(case, tag, message=_printable(turn.score.problems[0].what))
        element.text = _printable(f"{turn.turn.ask}\n{problems}\n{turn.reply.text}")


def _print_suites(runs: Sequence[ReportedRun], console: Console) -> None:
    table = Table(title="smb eval")
    for heading in ("suite", "split", "over", "model"):
        table.add_column(heading)
    numbers = (
        "turns",
        "accuracy",
        "precision",
        "coverage",
        "tools",
        "arguments",
        "p50 ms",
        "p95 ms",
        "tokens",
        "cost $",
    )
    for heading in (*numbers, "baseline"):
        table.add_column(heading, justify="right")
    for reported in runs:
        run, tally = reported.run, reported.run.tally
        names = (run.suite, run.header.split, run.surface, run.model)
        if run.skipped:
            table.add_row(*names, f"skipped: {run.skipped}")
            continue
        table.add_row(
            *names,
            str(len(run.turns)),
            *(_percent(one) for one in (tally.accuracy, tally.precision, tally.coverage, tally.tools, tally.arguments)),
            _milliseconds(tally.p50_ms),
            _milliseconds(tally.p95_ms),
            f"{tally.tokens:,}",
            f"{run.cost_usd:.4f}",
            _compared(reported.comparison),
        )
    console.print(table)


def _print_kinds(run: SuiteRun, console: Console) -> None:
    table = Table(title=f"{run.suite}, by kind of question")
    table.add_column("kind")
    for heading in ("turns", "accuracy", "precision", "coverage"):
        table.add_column(heading, justify="right")
    for kind, tally in run.tallies_by_kind().items():
        shares = (_percent(one) for one in (tally.accuracy, tally.precision, tally.coverage))
        table.add_row(kind, str(tally.accuracy.total), *shares)
    console.print(table)


def _suite_json(reported: ReportedRun) -> dict[str, Any]:
    run, comparison = reported.run, reported.comparison
    return {
        "suite": run.suite,
        "split": run.header.split,
        "surface": run.surface,
        "model": run.model,
        "at": run.at.isoformat(),
        "seconds": round(run.seconds, 3),
        "skipped": run.skipped,
        "cost_usd": run.cost_usd,
        "total": _tally_json(run.tally),
        "kinds": {kind: _tally_json(tally) for kind, tally in run.tallies_by_kind().items()},
        "lost": list(comparison.lost) if comparison else None,
        "gained": list(comparison.gained) if comparison else None,
        "turns": [_turn_json(turn) for turn in run.turns],
    }


def _turn_json(turn: TurnResult) -> dict[str, Any]:
    return {
        "key": turn.key,
        "kind": turn.case.kind,
        "question": turn.turn.ask,
        "right": turn.score.right,
        "status": turn.reply.status,
        "answer": turn.reply.text,
        "problems": [{"aspect": problem.aspect, "what": problem.what} for problem in turn.score.problems],
        "elapsed_ms": round(turn.reply.elapsed_ms, 3),
        "tools": [{"name": use.name, "arguments": use.arguments} for use in turn.reply.tools],
        "tables": [
            {"columns": [column.name for column in table.columns], "rows": table.rows} for table in turn.reply.tables
        ],
        **turn.reply.raw,
    }


def _tally_json(tally: Tally) -> dict[str, Any]:
    shares = ("accuracy", "precision", "coverage", "tools", "arguments")
    return {name: _proportion_json(getattr(tally, name)) for name in shares} | {
        "p50_ms": tally.p50_ms,
        "p95_ms": tally.p95_ms,
        "first_event_p50_ms": tally.first_event_p50_ms,
        "tokens": tally.tokens,
    }


def _proportion_json(share: Proportion) -> dict[str, Any]:
    return {"hits": share.hits, "total": share.total, "value": share.value, "interval_95": list(share.interval)}


def _percent(share: Proportion) -> str:
    if share.value is None:
        return "–"
    low, high = share.interval
    return f"{100 * share.value:.1f} % [{100 * low:.0f}–{100 * high:.0f}]"


def _milliseconds(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}"


def _compared(comparison: Comparison | None) -> str:
    if comparison is None:
        return "none"
    return f"+{len(comparison.gained)} −{len(comparison.lost)}"


def _printable(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold, not even escaped."""
    return "".join(letter for letter in text if letter in "\t\n\r" or " " <= letter < "\ud800" or letter > "\udfff")
