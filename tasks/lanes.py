"""Lanes: where jobs wait, and who is there to take them."""

from __future__ import annotations

import os
from uuid import UUID

from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from ml.pipelines import Urgency
from ml.registry import Device

LANES = ("cpu-now", "cpu-later", "gpu-now", "gpu-later")
ALIVE_SECONDS = 15
REFRESH_SECONDS = 5
_PREFIX = "prosopa:alive:"


class BrokerDown(Exception):
    """The queue cannot be reached. Jobs stay in the database and are announced later."""


def lane_of(device: Device, urgency: Urgency) -> str:
    """Where jobs wait that want this device."""
    return f"{'gpu' if device is Device.CUDA else 'cpu'}-{urgency.value}"


def broker() -> Redis:
    """A client of the queue's server, which gives up after two seconds."""
    url = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
    url = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def announce(job: UUID, lane: str) -> None:
    """Put the job's id on its lane's list.

    Raises:
        BrokerDown: the queue cannot be reached.
    """
    from tasks.app import app

    try:
        app.send_task("tasks.jobs.run", args=(str(job),), queue=lane, retry=False)
    except OperationalError as error:
        raise BrokerDown(str(error)) from error


def waiting() -> dict[str, int]:
    """Messages on each lane's list.

    Raises:
        BrokerDown: the queue cannot be reached.
    """
    try:
        with broker() as client:
            lengths = client.pipeline(transaction=False)
            for lane in LANES:
                lengths.llen(lane)
            return dict(zip(LANES, lengths.execute(), strict=True))
    except RedisError as error:
        raise BrokerDown(str(error)) from error


def say_alive(lanes: tuple[str, ...]) -> None:
    """Say that a worker serves these lanes, for the next ALIVE_SECONDS.

    Raises:
        BrokerDown: the queue cannot be reached.
    """
    try:
        with broker() as client:
            keys = client.pipeline(transaction=False)
            for lane in lanes:
                keys.set(_PREFIX + lane, 1, ex=ALIVE_SECONDS)
            keys.execute()
    except RedisError as error:
        raise BrokerDown(str(error)) from error


def alive() -> set[str]:
    """The lanes that some worker serves; none when the queue cannot be reached."""
    try:
        with broker() as client:
            said = client.mget([_PREFIX + lane for lane in LANES])
    except RedisError:
        return set()
    return {lane for lane, value in zip(LANES, said, strict=True) if value}
