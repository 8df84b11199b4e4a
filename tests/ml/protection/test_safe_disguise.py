"""Faces disguised on the way to a safe file, and what is said of whether people are still known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, EMBEDDING, FACE_CODE, MESH, POSE
from ml.contracts.disguising import HELD_OUT, NOTHING, OWN, PROOF, USED
from ml.errors import Cancelled
from ml.exposure import Act, Topic
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection.choosing import Candidate
from ml.protection.make_safe import GONE, KIND, PROVING, STAGES, STAYS
from ml.protection.proof import UNPROVEN
from ml.protection.records import BEST_OF_ALL, PHOTO_OF
from ml.protection.safe_acts import SafeInputs, SafeOptions
from ml.protection.safe_disguise import NOBODY, Disguised, disguised, verdict
from ml.protection.workshop import Wish, Workshop
from ml.registry import Policy, best
from ml.types import JSON, Box, Face, Picture, Reading, Report
from ml.weights import Weights

registry.discover()
pipelines.discover()
MODELS = tuple(
    best(task, Policy()).name  # type: ignore[union-attr]
    for task in (DETECTION, MESH, POSE, FACE_CODE, EMBEDDING)
)
HELD = "faceres-embedding"
ANY: Any = None  # what is not looked at
ASKED = SafeOptions((Act.DISGUISE_FACES,), hold_out=HELD)


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def safe(pool: Pool, astronaut: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The astronaut cloaked, and judged by a recogniser that took no part."""
    return run(pool, astronaut, tmp_path_factory.mktemp("made"), ASKED)


def run(
    pool: Pool, photo: Path, scratch: Path, options: SafeOptions, progress: Any = None, **given: Any
) -> Report:
    context = Context(pool, scratch=scratch)
    if progress is not None:
        context = replace(context, progress=progress)
    inputs = SafeInputs(photo, "photo.jpg", MODELS, **given)
    report = pipelines.get(KIND).run(options, inputs, context)
    assert isinstance(report, Report)
    return report


def who(report: Report) -> Reading:
    (said,) = (one for one in report.readings if one.name == Topic.IDENTITY)
    return said


def test_the_held_out_recogniser_says_whether_people_are_still_known(safe: Report) -> None:
    (sheet,) = proof(safe)["faces"]
    roles = {line["recogniser"]: line["role"] for line in sheet["recognisers"]}
    assert roles[HELD] == HELD_OUT and roles["dlib-resnet"] == USED
    still = [one for one in sheet["recognisers"] if one["after"]["as it is"][OWN]["matched"]]
    assert who(safe).value == (STAYS if still else GONE)
    assert "no part" in who(safe).note or all(one["title"] in who(safe).note for one in still)


def proof(report: Report) -> JSON:
    (file,) = (one for one in report.artifacts if one.kind == PROOF)
    assert dict(file.facts)[PHOTO_OF] == report.artifacts[0].sha256, "it is about that file"
    told: JSON = json.loads(file.path.read_text())
    return told


