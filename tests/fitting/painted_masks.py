"""How often a mask over mouth and nose is told where one is painted, and where none is:
`python -m tests.fitting.painted_masks LFW`.

Nobody in LFW's photos was seen to wear one. Masks of three colours are painted onto the middle
face of the first photos of some people, along the mesh, with the face's own shading and a few
folds; detector and mesh then see the photo afresh. One half of the people tells where bare faces
end, the other is judged. Nothing is written.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, decode, registry
from ml.analysis import face_mask_parts, head_pixels
from ml.contracts import DETECTION, MESH, Output, View
from ml.pool import Pool
from ml.types import Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.attributes import half, labelled
from tests.fitting.gestures import middle

PAINTED = 240  # people
COLOURS = {"white": (225, 228, 230), "blue": (140, 185, 215), "black": (35, 35, 38)}
SAME = 0.3  # boxes that overlap so much (IoU) are of the same face
# Over the bridge of the nose from ear to ear, and back along the jaw.
OUTLINE = (
    *(234, 227, 123, 50, 101, 100, 114, 196, 197, 419, 343, 329, 330, 280, 352, 447, 454),
    *(361, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136, 172, 132),
)


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    people = [row["file"] for row in labelled(folder)]
    random.Random(0).shuffle(people)
    bare: dict[str, list[float]] = {"fit": [], "tried": []}
    painted: dict[str, list[float | None]] = {name: [] for name in COLOURS}
    for number, name in enumerate(people):
        picture = decode.picture(folder / name)
        faces = pool.run("centerface", View(picture)).faces
        face = faces[middle(picture, faces)]
        mesh = fitted(pool, picture, face)
        if mesh is None:
            continue
        bare[half(name)].append(face_mask_parts.least(head_pixels.cut(picture, mesh)))
        if half(name) == "tried" and number < PAINTED:
            for colour, rgb in COLOURS.items():
                painted[colour].append(seen(pool, with_mask(picture, mesh, rgb), face))
    ends = np.percentile(bare["fit"], (99, 99.8))
    print(f"bare faces end at {ends[0]:.1f} and {ends[1]:.1f}, {len(bare['fit'])} faces")
    told("bare", list(bare["tried"]))
    for colour, found in painted.items():
        told(colour, found)
    told("painted", [one for found in painted.values() for one in found])


def fitted(pool: Pool, picture: Picture, face: Face) -> NDArray[Any] | None:
    """The face's mesh; None for one that is too small or in profile."""
    outputs = {DETECTION: Output(faces=(face,))}
    view = View(picture, (face,), outputs)
    outputs[MESH] = pool.run("mediapipe-mesh", view)
    pose = pool.run("mesh-pose", view).data.poses[0]
    return None if pose is None else alignment.legible(view.data(MESH), 24.0).get(0)


def seen(pool: Pool, picture: Picture, face: Face) -> float | None:
    """What is measured of the face where it is found again."""
    faces = pool.run("centerface", View(picture)).faces
    again = max(faces, key=lambda one: one.box.iou(face.box), default=None)
    if again is None or again.box.iou(face.box) < SAME:
        return None
    mesh = fitted(pool, picture, again)
    return None if mesh is None else face_mask_parts.least(head_pixels.cut(picture, mesh))


def with_mask(picture: Picture, mesh: NDArray[Any], rgb: tuple[int, int, int]) -> Picture:
    import cv2

    inside = np.zeros(picture.pixels.shape[:2], np.uint8)
    points = np.round(mesh[list(OUTLINE), :2] * 8).astype(np.int32)
    cv2.fillPoly(inside, [points], 255, shift=3)
    light = cv2.GaussianBlur(picture.pixels.astype(np.float32).mean(2), (0, 0), 6)
    shading = (light / np.median(light[inside > 0])).clip(0.5, 1.3)[..., None]
    folds = 1 + 0.06 * np.sin(np.arange(len(inside)) / 3)[:, None, None]
    cloth = (np.array(rgb) * shading * folds).clip(0, 255)
    share = cv2.GaussianBlur(inside, (0, 0), 1)[..., None] / 255
    return Picture((picture.pixels * (1 - share) + cloth * share).astype(np.uint8))


def told(name: str, found: list[float | None]) -> None:
    words = ["not found" if one is None else face_mask_parts.worded(one) for one in found]
    print(f"{name}: " + ", ".join(f"{w} {words.count(w)}" for w in sorted(set(words))), end=" ")
    print(f"of {len(words)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
