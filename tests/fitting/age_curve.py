"""Fits the curve of ml.analysis.age_fused to labelled faces: `python -m tests.fitting.age_curve
DATA`. One half of the faces is fitted, the other half tells what it is worth; nothing is written.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import QuantileRegressor

from ml import registry
from ml.analysis import age_dlib, age_fused
from ml.contracts import AGE, FACE_CODE, MESH, Output, View
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.people import known
from ml.pool import Pool
from ml.registry import Commercial, Device, Model, ModelCard, Sensitive, register
from ml.types import Reading
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Floats = NDArray[np.float64]
POINTS = np.array(age_fused.OPINION)
WIDER = 1.2  # ranges fitted to few faces are too narrow for others
ROUNDS, PULL = 80, 0.3


@register(
    ModelCard(
        name="age-opinion",
        title="The opinion before the curve",
        task=AGE,
        weights=age_fused.FusedAge.card.weights,
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=60,
        needs=(MESH, FACE_CODE),
        sensitive=Sensitive.AGE,
        paper="as fused-age",
        known_limits="Only for fitting.",
    )
)
class Opinion(Model):
    """The mean opinion of both networks, as it is."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._dlib = age_dlib.DlibAge(weights, device)

    def run(self, view: View) -> Output:
        mesh, code = view.data(MESH).points[0], view.data(FACE_CODE).codes[0]
        if mesh is None or code is None:
            return Output()
        (odds,) = self._dlib.odds(view.picture, [mesh])
        value = age_fused.opinion(odds, code.ages)
        return Output(readings=(Reading("age-opinion", "opinion", value, face=0),))


def main(data: Path) -> None:
    registry.discover()
    samples = known(data, "age", None)
    setting = Setting(data, ("age-opinion",), Pool(Weights(weights_folder())))
    said = answers(setting, samples, lambda o: o.readings[0].value if o.readings else None)
    told = [(s, v) for s, v in zip(samples, said["age-opinion"], strict=True) if v is not None]
    opinion = np.array([float(value) for _, value in told])
    truth = np.array([float(sample.truth.age or 0) for sample, _ in told])
    mine = np.array([int(sha256(s.name.encode()).hexdigest(), 16) % 2 == 0 for s, _ in told])
    years = curve(opinion[mine], truth[mine])
    ages = np.interp(opinion, POINTS, years)
    off = truth - ages
    below, above = (WIDER * edge(opinion[mine], off[mine], share) for share in (0.1, 0.9))
    inside = (off >= np.interp(opinion, POINTS, below)) & (off <= np.interp(opinion, POINTS, above))
    print("YEARS", *years.round(1), "\nBELOW", *(-below).round(1), "\nABOVE", *above.round(1))
    for name, part in (("fitted", mine), ("unseen", ~mine)):
        before, after = np.abs(truth - opinion)[part].mean(), np.abs(off)[part].mean()
        print(
            f"{name} half, {part.sum()} faces: {before:.2f} years off before, {after:.2f} after; "
            f"{inside[part].mean():.1%} inside the range"
        )


def basis(opinion: Floats) -> Floats:
    """How much each point of the curve counts for each opinion."""
    return np.stack([np.interp(opinion, POINTS, one) for one in np.eye(len(POINTS))], axis=1)


def curve(opinion: Floats, truth: Floats) -> Floats:
    """The rising curve with the least absolute error, drawn a little towards the diagonal; by
    reweighted least squares."""
    rows, pull = basis(opinion), PULL * np.eye(len(POINTS))
    found = POINTS.copy()
    for _ in range(ROUNDS):
        weight = 1 / np.sqrt(np.maximum(np.abs(truth - rows @ found), 0.5))
        left = np.vstack([rows * weight[:, None], pull])
        found = np.linalg.lstsq(left, np.append(truth * weight, PULL * POINTS), rcond=None)[0]
        found = np.maximum.accumulate(np.maximum(found, 0))
    return found


def edge(opinion: Floats, off: Floats, share: float) -> Floats:
    """At each point of the curve how far off the age is that this share of people stay below."""
    fit = QuantileRegressor(quantile=share, alpha=0.002, fit_intercept=False, solver="highs")
    found: Floats = fit.fit(basis(opinion), off).coef_
    return np.minimum(found, 0) if share < 0.5 else np.maximum(found, 0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
