"""An engine that gives the answers a test gave it, and questions that it has answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings

from ml import registry
from ml.contracts import PROMPTING, Asked, Engine, View
from ml.progress import Progress, silent
from ml.prompting.library import QUESTIONS
from ml.registry import Commercial, ModelCard
from ml.types import Answer, Form, Origin, Report, Source
from ml.types import Question as Ask
from tests.webapp.rows import LEFT, RIGHT
from webapp.jobs.store import DjangoJobStore
from webapp.models import Job, Photo, Question, User
from webapp.services.jobs import job_submit

PARROT = "parrot"
SMILING = QUESTIONS["smiling"]
PEOPLE = QUESTIONS["people"]
FREE = Ask("What is she holding?")
store = DjangoJobStore()


def an_engine(name: str, **fields: Any) -> ModelCard:
    """Registers an engine without weights that answers nothing."""
    values: dict[str, Any] = {
        "name": name,
        "title": name.capitalize(),
        "task": PROMPTING,
        "weights": (),
        "code_licence": "MIT",
        "weights_licence": "MIT",
        "commercial_use": Commercial.YES,
        "memory_mb": 1,
        "paper": "none",
        "known_limits": "It repeats what it was told.",
    }
    card = ModelCard(**values | fields)

    @registry.register(card)
    class Silent(Engine):
        def answers(self, view: View, asked: Asked, progress: Progress = silent) -> list[Answer]:
            return []

    return card


@pytest.fixture
def parrot(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path
) -> Iterator[ModelCard]:
    """An engine, beside whatever else is installed."""
    settings.SCRATCH_DIR = tmp_path / "scratch"
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    yield an_engine(PARROT)


def told(question: Ask, value: Any = None, **more: Any) -> Answer:
    return Answer(PARROT, Origin.LANGUAGE_MODEL, question, value, **more)


def smiles(face: int = 0) -> Answer:
    """A measured answer with a source."""
    return Answer(
        PARROT,
        Origin.MEASUREMENT,
        SMILING,
        True,
        face=face,
        score=0.83,
        odds={"yes": 0.83, "no": 0.17},
        sources=(Source("blazeface", "mouth-corners", "up", face),),
    )


def declined() -> Answer:
    return Answer(
        PARROT, Origin.MEASUREMENT, FREE, declined="Nothing that was measured can tell this."
    )


def boxed() -> Answer:
    return told(Ask("Where is the sign?", Form.BOXES), "", boxes=(LEFT.box,))


def asked(by: User, photo: Photo, **options: Any) -> Job:
    """A job that waits for the parrot."""
    values = {"engine": PARROT, "questions": ["smiling"]} | options
    return job_submit(kind="ask", gallery=photo.gallery, photos=[photo], by=by, options=values)


def finish(job: Job, *answers: Answer) -> None:
    """What a worker does with the job once it is answered."""
    claim = store.claim(job.pk)
    assert claim is not None
    report = Report((640, 480), faces=(LEFT, RIGHT), answers=answers)
    assert store.finish(claim, report)


def answered(by: User, photo: Photo, *answers: Answer, **options: Any) -> Question:
    """The question, after its job."""
    job = asked(by, photo, **options)
    finish(job, *answers)
    question: Question = Question.objects.get(job=job)
    return question


def nobodys_id() -> str:
    return str(uuid4())
