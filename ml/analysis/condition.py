"""Measures what a photo makes of a face: light, sharpness, turn, place. Nothing was trained.

Each measure is 0 (hopeless) to 100 (nothing to wish for) or None where it cannot be told. Names and
most formulas are those of ISO/IEC 29794-5:2025 as its open implementation OFIQ has them; what is
measured in another way says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, log, radians

import numpy as np

from ml import alignment, geometry
from ml.analysis.face_pixels import OF_CHIP, Floats, between, compression, cut, even_background
from ml.contracts import Pose
from ml.landmarks import OVAL
from ml.types import Picture

IN_SIGHT = 0.5  # of the face; of less its pixels say nothing of it
# Mesh vertices of both eyes' corners, and pairs of the lids; of the lips' inner rims.
LIDS = ((159, 145), (386, 374))
RIMS = (13, 14)
MOST_YAW = 50.0  # degrees, beyond which half of a face is out of sight
BOTH_SIDES = frozenset({"even light", "mouth closed", "eyes open"})  # what needs that half
Measures = Mapping[str, float | None]


def turned(degrees: float) -> float:
    """Head pose: the squared cosine of an angle, 0 from a right angle on."""
    return 100 * max(0.0, cos(radians(degrees))) ** 2


def mouth_closed(mesh: Floats) -> float:
    """By the gap between the lips, of the distance between eyes and chin: open wide at a third."""
    gap = float(np.linalg.norm(mesh[RIMS[0]] - mesh[RIMS[1]]))
    return between(gap / _height(mesh), 0.3, 0.02)


def eyes_open(mesh: Floats) -> float:
    """By the gap between the lids of the eye that is less open, of the same distance."""
    gaps = [float(np.linalg.norm(mesh[upper] - mesh[lower])) for upper, lower in LIDS]
    return between(min(gaps) / _height(mesh), 0.02, 0.07)


def _height(mesh: Floats) -> float:
    eyes = np.mean([mesh[list(eye)].mean(0) for eye in alignment.EYES], 0)
    return float(np.linalg.norm(mesh[geometry.CHIN] - eyes)) + 1e-6


def eyes_apart(mesh: Floats) -> float:
    """Inter-eye distance in pixels, between the eyes' middles, as from in front."""
    right, left = (mesh[list(eye)].mean(0) for eye in alignment.EYES)
    return float(np.linalg.norm(left - right))


def head_inside(picture: Picture, mesh: Floats) -> float:
    """How much of the head's box lies in the photo: the mesh's, with a third more above it for the
    hair. The standard tells the four sides apart."""
    low, high = mesh[list(OVAL), :2].min(0), mesh[list(OVAL), :2].max(0)
    low = low - (0, (high - low)[1] / 3)
    inside = np.minimum(high, picture.size) - np.maximum(low, 0)
    return between(float(np.prod(np.maximum(inside, 0) / (high - low))), 0.5, 1.0)


def pixels(picture: Picture, mesh: Floats) -> dict[str, float | None]:
    """What is read off the face's pixels; nothing when most of the face is out of the photo."""
    chip = cut(picture, mesh)
    found: dict[str, float | None] = dict.fromkeys(measure[0] for measure in OF_CHIP)
    if chip.share >= IN_SIGHT:
        found |= {name: measure(chip) for name, measure in OF_CHIP}
    found["compression"] = compression(picture, mesh) if chip.share >= IN_SIGHT else None
    return found


def measures(picture: Picture, mesh: Floats, pose: Pose, certainty: float) -> Measures:
    """Every measure by its name. certainty: the detector's, 0..1."""
    found = {
        **pixels(picture, mesh),
        **{angle: turned(getattr(pose, angle)) for angle in ("yaw", "pitch", "roll")},
        "mouth closed": mouth_closed(mesh),
        "eyes open": eyes_open(mesh),
        "size": between(log(eyes_apart(mesh)), log(8), log(40)),
        "head in the photo": head_inside(picture, mesh),
        "even background": even_background(picture, mesh),
        "certainty": between(certainty, 0.5, 0.95),
    }
    aside = abs(pose.yaw) > MOST_YAW
    return found | (dict.fromkeys(BOTH_SIDES) if aside else {})
