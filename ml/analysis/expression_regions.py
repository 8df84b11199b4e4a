"""Says which parts of a face its expression was read from, by covering one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any

from ml import geometry
from ml.analysis import covering
from ml.analysis.covering import RASTER, lost
from ml.analysis.expression_fer import LABELS
from ml.analysis.expression_fused import CROPS, FusedExpression
from ml.analysis.face_regions import REGIONS, outlined
from ml.contracts import EXPRESSION, MESH, Output, View
from ml.facewise import TOO_SMALL
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

NAME = "expression-regions"
REASONS: Task[Any] = Task(
    "expression-reasons", "Reasons for the expression", NoneType, group=Group.EXPRESSION
)
LAYER = "Expression reasons"
SOFT = 1 / 40  # how wide the edge of what is covered is, in sides of the square
NO_REGION = "no part of the face by itself"
# A region is named from this part of what all of them take away, and the first of them where it
# takes away this much of the logarithm of the odds: a face read as happy with 80 % falls to 78 %.
NAMED, LEAST, MOST = 0.15, 0.1, 3
# From docs/benchmarks; a test holds them equal.
MEASURED = (
    *figures(
        "fer2013, 1,794 faces, 35 not read",
        "2026-11-25",
        "manage.py evaluate expression-reasons --data fer2013 --models expression-regions --seed 0",
        {
            "score lost with the lit tenth of the face, less a random tenth": (
                "20.2 % (19.3 to 21.1)"
            ),
            "the same, less a tenth at the mouth": "9.7 % (8.7 to 10.6)",
            "score lost with the lit tenth": "28.3 % (27.4 to 29.2)",
            "lit tenth counts for more than a random one": "83.1 % (82.0 to 84.4)",
            "score lost with the lit tenth of the face, less a random tenth by expression": (
                "afraid 17.1 %, angry 15.5 %, disgusted 19.3 %, happy 25.6 %, neutral "
                "19.6 %, sad 14.2 % (worst), surprised 27.6 %"
            ),
        },
    ),
    *figures(
        "lfw, 4,867 faces, 0 not read",
        "2026-11-25",
        "manage.py evaluate expression-reasons --data lfw --models expression-regions --seed 0",
        {
            "score lost with the lit tenth of the face, less a random tenth": (
                "27.1 % (26.4 to 28.0)"
            ),
            "the same, less a tenth at the mouth": "5.3 % (4.8 to 5.9)",
            "score lost with the lit tenth": "35.0 % (34.3 to 35.8)",
            "lit tenth counts for more than a random one": "87.6 % (86.9 to 88.2)",
        },
    ),
)


@register(
    ModelCard(
        name=NAME,
        title="Regions that drove the expression",
        task=REASONS,
        weights=FusedExpression.card.weights,
        code_licence="MIT",
        weights_licence="MIT",
        commercial_use=Commercial.YES,
        memory_mb=20,
        needs=(MESH, EXPRESSION),
        sensitive=Sensitive.EMOTION,
        paper="Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2014",
        known_limits=(
            "Tells what two small networks went by when they named an expression, right or wrong, "
            "not what a face expresses; parts that only count together are missed, and of the four "
            "looks the expression is read from one is explained."
        ),
        measured=MEASURED,
    )
)
class ExpressionRegions(Model):
    """The regions whose covering makes the read expression less likely, most first.

    Both networks of the fused expression model are asked, of its first crop and not its second
    nor the mirror images: a quarter of the work, and much the same answer.
    """

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._expression = FusedExpression(weights, device)

    def run(self, view: View) -> Output:
        readings: list[Reading] = []
        marks: list[Mark] = []
        for face, mesh, word in covering.expressive(view):
            if mesh is None or word is None:
                readings.append(Reading(NAME, "driven by", None, face=face, note=TOO_SMALL))
                continue
            fall = self.fall(view, mesh, LABELS.index(word))
            readings += said(face, fall)
            marks += drawn(face, mesh, fall)
        return Output(readings=tuple(readings), marks=tuple(marks))

    def fall(self, view: View, mesh: Floats, word: int) -> Floats:
        """Of each of REGIONS, by how much covering it lowers the logarithm of the word's odds."""

        def masks(matrix: geometry.Matrix, size: int) -> Floats:
            return outlined(mesh, matrix, size, SOFT * size)

        return lost(self._expression, view.picture, mesh, word, masks, CROPS[:1], mirrored=False)[0]


def said(face: int, fall: Floats) -> Iterator[Reading]:
    """The regions that count most, and of each its part of what all of them take away."""
    named = most(fall)
    if not named:
        yield Reading(NAME, "driven by", None, face=face, note=NO_REGION)
        return
    yield Reading(NAME, "driven by", ", ".join(named), face=face)
    for name, part in named.items():
        yield Reading(NAME, name, round(100 * part), face=face, unit="%")


def most(fall: Floats) -> dict[str, float]:
    """The regions to name -> their parts of 1, greatest first; what the person has twice, once."""
    if fall.max() < LEAST:
        return {}
    parts: dict[str, float] = {}
    for name, part in zip(REGIONS, (fall.clip(0, None) / fall.clip(0, None).sum()), strict=True):
        whole = name.removeprefix("right ").removeprefix("left ")
        both = name if whole == name else f"{whole}s"
        parts[both] = parts.get(both, 0.0) + float(part)
    greatest = sorted(parts, key=lambda name: -parts[name])[:MOST]
    return {name: parts[name] for name in greatest if parts[name] >= NAMED or name == greatest[0]}


def drawn(face: int, mesh: Floats, fall: Floats) -> Iterator[Mark]:
    """Every region as warm as it counts, off at first."""
    if fall.max() >= LEAST:
        matrix = covering.frame(mesh)
        masks = outlined(mesh, matrix, RASTER, SOFT * RASTER)
        warmth = (fall[:, None, None] * masks).max(0)
        yield covering.heat(NAME, LAYER, face, mesh, warmth)
