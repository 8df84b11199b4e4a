"""A lesson whose worker's process is killed goes on from its last note, and ends as others do."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
import torch
from django.conf import settings
from psutil import wait_procs

from ml.generation.learning import KIND
from ml.generation.person_lora import HALFWAY
from tests.end_to_end.rigging import Customer, until_status
from tests.stack import Stack, until
from tests.webapp.learning import agreed, photographed
from tests.webapp.rows import a_gallery
from webapp.models import Job, Learnt, Person

STEPS = 200
PATIENCE = 90  # seconds: a new process loads its libraries first
Status = Job.Status


@pytest.fixture
def stack(stocked_stack: Stack) -> Stack:
    return stocked_stack


@pytest.fixture
def vera(anna: Customer) -> Person:
    """In a gallery whose purpose allows of portraits."""
    return agreed(photographed(a_gallery(owner=anna.user)), anna.user)


def learns(anna: Customer, person: Person) -> UUID:
    chosen = {"person": str(person.pk), "steps": STEPS, "side": 64, "anyway": True}
    body = {"kind": KIND, "gallery": str(person.gallery_id), "options": chosen}
    answer = anna.http.post("/jobs", json=body)
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["id"])


def learnt(job: UUID) -> Job:
    """The job, done."""
    found = until_status(job, Status.DONE, Status.FAILED, seconds=PATIENCE)
    assert found.status == Status.DONE, found.error
    return found


def notes(job: UUID) -> list[Path]:
    return list((settings.SCRATCH_DIR / str(job)).rglob(HALFWAY))


def first_told(job: UUID, attempt: int) -> int:
    """The step that the attempt says it begins with: it says where it is twice a second."""
    told = Job.objects.filter(pk=job, attempt=attempt, total=STEPS).values_list("done", flat=True)
    heard: list[int] = []
    until(lambda: heard or heard.extend(told.all()), PATIENCE, "going on")
    return heard[0]


def test_a_lesson_whose_process_is_killed_goes_on_from_its_last_note(
    stack: Stack, anna: Customer, vera: Person
) -> None:
    whole = learnt(learns(anna, vera))
    expected = Learnt.objects.get(job=whole).sha256
    job = learns(anna, vera)
    until(lambda: notes(job), PATIENCE, "a note")
    worker, *others = stack.processes("worker-later")
    (child,) = (process for process in others if process.ppid() == worker.pid)
    child.kill()
    wait_procs([child], timeout=10)
    (note,) = notes(job)
    begun = torch.load(note, weights_only=True)["step"]
    assert Job.objects.get(pk=job).status in (Status.RUNNING, Status.QUEUED), "not done before"
    assert 0 < begun < STEPS
    assert first_told(job, attempt=2) >= begun
    assert learnt(job).attempt == 2 and worker.is_running()
    row = Learnt.objects.get(person=vera)
    assert (row.job_id, row.sha256) == (job, expected)
    until(lambda: not list(settings.SCRATCH_DIR.glob(f"{job}/*")), 10, "tidying up")
