"""Takes the change of a figure apart: a few SELECTs of the same metric compiler, and the arithmetic over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from storage.repositories.metrics import DataBounds, MetricRows
from tools.language.values import ValueIndex
from tools.query.contributions import (
    MICRO,
    NANO,
    Contribution,
    Explanation,
    Factor,
    Part,
    change_of,
    contributions,
    effects_of_factors,
    evaluated,
    exact,
    explain,
    ratios,
    shared_out,
)
from tools.query.conversion import several
from tools.query.history import History, Run, history_of
from tools.query.identities import Driver, Form, coarser, drivers_of, form_of
from tools.query.slots import Unsupported

MOST_SPLITS = 6
"""Dimensions that are looked at for one question: with the total, the history and what a figure needs besides, its
SELECTs are never more than a dozen."""
ROUNDING = Fraction(1, 10**14)
CANCELLING = 0.25
MOST_MEMBERS = 2_000
"""Members beyond which a dimension is looked at only when it is asked for."""
MOST_FIGURES = 8
LOOKED_AT = (
    "category", "product", "country", "channel", "segment", "customer", "region", "city", "salesperson", "supplier", "brand",
    "subcategory", "state", "payment_method", "ship_method",
)  # fmt: skip
"""In this order, as far as the data tells of them and the figure may be split by them."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a driver of the figure has to do with its change, in quanta of the figure."""

    driver: Driver
    before: Fraction
    after: Fraction
    amount: int


@dataclass(frozen=True, slots=True)
class Split:
    """The change by the members of one dimension."""

    dimension: str
    found: tuple[Contribution, ...]
    explanation: Explanation
    asked_for: bool = False

    @property
    def direction(self) -> float:
        """1 where all members went the way of the whole, 0 where rises and falls cancel out."""
        gross = sum(abs(one.amount) for one in self.found)
        return abs(sum(one.amount for one in self.found)) / gross if gross else 0.0

    @property
    def cancels_out(self) -> bool:
        """Whether most of what the members did is undone by others: what a few of them make up of the rest says little."""
        return self.direction < CANCELLING


