"""Figures that look at other rows of the same answer: totals so far, means of the last few, the change from one bucket
to the next, the first of each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Date, Double, Select, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from storage.metrics.buckets import first_day, following, ordinal
from storage.metrics.output import CompiledQuery, OutputColumn
from storage.metrics.query import Filter, MetricQuery, TimeRange, Window

_PLACE, _MEMBER, _KEY = "place_in_each", "each_member", "each_key"


def looked_at(query: MetricQuery, week_start: int, side: TimeRange | None = None) -> TimeRange:
    """The days that are read: the period, or the one on the other `side` of a comparison, and for a window that reaches back
    what lies before it."""
    time, window = side or query.time or TimeRange(), query.window
    if window is None or window.kind == "running" or query.grain is None or time.start is None:
        return time
    back = window.size if window.kind == "change" else window.size - 1
    start = first_day(time.start, query.grain, week_start, before=back)
    return time.model_copy(update={"start": start})


def gathered(query: MetricQuery, window: Window, bases: Iterable[str], groups: Subquery) -> Subquery:
    """The columns of `groups`, every base figure gathered over the buckets of time that the window takes in, within
    each group. What is derived from them is then right too: an average of seven days is their sales by their orders,
    and no mean of means. A bucket without rows counts as nothing, and still as one of the last few. Each of two periods
    is gathered apart from the other, also where the days that are read for the one lie in the other."""
    things = [groups.c[f"{kind}{i}"] for i in range(len(query.dimensions)) for kind in "dk"]
    things += [groups.c.p] if query.compare else []

    def total(name: str) -> ColumnElement[Any]:
        summed = func.sum(groups.c[name])
        if window.kind == "running" or query.grain is None:
            return summed.over(partition_by=things or None, order_by=groups.c.t)
        at = ordinal(groups.c.t, query.grain)
        last = summed.over(partition_by=things or None, order_by=at, range_=(1 - window.size, 0))
        return cast(last, Double) / window.size

    values = [total(f"c_{name}").label(f"c_{name}") for name in bases]
    return select(*things, groups.c.t, *values, groups.c.n).subquery("gathered")


def beside_earlier(query: MetricQuery, size: int, bases: Mapping[str, bool], groups: Subquery) -> Subquery:
    """The columns of `groups`, and beside every base figure `c_…` that of the bucket `size` before it as `p_…`, within
    each group. `bases` says of each whether nothing is a zero. A bucket without rows came to nothing, unless it lies
    before the first one that has any: then there is nothing to hold against."""
    groups = _with_the_fallen(query, bases, groups)
    things = [groups.c[f"{kind}{i}"] for i in range(len(query.dimensions)) for kind in "dk"]
    at = ordinal(groups.c.t, query.grain or "day")
    reaches = at - size >= func.min(at).over()
    earlier: list[ColumnElement[Any]] = []
    for name, counts_from_zero in bases.items():
        before = func.sum(groups.c[f"c_{name}"]).over(partition_by=things or None, order_by=at, range_=(-size, -size))
        value = case((reaches, func.coalesce(before, 0))) if counts_from_zero else before
        earlier.append(value.label(f"p_{name}"))
    own = [groups.c[f"c_{name}"] for name in bases]
    return select(*things, groups.c.t, *own, *earlier, groups.c.n).subquery("beside_earlier")


def _with_the_fallen(query: MetricQuery, bases: Mapping[str, bool], groups: Subquery) -> Subquery:
    """The rows of `groups`, and one for each bucket in which a thing came to nothing after one in which it had any: no
    fall is greater. The last bucket is that in which the period ends, else the last that has any rows."""
    grain = query.grain or "day"
    names = [f"{kind}{i}" for i in range(len(query.dimensions)) for kind in "dk"]
    things = [groups.c[name] for name in names]
    after = func.lead(groups.c.t).over(partition_by=things or None, order_by=groups.c.t)
    figures = [groups.c[f"c_{name}"] for name in bases]
    seen = select(*things, groups.c.t, *figures, groups.c.n, after.label("after"), func.max(groups.c.t).over().label("newest")).subquery("seen")  # fmt: skip
    next_one = following(seen.c.t, grain)
    end = query.time.end if query.time else None
    until = next_one < literal(end, Date) if end else next_one <= seen.c.newest
    nothing = [literal(0) if counts_from_zero else null() for counts_from_zero in bases.values()]
    fallen = select(
        *(seen.c[name] for name in names),
        next_one.label("t"),
        *(
            cast(zero, figure.type).label(f"c_{name}")
            for name, zero, figure in zip(bases, nothing, figures, strict=True)
        ),
        literal(0).label("n"),
    ).where(or_(seen.c.after.is_(None), seen.c.after > next_one), until)
    return union_all(select(*things, groups.c.t, *figures, groups.c.n), fallen).subquery("with_the_fallen")


def placed_among_all(
    statement: Select[Any], placed: Filter, columns: Sequence[OutputColumn], order: ColumnElement[Any]
) -> CompiledQuery:
    """The rows of some members, each with its place among the rows of all; equal figures have the same place."""
    place, places = (OutputColumn(name, name, placed.dimension) for name in ("place", "places"))
    among = statement.add_columns(
        func.rank().over(order_by=order).label(place.name), func.count().over().label(places.name)
    ).subquery("placed")
    shown = (*columns, place, places)
    wanted = among.c[placed.dimension].in_(placed.values)
    rows: Select[Any] = select(*(among.c[column.name] for column in shown)).where(wanted)
    return CompiledQuery(rows.order_by(among.c[place.name], among.c[placed.dimension]), shown)


def first_of_each(
    statement: Select[Any],
    query: MetricQuery,
    columns: Sequence[str],
    groups: Subquery,
    order: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    """The first `limit` rows of each member of the dimension `per`, or of each bucket of time, one member after the
    other. Two members of one name stay two."""
    at = None if query.per == "time" else query.dimensions.index(query.per or "")
    name, key = (groups.c.t, groups.c.t) if at is None else (groups.c[f"d{at}"], groups.c[f"k{at}"])
    place = func.row_number().over(partition_by=[name, key], order_by=order)
    ranked = statement.add_columns(place.label(_PLACE), name.label(_MEMBER), key.label(_KEY)).subquery("ranked")
    first = select(*(ranked.c[column] for column in columns)).where(ranked.c[_PLACE] <= query.limit)
    return first.order_by(ranked.c[_MEMBER], ranked.c[_KEY], ranked.c[_PLACE])
