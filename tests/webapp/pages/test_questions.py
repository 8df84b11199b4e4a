"""The tab "Ask", the form behind it without script, and the table of an album's answers."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from ml import registry
from ml.prompting.pipeline import REMOTE
from ml.types import Form
from ml.types import Question as Ask
from ml.weights import Pypi
from tests.ml.package_index import file_of
from tests.webapp.asking import (
    FREE,
    PARROT,
    SMILING,
    an_engine,
    answered,
    boxed,
    declined,
    finish,
    parrot,  # noqa: F401  a fixture
    smiles,
    told,
)
from webapp.models import Endpoint, Job, Photo, Question, User
from webapp.services.photos import photo_add

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("parrot")]


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def tab(photo: Photo) -> str:
    return f"/photos/{photo.pk}/?tab=ask"


def ask(client: Client, photo: Photo, **said: object) -> str:
    """Where it leads."""
    answer = client.post("/photos/question/ask/", {"photo": str(photo.pk), "engine": PARROT} | said)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return str(answer.headers["Location"])


def test_says_what_to_do_first_and_what_may_be_asked(alices: Client, analysed: Photo) -> None:
    said = page(alices, tab(analysed))
    assert "Nothing was asked yet" in said and "For example" in said
    assert SMILING.text in said and 'value="smiling"' in said
    assert re.search(r'value="apparent-age" disabled', said), "sensitive, and turned off"
    face = analysed.faces.get()
    assert f'type="checkbox" name="faces" value="{face.pk}"' in said
    assert "It repeats what it was told." in said
    first = re.search(r"<button[^>]*>", said.split('class="stack asking"')[1])
    assert first and "name=" not in first[0], "the Enter key asks what was typed"


def test_smiles_are_an_example_only_where_expression_is_on(alices: Client, photo: Photo) -> None:
    assert "Who is smiling?" not in page(alices, tab(photo))
    photo.gallery.sensitive_choices.create(kind="emotion")
    assert "Who is smiling?" in page(alices, tab(photo))


def test_a_question_is_asked_watched_and_answered_with_its_sources(
    alices: Client, analysed: Photo
) -> None:
    assert ask(alices, analysed, known="smiling") == f"{tab(analysed)}#asked"
    assert "Waiting" in page(alices, tab(analysed))
    finish(Job.objects.filter(kind="ask").get(), smiles())
    said = page(alices, tab(analysed))
    assert re.search(r'<p class="loud">Yes</p>', said) and "83&nbsp;%" in said
    assert "Measured, and no language model" in said and "mouth corners: up" in said
    live = alices.get(f"/photos/{analysed.pk}/live/?tab=ask&seen=x").content.decode()
    assert 'hx-swap-oob="true"' in live and '<p class="loud">Yes</p>' in live
    assert "Your question" not in live and "pick-faces" not in live, "what one says stays"
    Job.objects.filter(kind="ask").delete()
    found = alices.get(f"/photos/{analysed.pk}/live/?tab=ask&seen=x").content.decode()
    assert 'id="pick-faces"' in found and 'name="faces"' in found, "once faces are found"


def test_a_source_leads_to_its_face_and_lights_it(alices: Client, analysed: Photo) -> None:
    face = analysed.faces.get()
    face.left, face.top, face.right, face.bottom = 10, 10, 110, 110  # where the report has it
    face.save()
    alice = User.objects.get(username="alice")
    answered(alice, analysed, smiles())
    said = page(alices, tab(analysed))
    assert f'href="/photos/{analysed.pk}/#face-{face.pk}"' in said
    assert re.search(rf'class="source"[^>]*data-face="{face.pk}"', said)


def test_what_is_declined_says_why_and_who_could(alices: Client, alice: User, photo: Photo) -> None:
    an_engine("viewer")
    answered(alice, photo, declined(), question=FREE.text, questions=[])
    said = page(alices, tab(photo))
    assert "Not answered" in said and "Nothing that was measured can tell this." in said
    assert "A language model can be asked" in said and "Viewer" in said


def test_each_form_of_answer_has_its_words(alices: Client, alice: User, photo: Photo) -> None:
    number = Ask("How far away?", Form.NUMBER, unit="m")
    many = Ask("Which?", Form.CHOICES, ("red", "blue"))
    for told_ in (
        told(number, 34.0, interval=(28.0, 41.0), agreement=0.67),
        told(many, ("red", "blue")),
        told(many, ()),
        told(Ask("Is it?", Form.YES_NO), False),
        told(FREE, None, invalid="perhaps"),
        boxed(),
    ):
        answered(alice, photo, told_, question="?", questions=[])
    said = page(alices, tab(photo))
    for words in ("34 (28–41) m", "red, blue", "none of them", ">No<", "1 place",
                  "This is no answer: perhaps", "67% agreed"):  # fmt: skip
        assert words in said
    assert 'data-layer="Answers"' in said, "where it is, is drawn"


def test_no_answer_puts_markup_or_orders_on_the_page(
    alices: Client, alice: User, photo: Photo
) -> None:
    evil = '<script>alert(1)</script>" onload="x'
    answered(alice, photo, told(FREE, evil), question=evil, questions=[])
    said = page(alices, tab(photo))
    assert "<script>alert" not in said and 'onload="x' not in said


@pytest.mark.parametrize(
    ("said", "options"),
    [
        ({"question": " Who? "}, {"question": "Who?", "questions": []}),
        ({"example": "Who is smiling?", "known": "people"}, {"question": "Who is smiling?"}),
        ({"known": "people", "described": "the man"}, {"described": "the man"}),
        ({"known": "people", "marked": "on"}, {"marked": True, "questions": ["people"]}),
        (
            {"question": "?", "form": "choice", "choices": "red, blue"},
            {"form": "choice", "choices": ["red", "blue"]},
        ),
    ],
)
def test_the_form_says_what_is_asked(
    alices: Client, photo: Photo, said: dict[str, str], options: dict[str, object]
) -> None:
    ask(alices, photo, **said)
    assert Job.objects.get().options.items() >= options.items()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Ask something"),
        ({"known": "apparent-age"}, "sensitive"),
        ({"question": "Kept words: how old is she?"}, "Switched off in this gallery: Apparent age"),
        ({"question": "Kept words: is he angry?"}, "Apparent expression"),
        ({"question": "Kept words", "form": "choice"}, "choices"),
        ({"question": "Kept words", "engine": "nonsense"}, "Choose one of"),
        ({"question": "Kept words", "endpoint": "x"}, "service"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    alices: Client, photo: Photo, said: dict[str, str], words: str
) -> None:
    asked = {"photo": str(photo.pk), "engine": PARROT} | said
    answer = alices.post("/photos/question/ask/", asked)
    text = answer.content.decode()
    assert answer.status_code == 422 and 'role="alert"' in text and words in text
    assert ("Kept words" in text) == ("question" in said) and not Job.objects.exists()


def test_asked_again_and_deleted(alices: Client, alice: User, photo: Photo) -> None:
    row = answered(alice, photo, smiles())
    assert alices.post(f"/questions/{row.pk}/again/").status_code == 302
    assert Job.objects.filter(kind="ask").count() == 2
    alices.post(f"/questions/{row.pk}/delete/")
    assert not Question.objects.exists()
    assert "Waiting" in page(alices, tab(photo))


def test_a_viewer_reads_answers_and_asks_nothing(
    viewers: Client, alice: User, photo: Photo
) -> None:
    row = answered(alice, photo, smiles())
    said = page(viewers, tab(photo))
    assert SMILING.text in said and "Your question" not in said and "Ask again" not in said
    for address in (f"/questions/{row.pk}/again/", f"/questions/{row.pk}/delete/"):
        assert viewers.post(address).status_code == 404
    asked = {"photo": str(photo.pk), "known": "people"}
    assert viewers.post("/photos/question/ask/", asked).status_code == 404


@pytest.fixture
def album(photo: Photo, alice: User, mirrored: Photo) -> list[Photo]:
    return [photo, mirrored]


@pytest.fixture
def mirrored(photo: Photo, alice: User, tmp_path: Path, astronaut: Path) -> Photo:
    path = tmp_path / "=mirrored.jpg"
    Image.open(astronaut).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(path)
    return photo_add(gallery=photo.gallery, by=alice, name=path.name, file=path).photo


def test_an_album_is_asked_at_once_and_answers_in_a_table(
    alices: Client, album: list[Photo]
) -> None:
    ids = [str(photo.pk) for photo in album]
    form = alices.post("/photos/question/", {"photo": ids}).content.decode()
    assert "Ask about 2 photos" in form and 'name="faces"' not in form
    asked = {"photo": ids, "known": "smiling", "engine": PARROT}
    there = alices.post("/photos/question/ask/", asked).headers["Location"]
    parent = Job.objects.get(kind="ask", parent=None)
    assert there == f"/questions/{parent.pk}/"
    assert "0 of 2 photos" in page(alices, there)
    for child in parent.children.all():
        finish(child, smiles())
    fragment = alices.get(there, headers={"HX-Request": "true"})
    said = fragment.content.decode()
    assert "<html" not in said and said.count("<strong>Yes</strong>") == 2
    assert all(photo.name in said for photo in album)
    table = list(csv.DictReader(StringIO(page(alices, f"{there}answers.csv"))))
    assert [row["value"] for row in table] == ["True", "True"]
    assert {row["name"] for row in table} == {"astronaut.jpg", "'=mirrored.jpg"}
    assert all("mouth-corners: up" in row["rests_on"] for row in table)


def test_a_job_that_asked_nothing_has_no_table(alices: Client, analysed: Photo) -> None:
    job = Job.objects.get(kind="analyse")
    assert alices.get(f"/questions/{job.pk}/").status_code == 404
    assert alices.get(f"/questions/{job.pk}/answers.csv").status_code == 404


def test_a_service_outside_is_named_on_its_button_with_its_purpose(
    alices: Client, photo: Photo
) -> None:
    if REMOTE not in {card.name for card in registry.cards()}:
        an_engine(REMOTE)
    row = Endpoint(title="Ours", url="https://llm.example/v1", model="qwen", purpose="to answer it")
    row.save()
    assert "llm.example" not in page(alices, tab(photo)), "it is off"
    Endpoint.objects.update(enabled=True)
    said = page(alices, tab(photo))
    assert "Send to llm.example to answer it" in said and "SECRET" not in said
    ask(alices, photo, known="people", endpoint=str(row.pk))
    assert Job.objects.get().options["endpoint"] == str(row.pk)


def test_who_may_fetch_an_engine_is_offered_that_with_size_and_licence(
    alices: Client, alice: User, photo: Photo
) -> None:
    gone = file_of("absent.onnx", b"x" * 3_000_000)
    an_engine("absent", weights=(Pypi("absent", "1.0", (gone,), 3_000_000),))
    said = page(alices, tab(photo))
    assert "An administrator can fetch it." in said and "3.0 MB, MIT" in said
    assert "Never run with real weights here." in said
    assert 'value="absent"' not in said, "it cannot be chosen"
    assert alices.post("/questions/engines/absent/").status_code == 404
    User.objects.filter(pk=alice.pk).update(is_superuser=True)
    assert 'formaction="/questions/engines/absent/"' in page(alices, tab(photo))
    there = alices.post("/questions/engines/absent/", {"next": tab(photo)})
    assert there.headers["Location"] == tab(photo)
    job = Job.objects.get(kind="model-fetch")
    assert 'aria-label="Fetching Absent"' in page(alices, tab(photo))
    polled = alices.get("/questions/engines/absent/")
    assert b"<progress" in polled.content and "HX-Refresh" not in polled.headers
    job.move(to=job.Status.FAILED, since=(job.Status.QUEUED,))
    assert alices.get("/questions/engines/absent/").headers["HX-Refresh"] == "true"
