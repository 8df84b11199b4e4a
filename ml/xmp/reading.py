"""XMP packet -> named regions, in whichever of four schemas and RDF's spellings they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite

from ml.errors import BadXMP
from ml.xmp.namespaces import ACDSEE, IPTC, MICROSOFT, MWG_REGIONS, RDF, XML
from ml.xmp.region import Region, Regions, clean
from ml.xmp.tree import NOT_XMP, Element, element_of

Value = str | list["Value"] | dict[str, "Value"]
CONTAINERS = {f"{RDF} {kind}" for kind in ("Bag", "Seq", "Alt")}
MOST_REGIONS = 500
LARGEST_SIDE = 1e6


def regions_of(packet: bytes) -> Regions:
    """The regions of people. Read is the first schema that names somebody, in this order: MWG
    (digiKam, Lightroom, Picasa, Apple), Microsoft, IPTC, ACDSee. Rectangles that are none, and
    those of pets, focus and codes, are left out.

    Raises:
        BadXMP: the packet is not well-formed, is no XMP, or goes beyond a limit (ml.xmp.tree).
    """
    properties = _properties(element_of(packet))
    found = [read(properties) for read in READERS]
    named = (regions for regions in found if any(item.name for item in regions.items))
    return next(named, None) or next((regions for regions in found if regions.items), Regions())


def _properties(root: Element) -> dict[str, Value]:
    """Those of all descriptions, by namespace, space and local name."""
    whole = f"{RDF} RDF"
    graphs = [one for one in (root, *root.children) if one.name == whole]
    if not graphs:
        raise BadXMP("not-xmp", NOT_XMP)
    found: dict[str, Value] = {}
    for description in (one for graph in graphs for one in graph.children):
        found |= description.attributes
        found |= {one.name: _value(one) for one in description.children}
    return found


def _value(element: Element) -> Value:
    """A property's value: text, a list, or a structure by local names. RDF spells a structure as
    elements, as attributes, or as a description inside."""
    for child in element.children:
        if child.name in CONTAINERS:
            return [_value(item) for item in child.children]
        if child.name == f"{RDF} Description":
            return _structure(child)
    return _structure(element) or element.text


def _structure(element: Element) -> dict[str, Value]:
    attributes = element.attributes.items()
    found: dict[str, Value] = {
        _local(name): text for name, text in attributes if not name.startswith((RDF, XML))
    }
    return found | {_local(child.name): _value(child) for child in element.children}


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _mwg(properties: dict[str, Value]) -> Regions:
    return _centred(_inside(properties.get(f"{MWG_REGIONS} Regions")), "Area")


def _acdsee(properties: dict[str, Value]) -> Regions:
    """DLYArea: what a person saw and confirmed."""
    return _centred(_inside(properties.get(f"{ACDSEE} Regions")), "DLYArea")


def _centred(info: dict[str, Value], area: str) -> Regions:
    """Rectangles by their centre, as MWG wants them."""
    found: list[Region] = []
    for item in _items(info.get("RegionList")):
        inside = _inside(item.get(area))
        x, y, width, height = (_number(inside.get(name)) for name in ("x", "y", "w", "h"))
        if _text(item.get("Type") or "Face").casefold() == "face" and _normalised(inside):
            corner = x - width / 2, y - height / 2
            found.extend(_region(_text(item.get("Name")), *corner, width, height))
    return Regions(tuple(found), _applied(_inside(info.get("AppliedToDimensions"))))


def _normalised(area: dict[str, Value]) -> bool:
    return _text(area.get("unit") or "normalized").casefold() == "normalized"


def _applied(dimensions: dict[str, Value]) -> tuple[float, float] | None:
    width, height = _number(dimensions.get("w")), _number(dimensions.get("h"))
    sound = 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE
    return (width, height) if sound else None


def _microsoft(properties: dict[str, Value]) -> Regions:
    """`MPReg:Rectangle`: left, top, width, height."""
    found: list[Region] = []
    for item in _items(_inside(properties.get(f"{MICROSOFT} RegionInfo")).get("Regions")):
        numbers = [_number(part) for part in _text(item.get("Rectangle")).split(",")]
        if len(numbers) == 4:
            found.extend(_region(_text(item.get("PersonDisplayName")), *numbers))
    return Regions(tuple(found))


def _iptc(properties: dict[str, Value]) -> Regions:
    """Rectangles in parts of the picture; circles, polygons and pixels are left out."""
    found: list[Region] = []
    for item in _items(properties.get(f"{IPTC} ImageRegion")):
        edge = _inside(item.get("RegionBoundary"))
        person = _text(item.get("PersonInImage"))
        if person and (_text(edge.get("rbShape")), _text(edge.get("rbUnit"))) == (
            "rectangle",
            "relative",
        ):
            sides = (_number(edge.get(name)) for name in ("rbX", "rbY", "rbW", "rbH"))
            found.extend(_region(person, *sides))
    return Regions(tuple(found))


READERS: tuple[Callable[[dict[str, Value]], Regions], ...] = (_mwg, _microsoft, _iptc, _acdsee)


def _region(name: str, *rectangle: float) -> Iterator[Region]:
    """rectangle: left, top, width, height. None when its centre is not on the photo."""
    left, top, width, height = rectangle
    if not all(map(isfinite, rectangle)) or not (0 < width <= 1 and 0 < height <= 1):
        return
    if 0 <= left + width / 2 <= 1 and 0 <= top + height / 2 <= 1:
        yield Region(clean(name), left, top, left + width, top + height)


def _items(value: Value | None) -> list[dict[str, Value]]:
    """The structures of a list; one that stands without a list is one too."""
    inside = value if isinstance(value, list) else [value or {}]
    return [item for item in inside if isinstance(item, dict)][:MOST_REGIONS]


def _inside(value: Value | None) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _text(value: Value | None) -> str:
    """The text, or the first of a list's."""
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return value if isinstance(value, str) else ""


def _number(value: Value | None) -> float:
    """Not a number where there is none."""
    try:
        return float(_text(value))
    except ValueError:
        return float("nan")
