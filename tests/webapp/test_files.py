"""With a storage without paths and folders a photo is added, analysed, drawn and erased."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from pytest_django.fixtures import Settings

from tests.webapp.object_store import ObjectStore
from tests.webapp.rows import LEFT, a_gallery, a_job, a_photo, a_report, a_user
from webapp.files import local
from webapp.jobs import artifacts
from webapp.jobs.store import DjangoJobStore
from webapp.models import Job, Photo
from webapp.selectors.drawings import annotated
from webapp.services.photos import photo_add, photo_erase

pytestmark = pytest.mark.django_db
store = DjangoJobStore()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def objects(settings: Settings) -> ObjectStore:
    name = f"{ObjectStore.__module__}.{ObjectStore.__qualname__}"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": name}}
    return storages["default"]  # type: ignore[return-value]


@pytest.fixture
def photo(objects: ObjectStore, astronaut: Path) -> Photo:
    gallery = a_gallery()
    return photo_add(gallery=gallery, by=a_user(), name="a.jpg", file=astronaut).photo


def test_a_file_with_a_path_is_not_copied(tmp_path: Path) -> None:
    photo = a_photo(a_gallery())
    assert local(photo.original, tmp_path / "copy") == Path(photo.original.path)
    assert not (tmp_path / "copy").exists()


def test_a_file_without_a_path_is_copied_whole(
    photo: Photo, astronaut: Path, tmp_path: Path
) -> None:
    copy = local(photo.original, tmp_path / "copy")
    assert copy.read_bytes() == astronaut.read_bytes()
    assert list((tmp_path / "copy").iterdir()) == [copy]
    photo.original.storage.delete(str(photo.original.name))
    with pytest.raises(FileNotFoundError):
        local(photo.original, tmp_path / "copy")


def test_the_worker_gets_its_copy_in_the_folder_that_it_deletes(photo: Photo) -> None:
    claim = store.claim(a_job(photo).pk)
    assert claim is not None
    assert claim.inputs.photo.parent == claim.scratch
    assert store.finish(claim, a_report(LEFT))


def test_the_marks_are_drawn_into_a_copy_that_is_gone_afterwards(
    photo: Photo, settings: Settings
) -> None:
    assert annotated(photo, None).startswith(b"\xff\xd8")
    assert not list(settings.SCRATCH_DIR.iterdir())


def test_a_job_whose_file_is_gone_says_so(photo: Photo) -> None:
    photo.original.storage.delete(str(photo.original.name))
    job = a_job(photo)
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.error) == (Job.Status.FAILED, "The photo is no longer here.")


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_no_object(photo: Photo, objects: ObjectStore) -> None:
    objects.save(f"galleries/{photo.gallery_id}/{photo.pk}/made/x.png", ContentFile(b"made"))
    assert len(objects.held) == 4
    artifacts.tidy()
    assert len(objects.held) == 4
    photo_erase(photo=photo, by=None)
    assert objects.held == {}
