"""Made files: from a job's scratch folder to names that are their content's digest."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone

from ml.types import Report
from webapp.files import folder_list
from webapp.models import Artifact, Export, Photo, ShareItem
from webapp.models.export import EXPORTS
from webapp.models.photo import folder
from webapp.models.share import SHARES
from webapp.services.erasure import folder_delete

MADE = "made"
YOUNG = timedelta(hours=1)  # a file younger than this may belong to a job not yet stored


def kept(photo: Photo, report: Report) -> dict[str, str]:
    """Copy the report's files into the store; sha256 -> name there.

    Before the rows, so that a row never names a file that is not there. A file that no row came
    to name is deleted by `tidy`.
    """
    names = {}
    for artifact in report.artifacts:
        name = folder(photo, f"{MADE}/{artifact.sha256}{artifact.path.suffix}")
        if not (default_storage.exists(name) and default_storage.size(name) == artifact.size):
            default_storage.delete(name)  # half a copy of a worker that died
            with artifact.path.open("rb") as made:
                default_storage.save(name, File(made))
        names[artifact.sha256] = name
    return names


def tidy() -> None:
    """Delete the made files, albums and shared pictures that no row names, and whole folders of
    photos that have no row: what an upload or a job left behind that was killed, or that an
    erasure overtook."""
    named = set(Artifact.objects.values_list("file", flat=True))
    named |= set(Export.objects.values_list("file", flat=True))
    named |= {name for row in ShareItem.objects.values_list("file", "thumbnail") for name in row}
    photos = set(map(str, Photo.objects.values_list("pk", flat=True)))
    young = timezone.now() - YOUNG
    for gallery in folder_list("galleries")[0]:
        for photo in folder_list(f"galleries/{gallery}")[0]:
            name = f"galleries/{gallery}/{photo}"
            if photo in (EXPORTS, SHARES):
                _tidy(name, named, young)
            elif photo not in photos and not _is_young(name, young):
                folder_delete(name)
            else:
                _tidy(f"{name}/{MADE}", named, young)


def _is_young(name: str, young: datetime) -> bool:
    """Whether any file in the folder may belong to an upload or a job not yet stored."""
    folders, files = folder_list(name)
    return any(
        default_storage.get_modified_time(f"{name}/{file}") >= young for file in files
    ) or any(_is_young(f"{name}/{inner}", young) for inner in folders)


def _tidy(made: str, named: set[str], young: datetime) -> None:
    for name in folder_list(made)[1]:
        path = f"{made}/{name}"
        if path not in named and default_storage.get_modified_time(path) < young:
            default_storage.delete(path)
