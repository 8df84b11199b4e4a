"""Where each of ARKit's face coefficients moves a face, as fields over the average face.

Names and meaning: Apple, ARFaceAnchor.BlendShapeLocation. Left and right are the person's own. A
coefficient is 0 at rest and 1 at its strongest. All lengths are in the frame and unit of ml.frontal
(distances between the eyes; x to the person's left, y down, z out of the back of the head). What
is pulled at a vertex draws its neighbours along, by a normal curve of the distance. How far and how
wide was set by looking; `manage.py evaluate generation` says what an expression network makes of
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from ml.landmarks import INNER_LIPS, OUTER_LIPS
from ml.shape.surface import Points, average, opposite


class Part(StrEnum):
    """What a pull reaches: all that is near, or one lip alone."""

    ALL = "all"
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Pull:
    """vertex: where; on the person's right side or in the middle. by: how far. wide: the normal
    curve's standard deviation."""

    vertex: int
    by: tuple[float, float, float]
    wide: float
    part: Part = Part.ALL


# On the person's right; those of the left are their mirror images.
SIDED: Mapping[str, tuple[Pull, ...]] = {
    "browDown": (
        Pull(55, (0.035, 0.045, 0), 0.09),
        Pull(65, (0.01, 0.035, 0), 0.08),
        Pull(105, (0, 0.02, 0), 0.08),
    ),
    "browOuterUp": tuple(Pull(vertex, (0, -0.03, 0), 0.1) for vertex in (66, 105, 63)),
    "cheekSquint": (Pull(50, (0, -0.035, -0.02), 0.15), Pull(145, (0, -0.012, 0), 0.06)),
    "mouthDimple": (Pull(61, (-0.03, 0, 0.02), 0.07),),
    "mouthFrown": (Pull(61, (-0.005, 0.07, 0), 0.11),),
    "mouthLowerDown": (Pull(181, (0, 0.05, 0), 0.09, Part.LOWER),),
    "mouthPress": (Pull(91, (0, -0.012, 0), 0.08, Part.LOWER),),
    "mouthSmile": (Pull(61, (-0.085, -0.075, 0.05), 0.13), Pull(50, (-0.015, -0.02, -0.01), 0.15)),
    "mouthStretch": (Pull(61, (-0.07, 0.01, 0.03), 0.12),),
    "mouthUpperUp": (Pull(39, (0, -0.045, 0), 0.09, Part.UPPER),),
    "noseSneer": (Pull(129, (0, -0.03, 0), 0.07), Pull(55, (0.01, 0.015, 0), 0.06)),
}
# In the middle or on both sides at once.
WHOLE: Mapping[str, tuple[Pull, ...]] = {
    "browInnerUp": (Pull(107, (0, -0.05, 0), 0.1), Pull(336, (0, -0.05, 0), 0.1)),
    "cheekPuff": (Pull(205, (-0.03, 0, -0.06), 0.14), Pull(425, (0.03, 0, -0.06), 0.14)),
    "jawForward": (Pull(199, (0, 0, -0.07), 0.25),),
    "jawLeft": (Pull(199, (0.07, 0, 0), 0.25),),
    "jawRight": (Pull(199, (-0.07, 0, 0), 0.25),),
    "mouthFunnel": (
        Pull(61, (0.04, 0, -0.03), 0.1),
        Pull(291, (-0.04, 0, -0.03), 0.1),
        Pull(0, (0, -0.02, -0.05), 0.1, Part.UPPER),
        Pull(17, (0, 0.02, -0.05), 0.1, Part.LOWER),
    ),
    "mouthLeft": (Pull(13, (0.06, 0, 0), 0.16),),
    "mouthRight": (Pull(13, (-0.06, 0, 0), 0.16),),
    "mouthPucker": (
        Pull(61, (0.075, 0, -0.03), 0.11),
        Pull(291, (-0.075, 0, -0.03), 0.11),
        Pull(13, (0, 0, -0.05), 0.12),
    ),
    "mouthRollLower": (Pull(17, (0, -0.03, 0.03), 0.07, Part.LOWER),),
    "mouthRollUpper": (Pull(0, (0, 0.03, 0.03), 0.07, Part.UPPER),),
    "mouthShrugLower": (Pull(17, (0, -0.03, -0.01), 0.1),),
    "mouthShrugUpper": (Pull(0, (0, -0.025, -0.01), 0.08, Part.UPPER),),
}
# Lids: vertices of the upper lid with those of the lower lid they meet, and of the fold above.
LIDS = ((159, 145), (160, 144), (161, 163), (246, 7), (158, 153), (157, 154), (173, 155))
FOLD = ((28, 158), (27, 159), (29, 160), (30, 161), (247, 246), (56, 157), (190, 173))
# How far lids go of the way to each other, upper and lower; shut, the upper one hides the eye.
BLINK, SQUINT, WIDE = (1.04, 0.06), (0.2, 0.22), (-0.22, -0.05)
FOLLOWS = 0.45  # so much of it the fold does
NEARER = -0.02  # a lid that shuts lies over what it meets
EYES = ("eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp")  # move the iris: ml.generation.gaze
OPENS = 22.0  # degrees of the jaw
HINGE = (0.5, 1.1)  # y and z of the jaw's joint
CHIN_BELOW = 0.26  # below the lips' line all turns with the jaw
CORNERS, CORNER = (61, 291, 78, 308), 0.35  # corners of the mouth go along by so much
UPPER = frozenset((*OUTER_LIPS[10:], *INNER_LIPS[11:20])) - set(CORNERS) | {
    *(72, 73, 74, 184, 302, 303, 304, 408, 11, 12, 38, 41, 42, 183, 268, 271, 272, 407),
}
LOWER = frozenset((*OUTER_LIPS[1:10], *INNER_LIPS[1:10])) - set(CORNERS) | {
    *(85, 86, 15, 16, 89, 90, 96, 77, 179, 180, 315, 316, 319, 320, 325, 307, 403, 404),
}
UNKNOWN = ("tongueOut",)  # there is no tongue in the mesh


