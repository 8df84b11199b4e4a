"""The administrator's pages open, act through services, and are closed to everybody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from webapp.models import (
    ApiKey,
    AuditLine,
    Endpoint,
    Face,
    Gallery,
    Job,
    Membership,
    Photo,
    PromptRule,
    User,
)
from webapp.services.accounts import user_create
from webapp.services.jobs import job_submit
from webapp.services.keys import key_create
from webapp.services.photos import photo_add

pytestmark = pytest.mark.django_db


def account(name: str, *, administrator: bool = False) -> User:
    user = User(username=name, is_superuser=administrator)
    user.set_unusable_password()
    return user_create(user=user, by=user) if administrator else _made(user)


def _made(user: User) -> User:
    return user_create(user=user, by=User.objects.filter(is_superuser=True)[0])


@pytest.fixture
def chief(settings: Settings, tmp_path: Path) -> User:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return account("chief", administrator=True)


@pytest.fixture
def office(chief: User) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(chief)
    return client


@pytest.fixture
def alice(chief: User) -> User:
    return account("alice")


@pytest.fixture
def photo(alice: User, astronaut: Path) -> Photo:
    gallery = Gallery.objects.get(personal_of=alice)
    return photo_add(gallery=gallery, by=alice, name="astronaut.jpg", file=astronaut).photo


@pytest.fixture
def face(photo: Photo) -> Face:
    return Face.objects.create(
        photo=photo, position=0, left=180, top=60, right=270, bottom=190, score=0.98
    )


@pytest.fixture
def job(photo: Photo, alice: User) -> Job:
    return job_submit(kind="analyse", gallery=photo.gallery, photos=[photo], by=alice, options={})


@pytest.fixture
def key(alice: User) -> ApiKey:
    return key_create(user=alice, name="laptop")[0]


def act(client: Client, model: str, action: str, *rows: Any, **fields: str) -> Any:
    """Choose rows of a list and an action, as a person does."""
    data = {"action": action, ACTION_CHECKBOX_NAME: [str(row.pk) for row in rows], **fields}
    return client.post(reverse(f"admin:webapp_{model}_changelist"), data, follow=True)


def verbs() -> list[str]:
    return list(AuditLine.objects.order_by("pk").values_list("verb", flat=True))


OURS = [model for model in admin.site._registry if model._meta.app_label == "webapp"]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
class TestEveryPage:
    def test_opens(self, model: Any, office: Client, face: Face, job: Job, key: ApiKey) -> None:
        name = f"admin:webapp_{model._meta.model_name}"
        assert office.get(reverse(f"{name}_changelist")).status_code == 200
        assert office.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200
        for row in model.objects.all()[:2]:
            assert office.get(reverse(f"{name}_change", args=(row.pk,))).status_code == 200

    def test_is_closed_to_others(self, model: Any, alice: User) -> None:
        address = reverse(f"admin:webapp_{model._meta.model_name}_changelist")
        stranger, user = Client(), Client()
        user.force_login(alice)
        last, _ = stranger.get(address, follow=True).redirect_chain[-1]
        assert last.startswith(reverse("sign-in"))
        assert user.get(address).status_code == 404

    def test_cannot_be_added_or_deleted_past_the_services(self, model: Any, office: Client) -> None:
        ours = admin.site._registry[model]
        request = office.get(reverse("admin:index")).wsgi_request
        # Users and galleries are erased through services.closing: see test_closing.
        # Endpoints are added and deleted here, and nowhere else: see test_endpoints.
        # Rules of prompts are, too, through services.prompt_rules: see test_prompt_rules.
        deleted, added = (Gallery, User, Endpoint, PromptRule), (User, Endpoint, PromptRule)
        assert ours.has_delete_permission(request) == (model in deleted)
        assert ours.has_add_permission(request) == (model in added)


def test_the_first_page_leads_to_the_models(office: Client) -> None:
    assert reverse("admin:models") in office.get(reverse("admin:index")).content.decode()


def test_queries_do_not_grow_with_rows(
    office: Client,
    job: Job,
    face: Face,
    tmp_path: Path,
    chief: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    from PIL import Image

    for number in range(6):
        user = user_create(user=User(username=f"user{number}"), by=chief)
        gallery = Gallery.objects.get(personal_of=user)
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (60, 40), (number, 0, 0)).save(path)
        photo = photo_add(gallery=gallery, by=user, name=path.name, file=path).photo
        Face.objects.create(photo=photo, position=0, left=0, top=0, right=9, bottom=9, score=0.5)
        job_submit(kind="analyse", gallery=gallery, photos=[photo], by=user, options={})
        key_create(user=user, name="key")
    for model in OURS:
        with django_assert_max_num_queries(9, info=model.__name__):
            office.get(reverse(f"admin:webapp_{model._meta.model_name}_changelist"))


class TestPhotos:
    def test_the_list_shows_thumbnails(self, office: Client, photo: Photo) -> None:
        page = office.get(reverse("admin:webapp_photo_changelist")).content.decode()
        assert reverse("admin:photo-file", args=(photo.pk, "thumbnail")) in page

    @pytest.mark.parametrize("which", ["thumbnail", "display"])
    def test_looking_at_a_picture_is_written_down(
        self, which: str, office: Client, photo: Photo, chief: User
    ) -> None:
        response = office.get(reverse("admin:photo-file", args=(photo.pk, which)))
        assert response.status_code == 200
        assert response["Content-Type"].startswith("image/")
        line = AuditLine.objects.latest("pk")
        assert (line.verb, line.subject, line.detail) == (
            "admin-view", f"photo:{photo.pk}", which,
        )  # fmt: skip
        assert line.gallery == photo.gallery_id
        assert line.actor == chief.audit_alias.alias

    def test_a_browser_that_asks_again_saw_it_already(self, office: Client, photo: Photo) -> None:
        address = reverse("admin:photo-file", args=(photo.pk, "display"))
        etag = office.get(address)["ETag"]
        before = AuditLine.objects.count()
        assert office.get(address, headers={"if-none-match": etag}).status_code == 304
        assert AuditLine.objects.count() == before

    @pytest.mark.parametrize("which", ["original", "thumbnail"])
    def test_files_are_closed_to_others(self, which: str, photo: Photo, alice: User) -> None:
        client = Client()
        client.force_login(alice)
        address = reverse("admin:photo-file", args=(photo.pk, which))
        assert client.get(address).status_code == 404

    def test_the_uploaded_bytes_are_not_shown(self, office: Client, photo: Photo) -> None:
        address = reverse("admin:photo-file", args=(photo.pk, "original"))
        assert office.get(address).status_code == 404

    def test_looking_at_the_page_is_written_down(self, office: Client, photo: Photo) -> None:
        office.get(reverse("admin:webapp_photo_change", args=(photo.pk,)))
        assert "admin-view" in verbs()

    def test_trash_and_restore(self, office: Client, photo: Photo) -> None:
        act(office, "photo", "trash", photo)
        photo.refresh_from_db()
        assert photo.trashed
        act(office, "photo", "restore", photo)
        photo.refresh_from_db()
        assert not photo.trashed
        assert verbs()[-2:] == ["photo-trash", "photo-restore"]

    def test_erasing_asks_once(self, office: Client, photo: Photo) -> None:
        page = act(office, "photo", "erase", photo)
        assert "cannot be undone" in page.content.decode()
        assert Photo.objects.filter(pk=photo.pk).exists()
        act(office, "photo", "erase", photo, confirmed="yes")
        assert not Photo.objects.filter(pk=photo.pk).exists()

    def test_analysing_again_makes_a_job(self, office: Client, photo: Photo, chief: User) -> None:
        page = act(office, "photo", "analyse_again", photo)
        job = photo.jobs.get()
        assert (job.kind, job.submitted_by) == ("analyse", chief)
        assert "1 photo to be analysed again." in page.content.decode()


class TestFaces:
    def test_are_cut_out_by_a_view_box(self, office: Client, face: Face) -> None:
        page = office.get(reverse("admin:webapp_face_changelist")).content.decode()
        assert 'viewBox="162.0 34.0 126.0 182.0"' in page
        assert reverse("admin:photo-file", args=(face.photo_id, "display")) in page

    def test_looking_at_one_is_written_down(self, office: Client, face: Face) -> None:
        office.get(reverse("admin:webapp_face_change", args=(face.pk,)))
        line = AuditLine.objects.latest("pk")
        assert (line.verb, line.subject) == ("admin-view", f"face:{face.pk}")


class TestJobs:
    def test_are_cancelled_and_run_again(self, office: Client, job: Job) -> None:
        act(office, "job", "cancel", job)
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED
        act(office, "job", "run_again", job)
        job.refresh_from_db()
        assert job.status == Job.Status.QUEUED

    def test_closed_ones_are_left_alone(self, office: Client, job: Job) -> None:
        job.move(to=Job.Status.DONE, since=(Job.Status.QUEUED,))
        act(office, "job", "cancel", job)
        act(office, "job", "run_again", job)
        job.refresh_from_db()
        assert job.status == Job.Status.DONE

    def test_show_the_photo_and_the_error(self, office: Client, job: Job, photo: Photo) -> None:
        Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, error="No luck.")
        page = office.get(reverse("admin:webapp_job_changelist"), {"status": "failed"})
        assert "No luck." in page.content.decode()
        assert str(photo.pk) in page.content.decode()


class TestUsers:
    def test_a_new_one_has_a_gallery_and_may_sign_in(self, office: Client) -> None:
        fields = {
            "username": "carol",
            "usable_password": "true",
            "password1": "correct horse battery",
            "password2": "correct horse battery",
        }
        page = office.post(reverse("admin:webapp_user_add"), fields, follow=True)
        carol = User.objects.get(username="carol")
        assert page.status_code == 200
        assert not carol.is_staff
        assert Membership.objects.get(user=carol).gallery.personal_of == carol
        assert Client().login(
            request=page.wsgi_request, username="carol", password=fields["password1"]
        )
        assert "user-create" in verbs()

    def test_disabling_ends_sessions(self, office: Client, alice: User) -> None:
        browser = Client()
        browser.force_login(alice)
        act(office, "user", "disable", alice)
        assert browser.get(reverse("photos")).status_code == 302
        assert verbs()[-1] == "user-disable"
        act(office, "user", "enable", alice)
        alice.refresh_from_db()
        assert alice.is_active

    def test_nobody_locks_themselves_out(self, office: Client, chief: User) -> None:
        act(office, "user", "disable", chief)
        fields = {"username": "chief", "email": ""}
        office.post(reverse("admin:webapp_user_change", args=(chief.pk,)), fields)
        chief.refresh_from_db()
        assert chief.is_active and chief.is_superuser

    def test_making_an_administrator_is_written_down(self, office: Client, alice: User) -> None:
        fields = {"username": "alice", "email": "", "is_active": "on", "is_superuser": "on"}
        office.post(reverse("admin:webapp_user_change", args=(alice.pk,)), fields)
        alice.refresh_from_db()
        assert alice.is_staff
        line = AuditLine.objects.latest("pk")
        assert (line.verb, line.detail) == ("user-change", "is_superuser")

    def test_setting_somebodys_password_is_written_down(self, office: Client, alice: User) -> None:
        address = reverse("admin:auth_user_password_change", args=(alice.pk,))
        fields = {"usable_password": "true", "password1": "short", "password2": "other"}
        office.post(address, fields)
        assert "password-set" not in verbs()
        office.post(address, fields | dict.fromkeys(("password1", "password2"), "quiet lighthouse"))
        line = AuditLine.objects.latest("pk")
        assert (line.verb, line.subject) == ("password-set", f"user:{alice.pk}")

    def test_keys_are_revoked(self, office: Client, key: ApiKey) -> None:
        act(office, "apikey", "revoke", key)
        key.refresh_from_db()
        assert key.revoked


def test_a_membership_is_written_down(office: Client, alice: User, chief: User) -> None:
    gallery = Gallery.objects.get(personal_of=chief)
    own = gallery.memberships.get()
    fields = {
        "name": gallery.name,
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(own.pk),
        "memberships-0-gallery": str(gallery.pk),
        "memberships-0-user": str(chief.pk),
        "memberships-0-role": "owner",
        "memberships-1-gallery": str(gallery.pk),
        "memberships-1-user": str(alice.pk),
        "memberships-1-role": "viewer",
    }
    office.post(reverse("admin:webapp_gallery_change", args=(gallery.pk,)), fields)
    assert gallery.memberships.get(user=alice).role == "viewer"
    line = AuditLine.objects.latest("pk")
    assert (line.verb, line.subject, line.detail) == ("member-add", f"user:{alice.pk}", "viewer")


def test_the_log_names_people_until_they_are_forgotten(office: Client, alice: User) -> None:
    address = reverse("admin:webapp_auditline_changelist")
    assert "chief" in office.get(address).content.decode()
    alias = AuditLine.objects.exclude(actor=None).first()
    assert alias is not None
    User.objects.get(username="chief").audit_alias.delete()
    assert f"erased ({alias.actor})" in office.get(address).content.decode()
