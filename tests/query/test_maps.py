"""Maps: places by any of their names, all others told by name, drawn offline, and asked for in words."""

import struct
from datetime import date
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
import vl_convert

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.query import MetricQuery
from tests.metrics.shop import Shop, expected
from tests.query.asking import AS_OF, ask
from tests.query.charts import MODEL, figures, query
from tools.language.values import ValueIndex
from tools.query.atlas.places import STATES, countries_of, place_code
from tools.query.atlas.views import drawable, view
from tools.query.chart_drawing import drawn
from tools.query.chart_kinds import unsuited
from tools.query.drawn import ChartKind, Drawn
from tools.query.service import QueryService
from tools.query.shown_as import read_shown

BY_COUNTRY = query(dimensions=("country",))
BY_STATE = query(dimensions=("state",))
US = frozenset(["US"])
EUROPE = {"UK": 8.0, "Deutschland": 3.5, "France": 2.0, "Malta": 0.5}


def drawn_map(
    figured: dict[str | None, float], asked: MetricQuery = BY_COUNTRY, countries: frozenset[str] = frozenset()
) -> Drawn:
    shown = figures(asked, list(figured), list(figured.values()))  # type: ignore[arg-type] - a row may name nothing
    return drawn("map", shown, asked, MODEL, "Where we sell", countries=countries)


