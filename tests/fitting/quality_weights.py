"""What each part costs in ml.analysis.quality_iso, and what the recogniser's own view costs in
ml.recognition.recognisability_mirror: `python -m tests.fitting.quality_weights DATA`.

Of the people of two folds each photo is looked at as it comes and made worse. How far it lies from
the person's other photos is taken for a sum of what the parts of both photos cost, none below
nought (least squares). The other folds tell what that is worth: pairs of one person refused, at
the distance that one in 1,000 strangers comes below, before and after the worst tenth is put aside.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from ml import registry
from ml.analysis import condition
from ml.analysis.quality_iso import PARTS
from ml.contracts import DETECTION, EMBEDDING, MESH, POSE, Output, View
from ml.evaluation.benchmarks import verification
from ml.evaluation.looking import decoded, installed, nearest, needed
from ml.evaluation.measuring import Setting
from ml.evaluation.readers.samples import Sample
from ml.pool import Pool
from ml.recognition import recognisability_mirror
from ml.types import Picture
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]
FITTED_ON = (0, 1)  # folds
AT_MOST = 8  # photos of a person
STRANGERS = 1_000_000
POINTS = 300  # a distance of 1
NAMES = [part.measure for part in PARTS]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """lacks: of each part 0..1, and of the recogniser's view. vector: the default embedding."""

    lacks: Floats
    vector: NDArray[np.float32]


class Looker:
    """What the installed models make of a photo."""

    def __init__(self) -> None:
        registry.discover()
        self.pool = Pool(Weights(weights_folder()))
        best = registry.best(EMBEDDING, installed(self.pool.weights))
        assert best is not None
        self.before = [*needed([best, registry.get("mesh-pose").card], self.pool.weights), best]
        self.before += [registry.get("mesh-pose").card]

    def seen(self, sample: Sample[None], picture: Picture) -> Seen | None:
        outputs: dict[Any, Output] = {}
        faces: Any = ()
        for card in self.before:
            view = View(picture, faces, {task: outputs[task] for task in card.needs})
            output = self.pool.run(card.name, view)
            if card.task == DETECTION:
                faces = tuple(nearest(output.faces, sample, picture))
                output = Output(faces=faces)
                if not faces:
                    return None
            outputs[card.task] = output
        (mesh,), (pose,) = outputs[MESH].data.points, outputs[POSE].data.poses
        (told,) = outputs[EMBEDDING].data.faces
        if mesh is None or told is None:
            return None
        measures = condition.measures(picture, mesh, pose, faces[0].score)
        values = [100.0 if (value := measures[name]) is None else value for name in NAMES]
        lacks = [*(1 - np.array(values) / 100), recognisability_mirror.deficit(told)]
        return Seen(np.array(lacks), outputs[EMBEDDING].embeddings[0].array)


def main(data: Path) -> None:
    looker = Looker()
    found = verification.listed(Setting(data, (), looker.pool))
    clean, worse = {}, {}
    for sample, picture in zip(found.photos, decoded(found.photos), strict=True):
        assert picture is not None
        clean[sample.name] = looker.seen(sample, picture)
        poorer = Picture(spoilt(picture.pixels, sample.name))
        worse[sample.name] = looker.seen(sample, poorer)
    people = verification.people_of(found)
    photos: dict[str, list[str]] = {}
    for pair in found.pairs:
        for name in (pair.first, pair.second):
            if pair.fold in FITTED_ON and name not in photos.setdefault(people[name], []):
                photos[people[name]].append(name)
    pairs = [p for own in photos.values() for p in permutations(own[:AT_MOST], 2)]
    for mirrored, title in ((False, "parts alone"), (True, "with the recogniser's view")):
        costs = fitted(pairs, people, (clean, worse), clean, mirrored=mirrored)
        named = zip([*NAMES, "recogniser's view"], costs, strict=False)
        print(title, {name: round(POINTS * float(cost)) for name, cost in named})
    limit = threshold(clean, people)
    print(f"distance at FAR 1e-3: {limit:.3f}")
    genuine = [p for p in found.pairs if p.same and p.fold not in FITTED_ON]
    for title, probes in (("as they come", clean), ("first made worse", worse)):
        report(title, [(probes[p.first], clean[p.second]) for p in genuine], limit)


