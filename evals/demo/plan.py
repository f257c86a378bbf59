"""What the daily process is drawn from (process.yaml), and what was drawn."""

from math import log
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws
from tools.kit.yaml_text import parse_yaml

Shape = Literal["power", "linear", "saturating", "threshold", "peak"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Strict):
    """How one daily metric behaves when nothing pulls at it. `noise` and `memory` are the standard deviation and the
    day-to-day correlation of its noise, on the log scale unless `scale` is additive; `trend` is growth per year."""

    kind: Literal["level", "count", "rain", "bursts", "campaigns", "mailings", "promotions"] = "level"
    scale: Literal["log", "additive"] = "log"
    base: float
    week: tuple[float, ...] = (1.0,) * 7
    year: float = 0.0
    peak: int = 1
    christmas: float = 0.0
    trend: float = 0.0
    noise: float = 0.0
    memory: float = 0.0
    decimals: int
    most: float | None = None


class CandidateLink(_Strict):
    """A link that may be drawn: the ranges of its lag in days and of the size of each shape."""

    cause: str
    effect: str
    lag: tuple[int, int]
    sign: Literal[1, -1] = 1
    always: bool = True
    shapes: dict[Shape, tuple[float, float]]


class HiddenFactor(_Strict):
    name: str
    memory: tuple[float, float]
    touches: tuple[int, int]
    candidates: tuple[str, ...]
    lag: tuple[int, int]
    size: tuple[float, float]


class ProcessPlan(_Strict):
    metrics: dict[str, Metric]
    published: tuple[str, ...]
    links: tuple[CandidateLink, ...]
    optional: tuple[int, int]
    hidden: HiddenFactor


class Link(_Strict):
    """A drawn link: what the cause adds to the log of the effect's expected value, `lag_days` later.

    `base` is the level of the cause at which a power, linear or saturating link adds nothing; the formulas stand in
    process.yaml.
    """

    cause: str
    effect: str
    lag_days: int
    shape: Shape
    size: float
    base: float
    half: float | None = None
    start: float | None = None
    at: float | None = None
    width: float | None = None

    def pull(self, value: float) -> float:
        """The addition to the log of the effect's expected value when the cause stands at `value`."""
        ratio = value / self.base
        match self.shape:
            case "power":
                return self.size * log(max(ratio, 0.05))
            case "linear":
                return self.size * (ratio - 1.0)
            case "saturating":
                half = self.half or 1.0
                return self.size * (ratio / (ratio + half) - 1.0 / (1.0 + half))
            case "threshold":
                return self.size * min(max(0.0, ratio - (self.start or 1.0)), 2.0)
            case "peak":
                return -self.size * ((value - (self.at or 0.0)) / (self.width or 1.0)) ** 2


class Touch(_Strict):
    """One metric that the hidden factor moves, by `size` of its log per standard deviation of the factor."""

    metric: str
    lag_days: int
    size: float


class Confounder(_Strict):
    name: str
    memory: float
    touches: tuple[Touch, ...]


def load_plan() -> ProcessPlan:
    return ProcessPlan.model_validate(parse_yaml(Path(__file__).with_name("process.yaml").read_text("utf-8")))


def draw_bases(plan: ProcessPlan, seed: int) -> dict[str, float]:
    """Each metric's level: its base, within 6 % for what belongs to the shop, exact for the world outside."""
    draws = Draws(seed, "bases")
    jitter = {name: draws.between(0.94, 1.06) for name in plan.metrics}
    return {
        name: metric.base
        if metric.scale == "additive" or metric.kind in ("rain", "promotions")
        else jitter[name] * metric.base
        for name, metric in plan.metrics.items()
    }


def draw_links(plan: ProcessPlan, bases: dict[str, float], seed: int) -> tuple[Link, ...]:
    """Every link that is always there and some of the optional ones, each with its lag, shape and size."""
    draws = Draws(seed, "links")
    optional = [index for index, candidate in enumerate(plan.links) if not candidate.always]
    chosen = set(draws.sample(optional, draws.whole(*plan.optional)))
    # Drawn for all of them, so that what one link is does not hang on which others there are.
    links = [_draw_link(candidate, bases, draws) for candidate in plan.links]
    return tuple(link for index, link in enumerate(links) if plan.links[index].always or index in chosen)


def draw_confounder(hidden: HiddenFactor, seed: int) -> Confounder:
    draws = Draws(seed, "hidden")
    touched = draws.sample(hidden.candidates, draws.whole(*hidden.touches))
    return Confounder(
        name=hidden.name,
        memory=round(draws.between(*hidden.memory), 3),
        touches=tuple(
            Touch(metric=name, lag_days=draws.whole(*hidden.lag), size=round(draws.between(*hidden.size), 4))
            for name in touched
        ),
    )


def _draw_link(candidate: CandidateLink, bases: dict[str, float], draws: Draws) -> Link:
    shape = draws.one_of(list(candidate.shapes))
    return Link(
        cause=candidate.cause,
        effect=candidate.effect,
        lag_days=draws.whole(*candidate.lag),
        shape=shape,
        size=round(candidate.sign * draws.between(*candidate.shapes[shape]), 4),
        base=round(bases[candidate.cause], 3),
        half=round(draws.between(0.6, 1.6), 3) if shape == "saturating" else None,
        start=round(draws.between(1.0, 1.3), 3) if shape == "threshold" else None,
        at=round(draws.between(15, 19), 1) if shape == "peak" else None,
        width=round(draws.between(8, 11), 1) if shape == "peak" else None,
    )
