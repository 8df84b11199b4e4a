"""`manage.py models selfcheck NAME` runs a model once, and its card says how it went."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from ml import registry
from ml.prompting import vision_language
from ml.prompting.selfcheck import EXPECTED, lines
from ml.prompting.vision_language import VisionLanguage
from ml.types import Answer, Origin
from tests.ml.prompting.tiny_models import idefics3, loaded
from webapp.selectors import models
from webapp.selectors.selfchecks import NEVER


@pytest.fixture
def tiny(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[type[VisionLanguage]]:
    """A random model in the place of SmolVLM, installed."""
    kind = type(loaded(idefics3, tmp_path))
    settings.WEIGHTS_DIR, settings.DATA_DIR = tmp_path / "weights", tmp_path
    registry.discover()
    monkeypatch.setattr(vision_language, "NEW_TOKENS", 4)
    monkeypatch.setitem(registry._models, "smolvlm-256m", kind)
    yield kind


@pytest.mark.django_db
def test_a_random_model_fails_and_its_card_says_so(
    tiny: type[VisionLanguage], client: Client, django_user_model: Any
) -> None:
    assert models.row("smolvlm-256m").selfcheck == NEVER
    client.force_login(django_user_model.objects.create_user("alice"))
    assert NEVER.capitalize() in client.get("/models/smolvlm-256m/").content.decode()
    out = StringIO()
    with pytest.raises(CommandError, match="FAIL"):
        call_command("models", "selfcheck", "smolvlm-256m", stdout=out)
    told = out.getvalue().splitlines()
    assert len(told) == len(EXPECTED) and any(line.startswith("FAIL") for line in told)
    said = models.row("smolvlm-256m").selfcheck
    assert said.startswith("self-check failed on") and f"of {len(EXPECTED)} as expected" in said


def test_what_is_expected_passes_and_the_opposite_does_not() -> None:
    def answered(right: bool) -> list[Answer]:
        values = [one.right[0] if right else "nonsense" for one in EXPECTED]
        return [
            Answer("tiny", Origin.LANGUAGE_MODEL, one.question, value)
            for one, value in zip(EXPECTED, values, strict=True)
        ]

    assert all(line.passed for line in lines(EXPECTED, answered(right=True)))
    assert not any(line.passed for line in lines(EXPECTED, answered(right=False)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("qwen3-vl-2b", "not installed"),
        ("arc2face", "not installed"),
        ("centerface", "no language model"),
        ("measured-answers", "no language model"),
        ("nobody", "No model is named"),
    ],
)
def test_what_cannot_be_checked_is_named(name: str, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("models", "selfcheck", name, stdout=StringIO())
