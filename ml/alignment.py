"""Lays faces onto the five-point templates of dlib and ArcFace, and feeds dlib's networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import geometry
from ml.contracts import Meshes
from ml.types import Face, Picture

# Both eyes' corners and the base of the nose, as mesh vertices: outer and inner corner of the left
# eye, outer and inner corner of the right eye, nose.
VERTICES = [263, 362, 33, 133, 2]
# Where dlib puts them in a face chip without padding (dlib, image_transforms/interpolation.h).
TEMPLATE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)
# Vertices of the person's right and left eye, corners and lids; nose tip; corners of the mouth.
EYES = [[33, 133, 159, 145], [362, 263, 386, 374]]
NOSE, MOUTH = 1, [61, 291]
# Where ArcFace puts the eyes' middles, nose and mouth corners in a chip of 112 x 112 (Deng et al.,
# ArcFace: Additive Angular Margin Loss for Deep Face Recognition, 2019).
ARCFACE = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ]
)
MEANS = np.array([122.782, 117.001, 104.298], np.float32)  # RGB, of what these networks saw


def template(size: int, padding: float) -> NDArray[np.float64]:
    """The five points in a chip of size x size; padding: margin as a part of the face's side."""
    return (TEMPLATE + padding) / (1 + 2 * padding) * size


def cut(mesh: NDArray[Any], size: int, padding: float) -> geometry.Matrix:
    """The transform that brings a mesh's five points nearest to the template."""
    return geometry.similarity(mesh[VERTICES, :2], template(size, padding))


def arcface_cut(mesh: NDArray[Any], size: int, padding: float) -> geometry.Matrix:
    """The transform that brings a mesh's eyes, nose and mouth nearest to ArcFace's template."""
    xy = mesh[:, :2]
    points = [*(xy[eye].mean(0) for eye in EYES), xy[NOSE], *xy[MOUTH]]
    return geometry.similarity(points, (ARCFACE / 112 + padding) / (1 + 2 * padding) * size)


def chips(
    picture: Picture, meshes: Sequence[NDArray[Any]], size: int, padding: float
) -> NDArray[np.uint8]:
    """A face chip a mesh: N x size x size x 3, RGB, black beyond the photo."""
    if not meshes:
        return np.empty((0, size, size, 3), np.uint8)
    return np.stack([geometry.chip(picture, cut(mesh, size, padding), size) for mesh in meshes])


def normalised(chips: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Chips (N x H x W x 3) as N x 3 x H x W float32: (x - mean) / 256."""
    made = np.empty((len(chips), 3, *chips.shape[1:3]), np.float32)
    for channel, mean in enumerate(MEANS):  # faster than all at once, along so short an axis
        made[:, channel] = (chips[..., channel] - mean) / np.float32(256)
    return made


def with_mirrored(chips: NDArray[Any]) -> NDArray[Any]:
    """N chips (N x H x W x C) and then their N mirror images."""
    import cv2

    return np.stack([*chips, *(cv2.flip(chip, 1).reshape(chip.shape) for chip in chips)])


def averaged(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What a network said of `with_mirrored` chips: the mean of each chip and its mirror image."""
    straight, mirrored = np.split(values, 2)
    mean: NDArray[np.float32] = (straight + mirrored) * np.float32(0.5)
    return mean


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """N x D vectors made one long each; one of nought stays so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    made: NDArray[np.float32] = vectors / np.maximum(lengths, np.float32(1e-12))
    return made


def extent(face: Face) -> float:
    """Pixels of the longer side of a face's box."""
    return max(face.box.width, face.box.height)


def tilt(face: Face) -> float:
    """Clockwise tilt of a face in degrees, by the five points its detector saw; 0 without them."""
    if face.points is None:
        return 0.0
    right_eye, left_eye, _, right_mouth, left_mouth = np.array(face.points.xy)
    return geometry.roll(
        left_eye + left_mouth - right_eye - right_mouth,
        right_mouth + left_mouth - right_eye - left_eye,
    )


def eye_distance(mesh: NDArray[Any]) -> float:
    """Pixels between the outer corners of the eyes, in three dimensions: turning the head does
    not shorten it."""
    return float(np.linalg.norm(mesh[geometry.LEFT_EYE] - mesh[geometry.RIGHT_EYE]))


def legible(meshes: Meshes, eyes_apart: float) -> dict[int, NDArray[np.float32]]:
    """The meshes, by face, of those whose eyes are at least so many pixels apart."""
    return {
        face: mesh
        for face, mesh in enumerate(meshes.points)
        if mesh is not None and eye_distance(mesh) >= eyes_apart
    }
