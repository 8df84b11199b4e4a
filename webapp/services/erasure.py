"""Making what was deleted unreadable, as far as the database and the storage allow."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import connection

from webapp.files import folder_list

PATIENCE_MS = 500


def database_scrub() -> None:
    """Empty SQLite's log, which still holds the pages that secure_delete has overwritten.

    Only outside a transaction. While others read the log it stays until the next scrub.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {patience}")


def folder_delete(name: str) -> None:
    """Delete a folder of the storage with all that is in it, if it is there."""
    folders, files = folder_list(name)
    for inner in files:
        default_storage.delete(f"{name}/{inner}")
    for inner in folders:
        folder_delete(f"{name}/{inner}")
    default_storage.delete(name)
