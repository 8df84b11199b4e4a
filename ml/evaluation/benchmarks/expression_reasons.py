"""Reasons for an expression: whether the score falls when what a heat map lights up is deleted.

Petsiuk et al., RISE: Randomized Input Sampling for Explanation of Black-box Models, 2018, call
it deletion. Here as much of each face is deleted once: where the map is hottest, around places
drawn at random, and always at the mouth. What is deleted takes the face's mean colour, with a hard
edge, in the photo itself; the maps were made with soft veils over chips of it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml import registry
from ml.contracts import EXPRESSION, MESH, Meshes, Output, View
from ml.evaluation.looking import Look, looks, needed
from ml.evaluation.measuring import Benchmark, Floats, Measured, Setting, register
from ml.evaluation.metrics.classification import ratio
from ml.evaluation.readers import people
from ml.evaluation.readers.people import Person
from ml.evaluation.readers.samples import UNKNOWN, Sample, part, pictures, read
from ml.types import Box, Face, Mark, MarkKind, Picture
from ml.weights import Weights

SHARE = 0.1  # of the face that is deleted: about as much as a region of the face
DRAWS = 4  # places drawn at random a face
MOUTH = [61, 291, 0, 17]  # mesh vertices of its corners, and of the lips' middles
READS = f"photos of faces in folders, or {people.EXPECTS}"
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Deleted:
    """By how much the score of the expression that was read (0..1) falls when so much of the face
    is deleted. wins: how often the lit part counts for more than a random one."""

    lit: float
    random: float
    mouth: float
    wins: float


def run(setting: Setting) -> dict[str, Measured]:
    samples = part(read(setting.data, (*people.READERS, photos), READS), setting.limit)
    reader, mesher = asked(setting.models, setting.pool.weights)
    found: dict[str, list[Deleted | None]] = {name: [] for name in setting.models}
    draw = np.random.default_rng(setting.seed)
    for look in looks(setting, samples, (*setting.models, mesher, reader)):
        for name, told in found.items():
            told.append(deleted(setting, look, name, (reader, mesher), draw))
    return {name: measured(samples, told) for name, told in found.items()}


def photos(folder: Path) -> list[Sample[Person]]:
    """Any photos, of the people their folders are named after where they lie in folders."""
    return [
        Sample(
            path.relative_to(folder).as_posix(),
            path,
            Person(),
            path.relative_to(folder).as_posix() if path.parent == folder else path.parent.name,
            people.groups(Person()),
        )
        for path in pictures(folder)
    ]


def asked(models: Sequence[str], weights: Weights) -> tuple[str, str]:
    """The models that read the expression to be explained, and the mesh."""
    before = needed([registry.get(name).card for name in models], weights)
    by_task = {card.task: card.name for card in before}
    return by_task[EXPRESSION], by_task[MESH]


def deleted(
    setting: Setting, look: Look, name: str, before: tuple[str, str], draw: np.random.Generator
) -> Deleted | None:
    """None where nothing was found to explain, or no part of the face matters by itself."""
    marks = look.outputs[name].marks if name in look.outputs else ()
    heat = next((mark for mark in marks if mark.kind is MarkKind.HEAT), None)
    if heat is None or look.picture is None:
        return None
    reader, mesher = before
    picture, mesh = look.picture, look.outputs[mesher].data.points[0]
    odds = likely(look.outputs[reader])
    word = max(odds, key=odds.__getitem__)
    oval = inside(mesh, picture.size)

    def fall(order: Floats) -> float:
        view = shown(without(picture, first(order, oval), oval), mesh)
        return odds[word] - likely(setting.pool.run(reader, view))[word]

    lit = fall(spread(heat, picture.size))
    chance = [fall(-away(at, (1, 1), picture.size)) for at in drawn(oval, draw)]
    wins = float(np.mean([(lit > one) + (lit == one) / 2 for one in chance]))
    lips = mesh[MOUTH, :2]
    mouth = fall(-away(lips.mean(0), np.ptp(lips, axis=0), picture.size))
    return Deleted(lit, float(np.mean(chance)), mouth, wins)


def likely(output: Output) -> Mapping[str, float]:
    odds: Mapping[str, float] = output.data.odds[0]
    return odds


def shown(picture: Picture, mesh: NDArray[np.float32]) -> View:
    """The face with the mesh it had before."""
    low, high = mesh[:, :2].min(0).tolist(), mesh[:, :2].max(0).tolist()
    face = Face(Box(*low, *high), 1.0)
    return View(picture, (face,), {MESH: Output(data=Meshes((mesh,)))})


def inside(mesh: NDArray[np.float32], size: tuple[int, int]) -> Mask:
    """The photo's pixels (height x width) within the mesh's outline."""
    import cv2

    drawn = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(drawn, cv2.convexHull(mesh[:, :2].round().astype(np.int32)), 1)
    return drawn > 0


def spread(heat: Mark, size: tuple[int, int]) -> Floats:
    """How hot each of the photo's pixels is (height x width), -1 outside the map."""
    from PIL import Image

    (left, top), (right, bottom) = heat.paths[0]
    whole = Image.new("F", size, -1.0)
    with Image.open(io.BytesIO(heat.raster)) as raster:
        box = max(round(right) - round(left), 1), max(round(bottom) - round(top), 1)
        hot = raster.convert("F").resize(box, Image.Resampling.BILINEAR)
    whole.paste(hot, (round(left), round(top)))
    return np.asarray(whole, np.float64)


