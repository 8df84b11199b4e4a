"""The kinds of evidence on whether a face is a person's own: how unlike the true photos it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import identity_shape, identity_surface
from ml.authenticity.identity_shape import Shape
from ml.authenticity.identity_surface import Surface
from ml.authenticity.surround_code import SURROUND
from ml.contracts import EMBEDDING, FACE_CODE, MESH, POSE, FaceCodes, View
from ml.facewise import IN_PROFILE, TOO_SMALL

Floats = NDArray[np.float64]
RECOGNISER = "fused-embedding"  # whose distances the numbers below were fitted to


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """What is compared of a face. embedding: of the default recogniser, of unit length. code,
    surround: descriptors of the face and of what is around it, of unit length."""

    embedding: Floats
    code: Floats
    surround: Floats
    shape: Shape
    surface: Surface


def measured(view: View, face: int) -> Face | str:
    """The face's measures, or why there are none."""
    mesh, pose = view.data(MESH).points[face], view.data(POSE).poses[face]
    found = [one for one in view.outputs[EMBEDDING].embeddings if one.face == face]
    code, surround = (described(view.data(task), face) for task in (FACE_CODE, SURROUND))
    if mesh is None or code is None or surround is None or not found:
        return TOO_SMALL
    if pose is None:
        return IN_PROFILE
    if found[0].space.model != RECOGNISER:
        return f"it was calibrated with {RECOGNISER}, not with {found[0].space.model}"
    return Face(
        unit(found[0].array), code, surround, identity_shape.shape(mesh, pose),
        identity_surface.surface(view.picture, mesh),
    )  # fmt: skip


def described(codes: FaceCodes, face: int) -> Floats | None:
    """Square roots of the descriptor, of unit length: the few large numbers would decide alone."""
    code = codes.codes[face]
    return None if code is None else unit(np.sqrt(code.descriptor))


def unit(vector: NDArray[np.float32]) -> Floats:
    """The vector made one long; one of nought stays so."""
    length = float(np.linalg.norm(vector))
    return vector.astype(np.float64) / (length or 1.0)


def apart(mine: Floats, theirs: Sequence[Floats]) -> float:
    """1 less the mean cosine of the angles between unit vectors."""
    return 1 - float(np.mean(np.stack(theirs) @ mine))


def of_embedding(mine: Face, theirs: Sequence[Face]) -> float:
    return apart(mine.embedding, [one.embedding for one in theirs])


def of_code(mine: Face, theirs: Sequence[Face]) -> float:
    return apart(mine.code, [one.code for one in theirs])


def of_surround(mine: Face, theirs: Sequence[Face]) -> float:
    return apart(mine.surround, [one.surround for one in theirs])


def of_proportions(mine: Face, theirs: Sequence[Face]) -> float:
    return identity_shape.unlike(mine.shape, [one.shape for one in theirs])


def of_bumps(mine: Face, theirs: Sequence[Face]) -> float:
    return log(identity_shape.bumps(mine.shape, [one.shape for one in theirs]) + 1e-4)


def of_patterns(mine: Face, theirs: Sequence[Face]) -> float:
    """Logarithm of the chi-squared distance of the skin's patterns from the mean of theirs."""
    mean = np.mean([one.surface.patterns for one in theirs], axis=0)
    own = mine.surface.patterns
    return log(float((np.square(own - mean) / (own + mean + 1e-6)).sum()) / 2 + 1e-3)


def of_tone(mine: Face, theirs: Sequence[Face]) -> float:
    """Logarithm of how far the step of colour between cheeks and neck is from theirs."""
    usual = np.median([one.surface.under for one in theirs], axis=0)
    return log(float(np.linalg.norm(mine.surface.under - usual)) + 3.0)


def of_detail(mine: Face, theirs: Sequence[Face]) -> float:
    """How far the detail inside the face, set against that around it, is from theirs."""
    return abs(mine.surface.crisp - float(np.median([one.surface.crisp for one in theirs])))


@dataclass(frozen=True, slots=True)
class Kind:
    """unlike: how unlike others a face is, larger: more. usual, spread: mean and standard deviation
    of that among true photos of a person, each against the others. swapped, alike: what a standard
    deviation adds to the log likelihood ratio of a changed face, and of a look-alike, against a
    genuine one, and from which deviation on it speaks for these."""

    title: str
    unlike: Callable[[Face, Sequence[Face]], float]
    usual: float
    spread: float
    swapped: tuple[float, float]
    alike: tuple[float, float]
    reliability: str


# Fitted to one half of LFW's people: `python -m tests.fitting.identity LFW`. What a kind tells
# beside the others can be nothing.
KINDS = (
    Kind(
        "likeness, default recogniser", of_embedding, 0.068, 0.016, (0.258, 1.254), (2.757, 2.416),
        "alone: AUC 0.95 on swaps, 0.99 on look-alikes",
    ),
    Kind(
        "likeness, second recogniser", of_code, 0.172, 0.041, (1.42, 1.283), (0.259, 1.918),
        "alone: AUC 0.96 on swaps, 0.96 on look-alikes",
    ),
    Kind(
        "hair, ears, chin and neck", of_surround, 0.217, 0.068, (0.552, 1.486), (0.0, 0.0),
        "alone: AUC 0.94 on swaps, 0.91 on look-alikes",
    ),
    Kind(
        "proportions", of_proportions, -0.176, 0.309, (0.175, 0.324), (0.0, 0.0),
        "alone: AUC 0.75 on swaps, 0.78 on look-alikes",
    ),
    Kind(
        "shape beyond proportions", of_bumps, -4.861, 0.437, (0.0, 0.0), (0.179, 0.177),
        "alone: AUC 0.50 on swaps, 0.61 on look-alikes",
    ),
    Kind(
        "pattern of the skin", of_patterns, -4.537, 0.706, (0.0, 0.0), (0.124, 0.183),
        "alone: AUC 0.47 on swaps, 0.47 on look-alikes",
    ),
    Kind(
        "colour step to the neck", of_tone, 3.158, 0.602, (0.116, 0.142), (0.238, 0.181),
        "alone: AUC 0.56 on swaps, 0.61 on look-alikes",
    ),
    Kind(
        "detail inside and around", of_detail, 0.19, 0.149, (0.227, 0.26), (0.0, 0.0),
        "alone: AUC 0.69 on swaps, 0.69 on look-alikes",
    ),
)  # fmt: skip