def test_the_face_is_in_sight_and_what_people_see_of_it_stays(
    safe: Report, astronaut: Path
) -> None:
    said = {one.name: one.value for one in safe.readings}
    assert said[Topic.GUESSES] == STAYS
    before, after = decode.picture(astronaut), decode.picture(safe.artifacts[0].path)
    apart = np.abs(before.pixels.astype(int) - after.pixels).max(2)
    (sheet,) = proof(safe)["faces"]
    left, top, right, bottom = sheet["inner"]
    assert sheet["psnr"] > 30 and apart[top:bottom, left:right].max() > 3
    assert apart[:, : left // 2].mean() < 1, "rounded by JPEG alone"


def test_the_photo_comes_first_and_its_facts_say_how(safe: Report) -> None:
    first, *along = safe.artifacts
    assert first.kind == "photo" and dict(first.facts)["disguise"] == "cloak"
    assert all(PHOTO_OF in dict(one.facts) for one in along)


def test_nobody_is_disguised_who_did_not_agree(pool: Pool, astronaut: Path, tmp_path: Path) -> None:
    report = run(pool, astronaut, tmp_path, ASKED, agreed=())
    assert (who(report).value, who(report).note) == (STAYS, NOBODY)
    assert (
        decode.picture(astronaut).pixels == decode.picture(report.artifacts[0].path).pixels
    ).all()


def test_it_stops_while_a_face_is_changed(pool: Pool, astronaut: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []

    def progress(done: int, total: int, message: str = "") -> None:
        told.append((done, total, message))
        if sum(one[2] == STAGES[1] for one in told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(pool, astronaut, tmp_path, ASKED, progress)
    assert told[-1][0] < told[-1][1] / 2 and PROVING not in {one[2] for one in told}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"acts": (Act.COVER_FACES, Act.DISGUISE_FACES)}, "needs no disguise"),
        ({"acts": (Act.DISGUISE_FACES,), "style": "red lips"}, "no face gets make-up"),
        ({"acts": (Act.COVER_FACES,), "style": "red lips"}, "no face gets make-up"),
        (
            {"acts": (Act.DISGUISE_FACES,), "disguise": "make-up", "style": "a purple unicorn"},
            "unicorn",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        SafeOptions(**asked)


def a_line(role: str, matched: bool, later: bool = False) -> JSON:
    def told(which: bool) -> JSON:
        return {OWN: {"matched": which}}

    before = {"as it is": told(True), BEST_OF_ALL: told(True)}
    after = {"as it is": told(matched), BEST_OF_ALL: told(later)}
    return {"title": "Dlib", "role": role, "before": before, "after": after}


def a_sheet(*lines: JSON, again: tuple[JSON, ...] = (), warning: str = "") -> JSON:
    told = {"face": 0, "recognisers": list(lines), "made again without one": list(again)}
    return told | {"warning": warning}


@pytest.fixture(scope="module")
def about(pool: Pool) -> Disguised:
    wish = Wish("cloak", ANY, ANY, "", NOTHING, 0, "png")
    shop = Workshop(ANY, {}, (), (), None, True)
    return Disguised(wish, shop, Picture(np.zeros((2, 2, 3), np.uint8)), (), ())


def test_only_who_took_no_part_and_is_misled_says_gone(about: Disguised) -> None:
    held, used = a_line(HELD_OUT, False), a_line(USED, False)
    assert verdict(about, [a_sheet(used, again=(held,))])[0]
    assert verdict(about, [a_sheet(used, warning="unproven")]) == (False, UNPROVEN)
    for known in (a_sheet(used, again=(a_line(HELD_OUT, True),)), a_sheet(a_line(USED, True))):
        gone, why = verdict(about, [known])
        assert not gone and "Dlib" in why and "still matches face 1" in why


def test_what_saving_again_undoes_is_said_beside(about: Disguised) -> None:
    gone, why = verdict(about, [a_sheet(a_line(HELD_OUT, False, later=True))])
    assert gone and "1 of 1" in why and f"After {BEST_OF_ALL}: 0 of 1" in why


def test_a_face_that_is_too_small_is_left_and_it_says_why(about: Disguised) -> None:
    nobody = Candidate(Face(Box(0, 0, 1, 1), 0.9), np.zeros((468, 3), np.float32))
    faces, picture = [(1, nobody)], about.before
    after, left, _ = disguised(about.wish, about.shop, picture, picture, faces, (), Context(ANY))
    assert after is picture and "Face 2 is too small" in left.hindered[0]
    assert verdict(left, []) == (False, left.hindered[0])


def test_a_face_that_could_not_be_disguised_keeps_people_known(about: Disguised) -> None:
    hindered = replace(about, hindered=("Face 2 is too small.",))
    sheet = a_sheet(a_line(HELD_OUT, False))
    assert verdict(hindered, [sheet]) == (False, "Face 2 is too small.")
