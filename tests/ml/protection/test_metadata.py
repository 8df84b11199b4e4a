"""What a file tells beside its picture is found, and a clean file tells none of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from ml import decode
from ml.errors import BadPicture
from ml.protection.metadata import FindKind, Keep, clean, finds
from tests.ml.protection import files

EXIFTOOL = shutil.which("exiftool")
# What a reader says of any picture: about the file itself, and how its pixels are stored.
ABOUT_PIXELS = {
    *("SourceFile", "ExifTool:ExifToolVersion", "Composite:ImageSize", "Composite:Megapixels"),
    *("JFIF:JFIFVersion", "JFIF:ResolutionUnit", "JFIF:XResolution", "JFIF:YResolution"),
    *("PNG:ImageWidth", "PNG:ImageHeight", "PNG:BitDepth", "PNG:ColorType", "PNG:Compression"),
    *("PNG:Filter", "PNG:Interlace", "PNG:Palette", "RIFF:ImageWidth", "RIFF:ImageHeight"),
    *("RIFF:VP8Version", "RIFF:HorizontalScale", "RIFF:VerticalScale", "RIFF:WebP_Flags"),
    "RIFF:AlphaIsUsed",
}


def says(path: Path) -> dict[str, object]:
    """What exiftool reads in a file beside what it says of any picture."""
    if EXIFTOOL is None:
        pytest.skip("exiftool is not here: apt install libimage-exiftool-perl")
    asked = [EXIFTOOL, "-j", "-a", "-G0", "-u", "-ee", str(path)]
    (told,) = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    about_file = ("File:File", "File:Directory", "File:MIME", "File:Image", "File:Encoding")
    about_file += ("File:Bits", "File:Color", "File:YCbCr")
    return {
        name: value
        for name, value in told.items()
        if name not in ABOUT_PIXELS and not name.startswith(about_file)
    }


Making = Callable[[Path], Path]
FULL = {".jpg": files.full_jpeg, ".png": files.full_png, ".webp": files.full_webp}
every_format = pytest.mark.parametrize("suffix", FULL)


def made(tmp_path: Path, suffix: str) -> Path:
    return FULL[suffix](tmp_path / f"in{suffix}")


def test_all_that_a_jpeg_can_hold_is_found(tmp_path: Path) -> None:
    found = {find.kind for find in finds(files.full_jpeg(tmp_path / "a.jpg"))}
    assert found == set(FindKind) - {
        FindKind.COLOUR_PROFILE, FindKind.COLOUR_NOTE, FindKind.FRAMES, FindKind.TRAILING,
    }  # fmt: skip


def test_what_it_says_is_told_to_whoever_may_know(tmp_path: Path) -> None:
    said = {(one.kind, one.said) for one in finds(files.full_jpeg(tmp_path / "a.jpg"))}
    assert (FindKind.POSITION, "52° 30′ 15.5″ N 13° 22′ 1″ E") in said
    assert (FindKind.SERIAL, "SN-4711") in said
    assert (FindKind.COMMENT, "a secret note") in said


@every_format
def test_nothing_is_left_in_a_clean_file(tmp_path: Path, suffix: str) -> None:
    path = made(tmp_path, suffix)
    cleaned = clean(path, tmp_path)
    assert finds(cleaned.path) == ()
    content = cleaned.path.read_bytes()
    assert not [secret for secret in files.SECRETS if secret in content]
    assert [secret for secret in files.SECRETS if secret in path.read_bytes()]


@every_format
def test_another_reader_finds_nothing_either(tmp_path: Path, suffix: str) -> None:
    path = made(tmp_path, suffix)
    assert says(path)
    assert says(clean(path, tmp_path).path) == {}


@every_format
def test_its_picture_is_the_same_to_the_pixel(tmp_path: Path, suffix: str) -> None:
    path = made(tmp_path, suffix)
    cleaned = clean(path, tmp_path)
    assert cleaned.lossless and cleaned.notes == ()
    assert cleaned.path.name == f"photo{suffix}"
    assert np.array_equal(decode.picture(path).pixels, decode.picture(cleaned.path).pixels)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_photo_is_saved_upright_and_says_so(tmp_path: Path, orientation: int) -> None:
    path = files.full_jpeg(tmp_path / "a.jpg", orientation)
    cleaned = clean(path, tmp_path)
    assert not cleaned.lossless and "upright" in cleaned.notes[0]
    with Image.open(path) as image, Image.open(cleaned.path) as upright:
        expected = np.asarray(ImageOps.exif_transpose(image).convert("RGB"), np.int16)
        assert np.abs(expected - np.asarray(upright, np.int16)).mean() < 2
    assert finds(cleaned.path) == ()


def test_colours_beyond_srgb_are_converted_and_it_says_so(tmp_path: Path) -> None:
    path = files.full_jpeg(tmp_path / "a.jpg", profile=files.wide_profile())
    assert FindKind.COLOUR_PROFILE in {find.kind for find in finds(path)}
    cleaned = clean(path, tmp_path)
    assert "sRGB" in cleaned.notes[0] and finds(cleaned.path) == ()
    seen, kept = decode.picture(path).pixels, decode.picture(cleaned.path).pixels
    assert np.abs(seen.astype(int) - kept).mean() < 2


def test_a_jpeg_stored_as_rgb_keeps_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    files.picture().save(path, quality=90, keep_rgb=True, comment=b"secret")
    cleaned = clean(path, tmp_path)
    assert cleaned.lossless and finds(cleaned.path) == ()
    assert np.array_equal(decode.picture(path).pixels, decode.picture(cleaned.path).pixels)


@every_format
@pytest.mark.parametrize("keep", [(Keep.DATE,), (Keep.CAMERA,), (Keep.DATE, Keep.CAMERA)])
def test_what_a_person_wants_to_keep_stays_and_no_more(
    tmp_path: Path, suffix: str, keep: tuple[Keep, ...]
) -> None:
    cleaned = clean(made(tmp_path, suffix), tmp_path, keep)
    left = {find.kind for find in finds(cleaned.path)}
    assert left == {FindKind(one.value) for one in keep} | {FindKind.EXIF}
    told = says(cleaned.path)
    names = {name.removeprefix("EXIF:") for name in told if name.startswith("EXIF:")}
    wanted = {"date": {"ModifyDate", "DateTimeOriginal"}, "camera": {"Make", "Model"}}
    assert set().union(*(wanted[one] for one in keep)) <= names
    assert not names & {"Artist", "SerialNumber", "Software", "GPSLatitude", "ThumbnailImage"}
    if Keep.CAMERA not in keep:
        assert not names & wanted["camera"]
    if Keep.DATE not in keep:
        assert not names & wanted["date"]


@pytest.mark.parametrize(
    ("name", "becomes"),
    [("a.gif", ".png"), ("a.tiff", ".png"), ("a.avif", ".jpg"), ("a.heic", ".jpg")],
)
def test_other_kinds_of_file_become_one_that_everybody_reads(
    tmp_path: Path, name: str, becomes: str
) -> None:
    if name == "a.heic":
        pytest.importorskip("pillow_heif").register_heif_opener()
    path = tmp_path / name
    told = {"comment": b"secret"} if name == "a.gif" else {"exif": files.exif().tobytes()}
    files.picture().save(path, **told)  # type: ignore[arg-type]
    cleaned = clean(path, tmp_path)
    assert cleaned.path.suffix == becomes and not cleaned.lossless
    assert finds(path) and finds(cleaned.path) == ()
    seen, kept = decode.picture(path).pixels, decode.picture(cleaned.path).pixels
    assert np.abs(seen.astype(int) - kept).mean() < 2


def test_a_damaged_file_leaves_no_clean_one(tmp_path: Path) -> None:
    path = files.full_png(tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:900])
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(BadPicture):
        clean(path, folder)
    assert list(folder.iterdir()) == []


def test_photos_of_many_cameras_come_out_clean(shared: Path, tmp_path: Path) -> None:
    photos = sorted((shared / "photos/places").glob("*.jpg"))[::3]
    for path in photos:
        cleaned = clean(path, tmp_path)
        assert finds(path) and finds(cleaned.path) == () and says(cleaned.path) == {}
        if cleaned.lossless:
            assert np.array_equal(decode.picture(path).pixels, decode.picture(cleaned.path).pixels)


def test_hostile_files_are_refused_or_cleaned_but_never_break_it(
    shared: Path, tmp_path: Path
) -> None:
    for path in sorted((shared / "photos/hostile").iterdir())[::25]:
        try:
            assert finds(clean(path, tmp_path).path) == ()
        except BadPicture as refused:
            assert str(refused)
