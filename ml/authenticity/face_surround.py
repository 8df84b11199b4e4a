"""Compares how smooth each face is with what is right around it."""

from __future__ import annotations

from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks, saving
from ml.authenticity.blocks import Flags, Floats
from ml.authenticity.calibration import SPEAKS, Curve, reliability
from ml.contracts import MESH, Output, View
from ml.landmarks import OVAL
from ml.registry import Commercial, Figure, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Picture, Reading

NAME = "face-surround"
SURROUND: Task[Any] = Task(
    "face-surround", "Faces against their surroundings", NoneType, group=Group.EVIDENCE
)
INSIDE, BESIDE, RING = 0.7, 0.05, 7  # parts of a block within a face; blocks that the ring is wide
FEWEST = 6  # blocks of a face, and of the ring
TITLE = "smoothness of the face"
CURVE = Curve((0.24, 0.34, 0.55, 0.78, 1.08, 1.51), (-0.21, -0.11, 0.44, 0.44, 1.14, 1.28))
MET = ("AUC of smoothing at JPEG 75", "tells smoothed faces from honest photos at JPEG 75, AUC")
TOO_SMALL = "face too small, or nothing around it"
MEASURED: tuple[Figure, ...] = ()


def smoothness(pixels: NDArray[np.uint8]) -> tuple[Floats, Flags] | None:
    """n x m: how many spreads a block has less noise and less detail than others of the photo with
    the same slopes and brightness; and the blocks that can be read. None where they are too few
    to say what is usual."""
    import cv2

    light = blocks.luminance(pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    if where.sum() < blocks.FEWEST:
        return None
    noise = light - cv2.medianBlur(light.astype(np.uint8), 3)
    fine = np.log((blocks.cut(noise) ** 2).mean((2, 3)) + 0.05)
    slopes, middle = blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)
    lightness = bands[..., 0, 0] / 1024
    alike = np.stack([slopes, lightness, lightness**2], -1)
    less = -standing_out(middle, alike, where)
    less -= standing_out(fine, np.concatenate([alike, middle[..., None]], -1), where)
    return less, where


def standing_out(values: Floats, alike: Floats, where: Flags) -> Floats:
    """n x m: `blocks.beyond` what is usual among the blocks `where`."""
    return blocks.beyond(values, alike, blocks.fitted(values[where], alike[where]))


def apart(values: Floats, where: Flags, inside: Floats) -> float | None:
    """The mean of a face's blocks less that of the ring around it; None where there are too few.

    inside: n x m, which part of each block is the face's.
    """
    import cv2

    near = cv2.dilate(inside, np.ones((RING, RING))) > BESIDE
    face, ring = where & (inside > INSIDE), where & near & (inside < BESIDE)
    if min(face.sum(), ring.sum()) < FEWEST:
        return None
    return float(values[face].mean() - values[ring].mean())


def inside(mesh: NDArray[np.float32], picture: Picture, turned: int) -> Floats:
    """n x m: which part of each block is within the face's outline."""
    import cv2

    mask = np.zeros(picture.pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [mesh[OVAL, :2].round().astype(np.int32)], 1)
    return np.asarray(blocks.cut(saving.as_stored(mask, turned)).mean((2, 3)))


@register(
    ModelCard(
        name=NAME,
        title="Faces against their surroundings",
        task=SURROUND,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH,),
        paper="Mahdian and Saic, Using noise inconsistencies for blind image forensics, 2009",
        known_limits=(
            "A weak signal that sees softened skin, not who put it there: make-up, focus and a "
            "phone's own beauty filter make faces smoother than what is around them too."
        ),
        measured=MEASURED,
    )
)
class FaceSurround(Model):
    """Whether a face is smoother than what is around it."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        turned = saved.orientation if saved else 1
        look = smoothness(saving.as_stored(view.picture.pixels, turned))
        found = [
            apart(*look, inside(mesh, view.picture, turned)) if look and mesh is not None else None
            for mesh in view.data(MESH).points
        ]
        readings = (
            Reading(NAME, TITLE, round(one, 3), face=face)
            for face, one in enumerate(found)
            if one is not None
        )
        findings = tuple(said(face, one) for face, one in enumerate(found))
        return Output(findings=findings, readings=tuple(readings))


def said(face: int, found: float | None) -> Finding:
    if found is None:
        return Finding(NAME, TITLE, None, Claim.EDITED, face=face, note=TOO_SMALL)
    weight = CURVE(found)
    return Finding(
        NAME,
        TITLE,
        "smoother than what is around it" if weight >= SPEAKS else "as what is around it",
        Claim.EDITED,
        weight,
        reliability(MEASURED, *MET),
        face=face,
        group="grain",
    )
