"""Albums whose photos place each other: asking for one, its map, and forgetting it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from ml import pipelines
from ml.geolocation.journey import Route, placed
from ml.types import Report
from tests.webapp import locating
from tests.webapp.locating import DOMAIN, GPS, journeyed, located, row_of
from webapp.jobs.inputs import inputs_of
from webapp.models import Gallery, Job, Journey, Location, Photo, Stop, User
from webapp.selectors.locations import halts_of, opened
from webapp.services.jobs import job_submit
from webapp.services.locations import clue_strike
from webapp.services.photos import photo_add, photo_erase


@pytest.fixture
def three(alice: User, gallery: Gallery, tmp_path: Path) -> list[Photo]:
    found = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (64, 48), (number * 40, 90, 90)).save(path)
        found.append(
            photo_add(gallery=gallery, by=alice, name=f"day {number}.png", file=path).photo
        )
    return found


@pytest.fixture
def journey(three: list[Photo], alice: User) -> Journey:
    journeyed(three, alice, [[GPS], [], [GPS]])
    return Journey.objects.get()


def test_it_is_offered_for_two_photos_and_more(alices: Client, three: list[Photo]) -> None:
    several = alices.post("/photos/make/", {"photo": [one.pk for one in three]}).content.decode()
    one = alices.post("/photos/make/", {"photo": [three[0].pk]}).content.decode()
    assert "Place an album" in several and "Place an album" not in one
    assert "Find out where it was taken" not in several


def test_a_photo_without_clues_is_placed_by_those_around_it(
    alices: Client, alice: User, journey: Journey
) -> None:
    page = alices.get(f"/journeys/{journey.pk}/").content.decode()
    assert "A journey of 3 photos" in page and 'class="track"' in page
    between = halts_of(alice, journey)[1].placed
    assert between.gained and between.region.holds(43.4675, 11.885)
    assert page.count(", alone ") == 1


def test_its_photos_get_ledgers_of_their_own(alice: User, journey: Journey) -> None:
    assert Location.objects.count() == 3
    first = Stop.objects.filter(journey=journey).first()
    assert first is not None and b"latitude" not in bytes(first.sealed_place)
    assert opened(row_of(first.photo)).answer.latitude == pytest.approx(43.46745)


def test_the_job_leads_to_it(alices: Client, journey: Journey) -> None:
    page = alices.get(f"/jobs/{journey.job_id}/").content.decode()
    assert f"/journeys/{journey.pk}/" in page
    assert f"/journeys/{journey.pk}/" in alices.get("/journeys/").content.decode()


def test_clues_that_were_struck_out_do_not_count_on_a_journey(
    three: list[Photo], alice: User
) -> None:
    located(three[0], alice, GPS, DOMAIN)
    clue_strike(location=row_of(three[0]), clue=GPS.name, struck=True)
    job = job_submit(kind="journey", gallery=three[0].gallery, photos=three, by=alice, options={})
    inputs = inputs_of(job, pipelines.get("journey"))
    struck = dict(zip(inputs.keys, inputs.struck, strict=True))
    assert struck[str(three[0].pk)] == {GPS.name}
    assert not struck[str(three[1].pk)]


def test_a_photo_erased_meanwhile_is_no_stop_and_shifts_no_other(
    three: list[Photo], alice: User
) -> None:
    job = job_submit(kind="journey", gallery=three[0].gallery, photos=three, by=alice, options={})
    claim = locating.store.claim(job.pk)
    assert claim is not None
    first, rest = three[0], [str(one.pk) for one in three[1:]]
    photo_erase(photo=first, by=alice)
    ledgers = [locating.ledger_of(DOMAIN), locating.ledger_of(GPS), locating.ledger_of(GPS)]
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    places = placed(ledgers, [moment, moment, None], [frozenset()] * 3)
    keys = claim.inputs.keys
    claim.scratch.mkdir(parents=True, exist_ok=True)
    route = Route(dict(zip(keys, ledgers, strict=True)), dict(zip(keys, places, strict=True)))
    report = Report((1, 1), artifacts=(locating.file_of(route, claim.scratch),))
    assert locating.store.finish(claim, report)
    halts = halts_of(alice, Journey.objects.get())
    assert [str(one.photo.pk) for one in halts] and {str(one.photo.pk) for one in halts} == {*rest}
    for one in halts:
        assert opened(row_of(one.photo)).answer.latitude == pytest.approx(43.46745)


def test_viewers_see_it_and_forget_nothing(viewers: Client, journey: Journey) -> None:
    assert viewers.get(f"/journeys/{journey.pk}/").status_code == 200
    assert viewers.post(f"/journeys/{journey.pk}/forget/").status_code == 404
    assert Journey.objects.exists()


def test_forgetting_keeps_the_photos_ledgers(alices: Client, journey: Journey) -> None:
    alices.post(f"/journeys/{journey.pk}/forget/")
    assert not Journey.objects.exists() and not Stop.objects.exists()
    assert not Job.objects.filter(kind="journey").exists(), "its options may name the place"
    assert Location.objects.count() == 3


def test_without_any_the_list_says_how_to_begin(alices: Client) -> None:
    assert "No journey yet" in alices.get("/journeys/").content.decode()


def test_what_is_in_the_trash_is_no_stop(
    alices: Client, alice: User, three: list[Photo], journey: Journey
) -> None:
    alices.post("/photos/trash/", {"photo": three[0].pk})
    assert len(halts_of(alice, journey)) == 2
    alices.post("/photos/trash/", {"photo": [one.pk for one in three[1:]]})
    assert "None of its photos is here" in alices.get(f"/journeys/{journey.pk}/").content.decode()
    assert Job.objects.filter(kind="journey").exists()
