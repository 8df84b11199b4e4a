"""Where somebody who sees says it was, in five steps; and whether the answer holds when asked
again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import registry
from ml.asking import Ask, asker, comparers
from ml.errors import Cancelled
from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.consistency import CHANGES, Agreement
from ml.geolocation.evidence import Seen, sources
from ml.geolocation.evidence_sights import FLOORS, LEFT, POINTS, WEIGHT, floor
from ml.geolocation.fusion import fused, over_earth
from ml.geolocation.ledger import Ledger
from ml.geolocation.pipeline import LocateInputs, LocateOptions, locate
from ml.geolocation.second_looks import AGAIN, KIND, OTHER_WORDS, guises
from ml.geolocation.sights import STEPS, UNSURE, Sight, looked, rephrased
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Answer, Origin, Picture, Question, Report
from ml.weights import Weights
from tests.ml.prompting.tiny_models import idefics3, loaded

registry.discover()
MODELS = ("dbnet-text", "ppocr-writing", "location-ledger")
GREY = Picture(np.full((60, 80, 3), 120, np.uint8))
IN_LYON = {
    "continent": "Europe", "climate": "temperate", "country": "France", "city": "Lyon",
    "landmark": "none", "side": "right", "plants": "broad-leaved trees",
}  # fmt: skip


@pytest.fixture(scope="module")
def pool(weights_folder: Path) -> Pool:
    return Pool(Weights(weights_folder))


class Looker:
    """Answers as it was told to, and remembers what it was asked."""

    def __init__(self, told: dict[str, str], score: float = 0.9) -> None:
        self.told, self.score = told, score
        self.heard: list[str] = []

    def __call__(self, picture: Picture, asked: Sequence[Question]) -> list[Answer]:
        name = STEPS[len(self.heard) % len(STEPS)].name
        (question,) = asked
        self.heard.append(question.text)
        value = self.told.get(name)
        why = "" if value else "not asked here"
        return [
            Answer("smolvlm-256m", Origin.LANGUAGE_MODEL, question, value, score=self.score,
                   declined=why)
        ]  # fmt: skip


def clues(sights: Sequence[Sight]) -> dict[str, Clue]:
    source = next(one for one in sources() if one.name == "sights")
    return {one.saw.split(" (")[0]: one for one in source.clues(Seen(sights=tuple(sights)))}


def test_five_steps_are_asked_and_each_knows_those_before_it() -> None:
    looker = Looker(IN_LYON)
    sights = looked(GREY, looker)
    assert [one.step for one in sights] == [1, 1, 2, 3, 4, 5, 5]
    assert all(0 < one.score <= 1 for one in sights)
    assert "Europe" not in looker.heard[0] and "Europe" not in looker.heard[1]
    assert "continent: Europe; climate: temperate" in looker.heard[2]
    assert "country: France" in looker.heard[3] and "none" not in looker.heard[5].split(")")[0]


def test_what_is_answered_points_to_places() -> None:
    found = clues(looked(GREY, Looker(IN_LYON)))
    assert found["Country"].tells.startswith("France; sure by 90 %")
    assert not found["Landmark"].read and "none" in found["Landmark"].note
    assert in_france(list(found.values())) > 5 * in_france([])
    (town, *_) = found["City"].points
    assert isinstance(town, Disc) and town.name == "Lyon"


def in_france(seen: list[Clue]) -> float:
    found = fused(seen)
    return float(found.mass @ found.cells.places.of_country("FR"))


def test_the_less_sure_it_is_the_less_it_says() -> None:
    sure, unsure = (Sight(2, "country", "Country", "x", "France", score) for score in (1.0, 0.2))
    assert floor(sure) == pytest.approx(FLOORS["country"]) and floor(sure) < floor(unsure) < 1
    assert all(one.weight == WEIGHT for one in clues([sure]).values())


def test_no_answer_and_unknown_names_say_nothing() -> None:
    told = dict.fromkeys(IN_LYON, UNSURE) | {"city": "Zzyzqx", "country": ""}
    found = clues(looked(GREY, Looker(told)))
    assert not any(one.read for one in found.values()) and len(found) == len(STEPS)
    assert "names no country" in found["City"].note and found["Country"].note == "not asked here"


def test_every_choice_points_somewhere() -> None:
    for one in STEPS:
        for choice in one.question.choices:
            assert choice == UNSURE or POINTS[one.name](choice), choice
    left = {one.code for one in POINTS["side"]("left") if isinstance(one, Country)}
    assert {"GB", "JP", "IN"} <= left == left & set(LEFT)


def test_climates_lie_where_they_are() -> None:
    found = clues([Sight(1, "climate", "Climate", "x", "tropical", 1.0)])["Climate"]
    said = np.exp(over_earth(found))
    degrees = np.abs(fused(()).cells.places.latitude)
    assert said[degrees < 15].min() > said[degrees > 50].max()


def test_other_words_are_the_first_paraphrase() -> None:
    looker = Looker(IN_LYON)
    looked(GREY, rephrased(looker))
    assert looker.heard[0] == STEPS[0].question.paraphrases[0]
    assert "continent: Europe" in looker.heard[2]


def located(
    pool: Pool, folder: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, *, again: bool = False
) -> Report:
    monkeypatch.setattr("ml.geolocation.pipeline.asker", lambda name, context: ask)
    photo = folder / "grey.png"
    Image.fromarray(GREY.pixels).save(photo)
    chosen = LocateOptions(engine="smolvlm-256m", again=again)
    return locate(chosen, LocateInputs(photo, MODELS), Context(pool, scratch=folder))


def test_the_ledger_holds_the_steps(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = located(pool, tmp_path, Looker(IN_LYON), monkeypatch)
    (file,) = report.artifacts
    ledger = Ledger.from_json(json.loads(file.path.read_bytes()))
    assert ledger.sources == ("sights",) and ledger.answer.places[0].country == "FR"
    assert len(ledger.clues) == len(STEPS)


def test_looking_again_tells_how_far_answers_agree(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever says Japan whenever the picture is dark does not agree with himself."""

    class Moody(Looker):
        def __call__(self, picture: Picture, asked: Sequence[Question]) -> list[Answer]:
            dark = picture.pixels.mean() < 100
            self.told = IN_LYON | {"country": "Japan", "city": "Osaka"} if dark else IN_LYON
            return super().__call__(picture, asked)

    report = located(pool, tmp_path, Moody({}), monkeypatch, again=True)
    file = next(one for one in report.artifacts if one.kind == KIND)
    looks = map(Agreement.from_json, json.loads(file.path.read_bytes()))
    found = {one.change: one for one in looks}
    assert set(found) == {AGAIN, OTHER_WORDS, *CHANGES}
    assert not found["darker"].same and found["darker"].overlap < 0.95
    assert all(one.same and one.overlap > 0.99 for name, one in found.items() if name != "darker")
    told = {one.name: one.value for one in report.readings}
    assert told["agreement, darker"] == found["darker"].overlap


def test_without_an_engine_only_the_picture_changes() -> None:
    assert {change for change, _, _ in guises(GREY, None)} == set(CHANGES)
    hidden = [other.exif for _, other, _ in guises(replace(GREY, exif={1: "N"}), None)]
    assert all(one == {1: "N"} for one in hidden)


def test_a_real_language_model_answers_each_step(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = loaded(idefics3, tmp_path)
    assert tiny.card.name in comparers()
    monkeypatch.setattr(pool, "get", lambda name: tiny)
    sights = looked(GREY, asker(tiny.card.name, Context(pool)))
    assert len(sights) == len(STEPS) and all(0 <= one.score <= 1 for one in sights)
    for one, asked in zip(sights, STEPS, strict=True):
        allowed = (*asked.question.choices, "")
        assert not asked.question.choices or one.value in allowed


def test_asking_stops_when_somebody_wants_that(
    pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = loaded(idefics3, tmp_path)
    monkeypatch.setattr(pool, "get", lambda name: tiny)

    def stopped(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        looked(GREY, asker(tiny.card.name, Context(pool, progress=stopped)))
