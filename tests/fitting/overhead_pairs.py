"""How far ml.geolocation.overhead is off, on drawn towns: `python -m tests.fitting.overhead_pairs`.

Each pair is a town of 120 x 120 m from above (streets with markings, houses, trees, shadows) and a
photo in one of its streets, whose camera is a little higher, wider and less level than is assumed,
with other colours and noise. Everything is seeded. The figures beside it are those of chance: a
place in a street drawn by lot, and a heading.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.geolocation.overhead import candidates

SEED, PAIRS = 4, 40
METRES, GRAIN = 120.0, 0.25  # of a town; of a pixel from above
WIDE, HIGH = 640, 480
CLOSE, ALIGNED = 5.0, 15.0  # metres, degrees: what counts as found
Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
SIDE = int(METRES / GRAIN)


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """corners: 4 x 2, metres from the upper left corner of the town. height: metres."""

    corners: Floats
    height: float
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """ground: SIDE x SIDE x 3, without houses. street: where streets are, 0 or 255."""

    ground: Pixels
    street: Pixels
    houses: tuple[House, ...]


def pixels(points: Floats) -> NDArray[np.int32]:
    return np.round(points / GRAIN).astype(np.int32)


def town(random: np.random.Generator) -> Town:
    ground = np.full((SIDE, SIDE, 3), random.integers(60, 130, 3), np.uint8)
    street = np.zeros((SIDE, SIDE), np.uint8)
    ways = []
    for _ in range(int(random.integers(3, 6))):
        middle, angle = random.uniform(20, METRES - 20, 2), random.uniform(0, np.pi)
        along = np.array([np.cos(angle), np.sin(angle)])
        ways.append((pixels(middle - 200 * along), pixels(middle + 200 * along), along))
    widths = [int(random.uniform(6, 11) / GRAIN) for _ in ways]
    for (start, end, _), width in zip(ways, widths, strict=True):  # pavements
        cv2.line(ground, start.tolist(), end.tolist(), (165, 160, 150), width + 16)
    for (start, end, _), width in zip(ways, widths, strict=True):
        cv2.line(ground, start.tolist(), end.tolist(), (85, 85, 90), width)
        cv2.line(street, start.tolist(), end.tolist(), 255, width)
    for start, _, along in ways:
        for at in np.arange(0, 400, 6.0):
            dash = start * GRAIN + along * at
            ends = pixels(dash).tolist(), pixels(dash + along * 3).tolist()
            cv2.line(ground, *ends, (225, 225, 220), 1)
    for _ in range(3):
        zebra(ground, street, ways, random)
    houses = tuple(built(street, random))
    for _ in range(25):
        at = tuple(int(one) for one in random.integers(0, SIDE, 2))
        if not street[at[1], at[0]]:
            cv2.circle(ground, at, int(random.uniform(3, 9)), (50, 80, 45), -1)
    return Town(ground, street, houses)


def zebra(ground: Pixels, street: Pixels, ways: list, random: np.random.Generator) -> None:  # type: ignore[type-arg]
    """Stripes across one of the streets."""
    start, _, along = ways[int(random.integers(len(ways)))]
    across = np.array([-along[1], along[0]])
    middle = start * GRAIN + along * random.uniform(150, 250)
    for at in np.arange(-5, 5, 1.0):
        stripe = middle + across * at
        ends = pixels(stripe - along * 1.5).tolist(), pixels(stripe + along * 1.5).tolist()
        cv2.line(ground, *ends, (230, 230, 225), 2)


def built(street: Pixels, random: np.random.Generator) -> list[House]:
    """Houses that stand in no street and not in one another."""
    taken = cv2.dilate(street, np.ones((17, 17)))
    found = []
    for _ in range(140):
        middle, size = random.uniform(0, METRES, 2), random.uniform(6, 18, 2)
        angle = random.uniform(0, np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) / 2
        corners = middle + (square * size) @ turn.T
        mine = np.zeros_like(taken)
        cv2.fillConvexPoly(mine, pixels(corners), 255)
        if not (mine & taken).any():
            taken |= cv2.dilate(mine, np.ones((9, 9)))
            colour = tuple(int(one) for one in random.integers(90, 220, 3))
            found.append(House(corners, float(random.uniform(4, 12)), colour))  # type: ignore[arg-type]
    return found


def from_the_air(shown: Town, random: np.random.Generator) -> Pixels:
    """The town with roofs and shadows, in other colours than a photo from the street has."""
    made = shown.ground.astype(np.float64)
    sun = random.uniform(0.2, 0.6) * np.array([1, random.choice([-1, 1])])
    shadow = np.ones((SIDE, SIDE))
    for one in shown.houses:
        reach = np.concatenate([one.corners, one.corners + sun * one.height]).astype(np.float32)
        cv2.fillConvexPoly(shadow, pixels(cv2.convexHull(reach)[:, 0]), 0.6)
    made *= shadow[..., None]
    for one in shown.houses:
        cv2.fillConvexPoly(made, pixels(one.corners), [int(0.7 * c) for c in one.colour])
    made = made * random.uniform(0.8, 1.2, 3) + random.uniform(-15, 15)
    made = cv2.GaussianBlur(made, (0, 0), 0.8) + random.normal(0, 5, made.shape)
    return np.clip(made, 0, 255).astype(np.uint8)


def from_the_street(shown: Town, at: Floats, heading: float, random: np.random.Generator) -> Pixels:
    """A photo from `at` (metres), looking `heading` degrees clockwise from the upper side."""
    view, height = 65 * random.uniform(0.97, 1.03), random.uniform(1.45, 1.75)
    focal = WIDE / 2 / np.tan(np.radians(view) / 2)
    horizon = HIGH * 0.5 + focal * np.tan(np.radians(random.uniform(-1, 1)))
    angle = np.radians(heading)
    ahead = np.array([np.sin(angle), -np.cos(angle)])
    right = np.array([np.cos(angle), np.sin(angle)])
    row, column = np.mgrid[:HIGH, :WIDE].astype(np.float64)
    far = focal * height / np.maximum(row - horizon, 0.05)
    aside = (column - WIDE / 2) * far / focal
    where = (at + far[..., None] * ahead + aside[..., None] * right) / GRAIN
    seen = cv2.remap(
        shown.ground, *np.moveaxis(where.astype(np.float32), 2, 0), cv2.INTER_LINEAR,
        borderValue=(100, 110, 90),
    ).astype(np.float64)  # fmt: skip
    seen[row < horizon] = (190, 205, 225)
    for wall, colour in sorted(
        walls(shown, at, ahead, right), key=lambda one: -one[0][:, 1].mean()
    ):
        top, base = wall[:, 2], -height
        x = WIDE / 2 + focal * wall[:, 0] / wall[:, 1]
        low, high = (horizon - focal * level / wall[:, 1] for level in (base, top - height))
        quad = np.array([[x[0], low[0]], [x[1], low[1]], [x[1], high[1]], [x[0], high[0]]])
        cv2.fillConvexPoly(seen, np.clip(quad, -5000, 5000).astype(np.int32), colour)
    seen = seen * random.uniform(0.75, 1.25, 3) + random.uniform(-10, 10)
    return np.clip(seen + random.normal(0, 6, seen.shape), 0, 255).astype(np.uint8)


def walls(
    shown: Town, at: Floats, ahead: Floats, right: Floats
) -> list[tuple[Floats, tuple[int, ...]]]:
    """Walls in front of the camera: two ends, each to the right, ahead and up to, in metres."""
    found = []
    for one in shown.houses:
        local = np.stack([(one.corners - at) @ right, (one.corners - at) @ ahead], axis=1)
        for number in range(4):
            ends = local[[number, (number + 1) % 4]]
            ends = ends[np.argsort(ends[:, 1])]
            if ends[1, 1] <= 0.3:
                continue
            if ends[0, 1] < 0.3:  # cut off what is behind the camera
                share = (0.3 - ends[0, 1]) / (ends[1, 1] - ends[0, 1])
                ends[0] += share * (ends[1] - ends[0])
            shade = 0.75 + 0.1 * (number % 2)
            colour = tuple(int(shade * c) for c in one.colour)
            found.append((np.column_stack([ends, [one.height] * 2]), colour))
    return found


def main(pairs: int) -> None:
    random = np.random.default_rng(SEED)
    ranks, errors, turns, lots = [], [], [], []
    for number in range(pairs):
        shown = town(random)
        spots = np.argwhere(shown.street[60:-60, 60:-60])[:, ::-1] + 60
        at, lot = (spots[random.integers(len(spots))] for _ in range(2))
        heading = float(random.uniform(0, 360))
        photo = from_the_street(shown, at * GRAIN, heading, random)
        above = from_the_air(shown, random)
        found = candidates(photo, above, GRAIN)
        off = [GRAIN * float(np.hypot(one.x - at[0], one.y - at[1])) for one in found]
        turn = [abs((one.heading - heading + 180) % 360 - 180) for one in found]
        right = [a <= CLOSE and b <= ALIGNED for a, b in zip(off, turn, strict=True)]
        ranks.append(right.index(True) + 1 if any(right) else 99)
        errors.append(off[0])
        turns.append(turn[0])
        lots.append(GRAIN * float(np.hypot(*(lot - at))))
        print(number, ranks[-1], round(off[0], 1), round(turn[0]), flush=True)
    rank, error = np.array(ranks), np.array(errors)
    print(
        f"{pairs} pairs: the first is right in {np.mean(rank == 1):.2f}, "
        f"one of ten in {np.mean(rank < 99):.2f}"
    )
    print(f"first: median {np.median(error):.1f} m off, {np.mean(error <= CLOSE):.2f} within 5 m")
    print(f"heading: median {np.median(turns):.0f} degrees off")
    print(
        f"by lot: median {np.median(lots):.1f} m, {np.mean(np.array(lots) <= CLOSE):.2f} within 5 m"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS)
