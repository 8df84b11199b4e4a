"""A language model that sees proposes where a search looks first, and no more than that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ml import pipelines, registry
from ml.asking import comparers
from ml.contracts import PROMPTING, Asked, Engine, View
from ml.errors import OutOfMemory
from ml.pipelines import Context
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.prompting.pipeline import AskInputs, AskOptions, ask
from ml.prompting.search import LONGEST, search
from ml.prompting.search_pipeline import SearchOptions
from ml.prompting.search_planner import MOST, EnginePlanner
from ml.prompting.search_sight import Seen, Sight
from ml.prompting.search_targets import Faces
from ml.registry import Device
from ml.types import Answer, Box, Form, Origin
from ml.weights import Weights
from tests.ml.prompting.test_search import MODELS, small
from tests.webapp.rows import a_card

pipelines.discover()
POINTER = "pointer"


@pytest.fixture
def pool(weights_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """With an engine that points at one corner of whatever it is shown, and that has no room
    but on the CPU."""
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    both = (Device.CUDA, Device.CPU)
    card = replace(a_card("pointer-card"), name=POINTER, task=PROMPTING, devices=both)

    @registry.register(card)
    class Pointer(Engine):
        origin = Origin.LANGUAGE_MODEL

        def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
            if self.device is Device.CUDA:
                raise OutOfMemory("No room.")
            (question,) = asked.questions
            if question.form is not Form.BOXES:
                return [Answer(POINTER, self.origin, question, "here")]
            high = view.picture.size[1]
            corner = Box(10, high - 60, 60, high - 10)
            return [Answer(POINTER, self.origin, question, boxes=(corner,) * (MOST + 5))]

    yield Pool(Weights(weights_folder), devices=both)


def test_its_boxes_are_places_of_the_whole_photo(pool: Pool) -> None:
    picture = small()
    scale = picture.size[0] / LONGEST
    overview = Seen(picture.pixels[::2, ::2], Box(0, 0, *picture.size), 2.0)
    regions = EnginePlanner(POINTER, Context(pool)).regions(overview, "a face")
    assert len(regions) == MOST and scale > 1
    bottom = overview.pixels.shape[0]
    assert regions[0].box == Box(20, 2 * (bottom - 60), 120, 2 * (bottom - 10))
    assert "proposed by" in regions[0].why


def test_the_search_looks_there_first(pool: Pool) -> None:
    picture = small()
    planner = EnginePlanner(POINTER, Context(pool))
    went = search(Sight(picture, 0.5), Faces(pool, MODELS), planner=planner)
    assert any("proposed by" in step.why for step in went.path[1:4])


def test_it_is_offered_and_without_it_measurements_say() -> None:
    assert comparers()[0] == "" and SearchOptions().engine == ""
    assert "smolvlm-256m" in comparers()
    # What measures, what sends photos elsewhere, and what knows one sensitive thing alone.
    assert not {"measured-answers", "remote-endpoint", "facescan-age"} & set(comparers())


def test_without_room_it_begins_again_on_the_cpu_and_says_so(pool: Pool, astronaut: Path) -> None:
    heard: list[str] = []
    context = Context(pool, progress=lambda done, total, words="": heard.append(words))
    options = AskOptions(question="Where is it?", engine=POINTER)
    report = ask(options, AskInputs(astronaut, MODELS[:1]), context)
    assert [one.value for one in report.answers] == ["here"]
    assert any("it begins again on the CPU" in words for words in heard)
    assert pool.get(POINTER).device is Device.CPU