def away(at: Sequence[float], sides: Sequence[float], size: tuple[int, int]) -> Floats:
    """How far each of the photo's pixels (height x width) is from a place, in an oval's sides."""
    across = (np.arange(size[0]) - at[0]) / sides[0]
    down = (np.arange(size[1]) - at[1]) / sides[1]
    far: Floats = np.hypot(across, down[:, None])
    return far


def drawn(oval: Mask, draw: np.random.Generator) -> NDArray[np.intp]:
    """Places in the face, DRAWS x 2 (x, y)."""
    places = np.argwhere(oval)[:, ::-1]
    return places[draw.integers(len(places), size=DRAWS)]


def first(order: Floats, oval: Mask) -> Mask:
    """The SHARE of the face's pixels with the greatest order."""
    among = np.flatnonzero(oval)
    count = max(round(SHARE * len(among)), 1)
    chosen = among[np.argsort(-order.ravel()[among], kind="stable")[:count]]
    mask = np.zeros(oval.size, np.bool_)
    mask[chosen] = True
    return mask.reshape(oval.shape)


def without(picture: Picture, gone: Mask, oval: Mask) -> Picture:
    """The photo, what is gone in the face's mean colour."""
    pixels = picture.pixels.copy()
    pixels[gone] = pixels[oval].mean(0).round()
    return Picture(pixels)


def measured(samples: Sequence[Sample[Person]], told: Sequence[Deleted | None]) -> Measured:
    """drop_lit, drop_random, drop_mouth: the mean of what deleting takes from the score, nothing
    for faces that are not explained; lit_less_random, lit_less_mouth: their differences; wins:
    see Deleted."""
    explained = np.array([one is not None for one in told])
    values = {
        name: np.array([getattr(one, name) if one else 0.0 for one in told])
        for name in ("lit", "random", "mouth", "wins")
    }

    def score(weights: Floats) -> Mapping[str, float]:
        every = float(weights.sum())
        lit, random, mouth, wins = (ratio(float(weights @ one), every) for one in values.values())
        return {
            "lit_less_random": lit - random,
            "lit_less_mouth": lit - mouth,
            "drop_lit": lit,
            "drop_random": random,
            "drop_mouth": mouth,
            "wins": wins,
        }

    return Measured(
        identities=tuple(one.identity for one in samples),
        score=score,
        n=len(samples),
        skipped=int((~explained).sum()),
        groups={
            **{by: tuple(one.groups[by] for one in samples) for by in samples[0].groups},
            "expression": tuple(one.truth.expression or UNKNOWN for one in samples),
        },
        samples=samples,
    )


def benchmark(asks: str, title: str) -> Benchmark:
    return Benchmark(
        name=asks,
        title=title,
        asks=asks,
        metrics=(
            "lit_less_random", "lit_less_mouth", "drop_lit", "drop_random", "drop_mouth", "wins",
        ),
        reads=READS,
        run=run,
        on_card={
            "lit_less_random": "score lost with the lit tenth of the face, less a random tenth",
            "lit_less_mouth": "the same, less a tenth at the mouth",
            "drop_lit": "score lost with the lit tenth",
            "wins": "lit tenth counts for more than a random one",
        },
    )  # fmt: skip


REGIONS = register(benchmark("expression-reasons", "Reasons for the expression"))
POINTS = register(benchmark("expression-points", "Expression, point by point"))
