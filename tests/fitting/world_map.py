"""Writes static/world.svg, the countries of the world without names:
`python -m tests.fitting.world_map COUNTRIES`.

COUNTRIES is `countries-50m.json` of the npm package world-atlas 2.0.2: Natural Earth's admin 0
boundaries at 1:50 million (public domain) as TopoJSON. Nothing of it stays but rounded outlines.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from ml.geolocation.projection import HEIGHT, WIDTH, projected, rim, turns_of, unbroken

FILE = Path(__file__).parents[2] / "static/world.svg"
FINE = 10  # a tenth of a unit, which is some 4 km, is the smallest step
POLE = -89.9
XY = tuple[float, float]


def main(countries: Path) -> None:
    data = json.loads(countries.read_text())
    arcs = [list(decoded(arc, data["transform"])) for arc in data["arcs"]]
    land = "".join(
        drawn(ring, arcs)
        for shape in data["objects"]["countries"]["geometries"]
        for polygon in polygons(shape)
        for ring in polygon
    )
    sphere = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in rim()) + "Z"
    FILE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        "<!-- Made with Natural Earth (public domain) by tests/fitting/world_map.py -->"
        f'<path id="sphere" d="{sphere}"/>'
        f'<g id="land" transform="scale({1 / FINE:g})"><path d="{land}"/></g></svg>\n'
    )
    print(f"{FILE.stat().st_size} bytes")


def decoded(arc: list[list[int]], transform: dict[str, Any]) -> Iterator[XY]:
    """Longitudes and latitudes of an arc's points, which are written as steps."""
    (east, north), (left, bottom) = transform["scale"], transform["translate"]
    for x, y in accumulate(arc, lambda one, step: [one[0] + step[0], one[1] + step[1]]):
        yield x * east + left, y * north + bottom


def polygons(shape: dict[str, Any]) -> list[list[list[int]]]:
    arcs: list[Any] = shape.get("arcs", [])
    return arcs if shape["type"] == "MultiPolygon" else [arcs]


def drawn(ring: list[int], arcs: list[list[XY]]) -> str:
    """A ring as path data, at both rims where it crosses the date line; arcs of negative numbers
    run backwards."""
    points = [
        point for number in ring for point in (arcs[number] if number >= 0 else arcs[~number][::-1])
    ]
    if min(latitude for _, latitude in points) <= POLE:  # its ring runs along the map's rim
        return closed(points)
    whole = unbroken(points)
    return "".join(closed([(x + turn, y) for x, y in whole]) for turn in turns_of(whole))


def closed(points: list[XY]) -> str:
    """Path data in the smallest steps."""
    steps: list[tuple[int, int]] = []
    at = (0, 0)
    for longitude, latitude in points:
        x, y = projected(latitude, longitude)
        there = (round(FINE * x), round(FINE * y))
        if not steps or there != at:
            steps.append((there[0] - at[0], there[1] - at[1]))
            at = there
    first, *rest = (f"{x}{y:+d}" if y < 0 else f"{x} {y}" for x, y in steps)
    return f"M{first}l{' '.join(rest)}z" if len(steps) > 3 else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
