"""What the figures of the semantic layer are made of: sums and ratios of what is counted, and products of one another.

That a product holds is no claim of this file: each second factor is defined as the product divided by the first.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from storage.metrics.model import NO_SUMS, DerivedMetric, SemanticModel

Linear = Mapping[str, Fraction]
"""Base metric → coefficient."""

PRODUCTS: dict[str, tuple[str, str]] = {
    "sold_net_of_discount": ("orders", "average_order_value"),
    "orders": ("customers", "orders_per_customer"),
    "average_order_value": ("units_per_order", "average_price"),
    "units": ("orders", "units_per_order"),
    "refunds": ("sold_net_of_discount", "refund_rate"),
    "discounts": ("gross_sales", "discount_rate"),
    "shipping": ("orders", "shipping_per_order"),
}
"""A figure and two that it is the product of; net sales fall into orders and their value, orders into customers and how
often they order, the value of an order into pieces and their price."""
SUMS: dict[str, tuple[str, str]] = {"customers": ("new_customers", "returning_customers")}
"""A figure that is counted and two that add up to it."""
_SPLIT_IN_SUMS = frozenset(["sold_net_of_discount", "units", "orders"])
"""Terms of a sum that are looked into; refunds and discounts are told as they are."""


@dataclass(frozen=True, slots=True)
class Form:
    """A figure as a linear form of base metrics, or as one divided by another."""

    above: Linear
    below: Linear | None = None

    @property
    def bases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.above, *(self.below or ()))))


@dataclass(frozen=True, slots=True)
class Driver:
    """One factor or term behind a figure. `sign` is −1 where it takes away or divides; drivers of one `product` multiply
    to it; `within` is the coarser driver that it belongs to."""

    metric: str
    sign: int = 1
    product: str | None = None
    within: str | None = None


def form_of(model: SemanticModel, name: str) -> Form | None:
    """None where a figure is neither: a median, a product, a day."""
    metric = model.metrics[name]
    node: ast.expr = ast.parse(metric.expression, mode="eval").body if isinstance(metric, DerivedMetric) else ast.Name(name)  # fmt: skip
    linear = _linear(model, node)
    if linear is not None:
        return Form(linear)
    return _quotient(model, node)


def terms_of(model: SemanticModel, name: str) -> tuple[tuple[int, str], ...] | None:
    """The figures that a sum is written down as, each with its sign: net sales are sales after discounts minus refunds.
    None where it is no such sum, or one with other coefficients."""
    metric = model.metrics[name]
    if name in PRODUCTS or not isinstance(metric, DerivedMetric):
        return ((1, name),)
    return _terms(model, ast.parse(metric.expression, mode="eval").body, 1)


def drivers_of(model: SemanticModel, name: str) -> tuple[Driver, ...]:
    """What a figure is made of, in the finest factors that are known; empty where it is one of a kind."""
    if name in SUMS and all(part in model.metrics for part in SUMS[name]):
        return tuple(Driver(part) for part in SUMS[name])
    if name in PRODUCTS:
        return _factors(name)
    metric = model.metrics[name]
    if isinstance(metric, DerivedMetric) and model.is_ratio(name):
        body = ast.parse(metric.expression, mode="eval").body
        if isinstance(body, ast.BinOp) and isinstance(body.left, ast.Name) and isinstance(body.right, ast.Name):
            return (Driver(body.left.id, 1, name), Driver(body.right.id, -1, name))
        return ()
    terms = terms_of(model, name)
    if terms is None or len(terms) < 2:  # noqa: PLR2004 — one is no sum
        return ()
    found: list[Driver] = []
    for sign, term in terms:
        split = _factors(term) if term in _SPLIT_IN_SUMS else ()
        found += split if split and sign > 0 else [Driver(term, sign)]
    return tuple(found)


def _factors(name: str) -> tuple[Driver, ...]:
    """The factors of a product, and those of each factor in its place."""
    found: list[Driver] = []
    for factor in PRODUCTS[name]:
        finer = PRODUCTS.get(factor)
        if finer is not None and name != "refunds":
            found += [Driver(one, 1, name, factor) for one in finer]
        else:
            found.append(Driver(factor, 1, name))
    return tuple(found)


def coarser(drivers: tuple[Driver, ...]) -> tuple[Driver, ...]:
    """The drivers with those that belong to one taken together."""
    return tuple(dict.fromkeys(Driver(one.within or one.metric, one.sign, one.product) for one in drivers))


def _terms(model: SemanticModel, node: ast.expr, sign: int) -> tuple[tuple[int, str], ...] | None:
    match node:
        case ast.Name(id=name):
            metric = model.metrics[name]
            if name in PRODUCTS or not isinstance(metric, DerivedMetric):
                return ((sign, name),)
            return _terms(model, ast.parse(metric.expression, mode="eval").body, sign)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            first = _terms(model, left, sign)
            second = _terms(model, right, -sign if isinstance(op, ast.Sub) else sign)
            return (*first, *second) if first is not None and second is not None else None
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _terms(model, operand, -sign)
        case _:
            return None


def _linear(model: SemanticModel, node: ast.expr) -> dict[str, Fraction] | None:
    match node:
        case ast.Name(id=name):
            metric = model.metrics[name]
            if isinstance(metric, DerivedMetric):
                return _linear(model, ast.parse(metric.expression, mode="eval").body)
            return None if isinstance(metric, NO_SUMS) else {name: Fraction(1)}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _times(_linear(model, operand), Fraction(-1))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            one, other = _linear(model, left), _linear(model, right)
            if one is None or other is None:
                return None
            sign = -1 if isinstance(op, ast.Sub) else 1
            return {name: one.get(name, Fraction(0)) + sign * other.get(name, Fraction(0)) for name in (*one, *other)}
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for factor, rest in ((left, right), (right, left)):
                if (number := _number(factor)) is not None:
                    return _times(_linear(model, rest), number)
            return None
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            number = _number(right)
            return _times(_linear(model, left), 1 / number) if number else None
        case _:
            return None


def _quotient(model: SemanticModel, node: ast.expr) -> Form | None:
    match node:
        case ast.Name(id=name) if isinstance(model.metrics[name], DerivedMetric):
            return form_of(model, name)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            above, below = _linear(model, left), _linear(model, right)
            return Form(above, below) if above and below else None
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            for factor, rest in ((left, right), (right, left)):
                number, form = _number(factor), _quotient(model, rest) if _number(factor) else None
                if number and form:
                    return Form(_times(form.above, number) or {}, form.below)
            return None
        case _:
            return None


def _times(form: Mapping[str, Fraction] | None, number: Fraction) -> dict[str, Fraction] | None:
    return None if form is None else {name: factor * number for name, factor in form.items()}


def _number(node: ast.expr) -> Fraction | None:
    return (
        Fraction(str(node.value)) if isinstance(node, ast.Constant) else None
    )  # a float's shortest form is what was written
