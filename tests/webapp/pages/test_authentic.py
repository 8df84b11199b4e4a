"""The tab that weighs whether a photo is genuine, its report, and asking for it."""

from __future__ import annotations

import json
from base64 import a85decode, b64decode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from math import log
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from cryptography import x509
from django.test import Client
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import KeyUsageConstraints, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from ml import registry
from ml.registry import Group, Task
from ml.types import Claim, Finding, Ran, Reading, Report
from tests.webapp.api.conftest import client_of
from tests.webapp.protecting import a_protected
from tests.webapp.rows import LEFT, RIGHT, a_card
from webapp.albums.parts import results, subject_of
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Job, Photo, User
from webapp.selectors.evidence import ledger_of

store = DjangoJobStore()
SIGNS: Task[object] = Task("signs", "Signs of change", object, group=Group.EVIDENCE)


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Task[object]]:
    """One installed model that finds evidence, and no other."""
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    for card in registry.cards():
        if card.task.group is Group.EVIDENCE:
            del registry._models[card.name]
    a_card("looker", task=SIGNS, known_limits="Sees half of it.")
    yield SIGNS


@pytest.fixture
def comparing(signs: Task[object]) -> Task[object]:
    """Another, that compares with a person's true photos."""
    task: Task[object] = Task("compared", "Compared", object, group=Group.EVIDENCE)
    a_card("comparer", task=task)
    return task


def evidence(*findings: Finding) -> Report:
    return Report(
        (640, 480),
        faces=(LEFT, RIGHT),
        readings=(
            Reading("looker", "software", "GIMP 2.10"),
            Reading("looker", "own", 71.0, face=0),
        ),
        findings=findings,
        runs=(
            *(Ran("finder", "detection", "d1", 1), Ran("looker", "signs", "", 1)),
            Ran("comparer", "compared", "", 1),
        ),
    )


FOUND = evidence(
    Finding("looker", "noise", "differs at the left face", Claim.EDITED, log(40), "AUC .8", 0),
    Finding("looker", "tables", "as a camera writes them", Claim.EDITED, -log(2), "AUC .7"),
    Finding("looker", "ghosts", None, Claim.EDITED, note="not a JPEG"),
    Finding("comparer", "likeness", "too close", Claim.IDENTITY, log(5), "AUC .9", 1),
)


COMPARED = replace(
    evidence(
        Finding("looker", "noise", "differs at the left face", Claim.EDITED, 1.0, "AUC .8", 0),
        Finding("comparer", "likeness", "too close", Claim.IDENTITY, 1.0, "AUC .9", 0),
    ),
    readings=(
        *(Reading("looker", "software", "GIMP 2.10"), Reading("looker", "own", 71.0, face=0)),
        Reading("comparer", "same person, genuine", 71.0, face=0),
        Reading("comparer", "genuine photos that disagree", "2 of 7"),
    ),
)


def look(client: Client, photo: Photo, report: Report = FOUND, **said: str) -> Job:
    client.post(f"/photos/{photo.pk}/authenticate/", said)
    job = Job.objects.filter(kind="authenticate").latest("created")
    claim = store.claim(job.pk)
    assert claim is not None and store.finish(claim, report)
    return job


@pytest.fixture
def looked(alices: Client, photo: Photo, signs: Task[object]) -> Photo:
    look(alices, photo)
    return photo


def tab(client: Client, photo: Photo) -> str:
    return client.get(f"/photos/{photo.pk}/?tab=authentic").content.decode()


def test_before_anybody_looked_the_tab_says_what_it_is_for(
    alices: Client, photo: Photo, signs: Task[object]
) -> None:
    page = tab(alices, photo)
    assert "Nobody has looked for signs yet" in page and "Report (PDF" not in page


