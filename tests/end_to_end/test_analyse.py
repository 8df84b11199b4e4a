"""POST /analyse on the whole installation: one picture in, one report out, nothing kept."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import sleep

import httpx
import pytest
from django.conf import settings

from ml.contracts import EMBEDDING
from ml.types import Report
from tasks.lanes import broker
from tests.stack import Stack, until
from webapp.models import Gallery, Job, Photo, User
from webapp.services.galleries import gallery_create
from webapp.services.keys import key_create


@pytest.fixture
def owner(stack: Stack) -> User:
    user = User.objects.create_user("rest")
    gallery_create(name="rest's", purpose="look", owner=user, personal=True)
    return user


@pytest.fixture
def key(owner: User) -> str:
    return key_create(user=owner, name="test")[1]


@pytest.fixture
def client(stack: Stack, key: str) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=stack.url, headers=headers, timeout=60) as client:
        yield client


def nothing_is_kept() -> None:
    assert not Job.objects.exists()
    assert not Photo.objects.exists()
    until(lambda: not left(), 10, "tidying up")


def left() -> list[Path]:
    return [path for path in Path(settings.SCRATCH_DIR).rglob("*") if path.is_file()]


def test_the_curl_line_works_when_pasted(stack: Stack, key: str, astronaut: Path) -> None:
    line = f'curl -s -H "Authorization: Bearer {key}" -F file=@photo.jpg {stack.url}/api/v1/analyse'
    (astronaut.parent / "photo.jpg").write_bytes(astronaut.read_bytes())
    done = subprocess.run(
        line, shell=True, cwd=astronaut.parent, capture_output=True, check=True, timeout=60
    )
    report = Report.from_json(json.loads(done.stdout))
    assert len(report.faces) == 1
    assert report.embeddings == ()
    assert not {"age", "gender", "expression"} & {ran.task for ran in report.runs}
    nothing_is_kept()


def test_takes_a_picture_as_the_whole_body(client: httpx.Client, astronaut: Path) -> None:
    answer = client.post(
        "/api/v1/analyse?tasks=detection",
        content=astronaut.read_bytes(),
        headers={"Content-Type": "image/jpeg"},
    )
    report = Report.from_json(answer.json())
    assert [ran.task for ran in report.runs] == ["detection"]
    assert report.size == (512, 512)
    nothing_is_kept()


def test_tells_what_it_is_asked_for(client: httpx.Client, astronaut: Path) -> None:
    form = {"sensitive": "age,gender", "embeddings": "true"}
    files = {"file": ("a.jpg", astronaut.read_bytes())}
    report = Report.from_json(client.post("/api/v1/analyse", data=form, files=files).json())
    tasks = {ran.task for ran in report.runs}
    assert {"age", "gender", EMBEDDING.name} <= tasks
    assert "expression" not in tasks
    assert len(report.embeddings) == 1
    nothing_is_kept()


def test_an_organisation_gets_no_emotions(
    client: httpx.Client, owner: User, astronaut: Path
) -> None:
    Gallery.objects.filter(personal_of=owner).update(purpose="organisation")
    files = {"file": ("a.jpg", astronaut.read_bytes())}
    answer = client.post("/api/v1/analyse", data={"sensitive": "emotion"}, files=files)
    assert "expression" not in {ran.task for ran in Report.from_json(answer.json()).runs}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"no picture " * 100, 422, "not-an-image"), (b"", 422, "empty")],
    ids=["text", "empty"],
)
def test_refuses_what_is_no_picture(
    client: httpx.Client, content: bytes, status: int, code: str
) -> None:
    answer = client.post("/api/v1/analyse", files={"file": ("a.jpg", content)})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    nothing_is_kept()


def test_refuses_a_damaged_picture(client: httpx.Client, astronaut: Path) -> None:
    half = astronaut.read_bytes()[:20_000]
    answer = client.post("/api/v1/analyse", files={"file": ("a.jpg", half)})
    assert (answer.status_code, answer.json()["code"]) == (422, "truncated")
    nothing_is_kept()


def test_says_which_option_is_wrong(client: httpx.Client, astronaut: Path) -> None:
    files = {"file": ("a.jpg", astronaut.read_bytes())}
    answer = client.post("/api/v1/analyse", data={"sensitive": "wealth"}, files=files)
    assert answer.status_code == 400
    assert "sensitive" in answer.json()["errors"]
    nothing_is_kept()


def test_forgets_although_the_client_went_away(client: httpx.Client, astronaut: Path) -> None:
    files = {"file": ("a.jpg", astronaut.read_bytes())}
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/v1/analyse", files=files, timeout=httpx.Timeout(5, read=0.05))
    sleep(0.2)
    until(lambda: not Job.objects.exists(), 40, "forgetting")
    nothing_is_kept()


def test_says_at_once_when_no_worker_is_there(
    stack: Stack, client: httpx.Client, astronaut: Path
) -> None:
    workers = stack.processes("worker-now")
    for process in workers:
        process.suspend()
    try:
        with broker() as queue:
            queue.delete("prosopa:alive:cpu-now")
            answer = client.post(
                "/api/v1/analyse", files={"file": ("a.jpg", astronaut.read_bytes())}
            )
    finally:
        for process in workers:
            process.resume()
    assert answer.status_code == 503
    assert answer.json()["code"] == "busy"
    assert int(answer.headers["Retry-After"]) > 0
    nothing_is_kept()


def test_upload_and_wait_gives_an_analysed_photo(client: httpx.Client, astronaut: Path) -> None:
    files = {"file": ("a.jpg", astronaut.read_bytes())}
    answer = client.post("/api/v1/photos?wait=30", files=files)
    assert answer.status_code == 201
    assert answer.json()["job"]["status"] == "done"
    told = client.get(answer.headers["Location"]).json()
    assert len(told["faces"]) == 1
    drawn = client.get(f"{answer.headers['Location']}/annotated.jpg")
    assert drawn.content[:2] == b"\xff\xd8"
