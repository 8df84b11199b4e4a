"""Uploaded files on their way to being photos."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ml.errors import BadPicture


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is gone afterwards; the reaper deletes it when the process was killed."""
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder:
        yield Path(folder)


def upload_write(*, upload: UploadedFile, to: Path) -> None:
    """Write the uploaded bytes to a file.

    Raises:
        BadPicture: they are more than settings.MAX_UPLOAD_BYTES.
    """
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 1024**2
        raise BadPicture("too-many-bytes", f"That is too large: a file may have {most} MB here.")
    with to.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
