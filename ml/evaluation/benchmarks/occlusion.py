"""Occlusion: how well what is pasted over faces is found, and how often bare faces are flagged.

Each face is shown as it is and with one thing over it, drawn by ml.evaluation.occluders, kind by
kind in turn; detector and mesh see the photo as pasted. Only the half of the people that nothing
was fitted on is asked about (`python -m tests.fitting.occlusion` takes the other). Faces of such a
set that are really covered (by hair, hands, glasses) count as bare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import MESH, Output
from ml.evaluation.benchmarks.expression_reasons import inside
from ml.evaluation.benchmarks.parsing import spread
from ml.evaluation.canvas import CHEEKS
from ml.evaluation.looking import Look, looked, looks, needed
from ml.evaluation.measuring import Benchmark, Floats, Measured, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.occluders import KINDS, paste
from ml.evaluation.readers.pairs import PEOPLE, PEOPLE_EXPECT
from ml.evaluation.readers.samples import REPORTED, UNKNOWN, Sample, half, part, read, stable
from ml.types import MarkKind, Picture

LEAST, TRIES = 0.02, 8  # of the face is covered, at least, by what is pasted; how often it is drawn
NOTABLE = 8  # percent of a face, from which it counts as flagged
MOST = 480  # people, of each of whom one photo is shown: a photo is looked at twice
COVERED, FACE = "covered", "face covered"
LIGHTNESS = ("darkest third", "middle third", "lightest third")
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shown:
    """One face. kind: what was pasted. iou: of that and what was told, 0..1. flagged: whether the
    bare face was said to be covered; share: of its pixels that were. read: whether the bare and the
    pasted one gave an answer. light: of its skin, 0..255, nan without a face."""

    kind: str
    iou: float = 0.0
    flagged: bool = False
    share: float = 0.0
    read: bool = False
    light: float = float("nan")


def asked(person: str) -> bool:
    """Whether it is one of the half of the people that nothing was fitted on."""
    return half(person) == REPORTED


def chosen(samples: Sequence[Sample[None]]) -> list[Sample[None]]:
    """The first photo of each of so many people of that half, always the same ones."""
    first = {one.identity: one for one in reversed(samples) if asked(one.identity)}
    return [first[person] for person in sorted(stable(list(first))[:MOST])]


def run(setting: Setting) -> dict[str, Measured]:
    every = part(read(setting.data, PEOPLE, PEOPLE_EXPECT), setting.limit)
    samples = chosen(every)
    cards = [registry.get(name).card for name in setting.models]
    before = needed(cards, setting.pool.weights)
    mesher = next(card.name for card in before if card.task == MESH)
    found: dict[str, list[Shown]] = {name: [] for name in setting.models}
    seen = zip(samples, looks(setting, samples, (*setting.models, mesher)), strict=True)
    for number, (sample, look) in enumerate(seen):
        kind = list(KINDS)[number % len(KINDS)]
        if look.picture is None or mesher not in look.outputs:
            for told in found.values():
                told.append(Shown(kind))
            continue
        mesh = look.outputs[mesher].data.points[0]
        draw = np.random.default_rng([setting.seed, number])
        pasted, hidden = drawn(kind, look.picture, mesh, draw)
        again = looked(setting, sample, pasted, cards, before)
        for name, told in found.items():
            told.append(compared(kind, name, (look, again), mesh, hidden))
    return {name: measured(samples, told) for name, told in found.items()}


def drawn(
    kind: str, picture: Picture, mesh: NDArray[np.float32], draw: np.random.Generator
) -> tuple[Picture, Mask]:
    """As ml.evaluation.occluders.paste, drawn again until it covers a part of the face."""
    oval = inside(mesh, picture.size)
    for _ in range(TRIES):
        pasted, hidden = paste(kind, picture, mesh, draw)
        if (hidden & oval).sum() >= LEAST * oval.sum():
            break
    return pasted, hidden


def compared(
    kind: str,
    name: str,
    looks: tuple[Look, Look],
    mesh: NDArray[np.float32],
    hidden: Mask,
) -> Shown:
    """looks: at the bare face and at the pasted one."""
    bare, pasted = (look.outputs.get(name) for look in looks)
    picture = looks[0].picture
    assert picture is not None  # noqa: S101  only photos that were read are pasted onto
    oval = inside(mesh, picture.size)
    told = [masked(output, picture.size) & oval for output in (bare, pasted)]
    return Shown(
        kind,
        iou(told[1], hidden & oval),
        flagged(bare),
        float(told[0].sum() / max(oval.sum(), 1)),
        answered(bare) and answered(pasted),
        lightness(picture, mesh),
    )


def masked(output: Output | None, size: tuple[int, int]) -> Mask:
    """The pixels that were told to be covered (height x width)."""
    whole = np.zeros(size[::-1], np.bool_)
    for mark in output.marks if output else ():
        if mark.kind is MarkKind.MASK and mark.label == COVERED:
            whole |= spread(mark, size)
    return whole


def iou(told: Mask, true: Mask) -> float:
    """Intersection over union; 1 where both are empty."""
    union = int((told | true).sum())
    return float((told & true).sum() / union) if union else 1.0


def flagged(output: Output | None) -> bool:
    """Whether people read that something covers the face: a region in words, or a part of it."""
    for one in output.readings if output else ():
        if isinstance(one.value, str) and one.value.endswith(COVERED):
            return True
        if one.name == FACE and isinstance(one.value, int | float) and one.value >= NOTABLE:
            return True
    return False


def answered(output: Output | None) -> bool:
    return output is not None and any(
        one.name == FACE and one.value is not None for one in output.readings
    )


def lightness(picture: Picture, mesh: NDArray[np.float32]) -> float:
    """Of the skin on cheeks, forehead and nose, in the middle."""
    limit = np.array(picture.size) - 1
    x, y = mesh[list(CHEEKS), :2].round().astype(int).clip(0, limit).T
    return float(np.median(picture.pixels[y, x].mean(-1)))


def thirds(lights: Floats) -> tuple[str, ...]:
    """Each face's third by the lightness of its skin in the photo."""
    cuts = np.nanquantile(lights, (1 / 3, 2 / 3))
    places = np.digitize(lights, cuts)
    return tuple(
        UNKNOWN if np.isnan(light) else LIGHTNESS[place]
        for light, place in zip(lights, places, strict=True)
    )


