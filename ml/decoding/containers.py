"""Where in a file its picture lies and where everything else: JPEG, PNG and WebP.

Sources: ITU-T T.81 annex B (JPEG), W3C PNG third edition, RFC 9649 (WebP).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

TRAILING = "trailing"
JUNK = "junk"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The end of a scan: a marker that is neither a stuffed byte nor a restart.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
# What a JPEG's picture needs: frames, tables, restarts, scans, its number of lines, its end.
SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
PICTURE = {*range(0xC0, 0xD0), SOI, EOI, SOS, 0xDB, 0xDC, 0xDD} - {0xC8}
JFIF, ADOBE = "APP0", "APP14"
PNG_PICTURE = {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}
WEBP_PICTURE = {"VP8 ", "VP8L", "ALPH"}
PICTURE_NAMES = {"picture", *PNG_PICTURE, *WEBP_PICTURE}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file. name: a JPEG's marker ("APP1", "COM", "picture" for all that shows it),
    a chunk's four letters, TRAILING for what follows the picture's end. whole: its bytes;
    body: those after its header."""

    name: str
    whole: bytes
    body: bytes


def pieces(data: bytes) -> list[Piece]:
    """The stretches of a JPEG, PNG or WebP in their order; [] for other files."""
    if data.startswith(b"\xff\xd8\xff"):
        return list(_jpeg(data))
    if data.startswith(PNG_SIGNATURE):
        return list(_png(data))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return list(_webp(data))
    return []


def _jpeg(data: bytes) -> Iterator[Piece]:
    yield Piece("picture", data[:2], b"")
    at = 2
    while at + 1 < len(data):
        start = data.find(b"\xff", at)
        if start != at:
            yield _rest(JUNK, data[at : start if start > 0 else None])
            at = start if start > 0 else len(data)
            continue
        while data[at + 1 : at + 2] == b"\xff":  # any marker may be preceded by these
            at += 1
        marker = data[at + 1] if at + 1 < len(data) else EOI
        if marker == SOI:  # another picture begins, whether or not this one said that it ends
            yield _rest(TRAILING, data[at:])
            return
        if marker == EOI:
            yield Piece("picture", data[at : at + 2], b"")
            if data[at + 2 :]:
                yield _rest(TRAILING, data[at + 2 :])
            return
        end = _end(data, at, marker)
        yield Piece(_name(marker), data[at:end], data[at + 4 : end])
        at = end


def _end(data: bytes, at: int, marker: int) -> int:
    if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # they stand alone
        return at + 2
    end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    if marker != SOS:
        return min(end, len(data))
    found = AFTER_SCAN.search(data, end)
    return found.start() if found else len(data)


def _name(marker: int) -> str:
    if marker in PICTURE:
        return "picture"
    if 0xE0 <= marker <= 0xEF:
        return f"APP{marker - 0xE0}"
    return "COM" if marker == 0xFE else JUNK


def _png(data: bytes) -> Iterator[Piece]:
    at = len(PNG_SIGNATURE)
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        yield Piece(name.decode("latin-1"), data[at:end], data[at + 8 : end - 4])
        at = end
        if name == b"IEND":
            break
    if data[at:]:
        yield _rest(TRAILING, data[at:])


def _webp(data: bytes) -> Iterator[Piece]:
    at, until = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= until:
        name, length = struct.unpack("<4sI", data[at : at + 8])
        end = at + 8 + length + length % 2
        yield Piece(name.decode("latin-1"), data[at:end], data[at + 8 : at + 8 + length])
        at = end
    if data[max(at, until) :]:
        yield _rest(TRAILING, data[max(at, until) :])


def _rest(name: str, data: bytes) -> Piece:
    return Piece(name, data, data)


def lossless(data: bytes) -> bool:
    """Whether it is a WebP that keeps each pixel (VP8L)."""
    return data[8:12] == b"WEBP" and any(piece.name == "VP8L" for piece in pieces(data))


def bare(data: bytes, exif: bytes = b"") -> bytes:
    """The file with its picture and nothing else but, perhaps, this EXIF (TIFF bytes)."""
    found = pieces(data)
    if data.startswith(b"\xff\xd8"):
        return _bare_jpeg(found, exif)
    return _bare_png(found, exif) if data.startswith(PNG_SIGNATURE) else _bare_webp(found, exif)


def _bare_jpeg(found: list[Piece], exif: bytes) -> bytes:
    """What says how colours are stored is written anew: cameras hide small pictures in it, and
    only editors write Adobe's, which it takes for colours that are stored as RGB alone."""
    head, *rest = (piece for piece in found if piece.name == "picture")
    adobe = [piece.body[11:12] for piece in found if _is(piece, ADOBE, b"Adobe", 12)]
    jfif = any(_is(piece, JFIF, b"JFIF\0", 7) for piece in found)
    marks = []
    if jfif or (adobe and b"\0" not in adobe):  # where both stand, readers heed JFIF
        marks.append(b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    if exif:
        block = b"Exif\0\0" + exif
        marks.append(b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block)
    if b"\0" in adobe and not jfif:
        marks.append(b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\0")
    end = b"" if rest and rest[-1].whole == b"\xff\xd9" else b"\xff\xd9"
    return b"".join([head.whole, *marks, *(piece.whole for piece in rest), end])


def _is(piece: Piece, name: str, start: bytes, length: int) -> bool:
    return piece.name == name and piece.body.startswith(start) and len(piece.body) >= length


def _bare_png(found: list[Piece], exif: bytes) -> bytes:
    """Bytes hide in a second run of picture data, in palettes after it and in its end, too."""
    runs = [number for number, piece in enumerate(found) if piece.name == "IDAT"]
    start = runs[0] if runs else len(found)
    stop = next((n for n in range(start, len(found)) if found[n].name != "IDAT"), len(found))
    first, *rest = (piece.whole for piece in found[:start] if piece.name in PNG_PICTURE)
    block = [_png_chunk(b"eXIf", exif)] if exif else []
    pixels = (piece.whole for piece in found[start:stop])
    return b"".join([PNG_SIGNATURE, first, *block, *rest, *pixels, _png_chunk(b"IEND", b"")])


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _bare_webp(found: list[Piece], exif: bytes) -> bytes:
    """An extended header only where the alpha channel, or the EXIF, takes one."""
    kept = _first_frame(found)
    parts = [piece.whole for piece in kept]
    header = next((piece for piece in found if piece.name == "VP8X"), None)
    if header is not None and (exif or any(piece.name == "ALPH" for piece in kept)):
        flags = header.body[0] & 0x10 | (0x08 if exif else 0)
        parts.insert(0, _riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + header.body[4:10]))
        if exif:
            parts.append(_riff_chunk(b"EXIF", exif))
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _first_frame(found: list[Piece]) -> list[Piece]:
    """The pixels, and the alpha before them; a second picture is none that anybody sees."""
    pixels = next(n for n, piece in enumerate(found) if piece.name in ("VP8 ", "VP8L"))
    alpha = [piece for piece in found[:pixels] if piece.name == "ALPH"]
    return [*alpha[:1], found[pixels]]


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
