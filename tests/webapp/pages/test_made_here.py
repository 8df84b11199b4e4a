"""Whether a file was made here, by the number that may be hidden in it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from ml.generation import marking
from ml.generation.portraits_pipeline import HIDDEN
from tests.webapp.portraying import a_map, a_portrait, claimed
from webapp.models import Job, Photo, User
from webapp.selectors.made_here import made_here


def test_a_hidden_number_is_known_after_saving_anew(
    analysed: Photo, alice: User, bob: User, tmp_path: Path
) -> None:
    claimed(analysed, alice)
    portrait = a_portrait(a_map(analysed), alice)
    portrait.artifact.facts |= {HIDDEN: "0123456789abcdef"}
    portrait.artifact.save(update_fields=["facts"])
    path = tmp_path / "anew.jpg"
    Image.new("RGB", (64, 64)).save(path)
    number = marking.key("0123456789abcdef")
    answer = made_here(path, alice, [number ^ 1, 5], "")
    assert answer.made and answer.portrait == portrait
    assert made_here(path, bob, [number], "").made, "others learn that it was made here"
    assert made_here(path, bob, [number], "").portrait is None
    assert made_here(path, alice, [number ^ 0xFFFF], "").made is None


def test_without_a_worker_the_page_says_that_nobody_looked_for_a_number(alices: Client) -> None:
    content = BytesIO()
    Image.new("RGB", (64, 64)).save(content, "PNG")
    file = SimpleUploadedFile("some.png", content.getvalue())
    page = alices.post("/made-here/", {"file": file}).content.decode()
    assert "no worker was free" in page and not Job.objects.filter(kind="find-mark").exists()
