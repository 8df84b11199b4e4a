"""Photos edited in known ways, and honestly treated ones, to measure what finds the edits.

Everything is made from the photo itself and a second one of somebody else; where, how large and
how strongly is drawn from a generator, so that the same seed gives the same edits.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.landmarks import OVAL

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
SOFT = 1.5  # pixels over which what is pasted fades into the photo
INSET = 0.92  # a pasted face ends so far from its middle, of the way to its outline
ANCHORS = 4  # every n-th vertex of the mesh pins a face that is warped


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A photo with a face, and another person's. pixels: H x W x 3 uint8 RGB. mesh: 468 x 3."""

    pixels: Pixels
    mesh: Floats
    other: Pixels
    other_mesh: Floats


Edit = Callable[[Scene, np.random.Generator], Pixels]


def swapped(scene: Scene, random: np.random.Generator) -> Pixels:
    """The other person's face warped onto this one and blended in."""
    # Not ml.evaluation.swaps: the published figures of authenticity were measured on this one.
    import cv2
    from skimage.transform import PiecewiseAffineTransform, warp

    pins = np.unique(np.concatenate([np.arange(0, 468, ANCHORS), OVAL]))
    there, here = scene.other_mesh[pins, :2], scene.mesh[pins, :2]
    frame = PiecewiseAffineTransform.from_estimate(here, there)  # type: ignore[no-untyped-call]
    shape = scene.pixels.shape[:2]
    face = warp(scene.other, frame, output_shape=shape, preserve_range=True)  # type: ignore[no-untyped-call]
    outline = scene.mesh[OVAL, :2]
    outline = outline.mean(0) + INSET * (outline - outline.mean(0))
    mask = np.zeros(scene.pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [outline.round().astype(np.int32)], 255)
    mask[face.max(2) <= 0] = 0
    mask[:2], mask[-2:], mask[:, :2], mask[:, -2:] = 0, 0, 0, 0
    left, top, wide, high = cv2.boundingRect(mask)
    middle = left + wide // 2, top + high // 2
    return _pixels(
        cv2.seamlessClone(_pixels(face), scene.pixels.copy(), mask, middle, cv2.NORMAL_CLONE)
    )


