"""Ledgers of places that tests start from: real clues, joined by the real fusion."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from ml.geolocation import second_looks
from ml.geolocation.clues import Clue, Country, Disc
from ml.geolocation.consistency import Agreement
from ml.geolocation.journey import ARTIFACT, Route, placed
from ml.geolocation.ledger import Ledger, ledger
from ml.geolocation.location_ledger import NAME, written
from ml.types import Artifact, Box, Report
from webapp.jobs.store import DjangoJobStore
from webapp.models import Job, Location, Photo, User
from webapp.services.jobs import job_submit

store = DjangoJobStore()
PHONE = Clue(
    "phone: +34 91", "phone", "Telephone number", "+34 91 123 45 67", "Spain",
    Box(20, 30, 220, 60), (Country("ES"),), 0.02, removal="Cover the writing",
)  # fmt: skip
DOMAIN = Clue(
    "domain: .fr", "domain", "Web address", "boulangerie.fr", "France",
    Box(40, 90, 240, 130), (Country("FR"),), 0.05, removal="Cover the writing",
)  # fmt: skip
GPS = Clue(
    "exif-gps: point", "exif-gps", "Position in the file", "43.46745, 11.88513", "there",
    None, (Disc(43.46745, 11.88513, 0.01),), 1e-6, removal="Clean the file",
)  # fmt: skip
UNREAD = Clue("exif-time: x", "exif-time", "Clock of the camera", "2008", note="no zone")


def ledger_of(*clues: Clue) -> Ledger:
    return ledger(clues, ("Thai writing was seen that nothing installed here can read.",))


def located(
    photo: Photo, by: User, *clues: Clue, agreement: Sequence[Agreement] = (), **options: object
) -> Job:
    """The photo, looked at by a job that found these clues."""
    job = job_submit(
        kind="locate", gallery=photo.gallery, photos=[photo], by=by, options=dict(options)
    )
    claim = store.claim(job.pk)
    assert claim is not None
    claim.scratch.mkdir(parents=True, exist_ok=True)
    files = [written(NAME, ledger_of(*clues), claim.scratch)]
    if agreement:
        files.append(second_looks.written(NAME, agreement, claim.scratch))
    assert store.finish(claim, Report((640, 480), artifacts=tuple(files)))
    job.refresh_from_db()
    return job


def journeyed(photos: Sequence[Photo], by: User, clues: Sequence[Sequence[Clue]]) -> Job:
    """The photos, placed together, an hour apart."""
    job = job_submit(kind="journey", gallery=photos[0].gallery, photos=photos, by=by, options={})
    return travelled(job, clues)


def travelled(job: Job, clues: Sequence[Sequence[Clue]]) -> Job:
    claim = store.claim(job.pk)
    assert claim is not None
    claim.scratch.mkdir(parents=True, exist_ok=True)
    began = datetime(2024, 5, 1, 10, tzinfo=UTC)
    times = [began + timedelta(hours=number) for number in range(len(clues))]
    ledgers = [ledger_of(*some) for some in clues]
    places = placed(ledgers, times, [frozenset()] * len(clues))
    keys = claim.inputs.keys
    route = Route(dict(zip(keys, ledgers, strict=True)), dict(zip(keys, places, strict=True)))
    assert store.finish(claim, Report((1, 1), artifacts=(file_of(route, claim.scratch),)))
    job.refresh_from_db()
    return job


def file_of(route: Route, folder: Path) -> Artifact:
    data = json.dumps(route.to_json()).encode()
    path = folder / f"{uuid4()}.json"
    path.write_bytes(data)
    return Artifact(NAME, ARTIFACT, "application/json", path, sha256(data).hexdigest(), len(data))


def row_of(photo: Photo) -> Location:
    return Location.objects.get(photo=photo)
