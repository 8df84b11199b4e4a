"""Keeping, correcting and forgetting where photos were taken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ml.geolocation.journey import ARTIFACT as ROUTE
from ml.geolocation.journey import Route
from ml.geolocation.location_ledger import KIND as LEDGER_FILE
from ml.geolocation.pipeline import KIND as LOCATE
from ml.geolocation.second_looks import KIND as AGREEMENT
from ml.types import Artifact, Report
from webapp import sealing
from webapp.models import Gallery, Job, Journey, Location, Photo, Stop, User
from webapp.selectors.locations import (
    AGREED,
    LEDGER,
    PLACE,
    STRUCK,
    Located,
    ledger_of,
    opened,
    struck_of,
)
from webapp.services.audit import audit_write
from webapp.services.erasure import database_scrub

NO_CLUE = "The ledger has no such clue: look at it again."


def location_write(*, job: Job, photo: Photo, report: Report) -> None:
    """Keep the ledger a job made in place of the photo's last; what was struck out stays so. Called
    in the transaction that closes the job."""
    made = the(LEDGER_FILE, report)
    again = [one for one in report.artifacts if one.kind == AGREEMENT]
    agreement = [row for one in again for row in read(one.path)]
    _write(job, photo, made.model, read(made.path) | {AGREED: agreement})
    audit_write(
        actor=job.submitted_by, verb="locate", subject=f"photo:{photo.pk}",
        gallery=photo.gallery_id,
    )  # fmt: skip


def journey_write(*, job: Job, photos: Sequence[Photo], report: Report) -> None:
    """Keep a journey, and its photos' ledgers; called in the transaction that closes the job.
    photos: those that nobody erased meanwhile."""
    route = Route.from_json(read(the(ROUTE, report).path))
    row = Journey.objects.create(gallery=job.gallery, job=job, asked_by=job.submitted_by)
    model = the(ROUTE, report).model
    stops = []
    for position, photo in enumerate(photos):
        key = str(photo.pk)
        _write(job, photo, model, route.ledgers[key].to_json())
        place = _seal(photo, route.places[key].to_json(), PLACE)
        stops.append(Stop(journey=row, photo=photo, position=position, sealed_place=place))
    Stop.objects.bulk_create(stops)
    audit_write(
        actor=job.submitted_by, verb="locate", subject=f"journey:{row.pk}",
        gallery=job.gallery_id, detail=f"{len(photos)} photos",
    )  # fmt: skip


def clue_strike(*, location: Location, clue: str, struck: bool) -> Located:
    """Let a clue not count, or count again; the ledger with the answer of the others.

    Raises:
        ValidationError: the ledger has no such clue, or is forgotten by now.
    """
    if clue not in {one.name for one in ledger_of(location).clues if one.read}:
        raise ValidationError({"clue": [NO_CLUE]})
    with transaction.atomic():
        row = _held(location)
        names = {*struck_of(row)} - {clue} | ({clue} if struck else set())
        _strike(row, sorted(names))
    return opened(row)


def clues_strike(*, location: Location, names: Sequence[str]) -> Located:
    """Let just these clues not count.

    Raises:
        ValidationError: the ledger is forgotten by now.
    """
    with transaction.atomic():
        row = _held(location)
        _strike(row, names)
    return opened(row)


@transaction.atomic
def location_forget(*, location: Location, by: User) -> None:
    """Erase the ledger, the photo's place on journeys, and the jobs that looked for it alone: their
    options hold what a person said of the place."""
    photo = location.photo
    location.delete()
    photo.stops.all().delete()
    looked = photo.jobs.filter(kind=LOCATE).exclude(status__in=Job.OPEN)
    parents = [parent for parent in looked.values_list("parent", flat=True) if parent]
    looked.delete()
    Job.objects.filter(pk__in=parents, children=None).delete()
    audit_write(
        actor=by, verb="locate-forget", subject=f"photo:{photo.pk}", gallery=photo.gallery_id
    )
    transaction.on_commit(database_scrub)


@transaction.atomic
def journey_forget(*, journey: Journey, by: User) -> None:
    """Erase the journey and its job; its photos keep their own ledgers."""
    audit_write(
        actor=by, verb="locate-forget", subject=f"journey:{journey.pk}",
        gallery=journey.gallery_id,
    )  # fmt: skip
    job = journey.job
    journey.delete()
    if job is not None:
        job.delete()
    transaction.on_commit(database_scrub)


def _held(location: Location) -> Location:
    rows = Location.objects.select_for_update().select_related("photo__gallery")
    row = rows.filter(pk=location.pk).first()
    if row is None:
        raise ValidationError({"clue": [NO_CLUE]})
    return row


def _strike(row: Location, names: Sequence[str]) -> None:
    row.sealed_struck = _seal(row.photo, {"names": list(names)}, STRUCK)
    row.save(update_fields=["sealed_struck"])


def the(kind: str, report: Report) -> Artifact:
    """The report's only file of that kind."""
    (made,) = (one for one in report.artifacts if one.kind == kind)
    return made


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def _write(job: Job, photo: Photo, model: str, ledger: dict[str, Any]) -> None:
    planned = {one["model"]: one for one in job.plan.get("models", ())}
    Location.objects.update_or_create(
        photo=photo,
        defaults={
            "job": job,
            "model": model,
            "digest": planned.get(model, {}).get("digest", ""),
            "sealed_ledger": _seal(photo, ledger, LEDGER),
        },
    )


def _seal(photo: Photo, plain: dict[str, Any], about: str) -> bytes:
    gallery: Gallery = photo.gallery
    return sealing.seal(gallery, json.dumps(plain, ensure_ascii=False).encode(), about)
