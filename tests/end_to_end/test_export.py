"""An album packed by a real worker that is killed in the middle, and fetched from a real server."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import numpy as np
import pytest
from django.conf import settings
from PIL import Image

from tests.end_to_end.rigging import Customer, until_status
from tests.stack import Stack, until
from webapp.models import Export, Job, Photo
from webapp.services.photos import photo_add

COUNT = 120
Status = Job.Status


def repeated(photo: Photo, count: int) -> None:
    """More rows of the same file, as if there were so many photos."""
    rows = [
        Photo(**_fields(photo) | {"pk": uuid4(), "sha256": uuid4().hex * 2}) for _ in range(count)
    ]
    Photo.objects.bulk_create(rows)


def _fields(photo: Photo) -> dict[str, object]:
    return {field.attname: getattr(photo, field.attname) for field in photo._meta.concrete_fields}


def exports_of(anna: Customer) -> str:
    return f"/galleries/{anna.gallery.pk}/exports"


def test_a_worker_killed_while_it_packs_leaves_no_half_zip(stack: Stack, anna: Customer) -> None:
    (photo,) = anna.photos(1)
    repeated(photo, COUNT - 1)
    job = anna.http.post(exports_of(anna), json={}).json()["id"]
    until(lambda: Job.objects.get(pk=job).done > 0, 30, "packing")
    assert Job.objects.get(pk=job).message.startswith("Packing photo ")
    stack.kill_child("worker-later")
    assert anna.http.get(exports_of(anna)).json()["results"] == []
    until_status(job, Status.DONE, seconds=60)
    assert Job.objects.get(pk=job).attempt == 2
    (one,) = anna.http.get(exports_of(anna)).json()["results"]
    kept = settings.MEDIA_ROOT / "galleries" / str(anna.gallery.pk) / "exports"
    assert [path.name for path in kept.iterdir()] == [f"{one['id']}.zip"]
    until(lambda: not list(settings.SCRATCH_DIR.glob(f"{job}/*")), 10, "tidying up")
    address = one["file"].removeprefix("/api/v1")
    half = anna.http.get(address, headers={"Range": f"bytes=0-{one['size'] // 2}"})
    rest = anna.http.get(address, headers={"Range": f"bytes={one['size'] // 2 + 1}-"})
    content = half.content + rest.content
    assert (half.status_code, rest.status_code) == (206, 206)
    assert sha256(content).hexdigest() == one["sha256"]
    with ZipFile(BytesIO(content)) as zipped:
        assert len(json.loads(zipped.read("album.json"))["photos"]) == COUNT


def test_packing_stops_when_asked(stack: Stack, anna: Customer) -> None:
    (photo,) = anna.photos(1)
    repeated(photo, COUNT - 1)
    job = anna.http.post(exports_of(anna), json={}).json()["id"]
    until(lambda: Job.objects.get(pk=job).done > 0, 30, "packing")
    anna.http.post(f"/jobs/{job}/cancel")
    until_status(job, Status.CANCELLED)
    assert not Export.objects.exists()


@pytest.mark.long
def test_three_hundred_photos_take_no_more_memory_than_one(
    stack: Stack, anna: Customer, tmp_path: Path
) -> None:
    """300 photos of 3 MB: nearly 1 GB of ZIP, written and sent while neither worker nor web server
    grows by 150 MB."""
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000, 3), np.uint8)
    path = tmp_path / "noise.png"
    Image.fromarray(noise).save(path)
    photo = photo_add(gallery=anna.gallery, by=anna.user, name="noise.png", file=path).photo
    repeated(photo, 299)
    before = {name: largest(stack, name) for name in ("web", "worker-later")}
    job = anna.http.post(exports_of(anna), json={"annotated": False}).json()["id"]
    grown = dict.fromkeys(before, 0)

    def watch() -> None:
        for name in before:
            grown[name] = max(grown[name], largest(stack, name) - before[name])

    def closed() -> bool:
        watch()
        return Job.objects.get(pk=job).status not in Job.OPEN

    until(closed, 240, "packing 300 photos")
    export = Export.objects.get(job=job)
    assert export.size > 300 * path.stat().st_size
    digest = sha256()
    with anna.http.stream("GET", f"/exports/{export.pk}/file") as answer:
        for number, piece in enumerate(answer.iter_bytes(1024 * 1024)):
            digest.update(piece)
            if number % 50 == 0:
                watch()
    assert digest.hexdigest() == export.sha256
    with export.file.open("rb") as file, ZipFile(file) as zipped:
        listing = json.loads(zipped.read("album.json"))
        assert len(listing["photos"]) == 300
        for one in (file for photo in listing["photos"] for file in photo["files"]):
            assert sha256(zipped.read(one["name"])).hexdigest() == one["sha256"]
    assert max(grown.values()) < 150, grown


def largest(stack: Stack, name: str) -> float:
    """Megabytes that the largest of the child's processes holds."""
    sizes = [process.memory_info().rss for process in stack.processes(name)]
    return max(sizes) / 1e6
