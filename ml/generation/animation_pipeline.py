"""The job "animation": a face of a photo moved as another was recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ml.contracts import AGE, DETECTION, EMBEDDING, POSE
from ml.contracts.portraits import Wish
from ml.errors import MLError
from ml.generation import motion
from ml.generation.animation import Animation, animated, limit
from ml.generation.backgrounds import Background, Behind
from ml.generation.judging import Facts, verdict
from ml.generation.motion import Motion
from ml.generation.portraits_asked import COLOUR, RAISE, TURN, WHOSE, WRITE_IT, Asked
from ml.generation.portraits_mesh import NAME
from ml.generation.seeing import Seen, needed, seen
from ml.generation.sitting import (
    DRAWN_FROM,
    SOURCE_TYPE,
    PortraitsInputs,
    origin,
    portrayer_of,
    sha256_of,
    sitter,
)
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.registry import Task, get
from ml.types import Artifact, Box, Picture, Ran, Report

KIND = "animation"
FILE = "animated-portrait"
NO_MOTION = "Give a file of motion: a CSV of ARKit's coefficients, a line a frame."
BEHIND = (Behind.OWN, Behind.BLURRED, Behind.COLOUR, Behind.STUDIO)
JUDGES: tuple[Task[Any], ...] = (DETECTION, POSE, EMBEDDING)


@dataclass(frozen=True, slots=True)
class AnimationOptions:
    """Whose face, held how, and before what."""

    faces: tuple[str, ...] = field(default=(), metadata=WHOSE)
    yaw: int = field(default=0, metadata=TURN)
    pitch: int = field(default=0, metadata=RAISE)
    background: str = field(
        default=Behind.OWN.value,
        metadata={"title": "Background", "choices": tuple(map(str, BEHIND))},
    )
    colour: str = field(
        default="#8a8f98",
        metadata={"title": "Its colour", "help": "Of one colour, and of studio light."},
    )
    side: int = field(
        default=512, metadata={"title": "Size", "help": "Pixels.", "choices": (384, 512, 768)}
    )

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: the colour is none, with a sentence.
        """
        if not COLOUR.fullmatch(self.colour):
            raise ValueError(WRITE_IT)

    @property
    def count(self) -> int:
        """For how many of a day's portraits it counts."""
        return 1


@dataclass(frozen=True, slots=True)
class AnimationInputs(PortraitsInputs):
    """motion: the file as it was given."""

    motion: Path | None = None


def animation(options: AnimationOptions, inputs: AnimationInputs, context: Context) -> Report:
    """An animated WebP; its facts hold what a receipt needs, and what judges say of its first
    frame.

    Raises:
        Refused: the face may be of somebody under age.
        BadMotion: the file cannot be used, and where.
        MLError: the face is not found again, no portrait can be made of it, or it takes too long.
        Cancelled: somebody asked for that.
    """
    if inputs.motion is None:
        raise MLError(NO_MOTION)
    recorded = motion.read(inputs.motion.read_bytes())
    limit(options.side, recorded.seconds)
    context.progress(0, 1, "Looking at the face")
    picture, source = sitter(inputs, context, *JUDGES)
    card = get(NAME).card
    files = []
    if context.scratch is not None:
        path = context.scratch / f"{FILE}.webp"
        wish = Wish(yaw=float(options.yaw), pitch=float(options.pitch))
        portrayer = portrayer_of(NAME, options.side, picture, source, context)
        red, green, blue = bytes.fromhex(options.colour.removeprefix("#"))
        behind = Background(Behind(options.background), colour=(red, green, blue))
        made = animated(portrayer, recorded, behind, path, wish=wish, progress=context.progress)
        mesh = portrayer.drawing(wish).mesh[:, :2]
        around = Box(*map(float, mesh.min(0)), *map(float, mesh.max(0)))
        told = judged(Asked(1, wish, "", 1.0), path, around, source, inputs, context)
        files = [saved(options, inputs, source, recorded, made, told)]
    ran = Ran(card.name, card.task.name, card.digest, card.recipe)
    return Report(picture.size, (source.face,), artifacts=tuple(files), runs=(ran,))


def judged(
    asked: Asked,
    path: Path,
    around: Box,
    source: Seen,
    inputs: PortraitsInputs,
    context: Context,
) -> Facts:
    """Of the first frame, as it is in the file."""
    from PIL import Image

    judges = needed(inputs.models, *JUDGES)
    with Image.open(path) as file:
        frame = Picture(np.array(file.convert("RGB")))
    return verdict(
        asked, asked.wish.yaw, source, seen(frame, around, judges, context.pool), judges
    ).facts


def saved(
    options: AnimationOptions,
    inputs: AnimationInputs,
    source: Seen,
    recorded: Motion,
    made: Animation,
    told: Facts,
) -> Artifact:
    facts: Facts = {
        **origin(NAME, inputs, source, *JUDGES),
        "side": options.side,
        "yaw asked": float(options.yaw),
        "pitch asked": float(options.pitch),
        "roll asked": 0.0,
        "expression": "as recorded",
        "background": options.background,
        "frames": made.frames,
        "seconds": round(made.seconds, 2),
        "not drawn": ", ".join(recorded.ignored) or "nothing",
    }
    size = made.path.stat().st_size
    return Artifact(KIND, FILE, "image/webp", made.path, sha256_of(made.path), size, face=0,
                    facts=facts | told)  # fmt: skip


ANIMATION_JOB = register(
    Pipeline(
        KIND,
        "Animated portrait (re-rendered)",
        AnimationOptions,
        AnimationInputs,
        animation,
        urgency=Urgency.LATER,
        tasks=(*DRAWN_FROM, EMBEDDING, AGE),
        help="Moves a face of a photo as another was recorded: by a CSV of ARKit's coefficients, "
        "from whatever sensor.",
        portrays=True,
        source_type=SOURCE_TYPE,
    )
)
