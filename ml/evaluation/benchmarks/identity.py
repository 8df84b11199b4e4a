"""Identity: is a face said to be a person's told from swaps with that person's texture, and from
the nearest strangers?

Only people of the half that nothing was fitted to (ml.evaluation.impostures). Swaps are set against
controls: the person's genuine photos put through the same warp, blend and JPEG with their own face.
Strangers are set against genuine photos, both as they come and processed as a control is. A face
that could not be judged is an error: a false one passed, or a genuine one refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import EMBEDDING, View
from ml.evaluation.benchmarks.orientation import photos
from ml.evaluation.impostures import Kind, Trial, trials, vector
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import NO_ANSWER, accuracy, auc, ece, ratio
from ml.evaluation.readers.samples import REPORTED, Sample, read
from ml.types import Claim

Floats = NDArray[np.float64]
EXPECTS = "a folder a person, with more than five photos of at least a few people (LFW)"
SWAPS, CONTROLS = (Kind.SWAP,), (Kind.CONTROL,)
GENUINE, STRANGERS = (Kind.GENUINE, Kind.CONTROL), (Kind.STRANGER, Kind.STRANGER_CONTROL)
WORDS = ("same person, genuine", "same person, manipulated", "look-alike")
CLASSES = {
    Kind.GENUINE: 0, Kind.CONTROL: 0, Kind.SWAP: 1, Kind.STRANGER: 2, Kind.STRANGER_CONTROL: 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What a model says of a trial. weight: logarithm of the likelihood ratio of "not genuine";
    nan where it says nothing. odds: of WORDS, adding up to 1. parts: weight by finding. distance:
    of the default embedding from the mean of the true photos'."""

    trial: Trial
    weight: float
    odds: Floats
    parts: Mapping[str, float]
    distance: float


def run(setting: Setting) -> dict[str, Measured]:
    samples = read(setting.data, (photos,), EXPECTS)
    cards = [registry.get(name).card for name in setting.models]
    found: dict[str, list[Judged]] = {name: [] for name in setting.models}
    for trial in trials(setting, cards, samples, REPORTED):
        for name, told in found.items():
            told.append(judged(setting, name, trial))
    used = [sample for sample in samples if sample.name in {t.trial.photo for t in told}]
    return {name: measured(told, used) for name, told in found.items()}


def judged(setting: Setting, name: str, trial: Trial) -> Judged:
    nothing = Judged(trial, float("nan"), np.full(3, np.nan), {}, float("inf"))
    if trial.view is None:
        return nothing
    output = setting.pool.run(name, trial.view)
    parts = {
        one.name: one.weight
        for one in output.findings
        if one.claim is Claim.IDENTITY and one.weight is not None
    }
    said = {one.name: one.value for one in output.readings if one.face == 0}
    if not parts:
        return nothing
    shares = np.array([float(said[word] or 0) for word in WORDS])
    return Judged(trial, sum(parts.values()), shares / shares.sum(), parts, distance(trial.view))


def distance(view: View) -> float:
    if view.case is None or not view.outputs[EMBEDDING].embeddings:
        return float("inf")
    true = np.mean([vector(one.view) for one in view.case.references], axis=0)
    return float(np.linalg.norm(vector(view) - true))


class Scores:
    """What is counted of all trials. values: score -> of each trial, higher for "not genuine"."""

    def __init__(self, told: Sequence[Judged]) -> None:
        self.kinds = np.array([one.trial.kind for one in told])
        self.truth = np.array([CLASSES[one.trial.kind] for one in told])
        weight = np.array([one.weight for one in told])
        self.read = np.isfinite(weight)
        odds = np.nan_to_num(np.stack([one.odds for one in told]))
        self.said = np.where(self.read, odds.argmax(1), NO_ANSWER)
        self.trust = np.where(self.read, odds.max(1), np.nan)
        values = {"": weight, "_embedding": np.array([one.distance for one in told])}
        for name in sorted({name for one in told for name in one.parts}):
            slug = name.replace(",", "").replace(" ", "_")
            values[f"_{slug}"] = np.array([one.parts.get(name, np.nan) for one in told])
        wrong = np.where(self.truth == 0, np.inf, -np.inf)
        self.values = {name: np.where(self.read, one, wrong) for name, one in values.items()}

    def apart(self, name: str, false: Sequence[Kind], true: Sequence[Kind], w: Floats) -> float:
        """The area under the curve of one score."""
        one, other, values = (
            np.isin(self.kinds, false),
            np.isin(self.kinds, true),
            self.values[name],
        )
        return auc(values[one], w[one], values[other], w[other])

    def flagged(self, group: int, w: Floats) -> float:
        """Share of a class for which "not genuine" is likelier than not."""
        of = self.truth == group
        return ratio(float(w[of] @ (self.values[""][of] > 0)), float(w[of].sum()))

    def score(self, weights: Floats) -> Mapping[str, float]:
        found = {}
        for name in self.values:
            found[f"auc_swaps{name}"] = self.apart(name, SWAPS, CONTROLS, weights)
            found[f"auc_lookalikes{name}"] = self.apart(name, STRANGERS, GENUINE, weights)
        return {
            **found,
            "accuracy": accuracy(self.truth, self.said, weights),
            "ece": ece(self.trust, self.said == self.truth, weights),
            "false_alarms": self.flagged(0, weights),
            "swaps_told": self.flagged(1, weights),
            "lookalikes_told": self.flagged(2, weights),
        }


def measured(told: Sequence[Judged], samples: Sequence[Sample[None]]) -> Measured:
    """auc_swaps, auc_lookalikes; the same _embedding: by the distance of the default embedding
    alone, and by each reason's weight alone; accuracy, ece: of the likeliest of three;
    false_alarms, swaps_told, lookalikes_told: of genuine photos, of swaps and of strangers, the
    share for which "not genuine" is likelier than not."""
    scores = Scores(told)
    return Measured(
        identities=tuple(one.trial.person for one in told),
        score=scores.score,
        n=len(told),
        skipped=int((~scores.read).sum()),
        counts={
            "people": len({one.trial.person for one in told}),
            **{kind.name.lower(): int((scores.kinds == kind).sum()) for kind in Kind},
        },
        samples=samples,
        labels=str([(one.trial.kind.value, one.trial.photo, one.trial.host) for one in told]),
    )


IDENTITY = register(
    Benchmark(
        name="identity",
        title="Identity check",
        asks="identity",
        metrics=(
            "auc_swaps", "auc_swaps_*", "auc_lookalikes", "auc_lookalikes_*", "accuracy", "ece",
            "false_alarms", "swaps_told", "lookalikes_told",
        ),
        reads=EXPECTS,
        run=run,
        on_card={
            "auc_swaps": "AUC, swaps against controls",
            "auc_swaps_embedding": "the same by the embedding alone",
            "auc_lookalikes": "AUC, nearest strangers against genuine photos",
            "auc_lookalikes_embedding": "strangers by the embedding alone",
            "false_alarms": "genuine photos spoken against",
            "swaps_told": "swaps spoken against",
            "ece": "calibration error",
        },
        asked="trials",
    )
)  # fmt: skip
