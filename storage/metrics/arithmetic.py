"""The arithmetic of metrics: their expressions as SQL, their scale, and one figure out of the rows of several facts."""

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Date, Double, cast, func, literal, null
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from storage.metrics.model import (
    AverageMetric,
    BaseMetric,
    ClosingMetric,
    ConversionMetric,
    DayMetric,
    DerivedMetric,
    QuantileMetric,
    SemanticModel,
    SumMetric,
)


def absent(metric: BaseMetric) -> ColumnElement[Any]:
    """NULL with a type: PostgreSQL takes the type of a UNION's first branches, and a bare NULL is text to it."""
    if isinstance(metric, DayMetric):
        return cast(null(), Date)
    exact = not isinstance(metric, AverageMetric | QuantileMetric | ConversionMetric)
    return cast(null(), BigInteger if exact else Double)


def together(metric: BaseMetric, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The figure of a group from its one row of each fact: no two rows of one fact meet here."""
    match metric:
        case DayMetric(type="first_day"):
            return func.min(value)
        case DayMetric():
            return func.max(value)
        case AverageMetric() | QuantileMetric() | ClosingMetric() | ConversionMetric():
            return func.sum(value)
        case _:
            return func.coalesce(func.sum(value), 0)


def value_of(model: SemanticModel, name: str, source: Subquery, prefix: str) -> ColumnElement[Any]:
    """A metric over the base figures of a source, whose columns are called by them with a prefix."""
    metric = model.metrics[name]
    if not isinstance(metric, DerivedMetric):
        return source.c[prefix + name]
    return arithmetic(metric.expression, lambda used: value_of(model, used, source, prefix))


def micros_of(model: SemanticModel, name: str) -> int:
    """How often a metric's raw figure is to be divided by 10⁶ (money and quantities are kept in micro-units)."""
    metric = model.metrics[name]
    if isinstance(metric, SumMetric | AverageMetric | QuantileMetric | ClosingMetric):
        return 1 if metric.scale == "micros" else 0
    if not isinstance(metric, DerivedMetric):
        return 0

    def power(node: ast.expr) -> int | None:
        match node:
            case ast.Name(id=used):
                return micros_of(model, used)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return (power(left) or 0) + (power(right) or 0)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return (power(left) or 0) - (power(right) or 0)
            case ast.BinOp(left=left, right=right):
                known = {p for p in (power(left), power(right)) if p is not None}
                if len(known) > 1:
                    raise ValueError(f"{name} adds figures of different scale")
                return known.pop() if known else None
            case ast.UnaryOp(operand=operand):
                return power(operand)
            case _:
                return None

    return power(parsed(metric.expression)) or 0


def arithmetic(expression: str, resolve: Callable[[str], ColumnElement[Any]]) -> ColumnElement[Any]:
    """An expression of + − × ÷ over names as SQL. A division is exact and NULL where the divisor is 0."""

    def build(node: ast.expr) -> ColumnElement[Any]:
        match node:
            case ast.Name(id=name):
                return resolve(name)
            case ast.Constant(value=int() | float() as value):
                return literal(value)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -build(operand)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return build(left) + build(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return build(left) - build(right)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return build(left) * build(right)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return cast(build(left), Double) / func.nullif(cast(build(right), Double), 0)
            case _:
                raise ValueError(f"not arithmetic: {expression!r}")

    return build(parsed(expression))


@lru_cache(maxsize=1024)
def parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body
