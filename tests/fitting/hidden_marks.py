"""How many bits of a hidden number are read again: `python -m tests.fitting.hidden_marks PHOTOS`.

PHOTOS is a folder of photos; of each face that a portrait can be made of, one is drawn, at most
MOST in the order of the files' names, turned by ten degrees at 768 pixels. Nothing is chosen by it
but what ml.generation.mark_rivagan says: how large the copy is, and how strong the mark.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

from ml import decode, matting, registry
from ml.contracts import DETECTION, Output, View
from ml.contracts.marks import BITS, Marker, Pixels
from ml.contracts.portraits import Wish
from ml.evaluation.looking import needed
from ml.generation.mark_rivagan import NAME
from ml.generation.marking import forgiven, key
from ml.generation.portraits_mesh import NAME as PORTRAITS
from ml.pool import Pool
from ml.registry import Task
from ml.types import Face
from ml.weights import Weights

MOST, SIDE, RECEIPTS = 10, 768, 1000


def saved(quality: int) -> Callable[[Pixels], Pixels]:
    def journey(pixels: Pixels) -> Pixels:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=quality)
        return np.asarray(Image.open(file).convert("RGB"))

    return journey


def resized(times: float) -> Callable[[Pixels], Pixels]:
    def journey(pixels: Pixels) -> Pixels:
        size = round(pixels.shape[1] * times), round(pixels.shape[0] * times)
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))

    return journey


def cropped(part: float) -> Callable[[Pixels], Pixels]:
    """Of each side so much is left, in the middle."""

    def journey(pixels: Pixels) -> Pixels:
        away = round(len(pixels) * (1 - part) / 2)
        return np.ascontiguousarray(pixels[away : len(pixels) - away, away : len(pixels) - away])

    return journey


JOURNEYS: Mapping[str, Callable[[Pixels], Pixels]] = {
    "as it is": lambda pixels: pixels,
    "JPEG 95": saved(95),
    "JPEG 75": saved(75),
    "three quarters": resized(0.75),
    "half": resized(0.5),
    "half, JPEG 75": lambda pixels: saved(75)(resized(0.5)(pixels)),
    "cropped to 90 %": cropped(0.9),
    "cropped to 80 %": cropped(0.8),
    "cropped to 60 %": cropped(0.6),
}


def portraits(folder: Path, pool: Pool) -> Iterator[Pixels]:
    card = registry.get(PORTRAITS).card
    for path in sorted(folder.glob("*.jpg")):
        picture = decode.picture(path)
        outputs: dict[Task[Any], Output] = {}
        faces: tuple[Face, ...] = ()
        for before in needed([card], pool.weights):
            outputs[before.task] = pool.run(before.name, View(picture, faces, outputs))
            if before.task == DETECTION:
                faces = outputs[before.task].faces
        studios = pool.run(PORTRAITS, View(picture, faces, outputs)).data
        for face in range(len(faces)):
            if not studios.hindrance(face):
                studio = studios.portrayer(face, SIDE)
                made = studio.drawing(Wish(yaw=10.0))
                whole = matting.composed(made.pixels, made.alpha, studio.behind)
                yield (whole.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(Path(os.environ["WEIGHTS_DIR"])))
    marker = cast(Marker, pool.get(NAME))
    right: dict[str, list[int]] = {name: [] for name in JOURNEYS}
    decibels = []
    for count, (pixels, _) in enumerate(zip(portraits(folder, pool), range(MOST), strict=False)):
        hidden = key(f"receipt {count}")
        marked = marker.marked(pixels, hidden)
        off = np.square(marked.astype(np.float64) - pixels).mean()
        decibels.append(10 * np.log10(255**2 / off))
        for name, journey in JOURNEYS.items():
            read = marker.read(journey(marked))
            right[name].append(BITS - min((hidden ^ one).bit_count() for one in read))
    enough = BITS - forgiven(3 * RECEIPTS)
    print(f"{len(decibels)} portraits of {SIDE} pixels, {np.mean(decibels):.1f} dB (PSNR)")
    print(f"{'':<18}bits right  worst  found among {RECEIPTS} receipts")
    for name, bits in right.items():
        share, worst = np.mean(bits) / BITS, min(bits) / BITS
        found = np.mean([one >= enough for one in bits])
        print(f"{name:<18}{share:>10.1%}{worst:>7.0%}{found:>7.0%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
