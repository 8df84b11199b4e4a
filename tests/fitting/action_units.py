"""What ml.facs and ml.frontal take for a resting face: `python -m tests.fitting.action_units`.

The arguments are a folder of labelled expressions (FER2013) and, if wanted, one of people (LFW).
The first gives each unit's rest and strength on one half of its faces, and how well units tell
expressions apart there and on the other half. The second gives the average face's still points, how
still people at rest are, and how often the units of a neutral face find another photo of the same
person. Nothing is written.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from ml import facs, geometry, registry
from ml.analysis.action_units_mesh import turned
from ml.contracts import DETECTION, MESH, Output, View
from ml.evaluation.benchmarks.action_units import SETS, SINGLES
from ml.evaluation.looking import decoded, nearest
from ml.evaluation.metrics.classification import auc
from ml.evaluation.readers.people import known
from ml.evaluation.readers.samples import Sample, pictures
from ml.frontal import MIDDLE, PAIRS, frontal
from ml.pool import Pool
from ml.weights import Weights
from tests.benchmarks.photos import weights_folder

Array = np.ndarray
NEUTRAL, STRONG = "neutral", 95
PHOTOS = 5  # of one person, for people to be looked for
DRAWS = 50
FEWEST = 3  # photos of one person at rest, to tell how still it is


def main(expressions: Path, people: Path | None = None) -> None:
    registry.discover()
    pool = Pool(Weights(weights_folder()))
    labelled(pool, expressions)
    if people is not None:
        unlabelled(pool, people)


def seen(pool: Pool, samples: Sequence[Sample[Any]]) -> Iterator[tuple[int, View, Array]]:
    """The samples' numbers, their meant faces and those faces' meshes, where it is not
    turned too far."""
    for number, (sample, picture) in enumerate(zip(samples, decoded(samples), strict=True)):
        assert picture is not None
        faces = tuple(nearest(pool.run("centerface", View(picture)).faces, sample, picture))
        found = Output(faces=faces)
        mesh = pool.run("mediapipe-mesh", View(picture, faces, {DETECTION: found}))
        points = mesh.data.points[0] if faces else None
        if points is not None and not turned(geometry.pose(geometry.axes(points))):
            yield number, View(picture, faces, {MESH: mesh}), points


def labelled(pool: Pool, folder: Path) -> None:
    samples = known(folder, "expression", None)
    found = [(number, facs.measures(frontal(mesh))) for number, _, mesh in seen(pool, samples)]
    words = np.array([samples[number].truth.expression for number, _ in found])
    mine = np.array([half(samples[number].name) for number, _ in found])
    told = {}
    for unit in facs.UNITS:
        amounts = np.array([unit.amount(one) for _, one in found])
        rest = np.median(amounts[mine & (words == NEUTRAL)])
        strong = np.percentile(amounts[mine & (words == unit.in_expression)], STRONG)
        told[unit.number] = np.clip((amounts - rest) / (strong - rest), 0, 1)
        print(f"{unit}: rest {rest:.3f}, strong {strong:.3f}")
    for name, (word, units) in {**SETS, **SINGLES}.items():
        total = sum(told[number] for number in units)
        print(name, *(f"{apart(total[part], words[part] == word):.3f}" for part in (mine, ~mine)))


def half(name: str) -> bool:
    return int(sha256(name.encode()).hexdigest(), 16) % 2 == 0


def apart(total: Array, positive: Array) -> float:
    ones = np.ones(len(total))
    return auc(total[positive], ones[positive], total[~positive], ones[~positive])


def unlabelled(pool: Pool, folder: Path) -> None:
    files = pictures(folder)
    samples = [Sample(path.name, path, None, path.parent.name) for path in files]
    many = Counter(sample.identity for sample in samples)
    straight, people, vectors, neutral = [], [], [], []
    for number, view, mesh in seen(pool, samples):
        turn = geometry.pose(geometry.axes(mesh))
        if abs(turn.yaw) < 10 and abs(turn.pitch) < 8:
            straight.append(level(mesh))
        if many[samples[number].identity] >= PHOTOS and is_neutral(pool, view):
            measured = facs.measures(frontal(mesh))
            people.append(samples[number].identity)
            vectors.append([unit.intensity(measured) for unit in facs.UNITS])
            neutral.append(measured)
    points = np.median(np.stack(straight), axis=0)
    print(f"{len(straight)} faces seen from in front")
    for right, left in PAIRS:
        print((right, left), ((points[right] + points[left] * (-1, 1, 1)) / 2).round(3))
    for vertex in MIDDLE:
        print(vertex, points[vertex].round(3))
    still(np.array(people), neutral)
    identified(np.array(people), np.array(vectors))
    rested(np.array(people), neutral)


def level(mesh: Array) -> Array:
    """A mesh upright by the head's axes, the origin between its eyes and their distance 1."""
    right, left = mesh[geometry.RIGHT_EYE], mesh[geometry.LEFT_EYE]
    turned: Array = (mesh - (right + left) / 2) @ geometry.axes(mesh)
    return turned / np.linalg.norm(right - left)


