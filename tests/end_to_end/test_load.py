"""200 requests at once from 8 clients on the whole installation: nothing breaks, nothing locks."""

from __future__ import annotations

import asyncio
from collections import Counter
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from tests.stack import Stack, until
from webapp.models import Job, Photo, User
from webapp.services.galleries import gallery_create
from webapp.services.keys import key_create

CLIENTS = 8
EACH = 25
UPLOADS = 5  # of each client's 25
Answers = list[httpx.Response]


@pytest.fixture
def users(transactional_db: None) -> list[User]:
    users = [User.objects.create_user(f"client{number}") for number in range(CLIENTS)]
    for user in users:
        gallery_create(name="photos", purpose="look", owner=user, personal=True)
    return users


def picture(astronaut: Path, seed: int) -> bytes:
    """The astronaut with a corner of its own, so that no two files are the same."""
    with Image.open(astronaut) as face:
        pixels = np.array(face.resize((320, 320)))
    pixels[:8, :8] = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), np.uint8)
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG")
    return out.getvalue()


def client_of(stack: Stack, user: User) -> httpx.AsyncClient:
    """A browser and a program in one: a session for pages, a key for REST."""
    browser = Client()
    browser.force_login(user)
    return httpx.AsyncClient(
        base_url=stack.url,
        headers={"Authorization": f"Bearer {key_create(user=user, name='load')[1]}"},
        cookies={settings.SESSION_COOKIE_NAME: browser.cookies[settings.SESSION_COOKIE_NAME].value},
        timeout=120,
        limits=httpx.Limits(max_connections=EACH),
    )


async def rush(client: httpx.AsyncClient, first: str, files: list[bytes]) -> Answers:
    """One client's 25 requests, all at once: uploads, pages, lists, jobs."""
    uploads = [client.post("/api/v1/photos", files={"file": ("a.jpg", file)}) for file in files]
    pages = ["/", f"/photos/{first}/", "/jobs/"]
    photo = [f"/api/v1/photos/{first}", f"/api/v1/photos/{first}/thumbnail"]
    reads = [*pages, *photo, "/api/v1/photos", "/api/v1/jobs", "/api/v1/faces"]
    asked = [client.get(path) for path in reads * 2]
    again = {"kind": "analyse", "photos": [first], "options": {"tasks": ["detection"]}}
    jobs = [client.post("/api/v1/jobs", json=again) for _ in range(EACH - len(uploads + asked))]
    return await asyncio.gather(*uploads, *asked, *jobs)


async def everyone(clients: list[httpx.AsyncClient], files: list[list[bytes]]) -> Answers:
    firsts = []
    for client, (file, *_) in zip(clients, files, strict=True):
        answer = await client.post("/api/v1/photos", files={"file": ("first.jpg", file)})
        firsts.append(answer.json()["photo"]["id"])
    rushes = zip(clients, firsts, files, strict=True)
    done = await asyncio.gather(*(rush(client, pk, rest[1:]) for client, pk, rest in rushes))
    for client in clients:
        await client.aclose()
    return [answer for answers in done for answer in answers]


def test_200_requests_at_once_from_8_clients(
    stack: Stack, users: list[User], astronaut: Path
) -> None:
    clients = [client_of(stack, user) for user in users]
    count = UPLOADS + 1
    files = [[picture(astronaut, 100 * n + k) for k in range(count)] for n in range(CLIENTS)]
    answers = asyncio.run(everyone(clients, files))
    assert len(answers) == CLIENTS * EACH == 200
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses.keys() <= {200, 201, 202}, statuses
    assert "database is locked" not in "\n".join(stack.printed)
    assert Photo.objects.count() == CLIENTS * count
    until(lambda: not Job.objects.filter(status__in=Job.OPEN).exists(), 120, "finishing")
    assert set(Job.objects.values_list("status", flat=True)) == {Job.Status.DONE}
    assert "database is locked" not in "\n".join(stack.printed)
