"""The job "animation": moved as recorded, judged, limited, and held to the rule of age."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from ml.errors import MLError, Refused
from ml.generation import minors
from ml.generation.animation_pipeline import (
    NO_MOTION,
    AnimationInputs,
    AnimationOptions,
    animation,
)
from ml.generation.backgrounds import Behind
from ml.generation.motion import BadMotion
from ml.pipelines import Context
from tests.ml.generation.test_portraits_pipeline import POOL, face_on, models

CSV = "time,jawOpen,headYaw\n0,0,1\n0.25,0.9,1\n"
SMALL = AnimationOptions(side=384, background=Behind.COLOUR, colour="#204060")


@pytest.fixture
def given(tmp_path: Path) -> AnimationInputs:
    photo, motion = tmp_path / "astronaut.png", tmp_path / "motion.csv"
    Image.fromarray(data.astronaut()).save(photo)
    motion.write_text(CSV)
    return AnimationInputs(photo, models(), (face_on(photo),), motion=motion)


def test_a_face_moves_as_recorded(given: AnimationInputs, tmp_path: Path) -> None:
    (one,) = animation(SMALL, given, Context(POOL, scratch=tmp_path)).artifacts
    with Image.open(one.path) as file:
        frames = []
        for number in range(file.n_frames):
            file.seek(number)
            frames.append(np.array(file.convert("RGB")).astype(int))
    assert one.media_type == "image/webp" and len(frames) == one.facts["frames"] == 4
    assert abs(frames[0][3, 3] - (0x20, 0x40, 0x60)).max() < 6
    assert np.abs(frames[-1] - frames[0]).mean() > 2 * np.abs(frames[1] - frames[0]).mean() > 0
    assert one.facts["same person"] == "yes" and one.facts["not drawn"] == "headYaw"


def test_what_is_wrong_with_the_file_is_said(given: AnimationInputs, tmp_path: Path) -> None:
    context = Context(POOL, scratch=tmp_path)
    assert given.motion is not None
    given.motion.write_text("time,jawOpen\n0,much\n")
    with pytest.raises(BadMotion, match="Line 2"):
        animation(SMALL, given, context)
    given.motion.write_text("time,jawOpen\n0,0\n21,1\n")
    with pytest.raises(MLError, match="at most 20"):
        animation(SMALL, given, context)
    with pytest.raises(MLError, match=NO_MOTION[:20]):
        animation(SMALL, replace(given, motion=None), context)


def test_the_rule_of_age_holds_here_too(
    given: AnimationInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minors, "SURE", 100.0)
    with pytest.raises(Refused, match="Rule: age"):
        animation(SMALL, given, Context(POOL, scratch=tmp_path))
