"""Writing an album: photo by photo into a ZIP on disk, with a table and a list of what is in it."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import ENOSPC
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from ml.errors import BadPicture, MLError
from ml.progress import Progress
from webapp.albums.archive import Archive, Packed, unique_stems
from webapp.albums.options import ExportOptions
from webapp.albums.parts import PARTS, Part, Subject, subject_of
from webapp.models import Gallery, Photo
from webapp.selectors.exports import DRAWN, Extent
from webapp.selectors.reports import COLUMNS, inert, reading_lines
from webapp.selectors.stored import rows_of

RESERVE = 200 * 1000**2  # bytes that stay free for everybody else
DRAWN_BYTES = 0.4  # about what a pixel of an annotated photo takes
RESULTS = 100 * 1000  # bytes, about, of one photo's
FORMAT = "prosopa-album-1"


class AlbumChanged(Exception):
    """What is being packed was erased, put in the trash or turned off: start over."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to pack. now: gives a photo as it stands now, None when it must not be packed any
    more. permitted: whether all photos are there still, and these sensitive kinds on."""

    gallery: Gallery
    photos: Sequence[Photo]
    options: ExportOptions
    now: Callable[[Photo], Photo | None]
    permitted: Callable[[set[str]], bool]
    scratch: Path


@dataclass(slots=True)
class Album:
    """What has been packed. models: name -> what is known of it, of those whose results are in.
    sensitive: the kinds of sensitive reading that are in it. left_out: how many files are not,
    because a photo can no longer be decoded."""

    photos: list[dict[str, Any]] = field(default_factory=list)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    sensitive: set[str] = field(default_factory=set)

    @property
    def left_out(self) -> int:
        return sum(len(photo["left_out"]) for photo in self.photos)


def album_write(order: Order, out: Path, progress: Progress) -> Album:
    """Write the ZIP to `out`.

    Raises:
        AlbumChanged: nobody may have what was packed so far.
        MLError: the disk has no room, with a sentence.
        Cancelled: a person asked for it.
    """
    table = order.scratch / "album.csv"
    with _room(order), ZipFile(out, "w", strict_timestamps=False) as zipped:
        archive, album = Archive(zipped), Album()
        with table.open("w", newline="") as lines:
            _photos_write(order, archive, album, lines, progress)
        now = timezone.now()
        packed = archive.add_file("album.csv", table, "text/csv", now)
        listing = order.scratch / "album.json"
        with listing.open("w") as file:
            json.dump(_listing(order, album, packed), file, ensure_ascii=False, indent=1)
        archive.add_file("album.json", listing, "application/json", now)
    return album


def bytes_needed(extent: Extent, options: ExportOptions) -> int:
    """About what the ZIP takes, made files left out: they are rarely many."""
    drawn = int(extent.drawn * DRAWN_BYTES)
    return (
        extent.size * options.originals
        + drawn * options.annotated
        + extent.count * RESULTS * options.results
    )


def _photos_write(
    order: Order, archive: Archive, album: Album, lines: Any, progress: Progress
) -> None:
    total = len(order.photos)
    table = csv.writer(lines)
    table.writerow(("file", *COLUMNS))
    stems = unique_stems(photo.name for photo in order.photos)
    for number, (photo, stem) in enumerate(zip(order.photos, stems, strict=True), start=1):
        progress(number - 1, total, f"Packing photo {number} of {total}")
        _room_check(0)
        if (there := order.now(photo)) is None or not order.permitted(album.sensitive):
            raise AlbumChanged
        with subject_of(there, stem, order.scratch) as subject:
            album.photos.append(_photo_write(order, subject, archive))
            _remember(subject, album)
            name = inert(there.name)
            table.writerows([name, *line] for line in reading_lines(subject.results))
    progress(total, total, "Closing the ZIP")


def _photo_write(order: Order, subject: Subject, archive: Archive) -> dict[str, Any]:
    """Pack the photo's files; its line in the listing."""
    photo, files, left_out = subject.photo, [], []
    for part in _chosen(order.options):
        try:
            for entry in part.entries(subject):
                packed = archive.add(entry.name, entry.content, entry.media_type, photo.created)
                files.append(packed.to_json())
        except BadPicture as error:
            left_out.append({"what": part.option, "code": error.code, "why": str(error)})
        except FileNotFoundError:
            raise _gone(order, subject) from None
    return {
        "id": str(photo.pk),
        "name": photo.name,
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "added": photo.created.isoformat(),
        "faces": len(subject.results.faces),
        "files": files,
        "left_out": left_out,
    }


def _chosen(options: ExportOptions) -> list[Part]:
    return [part for part in PARTS if getattr(options, part.option)]


def _gone(order: Order, subject: Subject) -> Exception:
    """Why a file is missing: the photo, or what was made of it, went a moment ago; or its row is
    there, and nobody knows."""
    there = order.now(subject.photo)
    if there is None or rows_of(there).artifacts != subject.rows.artifacts:
        return AlbumChanged()
    return MLError(
        f"A file of the photo “{subject.photo.name}” is missing on this server. Choose the other "
        "photos, and tell your administrator."
    )


def _remember(subject: Subject, album: Album) -> None:
    """Which models spoke, and which sensitive kinds are in."""
    for ran in subject.report.runs:
        album.sensitive |= {ran.sensitive.value} - {""}
        known = {"model": ran.model, "digest": ran.digest, "recipe": ran.recipe, "task": ran.task}
        album.models.setdefault(f"{ran.model} {ran.digest} {ran.recipe}", known)


def _listing(order: Order, album: Album, table: Packed) -> dict[str, Any]:
    """album.json: what this is, when and of which models, and every other file with its digest."""
    return {
        "format": FORMAT,
        "about": "Photos of a Prosopa gallery and what models read of them. Readings say how a "
        "face looks to a model; they are no facts about a person.",
        "gallery": order.gallery.name,
        "made": timezone.now().isoformat(),
        "contains": [part.option for part in _chosen(order.options)],
        "sensitive": sorted(album.sensitive),
        "models": [album.models[key] for key in sorted(album.models)],
        "table": table.to_json(),
        "photos": album.photos,
    }


@contextmanager
def _room(order: Order) -> Iterator[None]:
    """Room for the album, before and while it is written.

    Raises:
        MLError: there is none.
    """
    drawn = (min(photo.width * photo.height, DRAWN) for photo in order.photos)
    size = sum(photo.size for photo in order.photos)
    _room_check(bytes_needed(Extent(len(order.photos), size, sum(drawn)), order.options))
    try:
        yield
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        raise MLError(_no_room(0, 0)) from error


def _room_check(needed: int) -> None:
    free = min(shutil.disk_usage(folder).free for folder in _disks())
    if free < needed + RESERVE:
        raise MLError(_no_room(needed, free))


def _disks() -> list[Path]:
    """Where the ZIP is written, and where it is kept when that is a folder here."""
    return [path for path in (settings.SCRATCH_DIR, Path(settings.MEDIA_ROOT)) if path.is_dir()]


def _no_room(needed: int, free: int) -> str:
    takes = f": it takes about {filesizeformat(needed)}, {filesizeformat(free)} are free"
    return (
        f"The disk has no room for this album{takes if needed else ''}. Choose fewer photos, leave "
        "the originals out, or make room and try again."
    ).replace("\N{NO-BREAK SPACE}", " ")