def measured(samples: Sequence[Sample[None]], told: Sequence[Shown]) -> Measured:
    """iou: the mean over kinds of the mean of each; flagged: share of bare faces said to be
    covered; pixels_flagged: share of their pixels. A face without an answer has an IoU of 0."""
    kinds = np.array([one.kind for one in told])
    ious = np.array([one.iou for one in told])
    flags = np.array([one.flagged for one in told], float)
    shares = np.array([one.share for one in told])

    def score(weights: Floats) -> Mapping[str, float]:
        each = {
            f"iou_{kind}": ratio(
                float(weights @ (ious * (kinds == kind))), float(weights @ (kinds == kind))
            )
            for kind in KINDS
        }
        total = float(weights.sum())
        return {
            "iou": float(np.nanmean(list(each.values()))),
            **each,
            "flagged": ratio(float(weights @ flags), total),
            "pixels_flagged": ratio(float(weights @ shares), total),
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=sum(not one.read for one in told),
        groups={"skin lightness": thirds(np.array([one.light for one in told]))},
        samples=samples,
    )


OCCLUSION = register(
    Benchmark(
        name="occlusion",
        title="What covers the face",
        asks="occlusion",
        metrics=("iou", *(f"iou_{kind}" for kind in KINDS), "flagged", "pixels_flagged"),
        reads=PEOPLE_EXPECT,
        run=run,
        by_group=("flagged",),
        on_card={
            "iou": "IoU, mean of the kinds",
            **{f"iou_{kind}": f"IoU, {kind}" for kind in KINDS},
            "flagged": "bare faces said to be covered",
            "pixels_flagged": "pixels of bare faces said to be covered",
        },
    )
)
