"""Tells glasses by the edges of bridge and arms, dark ones by what hides the skin at the eyes."""

from __future__ import annotations

from math import log
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.contracts import MESH, POSE, Output, View
from ml.facewise import in_sight
from ml.registry import Commercial, Model, ModelCard, Task, figures, register
from ml.runtimes import Floats
from ml.traits import Trait, worded
from ml.types import Picture, Reading

NAME = "edges-eyewear"
EYES_APART = 24.0  # pixels; the faces that it was measured on have 30 and more
CHIP, PADDING = 128, 0.2  # outer corners of the eyes come 68 pixels apart
EYES = ((33, 133), (263, 362))  # outer and inner corner, the person's right eye first
TEMPLES = (127, 356)
CHEEKS = ((50, 205), (280, 425))
TILTS = (-0.25, 0.0, 0.25)  # of an arm, against the line from the eye to the temple
STEP = 0.5  # pixels from sample to sample

# `python -m tests.fitting.attributes LFW` fits both to one half of the photos.
GLASSES = Trait({"bridge": 2.5, "arms": 1.61}, -0.78)
DARK = Trait({"bridge": 1.02, "hidden": 5.29, "darker": 0.126, "tint": 0.187}, -10.7)

MEASURED = (
    *figures(
        "lfw, 379 people labelled by one eye after all was chosen, 57 with clear glasses",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, glasses": "83.3 % (77.4 to 88.9)",
            "recall, glasses": "68.4 % (56.9 to 79.6)",
            "precision, glasses": "86.7 % (75.5 to 95.9)",
            "unsure, glasses": "8.7 %",
        },
    ),
    *figures(
        "lfw, 1,298 people no weight was fitted to, 18 with dark glasses",
        "2026-11-28",
        "python -m tests.fitting.attributes LFW",
        {
            "balanced accuracy, sunglasses": "86.0 % (74.9 to 96.0)",
            "recall, sunglasses": "72.2 % (50.0 to 92.3)",
            "precision, sunglasses": "81.2 % (61.1 to 100.0)",
            "unsure, sunglasses": "0.5 %",
        },
    ),
)

EYEWEAR: Task[Any] = Task("eyewear", "Glasses", NoneType)


@register(
    ModelCard(
        name=NAME,
        title="Edges of glasses",
        task=EYEWEAR,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        needs=(MESH, POSE),
        paper=(
            "After Jiang et al., Towards Detection of Glasses in Facial Images, 2000: edges at the "
            "bridge of the nose; and where arms would run, weighed by logistic regression"
        ),
        known_limits=(
            "Overlooks rimless glasses and arms hidden by hair or by a turned head; creases, hair "
            "across the temples and deep shadow of a brim or of eye sockets can pass for glasses, "
            "and tinted glasses for either kind."
        ),
        measured=MEASURED,
    )
)
class EdgesEyewear(Model):
    """none, glasses, sunglasses or unsure, a face."""

    def run(self, view: View) -> Output:
        def said(face: int, mesh: Floats) -> Reading:
            word, score = told(measures(view.picture, mesh))
            return Reading(NAME, "eyewear", word, score, face)

        return in_sight(view, EYES_APART, NAME, "eyewear", said)


def told(measured: dict[str, float]) -> tuple[str, float | None]:
    """The word, and how sure it is."""
    dark, score = worded(DARK.odds(measured), "sunglasses", "none")
    if dark == "none":
        return worded(GLASSES.odds(measured), "glasses", "none")
    return dark, score


def measures(picture: Picture, mesh: Floats) -> dict[str, float]:
    """bridge, arms: logarithms of how strong edges are where these would be, against the face's
    usual ones. hidden: share of the pixels around the eyes much darker than the cheeks. darker:
    how much darker the skin below the eyes is, in L*. tint: how far its hue is, in a* and b*."""
    import cv2

    cut = alignment.cut(mesh, CHIP, PADDING)
    chip = geometry.chip(picture, cut, CHIP, repeat_border=True).astype(np.float32)
    lab: Any = cv2.cvtColor(chip / np.float32(255), cv2.COLOR_RGB2LAB)
    points = geometry.moved(cut, mesh[:, :2])
    soft: Any = cv2.GaussianBlur(lab[..., 0], (0, 0), 0.8)
    down: Any = cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=1 / 8)
    usual = float(np.abs(down[30:110, 20:108]).mean())
    return {
        "bridge": log((bridge(lab[..., 0], points) + 0.1) / (usual + 0.1)),
        "arms": log((arms(lab[..., 0], points) + 0.1) / (usual + 0.1)),
        **shade(lab, points),
    }


