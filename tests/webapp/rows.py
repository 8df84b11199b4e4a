"""Rows and reports that tests of jobs start from."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import count
from pathlib import Path
from time import time
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from ml import registry
from ml.contracts import Output, View
from ml.registry import Commercial, Model, ModelCard, Task
from ml.types import Box, Embedding, Face, Mark, MarkKind, Ran, Reading, Report, Space
from webapp import models as rows
from webapp import sealing
from webapp.jobs.plan import Plan, Planned
from webapp.models import Gallery, Job, Person, Photo, User
from webapp.selectors.reports import EXIF
from webapp.services.galleries import gallery_create

_number = count(1)

DETECTOR = Ran("finder", "detection", "d1", 1, 0.1)
AGER = Ran("ager", "age", "a1", 1, 0.2)
MEASURER = Ran("measurer", "embedding", "m1", 1, 0.3)
LEFT = Face(Box(10, 10, 110, 110), 0.9)
RIGHT = Face(Box(300, 20, 400, 120), 0.8)


def a_user() -> User:
    return User.objects.create_user(f"anna{next(_number)}")


def a_gallery(purpose: str = "household", owner: User | None = None) -> Gallery:
    return gallery_create(name="Ours", purpose=purpose, owner=owner or a_user())


def a_photo(gallery: Gallery) -> Photo:
    """A row with a file; nobody decodes it here."""
    photo = Photo(
        gallery=gallery,
        name="photo.jpg",
        sha256=uuid4().hex * 2,
        media_type="image/jpeg",
        size=3,
        width=640,
        height=480,
        sealed_exif=sealing.seal(gallery, b"{}", EXIF),
    )
    photo.original.save("original.jpg", ContentFile(b"jpg"), save=False)
    photo.save()
    return photo


def a_face(photo: Photo, left: float = 10, person: Person | None = None) -> rows.Face:
    """100 pixels wide, 120 high."""
    box = {"left": left, "top": 20, "right": left + 100, "bottom": 140}
    return rows.Face.objects.create(photo=photo, position=0, score=0.9, person=person, **box)


def a_job(photo: Photo, *asked: str, needed: tuple[str, ...] = (), **fields: object) -> Job:
    """A queued job that was announced just now. asked, needed: models of its plan."""
    planned = [Planned(model, "", 1, True) for model in asked]
    planned += [Planned(model, "", 1, False) for model in needed]
    values = {
        "kind": "analyse",
        "gallery": photo.gallery,
        "lane": "cpu-now",
        "plan": Plan(tuple(planned)).to_json(),
        "announced": 1,
        "announced_at": timezone.now(),
    }
    job = Job.objects.create(**values | fields)
    job.photos.add(photo)
    return job


def a_report(*faces: Face, age: float = 30.0) -> Report:
    """What a detector, an age model and a recogniser said of these faces."""
    numbered = range(len(faces))
    space = Space(MEASURER.model, MEASURER.digest, MEASURER.recipe)
    return Report(
        size=(640, 480),
        faces=faces,
        readings=tuple(Reading("ager", "age", age + i, 0.5, i, "years") for i in numbered),
        marks=tuple(
            Mark("finder", "Boxes", MarkKind.BOX, (((0, 0), (1.23456, 2)),), i) for i in numbered
        ),
        embeddings=tuple(Embedding.of(i, space, [0.1 * i, 1.0]) for i in numbered),
        runs=(DETECTOR, AGER, MEASURER),
    )


def moved(face: Face, by: float) -> Face:
    """The face, so many pixels to the right."""
    box = face.box
    return replace(face, box=Box(box.left + by, box.top, box.right + by, box.bottom))


def a_file(folder: Path, content: bytes = b"made") -> Path:
    path = folder / "made.png"
    path.write_bytes(content)
    return path


def grown_old(path: Path, hours: float) -> None:
    """Make the file or folder look that old."""
    then = time() - hours * 3600
    os.utime(path, (then, then))


def a_card(name: str, needs: tuple[Task[object], ...] = (), **fields: object) -> ModelCard:
    """Registers a model without weights, of a task named like it."""
    values = {
        "name": name,
        "title": name,
        "task": Task(name, name, object),
        "weights": (),
        "code_licence": "MIT",
        "weights_licence": "MIT",
        "commercial_use": Commercial.YES,
        "memory_mb": 1,
        "paper": "none",
        "known_limits": "none",
        "needs": needs,
    }
    card = ModelCard(**values | fields)  # type: ignore[arg-type]

    @registry.register(card)
    class Silent(Model):
        def run(self, view: View) -> Output:
            return Output()

    return card
