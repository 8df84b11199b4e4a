"""Lays a portrait out as a passport photo, and says what an office would not take.

Nothing is put right in silence: a tilted head stays tilted, shut eyes stay shut, and both are said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import Iris, Pose
from ml.contracts.portraits import Floats, Wish
from ml.facs import measures
from ml.frontal import frontal
from ml.generation.passport_layouts import Layout, Range

Pixels = NDArray[np.uint8]
DPI = 300
MM = 25.4  # an inch
# The crown, in heights of the face mesh above the chin: what the outline says is taken between
# these, for below there is no skull, and above are piled hair and hats. So it is with all but a
# tenth each of 44 people of LFW; a shaved head has 1.42.
CROWN: Range = (1.28, 1.52)
CORNERS = ((33, 133), (362, 263))  # of the person's right and left eye
# ISO/IEC 39794-5:2019 allows 5 degrees of yaw and pitch and 8 of roll; what tells pitch here errs
# by as much.
TURNED, RAISED, TILTED = 8.0, 20.0, 8.0
APART = 0.069  # distances between the eyes; lips wider apart are an open mouth
NARROW = 0.19  # widths of an eye between its lids; less is shut as often as not
RESTLESS = 0.06  # standard deviation of lightness behind the person
NOBODY = 0.02  # alpha
COARSE = 1.5  # times that the photo's own pixels are enlarged
TOP = 0.28  # of what is left above and below the head lies above, where nothing is said


@dataclass(frozen=True, slots=True)
class Head:
    """Where a head is, in pixels of the portrait. middle: of the face, across. roll: degrees.
    hidden: the outline does not say where the crown is."""

    crown: float
    chin: float
    eyes: float
    middle: float
    roll: float
    hidden: bool

    @property
    def high(self) -> float:
        return self.chin - self.crown


@dataclass(frozen=True, slots=True)
class Fault:
    """What an office would not take. name: for programs. words: what it is, and what helps."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of the portrait that is laid out. pixels: S x S x 3, RGB, 0..1, before the
    wanted background, or the photo's own. alpha: S x S, the person. mesh: 468 x 3. eyes: right and
    left, as the iris model sees them. wish: what was changed. own: the background is the photo's.
    enlarged: portrait pixels a pixel of the photo."""

    pixels: Floats
    alpha: Floats
    mesh: NDArray[np.float64]
    pose: Pose
    eyes: tuple[Iris | None, Iris | None] | None = None
    wish: Wish = field(default_factory=Wish)
    own: bool = False
    enlarged: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """photo: RGB, 8 bit, DPI. head, eyes, top: millimetres, as in Layout. faults: worst first."""

    photo: Pixels
    head: float
    eyes: float
    top: float
    faults: tuple[Fault, ...]


def laid(sight: Sight, layout: Layout) -> Laid:
    """A portrait in the size that an office asks for."""
    found = head(sight.mesh, sight.alpha)
    scale = sum(layout.head) / 2 / found.high  # millimetres a pixel
    across = layout.wide / 2 - scale * found.middle
    down = above(layout, found, scale) - scale * found.crown
    photo, lacking = cut(sight, layout, scale, (across, down))
    eyes, top = layout.high - (scale * found.eyes + down), scale * found.crown + down
    told = [*of_the_person(sight, found), *of_the_photo(sight, layout, found, scale, lacking)]
    told += outside("eyes", "The eyes lie", eyes, layout.eyes)
    told += outside("top", "The head begins", top, layout.top)
    return Laid(photo, scale * found.high, eyes, top, tuple(told))


def head(mesh: NDArray[Any], alpha: Floats) -> Head:
    """Measured along the portrait's height: of a tilted head as a ruler would on the print."""
    forehead, chin = mesh[geometry.FOREHEAD], mesh[geometry.CHIN]
    high = float(chin[1] - forehead[1])
    eyes = np.array([mesh[list(pair), :2].mean(0) for pair in CORNERS])
    middle = float((forehead[0] + chin[0]) / 2)
    near = alpha[:, max(0, round(middle - 0.2 * high)) : round(middle + 0.2 * high) + 1]
    rows = np.flatnonzero((near > 0.5).mean(1) > 0.5)
    top = float(rows[0]) if len(rows) else float(forehead[1])
    least, most = (float(chin[1]) - share * high for share in CROWN)
    along = eyes[1] - eyes[0]
    roll = float(np.degrees(np.arctan2(along[1], along[0])))
    crown = min(max(top, most), least)
    return Head(crown, float(chin[1]), float(eyes[:, 1].mean()), middle, roll, crown != top)


def above(layout: Layout, found: Head, scale: float) -> float:
    """Millimetres from the upper edge to the crown."""
    if layout.eyes is not None:
        return layout.high - sum(layout.eyes) / 2 - scale * (found.eyes - found.crown)
    if layout.top is not None:
        return sum(layout.top) / 2
    return TOP * (layout.high - scale * found.high)


