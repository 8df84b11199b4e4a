"""Takes a process's rights away before it reads a hostile photo, where the kernel can (Landlock).

After it the process opens no file but those of Python, of this package and of the system's fonts,
writes none, makes no TCP connection and signals nobody outside. Files it holds open stay open.
Source: the kernel's Landlock system calls (linux/landlock.h, ABI 1 to 6).
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same number on every machine
ASK_VERSION, PATH_BENEATH = 1, 1
READ_FILE, READ_DIRECTORY = 1 << 2, 1 << 3
NO_NEW_PRIVILEGES = 38
# What each version of the interface knows to forbid, of files: version -> all bits up to its own.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
LATER_FILE_RIGHTS = (1 << 16) - 1
TCP = 0b11  # bind, connect
OUTSIDE = 0b11  # abstract sockets, signals


class Ruleset(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scope")]


class Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def readable() -> list[Path]:
    """The folders that decoding may read from: code, fonts, what the process knows of itself."""
    code = [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[1]]
    return [*code, Path("/usr/share/fonts"), Path(f"/proc/{os.getpid()}")]


def offered() -> int:
    """Which version of Landlock the kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    version: int = ctypes.CDLL(None).syscall(CREATE_RULESET, None, 0, ASK_VERSION)
    return max(0, version)


def confine() -> bool:
    """Give the rights up for good; False where the kernel offers no way."""
    version = offered()
    if not version:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    handled = Ruleset(
        FILE_RIGHTS.get(version, LATER_FILE_RIGHTS),
        TCP if version >= 4 else 0,
        OUTSIDE if version >= 6 else 0,
    )
    fields = 3 if version >= 6 else 2 if version >= 4 else 1
    ruleset = _checked(libc.syscall(CREATE_RULESET, ctypes.byref(handled), 8 * fields, 0))
    for folder in readable():
        if folder.is_dir():
            _allow_reading(libc, ruleset, folder)
    _checked(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _checked(libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return True


def _allow_reading(libc: ctypes.CDLL, ruleset: int, folder: Path) -> None:
    opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    rule = Beneath(READ_FILE | READ_DIRECTORY, opened)
    _checked(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0))
    os.close(opened)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
