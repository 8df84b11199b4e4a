"""manage.py up: what it prints, what stops it from starting, and that nothing survives it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import httpx
import psutil
import pytest

from tests.stack import ROOT, Stack, Stacks, until
from webapp.running import start
from webapp.running.supervisor import commands


@pytest.fixture
def alone(transactional_db: None, _stacks: Stacks) -> Iterator[Stack]:
    """An installation that the test starts and stops."""
    _stacks.stop()
    stack = Stack()
    yield stack
    if stack.running:
        stack.kill()


def up(**environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py up` with this environment, expected to end by itself."""
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=ROOT,
        env=os.environ | {"PORT": "0"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_prints_one_address_that_signs_in_once_and_stops_on_ctrl_c(alone: Stack) -> None:
    address = alone.start()
    family = psutil.Process(alone._up.pid).children(recursive=True)  # type: ignore[union-attr]
    assert address.startswith(f"{alone.url}/sign-in/")
    with httpx.Client(follow_redirects=True) as browser:
        assert browser.get(address).status_code == 200
    assert httpx.get(f"{alone.url}/healthz").json() == {
        "ready": True,
        "database": True,
        "queue": True,
        "workers": ["cpu-later", "cpu-now"],
    }
    began = monotonic()
    assert alone.stop() == 0
    assert monotonic() - began < 8
    assert [process for process in family if process.is_running()] == []


def test_nothing_survives_when_the_supervisor_is_killed(alone: Stack) -> None:
    alone.start()
    family = alone.kill_supervisor()
    assert len(family) >= 7  # queue, pages, reaper, two workers with a child each
    until(lambda: not any(map(alive, family)), 5, "ending of the children")
    alone.start()  # over the stale socket and lock
    alone.stop()


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_what_dies_is_started_again(stack: Stack) -> None:
    names = ("web", "worker-now", "worker-later", "reaper", "valkey")
    old = {name: stack.processes(name)[0].pid for name in names}
    stack.kill_child(*names)
    until(lambda: all(stack.processes(name) for name in names), 10, "restarting")
    assert not {stack.processes(name)[0].pid for name in names} & set(old.values())
    until(lambda: answers(stack), 20, "being ready again")


def answers(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.url}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_second_up_on_the_same_data_says_so(stack: Stack) -> None:
    second = up()
    assert (second.returncode, second.stderr.count("\n")) == (2, 1)
    assert "already running" in second.stderr


def test_a_taken_port_is_said_plainly(alone: Stack) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = up(PORT=str(taken.getsockname()[1]))
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "Port" in refused.stderr


def test_missing_weights_are_said_plainly(alone: Stack, tmp_path: Path) -> None:
    refused = up(WEIGHTS_DIR=str(tmp_path))
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "models fetch" in refused.stderr


def test_a_nearly_full_disk_is_said_plainly(alone: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "ROOM_NEEDED", 10**18)
    with pytest.raises(start.CannotStart, match="nearly full"):
        start.check()


# A fresh network namespace has no routes, and even its loopback device is down.
LOOPBACK_ONLY = """
import fcntl, os, socket, struct, sys
up_and_running, set_flags = 0x41, 0x8914
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up_and_running))
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="no stranger reaches that socket as root")
def test_a_second_start_needs_no_network_and_ten_seconds(alone: Stack) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rn", "true"]).returncode:
        pytest.skip("needs network namespaces")
    alone.start()
    alone.stop()
    began = monotonic()
    alone.start(before=("unshare", "-rn", sys.executable, "-c", LOOPBACK_ONLY))
    assert monotonic() - began < 20  # about 5 s on two idle cores; the tests share them
    alone.stop()


def test_workers_share_the_cores() -> None:
    threads = [
        int(command.environment["MODEL_THREADS"])
        for name, command in commands().items()
        if name.startswith("worker")
    ]
    assert sum(threads) == max(2, os.cpu_count() or 1)
