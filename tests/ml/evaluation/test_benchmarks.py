"""Benchmarks give the figures one gets by hand from a handful of samples and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml.contracts import Output, Pose
from ml.evaluation import bias, measuring, templates, words
from ml.evaluation.benchmarks import (
    age,
    attributes,
    detection,
    identification,
    landmarks,
    limits,
    parsing,
    pose,
    probes,
    quality,
    verification,
)
from ml.evaluation.intervals import drawn
from ml.evaluation.measuring import Measured
from ml.evaluation.readers.boxes import Faces
from ml.evaluation.readers.masks import Labels
from ml.evaluation.readers.pairs import Comparisons, Pair
from ml.evaluation.readers.people import Person, groups
from ml.evaluation.readers.samples import Sample
from ml.landmarks import OF_68
from ml.types import Box, Face, Mark, MarkKind

measuring.discover()


def samples(truths: Sequence[Any], told: Sequence[Mapping[str, str]] | None = None) -> list[Any]:
    told = told or [{}] * len(truths)
    return [
        Sample(str(i), Path(str(i)), truth, str(i), of)
        for i, (truth, of) in enumerate(zip(truths, told, strict=True))
    ]


def people(*persons: Person) -> list[Sample[Person]]:
    return samples(persons, [groups(person) for person in persons])


def persons_of(genders: Sequence[str]) -> list[Person]:
    return [Person(gender=one) for one in genders]


def whole(measured: Measured) -> Mapping[str, float]:
    return measured.score(np.ones(len(measured.identities)))


def test_age_counts_no_answer_as_the_worst_one() -> None:
    aged = people(*(Person(age=years) for years in (20.0, 30, 70)))
    found = age.measured(aged, [(24, 18, 30), (40, 35, 45), None])
    metrics = whole(found)
    assert found.n == 3 and found.skipped == 1
    assert metrics["mae"] == pytest.approx((4 + 10 + 70) / 3)
    assert metrics["mae_read"] == pytest.approx(7) and metrics["bias"] == pytest.approx(7)
    assert metrics["cs_5"] == pytest.approx(1 / 3)
    assert metrics["interval_coverage"] == pytest.approx(1 / 3)
    assert metrics["interval_width"] == pytest.approx((12 + 10) / 2)
    assert metrics["mae_30-44"] == 10 and metrics["mae_60+"] == 70
    assert metrics["baseline_mae"] == pytest.approx((10 + 0 + 40) / 3)


def test_words_by_hand() -> None:
    persons = [
        Person(30.0, "male"), Person(8.0, "male"), Person(40.0, "female"), Person(50.0, "female"),
    ]  # fmt: skip
    said = [("male", 0.9), ("female", 0.7), ("female", 0.8), None]
    found = words.of_words(people(*persons), "gender", said)
    metrics = whole(found)
    assert (found.n, found.skipped) == (4, 1)
    assert metrics["accuracy"] == 0.5
    assert metrics["accuracy_read"] == metrics["accuracy_adults"]
    assert metrics["accuracy_adults"] == pytest.approx(2 / 3)
    assert metrics["recall_male"] == 0.5 and metrics["recall_female"] == 0.5
    # F1: male 2/3 (one missed), female 2/4 (one missed, one false).
    assert metrics["macro_f1"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert metrics["baseline_accuracy"] == 0.5
    assert metrics["ece"] == pytest.approx((0.1 + 0.7 + 0.2) / 3)


def test_races_are_words_like_others() -> None:
    persons = people(*(Person(race=race) for race in ("asian", "asian", "black")))
    found = words.of_words(persons, "race", [("asian", 1.0), ("black", 1.0), ("black", 1.0)])
    assert whole(found)["balanced_accuracy"] == pytest.approx((0.5 + 1) / 2)


def test_the_worst_group_is_named_where_it_is_large_enough() -> None:
    persons = [Person(30.0, "male", race) for race in ["white"] * 40 + ["black"] * 40 + ["asian"]]
    said = [("male", 1.0)] * 40 + [("male", 1.0), ("female", 1.0)] * 20 + [("female", 1.0)]
    found = words.of_words(people(*persons), "gender", said)
    weights = drawn(found.identities, 200, seed=0)
    told, worst = bias.by_group(measuring.get("gender"), found, weights)
    by_race = {one.label: one for one in told if one.by == "race"}
    assert by_race["black"].metrics["accuracy"].value == 0.5
    assert by_race["white"].metrics["accuracy"].low == 1
    assert 0.3 < by_race["black"].metrics["accuracy"].low < 0.5
    assert by_race["asian"].n == 1 and by_race["asian"].metrics["accuracy"].value == 0
    assert worst == {"race": "black"}  # not "asian": one person tells nothing


def test_detection_by_hand() -> None:
    first = Faces((Box(0, 0, 10, 10), Box(20, 20, 30, 30)), (False, False))
    second = Faces((Box(0, 0, 10, 10),), (False,))
    said = (Face(Box(0, 0, 10, 10), 0.9), Face(Box(50, 50, 60, 60), 0.6))
    loose = (Face(Box(0, 0, 10, 6), 0.8),)  # overlaps by .6: right at .5, wrong at .75
    metrics = whole(detection.measured(samples([first, second]), [said, loose]))
    assert metrics["recall"] == pytest.approx(2 / 3)
    assert metrics["precision"] == pytest.approx(2 / 3)
    assert metrics["ap_50"] == pytest.approx(2 / 3)
    assert metrics["ap_75"] == pytest.approx(1 / 3)


def test_photos_that_cannot_be_read_are_missed_faces() -> None:
    truth = Faces((Box(0, 0, 10, 10),), (False,))
    found = detection.measured(samples([truth, truth]), [(Face(truth.boxes[0], 0.9),), None])
    assert (found.n, found.skipped) == (2, 1)
    assert whole(found)["ap_50"] == 0.5


def test_landmarks_by_hand() -> None:
    mesh = np.zeros((468, 3), np.float32)
    mesh[:, 0] = np.arange(468)
    truth = mesh[OF_68, :2].astype(float)
    apart = abs(263 - 33)  # the outer corners of the eyes lie so far apart
    shifted = truth + np.array([0, 0.1 * apart])
    found = landmarks.measured(samples([truth, shifted, truth]), [mesh, mesh, None])
    metrics = whole(found)
    assert metrics["nme"] == pytest.approx((0 + 0.1 + 1) / 3)
    assert metrics["failure_rate"] == pytest.approx(2 / 3)
    assert metrics["auc"] == pytest.approx(1 / 3)


def test_pose_by_hand() -> None:
    truths = samples([Pose(10, 0, 0), Pose(-50, 10, 0), Pose(0, 0, 20)])
    found = pose.measured(truths, [Pose(16, 3, 0), Pose(-50, 10, 0), None])
    metrics = whole(found)
    assert metrics["mae_yaw"] == pytest.approx((6 + 0 + 90) / 3)
    assert metrics["mae_roll"] == pytest.approx((0 + 0 + 110) / 3)
    assert metrics["mae_0-30"] == pytest.approx((3 + (90 + 90 + 110) / 3) / 2)
    assert metrics["mae_30-60"] == 0
    assert found.groups["yaw"] == ("0-30", "30-60", "0-30")


def test_attributes_by_hand() -> None:
    truths = samples([{"smiling": True}, {"smiling": True}, {"smiling": False}, {"smiling": False}])
    said = [{"smiling": True}, {"smiling": False}, {"smiling": False}, None]
    metrics = whole(attributes.measured(truths, said))
    assert metrics["accuracy"] == metrics["accuracy_smiling"] == 0.5
    assert metrics["balanced_accuracy_smiling"] == pytest.approx((0.5 + 0.5) / 2)
    assert metrics["baseline_accuracy"] == 0.5


def png(pixels: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def test_parsing_by_hand(tmp_path: Path) -> None:
    numbers = np.zeros((4, 4), np.uint8)
    numbers[:2] = 1  # the upper half is hair
    Image.fromarray(numbers).save(tmp_path / "a.png")
    labels = Labels(tmp_path / "a.png", ("background", "hair", "hat"))
    left = np.zeros((4, 4))
    left[:, :2] = 255  # the left half is said to be hair: 4 hit, 4 wrong, 4 missed
    mark = Mark("m", "Parts", MarkKind.MASK, (((0, 0), (4, 4)),), 0, png(left), "hair")
    counts = parsing.counted(
        parsing.labelled(labels), Output(marks=(mark,)), labels.classes, (4, 4)
    )
    assert counts[1].tolist() == [4, 4, 4]
    metrics = whole(parsing.measured(samples([labels]), [counts], 0))
    assert metrics["macro_f1"] == metrics["f1_hair"] == pytest.approx(2 * 4 / (2 * 4 + 4 + 4))
    assert isnan(metrics["f1_hat"])  # there is none, and none was said


def recognised(
    vectors: Mapping[str, tuple[float, ...] | None], pairs: list[Pair]
) -> tuple[Any, ...]:
    """Photos named PERSON/NUMBER with their embeddings."""
    photos = [Sample(name, Path(name), None, name.partition("/")[0]) for name in vectors]
    of = {name: (name,) for name in vectors}
    numbers = np.unique([one.identity for one in photos], return_inverse=True)[1]
    by_photo = {n: None if v is None else np.array(v, np.float32) for n, v in vectors.items()}
    return Comparisons(photos, of, pairs), templates.averaged(by_photo, of, numbers)


VECTORS: dict[str, tuple[float, ...] | None] = {
    "a/1": (0.0, 0), "a/2": (0.1, 0), "b/1": (1.0, 0), "b/2": (1.9, 0),
    "c/1": (1.0, 2), "c/2": None,
}  # fmt: skip
PAIRS = [
    Pair("a/1", "a/2", True, 0), Pair("a/1", "b/1", False, 0),
    Pair("b/1", "b/2", True, 1), Pair("b/1", "c/1", False, 1), Pair("c/1", "c/2", True, 1),
]  # fmt: skip


def test_verification_by_hand() -> None:
    found = verification.measured(*recognised(VECTORS, PAIRS))
    metrics = whole(found)
    # Strangers: a1-b1 1, a1-b2 1.9, a2-b1 .9, a2-b2 1.8, and c1 with all four; c/2 has no face.
    assert found.counts["impostor_pairs"] == 8 and found.skipped == 1 and found.n == 5
    # Fold 0 at the threshold of fold 1 (between .9 and 2, so 1.45): a-b at 1 is accepted: half.
    # Fold 1 at that of fold 0 (.55): b-b is refused, b-c refused rightly, c-c not read: a third.
    assert metrics["accuracy"] == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert isnan(metrics["tar_at_far_1e-3"])  # eight strangers cannot tell


def test_strangers_are_all_pairs_of_two_people() -> None:
    random = np.random.default_rng(0)
    vectors = {f"{i % 5}/{i}": tuple(random.normal(size=4)) for i in range(30)}
    _, made = recognised(vectors, [])
    found = templates.strangers(made)
    assert found.count == 30 * 29 // 2 - 5 * (6 * 5 // 2) == len(found.similarity)
    weights = random.integers(0, 3, 5)[made.people].astype(float)
    assert found.total(weights) == pytest.approx(found.weights(weights).sum())
    one, other = made.vectors[found.first[0]], made.vectors[found.second[0]]
    assert found.similarity[0] == pytest.approx(-np.linalg.norm(one - other), abs=1e-5)
    assert (np.diff(found.similarity) <= 0).all()


def test_of_many_strangers_the_most_alike_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    _, made = recognised({f"{i}/1": tuple(random.normal(size=8)) for i in range(600)}, [])
    everyone = templates.strangers(made)
    monkeypatch.setattr(templates, "FEW", 100_000)
    most_alike = templates.strangers(made)
    kept = len(most_alike.similarity)
    assert most_alike.count == everyone.count and 0.02 < kept / everyone.count < 0.04
    assert (most_alike.similarity == everyone.similarity[:kept]).all()


def test_templates_average_the_photos_with_a_face() -> None:
    by_photo = {"1": np.array([0, 2], np.float32), "2": np.array([2, 2], np.float32), "3": None}
    of = {"t": ("1", "2", "3"), "u": ("3",)}
    made = templates.averaged(by_photo, of, np.array([0, 1]))
    assert made.vectors[0].tolist() == [1, 2] and made.read.tolist() == [True, False]


def test_identification_by_hand() -> None:
    vectors: dict[str, tuple[float, ...] | None] = {
        "a/1": (0.0,), "a/2": (0.1,), "a/3": (0.7,), "b/1": (1.0,), "b/2": None, "z/1": (3.0,),
    }  # fmt: skip
    found, made = recognised(vectors, [])
    measured = identification.measured(found.photos, [0, 3], made)
    # Searches: a/2 finds a, a/3 finds b, b/2 has no face; z/1 is not enrolled.
    assert measured.counts == {"enrolled": 2, "mated_searches": 3, "unknown_searches": 1}
    assert (measured.n, measured.skipped) == (4, 1)
    assert whole(measured)["rank_1"] == pytest.approx(1 / 3)


def test_people_are_enrolled_by_seed() -> None:
    photos = [Sample(f"{i}/{n}", Path("p"), None, str(i)) for i in range(8) for n in range(2)]
    assert len(identification.enrolled(photos, 0)) == 4
    assert identification.enrolled(photos, 0) == identification.enrolled(photos, 0)
    assert len({tuple(identification.enrolled(photos, seed)) for seed in range(9)}) > 1


def test_quality_by_hand() -> None:
    names = [f"{person}/{number}" for person in "abcd" for number in (1, 2)]
    vectors = {name: (0.0 if name.startswith("a") else float(i),) for i, name in enumerate(names)}
    pairs = [Pair(f"{one}/1", f"{one}/2", True) for one in "abcd"]
    comparisons, made = recognised(vectors, pairs)
    good: dict[str, float | None] = dict.fromkeys(names, 1.0) | {"b/2": None}
    # At a distance of .5 only a is accepted; the pair of b is put aside first.
    measured = quality.measured(comparisons, made, good, limit=-0.5)
    metrics = whole(measured)
    assert metrics["fnmr"] == 3 / 4
    assert metrics["fnmr_discard_10"] == pytest.approx(2 / 3)
    assert metrics["fnmr_cut_10"] == pytest.approx(1 / 9)
    assert metrics["edc_auc"] < 1 and measured.skipped == 1


def test_time_limits_by_hand() -> None:
    comparisons, made = recognised(VECTORS, PAIRS[:2])
    times = {"a/1": 20.0, "a/2": 300.0, "b/1": 40.0, "b/2": 30.0, "c/1": 30.0, "c/2": 2000.0}
    metrics = whole(limits.measured(comparisons, made, times))
    assert metrics["passes_100"] == pytest.approx(4 / 6)
    assert metrics["passes_1000"] == pytest.approx(5 / 6)
    assert metrics["accuracy_100"] == 0.5  # a/2 came too late
    assert metrics["accuracy_500"] == 1
    assert metrics["milliseconds_median"] == 35


def test_probes_read_what_is_there_and_nothing_else() -> None:
    random = np.random.default_rng(0)
    persons = [Person(gender=word, race=race) for word in ("male", "female")
               for race in ("white", "black") for _ in range(60)]  # fmt: skip
    vectors: list[Any] = [
        np.array([one.gender == "male", *random.normal(size=3)], np.float32) for one in persons
    ]
    metrics = whole(probes.measured(people(*persons), vectors, seed=0))
    assert metrics["gender_50"] > 0.95
    assert 0.3 < metrics["race_50"] < 0.7
    assert metrics["balanced_accuracy_50"] == pytest.approx(
        (metrics["gender_50"] + metrics["race_50"]) / 2
    )
    assert metrics == whole(probes.measured(people(*persons), vectors, seed=0))
    nothing = whole(probes.measured(people(*persons), [*vectors[:-100], *[None] * 100], seed=0))
    assert nothing["gender_10"] < metrics["gender_10"]