def names() -> tuple[str, ...]:
    """All coefficients that do something."""
    sided = (*SIDED, "eyeBlink", "eyeSquint", "eyeWide", *EYES)
    return (*WHOLE, "jawOpen", "mouthClose", *(n + s for n in sided for s in ("Left", "Right")))


def moved(coefficients: Mapping[str, float]) -> Points:
    """468 x 3: where the coefficients move the average face's vertices; irises apart.

    Raises:
        LookupError: there is no such coefficient.
    """
    whole = np.zeros_like(average())
    for name, value in coefficients.items():
        if value and name != "mouthClose":
            whole += value * field(name)
    # It says how far the lips are shut although the jaw is open.
    shut = min(coefficients.get("mouthClose", 0.0), coefficients.get("jawOpen", 0.0))
    lips = [*LOWER]
    whole[lips] -= shut * field("jawOpen")[lips]
    return whole


@cache
def field(name: str) -> Points:
    """One coefficient's, at its strongest.

    Raises:
        LookupError: there is no such coefficient.
    """
    if name in WHOLE:
        return pulled(WHOLE[name])
    if name == "jawOpen":
        return jaw()
    side = name.removesuffix("Left").removesuffix("Right")
    if side == name or name not in names():
        raise LookupError(f"No coefficient is named {name!r}.")
    if side in EYES:
        return np.zeros_like(average())
    lids = {"eyeBlink": BLINK, "eyeSquint": SQUINT, "eyeWide": WIDE}
    right = lidded(*lids[side]) if side in lids else pulled(SIDED[side])
    return right if name.endswith("Right") else right[opposite()] * (-1, 1, 1)


def pulled(pulls: tuple[Pull, ...]) -> Points:
    points = average()
    whole = np.zeros_like(points)
    for pull in pulls:
        far = np.square(points - points[pull.vertex]).sum(1)
        near = np.exp(-far / (2 * pull.wide**2))
        if pull.part is not Part.ALL:
            near[[*(LOWER if pull.part is Part.UPPER else UPPER)]] = 0
        whole += near[:, None] * pull.by
    return whole


def jaw() -> Points:
    """The lower face turned around the jaw's joint."""
    points = average()
    line = float(points[13, 1])
    share = ((points[:, 1] - line - 0.02) / (CHIN_BELOW - 0.02)).clip(0, 1)
    share = share * share * (3 - 2 * share)
    # Between the corners opened lips are an ellipse.
    round_ = np.sqrt(1 - np.square(points[:, 0] / points[CORNERS[1], 0]).clip(0, 1))
    lower, upper = [*LOWER, *CORNERS], [*UPPER]
    share[lower] = CORNER + (1 - CORNER) * round_[lower]
    share[upper] = CORNER * (1 - round_[upper])
    turn = np.radians(OPENS)
    y, z = points[:, 1] - HINGE[0], points[:, 2] - HINGE[1]
    down = np.cos(turn) * y - np.sin(turn) * z - y
    back = np.sin(turn) * y + np.cos(turn) * z - z
    return np.column_stack([np.zeros(len(points)), share * down, share * back])


def lidded(upper: float, lower: float) -> Points:
    """The right eye's lids moved towards each other by these parts of the way."""
    points = average()
    whole = np.zeros_like(points)
    for up, low in LIDS:
        way = points[low] - points[up]
        whole[up] = upper * way + (0, 0, NEARER * upper)
        whole[low] = -lower * way
    for fold, lid in FOLD:
        whole[fold] = FOLLOWS * whole[lid]
    return whole


# Inner lips, upper with lower, from the right corner of the mouth to the left one.
LIPS = ((191, 95), (80, 88), (81, 178), (82, 87), (13, 14), (312, 317), (311, 402), (310, 318),
        (415, 324))  # fmt: skip
LOWER_MOVES = 0.6  # of the way between them
BESIDE = 0.11  # what lies beside the lips goes along, as far as that


def shut(face: Points, share: float) -> Points:
    """468 x 3: what brings the lips of a face together, by that share of the way. face: the
    vertices in the frame and unit of ml.frontal."""
    whole, weights = np.zeros_like(face), np.full(len(face), 1e-9)
    for lips, way in ((UPPER, 1 - LOWER_MOVES), (LOWER, -LOWER_MOVES)):
        others = [*(LOWER if lips is UPPER else UPPER)]
        for upper, lower in LIPS:
            by = share * way * (face[lower] - face[upper])
            vertex = upper if lips is UPPER else lower
            near = np.exp(-np.square(face - face[vertex]).sum(1) / (2 * (BESIDE / 3) ** 2))
            near[others] = 0
            whole += near[:, None] * by
            weights += near
    reach = np.minimum(1, weights / weights[[13, 14]].mean())
    moved: Points = whole / weights[:, None] * reach[:, None]
    moved[[a for a, _ in LIPS]] = [share * (1 - LOWER_MOVES) * (face[b] - face[a]) for a, b in LIPS]
    moved[[b for _, b in LIPS]] = [share * LOWER_MOVES * (face[a] - face[b]) for a, b in LIPS]
    return moved
