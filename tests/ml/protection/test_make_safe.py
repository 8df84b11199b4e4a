"""What a photo tells is taken out in one go, and looked for again in what was made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, EMBEDDING, FACE_CODE, IRIS, MESH, POSE
from ml.errors import Cancelled
from ml.exposure import Act, Topic, lines
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection.make_safe import GONE, KIND, STAGES, STAYS, in_file, not_covered, told
from ml.protection.metadata import Find, FindKind, finds
from ml.protection.safe_acts import SafeInputs, SafeOptions
from ml.registry import Policy, best
from ml.types import Box, Face, Reading, Report
from ml.weights import Weights
from tests.ml.protection import files

registry.discover()
pipelines.discover()
MODELS = tuple(
    best(task, Policy()).name  # type: ignore[union-attr]
    for task in (DETECTION, MESH, POSE, IRIS, FACE_CODE, EMBEDDING)
)
NAME = "IMG_20240512.jpg"


@pytest.fixture(scope="module")
def context(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    return Context(Pool(Weights(weights_folder)), scratch=tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def photo(astronaut: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portrait with place, time, camera, names and a serial number in its file."""
    path = tmp_path_factory.mktemp("in") / "in.jpg"
    with Image.open(astronaut) as image:
        image.save(path, quality=92, exif=files.exif().tobytes())
    return path


def safe(photo: Path, options: SafeOptions, context: Context, *leave: Box) -> Report:
    inputs = SafeInputs(photo, NAME, MODELS, leave)
    report = pipelines.get(KIND).run(options, inputs, context)
    assert isinstance(report, Report)
    return report


def said(report: Report) -> dict[str, object]:
    return {reading.name: reading.value for reading in report.readings}


def test_nothing_that_was_marked_to_be_taken_out_is_found_again(
    photo: Path, context: Context
) -> None:
    every = SafeOptions((Act.COVER_FACES, Act.SMALLER_COPY), seed=1)
    report = safe(photo, every, context)
    told = said(report)
    assert {Topic.PLACE, Topic.OWNER, Topic.SERIAL, Topic.TIME, Topic.FILE_NAME} <= told.keys()
    assert {Topic.IDENTITY, Topic.GUESSES, Topic.MEASURE} <= told.keys()
    assert set(told.values()) == {GONE}
    (made,) = report.artifacts
    assert finds(made.path) == () and made.path.name == "photo.jpg"


def test_what_nothing_was_done_about_stays_and_it_says_what_would_help(
    photo: Path, context: Context
) -> None:
    report = safe(photo, SafeOptions(()), context)
    stays = {one.name: one.note for one in report.readings if one.value == STAYS}
    assert stays.keys() == {Topic.IDENTITY, Topic.GUESSES, Topic.MEASURE}
    assert "Cover" in stays[Topic.IDENTITY] and "smaller" in stays[Topic.MEASURE]
    (made,) = report.artifacts
    assert np.array_equal(decode.picture(photo).pixels, decode.picture(made.path).pixels)


def test_readings_tell_nothing_of_what_the_photo_told(photo: Path, context: Context) -> None:
    told = str([one.to_json() for one in safe(photo, SafeOptions(()), context).readings])
    assert not any(word in told for word in ("Nowak", "52", "SN-4711", "2024", "X100"))


def test_a_smaller_copy_alone_takes_the_measure_of_the_body_away(
    photo: Path, context: Context
) -> None:
    report = safe(photo, SafeOptions((Act.SMALLER_COPY,)), context)
    assert said(report)[Topic.MEASURE] == GONE
    assert max(report.size) < 512


def test_it_stops_within_a_stage_when_asked(photo: Path, context: Context) -> None:
    told: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, message: str = "") -> None:
        told.append((done, total, message))
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        safe(photo, SafeOptions(()), replace(context, progress=progress))
    assert len(told) == 3 and {message for *_, message in told} == {STAGES[0]}
    assert [done for done, *_ in told] == sorted({done for done, *_ in told})
    assert all(0 <= done < total / len(STAGES) for done, total, _ in told)


def test_what_the_new_file_still_holds_is_said_to_stay() -> None:
    camera = Find(FindKind.CAMERA, "EXIF", 1)
    (reading,) = in_file((camera, camera))
    assert (reading.name, reading.value) == (camera.words, STAYS)
    assert in_file(()) == []


def test_a_face_counts_as_covered_by_most_of_its_box() -> None:
    alpha = np.zeros((100, 100), np.float32)
    alpha[45:55, 45:55] = 1
    assert not_covered(alpha, Box(30, 30, 70, 70)), "its middle alone is covered"
    alpha[30:60, 30:70] = 1
    assert not not_covered(alpha, Box(30, 30, 70, 70))
    assert not_covered(alpha, Box(110, 110, 120, 120)), "beyond the photo"


def test_faces_to_be_left_need_others_to_be_covered() -> None:
    with pytest.raises(ValueError, match="no face is to be covered"):
        SafeOptions((), faces=("00000000-0000-0000-0000-000000000000",))


def test_hair_and_clothes_are_not_said_to_be_gone_with_the_face() -> None:
    (looks,) = (
        line
        for line in lines(
            {}, "photo.jpg", report_of(Reading("hair", "hair colour", "dark", face=0))
        )
        if line.topic is Topic.LOOKS
    )
    (reading,) = told([looks], [], [Act.COVER_FACES])
    assert (reading.value, reading.note) == (STAYS, looks.act)


def report_of(reading: Reading) -> Report:
    return Report((100, 100), (Face(Box(10, 10, 60, 70), 0.9),), (reading,))
