"""The average face of ml/shape/average.csv, out of a folder of people (LFW):
`python -m tests.fitting.average_face LFW > ml/shape/average.csv`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from ml import geometry, registry
from ml.contracts import DETECTION, Output, View
from ml.decode import picture
from ml.frontal import Points, frontal
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

YAW, PITCH = 10, 15  # degrees a face may be turned by


def main(folder: Path) -> None:
    registry.discover()
    median = np.median(list(faces(Pool(Weights(weights_folder())), folder)), 0)
    mirrored = median * (-1, 1, 1)
    _, opposite = linear_sum_assignment(np.linalg.norm(median[:, None] - mirrored, axis=2) ** 2)
    alike = np.round((median + mirrored[opposite]) / 2, 3) + 0.0  # no -0.000
    np.savetxt(sys.stdout, alike, "%.3f", ",")


def faces(pool: Pool, folder: Path) -> Iterator[Points]:
    """The largest face of each photo, where it looks straight ahead."""
    for photo in sorted(folder.rglob("*.jpg")):
        view = View(picture(photo))
        found = sorted(pool.run("centerface", view).faces, key=lambda face: -face.box.area)[:1]
        outputs = {DETECTION: Output(faces=tuple(found))}
        meshes = pool.run("mediapipe-mesh", View(view.picture, tuple(found), outputs)).data.points
        for mesh in meshes:
            pose = None if mesh is None else geometry.pose(geometry.axes(mesh))
            if pose and abs(pose.yaw) < YAW and abs(pose.pitch) < PITCH:
                yield frontal(mesh)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
