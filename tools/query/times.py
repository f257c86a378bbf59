"""The periods of a question: the one asked about, the one it is held against, and the buckets in between."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from storage.metrics.query import Grain, MetricQuery, TimeRange
from tools.language.annotation import Annotation, SpanKind
from tools.language.periods import (
    BEYOND,
    Calendar,
    ComparisonSpan,
    GrainSpan,
    OutOfRangeError,
    Period,
    PeriodSpan,
    RelativeShift,
    Unit,
    preceding,
    shift,
)
from tools.language.periods.calendars import ScatteredError, fiscal_number, name_period, unit_start
from tools.language.periods.reader import view_of
from tools.language.periods.shifts import SAME, same_stretch
from tools.language.periods.words import WEEKDAYS
from tools.query.anniversaries import country_note, in_another_year, of_the_feast_before
from tools.query.changes import (
    Days,
    ends_of,
    last_two,
    refuse_the_same_of_several,
    with_its_twin,
    with_the_one_before,
)
from tools.query.slots import Reading, Unclear, Unsupported
from tools.query.stretches import (
    as_period,
    as_range,
    cut_at,
    in_the_year_named,
    in_the_year_of,
    innermost,
    joined,
    listed_inside,
    unit_of,
    up_to,
    year_around,
)
from tools.query.vocabulary import TOGETHER

_TREND: tuple[tuple[int, Grain], ...] = ((45, "day"), (190, "week"), (1_500, "month"), (3_700, "quarter"))
"""Up to so many days, a line over time is drawn in buckets of that grain: some 12 to 50 points."""
_EACH_OF_THE = frozenset(["one", "of", "the", "in", "during", "these", "those", "single"])
"""What may stand between "each" and the period."""
WEEKS_IN_YEAR = 52
_STEPS = frozenset(
    """growth grow grew growing grown change changed increase increased decrease decreased drop dropped decline declined
    fall fell rise rose risen shrink shrank shrunk shrinking difference delta""".split()
)
"""Words of change that, over buckets of time, ask for the change from one to the next."""
_BEATING = frozenset(["beat", "surpass", "outdo", "overtake", "top", "exceed"])
_EARLIER = frozenset(["prior", "previous", "preceding", "earlier", "before"])
_FALLING = frozenset(["fell", "fall", "falls"])
_COMPARATIVES = frozenset(["better", "worse", "higher", "lower", "ahead of"])
_SO_FAR = frozenset(["so far", "to date", "until now", "till now", "up to now", "until today", "up to today"])
_GRAINS: dict[Unit, Grain] = {"day": "day", "week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_FUTURE = "That lies in the future: forecasts are not available yet, only what has happened."


@dataclass(frozen=True, slots=True)
class Times:
    """`current` None asks about all dates."""

    current: TimeRange | None = None
    compare: TimeRange | None = None
    grain: Grain | None = None
    notes: tuple[str, ...] = ()
    to_date: bool = False
    """Whether `current` is asked for up to today ("this year"), and not as a whole ("2026")."""
    steps: bool = False
    """Whether each bucket of time is held against the one before it: "monthly growth"."""


@dataclass(frozen=True, slots=True)
class TimeReader:
    """Settles the periods of one annotation. `earlier` is the period of the question before, in a follow-up."""

    annotation: Annotation
    reading: Reading
    days: Days
    calendar: Calendar
    earlier: TimeRange | None

    def read(self) -> Times:
        """Raises Unclear or Unsupported."""
        running = (span.period for span in self.annotation.of(SpanKind.PERIOD) if span.period)
        to_date = any(period.offset is not None and period.offset.count == 0 for period in running)
        try:
            return replace(self._read(), to_date=to_date or self._is_said_so_far())
        except ScatteredError as error:
            raise Unsupported("I can hold single days against those of another year only.") from error
        except OutOfRangeError as error:  # "March against a thousand years before"
            raise Unsupported(BEYOND) from error

    def _is_said_so_far(self) -> bool:
        """ "2026 so far", "up to now in October": of a period only what has passed."""
        said = " ".join(token.norm for token in self.annotation.tokens)
        return any(re.search(rf"\b{phrase}\b", said) for phrase in _SO_FAR)

    def _read(self) -> Times:
        comparisons = [span.comparison for span in self.annotation.of(SpanKind.COMPARISON) if span.comparison]
        comparisons = _without_its_kind(comparisons)
        current = [span.period for span in self.annotation.of(SpanKind.PERIOD) if span.period]
        ranked = self._ranked_within([as_range(p.period) for p in current], self._grain(current))
        if ranked is not None and not comparisons:
            return Times(ranked, None, self._grain(current))
        current = self._near_the_conversation(in_the_year_named(self._without_remarks(current)))
        current = self._parts_of_years(self._of_both_years(current))
        self._refuse_years_in_one_name(current)
        if len({(c.kind, c.unit, c.count, c.period and c.period.start) for c in comparisons}) > 1 and any(
            {"and", ",", "?", "("}
            & {token.norm for token in self.annotation.tokens[one.tokens.stop : other.tokens.start]}
            for one, other in pairwise(comparisons)
        ):
            raise Unclear("I can hold two periods against each other, or one. Which do you mean?")
        self._refuse_impossible([*current, *(p for c in comparisons for p in (c.period, c.base) if p)])
        notes = tuple(
            f"“{self.annotation.said(p.tokens.start, p.tokens.stop)}” was read as {p.label}."
            for p in current
            if p.alternatives
        )
        notes += tuple(note for p in current for note in country_note(p.label, self.calendar))
        grain = self._grain(current)
        if self.annotation.shifts and self.earlier and not comparisons and len(current) <= 1:
            return Times(self._shifted(self.earlier, self.annotation.shifts[0]), None, grain, notes)
        if self.annotation.of(SpanKind.SHIFT) and not self.earlier and not comparisons:
            raise Unclear("Before or after which period? For example: last month, and the same month last year.")
        if comparisons:
            return self._compared(comparisons[0], current, grain, notes)
        changes = self._asks_for_a_change()
        if len(current) == 1 and (twins := with_its_twin(self.annotation, current[0], self.days)):
            return Times(*twins, grain, notes)
        if len(current) > 1:
            beside = any(token.norm in ("beside", "alongside") for token in self.annotation.tokens)
            beside |= self.annotation.cue("more_or_less") is not None and self._are_alternatives(current)
            beside |= any(token.lemma in _BEATING for token in self.annotation.tokens)
            comparing = changes or beside or self.annotation.cue("compare") is not None
            return self._several([as_range(p.period) for p in current], grain, comparing=comparing, notes=notes)
        if current and self.earlier and self.annotation.cue("compare") is not None and not self.reading.metrics:
            return Times(self.earlier, as_range(current[0].period), grain, notes)  # "compare that with October"
        now = as_range(current[0].period) if current else self.earlier
        if current and now and now.start and self._goes_on(current[0], grain):
            now = TimeRange(start=now.start, end=self.days.today + timedelta(days=1), label=f"since {now.label}")
        refuse_the_same_of_several(self.annotation, current, grain)
        if current and self.earlier and (moved := self._same_in_year(current[0])):
            return Times(moved, None, grain, notes)
        stepping = (grain or self.reading.grain_target) is not None
        if not stepping and (pair := self._changed(now, current, changes=changes)):
            return Times(*pair, None, notes)
        return Times(now, None, grain, notes, steps=stepping and self._asks_for_steps())

    def _are_alternatives(self, periods: list[PeriodSpan]) -> bool:
        """ "did we sell more in spring or in summer"."""
        first, last = periods[0].tokens.stop, periods[-1].tokens.start
        return any(token.norm == "or" for token in self.annotation.tokens[first:last])

    def _parts_of_years(self, spans: list[PeriodSpan]) -> list[PeriodSpan]:
        """ "Christmas week 2018 and 2019", "March 2025 or 2026": a year by itself behind a part of another one is that
        part of it."""
        if len(spans) != 2:  # noqa: PLR2004 — a part and a year
            return spans
        part, year = spans
        bare = year.grain == "year" and year.offset is None and len(year.tokens) == 1
        named = part.year_given and part.grain != "year" and part.offset is None
        if not (bare and named and part.start and part.end and year.start and year.end):
            return spans
        if part.start < year.end and year.start < part.end:
            return spans
        between = {token.norm for token in self.annotation.tokens[part.tokens.stop : year.tokens.start]}
        if not between <= {"and", "or", "vs", "versus", ",", "&", "against"}:
            return spans
        years = year.start.year - part.start.year
        moved = in_another_year(as_range(part.period), years, self.days.today, self.calendar)
        moved = moved or as_range(shift(part.period, "year", years))
        return [
            part,
            replace(year, start=moved.start, end=moved.end, label=moved.label, grain=part.grain, only=moved.only),
        ]

    def _of_both_years(self, spans: list[PeriodSpan]) -> list[PeriodSpan]:
        """ "Q3 this year and last year", "March to May, this year and last": the same part of both."""
        if len(spans) not in (2, 3):
            return spans
        part, last = spans[0], spans[-1]
        before = spans[1].offset if len(spans) == 3 else None  # noqa: PLR2004 — the present year between them
        ends = [token.norm for token in self.annotation.tokens[part.tokens.start : part.tokens.stop]][-2:]
        present = ends == ["this", "year"] or (before is not None and before.unit == "year" and before.count == 0)
        offset = last.offset
        one_back = offset is not None and offset.unit == "year" and offset.count == -1 and last.grain == "year"
        if not (present and one_back and part.grain != "year" and part.start and part.end):
            return spans
        moved = in_another_year(as_range(part.period), -1, self.days.today, self.calendar)
        moved = moved or as_range(shift(part.period, "year", -1))
        same = replace(last, start=moved.start, end=moved.end, label=moved.label, grain=part.grain, offset=None)
        return [part, same]

    def _refuse_years_in_one_name(self, spans: list[PeriodSpan]) -> None:
        """ "2025/26" is a financial year, or a season, or both years."""
        for span in spans:
            said = self.annotation.said(span.tokens.start, span.tokens.stop)
            if span.grain == "year" and re.search(r"(?:19|20)\d\d ?/ ?\d\d$", said) and span.start and span.end:
                years = span.end.year - span.start.year
                if years > 1 and span.start.month == 1:
                    raise Unclear(f"From which day to which day is “{said}”?")

    def _changed(
        self, now: TimeRange | None, current: list[PeriodSpan], *, changes: bool
    ) -> tuple[TimeRange, TimeRange] | None:
        """The two periods of a question about a change that names one, or both in one breath."""
        cue = self.annotation.cue("change")
        judged = cue is not None and self.annotation.read(cue.start, cue.end) in _COMPARATIVES
        if changes and current and not judged:
            ends = ends_of(self.annotation, current[0], self.days, self.calendar)
            if ends is not None:
                return ends
        if current and self.annotation.cue("compare") is not None and not self.reading.groups:
            pair = last_two(current[0])
            if pair is not None:
                return pair
        if not changes or (self.reading.ranking and not self.reading.ranks_change):
            return None
        if now is None:
            raise Unclear("Compared with which period? For example: last month against the month before.")
        if now.start is None or now.end is None:
            raise Unclear("An open period cannot be compared: please name its beginning and its end.")
        return of_the_feast_before(now, self.days.today, self.calendar) or with_the_one_before(now, self.days)

    def _near_the_conversation(self, spans: list[PeriodSpan]) -> list[PeriodSpan]:
        """The one period that is named without a year, in the year that was asked about before."""
        periods = self.annotation.of(SpanKind.PERIOD)
        named = [token.norm for span in periods for token in self.annotation.tokens[span.start : span.end]]
        dated = any(word in ("today", "now", "date") or sum(c.isdigit() for c in word) > 1 for word in named)
        if len(spans) != 1 or not self.earlier or dated:
            return spans
        if named[-2:] == ["the", "year"] and (year := year_around(self.earlier)):
            return [replace(spans[0], start=year.start, end=year.end, label=year.label, offset=None)]
        return [in_the_year_of(spans[0], self.earlier)]

    def _goes_on(self, period: PeriodSpan, grain: Grain | None) -> bool:
        """ "each month from January", "how much in Spain, from January": no single month. "The orders from January" are."""
        at = period.tokens.start - 1
        unit = unit_of(as_range(period.period))
        if at < 0 or self.annotation.tokens[at].norm not in ("from", "starting"):
            return False
        if grain is not None and unit in (grain, "day"):
            return True  # "by week from 1 April"
        apart = at > 0 and self.annotation.tokens[at - 1].norm in (",", ";", "?")
        placed = any(span.end == at for span in self.annotation.of(SpanKind.VALUE))
        return unit == "month" and (apart or placed) and "order_number" not in self.reading.groups

    def _same_in_year(self, year: PeriodSpan) -> TimeRange | None:
        """ "and the same two months in 2025": the period asked about before, in the year that is named."""
        at = next((i for i, token in enumerate(self.annotation.tokens) if token.norm in SAME), None)
        view = view_of(self.annotation.tokens)
        if at is None or year.grain != "year" or same_stretch(view, at) == at + 1:
            return None
        if self.earlier is None or self.earlier.start is None or self.earlier.end is None or year.start is None:
            return None
        years = year.start.year - self.earlier.start.year
        if named := in_another_year(self.earlier, years, self.days.today, self.calendar):
            return named
        earlier = cut_at(self.earlier, self.days.today + timedelta(days=1))
        return as_range(shift(as_period(earlier), "year", year.start.year - self.earlier.start.year))

    def _without_remarks(self, spans: list[PeriodSpan]) -> list[PeriodSpan]:
        """ "in November 2025 (the black friday thing)": a day that only recalls the period that is named in full."""
        dated = [span for span in spans if span.year_given and span.grain != "day" and span.start and span.end]
        kept: list[PeriodSpan] = []
        for span in spans:
            at = span.tokens.start
            before = [token.norm for token in self.annotation.tokens[max(0, at - 2) : at]]
            remark = before[-1:] in (["the"], ["("], ["with"]) and before[:1] not in (
                ["on"],
                ["at"],
                ["since"],
                ["of"],
                ["during"],
                ["for"],
            )
            inside = any(
                other.start <= span.start and span.end <= other.end
                for other in dated
                if other is not span and span.start and span.end and other.start and other.end
            )
            if not (remark and inside and span.grain == "day" and not span.year_given):
                kept.append(span)
        return kept

    def _asks_for_steps(self) -> bool:
        """ "monthly growth", "how did sales change from month to month", "which month grew the most"."""
        cue = self.annotation.cue("change")
        if cue is None:
            return False
        said = {token.lemma for token in self.annotation.tokens[cue.start : cue.end]}
        return self.reading.ranks_change or bool(said & _STEPS)

    def _asks_for_a_change(self) -> bool:
        """Two named things that are held against each other change nothing: "is the store better than online"."""
        cue = self.annotation.cue("change")
        if cue is None:
            return False
        said = self.annotation.read(cue.start, cue.end)
        if said in _FALLING and self.annotation.cue("share") is not None:
            return False  # "what proportion fell in the Central region"
        beside = any(item.operator == "in" for item in self.reading.filters)
        return not (beside and said in _COMPARATIVES)

    def _refuse_impossible(self, periods: list[PeriodSpan]) -> None:
        for period in periods:
            if period.problem and period.alternatives:
                raise Unclear(period.problem, self._in_other_words(period))
            if period.problem:
                raise Unsupported(period.problem)
            if period.start and period.start > self.days.today:
                raise Unsupported(_FUTURE)

    def _in_other_words(self, period: PeriodSpan) -> tuple[tuple[str, str], ...]:
        """The question once more with each of the periods that may be meant."""
        annotation = self.annotation
        first, last = annotation.tokens[period.tokens.start], annotation.tokens[period.tokens.stop - 1]
        before, after = annotation.text[: first.start], annotation.text[last.end :]
        return tuple((one.label, f"{before}{one.label}{after}") for one in period.alternatives)

    def _grain(self, current: list[PeriodSpan]) -> Grain | None:
        grains = [span.grain for span in self.annotation.of(SpanKind.GRAIN) if span.grain]
        grains = [grain for grain in grains if not self._is_all_along(grain)]
        self._refuse_fiscal(grains)
        named: Grain | None = next((grain.grain for grain in grains if grain.grain), None)
        if named is not None:
            return named  # "over time, year after year"
        if (listed := self.reading.grain or self._each_of_period()) is not None:
            return listed
        trend = self.annotation.cue("trend") is not None and not (self.reading.ranking and self.reading.groups)
        trend |= self.reading.window is not None  # a total so far has to go somewhere
        if not (grains or trend) or self.reading.grain_target:
            return None
        time = as_range(current[0].period) if current else self.earlier
        start = (time and time.start) or self.days.first or self.days.today
        end = (time and time.end) or (self.days.last or self.days.today) + timedelta(days=1)
        fitting: list[Grain] = [grain for limit, grain in _TREND if (end - start).days <= limit]
        return fitting[0] if fitting else "year"

    def _refuse_fiscal(self, grains: list[GrainSpan]) -> None:
        """Fiscal years are laid side by side only where they begin with the calendar's, quarters also where theirs do."""
        start = self.calendar.fiscal_year_start
        if start != 1 and any(g.fiscal and (g.grain == "year" or (start - 1) % 3) for g in grains):
            raise Unsupported(
                f"I can show one fiscal year or quarter at a time, such as FY{fiscal_number(self.days.today, self.calendar)}, "
                "not yet each in a row."
            )

    def _is_all_along(self, grain: GrainSpan) -> bool:
        """ "how many customers spent more than 10,000 over the years": in all of them."""
        said = self.annotation.read(grain.tokens.start, grain.tokens.stop)
        ranked = self.reading.ranking is not None and bool(self.reading.groups)
        return said.startswith("over the") and bool(self.reading.having or self.reading.counts or ranked)

    def _each_of_period(self) -> Grain | None:
        """ "for each of the past twelve months": the months that the period counts."""
        for span in self.annotation.of(SpanKind.PERIOD):
            before = self.annotation.before(span)
            near = before is not None and before.is_cue("grouping") and self._is_of_the(before.end, span.start)
            open_since = self.annotation.tokens[span.start].norm in ("since", "from", "until", "till")
            counted = (
                span.period is not None and span.period.start is not None and not open_since
            )  # "of each since May"
            if near and counted and span.period and unit_of(as_range(span.period.period)) != span.period.grain:
                return span.period.grain
        return None

    def _is_of_the(self, start: int, end: int) -> bool:
        return all(token.norm in _EACH_OF_THE for token in self.annotation.tokens[start:end])

    def _several(
        self, ranges: list[TimeRange], grain: Grain | None, *, comparing: bool, notes: tuple[str, ...]
    ) -> Times:
        """Two periods: neighbours of one kind become rows, others are held against each other."""
        ordered = sorted(ranges, key=lambda r: r.start or date.min)
        if comparing and len(ordered) == 3 and listed_inside(ordered):  # noqa: PLR2004 — "on Tuesday or on Wednesday this week"
            ordered.remove(max(ordered, key=lambda r: (r.end or date.max) - (r.start or date.min)))
        if (days := self._from_until(ordered)) is not None:
            return Times(days, None, grain, notes)
        if (inner := innermost(ordered) or listed_inside(ordered)) is not None:
            return Times(inner, None, grain, notes)
        if ordered[0].start is None and ordered[0].end is not None and len(ordered) == 2:  # noqa: PLR2004
            return Times(up_to(ordered[1], ordered[0].end), None, grain, notes)  # "this month's sales until now"
        if any((a.end or date.max) > (b.start or date.min) for a, b in pairwise(ordered)):
            raise Unclear("You named two periods that overlap. Which do you mean?")
        if len(ordered) == 2 and (comparing or ordered[0].end != ordered[1].start):  # noqa: PLR2004 — a pair
            return Times(ordered[1], ordered[0], grain, notes)
        kind = unit_of(ordered[0])
        last = unit_of(ordered[-1])
        unfinished = last is None and ordered[-1].end == self.days.today + timedelta(days=1)  # "2025 and 2026 to date"
        alike = kind and all(unit_of(r) == kind for r in ordered[:-1]) and (last == kind or unfinished)
        if alike and all(a.end == b.start for a, b in pairwise(ordered)):
            # Years are looked at one by one; "VAT for July and August" is one sum.
            apart = any(token.norm in ("each", "apart", "separately") for token in self.annotation.tokens)
            each = kind if (kind == "year" or apart) and not self._are_added_up() else None
            return Times(joined(ordered), None, grain or each, notes)
        raise Unclear("I can hold two periods against each other, or one. Which do you mean?")

    def _ranked_within(self, ranges: list[TimeRange], grain: Grain | None) -> TimeRange | None:
        """ "was October our best month this year": the months of the year, of which October is one."""
        ranks = grain is not None and self.reading.ranking is not None and not self.reading.groups
        if not ranks or len(ranges) != 2 or any(one.start is None for one in ranges):  # noqa: PLR2004 — one in the other
            return None
        inner = innermost(ranges)
        whole = next((one for one in ranges if one != inner), None)
        return whole if inner is not None and unit_of(inner) == grain else None

    def _from_until(self, ranges: list[TimeRange]) -> TimeRange | None:
        """ "until now, by week from 1 April": the one end, and the other."""
        until, named = ranges[0].end, ranges[-1]
        if len(ranges) != 2 or ranges[0].start is not None or until is None or named.start is None:  # noqa: PLR2004 — two ends
            return None
        if named.start >= until or not self._opens_with_from(named):
            return None
        return TimeRange(start=named.start, end=until, label=name_period(named.start, until, "day"))

    def _opens_with_from(self, time: TimeRange) -> bool:
        periods = (
            span for span in self.annotation.of(SpanKind.PERIOD) if span.period and span.period.start == time.start
        )
        return any(self.annotation.tokens[span.start - 1].norm == "from" for span in periods if span.start)

    def _are_added_up(self) -> bool:
        return any(token.norm in TOGETHER for token in self.annotation.tokens)

    def _compared(
        self, comparison: ComparisonSpan, current: list[PeriodSpan], grain: Grain | None, notes: tuple[str, ...]
    ) -> Times:
        current, comparison = self._listed(current, comparison)
        if comparison.kind == "period" and comparison.period and comparison.base:
            pair = self._parts_of_years([comparison.base, comparison.period])
            comparison = replace(comparison, period=pair[1])
        current, comparison = self._narrowed(current, comparison)
        others = [period for period in current if period != comparison.base]
        if comparison.base and len(others) == 1 and (joint := self._neighbours(others[0], comparison.base)):
            others, comparison = [], replace(comparison, base=joint)  # "March plus April against …"
        if comparison.period is None and len(others) > (0 if comparison.base else 1):
            raise Unclear("I can hold two periods against each other, or one. Which do you mean?")
        base = comparison.base or (current[0] if current else None)
        if base and base.only and comparison.unit not in (None, "year"):
            raise ScatteredError(base.label)
        if (
            comparison.count == 1
            and comparison.unit
            and base
            and self._is_longer(as_range(base.period), comparison.unit)
        ):
            each: Grain | None = _GRAINS.get(comparison.unit) or grain
            return Times(as_range(base.period), None, each, notes, steps=True)
        if comparison.kind == "previous_period" and grain and comparison.unit == grain and base is None:
            return Times(
                self.earlier, None, grain, notes, steps=True
            )  # "by month, with the change to the month before"
        if base and base.grain == "day" and comparison.kind == "previous_period" and comparison.unit is None:
            feasts = of_the_feast_before(as_range(base.period), self.days.today, self.calendar)
            if feasts is not None:
                return Times(*feasts, grain, notes)  # "on Black Friday and the one before"
            if _names_a_weekday(self.annotation, base):
                comparison = replace(comparison, unit="week")  # "last Saturday and the one before"
        now, before = self._pair(as_range(base.period) if base else self.earlier, comparison)
        if now.end and now.end > self.days.today + timedelta(days=1):
            notes = (*notes, f"{now.label} is not over yet.")
        return Times(now, before, grain, notes)

    def _year_apart(self, period: Period) -> tuple[TimeRange, TimeRange]:
        """A period that was named twice, and the same a year before: the later one is its latest that has begun."""
        later = shift(period, "year", 1)
        begun = later.start is not None and later.start <= self.days.today
        now = later if begun else period
        return as_range(now), as_range(shift(now, "year", -1))

    def _is_longer(self, time: TimeRange, unit: Unit) -> bool:
        """ "month on month sales for 2019": several of the units that are compared."""
        if time.start is None or time.end is None:
            return False
        return shift(Period(time.start, time.end, "day", ""), unit, 1).start < time.end  # pyright: ignore[reportOptionalOperand] — it has a start

    def _listed(self, current: list[PeriodSpan], comparison: ComparisonSpan) -> tuple[list[PeriodSpan], ComparisonSpan]:
        """ "this spring, March April May, against …": the months that were listed, as one."""
        spans = [*current, *([comparison.base] if comparison.base and comparison.base not in current else [])]
        if len(spans) < 3:  # noqa: PLR2004 — a season and at least two months
            return current, comparison
        joined = listed_inside(sorted((as_range(span.period) for span in spans), key=lambda r: r.start or date.min))
        if joined is None:
            return current, comparison
        base = replace(spans[-1], start=joined.start, end=joined.end, label=joined.label, offset=None)
        return [base], replace(comparison, base=base)

    def _neighbours(self, one: PeriodSpan, other: PeriodSpan) -> PeriodSpan | None:
        """ "March plus April": two periods of a kind that are listed, the second right behind the first, as one."""
        first, last = sorted((one, other), key=lambda span: span.start or date.min)
        opening = self.annotation.tokens[first.tokens.start - 1].norm if first.tokens.start else ""
        if opening == "between" and self._asks_for_a_change():
            return None  # "the change between August and September"
        between = {token.norm for token in self.annotation.tokens[first.tokens.stop : last.tokens.start]}
        listed = bool(between) and between <= {"and", "plus", "+", "&", ","}
        if not listed or first.end is None or first.end != last.start or first.grain != last.grain:
            return None
        return replace(first, end=last.end, label=f"{first.label} – {last.label}")

    def _narrowed(
        self, current: list[PeriodSpan], comparison: ComparisonSpan
    ) -> tuple[list[PeriodSpan], ComparisonSpan]:
        """ "q4 profit this year against q4 last year": of periods that lie in one another the shortest is meant."""
        spans = [*current, *([comparison.base] if comparison.base and comparison.base not in current else [])]
        if len(spans) < 2 or (inner := innermost([as_range(span.period) for span in spans])) is None:  # noqa: PLR2004
            return current, comparison
        base = next(span for span in spans if as_range(span.period) == inner)
        return [base], replace(comparison, base=base)

    def _pair(self, now: TimeRange | None, comparison: ComparisonSpan) -> tuple[TimeRange, TimeRange]:
        """The period that is asked about and the earlier one. Where only the earlier one is named ("against last
        year"), the present one of its kind is meant, and both are cut to the days that have passed."""
        named = comparison.period
        if named is not None:
            if now is not None and (now.start, now.end) == (named.period.start, named.period.end):
                said = {token.norm for token in self.annotation.tokens[named.tokens.start : named.tokens.stop]}
                if said & _EARLIER:
                    return now, as_range(preceding(as_period(now)))  # "last 30 days against the prior 30 days"
                return self._year_apart(as_period(now))  # "Q2 against Q2 a year earlier"
            if now is not None:
                return now, as_range(named.period)
            if named.offset is None:
                raise Unclear(f"What shall I compare with {named.label}?")
            return self._to_date(named.offset.unit, named.offset.count)
        if now is not None and now.start and now.end:
            if SAME & {token.norm for token in self.annotation.tokens}:
                now = cut_at(now, self.days.today + timedelta(days=1))  # "this year against the same period last year"
            period = as_period(now)
            if comparison.kind == "previous_year":
                return now, self._years_before(now, comparison)
            if comparison.unit:
                return now, as_range(shift(period, comparison.unit, -comparison.count))
            return now, as_range(preceding(period))
        if comparison.kind == "previous_year" or comparison.unit:
            return self._to_date(comparison.unit or "year", -comparison.count)
        raise Unclear("Which period shall I compare? For example: this year with the year before.")

    def _years_before(self, now: TimeRange, comparison: ComparisonSpan) -> TimeRange:
        """The same period years before: of a week the one that begins on the same weekday, and all of a year where it
        is said ("year to date against the full last year")."""
        said = {token.norm for token in self.annotation.tokens[comparison.tokens.start : comparison.tokens.stop]}
        moved = in_another_year(now, -comparison.count, self.days.today, self.calendar)
        moved = moved or as_range(shift(as_period(now), "year", -comparison.count))
        if said & {"full", "whole", "entire"} and moved.start:
            start, end = date(moved.start.year, 1, 1), date(moved.start.year + 1, 1, 1)
            return TimeRange(start=start, end=end, label=name_period(start, end, "year"))
        running = now.label.startswith("the week of")  # cut to today
        if not (running or unit_of(now) == "week") or now.start is None or now.end is None or " (" in moved.label:
            return moved
        back = timedelta(weeks=WEEKS_IN_YEAR * comparison.count)
        start, end = now.start - back, now.end - back
        return TimeRange(
            start=start, end=end, label=name_period(start, end, "week" if unit_of(now) == "week" else "day")
        )

    def _to_date(self, unit: Unit, count: int) -> tuple[TimeRange, TimeRange]:
        start = unit_start(self.days.today, unit, self.calendar)
        end = self.days.today + timedelta(days=1)
        now = Period(start, end, "day", name_period(start, end, "day"))
        return as_range(now), as_range(shift(now, unit, count))

    def _shifted(self, time: TimeRange, move: RelativeShift) -> TimeRange:
        if time.start is None or time.end is None:
            raise Unclear("The period before has no beginning or no end: which period do you mean?")
        period = as_period(time)
        count = -move.count if move.kind == "earlier" else move.count
        if move.unit == "year" and (named := in_another_year(time, count, self.days.today, self.calendar)):
            return named
        return as_range(shift(period, move.unit, count) if move.unit else preceding(period, -count))


