"""Photo quality: each part falls when just that is made worse, and the words say what it was."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ml import decode
from ml.analysis import condition, face_pixels
from ml.analysis.quality_iso import NOTHING, PARTS, lost, reason, score
from ml.contracts import DETECTION, MESH, POSE, Meshes, Output, Pose, Poses, View
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.contracts.pictures import BEYOND, PICTURES, TINY

Pixels = NDArray[np.uint8]
Said = dict[str, float | str | None]
PERFECT: dict[str, float | None] = {part.measure: 100.0 for part in PARTS}


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def photo(astronaut: Path) -> Pixels:
    return decode.picture(astronaut).pixels


@pytest.fixture(scope="module")
def seen(pool: Pool, photo: Pixels) -> View:
    """The portrait with its mesh, so that only pixels differ in the tests below."""
    return before(pool, Picture(photo))


def before(pool: Pool, picture: Picture, faces: tuple[Face, ...] | None = None) -> View:
    found = pool.run("centerface", View(picture)) if faces is None else Output(faces=faces)
    mesh = pool.run("mediapipe-mesh", View(picture, found.faces, {DETECTION: found}))
    pose = pool.run("mesh-pose", View(picture, found.faces, {MESH: mesh}))
    return View(picture, found.faces, {MESH: mesh, POSE: pose})


def told(pool: Pool, view: View) -> list[Said]:
    """name -> value of each face's readings."""
    output = pool.run("quality-iso", view)
    assert all(one.note or one.value is not None for one in output.readings)
    return [
        {one.name: one.value for one in output.readings if one.face == face}
        for face in range(len(view.faces))
    ]


def of_pixels(pool: Pool, seen: View, pixels: Pixels) -> Said:
    """What is said when the portrait's mesh lies over other pixels."""
    (said,) = told(pool, View(Picture(pixels), seen.faces, seen.outputs))
    return said


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    import cv2

    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def scaled(pixels: Pixels, light: float) -> Pixels:
    return np.clip(pixels.astype(float) * light, 0, 255).astype(np.uint8)


def flattened(pixels: Pixels, contrast: float) -> Pixels:
    return (128 + contrast * (pixels.astype(float) - 128)).astype(np.uint8)


def grainy(pixels: Pixels, amount: float) -> Pixels:
    grain = np.random.default_rng(0).normal(0, amount, pixels.shape)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def squeezed(pixels: Pixels, quality: float) -> Pixels:
    import cv2

    stream = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)


def side_lit(pixels: Pixels, strength: float, middle: float = 220) -> Pixels:
    light = 1 - strength * (np.arange(pixels.shape[1]) > middle)
    return (pixels * light[None, :, None]).astype(np.uint8)


def tinted(pixels: Pixels, amount: float) -> Pixels:
    green = pixels.mean(2, keepdims=True) * np.array([0.5, 1, 0.5])
    return ((1 - amount) * pixels + amount * green).astype(np.uint8)


@pytest.mark.parametrize(
    ("part", "spoil", "amounts", "word"),
    [
        ("sharpness", blurred, (3, 5, 8), "blurred"),
        ("freedom from noise", grainy, (15, 30, 60), "noisy"),
        ("under-exposure prevention", scaled, (0.3, 0.15, 0.08), ""),
        ("luminance, not too dark", scaled, (0.5, 0.3, 0.15), "too dark"),
        ("over-exposure prevention", scaled, (2, 4, 8), ""),
        ("luminance, not too bright", scaled, (2, 3, 5), ""),
        ("dynamic range", flattened, (0.3, 0.15, 0.05), "little contrast"),
        ("no compression artefacts", squeezed, (30, 15, 5), "compressed too much"),
        ("illumination uniformity", side_lit, (0.3, 0.5, 0.8), ""),
        ("natural colour", tinted, (0.5, 0.75, 1), ""),
    ],
)
def test_a_part_falls_as_its_fault_grows(
    pool: Pool,
    seen: View,
    photo: Pixels,
    part: str,
    spoil: Callable[[Pixels, float], Pixels],
    amounts: tuple[float, ...],
    word: str,
) -> None:
    said = [of_pixels(pool, seen, photo)]
    said += [of_pixels(pool, seen, spoil(photo, amount)) for amount in amounts]
    values = [float(one[part] or 0) for one in said]
    assert values == sorted(values, reverse=True) and values[-1] < values[0] - 20
    scores = [float(one["photo quality"] or 0) for one in said]
    assert scores[-1] <= scores[0]
    if word:
        assert said[-1]["held back by"] == word


def test_a_smaller_copy_is_worse_and_called_too_small(pool: Pool, photo: Pixels) -> None:
    import cv2

    said = []
    for size in (512, 120, 70):
        small = cv2.resize(photo, (size, size), interpolation=cv2.INTER_AREA)
        (one,) = told(pool, before(pool, Picture(np.asarray(small, np.uint8))))
        said.append(one)
    for name in ("photo quality", "face size", "inter-eye distance"):
        values = [float(one[name] or 0) for one in said]
        assert values == sorted(values, reverse=True) and values[0] > values[-1]
    assert float(said[0]["inter-eye distance"] or 0) == pytest.approx(
        512 / 120 * float(said[1]["inter-eye distance"] or 0), rel=0.1
    )


