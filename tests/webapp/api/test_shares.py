"""/shares: the same rules as the pages, by REST."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.webapp.sharing import (
    a_ready_share,
    a_visitor,
    counted,  # noqa: F401  a fixture
    painted,
    recipe,  # noqa: F401  a fixture
)
from webapp.models import Photo, Share, User

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


def test_capabilities_name_what_can_be_shared(api: APIClient) -> None:
    jobs = api.get("/api/v1/capabilities").json()["jobs"]
    shareable = {job["kind"] for job in jobs if job["shareable"]}
    assert {"portrait", "paint"} <= shareable and "analyse" not in shareable
