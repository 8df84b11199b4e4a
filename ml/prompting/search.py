"""Finds something small in a large picture, looking at little of it.

After ScreenSeekeR (Li et al., ScreenSpot-Pro: GUI Grounding for Professional High-Resolution
Computer Use, 2025): an overview proposes where to look, each look there is narrower and sharper,
and what is found is looked at once more before it is believed. There a language model proposes;
here a map of how much each place of the overview is like the thing does, and it is redrawn by what
glimpses see: the next fixation goes where the score is highest, and what a score has just risen by
counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ml.progress import Progress, silent
from ml.prompting.glimpse import Retina
from ml.prompting.search_sight import Kind, Seen, Sight, Step
from ml.prompting.search_targets import Hit, Target
from ml.types import XY, Box

LONGEST = 1216  # pixels of the overview's longer side
APART = 3  # pixels of the overview between two places that are worth a look
MOST = 4000  # such places
FINE = 2  # a glimpse is weighed at half its size: farther out it is no sharper
AGAIN = 24.0  # pixels around what was looked at sharply, where nothing is looked for again
MARGIN = 24  # pixels around a hit when it is looked at once more
LEAST = 96  # pixels of the shorter side of that look
WINDOW, LAP = 640, 96  # pixels of a window and of its overlap with the next
DULL = -1.5  # log-odds in the middle of a glimpse, below which no detector is asked
SAME = 0.3  # overlap (IoU) of two boxes of the same thing
GONE = -np.inf


@dataclass(frozen=True, slots=True)
class Region:
    """Where a planner would look. score: log-odds, added to those of the places inside."""

    box: Box
    score: float
    why: str


class Planner(Protocol):
    """Something that sees the overview and proposes where to look: a language model that sees."""

    def regions(self, overview: Seen, wish: str) -> Sequence[Region]:
        """wish: what is looked for, in words."""


@dataclass(frozen=True, slots=True)
class Search:
    """How a search went. hits: what was found, in the order of finding. seen: share of the
    picture's pixels that was looked at. path: every look, in order."""

    hits: tuple[Hit, ...]
    seen: float
    path: tuple[Step, ...]


@dataclass(slots=True, eq=False)
class Places:
    """Places worth a look. at: N x 2 pixels of the photo. score: log-odds of each. rose: by how
    much the last look raised it. why: what a planner said of it."""

    at: NDArray[np.float64]
    score: NDArray[np.float64]
    rose: NDArray[np.float64] = field(init=False)
    why: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rose = np.zeros(len(self.at))

    def next(self) -> int | None:
        """The place to look at; None when all were."""
        if not len(self.at):
            return None
        best = int((self.score + np.maximum(self.rose, 0)).argmax())
        return None if self.score[best] == GONE else best

    def reason(self, place: int) -> str:
        if self.rose[place] > 0:
            said = f"a glimpse beside it raised its score by {self.rose[place]:.1f}"
        else:
            said = f"the best score left: {self.score[place]:.1f}"
        return f"{self.why[place]}; {said}" if place in self.why else said

    def judged(
        self, seen: Seen, interest: NDArray[np.float32], scale: float, radius: float
    ) -> None:
        """Score anew what a glimpse saw, by a finer map of it."""
        middle = np.asarray(seen.box.centre)
        far = np.linalg.norm(self.at - middle, axis=1)
        near = np.flatnonzero((far < radius) & (self.score > GONE))
        spots = ((self.at[near] - (seen.box.left, seen.box.top)) / scale).astype(int)
        fresh = interest[spots[:, 1], spots[:, 0]]
        self.rose[near] = fresh - self.score[near]
        self.score[near] = fresh
        self.score[far < AGAIN] = GONE


def search(
    sight: Sight,
    target: Target,
    *,
    planner: Planner | None = None,
    stop: bool = True,
    progress: Progress = silent,
) -> Search:
    """Look for the target until it is found, the budget is used up or all was seen.

    stop: at the first find; else all the budget is used.
    """
    overview = sight.overview(LONGEST)
    found = Found(sight, target, stop)
    if overview.scale == 1:
        found.believe(target.sure(overview))
        return Search(tuple(found.hits), sight.seen, tuple(sight.path))
    found.try_out(target.hits(overview))
    if not found.enough:
        places = proposed(overview, target, planner)
        if not sight.affords(swept(sight)):
            glimpsed(sight, target, places, found, progress)
        sweep(sight, target, places, found, progress)
    return Search(tuple(found.hits), sight.seen, tuple(sight.path))


