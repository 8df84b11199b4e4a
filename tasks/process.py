"""What a worker process holds, made after the fork: its store, its models, its devices.

torch hangs in a child when its parent imported it, so nothing here or in what this module imports
may import it before the fork.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import redis
from celery import bootsteps
from celery.signals import worker_process_init
from celery.worker import state

from ml import contracts, pipelines, registry, runtimes
from ml.pool import Pool
from ml.registry import Device, Policy
from ml.weights import Weights
from tasks import lanes
from tasks.app import app
from tasks.store import get_store

# Nearly every photo needs these; the others load when first asked for.
WARM = (contracts.DETECTION, contracts.MESH, contracts.EMBEDDING)


@cache
def pool() -> Pool:
    """This process's models. MODEL_MEMORY_MB: what they may take together."""
    runtimes.use_threads(int(os.environ.get("MODEL_THREADS", str(os.cpu_count() or 1))))
    return Pool(
        Weights(Path(os.environ.get("WEIGHTS_DIR", "data/weights"))),
        budget_mb=int(os.environ.get("MODEL_MEMORY_MB", "4096")),
        devices=devices(served_lanes()),
    )


def served_lanes() -> tuple[str, ...]:
    """The lanes this worker takes jobs from."""
    return tuple(lane for lane in lanes.LANES if lane in app.amqp.queues.consume_from)


def devices(served: tuple[str, ...]) -> tuple[Device, ...]:
    """What models may run on, best first. Only a worker of a GPU lane looks for one."""
    if not any(lane.startswith("gpu") for lane in served):
        return (Device.CPU,)
    import torch

    return (Device.CUDA, Device.CPU) if torch.cuda.is_available() else (Device.CPU,)


def warm(models: Pool) -> None:
    """Load what nearly every photo needs, where its weights are."""
    installed = frozenset(
        card.name for card in registry.cards() if models.weights.has(card.weights)
    )
    for task in WARM:
        if card := registry.best(task, Policy(installed=installed)):
            models.get(card.name)


@worker_process_init.connect
def start(**_: Any) -> None:
    """Make everything a job needs, so that the first one does not wait for it."""
    die_with_parent()
    registry.discover()
    pipelines.discover()
    get_store()
    if "cpu-now" in served_lanes() or "gpu-now" in served_lanes():
        warm(pool())


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, however that happens. Linux only:
    elsewhere an orphan ends with its job."""
    if sys.platform != "linux":
        return
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


class SayAlive(bootsteps.StartStopStep):
    """Tells every few seconds which lanes are served, as long as the worker's loop turns."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        self._say()
        self._timer = parent.timer.call_repeatedly(lanes.REFRESH_SECONDS, self._say)

    def stop(self, parent: Any) -> None:
        self._timer.cancel()

    def _say(self) -> None:
        with suppress(lanes.BrokerDown):  # the consumer notices it, too, and reconnects
            lanes.say_alive(served_lanes())


class NoticeDeafness(bootsteps.StartStopStep):
    """Connects a worker anew that takes nothing although jobs wait for it.

    When the queue's server dies while a message is acknowledged, kombu logs that and goes on with
    a loop in which nothing listens any more (seen once in forty kills). An idle worker takes a
    message within milliseconds: one that leaves them lying twice in a row does not hear.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:
        self._idle_before_full_lanes = False
        self._timer = parent.timer.call_repeatedly(lanes.REFRESH_SECONDS, self._listen)

    def stop(self, parent: Any) -> None:
        self._timer.cancel()

    def _listen(self) -> None:
        before = self._idle_before_full_lanes
        self._idle_before_full_lanes = not state.reserved_requests and jobs_wait(served_lanes())
        if before and self._idle_before_full_lanes:
            raise redis.exceptions.ConnectionError("Jobs wait, and nothing is heard of them.")


def jobs_wait(served: tuple[str, ...]) -> bool:
    """Whether messages lie on one of these lanes; no when the queue cannot be asked."""
    try:
        lengths = lanes.waiting()
    except lanes.BrokerDown:
        return False
    return any(lengths[lane] for lane in served)


app.steps["consumer"].add(SayAlive)
app.steps["consumer"].add(NoticeDeafness)
