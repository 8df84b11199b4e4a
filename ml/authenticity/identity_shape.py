"""Compares the shape of a face with that of true photos, the head turned to the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Pose
from ml.frontal import frontal

Floats = NDArray[np.float64]
COUNTS = 10  # so many photos does the usual spread of a proportion weigh beside a person's own
ALIKE_YAW, ALIKE_PITCH = 25.0, 20.0  # degrees; photos turned by no more are compared first
ENOUGH = 3  # of them make it needless to look at others


@dataclass(frozen=True, slots=True)
class Proportion:
    """The logarithm of a distance between two vertices of the frontal mesh.

    typical: of a head that looks straight ahead. by_yaw, by_pitch: what it changes by a degree of
    |yaw| and of pitch. own, others: its standard deviation among photos of one person, and among
    people.
    """

    title: str
    first: int
    second: int
    typical: float
    by_yaw: float
    by_pitch: float
    own: float
    others: float


PROPORTIONS: tuple[Proportion, ...] = (
    Proportion("face width at the ears", 234, 454, 0.4306, 0.00046, 0.00186, 0.0083, 0.0074),
    Proportion("face width at the cheeks", 132, 361, 0.3926, 0.00031, 0.00247, 0.0129, 0.0129),
    Proportion("jaw width", 172, 397, 0.2178, 0.00011, 0.00295, 0.0179, 0.0174),
    Proportion("chin width", 149, 378, -0.366, -0.00016, 0.00406, 0.0268, 0.0304),
    Proportion("between the inner eye corners", 133, 362, -0.9729, 0.00071, 0.00122, 0.019, 0.0147),
    Proportion("right eye's width", 33, 133, -1.1551, -0.00011, -0.00058, 0.0374, 0.0075),
    Proportion("left eye's width", 263, 362, -1.1493, -0.00077, -0.00031, 0.0345, 0.0147),
    Proportion("nose width", 129, 358, -0.7383, -0.00187, -0.00043, 0.0466, 0.024),
    Proportion("nose length", 168, 2, -0.5704, -0.00156, -0.00185, 0.0343, 0.0339),
    Proportion("tip to base of the nose", 4, 2, -1.3996, -0.00086, -0.00286, 0.0101, 0.0074),
    Proportion("forehead height", 10, 168, -0.6276, -0.00105, -0.00210, 0.0294, 0.0254),
    Proportion("nose to mouth", 2, 0, -1.8667, -0.00155, 0.00286, 0.0785, 0.0602),
    Proportion("nose to chin", 2, 152, -0.2406, -0.0005, 0.00295, 0.0474, 0.0326),
    Proportion("face height", 10, 152, 0.611, -0.00108, 0.00006, 0.0245, 0.0216),
    Proportion("right brow to eye", 105, 159, -1.4306, -0.00316, 0.00089, 0.0604, 0.056),
    Proportion("left brow to eye", 334, 386, -1.4452, -0.00271, 0.00125, 0.0676, 0.062),
)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """proportions: of PROPORTIONS, as if looking straight ahead. points: 468 x 3, frontal mesh."""

    proportions: Floats
    points: Floats
    pose: Pose


def shape(mesh: NDArray[Any], pose: Pose) -> Shape:
    """Of one face; its mesh is 468 x 3 in the photo's pixels."""
    points = frontal(mesh)
    logs = [np.log(np.linalg.norm(points[one.first] - points[one.second])) for one in PROPORTIONS]
    turned = [one.by_yaw * abs(pose.yaw) + one.by_pitch * pose.pitch for one in PROPORTIONS]
    return Shape(np.array(logs) - np.array(turned), points, pose)


def alike_turned(mine: Shape, theirs: Sequence[Shape]) -> list[Shape]:
    """Those turned much as the face is, where they are enough; else all."""
    near = [
        one
        for one in theirs
        if abs(one.pose.yaw - mine.pose.yaw) <= ALIKE_YAW
        and abs(one.pose.pitch - mine.pose.pitch) <= ALIKE_PITCH
    ]
    return near if len(near) >= ENOUGH else list(theirs)


def expected(theirs: Sequence[Shape]) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each proportion of another photo of that person.

    The person's mean is drawn towards everybody's, and the own spread towards the usual one, the
    more so the fewer the photos (normal distributions with known variance between people).
    """
    seen = np.stack([one.proportions for one in theirs])
    typical = np.array([one.typical for one in PROPORTIONS])
    own, others = (np.array([getattr(p, of) for p in PROPORTIONS]) ** 2 for of in ("own", "others"))
    count = len(seen)
    spread = seen.var(0) * count + COUNTS * own
    spread /= count - 1 + COUNTS
    known = others / (others + spread / count)
    mean = typical + known * (seen.mean(0) - typical)
    return mean, np.sqrt(spread + others * (1 - known))


def unlike(mine: Shape, theirs: Sequence[Shape]) -> float:
    """How much likelier such proportions are of anybody than of that person: the mean of the log
    likelihood ratios of all proportions."""
    mean, spread = expected(alike_turned(mine, theirs))
    typical = np.array([one.typical for one in PROPORTIONS])
    total = np.array([np.hypot(one.own, one.others) for one in PROPORTIONS])
    of_person = -0.5 * ((mine.proportions - mean) / spread) ** 2 - np.log(spread)
    of_anybody = -0.5 * ((mine.proportions - typical) / total) ** 2 - np.log(total)
    return float((of_anybody - of_person).mean())


def farthest(mine: Shape, theirs: Sequence[Shape]) -> str:
    """The proportion that is most unlike that person's, with the range in which 95 % of that
    person's photos are expected, in distances between the eyes of the average face."""
    mean, spread = expected(alike_turned(mine, theirs))
    place = int(np.argmax(np.abs(mine.proportions - mean) / spread))
    middle, wide = mean[place], 1.96 * spread[place]
    seen, low, high = np.exp([mine.proportions[place], middle - wide, middle + wide])
    return f"{PROPORTIONS[place].title} {seen:.2f}, expected {low:.2f} to {high:.2f}"


# What an expression moves: vertices nearer than this to the lips and lids, in eye distances.
MOVED = 0.22
MOVING = (13, 14, 61, 291, 0, 17, 159, 145, 386, 374, 105, 334)


def bumps(mine: Shape, theirs: Sequence[Shape]) -> float:
    """Root of the mean squared distance, in eye distances, between the frontal mesh and the mean of
    the true ones, once all that a smooth bend explains (quadratic in the place: another pose,
    camera or proportion) is taken away. Lips, lids and brows are left out."""
    mean = np.mean([one.points for one in alike_turned(mine, theirs)], axis=0)
    far = np.linalg.norm(mean[:, None] - mean[list(MOVING)][None], axis=2).min(1) > MOVED
    x, y, z = mean[far].T
    bends = np.column_stack([np.ones_like(x), x, y, z, x * x, x * y, y * y, x * z, y * z, z * z])
    apart = mine.points[far] - mean[far]
    left = apart - bends @ np.linalg.lstsq(bends, apart, rcond=None)[0]
    return float(np.sqrt((left**2).sum(1).mean()))
