"""The form of a question as the options of its job."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from ml.prompting.pipeline import REMOTE, AskOptions
from webapp.jobs.options import parse


def asked_of(answer: QueryDict) -> AskOptions:
    """What was asked. An example that was pressed stands for a typed question; the button
    of a service outside for the engine.

    Raises:
        ValidationError: nothing was asked, or it does not fit together.
    """
    said: dict[str, Any] = {
        "question": (answer.get("example") or answer.get("question", "")).strip(),
        "questions": [] if answer.get("example") else list(filter(None, answer.getlist("known"))),
        "choices": [one.strip() for one in answer.get("choices", "").split(",") if one.strip()],
        "faces": answer.getlist("faces"),
        "described": answer.get("described", "").strip(),
        "marked": "marked" in answer,
    }
    said |= {name: answer[name] for name in ("form", "engine") if answer.get(name)}
    if answer.get("endpoint"):
        said |= {"engine": REMOTE, "endpoint": answer["endpoint"]}
    return parse(AskOptions, said)