def test_the_border_through_the_face_is_said(pool: Pool, photo: Pixels) -> None:
    (whole,) = told(pool, before(pool, Picture(photo)))
    (cut,) = told(pool, before(pool, PICTURES["cut_off"](Picture(photo))))
    assert whole["head inside the photo"] == 100
    assert float(cut["head inside the photo"] or 0) < 90


def test_pose_by_hand() -> None:
    assert condition.turned(0) == 100 and condition.turned(60) == pytest.approx(25)
    assert condition.turned(-60) == pytest.approx(25) and condition.turned(120) == 0


def test_a_turned_head_is_called_turned_and_half_of_it_not_judged(pool: Pool, seen: View) -> None:
    poses = Poses((Pose(70.0, 0.0, 0.0),))
    view = View(seen.picture, seen.faces, {**seen.outputs, POSE: Output(data=poses)})
    (said,) = told(pool, view)
    assert said["held back by"] == "turned away"
    assert said["mouth closed"] is said["eyes open"] is said["illumination uniformity"] is None


def test_an_open_mouth_and_closed_eyes_by_the_mesh(seen: View) -> None:
    mesh = seen.data(MESH).points[0]
    assert mesh is not None
    shut = mesh.copy()
    shut[condition.RIMS[1]] = shut[condition.RIMS[0]]
    for upper, lower in condition.LIDS:
        shut[lower] = shut[upper]
    assert condition.mouth_closed(shut) == 100 and condition.eyes_open(shut) == 0
    wide = mesh.copy()
    wide[condition.RIMS[1], 1] += 0.4 * np.ptp(mesh[:, 1])
    assert condition.mouth_closed(wide) == 0


def test_a_plain_background_is_even_and_a_busy_one_not(pool: Pool, seen: View) -> None:
    mesh = seen.data(MESH).points[0]
    assert mesh is not None
    plain = np.full_like(seen.picture.pixels, 128)
    blocks = np.random.default_rng(0).integers(0, 2, (64, 64, 1)) * 255
    busy = np.broadcast_to(blocks.repeat(8, 0).repeat(8, 1), plain.shape).astype(np.uint8)
    assert face_pixels.even_background(Picture(plain), mesh) == 100
    assert face_pixels.even_background(Picture(busy), mesh) == 0


def test_the_score_by_hand() -> None:
    cost = next(part.cost for part in PARTS if part.measure == "pitch")
    assert score(lost(PERFECT)) == 100 and reason(PERFECT) == NOTHING
    half = PERFECT | {"pitch": 50.0}
    assert score(lost(half)) == pytest.approx(100 * exp(-cost / 200))
    assert reason(half) == "chin up or down"
    assert score(lost(PERFECT | {"pitch": None})) == 100


def test_the_reason_is_the_cause_and_not_what_follows_from_it() -> None:
    assert reason(PERFECT | {"sharpness": 10.0}) == "blurred"
    assert reason(PERFECT | {"sharpness": 10.0, "size": 20.0}) == "too small"
    assert reason(PERFECT | {"dynamic range": 20.0, "dark": 5.0}) == "too dark"
    assert reason(PERFECT | {"certainty": 20.0}) == "covered or hard to make out"
    assert reason(PERFECT | {"certainty": 20.0, "yaw": 10.0}) == "turned away"


def test_sharpness_alone_is_the_same_measure(pool: Pool, seen: View) -> None:
    (alone,) = pool.run("quality-sharpness", View(seen.picture, seen.faces, seen.outputs)).readings
    (said,) = told(pool, seen)
    assert round(float(alone.value or 0)) == said["sharpness"]


@pytest.mark.parametrize("model", ["quality-iso", "quality-sharpness"])
def test_tiny_faces_are_not_measured(pool: Pool, photo: Pixels, model: str) -> None:
    output = pool.run(model, before(pool, Picture(photo), (TINY,)))
    assert output.data.scores == (None,)
    assert {one.note for one in output.readings} == {"face too small"}


@pytest.mark.parametrize("model", ["quality-iso", "quality-sharpness"])
def test_a_face_out_of_the_photo_gives_no_pixels(pool: Pool, seen: View, model: str) -> None:
    mesh = seen.data(MESH).points[0]
    assert mesh is not None
    meshes = Meshes(((mesh + np.float32((600, 0, 0))),))
    view = View(seen.picture, seen.faces, {**seen.outputs, MESH: Output(data=meshes)})
    said = {one.name: one for one in pool.run(model, view).readings}
    assert said["sharpness"].note == "too little of it in the photo"


@pytest.mark.parametrize("kind", PICTURES)
def test_nothing_hard_to_see_breaks_it(pool: Pool, photo: Pixels, kind: str) -> None:
    picture = PICTURES[kind](Picture(photo))
    face = Face(Box(170, 60, 280, 200), 0.9)
    for faces in (None, (face, TINY, BEYOND)):
        view = before(pool, picture, faces)
        for said in told(pool, view):
            value = said["photo quality"]
            assert value is None or 0 <= float(value) <= 100
