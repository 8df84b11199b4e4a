"""`make test`: first what needs a process, on every core; then what starts whole installations.

Those count seconds, start and kill processes: they run one after another, with the machine to
themselves. House rules are left to `make check`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from time import monotonic

import psutil

WHOLE, RULES = "tests/end_to_end", "tests/house"
MOST = 4  # processes; each holds the models it tests, up to 1 GB
PYTEST = (sys.executable, "-m", "pytest", "-m", "not long", "-q", "-rs", "--durations=10")


def cores() -> int:
    """Those this process may run on, and no more than MOST."""
    return min(len(psutil.Process().cpu_affinity()), MOST)


def main() -> int:
    began = monotonic()
    parts = (
        (f"--ignore={WHOLE}", f"--ignore={RULES}", "-n", str(cores()), "--dist", "worksteal"),
        (WHOLE,),
    )
    codes = [subprocess.run((*PYTEST, *part), env=os.environ).returncode for part in parts]
    sys.stderr.write(f"{monotonic() - began:.0f} s\n")
    return max(codes, key=abs)


if __name__ == "__main__":
    sys.exit(main())
