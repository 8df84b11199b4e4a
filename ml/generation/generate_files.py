"""Made pictures as files that say that they are made, with what a receipt needs of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import MARK
from ml.contracts.generators import Brief, Made, Pixels, Preview
from ml.contracts.marks import Marker
from ml.errors import MLError
from ml.generation import marking
from ml.generation.generate_asked import NONE, Begin, GenerateOptions
from ml.generation.generate_judging import Judged
from ml.generation.judging import Facts
from ml.generation.marking import SourceType
from ml.generation.portraits_pipeline import HIDDEN, NO_MARKER, PORTRAIT, RECEIPT
from ml.generation.sitting import sha256_of
from ml.pipelines import PREVIEW, Context
from ml.pool import Pool
from ml.registry import Model
from ml.types import Artifact, Report

KIND = "generate"
SOURCE = "digital source type"  # a fact
LEARNT_PHOTOS = "photos learnt of"  # the same of those that what is worn was learnt of
WORDS = "A picture made by a trained model: nobody took it."
BADGE = "made by a model"
SMALL = 320  # pixels of a preview's longer side


@dataclass(frozen=True, slots=True)
class Saving:
    """What the files of one job have in common. about: facts of them all."""

    options: GenerateOptions
    brief: Brief
    made: Made
    about: Mapping[str, str | float]
    models: Collection[str]
    pool: Pool
    folder: Path

    @property
    def source_type(self) -> SourceType:
        """A part of a photo that is made anew leaves the rest as a camera took it."""
        partly = self.options.begin is Begin.FACE
        return SourceType.PARTLY_GENERATED if partly else SourceType.GENERATED

    def saved(self, number: int, one: Judged) -> Artifact:
        """number: from 1, the best first."""
        pixels = one.made.pixels
        hidden: Facts = {}
        if self.options.badge:
            pixels = marking.badged(pixels, BADGE)
        if self.options.hidden:
            pixels, hidden = self._hidden(pixels)
        path = self.folder / f"{KIND}-{number}.png"
        marking.saved(pixels, path, marking.packet(self.source_type, WORDS))
        facts = {**self.about, **self._how(one), **hidden, **one.facts}
        size = path.stat().st_size
        return Artifact(KIND, PORTRAIT, "image/png", path, sha256_of(path), size, face=0,
                        facts=facts)  # fmt: skip

    def _how(self, one: Judged) -> Facts:
        options, brief, made = self.options, self.brief, self.made
        height, width = one.made.pixels.shape[:2]
        posed: Facts = {}
        if options.posed:
            posed = {"yaw asked": float(options.yaw), "pitch asked": float(options.pitch)}
        begun: Facts = {} if options.begin is Begin.NOTHING else {"change": options.change / 100}
        return {
            "seed": one.made.seed,
            "prompt": brief.prompt,
            "negative prompt": brief.negative or NONE,
            "style": brief.style or NONE,
            "weight of the face": brief.strength,
            "begun from": str(options.begin),
            **begun,
            **posed,
            "expression": "as it comes" if options.expression == NONE else options.expression,
            "steps": made.steps,
            "guidance": made.guidance,
            "at once": made.batch,
            "device": made.device,
            "fast": "yes" if brief.fast else "no",
            "learnt of the person": "no" if brief.learnt is None else "yes",
            "width": width,
            "height": height,
            "badge": "yes" if options.badge else "no",
            SOURCE: str(self.source_type),
        }

    def _hidden(self, pixels: Pixels) -> tuple[Pixels, Facts]:
        """With a number hidden in it, of a word that its receipt holds.

        Raises:
            MLError: no model here does that.
        """
        names = [name for name in self.models if registry.get(name).card.task == MARK]
        if not names:
            raise MLError(NO_MARKER)
        receipt = sha256(pixels.tobytes()).hexdigest()[:RECEIPT]
        plain, number = np.ascontiguousarray(pixels), marking.key(receipt)

        def mark(model: Model) -> NDArray[np.uint8]:
            return cast(Marker, model).marked(plain, number)

        return self.pool.using(names[0], mark), {HIDDEN: receipt}


def shown_by(context: Context, folder: Path) -> Preview:
    """What shows a half-made picture, small, as a provisional report."""

    def show(pixels: Pixels) -> None:
        from PIL import Image

        path = folder / "preview.webp"
        image = Image.fromarray(pixels)
        image.thumbnail((SMALL, SMALL))
        image.save(path, "WEBP", quality=60)
        size = path.stat().st_size
        file = Artifact(KIND, PREVIEW, "image/webp", path, sha256_of(path), size)
        context.partial(Report(image.size, artifacts=(file,)))

    return show
