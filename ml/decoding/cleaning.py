"""A file with its picture and nothing else, in the limited process only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, BinaryIO

from PIL import Image

from ml.decoding import besides, opening
from ml.decoding.containers import bare, lossless

QUALITY = 95
LOSSLESS = {"JPEG", "PNG", "WEBP"}
WRITTEN = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "TIFF": "PNG"}
DATE = {306: "", 36867: "", 36868: ""}
CAMERA = {271: "", 272: "", 42035: "", 42036: ""}
KEPT = {"date": DATE, "camera": CAMERA}
TURNED = "It was turned upright, and so saved anew."
WIDE = "Its colours went beyond sRGB: they were converted, and so it was saved anew."
PRINT = "Its colours were those of print (CMYK): they were converted, and so it was saved anew."
FIRST = "Only the first of its {count} frames is kept."
OTHER = "It was a {name} file, and is saved anew as {as_}."


def clean(order: dict[str, Any], files: list[int]) -> dict[str, Any]:
    """Write the first file's picture to the second. {"format", "lossless", "notes"}: lossless
    when the picture's own bytes were copied.

    Raises:
        Refused, MemoryError: as for opening.opened().
    """
    for file in files:
        os.lseek(file, 0, os.SEEK_SET)
    os.ftruncate(files[1], 0)
    with os.fdopen(files[0], "rb") as source, os.fdopen(files[1], "wb") as sink:
        image, exif = opening.described(source, order["max_pixels"])
        why = _why_anew(image, exif.get(opening.ORIENTATION, 1))
        kept = _exif(exif, order["keep"])
        source.seek(0)
        found = opening.opened(source, order["max_pixels"])  # refuses a damaged one
        source.seek(0)
        data = source.read()
        if why:
            _save(found, image, kept, lossless(data), sink)
        else:
            sink.write(bare(data, kept))
        notes = [*why, *(found.notes if why else ())]
        name = WRITTEN.get(found.format, "JPEG")
        return {"format": name, "lossless": not why, "notes": notes, "size": found.size}


def _why_anew(image: Image.Image, orientation: Any) -> list[str]:
    """Why the picture's own bytes do not do; [] when they do."""
    name = "JPEG" if image.format == "MPO" else str(image.format)
    frames = 1 if name == "JPEG" else getattr(image, "n_frames", 1)
    why = []
    if name not in LOSSLESS:
        why.append(OTHER.format(name=name, as_=WRITTEN.get(name, "JPEG")))
    if orientation in opening.TRANSPOSES:
        why.append(TURNED)
    if image.mode == "CMYK":
        why.append(PRINT)
    elif besides.wide(image):
        why.append(WIDE)
    if name in LOSSLESS and frames > 1:
        why.append(FIRST.format(count=frames))
    return why


def _save(
    found: opening.Opened, was: Image.Image, exif: bytes, exactly: bool, sink: BinaryIO
) -> None:
    """Saved anew as well as can be. exactly: for WebP, whether each pixel is kept."""
    image = found.image.convert("L") if was.mode == "L" else found.image
    image.info = {}
    how: dict[str, Any] = {"exif": exif} if exif else {}
    name = WRITTEN.get(found.format, "JPEG")
    if name == "JPEG":
        how |= jpeg_like(None)
    if name == "WEBP":
        how |= webp_like(exactly)
    image.save(sink, name, **how)


def _is_time(text: str) -> bool:
    """As cameras write it (CIPA DC-008); programs put other things there."""
    return re.fullmatch(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d", text.strip("\0 ")) is not None


def jpeg_like(saved: Mapping[str, Any] | None) -> dict[str, Any]:
    """Pillow's words for saving a JPEG as besides.saved found another; without one, well."""
    if saved is None:
        return {"quality": QUALITY, "subsampling": 0}
    return {"qtables": saved["tables"], "subsampling": saved["sampling"], "optimize": True}


def webp_like(exactly: bool) -> dict[str, Any]:
    """Pillow's words for saving a WebP. exactly: so that each pixel is kept."""
    return {"lossless": True, "exact": True} if exactly else {"quality": QUALITY}


def _exif(exif: Mapping[int, Any], keep: list[str]) -> bytes:
    """A fresh EXIF with the kept texts alone, as TIFF bytes; b"" where none is there."""
    camera = exif.get(opening.EXIF_IFD)
    inner = camera if isinstance(camera, Mapping) else {}
    fresh = Image.Exif()
    directory: dict[int, str] = {}
    for tag in (tag for name in keep for tag in KEPT[name]):
        value = inner.get(tag) or exif.get(tag)
        if isinstance(value, str) and value.strip("\0 ") and (tag not in DATE or _is_time(value)):
            (directory if tag > 0x8000 else fresh)[tag] = value.strip("\0 ")[:200]
    if directory:
        fresh._ifds[opening.EXIF_IFD] = directory
    if not (directory or fresh):
        return b""
    return fresh.tobytes().removeprefix(b"Exif\0\0")
