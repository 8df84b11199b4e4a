"""Questions about photos: who may ask what of whom, and what is kept of the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ml import pipelines, registry, types
from ml.errors import MLError
from ml.prompting.pipeline import REMOTE
from ml.registry import Commercial, Sensitive
from ml.types import Answer
from tests.webapp.asking import (
    FREE,
    PARROT,
    SMILING,
    an_engine,
    answered,
    asked,
    declined,
    finish,
    parrot,  # noqa: F401  a fixture
    smiles,
    store,
    told,
)
from tests.webapp.rows import LEFT, RIGHT, a_gallery, a_photo, a_user
from webapp.jobs.inputs import inputs_of
from webapp.models import AuditLine, Consent, Endpoint, Face, Gallery, Job, Photo, Question, User
from webapp.selectors import questions as selectors
from webapp.services.consents import consent_record, consent_withdraw
from webapp.services.endpoints import endpoint_save
from webapp.services.question_choice import NOT_ASKED, NOT_THERE
from webapp.services.questions import question_again, question_delete

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("parrot")]
EXTERNAL = Consent.Purpose.EXTERNAL
OLD = types.Question("How old?", name="apparent-age", sensitive=Sensitive.AGE)


@pytest.fixture
def user() -> User:
    return a_user()


@pytest.fixture
def gallery(user: User) -> Gallery:
    return a_gallery(owner=user)


@pytest.fixture
def photo(gallery: Gallery) -> Photo:
    """Two people stand on it."""
    photo = a_photo(gallery)
    for position, face in enumerate((LEFT, RIGHT)):
        edges = ("left", "top", "right", "bottom")
        box = dict(zip(edges, face.box.to_json(), strict=True))
        Face.objects.create(photo=photo, position=position, score=0.9, **box)
    return photo


def said(question: Question) -> list[Answer]:
    return [one.told for one in selectors.answers_of(question)]


def test_answers_are_kept_of_the_faces_they_are_about(user: User, photo: Photo) -> None:
    question = answered(user, photo, smiles(0), smiles(1))
    first, second = photo.faces.all()
    found = selectors.answers_of(question)
    assert [(one.face, one.number) for one in found] == [(first.pk, 1), (second.pk, 2)]
    assert [one.sources[0].face for one in found] == [first.pk, second.pk]
    assert said(question) == [smiles(0), smiles(1)]
    assert (question.text, question.prompt, question.engine) == (SMILING.text, "smiling", PARROT)
    assert question.asked_by == user


def test_each_question_of_a_job_is_one_of_its_own(user: User, photo: Photo) -> None:
    job = asked(user, photo, question=FREE.text, questions=["smiling", "people"])
    finish(job, declined(), smiles(), told(types.Question("How many?", name="people"), "2"))
    rows = {row.prompt: row for row in Question.objects.filter(job=job)}
    assert set(rows) == {"", "smiling", "people"}
    assert said(rows[""])[0].declined and said(rows["people"])[0].value == "2"
    assert rows[""].options["questions"] == [] and rows["people"].options["question"] == ""


def test_a_typed_question_keeps_its_words_when_it_is_taken_for_a_known_one(
    user: User, photo: Photo
) -> None:
    question = answered(user, photo, smiles(), question="Does she smile?", questions=[])
    assert (question.text, question.prompt) == ("Does she smile?", "smiling")
    assert said(question) == [smiles()]


def test_a_question_that_nobody_could_be_asked_about_is_kept_too(user: User, photo: Photo) -> None:
    assert said(answered(user, photo)) == []


def test_sensitive_questions_obey_the_galleries_switches(user: User, photo: Photo) -> None:
    with pytest.raises(ValidationError, match="sensitive"):
        asked(user, photo, questions=["apparent-age"])
    photo.gallery.sensitive_choices.create(kind="age")
    age = told(OLD, 34.0)
    question = answered(user, photo, age, questions=["apparent-age"])
    assert said(question) == [age]
    photo.gallery.sensitive_choices.all().delete()
    question = selectors.visible_to(user).get()
    assert said(question) == [] and selectors.hidden(question)


def test_what_was_turned_off_meanwhile_is_not_written_down(user: User, photo: Photo) -> None:
    photo.gallery.sensitive_choices.create(kind="age")
    job = asked(user, photo, questions=["apparent-age"])
    photo.gallery.sensitive_choices.all().delete()
    finish(job, told(OLD, 34.0))
    question = Question.objects.get()
    assert not question.answers.exists() and selectors.hidden(question)


def test_what_was_declined_is_shown_whatever_is_off(user: User, photo: Photo) -> None:
    no = told(types.Question("How old is she?"), declined="It is sensitive, and turned off.")
    switch = photo.gallery.sensitive_choices.create(kind="age")
    question = answered(user, photo, no, question="How old is she?", questions=[])
    switch.delete()
    assert said(question) == [no]


def test_what_rests_on_something_sensitive_is_as_sensitive(user: User, photo: Photo) -> None:
    an_engine("moody", sensitive=Sensitive.EMOTION)
    source = types.Source("moody", "expression", "happy", 0)
    question = answered(user, photo, told(SMILING, True, face=0, sources=(source,)))
    assert said(question) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"engine": "nonsense"}, {"questions": []}, {"questions": ["nonsense"]},
        {"question": "x" * 2001}, {"faces": ["x"]}, {"choices": ["one", "two"], "question": "?"},
        {"endpoint": "x"}, {"engine": REMOTE},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(user: User, photo: Photo, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        asked(user, photo, **wrong)
    assert not Job.objects.exists()


def test_an_engine_that_is_not_here_answers_nothing(
    user: User, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_engine("barred", commercial_use=Commercial.NO)
    with pytest.raises(ValidationError, match="not installed"):
        asked(user, photo, engine="barred")


def test_asking_again_asks_the_same_and_keeps_what_was_said(user: User, photo: Photo) -> None:
    face = photo.faces.first()
    assert face
    question = answered(user, photo, smiles(), faces=[str(face.pk)])
    job = question_again(question=question, by=user)
    assert job.options == question.options and job.options["faces"] == [str(face.pk)]
    finish(job, smiles())
    assert Question.objects.count() == 2


def test_deleting_forgets_the_words_everywhere(user: User, photo: Photo) -> None:
    question = answered(user, photo, declined(), question="Who is Anna?", questions=[])
    question_delete(question=question)
    assert not Question.objects.exists() and not Job.objects.exists()


def test_deleting_one_of_several_leaves_the_others(user: User, photo: Photo) -> None:
    finish(asked(user, photo, questions=["smiling", "people"]))
    question_delete(question=Question.objects.filter(prompt="people").get())
    assert Question.objects.count() == 1 and Job.objects.count() == 1


def test_answers_go_with_their_face_and_questions_with_their_photo(
    user: User, photo: Photo
) -> None:
    question = answered(user, photo, smiles(0), smiles(1))
    photo.faces.all()[0].delete()
    assert len(said(selectors.visible_to(user).get())) == 1
    photo.delete()
    assert not Question.objects.filter(pk=question.pk).exists()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """A service that is on."""
    if REMOTE not in {card.name for card in registry.cards()}:
        an_engine(REMOTE)
    chief = User.objects.create_superuser("chief")
    values = {"title": "Ours", "url": "https://llm.example/v1", "model": "qwen"}
    return endpoint_save(endpoint=Endpoint(**values, enabled=True), by=chief, key="SECRET")


def away(user: User, photo: Photo, outside: Endpoint, **more: Any) -> Job:
    return asked(user, photo, engine=REMOTE, endpoint=str(outside.pk), **more)


def test_the_worker_gets_the_key_and_a_permit_and_no_row_does(
    user: User, photo: Photo, outside: Endpoint
) -> None:
    job = away(user, photo, outside)
    assert "SECRET" not in str(job.options)
    claim = store.claim(job.pk)
    assert claim and claim.inputs
    endpoint = claim.inputs.endpoint
    assert (endpoint.key, endpoint.url) == ("SECRET", "https://llm.example/v1")
    assert "SECRET" not in repr(claim)
    endpoint.permit()
    assert AuditLine.objects.filter(verb="external-send", subject=f"photo:{photo.pk}").count() == 1


def test_where_it_was_sent_is_kept(user: User, photo: Photo, outside: Endpoint) -> None:
    job = away(user, photo, outside)
    finish(job, smiles())
    assert Question.objects.get().host == "llm.example"


def test_nothing_is_sent_to_what_is_off(user: User, photo: Photo, outside: Endpoint) -> None:
    job = away(user, photo, outside)
    Endpoint.objects.update(enabled=False)
    with pytest.raises(ValidationError, match=NOT_THERE):
        away(user, photo, outside)
    assert store.claim(job.pk) is None
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", NOT_THERE)


def test_what_is_sensitive_takes_a_second_switch(
    user: User, photo: Photo, outside: Endpoint
) -> None:
    photo.gallery.sensitive_choices.create(kind="age")
    with pytest.raises(ValidationError, match=NOT_ASKED):
        away(user, photo, outside, questions=["apparent-age"])
    Endpoint.objects.update(sensitive=True)
    assert away(user, photo, outside, questions=["apparent-age"])


def test_organisations_send_only_photos_of_who_agreed_to_that(
    user: User, photo: Photo, outside: Endpoint
) -> None:
    Gallery.objects.update(purpose="organisation")
    photo.gallery.refresh_from_db()
    photo.faces.all()[1].delete()
    person = photo.gallery.people.create(name="Eileen")
    photo.faces.update(person=person)
    photo.runs.create(model="finder", task="detection", recipe=1)
    until = timezone.localdate() + timedelta(days=2)
    given: dict[str, Any] = {"person": person, "by": user, "basis": "self", "expires": until}
    consent_record(purpose=Consent.Purpose.SHARING, **given)
    with pytest.raises(ValidationError, match="agreed to that"):
        away(user, photo, outside)
    consent_record(purpose=EXTERNAL, **given)
    job = away(user, photo, outside)
    consent_withdraw(person=person, by=user, purpose=EXTERNAL)
    with pytest.raises(MLError, match="agreed to that"):
        inputs_of(job, pipelines.get("ask"))
