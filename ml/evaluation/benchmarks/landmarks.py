"""Landmarks: how far the mesh's points are from marked ones, in distances between the eyes.

A face without an answer is one such distance off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation import schemes
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.points import auc_below, failure_rate, mean, nme
from ml.evaluation.plots import Lines
from ml.evaluation.readers.landmarks import EXPECTS, READERS, Points
from ml.evaluation.readers.samples import Sample, part, read

Floats = NDArray[np.float64]
LIMIT = 0.08  # of the distance between the outer eye corners: beyond, a fit has failed
NO_ANSWER = 1.0


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, READERS, EXPECTS), setting.limit)
    found = answers(setting, samples, mesh)
    return {name: measured(samples, said) for name, said in found.items()}


def mesh(output: Output) -> NDArray[np.float32] | None:
    fitted: NDArray[np.float32] | None = output.data.points[0]
    return fitted


def measured(
    samples: Sequence[Sample[Points]], said: Sequence[NDArray[np.float32] | None]
) -> Measured:
    """nme; failure_rate: share with more than LIMIT; auc: area below LIMIT, 0..1."""
    pairs = list(zip(samples, said, strict=True))
    errors = np.array(
        [NO_ANSWER if told is None else error(one.truth, told) for one, told in pairs]
    )

    def score(weights: Floats) -> Mapping[str, float]:
        return {
            "nme": mean(errors, weights),
            "failure_rate": failure_rate(errors, LIMIT, weights),
            "auc": auc_below(errors, LIMIT, weights),
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(told is None for told in said),
        plots=(cumulative(errors),),
        samples=samples,
    )


def error(truth: Points, fitted: NDArray[np.float32]) -> float:
    return nme(schemes.points(fitted, len(truth)), truth, schemes.eyes_apart(truth))


def cumulative(errors: Floats) -> Lines:
    limits = np.linspace(0, 2 * LIMIT, 81)
    curve = [(float(limit), float((errors <= limit).mean())) for limit in limits]
    return Lines(
        "errors", "Faces with at most this error", "error in eye distances", "share of faces",
        {"all": curve}, y_range=(0.0, 1.0),
    )  # fmt: skip


LANDMARKS = register(
    Benchmark(
        name="landmarks",
        title="Landmarks",
        asks="mesh",
        metrics=("nme", "failure_rate", "auc"),
        reads=EXPECTS,
        run=run,
        on_card={
            "nme": "mean error in eye distances",
            "failure_rate": "failures (over .08)",
        },
        lower_is_better=True,
        unit="eye distances",
    )
)
