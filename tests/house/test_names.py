"""House rules about files: names that say something, sentences first, nothing inline."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BANNED = re.compile(r"^(utils?|common|helpers?|misc)(\.py)?$")
INLINE = re.compile(
    r"""<style|<script(?![^>]*\bsrc=)(?![^>]*\btype="application/json")|\sstyle=|\son[a-z]+=|hx-on"""
    r"""|href="javascript:""",
    re.IGNORECASE,
)
LINES, TEST_LINES, FUNCTION_LINES = 300, 400, 40
ADDRESS = re.compile(r"\bhttps?://(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)*)")
HOSTS = {
    *("localhost", "127.0.0.1", "evil.example"),
    *("www.w3.org", "www.apache.org", "semver.org", "keepachangelog.com"),
}
# Nobody's by RFC 2606 and 6761, no name at all, or a number: what tests of addresses are made of.
NOBODYS = re.compile(r"[\w-]+|(.+\.)?(example|invalid|test|example\.(org|com))|[\d.]+|0x[0-9a-f]+")
# Names of metadata schemas look like addresses and are none; in the files that list them.
NAMESPACES = {
    "ml/xmp/namespaces.py": {
        *("purl.org", "www.metadataworkinggroup.com", "ns.adobe.com", "ns.microsoft.com"),
        *("iptc.org", "cv.iptc.org", "ns.acdsee.com"),
    },
}
# The best known registries, by any part of their names (in brackets, so as not to name them here).
REGISTRIES = re.compile(r"py[p]i\.org|python[h]osted|npm[j]s|hugging[f]ace\.co|gh[c]r\.io")
HOMES = re.compile(r"(?<![\w}.-])/(?:home|Users|root|work)/[\w.-]+")


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
    long = {
        str(path.relative_to(ROOT)): count
        for path in CODE
        if (count := len(path.read_text().splitlines())) > (TEST_LINES if is_test(path) else LINES)
    }
    assert long == {}


def test_functions_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in CODE
        if not is_test(path)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def is_test(path: Path) -> bool:
    return path.relative_to(ROOT).parts[0] == "tests"


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project: its path and what stands in it."""
    for path in files():
        with suppress(UnicodeDecodeError):
            yield str(path.relative_to(ROOT)), path.read_text()


def test_files_name_no_other_hosts() -> None:
    """Neither a registry's nor anybody's: where packages come from is each machine's own."""
    found = {
        f"{name}: {host}"
        for name, text in texts()
        for host in ADDRESS.findall(text)
        if host not in HOSTS | NAMESPACES.get(name, set()) and not NOBODYS.fullmatch(host)
    }
    found |= {f"{name}: {match}" for name, text in texts() for match in REGISTRIES.findall(text)}
    assert found == set()


def test_files_name_no_place_of_a_machine() -> None:
    """Neither a folder of whoever works on it nor one where this machine gets its packages."""
    pip = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(pip, check=True, capture_output=True, text=True).stdout
    lines = [line for line in told.splitlines() if "index-url" in line or "find-links" in line]
    places = {place for line in lines for place in re.findall(r"/[\w.-]+/[\w./-]+", line)}
    found = {f"{name}: {place}" for name, text in texts() for place in places if place in text}
    found |= {f"{name}: {match}" for name, text in texts() for match in HOMES.findall(text)}
    assert found == set()
