"""When an alert speaks up: once when its condition comes to hold, and again only after it was clearly over. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

ConditionKind = Literal["threshold", "change", "anomaly"]
Side = Literal["above", "below", "either"]
State = Literal["armed", "firing"]
Outcome = Literal["fired", "holding", "held_back", "cleared", "quiet", "waiting", "failed"]

MARGIN = 0.05
"""By which part of its bound a figure must be back on the good side before the alert can fire again."""
CHANCE = 0.01
"""An anomaly is a figure that chance alone throws up at most so often."""
_SURELY_OVER = 5
"""An anomaly is over where chance throws such a figure up so many times as often as CHANCE."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was seen of one bucket. `before`: the bucket before it; `p`: the chance of such a figure, `expected` what its
    history leads to (see tools.insights.statistics). None where it is not known."""

    value: float | None
    before: float | None = None
    p: float | None = None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`met`: the condition holds. `over`: it is clearly past, by MARGIN. Neither in between. Both False where it cannot be
    judged."""

    met: bool
    over: bool
    judged: bool = True


def judge(kind: ConditionKind, side: Side, bound: float, seen: Reading) -> Judgement:
    """Whether a condition holds: the value beyond `bound`, its change since the bucket before beyond it as a fraction, or
    a chance of at most CHANCE."""
    if kind == "anomaly":
        if seen.value is None or seen.p is None or seen.expected is None:
            return Judgement(met=False, over=False, judged=False)
        right = side == "either" or (seen.value > seen.expected) == (side == "above")
        return Judgement(met=right and seen.p <= CHANCE, over=not right or seen.p > CHANCE * _SURELY_OVER)
    figure = seen.value
    if kind == "change":
        figure = change(seen)
        bound = -bound if side == "below" else bound
    if figure is None:
        return Judgement(met=False, over=False, judged=False)
    margin = MARGIN * abs(bound)
    if side == "below":
        return Judgement(met=figure < bound, over=figure >= bound + margin)
    return Judgement(met=figure > bound, over=figure <= bound - margin)


def change(seen: Reading) -> float | None:
    """The change since the bucket before, as a fraction of it; None where that was nothing."""
    if seen.value is None or not seen.before:
        return None
    return (seen.value - seen.before) / abs(seen.before)


def step(
    judged: Judgement, state: State, *, day: date, last_fired: date | None, cooldown_days: int
) -> tuple[Outcome, State]:
    """What an alert does on a day, and the state that it is in then. One that fired says nothing more while its condition
    holds; one that comes to hold again within `cooldown_days` of the last time is held back."""
    if not judged.judged:
        return "waiting", state
    if state == "firing":
        return ("cleared", "armed") if judged.over else ("holding", "firing")
    if not judged.met:
        return "quiet", "armed"
    if last_fired is not None and (day - last_fired).days < cooldown_days:
        return "held_back", "firing"
    return "fired", "firing"
