"""Further photos of whoever is portrayed: only theirs are shown and taken, and all are accounted
for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image
from skimage import data

from ml import pipelines
from ml.contracts import POSE
from ml.errors import MLError, Refused
from ml.pipelines import Context
from ml.pool import Pool
from ml.weights import Weights
from tests.webapp import portraying
from tests.webapp.portraying import asked, claimed, store
from tests.webapp.protecting import OTHER, a_person, measured
from tests.webapp.protecting import a_face as another_face
from tests.webapp.rows import a_face, a_gallery
from webapp.jobs.inputs import inputs_of
from webapp.models import (
    Artifact,
    AuditLine,
    Consent,
    Face,
    Gallery,
    Job,
    Membership,
    Person,
    Photo,
    Portrait,
    Reading,
    Run,
    User,
)
from webapp.services.consents import consent_record
from webapp.services.faces import face_name
from webapp.services.jobs import job_retry
from webapp.services.photos import photo_add, photo_erase, photo_trash
from webapp.services.portrait_recipes import recipe_save

Purpose, Basis = Consent.Purpose, Consent.Basis


def on_another(
    gallery: Gallery, by: User, person: Person | None, folder: Path, shift: int = 0
) -> Face:
    """A face on a photo of the astronaut that is so much further to the left."""
    path = folder / f"{shift}.png"
    Image.fromarray(np.ascontiguousarray(data.astronaut()[:, shift:])).save(path)
    photo = photo_add(gallery=gallery, by=by, name=f"photo {shift}.png", file=path).photo
    box = {"left": 175 - shift, "top": 60, "right": 275 - shift, "bottom": 195}
    return Face.objects.create(photo=photo, position=0, score=0.9, person=person, **box)


@pytest.fixture
def mine(analysed: Photo, alice: User) -> Face:
    """The astronaut's face, said to be Alice's."""
    return claimed(analysed, alice)


@pytest.fixture
def other(mine: Face, gallery: Gallery, alice: User, tmp_path: Path) -> Face:
    """Alice's on another photo."""
    return on_another(gallery, alice, mine.person, tmp_path, 20)


def form_of(client: Client, photo: Photo) -> str:
    return client.get(f"/photos/{photo.pk}/?tab=portraits").content.decode()


def test_the_form_shows_the_persons_own_other_photos_and_no_more(
    alices: Client, alice: User, analysed: Photo, gallery: Gallery, mine: Face, tmp_path: Path
) -> None:
    assert "Further photos of them" not in form_of(alices, analysed), "there are none"
    theirs = on_another(gallery, alice, mine.person, tmp_path, 20)
    nobodys = on_another(gallery, alice, None, tmp_path, 30)
    graces = face_name(face=on_another(gallery, alice, None, tmp_path, 40), name="Grace", by=alice)
    trashed = on_another(gallery, alice, mine.person, tmp_path, 50)
    photo_trash(photo=trashed.photo, by=alice)
    beside = a_face(analysed, 300, mine.person)
    page = form_of(alices, analysed)
    shown = page.partition('name="others"')[2].partition("</fieldset>")[0]
    assert f'name="others" value="{theirs.pk}"' in page and f"{theirs.pk}" in shown
    for face in (nobodys, graces, trashed, beside):
        assert f'name="others" value="{face.pk}"' not in page
    assert "checked" not in shown, "off unless somebody chooses"


def test_what_is_not_theirs_is_refused_like_what_is_not_there(
    alice: User, bob: User, gallery: Gallery, mine: Face, tmp_path: Path
) -> None:
    graces = face_name(face=on_another(gallery, alice, None, tmp_path, 20), name="Grace", by=alice)
    bobs = on_another(Gallery.objects.get(personal_of=bob), bob, None, tmp_path, 30)
    for pk in (graces.pk, bobs.pk, mine.pk, gallery.pk):
        with pytest.raises(ValidationError, match="not on other photos of the same person"):
            asked(mine, alice, others=[str(pk)])


@pytest.fixture
def vera(alice: User) -> Person:
    """On three photos that are measured alike; she agreed."""
    person = a_person(a_gallery(owner=alice), faces=3)
    consent_record(person=person, by=alice, purpose=Purpose.GENERATION, basis=Basis.SELF)
    return person


