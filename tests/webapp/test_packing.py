"""What an album is made of when names are odd and files cannot be read."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pytest_django.fixtures import Settings

from tests.webapp.albums import an_export, an_order, opened, packed
from tests.webapp.rows import LEFT, RIGHT, a_gallery, a_job, a_photo, a_report, a_user
from webapp.albums import writing
from webapp.albums.archive import unique_stems
from webapp.jobs.results import replace_results
from webapp.models import Artifact, Gallery, Job, Photo, User
from webapp.services.photos import photo_add

pytestmark = pytest.mark.django_db
PLAIN = {"annotated": False}  # the originals of most of these tests are no pictures


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"
    settings.MEDIA_ROOT.mkdir()
    settings.SCRATCH_DIR.mkdir()


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def gallery(anna: User) -> Gallery:
    return a_gallery(owner=anna)


@pytest.fixture
def photo(gallery: Gallery) -> Photo:
    """With two faces."""
    photo = a_photo(gallery)
    job = a_job(photo, "finder", "ager", "measurer")
    replace_results(job, photo, a_report(LEFT, RIGHT), {})
    return photo


def test_what_can_no_longer_be_decoded_is_listed_with_the_reason(
    gallery: Gallery, anna: User, astronaut: Path, settings: Settings
) -> None:
    photo = photo_add(gallery=gallery, by=anna, name="Ann.jpg", file=astronaut).photo
    settings.MAX_PIXELS = 1000  # stricter than when it was uploaded
    export = an_export(gallery, anna)
    files, listing = opened(export)
    left_out = listing["photos"][0]["left_out"]
    assert [(one["what"], one["code"]) for one in left_out] == [
        ("annotated", "too-many-pixels"),
        ("regions", "too-many-pixels"),
    ]
    assert all("pixels" in one["why"] for one in left_out)
    assert (export.left_out, f"photos/{photo.name}" in files) == (2, True)
    assert "regions" in listing["contains"]


def test_hostile_names_stay_in_their_folder(gallery: Gallery, anna: User) -> None:
    names = [
        *("../../etc/passwd", "..\\..\\boot.ini", "/abs.jpg", "CON.jpg", "nul", "a.jpg", "A.png"),
        *("a (2).jpg", "..", "x?.jpg", "tail. .jpg", "\u202egpj.exe", "名" * 120, "lpt1.tar.gz"),
    ]
    for name in names:
        photo = a_photo(gallery)
        Photo.objects.filter(pk=photo.pk).update(name=name)
    files, _ = opened(an_export(gallery, anna, annotated=False, results=False))
    found = [name.removeprefix("photos/") for name in files if name.startswith("photos/")]
    assert len({name.casefold() for name in found}) == len(names) == len(found)
    for name in found:
        assert not set(name) & set('<>:"/\\|?*\u202e')
        assert len(name.encode()) < 255
        assert not name.startswith(".")
    assert {"passwd.jpg", "boot.jpg", "_CON.jpg", "_nul.jpg", "x_.jpg"} <= set(found)


def test_ten_thousand_photos_of_one_name_are_told_apart_at_once() -> None:
    names = ["a (2).jpg", *["a.jpg", "A.JPG"] * 10_000]
    began = monotonic()
    stems = unique_stems(names)
    assert monotonic() - began < 5  # each name tried against all before it took minutes
    assert stems[:5] == ["a (2)", "a", "A (3)", "a (4)", "A (5)"]
    assert len({stem.casefold() for stem in stems}) == len(names)


def test_a_missing_file_is_told_at_once_with_its_photo(
    photo: Photo, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    Photo.objects.update(name="Beach.jpg")
    Path(photo.original.path).unlink()
    starts: list[int] = []
    real = writing.unique_stems

    def counted(*names: Any) -> list[str]:
        starts.append(1)
        return real(*names)

    monkeypatch.setattr(writing, "unique_stems", counted)
    job = packed(an_order(gallery, anna, **PLAIN))
    assert (job.status, len(starts)) == (Job.Status.FAILED, 1)
    assert "A file of the photo “Beach.jpg” is missing" in job.error


def test_a_made_file_that_was_deleted_meanwhile_is_left_out(
    photo: Photo, gallery: Gallery, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Artifact(run=photo.runs.first(), kind="cut-out", media_type="image/png", size=4)
    made.file.save("x.png", ContentFile(b"made"))
    real = writing._photo_write

    def meanwhile(*arguments: Any) -> Any:
        Artifact.objects.filter(pk=made.pk).delete()
        Path(made.file.path).unlink(missing_ok=True)
        return real(*arguments)

    monkeypatch.setattr(writing, "_photo_write", meanwhile)
    files, _ = opened(an_export(gallery, anna, **PLAIN))
    assert not [name for name in files if name.startswith("made/")]
