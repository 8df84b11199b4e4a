"""What evidence is looked for with: the file, true photos of the person, and what was claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any

import pytest
from PIL import Image

from ml import decode, registry
from ml.authenticity.pipeline import (
    MOST,
    AuthenticateInputs,
    AuthenticateOptions,
    authenticate,
)
from ml.contracts import DETECTION, MESH, Output, View
from ml.errors import MLError
from ml.pipelines import Context
from ml.pool import Pool
from ml.references import LARGEST, TrueFace, cut_out
from ml.registry import Group, Model, Task
from ml.types import Box, Claim, Finding, Picture
from ml.weights import Weights
from tests.webapp.rows import a_card

registry.discover()
SIGNS: Task[Any] = Task("signs", "Signs", NoneType, group=Group.EVIDENCE)
MODELS = ("centerface", "mediapipe-mesh", "witness")
ELSEWHERE = Box(0, 0, 40, 40)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[View]]:
    """Views that a model of evidence was given."""
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    views: list[View] = []
    card = replace(a_card("witness-card"), name="witness", task=SIGNS, needs=(DETECTION, MESH))

    @registry.register(card)
    class Witness(Model):
        def run(self, view: View) -> Output:
            views.append(view)
            return Output(findings=(Finding("witness", "looked", "yes", Claim.EDITED),))

    yield views


@pytest.fixture
def context(weights_folder: Path) -> Context:
    return Context(Pool(Weights(weights_folder)))


@pytest.fixture
def face(astronaut: Path, context: Context) -> Box:
    (found,) = context.pool.run("centerface", View(decode.picture(astronaut))).faces
    return found.box


def test_models_are_shown_the_file_what_is_claimed_and_each_true_face(
    astronaut: Path, context: Context, face: Box, seen: list[View]
) -> None:
    true = (
        TrueFace(astronaut, face, "first.jpg", date(1999, 1, 1)),
        TrueFace(astronaut, ELSEWHERE, "second.jpg"),
    )
    inputs = AuthenticateInputs(astronaut, MODELS, true)
    report = authenticate(AuthenticateOptions(taken="2001-02-03"), inputs, context)
    assert [one.name for one in report.findings] == ["looked"]
    (view,) = seen
    assert view.case is not None and view.case.file == astronaut
    assert view.case.taken == date(2001, 2, 3)
    first, second = view.case.references
    assert (first.name, first.face, first.taken) == ("first.jpg", 0, date(1999, 1, 1))
    assert first.view.data(MESH).points[0] is not None
    assert second.face is None


def test_of_a_true_photo_only_what_is_around_the_face_is_kept(face: Box, astronaut: Path) -> None:
    picture = decode.picture(astronaut)
    near, inside = cut_out(picture, face)
    assert near.size < picture.size
    left, top = face.left - inside.left, face.top - inside.top
    whole = picture.pixels[int(top) :, int(left) :]
    assert (near.pixels == whole[: near.size[1], : near.size[0]]).all()


def test_a_face_at_the_border_is_cut_at_the_border() -> None:
    import numpy as np

    near, inside = cut_out(Picture(np.zeros((50, 60, 3), np.uint8)), Box(-5, -5, 20, 20))
    assert near.size == (46, 46) and inside == Box(-5, -5, 20, 20)


def test_a_large_true_face_is_kept_no_larger_than_it_is_looked_at() -> None:
    import numpy as np

    pixels = np.zeros((3000, 4000, 3), np.uint8)
    box = Box(1500, 1000, 2300, 2024)
    pixels[1000:2024, 1500:2300] = 200
    near, inside = cut_out(Picture(pixels), box)
    assert max(inside.width, inside.height) == LARGEST and max(near.size) <= 3 * LARGEST + 1
    left, top, right, bottom = (
        round(one) for one in (inside.left, inside.top, inside.right, inside.bottom)
    )
    assert (near.pixels[top + 2 : bottom - 2, left + 2 : right - 2] == 200).all()
    assert near.pixels[: top - 2].max() == near.pixels[:, right + 2 :].max() == 0


def test_a_date_that_is_none_is_told(astronaut: Path, context: Context, seen: list[View]) -> None:
    with pytest.raises(MLError, match="is no date"):
        authenticate(AuthenticateOptions(taken="May"), AuthenticateInputs(astronaut, ()), context)


def test_too_many_true_photos_are_told(astronaut: Path, context: Context, face: Box) -> None:
    many = (TrueFace(astronaut, face, "one.jpg"),) * (MOST + 1)
    with pytest.raises(MLError, match="At most 20"):
        authenticate(AuthenticateOptions(), AuthenticateInputs(astronaut, (), many), context)


def test_a_broken_true_photo_is_told(tmp_path: Path, astronaut: Path, context: Context) -> None:
    broken = tmp_path / "broken.jpg"
    Image.new("RGB", (9, 9)).save(broken)
    broken.write_bytes(broken.read_bytes()[:100])
    true = (TrueFace(broken, ELSEWHERE, "broken.jpg"),)
    with pytest.raises(MLError):
        authenticate(AuthenticateOptions(), AuthenticateInputs(astronaut, (), true), context)
