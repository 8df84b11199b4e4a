"""The face's surface: one piece without holes, the same to the left and the right."""

from __future__ import annotations

import numpy as np

from ml.frontal import frontal
from ml.shape.raster import cover
from ml.shape.surface import average, normals, opposite, rolled_out, triangles


def test_the_triangles_are_one_piece_without_holes() -> None:
    corners = triangles()
    edges = {tuple(sorted((int(t[a]), int(t[b])))) for t in corners for a, b in ((0, 1), (1, 2), (2, 0))}  # fmt: skip  # noqa: E501
    assert set(corners.ravel().tolist()) == set(range(468))
    assert 468 - len(edges) + len(corners) == 1  # Euler's number of a disc


def test_both_halves_are_alike() -> None:
    other = opposite()
    assert (other[other] == np.arange(468)).all() and other[33] == 263 and other[4] == 4
    assert np.allclose(rolled_out()[other], rolled_out() * (-1, 1) + (1, 0))
    sides = ({tuple(sorted(t)) for t in corners.tolist()} for corners in (triangles(), other[triangles()]))  # fmt: skip  # noqa: E501
    assert next(sides) == next(sides)


def test_the_average_face_is_frontal_already() -> None:
    assert np.abs(frontal(average()) - average()).max() < 0.02


def test_normals_point_out_of_the_head() -> None:
    out = normals(average())
    assert np.allclose(np.linalg.norm(out, axis=1), 1)
    assert out[4, 2] < -0.9  # the nose's tip, to the viewer
    assert out[234, 0] < -0.7 and out[454, 0] > 0.7  # the ears, to their sides


def test_of_two_triangles_in_line_the_nearer_is_seen() -> None:
    points = np.array([(0, 0, 5), (9, 0, 5), (0, 9, 5), (0, 0, 2), (4, 0, 2), (0, 4, 2)])
    seen = cover(points, np.array([(0, 1, 2), (3, 4, 5)], np.int32), 10, 10)
    assert (seen.triangle[1, 1], seen.triangle[2, 5], seen.triangle[9, 9]) == (1, 0, -1)
    assert seen.depth[1, 1] == 2 and np.isinf(seen.depth[9, 9])
    spread = seen.spread(points[:, :1], np.array([(0, 1, 2), (3, 4, 5)]))
    assert spread[2, 5, 0] == 5  # x between corners is x
