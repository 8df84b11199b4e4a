"""What lies in a file beside its picture, piece by piece, in the limited process only."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms, JpegImagePlugin

from ml.decoding import colours, opening
from ml.decoding.containers import JUNK, PICTURE_NAMES, TRAILING, Piece, lossless, pieces
from ml.xmp.namespaces import EXTENSION, PACKET

LONGEST = 1 << 12
GPS, EXIF = opening.GPS_IFD, opening.EXIF_IFD
THUMBNAIL, MAKER_NOTES = "thumbnail", "maker-notes"
# EXIF tags (CIPA DC-008) and Windows' own, by what they tell.
TAGS = {
    "owner": (42032, 315, 33432, 40093),
    "serial": (42033, 42037, 42016),
    "date": (36867, 36868, 306),
    "camera": (271, 272, 42035, 42036),
    "software": (305, 42109, 42110),
    "comment": (270, 37510, 40091, 40092, 40094, 40095),
}
# How a payload begins -> what it is. The first that fits counts.
JPEG_BLOCKS = (
    (b"Exif\0", "exif"),
    (PACKET.encode(), "xmp"),
    (EXTENSION.encode(), "xmp"),
    (b"ICC_PROFILE\0", "colour-profile"),
    (b"MPF\0", "further-pictures"),
    (b"Photoshop 3.0\0", "editor-block"),
    (b"JP", "signed-history"),
    (b"JFXX\0", THUMBNAIL),
)
# What chunks of a PNG say where it is to be shown as sRGB (W3C PNG, 11.3.2): then too they tell
# nothing. Brightness, corners of the colours, and both by their numbers in ITU-T H.273.
SRGB_SAID = {
    "gAMA": ((45455,), (45454,)),
    "cHRM": ((31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),),
    "cICP": ((0x010D0001,),),
}
CHUNKS = {
    "eXIf": "exif", "EXIF": "exif", "XMP ": "xmp", "iCCP": "colour-profile",
    "ICCP": "colour-profile", "caBX": "signed-history", "C2PA": "signed-history",
    "tIME": "date", "fcTL": "frames", "fdAT": "frames", "ANMF": "frames",
    "tEXt": "comment", "zTXt": "comment", "iTXt": "comment",
    **dict.fromkeys(SRGB_SAID, "colour-note"),
}  # fmt: skip
# Chunks of how a picture is shown, which tell nobody anything.
HARMLESS = {"acTL", "ANIM", "VP8X", "sRGB", "sBIT", "bKGD", "pHYs", "hIST"}
# Words of an XMP packet -> what else it tells.
WORDS = {
    b"GDepth": "depth", b"GImage:": "further-pictures", b"hdrgm": "further-pictures",
    b"MotionPhoto": "motion", b"MicroVideo": "motion", b"GPSLatitude": "position",
}  # fmt: skip
MOVIE = (b"ftypmp4", b"ftypisom", b"ftypqt", b"ftypavc", b"ftypheic", b"ftypmp42")


def read(source: BinaryIO, order: dict[str, Any]) -> dict[str, Any]:
    """{"format", "finds": [{"kind", "where", "size", "said"}], "saved": how a JPEG was saved,
    "lossless": whether it is a WebP that keeps each pixel}."""
    image, exif = opening.described(source, order["max_pixels"])
    source.seek(0)
    data = source.read()
    finds = [*_in_exif(image, exif), *_in_pieces(pieces(data), image), *_in_info(image)]
    return {
        "format": "JPEG" if image.format == "MPO" else image.format,
        "size": len(data),
        "finds": finds,
        "saved": saved(image),
        "lossless": lossless(data),
    }


def saved(image: Image.Image) -> dict[str, Any] | None:
    """A JPEG's quantisation tables and sampling as Pillow takes them to save one alike; None for
    other files, and for tables that only 12-bit pictures have."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.mode not in ("RGB", "L"):
        return None
    tables = [list(image.quantization[number]) for number in sorted(image.quantization)]
    if not tables or max(map(max, tables)) > 255:
        return None
    sampling = max(JpegImagePlugin.get_sampling(image), 0)
    return {"tables": tables, "sampling": sampling, "grey": image.mode == "L"}


def wide(image: Image.Image) -> bool:
    """Whether its profile makes other colours of it than those of sRGB."""
    profile = image.info.get("icc_profile")
    if not profile:
        return False
    try:
        return not colours.is_srgb(profile)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False  # damaged: nobody can convert by it


def _find(kind: str, where: str, size: int, said: object = "") -> dict[str, Any]:
    words = "" if said is None else str(said)
    return {"kind": kind, "where": where, "size": size, "said": words[:LONGEST]}


