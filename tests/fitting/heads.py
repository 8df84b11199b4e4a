"""How well hair and face are told from the rest: `python -m tests.fitting.heads LFW`.

heads.csv holds outlines drawn by eye over eleven photos, to three pixels or so, of what lies within
WINDOW: hair, and the face with ears, without neck. One wears a bathing cap and has no hair. The
thresholds of ml.analysis.parsing_colours were chosen by looking at other photos and at most of
these. F1 counts the pixels of all; "unknown" is neither. Nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml import decode, registry
from ml.contracts import DETECTION, PARSING, PARTS, Output, Parsed, View
from ml.pool import Pool
from ml.registry import Task, get, in_order
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

WINDOW = (25, 15, 225, 235)  # left, top, right, bottom, pixels of the photo
NOT_FACE = ("background", "hair", "beard", "neck", "body", "unknown")
MODELS = ("mediapipe-mesh", "mesh-pose", "mediapipe-iris", "mesh-parsing")


def main(folder: Path) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    counts = {"hair": np.zeros(3), "face": np.zeros(3)}
    for name, outlines in drawn().items():
        said = told(pool, folder / name)
        for part, points in outlines.items():
            now = counted(filled(points), said[part])
            counts[part] += now
            print(f"{name} {part}: F1 {f1(now):.1%}")
    for part, total in counts.items():
        print(f"{part}: F1 {f1(total):.1%}")


def drawn() -> dict[str, dict[str, list[float]]]:
    """Photo -> part -> x, y, x, y ..."""
    found: dict[str, dict[str, list[float]]] = defaultdict(dict)
    with Path(__file__).with_suffix(".csv").open() as file:
        for row in csv.DictReader(file):
            found[row["file"]][row["part"]] = [float(word) for word in row["outline"].split()]
    return found


def told(pool: Pool, path: Path) -> dict[str, NDArray[np.bool_]]:
    """Part -> the pixels of the photo (250 x 250) that the model calls so, of its middle face."""
    picture = decode.picture(path)
    faces = pool.run("centerface", View(picture)).faces
    outputs: dict[Task[object], Output] = {DETECTION: Output(faces=faces)}
    for name in in_order(MODELS):
        card = get(name).card
        seen = {task: outputs[task] for task in card.needs}
        outputs[card.task] = pool.run(name, View(picture, faces, seen))
    middle = min(range(len(faces)), key=lambda i: abs(faces[i].box.centre[0] - 125))
    head: Parsed = outputs[PARSING].data.heads[middle]
    rest = [PARTS.index(part) for part in NOT_FACE]
    return {
        "hair": spread(head, head.where("hair"), picture.size),
        "face": spread(head, ~np.isin(head.labels, rest), picture.size),
    }


def spread(head: Parsed, where: NDArray[np.bool_], size: tuple[int, int]) -> NDArray[np.bool_]:
    """A head's pixels as those of the photo."""
    import cv2

    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP  # the transform leads from photo to head
    photo = cv2.warpAffine(where.astype(np.float32), head.transform, size, flags=how)
    return np.asarray(photo) > 0.5


def filled(points: list[float]) -> NDArray[np.bool_]:
    canvas = Image.new("L", (250, 250))
    if points:
        ImageDraw.Draw(canvas).polygon(points, fill=1)
    return np.asarray(canvas) > 0


def counted(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Pixels hit, said wrongly, missed."""
    left, top, right, bottom = WINDOW
    here, there = truth[top:bottom, left:right], said[top:bottom, left:right]
    return np.array([(here & there).sum(), (~here & there).sum(), (here & ~there).sum()], float)


def f1(counts: NDArray[np.float64]) -> float:
    hit, wrong, missed = counts
    return float(2 * hit / max(2 * hit + wrong + missed, 1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
