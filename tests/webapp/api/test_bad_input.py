"""Bad input gets a clear sentence, an HTTP 4xx and nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from webapp.models import Gallery, Job, Photo, User
from webapp.services.photos import photo_add, photo_trash

Upload = Callable[..., Any]


def encoded(mode: str = "RGB", size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new(mode, size, 77).save(out, kind)
    return out.getvalue()


def noise(kind: str = "JPEG") -> bytes:
    """A picture whose bytes do not compress away."""
    out = BytesIO()
    pixels = np.random.default_rng(5).integers(0, 255, (200, 300, 3), np.uint8)
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def refused(answer: Any, status: int, code: str, media: Path) -> str:
    """The refusal's sentence, after looking that nothing was kept."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert len(body["detail"]) > 20
    assert Photo.objects.count() == Job.objects.count() == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []
    return str(body["detail"])


def accepted(answer: Any) -> Photo:
    assert answer.status_code == 201, answer.content
    return Photo.objects.get(pk=answer.json()["photo"]["id"])


def test_refuses_what_is_no_image(upload: Upload, media: Path) -> None:
    refused(upload(b"Dear diary, today I was uploaded." * 40), 422, "not-an-image", media)


def test_refuses_a_page_in_a_photos_clothes(upload: Upload, media: Path) -> None:
    page = b"<html><script>alert(1)</script></html>"
    refused(upload(page, "photo.jpg"), 422, "not-an-image", media)


@pytest.mark.parametrize("kind", ["BMP", "TGA", "PPM", "ICO"])
def test_refuses_formats_that_are_not_allowed(upload: Upload, media: Path, kind: str) -> None:
    answer = upload(encoded(kind=kind), f"photo.{kind.lower()}")
    assert answer.status_code in (415, 422)
    refused(answer, answer.status_code, answer.json()["code"], media)


def test_refuses_svg(upload: Upload, media: Path) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    refused(upload(svg, "photo.svg"), 415, "format-not-allowed", media)


def test_refuses_a_file_over_the_limit_to_the_byte(
    upload: Upload, media: Path, settings: Settings
) -> None:
    content = noise()
    settings.MAX_UPLOAD_BYTES = len(content) - 1
    refused(upload(content), 413, "too-many-bytes", media)
    settings.MAX_UPLOAD_BYTES = len(content)
    assert upload(content).status_code == 201


def test_refuses_more_pixels_than_allowed(upload: Upload, media: Path, settings: Settings) -> None:
    settings.MAX_PIXELS = 5_000
    assert "megapixels" in refused(upload(encoded(size=(100, 51))), 413, "too-many-pixels", media)


def test_refuses_a_bomb(upload: Upload, media: Path) -> None:
    bomb = encoded("1", (30_000, 30_000), "PNG")
    assert len(bomb) < 500_000
    refused(upload(bomb, "bomb.png"), 413, "too-many-pixels", media)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF"])