def features(chart: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What is drawn with a figure."""
    assert chart is not None
    return chart["layer"][1]["data"]["values"]


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("UK", "GB"), ("United Kingdom", "GB"), ("GB", "GB"), ("USA", "US"), ("united states", "US"), ("Germany", "DE"),
        ("DE", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"), ("EIRE", "IE"), ("RSA", "ZA"), ("Singapore", "SG"),
        ("Hong Kong", "HK"), ("Türkiye", "TR"), ("Côte d’Ivoire", "CI"), ("Unspecified", None), ("European Community", None),
        ("Online", None), ("", None), (None, None), (7, None),
    ],
)  # fmt: skip
def test_a_country_is_known_by_any_of_its_names(said: object, code: str | None) -> None:
    assert place_code(said, "country") == code
    assert code is None or code in drawable("country")


@pytest.mark.parametrize(
    ("said", "code"),
    [("California", "CA"), ("ca", "CA"), ("US-TX", "TX"), ("Washington, D.C.", "DC"), ("Bavaria", None), ("ON", None)],
)
def test_a_state_is_known_by_its_name_and_its_postal_code(said: str, code: str | None) -> None:
    assert place_code(said, "state") == code


def test_the_atlas_has_every_state_and_every_member_of_the_united_nations_that_people_trade_with() -> None:
    assert set(drawable("state")) == set(STATES)
    trading = """US CA MX BR AR CL CO PE GB IE DE FR ES PT IT NL BE LU CH AT DK SE NO FI IS PL CZ SK HU RO BG GR HR SI EE
    LV LT MT CY UA TR RU IL AE SA QA KW BH OM EG MA TN NG GH KE ZA IN PK BD LK NP CN HK TW JP KR SG MY TH VN ID PH AU
    NZ FJ MU MV JM BS BB TT XK RS ME MK AL BA MD GE AM AZ KZ UZ""".split()
    assert set(trading) <= set(drawable("country"))


@pytest.mark.parametrize("layer", ["country", "state"])
def test_outlines_are_closed_and_turn_as_a_sphere_wants_them(layer: Any) -> None:
    """One that turns the other way is all of the globe but the place."""
    for code in drawable(layer):
        shape = view(layer, [code]).shapes[code]
        if shape["type"] == "Point":
            continue
        assert shape["coordinates"], code
        for outer, *holes in shape["coordinates"]:
            assert outer[0] == outer[-1], code
            assert area(outer) < 0, code
            assert all(area(hole) > 0 for hole in holes), code


def area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


# ── what is drawn ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("figured", "asked", "projection"),
    [
        (EUROPE, BY_COUNTRY, "mercator"),
        ({"UK": 8.0, "USA": 3.0, "Australia": 1.0, "Singapore": 0.2}, BY_COUNTRY, "equalEarth"),
        ({"New Zealand": 2.0, "Fiji": 1.0}, BY_COUNTRY, "mercator"),
        ({"Malta": 5.0}, BY_COUNTRY, "mercator"),
        ({"Russia": 5.0, "Norway": -2.0}, BY_COUNTRY, "equalEarth"),
        ({"CA": 5.0, "New York": 2.0, "Alaska": 1.0}, BY_STATE, "albersUsa"),
    ],
)
def test_a_map_keeps_to_the_official_schema_and_is_drawn_without_a_network(
    figured: dict[str | None, float], asked: MetricQuery, projection: str, validator: jsonschema.Draft7Validator
) -> None:
    chart = drawn_map(figured, asked, US)
    assert chart.spec is not None
    assert chart.spec["projection"] == {"type": projection}
    assert list(validator.iter_errors(chart.spec)) == []
    sized = chart.spec | {"width": 640}
    svg = vl_convert.vegalite_to_svg(sized, vl_version="5.20", allowed_base_urls=[])
    assert svg.count('aria-roledescription="geoshape"') == len(figured)
    assert "Where we sell" in svg
    assert "NaN" not in svg
    png = vl_convert.vegalite_to_png(sized, vl_version="5.20", allowed_base_urls=[])
    width, height = struct.unpack(">II", png[16:24])
    assert width > height > 300


def test_larger_figures_are_darker() -> None:
    chart = drawn_map({"UK": 8.0, "Germany": 4.0, "France": 0.0})
    svg = vl_convert.vegalite_to_svg(chart.spec | {"width": 640}, vl_version="5.20", allowed_base_urls=[])  # type: ignore[operator]
    shades = []
    for part in svg.split('aria-roledescription="geoshape"')[1:]:
        red, green, blue = part.split('fill="rgb(')[1].split(")")[0].split(",")
        shades.append(int(red) + int(green) + int(blue))
    assert shades == sorted(shades)
    assert len(set(shades)) == 3


def test_what_could_not_be_placed_is_told_by_name() -> None:
    chart = drawn_map({**EUROPE, "Unspecified": 3.0, "European Community": 1.0, None: 2.0, "Gibraltar": 1.0})
    assert [feature["country"] for feature in features(chart.spec)] == list(EUROPE)
    assert chart.note == "Not on the map: Unspecified, European Community, –, Gibraltar."


def test_of_very_many_without_a_place_the_first_are_named_and_the_rest_counted() -> None:
    nowhere: dict[str | None, float] = {f"Depot {i}": 1.0 for i in range(20)}
    assert drawn_map({"UK": 1.0, **nowhere}).note.endswith("Depot 11, and 8 more.")


def test_where_nothing_has_a_place_nothing_is_drawn_and_it_is_said() -> None:
    chart = drawn_map({"Unspecified": 3.0})
    assert chart.spec is None
    assert chart.note == "This is not drawn: it names no place that the map has. Not on the map: Unspecified."


def test_two_names_of_one_place_are_added_up_and_it_is_said() -> None:
    chart = drawn_map({"UK": 8.0, "United Kingdom": 2.0, "France": 1.0})
    first = features(chart.spec)[0]
    assert (first["country"], first["revenue"]) == ("UK, United Kingdom", 10.0)
    assert chart.note == "One place on the map: UK, United Kingdom."


def test_figures_that_cannot_be_added_up_leave_a_place_with_two_names_out() -> None:
    asked = query(dimensions=("country",), metrics=("average_order_value",))
    chart = drawn_map({"UK": 80.0, "United Kingdom": 20.0, "France": 10.0}, asked)
    assert [feature["country"] for feature in features(chart.spec)] == ["France"]
    assert chart.note == "Not on the map: UK, United Kingdom."


def test_a_map_holds_no_address_and_makes_no_expression_of_a_name() -> None:
    chart = drawn_map({"UK": 8.0, "France": 1.0})
    keys: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            keys.update(node)
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(chart.spec)
    assert not keys & {"url", "expr", "signal", "transform", "filter", "calculate", "href"}


# ── what suits ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (query(dimensions=("category",)), "where each category lies is not known"),
        (query(dimensions=("city",)), "where each city lies is not known"),
        (query(dimensions=("region",)), "where each region lies is not known"),
        (query(dimensions=("country", "category")), "one figure of one period by country"),
        (query(dimensions=("country",), grain="month"), "one figure of one period by country"),
        (query(dimensions=("country",), metrics=("revenue", "orders")), "one figure of one period by country"),
        (query(dimensions=("country",), metrics=("last_order",)), "no days"),
        (query(grain="month"), "one figure of one period by country"),
        (query(), "a single figure"),
    ],
)
def test_what_has_no_place_is_no_map(asked: MetricQuery, reason: str) -> None:
    refusal = unsuited("map", asked, MODEL)
    assert refusal is not None
    assert reason in refusal


@pytest.mark.parametrize(
    ("values", "filters", "home", "is_drawn"),
    [
        (["USA"], (), None, True),
        (["USA", "Italy"], (), None, False),
        (["USA", "Italy"], ("United States",), None, True),
        (["Italy"], (), None, False),
        ([], (), "US", True),
        ([], (), "AU", False),
        ([], (), None, False),
    ],
)
def test_a_state_is_one_of_the_united_states_only_where_nothing_else_can_be(
    values: list[str], filters: tuple[str, ...], home: str | None, *, is_drawn: bool
) -> None:
    """ "PA" is Pennsylvania and Palermo, "WA" Washington and Western Australia."""
    narrowed = [{"dimension": "country", "operator": "in", "values": filters}] if filters else []
    asked = query(dimensions=("state",), filters=narrowed)
    countries = countries_of(asked, MODEL, ValueIndex({"country": values}), home)
    chart = drawn_map({"PA": 3.0, "WA": 1.0}, asked, countries)
    assert (chart.spec is not None) is is_drawn
    assert is_drawn or "for the United States alone" in chart.note


# ── asked for in words ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("question", "rest", "kind"),
    [
        ("show me sales by country on a map", "show me sales by country", "map"),
        ("map of sales by country", "sales by country", "map"),
        ("Draw a world map of orders by country in 2010!", "orders by country in 2010!", "map"),
        ("orders by country on a map last month", "orders by country last month", "map"),
        ("top 5 countries by revenue, plotted on a world map", "top 5 countries by revenue", "map"),
        ("sales by category as a pie chart", "sales by category", "pie"),
        ("bar chart of orders by month", "orders by month", "bar"),
        ("scatter plot of sales and units by product", "sales and units by product", "scatter"),
        ("Umsatz nach Land auf einer Karte", "Umsatz nach Land", "map"),
        ("ventes par pays sur une carte", "ventes par pays", "map"),
        ("ventas por país en un mapa", "ventas por país", "map"),
        ("how many map pins did we sell", "how many map pins did we sell", None),
        ("sales of the pie chart mug", "sales of the pie chart mug", None),
        ("sales on a Monday", "sales on a Monday", None),
    ],
)
def test_a_question_says_how_its_answer_is_shown(question: str, rest: str, kind: ChartKind | None) -> None:
    shown = read_shown(question)
    assert (shown.question, shown.kind) == (rest, kind)
    assert not shown.is_bare


@pytest.mark.parametrize("words", ["on a map", "put that on a map please", "show me the map", "zeig das als Karte"])
def test_words_alone_mean_the_answer_before(words: str) -> None:
    shown = read_shown(words)
    assert shown.kind == "map"
    assert shown.is_bare


def test_a_name_in_the_data_stays_a_name() -> None:
    values = ValueIndex({"product": ["Map of Paris"]})
    assert read_shown("map of Paris sales", values).kind is None
    assert read_shown("map of sales by country", values).kind == "map"


@pytest.mark.anyio
async def test_the_figures_of_a_map_are_those_of_the_table(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "gross sales by country on a map in January 2026")
    want = expected(shop, "gross_sales", "country", date(2026, 1, 1), date(2026, 2, 1), {})
    assert {row[0]: row[1] for row in answer.rows} == {country: pytest.approx(value) for country, value in want.items()}
    assert {one["country"]: one["gross_sales"] for one in features(answer.chart)} == dict(answer.rows)
    assert answer.drill is not None


@pytest.mark.anyio
async def test_an_answer_is_put_on_a_map_and_stays_there(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    first = await ask(database, actor, service, "gross sales by country in 2026", "c")
    assert first.chart is not None
    assert first.chart["mark"]["type"] == "bar"
    shown = await ask(database, actor, service, "put that on a map", "c")
    assert shown.rows == first.rows
    assert len(features(shown.chart)) == 3
    later = await ask(database, actor, service, "and only in January?", "c")
    assert later.rows != first.rows
    assert len(features(later.chart)) == 3
    other = await ask(database, actor, service, "by channel instead", "c")
    assert other.chart is not None
    assert other.chart["mark"]["type"] == "bar"
    assert "as you asked" not in other.answer
    back = await ask(database, actor, service, "as a pie chart", "c")
    assert back.chart is not None
    assert back.chart["mark"]["type"] == "arc"


@pytest.mark.anyio
async def test_what_has_no_place_is_answered_and_the_reason_told(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "gross sales by category on a map")
    assert answer.status == "answered"
    assert "It is not shown as you asked. A map shows countries" in answer.answer
    assert answer.chart is not None
    assert answer.chart["mark"]["type"] == "bar"
    alone = await ask(database, actor, service, "on a map")
    assert alone.status == "needs_clarification"
    assert "a map" in alone.answer


@pytest.mark.anyio
@pytest.mark.parametrize("question", ["Umsatz nach Land auf einer Karte", "ventas por país en un mapa"])
async def test_other_languages_ask_for_maps_too(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str
) -> None:
    answer = await ask(database, actor, service, question, as_of=AS_OF)
    assert len(features(answer.chart)) == 3
