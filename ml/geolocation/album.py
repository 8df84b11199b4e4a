"""Photos of an album smooth each other in time: nobody is in Spain at noon and in Japan at one.

A hidden Markov chain over the coarse cells: each photo's clues give its likelihoods, and between
two photos nobody travels further than a speed allows (Weyand et al., PlaNet, 2016, smoothed albums
by a recurrent network; a chain needs no training). Forward and backward in logarithms, over the
cells that matter for some photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from ml.geolocation.cells import EARTH_KM, Floats, earth, on_sphere
from ml.geolocation.clues import Clue
from ml.geolocation.fusion import Posterior, fused, normal, over_earth, prior
from ml.geolocation.ledger import Region, region

FASTEST = 900.0  # km an hour: an airliner
STAY, FAR = 60.0, 0.03  # km that people move about within an hour; share of journeys, at any time
MOST = 1500  # cells that are reckoned with: the likeliest of all photos
SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Moment:
    """A photo of an album. taken: when, None where nobody knows; such photos stay as they are."""

    taken: datetime | None
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What a photo's place is with the others' help. km2: of the region of 90 % without it."""

    latitude: float
    longitude: float
    region: Region
    km2: float


def smoothed(moments: Sequence[Moment]) -> tuple[Smoothed, ...]:
    """Each photo's place, in the order given."""
    dated = [(one.taken, i) for i, one in enumerate(moments) if one.taken is not None]
    order = [i for _, i in sorted(dated)]
    alone = [fused(one.clues) for one in moments]
    found = list(alone)
    if len(order) > 1:
        hours = [(taken - min(dated)[0]).total_seconds() / 3600 for taken, _ in sorted(dated)]
        for i, one in zip(order, chain([moments[i].clues for i in order], hours), strict=True):
            found[i] = one
    return tuple(told(one, other) for one, other in zip(found, alone, strict=True))


def told(found: Posterior, alone: Posterior) -> Smoothed:
    latitude, longitude = found.peak
    return Smoothed(latitude, longitude, region(found, SHARE), round(alone.km2(SHARE), 3))


def chain(photos: Sequence[Sequence[Clue]], hours: Sequence[float]) -> list[Posterior]:
    """Forward and backward over the clues of photos in the order of time. hours: when each was
    taken, since any beginning."""
    cells = earth()
    seen = np.stack([sum_of(clues) for clues in photos])
    kept = likeliest(seen)
    start = np.log(prior()[kept])
    seen = seen[:, kept]
    apart = distances(kept)
    gaps = [later - sooner for sooner, later in pairwise(hours)]
    # Each step is reckoned twice: all of them at once are 18 MB a photo.
    forward = [start + seen[0]]
    for gap, likelihood in zip(gaps, seen[1:], strict=True):
        forward.append(passed(between(apart, gap), forward[-1]) + likelihood)
    backward = [np.zeros(len(kept))]
    for gap, likelihood in zip(reversed(gaps), reversed(seen[1:]), strict=True):
        backward.append(passed(between(apart, gap).T, backward[-1] + likelihood))
    found = []
    for one, other in zip(forward, reversed(backward), strict=True):
        mass = np.zeros(len(cells.names))
        mass[kept] = normal(one + other)
        found.append(Posterior(cells, mass))
    return found


def sum_of(clues: Sequence[Clue]) -> Floats:
    none = np.zeros(len(earth().names))
    return sum((over_earth(clue) for clue in clues if clue.read), start=none)


def likeliest(seen: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Numbers of the cells that are among the likeliest of any photo, or of all together."""
    alone = np.max([normal(np.log(prior()) + one) for one in seen], axis=0)
    together = normal(np.log(prior()) + seen.mean(0))
    order = np.argsort(-np.maximum(alone, together), kind="stable")
    return np.sort(order[:MOST]).astype(np.int64)


def distances(kept: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    """Kilometres between the middles of cells."""
    where = earth().places
    points = on_sphere(where.latitude[kept], where.longitude[kept])
    return np.asarray(EARTH_KM * np.arccos(np.clip(points @ points.T, -1, 1)), np.float64)


def between(apart: Floats, hours: float) -> Floats:
    """Logarithms of how likely one goes from each cell (row) to each (column) in so many hours:
    mostly about, at times far, never faster than planes fly."""
    reach = STAY * (1 + np.sqrt(hours))
    near = np.exp(-(apart**2) / (2 * reach**2))
    far = (apart <= FASTEST * hours + STAY) * 1.0
    near /= near.sum(1, keepdims=True)
    far /= np.maximum(far.sum(1, keepdims=True), 1.0)
    share = FAR * min(1.0, hours / 24) + 1e-4
    with np.errstate(divide="ignore"):
        return np.asarray(np.log((1 - share) * near + share * far), np.float64)


def passed(step: Floats, before: Floats) -> Floats:
    """Logarithms of the sums over where one came from."""
    most = before.max()
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.exp(before - most) @ np.exp(step)) + most, np.float64)
