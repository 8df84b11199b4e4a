"""The mesh's points in the schemes in common use, and which of them can be seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, landmarks, registry
from ml.analysis import parsing_mesh, quality_iso, shape_mesh
from ml.analysis.landmarks_mesh import LANDMARKS, Landmarks, placed, towards_camera
from ml.contracts import IRIS, MESH, POSE, Irises, Meshes, Output, Poses, View
from ml.pool import Pool
from ml.shape.surface import average, opposite
from ml.types import Box, Face, MarkKind, Picture
from ml.weights import Weights
from tests.contracts.pictures import mirrored

NEEDS = ("centerface", "mediapipe-mesh", "mesh-pose", "mediapipe-iris", "mesh-landmarks")
CHIN, NOSE, RIGHT_CORNER, LEFT_CORNER = 152, 4, 61, 291


def mirror_of(count: int) -> NDArray[np.intp]:
    """Which point of a scheme is which one's mirror image, by their vertices."""
    other = [*opposite().tolist(), *range(473, 478), *range(468, 473)]
    pairs = [tuple(sorted(pair)) for pair in landmarks.SCHEMES[count].tolist()]
    return np.array([pairs.index(tuple(sorted((other[a], other[b])))) for a, b in pairs])


@pytest.mark.parametrize(("count", "chin", "tip"), [(68, 8, 30), (98, 16, 54)])
def test_known_points_stand_where_their_scheme_has_them(count: int, chin: int, tip: int) -> None:
    points = landmarks.subset(np.arange(478)[:, None], count)
    assert len(points) == count and points[chin] == CHIN and points[tip] == NOSE
    lips = {68: (48, 54), 98: (76, 82)}[count]
    assert [int(points[i, 0]) for i in lips] == [RIGHT_CORNER, LEFT_CORNER]


def test_the_parts_of_98_points_are_those_of_wflw() -> None:
    points = landmarks.subset(np.arange(478)[:, None], 98)[:, 0]
    assert [points[i] for i in (60, 64, 68, 72)] == [33, 133, 362, 263], "corners of the eyes"
    assert list(points[96:]) == [468, 473], "pupils"
    assert len(set(map(tuple, landmarks.OF_98))) == 98
    x, y = landmarks.subset(np.vstack([average(), np.zeros((10, 3))]), 98)[:33, :2].T
    assert (np.diff(x) > -0.02).all(), "the jaw runs from the viewer's left to the right"
    assert y.argmax() == 16, "with the chin in its middle"


@pytest.mark.parametrize("count", [5, 68, 98])
def test_each_scheme_is_its_own_mirror_image(count: int) -> None:
    other = mirror_of(count)
    assert sorted(other) == list(range(count))
    assert (other[other] == np.arange(count)).all()


def turned(degrees: float) -> NDArray[np.float32]:
    """The average face, turned towards the right edge of the photo, 200 pixels an eye distance."""
    a = np.radians(degrees)
    turn = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    return (average() @ turn.T * 200 + (400, 400, 0)).astype(np.float32)


def test_all_of_a_face_from_in_front_is_seen_and_the_far_cheek_of_a_turned_one_is_not() -> None:
    assert towards_camera(turned(0)).mean() > 0.98
    seen = towards_camera(turned(50))
    assert 0.6 < seen.mean() < 0.95
    near, far = (234, 454) if seen[234] else (454, 234)
    assert seen[near] and not seen[far]
    other = towards_camera(turned(-50))
    assert other[far] and not other[near]


def test_points_beyond_the_photo_are_not_seen() -> None:
    picture = Picture(np.zeros((800, 400, 3), np.uint8))
    found = placed(turned(0), None, picture)
    beyond = found.points[:468, 0] >= 400
    assert beyond.any() and not found.visible[:468][beyond].any()
    assert found.visible[:468][~beyond].mean() > 0.95
    assert np.isnan(found.points[468:]).all() and not found.visible[468:].any()


@pytest.fixture(scope="module")
def looked(astronaut: Path, weights_folder: Path) -> dict[bool, Landmarks]:
    """The astronaut's landmarks, and those of her mirror image."""
    pool, found = Pool(Weights(weights_folder)), {}
    portrait = decode.picture(astronaut)
    for turn in (False, True):
        picture, outputs, faces = mirrored(portrait) if turn else portrait, {}, ()
        for name in NEEDS:
            card = registry.get(name).card
            output = pool.run(name, View(picture, faces, {t: outputs[t] for t in card.needs}))
            outputs[card.task] = output
            faces = faces or output.faces
        (one,) = outputs[LANDMARKS].data.faces
        assert one is not None
        layers = {mark.layer: mark for mark in outputs[LANDMARKS].marks}
        assert list(layers) == ["68 points", "98 points", "5 points"]
        assert all(mark.kind is MarkKind.POINTS for mark in layers.values())
        found[turn] = one
    return found


@pytest.mark.parametrize("count", [5, 68, 98])
def test_a_mirrored_photo_has_mirrored_landmarks(looked: dict[bool, Landmarks], count: int) -> None:
    straight = landmarks.subset(looked[False].points, count)[:, :2]
    other = landmarks.subset(looked[True].points, count)[mirror_of(count), :2]
    other[:, 0] = 511 - other[:, 0]
    apart = np.linalg.norm(straight[0] - straight[1]) if count == 5 else 50.0
    assert np.median(np.linalg.norm(straight - other, axis=1)) < 0.06 * apart


def test_of_a_profile_nothing_is_said_to_be_too_small(weights_folder: Path) -> None:
    view_of_a_profile = {
        task: Output(data=data)
        for task, data in (
            (MESH, Meshes((turned(80),))),
            (POSE, Poses((None,))),
            (IRIS, Irises((None,))),
        )
    }
    picture = Picture(np.full((800, 800, 3), 128, np.uint8))
    face = Face(Box(300, 250, 500, 600), 0.9)
    for module in (quality_iso, shape_mesh, parsing_mesh):
        model = registry.get(module.NAME)
        view = View(picture, (face,), {t: view_of_a_profile[t] for t in model.card.needs})
        output = model(Weights(weights_folder), registry.Device.CPU).run(view)
        assert output.readings
        assert {one.note for one in output.readings} == {"in profile or half hidden"}
