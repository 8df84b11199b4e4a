"""What a picture's file says beside its pixels, in the limited process only."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, BinaryIO

from PIL import ExifTags, Image, IptcImagePlugin, JpegImagePlugin

from ml.decoding import opening, wire
from ml.xmp.flat import ends, flat

MOST_TEXTS = 50
LARGEST_THUMBNAIL = 1024  # pixels a side; what cameras write has 160 to 512
CREDIT = (2, 110)  # IPTC IIM, 6.110: who provided the picture


def read(source: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    """Format, size, EXIF, texts by name, XMP as paths and values, and the small picture that
    cameras put beside the large one, upright, as RGB bytes; how a JPEG was saved."""
    image, exif = opening.described(source, order["max_pixels"])
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return {
        "format": image.format,
        "size": image.size,
        "exif": wire.exif_to_json(_shortened(exif)),
        "texts": dict(list(_texts(image).items())[:MOST_TEXTS]),
        "xmp": flat(packet.encode() if isinstance(packet, str) else bytes(packet)),
        "thumbnail": _thumbnail(image, exif.get(opening.ORIENTATION, 1)),
        "saved": _saved(image, exif.get(opening.ORIENTATION, 1)),
    }


def _saved(image: Image.Image, orientation: Any) -> dict[str, Any] | None:
    """A JPEG's quantisation tables (64 values each, by number), its subsampling as Pillow numbers
    it, and its orientation; None where it is no JPEG or has no tables."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or not image.quantization:
        return None
    tables = image.quantization
    return {
        "tables": [list(tables[number]) for number in sorted(tables)],
        "sampling": JpegImagePlugin.get_sampling(image),
        "orientation": orientation if orientation in opening.TRANSPOSES else 1,
    }


def _shortened(value: Any) -> Any:
    """EXIF whose long texts keep their ends."""
    if isinstance(value, Mapping):
        return {tag: _shortened(inner) for tag, inner in value.items()}
    if isinstance(value, str):
        return ends(value)
    return ends(value) if isinstance(value, bytes) else value


def _texts(image: Image.Image) -> dict[str, str]:
    """PNG's texts, a JPEG's comment and its IPTC credit."""
    found = {
        str(name)[:80]: ends(value)
        for name, value in image.info.items()
        if isinstance(value, str) and not str(name).startswith("XML:")
    }
    comment = image.info.get("comment")
    if isinstance(comment, bytes):
        found["comment"] = ends(comment.decode("utf-8", "replace"))
    try:
        credit = (IptcImagePlugin.getiptcinfo(image) or {}).get(CREDIT)  # type: ignore[arg-type]
    except Exception:  # a damaged block says nothing
        credit = None
    if isinstance(credit, bytes):
        found["credit"] = ends(credit.decode("utf-8", "replace"))
    return found


def _thumbnail(image: Image.Image, orientation: int) -> dict[str, Any] | None:
    """The EXIF thumbnail (IFD 1), turned as the picture is."""
    try:
        exif = image.getexif()
        tags = exif.get_ifd(ExifTags.IFD.IFD1)
        start, length = int(tags[513]), int(tags[514])
        block = image.info["exif"].removeprefix(b"Exif\0\0")
        small = Image.open(io.BytesIO(block[start : start + length]), formats=["JPEG"])
        if max(small.size) > LARGEST_THUMBNAIL:
            return None
        upright = small.convert("RGB")
    except MemoryError:
        raise
    except Exception:  # none, or damaged
        return None
    if orientation in opening.TRANSPOSES:
        upright = upright.transpose(opening.TRANSPOSES[orientation])
    return {"size": upright.size, "pixels": b64encode(upright.tobytes()).decode()}
