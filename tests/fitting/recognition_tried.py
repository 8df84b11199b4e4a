"""What was tried to recognise people better, and what it gave: `python -m
tests.fitting.recognition_tried DATA` (LFW's layout), a Markdown table on standard output.

Accuracy and TAR are those of `manage.py evaluate verification`, of all folds and of those that the
share of FaceRes was not chosen on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import alignment, faceres, geometry, registry
from ml.contracts import DETECTION, Output, View
from ml.evaluation import templates
from ml.evaluation.benchmarks import verification
from ml.evaluation.looking import decoded, nearest
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.pairs import Comparisons
from ml.pool import Pool
from ml.recognition import dlib_graph
from ml.recognition.code_faceres import FaceRes
from ml.recognition.embedding_dlib import DlibEmbedding
from ml.registry import Device
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Floats = NDArray[np.float32]
DLIB_PADDINGS = (0.15, 0.2, 0.25, 0.3)
FACERES_PADDINGS = (0.0, 0.05, 0.1, 0.2)
SHARES = (0.3, 0.4, 0.5, 0.6, 0.8)
CHOSEN_ON = (0, 1)  # folds


def main(data: Path) -> None:
    registry.discover()
    weights = Weights(weights_folder())
    setting = Setting(data, (), Pool(weights))
    found = verification.listed(setting)
    raw = gathered(setting, found, Networks(weights))
    print("| what | accuracy | TAR at FAR 1e-3 | accuracy, folds 2 to 4 | TAR, folds 2 to 4 |")
    print("| --- | --- | --- | --- | --- |")
    for name, vectors in variants(raw):
        print(row(name, vectors, found))


class Networks:
    """Both networks over chips cut in several ways; every vector as it comes, by what was done."""

    def __init__(self, weights: Weights) -> None:
        self.dlib = DlibEmbedding(weights, Device.CPU).net
        self.faceres = FaceRes(weights, Device.CPU).net

    def __call__(self, picture: Picture, mesh: Floats) -> Iterator[tuple[str, Floats]]:
        for padding in DLIB_PADDINGS:
            chip = alignment.chips(picture, [mesh], dlib_graph.CHIP, padding)
            both = alignment.normalised(alignment.with_mirrored(chip))
            yield f"dlib {padding}", self.dlib(both)[0]
        for padding in FACERES_PADDINGS:
            cut = alignment.arcface_cut(mesh, faceres.CHIP, padding)
            chip = geometry.chip(picture, cut, faceres.CHIP, repeat_border=True)[None]
            both = alignment.with_mirrored(chip)
            yield f"faceres {padding}", self.faceres(faceres.normalised(both))[0]
            if padding == 0.1:
                yield "faceres red first, 0..255", self.faceres(both.astype(np.float32))[0]


def gathered(setting: Setting, found: Comparisons, networks: Networks) -> dict[str, Floats]:
    """Of each way photos x 2 (as it is, mirrored) x D; a photo without a face is nan."""
    rows: dict[str, list[Floats]] = {}
    for done, (photo, picture) in enumerate(
        zip(found.photos, decoded(found.photos), strict=True), start=1
    ):
        assert picture is not None
        faces = setting.pool.run("centerface", View(picture)).faces
        meant = tuple(nearest(faces, photo, picture))
        view = View(picture, meant, {DETECTION: Output(faces=meant)})
        mesh = setting.pool.run("mediapipe-mesh", view).data.points[0] if meant else None
        assert mesh is not None, f"{photo.name}: no face"
        for name, vectors in networks(picture, mesh):
            rows.setdefault(name, []).append(vectors)
        if done % 500 == 0:
            print(done, file=sys.stderr)
    return {name: np.stack(vectors) for name, vectors in rows.items()}


def variants(raw: Mapping[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """Each thing tried: its name and a vector a photo."""
    mean = {name: vectors.mean(1) for name, vectors in raw.items()}
    yield "dlib, padding .25, as it comes (recipe 1)", mean["dlib 0.25"]
    yield "the same, one long", alignment.unit(mean["dlib 0.25"])
    yield "the same, without the mirror image", alignment.unit(raw["dlib 0.25"][:, 0])
    for padding in DLIB_PADDINGS:
        yield f"dlib, padding {padding}, one long", alignment.unit(mean[f"dlib {padding}"])
    dlib = alignment.unit(mean["dlib 0.2"])
    every = alignment.unit(np.mean([mean[f"dlib {one}"] for one in DLIB_PADDINGS[:3]], 0))
    yield "dlib, three paddings averaged (6 passes)", every
    wrong = mean["faceres red first, 0..255"]
    yield "FaceRes fed red first and 0..255", alignment.unit(wrong)
    yield (
        "FaceRes fed blue first and less the mean, one pass",
        alignment.unit(raw["faceres 0.1"][:, 0]),
    )
    yield "the same with the mirror image", alignment.unit(mean["faceres 0.1"])
    for padding in FACERES_PADDINGS:
        root = alignment.unit(np.sqrt(mean[f"faceres {padding}"]))
        yield f"the same, roots, padding {padding}", root
    res = alignment.unit(np.sqrt(mean["faceres 0.1"]))
    centred = alignment.unit(res - res.mean(0))
    yield "roots, less the mean of these very photos (cannot be shipped)", centred
    for share in SHARES:
        yield f"dlib and FaceRes, share {share}", np.concatenate([dlib, share * res], axis=1)


def row(name: str, vectors: Floats, found: Comparisons) -> str:
    cells = []
    for folds in ((), CHOSEN_ON):
        pairs = tuple(pair for pair in found.pairs if pair.fold not in folds)
        names = {one for pair in pairs for one in (pair.first, pair.second)}
        part = replace(
            found,
            pairs=pairs,
            photos=tuple(p for p in found.photos if p.name in names),
            templates={name: photos for name, photos in found.templates.items() if name in names},
        )
        people = verification.people_of(part)
        by_photo = {p.name: v for p, v in zip(found.photos, vectors, strict=True)}
        numbers = np.unique([people[one] for one in part.templates], return_inverse=True)[1]
        made = templates.averaged(by_photo, part.templates, numbers)
        score = verification.measured(part, made).score(np.ones(len(part.templates)))
        cells += [f"{score[m]:.2%}" for m in ("accuracy", "tar_at_far_1e-3")]
    return f"| {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
