"""A model dropped in as one file is everywhere, and its results outlive it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.test import Client

from ml import registry
from ml.pipelines import Urgency
from ml.registry import Policy
from tests.stack import ROOT, Stack, Stacks
from webapp.jobs.plan import lane_for, resolve
from webapp.models import Job, Mark, Reading, User
from webapp.services.galleries import gallery_create
from webapp.services.keys import key_create

MODEL = '''"""Reads how warm the light on each face is, and keeps a swatch of it."""

from __future__ import annotations

from hashlib import sha256
from types import NoneType

from ml.contracts import DETECTION, Output, View
from ml.registry import Commercial, Model, ModelCard, Task, register
from ml.types import Artifact, Mark, MarkKind, Reading

NAME = "warmth-mean"


@register(ModelCard(
    name=NAME, title="Warmth of the light", task=Task("warmth", "Warmth", NoneType), weights=(),
    code_licence="Apache-2.0", weights_licence="none", commercial_use=Commercial.YES, memory_mb=0,
    paper="none", known_limits="An average of colours only.", needs=(DETECTION,),
))
class Warmth(Model):
    def run(self, view: View) -> Output:
        faces = list(enumerate(face.box.to_json() for face in view.faces))
        crops = [view.picture.pixels[int(t):int(b), int(l):int(r)] for _, (l, t, r, b) in faces]
        readings = [Reading(NAME, "red over blue", float(c[..., 0].mean() / c[..., 2].mean()),
                            face=i) for i, c in enumerate(crops)]
        marks = [Mark(NAME, "Warmth", MarkKind.LINE, (((l, t), (r, b)),), face=i, tone="warm")
                 for i, (l, t, r, b) in faces]
        path = view.scratch / "swatch.txt" if view.scratch else None
        files = ()
        if path and path.write_text("a swatch"):
            digest = sha256(path.read_bytes()).hexdigest()
            files = (Artifact(NAME, "swatch", "text/plain", path, digest, path.stat().st_size),)
        return Output(readings=tuple(readings), marks=tuple(marks), artifacts=files)
'''


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with one more file in it."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("ml", "tasks", "webapp", "templates", "static"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tree)
    (tree / "ml" / "analysis" / "warmth_mean.py").write_text(MODEL)
    return tree


@pytest.fixture
def changed(transactional_db: None, _stacks: Stacks, tree: Path) -> Iterator[Stack]:
    """An installation of that tree; later tests get the project's own again."""
    yield _stacks.use(tree)
    _stacks.stop()


@pytest.fixture
def anna(transactional_db: None) -> User:
    anna = User.objects.create_superuser("anna", password="correct horse")
    gallery_create(name="Ours", purpose="household", owner=anna, personal=True)
    return anna


def test_one_file_is_everywhere_and_its_results_outlive_it(
    changed: Stack, anna: User, astronaut: Path, tree: Path, _stacks: Stacks
) -> None:
    key = key_create(user=anna, name="test")[1]
    with signed_in(changed, anna) as page, api(changed, key) as rest:
        sent = {"file": ("astronaut.jpg", astronaut.read_bytes())}
        photo = rest.post("photos?wait=30", files=sent).json()["photo"]["id"]
        job = Job.objects.get()
        assert (job.status, job.error, job.lane) == (Job.Status.DONE, "", "cpu-now")
        shows_its_results(page, rest, photo)
        assert "Warmth of the light" in page.get("/models/").text
        assert "Warmth of the light" in page.get("/admin/models/").text
        capabilities = rest.get("capabilities").json()
        assert "warmth" in {task["name"] for task in capabilities["tasks"]}
        assert "warmth-mean" in {model["name"] for model in capabilities["models"]}
        assert "warmth" in tasks_offered(rest)
        assert "warmth-mean" in page.get(f"/admin/webapp/job/{job.pk}/change/").text
        again = rest.post(
            "jobs?wait=30",
            json={"kind": "analyse", "photos": [photo], "options": {"tasks": ["warmth"]}},
        )
        assert again.json()["status"] == "done", again.text
        assert Reading.objects.filter(run__model="warmth-mean").count() == 1
    (tree / "ml" / "analysis" / "warmth_mean.py").unlink()
    _stacks.stop()
    without = _stacks.use(tree)
    with signed_in(without, anna) as page, api(without, key) as rest:
        assert "warmth-mean" not in rest.get("capabilities").text
        shows_its_results(page, rest, photo)


def tasks_offered(rest: httpx.Client) -> list[str]:
    """What the schema says an analysis may look for."""
    schema = rest.get("schema?format=json").json()
    kinds = schema["components"]["schemas"]["JobInputRequest"]["properties"]["options"]["anyOf"]
    (analyse,) = (kind for kind in kinds if kind["title"] == "analyse")
    offered: list[str] = analyse["properties"]["tasks"]["items"]["enum"]
    return offered


def test_its_card_chooses_the_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_models", dict(registry._models))
    wants_gpu = MODEL.replace("memory_mb=0", "memory_mb=0, devices=(Device.CUDA,)")
    exec(wants_gpu.replace("Model,", "Device, Model,", 1), {"__name__": "warmth_mean"})
    policy = Policy(installed=frozenset(card.name for card in registry.cards()))
    assert lane_for(resolve(("warmth",), policy), Urgency.NOW, {"cpu-now"}) == "gpu-now"
    assert lane_for(resolve(("detection",), policy), Urgency.NOW, {"cpu-now"}) == "cpu-now"


def shows_its_results(page: httpx.Client, rest: httpx.Client, photo: str) -> None:
    """On the photo's page, over REST, in the table, in the drawing and as a file."""
    shown = page.get(f"/photos/{photo}/").text
    assert "red over blue" in shown and "Warmth" in shown
    report = rest.get(f"photos/{photo}/report").json()
    assert "warmth-mean" in {reading["model"] for reading in report["readings"]}
    assert "Warmth" in {mark["layer"] for mark in report["marks"]}
    assert "red over blue" in rest.get(f"photos/{photo}/readings.csv").text
    plain = rest.get(f"photos/{photo}/annotated.jpg?layers=Boxes").content
    assert plain != rest.get(f"photos/{photo}/annotated.jpg?layers=Boxes,Warmth").content
    assert Mark.objects.filter(layer="Warmth").count() == 1
    detail = rest.get(f"photos/{photo}").json()
    (swatch,) = [made for made in detail["artifacts"] if made["kind"] == "swatch"]
    assert rest.get(f"artifacts/{swatch['id']}").text == "a swatch"


def signed_in(stack: Stack, user: User) -> httpx.Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return httpx.Client(base_url=stack.url, cookies=cookies, timeout=40)


def api(stack: Stack, key: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=f"{stack.url}/api/v1/", headers=headers, timeout=40)
