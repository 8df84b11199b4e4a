"""People who do not exist as a job: who may ask, whom they are not like, and what the ZIP holds."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ml.authenticity import credentials
from ml.contracts import Output
from ml.generation.identities_asked import KNOWN, MANY
from ml.generation.nobody import drawn
from ml.pool import Pool
from ml.weights import Weights
from tasks.jobs import work
from tests.webapp.making_up import CARD, Ager, Judge, space, stand_in
from tests.webapp.rows import a_gallery, a_photo, a_user
from webapp import sealing
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Embedding, Face, Gallery, Job, Membership, Run, User
from webapp.selectors.identities import made_today
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db
ASKED = {"identities": 3, "variations": 3, "engine": "vec2face", "seed": 7}


@pytest.fixture(autouse=True)
def _folders(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIGNING_DIR, settings.TRUST_DIR = tmp_path / "signing", tmp_path / "trust"
    settings.MEDIA_ROOT, settings.SCRATCH_DIR = tmp_path / "media", tmp_path / "scratch"
    stand_in(monkeypatch)


def asked(gallery: Gallery, by: User, **options: object) -> Job:
    return job_submit(kind="identities", gallery=gallery, photos=[], by=by, options=ASKED | options)


def worked(job: Job, weights: Path) -> Job:
    """The job, as the worker's runner leaves it."""
    work(DjangoJobStore(), job.pk, Pool(Weights(weights)))
    job.refresh_from_db()
    return job


def owner(gallery: Gallery) -> User:
    return gallery.memberships.get(role=Membership.Role.OWNER).user


def first_drawn() -> np.ndarray:
    """The embedding that the first identity of seed 7 is made of."""
    even = np.random.default_rng(7).normal(size=(MANY, KNOWN)).astype(np.float32)
    return drawn(9, even, 0.35, 7)[0]


def known(gallery: Gallery, vector: np.ndarray) -> Face:
    """A face of the gallery that was measured as that by the judge."""
    photo = a_photo(gallery)
    face = Face.objects.create(photo=photo, position=0, score=0.9, left=0, top=0, right=9, bottom=9)
    mine = space()
    run = Run.objects.create(
        photo=photo, model=mine.model, task="embedding", digest=mine.digest, recipe=mine.recipe
    )
    plain = np.asarray(vector, "<f4").tobytes()
    sealed = sealing.seal(gallery, plain, "embedding")
    Embedding.objects.create(run=run, face=face, sealed_vector=sealed)
    return face


def files_of(job: Job) -> dict[str, bytes]:
    with job.export.file.open("rb") as file, ZipFile(BytesIO(file.read())) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("purpose", ["household", "organisation"])
def test_a_set_is_made_marked_and_offered(
    purpose: str, weights_folder: Path, tmp_path: Path
) -> None:
    gallery = a_gallery(purpose)
    job = worked(asked(gallery, owner(gallery)), weights_folder)
    assert job.status == Job.Status.DONE, job.error
    files = files_of(job)
    told = json.loads(files.pop("manifest.json"))
    assert sorted(files) == sorted(told["files"]) and len(files) == 9
    assert (told["judged-by"], told["order"]["limits"]["apart"]) == (CARD.name, CARD.strangers)
    assert told["least-distance-between-identities"] >= 1 and "one pair of str" in told["says"]
    for name, content in files.items():
        assert told["files"][name]["sha256"] == sha256(content).hexdigest()
    picture = tmp_path / "made.jpg"
    picture.write_bytes(files["Nobody_0001/Nobody_0001_0001.jpg"])
    assert b"trainedAlgorithmicMedia" in picture.read_bytes()
    steps = credentials.read(picture).steps
    assert any("trainedAlgorithmicMedia" in step.source_type for step in steps)
    assert AuditLine.objects.filter(verb="identities-make").exists()
    assert not (tmp_path / "scratch" / str(job.pk) / "1").exists()


def test_nobody_made_is_like_a_face_of_the_gallery(weights_folder: Path) -> None:
    gallery, elsewhere = a_gallery(), a_gallery()
    known(gallery, first_drawn())
    told = json.loads(
        files_of(worked(asked(gallery, owner(gallery)), weights_folder))["manifest.json"]
    )
    assert told["left-out"] == {"like somebody known": 1}
    assert told["compared-with-people-known"] == 1
    assert told["least-distance-to-people-known"] >= 1
    other = worked(asked(elsewhere, owner(elsewhere)), weights_folder)
    assert json.loads(files_of(other)["manifest.json"])["compared-with-people-known"] == 0


