"""Baselines and the log of first runs, as files beside this module."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.cases import fingerprint
from evals.runner import SuiteRun, Tally
from storage.kernel.errors import CopilotError, ErrorKind

_FOLDER = Path(__file__).parent
_FIRST_RUNS = "first_runs.jsonl"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(_Stored):
    """Right, answered and answerable turns of all."""

    turns: int
    right: int
    answered: int
    answered_right: int
    answerable: int
    answerable_answered: int

    @classmethod
    def of(cls, tally: Tally) -> "Counts":
        return cls(
            turns=tally.accuracy.total,
            right=tally.accuracy.hits,
            answered=tally.precision.total,
            answered_right=tally.precision.hits,
            answerable=tally.coverage.total,
            answerable_answered=tally.coverage.hits,
        )


class Baseline(_Stored):
    """A run that later ones are held against; `right` lists the turns that were."""

    suite: str
    surface: str
    model: str
    at: datetime
    counts: Counts
    p50_ms: float | None
    p95_ms: float | None
    right: tuple[str, ...]


class FirstRun(_Stored):
    """What cases came to the first time they were ever run; `cases` holds the fingerprint of each."""

    suite: str
    split: str
    surface: str
    model: str
    at: datetime
    counts: Counts
    precision: float | None
    coverage: float | None
    cases: dict[str, str]


@dataclass(frozen=True)
class Comparison:
    """Turns that were right in the baseline and are not now, and the other way round."""

    baseline: Baseline
    lost: tuple[str, ...]
    gained: tuple[str, ...]


class BaselineStore:
    """Reads and writes the files of a folder; the package's own unless told otherwise."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._folder = folder

    def compare(self, run: SuiteRun) -> Comparison | None:
        """None where no baseline is stored for this suite, surface and model. Turns that the baseline did not have
        count neither way."""
        path = self._path(run)
        if not path.is_file():
            return None
        baseline = Baseline.model_validate_json(path.read_bytes())
        right = {turn.key for turn in run.turns if turn.score.right}
        wrong = {turn.key for turn in run.turns} - right
        was = set(baseline.right)
        return Comparison(baseline, lost=tuple(sorted(was & wrong)), gained=tuple(sorted(right - was)))

    def save(self, run: SuiteRun) -> Path:
        """Makes this run the one that later ones are held against."""
        tally = run.tally
        baseline = Baseline(
            suite=run.suite,
            surface=run.surface,
            model=run.model,
            at=run.at,
            counts=Counts.of(tally),
            p50_ms=tally.p50_ms,
            p95_ms=tally.p95_ms,
            right=tuple(turn.key for turn in run.turns if turn.score.right),
        )
        path = self._path(run)
        self._write(path, baseline.model_dump_json(indent=1) + "\n", append=False)
        return path

    def log_first_run(self, run: SuiteRun) -> FirstRun | None:
        """Appends the score of the cases that this suite, surface and model never ran before, as they are written now.
        None when there are none."""
        seen = {
            (case_id, print_)
            for first in self.first_runs()
            if (first.suite, first.surface, first.model) == (run.suite, run.surface, run.model)
            for case_id, print_ in first.cases.items()
        }
        prints = {turn.case.id: fingerprint(turn.case) for turn in run.turns}
        new = {case_id: print_ for case_id, print_ in prints.items() if (case_id, print_) not in seen}
        if not new:
            return None
        tally = Tally.of([turn for turn in run.turns if turn.case.id in new])
        first = FirstRun(
            suite=run.suite,
            split=run.header.split,
            surface=run.surface,
            model=run.model,
            at=run.at,
            counts=Counts.of(tally),
            precision=tally.precision.value,
            coverage=tally.coverage.value,
            cases=new,
        )
        self._write(self._folder / _FIRST_RUNS, first.model_dump_json() + "\n", append=True)
        return first

    def first_runs(self) -> tuple[FirstRun, ...]:
        path = self._folder / _FIRST_RUNS
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        return tuple(FirstRun.model_validate_json(line) for line in lines)

    def _path(self, run: SuiteRun) -> Path:
        model = "".join(letter if letter.isalnum() else "-" for letter in run.model)
        return self._folder / f"{run.suite}.{run.surface}.{model}.json"

    def _write(self, path: Path, text: str, *, append: bool) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with path.open("a" if append else "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise CopilotError(ErrorKind.UNAVAILABLE, f"{path} cannot be written: {error.strerror}") from error
