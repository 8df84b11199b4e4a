"""`make bench`: runs every benchmark beside this file and writes docs/benchmarks/<date>.md.

A benchmark is a module that prints its result when it is run with `python -m tests.benchmarks.NAME`
and exits with an error where a floor was missed. Name one or more to run only those.
"""

from __future__ import annotations

import ast
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RESULTS = ROOT / "docs" / "benchmarks"
FAILED = "**Missed:**"
LIBRARIES = ("torch", "onnxruntime", "ai-edge-litert", "opencv-python-headless", "django", "celery")


def benchmarks() -> list[str]:
    """Names of the modules here that can be run."""
    return [
        path.stem
        for path in sorted(HERE.glob("*.py"))
        if path.stem != "__main__" and '__name__ == "__main__"' in path.read_text()
    ]


def machine() -> str:
    """Processor, cores, memory, system and versions, as a Markdown list."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.exists() else ""
    model = re.search(r"model name\s*:\s*(.*)", text)
    processor = model.group(1) if model else platform.processor()
    lines = (
        f"- {processor}, {psutil.cpu_count()} cores, {psutil.virtual_memory().total >> 30} GB",
        f"- {platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"- {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}",
        f"- commit {commit()}, load before the run {psutil.getloadavg()[0]:.1f}",
    )
    return "\n".join(lines)


def commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()


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
