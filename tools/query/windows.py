"""Totals so far, means of the last few, and growth: "running total of sales by month", "7-day moving average of revenue",
"monthly growth"."""

from datetime import timedelta

from storage.metrics.buckets import first_day
from storage.metrics.model import SemanticModel
from storage.metrics.query import Grain, MetricQuery, OrderBy, TimeRange, Window
from tools.language.annotation import Meaning
from tools.query.changes import Days
from tools.query.draft import Context, Draft
from tools.query.sentence import Sentence
from tools.query.slots import Reading, Unclear, Unsupported, whole

LONGEST_WINDOW = 400
_AHEAD = ("over", "across", "using", "of")
_USUAL = ("7-day", "4-week", "3-month")


def take_window(s: Sentence) -> None:
    """Raises Unclear where a mean is to look back and it is not said how far."""
    for i, span in enumerate(s.spans):
        if span.is_cue("running"):
            s.slots.used.add(i)
            s.slots.window = Window(kind="running")
        elif span.is_cue("rolling"):
            s.slots.used.add(i)
            _take_size(s, i)


def _take_size(s: Sentence, i: int) -> None:
    before = i - 2 if i > 1 and s.spans[i - 1].end == s.spans[i].start else None
    places = [] if before is None else [before]
    places += [j for j in range(i + 1, len(s.spans) - 1) if s.word_before(j) in _AHEAD]
    for at in places:
        units, size = s.spans[at + 1].ids(Meaning.UNIT), whole(s.spans[at].number)
        if units and size and s.spans[at].end == s.spans[at + 1].start:
            if size > LONGEST_WINDOW:
                raise Unsupported(f"A mean can look back over {LONGEST_WINDOW} {units[0]}s at most.")
            s.slots.used |= {at, at + 1} | ({at - 1} if at and s.word_before(at) == "over" and at - 1 > i else set())
            s.slots.window = Window(kind="rolling", size=size)
            s.slots.grain = units[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
            return
    said = s.annotation.said(s.spans[i].start, s.spans[i].end)
    options = tuple((one, s.rephrase(s.spans[i], f"{one} {said}")) for one in _USUAL)
    raise Unclear("The mean of the last how many days, weeks or months?", options)


def gather(model: SemanticModel, reading: Reading, draft: Draft, base: Context | None) -> None:
    """Puts the window into a query, also that of the question before. Raises Unclear or Unsupported."""
    window = reading.window or (Window(kind="change") if draft.times.steps else None)
    if window is None and base is not None and base.query.window and draft.grain == base.query.grain:
        if draft.limit or draft.share or draft.counts:
            draft.notes.append(
                "These are plain figures, not totals so far or moving means, which I can show by themselves only."
            )
            return
        window = base.query.window
    if window is None:
        return
    if window.kind == "change":
        _hold_against_earlier(reading, draft, window)
        return
    if draft.grain is None or (window.kind == "rolling" and reading.grain and draft.grain != reading.grain):
        raise Unclear("By day, week or month? A total so far or a moving mean goes from one to the next.")
    if draft.limit or draft.order or draft.share or draft.counts or draft.having:
        raise Unsupported("I can show a total so far or a moving mean, and hold it against another period: not ranked, nor as a share.")  # fmt: skip
    for metric in draft.metrics:
        if not model.adds_over_time(metric):
            label = model.metrics[metric].label
            raise Unsupported(
                f"{label} of several {draft.grain}s cannot be added up: one may count in more than one {draft.grain}."
            )
    draft.window = window


def _hold_against_earlier(reading: Reading, draft: Draft, window: Window) -> None:
    if draft.grain is None or draft.per or draft.counts or draft.having or draft.mean_over:
        raise Unsupported("I can show the change from one day, week, month or year to the next only for each in a row.")
    if draft.times.compare or draft.share:
        raise Unsupported(
            "I can hold each one against the one before it, not against another period or as a share too."
        )
    if draft.order and reading.ranks_change:
        by = "change_pct" if reading.in_rates else "change"
        draft.order = (OrderBy(by=by, descending=draft.order[0].descending),)
    draft.window = window


def name_unfinished(query: MetricQuery, days: Days, week_start: int, notes: list[str]) -> None:
    """A bucket that is still running is smaller than those it is held against, or in one mean with: that is said."""
    if query.window is None or query.window.kind == "running" or query.grain in (None, "day"):
        return
    running = first_day(days.today, query.grain, week_start)
    tomorrow = days.today + timedelta(days=1)
    over = first_day(tomorrow, query.grain, week_start) != running
    time = query.time or TimeRange()
    shown = (time.end is None or time.end > running) and (time.start is None or time.start <= days.today)
    if not over and shown and (days.last is None or days.last >= running):
        notes.append(f"The {query.grain} that began on {running:%-d %B %Y} is not over yet.")


def with_full_windows(query: MetricQuery, days: Days, week_start: int, notes: list[str]) -> MetricQuery:
    """Leaves out the buckets that a mean cannot look back from far enough, since the data begins only then. Raises
    Unsupported where it can from none."""
    window, grain, time = query.window, query.grain, query.time
    if window is None or window.kind != "rolling" or grain is None or days.first is None or days.last is None:
        return query
    earliest = first_day(days.first, grain, week_start, before=1 - window.size)
    if time is not None and time.start is not None and first_day(time.start, grain, week_start) >= earliest:
        return query
    if earliest > days.last or (time is not None and time.end is not None and time.end <= earliest):
        raise Unsupported(f"There are not yet {window.size} {grain}s of data to take the mean of.")
    notes.append(
        f"The first mean is that of {earliest:%-d %B %Y}, when there are {_counted(window.size, grain)} of data."
    )
    time = (time or TimeRange()).model_copy(update={"start": earliest})
    return query.model_copy(update={"time": time})


def _counted(size: int, grain: Grain) -> str:
    return f"{size} {grain}{'s' * (size != 1)}"
