"""The asking side: one zygote a process, started when first needed, and what it answers."""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from ml.decoding import wire

ATTEMPTS = 3
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    # Each further arena would reserve 64 MB of the limited address space.
    "MALLOC_ARENA_MAX": "1",
    # Huge pages: a fresh process takes a page fault for each page of a photo, measured 15 %.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    # Threads do not survive a fork.
    "OPENBLAS_NUM_THREADS": "1",
}
PATIENCE_S = 2.0
# Nothing else is passed on: the environment may hold keys and passwords.
PASSED = {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "PYTHONHOME", "TMPDIR", "TZ", "XDG_DATA_DIRS"}


def _harmless(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name in PASSED}


class Decoder:
    """This process's zygote. Any number of threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # More at once would only make each slower, and the innocent run into their wall limit.
        self._slots = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._failures = 0  # zygotes that ended by themselves while somebody wanted them

    def ask(
        self,
        order: wire.Message,
        files: Sequence[int],
        wall_s: float,
        letter: bytes = b"p",
        helping: Callable[[wire.Message], wire.Message] | None = None,
    ) -> wire.Message:
        """Have one photo read in a limited child and return what it answered.

        letter: what the zygote loads for it (ml.decoding.zygote). helping: answers the one thing
        that the child may ask for in between: {"asks": ...}.

        {"exit": code} when the child died without an answer, {"exit": "wall"} when it was killed
        for taking longer than wall_s seconds.

        A zygote that somebody killed is replaced for as long as wall_s allows; one that ends by
        itself, again and again, cannot be had.

        Raises:
            RuntimeError: the decoder's process does not start.
        """
        with self._slots:
            given_up = self._failures + ATTEMPTS
            until = monotonic() + wall_s
            while self._failures < given_up and monotonic() < until:
                reply = self._attempt(order, files, wall_s, letter, helping)
                if reply is not None:
                    return reply
        raise RuntimeError(f"The decoder ({sys.executable} -m ml.decoding.zygote) does not start.")

    def _attempt(
        self,
        order: wire.Message,
        files: Sequence[int],
        wall_s: float,
        letter: bytes,
        helping: Callable[[wire.Message], wire.Message] | None,
    ) -> wire.Message | None:
        """None when the zygote died before the child could answer."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                if not self._hand_over(letter, [theirs.fileno(), *files]):
                    return None
            until = monotonic() + wall_s
            ours.settimeout(wall_s)
            try:
                wire.send(ours, order)
            except TimeoutError:
                return {"exit": "wall"}
            except OSError:
                pass  # it died while listening: its end is told below
            try:
                reply = wire.receive(ours, until)
                if helping and reply and "asks" in reply:
                    wire.send(ours, helping(reply))
                    reply = wire.receive(ours, until)
                return reply
            except TimeoutError:
                return {"exit": "wall"}

    def _hand_over(self, letter: bytes, files: list[int]) -> bool:
        with self._lock:
            control = self._control or self._start()
            try:
                socket.send_fds(control, [letter], files)
            except OSError:
                ended = self.forget()
                self._failures += ended is not None and ended >= 0
                return False
            return True

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # nothing of it comes from outside
                [sys.executable, "-P", "-m", "ml.decoding.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # whoever reads ours would wait for the zygote's end
                env=_harmless(os.environ) | ENVIRONMENT | {"PYTHONPATH": path},
                process_group=0,  # Ctrl-C is for the asker; the zygote ends when it does
            )
        self._control = ours
        return ours

    def forget(self) -> int | None:
        """Let go of the zygote: it ends by itself when nobody holds its socket.

        Its exit status, below zero when a signal ended it; None when there was none.
        """
        if self._control is not None:
            self._control.close()
        process, self._control, self._process = self._process, None, None
        if process is None:
            return None
        try:
            return process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:  # somebody else holds the socket open
            process.kill()
            return process.wait()

    def abandon(self) -> None:
        """Let go without waiting: the zygote is another process's child."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0
        self._control = self._process = None

    @property
    def pid(self) -> int | None:
        """The zygote's process, where there is one."""
        return None if self._process is None else self._process.pid


_decoder = Decoder()


def decoder() -> Decoder:
    """This process's decoder."""
    return _decoder


def _start_anew() -> None:
    """A forked child shares nothing with its parent's zygote, and no lock held by a thread."""
    global _decoder
    inherited, _decoder = _decoder, Decoder()
    inherited.abandon()


os.register_at_fork(after_in_child=_start_anew)
atexit.register(lambda: _decoder.forget())
