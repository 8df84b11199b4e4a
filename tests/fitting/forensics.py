"""How strongly what the detectors of ml.authenticity measure speaks: `python -m
tests.fitting.forensics LFW [PHOTOS]`.

Photos of the half of the people that `manage.py evaluate authenticity` does not use are edited as
it edits them. Of each measure the curve from score to weight is fitted (logarithms of how much
likelier scores are among edited files than among honest ones, in ten parts, made rising) and
printed as it stands in the code. Finding nothing is never told as more than a ratio of two: edits
that were not thought of here leave nothing to be found. With each kind of edit left out in turn,
curves are fitted to the others and the kind is told by the sum: what could be hoped for with such
edits. Nothing is written but what was seen, with --keep FILE, to look at it again.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression
from sklearn.linear_model import LogisticRegression

from ml import registry
from ml.authenticity.calibration import SPEAKS, Curve
from ml.evaluation.benchmarks.authenticity import Shown, edited, of_half
from ml.evaluation.edited import AFTERWARDS
from ml.evaluation.edits import EDITS
from ml.evaluation.measuring import Setting
from ml.evaluation.metrics.classification import auc
from ml.evaluation.readers.authenticity import genuine
from ml.evaluation.readers.samples import FITTED, part
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Floats = NDArray[np.float64]
MODELS = ("copy-move", "jpeg-ghosts")
# Of all files those with the least of a measure, and so on: finer where it is most.
PARTS = (0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.85, 0.92, 0.97, 1)
LEAST, MOST = -0.69, 3.0  # weights
PHOTOS = 80


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("data", type=Path)
    words.add_argument("photos", type=int, nargs="?", default=PHOTOS)
    words.add_argument("--keep", type=Path)
    said = words.parse_args()
    if said.keep and said.keep.exists():
        shown = pickle.loads(said.keep.read_bytes())
    else:
        shown = looked_at(said.data, said.photos)
        if said.keep:
            said.keep.write_bytes(pickle.dumps(shown))
    report([one for one in shown if one.condition not in AFTERWARDS])


def looked_at(data: Path, photos: int) -> list[Shown]:
    registry.discover()
    setting = Setting(data, MODELS, Pool(Weights(weights_folder())))
    return list(edited(setting, part(of_half(genuine(data), FITTED), photos)))


def report(shown: Sequence[Shown]) -> None:
    measures = sorted({k for one in shown for k in one.scores if k.partition(".")[0] in MODELS})
    curves = {name: fitted(shown, name) for name in measures}
    for name, curve in curves.items():
        print(name, curve)
        for condition in dict.fromkeys(one.condition for one in shown):
            here = [one for one in shown if one.condition == condition]
            low = scores([one for one in here if not one.edited], name)
            told = {
                k: told_apart(scores([o for o in here if o.kind == k], name), low) for k in EDITS
            }
            print(f"  {condition:10}", *(f"{kind} {value:.2f}" for kind, value in told.items()))
    honest, changed = (
        joined([one for one in shown if one.edited is which], curves) for which in (False, True)
    )
    print(f"together {(honest >= SPEAKS).mean():.1%} of honest files speak for an edit,", end=" ")
    print(f"slope of the sum {slope(honest, changed):.2f}")
    left_out(shown, measures)


def scores(shown: Sequence[Shown], name: str) -> Floats:
    """A measure of each file; of those that it could not be taken of, nan."""
    return np.array([one.scores.get(name, np.nan) for one in shown])


def told_apart(high: Floats, low: Floats) -> float:
    """AUC of the measure; a file without it lies in the middle."""
    usual = float(np.nanmedian(np.concatenate([high, low])))
    high, low = np.nan_to_num(high, nan=usual), np.nan_to_num(low, nan=usual)
    return auc(high, np.ones(len(high)), low, np.ones(len(low)))


def fitted(shown: Sequence[Shown], name: str) -> Curve:
    """Rising weights at the middles of the parts; no part says more than its files support."""
    values, is_edit = scores(shown, name), np.array([one.edited for one in shown])
    known = np.isfinite(values)
    values, is_edit = values[known], is_edit[known]
    edges = np.unique(np.quantile(values, PARTS))
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    parts = [place == number for number in range(len(edges) - 1) if (place == number).any()]
    share = [
        [((which & of).sum() + 1) / (of.sum() + len(parts)) for of in (is_edit, ~is_edit)]
        for which in parts
    ]
    ratios = np.log([high / low for high, low in share]).clip(LEAST, MOST)
    rising = isotonic_regression(ratios, sample_weight=[which.sum() for which in parts])
    middles = [float(np.median(values[which])) for which in parts]
    return Curve(tuple(round(m, 2) for m in middles), tuple(round(float(w), 2) for w in rising))


def slope(honest: Floats, changed: Floats) -> float:
    """By how much sums are to be multiplied to be logarithms of odds, as many files being edited
    as honest: below 1 where measures repeat each other and their sum says too much."""
    weights = np.concatenate([np.full(len(one), 1 / len(one)) for one in (honest, changed)])
    sums = np.concatenate([honest, changed])[:, None]
    truth = np.repeat([0, 1], [len(honest), len(changed)])
    fit = LogisticRegression(C=np.inf).fit(sums, truth, sample_weight=1000 * weights)
    return float(fit.coef_[0, 0])


def left_out(shown: Sequence[Shown], measures: Sequence[str]) -> None:
    print("together, each kind with curves fitted without it:")
    for kind in EDITS:
        others = [one for one in shown if one.kind != kind]
        curves = {name: fitted(others, name) for name in measures}
        for condition in dict.fromkeys(one.condition for one in shown):
            here = [one for one in shown if one.condition == condition]
            high = joined([one for one in here if one.kind == kind], curves)
            low = joined([one for one in here if not one.edited], curves)
            value = auc(high, np.ones(len(high)), low, np.ones(len(low)))
            print(f"  {kind:14}{condition:10} {value:.2f}")


def joined(shown: Sequence[Shown], curves: Mapping[str, Curve]) -> Floats:
    """The sum of the weights that there are."""
    return np.array(
        [sum(curves[k](v) for k, v in one.scores.items() if k in curves) for one in shown]
    )


if __name__ == "__main__":
    main()
