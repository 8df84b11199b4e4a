"""Action units tell what a face does, not where it is, how large, or which way it looks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, facs, registry
from ml.analysis.action_units_mesh import EYES_APART, TURNED, intensities
from ml.contracts import DETECTION, MESH, POSE, Meshes, Output, Pose, Poses, View
from ml.frontal import AVERAGE, MIDDLE, PAIRS, STILL, frontal
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights

registry.discover()
NAME = "mesh-action-units"
Mesh = NDArray[np.float32]
CORNERS, LOWER = [61, 291, 78, 308], [14, 17, 87, 317, 84, 314]
SMALL = 1e-3


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def smiling(pool: Pool, astronaut: Path) -> Mesh:
    """The astronaut's mesh; she smiles."""
    picture = decode.picture(astronaut)
    found = pool.run("centerface", View(picture))
    view = View(picture, found.faces[:1], {DETECTION: found})
    mesh: Mesh = pool.run("mediapipe-mesh", view).data.points[0]
    return mesh


@pytest.fixture(scope="module")
def resting(smiling: Mesh) -> Mesh:
    """Her mesh with the mouth's corners and the lower lip where a resting face has them."""
    mesh = smiling.copy()
    width = np.linalg.norm(mesh[33] - mesh[263])
    mesh[CORNERS] += np.array([0, 0.2 * width, 0], np.float32)
    mesh[[61, 78], 0] += 0.1 * width
    mesh[[291, 308], 0] -= 0.1 * width
    mesh[LOWER, 1] -= mesh[14, 1] - mesh[13, 1]
    return mesh


def mirrored(mesh: Mesh) -> Mesh:
    """The mesh of the mirrored photo, as far as units look at it."""
    other = mesh.copy()
    for right, left in PAIRS:
        other[[right, left]] = mesh[[left, right]]
    for rights, lefts in facs.SIDES.values():
        other[[*rights, *lefts]] = mesh[[*lefts, *rights]]
    return other * np.array([-1, 1, 1], np.float32)


def turned(mesh: Mesh, degrees: float, axis: int) -> Mesh:
    a, b = (other for other in range(3) if other != axis)
    turn = np.eye(3)
    turn[a, a] = turn[b, b] = np.cos(np.radians(degrees))
    turn[a, b] = -np.sin(np.radians(degrees))
    turn[b, a] = -turn[a, b]
    middle = mesh.mean(0)
    return ((mesh - middle) @ turn.T + middle).astype(np.float32)


def alike(one: Mapping[int, float], other: Mapping[int, float], by: float) -> None:
    assert list(one) == list(other)
    assert np.abs(np.array(list(one.values())) - list(other.values())).max() < by


def seen(
    pool: Pool, mesh: Mesh | None, pose: Pose | None, own: Mapping[str, float] | None = None
) -> Output:
    """What the model says of a face with this mesh. own: of the person's resting face."""
    view = View(
        Picture(np.zeros((8, 8, 3), np.uint8)),
        (Face(Box(0, 0, 8, 8), 0.9),),
        {MESH: Output(data=Meshes((mesh,))), POSE: Output(data=Poses((pose,)))},
        rests={} if own is None else {0: own},
    )
    return pool.run(NAME, view)


def test_the_average_face_stays_where_it_is() -> None:
    mesh = np.zeros((468, 3), np.float32)
    mesh[STILL] = AVERAGE
    assert frontal(mesh)[STILL] == pytest.approx(AVERAGE, abs=1e-6)
    assert frontal(mesh)[list(MIDDLE), 0] == pytest.approx(0, abs=1e-6)


def test_a_mirrored_face_shows_the_same(smiling: Mesh) -> None:
    alike(intensities(smiling), intensities(mirrored(smiling)), SMALL)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("degrees", [-25, -10, 10, 25])
def test_turning_a_head_moves_no_muscle(smiling: Mesh, degrees: float, axis: int) -> None:
    alike(intensities(smiling), intensities(turned(smiling, degrees, axis)), SMALL)


def test_neither_place_nor_size_matters(smiling: Mesh) -> None:
    alike(intensities(smiling), intensities(smiling * 3 + np.float32(500)), SMALL)


def test_corners_of_the_mouth_that_rise_are_a_smile(smiling: Mesh, resting: Mesh) -> None:
    before, after = intensities(resting), intensities(smiling)
    assert before[12] < 0.2 and after[12] > 0.8
    assert after[4] == before[4]


def test_an_open_mouth_parts_the_lips_and_drops_the_jaw(resting: Mesh) -> None:
    width = np.linalg.norm(resting[33] - resting[263])
    opened = resting.copy()
    opened[LOWER, 1] += 0.25 * width
    opened[CORNERS, 1] += 0.1 * width
    before, after = intensities(resting), intensities(opened)
    assert before[25] < 0.2 and after[25] > 0.8
    assert after[26] > before[26] + 0.5
    assert all(after[unit] == before[unit] for unit in (1, 2, 4, 5, 6))


