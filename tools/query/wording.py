"""Answers in one or two sentences, made of the figures that were counted and the filters that the SQL has."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from storage.kernel.money import SIGNS, minor_digits
from storage.metrics.clock import show_minute
from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Grain, Having, Member, MetricQuery, TimeRange
from tools.kit.blocks import Cell, Column
from tools.query.figures import Figures, figure_label, plural
from tools.query.single_orders import ORDER, are_listed, is_implied, is_one_day

_NAMED = 5
_ALL_NAMED = 8
_COMPARED = {
    "gt": "more than", "ge": "at least", "lt": "less than", "le": "at most", "eq": "exactly", "between": "between",
}  # fmt: skip
_OPERATORS = {"eq": "", "in": "", "ne": "without ", "not_in": "without "}


def show(value: Cell, column: Column) -> str:
    """A figure as a reader expects it: money with its currency's decimals, shares as per cent."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return show_date(value) if column.type == "date" else value
    if column.unit == "%":
        return f"{value * 100:,.1f} %"
    if column.unit and len(column.unit) == 3 and column.unit.isupper():  # noqa: PLR2004
        sign = "−" if value < 0 else ""
        amount = f"{abs(value):,.{minor_digits(column.unit)}f}"
        return f"{sign}{SIGNS[column.unit]}{amount}" if column.unit in SIGNS else f"{sign}{amount} {column.unit}"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}"
    return f"{int(value):,}"


def show_date(text: str, grain: Grain | None = None) -> str:
    """An ISO date as a reader names the bucket that begins with it."""
    day = date.fromisoformat(text)
    match grain:
        case "year":
            return str(day.year)
        case "quarter":
            return f"Q{day.month // 3 + 1} {day.year}"
        case "month":
            return f"{day:%B %Y}"
        case "week":
            return f"the week of {day.day} {day:%b %Y}"
        case _:
            return f"{day.day} {day:%b %Y}"


def ordinal(place: int) -> str:
    """ "2nd", "11th"."""
    teens = 10 <= place % 100 < 20  # noqa: PLR2004
    return f"{place}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