def test_a_stranger_under_the_same_name_is_refused_and_on_record(alice: User, vera: Person) -> None:
    own, second, _ = vera.faces.all()
    unmeasured = another_face(vera.gallery, vera, None)
    asked(own, alice, others=[str(second.pk), str(unmeasured.pk)])  # nothing speaks against it
    stranger = another_face(vera.gallery, vera, OTHER)
    with pytest.raises(ValidationError, match=r"further photos shows.*Rule: likeness"):
        asked(own, alice, others=[str(second.pk), str(stranger.pk)])
    assert AuditLine.objects.filter(verb="refuse", detail="rule likeness").exists()


def test_they_reach_the_job_in_their_order_and_are_looked_at_again_there(
    alice: User, vera: Person
) -> None:
    kind, (own, second, third) = pipelines.get("portraits"), vera.faces.all()
    unmeasured = another_face(vera.gallery, vera, None)
    job = asked(own, alice, others=[str(face.pk) for face in (unmeasured, second)])
    given = inputs_of(job, kind).others
    assert [one.photo for one in given] == [
        Path(face.photo.original.path) for face in (unmeasured, second)
    ]
    assert given[0].box.left == unmeasured.left
    measured(unmeasured, OTHER)
    with pytest.raises(Refused, match="further photos shows"):
        inputs_of(job, kind)
    face_name(face=unmeasured, name="Grace", by=alice)
    with pytest.raises(MLError, match="no longer said to show them"):
        inputs_of(job, kind)
    assert not inputs_of(asked(third, alice), kind).others, "off unless somebody chooses"


def test_the_receipt_names_all_photos_and_erasing_one_erases_the_portrait(
    alices: Client, alice: User, analysed: Photo, mine: Face, other: Face, weights_folder: Path
) -> None:
    (portrait,) = portraying.made(mine, alice, weights_folder, yaw=15, others=[str(other.pk)])
    told = alices.get(f"/portraits/{portrait.pk}/receipt.json").json()
    assert told["source photo"]["sha256"] == analysed.sha256
    assert told["how"]["other photos"] == other.photo.sha256
    assert told["how"]["source faces"] == 2
    assert f'value="{other.pk}" checked' in form_of(alices, analysed), "as asked for last"
    photo_erase(photo=other.photo, by=alice)
    assert not Portrait.objects.exists() and not Artifact.objects.filter(kind="portrait").exists()


def aside(face: Face) -> Face:
    """The face, turned further than one that is drawn again may be, as far as is stored."""
    run = Run.objects.create(photo=face.photo, model="poser", task=POSE.name, recipe=1)
    Reading.objects.create(run=run, face=face, name="yaw", number=41)
    return face


def small(face: Face) -> Face:
    """The face, with eyes 8 pixels apart."""
    face.points = {"scheme": "five", "xy": [[10, 10], [18, 10], [14, 14], [11, 18], [17, 18]]}
    face.save(update_fields=["points"])
    return face


def test_what_is_known_to_hinder_a_further_photo_is_told_before_the_job(
    alices: Client, alice: User, analysed: Photo, mine: Face, other: Face
) -> None:
    assert f'name="others" value="{other.pk}"' in form_of(alices, analysed)
    small(other)
    assert f'name="others" value="{other.pk}"' not in form_of(alices, analysed)
    with pytest.raises(ValidationError, match=r"photo 20\.png.*too small") as refused:
        asked(mine, alice, others=[str(other.pk)])
    assert list(refused.value.message_dict) == ["others"]


def test_a_further_photo_may_show_the_face_from_aside(
    alices: Client, alice: User, analysed: Photo, mine: Face, other: Face
) -> None:
    aside(other)
    assert f'name="others" value="{other.pk}"' in form_of(alices, analysed)
    assert asked(mine, alice, others=[str(other.pk)]).options["others"] == [str(other.pk)]


