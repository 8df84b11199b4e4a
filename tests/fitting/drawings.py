"""Drawn faces: found or not, how well the mesh sits, and what tells them from photographed ones:
`python -m tests.fitting.drawings`.

The arguments are folders of photographed faces (LFW, UTKFace, FER2013), of each of which a part is
looked at. Constants are read off one half of the drawings and photos and judged by the other.
Nothing is written.
"""

from __future__ import annotations

import random
import sys
from hashlib import sha256
from math import hypot
from pathlib import Path

import numpy as np

from ml import decode, registry
from ml.analysis import drawn_tones
from ml.contracts import DETECTION, Output, View
from ml.evaluation.looking import decoded, nearest
from ml.evaluation.readers.landmarks import Points
from ml.evaluation.readers.samples import Sample, pictures
from ml.evaluation.readers.tables import Row, rows
from ml.landmarks import subset
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import ROOT, weights_folder

FOLDER = ROOT / "tests" / "ml" / "drawings"
MANY = 1000  # photos of a folder
CHIN = 152
WIDE = 2.2  # of a face without a box, in distances between its eyes
Measures = dict[str, tuple[float, float]]


def main(folders: list[Path]) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    drawings = drawn(pool)
    photos = {folder.name: photographed(pool, folder) for folder in folders}
    if photos:
        constants(drawings, photos)
    judged("drawings", drawings)
    for name, found in photos.items():
        judged(name, found)


def labelled() -> dict[str, Points]:
    """Six points a drawing: eyes, nose, corners of the mouth, chin."""
    return {row.text("file"): _points(row) for row in rows(FOLDER / "drawings.csv")}


def _points(row: Row) -> Points:
    names = [(f"x{i}", f"y{i}") for i in range(5)] + [("chin_x", "chin_y")]
    return np.array([[row.number(x), row.number(y)] for x, y in names])


def drawn(pool: Pool) -> Measures:
    """Says what is found of the drawings; the measures of all, those not found at their points."""
    errors, measured = [], {}
    for name, truth in labelled().items():
        picture = decode.picture(FOLDER / name)
        face = found(pool, picture, truth)
        if face is not None:
            errors.append(error(pool, picture, face, truth))
        print(name, "not found" if face is None else f"{errors[-1]:.3f}")
        measured[name] = drawn_tones.measures(picture, face or around(truth))
    print(f"found {len(errors)} of {len(measured)}, mean error of those {np.mean(errors):.3f}")
    return measured


def found(pool: Pool, picture: Picture, truth: Points) -> Face | None:
    """The detected face that all points but the chin lie in."""
    for face in pool.run("centerface", View(picture)).faces:
        box, inside = face.box, truth[:5]
        corners = (inside >= (box.left, box.top)) & (inside <= (box.right, box.bottom))
        if corners.all():
            return face
    return None


def error(pool: Pool, picture: Picture, face: Face, truth: Points) -> float:
    """Mean distance of the six points, in distances between the eyes."""
    view = View(picture, (face,), {DETECTION: Output(faces=(face,))})
    mesh = pool.run("mediapipe-mesh", view).data.points[0]
    told = np.vstack([subset(mesh[:, :2], 5), mesh[CHIN, :2]])
    return float(np.hypot(*(told - truth).T).mean() / hypot(*(truth[1] - truth[0])))


def around(truth: Points) -> Face:
    x = float(truth[:5, 0].mean())
    half, chin = WIDE * hypot(*(truth[1] - truth[0])) / 2, truth[5, 1]
    return Face(Box(x - half, chin - 2.6 * half, x + half, chin), 1.0)


def photographed(pool: Pool, folder: Path) -> Measures:
    files = pictures(folder)
    chosen = sorted(random.Random(0).sample(files, min(MANY, len(files))))
    samples = [Sample(path.as_posix(), path, None, path.name) for path in chosen]
    measured = {}
    for sample, picture in zip(samples, decoded(samples), strict=True):
        assert picture is not None
        for face in nearest(pool.run("centerface", View(picture)).faces, sample, picture):
            measured[sample.name] = drawn_tones.measures(picture, face)
    return measured


def first_half(name: str) -> bool:
    return int(sha256(Path(name).name.encode()).hexdigest(), 16) % 2 == 0


def constants(drawings: Measures, photos: dict[str, Measures]) -> None:
    """What lies between the first half's photos and drawings, for each measure."""
    mine = np.array([one for name, one in drawings.items() if first_half(name)])
    theirs = np.array(
        [one for some in photos.values() for name, one in some.items() if first_half(name)]
    )
    for column, what in enumerate(("few tones", "hard edges")):
        low, high = np.percentile(mine[:, column], 10), np.percentile(theirs[:, column], 99)
        print(f"{what}: drawings from {low:.3f}, photos to {high:.3f}, half {(low + high) / 2:.3f}")


def judged(name: str, found: Measures) -> None:
    """How many of the first half are called drawn, of the other, and how many of all get no
    clear word."""
    words = {one: drawn_tones.worded(*values)[0] for one, values in found.items()}
    counts = []
    for part in (True, False):
        said = [word for one, word in words.items() if first_half(one) is part]
        counts.append(f"{said.count('drawn')} of {len(said)}")
    unsure = list(words.values()).count("unsure")
    print(f"{name}: drawn {counts[0]}, of the other half {counts[1]}; {unsure} unsure")


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]])
