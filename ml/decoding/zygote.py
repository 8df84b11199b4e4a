"""The light process that forks one limited child a photo: `python -m ml.decoding.zygote FD`.

It reads no photo itself. Its asker sends one letter with file descriptors: a socket on which the
request and its answer travel, and the files. When a child has ended, the zygote says so on that
socket; when the asker hangs up, it kills the child; when the control socket closes, it ends.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import socket
import sys

from ml.decoding import opening, wire

MAX_FILES = 3
DRAWING = b"d"


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
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)
        self.poll.register(self.woken, select.POLLIN)

    def serve(self) -> None:
        """Until the asker is gone."""
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
        """Fork a child for the next request; False when there will be none."""
        letter, received, _, _ = socket.recv_fds(self.control, 1, MAX_FILES + 1)
        if not letter:
            for pid, _ in self.children.values():
                os.kill(pid, signal.SIGKILL)
            return False
        if letter == DRAWING:
            import ml.draw
            import ml.types  # noqa: F401  # once here, rather than in each child
        request = socket.socket(fileno=received[0])
        pid = os.fork()
        if pid == 0:
            self._become_child(request, received[1:])
        for descriptor in received[1:]:
            os.close(descriptor)
        self.children[request.fileno()] = pid, request
        self.poll.register(request, 0)  # hang-ups only: the rest is the child's
        return True

    def _become_child(self, request: socket.socket, files: list[int]) -> None:
        from ml.decoding import child

        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self.woken)
        os.close(self.waker)
        self.control.close()
        for _, other in self.children.values():
            other.close()
        os.dup2(self.silence, sys.stderr.fileno())  # codecs write there what files make them
        code = 1
        try:
            child.answer(request, files)
            code = 0
        finally:
            os._exit(code)

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


def main() -> None:
    opening.prepare()
    from ml.decoding import child  # noqa: F401  # loaded before any fork

    gc.collect()
    gc.freeze()  # children leave these pages shared
    Zygote(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
