"""What the README shows works when it is typed in."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code that a test may add a file to."""
    for name in ("ml", "tasks", "webapp", "templates", "static"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    return tmp_path


def manage(tree: Path, *arguments: str) -> str:
    environment = os.environ | {"DATA_DIR": str(tree / "data")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=tree,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_the_model_in_one_file_is_listed_and_read(tree: Path, astronaut: Path) -> None:
    (example,) = blocks("python")
    assert len(example.splitlines()) <= 40
    (tree / "ml" / "analysis" / "brightness_mean.py").write_text(example)
    names = {card["name"] for card in json.loads(manage(tree, "models", "list", "--json"))}
    assert "mean-brightness" in names
    report = json.loads(manage(tree, "analyse", str(astronaut), "--json"))
    (light,) = [r for r in report["readings"] if r["model"] == "mean-brightness"]
    assert (light["face"], light["unit"]) == (0, "%")
    assert 40 < light["value"] < 80


def test_names_make_targets_and_files_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    commands = "".join(blocks("sh"))
    assert set(re.findall(r"^make ([a-z-]+)", commands, re.MULTILINE)) <= targets
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link


def test_backup_can_be_restored_while_the_database_is_written(tree: Path) -> None:
    """The lines of the README, on a data folder with a database in it."""
    (backup,) = [block for block in blocks("sh") if ".backup(" in block]
    manage(tree, "migrate", "--verbosity=0")
    (tree / "data" / "media").mkdir(exist_ok=True)
    (tree / "data" / "media" / "photo").write_bytes(b"kept")
    (tree / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["sh", "-ec", backup], cwd=tree, check=True)
    shutil.rmtree(tree / "data")
    (tree / "backup").rename(tree / "data")
    assert (tree / "data" / "media" / "photo").read_bytes() == b"kept"
    assert manage(tree, "migrate", "--check") == ""
