"""The page of models: what it tells before a download, and fetching, accepting, removing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from ml import registry
from ml.pool import Pool
from ml.weights import File, Npm, Weights
from tasks.jobs import work
from tests.webapp.conftest import SmallModels
from webapp.jobs.store import DjangoJobStore
from webapp.models import AuditLine, Job, LicenceAcceptance, User
from webapp.selectors import models
from webapp.services.accounts import user_create
from webapp.services.jobs import job_submit

pytestmark = pytest.mark.django_db
PAGE = "admin:models"


@pytest.fixture
def chief() -> User:
    user = User(username="chief", is_superuser=True)
    return user_create(user=user, by=user)


@pytest.fixture
def office(chief: User, small_models: SmallModels) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def press(client: Client, name: str, *args: Any) -> str:
    """Press a button; the page that follows."""
    page = client.post(reverse(f"admin:{name}", args=args), follow=True)
    assert page.status_code == 200
    return str(page.content.decode())


def run_by_a_worker(job: Job, small_models: SmallModels) -> Job:
    work(DjangoJobStore(), job.pk, Pool(Weights(small_models.weights)))
    job.refresh_from_db()
    return job


def test_tells_licence_size_and_limits_before_a_download(office: Client) -> None:
    page = office.get(reverse(PAGE)).content.decode()
    assert "Weights: MIT" in page
    assert "Commercial use: <strong>no</strong>" in page
    assert "freely finds nothing." in page
    assert "to download" in page and "not installed" in page
    assert "1 of the models that come with Prosopa is not installed" in page


def test_shows_the_real_models(chief: User) -> None:
    client = Client()
    client.force_login(chief)
    page = client.get(reverse(PAGE)).content.decode()
    for row in models.rows():
        assert row.card.known_limits.partition("'")[0] in page


def test_a_worker_fetches(office: Client, small_models: SmallModels, chief: User) -> None:
    assert "Being fetched" in press(office, "model-fetch", "freely")
    job = models.fetches(chief).get()
    assert run_by_a_worker(job, small_models).status == Job.Status.DONE
    page = office.get(reverse(PAGE)).content.decode()
    assert "installed, 0.0 MB" in page and "Being fetched" not in page
    assert AuditLine.objects.filter(verb="model-fetch", actor=chief.audit_alias.alias).exists()


def test_the_core_is_fetched_with_one_button(
    office: Client, small_models: SmallModels, chief: User
) -> None:
    press(office, "models-fetch")
    run_by_a_worker(models.fetches(chief).get(), small_models)
    assert [row.installed for row in models.rows()] == [False, True]


def test_without_npm_the_page_says_so_and_offers_no_button(
    office: Client, small_models: SmallModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    file = File("model.bin", "0" * 64, 10)
    card = replace(small_models.free, weights=(Npm("extra", "1.0", (file,), download=10),))
    registry.get("freely").card = card
    page = office.get(reverse(PAGE)).content.decode()
    assert "apt install npm" in page and "Fetch them" not in page


def test_removing_a_model_whose_files_all_belong_to_others_is_refused(
    office: Client, small_models: SmallModels, chief: User
) -> None:
    press(office, "model-fetch", "freely")
    run_by_a_worker(models.fetches(chief).get(), small_models)
    registry.get("barred").card = replace(small_models.free, name="barred", title="Twin")
    page = press(office, "model-remove", "freely")
    assert "cannot be removed alone: Twin read the same files" in page
    assert models.row("freely").installed


def test_a_second_press_asks_for_nothing_new(office: Client, chief: User) -> None:
    press(office, "model-fetch", "freely")
    press(office, "model-fetch", "freely")
    assert models.fetches(chief).count() == 1


def test_a_download_is_cancelled(office: Client, chief: User) -> None:
    press(office, "model-fetch", "freely")
    job = models.fetches(chief).get()
    assert "Being fetched" not in press(office, "model-fetch-cancel", job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED


def test_the_fragment_polls_while_something_is_open(office: Client) -> None:
    press(office, "model-fetch", "freely")
    fragment = office.get(reverse("admin:model-fetches"))
    assert 'hx-trigger="every 1s"' in fragment.content.decode()
    assert "HX-Refresh" not in fragment


def test_the_fragment_reloads_the_page_when_all_is_over(office: Client) -> None:
    fragment = office.get(reverse("admin:model-fetches"))
    assert "hx-trigger" not in fragment.content.decode()
    assert fragment["HX-Refresh"] == "true"


def test_a_failure_is_told_on_the_page(
    office: Client, small_models: SmallModels, chief: User
) -> None:
    small_models.index.wheels["freely-1.0-py3-none-any.whl"] = b"not a wheel"
    press(office, "model-fetch", "freely")
    job = models.fetches(chief).get()
    for _ in range(3):
        run_by_a_worker(job, small_models)
    assert job.status == Job.Status.FAILED
    assert job.error.partition(".")[0] in office.get(reverse(PAGE)).content.decode()


def test_a_forbidding_licence_is_accepted_first(
    office: Client, small_models: SmallModels, chief: User
) -> None:
    page = press(office, "model-fetch", "barred")
    assert "may not be used commercially (CC-BY-NC-4.0)" in page
    assert "Accept CC-BY-NC-4.0" in page
    assert not models.fetches(chief).exists()
    assert "Fetch 0.0 MB" in press(office, "model-accept", "barred")
    acceptance = LicenceAcceptance.objects.get()
    assert (acceptance.model, acceptance.licence, acceptance.accepted_by) == (
        "barred", "CC-BY-NC-4.0", chief,
    )  # fmt: skip
    press(office, "model-fetch", "barred")
    run_by_a_worker(models.fetches(chief).get(), small_models)
    assert models.row("barred").usable


def test_verifying_and_removing(office: Client, small_models: SmallModels, chief: User) -> None:
    press(office, "model-fetch", "freely")
    run_by_a_worker(models.fetches(chief).get(), small_models)
    assert "every file is as it should be" in press(office, "model-verify", "freely")
    file = small_models.free.weights[0].files[0]
    Weights(small_models.weights).path(file).write_bytes(b"changed")
    assert "a file is wrong" in press(office, "model-verify", "freely")
    assert "Freely removed." in press(office, "model-remove", "freely")
    assert not models.row("freely").installed
    assert AuditLine.objects.latest("pk").verb == "model-remove"


def test_unknown_models_are_not_found(office: Client) -> None:
    for act in ("fetch", "accept", "verify", "remove"):
        assert office.post(reverse(f"admin:model-{act}", args=("nobody",))).status_code == 404


def test_looking_changes_nothing(office: Client) -> None:
    for act in ("fetch", "accept", "verify", "remove"):
        assert office.get(reverse(f"admin:model-{act}", args=("freely",))).status_code == 405


def test_users_have_no_business_here(office: Client, chief: User) -> None:
    user = user_create(user=User(username="alice"), by=chief)
    client = Client()
    client.force_login(user)
    for name in (PAGE, "admin:model-fetches"):
        assert client.get(reverse(name)).status_code == 404
    address = reverse("admin:model-fetch", args=("freely",))
    assert client.post(address).status_code == 404
    with pytest.raises(PermissionDenied):
        gallery = user.personal_gallery
        job_submit(kind=models.FETCH, gallery=gallery, photos=[], by=user, options={})
    assert not Job.objects.exists()


def test_the_job_is_among_the_administrators_jobs(office: Client, chief: User) -> None:
    press(office, "model-fetch", "freely")
    job = models.fetches(chief).get()
    assert "Fetch models" in office.get(reverse("jobs")).content.decode()
    assert office.get(reverse("job", args=(job.pk,))).status_code == 200
