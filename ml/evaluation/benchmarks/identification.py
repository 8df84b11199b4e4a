"""Identification in an open set: who of the enrolled is this, if any of them?

Half of the people with two photos or more are enrolled with one photo each; their other photos must
find them, and photos of everybody else must find nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.evaluation import templates
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.biometric import fnir_at_fpir
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import BadData, Sample, read, stable
from ml.evaluation.templates import UNREAD, Templates

Floats = NDArray[np.float64]
RATES = {"1e-1": 1e-1, "1e-2": 1e-2, "1e-3": 1e-3}


def run(setting: Setting) -> dict[str, Measured]:
    samples = whole_people(read(setting.data, PEOPLE, PEOPLE_EXPECT), setting.limit)
    gallery = enrolled(samples, setting.seed)
    of = {one.name: (one.name,) for one in samples}
    people = {one.name: one.identity for one in samples}
    made = templates.made(setting, samples, of, people)
    return {name: measured(samples, gallery, one) for name, one in made.items()}


def whole_people(samples: list[Sample[None]], limit: int | None) -> list[Sample[None]]:
    """At most `limit` photos, always the same ones: all those of some people, then of the next."""
    if limit is None or limit >= len(samples):
        return samples
    rank = {who: place for place, who in enumerate(stable(sorted({s.identity for s in samples})))}
    chosen = sorted(samples, key=lambda one: (rank[one.identity], one.name))[:limit]
    return sorted(chosen, key=lambda one: one.name)


def enrolled(samples: Sequence[Sample[None]], seed: int) -> list[int]:
    """Places of the photos that people are enrolled with, by the seed.

    Raises:
        BadData: there are too few people or photos.
    """
    photos: dict[str, list[int]] = {}
    for place, one in enumerate(samples):
        photos.setdefault(one.identity, []).append(place)
    many = stable([who for who, places in photos.items() if len(places) > 1])
    chosen = np.random.default_rng(seed).permutation(len(many))[: len(many) // 2]
    if not len(chosen):
        raise BadData("Identification takes at least two people with two photos each.")
    return sorted(min(photos[many[index]]) for index in chosen)


def measured(samples: Sequence[Sample[None]], gallery: Sequence[int], made: Templates) -> Measured:
    """rank_1: share of searches for the enrolled that find them first; fnir_at_fpir_RATE."""
    probes = np.setdiff1d(np.arange(len(samples)), gallery)
    nearest, who = searched(made, np.array(gallery), probes)
    inside = np.isin(made.people[probes], made.people[list(gallery)])
    right = np.where(who == made.people[probes], nearest, UNREAD)

    def score(weights: Floats) -> Mapping[str, float]:
        mated, unknown = weights[probes][inside], weights[probes][~inside]
        share = float(mated @ np.isfinite(right[inside]))
        return {
            f"fnir_at_fpir_{name}": (
                fnir_at_fpir(right[inside], mated, nearest[~inside], unknown, rate)
                if unknown.sum() * rate >= 1
                else float("nan")  # too few searches to tell
            )
            for name, rate in RATES.items()
        } | {"rank_1": ratio(share, float(mated.sum()))}

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(probes),
        skipped=int((~made.read[probes]).sum()),
        counts={
            "enrolled": len(gallery),
            "mated_searches": int(inside.sum()),
            "unknown_searches": int((~inside).sum()),
        },
        samples=samples,
    )


def searched(
    made: Templates, gallery: NDArray[np.intp], probes: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.intp]]:
    """Of each probe the similarity to the most alike of the enrolled, and whose that is."""
    there = gallery[made.read[gallery]]
    nearest, who = np.full(len(probes), UNREAD), np.full(len(probes), -1)
    if not len(there):
        return nearest, who
    for row in np.flatnonzero(made.read[probes]):
        apart = np.linalg.norm(made.vectors[there] - made.vectors[probes[row]], axis=1)
        best = int(apart.argmin())
        nearest[row], who[row] = -float(apart[best]), made.people[there[best]]
    return nearest, who


IDENTIFICATION = register(
    Benchmark(
        name="identification",
        title="Identification in an open set",
        asks="embedding",
        metrics=("fnir_at_fpir_1e-1", "fnir_at_fpir_1e-2", "fnir_at_fpir_1e-3", "rank_1"),
        reads=PEOPLE_EXPECT,
        run=run,
        on_card={
            "fnir_at_fpir_1e-2": "FNIR at FPIR 1e-2",
            "rank_1": "rank 1",
        },
        asked="searches",
        lower_is_better=True,
    )
)
