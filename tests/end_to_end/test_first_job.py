"""One job through everything: rows, queue, worker, models, rows."""

from __future__ import annotations

from pathlib import Path

from tests.stack import Stack
from webapp.models import Job
from webapp.selectors.jobs import wait_for
from webapp.services.galleries import gallery_create
from webapp.services.jobs import job_submit
from webapp.services.photos import photo_add
from webapp.services.users import first_administrator


def test_finds_the_astronauts_face(stack: Stack, astronaut: Path) -> None:
    anna = first_administrator()
    gallery = gallery_create(name="Ours", purpose="household", owner=anna)
    photo = photo_add(gallery=gallery, by=anna, name="astronaut.jpg", file=astronaut).photo
    job = job_submit(kind="analyse", gallery=gallery, photos=[photo], by=anna, options={})
    done = wait_for(job.pk, 30)
    assert (done.status, done.error) == (Job.Status.DONE, "")
    assert photo.faces.count() == 1
    assert photo.faces.get().embeddings.count() == 1
