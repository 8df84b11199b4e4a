"""Attributes: forty yes-or-no words a face (CelebA), each by itself.

A model says them as readings named as in the list, lower-case with spaces ("wearing hat"), with the
value "yes" or "no". What it does not say is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import quotients
from ml.evaluation.readers.people import celeba
from ml.evaluation.readers.samples import Sample, part, read

Floats = NDArray[np.float64]
Said = Mapping[str, bool]
EXPECTS = "CelebA's list_attr_celeba.txt and its photos"


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, (celeba,), EXPECTS), setting.limit)
    found = answers(setting, samples, words)
    return {name: measured(samples, said) for name, said in found.items()}


def words(output: Output) -> Said | None:
    said = {one.name: one.value == "yes" for one in output.readings if one.value in ("yes", "no")}
    return said or None


def measured(samples: Sequence[Sample[Said]], said: Sequence[Said | None]) -> Measured:
    """accuracy and balanced_accuracy: means over the attributes; accuracy_NAME and
    balanced_accuracy_NAME of each. baseline_accuracy: of who always says the more frequent."""
    names = sorted(samples[0].truth)
    truth = np.array([[one.truth[name] for name in names] for one in samples])
    right = np.array(
        [
            [told is not None and told.get(name) == one.truth[name] for name in names]
            for one, told in zip(samples, said, strict=True)
        ]
    )
    slugs = [name.replace(" ", "_") for name in names]

    def score(weights: Floats) -> Mapping[str, float]:
        accuracy = _share(weights, right, np.ones_like(truth))
        sides = np.stack([_share(weights, right, truth), _share(weights, right, ~truth)])
        known = np.isfinite(sides)
        balanced = np.where(known, sides, 0).sum(0) / np.maximum(known.sum(0), 1)
        yes = weights @ truth / weights.sum()
        return {
            "accuracy": float(accuracy.mean()),
            "balanced_accuracy": float(balanced.mean()),
            "baseline_accuracy": float(np.maximum(yes, 1 - yes).mean()),
            **{f"accuracy_{slug}": float(accuracy[i]) for i, slug in enumerate(slugs)},
            **{f"balanced_accuracy_{slug}": float(balanced[i]) for i, slug in enumerate(slugs)},
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(one is None for one in said),
        groups={by: tuple(one.groups[by] for one in samples) for by in samples[0].groups},
        samples=samples,
    )


def _share(weights: Floats, right: NDArray[np.bool_], where: NDArray[np.bool_]) -> Floats:
    """Of each column the share right among the rows where it counts; nan among none."""
    return quotients(weights @ (right & where), weights @ where)


ATTRIBUTES = register(
    Benchmark(
        name="attributes",
        title="Attributes",
        asks="attributes",
        metrics=(
            "balanced_accuracy",
            "accuracy",
            "baseline_accuracy",
            "accuracy_*",
            "balanced_accuracy_*",
        ),
        reads=EXPECTS,
        run=run,
        on_card={
            "balanced_accuracy": "balanced accuracy",
            "accuracy": "accuracy",
        },
    )
)
