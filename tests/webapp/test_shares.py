"""Share links: made of jobs, counted, extended, ended by people and by what becomes of photos."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from ml import types
from tests.webapp.rows import a_user, grown_old
from tests.webapp.sharing import (
    a_maker,
    a_ready_share,
    a_secret_photo,
    a_share,
    a_visitor,
    files_of,
    finish,
    is_gone,
    link,
    painted,
    recipe,  # noqa: F401  a fixture
    report,
    store,
)
from webapp.models import (
    Artifact,
    AuditLine,
    Gallery,
    Job,
    Membership,
    Photo,
    Share,
    User,
)
from webapp.selectors import shares as selectors
from webapp.selectors.shares import State, state_of, token_of
from webapp.services.accounts import user_disable
from webapp.services.closing import gallery_erase, user_erase
from webapp.services.photos import photo_erase, photo_restore, photo_trash
from webapp.services.shares import (
    Terms,
    share_create,
    share_extend,
    share_revoke,
    shares_tidy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recipe")]
OnCommit = type


@pytest.fixture
def maker() -> tuple[User, Gallery]:
    return a_maker()


@pytest.fixture
def user(maker: tuple[User, Gallery]) -> User:
    return maker[0]


@pytest.fixture
def photo(maker: tuple[User, Gallery], tmp_path: Path) -> Photo:
    return a_secret_photo(maker[1], tmp_path)


@pytest.fixture
def second(maker: tuple[User, Gallery], tmp_path: Path) -> Photo:
    return a_secret_photo(maker[1], tmp_path)


@pytest.fixture
def share(user: User, photo: Photo, second: Photo) -> Share:
    """Ready, of two photos."""
    return a_ready_share(user, photo, second)


def test_is_prepared_by_jobs_and_then_ready(user: User, photo: Photo, tmp_path: Path) -> None:
    share = a_share(user, photo, options={"strength": 7}, title="  For   Anna ")
    assert (share.title, share.options) == ("For Anna", {"strength": 7})
    job = share.items.get().job
    assert job and job.kind == "paint" and job.options == {"strength": 7}
    path = link(share)
    assert state_of(share) is State.PREPARING and Client().get(path).status_code == 404
    painted(share, tmp_path)
    assert state_of(share) is State.READY and Client().get(path).status_code == 200
    assert AuditLine.objects.get(verb="share-create").detail == "paint, 1 photos, 7 days"


def test_the_picture_is_the_shares_own_and_no_made_file_of_the_photo(
    share: Share, photo: Photo
) -> None:
    assert not Artifact.objects.exists() and not photo.runs.exists()
    assert len(files_of(share)) == 2
    assert all(path.parent.name == "shares" for path in files_of(share))


def test_the_database_alone_gives_no_link_but_its_maker_gets_it_again(share: Share) -> None:
    token = token_of(share)
    assert len(token) >= 43
    kept = str(Share.objects.filter(pk=share.pk).values())
    assert token not in kept and sha256(token.encode()).hexdigest() in kept
    assert token_of(Share.objects.get(pk=share.pk)) == token


def test_only_pictures_that_browsers_show_are_shared(
    user: User, photo: Photo, tmp_path: Path
) -> None:
    share, path = a_share(user, photo), tmp_path / "proof.pdf"
    path.write_bytes(b"%PDF proof of the original")
    proof = types.Artifact("paint", "proof", "application/pdf", path, "0" * 64, 26)
    finish(share.items.get().job, tmp_path, proof)
    assert share.items.get().media_type == "image/png"


def test_several_photos_stay_in_the_order_they_were_named(
    user: User, photo: Photo, second: Photo
) -> None:
    share = a_share(user, second, photo)
    assert [item.photo for item in share.items.all()] == [second, photo]
    for item in share.items.all():
        assert item.job and list(item.job.photos.all()) == [item.photo]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"view_limit": 0}, "view_limit"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"options": {"strength": 99}}, "strength"),
        ({"options": {"else": 1}}, "else"),
    ],
)
def test_wrong_limits_and_options_make_neither_share_nor_job(
    user: User, photo: Photo, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_share(user, photo, **wrong)
    assert field in refused.value.message_dict
    assert not Share.objects.exists() and not Job.objects.exists()


def test_only_shareable_recipes_are_shared(user: User, photo: Photo) -> None:
    asked = {"gallery": photo.gallery, "photos": [photo], "by": user, "options": {}}
    asked["terms"] = Terms()
    for kind in ("analyse", "authenticate", "nonsense"):
        with pytest.raises(ValidationError):
            share_create(
                gallery=photo.gallery, photos=[photo], by=user, kind=kind, options={}, terms=Terms()
            )


def test_revoking_closes_at_once_and_deletes_the_files(
    share: Share, user: User, django_capture_on_commit_callbacks: OnCommit
) -> None:
    path, files = link(share), files_of(share)
    visitor = a_visitor(path)
    assert visitor.get(path + "file-1").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        share_revoke(share=share, by=user)
    assert visitor.get(path + "file-1").status_code == visitor.get(path).status_code == 404
    assert files and not any(file.exists() for file in files)
    share.refresh_from_db()
    assert token_of(share) == "" == share.password and bytes(share.sealed_token) == b""
    assert AuditLine.objects.filter(verb="share-revoke", subject=f"share:{share.pk}").count() == 1


def test_revoking_while_pictures_are_made_stops_that_and_keeps_nothing(
    user: User, photo: Photo, tmp_path: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    share = a_share(user, photo)
    job = share.items.get().job
    claim = store.claim(job.pk) if job else None
    assert job and claim
    share_revoke(share=share, by=user)
    with django_capture_on_commit_callbacks(execute=True):
        store.finish(claim, report(tmp_path))
    assert files_of(share) == []
    folder = Path(settings.MEDIA_ROOT) / "galleries" / str(photo.gallery_id) / "shares"
    assert list(folder.iterdir()) == []


def test_revoking_cancels_what_waits(
    user: User, photo: Photo, second: Photo, django_capture_on_commit_callbacks: OnCommit
) -> None:
    share = a_share(user, photo, second)
    with django_capture_on_commit_callbacks(execute=True):
        share_revoke(share=share, by=user)
    assert set(Job.objects.exclude(lane="").values_list("status", flat=True)) == {"cancelled"}


def trashed(photo: Photo, user: User) -> None:
    photo_trash(photo=photo, by=user)


def erased(photo: Photo, user: User) -> None:
    photo_erase(photo=photo, by=user)


def left(photo: Photo, user: User) -> None:
    Membership.objects.filter(user=user).delete()


def lowered(photo: Photo, user: User) -> None:
    Membership.objects.filter(user=user).update(role=Membership.Role.VIEWER)


def disabled(photo: Photo, user: User) -> None:
    user_disable(user=user, by=user)


def closed(photo: Photo, user: User) -> None:
    Membership.objects.create(gallery=photo.gallery, user=a_user(), role="owner")
    user_erase(user=user, by=user)


def dissolved(photo: Photo, user: User) -> None:
    gallery_erase(gallery=photo.gallery, by=user)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [trashed, erased, left, lowered, disabled, closed, dissolved])
def test_ends_with_what_it_rests_on(
    share: Share, photo: Photo, user: User, act: Callable[[Photo, User], None]
) -> None:
    """At once for whoever has the link or has opened it; the files go now or with the reaper."""
    path, files = link(share), files_of(share)
    visitor = a_visitor(path)
    act(photo, user)
    assert is_gone(share, path)
    assert visitor.get(path).status_code == visitor.get(path + "file-2").status_code == 404
    shares_tidy()
    assert files and not any(file.exists() for file in files)


def test_a_photo_that_comes_back_from_the_trash_does_not_bring_the_link_back(
    share: Share, photo: Photo, user: User
) -> None:
    path = link(share)
    photo_trash(photo=photo, by=user)
    photo_restore(photo=photo, by=user)
    assert is_gone(share, path)
    share.refresh_from_db()
    assert share.why == selectors.TRASHED


def test_expires_and_can_be_extended_only_before(share: Share, user: User) -> None:
    path = link(share)
    share_extend(share=share, by=user, days=30)
    assert share.expires > timezone.now() + timedelta(days=29)
    visitor = a_visitor(path)
    Share.objects.update(expires=timezone.now())
    share.refresh_from_db()
    assert state_of(share) is State.EXPIRED and is_gone(share, path)
    assert visitor.get(path + "file-1").status_code == 404
    with pytest.raises(ValidationError):
        share_extend(share=share, by=user, days=7)


def test_the_reaper_deletes_what_is_over_and_forgets_it_later(
    share: Share, django_capture_on_commit_callbacks: OnCommit
) -> None:
    files = files_of(share)
    for file in files:
        grown_old(file, hours=2)
    store.tidy()
    assert all(file.exists() for file in files), "what a link shows is not tidied up"
    Share.objects.update(expires=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        store.tidy()
    assert not any(file.exists() for file in files)
    assert Share.objects.exists(), "its maker still sees that it was there"
    Share.objects.update(expires=timezone.now() - timedelta(days=31))
    store.tidy()
    assert not Share.objects.exists()


def test_what_is_used_up_is_deleted_once_the_last_visitor_has_seen_it(
    user: User, photo: Photo, tmp_path: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    share = a_ready_share(user, photo, view_limit=1)
    path = link(share)
    visitor = a_visitor(path)
    with django_capture_on_commit_callbacks(execute=True):
        shares_tidy()
    assert visitor.get(path + "file-1").status_code == 200
    Share.objects.update(last_viewed=timezone.now() - timedelta(minutes=31))
    with django_capture_on_commit_callbacks(execute=True):
        shares_tidy()
    assert files_of(share) == []


def test_editors_share_owners_see_all_and_viewers_nothing(share: Share, user: User) -> None:
    def sees(someone: User) -> bool:
        return selectors.visible_to(someone).exists()

    gallery = share.gallery
    owner, editor, viewer = a_user(), a_user(), a_user()
    for someone, role in ((owner, "owner"), (editor, "editor"), (viewer, "viewer")):
        Membership.objects.create(gallery=gallery, user=someone, role=role)
    assert [sees(one) for one in (user, owner, editor, viewer)] == [True, True, False, False]
    Membership.objects.filter(user=user).update(role="viewer")
    assert not sees(user)
