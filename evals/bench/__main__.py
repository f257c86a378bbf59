"""`python -m evals.bench`: measures, prints one table, asserts nothing."""

import asyncio
import json
import os
import platform
import tempfile
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from evals.bench.figures import Figure
from evals.bench.report import WIDTH, Machine, as_json, print_report
from evals.bench.workbench import POSTGRES, Workbench
from storage.kernel.errors import CopilotError

PRINTED_WIDTH = 180
"""Columns of a report that goes into a file: a narrow one would lose its names."""
MEASUREMENTS = ("ready", "import", "query", "large", "names", "identities", "chat", "streaming", "connectors")
_MODULES = {"import": "importing"}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def main(
    only: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(MEASUREMENTS)}; may be given several times.")
    ] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Also write every single run to this file.")] = None,
    runs: Annotated[
        int | None, typer.Option(min=1, help="Runs of each measurement, instead of its own number.")
    ] = None,
    postgres: Annotated[str, typer.Option(help="A PostgreSQL on which databases may be made.")] = POSTGRES,
) -> None:
    """Measures how fast the product is, beside bare references in the same run."""
    wanted = tuple(only or MEASUREMENTS)
    if unknown := [name for name in wanted if name not in MEASUREMENTS]:
        raise typer.BadParameter(f"There is no {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}.")
    progress = Console(stderr=True)
    try:
        figures, machine = asyncio.run(
            _bench(wanted, runs, postgres, lambda text: progress.print(text, highlight=False))
        )
    except CopilotError as error:
        progress.print(error.message, error.hint or "", markup=False, highlight=False)
        raise typer.Exit(1) from None
    print_report(figures, machine, Console(width=max(WIDTH, Console().width)))
    if json_path:
        json_path.write_text(json.dumps(as_json(figures, machine), indent=1) + "\n", "utf-8")


async def _bench(
    wanted: tuple[str, ...], runs: int | None, postgres: str, say: Callable[[str], None]
) -> tuple[list[Figure], Machine]:
    before = os.getloadavg()[0]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="smb-bench-") as folder:
        bench = Workbench(Path(folder), say, runs, postgres)
        for name in MEASUREMENTS:
            if name in wanted:
                figures += await _measurement(name)(bench)
    load = (before, os.getloadavg()[0])
    return figures, Machine(platform.python_version(), platform.platform(terse=True), os.cpu_count() or 1, load)


def _measurement(name: str) -> Callable[[Workbench], Awaitable[list[Figure]]]:
    """Imported when it is its turn: what one of them needs is no other's burden."""
    return import_module(f"evals.bench.{_MODULES.get(name, name)}").measure


if __name__ == "__main__":
    app()
