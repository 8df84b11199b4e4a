"""The typed values that tasks of more than one model promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.types import XY

# The regions of a face that something may cover; right and left are the person's own.
COVERABLE = ("right eye", "left eye", "nose", "mouth", "forehead", "right cheek", "left cheek")

# What a pixel of a parsed head may be, by number; right and left are the person's own. "unknown":
# part of the person, but of what could not be told. "body": below the neck, mostly clothes.
PARTS = (
    *("background", "skin", "right brow", "left brow", "right eye", "left eye", "iris", "nose"),
    *("upper lip", "lower lip", "teeth", "inner mouth", "hair", "beard", "neck", "body"),
    "unknown",
)


@dataclass(frozen=True, slots=True, eq=False)
class Meshes:
    """A face mesh a face, in the order of View.faces; None where none could be fitted.

    Each: 468 x 3 float32, MediaPipe's vertex order; x and y in pixels of the upright photo,
    z in the same unit, growing away from the viewer. Points may lie outside the photo.
    """

    points: tuple[NDArray[np.float32] | None, ...]


@dataclass(frozen=True, slots=True)
class Pose:
    """Head rotation in degrees. The signs are stated in ml.geometry."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Poses:
    """A pose a face, in the order of View.faces; None where it could not be measured."""

    poses: tuple[Pose | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Iris:
    """One eye, in pixels of the upright photo. Points may lie outside it.

    points: 5 x 2 float32: the iris' centre and four points of its edge. contour: 71 x 2 float32:
    the lids (0 the outer corner, 1-7 the lower lid, 8 the inner corner, 9-15 the upper lid,
    from the outer end), and rings around the eye up to the brow. diameter: of the iris.
    """

    points: NDArray[np.float32]
    contour: NDArray[np.float32]
    diameter: float


@dataclass(frozen=True, slots=True, eq=False)
class Irises:
    """The person's right and left eye a face, in the order of View.faces.

    None for a face that is too small; None for an eye that is out of the photo, on the side of the
    face that is turned away, or not where the mesh has it.
    """

    eyes: tuple[tuple[Iris | None, Iris | None] | None, ...]


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where a face looks. vector: of length 1 in the photo's frame: x to its right edge, y down,
    z away from the camera, (0, 0, -1) into it. yaw, pitch: the same in degrees, signs as in Pose.
    """

    vector: tuple[float, float, float]
    yaw: float
    pitch: float


@dataclass(frozen=True, slots=True)
class Gazes:
    """A gaze a face, in the order of View.faces; None where the eyes do not tell."""

    gazes: tuple[Gaze | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FaceCode:
    """What a network with several heads makes of one face, before anything is concluded.

    descriptor: D float32, none below 0. ages: probabilities of 1, 2, ... years. male: 0..1.
    """

    descriptor: NDArray[np.float32]
    ages: NDArray[np.float32]
    male: float


@dataclass(frozen=True, slots=True)
class FaceCodes:
    """A code a face, in the order of View.faces; None where the face is too small."""

    codes: tuple[FaceCode | None, ...]


@dataclass(frozen=True, slots=True)
class ActionUnits:
    """Of each face, in the order of View.faces: FACS number -> intensity, 0 (as at rest) to 1
    (strong); None where it could not be measured."""

    intensities: tuple[Mapping[int, float] | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One person's body.

    points: 33 x 3 float32, BlazePose's order (0 nose, 11/12 left and right shoulder, 13/14 elbows,
    15/16 wrists, 23/24 hips, 25/26 knees, 27/28 ankles; left and right are the person's own); x
    and y in pixels of the upright photo, z in the same unit, growing away from the viewer from the
    middle between the hips. seen: 33 float32, 0..1, how likely each is in sight: points out of the
    photo or covered are guessed. score: how likely there is a body. face: index into View.faces,
    None for a body whose face was not found.
    """

    points: NDArray[np.float32]
    seen: NDArray[np.float32]
    score: float
    face: int | None


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies found, those with faces first, in the order of View.faces."""

    bodies: tuple[Body, ...]

    def of(self, face: int) -> Body | None:
        """The face's body."""
        return next((body for body in self.bodies if body.face == face), None)


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    """One hand. points: 21 x 2 float32 in pixels of the upright photo: 0 the wrist, then four from
    root to tip for thumb, fore-, middle, ring and little finger. right: how likely it is a right
    hand, 0..1. score: how likely it is a hand. face: whose it is, None where that is unknown.
    """

    points: NDArray[np.float32]
    right: float
    score: float
    face: int | None


@dataclass(frozen=True, slots=True)
class Hands:
    """The hands found, surest first."""

    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PersonMask:
    """Where people are. soft: h x w float32, 0..1, stretched over the whole upright photo."""

    soft: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """One head, taken apart. labels: h x w uint8, numbers of ml.contracts.PARTS. transform: 2 x 3,
    from pixels of the upright photo to pixels of `labels` (a scale and a shift; see ml.geometry).
    sure: of the parts that are estimated by colour (hair, beard, neck), 0..1; 0 where there is none
    to be seen or where it was not sure enough to be labelled.
    """

    labels: NDArray[np.uint8]
    transform: NDArray[np.float64]
    sure: Mapping[str, float]

    def where(self, part: str) -> NDArray[np.bool_]:
        """h x w: whether it is this part."""
        there: NDArray[np.bool_] = self.labels == PARTS.index(part)
        return there


@dataclass(frozen=True, slots=True)
class Parsings:
    """Of each face, in the order of View.faces, its head's parts; None where it is too small."""

    heads: tuple[Parsed | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What lies over one face. mask: h x w bool, True where something that is no part of the face
    hides it. transform: 2 x 3, from pixels of the upright photo to pixels of `mask` (a turn, one
    scale and a shift; see ml.geometry). share: of the whole face that is hidden, 0..1. regions:
    name (of ml.contracts.COVERABLE) -> the share of it that is hidden, without the regions that
    are turned out of sight or lie out of the photo.
    """

    mask: NDArray[np.bool_]
    transform: NDArray[np.float64]
    share: float
    regions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Covers:
    """Of each face, in the order of View.faces, what covers it; None where that cannot be told."""

    faces: tuple[Cover | None, ...]


@dataclass(frozen=True, slots=True)
class Expressions:
    """Of each face, in the order of View.faces: word -> how likely it is, 0..1, adding up to 1;
    None where it could not be read."""

    odds: tuple[Mapping[str, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Recognisability:
    """Distances in a recogniser's own space. unclear: from the mean vector of faces that nobody
    could recognise. spread: between the face's vector and its mirror image's."""

    unclear: float
    spread: float


@dataclass(frozen=True, slots=True)
class Recognisabilities:
    """One a face, in the order of View.faces; None where the face is too small, or where the
    recogniser knows neither."""

    faces: tuple[Recognisability | None, ...]


@dataclass(frozen=True, slots=True)
class Qualities:
    """Of each face, in the order of View.faces, how far the photo takes it: 0 (not at all) to 100;
    None where it could not be measured."""

    scores: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """A photo whose faces nobody can recognise. pixels: H x W x 3, uint8, RGB. alpha: H x W,
    float32, 0..1: how far each pixel was replaced; where it is 0 the photo is as it was."""

    pixels: NDArray[np.uint8]
    alpha: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Texts:
    """Four corners of each stretch of text, in pixels of the upright photo."""

    corners: tuple[tuple[XY, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of text that was read, or at least looked at.

    corners: as in Texts. text: "" where nothing here reads its script. score: of the reading, 0..1.
    script: what it is written in, by its looks ("latin", "thai" ...; "none" for numbers and what
    is no text), and how sure that is, 0..1. engine: what read it.
    """

    corners: tuple[XY, ...]
    text: str
    score: float
    script: str
    script_score: float
    engine: str = ""


@dataclass(frozen=True, slots=True)
class Writings:
    """All that is written in the photo. engines: what there was to read it with, by script."""

    lines: tuple[Line, ...]
    engines: Mapping[str, str]