def is_neutral(pool: Pool, view: View) -> bool:
    return pool.run("fused-expression", view).readings[0].value == NEUTRAL


def still(people: Array, neutral: Sequence[dict[str, float]]) -> None:
    """By what part of the way to strong photos of one person at rest differ: of people with three
    photos or more, but fewer than those whose own rest is tried."""
    number = Counter(people)
    few = [one for one in number if FEWEST <= number[one] < facs.RESTING + 2]
    for unit in facs.UNITS:
        amounts = np.array([unit.amount(one) for one in neutral]) / (unit.strong - unit.rest)
        off = [
            (amounts[people == one] - amounts[people == one].mean())
            * np.sqrt(number[one] / (number[one] - 1))
            for one in few
        ]
        print(f"{unit}: still to {np.concatenate(off).std():.2f}")


def identified(people: Array, vectors: Array) -> None:
    number = Counter(people)
    asked = [one for one in people if number[one] > 1]
    found, chance = shares(people, vectors)
    print(
        f"{len(asked)} neutral faces of {len(set(asked))} people: "
        f"{found:.2%} found, by chance {chance:.2%}"
    )


def shares(people: Array, vectors: Array) -> tuple[float, float]:
    """How often the nearest other face is of the same person, and how often a random one is."""
    number = Counter(people)
    asked = np.array([number[one] > 1 for one in people])
    gaps = np.linalg.norm(vectors[:, None] - vectors, axis=2)
    np.fill_diagonal(gaps, np.inf)
    same = people[:, None] == people
    np.fill_diagonal(same, False)
    ties = gaps == gaps.min(1, keepdims=True)
    hits = (ties & same).sum(1) / ties.sum(1)
    chance = same.sum(1) / (len(people) - 1)
    return float(hits[asked].mean()), float(chance[asked].mean())


def rested(people: Array, neutral: Sequence[dict[str, float]]) -> None:
    """The same of photos that no rest was made of, against the average rest and their own, which
    is made of as few photos as may be; over random choices of those photos."""
    told = []
    for seed in range(DRAWS):
        own = rests(people, neutral, np.random.default_rng(seed))
        asked = people[list(own)]
        vectors = (
            [[unit.intensity(neutral[i], rest) for unit in facs.UNITS] for i, rest in one.items()]
            for one in (dict.fromkeys(own), own)
        )
        found = chain(*(shares(asked, np.array(one)) for one in vectors))
        told.append([len(own), len(set(asked)), *found])
    faces, persons, average, chance, own_rest, _ = np.mean(told, axis=0)
    print(
        f"{faces:.0f} others of {persons:.0f} people with {facs.RESTING} photos for their rest: "
        f"{average:.1%} found against the average, {own_rest:.1%} against their own, "
        f"by chance {chance:.1%}"
    )


def rests(
    people: Array, neutral: Sequence[dict[str, float]], draw: np.random.Generator
) -> dict[int, dict[str, float] | None]:
    """The photos left to be told, by number, each with its person's rest made of the others."""
    found = {}
    for one in sorted(set(people)):
        mine = draw.permutation(np.flatnonzero(people == one))
        if len(mine) >= facs.RESTING + 2:
            rest = facs.resting([neutral[i] for i in mine[: facs.RESTING]])
            found |= dict.fromkeys(map(int, mine[facs.RESTING :]), rest)
    return found


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
