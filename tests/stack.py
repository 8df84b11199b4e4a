"""A whole installation for tests: started by `manage.py up`, on the database the tests see."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import psutil
from redis import Redis
from redis.exceptions import RedisError

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"Prosopa is ready: (\S+)")
# How a child of `up` is told from the others, by a piece of its command line.
CHILDREN = {
    "web": "uvicorn",
    "worker-now": "now@",
    "worker-later": "later@",
    "reaper": "reap",
    "valkey": "valkey-server",
}


def until(true: Callable[[], object], seconds: float = 30, what: str = "it") -> None:
    """Wait until `true()` is; AssertionError when it does not become so."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, f"{what} did not happen within {seconds:.0f} s"
        sleep(0.05)


class Stack:
    """One installation in DATA_DIR, whose code lies in `root`.

    url: of its pages, without a slash at the end. lease: seconds.
    """

    def __init__(self, root: Path = ROOT, lease: float = 1.5) -> None:
        self.root = root
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.lease = lease
        self.printed: list[str] = []
        self._up: subprocess.Popen[str] | None = None

    @property
    def running(self) -> bool:
        return self._up is not None and self._up.poll() is None

    def start(self, before: tuple[str, ...] = ()) -> str:
        """Start everything and wait until it is ready; the address that it prints.

        before: a command that runs ours, e.g. one that takes the network away.
        """
        environment = os.environ | {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "JOB_LEASE": str(self.lease),
        }
        environment.pop("REDIS_URL", None)
        self.printed.clear()
        self._up = subprocess.Popen(
            [*before, sys.executable, "manage.py", "up"],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        Thread(target=self._read, args=(self._up,), daemon=True).start()
        until(lambda: self.first_url() or not self.running, 60, "starting")
        address = self.first_url()
        assert address, "\n".join(self.printed)
        return address

    def first_url(self) -> str | None:
        """What it printed for the first visit."""
        return next((found[1] for line in [*self.printed] if (found := READY.search(line))), None)

    def stop(self, patience: float = 15) -> int:
        """Ask it to stop, as Ctrl-C does; its exit code."""
        assert self._up is not None
        self._up.send_signal(signal.SIGINT)
        code = self._up.wait(patience)
        self._up = None
        return code

    def kill(self) -> None:
        """kill -9 of everything at once, as when the power goes."""
        assert self._up is not None
        _kill([psutil.Process(self._up.pid), *self._family()])
        self._up = None

    def kill_supervisor(self) -> list[psutil.Process]:
        """kill -9 of `up` alone; what was running under it."""
        assert self._up is not None
        family = self._family()
        self._up.kill()
        self._up.wait()
        self._up = None
        return family

    def processes(self, name: str) -> list[psutil.Process]:
        """The process of that name (see CHILDREN) and its children, itself first."""
        assert self._up is not None
        for child in psutil.Process(self._up.pid).children():
            if CHILDREN[name] in " ".join(child.cmdline()):
                return [child, *child.children(recursive=True)]
        return []

    def kill_child(self, *names: str) -> None:
        """kill -9 of these and of all their children."""
        _kill([process for name in names for process in self.processes(name)])

    def _family(self) -> list[psutil.Process]:
        assert self._up is not None
        return psutil.Process(self._up.pid).children(recursive=True)

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.printed.append(line.rstrip())


class Stacks:
    """The one installation that runs at a time, and the queue for tests that need only that."""

    def __init__(self) -> None:
        self.stack: Stack | None = None
        self._valkey: subprocess.Popen[bytes] | None = None

    def use(self, root: Path = ROOT) -> Stack:
        """The installation with this code, running."""
        if self.stack is not None and self.stack.root == root and self.stack.running:
            return self.stack
        self.stop()
        self.stack = Stack(root)
        self.stack.start()
        return self.stack

    def queue(self) -> Redis:
        """A client of a queue that answers, whoever runs it."""
        from tasks.lanes import broker
        from webapp.running.start import folders_make
        from webapp.running.supervisor import valkey

        client = broker()
        if (self.stack is None or not self.stack.running) and self._valkey is None:
            folders_make()
            self._valkey = subprocess.Popen(valkey().argv)
        until(lambda: answers(client), 10, "the queue's start")
        return client

    def stop(self) -> None:
        if self.stack is not None and self.stack.running:
            self.stack.stop()
        if self._valkey is not None:
            self._valkey.terminate()
            self._valkey.wait(10)
            self._valkey = None


def _kill(doomed: list[psutil.Process]) -> None:
    for process in doomed:
        with suppress(psutil.NoSuchProcess):  # it died with its parent
            process.kill()
    psutil.wait_procs(doomed, timeout=10)


def answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
