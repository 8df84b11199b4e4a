"""Eyes, brows and mouths of portraits move as those of people do."""

from __future__ import annotations

from functools import cache

import numpy as np
from skimage import data

from ml.contracts import IRIS, MESH, PARSING, PERSON_MASK, POSE
from ml.contracts.portraits import Wish
from ml.generation import coefficients, mouth
from ml.generation.eyes import OUTLINES, affine, inside
from ml.generation.portraits_mesh import NAME
from ml.generation.rendering import Studio
from ml.generation.sitter import Sight, Sitter, lidded
from ml.landmarks import INNER_LIPS
from ml.shape.surface import Points
from ml.types import Picture
from tests.ml.generation.test_portraits import POOL, SIDE, looked, studio

WIDE = {"eyeWideRight": 2.0, "eyeWideLeft": 2.0}


@cache
def large() -> Studio:
    """At twice the side, for eyes are small."""
    view = looked(Picture(data.astronaut()), MESH, POSE, IRIS, PARSING, PERSON_MASK)
    made = POOL.run(NAME, view).data.portrayer(0, 2 * SIDE)
    assert isinstance(made, Studio)
    return made


def high(mesh: Points) -> float:
    """Of the right eye, in pixels."""
    return float(mesh[145, 1] - mesh[159, 1])


def test_raised_brows_are_raised_over_their_whole_width() -> None:
    by = coefficients.moved({"browInnerUp": 1, "browOuterUpRight": 1, "browOuterUpLeft": 1})
    raised = -by[[63, 105, 66, 107, 65, 52], 1]  # along the right brow, outwards and back
    assert raised.min() > 0.6 * raised.max() > 0.02


def test_eyes_asked_to_be_wide_are_wide_and_their_irises_stay_as_they_are() -> None:
    sitter = large().sitter
    made = large().drawing(Wish(coefficients=WIDE))
    assert high(made.mesh) > 1.3 * high(sitter.mesh)
    eye = sitter.eyes["Right"]
    assert eye is not None
    x, y = (round(at) for at in eye.centre)
    reach = round(eye.radius / 2)
    middle = slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1)
    assert np.abs(made.pixels[middle] - sitter.pixels[middle]).mean() < 0.08


def test_wide_eyes_show_white_above_the_iris() -> None:
    sitter = large().sitter
    made = large().drawing(Wish(coefficients=WIDE))
    eye = sitter.eyes["Right"]
    assert eye is not None
    y, x = np.mgrid[: sitter.size, : sitter.size].astype(np.float32)
    deep = inside(made.mesh[OUTLINES["Right"], :2], np.dstack([x, y]))
    far = np.hypot(x - eye.centre[0], y - eye.centre[1]) / eye.radius
    above = (
        (deep > 1.5) & (far > 1.15) & (y < eye.centre[1]) & (abs(x - eye.centre[0]) < eye.radius)
    )
    assert above.sum() > 3
    assert made.pixels[above].mean() > made.pixels[far < 0.6].mean() + 0.1


def test_an_opened_mouth_shows_nothing_of_what_is_behind_the_person() -> None:
    import cv2

    made = studio().drawing(Wish(expression="surprise"))
    lips = np.round(made.mesh[[*INNER_LIPS], :2]).astype(np.int32)
    between = cv2.erode(
        cv2.fillPoly(np.zeros(made.alpha.shape, np.uint8), [lips], 1), np.ones((3, 3))
    )
    assert between.sum() > 20
    assert made.alpha[between > 0].min() > 0.9


def test_shut_lips_part_along_their_whole_line() -> None:
    sitter = studio().sitter
    mesh = sitter.mesh.copy()
    for upper, lower in coefficients.LIPS:
        mesh[[upper, lower]] = mesh[[upper, lower]].mean(0)
    sight = Sight(sitter.pixels, mesh, sitter.alpha, sitter.transform, sitter.eyes)
    moved = Studio(Sitter(sight)).drawing(Wish(coefficients={"jawOpen": 0.8})).mesh
    for upper, lower in coefficients.LIPS[1:-1]:
        assert moved[lower, 1] > moved[upper, 1] + 2


def test_lips_pushed_forward_cover_teeth_that_a_laugh_bares() -> None:
    at_rest = mouth.bared({})
    assert mouth.bared({"mouthSmileLeft": 1.2, "mouthSmileRight": 1.2}) > at_rest
    assert mouth.bared({"mouthFunnel": 1.0}) == 0.0 < at_rest


def test_lids_lie_where_the_look_at_the_eye_has_them() -> None:
    view = looked(Picture(data.astronaut()), MESH, POSE, IRIS, PARSING, PERSON_MASK)
    (eyes,) = view.data(IRIS).eyes
    mesh = view.data(MESH).points[0]
    assert eyes is not None and mesh is not None and eyes[0] is not None and eyes[1] is not None
    same = np.array([(1.0, 0, 0), (0, 1, 0)])
    made = lidded(np.asarray(mesh, np.float64), same, eyes)
    assert np.allclose(made[33, :2], eyes[0].contour[0])
    assert np.allclose(made[263, :2], eyes[1].contour[0])
    assert np.array_equal(made[1], mesh[1])


def test_an_affine_of_points_brings_them_back() -> None:
    points = np.array([(0.0, 0), (4, 1), (1, 5), (6, 6)])
    moved = points @ np.array([(1.2, 0.1), (-0.2, 0.9)]) + (3, 4)
    back = affine(moved, points)
    assert np.allclose(np.column_stack([moved, np.ones(4)]) @ back.T, points)
