"""A recipe that paints a picture of its own, shares whose pictures it made, and their visitors."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from ml import pipelines, types
from ml.pipelines import Context, Pipeline
from ml.types import Report
from tests.webapp.rows import a_gallery, a_photo, a_user
from webapp.jobs.store import DjangoJobStore
from webapp.models import Gallery, Job, Photo, Share, ShareItem, User
from webapp.selectors.shares import token_of
from webapp.services.shares import Terms, share_create

store = DjangoJobStore()
KIND = "paint"
SECRETS = ("ORIGINAL-NAME", "GALLERY-NAME", "maker@secret.example", "EXIF-SECRET")
_colour = count(1)


@dataclass(frozen=True, slots=True)
class PaintOptions:
    strength: int = field(default=5, metadata={"min": 1, "max": 9, "title": "Strength"})


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


def paint(options: PaintOptions, inputs: Nothing, context: Context) -> Report:
    return Report((640, 480))


PAINT = Pipeline(KIND, "Paint over", PaintOptions, Nothing, paint, help="Paints.", shareable=True)


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    """Another kind of job, and folders of the test's own."""
    monkeypatch.setitem(pipelines._pipelines, KIND, PAINT)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SIGNING_DIR, settings.TRUST_DIR = tmp_path / "signing", tmp_path / "trust"


@pytest.fixture
def counted(settings: LazySettings) -> None:
    """A cache in this process, which counts as the real one does."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid4().hex}}


def a_secret_photo(gallery: Gallery, folder: Path) -> Photo:
    """One whose name, EXIF and bytes must never come out."""
    exif = Image.Exif()
    exif[0x010E] = "EXIF-SECRET"
    path = folder / "secret.jpg"
    Image.effect_noise((320, 240), 80).convert("RGB").save(path, exif=exif)
    photo = a_photo(gallery)
    photo.name = f"ORIGINAL-NAME {photo.pk}.jpg"
    for kept in (photo.original, photo.display, photo.thumbnail):
        kept.save("original.jpg", ContentFile(path.read_bytes()), save=False)
    photo.save()
    return photo


def a_maker() -> tuple[User, Gallery]:
    user = a_user()
    User.objects.filter(pk=user.pk).update(email="maker@secret.example")
    gallery = a_gallery(owner=user)
    Gallery.objects.filter(pk=gallery.pk).update(name="GALLERY-NAME")
    gallery.refresh_from_db()
    return user, gallery


def a_share(by: User, *photos: Photo, **more: Any) -> Share:
    """A share whose pictures are still to be made."""
    options = more.pop("options", {})
    return share_create(
        gallery=photos[0].gallery,
        photos=photos,
        by=by,
        kind=KIND,
        options=options,
        terms=Terms(**more),
    )


def painted(share: Share, folder: Path) -> Share:
    """Let workers make the pictures of the share."""
    for item in share.items.all():
        finish(item.job, folder)
    return share


def a_ready_share(by: User, *photos: Photo, **more: Any) -> Share:
    """As after its jobs, in less time."""
    share = a_share(by, *photos, **more)
    Job.objects.filter(share_item__share=share).update(status=Job.Status.DONE)
    for item in share.items.all():
        item.media_type = "image/png"
        item.file.save(f"{uuid4()}.png", ContentFile(picture()))
    return share


def finish(job: Job | None, folder: Path, *more: types.Artifact) -> bool:
    """What a worker does with the job once its picture is made."""
    assert job is not None
    claim = store.claim(job.pk)
    return claim is not None and store.finish(claim, report(folder, *more))


def report(folder: Path, *more: types.Artifact) -> Report:
    """With a picture of one colour, another each time, after what else was made."""
    path, content = folder / f"{uuid4()}.png", picture()
    path.write_bytes(content)
    digest = sha256(content).hexdigest()
    made = types.Artifact(KIND, "painting", "image/png", path, digest, len(content))
    return Report((320, 240), artifacts=(*more, made))


def picture() -> bytes:
    """A PNG of one colour, another each time."""
    out = BytesIO()
    Image.new("RGB", (80, 60), (next(_colour) * 40 % 256, 90, 30)).save(out, "PNG")
    return out.getvalue()


def link(share: Share) -> str:
    """The path of its link."""
    return f"/share/{token_of(share)}/"


def files_of(share: Share) -> list[Path]:
    return [Path(item.file.path) for item in ShareItem.objects.filter(share=share).exclude(file="")]


def a_visitor(path: str, **answer: str) -> Client:
    """Somebody with nothing but the link, who opened it."""
    visitor = Client()
    assert visitor.post(path, answer).status_code == 302
    return visitor


def is_gone(share: Share, path: str) -> bool:
    """Whether nobody can open it, nor see it who had."""
    return Client().get(path).status_code == Client().post(path).status_code == 404
