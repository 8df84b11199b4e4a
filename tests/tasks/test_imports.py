"""What may not be loaded before the worker forks, or in the web process at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "onnxruntime", "transformers", "diffusers", "cv2", "ai_edge_litert")


def heavy_after(code: str) -> str:
    """Which of HEAVY a fresh Python has loaded after the code."""
    shown = f"{code}\nimport sys; print(sorted(set(sys.modules) & set({HEAVY!r})))"
    ran = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "import tasks",
        "import tasks.jobs",
        "import tasks.jobs; from tasks.app import app; app.loader.import_default_modules()",
    ],
)
def test_the_workers_parent_loads_nothing_heavy(code: str) -> None:
    assert heavy_after(code) == "[]"


def test_the_web_process_loads_nothing_heavy() -> None:
    code = (
        "import importlib, os, pkgutil\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'webapp.settings'\n"
        "import webapp.asgi, webapp\n"
        "for info in pkgutil.walk_packages(webapp.__path__, 'webapp.'):\n"
        "    if info.name not in ('webapp.install',): importlib.import_module(info.name)"
    )
    assert heavy_after(code) == "[]"
