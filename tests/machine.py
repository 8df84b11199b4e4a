"""The machine that figures were measured on, in words."""

from __future__ import annotations

import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("torch", "onnxruntime", "ai-edge-litert", "opencv-python-headless", "django", "celery")


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
