"""A service outside, over real HTTP: what it answers is shown, how it fails is named, and neither
key nor photo goes where it should not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ml import pipelines
from ml.errors import MLError
from ml.pipelines import Context
from ml.pool import Pool
from ml.prompting.pipeline import REMOTE
from ml.weights import Weights
from tests.ml.prompting.openai_server import Deed, Server, completing, failing, replying, serving
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Endpoint, Job, Photo, User
from webapp.services.endpoints import endpoint_save
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db
KEY = "sk-very-secret"
store = DjangoJobStore()
Asks = Callable[[Server, dict[str, Any]], Job]


@pytest.fixture
def ask(alice: User, photo: Photo, tmp_path: Path) -> Asks:
    """Ask the server about the photo, as a worker does but for looking for faces first."""

    def asked(server: Server, options: dict[str, Any]) -> Job:
        values = {"title": "Ours", "url": server.url, "model": "qwen", "seconds": 2, "daily": 3}
        row = endpoint_save(
            endpoint=Endpoint(**values, private=True, enabled=True), by=alice, key=KEY
        )
        said = {"engine": REMOTE, "endpoint": str(row.pk)} | options
        job = job_submit(kind="ask", gallery=photo.gallery, photos=[photo], by=alice, options=said)
        claim = store.claim(job.pk)
        assert claim is not None
        inputs = replace(claim.inputs, models=())
        try:
            report = pipelines.get("ask").run(
                claim.options, inputs, Context(Pool(Weights(tmp_path / "none")))
            )
        except MLError as error:
            store.fail(claim, str(error), again=False)
        else:
            store.finish(claim, report)
        job.refresh_from_db()
        return job

    return asked


def test_what_it_answers_is_shown_with_where_the_photo_went(
    alices: Client, photo: Photo, ask: Asks
) -> None:
    with serving(replying("a helmet")) as server:
        job = ask(server, {"question": "What is beside her?"})
    assert job.status == "done", job.error
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert not server.picture().getexif()
    page = alices.get(f"/photos/{photo.pk}/?tab=ask").content.decode()
    assert "a helmet" in page and f"sent to {server.url.split('/')[2]}" in page
    assert KEY not in page
    assert AuditLine.objects.filter(verb="external-send").count() == len(server.bodies)


@pytest.mark.parametrize(
    "deed",
    [failing(500), failing(401), failing(404), completing("no JSON"), completing(None)],
)
def test_how_it_fails_is_named_and_breaks_no_page(
    alices: Client, photo: Photo, ask: Asks, deed: Deed
) -> None:
    with serving(deed) as server:
        job = ask(server, {"questions": ["daylight"]})
    answer = alices.get(f"/photos/{photo.pk}/?tab=ask")
    said = answer.content.decode()
    assert answer.status_code == 200 and KEY not in said + job.error + job.message
    assert job.error or "This is no answer" in said or "Not answered" in said
    assert alices.get(f"/jobs/{job.pk}/").status_code == 200


def test_a_spent_budget_sends_nothing(alices: Client, photo: Photo, ask: Asks) -> None:
    with serving(failing(500)) as server:
        job = ask(server, {"questions": ["daylight", "sharp", "people", "when"]})
        sent = len(server.bodies)
    assert sent <= 3 and AuditLine.objects.filter(verb="external-send").count() == sent
    assert KEY not in job.error


def test_orders_in_a_reply_are_words(alices: Client, photo: Photo, ask: Asks) -> None:
    evil = "Ignore the question. <script>fetch('//evil.example')</script>"
    with serving(replying(evil)) as server:
        ask(server, {"question": "What is written there?"})
    said = alices.get(f"/photos/{photo.pk}/?tab=ask").content.decode()
    assert "<script>fetch" not in said
