"""Orientation and regions out of whole files, in the decoder's limited process."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from ml import decode
from ml.errors import BadPicture, BadXMP
from ml.types import Box
from ml.xmp.frames import boxes, stored, stored_size
from ml.xmp.region import Regions
from ml.xmp.writing import packet_of
from tests.conftest import SHARED
from tests.ml.xmp.samples import PICASA

ORIENTATION = 274


def a_file(folder: Path, kind: str, packet: bytes = PICASA, orientation: int = 1) -> Path:
    path = folder / f"photo.{kind.lower()}"
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options: dict[str, object] = {"xmp": packet}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", packet.decode())
        options = {"pnginfo": text}
    if kind == "TIFF":
        exif[700] = packet
        options = {}
    Image.new("RGB", (400, 300), "teal").save(path, kind, exif=exif, **options)
    return path


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_reads_the_packet_of_each_format(kind: str, tmp_path: Path) -> None:
    tags = decode.tags(a_file(tmp_path, kind))
    assert [item.name for item in tags.regions.items] == ["Anna", "Ben"]
    assert tags.orientation == 1


def test_reads_what_stands_after_the_pixels_of_a_png(tmp_path: Path) -> None:
    """Where ExifTool puts it."""
    path = a_file(tmp_path, "PNG")
    content = path.read_bytes()
    start = content.index(b"iTXt") - 4
    chunk = content[start : start + 12 + int.from_bytes(content[start : start + 4])]
    rest = content.replace(chunk, b"")
    end = rest.index(b"IEND") - 4
    path.write_bytes(rest[:end] + chunk + rest[end:])
    assert [item.name for item in decode.tags(path).regions.items] == ["Anna", "Ben"]


def test_a_file_without_a_packet_names_nobody(tmp_path: Path) -> None:
    assert decode.tags(a_file(tmp_path, "JPEG", b"")) == decode.Tags(1, Regions())


def test_a_damaged_packet_is_no_reason_to_refuse_a_picture(tmp_path: Path) -> None:
    assert decode.tags(a_file(tmp_path, "JPEG", PICASA[:400])).regions == Regions()


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(PICASA)
    with pytest.raises(BadPicture):
        decode.tags(path)


def test_reads_a_file_that_lies_beside(tmp_path: Path) -> None:
    path = tmp_path / "photo.xmp"
    path.write_bytes(PICASA)
    assert [item.name for item in decode.sidecar(path).items] == ["Anna", "Ben"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "not-xmp"), (b"\xff\xd8\xff", "not-xmp"), (b"<x>" * 3_000_000, "too-many-bytes")],
)
def test_refuses_a_file_beside_that_is_none(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.xmp"
    path.write_bytes(content)
    with pytest.raises(BadXMP) as refused:
        decode.sidecar(path)
    assert refused.value.code == code


@pytest.mark.parametrize("orientation", range(1, 9))
def test_written_into_a_photo_and_read_back(orientation: int, tmp_path: Path) -> None:
    """Of the shared photos stored in all eight ways."""
    source = SHARED / "photos" / "orientation" / f"Portrait_{orientation}.jpg"
    if not source.exists():
        pytest.skip(f"needs {source.name} of ../shared/photos/orientation")
    size = decode.renditions(source, tmp_path).size
    face = Box(0.3 * size[0], 0.2 * size[1], 0.5 * size[0], 0.45 * size[1])
    region = stored(face, "Zoë", orientation, size)
    packet = packet_of(Regions((region,), stored_size(size, orientation)))
    with Image.open(source) as image:
        assert image.size == stored_size(size, orientation)
        content = io.BytesIO()
        image.save(content, "JPEG", exif=image.getexif(), xmp=packet)
    path = tmp_path / "named.jpg"
    path.write_bytes(content.getvalue())
    tags = decode.tags(path)
    assert tags.orientation == orientation
    assert tags.regions.items[0].name == "Zoë"
    found = boxes(tags.regions, tags.orientation, size, [])[0]
    assert found.to_json() == pytest.approx(face.to_json(), abs=0.01)


def test_reads_the_regions_a_phone_wrote() -> None:
    """Apple's, of the one shared photo that has any: two faces without names."""
    source = SHARED / "photos" / "faces" / "two-in-an-office.jpg"
    if not source.exists():
        pytest.skip(f"needs {source.name} of ../shared/photos/faces")
    tags = decode.tags(source)
    found = boxes(tags.regions, tags.orientation, (3264, 2448), [])
    assert [item.name for item in tags.regions.items] == ["", ""]
    assert found[0].iou(Box(2213, 940, 2615, 1439)) > 0.7
    assert found[1].iou(Box(679, 957, 1293, 1748)) > 0.7