def bridge(light: Floats, points: NDArray[Any]) -> float:
    """How much it grows lighter plus how much darker at most, from row to row between the eyes."""
    apart = float(np.linalg.norm(points[263] - points[33]))
    half = 0.12 * float(np.linalg.norm(points[362] - points[133]))
    x = (points[168, 0] + points[6, 0]) / 2 + np.linspace(-half, half, 13)
    y = points[[33, 263, 133, 362], 1].mean() + np.arange(-0.2 * apart, 0.2 * apart, STEP)
    steps = profile(light, *np.meshgrid(x, y))
    return float(steps.max() - steps.min())


def arms(light: Floats, points: NDArray[Any]) -> float:
    """The same of both edges of a line from each eye to its temple, the weaker of the two; the
    mean of both sides, 0 for one that is turned away."""
    apart = float(np.linalg.norm(points[263] - points[33]))
    along, off = np.meshgrid(np.linspace(0.3, 0.9, 11), np.arange(-0.12, 0.12, STEP / apart))
    found = []
    for (outer, _), temple in zip(EYES, TEMPLES, strict=True):
        way = points[temple] - points[outer]
        if np.linalg.norm(way) < 5:
            found.append(0.0)
            continue
        x = points[outer, 0] + along * way[0]
        level = points[outer, 1] + along * way[1] + off * apart
        lines = [profile(light, x, level + tilt * abs(way[0]) * (along - 0.5)) for tilt in TILTS]
        found.append(max(min(float(steps.max()), -float(steps.min())) for steps in lines))
    return max(float(np.mean(found)), 0.0)


def profile(light: Floats, x: Floats, y: Floats) -> Floats:
    """Differences from row to row of the rows' means, slightly smoothed. x, y: rows x columns."""
    import cv2

    repeat = cv2.BORDER_REPLICATE
    seen: Any = cv2.remap(
        np.ascontiguousarray(light),
        x.astype(np.float32),
        y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=repeat,
    )
    rows: Any = cv2.filter2D(
        seen.mean(1, keepdims=True), -1, cv2.getGaussianKernel(13, 1.6), borderType=repeat
    )
    steps: Floats = np.diff(rows.ravel())
    return steps


def shade(lab: Floats, points: NDArray[Any]) -> dict[str, float]:
    """The three measures of the eyes' surroundings; each the mean of both eyes but tint, the
    smaller."""
    spots = np.array([[spot(lab, points[v]) for v in pair] for pair in CHEEKS])
    cheeks, skin = np.median(spots, axis=1), np.median(spots.reshape(-1, 3), axis=0)
    hidden, darker, tints = [], [], []
    for cheek, (outer, inner) in zip(cheeks, EYES, strict=True):
        middle = (points[outer] + points[inner]) / 2
        wide = float(np.linalg.norm(points[outer] - points[inner]))
        around = box(lab, middle, wide, -0.45, 0.5)
        below = np.median(box(lab, middle, wide, 0.22, 0.6), axis=0)
        hidden.append(float((around[:, 0] < 0.7 * cheek[0]).mean()))
        darker.append(float(cheek[0] - below[0]))
        tints.append(float(np.hypot(*(below - skin)[1:])))
    return {
        "hidden": float(np.mean(hidden)),
        "darker": float(np.mean(darker)),
        "tint": min(tints),
    }


def spot(lab: Floats, at: NDArray[Any]) -> Floats:
    """Median colour of 9 x 9 pixels."""
    x, y = np.round(at).astype(int).clip(4, CHIP - 5)
    colour: Floats = np.median(lab[y - 4 : y + 5, x - 4 : x + 5].reshape(-1, 3), axis=0)
    return colour


def box(lab: Floats, middle: NDArray[Any], wide: float, top: float, bottom: float) -> Floats:
    """Pixels (N x 3) of a rectangle at an eye as wide as it nearly is; top and bottom in widths
    of the eye below its middle."""
    left, right = np.array((-0.45, 0.45)) * wide + middle[0]
    first, last = np.array((top, bottom)) * wide + middle[1]
    (x0, y0), (x1, y1) = (np.clip((x, y), 0, CHIP - 1) for x, y in ((left, first), (right, last)))
    pixels: Floats = lab[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1].reshape(-1, 3)
    return pixels
