"""Finds a part of a photo that stands on it twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import dist
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks
from ml.authenticity.calibration import SPEAKS, Curve, overlapping, reliability
from ml.contracts import Output, View
from ml.registry import Commercial, Group, Model, ModelCard, Task, figures, register
from ml.types import Claim, Finding, Picture, Reading

NAME = "copy-move"
COPIES: Task[Any] = Task("copy-move", "Parts shown twice", NoneType, group=Group.EVIDENCE)
LAYER = "Parts shown twice"
PATTERN = "a pattern repeats, and copies cannot be told from it"
TOO_LITTLE = "not measured: too little to look at"
TITLE, MEASURE = "parts shown twice", "area shown twice"
CURVE = Curve((0.0, 0.48, 0.8, 2.19, 12.71), (-0.14, -0.03, 0.37, 0.76, 3.0))
MET = ("AUC of copy at JPEG 75", "tells copied parts from honest photos at JPEG 75, AUC")
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,100 files, 26 not read",
        "2026-11-29",
        "manage.py evaluate authenticity --data lfw "
        "--models jpeg-ghosts,copy-move,face-surround,shifted-grid --seed 0",
        {
            "AUC at JPEG 95": "57.4 % (53.6 to 61.1)",
            "AUC at JPEG 75": "55.4 % (51.7 to 59.2)",
            "AUC at JPEG 75, first saved poorer": "53.3 % (48.1 to 57.6)",
            "AUC of swap at JPEG 95": "51.0 % (41.5 to 61.5)",
            "AUC of splice at JPEG 95": "53.6 % (44.2 to 63.7)",
            "AUC of copy at JPEG 95": "93.8 % (85.6 to 99.6)",
            "AUC of removal at JPEG 95": "50.4 % (41.2 to 59.1)",
            "AUC of turned at JPEG 95": "53.7 % (44.6 to 62.3)",
            "AUC of smoothing at JPEG 95": "54.2 % (44.9 to 64.1)",
            "AUC of recompression at JPEG 95": "54.2 % (44.9 to 63.6)",
            "AUC of tone at JPEG 95": "48.6 % (39.3 to 58.0)",
            "AUC of swap at JPEG 75": "49.5 % (40.1 to 60.2)",
            "AUC of splice at JPEG 75": "52.2 % (42.7 to 62.6)",
            "AUC of copy at JPEG 75": "93.4 % (85.3 to 99.4)",
            "AUC of removal at JPEG 75": "50.3 % (41.4 to 59.2)",
            "AUC of turned at JPEG 75": "49.1 % (40.7 to 57.7)",
            "AUC of smoothing at JPEG 75": "51.0 % (42.3 to 59.9)",
            "AUC of recompression at JPEG 75": "49.8 % (40.2 to 59.8)",
            "AUC of tone at JPEG 75": "48.1 % (38.7 to 58.0)",
            "honest photos it speaks against": "3.3 % (0.7 to 7.0)",
        },
    ),
)
LONGEST = 640  # pixels a photo's longer side is reduced to: what is copied is larger than a pore
PATCH, STEP, MARGIN = 12, 2, 8
MOST = 24_000  # patches that are looked up
NEAREST = 5
APART = 24  # pixels from which a patch may be another's copy
ALIKE = 25.0  # how far apart copies may be after JPEG, in grey levels over a patch's values
# Along an edge everything looks alike: the least change in any direction (squared grey levels), and
# as a part of the greatest.
CORNERED, LEAST_PART = 10.0, 0.05
EXTREME = 13  # pixels around black and white ones that tell nothing: borders, lettering, clipping
LIKE, LEVEL = 0.92, 8.0  # correlation and difference in brightness that copies keep
LEAST = 400  # pixels with corners, of which every other column and row is looked at
SAME_SHIFT, RIVAL = 4.0, 0.5  # pixels between shifts that are one; a rival's part of the greatest
SHIFTS, FEWEST_VOTES = 4, 6  # shifts that are checked, and votes that make one worth it


@dataclass(frozen=True, slots=True, eq=False)
class Copies:
    """share: of the photo's area that is there a second time. mask: h x w, 1 in both places.
    looked_at: pixels with corners, which alone can be found again. repeats: whether nearly as much
    is there again elsewhere, as of fences, tiles and windows.
    """

    share: float
    mask: NDArray[np.uint8]
    looked_at: int
    repeats: bool = False


def copies(pixels: NDArray[np.uint8]) -> Copies:
    """What of a photo (at most LONGEST pixels a side) is there twice, moved but not turned.

    Patches with the most alike values elsewhere vote for a shift; where the photo agrees with
    itself when moved so, pixel by pixel, there is a copy (after Fridrich et al., 2003).
    """
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    cornered = corners(grey)
    looked_at = int(cornered.sum())
    best = Copies(0.0, np.zeros(grey.shape, np.uint8), looked_at)
    place, shares = (0, 0), {}
    for across, down in shifts(pixels, grey, cornered):
        core, whole = agreeing(grey, cornered, across, down)
        share = float(core.mean())
        shares[across, down] = share
        if share > best.share:
            both = np.maximum(whole, np.roll(whole, (down, across), (0, 1)))
            best = Copies(share, both, looked_at)
            place = across, down
    rivals = (share for shift, share in shares.items() if dist(shift, place) > SAME_SHIFT)
    return replace(best, repeats=max(rivals, default=0.0) > RIVAL * best.share)


def corners(grey: NDArray[np.float32]) -> NDArray[np.bool_]:
    """h x w: where a photo changes in every direction."""
    import cv2

    change = cv2.cornerEigenValsAndVecs(grey, 9, 3)[..., :2]
    least, most = change.min(2), change.max(2)
    extreme = ((grey <= 3) | (grey >= 252)).astype(np.uint8)
    clear = cv2.dilate(extreme, np.ones((EXTREME, EXTREME), np.uint8)) == 0
    found: NDArray[np.bool_] = (least > CORNERED) & (least > LEAST_PART * most) & clear
    return found


def shifts(
    pixels: NDArray[np.uint8], grey: NDArray[np.float32], cornered: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """The shifts (x, y) that most patches are found again by, the most first."""
    import cv2
    from scipy.spatial import cKDTree

    high, wide = grey.shape
    if min(high, wide) <= 2 * MARGIN + STEP:
        return []
    grid = np.mgrid[MARGIN : high - MARGIN : STEP, MARGIN : wide - MARGIN : STEP].reshape(2, -1)
    y, x = grid[:, cornered[grid[0], grid[1]]]
    if len(y) <= NEAREST:
        return []
    every = -(-len(y) // MOST)
    y, x = y[::every], x[::every]
    soft = cv2.blur(pixels, (4, 4)).astype(np.float32)
    mean = cv2.blur(grey, (4, 4))
    values = [mean[y + a, x + b] for a in (-4, 0, 4) for b in (-4, 0, 4)]
    values += [soft[y, x, channel] - mean[y, x] for channel in (0, 2)]
    features = np.stack(values, 1)
    apart, index = cKDTree(features).query(features, k=NEAREST, distance_upper_bound=ALIKE)
    found, order = np.isfinite(apart[:, 1:]), index[:, 1:]
    row, column = np.nonzero(found)
    other = order[row, column]
    across, down = x[other] - x[row], y[other] - y[row]
    far = np.hypot(across, down) > APART
    turn = np.where((down < 0) | ((down == 0) & (across < 0)), -1, 1)
    return most_voted((across * turn)[far], (down * turn)[far])


def most_voted(across: NDArray[Any], down: NDArray[Any]) -> list[tuple[int, int]]:
    pairs, votes = np.unique(np.stack([across, down], 1), axis=0, return_counts=True)
    chosen = np.argsort(-votes, kind="stable")[:SHIFTS]
    return [(int(pairs[i, 0]), int(pairs[i, 1])) for i in chosen if votes[i] >= FEWEST_VOTES]


def agreeing(
    grey: NDArray[np.float32], cornered: NDArray[np.bool_], across: int, down: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Two masks, h x w, 0 or 1: the largest part of the photo with corners that is there again so
    far across and down, and all that agrees around it."""
    import cv2

    high, wide = grey.shape
    left, right = max(0, -across), wide - max(0, across)
    one = grey[: high - down, left:right]
    two = grey[down:, left + across : right + across]
    means = cv2.blur(one, (9, 9)), cv2.blur(two, (9, 9))
    both = cv2.blur(one * two, (9, 9)) - means[0] * means[1]
    spread = [cv2.blur(a * a, (9, 9)) - m * m for a, m in zip((one, two), means, strict=True)]
    like = both / np.sqrt(np.maximum(spread[0] * spread[1], 1.0)) > LIKE
    level = np.abs(means[0] - means[1]) < LEVEL
    rich = cornered[: high - down, left:right] & cornered[down:, left + across : right + across]
    alike, opening = like & level, np.ones((5, 5), np.uint8)
    core = cv2.morphologyEx((alike & rich).astype(np.uint8), cv2.MORPH_OPEN, opening)
    count, labels, sizes, _ = cv2.connectedComponentsWithStats(core)
    found = np.zeros((2, high, wide), np.uint8)
    if count > 1:
        core = labels == 1 + int(sizes[1:, cv2.CC_STAT_AREA].argmax())
        _, labels = cv2.connectedComponents(
            cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, opening)
        )
        found[0, : high - down, left:right] = core
        found[1, : high - down, left:right] = np.isin(labels, labels[core]) & (labels > 0)
    return found[0], found[1]


