"""A named face is compared with the person's others before portraits are made of it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.webapp.portraying import asked
from tests.webapp.protecting import OTHER, SAME, a_face, a_person
from tests.webapp.rows import a_gallery, a_user
from webapp.models import Artifact, AuditLine, Gallery, Person, Portrait, User
from webapp.selectors.portrait_likeness import Compared, compared
from webapp.selectors.portrait_rules import refusal
from webapp.selectors.portraits import receipt_of
from webapp.services.consents import consent_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def ours(anna: User) -> Gallery:
    return a_gallery(owner=anna)


def agreed(gallery: Gallery, by: User, faces: int) -> Person:
    person = a_person(gallery, faces=faces)
    consent_record(person=person, by=by, purpose="generation", basis="self")  # type: ignore[arg-type]
    return person


def test_a_stranger_named_as_somebody_who_agreed_is_refused_and_on_record(
    ours: Gallery, anna: User
) -> None:
    vera = agreed(ours, anna, faces=2)
    stranger = a_face(ours, vera, OTHER)
    with pytest.raises(ValidationError, match="no more like Vera’s other faces") as error:
        asked(stranger, anna)
    assert "give it its own name" in str(error.value) and "Rule: likeness" in str(error.value)
    assert AuditLine.objects.filter(verb="refuse", detail="rule likeness").exists()


def test_a_face_that_is_like_one_of_the_others_may_be_portrayed(ours: Gallery, anna: User) -> None:
    vera = agreed(ours, anna, faces=2)
    a_face(ours, vera, OTHER)  # as a bad photo may be
    mine = a_face(ours, vera, SAME)
    assert refusal(face=mine, gallery=ours, by=anna) is None
    assert compared(gallery=ours, faces=[mine]) == {mine.pk: Compared(3, False)}


@pytest.mark.parametrize("measured", [True, False])
def test_the_only_face_of_a_name_can_be_compared_with_nothing_and_its_receipt_says_so(
    ours: Gallery, anna: User, measured: bool
) -> None:
    vera = agreed(ours, anna, faces=0)
    only = a_face(ours, vera, SAME if measured else None)
    a_face(ours, vera, None)  # never measured
    assert refusal(face=only, gallery=ours, by=anna) is None
    about = compared(gallery=ours, faces=[only])[only.pk]
    assert about == Compared(0, False)
    run = only.photo.runs.create(model="portraits", task="portraits", recipe=1)
    made = Artifact.objects.create(
        run=run,
        face=only,
        kind="portrait",
        media_type="image/png",
        file="x",
        sha256="0" * 64,
        size=1,
    )
    portrait = Portrait.objects.create(
        artifact=made, person=vera, made_by=anna, rank=1, basis="self",
        consented=timezone.now(), adult=False, compared=about.others,
    )  # fmt: skip
    assert "with nothing" in receipt_of(portrait, editor=True)["consent"]["compared"]
    portrait.compared = 2
    assert "that name: 2" in receipt_of(portrait, editor=True)["consent"]["compared"]
    assert "compared" not in receipt_of(portrait, editor=False)["consent"]


def test_faces_of_another_gallery_and_of_the_trash_do_not_count(ours: Gallery, anna: User) -> None:
    vera = agreed(ours, anna, faces=0)
    gone = a_face(ours, vera, OTHER)
    gone.photo.trashed = timezone.now()
    gone.photo.save()
    a_face(a_gallery(), vera, OTHER)
    mine = a_face(ours, vera, SAME)
    assert compared(gallery=ours, faces=[mine])[mine.pk].others == 0
