"""One labelled question, as its writer put it down, and the sets of them."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_SETS = Path(__file__).with_name("sets")

Form = Literal[
    "figure", "rows", "ranked", "listing", "compare", "share", "trend", "running", "rolling", "yesno", "why", "several",
    "unclear", "unanswerable",
]  # fmt: skip


class Label(BaseModel):
    """What a question means: `where` and `left_out` are values by dimension as the data spells them, `first` and `last` the
    days of the period, both inclusive, `versus` those of the one it is held against; None is what the question leaves open.
    Dimensions and metrics have the names that the writer knew, which are those of `evals/datasets/README.md`."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    question: str = Field(alias="q")
    form: Form
    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    grain: Literal["day", "week", "month", "quarter", "year"] | None = None
    where: dict[str, tuple[str, ...]] = {}
    left_out: dict[str, tuple[str, ...]] = Field(default={}, alias="not")
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    top: int | None = None
    lowest: bool = False
    versus: tuple[date, date] | None = None
    having: str | None = None

    @property
    def answerable(self) -> bool:
        return self.form not in ("unclear", "unanswerable")


def set_names() -> tuple[str, ...]:
    """Each is called by its shop and the letter of its writer: `bakery_a`."""
    return tuple(sorted(path.stem for path in _SETS.glob("*.jsonl")))


def read_set(name: str) -> tuple[Label, ...]:
    """Raises pydantic's ValidationError where a line is no label."""
    lines = (_SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Label.model_validate_json(line) for line in lines)
