"""Cases as files: suites, conversations and what each answer must be (format: evals/datasets/README.md)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Annotated, Literal, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from evals.oracle import Oracle
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from tools.kit.yaml_text import parse_yaml

T = TypeVar("T")

DATASETS = Path(__file__).parent / "datasets"

Status = Literal["answered", "needs_clarification", "cannot_answer"]
Surface = Literal["query", "chat"]
Kind = Literal[
    "total",
    "breakdown",
    "filter",
    "time",
    "top_n",
    "comparison",
    "share",
    "follow_up",
    "typo",
    "ambiguous",
    "unanswerable",
    "hostile",
    "routing",
    "small_talk",
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Strict):
    """First and last day counted, both inclusive."""

    start: date = Field(alias="from")
    to: date


class Contains(_Strict):
    contains: str


ArgumentValue = str | int | float | bool | Contains


class ExpectedCall(_Strict):
    """A tool call that must be made; arguments not named are free."""

    name: str
    arguments: dict[str, ArgumentValue] = {}


class Expectation(_Strict):
    """What one answer must be; the figures stand in the suite's expected.py."""

    status: tuple[Status, ...] = ("answered",)
    ordered: bool = False
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.0001
    period: Period | None = None
    says: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    agents: tuple[str, ...] | None = None
    tools: tuple[ExpectedCall, ...] | None = None

    @field_validator("status", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @property
    def answerable(self) -> bool:
        """An answer is the only right thing."""
        return self.status == ("answered",)


class Turn(_Strict):
    """`approve`: what the chat asks leave for (a definition, a note) is allowed, and the reply is what came of it."""

    ask: str = Field(min_length=1)
    as_of: date | None = None
    approve: bool = Field(default=False, exclude_if=lambda approve: not approve)  # prints of older cases stay the same
    expect: Expectation


class Case(_Strict):
    """One conversation."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    kind: Kind
    turns: tuple[Turn, ...] = Field(min_length=1)

    def turn_keys(self) -> Iterator[tuple[str, Turn]]:
        """Each turn with its key: the case's id for the first, `id/n` for the n-th."""
        for number, turn in enumerate(self.turns, start=1):
            yield (self.id if number == 1 else f"{self.id}/{number}"), turn


class SuiteHeader(_Strict):
    """What suite.yaml says."""

    title: str
    shop: Literal["demo", "northwind", "superstore", "bakery", "bikes"]
    split: Literal["tuned", "blind"]
    surface: Surface = "query"
    as_of: date
    must_not_say: tuple[str, ...] = ()
    own_tenant: bool = False
    """Whether the shop is set up for this suite alone: it defines words or notes events that others must not know."""
    expected_of: str | None = None
    """The suite whose oracle this one shares: the same questions in other words."""


@dataclass(frozen=True)
class Suite:
    name: str
    header: SuiteHeader
    cases: tuple[Case, ...]
    expected: Mapping[str, Oracle]

    @property
    def turns(self) -> int:
        return sum(len(case.turns) for case in self.cases)


def suite_names(root: Path = DATASETS) -> tuple[str, ...]:
    """Every folder that holds a suite.yaml, by name."""
    return tuple(sorted(path.parent.name for path in root.glob("*/suite.yaml")))


def load_suite(name: str, root: Path = DATASETS) -> Suite:
    """Reads a suite and its oracle. Raises CopilotError: NOT_FOUND, or INVALID with file and field."""
    folder = root / name
    if name not in suite_names(root):
        raise not_found(f"Suite {name!r} (there are: {', '.join(suite_names(root))})")
    header = _parsed(folder / "suite.yaml", TypeAdapter(SuiteHeader))
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "suite.yaml")
    cases = tuple(case for path in files for case in _parsed(path, TypeAdapter(tuple[Case, ...])))
    ids = [case.id for case in cases]
    if twice := sorted({case_id for case_id in ids if ids.count(case_id) > 1}):
        raise CopilotError(ErrorKind.INVALID, f"Suite {name!r} has two cases called {', '.join(twice)}.")
    return Suite(name, header, cases, _oracle(root / (header.expected_of or name) / "expected.py"))


def fingerprint(case: Case) -> str:
    """Changes when a case does: the first-run log knows a rewritten case as a new one."""
    return hashlib.sha256(case.model_dump_json(by_alias=True).encode()).hexdigest()[:12]


def _oracle(path: Path) -> Mapping[str, Oracle]:
    spec = spec_from_file_location(f"evals.datasets.{path.parent.name}.expected", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise not_found(f"The oracle of suite {path.parent.name!r} ({path.name})")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Mapping[str, Oracle]", module.EXPECTED)


def _parsed(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_python(parse_yaml(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise CopilotError(ErrorKind.INVALID, f"{path.parent.name}/{path.name} is no YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CopilotError(ErrorKind.INVALID, f"{path.parent.name}/{path.name}, {where}: {first['msg']}") from error
