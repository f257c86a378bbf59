"""What commands print: results on standard output, everything else on standard error, failures as exit codes."""

import asyncio
import json
import sys
from collections.abc import Coroutine, Sequence
from typing import Any

from api import logs
from api.settings import LogFormat
from storage.kernel.errors import CopilotError
from storage.kernel.text import legible

FAILED = 1
INTERRUPTED = 130


def run(work: Coroutine[Any, Any, int | None], *, as_json: bool) -> int:
    """Runs a command to its exit code. What a caller can be told is told in a sentence, not in a stack."""
    logs.configure("WARNING", LogFormat.JSON if as_json else LogFormat.CONSOLE)
    try:
        return asyncio.run(work) or 0
    except CopilotError as error:
        _print_error(error, as_json=as_json)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has seen enough; nothing more can be said to it.
        sys.stderr.close()
        return FAILED


def _print_error(error: CopilotError, *, as_json: bool) -> None:
    if as_json:
        fields = [{"pointer": problem.pointer, "detail": problem.message} for problem in error.problems]
        document = {"error": {"kind": error.kind.value, "message": error.message, "hint": error.hint, "errors": fields}}
        print(json.dumps(document), file=sys.stderr)
        return
    note(f"smb: {error.message}")
    for problem in error.problems:
        if problem.message != error.message:
            note(f"     {problem.pointer}: {problem.message}")
    if error.hint:
        note(f"     {error.hint}")


def emit(document: Any, text: str, *, as_json: bool) -> None:
    """The command's result: one JSON document, or a text for people."""
    print(json.dumps(document, ensure_ascii=False, default=str) if as_json else legible(text, lines=True), flush=True)


def line(document: Any) -> None:
    """One line of a stream of JSON."""
    print(json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str), flush=True)


def note(text: str) -> None:
    """Progress and asides."""
    print(legible(text, lines=True), file=sys.stderr, flush=True)


class Progress:
    """A line on standard error that is written over while somebody watches, and not at all into a log."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._width = 0

    def show(self, fraction: float, text: str) -> None:
        if not self._live:
            return
        shown = f"{fraction:4.0%} {text}"
        print("\r" + shown.ljust(self._width), end="", file=sys.stderr, flush=True)
        self._width = len(shown)

    def done(self) -> None:
        if self._live and self._width:
            print("\r" + " " * self._width + "\r", end="", file=sys.stderr, flush=True)


def table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, header_style="bold", pad_edge=False)
    for position, heading in enumerate(headings):
        numeric = bool(rows) and all(
            isinstance(row[position], int | float | Figure) or row[position] is None for row in rows
        )
        drawn.add_column(Text(heading), justify="right" if numeric else "left")
    for row in rows:
        # Text, not markup: a product may be called "[red]".
        drawn.add_row(*(Text(cell_text(cell)) for cell in row))
    Console(soft_wrap=not sys.stdout.isatty()).print(drawn)


def figures_table(columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[Any]]) -> None:
    """The table of an answer: fractions as per cent, everything else as it is."""
    percent = [column.get("unit") == "%" for column in columns]
    shown = [
        [
            Figure(f"{cell * 100:,.1f} %") if is_rate and cell is not None else cell
            for cell, is_rate in zip(row, percent, strict=True)
        ]
        for row in rows
    ]
    table([column.get("label") or column["name"] for column in columns], shown)


class Figure(str):
    """A figure that is text already, and stands to the right like one."""

    __slots__ = ()


def cell_text(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