def _in_exif(image: Image.Image, exif: Mapping[int, Any]) -> Iterator[dict[str, Any]]:
    camera, gps = _part(exif, EXIF), _part(exif, GPS)
    if gps:
        yield _find("position", "EXIF", len(gps), " ".join(_degrees(gps)))
    for kind, tags in TAGS.items():
        values = [_text(camera.get(tag) or exif.get(tag)) for tag in tags]
        if said := " ".join(filter(None, values)):
            yield _find(kind, "EXIF", len(said), said)
    if notes := camera.get(37500):
        yield _find(MAKER_NOTES, "EXIF", len(notes) if isinstance(notes, bytes) else 0)
    if size := _thumbnail(image):
        yield _find(THUMBNAIL, "EXIF", size)


def _thumbnail(image: Image.Image) -> int:
    try:
        return int(image.getexif().get_ifd(ExifTags.IFD.IFD1).get(514, 0))
    except Exception:  # damaged: it is told of as EXIF
        return 0


def _degrees(gps: Mapping[int, Any]) -> Iterator[str]:
    for reference, value in ((1, 2), (3, 4)):
        parts = gps.get(value)
        if isinstance(parts, tuple) and len(parts) == 3:
            degrees, minutes, seconds = (round(float(part), 2) for part in parts)
            yield f"{degrees:g}° {minutes:g}′ {seconds:g}″ {gps.get(reference, '')}"


def _in_pieces(found: list[Piece], image: Image.Image) -> Iterator[dict[str, Any]]:
    jpeg = bool(found) and found[0].whole == b"\xff\xd8"
    for piece in found:
        if piece.name in PICTURE_NAMES or piece.name in HARMLESS or _as_srgb(piece):
            continue
        kind = _kind(piece, jpeg)
        if kind == "colour-profile" and not wide(image):
            kind = "srgb-profile"
        if kind:
            said = piece.body.decode("latin-1") if kind == "comment" else ""
            yield _find(kind, piece.name, len(piece.whole), said)
        yield from _inside(piece, kind)


def _as_srgb(piece: Piece) -> bool:
    count, rest = divmod(len(piece.body), 4)
    said = SRGB_SAID.get(piece.name, ())
    return not rest and struct.unpack(f">{count}I", piece.body) in said


def _kind(piece: Piece, jpeg: bool) -> str:
    body = piece.body
    if piece.name == TRAILING:
        if any(mark in body for mark in MOVIE):
            return "motion"
        return "further-pictures" if b"\xff\xd8\xff" in body else "trailing"
    if piece.name == JUNK:
        return "trailing"
    if not jpeg:
        text = piece.name == "iTXt" and body.startswith(b"XML:com.adobe.xmp")
        return "xmp" if text else CHUNKS.get(piece.name, "other")
    if piece.name == "COM":
        return "comment"
    if piece.name == "APP0" and body.startswith(b"JFIF\0"):
        return THUMBNAIL if len(body) > 14 else ""
    if piece.name == "APP14" and body.startswith(b"Adobe"):
        return ""
    return next((kind for start, kind in JPEG_BLOCKS if body.startswith(start)), "other")


def _inside(piece: Piece, kind: str) -> Iterator[dict[str, Any]]:
    """What a block holds besides what it is."""
    if kind == "editor-block" and b"8BIM\x04\x04" in piece.body:
        yield _find("press-note", piece.name, len(piece.body))
    if kind == "xmp":
        for word, told in WORDS.items():
            if word in piece.body:
                yield _find(told, "XMP", 0)


def _in_info(image: Image.Image) -> Iterator[dict[str, Any]]:
    """Of files whose pieces are not walked: what their decoder tells."""
    if image.format in ("JPEG", "MPO", "PNG", "WEBP"):
        return
    info = image.info
    for key, kind in (("exif", "exif"), ("xmp", "xmp"), ("comment", "comment")):
        if info.get(key):
            yield _find(kind, str(image.format), len(info[key]))
    if profile := info.get("icc_profile"):
        kind = "colour-profile" if wide(image) else "srgb-profile"
        yield _find(kind, str(image.format), len(profile))
    if info.get("depth_images"):
        yield _find("depth", str(image.format), len(info["depth_images"]))
    if getattr(image, "n_frames", 1) > 1:
        yield _find("further-pictures", str(image.format), 0)


def _part(exif: Mapping[int, Any], number: int) -> Mapping[int, Any]:
    found = exif.get(number)
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip("\0 ")
    return value.strip("\0 ") if isinstance(value, str) else ""
