"""Marks in pixels: where they belong, in their tone, legible on any photo."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from ml.draw import PALETTE, boxes, draw
from ml.types import XY, Box, Face, Mark, MarkKind, Picture

Path = tuple[XY, ...]
DIAGONAL: Path = ((40.0, 40.0), (160.0, 120.0))


def mark(kind: MarkKind, *paths: Path, **more: object) -> Mark:
    return Mark("m", "Layer", kind, paths, **more)  # type: ignore[arg-type]


def canvas(shade: int = 128, size: tuple[int, int] = (200, 160)) -> Image.Image:
    return Image.new("RGB", size, (shade, shade, shade))


def png(grey: Image.Image) -> bytes:
    out = io.BytesIO()
    grey.save(out, "PNG")
    return out.getvalue()


def changed(image: Image.Image, before: Image.Image) -> np.ndarray:
    """Where the two differ, H x W bool."""
    return (np.asarray(image) != np.asarray(before)).any(axis=2)


def colour(image: Image.Image, x: int, y: int) -> np.ndarray:
    return np.asarray(image)[y, x].astype(int)


def close_to(tone: str, found: np.ndarray, tolerance: int = 40) -> bool:
    return bool(np.abs(np.array(ImageColor.getrgb(PALETTE[tone])) - found).max() < tolerance)


def test_the_canvas_itself_is_left_alone() -> None:
    before = canvas()
    draw(before, [mark(MarkKind.BOX, DIAGONAL)])
    assert not changed(before, canvas()).any()


def test_a_picture_may_be_read_only() -> None:
    pixels = np.zeros((160, 200, 3), np.uint8)
    pixels.flags.writeable = False
    assert draw(Picture(pixels), [mark(MarkKind.BOX, DIAGONAL)]).size == (200, 160)


def test_without_marks_nothing_changes() -> None:
    assert not changed(draw(canvas(), []), canvas()).any()


def test_a_box_is_an_outline() -> None:
    image = draw(canvas(), [mark(MarkKind.BOX, DIAGONAL)])
    for x, y in ((40, 80), (160, 80), (100, 40), (100, 120)):
        assert close_to("accent", colour(image, x, y))
    assert not changed(image, canvas())[50:110, 50:150].any()
    assert not changed(image, canvas())[:30].any()


@pytest.mark.parametrize("tone", PALETTE)
def test_each_tone_is_drawn_in_its_colour(tone: str) -> None:
    image = draw(canvas(), [mark(MarkKind.LINE, ((20.0, 80.0), (180.0, 80.0)), tone=tone)])
    assert close_to(tone, colour(image, 100, 80))


@pytest.mark.parametrize("shade", [0, 60, 128, 200, 255])
@pytest.mark.parametrize("tone", PALETTE)
def test_strokes_stand_out_on_any_ground(shade: int, tone: str) -> None:
    """Line or edge differs from the ground by a quarter of the whole range of lightness."""
    image = draw(canvas(shade), [mark(MarkKind.BOX, DIAGONAL, tone=tone)])
    lightness = np.asarray(image.convert("L")).astype(int)[80, 30:50]
    assert np.abs(lightness - shade).max() > 64


def test_coordinates_are_scaled() -> None:
    image = draw(canvas(), [mark(MarkKind.BOX, ((80.0, 80.0), (320.0, 240.0)))], scale=0.5)
    assert not changed(image, draw(canvas(), [mark(MarkKind.BOX, DIAGONAL)])).any()


def test_a_large_photo_gets_wider_strokes() -> None:
    ends = ((0.0, 50.0), (100.0, 50.0))
    widths = []
    for size in ((200, 160), (3000, 200)):
        image = draw(canvas(size=size), [mark(MarkKind.LINE, ends)])
        widths.append(int(changed(image, canvas(size=size))[:, 50].sum()))
    assert widths[1] > 2 * widths[0]


def test_points_are_dots() -> None:
    places = ((30.0, 30.0), (100.0, 80.0), (150.0, 120.0))
    image = draw(canvas(), [mark(MarkKind.POINTS, places, tone="cool")])
    for x, y in places:
        assert close_to("cool", colour(image, int(x), int(y)))
    assert changed(image, canvas()).mean() < 0.02


def test_a_dense_mesh_leaves_the_face_visible() -> None:
    ys, xs = np.mgrid[0:22, 0:22]
    path = tuple((50 + 4.0 * x, 30 + 4.0 * y) for x, y in zip(xs.flat, ys.flat, strict=True))
    image = draw(canvas(), [mark(MarkKind.POINTS, path)])
    strongly = np.abs(np.asarray(image).astype(int) - 128).max(axis=2) > 64
    assert strongly[30:114, 50:134].mean() < 0.4


def test_a_mask_tints_what_is_inside() -> None:
    inside = Image.new("L", (10, 10))
    inside.paste(255, (0, 0, 5, 10))
    image = draw(canvas(), [mark(MarkKind.MASK, DIAGONAL, raster=png(inside), tone="warm")])
    different = changed(image, canvas())
    assert different[45:115, 45:90].all()
    assert not different[45:115, 115:155].any()
    assert not different[:38].any()


def test_heat_shows_the_photo_where_it_is_cold() -> None:
    image = draw(canvas(), [mark(MarkKind.HEAT, DIAGONAL, raster=png(Image.linear_gradient("L")))])
    top, bottom = colour(image, 100, 42), colour(image, 100, 117)
    assert np.abs(top - 128).max() < 12
    assert bottom[0] > bottom[2] + 60  # hot is red


def test_marks_may_reach_beyond_the_photo() -> None:
    wide = ((-50.0, -50.0), (500.0, 500.0))
    full = png(Image.new("L", (4, 4), 255))
    image = draw(
        canvas(),
        [
            mark(MarkKind.BOX, wide, label="far out"),
            mark(MarkKind.POINTS, wide),
            mark(MarkKind.LINE, wide),
            mark(MarkKind.MASK, wide, raster=full),
        ],
    )
    assert image.size == (200, 160)
    assert changed(image, canvas()).all()


def test_labels_stay_inside() -> None:
    for corner in (((0.0, 0.0), (9.0, 9.0)), ((190.0, 150.0), (199.0, 159.0))):
        image = draw(canvas(), [mark(MarkKind.BOX, corner, label="Ada 0.99")])
        plain = draw(canvas(), [mark(MarkKind.BOX, corner)])
        assert np.asarray(image).max() > 245  # its letters
        assert 300 < changed(image, plain).sum() < 3000


def test_an_empty_mark_draws_nothing() -> None:
    empty = [mark(MarkKind.LINE), mark(MarkKind.POINTS, ()), mark(MarkKind.MASK, DIAGONAL)]
    assert not changed(draw(canvas(), empty), canvas()).any()


def test_several_faces_are_numbered() -> None:
    faces = [Face(Box(0, 0, 9, 9), 0.9), Face(Box(20, 0, 29, 9), 0.9), Face(Box(40, 0, 49, 9), 0.9)]
    made = boxes(faces, [mark(MarkKind.BOX, DIAGONAL, face=1)])
    assert [(box.face, box.label) for box in made] == [(0, "1"), (2, "3")]
    assert boxes(faces[:1], [])[0].label == ""


def test_a_label_with_accents_is_drawn_in_letters_not_in_empty_squares() -> None:
    images = [
        draw(canvas(), [mark(MarkKind.BOX, DIAGONAL, label=text)]) for text in ("Zoë", "Zo\ue000")
    ]
    assert changed(images[0], images[1]).any()


def test_a_masks_label_is_not_written_over_what_it_shows() -> None:
    raster = png(Image.new("L", (8, 8), 255))
    named, plain = (
        draw(canvas(), [mark(MarkKind.MASK, DIAGONAL, raster=raster, label=text)])
        for text in ("upper lip", "")
    )
    assert not changed(named, plain).any() and changed(plain, canvas()).any()
