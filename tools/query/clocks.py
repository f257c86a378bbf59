"""Times of day that a question names, as conditions on them."""

from collections.abc import Sequence

from storage.metrics.clock import HOURS, MINUTES_IN_DAY, MINUTES_IN_HOUR, PARTS_OF_DAY
from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery
from tools.language.annotation import SpanKind
from tools.query.sentence import Sentence
from tools.query.slots import Unclear, Unsupported

MINUTE, HOUR, PART_OF_DAY = "time_of_day", "hour", "part_of_day"
ONLY_DATES = "Your orders came with dates only, so I cannot tell the time of day."


_CAME = frozenset(
    "came come comes placed fell fall happened were was are is taken made sold go went bought ordered".split()
)
_NO_SHARE_OF_HOURS = "I can show the share of a part of the day (“the share of the evening”), not yet of hours."


def take_clocks(s: Sentence) -> None:
    """Raises Unsupported where the data holds no times, Unclear where several are named."""
    clocks = [i for i, span in enumerate(s.spans) if span.kind is SpanKind.CLOCK]
    if clocks and not s.has_values(PART_OF_DAY):
        raise Unsupported(ONLY_DATES)
    if clocks and s.cue_anywhere("share"):
        _refuse_share_of_hours(s, clocks[0])
    if clocks:  # "evening orders, after 6pm": the hours say which evening is meant
        s.slots.filters[:] = [item for item in s.slots.filters if item.dimension != PART_OF_DAY]
    if len(clocks) > 1:
        raise Unclear("I can look at one stretch of the day at a time. Which do you mean?")
    for i in clocks:
        clock = s.spans[i].clock
        s.slots.used.add(i)
        if clock is not None:
            s.slots.filters.append(_filter(clock.start, clock.end))
    for span in s.spans if not clocks else ():
        for name in dict.fromkeys(value.text for value in span.values if value.dimension == PART_OF_DAY):
            first, last = PARTS_OF_DAY[name]
            s.slots.notes.append(f"{name} is from {first}:00 to {last}:00.")


def _refuse_share_of_hours(s: Sentence, clock: int) -> None:
    """ "what share of the orders came after 6pm": the hours are the part, and the whole has all of them."""
    part = any(value.dimension == PART_OF_DAY for span in s.spans for value in span.values)
    if part or s.word_before(clock) in _CAME:
        raise Unsupported(_NO_SHARE_OF_HOURS)


def _filter(start: int, end: int) -> Filter:
    """`end` is excluded, and may lie on the next day."""
    if start == 0:
        return Filter(dimension=MINUTE, operator="lt", values=(end,))
    if end == MINUTES_IN_DAY:
        return Filter(dimension=MINUTE, operator="ge", values=(start,))
    if start < end:
        return Filter(dimension=MINUTE, operator="between", values=(start, end - 1))
    if start % MINUTES_IN_HOUR or end % MINUTES_IN_HOUR:
        raise Unsupported("Over midnight I can look at whole hours only.")
    first, last = start // MINUTES_IN_HOUR, end // MINUTES_IN_HOUR
    return Filter(dimension=HOUR, operator="in", values=(*HOURS[first:], *HOURS[:last]))


def refuse_without_times(model: SemanticModel, names: tuple[str, ...], *, has_times: bool) -> None:
    """Raises Unsupported where something is to be shown by the time of day and the data knows none."""
    if not has_times and any(model.dimensions[name].of_clock for name in names if name in model.dimensions):
        raise Unsupported(ONLY_DATES)


def without_a_time(query: MetricQuery, model: SemanticModel) -> MetricQuery | None:
    """How many orders and refunds a condition on the time of day leaves out because they came without one; None where
    there is no such condition."""
    if not any(model.dimensions[item.dimension].of_clock for item in query.filters):
        return None
    entities = {base.entity for name in query.metrics for base in model.base_metrics(name).values()}
    others = tuple(item for item in query.filters if not model.dimensions[item.dimension].of_clock)
    counted = ["refund_count"] if "refund" in entities else []
    counted += ["orders"] if entities - {"refund"} else []
    untimed = Filter(dimension=MINUTE, operator="is_null")
    return MetricQuery(
        metrics=tuple(counted),
        filters=(*others, untimed),
        members=query.members,
        time=query.time,
        currency=query.currency,
        converts=query.converts,
        as_of=query.as_of,
    )


def told_apart(query: MetricQuery, counts: Sequence[object]) -> list[str]:
    """What is said of those that were left out, in the order of `query`."""
    kinds = {"orders": "order", "refund_count": "refund"}
    named = [(kinds[name], int(str(count or 0))) for name, count in zip(query.metrics, counts, strict=True)]
    said = [f"{count:,} {kind}{'s' * (count != 1)}" for kind, count in named if count]
    verb = "is" if sum(count for _, count in named) == 1 else "are"
    return [f"{' and '.join(said)} came without a time of day and {verb} left out."] if said else []
