"""Finds a part of a photo that an earlier JPEG cut into blocks at other places than the file does.

Whoever pastes a part of a JPEG, or saves a part by itself, rarely puts it where its blocks of 8 x 8
pixels meet the photo's own. At the place where its own blocks begin, its coefficients still lie
near multiples of the earlier table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.authenticity import blocks, saving
from ml.authenticity.blocks import SIDE, Floats
from ml.authenticity.saving import Table

QUALITIES = range(40, 93)  # of earlier saves that are looked for
COEFFICIENTS = ((0, 0), (0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (1, 2), (2, 1))
FAINTEST, VISIBLE = 0.05, 0.2  # parts of the rhythm that the last save left: of any, of the mean
WINDOWS = (5, 7, 9)  # sides of parts, in blocks of a photo that is blocks.NORM wide
REACH = 1200  # no coefficient is further from 0
PLACES = SIDE * SIDE
LEAST_SPREAD = 0.02
EVERYWHERE = 1.5  # spreads by which a place stands out in half the windows: the photo was cropped
TOO_SMALL, TOO_POOR = "photo too small", "the last save left no trace of earlier ones"


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """The part whose grid is most apart. score: how many spreads it stands out among all places
    where blocks could begin. quality: of the earlier save. place: where the part's blocks begin,
    (down, across), 0..7. map: n x m, 1 in the part."""

    score: float
    quality: int
    place: tuple[int, int]
    map: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A photo's coefficients by where blocks could begin, but for the file's own place.

    values: one array a coefficient, 63 x n x m, whole numbers from -REACH on, counted from 0.
    counts: how often each occurs.
    """

    values: tuple[NDArray[np.intp], ...]
    counts: tuple[NDArray[np.intp], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values[0].shape[1:]


def looked(pixels: NDArray[np.uint8], table: Table) -> Shifted | str:
    """The part whose grid is most apart, or why none can be looked for.

    pixels: as the file stores them. table: the file's own of luminance. Of each place where blocks
    could begin and each earlier table, how near coefficients are to its multiples is the real part
    of their phase (Bianchi and Piva, Detection of Nonaligned Double JPEG Compression Based on
    Integer Periodicity Maps, 2012, take its magnitude over a whole photo); here window by window
    against the other places, and against the same place elsewhere.
    """
    light = blocks.luminance(pixels)
    if min((length - 2 * SIDE) // SIDE for length in light.shape) <= WINDOWS[-1]:
        return TOO_SMALL
    noise = left_over(table)
    tables = visible(noise)
    if not tables:
        return TOO_POOR
    placed = coefficients(light)
    sides = sides_for(placed.shape)
    coarse = {
        steps: nearness(placed, steps, noise) for steps in dict.fromkeys(one[:3] for one in tables)
    }
    out = sorted({one for near in coarse.values() for one in everywhere(near, sides[1])})
    likely = sorted(coarse, key=lambda one: -parts(coarse[one], sides[1:2], out)[0][0])[:3]
    found = [
        (*part, tables[whole])
        for whole in tables
        if whole[:3] in likely
        for part in parts(nearness(placed, whole, noise), sides, out)
    ]
    score, side, place, (top, left), quality = max(found)
    where = np.zeros(tuple(length // SIDE for length in light.shape))
    where[top : top + side + 1, left : left + side + 1] = 1.0
    return Shifted(score, quality, divmod(place, SIDE), where)


def left_over(table: Table) -> float:
    """The variance that the last save gave to a coefficient of blocks that begin elsewhere."""
    return float((table[:3, :3] ** 2 / 12).mean())


def amplitude(step: float, noise: float) -> float:
    """What noise leaves of the rhythm of multiples of a step, 0..1 (a Gaussian's transform)."""
    return float(np.exp(-2 * (np.pi / step) ** 2 * noise))


def visible(noise: float) -> dict[tuple[int, ...], int]:
    """The steps of earlier tables whose rhythm the last save left -> their quality."""
    found: dict[tuple[int, ...], int] = {}
    for quality in QUALITIES:
        steps = tuple(int(saving.standard(quality)[one]) for one in COEFFICIENTS)
        if amplitude(steps[0], noise) >= VISIBLE:
            found.setdefault(steps, quality)
    return found


def coefficients(light: Floats) -> Placed:
    import cv2
    from scipy.fft import dct

    waves = np.asarray(dct(np.eye(SIDE), axis=0, norm="ortho"), np.float32)
    plane = (light - 128).astype(np.float32)
    high, wide = ((length - 2 * SIDE + 2) // SIDE * SIDE for length in plane.shape)
    values = []
    for down, across in COEFFICIENTS:
        all_of = cv2.sepFilter2D(plane, cv2.CV_32F, waves[across], waves[down], anchor=(0, 0))
        whole = np.rint(all_of).astype(np.intp) + REACH
        by_place = [
            whole[y : y + high : SIDE, x : x + wide : SIDE]
            for y in range(SIDE)
            for x in range(SIDE)
        ]
        values.append(np.stack(by_place[1:]))
    counts = [np.bincount(one.ravel(), minlength=2 * REACH + 1) for one in values]
    return Placed(tuple(values), tuple(counts))


def nearness(placed: Placed, steps: tuple[int, ...], noise: float) -> NDArray[np.float32]:
    """63 x n x m: how near each block's coefficients are to multiples of the steps, less what is
    usual on this photo. A coefficient that may have become 0 tells nothing."""
    value = np.arange(-REACH, REACH + 1)
    total = np.zeros(placed.values[0].shape, np.float32)
    for number, step in enumerate(steps):
        left = amplitude(step, noise)
        if left < FAINTEST:
            continue
        tells = np.abs(value) > step / 2 if number else np.ones(len(value), bool)
        wave = np.cos(2 * np.pi * value / step) * tells
        usual = (placed.counts[number] @ wave) / max(placed.counts[number] @ tells, 1)
        total += np.take((left * (wave - usual * tells)).astype(np.float32), placed.values[number])
    return total


def parts(
    near: NDArray[np.float32], sides: tuple[int, ...], out: list[int]
) -> list[tuple[float, int, int, tuple[int, int]]]:
    """Of each size of window the one where a place stands out most among all places: by how many
    spreads, the window's side, the place, its upper left block. out: places that are no
    part's."""
    found = []
    near = near - near.mean((1, 2), keepdims=True)
    for side in sides:
        apart = spreads(means(near, side))
        apart[out] = 0.0
        place, top, left = map(int, np.unravel_index(int(apart.argmax()), apart.shape))
        found.append((float(apart[place, top, left]), side, place + 1, (top, left)))
    return found


def everywhere(near: NDArray[np.float32], side: int) -> list[int]:
    """The places that stand out in half of all windows: the photo was cropped as a whole, and is
    no part's. With them those in their rows and columns, which look like them where a photo is
    even one way."""
    whole = np.median(spreads(means(near, side)), (1, 2))
    down, across = np.divmod(np.arange(1, PLACES), SIDE)
    own = np.flatnonzero(whole > EVERYWHERE)
    return [
        place
        for place in range(PLACES - 1)
        if any(down[place] == down[one] or across[place] == across[one] for one in own)
    ]


def means(near: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """63 x n x m: of each window of so many blocks a side, by its upper left one."""
    import cv2

    high, wide = (length - side + 1 for length in near.shape[1:])
    mean = [cv2.boxFilter(one, -1, (side, side), anchor=(0, 0))[:high, :wide] for one in near]
    return np.stack(mean)


def spreads(by_place: NDArray[np.float32]) -> NDArray[np.float32]:
    """By how many spreads each place is above the mean of all."""
    above: NDArray[np.float32] = by_place - by_place.mean(0)
    return np.asarray(above / (by_place.std(0) + np.float32(LEAST_SPREAD)))


def sides_for(shape: tuple[int, ...]) -> tuple[int, ...]:
    times = max(1.0, min(shape) / blocks.NORM)
    return tuple(round(one * times) | 1 for one in WINDOWS)
