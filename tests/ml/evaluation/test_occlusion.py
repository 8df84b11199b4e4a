"""Pasting things over faces and asking what covers them, by hand on small pictures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, registry
from ml.contracts import DETECTION, MESH, Output, View
from ml.evaluation import occluders
from ml.evaluation.benchmarks import occlusion
from ml.evaluation.benchmarks.occlusion import Shown
from ml.evaluation.occluders import KINDS
from ml.evaluation.readers.samples import Sample
from ml.pool import Pool
from ml.types import Mark, MarkKind, Picture, Reading
from ml.weights import Weights
from tests.ml.evaluation.test_benchmarks import whole

Array = np.ndarray


@pytest.fixture(scope="module")
def face(astronaut, weights_folder) -> tuple[Picture, Array]:
    registry.discover()
    pool, picture = Pool(Weights(weights_folder)), decode.picture(astronaut)
    faces = pool.run("centerface", View(picture)).faces
    mesh = pool.run("mediapipe-mesh", View(picture, faces, {DETECTION: Output(faces=faces)}))
    assert MESH.data is type(mesh.data)
    return picture, mesh.data.points[0]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_pasted_covers_a_part_of_the_face_and_little_beside_it(
    kind: str, face: tuple[Picture, Array]
) -> None:
    picture, mesh = face
    pasted, hidden = occlusion.drawn(kind, picture, mesh, np.random.default_rng(3))
    oval = occlusion.inside(mesh, picture.size)
    assert 0.02 < (hidden & oval).sum() / oval.sum() < 0.9
    changed = (pasted.pixels.astype(int) - picture.pixels).any(-1)
    assert changed[hidden].mean() > 0.95
    assert not changed[300:].any()  # far below the face
    assert picture.size == pasted.size


def test_the_same_seed_draws_the_same_thing(face: tuple[Picture, Array]) -> None:
    picture, mesh = face
    one, other, third = (
        occluders.paste("hand", picture, mesh, np.random.default_rng(seed))[0].pixels
        for seed in (1, 1, 2)
    )
    assert (one == other).all() and (one != third).any()


def test_clear_lenses_cover_nothing(face: tuple[Picture, Array]) -> None:
    picture, mesh = face
    clear, dark = (
        occluders.paste(kind, picture, mesh, np.random.default_rng(5))[1]
        for kind in ("glasses", "sunglasses")
    )
    x, y = mesh[[33, 133], :2].mean(0).round().astype(int)
    assert dark[y, x] and not clear[y, x]


def test_intersection_over_union_by_hand() -> None:
    told, true = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    told[:2, :2], true[1:3, :2] = True, True
    assert occlusion.iou(told, true) == pytest.approx(2 / 6)
    assert occlusion.iou(told, np.zeros((4, 4), bool)) == 0
    assert occlusion.iou(np.zeros((4, 4), bool), np.zeros((4, 4), bool)) == 1


def test_only_masks_of_what_covers_count() -> None:
    file = io.BytesIO()
    Image.fromarray(np.full((2, 2), 255, np.uint8)).save(file, "PNG")
    box = ((2.0, 3.0), (6.0, 5.0))
    marks = tuple(
        Mark("a", "b", MarkKind.MASK, (box,), 0, raster=file.getvalue(), label=label)
        for label in ("covered", "hair")
    )
    told = occlusion.masked(Output(marks=marks[:1]), (10, 8))
    assert told.sum() == 8 and told[3:5, 2:6].all()
    assert not occlusion.masked(Output(marks=marks[1:]), (10, 8)).any()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("nose", "covered", True),
        ("nose", "partly covered", True),
        ("nose", "clear", False),
        ("face covered", 8, True),
        ("face covered", 7, False),
        ("face covered", None, False),
    ],
)
def test_a_face_is_flagged_by_what_people_read(name: str, value: object, said: bool) -> None:
    reading = Reading("m", name, value, face=0)  # type: ignore[arg-type]
    assert occlusion.flagged(Output(readings=(reading,))) is said
    assert not occlusion.flagged(None)


def test_kinds_count_alike_and_what_was_not_read_counts_as_missed(tmp_path) -> None:
    told = [
        Shown("hand", 0.6, False, 0.0, True, 10.0),
        Shown("hand", 0.4, True, 0.2, True, 90.0),
        Shown("mask", 0.9, False, 0.0, True, 200.0),
        Shown("mask"),
    ]
    samples = [Sample(str(n), tmp_path, None, str(n)) for n in range(4)]
    found = occlusion.measured(samples, told)
    metrics = whole(found)
    assert (found.n, found.skipped) == (4, 1)
    assert metrics["iou_hand"] == pytest.approx(0.5)
    assert metrics["iou_mask"] == pytest.approx(0.45)
    assert metrics["iou"] == pytest.approx(0.475)
    assert metrics["flagged"] == pytest.approx(0.25)
    assert metrics["pixels_flagged"] == pytest.approx(0.05)
    assert np.isnan(metrics["iou_hair"])
    assert found.groups["skin lightness"] == (
        "darkest third", "middle third", "lightest third", "",
    )  # fmt: skip


def test_half_of_the_people_are_asked_about() -> None:
    share = np.mean([occlusion.asked(f"person {n}") for n in range(1000)])
    assert 0.45 < share < 0.55


def test_each_person_is_shown_once(tmp_path: Path) -> None:
    samples = [
        Sample(f"{person}/{photo}", tmp_path, None, f"person {person}")
        for person in range(40)
        for photo in range(3)
    ]
    found = occlusion.chosen(samples)
    assert len({one.identity for one in found}) == len(found) > 5
    assert all(one.name.endswith("/0") and occlusion.asked(one.identity) for one in found)
