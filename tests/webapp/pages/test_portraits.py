"""The tab "Portraits": whose may be made, what becomes of them, and their receipts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from ml.authenticity import credentials
from ml.authenticity.credentials import State
from tests.webapp import portraying
from tests.webapp.portraying import asked, claimed, grown_up, worked
from tests.webapp.rows import a_face
from webapp.models import (
    Artifact,
    AuditLine,
    Consent,
    Face,
    Gallery,
    Job,
    Photo,
    Portrait,
    PortraitRecipe,
    User,
)
from webapp.selectors.trust import trusted
from webapp.services.consents import consent_withdraw
from webapp.services.faces import face_name
from webapp.services.photos import photo_add
from webapp.services.portrait_erasure import DISCARDED_FOR, portraits_tidy

Purpose = Consent.Purpose


def tab(client: Client, photo: Photo) -> str:
    page = client.get(f"/photos/{photo.pk}/?tab=portraits").content.decode()
    return " ".join(page.split())


@pytest.fixture
def mine(analysed: Photo, alice: User) -> Face:
    """The astronaut's face, said to be Alice's."""
    return claimed(analysed, alice)


@pytest.fixture
def portrait(mine: Face, alice: User, weights_folder: Path) -> Portrait:
    return portraying.made(mine, alice, weights_folder, yaw=20, expression="smile")[0]


def test_nobody_is_drawn_before_they_agreed(alices: Client, analysed: Photo) -> None:
    page = tab(alices, analysed)
    assert "Rule: name" in page and "This is me" in page and "Make portraits" not in page


def test_one_click_says_this_is_me(alices: Client, analysed: Photo) -> None:
    face = analysed.faces.get()
    answer = alices.post(f"/faces/{face.pk}/me/", follow=True)
    assert "Make portraits" in answer.content.decode()
    given = Consent.objects.get()
    assert (given.purpose, given.basis, given.person.name) == ("generation", "self", "alice")
    assert AuditLine.objects.filter(verb="consent-record").exists()


def test_this_is_me_is_not_said_of_another_of_the_same_name(
    alices: Client, alice: User, analysed: Photo
) -> None:
    other = a_face(analysed, left=300)
    face_name(face=other, name="Alice", by=alice)
    face = analysed.faces.filter(person=None).first()
    assert face is not None
    answer = alices.post(f"/faces/{face.pk}/me/", follow=True)
    assert "Somebody here is called alice already" in answer.content.decode()
    face.refresh_from_db()
    assert face.person is None and not Consent.objects.exists()


def test_nobody_is_two_people(alices: Client, analysed: Photo, mine: Face) -> None:
    other = a_face(analysed, 300)
    alices.post(f"/faces/{other.pk}/name/", {"name": "Grace"})
    page = alices.post(f"/faces/{other.pk}/me/", follow=True).content.decode()
    assert "Rule: self" in page and Consent.objects.count() == 1


def test_a_portrait_is_made_as_asked_signed_and_put_on_a_contact_sheet(
    alices: Client, analysed: Photo, portrait: Portrait, tmp_path: Path
) -> None:
    page = tab(alices, analysed)
    assert f"/api/v1/artifacts/{portrait.artifact_id}" in page
    assert "the same person" in page and "yaw +20° asked" in page and "smile asked" in page
    file = tmp_path / "portrait.png"
    file.write_bytes(alices.get(f"/api/v1/artifacts/{portrait.artifact_id}").content)
    found = credentials.read(file, trusted())
    assert found.state is State.TRUSTED
    assert any(one.source_type.endswith("compositeSynthetic") for one in found.steps)
    assert analysed.sha256 not in " ".join(one.described for one in found.steps)
    assert b"digitalsourcetype/compositeSynthetic" in file.read_bytes(), "as XMP, too"
    assert AuditLine.objects.filter(verb="portraits-make", detail="portraits: 1").exists()


def test_the_best_is_shown_first(
    alices: Client, alice: User, analysed: Photo, mine: Face, weights_folder: Path
) -> None:
    made = portraying.made(mine, alice, weights_folder, yaw=15, count=3)
    page = tab(alices, analysed)
    places = [page.index(f'id="portrait-{one.pk}"') for one in made]
    assert [one.rank for one in made] == [1, 2, 3] and places == sorted(places)


def test_what_is_kept_stays_and_what_is_discarded_can_be_taken_back(
    alices: Client, analysed: Photo, portrait: Portrait
) -> None:
    alices.post(f"/portraits/{portrait.pk}/keep/")
    assert 'id="kept-title"' in tab(alices, analysed)
    alices.post(f"/portraits/{portrait.pk}/discard/")
    assert "Discarded, erased within a day" in tab(alices, analysed)
    alices.post(f"/portraits/{portrait.pk}/undo/")
    portrait.refresh_from_db()
    assert portrait.state == Portrait.State.NEW and portrait.decided is None
    assert alices.post(f"/portraits/{portrait.pk}/burn/").status_code == 404


def test_what_was_discarded_is_erased_after_a_day(portrait: Portrait) -> None:
    path = Path(portrait.artifact.file.path)
    Portrait.objects.update(state="discarded", decided=portrait.created)
    portraits_tidy()
    assert Portrait.objects.exists(), "a day has not passed"
    Portrait.objects.update(decided=portrait.created - DISCARDED_FOR)
    portraits_tidy()
    assert not Artifact.objects.filter(kind="portrait").exists()
    assert path.exists(), "within the test's transaction the file waits for the commit"


def test_more_like_this_asks_for_others_around_it(
    alices: Client, portrait: Portrait, weights_folder: Path
) -> None:
    alices.post(f"/portraits/{portrait.pk}/more/")
    job = Job.objects.filter(kind="portraits", status="queued").get()
    assert job.options["yaw"] == 20 and job.options["expression"] == "smile"
    assert job.options["count"] == 4 and job.options["seed"] != 0


def test_the_receipt_says_how_of_what_by_what_consent_and_what_judges_found(
    alices: Client, viewers: Client, analysed: Photo, portrait: Portrait
) -> None:
    page = " ".join(alices.get(f"/portraits/{portrait.pk}/receipt/").content.decode().split())
    for said in (
        "mesh-portraits",
        analysed.sha256,
        "This is me",
        "fused-embedding",
        "re-rendering",
    ):
        assert said in page
    told = alices.get(f"/portraits/{portrait.pk}/receipt.json").json()
    assert told["source photo"]["sha256"] == analysed.sha256
    assert told["asked for"]["yaw asked"] == 20 and 10 < told["found by judges"]["yaw found"] < 30
    assert told["consent"]["given"] == "This is me"
    assert told["sha256"] == portrait.artifact.sha256
    theirs = viewers.get(f"/portraits/{portrait.pk}/receipt.json").json()
    assert "person" not in theirs["consent"] and "given" not in theirs["consent"]


def test_withdrawing_consent_erases_portraits_kept_ones_as_well(
    alices: Client, alice: User, mine: Face, portrait: Portrait
) -> None:
    alices.post(f"/portraits/{portrait.pk}/keep/")
    assert mine.person is not None
    consent_withdraw(person=mine.person, by=alice, purpose=Purpose.GENERATION)
    assert not Portrait.objects.exists() and not Artifact.objects.filter(kind="portrait").exists()


def test_a_face_that_gets_another_name_loses_its_portraits(
    alice: User, mine: Face, portrait: Portrait
) -> None:
    face_name(face=mine, name="Grace", by=alice)
    assert not Artifact.objects.filter(kind="portrait").exists()


def test_consent_withdrawn_while_the_job_waits_stops_it(
    alice: User, mine: Face, weights_folder: Path
) -> None:
    job = asked(mine, alice)
    assert mine.person is not None
    consent_withdraw(person=mine.person, by=alice, purpose=Purpose.GENERATION)
    worked(job, weights_folder)
    assert job.status == Job.Status.FAILED and "Rule: consent" in job.error
    assert AuditLine.objects.filter(verb="refuse", detail="rule consent").exists()


def test_consent_withdrawn_while_it_is_drawn_keeps_nothing(
    alice: User, mine: Face, weights_folder: Path
) -> None:
    from ml import pipelines
    from ml.pipelines import Context
    from ml.pool import Pool
    from ml.weights import Weights

    claim = portraying.store.claim(asked(mine, alice).pk)
    assert claim is not None and mine.person is not None
    claim.scratch.mkdir(parents=True, exist_ok=True)
    context = Context(Pool(Weights(weights_folder)), scratch=claim.scratch)
    report = pipelines.get(claim.kind).run(claim.options, claim.inputs, context)
    consent_withdraw(person=mine.person, by=alice, purpose=Purpose.GENERATION)
    portraying.store.finish(claim, report)
    assert not Portrait.objects.exists() and not Artifact.objects.filter(kind="portrait").exists()
    job = Job.objects.get(kind="portraits")
    assert job.status == Job.Status.FAILED and "Rule: consent" in job.error


@pytest.mark.parametrize(("purpose", "rule"), [("look", "purpose"), ("organisation", "consent")])
def test_the_gallerys_purpose_decides(
    alices: Client, analysed: Photo, gallery: Gallery, alice: User, purpose: str, rule: str
) -> None:
    face = analysed.faces.get()
    face_name(face=face, name="Grace", by=alice)
    Gallery.objects.filter(pk=gallery.pk).update(purpose=purpose)
    form = {"faces": str(face.pk)}
    page = alices.post(f"/photos/{analysed.pk}/portraits/", form, follow=True).content.decode()
    assert f"Rule: {rule}" in page
    assert not Job.objects.filter(kind="portraits").exists()
    assert AuditLine.objects.filter(verb="refuse", detail=f"rule {rule}").exists()


def test_a_user_makes_so_many_a_day(
    alices: Client, analysed: Photo, mine: Face, settings: Settings
) -> None:
    settings.PORTRAITS_A_DAY = 3
    form = {"faces": str(mine.pk), "count": "2"}
    for _ in range(2):
        page = alices.post(f"/photos/{analysed.pk}/portraits/", form, follow=True).content.decode()
    assert "Rule: quota" in page and Job.objects.filter(kind="portraits").count() == 1


def test_nobody_agrees_for_somebody_else(alices: Client, alice: User, analysed: Photo) -> None:
    face = face_name(face=analysed.faces.get(), name="Grace", by=alice)
    form = {"basis": "guardian", "statement": "my child"}
    page = alices.post(f"/people/{face.person_id}/agree/generation/", form)
    assert page.status_code == 422 and "Rule: guardian" in page.content.decode()
    assert AuditLine.objects.filter(verb="refuse", detail="rule guardian").exists()


def test_a_record_that_somebody_is_an_adult_is_written_down_and_taken_back(
    alices: Client, mine: Face
) -> None:
    address = f"/people/{mine.person_id}/adult/"
    assert alices.post(address, {"statement": " "}).status_code == 422
    page = alices.post(address, {"statement": "born in 1956"}, follow=True).content.decode()
    assert "is an adult" in page and AuditLine.objects.filter(verb="adult-declare").exists()
    alices.post(f"{address}withdraw/")
    assert "How do you know" in alices.get(f"/people/{mine.person_id}/").content.decode()


def test_a_viewer_sees_portraits_and_decides_nothing(
    viewers: Client, analysed: Photo, portrait: Portrait
) -> None:
    page = tab(viewers, analysed)
    assert "Receipt" in page and "Discard" not in page and "Make portraits" not in page
    assert viewers.post(f"/portraits/{portrait.pk}/keep/").status_code == 404


def test_many_faces_are_folded_away_and_come_with_the_analysis(
    alices: Client, analysed: Photo, mine: Face
) -> None:
    for left in range(4):
        a_face(analysed, 40 * left)
    page = tab(alices, analysed)
    assert page.count("Rule: name") == 4 and "Faces that nobody agreed for" in page
    live = alices.get(f"/photos/{analysed.pk}/live/?tab=portraits&seen=before").content.decode()
    assert 'id="portraits" class="stack" hx-swap-oob="true"' in live


def test_a_photo_without_faces_says_what_can_be_done(alices: Client, photo: Photo) -> None:
    photo.faces.all().delete()
    assert "No face to draw" in tab(alices, photo)


def test_a_file_is_known_by_its_digest_and_a_changed_one_by_nothing(
    alices: Client, portrait: Portrait
) -> None:
    content = alices.get(f"/api/v1/artifacts/{portrait.artifact_id}").content

    def ask(content: bytes) -> str:
        file = SimpleUploadedFile("some.png", content)
        return " ".join(alices.post("/made-here/", {"file": file}).content.decode().split())

    page = ask(content)
    assert "Yes, it was made here" in page and f"/portraits/{portrait.pk}/receipt/" in page
    anew = BytesIO()
    Image.open(BytesIO(content)).convert("RGB").save(anew, "JPEG")
    page = ask(anew.getvalue())
    assert "Nothing says that it was made here" in page and "no proof of the contrary" in page


def test_a_signature_is_known_where_the_file_is_gone(alices: Client, portrait: Portrait) -> None:
    content = alices.get(f"/api/v1/artifacts/{portrait.artifact_id}").content
    portrait.artifact.delete()
    file = SimpleUploadedFile("some.png", content)
    page = alices.post("/made-here/", {"file": file}).content.decode()
    assert "Yes, it was made here" in page and "Signed here" in page


def test_another_photo_of_the_gallery_stands_behind(
    alices: Client, alice: User, analysed: Photo, mine: Face, weights_folder: Path, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    Image.new("RGB", (900, 600), (200, 20, 20)).save(red)
    other = photo_add(gallery=analysed.gallery, by=alice, name="red.png", file=red).photo
    assert f'name="backdrop" value="{other.pk}"' in tab(alices, analysed)
    chosen = {"background": "another photo", "backdrop": [str(other.pk)]}
    (portrait,) = portraying.made(mine, alice, weights_folder, **chosen)
    told = alices.get(f"/portraits/{portrait.pk}/receipt.json").json()
    assert told["asked for"]["background photo"] == other.sha256


def test_a_face_is_moved_by_a_file_under_the_same_rules(
    alices: Client, analysed: Photo, weights_folder: Path, tmp_path: Path
) -> None:
    face, address = analysed.faces.get(), f"/photos/{analysed.pk}/animation/"

    def ask() -> str:
        motion = SimpleUploadedFile("motion.csv", b"time,jawOpen\n0,0\n0.2,1\n")
        form = {"faces": str(face.pk), "side": "384", "motion": motion}
        return alices.post(address, form, follow=True).content.decode()

    assert "Rule: name" in ask() and not Job.objects.filter(kind="animation").exists()
    alices.post(f"/faces/{face.pk}/me/")
    nothing = alices.post(address, {"faces": str(face.pk)}, follow=True).content.decode()
    assert "Give a file of motion" in nothing
    ask()
    job = worked(Job.objects.get(kind="animation"), weights_folder)
    assert job.status == Job.Status.DONE, job.error
    portrait = Portrait.objects.get()
    assert "the same person" in tab(alices, analysed) and portrait.artifact.facts["frames"] == 3
    file = tmp_path / "moved.webp"
    file.write_bytes(alices.get(f"/api/v1/artifacts/{portrait.artifact_id}").content)
    assert credentials.read(file, trusted()).state is State.TRUSTED
    page = alices.post(f"/portraits/{portrait.pk}/more/", follow=True).content.decode()
    assert "no variations of an animation" in page


def test_a_recipe_fills_the_form_in_for_anybody(
    alices: Client, analysed: Photo, mine: Face
) -> None:
    form = {"faces": str(mine.pk), "yaw": "-17", "expression": "laugh", "recipe-name": "Merry"}
    page = alices.post(f"/photos/{analysed.pk}/portraits/recipe/", form, follow=True)
    told = page.content.decode()
    assert "Saved as “Merry”" in told and 'value="-17"' in told
    recipe = PortraitRecipe.objects.get()
    assert recipe.options["expression"] == "laugh" and "faces" not in recipe.options
    nameless = form | {"recipe-name": " "}
    page = alices.post(f"/photos/{analysed.pk}/portraits/recipe/", nameless, follow=True)
    assert "Give the recipe a name" in page.content.decode()
    forget = {"photo": str(analysed.pk)}
    page = alices.post(f"/portrait-recipes/{recipe.pk}/forget/", forget, follow=True)
    assert "is forgotten" in page.content.decode() and not PortraitRecipe.objects.exists()


def test_age_is_asked_of_looks_unless_a_record_says_adult(
    alice: User, mine: Face, weights_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml.generation import minors

    monkeypatch.setattr(minors, "SURE", 100.0)  # whoever it is looks younger than that
    job = worked(asked(mine, alice), weights_folder)
    assert job.status == Job.Status.FAILED and "Rule: age" in job.error
    assert AuditLine.objects.filter(verb="refuse", detail="rule age").exists()
    grown_up(mine, alice)
    job = worked(asked(mine, alice), weights_folder)
    assert job.status == Job.Status.DONE and Portrait.objects.get().adult
