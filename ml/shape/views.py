"""Several views of one face made into one shape.

Measured on renders of known heads by `python -m tests.fitting.fused_shape`; its figures are in
docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.frontal import frontal
from ml.shape import bundle
from ml.shape.bundle import Camera, Sight
from ml.shape.matching import Chip, facing, found_again
from ml.shape.surface import Points, normals
from ml.types import Picture

SIDE, AROUND = 320, 1.4  # pixels of the square a face is compared in, in long sides of its mesh
LOOKS = 3  # so often points are looked for again, with the shape known better each time
# Cosines between skin and line of sight: nothing is believed below the first, all above the second.
HIDDEN, SHOWN = 0.15, 0.65
# Of the distance between the eyes: where photos agree no better than that, they show other light or
# another expression, and what skin was found again is none. Renders of known heads agree to 0.5 %;
# twelve people's photos in the press to 1.4 % and worse.
AGREED = 0.01
ALIKE = 0.3  # of the skin that two photos show is to be found again in one of them
GUESSED = 0.3  # how far a mesh network is believed, against points found again


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A face in a photo. mesh: 468 x 3 in pixels. camera: 3 x 4, from the scene's unit to pixels of
    the photo, where it is known (as in ml.shape.bundle)."""

    picture: Picture
    mesh: NDArray[Any]
    camera: Points | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """points: 468 x 3 in the frame and unit of ml.frontal. turns: of the head in each view.
    pixels: of each photo a unit at the face's distance. unit: in the scene's, where cameras were
    known. off: how far points lie from where the views have them, in units, on the mean.
    reference: the view that the skin was compared with. measured: whether depth was; else the
    photos differ too much, and the shape is the mean of what the mesh network guessed.
    """

    points: Points
    turns: tuple[Points, ...]
    pixels: tuple[float, ...]
    unit: float | None
    off: float
    reference: int
    measured: bool


def fused(views: Sequence[Seen]) -> Fused:
    """One shape out of two views or more. Cameras are known for all views or for none.

    The mesh network's guess of depth is what the shape starts from. The most frontal view says
    where each point is on the skin, and that skin, found again in the other views, how deep.
    """
    cuts = [_cut(view.mesh) for view in views]
    chips = [_chip(view, cut) for view, cut in zip(views, cuts, strict=True)]
    reference = int(np.argmin([_aside(view.mesh) for view in views]))
    expected = frontal(views[reference].mesh)
    rig: _Rig = _Free(chips, expected)
    known = [
        _in_chip(cut) @ view.camera
        for view, cut in zip(views, cuts, strict=True)
        if view.camera is not None
    ]
    if len(known) == len(views):
        rig = _Known(known, chips, expected)
    sights = [
        Sight(chip.mesh[:, :2], GUESSED * shown(matrix, expected))
        for chip, matrix in zip(chips, rig.matrices, strict=True)
    ]
    points, alike = rig.solved(sights, expected), 0.0
    for _ in range(LOOKS):
        sights, alike = _looked(chips, reference, rig.matrices, points)
        points = rig.solved(sights, points)
    scales = [_scale(matrix) for matrix in rig.matrices]
    offs = [
        np.average(np.linalg.norm(bundle.seen(matrix, points) - sight.xy, axis=1),
                   weights=sight.trust + 1e-9) / scale
        for matrix, sight, scale in zip(rig.matrices, sights, scales, strict=True)
    ]  # fmt: skip
    photo = tuple(one / geometry.scale(cut) for one, cut in zip(scales, cuts, strict=True))
    turns = tuple(_turn(matrix) for matrix in rig.matrices)
    off = float(np.mean(offs))
    measured = off <= AGREED and alike >= ALIKE
    if not measured:
        points = np.mean([frontal(view.mesh) for view in views], axis=0)
    return Fused(points, turns, photo, rig.unit, off, reference, measured)


def shown(matrix: Points, points: Points) -> Points:
    """Each point, 0..1: how well a camera sees the skin there."""
    cosine = facing(matrix, points, normals(points))
    well: Points = np.clip((cosine - HIDDEN) / (SHOWN - HIDDEN), 0, 1)
    return well


