"""Whatever is killed, every job finishes exactly once: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from psutil import NoSuchProcess

from tasks import lanes
from tests.end_to_end.rigging import (
    Customer,
    assert_each_done_once,
    rigged_tree,
    until_status,
)
from tests.stack import Stack, Stacks, until
from webapp.models import Job, Photo, Run

ROUNDS = range(int(os.environ.get("KILL_ROUNDS", "1")))
QUEUED = 20
Status = Job.Status
rounds = pytest.mark.rounds
each_round = pytest.mark.parametrize("round_", ROUNDS)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rigged_tree(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def stack(transactional_db: None, _stacks: Stacks, tree: Path) -> Stack:
    return _stacks.use(tree)


def queue_twenty(anna: Customer) -> tuple[list[UUID], list[Photo]]:
    photos = anna.photos(QUEUED)
    return [anna.asks("quick", photo) for photo in photos], photos


@contextmanager
def held(stack: Stack) -> Iterator[None]:
    """The workers stand still; those that are still there afterwards go on."""
    workers = [p for name in ("worker-now", "worker-later") for p in stack.processes(name)]
    for worker in workers:
        worker.suspend()
    yield
    for worker in workers:
        with suppress(NoSuchProcess):
            worker.resume()


def kill_workers(stack: Stack) -> None:
    stack.kill_child("worker-now", "worker-later")


def kill_valkey(stack: Stack) -> None:
    stack.kill_child("valkey")


def flush_valkey(stack: Stack) -> None:
    assert sum(lanes.waiting().values()) > 0
    lanes.broker().flushall()
    assert sum(lanes.waiting().values()) == 0


def kill_everything(stack: Stack) -> None:
    stack.kill()
    stack.start()


@rounds
@each_round
def test_a_worker_killed_in_mid_job(stack: Stack, anna: Customer, round_: int) -> None:
    (photo,) = anna.photos(1)
    job = anna.asks("slow", photo)
    until_status(job, Status.RUNNING)
    stack.kill_child("worker-now")
    assert_each_done_once([job], [photo], "slow")
    assert Job.objects.get().attempt == 2


@rounds
@each_round
@pytest.mark.parametrize("act", [kill_workers, kill_valkey, flush_valkey, kill_everything])
def test_a_kill_with_twenty_jobs_queued(
    stack: Stack, anna: Customer, act: Callable[[Stack], None], round_: int
) -> None:
    with held(stack):
        jobs, photos = queue_twenty(anna)
        assert Job.objects.filter(status=Status.QUEUED).count() >= QUEUED - 1
        act(stack)
    assert_each_done_once(jobs, photos, "quick")


def test_a_job_submitted_while_the_queue_is_dead_runs_later(stack: Stack, anna: Customer) -> None:
    (photo,) = anna.photos(1)
    stack.kill_child("valkey")
    job = anna.asks("quick", photo)
    assert_each_done_once([job], [photo], "quick")


def test_a_queued_job_is_cancelled(stack: Stack, anna: Customer) -> None:
    first, second = anna.photos(2)
    busy = anna.asks("slow", first)
    job = anna.asks("quick", second)
    until_status(busy, Status.RUNNING)
    assert anna.http.post(f"/jobs/{job}/cancel").json()["status"] == "cancelled"
    until_status(busy, Status.DONE)
    assert second.runs.count() == 0


def test_a_running_job_stops_at_its_next_step(stack: Stack, anna: Customer) -> None:
    (photo,) = anna.photos(1)
    job = anna.asks("slower", photo)
    until_status(job, Status.RUNNING)
    assert anna.http.post(f"/jobs/{job}/cancel").json()["status"] == "cancelling"
    until_status(job, Status.CANCELLED)
    assert photo.runs.count() == 0
    assert anna.http.post(f"/jobs/{job}/retry").json()["status"] == "queued"
    assert_each_done_once([job], [photo], "slow", "slower")


def test_a_model_with_a_bug_fails_its_job_only(stack: Stack, anna: Customer) -> None:
    first, second = anna.photos(2)
    broken, fine = anna.asks("raises", first), anna.asks("quick", second)
    assert "on our side" in until_status(broken, Status.FAILED).error
    until_status(fine, Status.DONE)
    until(lambda: any("on purpose" in line for line in stack.printed), 15, "logging the bug")
    assert Run.objects.count() == 1


def test_what_may_pass_is_tried_three_times(stack: Stack, anna: Customer) -> None:
    (photo,) = anna.photos(1)
    job = until_status(anna.asks("full", photo), Status.FAILED, seconds=60)
    assert (job.attempt, job.error) == (3, "The device is full.")


def test_a_model_that_kills_its_process_is_given_up(stack: Stack, anna: Customer) -> None:
    first, second = anna.photos(2)
    deadly = anna.asks("kills", first)
    until_status(deadly, Status.RUNNING)
    fine = anna.asks("quick", second)
    until_status(fine, Status.DONE, seconds=15)
    job = until_status(deadly, Status.FAILED, seconds=60)
    assert (job.attempt, "died 3 times" in job.error) == (3, True)
