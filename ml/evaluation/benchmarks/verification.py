"""Verification: are two photos of one person?

Accuracy over the set's folds, the threshold chosen on the other folds; and how many of the pairs of
one person are accepted when one in 100, 1,000 or 10,000 pairs of strangers is: all strangers among
the photos, not only the pairs listed. A photo without a face makes its pairs wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.evaluation import templates
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics import biometric
from ml.evaluation.plots import Lines
from ml.evaluation.readers.pairs import EXPECTS, Comparisons, comparisons, part
from ml.evaluation.readers.samples import checked, layout
from ml.evaluation.templates import Strangers, Templates

Floats = NDArray[np.float64]
RATES = {"1e-2": 1e-2, "1e-3": 1e-3, "1e-4": 1e-4}


def run(setting: Setting) -> dict[str, Measured]:
    found = listed(setting)
    people = people_of(found)
    made = templates.made(setting, found.photos, found.templates, people)
    return {model: measured(found, one) for model, one in made.items()}


def listed(setting: Setting) -> Comparisons:
    """The pairs to compare.

    Raises:
        BadData: the folder cannot be read, or a photo is missing.
    """
    whole = layout(setting.data, comparisons, EXPECTS)
    found = part(whole, setting.limit)
    return replace(found, photos=checked(setting.data, found.photos))


def people_of(found: Comparisons) -> dict[str, str]:
    """Template -> person."""
    by_photo = {one.name: one.identity for one in found.photos}
    return found.people or {name: by_photo[photos[0]] for name, photos in found.templates.items()}


class Pairs:
    """The listed pairs with their similarities."""

    def __init__(self, found: Comparisons, made: Templates) -> None:
        place = made.place
        self.first = np.array([place[pair.first] for pair in found.pairs])
        self.second = np.array([place[pair.second] for pair in found.pairs])
        self.same = np.array([pair.same for pair in found.pairs])
        self.folds = np.array([pair.fold for pair in found.pairs])
        self.similarity = templates.similarities(made, self.first, self.second)
        self.read = np.isfinite(self.similarity)

    def weights(self, weights: Floats) -> Floats:
        """A person drawn twice brings his own pairs twice, and those with others as often as he
        and they were drawn together."""
        one, other = weights[self.first], weights[self.second]
        counts: Floats = np.where(self.same, np.minimum(one, other), one * other)
        return counts


def measured(found: Comparisons, made: Templates) -> Measured:
    """accuracy, mean over the folds; accuracy_std_error of it; tar_at_far_RATE; threshold: the
    distance under which one in 1,000 strangers is taken for the same person."""
    pairs = Pairs(found, made)
    others = templates.strangers(made) if found.named else of_pairs(pairs, made)

    def score(weights: Floats) -> Mapping[str, float]:
        mine = pairs.weights(weights)
        folds = biometric.accuracy_in_folds(pairs.similarity, pairs.same, pairs.folds, mine)
        folds = folds[np.isfinite(folds)]
        spread = folds.std(ddof=1) / np.sqrt(len(folds)) if len(folds) > 1 else np.nan
        accuracy = float(folds.mean()) if len(folds) else np.nan
        return {
            "accuracy": accuracy,
            "accuracy_std_error": float(spread),
            **at_rates(pairs, others, weights, mine),
        }

    groups = {one for photo in found.photos for one in photo.groups}
    by_photo = {one.name: one for one in found.photos}
    told = [by_photo[names[0]] for names in found.templates.values()]
    return Measured(
        identities=tuple(str(person) for person in made.people),
        score=score,
        n=len(found.pairs),
        skipped=int((~pairs.read).sum()),
        groups={by: tuple(one.groups.get(by, "") for one in told) for by in sorted(groups)},
        counts={
            "photos": len(found.photos),
            "photos_skipped": int((~made.read).sum()),
            "genuine_pairs": int(pairs.same.sum()),
            "impostor_pairs": others.count,
        },
        plots=(curve(pairs, others),) if others.count else (),
        samples=found.photos,
        labels=str(found.pairs),
    )


def at_rates(pairs: Pairs, others: Strangers, weights: Floats, mine: Floats) -> dict[str, float]:
    """What is accepted of the listed pairs of one person."""
    far, total = others.weights(weights), others.total(weights)
    genuine, own = pairs.similarity[pairs.same], mine[pairs.same]
    found = {
        f"tar_at_far_{name}": (
            biometric.tar_at_far(genuine, own, others.similarity, far, rate, total)
            if total * rate >= 1
            else float("nan")  # too few strangers to tell
        )
        for name, rate in RATES.items()
    }
    limit = biometric.threshold_at_far(others.similarity, far, RATES["1e-3"], total)
    return {**found, "distance_at_far_1e-3": -limit if np.isfinite(limit) else float("nan")}


def of_pairs(pairs: Pairs, made: Templates) -> Strangers:
    """The listed pairs of strangers, where the set does not say who is who."""
    chosen = np.flatnonzero(~pairs.same & pairs.read)
    order = chosen[np.argsort(-pairs.similarity[chosen], kind="stable")]
    return ListedStrangers(
        pairs.similarity[order], pairs.first[order], pairs.second[order],
        made.people, made.read, len(order),
    )  # fmt: skip


class ListedStrangers(Strangers):
    """Only those pairs, so that all of them are at hand to be counted."""

    def total(self, weights: Floats) -> float:
        return float(self.weights(weights).sum())


def curve(pairs: Pairs, others: Strangers) -> Lines:
    genuine = pairs.similarity[pairs.same]
    rates, accepted = biometric.roc(genuine, others.similarity, others.count)
    dots = list(zip(rates.tolist(), accepted.tolist(), strict=True))
    return Lines(
        "roc", "Accepted of one person against accepted of strangers", "false accept rate",
        "true accept rate", {"all strangers": dots}, log_x=True, y_range=(0.0, 1.0),
    )  # fmt: skip


VERIFICATION = register(
    Benchmark(
        name="verification",
        title="Verification",
        asks="embedding",
        metrics=(
            "accuracy",
            "accuracy_std_error",
            "tar_at_far_1e-2",
            "tar_at_far_1e-3",
            "tar_at_far_1e-4",
            "distance_at_far_1e-3",
        ),
        reads=EXPECTS,
        run=run,
        by_group=("tar_at_far_1e-2", "tar_at_far_1e-3"),
        on_card={
            "accuracy": "accuracy",
            "tar_at_far_1e-3": "TAR at FAR 1e-3",
            "tar_at_far_1e-4": "TAR at FAR 1e-4",
        },
        asked="pairs",
    )
)
