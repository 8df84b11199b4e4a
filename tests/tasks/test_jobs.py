"""The one task, with a store in memory and pipelines made for the test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest

from ml import pipelines
from ml.errors import BadPicture, Cancelled, MLError, OutOfMemory, Refused
from ml.pipelines import Context, Pipeline
from ml.pool import Pool
from ml.types import Report
from ml.weights import Weights
from tasks import jobs
from tests.tasks.memory import MemoryJobStore

REPORT = Report((640, 480))
Act = Callable[[Context], Report]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No options, no inputs."""


@pytest.fixture
def store(tmp_path: Path) -> MemoryJobStore:
    return MemoryJobStore(tmp_path)


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Iterator[Callable[[Act], str]]:
    """Registers a pipeline that does what the test says; gives its kind."""
    name = f"test-{request.node.name}"

    def register(act: Act) -> str:
        def run(options: Nothing, inputs: Nothing, context: Context) -> Report:
            return act(context)

        pipelines.register(Pipeline(name, name, Nothing, Nothing, run))
        return name

    yield register
    pipelines._pipelines.pop(name, None)


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(Weights(tmp_path))


Kind = Callable[[Act], str]


def steps_until_told_to_stop(seconds: float) -> Act:
    """Says where it is, all the time, until something is raised."""

    def act(context: Context) -> Report:
        end = monotonic() + seconds
        while monotonic() < end:
            context.progress(1, 2, "Half way")
            sleep(0.005)
        return REPORT

    return act


