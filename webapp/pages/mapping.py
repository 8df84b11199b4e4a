"""A map of the world without a network: what an answer or a journey looks like on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ml.geolocation.ledger import Answer, Region, outline
from ml.geolocation.projection import HEIGHT, WIDTH, path, projected, rim

TINTS = 6  # steps of the heat
NARROWEST = 70.0  # units of the map that it shows at least across: some 2,500 km
ROOM = 0.35  # around what is shown, of its size
WIDEST = 600.0  # what is wider is shown with the whole world
SHAPE = 1.6  # width to height
NAMED = 3  # towns that bear their names
LETTERS, BORDER = 1 / 34, 1 / 70  # of the map's width, until static/map.js fits them
XY = tuple[float, float]
Stop = tuple[float, float, str, str]  # a photo's latitude, longitude, label and address


@dataclass(frozen=True, slots=True)
class Pin:
    """A point of the map. css: its class. href: where it leads, "" for nowhere."""

    x: float
    y: float
    label: str
    css: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A region. css: a class; title: what it is; path: SVG path data."""

    css: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class WorldMap:
    """viewBox: what is shown at first. letters: their height in units of the map. heat: path data
    by step. track: path data through the pins. about: what it shows, in a sentence."""

    view: str
    letters: float
    border: float
    heat: tuple[tuple[int, str], ...]
    outlines: tuple[Outline, ...]
    pins: tuple[Pin, ...]
    about: str
    track: str = ""

    @property
    def wide(self) -> bool:
        """Whether it shows the whole world at first."""
        return self.view.startswith("0.00 0.00 ")

    @property
    def rim(self) -> str:
        """The outline of the world as path data."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in rim()) + "Z"

    @property
    def whole(self) -> str:
        """The viewBox of the whole world."""
        return f"0 0 {WIDTH:g} {HEIGHT:g}"


def map_of(answer: Answer) -> WorldMap:
    """Where the answer's probability lies, its regions, and its likeliest towns."""
    best = projected(answer.latitude, answer.longitude)
    widest = answer.regions[-1]
    view = framed([best, *corners(widest)])
    digits = 1 if view[2] > WIDEST else 2
    pins = [
        Pin(*projected(one.latitude, one.longitude), one.name, "town")
        for one in answer.places[:NAMED]
        if widest.holds(one.latitude, one.longitude)
    ]
    return WorldMap(
        view=boxed(view),
        letters=view[2] * LETTERS,
        border=view[2] * BORDER,
        heat=tinted(answer.heat, digits),
        outlines=tuple(outlined(one, digits) for one in reversed(answer.regions)),
        pins=(*apart(pins, view[2] * LETTERS), Pin(*best, "", "best")),
        about="Where the clues point on a map of the world: the darker, the likelier.",
    )


def map_along(
    stops: Sequence[tuple[float, float, str, str]], regions: Sequence[Region]
) -> WorldMap:
    """A journey. stops: latitude, longitude, label and address of each photo, in order; regions: of
    90 %, of each."""
    points = [projected(latitude, longitude) for latitude, longitude, *_ in stops]
    view = framed(points)
    pins = [
        Pin(x, y, label, "stop", href)
        for (x, y), (_, _, label, href) in zip(points, stops, strict=True)
    ]
    return WorldMap(
        view=boxed(view),
        letters=view[2] * LETTERS,
        border=view[2] * BORDER,
        heat=(),
        outlines=tuple(outlined(one, 2) for one in regions if one.km2 < 5e6),
        pins=tuple(clustered(pins, view[2] * LETTERS)),
        about="The photos of the journey on a map of the world, in the order of time.",
        track="M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) if len(points) > 1 else "",
    )


def framed(points: Sequence[XY]) -> tuple[float, float, float, float]:
    """Left, top, width and height of the part of the map that shows these points."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    wide = max((right - left) * (1 + ROOM), (bottom - top) * (1 + ROOM) * SHAPE, NARROWEST)
    if wide > WIDEST:
        return 0.0, 0.0, WIDTH, HEIGHT
    high = wide / SHAPE
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - wide / 2, max(0.0, min(y - high / 2, HEIGHT - high)), wide, high


def boxed(view: tuple[float, float, float, float]) -> str:
    return " ".join(f"{one:.2f}" for one in view)


def corners(region: Region) -> list[XY]:
    """Points of the map between which the region lies."""
    rings = [ring for polygon in outline(region) for ring in polygon[:1]]
    return [projected(latitude, longitude) for ring in rings for longitude, latitude in ring[::3]]


def outlined(region: Region, digits: int) -> Outline:
    rings = (ring for polygon in outline(region) for ring in polygon)
    share = f"{100 * region.share:.0f}"
    return Outline(f"region-{share}", f"{share} % lie in here", path(rings, digits))


def tinted(heat: Iterable[tuple[str, int]], digits: int) -> tuple[tuple[int, str], ...]:
    """Cells as path data, by how dense the probability is there, 1..TINTS."""
    import h3

    rings: dict[int, list[list[XY]]] = {}
    for cell, level in heat:
        if any(h3.latlng_to_cell(pole, 0, h3.get_resolution(cell)) == cell for pole in (90, -90)):
            continue  # around a pole no ring can be drawn
        ring = [(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)]
        rings.setdefault(1 + (level - 1) * TINTS // 255, []).append(ring)
    return tuple((tint, path(rings[tint], digits)) for tint in sorted(rings))


def apart(pins: Sequence[Pin], room: float) -> list[Pin]:
    """Those whose names do not lie on one another: the first of such stays."""
    kept: list[Pin] = []
    for pin in pins:
        if all(abs(pin.y - one.y) > room or abs(pin.x - one.x) > 6 * room for one in kept):
            kept.append(pin)
    return kept


def clustered(pins: Sequence[Pin], room: float) -> list[Pin]:
    """Pins that would lie on one another as one, which says how many they are."""
    groups: list[list[Pin]] = []
    for pin in pins:
        near = (group for group in groups if distance(group[0], pin) < room)
        if (group := next(near, None)) is not None:
            group.append(pin)
        else:
            groups.append([pin])
    return [
        group[0]
        if len(group) == 1
        else Pin(group[0].x, group[0].y, f"{len(group)} photos", "stop many", group[0].href)
        for group in groups
    ]


def distance(one: Pin, other: Pin) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)
