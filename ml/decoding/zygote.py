"""The light process that forks one limited child a photo: `python -m ml.decoding.zygote FD`.

It reads no photo itself. Its asker sends one letter with file descriptors: a socket on which the
request and its answer travel, and the files. A child is kept ready ahead of the next request,
because forking is most of what a small photo costs. When a child has ended, the zygote says so on
the request's socket; when the asker hangs up, it kills the child; when the control socket closes,
it ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import select
import signal
import socket
import sys
from typing import NamedTuple, NoReturn

from PIL import Image

from ml.decoding import child, confining, opening, wire

MAX_FILES = 16
# What is loaded once, before children are forked that need it: by the letter that asks for them.
LOADED = {b"d": ("ml.draw", "ml.types"), b"c": ("c2pa",)}


class Child(NamedTuple):
    """A process that has read no photo yet, and the socket on which it gets one."""

    pid: int
    line: socket.socket


class Zygote:
    """Forks, watches and buries children; one thread, so that forking is safe."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.woken, waker = os.pipe()
        for end in (self.woken, waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        self.waker = waker
        self.silence = os.open(os.devnull, os.O_WRONLY)
        self.children: dict[int, tuple[int, socket.socket]] = {}
        self.spare: Child | None = None
        self.practice = practice()
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)
        self.poll.register(self.woken, select.POLLIN)

    def serve(self) -> None:
        """Until the asker is gone."""
        self.spare = self._fork()
        while True:
            ready = {descriptor for descriptor, _ in self.poll.poll()}
            # In this order: burying frees descriptors that admitting then uses anew.
            for descriptor in ready & self.children.keys():
                self._kill(descriptor)
            if self.woken in ready:
                os.read(self.woken, 4096)
                self._bury()
            if self.control.fileno() in ready and not self._admit():
                return

    def _admit(self) -> bool:
        """Give the next request to a child; False when there will be none."""
        letter, received, _, _ = socket.recv_fds(self.control, 1, MAX_FILES + 1)
        if not letter:
            for pid, _ in self.children.values():
                os.kill(pid, signal.SIGKILL)
            return False
        if missing := [name for name in LOADED.get(letter, ()) if name not in sys.modules]:
            for name in missing:
                importlib.import_module(name)
            self._dismiss()
        pid = self._assign(letter, received)
        request, *files = received
        for descriptor in files:
            os.close(descriptor)
        self.children[request] = pid, socket.socket(fileno=request)
        self.poll.register(request, 0)  # hang-ups only: the rest is the child's
        return True

    def _assign(self, letter: bytes, descriptors: list[int]) -> int:
        """Hand the request to the child that waits, or to a new one; its process."""
        for ready in (self.spare, None):
            found = ready or self._fork()
            self.spare = None
            with found.line, contextlib.suppress(BrokenPipeError):  # somebody killed it
                socket.send_fds(found.line, [letter], descriptors)
                return found.pid
        raise RuntimeError("A child died before it was given anything.")

    def _fork(self) -> Child:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._become_child(theirs)
        theirs.close()
        return Child(pid, ours)

    def _become_child(self, line: socket.socket) -> NoReturn:
        code = 1
        try:
            self._forget_others()
            # Pages that decoding touches are copied now, not while somebody waits.
            opening.opened(io.BytesIO(self.practice), max_pixels=10**6).image.tobytes()
            confining.confine()
            letter, received, _, _ = socket.recv_fds(line, 1, MAX_FILES + 1)
            line.close()
            if letter:
                child.answer(socket.socket(fileno=received[0]), received[1:])
            code = 0
        finally:
            os._exit(code)

    def _forget_others(self) -> None:
        """Nothing of the zygote's or of other requests stays within a child's reach."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.woken)
        os.close(self.waker)
        self.control.close()
        for _, other in self.children.values():
            other.close()
        os.dup2(self.silence, sys.stderr.fileno())  # codecs write there what files make them

    def _dismiss(self) -> None:
        """Let the waiting child go: it was forked before something that the next one needs."""
        if self.spare is not None:
            self.spare.line.close()
            self.spare = None

    def _kill(self, descriptor: int) -> None:
        self.poll.unregister(descriptor)
        pid, _ = self.children[descriptor]
        os.kill(pid, signal.SIGKILL)

    def _bury(self) -> None:
        ended = {}
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                ended[found[0]] = os.waitstatus_to_exitcode(found[1])
        for descriptor, (pid, request) in list(self.children.items()):
            if pid in ended:
                del self.children[descriptor]
                with contextlib.suppress(KeyError):
                    self.poll.unregister(descriptor)
                with contextlib.suppress(OSError):  # the asker may have gone, or read enough
                    wire.send(request, {"exit": ended[pid]}, socket.MSG_DONTWAIT)
                request.close()
        if self.spare is None:
            self.spare = self._fork()


def practice() -> bytes:
    """A small JPEG for children to warm up on."""
    drawn = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(drawn, "JPEG")
    return drawn.getvalue()


def main() -> None:
    opening.prepare()
    control = socket.socket(fileno=int(sys.argv[1]))
    zygote = Zygote(control)
    gc.collect()
    gc.freeze()  # children leave these pages shared
    zygote.serve()


if __name__ == "__main__":
    main()
