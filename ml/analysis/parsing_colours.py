"""Guesses by colour and place what a mesh does not know: hair, beard and neck, and what is unsure.

Works on one head's chip. Colours are CIELAB; distances are squared, in standard deviations. The
thresholds were chosen by looking; a third more or less of one changed F1 by three points at most
(`python -m tests.fitting.heads`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.analysis.parsing_outlines import NUMBER, Inside, Labels
from ml.runtimes import Floats

# Standard deviations of a colour (L, a, b) that are believed: faces and hair are lit unevenly.
LEAST_SPREAD, MOST_SPREAD = np.array([14.0, 4.0, 5.0]), np.array([18.0, 8.0, 9.0])
ODD, STRANGE = 3.0**2, 5.0**2  # further from skin than the first, from hair than the second: not it
ALIKE = 1.5  # standard deviations apart are two colours that cannot be told apart
LEAST = 0.015  # of the square of a face's height: fewer pixels are no hair
SURE = 0.35  # below it the estimate is called unknown
JAW, CHIN = -0.15, -0.5  # heights of the face below its middle where shoulders and clothes begin
FRONT, REACH = 0.25, 0.85  # how far from the middle hair begins below the jaw, and ends anywhere
# What place says for hair against skin, in the same unit as the distances: above the face, beside
# the eyes, beside the mouth.
ABOVE, BESIDE, BELOW = 9.0, 1.0, -3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where each pixel lies to the face: up from its middle and across, in heights of the face."""

    up: Floats
    across: Floats
    height: float


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour as it varies over a part: mean and standard deviations of L, a and b."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    def far(self, lab: Floats) -> Floats:
        """Distance of each pixel (... x 3)."""
        # One channel after the other: numpy is slow at axes as short as that of colours.
        mean, spread = self.mean.astype(np.float32), self.spread.astype(np.float32)
        far: Floats = sum(
            np.square((lab[..., one] - mean[one]) / spread[one]) for one in range(len(mean))
        )
        return far

    def apart(self, other: Colour) -> float:
        """Standard deviations between two colours."""
        return float(np.sqrt(((self.mean - other.mean) ** 2 / (self.spread * other.spread)).sum()))


def frame(mesh: NDArray[Any], size: int) -> Frame:
    """mesh: N x 3, in pixels of the chip."""
    middle = (mesh[geometry.FOREHEAD, :2] + mesh[geometry.CHIN, :2]) / 2
    axis = mesh[geometry.FOREHEAD, :2] - mesh[geometry.CHIN, :2]
    height = float(np.linalg.norm(mesh[geometry.FOREHEAD] - mesh[geometry.CHIN]))
    up = axis / max(float(np.linalg.norm(axis)), 1e-6)
    y, x = (grid - at for grid, at in zip(np.ogrid[:size, :size], middle[::-1], strict=True))
    across, along = (x * -up[1] + y * up[0]) / height, (x * up[0] + y * up[1]) / height
    return Frame(along.astype(np.float32), across.astype(np.float32), height)


def colour_of(lab: Floats, where: Inside) -> Colour:
    """The colour of a part, and how it varies; a tenth of strays does not move it."""
    pixels = lab[where].T.astype(np.float64, order="C")
    low, mean, high = np.percentile(pixels, (16, 50, 84), axis=1)
    return Colour(mean, ((high - low) / 2).clip(LEAST_SPREAD, MOST_SPREAD))


def estimated(
    lab: Floats, labels: Labels, face: Inside, person: Inside, place: Frame
) -> dict[str, float]:
    """Writes hair, beard, neck, body and unknown into the labels; how sure of each, 0..1.

    lab: size x size x 3. face: the oval. person: without other people's heads.
    """
    cheeks = (labels == NUMBER["skin"]) & (np.abs(place.up) < 0.3)
    skin = colour_of(lab, cheeks if cheeks.sum() > 20 else face)
    far = smooth(skin.far(lab))
    around = person & ~face
    labels[around] = NUMBER["unknown"]
    below = around & (place.up < CHIN)
    labels[below] = NUMBER["body"]
    neck = below & (place.up > -0.95) & (np.abs(place.across) < 0.36) & (far < ODD)
    neck &= reached(neck | face, face)
    labels[neck] = NUMBER["neck"]
    sure = {"hair": hair(lab, labels, face, person, place, skin, far), "beard": 0.0}
    sure["neck"] = round(min(1.0, float(neck.sum()) / (0.06 * place.height**2)), 2)
    sure["beard"] = beard(lab, labels, place, skin)
    return sure


