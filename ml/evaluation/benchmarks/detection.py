"""Detection: average precision of the boxes at an overlap of .5 and of .75.

A photo that cannot be opened has no box found in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.metrics.detection import HIT, IGNORED, average_precision, matched
from ml.evaluation.readers.boxes import EXPECTS, READERS, Faces
from ml.evaluation.readers.samples import Sample, part, read
from ml.types import Face

Floats = NDArray[np.float64]
Found = tuple[Face, ...]
OVERLAPS = {"50": 0.5, "75": 0.75}


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, READERS, EXPECTS), setting.limit)
    found = answers(setting, samples, faces)
    return {name: measured(samples, said) for name, said in found.items()}


def faces(output: Output) -> Found | None:
    return output.faces


def measured(samples: Sequence[Sample[Faces]], said: Sequence[Found | None]) -> Measured:
    """ap_50, ap_75 over all scores; recall and precision (at .5) of all boxes the model gives."""
    wanted = np.array([one.truth.ignored.count(False) for one in samples], np.float64)
    lists = {name: Boxes(samples, said, overlap) for name, overlap in OVERLAPS.items()}

    def score(weights: Floats) -> Mapping[str, float]:
        positives, half = float(weights @ wanted), lists["50"]
        here = weights[half.photo]
        right = float(here @ half.hit)
        return {
            **{f"ap_{name}": boxes.precision(weights, positives) for name, boxes in lists.items()},
            "recall": ratio(right, positives),
            "precision": ratio(right, float(here.sum())),
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=int(wanted.sum()),
        skipped=int(wanted[[one is None for one in said]].sum()),
        groups={by: tuple(one.groups[by] for one in samples) for by in samples[0].groups},
        counts={"photos": len(samples), "boxes": len(lists["50"].hit)},
        samples=samples,
    )


class Boxes:
    """All boxes found that count, best first: score, whether it hits, and in which photo."""

    def __init__(
        self, samples: Sequence[Sample[Faces]], said: Sequence[Found | None], overlap: float
    ) -> None:
        rows = [
            (face.score, kind == HIT, photo)
            for photo, (sample, found) in enumerate(zip(samples, said, strict=True))
            for face, kind in kinds(sample.truth, found or (), overlap)
            if kind != IGNORED
        ]
        rows.sort(key=lambda row: -row[0])
        self.scores = np.array([row[0] for row in rows], np.float64)
        self.hit = np.array([row[1] for row in rows], bool)
        self.photo = np.array([row[2] for row in rows], np.intp)

    def precision(self, weights: Floats, positives: float) -> float:
        return average_precision(self.scores, self.hit, weights[self.photo], positives)


def kinds(truth: Faces, found: Found, overlap: float) -> list[tuple[Face, int]]:
    ordered = sorted(found, key=lambda face: -face.score)
    boxes = [face.box for face in ordered]
    return list(zip(ordered, matched(boxes, truth.boxes, truth.ignored, overlap), strict=True))


DETECTION = register(
    Benchmark(
        name="detection",
        title="Face detection",
        asks="detection",
        metrics=("ap_50", "ap_75", "recall", "precision"),
        reads=EXPECTS,
        run=run,
        by_group=("recall",),
        on_card={
            "ap_50": "AP at IoU .5",
            "ap_75": "AP at IoU .75",
        },
    )
)
