"""Action units: how well those that make up an expression tell its faces from all others.

A face without an answer shows no unit: it stands below all that were read, and is an error where
it should have stood above them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ml.contracts import Output
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Benchmark, Floats, Measured, Setting, register
from ml.evaluation.metrics.classification import auc
from ml.evaluation.plots import Bars
from ml.evaluation.readers.people import EXPECTS, Person, known
from ml.evaluation.readers.samples import Sample

UNREAD = -1.0
Said = Mapping[int, float]
"""Action unit -> intensity, 0..1."""
Question = tuple[str, tuple[int, ...]]
"""An expression, and the units whose sum should tell it."""
# The units that make up each expression (Ekman and Friesen, EMFACS, 1983), and each by itself.
SETS: Mapping[str, Question] = {
    "auc_happy": ("happy", (6, 12)),
    "auc_surprised": ("surprised", (1, 2, 26)),
    "auc_angry": ("angry", (4, 7)),
    "auc_sad": ("sad", (1, 15)),
    "auc_disgusted": ("disgusted", (9,)),
}
SINGLES: Mapping[str, Question] = {
    **{f"auc_{unit}": ("happy", (unit,)) for unit in (6, 12)},
    **{f"auc_{unit}": ("surprised", (unit,)) for unit in (1, 2, 26)},
    **{f"auc_{unit}": ("angry", (unit,)) for unit in (4, 7)},
    "auc_1_sad": ("sad", (1,)),
    "auc_15": ("sad", (15,)),
    "auc_9": ("disgusted", (9,)),
}


def run(setting: Setting) -> dict[str, Measured]:
    samples = known(setting.data, "expression", setting.limit)
    found = answers(setting, samples, intensities)
    return {name: measured(samples, said) for name, said in found.items()}


def intensities(output: Output) -> Said | None:
    found: Said | None = output.data.intensities[0]
    return found


def measured(samples: Sequence[Sample[Person]], said: Sequence[Said | None]) -> Measured:
    """auc_EXPRESSION: of the sum of its units; auc_UNIT: of the unit alone, for its expression;
    either with _read: among the faces that were read only. auc_mean, auc_mean_read: the mean over
    the expressions there are."""
    truth = np.array([one.truth.expression for one in samples])
    read = np.array([one is not None for one in said])
    asked = {name: one for name, one in {**SETS, **SINGLES}.items() if one[0] in truth}
    sums = {name: summed(said, units) for name, (_, units) in asked.items()}

    def score(weights: Floats) -> Mapping[str, float]:
        found = {}
        for name, (expression, _) in asked.items():
            is_it = truth == expression
            found[name] = separated(sums[name], is_it, weights)
            found[f"{name}_read"] = separated(sums[name][read], is_it[read], weights[read])
        for ending in ("", "_read"):
            sets = [found[name + ending] for name in SETS if name in asked]
            found[f"auc_mean{ending}"] = float(np.mean(sets)) if sets else float("nan")
        return found

    whole = score(np.ones(len(samples)))
    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=int((~read).sum()),
        groups={
            **{by: tuple(one.groups[by] for one in samples) for by in samples[0].groups},
            "expression": tuple(str(word) for word in truth),
        },
        plots=(by_expression(whole),),
        samples=samples,
    )


def summed(said: Sequence[Said | None], units: Sequence[int]) -> Floats:
    """Of each face the units' sum; UNREAD where there is no answer."""
    return np.array(
        [sum(one[unit] for unit in units) if one else UNREAD for one in said], np.float64
    )


def separated(sums: Floats, is_it: np.ndarray, weights: Floats) -> float:
    """The AUC. A side that the weights leave out is taken whole: a group of faces that all show
    one expression is judged against everybody else's."""
    high, low = (
        weights[side] if weights[side].any() else np.ones(int(side.sum()))
        for side in (is_it, ~is_it)
    )
    return auc(sums[is_it], high, sums[~is_it], low)


def by_expression(whole: Mapping[str, float]) -> Bars:
    bars = {
        name.removeprefix("auc_"): (whole[f"{name}_read"],) * 3 for name in SETS if name in whole
    }
    return Bars("sets", "How well sets of units tell expressions", "AUC, faces read", bars)


ACTION_UNITS = register(
    Benchmark(
        name="action-units",
        title="Facial action units",
        asks="action-units",
        metrics=("auc_mean", "auc_mean_read", "auc_*"),
        reads=EXPECTS,
        run=run,
        on_card={
            "auc_mean": "AUC, mean of five expressions",
            "auc_mean_read": "AUC, mean, faces read",
            **{f"{name}_read": f"AUC {word}, faces read" for name, (word, _) in SETS.items()},
        },
    )
)
