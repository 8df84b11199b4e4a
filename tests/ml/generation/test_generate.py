"""The work of a generate job: from photos, words and a style to judged files with receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ml import pipelines, registry
from ml.contracts import KnownFace
from ml.errors import Cancelled, MLError, Refused
from ml.generation import generate_judging
from ml.generation.generate import GenerateInputs, generate
from ml.generation.generate_asked import Begin, GenerateOptions
from ml.generation.prompt_list import Rule
from ml.generation.prompt_rules import PromptRefused
from ml.generation.styles import STYLES
from ml.pipelines import PREVIEW, Context
from ml.pool import Pool
from ml.types import Box, Report
from tests.ml.generation.generating import checker, echo, models, stocked

OPTIONS = GenerateOptions(
    prompt="in a red coat", style="winter", count=2, steps=2, side=256, seed=5
)
FACE = Box(175, 65, 270, 190)


TINY = "ip-adapter-plus-face"


@pytest.fixture(scope="module")
def pool(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    registry.discover()
    pipelines.discover()
    with pytest.MonkeyPatch.context() as patch:
        yield stocked(tmp_path_factory.mktemp("stock"), weights_folder, "plus-face", patch)


@pytest.fixture
def context(pool: Pool, tmp_path: Path) -> Context:
    (tmp_path / "made").mkdir()
    return Context(pool, scratch=tmp_path / "made")


@pytest.fixture
def inputs(pool: Pool, astronaut: Path) -> GenerateInputs:
    return GenerateInputs(astronaut, models(pool.weights), (FACE,), adult=True)


def test_files_tell_how_they_were_made_and_can_be_made_again(
    context: Context, inputs: GenerateInputs
) -> None:
    report = generate(OPTIONS, inputs, context)
    told = sorted((one.facts for one in report.artifacts), key=lambda facts: facts["seed"])
    assert [one["seed"] for one in told] == [5, 6]
    assert told[0]["prompt"] == f"in a red coat, {STYLES['winter'].prompt}"
    assert told[0]["negative prompt"] == STYLES["winter"].negative
    assert told[0]["weight of the face"] == STYLES["winter"].strength
    assert told[0]["back end"] == TINY and report.runs[0].model == TINY
    assert "centerface" in str(told[0]["weights"]) and told[0]["source faces"] == 1
    first, second = report.artifacts
    assert Image.open(first.path).size == (256, 256) and first.sha256 != second.sha256
    assert b"digitalsourcetype/trainedAlgorithmicMedia" in first.path.read_bytes()
    again = generate(OPTIONS, inputs, context)
    assert [one.sha256 for one in again.artifacts] == [first.sha256, second.sha256]


def test_a_back_end_that_is_not_there_offers_those_that_are(
    context: Context, inputs: GenerateInputs
) -> None:
    for name in ("arc2face", "nonsense"):
        with pytest.raises(MLError, match=f"{name} is not installed. Installed are: {TINY}."):
            generate(replace(OPTIONS, engine=name), inputs, context)


def test_with_none_installed_it_says_who_can_help(
    context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(registry._models, TINY)
    with pytest.raises(MLError, match="administrator"):
        generate(replace(OPTIONS, engine="arc2face"), inputs, context)


def test_refusals_come_before_any_work(context: Context, inputs: GenerateInputs) -> None:
    with pytest.raises(PromptRefused, match="Rule: sexual"):
        generate(replace(OPTIONS, prompt="nude"), inputs, context)
    with pytest.raises(PromptRefused, match="Rule: coats"):
        rules = (Rule("coats", "No coats.", ("coat",)),)
        generate(OPTIONS, replace(inputs, rules=rules), context)
    with pytest.raises(MLError, match="winter"):
        generate(replace(OPTIONS, style="baroque"), inputs, context)
    with pytest.raises(MLError, match=r"named 'bliss'\. There are: .*smile"):
        generate(replace(OPTIONS, expression="bliss"), inputs, context)
    with pytest.raises(PromptRefused, match="10,000 characters"):
        generate(replace(OPTIONS, prompt="x" * 10_000), inputs, context)


def test_a_face_that_is_not_there_gets_a_sentence(context: Context, inputs: GenerateInputs) -> None:
    with pytest.raises(MLError, match="not found again"):
        generate(OPTIONS, replace(inputs, faces=(Box(0, 0, 40, 40),)), context)
    with pytest.raises(MLError, match="Choose the one face"):
        generate(OPTIONS, replace(inputs, faces=()), context)


def test_a_face_that_may_be_a_childs_is_refused(
    context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.generation.minors.SURE", 200.0)
    with pytest.raises(Refused, match="Rule: age"):
        generate(OPTIONS, replace(inputs, adult=False), context)


def test_a_pose_and_an_expression_put_the_face(context: Context, inputs: GenerateInputs) -> None:
    options = replace(OPTIONS, fast=True, count=1)
    free = generate(options, inputs, context).artifacts[0]
    put = generate(replace(options, yaw=20, expression="smile"), inputs, context).artifacts[0]
    assert free.sha256 != put.sha256 and free.facts["fast"] == "yes"
    assert put.facts["yaw asked"] == 20 and put.facts["expression"] == "smile"


def test_around_the_face_alone_leaves_the_rest_of_the_photo_as_it_is(
    context: Context, inputs: GenerateInputs
) -> None:
    from ml.generation.generate_brief import staged
    from ml.generation.sitting import sitter

    options = replace(OPTIONS, begin=Begin.FACE, count=1)
    made = generate(options, inputs, context).artifacts[0]
    picture, source = sitter(inputs, context)
    before = staged(picture, source, 256).pixels
    now = np.asarray(Image.open(made.path))
    assert (now[:10] == before[:10]).all() and (
        now[100:140, 100:140] != before[100:140, 100:140]
    ).any()
    assert b"compositeWithTrainedAlgorithmicMedia" in made.path.read_bytes()
    assert made.facts["begun from"] == "the photo, around the face alone"


def test_likeness_is_told_by_a_recogniser_that_took_no_part(
    pool: Pool, context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = replace(OPTIONS, engine="echo", side=512)
    echo(data.astronaut(), pool, monkeypatch)
    best = generate(options, inputs, context).artifacts[0].facts
    assert best["same person"] == "yes" and best["judge of likeness"] == "fused-embedding"
    assert best["face found"] == "yes" and float(best["quality"]) > 0
    echo(data.astronaut(), pool, monkeypatch, embedder="faceres-embedding")
    best = generate(options, inputs, context).artifacts[0].facts
    assert best["judge of likeness"] == "dlib-resnet", "the fused one is half of what it goes by"


def test_more_photos_of_the_person_go_along_where_that_is_asked(
    pool: Pool, context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = echo(data.astronaut(), pool, monkeypatch)
    known = KnownFace(inputs.photo, FACE), KnownFace(inputs.photo, Box(0, 0, 9, 9))
    options = replace(OPTIONS, engine="echo", others=True)
    facts = generate(options, replace(inputs, others=known), context).artifacts[0].facts
    assert len(kind.asked[0].faces) == 2 and facts["source faces"] == 3
    assert "1 could not be used" in str(facts["made otherwise"]) and "Said." in str(
        facts["made otherwise"]
    )
    generate(replace(options, others=False), replace(inputs, others=known), context)
    assert len(kind.asked[1].faces) == 1


def test_a_check_of_what_was_made_leaves_pictures_out_and_hides_the_half_made(
    pool: Pool, context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo(data.astronaut(), pool, monkeypatch)
    shown: list[Report] = []
    context = replace(context, partial=shown.append)
    options = replace(OPTIONS, engine="echo")
    generate(options, inputs, context)
    assert [one.kind for one in shown[0].artifacts] == [PREVIEW]
    shown.clear()
    checked = replace(inputs, models=(*inputs.models, checker(["blood", ""], monkeypatch, pool)))
    (left,) = generate(options, checked, context).artifacts
    assert "1 of 2 pictures are not kept" in str(left.facts["made otherwise"])
    assert left.facts["seed"] == 6 and not shown
    checker(["blood", "blood"], monkeypatch, pool)
    with pytest.raises(Refused, match=r"blood\)\. \(Rule: output\.\)"):
        generate(options, checked, context)


def test_a_picture_of_somebody_who_looks_under_age_is_not_kept(
    pool: Pool, context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    echo(data.astronaut(), pool, monkeypatch)
    monkeypatch.setattr(generate_judging, "GROWN", 200.0)
    with pytest.raises(Refused, match="under age"):
        generate(replace(OPTIONS, engine="echo"), inputs, context)


def test_what_agrees_best_with_what_was_asked_comes_first(
    pool: Pool, context: Context, inputs: GenerateInputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two pictures the one whose face is the person's."""
    from ml.contracts import EMBEDDING
    from ml.contracts.generators import Candidate
    from ml.generation.generate import judging, with_judges
    from ml.generation.generate_judging import judged, judged_by
    from ml.generation.sitting import sitter

    judges = judged_by(inputs.models, "", pool, *judging(inputs))
    _, source = sitter(with_judges(inputs, judges), context, *judging(inputs), EMBEDDING)
    noise = np.random.default_rng(0).integers(0, 256, (512, 512, 3), np.uint8)
    made = [Candidate(noise, 1), Candidate(data.astronaut(), 2)]
    found = judged(OPTIONS, made, source, judges, pool)
    assert [one.made.seed for one in found] == [2, 1]
    assert found[1].facts["face found"] == "no"


def test_stops_within_a_step(context: Context, inputs: GenerateInputs) -> None:
    heard: list[int] = []

    def stop(done: int, total: int, message: str = "") -> None:
        if message == "Making pictures":
            heard.append(done)
            if done == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        generate(replace(OPTIONS, steps=6), inputs, replace(context, progress=stop))
    assert heard == [1, 2]
