"""Further photos of whoever is portrayed: only theirs are shown and taken, and all are accounted
for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image
from skimage import data

from ml import pipelines
from ml.errors import MLError, Refused
from tests.webapp import portraying
from tests.webapp.portraying import asked, claimed
from tests.webapp.protecting import OTHER, a_person, measured
from tests.webapp.protecting import a_face as another_face
from tests.webapp.rows import a_face, a_gallery
from webapp.jobs.inputs import inputs_of
from webapp.models import Artifact, AuditLine, Consent, Face, Gallery, Person, Photo, Portrait, User
from webapp.services.consents import consent_record
from webapp.services.faces import face_name
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


def test_a_recipe_leaves_out_whose_photos_they_were(
    alice: User, gallery: Gallery, mine: Face, other: Face
) -> None:
    options = {"faces": [str(mine.pk)], "others": [str(other.pk)], "yaw": 10}
    recipe = recipe_save(gallery=gallery, name="Turned", options=options, by=alice)
    assert recipe.options["yaw"] == 10 and not {"faces", "others"} & recipe.options.keys()
