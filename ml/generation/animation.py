"""Moves a portrait by a face's recorded motion, as an animated WebP."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.contracts.portraits import Portrayer, Wish
from ml.errors import MLError
from ml.generation.backgrounds import Background, before
from ml.generation.motion import Frame, Motion
from ml.progress import Progress, silent

RATE = 12.0  # frames a second
MOST_SECONDS, MOST_SIDE = 20.0, 768
QUALITY = 80
DRAWING, SAVING = "Drawing frames", "Saving the animation"
# The photo's own expression goes in every frame, also where the face at the sensor was at rest.
AT_REST = 1e-6


@dataclass(frozen=True, slots=True)
class Animation:
    """A written file. frames: how many; seconds: how long it runs."""

    path: Path
    frames: int
    seconds: float


def animated(
    portrayer: Portrayer,
    motion: Motion,
    background: Background,
    path: Path,
    *,
    wish: Wish | None = None,
    rate: float = RATE,
    progress: Progress = silent,
) -> Animation:
    """Written to a path that ends in .webp; nothing is there when this raises. wish: how the head
    is turned and lit all the while. rate: frames a second.

    Raises:
        MLError: it takes too long or is too large; the sentence names the limit.
        Cancelled: by the progress, between two frames.
    """
    from PIL import Image

    limit(len(portrayer.alpha), motion.seconds)
    times = moments(motion, rate)
    made = []
    for done, at in enumerate(times):
        progress(done, len(times), DRAWING)
        drawn = portrayer.drawing(moved(wish or Wish(), values(motion.frames, at)))
        pixels = before(portrayer, drawn, background)
        made.append(Image.fromarray((pixels * 255 + 0.5).astype(np.uint8)))
    progress(len(times), len(times), SAVING)
    made[0].save(
        path, "WEBP", save_all=True, append_images=made[1:], duration=round(1000 / rate), loop=0,
        quality=QUALITY, method=4,
    )  # fmt: skip
    return Animation(path, len(times), len(times) / rate)


def limit(side: int, seconds: float) -> None:
    """
    Raises:
        MLError: more than can be made.
    """
    if side > MOST_SIDE:
        raise MLError(f"An animation is at most {MOST_SIDE} pixels wide: choose a smaller size.")
    if seconds > MOST_SECONDS:
        raise MLError(
            f"The motion takes {seconds:.0f} seconds, and at most {MOST_SECONDS:.0f} are drawn: "
            "cut the file."
        )


def moments(motion: Motion, rate: float) -> list[float]:
    """Seconds of each drawn frame."""
    return [number / rate for number in range(int(motion.seconds * rate + 1e-6) + 1)]


def values(frames: tuple[Frame, ...], at: float) -> Mapping[str, float]:
    """Coefficients at a time, between two of the recorded ones."""
    after = bisect_right([frame.at for frame in frames], at)
    one, other = frames[max(after - 1, 0)], frames[min(after, len(frames) - 1)]
    way = other.at - one.at
    part = (at - one.at) / way if way > 0 else 0.0
    return {
        name: (1 - part) * one.values.get(name, 0.0) + part * other.values.get(name, 0.0)
        for name in {*one.values, *other.values}
    }


def moved(wish: Wish, coefficients: Mapping[str, float]) -> Wish:
    """The wish with this frame's expression instead of its own."""
    jaw = max(coefficients.get("jawOpen", 0.0), AT_REST)
    return Wish(
        wish.yaw, wish.pitch, wish.roll, "", {**coefficients, "jawOpen": jaw}, wish.light,
        wish.mirrored,
    )  # fmt: skip
