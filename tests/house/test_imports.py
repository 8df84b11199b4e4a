"""Who imports what: the web process and the workers' parent stay light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIMES = ("torch", "onnxruntime", "ai_edge_litert", "transformers", "diffusers", "cv2")
EVERY_MODULE = """
import importlib, pkgutil
for package in ({packages}):
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, package + "."):
        importlib.import_module(info.name)
"""
WEB = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings"
import webapp.asgi
from django.urls import get_resolver
get_resolver().reverse_dict
"""
WORKERS_PARENT = """
from tasks.app import app
app.loader.import_default_modules()
"""


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh Python holds after running the code."""
    report = code + "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_web_holds_every_card_and_no_runtime() -> None:
    every = EVERY_MODULE.format(packages="'webapp',")
    cards = "\nfrom ml import registry; assert registry.cards()"
    assert not loaded_after(WEB + every + cards).intersection(RUNTIMES)


def test_tasks_hold_no_runtime_before_they_fork() -> None:
    every = EVERY_MODULE.format(packages="'tasks',")
    assert not loaded_after(every + WORKERS_PARENT).intersection(RUNTIMES)


def test_the_library_is_cheap_to_import() -> None:
    code = "from ml import registry, pipelines; registry.discover(); pipelines.discover()"
    loaded = loaded_after(code)
    assert not loaded.intersection((*RUNTIMES, "scipy", "skimage", "onnx", "huggingface_hub"))
    assert not loaded.intersection(("django", "rest_framework", "celery", "redis"))
