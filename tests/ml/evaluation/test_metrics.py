"""Figures of merit agree with sums done by hand, and with scikit-learn where it has them."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest
from sklearn import metrics as sk

from ml.evaluation.metrics import biometric, classification, detection, points
from ml.types import Box

TRUTH = np.array([0, 0, 0, 1, 1, 2])
SAID = np.array([0, 0, 1, 1, -1, 2])
ONCE = np.ones(6)
RANDOM = np.random.default_rng(7)


def test_accuracy_counts_no_answer_as_wrong() -> None:
    assert classification.accuracy(TRUTH, SAID, ONCE) == pytest.approx(4 / 6)
    assert classification.accuracy(TRUTH, SAID, np.array([1, 1, 1, 1, 3, 1])) == 4 / 8


def test_confusion_has_a_column_for_no_answer() -> None:
    counts = classification.confusion(TRUTH, SAID, 3, ONCE)
    assert counts.tolist() == [[2, 1, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]]


def test_balanced_accuracy_and_f1_by_hand() -> None:
    counts = classification.confusion(TRUTH, SAID, 3, ONCE)
    assert classification.balanced_accuracy(counts) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3)
    # F1: 4/5 of class 0, 2/4 of class 1 (one false, one without an answer), 1 of class 2.
    assert classification.f1(counts).tolist() == pytest.approx([4 / 5, 2 / 4, 1])
    assert classification.macro_f1(counts) == pytest.approx((0.8 + 0.5 + 1) / 3)


def test_classification_agrees_with_scikit_learn() -> None:
    truth, said = RANDOM.integers(0, 5, (2, 400))
    weights = RANDOM.integers(0, 4, 400).astype(float)
    counts = classification.confusion(truth, said, 5, weights)
    theirs = sk.confusion_matrix(truth, said, sample_weight=weights)
    assert (counts[:, :5] == theirs).all()
    for ours, other in (
        (classification.accuracy(truth, said, weights), sk.accuracy_score),
        (classification.balanced_accuracy(counts), sk.balanced_accuracy_score),
    ):
        assert ours == pytest.approx(other(truth, said, sample_weight=weights))
    f1 = sk.f1_score(truth, said, average="macro", sample_weight=weights)
    assert classification.macro_f1(counts) == pytest.approx(f1)


def test_calibration_error_by_hand() -> None:
    scores = np.array([0.9, 0.9, 0.6, 0.6, np.nan])
    right = np.array([True, False, True, True, False])
    # Bin of .9: half right, off by .4; bin of .6: all right, off by .4; no score is left out.
    assert classification.ece(scores, right, np.ones(5), bins=10) == pytest.approx(0.4)
    assert classification.ece(np.array([1.0]), np.array([True]), np.ones(1)) == 0


def test_words_outside_the_classes_are_no_answer() -> None:
    assert classification.numbered(["b", None, "z"], ["a", "b"]).tolist() == [1, -1, -1]


def test_tar_at_far_by_hand() -> None:
    genuine = np.array([0.9, 0.8, 0.35, float("-inf")])
    strangers = np.array([0.7, 0.4, 0.3, 0.2])
    once, four = np.ones(4), np.ones(4)
    # None may pass: the threshold is .7. One of four may: .4. Two may: .3.
    for far, tar in ((0.0, 0.5), (0.2, 0.5), (0.25, 0.5), (0.5, 0.75)):
        assert biometric.tar_at_far(genuine, once, strangers, four, far) == tar
    assert biometric.threshold_at_far(strangers, four, 0.25) == 0.4


def test_tar_of_the_most_alike_only_is_that_of_all() -> None:
    genuine, strangers = RANDOM.normal(1, 1, 300), np.sort(RANDOM.normal(-1, 1, 5000))[::-1]
    whole = biometric.tar_at_far(genuine, np.ones(300), strangers, np.ones(5000), 1e-2)
    top = biometric.tar_at_far(genuine, np.ones(300), strangers[:150], np.ones(150), 1e-2, 5000)
    assert whole == top


def test_tar_at_far_agrees_with_scikit_learn() -> None:
    genuine, strangers = RANDOM.normal(1, 1, 500), np.sort(RANDOM.normal(-1, 1, 2000))[::-1]
    labels = np.repeat([1, 0], [500, 2000])
    far, tar, _ = sk.roc_curve(labels, np.concatenate([genuine, strangers]))
    for rate in (1e-1, 1e-2, 1e-3):
        theirs = tar[np.searchsorted(far, rate + 1e-12, side="right") - 1]
        ours = biometric.tar_at_far(genuine, np.ones(500), strangers, np.ones(2000), rate)
        assert ours == pytest.approx(theirs)


def test_the_roc_goes_through_the_rates() -> None:
    genuine, strangers = np.array([3.0, 1.0]), np.array([2.0, 0.5, 0.4, 0.3])
    rates, accepted = biometric.roc(genuine, strangers, points=3)
    assert rates.tolist() == pytest.approx([0.25, 0.5, 1.0])
    assert accepted.tolist() == [1.0, 1.0, 1.0]
    assert biometric.tar_at_far(genuine, np.ones(2), strangers, np.ones(4), 0) == 0.5


def test_the_threshold_comes_from_the_other_folds() -> None:
    similarity = np.array([0.9, 0.1, 0.6, 0.5])
    same = np.array([True, False, True, False])
    folds = np.array([0, 0, 1, 1])
    # Fold 1 puts it at .55: both of fold 0 right. Fold 0 puts it at .5: .5 does not exceed it.
    assert biometric.accuracy_in_folds(similarity, same, folds, np.ones(4)).tolist() == [1.0, 1.0]
    shifted = np.array([0.4, 0.1, 0.6, 0.5])
    # Now fold 1's .55 refuses the same person's .4, and fold 0's .25 accepts the strangers' .5.
    assert biometric.accuracy_in_folds(shifted, same, folds, np.ones(4)).tolist() == [0.5, 0.5]


def test_a_pair_without_a_face_is_wrong_either_way() -> None:
    similarity = np.array([0.9, 0.1, float("-inf"), float("-inf")])
    same = np.array([True, False, True, False])
    found = biometric.accuracy_in_folds(similarity, same, np.zeros(4, int), np.ones(4))
    assert found.tolist() == [0.5]


def test_fnir_by_hand() -> None:
    mated = np.array([0.9, 0.6, 0.4, float("-inf")])  # the last was found as somebody else
    unknown = np.array([0.5, 0.3, 0.2, 0.1])
    # Nobody unknown may be found: .5, so .9 and .6 are. One of four may: .3, so .4 is too.
    assert biometric.fnir_at_fpir(mated, np.ones(4), unknown, np.ones(4), 0.0) == 0.5
    assert biometric.fnir_at_fpir(mated, np.ones(4), unknown, np.ones(4), 0.25) == 0.25


def test_boxes_are_matched_once_and_ignored_faces_do_not_count() -> None:
    truth = [Box(0, 0, 10, 10), Box(20, 0, 30, 10)]
    found = [Box(0, 0, 10, 10), Box(1, 0, 11, 10), Box(20, 0, 30, 10), Box(50, 0, 60, 10)]
    kinds = detection.matched(found, truth, [False, True], 0.5)
    assert kinds == [detection.HIT, detection.MISS, detection.IGNORED, detection.MISS]


def test_average_precision_by_hand() -> None:
    scores, hits = np.array([0.9, 0.8, 0.7]), np.array([True, False, True])
    # Recall 1/3 at precision 1, then 2/3 at precision 2/3; the last third is never found.
    found = detection.average_precision(scores, hits, np.ones(3), positives=3)
    assert found == pytest.approx(1 / 3 * 1 + 1 / 3 * 2 / 3)
    assert isnan(detection.average_precision(scores, hits, np.ones(3), positives=0))


def test_average_precision_of_all_found_is_one() -> None:
    everything = np.ones(4)
    assert detection.average_precision(everything, everything > 0, everything, 4) == 1


def test_point_errors_by_hand() -> None:
    assert points.nme([(0, 0), (3, 4)], [(0, 0), (0, 0)], scale=10) == 0.25
    errors, once = np.array([0.0, 0.04, 0.2]), np.ones(3)
    assert points.failure_rate(errors, 0.08, once) == pytest.approx(1 / 3)
    assert points.auc_below(errors, 0.08, once) == pytest.approx((1 + 0.5 + 0) / 3)


def test_angles_go_the_short_way_round() -> None:
    apart = points.angle_between(np.array([170.0, 10, -5]), np.array([-170.0, 350, 5]))
    assert apart.tolist() == [20, 20, 10]
