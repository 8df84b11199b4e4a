"""Photos are hostile: bytes -> Picture in a child process with memory, CPU and wall limits."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import mmap
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.decoding import wire
from ml.decoding.asking import decoder
from ml.errors import BadPicture, BadXMP
from ml.types import Picture
from ml.xmp.region import Regions
from ml.xmp.tree import NOT_XMP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ml.types import Face, Mark

HEIC = importlib.util.find_spec("pillow_heif") is not None  # the extra "heic"
SENTENCES = {
    "empty": "There is no picture in this file; choose the photo again and upload it once more.",
    "not-an-image": "This file is not a picture that can be read; upload a JPEG, PNG, WebP, AVIF, "
    f"{'GIF, TIFF or HEIC' if HEIC else 'GIF or TIFF'} photo.",
    "format-not-allowed": "{name} files are not accepted; save the picture as JPEG or PNG and "
    "upload that.",
    "too-many-pixels": "This picture has more than {most} megapixels; make it smaller and upload "
    "it again.",
    "truncated": "This picture is damaged or incomplete; upload the original file again.",
    "too-costly": "This picture takes more memory or time to open than is allowed; save it as a "
    "smaller JPEG and upload that.",
}
FORMATS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
    "AVIF": ("image/avif", ".avif"),
    "GIF": ("image/gif", ".gif"),
    "TIFF": ("image/tiff", ".tiff"),
}
if HEIC:
    FORMATS["HEIF"] = ("image/heic", ".heic")
# How a child ends that ran into a limit: SIGXCPU, SIGKILL (hard limit, kernel out of memory).
COSTLY_ENDS = {"wall", -signal.SIGXCPU, -signal.SIGKILL}
DISPLAY_SIDE, THUMBNAIL_SIDE = 2048, 480
LONGEST_TEXT, LONGEST_BYTES = 1000, 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one photo may cost. memory_mb: address space beyond that of an idle decoder."""

    max_pixels: int = 120_000_000
    memory_mb: int = 2048
    cpu_s: float = 20.0
    wall_s: float = 30.0


DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Renditions:
    """What is served in a photo's stead, made by us, upright and without metadata.

    media_type, extension (".jpg"): of the uploaded file, by its content.
    size: width and height of the whole upright photo. notes: sentences about what was done.
    exif: JSON, tag number -> value; GPS and Exif sub-directories under "34853" and "34665".
    """

    media_type: str
    extension: str
    size: tuple[int, int]
    display: Path
    thumbnail: Path
    notes: tuple[str, ...]
    exif: bytes


@dataclass(frozen=True, slots=True)
class Tags:
    """What a picture's metadata says of who is where. orientation: EXIF's, 1..8, of the stored
    pixels. regions: in the frame their writer chose (ml.xmp.frames)."""

    orientation: int
    regions: Regions


def picture(path: Path, limits: Limits = DEFAULT) -> Picture:
    """The file's first frame, upright, in RGB, read-only, in full resolution.

    Raises:
        BadPicture: it is no picture we can show, or takes more than the limits.
        OSError: there is no such file.
    """
    with path.open("rb") as source, _memory_file() as sink:
        reply = ask({"do": "picture"}, limits, [source.fileno(), sink])
        width, height = reply["size"]
        pixels = _pixels(sink, width, height)
        return Picture(pixels, wire.exif_from_json(reply["exif"]), tuple(reply["notes"]))


def renditions(source: Path, folder: Path, limits: Limits = DEFAULT) -> Renditions:
    """Check the file by loading it and write folder/display.jpg (at most 2048 px a side) and
    folder/thumbnail.webp (480). Neither is there when this raises.

    Raises:
        BadPicture: as for picture().
    """
    display, thumbnail = folder / "display.jpg", folder / "thumbnail.webp"
    with source.open("rb") as file, new_files(display, thumbnail) as sinks:
        order = {"do": "renditions", "max_side": DISPLAY_SIDE, "thumbnail_side": THUMBNAIL_SIDE}
        reply = ask(order, limits, [file.fileno(), *sinks])
    media_type, extension = FORMATS[reply["format"]]
    width, height = reply["size"]
    exif = plain(wire.exif_from_json(reply["exif"]))
    return Renditions(
        media_type=media_type,
        extension=extension,
        size=(width, height),
        display=display,
        thumbnail=thumbnail,
        notes=tuple(reply["notes"]),
        exif=json.dumps(exif, ensure_ascii=False).encode(),
    )


