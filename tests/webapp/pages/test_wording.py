"""Readings, times and jobs in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from ml.types import Reading
from webapp.models import Job
from webapp.pages.wording import job_words, reading_words, seconds, time_left, took
from webapp.templatetags.look import stem


def reading(value: float | str | None, unit: str = "", **more: object) -> Reading:
    rest = {"score": None, "interval": None, "note": ""} | more
    return Reading(model="m", name="n", value=value, unit=unit, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (reading(34.2, "years", interval=(28.4, 41.0)), "looks 34 (28–41)"),
        (reading(12.3, "degrees"), "12°"),
        (reading(-3.6, "degrees"), "−4°"),
        (reading(-0.2, "degrees"), "0°"),
        (reading("happy", score=0.82), "happy"),
        (reading(0.12345), "0.123"),
        (reading(4.5, "mm"), "4.5\N{NO-BREAK SPACE}mm"),
        (reading(63.2, "mm", interval=(58.1, 68.3)), "63.2\N{NO-BREAK SPACE}mm (58.1–68.3)"),
        (reading(9.34, "px"), "9.34\N{NO-BREAK SPACE}px"),
        (reading(None, note="face too small"), "not measured: face too small"),
        (reading(None), "not measured"),
    ],
)
def test_readings(given: Reading, words: str) -> None:
    assert reading_words(given) == words


@pytest.mark.parametrize(
    ("done", "total", "ago", "words"),
    [
        (1, 2, 10, "about 10 s left"),
        (1, 21, 30, "about 10 min left"),
        (0, 2, 10, ""),
        (2, 2, 10, ""),
        (1, 2, 1, ""),
    ],
)
def test_time_left_is_said_when_it_is_known(done: int, total: int, ago: int, words: str) -> None:
    started = timezone.now() - timedelta(seconds=ago)
    job = Job(status=Job.Status.RUNNING, done=done, total=total, started=started)
    assert time_left(job) == words


@pytest.mark.parametrize(("ran", "words"), [(2.5, "2.5 s"), (300, "5 min"), (None, "")])
def test_a_closed_job_says_how_long_it_ran(ran: float | None, words: str) -> None:
    now = timezone.now()
    started = None if ran is None else now - timedelta(seconds=ran)
    assert took(Job(status=Job.Status.DONE, started=started, ended=now)) == words


def test_nobody_knows_how_long_a_waiting_job_takes() -> None:
    assert time_left(Job(status=Job.Status.QUEUED)) == ""


def test_every_status_has_words() -> None:
    assert all(job_words(Job(status=status)) for status in Job.Status)


def test_the_stage_of_a_job_is_what_it_reads() -> None:
    at = Job(status=Job.Status.RUNNING, message="CenterFace")
    assert job_words(at) == "Reading: faces"
    assert job_words(Job(status=Job.Status.RUNNING, message="Reading the photo")) == (
        "Reading the photo"
    )


def test_a_job_without_a_worker_says_so() -> None:
    waiting = "Waiting: no worker serves cpu-now at the moment."
    assert job_words(Job(status=Job.Status.QUEUED, message=waiting)) == waiting


def test_small_words() -> None:
    assert (seconds(0.0004), seconds(0.25), seconds(2.5)) == ("under 1 ms", "250 ms", "2.5 s")
    assert (stem("a.b.jpg"), stem("photo")) == ("a.b", "photo")
