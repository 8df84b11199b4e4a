"""Where a figure comes from: commit, machine, digests of models and data."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ml import registry
from ml.evaluation.looking import needed
from ml.evaluation.readers.samples import Sample
from ml.evaluation.results import Used
from ml.weights import Weights

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("numpy", "onnxruntime", "ai-edge-litert", "opencv-python-headless", "torch")


def commit() -> str:
    """The commit of the code, "-dirty" when ml was changed since; "" outside git."""
    try:
        changed = _git("status", "--porcelain", "--", "ml", "constraints.txt")
        return _git("rev-parse", "--short=12", "HEAD") + ("-dirty" if changed else "")
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607
    return done.stdout.strip()


def machine() -> dict[str, str | int]:
    """Processor, cores, memory, system and versions."""
    cpuinfo = Path("/proc/cpuinfo")
    said = cpuinfo.read_text() if cpuinfo.exists() else ""
    model = re.search(r"model name\s*:\s*(.*)", said)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model.group(1) if model else platform.processor(),
        "cores": os.cpu_count() or 1,
        "memory_gb": round(memory / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def used(model: str, weights: Weights) -> tuple[Used, ...]:
    """The model measured, and those that run before it."""
    card = registry.get(model).card
    cards = [card, *needed([card], weights)]
    return tuple(Used(one.name, one.digest, one.recipe) for one in cards)


def digest(samples: Sequence[Sample[Any]], labels: str = "") -> str:
    """sha256 over every sample's name, what is true of it and its photo's bytes, and over
    whatever else is said about them."""
    found = sha256(labels.encode())
    for sample in samples:
        photo = sha256(sample.photo.read_bytes()).hexdigest()
        found.update(f"{sample.name}\n{sample.identity}\n{sample.truth}\n{photo}\n".encode())
    return found.hexdigest()
