"""Gets a fresh clone ready and says plainly what is missing; needs nothing but Python itself.

The Makefile runs `python3 -I webapp/install.py run|install|packages|check|test` before anything is
installed: only the standard library is imported, and even Python 3.6 can read this file, so that
it can say that it is too old.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

NEEDED = (3, 11)
if sys.version_info < NEEDED:
    for _name in ("python3.11", "python3.12", "python3.13"):
        _check = [_name, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if shutil.which(_name) and not subprocess.call(_check, stderr=subprocess.DEVNULL):
            os.execvp(_name, [_name, "-I"] + sys.argv)
    sys.exit(
        "Prosopa needs Python 3.11 or newer; this is Python {}.{}.\n"
        "Install a newer one (Debian 12, Ubuntu 24.04: apt install python3.11 python3.11-venv or "
        "later;\nmacOS: brew install python@3.13) and name it: make run PYTHON=python3.13".format(
            *sys.version_info[:2]
        )
    )

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TORCH = "torch"
PACKAGES_BYTES = 3 * 1024**3  # measured: 2.3 GB installed, and pip's copies on the way
OFFLINE = re.compile(
    "NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Network is unreachable"
    "|Temporary failure in name resolution|Connection refused|Failed to establish"
)
CHROMIUMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Problem(Exception):
    """Something the person must do first, in a sentence."""


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


# ---- what is asked of the machine -------------------------------------------------------------


def check_venv(has_ensurepip: bool, is_debian: bool) -> None:
    """Debian and Ubuntu keep a part of Python in a package of its own.

    Raises:
        Problem: it is not installed.
    """
    if has_ensurepip:
        return
    version = "{}.{}".format(*sys.version_info[:2])
    how = f"apt install python{version}-venv" if is_debian else "install Python with ensurepip"
    raise Problem(f"This Python {version} cannot make virtual environments. Run first: {how}")


def check_disk(folder: Path, needed: int, what: str) -> None:
    """Raises:
    Problem: less than `needed` bytes are free where the folder is, or will be.
    """
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(
            f"The disk is nearly full: {what} needs {gigabytes(needed)} on the disk of {folder}, "
            f"{gigabytes(free)} is free. Make room and run the same command again."
        )


def gigabytes(count: int) -> str:
    return f"{count / 1024**3:.1f} GB"


def check_port(host: str, port: str) -> None:
    """Raises:
    Problem: the address cannot be listened on.
    """
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem(f"PORT is a number from 1 to 65535, not {port!r}.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except PermissionError:
            raise Problem(
                f"Port {port} is reserved for root. Choose another: make run PORT=8000"
            ) from None
        except OSError as error:
            raise Problem(
                f"{host}:{port} is taken (is Prosopa running already?) or is not this machine's: "
                f"{error.strerror}. Choose another: make run PORT={int(port) % 65535 + 1}"
            ) from error


# ---- packages -----------------------------------------------------------------------------------


def requirements(extras: list[str]) -> list[str]:
    """What pyproject.toml asks for, without building anything.

    Raises:
        Problem: there is no such extra.
    """
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    unknown = sorted(set(extras) - set(optional))
    if unknown:
        raise Problem(f"There is no extra {', '.join(unknown)}; there are {', '.join(optional)}.")
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += optional[extra]
    return wanted


def stamp(wanted: list[str]) -> Path:
    """The file that says these packages are installed: named after them and the constraints."""
    text = "\n".join([*sorted(wanted), (ROOT / "constraints.txt").read_text()])
    return VENV / f".installed-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def install_packages(extras: list[str]) -> None:
    """Make .venv and install into it, unless that was done already.

    Raises:
        Problem: something the person must do first.
    """
    wanted = requirements(extras)
    done = stamp(wanted)
    if done.exists() and PYTHON.exists():
        return
    check_disk(VENV, PACKAGES_BYTES, "the installation")
    make_venv()
    torch = [name for name in wanted if name.startswith(TORCH + "==")]
    index = os.environ.get("TORCH_INDEX")
    say(f"Installing the packages into {VENV} (once; this takes minutes).")
    if index:  # only torch itself comes from there, all else from the usual place
        pip("--no-deps", "--index-url", index, *torch)
    else:
        pip(*torch)
    pip(*wanted)
    done.touch()


def make_venv() -> None:
    """A virtual environment whose Python works and is new enough."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and subprocess.call([PYTHON, "-c", check], stderr=subprocess.DEVNULL) == 0:
        return
    check_venv(
        importlib.util.find_spec("ensurepip") is not None, Path("/etc/debian_version").exists()
    )
    subprocess.check_call([sys.executable, "-m", "venv", "--clear", VENV])


def pip(*arguments: str) -> None:
    """Install within the constraints.

    Raises:
        Problem: pip could not, with what to do.
    """
    constraints = str(ROOT / "constraints.txt")
    command = [str(PYTHON), "-m", "pip", "install", "-c", constraints, *arguments]
    heard = ""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None  # noqa: S101  asked for above
        for line in process.stderr:
            sys.stderr.write(line)
            heard += line
    if process.returncode == 0:
        return
    if OFFLINE.search(heard):
        raise Problem(
            "The packages are not installed yet and the network does not answer. Connect (or set "
            "PIP_INDEX_URL or HTTPS_PROXY) and run the same command again."
        )
    raise Problem("pip could not install the packages; its last lines above say why.")


# ---- commands -----------------------------------------------------------------------------------


def manage(*arguments: str) -> int:
    return subprocess.call([PYTHON, "manage.py", *arguments], cwd=ROOT)


def install(extras: list[str]) -> None:
    """Packages and core weights.

    Raises:
        Problem: something the person must do first.
    """
    install_packages(extras)
    if manage("models", "fetch"):
        raise Problem("The core weights are not all here; the lines above say why. Run it again.")


def chromium() -> str | None:
    """A browser for the browser tests: CHROMIUM, or one that is installed."""
    found = [shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *CHROMIUMS)]
    return next((path for path in found if path), None)


def check_chromium() -> None:
    """Raises:
    Problem: there is none, and CI must not skip the browser tests.
    """
    if chromium() is not None:
        return
    sentence = "The browser tests need Chromium: apt install chromium"
    if os.environ.get("CI"):
        raise Problem(sentence)
    say(sentence + ". They will be skipped.")


def main(command: str) -> None:
    extras = [extra for extra in os.environ.get("EXTRAS", "").split(",") if extra]
    if command == "run":
        check_port(os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000"))
        install(extras)
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "manage.py", "up"])
    elif command == "install":
        install(extras)
    elif command == "packages":
        install_packages(extras)
    elif command == "check":
        install_packages([*extras, "test"])
    elif command == "test":
        check_chromium()
        install([*extras, "test"])
    else:
        raise Problem("Say run, install, packages, check or test.")


if __name__ == "__main__":
    try:
        main("".join(sys.argv[1:2]))
    except Problem as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again to go on.")
