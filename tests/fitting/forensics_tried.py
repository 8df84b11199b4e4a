"""Signs of editing that were tried and left out: `python -m tests.fitting.forensics_tried DATA
[PHOTOS] [--side PIXELS]`.

Of each sign (tests.fitting.signs) the AUC of files edited in one way against honest ones, with the
interval over people, at JPEG 95 and 75; a file without what a sign looks at lies in the middle.
Photos are of the half of the people that detectors are tuned on. With --side all photos of a folder
are taken, made so much smaller first that no earlier JPEG is left in them.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.evaluation import edits
from ml.evaluation.benchmarks.authenticity import mesh_of, of_half
from ml.evaluation.edited import treated, turn
from ml.evaluation.edits import EDITS, HONEST, Scene
from ml.evaluation.intervals import drawn, interval
from ml.evaluation.looking import decoded
from ml.evaluation.measuring import Setting
from ml.evaluation.metrics.classification import auc
from ml.evaluation.readers.authenticity import genuine
from ml.evaluation.readers.samples import FITTED, part
from ml.pool import Pool
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder
from tests.fitting.signs import anywhere, around_face, eyes
from tests.fitting.signs.shot import Pixels, Shot, Sign

Floats = NDArray[np.float64]
PHOTOS, EDITED_A_PHOTO, HONEST_A_PHOTO = 36, 4, 2
DRAWS = 300
SIGNS: Mapping[str, Sign] = {
    "highlights apart": eyes.highlights_apart,
    "irises unlike": eyes.irises_unlike,
    "mesh unsteady": around_face.unsteady,
    "mesh unsteady inside": around_face.unsteady_inside,
    "first digits": around_face.other_digits,
    "noise of the face": around_face.noisier,
    "fine detail of the face": around_face.finer,
    "blur of the face": around_face.more_blurred,
    "colour detail of the face": around_face.more_coloured,
    "face unsettled": around_face.unsettled,
    "colours of the face unsettled": around_face.colours_unsettled,
    "colour filter": around_face.other_lattice,
    "shifted grid of the same table": anywhere.shifted_alike,
    "unsettled part": anywhere.moving,
    "resampling peaks": anywhere.resampled,
    "fine detail of a part": anywhere.detailed,
    "missing grain": anywhere.lacking,
    "smooth part": anywhere.smooth,
}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    person: str
    kind: str
    quality: int
    scores: Mapping[str, float]


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("data", type=Path)
    words.add_argument("photos", type=int, nargs="?", default=PHOTOS)
    words.add_argument("--side", type=int)
    said = words.parse_args()
    registry.discover()
    setting = Setting(said.data, ("jpeg-ghosts",), Pool(Weights(weights_folder())))
    report(looked_at(setting, scenes(setting, said.photos, said.side)))


def scenes(setting: Setting, photos: int, side: int | None) -> list[tuple[str, Scene]]:
    """Each person's photo, to be edited with the next one's."""
    all_of = genuine(setting.data)
    samples = part(of_half(all_of, FITTED), photos) if side is None else all_of[:photos]
    there = []
    for sample, picture in zip(samples, decoded(samples), strict=True):
        if picture is None:
            continue
        pixels = picture.pixels if side is None else smaller(picture.pixels, side)
        mesh = mesh_of(setting, Picture(pixels))
        if mesh is not None:
            there.append((sample.identity, pixels, mesh))
    others = there[1:] + there[:1]
    return [
        (person, Scene(pixels, mesh, other, other_mesh))
        for (person, pixels, mesh), (_, other, other_mesh) in zip(there, others, strict=True)
    ]


def smaller(pixels: Pixels, side: int) -> Pixels:
    times = side / max(pixels.shape)
    made = cv2.resize(pixels, None, fx=times, fy=times, interpolation=cv2.INTER_AREA)
    return np.asarray(made, np.uint8)


def looked_at(setting: Setting, there: Sequence[tuple[str, Scene]]) -> list[Seen]:
    seen = []
    for number, (person, scene) in enumerate(there):
        edited = turn(tuple(EDITS), number, EDITED_A_PHOTO)
        for kind in (*edited, *turn(tuple(HONEST), number, HONEST_A_PHOTO)):
            made = treated(scene, kind, person)
            for quality in (95, 75):
                shown = edits.opened(edits.saved(made, quality))
                shot = Shot(setting.pool, shown, quality)
                found = {name: sign(shot) for name, sign in SIGNS.items()}
                known = {name: value for name, value in found.items() if value is not None}
                seen.append(Seen(person, kind, quality, known))
    return seen


def report(seen: Sequence[Seen]) -> None:
    print(len({one.person for one in seen}), "people,", len(seen), "files")
    for name in SIGNS:
        for quality in (95, 75):
            here = [one for one in seen if one.quality == quality]
            told = (f"{kind} {told_apart(here, name, kind)}" for kind in EDITS)
            print(f"{name}, {quality}:", ", ".join(told), flush=True)


def told_apart(here: Sequence[Seen], name: str, kind: str) -> str:
    """AUC of the kind against all honest files, and its interval."""
    meant = [one for one in here if one.kind == kind or one.kind in HONEST]
    values = np.array([one.scores.get(name, np.nan) for one in meant])
    if np.isnan(values).all():
        return "not measured"
    values = np.nan_to_num(values, nan=float(np.nanmedian(values)))
    high = np.array([one.kind == kind for one in meant])

    def score(weights: Floats) -> float:
        return auc(values[high], weights[high], values[~high], weights[~high])

    draws = drawn([one.person for one in meant], DRAWS, 0)
    low, top = interval(np.array([score(weights) for weights in draws]))
    return f"{score(np.ones(len(meant))):.2f} ({low:.2f} to {top:.2f})"


if __name__ == "__main__":
    main()