class Found:
    """What was found so far, each looked at once more before it is believed."""

    def __init__(self, sight: Sight, target: Target, stop: bool) -> None:
        self.hits: list[Hit] = []
        self._sight, self._target, self._stop = sight, target, stop
        self._tried: list[Box] = []

    @property
    def enough(self) -> bool:
        return self._stop and bool(self.hits)

    def try_out(self, hits: Sequence[Hit]) -> None:
        """Look at each hit at full resolution, and keep those that hold."""
        for hit in hits:
            box = closer(hit.box)
            if any(hit.box.iou(one) > SAME for one in self._tried):
                continue
            if self.enough or not self._sight.affords(box.area):
                return
            self._tried.append(hit.box)
            seen = self._sight.window(box, f"looks like {self._target.name}: {hit.score:.2f}")
            self.believe(self._target.sure(seen))

    def believe(self, hits: Sequence[Hit]) -> None:
        """Keep hits seen at full resolution that are not known yet."""
        for hit in hits:
            if not any(hit.box.iou(one.box) > SAME for one in self.hits):
                self.hits.append(hit)


def glimpsed(
    sight: Sight, target: Target, places: Places, found: Found, progress: Progress
) -> None:
    """Glimpses, each where the score is highest, until it is found or nothing is left."""
    retina, whole = Retina(), sight.left
    while not found.enough and sight.affords(retina.samples):
        place = places.next()
        if place is None:
            return
        progress(whole - sight.left, whole, "Looking closer")
        fixated(sight, target, retina, places, place, found)


def fixated(
    sight: Sight, target: Target, retina: Retina, places: Places, place: int, found: Found
) -> None:
    """One glimpse: what it sees is tried as a find, and places around it are scored anew."""
    import cv2

    x, y = places.at[place]
    seen = sight.glimpse(retina, (float(x), float(y)), places.reason(place))
    small = cv2.resize(seen.pixels, None, fx=1 / FINE, fy=1 / FINE, interpolation=cv2.INTER_AREA)
    interest = target.interest(np.asarray(small, np.uint8), float(FINE))
    places.judged(seen, interest, float(FINE), FINE * retina.fovea)
    low, high = (retina.radius - retina.fovea) // FINE, (retina.radius + retina.fovea) // FINE
    if interest[low:high, low:high].max() >= DULL:
        found.try_out(target.hits(seen))


def proposed(overview: Seen, target: Target, planner: Planner | None) -> Places:
    """The peaks of the overview's map, and the middles of the planner's regions."""
    from skimage import feature

    interest = target.interest(overview.pixels, overview.scale)
    peak_local_max: Any = feature.peak_local_max
    peaks = peak_local_max(
        interest, min_distance=APART, num_peaks=MOST, exclude_border=False, threshold_abs=-99.0
    )
    scores = interest[peaks[:, 0], peaks[:, 1]].astype(np.float64)
    at = (peaks[:, ::-1] + 0.5) * overview.scale
    regions = planner.regions(overview, target.name) if planner else ()
    middles: list[XY] = [one.box.centre for one in regions]
    if middles:
        at = np.concatenate([at, np.asarray(middles)])
        scores = np.append(scores, np.full(len(middles), scores.max(initial=0.0)))
    places = Places(at, scores)
    for region in regions:
        x, y = at.T
        box = region.box
        inside = (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
        places.score[inside] += region.score
        places.why |= {int(one): region.why for one in np.flatnonzero(inside)}
    return places


def closer(box: Box) -> Box:
    """Whole numbers around a hit, with a margin, at least LEAST a side."""
    (x, y), margin = box.centre, 2 * MARGIN
    wide, high = (max(side + margin, LEAST) / 2 for side in (box.width, box.height))
    return Box(round(x - wide), round(y - high), round(x + wide), round(y + high))


def windows(size: tuple[int, int]) -> list[Box]:
    """Windows that cover the picture, overlapping by LAP at least."""

    def starts(side: int) -> list[int]:
        count = max(1, ceil((side - LAP) / (WINDOW - LAP)))
        return [round(one) for one in np.linspace(0, max(side - WINDOW, 0), count)]

    wide, high = size
    return [
        Box(x, y, min(x + WINDOW, wide), min(y + WINDOW, high))
        for y in starts(high)
        for x in starts(wide)
    ]


def swept(sight: Sight) -> float:
    """Pixels that it takes to see all of the picture."""
    return sum(box.area for box in windows(sight.picture.size))


def sweep(sight: Sight, target: Target, places: Places, found: Found, progress: Progress) -> None:
    """Windows at full resolution with what is left, the likeliest first."""
    scored = [(likeliest(places, box), box) for box in windows(sight.picture.size)]
    whole = sight.left
    for score, box in sorted(scored, key=lambda one: -one[0]):
        if found.enough or not sight.affords(box.area):
            return
        progress(whole - sight.left, whole, "Looking at all that is left")
        why = "nothing stood out more" if score == GONE else f"holds a place of score {score:.1f}"
        found.believe(target.sure(sight.window(box, why, Kind.WINDOW)))


def likeliest(places: Places, box: Box) -> float:
    """The best score of the places inside."""
    x, y = places.at.T
    inside = (x >= box.left) & (x < box.right) & (y >= box.top) & (y < box.bottom)
    return float(places.score[inside].max(initial=GONE))
