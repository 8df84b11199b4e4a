"""Measures models that say one word of a face, against the word that somebody wrote down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation.looking import answers, reading
from ml.evaluation.measuring import Measured, Setting
from ml.evaluation.metrics import classification
from ml.evaluation.plots import Grid, Lines
from ml.evaluation.readers.people import Person, known
from ml.evaluation.readers.samples import Sample

Floats = NDArray[np.float64]
Said = tuple[str, float]
"""A word, and the score 0..1 it was given (nan: none)."""
ADULT = 18.0


def measured(setting: Setting, label: str) -> dict[str, Measured]:
    """How often each model's word is the one in the labels (of ml.evaluation.readers.people)."""
    samples = known(setting.data, label, setting.limit)
    found = answers(setting, samples, word)
    return {name: of_words(samples, label, said) for name, said in found.items()}


def word(output: Output) -> Said | None:
    found = reading(output)
    if found is None:
        return None
    return str(found.value), float("nan") if found.score is None else found.score


def of_words(
    samples: Sequence[Sample[Person]], label: str, said: Sequence[Said | None]
) -> Measured:
    """accuracy; accuracy_read: of the faces that were read only; balanced_accuracy, macro_f1, ece,
    recall_CLASS, and accuracy_adults where ages are known. baseline_accuracy: of who always says
    the most frequent word."""
    words = [str(getattr(one.truth, label)) for one in samples]
    classes = sorted(set(words))
    truth = classification.numbered(words, classes)
    told = classification.numbered([one and one[0] for one in said], classes)
    trust = np.array([np.nan if one is None else one[1] for one in said])
    read = np.array([one is not None for one in said])
    adult = np.array([one.truth.age is not None and one.truth.age >= ADULT for one in samples])

    def score(weights: Floats) -> Mapping[str, float]:
        counts = classification.confusion(truth, told, len(classes), weights)
        recalls = classification.recall(counts)
        metrics = {
            "accuracy": classification.accuracy(truth, told, weights),
            "accuracy_read": classification.accuracy(truth, told, weights * read),
            "balanced_accuracy": classification.balanced_accuracy(counts),
            "macro_f1": classification.macro_f1(counts),
            "ece": classification.ece(trust, truth == told, weights),
            "baseline_accuracy": classification.ratio(counts.sum(1).max(), counts.sum()),
            **{f"recall_{one}": float(recalls[i]) for i, one in enumerate(classes)},
        }
        if adult.any():
            metrics["accuracy_adults"] = classification.accuracy(truth, told, weights * adult)
        return metrics

    groups = {by: tuple(one.groups[by] for one in samples) for by in samples[0].groups}
    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(one is None for one in said),
        groups={**groups, label: tuple(words)},
        plots=(confused(classes, truth, told), calibrated(trust, truth == told)),
        samples=samples,
    )


def confused(classes: Sequence[str], truth: NDArray[np.intp], told: NDArray[np.intp]) -> Grid:
    counts = classification.confusion(truth, told, len(classes), np.ones(len(truth)))
    title = "What was said (columns) of what it is (rows)"
    return Grid("confusion", title, classes, [*classes, "no answer"], counts.tolist())


def calibrated(trust: Floats, right: NDArray[np.bool_]) -> Lines:
    bins = classification.reliability(trust, right, np.ones(len(trust)))
    curves = {
        "as it is": [(score, share) for _, score, share in bins],
        "as it should be": [(0.0, 0.0), (1.0, 1.0)],
    }
    return Lines(
        "calibration", "How far scores are to be trusted", "score", "share right", curves,
        y_range=(0.0, 1.0),
    )  # fmt: skip
