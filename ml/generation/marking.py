"""Says of a made picture that it is made: in its file, visibly, and by a hidden number.

In its file: XMP with IPTC's digital source type. A portrait from the face mesh is a
"compositeSynthetic", a mix of elements of which at least one is synthetic: a camera took its skin,
and made up are teeth, lids, what is behind and where all of it lies. "algorithmicallyEnhanced" is
for minor corrections, which another expression is not; and no trained model made a pixel, which the
two types with "trainedAlgorithmicMedia" say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from math import comb
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from ml.contracts.marks import BITS, Pixels
from ml.xmp.namespaces import DUBLIN_CORE, IPTC, IPTC_TYPES, RDF, XMP_BASIC, X

TOOL = "Prosopa"
QUALITY = 95  # of JPEG and WebP
BADGE = 1 / 26  # of the shorter side: how high the badge's letters are
CHANCE = 1e-3  # that a picture without a number is taken for one of all that are known


class SourceType(StrEnum):
    """How a picture came to be: IPTC NewsCodes, Digital Source Type."""

    RE_RENDERED = "compositeSynthetic"
    GENERATED = "trainedAlgorithmicMedia"
    PARTLY_GENERATED = "compositeWithTrainedAlgorithmicMedia"


def packet(source: SourceType, words: str, made: datetime | None = None) -> bytes:
    """UTF-8 XMP. words: for people, e.g. what made it. made: None leaves the time to the signature,
    so that the same picture is the same file."""
    names = {"rdf": RDF, "dc": DUBLIN_CORE, "xmp": XMP_BASIC, "Iptc4xmpExt": IPTC}
    root = Element("x:xmpmeta", {"xmlns:x": X})
    graph = SubElement(root, "rdf:RDF", {f"xmlns:{short}": name for short, name in names.items()})
    about = SubElement(graph, "rdf:Description", {"rdf:about": ""})
    SubElement(about, "Iptc4xmpExt:DigitalSourceType").text = IPTC_TYPES + source
    SubElement(about, "xmp:CreatorTool").text = TOOL
    if made is not None:
        SubElement(about, "xmp:CreateDate").text = made.isoformat(timespec="seconds")
    alternatives = SubElement(SubElement(about, "dc:description"), "rdf:Alt")
    SubElement(alternatives, "rdf:li", {"xml:lang": "x-default"}).text = words
    whole: bytes = tostring(root, encoding="utf-8")
    return whole


def saved(pixels: Pixels, path: Path, xmp: bytes) -> None:
    """A JPEG, PNG or WebP by the path's ending, with the packet in it and nothing else."""
    from PIL import Image, PngImagePlugin

    image = Image.fromarray(pixels)
    match path.suffix:
        case ".png":
            said = PngImagePlugin.PngInfo()
            said.add_itxt("XML:com.adobe.xmp", xmp.decode())
            image.save(path, "PNG", pnginfo=said)
        case ".webp":
            image.save(path, "WEBP", quality=QUALITY, method=4, xmp=xmp)
        case _:
            image.save(path, "JPEG", quality=QUALITY, subsampling=0, xmp=xmp)


def badged(pixels: Pixels, words: str = "re-rendered") -> Pixels:
    """The words in the lower right corner, light on dark, legible on any picture."""
    from PIL import Image, ImageDraw, ImageFont

    high = max(10, round(BADGE * min(pixels.shape[:2])))
    image = Image.fromarray(pixels)
    cover = Image.new("RGBA", image.size)
    pen, font = ImageDraw.Draw(cover), ImageFont.load_default(size=high)
    left, top, right, bottom = pen.textbbox((0, 0), words, font=font)
    room, away = high * 0.45, high * 0.7
    width, height = right - left + 2 * room, bottom - top + 2 * room
    x, y = image.width - away - width, image.height - away - height
    pen.rounded_rectangle((x, y, x + width, y + height), radius=room, fill=(0, 0, 0, 150))
    pen.text((x + room - left, y + room - top), words, font=font, fill=(255, 255, 255, 235))
    return np.asarray(Image.alpha_composite(image.convert("RGBA"), cover).convert("RGB"))


def key(receipt: str) -> int:
    """The number that is hidden in what a receipt is of. Spread over all numbers, so that receipts
    that follow each other differ by half of their bits."""
    return int.from_bytes(sha256(receipt.encode()).digest()[: BITS // 8], "big")


def receipt_of(numbers: Sequence[int], receipts: Iterable[str]) -> str | None:
    """Which of the known receipts a picture is of, by the numbers that were read from it; None for
    none of them. So few bits may differ that a picture without a mark is hardly taken for one."""
    known = {key(one): one for one in receipts}
    if not known:
        return None
    far, at = min(((number ^ one).bit_count(), one) for number in numbers for one in known)
    return known[at] if far <= forgiven(len(known) * len(numbers)) else None


def forgiven(tried: int) -> int:
    """How many bits may differ where so many pairs of numbers are compared; -1 where not even none
    may."""
    most, chance = -1, 0.0
    while most < BITS:
        chance += tried * comb(BITS, most + 1) / 2**BITS
        if chance > CHANCE:
            return most
        most += 1
    return most
