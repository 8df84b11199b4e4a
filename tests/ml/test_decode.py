"""What becomes of photos of every kind: upright, RGB, with a word about what was done."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from ml import decode
from ml.errors import BadPicture
from ml.types import Picture

Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save a Pillow image to a file of that name and return its path."""

    def saved(image: Image.Image, name: str, **options: Any) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return saved


def gradient(width: int = 60, height: int = 40) -> Image.Image:
    """Red grows to the right, green downwards: every corner differs."""
    ys, xs = np.mgrid[0:height, 0:width]
    red, green = xs * 255 // (width - 1), ys * 255 // (height - 1)
    pixels = np.dstack([red, green, np.full_like(red, 60)])
    return Image.fromarray(pixels.astype(np.uint8))


def refusal(path: Path, **limits: Any) -> BadPicture:
    with pytest.raises(BadPicture) as caught:
        decode.picture(path, decode.Limits(**limits))
    return caught.value


def is_upright_rgb(picture: Picture) -> bool:
    pixels = picture.pixels
    return pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3


def near(picture: Picture, image: Image.Image, tolerance: int = 12) -> bool:
    expected = np.asarray(image.convert("RGB"), np.int16)
    same = expected.shape == picture.pixels.shape
    return same and float(np.abs(expected - picture.pixels).mean()) < tolerance


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.jpg", {"quality": 95}),
        ("a.png", {}),
        ("a.webp", {"quality": 95}),
        ("a.avif", {"quality": 95}),
        ("a.gif", {}),
        ("a.tiff", {"compression": "tiff_lzw"}),
        ("a.heic", {"quality": 95}),
    ],
)
def test_every_allowed_format_is_read(save: Save, name: str, options: dict[str, Any]) -> None:
    if name == "a.heic":
        pytest.importorskip("pillow_heif").register_heif_opener()
    picture = decode.picture(save(gradient(), name, **options))
    assert is_upright_rgb(picture)
    assert picture.size == (60, 40)
    assert near(picture, gradient())
    assert picture.notes == ()


def test_a_lossless_file_gives_its_very_pixels(save: Save) -> None:
    large = gradient(1500, 700)  # more than one strip
    picture = decode.picture(save(large, "a.png"))
    assert np.array_equal(picture.pixels, np.asarray(large))
    assert not picture.pixels.flags.writeable


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(save: Save, orientation: int) -> None:
    for name in ("a.jpg", "a.png", "a.webp", "a.avif", "a.tiff"):
        exif = Image.Exif()
        exif[274] = orientation
        path = save(gradient(), name, exif=exif)
        picture = decode.picture(path)
        with Image.open(path) as opened:
            assert near(picture, ImageOps.exif_transpose(opened)), name
        assert picture.size == ((40, 60) if orientation >= 5 else (60, 40)), name
        assert 274 not in picture.exif, name


def test_orientation_examples_all_look_the_same(shared: Path) -> None:
    reference = decode.picture(shared / "photos/orientation/Portrait_1.jpg")
    for path in sorted((shared / "photos/orientation").glob("Portrait_*.jpg")):
        picture = decode.picture(path)
        assert picture.size == reference.size, path.name
        small = Image.fromarray(reference.pixels).resize((30, 40))
        other = Image.fromarray(picture.pixels).resize((30, 40))
        difference = np.asarray(small, np.int16) - np.asarray(other, np.int16)
        assert np.abs(difference).mean() < 8, path.name


def test_print_colours_become_screen_colours(save: Save) -> None:
    picture = decode.picture(save(gradient().convert("CMYK"), "a.jpg", quality=95))
    assert near(picture, gradient())
    assert picture.notes == ("Print colours (CMYK) are shown as screen colours.",)


def test_transparent_parts_are_white(save: Save) -> None:
    for mode in ("RGBA", "LA"):
        picture = decode.picture(save(Image.new(mode, (8, 8)), f"{mode}.png"))
        assert (picture.pixels == 255).all()
        assert picture.notes == ("Transparent parts are shown white.",)


def test_half_transparent_red_over_white_is_pink(save: Save) -> None:
    picture = decode.picture(save(Image.new("RGBA", (8, 8), (255, 0, 0, 128)), "a.png"))
    assert picture.pixels[0, 0].tolist() == [255, 127, 127]


def test_alpha_that_hides_nothing_is_not_spoken_of(save: Save) -> None:
    picture = decode.picture(save(gradient().convert("RGBA"), "a.png"))
    assert near(picture, gradient())
    assert picture.notes == ()


def test_palettes_are_resolved(save: Save) -> None:
    assert near(decode.picture(save(gradient().quantize(200), "a.png")), gradient())
    clear = gradient().quantize(200)
    clear.info["transparency"] = clear.getpixel((0, 0))
    picture = decode.picture(save(clear, "b.png"))
    assert picture.pixels[0, 0].tolist() == [255, 255, 255]


def test_grey_and_bilevel_become_rgb(save: Save) -> None:
    grey = gradient().convert("L")
    assert near(decode.picture(save(grey, "a.jpg")), grey)
    assert near(decode.picture(save(grey.convert("1"), "b.png")), grey.convert("1"))


def test_sixteen_bits_are_scaled_to_eight(save: Save) -> None:
    deep = Image.fromarray(np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16))
    for name in ("a.png", "a.tiff"):
        picture = decode.picture(save(deep, name))
        assert picture.pixels[0, 0].tolist() == [0, 0, 0]
        assert picture.pixels[15, 15].tolist() == [255, 255, 255]
        assert abs(int(picture.pixels[8, 0, 0]) - 128) <= 1
        assert picture.notes == ("16 bits a colour are shown as 8.",)