def fitted(
    pairs: Sequence[tuple[str, str]],
    people: dict[str, str],
    probes: Sequence[dict[str, Seen | None]],
    others: dict[str, Seen | None],
    *,
    mirrored: bool,
) -> Floats:
    """What each lack adds to a distance; people with many photos count by their root."""
    count: dict[str, int] = {}
    for name, _ in pairs:
        count[people[name]] = count.get(people[name], 0) + 1
    rows, apart, weights = [], [], []
    for looks in probes:
        for first, second in pairs:
            one, two = looks[first], others[second]
            if one is not None and two is not None and (looks is not others or first < second):
                lacks = one.lacks + two.lacks
                rows.append([*(lacks if mirrored else lacks[:-1]), 1.0])
                apart.append(float(np.linalg.norm(one.vector - two.vector)))
                weights.append(count[people[first]] ** -0.5)
    matrix, target, each = np.array(rows), np.array(apart), np.array(weights)
    costs: Floats = nnls(matrix * each[:, None], target * each)[0][:-1]
    return costs


def threshold(clean: dict[str, Seen | None], people: dict[str, str]) -> float:
    """The distance that one in 1,000 drawn pairs of strangers comes below."""
    names = [name for name, one in clean.items() if one is not None]
    vectors = np.stack([one.vector for one in clean.values() if one is not None])
    numbers = np.unique([people[name] for name in names], return_inverse=True)[1]
    first, second = np.random.default_rng(0).integers(0, len(names), (2, STRANGERS))
    other = numbers[first] != numbers[second]
    apart = np.linalg.norm(vectors[first[other]] - vectors[second[other]], axis=1)
    return float(np.quantile(apart, 1e-3))


def report(title: str, pairs: Sequence[tuple[Seen | None, Seen | None]], limit: float) -> None:
    refused = np.array(
        [a is None or b is None or np.linalg.norm(a.vector - b.vector) > limit for a, b in pairs]
    )
    print(f"{title}: {len(pairs)} pairs of the other folds, {refused.mean():.1%} refused")
    costs = np.array([*(part.cost for part in PARTS), recognisability_mirror.COST], np.float64)
    alone = np.where(np.arange(len(costs)) == NAMES.index("sharpness"), 1.0, 0.0)
    parts = np.where(np.arange(len(costs)) < len(NAMES), costs, 0.0)
    for name, cost in (("sharpness", alone), ("parts", parts), ("recognisability", costs)):
        worst = [max(lack(a, cost), lack(b, cost)) for a, b in pairs]
        kept = refused[np.argsort(-np.array(worst), kind="stable")][len(pairs) // 10 :]
        print(f"  the worst tenth by {name} put aside: {kept.mean():.1%} refused")


def lack(seen: Seen | None, costs: Floats) -> float:
    return float("inf") if seen is None else float(seen.lacks @ costs)


def spoilt(pixels: Pixels, name: str) -> Pixels:
    """The photo made worse in one or two ways that its name draws."""
    random = np.random.default_rng(int(sha256(name.encode()).hexdigest()[:8], 16))
    ways = random.choice(len(WAYS), random.integers(1, 3), replace=False)
    for way in sorted(ways.tolist()):
        pixels = WAYS[way](pixels, random)
    return pixels


def shrunk(pixels: Pixels, random: np.random.Generator) -> Pixels:
    factor = random.uniform(0.2, 0.7)
    return np.asarray(
        cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8
    )


def blurred(pixels: Pixels, random: np.random.Generator) -> Pixels:
    sigma = random.uniform(0.003, 0.015) * pixels.shape[0]
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def relit(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Darker, brighter, or lit from a side."""
    columns = np.linspace(-1, 1, pixels.shape[1])[None, :, None]
    side = 1 + random.uniform(-1, 1) * 0.7 * np.tanh(6 * columns)
    factor = 2 ** random.uniform(-3, 1)
    return np.clip(pixels * factor * side, 0, 255).astype(np.uint8)


def grainy(pixels: Pixels, random: np.random.Generator) -> Pixels:
    grain = random.normal(0, random.uniform(3, 20), pixels.shape)
    return np.clip(pixels + grain, 0, 255).astype(np.uint8)


def squeezed(pixels: Pixels, random: np.random.Generator) -> Pixels:
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(6, 50))]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_COLOR))


def cropped(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Cut so that the border runs through the face in the photo's middle."""
    turns = int(random.integers(4))
    around = np.rot90(pixels, turns)
    gone = int(random.uniform(0.3, 0.42) * around.shape[0])
    return np.ascontiguousarray(np.rot90(around[gone:], -turns))


WAYS = (shrunk, blurred, relit, grainy, cropped, squeezed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