def test_raised_brows_are_raised(resting: Mesh) -> None:
    width = np.linalg.norm(resting[33] - resting[263])
    brows = [v for part in ("inner brow", "outer brow") for side in facs.SIDES[part] for v in side]
    raised = resting.copy()
    raised[brows, 1] -= 0.12 * width
    before, after = intensities(resting), intensities(raised)
    assert min(after[1], after[2]) > 0.8 and max(before[1], before[2]) < 0.2
    assert after[4] <= before[4]


def test_the_astronaut_smiles(pool: Pool, smiling: Mesh) -> None:
    output = seen(pool, smiling, Pose(0, 0, 0))
    (found,) = output.data.intensities
    assert found is not None and found[12] >= 0.4 and found[6] >= 0.4
    assert [one.name for one in output.readings] == [str(unit) for unit in facs.UNITS]
    assert output.readings[8].name == "AU12 lip corner puller"
    assert output.readings[8].value == pytest.approx(found[12], abs=0.005)


def test_what_moved_is_drawn_but_not_at_first(pool: Pool, smiling: Mesh) -> None:
    marks = seen(pool, smiling, Pose(0, 0, 0)).marks
    assert {(mark.layer, mark.on) for mark in marks} == {("Action units", False)}
    drawn = {point for mark in marks for path in mark.paths for point in path}
    corner, brow = smiling[[61, 105], :2]
    assert any(np.allclose(corner, point, atol=0.06) for point in drawn)
    assert not any(np.allclose(brow, point, atol=0.06) for point in drawn)


@pytest.mark.parametrize(
    ("size", "pose", "reason"),
    [
        (EYES_APART - 1, Pose(0, 0, 0), "face too small"),
        (100, Pose(TURNED + 1, 0, 0), "face turned too far"),
        (100, Pose(-TURNED - 1, 0, 0), "face turned too far"),
        (100, Pose(0, TURNED + 1, 0), "face turned too far"),
    ],
)
def test_says_why_a_face_cannot_be_read(
    pool: Pool, smiling: Mesh, size: float, pose: Pose, reason: str
) -> None:
    scaled = smiling * np.float32(size / np.linalg.norm(smiling[33] - smiling[263]))
    output = seen(pool, scaled, pose)
    assert {(one.value, one.note) for one in output.readings} == {(None, reason)}
    assert output.data.intensities == (None,) and output.marks == ()


def test_a_face_without_a_mesh_is_too_small(pool: Pool) -> None:
    assert {one.note for one in seen(pool, None, None).readings} == {"face too small"}


def test_a_face_as_its_owner_s_at_rest_shows_nothing(pool: Pool, smiling: Mesh) -> None:
    output = seen(pool, smiling, Pose(0, 0, 0), facs.measures(frontal(smiling)))
    assert {one.value for one in output.readings} == {0.0}
    assert {one.note for one in output.readings} == {"against this person's own resting face"}
    assert output.marks == ()


def test_a_smile_counts_from_where_the_person_s_mouth_rests(smiling: Mesh, resting: Mesh) -> None:
    """By hand: what the unit rises by, over what it rises by in a strong smile, less what may be
    chance: 1.5 x 0.17 of that."""
    smile, rest = (facs.measures(frontal(mesh)) for mesh in (smiling, resting))
    (unit,) = (one for one in facs.UNITS if one.number == 6)
    risen = (unit.amount(smile) - unit.amount(rest)) / (unit.strong - unit.rest)
    beyond = (risen - 0.255) / 0.745
    assert unit.intensity(smile, rest) == pytest.approx(min(max(beyond, 0), 1))


def test_what_may_be_chance_between_photos_of_a_resting_face_is_no_movement() -> None:
    (unit,) = (one for one in facs.UNITS if one.number == 12)
    rest = {"corner up": 0.1, "corner out": 0.1}
    span = unit.strong - unit.rest
    little = {"corner up": 0.1 + 0.08 * span, "corner out": 0.1}  # counts double: .16 of the way
    more = {"corner up": 0.1 + 0.16 * span, "corner out": 0.1}
    assert unit.intensity(little, rest) == 0
    assert unit.intensity(more, rest) == pytest.approx((0.32 - 0.18) / 0.82)


def test_a_rest_is_a_mean_that_one_wrong_photo_does_not_move() -> None:
    some = [{"eye open": value} for value in (0.1, 0.2, 0.3, 0.2, 9.0)]
    assert facs.resting(some) == pytest.approx({"eye open": 0.7 / 3})
    assert facs.resting(some[:4]) is None


def test_what_was_measured_is_kept_as_a_vector_of_its_own_space(pool: Pool, smiling: Mesh) -> None:
    (kept,) = seen(pool, smiling, Pose(0, 0, 0)).embeddings
    assert kept.space.model == NAME
    assert kept.array == pytest.approx(list(facs.measures(frontal(smiling)).values()), abs=1e-6)


def test_units_that_tell_their_expression_badly_are_called_weak() -> None:
    names = {unit.number: str(unit) for unit in facs.UNITS}
    assert names[4] == "AU4 brow lowerer (weak)" and names[12] == "AU12 lip corner puller"
