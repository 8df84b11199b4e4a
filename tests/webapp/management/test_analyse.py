"""`manage.py analyse` works where nothing is set up but the weights."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from ml.types import Report
from tests.conftest import ROOT

BASE = [sys.executable, "manage.py", "analyse"]


@pytest.fixture
def environment(tmp_path: Path, weights_folder: Path) -> dict[str, str]:
    """No database, no queue: an empty data folder, and a broker nobody listens at."""
    return os.environ | {
        "DATA_DIR": str(tmp_path / "data"),
        "WEIGHTS_DIR": str(weights_folder),
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }


def run(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BASE, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def album(tmp_path: Path, astronaut: Path) -> Path:
    """A photo, a file that only claims to be one, and a photo in a folder below."""
    folder = tmp_path / "album"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(astronaut, folder / "a.jpg")
    (folder / "b.jpg").write_text("no picture")
    (folder / "notes.txt").write_text("not asked")
    Image.new("RGB", (200, 100), "white").save(folder / "deep" / "a.png")
    return folder


def test_prints_a_report_a_line(environment: dict[str, str], album: Path) -> None:
    done = run(environment, "--json", album)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["path"]).name for line in lines] == ["a.jpg", "b.jpg", "a.png"]
    good, bad, empty = lines
    assert len(Report.from_json(good).faces) == 1
    assert bad.keys() == {"path", "error"} and "not a picture" in bad["error"]
    assert Report.from_json(empty).faces == ()
    assert done.returncode == 1
    assert not (Path(environment["DATA_DIR"]) / "prosopa.sqlite3").exists()


def test_tells_people_what_it_saw(environment: dict[str, str], astronaut: Path) -> None:
    done = run(environment, astronaut)
    assert done.returncode == 0, done.stderr
    assert "512 x 512  1 face" in done.stdout and "yaw" in done.stdout
    assert "age" not in done.stdout


def test_reads_what_is_sensitive_only_when_asked(
    environment: dict[str, str], astronaut: Path
) -> None:
    done = run(environment, astronaut, "--tasks", "age,gender", "--sensitive")
    assert "apparent age" in done.stdout and "apparent gender" in done.stdout
    assert "expression" not in done.stdout
    refused = run(environment, astronaut, "--tasks", "age")
    assert refused.returncode == 1 and "--sensitive" in refused.stderr


def test_makes_embeddings_only_when_asked(environment: dict[str, str], astronaut: Path) -> None:
    for tasks, count in (("pose", 0), ("pose,embedding", 1)):
        done = run(environment, astronaut, "--json", "--tasks", tasks)
        assert len(json.loads(done.stdout)["embeddings"]) == count


def test_draws_each_photo_under_a_name_of_its_own(
    environment: dict[str, str], album: Path, tmp_path: Path
) -> None:
    done = run(environment, "--draw", tmp_path / "out", album)
    assert done.returncode == 1
    drawn = {path.name: Image.open(path).size for path in (tmp_path / "out").iterdir()}
    assert drawn == {"a.jpg": (512, 512), "a-2.jpg": (200, 100)}


def test_says_what_to_do_without_weights(
    environment: dict[str, str], astronaut: Path, tmp_path: Path
) -> None:
    done = run(environment | {"WEIGHTS_DIR": str(tmp_path / "none")}, astronaut)
    assert done.returncode == 1
    assert "python manage.py models fetch" in done.stderr and "Traceback" not in done.stderr


def test_says_what_it_does_not_know(environment: dict[str, str], astronaut: Path) -> None:
    done = run(environment, astronaut, "--tasks", "shoes")
    assert done.returncode == 1 and "shoes" in done.stderr and "detection" in done.stderr


def heeding_ctrl_c() -> None:
    """Shells have what runs in the background ignore it, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stops_quietly_on_ctrl_c(environment: dict[str, str], astronaut: Path) -> None:
    process = subprocess.Popen(
        [*BASE, "--json", *[str(astronaut)] * 500],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeding_ctrl_c,
    )
    assert process.stdout and process.stdout.readline()
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and time.monotonic() - began < 10
    assert "Traceback" not in errors and "Stopped." in errors
