"""An installation whose models misbehave on purpose, and somebody who gives it work by REST."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

import httpx
import numpy as np
from PIL import Image

from tests.stack import ROOT, Stack, until
from webapp.models import Gallery, Job, Photo, User
from webapp.services.galleries import gallery_create
from webapp.services.keys import key_create
from webapp.services.photos import photo_add

RIGGED = Path(__file__).resolve().parent / "rigged" / "rigged.py"
PARTS = ("manage.py", "ml", "tasks", "webapp", "static", "templates")


def rigged_tree(folder: Path) -> Path:
    """A copy of the code with one more file in ml/analysis."""
    code_tree(folder)
    shutil.copy2(RIGGED, folder / "ml" / "analysis" / "rigged.py")
    return folder


def code_tree(folder: Path) -> None:
    """A copy of the code, to be changed."""
    for part in PARTS:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / part)


class Customer:
    """A user with a gallery and a key, who speaks REST."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.user: User = User.objects.create_user("anna")
        self.gallery: Gallery = gallery_create(name="Ours", purpose="look", owner=self.user)
        _, key = key_create(user=self.user, name="test")
        headers = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=f"{stack.url}/api/v1", headers=headers, timeout=30)
        self._folder = folder

    def photos(self, count: int) -> list[Photo]:
        """So many photos of noise, each another."""
        made = []
        for seed in range(count):
            path = self._folder / f"{seed}.png"
            noise = np.random.default_rng(seed).integers(0, 256, (48, 64, 3), np.uint8)
            Image.fromarray(noise).save(path)
            added = photo_add(gallery=self.gallery, by=self.user, name=path.name, file=path)
            made.append(added.photo)
        return made

    def asks(self, task: str, photo: Photo) -> UUID:
        """Submit a job; its id."""
        body = {"kind": "analyse", "photos": [str(photo.pk)], "options": {"tasks": [task]}}
        answer = self.http.post("/jobs", json=body)
        assert answer.status_code in (201, 202), answer.text
        return UUID(answer.json()["id"])


def status(job: UUID) -> str:
    return str(Job.objects.values_list("status", flat=True).get(pk=job))


def until_status(job: UUID, *wanted: str, seconds: float = 30) -> Job:
    """The job, once it has one of these statuses."""
    until(lambda: status(job) in wanted, seconds, f"job becoming {' or '.join(wanted)}")
    return Job.objects.get(pk=job)


def assert_each_done_once(jobs: list[UUID], photos: list[Photo], *models: str) -> None:
    """Every job is done, and every photo has each model's results exactly once."""
    until(lambda: not Job.objects.filter(status__in=Job.OPEN).exists(), 90, "closing all jobs")
    found = Job.objects.filter(pk__in=jobs).values_list("status", "error")
    assert list(found) == [(Job.Status.DONE, "")] * len(jobs)
    for photo in photos:
        assert sorted(photo.runs.values_list("model", flat=True)) == sorted(models)
        for run in photo.runs.all():
            assert (run.readings.count(), run.marks.count()) == (1, 1)