def hair(
    lab: Floats,
    labels: Labels,
    face: Inside,
    person: Inside,
    place: Frame,
    skin: Colour,
    far: Floats,
) -> float:
    """Labels hair, and skin outside the oval; gives how sure that is."""
    around = person & ~face & (np.abs(place.across) < REACH)
    upper = around & (place.up > JAW)
    seeds = upper & (far > ODD) & (place.up > 0.1)
    if seeds.sum() < LEAST * place.height**2:
        labels[upper & (far < ODD)] = NUMBER["skin"]
        return 0.0
    colour = colour_of(lab, seeds)
    near = smooth(colour.far(lab))
    likely = odds(far[upper], near[upper], place.up[upper], skin, colour)
    found = np.zeros_like(upper)
    found[upper] = (likely > 0.5) & (near[upper] < STRANGE)
    fringe = face & (labels == NUMBER["skin"]) & (place.up > 0.25) & (far > ODD) & (near < ODD)
    beside = around & (np.abs(place.across) > FRONT) & (place.up <= JAW)
    long = lasting(beside & (near < far) & (far > ODD), labels, lab, colour, place)
    found = joined(found | fringe | long, upper, place.height)
    clear = min(1.0, skin.apart(colour) / (2 * ALIKE))
    sure = float(clear * (2 * np.abs(likely - 0.5)).mean())
    labels[upper & ~found & (far < ODD)] = NUMBER["skin"]
    labels[found] = NUMBER["hair"] if sure >= SURE else NUMBER["unknown"]
    return round(sure, 2) if sure >= SURE and found.any() else 0.0


def odds(
    far: Floats, near: Floats, up: Floats, skin: Colour, colour: Colour
) -> NDArray[np.float64]:
    """How likely pixels are hair, 0..1. far, near: how far each is from skin and from hair. up:
    above the middle of the face."""
    prior = np.interp(up, (-0.3, 0.0, 0.55), (BELOW, BESIDE, ABOVE)).astype(np.float32)
    more = far + np.log(skin.spread).sum() - near - np.log(colour.spread).sum() + prior
    likely: NDArray[np.float64] = 1 / (1 + np.exp(-more.clip(-30, 30) / 2))
    return likely


def lasting(below: Inside, labels: Labels, lab: Floats, colour: Colour, place: Frame) -> Inside:
    """Of the pixels below the chin those that are hair: none where clothes have its colour."""
    clothes = (labels == NUMBER["body"]) & (place.up < -0.7)
    if clothes.sum() < 20:
        return np.zeros_like(below)
    worn = colour_of(lab, clothes)
    if worn.apart(colour) > ALIKE:
        return below & (worn.far(lab) > colour.far(lab))
    labels[below] = NUMBER["unknown"]
    return np.zeros_like(below)


def beard(lab: Floats, labels: Labels, place: Frame, skin: Colour) -> float:
    """Labels a beard where the lower face is darker than skin gets by shadow alone."""
    chin = (labels == NUMBER["skin"]) & (place.up < -0.15) & (place.up > -0.52)
    if not chin.any():
        return 0.0
    darker, *pale = ((skin.mean[one] - lab[..., one]) / skin.spread[one] for one in range(3))
    found = chin & (smooth((darker + 0.5 * sum(pale)).astype(np.float32)) > 2.5)
    share = float(found.sum() / chin.sum())
    if share < 0.25:
        return 0.0
    labels[found] = NUMBER["beard"]
    return round(min(1.0, share / 0.6), 2)


def joined(found: Inside, upper: Inside, height: float) -> Inside:
    """Without specks and what does not hang from above the jaw."""
    import cv2

    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    closed = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(closed)
    hangs = np.bincount(parts[upper & found], minlength=count) > 0
    keep = np.flatnonzero(hangs & (stats[:, cv2.CC_STAT_AREA] >= LEAST * height**2))
    large: Inside = np.isin(parts, keep) & found & (parts > 0)
    return large


def reached(where: Inside, start: Inside) -> Inside:
    """The pixels that hang together with `start`."""
    import cv2

    count, parts = cv2.connectedComponents(where.astype(np.uint8))
    hangs = np.bincount(parts[start & where], minlength=count) > 0
    found: Inside = hangs[parts] & where
    return found


def smooth(values: Floats) -> Floats:
    """The mean of 3 x 3 pixels."""
    import cv2

    blurred: Any = cv2.blur(values, (3, 3))
    return blurred  # type: ignore[no-any-return]
