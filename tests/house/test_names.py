"""House rules about files: names that say something, sentences first, nothing inline."""

from __future__ import annotations

import ast
import re
import subprocess
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANNED = re.compile(r"^(utils?|common|helpers?|misc)(\.py)?$")
INLINE = re.compile(
    r"""<style|<script(?![^>]*\bsrc=)(?![^>]*\btype="application/json")|\sstyle=|\son[a-z]+=|hx-on"""
    r"""|href="javascript:""",
    re.IGNORECASE,
)
LINES = 300


def files(*patterns: str) -> list[Path]:
    """Files of the project: known to git or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


CODE = [path for path in files("*.py") if "migrations" not in path.parts]


def test_names_say_what_a_file_is() -> None:
    assert [path for path in CODE if any(map(BANNED.match, path.relative_to(ROOT).parts))] == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_begins_with_one_sentence(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text()))
    assert said or not path.read_text().strip()


def test_pages_hold_no_inline_style_or_script() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in [*files("templates/*.html"), *files("webapp/*.py")]
        for match in INLINE.finditer(path.read_text())
        if path.suffix == ".html" or match.group().startswith("<s")
    ]
    assert found == []


def test_files_stay_short() -> None:
    for path in CODE:
        count = len(path.read_text().splitlines())
        if count > LINES:
            warnings.warn(f"{path.relative_to(ROOT)} has {count} lines", stacklevel=1)
