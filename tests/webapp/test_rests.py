"""A named person's own resting face, out of the gallery's other photos of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ml import facs, pipelines, registry, types
from tests.webapp.rows import a_gallery, a_job, a_photo
from webapp import sealing
from webapp.jobs.inputs import inputs_of
from webapp.models import Embedding, Face, Gallery, Person, Photo, Reading, Run
from webapp.selectors.rests import AU_MODEL, EMBEDDING, rests_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


def a_face(gallery: Gallery, person: Person | None, level: float, mood: str = "neutral") -> Face:
    """A face on a photo of its own, all of whose measures are `level`."""
    photo = a_photo(gallery)
    card = registry.get(AU_MODEL).card
    run = Run.objects.create(photo=photo, model=card.name, task="action-units", recipe=card.recipe)
    face = Face.objects.create(
        photo=photo, person=person, position=0, left=1, top=2, right=3, bottom=4, score=1
    )
    space = types.Space(card.name, card.digest, card.recipe)
    vector = types.Embedding.of(0, space, [level] * len(facs.names())).vector
    Embedding.objects.create(
        run=run, face=face, sealed_vector=sealing.seal(gallery, vector, EMBEDDING)
    )
    said = Run.objects.create(photo=photo, model="fused-expression", task="expression", recipe=1)
    Reading.objects.create(run=said, face=face, name="apparent expression", label=mood)
    return face


def someone(purpose: str = "household") -> Person:
    return Person.objects.create(gallery=a_gallery(purpose), name="Vera")


def asked(person: Person) -> Photo:
    """The photo that is to be looked at, where the person's face is named."""
    return a_face(person.gallery, person, level=9.0).photo


def test_the_mean_of_five_photos_at_rest_without_the_least_and_greatest() -> None:
    vera = someone()
    photo = asked(vera)
    for level in (1.0, 2.0, 3.0, 4.0, 50.0):
        a_face(vera.gallery, vera, level)
    (rest,) = rests_of(photo)
    assert rest.box == types.Box(1, 2, 3, 4)
    assert set(rest.measures) == set(facs.names())
    assert set(rest.measures.values()) == {3.0}


def test_smiles_other_people_and_the_photo_itself_do_not_count() -> None:
    vera = someone()
    photo = asked(vera)
    other = Person.objects.create(gallery=vera.gallery, name="Ada")
    for level in (1.0, 2.0, 3.0, 4.0):
        a_face(vera.gallery, vera, level)
    a_face(vera.gallery, vera, 5.0, mood="happy")
    a_face(vera.gallery, other, 5.0)
    a_face(vera.gallery, None, 5.0)
    assert rests_of(photo) == (), "four are too few"


def test_nothing_is_remembered_where_no_measure_may_be_kept() -> None:
    vera = someone("look")
    photo = asked(vera)
    for level in (1.0, 2.0, 3.0, 4.0, 5.0):
        a_face(vera.gallery, vera, level)
    assert rests_of(photo) == ()


def test_the_worker_is_given_it_when_units_are_to_be_read() -> None:
    vera = someone()
    photo = asked(vera)
    for level in (1.0, 2.0, 3.0, 4.0, 5.0):
        a_face(vera.gallery, vera, level)
    analyse = pipelines.get("analyse")
    with_units = a_job(photo, AU_MODEL, "centerface")
    assert len(inputs_of(with_units, analyse).rests) == 1
    assert inputs_of(a_job(photo, "centerface"), analyse).rests == ()
