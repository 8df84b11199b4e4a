"""The job "anonymise": faces of a photo covered so that nobody can tell whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import decode, registry
from ml.contracts import ANONYMISATION, DETECTION, EMBEDDING, MESH, POSE, TEXT, Texts
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.protection import choosing, drawn, heads, saving, screens
from ml.protection.choosing import Candidate, Who
from ml.protection.clean_file import SIGNED
from ml.protection.metadata import FORMATS
from ml.protection.text_dbnet import hidden
from ml.references import TrueFace
from ml.registry import Task
from ml.sequence import Outputs, look
from ml.types import XY, Box, Picture, Reading, Report

KIND = "anonymise"
PREFIX = "anonymise-"  # before the method in its model's name
AS_IT_CAME, PNG = "as-it-came", "png"
FACES = (DETECTION, MESH, POSE)
METHOD = {
    "title": "How",
    "help": "All withstand recognisers that know the method. One grey (solid) leaves nothing of a "
    "face, and covers more of what is around it.",
}
SEED = {
    "title": "Seed",
    "rare": True,
    "help": "Empty: drawn anew. The same seed gives the same file; whoever knows it can take "
    "back a part of the noise, so tell it nobody.",
    "min": 0,
    "max": 2**32 - 1,
}


def methods() -> tuple[str, ...]:
    """What faces can be covered with, the usual one first."""
    cards = sorted(registry.cards(), key=lambda card: (-card.rank, card.name))
    return tuple(c.name.removeprefix(PREFIX) for c in cards if c.task == ANONYMISATION)


@dataclass(frozen=True, slots=True)
class AnonymiseOptions:
    """Whose faces are covered, and how."""

    method: str = field(default="blur", metadata={**METHOD, "choices": methods})
    who: Who = field(
        default=Who.ALL,
        metadata={"title": "Whose faces", "help": "A face that is not found is not covered: look."},
    )
    faces: tuple[str, ...] = field(
        default=(),
        metadata={"title": "Chosen faces", "help": "Of this photo.", "format": "faces"},
    )
    people: tuple[str, ...] = field(
        default=(),
        metadata={
            "title": "People to leave",
            "help": "A face that shows each of them: of any photo of the gallery. All faces of the "
            "same name count.",
            "format": "people",
        },
    )
    text: bool = field(
        default=False,
        metadata={
            "title": "Hide readable text too",
            "help": "Number plates, signs, papers: what is found of them.",
        },
    )
    screens: bool = field(
        default=False,
        metadata={
            "title": "Cover screens too (experimental)",
            "help": "Phones, monitors, televisions: what is found of them, and now and then a "
            "window or a sign. Look at it, and draw those that are missed.",
        },
    )
    regions: tuple[str, ...] = field(default=(), metadata=drawn.REGIONS)
    file: str = field(
        default=AS_IT_CAME,
        metadata={
            "title": "File",
            "rare": True,
            "help": "PNG keeps every other pixel exactly; a JPEG saved again rounds some.",
            "choices": (AS_IT_CAME, PNG),
        },
    )
    seed: int | None = field(default=None, metadata=SEED)
    signed: bool = field(default=False, metadata=SIGNED)

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: what was chosen does not fit together, with a sentence.
        """
        if self.who in (Who.CHOSEN, Who.OTHERS) and not self.faces:
            raise ValueError("Choose at least one face of the photo, or cover all faces.")
        if self.who not in (Who.CHOSEN, Who.OTHERS) and self.faces:
            raise ValueError("Faces were chosen: say whether these or all others are covered.")
        if self.who is Who.STRANGERS and not self.people:
            raise ValueError("Point at a face of somebody who is to be left, or cover all faces.")
        if self.who is not Who.STRANGERS and self.people:
            raise ValueError("People to leave were named: choose to cover all but them.")
        if self.who is Who.NOBODY and not (self.text or self.screens or self.regions):
            raise ValueError("Nothing would be covered: choose faces, text, screens or a region.")
        drawn.boxes(self.regions)

    @property
    def tasks(self) -> tuple[str, ...]:
        """What its models read."""
        needed: tuple[Task[Any], ...] = FACES
        if self.who is Who.STRANGERS:
            needed = (*FACES, EMBEDDING)
        return tuple(task.name for task in (*needed, *(TEXT,) * self.text))


