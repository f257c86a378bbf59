"""What of the atlas a map shows: the world or the part of it where the places lie, and the United States.

Longitude and latitude in degrees; outer rings turn clockwise, as Vega's spherical projections want them.
"""

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tools.query.atlas.places import Layer

Ring = list[list[float]]
Geometry = dict[str, Any]
"""A GeoJSON MultiPolygon, or a Point for a place too small to be drawn in its borders."""
_FILES: dict[Layer, str] = {"country": "countries.json", "state": "us_states.json"}
_WIDEST = 110.0
"""Degrees of longitude beyond which the whole world is shown."""
_LOWEST = 14.0
_BROAD = 1.5
"""How many times as wide as high a part is at least, as Mercator's projection draws it."""
_NORTHERNMOST, _SOUTHERNMOST = 72.0, -58.0
"""Beyond these Mercator's projection would show little else."""
_MARGIN = 0.06
"""Of a part's own size, around it."""


@dataclass(frozen=True, slots=True)
class Frame:
    west: float
    south: float
    east: float
    north: float

    def overlaps(self, other: "Frame") -> bool:
        beside = self.east <= other.west or other.east <= self.west
        return not (beside or self.north <= other.south or other.north <= self.south)


@dataclass(frozen=True, slots=True)
class View:
    """`shapes` of the places that were asked for, over the `background` of all that is there beside them."""

    projection: str
    shapes: Mapping[str, Geometry]
    background: Geometry


def drawable(layer: Layer) -> Collection[str]:
    """The codes of all places that the atlas has."""
    return _atlas(layer)["shapes"].keys()


def view(layer: Layer, codes: Collection[str]) -> View:
    """For places that are drawable, at least one."""
    atlas = _atlas(layer)
    shapes: dict[str, Geometry] = {code: atlas["shapes"][code] for code in codes}
    others = (polygons for code, polygons in _polygons(atlas["shapes"]) if code not in shapes)
    if layer == "state":
        return View("albersUsa", shapes, _joined(others))
    frame = _frame(shapes.values())
    if frame is None:
        return View("equalEarth", shapes, _joined([atlas["land"]]))
    cut = {code: _within(shape, frame) for code, shape in shapes.items()}
    return View("mercator", cut, _joined(_cut(polygons, frame) for polygons in others))


@cache
def _atlas(layer: Layer) -> dict[str, Any]:
    return json.loads((files("tools.query.atlas") / _FILES[layer]).read_bytes())


def _polygons(shapes: Mapping[str, Geometry]) -> Iterator[tuple[str, list[list[Ring]]]]:
    return ((code, one["coordinates"]) for code, one in shapes.items() if one["type"] == "MultiPolygon")


def _joined(parts: Iterable[list[list[Ring]]]) -> Geometry:
    return {"type": "MultiPolygon", "coordinates": [polygon for part in parts for polygon in part]}


def _frame(shapes: Iterable[Geometry]) -> Frame | None:
    """Around the mainland of each; None where that is wide enough for the world."""
    parts = [_mainland(shape) for shape in shapes]
    west, east = min(one.west for one in parts), max(one.east for one in parts)
    south, north = min(one.south for one in parts), max(one.north for one in parts)
    if east - west > _WIDEST or north > _NORTHERNMOST or south < _SOUTHERNMOST:
        return None
    y = (max(_LOWEST, north - south) * (1 + _MARGIN) - (north - south)) / 2
    south, north = max(south - y, _SOUTHERNMOST), min(north + y, _NORTHERNMOST)
    width = max((east - west) * (1 + _MARGIN), _BROAD * math.degrees(_mercator(north) - _mercator(south)))
    middle = (west + east) / 2
    return Frame(middle - width / 2, south, middle + width / 2, north)


def _mercator(latitude: float) -> float:
    return math.asinh(math.tan(math.radians(latitude)))


def _mainland(shape: Geometry) -> Frame:
    if shape["type"] == "Point":
        x, y = shape["coordinates"]
        return Frame(x, y, x, y)
    return max(
        (_around(polygon[0]) for polygon in shape["coordinates"]),
        key=lambda one: (one.east - one.west) * (one.north - one.south),
    )


def _around(ring: Ring) -> Frame:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return Frame(min(xs), min(ys), max(xs), max(ys))


def _within(shape: Geometry, frame: Frame) -> Geometry:
    return shape if shape["type"] == "Point" else _joined([_cut(shape["coordinates"], frame)])


def _cut(polygons: list[list[Ring]], frame: Frame) -> list[list[Ring]]:
    near = (polygon for polygon in polygons if frame.overlaps(_around(polygon[0])))
    cut = ([part for ring in polygon if (part := _cut_ring(ring, frame))] for polygon in near)
    return [polygon for polygon in cut if polygon]


def _cut_ring(ring: Ring, frame: Frame) -> Ring:
    """What of a ring lies in the frame (Sutherland and Hodgman); nothing where that is no area."""
    points = ring[:-1]
    sides: tuple[tuple[int, float, Callable[[float, float], bool]], ...] = (
        (0, frame.west, float.__ge__),
        (0, frame.east, float.__le__),
        (1, frame.south, float.__ge__),
        (1, frame.north, float.__le__),
    )
    for axis, limit, inside in sides:
        kept: Ring = []
        for before, point in zip([points[-1], *points[:-1]] if points else [], points, strict=True):
            was, stays = inside(float(before[axis]), limit), inside(float(point[axis]), limit)
            if was != stays:
                kept.append(_crossing(before, point, axis, limit))
            if stays:
                kept.append(point)
        points = kept
    return [*points, points[0]] if len(points) > 2 else []  # noqa: PLR2004 - two points are a line


def _crossing(a: list[float], b: list[float], axis: int, limit: float) -> list[float]:
    part = (limit - a[axis]) / (b[axis] - a[axis])
    other = round(a[1 - axis] + part * (b[1 - axis] - a[1 - axis]), 2)
    edge = round(limit, 2)
    return [edge, other] if axis == 0 else [other, edge]
