"""A data folder of its own for each test run; a plugin, because Django reads its settings before
any conftest."""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A short path: sockets below it must stay under 104 characters.
DATA = Path(tempfile.mkdtemp(prefix="prosopa-"))

os.environ.setdefault("WEIGHTS_DIR", str(ROOT / "data" / "weights"))
os.environ["DATA_DIR"] = str(DATA)
# The database of the tests is the one that an installation in that folder uses: see tests.stack.
os.environ["TEST_DATABASE"] = str(DATA / "prosopa.sqlite3")
os.environ.pop("REDIS_URL", None)
os.environ.pop("DATABASE_URL", None)

# The tests on PostgreSQL instead: a server of their own, gone when they are.
if os.environ.get("TEST_POSTGRES") == "1":
    from tests.postgres import Postgres

    server = Postgres()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.url("prosopa")
