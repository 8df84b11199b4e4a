"""How faces measure in millimetres, and how much that differs between photos of one person:
`python -m tests.fitting.face_sizes LFW`.

The argument is a folder of people (LFW). Nothing is written.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from ml import registry
from ml.analysis.shape_mesh import LENGTHS, ruler
from ml.contracts import DETECTION, IRIS, MESH, POSE, Output, View
from ml.decode import picture
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

NEEDS = (("mediapipe-mesh", MESH), ("mesh-pose", POSE), ("mediapipe-iris", IRIS))


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    people: dict[str, list[list[float]]] = defaultdict(list)
    photos = sorted(folder.rglob("*.jpg"))
    for photo in photos:
        if lengths := measured(pool, photo):
            people[photo.parent.name].append(lengths)
    everybody = np.array([one for lengths in people.values() for one in lengths])
    print(len(photos), "photos,", len(everybody), "measured,", len(people), "people")
    several = [np.log(lengths) for lengths in people.values() if len(lengths) > 1]
    freedom = sum(len(one) - 1 for one in several)
    within = np.sqrt(sum(((one - one.mean(0)) ** 2).sum(0) for one in several) / freedom)
    for name, length, spread in zip(LENGTHS, np.median(everybody, 0), within, strict=True):
        print(f"{name}: median {length:.0f} mm, between photos of one person {spread:.3f}")


def measured(pool: Pool, photo: Path) -> list[float] | None:
    """The lengths of the largest face, in millimetres."""
    view = View(picture(photo))
    faces = sorted(pool.run("centerface", view).faces, key=lambda face: -face.box.area)[:1]
    if not faces:
        return None
    outputs = {DETECTION: Output(faces=tuple(faces))}
    for name, task in NEEDS:
        outputs[task] = pool.run(name, View(view.picture, tuple(faces), outputs))
    mesh, pose, eyes = (
        outputs[MESH].data.points[0],
        outputs[POSE].data.poses[0],
        outputs[IRIS].data.eyes[0],
    )
    scale = ruler(mesh, pose, eyes)
    if isinstance(scale, str) or mesh is None:
        return None
    return [scale * float(np.linalg.norm(mesh[a] - mesh[b])) for a, b in LENGTHS.values()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
