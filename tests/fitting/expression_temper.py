"""How sure ml.analysis.expression_fused may be: `python -m tests.fitting.expression_temper`.

The argument is a folder of labelled faces. The exponent is fitted to one half of them by
likelihood, the other half tells what it is worth; nothing is written.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

from ml import registry
from ml.analysis import expression_fused
from ml.analysis.expression_fer import LABELS
from ml.contracts import DETECTION, Output, View
from ml.evaluation.looking import decoded, nearest
from ml.evaluation.metrics.classification import ece
from ml.evaluation.readers.people import known
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder


def main(data: Path) -> None:
    registry.discover()
    expression_fused.TEMPERED = 1.0
    pool = Pool(Weights(weights_folder()))
    model = pool.get("fused-expression")
    assert isinstance(model, expression_fused.FusedExpression)
    samples = known(data, "expression", None)
    logs, truth, mine = [], [], []
    for sample, picture in zip(samples, decoded(samples), strict=True):
        assert picture is not None
        faces = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        view = View(picture, faces, {DETECTION: Output(faces=faces)})
        mesh = pool.run("mediapipe-mesh", view).data.points[0] if faces else None
        if mesh is not None:
            (odds,) = model.odds(picture, [mesh])
            logs.append(np.log(odds.astype(np.float64)))
            truth.append(LABELS.index(str(sample.truth.expression)))
            mine.append(int(sha256(sample.name.encode()).hexdigest(), 16) % 2 == 0)
    told, right, half = np.stack(logs), np.array(truth), np.array(mine)

    def tempered(exponent: float) -> np.ndarray:
        powers = np.exp(exponent * told)
        made: np.ndarray = powers / powers.sum(1, keepdims=True)
        return made

    def unlikely(exponent: float) -> float:
        odds = tempered(exponent)[half]
        return -float(np.log(odds[np.arange(len(odds)), right[half]]).mean())

    best = float(minimize_scalar(unlikely, (0.1, 1.0)).x)
    print(f"exponent {best:.3f}")
    for name, part in (("fitted", half), ("unseen", ~half)):
        ones = np.ones(part.sum())
        hits = told[part].argmax(1) == right[part]
        before, after = (
            ece(tempered(exponent)[part].max(1), hits, ones) for exponent in (1.0, best)
        )
        print(
            f"{name} half, {part.sum()} faces read: {hits.mean():.1%} right, "
            f"calibration error {before:.1%} before, {after:.1%} after"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
