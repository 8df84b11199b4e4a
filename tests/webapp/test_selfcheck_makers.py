"""`manage.py models selfcheck NAME` runs every maker of pictures, and the parts that help it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from ml import registry
from ml.contracts import Output, View
from ml.generation import selfcheck
from ml.registry import Model
from ml.types import Embedding, Space
from ml.weights import Weights
from tests.ml.generation import tiny_clip, tiny_diffusion
from tests.ml.generation.tiny_around import AROUND, around
from tests.ml.generation.tiny_diffusion import FAMILIES
from webapp.selectors import models
from webapp.selectors.selfchecks import NEVER

SAME, SEED, FACES = "the same seed", "another seed", "How many faces"
POSE, FAST, WORDS = "Does a pose weigh", "Does fast mode", "Do the words weigh"
ALWAYS = (SAME, SEED, FACES)
ASKED = {
    "ip-adapter-plus-face": (*ALWAYS, POSE, FAST, WORDS),
    "ip-adapter-faceid": (*ALWAYS, POSE, FAST, WORDS),
    "ip-adapter-faceid-plus": (*ALWAYS, POSE, FAST, WORDS),
    "arc2face": (*ALWAYS, POSE, FAST),
    "instant-id": (*ALWAYS, POSE, WORDS),
    "vec2face": ALWAYS,
    "idiff-face": ALWAYS,
}


class Recogniser(Model):
    """Knows every face as the same one."""

    def run(self, view: View) -> Output:
        vector = np.random.default_rng(1).normal(size=512).astype(np.float32)
        space = Space(self.card.name, self.card.digest, self.card.recipe)
        return Output(
            embeddings=tuple(Embedding.of(n, space, vector) for n in range(len(view.faces)))
        )


@pytest.fixture(params=ASKED)
def maker(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """A tiny random one in its place, with its parts, and a recogniser that it goes by."""
    name: str = request.param
    registry.discover()
    if name in AROUND:
        kind: type = type(around(name, tmp_path))
    else:
        family = name.removeprefix("ip-adapter-")
        kind = type(tiny_diffusion.loaded(family, tmp_path))
        monkeypatch.setattr(kind, "side", 256)
    monkeypatch.setitem(registry._models, name, kind)
    if kind.embedder:
        like = registry.get("dlib-resnet").card
        card = replace(like, name=kind.embedder, weights=(), strangers=None)
        monkeypatch.setitem(
            registry._models, kind.embedder, type("Known", (Recogniser,), {"card": card})
        )
    beside(Path(settings.WEIGHTS_DIR), tmp_path / "weights")
    settings.WEIGHTS_DIR, settings.DATA_DIR = tmp_path / "weights", tmp_path
    monkeypatch.setattr(selfcheck, "STEPS", 2)
    return name


def beside(there: Path, folder: Path) -> None:
    """What is installed, in the folder of tiny models too."""
    for one in there.iterdir():
        if one.is_dir():
            (folder / one.name).symlink_to(one)


@pytest.mark.django_db
def test_every_maker_is_tried_with_what_helps_it(maker: str) -> None:
    assert models.row(maker).selfcheck == NEVER
    out = StringIO()
    with pytest.raises(CommandError, match="FAIL"):
        call_command("models", "selfcheck", maker, stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(ASKED[maker])
    for line, asked in zip(lines, ASKED[maker], strict=True):
        assert asked in line
        assert line.startswith("FAIL" if asked == FACES else "PASS"), line
    right = len(lines) - 1
    assert f"{right} of {len(lines)} as expected" in models.row(maker).selfcheck


def test_no_maker_is_left_out() -> None:
    registry.discover()
    there = {card.name for card in registry.cards() if card.task.name == "generation"}
    assert there == set(ASKED) and len(FAMILIES) + len(AROUND) == len(ASKED)


@pytest.mark.django_db
def test_what_compares_pictures_with_words_is_tried_on_the_photo(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    clip = tiny_clip.prompt_agreement(tmp_path / "hub")
    kind = tiny_diffusion.installed(clip, tmp_path / "hub", Weights(tmp_path / "weights"))
    registry.discover()
    monkeypatch.setitem(registry._models, "prompt-agreement", kind)
    settings.WEIGHTS_DIR, settings.DATA_DIR = tmp_path / "weights", tmp_path
    out = StringIO()
    with suppress(CommandError):  # random weights prefer either words
        call_command("models", "selfcheck", "prompt-agreement", stdout=out)
    lines = out.getvalue().splitlines()
    assert "agree more with what it shows" in lines[0]
    assert lines[1].startswith("PASS  Is the same said twice?")
    assert "of 2 as expected" in models.row("prompt-agreement").selfcheck


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["fast-mode", "landmark-control"])
def test_a_part_is_tried_with_the_makers_that_it_helps(name: str) -> None:
    with pytest.raises(CommandError, match="with the makers of pictures that it helps"):
        call_command("models", "selfcheck", name, stdout=StringIO())
    assert models.row(name).selfcheck == ""
