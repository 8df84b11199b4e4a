"""Other photos that a job's options name: chosen on the page, and only of the same gallery."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from ml import pipelines
from ml.errors import MLError
from ml.generation.portraits_pipeline import BEHIND
from ml.geolocation.overhead_pipeline import ABOVE
from webapp.jobs.inputs import inputs_of
from webapp.models import Artifact, Gallery, Job, Photo, User
from webapp.services.jobs import job_submit
from webapp.services.photos import photo_add, photo_erase, photo_trash


def another(gallery: Gallery, by: User, folder: Path, name: str = "above.png") -> Photo:
    path = folder / name
    Image.new("RGB", (90, 60), (len(name), 120, 90)).save(path)
    return photo_add(gallery=gallery, by=by, name=name, file=path).photo


def asked(photo: Photo, by: User, above: Photo) -> Job:
    options = {"above": [str(above.pk)]}
    return job_submit(
        kind="overhead", gallery=photo.gallery, photos=[photo], by=by, options=options
    )


def test_the_form_shows_the_other_photos(
    alices: Client, photo: Photo, alice: User, tmp_path: Path
) -> None:
    above = another(photo.gallery, alice, tmp_path)
    page = alices.get(f"/photos/{photo.pk}/?tab=make").content.decode()
    form = page.partition("tool/overhead")[2] or page.partition("make/overhead")[2]
    assert str(above.pk) in form and "Metres a pixel" in form


def test_the_chosen_photo_reaches_the_job(photo: Photo, alice: User, tmp_path: Path) -> None:
    above = another(photo.gallery, alice, tmp_path)
    (path,) = inputs_of(asked(photo, alice, above), pipelines.get("overhead")).chosen
    assert path.read_bytes() == above.original.read()


def test_a_photo_of_another_gallery_is_refused_like_none(
    photo: Photo, alice: User, bob: User, tmp_path: Path
) -> None:
    bobs = another(Gallery.objects.get(personal_of=bob), bob, tmp_path)
    with pytest.raises(ValidationError, match="not in this gallery"):
        asked(photo, alice, bobs)


def test_erasing_it_erases_what_holds_its_pixels(
    analysed: Photo, alice: User, tmp_path: Path
) -> None:
    above, other = (another(analysed.gallery, alice, tmp_path, f"{n}.png") for n in ("a", "bcd"))
    run = analysed.runs.first()
    for photo, fact in ((above, ABOVE), (above, BEHIND), (other, ABOVE)):
        artifact = Artifact(run=run, kind="made", media_type="image/png", sha256="0" * 64, size=1)
        artifact.facts = {fact: photo.sha256}
        artifact.file.save(f"{fact}-{photo.name}", ContentFile(b"x"))
    photo_erase(photo=above, by=alice)
    (left,) = Artifact.objects.filter(kind="made")
    assert left.facts == {ABOVE: other.sha256}


def test_one_that_went_to_the_trash_meanwhile_stops_the_job(
    photo: Photo, alice: User, tmp_path: Path
) -> None:
    above = another(photo.gallery, alice, tmp_path)
    job = asked(photo, alice, above)
    photo_trash(photo=above, by=alice)
    with pytest.raises(MLError, match="no longer here"):
        inputs_of(job, pipelines.get("overhead"))
