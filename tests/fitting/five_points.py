"""How well a detector's five points tell yaw: `python -m tests.fitting.five_points LFW`.

Over 250 photos, drawn by name, the yaw that ml.five_points tells is set against that of
the face mesh, another network. Nothing is written.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import numpy as np

from ml import decode, five_points, registry
from ml.contracts import MESH, View
from ml.geometry import axes, pose
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

PHOTOS = 250


def main(data: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    files = sorted(data.rglob("*.jpg"), key=lambda f: sha256(f.name.encode()).hexdigest())
    pairs = []
    for file in files[:PHOTOS]:
        picture = decode.picture(file)
        faces = sorted(pool.run("centerface", View(picture)).faces, key=lambda f: -f.box.area)[:1]
        outputs = {MESH: pool.run("mediapipe-mesh", View(picture, tuple(faces)))} if faces else {}
        mesh = outputs[MESH].data.points[0] if faces else None
        told = five_points.yaw(faces[0]) if faces else None
        if mesh is not None and told is not None:
            pairs.append((pose(axes(mesh)).yaw, told))
    other, five = np.array(pairs).T
    slope, start = np.polyfit(other, five, 1)
    rest = np.std(five - (slope * other + start))
    print(f"{len(pairs)} faces: correlation {np.corrcoef(other, five)[0, 1]:.3f}, "
          f"slope {slope:.2f}, off by {rest:.1f} degrees (standard deviation)")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
