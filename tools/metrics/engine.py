"""What an expression over metrics comes to: its unit, and that it can be reckoned at all. Pure."""

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass

from storage.metrics.model import DerivedMetric, SemanticModel, Unit, expression_names

MOST_PARTS = 100
"""Base metrics that one may go back to, counted as often as they occur: SQL repeats each."""
_MOST_DIGITS = 250
"""A double holds some 308 digits before the point."""
_DIGITS_OF_A_FIGURE = 18
_LARGEST, _SMALLEST = 1_000_000_000, 1e-9
_SHOWN_AS: dict[str, tuple[Unit, ...]] = {
    "money": ("money",),
    "share": ("share", "number"),
    "number": ("number", "share", "quantity"),
    "count": ("count", "number"),
    "quantity": ("quantity", "number"),
    "days": ("days", "number"),
}
"""The units that a figure of a kind may be given; the first where none is. What is divided by its like is a ratio, and
whether that is read as per cent only its maker knows."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A part of an expression. `power`: its raw figure is to be divided by 10⁶ so often; None for a plain number."""

    kind: str
    power: int | None


def units_of(expression: str, model: SemanticModel, power: Callable[[str], int]) -> tuple[Unit, ...]:
    """The units that fit, the likeliest first. `power` tells a metric's (see Compiler.micros). Raises ValueError, in
    words for the owner, where figures do not go together. Its names are known, none is a day."""
    return _SHOWN_AS[_value(_parsed(expression), model, power).kind]


def check_extent(expression: str, model: SemanticModel) -> None:
    """Raises ValueError for an expression that is too long once all that it is made of is written out, whose figures may
    exceed what can be reckoned with, or that names no metric. Its names are known and not made of themselves."""
    parts, digits = _extent(_parsed(expression), model, {})
    if parts == 0:
        raise ValueError("it names no metric")
    if parts > MOST_PARTS:
        raise ValueError(f"it goes back to {parts} figures: {MOST_PARTS} at most")
    if digits > _MOST_DIGITS:
        raise ValueError("its figures could grow beyond what can be reckoned with")


def _parsed(expression: str) -> ast.expr:
    expression_names(expression)  # refuses all but arithmetic
    return ast.parse(expression, mode="eval").body


def _extent(node: ast.expr, model: SemanticModel, known: dict[str, tuple[int, float]]) -> tuple[int, float]:
    """(base metrics written out, digits of the largest figure)."""
    match node:
        case ast.Name(id=name):
            if name not in known:
                metric = model.metrics[name]
                derived = isinstance(metric, DerivedMetric)
                known[name] = _extent(_parsed(metric.expression), model, known) if derived else (1, _DIGITS_OF_A_FIGURE)
            return known[name]
        case ast.Constant(value=int() | float() as value):
            return 0, abs(math.log10(abs(value))) if value else 0
        case ast.UnaryOp(operand=operand):
            return _extent(operand, model, known)
        case ast.BinOp(left=left, op=op, right=right):
            (one, digits), (other, more) = _extent(left, model, known), _extent(right, model, known)
            multiplied = isinstance(op, ast.Mult | ast.Div)
            return one + other, digits + more if multiplied else max(digits, more) + 1
        case _:
            raise AssertionError(node)


def _value(node: ast.expr, model: SemanticModel, power: Callable[[str], int]) -> _Value:
    match node:
        case ast.Name(id=name):
            return _Value(model.metrics[name].unit, power(name))
        case ast.Constant(value=value):
            return _number(value)
        case ast.UnaryOp(operand=operand):
            return _value(operand, model, power)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _value(left, model, power), _value(right, model, power)
            if one.power is None and other.power is None:
                raise ValueError(f"“{ast.unparse(node)}” is one number: write it as one")
            match op:
                case ast.Mult():
                    return _Value(_product(one, other), (one.power or 0) + (other.power or 0))
                case ast.Div():
                    if isinstance(right, ast.Constant) and not right.value:
                        raise ValueError("it divides by zero")
                    return _Value(_quotient(one, other), (one.power or 0) - (other.power or 0))
                case _:
                    return _sum(one, other)
        case _:
            raise AssertionError(node)


def _number(value: object) -> _Value:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number")
    if value and not _SMALLEST <= abs(value) <= _LARGEST:
        raise ValueError("numbers in it lie between 0.000000001 and 1,000,000,000")
    return _Value("number", None)


def _sum(one: _Value, other: _Value) -> _Value:
    if one.power is None or other.power is None:
        figure = other if one.power is None else one
        if figure.power:
            raise ValueError(f"a plain number cannot be added to {_said(figure)} or taken from it")
        return figure
    if one.kind == other.kind and one.power == other.power:
        return one
    if one.kind == other.kind:
        raise ValueError("it adds figures that are kept at different scales, or takes them from each other")
    if one.power != other.power or {one.kind, other.kind} & {"money", "days"}:
        raise ValueError(f"{_said(one)} and {_said(other)} cannot be added or taken from each other")
    return _Value("number", one.power)


def _product(one: _Value, other: _Value) -> str:
    kinds = {one.kind, other.kind}
    if one.kind == other.kind == "money":
        raise ValueError("money times money is nothing that can be counted")
    if "money" in kinds:
        return "money"
    if one.power is None or other.power is None or "share" in kinds:
        return _scaled(other.kind if one.power is None or one.kind == "share" else one.kind)
    return "number"


def _quotient(one: _Value, other: _Value) -> str:
    if other.power is None:
        return _scaled(one.kind)
    if one.kind == "money":
        return "share" if other.kind == "money" else "money"
    return one.kind if other.kind == "share" and one.kind in ("quantity", "days") else "number"


def _scaled(kind: str) -> str:
    """Half a count need not be whole."""
    return "number" if kind == "count" else kind


def _said(value: _Value) -> str:
    return {"money": "money", "share": "a share", "count": "a count", "quantity": "a quantity"}.get(
        value.kind, "a number"
    )
