"""Filters and queries from outside: that they name what there is, and hold values of its type."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid
from storage.metrics.model import SemanticModel
from storage.metrics.query import Analysis, BasketAnalysis, Filter, FunnelAnalysis, Having, Member, MetricQuery, Scalar

_LONGEST_VALUE = 500
_LARGEST = 2**53
_MOST = {"filters": 20, "having": 10, "order": 5}
_ALWAYS = frozenset({"eq", "ne", "in", "not_in", "is_null", "not_null"})
_ORDERED = _ALWAYS | {"gt", "ge", "lt", "le", "between"}
_OPERATORS = {
    "string": _ALWAYS | {"contains"},
    "number": _ORDERED,
    "date": _ORDERED,
    "boolean": frozenset({"eq", "ne", "is_null", "not_null"}),
}


class Naming(Protocol):
    """What names metrics and dimensions: a query, with its times or without."""

    @property
    def metrics(self) -> tuple[str, ...]: ...
    @property
    def dimensions(self) -> tuple[str, ...]: ...
    @property
    def members(self) -> tuple[Member, ...]: ...
    @property
    def having(self) -> tuple[Having, ...]: ...
    @property
    def analysis(self) -> Analysis | None: ...


def checked_query(query: MetricQuery, model: SemanticModel, pointer: str) -> MetricQuery:
    """A query from outside with its values typed. Raises CopilotError (invalid) where it names what there is not, holds
    values of another type, or more parts than anybody needs."""
    for part, most in _MOST.items():
        if len(getattr(query, part)) > most:
            raise invalid(f"A query has {most} {part} at most.", pointer=f"{pointer}/{part}")
    check_names(query, model, pointer)
    members = checked_members(query.members, model, f"{pointer}/members")
    filters = checked_filters(query.filters, model, f"{pointer}/filters")
    analysis = checked_analysis(query.analysis, model, f"{pointer}/analysis")
    placed = checked_place(query.placed, model, f"{pointer}/placed")
    return query.model_copy(update={"filters": filters, "members": members, "analysis": analysis, "placed": placed})


def checked_filters(filters: Sequence[Filter], model: SemanticModel, pointer: str) -> tuple[Filter, ...]:
    """The filters with values of the type that their dimension has. Raises CopilotError (invalid) with a pointer to each
    part that cannot be used."""
    problems: list[FieldProblem] = []
    kept: list[Filter] = []
    for i, item in enumerate(filters):
        at = f"{pointer}/{i}"
        dimension = model.dimensions.get(item.dimension)
        if dimension is None:
            known = ", ".join(model.dimensions)
            problems.append(
                FieldProblem(f"{at}/dimension", f"There is no such thing to filter by. There are: {known}.")
            )
            continue
        if item.operator not in _OPERATORS[dimension.type]:
            problems.append(FieldProblem(f"{at}/operator", f"{dimension.label} cannot be compared so."))
            continue
        values = [_typed(value, dimension.type) for value in item.values]
        problems += [
            FieldProblem(f"{at}/values/{n}", f"{dimension.label} takes a {_WORDS[dimension.type]}.")
            for n, value in enumerate(values)
            if value is None
        ]
        kept.append(item.model_copy(update={"values": tuple(values)}))
    if problems:
        raise CopilotError(ErrorKind.INVALID, "A filter cannot be used.", problems=tuple(problems))
    return tuple(kept)


def checked_place(placed: Filter | None, model: SemanticModel, pointer: str) -> Filter | None:
    """Whose place among its like is told. Raises CopilotError (invalid) like `checked_filters`, its pointers those of a list
    of one, and for bands, which are parts of a scale and no members of a kind."""
    if placed is None:
        return None
    (checked,) = checked_filters((placed,), model, pointer)
    if model.dimensions[checked.dimension].bands:
        raise invalid("A band has no place among its like.", pointer=f"{pointer}/dimension")
    return checked


def checked_members(members: Sequence[Member], model: SemanticModel, pointer: str) -> tuple[Member, ...]:
    """The members with checked filters. Raises CopilotError (invalid) like `checked_filters`."""
    return tuple(
        one.model_copy(update={"filters": checked_filters(one.filters, model, f"{pointer}/{i}/filters")})
        for i, one in enumerate(members)
    )


def checked_analysis(analysis: Analysis | None, model: SemanticModel, pointer: str) -> Analysis | None:
    """The analysis with checked filters. Raises CopilotError (invalid) like `checked_filters`."""
    if not isinstance(analysis, BasketAnalysis):
        return analysis
    return analysis.model_copy(update={"of": checked_filters(analysis.of, model, f"{pointer}/of")})


def check_names(query: Naming, model: SemanticModel, pointer: str) -> None:
    """Raises CopilotError (invalid) with a pointer to each name of what there is not. What goes with what is for the
    compiler to say."""
    named = [(f"metrics/{i}", name, model.metrics) for i, name in enumerate(query.metrics)]
    named += [(f"having/{i}/metric", one.metric, model.metrics) for i, one in enumerate(query.having)]
    named += [(f"dimensions/{i}", name, model.dimensions) for i, name in enumerate(query.dimensions)]
    named += [(f"members/{i}/dimension", one.dimension, model.dimensions) for i, one in enumerate(query.members)]
    named += [(f"members/{i}/metric", one.metric, model.metrics) for i, one in enumerate(query.members)]
    if isinstance(query.analysis, FunnelAnalysis):
        named += [(f"analysis/steps/{i}", name, model.metrics) for i, name in enumerate(query.analysis.steps)]
    missing = [(place, name, known) for place, name, known in named if name not in known]
    if missing:
        problems = tuple(
            FieldProblem(f"{pointer}/{place}", f"There is no {name[:80]!r}. There are: {', '.join(known)}.")
            for place, name, known in missing
        )
        what = ", ".join(repr(name[:80]) for _, name, _ in missing)
        raise CopilotError(ErrorKind.INVALID, f"The query names what there is not: {what}.", problems=problems)


_WORDS = {
    "string": f"text of at most {_LONGEST_VALUE} characters",
    "number": "number",
    "date": "date such as 2026-01-31",
    "boolean": "true or false",
}


def _typed(value: Scalar, kind: str) -> Scalar | None:
    """The value as the type, None where it is none of it. JSON has no dates: they come as text."""
    match kind, value:
        case "boolean", bool():
            return value
        case "number", int() | float() if not isinstance(value, bool) and abs(value) <= _LARGEST:
            return value
        case "date", str():
            try:
                return date.fromisoformat(value)
            except ValueError:
                return None
        case "date", date():
            return value
        case "string", str() if len(value) <= _LONGEST_VALUE:
            return value
        case _:
            return None