@dataclass(frozen=True, slots=True)
class AnonymiseInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. faces: boxes
    of the chosen ones. known_faces: boxes of all that are known of this photo, so that one which
    only a person saw is covered too. people: of each to be left, faces that show them."""

    photo: Path
    models: tuple[str, ...]
    faces: tuple[Box, ...] = ()
    known_faces: tuple[Box, ...] = ()
    people: tuple[tuple[TrueFace, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """pixels: H x W x 3. alpha: H x W, how far each was replaced. covered, left: the faces."""

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    covered: tuple[Candidate, ...]
    left: tuple[Candidate, ...]


def anonymise(options: AnonymiseOptions, inputs: AnonymiseInputs, context: Context) -> Report:
    """One made file, of the photo's own size, upright and without metadata, and readings of how
    many faces were covered and left.

    Raises:
        MLError: there is nothing to cover, or people to be left cannot be told.
    """
    picture = decode.picture(inputs.photo)
    report, outputs = look(picture, inputs.models, Context(context.pool, context.progress))
    known = (*inputs.known_faces, *inputs.faces)
    found = choosing.candidates(report.faces, outputs, known)
    left: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    if options.who is Who.STRANGERS and found:
        matched = choosing.people_found(found, inputs.people, inputs.models, context)
        left, notes = frozenset(matched.values()), absent(len(inputs.people), matched)
    parts = parts_of(picture, outputs, options)
    some = options.who is Who.NOBODY or any(parts.values())
    nobody = len(left) == len(found) or options.who is Who.NOBODY
    if nobody and some:
        made = untouched(picture, found)
    else:
        places = choosing.covered(found, options.who, inputs.faces, left)
        made = cover(picture, found, places, options.method, options.seed, context)
    hidden(made.pixels, Texts(tuple(quad for quads in parts.values() for quad in quads)))
    readings = told(KIND, made, parts)
    if context.scratch is None:
        return Report(picture.size, readings=readings, notes=notes)
    how = saving.PNG if options.file == PNG else saving.like(inputs.photo)
    path = saving.write(made.pixels, how, context.scratch)
    facts: dict[str, str | float] = {
        "how": options.method,
        "covered": float(len(made.covered)),
        "left": float(len(made.left)),
    }
    file = saving.artifact(KIND, path, FORMATS[how.format][0], facts)
    return Report(picture.size, readings=readings, artifacts=(file,), notes=notes)


def parts_of(
    picture: Picture, outputs: Outputs, options: AnonymiseOptions
) -> dict[str, tuple[tuple[XY, ...], ...]]:
    """What is covered beside faces: of each kind, corners of quadrangles."""
    regions = drawn.within(drawn.boxes(options.regions), picture.size)
    return {
        "stretches of text hidden": outputs[TEXT].data.corners if options.text else (),
        "screens covered": screens.found(picture.pixels).corners if options.screens else (),
        "drawn regions covered": regions.corners,
    }


def untouched(picture: Picture, found: Sequence[Candidate]) -> Made:
    """The photo with every face left."""
    nothing = np.zeros(picture.pixels.shape[:2], np.float32)
    return Made(picture.pixels.copy(), nothing, (), tuple(found))


def cover(
    picture: Picture,
    found: Sequence[Candidate],
    places: Sequence[int],
    method: str,
    seed: int | None,
    context: Context,
) -> Made:
    """The photo with the faces of those places covered; the others' faces stay as they are, but
    where one of the covered lies over them."""
    chosen = [found[place] for place in places]
    left = [one for place, one in enumerate(found) if place not in set(places)]
    view = choosing.view_of(picture, chosen, seed)
    output = context.pool.run(PREFIX + method, view).data
    pixels, alpha = output.pixels, output.alpha
    spared = _inner(left, picture.size) & ~_inner(chosen, picture.size)
    pixels[spared], alpha[spared] = picture.pixels[spared], 0
    return Made(pixels, alpha, tuple(chosen), tuple(left))


def _inner(faces: Sequence[Candidate], size: tuple[int, int]) -> NDArray[np.bool_]:
    """H x W: where these faces are, without hair."""
    import cv2

    mask = np.zeros((size[1], size[0]), np.uint8)
    for one in faces:
        inner = heads.head(one.face, None if one.pose is None else one.mesh).inner
        cv2.fillConvexPoly(mask, np.round(inner).astype(np.int32), 1)
    return mask.astype(np.bool_)


def absent(people: int, matched: dict[int, int]) -> tuple[str, ...]:
    """A sentence for each person who was not found."""
    return tuple(
        f"Person {number + 1} was not found on this photo; no face was left for them."
        for number in range(people)
        if number not in matched
    )


def told(kind: str, made: Made, parts: Mapping[str, Sequence[object]]) -> tuple[Reading, ...]:
    count = {
        "faces covered": len(made.covered),
        "faces left as they are": len(made.left),
        **{name: len(quads) for name, quads in parts.items()},
    }
    return tuple(Reading(kind, name, float(number)) for name, number in count.items())


ANONYMISE = register(
    Pipeline(
        KIND,
        "Cover faces",
        AnonymiseOptions,
        AnonymiseInputs,
        anonymise,
        Urgency.LATER,
        tasks=FACES,
        help="Covers heads by blur, squares, a mosaic or one grey: all, some, or all but people "
        "you name. Clothes, body and place stay, and those who know somebody tell them by these.",
        shareable=True,
        protects=True,
        hides_faces=lambda options: options.who is Who.ALL,
        rank=1,
    )
)