def test_sixteen_bit_colours_are_told(tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "a.png"
    cv2.imwrite(str(path), np.full((9, 9, 3), (0, 0, 60000), np.uint16))
    picture = decode.picture(path)
    assert picture.pixels[0, 0].tolist() == [234, 0, 0]
    assert picture.notes == ("16 bits a colour are shown as 8.",)


def test_float_pixels_are_stretched(save: Save) -> None:
    picture = decode.picture(save(Image.linear_gradient("L").convert("F"), "a.tiff"))
    assert picture.pixels.min() == 0
    assert picture.pixels.max() == 255
    assert picture.notes == ("Its brightness was stretched to what a screen can show.",)


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.avif"])
def test_the_first_of_many_frames_is_shown(save: Save, name: str) -> None:
    more = [Image.new("RGB", (60, 40), (0, 0, shade)) for shade in (90, 170, 250)]
    path = save(gradient(), name, save_all=True, append_images=more)
    picture = decode.picture(path)
    assert near(picture, gradient(), 20)
    assert picture.notes == ("Only the first of 4 frames is shown.",)


def test_the_first_of_many_pages_is_shown(save: Save) -> None:
    path = save(gradient(), "a.tiff", save_all=True, append_images=[gradient()] * 2)
    picture = decode.picture(path)
    assert near(picture, gradient())
    assert picture.notes == ("Only the first of 3 pages is shown.",)


def test_a_phones_picture_with_a_second_one_inside_is_a_jpeg(save: Save, tmp_path: Path) -> None:
    path = save(gradient(), "a.jpg", format="MPO", save_all=True, append_images=[gradient()])
    assert near(decode.picture(path), gradient())
    made = decode.renditions(path, tmp_path)
    assert (made.media_type, made.extension) == ("image/jpeg", ".jpg")


def test_a_colour_profile_is_followed(save: Save, shared: Path) -> None:
    with Image.open(shared / "photos/faces/studio.jpg") as adobe:
        profile = adobe.info["icc_profile"]
    flat = Image.new("RGB", (8, 8), (200, 100, 50))
    picture = decode.picture(save(flat, "a.png", icc_profile=profile))
    wanted = ImageCms.profileToProfile(
        flat, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    )
    assert wanted is not None
    assert near(picture, wanted, 2)
    assert not near(picture, flat, 2)


def test_an_srgb_profile_changes_nothing(save: Save) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = decode.picture(save(gradient(), "a.png", icc_profile=profile))
    assert np.array_equal(picture.pixels, np.asarray(gradient()))


def test_a_nameless_srgb_profile_changes_nothing(save: Save) -> None:
    named = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    nameless = named.replace("sRGB".encode("utf-16-be"), "abcd".encode("utf-16-be"))
    assert nameless != named
    picture = decode.picture(save(gradient(), "a.png", icc_profile=nameless))
    assert np.array_equal(picture.pixels, np.asarray(gradient()))


def test_a_damaged_profile_is_told_and_ignored(save: Save) -> None:
    picture = decode.picture(save(gradient(), "a.png", icc_profile=b"no profile" * 20))
    assert near(picture, gradient())
    assert picture.notes == ("The colour profile is damaged, so colours may be a little off.",)


def test_a_wrong_extension_does_not_matter(save: Save, tmp_path: Path) -> None:
    path = save(gradient(), "a.gif", format="PNG")
    assert near(decode.picture(path), gradient())
    assert decode.renditions(path, tmp_path).extension == ".png"


def test_what_follows_a_photo_is_not_carried_on(save: Save, tmp_path: Path) -> None:
    path = save(gradient(), "a.jpg", quality=95)
    evil = b"<script>alert(1)</script>PK\x03\x04"
    path.write_bytes(path.read_bytes() + evil)
    assert near(decode.picture(path), gradient())
    made = decode.renditions(path, tmp_path)
    assert evil not in made.display.read_bytes() + made.thumbnail.read_bytes()


def test_exif_keeps_its_types_and_places(shared: Path) -> None:
    path = next((shared / "photos/places").glob("DSCN*.jpg"))
    with Image.open(path) as opened:
        exif = opened.getexif()
        expected = dict(exif.get_ifd(34853))
    picture = decode.picture(path)
    assert picture.exif[34853] == expected
    assert picture.exif[271] == exif[271]
    assert float(picture.exif[34853][2][0]) == float(expected[2][0])
    assert picture.exif[34665]


def test_sentences_say_what_to_do(save: Save, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Dear diary")
    assert refusal(tmp_path / "a.txt").code == "not-an-image"
    assert str(refusal(tmp_path / "a.txt")).endswith(
        "upload a JPEG, PNG, WebP, AVIF, GIF, TIFF or HEIC photo."
    )
    assert "BMP files are not accepted" in str(refusal(save(gradient(), "a.bmp")))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F", "YCbCr", "LAB"]),
    orientation=st.integers(0, 9),
)
def test_whatever_it_was_a_picture_is_upright_rgb(
    save: Save, width: int, height: int, mode: str, orientation: int
) -> None:
    path = save(Image.new(mode, (width, height)), "any.tiff", tiffinfo={274: orientation})
    picture = decode.picture(path)
    assert is_upright_rgb(picture)
    assert picture.size == ((height, width) if 5 <= orientation <= 8 else (width, height))
