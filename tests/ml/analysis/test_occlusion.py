"""What covers a face: the fit by hand, and a real face bare, covered, mirrored, dark and small, as
the fit and as the network tell it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ml import decode, geometry, registry
from ml.analysis import covers, occlusion_fitted, occlusion_learned
from ml.analysis.covers import OUT_OF_SIGHT, TOO_DARK
from ml.analysis.face_layout import CHIP, DARK, FITTED, SIDE, Skin, areas, fitted, layout
from ml.analysis.face_misfit import misfit, surfaces
from ml.contracts import COVERABLE, DETECTION, MESH, POSE, Cover, Output, Poses, View
from ml.evaluation.benchmarks.occlusion import inside, iou, masked
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.landmarks import OVAL
from ml.pool import Pool
from ml.types import Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import TINY, mirrored

Array = np.ndarray


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    registry.discover()
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def portrait(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


@pytest.fixture(params=[occlusion_fitted.NAME, occlusion_learned.NAME])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def looked(
    pool: Pool, picture: Picture, name: str, faces: tuple[Face, ...] | None = None
) -> tuple[View, Output]:
    faces = pool.run("centerface", View(picture)).faces if faces is None else faces
    outputs = {DETECTION: Output(faces=faces)}
    outputs[MESH] = pool.run("mediapipe-mesh", View(picture, faces, outputs))
    outputs[POSE] = pool.run("mesh-pose", View(picture, faces, {MESH: outputs[MESH]}))
    view = View(picture, faces, {task: outputs[task] for task in (MESH, POSE)})
    return view, pool.run(name, view)


def over(
    picture: Picture, mesh: Array, vertices: list[int], colour: object
) -> tuple[Picture, Array]:
    """The photo with a flat shape between those vertices, and where it is."""
    hidden = np.zeros(picture.pixels.shape[:2], np.uint8)
    cv2.fillConvexPoly(hidden, cv2.convexHull(mesh[vertices, :2].round().astype(np.int32)), 1)
    pixels = picture.pixels.copy()
    pixels[hidden > 0] = colour
    return Picture(pixels), hidden > 0


def words(output: Output, face: int = 0) -> dict[str, object]:
    return {one.name: one.value for one in output.readings if one.face == face}


# The frame and the fit.


def test_vertices_lie_where_the_layout_has_them_and_weights_add_up() -> None:
    found = layout().spread(layout().places)
    rows, columns = np.nonzero(layout().inside)
    assert np.abs(found[rows, columns] - np.column_stack([columns, rows])).max() < 0.01
    assert layout().weights.sum(1) == pytest.approx(1, abs=1e-5)


def test_skin_seen_from_behind_has_an_area_below_nought() -> None:
    places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).astype(np.float32)
    assert areas(places).min() > 0
    assert areas(places[:, ::-1]).max() < 0
    assert areas(2 * places) == pytest.approx(4 * areas(places))


def usual_skin(light: Array) -> Skin:
    """The usual face itself. light: of each of the fit's surfaces, how much."""
    told = fitted()["usual"] + (surfaces() @ np.asarray(light, np.float32))[..., None] * (1, 0, 0)
    # Back from the logarithms: grey is known, and red and blue by their part of green.
    red, blue = (np.exp(told[..., one]) for one in (1, 2))
    green = np.exp(told[..., 0]) / (0.299 * red + 0.587 + 0.114 * blue)
    colours = np.stack([red * green, green, blue * green], -1) - DARK
    places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).astype(np.float32)
    pixels = colours.clip(0, 255).round().astype(np.uint8)
    return Skin(pixels, layout().inside, places, np.eye(2, 3))


def bright(*slopes: float) -> list[float]:
    """Light that makes the usual face as bright as faces are."""
    level = np.log(130 + DARK) - float(np.median(fitted()["usual"][layout().inside][:, 0]))
    return [level, *slopes, *(0.0,) * (5 - len(slopes))]


