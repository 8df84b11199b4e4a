"""What a job that learns a person is asked, on what network, and who wears what was learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml import registry
from ml.contracts.generators import Brief
from ml.generation.generate_asked import GenerateOptions
from ml.generation.generate_brief import LearntFile, wearing
from ml.generation.generate_offered import lacking
from ml.generation.learning import SENTENCE, LearnOptions, fitted, wearer, wearers
from ml.registry import Policy
from ml.types import Box, Picture

registry.discover()
WORN_BY = {"ip-adapter-plus-face", "ip-adapter-faceid", "ip-adapter-faceid-plus"}


def test_those_on_stable_diffusion_that_follow_words_can_wear_it() -> None:
    assert {card.name for card in wearers()} == WORN_BY
    assert wearer(Policy(installed=frozenset())) is None
    here = Policy(installed=frozenset({"instant-id", "ip-adapter-faceid"}))
    accepted = Policy(installed=here.installed, accepted=here.installed)
    found = wearer(accepted)
    assert wearer(here) is None and found is not None and found.name == "ip-adapter-faceid"


@pytest.mark.parametrize("engine", ["arc2face", "instant-id", "vec2face"])
def test_who_cannot_wear_it_says_so(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.generation.generate_offered.recogniser_lacks", lambda *_: "")
    options = GenerateOptions(prompt="laughing", engine=engine, learnt=True)
    assert "cannot use what was learnt" in lacking(options, lambda card: True)


def test_its_rare_word_comes_first() -> None:
    brief = Brief("laughing", ())
    worn = wearing(brief, LearntFile(Path("person.safetensors"), ("ab",)))
    assert worn.prompt == f"{SENTENCE}, laughing" and worn.learnt == Path("person.safetensors")
    assert wearing(brief, None) is brief


def test_the_square_around_a_face_is_learnt_of() -> None:
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[80:120, 130:170] = 255
    cut = fitted(Picture(pixels), Box(130, 80, 170, 120), 128)
    assert cut.shape == (128, 128, 3)
    assert cut[64, 64].tolist() == [255] * 3 and cut[4, 4].tolist() == [0] * 3


def test_a_size_that_no_network_takes_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 64"):
        LearnOptions(side=500)
