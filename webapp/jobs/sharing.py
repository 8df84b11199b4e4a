"""What a job made for a share link: its picture goes there, not to the photo's made files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from ml.authenticity.signing import SIGNED
from ml.types import Artifact, Report
from webapp.models import Job, Photo, Share, ShareItem
from webapp.models.share import SHARES


def files(photos: Sequence[Photo], report: Report) -> Mapping[str, str]:
    """Copy the picture that is shared into the store, under a name nobody can guess; sha256 -> name
    there. A file that no row comes to name is deleted by tidying up."""
    made = picture(report)
    if made is None or not photos:
        return {}
    name = f"galleries/{photos[0].gallery_id}/{SHARES}/{uuid4()}{made.path.suffix}"
    with made.path.open("rb") as opened:
        return {made.sha256: default_storage.save(name, File(opened))}


def write(job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]) -> None:
    """Take the picture into the share; nothing when it ended meanwhile, or the photo is gone."""
    made = picture(report)
    item = ShareItem.objects.select_for_update().filter(job=job).first()
    if item is None or made is None or not photos or not _runs(item):
        for name in files.values():
            transaction.on_commit(partial(default_storage.delete, name))
        return
    ShareItem.objects.filter(pk=item.pk).update(
        file=files[made.sha256], media_type=made.media_type, size=made.size
    )


def picture(report: Report) -> Artifact | None:
    """What of a report is shared: the first file that browsers show and that is signed."""
    return next((one for one in report.artifacts if one.media_type in SIGNED), None)


def _runs(item: ShareItem) -> bool:
    """Whether the share has not ended; until the transaction ends nobody ends it."""
    rows = Share.objects.select_for_update().filter(pk=item.share_id, ended=None)
    return bool(rows.values_list("pk", flat=True))
