"""What a file says beside its pixels, as a limited process read it.

None of it is signed: whoever has the file can write and remove it, so no trace has a weight.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import decode
from ml.decoding import wire
from ml.errors import BadPicture

NO_FILE = "the file itself is needed, not only its pixels"
UNSIGNED = "Its own word, not signed: anyone can write it or take it out."
EXIF_IFD, GPS_IFD = 34665, 34853
DESCRIPTION, MAKE, MODEL, SOFTWARE, CHANGED = 270, 271, 272, 305, 306
TAKEN, DIGITISED = 36867, 36868
CHANGED_ZONE, TAKEN_ZONE = 36880, 36881
USER_COMMENT, MAKER_NOTES = 37510, 37500
LONGEST = 160


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """format: Pillow's word for the kind of file. exif: as Picture.exif. texts: PNG's by name, a
    JPEG's "comment", IPTC's "credit". xmp: paths and values. thumbnail: h x w x 3, upright.
    saved: a JPEG's tables, sampling and orientation as ml.decoding.traces has them; {} for none."""

    format: str = ""
    exif: Mapping[int, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    xmp: tuple[tuple[str, str], ...] = ()
    thumbnail: NDArray[np.uint8] | None = None
    saved: Mapping[str, Any] = field(default_factory=dict)

    @property
    def camera(self) -> Mapping[int, Any]:
        """The part of the EXIF that a camera writes."""
        return _part(self.exif, EXIF_IFD)

    @property
    def gps(self) -> Mapping[int, Any]:
        return _part(self.exif, GPS_IFD)

    def text(self, number: int) -> str:
        """A text of the EXIF as it stands, to be searched; "" for none."""
        value = self.exif.get(number) or self.camera.get(number)
        return value if isinstance(value, str) else ""

    def tag(self, number: int) -> str:
        """A text of the EXIF, clean; "" for none."""
        return clean(self.text(number))

    def values(self, name: str) -> Iterator[str]:
        """The values of an XMP property by its local name, wherever it stands, and of its items; as
        they stand, to be searched."""
        ending = re.compile(rf"(?:.*/)?{name}(?:/\d+)?")
        return (value for path, value in self.xmp if ending.fullmatch(path))

    def said(self, name: str) -> Iterator[str]:
        """As values(), clean."""
        return map(clean, self.values(name))

    @property
    def comment(self) -> str:
        """EXIF's UserComment, in whichever letters it is written."""
        value = self.camera.get(USER_COMMENT)
        if isinstance(value, str):
            return value
        if not isinstance(value, bytes):
            return ""
        kind, text = value[:8], value[8:]
        if kind.startswith(b"UNICODE"):
            # The order of bytes is whatever the writer's was: letters of English tell.
            wide = "utf-16-be" if text[:2].startswith(b"\0") else "utf-16-le"
            return text.decode(wide, "replace")
        return text.decode("utf-8", "replace")


def read(file: Path) -> Traces | str:
    """The traces, or why they cannot be read."""
    with file.open("rb") as source:
        try:
            reply = decode.ask({"do": "traces"}, decode.DEFAULT, [source.fileno()])
        except BadPicture as refused:
            return str(refused)
    small = reply["thumbnail"]
    return Traces(
        format=str(reply["format"]),
        exif=wire.exif_from_json(reply["exif"]),
        texts=reply["texts"],
        xmp=tuple((path, value) for path, value in reply["xmp"]),
        thumbnail=None if small is None else _pixels(small),
        saved=reply["saved"] or {},
    )


def _pixels(small: dict[str, Any]) -> NDArray[np.uint8]:
    width, height = small["size"]
    return np.frombuffer(b64decode(small["pixels"]), np.uint8).reshape(height, width, 3)


def _part(exif: Mapping[int, Any], number: int) -> Mapping[int, Any]:
    found = exif.get(number)
    return found if isinstance(found, Mapping) else {}


def clean(text: str) -> str:
    """One printable line, not long: it comes from the file and is shown to people."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    return re.sub(r"\s+", " ", printable).strip()[:LONGEST]
