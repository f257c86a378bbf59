"""`smb eval`: suites through the API, in a store of their own."""

import json
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from api.cli_client import operator_client
from api.cli_output import FAILED
from api.settings import Settings, load_settings
from api.store import migrate

PRINTED_WIDTH = 180
"""Columns of a report that goes into a file: a narrow one would lose its headings."""


async def ask_labelled(model: str | None) -> int:
    """All sets of labelled questions, held against what their writers meant."""
    from rich.console import Console

    from evals.labels.asking import LabelledRun, ask_set
    from evals.labels.label import set_names
    from evals.labels.report import print_runs

    out, progress = Console(), Console(stderr=True)
    if not out.is_terminal:
        out.width = PRINTED_WIDTH
    with tempfile.TemporaryDirectory(prefix="smb-eval-") as folder:
        async with _product(Path(folder), model) as (client, _):
            runs: list[LabelledRun] = []
            for name in set_names():
                progress.print(name)
                runs.append(await ask_set(client, name))
    print_runs(runs, out)
    return 0


@asynccontextmanager
async def _product(home: Path, model: str | None) -> AsyncGenerator[tuple[httpx.AsyncClient, Settings]]:
    """The product over an empty store of its own, signed in as nobody."""
    overrides = {"model": model} if model else {}
    # No throttle: the evals sign in more often in a minute than a person does in a day.
    settings = load_settings(
        home=home,
        database_url=f"sqlite:///{home / 'smb.sqlite3'}",
        durable_url="",
        login_attempts=10_000,
        **overrides,
    )
    await migrate(settings)
    async with operator_client(settings, {}) as client:
        client.headers.pop("Authorization")
        yield client, settings


async def evaluate(
    suite: str | None, model: str | None, *, junit: Path | None, save_baseline: bool, as_json: bool
) -> int:
    """The evals register tenants and fill them: they get a data directory of their own, which is deleted afterwards."""
    from rich.console import Console

    from evals.command import EvalOptions
    from evals.command import evaluate as run_suites

    with tempfile.TemporaryDirectory(prefix="smb-eval-") as folder:
        home = Path(folder)
        report = home / "report.json"
        progress = Console(stderr=True)
        out = Console(stderr=as_json)
        if not out.is_terminal:
            out.width = PRINTED_WIDTH
        async with _product(home, model) as (client, settings):
            options = EvalOptions(
                suites=(suite,) if suite else (),
                model=settings.model,
                json_path=report,
                junit_path=junit,
                save_baseline=save_baseline,
            )
            passed = await run_suites(client, options, out=out, progress=progress)
        if as_json:
            print(json.dumps(json.loads(report.read_text(encoding="utf-8"))))
    return 0 if passed else FAILED
