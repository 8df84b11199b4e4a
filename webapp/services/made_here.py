"""An uploaded file, asked whether it was made here, and not kept."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile

from webapp.models import User
from webapp.selectors.made_here import Answer, made_here
from webapp.services.uploads import scratch_folder, upload_write


def made_here_ask(*, upload: UploadedFile, by: User) -> Answer:
    """
    Raises:
        BadPicture: it is too large.
    """
    with scratch_folder() as scratch:
        path = scratch / "upload"
        upload_write(upload=upload, to=path)
        return made_here(path, by)
