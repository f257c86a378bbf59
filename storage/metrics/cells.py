"""Which records one figure of an answer stands for: of which period, and reckoned how from their totals."""

import ast
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.arithmetic import parsed
from storage.metrics.buckets import first_day
from storage.metrics.model import DerivedMetric, SemanticModel
from storage.metrics.query import Grain, MetricQuery, TimeRange
from storage.metrics.windows import looked_at


def period_of(query: MetricQuery, bucket: date | None, week_start: int, *, before: bool = False) -> TimeRange:
    """The days whose records a figure is counted from: the whole period without a `bucket` (the first day of a unit of
    the grain), else what the bucket's figure takes in. `before`: the figure that it is held against. Raises INVALID
    where the query has no such figure."""
    if before and not (query.compare or query.changes):
        raise _no_such("It is held against no other period.")
    side = query.compare if before and query.compare else query.time
    whole = side or TimeRange()
    if bucket is None:
        if before and query.changes:
            raise _no_such("Name the bucket of time.")
        return whole
    if query.grain is None:
        raise _no_such("It is not split by time.")
    if first_day(bucket, query.grain, week_start) != bucket:
        raise _no_such(f"{bucket} is not the first day of a {query.grain}.")
    if before and query.compare:
        bucket = _beside(query, bucket, week_start)
    start, window = bucket, query.window
    if window is not None and window.kind == "rolling":
        start = first_day(bucket, query.grain, week_start, before=window.size - 1)
    elif window is not None and window.kind == "running":
        start = date.min
    elif before:
        bucket = start = first_day(bucket, query.grain, week_start, before=window.size if window else 0)
    whole = looked_at(query, week_start, side) if query.window else whole
    first = max(start, whole.start) if whole.start else start
    end = first_day(bucket, query.grain, week_start, before=-1)
    end = date.max if end == date.min else end
    last = min(end, whole.end) if whole.end else end
    if first >= last:
        raise _no_such(f"There is no {query.grain} that begins on {bucket} in its period.")
    return TimeRange(start=None if first == date.min else first, end=last, label=whole.label, only=whole.only)


def _beside(query: MetricQuery, bucket: date, week_start: int) -> date:
    """The bucket of the period before that stands beside a bucket of this one."""
    time, compare, grain = query.time, query.compare, query.grain
    if time is None or compare is None or grain is None or time.start is None or compare.start is None:
        raise _no_such("Its periods have no buckets beside each other.")
    distance = buckets_from(time.start, bucket, grain)
    found = first_day(compare.start, grain, week_start)
    while compare.end is None or found < compare.end:
        if buckets_from(compare.start, found, grain) == distance:
            return found
        found = first_day(found, grain, week_start, before=-1)
        if found == date.min:
            break
    raise _no_such("Nothing stands beside it in the period before.")


def buckets_from(start: date | None, bucket: date, grain: Grain) -> int:
    """Of how many buckets after the start of its period one is."""
    if start is None:
        return 0
    if grain in ("day", "week"):
        return (bucket - start + timedelta(days=6)).days // 7 if grain == "week" else (bucket - start).days
    months = (bucket.year - start.year) * 12 + bucket.month - start.month
    return months // {"month": 1, "quarter": 3, "year": 12}[grain]


def reckoned(model: SemanticModel, metric: str, totals: Mapping[str, Fraction | None]) -> Fraction | None:
    """A metric from the totals of its base metrics, exactly; None where it is a ratio of nothing."""
    definition = model.metrics[metric]
    if not isinstance(definition, DerivedMetric):
        return totals[metric]

    def value(node: ast.expr) -> Fraction | None:
        match node:
            case ast.Name(id=name):
                return reckoned(model, name, totals)
            case ast.Constant(value=int() | float() as number):
                return Fraction(str(number))
            case ast.UnaryOp(operand=operand):
                inner = value(operand)
                return None if inner is None else -inner
            case ast.BinOp(left=left, op=operation, right=right):
                one, other = value(left), value(right)
                if one is None or other is None:
                    return None
                match operation:
                    case ast.Add():
                        return one + other
                    case ast.Sub():
                        return one - other
                    case ast.Mult():
                        return one * other
                    case _:
                        return one / other if other else None
            case _:
                raise AssertionError(metric)

    return value(parsed(definition.expression))


def _no_such(reason: str) -> CopilotError:
    return CopilotError(ErrorKind.INVALID, f"The answer has no such figure. {reason}")
