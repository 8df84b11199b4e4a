"""What one photo brings into an album: a line in PARTS a kind of file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ml.types import Report
from webapp.albums.archive import safe_name
from webapp.models import Photo
from webapp.selectors.drawings import annotated_write
from webapp.selectors.regions import regions_xmp
from webapp.selectors.reports import readings_csv_of, report_json_of
from webapp.selectors.results import Results, results_from
from webapp.selectors.stored import Rows, report_from, rows_of


@dataclass(frozen=True, slots=True)
class Subject:
    """A photo as it stands while it is packed. stem: its own name in the album, without an
    extension. rows, results, report: what may be shown of it now. scratch: a folder for files that
    are made on the way."""

    photo: Photo
    stem: str
    rows: Rows
    results: Results
    report: Report
    scratch: Path

    @property
    def extension(self) -> str:
        return str(self.photo.original.name).rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to be packed. name: with its folder."""

    name: str
    media_type: str
    content: IO[bytes]


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of file. option: the one of ExportOptions that asks for it. entries: those of a
    photo; each is closed before the next is asked for. They raise BadPicture for what can no longer
    be decoded: today's limits may be stricter than those it was uploaded under."""

    option: str
    entries: Callable[[Subject], Iterator[Entry]]


@contextmanager
def subject_of(photo: Photo, stem: str, scratch: Path) -> Iterator[Subject]:
    """The photo with what may be shown of it at this moment; files made of it go afterwards."""
    rows = rows_of(photo)
    with TemporaryDirectory(dir=scratch) as folder:
        yield Subject(photo, stem, rows, results_from(rows), report_from(rows), Path(folder))


def originals(subject: Subject) -> Iterator[Entry]:
    """The bytes as uploaded."""
    photo = subject.photo
    with photo.original.open("rb") as file:
        yield Entry(f"photos/{subject.stem}.{subject.extension}", photo.media_type, file)


def annotated(subject: Subject) -> Iterator[Entry]:
    """The photo with the marks that are on at first."""
    out = subject.scratch / "annotated.jpg"
    annotated_write(subject.photo, subject.report, out, subject.scratch)
    with out.open("rb") as file:
        yield Entry(f"annotated/{subject.stem}.jpg", "image/jpeg", file)


def results(subject: Subject) -> Iterator[Entry]:
    """The report as REST gives it, and its readings as a table."""
    report = json.dumps(report_json_of(subject.rows), ensure_ascii=False, indent=1)
    yield _text(f"results/{subject.stem}.json", "application/json", report)
    yield _text(f"results/{subject.stem}.csv", "text/csv", readings_csv_of(subject.results))


def regions(subject: Subject) -> Iterator[Entry]:
    """Who is where on it, as other tools read it."""
    packet = regions_xmp(subject.photo)
    yield Entry(f"photos/{subject.stem}.xmp", "application/rdf+xml", BytesIO(packet))


def made(subject: Subject) -> Iterator[Entry]:
    """What models and tools made of it."""
    for artifact in subject.results.artifacts:
        extension = str(artifact.file.name).rpartition(".")[2]
        name = safe_name(f"{artifact.kind}-{artifact.sha256[:8]}.{extension}")
        with artifact.file.open("rb") as file:
            yield Entry(f"made/{subject.stem}/{name}", artifact.media_type, file)


def _text(name: str, media_type: str, text: str) -> Entry:
    return Entry(name, media_type, BytesIO(text.encode()))


PARTS = (
    Part("originals", originals),
    Part("annotated", annotated),
    Part("results", results),
    Part("regions", regions),
    Part("made", made),
)
