"""Where a body lies below its face: `python -m tests.fitting.body_places FOLDER`.

FOLDER: photos of people (LFW). Prints the medians that ml.analysis.body_mediapipe takes for where
the hips are and how large the circle around the person is, in long sides of the face's box, as
MediaPipe's own detector sees them in photos of one face. Nothing is written.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from math import hypot
from pathlib import Path

import numpy as np

from ml import decode, registry
from ml.alignment import extent
from ml.analysis.body_mediapipe import MediaPipeBody, around, belongs
from ml.contracts import View
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

PHOTOS = 500


def in_order(folder: Path) -> list[Path]:
    """The photos, in an order that neither their names nor their people tell."""
    return sorted(folder.rglob("*.jpg"), key=lambda path: sha256(path.name.encode()).hexdigest())


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    model = pool.get("mediapipe-body")
    assert isinstance(model, MediaPipeBody)
    places = []
    for path in in_order(folder)[:PHOTOS]:
        picture = decode.picture(path)
        faces = pool.run("centerface", View(picture)).faces
        for found in model._find(picture) if len(faces) == 1 else ():
            if belongs(model.fitted(picture, around(found), 0), faces[0]):
                hips, top = found.points[:2]
                down = hips - np.array(faces[0].box.centre)
                sizes = hypot(*down), hypot(*(top - hips))
                places.append(np.array(sizes) / extent(faces[0]))
    low, middle, high = np.percentile(places, (10, 50, 90), axis=0).round(2).tolist()
    print(f"{len(places)} bodies; hips, radius: {middle}; nine in ten from {low} to {high}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