def _without_its_kind(comparisons: list[ComparisonSpan]) -> list[ComparisonSpan]:
    """ "year on year growth, 2019 over 2018": the two years are named, and "year on year" says no more than that."""
    named = [one for one in comparisons if one.kind == "period" and one.period and one.base]
    kinds = [one for one in comparisons if one.kind == "previous_year" and one.period is None and one.unit == "year"]
    if len(comparisons) != 2 or len(named) != 1 or len(kinds) != 1:  # noqa: PLR2004 — the kind, and the pair
        return comparisons
    period, base = named[0].period, named[0].base
    apart = period and base and period.start and base.start and base.start.year - period.start.year == 1
    return named if apart else comparisons


def _names_a_weekday(annotation: Annotation, span: PeriodSpan) -> bool:
    words = (token.lemma for token in annotation.tokens[span.tokens.start : span.tokens.stop])
    return any(word in WEEKDAYS for word in words)


def until_today(query: MetricQuery, days: Days) -> MetricQuery:
    """The query without what lies after today: an answer as of a day knows nothing of the days after it."""
    members = tuple(member.model_copy(update={"time": _known(member.time, days)}) for member in query.members)
    changed: dict[str, object] = {"members": members, "time": _known(query.time, days)}
    if query.compare is not None:
        changed["compare"] = _known(query.compare, days)
    return query.model_copy(update=changed)


def _known(time: TimeRange | None, days: Days) -> TimeRange | None:
    tomorrow = days.today + timedelta(days=1)
    if time is not None:
        return cut_at(time, tomorrow)
    last = max((day for day in (days.last, days.last_refund) if day is not None), default=None)
    later = last is not None and last >= tomorrow and (days.first is None or days.first < tomorrow)
    return TimeRange(end=tomorrow) if later else None