def test_photos_of_whom_no_portrait_can_be_made_are_not_offered(
    alices: Client, alice: User, analysed: Photo, gallery: Gallery, mine: Face, tmp_path: Path
) -> None:
    grace = face_name(face=a_face(analysed, 300), name="Grace", by=alice)
    assert grace.person is not None
    graces = on_another(gallery, alice, grace.person, tmp_path, 30)
    option = f'name="others" value="{graces.pk}"'
    assert option not in form_of(alices, analysed), "she has not agreed"
    agreed = {"basis": Basis.AGREED, "statement": "by word of mouth"}
    consent_record(person=grace.person, by=alice, purpose=Purpose.GENERATION, **agreed)
    assert option in form_of(alices, analysed)
    small(grace)
    assert option not in form_of(alices, analysed)


def test_the_form_asks_for_them(
    alices: Client, analysed: Photo, gallery: Gallery, mine: Face, other: Face
) -> None:
    answer = {"faces": str(mine.pk), "others": [str(other.pk).upper(), other.pk.hex]}
    alices.post(f"/photos/{analysed.pk}/portraits/", answer)
    assert Job.objects.get(kind="portraits").options["others"] == [str(other.pk)]
    told = alices.post(
        f"/photos/{analysed.pk}/portraits/", answer | {"others": str(gallery.pk)}, follow=True
    )
    assert "not on other photos of the same person" in told.content.decode()
    assert Job.objects.filter(kind="portraits").count() == 1


def test_one_face_of_each_photo_however_often_it_is_named(
    alice: User, mine: Face, other: Face
) -> None:
    twin = a_face(other.photo, 300, mine.person)
    with pytest.raises(ValidationError, match="one face of each"):
        asked(mine, alice, others=[str(other.pk), str(twin.pk)])
    words = [str(other.pk), other.pk.urn, str(other.pk).upper(), str(other.pk), other.pk.hex]
    job = asked(mine, alice, others=words)
    (given,) = inputs_of(job, pipelines.get("portraits")).others
    assert given.photo == Path(other.photo.original.path)
    Job.objects.filter(pk=job.pk).update(options=job.options | {"others": words})
    job.refresh_from_db()
    assert inputs_of(job, pipelines.get("portraits")).others == (given,), "asked for before"


def test_another_editor_tries_it_again_and_a_viewer_does_not(
    bob: User, alice: User, gallery: Gallery, mine: Face, other: Face
) -> None:
    job = asked(mine, alice, others=[str(other.pk)])
    job.move(to=Job.Status.FAILED, since=(Job.Status.QUEUED,))
    bobs = Membership.objects.create(gallery=gallery, user=bob, role=Membership.Role.EDITOR)
    job = job_retry(job=job, by=bob)
    assert job.submitted_by == bob
    (given,) = inputs_of(job, pipelines.get("portraits")).others
    assert given.photo == Path(other.photo.original.path)
    Membership.objects.filter(pk=bobs.pk).update(role=Membership.Role.VIEWER)
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED and "Rule: editors" in job.error


def renamed(face: Face, by: User) -> None:
    face_name(face=face, name="Grace", by=by)


def erased(face: Face, by: User) -> None:
    photo_erase(photo=face.photo, by=by)


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [(renamed, "no longer said to show them"), (erased, "erased meanwhile")],
)
def test_nothing_is_kept_of_a_photo_that_is_renamed_or_erased_while_it_is_drawn(
    alice: User,
    mine: Face,
    other: Face,
    weights_folder: Path,
    happens: Callable[[Face, User], None],
    sentence: str,
) -> None:
    job = asked(mine, alice, yaw=15, others=[str(other.pk)])
    claim = store.claim(job.pk)
    assert claim is not None
    claim.scratch.mkdir(parents=True)
    context = Context(Pool(Weights(weights_folder)), scratch=claim.scratch)
    report = pipelines.get(claim.kind).run(claim.options, claim.inputs, context)
    happens(other, alice)
    store.finish(claim, report)
    job.refresh_from_db()
    assert job.status == Job.Status.FAILED and sentence in job.error
    assert not Portrait.objects.exists() and not Artifact.objects.filter(kind="portrait").exists()


def test_a_recipe_leaves_out_whose_photos_they_were(
    alice: User, gallery: Gallery, mine: Face, other: Face
) -> None:
    options = {"faces": [str(mine.pk)], "others": [str(other.pk)], "yaw": 10}
    recipe = recipe_save(gallery=gallery, name="Turned", options=options, by=alice)
    assert recipe.options["yaw"] == 10 and not {"faces", "others"} & recipe.options.keys()
