"""Finds hands with MediaPipe's palm detector and fits 21 points to each."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

import numpy as np

from ml import geometry
from ml.analysis.anchors import Detector, Found, Network, distinct
from ml.contracts import BODY, DETECTION, HANDS, Bodies, Hand, Hands, Output, View
from ml.registry import Commercial, Device, Model, ModelCard, figures, register
from ml.types import Face, Mark, MarkKind, Picture, Reading
from ml.weights import File, Pypi, Weights

NAME = "mediapipe-hands"
SIZE = 224
PALM_SIZE, STRIDES, LEAST = 192, (8, 16, 16, 16), 0.35
# The square cut out around a palm: its side in sides of the palm's box, and how far its middle is
# moved from the wrist towards the fingers.
SIDE, TOWARDS = 2.6, 0.5
WRIST, MIDDLE = 0, 2  # points of the palm detector: wrist and root of the middle finger
# From here on it is a hand: below, most in 500 photos of LFW were ears, brows and cloth.
SURE = 0.9
# A face smaller than this part of the photo's long side has hands too small for a look at the
# whole photo: its person is looked at alone, this many faces wide, from above its head on.
SMALL, WIDE, DOWN = 0.2, 6.5, 1.8
MOST, PEOPLE = 8, 6  # hands and people looked at in a photo: 8 and 4 ms each
REACH = 1.0  # long sides of the face between a hand and the wrist of the body it belongs to
SAME = 0.2  # of a hand's extent: two that lie nearer are one
WRISTS = (15, 16)  # of the body, left and right
FINGERS = tuple((0, *range(root, root + 4)) for root in (1, 5, 9, 13, 17))
NOT_SURE = "body not in sight"

PALMS = File(
    "mediapipe/modules/palm_detection/palm_detection_lite.tflite",
    "e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18",
    1_985_440,
)
FITTER = File(
    "mediapipe/modules/hand_landmark/hand_landmark_full.tflite",
    "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
    5_478_917,
)


@register(
    ModelCard(
        name=NAME,
        title="MediaPipe hands",
        task=HANDS,
        weights=(Pypi("mediapipe", "0.10.21", (PALMS, FITTER), download=35_622_638),),
        code_licence="Apache-2.0",
        weights_licence="Apache-2.0",
        commercial_use=Commercial.YES,
        memory_mb=50,
        needs=(DETECTION, BODY),
        paper="Zhang et al., MediaPipe Hands: On-device Real-time Hand Tracking, 2020",
        known_limits=(
            "Misses many hands that are blurred, gloved, cut off by the border or seen from the "
            "side; takes an ear, a brow or a fold for a hand now and then; tells right from left "
            "by shape alone, which a mirrored photo turns round."
        ),
        measured=figures(
            "LFW, 384 photos, by eye; the threshold was chosen after a look at some of them",
            "2026-11-25",
            "python -m tests.fitting.gestures FOLDER",
            {"right among hands found": "42 of 45"},
        ),
    )
)
class MediaPipeHands(Model):
    """All hands of a photo, and whose they are where a body's wrist is near."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        self._find = Detector(weights.path(PALMS), PALM_SIZE, STRIDES, LEAST)
        self._net = Network(weights.path(FITTER))

    def run(self, view: View) -> Output:
        bodies = view.data(BODY)
        palms = self.palms(view.picture, view.faces)
        fitted = [self.fitted(view, bodies, palm) for palm in palms[:MOST]]
        data = Hands(tuple(each_once([one for one in fitted if one.score >= SURE])))
        readings = [said(face, bodies, data) for face in range(len(view.faces))]
        readings.append(Reading(NAME, "hands in sight", len(data.hands)))
        return Output(readings=tuple(readings), marks=tuple(drawn(data)), data=data)

    def palms(self, picture: Picture, faces: tuple[Face, ...]) -> list[Found]:
        """Palms in the whole photo, and around people who are small in it; surest first."""
        found = self._find(picture)
        for cut in alone(picture, faces):
            found += self._find(picture, cut)
        return distinct(found)

    def fitted(self, view: View, bodies: Bodies, palm: Found) -> Hand:
        """The hand the network sees at a palm, whatever is there."""
        cut = around(palm)
        chip = geometry.chip(view.picture, cut, SIZE).astype(np.float32) / np.float32(255)
        values, odds, right = self._net.all(chip[None])[:3]
        xy = values.reshape(-1, 3)[:, :2]
        points = geometry.moved(geometry.inverse(cut), xy - 0.5).astype(np.float32)
        sure, mine = (float(np.clip(one[0, 0], 0, 1)) for one in (odds, right))
        x, y = (float(value) for value in points[0])
        return Hand(points, mine, sure, owner(x, y, view.faces, bodies))


def alone(picture: Picture, faces: tuple[Face, ...]) -> Iterator[geometry.Matrix]:
    """Where to look for the hands of the largest of those people who are small in the photo."""
    sizes = sorted(
        ((max(face.box.width, face.box.height), face.box.centre) for face in faces), reverse=True
    )
    for size, (x, y) in sizes[:PEOPLE]:
        if 1 < size < SMALL * max(picture.size):
            yield geometry.square((x, y + DOWN * size), WIDE * size, 0, PALM_SIZE)


def around(palm: Found) -> geometry.Matrix:
    """The cut in which the hand stands upright, its wrist below."""
    tilt = geometry.roll((0, 0), palm.points[WRIST] - palm.points[MIDDLE])
    turn = np.radians(tilt)
    x, y = palm.corners.mean(0) + TOWARDS * palm.size * np.array([np.sin(turn), -np.cos(turn)])
    return geometry.square((float(x), float(y)), SIDE * palm.size, tilt, SIZE)


def each_once(hands: list[Hand]) -> list[Hand]:
    """Surest first, without those whose points lie on a surer one's: two palms may have been
    found in one hand."""
    kept: list[Hand] = []
    for hand in sorted(hands, key=lambda one: -one.score):
        length = float(np.hypot(*np.ptp(hand.points, 0)))
        apart = [np.hypot(*(hand.points - other.points).T).mean() for other in kept]
        if all(off > SAME * length for off in apart):
            kept.append(hand)
    return kept


def owner(x: float, y: float, faces: tuple[Face, ...], bodies: Bodies) -> int | None:
    """The face of the body whose wrist is nearest to the hand's, if it is near."""
    apart = {}
    for body in bodies.bodies:
        if body.face is not None:
            box = faces[body.face].box
            off = min(hypot(*(body.points[wrist, :2] - (x, y))) for wrist in WRISTS)
            apart[body.face] = off / max(box.width, box.height)
    nearest = min(apart, key=lambda face: apart[face], default=None)
    return nearest if nearest is not None and apart[nearest] < REACH else None


def said(face: int, bodies: Bodies, data: Hands) -> Reading:
    name = "hands in sight"
    if bodies.of(face) is None:
        return Reading(NAME, name, None, face=face, note=NOT_SURE)
    return Reading(NAME, name, sum(hand.face == face for hand in data.hands), face=face)


def drawn(data: Hands) -> Iterator[Mark]:
    """A line from the wrist to the tip of each finger, and one across the palm."""
    for hand in data.hands:
        dots = [(round(x, 1), round(y, 1)) for x, y in hand.points.astype(float).tolist()]
        lines = (*FINGERS, (5, 9, 13, 17))
        paths = tuple(tuple(dots[point] for point in line) for line in lines)
        yield Mark(NAME, "Hands", MarkKind.LINE, paths, hand.face, tone="warm")
