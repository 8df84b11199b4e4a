"""Whoever starts Prosopa reads on the terminal what concerns them, and no library's chatter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC_FILE = """
import asyncio, os, warnings
os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.settings"
warnings.simplefilter("always")
from webapp.asgi import application

async def ask():
    sent, asked = [], [{"type": "http.request", "body": b"", "more_body": False}]
    async def receive():
        return asked.pop() if asked else await asyncio.sleep(9)
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/static/app.css",
             "raw_path": b"/static/app.css", "query_string": b"", "root_path": "",
             "scheme": "http", "headers": [(b"host", b"localhost")],
             "client": ("127.0.0.1", 1), "server": ("localhost", 80)}
    await application(scope, receive, send)
    print(sent[0]["status"])
asyncio.run(ask())
"""
MESH = """
import sys
from pathlib import Path
import numpy as np
from ml import registry, runtimes
from ml.weights import Weights
registry.discover()
card = next(card for card in registry.cards() if card.name == "mediapipe-mesh")
file = next(f for source in card.weights for f in source.files if f.name.endswith(".tflite"))
model = runtimes.TfLite(Weights(Path(sys.argv[1])).path(file))
print(model(np.zeros(model._interpreter.get_input_details()[0]["shape"], "<f4")).size > 0)
"""
ROOTS_WORKER = """
import tasks.app
from celery import platforms
platforms.check_privileges(["json"])
"""
TELLING = """
import os
from ml.runtimes import unsaid
with unsaid(b"All is well."):
    os.write(2, b"All is well.\\nThe disk is full.\\n")
os.write(2, b"All is well.\\n")
"""


def said(code: str, *arguments: str) -> tuple[str, str]:
    """What a fresh Python writes: to stdout, to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip(), done.stderr


def test_static_files_are_sent_without_a_word() -> None:
    assert said(STATIC_FILE) == ("200", "")


def test_the_mesh_is_read_without_a_word(weights_folder: Path) -> None:
    assert said(MESH, str(weights_folder)) == ("True", "")


def test_what_else_a_library_says_is_heard() -> None:
    assert said(TELLING) == ("", "The disk is full.\nAll is well.\n")


@pytest.mark.skipif(os.getuid() != 0, reason="needs root, whom Celery warns")
def test_a_worker_of_root_starts_without_a_word() -> None:
    assert said(ROOTS_WORKER) == ("", "")
