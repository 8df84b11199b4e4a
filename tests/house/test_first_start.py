"""A newcomer's first start from a fresh clone, and a second one without a network. Minutes long."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parents[2]
VISIT = Path(__file__).with_name("visit.py")
ADDRESS = re.compile(r"http://localhost:\d+/\S*")
FIRST_SECONDS = 1500
SECOND_SECONDS = 20  # about 10 on a quiet machine; this one may be busy
# What a newcomer's shell has: nothing of this project's, but the way to the packages.
KEPT = re.compile(r"PATH|LANG|TMPDIR|SSL_.*|REQUESTS_.*|PIP_.*|.*_proxy|.*_PROXY|TORCH_INDEX")
ALONE = ("unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"', "-")

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.timeout(2 * FIRST_SECONDS)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh clone beside an empty home."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "home").mkdir()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder / "prosopa")], check=True)
    yield folder / "prosopa"
    shutil.rmtree(folder)


def environment(clone: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return kept | {"HOME": str(clone.parent / "home"), "PORT": str(port)}


@contextmanager
def running(
    clone: Path, seconds: float, *before: str
) -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """`make run` in the clone: its process, the printed address, and seconds until it answered."""
    log = clone.parent / "log"
    began = monotonic()
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*before, "make", "run"],
            cwd=clone,
            env=environment(clone),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        while not (found := ADDRESS.search(log.read_text())):
            assert process.poll() is None, log.read_text()[-4000:]
            assert monotonic() - began < seconds, log.read_text()[-4000:]
            sleep(0.1)
        yield process, found.group(), monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def visit(clone: Path, address: str, photo: Path, *before: str) -> dict[str, object]:
    command = [*before, sys.executable, str(VISIT), address, str(photo), str(clone / "seen.png")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seen: dict[str, object] = json.loads(done.stdout)
    return seen


def test_a_fresh_clone_shows_the_face_of_the_astronaut(clone: Path, astronaut: Path) -> None:
    with running(clone, FIRST_SECONDS) as (_, address, seconds):
        seen = visit(clone, address, astronaut)
    used = subprocess.run(["du", "-sm", clone], check=True, capture_output=True, text=True).stdout
    sys.stdout.write(f"\nfirst start {seconds:.0f} s, {used.split()[0]} MB, {seen}\n")
    assert str(seen["badge"]).startswith("1")


def test_the_second_start_needs_no_network(clone: Path, astronaut: Path) -> None:
    mirrored = clone.parent / "mirrored.jpg"  # another photo: the same one would not be read again
    with Image.open(astronaut) as photo:
        ImageOps.mirror(photo).save(mirrored)
    assert (clone / ".venv").exists(), "the first start must have run"
    if subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs network namespaces (unshare --net), which this machine forbids")
    with running(clone, FIRST_SECONDS, *ALONE) as (process, address, seconds):
        inside = ("nsenter", "--net", "--user", "--preserve-credentials", "--target")
        seen = visit(clone, address, mirrored, *inside, str(process.pid))
    sys.stdout.write(f"\nsecond start {seconds:.1f} s, without a network, {seen}\n")
    assert seconds < SECOND_SECONDS
    assert seen["title"] == "mirrored.jpg · Prosopa"
    assert str(seen["badge"]).startswith("1")


def test_stopping_leaves_no_process(clone: Path) -> None:
    left = subprocess.run(["pgrep", "-f", str(clone)], check=False, capture_output=True, text=True)
    assert left.stdout == ""
