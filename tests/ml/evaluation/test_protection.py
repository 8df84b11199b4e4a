"""How the protection benchmark counts, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml import pipelines, registry
from ml.contracts import disguising
from ml.contracts.disguising import AKIN, OTHER, OWN, TARGET, USED
from ml.evaluation.benchmarks.protection import (
    Distances,
    Limits,
    by_person,
    chosen,
    measured,
    score,
    tone,
)
from ml.evaluation.disguises import (
    AS_IT_IS,
    HARDEST,
    HELD_OUT,
    JPEG,
    ROUNDS,
    UNCHANGED,
    WHITE_BOX,
    Asked,
    Trial,
    kept,
    place,
    read,
)
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import REPORTED, BadData, Sample, half
from ml.evaluation.templates import Templates, strangers
from ml.pool import Pool
from ml.weights import Weights

registry.discover()

LIMITS = Limits({"1e-1": 0.8, "1e-2": 0.5, "1e-3": float("nan")})


def told(before: Mapping[str, float], after: Mapping[str, float], stage: str) -> dict[str, object]:
    """Distances of a cloak: untouched and afterwards, the same after every journey."""
    found: dict[tuple[str, str, str, str], float] = {}
    for journey in (AS_IT_IS, JPEG, HARDEST):
        found |= {("cloak", UNCHANGED, to, journey): apart for to, apart in before.items()}
        found |= {("cloak", stage, to, journey): apart for to, apart in after.items()}
    return {"judge": found}


def trial(person: str, stage: str, before: float, own: float, other: float) -> Trial:
    distances = told({OWN: 0.0, OTHER: before}, {OWN: own, OTHER: other}, stage)
    return Trial(person, distances, {"cloak": (35.0, 0.95, 10.0)}, 45.0)  # type: ignore[arg-type]


TRIALS = [
    trial("a", HELD_OUT, before=0.3, own=0.6, other=0.7),
    trial("b", HELD_OUT, before=0.4, own=0.4, other=0.6),
    trial("c", HELD_OUT, before=0.45, own=0.2, other=0.4),
    trial("d", HELD_OUT, before=0.7, own=0.9, other=0.9),  # at 1e-2 it was not matched before
    Trial("e", failed="No face was found in this photo."),
]


def test_only_pairs_that_were_matched_before_count() -> None:
    found = score(Distances("judge", TRIALS), TRIALS, LIMITS, np.ones(5))
    assert found["cloak_held_out_other_1e-2"] == pytest.approx(2 / 3)
    assert found["cloak_held_out_own_1e-2"] == pytest.approx(2 / 4)
    assert found["cloak_held_out_other_1e-1"] == pytest.approx(1 / 4)
    assert found["cloak_held_out_own_1e-2_half_jpeg75"] == pytest.approx(2 / 4)
    assert found["unchanged_own_1e-2"] == 0
    assert np.isnan(found["cloak_white_box_own_1e-2"])
    assert np.isnan(found["cloak_held_out_own_1e-3"])


def test_who_is_drawn_twice_counts_twice() -> None:
    weights = np.array([2.0, 1.0, 1.0, 1.0, 1.0])
    found = score(Distances("judge", TRIALS), TRIALS, LIMITS, weights)
    assert found["cloak_held_out_other_1e-2"] == pytest.approx(3 / 4)


def test_passing_for_somebody_counts_pairs_that_were_not_matched() -> None:
    def one(person: str, before: float, after: float) -> Trial:
        kind = "makeup_as_other"
        found = {
            (kind, UNCHANGED, TARGET, AS_IT_IS): before,
            (kind, WHITE_BOX, TARGET, AS_IT_IS): after,
        }
        return Trial(person, {"judge": found})

    trials = [one("a", 0.9, 0.4), one("b", 0.9, 0.6), one("c", 0.45, 0.3)]
    found = score(Distances("judge", trials), trials, LIMITS, np.ones(3))
    assert found["makeup_as_other_1e-2"] == pytest.approx(1 / 2)


def test_quality_is_the_mean_and_the_worst_and_failures_are_counted() -> None:
    one = measured("judge", TRIALS, (), LIMITS)
    found = one.score(np.ones(5))
    assert (one.n, one.skipped) == (5, 1)
    assert found["psnr_cloak"] == 35 and found["ssim_least_cloak"] == 0.95
    assert one.groups["skin tone"] == ("light",) * 4 + ("",)


def test_thresholds_are_those_of_the_folders_own_strangers() -> None:
    vectors = np.array([[0.0], [1.0], [3.0], [7.0], [15.0]], np.float32)  # distances 1 to 15
    made = Templates(tuple("abcde"), vectors, np.ones(5, bool), np.arange(5))
    # Ten pairs: one in ten is the nearest, so that the limit is the second nearest's distance.
    assert Limits.of(strangers(made)).limits["1e-1"] == 2
    assert np.isnan(Limits.of(strangers(made)).limits["1e-2"])


def test_a_line_counts_by_how_the_recogniser_took_part() -> None:
    def line(distance: float, role: str, name: str = "judge") -> dict[str, object]:
        there = {j: {OWN: {"distance": distance}} for j in (AS_IT_IS, JPEG, HARDEST)}
        before = {j: {OWN: {"distance": 0.0}} for j in (AS_IT_IS, JPEG, HARDEST)}
        return {"recogniser": name, "role": role, "before": before, "after": there}

    sheet = {
        "recognisers": [
            line(0.9, USED),
            line(0.8, disguising.HELD_OUT, "hub"),
            line(0.7, AKIN, "fused"),
        ],
        "made again without one": [line(0.6, disguising.HELD_OUT)],
        "psnr": 34.1,
        "ssim": 0.95,
        "seconds": 9.0,
        "skin tone": {"before": 30.0, "after": 29.0},
    }
    one = read({"cloak": sheet}, "a")
    assert one.distances["judge"]["cloak", WHITE_BOX, OWN, JPEG] == 0.9
    assert one.distances["judge"]["cloak", HELD_OUT, OWN, JPEG] == 0.6
    assert one.distances["hub"]["cloak", HELD_OUT, OWN, JPEG] == 0.8
    assert {key[1] for key in one.distances["hub"]} == {UNCHANGED, HELD_OUT}
    assert {key[1] for key in one.distances["fused"]} == {UNCHANGED}
    assert one.angle == 30


def test_people_are_of_the_half_that_nothing_was_tuned_on() -> None:
    people = [f"person {number}" for number in range(30)]
    samples = [
        Sample(f"{who}/{n}.jpg", Path(f"{who}/{n}.jpg"), None, who)
        for who in people
        for n in (1, 2)
    ]
    found = by_person(samples)
    assert found and all(half(who) == REPORTED for who in found)
    asked = chosen(found, 5)
    assert len(asked) == 5
    for one in asked:
        assert one.photo.identity == one.other.identity != one.target.identity
        assert one.photo != one.other
    assert [one.photo for one in chosen(found, 3)] == [one.photo for one in asked[:3]]


def test_one_person_alone_is_too_few() -> None:
    with pytest.raises(BadData, match="Fewer than two people"):
        chosen({"a": [Sample("a", Path("a"), None, "a")] * 2}, 4)


def test_skin_tones_are_told_by_angle() -> None:
    assert [tone(angle) for angle in (60, 50, 35, 20, 0, -40, None)] == [
        "very light", "light", "intermediate", "tan", "brown", "dark", "",
    ]  # fmt: skip


def test_finished_parts_are_taken_from_where_they_were_kept(
    tmp_path: Path, weights_folder: Path
) -> None:
    photo = Sample("a/1.jpg", tmp_path / "1.jpg", None, "a")
    one = Asked(photo, photo, photo)
    setting = Setting(tmp_path, (), Pool(Weights(weights_folder)), keep=tmp_path)
    names = {place(replace(setting, seed=seed), one, name) for seed in (0, 1) for name in ROUNDS}
    assert len(names) == 2 * len(ROUNDS)
    (tmp_path / place(setting, one, "cloak")).write_text('{"psnr": 34.5}')
    assert kept(setting, one, "cloak") == {"psnr": 34.5}


@pytest.mark.parametrize("name", ROUNDS)
def test_what_is_run_of_each_person_is_what_a_job_takes(name: str) -> None:
    pipelines.discover()
    kind, options = ROUNDS[name]
    assert pipelines.get(kind).options(**options).spare_others
