"""A file made of another photo, too, is not kept when that one was erased while it was made."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from ml.generation.generate_files import LEARNT_PHOTOS
from ml.generation.portraits_pipeline import BEHIND
from ml.generation.sitting import OTHER_PHOTOS
from ml.geolocation.overhead_pipeline import ABOVE
from ml.types import Artifact as Made
from ml.types import Report
from tests.webapp.rows import LEFT, a_gallery, a_job, a_photo, a_report, a_user
from webapp.jobs.store import DjangoJobStore
from webapp.models import Artifact, Job, Photo
from webapp.services.photos import photo_erase

pytestmark = pytest.mark.django_db
store = DjangoJobStore()
SEVERAL = (OTHER_PHOTOS, LEARNT_PHOTOS)


@pytest.fixture
def photos(settings: Settings, tmp_path: Path) -> tuple[Photo, Photo]:
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"
    gallery = a_gallery()
    return a_photo(gallery), a_photo(gallery)


def made_of(other: Photo, photo: Photo, fact: str, folder: Path) -> Report:
    path = folder / "made.png"
    Image.new("RGB", (8, 8)).save(path)
    digest, size = sha256(path.read_bytes()).hexdigest(), path.stat().st_size
    several = f"{photo.sha256}; {other.sha256}"
    facts = {fact: several if fact in SEVERAL else other.sha256}
    one = Made("finder", "portrait", "image/png", path, digest, size, facts=facts)
    return replace(a_report(LEFT), artifacts=(one,))


def finished(photos: tuple[Photo, Photo], fact: str, folder: Path, *, erased: bool) -> Job:
    photo, other = photos
    job = a_job(photo)
    claim = store.claim(job.pk)
    assert claim is not None
    report = made_of(other, photo, fact, folder)
    if erased:
        photo_erase(photo=other, by=a_user())
    assert store.finish(claim, report)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("fact", [BEHIND, ABOVE, *SEVERAL])
def test_what_holds_an_erased_photo_is_not_kept(
    photos: tuple[Photo, Photo], fact: str, tmp_path: Path
) -> None:
    job = finished(photos, fact, tmp_path, erased=True)
    assert job.status == Job.Status.FAILED and "erased meanwhile" in job.error
    assert not Artifact.objects.exists()


@pytest.mark.parametrize("fact", [BEHIND, ABOVE, *SEVERAL])
def test_what_holds_a_photo_that_is_still_there_is_kept(
    photos: tuple[Photo, Photo], fact: str, tmp_path: Path
) -> None:
    assert finished(photos, fact, tmp_path, erased=False).status == Job.Status.DONE
    assert Artifact.objects.count() == 1
    photo_erase(photo=photos[1], by=a_user())
    assert not Artifact.objects.exists()
