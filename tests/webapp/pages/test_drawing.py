"""Marks as SVG shapes."""

from __future__ import annotations

from uuid import uuid4

import pytest

from ml.types import Box, MarkKind
from webapp.pages.drawing import Drawn, Shape, crop, shape
from webapp.pages.drawing import drawn as layers
from webapp.selectors.results import Layer, ShownFace, ShownMark

FACE = uuid4()
CORNERS = (((10.0, 20.0), (30.5, 60.0)),)


def drawn(kind: MarkKind, paths: tuple[tuple[tuple[float, float], ...], ...], **more: str) -> Shape:
    rest = {"raster": "", "label": "", "tone": "warm"} | more
    mark = ShownMark(model="m", kind=kind, paths=paths, face=FACE, **rest)
    return shape(mark)


def test_a_box_is_a_rectangle_whose_own_label_leaves_room_for_the_name() -> None:
    found = drawn(MarkKind.BOX, CORNERS, label="0.9")
    assert found.path == "M10.0 20.0H30.5V60.0H10.0Z"
    assert (found.label, found.at) == ("0.9", (10, 60))
    assert found.css == "mark box few tone-warm"


@pytest.mark.parametrize(("name", "label"), [("Anna", "Anna"), ("", "1")])
def test_names_or_numbers_are_a_layer_of_their_own(name: str, label: str) -> None:
    """So that faces and cards belong together also while boxes are off."""
    face = ShownFace(FACE, 1, Box(10, 20, 30, 60), 0.9, None, name, True, ())
    boxes, labels = layers([Layer("Boxes", True, ())], [face])
    assert (boxes.key, labels.key, labels.on) == ("Boxes", "Labels", True)
    (found,) = labels.shapes
    assert (found.label, found.at, found.face, found.path) == (label, (10, 20), FACE, "")


def test_a_photo_without_faces_has_no_labels() -> None:
    assert layers([Layer("Boxes", True, ())], []) == [Drawn(0, "Boxes", True, ())]


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
