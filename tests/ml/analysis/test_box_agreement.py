"""Agreement of box and mesh: a mesh by hand, ranks, and boxes that hold no face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import decode
from ml.analysis.agreement_boxes import (
    AGREEMENT,
    DOUBTFUL,
    HIGHER,
    RANK,
    TALLER,
    agreement,
    box_around,
    ranked,
)
from ml.contracts import DETECTION, MESH, Output, View
from ml.pool import Pool
from ml.runtimes import Floats
from ml.types import Box, Face
from ml.weights import Weights
from tests.contracts.pictures import TINY


def mesh_of(left: float, top: float, right: float, bottom: float) -> Floats:
    mesh = np.full((468, 3), ((left + right) / 2, (top + bottom) / 2, 0), np.float32)
    mesh[0, :2], mesh[1, :2] = (left, top), (right, bottom)
    return mesh


def test_a_box_where_it_usually_lies_agrees_in_full() -> None:
    mesh = mesh_of(0, 0, 80, 100)
    box = Box(0, 50 - 100 * HIGHER - 50 * TALLER, 80, 50 - 100 * HIGHER + 50 * TALLER)
    assert box_around(mesh).to_json() == pytest.approx(box.to_json(), abs=1e-4)
    assert agreement(Face(box, 0.9), mesh) == pytest.approx(1, abs=1e-5)


def test_a_box_twice_as_wide_agrees_by_half() -> None:
    one = box_around(mesh_of(0, 0, 80, 100))
    wide = Face(Box(one.left - 40, one.top, one.right + 40, one.bottom), 0.9)
    assert agreement(wide, mesh_of(0, 0, 80, 100)) == pytest.approx(0.5, abs=1e-5)


def test_ranks_go_by_score_times_agreement_and_faces_without_a_mesh_come_last() -> None:
    faces = [Face(Box(0, 0, 9, 9), score) for score in (0.9, 0.7, 0.95, 0.6)]
    assert ranked(faces, [0.5, 0.9, None, 0.8]) == {1: 1, 3: 2, 0: 3, 2: 4}  # .45 .63 - .48
    assert ranked(faces[:1], [0.9]) == {}


def test_a_box_beside_the_face_is_doubtful_and_ranks_after_it(
    astronaut: Path, weights_folder: Path
) -> None:
    pool, picture = Pool(Weights(weights_folder)), decode.picture(astronaut)
    (real,) = pool.run("centerface", View(picture)).faces
    faces = (Face(Box(330, 330, 450, 480), 0.6), real, TINY)
    found = Output(faces=faces)
    mesh = pool.run("mediapipe-mesh", View(picture, faces, {DETECTION: found}))
    said = pool.run("box-agreement", View(picture, faces, {DETECTION: found, MESH: mesh})).readings
    agreed = {one.face: one for one in said if one.name == AGREEMENT}
    assert agreed[1].value > 100 * DOUBTFUL > agreed[0].value
    assert agreed[0].note.startswith("doubtful") and agreed[1].note == ""
    assert agreed[2].value is None and agreed[2].note == "face too small"
    assert {one.face: one.value for one in said if one.name == RANK} == {1: 1, 0: 2, 2: 3}
