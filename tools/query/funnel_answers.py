"""Funnels as rows and in words: of how many things it is known what they went on to do, and how many did."""

from collections.abc import Iterator
from datetime import timedelta

from storage.metrics.model import ConversionMetric
from storage.metrics.output import OutputColumn
from storage.metrics.query import FunnelAnalysis
from storage.repositories.metrics import MetricRows
from tools.kit.blocks import Cell, Column
from tools.query.analysis_words import Analysed, AnalysisWords
from tools.query.figures import Figures
from tools.query.wording import period_phrase, show_date

_ON_A_LATER_DAY = " on a later day"


class FunnelAnswers(AnalysisWords):
    """Answers about the steps that orders and customers take."""

    __slots__ = ()

    def of(self, analysis: FunnelAnalysis, result: MetricRows) -> Analysed:
        steps = [self.conversion(name) for name in analysis.steps]
        begin, within = steps[0], analysis.within_days or steps[0].within_days
        when = f" within {within} days" if within else period_phrase(analysis.then_in)
        taken = [step.taken.removesuffix(_ON_A_LATER_DAY) if analysis.then_in else step.taken for step in steps]
        things = f"{'new ' if begin.first else ''}{begin.things}{self.scope()}"
        notes = [*self._left_out(result, within), *self._not_over(analysis)]
        if begin.first and not within and analysis.then_in is None:
            notes.append(f"That is up to {show_date(self.days.today.isoformat())}: the newest have had least time.")
        notes += [*(self.on_the_first_orders() if begin.first else ()), *self.end_of_data()]
        named = f"{things[:1].upper()}{things[1:]}"
        title = f"{named} that {taken[0]}{when}" if len(steps) == 1 else f"{named} from step to step{when}"
        if self.query.grain:
            return self._over_time(analysis, result, title, tuple(notes))
        ((begun, known, *counts),) = result.rows
        numbers = [int(number or 0) for number in (known, *counts)]
        figures = self._steps(steps, numbers, over=self._is_over(analysis))
        if not numbers[0]:
            text = f"There are no {things}{' of which this is known yet' if begun else ''}."
        else:
            told = (
                f"{number:,}{f' ({share * 100:.1f} %)' if share is not None else ''} {what}{when}"
                f"{'' if share is not None else ' so far'}"
                for what, number, share in zip(taken, numbers[1:], self._shares(figures), strict=True)
            )
            text = f"Of {numbers[0]:,} {things}, {', '.join(told)}."
        return Analysed(figures, text, title, tuple(notes))

    def _steps(self, steps: list[ConversionMetric], numbers: list[int], *, over: bool) -> Figures:
        """A row per step. One that may still be taken has no share yet."""
        name = self.query.metrics[0]
        opening = "Ordered for the first time" if steps[0].first else "Placed"
        names = [opening, *(_as_a_step(step.taken) for step in steps)]
        rows: list[tuple[Cell, ...]] = []
        for i, (step, number) in enumerate(zip(names, numbers, strict=True)):
            known = over or not i
            of_all = number / numbers[0] if known and numbers[0] else None
            of_last = number / numbers[i - 1] if known and i and numbers[i - 1] else None
            rows.append((step, number, of_all, of_last))
        columns = (
            Column(name="step", type="string", label="Step"),
            Column(name="count", type="integer", label=steps[0].things.capitalize()),
            Column(name="share", type="number", unit="%", label="Share of the first step"),
            Column(name="share_of_step", type="number", unit="%", label="Share of the step before"),
        )
        roles = (
            OutputColumn("step", "dimension", "step"),
            OutputColumn("count", "metric", name),
            OutputColumn("share", "share", name),
            OutputColumn("share_of_step", "aside", "share_of_step"),
        )
        return Figures(columns, tuple(rows), roles)

    def _shares(self, figures: Figures) -> list[float | None]:
        at = figures.at("share")
        return [float(value) if isinstance(value := row[at], int | float) else None for row in figures.rows[1:]]

    def _over_time(self, analysis: FunnelAnalysis, result: MetricRows, title: str, notes: tuple[str, ...]) -> Analysed:
        grain, (name,) = self.grain, analysis.steps
        step = self.conversion(name)
        over = self._is_over(analysis)
        rows = tuple(
            (start.isoformat(), int(known or 0), int(count or 0), int(count or 0) / known if known and over else None)
            for start, _, known, count in result.rows
        )
        of_known = " of which it is known" if analysis.within_days else ""
        columns = (
            Column(name=grain, type="date", label=grain.capitalize()),
            Column(name="things", type="integer", label=f"{step.things.capitalize()}{of_known}"),
            Column(name="count", type="integer", label=_as_a_step(step.taken)),
            Column(name="share", type="number", unit="%", label=self.label(name)),
        )
        roles = (
            OutputColumn(grain, "time", grain),
            OutputColumn("things", "size", name),
            OutputColumn("count", "step", name),
            OutputColumn("share", "metric", name),
        )
        whole, took = sum(row[1] for row in rows), sum(row[2] for row in rows)
        rate = f" ({took / whole * 100:.1f} %)" if whole and over else ""
        text = f"{title}, by {grain}: {took:,} of {whole:,}{rate} in all."
        return Analysed(Figures(columns, rows, roles), text, f"{title}, by {grain}", notes)

    def _left_out(self, result: MetricRows, within: int | None) -> Iterator[str]:
        if within is None:
            return
        size_at = next(i for i, role in enumerate(result.columns) if role.role == "size")
        left = sum(int(row[size_at] or 0) - int(row[size_at + 1] or 0) for row in result.rows)
        if left:
            yield f"{left:,} began less than {within} days ago and are left out: their time is not over yet."

    def _not_over(self, analysis: FunnelAnalysis) -> Iterator[str]:
        if analysis.then_in is not None and not self._is_over(analysis):
            label = analysis.then_in.label
            yield f"{label[:1].upper()}{label[1:]} is not over yet, so no share is given."

    def _is_over(self, analysis: FunnelAnalysis) -> bool:
        end = analysis.then_in.end if analysis.then_in is not None else None
        return end is None or end <= self.days.today + timedelta(days=1)


def _as_a_step(taken: str) -> str:
    """ "were shipped" → "Shipped"."""
    bare = taken.removeprefix("were ")
    return bare[:1].upper() + bare[1:]
