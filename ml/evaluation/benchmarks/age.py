"""Age: years off, by age band, and whether the ranges hold as many ages as they promise.

A face without an answer counts as the answer furthest off within 0..100 years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation.looking import answers, reading
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.metrics.points import mean
from ml.evaluation.plots import Bars
from ml.evaluation.readers.people import EXPECTS, Person, band, known
from ml.evaluation.readers.samples import Sample

Floats = NDArray[np.float64]
Said = tuple[float, float, float]
"""An age and the range around it, in years; the range may be nan."""
OLDEST = 100.0
NEAR = 5.0  # years off that count as right for cs_5


def run(setting: Setting) -> dict[str, Measured]:
    samples = known(setting.data, "age", setting.limit)
    found = answers(setting, samples, age)
    return {name: measured(samples, said) for name, said in found.items()}


def age(output: Output) -> Said | None:
    found = reading(output)
    if found is None or found.value is None:
        return None
    low, high = found.interval or (float("nan"), float("nan"))
    return float(found.value), low, high


def measured(samples: Sequence[Sample[Person]], said: Sequence[Said | None]) -> Measured:
    """mae; mae_read: of the faces that were read only; bias: how much too old on average; cs_5:
    share at most five years off; interval_coverage: share of ages inside the range (no answer:
    outside); interval_width in years; mae_BAND; baseline_mae: of who always says the median."""
    truth = np.array([one.truth.age for one in samples], np.float64)
    told = np.array([one or (np.nan,) * 3 for one in said], np.float64)
    off, furthest = told[:, 0] - truth, np.maximum(truth, OLDEST - truth)
    errors = np.where(np.isfinite(off), np.abs(off), furthest)
    inside = (told[:, 1] <= truth) & (truth <= told[:, 2])
    bands = np.array([band(one) for one in truth])
    always = np.abs(truth - np.median(truth))

    def score(weights: Floats) -> Mapping[str, float]:
        total = float(weights.sum())
        return {
            "mae": mean(errors, weights),
            "mae_read": mean(np.abs(off), weights),
            "cs_5": ratio(float(weights @ (errors <= NEAR)), total),
            "bias": mean(off, weights),
            "interval_coverage": ratio(float(weights @ inside), total),
            "interval_width": mean(told[:, 2] - told[:, 1], weights),
            "baseline_mae": mean(always, weights),
            **{f"mae_{one}": mean(errors, weights * (bands == one)) for one in np.unique(bands)},
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(one is None for one in said),
        groups={by: tuple(one.groups[by] for one in samples) for by in ("age", "gender", "race")},
        plots=(by_band(bands, errors),),
        samples=samples,
    )


def by_band(bands: NDArray[np.str_], errors: Floats) -> Bars:
    """Mean error a band, with plus and minus two standard errors."""
    bars = {}
    for one in np.unique(bands):
        here = errors[bands == one]
        spread = 2 * float(here.std() / np.sqrt(len(here)))
        bars[str(one)] = (
            float(here.mean()),
            float(here.mean()) - spread,
            float(here.mean()) + spread,
        )
    return Bars("bands", "Years off by age", "mean absolute error, years", bars)


AGE = register(
    Benchmark(
        name="age",
        title="Apparent age",
        asks="age",
        metrics=(
            "mae",
            "mae_read",
            "cs_5",
            "bias",
            "interval_coverage",
            "interval_width",
            "baseline_mae",
            "mae_*",
        ),
        reads=EXPECTS,
        run=run,
        lower_is_better=True,
        unit="years",
        by_group=("bias", "interval_coverage"),
        on_card={
            "mae": "mean error",
            "mae_read": "mean error, faces read",
            "cs_5": "within 5 years",
            "interval_coverage": "ages inside the range",
        },
    )
)
