"""Quantiles in plain SQL, since SQLite has none of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Double, Select, cast, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

VALUE, ROWS = "v", "n"
_PLACE, _COUNT, _ALL = "place", "many", "rows_of_all"


def quantile(things: Subquery, keys: Sequence[str], at: float) -> Select[*tuple[Any, ...]]:
    """The quantile `at` (0 to 1) of the column `v` per group of `keys`, and how many rows (`n`) stand behind it.

    Linear interpolation between the two nearest things (definition 7 of Hyndman and Fan, "Sample Quantiles in
    Statistical Packages", 1996; what PostgreSQL's percentile_cont and numpy give).
    """
    group = [things.c[key] for key in keys]
    ranked = (
        select(
            *group,
            things.c[VALUE],
            (func.row_number().over(partition_by=group or None, order_by=things.c[VALUE]) - 1).label(_PLACE),
            func.count().over(partition_by=group or None).label(_COUNT),
            func.sum(things.c[ROWS]).over(partition_by=group or None).label(_ALL),
        )
        .where(things.c[VALUE].is_not(None))
        .subquery("ranked_things")
    )
    away: ColumnElement[Any] = func.abs(ranked.c[_PLACE] - cast(at * (ranked.c[_COUNT] - 1), Double))
    kept = [ranked.c[key] for key in keys]
    value = func.sum(ranked.c[VALUE] * (1 - away))
    return select(*kept, value.label(VALUE), func.max(ranked.c[_ALL]).label(ROWS)).where(away < 1).group_by(*kept)
