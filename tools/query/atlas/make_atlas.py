"""Makes countries.json and us_states.json from the TopoJSON files of the npm packages world-atlas and us-atlas.

Run by hand where these packages have a new release; README.md beside this file has the commands.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from tools.query.atlas.places import STATES

Ring = list[list[float]]
_PARTS = {"Ashmore and Cartier Is."}
"""Uninhabited, and under the number of the country that they belong to."""
_NO_NUMBER = {"Kosovo": "XK"}
"""Countries that ISO 3166 has no number for, by CLDR's code."""
_LEFT_OUT = {"AQ"}
_ANTARCTIC = -60
_SMALL = 0.35
"""Square degrees: a country whose largest piece is smaller is a point, and smaller islands of others are left out."""


def main(countries: Path, finest: Path, states: Path) -> None:
    """`finest` is `countries` before it was simplified: the small ones lie where it says."""
    folder = Path(__file__).parent
    _write(folder / "countries.json", _countries(_read(countries), _read(finest)))
    _write(folder / "us_states.json", _states(_read(states)))


def _countries(coarse: dict[str, Any], fine: dict[str, Any]) -> dict[str, Any]:
    from babel.core import get_global

    numbers = cast("dict[str, list[str]]", get_global("territory_aliases"))
    middles = {name: _middle(_largest(polygons)) for name, _, polygons in _objects(fine, "countries")}
    shapes: dict[str, Any] = {}
    for name, number, polygons in _objects(coarse, "countries"):
        code = _NO_NUMBER.get(name) or (numbers[number][0] if number else None)
        kept = _kept(polygons, 1)
        if code is not None and code not in _LEFT_OUT and name not in _PARTS:
            shapes[code] = _shape(kept) if kept else {"type": "Point", "coordinates": middles[name]}
    ((_, _, land),) = _objects(coarse, "land")
    inhabited = [polygon for polygon in _kept(land, 1) if max(y for _, y in polygon[0]) > _ANTARCTIC]
    return {"shapes": dict(sorted(shapes.items())), "land": inhabited}


def _states(atlas: dict[str, Any]) -> dict[str, Any]:
    codes = {name: code for code, name in STATES.items()}
    drawn = {codes[name]: _kept(polygons, 2) for name, _, polygons in _objects(atlas, "states") if name in codes}
    return {"shapes": {code: _shape(kept) for code, kept in sorted(drawn.items()) if kept}, "land": []}


def _objects(atlas: dict[str, Any], layer: str) -> list[tuple[str, str | None, list[list[Ring]]]]:
    """Name, number and polygons in degrees of each object of a layer."""
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs: list[Ring] = []
    for arc in atlas["arcs"]:
        x = y = 0
        points: Ring = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append([x * sx + tx, y * sy + ty])
        arcs.append(points)

    def ring(indices: list[int]) -> Ring:
        points: Ring = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += arc[1:] if points else arc
        return _unwrapped(points)

    found: list[tuple[str, str | None, list[list[Ring]]]] = []
    for one in atlas["objects"][layer]["geometries"]:
        polygons = [one["arcs"]] if one["type"] == "Polygon" else one.get("arcs", [])
        found.append(
            (
                one.get("properties", {}).get("name", ""),
                one.get("id"),
                [[ring(r) for r in polygon] for polygon in polygons],
            )
        )
    return found


def _unwrapped(ring: Ring) -> Ring:
    """A ring over the 180th meridian goes on beyond 180 degrees, so that it can be cut and measured like any other."""
    points, turn = list[list[float]](), 0
    for x, y in ring:
        if points and abs(x + turn - points[-1][0]) > 180:  # noqa: PLR2004 - half of the way round
            turn += 360 if x + turn < points[-1][0] else -360
        points.append([x + turn, y])
    back = 360 * round(sum(x for x, _ in points) / len(points) / 360)
    return [[x - back, y] for x, y in points]


def _kept(polygons: list[list[Ring]], decimals: int) -> list[list[Ring]]:
    """Without small islands and lakes, and with as many decimals as a map of this size shows."""
    small = _SMALL / 10 ** (2 * (decimals - 1))
    rounded = [[_rounded(ring, decimals) for ring in polygon if abs(_area(ring)) >= small] for polygon in polygons]
    return [polygon for polygon in rounded if polygon and abs(_area(polygon[0])) >= small / 2]


def _rounded(ring: Ring, decimals: int) -> Ring:
    points: Ring = []
    for x, y in ring:
        point = [round(x, decimals), round(y, decimals)]
        if not points or points[-1] != point:
            points.append(point)
    return points


def _shape(polygons: list[list[Ring]]) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": polygons}


def _largest(polygons: list[list[Ring]]) -> Ring:
    return max((polygon[0] for polygon in polygons), key=lambda ring: abs(_area(ring)))


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def _middle(ring: Ring) -> list[float]:
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    return [round((west + east) / 2, 2), round((south + north) / 2, 2)]


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, atlas: dict[str, Any]) -> None:
    path.write_text(json.dumps(atlas, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
