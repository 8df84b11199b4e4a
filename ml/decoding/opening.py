"""File -> loaded, upright RGB picture, in the limited process only."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from PIL import AvifImagePlugin, Image

from ml.decoding import colours

FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF"]
ORIENTATION, EXIF_IFD, GPS_IFD = 274, 34665, 34853
FRAMES_COUNTED = {"GIF", "TIFF"}
SIGNATURES = {b"%PDF": "PDF", b"<svg": "SVG", b"<?xml": "SVG", b"8BPS": "Photoshop"}
TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
TURNED = {5, 6, 7, 8}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}


class Refused(Exception):
    """The file is no picture we can show. code: as in ml.errors.BadPicture. facts: for words."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(slots=True)
class Opened:
    """A loaded picture: `image` is upright RGB, `size` that of the whole upright photo."""

    image: Image.Image
    size: tuple[int, int]
    format: str
    exif: dict[int, Any]
    notes: list[str] = field(default_factory=list)


def prepare() -> None:
    """Load every codec once, before children are forked."""
    Image.init()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 2
    with contextlib.suppress(ImportError):  # the extra "heic" is not installed
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=2)
        FORMATS.append("HEIF")


def opened(source: BinaryIO, max_pixels: int, max_side: int | None = None) -> Opened:
    """Load the first frame of the file.

    max_side: the longer side wanted; None for full resolution.

    Raises:
        Refused: it is no picture, or more than `max_pixels`, or damaged.
        MemoryError: there is not memory enough.
    """
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    image = _header(source, max_pixels)
    try:
        return _loaded(image, source, max_side)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("too-many-pixels") from None
    except MemoryError:
        raise
    except Exception as error:  # codecs raise anything on damaged files
        raise Refused("truncated") from error


def tagged(source: BinaryIO, max_pixels: int) -> tuple[int, bytes]:
    """The file's EXIF orientation, 1 to 8, and its XMP packet, empty for none.

    Raises:
        Refused, MemoryError: as for opened().
    """
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("ignore")
    image = _header(source, max_pixels)
    if image.format == "PNG":
        with _damage_forgiven():  # what some programs write after the pixels
            image.load()
    orientation = _exif(image).get(ORIENTATION)
    packet = image.info.get("xmp") or b""
    known = orientation if orientation in TRANSPOSES else 1
    return known, packet.encode() if isinstance(packet, str) else bytes(packet)


def _header(source: BinaryIO, max_pixels: int) -> Image.Image:
    head = source.read(64)
    source.seek(0)
    width, height = _webp_size(head)
    if width * height > max_pixels:
        raise Refused("too-many-pixels", size=(width, height))
    try:
        image = Image.open(source, formats=FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("too-many-pixels") from None
    except MemoryError:
        raise
    except Exception as error:  # codecs raise anything on damaged files
        raise _unreadable(head) from error
    if not image.width or not image.height:
        raise Refused("empty")
    if image.width * image.height > max_pixels:
        raise Refused("too-many-pixels", size=image.size)
    return image


def _webp_size(head: bytes) -> tuple[int, int]:
    """A WebP's width and height: its decoder takes memory for all pixels when it is opened."""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return 0, 0
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(
        head[28:30], "little"
    ) & 0x3FFF


def _unreadable(head: bytes) -> Refused:
    """Why a file that begins so could not be opened."""
    if any(_claims(name, head) for name in FORMATS):
        return Refused("truncated")
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        return Refused("format-not-allowed", name="HEIC")
    for start, name in SIGNATURES.items():
        if head.lstrip().startswith(start):
            return Refused("format-not-allowed", name=name)
    for name in Image.OPEN:
        if _claims(name, head):
            return Refused("format-not-allowed", name=name)
    return Refused("not-an-image")


def _claims(name: str, head: bytes) -> bool:
    """Whether Pillow's plugin of that name would have a file that begins so."""
    _, accept = Image.OPEN[name]
    try:
        return accept is not None and accept(head) is True
    except Exception:  # a plugin may stumble over fewer bytes than it hoped for
        return False


def _loaded(image: Image.Image, source: BinaryIO, max_side: int | None) -> Opened:
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    notes = colours.depth_notes(image)
    stored = image.size
    if max_side and kind == "JPEG":
        image.draft(None, colours.fitted(stored, max_side))
    image.load()
    exif = _exif(image)
    orientation = exif.pop(ORIENTATION, 1)
    whole = stored if kind == "JPEG" else image.size
    frames = 1 if kind in FRAMES_COUNTED else getattr(image, "n_frames", 1)
    if max_side and image.mode in ("RGB", "L", "CMYK"):
        image = colours.shrunk(image, max_side)
    image = colours.rgb(image, notes)
    if max_side:
        image = colours.shrunk(image, max_side)
    if orientation in TURNED:
        whole = whole[1], whole[0]
    if orientation in TRANSPOSES:
        image = image.transpose(TRANSPOSES[orientation])
    notes.extend(_frame_notes(frames, kind, source))
    return Opened(image, whole, kind, exif, notes)


def _exif(image: Image.Image) -> dict[int, Any]:
    """Tags by number, sub-directories under theirs."""
    found = {}
    with _damage_forgiven():
        exif = image.getexif()
        for tag in exif:
            with _damage_forgiven():
                directory = tag in (EXIF_IFD, GPS_IFD)
                found[tag] = dict(exif.get_ifd(tag)) if directory else exif[tag]
    return found


@contextlib.contextmanager
def _damage_forgiven() -> Iterator[None]:
    """A picture whose EXIF is damaged is still a picture: what can be read of it is kept."""
    try:
        yield
    except MemoryError:
        raise
    except Exception:
        return


def _frame_notes(frames: int, kind: str, source: BinaryIO) -> list[str]:
    if kind in FRAMES_COUNTED:
        source.seek(0)
        try:
            with Image.open(source, formats=[kind]) as again:
                frames = getattr(again, "n_frames", 1)
        except MemoryError:
            raise
        except Exception:  # later frames may be damaged; the first was not
            return ["Only the first frame is shown; the others are damaged."]
    if frames < 2:
        return []
    if kind == "HEIF":
        return [f"Only the main one of the file's {frames} pictures is shown."]
    return [f"Only the first of {frames} {'pages' if kind == 'TIFF' else 'frames'} is shown."]
