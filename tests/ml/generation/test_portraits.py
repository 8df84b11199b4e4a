"""Portraits turn as asked, stay the person, and leave alone what is behind; judged by others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ml import five_points, geometry, matting, registry
from ml.contracts import DETECTION, FACE_CODE, IRIS, MESH, PARSING, PERSON_MASK, POSE, Output, View
from ml.contracts.portraits import Drawing, Floats, From, Light, Wish
from ml.evaluation.looking import installed
from ml.generation import coefficients
from ml.generation.drawing import drawn
from ml.generation.expressions import EXPRESSIONS
from ml.generation.portraits_mesh import NAME, MeshStudios
from ml.generation.rendering import Studio
from ml.pool import Pool
from ml.registry import Task, best
from ml.shape.surface import opposite
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

registry.discover()
SIDE = 384
POOL = Pool(Weights(weights_folder()))


def looked(picture: Picture, *tasks: Task[object], most: int = 1) -> View:
    """The photo's largest faces as the best models of these tasks see them, in their order."""
    outputs: dict[Task[object], Output] = {}
    faces: tuple[Face, ...] = ()
    for task in (DETECTION, *tasks):
        card = best(task, installed(POOL.weights))
        assert card is not None
        output = POOL.run(card.name, View(picture, faces, outputs))
        if task == DETECTION:
            faces = tuple(sorted(output.faces, key=lambda face: -face.box.area)[:most])
            assert faces, "no face was found"
        outputs[task] = output
    return View(picture, faces, outputs)


@cache
def studio() -> Studio:
    from skimage import data

    view = looked(Picture(data.astronaut()), MESH, POSE, IRIS, PARSING, PERSON_MASK)
    studios = POOL.run(NAME, view).data
    assert isinstance(studios, MeshStudios)
    assert studios.hindrance(0) == ""
    return studios.portrayer(0, SIDE)


@cache
def portrait(yaw: float = 0.0, pitch: float = 0.0, expression: str = "") -> Floats:
    made = studio().drawing(Wish(yaw=yaw, pitch=pitch, expression=expression))
    return matting.composed(made.pixels, made.alpha, studio().behind)


