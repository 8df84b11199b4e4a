"""`make test`: first what needs a process, on every core; then what starts whole installations.

Those count seconds, start and kill processes: two at a time, each with its own data folder, and
nothing else beside them. House rules are left to `make check`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from time import monotonic

import psutil

WHOLE, RULES = "tests/end_to_end", "tests/house"
MOST = 4  # processes; each holds the models it tests, up to 1 GB
MOST_WHOLE = 2  # installations at a time, of a browser and five processes each
PYTEST = (sys.executable, "-m", "pytest", "-m", "not long", "-q", "-rs", "--durations=10")


def cores() -> int:
    """Those this process may run on."""
    return len(psutil.Process().cpu_affinity())


def part(*what: str, most: int) -> int:
    """Run by no more processes than that, and one a core. Installations that they start take the
    cores as they would anywhere."""
    command = (*PYTEST, *what, "-n", str(min(cores(), most)), "--dist", "worksteal")
    return subprocess.run(command, env=os.environ).returncode


def main() -> int:
    began = monotonic()
    codes = [
        part(f"--ignore={WHOLE}", f"--ignore={RULES}", most=MOST),
        part(WHOLE, most=MOST_WHOLE),
    ]
    sys.stderr.write(f"{monotonic() - began:.0f} s\n")
    return max(codes, key=abs)


if __name__ == "__main__":
    sys.exit(main())
