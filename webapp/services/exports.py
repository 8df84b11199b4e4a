"""Albums as ZIP files: asking for one, keeping, giving out and deleting it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from ml.errors import Cancelled
from webapp.locks import photos_held
from webapp.models import AuditAlias, AuditLine, Export, Gallery, Job, Photo, User
from webapp.selectors.exports import may_hold, photos_for, why_withheld
from webapp.selectors.jobs import EXPORT
from webapp.services.audit import audit_write
from webapp.services.jobs import job_submit

FETCH = "export-fetch"
GONE = "This ZIP was deleted a moment ago. Make it again."
MOST = 20_000  # photos; SQLite takes 32,766 values in one query


class Withheld(Exception):
    """The album must not be given out any more; the sentence says why."""


class OnDisk(File):
    """A file that storages on this machine move instead of copying it."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def export_ask(
    *, gallery: Gallery, photos: Collection[Photo], by: User, options: dict[str, Any]
) -> Job:
    """Submit the job that packs these photos; none: the whole gallery.

    Raises:
        ValidationError: an option is wrong, or they are too many.
    """
    if (len(photos) or photos_for(by, gallery, ()).count()) > MOST:
        why = f"At most {MOST:,} photos fit in one ZIP. Choose some of them."
        raise ValidationError({"photos": [why]})
    ids = [str(photo.pk) for photo in photos]
    chosen = options | {"photos": ids}
    return job_submit(kind=EXPORT, gallery=gallery, photos=[], by=by, options=chosen)


def export_keep(
    *,
    job: Job,
    by: User,
    photos: Sequence[Photo],
    sensitive: Collection[str],
    file: Path,
    left_out: int = 0,
) -> Export | None:
    """Take the finished ZIP over from the job's scratch folder, and offer it. left_out: how many
    files are not in it though they were asked for.

    None, and nothing is kept, when it holds by now what it must not.

    Raises:
        Cancelled: the job was stopped, or another worker has it now.
    """
    with file.open("rb") as zipped:
        digest = file_digest(zipped, "sha256").hexdigest()
    export = Export(
        job=job,
        gallery=job.gallery,
        made_by=by,
        count=len(photos),
        sensitive=" ".join(sorted(sensitive)),
        left_out=left_out,
        sha256=digest,
        size=file.stat().st_size,
        expires=timezone.now() + timedelta(days=settings.EXPORT_DAYS),
    )
    with file.open("rb") as zipped:
        export.file.save(f"{export.pk}.zip", OnDisk(zipped, str(file)), save=False)
    kept = False
    try:
        kept = _offered(export, job, photos, sensitive)
    finally:
        if not kept:
            export.file.storage.delete(str(export.file.name))
    return export if kept else None


@transaction.atomic
def _offered(export: Export, job: Job, photos: Sequence[Photo], sensitive: Collection[str]) -> bool:
    """Write the row unless the album must not be: nobody erases one of its photos meanwhile."""
    there = photos_held(photos)
    ids = [photo.pk for photo in there]
    if len(ids) < len(photos) or not may_hold(export.made_by, export.gallery, ids, sensitive):
        return False
    mine = Job.objects.select_for_update().filter(pk=job.pk, attempt=job.attempt)
    if not mine.filter(status=Job.Status.RUNNING).exists():
        raise Cancelled
    export.save(force_insert=True)
    export.photos.add(*there)
    _audit(export, export.made_by, "export-make", f"{export.count} photos")
    return True


def export_fetch(*, export: Export, by: User, whole: bool = True) -> None:
    """Write down that somebody takes the ZIP along. whole: False for a later piece of it, which is
    written down once an hour.

    Raises:
        Withheld: it holds by now what it must not; it was deleted.
    """
    if why := why_withheld(export):
        exports_drop(exports=[export], why="withheld")
        raise Withheld(why)
    if whole or not _fetched_lately(export, by):
        _audit(export, by, FETCH, f"{export.count} photos")


def _fetched_lately(export: Export, by: User) -> bool:
    since = timezone.now() - timedelta(hours=1)
    lines = AuditLine.objects.filter(verb=FETCH, subject=_subject(export), at__gte=since)
    return lines.filter(actor__in=AuditAlias.objects.filter(user=by).values("alias")).exists()


@transaction.atomic
def export_delete(*, export: Export, by: User) -> None:
    """Delete the ZIP at once."""
    _audit(export, by, "export-delete")
    _delete(export)


@transaction.atomic
def exports_drop(*, exports: Iterable[Export], why: str) -> None:
    """Delete ZIPs that may not be given out any more. why: for the audit log."""
    for export in exports:
        _audit(export, None, "export-delete", why)
        _delete(export)


def exports_tidy() -> None:
    """Delete what is too old, or holds by now what it must not."""
    for export in Export.objects.select_related("gallery"):
        if why_withheld(export):
            exports_drop(exports=[export], why="withheld")


def _delete(export: Export) -> None:
    storage, name = export.file.storage, str(export.file.name)
    Export.objects.filter(pk=export.pk).delete()
    transaction.on_commit(lambda: storage.delete(name))


def _audit(export: Export, by: User | None, verb: str, detail: str = "") -> None:
    gallery = export.gallery_id
    audit_write(actor=by, verb=verb, subject=_subject(export), gallery=gallery, detail=detail)


def _subject(export: Export) -> str:
    return f"export:{export.pk}"
