"""Key files: made at first use, readable by their owner only, kept outside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_make(path: Path) -> bytes:
    """The file's 32 bytes; random ones are written when it is missing. Safe between processes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(draft, path)  # unlike rename, never replaces another process's key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
