"""Marks as SVG shapes."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ml.types import Box, MarkKind
from webapp.pages.drawing import Shape, crop, shape
from webapp.selectors.results import ShownMark

FACE = uuid4()
CORNERS = (((10.0, 20.0), (30.5, 60.0)),)


def drawn(kind: MarkKind, paths: tuple[tuple[tuple[float, float], ...], ...], **more: str) -> Shape:
    rest = {"raster": "", "label": "", "tone": "warm"} | more
    mark = ShownMark(model="m", kind=kind, paths=paths, face=FACE, **rest)
    return shape(mark, {FACE: "Anna"})


def test_a_box_carries_its_faces_name() -> None:
    found = drawn(MarkKind.BOX, CORNERS)
    assert found.path == "M10.0 20.0H30.5V60.0H10.0Z"
    assert (found.label, found.at) == ("Anna", (10, 20))
    assert found.css == "mark box few tone-warm"


def test_points_are_dots() -> None:
    assert drawn(MarkKind.POINTS, CORNERS).path == "M10.0 20.0h0M30.5 60.0h0"


def test_lines_are_lines() -> None:
    assert drawn(MarkKind.LINE, (*CORNERS, ())).path == "M10.0 20.0L30.5 60.0"


def test_many_strokes_are_drawn_finer() -> None:
    many = tuple((float(x), 0.0) for x in range(468))
    assert "dense" in drawn(MarkKind.POINTS, (many,)).css


@pytest.mark.parametrize("kind", [MarkKind.MASK, MarkKind.HEAT])
def test_rasters_lie_in_their_box(kind: MarkKind) -> None:
    found = drawn(kind, CORNERS, raster="data:image/png;base64,eA==")
    assert found.box == Box(10, 20, 30.5, 60)
    assert found.path == ""
    assert found.heat is (kind is MarkKind.HEAT)


def test_a_crop_is_a_square_with_room() -> None:
    assert crop(Box(100, 100, 200, 160)) == "75.0 55.0 150.0 150.0"