def test_the_usual_face_fits_in_any_smooth_light() -> None:
    for light in (bright(), bright(0.3), bright(-0.2, 0.2)):
        off = misfit(usual_skin(light), None, fitted()["usual"], fitted()["spread"])
        assert np.abs(off).mean() < 0.35


def test_what_is_hidden_misfits_and_does_not_spoil_the_fit() -> None:
    bare = usual_skin(bright())
    pixels = bare.pixels.copy()
    pixels[40:54, 18:46] = (20, 40, 200)
    block = np.zeros((SIDE, SIDE), bool)
    block[40:54, 18:46] = True
    spoiled = Skin(pixels, bare.seen, bare.places, bare.transform)
    off = misfit(spoiled, block, fitted()["usual"], fitted()["spread"])
    assert np.abs(off[block & bare.seen]).max(-1).min() > 3
    alone = misfit(bare, block, fitted()["usual"], fitted()["spread"])
    assert off[~block] == pytest.approx(alone[~block], abs=1e-3)


def test_a_square_of_the_frame_is_the_same_square_in_a_chip_that_lies_on_it() -> None:
    skin = usual_skin(bright())
    odds = np.zeros((SIDE, SIDE), np.float32)
    odds[20:40, 25:35] = 1
    mask = covers.in_chip(odds, 0.5, skin)
    assert mask.shape == (CHIP, CHIP)
    rows, columns = np.nonzero(mask)
    assert abs(rows.min() - 20) <= 1 and abs(rows.max() - 39) <= 1
    assert abs(columns.min() - 25) <= 1 and abs(columns.max() - 34) <= 1


def test_spots_are_no_cover() -> None:
    hidden = np.zeros((SIDE, SIDE), bool)
    hidden[10:13, 10:13], hidden[30:36, 30:36] = True, True
    assert covers.without_spots(hidden).sum() == 36


def test_what_was_fitted_is_small_and_holds_one_average_at_a_low_resolution() -> None:
    assert FITTED.stat().st_size < 10_000
    with np.load(FITTED) as file:
        assert {name: file[name].shape for name in file.files} == {
            "places": (468, 2),
            "usual": (24, 24, 3),
            "spread": (24, 24, 3),
        }
        for name in ("usual", "spread"):
            assert (file[name] == file[name][:, ::-1]).all()  # the same on both sides


# A real face.


def test_a_bare_face_is_clear_but_for_its_fringe(pool: Pool, portrait: Picture, name: str) -> None:
    told = words(looked(pool, portrait, name)[1])
    assert told.pop("face covered") <= 15
    # The network learned from this photo, fringe and all, and misses it: no virtue of its.
    fringe = "covered" if name == occlusion_fitted.NAME else "clear"
    assert told.pop("forehead") == fringe
    assert set(told.values()) == {"clear"} and set(told) == set(COVERABLE) - {"forehead"}


@pytest.mark.parametrize(
    ("vertices", "covered", "clear"),
    [
        ([205, 425, 164, 18, 200, 2], {"mouth"}, {"right eye", "left eye"}),
        ([225, 445, 118, 347, 111, 340], {"right eye", "left eye"}, {"mouth"}),
    ],
)
def test_what_is_laid_over_a_face_is_found_where_it_is(
    pool: Pool,
    portrait: Picture,
    name: str,
    vertices: list[int],
    covered: set[str],
    clear: set[str],
) -> None:
    view, _ = looked(pool, portrait, name)
    mesh = view.data(MESH).points[0]
    assert mesh is not None
    changed, hidden = over(portrait, mesh, vertices, (30, 60, 140))
    view, output = looked(pool, changed, name)
    told = words(output)
    assert all(str(told[name]).endswith("covered") for name in covered)
    assert {told[name] for name in clear} == {"clear"}
    rows = np.flatnonzero(hidden.any(1))
    near = inside(mesh, portrait.size)
    near[: rows[0] - 5] = False  # above is the fringe, which covers the forehead
    assert iou(masked(output, portrait.size) & near, hidden & near) > 0.6
    assert output.marks[0].layer == "Covered" and not output.marks[0].on


