"""What a question was understood to ask, as the outside sees it."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from storage.metrics.query import Filter, Grain, Having, Member, MetricQuery, TimeRange
from tools.query.planner import Plan
from tools.query.schemas import ConditionView, FilterView, Interpretation, MemberView, OrderView, TimeView


def interpretation(plan: Plan, query: MetricQuery) -> Interpretation:
    """`query` is what ran: the plan's, cut to the days that there are."""
    meant_by = {meant: typed for typed, meant in plan.corrections}
    # "2026" was counted as far as it has come, and is still what was asked for.
    time = query.time if plan.to_date or plan.query.time is None else plan.query.time
    return Interpretation(
        metrics=query.metrics,
        dimensions=query.dimensions,
        filters=_filters(query.filters, meant_by),
        conditions=tuple(map(_condition, query.having)),
        held_to=_condition(plan.held_to) if plan.held_to else None,
        members=tuple(_member(member, meant_by) for member in query.members),
        time=_time(time, query.grain) if time or query.grain else None,
        compare=_time(query.compare, query.grain) if query.compare else None,
        share_of_total=query.share_of_total,
        order=tuple(OrderView(by=o.by, descending=o.descending) for o in query.order),
        limit=query.limit,
        offset=query.offset,
        per=query.per,
        window=query.window,
        placed=next(iter(_filters((query.placed,), meant_by)), None) if query.placed else None,
        analysis=query.analysis,
        currency=query.currency,
        converted=query.converts,
        ignored=plan.ignored,
    )


def _condition(having: Having) -> ConditionView:
    return ConditionView(metric=having.metric, operator=having.operator, values=having.values)


def _filters(filters: Iterable[Filter], meant_by: Mapping[str, str]) -> tuple[FilterView, ...]:
    return tuple(
        FilterView(
            dimension=f.dimension,
            operator=f.operator,
            values=tuple(str(value) for value in f.values),
            corrected_from=next((meant_by[str(value)] for value in f.values if str(value) in meant_by), None),
        )
        for f in filters
    )


def _member(member: Member, meant_by: Mapping[str, str]) -> MemberView:
    return MemberView(
        dimension=member.dimension,
        metric=member.metric,
        filters=_filters(member.filters, meant_by),
        time=_time(member.time, None) if member.time else None,
        negated=member.negated,
    )


def _time(time: TimeRange | None, grain: Grain | None) -> TimeView:
    end = time.end - timedelta(days=1) if time and time.end else None
    return TimeView.model_validate(
        {"from": time.start if time else None, "to": end, "grain": grain, "label": time.label if time else None}
    )