class Writer:
    """Words one answer."""

    def __init__(self, model: SemanticModel, query: MetricQuery, figures: Figures, currency: str | None = None) -> None:
        self._model = model
        self._currency = currency
        self._query = query
        self._figures = figures

    def answer(self) -> str:
        """The figures in a sentence or two."""
        if self._query.count_groups:
            return self._count()
        if not self._figures.rows:
            return f"There is nothing to show for {self._subject()}{self._scope()}."
        if self._query.per:
            return self._first_of_each(self._query.per)
        if self._is_held_bucket_by_bucket():
            return self._steps()
        if self._query.grain and not self._query.dimensions:
            return self._series()
        if are_listed(self._query) and len(self._query.metrics) > 1:
            return self._orders()
        return self._groups() if self._query.dimensions else self._single()

    def mean(self, value: float | None, count: int, grain: Grain) -> str:
        """ "Net sales came to €10 a month on average, over the 12 months with sales"."""
        at = self._figures.position("metric")
        column = self._figures.columns[at] if at is not None else Column(name="value", type="number")
        what = self._label(self._query.metrics[0])
        return f"{what}{self._scope()} averaged {show(value, column)} per {grain}, over the {count:,} {grain}s that have any."

    def added_up(self, value: float, share: float | None, rows: int) -> str:
        """ "The 5 customers with the highest net sales in 2025 made up 36.2 % of net sales together: €100."."""
        query, figures, metric = self._query, self._figures, self._query.metrics[0]
        things, which = plural(query.dimensions[0], self._model), "highest" if query.order[0].descending else "lowest"
        amount, label = show(value, figures.columns[figures.at("metric", metric)]), self._label(metric).lower()
        lead = f"The {rows} {things} with the {which} {label}{self._scope()}"
        if share is None:
            return f"{lead} came to {amount} together."
        part = show(share, figures.columns[figures.at("share", metric)])
        return f"{lead} made up {part} of {label} together: {amount}."

    def verdict(self, bound: Having) -> str:
        """ "That is not more than €1,000."; nothing where the figure is not known."""
        rows, at = self._figures.rows, self._figures.position("metric", bound.metric)
        value = rows[0][at] if rows and at is not None else None
        if not isinstance(value, int | float) or at is None:
            return ""
        (limit,) = bound.values
        met = {
            "gt": value > limit,
            "ge": value >= limit,
            "lt": value < limit,
            "le": value <= limit,
            "eq": value == limit,
        }
        said = f"{_COMPARED[bound.operator]} {show(limit, self._figures.columns[at])}"
        return f"That is {said}." if met[bound.operator] else f"That is not {said}."

    def title(self) -> str:
        """What the table and the chart show."""
        first = f": {self._firsts(self._query.per)}" if self._query.per else ""
        if self._query.placed:
            first = f": place of {' and '.join(map(str, self._query.placed.values))}"
        held = f", against {self._other_side()}" if self._is_held_bucket_by_bucket() else ""
        return self._title_by() + self._scope() + held + first

    def _title_by(self) -> str:
        """ "Net sales by category and month"."""
        by = [self._model.dimensions[d].label.lower() for d in self._query.dimensions]
        by += [self._query.grain] if self._query.grain else []
        return self._subject() + (f" by {' and '.join(by)}" if by else "")

    # ── shapes ───────────────────────────────────────────────────────────────────────────────────────────

    def _count(self) -> str:
        (row,) = self._figures.rows
        thing = self._query.dimensions[0] if self._query.dimensions else self._query.grain or ""
        return f"{plural(thing, self._model).capitalize()}{self._scope()}: {show(row[0], self._figures.columns[0])}."

    def _single(self) -> str:
        row = self._figures.rows[0]
        parts = [self._figure(metric, row) for metric in self._query.metrics]
        scope = self._scope()
        if len(parts) == 1:
            label, rest = parts[0]
            return f"{label}{scope} {rest}."
        opening = scope.strip().removeprefix("(").removesuffix(")") if scope.startswith(" (") else scope.strip()
        return f"{opening[:1].upper() + opening[1:] or 'Over all your data'}: " + "; ".join(f"{label.lower()} {rest}" for label, rest in parts) + "."  # fmt: skip

    def _figure(self, metric: str, row: Sequence[Cell]) -> tuple[str, str]:
        figures = self._figures
        at = figures.at("metric", metric)
        value, column = row[at], figures.columns[at]
        came = "was on" if column.type == "date" else "came to"
        text = "are not known" if value is None else f"{came} {show(value, column)}"
        before_at = figures.position("previous", metric)
        if before_at is not None and self._query.compare:
            text += self._change(value, row[before_at], column)
        return self._label(metric), text

    def _change(self, now: Cell, before: Cell, column: Column, label: str = "") -> str:
        label = label or (self._query.compare.label if self._query.compare else "before")
        if not isinstance(now, int | float) or not isinstance(before, int | float):
            return f", against {show(before, column)} in {label}"
        if now == before:
            return f", the same as in {label}"
        direction = "up" if now > before else "down"
        rate = f" {abs(now - before) / abs(before) * 100:,.1f} %" if before else ""
        return f", {direction}{rate} ({show(abs(now - before), column)}) from {show(before, column)} in {label}"

    def _series(self) -> str:
        figures, metric = self._figures, self._query.metrics[0]
        at, time_at = figures.at("metric", metric), figures.at("time")
        grain = self._query.grain
        column = figures.columns[at]
        points = [(row[at], str(row[time_at])) for row in figures.rows if isinstance(row[at], int | float)]
        label = self._label(metric)
        if not points:
            return f"There is nothing to show for {self._subject()}{self._scope()}."
        if is_one_day(self._query):
            which = "last" if self._query.order[0].descending else "first"
            return f"The {which} day{self._scope()} was {show_date(points[0][1])}, with {label.lower()} of {show(points[0][0], column)}."
        if self._query.limit and self._query.order:
            named = "; ".join(f"{show_date(day, grain)} with {show(value, column)}" for value, day in points[:_NAMED])
            return f"{label}{self._scope()} {self._was(metric)} {self._extreme()} in {named}."
        if len(points) <= _ALL_NAMED // 2:
            named = "; ".join(f"{show_date(day, grain)} {show(value, column)}" for value, day in points)
            return f"{label}{self._scope()} by {grain}: {named}."
        if self._query.window and self._query.window.kind == "running":
            named = "; ".join(
                f"{show(value, column)} by {show_date(day, grain)}" for value, day in (points[0], points[-1])
            )
            return f"{label} by {grain}{self._scope()}: {named}."
        high = max(points, key=lambda p: float(p[0] or 0))
        low = min(points, key=lambda p: float(p[0] or 0))
        total = ""
        if self._model.is_additive(metric) and not (self._query.compare or self._query.window):
            total = f", {show(sum(float(v or 0) for v, _ in points), column)} in all"
        return (
            f"{label} by {grain}{self._scope()}: highest in {show_date(high[1], grain)} ({show(high[0], column)}), "
            f"lowest in {show_date(low[1], grain)} ({show(low[0], column)}){total}."
        )

    def _is_held_bucket_by_bucket(self) -> bool:
        return self._query.changes or bool(self._query.compare and self._query.grain)

    def _other_side(self) -> str:
        compare = self._query.compare
        return compare.label if compare else f"the {self._query.grain} before"

    def _steps(self) -> str:
        """ "Net sales by month in 2025, against the month before: January €100 (up 5.0 %), …"."""
        query, figures, metric = self._query, self._figures, self._query.metrics[0]
        at, before_at = figures.at("metric", metric), figures.at("previous", metric)
        column, before = figures.columns[at], self._other_side()
        lead = f"{self._title_by()}{self._scope()}, against {before}"
        if query.limit and query.order and query.order[0].by in ("change", "change_pct"):
            which = "rose most or fell least" if query.order[0].descending else "fell most or rose least"
            named = "; ".join(
                f"{self._name(row)} with {show(row[at], column)}{self._change(row[at], row[before_at], column, before)}"
                for row in figures.rows[:_NAMED]
            )
            return f"{self._label(metric)}{self._scope()} {which} in {named}."
        running = query.window is not None and query.window.kind == "running" and not query.dimensions
        if len(figures.rows) > _ALL_NAMED and running:
            return f"{lead}: {self._step(figures.rows[-1])} in the end."
        if len(figures.rows) > _ALL_NAMED:
            held = [row for row in figures.rows if isinstance(row[before_at], int | float)]
            rows = sorted(held, key=lambda row: float(row[at] or 0) - float(row[before_at] or 0))  # pyright: ignore[reportArgumentType] — numbers
            return (
                f"{lead}: the greatest rise in {self._step(rows[-1])}, the greatest fall in {self._step(rows[0])}."
                if rows
                else f"{lead}."
            )
        return f"{lead}: {'; '.join(self._step(row) for row in figures.rows)}."

    def _step(self, row: Sequence[Cell]) -> str:
        """ "March 2025 €120 (up 20.0 %)"."""
        figures, metric = self._figures, self._query.metrics[0]
        now, rate = row[figures.at("metric", metric)], row[figures.at("change_pct", metric)]
        text = f"{self._name(row)} {show(now, figures.columns[figures.at('metric', metric)])}"
        if not isinstance(rate, int | float):
            return text
        return f"{text} ({'up' if rate > 0 else 'down'} {abs(rate) * 100:,.1f} %)" if rate else f"{text} (unchanged)"

    def _places(self) -> str:
        """ "Germany is number 2 of 9 countries by net sales in 2025: €100."."""
        figures, metric = self._figures, self._query.metrics[0]
        place, places = figures.at("place"), figures.at("places")
        among = plural(self._query.dimensions[0], self._model)
        named = "; ".join(
            f"{self._name(row)} is number {row[place]} of {row[places]} {among} ({self._with_share(row, metric)})"
            for row in figures.rows
        )
        return f"By {self._label(metric).lower()}{self._scope()} {named}."

    def _first_of_each(self, per: str) -> str:
        """ "The 2 products with the highest net sales in each category in 2025: Kitchen – Oak Board €50.00, …; …"."""
        figures, metric = self._figures, self._query.metrics[0]
        role = "time" if per == "time" else "dimension"
        at = figures.at(role, self._query.grain if per == "time" else per)
        members: dict[str, list[str]] = {}
        for row in figures.rows:
            parts = [part for i, part in self._name_parts(row) if i != at]
            member = next(part for i, part in self._name_parts(row) if i == at)
            members.setdefault(member, []).append(f"{', '.join(parts)} {self._with_share(row, metric)}")
        named = "; ".join(f"{member} – {', '.join(rows)}" for member, rows in [*members.items()][:_NAMED])
        what = plural(self._query.grain or "" if per == "time" else per, self._model)
        more = f"; and {len(members) - _NAMED} more {what}" if len(members) > _NAMED else ""
        lead = self._firsts(per)
        return f"{lead[:1].upper()}{lead[1:]}{self._scope()}: {named}{more}."

    def _firsts(self, per: str) -> str:
        """ "the 3 products with the highest net sales in each category"."""
        query = self._query
        ranked = next((d for d in query.dimensions if d != per), query.grain or "")
        thing = (
            plural(ranked, self._model)
            if query.limit != 1
            else (self._model.dimensions[ranked].label.lower() if ranked in self._model.dimensions else ranked)
        )
        many = f"{query.limit} {thing}" if query.limit != 1 else thing
        within = query.grain if per == "time" else self._model.dimensions[per].label.lower()
        which = "highest" if query.order[0].descending else "lowest"
        by = query.order[0].by if query.order[0].by in query.metrics else query.metrics[0]
        return f"the {many} with the {which} {self._label(by).lower()} in each {within}"

    def _groups(self) -> str:
        figures, metric = self._figures, self._query.metrics[0]
        at = figures.at("metric", metric)
        column = figures.columns[at]
        label = self._label(metric)
        rows = figures.rows
        if self._query.placed:
            return self._places()
        if len(rows) == 1 and self._query.share_of_total:
            share_at = figures.at("share", metric)
            row = rows[0]
            return f"{self._name(row)} made up {show(row[share_at], figures.columns[share_at])} of {label.lower()}{self._whole()}: {show(row[at], column)}."  # fmt: skip
        if self._query.limit == 1 and self._query.order and self._query.order[0].by == metric:
            return f"{self._name(rows[0])} had the {self._extreme()} {label.lower()}{self._scope()}: {self._with_share(rows[0], metric)}."
        count = _ALL_NAMED if len(rows) <= _ALL_NAMED else _NAMED
        named = "; ".join(f"{self._name(row)} {self._with_share(row, metric)}" for row in rows[:count])
        more = f"; and {len(rows) - count} more" if len(rows) > count else ""
        together = ""
        if self._is_split_of_filter() and self._model.is_additive(metric):
            values = [float(row[at]) for row in rows if isinstance(row[at], int | float)]  # pyright: ignore[reportArgumentType] — checked
            together = f" Together {show(sum(values), column)}{self._share_in_all(metric)}."
        dimensions = " and ".join(self._model.dimensions[d].label.lower() for d in self._query.dimensions)
        lead = f"{label} by {dimensions}{self._scope()}"
        return f"{lead}: {named}{more}.{together}"

    def _share_in_all(self, metric: str) -> str:
        """ " (45.3 %)", of what is named together; nothing where no share is asked for."""
        at = self._figures.position("share", metric)
        if at is None:
            return ""
        shares = [float(cell) for row in self._figures.rows if isinstance(cell := row[at], int | float)]
        return f" ({show(sum(shares), self._figures.columns[at])})"

    def _orders(self) -> str:
        """ "Net sales by order in 2025: T117895 (3 May 2025, Anna Lee) €597.50; …"."""
        query, rows = self._query, self._figures.rows
        days = [name for name in query.metrics if self._model.metrics[name].unit == "date"]
        metric, *others = [name for name in query.metrics if name not in days] or days
        label = self._label(metric)
        count = _ALL_NAMED if len(rows) <= _ALL_NAMED else _NAMED
        named = [(self._order(row, days), self._amounts(row, metric, others)) for row in rows[:count]]
        more = f"; and {len(rows) - count} more" if len(rows) > count else ""
        listed = f"{'; '.join(f'{order} {amounts}' for order, amounts in named)}{more}."
        if query.limit is None or not query.order or query.offset:
            return f"{label} by order{self._scope()}: {listed}"
        if query.order[0].by in days:
            which = "latest" if query.order[0].descending else "first"
            lead = f"The {which} order" if query.limit == 1 else f"The {len(rows)} {which} orders"
            return f"{lead}{self._scope()}, with {label.lower()}: {listed}"
        if query.limit == 1 and query.order[0].by == metric:
            return f"{named[0][0]} had the {self._extreme()} {label.lower()}{self._scope()}: {named[0][1]}."
        return f"{label} by order{self._scope()}: {listed}"

    def _order(self, row: Sequence[Cell], days: Sequence[str]) -> str:
        """ "T117895 (3 May 2025, Anna Lee)"."""
        at = self._figures.at("dimension", ORDER)
        dated = [self._figures.at("metric", name) for name in days]
        told = [show(row[i], self._figures.columns[i]) for i in dated if row[i] is not None]
        told += [str(row[i]) for i, role in enumerate(self._figures.roles) if role.role == "dimension" and i != at and row[i] is not None]  # fmt: skip
        return f"{row[at]} ({', '.join(told)})" if told else str(row[at])

    def _amounts(self, row: Sequence[Cell], metric: str, others: Sequence[str]) -> str:
        def said(name: str) -> str:
            at = self._figures.at("metric", name)
            return show(row[at], self._figures.columns[at])

        return ", ".join([said(metric), *(f"{self._label(other).lower()} {said(other)}" for other in others)])

    def _extreme(self) -> str:
        """ "highest", "2nd lowest"."""
        which = "highest" if self._query.order[0].descending else "lowest"
        return f"{ordinal(self._query.offset + 1)} {which}" if self._query.offset else which

    def _is_split_of_filter(self) -> bool:
        return any(f.operator == "in" and f.dimension in self._query.dimensions for f in self._query.filters)

    def _with_share(self, row: Sequence[Cell], metric: str) -> str:
        figures = self._figures
        at = figures.at("metric", metric)
        text = show(row[at], figures.columns[at])
        share_at = figures.position("share", metric)
        if share_at is not None:
            text += f" ({show(row[share_at], figures.columns[share_at])})"
        before_at = figures.position("previous", metric)
        if before_at is not None and self._query.compare:
            text += self._change(row[at], row[before_at], figures.columns[at])
        for other in self._query.metrics:
            other_at = figures.position("metric", other)
            if other != metric and other_at is not None:
                text += f", {self._label(other).lower()} {show(row[other_at], figures.columns[other_at])}"
        return text

    def _name(self, row: Sequence[Cell]) -> str:
        return ", ".join(part for _, part in self._name_parts(row))

    def _name_parts(self, row: Sequence[Cell]) -> Iterator[tuple[int, str]]:
        """What a row is of, with the column that says so."""
        for i, (column, role) in enumerate(zip(self._figures.columns, self._figures.roles, strict=True)):
            if role.role == "dimension":
                yield i, str(row[i]) if row[i] is not None else f"(no {(column.label or column.name).lower()})"
            elif role.role == "time":
                yield i, show_date(str(row[i]), self._query.grain)

    # ── phrases ──────────────────────────────────────────────────────────────────────────────────────────

    def _label(self, metric: str) -> str:
        return figure_label(self._model, self._query, metric)

    def _was(self, metric: str) -> str:
        return "were" if self._label(metric).endswith("s") else "was"

    def _subject(self) -> str:
        labels = [self._label(metric) for metric in self._query.metrics]
        return " and ".join([labels[0], *(label.lower() for label in labels[1:])])

    def _scope(self) -> str:
        told = [item for item in self._query.having if not is_implied(item, self._query)]
        conditions = [having_phrase(self._model, item, self._currency) for item in told]
        members = "".join(member_phrase(self._model, item) for item in self._query.members)
        return "".join(f" {phrase}" for phrase in (*self._filters(), *conditions)) + self._period() + members

    def _whole(self) -> str:
        """What a share is of: the conditions that are not the part itself."""
        rest = [f for f in self._query.filters if f.dimension not in self._query.dimensions]
        return "".join(f" {filter_phrase(self._model, item)}" for item in rest) + self._period()

    def _period(self) -> str:
        return period_phrase(self._query.time)

    def _filters(self) -> list[str]:
        return [filter_phrase(self._model, item) for item in self._query.filters]


