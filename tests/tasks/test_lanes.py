"""Lanes on a real queue."""

from __future__ import annotations

import os
from collections.abc import Callable
from uuid import uuid4

import pytest
import redis.exceptions
from redis import Redis

from ml.pipelines import Urgency
from ml.registry import Device
from tasks import lanes, process, reaper
from tasks.app import app
from tests.tasks.memory import MemoryJobStore


@pytest.fixture
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "REDIS_URL", "redis+socket:///nowhere.sock?virtual_host=0")


def test_device_and_urgency_make_a_lane() -> None:
    assert lanes.lane_of(Device.CPU, Urgency.NOW) == "cpu-now"
    assert lanes.lane_of(Device.CUDA, Urgency.LATER) == "gpu-later"


def test_an_announced_job_waits_on_its_lane(valkey: Redis) -> None:
    lanes.announce(uuid4(), "cpu-later")
    lanes.announce(uuid4(), "cpu-later")
    assert lanes.waiting() == {"cpu-now": 0, "cpu-later": 2, "gpu-now": 0, "gpu-later": 0}


def test_announcing_goes_on_after_the_queue_was_flushed(valkey: Redis) -> None:
    lanes.announce(uuid4(), "cpu-now")
    valkey.flushall()
    lanes.announce(uuid4(), "cpu-now")
    assert lanes.waiting()["cpu-now"] == 1


def test_the_message_holds_the_id_and_nothing_else(valkey: Redis) -> None:
    job = uuid4()
    lanes.announce(job, "cpu-now")
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(app.amqp.queues["cpu-now"])
        args, kwargs, _ = queue.get(timeout=5).payload
    assert (args, kwargs) == ([str(job)], {})


def test_lanes_live_as_long_as_somebody_says_so(valkey: Redis) -> None:
    assert lanes.alive() == set()
    lanes.say_alive(("cpu-now", "gpu-now"))
    assert lanes.alive() == {"cpu-now", "gpu-now"}
    for key in valkey.scan_iter():
        assert 0 < valkey.ttl(key) <= lanes.ALIVE_SECONDS


def test_nobody_lives_without_a_queue(no_queue: None) -> None:
    assert lanes.alive() == set()
    with pytest.raises(lanes.BrokerDown):
        lanes.waiting()


def test_the_reaper_announces_what_the_store_names(
    valkey: Redis, tmp_path: os.PathLike[str]
) -> None:
    store = MemoryJobStore(tmp_path)  # type: ignore[arg-type]
    store.add("analyse")
    reaper.sweep(store)
    assert lanes.waiting()["cpu-now"] == 1


def test_the_reaper_outlives_the_queue(no_queue: None, tmp_path: os.PathLike[str]) -> None:
    store = MemoryJobStore(tmp_path)  # type: ignore[arg-type]
    store.add("analyse")
    reaper.sweep(store)


def test_a_worker_that_leaves_jobs_lying_twice_connects_anew(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "served_lanes", lambda: ("cpu-now",))
    loop = Loop()
    process.NoticeDeafness(loop).start(loop)
    loop.turn()
    valkey.lpush("cpu-later", "another worker's")
    loop.turn()
    valkey.lpush("cpu-now", "a job")
    loop.turn()
    with pytest.raises(redis.exceptions.ConnectionError):
        loop.turn()
    valkey.delete("cpu-now")
    loop.turn()


class Loop:
    """Stands for a worker's loop: it has a timer, and calls what was given to that."""

    def __init__(self) -> None:
        self.timer = self

    def call_repeatedly(self, seconds: float, act: Callable[[], None]) -> None:
        self.turn = act
