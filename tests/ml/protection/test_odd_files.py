"""Files that hide something inside what shows their picture, or say two things of its colours."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.decoding.containers import TRAILING, bare, pieces
from ml.protection.choosing import candidates
from ml.protection.metadata import FindKind, Keep, clean, finds
from ml.protection.saving import like, write
from ml.types import Box
from tests.ml.protection.files import picture

JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
ADOBE = b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0\0"


def jpeg(image: Image.Image | None = None, **how: object) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, "JPEG", quality=90, **how)
    return out.getvalue()


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), int)


def test_a_second_picture_goes_though_the_first_did_not_say_that_it_ends() -> None:
    two = jpeg()[:-2] + jpeg(Image.new("RGB", (64, 48), "red"))
    assert pieces(two)[-1].name == TRAILING
    made = bare(two)
    assert made.count(b"\xff\xd8") == 1 and np.array_equal(pixels(made), pixels(jpeg()))


def test_where_jfif_and_adobe_disagree_colours_stay_as_readers_show_them() -> None:
    plain = jpeg()
    assert JFIF in plain
    both = plain.replace(JFIF, JFIF + ADOBE, 1)
    assert np.array_equal(pixels(bare(both)), pixels(both))


def test_colours_stay_where_a_photo_has_one_table(tmp_path: Path) -> None:
    table = list(range(1, 65))
    path = tmp_path / "one.jpg"
    path.write_bytes(jpeg(qtables=[table]))
    made = write(pixels(path.read_bytes()).astype(np.uint8), like(path), tmp_path)
    assert Image.open(made).mode == "RGB"


def test_a_date_that_is_none_is_not_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[306] = "at Anna's, Main Street 5"
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg(exif=exif))
    assert b"Anna" not in clean(path, tmp_path, [Keep.DATE]).path.read_bytes()


def test_nothing_hides_in_a_second_run_of_a_pngs_pixels_or_in_its_end() -> None:
    out = io.BytesIO()
    picture().save(out, "PNG")
    data = out.getvalue()
    secret = zlib.compress(b"secret")
    crc = zlib.crc32(b"IDAT" + secret).to_bytes(4, "big")
    second = len(secret).to_bytes(4, "big") + b"IDAT" + secret + crc
    text = b"\0\0\0\3tEXta\0b" + zlib.crc32(b"tEXta\0b").to_bytes(4, "big")
    end = data.index(b"IEND") - 4
    made = bare(data[:end] + text + second + data[end:])
    assert secret not in made and np.array_equal(pixels(made), pixels(data))
    assert [piece.name for piece in pieces(made)][-1] == "IEND"


def chunked(name: bytes, body: bytes) -> bytes:
    """A PNG with that chunk before its pixels."""
    out = io.BytesIO()
    picture().save(out, "PNG")
    data = out.getvalue()
    at = data.index(b"IDAT") - 4
    whole = len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
    return data[:at] + whole + data[at:]


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        (b"gAMA", (45455).to_bytes(4, "big"), 0),
        (b"gAMA", (100000).to_bytes(4, "big"), 1),
        (b"cHRM", bytes(32), 1),
        (b"cICP", b"\x01\x0d\0\1", 0),
        (b"cICP", b"\x09\x10\0\1", 1),
        (b"gAMA", b"secret", 1),
    ],
)
def test_what_changes_how_a_picture_is_shown_is_named_and_goes(
    name: bytes, body: bytes, told: int, tmp_path: Path
) -> None:
    path = tmp_path / "in.png"
    path.write_bytes(chunked(name, body))
    found = [one.kind for one in finds(path)]
    assert found == [FindKind.COLOUR_NOTE] * told
    assert name not in clean(path, tmp_path).path.read_bytes()


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_webp_that_keeps_each_pixel_goes_on_keeping_them(
    orientation: int, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    exif = Image.Exif()
    exif[274] = orientation
    path = tmp_path / "in.webp"
    Image.fromarray(noise).save(path, lossless=True, exif=exif)
    made = pixels(clean(path, tmp_path).path.read_bytes())
    upright = noise if orientation == 1 else np.rot90(noise, -1)
    assert np.array_equal(made, upright)
    covered = write(upright.copy(), like(path), tmp_path)
    assert np.array_equal(pixels(covered.read_bytes()), upright)


@pytest.mark.parametrize("drawn", [Box(70, 40, 235, 260), Box(90, 90, 190, 200)])
def test_a_box_that_somebody_drew_larger_or_smaller_is_of_the_same_face(drawn: Box) -> None:
    from ml.contracts import MESH, POSE, Meshes, Output, Poses
    from ml.types import Face

    face = Face(Box(100, 80, 200, 210), 0.9)
    outputs = {MESH: Output(data=Meshes((None,))), POSE: Output(data=Poses((None,)))}
    assert len(candidates([face], outputs, [drawn])) == 1
    assert len(candidates([face], outputs, [Box(300, 80, 400, 210)])) == 2