def test_the_mask_lies_on_the_photo_by_its_transform(
    pool: Pool, portrait: Picture, name: str
) -> None:
    view, _ = looked(pool, portrait, name)
    mesh = view.data(MESH).points[0]
    assert mesh is not None
    changed, hidden = over(portrait, mesh, [205, 425, 164, 18, 200, 2], (30, 60, 140))
    cover: Cover = looked(pool, changed, name)[1].data.faces[0]
    truth = cv2.warpAffine(hidden.astype(np.uint8), cover.transform, cover.mask.shape[::-1])
    top = np.flatnonzero((truth > 0).any(1))[0] - 3  # above is the fringe
    assert iou(cover.mask[top:], truth[top:] > 0) > 0.6
    assert set(cover.regions) == set(COVERABLE) and 0 < cover.share < 1


def test_mirrored_faces_are_covered_on_the_other_side(
    pool: Pool, portrait: Picture, name: str
) -> None:
    view, _ = looked(pool, portrait, name)
    mesh = view.data(MESH).points[0]
    assert mesh is not None
    changed, _ = over(portrait, mesh, [116, 117, 118, 119, 205, 187, 147], (40, 120, 60))
    for picture, covered, clear in (
        (changed, "right cheek", "left cheek"),
        (mirrored(changed), "left cheek", "right cheek"),
    ):
        told = words(looked(pool, picture, name)[1])
        assert told[covered] != "clear" and told[clear] == "clear"


def notes(output: Output) -> set[str]:
    assert {one.value for one in output.readings} == {None}
    assert not output.marks and output.data.faces == (None,)
    return {one.note for one in output.readings}


def test_small_dark_and_turned_faces_are_not_measured(
    pool: Pool, portrait: Picture, name: str
) -> None:
    assert notes(looked(pool, portrait, name, (TINY,))[1]) == {TOO_SMALL}
    view, _ = looked(pool, portrait, name)
    dark = Picture((portrait.pixels // 16).astype(np.uint8))
    assert notes(pool.run(name, View(dark, view.faces, view.outputs))) == {TOO_DARK}
    aside = {**view.outputs, POSE: Output(data=Poses((None,)))}
    assert notes(pool.run(name, View(portrait, view.faces, aside))) == {IN_PROFILE}


def test_of_what_the_photo_cuts_off_nothing_is_told(
    pool: Pool, portrait: Picture, name: str
) -> None:
    view, _ = looked(pool, portrait, name)
    mesh = view.data(MESH).points[0]
    assert mesh is not None
    low, high = mesh[list(OVAL), :2].min(0), mesh[list(OVAL), :2].max(0)
    middle, third = (int(low[0] + part * (high - low)[0]) for part in (0.5, 0.8))
    for edge, missing, told in (
        (middle, {"right eye", "right cheek"}, {"left eye", "left cheek"}),
        (third, set(COVERABLE), set()),
    ):
        shifted = mesh - np.array([edge, 0, 0], np.float32)
        rest = Picture(np.ascontiguousarray(portrait.pixels[:, edge:]))
        outputs = {**view.outputs, MESH: Output(data=MESH.data((shifted,)))}
        output = pool.run(name, View(rest, view.faces, outputs))
        absent = {one.name for one in output.readings if one.value is None}
        assert missing <= absent and not told & absent
        assert {one.note for one in output.readings if one.value is None} == {OUT_OF_SIGHT}


def test_the_transform_is_a_turn_and_one_scale(pool: Pool, portrait: Picture, name: str) -> None:
    _, output = looked(pool, portrait, name)
    matrix = output.data.faces[0].transform
    assert geometry.scale(matrix) == pytest.approx(np.hypot(*matrix[:, 1]))
