"""Draws a search: the photo with the path over it, and below it the places of the last looks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ml.prompting.glimpse import cut
from ml.prompting.search import Search
from ml.prompting.search_sight import Kind, Pixels, Step
from ml.types import Box, Picture

SIDE, TILE, GAP = 1600, 256, 8  # pixels: the photo's longer side, each look's, between them
LAST = 6  # looks that are shown
COLOURS = {
    Kind.OVERVIEW: (255, 255, 255),
    Kind.GLIMPSE: (45, 212, 207),
    Kind.ZOOM: (255, 176, 32),
    Kind.WINDOW: (91, 140, 255),
}
WAY, FOUND = (255, 93, 93), (47, 155, 255)


def sheet(picture: Picture, went: Search) -> Pixels:
    """H x W x 3: the photo with every look in its order, the finds, and below it the last looks."""
    import cv2

    wide, high = picture.size
    shrink = min(1.0, SIDE / max(wide, high))
    size = max(1, round(wide * shrink)), max(1, round(high * shrink))
    small = cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA)
    drawn: Any = np.ascontiguousarray(small // 2 + 64)  # paler, so that the path stands out
    looks = went.path[1:]
    for one, other in pairwise(looks):
        cv2.line(drawn, at(one, shrink), at(other, shrink), WAY, 1, cv2.LINE_AA)
    for step in looks:
        outlined(drawn, step.box, shrink, COLOURS[step.kind], 1)
    for number in {0, len(looks) - 1} if looks else ():
        x, y = at(looks[number], shrink)
        for colour, width in (((0, 0, 0), 3), (WAY, 1)):
            cv2.putText(
                drawn, str(number + 1), (x + 6, y - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, width
            )
    for hit in went.hits:
        outlined(drawn, hit.box, shrink, FOUND, 3)
    return np.concatenate([drawn, strip(picture, looks, size[0])])


def at(step: Step, shrink: float) -> tuple[int, int]:
    x, y = step.box.centre
    return round(x * shrink), round(y * shrink)


def outlined(
    drawn: Pixels, box: Box, shrink: float, colour: tuple[int, int, int], width: int
) -> None:
    import cv2

    left, top, right, bottom = (round(side * shrink) for side in box.to_json())
    cv2.rectangle(
        drawn, (left - width, top - width), (right + width, bottom + width), colour, width
    )


def strip(picture: Picture, looks: tuple[Step, ...], wide: int) -> Pixels:
    """The last looks side by side, each framed in the colour of its kind."""
    import cv2

    made = np.full((TILE + 2 * GAP, wide, 3), 24, np.uint8)
    for place, step in enumerate(looks[-min(LAST, wide // (TILE + GAP)) :]):
        part = cut(picture, Box(*(round(side) for side in step.box.to_json())))
        scale = TILE / max(part.shape[:2])
        size = [max(1, round(side * scale)) for side in part.shape[1::-1]]
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        left = GAP + place * (TILE + GAP)
        made[GAP : GAP + size[1], left : left + size[0]] = cv2.resize(part, size, interpolation=how)
        end = (left + size[0] - 1, GAP + size[1] - 1)
        cv2.rectangle(made, (left, GAP), end, COLOURS[step.kind], 2)
    return made
