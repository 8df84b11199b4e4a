"""Whether a language model or a maker of pictures was ever run here, and how that went."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings

from ml import registry
from ml.contracts import GENERATION, PROMPTING
from ml.contracts.generators import Agreement
from ml.registry import ModelCard

CHECKED = (PROMPTING, GENERATION)  # the tasks whose models can be checked
NEVER = "never run with real weights here"


def checkable(card: ModelCard) -> bool:
    """Whether a model can be tried by itself: parts of makers of pictures are tried with these, but
    for what compares pictures with words."""
    alone = card.task in CHECKED or issubclass(registry.get(card.name), Agreement)
    return alone and bool(card.weights)


def kept_at(card: ModelCard) -> Path:
    """Where the last check of these very weights is kept."""
    return Path(settings.DATA_DIR) / "selfchecks" / f"{card.name}-{card.digest[:12]}.json"


def selfcheck_said(card: ModelCard) -> str:
    """What card and tab say of it: "" of what cannot be checked."""
    if not checkable(card):
        return ""
    try:
        kept = json.loads(kept_at(card).read_text())
    except FileNotFoundError:
        return NEVER
    right = sum(line["passed"] for line in kept["lines"])
    word = "passed" if kept["passed"] else "failed"
    return f"self-check {word} on {kept['date']}: {right} of {len(kept['lines'])} as expected"
