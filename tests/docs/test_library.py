"""docs/library.md works as it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "library.md"
SENTRY = "import sys; sys.modules['django'] = None\n"  # importing Django would raise


def example() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(code)


def test_its_example_runs_without_django(
    astronaut: Path, weights_folder: Path, tmp_path: Path
) -> None:
    script = tmp_path / "look.py"
    script.write_text(SENTRY + example())
    out = tmp_path / "annotated.jpg"
    done = subprocess.run(
        [sys.executable, script, astronaut, weights_folder, out],
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "face 1: score 0.9" in done.stdout
    assert re.search(r"yaw: -?\d+\.\d degrees", done.stdout)
    with Image.open(out) as drawn:
        assert drawn.size == (512, 512)


def test_names_models_that_exist() -> None:
    from ml import registry

    registry.discover()
    names = {card.name for card in registry.cards()}
    assert set(re.findall(r"`((?:dlib|fer)-\w+)`", PAGE.read_text())) <= names
