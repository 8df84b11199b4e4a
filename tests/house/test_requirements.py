"""What is installed: everything pinned, nothing that breaks torch, no licence that binds users."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
UNWANTED = {"torchvision", "tensorflow", "opencv-python", "opencv-contrib-python", "onnx2torch"}
# Packages whose metadata name no licence, or name a copyleft one, and why they may stay.
EXPLAINED: dict[str, str] = {}
# What PyPI's torch for Linux brings along and no other build of it does; torch itself pins it, and
# README says how it stays away.
CUDA = re.compile(r"nvidia-|cuda-|triton$")


def closure(requirements: list[str]) -> dict[str, Distribution]:
    """Every distribution these requirements bring along on this machine, by canonical name, but for
    CUDA's."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in found or CUDA.match(key[0]):
            continue
        found[key] = distribution(wanted.name)
        # pip refuses to install what does not fit, extras included.
        assert wanted.specifier.contains(found[key].version, prereleases=True), str(wanted)
        for line in found[key].requires or []:
            needed = Requirement(line)
            environments = [{"extra": extra} for extra in wanted.extras] or [{"extra": ""}]
            if not needed.marker or any(map(needed.marker.evaluate, environments)):
                waiting.append(needed)
    return {name: found_ for (name, _), found_ in found.items()}


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.fixture(scope="module")
def everything() -> dict[str, Distribution]:
    return closure(PROJECT["dependencies"] + EXTRAS["test"])


def test_pins_every_installed_package(everything: dict[str, Distribution]) -> None:
    installed = {name: found.version.split("+")[0] for name, found in everything.items()}
    del installed["pip"]  # comes with Python
    assert installed.items() <= pins().items()


def test_pins_nothing_that_is_not_needed(everything: dict[str, Distribution]) -> None:
    needed = everything.keys() | {"pillow-heif", "psycopg", "psycopg-binary"}  # the other extras
    assert pins().keys() - needed == set()


def test_installs_nothing_that_breaks_torch_or_a_second_opencv(
    everything: dict[str, Distribution],
) -> None:
    assert not UNWANTED & everything.keys()
    assert not UNWANTED & pins().keys()


def imported(folder: str) -> dict[str, Path]:
    """Top-level modules that the code in a folder imports, with a file that does."""
    names: dict[str, Path] = {}
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0]: path for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names[node.module.partition(".")[0]] = path
    return names


@pytest.mark.parametrize(
    ("folder", "extras"),
    [("ml", ["heic"]), ("tasks", []), ("webapp", []), ("tests", ["heic", "test"])],
)
def test_imports_only_what_is_installed_by_it(folder: str, extras: list[str]) -> None:
    available = closure(PROJECT["dependencies"] + [line for e in extras for line in EXTRAS[e]])
    installed = packages_distributions()
    foreign = {
        name: str(path.relative_to(ROOT))
        for name, path in imported(folder).items()
        if name not in {*sys.stdlib_module_names, "ml", "tasks", "webapp", "tests"}
        and not available.keys() & set(map(canonicalize_name, installed.get(name, [])))
    }
    assert foreign == {}


def licence(found: Distribution) -> str:
    """What the package's metadata say of its licence, in one line."""
    data = found.metadata
    classifiers = [c for c in data.get_all("Classifier", []) if c.startswith("License")]
    said = [data.get("License-Expression"), *classifiers, (data.get("License") or "")[:200]]
    return " ".join(part for part in said if part)


def test_default_packages_carry_no_copyleft_licence() -> None:
    bad = {}
    for name, found in closure(PROJECT["dependencies"]).items():
        said = licence(found)
        copyleft = re.search(r"\bA?GPL|(?<!Lesser )General Public", said)
        if (copyleft or not said.strip()) and name not in EXPLAINED:
            bad[name] = said
    assert bad == {}
