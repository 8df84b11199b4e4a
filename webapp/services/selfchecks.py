"""Trying a model once on a photo that is known, and keeping what came of it.

Language models answer questions about it, makers of pictures make some of its face, and what
compares pictures with words compares it with some.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import cast

import numpy as np
from django.utils import timezone

from ml import registry
from ml.contracts import DETECTION, GENERATION_PART, MESH, PROMPTING, Engine, View
from ml.contracts.generators import Agreement, Generator, Pixels
from ml.errors import MLError
from ml.evaluation.looking import installed
from ml.generation.generate_brief import face_on
from ml.generation.selfcheck import checked as pictures_checked
from ml.generation.selfcheck import compared
from ml.pipelines import Context
from ml.pool import Pool
from ml.progress import Progress, silent
from ml.prompting.selfcheck import FACE, checked
from ml.registry import best
from ml.selfchecks import Verdict
from ml.types import Picture
from webapp.sample import sample_bytes
from webapp.selectors.capabilities import weights
from webapp.selectors.selfchecks import checkable, kept_at

NOT_A_MODEL = (
    "{} is no language model and no maker of pictures with weights of its own: there is nothing "
    "to check."
)
A_PART = (
    "{} is tried with the makers of pictures that it helps: run models selfcheck with the name of "
    "one of these."
)
ABSENT = "{0} is not installed. Run: python manage.py models fetch {0}"


def selfcheck_run(*, name: str, progress: Progress = silent) -> Verdict:
    """Run the model on the sample photo and keep the verdict for its card.

    Raises:
        LookupError: no model has that name.
        MLError: it cannot be checked by itself, is not installed, or does not run.
    """
    card = registry.get(name).card
    if card.task == GENERATION_PART and not checkable(card):
        raise MLError(A_PART.format(card.title))
    if not checkable(card):
        raise MLError(NOT_A_MODEL.format(card.title))
    if not weights().has(card.weights):
        raise MLError(ABSENT.format(name))
    pool = Pool(weights())
    if card.task == PROMPTING:
        verdict = checked(cast(Engine, pool.get(name)), sample(), progress=progress)
    elif card.task == GENERATION_PART:
        verdict = compared(cast(Agreement, pool.get(name)), sample().pixels)
    else:
        verdict = _made(name, pool, progress)
    _keep(kept_at(card), verdict)
    return verdict


def _made(name: str, pool: Pool, progress: Progress) -> Verdict:
    """The face is read by what is installed, and by the recogniser that the maker goes by."""
    here = installed(pool.weights)
    chosen = [card.name for task in (DETECTION, MESH) if (card := best(task, here))]
    maker = cast(type[Generator], registry.get(name))
    known = {card.name for card in registry.cards() if pool.weights.has(card.weights)}
    chosen += sorted({maker.embedder} & known)
    face = face_on(sample(), FACE.box, tuple(chosen), Context(pool))

    def count_faces(pixels: Pixels) -> int:
        return len(pool.run(chosen[0], View(Picture(pixels))).faces)

    return pictures_checked(cast(Generator, pool.get(name)), face, count_faces, progress)


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
