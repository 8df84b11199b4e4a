"""One photo's process: sets its limits, reads the request, does it, answers."""

from __future__ import annotations

import io
import math
import os
import resource
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from ml.decoding import besides, cleaning, colours, manifests, opening, traces, wire
from ml.errors import BadXMP
from ml.xmp import reading
from ml.xmp.region import Regions
from ml.xmp.tree import MOST_BYTES

STRIP_BYTES = 1 << 17  # below malloc's threshold for mapping fresh pages


def answer(request: socket.socket, files: list[int]) -> None:
    """Do what the message on `request` asks with the open files; always answers."""
    order = wire.receive(request)
    if order is None:
        return
    _limit(order["memory_mb"], order["cpu_s"])
    try:
        reply = _done(order, files, request)
    except opening.Refused as refused:
        reply = {"refused": refused.code, **refused.facts}
    except BadXMP as bad:
        reply = {"bad_xmp": bad.code, "said": str(bad)}
    except MemoryError:
        reply = {"refused": "too-costly"}
    except Exception:
        reply = {"bug": traceback.format_exc()}
    wire.send(request, reply)


def _limit(memory_mb: int, cpu_s: float) -> None:
    """From here on: so much more address space, so much CPU time, no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seconds = math.ceil(cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    space = _address_space() + (memory_mb << 20)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (space, space))


def _address_space() -> int:
    """Bytes of address space this process has already."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _done(order: dict[str, Any], files: list[int], request: socket.socket) -> dict[str, Any]:
    if order["do"] == "sign":
        return manifests.sign(order, files, request)
    if order["do"] == "clean":
        return cleaning.clean(order, files)
    source, *sinks = files
    for sink in sinks:  # an earlier attempt may have left something
        os.lseek(sink, 0, os.SEEK_SET)
        os.ftruncate(sink, 0)
    os.lseek(source, 0, os.SEEK_SET)
    with os.fdopen(source, "rb") as stream:
        if order["do"] in READERS:
            return READERS[order["do"]](stream, order)
        found = opening.opened(stream, order["max_pixels"], order.get("max_side"))
    MAKERS[order["do"]](found, sinks, order)
    return {
        "size": found.size,
        "format": found.format,
        "exif": wire.exif_to_json(found.exif),
        "notes": found.notes,
    }


def _read_tags(source: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    """Orientation and regions of a picture; a packet that cannot be read says nothing of it."""
    orientation, packet = opening.tagged(source, order["max_pixels"])
    try:
        regions = reading.regions_of(packet) if packet else Regions()
    except BadXMP:
        regions = Regions()
    return {"orientation": orientation, "regions": regions.to_json()}


def _read_sidecar(source: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    return {"regions": reading.regions_of(source.read(MOST_BYTES + 1)).to_json()}


def _write_pixels(found: opening.Opened, sinks: list[int], order: dict[str, Any]) -> None:
    """H x W x 3 bytes, a strip at a time: no second copy of a large picture."""
    image = found.image
    rows = max(1, STRIP_BYTES // (image.width * 3))
    with os.fdopen(sinks[0], "wb", buffering=0) as sink:
        for top in range(0, image.height, rows):
            strip = image.crop((0, top, image.width, min(top + rows, image.height)))
            _write_all(sink, strip.tobytes())


def _write_all(sink: io.FileIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[sink.write(left) :]


def _write_renditions(found: opening.Opened, sinks: list[int], order: dict[str, Any]) -> None:
    thumbnail = colours.shrunk(found.image, order["thumbnail_side"])
    _save(found.image, sinks[0], "JPEG", quality=85)
    _save(thumbnail, sinks[1], "WEBP", quality=82, method=2)


def _save(image: Image.Image, sink: int, format: str, **options: Any) -> None:
    image.info = {}  # Pillow would copy metadata from here
    with os.fdopen(sink, "wb") as stream:
        image.save(stream, format, **options)


def _write_annotated(found: opening.Opened, sinks: list[int], order: dict[str, Any]) -> None:
    # The zygote has loaded these already; they bring numpy, which other orders do without.
    from ml.draw import boxes, draw
    from ml.types import Face, Mark

    marks = [Mark.from_json(mark) for mark in order["marks"]]
    faces = [Face.from_json(face) for face in order["faces"]]
    scale = found.image.width / found.size[0]
    drawn = draw(found.image, [*boxes(faces, marks), *marks], scale)
    _save(drawn, sinks[0], "JPEG", quality=90, subsampling=0)


READERS: dict[str, Callable[[BinaryIO, dict[str, Any]], dict[str, Any]]] = {
    "tags": _read_tags,
    "sidecar": _read_sidecar,
    "manifests": manifests.read,
    "traces": traces.read,
    "besides": besides.read,
}
MAKERS: dict[str, Callable[[opening.Opened, list[int], dict[str, Any]], None]] = {
    "picture": _write_pixels,
    "renditions": _write_renditions,
    "annotated": _write_annotated,
}
