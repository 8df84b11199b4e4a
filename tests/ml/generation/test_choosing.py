"""Made portraits are ranked by what models say that took no part in them."""

from __future__ import annotations

import numpy as np
import pytest

from ml import registry
from ml.contracts import Pose
from ml.evaluation.looking import installed
from ml.generation.choosing import (
    Judged,
    Judges,
    Pixels,
    Wanted,
    caption,
    contact_sheet,
    expression,
    judged,
    judges,
    near,
    ranked,
)
from ml.pipelines import Context
from ml.pool import Pool
from ml.sequence import look
from ml.types import Embedding, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

registry.discover()
POOL = Pool(Weights(weights_folder()))
POLICY = installed(POOL.weights)


def told(score: float, same: bool | None = True, distance: float | None = 0.2) -> Judged:
    return Judged("dlib-resnet", distance, same, 80.0, Pose(0, 0, 0), None, score)


@pytest.fixture(scope="module")
def chosen() -> Judges:
    found = judges(POLICY, ("dlib-resnet",))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def astronaut() -> Pixels:
    from skimage import data

    return np.ascontiguousarray(data.astronaut()[:320, 60:380])


@pytest.fixture(scope="module")
def own(astronaut: Pixels, chosen: Judges) -> list[Embedding]:
    report, _ = look(Picture(astronaut), chosen.models, Context(POOL))
    return [one for one in report.embeddings if one.space.model == chosen.recogniser]


def test_a_recogniser_that_took_part_judges_nothing(chosen: Judges) -> None:
    assert chosen.recogniser == "faceres-embedding", "the joined one has dlib's weights in it"
    everyone = tuple(card.name for card in registry.cards() if card.strangers)
    assert judges(POLICY, everyone) is None
    free = judges(POLICY)
    assert free is not None and free.recogniser == "fused-embedding"


def test_the_person_is_told_from_somebody_else_and_from_nobody(
    astronaut: Pixels, own: list[Embedding], chosen: Judges
) -> None:
    context = Context(POOL)
    mirrored = np.ascontiguousarray(astronaut[:, ::-1])
    same = judged(mirrored, own, Wanted(), chosen, context)
    assert same.same and same.distance is not None and same.quality is not None
    assert same.recogniser == "faceres-embedding"
    squeezed = np.repeat(astronaut[::2], 1, axis=0)[:, ::1]
    other = judged(squeezed, own, Wanted(), chosen, context)
    assert other.distance is None or other.distance > same.distance
    nobody = judged(np.full((200, 200, 3), 128, np.uint8), own, Wanted(), chosen, context)
    assert nobody == Judged("faceres-embedding", None, None, None, None, None, 0.0)
    assert ranked([nobody, other, same])[0] == 2


def test_what_was_asked_for_counts(astronaut: Pixels, own: list[Embedding], chosen: Judges) -> None:
    context = Context(POOL)
    plain = judged(astronaut, own, Wanted(), chosen, context)
    assert plain.pose is not None
    met = Wanted(yaw=plain.pose.yaw, expression="smile")
    missed = Wanted(yaw=plain.pose.yaw + 30, expression="sad")
    high, low = (judged(astronaut, own, wanted, chosen, context) for wanted in (met, missed))
    assert high.expression is not None and low.expression is not None
    assert high.expression > low.expression, "the astronaut smiles"
    assert high.score > low.score


def test_turns_count_by_how_far_they_miss() -> None:
    assert near(Pose(10, 0, 0), Wanted(yaw=10.0)) == 1
    assert near(Pose(0, 0, 0), Wanted(yaw=10.0, pitch=5.0)) == 0.5
    assert near(Pose(0, 0, 0), Wanted(yaw=40.0)) == 0
    assert near(Pose(0, 0, 0), Wanted()) is None and near(None, Wanted(yaw=1.0)) is None


def test_expressions_that_nobody_reads_do_not_count() -> None:
    odds = {"angry": 0.25, "sad": 0.5}
    assert expression(odds, Wanted(expression="frown")) == 0.75
    assert expression(odds, Wanted(expression="eyes closed")) is None
    assert expression(None, Wanted(expression="frown")) is None


def test_who_is_not_the_person_comes_last_however_fine() -> None:
    assert ranked([told(0.9, same=False), told(0.4), told(0.6), told(0.6)]) == [2, 3, 1, 0]


def test_captions_say_who_is_meant_without_a_verdict() -> None:
    assert caption(1, told(0.5)) == "1. taken for the person (0.20)"
    assert caption(2, told(0.5, same=False, distance=0.91)).startswith("2. not taken for")
    assert "not measured" in caption(3, told(0.0, None, None))


@pytest.mark.parametrize(("count", "rows", "columns"), [(1, 1, 1), (4, 1, 4), (5, 2, 4)])
def test_a_contact_sheet_shows_each_picture_once(count: int, rows: int, columns: int) -> None:
    red = [np.full((50, 40, 3), (200, 10, 10), np.uint8)] * count
    sheet = contact_sheet(red, [f"{n}. fine" for n in range(count)], side=100)
    assert sheet.shape[1] == pytest.approx(columns * 104, abs=8)
    assert sheet.shape[0] == pytest.approx(rows * 120, abs=8)
    shown = (np.abs(sheet.astype(int) - (200, 10, 10)).max(2) == 0).sum()
    assert shown == count * 100 * 100
