"""What a back end is asked of a job "generate": faces as it takes them, and what it begins from."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ml import decode, geometry, registry
from ml.asked_face import asked_face, moved
from ml.contracts import DETECTION, MESH, KnownFace
from ml.contracts.generators import Brief, FaceAsked, Floats, Pixels
from ml.errors import MLError
from ml.generation.generate_asked import Begin, GenerateOptions
from ml.generation.learning import SENTENCE
from ml.generation.posing import placed, posed
from ml.generation.seeing import Seen, needed
from ml.generation.sitter import square
from ml.generation.styling import Style, joined
from ml.pipelines import Context, unheard
from ml.progress import silent
from ml.sequence import SAME, look
from ml.types import Box, Picture

SEEDS = 2**31
WEIGHT = 0.7  # of the face, where no style says
# Around a face, in its heights: what may change, and how softly that ends.
REACH, SOFT = (0.75, 0.85), 0.08
NO_FACE = "A chosen face was not found again on its photo, or it is seen from the side."
LEFT_OUT = "Of the other photos {} could not be used: the face was not found again there."


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """The part of the photo that pictures begin from. pixels: S x S x 3, RGB. mesh: 468 x 3, the
    face in it."""

    pixels: Pixels
    mesh: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LearntFile:
    """What was learnt of the person, as a file, and the SHA-256 of the photos it was learnt of."""

    path: Path
    photos: tuple[str, ...]


def briefed(
    options: GenerateOptions,
    style: Style | None,
    seen: tuple[Picture, Seen],
    others: Sequence[KnownFace],
    models: Sequence[str],
    context: Context,
) -> tuple[Brief, tuple[str, ...]]:
    """What the back end is asked, and sentences on what was left out. others: faces on more photos
    of the person. models: what the back end's faces are read by."""
    picture, source = seen
    mine = face_on(picture, source.face.box, models, context)
    beside, notes = faces_beside(others, models, context)
    stage = None if options.begin is Begin.NOTHING else staged(picture, source, options.side)
    brief = Brief(
        prompt=joined(options.prompt, style.prompt if style else ""),
        negative=joined(options.negative, style.negative if style else ""),
        style=style.name if style else "",
        faces=(mine, *beside),
        strength=options.strength / 100 or (style.strength if style else WEIGHT),
        seed=options.seed or secrets.randbelow(SEEDS - 1) + 1,
        count=options.count,
        steps=options.steps,
        width=options.side,
        height=options.side,
        picture=None if stage is None else stage.pixels,
        mask=around(stage) if stage is not None and options.begin is Begin.FACE else None,
        change=options.change / 100,
        fast=options.fast,
        landmarks=landmarks(options, mine, stage),
    )
    return brief, notes


def wearing(brief: Brief, learnt: LearntFile | None) -> Brief:
    """The brief with what was learnt of the person, whose rare word comes first; None: without."""
    if learnt is None:
        return brief
    return replace(brief, learnt=learnt.path, prompt=joined(SENTENCE, brief.prompt))


def reading(models: Sequence[str], embedder: str) -> tuple[str, ...]:
    """What reads the faces that the back end goes by: with its own recogniser."""
    needs = registry.get(embedder).card.needs if embedder else ()
    own = (embedder,) if embedder else ()
    return tuple(sorted({*needed(models, DETECTION, MESH, *needs), *own}))


def faces_beside(
    others: Sequence[KnownFace], models: Sequence[str], context: Context
) -> tuple[list[FaceAsked], tuple[str, ...]]:
    """The person's faces on other photos, but for those that are not found again."""
    found: list[FaceAsked] = []
    for one in others:
        try:
            found.append(face_on(decode.picture(one.photo), cast(Box, one.box), models, context))
        except MLError:
            continue
    gone = len(others) - len(found)
    return found, (LEFT_OUT.format(gone),) if gone else ()


def face_on(picture: Picture, box: Box, models: Sequence[str], context: Context) -> FaceAsked:
    """
    Raises:
        MLError: there is no such face on the photo, or none that has a mesh.
    """
    quietly = replace(context, scratch=None, partial=unheard, progress=silent)
    report, outputs = look(picture, models, quietly)
    at = max(range(len(report.faces)), key=lambda n: report.faces[n].box.iou(box), default=None)
    if at is None or report.faces[at].box.iou(box) < SAME:
        raise MLError(NO_FACE)
    mesh = outputs[MESH].data.points[at]
    if mesh is None:
        raise MLError(NO_FACE)
    vectors = {one.space.model: one.array for one in report.embeddings if one.face == at}
    return asked_face(picture, mesh, vectors)


def staged(picture: Picture, source: Seen, side: int) -> Stage:
    """The square of the photo around the face that portraits are cut out as."""
    mesh = source.outputs[MESH].data.points[0]
    transform = square(picture, mesh, side)
    pixels = geometry.chip(picture, transform, side, repeat_border=True)
    return Stage(pixels, moved(transform, mesh))


def around(stage: Stage) -> Floats:
    """S x S, 0..1: 1 on the face and around it, 0 where the photo stays as it is."""
    import cv2

    side = len(stage.pixels)
    ends = stage.mesh[[geometry.FOREHEAD, geometry.CHIN], :2]
    high = float(np.linalg.norm(ends[0] - ends[1]))
    (x, y), (wide, tall) = ends.mean(0), (part * high for part in REACH)
    rows, columns = np.mgrid[:side, :side]
    inside = ((columns - x) / wide) ** 2 + ((rows - y) / tall) ** 2 < 1
    soft = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), SOFT * high)
    return np.asarray(soft, np.float32)


def landmarks(
    options: GenerateOptions, face: FaceAsked, stage: Stage | None
) -> NDArray[np.float64] | None:
    """Where the mesh of the face is to be; None where neither pose nor expression is asked for. In
    a photo it stays where it is."""
    if not options.posed or face.mesh is None:
        return None
    if stage is not None:
        return posed(stage.mesh, options.wish)
    return placed(posed(face.mesh, options.wish), options.side, options.side)