def as_picture(pixels: Floats) -> Picture:
    return Picture((pixels.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def test_nothing_asked_changes_nothing_to_speak_of() -> None:
    inside = studio().sitter.alpha > 0.9
    off = (portrait() - studio().sitter.pixels)[inside]
    assert 10 * np.log10(1 / np.square(off).mean()) > 30


@pytest.mark.parametrize("degrees", [-25, -15, 15, 25])
def test_a_head_turns_as_far_as_asked_for_a_judge_that_took_no_part(degrees: int) -> None:
    was = five_points.yaw(looked(as_picture(studio().sitter.pixels)).faces[0])
    now = five_points.yaw(looked(as_picture(portrait(yaw=degrees))).faces[0])
    assert was is not None and now is not None
    assert 0.7 <= (now - was) / degrees <= 1.5


@pytest.mark.parametrize("model", ["dlib-resnet", "faceres-embedding"])
def test_a_turned_head_is_still_the_person_for_recognisers(model: str) -> None:
    card = registry.get(model).card
    codes = []
    for pixels in (studio().sitter.pixels, portrait(yaw=25), portrait(expression="laugh")):
        view = looked(as_picture(pixels), MESH, FACE_CODE)
        codes.append(POOL.run(model, view).embeddings[0])
    assert card.strangers is not None
    assert codes[0].distance(codes[1]) < card.strangers
    assert codes[0].distance(codes[2]) < card.strangers


def test_a_chin_goes_up_when_pitch_is_asked() -> None:
    was, now = (
        looked(as_picture(portrait(pitch=pitch)), MESH, POSE).data(POSE).poses[0]
        for pitch in (-12, 12)
    )
    assert was is not None and now is not None
    assert now.pitch > was.pitch + 8


def test_what_is_behind_stays_where_it_is() -> None:
    import cv2

    sitter = studio().sitter
    person = cv2.dilate((sitter.alpha > 0.05).astype(np.uint8), np.ones((61, 61))) > 0
    assert (~person).sum() > 1000
    assert np.abs(portrait(yaw=25) - sitter.pixels)[~person].max() < 0.02


def test_somebody_else_in_sight_is_no_part_of_the_portrait() -> None:
    from skimage import data

    person = data.astronaut()[:, 130:320]
    both = Picture(np.hstack([person, person[:, ::-1]]))
    view = looked(both, MESH, POSE, IRIS, PARSING, PERSON_MASK, most=2)
    assert len(view.faces) == 2
    sitter = POOL.run(NAME, view).data.portrayer(0, SIDE).sitter
    other = geometry.moved(sitter.transform, view.data(MESH).points[1][:, :2])
    x, y = other.round().astype(int).T
    inside = (x >= 0) & (x < SIDE) & (y >= 0) & (y < SIDE)
    assert inside.sum() > 20, "the other one is in sight"
    assert sitter.alpha[y[inside], x[inside]].mean() < 0.05
    own = sitter.mesh[:, :2].round().astype(int)
    assert sitter.alpha[own[:, 1], own[:, 0]].mean() > 0.95


def test_the_same_wish_gives_the_same_picture() -> None:
    first, again = (studio().drawing(Wish(yaw=15.0)) for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels) and np.array_equal(first.alpha, again.alpha)


def lips(drawing: Drawing) -> float:
    """How far they are apart, in distances between the eyes."""
    return float(np.linalg.norm(drawing.mesh[13] - drawing.mesh[14])) / studio().sitter.unit


def test_mouths_open_and_shut() -> None:
    opened = studio().drawing(Wish(expression="open mouth"))
    shut = studio().drawing(Wish(expression="smile"))
    assert lips(opened) > 0.2
    assert lips(shut) < 0.05, "the astronaut's teeth show in the photo"


def test_lids_hide_eyes_that_are_shut() -> None:
    shut = studio().drawing(Wish(expression="eyes closed"))
    for upper, lower in ((159, 145), (386, 374)):
        assert abs(shut.mesh[upper, 1] - shut.mesh[lower, 1]) < 0.03 * studio().sitter.unit


def test_light_comes_from_where_it_is_asked() -> None:
    left, right = (
        studio().drawing(Wish(light=Light(side, 1.0))).pixels for side in (From.LEFT, From.RIGHT)
    )
    mesh = studio().sitter.mesh
    x, y = mesh[50, :2].round().astype(int)  # the cheek on the viewer's left
    other = mesh[280, :2].round().astype(int)
    assert left[y, x].mean() > right[y, x].mean() + 0.03
    assert right[other[1], other[0]].mean() > left[other[1], other[0]].mean() + 0.03


def test_mirrored_is_left_for_right() -> None:
    plain, turned = studio().drawing(Wish()), studio().drawing(Wish(mirrored=True))
    assert np.array_equal(turned.pixels, plain.pixels[:, ::-1])
    nearest = np.abs(turned.mesh[:, 0] - (SIDE - 1 - plain.mesh[opposite(), 0])).max()
    assert nearest < 1e-6


def test_what_is_nearer_hides_what_is_farther_and_backs_are_not_drawn() -> None:
    size = 32
    y, x = np.mgrid[:size, :size].astype(np.float32)
    depth = np.where(x < 16, 0.0, 5.0).astype(np.float32)
    onto = np.where(x < 16, x + 8, x - 8)  # both halves between 8 and 24
    seen = drawn(
        np.dstack([onto, y, depth]).astype(np.float32), np.ones((size, size), np.float32), 1
    )
    assert (seen.xy[4:28, 10:22, 0] < 16).all(), "the near half hides the far one"
    back = drawn(np.dstack([size - 1 - x, y, 0 * x]), np.ones((size, size), np.float32), 1)
    assert not back.there.any()


def test_coefficients_of_one_side_mirror_those_of_the_other() -> None:
    for name in coefficients.names():
        if name.endswith("Left"):
            other = coefficients.field(name.removesuffix("Left") + "Right")[opposite()] * (-1, 1, 1)
            assert np.allclose(coefficients.field(name), other), name
    with pytest.raises(LookupError, match="tongueOut"):
        coefficients.moved({"tongueOut": 1.0})


def test_every_expression_is_made_of_known_coefficients() -> None:
    known = set(coefficients.names())
    assert all(set(values) <= known for values in EXPRESSIONS.values())
    assert len(known) >= 50
