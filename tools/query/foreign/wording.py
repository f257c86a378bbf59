"""Answers in another language, made of the figures that were counted and the filters that the SQL has.

They name a figure, what it is narrowed to and its period, and then the value: "Nettoumsatz für Deutschland, März 2026:
1.234,50 €". So nothing has to agree in gender or case with a word that comes from the data.
"""

from collections.abc import Iterator, Sequence

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Grain, Having, Member, MetricQuery
from tools.kit.blocks import Cell, Column
from tools.query.figures import Figures
from tools.query.foreign.speech import Speech, Unworded
from tools.query.single_orders import is_implied

_NAMED = 5
_ALL_NAMED = 8
_COMPARED = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "eq": "="}


class ForeignWriter:
    """Words one answer. Any method raises Unworded where the language has no words for the shape."""

    def __init__(self, speech: Speech, model: SemanticModel, query: MetricQuery, figures: Figures, currency: str | None) -> None:  # fmt: skip
        self._speech = speech
        self._model = model
        self._query = query
        self._figures = figures
        self._currency = currency

    def answer(self) -> str:
        query, figures = self._query, self._figures
        if query.count_groups:
            thing = query.dimensions[0] if query.dimensions else query.grain or ""
            shown = self._speech.show(figures.rows[0][0], figures.columns[0])
            return self._say("count", things=self._speech.thing(thing, many=True), scope=self._scope(), value=shown)
        if not figures.rows:
            return self._say("nothing", lead=self.title())
        if query.per:
            return self._first_of_each(query.per)
        if query.changes:
            return self._steps()
        if query.grain and not query.dimensions:
            return self._series()
        return self._groups() if query.dimensions else self._single()

    def mean(self, value: float | None, count: int, grain: Grain) -> str:
        at = self._figures.position("metric")
        column = self._figures.columns[at] if at is not None else Column(name="value", type="number")
        units = self._speech.thing(grain, many=True)
        lead = self._label(self._query.metrics[0]) + self._scope()
        return self._say("mean", lead=lead, value=self._speech.show(value, column), unit=self._speech.thing(grain), count=self._speech.count(count), units=units)  # fmt: skip

    def title(self) -> str:
        """What the table and the chart show."""
        things = [*self._query.dimensions, *([self._query.grain] if self._query.grain else [])]
        by = (
            f" {self._say('by', things=self._speech.listed([self._speech.thing(t) for t in things]))}" if things else ""
        )
        labels = self._speech.listed([self._label(metric) for metric in self._query.metrics])
        return labels + by + self._scope()

    def added_up(self, value: float, share: float | None, rows: int) -> str:  # noqa: ARG002 — the protocol's signature
        raise Unworded("what several come to together")

    def verdict(self, bound: Having) -> str:  # noqa: ARG002 — the protocol's signature
        raise Unworded("a bound that one figure is held to")

    # ── shapes ───────────────────────────────────────────────────────────────────────────────────────────

    def _single(self) -> str:
        row = self._figures.rows[0]
        told = [(self._label(metric), self._value(row, metric)) for metric in self._query.metrics]
        colon = self._speech.phrases["colon"]
        if len(told) == 1:
            return f"{told[0][0]}{self._scope()}{colon}{told[0][1]}."
        opening = self._scope().strip(" ,") or self._speech.phrases["all_data"]
        return (
            f"{opening[:1].upper()}{opening[1:]}{colon}" + "; ".join(f"{label} {value}" for label, value in told) + "."
        )

    def _value(self, row: Sequence[Cell], metric: str) -> str:
        figures = self._figures
        at = figures.at("metric", metric)
        value, column = row[at], figures.columns[at]
        text = self._speech.phrases["unknown"] if value is None else self._speech.show(value, column)
        before_at = figures.position("previous", metric)
        if before_at is not None and self._query.compare:
            text += self._change(value, row[before_at], column, self._speech.period(self._query.compare))
        return text

    def _change(self, now: Cell, before: Cell, column: Column, label: str) -> str:
        if not isinstance(now, int | float) or not isinstance(before, int | float):
            return self._say("against", before=self._speech.show(before, column), label=label)
        if now == before:
            return self._say("unchanged", label=label)
        difference = self._speech.show(now - before, column, signed=True)
        said = {"difference": difference, "before": self._speech.show(before, column), "label": label}
        if not before:
            return self._say("change_alone", **said)
        rate = self._speech.show(
            (now - before) / abs(before), Column(name="rate", type="number", unit="%"), signed=True
        )
        return self._say("change", rate=rate, **said)

    def _series(self) -> str:
        figures, query, metric = self._figures, self._query, self._query.metrics[0]
        at, time_at = figures.at("metric", metric), figures.at("time")
        column = figures.columns[at]
        rows = [row for row in figures.rows if isinstance(row[at], int | float)]
        if not rows:
            return self._say("nothing", lead=self.title())

        def named(row: Sequence[Cell]) -> str:
            return f"{self._speech.bucket(str(row[time_at]), query.grain)} {self._with_others(row, metric)}"

        lead, colon = self.title(), self._speech.phrases["colon"]
        if query.limit and query.order:
            which = "highest_few" if query.order[0].descending else "lowest_few"
            return self._say(which, lead=lead, named="; ".join(named(row) for row in rows[:_NAMED]))
        if len(rows) <= _ALL_NAMED // 2:
            return f"{lead}{colon}" + "; ".join(named(row) for row in rows) + "."
        if query.window and query.window.kind == "running":
            return f"{lead}{colon}" + "; ".join(named(row) for row in (rows[0], rows[-1])) + "."
        high = max(rows, key=lambda row: float(row[at] or 0))
        low = min(rows, key=lambda row: float(row[at] or 0))
        total = ""
        if self._model.is_additive(metric) and not (query.compare or query.window):
            total = self._say("total", value=self._speech.show(sum(float(row[at] or 0) for row in rows), column))
        return self._say("range", lead=lead, high=named(high), low=named(low), total=total)

    def _steps(self) -> str:
        figures, metric = self._figures, self._query.metrics[0]
        at, before_at = figures.at("metric", metric), figures.at("previous", metric)
        held = [row for row in figures.rows if isinstance(row[before_at], int | float)]
        ordered = bool(self._query.limit and self._query.order)
        if ordered or len(figures.rows) <= _ALL_NAMED:
            return self._say(
                "steps", lead=self.title(), named="; ".join(self._step(row) for row in figures.rows[:_ALL_NAMED])
            )
        if not held:
            raise Unworded("steps without a step")
        rows = sorted(held, key=lambda row: float(row[at] or 0) - float(row[before_at] or 0))  # pyright: ignore[reportArgumentType] — numbers
        return self._say("step_range", lead=self.title(), high=self._step(rows[-1]), low=self._step(rows[0]))

    def _step(self, row: Sequence[Cell]) -> str:
        figures, metric = self._figures, self._query.metrics[0]
        at = figures.at("metric", metric)
        rate = row[figures.at("change_pct", metric)]
        text = f"{self._name(row)} {self._speech.show(row[at], figures.columns[at])}"
        if not isinstance(rate, int | float):
            return text
        return f"{text} ({self._speech.show(rate, Column(name='rate', type='number', unit='%'), signed=True)})"

    def _first_of_each(self, per: str) -> str:
        figures, query, metric = self._figures, self._query, self._query.metrics[0]
        at = figures.at("time" if per == "time" else "dimension", query.grain if per == "time" else per)
        members: dict[str, list[str]] = {}
        for row in figures.rows:
            parts = [part for i, part in self._name_parts(row) if i != at]
            member = next(part for i, part in self._name_parts(row) if i == at)
            members.setdefault(member, []).append(f"{', '.join(parts)} {self._with_others(row, metric)}")
        named = "; ".join(f"{member} – {', '.join(rows)}" for member, rows in [*members.items()][:_NAMED])
        more = self._say("more", count=len(members) - _NAMED) if len(members) > _NAMED else ""
        within = self._speech.thing(query.grain or "" if per == "time" else per)
        return f"{self.title()}, {self._say('in_each', count=query.limit, thing=within)}{self._speech.phrases['colon']}{named}{more}."

    def _groups(self) -> str:
        figures, query, metric = self._figures, self._query, self._query.metrics[0]
        at, rows = figures.at("metric", metric), figures.rows
        if len(rows) == 1 and query.share_of_total:
            share_at = figures.at("share", metric)
            share = self._speech.show(rows[0][share_at], figures.columns[share_at])
            rest = [f for f in query.filters if f.dimension not in query.dimensions]
            what = self._label(metric) + "".join(f" {self._filter(item)}" for item in rest) + self._period()
            return self._say("share", name=self._name(rows[0]), share=share, what=what, value=self._speech.show(rows[0][at], figures.columns[at]))  # fmt: skip
        if query.limit == 1 and query.order and query.order[0].by == metric and len(rows) == 1:
            which = "highest_one" if query.order[0].descending else "lowest_one"
            return self._say(
                which, lead=self.title(), name=self._name(rows[0]), value=self._with_others(rows[0], metric)
            )
        count = _ALL_NAMED if len(rows) <= _ALL_NAMED else _NAMED
        named = "; ".join(f"{self._name(row)} {self._with_others(row, metric)}" for row in rows[:count])
        more = self._say("more", count=self._speech.count(len(rows) - count)) if len(rows) > count else ""
        together = ""
        split = any(f.operator == "in" and f.dimension in query.dimensions for f in query.filters)
        if split and self._model.is_additive(metric):
            values = [float(value) for row in rows if isinstance(value := row[at], int | float)]
            together = self._say("together", value=self._speech.show(sum(values), figures.columns[at]))
        return f"{self.title()}{self._speech.phrases['colon']}{named}{more}.{together}"

    def _with_others(self, row: Sequence[Cell], metric: str) -> str:
        figures = self._figures
        at = figures.at("metric", metric)
        text = self._speech.show(row[at], figures.columns[at])
        share_at = figures.position("share", metric)
        if share_at is not None:
            text += f" ({self._speech.show(row[share_at], figures.columns[share_at])})"
        before_at = figures.position("previous", metric)
        if before_at is not None and self._query.compare:
            text += self._change(row[at], row[before_at], figures.columns[at], self._speech.period(self._query.compare))
        for other in self._query.metrics:
            other_at = figures.position("metric", other)
            if other != metric and other_at is not None:
                text += f", {self._label(other)} {self._speech.show(row[other_at], figures.columns[other_at])}"
        return text

    def _name(self, row: Sequence[Cell]) -> str:
        return ", ".join(part for _, part in self._name_parts(row))

    def _name_parts(self, row: Sequence[Cell]) -> Iterator[tuple[int, str]]:
        for i, role in enumerate(self._figures.roles):
            if role.role == "dimension":
                missing = self._say("nothing_named", label=self._speech.thing(role.subject))
                yield i, self._of_the_data(str(row[i])) if row[i] is not None else missing
            elif role.role == "time":
                yield i, self._speech.bucket(str(row[i]), self._query.grain)

    # ── phrases ──────────────────────────────────────────────────────────────────────────────────────────

    def _say(self, phrase: str, /, **said: object) -> str:
        return self._speech.phrase(phrase, **said)

    def _label(self, metric: str) -> str:
        label, window = self._speech.metric(metric, self._model), self._query.window
        if window is None or window.kind == "change":
            return label
        if window.kind == "running":
            return self._say("running", label=label)
        return self._say(
            "rolling", label=label, size=window.size, units=self._speech.thing(self._query.grain or "", many=True)
        )

    def _scope(self) -> str:
        held = "".join(f" {self._filter(item)}" for item in self._query.filters)
        told = (item for item in self._query.having if not is_implied(item, self._query))
        conditions = "".join(f" ({self._having(item)})" for item in told)
        members = "".join(f" ({self._member(item)})" for item in self._query.members)
        return held + conditions + self._period() + members

    def _period(self) -> str:
        period = self._speech.period(self._query.time)
        return f", {period}" if period else ""

    def _filter(self, item: Filter) -> str:
        values = self._speech.listed([self._of_the_data(str(value)) for value in item.values])
        if item.operator == "contains":
            return self._say("contains", things=self._speech.thing(item.dimension, many=True), values=values)
        if item.operator in ("eq", "in"):
            return self._say("for", values=values)
        if item.operator in ("ne", "not_in"):
            return self._say("without", values=values)
        raise Unworded(item.operator)

    def _having(self, item: Having) -> str:
        metric = self._model.metrics[item.metric]
        unit = self._currency if metric.unit == "money" else "%" if metric.unit == "share" else None
        bounds = [self._speech.show(value, Column(name=item.metric, type="number", unit=unit)) for value in item.values]
        label = self._speech.metric(item.metric, self._model)
        if item.operator == "between":
            return f"{bounds[0]} ≤ {label} ≤ {bounds[1]}"
        return f"{label} {_COMPARED[item.operator]} {bounds[0]}"

    def _member(self, item: Member) -> str:
        rest = "".join(f" {self._filter(one)}" for one in item.filters)
        period = self._speech.period(item.time)
        rest += f", {period}" if period else ""
        figure = self._speech.metric(item.metric, self._model)
        which = "members_without" if item.negated else "members_with"
        return self._say(which, things=self._speech.thing(item.dimension, many=True), figure=figure, rest=rest)

    def _of_the_data(self, value: str) -> str:
        """A name as the data has it; days of the week and the like in the language."""
        return self._speech.values.get(value, value)
