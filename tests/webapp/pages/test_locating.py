"""The tab "Place": the ledger, what is struck out of it, asking for it, and forgetting it."""

from __future__ import annotations

import pytest
from django.test import Client

from ml.geolocation.consistency import Agreement
from tests.webapp.locating import DOMAIN, GPS, PHONE, UNREAD, located, row_of
from webapp.models import AuditLine, Job, Journey, Location, Photo, Stop, User
from webapp.selectors.locations import opened


def tab(client: Client, photo: Photo) -> str:
    return client.get(f"/photos/{photo.pk}/?tab=place").content.decode()


def strike(client: Client, photo: Photo, clue: str, struck: str = "yes", **headers: str) -> str:
    path = f"/photos/{photo.pk}/place/strike/"
    answer = client.post(path, {"clue": clue, "struck": struck}, headers=headers, follow=True)
    return answer.content.decode()


@pytest.fixture
def placed(photo: Photo, alice: User) -> Photo:
    located(photo, alice, PHONE, DOMAIN, UNREAD)
    return photo


def test_before_anybody_looked_the_tab_says_what_it_is_for(alices: Client, photo: Photo) -> None:
    page = tab(alices, photo)
    assert "Nobody has looked for the place yet" in page and "It counts as one more clue" in page


def test_the_form_asks_for_what_was_filled_in(alices: Client, photo: Photo) -> None:
    said = {"place": "Spain", "metadata": "on", "moment": "2024-06-21T12:30"}
    points = {"foot_x": "10", "foot_y": "20", "top_x": "10", "top_y": "5", "end_x": "30"}
    alices.post(f"/photos/{photo.pk}/locate/", said | points | {"end_y": "21.5"})
    job = Job.objects.get(kind="locate")
    assert job.options == {
        "place": "Spain", "metadata": True, "moment": "2024-06-21 12:30",
        "shadow": [10.0, 20.0, 10.0, 5.0, 30.0, 21.5], "engine": "", "again": False,
    }  # fmt: skip


def test_half_a_shadow_is_refused_in_words(alices: Client, photo: Photo) -> None:
    answer = alices.post(f"/photos/{photo.pk}/locate/", {"foot_x": "10"}, follow=True)
    assert "A shadow is six numbers" in answer.content.decode()
    assert not Job.objects.filter(kind="locate").exists()


def test_the_ledger_names_clues_the_answer_and_the_answer_without_each(
    alices: Client, placed: Photo
) -> None:
    page = tab(alices, placed)
    assert "+34 91 123 45 67" in page and "boulangerie.fr" in page
    assert page.count("Without it: 90&nbsp;% in") == 2
    assert "Weight <span" in page and ">2 %</span> as likely" in page
    assert "no zone" in page and "Thai writing was seen" in page
    assert 'class="region region-90"' in page and 'class="heat-6"' in page


def test_an_exact_clue_is_answered_with_its_point(
    alices: Client, photo: Photo, alice: User
) -> None:
    located(photo, alice, GPS)
    page = tab(alices, photo)
    assert "43.46745, 11.88513" in page and "if the file tells the truth" in page


def test_a_photo_without_clues_may_be_anywhere(alices: Client, photo: Photo, alice: User) -> None:
    located(photo, alice, UNREAD)
    page = tab(alices, photo)
    assert "Nothing here gives the place away" in page and "million km²" in page


def test_a_struck_clue_moves_the_answer_at_once_and_can_count_again(
    alices: Client, placed: Photo
) -> None:
    before = opened(row_of(placed)).answer
    fragment = strike(alices, placed, PHONE.name, **{"HX-Request": "true"})
    assert "<html" not in fragment and "Count again" in fragment
    without = opened(row_of(placed)).answer
    assert {one.country for one in without.places[:3]} == {"FR"} != {before.places[0].country}
    strike(alices, placed, PHONE.name, "no")
    assert opened(row_of(placed)).answer == before


def test_without_script_striking_leads_back_to_the_tab(alices: Client, placed: Photo) -> None:
    page = strike(alices, placed, PHONE.name)
    assert "<html" in page and "1 clue struck out" in page