def test_stores_the_report(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    job = store.add(kind(lambda context: REPORT))
    jobs.work(store, job, pool)
    assert store.jobs[job].status == "done"
    assert store.jobs[job].report == REPORT


def test_a_duplicate_message_does_nothing(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    ran = []
    job = store.add(kind(lambda context: ran.append(1) or REPORT))
    jobs.work(store, job, pool)
    jobs.work(store, job, pool)
    assert ran == [1]


def test_short_jobs_say_nothing_on_the_way(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    def act(context: Context) -> Report:
        context.progress(1, 2, "Half way")
        context.partial(REPORT)
        return REPORT

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert not store.jobs[job].steps
    assert not store.jobs[job].partials


def test_long_jobs_speak_twice_a_second(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    job = store.add(kind(steps_until_told_to_stop(1.2)))
    jobs.work(store, job, pool)
    assert store.jobs[job].steps == [(1, 2, "Half way")] * 2


def test_stops_when_asked(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    def act(context: Context) -> Report:
        store.jobs[job].status = "cancelling"
        return steps_until_told_to_stop(10)(context)

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert store.jobs[job].status == "cancelled"
    assert store.jobs[job].report is None


def test_stops_when_another_attempt_has_the_job(tmp_path: Path, kind: Kind, pool: Pool) -> None:
    store = MemoryJobStore(tmp_path, lease=0.05)

    def act(context: Context) -> Report:
        store.jobs[job].attempt = 7  # the reaper gave it to somebody else
        return steps_until_told_to_stop(10)(context)

    job = store.add(kind(act))
    began = monotonic()
    jobs.work(store, job, pool)
    assert monotonic() - began < 0.5  # the heartbeat noticed, before a step was due
    assert (store.jobs[job].status, store.jobs[job].report) == ("running", None)


@pytest.mark.parametrize("error", [FileNotFoundError, MLError, Refused])
def test_what_breaks_after_the_job_was_lost_is_no_crash(
    store: MemoryJobStore,
    kind: Kind,
    pool: Pool,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def act(context: Context) -> Report:
        store.jobs[job].attempt = 2  # whose worker deleted this one's folder
        raise error("gone")

    caplog.set_level(logging.INFO)
    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert (store.jobs[job].status, store.jobs[job].error) == ("running", "")
    assert "crashed" not in caplog.text and "failed" not in caplog.text
    assert "no longer this worker's" in caplog.text


def test_a_late_report_does_not_count(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    def act(context: Context) -> Report:
        store.jobs[job].attempt = 2
        return REPORT

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert store.jobs[job].report is None


def test_the_heart_beats_while_a_model_is_silent(tmp_path: Path, kind: Kind, pool: Pool) -> None:
    store = MemoryJobStore(tmp_path, lease=0.06)

    def act(context: Context) -> Report:
        assert store.jobs[job].beaten.wait(5)
        return REPORT

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert store.jobs[job].beats >= 1
    assert store.closed == 1  # the heart's own connection


def test_a_permanent_failure_shows_its_sentence(
    store: MemoryJobStore, kind: Kind, pool: Pool
) -> None:
    def act(context: Context) -> Report:
        raise BadPicture("truncated", "The photo ends too early.")

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert (store.jobs[job].status, store.jobs[job].error) == (
        "failed",
        "The photo ends too early.",
    )


def test_a_refusal_names_its_rule(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    def act(context: Context) -> Report:
        raise Refused("No. (Rule: age.)", "age")

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    row = store.jobs[job]
    assert (row.status, row.error, row.rule) == ("failed", "No. (Rule: age.)", "age")


def test_what_may_pass_is_tried_three_times(store: MemoryJobStore, kind: Kind, pool: Pool) -> None:
    def act(context: Context) -> Report:
        raise OutOfMemory("The device is full.")

    job = store.add(kind(act))
    for status in ("queued", "queued", "failed"):
        jobs.work(store, job, pool)
        assert store.jobs[job].status == status


def test_a_bug_is_told_plainly_and_logged(
    store: MemoryJobStore, kind: Kind, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    def act(context: Context) -> Report:
        raise ZeroDivisionError("secret detail")

    job = store.add(kind(act))
    jobs.work(store, job, pool)
    assert (store.jobs[job].status, store.jobs[job].error) == ("failed", jobs.BUG)
    assert "secret detail" in caplog.text


def test_the_scratch_folder_is_there_and_then_gone(
    store: MemoryJobStore, kind: Kind, pool: Pool, tmp_path: Path
) -> None:
    seen = []

    def act(context: Context) -> Report:
        assert context.scratch is not None
        (context.scratch / "made.png").write_bytes(b"x")
        seen.append(context.scratch)
        return REPORT

    jobs.work(store, store.add(kind(act)), pool)
    assert seen
    assert not seen[0].exists()


def test_what_a_killed_attempt_left_goes_with_the_next(
    store: MemoryJobStore, kind: Kind, pool: Pool, tmp_path: Path
) -> None:
    job = store.add(kind(lambda context: REPORT))
    store.jobs[job].attempt = 2
    kept = tmp_path / str(job) / "upload"
    for killed in ("1", "2"):
        (tmp_path / str(job) / killed).mkdir(parents=True)
        (tmp_path / str(job) / killed / "photo.jpg").write_bytes(b"x")
    kept.write_bytes(b"x")
    jobs.work(store, job, pool)
    assert store.jobs[job].status == "done"
    assert list((tmp_path / str(job)).iterdir()) == [kept]


def test_a_chore_stores_its_own_results(store: MemoryJobStore, pool: Pool) -> None:
    seen = []
    store.chores["tidy-up"] = lambda job, context: seen.append(job)
    job = store.add("tidy-up")
    jobs.work(store, job, pool)
    assert seen == [job]
    assert (store.jobs[job].status, store.jobs[job].report) == ("done", None)


def test_a_cancelled_chore_is_closed(store: MemoryJobStore, pool: Pool) -> None:
    def chore(job: object, context: Context) -> None:
        store.jobs[mine].status = "cancelling"
        raise Cancelled

    store.chores["endless"] = chore
    mine = store.add("endless")
    jobs.work(store, mine, pool)
    assert store.jobs[mine].status == "cancelled"
