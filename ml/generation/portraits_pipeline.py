"""The job "portraits": a face of a photo drawn again as wished, judged by models that drew nothing.

Who may ask for it, of whom, whoever submits jobs sees to; age alone is looked at here, for that
takes the photo.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
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
    MARK,
    MESH,
    POSE,
)
from ml.contracts.marks import Marker
from ml.contracts.portraits import Beside, Portrayer, Together, Wish
from ml.errors import MLError
from ml.generation import marking
from ml.generation.backgrounds import Background, before
from ml.generation.fusing import fused
from ml.generation.judging import Facts, Verdict, verdict
from ml.generation.marking import SourceType
from ml.generation.portraits_asked import (
    NONE,
    TINTED,
    Asked,
    PortraitsOptions,
    background_of,
    variations,
)
from ml.generation.seeing import Seen, needed, seen
from ml.generation.several import SeveralInputs, beside
from ml.generation.sitting import (
    DRAWN_FROM,
    OTHER_PHOTOS,
    SOURCE_TYPE,
    PortraitsInputs,
    origin,
    sha256_of,
    sitter,
    studios_of,
)
from ml.pipelines import Context, Pipeline, Urgency, register
from ml.registry import Model, Sensitive, Task
from ml.types import Artifact, Box, Picture, Ran, Report

KIND = "portraits"
PORTRAIT = "portrait"  # the kind of file
BEHIND = "background photo"  # a fact: SHA-256 of the other photo whose pixels it holds
HIDDEN, RECEIPT = "hidden receipt", 16  # a fact; its length
LENT, LENT_TOO = "lent by the other half", "lent by other photos and the other half"  # facts
UNUSED = "further photos not used"  # a fact: how many
NOT_ALIKE = (
    "The further photos were not used: with this one they do not agree in light and expression. "
    "Photos of one sitting do."
)
SOME_NOT_ALIKE = (
    "Further photos that were not used: {} of {}. With this one they do not agree in light and "
    "expression. Photos of one sitting do."
)
NO_MARKER = "No model that hides numbers is installed here: ask for portraits without one."
WORDS = "A portrait drawn again from a photo: a re-rendering."


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    asked: Asked
    pixels: NDArray[np.uint8]
    lent: float
    verdict: Verdict
    receipt: str = ""  # what a number hidden in the pixels is of


def portraits(options: PortraitsOptions, inputs: SeveralInputs, context: Context) -> Report:
    """A PNG a variation, the best first; its facts hold what a receipt needs of how it was made.

    Raises:
        Refused: the face may be of somebody under age, or another photo of somebody else.
        MLError: a face is not found again, or no portrait can be made of it, with what can.
        Cancelled: somebody asked for that.
    """
    more = len(inputs.others) + 1 if inputs.others else 0  # steps: of the other photos
    steps = more + options.count + 2
    context.progress(0, steps, "Looking at the face")
    picture, source = sitter(inputs, context, *judged(inputs))
    studios = studios_of(options.engine, picture, source, context)
    together = joined(inputs, picture, source, context, steps)
    context.progress(more + 1, steps, "Cutting out the person")
    portrayer = studios.portrayer(0, options.side, together)
    judges = needed(inputs.models, *judged(inputs))
    behind = background_of(options, *(decode.picture(one).pixels for one in inputs.chosen))
    made = []
    for asked in variations(options):
        context.progress(more + asked.number, steps, f"Portrait {asked.number} of {options.count}")
        made.append(candidate(options, asked, portrayer, behind, source, judges, context))
    context.progress(steps - 1, steps, "Saving")
    files = []
    if context.scratch is not None:
        about = shared(options, inputs, source, together)
        best = sorted(made, key=lambda one: one.verdict.worse)
        hide = hider(options, inputs, context)
        files = [saved(hide(one), about, context.scratch) for one in best]
    card = registry.get(options.engine).card
    ran = Ran(card.name, card.task.name, card.digest, card.recipe)
    notes = unused(len(inputs.others), together)
    return Report(picture.size, (source.face,), artifacts=tuple(files), runs=(ran,), notes=notes)


def joined(
    inputs: SeveralInputs, picture: Picture, source: Seen, context: Context, steps: int
) -> Together | None:
    """The face with those of the other photos that agree with its own; None where none does. steps:
    of the whole job; the second is this one's first."""
    if not inputs.others:
        return None
    more = []
    for number, other in enumerate(inputs.others, 1):
        context.progress(number, steps, "Looking at another photo")
        more.append(beside(other, source, inputs, context))
    own = Beside(picture, source.outputs[MESH].data.points[0])
    last = 1 + len(more)
    return fused(own, more, partial(context.progress, last, steps, "Comparing the photos"))


