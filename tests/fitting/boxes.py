"""How detectors' boxes and meshes usually lie to each other, and whether boxes without a face can
be told by it: `python -m tests.fitting.boxes`.

The arguments are folders of photographed faces (LFW, UTKFace, FER2013), a part of each of which is
looked at, and last a folder of whole photos, where boxes are put at random beside the faces.
Nothing is written.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np

from ml import decode, registry
from ml.analysis.agreement_boxes import DOUBTFUL, agreement
from ml.contracts import DETECTION, Output, View
from ml.errors import MLError
from ml.evaluation.readers.samples import pictures
from ml.pool import Pool
from ml.runtimes import Floats
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

MANY = 400  # photos of a folder
TRIES, BESIDE = 60, 12  # boxes thrown onto a photo, and kept of them at most


def main(folders: list[Path]) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    for folder in folders:
        files = pictures(folder)
        chosen = random.Random(0).sample(files, min(MANY, len(files)))
        fitted = [one for path in chosen for one in seen(pool, path)]
        if fitted:
            usual = np.median([offset(*one) for one in fitted], axis=0).round(3)
            print(folder.name, "middle to the right, lower; times as wide, as tall:", usual)
            told(f"faces of {folder.name}", [agreement(*one) for one in fitted])
    thrown = [one for path in pictures(folders[-1]) for one in without(pool, path)]
    told(f"boxes without a face in {folders[-1].name}", [agreement(*one) for one in thrown])


def told(what: str, agreed: list[float]) -> None:
    doubtful = float((np.array(agreed) < DOUBTFUL).mean())
    print(f"{what}: {len(agreed)}, median {np.median(agreed):.2f}, doubtful {doubtful:.1%}")


def seen(pool: Pool, path: Path) -> list[tuple[Face, Floats]]:
    picture = decode.picture(path)
    return meshed(pool, picture, pool.run("centerface", View(picture)).faces)


def meshed(pool: Pool, picture: Picture, faces: tuple[Face, ...]) -> list[tuple[Face, Floats]]:
    view = View(picture, faces, {DETECTION: Output(faces=faces)})
    meshes = pool.run("mediapipe-mesh", view).data.points
    return [(face, mesh) for face, mesh in zip(faces, meshes, strict=True) if mesh is not None]


def offset(face: Face, mesh: Floats) -> tuple[float, float, float, float]:
    """Where the box's middle lies from the mesh's, and its sides, in sides of the mesh."""
    low, high = mesh[:, :2].min(0), mesh[:, :2].max(0)
    (width, height), (x, y) = high - low, (low + high) / 2
    across, down = face.box.centre
    return (
        (across - x) / width,
        (down - y) / height,
        face.box.width / width,
        (face.box.height / height),
    )


def without(pool: Pool, path: Path) -> list[tuple[Face, Floats]]:
    """Boxes of a face's shape, anywhere on the photo but on a face that was found."""
    try:
        picture = decode.picture(path)
    except MLError:
        return []
    rng, (width, height) = random.Random(path.name), picture.size
    taken = [face.box for face in pool.run("centerface", View(picture)).faces]
    kept: list[Face] = []
    for _ in range(TRIES):
        side = rng.uniform(0.05, 0.3) * min(width, height)
        left, top = rng.uniform(0, width - side), rng.uniform(0, height - 1.3 * side)
        box = Box(left, top, left + side, top + 1.3 * side)
        if len(kept) < BESIDE and not any(box.iou(one) for one in taken):
            kept.append(Face(box, 0.5))
    return meshed(pool, picture, tuple(kept))


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