@dataclass(frozen=True, slots=True)
class Change:
    """The change of one figure between two periods, taken apart. Amounts are in quanta (see `quantum`) of major units and
    add up: those of `effects`, those of `coarse_effects` and those of each split come to `amount`."""

    query: MetricQuery
    quantum: Fraction
    before: Fraction
    after: Fraction
    effects: tuple[Effect, ...] = ()
    coarse_effects: tuple[Effect, ...] = ()
    split: Split | None = None
    history: History | None = None
    row_count: int = 0

    @property
    def metric(self) -> str:
        return self.query.metrics[0]

    @property
    def amount(self) -> int:
        return round((self.after - self.before) / self.quantum)


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains changes of one model's figures. `first` is the first day with data."""

    model: SemanticModel
    values: ValueIndex
    first: date | None
    run: Run

    async def change(self, query: MetricQuery, by: str | None) -> Change:
        """`query` holds one figure of a period against an earlier one; `by` is the dimension that was asked for. Raises
        Unsupported where the figure cannot be taken apart, or there is nothing to hold it against."""
        metric = self.model.metrics[query.metrics[0]]
        form = form_of(self.model, query.metrics[0])
        if form is None or len(form.bases) > MOST_FIGURES:
            raise Unsupported(f"{metric.label} cannot be taken apart: it is not made of parts that add up.")
        quantum = NANO if metric.unit == "share" else MICRO
        drivers = self._drivers(query.metrics[0], form)
        wanted = dict.fromkeys((*form.bases, *(base for one in drivers for base in self._bases(one.metric))))
        result = await self.run(query.model_copy(update={"metrics": tuple(wanted)}))
        sides = self._sides(result, result.rows[0] if result.rows else ())
        parts = [_part(None, form, sides)]
        try:
            before, after = ratios(parts) if form.below else parts[0].numerator
        except ValueError as error:
            raise Unsupported(
                f"{metric.label} is not known for both periods, so there is no change to explain."
            ) from error
        total = change_of(parts)
        effects = self._effects(drivers, sides, total, quantum)
        coarse = self._effects(coarser(drivers), sides, total, quantum)
        return Change(
            query=query,
            quantum=quantum,
            before=before,
            after=after,
            effects=effects or coarse,
            coarse_effects=coarse,
            split=await self._split(query, form, sides, quantum, by),
            row_count=result.row_count,
            history=await history_of(query, form, total, self.first, self.run),
        )

    # ── by what it is made of ────────────────────────────────────────────────────────────────────────────

    def _drivers(self, name: str, form: Form) -> tuple[Driver, ...]:
        drivers = drivers_of(self.model, name)
        needed = {base for one in drivers for base in self._bases(one.metric)}
        return drivers if len({*needed, *form.bases}) <= MOST_FIGURES else ()

    def _bases(self, metric: str) -> tuple[str, ...]:
        form = form_of(self.model, metric)
        return form.bases if form else ()

    def _effects(
        self,
        drivers: Sequence[Driver],
        sides: Mapping[str, tuple[Fraction, Fraction]],
        total: Fraction,
        quantum: Fraction,
    ) -> tuple[Effect, ...]:
        """Nothing where a factor is nothing in one of the periods: it has no part that could be told apart."""
        amounts: list[Fraction] = []
        figures = [self._figure(driver.metric, sides) for driver in drivers]
        if not drivers or None in figures:
            return ()
        known = [figure for figure in figures if figure is not None]
        for driver, figure in zip(drivers, known, strict=True):
            if driver.product is None:
                amounts.append(driver.sign * (figure[1] - figure[0]))
                continue
            factors = [
                _factor(one, value) for one, value in zip(drivers, known, strict=True) if one.product == driver.product
            ]
            if any(factor is None for factor in factors):
                return ()
            place = [one for one in drivers if one.product == driver.product].index(driver)
            amounts.append(effects_of_factors([factor for factor in factors if factor])[place])
        whole = shared_out(total, amounts, quantum)
        return tuple(
            Effect(driver, *figure, amount) for driver, figure, amount in zip(drivers, known, whole, strict=True)
        )

    def _figure(self, metric: str, sides: Mapping[str, tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction] | None:
        form = form_of(self.model, metric)
        if form is None:
            return None
        part = _part(None, form, sides)
        try:
            return ratios([part]) if form.below else part.numerator
        except ValueError:
            return None

    # ── by the members of a dimension ────────────────────────────────────────────────────────────────────

    async def _split(
        self,
        query: MetricQuery,
        form: Form,
        whole: Mapping[str, tuple[Fraction, Fraction]],
        quantum: Fraction,
        by: str | None,
    ) -> Split | None:
        """By the dimension asked for, else the one that explains most: of those whose few members explain two thirds the
        one with the greatest surprise, as Adtributor ranks them; else the one whose members went one way the most."""
        if by is not None:
            split = await self._by(query, form, whole, quantum, by)
            if split is None:
                figure, thing = self.model.metrics[query.metrics[0]].label, self.model.dimensions[by].label.lower()
                raise Unsupported(
                    f"The change of {figure.lower()} cannot be split by {thing} so that the parts add up: "
                    f"what is counted may belong to more than one {thing}."
                )
            return replace(split, asked_for=True)
        splits = [await self._by(query, form, whole, quantum, one) for one in self._candidates(query)]
        found = [split for split in splits if split is not None and len(split.found) > 1]
        enough = [split for split in found if split.explanation.is_enough and not split.cancels_out]
        if enough:
            return max(enough, key=lambda split: split.explanation.surprise)
        return max(found, key=lambda split: split.direction, default=None)

    def _candidates(self, query: MetricQuery) -> list[str]:
        settled = {one.dimension for one in query.filters if one.operator == "eq"}
        known = (name for name in LOOKED_AT if name in self.model.dimensions and name not in settled)
        suited = (
            name
            for name in known
            if self.values.has(name)
            and 1 < self.values.count(name) <= MOST_MEMBERS
            and self.model.obstacle(query.metrics[0], (name,)) is None
        )
        return list(suited)[:MOST_SPLITS]

    async def _by(
        self,
        query: MetricQuery,
        form: Form,
        whole: Mapping[str, tuple[Fraction, Fraction]],
        quantum: Fraction,
        dimension: str,
    ) -> Split | None:
        """None where the members' figures do not add up to the whole: an order of two products counts for both."""
        result = await self.run(query.model_copy(update={"metrics": form.bases, "dimensions": (dimension,)}))
        at = next(i for i, column in enumerate(result.columns) if column.role == "dimension")
        rows = [(row[at], self._sides(result, row)) for row in result.rows]
        for base in form.bases:
            if not all(_is_all(sum(sides[base][side] for _, sides in rows), whole[base][side]) for side in (0, 1)):
                return None
        parts = [_part(None if name is None else str(name), form, sides) for name, sides in rows]
        parts = [part for part in parts if any((*part.numerator, *(part.denominator or ())))]
        if not parts:
            return None
        found = contributions(parts, quantum)
        return Split(dimension, tuple(found), explain(found))

    def _sides(self, result: MetricRows, row: Sequence[Any]) -> dict[str, tuple[Fraction, Fraction]]:
        """(before, after) of each base figure, exactly."""
        now, before = dict[str, Fraction](), dict[str, Fraction]()
        for column, value in zip(result.columns, row, strict=False):
            if column.role in ("metric", "previous"):
                (now if column.role == "metric" else before)[column.subject] = exact(value, column.micros)
        return {name: (before[name], now[name]) for name in now}


def refuse_unexplained(query: MetricQuery, bounds: DataBounds) -> None:
    """Raises Unsupported where there is nothing to hold a period against, or amounts that cannot be added."""
    if "currency" in query.dimensions:
        raise Unsupported(f"{several(bounds).removesuffix('.')}: please name the one that is meant.")
    time, compare, first, last = query.time, query.compare, bounds.first, bounds.last
    if time is None or compare is None or first is None or last is None:
        raise Unsupported("A change needs two periods to lie between.")
    if compare.end is not None and compare.end <= first:
        raise Unsupported(
            f"Your data begins on {first:%-d %B %Y}, so there is nothing before that to hold {time.label} against."
        )
    if time.start is not None and time.start > last:
        raise Unsupported(f"Your data ends on {last:%-d %B %Y}, before {time.label}.")


def _is_all(parts: Fraction | int, whole: Fraction) -> bool:
    """Whether what is counted for members is what is counted in all; beyond 15 digits amounts are not known exactly."""
    return abs(parts - whole) <= abs(whole) * ROUNDING


def _part(member: str | None, form: Form, sides: Mapping[str, tuple[Fraction, Fraction]]) -> Part:
    def both(linear: Mapping[str, Fraction]) -> tuple[Fraction, Fraction]:
        before, after = (evaluated(linear, {name: sides[name][side] for name in linear}) for side in (0, 1))
        return before, after

    return Part(member, both(form.above), both(form.below) if form.below else None)


def _factor(driver: Driver, figure: tuple[Fraction, Fraction]) -> Factor | None:
    if min(figure) <= 0:
        return None
    before, after = figure
    return Factor(before, after) if driver.sign > 0 else Factor(1 / before, 1 / after)
