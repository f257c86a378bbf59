"""What `smb eval` does: runs suites over a client, reports, and keeps what must be kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import orjson
from rich.console import Console

from evals.baselines.store import BaselineStore
from evals.cases import Surface, load_suite, suite_names
from evals.report import ReportedRun, as_json, as_junit, print_report
from evals.runner import Runner


@dataclass(frozen=True)
class EvalOptions:
    """`suites` empty means all of them; `surface` overrides that of the suites; `model` is the name under which the
    results are kept ("embedded", "openai/…"). `save_baseline` makes the results those that later runs are held against.
    """

    suites: Sequence[str] = ()
    model: str = "embedded"
    surface: Surface | None = None
    json_path: Path | None = None
    junit_path: Path | None = None
    save_baseline: bool = False
    store: BaselineStore = field(default_factory=BaselineStore)


async def evaluate(client: httpx.AsyncClient, options: EvalOptions, *, out: Console, progress: Console) -> bool:
    """Runs, prints to `out`, writes the reports that are asked for, and logs the first score of new cases.

    False when a turn that was right in the baseline no longer is, or an answer failed altogether. Raises CopilotError
    for a suite that does not exist or cannot be read.
    """
    suites = [load_suite(name) for name in options.suites or suite_names()]
    runner = Runner(client, options.model, say=lambda text: progress.print(text, markup=False, highlight=False))
    reported: list[ReportedRun] = []
    for suite in suites:
        run = await runner.run(suite, options.surface)
        reported.append(ReportedRun(run, options.store.compare(run)))
        if not run.skipped:
            options.store.log_first_run(run)
            if options.save_baseline:
                options.store.save(run)
    print_report(reported, out)
    if options.json_path:
        options.json_path.write_bytes(orjson.dumps(as_json(reported), option=orjson.OPT_INDENT_2))
    if options.junit_path:
        options.junit_path.write_bytes(as_junit(reported))
    failed = any(turn.reply.status == "failed" for one in reported for turn in one.run.turns)
    return not failed and not any(one.comparison and one.comparison.lost for one in reported)