def cut(
    sight: Sight, layout: Layout, scale: float, shift: tuple[float, float]
) -> tuple[Pixels, float]:
    """The photo at DPI, and how many millimetres of it the portrait lacks at its worst edge."""
    import cv2

    dots = DPI / MM
    size = round(layout.wide * dots), round(layout.high * dots)
    finer = scale * dots
    to = np.array([(finer, 0, shift[0] * dots), (0, finer, shift[1] * dots)])
    to[:, 2] += finer / 2 - 0.5  # a pixel's centre is not its corner
    way = cv2.INTER_CUBIC if finer > 1 else cv2.INTER_AREA
    shown: Any = cv2.warpAffine(sight.pixels, to, size, flags=way, borderMode=cv2.BORDER_REPLICATE)
    side = len(sight.alpha) * scale
    right, below = (
        length - start - side
        for length, start in zip((layout.wide, layout.high), shift, strict=True)
    )
    # Above and beside the person a plain background goes on; below there would be no body.
    lacks = max(*shift, right, below) if sight.own else below
    return (shown.clip(0, 1) * 255 + 0.5).astype(np.uint8), max(0.0, float(lacks))


def of_the_person(sight: Sight, found: Head) -> list[Fault]:
    """What the person would have to do otherwise."""
    told = []
    if abs(found.roll) > TILTED:
        told.append(Fault("tilted", f"The head is tilted by {abs(found.roll):.0f} degrees: hold it "
                          "upright."))  # fmt: skip
    if abs(sight.pose.yaw) > TURNED:
        told.append(Fault("turned", f"The head is turned by {abs(sight.pose.yaw):.0f} degrees: "
                          "look straight into the camera."))  # fmt: skip
    if abs(sight.pose.pitch) > RAISED:
        way = "raised" if sight.pose.pitch > 0 else "lowered"
        told.append(Fault("raised", f"The chin is {way}: hold the camera as high as the eyes."))
    if lids(sight.eyes) < NARROW:
        told.append(Fault("eyes", "The eyes may be shut or narrowed: look at the photo yourself."))
    if measures(frontal(sight.mesh))["mouth open"] > APART:
        told.append(Fault("mouth", "The mouth seems open: it has to be shut, without a smile that "
                          "shows teeth."))  # fmt: skip
    return told


def of_the_photo(
    sight: Sight, layout: Layout, found: Head, scale: float, lacking: float
) -> list[Fault]:
    """What the picture would have to be otherwise."""
    told = []
    if sight.wish != Wish():
        told.append(Fault("changed", "The face was drawn anew: no office takes that. Lay out the "
                          "photo as it is."))  # fmt: skip
    if not sight.own and layout.unaltered:
        told.append(Fault("background", "The background was replaced, and this office asks for "
                          "photos that nobody changed: take one before a plain wall."))  # fmt: skip
    if sight.own and restless(sight) > RESTLESS:
        told.append(Fault("restless", "The background is not plain: stand before an even wall."))
    if found.hidden:
        told.append(Fault("crown", "Hair or a hat hides where the head ends; its height is an "
                          "estimate."))  # fmt: skip
    if lacking > 0.2:
        told.append(Fault("cut", f"The photo ends {lacking:.0f} mm before the print does: take it "
                          "from farther away."))  # fmt: skip
    enlarged = scale * DPI / MM * sight.enlarged
    if enlarged > COARSE:
        told.append(Fault("coarse", f"The photo is enlarged {enlarged:.1f} times: the print will "
                          "be soft. Take it from nearer or with more pixels."))  # fmt: skip
    return told


def outside(name: str, begins: str, value: float, asked: Range | None) -> list[Fault]:
    if asked is None or asked[0] <= value <= asked[1]:
        return []
    where = "above the lower edge" if name == "eyes" else "below the upper edge"
    words = f"{begins} {value:.0f} mm {where}; {asked[0]:g} to {asked[1]:g} are asked for."
    return [Fault(name + " line", words)]


def lids(eyes: tuple[Iris | None, Iris | None] | None) -> float:
    """The mean distance between the lids, in widths of an eye; 1 where nobody can tell."""
    seen = [eye.contour for eye in eyes or () if eye is not None]
    if not seen:
        return 1.0
    apart = []
    for lid in seen:
        width = lid[8] - lid[0]
        down = np.array([-width[1], width[0]])
        apart.append(np.abs((lid[11:14] - lid[3:6]) @ down).mean() / (down @ down))
    return float(np.mean(apart))


def restless(sight: Sight) -> float:
    """How much lightness differs behind the person."""
    behind = sight.pixels[sight.alpha < NOBODY]
    return float(behind.mean(1).std()) if len(behind) else 0.0
