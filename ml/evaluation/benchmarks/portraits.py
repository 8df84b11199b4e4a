"""Portraits: do heads turn as far as asked, and is it still the person, for models that took no
part?

One photo each of people of the half that nothing was tuned on. The turn is read off a detector's
five points (ml.five_points), the person by every recogniser that embeds, at the distance
within which one pair of strangers in a thousand comes, the expression by the expression network.
Beside it run what must lose: the photo as it is, and the bare warp, which pulls the photo's pixels
to where the turned mesh has them; as asked, and asked for more until it has turned as far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.contracts import PORTRAITS
from ml.evaluation.looking import decoded
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.portrayals import FAR_WARP, STILL, WARP, Judges, Tally, portrayed
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half, read, stable

Floats = NDArray[np.float64]
PEOPLE_MOST = 40
ENOUGH = 0.7  # of the turn asked


def run(setting: Setting) -> dict[str, Measured]:
    samples = chosen(read(setting.data, PEOPLE, PEOPLE_EXPECT))
    most = min(setting.limit or PEOPLE_MOST, PEOPLE_MOST)
    judges = Judges(setting)
    tallies: dict[str, list[dict[str, Tally]]] = {name: [] for name in setting.models}
    kept: dict[str, list[Sample[None]]] = {name: [] for name in setting.models}
    refused = dict.fromkeys(setting.models, 0)
    for sample, picture in zip(samples, decoded(samples), strict=True):
        wanted = [name for name in setting.models if len(kept[name]) < most]
        if not wanted:
            break
        setting.progress(min(map(len, kept.values())), most, "Making portraits")
        for name in wanted:
            told = picture and portrayed(setting, name, sample, picture, judges)
            if told:
                tallies[name].append(told)
                kept[name].append(sample)
            else:
                refused[name] += 1
    return {name: measured(kept[name], tallies[name], refused[name]) for name in setting.models}


def chosen(samples: Sequence[Sample[None]]) -> list[Sample[None]]:
    """A photo each of the people of the half that is told of, always in the same order.

    Raises:
        BadData: there is nobody.
    """
    first: dict[str, Sample[None]] = {}
    for sample in samples:
        if half(sample.identity) == REPORTED:
            first.setdefault(sample.identity, sample)
    if not first:
        raise BadData("Nobody is in the half that is told of.")
    return [first[name] for name in stable(list(first))]


def measured(
    samples: Sequence[Sample[None]], tallies: Sequence[Mapping[str, Tally]], refused: int
) -> Measured:
    """turned_15, turned_25: share of portraits turned by ENOUGH of what was asked; ratio_15 ...:
    the median of measured against asked; matched_NAME: by each recogniser; seen, seen_NAME:
    expressions; dragged: of the background near the head; detector: mean score; seconds;
    seconds_768: from what models saw of the photo on, at 768 pixels.
    The same with still_ and warp_ before it of the two that must lose, and, without expressions,
    with far_warp_ of the warp asked for more until it had turned as far as the portraits.
    refused: photos before the last that no portrait was made of, with a sentence that says why;
    they are in none of these."""

    def score(weights: Floats) -> Mapping[str, float]:
        told: dict[str, float] = {}
        for way in ("", STILL, WARP, FAR_WARP):
            rows = [one[way] for one in tallies]
            told.update({f"{way}_{k}".strip("_"): v for k, v in scored(rows, weights).items()})
        told["seconds_768"] = mean(np.array([[one[""].timed] for one in tallies]), weights)
        return told

    return Measured(
        identities=tuple(sample.identity for sample in samples),
        score=score,
        n=len(samples),
        skipped=0,
        counts={"refused": refused},
        samples=samples,
    )


def scored(rows: Sequence[Tally], weights: Floats) -> dict[str, float]:
    told: dict[str, float] = {}
    for size in (15, 25):
        turns = np.array([[row.turned[-size], row.turned[size]] for row in rows])
        told[f"turned_{size}"] = mean(turns >= ENOUGH, weights)
        told[f"ratio_{size}"] = float(np.median(np.repeat(turns, weights.astype(int), axis=0)))
    for name in rows[0].matched:
        told[f"matched_{name}"] = mean(np.array([row.matched[name] for row in rows]), weights)
    if rows[0].seen:
        told["seen"] = mean(np.array([[*row.seen.values()] for row in rows]), weights)
    for name in rows[0].seen:
        told[f"seen_{name}"] = mean(np.array([[row.seen[name]] for row in rows]), weights)
    for name in ("dragged", "score", *(("seconds",) if rows[0].seconds else ())):
        key = "detector" if name == "score" else name
        told[key] = mean(np.array([getattr(row, name) for row in rows]), weights)
    return told


def mean(values: NDArray[Any], weights: Floats) -> float:
    """Of people, each weighted, the mean of their own means."""
    return ratio(float(weights @ values.astype(np.float64).mean(1)), float(weights.sum()))


PORTRAITS_BENCHMARK = register(
    Benchmark(
        name="portraits",
        title="Portraits against judges that took no part",
        asks=PORTRAITS.name,
        metrics=(
            *("turned_25", "turned_15", "ratio_15", "ratio_25", "matched_*", "seen", "seen_*"),
            *("dragged", "detector", "seconds", "seconds_768", "still_*", "warp_*", "far_warp_*"),
        ),
        reads=PEOPLE_EXPECT,
        run=run,
        on_card={
            "turned_15": "turned by 70 % of 15 degrees or more",
            "turned_25": "turned by 70 % of 25 degrees or more",
            "seen": "expression asked for was seen",
        },
        asked="people",
    )
)
