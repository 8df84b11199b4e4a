"""What ml.prompting.search_interest weighs: `python -m tests.fitting.searching_weights`.

Signs and faces are put on one half of the backgrounds; a logistic regression tells their places
from chance ones, in an overview and in the middle of a glimpse. Printed: the weights for the code,
and on the other half of the backgrounds (other people, too) how far ahead of chance places they
are ranked. Nothing is written.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ml.evaluation.readers.samples import FITTED, REPORTED
from ml.prompting.search_interest import NAMES, features
from tests.fitting.search_pictures import COLOURS, WORDS, backgrounds, crowded, faces, sign, smaller

SHARED = Path(__file__).resolve().parents[3] / "shared"
SCALES = {"overview": 6.0, "glimpse": 2.0}
SIZES = {"face": (22.0, 28.0), "sign": (90.0, 22.0)}
NEGATIVES, CLEAR = 4, 70  # chance places for each thing; pixels between them and any thing


def things(kind: str, part: int) -> list[tuple]:
    if kind == "face":
        return [smaller(head) for _, head in faces(SHARED, part)]
    return [(sign(words, colours), None) for words in WORDS for colours in COLOURS]


def gathered(kind: str, scale: float, part: int) -> tuple[np.ndarray, np.ndarray]:
    """N x features, and whether the thing is there."""
    draw = np.random.default_rng(part)
    rows, truth = [], []
    for _, tile in backgrounds(SHARED, part):
        pixels, boxes = crowded(tile, things(kind, part), draw)
        size = [round(side / scale) for side in pixels.shape[1::-1]]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        maps = np.stack([features(small, scale, SIZES[kind])[name] for name in NAMES], -1)
        centres = np.array([box.centre for box in boxes])
        chance = draw.uniform(0, pixels.shape[1::-1], (NEGATIVES * len(boxes), 2))
        far = np.abs(chance[:, None] - centres).max(2).min(1) > CLEAR
        for places, there in ((centres, True), (chance[far], False)):
            at = np.minimum((places / scale).astype(int), np.array(size) - 1)
            rows.append(maps[at[:, 1], at[:, 0]])
            truth += [there] * len(places)
    return np.concatenate(rows), np.array(truth)


def main() -> None:
    for kind in SIZES:
        for view, scale in SCALES.items():
            seen, truth = gathered(kind, scale, FITTED)
            model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000).fit(
                seen, truth
            )
            other, labels = gathered(kind, scale, REPORTED)
            odds = other @ model.coef_[0] + model.intercept_[0]
            chance = np.sort(odds[~labels])
            ahead = 1 - np.searchsorted(chance, odds[labels]) / len(chance)
            told = ", ".join(f"{100 * np.mean(ahead < share):.0f} % in the top {share:.0%}"
                             for share in (0.02, 0.05, 0.1, 0.2))  # fmt: skip
            print(f"{kind} {view}: AUC {roc_auc_score(labels, odds):.3f}, {told}")
            print({n: round(float(w), 2) for n, w in zip(NAMES, model.coef_[0], strict=True)},
                  round(float(model.intercept_[0]), 2), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