def test_editors_only_not_where_one_only_looks_and_not_too_many(settings: Settings) -> None:
    gallery, looking, viewer = a_gallery(), a_gallery("look"), a_user()
    Membership.objects.create(gallery=gallery, user=viewer, role=Membership.Role.VIEWER)
    with pytest.raises(ValidationError, match="Rule: editors"):
        asked(gallery, viewer)
    with pytest.raises(ValidationError, match="Rule: purpose"):
        asked(looking, owner(looking))
    settings.IDENTITY_PICTURES_A_DAY = 12
    asked(gallery, owner(gallery))
    with pytest.raises(ValidationError, match="9 are made or on their way"):
        asked(gallery, owner(gallery))
    assert made_today(owner(gallery)) == 9
    assert AuditLine.objects.filter(verb="refuse").count() == 3


def test_what_a_worker_takes_later_does_not_count_against_what_is_under_way() -> None:
    gallery = a_gallery()
    by = owner(gallery)
    old, job = asked(gallery, by), asked(gallery, by)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, started=timezone.now())
    job.refresh_from_db()
    assert made_today(by) == 18 and made_today(by, job) == 0
    Job.objects.filter(pk=old.pk).update(status=Job.Status.DONE)
    assert made_today(by, job) == 9


def test_rules_are_asked_again_when_it_runs(weights_folder: Path) -> None:
    gallery, editor = a_gallery(), a_user()
    mine = Membership.objects.create(gallery=gallery, user=editor, role=Membership.Role.EDITOR)
    job = asked(gallery, editor)
    mine.delete()
    worked(job, weights_folder)
    assert job.status == Job.Status.FAILED and "Rule: editors" in job.error
    assert AuditLine.objects.filter(verb="refuse", detail="rule editors").exists()


def test_a_maker_that_is_not_here_is_said() -> None:
    gallery = a_gallery()
    with pytest.raises(ValidationError, match="IDiff-Face is not installed here"):
        asked(gallery, owner(gallery), engine="idiff-face")


def test_too_few_within_the_limits_is_said(
    weights_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = a_gallery()
    with monkeypatch.context() as patched:
        patched.setattr(Judge, "run", lambda self, view: Output())
        job = worked(asked(gallery, owner(gallery)), weights_folder)
    assert job.status == Job.Status.FAILED and "9 without a face of an adult" in job.error
    monkeypatch.setattr(Ager, "years", 15.0)
    job = worked(asked(gallery, owner(gallery)), weights_folder)
    assert job.status == Job.Status.FAILED and "9 without a face of an adult" in job.error


def test_a_command_writes_a_set_into_a_folder(tmp_path: Path) -> None:
    gallery = a_gallery()
    words = ["--user", owner(gallery).username, "--gallery", str(gallery.pk), "--seed", "7"]
    words += ["--identities", "2", "--variations", "2"]
    call_command("dataset", "identities", str(tmp_path / "set"), *words, stdout=StringIO())
    told = json.loads((tmp_path / "set" / "manifest.json").read_text())
    assert len(list((tmp_path / "set").glob("Nobody_*/*.jpg"))) == len(told["files"]) == 4
    with pytest.raises(CommandError, match="not empty"):
        call_command("dataset", "identities", str(tmp_path / "set"), *words)
    with pytest.raises(CommandError, match="IDiff-Face is not installed here"):
        call_command("dataset", "identities", str(tmp_path / "b"), *words, "--engine", "idiff-face")


def test_the_tab_offers_it_and_asks_for_a_job(client: Client) -> None:
    gallery = a_gallery()
    photo = a_photo(gallery)
    client.force_login(owner(gallery))
    tab = f"/photos/{photo.pk}/?tab=make"
    page = client.get(tab).content.decode()
    assert "People who do not exist" in page and "0 of 1000 pictures a day" in page
    assert "Painter" in page and "idiff-face" not in page
    address = f"/galleries/{gallery.pk}/identities/"
    asked_for = {name: str(value) for name, value in ASKED.items()}
    answer = client.post(address, asked_for)
    job = Job.objects.get(kind="identities")
    assert answer.headers["Location"] == f"/jobs/{job.pk}/"
    wrong = client.post(address, asked_for | {"identities": "1000", "photo": str(photo.pk)})
    assert wrong.headers["Location"] == tab
    assert "At most 100." in client.get(tab).content.decode()
    assert Job.objects.count() == 1


def test_without_a_maker_the_tab_says_what_to_install(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    gallery = a_gallery()
    photo = a_photo(gallery)
    client.force_login(owner(gallery))
    page = client.get(f"/photos/{photo.pk}/?tab=make").content.decode()
    assert "Nothing that makes people up is installed" in page
    assert "Vec2Face" in page and "CC-BY-NC-SA-4.0" in page
    looking = a_photo(a_gallery("look", owner(gallery)))
    assert "do not exist" not in client.get(f"/photos/{looking.pk}/?tab=make").content.decode()
