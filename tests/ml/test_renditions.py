"""What is served in a photo's stead: made by us, upright, without metadata, or not there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode
from ml.errors import BadPicture
from ml.types import Box, Face, Mark, MarkKind

BOX = Mark("m", "Boxes", MarkKind.BOX, (((1000.0, 1000.0), (2000.0, 2000.0)),), face=0)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """4000 x 3000 upright, stored lying on its side, with a name and a place in its EXIF."""
    exif = Image.Exif()
    exif[274] = 6
    exif[271] = "Camera\x00\x07works"
    exif[37500] = b"x" * 5000
    exif[34853] = {1: "N", 2: (52.0, 30.0, 15.5), 27: b"\x01\x02"}
    path = tmp_path / "photo.jpg"
    left_half_white = Image.new("L", (3000, 4000))
    left_half_white.paste(255, (0, 2000, 3000, 4000))
    left_half_white.convert("RGB").save(path, exif=exif, comment="secret", quality=90)
    return path


def bare(path: Path) -> bool:
    """Whether a file carries nothing but the picture."""
    with Image.open(path) as image:
        image.load()
        kept = {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }
        return not dict(image.getexif()) and set(image.info) <= kept


def test_renditions_are_small_upright_and_bare(photo: Path, tmp_path: Path) -> None:
    made = decode.renditions(photo, tmp_path)
    assert made.size == (4000, 3000)
    for path, size in ((made.display, (2048, 1536)), (made.thumbnail, (480, 360))):
        with Image.open(path) as image:
            assert image.size == size
            assert image.mode == "RGB"
            pixels = np.asarray(image)
        assert pixels[:, : size[0] // 2 - 9].min() > 245
        assert pixels[:, size[0] // 2 + 9 :].max() < 10
        assert bare(path)


def test_a_small_photo_is_not_enlarged(tmp_path: Path) -> None:
    Image.new("RGB", (40, 30)).save(tmp_path / "a.png")
    made = decode.renditions(tmp_path / "a.png", tmp_path)
    for path in (made.display, made.thumbnail):
        with Image.open(path) as image:
            assert image.size == (40, 30)


def test_a_very_long_photo_keeps_a_pixel_of_height(tmp_path: Path) -> None:
    Image.new("RGB", (9000, 2)).save(tmp_path / "a.png")
    made = decode.renditions(tmp_path / "a.png", tmp_path)
    with Image.open(made.thumbnail) as image:
        assert image.size == (480, 1)


def test_exif_is_plain_json(photo: Path, tmp_path: Path) -> None:
    exif = json.loads(decode.renditions(photo, tmp_path).exif)
    assert exif["271"] == "Cameraworks"
    assert exif["34853"] == {"1": "N", "2": [52.0, 30.0, 15.5], "27": "0102"}
    assert "37500" not in exif
    assert "274" not in exif


def test_frames_and_colours_are_told(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (30, 30), (shade, 0, 0, 99)) for shade in (0, 100, 200)]
    frames[0].save(tmp_path / "a.webp", save_all=True, append_images=frames[1:])
    assert decode.renditions(tmp_path / "a.webp", tmp_path).notes == (
        "Transparent parts are shown white.",
        "Only the first of 3 frames is shown.",
    )


def test_nothing_is_left_of_a_bad_photo(photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    photo.write_bytes(photo.read_bytes()[:-3000])
    with pytest.raises(BadPicture, match="damaged or incomplete"):
        decode.renditions(photo, folder)
    with pytest.raises(BadPicture):
        decode.annotated(photo, [BOX], [], folder / "a.jpg")
    assert not list(folder.iterdir())


def test_nothing_is_left_when_a_limit_is_hit(photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(BadPicture):
        decode.renditions(photo, folder, decode.Limits(wall_s=0.01))
    assert not list(folder.iterdir())


def test_marks_are_drawn_where_they_belong(photo: Path, tmp_path: Path) -> None:
    decode.annotated(photo, [BOX], [Face(Box(0, 0, 9, 9), 1.0)], tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.size == (2048, 1536)
        red, _, blue = image.convert("RGB").getpixel((768, 512))  # type: ignore[misc]
        assert blue > 180
        assert red < 120
        assert image.getpixel((768, 700)) == (255, 255, 255)
    assert bare(tmp_path / "a.jpg")


def test_faces_without_a_mark_get_a_box(photo: Path, tmp_path: Path) -> None:
    face = Face(Box(1000.0, 1000.0, 2000.0, 2000.0), 0.9)
    decode.annotated(photo, [], [face], tmp_path / "face.jpg", max_side=1000)
    decode.annotated(photo, [BOX], [face], tmp_path / "mark.jpg", max_side=1000)
    assert (tmp_path / "face.jpg").read_bytes() == (tmp_path / "mark.jpg").read_bytes()


def test_an_upright_photo_of_every_sample_keeps_its_size(shared: Path, tmp_path: Path) -> None:
    for path in sorted((shared / "photos/orientation").glob("Landscape_*.jpg")):
        made = decode.renditions(path, tmp_path)
        assert made.size == decode.picture(path).size
        assert made.size[0] > made.size[1]
