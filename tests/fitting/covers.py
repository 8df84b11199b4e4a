"""How often faces are found again under covers of other strengths, on the half of the people that
`manage.py evaluate anonymise` does not report: `python -m tests.fitting.covers LFW [PEOPLE]`.

Half of the people are searched for, from the others the learning attacker learns.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ml import registry
from ml.evaluation.benchmarks import anonymise
from ml.evaluation.benchmarks.anonymise import CHIP, LEARNED, Shot
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import FITTED, read, stable
from ml.pool import Pool
from ml.protection import anonymise_blur, anonymise_mosaic, anonymise_pixelate
from ml.protection.muddle import Muddle
from ml.weights import Weights

FEW = 20  # people of the galleries that are searched
WAYS = {
    "anonymise-blur": anonymise_blur,
    "anonymise-pixelate": anonymise_pixelate,
    "anonymise-mosaic": anonymise_mosaic,
}
TRIED = (
    Muddle(pull=0.0, contrast=0.7, shift=18, light=14, tint=6),
    Muddle(pull=0.0, contrast=0.4, shift=30, light=20, tint=8),
    Muddle(pull=0.6, contrast=0.4, shift=25, light=20, tint=8),
    Muddle(pull=0.8, contrast=0.25, shift=25, light=26, tint=10),
    Muddle(pull=0.85, contrast=0.2, shift=26, light=28, tint=10),
)


def times_chance(
    setting: Setting, name: str, shots: Sequence[Shot], others: Sequence[Shot]
) -> dict[str, float]:
    """Of each attacker, rank 1 in galleries of FEW."""
    attackers = anonymise.recognisers(setting)
    learner = anonymise.learned(setting, name, others)
    codes = {}
    for seed, shot in enumerate(shots):
        covered = anonymise.under(setting, name, shot, seed)
        found = anonymise.asked(setting, attackers, shot, covered)
        codes[shot.sample.name] = {**found, LEARNED: learner(found[CHIP])}
    told = anonymise.several(shots)
    people = np.unique([shot.sample.identity for shot in told], return_inverse=True)[1]
    each = np.ones(len(told))
    rows = {card.name: anonymise.stacked(told, codes, card.name) for card in attackers}
    rows[LEARNED] = anonymise.stacked(told, codes, LEARNED)
    return {
        who: FEW * anonymise.searched(people, vectors).rank_1_of(FEW, each)
        for who, vectors in rows.items()
    }


def main(data: Path, count: int) -> None:
    registry.discover()
    setting = Setting(data, tuple(WAYS), Pool(Weights(Path("data/weights"))))
    samples = anonymise.chosen(read(data, PEOPLE, PEOPLE_EXPECT), FITTED, count)
    names = set(stable(sorted({one.identity for one in samples}))[: count // 2])
    inside = [one for one in samples if one.identity in names]
    shots = list(anonymise.seen(setting, inside, anonymise.recognisers(setting)))
    outside = [one for one in samples if one.identity not in names]
    others = list(anonymise.seen(setting, outside, ()))
    for name, module in WAYS.items():
        for how in (*TRIED, module.MUDDLE):
            module.MUDDLE = how
            found = times_chance(setting, name, shots, others)
            print(name, how, {who: f"{value:.1f}" for who, value in found.items()}, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 120)
