"""A change that was taken apart, as the outside sees it: sentences, tables that add up, and a waterfall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.kit.blocks import Cell, Column
from tools.query.chart import SCHEMA, axis_title
from tools.query.contributions import Contribution, Usual
from tools.query.explaining import Change, Effect, Split
from tools.query.history import History
from tools.query.whys import Direction
from tools.query.wording import filter_phrase, member_phrase, period_phrase, show

MOST_ROWS, MOST_ROWS_ASKED_FOR = 12, 50
_NAMED = 3
_HONESTLY = "This is arithmetic: it says where the change arose, not what caused it."
_UNITS = {"share": "%", "days": "days"}


@dataclass(frozen=True, slots=True)
class Table:
    """`title` says what is shown; `chart` is None where there is nothing to see."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    chart: dict[str, Any] | None


class ChangeWriter:
    """Words one change. `currency` is the unit of money."""

    def __init__(self, model: SemanticModel, change: Change, currency: str | None) -> None:
        self._model = model
        self._change = change
        metric = model.metrics[change.metric]
        self._unit = currency if metric.unit == "money" else _UNITS.get(metric.unit)
        self._column = Column(name=change.metric, type="number", unit=self._unit, label=metric.label)
        self._currency = currency
        self._label = metric.label

    # ── sentences ────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, claim: Direction | None) -> str:
        """What changed, how usual that is, and what it is made of."""
        return " ".join(self._sentences(claim))

    def _sentences(self, claim: Direction | None) -> Iterator[str]:
        change = self._change
        yield self._lead(claim)
        if change.amount and change.history is not None and change.history.usual is not None:
            yield self._usual(change.history, change.history.usual)
        if (per_day := self._per_day()) is not None:
            yield per_day
        if len(change.coarse_effects) > 1 and any(one.amount for one in change.coarse_effects):
            yield self._by_drivers(change.coarse_effects)
        if change.split is not None and change.amount:
            yield self._by_members(change.split)
        if change.amount:
            yield _HONESTLY

    def _lead(self, claim: Direction | None) -> str:
        change, query = self._change, self._change.query
        scope = self.scope(query)
        earlier = query.compare.label if query.compare else "the period before"
        before, after = show(float(change.before), self._column), show(float(change.after), self._column)
        if not change.amount:
            denied = {"up": " rise:", "down": " fall:"}.get(claim or "", " change:")
            return f"{self._label}{scope} did not{denied} {after}, the same as in {earlier}."
        went = "rose" if change.amount > 0 else "fell"
        wrong = (claim == "down") if change.amount > 0 else (claim == "up")
        verb = f"did not {'fall' if claim == 'down' else 'rise'} but {went}" if wrong else went
        return f"{self._label}{scope} {verb} {self._by_how_much()}, from {before} in {earlier} to {after}."

    def _by_how_much(self) -> str:
        change = self._change
        amount = self._column_text(change.amount)
        if not change.before or self._unit == "%":
            return f"by {amount}"
        return f"by {abs(float((change.after - change.before) / change.before)) * 100:,.1f} % ({amount})"

    def _usual(self, history: History, usual: Usual) -> str:
        unit, step = history.unit, history.step
        distance = f"one {unit} to the next" if step == 1 else f"one {unit} to that {step} {unit}s on"
        earlier = f"the {usual.steps} changes from {distance} before"
        if usual.is_ordinary:
            return f"Such a change is within the usual ups and downs: {usual.as_large} of {earlier} were as large."
        return f"{usual.as_large or 'None'} of {earlier} {'was' if usual.as_large < 2 else 'were'} as large."  # noqa: PLR2004

    def _per_day(self) -> str | None:
        """A month of 31 days is held against one of 28: what a day came to."""
        change, time, compare = self._change, self._change.query.time, self._change.query.compare
        if not (time and compare and time.start and time.end and compare.start and compare.end):
            return None
        days, earlier = (time.end - time.start).days, (compare.end - compare.start).days
        if days == earlier or not self._model.is_additive(change.metric) or not change.before:
            return None
        rate = (change.after / days) / (change.before / earlier) - 1
        went = "rose" if rate > 0 else "fell"
        return f"{_named(time.label)} has {days} days and {compare.label} {earlier}: per day it {went} by {abs(float(rate)) * 100:,.1f} %."

    def _by_drivers(self, effects: Sequence[Effect]) -> str:
        ordered = sorted((one for one in effects if one.amount), key=lambda one: -abs(one.amount))
        named = "; ".join(
            f"{self._model.metrics[one.driver.metric].label.lower()} {_went(one)} {self._signed(one.amount)}{self._part(one.amount)}"
            for one in ordered
        )
        return f"By what it is made of: {named}."

    def _by_members(self, split: Split) -> str:
        thing = self._model.dimensions[split.dimension].label.lower()
        sign = 1 if self._change.amount > 0 else -1
        with_it = sorted((c for c in split.found if c.amount * sign > 0), key=lambda c: -c.amount * sign)
        against = sorted((c for c in split.found if c.amount * sign < 0), key=lambda c: c.amount * sign)
        explaining = [one for one in with_it if one.part.member in split.explanation.members]
        named = with_it[:_NAMED] if split.cancels_out or not explaining else explaining
        told = "; ".join(self._told(one, thing) for one in named[:_NAMED])
        more = f"; and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        if split.cancels_out:
            rises, falls = (
                self._column_text(sum(c.amount for c in split.found if c.amount * side > 0)) for side in (1, -1)
            )
            lead = f"By {thing}, rises of {rises} and falls of {falls} mostly cancel out; most in"
        elif split.explanation.is_enough:
            lead = f"By {thing}, {self._percent(split.explanation.explained)} of it is in {len(named)} of {len(split.found)}"
        else:
            lead = f"By {thing} it is spread, with no few that make up two thirds of it; most in"
        text = f"{lead}: {told}{more}."
        if against:
            text += f" Against it: {self._told(against[0], thing)}."
        return text

    def _told(self, one: Contribution, thing: str) -> str:
        since = ", which is new" if one.part.is_new else ", which had none any more" if one.part.is_gone else ""
        return f"{one.part.member or f'(no {thing})'} {self._signed(one.amount)}{self._part(one.amount)}{since}"

    # ── tables ───────────────────────────────────────────────────────────────────────────────────────────

    def members(self, split: Split) -> Table:
        """A row per member, those with the greatest part of it first, then the others as one and what has no name."""
        dimension = self._model.dimensions[split.dimension]
        is_ratio = bool(split.found) and split.found[0].part.denominator is not None
        sign = 1 if self._change.amount >= 0 else -1
        named = sorted((one for one in split.found if one.part.member is not None), key=lambda one: -abs(one.amount))
        most = MOST_ROWS_ASKED_FOR if split.asked_for else MOST_ROWS
        shown, rest = (named, []) if len(named) <= most else (named[: most - 1], named[most - 1 :])
        shown.sort(key=lambda one: -one.amount * sign)
        nameless = [one for one in split.found if one.part.member is None]
        rows = [self._row(str(one.part.member), [one], is_ratio=is_ratio) for one in shown]
        rows += [self._row(f"{len(rest)} others", rest, is_ratio=is_ratio)] if rest else []
        rows += [self._row(f"(no {dimension.label.lower()})", nameless, is_ratio=is_ratio)] if nameless else []
        effects = (self._amount("rate_effect", "of its own rate"), self._amount("mix_effect", "of its weight"))
        columns = (
            Column(name=split.dimension, type="string", label=dimension.label),
            Column(name="before", type="number", unit=self._unit, label=f"{self._label}, before"),
            Column(name="after", type="number", unit=self._unit, label=self._label),
            *(effects if is_ratio else ()),
            self._amount("contribution" if is_ratio else "change", "contribution" if is_ratio else "change"),
            Column(name="share_of_change", type="number", unit="%", label="Share of the change"),
            Column(name="note", type="string", label="Note"),
        )
        title = f"Change of {self._label.lower()} by {dimension.label.lower()}{self.scope(self._change.query)}{self._against()}"
        at = next(i for i, column in enumerate(columns) if column.name in ("change", "contribution"))
        return Table(title, columns, tuple(rows), self._waterfall(title, [(str(row[0]), row[at]) for row in rows]))

    def drivers(self) -> Table | None:
        """A row per driver of the figure; None where it has none."""
        effects = self._change.effects
        if len(effects) < 2:  # noqa: PLR2004 — one driver is the figure itself
            return None
        total = self._change.amount
        rows = tuple(
            (
                self._model.metrics[one.driver.metric].label,
                self._model.metrics[one.driver.within].label if one.driver.within else None,
                float(one.before),
                float(one.after),
                self._unit_of(one.driver.metric),
                self._major(one.amount),
                one.amount / total if total else None,
            )
            for one in effects
        )
        columns = (
            Column(name="driver", type="string", label="Made of"),
            Column(name="part_of", type="string", label="Part of"),
            Column(name="before", type="number", label="Before"),
            Column(name="after", type="number", label="After"),
            Column(name="unit", type="string", label="Unit"),
            self._amount("effect", "effect"),
            Column(name="share_of_change", type="number", unit="%", label="Share of the change"),
        )
        title = f"What the change of {self._label.lower()} is made of{self.scope(self._change.query)}{self._against()}"
        return Table(title, columns, rows, self._waterfall(title, [(str(row[0]), row[5]) for row in rows]))

    def scope(self, query: MetricQuery) -> str:
        """The filters and the period that the SQL has."""
        filters = "".join(f" {filter_phrase(self._model, item)}" for item in query.filters)
        return filters + period_phrase(query.time) + "".join(member_phrase(self._model, one) for one in query.members)

    def _against(self) -> str:
        compare = self._change.query.compare
        return f", against {compare.label}" if compare else ""

    def _row(self, name: str, of: Sequence[Contribution], *, is_ratio: bool) -> tuple[Cell, ...]:
        amount, total = sum(one.amount for one in of), self._change.amount
        sides = [self._value(of, side, is_ratio=is_ratio) for side in (0, 1)]
        effects = (self._major(sum(one.rate for one in of)), self._major(sum(one.mix for one in of)))
        note = "new" if all(one.part.is_new for one in of) else "gone" if all(one.part.is_gone for one in of) else None
        share = amount / total if total else None
        return (name, *sides, *(effects if is_ratio else ()), self._major(amount), share, note)

    def _value(self, of: Sequence[Contribution], side: int, *, is_ratio: bool) -> float | None:
        above = sum((one.part.numerator[side] for one in of), Fraction(0))
        if not is_ratio:
            return float(above)
        below = sum((one.part.denominator[side] for one in of if one.part.denominator), Fraction(0))
        return float(above / below) if below else None

    def _waterfall(self, title: str, steps: Sequence[tuple[str, Cell]]) -> dict[str, Any] | None:
        """From what it was, step by step, to what it is: bars that begin where the one before ended."""
        if not self._change.amount or not any(isinstance(amount, int | float) and amount for _, amount in steps):
            return None
        time, compare = self._change.query.time, self._change.query.compare
        level = float(self._change.before)
        bars: list[dict[str, Any]] = [
            {"step": compare.label if compare else "before", "from": 0, "to": level, "kind": "total"}
        ]
        for name, amount in steps:
            step = float(amount) if isinstance(amount, int | float) else 0.0
            bars.append({"step": name, "from": level, "to": level + step, "kind": "up" if step >= 0 else "down"})
            level += step
        bars.append(
            {"step": time.label if time else "after", "from": 0, "to": float(self._change.after), "kind": "total"}
        )
        value: dict[str, Any] = {
            "field": "from",
            "type": "quantitative",
            "title": axis_title(self._label, self._unit),
            "scale": {"zero": False},
        }
        if self._unit == "%":
            value["axis"] = {"format": ".1%"}
        colors = {"domain": ["total", "up", "down"], "range": ["#7f8c8d", "#2e8b57", "#c0392b"]}
        return {
            "$schema": SCHEMA,
            "title": title,
            "width": "container",
            "height": {"step": 22},
            "data": {"values": bars},
            "mark": {"type": "bar", "tooltip": True},
            "encoding": {
                "y": {"field": "step", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 220}},
                "x": value,
                "x2": {"field": "to"},
                "color": {"field": "kind", "type": "nominal", "scale": colors, "legend": None},
            },
        }

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────

    def _amount(self, name: str, what: str) -> Column:
        return Column(name=name, type="number", unit=self._unit, label=f"{self._label}, {what}")

    def _unit_of(self, metric: str) -> str | None:
        unit = self._model.metrics[metric].unit
        return self._currency if unit == "money" else _UNITS.get(unit)

    def _major(self, amount: int) -> float:
        return float(amount * self._change.quantum)

    def _signed(self, amount: int) -> str:
        return f"{'−' if amount < 0 else '+'}{self._column_text(amount)}"

    def _column_text(self, amount: int) -> str:
        """An amount without its sign."""
        if self._unit == "%":
            return f"{abs(self._major(amount)) * 100:,.2f} percentage points"
        return show(abs(self._major(amount)), self._column)

    def _part(self, amount: int) -> str:
        total = self._change.amount
        """ " (59 %)" of the change; nothing where that is more than the whole or the other way."""
        part = Fraction(amount, total) if total else Fraction(0)
        return f" ({self._percent(part)})" if 0 < part <= 1 else ""

    def _percent(self, part: Fraction) -> str:
        return f"{float(part) * 100:,.0f} %"


def _went(effect: Effect) -> str:
    return "up" if effect.after > effect.before else "down" if effect.after < effect.before else "unchanged"


def _named(label: str) -> str:
    return label[:1].upper() + label[1:]