def test_evidence_is_joined_told_in_words_and_the_strongest_comes_first(
    alices: Client, looked: Photo
) -> None:
    page = tab(alices, looked)
    assert "95&nbsp;%" in page  # 40 against 2: twenty to one
    assert page.index("differs at the left face") < page.index("as a camera writes them")
    assert "Not measured: not a JPEG" in page
    assert "Is this face another&#x27;s, or a changed one?" in page
    assert "GIMP 2.10" in page
    assert "Nothing that is installed and allowed here looked for that" in page  # generators


def test_evidence_stays_off_the_faces_cards(alices: Client, looked: Photo) -> None:
    page = alices.get(f"/photos/{looked.pk}/").content.decode()
    assert "GIMP 2.10" not in page and "Sees half of it" not in page


def test_so_it_does_once_the_model_is_removed(
    alices: Client, looked: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(registry._models, "looker")
    assert "GIMP 2.10" not in alices.get(f"/photos/{looked.pk}/").content.decode()
    assert "GIMP 2.10" in tab(alices, looked)


def test_an_ordinary_look_does_not_ask_for_evidence(
    alices: Client, photo: Photo, signs: Task[object]
) -> None:
    alices.post(f"/photos/{photo.pk}/analyse/")
    assert "looker" not in str(Job.objects.latest("created").plan)


def test_evidence_that_weighs_nothing_points_neither_way(
    alices: Client, photo: Photo, signs: Task[object]
) -> None:
    look(alices, photo, evidence(Finding("looker", "noise", "even", Claim.EDITED, 0.0, "AUC .8")))
    assert "0.0 powers of ten neither way" in tab(alices, photo)


def test_stopping_leads_back_to_the_tab(alices: Client, photo: Photo, signs: Task[object]) -> None:
    alices.post(f"/photos/{photo.pk}/authenticate/")
    job = Job.objects.get(kind="authenticate")
    there = f"/photos/{photo.pk}/?tab=authentic"
    assert f'name="next" value="{there}"' in tab(alices, photo)
    answer = alices.post(f"/jobs/{job.pk}/cancel/", {"next": there})
    assert answer.headers["Location"] == there
    assert f'name="next" value="{there}"' in tab(alices, photo)  # of "Try again"


def test_looking_again_replaces_what_was_found(
    alices: Client, looked: Photo, signs: Task[object]
) -> None:
    look(alices, looked, evidence(Finding("looker", "noise", "even", Claim.EDITED, -1.0, "AUC .8")))
    page = tab(alices, looked)
    assert "differs at the left face" not in page and "even" in page


def test_a_language_model_that_is_not_here_compares_nothing(alices: Client, photo: Photo) -> None:
    assert "Compared region by region" not in tab(alices, photo)
    said = {"engine": "smolvlm-256m"}
    page = alices.post(f"/photos/{photo.pk}/authenticate/", said, follow=True).content.decode()
    assert "is not installed, or may not be used." in page
    assert not Job.objects.filter(kind="authenticate").exists()
    assert alices.post(f"/photos/{photo.pk}/authenticate/", {"engine": "nobody"}).status_code == 302
    assert not Job.objects.filter(kind="authenticate").exists()


def test_a_date_that_is_none_is_told(alices: Client, photo: Photo, signs: Task[object]) -> None:
    address, said = f"/photos/{photo.pk}/authenticate/", {"taken": "last summer"}
    page = alices.post(address, said, follow=True).content.decode()
    assert "Write a date as YYYY-MM-DD." in page
    assert not Job.objects.filter(kind="authenticate").exists()


def test_several_photos_are_looked_at_in_one_go(
    alices: Client, looked: Photo, signs: Task[object]
) -> None:
    other = Photo.objects.get(pk=looked.pk)
    other.pk, other.sha256 = None, "0" * 64
    other.save()
    chosen = {"photo": [str(looked.pk), str(other.pk)]}
    assert "Check whether it is genuine" in alices.post("/photos/make/", chosen).content.decode()
    alices.post("/photos/make/authenticate/", chosen | {"taken": "2020-05-01"})
    parent = Job.objects.filter(kind="authenticate", lane="").latest("created")
    assert parent.children.count() == 2 and parent.options["taken"] == "2020-05-01"


def test_a_viewer_reads_but_cannot_ask(
    viewers: Client, alices: Client, photo: Photo, signs: Task[object]
) -> None:
    look(alices, photo, evidence(Finding("looker", "noise", "uneven", Claim.EDITED, 1.0, "AUC .8")))
    assert "uneven" in tab(viewers, photo)
    assert viewers.post(f"/photos/{photo.pk}/authenticate/").status_code == 404


def test_a_viewer_is_not_told_how_a_face_compares_with_a_person(
    viewers: Client, alices: Client, photo: Photo, comparing: Task[object]
) -> None:
    look(alices, photo, COMPARED)
    assert "too close" in tab(alices, photo)
    assert "too close" not in tab(viewers, photo)
    report = viewers.get(f"/photos/{photo.pk}/evidence.json").content.decode()
    assert "differs at the left face" in report and "too close" not in report
    assert "Is this face another" in tab(alices, photo)
    assert "Is this face another" not in tab(viewers, photo)


def test_what_comparing_found_is_in_the_ledger_and_nowhere_else(
    alice: User, alices: Client, photo: Photo, comparing: Task[object], tmp_path: Path
) -> None:
    look(alices, photo, COMPARED)
    api, own = client_of(alice), f"/api/v1/photos/{photo.pk}"
    face = photo.faces.get(position=0)
    answers = [
        api.get(address).content.decode()
        for address in (own, f"{own}/report", f"{own}/readings.csv", f"/api/v1/faces/{face.pk}")
    ]
    with subject_of(photo, "photo", tmp_path) as subject:
        answers += [entry.content.read().decode() for entry in results(subject)]
    assert len(answers) == 6 and all("looker" in one for one in answers)
    assert not any("comparer" in one or "genuine" in one for one in answers)
    assert "comparer" in api.get(f"{own}/evidence").content.decode()
    ledger = ledger_of(alice, photo)
    assert [group.run.model for group in ledger.file] == ["looker"]
    names = {said.name for group in ledger.entries[1].said for said in group.readings}
    assert "genuine photos that disagree" in names


def test_a_viewer_is_not_told_whom_a_photo_is_said_to_show(
    alice: User, bob: User, viewers: Client, alices: Client, photo: Photo, signs: Task[object]
) -> None:
    vera = a_protected(photo.gallery, alice)
    alices.post(f"/photos/{photo.pk}/authenticate/", {"person": str(vera.pk)})
    job = Job.objects.get(kind="authenticate")
    for user, told in ((alice, str(vera.pk)), (bob, "")):
        api = client_of(user)
        (row,) = api.get(f"/api/v1/jobs?photo={photo.pk}").json()["results"]
        own = api.get(f"/api/v1/jobs/{job.pk}").json()
        assert row["options"]["person"] == own["options"]["person"] == told


def test_consent_withdrawn_while_it_is_compared_leaves_nothing_of_it(
    alices: Client, photo: Photo, comparing: Task[object]
) -> None:
    alices.post(f"/photos/{photo.pk}/authenticate/")
    job = Job.objects.get(kind="authenticate")
    claim = store.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(options={"person": str(uuid4()), "taken": ""})
    assert claim is not None and store.finish(claim, COMPARED)
    page = tab(alices, photo)
    assert "differs at the left face" in page and "too close" not in page
    assert not photo.runs.filter(model="comparer").exists()


def test_programs_get_the_ledger(alice: User, looked: Photo) -> None:
    edited, identity = client_of(alice).get(f"/api/v1/photos/{looked.pk}/evidence").json()
    assert edited["words"] == "moderately for"
    assert edited["probability"] == pytest.approx(20 / 21)
    assert [one["name"] for one in edited["counted"]] == ["noise", "tables"]
    assert [one["note"] for one in edited["silent"]] == ["not a JPEG"]
    assert identity["face"] == str(looked.faces.get(position=1).pk)


def test_the_signed_data_can_be_checked_and_a_change_shows(alice: User, looked: Photo) -> None:
    token = client_of(alice).get(f"/api/v1/photos/{looked.pk}/evidence.jws").content.decode()
    own = x509.load_der_x509_certificate(b64decode(jwt.get_unverified_header(token)["x5c"][0]))
    said = jwt.decode(token, own.public_key(), ["ES256"])
    assert said["photo"]["sha256"] == looked.sha256 and said["claims"][0]["claim"] == "edited"
    head, body, tail = token.split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(".".join([head, body[:-6] + "AAAAAA", tail]), own.public_key(), ["ES256"])


def test_the_pdf_is_signed_whole_and_carries_its_data(alices: Client, looked: Photo) -> None:
    content = alices.get(f"/photos/{looked.pk}/evidence.pdf").content
    pdf = PdfFileReader(BytesIO(content))
    (signature,) = pdf.embedded_signatures
    root = signature.other_embedded_certs[-1]
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    usage = KeyUsageConstraints(key_usage={"digital_signature"})
    status = validate_pdf_signature(signature, context, key_usage_settings=usage)
    assert status.intact and status.valid and status.trusted
    names = pdf.root["/Names"]["/EmbeddedFiles"]["/Names"]
    data = json.loads(names[1].get_object()["/EF"]["/F"].get_object().data)
    assert data["photo"]["sha256"] == looked.sha256
    changed = PdfFileReader(BytesIO(content.replace(b"/Title", b"/Titel", 1)))
    status = validate_pdf_signature(
        changed.embedded_signatures[0], context, key_usage_settings=usage
    )
    assert not status.intact


def test_taking_a_report_along_is_written_down(alices: Client, looked: Photo) -> None:
    alices.get(f"/photos/{looked.pk}/evidence.json")
    assert AuditLine.objects.latest("pk").detail == "evidence"


def test_a_report_in_another_form_is_not_found(alices: Client, looked: Photo) -> None:
    assert alices.get(f"/photos/{looked.pk}/evidence.exe").status_code == 404


def test_the_pdf_holds_the_picture_as_it_was_encoded_here(alices: Client, looked: Photo) -> None:
    pdf = PdfFileReader(BytesIO(alices.get(f"/photos/{looked.pk}/evidence.pdf").content))
    (picture,) = pdf.root["/Pages"]["/Kids"][0]["/Resources"]["/XObject"].values()
    picture = picture.get_object()
    encoded = picture.encoded_data
    if picture["/Filter"][0] == "/ASCII85Decode":
        encoded = a85decode(encoded.replace(b"~>", b""))
    with looked.display.open("rb") as shown:
        assert encoded == shown.read()


def test_a_name_the_font_lacks_does_not_stop_the_report(alices: Client, looked: Photo) -> None:
    Photo.objects.filter(pk=looked.pk).update(name="\N{HIRAGANA LETTER A}<b>&.jpg")
    assert alices.get(f"/photos/{looked.pk}/evidence.pdf").content.startswith(b"%PDF")


def test_a_value_longer_than_a_page_is_cut_in_the_pdf_and_whole_in_the_data(
    alices: Client, photo: Photo, signs: Task[object]
) -> None:
    long = "c2pa.color_adjustments " * 440 + "W" * 1000  # wide letters, no place to break
    said = Finding("looker", "steps", long, Claim.EDITED, 1.0, "W" * 10_000, note="W" * 10_000)
    look(alices, photo, replace(evidence(said), readings=(Reading("looker", "W" * 99, long),)))
    assert alices.get(f"/photos/{photo.pk}/evidence.pdf").content.startswith(b"%PDF")
    data = alices.get(f"/photos/{photo.pk}/evidence.json").json()
    assert data["claims"][0]["counted"][0]["value"] == long
