"""Files that hold about everything that a file can hold beside its picture."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms

from ml.xmp.namespaces import EXTENSION, PACKET

SECRETS = (b"GPSsecret", b"Anna", b"SN-4711", b"secret", b"ftypisom", PACKET.encode())
THUMBNAIL = 48


def exif(orientation: int = 1) -> Image.Exif:
    """Place, owner, serial number, time, camera, program, comment, maker notes and a thumbnail."""
    found = Image.Exif()
    found[271], found[272], found[305], found[306] = "Fuji", "X100", "Gimp", "2024:05:12 14:03:10"
    found[315], found[270] = "Anna Nowak", "a secret note"
    found[274] = orientation
    found._ifds[34665] = {
        36867: "2024:05:12 14:03:10", 42033: "SN-4711", 37500: b"GPSsecret maker notes",
        42036: "XF 23", 42032: "Anna",
    }  # fmt: skip
    found._ifds[34853] = {1: "N", 2: (52.0, 30.0, 15.5), 3: "E", 4: (13.0, 22.0, 1.0)}
    return found


def with_thumbnail(block: bytes) -> bytes:
    """The EXIF (TIFF bytes) with a second directory that holds a small JPEG."""
    small = io.BytesIO()
    Image.new("RGB", (THUMBNAIL, THUMBNAIL), "red").save(small, "JPEG", comment="secret thumbnail")
    order = "<" if block[:2] == b"II" else ">"
    (first,) = struct.unpack(f"{order}I", block[4:8])
    (count,) = struct.unpack(f"{order}H", block[first : first + 2])
    link, second = first + 2 + 12 * count, len(block)
    start = second + 2 + 24 + 4
    entries = struct.pack(f"{order}HHII", 513, 4, 1, start)
    entries += struct.pack(f"{order}HHII", 514, 4, 1, small.tell())
    directory = struct.pack(f"{order}H", 2) + entries + struct.pack(f"{order}I", 0)
    linked = block[:link] + struct.pack(f"{order}I", second) + block[link + 4 :]
    return linked + directory + small.getvalue()


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """No two corners of it are alike."""
    red = Image.linear_gradient("L").resize((width, height))
    green = red.transpose(Image.Transpose.ROTATE_90).resize((width, height))
    return Image.merge("RGB", (red, green, Image.new("L", (width, height), 90)))


def wide_profile() -> bytes:
    """A nameless profile whose red and green are exchanged: as far from sRGB as can be."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = plain.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")
    named = swapped.replace(b"s\0R\0G\0B", b"o\0t\0h\0r").replace(b"sRGB", b"othr")
    return named


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
    b'"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:GDepth="urn:depth" GDepth:Near="1" xmlns:GCamera="urn:camera" '
    b'GCamera:MotionPhoto="1"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def full_jpeg(path: Path, orientation: int = 1, profile: bytes | None = None) -> Path:
    """Every kind of block there is, and a film and another picture behind the end."""
    plain = io.BytesIO()
    picture().save(plain, "JPEG", quality=88, icc_profile=profile or srgb_profile())
    block = with_thumbnail(exif(orientation).tobytes().removeprefix(b"Exif\0\0"))
    blocks = [
        segment(0xE1, b"Exif\0\0" + block),
        segment(0xE0, b"JFXX\0\x10secret"),
        segment(0xE1, PACKET.encode() + b"\0" + XMP),
        segment(0xE1, EXTENSION.encode() + b"\0" + b"0" * 40 + b"secret"),
        segment(0xE2, b"MPF\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
        segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x50\0\x06secret"),
        segment(0xEB, b"JP\0\x01\0\0\0\x01\0\0\0\x10jumbsecret"),
        segment(0xE7, b"secret of nobody knows whom"),
        segment(0xFE, b"a secret comment by Anna"),
    ]
    data = plain.getvalue()
    film = b"\0\0\0\x18ftypisom" + b"secret" * 9
    path.write_bytes(data[:2] + b"".join(blocks) + data[2:] + film + data)
    return path


def full_png(path: Path) -> Path:
    """Texts, a time, EXIF, a profile, XMP, a signed history and something behind the end."""
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "Anna")
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    plain = io.BytesIO()
    picture().save(plain, "PNG", pnginfo=texts, exif=exif().tobytes(), icc_profile=srgb_profile())
    data = plain.getvalue()
    body = b"\x07\xe8\x05\x0c\x0e\x03\x0a"
    more = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"tIME", body), (b"caBX", b"secret"), (b"prIv", b"secret"))
    )
    path.write_bytes(data[:33] + more + data[33:] + b"secret")
    return path


def full_webp(path: Path) -> Path:
    picture().save(
        path, "WEBP", quality=90, exif=exif().tobytes(), xmp=XMP, icc_profile=srgb_profile()
    )
    path.write_bytes(path.read_bytes() + b"secret")
    return path
