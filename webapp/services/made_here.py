"""An uploaded file, asked whether it was made here, and not kept."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from ml.errors import BadPicture, MLError
from ml.generation.find_mark import KIND, READING
from tasks import lanes
from webapp.models import User
from webapp.selectors import galleries
from webapp.selectors.made_here import Answer, made_here
from webapp.services.reports import Late, report_make
from webapp.services.uploads import scratch_folder, upload_write

SECONDS = 15.0  # that anybody waits for the hidden number
NO_WORKER = "Whether a number is hidden in it nobody looked: no worker was free. Try again later."
NO_MODEL = "Whether a number is hidden in it nobody looked: no model that reads them is installed."
NO_PICTURE = "It is no picture that a number could be hidden in."


def made_here_ask(*, upload: UploadedFile, by: User) -> Answer:
    """
    Raises:
        BadPicture: it is too large.
    """
    with scratch_folder() as scratch:
        path = scratch / "upload"
        upload_write(upload=upload, to=path)
        numbers, why_not = _numbers(path, by)
        return made_here(path, by, numbers, why_not)


def _numbers(path: Path, by: User) -> tuple[list[int] | None, str]:
    """Those that may be hidden in the picture; or none, and why nobody looked."""
    gallery = galleries.default_for(by)
    if gallery is None or not lanes.alive():
        return None, NO_WORKER
    try:
        report = report_make(
            gallery=gallery, by=by, file=path, options={}, seconds=SECONDS, kind=KIND
        )
    except Late:
        return None, NO_WORKER
    except ValidationError:
        return None, NO_MODEL
    except (BadPicture, MLError):
        return None, NO_PICTURE
    found = (one for one in report["readings"] if one["name"] == READING)
    return [int(one["value"], 16) for one in found], ""