def filter_phrase(model: SemanticModel, item: Filter) -> str:
    """ "for Germany", "without Germany and France", "for products whose name contains “tea”"."""
    values = [str(value) for value in item.values]
    listed = " and ".join([", ".join(values[:-1]), values[-1]] if len(values) > 1 else values)
    label = model.dimensions[item.dimension].label.lower()
    if model.dimensions[item.dimension].of_clock == "minute":
        return clock_phrase(item)
    if item.operator == "is_null":
        return f"without any {label}"
    if item.operator == "contains":
        return f"for each {label} whose name contains “{listed}”"
    if item.operator in _OPERATORS:
        return f"{_OPERATORS[item.operator] or 'for '}{listed}"
    if item.operator == "not_null":
        return f"where {label} is known"
    compared = _COMPARED.get(item.operator, item.operator)
    if values and isinstance(item.values[0], date):
        compared = {"gt": "after", "ge": "from", "lt": "before", "le": "up to"}.get(item.operator, compared)
    return f"where {label} is {compared} {listed.removesuffix('.0')}"


def clock_phrase(item: Filter) -> str:
    """ "before 12:00", "from 20:00 on", "between 18:00 and 21:00"."""
    first, *rest = (show_minute(int(str(value))) for value in item.values)
    if item.operator == "between":
        return f"between {first} and {show_minute(int(str(item.values[1])) + 1)}" if rest else first
    return f"before {first}" if item.operator == "lt" else f"from {first} on"