def spliced(scene: Scene, random: np.random.Generator) -> Pixels:
    """A part of the other photo, from anywhere on it, laid over this one."""
    mask, _ = ellipse(scene.pixels.shape, random)
    rows, columns = random.integers(0, scene.other.shape[0]), random.integers(scene.other.shape[1])
    height, width = scene.pixels.shape[:2]
    moved = np.roll(scene.other, (-rows, -columns), (0, 1))
    times = -(-height // moved.shape[0]), -(-width // moved.shape[1]), 1
    return laid(scene.pixels, np.tile(moved, times)[:height, :width], mask)


def copied(scene: Scene, random: np.random.Generator) -> Pixels:
    """A part of the photo shown a second time elsewhere on it."""
    mask, (x, y, radius) = ellipse(scene.pixels.shape, random)
    height, width = scene.pixels.shape[:2]
    for _ in range(50):
        from_x = int(random.integers(radius, width - radius))
        from_y = int(random.integers(radius, height - radius))
        if max(abs(from_x - x), abs(from_y - y)) >= 1.5 * radius:
            break
    return laid(scene.pixels, np.roll(scene.pixels, (y - from_y, x - from_x), (0, 1)), mask)


def removed(scene: Scene, random: np.random.Generator) -> Pixels:
    """Something taken away and its place filled from its surroundings (Telea, 2004)."""
    import cv2

    mask, _ = ellipse(scene.pixels.shape, random, largest=0.16)
    return _pixels(
        cv2.inpaint(scene.pixels, (mask > 0.5).astype(np.uint8) * 255, 5, cv2.INPAINT_TELEA)
    )


def turned(scene: Scene, random: np.random.Generator) -> Pixels:
    """A part of the photo made larger or smaller and turned where it is."""
    import cv2

    mask, (x, y, _) = ellipse(scene.pixels.shape, random)
    angle, times = random.uniform(5, 25) * random.choice((-1, 1)), random.choice((0.8, 1.3))
    matrix = cv2.getRotationMatrix2D((float(x), float(y)), angle, times)
    size = scene.pixels.shape[1], scene.pixels.shape[0]
    made = cv2.warpAffine(
        scene.pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    return laid(scene.pixels, _pixels(made), mask)


def smoothed(scene: Scene, random: np.random.Generator) -> Pixels:
    """The face's skin softened, as filters for portraits do."""
    import cv2

    mask = np.zeros(scene.pixels.shape[:2], np.float32)
    cv2.fillPoly(mask, [scene.mesh[OVAL, :2].round().astype(np.int32)], 1.0)
    strength = random.uniform(20, 50)
    soft = cv2.bilateralFilter(scene.pixels, 7, strength, 5)
    return laid(scene.pixels, _pixels(soft), mask)


def recompressed(scene: Scene, random: np.random.Generator) -> Pixels:
    """A part saved as a poorer JPEG, off the photo's grid, and put back."""
    mask, _ = ellipse(scene.pixels.shape, random)
    rows, columns = (int(one) for one in random.integers(1, 8, 2))
    poor = saved(scene.pixels[rows:, columns:], int(random.integers(40, 65)))
    whole = scene.pixels.copy()
    whole[rows:, columns:] = opened(poor)
    return laid(scene.pixels, whole, mask)


def toned(scene: Scene, random: np.random.Generator) -> Pixels:
    """A part made lighter or darker and of another colour."""
    mask, _ = ellipse(scene.pixels.shape, random)
    gains = random.uniform(1.1, 1.35) ** random.choice((-1, 1)) * random.uniform(0.92, 1.08, 3)
    return laid(scene.pixels, _pixels(scene.pixels * gains), mask, soft=4 * SOFT)


EDITS: Mapping[str, Edit] = {
    "swap": swapped,
    "splice": spliced,
    "copy": copied,
    "removal": removed,
    "turned": turned,
    "smoothing": smoothed,
    "recompression": recompressed,
    "tone": toned,
}


def left_alone(scene: Scene, random: np.random.Generator) -> Pixels:
    """Nothing but saved once more."""
    return scene.pixels


def saved_before(scene: Scene, random: np.random.Generator) -> Pixels:
    """Saved once more in between, at any quality that people use."""
    return opened(saved(scene.pixels, int(random.integers(70, 98))))


def resized(scene: Scene, random: np.random.Generator) -> Pixels:
    """The whole photo smaller or larger."""
    import cv2

    times = float(random.choice((0.75, 0.85, 1.2, 1.5)))
    method = cv2.INTER_AREA if times < 1 else cv2.INTER_CUBIC
    return _pixels(cv2.resize(scene.pixels, None, fx=times, fy=times, interpolation=method))


def cropped(scene: Scene, random: np.random.Generator) -> Pixels:
    """A margin cut off."""
    top, left, bottom, right = (int(one) for one in random.integers(1, 24, 4))
    return np.ascontiguousarray(scene.pixels[top:-bottom, left:-right])


def filtered(scene: Scene, random: np.random.Generator) -> Pixels:
    """The whole photo softer or sharper."""
    import cv2

    soft = cv2.GaussianBlur(scene.pixels, (0, 0), 0.8)
    if random.random() < 0.5:
        return _pixels(soft)
    return _pixels(cv2.addWeighted(scene.pixels, 1.6, soft, -0.6, 0))


def relit(scene: Scene, random: np.random.Generator) -> Pixels:
    """The whole photo lighter or darker, of more or less contrast."""
    gamma, gain = random.uniform(0.75, 1.3), random.uniform(0.85, 1.15)
    return _pixels(255 * (scene.pixels / 255.0) ** gamma * gain)


HONEST: Mapping[str, Edit] = {
    "untouched": left_alone,
    "resaved": saved_before,
    "resized": resized,
    "cropped": cropped,
    "filtered": filtered,
    "relit": relit,
}


def ellipse(
    shape: tuple[int, ...], random: np.random.Generator, largest: float = 0.22
) -> tuple[Floats, tuple[int, int, int]]:
    """A mask (H x W, 0 or 1) of an ellipse somewhere on the photo, its middle and its longer
    half, in pixels."""
    import cv2

    height, width = shape[:2]
    radius = round(random.uniform(0.1, largest) * min(height, width))
    x = int(random.integers(radius, width - radius))
    y = int(random.integers(radius, height - radius))
    axes = radius, max(4, round(radius * random.uniform(0.6, 1.0)))
    mask = np.zeros((height, width), np.float32)
    cv2.ellipse(mask, (x, y), axes, random.uniform(0, 180), 0, 360, 1.0, -1)
    return mask, (x, y, radius)


def laid(under: Pixels, over: Pixels, mask: Floats, soft: float = SOFT) -> Pixels:
    """One picture over another where the mask is 1, with a soft edge."""
    import cv2

    alpha = np.asarray(cv2.GaussianBlur(mask, (0, 0), soft), np.float32)[..., None]
    return _pixels(under + alpha * (over.astype(np.float32) - under))


def saved(pixels: Pixels, quality: int) -> bytes:
    """As a JPEG of that quality, as most programs write it."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def opened(jpeg: bytes) -> Pixels:
    """The pixels of a JPEG that was made here."""
    from PIL import Image

    with Image.open(io.BytesIO(jpeg)) as image:
        return np.asarray(image.convert("RGB"))


def _pixels(values: NDArray[Any]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
