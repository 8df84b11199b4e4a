"""Takes a head apart: what the mesh outlines, and by colour hair, beard and neck around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import alignment, geometry, matting
from ml.analysis.parsing_colours import Frame, colour_of, estimated, frame
from ml.analysis.parsing_outlines import NUMBER, Inside, Labels, outlined, oval
from ml.analysis.person_mask_mediapipe import SOURCE, WEIGHTS
from ml.contracts import IRIS, MESH, PARSING, PARTS, POSE, Iris, Output, Parsed, Parsings, View
from ml.facewise import IN_PROFILE, TOO_SMALL
from ml.raster import png
from ml.registry import Commercial, Device, Model, ModelCard, figures, register
from ml.runtimes import Floats, TfLite
from ml.types import Mark, MarkKind, Picture, Reading
from ml.weights import Weights

NAME = "mesh-parsing"
EYES_APART = 24.0  # pixels between the outer corners; below that an eye is three pixels high
SIZE, SEEN = 192, 256  # sides of the label map, and of what the person network is shown
WIDE = 2.6  # side of the square around a head, in heights of the face
UP = 0.1  # how far above the face's middle the square's middle lies, in the same
BRIGHT, PALE = 0.8, 0.87  # of the skin's lightness and saturation: so are teeth at least, at most
SAME = 0.5  # boxes with a larger intersection over union are of one face
TEETH = 0.2  # of the open mouth must be so for teeth to be in sight
MOUTH = 5.0  # pixels high must an open mouth be in the label map
MEASURED = figures(
    "lfw, 11 photos outlined by eye, most of them looked at when thresholds were chosen",
    "2026-11-25",
    "python -m tests.fitting.heads LFW",
    {"F1 hair": "71.0 %", "F1 face without hair and neck": "90.7 %"},
)
TONES = {
    "skin": "accent",
    "right brow": "cool",
    "left brow": "cool",
    "right eye": "z",
    "left eye": "z",
    "iris": "x",
    "nose": "y",
    "upper lip": "x",
    "lower lip": "x",
    "teeth": "y",
    "inner mouth": "z",
    "hair": "warm",
    "beard": "warm",
    "neck": "y",
}
UNCLEAR, SHUT = "not clear", "mouth closed or nearly so"


@register(
    ModelCard(
        name=NAME,
        title="Parts of the face from mesh and colour",
        task=PARSING,
        weights=(SOURCE,),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=30,
        needs=(MESH, POSE, IRIS),
        paper=(
            "MediaPipe Selfie Segmentation, model card, 2021, on each head; outlines of the face "
            "mesh; colours of skin and hair learned from the head itself"
        ),
        known_limits=(
            "Hair, beard and neck are guessed by colour and place: hats, scarves and what hides a "
            "head pass for hair, hair of the skin's or the clothes' colour is not told from them, "
            "shadows on a chin can pass for a beard, and what covers a face (hands, glasses) is "
            "counted to the part behind it. Neck, beard and teeth have not been measured."
        ),
        measured=MEASURED,
    )
)
class MeshParsing(Model):
    """A label map a head, those of other people left out."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._net = TfLite(weights.path(WEIGHTS))

    def run(self, view: View) -> Output:
        meshes, poses = alignment.legible(view.data(MESH), EYES_APART), view.data(POSE).poses
        # In profile the mesh guesses the hidden side, and lays it over what is behind the head.
        heads = {face: self.parsed(view, face) for face in meshes if poses[face] is not None}
        shares = [
            reading
            for face in range(len(view.faces))
            for reading in said(face, heads.get(face), IN_PROFILE if face in meshes else TOO_SMALL)
        ]
        marks = [mark for face, head in heads.items() for mark in drawn(face, head)]
        data = Parsings(tuple(heads.get(face) for face in range(len(view.faces))))
        return Output(readings=tuple(shares), marks=tuple(marks), data=data)

    def parsed(self, view: View, face: int) -> Parsed:
        """One head's parts."""
        import cv2

        mesh = view.data(MESH).points[face]
        assert mesh is not None  # noqa: S101  legible faces have one
        place = square(mesh)
        chip = geometry.chip(view.picture, scaled(place, SEEN / SIZE), SEEN)
        small: Any = cv2.resize(chip, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
        pixels = small.astype(np.float32) / np.float32(255)
        points = in_chip(mesh, place)
        labels = outlined(points[:, :2], eyes(view, face), place, SIZE)
        there = shown(view.picture, place)
        person = self.person(chip, pixels) & theirs(view, face, place) & there
        lab: Any = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
        where = frame(points, SIZE)
        mouth(lab, labels, where)
        sure = estimated(lab, labels, oval(points[:, :2], SIZE), person, where)
        labels[~there] = 0
        return Parsed(labels, place, sure)

    def person(self, chip: NDArray[np.uint8], pixels: Floats) -> Inside:
        """Where somebody is in a head's chip; its edges are those of the photo."""
        soft = self._net(chip.astype(np.float32)[None] / np.float32(255))
        found: Inside = matting.refined(soft.reshape(SEEN, SEEN).clip(0, 1), pixels) > 0.5
        return found


def square(mesh: NDArray[Any]) -> geometry.Matrix:
    """The transform to a head's label map: upright as the photo is, so that marks can lie on it."""
    axis = (mesh[geometry.FOREHEAD] - mesh[geometry.CHIN])[:2]
    height = float(np.linalg.norm(mesh[geometry.FOREHEAD] - mesh[geometry.CHIN]))
    x, y = (mesh[geometry.FOREHEAD] + mesh[geometry.CHIN])[:2] / 2 + UP * axis
    return geometry.square((float(x), float(y)), WIDE * height, 0.0, SIZE)


def scaled(transform: geometry.Matrix, times: float) -> geometry.Matrix:
    """The transform to the same square in a chip so many times as large."""
    larger = transform * times
    larger[:, 2] += (times - 1) / 2  # a pixel's centre is not its corner
    return larger


def in_chip(mesh: NDArray[Any], transform: geometry.Matrix) -> NDArray[np.float64]:
    """N x 3 in pixels of the chip."""
    xy = geometry.moved(transform, mesh[:, :2])
    return np.column_stack([xy, mesh[:, 2] * geometry.scale(transform)])


def eyes(view: View, face: int) -> Sequence[Iris | None]:
    return view.data(IRIS).eyes[face] or ()


def theirs(view: View, face: int, transform: geometry.Matrix) -> Inside:
    """The pixels that belong to this head and to no neighbour's: nearer to its box's middle,
    each in the box's own size."""
    y, x = (grid.astype(np.float32) for grid in np.ogrid[:SIZE, :SIZE])

    def far(box_of: int) -> Floats:
        box = view.faces[box_of].box
        (middle,) = geometry.moved(transform, [box.centre])
        side = max(box.width, box.height, 1.0) * geometry.scale(transform)
        distance: Floats = np.hypot(x - middle[0], y - middle[1]) / side
        return distance

    own, mine = view.faces[face].box, np.ones((SIZE, SIZE), bool)
    near = [n for n, one in enumerate(view.faces) if n != face and one.box.iou(own) < SAME]
    for other in near:
        mine &= far(face) <= far(other)
    return mine


def shown(picture: Picture, transform: geometry.Matrix) -> Inside:
    """The pixels of the chip that lie in the photo."""
    width, height = picture.size
    (left, top), (right, bottom) = geometry.moved(transform, [(0, 0), (width - 1, height - 1)])
    y, x = np.ogrid[:SIZE, :SIZE]
    inside: Inside = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    return inside


def mouth(lab: Floats, labels: Labels, place: Frame) -> None:
    """Labels as teeth what is bright and pale in an open mouth."""
    import cv2

    hole, skin = labels == NUMBER["inner mouth"], labels == NUMBER["skin"]
    rows = np.flatnonzero(hole.any(1))
    if len(rows) < MOUTH or not skin.any():
        return
    light, *tint = colour_of(lab, skin).mean
    bright, red, yellow = lab[hole].T
    strong = np.hypot(red, yellow) * light  # against the same of the skin
    pale = strong < PALE * float(np.hypot(*tint)) * bright
    white = np.zeros_like(hole)
    white[hole] = (bright > BRIGHT * light) & pale
    if white.sum() >= TEETH * hole.sum():
        opened: Any = cv2.medianBlur(white.astype(np.uint8), 3)
        labels[hole & (opened > 0)] = NUMBER["teeth"]


def said(face: int, head: Parsed | None, reason: str) -> Iterator[Reading]:
    """How much of the head is hair, and whether teeth show. reason: why there is no head."""
    shares: Mapping[str, float] = {} if head is None else head.sure
    if head is None:
        for name, unit in (("hair share of the head", "%"), ("teeth visible", "")):
            yield Reading(NAME, name, None, face=face, unit=unit, note=reason)
        return
    counts = np.bincount(head.labels.ravel(), minlength=len(PARTS))
    whole = sum(int(counts[NUMBER[p]]) for p in PARTS if p not in REST)
    sure = shares["hair"]
    hair = round(100.0 * int(counts[NUMBER["hair"]]) / max(whole, 1)) if sure else None
    score = sure if sure else None
    note = "" if sure else UNCLEAR
    value = None if hair is None else float(hair)
    yield Reading(NAME, "hair share of the head", value, score, face, "%", note=note)
    hole = head.where("inner mouth") | head.where("teeth")
    if counts[NUMBER["teeth"]]:
        yield Reading(NAME, "teeth visible", "yes", face=face)
    else:  # "no" was wrong as often as not: teeth in shadow are as dark as what is behind them
        note = SHUT if np.count_nonzero(hole.any(1)) < MOUTH else UNCLEAR
        yield Reading(NAME, "teeth visible", None, face=face, note=note)


REST = ("background", "neck", "body", "unknown")


def drawn(face: int, head: Parsed) -> Iterator[Mark]:
    """A mask a part, over the part's own rectangle."""
    import cv2

    back = geometry.inverse(head.transform)
    for part, tone in TONES.items():
        where = head.where(part)
        if where.any():
            white = where * np.uint8(255)
            left, top, wide, high = cv2.boundingRect(white)
            right, bottom = left + wide, top + high
            raster = png(white[top:bottom, left:right])
            ends = geometry.moved(back, [(left - 0.5, top - 0.5), (right - 0.5, bottom - 0.5)])
            first, last = ((round(float(x), 1), round(float(y), 1)) for x, y in ends)
            yield Mark(NAME, "Parts", MarkKind.MASK, ((first, last),), face, raster, part, tone)
