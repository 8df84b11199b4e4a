"""The section "By words": what it takes, what is refused, and what a worker makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from ml import registry
from ml.authenticity import credentials
from ml.authenticity.credentials import State
from ml.errors import Cancelled
from ml.pipelines import PREVIEW
from ml.pool import Pool
from ml.types import Artifact, Report
from tests.ml.generation.generating import stocked
from tests.webapp import generating
from tests.webapp.generating import asked, worked
from tests.webapp.portraying import claimed, grown_up, store
from tests.webapp.rows import a_user
from webapp.jobs import previews
from webapp.models import AuditLine, Face, Job, Photo, Portrait, User
from webapp.selectors.trust import trusted
from webapp.services.accounts import user_create
from webapp.services.jobs import job_cancel

TINY = "ip-adapter-plus-face"


@pytest.fixture(scope="module")
def stock(weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """A tiny back end beside the real models."""
    registry.discover()
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("stock")
        pool = stocked(folder, weights_folder, "plus-face", patch)
        kinds = {name: registry._models[name] for name in (TINY, "fast-mode", "landmark-control")}
    pool.kinds = kinds  # type: ignore[attr-defined]
    yield pool


@pytest.fixture
def pool(stock: Pool, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Pool:
    settings.WEIGHTS_DIR = stock.weights.folder
    for name, kind in stock.kinds.items():  # type: ignore[attr-defined]
        monkeypatch.setitem(registry._models, name, kind)
    return stock


@pytest.fixture
def mine(analysed: Photo, alice: User) -> Face:
    """The astronaut's face, said to be Alice's, who is an adult."""
    face = claimed(analysed, alice)
    grown_up(face, alice)
    return face


def tab(client: Client, photo: Photo) -> str:
    page = client.get(f"/photos/{photo.pk}/?tab=portraits").content.decode()
    return " ".join(page.split())


def pressed(client: Client, face: Face, **form: str) -> str:
    """The page that follows the form."""
    address = f"/photos/{face.photo_id}/by-words/"
    answer = client.post(address, {"faces": str(face.pk)} | form, follow=True)
    return " ".join(answer.content.decode().split())


def test_without_a_back_end_it_says_what_it_takes_and_offers_the_mesh(
    alices: Client, analysed: Photo, mine: Face
) -> None:
    page = tab(alices, analysed)
    assert "No back end is installed here" in page and "An administrator can install one" in page
    assert "InstantID" in page and "CreativeML OpenRAIL-M" in page
    assert "goes by the recogniser antelopev2, which is not installed" in page
    assert "Make pictures" not in page and 'href="#portraits-title"' in page
    said = pressed(alices, mine, prompt="in a coat")
    assert "is not installed" in said and not Job.objects.filter(kind="generate").exists()


def test_an_administrator_is_led_to_the_models(analysed: Photo, mine: Face) -> None:
    chief = User(username="chief", is_superuser=True)
    chief = user_create(user=chief, by=chief)
    analysed.gallery.memberships.create(user=chief, role="owner")
    client = Client()
    client.force_login(chief)
    assert 'href="/admin/models/"' in tab(client, analysed)


def test_a_worker_makes_what_was_asked_for_with_a_receipt_and_a_mark(
    alices: Client, alice: User, analysed: Photo, mine: Face, pool: Pool, tmp_path: Path
) -> None:
    assert "Make pictures" in tab(alices, analysed)
    form = {"prompt": "in a red coat", "style": "winter", "count": "2", "side": "256"}
    pressed(alices, mine, **form, steps="2", seed="5", engine=TINY, badge="on")
    job = worked(Job.objects.get(kind="generate"), pool)
    assert job.status == Job.Status.DONE, job.error
    first, second = Portrait.objects.order_by("rank")
    page = tab(alices, analysed)
    assert "by words: in a red coat, photo outdoors" in page and "no face was found on it" in page
    receipt = alices.get(f"/portraits/{first.pk}/receipt/").content.decode()
    assert "nobody took it" in receipt and "re-rendering" not in receipt
    told = alices.get(f"/portraits/{first.pk}/receipt.json").json()
    assert told["what"] == "A picture made by a trained model, not a photo."
    assert told["asked for"]["prompt"].startswith("in a red coat") and told["how"]["steps"] == 2
    assert {told["how"]["seed"], second.artifact.facts["seed"]} == {5, 6}
    assert told["consent"]["given"] == "This is me" and told["consent"]["declared an adult"]
    assert told["source photo"]["sha256"] == analysed.sha256 and told["how"]["badge"] == "yes"
    assert told["how"]["learnt of the person"] == "no"
    assert registry.get(TINY).card.digest in told["how"]["weights"]
    file = tmp_path / "made.png"
    file.write_bytes(alices.get(f"/api/v1/artifacts/{first.artifact_id}").content)
    found = credentials.read(file, trusted())
    assert found.state is State.TRUSTED
    assert any(one.source_type.endswith("/trainedAlgorithmicMedia") for one in found.steps)
    assert b"digitalsourcetype/trainedAlgorithmicMedia" in file.read_bytes(), "as XMP, too"
    assert AuditLine.objects.filter(verb="portraits-make", detail="portraits: 2").exists()


def test_around_the_face_alone_is_signed_as_a_photo_of_which_a_part_was_made(
    alices: Client, alice: User, mine: Face, pool: Pool, tmp_path: Path
) -> None:
    (portrait,) = generating.made(
        mine, alice, pool, count=1, begin="the photo, around the face alone"
    )
    file = tmp_path / "made.png"
    file.write_bytes(alices.get(f"/api/v1/artifacts/{portrait.artifact_id}").content)
    steps = credentials.read(file, trusted()).steps
    kinds = {one.source_type.rpartition("/")[2] for one in steps}
    assert (
        "compositeWithTrainedAlgorithmicMedia" in kinds and "trainedAlgorithmicMedia" not in kinds
    )


@pytest.mark.parametrize(
    ("form", "said", "rule"),
    [
        ({"prompt": "n u d e, by the sea"}, "Rule: sexual", "sexual"),
        ({"prompt": "x" * 10_000}, "10,000 characters", "length"),
        ({"negative": "swastika"}, "Rule: contempt", "contempt"),
        ({"style": "baroque"}, "Choose one of none, ", ""),
        ({"engine": "arc2face"}, f"not installed. Installed are: {TINY}.", ""),
        ({"engine": "nonsense"}, "Choose one of ip-adapter-plus-face, ", ""),
    ],
)
def test_what_cannot_be_made_is_said_beside_the_form_as_it_was_filled_in(
    alices: Client, mine: Face, pool: Pool, form: dict[str, str], said: str, rule: str
) -> None:
    page = pressed(alices, mine, **{"prompt": "in a library", "count": "3"} | form)
    assert said in page and 'id="words-count" name="count" value="3"' in page
    assert form.get("prompt", "in a library")[:40] in page
    assert not Job.objects.filter(kind="generate").exists()
    assert AuditLine.objects.filter(verb="refuse", detail=f"rule {rule}").exists() is bool(rule)


def test_the_same_rules_hold_as_for_other_portraits(
    alices: Client, alice: User, analysed: Photo, pool: Pool, settings: Settings
) -> None:
    face = analysed.faces.get()
    assert "Rule: name" in pressed(alices, face, prompt="in a coat")
    claimed(analysed, alice)
    settings.PORTRAITS_A_DAY = 3
    assert "Rule: quota" in pressed(alices, face, prompt="in a coat", count="4")
    assert not Job.objects.filter(kind="generate").exists()


def test_what_is_lacking_for_speed_and_pose_is_said(
    alices: Client, mine: Face, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = registry._models[TINY]
    for part in ("quick", "control"):
        card = replace(getattr(kind, part).card, weights=())
        gone = type("Gone", (getattr(kind, part),), {"card": replace(card, name="gone")})
        monkeypatch.setattr(kind, part, gone)
    assert "Fast mode needs" in pressed(alices, mine, prompt="in a coat", fast="on")
    assert "A pose or an expression needs" in pressed(alices, mine, prompt="in a coat", yaw="20")


def test_a_prompt_that_a_rule_forbids_since_it_was_asked_for_is_refused_by_the_worker(
    alice: User, mine: Face, pool: Pool
) -> None:
    from webapp.models import PromptRule
    from webapp.services.prompt_rules import prompt_rule_save

    job = asked(mine, alice)
    prompt_rule_save(rule=PromptRule(name="coats", why="No coats.", words="Red Coat*"), by=alice)
    job = worked(job, pool)
    assert job.status == Job.Status.FAILED and "No coats. (Rule: coats.)" in job.error
    assert AuditLine.objects.filter(verb="refuse", detail="rule coats").exists()


def test_more_like_it_takes_the_same_words_and_seeds_that_come_after(
    alices: Client, alice: User, mine: Face, pool: Pool
) -> None:
    portrait = generating.made(mine, alice, pool)[0]
    alices.post(f"/portraits/{portrait.pk}/more/")
    job = Job.objects.get(kind="generate", status="queued")
    assert job.options["prompt"] == "in a red coat" and job.options["count"] == 4
    assert int(job.options["seed"]) > 6


def test_what_is_half_made_shows_sealed_and_is_gone_at_the_end(
    alices: Client, viewers: Client, alice: User, analysed: Photo, mine: Face, pool: Pool,
    tmp_path: Path,
) -> None:  # fmt: skip
    job = asked(mine, alice)
    claim = store.claim(job.pk)
    assert claim is not None
    path, address = tmp_path / "half.webp", f"/api/v1/jobs/{job.pk}/preview"
    path.write_bytes(b"half made")
    assert alices.get(address).status_code == 404
    file = Artifact("generate", PREVIEW, "image/webp", path, "", 9)
    store.partial(claim, Report((256, 256), artifacts=(file,)))
    job.refresh_from_db()
    assert "half made" not in str(job.partial) and previews.opened(job) == b"half made"
    assert alices.get(address).content == b"half made"
    assert viewers.get(address).content == b"half made", "who sees the photo sees it"
    stranger = Client()
    stranger.force_login(a_user())
    assert stranger.get(address).status_code == 404
    assert re.search(rf'src="{address}\?step=\d+"', tab(alices, analysed))
    store.fail(claim, "It broke.", again=False)
    job.refresh_from_db()
    assert job.partial is None and alices.get(address).status_code == 404


def test_cancelling_stops_it_within_a_step(alice: User, mine: Face, pool: Pool) -> None:
    job = asked(mine, alice, steps=50)
    heard: list[int] = []
    kind = registry._models[TINY]
    whole = kind.make  # type: ignore[attr-defined]

    def stopped(self: object, brief: object, progress: object, preview: object) -> object:
        def told(done: int, total: int, message: str = "") -> None:
            heard.append(done)
            if done == 3:
                job_cancel(job=job, by=alice)
                raise Cancelled  # as the line to the store does once it asks

        return whole(self, brief, told, preview)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "make", stopped)
        job = worked(job, pool)
    assert job.status == Job.Status.CANCELLED and heard == [1, 2, 3]
    assert not Portrait.objects.exists()
