"""Named regions -> an XMP packet, as a file beside the photo or to be put into it."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ml.xmp.namespaces import AREA, DIMENSIONS, DUBLIN_CORE, IPTC, MWG_REGIONS, RDF, X
from ml.xmp.region import Region, Regions, clean

PREFIXES = {
    "rdf": RDF,
    "dc": DUBLIN_CORE,
    "Iptc4xmpExt": IPTC,
    "mwg-rs": MWG_REGIONS,
    "stArea": AREA,
    "stDim": DIMENSIONS,
}
DECIMALS = 6


def packet_of(regions: Regions) -> bytes:
    """UTF-8 RDF/XML: the regions after MWG, and the names as keywords and as people shown.

    regions: in the frame of the stored picture (ml.xmp.frames), with its size as `applied`.
    """
    root = Element("x:xmpmeta", {"xmlns:x": X})
    graph = SubElement(
        root, "rdf:RDF", {f"xmlns:{short}": name for short, name in PREFIXES.items()}
    )
    about = SubElement(graph, "rdf:Description", {"rdf:about": ""})
    names = list(dict.fromkeys(filter(None, (clean(item.name) for item in regions.items))))
    if names:
        _bag(about, "dc:subject", names)
        _bag(about, "Iptc4xmpExt:PersonInImage", names)
    _regions(about, regions)
    indent(root, " ")
    packet: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return packet


def _bag(about: Element, name: str, texts: Iterable[str]) -> None:
    bag = SubElement(SubElement(about, name), "rdf:Bag")
    for text in texts:
        SubElement(bag, "rdf:li").text = text


def _regions(about: Element, regions: Regions) -> None:
    info = _structure(about, "mwg-rs:Regions")
    if regions.applied is not None:
        width, height = regions.applied
        size = _structure(info, "mwg-rs:AppliedToDimensions")
        _fields(size, "stDim", w=f"{width:.0f}", h=f"{height:.0f}", unit="pixel")
    bag = SubElement(SubElement(info, "mwg-rs:RegionList"), "rdf:Bag")
    for item in regions.items:
        _region(_structure(bag, "rdf:li"), item)


def _region(entry: Element, region: Region) -> None:
    if name := clean(region.name):
        _fields(entry, "mwg-rs", Name=name)
    _fields(entry, "mwg-rs", Type="Face")
    _fields(
        _structure(entry, "mwg-rs:Area"),
        "stArea",
        x=_part((region.left + region.right) / 2),
        y=_part((region.top + region.bottom) / 2),
        w=_part(region.right - region.left),
        h=_part(region.bottom - region.top),
        unit="normalized",
    )


def _structure(parent: Element, name: str) -> Element:
    return SubElement(parent, name, {"rdf:parseType": "Resource"})


def _fields(parent: Element, prefix: str, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, f"{prefix}:{name}").text = text


def _part(value: float) -> str:
    return f"{value:.{DECIMALS}f}"
