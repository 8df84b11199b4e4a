"""What a finished job leaves: rows replaced by model, faces kept by overlap, files by content."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ml import types
from ml.registry import Sensitive
from ml.types import Report
from tests.webapp.rows import (
    AGER,
    LEFT,
    RIGHT,
    a_file,
    a_gallery,
    a_job,
    a_photo,
    a_report,
    grown_old,
    moved,
)
from webapp import sealing
from webapp.jobs.results import EMBEDDING
from webapp.jobs.store import DjangoJobStore
from webapp.models import Artifact, Embedding, Face, Job, Person, Photo, Reading
from webapp.pages.showing import values
from webapp.selectors.galleries import sensitive_kinds
from webapp.selectors.provisional import results_from
from webapp.selectors.reports import readings_csv, report_of
from webapp.selectors.results import results_of

pytestmark = pytest.mark.django_db
Status = Job.Status
store = DjangoJobStore()
ALL = ("finder", "ager", "measurer")


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCRATCH_DIR = tmp_path / "scratch"


@pytest.fixture
def photo() -> Photo:
    return a_photo(a_gallery())


def with_sensitive_age(report: Report) -> Report:
    """As an age model's card has it; this one's is not part of the installation."""
    runs = [replace(ran, sensitive=Sensitive.AGE) if ran == AGER else ran for ran in report.runs]
    return replace(report, runs=tuple(runs))


def finished(photo: Photo, report: Report, *asked: str, needed: tuple[str, ...] = ()) -> Job:
    job = a_job(photo)
    plan = [{"model": m, "digest": "", "recipe": 1, "asked": m in asked} for m in (*asked, *needed)]
    claim = store.claim(job.pk)  # the models of these reports are no part of the installation
    Job.objects.filter(pk=job.pk).update(plan={"models": plan})
    assert claim is not None
    assert store.finish(claim, report)
    job.refresh_from_db()
    return job


def test_a_finished_job_leaves_all_its_rows(photo: Photo) -> None:
    job = finished(photo, a_report(LEFT, RIGHT), *ALL)
    assert (job.status, job.lease, job.partial) == (Status.DONE, None, None)
    assert job.ended is not None
    assert [run.model for run in photo.runs.all()] == list(ALL)
    assert [face.left for face in photo.faces.all()] == [10, 300]
    ages = Reading.objects.filter(name="age").values_list("face__position", "number", "unit")
    assert list(ages) == [(0, 30, "years"), (1, 31, "years")]
    marks = photo.faces.all()[0].marks.all()
    assert [mark.paths for mark in marks] == [[[[0, 0], [1.23, 2]]]]


def test_embeddings_are_sealed(photo: Photo) -> None:
    report = a_report(LEFT)
    finished(photo, report, *ALL)
    sealed = Embedding.objects.get().sealed_vector
    assert report.embeddings[0].vector not in bytes(sealed)
    assert sealing.unseal(photo.gallery, sealed, EMBEDDING) == report.embeddings[0].vector


@pytest.mark.parametrize("purpose", ["look", "organisation"])
def test_no_embedding_is_kept_where_the_purpose_forbids(purpose: str) -> None:
    finished(a_photo(a_gallery(purpose)), a_report(LEFT), *ALL)
    assert Embedding.objects.count() == 0
    assert Reading.objects.count() == 1


def test_nothing_found_is_stored_too(photo: Photo) -> None:
    finished(photo, a_report(), *ALL)
    assert photo.runs.count() == 3
    assert photo.faces.count() == 0


def test_running_again_replaces_and_keeps_the_face(photo: Photo) -> None:
    finished(photo, a_report(LEFT, RIGHT), *ALL)
    before = photo.faces.all()[0]
    finished(photo, a_report(moved(LEFT, 5), RIGHT, age=40), *ALL)
    after = photo.faces.all()[0]
    assert after.pk == before.pk
    assert after.left == 15
    assert list(Reading.objects.values_list("number", flat=True)) == [40, 41]
    assert (photo.runs.count(), photo.faces.count(), Embedding.objects.count()) == (3, 2, 2)


def test_one_models_results_are_replaced_only(photo: Photo) -> None:
    first = finished(photo, a_report(LEFT), *ALL)
    named(photo.faces.get(), "Ada")
    both = a_report(LEFT, age=50)
    only_age = replace(both, runs=both.runs[:2], embeddings=())
    second = finished(photo, only_age, "ager", needed=("finder",))
    jobs = dict(photo.runs.values_list("model", "job"))
    assert jobs == {"finder": first.pk, "measurer": first.pk, "ager": second.pk}
    assert Reading.objects.get().number == 50
    face = photo.faces.get()
    assert face.person is not None
    assert (face.person.name, face.marks.count(), face.embeddings.count()) == ("Ada", 1, 1)


def test_a_needed_model_with_new_weights_is_replaced(photo: Photo) -> None:
    finished(photo, a_report(LEFT), *ALL)
    newer = replace(AGER, digest="a2")
    report = a_report(LEFT, age=60)
    finished(photo, replace(report, runs=(report.runs[0], newer)), needed=("finder", "ager"))
    assert Reading.objects.get().number == 60
    assert photo.runs.get(model="ager").digest == "a2"


def named(face: Face, name: str) -> None:
    face.person = Person.objects.create(gallery=face.photo.gallery, name=name)
    face.save()


def test_a_name_survives_when_the_face_is_no_longer_found(photo: Photo) -> None:
    finished(photo, a_report(LEFT, RIGHT), *ALL)
    named(photo.faces.all()[0], "Ada")
    finished(photo, a_report(RIGHT), *ALL)
    right, left = photo.faces.all()
    assert (right.left, right.person) == (300, None)
    assert left.person is not None
    assert (left.found_by, left.readings.count()) == (None, 0)


def test_a_nameless_face_no_longer_found_goes(photo: Photo) -> None:
    finished(photo, a_report(LEFT, RIGHT), *ALL)
    finished(photo, a_report(RIGHT), *ALL)
    assert [face.left for face in photo.faces.all()] == [300]


def test_a_lost_named_face_is_found_again(photo: Photo) -> None:
    finished(photo, a_report(LEFT), *ALL)
    named(photo.faces.get(), "Ada")
    finished(photo, a_report(), *ALL)
    finished(photo, a_report(moved(LEFT, -8)), *ALL)
    face = photo.faces.get()
    assert face.person is not None
    assert face.found_by == photo.runs.get(model="finder")


def an_artifact(folder: Path) -> types.Artifact:
    path = a_file(folder)
    digest = sha256(path.read_bytes()).hexdigest()
    return types.Artifact("finder", "cut-out", "image/png", path, digest, 4, 0, {"side": "left"})


def test_made_files_lie_under_their_contents_name(photo: Photo, tmp_path: Path) -> None:
    artifact = an_artifact(tmp_path)
    finished(photo, replace(a_report(LEFT), artifacts=(artifact,)), *ALL)
    row = Artifact.objects.get()
    assert Path(row.file.path).read_bytes() == b"made"
    assert row.file.name.endswith(f"{photo.pk}/made/{artifact.sha256}.png")
    assert (row.face, row.facts) == (photo.faces.get(), {"side": "left"})


def test_made_files_nobody_names_are_tidied_away(photo: Photo, tmp_path: Path) -> None:
    artifact = an_artifact(tmp_path)
    finished(photo, replace(a_report(LEFT), artifacts=(artifact,)), *ALL)
    path = Path(Artifact.objects.get().file.path)
    finished(photo, a_report(LEFT), *ALL)
    store.tidy()
    assert path.exists()  # young: it may belong to a job that is being stored
    grown_old(path, hours=2)
    store.tidy()
    assert not path.exists()


def test_what_was_turned_off_meanwhile_is_not_written_down(photo: Photo) -> None:
    finished(photo, with_sensitive_age(a_report(LEFT)), *ALL)
    assert sorted(photo.runs.values_list("model", flat=True)) == ["finder", "measurer"]
    assert Reading.objects.count() == 0


def test_an_age_that_is_off_is_hidden_though_its_model_was_removed(photo: Photo) -> None:
    row = photo.gallery.sensitive_choices.create(kind=Sensitive.AGE.value)
    finished(photo, with_sensitive_age(a_report(LEFT)), *ALL)
    assert [reading.value for reading in report_of(photo).readings] == [30]
    row.delete()
    photo.refresh_from_db()
    assert [run.model for run in results_of(photo).runs] == ["finder", "measurer"]
    assert [face.groups for face in results_of(photo).faces] == [()]
    assert report_of(photo).readings == ()
    assert "ager" not in readings_csv(photo)


def test_a_provisional_age_that_is_off_by_now_is_hidden(photo: Photo) -> None:
    report = with_sensitive_age(a_report(LEFT, RIGHT))
    shown = results_from(photo, report)
    assert [run.model for run in shown.runs] == ["finder", "measurer"]
    assert [(face.number, face.groups) for face in shown.faces] == [(1, ()), (2, ())]
    photo.gallery.sensitive_choices.create(kind=Sensitive.AGE.value)
    values = [face.groups[0].readings[0].value for face in results_from(photo, report).faces]
    assert values == [30, 31]


def test_provisional_results_are_arranged_like_stored_ones(photo: Photo) -> None:
    """Of models that are no longer part of the installation, too."""
    report = a_report(LEFT, RIGHT)
    finished(photo, report, *ALL)
    before, after = results_from(photo, report), results_of(photo)
    assert before.runs == after.runs
    assert [face.groups for face in before.faces] == [face.groups for face in after.faces]
    assert [layer.name for layer in before.layers] == [layer.name for layer in after.layers]


def about_two(photo: Photo) -> Report:
    report = a_report(LEFT, RIGHT)
    looks = types.Reading("ager", "looks at", "another face", 0.8, face=0, other=1)
    return replace(report, readings=(looks,))


def test_a_fact_about_two_faces_follows_both(photo: Photo) -> None:
    finished(photo, about_two(photo), *ALL)
    _, right = photo.faces.all()
    assert Reading.objects.get().other == right
    assert report_of(photo).readings[0].other == 1
    assert readings_csv(photo).splitlines()[1].endswith(",2")
    (group,) = results_of(photo).faces[0].groups
    assert group.other_id(group.readings[0]) == right.pk
    right.person = Person.objects.create(gallery=photo.gallery, name="Vera")
    right.save()
    (value,) = values(results_of(photo).faces[0].groups[0])
    assert (value.name, value.words, value.other) == ("looks at", "Vera", right.pk)
    right.delete()
    assert not Reading.objects.exists(), "who is looked at is gone, and so is the fact"


def test_nobodys_attention_is_read_in_an_organisation() -> None:
    gallery = a_gallery("organisation")
    gallery.sensitive_choices.create(kind="attention")
    assert sensitive_kinds(gallery) == frozenset()
    household = a_gallery()
    household.sensitive_choices.create(kind="attention")
    assert sensitive_kinds(household) == {Sensitive.ATTENTION}
