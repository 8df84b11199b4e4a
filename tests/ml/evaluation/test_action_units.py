"""How well action units tell expressions, by hand and as scikit-learn says."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from ml.evaluation import bias, measuring
from ml.evaluation.benchmarks import action_units
from ml.evaluation.intervals import drawn
from ml.evaluation.metrics.classification import auc
from ml.evaluation.readers.people import Person
from ml.facs import UNITS
from tests.ml.evaluation.test_benchmarks import people, whole

measuring.discover()
RANDOM = np.random.default_rng(11)


def showing(**intensities: float) -> dict[int, float]:
    """A face at rest but for the units named, e.g. AU12=.5."""
    named = {int(name[2:]): value for name, value in intensities.items()}
    return {unit.number: 0.0 for unit in UNITS} | named


def faces(*words: str) -> list[Person]:
    return [Person(expression=word) for word in words]


def test_auc_agrees_with_scikit_learn() -> None:
    scores = RANDOM.integers(0, 12, 300).astype(float)  # many are equal
    positive, weights = RANDOM.random(300) < 0.3, RANDOM.integers(0, 4, 300).astype(float)
    mine = auc(scores[positive], weights[positive], scores[~positive], weights[~positive])
    assert mine == pytest.approx(roc_auc_score(positive, scores, sample_weight=weights))


def test_auc_of_nothing_is_not_a_number() -> None:
    nothing, one = np.empty(0), np.ones(1)
    assert np.isnan(auc(nothing, nothing, one, one))
    assert np.isnan(auc(nothing, nothing, nothing, nothing))


def test_units_by_hand() -> None:
    labels = faces("happy", "happy", "neutral", "sad", "sad", "happy")
    said = [
        showing(AU6=0.5, AU12=0.5), showing(AU12=0.4), showing(AU12=0.4),
        showing(AU15=0.9), None, None,
    ]  # fmt: skip
    found = action_units.measured(people(*labels), said)
    metrics = whole(found)
    assert (found.n, found.skipped) == (6, 2)
    # Two happy faces read against a neutral and a sad one: above, above, even, above.
    assert metrics["auc_happy_read"] == metrics["auc_12_read"] == 3.5 / 4
    assert metrics["auc_6_read"] == 3 / 4
    # Unread faces stand below all others: of nine pairs three, two and a half, and half a one.
    assert metrics["auc_happy"] == pytest.approx(6 / 9)
    # The sad face that was read is above all four others, the unread one even with another.
    assert metrics["auc_sad_read"] == 1
    assert metrics["auc_sad"] == pytest.approx(4.5 / 8)
    assert metrics["auc_mean_read"] == pytest.approx((3.5 / 4 + 1) / 2)
    assert "auc_angry" not in metrics


def test_a_group_of_one_expression_is_judged_against_all_others() -> None:
    labels = faces(*["happy"] * 40, *["sad"] * 40, *["neutral"] * 40)
    said = [showing(AU12=1.0)] * 40 + [showing(AU15=0.0), showing(AU15=1.0)] * 20
    found = action_units.measured(people(*labels), said + [showing()] * 40)
    told, worst = bias.by_group(
        measuring.get("action-units"), found, drawn(found.identities, 50, seed=0)
    )
    by_word = {one.label: one.metrics["auc_mean"].value for one in told}
    assert by_word == {"happy": pytest.approx(0.875), "sad": 0.875, "neutral": 0.875}
    assert worst.keys() == {"expression"}
