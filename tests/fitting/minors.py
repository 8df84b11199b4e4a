"""How well looks tell who is under age: `python -m tests.fitting.minors UTKFACE`.

Portraits are refused where a face looks younger than ml.generation.minors.SURE. Told of the half of
the faces that the age's curve was not fitted to (tests.fitting.age_curve): of those under 18, how
many pass all the same; of adults, how many are asked for a record. With Wilson's intervals, 95 %.
Faces that no model reads are refused, and counted as such. Nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from scipy.stats import binomtest

from ml import registry
from ml.analysis.age_fused import NAME
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.people import known
from ml.generation.minors import SURE
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

GROUPS = ((0, 12), (12, 16), (16, 18), (0, 18), (18, 25), (25, 40), (40, 120))


def main(data: Path) -> None:
    registry.discover()
    samples = known(data, "age", None)
    setting = Setting(data, (NAME,), Pool(Weights(weights_folder())))
    said = answers(setting, samples, lambda o: o.readings[0].value if o.readings else None)[NAME]
    told = [
        (float(sample.truth.age or 0), value is not None and float(value) >= SURE)
        for sample, value in zip(samples, said, strict=True)
        if int(sha256(sample.name.encode()).hexdigest(), 16) % 2
    ]
    for low, high in GROUPS:
        line(f"{low} to {high - 1} years", [passed for age, passed in told if low <= age < high])


def line(who: str, passed: Sequence[bool]) -> None:
    found = binomtest(sum(passed), len(passed)).proportion_ci(method="wilson")
    print(
        f"{who}: {sum(passed)} of {len(passed)} pass ({sum(passed) / len(passed):.1%}, "
        f"{found.low:.1%} to {found.high:.1%})"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
