"""Fits what tells screens from other quadrangles, and measures it: `python -m tests.fitting.screens
PHOTOS ... [--fit]`.

PHOTOS: folders of photos without screens. Screens are drawn into them (screen_drawings): into one
half of the photos for fitting, and into the other for the figures. Photos as they are tell how
often something else is taken for a screen. Real screens were not at hand: what is drawn as it is
looked for flatters whoever looks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.evaluation.readers.samples import FITTED, REPORTED, half
from ml.protection import screens
from ml.protection.screen_look import look
from tests.fitting.screen_drawings import Scene, laid

Pixels = NDArray[np.uint8]
SEED, HIDDEN, DECAY = 3, 16, 1.0
DRAWN, FITTING = 8, 10  # screens a photo: for the figures, for fitting
IS, IS_NOT = 0.75, 0.3  # intersection over union with the screen from which on, up to which
COVERED = 0.7  # of a screen, from which on it counts as found


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    name: str
    pixels: Pixels

    @property
    def half(self) -> int:
        return half(self.name)


def photos(folders: Sequence[str]) -> list[Photo]:
    files = sorted(file for one in folders for file in Path(one).glob("*.jpg"))
    found = []
    for file in files:
        with Image.open(file) as image:
            image.thumbnail((screens.LONGEST, screens.LONGEST))
            found.append(Photo(file.name, np.asarray(image.convert("RGB"))))
    return found


def drawn(among: Sequence[Photo], each: int, seed: int) -> Iterator[tuple[str, Scene]]:
    random, pictures = np.random.default_rng(seed), [one.pixels for one in among]
    for photo in among:
        for count in range(each):
            ground = photo.pixels[:, ::-1] if count % 2 else photo.pixels
            yield photo.name, laid(np.ascontiguousarray(ground), pictures, random)


def overlap(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Intersection over union."""
    import cv2

    both, _ = cv2.intersectConvexConvex(one, other)
    return float(both / (cv2.contourArea(one) + cv2.contourArea(other) - both))


def learned(among: Sequence[Photo]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """What quadrangles look like, and whether each is a screen."""
    seen, is_one = [], []
    for _, scene in drawn(among, FITTING, SEED + 1):
        for quad in screens.candidates(scene.pixels):
            shared = overlap(quad, screens.in_order(scene.quad))
            if shared >= IS or shared <= IS_NOT:
                seen.append(look(scene.pixels, quad))
                is_one.append(int(shared >= IS))
    return np.stack(seen), np.array(is_one)


def fit(among: Sequence[Photo]) -> None:
    from sklearn.neural_network import MLPClassifier

    seen, is_one = learned(among)
    print(f"fitted to {is_one.sum()} screens and {(1 - is_one).sum()} other quadrangles")
    mean, spread = seen.mean(0), seen.std(0) + 1e-6
    network = MLPClassifier((HIDDEN,), alpha=DECAY, max_iter=2000, random_state=SEED)
    network.fit((seen - mean) / spread, is_one)
    (weights, last), (bias, last_bias) = network.coefs_, network.intercepts_
    values = {
        "mean": mean, "spread": spread, "weights": weights, "bias": bias,
        "last": last, "last_bias": last_bias,
    }  # fmt: skip
    np.savez_compressed(screens.FITTED, **{k: v.astype(np.float32) for k, v in values.items()})


def measure(among: Sequence[Photo]) -> None:
    alarms = [len(screens.found(one.pixels).corners) for one in among]
    told: dict[str, list[bool]] = {}
    for _, scene in drawn(among, DRAWN, SEED):
        quads = [np.array(one, np.float32) for one in screens.found(scene.pixels).corners]
        is_found = any(overlap(quad, screens.in_order(scene.quad)) >= COVERED for quad in quads)
        told.setdefault(scene.device, []).append(is_found)
    every = [one for found in told.values() for one in found]
    print(f"{len(every)} drawn screens: {100 * np.mean(every):.0f} % found; of each device:")
    print(", ".join(f"{name} {100 * np.mean(one):.0f} %" for name, one in told.items()))
    some = np.mean(np.array(alarms) > 0)
    print(
        f"{len(alarms)} photos without a screen: {np.mean(alarms):.2f} false alarms a photo, "
        f"{100 * some:.0f} % of photos with one"
    )


def main(*words: str) -> None:
    every = photos([word for word in words if word != "--fit"])
    if "--fit" in words:
        fit([one for one in every if one.half == FITTED])
    measure([one for one in every if one.half == REPORTED])


if __name__ == "__main__":
    main(*sys.argv[1:])
