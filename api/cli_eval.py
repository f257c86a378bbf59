"""`smb eval`: suites through the API, in a store of their own."""

import json
import tempfile
from pathlib import Path

from api.cli_client import operator_client
from api.cli_output import FAILED
from api.settings import load_settings
from api.store import migrate

PRINTED_WIDTH = 180
"""Columns of a report that goes into a file: a narrow one would lose its headings."""


async def evaluate(
    suite: str | None, model: str | None, *, junit: Path | None, save_baseline: bool, as_json: bool
) -> int:
    """The evals register tenants and fill them: they get a data directory of their own, which is deleted afterwards."""
    from rich.console import Console

    from evals.command import EvalOptions
    from evals.command import evaluate as run_suites

    with tempfile.TemporaryDirectory(prefix="smb-eval-") as folder:
        home = Path(folder)
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
        report = home / "report.json"
        options = EvalOptions(
            suites=(suite,) if suite else (),
            model=settings.model,
            json_path=report,
            junit_path=junit,
            save_baseline=save_baseline,
        )
        progress = Console(stderr=True)
        out = Console(stderr=as_json)
        if not out.is_terminal:
            out.width = PRINTED_WIDTH
        async with operator_client(settings, {}) as client:
            client.headers.pop("Authorization")
            passed = await run_suites(client, options, out=out, progress=progress)
        if as_json:
            print(json.dumps(json.loads(report.read_text(encoding="utf-8"))))
    return 0 if passed else FAILED
