"""Protection: how many faces do recognisers no longer match once they wear make-up or a cloak?

PSR: of the pairs that a recogniser matched before, the share that it no longer matches (of those
who are to be taken for somebody else: of the pairs it did not match, the share that it now does).
Thresholds are those at which one pair in 10, 100 or 1,000 of the folder's own strangers is matched.
A recogniser is measured twice: with all recognisers used in making, and on what was made without
it. Only people of the half that nothing was tuned on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.contracts.disguising import OTHER, OWN, TARGET
from ml.evaluation import templates
from ml.evaluation.disguises import (
    AS_IT_IS,
    HARDEST,
    HELD_OUT,
    JOURNEYS,
    JPEG,
    ROUNDS,
    UNCHANGED,
    WHITE_BOX,
    Asked,
    Key,
    Trial,
    trials,
)
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics import biometric
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.metrics.points import quantile
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half, read, stable

Floats = NDArray[np.float64]
PEOPLE_MEASURED = 40
STRANGERS = 400  # people, one photo each, whose pairs give the thresholds
RATES = {"1e-1": 1e-1, "1e-2": 1e-2, "1e-3": 1e-3}
MAIN_RATE = "1e-2"
WAYS = {AS_IT_IS: "", JPEG: "_jpeg75", HARDEST: "_half_jpeg75"}
AGAINST = {OWN: "own", OTHER: "other"}
# By the individual typology angle, in degrees from which on (Chardon et al., 1991).
TONES = ((55, "very light"), (41, "light"), (28, "intermediate"), (10, "tan"), (-30, "brown"))
DARKEST = "dark"


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Distances below which a recogniser matches, by rate; nan where too few strangers tell."""

    limits: Mapping[str, float]

    @classmethod
    def of(cls, strangers: templates.Strangers) -> Limits:
        weights, total = np.ones(len(strangers.similarity)), float(strangers.count)
        return cls(
            {
                name: -biometric.threshold_at_far(strangers.similarity, weights, rate, total)
                if total * rate >= 1
                else float("nan")
                for name, rate in RATES.items()
            }
        )


def run(setting: Setting) -> dict[str, Measured]:
    people = by_person(read(setting.data, PEOPLE, PEOPLE_EXPECT))
    asked = chosen(people, setting.limit or PEOPLE_MEASURED)
    photos = [people[name][0] for name in stable(list(people))[:STRANGERS]]
    made = templates.made(
        setting, photos, {one.name: (one.name,) for one in photos},
        {one.name: one.identity for one in photos},
    )  # fmt: skip
    told = list(trials(setting, asked))
    return {
        name: measured(name, told, asked, Limits.of(templates.strangers(one)))
        for name, one in made.items()
    }


def by_person(samples: Sequence[Sample[None]]) -> dict[str, list[Sample[None]]]:
    """The photos of each person of the half that is reported, in the order of their names."""
    found: dict[str, list[Sample[None]]] = {}
    for one in samples:
        if half(one.identity) == REPORTED:
            found.setdefault(one.identity, []).append(one)
    return found


def chosen(people: Mapping[str, Sequence[Sample[None]]], count: int) -> list[Asked]:
    """A photo, another and a stranger's of so many people with two photos, always the same.

    Raises:
        BadData: fewer than two people have two photos.
    """
    names = stable([name for name, photos in people.items() if len(photos) > 1])
    if len(names) < 2:
        raise BadData("Fewer than two people of the half that is measured have two photos.")
    some = names[:count]
    nexts = [*names[1 : len(some)], names[0]] if len(some) > 1 else [names[1]]
    return [
        Asked(people[one][0], people[one][1], people[other][0])
        for one, other in zip(some, nexts, strict=True)
    ]


def tone(angle: float | None) -> str:
    """The group of a typology angle; "" where it is not known."""
    if angle is None:
        return ""
    return next((name for least, name in TONES if angle > least), DARKEST)


class Distances:
    """A recogniser's distances of all trials, and whether each pair counts."""

    def __init__(self, model: str, told: Sequence[Trial]) -> None:
        self._rows = [one.distances.get(model, {}) for one in told]

    def of(self, *key: str) -> Floats:
        """nan where the recogniser was not asked or could not see the face."""
        wanted: Key = (key[0], key[1], key[2], key[3])
        return np.array([row.get(wanted, np.nan) for row in self._rows])

    def hidden(
        self, name: str, stage: str, against: str, way: str, limit: float, weights: Floats
    ) -> float:
        """Of the pairs that were matched before, the share that no longer is."""
        after = self.of(name, stage, against, way)
        before = self.of(name, UNCHANGED, against, AS_IT_IS)
        counted = (before < limit) & np.isfinite(after)
        return ratio(float(weights @ (counted & (after >= limit))), float(weights @ counted))

    def passed(self, name: str, way: str, limit: float, weights: Floats) -> float:
        """Of the pairs of strangers that were not matched, the share that now is."""
        after = self.of(name, WHITE_BOX, TARGET, way)
        before = self.of(name, UNCHANGED, TARGET, AS_IT_IS)
        counted = (before >= limit) & np.isfinite(after)
        return ratio(float(weights @ (counted & (after < limit))), float(weights @ counted))


