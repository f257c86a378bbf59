"""Cohorts as rows and in words.

A bucket of time that is not over yet has no share: it would grow until it is. One that is over and has nothing has a zero.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from storage.metrics.buckets import first_day
from storage.metrics.output import OutputColumn
from storage.metrics.query import CohortAnalysis
from storage.repositories.metrics import MetricRows
from tools.kit.blocks import Cell, Column
from tools.query.analysis_words import NAMED, Analysed, AnalysisWords, counted
from tools.query.figures import Figures
from tools.query.wording import show, show_date

OVER, NOT_OVER = "over", "not over yet"
_LONGEST = {"week": 7, "month": 31, "quarter": 92, "year": 366}


class CohortAnswers(AnalysisWords):
    """Answers about customers by their first order."""

    __slots__ = ()

    def of(self, analysis: CohortAnalysis, result: MetricRows) -> Analysed:
        return self._periods(analysis, result) if analysis.shows == "periods" else self._since(result)

    def _periods(self, analysis: CohortAnalysis, result: MetricRows) -> Analysed:
        grain = self.grain
        rows = tuple(self._filled(analysis, result))
        columns = [self._column(role) for role in result.columns]
        state = OutputColumn("state", "aside", "state")
        columns.append(Column(name="state", type="string", label="State"))
        figures = Figures(tuple(columns), rows, (*result.columns, state))
        metric = self.query.metrics[0]
        later = f", {counted(analysis.after, grain)} later" if analysis.after is not None else ""
        if metric == "customers":
            title = (
                f"Customers who ordered again, by {grain} of their first order and {grain}s since{later}{self.firsts()}"
            )
        else:
            title = f"{self.label(metric)} by {grain} of the customers' first order and {grain}s since{later}{self.firsts()}"
        return Analysed(figures, self._retained(analysis, figures, title), title, tuple(self._notes(figures)))

    def _filled(self, analysis: CohortAnalysis, result: MetricRows) -> Iterator[tuple[Cell, ...]]:
        """With a zero where a bucket is over and has nothing, and no share where it is not over."""
        grain, tomorrow = self.grain, self.days.today + timedelta(days=1)
        at = {role.role: i for i, role in enumerate(result.columns)}
        found: dict[date, dict[int, tuple[Cell, ...]]] = {}
        for row in result.rows:
            found.setdefault(row[at["time"]], {})[int(row[at["later"]] or 0)] = row
        if analysis.after is not None:
            return (yield from self._filled_after(analysis.after, result, at, found))
        for start, cells in found.items():
            size = next(iter(cells.values()))[at["size"]]
            for later, begins in enumerate(self._buckets(start)):
                over = first_day(tomorrow, grain, self.week_start) > begins
                yield self._cell(result, cells.get(later), (start, size), later, over=over)

    def _filled_after(
        self, after: int, result: MetricRows, at: dict[str, int], found: dict[date, dict[int, tuple[Cell, ...]]]
    ) -> Iterator[tuple[Cell, ...]]:
        tomorrow = first_day(self.days.today + timedelta(days=1), self.grain, self.week_start)
        for start, cells in found.items():
            size = next(iter(cells.values()))[at["size"]]
            begins = self._bucket_after(start, after)
            yield self._cell(result, cells.get(after), (start, size), after, over=begins < tomorrow)

    def _cell(
        self, result: MetricRows, row: tuple[Cell, ...] | None, cohort: tuple[date, Cell], later: int, *, over: bool
    ) -> tuple[Cell, ...]:
        start, size = cohort
        cells: list[Cell] = []
        for i, role in enumerate(result.columns):
            match role.role:
                case "time":
                    cells.append(start.isoformat())
                case "size":
                    cells.append(size)
                case "later":
                    cells.append(later)
                case "metric":
                    cells.append((row[i] if row else None) if over or row else None)
                case _:
                    cells.append(row[i] if row and over else None)
            if cells[-1] is None and over and role.role in ("metric", "share", "per_head") and self._counts(role):
                cells[-1] = 0
        return (*cells, OVER if over else NOT_OVER)

    def _counts(self, role: OutputColumn) -> bool:
        """Whether nothing is a zero: an average of nothing is not known."""
        return self.model.adds_over_time(role.subject) or role.subject == "customers"

    def _buckets(self, start: date) -> Iterator[date]:
        """The buckets from a cohort's own to the one that runs today, or the last that the data reaches."""
        end = min(self.days.today, self.days.last or self.days.today)
        at = start
        while at <= end:
            yield at
            at = self._bucket_after(at, 1)

    def _bucket_after(self, start: date, count: int) -> date:
        at = start
        for _ in range(count):
            at = first_day(at + timedelta(days=_LONGEST[self.grain]), self.grain, self.week_start)
        return at

    def _retained(self, analysis: CohortAnalysis, figures: Figures, title: str) -> str:
        """ "Of customers who ordered first in 2026, 31.0 % ordered again 1 month later, 25.0 % 2 months later"."""
        share_at = figures.position("share")
        if not figures.rows:
            return f"There is nothing to show for {title[:1].lower()}{title[1:]}."
        cohorts = len({row[figures.at("time")] for row in figures.rows})
        lead = f"{title}: {counted(cohorts, 'cohort')}"
        if share_at is None:
            return f"{lead}."
        wanted = [analysis.after] if analysis.after is not None else [1, 2, 3]
        told = [text for later in wanted if (text := self._together(figures, later))]
        return f"{lead}. {'; '.join(told)}." if told else f"{lead}. No {self.grain} after the first order is over yet."

    def _together(self, figures: Figures, later: int) -> str:
        """Over all cohorts for which that bucket is over."""
        size_at, later_at, value_at = figures.at("size"), figures.at("later"), figures.at("metric")
        share_at = figures.at("share")
        rows = [row for row in figures.rows if row[later_at] == later and row[share_at] is not None]
        size, again = (sum(int(row[at] or 0) for row in rows) for at in (size_at, value_at))
        if not size:
            return ""
        when = f"{counted(later, self.grain)} later"
        return f"{when} {again:,} of {size:,} ordered ({again / size * 100:.1f} %)"

    def _notes(self, figures: Figures) -> Iterator[str]:
        grain, state_at = self.grain, len(figures.roles) - 1
        if any(row[state_at] == NOT_OVER for row in figures.rows):
            yield f"Where a {grain} is not over yet, no share is given."
        yield from self.on_the_first_orders()
        yield from self.end_of_data()

    def _since(self, result: MetricRows) -> Analysed:
        columns = tuple(self._column(role) for role in result.columns)
        rows = tuple(tuple(one.isoformat() if isinstance(one, date) else one for one in row) for row in result.rows)
        figures = Figures(columns, rows, result.columns)
        labels = " and ".join(self.label(metric).lower() for metric in self.query.metrics)
        by = f" by {self.query.grain} of their first order" if self.query.grain else ""
        title = f"{labels[:1].upper()}{labels[1:]} of customers since their first order{by}{self.firsts()}"
        notes = (*self.on_the_first_orders(), *self.end_of_data())
        metric = self.query.metrics[0]
        at, size_at, each_at = figures.at("metric", metric), figures.at("size"), figures.position("per_head", metric)
        until = f"up to {show_date(self.days.today.isoformat())}"
        if self.query.grain is None and rows:
            row = rows[0]
            each = f", {show(row[each_at], columns[each_at])} per customer" if each_at is not None and row[each_at] is not None else ""  # fmt: skip
            text = f"{title}, {until}: {show(row[at], columns[at])} from {counted(int(row[size_at] or 0), 'customer')}{each}."
            return Analysed(figures, text, title, notes)
        named = "; ".join(
            f"{show_date(str(row[0]), self.query.grain)} {show(row[at], columns[at])} from {counted(int(row[size_at] or 0), 'customer')}"
            for row in rows[:NAMED]
        )
        more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
        text = f"{title}, {until}: {named}{more}." if rows else f"There is nothing to show for {labels}{self.firsts()}."
        return Analysed(figures, text, title, notes)

    def _column(self, role: OutputColumn) -> Column:
        match role.role:
            case "time":
                return Column(name=role.name, type="date", label=f"{role.subject.capitalize()} of the first order")
            case "size":
                return Column(name=role.name, type="integer", label="Customers of the cohort")
            case "later":
                return Column(name=role.name, type="integer", label=f"{self.grain.capitalize()}s later")
            case "share":
                return Column(name=role.name, type="number", unit="%", label="Share of the cohort")
            case _:
                metric = self.model.metrics[role.subject]
                unit = self.currency if metric.unit == "money" else "%" if metric.unit == "share" else None
                whole = metric.unit == "count" and role.role == "metric"
                label = f"{metric.label} per customer" if role.role == "per_head" else metric.label
                return Column(name=role.name, type="integer" if whole else "number", unit=unit, label=label)
