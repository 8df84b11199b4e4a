"""The pipeline: everything that was planned, in order, told as it goes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ml import decode, pipelines, registry
from ml.analysis.pipeline import (
    AnalyseInputs,
    AnalyseOptions,
    ReportOptions,
    analyse,
    analyse_picture,
    report,
)
from ml.errors import BadPicture, Cancelled
from ml.evaluation.looking import installed
from ml.pipelines import Context
from ml.pool import Pool
from ml.sequence import Rest, placed
from ml.types import Box, Face, Report
from ml.weights import Weights

registry.discover()
WEIGHTS = Weights(Path(os.environ["WEIGHTS_DIR"]))
# But for what only a question for evidence makes run.
EVERYTHING = tuple(
    card.name
    for card in registry.cards()
    if card == registry.best(card.task, installed(WEIGHTS))
    and (card.task.internal or card.task.name in registry.tasks())
    and card.task.name != "location"  # which has an answer about every photo
)


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Pool(WEIGHTS))


def test_every_planned_model_ran_after_what_it_needs(astronaut: Path, context: Context) -> None:
    found = analyse(AnalyseOptions(), AnalyseInputs(astronaut, EVERYTHING), context)
    ran = [run.model for run in found.runs]
    assert sorted(ran) == sorted(EVERYTHING)
    done = set()
    for name in ran:
        assert {task.name for task in registry.get(name).card.needs} <= done
        done.add(registry.get(name).card.task.name)
    assert Report.from_json(found.to_json()) == found


def test_reads_the_astronaut(astronaut: Path, context: Context) -> None:
    found = analyse(AnalyseOptions(), AnalyseInputs(astronaut, EVERYTHING), context)
    values = {reading.name: reading.value for reading in found.readings}
    assert found.size == (512, 512) and len(found.faces) == 1
    assert values["apparent gender"] == "female"
    assert values["apparent expression"] == "happy"
    assert 20 < float(values["apparent age"] or 0) < 50
    assert all(abs(float(values[angle] or 0)) < 15 for angle in ("yaw", "pitch", "roll"))


def test_a_photo_without_faces_is_a_good_result(tmp_path: Path, context: Context) -> None:
    from PIL import Image

    Image.new("RGB", (300, 200), "skyblue").save(tmp_path / "sky.png")
    found = analyse(AnalyseOptions(), AnalyseInputs(tmp_path / "sky.png", EVERYTHING), context)
    assert found.faces == found.marks == ()
    said = {reading.name: reading.value for reading in found.readings}
    counts = ("people cover", "bodies in sight", "hands in sight", "stretches of text",
              "lines of text")  # fmt: skip
    assert said == dict.fromkeys(counts, 0)
    assert len(found.runs) == len(EVERYTHING)


def test_shows_what_it_has_so_far(astronaut: Path, context: Context) -> None:
    parts: list[Report] = []
    steps: list[tuple[int, int, str]] = []
    told = replace(
        context, partial=parts.append, progress=lambda *step: steps.append((*step, "")[:3])
    )
    found = analyse(
        AnalyseOptions(), AnalyseInputs(astronaut, ("centerface", "mediapipe-mesh")), told
    )
    assert [len(part.runs) for part in parts] == [1, 2]
    assert parts[-1] == found
    assert [done for done, *_ in steps] == [0, 1, 2, 3] and {step[1] for step in steps} == {3}
    assert steps[1][2] == "CenterFace"


def test_stops_when_asked(astronaut: Path, context: Context) -> None:
    def stop(done: int, total: int, message: str = "") -> None:
        if done == 2:
            raise Cancelled

    parts: list[Report] = []
    with pytest.raises(Cancelled):
        inputs = AnalyseInputs(astronaut, EVERYTHING)
        analyse(AnalyseOptions(), inputs, replace(context, progress=stop, partial=parts.append))
    assert len(parts) == 1


def test_refuses_what_is_no_picture(tmp_path: Path, context: Context) -> None:
    (tmp_path / "notes.txt").write_text("not a picture")
    with pytest.raises(BadPicture):
        analyse(AnalyseOptions(), AnalyseInputs(tmp_path / "notes.txt", EVERYTHING), context)


def test_a_report_holds_embeddings_only_when_asked(astronaut: Path, context: Context) -> None:
    inputs = AnalyseInputs(astronaut, EVERYTHING)
    without = report(ReportOptions(), inputs, context)
    assert not without.embeddings and "embedding" not in {run.task for run in without.runs}
    asked = report(ReportOptions(embeddings=True), inputs, context).embeddings
    assert sorted(one.space.model for one in asked) == ["fused-embedding", "mesh-action-units"]


def test_both_kinds_are_known() -> None:
    pipelines.discover()
    assert {"analyse", "report"} <= {pipeline.kind for pipeline in pipelines.kinds()}


def test_the_same_photo_gives_the_same_report(astronaut: Path, context: Context) -> None:
    picture = decode.picture(astronaut)
    first, second = (analyse_picture(picture, EVERYTHING, context) for _ in range(2))
    assert replace(first, runs=()) == replace(second, runs=())


def test_a_rest_goes_to_the_face_that_lies_where_the_person_is() -> None:
    faces = (Face(Box(0, 0, 10, 10), 1.0), Face(Box(50, 0, 60, 10), 1.0))
    hers, his = (Rest(box, {"eye open": 0.1}) for box in (Box(51, 0, 61, 10), Box(0, 8, 10, 18)))
    assert placed(faces, (hers, his)) == {1: hers.measures}
    assert placed(faces, ()) == {}
