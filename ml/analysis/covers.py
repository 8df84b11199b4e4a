"""Tells and draws what covers a face, once it is known where in the frame of
ml.analysis.face_layout something does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry
from ml.analysis.face_layout import CHIP, GREY, SIDE, Layout, Mask, Skin, beyond, layout, skin
from ml.analysis.face_regions import REGIONS
from ml.contracts import COVERABLE, MESH, POSE, Cover, Covers, Output, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.raster import png
from ml.types import Mark, MarkKind, Reading

EYES_APART = 24.0  # pixels between the outer corners; of smaller faces the frame is mostly made up
LEAST_SEEN = 0.4  # of the face or of a region: of less nothing is told
DARKEST = 20.0  # of 255, a face's mean lightness below which nothing is told apart
# Of a region: less is clear, and from so much on it is covered.
PARTLY, WHOLLY = 0.35, 0.65
SMALLEST = 12  # pixels of the frame; smaller spots are faults
FACE, LAYER = "face covered", "Covered"
CLEAR, PARTLY_COVERED, COVERED = "clear", "partly covered", "covered"
TOO_DARK, OUT_OF_SIGHT = "face too dark", "turned away or out of the photo"


@cache
def regions() -> Mapping[str, Mask]:
    """SIDE x SIDE of each of COVERABLE."""
    import cv2

    frame, made = layout(), {}
    for name in COVERABLE:
        part = np.zeros((SIDE, SIDE), np.uint8)
        outline = frame.places[list(REGIONS[name])].round().astype(np.int32)
        cv2.fillPoly(part, [outline], 1)
        made[name] = part.astype(bool) & frame.inside
    return made


def hindrance(skin: Skin, frame: Layout) -> str:
    """Why nothing can be told of this face; "" where it can."""
    if skin.seen.sum() < LEAST_SEEN * frame.inside.sum():
        return OUT_OF_SIGHT
    light = float((skin.pixels[skin.seen] @ GREY).mean())
    return TOO_DARK if light < DARKEST else ""


def told(model: str, view: View, look: Callable[[Skin], Cover]) -> Output:
    """What covers each face that something can be told of. look: finds it on one that is laid into
    the frame."""
    poses, meshes = view.data(POSE).poses, alignment.legible(view.data(MESH), EYES_APART)
    found: list[Cover | str] = []
    for face, pose in enumerate(poses):
        if face not in meshes or pose is None:
            found.append(IN_PROFILE if face in meshes else TOO_SMALL)
            continue
        laid = skin(view.picture, meshes[face], layout())
        found.append(hindrance(laid, layout()) or look(laid))
    covers = tuple(one if isinstance(one, Cover) else None for one in found)
    return Output(
        readings=tuple(one for face, what in enumerate(found) for one in said(model, face, what)),
        marks=tuple(
            mark for face, one in enumerate(covers) if one for mark in drawn(model, face, one)
        ),
        data=Covers(covers),
    )


def cover(odds: NDArray[np.float32], cut: float, skin: Skin) -> Cover:
    """What is covered where the odds (SIDE x SIDE, 0..1) are above the cut."""
    hidden = without_spots((odds > cut) & skin.seen)
    shares = {
        name: float((hidden & part).sum() / (skin.seen & part).sum())
        for name, part in regions().items()
        if (skin.seen & part).sum() >= LEAST_SEEN * part.sum()
    }
    share = float(hidden.sum() / skin.seen.sum())
    kept = np.where(hidden, odds, np.minimum(odds, cut * 0.99))
    return Cover(in_chip(kept * skin.seen, cut, skin), skin.transform, share, shares)


def without_spots(hidden: Mask) -> Mask:
    import cv2

    count, labels, facts, _ = cv2.connectedComponentsWithStats(hidden.astype(np.uint8))
    large = np.array([n > 0 and facts[n, cv2.CC_STAT_AREA] >= SMALLEST for n in range(count)])
    kept: Mask = large[labels]
    return kept


def in_chip(odds: NDArray[np.float32], cut: float, skin: Skin) -> Mask:
    """CHIP x CHIP: the contours in the frame, to a quarter of a pixel, carried to the chip."""
    import cv2

    times = 4
    fine: Any = cv2.resize(odds, (SIDE * times,) * 2, interpolation=cv2.INTER_LINEAR)
    found = cv2.findContours((fine > cut).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    mask = np.zeros((CHIP, CHIP), np.uint8)
    if found[0]:
        places = beyond(skin.places)
        paths = [(one[:, 0].astype(np.float32) - (times - 1) / 2) / times for one in found[0]]
        columns, rows = (np.concatenate(paths)[:, None, one] for one in (0, 1))
        moved = cv2.remap(
            places, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ).reshape(-1, 2)
        ends = np.cumsum([len(path) for path in paths])[:-1]
        outlines = np.split(np.round(moved * 16).astype(np.int32), ends)
        cv2.fillPoly(mask, outlines, 1, shift=4)
    return mask.astype(bool)


def said(model: str, face: int, found: Cover | str) -> Iterator[Reading]:
    """found: what covers it, or why that cannot be told."""
    if isinstance(found, str):
        yield Reading(model, FACE, None, face=face, unit="%", note=found)
        for name in COVERABLE:
            yield Reading(model, name, None, face=face, note=found)
        return
    yield Reading(model, FACE, round(100 * found.share), face=face, unit="%")
    for name in COVERABLE:
        if name in found.regions:
            yield Reading(model, name, word(found.regions[name]), face=face)
        else:
            yield Reading(model, name, None, face=face, note=OUT_OF_SIGHT)


def word(share: float) -> str:
    return CLEAR if share < PARTLY else PARTLY_COVERED if share < WHOLLY else COVERED


def drawn(model: str, face: int, found: Cover) -> Iterator[Mark]:
    """What is covered, upright as the photo is; off at first."""
    import cv2

    if not found.mask.any():
        return
    corners = geometry.moved(
        geometry.inverse(found.transform), [(0, 0), (CHIP, 0), (0, CHIP), (CHIP, CHIP)]
    )
    low, high = corners.min(0), corners.max(0)
    middle = (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2)
    side = float((high - low).max())
    square = geometry.square(middle, side, 0.0, CHIP)
    turn = np.vstack([square, (0, 0, 1)]) @ np.vstack(
        [geometry.inverse(found.transform), (0, 0, 1)]
    )
    level: Any = cv2.warpAffine(found.mask.astype(np.uint8) * 255, turn[:2], (CHIP, CHIP))
    ends = geometry.moved(geometry.inverse(square), [(-0.5, -0.5), (CHIP - 0.5,) * 2])
    box = tuple((round(float(x), 1), round(float(y), 1)) for x, y in ends)
    yield Mark(model, LAYER, MarkKind.MASK, (box,), face, png(level), "covered", "warm")
