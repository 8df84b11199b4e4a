"""Few-shot probes: what an embedding knows besides who it is.

A linear classifier learns gender, race, age band and expression labels from 5, 10 and 50 faces a
class and is tried on the other half of the people. What can be read so cheaply, anybody who holds
the embeddings can read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evaluation.looking import answers
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import balanced_accuracy, confusion
from ml.evaluation.readers.people import EXPECTS, READERS, Person, band
from ml.evaluation.readers.samples import BadData, Sample, part, read, stable
from ml.evaluation.templates import vector

Floats = NDArray[np.float64]
SHOTS = (5, 10, 50)
ROUNDS = 5  # different faces to learn from; figures are means over them
LABELS: Mapping[str, Callable[[Person], str | None]] = {
    "gender": lambda person: person.gender,
    "race": lambda person: person.race,
    "age_band": lambda person: None if person.age is None else band(person.age),
    "expression": lambda person: person.expression,
}


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """What was said of every face, of each round; faces to learn from and without a label have
    `counts` False."""

    name: str
    truth: NDArray[np.intp]
    said: list[NDArray[np.intp]]
    classes: int
    counts: NDArray[np.bool_]

    def score(self, weights: Floats) -> float:
        """Mean over the rounds of the balanced accuracy."""
        at, own = self.counts, weights[self.counts]
        return float(
            np.mean(
                [
                    balanced_accuracy(confusion(self.truth[at], one[at], self.classes, own))
                    for one in self.said
                ]
            )
        )


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, READERS, EXPECTS), setting.limit)
    found = answers(setting, samples, vector)
    return {name: measured(samples, each, setting.seed) for name, each in found.items()}


def measured(
    samples: Sequence[Sample[Person]], vectors: Sequence[NDArray[np.float32] | None], seed: int
) -> Measured:
    """LABEL_SHOTS: balanced accuracy; balanced_accuracy_SHOTS: mean over the labels. A face
    without an embedding is wrong."""
    probes = list(probed(samples, vectors, seed))
    if not probes:
        raise BadData("No label has two classes with five faces each to learn from.")

    def score(weights: Floats) -> Mapping[str, float]:
        each = {probe.name: probe.score(weights) for probe in probes}
        means = {}
        for shots in SHOTS:
            mine = [value for name, value in each.items() if name.endswith(f"_{shots}")]
            if mine:
                means[f"balanced_accuracy_{shots}"] = float(np.mean(mine))
        return {**means, **each}

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=int(max(probe.counts.sum() for probe in probes)),
        skipped=sum(one is None for one in vectors),
        samples=samples,
    )


def probed(
    samples: Sequence[Sample[Person]], vectors: Sequence[NDArray[np.float32] | None], seed: int
) -> list[Probe]:
    """Every label with at least two classes of enough faces, at every number of shots."""
    people = stable(sorted({one.identity for one in samples}))
    learners = set(people[: len(people) // 2])
    read_off = np.array([one is not None for one in vectors])
    if not read_off.any():
        return []
    width = len(next(one for one in vectors if one is not None))
    nothing = np.zeros(width, np.float32)
    matrix = np.stack([nothing if one is None else one for one in vectors]).astype(np.float64)
    learn = np.array([one.identity in learners for one in samples])
    found = []
    for name, label in LABELS.items():
        words = np.array([label(one.truth) or "" for one in samples])
        for shots in SHOTS:
            probe = tried(f"{name}_{shots}", words, matrix, read_off, learn, shots, seed)
            found += [probe] if probe else []
    return found


def tried(
    name: str, words: NDArray[np.str_], matrix: Floats, read_off: NDArray[np.bool_],
    learn: NDArray[np.bool_], shots: int, seed: int,
) -> Probe | None:  # fmt: skip
    """None when fewer than two classes have so many faces to learn from."""
    pools = {one: np.flatnonzero(learn & read_off & (words == one)) for one in np.unique(words)}
    classes = [one for one, pool in pools.items() if one and len(pool) >= shots]
    if len(classes) < 2:
        return None
    truth = np.array([classes.index(word) if word in classes else -1 for word in words])
    random, said = np.random.default_rng(seed), []
    for _ in range(ROUNDS):
        rows = np.concatenate([random.choice(pools[one], shots, replace=False) for one in classes])
        guesses = learnt(matrix[rows], truth[rows], matrix)
        said.append(np.where(read_off, guesses, -1))
    return Probe(name, np.maximum(truth, 0), said, len(classes), ~learn & (truth >= 0))


def learnt(seen: Floats, truth: NDArray[np.intp], asked: Floats) -> NDArray[np.intp]:
    """What logistic regression says of the faces asked about, having seen some."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    probe = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    guesses: NDArray[np.intp] = probe.fit(seen, truth).predict(asked)
    return guesses


PROBES = register(
    Benchmark(
        name="probes",
        title="Few-shot probes of an embedding",
        asks="embedding",
        metrics=(
            "balanced_accuracy_10",
            "balanced_accuracy_5",
            "balanced_accuracy_50",
            "gender_*",
            "race_*",
            "age_band_*",
            "expression_*",
        ),
        reads=EXPECTS,
        run=run,
        on_card={
            "gender_10": "gender known after 10 faces a class",
            "race_10": "race label known after 10 faces a class",
            "age_band_10": "age band known after 10 faces a class",
            "expression_10": "expression known after 10 faces a class",
        },
    )
)
