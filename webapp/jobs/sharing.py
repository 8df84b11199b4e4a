"""What a job made for a share link: its picture goes there, not to the photo's made files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from ml import decode
from ml.authenticity.signing import SIGNED
from ml.types import Artifact, Report
from webapp.models import Job, Photo, Share, ShareItem
from webapp.models.share import SHARES

SMALL = "small"


def files(photos: Sequence[Photo], report: Report) -> Mapping[str, str]:
    """Copy the picture that is shared into the store, and the same made small, under names nobody
    can guess; sha256 and SMALL -> names there. A file that no row comes to name is deleted by
    tidying up."""
    made = picture(report)
    if made is None or not photos:
        return {}
    small = decode.renditions(made.path, made.path.parent).thumbnail
    folder = f"galleries/{photos[0].gallery_id}/{SHARES}"
    return {made.sha256: _kept(folder, made.path), SMALL: _kept(folder, small)}


def write(job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]) -> None:
    """Take the picture into the share; nothing when it ended meanwhile, or the photo is gone."""
    made = picture(report)
    share = ShareItem.objects.filter(job=job).values_list("share", flat=True).first()
    runs = share is not None and _runs(share)  # the share first: whoever ends one locks it so
    item = ShareItem.objects.select_for_update().filter(job=job).first()
    if item is None or made is None or not photos or not runs:
        for name in files.values():
            transaction.on_commit(partial(default_storage.delete, name))
        return
    ShareItem.objects.filter(pk=item.pk).update(
        file=files[made.sha256],
        thumbnail=files[SMALL],
        media_type=made.media_type,
        size=made.size,
    )


def picture(report: Report) -> Artifact | None:
    """What of a report is shared: the first file that browsers show and that is signed."""
    return next((one for one in report.artifacts if one.media_type in SIGNED), None)


def _kept(folder: str, path: Path) -> str:
    with path.open("rb") as opened:
        return default_storage.save(f"{folder}/{uuid4()}{path.suffix}", File(opened))


def _runs(share: UUID) -> bool:
    """Whether the share has not ended; until the transaction ends nobody ends it."""
    rows = Share.objects.select_for_update().filter(pk=share, ended=None)
    return bool(rows.values_list("pk", flat=True))
