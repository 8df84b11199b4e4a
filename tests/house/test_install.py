"""A start on a machine where something is missing says what, in a sentence."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import install

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "webapp" / "install.py"
PYENV = sorted(Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/3.*"))
OLD = [
    version / "bin" / "python"
    for version in PYENV
    if tuple(map(int, version.name.split(".")[1:2])) < (11,)
]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the installer reads of the project, without a .venv."""
    (tmp_path / "webapp").mkdir()
    shutil.copy(SCRIPT, tmp_path / "webapp")
    for name in ("pyproject.toml", "constraints.txt", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def told(
    command: str, clone: Path, python: Path | str = sys.executable, **environment: str
) -> tuple[int, str]:
    """The exit status and what was said."""
    done = subprocess.run(
        [str(python), "-I", "webapp/install.py", command],
        cwd=clone,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("python", OLD, ids=lambda path: path.parent.parent.name)
def test_an_old_python_says_it_is_too_old(python: Path, clone: Path) -> None:
    code, said = told("run", clone, python, PATH="/nowhere")
    assert code == 1
    assert said.startswith("Prosopa needs Python 3.11 or newer; this is Python 3.")
    assert "Traceback" not in said


def test_even_python_3_6_can_read_the_installer() -> None:
    import ast

    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_a_newer_python_beside_an_old_one_is_used(tmp_path: Path, clone: Path) -> None:
    if not OLD:
        pytest.skip("needs an old Python, and none is installed")
    (tmp_path / "python3.11").symlink_to(sys.executable)
    code, said = told("nothing", clone, OLD[0], PATH=str(tmp_path))
    assert (code, said.strip()) == (1, "Say run, install, packages, check or test.")


def test_debian_without_venv_is_told_the_package() -> None:
    with pytest.raises(install.Problem, match=r"apt install python3\.\d+-venv$"):
        install.check_venv(has_ensurepip=False, is_debian=True)


def test_a_taken_port_is_said_before_anything_is_installed(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = told("run", clone, HOST="127.0.0.1", PORT=str(port))
    assert code == 1
    assert f"127.0.0.1:{port} is taken" in said
    assert f"make run PORT={port + 1}" in said
    assert not (clone / ".venv").exists()


def test_a_port_that_is_no_number_is_said(clone: Path) -> None:
    code, said = told("run", clone, PORT="web")
    assert (code, said.strip()) == (1, "PORT is a number from 1 to 65535, not 'web'.")


def test_a_nearly_full_disk_is_said_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(install.Problem, match=r"nearly full: the data folder needs 1048576.0 GB"):
        install.check_disk(tmp_path / "not" / "yet", 2**50, "the data folder")


def test_a_small_disk_stops_the_installation_before_it_begins(clone: Path) -> None:
    """On a real file system of 64 MB, where one may be mounted."""
    disk = clone / "small"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size=64m none {disk} && cp -r {clone}/[!s]* {disk} && cd {disk} && "
        f"{sys.executable} -I webapp/install.py install; code=$?; ls -a {disk}; exit $code"
    )
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"needs to mount a small disk: {done.stderr.strip()}")
    assert done.returncode == 1
    assert "The disk is nearly full: the installation needs 3.0 GB" in done.stderr
    assert ".venv" not in done.stdout


def test_a_missing_network_is_said_while_packages_are_missing(clone: Path) -> None:
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_RETRIES": "1",
    }
    code, said = told("packages", clone, **nowhere)
    assert code == 1
    assert "the network does not answer" in said
    assert "Traceback" not in said
    assert not list((clone / ".venv").glob(".installed-*"))


def test_an_unknown_extra_is_said(clone: Path) -> None:
    code, said = told("install", clone, EXTRAS="heic,cats")
    assert (code, said.strip()[:24]) == (1, "There is no extra cats; ")


def test_ci_must_have_a_browser(clone: Path) -> None:
    code, said = told("test", clone, PATH="/nowhere", CI="true", CHROMIUM="")
    assert (code, said.strip()) == (1, "The browser tests need Chromium: apt install chromium")


def test_other_constraints_are_another_installation(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "ROOT", clone)
    wanted = install.requirements([])
    before = install.stamp(wanted)
    assert before == install.stamp(wanted)
    with (clone / "constraints.txt").open("a") as file:
        file.write("pip==26.0\n")
    assert install.stamp(wanted) != before
    assert install.stamp([*wanted, "more"]) != install.stamp(wanted)
