"""The job "portraits": a face of a photo drawn again as wished, judged by models that drew nothing.

Who may ask for it, of whom, whoever submits jobs sees to; age alone is looked at here, for that
takes the photo.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ml import decode, registry
from ml.contracts import (
    AGE,
    DETECTION,
    EMBEDDING,
    EXPRESSION,
    MESH,
    PARSING,
    PERSON_MASK,
    POSE,
    View,
)
from ml.contracts.portraits import Portrayer, Studios, Wish
from ml.errors import MLError
from ml.generation import minors
from ml.generation.backgrounds import Background, before
from ml.generation.badge import badged
from ml.generation.judging import Facts, Verdict, verdict
from ml.generation.portraits_asked import (
    NONE,
    TINTED,
    Asked,
    PortraitsOptions,
    background_of,
    variations,
)
from ml.generation.seeing import Seen, needed, seen
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.registry import Sensitive, Task
from ml.types import Artifact, Box, Picture, Ran, Report

KIND = "portraits"
PORTRAIT = "portrait"  # the kind of file
DRAWN_FROM = (MESH, POSE, PARSING, PERSON_MASK)
CHOOSE = "Choose the one face that portraits are made of."
NOT_FOUND = "The chosen face was not found again on its photo. Look for faces again, then choose."
INSTEAD = " It can still be analysed, covered and protected."
# A photo's pixels put together anew with parts that no camera took (a mouth's inside, a hidden
# cheek, what was behind). No trained model made it, so that trainedAlgorithmicMedia would be
# untrue; what says less would not warn.
SOURCE_TYPE = "compositeSynthetic"


@dataclass(frozen=True, slots=True)
class PortraitsInputs:
    """photo: the file as uploaded. models: names, resolved when the job was submitted. faces: where
    the one is. allowed: what sensitive is turned on. adult: a record says that the person is.
    chosen: the other photo that is to be behind, where one is."""

    photo: Path
    models: tuple[str, ...]
    faces: tuple[Box, ...]
    allowed: tuple[Sensitive, ...] = ()
    adult: bool = False
    chosen: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    asked: Asked
    pixels: NDArray[np.uint8]
    lent: float
    verdict: Verdict


def portraits(options: PortraitsOptions, inputs: PortraitsInputs, context: Context) -> Report:
    """A PNG a variation, the best first; its facts hold what a receipt needs of how it was made.

    Raises:
        Refused: the face may be of somebody under age.
        MLError: the face is not found again, or no portrait can be made of it, with what can.
        Cancelled: somebody asked for that.
    """
    steps = options.count + 2
    context.progress(0, steps, "Looking at the face")
    picture, source = sitter(inputs, context)
    context.progress(1, steps, "Cutting out the person")
    portrayer = studio(options, picture, source, context)
    judges = needed(inputs.models, *judged(inputs))
    behind = background_of(options, *(decode.picture(one).pixels for one in inputs.chosen))
    made = []
    for asked in variations(options):
        context.progress(asked.number, steps, f"Portrait {asked.number} of {options.count}")
        made.append(candidate(options, asked, portrayer, behind, source, judges, context))
    context.progress(steps - 1, steps, "Saving")
    files = []
    if context.scratch is not None:
        about = shared(options, inputs, source)
        best = sorted(made, key=lambda one: one.verdict.worse)
        files = [saved(one, about, context.scratch) for one in best]
    card = registry.get(options.engine).card
    ran = Ran(card.name, card.task.name, card.digest, card.recipe)
    return Report(picture.size, (source.face,), artifacts=tuple(files), runs=(ran,))


def sitter(inputs: PortraitsInputs, context: Context) -> tuple[Picture, Seen]:
    """The photo and its chosen face, which is old enough as far as that is looked at: a record
    outranks looks.

    Raises:
        Refused, MLError: as portraits() does.
    """
    if len(inputs.faces) != 1:
        raise MLError(CHOOSE)
    picture = decode.picture(inputs.photo)
    looks = () if inputs.adult else (AGE,)
    models = needed(inputs.models, *DRAWN_FROM, *judged(inputs), *looks)
    found = seen(picture, inputs.faces[0], models, context.pool)
    if found is None:
        raise MLError(NOT_FOUND)
    if not inputs.adult:
        minors.check(found.outputs[AGE].readings)
    return picture, found


def judged(inputs: PortraitsInputs) -> tuple[Task[Any], ...]:
    """By what portraits are judged; expression only where it is read of photos, too."""
    reads = Sensitive.EMOTION in inputs.allowed
    return (DETECTION, POSE, EMBEDDING, *((EXPRESSION,) if reads else ()))


def studio(
    options: PortraitsOptions, picture: Picture, source: Seen, context: Context
) -> Portrayer:
    """
    Raises:
        MLError: no portrait can be made of the face, and why.
    """
    needs = registry.get(options.engine).card.needs
    view = View(picture, (source.face,), {task: source.outputs[task] for task in needs})
    studios = cast(Studios, context.pool.run(options.engine, view).data)
    if why := studios.hindrance(0):
        raise MLError(why + INSTEAD)
    return studios.portrayer(0, options.side)


def candidate(
    options: PortraitsOptions,
    asked: Asked,
    portrayer: Portrayer,
    behind: Background,
    source: Seen,
    judges: Collection[str],
    context: Context,
) -> Candidate:
    """One variation, drawn and judged."""
    drawing = portrayer.drawing(replace(asked.wish, mirrored=False))
    pixels = (before(portrayer, drawing, behind) * 255 + 0.5).astype(np.uint8)
    (left, top), (right, bottom) = drawing.mesh[:, :2].min(0), drawing.mesh[:, :2].max(0)
    if options.mirrored:  # with what is behind
        pixels, left, right = pixels[:, ::-1], options.side - right, options.side - left
    around = Box(float(left), float(top), float(right), float(bottom))
    # The badge comes after the judges: it is not to change what they say.
    now = seen(Picture(pixels), around, judges, context.pool)
    told = verdict(asked, options.yaw, source, now, judges)
    return Candidate(asked, badged(pixels) if options.badge else pixels, drawing.lent, told)


def shared(options: PortraitsOptions, inputs: PortraitsInputs, source: Seen) -> Facts:
    """What holds for every variation."""
    digest, *behind = map(_sha256, (inputs.photo, *inputs.chosen))
    card, box = registry.get(options.engine).card, source.face.box
    corners = (box.left, box.top, box.right, box.bottom)
    return {
        "back end": card.name,
        "recipe": card.recipe,
        "weights": "; ".join(_digests(needed(inputs.models, *DRAWN_FROM, *judged(inputs)))),
        "seed": options.seed,
        "photo": digest,
        "face": " ".join(f"{corner:.0f}" for corner in corners),
        "light": options.light,
        **({"light strength": options.light_strength} if options.light != NONE else {}),
        "background": options.background,
        **({"colour": options.colour} if options.background in TINTED else {}),
        **({"background photo": behind[0]} if behind else {}),
        "side": options.side,
        "badge": "yes" if options.badge else "no",
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _digests(models: Collection[str]) -> list[str]:
    """Of the models that took part and were trained."""
    cards = [registry.get(name).card for name in models]
    return [f"{card.name} {card.digest}" for card in cards if card.digest]


def saved(one: Candidate, about: Facts, folder: Path) -> Artifact:
    from PIL import Image

    path = folder / f"{PORTRAIT}-{one.asked.number}.png"
    Image.fromarray(one.pixels).save(path)
    facts = (
        about
        | wished(one.asked)
        | {"lent by the other half": round(one.lent, 3)}
        | one.verdict.facts
    )
    size = path.stat().st_size
    return Artifact(KIND, PORTRAIT, "image/png", path, _sha256(path), size, face=0, facts=facts)


def wished(asked: Asked) -> Facts:
    wish: Wish = asked.wish
    strength = {"expression strength": round(100 * asked.strength, 1)} if asked.expression else {}
    return {
        "number": asked.number,
        "yaw asked": wish.yaw,
        "pitch asked": wish.pitch,
        "roll asked": wish.roll,
        "expression": asked.expression or "as it was",
        **strength,
        "mirrored": "yes" if wish.mirrored else "no",
    }


PORTRAITS_JOB = register(
    Pipeline(
        KIND,
        "Portraits (re-rendered)",
        PortraitsOptions,
        PortraitsInputs,
        portraits,
        urgency=Urgency.LATER,
        tasks=(DETECTION, *DRAWN_FROM, EMBEDDING, AGE),
        also=(EXPRESSION,),
        help="Draws a face of a photo again: turned, with another expression, in other light. A "
        "re-rendering, of people who agreed, and marked as made.",
        portrays=True,
        source_type=SOURCE_TYPE,
    )
)
