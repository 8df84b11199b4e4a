"""The same tests on PostgreSQL that run on SQLite: jobs, stores, races, the life of a photo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Postgres

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
THERE = (
    "test_audit.py", "test_files.py", "test_journey.py", "test_races.py", "test_results.py",
    "test_store.py", "test_sweep.py", "test_users.py", "test_protection.py", "test_alerts.py",
    "api/test_faces.py",
)  # fmt: skip


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="this run is on PostgreSQL anyway")
def test_what_holds_on_sqlite_holds_on_postgresql() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *(FOLDER / name for name in THERE)],
        cwd=ROOT,
        env=os.environ | {"TEST_POSTGRES": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


def test_the_server_has_pgvector(tmp_path: Path) -> None:
    import psycopg

    server = Postgres()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as asked:
            asked.execute("CREATE EXTENSION vector")
            near = asked.execute("SELECT '[1,2]'::halfvec <-> '[1,4]'").fetchone()
    finally:
        server.stop()
    assert near == (2.0,)
