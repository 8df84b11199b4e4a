"""Several views made one: exactly, with noise, and with the real network looking at renders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import decode, registry
from ml.frontal import frontal
from ml.pool import Pool
from ml.shape import bundle
from ml.shape.bundle import Camera, Points, Sight, seen, start, together, triangulated
from ml.shape.surface import average
from ml.shape.views import Seen, fused
from ml.types import Picture
from ml.weights import Weights
from tests.fitting.fused_shape import mesh_of
from tests.fitting.known_head import (
    camera,
    from_points,
    from_surface,
    head,
    photographed,
)
from tests.ml.test_geometry import turned

registry.discover()
SIDES = ((0, 0), (-30, 0), (30, 0), (0, 20))


def deep() -> Points:
    known: Points = average() * (1, 1, 1.3)
    return known


def test_a_camera_by_hand() -> None:
    """Scale 100, a point 0.5 behind the origin at a distance of 10: smaller by 10 / 10.5."""
    one = Camera(np.eye(3), 100.0, np.array([7.0, 9.0]), 0.1)
    assert seen(one.matrix, np.array([(1.0, 2.0, 0.5)]))[0] == pytest.approx(
        (7 + 100 / 1.05, 9 + 200 / 1.05)
    )


def test_rays_of_known_cameras_meet_where_the_points_are() -> None:
    matrices = [camera(yaw, pitch, 13) for yaw, pitch in SIDES]
    sights = [Sight(seen(matrix, deep()), np.ones(468)) for matrix in matrices]
    assert np.abs(triangulated(sights, matrices) - deep()).max() < 1e-6


def noisy(known: Points, noise: float) -> tuple[list[Sight], list[Camera]]:
    """What cameras at 14 eye distances see of it, and guesses of those cameras that are 8 degrees
    off."""
    drawn = np.random.default_rng(1)
    sights, cameras = [], []
    for yaw, pitch in SIDES:
        one = Camera(turned(yaw, pitch, 0), 100.0, np.array([160.0, 120.0]))
        spots = seen(one.matrix, known) + drawn.normal(0, noise, (468, 2))
        sights.append(Sight(spots, np.ones(468)))
        mesh = average() @ turned(yaw * 0.75, pitch * 0.7, 0).T * 100
        cameras.append(start(mesh + np.array([160, 120, 0]), average()))
    return sights, cameras


def test_cameras_and_depth_are_found_together() -> None:
    sights, cameras = noisy(deep(), noise=0.5)
    points, found = together(sights, cameras, average())
    assert from_points(points, deep()) < from_points(average(), deep()) / 2
    from_first = found[0].turn.T @ found[1].turn
    wanted = turned(0, 0, 0).T @ turned(-30, 0, 0)
    angle = np.degrees(np.arccos((np.trace(from_first.T @ wanted) - 1) / 2))
    assert angle < 3


def test_photos_from_far_away_keep_a_camera_with_a_place() -> None:
    """Without perspective a camera would be nowhere, and skin could not face it."""
    far = [Camera(turned(yaw, 0, 0), 100.0, np.zeros(2), 1e-4) for yaw in (-30, 0, 30)]
    sights = [Sight(seen(one.matrix, deep()), np.full(468, 100.0)) for one in far]
    points, found = together(sights, far, average())
    for camera_ in found:
        assert np.linalg.cond(camera_.matrix[:, :3]) < 1e5
    assert from_points(points, deep()) < from_points(average(), deep())


def test_without_trust_the_expected_shape_stays() -> None:
    matrices = [camera(yaw, pitch, 13) for yaw, pitch in SIDES]
    sights = [Sight(seen(matrix, deep()), np.zeros(468)) for matrix in matrices]
    points = bundle.shaped(sights, matrices, average(), average())
    assert np.abs(points - average()).max() < 1e-9


@pytest.fixture(scope="module")
def views(astronaut: Path, weights_folder: Path) -> tuple[Points, list[Seen]]:
    """The astronaut a third deeper, photographed from three sides."""
    pool, picture = Pool(Weights(weights_folder)), decode.picture(astronaut)
    own = mesh_of(pool, picture)
    assert own is not None
    known = frontal(own) * (1, 1, 1.3)
    one = head(picture, own.astype(np.float64), known)
    made = []
    for yaw, pitch in SIDES[:3]:
        matrix = camera(yaw, pitch, 13)
        photo = photographed(one, matrix)
        mesh = mesh_of(pool, photo)
        assert mesh is not None
        made.append(Seen(photo, mesh, matrix))
    return known, made


def test_three_photos_come_more_than_twice_as_near_as_one(
    views: tuple[Points, list[Seen]],
) -> None:
    known, seen_ = views
    single = np.mean([from_surface(view.mesh.astype(np.float64), known) for view in seen_])
    blind = fused([Seen(view.picture, view.mesh) for view in seen_])
    assert from_surface(blind.points, known) < single / 2
    assert blind.unit is None and blind.reference == 0 and blind.measured
    with_cameras = fused(seen_)
    assert from_surface(with_cameras.points, known) < single / 2
    assert with_cameras.unit == pytest.approx(1, abs=0.1)


def test_pixels_of_a_unit_are_the_photos(views: tuple[Points, list[Seen]]) -> None:
    """The cameras show an eye distance in the face's middle 0.28 x 512 pixels wide."""
    made = fused(views[1])
    assert made.pixels == pytest.approx([0.28 * 512] * 3, rel=0.08)


def without_skin(view: Seen) -> Seen:
    """The same mesh over noise."""
    drawn = np.random.default_rng(0).integers(0, 255, view.picture.pixels.shape, np.uint8)
    return Seen(Picture(drawn), view.mesh)


def test_a_photo_with_other_skin_is_passed_over(views: tuple[Points, list[Seen]]) -> None:
    known, (first, second, third) = views
    made = fused([first, without_skin(second), third])
    assert made.measured
    assert from_surface(made.points, known) < from_surface(first.mesh.astype(np.float64), known)


def test_photos_that_do_not_agree_are_not_bent_into_one(
    views: tuple[Points, list[Seen]],
) -> None:
    first, second, third = views[1]
    made = fused([first, without_skin(second), without_skin(third)])
    assert not made.measured
    expected = np.mean([frontal(view.mesh) for view in (first, second, third)], axis=0)
    assert np.abs(made.points - expected).max() < 1e-9
