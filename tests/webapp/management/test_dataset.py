"""`manage.py dataset build`: only faces of people who agreed, of galleries one may change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.webapp.portraying import claimed
from webapp.models import AuditLine, Consent, Gallery, Photo, User
from webapp.selectors.galleries import default_for


def build(user: User, out: Path, **options: object) -> dict[str, object]:
    mine = default_for(user)
    assert mine is not None
    call_command(
        "dataset", "build", str(out), user=user.username,
        **{"gallery": str(mine.pk), "side": 400, "face": 60, "quality": 0.0} | options,
    )  # fmt: skip
    found: dict[str, object] = json.loads((out / "manifest.json").read_text())
    return found


def test_the_faces_of_who_agreed_are_written(
    analysed: Photo,
    alice: User,
    tmp_path: Path,
) -> None:
    claimed(analysed, alice)
    out = tmp_path / "set"
    assert build(alice, out)["images"] == 1
    (line,) = [json.loads(one) for one in (out / "metadata.jsonl").read_text().splitlines()]
    assert line["text"].startswith("a photo of a person facing") and "alice" not in str(line)
    assert (out / line["file_name"]).exists()
    assert AuditLine.objects.get(verb="dataset-build").detail == "1 images of 1 people"


def test_without_consent_nothing_is_built(
    analysed: Photo,
    alice: User,
    tmp_path: Path,
) -> None:
    claimed(analysed, alice)
    Consent.objects.all().delete()
    with pytest.raises(CommandError, match="agreed to new portraits"):
        build(alice, tmp_path / "set")
    assert not (tmp_path / "set").exists()


def test_nobody_builds_from_a_gallery_of_others(
    analysed: Photo,
    alice: User,
    bob: User,
    gallery: Gallery,
    tmp_path: Path,
) -> None:
    claimed(analysed, alice)
    with pytest.raises(CommandError, match="bob may change these galleries: bob's photos"):
        build(bob, tmp_path / "set", gallery=str(gallery.pk))


def test_what_is_left_out_is_told(
    analysed: Photo,
    alice: User,
    tmp_path: Path,
) -> None:
    claimed(analysed, alice)
    told = build(alice, tmp_path / "set", face=400)
    assert told["images"] == 0 and told["left out"] == {"face too small": 1}
