"""Packing an album: photos of a gallery, and what is known of them, as one ZIP file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from uuid import UUID

from django.core.exceptions import ValidationError

from ml.errors import MLError
from ml.pipelines import Context
from webapp.albums.options import ExportOptions
from webapp.albums.writing import AlbumChanged, Order, album_write
from webapp.chores import Chore, register
from webapp.jobs import folders
from webapp.jobs.options import parse
from webapp.models import Export, Job, Photo, User
from webapp.selectors.exports import may_hold, photos_for
from webapp.selectors.jobs import EXPORT
from webapp.services.exports import MOST, export_keep

STARTS = 5
LOOK_EVERY = 1.0  # seconds between two looks at whether what was packed may still be given out
NONE_THERE = "There are no photos to pack: they were moved to the trash, or there never were any."
RESTLESS = (
    "Photos or settings changed each time while the ZIP was written. Try again when nobody is "
    "changing them."
)
LEFT = "Whoever asked for this ZIP may no longer see the gallery."


def run(job_id: UUID, context: Context) -> None:
    """Pack the photos and offer the ZIP; start over when it came to hold what it must not.

    Called again after its worker was killed, it begins anew, unless the ZIP is offered already.

    Raises:
        MLError: with a sentence for whoever asked.
        Cancelled: they asked it to stop.
    """
    job = Job.objects.select_related("gallery", "submitted_by").get(pk=job_id)
    if Export.objects.filter(job=job).exists():
        return
    if job.submitted_by is None:
        raise MLError(LEFT)
    scratch = _scratch(job)
    for _ in range(STARTS):
        order = _order(job, job.submitted_by, scratch)
        out = scratch / "album.zip"
        try:
            album = album_write(order, out, context.progress)
        except AlbumChanged:
            out.unlink()
            continue
        if export_keep(
            job=job,
            by=job.submitted_by,
            photos=order.photos,
            sensitive=album.sensitive,
            left_out=album.left_out,
            file=out,
        ):
            return
    raise MLError(RESTLESS)


def _scratch(job: Job) -> Path:
    """This attempt's folder; what an earlier one left behind that was killed goes."""
    mine = folders.scratch(job) / str(job.attempt)
    for other in mine.parent.iterdir():
        if other != mine:
            shutil.rmtree(other, ignore_errors=True)
    return mine


def _order(job: Job, by: User, scratch: Path) -> Order:
    options = parse(ExportOptions, job.options)
    try:
        rows = list(photos_for(by, job.gallery, options.photos)[: MOST + 1])
    except ValidationError:  # a word that is no id
        raise MLError("One of the photos' ids is none.") from None
    if not rows:
        raise MLError(NONE_THERE)
    if len(rows) > MOST:
        raise MLError(f"At most {MOST} photos fit in one ZIP. Choose some of them.")
    return Order(
        gallery=job.gallery,
        photos=rows,
        options=options,
        now=lambda photo: photos_for(by, job.gallery, [str(photo.pk)]).first(),
        permitted=_permitted(job, by, rows),
        scratch=scratch,
    )


def _permitted(job: Job, by: User, rows: Sequence[Photo]) -> Callable[[set[str]], bool]:
    """Asks the database at most every LOOK_EVERY seconds; it is asked again before the ZIP is
    offered."""
    ids, asked = [photo.pk for photo in rows], 0.0

    def permitted(sensitive: set[str]) -> bool:
        nonlocal asked
        if monotonic() - asked < LOOK_EVERY:
            return True
        asked = monotonic()
        return may_hold(by, job.gallery, ids, sensitive)

    return permitted


register(Chore(EXPORT, "Photos as ZIP", ExportOptions, run))
