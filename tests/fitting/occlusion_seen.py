"""How often bare faces are said to be covered, by eye: `python -m tests.fitting.occlusion_seen LFW
MODEL`.

occlusion_seen.csv names every fourth photo of the half of LFW's people that nothing was fitted on.
Those of which at least 5 % of the face or a quarter of a region was found covered were looked at by
one person, who wrote covered (hat, hair, hand, dark glass, another head) or bare (shadow, coloured
light, beard, teeth); the others are taken for bare. Nothing is written.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from ml import registry
from ml.contracts import MESH, POSE, Output, View
from ml.evaluation.benchmarks.occlusion import flagged, lightness, thirds
from ml.evaluation.readers.samples import pictures
from ml.pool import Pool
from ml.types import Box, Face, Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.dark_lenses import seen

LABELS = Path(__file__).with_suffix(".csv")


def main(folder: Path, model: str) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    with LABELS.open(newline="") as file:
        labels = {row["file"]: row["label"] for row in csv.DictReader(file)}
    rows, lights = [], []
    for photo in pictures(folder):
        if photo.name in labels:
            picture, mesh = seen(pool, photo)
            if mesh is not None:
                rows.append((labels[photo.name] == "covered", said(pool, model, picture, mesh)))
                lights.append(lightness(picture, mesh))
    covered, told = np.array(rows).T
    print(f"covered: {told[covered].sum()} of {covered.sum()} of those seen are told")
    print(f"bare: {told[~covered].sum()} of {(~covered).sum()} said to be covered")
    third = np.array(thirds(np.array(lights)))
    for name in sorted(set(third)):
        among = ~covered & (third == name)
        print(f"{name} skin in the photo: {told[among].sum()} of {among.sum()}")


def said(pool: Pool, model: str, picture: Picture, mesh: np.ndarray) -> bool:
    """Whether people read that the face is covered."""
    low, high = mesh[:, :2].min(0).tolist(), mesh[:, :2].max(0).tolist()
    faces = (Face(Box(*low, *high), 1.0),)
    meshes = Output(data=MESH.data((mesh,)))
    poses = pool.run("mesh-pose", View(picture, faces, {MESH: meshes}))
    view = View(picture, faces, {MESH: meshes, POSE: poses})
    return flagged(pool.run(model, view))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