def score(
    distances: Distances, told: Sequence[Trial], limits: Limits, weights: Floats
) -> dict[str, float]:
    """Every metric, by its flat name."""
    found: dict[str, float] = {}
    for name in ("makeup", "cloak", "even_colours"):
        stages = (WHITE_BOX,) if name == "even_colours" else (HELD_OUT, WHITE_BOX)
        for stage in stages:
            at = name if name == "even_colours" else f"{name}_{stage}"
            for against, short in AGAINST.items():
                for rate, limit in limits.limits.items():
                    found[f"{at}_{short}_{rate}"] = distances.hidden(
                        name, stage, against, AS_IT_IS, limit, weights
                    )
                for way in (JPEG, HARDEST):
                    found[f"{at}_{short}_{MAIN_RATE}{WAYS[way]}"] = distances.hidden(
                        name, stage, against, way, limits.limits[MAIN_RATE], weights
                    )
    for against, short in AGAINST.items():
        for way in JOURNEYS:
            found[f"unchanged_{short}_{MAIN_RATE}{WAYS[way]}"] = distances.hidden(
                "cloak", UNCHANGED, against, way, limits.limits[MAIN_RATE], weights
            )
    for name in ("makeup_as_other", "cloak_as_other"):
        for way in (AS_IT_IS, HARDEST):
            limit = limits.limits[MAIN_RATE]
            found[f"{name}_{MAIN_RATE}{WAYS[way]}"] = distances.passed(name, way, limit, weights)
    return (
        found
        | quality(told, weights)
        | {f"distance_at_far_{k}": v for k, v in limits.limits.items()}
    )


def quality(told: Sequence[Trial], weights: Floats) -> dict[str, float]:
    """The mean and the least PSNR and SSIM of each round, and the median of its seconds."""
    found = {}
    for name in ROUNDS:
        rows = np.array([one.quality.get(name, (np.nan,) * 3) for one in told])
        there = np.isfinite(rows).all(1) & (weights > 0)
        if not there.any():
            continue
        kept, w = rows[there], weights[there]
        found[f"psnr_{name}"], found[f"ssim_{name}"], _ = np.average(kept, 0, w).tolist()
        found[f"psnr_least_{name}"], found[f"ssim_least_{name}"], _ = kept.min(0).tolist()
        found[f"seconds_{name}"] = quantile(kept[:, 2], w, 0.5)
    return found


def measured(model: str, told: Sequence[Trial], asked: Sequence[Asked], limits: Limits) -> Measured:
    """ROUND_STAGE_AGAINST_RATE[_JOURNEY]: PSR of make-up and cloak, with the recogniser used in
    making (white_box) or held out, against the own original or another photo. even_colours: the
    same colours, not optimised; unchanged: nothing done but the journey; ..._as_other: taken for
    the chosen other face. psnr, ssim, seconds: of each round."""
    distances = Distances(model, told)
    return Measured(
        identities=tuple(one.person for one in told),
        score=lambda weights: score(distances, told, limits, weights),
        n=len(told),
        skipped=sum(bool(one.failed) for one in told),
        groups={"skin tone": tuple(tone(one.angle) for one in told)},
        counts={"people": len(told)},
        samples=[photo for one in asked for photo in (one.photo, one.other)],
        labels=str([(one.photo.name, one.other.name, one.target.name) for one in asked]),
    )


PROTECTION = register(
    Benchmark(
        name="protection",
        title="Protection against recognisers",
        asks="embedding",
        metrics=(
            "makeup_held_out_own_1e-2", "makeup_*", "cloak_*", "even_colours_*", "unchanged_*",
            "psnr_*", "ssim_*", "seconds_*", "distance_*",
        ),
        reads=PEOPLE_EXPECT,
        run=run,
        by_group=("makeup_white_box_own_1e-2", "cloak_held_out_other_1e-2"),
        on_card={
            "makeup_held_out_own_1e-2": "misled by make-up made without it, against the original",
            "makeup_held_out_other_1e-2": "the same against another photo of the person",
            "cloak_held_out_own_1e-2": "misled by a cloak made without it, against the original",
            "cloak_held_out_other_1e-2": "the same against another photo",
        },
        asked="faces",
    )
)  # fmt: skip
