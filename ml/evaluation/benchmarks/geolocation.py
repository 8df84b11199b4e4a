"""Where photos were taken: how far off the best point is, and whether the region holds the truth.

Models see pixels only: what the files say of time and place is taken away before they look. The
curve of recall over area (PlaNet's and later papers' "how much of the Earth must be searched") is
drawn with all evidence and without each kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import Output
from ml.evaluation.looking import decoded, needed, shown
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.plots import Lines
from ml.evaluation.readers.places import EXPECTS, PLACES, Where
from ml.evaluation.readers.samples import Sample, part, read
from ml.registry import Task
from ml.types import Picture

Floats = NDArray[np.float64]
WITHIN = (1, 25, 200, 750, 2500)  # km: street, city, region, country, continent (Weyand 2016)
AREAS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)  # km2 that are searched
REGIONS = (0.5, 0.9)
EARTH_KM, EARTH_KM2 = 20_015.0, 5.1e8  # what is said of a photo that cannot be read
CURVE = np.geomspace(1e-2, EARTH_KM2, 60)


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """What was found of one photo. km: from the best point to the truth. held: by region, whether
    it holds the truth; km2: its area. needed: area of the region that just holds the truth, with
    all evidence ("") and without each kind."""

    km: float
    held: tuple[bool, ...]
    km2: tuple[float, ...]
    needed: Mapping[str, float]


LOST = Located(EARTH_KM, (False,) * len(REGIONS), (EARTH_KM2,) * len(REGIONS), {"": EARTH_KM2})


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, PLACES, EXPECTS), setting.limit)
    found: dict[str, list[Located]] = {name: [] for name in setting.models}
    skipped = 0
    for done, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        setting.progress(done, len(samples), "Locating photos")
        skipped += picture is None
        for name in setting.models:
            found[name].append(
                LOST if picture is None else located(setting, name, picture, sample.truth)
            )
    return {name: measured(samples, found[name], skipped) for name in setting.models}


def located(setting: Setting, name: str, picture: Picture, truth: Where) -> Located:
    """One photo, of which only the pixels are shown."""
    card = registry.get(name).card
    bare = Picture(picture.pixels)
    outputs: dict[Task[Any], Output] = {}
    for one in needed([card], setting.pool.weights):
        outputs[one.task] = shown(setting, one, bare, (), outputs)
    ledger: Any = shown(setting, card, bare, (), outputs).data
    answer = ledger.answer
    regions = [answer.region(share) for share in REGIONS]
    without = {source: ledger.km2_to(*truth, without=(source,)) for source in ledger.sources}
    return Located(
        answer.km_to(*truth),
        tuple(region.holds(*truth) for region in regions),
        tuple(region.km2 for region in regions),
        {"": ledger.km2_to(*truth), **without},
    )


def measured(samples: Sequence[Sample[Where]], found: Sequence[Located], skipped: int) -> Measured:
    groups = sorted({group for sample in samples for group in sample.groups})
    return Measured(
        tuple(sample.identity for sample in samples),
        lambda weights: figures(found, weights),
        len(samples),
        skipped,
        {group: tuple(one.groups.get(group, "") for one in samples) for group in groups},
        {"sources": len(sources(found))},
        (curves(found),),
        samples,
        "\n".join(f"{one.name} {one.truth}" for one in samples),
    )


def figures(found: Sequence[Located], weights: Floats) -> dict[str, float]:
    """within_KM: share of photos whose best point is so near. held_SHARE: share whose region holds
    the truth. recall_AREA: share whose truth is in the most probable so many km2; without_SOURCE_*:
    the same with one kind of evidence struck out."""
    km = np.array([one.km for one in found])
    told = {f"within_{limit}": mean(km <= limit, weights) for limit in WITHIN}
    told["median_km"] = median(km, weights)
    for number, share in enumerate(REGIONS):
        held = np.array([one.held[number] for one in found])
        told[f"held_{100 * share:.0f}"] = mean(held, weights)
        areas = np.array([one.km2[number] for one in found])
        told[f"median_km2_{100 * share:.0f}"] = median(areas, weights)
    for source in ("", *sources(found)):
        searched = np.array([one.needed.get(source, one.needed[""]) for one in found])
        name = f"without_{source}_" if source else ""
        told |= {
            f"{name}recall_1e{np.log10(area):.0f}": mean(searched <= area, weights)
            for area in AREAS
        }
    return told


def sources(found: Sequence[Located]) -> list[str]:
    """The kinds of evidence that said anything of any photo."""
    return sorted({source for one in found for source in one.needed if source})


def mean(values: NDArray[Any], weights: Floats) -> float:
    return float(np.average(values, weights=weights)) if weights.any() else float("nan")


def median(values: Floats, weights: Floats) -> float:
    """The smallest value with half of the weight at or below it."""
    if not weights.any():
        return float("nan")
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][int(np.searchsorted(share, 0.5 - 1e-12))])


def curves(found: Sequence[Located]) -> Lines:
    """Recall over area, with all evidence and without each kind."""
    drawn = {}
    for source in ("", *sources(found)):
        searched = np.array([one.needed.get(source, one.needed[""]) for one in found])
        recall = [float((searched <= area).mean()) for area in CURVE]
        name = f"without {source}" if source else "all evidence"
        drawn[name] = list(zip(CURVE.tolist(), recall, strict=True))
    return Lines(
        "recall-area", "Truth within the most probable area", "km2 searched", "share of photos",
        drawn, log_x=True, y_range=(0.0, 1.0),
    )  # fmt: skip


GEOLOCATION = register(
    Benchmark(
        "geolocation",
        "Where it was taken",
        "location",
        (
            *("within_200", "within_1", "within_25", "within_750", "within_2500", "median_km"),
            *("held_90", "held_50", "median_km2_90", "median_km2_50", "*"),
        ),
        EXPECTS,
        run,
        by_group=("held_90", "median_km2_90"),
        asked="photos",
    )
)
