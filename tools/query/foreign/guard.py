"""Holds a query against the frame that it came from: what was meant is in it, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery
from tools.query.foreign.frame import Frame, Named, NotUnderstood
from tools.query.planner import Plan

_OPERATORS = {
    "more_than": "gt",
    "at_least": "ge",
    "less_than": "lt",
    "at_most": "le",
    "equals": "eq",
    "between": "between",
}
_LEFT_OUT = ("ne", "not_in")


def hold_against(frame: Frame, plan: Plan, model: SemanticModel, before: MetricQuery | None) -> None:
    """Raises NotUnderstood where the two differ. What was asked `before` may stay, where this changes it."""
    frame = replace(frame, follows=frame.follows or (before is not None and _keeps(plan.query, before)))
    for fault in _faults(frame, plan, model):
        raise NotUnderstood("not_that", fault)


def _keeps(query: MetricQuery, before: MetricQuery) -> bool:
    """Whether anything of the question before is in this one."""
    return bool(
        (query.time is not None and query.time == before.time)
        or set(query.filters) & set(before.filters)
        or set(query.dimensions) & set(before.dimensions)
        or query.metrics == before.metrics
    )


def _faults(frame: Frame, plan: Plan, model: SemanticModel) -> Iterator[str]:
    query = plan.query
    yield from plan.ignored
    for metric in frame.metrics:
        if not (_is_asked(metric, query, model) or (frame.lacking or frame.condition or frame.average)):
            yield model.metrics[metric].label
    yield from _wrong_names(frame, query)
    yield from _wrong_things(frame, plan)
    yield from _wrong_times(frame, query)
    yield from _wrong_ranking(frame, query)
    yield from _wrong_condition(frame, query)
    if frame.share and not query.share_of_total:
        yield "%"
    if frame.average and plan.mean_over is None and not frame.follows and frame.groups:
        yield "average"
    if not frame.follows and not frame.average and plan.mean_over is not None:
        yield "average"


def _wrong_ranking(frame: Frame, query: MetricQuery) -> Iterator[str]:
    rank = frame.rank
    if rank is None:
        if query.limit is not None and not frame.follows:
            yield str(query.limit)
    elif rank.whole:
        if query.limit is not None or not query.order or query.order[0].descending != rank.descending:
            yield "ranking"
    elif rank.limit is not None and query.limit != rank.limit:
        yield str(rank.limit)
    elif (
        query.limit is None
        or not query.order
        or (not frame.change and not frame.follows and query.order[0].descending != rank.descending)
    ):
        yield "ranking"


def _wrong_condition(frame: Frame, query: MetricQuery) -> Iterator[str]:
    if frame.condition is None:
        if query.having and not frame.follows:
            yield query.having[0].metric
        return
    wanted = (_OPERATORS[frame.condition.operator], tuple(float(number) for number in frame.condition.numbers))
    if not any((held.operator, tuple(float(value) for value in held.values)) == wanted for held in query.having):
        yield str(frame.condition.numbers[0])
    if frame.counted != query.count_groups:
        yield "count"


def _is_asked(metric: str, query: MetricQuery, model: SemanticModel) -> bool:
    described = model.metrics[metric]
    other = described.otherwise if described.type == "derived" else None
    return metric in query.metrics or (other is not None and other in query.metrics)


def _wrong_names(frame: Frame, query: MetricQuery) -> Iterator[str]:
    held = [*query.filters, *(one for member in query.members for one in member.filters)]
    for named in frame.names:
        if not named.instead and not any(_is_about(one, named, frame) for one in held):
            yield named.text
    if not frame.follows:
        for one in held:
            if not any(_is_about(one, named, frame) for named in frame.names):
                yield ", ".join(str(value) for value in one.values)


def _is_about(one: Filter, named: Named, frame: Frame) -> bool:
    left_out = one.operator in _LEFT_OUT
    of_members = frame.bought and named.negated
    if left_out != named.negated and not (of_members and not left_out):
        return False
    if not named.values:
        return one.dimension == (named.kind or one.dimension)
    texts = {value.text for value in named.values if value.dimension == one.dimension}
    if one.operator == "contains":
        piece = str(one.values[0]).casefold()
        return any(piece in text.casefold() for text in texts)
    return bool(texts & {str(value) for value in one.values})


def _wrong_things(frame: Frame, plan: Plan) -> Iterator[str]:
    query = plan.query
    target = [frame.rank.target] if frame.rank is not None and frame.rank.target is not None else []
    wanted = [*frame.groups, *frame.within, *target, *([frame.of] if frame.of is not None else [])]
    for thing in wanted:
        there = thing.id in (query.grain, plan.mean_over) if thing.is_unit else thing.id in query.dimensions
        folded = frame.average or (frame.metrics and not thing.is_unit and thing.id in ("customer", "order_number"))
        if not there and not folded:
            yield thing.id
    if frame.follows:
        return
    named = {value.dimension for one in frame.names for value in one.values} | {one.kind for one in frame.names}
    things = {thing.id for thing in wanted}
    bought = {"customer"} if frame.bought or frame.lacking else set[str]()
    for dimension in query.dimensions:
        if dimension not in things | named | bought | {"currency"} and not frame.latest:
            yield dimension
    spread = len(frame.periods) > 1 or frame.trend or frame.running or frame.change
    if query.grain is not None and plan.mean_over is None and query.grain not in things and not spread:
        yield query.grain


def _wrong_times(frame: Frame, query: MetricQuery) -> Iterator[str]:
    member_times = [member.time for member in query.members if member.time is not None]
    if frame.periods and query.time is None and not member_times:
        yield frame.periods[0]
    if frame.follows or frame.shift:
        return
    if query.time is not None and not (frame.periods or frame.compare or frame.change):
        yield query.time.label
    if frame.compare and query.compare is None and not query.changes:
        yield frame.compare
    held = frame.compare or frame.side_by_side or frame.change or len(frame.periods) > 1
    if query.compare is not None and not held:
        yield query.compare.label