class _Free:
    """Cameras nobody knows: found together with the shape."""

    unit: float | None = None

    def __init__(self, chips: Sequence[Chip], expected: Points) -> None:
        self._expected = expected
        self._cameras: list[Camera] = [bundle.start(chip.mesh, expected) for chip in chips]

    @property
    def matrices(self) -> list[Points]:
        return [camera.matrix for camera in self._cameras]

    def solved(self, sights: Sequence[Sight], points: Points) -> Points:
        """The shape that agrees best, from the expected one on."""
        points, self._cameras = bundle.together(sights, self._cameras, self._expected)
        return points


class _Known:
    """Cameras from a file, brought into the expected shape's frame."""

    def __init__(self, matrices: Sequence[Points], chips: Sequence[Chip], expected: Points) -> None:
        self._expected = expected
        rough = [Sight(chip.mesh[:, :2], np.ones(len(expected))) for chip in chips]
        met = bundle.triangulated(rough, matrices)
        turn, scale, shift = geometry.solid_similarity(expected, met)
        place = np.eye(4)
        place[:3] = np.column_stack([scale * turn, shift])
        self.unit: float | None = scale
        self.matrices: list[Points] = [matrix @ place for matrix in matrices]

    def solved(self, sights: Sequence[Sight], points: Points) -> Points:
        """The shape that agrees best; where it lies is the cameras' to say."""
        for _ in range(bundle.ROUNDS):
            points = bundle.shaped(sights, self.matrices, points, self._expected)
        return points


_Rig = _Free | _Known


def _looked(
    chips: Sequence[Chip], reference: int, matrices: Sequence[Points], points: Points
) -> tuple[list[Sight], float]:
    """Where each view shows the points that the reference shows; and how much of the skin that both
    see was found again, 0..1, in the view where most was."""
    whole = shown(matrices[reference], points)
    told = Sight(chips[reference].mesh[:, :2], np.maximum(whole, 0.05))
    sights, most = [], 0.0
    for number, (chip, matrix) in enumerate(zip(chips, matrices, strict=True)):
        if number == reference:
            sights.append(told)
            continue
        depth = points @ matrix[2, :3] + matrix[2, 3]
        found = found_again(chips[reference], told, chip, matrix, points, depth)
        well = shown(matrix, points)
        most = max(most, float(found.trust**2 @ (well * whole) / ((well @ whole) + 1e-9)))
        sights.append(
            _both(Sight(found.xy, found.trust**2 * well * whole),
                  Sight(chip.mesh[:, :2], GUESSED * well * (1 - whole)))
        )  # fmt: skip
    return sights, most


def _both(first: Sight, second: Sight) -> Sight:
    """What was found again, and the network's word where the reference shows no skin."""
    trust = first.trust + second.trust
    shares = np.stack([first.trust, second.trust]) / np.maximum(trust, 1e-9)
    return Sight(shares[0, :, None] * first.xy + shares[1, :, None] * second.xy, trust)


def _aside(mesh: NDArray[Any]) -> float:
    """How far a face looks beside the camera, degrees."""
    pose = geometry.pose(geometry.axes(mesh))
    return abs(pose.yaw) + abs(pose.pitch)


def _cut(mesh: NDArray[Any]) -> geometry.Matrix:
    low, high = mesh[:, :2].min(0), mesh[:, :2].max(0)
    x, y = (low + high) / 2
    return geometry.square((float(x), float(y)), AROUND * float((high - low).max()), 0, SIDE)


def _chip(view: Seen, cut: geometry.Matrix) -> Chip:
    pixels = geometry.chip(view.picture, cut, SIDE, repeat_border=True)
    flat = geometry.moved(cut, view.mesh[:, :2])
    return Chip(pixels, np.column_stack([flat, view.mesh[:, 2] * geometry.scale(cut)]))


def _in_chip(cut: geometry.Matrix) -> Points:
    return np.vstack([cut, (0, 0, 1)])


def _scale(matrix: Points) -> float:
    """Pixels a unit where the shape's origin is."""
    return float(np.linalg.norm(matrix[0, :3] - matrix[0, 3] / matrix[2, 3] * matrix[2, :3])
                 / abs(matrix[2, 3]))  # fmt: skip


def _turn(matrix: Points) -> Points:
    """The rotation in a camera: the last factor of its first three columns."""
    from scipy.linalg import rq

    flip = np.sign(matrix[2, 3]) or 1.0
    upper, turn = rq(matrix[:, :3] * flip)
    made: Points = np.sign(np.diag(upper))[:, None] * turn
    return made
