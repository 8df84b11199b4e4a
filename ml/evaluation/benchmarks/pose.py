"""Pose: degrees off, angle by angle and by how far the head is turned.

A face without an answer counts as the answer furthest off within -90..90 degrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output, Pose
from ml.evaluation.looking import answers
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.points import angle_between, mean
from ml.evaluation.readers.poses import EXPECTS, READERS
from ml.evaluation.readers.samples import Sample, part, read

Floats = NDArray[np.float64]
ANGLES = ("yaw", "pitch", "roll")
BANDS = ("0-30", "30-60", "60-90")  # degrees of yaw to either side


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, READERS, EXPECTS), setting.limit)
    found = answers(setting, samples, pose)
    return {name: measured(samples, said) for name, said in found.items()}


def pose(output: Output) -> Pose | None:
    read_off: Pose | None = output.data.poses[0]
    return read_off


def measured(samples: Sequence[Sample[Pose]], said: Sequence[Pose | None]) -> Measured:
    """mae: mean of the three angles'; mae_yaw, mae_pitch, mae_roll; mae_BAND of yaw;
    baseline_mae: of who always says "straight ahead"."""
    truth = np.array([angles(one.truth) for one in samples])
    told = np.array([(np.nan,) * 3 if one is None else angles(one) for one in said])
    errors = np.where(np.isfinite(told), angle_between(told, truth), np.abs(truth) + 90)
    bands = np.array([BANDS[min(int(abs(yaw) // 30), 2)] for yaw in truth[:, 0]])

    def score(weights: Floats) -> Mapping[str, float]:
        each = {f"mae_{name}": mean(errors[:, i], weights) for i, name in enumerate(ANGLES)}
        by_band = {
            f"mae_{one}": mean(errors.mean(1), weights * (bands == one)) for one in np.unique(bands)
        }
        always = mean(np.abs(truth).mean(1), weights)
        return {"mae": mean(errors.mean(1), weights), **each, **by_band, "baseline_mae": always}

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(one is None for one in said),
        groups={"yaw": tuple(bands.tolist())},
        samples=samples,
    )


def angles(pose: Pose) -> tuple[float, float, float]:
    return pose.yaw, pose.pitch, pose.roll


POSE = register(
    Benchmark(
        name="pose",
        title="Head pose",
        asks="pose",
        metrics=("mae", "mae_yaw", "mae_pitch", "mae_roll", "baseline_mae", "mae_*"),
        reads=EXPECTS,
        run=run,
        on_card={
            "mae": "mean error",
            "mae_yaw": "yaw",
            "mae_pitch": "pitch",
            "mae_roll": "roll",
        },
        lower_is_better=True,
        unit="degrees",
    )
)
