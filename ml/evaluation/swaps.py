"""Makes face swaps and their controls: one face's texture on another's shape, blended into it."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.landmarks import OVAL
from ml.types import Picture

Pixels = NDArray[np.uint8]
Mesh = NDArray[Any]
QUALITY = 90  # of the JPEG that the made photo is saved as
INNER = 0.94  # of the outline's distance from its middle: brows and chin are in, hair and ears not


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A photo and the mesh of the face meant on it (468 x 3, see ml.contracts.Meshes)."""

    picture: Picture
    mesh: Mesh


def swap(source: Seen, host: Seen) -> Picture | None:
    """The host's photo with the source's face on it: warped onto the host's mesh, blended into its
    surround (Perez et al., Poisson Image Editing, 2003) and saved as JPEG. None where the face
    reaches beyond either photo."""
    mask = inner(host)
    if mask is None or not within(source):
        return None
    warped = warp(source, host)
    return saved(blended(warped, host.picture.pixels, mask))


def control(own: Seen, scale: float, shift: tuple[float, float]) -> Picture | None:
    """The photo with its own face put through all that a swap goes through. scale, shift: of the
    copy that the face is taken from (1, and fractions of a pixel), so that it is sampled anew as a
    swap's is."""
    import cv2

    wide, high = own.picture.size
    carry = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    size = round(wide * scale) + 1, round(high * scale) + 1
    copy = cv2.warpAffine(
        own.picture.pixels, carry, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    mesh = np.column_stack([own.mesh[:, :2] * scale + np.array(shift), own.mesh[:, 2] * scale])
    return swap(Seen(Picture(np.asarray(copy, np.uint8)), mesh), own)


def warp(source: Seen, host: Seen) -> Pixels:
    """The source's pixels where the host's mesh has them: affine within each triangle of the
    Delaunay triangulation of the host's vertices; the host's own pixels elsewhere."""
    import cv2
    from scipy.interpolate import LinearNDInterpolator

    wide, high = host.picture.size
    x, y = np.meshgrid(np.arange(wide), np.arange(high))
    carry = LinearNDInterpolator(host.mesh[:, :2], source.mesh[:, :2].astype(np.float64))
    places = carry(x, y).astype(np.float32)
    taken = cv2.remap(
        source.picture.pixels,
        np.nan_to_num(places[..., 0]),
        np.nan_to_num(places[..., 1]),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    known = ~np.isnan(places[..., :1])
    return np.where(known, taken, host.picture.pixels).astype(np.uint8)


def inner(host: Seen) -> Pixels | None:
    """255 inside the face's outline drawn in a little; None where that leaves the photo."""
    import cv2

    outline = host.mesh[list(OVAL), :2]
    middle = outline.mean(0)
    drawn_in = middle + INNER * (outline - middle)
    wide, high = host.picture.size
    if drawn_in.min() < 2 or (drawn_in.max(0) > np.array([wide, high]) - 3).any():
        return None
    mask = np.zeros((high, wide), np.uint8)
    cv2.fillPoly(mask, [cv2.convexHull(np.round(drawn_in).astype(np.int32))], 255)
    return mask


def within(seen: Seen) -> bool:
    """Whether the whole mesh lies on its photo."""
    points = seen.mesh[:, :2]
    return bool(points.min() >= 0 and (points.max(0) < np.array(seen.picture.size)).all())


def blended(face: Pixels, around: Pixels, mask: Pixels) -> Pixels:
    """The face's gradients inside the mask, meeting the surround's colours at its edge."""
    import cv2

    x, y, wide, high = cv2.boundingRect(mask)
    made = cv2.seamlessClone(
        np.ascontiguousarray(face), np.ascontiguousarray(around), mask,
        (x + wide // 2, y + high // 2), cv2.NORMAL_CLONE,
    )  # fmt: skip
    return np.asarray(made, np.uint8)


def saved(pixels: Pixels, quality: int = QUALITY) -> Picture:
    """As it is once saved as JPEG and opened again."""
    from PIL import Image

    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    with Image.open(file) as opened:
        return Picture(np.asarray(opened.convert("RGB"), np.uint8).copy())
