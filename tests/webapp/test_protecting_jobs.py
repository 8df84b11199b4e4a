"""Covering faces and cleaning files as people ask for it: on a page, over REST, and through the
worker's store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.test import Client

from ml import pipelines
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection import anonymise, clean_file, make_safe
from ml.protection.anonymise import AnonymiseInputs, AnonymiseOptions, Who
from ml.protection.drawn import FORMAT
from ml.protection.metadata import finds
from ml.types import Box, Report
from ml.weights import Weights
from tests.ml.protection import files
from tests.webapp.rows import a_face, a_gallery, a_photo, a_user
from webapp.forms.options import values_of
from webapp.jobs.options import parse, schema
from webapp.jobs.store import DjangoJobStore
from webapp.models import Artifact, Face, Gallery, Job, Person, Photo, User
from webapp.services.face_choice import (
    BEYOND,
    DRAWN_ON_ONE,
    NO_CONSENT,
    NOT_IN_GALLERY,
    NOT_ON_PHOTO,
    OF_ONE,
)
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db
store = DjangoJobStore()
CHOSEN = Who.CHOSEN.value


@pytest.fixture
def anna() -> User:
    return a_user()


@pytest.fixture
def gallery(anna: User) -> Gallery:
    return a_gallery(owner=anna)


@pytest.fixture
def photo(gallery: Gallery) -> Photo:
    return a_photo(gallery)


def asked(photo: Photo, by: User, kind: str = anonymise.KIND, **options: Any) -> Job:
    return job_submit(kind=kind, gallery=photo.gallery, photos=[photo], by=by, options=options)


def refused(photo: Photo, by: User, **options: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        asked(photo, by, **options)
    assert not Job.objects.exists()
    return error.value.message_dict


def inputs_of(job: Job) -> AnonymiseInputs:
    claim = store.claim(job.pk)
    assert claim is not None and isinstance(claim.inputs, AnonymiseInputs)
    return claim.inputs


def test_chosen_faces_reach_the_worker_as_boxes_with_all_that_are_known(
    photo: Photo, anna: User
) -> None:
    first, second = a_face(photo, 10), a_face(photo, 300)
    inputs = inputs_of(asked(photo, anna, who=CHOSEN, faces=[str(first.pk)]))
    assert inputs.faces == (Box(10, 20, 110, 140),)
    assert set(inputs.known_faces) == {box(first), box(second)}


def box(face: Face) -> Box:
    return Box(face.left, face.top, face.right, face.bottom)


def test_faces_of_another_photo_or_of_nobody_are_refused_alike(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    elsewhere, foreign = a_face(a_photo(gallery)), a_face(a_photo(a_gallery()))
    nobody = "00000000-0000-0000-0000-000000000000"
    for face in (str(elsewhere.pk), str(foreign.pk), nobody):
        assert refused(photo, anna, who=CHOSEN, faces=[face]) == {"faces": [NOT_ON_PHOTO]}
    assert "faces" in refused(photo, anna, who=CHOSEN, faces=["nonsense"])


def test_over_several_photos_no_face_can_be_chosen(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    face, other = a_face(photo), a_photo(gallery)
    with pytest.raises(ValidationError) as error:
        job_submit(
            kind=anonymise.KIND, gallery=gallery, photos=[photo, other], by=anna,
            options={"who": CHOSEN, "faces": [str(face.pk)]},
        )  # fmt: skip
    assert error.value.message_dict == {"faces": [OF_ONE]}
    job_submit(kind=anonymise.KIND, gallery=gallery, photos=[photo, other], by=anna, options={})
    assert Job.objects.exclude(parent=None).count() == 2


def test_what_does_not_fit_together_is_told_in_a_sentence(photo: Photo, anna: User) -> None:
    (sentence,) = refused(photo, anna, who=CHOSEN)["options"]
    assert sentence == "Choose at least one face of the photo, or cover all faces."


def test_people_to_leave_come_with_all_faces_of_their_name(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    eva = Person.objects.create(gallery=gallery, name="Eva")
    pointed, another = a_face(a_photo(gallery), person=eva), a_face(a_photo(gallery), person=eva)
    a_face(photo, person=eva)  # the photo in question is no reference for itself
    stranger = a_face(a_photo(gallery))
    who = {"who": Who.STRANGERS.value, "people": [str(pointed.pk), str(stranger.pk)]}
    people = inputs_of(asked(photo, anna, **who)).people
    assert sorted(len(shown) for shown in people) == [1, 2]
    assert {box(pointed), box(another)} == {one.box for one in max(people, key=len)}


def test_people_are_pointed_at_in_the_same_gallery_only(photo: Photo, anna: User) -> None:
    foreign = a_face(a_photo(a_gallery(owner=anna)))
    who = {"who": Who.STRANGERS.value, "people": [str(foreign.pk)]}
    assert refused(photo, anna, **who) == {"people": [NOT_IN_GALLERY]}


def test_an_organisation_tells_nobody_apart_who_did_not_agree(anna: User) -> None:
    photo = a_photo(a_gallery("organisation", anna))
    face = a_face(a_photo(photo.gallery))
    who = {"who": Who.STRANGERS.value, "people": [str(face.pk)]}
    assert refused(photo, anna, **who) == {"people": [NO_CONSENT]}


def test_where_no_face_may_be_measured_it_is_refused_at_once(anna: User) -> None:
    photo = a_photo(a_gallery("look", anna))
    face = a_face(a_photo(photo.gallery))
    said = refused(photo, anna, who=Who.STRANGERS.value, people=[str(face.pk)])
    assert said == {"tasks": ["No model that is installed and allowed here does this."]}


def test_a_chosen_face_that_went_meanwhile_fails_with_a_sentence(photo: Photo, anna: User) -> None:
    face = a_face(photo)
    job = asked(photo, anna, who=CHOSEN, faces=[str(face.pk)])
    face.delete()
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert job.error == "A chosen face is no longer on this photo: choose again."


def test_the_page_shows_each_face_to_be_chosen(photo: Photo, anna: User, client: Client) -> None:
    face = a_face(photo)
    client.force_login(anna)
    page = client.get(f"/photos/{photo.pk}/?tab=protect").content.decode()
    assert f'name="faces" value="{face.pk}"' in page and "viewBox=" in page
    assert 'name="people"' not in page, "nobody is named here"
    answer = {"photo": str(photo.pk), "method": "solid", "who": CHOSEN, "faces": str(face.pk)}
    client.post(f"/photos/make/{anonymise.KIND}/", answer)
    assert Job.objects.get().options["faces"] == [str(face.pk)]


def test_the_answer_of_the_form_is_the_options_again() -> None:
    pk = "00000000-0000-0000-0000-000000000000"
    answer = QueryDict(f"method=mosaic&who={CHOSEN}&faces={pk}&seed=5&file=png")
    said = parse(AnonymiseOptions, values_of(AnonymiseOptions, answer))
    assert said == AnonymiseOptions("mosaic", Who.CHOSEN, (pk,), file="png", seed=5)


def test_programs_are_told_what_kind_of_ids_they_are() -> None:
    told = schema(AnonymiseOptions)["properties"]
    assert (told["faces"]["format"], told["people"]["format"]) == ("faces", "people")
    assert told["method"]["enum"] == ["blur", "mosaic", "pixelate", "solid"]


@pytest.mark.parametrize("signed", [False, True])
def test_a_cleaned_file_is_signed_only_when_asked_and_named_neutrally(
    gallery: Gallery, anna: User, client: Client, tmp_path: Path, settings: Any, signed: bool
) -> None:
    settings.SIGNING_DIR, settings.TRUST_DIR = tmp_path / "signing", tmp_path / "trust"
    photo = a_photo(gallery)
    full = files.full_jpeg(tmp_path / "anna.jpg")
    photo.original.save("original.jpg", ContentFile(full.read_bytes()))
    job = asked(photo, anna, clean_file.KIND, signed=signed)
    claim = store.claim(job.pk)
    assert claim is not None
    claim.scratch.mkdir(parents=True)
    context = Context(Pool(Weights(tmp_path)), scratch=claim.scratch)
    report = pipelines.get(claim.kind).run(claim.options, claim.inputs, context)
    assert store.finish(claim, report)
    made = Artifact.objects.get()
    client.force_login(anna)
    sent = client.get(f"/api/v1/artifacts/{made.pk}")
    assert sent.headers["Content-Disposition"] == 'attachment; filename="photo.jpg"'
    out = tmp_path / "sent.jpg"
    out.write_bytes(b"".join(sent) if sent.streaming else sent.content)
    assert [find.kind.value for find in finds(out)] == ["signed-history"] * signed
    said = photo.runs.get(model=clean_file.KIND).readings.values_list("label", flat=True)
    assert set(said) == {clean_file.GONE}


def test_all_three_are_offered_for_a_photo(photo: Photo, anna: User, client: Client) -> None:
    client.force_login(anna)
    page = client.get(f"/photos/{photo.pk}/?tab=protect").content.decode()
    for kind in (clean_file.KIND, anonymise.KIND, make_safe.KIND):
        assert f"/photos/make/{kind}/" in page


def test_making_safe_gets_the_name_of_the_file(photo: Photo, anna: User) -> None:
    claim = store.claim(asked(photo, anna, make_safe.KIND).pk)
    assert claim is not None and claim.inputs.name == photo.name


def test_faces_that_cannot_be_seen_by_the_asker_any_more_stop_the_job(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    face = a_face(a_photo(gallery))
    job = asked(photo, anna, who=Who.STRANGERS.value, people=[str(face.pk)])
    face.photo.delete()
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert job.error.startswith("A face that was pointed at is no longer here")


def test_regions_are_drawn_on_one_photo_and_within_it(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    region = "600 20 700 90"
    assert asked(photo, anna, regions=[region]).options["regions"] == [region]
    assert refused_again(photo, anna, ["640 20 700 90"]) == {"regions": [BEYOND]}
    assert refused_again(photo, anna, ["1 2 3"]) == {"options": [FORMAT]}
    with pytest.raises(ValidationError) as error:
        job_submit(
            kind=anonymise.KIND, gallery=gallery, photos=[photo, a_photo(gallery)], by=anna,
            options={"regions": [region]},
        )  # fmt: skip
    assert error.value.message_dict == {"regions": [DRAWN_ON_ONE]}


def refused_again(photo: Photo, by: User, regions: list[str]) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as error:
        asked(photo, by, regions=regions)
    return error.value.message_dict


def test_the_page_offers_the_photo_to_draw_on_and_sends_what_was_drawn(
    photo: Photo, anna: User, client: Client
) -> None:
    client.force_login(anna)
    page = client.get(f"/photos/{photo.pk}/?tab=protect").content.decode()
    assert 'data-name="regions" data-width="640" data-height="480"' in page
    assert "regions.js" in page and "Add a region" in page
    answer = {"photo": str(photo.pk), "who": "no-face", "regions": ["1 2 30 40", "5 5 9 9"]}
    client.post(f"/photos/make/{anonymise.KIND}/", answer)
    assert Job.objects.get().options["regions"] == ["1 2 30 40", "5 5 9 9"]


def test_a_style_that_names_nothing_to_draw_is_refused_at_once(photo: Photo, anna: User) -> None:
    for kind, options in (
        ("make-up", {}),
        (make_safe.KIND, {"acts": ["disguise-faces"], "disguise": "make-up"}),
    ):
        with pytest.raises(ValidationError) as error:
            asked(photo, anna, kind, style="a purple unicorn", **options)
        (sentence,) = error.value.message_dict["options"]
        assert "unicorn" in sentence and "purple" in sentence, "what was understood, and what not"


def test_a_batch_counts_the_photos_that_are_done(
    photo: Photo, gallery: Gallery, anna: User
) -> None:
    two = [photo, a_photo(gallery)]
    batch = job_submit(kind=make_safe.KIND, gallery=gallery, photos=two, by=anna, options={})
    first, second = batch.children.order_by("created")
    assert (batch.done, batch.total) == (0, 2)
    for done, child in enumerate((first, second), start=1):
        claim = store.claim(child.pk)
        assert claim is not None and store.finish(claim, Report((640, 480)))
        list(store.sweep(None))
        batch.refresh_from_db()
        assert batch.done == done
    assert batch.status == Job.Status.DONE
