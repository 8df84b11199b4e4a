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
from ml.geolocation.second_looks import KIND as AGREEMENT
from ml.types import Artifact, Report
from webapp import sealing
from webapp.models import Gallery, Job, Journey, Location, Photo, Stop, User
from webapp.selectors.locations import AGREED, LEDGER, PLACE, STRUCK, Located, opened, struck_of
from webapp.services.audit import audit_write

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
    for position, photo in enumerate(photos):
        key = str(photo.pk)
        _write(job, photo, model, route.ledgers[key].to_json())
        place = route.places[key].to_json()
        Stop.objects.create(
            journey=row, photo=photo, position=position, sealed_place=_seal(photo, place, PLACE)
        )
    audit_write(
        actor=job.submitted_by, verb="locate", subject=f"journey:{row.pk}",
        gallery=job.gallery_id, detail=f"{len(photos)} photos",
    )  # fmt: skip


@transaction.atomic
def clue_strike(*, location: Location, clue: str, struck: bool) -> Located:
    """Let a clue not count, or count again; the ledger with the answer of the others.

    Raises:
        ValidationError: the ledger has no such clue.
    """
    row = Location.objects.select_for_update().select_related("photo__gallery").get(pk=location.pk)
    if clue not in {one.name for one in opened(row).ledger.clues if one.read}:
        raise ValidationError({"clue": [NO_CLUE]})
    names = {*struck_of(row)} - {clue} | ({clue} if struck else set())
    return clues_strike(location=row, names=sorted(names))


def clues_strike(*, location: Location, names: Sequence[str]) -> Located:
    """Let just these clues not count."""
    location.sealed_struck = _seal(location.photo, {"names": list(names)}, STRUCK)
    location.save(update_fields=["sealed_struck"])
    return opened(location)


@transaction.atomic
def location_forget(*, location: Location, by: User) -> None:
    """Erase the ledger. A job that looked for nothing else goes along: its options hold what a
    person said of the place."""
    photo, job = location.photo, location.job
    location.delete()
    if job is not None and not Journey.objects.filter(job=job).exists():
        job.delete()
    audit_write(
        actor=by, verb="locate-forget", subject=f"photo:{photo.pk}", gallery=photo.gallery_id
    )


@transaction.atomic
def journey_forget(*, journey: Journey, by: User) -> None:
    """Erase the journey; its photos keep their own ledgers."""
    audit_write(
        actor=by, verb="locate-forget", subject=f"journey:{journey.pk}",
        gallery=journey.gallery_id,
    )  # fmt: skip
    journey.delete()


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