def test_what_was_struck_stays_so_when_the_photo_is_looked_at_again(
    alices: Client, placed: Photo, alice: User
) -> None:
    strike(alices, placed, PHONE.name)
    located(placed, alice, PHONE, GPS)
    assert opened(row_of(placed)).struck == {PHONE.name}


def test_a_clue_that_is_not_there_cannot_be_struck(alices: Client, placed: Photo) -> None:
    assert "The ledger has no such clue" in strike(alices, placed, "phone: +1")


def test_rows_hold_nothing_of_it_in_plain_words(placed: Photo) -> None:
    row = row_of(placed)
    assert b"+34" not in bytes(row.sealed_ledger)
    job = Job.objects.get(kind="locate")
    assert job.partial is None and not placed.runs.filter(model="location-ledger").exists()


def test_viewers_read_the_ledger_and_change_nothing(viewers: Client, placed: Photo) -> None:
    page = tab(viewers, placed)
    assert "+34 91 123 45 67" in page
    assert "Strike out" not in page and "Forget the place" not in page
    for act in ("locate", "place/strike", "place/forget"):
        assert viewers.post(f"/photos/{placed.pk}/{act}/", {"clue": PHONE.name}).status_code == 404
    assert opened(row_of(placed)).struck == frozenset()


def test_forgetting_erases_the_ledger_and_the_job_that_knows_the_place(
    alices: Client, photo: Photo, alice: User
) -> None:
    located(photo, alice, PHONE, place="Spain")
    alices.post(f"/photos/{photo.pk}/place/forget/")
    assert not Location.objects.exists() and not Job.objects.filter(kind="locate").exists()
    assert AuditLine.objects.filter(verb="locate-forget").count() == 1
    assert "Nobody has looked for the place yet" in tab(alices, photo)


def test_forgetting_forgets_journeys_and_what_was_said_before(
    alices: Client, photo: Photo, alice: User
) -> None:
    located(photo, alice, PHONE, place="Elm Street")
    located(photo, alice, PHONE)
    journey = Journey.objects.create(gallery=photo.gallery, asked_by=alice)
    Stop.objects.create(journey=journey, photo=photo, position=0, sealed_place=b"x")
    alices.post(f"/photos/{photo.pk}/place/forget/")
    assert not Stop.objects.exists()
    assert not Job.objects.filter(options__icontains="Elm Street").exists()


@pytest.mark.parametrize("word", ["nan", "inf", "-inf"])
def test_a_shadow_has_numbers(alices: Client, photo: Photo, word: str) -> None:
    points = dict.fromkeys(("foot_x", "foot_y", "top_x", "top_y", "end_x", "end_y"), word)
    answer = alices.post(f"/photos/{photo.pk}/locate/", points, follow=True)
    assert "Give a number" in answer.content.decode() and not Job.objects.exists()


def test_looking_is_written_into_the_audit_log_without_the_place(placed: Photo) -> None:
    line = AuditLine.objects.get(verb="locate")
    assert line.subject == f"photo:{placed.pk}" and line.detail == ""


def test_the_large_map_is_a_page_of_its_own(alices: Client, placed: Photo) -> None:
    page = alices.get(f"/photos/{placed.pk}/place/")
    assert page.status_code == 200 and "data-map" in page.content.decode()


def test_second_looks_tell_how_far_the_answer_holds(
    alices: Client, photo: Photo, alice: User
) -> None:
    located(photo, alice, PHONE, agreement=[Agreement("mirrored", 0.4321, 1210.0)])
    page = tab(alices, photo)
    assert "Does the answer hold?" in page and "mirrored" in page and "43 %" in page


def test_an_engine_that_is_not_here_is_refused(alices: Client, photo: Photo) -> None:
    alices.post(f"/photos/{photo.pk}/locate/", {"engine": "smolvlm"})
    assert not Job.objects.filter(kind="locate").exists()


def test_clues_lie_over_the_photo(alices: Client, placed: Photo) -> None:
    assert 'data-layer="Clues to the place"' in tab(alices, placed)


def test_erasing_the_photo_erases_its_place(alices: Client, placed: Photo) -> None:
    alices.post("/photos/trash/", {"photo": placed.pk})
    alices.post("/photos/erase/", {"photo": placed.pk, "sure": "yes"})
    assert not Photo.objects.filter(pk=placed.pk).exists() and not Location.objects.exists()
