"""Quality: do errors of recognition vanish when the photos a model calls poor are put aside?

Error versus discard (Grother and Tabassi, 2007): at a fixed threshold, that at which one in 1,000
strangers is accepted, the share of pairs of one person that are refused, once the pairs with the
poorest photo of all are put aside. A pair is as good as its poorer photo; a photo without a
reading is the poorest.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.contracts import EMBEDDING, Output
from ml.evaluation import templates
from ml.evaluation.benchmarks import verification
from ml.evaluation.benchmarks.verification import Pairs
from ml.evaluation.looking import answers, installed, reading
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting, register
from ml.evaluation.metrics import biometric
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.plots import Lines
from ml.evaluation.readers.pairs import EXPECTS, Comparisons
from ml.registry import best

Floats = NDArray[np.float64]
RATE = 1e-3
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)  # of the pairs put aside


def run(setting: Setting) -> dict[str, Measured]:
    card = best(EMBEDDING, installed(setting.pool.weights))
    if card is None:
        raise NoModel("Quality is judged by a recogniser, and none is installed.")
    found = verification.listed(setting)
    people = verification.people_of(found)
    made = templates.made(setting, found.photos, found.templates, people, [card.name])[card.name]
    limit = threshold(made)
    said = answers(setting, found.photos, goodness)
    names = [photo.name for photo in found.photos]
    return {
        name: measured(found, made, dict(zip(names, each, strict=True)), limit)
        for name, each in said.items()
    }


def goodness(output: Output) -> float | None:
    """A number that grows with quality."""
    found = reading(output)
    return None if found is None or found.value is None else float(found.value)


def threshold(made: templates.Templates) -> float:
    others, all_once = templates.strangers(made), np.ones(len(made.names))
    return biometric.threshold_at_far(
        others.similarity, others.weights(all_once), RATE, others.total(all_once)
    )


def measured(
    found: Comparisons,
    made: templates.Templates,
    by_photo: Mapping[str, float | None],
    limit: float,
) -> Measured:
    """edc_auc: mean share refused while up to 30 % are put aside, over that when none are (1: no
    better than chance, 0: every error goes at once); fnmr and fnmr_discard_PERCENT; fnmr_cut_10:
    by what share the fnmr falls when a tenth is put aside."""
    good = np.array([poorest(by_photo, photos) for photos in found.templates.values()])
    pairs = Pairs(found, made)
    quality = np.minimum(good[pairs.first], good[pairs.second])[pairs.same]
    refused = ~(pairs.similarity[pairs.same] > limit)
    order = np.argsort(quality, kind="stable")

    def curve(weights: Floats) -> list[float]:
        mine = pairs.weights(weights)[pairs.same][order]
        return [left(refused[order], mine, share) for share in SHARES]

    def score(weights: Floats) -> Mapping[str, float]:
        rates = curve(weights)
        named = {f"fnmr_discard_{round(100 * s)}": r for s, r in zip(SHARES, rates, strict=True)}
        fnmr = named.pop("fnmr_discard_0")
        return {
            "edc_auc": ratio(float(np.mean(rates)), fnmr),
            "fnmr": fnmr,
            **named,
            "fnmr_cut_10": 1 - ratio(named["fnmr_discard_10"], fnmr),
        }

    whole = curve(np.ones(len(made.names)))
    return Measured(
        identities=tuple(str(person) for person in made.people),
        score=score,
        n=int(pairs.same.sum()),
        skipped=int(np.isneginf(quality).sum()),
        plots=(drawn(whole),),
        samples=found.photos,
        labels=str(found.pairs),
    )


def poorest(by_photo: Mapping[str, float | None], photos: tuple[str, ...]) -> float:
    values = [by_photo[name] for name in photos]
    return min(float("-inf") if value is None else value for value in values)


def left(refused: NDArray[np.bool_], weights: Floats, share: float) -> float:
    """Share refused of what stays when the first `share` of the weight is put aside."""
    gone = np.cumsum(weights) - weights
    stays = weights * (gone >= share * weights.sum())
    return ratio(float(stays @ refused), float(stays.sum()))


def drawn(rates: list[float]) -> Lines:
    return Lines(
        "discard", "Refused of one person once poor photos are put aside", "share put aside",
        "share refused", {"pairs of one person": list(zip(SHARES, rates, strict=True))},
    )  # fmt: skip


def asking(task: str, title: str) -> Benchmark:
    return Benchmark(
        name=task,
        title=title,
        asks=task,
        metrics=("edc_auc", "fnmr", "fnmr_discard_*", "fnmr_cut_10"),
        reads=EXPECTS,
        run=run,
        asked="pairs",
        lower_is_better=True,
        unit="of chance",
        on_card={
            "edc_auc": "errors left, of chance",
            "fnmr": "pairs of one person refused",
            "fnmr_discard_10": "refused once the worst tenth is put aside",
            "fnmr_cut_10": "fewer refused by that",
        },
    )


QUALITY = register(asking("quality", "Photo quality"))
RECOGNISABILITY = register(asking("recognisability", "Recognisability"))
