"""A face compared with true photos region by region, by whoever sees and was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml import decode, registry
from ml.asking import asker, comparers
from ml.authenticity.identity_check import IDENTITY, Likest
from ml.authenticity.identity_regions import NAME, PAIRS, REGIONS, SAME, SIDE, questions
from ml.contracts import MESH, Case, Output, Reference, View
from ml.errors import Cancelled
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Answer, Claim, Finding, Origin, Picture, Question
from ml.weighing import weighed
from ml.weights import Weights
from tests.ml.prompting.tiny_models import idefics3, loaded

registry.discover()


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


@pytest.fixture(scope="module")
def view(pool: Pool, astronaut: Path) -> View:
    """The astronaut, whose one face is the likest to four true photos."""
    plain = View(decode.picture(astronaut))
    faces = pool.run("centerface", plain).faces[:1]
    found = replace(plain, faces=tuple(faces))
    outputs = {MESH: pool.run("mediapipe-mesh", found)}
    return replace(found, outputs=outputs | {IDENTITY: Output(data=Likest(0, (0, 1, 2, 3)))})


@pytest.fixture(scope="module")
def mirrored(pool: Pool, view: View) -> View:
    """Somebody of whom no pixel is where it was."""
    plain = View(Picture(np.ascontiguousarray(view.picture.pixels[:, ::-1])))
    found = replace(plain, faces=tuple(pool.run("centerface", plain).faces[:1]))
    return replace(found, outputs={MESH: pool.run("mediapipe-mesh", found)})


class Looker:
    """Says that all is the same where both halves of a picture hold the same pixels."""

    def __init__(self, value: str | None = None) -> None:
        self.seen: list[Picture] = []
        self.value = value

    def __call__(self, picture: Picture, asked: Sequence[Question]) -> list[Answer]:
        self.seen.append(picture)
        left, right = picture.pixels[:, :SIDE], picture.pixels[:, -SIDE:]
        said = "same" if (left == right).all() else "different"
        return [
            Answer("smolvlm-256m", Origin.LANGUAGE_MODEL, one, self.value or said, agreement=2 / 3)
            for one in asked
        ]


def found(pool: Pool, view: View, case: Case) -> tuple[Finding, ...]:
    return pool.run(NAME, replace(view, case=case)).findings


def true(*views: View) -> tuple[Reference, ...]:
    return tuple(Reference(one, 0, f"{number}.jpg") for number, one in enumerate(views))


def test_every_region_is_asked_in_three_wordings() -> None:
    asked = questions()
    assert len(asked) == len(REGIONS) and all(len(one.paraphrases) == 2 for one in asked)
    assert all(region in one.text for region, one in zip(REGIONS, asked, strict=True))


def test_a_region_says_in_how_many_true_photos_it_is_the_same(
    pool: Pool, view: View, mirrored: View
) -> None:
    looker = Looker()
    case = Case(Path("a.jpg"), (), true(view, mirrored, view, view), ask=looker)
    told = found(pool, view, case)
    assert [one.name for one in told] == list(REGIONS) and len(looker.seen) == PAIRS
    assert {one.value for one in told} == {"same as in 2 of 3 true photos, different: 1 of 3"}
    assert all("67 % of wordings agree" in one.note and one.face == 0 for one in told)


def test_what_it_says_counts_neither_way(pool: Pool, view: View) -> None:
    case = Case(Path("a.jpg"), (), true(view, view, view, view), ask=Looker("different"))
    told = found(pool, view, case)
    (joint,) = weighed(told)
    assert joint.claim is Claim.IDENTITY and not joint.weight and not joint.counted


def test_nobody_is_asked_unless_somebody_chose_to(pool: Pool, view: View) -> None:
    looker = Looker()
    for case, why in (
        (Case(Path("a.jpg"), (), true(view)), "no language model was chosen"),
        (Case(Path("a.jpg"), ask=looker), "no true photos were given"),
    ):
        (one,) = found(pool, view, case)
        assert one.value is None and why in one.note
    assert not looker.seen


def test_no_face_and_no_mesh_are_said(pool: Pool, view: View) -> None:
    looker = Looker()
    nobody = replace(view, outputs=view.outputs | {IDENTITY: Output(data=Likest(None, ()))})
    case = Case(Path("a.jpg"), (), true(view, view, view, view), ask=looker)
    (one,) = found(pool, nobody, case)
    assert one.value is None and "no face" in one.note
    blank = tuple(Reference(view, None, "b.jpg") for _ in range(4))
    (one,) = found(pool, view, Case(Path("a.jpg"), (), blank, ask=looker))
    assert one.value is None and "too badly" in one.note and not looker.seen


def test_a_real_language_model_answers_with_what_may_be_chosen(
    pool: Pool, view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = loaded(idefics3, tmp_path)
    assert tiny.card.name in comparers()
    monkeypatch.setattr(pool, "get", lambda name: tiny)
    ask = asker(tiny.card.name, Context(pool))
    pair = Picture(np.hstack([view.picture.pixels[:SIDE, :SIDE]] * 2))
    answers = ask(pair, questions()[:2])
    allowed = set(questions()[0].choices)
    assert len(answers) == 2 and {str(one.value) for one in answers} <= allowed
    assert all(one.agreement is not None and sum(one.odds.values()) > 0.99 for one in answers)
    assert SAME in allowed


def test_asking_stops_when_somebody_wants_that(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = loaded(idefics3, tmp_path)
    monkeypatch.setattr(pool, "get", lambda name: tiny)

    def stopped(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        asker(tiny.card.name, Context(pool, progress=stopped))(
            Picture(np.zeros((40, 80, 3), np.uint8)), questions()
        )
