"""What a file tells beside its picture, in plain words, and a file without any of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ml import decode
from ml.xmp.region import clean as clean_text

FORMATS = {
    "JPEG": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}


class FindKind(StrEnum):
    """What may lie in a file beside its picture."""

    POSITION = "position"
    OWNER = "owner"
    SERIAL = "serial"
    DATE = "date"
    CAMERA = "camera"
    SOFTWARE = "software"
    COMMENT = "comment"
    THUMBNAIL = "thumbnail"
    MAKER_NOTES = "maker-notes"
    FURTHER_PICTURES = "further-pictures"
    DEPTH = "depth"
    MOTION = "motion"
    SIGNED_HISTORY = "signed-history"
    PRESS_NOTE = "press-note"
    EDITOR_BLOCK = "editor-block"
    EXIF = "exif"
    XMP = "xmp"
    COLOUR_PROFILE = "colour-profile"
    SRGB_PROFILE = "srgb-profile"
    COLOUR_NOTE = "colour-note"
    FRAMES = "frames"
    TRAILING = "trailing"
    OTHER = "other"


class Keep(StrEnum):
    """What a person may want to stay in the file."""

    DATE = "date"
    CAMERA = "camera"


WORDS = {
    FindKind.POSITION: "where it was taken (GPS position)",
    FindKind.OWNER: "whose photo it is (owner, artist, copyright)",
    FindKind.SERIAL: "which camera took it, to the piece (serial number or id)",
    FindKind.DATE: "when it was taken or changed",
    FindKind.CAMERA: "make and model of the camera or lens",
    FindKind.SOFTWARE: "what it was edited or saved with",
    FindKind.COMMENT: "what somebody wrote about it",
    FindKind.THUMBNAIL: "a small picture of the photo, perhaps as it was before it was changed",
    FindKind.MAKER_NOTES: "the camera maker's own notes, which may tell anything",
    FindKind.FURTHER_PICTURES: "further pictures behind the photo",
    FindKind.DEPTH: "how far away everything was (a depth map)",
    FindKind.MOTION: "a short film with sound around the photo",
    FindKind.SIGNED_HISTORY: "the signed history of the file (C2PA)",
    FindKind.PRESS_NOTE: "captions, names and places as the press writes them (IPTC)",
    FindKind.EDITOR_BLOCK: "an image editor's own notes",
    FindKind.EXIF: "the camera's notes (EXIF)",
    FindKind.XMP: "programs' notes, which may name people (XMP)",
    FindKind.COLOUR_PROFILE: "a profile of colours beyond sRGB",
    FindKind.SRGB_PROFILE: "a profile of the usual colours, with its maker's name",
    FindKind.COLOUR_NOTE: "how bright and in which colours to show it (without, it may look other)",
    FindKind.FRAMES: "further frames",
    FindKind.TRAILING: "data after the end of the picture",
    FindKind.OTHER: "a block of an unknown kind",
}


@dataclass(frozen=True, slots=True)
class Find:
    """Something in a file beside its picture. where: EXIF, XMP, or the piece's own name. size:
    bytes, or how many values. said: what it says, for whom the photo is; "" for what is no text."""

    kind: FindKind
    where: str
    size: int
    said: str = ""

    @property
    def words(self) -> str:
        """What it tells, in plain words."""
        return WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A written file. lossless: its picture's bytes are the old file's. notes: what was done to
    the picture, in sentences. size: width and height of the upright picture."""

    path: Path
    media_type: str
    lossless: bool
    notes: tuple[str, ...]
    size: tuple[int, int]


def finds(path: Path, limits: decode.Limits = decode.DEFAULT) -> tuple[Find, ...]:
    """What lies in the file beside its picture, each kind of each place once.

    Raises:
        BadPicture: as for ml.decode.picture.
    """
    with path.open("rb") as source:
        reply = decode.ask({"do": "besides"}, limits, [source.fileno()])
    found: dict[tuple[FindKind, str], Find] = {}
    for one in reply["finds"]:
        kind = FindKind(one["kind"])
        before = found.get((kind, one["where"]), Find(kind, one["where"], 0))
        said = before.said or clean_text(one["said"])
        found[kind, one["where"]] = Find(kind, one["where"], before.size + one["size"], said)
    order = list(FindKind)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.kind)))


def clean(
    source: Path, folder: Path, keep: Collection[Keep] = (), limits: decode.Limits = decode.DEFAULT
) -> Cleaned:
    """Write the picture alone as folder/photo.jpg, .png or .webp: a neutral name. JPEG, PNG and
    WebP keep their picture's very bytes; they are saved anew, upright and in sRGB, where they were
    stored turned, in other colours or with further frames. Other kinds of file become JPEG or PNG.

    Raises:
        BadPicture: as for ml.decode.picture.
    """
    draft = folder / "photo"
    order = {"do": "clean", "keep": [one.value for one in keep]}
    with source.open("rb") as file, decode.new_files(draft) as sinks:
        reply = decode.ask(order, limits, [file.fileno(), *sinks])
    media_type, suffix = FORMATS[reply["format"]]
    width, height = reply["size"]
    path = draft.rename(draft.with_suffix(suffix))
    return Cleaned(path, media_type, reply["lossless"], tuple(reply["notes"]), (width, height))
