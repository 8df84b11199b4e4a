"""What can be done to make a photo safe beside emptying its file: one function an act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import IRIS, TEXT
from ml.errors import MLError
from ml.exposure import Act
from ml.pipelines import Context
from ml.protection import choosing
from ml.protection.anonymise import METHOD, SEED, cover, methods
from ml.protection.choosing import Candidate
from ml.protection.clean_file import SIGNED
from ml.protection.text_dbnet import hidden
from ml.sequence import Outputs
from ml.types import Box, Picture

NO_TEXT = "Nothing here finds text. Run: python manage.py models fetch dbnet-text"
LONGEST, LEAST = 1280, 240  # pixels of a smaller copy's long side; and the fewest
IRIS_WIDE = 6.5  # pixels: below it no iris is measured
HIDDEN = 0.5  # of a face's middle: from here on it is covered


def acts() -> tuple[str, ...]:
    """What can be chosen besides what is always done."""
    return tuple(ACTS)


@dataclass(frozen=True, slots=True)
class SafeOptions:
    """What is done beside emptying the file and giving it a name that tells nothing."""

    acts: tuple[str, ...] = field(
        default=(Act.COVER_FACES.value,),
        metadata={
            "title": "Also",
            "help": "The new file always holds the picture alone, under a name that tells nothing.",
            "choices": acts,
        },
    )
    method: str = field(
        default="blur", metadata={**METHOD, "title": "Cover faces by", "choices": methods}
    )
    faces: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "Faces to leave as they are",
            "help": "Of this photo.",
            "format": "faces",
        },
    )
    seed: int | None = field(default=None, metadata=SEED)
    signed: bool = field(default=False, metadata=SIGNED)

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: faces are to be left, and none is covered.
        """
        if self.faces and Act.COVER_FACES not in self.acts:
            raise ValueError("Faces to leave were chosen, but no face is to be covered.")

    @property
    def tasks(self) -> tuple[str, ...]:
        """What its models read; (): all that runs unasked."""
        if Act.HIDE_TEXT not in self.acts:
            return ()
        unasked = (name for name, task in registry.tasks().items() if task.unasked)
        return (*unasked, TEXT.name)


@dataclass(frozen=True, slots=True)
class SafeInputs:
    """photo: the file as uploaded; name: what it is called. models: names, resolved when the job
    was submitted. faces: boxes of those to leave; known_faces: of all that are known."""

    photo: Path
    name: str
    models: tuple[str, ...]
    faces: tuple[Box, ...] = ()
    known_faces: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A photo on its way. alpha: h x w of the picture, how far each pixel was replaced. faces: all
    that are known; outputs: what models said of the photo as it came. notes: for people."""

    picture: Picture
    alpha: NDArray[np.float32]
    faces: tuple[Candidate, ...]
    outputs: Outputs
    notes: tuple[str, ...] = ()


Doing = Callable[[Scene, SafeOptions, SafeInputs, Context], Scene]


def cover_faces(scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context) -> Scene:
    """All faces but those to leave; nothing where there are none."""
    who = choosing.Who.OTHERS if inputs.faces else choosing.Who.ALL
    if not scene.faces:
        return scene
    places = choosing.covered(scene.faces, who, inputs.faces, frozenset())
    made = cover(scene.picture, scene.faces, places, options.method, options.seed, context)
    return replace(scene, picture=Picture(made.pixels), alpha=np.maximum(scene.alpha, made.alpha))


def hide_text(scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context) -> Scene:
    """What is found of number plates, signs and papers.

    Raises:
        MLError: nothing here finds text.
    """
    if TEXT not in scene.outputs:
        raise MLError(NO_TEXT)
    texts = scene.outputs[TEXT].data
    if not texts.corners:
        return scene
    pixels = scene.picture.pixels.copy()
    alpha = hidden(pixels, texts)
    return replace(scene, picture=Picture(pixels), alpha=np.maximum(scene.alpha, alpha))


def smaller(scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context) -> Scene:
    """At most LONGEST pixels a side, and so small that no iris in sight can be measured by, as
    long as LEAST are left."""
    import cv2

    long = max(scene.picture.size)
    wide = max(irises(scene), default=0.0)
    scale = min(1.0, LONGEST / long, max(IRIS_WIDE / wide, LEAST / long) if wide else 1.0)
    if scale == 1:
        return scene
    size = tuple(max(1, round(side * scale)) for side in scene.picture.size)
    pixels = cv2.resize(scene.picture.pixels, size, interpolation=cv2.INTER_AREA)
    alpha = cv2.resize(scene.alpha, size, interpolation=cv2.INTER_AREA)
    note = f"It is {size[0]} x {size[1]} pixels now."
    return replace(
        scene,
        picture=Picture(np.asarray(pixels, np.uint8)),
        alpha=np.asarray(alpha, np.float32),
        notes=(*scene.notes, note),
    )


def irises(scene: Scene) -> list[float]:
    """Pixels across each iris that is not covered."""
    if IRIS not in scene.outputs:
        return []
    eyes = (eye for pair in scene.outputs[IRIS].data.eyes for eye in pair or () if eye is not None)
    return [eye.diameter for eye in eyes if not at(scene.alpha, *eye.points[0]) > HIDDEN]


# What is done for an act; a kind of protection that is added later adds its own here.
ACTS: dict[Act, Doing] = {
    Act.COVER_FACES: cover_faces,
    Act.HIDE_TEXT: hide_text,
    Act.SMALLER_COPY: smaller,
}


def at(alpha: NDArray[np.float32], x: float, y: float) -> float:
    height, width = alpha.shape
    return float(alpha[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])
