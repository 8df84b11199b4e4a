"""How strongly what the detectors of ml.authenticity measure speaks: `python -m
tests.fitting.forensics LFW [PHOTOS]`.

Photos of the half of the people that `manage.py evaluate authenticity` does not use are edited as
it edits them. Of each measure the curve from score to weight is fitted (logarithms of how much
likelier scores are among edited files than among honest ones, in ten parts, made rising) and
printed as it stands in the code. Finding nothing is never told as more than a ratio of two: edits
that were not thought of here leave nothing to be found. With each kind of edit left out in turn,
curves are fitted to the others on one half of these people, and the kind is told by the sum on the
other half: what could be hoped for with such edits. With --reported the people are those that the
benchmark reports, on whom nothing was chosen; curves of theirs stand nowhere in the code. Nothing
is written but what was seen, with --keep FILE, to look at it again.
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
from ml.authenticity import jpeg_ghosts, shifted_grid
from ml.authenticity.calibration import SPEAKS, Curve, overlapping
from ml.evaluation.benchmarks.authenticity import Shown, edited, of_half
from ml.evaluation.edited import AFTERWARDS, CONDITIONS, EDITED_A_PHOTO
from ml.evaluation.edits import EDITS
from ml.evaluation.intervals import drawn, interval
from ml.evaluation.measuring import Setting
from ml.evaluation.metrics.classification import auc
from ml.evaluation.readers.authenticity import genuine
from ml.evaluation.readers.samples import FITTED, REPORTED, part
from ml.pool import Pool
from ml.types import Claim, Finding
from ml.weighing import weighed
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Floats = NDArray[np.float64]
MODELS = ("copy-move", "face-surround", "jpeg-ghosts", "shifted-grid")
# Of all files those with the least of a measure, and so on: finer where it is most.
PARTS = (0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.85, 0.92, 0.97, 1)
LEAST, MOST = -0.69, 3.0  # weights
PHOTOS, DRAWS = 60, 300
ROUND = len(EDITS) // EDITED_A_PHOTO
QUALITY = {one.name: one.quality for one in CONDITIONS}


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("data", type=Path)
    words.add_argument("photos", type=int, nargs="?", default=PHOTOS)
    words.add_argument("--keep", type=Path)
    words.add_argument("--reported", action="store_true")
    said = words.parse_args()
    if said.keep and said.keep.exists():
        shown = pickle.loads(said.keep.read_bytes())
    else:
        shown = looked_at(said.data, said.photos, REPORTED if said.reported else FITTED)
        if said.keep:
            said.keep.write_bytes(pickle.dumps(shown))
    report([one for one in shown if one.condition not in AFTERWARDS])


def looked_at(data: Path, photos: int, which: int) -> list[Shown]:
    registry.discover()
    setting = Setting(data, MODELS, Pool(Weights(weights_folder())))
    return list(edited(setting, part(of_half(genuine(data), which), photos)))


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
    """Each kind of edit told by curves that were fitted without it, and to other people."""
    print("together, each kind with curves fitted without it to the other half of the people:")
    conditions = dict.fromkeys(one.condition for one in shown)
    mean: dict[str, list[float]] = {}
    for kind in EDITS:
        sums = crossed(shown, measures, kind)
        for name in ("all", *conditions):
            here = [
                i
                for i, one in enumerate(shown)
                if (not one.edited or one.kind == kind) and name in ("all", one.condition)
            ]
            value, low, high = within([shown[i] for i in here], sums[here])
            mean.setdefault(name, []).append(value)
            print(f"  {kind:14}{name:10} {value:.2f} ({low:.2f} to {high:.2f})")
    print("mean of the kinds:", {name: round(float(np.mean(of)), 3) for name, of in mean.items()})


def crossed(shown: Sequence[Shown], measures: Sequence[str], kind: str) -> Floats:
    """The sum of each file's weights, by curves fitted without the kind to people of the other of
    two parts."""
    # All kinds of edit come round in four photos: whole rounds go to one part or the other.
    people = {name: i // ROUND % 2 for i, name in enumerate(dict.fromkeys(by_person(shown)))}
    sums = np.zeros(len(shown))
    for part_of in (0, 1):
        others = [one for one in shown if people[one.identity] != part_of and one.kind != kind]
        curves = {name: fitted(others, name) for name in measures}
        here = np.array([people[one.identity] == part_of for one in shown])
        sums[here] = joined([one for one in shown if people[one.identity] == part_of], curves)
    return sums


def by_person(shown: Sequence[Shown]) -> list[str]:
    return [one.identity for one in shown]


def within(files: Sequence[Shown], sums: Floats) -> tuple[float, float, float]:
    """AUC and its interval over people."""
    high = np.array([one.edited for one in files])

    def score(weights: Floats) -> float:
        return auc(sums[high], weights[high], sums[~high], weights[~high])

    low, top = interval(np.array([score(row) for row in drawn(by_person(files), DRAWS, 0)]))
    return score(np.ones(len(files))), low, top


def joined(shown: Sequence[Shown], curves: Mapping[str, Curve]) -> Floats:
    """What the measures say together, as `ml.weighing` joins the findings."""
    return np.array([total(one, curves) for one in shown])


def total(one: Shown, curves: Mapping[str, Curve]) -> float:
    told = {name: curve(one.scores[name]) for name, curve in curves.items() if name in one.scores}
    weights = {name: weight for name, weight in told.items() if counts(name, weight, one)}
    found = [
        Finding(name, name, "", Claim.EDITED, weight, group=overlapping(weight, group(name)))
        for name, weight in weights.items()
    ]
    return sum(one.weight or 0.0 for one in weighed(found))


def counts(measure: str, weight: float, one: Shown) -> bool:
    """Where it is not known to see all edits, that an earlier JPEG shows nothing is no evidence."""
    poorly = QUALITY[one.condition] < jpeg_ghosts.WELL_SAVED
    return weight >= SPEAKS or not (poorly and measure.startswith(jpeg_ghosts.NAME))


def group(measure: str) -> str:
    """The group of findings that the measure's model puts what speaks for an edit in."""
    grids = (jpeg_ghosts, shifted_grid)
    return next((one.GROUP for one in grids if measure.startswith(one.NAME + ".")), "")


if __name__ == "__main__":
    main()
