"""The page of evaluations lists what was measured and puts two results side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from ml.evaluation import results
from ml.evaluation.plots import Grid
from ml.evaluation.results import Group, Result, Used, Value
from webapp.models import User
from webapp.selectors import evaluations
from webapp.services.accounts import user_create

pytestmark = pytest.mark.django_db
ONE = Result(
    task="gender", title="Apparent gender", model="dlib-gender", main="accuracy", unit="share",
    lower_is_better=False, models=(Used("dlib-gender", "ab" * 32, 1),), data="faces",
    data_digest="cd" * 32, limit=None, seed=0, draws=1000, n=1075, skipped=2,
    metrics={"accuracy": Value(0.86, 0.84, 0.88), "old": Value(0.5, float("nan"), 0.6)},
    counts={}, worst={"race": "asian"}, date="2026-11-22T20:00:00+00:00", seconds=30.0,
    commit="abcdef123456", machine={"cores": 2},
    groups=(
        Group("race", "asian", 200, {"accuracy": Value(0.8, 0.7, 0.9)}),
        Group("race", "white", 300, {"accuracy": Value(0.9, 0.8, 0.95)}),
    ),
    command="manage.py evaluate gender --data faces",
    grids=(Grid("confusion", "Said of what", ["male"], ["male", "no answer"], [[41.0, 7.0]]),),
)  # fmt: skip
OTHER = replace(
    ONE,
    model="better-gender",
    metrics={"accuracy": Value(0.93, 0.91, 0.95), "new": Value(0.1, 0.05, 0.2)},
    date="2026-11-23T20:00:00+00:00",
)


@pytest.fixture
def chief(settings: Settings, tmp_path: Path) -> User:
    settings.DATA_DIR, settings.BASE_DIR = tmp_path / "data", tmp_path
    user = User(username="chief", is_superuser=True)
    return user_create(user=user, by=user)


@pytest.fixture
def office(chief: User) -> Client:
    own, shipped = evaluations.folders()
    results.written(ONE, shipped)
    results.written(OTHER, own)
    client = Client()
    client.force_login(chief)
    return client


def test_lists_what_was_measured_here_and_before(office: Client) -> None:
    page = office.get(reverse("admin:evaluations")).content.decode()
    assert page.index("better-gender") < page.index("dlib-gender")
    assert "0.86 (0.84 to 0.88)" in page and "race: asian" in page
    assert page.count("by the authors") == 1


def test_an_installation_where_nothing_was_measured_says_so(chief: User) -> None:
    client = Client()
    client.force_login(chief)
    assert "Nothing was measured here yet" in client.get(
        reverse("admin:evaluations")
    ).content.decode()  # fmt: skip


def test_shows_a_result_by_group_with_where_it_comes_from(office: Client) -> None:
    name = "2026-11-22-gender-dlib-gender"
    page = office.get(reverse("admin:evaluation", args=(name,))).content.decode()
    assert "asian <strong>(worst)</strong>" in page and "0.9 (0.8 to 0.95)" in page
    assert "<td>41</td><td>7</td>" in page
    assert "commit abcdef123456" in page and "abababababab" in page
    assert "manage.py evaluate gender --data faces" in page


def test_two_results_stand_side_by_side(office: Client) -> None:
    names = {"first": "2026-11-22-gender-dlib-gender", "second": "2026-11-23-gender-better-gender"}
    page = office.get(reverse("admin:evaluations-compare"), names).content.decode()
    assert "0.0700 <strong>intervals apart</strong>" in page
    assert "<td>old</td><td>0.5</td><td>–</td><td>–</td>" in page
    assert "different data" not in page


def test_results_of_different_data_are_told_apart() -> None:
    other = replace(OTHER, data_digest="ef" * 32, task="age", machine={"cores": 64})
    said = " ".join(evaluations.warnings(ONE, other))
    assert "different tasks" in said and "different data" in said and "different machines" in said
    assert evaluations.warnings(ONE, OTHER) == []


def test_unknown_results_are_not_found(office: Client) -> None:
    assert office.get(reverse("admin:evaluation", args=("none",))).status_code == 404
    compare = reverse("admin:evaluations-compare")
    assert office.get(compare).status_code == 404
    assert office.get(compare, {"first": "../../x", "second": "y"}).status_code == 404


def test_users_have_no_business_here(office: Client, chief: User) -> None:
    user = user_create(user=User(username="alice"), by=chief)
    client = Client()
    client.force_login(user)
    for name in ("evaluations", "evaluations-compare"):
        assert client.get(reverse(f"admin:{name}")).status_code == 404


def test_the_admins_list_leads_here(office: Client) -> None:
    assert reverse("admin:evaluations") in office.get(reverse("admin:index")).content.decode()


def test_what_comes_with_the_code_can_be_read() -> None:
    for one in evaluations.kept():
        assert one.result.headline.value >= 0


def test_cards_tell_what_was_measured_by_group(office: Client) -> None:
    for address in (reverse("models"), reverse("admin:models")):
        page = office.get(address, follow=True).content.decode()
        assert "accuracy by race" in page and "(worst)" in page and "3,000 pairs" in page
