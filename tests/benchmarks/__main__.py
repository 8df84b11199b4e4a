"""`make bench`: runs every benchmark beside this file and writes docs/benchmarks/<date>.md.

A benchmark is a module that prints its result when it is run with `python -m tests.benchmarks.NAME`
and exits with an error where a floor was missed. Name one or more to run only those.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.machine import machine

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = ROOT / "docs" / "benchmarks"
FAILED = "**Missed:**"


def benchmarks() -> list[str]:
    """Names of the modules here that can be run."""
    return [
        path.stem
        for path in sorted(HERE.glob("*.py"))
        if path.stem != "__main__" and '__name__ == "__main__"' in path.read_text()
    ]


def section(name: str) -> str:
    """What the benchmark printed; a missed floor is part of the result, never left out."""
    said = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text())) or name
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{name}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    failed = f"\n\n{FAILED} {name} ended with {done.returncode}." if done.returncode else ""
    heading = f"## {name}\n\n{said}\n\n"
    return f"{heading}```text\n{done.stdout.strip()}\n```{failed}"


def main(names: list[str]) -> int:
    today = datetime.now(UTC).date().isoformat()
    sections = [f"# Benchmarks of {today}", machine()]
    for name in names or benchmarks():
        sys.stderr.write(f"{name} ...\n")
        sections.append(section(name))
        sys.stderr.write(sections[-1] + "\n\n")
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{today}.md"
    path.write_text("\n\n".join(sections) + "\n")
    sys.stderr.write(f"Written to {path.relative_to(ROOT)}\n")
    return int(any(FAILED in text for text in sections))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
