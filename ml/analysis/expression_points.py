"""Shows point by point what the expression was read from, by covering small patches one by one."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any

import numpy as np

from ml import alignment, geometry
from ml.analysis import covering, face_regions
from ml.analysis.covering import RASTER, lost
from ml.analysis.expression_fer import LABELS
from ml.analysis.expression_fused import CROPS, FusedExpression
from ml.contracts import EXPRESSION, MESH, Output, View
from ml.facewise import TOO_SMALL
from ml.landmarks import OVAL
from ml.registry import (
    Commercial,
    Device,
    Group,
    Model,
    ModelCard,
    Sensitive,
    Task,
    figures,
    register,
)
from ml.runtimes import Floats
from ml.types import Mark, Reading
from ml.weights import Weights

NAME = "expression-patches"
POINTS: Task[Any] = Task(
    "expression-points",
    "Expression, point by point",
    NoneType,
    group=Group.EXPRESSION,
    on_demand=True,
)
LAYER = "Expression, point by point"
GRID = 13  # points a side of the square around the face, those outside its oval left out
WIDE = 0.25  # distances between the eyes' outer corners from a patch's middle to its edge
LEAST = 0.1  # of the logarithm of the odds, that some patch must take away
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "fer2013, 1,794 faces, 34 not read",
        "2026-11-25",
        "manage.py evaluate expression-points --data fer2013 --models expression-patches --seed 0",
        {
            "score lost with the lit tenth of the face, less a random tenth": (
                "26.0 % (25.2 to 26.9)"
            ),
            "the same, less a tenth at the mouth": "15.4 % (14.4 to 16.3)",
            "score lost with the lit tenth": "34.1 % (33.2 to 35.0)",
            "lit tenth counts for more than a random one": "89.0 % (88.0 to 90.0)",
            "score lost with the lit tenth of the face, less a random tenth by expression": (
                "afraid 20.2 %, angry 22.9 %, disgusted 25.7 %, happy 34.4 %, neutral "
                "25.8 %, sad 18.3 % (worst), surprised 30.0 %"
            ),
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Expression, patch by patch",
        task=POINTS,
        weights=FusedExpression.card.weights,
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=40,
        needs=(MESH, EXPRESSION),
        sensitive=Sensitive.EMOTION,
        paper="Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014",
        known_limits=(
            "Reads each face some hundred times, a quarter of a second a face, and so runs when it "
            "is asked for; tells what two small networks went by, right or wrong, and nothing "
            "finer than a patch, which is as wide as an eye."
        ),
        measured=MEASURED,
    )
)
class ExpressionPatches(Model):
    """The whole fused expression model asked again for every patch: both crops, mirrored too."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._expression = FusedExpression(weights, device)

    def run(self, view: View) -> Output:
        readings: list[Reading] = []
        marks: list[Mark] = []
        for face, mesh, word in covering.expressive(view):
            if mesh is None or word is None:
                readings.append(Reading(NAME, "depends most on", None, face=face, note=TOO_SMALL))
                continue
            spots = places(mesh)
            fall, left = self.fall(view, mesh, LABELS.index(word), spots)
            readings += said(face, mesh, word, spots, fall, left)
            marks += drawn(face, mesh, spots, fall)
        return Output(readings=tuple(readings), marks=tuple(marks))

    def fall(self, view: View, mesh: Floats, word: int, spots: Floats) -> tuple[Floats, Floats]:
        """Of each place, by how much a patch there lowers the logarithm of the word's odds, and
        how likely the word is under it."""

        def masks(matrix: geometry.Matrix, size: int) -> Floats:
            return patches(mesh, spots, matrix, size)

        return lost(self._expression, view.picture, mesh, word, masks, CROPS, mirrored=True)


def places(mesh: Floats) -> Floats:
    """Middles of the patches, N x 2 in the photo: a grid over the face's oval."""
    matrix = covering.frame(mesh)
    oval = np.zeros((RASTER, RASTER), np.float32)
    face_regions.fill(oval, mesh, OVAL, matrix)
    steps = (np.arange(GRID) + 0.5) / GRID * RASTER - 0.5
    grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    inside = oval[grid[:, 1].round().astype(int), grid[:, 0].round().astype(int)] > 0
    spots: Floats = geometry.moved(geometry.inverse(matrix), grid[inside]).astype(np.float32)
    return spots


def patches(mesh: Floats, spots: Floats, matrix: geometry.Matrix, size: int) -> Floats:
    """A round mask a place with a soft edge, N x size x size: 1 in its middle, a half at WIDE."""
    middles = geometry.moved(matrix, spots)
    wide = WIDE * alignment.eye_distance(mesh) * geometry.scale(matrix)
    x, y = (middles[:, axis, None, None] for axis in range(2))
    far = np.hypot(np.arange(size) - x, np.arange(size)[:, None] - y) / wide
    masks: Floats = (1 / (1 + far**8)).astype(np.float32)
    return masks


def said(
    face: int, mesh: Floats, word: str, spots: Floats, fall: Floats, left: Floats
) -> Iterator[Reading]:
    """Where covering takes most away, and how likely the word is then still."""
    if not len(fall) or fall.max() < LEAST:
        yield Reading(NAME, "depends most on", None, face=face, note="no spot by itself")
        return
    best = int(fall.argmax())
    yield Reading(NAME, "depends most on", face_regions.nearest(mesh, spots[best]), face=face)
    likely = round(100 * float(left[best]))
    yield Reading(NAME, f"{word} with that covered", likely, face=face, unit="%")


def drawn(face: int, mesh: Floats, spots: Floats, fall: Floats) -> Iterator[Mark]:
    """Each point as warm as the mean of what the patches over it take away, off at first."""
    if len(fall) and fall.max() >= LEAST:
        masks = patches(mesh, spots, covering.frame(mesh), RASTER)
        warmth = np.einsum("n,nyx->yx", fall, masks) / (masks.sum(0) + 0.1)
        yield covering.heat(NAME, LAYER, face, mesh, warmth.astype(np.float32))
