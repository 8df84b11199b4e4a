"""What is made of photos on request: forms from options, files that join the others, deleting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import QueryDict
from django.test import Client
from PIL import Image

from ml import pipelines, registry, types
from ml.pipelines import Context, Pipeline, Subjects
from ml.protection.disguise_pipelines import DisguiseOptions
from ml.registry import Task
from ml.types import Report
from tests.webapp.rows import LEFT, a_card
from webapp.forms.options import fields_of, values_of
from webapp.jobs.options import parse
from webapp.jobs.store import DjangoJobStore
from webapp.models import Artifact, AuditLine, Job, Photo, Run, User

store = DjangoJobStore()


@dataclass(frozen=True, slots=True)
class CutOptions:
    background: str = field(
        default="blur", metadata={"title": "Background", "choices": ("blur", "colour")}
    )
    strength: int = field(default=5, metadata={"min": 1, "max": 9, "help": "How much."})
    colour: str = "#ffffff"
    light: bool = True
    parts: tuple[str, ...] = field(default=("hair",), metadata={"choices": ("hair", "skin")})
    face: int | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


def cut(options: CutOptions, inputs: Nothing, context: Context) -> Report:
    return Report((640, 480))


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Pipeline[CutOptions, Nothing]:
    kind = Pipeline("cut", "Cut out", CutOptions, Nothing, cut, help="Takes the person out.")
    monkeypatch.setitem(pipelines._pipelines, "cut", kind)
    return kind


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Task[object]]:
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    task: Task[object] = Task("slow", "Slow look", object, on_demand=True)
    a_card("slow-model", task=task, known_limits="Takes its time.")
    yield task


def made(folder: Path, colour: str = "red") -> Report:
    path = folder / "made.png"
    Image.new("RGB", (8, 8), colour).save(path)
    content = path.read_bytes()
    digest = sha256(content).hexdigest()
    facts: dict[str, str | float] = {"margin": 0.25}
    file = types.Artifact("cut", "cut-out", "image/png", path, digest, len(content), 0, facts)
    return replace(Report((640, 480)), faces=(LEFT,), artifacts=(file,))


def finish(job: Job, report: Report) -> None:
    claim = store.claim(job.pk)
    assert claim is not None and store.finish(claim, report)


def test_options_become_fields_and_answers_options_again() -> None:
    kinds = {one.name: one.kind for one in fields_of(CutOptions)}
    assert kinds == {
        "background": "choice", "strength": "number", "colour": "colour", "light": "switch",
        "parts": "choices", "face": "number",
    }  # fmt: skip
    strength = fields_of(CutOptions)[1]
    assert (strength.low, strength.high, strength.value, strength.step) == ("1", "9", "5", "1")
    answer = QueryDict("background=colour&strength=7&colour=%23ff0000&parts=hair&parts=skin&face=")
    said = parse(CutOptions, values_of(CutOptions, answer))
    assert said == CutOptions("colour", 7, "#ff0000", False, ("hair", "skin"), None)


def test_a_tool_is_offered_asked_for_and_waited_for(
    alices: Client, analysed: Photo, tool: Pipeline[CutOptions, Nothing]
) -> None:
    page = alices.get(f"/photos/{analysed.pk}/?tab=make").content.decode()
    assert "Cut out" in page and "Takes the person out." in page
    assert 'name="strength" value="5" min="1" max="9" step="1"' in page
    answer = {"photo": str(analysed.pk), "background": "colour", "strength": "3", "light": "on"}
    there = alices.post("/photos/make/cut/", answer)
    assert there.headers["Location"] == f"/photos/{analysed.pk}/?tab=make"
    job = Job.objects.get(kind="cut")
    assert job.options["background"] == "colour" and job.options["strength"] == 3
    assert list(job.photos.all()) == [analysed]


def test_wrong_options_are_told_and_make_no_job(
    alices: Client, analysed: Photo, tool: Pipeline[CutOptions, Nothing]
) -> None:
    answer = {"photo": str(analysed.pk), "strength": "99"}
    page = alices.post("/photos/make/cut/", answer, follow=True).content.decode()
    assert "At most 9." in page
    assert not Job.objects.filter(kind="cut").exists()


def test_each_made_file_joins_the_others_and_the_same_one_is_there_once(
    alices: Client, analysed: Photo, tool: Pipeline[CutOptions, Nothing], tmp_path: Path
) -> None:
    for colour in ("red", "blue", "blue"):
        alices.post("/photos/make/cut/", {"photo": str(analysed.pk)})
        finish(Job.objects.filter(kind="cut").latest("created"), made(tmp_path, colour))
    assert Artifact.objects.filter(kind="cut-out").count() == 2
    readings = analysed.runs.get(model="mesh-pose").readings.count()
    assert readings, "what models read stays"
    page = alices.get(f"/photos/{analysed.pk}/?tab=make").content.decode()
    names = re.findall(r'href="/api/v1/artifacts/[\w-]+" class="preview"', page)
    assert len(names) == 2 and "margin: 0.25" in page
    details = alices.get(f"/photos/{analysed.pk}/?tab=details").content.decode()
    assert "no longer installed" not in details
    job = Job.objects.filter(kind="cut").latest("created")
    assert "Made files" in alices.get(f"/jobs/{job.pk}/").content.decode()


def test_a_made_file_is_deleted_with_its_bytes_and_that_is_written_down(
    alices: Client, viewers: Client, analysed: Photo, tool: Pipeline[CutOptions, Nothing],
    tmp_path: Path, django_capture_on_commit_callbacks: type,
) -> None:  # fmt: skip
    alices.post("/photos/make/cut/", {"photo": str(analysed.pk)})
    finish(Job.objects.get(kind="cut"), made(tmp_path))
    row = Artifact.objects.get(kind="cut-out")
    path = Path(row.file.path)
    assert viewers.post(f"/made/{row.pk}/delete/").status_code == 404
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        alices.post(f"/made/{row.pk}/delete/")
    assert not Artifact.objects.filter(pk=row.pk).exists() and not path.exists()
    assert AuditLine.objects.filter(verb="made-delete", detail="cut-out").exists()


def test_what_runs_on_demand_runs_when_asked_and_not_before(
    alices: Client, analysed: Photo, slow: Task[object]
) -> None:
    alices.post(f"/photos/{analysed.pk}/analyse/")
    plan = Job.objects.latest("created").plan["models"]
    assert "slow-model" not in {one["model"] for one in plan}
    page = alices.get(f"/photos/{analysed.pk}/?tab=make").content.decode()
    assert "Slow look" in page and "Takes its time." in page
    alices.post(f"/photos/{analysed.pk}/ask/slow/")
    plan = Job.objects.latest("created").plan["models"]
    assert [one["model"] for one in plan if one["asked"]] == ["slow-model"]
    assert alices.post(f"/photos/{analysed.pk}/ask/pose/").status_code == 404


def test_a_viewer_may_make_nothing(
    viewers: Client, analysed: Photo, tool: Pipeline[CutOptions, Nothing], slow: Task[object]
) -> None:
    page = viewers.get(f"/photos/{analysed.pk}/?tab=make").content.decode()
    assert "Cut out" not in page and "Slow look" not in page
    assert viewers.post("/photos/make/cut/", {"photo": str(analysed.pk)}).status_code == 404
    assert viewers.post(f"/photos/{analysed.pk}/ask/slow/").status_code == 404


def test_what_takes_several_photos_is_offered_for_several(
    alices: Client, alice: User, analysed: Photo, tool: Pipeline[CutOptions, Nothing],
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    many = replace(tool, kind="join", title="Join views", subjects=Subjects.MANY, fewest=2)
    monkeypatch.setitem(pipelines._pipelines, "join", many)
    page = alices.post("/photos/make/", {"photo": [str(analysed.pk)]}).content.decode()
    assert "Cut out" in page and "Join views" not in page
    second = Photo.objects.get(pk=analysed.pk)
    second.pk, second.sha256 = None, "0" * 64
    second._state.adding = True
    second.save()
    both = [str(analysed.pk), str(second.pk)]
    assert "Join views" in alices.post("/photos/make/", {"photo": both}).content.decode()
    there = alices.post("/photos/make/join/", {"photo": both})
    job = Job.objects.get(kind="join")
    assert there.headers["Location"] == f"/jobs/{job.pk}/" and job.photos.count() == 2
    said = types.Reading("join", "face width", 140.0, unit="mm", interval=(130.0, 150.0), face=0)
    about = types.Reading("mesh", "not of the job", 1.0)
    finish(job, replace(made(tmp_path), readings=(said, about)))
    first = job.photos_in_order()[0]
    (row,) = first.runs.get(model="join").readings.all()
    assert (row.number, row.low, row.high, row.face) == (140.0, 130.0, 150.0, None)
    assert first.runs.get(model="join").artifacts.get().face is None


def test_a_file_of_what_is_turned_off_is_not_there(alices: Client, analysed: Photo) -> None:
    run = Run.objects.create(photo=analysed, model="m", task="t", recipe=1, sensitive="emotion")
    file = Artifact(run=run, kind="map", media_type="text/plain", sha256="0" * 64, size=1)
    file.file.save("map.txt", ContentFile(b"x"))
    address = f"/api/v1/artifacts/{file.pk}"
    assert alices.get(address).status_code == 404
    analysed.gallery.sensitive_choices.create(kind="emotion")
    assert alices.get(address).status_code == 200
    type(analysed.gallery).objects.update(purpose="organisation")
    assert alices.get(address).status_code == 404
    assert alices.post(f"/made/{file.pk}/delete/").status_code == 404


def test_where_only_one_may_be_chosen_the_form_lets_no_two(alices: Client, analysed: Photo) -> None:
    face = analysed.faces.get()
    alices.post(f"/faces/{face.pk}/name/", {"name": "Eileen"})
    page = alices.get(f"/photos/{analysed.pk}/?tab=protect").content.decode()
    assert f'type="radio" name="target" value="{face.pk}"' in page
    assert f'type="checkbox" name="faces" value="{face.pk}"' in page
    with pytest.raises(ValidationError, match="Choose one"):
        parse(DisguiseOptions, {"aim": "hide", "target": [str(face.pk), str(uuid4())]})
