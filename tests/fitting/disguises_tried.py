"""What was tried to make disguises reach recognisers that took no part, round by round.

    python -m tests.fitting.disguises_tried LFW [PEOPLE [FIRST [ROUNDS]]]

People of LFW's first half (that which nothing is reported of), a photo each, from the FIRST on; of
the rounds those whose name begins so. Each round is made
against dlib's network alone and judged by FaceRes, and prints a line: PSNR and SSIM, and of both
recognisers, as it is and after half size with JPEG 75: how many no longer match the own original
and another photo (at the distance that one pair of strangers in a hundred comes within), and the
mean distance in parts of that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch.nn import functional as F

from ml import decode, pipelines, registry
from ml.contracts import DETECTION, EMBEDDING, IRIS, MESH, PARSING, POSE
from ml.errors import MLError
from ml.evaluation.looking import installed
from ml.evaluation.readers.samples import FITTED, half, stable
from ml.pipelines import Context
from ml.pool import Pool
from ml.protection import (
    cloak,
    disguise,
    faces_chosen,
    journeys,
    kinds,
    makeup,
    makeup_words,
    recognisers,
    transformations,
)
from ml.protection.attack import Effort
from ml.protection.jpeg_slopes import jpeg
from ml.protection.recognisers import Judges, Vectors
from ml.protection.transformations import Draw
from ml.recognition import embedding_dlib
from ml.registry import best
from ml.types import Picture
from ml.weights import Weights

MADE_AGAINST, JUDGE = "dlib-resnet", "faceres-embedding"
# Distances within which one pair of strangers in a hundred comes, among 348 photos of this half.
LIMITS = {MADE_AGAINST: 0.423, JUDGE: 0.755}
JOURNEYS = ("as it is", "half size, JPEG 75")
PLAIN = Draw(jitter=0.1, damaged=0.5)


@dataclass(frozen=True)
class Round:
    """constants: (module, name) -> value, where it differs from what was kept."""

    name: str
    kind: str
    effort: Effort
    constants: Mapping[tuple[Any, str], Any]


def one_damage(pixels: torch.Tensor, random: np.random.Generator, draw: Draw) -> torch.Tensor:
    """As ml.protection.transformations.damaged did it until round 4: one thing at a time."""
    if random.random() >= draw.damaged:
        return pixels
    match random.integers(3):
        case 0:
            return jpeg(pixels, int(random.integers(50, 96)))
        case 1:
            small = transformations._shrunk(pixels, float(random.uniform(0.5, 0.9)))
            return F.interpolate(small, size=pixels.shape[2:], mode="bilinear")
        case _:
            return transformations._blurred(pixels, float(random.uniform(0.5, 1.2)))


EVERY_PIXEL = {(cloak, "CELLS"): 1e9}
EXACT = {(embedding_dlib, "THROUGH"): 1.0}
NO_GHOSTS = {(embedding_dlib, "GHOSTS"): 0.0}
ONE_DAMAGE = NO_GHOSTS | {(transformations, "damaged"): one_damage}
TWO = Effort(looks=2)
FARTHER = {(kinds, "SPARE_ALIKE"): 0.01}  # from the limit of SSIM than was needed
ROUNDS = (
    Round("cloak 0: every pixel", "cloak", replace(TWO, draw=PLAIN),
          EVERY_PIXEL | EXACT | ONE_DAMAGE),
    Round("cloak 1: 24 cells between the eyes", "cloak", replace(TWO, draw=PLAIN),
          EXACT | ONE_DAMAGE),
    Round("cloak 2: stronger transformations", "cloak", TWO, EXACT | ONE_DAMAGE),
    Round("cloak 3: slopes past the blocks", "cloak", TWO, ONE_DAMAGE),
    Round("cloak 4: shrunk and saved at once", "cloak", TWO, NO_GHOSTS),
    Round("cloak 5: ghosts of the network", "cloak", TWO, {}),
    Round("cloak 6: three looks a step", "cloak", Effort(), {}),
    Round("make-up 0: smooth textures", "make-up", TWO,
          ONE_DAMAGE | FARTHER | {(makeup, "ROUGH"): 1.2}),
    Round("make-up 1: as far as SSIM allows", "make-up", TWO, ONE_DAMAGE | FARTHER),
    Round("make-up 2: as cloak 6", "make-up", Effort(), FARTHER),
    Round("make-up 3: up to the limit, and on for who is near", "make-up", kinds.EFFORT, {}),
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    picture: Picture
    chosen: faces_chosen.Chosen
    own: Vectors
    other: Vectors


def subjects(
    folder: Path, count: int, first: int, judges: Judges, models: tuple[str, ...], context: Context
) -> Iterator[Subject]:
    people = {path.name: sorted(path.iterdir()) for path in folder.iterdir() if path.is_dir()}
    fit = [who for who, found in people.items() if half(who) == FITTED and len(found) > 2]
    for who in stable(fit)[first : first + count]:
        photos = []
        for path in people[who][:2]:
            picture = decode.picture(path)
            try:
                one = faces_chosen.found(picture, (), models, context).chosen
            except MLError:
                continue
            middle = np.array(picture.size) / 2
            near = min(one, key=lambda c: np.hypot(*(np.array(c.face.box.centre) - middle)))
            photos.append((picture, near, judges.vectors(picture, near.face)))
        if len(photos) == 2:
            (picture, near, own), (_, _, other) = photos
            yield Subject(picture, near, own, other)


def tried(one: Round, found: list[Subject], pool: Pool, judges: Judges) -> str:
    heard = makeup_words.look("natural")
    make = (
        kinds.cloak(kinds.FAINT, 0)
        if one.kind == "cloak"
        else kinds.makeup(heard.layers, heard.strength)
    )
    told: dict[str, list[float]] = {}
    quality = []
    with ExitStack() as changed:
        for (module, name), value in one.constants.items():
            changed.enter_context(patch.object(module, name, value))
        networks = recognisers.followed(pool, [registry.get(MADE_AGAINST).card])
        for subject in found:
            own = {MADE_AGAINST: subject.own[MADE_AGAINST]}
            aim = disguise.aim(own, {}, {}, recognisers.limits([registry.get(MADE_AGAINST).card]))
            made = disguise.made(
                subject.picture.pixels, subject.chosen.mesh, subject.chosen.face.box, make,
                networks, aim, one.effort, 0, lambda step: None, head=subject.chosen.head,
            )  # fmt: skip
            quality.append((made.psnr, made.ssim))
            for journey in JOURNEYS:
                there = journeys.arrived(journey, made.pixels, subject.chosen.face)
                seen = judges.vectors(there.picture, there.face)
                for name, limit in LIMITS.items():
                    for against, vectors in (("own", subject.own), ("other", subject.other)):
                        apart = recognisers.distance(seen[name], vectors[name]) / limit
                        told.setdefault(f"{name}, {journey}, {against}", []).append(apart)
    psnr, ssim = np.mean(quality, axis=0)
    parts = [f"{one.name} (n={len(found)}): {psnr:.1f} dB, SSIM {ssim:.3f}"]
    for what, values in told.items():
        share = np.mean(np.array(values) >= 1)
        parts.append(f"  {what}: {100 * share:.0f} %, {np.mean(values):.3f}")
    return "\n".join(parts)


def main(folder: str, count: str = "10", first: str = "0", rounds: str = "") -> None:
    registry.discover()
    pipelines.discover()
    pool = Pool(Weights(Path("data/weights")))
    here = installed(pool.weights)
    models = tuple(
        card.name
        for t in (DETECTION, MESH, POSE, IRIS, PARSING, EMBEDDING)
        if (card := best(t, here))
    )
    judges = Judges(pool, tuple(registry.get(name).card for name in LIMITS))
    people = subjects(Path(folder), int(count), int(first), judges, models, Context(pool))
    found = list(people)
    for one in (one for one in ROUNDS if one.name.startswith(rounds)):
        print(tried(one, found, pool, judges), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
