"""`python -m evals.foreign [NAME …] [--all]`: asks made-up databases and prints how it went; `--all` prints every answer.

A suite that was never asked before is logged in first_runs.jsonl beside this module: those are the figures to quote.
"""
# ruff: noqa: T201 — a command

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.foreign import ASKED_ONCE, WORLDS
from evals.foreign.asker import Score, file_asker
from evals.foreign.judging import judge
from evals.foreign.world import World

_BEFORE = frozenset(["Clinic", "Haulage", "Hotels", "Library"])
"""Asked before the log was kept (see tests/sources/test_questions.py)."""
_LOG = Path(__file__).with_name("first_runs.jsonl")


class FirstRun(BaseModel):
    """What a suite came to the first time it was asked, before anything was changed for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: str
    at: datetime
    questions: int
    answerable: int
    answered: int
    right: int
    wrong: tuple[str, ...]


def first_runs() -> tuple[FirstRun, ...]:
    """In the order in which they were asked."""
    lines = _LOG.read_text().splitlines() if _LOG.is_file() else []
    return tuple(FirstRun.model_validate_json(line) for line in lines)


def _logged(world: World, score: Score) -> None:
    if world.name in _BEFORE or world.name in {run.suite for run in first_runs()}:
        return
    run = FirstRun(
        suite=world.name,
        at=datetime.now(UTC),
        questions=len(score.verdicts),
        answerable=sum(asked.expected is not None for asked in world.questions),
        answered=score.answered,
        right=score.count("right"),
        wrong=tuple(question for question, verdict in score.verdicts.items() if verdict == "wrong"),
    )
    with _LOG.open("a") as log:
        log.write(run.model_dump_json() + "\n")


async def _ask(world: World, *, show_all: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asker = await file_asker(world, Path(folder))
        score = Score({})
        for asked in world.questions:
            answer = await asker.ask(asked.question)
            verdict = score.verdicts[asked.question] = judge(answer, asked, world)
            if show_all or verdict in ("wrong", "silent"):
                print(f"[{verdict}] {asked.question}\n    {answer.answer[:300]}")
            if verdict == "wrong":
                print(f"    {' '.join((answer.sql or '').split())}")
                print(f"    expected {world.figures(asked.expected) if asked.expected else 'no answer'}")
    _logged(world, score)
    print(f"{world.name}: {score}")


def main(arguments: list[str]) -> None:
    names = [argument for argument in arguments if not argument.startswith("-")]
    for make in (*WORLDS, *ASKED_ONCE):
        if not names or make.__name__ in names:
            asyncio.run(_ask(make(), show_all="--all" in arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
