"""What draws new portraits of a face, and what it is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.types import Picture

Floats = NDArray[np.float32]
# Which words of the models that read expressions fit an expression that was wished for.
SEEN_AS: Mapping[str, tuple[str, ...]] = {
    "smile": ("happy",),
    "laugh": ("happy",),
    "surprise": ("surprised",),
    "frown": ("angry", "sad", "disgusted"),
    "sad": ("sad",),
}


class From(StrEnum):
    """Where light comes from, as the viewer sees it."""

    LEFT = "left"
    RIGHT = "right"
    ABOVE = "above"
    BELOW = "below"
    FRONT = "front"


@dataclass(frozen=True, slots=True)
class Light:
    """strength: 0..1."""

    way: From
    strength: float


@dataclass(frozen=True, slots=True)
class Wish:
    """yaw, pitch, roll: degrees that the head is to turn by; signs as in ml.geometry. expression:
    one that the model knows by name; "" leaves it. coefficients: ARKit's, on top of it. light: None
    leaves it. mirrored: at last, left for right."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    expression: str = ""
    coefficients: Mapping[str, float] = field(default_factory=dict)
    light: Light | None = None
    mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """The person alone. pixels: S x S x 3, RGB, 0..1. alpha: S x S. mesh: 468 x 3, where the face
    is in it (see Meshes). lent: how much of it, 0..1, the face's other half lent."""

    pixels: Floats
    alpha: Floats
    mesh: NDArray[np.float64]
    lent: float


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Another photo of whoever is portrayed. mesh: 468 x 3, their face in it (see Meshes)."""

    picture: Picture
    mesh: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """A face as its own photo has it, and others that agree with that. mesh: 468 x 3 in the own
    photo, as deep as all of them have it. others: those. joined: which of the photos that were
    looked at they are, from 0."""

    mesh: NDArray[np.float64]
    others: tuple[Beside, ...]
    joined: tuple[int, ...]


class Portrayer(ABC):
    """Draws one face as often as wished.

    pixels: S x S x 3, RGB, 0..1, as the photo shows it. alpha: S x S, 0..1, where the person is.
    behind: S x S x 3, what is behind, filled in where the person hides it. mesh: 468 x 3. unit:
    pixels between the eyes.
    """

    pixels: Floats
    alpha: Floats
    mesh: NDArray[np.float64]
    unit: float

    @property
    @abstractmethod
    def behind(self) -> Floats: ...

    @abstractmethod
    def drawing(self, wish: Wish) -> Drawing:
        """
        Raises:
            LookupError: no expression or coefficient has that name.
        """


class Studios(ABC):
    """The faces of one photo that portraits can be made of."""

    @abstractmethod
    def hindrance(self, face: int) -> str:
        """Why no portrait can be made of a face; "" where one can."""

    @abstractmethod
    def portrayer(self, face: int, side: int, together: Together | None = None) -> Portrayer:
        """face: one that nothing hinders. side: of the portrait, pixels. together: the face with
        other photos of the person: their depth and hidden skin are taken, too."""
