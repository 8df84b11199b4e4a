"""`manage.py evaluate` needs nothing but weights and data, and says what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.evaluation import results
from tests.conftest import ROOT

BASE = [sys.executable, "manage.py", "evaluate"]


@pytest.fixture
def environment(tmp_path: Path, weights_folder: Path) -> dict[str, str]:
    """No database, no queue: an empty data folder, and a broker nobody listens at."""
    return os.environ | {
        "DATA_DIR": str(tmp_path / "own"),
        "WEIGHTS_DIR": str(weights_folder),
        "REDIS_URL": "redis://127.0.0.1:9/0",
    }


def run(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*BASE, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def labelled(tmp_path: Path, astronaut: Path) -> Path:
    """Three shades of the astronaut, a wall, and what is true of them."""
    folder = tmp_path / "labelled"
    folder.mkdir()
    pixels = np.asarray(Image.open(astronaut), np.float64)
    for number, shade in enumerate((0.7, 0.85, 1.0)):
        Image.fromarray((pixels * shade).astype(np.uint8)).save(folder / f"{number}.jpg")
    Image.new("RGB", (200, 200), "grey").save(folder / "wall.jpg")
    rows = [f"{n}.jpg,30,female,white,p{n}" for n in range(3)] + ["wall.jpg,50,male,black,w"]
    (folder / "labels.csv").write_text("\n".join(["file,age,gender,race,person", *rows]) + "\n")
    return folder


def last(done: subprocess.CompletedProcess[str]) -> dict[str, float]:
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_measures_and_writes_what_it_found(
    environment: dict[str, str], labelled: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run(environment, "gender", "--data", labelled, "--out", out, "--models", "dlib-gender")
    metrics = last(done)
    assert metrics["n"] == 4 and metrics["skipped"] == 1  # nobody is on the wall: an error
    assert metrics["accuracy"] == 0.75
    assert metrics["accuracy_low"] < 0.75 < metrics["accuracy_high"]
    (written,) = out.glob("*.json")
    result = results.read(written)
    assert result.flat == metrics
    assert result.models[0].name == "dlib-gender" and len(result.models[0].digest) == 64
    assert {one.name for one in result.models} >= {"centerface", "mediapipe-mesh"}
    assert len(result.data_digest) == 64 and str(labelled) not in written.read_text()
    assert result.worst == {} and {one.by for one in result.groups} >= {"age", "race"}
    (sheet,) = out.glob("*.md")
    assert "| accuracy | 0.75" in sheet.read_text()
    assert len(list(out.glob("*.svg"))) == 2
    (kept,) = (tmp_path / "own" / "evaluations").iterdir()
    assert kept.name == written.name
    assert not (tmp_path / "own" / "prosopa.sqlite3").exists()


def test_the_same_seed_gives_the_same_numbers(environment: dict[str, str], labelled: Path) -> None:
    one, same = (last(run(environment, "age", "--data", labelled)) for _ in range(2))
    assert one == same


def test_no_model_is_compared_with_itself(environment: dict[str, str], labelled: Path) -> None:
    done = run(environment, "gender", "--data", labelled, "--models", "dlib-gender,dlib-gender")
    assert done.returncode == 1 and "named twice" in done.stderr


def test_lists_what_it_can_measure(environment: dict[str, str]) -> None:
    done = run(environment, "--list")
    for task in (
        "detection", "landmarks", "pose", "verification", "identification", "age", "gender",
        "race", "expression", "attributes", "parsing", "quality", "recognisability", "probes",
        "limits",
    ):  # fmt: skip
        assert f"\n{task} " in f"\n{done.stdout}"
    assert "no model reads this yet" in done.stdout and "dlib-resnet" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["race"], "No model reads this yet"),
        (["shoes"], "No task is named 'shoes'"),
        (["expression"], "tells anybody's expression"),
        (["age", "--models", "dlib-gender"], "'dlib-gender' is no model for age"),
        (["age", "--limit", "0"], "at least 1"),
        (["pose"], "It takes AFLW2000-3D"),
    ],
)
def test_says_what_is_wrong(
    environment: dict[str, str], labelled: Path, arguments: list[str], said: str
) -> None:
    done = run(environment, *arguments, "--data", labelled)
    assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr


def test_asks_for_weights_that_are_not_there(
    environment: dict[str, str], labelled: Path, tmp_path: Path
) -> None:
    bare = environment | {"WEIGHTS_DIR": str(tmp_path / "none")}
    done = run(bare, "age", "--data", labelled, "--models", "dlib-age")
    assert done.returncode == 1 and "models fetch dlib-age" in done.stderr