def member_phrase(model: SemanticModel, item: Member) -> str:
    """ " (only customers without orders for Tea since 1 June 2026)", " (only orders with Tea)"."""
    who = plural(item.dimension, model)
    if item.dimension == ORDER:
        held = " and ".join(filter_phrase(model, one).removeprefix("for ") for one in item.filters)
        return f" (only {who} {'without' if item.negated else 'with'} {held})"
    filters = " and".join(f" {filter_phrase(model, one)}" for one in item.filters)
    what = model.metrics[item.metric].label.lower()
    period = period_phrase(item.time)
    period = f" {period[2:-1]}" if period.startswith(" (") else period  # no brackets within brackets
    return f" (only {who} {'without' if item.negated else 'with'} {what}{filters}{period})"


def having_phrase(model: SemanticModel, item: Having, currency: str | None) -> str:
    """ "with more than 10 orders", "with net sales of at least €500"."""
    metric = model.metrics[item.metric]
    unit = currency if metric.unit == "money" else "%" if metric.unit == "share" else None
    bounds = " and ".join(show(value, Column(name=item.metric, type="number", unit=unit)) for value in item.values)
    if metric.unit == "count":
        return f"with {_COMPARED[item.operator]} {bounds} {metric.label.lower()}"
    return f"with {metric.label.lower()} of {_COMPARED[item.operator]} {bounds}"


def _days_of(time: TimeRange) -> str:
    first = show_date(time.start.isoformat()) if time.start else ""
    return f"{first} to {show_date((time.end - timedelta(days=1)).isoformat())}" if time.end else f"since {first}"


def period_phrase(time: TimeRange | None) -> str:
    """ " in March 2026", " (the last 30 days …)"; nothing where all dates count."""
    if time is None or (time.start is None and not time.label):
        return ""  # up to today is all that is known
    label = time.label or _days_of(time)
    if time.start and time.end and (time.end - time.start).days == 1 and label[:1].isdigit():
        return f" on {label}"
    plain = label[:1].isdigit() or label[:1].isupper()
    return f" in {label}" if plain and "–" not in label else f" ({label})"
