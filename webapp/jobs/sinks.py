"""Where a finished job's report goes: one sink a kind of pipeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ml.authenticity.pipeline import KIND as AUTHENTICATE
from ml.generation.animation_pipeline import KIND as ANIMATION
from ml.generation.generate_files import KIND as GENERATE
from ml.generation.portraits_pipeline import KIND as PORTRAITS
from ml.geolocation.journey import KIND as JOURNEY
from ml.geolocation.pipeline import KIND as LOCATE
from ml.prompting.pipeline import KIND as ASK
from ml.types import Report
from ml.weighing import without_identity
from webapp.jobs import answers, artifacts, made, portraits, results, sharing
from webapp.locks import people_hold
from webapp.models import Job, Photo
from webapp.selectors.jobs import ANSWERS
from webapp.selectors.protection import named, watched
from webapp.selectors.shares import item_of
from webapp.services.alerts import alerts_raise
from webapp.services.locations import journey_write, location_write
from webapp.services.questions import questions_write


def no_files(photos: Sequence[Photo], report: Report) -> dict[str, str]:
    """For reports whose made files nobody keeps."""
    return {}


@dataclass(frozen=True, slots=True)
class Sink:
    """write: stores the report in the transaction that closes the job. It gets those of the job's
    photos that nobody erased meanwhile, held until the commit, and what `files` gave.
    files: copies made files into the store before it; sha256 -> name there. signs: what it keeps
    was made of photos for people to take away, so that its pictures are signed first, unless the
    job's options say otherwise. always_signs: whatever these say.
    """

    write: Callable[[Job, Sequence[Photo], Report, Mapping[str, str]], None]
    files: Callable[[Sequence[Photo], Report], Mapping[str, str]] = no_files
    signs: bool = False
    always_signs: bool = False


def of(kind: str) -> Sink:
    """The sink of a registered pipeline's kind: those without one of their own make files."""
    return SINKS.get(kind, MAKING)


def of_job(job: Job) -> Sink:
    """The sink of its kind, unless the job makes something for a share link."""
    return of(job.kind) if item_of(job) is None else SHARING


def _photo_files(photos: Sequence[Photo], report: Report) -> Mapping[str, str]:
    return {name: path for photo in photos for name, path in artifacts.kept(photo, report).items()}


def _people_hold(job: Job, photo: Photo) -> None:
    """Nobody withdraws the consent on which it depends what may be kept of the photo; taken before
    that is looked up and before anything is written, and all at once: see `webapp.locks`."""
    people = {one.pk for one in watched(photo)}
    people |= set(photo.faces.exclude(person=None).values_list("person", flat=True))
    if word := job.options.get("person"):
        people.add(UUID(word))
    people_hold(list(people))


def _photo_write(
    job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]
) -> None:
    for photo in photos:  # one, or none when it was erased
        _people_hold(job, photo)
        results.replace_results(job, photo, report, files)
        alerts_raise(photo=photo)


def _evidence_write(
    job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]
) -> None:
    """Without what was found by comparing with somebody whose consent was withdrawn meanwhile."""
    for photo in photos:
        _people_hold(job, photo)
    word = job.options["person"]
    if word and (job.submitted_by is None or named(job.submitted_by, job.gallery, word) is None):
        report = without_identity(report)
    _photo_write(job, photos, report, files)


def _answer_write(
    job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]
) -> None:
    Job.objects.filter(pk=job.pk).update(partial=answers.sealed(job, report))


def _first_files(photos: Sequence[Photo], report: Report) -> Mapping[str, str]:
    return _photo_files(photos[:1], report)


def _answers_write(
    job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]
) -> None:
    for photo in photos:
        questions_write(job=job, photo=photo, report=report)


def _location_write(
    job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]
) -> None:
    for photo in photos:
        location_write(job=job, photo=photo, report=report)


def _journey_write(
    job: Job, photos: Sequence[Photo], report: Report, files: Mapping[str, str]
) -> None:
    journey_write(job=job, photos=photos, report=report)


# Files made of several photos stay with the first of them.
MAKING = Sink(made.add, _first_files, signs=True)
SHARING = Sink(sharing.write, sharing.files, always_signs=True)
SINKS: dict[str, Sink] = {
    "analyse": Sink(_photo_write, _photo_files),
    AUTHENTICATE: Sink(_evidence_write, _photo_files),
    **dict.fromkeys(ANSWERS, Sink(_answer_write)),
    ASK: Sink(_answers_write),
    LOCATE: Sink(_location_write),
    JOURNEY: Sink(_journey_write),
    PORTRAITS: Sink(portraits.write, _first_files, always_signs=True),
    GENERATE: Sink(portraits.write, _first_files, always_signs=True),
    ANIMATION: Sink(portraits.write, _first_files, always_signs=True),
}