@register(
    ModelCard(
        name=NAME,
        title="Parts shown twice",
        task=COPIES,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=60,
        paper="Fridrich et al., Detection of Copy-Move Forgery in Digital Images, 2003",
        known_limits=(
            "Finds copies that were moved, not turned or resized, and that show more than an even "
            "surface or one edge; where a pattern repeats it cannot tell, and two things of one "
            "make, side by side, it may take for copies."
        ),
        measured=MEASURED,
    )
)
class CopyMove(Model):
    """Whether a part of the photo stands on it twice."""

    def run(self, view: View) -> Output:
        found = copies(small(view.picture))
        if found.looked_at < LEAST:
            nothing = Finding(NAME, TITLE, None, Claim.EDITED, note=TOO_LITTLE)
            return Output(findings=(nothing,))
        reading = Reading(NAME, MEASURE, round(1000 * found.share, 2), unit="per mille")
        weight = CURVE(1000 * found.share)
        shows = weight >= SPEAKS
        if shows and found.repeats:
            pattern = Finding(NAME, TITLE, None, Claim.EDITED, note=PATTERN)
            return Output(findings=(pattern,), readings=(reading,))
        said = "a part is there twice" if shows else "nothing is there twice"
        finding = Finding(
            NAME,
            TITLE,
            said,
            Claim.EDITED,
            weight,
            reliability(MEASURED, *MET),
            layer=LAYER if shows else "",
            group=overlapping(weight),
        )
        warmth = found.mask.astype(np.float64)
        marks = (blocks.heat(NAME, LAYER, warmth, view.picture, on=True),) if shows else ()
        return Output(findings=(finding,), marks=marks, readings=(reading,))


def small(picture: Picture) -> NDArray[np.uint8]:
    """The photo's pixels, at most LONGEST a side; each is the mean of an area."""
    import cv2

    times = LONGEST / max(picture.size)
    if times >= 1:
        return picture.pixels
    size = tuple(max(1, round(side * times)) for side in picture.size)
    return np.asarray(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
