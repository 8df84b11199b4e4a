"""The network that finds what covers a face: what it is fed, and a hand in the face's own skin."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ml import decode, registry
from ml.analysis.cover_network import CHANNELS, FILE, FINE, CoverNetwork, fed, finer
from ml.analysis.covers import cover
from ml.analysis.face_layout import SIDE, Skin, layout, skin
from ml.analysis.occlusion_fitted import CUT, covered
from ml.analysis.occlusion_learned import NAME
from ml.contracts import DETECTION, MESH, POSE, Output, View
from ml.evaluation.benchmarks.occlusion import inside, iou, masked
from ml.pool import Pool
from ml.registry import Device
from ml.types import Picture
from ml.weights import Weights

Array = np.ndarray


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    registry.discover()
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def portrait(astronaut: Path) -> Picture:
    return decode.picture(astronaut)


def looked(pool: Pool, picture: Picture) -> View:
    faces = pool.run("centerface", View(picture)).faces
    outputs = {DETECTION: Output(faces=faces)}
    outputs[MESH] = pool.run("mediapipe-mesh", View(picture, faces, outputs))
    outputs[POSE] = pool.run("mesh-pose", View(picture, faces, {MESH: outputs[MESH]}))
    return View(picture, faces, {task: outputs[task] for task in (MESH, POSE)})


def laid(pool: Pool, picture: Picture) -> Skin:
    mesh = looked(pool, picture).data(MESH).points[0]
    assert mesh is not None
    return skin(picture, mesh, layout())


def test_it_is_small() -> None:
    assert FILE.stat().st_size < 300_000


def test_finer_pixels_are_the_skin_twice_as_fine(pool: Pool, portrait: Picture) -> None:
    one = laid(pool, portrait)
    fine = finer(portrait, one)
    assert fine.shape == (FINE, FINE, 3)
    coarse = cv2.resize(fine, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(coarse - one.pixels)[one.seen].mean() < 8


def test_colours_are_fed_against_the_faces_own() -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(40, 100, (FINE, FINE, 3)).astype(np.uint8)
    seen, nothing = layout().inside, np.zeros((SIDE, SIDE), np.float32)
    off = np.zeros((SIDE, SIDE, 3), np.float32)
    dark, light = (fed(one, seen, off, nothing) for one in (pixels, 2 * pixels))
    assert dark.shape == (CHANNELS, SIDE, SIDE) and dark.dtype == np.float32
    assert np.abs(dark[:15] - light[:15]).max() < 0.4  # one exposure more
    four = dark[:12].reshape(2, 2, 3, SIDE, SIDE)
    assert np.median(four.mean((0, 1))[:, seen], 1) == pytest.approx(0, abs=0.02)
    # A place's colours, and those of the place across.
    assert four.mean((0, 1))[..., ::-1] == pytest.approx(dark[12:15], abs=1e-4)
    assert (dark[20] == -dark[20][:, ::-1]).all() and (dark[21] == -dark[21][::-1]).all()


def test_it_tells_odds_of_each_place() -> None:
    fine = np.full((FINE, FINE, 3), 128, np.uint8)
    nothing = np.zeros((SIDE, SIDE), np.float32)
    seen = fed(fine, layout().inside, np.zeros((SIDE, SIDE, 3), np.float32), nothing)
    odds = CoverNetwork(Device.CPU)(seen)
    assert odds.shape == (SIDE, SIDE) and odds.min() >= 0 and odds.max() <= 1


def fingers(picture: Picture, mesh: Array) -> tuple[Picture, Array]:
    """Three rounded bars over mouth and cheek in the colour of the face's own skin."""
    unit = float(np.linalg.norm(mesh[33, :2] - mesh[263, :2]))
    x, y = np.median(mesh[[50, 280, 4], :2], 0).round().astype(int)
    tone = picture.pixels[y - 3 : y + 4, x - 3 : x + 4].mean((0, 1))
    pixels, hidden = picture.pixels.astype(np.float32), np.zeros(picture.pixels.shape[:2], bool)
    rows, columns = np.mgrid[: hidden.shape[0], : hidden.shape[1]]
    for number in range(3):
        middle = mesh[13, 1] + (number - 1) * 0.24 * unit
        off = np.abs(rows - middle) / (0.12 * unit)
        there = (off < 1) & (columns > mesh[13, 0] - 0.3 * unit)
        light = 0.6 + 0.4 * np.sqrt((1 - off**2).clip(0))
        pixels[there] = (tone * light[..., None])[there]
        hidden |= there
    return Picture(pixels.round().clip(0, 255).astype(np.uint8)), hidden


def test_fingers_in_the_faces_own_skin_are_found(pool: Pool, portrait: Picture) -> None:
    mesh = looked(pool, portrait).data(MESH).points[0]
    assert mesh is not None
    changed, hidden = fingers(portrait, mesh)
    view = looked(pool, changed)
    output = pool.run(NAME, view)
    below = inside(mesh, portrait.size)
    below[: round(float(mesh[6, 1]))] = False  # above is the fringe
    found = iou(masked(output, portrait.size) & below, hidden & below)
    one = laid(pool, changed)
    assert found > 0.5
    assert output.data.faces[0].share > cover(covered(one), CUT, one).share
