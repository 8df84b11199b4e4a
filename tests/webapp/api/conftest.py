"""Two people with a gallery and a key each, and a photo that real models looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from ml import pipelines, registry
from ml.analysis.pipeline import AnalyseInputs, AnalyseOptions
from ml.contracts import GENERATION, GENERATION_PART, MARK, PROMPTING
from ml.pipelines import Context
from ml.pool import Pool
from ml.types import Report
from ml.weights import Weights
from webapp.jobs.results import replace_results
from webapp.models import Gallery, Photo, User
from webapp.services.galleries import gallery_create
from webapp.services.jobs import job_submit
from webapp.services.keys import key_create
from webapp.services.photos import photo_add


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """A media folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


def person(name: str) -> User:
    user = User.objects.create_user(name, password="correct horse")
    gallery_create(name=f"{name}'s photos", purpose="household", owner=user, personal=True)
    return user


@pytest.fixture
def alice(db: None) -> User:
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


def client_of(user: User) -> APIClient:
    """A program with the user's key."""
    client = APIClient(enforce_csrf_checks=True)
    _, key = key_create(user=user, name="test")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def api(alice: User) -> APIClient:
    return client_of(alice)


@pytest.fixture
def bobs_api(bob: User) -> APIClient:
    return client_of(bob)


@pytest.fixture
def gallery(alice: User) -> Gallery:
    return Gallery.objects.get(personal_of=alice)


@pytest.fixture
def upload(api: APIClient) -> Callable[..., Any]:
    """Send bytes as a photo: upload(content, name) -> response."""

    def send(content: bytes, name: str = "photo.jpg", **fields: Any) -> Any:
        file = SimpleUploadedFile(name, content)
        return api.post("/api/v1/photos", {"file": file, **fields}, format="multipart")

    return send


@pytest.fixture(scope="session")
def astronaut_report(astronaut: Path, weights_folder: Path) -> Report:
    """What detector, mesh and pose say of the astronaut."""
    pool = Pool(Weights(weights_folder))
    run = pipelines.get("analyse").run
    asked = registry.tasks() | {
        card.task.name: card.task
        for card in registry.cards()
        if card.task.internal and card.task not in (PROMPTING, GENERATION, GENERATION_PART, MARK)
    }
    there = (card for card in registry.cards() if pool.weights.has(card.weights))
    names = tuple(c.name for c in there if c.task.name in asked and not c.sensitive)
    report: Report = run(AnalyseOptions(), AnalyseInputs(astronaut, names), Context(pool))
    return report


@pytest.fixture
def photo(alice: User, gallery: Gallery, astronaut: Path) -> Photo:
    """The astronaut in Alice's gallery, not analysed."""
    return photo_add(gallery=gallery, by=alice, name="astronaut.jpg", file=astronaut).photo


@pytest.fixture
def analysed(photo: Photo, alice: User, astronaut_report: Report) -> Photo:
    """The astronaut with the real models' results."""
    job = job_submit(kind="analyse", gallery=photo.gallery, photos=[photo], by=alice, options={})
    job.move(to=job.Status.DONE, since=(job.Status.QUEUED,))
    replace_results(job, photo, astronaut_report, {})
    return photo
