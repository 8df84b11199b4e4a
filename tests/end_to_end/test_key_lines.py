"""The lines that the account page shows with a new key, pasted into a shell as they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.browsing import Visitor
from webapp.models import Photo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl"),
]


def pasted(line: str, folder: Path) -> Any:
    """What the line prints in a shell that stands in the folder."""
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_each_line_works_as_it_is_printed(
    visitor: Visitor, astronaut: Path, tmp_path: Path
) -> None:
    shutil.copyfile(astronaut, tmp_path / "photo.jpg")
    page = visitor.sign_in()
    visitor.go("/account/")
    page.get_by_placeholder("What is it for?").fill("backup script")
    page.get_by_role("button", name="Make a key").click()
    lines = {
        name: page.locator(f"#curl-{name}").inner_text() for name in ("list", "upload", "analyse")
    }

    report = pasted(lines["analyse"], tmp_path)
    assert len(report["faces"]) == 1
    assert not Photo.objects.exists(), "nothing is kept"
    assert pasted(lines["list"], tmp_path)["results"] == []
    added = pasted(lines["upload"], tmp_path)
    assert added["photo"]["id"] == str(Photo.objects.get().pk)
    (listed,) = pasted(lines["list"], tmp_path)["results"]
    assert listed["id"] == added["photo"]["id"]
