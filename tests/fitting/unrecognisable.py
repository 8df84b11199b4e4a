"""Prints what stands in ml.recognition.dlib_unrecognisable: `python -m
tests.fitting.unrecognisable`.

What dlib's network makes, in the mean, of one free portrait (scikit-image's astronaut) shrunk to 4
to 10 pixels, darkened and under noise: nobody could be recognised there.
"""

from __future__ import annotations

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from ml import alignment, registry
from ml.contracts import DETECTION, View
from ml.pool import Pool
from ml.recognition import dlib_graph
from ml.recognition.embedding_dlib import PADDING, DlibEmbedding
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

SIDES, LIGHTS, NOISES = (4, 5, 6, 8, 10), (0.15, 0.5, 1.0), (0, 25)


def main() -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    model = pool.get("dlib-resnet")
    assert isinstance(model, DlibEmbedding)
    picture = Picture(skimage.data.astronaut())
    seen = pool.run("centerface", View(picture))
    mesh = pool.run("mediapipe-mesh", View(picture, seen.faces, {DETECTION: seen})).data.points[0]
    (chip,) = alignment.chips(picture, [mesh], dlib_graph.CHIP, PADDING)
    mean = model.embedded(np.stack(spoilt(chip))).mean(0)
    print([round(float(value), 3) for value in mean / np.linalg.norm(mean)])


def spoilt(chip: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(0)
    size = chip.shape[:2]
    made = []
    for side in SIDES:
        small = cv2.resize(chip, (side, side), interpolation=cv2.INTER_AREA)
        large = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC).astype(np.float64)
        for light in LIGHTS:
            for noise in NOISES:
                grain = random.normal(0, noise, chip.shape)
                made.append(np.clip(large * light + grain, 0, 255).astype(np.uint8))
    return made


if __name__ == "__main__":
    main()
