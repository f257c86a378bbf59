"""What a change of a figure is made of, by arithmetic alone: parts that add up to it exactly. No cause is claimed.

Amounts are exact fractions until they are shared out, then whole numbers of a small quantum (micro-units): the parts of
a change add up to it to the last of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

ENOUGH = Fraction(67, 100)
"""The part of a change from which on members explain it (T_EP of Adtributor)."""
WORTH_NAMING = Fraction(1, 10)
"""The part of a change below which a member explains nothing by itself (T_EEP of Adtributor)."""
MICRO = Fraction(1, 10**6)
NANO = Fraction(1, 10**9)
"""The quantum of shares, which are small numbers."""
LEAST_HISTORY = 5
ORDINARY = 0.2
_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a product in the two periods; all positive."""

    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """What one member has to do with the change of a figure. `numerator` is the figure itself where it is a sum; of a
    ratio `denominator` is what it is divided by. Pairs are (before, after)."""

    member: str | None
    numerator: tuple[Fraction, Fraction]
    denominator: tuple[Fraction, Fraction] | None = None

    @property
    def is_new(self) -> bool:
        return not any(pair[0] for pair in self._pairs) and any(pair[1] for pair in self._pairs)

    @property
    def is_gone(self) -> bool:
        return any(pair[0] for pair in self._pairs) and not any(pair[1] for pair in self._pairs)

    @property
    def _pairs(self) -> list[tuple[Fraction, Fraction]]:
        return [self.numerator, *([self.denominator] if self.denominator else [])]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A member's part of the change, in quanta. Of a ratio it is `rate` (its own ratio changed) and `mix` (its weight
    in the whole changed) together."""

    part: Part
    amount: int
    rate: int = 0
    mix: int = 0


def logarithmic_mean(one: Decimal, other: Decimal) -> Decimal:
    """L(a, b) = (a − b) ÷ ln(a ÷ b), and a where both are equal; of positive numbers."""
    return one if one == other else (one - other) / (one / other).ln()


def effects_of_factors(factors: Sequence[Factor]) -> list[Fraction]:
    """How much each factor of a product adds to the change of the product: L(V₁, V₀) · ln(x₁ ÷ x₀), the additive
    logarithmic mean Divisia index (LMDI-I; B. W. Ang, "The LMDI approach to decomposition analysis: a practical guide",
    Energy Policy 33, 2005). Without remainder but for rounding at 60 digits, symmetric in time, and consistent: the
    effects of a factor's own factors add up to its effect. Raises ValueError where a factor is not positive."""
    if any(value <= 0 for factor in factors for value in (factor.before, factor.after)):
        raise ValueError("only positive factors have logarithms")
    with localcontext() as context:
        context.prec = _DIGITS
        before = math.prod((factor.before for factor in factors), start=Fraction(1))
        after = math.prod((factor.after for factor in factors), start=Fraction(1))
        mean = logarithmic_mean(_decimal(after), _decimal(before))
        return [Fraction(mean * _decimal(factor.after / factor.before).ln()) for factor in factors]


def shared_out(total: Fraction, parts: Sequence[Fraction], quantum: Fraction) -> list[int]:
    """Parts of a total as whole quanta that add up to the total's, by the method of largest remainders: none is off by
    a quantum or more as long as the parts do add up to the total."""
    whole = round(total / quantum)
    exact = [part / quantum for part in parts]
    floors = [math.floor(value) for value in exact]
    missing = whole - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], i))
    for place in range(abs(missing) if parts else 0):
        floors[by_remainder[place % len(parts)]] += 1 if missing > 0 else -1
    return floors


def contributions(parts: Sequence[Part], quantum: Fraction) -> list[Contribution]:
    """Each member's part of the change of the whole, adding up to it exactly.

    A sum changes by what its members change by. A ratio R = ΣN ÷ ΣD is the mean of its members' ratios r = N ÷ D, weighted
    with s = d ÷ ΣD: its change falls into Σ s̄·Δr, what the members' own ratios did, and Σ (r̄ − R̄)·Δs, what their weights did
    (midpoint weights, that is Shapley's values of two factors; R̄ only moves what cancels out). A member that is in one
    period alone has no change of its own ratio. Raises ValueError where a ratio's whole is 0 ÷ 0."""
    total = change_of(parts)
    if not parts or parts[0].denominator is None:
        amounts = shared_out(total, [part.numerator[1] - part.numerator[0] for part in parts], quantum)
        return [Contribution(part, amount) for part, amount in zip(parts, amounts, strict=True)]
    rates, mixes = zip(*_rate_and_mix(parts), strict=True)
    amounts = shared_out(total, [*rates, *mixes], quantum)
    halves = zip(parts, amounts[: len(parts)], amounts[len(parts) :], strict=True)
    return [Contribution(part, rate + mix, rate, mix) for part, rate, mix in halves]


