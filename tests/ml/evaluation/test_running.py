"""Two models are measured on the same people, and their difference has an interval of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ml import registry
from ml.contracts import GENDER, Output, View
from ml.evaluation import measuring, provenance, running, sheets
from ml.evaluation.measuring import Measured, NoModel, Setting
from ml.evaluation.readers.people import Person
from ml.evaluation.words import of_words
from ml.pool import Pool
from ml.registry import Commercial, Model, ModelCard, register
from ml.weights import Weights
from tests.ml.evaluation.test_benchmarks import people, persons_of

measuring.discover()


def card(name: str) -> ModelCard:
    return ModelCard(
        name=name, title=name, task=GENDER, weights=(), code_licence="", weights_licence="",
        commercial_use=Commercial.YES, memory_mb=0, paper="", known_limits="",
    )  # fmt: skip


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Setting]:
    monkeypatch.setattr(registry, "_models", {})

    class Nothing(Model):
        def run(self, view: View) -> Output:
            return Output()

    for name in ("good", "poor"):
        register(card(name))(type(name, (Nothing,), {}))
    yield Setting(tmp_path, ("good", "poor"), Pool(Weights(tmp_path)))


def measured(setting: Setting) -> Mapping[str, Measured]:
    """One is right of nine in ten, the other of six in ten, on the same 200 faces."""
    samples = people(*persons_of(["male", "female"] * 100))
    for one in samples:
        (setting.data / one.name).write_bytes(b"photo")
    there = [replace(one, photo=setting.data / one.name) for one in samples]
    other = {"male": "female", "female": "male"}
    rights = {"good": 9, "poor": 6}
    return {
        name: of_words(
            there,
            "gender",
            [
                (w if (i // 2) % 10 < rights[name] else other[w], 1.0)
                for i, w in enumerate(str(one.truth.gender) for one in there)
            ],
        )
        for name in setting.models
    }


def test_a_difference_that_is_there_is_found(setting: Setting) -> None:
    benchmark = replace(measuring.get("gender"), run=measured)
    good, poor = (run.result for run in running.run(benchmark, setting, "test", draws=300))
    (apart,) = good.differences
    assert apart.other == "poor" and poor.differences == ()
    value = apart.metrics["accuracy"]
    assert value.value == pytest.approx(0.3) and 0.2 < value.low < 0.3 < value.high < 0.4
    assert apart.p["accuracy"] < 0.01


def test_a_difference_that_is_not_there_is_not(setting: Setting) -> None:
    def same(setting: Setting) -> Mapping[str, Measured]:
        found = measured(setting)
        return {"good": found["good"], "poor": found["good"]}

    benchmark = replace(measuring.get("gender"), run=same)
    first = running.run(benchmark, setting, "test", draws=100)[0].result
    (apart,) = first.differences
    assert apart.metrics["accuracy"].value == 0 and apart.p["accuracy"] == 1


def test_the_sheet_tells_both_and_their_difference(setting: Setting) -> None:
    benchmark = replace(measuring.get("gender"), run=measured)
    sheet = sheets.sheet(running.run(benchmark, setting, "test", draws=100))
    assert "| metric | good | poor |" in sheet and "### good less poor" in sheet


def test_the_digest_of_data_knows_photos_and_labels(setting: Setting) -> None:
    samples = measured(setting)["good"].samples
    before = provenance.digest(samples)
    assert before == provenance.digest(samples) and len(before) == 64
    other = replace(samples[0], truth=Person(gender="unknown"))
    assert provenance.digest([other, *samples[1:]]) != before
    samples[0].photo.write_bytes(b"another photo")
    assert provenance.digest(samples) != before


def test_models_that_cannot_be_measured_are_refused(setting: Setting) -> None:
    gender, race = measuring.get("gender"), measuring.get("race")
    weights = setting.pool.weights
    with pytest.raises(NoModel, match="No model reads this yet"):
        running.chosen(race, (), weights)
    with pytest.raises(NoModel, match="'bad' is no model for gender; there are good, poor"):
        running.chosen(gender, ("bad",), weights)
    with pytest.raises(NoModel, match="named twice"):
        running.chosen(gender, ("good", "good"), weights)
    assert running.chosen(gender, (), weights) == ("good",)
