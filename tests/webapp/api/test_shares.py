"""/shares: the same rules as the pages, by REST."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client, TestCase
from rest_framework.test import APIClient

from tests.webapp.sharing import (
    a_ready_share,
    a_secret_photo,
    a_share,
    a_visitor,
    counted,  # noqa: F401  a fixture
    painted,
    recipe,  # noqa: F401  a fixture
)
from webapp.models import Artifact, Photo, Share, User

pytestmark = pytest.mark.usefixtures("recipe", "counted")


def asked(api: APIClient, photo: Photo, **more: object) -> object:
    body = {"photos": [str(photo.pk)], "kind": "paint"} | more
    return api.post("/api/v1/shares", body, format="json")


def test_makes_tells_extends_and_revokes(api: APIClient, photo: Photo, tmp_path: Path) -> None:
    answer = asked(api, photo, title="For Anna", days=3, view_limit=2, password="open sesame")
    assert answer.status_code == 202  # type: ignore[attr-defined]
    share = answer.json()  # type: ignore[attr-defined]
    assert (share["state"], share["photos"], share["has_password"]) == (
        "preparing", [str(photo.pk)], True
    )  # fmt: skip
    assert "sesame" not in str(share)
    painted(Share.objects.get(), tmp_path)
    address = f"/api/v1/shares/{share['id']}"
    assert api.get(address).json()["state"] == "ready"
    a_visitor(share["address"], password="open sesame")
    (listed,) = api.get("/api/v1/shares").json()["results"]
    assert (listed["views"], listed["view_limit"]) == (1, 2)
    later = api.patch(address, {"days": 30}, format="json").json()
    assert later["expires"] > share["expires"]
    assert api.delete(address).status_code == 204
    over = api.get(address).json()
    assert (over["state"], over["address"]) == ("revoked", None)
    assert Client().get(share["address"]).status_code == 404
    refused = api.patch(address, {"days": 30}, format="json")
    assert refused.status_code == 400 and "over" in refused.json()["errors"]["days"][0]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "analyse"}, "kind"), ({"days": 0}, "days"), ({"days": 366}, "days"),
        ({"view_limit": 0}, "view_limit"), ({"password": "short"}, "password"),
        ({"options": {"strength": 99}}, "strength"), ({"photos": []}, "photos"),
        ({"title": "x" * 81}, "title"), ({"title": "a\x00b"}, "title"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_makes_nothing(
    api: APIClient, photo: Photo, wrong: dict[str, object], field: str
) -> None:
    answer = asked(api, photo, **wrong)
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert field in answer.json()["errors"]  # type: ignore[attr-defined]
    assert not Share.objects.exists()


def test_viewers_share_nothing(bobs_api: APIClient, alice: User, bob: User, photo: Photo) -> None:
    assert asked(bobs_api, photo).status_code == 404  # type: ignore[attr-defined]
    photo.gallery.memberships.create(user=bob, role="viewer")
    share = a_ready_share(alice, photo)
    assert asked(bobs_api, photo).status_code == 403  # type: ignore[attr-defined]
    assert bobs_api.get(f"/api/v1/shares/{share.pk}").status_code == 404
    assert bobs_api.get("/api/v1/shares").json()["results"] == []


def test_a_picture_is_fetched_and_taken_out_but_not_the_last(
    api: APIClient, alice: User, photo: Photo, tmp_path: Path
) -> None:
    second = a_secret_photo(photo.gallery, tmp_path)
    share = painted(a_share(alice, photo, second), tmp_path)
    kept = [Path(field.path) for item in share.items.all() for field in (item.file, item.thumbnail)]
    address = f"/api/v1/shares/{share.pk}"
    assert api.get(f"{address}/files/2").headers["Content-Type"] == "image/png"
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert api.delete(f"{address}/files/2").status_code == 204
    assert [path.exists() for path in kept] == [True, True, False, False]
    assert api.get(f"{address}/files/2").status_code == 404
    assert api.get(address).json()["state"] == "ready"
    refused = api.delete(f"{address}/files/1")
    assert refused.status_code == 400 and "revoke" in refused.json()["errors"]["share"][0]


def test_a_made_file_is_deleted_by_who_may_change_it(
    api: APIClient, bobs_api: APIClient, bob: User, analysed: Photo
) -> None:
    run = analysed.runs.first()
    made = Artifact(run=run, kind="map", media_type="text/plain", sha256="0" * 64, size=1)
    made.file.save("map.txt", ContentFile(b"x"))
    address = f"/api/v1/artifacts/{made.pk}"
    assert bobs_api.delete(address).status_code == 404
    analysed.gallery.memberships.create(user=bob, role="viewer")
    assert bobs_api.delete(address).status_code == 403
    assert api.delete(address).status_code == 204
    assert not Artifact.objects.filter(pk=made.pk).exists()


def test_capabilities_name_what_can_be_shared(api: APIClient) -> None:
    jobs = api.get("/api/v1/capabilities").json()["jobs"]
    shareable = {job["kind"] for job in jobs if job["shareable"]}
    assert {"portrait", "paint"} <= shareable and "analyse" not in shareable
