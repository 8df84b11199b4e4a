"""Compares each face with what is right around it: smoothness and how firmly JPEG has it."""

from __future__ import annotations

import io
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks, saving
from ml.authenticity.blocks import Flags, Floats
from ml.authenticity.calibration import SPEAKS, Curve, reliability
from ml.authenticity.saving import Saved
from ml.contracts import MESH, Output, View
from ml.landmarks import OVAL
from ml.registry import Commercial, Figure, Group, Model, ModelCard, Task, register
from ml.types import Claim, Finding, Reading

NAME = "face-surround"
SURROUND: Task[Any] = Task(
    "face-surround", "Faces against their surroundings", NoneType, group=Group.EVIDENCE
)
INSIDE, BESIDE, RING = 0.7, 0.05, 7  # parts of a block within a face; blocks that the ring is wide
FEWEST = 6  # blocks of a face, and of the ring
SMOOTH, ERROR = "smoothness of the face", "error level of the face"
CURVES = {
    SMOOTH: Curve((-1.0, 0.0, 1.0), (-0.5, 0.0, 0.5)),
    ERROR: Curve((-1.0, 0.0, 1.0), (-0.5, 0.0, 0.5)),
}
MET = {
    SMOOTH: ("auc_75_smoothing", "tells smoothed faces from honest photos, both at JPEG 75"),
    ERROR: ("auc_75_swap", "tells swapped faces from honest photos, both at JPEG 75"),
}
WORDS = {
    SMOOTH: ("smoother than what is around it", "as what is around it"),
    ERROR: ("less settled than what is around it", "as what is around it"),
}
TOO_SMALL = "face too small, or nothing around it"
NO_JPEG = "not a JPEG"
MEASURED: tuple[Figure, ...] = ()


def smoothness(pixels: NDArray[np.uint8]) -> tuple[Floats, Flags]:
    """n x m: how many spreads a block has less noise and less detail than others of the photo with
    the same slopes and brightness; and the blocks that can be read."""
    import cv2

    light = blocks.luminance(pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    noise = light - cv2.medianBlur(light.astype(np.uint8), 3)
    fine = np.log((blocks.cut(noise) ** 2).mean((2, 3)) + 0.05)
    slopes, middle = blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)
    lightness = bands[..., 0, 0] / 1024
    alike = np.stack([slopes, lightness, lightness**2], -1)
    less = -standing_out(middle, alike, where)
    less -= standing_out(fine, np.concatenate([alike, middle[..., None]], -1), where)
    return less, where


def unsettled(pixels: NDArray[np.uint8], saved: Saved) -> tuple[Floats, Flags]:
    """n x m: how many spreads a block changes more than others like it when the photo is saved
    again as it was saved: what went through the same save before is at rest (error level
    analysis, with the file's own tables)."""
    light = blocks.luminance(pixels)
    where, bands = blocks.usable(light), blocks.transformed(light)
    change = light - blocks.luminance(again(pixels, saved))
    level = np.log((blocks.cut(change) ** 2).mean((2, 3)) + 0.002)
    lightness = bands[..., 0, 0] / 1024
    slopes, middle = blocks.energies(bands, 1, 2), blocks.energies(bands, 3, 5)
    alike = np.stack([slopes, middle, lightness, lightness**2], -1)
    return standing_out(level, alike, where), where


def standing_out(values: Floats, alike: Floats, where: Flags) -> Floats:
    """n x m: `blocks.beyond` what is usual among the blocks `where`."""
    return blocks.beyond(values, alike, blocks.fitted(values[where], alike[where]))


def again(pixels: NDArray[np.uint8], saved: Saved) -> NDArray[np.uint8]:
    """The photo saved with the file's own tables, and opened."""
    from PIL import Image

    out = io.BytesIO()
    tables = [table.ravel().tolist() for table in saved.tables]
    Image.fromarray(pixels).save(
        out, "JPEG", qtables=tables, subsampling=saved.subsampling or "4:2:0"
    )
    with Image.open(io.BytesIO(out.getvalue())) as image:
        return np.asarray(image.convert("RGB"))


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


def inside(mesh: NDArray[np.float32], shape: tuple[int, ...], turned: int) -> Floats:
    """n x m: which part of each block is within the face's outline; shape: of the upright photo."""
    import cv2

    mask = np.zeros(shape[:2], np.uint8)
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
        paper="Krawetz, A Picture's Worth, 2007 (error level), and noise compared as by Mahdian "
        "and Saic, 2009",
        known_limits=(
            "A weak signal: make-up, focus and light make faces smoother than what is around them "
            "too, and a photo saved twice in the same way comes to rest everywhere."
        ),
        measured=MEASURED,
    )
)
class FaceSurround(Model):
    """Whether a face is smoother, or less settled as a JPEG, than what is around it."""

    def run(self, view: View) -> Output:
        saved = saving.read(view.case.file) if view.case else None
        turned = saved.orientation if saved else 1
        pixels = saving.as_stored(view.picture.pixels, turned)
        looks = {SMOOTH: smoothness(pixels) if enough(pixels) else None}
        looks[ERROR] = unsettled(pixels, saved) if saved and looks[SMOOTH] else None
        findings: list[Finding] = []
        readings: list[Reading] = []
        for face, mesh in enumerate(view.data(MESH).points):
            part = None if mesh is None else inside(mesh, view.picture.pixels.shape, turned)
            for name, look in looks.items():
                found = apart(*look, part) if look is not None and part is not None else None
                findings.append(said(face, name, found, is_jpeg=saved is not None))
                if found is not None:
                    readings.append(Reading(NAME, name, round(found, 3), face=face))
        return Output(findings=tuple(findings), readings=tuple(readings))


def enough(pixels: NDArray[np.uint8]) -> bool:
    """Whether there are blocks enough to say what is usual."""
    return int(blocks.usable(blocks.luminance(pixels)).sum()) >= blocks.FEWEST


def said(face: int, name: str, found: float | None, *, is_jpeg: bool) -> Finding:
    if found is None:
        note = TOO_SMALL if is_jpeg or name == SMOOTH else NO_JPEG
        return Finding(NAME, name, None, Claim.EDITED, face=face, note=note)
    weight = CURVES[name](found)
    return Finding(
        NAME,
        name,
        WORDS[name][0 if weight >= SPEAKS else 1],
        Claim.EDITED,
        weight,
        reliability(MEASURED, *MET[name]),
        face=face,
        group="grain" if name == SMOOTH else "compression",
    )
