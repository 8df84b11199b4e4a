"""A process that reads photos reaches nothing else, where the kernel can see to it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ml import decode
from ml.decoding import confining
from ml.decoding.asking import decoder
from tests.stack import until

ROOT = Path(__file__).resolve().parents[2]

with_landlock = pytest.mark.skipif(not confining.offered(), reason="needs a kernel with Landlock")
CONFINED = """
import os, socket, sys
from ml.decoding import confining
held = open(sys.argv[1])
confining.confine()
def refused(act):
    try:
        act()
    except PermissionError:
        return True
    return False
print(
    refused(lambda: open(sys.argv[1])),
    refused(lambda: open(sys.argv[1] + '.new', 'w')),
    refused(lambda: os.listdir('/')),
    refused(lambda: os.unlink(sys.argv[1])),
    held.read() == 'a key',
    len(open(os.__file__).read()) > 0,
)
try:
    os.kill(os.getppid(), 0)
except PermissionError:
    print('no signal')
try:
    socket.create_connection(('127.0.0.1', int(sys.argv[2])), 1)
except PermissionError:
    print('no network')
"""


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@with_landlock
def test_only_what_it_held_before_can_be_read(tmp_path: Path, listening: int) -> None:
    key = tmp_path / "secret.key"
    key.write_text("a key")
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, str(key), str(listening)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split("\n")[0] == "True True True True True True", done.stderr
    assert "no signal" in done.stdout
    assert "no network" in done.stdout


@with_landlock
def test_the_child_that_waits_for_a_photo_is_confined(astronaut: Path) -> None:
    decode.picture(astronaut)
    until(lambda: any(map(gave_up, psutil.Process(decoder().pid).children())), 5)


def gave_up(child: psutil.Process) -> bool:
    return "NoNewPrivs:\t1" in Path(f"/proc/{child.pid}/status").read_text()


def test_no_secret_of_the_environment_is_passed_on(
    astronaut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder().forget()
    monkeypatch.setenv("SECRET_KEY", "known to nobody")
    decode.picture(astronaut)
    assert "SECRET_KEY" not in psutil.Process(decoder().pid).environ()


def test_code_and_fonts_stay_readable() -> None:
    assert Path(sys.prefix) in confining.readable()
