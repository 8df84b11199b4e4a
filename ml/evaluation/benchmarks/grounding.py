"""Grounding: whether the box that an engine answers lies on what the words describe.

ScreenSpot-Pro counts a click in the middle of the answered box as right where it falls into the
true one; RefCOCO, a box whose intersection over union with it is .5 or more. No box is a miss in
both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Asked, Engine, View
from ml.evaluation.looking import decoded
from ml.evaluation.measuring import Benchmark, Measured, NoModel, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.readers.grounding import EXPECTS, GROUPS, READERS, Grounding
from ml.evaluation.readers.samples import Sample, part, read
from ml.types import Box, Form, Picture, Question

Floats = NDArray[np.float64]
OVERLAP = 0.5


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, READERS, EXPECTS), setting.limit)
    engines = {name: engine(setting, name) for name in setting.models}
    said: dict[str, list[Box | None]] = {name: [] for name in engines}
    for done, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        setting.progress(done, len(samples), "Looking for what is described")
        for name, one in engines.items():
            said[name].append(None if picture is None else pointed(one, picture, sample.truth))
    setting.progress(len(samples), len(samples), "Looking for what is described")
    return {name: measured(samples, boxes) for name, boxes in said.items()}


def engine(setting: Setting, name: str) -> Engine:
    """
    Raises:
        NoModel: it answers no questions.
    """
    model = setting.pool.get(name)
    if not isinstance(model, Engine):
        raise NoModel(f"{name} answers no questions.")
    return model


def pointed(one: Engine, picture: Picture, truth: Grounding) -> Box | None:
    """The first box that it answers."""
    question = Question(truth.words, Form.BOXES)
    boxes = one.answers(View(picture), Asked((question,)))[0].boxes
    return boxes[0] if boxes else None


def measured(samples: Sequence[Sample[Grounding]], said: Sequence[Box | None]) -> Measured:
    pairs = [(one, sample.truth.box) for one, sample in zip(said, samples, strict=True)]
    right = {
        "click_accuracy": np.array([one is not None and clicks(one, box) for one, box in pairs]),
        "iou_50": np.array([one is not None and one.iou(box) >= OVERLAP for one, box in pairs]),
        "answered": np.array([one is not None for one, _ in pairs]),
    }

    def score(weights: Floats) -> Mapping[str, float]:
        total = float(weights.sum())
        return {name: ratio(float(weights @ hits), total) for name, hits in right.items()}

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(one is None for one in said),
        groups={
            by: tuple(one.groups[by] for one in samples)
            for by in GROUPS
            if any(one.groups[by] for one in samples)
        },
        counts={"pictures": len({one.identity for one in samples})},
        samples=samples,
        labels=repr([sample.truth for sample in samples]),
    )


def clicks(said: Box, true: Box) -> bool:
    """Whether the middle of the answer lies on it."""
    x, y = said.centre
    return true.left <= x <= true.right and true.top <= y <= true.bottom


GROUNDING = register(
    Benchmark(
        name="grounding",
        title="What words describe, found on a picture",
        asks="prompting",
        metrics=("click_accuracy", "iou_50", "answered"),
        reads=EXPECTS,
        run=run,
        by_group=("iou_50",),
        on_card={"click_accuracy": "click on the right thing", "iou_50": "IoU of .5 or more"},
        asked="instructions",
    )
)