def test_refuses_truncated_files(upload: Upload, media: Path, kind: str) -> None:
    content = noise(kind)
    answer = upload(content[: len(content) * 6 // 10], f"photo.{kind.lower()}")
    refused(answer, 422, answer.json()["code"], media)


def test_refuses_an_empty_file(upload: Upload, media: Path) -> None:
    refused(upload(b""), 422, "empty", media)


def test_asks_for_the_file_when_there_is_none(api: APIClient) -> None:
    answer = api.post("/api/v1/photos", {}, format="multipart")
    assert answer.status_code == 400
    assert "file" in answer.json()["errors"]


def test_asks_for_a_form_when_sent_json(api: APIClient) -> None:
    answer = api.post("/api/v1/photos", {"file": "photo"}, format="json")
    assert answer.status_code == 415
    assert answer.json()["status"] == 415


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("I;16", "PNG"), ("I;16", "TIFF"), ("P", "PNG"),
     ("P", "GIF"), ("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("L", "JPEG"), ("1", "PNG")],
)  # fmt: skip
def test_shows_unusual_pixels(upload: Upload, mode: str, kind: str) -> None:
    photo = accepted(upload(encoded(mode, kind=kind), f"photo.{kind.lower()}"))
    assert (photo.width, photo.height) == (64, 48)
    with Image.open(photo.display) as display:
        assert display.mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_takes_the_first_frame_and_says_so(upload: Upload, kind: str) -> None:
    out = BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue", "green")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], lossless=True)
    photo = accepted(upload(out.getvalue(), f"moving.{kind.lower()}"))
    assert "first" in photo.notes
    with Image.open(photo.display) as display:
        red, _, blue = display.getpixel((32, 24))
    assert red > 200 and blue < 60


def test_goes_by_the_content_and_notes_a_wrong_extension(upload: Upload) -> None:
    photo = accepted(upload(encoded(kind="PNG"), "holiday.jpg"))
    assert photo.media_type == "image/png"
    assert photo.notes == "The name ends in .jpg, but the file is image/png."


def test_serves_nothing_of_a_polyglot_but_its_picture(upload: Upload, api: APIClient) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as inside:
        inside.writestr("evil.html", "<script>alert(1)</script>" * 20)
    content = encoded() + archive.getvalue()
    photo = accepted(upload(content))
    for which in ("thumbnail", "display", "annotated.jpg"):
        served = api.get(f"/api/v1/photos/{photo.pk}/{which}")
        assert served.headers["Content-Type"] in ("image/webp", "image/jpeg")
        assert b"PK\x03\x04" not in served.content
    original = api.get(f"/api/v1/photos/{photo.pk}/original")
    assert original.content == content
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\eve\\me.jpg", "me.jpg"),
        ("/absolute/path.jpg", "path.jpg"),
        ("tab\tand\x00null\x1b.jpg", "tabandnull.jpg"),
        ("evil\u202egpj.jpg", "evilgpj.jpg"),
        ("..", "photo"),
        ("", "photo"),
        ("...jpg", "jpg"),
        ("<img src=x>.jpg", "<img src=x>.jpg"),
        ("é" * 4000 + ".jpg", "é" * 116 + ".jpg"),
        ("x" * 4000, "x" * 120),
        ("naïve 写真.jpg", "naïve 写真.jpg"),
    ],
    ids=range(12),
)
def test_cleans_names(sent: str, kept: str, alice: User, gallery: Gallery, astronaut: Path) -> None:
    photo = photo_add(gallery=gallery, by=alice, name=sent, file=astronaut).photo
    assert photo.name == kept
    assert Path(photo.original.name).name == "original.jpg"


@pytest.mark.parametrize("name", ["../../x/me.jpg", "a" * 4000 + ".jpg", "a\nb.jpg", 'a;b".jpg'])
def test_keeps_strange_names_out_of_paths_and_headers(
    upload: Upload, api: APIClient, media: Path, name: str
) -> None:
    photo = accepted(upload(encoded(), name))
    assert len(photo.name) <= 120
    assert "/" not in photo.name
    original = api.get(f"/api/v1/photos/{photo.pk}/original")
    assert "\n" not in original.headers["Content-Disposition"]
    for path in media.rglob("*"):
        assert path.is_relative_to(media / "galleries") or path == media / "galleries"


def test_offers_the_existing_photo_for_the_same_file(upload: Upload) -> None:
    first, again = upload(encoded(), "one.jpg"), upload(encoded(), "two.jpg")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["duplicate"] is True
    assert again.json()["photo"]["id"] == first.json()["photo"]["id"]
    assert again.json()["job"] is None
    assert Photo.objects.count() == Job.objects.count() == 1


def test_offers_what_lies_in_the_trash(upload: Upload, api: APIClient, alice: User) -> None:
    photo = accepted(upload(encoded()))
    photo_trash(photo=photo, by=alice)
    again = upload(encoded()).json()
    assert again["duplicate"] is True
    assert again["photo"]["trashed"] is not None
    restored = api.post(f"/api/v1/photos/{photo.pk}/restore")
    assert restored.json()["trashed"] is None


def test_says_nothing_of_the_same_file_in_anothers_gallery(
    upload: Upload, bobs_api: APIClient
) -> None:
    mine = upload(encoded()).json()
    with BytesIO(encoded()) as file:
        file.name = "photo.jpg"
        theirs = bobs_api.post("/api/v1/photos", {"file": file}, format="multipart")
    assert theirs.status_code == 201
    assert theirs.json()["duplicate"] is False
    assert theirs.json()["photo"]["id"] != mine["photo"]["id"]
