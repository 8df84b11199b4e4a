"""Tells how good a photo is for recognising each face in it, and what spoils it most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp

from ml.analysis import condition
from ml.contracts import MESH, POSE, QUALITY, Output, Qualities, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.registry import Commercial, Model, ModelCard, figures, register
from ml.types import Reading

NAME = "quality-iso"
EYES_APART = 8.0  # pixels between the eyes; of smaller faces a mesh shows only an average one
# What holds a photo back is named when its score is below GOOD, if it is a part that is below SHORT
# and takes NOTABLE points off.
GOOD, SHORT, NOTABLE = 90.0, 85.0, 3.0
NOTHING = "nothing in particular"
TURNED, OUT_OF_SIGHT = "face turned too far", "too little of it in the photo"
UNIT = "of 100"


@dataclass(frozen=True, slots=True)
class Part:
    """A measure of ml.analysis.condition. title: what people read, larger is better. spoiled: in
    words what a low one means. cost: points that its worst value takes off."""

    measure: str
    title: str
    spoiled: str
    cost: int


# What they cost was fitted to how far apart photos of one person lie for the default recogniser, as
# they come and made worse, of people of two of LFW's five folds: `python -m
# tests.fitting.quality_weights`. LFW has few faces that are turned far, small or cut off: these
# cost 18 points by judgement, and no other part less than six. Colour and background cost nothing.
PARTS = (
    Part("sharpness", "sharpness", "blurred", 23),
    Part("noise", "freedom from noise", "noisy", 57),
    Part("under-exposure", "under-exposure prevention", "under-exposed", 8),
    Part("over-exposure", "over-exposure prevention", "over-exposed", 6),
    Part("dark", "luminance, not too dark", "too dark", 6),
    Part("bright", "luminance, not too bright", "too bright", 19),
    Part("dynamic range", "dynamic range", "little contrast", 16),
    Part("even light", "illumination uniformity", "lit from one side", 6),
    Part("natural colour", "natural colour", "unnatural colour", 0),
    Part("compression", "no compression artefacts", "compressed too much", 10),
    Part("yaw", "head pose, yaw", "turned away", 18),
    Part("pitch", "head pose, pitch", "chin up or down", 43),
    Part("roll", "head pose, roll", "tilted", 81),
    Part("mouth closed", "mouth closed", "mouth open", 6),
    Part("eyes open", "eyes open", "eyes closed or narrowed", 6),
    Part("size", "face size", "too small", 18),
    Part("head in the photo", "head inside the photo", "cut off by the photo's border", 18),
    Part("even background", "background uniformity", "restless background", 0),
    Part("certainty", "plainly a face", "covered or hard to make out", 43),
)
# What a low measure may come from: where the cause itself is below LOW, it is named instead.
CAUSES = {
    "sharpness": ("size",),
    "dynamic range": ("dark", "bright"),
    "certainty": ("yaw", "roll", "pitch", "size", "head in the photo", "dark", "sharpness"),
}
LOW = 75.0

# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "lfw, 1,500 pairs, 0 not read",
        "2026-11-25",
        "manage.py evaluate quality --data lfw --models quality-iso,quality-sharpness --seed 0",
        {
            "errors left, of chance": "0.5423 (0.3763 to 0.7472)",
            "pairs of one person refused": "1.8 % (1.1 to 2.6)",
            "refused once the worst tenth is put aside": "1.0 % (0.5 to 1.7)",
            "fewer refused by that": "46.5 % (18.1 to 68.9)",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Photo quality, part by part",
        task=QUALITY,
        weights=(),
        code_licence="Apache-2.0",
        weights_licence="none",
        commercial_use=Commercial.YES,
        memory_mb=0,
        rank=1,
        needs=(MESH, POSE),
        paper=(
            "Parts of ISO/IEC 29794-5:2025, Face image data, with the formulas of its open "
            "implementation OFIQ or simpler ones"
        ),
        known_limits=(
            "Fitted to one recogniser and one set of press photos: it ranks photos for being "
            "recognised, not for a passport, which no part of it has been checked against; what "
            "covers a face shows only where the detector doubts, another detector's doubt means "
            "something else, and blocks of JPEG are seen only where the photo was not resized."
        ),
        measured=MEASURED,
    )
)
class QualityIso(Model):
    """A score a face, what holds it back, and the parts."""

    def run(self, view: View) -> Output:
        seen = zip(view.faces, view.data(MESH).points, view.data(POSE).poses, strict=True)
        scores: list[float | None] = []
        readings: list[Reading] = []
        for index, (face, mesh, pose) in enumerate(seen):
            if mesh is None or pose is None or condition.eyes_apart(mesh) < EYES_APART:
                scores.append(None)
                readings += unmeasured(index, TOO_SMALL if mesh is None or pose else IN_PROFILE)
                continue
            measures = condition.measures(view.picture, mesh, pose, face.score)
            scores.append(total := score(lost(measures)))
            readings += said(index, total, measures, condition.eyes_apart(mesh))
        return Output(readings=tuple(readings), data=Qualities(tuple(scores)))


def lost(measures: condition.Measures) -> dict[Part, float]:
    """The points that each part takes off; one that could not be told takes none."""
    values = ((part, measures[part.measure]) for part in PARTS)
    return {part: part.cost * (1 - value / 100) for part, value in values if value is not None}


def score(losses: Mapping[Part, float]) -> float:
    """0 to 100: each point that is lost is a hundredth of what was left before."""
    return 100 * exp(-sum(losses.values()) / 100)


def reason(measures: condition.Measures) -> str:
    """In words what takes most off, or what that comes from."""
    losses = lost(measures)
    short = [
        part
        for part, loss in losses.items()
        if loss >= NOTABLE and loss > part.cost * (1 - SHORT / 100)
    ]
    if not short or score(losses) >= GOOD:
        return NOTHING
    worst = max(short, key=lambda part: losses[part])
    for cause in CAUSES.get(worst.measure, ()):
        value = measures[cause]
        if value is not None and value < LOW:
            return next(part.spoiled for part in PARTS if part.measure == cause)
    return worst.spoiled


def said(face: int, total: float, measures: condition.Measures, apart: float) -> Iterator[Reading]:
    yield Reading(NAME, "photo quality", round(total, 1), face=face, unit=UNIT)
    yield Reading(NAME, "held back by", reason(measures), face=face)
    yield Reading(NAME, "inter-eye distance", round(apart, 1), face=face, unit="px")
    for part in PARTS:
        value = measures[part.measure]
        note = TURNED if part.measure in condition.BOTH_SIDES else OUT_OF_SIGHT
        told, why = (None, note) if value is None else (float(round(value)), "")
        yield Reading(NAME, part.title, told, face=face, unit=UNIT, note=why)


def unmeasured(face: int, note: str) -> Iterator[Reading]:
    named = (("photo quality", UNIT), ("held back by", ""), ("inter-eye distance", "px"))
    for name, unit in (*named, *((part.title, UNIT) for part in PARTS)):
        yield Reading(NAME, name, None, face=face, unit=unit, note=note)
