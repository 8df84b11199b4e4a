"""The work of a generate job: from photos, words and a style to files and what receipts need."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from ml import registry
from ml.contracts import DETECTION, MESH
from ml.errors import MLError
from ml.evaluation.looking import installed
from ml.generation.generate import GenerateInputs, GenerateOptions, generate
from ml.generation.prompt_list import Rule
from ml.generation.prompt_rules import PromptRefused
from ml.generation.styles import STYLES
from ml.pipelines import Context
from ml.pool import Pool
from ml.registry import best
from ml.types import Box
from ml.weights import Weights
from tests.ml.generation.tiny_diffusion import loaded

OPTIONS = GenerateOptions("in a red coat", style="winter", count=2, steps=2, side=256, seed=5)


@pytest.fixture(scope="module")
def context(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    registry.discover()
    return Context(Pool(Weights(weights_folder)), scratch=tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def inputs(context: Context, astronaut: Path) -> GenerateInputs:
    here = installed(context.pool.weights)
    models = tuple(card.name for task in (DETECTION, MESH) if (card := best(task, here)))
    return GenerateInputs((astronaut,), (Box(175, 65, 270, 190),), models)


@pytest.fixture
def tiny(context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A tiny back end among the installed ones."""
    engine = loaded("plus-face", tmp_path)
    card = replace(engine.card, name="tiny", weights=(), memory_mb=0)
    monkeypatch.setattr(type(engine), "card", card)
    monkeypatch.setitem(registry._models, "tiny", type(engine))
    monkeypatch.setitem(context.pool._models, "tiny", engine)
    return "tiny"


def test_files_tell_how_they_were_made_and_can_be_made_again(
    tiny: str, context: Context, inputs: GenerateInputs
) -> None:
    options = replace(OPTIONS, engine=tiny)
    report = generate(options, inputs, context)
    first, second = report.artifacts
    assert [one.facts["seed"] for one in report.artifacts] == [5, 6]
    assert first.facts["prompt"] == f"in a red coat, {STYLES['winter'].prompt}"
    assert first.facts["negative-prompt"] == STYLES["winter"].negative
    assert first.facts["strength"] == STYLES["winter"].strength
    assert first.facts["back-end"] == tiny and report.runs[0].model == tiny
    assert Image.open(first.path).size == (256, 256) and first.sha256 != second.sha256
    again = generate(options, inputs, context)
    assert [one.sha256 for one in again.artifacts] == [first.sha256, second.sha256]


def test_a_back_end_that_is_not_there_offers_those_that_are(
    tiny: str, context: Context, inputs: GenerateInputs
) -> None:
    for name in ("arc2face", "nonsense"):
        with pytest.raises(MLError, match=f"{name} is not installed. Installed are: tiny."):
            generate(replace(OPTIONS, engine=name), inputs, context)


def test_with_none_installed_it_says_who_can_help(context: Context, inputs: GenerateInputs) -> None:
    with pytest.raises(MLError, match="administrator"):
        generate(OPTIONS, inputs, context)


def test_refusals_come_before_any_work(context: Context, inputs: GenerateInputs) -> None:
    with pytest.raises(PromptRefused, match="Rule: sexual"):
        generate(replace(OPTIONS, prompt="nude"), inputs, context)
    with pytest.raises(PromptRefused, match="Rule: coats"):
        rules = (Rule("coats", "No coats.", ("coat",)),)
        generate(OPTIONS, replace(inputs, rules=rules), context)
    with pytest.raises(MLError, match="winter"):
        generate(replace(OPTIONS, style="baroque"), inputs, context)


def test_a_face_that_is_not_there_gets_a_sentence(
    tiny: str, context: Context, inputs: GenerateInputs
) -> None:
    options = replace(OPTIONS, engine=tiny)
    with pytest.raises(MLError, match="not found again"):
        generate(options, replace(inputs, faces=(Box(0, 0, 40, 40),)), context)
    with pytest.raises(MLError, match="at least one photo"):
        generate(options, replace(inputs, photos=(), faces=()), context)


def test_a_pose_and_an_expression_put_the_face_and_an_unknown_one_gets_a_sentence(
    tiny: str, context: Context, inputs: GenerateInputs
) -> None:
    options = replace(OPTIONS, engine=tiny, fast=True, count=1)
    free = generate(options, inputs, context).artifacts[0]
    put = generate(replace(options, yaw=20, expression="smile"), inputs, context).artifacts[0]
    assert free.sha256 != put.sha256
    assert (free.facts["posed"], put.facts["posed"], put.facts["fast"]) == (0, 1, 1)
    with pytest.raises(MLError, match=r"named 'bliss'\. There are: .*smile"):
        generate(replace(options, expression="bliss"), inputs, context)


def test_ten_thousand_characters_are_refused(context: Context, inputs: GenerateInputs) -> None:
    with pytest.raises(PromptRefused, match="10,000 characters"):
        generate(replace(OPTIONS, prompt="x" * 10_000), inputs, context)
