"""Which country, or state of the United States, a value of the data names."""

from typing import Literal

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.ingestion.catalogue import plain_name
from tools.ingestion.places import country_code
from tools.language.values import ValueIndex

Layer = Literal["country", "state"]
UNITED_STATES = "US"

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
"""The states of the United States and their capital's district, by their postal codes."""


def layer_of(dimension: str, model: SemanticModel) -> Layer | None:
    """What of the atlas a dimension's values are, by what it is called: "Country", "Ship country", "State"."""
    match model.dimensions[dimension].label.lower().split()[-1:] if dimension in model.dimensions else []:
        case ["country"]:
            return "country"
        case ["state"]:
            return "state"
        case _:
            return None


def place_code(value: object, layer: Layer) -> str | None:
    """ISO 3166-1 alpha-2 of a country by any of its names, or the postal code of a state; None where it is neither."""
    if not isinstance(value, str) or not value.strip():
        return None
    return country_code(value) if layer == "country" else _state_code(value)


def countries_of(query: MetricQuery, model: SemanticModel, values: ValueIndex, home: str | None) -> frozenset[str]:
    """The codes of the countries that rows of a query may lie in: those that it is narrowed to, else all that the data
    names, else the business's own. One that has no code is ""."""
    dimensions = [name for name in model.dimensions if layer_of(name, model) == "country"]
    narrowed = [one for one in query.filters if one.dimension in dimensions and one.operator in ("eq", "in")]
    named = [value for one in narrowed for value in one.values] or [text for d in dimensions for text in values.of(d)]
    return frozenset(place_code(value, "country") or "" for value in named or [home] if value)


def _state_code(value: str) -> str | None:
    code = value.strip().upper().removeprefix("US-")
    if code in STATES:
        return code
    plain = plain_name(value)
    return _BY_NAME.get(plain)


_BY_NAME = {plain_name(name): code for code, name in STATES.items()} | {
    "washington dc": "DC",
    "washington d c": "DC",
}
