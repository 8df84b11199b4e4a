"""Parsing: which pixels are hair, skin, eyes: F1 a class, over all pixels of all photos.

A model draws its classes as masks whose label is the class's name. Pixels of a photo without an
answer are all missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from ml.contracts import Output
from ml.evaluation.looking import looks
from ml.evaluation.measuring import Benchmark, Measured, Setting, register
from ml.evaluation.metrics.classification import quotients
from ml.evaluation.readers.masks import EXPECTS, READERS, Labels
from ml.evaluation.readers.samples import BadData, Sample, part, read
from ml.types import Mark, MarkKind

Floats = NDArray[np.float64]
Counts = NDArray[np.float64]
"""classes x 3: pixels hit, said wrongly, missed."""


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, READERS, EXPECTS), setting.limit)
    counts: dict[str, list[Counts]] = {name: [] for name in setting.models}
    unread = dict.fromkeys(setting.models, 0)
    for sample, look in zip(samples, looks(setting, samples, setting.models), strict=True):
        truth = labelled(sample.truth)
        for name in setting.models:
            output = look.outputs.get(name)
            unread[name] += output is None
            size = look.picture.size if look.picture else truth.shape[::-1]
            counts[name].append(counted(truth, output, sample.truth.classes, size))
    return {name: measured(samples, rows, unread[name]) for name, rows in counts.items()}


def labelled(truth: Labels) -> NDArray[np.uint8]:
    """H x W class numbers.

    Raises:
        BadData: the file holds a number without a name.
    """
    from PIL import Image

    with Image.open(truth.file) as opened:
        numbers = np.asarray(opened.convert("L") if opened.mode != "P" else opened, np.uint8)
    if numbers.max() >= len(truth.classes):
        raise BadData(f"{truth.file.name} holds class {numbers.max()}, which has no name.")
    return numbers


def counted(
    truth: NDArray[np.uint8], output: Output | None, classes: Sequence[str], size: tuple[int, int]
) -> Counts:
    """Pixels by class, in the photo's size."""
    from PIL import Image

    wanted = np.asarray(Image.fromarray(truth).resize(size, Image.Resampling.NEAREST))
    said = drawn(output, size)
    nothing = np.zeros(wanted.shape, bool)
    rows = []
    for number, name in enumerate(classes):
        mine, here = said.get(name, nothing), wanted == number
        rows.append([(mine & here).sum(), (mine & ~here).sum(), (~mine & here).sum()])
    return np.array(rows, np.float64)


def drawn(output: Output | None, size: tuple[int, int]) -> dict[str, NDArray[np.bool_]]:
    """Class -> its pixels in a photo of that size (width, height)."""
    found: dict[str, NDArray[np.bool_]] = {}
    for mark in output.marks if output else ():
        if mark.kind is MarkKind.MASK:
            whole = found.setdefault(mark.label, np.zeros(size[::-1], bool))
            whole |= spread(mark, size)
    return found


def spread(mark: Mark, size: tuple[int, int]) -> NDArray[np.bool_]:
    """A mask stretched over its box in the photo."""
    from PIL import Image

    (left, top), (right, bottom) = mark.paths[0]
    box = (round(left), round(top), round(right), round(bottom))
    with Image.open(BytesIO(mark.raster)) as opened:
        part = opened.convert("L").resize((max(1, box[2] - box[0]), max(1, box[3] - box[1])))
    whole = Image.new("L", size)
    whole.paste(part, box[:2])
    return np.asarray(whole) > 127


def measured(samples: Sequence[Sample[Labels]], rows: list[Counts], unread: int) -> Measured:
    """macro_f1: mean over all classes but number 0 (background); f1_CLASS of each."""
    counts, classes = np.stack(rows), samples[0].truth.classes

    def score(weights: Floats) -> Mapping[str, float]:
        hit, wrong, missed = np.tensordot(weights, counts, 1).T
        under = 2 * hit + wrong + missed
        each = quotients(2 * hit, under)
        front = each[1:][np.isfinite(each[1:])]
        named = {
            f"f1_{name.replace(' ', '_')}": float(f) for name, f in zip(classes, each, strict=True)
        }
        return {"macro_f1": float(front.mean()) if len(front) else float("nan"), **named}

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=unread,
        samples=samples,
    )


PARSING = register(
    Benchmark(
        name="parsing",
        title="Face parsing",
        asks="parsing",
        metrics=("macro_f1", "f1_*"),
        reads=EXPECTS,
        run=run,
    )
)
