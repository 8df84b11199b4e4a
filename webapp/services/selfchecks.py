"""Trying a language model once on a photo whose answers are known, and keeping what came of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import cast

import numpy as np
from django.utils import timezone

from ml import registry
from ml.contracts import PROMPTING, Engine
from ml.errors import MLError
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.prompting.selfcheck import Verdict, checked
from ml.types import Picture
from webapp.sample import sample_bytes
from webapp.selectors.capabilities import weights
from webapp.selectors.selfchecks import kept_at

NOT_A_MODEL = "{} is no language model with weights of its own: there is nothing to check."
ABSENT = "{0} is not installed. Run: python manage.py models fetch {0}"


def selfcheck_run(*, name: str, progress: Progress = silent) -> Verdict:
    """Run the model on the sample photo and keep the verdict for its card.

    Raises:
        LookupError: no model has that name.
        MLError: it is no language model, not installed, or does not run.
    """
    card = registry.get(name).card
    if card.task != PROMPTING or not card.weights:
        raise MLError(NOT_A_MODEL.format(card.title))
    if not weights().has(card.weights):
        raise MLError(ABSENT.format(name))
    engine = cast(Engine, Pool(weights()).get(name))
    verdict = checked(engine, sample(), progress=progress)
    _keep(kept_at(card), verdict)
    return verdict


def sample() -> Picture:
    """The photo to check with: 512 x 512, one face."""
    from PIL import Image

    return Picture(np.asarray(Image.open(BytesIO(sample_bytes())).convert("RGB")))


def _keep(path: Path, verdict: Verdict) -> None:
    found = asdict(verdict) | {
        "passed": verdict.passed,
        "date": timezone.localdate().isoformat(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