def annotated(
    source: Path,
    marks: Sequence[Mark],
    faces: Sequence[Face],
    out: Path,
    limits: Limits = DEFAULT,
    max_side: int = DISPLAY_SIDE,
) -> None:
    """Write the photo as JPEG, at most max_side pixels a side, with marks drawn on it; faces
    without a box among the marks get one. `out` is not there when this raises.

    Raises:
        BadPicture: as for picture().
    """
    order = {
        "do": "annotated",
        "max_side": max_side,
        "marks": [mark.to_json() for mark in marks],
        "faces": [face.to_json() for face in faces],
    }
    with source.open("rb") as file, new_files(out) as sinks:
        ask(order, limits, [file.fileno(), *sinks], letter=b"d")


def tags(path: Path, limits: Limits = DEFAULT) -> Tags:
    """The picture's orientation and the regions of its XMP: none where that is damaged.

    Raises:
        BadPicture: as for picture().
    """
    with path.open("rb") as source:
        reply = ask({"do": "tags"}, limits, [source.fileno()])
    return Tags(reply["orientation"], Regions.from_json(reply["regions"]))


def sidecar(path: Path, limits: Limits = DEFAULT) -> Regions:
    """The regions of an XMP file that lies beside a picture.

    Raises:
        BadXMP: it is none, or larger than is allowed.
        BadPicture: it takes more than the limits.
    """
    if not path.stat().st_size:
        raise BadXMP("not-xmp", NOT_XMP)
    with path.open("rb") as source:
        reply = ask({"do": "sidecar"}, limits, [source.fileno()])
    return Regions.from_json(reply["regions"])


def ask(
    order: wire.Message,
    limits: Limits,
    files: list[int],
    *,
    letter: bytes = b"p",
    helping: Callable[[wire.Message], wire.Message] | None = None,
) -> wire.Message:
    """What a limited child answers to an order about the open files (ml.decoding.child).

    letter, helping: as for ml.decoding.asking.Decoder.ask.

    Raises:
        BadPicture: the first file is empty or refused, or takes more than the limits.
    """
    if not os.fstat(files[0]).st_size:
        raise BadPicture("empty", SENTENCES["empty"])
    order |= {
        "max_pixels": limits.max_pixels,
        "memory_mb": limits.memory_mb,
        "cpu_s": limits.cpu_s,
    }
    reply = decoder().ask(order, files, limits.wall_s, letter, helping)
    if "bug" in reply:
        raise RuntimeError(f"The decoder failed:\n{reply['bug']}")
    if "bad_xmp" in reply:
        raise BadXMP(reply["bad_xmp"], reply["said"])
    code = reply.get("refused")
    if "exit" in reply:
        code = _code_of_end(reply["exit"])
    if code:
        words = {"name": reply.get("name"), "most": f"{limits.max_pixels / 1e6:g}"}
        raise BadPicture(code, SENTENCES[code].format(**words))
    return reply


def _code_of_end(end: str | int) -> str:
    """Why a child died: a limit, or a codec that fell over a damaged file."""
    if end in COSTLY_ENDS:
        return "too-costly"
    if isinstance(end, int) and end >= 0:
        raise RuntimeError(f"The decoder's child ended with {end} before it answered.")
    return "truncated"


@contextmanager
def _memory_file() -> Iterator[int]:
    """A nameless file that lives as long as its descriptor and its mappings."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("picture", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _pixels(descriptor: int, width: int, height: int) -> Any:
    import numpy as np

    if hasattr(fcntl, "F_ADD_SEALS"):
        # A child gone bad could otherwise cut the file off under the array, or change it.
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    count = width * height * 3
    if os.fstat(descriptor).st_size != count:
        raise RuntimeError("The decoder gave another number of pixels than it said.")
    flags = mmap.MAP_PRIVATE | getattr(mmap, "MAP_POPULATE", 0)
    mapped = mmap.mmap(descriptor, count, flags=flags, prot=mmap.PROT_READ)
    return np.frombuffer(mapped, np.uint8).reshape(height, width, 3)


@contextmanager
def new_files(*paths: Path) -> Iterator[list[int]]:
    """Descriptors to write to; the files get their names when all went well, or none does."""
    drafts = [path.with_name(f".{path.name}.{os.getpid()}-{id(path)}.part") for path in paths]
    files = []
    try:
        for draft in drafts:
            files.append(draft.open("x+b"))
        yield [file.fileno() for file in files]
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
    finally:
        for file in files:
            file.close()
        for draft in drafts:
            draft.unlink(missing_ok=True)


def plain(value: Any) -> Any:
    """EXIF for people and programs: clean texts, numbers, short bytes as hex, else None."""
    if isinstance(value, Mapping):
        named = {str(tag): plain(inner) for tag, inner in value.items()}
        return {tag: inner for tag, inner in named.items() if inner is not None}
    if isinstance(value, str):
        return "".join(c for c in value if c.isprintable()).strip()[:LONGEST_TEXT] or None
    if isinstance(value, bytes):
        return value.hex() if len(value) <= LONGEST_BYTES else None
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, int):
        return value
    number = float(value)
    return number if number - number == 0 else None  # neither infinite nor undefined
