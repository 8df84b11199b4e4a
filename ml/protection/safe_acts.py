"""What can be done to make a photo safe beside emptying its file: one function an act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import IRIS, TEXT
from ml.contracts.disguising import IN_TURN
from ml.errors import MLError
from ml.exposure import Act
from ml.pipelines import Context
from ml.protection import choosing
from ml.protection.anonymise import METHOD, SEED, cover, methods
from ml.protection.choosing import Candidate
from ml.protection.clean_file import SIGNED
from ml.protection.disguise_job import DisguiseInputs, workshop_for
from ml.protection.disguise_pipelines import (
    CLOAK,
    HOLD_OUT,
    MAKE_UP,
    USUAL,
    CloakOptions,
    MakeUpOptions,
    cloak_wish,
    drawable,
    make_up_wish,
)
from ml.protection.faces_chosen import parsed
from ml.protection.safe_disguise import Disguised, disguised
from ml.protection.text_dbnet import hidden
from ml.protection.workshop import Wish
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
    disguise: str = field(
        default=CLOAK,
        metadata={
            "title": "Disguise faces by",
            "help": "Only where faces are disguised: so that recognisers do not match them. People "
            "still know them.",
            "choices": (CLOAK, MAKE_UP),
        },
    )
    style: str = field(
        default=USUAL,
        metadata={"title": "Style of make-up", "help": 'In words: "red lips, smoky eyes".'},
    )
    hold_out: str = field(default=IN_TURN, metadata=HOLD_OUT)
    seed: int | None = field(default=None, metadata=SEED)
    signed: bool = field(default=False, metadata=SIGNED)

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: what was chosen does not fit together, or the style cannot be drawn.
        """
        if Act.COVER_FACES in self.acts and self.disguises:
            raise ValueError("A covered face needs no disguise: choose one of both.")
        if self.faces and Act.COVER_FACES not in self.acts and not self.disguises:
            raise ValueError("Faces to leave were chosen, but no face is to be covered.")
        if self.style != USUAL and not (self.disguises and self.disguise == MAKE_UP):
            raise ValueError("A style was given, but no face gets make-up: disguise them by it.")
        drawable(self.style)

    @property
    def disguises(self) -> bool:
        """Whether faces are changed so that recognisers do not match them, which measures them."""
        return Act.DISGUISE_FACES in self.acts

    @property
    def wish(self) -> Wish:
        """The disguise that is asked for."""
        seed = self.seed or 0
        if self.disguise == MAKE_UP:
            return make_up_wish(MakeUpOptions(style=self.style, hold_out=self.hold_out, seed=seed))
        return cloak_wish(CloakOptions(hold_out=self.hold_out, seed=seed))

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
    was submitted. faces: boxes of those to leave; known_faces: of all that are known.
    agreed: of those that may be disguised; None: all."""

    photo: Path
    name: str
    models: tuple[str, ...]
    faces: tuple[Box, ...] = ()
    known_faces: tuple[Box, ...] = ()
    agreed: tuple[Box, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A photo on its way. was: as it came. alpha: h x w of the picture, how far each pixel was
    replaced. faces: all that are known; outputs: what models said of the photo as it came. notes:
    for people. disguised: whose faces were."""

    was: Picture
    picture: Picture
    alpha: NDArray[np.float32]
    faces: tuple[Candidate, ...]
    outputs: Outputs
    notes: tuple[str, ...] = ()
    disguised: Disguised | None = None


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


def disguise_faces(
    scene: Scene, options: SafeOptions, inputs: SafeInputs, context: Context
) -> Scene:
    """All faces but those to leave, of people who agreed where that is asked for; nothing where
    there are none. What recognisers are not to match is the photo as it came.

    Raises:
        MLError: no recogniser is here that a photo could be changed against.
    """
    if not scene.faces:
        return scene
    spared = {choosing.nearest(scene.faces, box) for box in inputs.faces}
    agreed = (
        range(len(scene.faces))
        if inputs.agreed is None
        else {choosing.nearest(scene.faces, box) for box in inputs.agreed}
    )
    chosen = [(n, one) for n, one in enumerate(scene.faces) if n in agreed and n not in spared]
    shop = workshop_for(options.wish, DisguiseInputs(inputs.photo, inputs.models), context)
    heads = parsed(scene.outputs, 0)
    picture, about, notes = disguised(
        options.wish, shop, scene.was, scene.picture, chosen, heads, context
    )
    return replace(scene, picture=picture, notes=(*scene.notes, *notes), disguised=about)


# What is done for an act, in this order; a kind of protection that is added adds its own here.
ACTS: dict[Act, Doing] = {
    Act.COVER_FACES: cover_faces,
    Act.HIDE_TEXT: hide_text,
    Act.SMALLER_COPY: smaller,
    Act.DISGUISE_FACES: disguise_faces,  # last: the smaller picture keeps what it is made of
}


def at(alpha: NDArray[np.float32], x: float, y: float) -> float:
    height, width = alpha.shape
    return float(alpha[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])
