"""Adding photos, putting them in the trash and back, and erasing them for good."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import file_digest
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from ml import decode
from webapp import sealing
from webapp.filenames import clean_name, extension_note
from webapp.locks import names_hold, people_hold, photo_held
from webapp.models import Gallery, Job, Person, Photo, User
from webapp.models.photo import folder
from webapp.selectors.artifacts import holding
from webapp.services.artifacts import artifact_erase
from webapp.services.audit import audit_write
from webapp.services.erasure import database_scrub, folder_delete
from webapp.services.exports import exports_drop
from webapp.services.jobs import job_submit, parent_settle
from webapp.services.learnt_erasure import photo_unlearn
from webapp.services.people import person_forget
from webapp.services.shares import photos_unshare
from webapp.services.uploads import scratch_folder, upload_write

EXIF = "exif"


@dataclass(frozen=True, slots=True)
class Added:
    """new: False when the gallery had this file already; then `photo` is that one, which may
    lie in the trash. job: the analysis submitted for it, where one was."""

    photo: Photo
    new: bool
    job: Job | None = None


def photo_upload(*, gallery: Gallery, by: User, upload: UploadedFile) -> Added:
    """Add an uploaded file and submit its analysis: what page and REST do with an upload.

    Raises:
        BadPicture: the file is no picture we can show; nothing was kept.
    """
    with scratch_folder() as scratch:
        path = scratch / "upload"
        upload_write(upload=upload, to=path)
        added = photo_add(gallery=gallery, by=by, name=upload.name or "", file=path)
    if not added.new:
        return added
    try:
        job = job_submit(kind="analyse", gallery=gallery, photos=[added.photo], by=by, options={})
    except ValidationError:  # no model is installed: the photo is kept until one is
        return added
    return Added(added.photo, new=True, job=job)


def photo_add(*, gallery: Gallery, by: User, name: str, file: Path) -> Added:
    """Check the file by really decoding it, and keep it with the pictures shown in its stead.

    The same bytes twice in a gallery give the existing photo, in the trash or not.

    Raises:
        BadPicture: the file is no picture we can show; nothing was kept.
    """
    with file.open("rb") as opened:
        sha256 = file_digest(opened, "sha256").hexdigest()
    if there := Photo.objects.filter(gallery=gallery, sha256=sha256).first():
        return Added(there, new=False)
    with scratch_folder() as scratch:
        made = decode.renditions(file, scratch, decode.Limits(max_pixels=settings.MAX_PIXELS))
        photo = _described(gallery, by, clean_name(name), file, sha256, made)
        try:
            with _files_kept_on_success(photo, file, made), transaction.atomic():
                photo.save(force_insert=True)
        except IntegrityError:  # another upload of the same bytes was first
            return Added(Photo.objects.get(gallery=gallery, sha256=sha256), new=False)
    return Added(photo, new=True)


def _described(
    gallery: Gallery, by: User, name: str, file: Path, sha256: str, made: decode.Renditions
) -> Photo:
    width, height = made.size
    notes = (*made.notes, *extension_note(name, made.extension, made.media_type))
    return Photo(
        gallery=gallery,
        uploaded_by=by,
        name=name,
        sha256=sha256,
        media_type=made.media_type,
        size=file.stat().st_size,
        width=width,
        height=height,
        sealed_exif=sealing.seal(gallery, made.exif, EXIF),
        notes="\n".join(notes),
    )


@contextmanager
def _files_kept_on_success(photo: Photo, file: Path, made: decode.Renditions) -> Iterator[None]:
    """Write the photo's files under their final names; delete them again when the block fails."""
    try:
        for field, source, suffix in (
            (photo.original, file, made.extension),
            (photo.display, made.display, made.display.suffix),
            (photo.thumbnail, made.thumbnail, made.thumbnail.suffix),
        ):
            with source.open("rb") as opened:
                name = f"{field.field.name}.{suffix.lstrip('.')}"
                field.save(name, File(opened), save=False)
        yield
    except BaseException:
        folder_delete(folder(photo, "").rstrip("/"))
        raise


@transaction.atomic
def photo_trash(*, photo: Photo, by: User) -> Photo:
    """Put the photo in the trash, whence it can be restored for settings.TRASH_DAYS days. Links
    that show it end, and do not come back with it."""
    photo.trashed = timezone.now()
    photo.save(update_fields=["trashed"])
    photos_unshare(photos=[photo])
    _audit(photo, by, "photo-trash")
    return photo


def photo_restore(*, photo: Photo, by: User) -> Photo:
    """Take the photo out of the trash, with everything that was read of it."""
    photo.trashed = None
    photo.save(update_fields=["trashed"])
    _audit(photo, by, "photo-restore")
    return photo


def photo_export(*, photo: Photo, by: User, what: str) -> None:
    """Write down that somebody took a copy along. what: "original", "annotated", "readings",
    "report", "evidence", "regions", "proof" or "made"."""
    _audit(photo, by, "photo-export", what)


@transaction.atomic
def photo_erase(*, photo: Photo, by: User | None) -> None:
    """Delete the photo, its results, its jobs, all its files, the albums and the links it is in:
    final. by None: the trash's age.

    Jobs over several photos stay, without what they provisionally said. Of two who erase it at
    once the second finds nothing to do.
    """
    if not photo_held(photo):
        return
    names_hold(photo.gallery_id)
    own = Job.objects.filter(pk__in=photo.jobs.values("pk")).defer("partial")
    jobs = list(own.annotate(subjects=Count("photos")))
    alone = [job for job in jobs if job.subjects == 1]
    Job.objects.filter(pk__in=[job.pk for job in alone]).delete()
    for parent in {job.parent_id for job in alone if job.parent_id}:
        parent_settle(parent=parent)
    photo.jobs.update(partial=None)
    named = list(photo.faces.exclude(person=None).values_list("person", flat=True))
    people_hold(named)
    _audit(photo, by, "photo-erase")
    exports_drop(exports=photo.exports.all(), why="photo-erase")
    photos_unshare(photos=[photo])
    files = folder(photo, "").rstrip("/")
    for made in holding(photo):
        artifact_erase(artifact=made)
    photo_unlearn(photo=photo)
    photo.delete()
    # A name without faces goes too, as it does when the last face loses it.
    for person in Person.objects.filter(pk__in=named, faces=None):
        person_forget(person=person, by=by)
    transaction.on_commit(lambda: _bytes_erase(files, [job.pk for job in jobs]))


def trash_empty(*, photos: list[Photo], by: User) -> int:
    """Erase these photos of the trash; how many they were."""
    for photo in photos:
        photo_erase(photo=photo, by=by)
    return len(photos)


def trash_expire() -> int:
    """Erase what has lain in the trash for longer than settings.TRASH_DAYS days; how many."""
    old = timezone.now() - timedelta(days=settings.TRASH_DAYS)
    photos = list(Photo.objects.filter(trashed__lt=old))
    for photo in photos:
        photo_erase(photo=photo, by=None)
    return len(photos)


def _audit(photo: Photo, by: User | None, verb: str, detail: str = "") -> None:
    subject = f"photo:{photo.pk}"
    audit_write(actor=by, verb=verb, subject=subject, gallery=photo.gallery_id, detail=detail)


def _bytes_erase(files: str, jobs: list[UUID]) -> None:
    folder_delete(files)
    for job in jobs:
        shutil.rmtree(settings.SCRATCH_DIR / str(job), ignore_errors=True)
    database_scrub()