def unused(given: int, together: Together | None) -> tuple[str, ...]:
    """What is said of further photos that were not used. given: how many were looked at."""
    left = given - (0 if together is None else len(together.joined))
    if left == given:
        return (NOT_ALIKE,) if given else ()
    return (SOME_NOT_ALIKE.format(left, given),) if left else ()


def judged(inputs: PortraitsInputs) -> tuple[Task[Any], ...]:
    """By what portraits are judged; expression only where it is read of photos, too."""
    reads = Sensitive.EMOTION in inputs.allowed
    return (DETECTION, POSE, EMBEDDING, *((EXPRESSION,) if reads else ()))


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
    return Candidate(asked, marking.badged(pixels) if options.badge else pixels, drawing.lent, told)


def shared(
    options: PortraitsOptions, inputs: SeveralInputs, source: Seen, together: Together | None
) -> Facts:
    """What holds for every variation. together: with which other photos it was made."""
    more: Facts = {}
    used = () if together is None else together.joined
    if used:
        others = [sha256_of(inputs.others[number].photo) for number in used]
        more = {"source faces": 1 + len(used), OTHER_PHOTOS: "; ".join(others)}
    if left := len(inputs.others) - len(used):
        more |= {UNUSED: left}
    behind = {BEHIND: sha256_of(inputs.chosen[0])} if inputs.chosen else {}
    return {
        **origin(options.engine, inputs, source, *judged(inputs)),
        **more,
        "seed": options.seed,
        "light": options.light,
        **({"light strength": options.light_strength} if options.light != NONE else {}),
        "background": options.background,
        **({"colour": options.colour} if options.background in TINTED else {}),
        **behind,
        "side": options.side,
        "badge": "yes" if options.badge else "no",
    }


def hider(
    options: PortraitsOptions, inputs: PortraitsInputs, context: Context
) -> Callable[[Candidate], Candidate]:
    """What hides a number in a portrait, of a word that the portrait's receipt holds.

    Raises:
        MLError: that is wanted, and no model does it.
    """
    if not options.hidden:
        return lambda one: one
    names = [name for name in inputs.models if registry.get(name).card.task == MARK]
    if not names:
        raise MLError(NO_MARKER)

    def hidden(one: Candidate) -> Candidate:
        receipt = sha256(one.pixels.tobytes()).hexdigest()[:RECEIPT]
        plain, number = np.ascontiguousarray(one.pixels), marking.key(receipt)

        def mark(model: Model) -> NDArray[np.uint8]:
            return cast(Marker, model).marked(plain, number)

        pixels = context.pool.using(names[0], mark)
        return replace(one, pixels=pixels, receipt=receipt)

    return hidden


def saved(one: Candidate, about: Facts, folder: Path) -> Artifact:
    path = folder / f"{PORTRAIT}-{one.asked.number}.png"
    marking.saved(one.pixels, path, marking.packet(SourceType.RE_RENDERED, WORDS))
    facts = (
        about
        | wished(one.asked)
        | {LENT_TOO if OTHER_PHOTOS in about else LENT: round(one.lent, 3)}
        | ({HIDDEN: one.receipt} if one.receipt else {})
        | one.verdict.facts
    )
    size = path.stat().st_size
    return Artifact(KIND, PORTRAIT, "image/png", path, sha256_of(path), size, face=0, facts=facts)


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
        SeveralInputs,
        portraits,
        urgency=Urgency.LATER,
        tasks=(*DRAWN_FROM, EMBEDDING, AGE),
        also=(EXPRESSION, MARK),
        help="Draws a face of a photo again: turned, with another expression, in other light. A "
        "re-rendering, of people who agreed, and marked as made.",
        portrays=True,
        source_type=SOURCE_TYPE,
    )
)
