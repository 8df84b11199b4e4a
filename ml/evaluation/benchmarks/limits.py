"""Time limits as in FRUITS (WebFace260M, 2021): what recognition does within 100, 500, 1000 ms.

Detection, alignment, embedding and matching of one photo, on one core; decoding the file is not
counted. A photo that takes longer was not read in time, and its pairs are wrong. Run it on a quiet
machine: times are the machine's as much as the model's.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ml import runtimes
from ml.evaluation import templates
from ml.evaluation.benchmarks import verification
from ml.evaluation.benchmarks.verification import Pairs
from ml.evaluation.looking import Look, looks
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.biometric import accuracy_in_folds
from ml.evaluation.readers.pairs import EXPECTS, Comparisons
from ml.pool import Pool

Floats = NDArray[np.float64]
LIMITS = (100, 500, 1000)  # milliseconds
GALLERY = 1000  # templates that a photo is matched with
WARM = 3  # photos looked at before times are taken


def run(setting: Setting) -> dict[str, Measured]:
    found = verification.listed(setting)
    before = runtimes.threads()
    runtimes.use_threads(1)
    try:
        return {name: one_by_one(setting, found, name) for name in setting.models}
    finally:
        runtimes.use_threads(before)


def one_by_one(setting: Setting, found: Comparisons, model: str) -> Measured:
    """A model by itself in a pool of its own, whose models use one thread."""
    alone = Setting(
        setting.data, (model,), Pool(setting.pool.weights), seed=setting.seed,
        progress=setting.progress,
    )  # fmt: skip
    for _ in looks(alone, found.photos[:WARM], (model,)):
        pass
    vectors: dict[str, NDArray[np.float32] | None] = {}
    times = []
    for photo, look in zip(found.photos, looks(alone, found.photos, (model,)), strict=True):
        vectors[photo.name] = vector = read_off(look, model)
        times.append(milliseconds(look, model, vector))
    people = verification.people_of(found)
    numbers = np.unique([people[name] for name in found.templates], return_inverse=True)[1]
    made = templates.averaged(vectors, found.templates, numbers)
    return measured(found, made, dict(zip(vectors, times, strict=True)))


def read_off(look: Look, model: str) -> NDArray[np.float32] | None:
    return templates.vector(look.outputs[model]) if model in look.outputs else None


def milliseconds(look: Look, model: str, vector: NDArray[np.float32] | None) -> float:
    """Looking at a photo, and matching what was seen with a gallery."""
    seconds = look.before + (look.seconds or {}).get(model, 0.0)
    if vector is not None:
        gallery = np.zeros((GALLERY, len(vector)), np.float32)
        began = perf_counter()
        np.linalg.norm(gallery - vector, axis=1).argmin()
        seconds += perf_counter() - began
    return 1000 * seconds


def measured(found: Comparisons, made: templates.Templates, times: Mapping[str, float]) -> Measured:
    """passes_MS: share of the photos within the limit; accuracy_MS: over the folds, pairs of
    photos beyond it being wrong; milliseconds_median and milliseconds_p95 a photo."""
    pairs = Pairs(found, made)
    slowest = np.array([max(times[name] for name in names) for names in found.templates.values()])
    worse = np.maximum(slowest[pairs.first], slowest[pairs.second])

    def score(weights: Floats) -> Mapping[str, float]:
        mine = pairs.weights(weights)
        spent = np.repeat(slowest, weights.astype(np.intp))
        metrics = {}
        for limit in LIMITS:
            in_time = np.where(worse <= limit, pairs.similarity, templates.UNREAD)
            folds = accuracy_in_folds(in_time, pairs.same, pairs.folds, mine)
            metrics[f"accuracy_{limit}"] = float(np.nanmean(folds))
            metrics[f"passes_{limit}"] = float((spent <= limit).mean())
        median, p95 = np.percentile(spent, [50, 95])
        return {**metrics, "milliseconds_median": float(median), "milliseconds_p95": float(p95)}

    return Measured(
        identities=tuple(str(person) for person in made.people),
        score=score,
        n=len(found.pairs),
        skipped=int((~pairs.read).sum()),
        counts={"photos": len(found.photos)},
        samples=found.photos,
        labels=str(found.pairs),
    )


FRUITS = register(
    Benchmark(
        name="limits",
        title="Recognition within a time limit",
        asks="embedding",
        metrics=(
            "accuracy_100",
            "accuracy_500",
            "accuracy_1000",
            "passes_100",
            "passes_500",
            "passes_1000",
            "milliseconds_median",
            "milliseconds_p95",
        ),
        reads=EXPECTS,
        run=run,
        on_card={
            "accuracy_100": "accuracy within 100 ms",
            "passes_100": "read within 100 ms",
            "milliseconds_median": "a photo",
        },
        asked="pairs",
    )
)