def ratios(parts: Sequence[Part]) -> tuple[Fraction, Fraction]:
    """A ratio of the whole before and after. Raises ValueError where the whole is divided by 0."""
    wholes = [sum((part.denominator[side] for part in parts if part.denominator), Fraction(0)) for side in (0, 1)]
    if not all(wholes):
        raise ValueError("a ratio with nothing to divide by")
    before, after = (sum((p.numerator[side] for p in parts), Fraction(0)) / wholes[side] for side in (0, 1))
    return before, after


def change_of(parts: Sequence[Part]) -> Fraction:
    """The change of the whole that the parts make up."""
    if parts and parts[0].denominator is not None:
        before, after = ratios(parts)
        return after - before
    return sum((part.numerator[1] - part.numerator[0] for part in parts), Fraction(0))


def _rate_and_mix(parts: Sequence[Part]) -> list[tuple[Fraction, Fraction]]:
    middle = sum(ratios(parts), Fraction(0)) / 2
    wholes = [sum((part.denominator[side] for part in parts if part.denominator), Fraction(0)) for side in (0, 1)]
    found: list[tuple[Fraction, Fraction]] = []
    for part in parts:
        below = part.denominator or (Fraction(0), Fraction(0))
        weights = [below[side] / wholes[side] for side in (0, 1)]
        points = [part.numerator[side] / wholes[side] for side in (0, 1)]
        change = points[1] - points[0]
        rate = Fraction(0)
        if all(below):
            rate = (weights[0] + weights[1]) / 2 * (part.numerator[1] / below[1] - part.numerator[0] / below[0])
        found.append((rate, change - rate - middle * (weights[1] - weights[0])))
    return found


# ── which dimension explains most ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Explanation:
    """The members of one dimension that explain a change, greatest surprise first. `explained` is their part of it and
    `is_enough` whether that passes ENOUGH; `surprise` is how far their weights have moved."""

    members: tuple[str, ...]
    explained: Fraction
    surprise: float
    is_enough: bool


def explain(found: Sequence[Contribution]) -> Explanation:
    """The candidate set of one dimension after Adtributor (R. Bhagwan et al., "Adtributor: Revenue debugging in
    advertising systems", NSDI 2014): members by surprise, each with an explanatory power of a tenth or more, until they
    explain two thirds. The surprise of a member is its term of the Jensen-Shannon divergence of the weights before and
    after; of a ratio that of numerator and denominator together, as the paper has it for derived measures. What has no
    name explains nothing."""
    total = sum(one.amount for one in found)
    surprises = _surprises(found)
    members: list[str] = []
    explained, surprise = Fraction(0), 0.0
    for one, surprising in sorted(zip(found, surprises, strict=True), key=lambda pair: -pair[1]):
        power = Fraction(one.amount, total) if total else Fraction(0)
        if one.part.member is not None and power >= WORTH_NAMING:
            members.append(one.part.member)
            explained += power
            surprise += surprising
        if explained > ENOUGH:
            break
    return Explanation(tuple(members), explained, surprise, explained > ENOUGH)


def _surprises(found: Sequence[Contribution]) -> list[float]:
    terms = [0.0] * len(found)
    kinds = [[one.part.numerator for one in found]]
    if found and found[0].part.denominator is not None:
        kinds.append([one.part.denominator or (Fraction(0), Fraction(0)) for one in found])
    for pairs in kinds:
        # A member may be below nothing (refunds): it has no weight then.
        sums = [float(sum(max(pair[side], Fraction(0)) for pair in pairs)) for side in (0, 1)]
        if not all(sums):
            continue
        for i, pair in enumerate(pairs):
            before, after = (max(float(pair[side]), 0.0) / sums[side] for side in (0, 1))
            middle = (before + after) / 2
            terms[i] += sum(weight * math.log(weight / middle) for weight in (before, after) if weight > 0) / 2
    return terms


# ── how usual a change is ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Usual:
    """Of `steps` earlier changes, `as_large` were as large or larger, up or down."""

    as_large: int
    steps: int

    @property
    def is_ordinary(self) -> bool:
        """Whether the change is no larger than one in five would be by chance: the rank (1 + as_large) ÷ (1 + steps) is the
        conformal p-value of it among earlier ones (V. Vovk et al., "Algorithmic Learning in a Random World", 2005)."""
        return (1 + self.as_large) / (1 + self.steps) > ORDINARY


def held_against_earlier(change: Fraction, earlier: Sequence[Fraction]) -> Usual | None:
    """None where there are too few earlier changes to tell."""
    if len(earlier) < LEAST_HISTORY:
        return None
    return Usual(sum(abs(one) >= abs(change) for one in earlier), len(earlier))


def evaluated(form: Mapping[str, Fraction], values: Mapping[str, Fraction]) -> Fraction:
    """A linear form of figures: Σ coefficient × figure."""
    return sum((factor * values[name] for name, factor in form.items()), Fraction(0))


def exact(value: Any, micros: int) -> Fraction:
    """A figure in major units as it is stored: whole micro-units where it has any, else as it is."""
    if value is None:
        return Fraction(0)
    figure = Fraction(Decimal(str(value)))
    return round(figure / MICRO) * MICRO if micros else figure


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
