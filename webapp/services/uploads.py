"""Uploaded files on their way to being photos."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from ml.errors import BadPicture


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
